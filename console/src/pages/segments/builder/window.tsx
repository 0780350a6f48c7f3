// SPDX-License-Identifier: Apache-2.0
// Windows of time: the last 30 days, between 60 and 30 days ago, this month, from a day to a day.

import { t, type Key } from '../../../i18n';
import type { Span, Unit, Window } from '../../../lib/definition';
import { DateBox, NumberBox, Pick, SpanBox, unitOptions } from './inputs';

export type WindowKind = 'ever' | 'last' | 'next' | 'ago' | 'before_ago' | 'calendar' | 'dates';
export const EVENT_WINDOWS: WindowKind[] = ['ever', 'last', 'ago', 'before_ago', 'calendar', 'dates'];
export const TIME_WINDOWS: WindowKind[] = ['last', 'next', 'ago', 'before_ago', 'calendar', 'dates'];
export const ANNIVERSARY_WINDOWS: WindowKind[] = ['next', 'last', 'calendar'];
const CALENDAR = ['days', 'weeks', 'months', 'years'];
const ALL: WindowKind[] = ['last', 'next', 'ago', 'before_ago', 'calendar', 'dates'];

const kindOf = (w: Window | undefined): WindowKind => (w ? (ALL.find((k) => k in w) ?? 'ever') : 'ever');
const part = <T,>(w: Window | undefined, kind: WindowKind): T => (w as unknown as Record<string, T>)[kind] as T;

export function freshWindow(kind: WindowKind): Window | undefined {
    switch (kind) {
        case 'last': return { last: { n: 30, unit: 'days' } };
        case 'next': return { next: { n: 7, unit: 'days' } };
        case 'ago': return { ago: { from: 60, to: 30, unit: 'days' } };
        case 'before_ago': return { before_ago: { n: 30, unit: 'days' } };
        case 'calendar': return { calendar: { unit: 'month', back: 0 } };
        case 'dates': return { dates: { from: new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10), to: new Date().toISOString().slice(0, 10) } };
        default: return undefined;
    }
}

function Ago({ w, onChange }: { w: { from: number; to: number; unit: Unit }; onChange: (w: Window) => void }) {
    return (
        <span class="together">
            <NumberBox label={t('builder.window.ago.from')} value={w.from} low={1} high={36_525} onChange={(from) => onChange({ ago: { ...w, from } })} />
            <span>{t('builder.and')}</span>
            <NumberBox label={t('builder.window.ago.to')} value={w.to} low={0} high={36_525} onChange={(to) => onChange({ ago: { ...w, to } })} />
            <Pick label={t('builder.window.unit')} value={w.unit} options={unitOptions()} onChange={(unit) => onChange({ ago: { ...w, unit: unit as Unit } })} />
        </span>
    );
}

function Calendar({ w, onChange }: { w: { unit: string; back: number }; onChange: (w: Window) => void }) {
    const one = (u: string) => u.replace(/s$/, ''); // "month" and "months" are both accepted
    return (
        <span class="together">
            <Pick
                label={t('builder.window.unit')} value={one(w.unit)} options={CALENDAR.map((u) => ({ value: one(u), text: t(`builder.calendar.${one(u)}` as Key) }))}
                onChange={(unit) => onChange({ calendar: { ...w, unit } })}
            />
            <NumberBox label={t('builder.window.back')} value={w.back} low={0} high={1000} onChange={(back) => onChange({ calendar: { ...w, back } })} />
            <span class="muted">{t('builder.window.back.text')}</span>
        </span>
    );
}

function Dates({ w, onChange }: { w: { from?: string | null; to?: string | null }; onChange: (w: Window) => void }) {
    return (
        <span class="together">
            <DateBox label={t('builder.window.from')} value={w.from ?? ''} onChange={(from) => onChange({ dates: { ...w, from: from || undefined } })} />
            <span>{t('builder.until')}</span>
            <DateBox label={t('builder.window.to')} value={w.to ?? ''} onChange={(to) => onChange({ dates: { ...w, to: to || undefined } })} />
        </span>
    );
}

export function WindowBox({ value, kinds, onChange }: { value: Window | undefined; kinds: WindowKind[]; onChange: (value: Window | undefined) => void }) {
    const kind = kindOf(value);
    return (
        <span class="together">
            <Pick
                label={t('builder.window')} value={kind} onChange={(k) => onChange(freshWindow(k as WindowKind))}
                options={kinds.map((k) => ({ value: k, text: t(`builder.window.kind.${k}` as Key) }))}
            />
            {(kind === 'last' || kind === 'next' || kind === 'before_ago') && (
                <SpanBox label={t('builder.window')} value={part<Span>(value, kind)} onChange={(span) => onChange({ [kind]: span } as Window)} />
            )}
            {kind === 'ago' && <Ago w={part(value, kind)} onChange={onChange} />}
            {kind === 'calendar' && <Calendar w={part(value, kind)} onChange={onChange} />}
            {kind === 'dates' && <Dates w={part(value, kind)} onChange={onChange} />}
        </span>
    );
}
