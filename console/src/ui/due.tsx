// SPDX-License-Identifier: Apache-2.0
// A clock of the law: until when, how much of it has run, and whether it is over.

import type { Time } from '../api/types';
import { t } from '../i18n';
import { percent } from '../lib/format';
import { Ago, Badge } from './basics';

const SOON = 750; // per mille of the clock

export const dueTone = (used: number): 'bad' | 'warn' | 'good' => (used >= 1000 ? 'bad' : used >= SOON ? 'warn' : 'good');

export function DueBar({ used, name }: { used: number; name: string }) {
    const part = Math.min(1000, Math.max(0, used)) / 10;
    return (
        <span class="due-bar" role="img" aria-label={t('due.used', { name, share: percent(used / 1000) })}>
            <span class={`bar ${dueTone(used)}`} style={{ inlineSize: `${part}%` }} />
        </span>
    );
}

export function Due({ due, used, closed = null }: { due: Time | null; used: number; closed?: Time | null }) {
    if (!due || closed) return <span class="muted">–</span>;
    const over = used >= 1000;
    return <Badge tone={dueTone(used)}>{over ? t('due.over') : t('due.until')}&nbsp;<Ago time={due} /></Badge>;
}
