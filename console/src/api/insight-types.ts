// SPDX-License-Identifier: Apache-2.0
// Names for questions about figures (POST /v1/insight/query) and their answers. As in types.ts, everything comes from spec.ts;
// only what the tables leave open is narrowed. Amounts are minor units of the shop's currency, shares 0..1, people are persons. A
// figure is null where it is hidden (too few people) or has no meaning.

import type * as spec from './spec';
import type { Day } from './types';

export type Figure = number | null;
type With<T, U> = Omit<T, keyof U> & U;

// --- the catalogue

export type MetricInfo = spec.InsightMetricsAnswer['items'][number];
export type MetricVariant = MetricInfo['variants'][number];
export type Unit = MetricInfo['unit'];
export type Good = MetricInfo['good'];
export type DimensionInfo = spec.InsightDimensionsAnswer['items'][number];
export type DimensionValue = spec.InsightValuesAnswer['items'][number];
export type Annotation = spec.AnnotationsListAnswer['items'][number];

// --- what every question and answer has

export type Asked<Q = object> = With<spec.InsightQueryBody, { question: Q }>;
export type Answered<A> = With<spec.InsightQueryAnswer, { answer: A }>;
export type InsightPeople = spec.InsightPeopleAnswer;

// --- report

export type ReportQuestion = spec.InsightReportQuestion;
export type By = NonNullable<ReportQuestion['by']>;
export type Compare = NonNullable<ReportQuestion['compare']>;
export type Filter = NonNullable<ReportQuestion['filters']>[number];
export type ReportAnswer = spec.InsightReportAnswer;
export type ReportMetric = ReportAnswer['metrics'][number];
export type Significance = NonNullable<ReportMetric['significance']>;
export type ReportRow = ReportAnswer['rows'][number];

// --- funnel

export const WHERE_OPS = ['is', 'is_not', 'contains', 'starts', 'ends', 'at_least', 'at_most', 'present'] as const;
type Step = NonNullable<spec.InsightFunnelQuestion['steps']>[number];
export type FunnelWhere = With<NonNullable<Step['where']>[number], { op: (typeof WHERE_OPS)[number]; values?: string[] }>;
export type FunnelStep = With<Step, { where?: FunnelWhere[] }>;
export type FunnelExclude = With<NonNullable<spec.InsightFunnelQuestion['exclude']>[number], { from_step: number; to_step: number }>;
export type FunnelQuestion = spec.InsightFunnelQuestion;
export type FunnelMode = NonNullable<FunnelQuestion['modes']>[number];
export type FunnelAnswer = spec.InsightFunnelAnswer;
export type StepAnswer = FunnelAnswer['steps'][number];

// --- paths

export type PathsQuestion = spec.InsightPathsQuestion;
export type PathsAnswer = spec.InsightPathsAnswer;
export type PathNode = PathsAnswer['columns'][number][number];
export type PathLink = PathsAnswer['links'][number]; // depth: of the place it leads to; the start is 0

// --- cohorts, customer value

type Acquired = Pick<spec.InsightCohortQuestion, 'acquired'>;
export type CohortQuestion = Required<Omit<spec.InsightCohortQuestion, 'acquired'>> & Acquired;
export type CohortAnswer = spec.InsightCohortAnswer;
export type CohortRow = CohortAnswer['cohorts'][number];
export type ValueQuestion = With<spec.InsightValueQuestion, { by: NonNullable<spec.InsightValueQuestion['by']>; periods: number }>;
export type ValueAnswer = spec.InsightValueAnswer;
export type ValueCurve = ValueAnswer['curves'][number];
export type ChurnAnswer = spec.InsightChurnAnswer;
export type ChurnBand = ChurnAnswer['bands'][number];
export type ChurnVariant = ChurnAnswer['variants'][number];
export type RfmMoves = spec.InsightRfmMovementAnswer;

// --- attribution

export const MODELS = ['first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay', 'markov'] as const;
export const TRANSFORMS = ['none', 'exposure', 'unique', 'first', 'remove_if_last_and_not_all', 'remove_if_not_all'] as const;
export type AttributionQuestion = spec.InsightAttributionQuestion;
export type Model = NonNullable<AttributionQuestion['models']>[number];
export type AttributionAnswer = With<spec.InsightAttributionAnswer, { formulas: Record<string, string> }>;
export type AttributionRow = AttributionAnswer['rows'][number];
export type ModelFigures = AttributionRow['models'][number];
export type Spend = With<spec.SpendListAnswer['items'][number], { day: Day }>;

// --- friction: lists of rows whose members are texts, counts, shares ("converted..."), milliseconds ("..._ms") and the money lost

export type FrictionRow = Record<string, string | Figure>;
export type FrictionAnswer = spec.InsightFrictionAnswer;
