// SPDX-License-Identifier: Apache-2.0
// What is looked at, kept in the address so that it can be passed on and the way back works: the period, who is counted, and the
// question itself as JSON (?p=30d&seg=vip&ok=1&q={...}), of which only what differs from the page's first question is written.

import { useEffect, useMemo } from 'preact/hooks';
import type { Asked } from '../../api/insight-types';
import type { Day } from '../../api/types';
import { addKeys } from '../../lib/keys';
import { href, route, type Page } from '../../lib/router';
import { dayAt, daysIn, periodDays, plusDays } from '../../lib/shop-days';

export const PERIODS = ['today', 'yesterday', '7d', '30d', '90d', '12m', 'this_week', 'last_week', 'this_month', 'last_month', 'this_year', 'last_year'] as const;
const BY_KEY: Record<string, string> = { 1: '7d', 2: '30d', 3: '90d', 4: '12m', 5: 'this_month', 6: 'last_month', 7: 'this_year', 8: 'last_year', 0: 'today' };
export const PERIOD_KEYS = BY_KEY;

export interface View {
    period: string; // one of PERIODS, or '' for two days
    from: Day;
    to: Day;        // the last day
    segment: string;
    consented: boolean;
}

// Changes the address with a step in the history.
export function steer(changes: Record<string, string | null>): void {
    const query = new URLSearchParams(route.value.query);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') query.delete(name);
        else query.set(name, value);
    }
    const text = query.toString();
    location.hash = `${location.hash.split('?')[0] || '#/'}${text ? `?${text}` : ''}`;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const real = (day: string | undefined): day is Day => !!day && DAY.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));

export function viewOf(query: URLSearchParams, fallback: string): View {
    const text = query.get('p') ?? fallback;
    const [a, b] = text.split('..');
    const rest = { segment: query.get('seg') ?? '', consented: query.get('ok') === '1' };
    if (real(a) && real(b) && a <= b) return { period: '', from: a, to: b, ...rest };
    const period = (PERIODS as readonly string[]).includes(text) ? text : fallback;
    const days = periodDays(period, dayAt());
    return { period, ...days, ...rest };
}

export const setDays = (from: Day, to: Day): void => steer({ p: `${from}..${to}` });
// The period of the same length before or after.
export function shift(view: View, steps: number): void {
    const length = daysIn(view);
    setDays(plusDays(view.from, length * steps), plusDays(view.to, length * steps));
}

export function useView(fallback = '30d'): View {
    const { query } = route.value;
    const view = viewOf(query, fallback);
    useEffect(() => addKeys({
        ...Object.fromEntries(Object.entries(BY_KEY).map(([key, period]) => [key, () => steer({ p: period })])),
        b: () => shift(viewOf(route.value.query, fallback), -1), f: () => shift(viewOf(route.value.query, fallback), 1),
    }), [fallback]);
    return view;
}

// The question of the page, made whole by `clean`: what stands in an address may be anything.
export function useQuestion<Q extends object>(first: Q, clean: (raw: Partial<Record<keyof Q, unknown>>, first: Q) => Q): [Q, (changes: Partial<Q>) => void] {
    const text = route.value.query.get('q') ?? '';
    const question = useMemo(() => clean(parsed(text), first), [text, first]);
    const change = (changes: Partial<Q>) => steer({ q: written({ ...question, ...changes }, first) });
    return [question, change];
}

function parsed(text: string): object {
    try {
        const found: unknown = JSON.parse(text);
        return found && typeof found === 'object' && !Array.isArray(found) ? found : {};
    } catch {
        return {};
    }
}
function written<Q extends object>(question: Q, first: Q): string | null {
    const differs = Object.entries(question).filter(([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify((first as Record<string, unknown>)[name]));
    return differs.length ? JSON.stringify(Object.fromEntries(differs)) : null;
}

export const oneOf = <T extends string>(value: unknown, options: readonly T[], fallback: T): T => (options.includes(value as T) ? (value as T) : fallback);
export const whole = (value: unknown, low: number, high: number, fallback: number): number => (Number.isInteger(value) && (value as number) >= low && (value as number) <= high ? (value as number) : fallback);
export const textOf = (value: unknown, fallback: string): string => (typeof value === 'string' ? value.slice(0, 500) : fallback);
export const list = <T>(value: unknown, item: (x: unknown) => T | null, most: number): T[] | null => (Array.isArray(value) ? value.map(item).filter((x): x is T => x !== null).slice(0, most) : null);

export const asked = (view: View, kind: string, question: object): Asked => ({
    kind, from: view.from, to: view.to, ...(view.segment ? { segment: view.segment } : {}), ...(view.consented ? { consented: true } : {}), question,
});

const PAGE_OF: Record<string, Page> = { report: 'reports', funnel: 'funnels', paths: 'paths', cohort: 'cohorts', attribution: 'attribution', value: 'value', churn: 'value', rfm_movement: 'value', friction: 'friction' };
const PART_OF: Record<string, string[]> = { churn: ['churn'], rfm_movement: ['movement'] };
// Where a kept question is looked at: of a saved view, of a tile of a dashboard.
export function hrefOf(query: { kind: string; segment?: string | null; consented?: boolean | null; question?: object | null }, period?: string): string {
    const page = PAGE_OF[query.kind];
    if (!page) return href('reports');
    const parts = new URLSearchParams();
    if (period) parts.set('p', period);
    if (query.segment) parts.set('seg', query.segment);
    if (query.consented) parts.set('ok', '1');
    if (query.question) parts.set('q', JSON.stringify(query.question));
    return `${href(page, ...(PART_OF[query.kind] ?? []))}?${parts}`;
}
