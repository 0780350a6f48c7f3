// SPDX-License-Identifier: Apache-2.0
// The question of a report as it stands in the address, and what is asked of the server.

import type { By, Compare, Filter, ReportQuestion } from '../../api/insight-types';
import { daysIn } from '../../lib/shop-days';
import { list, oneOf, textOf, whole, type View } from '../../ui/explore/view';

export interface Shown {
    metrics: string[];     // "revenue", "average_order_value:shopify"
    by: By | 'auto';
    compare: Compare;
    breakdown: string;     // '': none
    filters: Filter[];
    limit: number;
    chart: string;         // which of the metrics is drawn; '': the first
}
export const FIRST: Shown = { metrics: ['revenue', 'orders', 'average_order_value', 'conversion_rate', 'visits'], by: 'auto', compare: 'previous', breakdown: 'channel', filters: [], limit: 50, chart: '' };
export const METRICS_MAX = 12;
export const ROWS_MAX = 5000;
const FILTERS_MAX = 8;
const PERIODS_MAX = 1500;
const HOURS_DAYS_MAX = 31;

const filter = (x: unknown): Filter | null => {
    const f = x as { dimension?: unknown; in?: unknown } | null;
    const values = list(f?.in, (v) => (typeof v === 'string' ? v : null), 100);
    return typeof f?.dimension === 'string' && values?.length ? { dimension: f.dimension, in: values } : null;
};

export const clean = (raw: Partial<Record<keyof Shown, unknown>>, first: Shown): Shown => {
    const metrics = list(raw.metrics, (x) => (typeof x === 'string' && x ? x : null), METRICS_MAX);
    return {
        metrics: metrics?.length ? metrics : first.metrics,
        by: oneOf(raw.by, ['auto', 'hour', 'day', 'week', 'month', 'total'] as const, first.by),
        compare: oneOf(raw.compare, ['none', 'previous', 'year'] as const, first.compare),
        breakdown: raw.breakdown === undefined ? first.breakdown : textOf(raw.breakdown, ''),
        filters: list(raw.filters, filter, FILTERS_MAX) ?? first.filters,
        limit: whole(raw.limit, 1, ROWS_MAX, first.limit),
        chart: textOf(raw.chart, ''),
    };
};

// How fine the line is when nobody said: some dozens of points.
export function byOf(shown: Shown, view: View): By {
    const days = daysIn(view);
    if (shown.by === 'hour' && days > HOURS_DAYS_MAX) return 'day';
    if (shown.by === 'day' && days > PERIODS_MAX) return 'week';
    if (shown.by !== 'auto') return shown.by;
    return days <= 2 ? 'hour' : days <= 92 ? 'day' : days <= 400 ? 'week' : 'month';
}

export const questionOf = (s: Shown, view: View): ReportQuestion => ({
    metrics: s.metrics, by: byOf(s, view), compare: s.compare, ...(s.breakdown ? { breakdown: s.breakdown, limit: s.limit } : {}), ...(s.filters.length ? { filters: s.filters } : {}),
});

// A value more or less among those of a dimension.
export function toggled(filters: Filter[], dimension: string, value: string): Filter[] {
    const before = filters.find((f) => f.dimension === dimension);
    const now = before?.in.includes(value) ? before.in.filter((v) => v !== value) : [...(before?.in ?? []), value];
    const rest = filters.filter((f) => f !== before);
    return now.length ? [...rest, { dimension, in: now }] : rest;
}
