// SPDX-License-Identifier: Apache-2.0
// Dashboards, their tiles, links and letters; targets, alerts, annotations; what needs a person now.

import type { By, Compare } from './insight-types';
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
export interface Share { id: number; made: Time; until: Time; opened: number; last: Time | null }
export interface SharedLink { id: number; url: string; until: Time }
export type Every = 'day' | 'week' | 'month';
export interface Schedule { every: Every; hour: number; to: string[]; next?: Time | null; sent?: Time | null; outcome?: string }

export type TargetKind = 'target' | 'above' | 'below' | 'unusual';
export interface Target {
    name: string;
    title: string;
    metric: string;
    filters: { dimension: string; in: string[] }[];
    segment: string | null;
    period: Exclude<By, 'hour' | 'total'>;
    kind: TargetKind;
    value: number | null;
    tell: string[]; // "today", "mail:<address>", "webhook:<url>"
    version: number;
    current: number | null;
    reached: number | null; // share of the target
    state: 'good' | 'bad' | 'waiting';
    checked: Time | null;
}
export interface Alert {
    id: number;
    at: Time;
    target: string;
    title: string;
    words: string;
    value: number | null;
    expected: { low: number | null; high: number | null } | null;
    seen_by: unknown;
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
