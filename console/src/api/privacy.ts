// SPDX-License-Identifier: Apache-2.0
// Names for the answers about consent, requests of persons and governance. As in types.ts, what spec.ts has
// comes from there.

import type * as spec from './spec';

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

export type PrivacyDoor = spec.PrivacyDoorsListAnswer['items'][number];
export type DoorNotice = spec.PrivacyDoorsNoticesAnswer['items'][number];

// --- retention, unused fields, proposals

export type RetentionRule = spec.RetentionListAnswer['items'][number];
export type DryRun = spec.RetentionDryRunAnswer;
export type RetentionRun = spec.RetentionRunsAnswer['items'][number];
export type FieldsUsage = spec.FieldsUsageAnswer;

export type Proposal = spec.ProposalsListAnswer['items'][number];
export type ProposalDetail = spec.ProposalsGetAnswer;
export type DictionaryVersion = spec.DictionaryHistoryAnswer['items'][number];

// --- letters and the canary

export type LetterRow = spec.LettersListAnswer['items'][number];
export type Canary = spec.CanaryListAnswer;
export type CanaryRun = Canary['runs'][number];

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

export type ProcessingRegister = spec.RegistersProcessingAnswer;
export type Activity = ProcessingRegister['record']['activities'][number];
export type RegisterChange = spec.RegistersDiffAnswer['items'][number];
export type DataMap = spec.RegistersMapAnswer;
export type MapNode = DataMap['nodes'][number];
export type DueItem = spec.RegistersDueAnswer['items'][number];
export type Assessment = spec.RegistersAssessmentsAnswer['items'][number];
