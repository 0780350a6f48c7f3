// SPDX-License-Identifier: Apache-2.0
// "is more than 100": a comparison and what it compares with, by the type of what is compared.

import type { FieldType } from '../../../api/types';
import { t } from '../../../i18n';
import { MANY, NO_VALUES, set, TESTS, WINDOWED, type Test, type Value, type Window } from '../../../lib/definition';
import { Chips, DateBox, NumberBox, Pick, testName } from './inputs';
import { ANNIVERSARY_WINDOWS, freshWindow, TIME_WINDOWS, WindowBox } from './window';

type Tested = Pick<Test, 'values' | 'window'> & { test?: string; test_window?: Window };
type WindowName = 'window' | 'test_window'; // a measure of events has a window of its own beside it
const UNSURE = ['is', 'is_not', 'more', 'at_least', 'less', 'at_most', 'between', 'contains', 'contains_not', 'starts', 'ends', 'known', 'unknown'];

export const testsOf = (type: FieldType | null): readonly string[] => (type ? TESTS[type] : UNSURE);

// Another comparison, with as much of the values as still fits.
export function withTest<T extends Tested>(from: T, test: string, own: WindowName = 'window'): T {
    const values = from.values ?? [];
    let next = { ...from, test } as T;
    if (NO_VALUES.has(test)) next = set(next, 'values', undefined);
    else if (test === 'between') next = set(next, 'values', values.length > 1 ? values.slice(0, 2) : values.length ? [values[0], values[0]] : undefined);
    else if (!MANY.has(test)) next = set(next, 'values', values.slice(0, 1));
    return set(next, own, WINDOWED.has(test) ? (from[own] ?? freshWindow(test === 'anniversary' ? 'next' : 'last')) : undefined);
}

function One({ type, label, value, onChange }: { type: FieldType | null; label: string; value: Value | undefined; onChange: (v: Value) => void }) {
    if (type === 'time') return <DateBox label={label} value={value === undefined ? '' : String(value)} onChange={onChange} />;
    if (type === 'boolean') {
        return <Pick label={label} value={String(value ?? '')} options={[{ value: 'true', text: t('value.yes') }, { value: 'false', text: t('value.no') }]} onChange={(v) => onChange(v === 'true')} />;
    }
    if (type === 'number' || typeof value === 'number') return <NumberBox fractions label={label} value={typeof value === 'number' ? value : undefined} onChange={onChange} />;
    return <input type="text" class="name-box" aria-label={label} maxLength={500} autocomplete="off" value={value === undefined ? '' : String(value)} onInput={(e) => onChange(e.currentTarget.value)} />;
}

export function TestBox<T extends Tested>({ value, type, onChange, list, about, own = 'window' }: {
    value: T; type: FieldType | null; onChange: (value: T) => void; list?: string | undefined; about: string; own?: WindowName;
}) {
    const test = value.test ?? 'at_least';
    const values = value.values ?? (value.test ? [] : [1]);
    const tests = testsOf(type);
    const put = (next: Value[]) => onChange({ ...set(value, 'values', next), ...(value.test ? {} : { test }) });
    const label = t('builder.value', { about });
    return (
        <>
            <Pick label={t('builder.test', { about })} value={test} options={tests.map((x) => ({ value: x, text: testName(x, type) }))} onChange={(x) => onChange(withTest({ ...value, test }, x, own))} />
            {!NO_VALUES.has(test) && (
                test === 'between' ? (
                    <span class="together">
                        <One type={type ?? 'number'} label={t('builder.value.low', { about })} value={values[0]} onChange={(v) => put([v, values[1] ?? v])} />
                        <span>{t('builder.and')}</span>
                        <One type={type ?? 'number'} label={t('builder.value.high', { about })} value={values[1]} onChange={(v) => put([values[0] ?? v, v])} />
                    </span>
                )
                    : type === 'boolean' || !MANY.has(test) ? <One type={type ?? (MANY.has(test) ? null : 'number')} label={label} value={values[0]} onChange={(v) => put([v])} />
                        : <Chips label={label} values={values} numeric={type === 'number' || typeof values[0] === 'number'} list={list} onChange={put} />
            )}
            {WINDOWED.has(test) && (
                <WindowBox value={value[own]} kinds={test === 'anniversary' ? ANNIVERSARY_WINDOWS : TIME_WINDOWS} onChange={(w) => onChange(set(value, own, w))} />
            )}
        </>
    );
}
