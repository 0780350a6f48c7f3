// SPDX-License-Identifier: Apache-2.0
// Numbers, money, times and sizes for people, all through Intl, in the shop's time zone.

import { locale, t } from '../i18n';
import type { Day, Json, Money, Time } from '../api/types';

let zone = 'UTC';
let shopCurrency = 'EUR';

export function setShop(currency: string, timezone: string): void {
    shopCurrency = currency || 'EUR';
    try {
        new Intl.DateTimeFormat('en', { timeZone: timezone });
        zone = timezone || 'UTC';
    } catch {
        zone = 'UTC';
    }
    cache.clear();
}

const cache = new Map<string, unknown>();
function kept<T>(name: string, make: () => T): T {
    let found = cache.get(name) as T | undefined;
    if (!found) {
        found = make();
        cache.set(name, found);
    }
    return found;
}

function numbers(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return kept(`n:${name}:${locale}`, () => new Intl.NumberFormat(locale, options));
}
function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return kept(`d:${name}:${locale}:${zone}`, () => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
}

export const count = (n: number): string => numbers('count', { maximumFractionDigits: 0 }).format(n);
export const compact = (n: number): string =>
    n < 10_000 ? count(n) : numbers('compact', { notation: 'compact', maximumFractionDigits: 1 }).format(n);
export const percent = (ratio: number, digits = 0): string =>
    numbers(`percent${digits}`, { style: 'percent', maximumFractionDigits: digits }).format(ratio);
export const change = (ratio: number): string => {
    const digits = Math.abs(ratio) < 0.1 ? 1 : 0; // +3.4 % but +34 %
    return numbers(`change${digits}`, { style: 'percent', maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(ratio);
};

function currencyFormat(currency: string, round: boolean, short: boolean): Intl.NumberFormat {
    return kept(`m:${currency}:${round}:${short}:${locale}`, () => {
        const base: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
        try {
            if (short) return new Intl.NumberFormat(locale, { ...base, notation: 'compact', maximumFractionDigits: 1 });
            return new Intl.NumberFormat(locale, round ? { ...base, maximumFractionDigits: 0 } : base);
        } catch { // not a currency code this browser knows
            return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
        }
    });
}
function exponent(currency: string): number {
    return currencyFormat(currency, false, false).resolvedOptions().maximumFractionDigits ?? 2;
}
export function money(minor: Money, currency: string = shopCurrency): string {
    return currencyFormat(currency, false, false).format(minor / 10 ** exponent(currency));
}
// For headline numbers: no cents above a thousand units.
export function moneyRound(minor: Money, currency: string = shopCurrency): string {
    const value = minor / 10 ** exponent(currency);
    return currencyFormat(currency, Math.abs(value) >= 1000, false).format(value);
}
export function moneyShort(minor: Money, currency: string = shopCurrency): string {
    return currencyFormat(currency, false, true).format(minor / 10 ** exponent(currency));
}
export function moneyUnits(minor: Money, currency: string = shopCurrency): number {
    return minor / 10 ** exponent(currency);
}
// For axes: whole units without decimals, thousands in short.
export function moneyOfUnits(value: number, currency: string = shopCurrency): string {
    return currencyFormat(currency, Number.isInteger(value) || Math.abs(value) >= 1000, Math.abs(value) >= 10_000).format(value);
}

export const dateTime = (time: Time | number | null): string => stamp('dateTime', { dateStyle: 'medium', timeStyle: 'short' }, time);
export const dateTimeFull = (time: Time): string => stamp('full', { dateStyle: 'full', timeStyle: 'long' }, time);
export const date = (time: Time | number): string => stamp('date', { dateStyle: 'medium' }, time);
export const clock = (time: Time): string => stamp('clock', { timeStyle: 'short' }, time);
export const dayOf = (time: Time): string =>
    stamp('dayOf', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, time);

function stamp(name: string, options: Intl.DateTimeFormatOptions, time: Time | number | null): string {
    const at = new Date(time ?? Number.NaN);
    return Number.isNaN(at.getTime()) ? '–' : dates(name, options).format(at);
}

// Calendar days are not instants: they are shown as they are, whatever the zone.
const DAY_STYLES: Record<'short' | 'medium' | 'long', Intl.DateTimeFormatOptions> = {
    short: { timeZone: 'UTC', day: 'numeric', month: 'short' },
    medium: { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' },
    long: { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
};
export function day(value: Day, style: keyof typeof DAY_STYLES = 'short'): string {
    const at = new Date(`${value}T00:00:00Z`);
    return Number.isNaN(at.getTime()) ? value : dates(`day.${style}`, DAY_STYLES[style]).format(at);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];
export function ago(time: Time, now: number = Date.now()): string {
    const seconds = (new Date(time).getTime() - now) / 1000;
    if (Number.isNaN(seconds)) return '–';
    const relative = kept(`r:${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
    for (const [unit, length] of STEPS) {
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
    }
    return Math.abs(seconds) < 10 ? t('time.now') : relative.format(Math.trunc(seconds), 'second');
}
export function duration(seconds: number): string {
    if (seconds < 60) return t('time.seconds', { n: Math.max(1, Math.round(seconds)) });
    if (seconds < 5400) return t('time.minutes', { n: Math.round(seconds / 60) });
    return t('time.hours', { n: Math.round(seconds / 3600) });
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
export function bytes(n: number): string {
    let at = 0;
    while (n >= 1000 && at < UNITS.length - 1) {
        n /= 1000;
        at++;
    }
    return numbers(`b${at}`, { style: 'unit', unit: UNITS[at]!, unitDisplay: at ? 'short' : 'long', maximumFractionDigits: n < 10 && at ? 1 : 0 }).format(n);
}

export function country(code: string): string {
    try {
        const names = kept(`c:${locale}`, () => new Intl.DisplayNames(locale, { type: 'region' }));
        return /^[A-Za-z]{2}$/.test(code) ? (names.of(code.toUpperCase()) ?? code) : code;
    } catch {
        return code;
    }
}

// Where a long name may break: after dots, slashes and underscores.
export const breakable = (name: string): string => name.replace(/([./_])/g, '$1\u200b');

// "first_name" -> "First name": how field names and codes read when the catalogue has no better word.
export function words(name: string): string {
    const text = name.replace(/^\$/, '').replace(/[_.]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return text.charAt(0).toUpperCase() + text.slice(1);
}

const ISO = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/;
export function value(given: unknown): string {
    const v = given as Json | undefined;
    if (v === null || v === undefined || v === '') return '–';
    if (typeof v === 'boolean') return t(v ? 'value.yes' : 'value.no');
    if (typeof v === 'number') return numbers('any', { maximumFractionDigits: 6, useGrouping: false }).format(v);
    if (typeof v === 'string') return ISO.test(v) ? (v.length === 10 ? day(v, 'medium') : dateTime(v)) : v;
    if (Array.isArray(v) && v.every((x) => x === null || typeof x !== 'object')) return v.map(value).join(', ');
    return JSON.stringify(v);
}
