// SPDX-License-Identifier: Apache-2.0
// A person's name, leading to their page for those who may open it. Who may not be told apart has no id.

import { t } from '../i18n';
import { href } from '../lib/router';
import { can } from '../lib/session';

export function PersonLink({ person, row, focused, plain, fresh }: {
    person: { id: string | null; label: string }; row?: number; focused?: boolean; plain?: boolean; fresh?: boolean; // fresh: in a tab of its own
}) {
    const label = person.label || t('people.nameless');
    if (!person.id || !can('people_read')) return <span dir="auto">{label}</span>;
    return (
        <a
            href={href('people', person.id)} class={plain ? undefined : 'row-link'} dir="auto" data-row={row} data-focused={focused || undefined}
            {...(fresh ? { target: '_blank', rel: 'noopener' } : {})}
        >
            {label}
        </a>
    );
}
