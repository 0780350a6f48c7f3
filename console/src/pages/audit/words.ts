// SPDX-License-Identifier: Apache-2.0
// How entries of the log read.

import type { Actor, AuditEntry } from '../../api/types';
import { tOr } from '../../i18n';
import { words } from '../../lib/format';

export const actionName = (action: string): string => tOr(`audit.action.${action}`, action || '–');
export const outcomeName = (outcome: string): string => tOr(`audit.outcome.${outcome}`, words(outcome));
export const outcomeTone = (outcome: string): 'good' | 'bad' | 'warn' | 'plain' =>
    (outcome === 'refused' ? 'warn' : outcome === 'failed' ? 'bad' : outcome === 'done' ? 'good' : 'plain');

export const actorName = ({ kind, id, label }: Actor): string => label || tOr(`actor.${kind}`, words(kind || 'nobody'), { n: id });
export const actorLabel = (e: AuditEntry): string => actorName(e.actor);

// Names and numbers of a detail, on one line each.
export function detailLines(detail: unknown): [string, string][] {
    if (detail === null || detail === undefined || detail === '') return [];
    if (typeof detail === 'string') {
        try {
            return detailLines(JSON.parse(detail));
        } catch {
            return [['', detail]];
        }
    }
    if (typeof detail !== 'object' || Array.isArray(detail)) return [['', JSON.stringify(detail)]];
    return Object.entries(detail).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)]);
}
