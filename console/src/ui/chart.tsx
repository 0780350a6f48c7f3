// SPDX-License-Identifier: Apache-2.0
// One line over days or times, drawn by uPlot in the colours of the theme. The numbers behind it are in the
// table below each chart; the canvas itself is decoration for assistive technology.

import { useEffect, useRef, useState } from 'preact/hooks';
import type UPlot from 'uplot';
import type { Day, Time } from '../api/types';
import { compact, count, dateTime, day, money, moneyOfUnits, moneyUnits } from '../lib/format';
import { t } from '../i18n';
import { drawn } from '../lib/theme';
import { Loading } from './basics';

interface Props {
    days: (Day | Time)[]; // of weeks: their first days
    weekly: boolean;
    values: (number | null)[];
    money: string | null; // currency, or null for counts
    name: string;
}

const HEIGHT = 260;
const seconds = (d: Day | Time) => Date.parse(d.length > 10 ? d : `${d}T00:00:00Z`) / 1000;
const dayAt = (s: number) => new Date(s * 1000).toISOString().slice(0, 10);

function colour(box: HTMLElement, name: string): string {
    const probe = document.createElement('i');
    probe.className = `probe-${name}`;
    box.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
}

function options(box: HTMLElement, p: Props, tip: HTMLElement): UPlot.Options {
    const line = colour(box, 'accent');
    const soft = colour(box, 'accent-soft');
    const grid = colour(box, 'line');
    const text = colour(box, 'muted');
    const font = `12px ${getComputedStyle(box).fontFamily}`;
    const scale = p.money ? 1 / moneyUnits(1, p.money) : 1;
    const show = (v: number) => (p.money ? moneyOfUnits(v, p.money) : compact(v));
    const rtl = document.documentElement.dir === 'rtl';
    return {
        width: box.clientWidth,
        height: HEIGHT,
        padding: [16, rtl ? 0 : 28, 0, rtl ? 28 : 0],
        legend: { show: false },
        cursor: {
            y: false, drag: { x: false, y: false },
            move: (u, left, top) => [left < 0 ? left : u.valToPos(u.data[0][u.posToIdx(left)]!, 'x'), top],
            points: { size: 9, width: 2, stroke: () => line, fill: () => colour(box, 'surface') },
        },
        scales: { x: { time: true }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.12 : 1] } },
        tzDate: (ts) => new Date(ts * 1000),
        series: [
            {},
            {
                stroke: line, width: 2, fill: soft, spanGaps: false,
                points: { show: p.days.length <= 31, size: 5, fill: line, stroke: line },
            },
        ],
        axes: [
            {
                stroke: text, font, grid: { show: false }, ticks: { show: false }, size: 30,
                space: 76,
                splits: (u) => {
                    const room = Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / 84));
                    const step = Math.max(1, Math.ceil(p.days.length / room));
                    return p.days.filter((_, i) => (p.days.length - 1 - i) % step === 0).map(seconds);
                },
                values: (_u, ticks) => ticks.map((s) => day(dayAt(s))),
            },
            {
                side: rtl ? 1 : 3, stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, size: 62, gap: 8,
                splits: (u) => ticksTo(u.scales.y?.max ?? 1, p.money !== null),
                values: (_u, ticks) => ticks.map(show),
            },
        ],
        hooks: {
            setCursor: [(u) => {
                const i = u.cursor.idx;
                if (i === null || i === undefined || (u.cursor.left ?? -1) < 0) {
                    tip.hidden = true;
                    return;
                }
                const v = u.data[1]![i];
                tip.hidden = false;
                tip.firstElementChild!.textContent = p.weekly ? t('today.week', { day: day(p.days[i]!, 'medium') }) : p.days[i]!.length > 10 ? dateTime(p.days[i]!) : day(p.days[i]!, 'long');
                tip.lastElementChild!.textContent = v === null || v === undefined ? '–' : p.money ? money(Math.round(v * scale), p.money) : count(v);
                const at = u.valToPos(u.data[0][i]!, 'x') + u.over.offsetLeft;
                const left = Math.max(4, Math.min(at - tip.offsetWidth / 2, u.width - tip.offsetWidth - 4));
                tip.style.transform = `translateX(${left}px)`;
            }],
        },
    };
}

function ticksTo(max: number, fractions: boolean): number[] {
    const rough = max / 4;
    const power = 10 ** Math.floor(Math.log10(rough || 1));
    let step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough) ?? 10) * power;
    if (!fractions) step = Math.max(1, Math.round(step));
    const out: number[] = [];
    for (let v = 0; v <= max; v += step) out.push(v);
    return out;
}

export function Chart(props: Props) {
    const box = useRef<HTMLDivElement>(null);
    const tip = useRef<HTMLDivElement>(null);
    const [Plot, setPlot] = useState<typeof UPlot | null>(null);
    const themed = drawn.value;
    useEffect(() => {
        let gone = false;
        void import('./uplot').then((m) => !gone && setPlot(() => m.default));
        return () => {
            gone = true;
        };
    }, []);
    useEffect(() => {
        if (!Plot || !box.current || !tip.current) return;
        const units = props.values.map((v) => (v === null ? null : props.money ? moneyUnits(v, props.money) : v));
        const plot = new Plot(options(box.current, props, tip.current), [props.days.map(seconds), units], box.current);
        const size = new ResizeObserver(() => {
            if (box.current?.clientWidth) plot.setSize({ width: box.current.clientWidth, height: HEIGHT });
        });
        size.observe(box.current);
        return () => {
            size.disconnect();
            plot.destroy();
        };
    }, [Plot, props.days, props.values, props.money, themed]);
    return (
        <div class="chart" ref={box} aria-hidden="true">
            {!Plot && <Loading />}
            <div class="chart-tip" ref={tip} hidden><span /><strong /></div>
        </div>
    );
}
