// SPDX-License-Identifier: Apache-2.0
// Days of the shop's zone: which one it is now, when one begins, and what a period's name means. The first and the last day
// belong to a period.

import type { Day } from '../api/types';
import { session } from './session';

const DAY = 86_400_000;

const shopZone = (): string => session.value?.shop.timezone || 'UTC';

function parts(ms: number, timeZone: string): { day: Day; offset: number } {
    let made: Intl.DateTimeFormat;
    const options: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
    try {
        made = new Intl.DateTimeFormat('en', { ...options, timeZone });
    } catch { // a zone that this browser does not know
        made = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
    }
    const p = Object.fromEntries(made.formatToParts(ms).map((x) => [x.type, x.value]));
    const local = Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute), Number(p.second));
    return { day: `${p.year}-${p.month}-${p.day}`, offset: local - Math.floor(ms / 1000) * 1000 };
}

export const dayAt = (ms: number = Date.now(), zone: string = shopZone()): Day => parts(ms, zone).day;
const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
export const plusDays = (day: Day, n: number): Day => new Date(utc(day) + n * DAY).toISOString().slice(0, 10);
export const daysIn = (d: Days): number => Math.round((utc(d.to) - utc(d.from)) / DAY) + 1;
export function plusMonths(day: Day, n: number): Day {
    const at = new Date(utc(day));
    const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + n, 1));
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    first.setUTCDate(Math.min(at.getUTCDate(), last));
    return first.toISOString().slice(0, 10);
}

// The moment at which a day begins in the shop.
export function startOf(day: Day, zone: string = shopZone()): string {
    const wanted = utc(day);
    const first = wanted - parts(wanted, zone).offset;
    const again = wanted - parts(first, zone).offset; // the clock may be changed in between, or jump over midnight
    return new Date(parts(again, zone).day === day ? again : first).toISOString();
}

export interface Days { from: Day; to: Day }

export function periodDays(name: string, now: Day = dayAt()): Days {
    const month = `${now.slice(0, 8)}01`;
    const monday = plusDays(now, -((new Date(utc(now)).getUTCDay() + 6) % 7));
    const quarter = `${now.slice(0, 5)}${String(Math.floor((Number(now.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`;
    const m = /^(\d+)([dwm])$/.exec(name);
    if (m) {
        const n = Number(m[1]);
        if (m[2] === 'm') return { from: plusDays(plusMonths(now, -n), 1), to: now };
        return { from: plusDays(now, 1 - n * (m[2] === 'w' ? 7 : 1)), to: now };
    }
    switch (name) {
        case 'today': return { from: now, to: now };
        case 'yesterday': return { from: plusDays(now, -1), to: plusDays(now, -1) };
        case 'this_week': return { from: monday, to: now };
        case 'last_week': return { from: plusDays(monday, -7), to: plusDays(monday, -1) };
        case 'this_month': return { from: month, to: now };
        case 'last_month': return { from: plusMonths(month, -1), to: plusDays(month, -1) };
        case 'this_quarter': return { from: quarter, to: now };
        case 'last_quarter': return { from: plusMonths(quarter, -3), to: plusDays(quarter, -1) };
        case 'this_year': return { from: `${now.slice(0, 4)}-01-01`, to: now };
        case 'last_year': return { from: `${Number(now.slice(0, 4)) - 1}-01-01`, to: `${Number(now.slice(0, 4)) - 1}-12-31` };
        default: return { from: plusDays(now, -29), to: now };
    }
}
