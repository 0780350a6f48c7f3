// SPDX-License-Identifier: Apache-2.0
// Questions about figures (POST /v1/insight/query) and their answers, kind by kind. Amounts are minor units of the shop's
// currency, shares 0..1, people are persons. A figure is null where it is hidden (too few people) or has no meaning.

import type { Day, Time } from './types';

export type Figure = number | null;
export type Unit = 'count' | 'money' | 'share' | 'seconds' | 'number';
export type Good = 'up' | 'down' | 'neither';

// --- the catalogue

export interface MetricVariant { name: string; vendor: string; formula: string; numerator: string; denominator: string }
export interface MetricInfo { name: string; title: string; doc: string; unit: Unit; good: Good; available: boolean; variants: MetricVariant[] }
export interface DimensionInfo { name: string; title: string; doc: string; of: string[] }
export interface DimensionValue { value: string; label: string; count: number }
export interface Annotation { id: number | string; day: Day; to: Day | null; title: string; kind: string }

// --- what every question and answer has

export interface Asked<Q = object> {
    kind: string;
    from?: Day;
    to?: Day;
    segment?: string;
    consented?: boolean;
    shared?: boolean;
    question: Q;
}
export interface Answered<A> {
    kind: string;
    from: Day;
    to: Day;
    zone: string;
    currency: string;
    computed: Time;
    answer: A;
    complete: boolean;
    left_out: number;
    small_group: number; // 0: nothing is hidden
    hidden: number;
}
export interface InsightPeople { items: { id: string | null; label: string; shown?: string }[]; people: number; next: string | null }

// --- report

export type By = 'hour' | 'day' | 'week' | 'month' | 'total';
export type Compare = 'none' | 'previous' | 'year';
export interface Filter { dimension: string; in: string[] }
export interface ReportQuestion { metrics: string[]; by: By; compare?: Compare; breakdown?: string; filters?: Filter[]; limit?: number }
export interface Significance { p: number | null; method: string; words: string }
export interface ReportMetric {
    name: string;
    variant: string;
    unit: Unit;
    value: Figure;
    previous: Figure;
    change: number | null;
    significance: Significance | null;
    series: Figure[];
    previous_series: Figure[] | null;
}
export interface ReportRow { value: string; label: string; values: Figure[]; previous: Figure[] | null; people: Figure }
export interface ReportAnswer {
    periods: string[]; // first days, or the moments at which hours begin
    previous_periods?: string[];
    partial: number; // so many at the end are not over yet
    metrics: ReportMetric[];
    rows: ReportRow[];
    rows_more: number; // null where it is hidden
    other: Omit<ReportRow, 'value' | 'label'> | null;
    no_rate: number; // orders in currencies without a rate
}

// --- funnel

export const WHERE_OPS = ['is', 'is_not', 'contains', 'starts', 'ends', 'at_least', 'at_most', 'present'] as const;
export interface FunnelWhere { property: string; op: (typeof WHERE_OPS)[number]; values?: string[] }
export interface FunnelStep { event: string; label?: string; where?: FunnelWhere[] }
export interface FunnelExclude { event: string; from_step: number; to_step: number; where?: FunnelWhere[] }
export interface FunnelQuestion {
    exclusion?: 'attempt' | 'person';
    finish?: 'window' | 'period';
    ready?: 'shop';
    steps?: FunnelStep[];
    order?: 'ordered' | 'strict' | 'any';
    window_s?: number;
    by?: 'person' | 'visit';
    same?: string[];
    exclude?: FunnelExclude[];
    reentry?: boolean;
    modes?: string[];
    breakdown?: string | { property: string };
    trend?: 'day' | 'week' | 'month';
}
export interface StepAnswer {
    event: string;
    label: string;
    seen?: boolean; // false: this event never came
    reached: Figure; // null: hidden, or left out of a ready funnel
    people?: Figure;
    share_of_first: Figure;
    share_of_previous: Figure;
    dropped: Figure;
    seconds: Lasting | null; // from the step before
    histogram?: Bucket[] | null;
}
export interface Lasting { median: number; mean: number; p90: number }
export interface Bucket { upto_s: number; people: Figure }
export interface FunnelAnswer {
    unit: 'person' | 'visit' | 'property' | 'attempt';
    share?: Figure;
    seconds?: Lasting | null; // from the first step to the last
    histogram?: Bucket[] | null;
    excluded?: Figure;
    rows_more?: number;
    steps: StepAnswer[];
    rows?: { value: string | null; label: string; reached: Figure[] }[] | null;
    trend?: { from: Day; entered: Figure; converted: Figure; partial: boolean }[] | null;
    entered: Figure;
    converted: Figure;
    notes?: string[]; // sentences: steps that never came, what was left out
}

// --- paths

export interface PathsQuestion { start?: { event: string } | { page: string }; direction: 'forward' | 'backward'; by: 'event' | 'page'; depth: number; branches: number }
export interface PathNode { key: string; label: string; visits: Figure; ended: Figure }
// depth: of the place it leads to; the start is 0
export interface PathLink { depth: number; from: string; to: string; visits: Figure }
export interface PathsAnswer { visits: Figure; people?: Figure; notes?: string[]; columns: PathNode[][]; links: PathLink[] }

// --- cohorts

export interface CohortQuestion {
    start: string;  // an event, or "order"
    return: string;
    period: 'day' | 'week' | 'month';
    mode: 'bracket' | 'rolling' | 'rolling_24h';
    entry: 'first' | 'every';
    periods: number; // columns, the own period included
    measure: 'people' | 'revenue' | 'orders' | 'revenue_per_person';
    cumulative: boolean;
}
export interface CohortRow { from: Day; size: Figure; values: Figure[]; complete: number } // so many full columns
export interface CohortAnswer { cohorts: CohortRow[]; total: Figure[]; total_size?: Figure[]; average?: Figure[]; no_rate?: number }

// --- customer value

export interface ValueQuestion { by: 'month' | 'channel' | 'first_product' | 'total'; periods: number }
export interface ValueCurve { value: string; label: string; customers: Figure; revenue?: Figure; value_per_customer?: Figure; cumulative: Figure[]; observed?: Figure[]; complete: number }
export interface ValueTop { share_of_customers: number; customers?: Figure; revenue?: Figure; share_of_revenue: Figure }
export interface ValueAnswer {
    customers: Figure;
    orders?: Figure;
    revenue?: Figure;
    value_per_customer: Figure;
    orders_per_customer?: Figure;
    repeat_customers?: Figure;
    curves: ValueCurve[];
    curves_more?: number;
    tops: ValueTop[];
    guests?: { orders: Figure; revenue: Figure };
    no_rate?: number;
}
export interface ChurnBand { name: string; title?: string; people: Figure; revenue: Figure; revenue_ever?: Figure; doc: string }
export interface ChurnVariant { name: string; vendor: string; formula: string; days: number; among: Figure; churned: Figure; share: Figure }
export interface ChurnAnswer {
    customers: Figure;
    bands: ChurnBand[];
    revenue_at_risk?: Figure;
    rhythm: { median_days: Figure; repeat_customers?: Figure; weight?: number; fallback?: boolean };
    method: string;
    variants?: ChurnVariant[];
    no_rate?: number;
}
export interface RfmMoves { groups: string[]; moves: { from: string | null; to: string | null; people: Figure }[]; customers_before?: Figure; customers_after?: Figure; before: Figure[]; after: Figure[] }

// --- attribution

export const MODELS = ['first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay', 'markov'] as const;
export type Model = (typeof MODELS)[number];
export const TRANSFORMS = ['none', 'exposure', 'unique', 'first', 'remove_if_last_and_not_all', 'remove_if_not_all'] as const;
export interface AttributionQuestion {
    models: string[];
    by: 'channel' | 'source' | 'campaign';
    lookback_days: number;
    transform?: string;
    half_life_days?: number;
}
export interface ModelFigures { model: string; orders: Figure; revenue: Figure; cost_per_order: Figure; roas: Figure; roi: Figure }
export interface AttributionRow { value: string; label: string; spend: Figure; visits: Figure; models: ModelFigures[] }
export interface AttributionAnswer {
    orders: Figure;
    revenue: Figure;
    unattributed: Figure; // also those of guests: in no row
    unattributed_revenue?: Figure;
    no_rate?: number;
    spend_no_rate?: number;
    rows_more?: number;
    rows: AttributionRow[];
    formulas: Record<string, string>;
    removal?: { value: string; effect: Figure }[];
}
export interface Spend { day: Day; channel: string; campaign: string; amount: number; currency: string }

// --- friction: lists of rows whose members are texts, counts, shares ("converted..."), milliseconds ("..._ms") and the money lost

export type FrictionRow = Record<string, string | Figure | undefined>;
export interface FrictionAnswer {
    checkout: { step: string; visits: Figure; dropped: Figure; converted?: Figure; lost: Figure }[];
    payments: FrictionRow[];
    coupons: FrictionRow[];
    forms: FrictionRow[];
    rage: FrictionRow[];
    dead: FrictionRow[];
    slow: FrictionRow[];
    searches: FrictionRow[];
    visits?: Figure;
    visits_with_order?: Figure;
    average_order_value?: Figure;
    lost_total: Figure;
    rows_more?: number;
    method: string;
}
