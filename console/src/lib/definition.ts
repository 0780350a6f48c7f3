// SPDX-License-Identifier: Apache-2.0
// A segment's definition as JSON: its shapes, walking it, changing it. Every change makes new objects along
// its path and keeps everything else as it came, unknown members too, so that what is saved differs only
// where somebody changed it.

export type Value = string | number | boolean;
export type Unit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years';
export const UNITS: Unit[] = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'];
export const LENGTHS: Unit[] = ['minutes', 'hours', 'days', 'weeks']; // of one length wherever they begin
export interface Span {
    n: number;
    unit: Unit;
}
export type Window =
    | { last: Span } | { next: Span } | { ago: { from: number; to: number; unit: Unit } } | { before_ago: Span }
    | { calendar: { unit: string; back: number } } | { dates: { from?: string | null; to?: string | null } };
export interface Test {
    field: string;
    test: string;
    values?: Value[];
    window?: Window;
}
export interface EventSpec {
    event: string;
    where?: Test[];
}
export interface Did extends EventSpec {
    window?: Window;
    measure?: string;
    of?: string;
    test?: string;
    values?: Value[];
    test_window?: Window; // of measures that are times
}
export interface Step extends EventSpec {
    within?: Span;
}
export interface Sequence {
    steps: Step[];
    same?: string[];
    without?: EventSpec[];
    without_for?: Span | 'ever' | null;
    window?: Window;
}
export interface Member {
    segment: string;
    state?: 'in' | 'entered' | 'left';
    window?: Window;
}
export type Node =
    | { all: Node[] } | { any: Node[] } | { not: Node } | { everybody: true }
    | { did: Did } | { sequence: Sequence } | { member: Member } | { sample: { percent: number; seed?: string } } | Test;
export type Kind = 'all' | 'any' | 'not' | 'everybody' | 'did' | 'sequence' | 'member' | 'sample' | 'field';
const KINDS: Kind[] = ['all', 'any', 'not', 'everybody', 'did', 'sequence', 'member', 'sample'];

export const kindOf = (n: Node): Kind => KINDS.find((k) => k in n) ?? 'field';
// The inside of a node by its kind; which one it is was asked with kindOf.
export const inside = <T>(n: Node, kind: Kind): T => (n as unknown as Record<string, T>)[kind] as T;

export const LIMITS = { nodes: 200, depth: 16, steps: 8 };
export const TESTS = {
    text: ['is', 'is_not', 'contains', 'contains_not', 'starts', 'ends', 'known', 'unknown'],
    number: ['is', 'is_not', 'more', 'at_least', 'less', 'at_most', 'between', 'known', 'unknown'],
    time: ['within', 'not_within', 'less', 'at_most', 'more', 'at_least', 'between', 'anniversary', 'known', 'unknown'],
    boolean: ['is', 'is_not', 'known', 'unknown'],
} as const;
export const MEASURES = ['count', 'sum', 'average', 'minimum', 'maximum', 'distinct', 'first', 'latest', 'days_active', 'first_time', 'last_time'] as const;
export const OF_NEEDED = new Set(['sum', 'average', 'minimum', 'maximum', 'distinct', 'first', 'latest']);
export const NO_VALUES = new Set(['known', 'unknown', 'within', 'not_within', 'anniversary']);
export const WINDOWED = new Set(['within', 'not_within', 'anniversary']);
export const MANY = new Set(['is', 'is_not', 'contains', 'contains_not', 'starts', 'ends']);

export interface Placed {
    node: Node;
    path: string;   // JSON pointer
    number: number; // in reading order, as explanations and previews count
}

function children(n: Node): [string, Node][] {
    const kind = kindOf(n);
    if (kind === 'all' || kind === 'any') return inside<Node[]>(n, kind).map((c, i) => [`/${kind}/${i}`, c]);
    return kind === 'not' ? [['/not', inside<Node>(n, 'not')]] : [];
}

export function walk(root: Node): Placed[] {
    const out: Placed[] = [];
    const visit = (node: Node, path: string) => {
        out.push({ node, path, number: out.length });
        for (const [step, child] of children(node)) visit(child, path + step);
    };
    visit(root, '');
    return out;
}

// Faults by the path of the deepest node they lie in.
export function placed<F extends { path: string }>(root: Node, faults: F[]): Map<string, F[]> {
    const paths = walk(root).map((p) => p.path).sort((a, b) => b.length - a.length);
    const out = new Map<string, F[]>();
    for (const f of faults) {
        const at = f.path.replace(/^\/definition(?=\/|$)/, '');
        const found = paths.find((p) => p === '' || at === p || at.startsWith(`${p}/`)) ?? '';
        out.set(found, [...(out.get(found) ?? []), f]);
    }
    return out;
}

// Members that say nothing are left out, so that JSON stays as short as the server prints it.
export function without<T extends object>(from: T, ...names: (keyof T)[]): T {
    const copy = { ...from };
    for (const name of names) delete copy[name];
    return copy;
}
export function set<T extends object>(from: T, name: keyof T, value: unknown): T {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return without(from, name);
    return { ...from, [name]: value } as T;
}

// What a new condition starts as; empty names are for the editor to fill in.
export function fresh(kind: Kind): Node {
    switch (kind) {
        case 'all': return { all: [{ field: '', test: 'is', values: [] }] };
        case 'any': return { any: [{ field: '', test: 'is', values: [] }] };
        case 'not': return { not: { field: '', test: 'is', values: [] } };
        case 'everybody': return { everybody: true };
        case 'did': return { did: { event: '', window: { last: { n: 30, unit: 'days' } }, measure: 'count', test: 'at_least', values: [1] } };
        case 'sequence': return { sequence: { steps: [{ event: '' }, { event: '', within: { n: 3, unit: 'days' } }] } };
        case 'member': return { member: { segment: '', state: 'in' } };
        case 'sample': return { sample: { percent: 10 } };
        default: return { field: '', test: 'is', values: [] };
    }
}

// --- text positions: the server counts bytes of UTF-8, the browser units of UTF-16

export function byteAt(text: string, index: number): number {
    return new TextEncoder().encode(text.slice(0, index)).length;
}
export function indexAt(text: string, byte: number): number {
    let bytes = 0;
    let i = 0;
    for (const c of text) {
        if (bytes >= byte) break;
        const code = c.codePointAt(0)!;
        bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        i += c.length;
    }
    return i;
}
