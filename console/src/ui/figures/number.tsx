// SPDX-License-Identifier: Apache-2.0
// One figure: its name, its value, what it was before, whether the change means anything, and how it is computed.

import type { ComponentChildren } from 'preact';
import type { Good, Significance, Unit } from '../../api/insight-types';
import { t } from '../../i18n';
import { change as changeWords } from '../../lib/format';
import { How, type HowText } from './how';
import { figure } from './words';

// The change against before: an arrow, the share, and for those who listen what it was.
export function Change({ change, previous, unit, currency, good = 'up', significance, against }: {
    change: number | null; previous?: number | null | undefined; unit: Unit; currency?: string | undefined; good?: Good; significance?: Significance | null | undefined;
    against?: string | undefined;
}) {
    if (change === null) return <span class="change none">{t(previous === 0 ? 'figure.was_nothing' : 'figure.no_previous')}</span>;
    const way = change > 0.0005 ? 'up' : change < -0.0005 ? 'down' : 'same';
    const tone = way === 'same' || good === 'neither' ? 'same' : way === good ? 'up' : 'down';
    const before = previous === null || previous === undefined ? '' : t('figure.previous', { value: figure(previous, unit, currency, true), when: against ?? t('figure.before') });
    return (
        <span class={`change ${tone}`} title={before || undefined}>
            <span aria-hidden="true">{way === 'up' ? '↑' : way === 'down' ? '↓' : '→'}</span>{' '}
            <bdi>{changeWords(change)}</bdi>
            {before && <span class="visually-hidden"> {before}</span>}
            {significance?.words && <small class="significance">{significance.words}</small>}
        </span>
    );
}

export interface NumberProps {
    title: ComponentChildren;
    value: number | null;
    unit: Unit;
    currency?: string | undefined;
    previous?: number | null | undefined;
    change?: number | null | undefined; // undefined: nothing is compared
    good?: Good | undefined;
    significance?: Significance | null | undefined;
    against?: string | undefined; // what it is compared with, in words
    how?: HowText | null | undefined;
    hidden?: string | undefined;  // what stands where the value is null
    note?: ComponentChildren;
    chosen?: boolean | undefined;
    onChoose?: (() => void) | undefined;
}

// In a .figures group. With onChoose the whole tile is a button that says whether it is chosen.
export function NumberTile(p: NumberProps) {
    const inner = (
        <>
            <span class="number-name">{p.title}</span>
            <span class="number-value">{p.value === null ? (p.hidden ?? '–') : figure(p.value, p.unit, p.currency)}</span>
            {p.change !== undefined && <Change change={p.change} previous={p.previous} unit={p.unit} currency={p.currency} good={p.good ?? 'up'} significance={p.significance} against={p.against} />}
            {p.note && <span class="muted small">{p.note}</span>}
        </>
    );
    return (
        <div class="number-tile">
            {p.onChoose
                ? <button type="button" class="number" aria-pressed={p.chosen ? 'true' : 'false'} onClick={p.onChoose}>{inner}</button>
                : <div class="number">{inner}</div>}
            {p.how && <How {...p.how} />}
        </div>
    );
}
