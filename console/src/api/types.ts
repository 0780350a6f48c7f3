// SPDX-License-Identifier: Apache-2.0
// The API's shapes under the names the console uses. Everything comes from spec.ts, which the program
// prints from its own tables (`npm run spec`), so that a changed answer is a compile error here. The
// only additions are words that the tables give as plain text.
//
// Times are ISO 8601 text in UTC, money is an integer in minor units beside a currency code.

import type * as spec from './spec';

export type Time = string;
export type Day = string; // YYYY-MM-DD
export type Money = number;
export type SourceRef = number | string; // number of a source; lists of live events give its name
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Problem = Partial<Omit<spec.Problem, 'code'>> & { status: number; code?: string };
export type Permission = spec.Permission;
export interface List<T> {
    items: T[];
    next: string | null;
}

export type Session = spec.SessionGetAnswer;
export type SetupState = spec.SetupStateAnswer;

export type Live = spec.LiveAnswer;
export type LiveItem = Live['items'][number];

export type PeopleQuery = spec.PeopleSearchBody;
export type PeopleFilter = NonNullable<PeopleQuery['filter']>;
export type PeopleSort = NonNullable<PeopleQuery['sort']>;
export type People = spec.PeopleSearchAnswer;
export type PersonRow = People['items'][number];
export type Person = spec.PeopleShowAnswer;
export type Trait = Person['traits'][number];
export type Shown = Trait['shown'];
export type Identifier = Person['identifiers'][number];
export type Merge = Person['merges'][number];
export type Consent = Person['consents'][number];
export type PersonEvent = spec.PeopleEventsAnswer['items'][number];
export type Order = spec.PeopleOrdersAnswer['items'][number];
export type TraitVersion = spec.PeopleHistoryAnswer['items'][number];

export type Source = spec.SourcesListAnswer['items'][number];

export type Import = spec.ImportsGetAnswer;
export type ImportKind = Import['kind'];
export type ImportColumn = Import['columns'][number];
export type ImportFault = Import['faults'][number];
export type ImportMaps = spec.ImportMapsListAnswer;
export type ImportMap = ImportMaps['items'][number];
export type MapColumn = ImportMap['columns'][number];

export type Quarantine = spec.QuarantineListAnswer;
export type QuarantineRow = Quarantine['items'][number];
export type QuarantineItem = spec.QuarantineGetAnswer;

export type Dictionary = spec.DictionaryGetAnswer;
export type DictionaryField = Dictionary['persons'][number];
export type DictionaryEvent = Dictionary['events'][number];
export type DictionaryPurpose = Dictionary['purposes'][number];
export type DictionaryIdentifier = Dictionary['identifiers'][number];
export type DictionaryCheck = spec.DictionaryCheckAnswer;
export type DictionaryChange = DictionaryCheck['diff'][number];
export type Undeclared = spec.PeopleUndeclaredAnswer['items'][number];

export type SampleData = spec.SampleGetAnswer;

export type * from './insight';
export type * from './privacy';
export type * from './trust';
