// SPDX-License-Identifier: Apache-2.0
// A report over time as lines, with the period before and notes on days. With onDay a click on a day, or Enter while walking it
// with the arrow keys, names the day.

import type { Annotation, Answered, By, MetricInfo, ReportAnswer } from '../../api/insight-types';
import type { Day } from '../../api/types';
import { Lines, type LineNote } from '../figures/lines';
import { periodWords } from '../figures/words';

// Where a note stands: at the last period that had begun then.
export function notesAt(periods: string[], last: Day, notes: Annotation[]): LineNote[] {
    const first = periods[0]?.slice(0, 10);
    if (!first) return [];
    const out: LineNote[] = [];
    for (const note of notes) {
        const day = note.day < first && note.to && note.to >= first ? first : note.day;
        if (day < first || day > last) continue;
        let at = 0;
        for (let i = 0; i < periods.length && periods[i]!.slice(0, 10) <= day; i++) at = i;
        out.push({ at, title: note.title });
    }
    return out;
}

export function ReportLines({ data, only, by, compare, metrics, notes, onDay, name, table = true, height }: {
    data: Answered<ReportAnswer>; only?: string | undefined; by: By; compare?: string | undefined; metrics: MetricInfo[] | undefined; notes?: Annotation[] | undefined;
    onDay?: ((day: Day) => void) | undefined; name?: string; table?: boolean; height?: number;
}) {
    const { answer } = data;
    const chosen = answer.metrics.find((m) => m.name === only) ?? answer.metrics[0];
    if (!chosen) return null;
    const drawn = only ? [chosen] : answer.metrics.filter((m) => m.unit === chosen.unit); // one scale, one unit
    const title = (n: string) => metrics?.find((m) => m.name === n)?.title ?? n;
    const earlier = answer.previous_periods ?? [];
    const pick = (target: EventTarget | null) => {
        const plot = (target as HTMLElement | null)?.closest?.('[role=slider]');
        const at = Number(plot?.getAttribute('aria-valuenow') ?? Number.NaN);
        const period = answer.periods[at];
        if (period) onDay?.(period.slice(0, 10));
    };
    return (
        <div
            class={onDay ? 'pick-day' : undefined} onClick={onDay ? (e) => pick(e.target) : undefined}
            onKeyDown={onDay ? (e) => { if (e.key === 'Enter' && (e.target as HTMLElement).getAttribute('role') === 'slider') pick(e.target); } : undefined}
        >
            <Lines
                name={name ?? drawn.map((m) => title(m.name)).join(', ')}
                labels={answer.periods.map((p) => periodWords(p, by, true))} short={answer.periods.map((p) => periodWords(p, by))}
                previousLabels={earlier.length ? answer.periods.map((_, i) => (earlier[i] ? periodWords(earlier[i]!, by, true) : '–')) : undefined}
                series={drawn.map((m, i) => ({ key: `${m.name}:${m.variant}`, name: title(m.name), values: m.series, previous: m.previous_series?.length && (compare ?? 'none') !== 'none' ? answer.periods.map((_, k) => m.previous_series![k] ?? null) : null, tone: i }))}
                unit={chosen.unit} currency={data.currency} partial={answer.partial} notes={notesAt(answer.periods, data.to, notes ?? [])} table={table}
                {...(height ? { height } : {})}
            />
        </div>
    );
}
