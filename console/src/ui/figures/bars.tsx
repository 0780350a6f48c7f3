// SPDX-License-Identifier: Apache-2.0
// Bars: lying, one for each row, with the mark of the period before; a bar can be a button (a filter). And standing ones over
// steps, in parts that add up.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Unit } from '../../api/insight-types';
import type { Column } from '../table';
import { ChartFrame, Legend } from './frame';
import { ticks, useWidth } from './scale';
import { axisWords, figure, onAxis } from './words';

export interface BarRow {
    key: string;
    label: ComponentChildren;
    value: number | null;
    previous?: number | null | undefined;
    note?: ComponentChildren;
    chosen?: boolean;
}

export function Bars({ name, rows, unit, currency, onPick, pickLabel, hidden = '–', most }: {
    name: string; rows: BarRow[]; unit: Unit; currency?: string | undefined; hidden?: string; most?: number;
    onPick?: ((key: string) => void) | undefined; pickLabel?: (row: BarRow) => string;
}) {
    const longest = Math.max(1e-9, most ?? 0, ...rows.map((r) => Math.max(r.value ?? 0, r.previous ?? 0)));
    const size = (v: number) => `${Math.max(v > 0 ? 0.5 : 0, (100 * Math.max(0, v)) / longest)}%`;
    return (
        <ul class="bars figure-bars" aria-label={name}>
            {rows.map((r) => {
                const inner = (
                    <>
                        <span class="bar-name" dir="auto">{r.label}</span>
                        <span class="bar-track" aria-hidden="true">
                            <span class="bar" style={{ inlineSize: size(r.value ?? 0) }} />
                            {r.previous !== null && r.previous !== undefined && <span class="bar-before" style={{ insetInlineStart: size(r.previous) }} />}
                        </span>
                        <span class="bar-text">{r.value === null ? <span class="muted">{hidden}</span> : figure(r.value, unit, currency)}{r.note && <small class="muted"> {r.note}</small>}</span>
                    </>
                );
                return (
                    <li key={r.key}>
                        {onPick
                            ? <button type="button" class="bar-row" aria-pressed={r.chosen ? 'true' : 'false'} title={pickLabel?.(r)} onClick={() => onPick(r.key)}>{inner}</button>
                            : <div class="bar-row">{inner}</div>}
                    </li>
                );
            })}
        </ul>
    );
}

export interface Stack { key: string; name: string; values: (number | null)[]; tone?: number }

const LEFT = 56;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 26;

// Standing bars over labels; several parts are put on each other.
export function Columns({ name, labels, parts, unit, currency, summary, height = 200, labelTitle }: {
    name: string; labels: string[]; parts: Stack[]; unit: Unit; currency?: string | undefined; summary?: string; height?: number; labelTitle: string;
}) {
    const box = useRef<HTMLDivElement>(null);
    const width = useWidth(box);
    const sums = labels.map((_, i) => parts.reduce((a, s) => a + Math.max(0, s.values[i] ?? 0), 0));
    const scale = ticks(0, Math.max(0, ...sums.map((v) => onAxis(v, unit, currency))) || 1, unit, 3);
    const high = scale[scale.length - 1]!;
    const room = (width - LEFT - RIGHT) / Math.max(1, labels.length);
    const bar = Math.max(1, Math.min(room * 0.78, 56));
    const y = (v: number) => TOP + ((high - v) * (height - TOP - BOTTOM)) / high;
    const every = Math.max(1, Math.ceil(70 / room));
    const columns: Column<number>[] = [
        { key: 'label', label: labelTitle, head: true, cell: (i) => labels[i] },
        ...parts.map((s) => ({ key: s.key, label: s.name, end: true, cell: (i: number) => figure(s.values[i], unit, currency, true) })),
    ];
    return (
        <ChartFrame name={name} summary={summary ?? name} columns={columns} rows={labels.map((_, i) => i)} rowKey={(i) => i}>
            {parts.length > 1 && <Legend items={parts.map((s, i) => ({ key: s.key, name: s.name, tone: s.tone ?? i }))} />}
            <div class="plot" dir="ltr" ref={box}>
                <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary ?? name}>
                    {scale.map((v) => (
                        <g key={v}>
                            <line class={v === 0 ? 'axis' : 'grid'} x1={LEFT} x2={width - RIGHT} y1={y(v)} y2={y(v)} />
                            <text x={LEFT - 8} y={y(v)} dy="0.32em" text-anchor="end">{axisWords(v, unit, currency)}</text>
                        </g>
                    ))}
                    {labels.map((label, i) => {
                        let base = 0;
                        const left = LEFT + room * i + (room - bar) / 2;
                        return (
                            <g key={i}>
                                {parts.map((s, k) => {
                                    const v = onAxis(Math.max(0, s.values[i] ?? 0), unit, currency);
                                    const top = y(base + v);
                                    const rect = <rect key={s.key} class={`column tone-${s.tone ?? k}`} x={left} y={top} width={bar} height={Math.max(0, y(base) - top)}><title>{`${label}: ${s.name} ${figure(s.values[i], unit, currency, true)}`}</title></rect>;
                                    base += v;
                                    return rect;
                                })}
                                {i % every === 0 && <text x={left + bar / 2} y={height - 8} text-anchor="middle">{label}</text>}
                            </g>
                        );
                    })}
                </svg>
            </div>
        </ChartFrame>
    );
}
