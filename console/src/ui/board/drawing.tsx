// SPDX-License-Identifier: Apache-2.0
// An answer of any kind, drawn as a tile says: its kind decides what can be drawn, `show` chooses among that. Rows of a report
// that is divided are buttons where somebody listens (cross filters).

import type { ComponentChildren } from 'preact';
import type {
    Annotation, Answered, AttributionAnswer, By, ChurnAnswer, CohortAnswer, Compare, FrictionAnswer, FunnelAnswer, MetricInfo, PathsAnswer, ReportAnswer, ReportRow, RfmMoves, ValueAnswer,
} from '../../api/insight-types';
import type { Show, TileQuery } from '../../api/board-types';
import type { Day } from '../../api/types';
import { t, tOr } from '../../i18n';
import { count, words } from '../../lib/format';
import { Bars, Columns, DataTable, Flow, FunnelChart, Heat, howOf, hiddenWords, Lines, NumberTile, periodWords } from '../figures';
import { ReportLines } from './report-lines';

export interface DrawingProps {
    data: Answered<any>;
    query: TileQuery;
    show: Show;
    name: string;
    metrics: MetricInfo[] | undefined;
    metric?: string | null | undefined;
    notes?: Annotation[] | undefined;
    chosen?: Record<string, string> | undefined; // of each dimension the value that is filtered by
    onPick?: ((dimension: string, value: string) => void) | undefined;
    onDay?: ((day: Day) => void) | undefined;
}
type Of<A> = Omit<DrawingProps, 'data'> & { data: Answered<A> };
interface Asked { by?: By; compare?: Compare; breakdown?: string | { property: string }; period?: By; direction?: string; measure?: string; start?: string }
const askedOf = (q: TileQuery): Asked => (q.question ?? {}) as Asked;
const BARS_MAX = 12;

function None() {
    return <p class="part-empty muted">{t('board.nothing')}</p>;
}

// The name of a metric without its variant.
const plain = (name: string): string => name.split(':')[0]!;
const titled = (metrics: MetricInfo[] | undefined, name: string): string => metrics?.find((m) => m.name === plain(name))?.title ?? words(plain(name));

function Report(p: Of<ReportAnswer>) {
    const { answer, currency } = p.data;
    const { by = 'day', compare = 'none', breakdown } = askedOf(p.query);
    const hidden = hiddenWords(p.data.small_group);
    const wanted = p.metric ? plain(p.metric) : undefined;
    const at = Math.max(0, answer.metrics.findIndex((m) => m.name === wanted));
    const chosen = answer.metrics[at];
    const dimension = typeof breakdown === 'string' ? breakdown : null;
    if (!chosen) return <None />;
    const label = (r: ReportRow) => r.label || r.value || t('board.no_value');
    const pick = dimension && p.onPick ? (value: string) => p.onPick!(dimension, value) : undefined;
    if (p.show === 'number') {
        return (
            <div class="figures">
                {(p.metric ? [chosen] : answer.metrics).map((m) => (
                    <NumberTile
                        key={`${m.name}:${m.variant}`} title={p.metric || answer.metrics.length === 1 ? <span class="visually-hidden">{titled(p.metrics, m.name)}</span> : titled(p.metrics, m.name)} value={m.value} unit={m.unit} currency={currency} previous={m.previous} change={compare === 'none' ? undefined : m.change}
                        good={p.metrics?.find((x) => x.name === m.name)?.good} significance={m.significance} against={t(compare === 'year' ? 'today.against.year' : 'today.against.previous')}
                        how={howOf(p.metrics?.find((x) => x.name === m.name), m.variant)} hidden={hidden}
                    />
                ))}
            </div>
        );
    }
    if (dimension && answer.rows.length === 0) return <None />;
    if (dimension && p.show === 'bars') {
        return (
            <div class="part-pad">
                <Bars
                    name={p.name} unit={chosen.unit} currency={currency} hidden={hidden} onPick={pick} pickLabel={() => t('board.filter_by', { name: words(dimension) })}
                    rows={answer.rows.slice(0, BARS_MAX).map((r) => ({ key: r.value, label: label(r), value: r.values[at] ?? null, previous: compare === 'none' ? undefined : r.previous?.[at], chosen: p.chosen?.[dimension] === r.value }))}
                />
                <More n={Math.max(0, answer.rows.length - BARS_MAX) + (answer.rows_more ?? 0)} />
            </div>
        );
    }
    if (dimension) {
        const drawn = answer.metrics;
        return (
            <>
                <DataTable<ReportRow>
                    name={p.name} rows={answer.rows} rowKey={(r) => r.value} currency={currency} hidden={hidden} rowClass={(r) => (p.chosen?.[dimension] === r.value ? 'chosen' : undefined)}
                    columns={[
                        { key: 'value', label: tOr(`dimension.${dimension}`, words(dimension)), head: true, value: (r) => label(r), ...(pick ? { cell: (r: ReportRow) => <button type="button" class="as-link row-link" dir="auto" title={t('board.filter_by', { name: words(dimension) })} aria-pressed={p.chosen?.[dimension] === r.value ? 'true' : 'false'} onClick={() => pick(r.value)}>{label(r)}</button> } : {}) },
                        ...drawn.map((m, i) => ({ key: `${m.name}:${m.variant}`, label: titled(p.metrics, m.name), unit: m.unit, value: (r: ReportRow) => r.values[i] ?? null })),
                    ]}
                />
                <More n={answer.rows_more ?? 0} />
            </>
        );
    }
    if (by === 'total' || answer.periods.length === 0) return Report({ ...p, show: 'number' });
    if (p.show === 'table') {
        return (
            <DataTable<number>
                name={p.name} rows={answer.periods.map((_, i) => i)} rowKey={(i) => i} currency={currency} hidden={hidden}
                columns={[
                    { key: 'period', label: t('figure.period'), head: true, cell: (i) => periodWords(answer.periods[i]!, by, true) },
                    ...answer.metrics.map((m) => ({ key: `${m.name}:${m.variant}`, label: titled(p.metrics, m.name), unit: m.unit, value: (i: number) => m.series[i] ?? null })),
                ]}
            />
        );
    }
    if (p.show === 'stacked' || p.show === 'bars') {
        const parts = (p.show === 'bars' ? [chosen] : answer.metrics.filter((m) => m.unit === chosen.unit));
        return <Columns name={p.name} labels={answer.periods.map((x) => periodWords(x, by))} labelTitle={t('figure.period')} unit={chosen.unit} currency={currency} parts={parts.map((m) => ({ key: `${m.name}:${m.variant}`, name: titled(p.metrics, m.name), values: m.series }))} />;
    }
    return <ReportLines data={p.data} only={wanted} by={by} compare={compare} metrics={p.metrics} notes={p.notes} onDay={p.onDay} name={p.name} height={220} />;
}

function More({ n }: { n: number }) {
    return n > 0 ? <p class="muted small">{t('board.more_rows', { n })}</p> : null;
}

function Funnel({ data, name, show }: Of<FunnelAnswer>) {
    const { steps, unit } = data.answer;
    const hidden = hiddenWords(data.small_group);
    if (!steps.length) return <None />;
    if (show !== 'bars') return <FunnelChart name={name} steps={steps} unit={unit} hidden={hidden} />;
    return <Bars name={name} unit="count" hidden={hidden} rows={steps.map((s, i) => ({ key: String(i), label: s.label || s.event, value: s.reached }))} />;
}

function Cohort({ data, name, query }: Of<CohortAnswer>) {
    const { cohorts, total, average } = data.answer;
    const { period = 'month', measure = 'people' } = askedOf(query);
    if (!cohorts.length) return <None />;
    const columns = Math.max(...cohorts.map((c) => c.values.length));
    // People are shown as a share of those who began, of all cohorts by those whose column is over.
    const share = measure === 'people';
    const of = (v: number | null, size: number | null) => (!share ? v : v === null || !size ? null : v / size);
    const begun = (k: number) => cohorts.filter((c) => k < c.complete).reduce((a, c) => a + (c.size ?? 0), 0);
    return (
        <Heat
            name={name} head={t('board.cohort')} sizeLabel={t('figure.people')} columns={Array.from({ length: columns }, (_, i) => String(i))} total={share && average ? average : total.map((v, k) => of(v, begun(k)))} totalLabel={t('board.all')}
            unit={share ? 'share' : measure === 'orders' ? 'count' : 'money'} currency={data.currency} hidden={hiddenWords(data.small_group)} from={share ? 1 : 0}
            rows={cohorts.map((c) => ({ key: c.from, label: periodWords(c.from, period), size: c.size, values: c.values.map((v) => of(v, c.size)), complete: c.complete }))}
        />
    );
}

function Paths({ data, name, query }: Of<PathsAnswer>) {
    const { columns, links, visits } = data.answer;
    if (!columns.length) return <None />;
    return <Flow name={name} columns={columns} links={links} visits={visits} backward={askedOf(query).direction === 'backward'} hidden={hiddenWords(data.small_group)} />;
}

function Value({ data, name, show }: Of<ValueAnswer>) {
    const { curves } = data.answer;
    const most = Math.max(0, ...curves.map((c) => c.cumulative.length));
    if (!most || show === 'number') {
        return (
            <div class="figures">
                <NumberTile title={t('board.value_each')} value={data.answer.value_per_customer} unit="money" currency={data.currency} hidden={hiddenWords(data.small_group)} />
                <NumberTile title={t('board.customers')} value={data.answer.customers} unit="count" hidden={hiddenWords(data.small_group)} />
            </div>
        );
    }
    const shown = curves.slice(-6);
    return <Lines name={name} labels={Array.from({ length: most }, (_, i) => t('board.later', { n: i }))} short={Array.from({ length: most }, (_, i) => String(i))} unit="money" currency={data.currency} height={220} series={shown.map((c) => ({ key: c.value, name: c.label || c.value, values: Array.from({ length: most }, (_, i) => c.cumulative[i] ?? null) }))} />;
}

function Churn({ data, name, show }: Of<ChurnAnswer>) {
    const { bands } = data.answer;
    const hidden = hiddenWords(data.small_group);
    if (!bands.length) return <None />;
    if (show !== 'table') return <div class="part-pad"><Bars name={name} unit="count" hidden={hidden} rows={bands.map((b) => ({ key: b.name, label: <span title={b.doc}>{b.title ?? words(b.name)}</span>, value: b.people }))} /></div>;
    return (
        <DataTable
            name={name} rows={bands} rowKey={(b) => b.name} currency={data.currency} hidden={hidden}
            columns={[{ key: 'name', label: t('board.band'), head: true, cell: (b) => <>{b.title ?? words(b.name)} <small class="muted">{b.doc}</small></> }, { key: 'people', label: t('figure.people'), unit: 'count', value: (b) => b.people }, { key: 'revenue', label: t('metric.revenue'), unit: 'money', value: (b) => b.revenue }]}
        />
    );
}

function Moves({ data, name }: Of<RfmMoves>) {
    const { groups, moves } = data.answer;
    if (!moves.length) return <None />;
    // Who was or is in no group stands in a row and a column of its own.
    const cell = (from: string | null, to: string | null) => {
        const found = moves.find((m) => m.from === from && m.to === to);
        return found ? found.people : 0;
    };
    const rows: (string | null)[] = [...groups, ...(moves.some((m) => m.from === null) ? [null] : [])];
    const columns: (string | null)[] = [...groups, ...(moves.some((m) => m.to === null) ? [null] : [])];
    return <Heat name={name} head={t('board.from_group')} columns={columns.map((g) => g ?? t('board.no_group'))} unit="count" hidden={hiddenWords(data.small_group)} rows={rows.map((g) => ({ key: g ?? '', label: g ?? t('board.no_group'), values: columns.map((to) => cell(g, to)) }))} />;
}

function Attribution({ data, name, show }: Of<AttributionAnswer>) {
    const { rows } = data.answer;
    const hidden = hiddenWords(data.small_group);
    const models = rows[0]?.models.map((m) => m.model) ?? [];
    if (!rows.length) return <None />;
    if (show === 'bars') return <div class="part-pad"><Bars name={name} unit="money" currency={data.currency} hidden={hidden} rows={rows.slice(0, BARS_MAX).map((r) => ({ key: r.value, label: r.label || r.value, value: r.models[0]?.revenue ?? null }))} /></div>;
    return (
        <DataTable
            name={name} rows={rows} rowKey={(r) => r.value} currency={data.currency} hidden={hidden}
            columns={[
                { key: 'value', label: t('board.source'), head: true, value: (r) => r.label || r.value },
                ...models.map((model, i) => ({ key: model, label: tOr(`attribution.model.${model}`, words(model)), unit: 'money' as const, value: (r: (typeof rows)[number]) => r.models[i]?.revenue ?? null })),
            ]}
        />
    );
}

function Friction({ data, name }: Of<FrictionAnswer>) {
    const hidden = hiddenWords(data.small_group);
    return (
        <>
            <div class="figures"><NumberTile title={t('board.lost')} value={data.answer.lost_total} unit="money" currency={data.currency} hidden={hidden} note={data.answer.method} /></div>
            {data.answer.checkout.length > 0 && (
                <DataTable
                    name={name} rows={data.answer.checkout} rowKey={(r) => r.step ?? ''} currency={data.currency} hidden={hidden}
                    columns={[{ key: 'step', label: t('figure.step'), head: true, value: (r) => r.step }, { key: 'visits', label: t('figure.visits'), unit: 'count', value: (r) => r.visits }, { key: 'dropped', label: t('figure.dropped'), unit: 'count', value: (r) => r.dropped }, { key: 'lost', label: t('board.lost'), unit: 'money', value: (r) => r.lost }]}
                />
            )}
        </>
    );
}

// A kind of question that this console does not know yet: its members, as they are.
function Plain({ data }: DrawingProps) {
    const rows = Object.entries((data.answer ?? {}) as Record<string, unknown>).filter(([, v]) => typeof v === 'number' || typeof v === 'string');
    return rows.length ? <dl class="facts part-pad">{rows.map(([k, v]) => <div key={k}><dt>{words(k)}</dt><dd>{typeof v === 'number' ? count(v) : String(v)}</dd></div>)}</dl> : <None />;
}

const KINDS: Record<string, (p: DrawingProps) => ComponentChildren> = {
    report: Report, funnel: Funnel, cohort: Cohort, paths: Paths, value: Value, churn: Churn, rfm_movement: Moves, attribution: Attribution, friction: Friction,
};
// What each kind can be shown as; the first is what a new tile has.
export const SHOWN_AS: Record<string, Show[]> = {
    report: ['number', 'line', 'bars', 'stacked', 'table'], funnel: ['funnel', 'bars'], cohort: ['heat'], paths: ['flow'], value: ['line', 'number'], churn: ['bars', 'table'],
    rfm_movement: ['heat'], attribution: ['table', 'bars'], friction: ['table'],
};

export function Drawing(p: DrawingProps) {
    const Found = KINDS[p.query.kind] ?? Plain;
    return <Found {...p} />;
}
