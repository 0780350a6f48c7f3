// SPDX-License-Identifier: Apache-2.0
// Dashboards, their tiles, links and letters; targets, alerts, annotations; what needs a person now.

import type { Compare, Filter, Unit } from './insight-types';
import type { Day, Time } from './types';

export const SHOWS = ['number', 'line', 'area', 'bars', 'stacked', 'table', 'funnel', 'heat', 'flow'] as const;
export const PERIODS = ['today', 'yesterday', '7d', '30d', '90d', '12m', 'this_week', 'last_week', 'this_month', 'last_month', 'this_quarter', 'last_quarter', 'this_year', 'last_year'] as const;
export type Show = (typeof SHOWS)[number];
export interface TileQuery {
    kind: string;
    segment?: string | null;
    consented?: boolean | null;
    shared?: boolean | null;
    question?: object | null;
}
export interface Tile {
    id: string;
    title: string;
    query: TileQuery;
    show: Show;
    width: number; // columns, 1..4
    metric?: string | null; // the one that is shown big
}
export interface Dashboard {
    name: string;
    title: string;
    doc: string;
    tiles: Tile[];
    period: string;
    compare: Compare;
    version: number;
    changed: Time;
    by?: unknown;
}
export type DashboardTemplate = Pick<Dashboard, 'name' | 'title' | 'doc' | 'tiles' | 'period' | 'compare'>;
export interface SavedView { name: string; title: string; query: TileQuery; show: Show; version: number }
export interface Share { id: number; made: Time; by: number; until: Time }
export interface SharedLink { id: number; url: string; until: Time }
export type Every = 'day' | 'week' | 'month';
export interface Schedule { every: Every; hour: number; to: string[]; next?: Time | null; sent?: Time | null; outcome?: string }

export const TARGET_KINDS = ['target', 'above', 'below', 'unusual'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];
export type TargetPeriod = 'day' | 'week' | 'month';
export interface Target {
    name: string;
    title: string;
    metric: string;
    unit: Unit;
    filters: Filter[];
    segment: string | null;
    period: TargetPeriod;
    kind: TargetKind;
    value: number | null;
    tell: string[]; // "today", "mail:<number of a member of staff>", "webhook:<url>"
    version: number;
    checked: Time | null;
    state: 'good' | 'bad' | 'waiting';
    current: number | null;
    reached: number | null; // share of the target
    low: number | null;     // what is usual
    high: number | null;
    fault: string | null;
}
export interface Alert {
    id: number;
    at: Time;
    target: string;
    title: string; // of the target then
    period: Day;
    words: string;
    value: number | null;
    low: number | null;
    high: number | null;
    seen: Time | null;
}
export const ANNOTATION_KINDS = ['campaign', 'outage', 'price', 'other'] as const;
export interface NewAnnotation { day: Day; to: Day | null; title: string; kind: string }

export interface Attention {
    kind: string;
    title: string;
    count: number;
    severity: 'bad' | 'warn' | 'info';
    link: string; // "#/requests?due=late"
    since: Time | null;
}
