// SPDX-License-Identifier: Apache-2.0
// Which kind of approval an act needs. The server decides; this only says how to ask for it.

import type { Act } from '../api/client';
import { tOr } from '../i18n';
import { words } from './format';

const KINDS = ['keys', 'role_grant', 'bulk_erase', 'bulk_export'];

// The refusal names it: "a second member of staff has to approve this (keys)".
export const kindOf = (act: Act): string => KINDS.find((k) => act.refusal.detail.includes(`(${k})`)) ?? '';
export const targetOf = (act: Act): string => `${act.method} ${act.path.split('?')[0]}`;
export const kindName = (kind: string): string => tOr(`approval.kind.${kind}`, words(kind));
