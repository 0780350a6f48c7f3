// SPDX-License-Identifier: Apache-2.0
// The steps of a funnel and their rules. What is changed is asked for at once; a step without an event waits.

import { useId } from 'preact/hooks';
import { api } from '../../api/client';
import { WHERE_OPS, type DimensionInfo, type FunnelStep, type FunnelWhere } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { Catalog, EventKind } from '../../api/types';
import { t, type Key } from '../../i18n';
import { announce } from '../../lib/announce';
import { can } from '../../lib/session';
import { Button } from '../../ui/basics';
import { eventName } from '../../ui/event';
import { Choice } from '../../ui/explore/bar';
import { Chips, Pick } from '../segments/builder/inputs';
import { DIMENSIONS, MODES, named, STEPS_MAX, WINDOW_MAX_S, type Shown } from './question';

const UNITS: [string, number][] = [['minutes', 60], ['hours', 3600], ['days', 86_400]];

// What is typed is taken when it is whole: with Enter, or on leaving.
export function EventInput({ label, value, list, onChange, wide }: { label: string; value: string; list: string; onChange: (value: string) => void; wide?: boolean }) {
    return (
        <input
            type="text" class={`name-box ${wide ? 'wide' : ''}`} aria-label={label} placeholder={label} list={list} maxLength={200} spellcheck={false} autocomplete="off" defaultValue={value} key={value}
            onChange={(e) => {
                const next = e.currentTarget.value.trim();
                if (next !== value) onChange(next);
            }}
        />
    );
}
export const EventList = ({ id, kinds }: { id: string; kinds: EventKind[] }) => <datalist id={id}>{kinds.map((k) => <option key={k.name} value={k.name}>{eventName(k.name)}</option>)}</datalist>;

function Where({ w, at, list, onChange, onRemove }: { w: FunnelWhere; at: string; list: string; onChange: (w: FunnelWhere) => void; onRemove: () => void }) {
    const about = w.property || at;
    return (
        <li class="where">
            <EventInput label={t('builder.property')} value={w.property} list={list} onChange={(property) => onChange({ ...w, property })} />
            <Pick label={t('builder.test', { about })} value={w.op} options={WHERE_OPS.map((op) => ({ value: op, text: t(`funnels.op.${op}` as Key) }))} onChange={(op) => onChange({ ...w, op: op as FunnelWhere['op'] })} />
            {w.op !== 'present' && <Chips label={t('builder.value', { about })} values={w.values ?? []} onChange={(values) => onChange({ ...w, values: values.map(String) })} />}
            <Button small tone="quiet" icon="close" aria-label={t('builder.where.remove', { name: about })} onClick={onRemove} />
        </li>
    );
}

function Step({ step, number, count, events, properties, onChange, onMove, onRemove }: {
    step: FunnelStep; number: number; count: number; events: string; properties: string; onChange: (s: FunnelStep) => void; onMove: (by: number) => void; onRemove: () => void;
}) {
    const where = step.where ?? [];
    const name = step.label || (step.event ? eventName(step.event) : t('funnels.step', { n: number }));
    const put = (next: FunnelWhere[]) => onChange({ ...step, where: next });
    return (
        <li class="step">
            <div class="step-head">
                <span class="step-mark" aria-hidden="true">{number}</span>
                <EventInput label={t('funnels.step.event', { n: number })} value={step.event} list={events} onChange={(event) => onChange({ ...step, event })} wide />
                <EventInput label={t('funnels.step.label', { n: number })} value={step.label ?? ''} list="" onChange={(label) => onChange({ ...step, label })} />
                <span class="clause-acts">
                    <Button small tone="quiet" icon="plus" onClick={() => put([...where, { property: '', op: 'is', values: [] }])}>{t('builder.where.add')}</Button>
                    <Button small tone="quiet" icon="up" disabled={number === 1} aria-label={t('funnels.step.up', { name })} onClick={() => onMove(-1)} />
                    <Button small tone="quiet" icon="down" disabled={number === count} aria-label={t('funnels.step.down', { name })} onClick={() => onMove(1)} />
                    <Button small tone="quiet" icon="trash" aria-label={t('funnels.step.remove', { name })} onClick={onRemove} />
                </span>
            </div>
            {where.length > 0 && (
                <ul class="wheres" aria-label={t('builder.where')}>
                    {where.map((w, i) => <Where key={i} w={w} at={name} list={properties} onChange={(next) => put(where.map((x, k) => (k === i ? next : x)))} onRemove={() => put(where.filter((_, k) => k !== i))} />)}
                </ul>
            )}
        </li>
    );
}

function WindowChoice({ seconds, onChange }: { seconds: number; onChange: (seconds: number) => void }) {
    const [unit, size] = [...UNITS].reverse().find(([, n]) => seconds % n === 0) ?? ['seconds', 1] as [string, number];
    const put = (n: number, length: number) => {
        if (Number.isInteger(n) && n >= 1) onChange(Math.min(WINDOW_MAX_S, n * length));
    };
    return (
        <span class="inline-select">
            <span>{t('funnels.window')}</span>
            <input type="number" class="number-box" min={1} max={9999} aria-label={t('funnels.window')} key={seconds} defaultValue={String(seconds / size)} onChange={(e) => put(Number(e.currentTarget.value), size)} />
            <Pick label={t('funnels.window.unit')} value={unit} options={UNITS.map(([u]) => ({ value: u, text: t(`builder.unit.${u}` as Key) }))} onChange={(u) => put(seconds / size, UNITS.find(([x]) => x === u)?.[1] ?? size)} />
        </span>
    );
}

function Excluded({ shown, events, change }: { shown: Shown; events: string; change: (c: Partial<Shown>) => void }) {
    const steps = named(shown.steps);
    const names = steps.map((s, i) => ({ value: String(i + 1), text: `${i + 1}. ${s.label || eventName(s.event)}` }));
    const put = (i: number, next: Partial<Shown['exclude'][number]>) => change({ exclude: shown.exclude.map((e, k) => (k === i ? { ...e, ...next } : e)) });
    return (
        <>
            {shown.exclude.map((e, i) => (
                <div class="where" key={i}>
                    <span>{t('funnels.exclude')}</span>
                    <EventInput label={t('funnels.exclude.event')} value={e.event} list={events} onChange={(event) => put(i, { event })} />
                    <Pick label={t('funnels.exclude.from')} value={String(e.from_step)} options={names.slice(0, -1)} onChange={(v) => put(i, { from_step: Number(v), to_step: Math.max(e.to_step, Number(v) + 1) })} />
                    <Pick label={t('funnels.exclude.to')} value={String(e.to_step)} options={names.slice(e.from_step)} onChange={(v) => put(i, { to_step: Number(v) })} />
                    <Button small tone="quiet" icon="close" aria-label={t('funnels.exclude.remove', { name: e.event })} onClick={() => change({ exclude: shown.exclude.filter((_, k) => k !== i) })} />
                </div>
            ))}
        </>
    );
}

export function FunnelBuilder({ shown, change, kinds, dimensions, ready }: { shown: Shown; change: (c: Partial<Shown>) => void; kinds: EventKind[]; dimensions: DimensionInfo[]; ready: FunnelStep[] }) {
    const id = useId();
    const catalog = useQuery('segments.catalog', (signal) => api.get<Catalog>('/v1/segments/catalog', { signal }), { enabled: can('segments_read') });
    const properties = [...new Set((catalog.data?.events ?? []).flatMap((e) => e.properties.map((p) => p.name)))].slice(0, 300);
    const own = shown.steps.length > 0;
    const put = (steps: FunnelStep[]) => change({ steps });
    const move = (i: number, by: number) => {
        const next = [...shown.steps];
        const [taken] = next.splice(i, 1);
        next.splice(i + by, 0, taken!);
        put(next);
        announce(t('funnels.step.moved', { n: i + by + 1 }));
    };
    const breakdowns = [{ value: '', text: t('reports.breakdown.none') }, ...dimensions.filter((d) => DIMENSIONS.includes(d.name)).map((d) => ({ value: d.name, text: d.title })), ...properties.slice(0, 100).map((p) => ({ value: `property:${p}`, text: t('funnels.property', { name: p }) }))];
    return (
        <div class="builder funnel-builder">
            <EventList id={`${id}-e`} kinds={kinds} />
            <datalist id={`${id}-p`}>{properties.map((p) => <option key={p} value={p} />)}</datalist>
            {!own && (
                <div class="notice info">
                    <div>
                        <p>{t('funnels.ready')}</p>
                        <div class="button-row">
                            <Button small icon="edit" disabled={!ready.length} onClick={() => put(ready)}>{t('funnels.own')}</Button>
                            <Button small icon="plus" onClick={() => put([{ event: '' }, { event: '' }])}>{t('funnels.new')}</Button>
                        </div>
                    </div>
                </div>
            )}
            {own && (
                <>
                    <ol class="funnel-steps">
                        {shown.steps.map((s, i) => (
                            <Step
                                key={`${i}:${s.event}`} step={s} number={i + 1} count={shown.steps.length} events={`${id}-e`} properties={`${id}-p`} onChange={(next) => put(shown.steps.map((x, k) => (k === i ? next : x)))}
                                onMove={(by) => move(i, by)} onRemove={() => put(shown.steps.filter((_, k) => k !== i))}
                            />
                        ))}
                    </ol>
                    <div class="add-row">
                        <Button small tone="quiet" icon="plus" disabled={shown.steps.length >= STEPS_MAX} onClick={() => put([...shown.steps, { event: '' }])}>{t('funnels.step.add')}</Button>
                        <Button small tone="quiet" icon="not" disabled={named(shown.steps).length < 2} onClick={() => change({ exclude: [...shown.exclude, { event: '', from_step: 1, to_step: 2 }] })}>{t('funnels.exclude.add')}</Button>
                        <Button small tone="quiet" icon="undo" onClick={() => change({ steps: [], exclude: [], same: [], modes: [], reentry: false, order: 'ordered', window_s: 604_800 })}>{t('funnels.back')}</Button>
                    </div>
                    <Excluded shown={shown} events={`${id}-e`} change={change} />
                </>
            )}
            <div class="explore-bar">
                {own && <Choice label={t('funnels.order')} value={shown.order} options={(['ordered', 'strict', 'any'] as const).map((o) => ({ value: o, text: t(`funnels.order.${o}` as Key) }))} onChange={(order) => change({ order })} />}
                {own && <WindowChoice seconds={shown.window_s} onChange={(window_s) => change({ window_s })} />}
                <Choice label={t('funnels.unit')} value={shown.by} options={(['', 'person', 'visit'] as const).map((b) => ({ value: b, text: t(`funnels.unit.${b || 'auto'}` as Key) }))} onChange={(by) => change({ by })} />
                <Choice label={t('reports.breakdown')} value={shown.breakdown} options={breakdowns} onChange={(breakdown) => change({ breakdown })} />
                <Choice label={t('funnels.trend')} value={shown.trend} options={(['', 'day', 'week', 'month'] as const).map((b) => ({ value: b, text: t(b ? `reports.by.${b}` as Key : 'reports.breakdown.none') }))} onChange={(trend) => change({ trend })} />
            </div>
            {own && (
                <div class="explore-bar">
                    <span class="inline-select"><span>{t('funnels.same')}</span><Chips label={t('funnels.same')} values={shown.same} list={`${id}-p`} onChange={(values) => change({ same: values.map(String).slice(0, 3) })} /></span>
                    <label class="check"><input type="checkbox" checked={shown.reentry} onChange={(e) => change({ reentry: e.currentTarget.checked })} /><span>{t('funnels.reentry')}</span></label>
                    <label class="check"><input type="checkbox" checked={shown.finish === 'period'} onChange={(e) => change({ finish: e.currentTarget.checked ? 'period' : 'window' })} /><span>{t('funnels.finish')}</span></label>
                    {shown.exclude.length > 0 && <label class="check"><input type="checkbox" checked={shown.exclusion === 'person'} onChange={(e) => change({ exclusion: e.currentTarget.checked ? 'person' : 'attempt' })} /><span>{t('funnels.exclusion')}</span></label>}
                    {MODES.map((m) => (
                        <label class="check" key={m}>
                            <input type="checkbox" checked={shown.modes.includes(m)} onChange={(e) => change({ modes: e.currentTarget.checked ? [...shown.modes, m] : shown.modes.filter((x) => x !== m) })} />
                            <span>{t(`funnels.mode.${m}` as Key)}</span>
                        </label>
                    ))}
                </div>
            )}
        </div>
    );
}
