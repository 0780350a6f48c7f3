// SPDX-License-Identifier: Apache-2.0
// Segments, events, SQL, personas: the answers under the names the console uses.

import type { Node, Window } from '../lib/definition';
import type { Day, Json, Money, Time } from './types';

// --- segments

export type SegmentState = 'filling' | 'live' | 'broken';
export interface SegmentRow {
    name: string;
    title: string;
    doc: string;
    state: SegmentState;
    fault: string | null;
    filled: number; // permille
    size: number;
    trend: { at: Time; size: number }[];
    persona: boolean;
    created: Time;
    changed: Time;
    version: number;
}
export interface Segment extends SegmentRow {
    text: string;
    definition: Node;
    card: Json; // what staff wrote about the persona
    used_by: string[];
    uses: string[];
}
export interface Fault {
    at: number; // bytes of the text
    length: number;
    path: string; // JSON pointer into the definition
    warning: boolean;
    text: string;
}
export interface SegmentCheck {
    ok: boolean;
    faults: Fault[];
    text: string | null;
    definition: Node | null;
}
export interface Completion {
    from: number; // bytes
    to: number;
    items: { text: string; kind: string; doc: string | null }[];
}
export type FieldType = 'text' | 'number' | 'time' | 'boolean';
export interface CatalogField {
    name: string;
    type: FieldType;
    doc: string;
    options: string[] | null;
    level: string;
}
export interface CatalogEvent {
    name: string;
    doc: string;
    properties: { name: string; type: FieldType; doc: string }[];
}
export interface Catalog {
    fields: CatalogField[];
    events: CatalogEvent[];
    segments: string[];
}
export interface PersonLabel {
    id: string;
    label: string;
}
export interface SegmentPreview {
    people: number;
    whole: boolean;
    low: number;
    high: number;
    total: number;
    took_ms: number;
    sample: PersonLabel[];
    clauses: { number: number; text: string; people: number }[];
    breakdown: { field: string; rows: { value: string | null; people: number }[] } | null;
}
export interface HeldBack {
    count: number;
    reasons: { reason: string; count: number }[];
}
export interface SegmentPeople {
    items: (PersonLabel & { since: Time | null })[];
    next: string | null;
    held_back: HeldBack | null;
}
export interface WhyNode {
    number: number;
    text: string;
    holds: boolean;
    measured: string | null;
    since: Time | null;
    until: Time | null;
    events: { seq: number; time: Time; event: string }[];
}
export interface Why {
    in: boolean;
    until: Time | null;
    nodes: WhyNode[];
}
export interface Move extends PersonLabel {
    at: Time;
    entered: boolean;
}
export interface SegmentSize {
    at: Time;
    size: number;
    entered: number;
    left: number;
}
export interface Overlap {
    segments: { name: string; size: number }[];
    pairs: { a: string; b: string; both: number }[];
}
export interface PersonSegment {
    name: string;
    title: string;
    since: Time | null;
}
export type { Node, Window };

// --- events

export interface EventKind {
    name: string;
    count: number;
    last: Day | null;
}
export interface ExploredEvent {
    seq: number;
    time: Time;
    event: string;
    person: PersonLabel | null;
    properties: Record<string, Json> | null;
    revenue: Money | null;
}
export interface Breakdown {
    currency?: string;
    rows: { value: string | null; people: number; events: number; revenue: Money | null }[];
}

// --- SQL

export interface SqlColumn {
    name: string;
    type: string;
    doc: string;
}
export interface SqlSchema {
    tables: { name: string; doc: string; columns: SqlColumn[] }[];
    rows_max?: number; // of an answer
}
export interface SqlAnswer {
    columns: string[];
    rows: Json[][];
    truncated: boolean;
    took_ms: number;
    operations: number;
}
export interface SqlQuery {
    name: string;
    title: string;
    sql: string;
    changed: Time;
    by: number | string | null;
    version: number;
}

// --- personas, RFM, lifecycle, slots

export interface CardLine {
    field: string;
    value: string;
    text: string;
    people: number;
    share: number;   // of the persona's people
    overall: number; // of everybody
    index: number;
}
export interface PersonaCard {
    who: CardLine[];
    buys: CardLine[];
    differs: CardLine[];
}
// `notes`: what staff wrote; `card`: what is measured.
export type Persona = SegmentRow & { card: PersonaCard | null; notes: Json };
export interface RfmGroup {
    name: string;
    doc: string;
    recency: [number, number];
    frequency_monetary: [number, number];
    people: number;
    revenue: Money;
}
export interface Rfm {
    groups: RfmGroup[];
    borders: { recency: number[]; frequency: number[]; monetary: number[] };
    computed: Time | null;
    customers: number;
    currency?: string;
}
export interface Stage {
    name: string;
    doc: string;
    rule: string;
    segment?: string; // of everybody for whom the rule holds
    fault?: string | null;
    people: number;
}
export interface Lifecycle {
    stages: Stage[];
}
export interface SlotRule {
    segment: string;
    variant: string;
    content: Record<string, Json>;
}
export interface Slot {
    name: string;
    title: string;
    rules: SlotRule[];
    fallback: Record<string, Json>;
    hold_out_permille: number;
    public: boolean; // browsers may ask for it
    version: number;
    changed: Time;
    missing: string[]; // segments of rules that are gone
}
export interface SlotAnswer {
    slot: string;
    variant: string;
    content: Record<string, Json>;
    reason: string;
    segment: string | null;
    held_out: boolean;
}
export interface Personalised {
    segments: string[];
    traits: Record<string, Json>;
    withheld: string | null;
    slots: SlotAnswer[];
}
