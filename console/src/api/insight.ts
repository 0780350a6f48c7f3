// SPDX-License-Identifier: Apache-2.0
// Names for the answers about segments, events, SQL, personas and contents. As in types.ts, everything comes from
// spec.ts; only what the tables leave open (a definition's JSON, rows of SQL, pairs) is narrowed.

import type { Node, Window } from '../lib/definition';
import type * as spec from './spec';
import type { Json } from './types';

type With<T, U> = Omit<T, keyof U> & U;

// --- segments

export type SegmentRow = spec.SegmentsListAnswer['items'][number];
export type SegmentState = SegmentRow['state'];
// `definition` is null where the dictionary changed so that the text cannot be read any more.
export type Segment = With<spec.SegmentsGetAnswer, { definition: Node | null }>;
export type SegmentCheck = With<spec.SegmentsCheckAnswer, { definition: Node | null }>;
export type Fault = SegmentCheck['faults'][number];
export type Completion = spec.SegmentsCompleteAnswer;
export type Catalog = spec.SegmentsCatalogAnswer;
export type CatalogField = Catalog['fields'][number];
export type CatalogEvent = Catalog['events'][number];
export type FieldType = CatalogField['type'];
export type SegmentPreview = spec.SegmentsPreviewAnswer;
export type SegmentPeople = spec.SegmentsPeopleAnswer;
export type HeldBack = NonNullable<SegmentPeople['held_back']>;
export type Why = spec.SegmentsWhyAnswer;
export type WhyNode = Why['nodes'][number];
export type Move = spec.SegmentsHistoryAnswer['items'][number];
export type SegmentSize = spec.SegmentsSizesAnswer['items'][number];
export type Overlap = spec.SegmentsOverlapAnswer;
export type PersonSegment = spec.SegmentsOfPersonAnswer['items'][number];
export type { Node, Window };

// --- events

export type EventKind = spec.EventsKindsAnswer['items'][number];
export type ExploredEvent = spec.EventsListAnswer['items'][number];
export type Breakdown = spec.EventsBreakdownAnswer;

// --- SQL

export type SqlSchema = spec.SqlSchemaAnswer;
export type SqlAnswer = With<spec.SqlAskAnswer, { rows: Json[][] }>;
export type SqlQuery = spec.SqlQueriesAnswer['items'][number];

// --- personas, RFM, lifecycle, slots

// `notes`: what staff wrote; `card`: what is measured.
export type Persona = spec.PersonasListAnswer['items'][number];
export type CardLine = NonNullable<Persona['card']>['who'][number];
export type RfmGroup = With<spec.RfmGetAnswer['groups'][number], { recency: [number, number]; frequency_monetary: [number, number] }>;
export type Rfm = With<spec.RfmGetAnswer, { groups: RfmGroup[] }>;
export type Lifecycle = spec.LifecycleGetAnswer;
export type Stage = Lifecycle['stages'][number];
type Content = Record<string, Json>;
export type SlotRule = With<spec.SlotsGetAnswer['rules'][number], { content: Content }>;
export type Slot = With<spec.SlotsGetAnswer, { rules: SlotRule[]; fallback: Content }>;
export type SlotAnswer = With<spec.SlotsPreviewAnswer['slots'][number], { content: Content }>;
export type Personalised = With<spec.SlotsPreviewAnswer, { slots: SlotAnswer[] }>;
