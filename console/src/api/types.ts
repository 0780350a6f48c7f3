// SPDX-License-Identifier: Apache-2.0
// The shapes of the HTTP API as the console uses them. Nothing else in the console declares an API
// shape, so that this one file can be replaced by the output of `custos spec ts`.
//
// Times are ISO 8601 text in UTC, money is an integer in minor units beside a currency code.

export type Time = string;
export type Day = string; // YYYY-MM-DD
export type Money = number;

export interface Problem {
    type?: string;
    title?: string;
    status: number;
    detail?: string;
    code?: string;
    field?: string;
    request_id?: string;
}

export interface List<T> {
    items: T[];
    next: string | null;
}

export type Permission =
    | 'analytics_read' | 'people_read' | 'people_write' | 'people_erase' | 'sources_read' | 'sources_write'
    | 'import' | 'quarantine' | 'dictionary_read' | 'dictionary_write' | 'operate';

export interface Session {
    staff: { id: number | string; email: string; role: string };
    csrf: string;
    permissions: string[];
    shop: { currency: string; timezone: string; name: string };
}

// The number of a source; some lists give its name.
export type SourceRef = number | string;

export const PASSWORD_MIN = 15; // characters

export type Metric = 'revenue' | 'orders' | 'average_order_value' | 'active_customers' | 'new_customers';

export interface Figure {
    value: number;
    previous: number | null;
    change: number | null; // ratio: .12 is twelve per cent more; null when there is nothing to compare with
}

export interface Today {
    from: Time;
    to: Time;
    currency: string;
    numbers: Record<Metric, Figure>;
    series: { days: Day[] } & Record<Metric, (number | null)[]>;
    has_data: boolean;
    sample: boolean;
    last_event: Time | null;
}

export interface LiveItem {
    seq: number;
    received: Time;
    event: string;
    source: string;
    person: { id: string; label: string } | null;
    refused: boolean;
}

export interface Live {
    items: LiveItem[];
    last: number;
}

export type PeopleFilter = 'all' | 'known' | 'anonymous' | 'customers' | 'sample';
export type PeopleSort = 'last_seen' | 'first_seen' | 'revenue' | 'orders';

export interface PersonRow {
    id: string;
    label: string;
    email: string | null;
    country: string | null;
    first_seen: Time;
    last_seen: Time;
    orders: number;
    revenue: Money;
    events: number;
    known: boolean;
    sample: boolean;
}

export interface PeopleQuery {
    q?: string;
    filter?: PeopleFilter;
    sort?: PeopleSort;
    cursor?: string;
    limit?: number;
}

export interface People extends List<PersonRow> {
    total: number;
    search: { ready: boolean; indexed: number; total: number };
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Trait {
    name: string;
    value: Json;
    level: string;
    category: string;
    source: SourceRef;
    at: Time;
    age_days: number;
    declared: boolean;
    doc: string;
}

export interface Identifier {
    kind: string;
    value: string;
    first_seen: Time;
    last_seen: Time;
    source: SourceRef;
    profile: string;
}

export interface Merge {
    edge: number;
    a: string;
    b: string;
    kind: string;
    evidence: string;
    at: Time;
    actor: string;
    live: boolean;
    ended_at: Time | null;
    ended_by: string | null;
    reason: string | null;
}

export type ConsentState = 'unknown' | 'granted' | 'refused' | 'withdrawn' | 'unproven';

export interface Consent {
    purpose: string;
    state: ConsentState;
    basis: string;
    since: Time | null;
    method: string | null;
    proven: boolean;
    allowed?: boolean; // whether the gate would let this purpose pass
}

export interface Person {
    id: string;
    label: string;
    known: boolean;
    sample: boolean;
    first_seen: Time;
    last_seen: Time;
    events: number;
    orders: { count: number; revenue: Money; refunded: Money; average: Money; last: Time | null };
    currency: string;
    traits: Trait[];
    identifiers: Identifier[];
    profiles: { id: string; first_seen: Time }[];
    merges: Merge[];
    consents: Consent[];
}

export interface PersonEvent {
    seq: number;
    time: Time;
    received: Time;
    event: string;
    type: string;
    source: SourceRef;
    revenue: Money | null;
    properties: { [key: string]: Json } | null;
    context: { [key: string]: Json } | null;
}

export interface OrderLine {
    product_id: string | null;
    sku: string | null;
    name: string | null;
    category: string | null;
    quantity: number;
    price: Money | null;
    total: Money | null;
}

export interface Order {
    order_id: string;
    placed: Time;
    status: 'completed' | 'refunded' | 'partially_refunded' | 'cancelled';
    total: Money;
    revenue: Money;
    shipping: Money;
    tax: Money;
    discount: Money;
    refunded: Money;
    currency: string;
    coupon: string | null;
    source: SourceRef;
    lines: OrderLine[];
}

export interface TraitVersion {
    field: string;
    value: Json;
    at: Time;
    source: SourceRef;
    import: number | null;
    action: string;
}

export interface Source {
    number: number;
    name: string;
    kind: string;
    enabled: boolean;
    sample: boolean;
    write_key: string;
    created: Time;
    last_seen: Time | null;
    accepted: number;
    refused: number;
    last_error: string | null;
    last_error_at: Time | null;
}

export type ImportKind = 'people' | 'orders' | 'events';
export type ImportStatus =
    | 'uploaded' | 'checking' | 'ready' | 'running' | 'done' | 'failed' | 'reverting' | 'reverted';

export interface ImportFault {
    row: number;
    code: string;
    text: string;
}

export interface ImportColumn {
    name: string;
    field: string; // '' or '-': left out
    samples_masked: string[];
    faults: ImportFault[];
    fault_count: number;
}

export interface Import {
    number: number;
    kind: ImportKind;
    name: string;
    map: string;
    status: ImportStatus;
    dry_run: boolean;
    bytes: number;
    bytes_done: number;
    rows: number;
    rows_ok: number;
    rows_bad: number;
    created: number;
    updated: number;
    unchanged: number;
    rate: number;
    seconds_left: number | null;
    started: Time | null;
    finished: Time | null;
    columns: ImportColumn[];
    error: string | null;
}

export interface MapColumn {
    column: string;
    field: string;
}

export interface ImportMap {
    name: string;
    kind: ImportKind;
    builtin: boolean;
    columns: MapColumn[];
}

export interface QuarantineRow {
    id: number | string;
    received: Time;
    source: SourceRef;
    code: string;
    field: string;
    text: string;
    bytes: number;
    status: 'open' | 'replayed' | 'discarded';
    import?: number;
}

export interface QuarantineItem extends QuarantineRow {
    body: string | null; // null once discarded
    body_encoding: 'text' | 'base64';
}

export interface Quarantine extends List<QuarantineRow> {
    counts: { code: string; count: number }[];
}

export interface DictionaryField {
    name: string;
    type: string;
    min?: number | null;
    max?: number | null;
    options?: string[];
    category?: string;
    level: string;
    group?: string;
    purposes?: string[];
    retention_days?: number | null;
    owner?: string;
    doc?: string;
    identifier?: string | null;
    aliases?: string[];
}

export interface DictionaryEvent {
    name: string;
    aliases?: string[];
    category?: string;
    owner?: string;
    doc?: string;
    purposes?: string[];
    retention_days?: number | null;
    fields?: DictionaryField[];
}

export interface DictionaryPurpose {
    name: string;
    doc?: string;
    basis: string;
    categories?: string[];
}

export interface DictionaryIdentifier {
    kind: string;
    priority: number;
    limit: number;
    blocked?: string[];
    doc?: string;
}

export interface Dictionary {
    version: string | number;
    text: string;
    persons: DictionaryField[];
    events: DictionaryEvent[];
    purposes: DictionaryPurpose[];
    identifiers: DictionaryIdentifier[];
}

export interface DictionaryError {
    line: number;
    column: number;
    row: string;
    code?: string;
    text: string;
}

export interface DictionaryChange {
    change: 'added' | 'removed' | 'changed';
    row: string; // "persons/email", "events/Order Completed/total"
    attributes: { name: string; before: Json; after: Json }[];
}

export interface DictionaryCheck {
    ok: boolean;
    error_count?: number;
    errors: DictionaryError[];
    diff: DictionaryChange[];
}

export interface Undeclared {
    scope: string;
    name: string;
    count: number;
    first_seen: Time;
    last_seen: Time;
    sources: SourceRef[];
}

export interface SampleData {
    present: boolean;
    people?: number;
    events: number;
}
