// SPDX-License-Identifier: Apache-2.0
// The question of a funnel as it stands in the address, what is asked of the server, and the same people as a segment.

import { WHERE_OPS, type FunnelExclude, type FunnelMode, type FunnelQuestion, type FunnelStep, type FunnelWhere, type StepAnswer } from '../../api/insight-types';
import type { EventSpec, Node, Test, Window } from '../../lib/definition';
import { list, oneOf, textOf, whole, type View } from '../../ui/explore/view';

export interface Shown {
    steps: FunnelStep[]; // none: the ready funnel of the shop
    order: 'ordered' | 'strict' | 'any';
    window_s: number;
    by: 'person' | 'visit' | '';
    same: string[];
    exclude: FunnelExclude[];
    reentry: boolean;
    modes: FunnelMode[];
    breakdown: string;   // a dimension, or "property:<name>"
    trend: 'day' | 'week' | 'month' | '';
    exclusion: 'attempt' | 'person';
    finish: 'window' | 'period';
    time: number;        // which step's time is drawn, from 2; 0: of the whole funnel
}
export const FIRST: Shown = { steps: [], order: 'ordered', window_s: 604_800, by: '', same: [], exclude: [], reentry: false, modes: [], breakdown: '', trend: 'week', exclusion: 'attempt', finish: 'window', time: 0 };
export const STEPS_MAX = 16;
export const MODES = ['strict_increase', 'strict_deduplication', 'strict_once'] as const;
export const DIMENSIONS = ['channel', 'source', 'medium', 'campaign', 'referrer', 'landing', 'device', 'country'];
const SAME_MAX = 3;
const EXCLUDE_MAX = 8;
const WHERE_MAX = 8;
export const WINDOW_MAX_S = 366 * 86_400;
const PROPERTY = 'property:';

const where = (x: unknown): FunnelWhere | null => {
    const w = x as Partial<FunnelWhere> | null;
    return w && typeof w.property === 'string' ? { property: w.property, op: oneOf(w.op, WHERE_OPS, 'is'), values: list(w.values, (v) => (typeof v === 'string' ? v : null), 50) ?? [] } : null;
};
const step = (x: unknown): FunnelStep | null => {
    const s = x as Partial<FunnelStep> | null;
    const wheres = list(s?.where, where, WHERE_MAX);
    return s && typeof s.event === 'string' ? { event: s.event, ...(s.label ? { label: textOf(s.label, '') } : {}), ...(wheres?.length ? { where: wheres } : {}) } : null;
};
const exclude = (x: unknown): FunnelExclude | null => {
    const e = x as Partial<FunnelExclude> | null;
    return e && typeof e.event === 'string' ? { event: e.event, from_step: whole(e.from_step, 1, STEPS_MAX, 1), to_step: whole(e.to_step, 1, STEPS_MAX, 2) } : null;
};
const text = (x: unknown) => (typeof x === 'string' ? x : null);

export const clean = (raw: Partial<Record<keyof Shown | 'ready', unknown>>, first: Shown): Shown => {
    const property = (raw.breakdown as { property?: unknown } | null)?.property;
    return {
        steps: list(raw.steps, step, STEPS_MAX) ?? first.steps,
        order: oneOf(raw.order, ['ordered', 'strict', 'any'] as const, first.order),
        window_s: whole(raw.window_s, 1, WINDOW_MAX_S, first.window_s),
        by: oneOf(raw.by, ['', 'person', 'visit'] as const, first.by),
        same: list(raw.same, text, SAME_MAX) ?? first.same,
        exclude: list(raw.exclude, exclude, EXCLUDE_MAX) ?? first.exclude,
        reentry: raw.reentry === true,
        modes: list(raw.modes, (x) => MODES.find((m) => m === x) ?? null, MODES.length) ?? first.modes,
        breakdown: typeof property === 'string' ? `${PROPERTY}${property}` : textOf(raw.breakdown, ''),
        trend: oneOf(raw.trend, ['', 'day', 'week', 'month'] as const, first.trend),
        exclusion: oneOf(raw.exclusion, ['attempt', 'person'] as const, first.exclusion),
        finish: oneOf(raw.finish, ['window', 'period'] as const, first.finish),
        time: whole(raw.time, 0, STEPS_MAX, 0),
    };
};

export const named = (steps: FunnelStep[]): FunnelStep[] => steps.filter((s) => s.event.trim() !== '');
const whole2 = (w: FunnelWhere): boolean => w.property.trim() !== '' && (w.op === 'present' || !!w.values?.length);

export function questionOf(s: Shown): FunnelQuestion {
    const steps = named(s.steps);
    const last = steps.length;
    const common: FunnelQuestion = {
        ...(s.breakdown ? { breakdown: s.breakdown.startsWith(PROPERTY) ? { property: s.breakdown.slice(PROPERTY.length) } : s.breakdown } : {}),
        ...(s.trend ? { trend: s.trend } : {}), ...(s.by ? { by: s.by } : {}),
    };
    if (!last) return { ready: 'shop', ...common };
    const excluded = s.exclude.filter((e) => e.event.trim() && e.from_step < e.to_step && e.to_step <= last);
    return {
        steps: steps.map(({ where: w, ...rest }) => ({ ...rest, ...(w?.some(whole2) ? { where: w.filter(whole2) } : {}) })), order: s.order, ...(s.window_s === FIRST.window_s ? {} : { window_s: s.window_s }), ...common,
        ...(s.same.length ? { same: s.same } : {}), ...(excluded.length ? { exclude: excluded, exclusion: s.exclusion } : {}), ...(s.finish === 'period' ? { finish: s.finish } : {}), ...(s.reentry ? { reentry: true } : {}), ...(s.modes.length ? { modes: s.modes } : {}),
    };
}

const TEST: Record<FunnelWhere['op'], string> = { is: 'is', is_not: 'is_not', contains: 'contains', starts: 'starts', ends: 'ends', at_least: 'at_least', at_most: 'at_most', present: 'known' };
const testOf = (w: FunnelWhere): Test => ({
    field: w.property, test: TEST[w.op], ...(w.op === 'present' ? {} : { values: (w.values ?? []).map((v) => (w.op.startsWith('at_') && Number.isFinite(Number(v)) ? Number(v) : v)) }),
});
const specOf = (s: FunnelStep): EventSpec => ({ event: s.event, ...(s.where?.length ? { where: s.where.map(testOf) } : {}) });

// Who did the first n steps within the days, one after the other, as a segment says it.
function didSteps(steps: FunnelStep[], window: Window, same: string[]): Node {
    const [only] = steps;
    if (steps.length === 1 && only) return { did: { ...specOf(only), window, measure: 'count', test: 'at_least', values: [1] } };
    return { sequence: { steps: steps.map(specOf), window, ...(same.length ? { same } : {}) } };
}

// A place to begin from: the segment's window are the same days, its steps the same events. Null where a step is any event.
export function segmentOf(answer: StepAnswer[], shown: Shown, view: View, number: number, what: 'reached' | 'dropped'): Node | null {
    const own = named(shown.steps);
    // A ready funnel leaves out what the shop never sends.
    const until = (n: number): FunnelStep[] => (own.length ? own.slice(0, n) : answer.slice(0, n).filter((s) => s.seen !== false).map((s) => ({ event: s.event })));
    const window: Window = { dates: { from: view.from, to: view.to } };
    const reached = until(number);
    const before = until(number - 1);
    if (!reached.length || reached.some((s) => s.event === '*')) return null;
    if (what === 'reached') return didSteps(reached, window, shown.same);
    return before.length ? { all: [didSteps(before, window, shown.same), { not: didSteps(reached, window, shown.same) }] } : null;
}
