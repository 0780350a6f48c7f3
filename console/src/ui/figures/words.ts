// SPDX-License-Identifier: Apache-2.0
// Figures in words: by their unit, for people; what is hidden says so.

import type { By, Unit } from '../../api/insight-types';
import { locale, t } from '../../i18n';
import { clock as clockOf, compact, count, dateTime, day, money, moneyOfUnits, moneyRound, moneyUnits, percent } from '../../lib/format';

const parts = new Map<string, Intl.NumberFormat>();
function units(unit: string, digits: number): Intl.NumberFormat {
    const key = `${unit}:${digits}:${locale}`;
    let found = parts.get(key);
    if (!found) {
        found = new Intl.NumberFormat(locale, unit ? { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: digits } : { maximumFractionDigits: digits });
        parts.set(key, found);
    }
    return found;
}
const one = (n: number, unit: string, digits = 0): string => units(unit, digits).format(n);
export const decimal = (n: number, digits = 2): string => units('', digits).format(n);

// "2m 5s", "3h 20m", "4d 2h": two units at most.
export function lasting(seconds: number): string {
    const s = Math.round(Math.abs(seconds));
    const sign = seconds < 0 ? '\u2212' : '';
    if (Math.abs(seconds) < 10) return sign + one(Math.abs(seconds), 'second', 1);
    const steps: [string, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];
    const at = steps.findIndex(([, n]) => s >= n);
    const [unit, size] = steps[at]!;
    const rest = steps[at + 1];
    const second = rest ? Math.floor((s % size) / rest[1]) : 0;
    return sign + one(Math.floor(s / size), unit) + (second && rest ? ` ${one(second, rest[0])}` : '');
}

// exact: as a table has it; else as a headline has it.
export function figure(n: number | null | undefined, unit: Unit, currency?: string, exact = false): string {
    if (n === null || n === undefined || !Number.isFinite(n)) return '–';
    switch (unit) {
        case 'money': return exact ? money(n, currency) : moneyRound(n, currency);
        case 'share': return percent(n, Math.abs(n) < 0.9995 || exact ? (Math.abs(n) < 0.0995 ? 2 : 1) : 0);
        case 'seconds': return lasting(n);
        case 'number': return decimal(n);
        default: return count(n);
    }
}

// What stands where a figure is hidden: that it is small, not that it is nothing.
export const hiddenWords = (smallGroup: number): string => (smallGroup > 0 ? t('figure.hidden', { n: smallGroup }) : '–');

// The figure as a number on an axis, and back into words.
export const onAxis = (n: number, unit: Unit, currency?: string): number => (unit === 'money' ? moneyUnits(n, currency) : n);
export function axisWords(v: number, unit: Unit, currency?: string): string {
    if (unit === 'money') return moneyOfUnits(v, currency);
    if (unit === 'share') return percent(v, Math.abs(v) < 0.05 && v !== 0 ? 1 : 0);
    if (unit === 'seconds') return v === 0 ? '0' : lasting(v);
    return unit === 'number' && v < 10 ? decimal(v, 1) : compact(v);
}

const MONTHS = new Map<string, Intl.DateTimeFormat>();
function months(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${name}:${locale}`;
    let found = MONTHS.get(key);
    if (!found) {
        found = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
        MONTHS.set(key, found);
    }
    return found;
}

// Periods come as days, hours as "2026-11-01T14" or a whole time: shown as the clock of the shop has it.
export function periodWords(period: string, by: By, long = false): string {
    const text = period.slice(0, 10);
    if (by === 'hour' && /(Z|[+-]\d\d:\d\d)$/.test(period)) return long ? dateTime(period) : clockOf(period);
    if (by === 'hour') {
        const clock = period.slice(11, 16).padEnd(2, '0');
        const time = clock.length < 5 ? `${clock.slice(0, 2)}:00` : clock;
        return long ? `${day(text, 'long')}, ${time}` : time === '00:00' ? day(text) : time;
    }
    if (by === 'month') return months(long ? 'ml' : 'ms', { month: long ? 'long' : 'short', year: 'numeric' }).format(new Date(`${text}T00:00:00Z`));
    if (by === 'week') return long ? t('figure.week', { day: day(text, 'medium') }) : day(text);
    return day(text, long ? 'long' : 'short');
}
