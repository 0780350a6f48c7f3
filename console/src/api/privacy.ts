// SPDX-License-Identifier: Apache-2.0
// Names for the answers about consent, requests of persons and governance. As in types.ts, what spec.ts has
// comes from there.

import type * as spec from './spec';
import type { Actor, DictionaryChange, Time } from './types';

// --- purposes, policies, consents

export type Purpose = spec.PurposesListAnswer['items'][number];
export type Wording = Purpose['wordings'][number];
export type PolicyRow = spec.PoliciesListAnswer['items'][number];
export type Policy = spec.PoliciesGetAnswer;
export type ConsentState = spec.PeopleConsentsAnswer['consents'][number];
export type ConsentRecord = spec.PeopleConsentsAnswer['items'][number] & { person?: string; label?: string };
export type ConsentsQuery = spec.ConsentsListQuery;

// --- requests of persons

export type RequestRow = spec.RequestsListAnswer['items'][number];
export type RequestDetail = spec.RequestsShowAnswer;
export type RequestAct = RequestDetail['acts'][number];
export type RequestFigures = spec.RequestsFiguresAnswer;
export type Ground = spec.RequestsGroundsAnswer['items'][number];

// --- recipients

export type Recipient = spec.RecipientsListAnswer['items'][number];
export type RecipientOrder = spec.RecipientsOrdersAnswer['items'][number];

// --- retention, unused fields, proposals

export interface RetentionRule {
    name: string;
    kind: string;
    declared: boolean;
    category: string;
    what: string;
    covers: string[];
    keep_days: number;
    keep_min: number;
    basis: string;
    owner: string | null;
    on: boolean;
    next_run: Time | null;
    last_run: Time | null;
    backlog: number | null;
    backlog_at: Time | null;
    dry_run_at: Time | null;
    dry_run_days: number | null;
}
export interface DryRun {
    name: string;
    keep_days: number;
    before: Time | null;
    people: number;
    rows: number;
    complete: boolean;
    looked: number;
    total: number;
    sample: string[];
    kept: { reason: string; source: string; doc: string; people: number }[];
}
export interface RetentionRun {
    id: string;
    rule: string;
    keep_days: number;
    before: Time | null;
    started: Time;
    finished: Time | null;
    state: string;
    done: number;
    total: number;
    people: number;
    rows: number;
    spared: number;
    fault: string | null;
    certificate: boolean;
}
export interface FieldUse {
    field: string;
    level: string;
    filled_permille: number;
    last_written: Time | null;
    last_read: Time | null;
    used_in: string[];
    verdict: string;
}
export interface ProposalDetail extends Proposal { diff: DictionaryChange[]; touches: { what: string; name: string; text: string }[]; text?: string }
export interface DictionaryVersion { version: string; at: Time; by: string; why: string | null; proposal: string | null }
export interface Proposal { id: string; state: string; by: string; at: Time; why: string; decided_by: string | null; decided: Time | null }

// --- letters and the canary

export type LetterRow = spec.LettersListAnswer['items'][number];
export interface CanaryRun { at: Time; ok: boolean; took_ms: number; steps: { name: string; ok: boolean; took_ms: number; fault: string | null }[] }

// --- the transparency page

export type TransparencySetting = spec.TransparencyGetAnswer;
export type TransparencyContact = NonNullable<TransparencySetting['controller']>;
export type TransparencyBadge = TransparencySetting['badges'][number];
export type TransparencyVersion = spec.TransparencyVersionsAnswer['items'][number];

// --- breaches

export type BreachRow = spec.BreachesListAnswer['items'][number];
export type Breach = spec.BreachesShowAnswer;
export type BreachQuestion = Breach['scope']['queries'][number];
export type BreachPerson = spec.BreachesAffectedAnswer['items'][number];
export type BreachLetter = spec.BreachesLettersAnswer['items'][number];

// --- registers

interface Contact { name: string; address: string; country: string; email: string; phone: string; website: string }
export interface Activity {
    name: string;
    doc: string;
    basis: string;
    validity_days: number;
    people: string[];
    data: { name: string; level: string; retention_days: number; fields: string[] }[];
    recipients: { name: string; title: string; registered: boolean; role: string; country: string; transfer: boolean; safeguard: string; contract: boolean }[];
    assessments: { name: string; kind: string; state: string }[];
    reviewed: Time | null;
}
export interface ProcessingRegister {
    version: Time | null;
    record: { type: string; controller: Contact; officer: Contact; activities: Activity[]; flows: unknown; security: { name: string; text: string }[] };
    live: {
        sources: { name: string; kind: string; events: { name: string; count: number; last: Time }[] }[];
        exports: { name: string; action: string; purpose: string; fields: string[]; count: number; people: number; first: Time; last: Time }[];
        days: number;
        counted: Time | null;
        cut: boolean;
    };
}
export interface RegisterChange { row: string; change: 'added' | 'removed' | 'changed'; before: unknown; after: unknown }
export interface MapNode { id: string; kind: string; label: string; level: string | null; live: boolean }
export interface DataMap { nodes: MapNode[]; edges: { from: string; to: string; count: number | null }[] }
export interface DueItem { what: string; name: string; title: string; state: string; due: Time | null; reason: string; source: string }
export interface Assessment {
    name: string;
    kind: string;
    title: string;
    owner: string;
    state: string;
    risk: string | null;
    purposes: string[];
    recipient: string | null;
    summary: string;
    review: Time | null;
    decided: Time | null;
    made: Time;
    changed: Time;
    by: Actor;
}
