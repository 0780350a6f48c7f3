// SPDX-License-Identifier: Apache-2.0
// The conditions one by one: a field, events, a sequence, another segment, a sample.

import type { FieldType } from '../../../api/types';
import { t, type Key } from '../../../i18n';
import { LIMITS, MEASURES, OF_NEEDED, set, without, type Did, type EventSpec, type Member, type Sequence, type Span, type Step, type Test } from '../../../lib/definition';
import { Button } from '../../../ui/basics';
import { propertyType, useBuild } from './context';
import { EventBox } from './event';
import { Chips, NameBox, NumberBox, Pick, SpanBox } from './inputs';
import { TestBox, testsOf, withTest } from './test';
import { EVENT_WINDOWS, WindowBox, freshWindow } from './window';

export function FieldBox({ value, onChange }: { value: Test; onChange: (value: Test) => void }) {
    const { fields, id } = useBuild();
    const field = fields.get(value.field);
    const choose = (name: string) => {
        const next = fields.get(name);
        if (!next || next.type === field?.type) {
            onChange({ ...value, field: name, ...(next?.options && field ? { values: [] } : {}) });
            return;
        }
        const test = testsOf(next.type).includes(value.test) ? value.test : testsOf(next.type)[0]!;
        onChange(withTest({ ...without(value, 'values', 'window'), field: name }, test));
    };
    const list = field?.options ? `${id}-o-${field.name}` : undefined;
    return (
        <>
            <select class="pick" aria-label={t('builder.field')} value={value.field} onChange={(e) => choose(e.currentTarget.value)}>
                {!field && <option value={value.field}>{value.field || t('builder.choose.field')}</option>}
                {[...fields.values()].map((f) => <option key={f.name} value={f.name} title={f.doc}>{f.name}</option>)}
            </select>
            {list && <datalist id={list}>{field!.options!.map((o) => <option key={o} value={o} />)}</datalist>}
            <TestBox value={value} type={field?.type ?? null} list={list} about={value.field || t('builder.field')} onChange={onChange} />
        </>
    );
}

const measured = (measure: string, type: FieldType | null): FieldType | null => {
    if (measure === 'first_time' || measure === 'last_time') return 'time';
    return measure === 'first' || measure === 'latest' || measure === 'minimum' || measure === 'maximum' ? type : 'number';
};

export function DidBox({ value, onChange }: { value: Did; onChange: (value: Did) => void }) {
    const { catalog, id } = useBuild();
    const measure = value.measure ?? 'count';
    const type = measured(measure, value.of ? propertyType(catalog, value.event, value.of) : null);
    const choose = (next: string) => {
        const kind = measured(next, value.of ? propertyType(catalog, value.event, value.of) : null);
        const test = testsOf(kind).includes(value.test ?? 'at_least') ? (value.test ?? 'at_least') : testsOf(kind)[0]!;
        const kept = kind === type ? value : without(value, 'values', 'test_window');
        onChange(withTest({ ...(OF_NEEDED.has(next) ? { ...kept, of: kept.of ?? '' } : without(kept, 'of')), measure: next }, test, 'test_window'));
    };
    return (
        <>
            <EventBox value={value} onChange={onChange} label={t('builder.event')} />
            <span class="line">
                <Pick label={t('builder.measure')} value={measure} options={MEASURES.map((m) => ({ value: m, text: t(`builder.measure.${m}` as Key) }))} onChange={choose} />
                {OF_NEEDED.has(measure) && <NameBox label={t('builder.of')} value={value.of ?? ''} list={`${id}-p-${value.event}`} onChange={(of) => onChange({ ...value, of })} />}
                <TestBox own="test_window" value={value} type={type} about={t(`builder.measure.${measure}` as Key)} onChange={onChange} />
            </span>
            <span class="line"><WindowBox value={value.window} kinds={EVENT_WINDOWS} onChange={(w) => onChange(set(value, 'window', w))} /></span>
        </>
    );
}

function StepBox({ value, at, last, onChange, onRemove, onMove }: {
    value: Step; at: number; last: number; onChange: (value: Step) => void; onRemove: () => void; onMove: (by: number) => void;
}) {
    const n = at + 1;
    return (
        <li class="step" aria-label={t('builder.step', { n })}>
            <div class="step-head">
                <strong>{t(at ? 'builder.step.then' : 'builder.step.first')}</strong>
                {at > 0 && (
                    <>
                        <Pick
                            label={t('builder.step.when', { n })} value={value.within ? 'within' : 'any'} onChange={(v) => onChange(set(value, 'within', v === 'within' ? { n: 3, unit: 'days' } : undefined))}
                            options={[{ value: 'within', text: t('builder.step.within') }, { value: 'any', text: t('builder.step.any') }]}
                        />
                        {value.within && <SpanBox lengths label={t('builder.step', { n })} value={value.within} onChange={(within) => onChange({ ...value, within })} />}
                    </>
                )}
                <span class="clause-acts">
                    <Button small tone="quiet" icon="up" disabled={at === 0} aria-label={t('builder.step.up', { n })} onClick={() => onMove(-1)} />
                    <Button small tone="quiet" icon="down" disabled={at === last} aria-label={t('builder.step.down', { n })} onClick={() => onMove(1)} />
                    <Button small tone="quiet" icon="close" disabled={last < 2} aria-label={t('builder.step.remove', { n })} onClick={onRemove} />
                </span>
            </div>
            <EventBox value={value} label={t('builder.step.event', { n })} onChange={onChange} />
        </li>
    );
}

function Without({ value, onChange }: { value: Sequence; onChange: (value: Sequence) => void }) {
    const events = value.without ?? [];
    const put = (next: EventSpec[]) => onChange(next.length ? { ...value, without: next } : without(value, 'without', 'without_for'));
    const until = value.without_for;
    const kind = until === 'ever' ? 'ever' : until ? 'span' : 'between';
    return (
        <div class="without">
            {events.map((e, i) => (
                <div class="line" key={i}>
                    <strong>{t('builder.without')}</strong>
                    <EventBox value={e} label={t('builder.without.event', { n: i + 1 })} onChange={(next) => put(events.map((x, k) => (k === i ? next : x)))} />
                    <Button small tone="quiet" icon="close" aria-label={t('builder.without.remove', { name: e.event })} onClick={() => put(events.filter((_, k) => k !== i))} />
                </div>
            ))}
            {events.length > 0 && (
                <span class="line">
                    <Pick
                        label={t('builder.without.until')} value={kind}
                        options={['between', 'span', 'ever'].map((k) => ({ value: k, text: t(`builder.without.${k}` as Key) }))}
                        onChange={(k) => onChange(k === 'between' ? without(value, 'without_for') : { ...value, without_for: k === 'ever' ? 'ever' : { n: 7, unit: 'days' } })}
                    />
                    {kind === 'span' && <SpanBox lengths label={t('builder.without.until')} value={until as Span} onChange={(span) => onChange({ ...value, without_for: span })} />}
                </span>
            )}
            <Button small tone="quiet" icon="plus" onClick={() => put([...events, { event: '' }])}>{t('builder.without.add')}</Button>
        </div>
    );
}

export function SequenceBox({ value, onChange }: { value: Sequence; onChange: (value: Sequence) => void }) {
    const { steps } = value;
    const { id } = useBuild();
    const put = (next: Step[]) => onChange({ ...value, steps: next.map((s, i) => (i === 0 && s.within ? without(s, 'within') : s)) });
    const move = (from: number, by: number) => {
        const next = [...steps];
        next.splice(from + by, 0, ...next.splice(from, 1));
        put(next);
    };
    return (
        <div class="sequence">
            <ol>
                {steps.map((s, i) => (
                    <StepBox
                        key={i} value={s} at={i} last={steps.length - 1} onMove={(by) => move(i, by)}
                        onChange={(next) => put(steps.map((x, k) => (k === i ? next : x)))} onRemove={() => put(steps.filter((_, k) => k !== i))}
                    />
                ))}
            </ol>
            {steps.length < LIMITS.steps && <Button small tone="quiet" icon="plus" onClick={() => put([...steps, { event: '', within: { n: 3, unit: 'days' } }])}>{t('builder.step.add')}</Button>}
            <span class="line">
                <span>{t('builder.same')}</span>
                <Chips label={t('builder.same.label')} values={value.same ?? []} list={`${id}-p-${steps[0]?.event ?? ''}`} onChange={(same) => onChange(set(value, 'same', same))} />
            </span>
            <Without value={value} onChange={onChange} />
            <span class="line"><WindowBox value={value.window} kinds={EVENT_WINDOWS} onChange={(w) => onChange(set(value, 'window', w))} /></span>
        </div>
    );
}

export function MemberBox({ value, onChange }: { value: Member; onChange: (value: Member) => void }) {
    const { catalog } = useBuild();
    const state = value.state ?? 'in';
    const choose = (next: string) => {
        const kept = { ...value, state: next as Member['state'] };
        onChange(next === 'in' ? without(kept, 'window') : set(kept, 'window', value.window ?? freshWindow('last')));
    };
    return (
        <span class="line">
            <Pick label={t('builder.member.state')} value={state} options={['in', 'entered', 'left'].map((s) => ({ value: s, text: t(`builder.member.${s}` as Key) }))} onChange={choose} />
            <Pick label={t('builder.member.segment')} value={value.segment} options={catalog.segments.map((s) => ({ value: s, text: s }))} onChange={(segment) => onChange({ ...value, segment })} />
            {state !== 'in' && <WindowBox value={value.window} kinds={EVENT_WINDOWS} onChange={(w) => onChange(set(value, 'window', w))} />}
        </span>
    );
}

export function SampleBox({ value, onChange }: { value: { percent: number; seed?: string }; onChange: (value: { percent: number; seed?: string }) => void }) {
    return (
        <span class="line">
            <NumberBox fractions label={t('builder.sample.percent')} value={value.percent} low={0.1} high={99.9} onChange={(percent) => onChange({ ...value, percent })} />
            <span>{t('builder.sample.of')}</span>
            <input type="text" class="name-box" aria-label={t('builder.sample.seed')} placeholder={t('builder.sample.seed')} maxLength={64} value={value.seed ?? ''} onInput={(e) => onChange(set(value, 'seed', e.currentTarget.value || undefined))} />
        </span>
    );
}
