// SPDX-License-Identifier: Apache-2.0
// The small controls that conditions are made of, each with a name of its own for those who cannot see the
// sentence around it.

import { useEffect, useState } from 'preact/hooks';
import { t, tOr, type Key } from '../../../i18n';
import { LENGTHS, UNITS, type Span, type Unit, type Value } from '../../../lib/definition';
import { Icon } from '../../../ui/icons';

export function Pick({ label, value, options, onChange }: {
    label: string; value: string; options: { value: string; text: string }[]; onChange: (value: string) => void;
}) {
    const known = options.some((o) => o.value === value);
    return (
        <select class="pick" aria-label={label} value={value} onChange={(e) => onChange(e.currentTarget.value)}>
            {!known && <option value={value}>{value || t('builder.choose')}</option>}
            {options.map((o) => <option key={o.value} value={o.value}>{o.text}</option>)}
        </select>
    );
}

// A name that may be one of the known ones or another.
export function NameBox({ label, value, list, onChange }: { label: string; value: string; list: string; onChange: (value: string) => void }) {
    return (
        <input
            type="text" class="name-box" aria-label={label} placeholder={label} list={list} maxLength={200} spellcheck={false} autocomplete="off"
            value={value} onInput={(e) => onChange(e.currentTarget.value)}
        />
    );
}

// What is typed stays as typed; only whole numbers of what is accepted are passed on.
export function NumberBox({ label, value, onChange, low = -1e12, high = 1e12, fractions }: {
    label: string; value: number | undefined; onChange: (value: number) => void; low?: number; high?: number; fractions?: boolean;
}) {
    const [text, setText] = useState(value === undefined ? '' : String(value));
    const parsed = Number(text.trim().replace(',', '.'));
    const fine = text.trim() !== '' && Number.isFinite(parsed) && parsed >= low && parsed <= high && (fractions || Number.isInteger(parsed));
    useEffect(() => {
        if (value !== undefined && value !== parsed) setText(String(value));
    }, [value]);
    return (
        <input
            type="text" class="number-box" inputMode={fractions ? 'decimal' : 'numeric'} aria-label={label} aria-invalid={fine ? undefined : true} maxLength={20} autocomplete="off"
            value={text}
            onInput={(e) => {
                const next = e.currentTarget.value;
                setText(next);
                const n = Number(next.trim().replace(',', '.'));
                if (next.trim() !== '' && Number.isFinite(n) && n >= low && n <= high && (fractions || Number.isInteger(n))) onChange(n);
            }}
        />
    );
}

const ISO_DAY = /^\d{4}-\d\d-\d\d$/;
export function DateBox({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
    const plain = value === '' || ISO_DAY.test(value); // a time of day is kept, and written as text
    const set = (e: { currentTarget: HTMLInputElement }) => onChange(e.currentTarget.value);
    return plain
        ? <input type="date" class="date-box" aria-label={label} value={value} max="9999-12-31" onChange={set} />
        : <input type="text" class="date-box" aria-label={label} value={value} maxLength={30} onChange={set} />;
}

export const unitOptions = (units: readonly string[] = UNITS) => units.map((u) => ({ value: u, text: t(`builder.unit.${u}` as Key) }));

export function SpanBox({ label, value, onChange, lengths }: { label: string; value: Span; onChange: (value: Span) => void; lengths?: boolean }) {
    return (
        <span class="together">
            <NumberBox label={t('builder.span.n', { what: label })} value={value.n} low={1} high={36_525} onChange={(n) => onChange({ ...value, n })} />
            <Pick label={t('builder.span.unit', { what: label })} value={value.unit} options={unitOptions(lengths ? LENGTHS : UNITS)} onChange={(unit) => onChange({ ...value, unit: unit as Unit })} />
        </span>
    );
}

// Several values: Enter or a comma ends one, Backspace in the empty field takes the last one back.
export function Chips({ label, values, onChange, numeric, list, names = (v) => String(v) }: {
    label: string; values: Value[]; onChange: (values: Value[]) => void; numeric?: boolean; list?: string | undefined; names?: (v: Value) => string;
}) {
    const [draft, setDraft] = useState('');
    const add = (text: string) => {
        const parts = text.split(',').map((x) => x.trim()).filter(Boolean);
        setDraft('');
        if (!parts.length) return;
        const made = parts.map((x): Value => (numeric && Number.isFinite(Number(x)) ? Number(x) : x));
        onChange([...values, ...made.filter((m) => !values.includes(m))]);
    };
    return (
        <span class="chips-box">
            {values.map((v, i) => (
                <span class="value-chip" key={`${i}:${v}`}>
                    <span dir="auto">{names(v)}</span>
                    <button type="button" aria-label={t('builder.value.remove', { value: names(v) })} onClick={() => onChange(values.filter((_, k) => k !== i))}><Icon name="close" /></button>
                </span>
            ))}
            <input
                type="text" aria-label={label} placeholder={values.length ? undefined : t('builder.value.add')} list={list} maxLength={500} inputMode={numeric ? 'decimal' : 'text'}
                autocomplete="off" spellcheck={false} value={draft}
                onInput={(e) => {
                    const next = e.currentTarget.value;
                    const picked = !!list && (e as unknown as InputEvent).inputType === 'insertReplacementText';
                    if (next.endsWith(',') || picked) add(next);
                    else setDraft(next);
                }}
                onKeyDown={(e) => {
                    if (e.key === 'Enter') {
                        e.preventDefault();
                        add(draft);
                    } else if (e.key === 'Backspace' && draft === '' && values.length) {
                        onChange(values.slice(0, -1));
                    }
                }}
                onBlur={() => add(draft)}
            />
        </span>
    );
}

export const testName = (test: string, type: string | null): string => tOr(`builder.test.${type}.${test}`, tOr(`builder.test.${test}`, test));
