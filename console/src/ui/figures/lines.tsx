// SPDX-License-Identifier: Apache-2.0
// Lines over time (or over any steps): with the period before, with what is not over yet dashed, with notes on days. The
// arrow keys walk it; each place is read aloud.

import { useId, useMemo, useRef, useState } from 'preact/hooks';
import type { Unit } from '../../api/insight-types';
import { t } from '../../i18n';
import type { Column } from '../table';
import { ChartFrame, Legend } from './frame';
import { ticks, useWidth } from './scale';
import { axisWords, figure, onAxis } from './words';

export interface Series {
    key: string;
    name: string;
    values: (number | null)[];
    previous?: (number | null)[] | null | undefined;
    tone?: number;
}
export interface LineNote { at: number; title: string } // at: index of the period

const LEFT = 62;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 28;
const DOTS_MAX = 32;
const TICK_ROOM = 84;

interface Props {
    name: string;
    labels: string[];        // of each period, in full
    short?: string[];        // for the axis
    series: Series[];
    unit: Unit;
    currency?: string | undefined;
    partial?: number;        // so many at the end are not over yet
    notes?: LineNote[];
    height?: number;
    previousLabels?: string[] | undefined;
    table?: boolean;
}

type XY = (i: number, v: number) => string;
function path(values: (number | null)[], from: number, to: number, at: XY): string {
    let out = '';
    let pen = false;
    for (let i = from; i <= to; i++) {
        const v = values[i];
        if (v === null || v === undefined) {
            pen = false;
            continue;
        }
        out += `${pen ? 'L' : 'M'}${at(i, v)}`;
        pen = true;
    }
    return out;
}

function summaryOf(p: Props): string {
    const [first] = p.series;
    const known = (first?.values ?? []).map((v, i) => ({ v, i })).filter((x): x is { v: number; i: number } => x.v !== null);
    if (!first || !known.length) return t('figure.lines.none', { name: p.name });
    const low = known.reduce((a, b) => (b.v < a.v ? b : a));
    const high = known.reduce((a, b) => (b.v > a.v ? b : a));
    const say = (v: number) => figure(v, p.unit, p.currency);
    return t('figure.lines.summary', {
        name: p.series.length > 1 ? p.series.map((s) => s.name).join(', ') : first.name, from: p.labels[0] ?? '', to: p.labels[p.labels.length - 1] ?? '',
        high: say(high.v), high_at: p.labels[high.i] ?? '', low: say(low.v), low_at: p.labels[low.i] ?? '',
    });
}

function tableOf(p: Props): { columns: Column<number>[]; rows: number[] } {
    const say = (v: number | null | undefined) => figure(v, p.unit, p.currency, true);
    return {
        rows: p.labels.map((_, i) => i),
        columns: [
            { key: 'period', label: t('figure.period'), head: true, cell: (i) => <>{p.labels[i]}{i >= p.labels.length - (p.partial ?? 0) && <span class="muted"> {t('figure.partial')}</span>}</> },
            ...p.series.flatMap((s): Column<number>[] => [
                { key: s.key, label: s.name, end: true, cell: (i) => say(s.values[i]) },
                ...(s.previous ? [{ key: `${s.key}-before`, label: t('figure.before_of', { name: s.name }), end: true, cell: (i: number) => say(s.previous![i]) }] : []),
            ]),
        ],
    };
}

export function Lines({ series: given, ...rest }: Props) {
    // A period before of which nothing is known is not drawn.
    const series = useMemo(() => given.map((s) => (s.previous?.some((v) => v !== null) ? s : { ...s, previous: null })), [given]);
    const p: Props = { ...rest, series };
    const box = useRef<HTMLDivElement>(null);
    const width = useWidth(box);
    const id = useId();
    const [at, setAt] = useState<number | null>(null);
    const height = p.height ?? 260;
    const n = p.labels.length;
    const { scale, low, high } = useMemo(() => {
        const all = p.series.flatMap((s) => [...s.values, ...(s.previous ?? [])]).filter((v): v is number => v !== null && Number.isFinite(v)).map((v) => onAxis(v, p.unit, p.currency));
        const made = ticks(Math.min(0, ...all), Math.max(0, ...all) || 1, p.unit);
        return { scale: made, low: made[0]!, high: made[made.length - 1]! };
    }, [p.series, p.unit, p.currency]);
    const x = (i: number) => (n < 2 ? (LEFT + width - RIGHT) / 2 : LEFT + (i * (width - LEFT - RIGHT)) / (n - 1));
    const yOf = (v: number) => TOP + ((high - v) * (height - TOP - BOTTOM)) / (high - low || 1);
    const y = (v: number) => yOf(onAxis(v, p.unit, p.currency));
    const xy: XY = (i, v) => `${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    const whole = Math.max(0, n - 1 - (p.partial ?? 0));
    const every = Math.max(1, Math.ceil(n / Math.max(2, Math.floor((width - LEFT - RIGHT) / TICK_ROOM))));
    const short = p.short ?? p.labels;
    const say = (v: number | null | undefined) => figure(v, p.unit, p.currency, true);
    const words = (i: number) => [p.labels[i], ...p.series.map((s) => `${p.series.length > 1 ? `${s.name}: ` : ''}${say(s.values[i])}${s.previous ? ` (${t('figure.previous', { value: say(s.previous[i]), when: p.previousLabels?.[i] ?? t('figure.before') })})` : ''}`),
        ...(p.notes ?? []).filter((m) => m.at === i).map((m) => m.title)].join(', ');
    const move = (clientX: number) => {
        const left = box.current!.getBoundingClientRect().left;
        setAt(n < 2 ? 0 : Math.max(0, Math.min(n - 1, Math.round(((clientX - left - LEFT) * (n - 1)) / (width - LEFT - RIGHT)))));
    };
    const key = (e: KeyboardEvent) => {
        const step: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7, Home: -n, End: n };
        const by = step[e.key];
        if (by === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
        e.preventDefault();
        setAt(Math.max(0, Math.min(n - 1, (at ?? (by > 0 ? -1 : n)) + by)));
    };
    const table = p.table === false ? null : tableOf(p);
    const single = p.series.length === 1;
    const tipLeft = at === null ? 0 : Math.max(4, Math.min(x(at) - 70, width - 200));
    return (
        <ChartFrame name={p.name} summary={summaryOf(p)} {...(table ? { ...table, rowKey: (i: number) => i } : {})}>
            {(p.series.length > 1 || p.series[0]?.previous) && (
                <Legend
                    items={p.series.flatMap((s, i) => [
                        { key: s.key, name: s.name, tone: s.tone ?? i }, ...(s.previous ? [{ key: `${s.key}-p`, name: single ? t('figure.before') : t('figure.before_of', { name: s.name }), tone: s.tone ?? i, dashed: true }] : []),
                    ])}
                />
            )}
            <div
                class="plot" dir="ltr" ref={box} tabIndex={0} role="slider" aria-label={t('figure.walk', { name: p.name })} aria-describedby={id} aria-valuemin={0} aria-valuemax={Math.max(0, n - 1)}
                aria-valuenow={at ?? 0} aria-valuetext={at === null ? summaryOf(p) : words(at)} onKeyDown={key} onPointerMove={(e) => move(e.clientX)} onPointerLeave={() => setAt(null)} onBlur={() => setAt(null)}
            >
                <span id={id} class="visually-hidden">{t('figure.walk.keys')}</span>
                <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
                    {scale.map((v) => (
                        <g key={v}>
                            <line class={v === 0 ? 'axis' : 'grid'} x1={LEFT} x2={width - RIGHT} y1={yOf(v)} y2={yOf(v)} />
                            <text x={LEFT - 8} y={yOf(v)} dy="0.32em" text-anchor="end">{axisWords(v, p.unit, p.currency)}</text>
                        </g>
                    ))}
                    {short.map((label, i) => ((n - 1 - i) % every === 0 ? <text key={i} x={x(i)} y={height - 8} text-anchor={n > 1 && i === n - 1 ? 'end' : 'middle'}>{label}</text> : null))}
                    {(p.notes ?? []).map((m) => <path key={`${m.at}:${m.title}`} class="note-mark" d={`M${x(m.at)} ${height - BOTTOM}V${TOP - 2}l-4 -6h8l-4 6`}><title>{m.title}</title></path>)}
                    {p.series.map((s, k) => (
                        <g key={s.key} class={`tone-${s.tone ?? k}`}>
                            {s.previous && <path class="line before" d={path(s.previous, 0, n - 1, xy)} />}
                            {single && n > 1 && !s.values.includes(null) && <path class="area" d={`${path(s.values, 0, n - 1, xy)}L${x(n - 1)} ${yOf(Math.max(low, 0))}L${x(0)} ${yOf(Math.max(low, 0))}Z`} />}
                            <path class="line" d={path(s.values, 0, whole, xy)} />
                            {whole < n - 1 && <path class="line partial" d={path(s.values, whole, n - 1, xy)} />}
                            {n <= DOTS_MAX && s.values.map((v, i) => (v === null ? null : <circle key={i} class="point" cx={x(i)} cy={y(v)} r={2.5} />))}
                        </g>
                    ))}
                    {at !== null && <line class="cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={height - BOTTOM} />}
                    {at !== null && p.series.map((s, k) => (s.values[at] === null || s.values[at] === undefined ? null : <circle key={s.key} class={`point at tone-${s.tone ?? k}`} cx={x(at)} cy={y(s.values[at]!)} r={4.5} />))}
                </svg>
                {at !== null && (
                    <div class="plot-tip" style={{ left: `${tipLeft}px` }} aria-hidden="true">
                        <span>{p.labels[at]}</span>
                        {p.series.map((s, k) => (
                            <strong key={s.key}>
                                {!single && <><span class={`swatch tone-${s.tone ?? k}`} />{s.name} </>}{say(s.values[at])}
                                {s.previous && <small> {t('figure.previous', { value: say(s.previous[at]), when: p.previousLabels?.[at] ?? t('figure.before') })}</small>}
                            </strong>
                        ))}
                        {(p.notes ?? []).filter((m) => m.at === at).map((m) => <em key={m.title}>{m.title}</em>)}
                    </div>
                )}
            </div>
        </ChartFrame>
    );
}
