// SPDX-License-Identifier: Apache-2.0
// A protection level, P0 (public) to P4 (special category), with its meaning for those who hover or listen.

import { tOr } from '../i18n';

export function Level({ level }: { level: string }) {
    const name = level.toUpperCase();
    const meaning = tOr(`level.${name}`, name);
    return (
        <span class={`level ${name.toLowerCase()}`} title={meaning}>
            <span aria-hidden="true">{name}</span>
            <span class="visually-hidden">{name}: {meaning}</span>
        </span>
    );
}
