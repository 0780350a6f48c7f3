// SPDX-License-Identifier: Apache-2.0
// A flow: what came after what. Columns of places, bands between them as thick as the visits that went that way.

import { useRef } from 'preact/hooks';
import type { PathLink, PathNode } from '../../api/insight-types';
import { t } from '../../i18n';
import { count, percent } from '../../lib/format';
import { ChartFrame } from './frame';
import { useWidth } from './scale';

const NODE = 12;
const GAP = 22;
const TOP = 8;
const BODY = 300;
const COLUMN_MIN = 150;
const TONES = 6;

interface Box { x: number; y: number; h: number; node: PathNode; tone: number }

function layout(columns: PathNode[][], width: number): { boxes: Map<string, Box>; height: number; scale: number } {
    const most = Math.max(1, ...columns.map((c) => c.reduce((a, n) => a + (n.visits ?? 0), 0)));
    const scale = BODY / most;
    const tones = new Map<string, number>();
    for (const c of columns) for (const n of c) if (!tones.has(n.key)) tones.set(n.key, tones.size % TONES);
    const boxes = new Map<string, Box>();
    let height = BODY;
    columns.forEach((c, depth) => {
        let y = TOP;
        for (const node of c) {
            const h = Math.max(2, (node.visits ?? 0) * scale);
            boxes.set(`${depth}:${node.key}`, { x: columns.length > 1 ? (depth * (width - COLUMN_MIN)) / (columns.length - 1) : 0, y, h, node, tone: tones.get(node.key) ?? 0 });
            y += Math.max(h, 16) + GAP;
        }
        height = Math.max(height, y);
    });
    return { boxes, height: height + TOP, scale };
}

function Bands({ links, boxes, scale }: { links: PathLink[]; boxes: Map<string, Box>; scale: number }) {
    const out = new Map<string, number>();
    const into = new Map<string, number>();
    return (
        <>
            {links.map((l) => {
                const a = `${l.depth - 1}:${l.from}`;
                const b = `${l.depth}:${l.to}`;
                const from = boxes.get(a);
                const to = boxes.get(b);
                if (!from || !to || !l.visits) return null;
                const h = l.visits * scale;
                const y1 = from.y + (out.get(a) ?? 0);
                const y2 = to.y + (into.get(b) ?? 0);
                out.set(a, (out.get(a) ?? 0) + h);
                into.set(b, (into.get(b) ?? 0) + h);
                const x1 = from.x + NODE;
                const x2 = to.x;
                const mid = (x1 + x2) / 2;
                return (
                    <path key={`${a}>${b}`} class={`band tone-${from.tone}`} d={`M${x1} ${y1}C${mid} ${y1} ${mid} ${y2} ${x2} ${y2}V${y2 + h}C${mid} ${y2 + h} ${mid} ${y1 + h} ${x1} ${y1 + h}Z`}>
                        <title>{`${from.node.label} → ${to.node.label}: ${count(l.visits)}`}</title>
                    </path>
                );
            })}
        </>
    );
}

export function Flow({ name, columns, links, visits, backward, hidden = '–', onPick }: {
    name: string; columns: PathNode[][]; links: PathLink[]; visits: number | null; backward?: boolean; hidden?: string; onPick?: ((depth: number, node: PathNode) => void) | undefined;
}) {
    const box = useRef<HTMLDivElement>(null);
    const wide = useWidth(box);
    const width = Math.max(wide - 4, columns.length * COLUMN_MIN);
    // Backwards the last stands on the far side: what came before is read from left to right all the same.
    const shown = backward ? [...columns].reverse() : columns;
    const last = columns.length - 1;
    const turned = backward ? links.map((l) => ({ depth: last - l.depth + 1, from: l.to, to: l.from, visits: l.visits })) : links;
    const { boxes, height, scale } = layout(shown, width);
    const real = (depth: number) => (backward ? last - depth : depth);
    const labels = new Map(columns.flatMap((c) => c.map((n) => [n.key, n.label] as const)));
    const biggest = columns[1]?.reduce<PathNode | null>((a, n) => ((n.visits ?? 0) > (a?.visits ?? -1) ? n : a), null);
    const summary = t(backward ? 'figure.flow.summary.backward' : 'figure.flow.summary', { name, visits: visits === null ? hidden : count(visits), next: biggest?.label ?? '–', n: biggest?.visits ? count(biggest.visits) : '–' });
    return (
        <ChartFrame
            name={name} summary={summary} rows={links.map((l, i) => ({ ...l, i }))} rowKey={(l) => l.i}
            columns={[
                { key: 'depth', label: t('figure.step'), head: true, cell: (l) => l.depth },
                { key: 'from', label: t(backward ? 'figure.after' : 'figure.from'), cell: (l) => <span dir="auto">{labels.get(l.from) ?? l.from}</span> },
                { key: 'to', label: t(backward ? 'figure.came_from' : 'figure.to'), cell: (l) => <span dir="auto">{labels.get(l.to) ?? l.to}</span> },
                { key: 'visits', label: t('figure.visits'), end: true, cell: (l) => (l.visits === null ? hidden : count(l.visits)) },
            ]}
        >
            <div class="flow-scroll" tabIndex={0} role="region" aria-label={t('figure.drawing', { name })} ref={box}>
                <div class="flow" dir="ltr" style={{ inlineSize: `${width}px`, blockSize: `${height}px` }}>
                    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
                        <Bands links={turned} boxes={boxes} scale={scale} />
                        {[...boxes].map(([key, b]) => <rect key={key} class={`flow-node tone-${b.tone}`} x={b.x} y={b.y} width={NODE} height={b.h} rx={2} />)}
                    </svg>
                    {shown.map((c, depth) => (
                        <ul key={depth} aria-label={t('figure.flow.column', { n: real(depth) + 1 })}>
                            {c.map((n) => {
                                const b = boxes.get(`${depth}:${n.key}`)!;
                                const people = n.visits === null ? hidden : count(n.visits);
                                const inner = <><span class="flow-name">{n.label}</span> <span class="muted">{people}{n.visits && visits ? ` · ${percent(n.visits / visits, 0)}` : ''}{n.ended && real(depth) < last ? ` · ${t(backward ? 'figure.flow.began' : 'figure.flow.ended', { n: count(n.ended) })}` : ''}</span></>;
                                return (
                                    <li key={n.key} style={{ left: `${b.x + NODE + 6}px`, top: `${b.y}px` }}>
                                        {onPick && n.visits ? <button type="button" title={t('figure.flow.who', { place: n.label })} onClick={() => onPick(real(depth), n)}>{inner}</button> : <div>{inner}</div>}
                                    </li>
                                );
                            })}
                        </ul>
                    ))}
                </div>
            </div>
        </ChartFrame>
    );
}
