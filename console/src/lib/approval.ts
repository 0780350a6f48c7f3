// SPDX-License-Identifier: Apache-2.0
// Which kind of approval an act needs. The server decides; this only says how to ask for it.

import type { Act } from '../api/client';
import { tOr } from '../i18n';
import { words } from './format';

const KINDS: [RegExp, string][] = [
    [/^\/v1\/keys\//, 'keys'],
    [/^\/v1\/(staff|invitations)(\/|$)/, 'role_grant'],
    [/^\/v1\/people\/[^/]+$/, 'bulk_erase'],
    [/export/, 'bulk_export'],
];

export const kindOf = (act: Act): string => KINDS.find(([path]) => path.test(act.path))?.[1] ?? 'bulk_export';
export const targetOf = (act: Act): string => `${act.method} ${act.path.split('?')[0]}`;
export const kindName = (kind: string): string => tOr(`approval.kind.${kind}`, words(kind));
