// SPDX-License-Identifier: Apache-2.0
// Today: five numbers against the period before, one chart switched by clicking a number, and the
// live feed that answers "is it working?".

import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, withQuery } from '../api/client';
import { useQuery } from '../api/query';
import type { Figure, Metric, Source, Today as TodayData } from '../api/types';
import { t, type Key } from '../i18n';
import { announce } from '../lib/announce';
import { change, count, day, money, moneyRound } from '../lib/format';
import { addKeys } from '../lib/keys';
import { points } from '../lib/series';
import { href, route, setQuery } from '../lib/router';
import { can } from '../lib/session';
import { snippetsFor } from '../lib/snippets';
import { Card, Dot, Loading, PageHead, Segmented } from '../ui/basics';
import { Chart } from '../ui/chart';
import { Snippets } from '../ui/code';
import { Icon } from '../ui/icons';
import { LiveFeed } from '../ui/live';
import { ProblemBox } from '../ui/problem';
import { sampleGone } from '../ui/sample';
import { Table } from '../ui/table';

const METRICS: Metric[] = ['revenue', 'orders', 'average_order_value', 'active_customers', 'new_customers'];
const MONEY = new Set<Metric>(['revenue', 'average_order_value']);
const PERIODS = ['7', '30', '90', '365'] as const;
type Period = (typeof PERIODS)[number];

function shown(metric: Metric, n: number | null, currency: string, round = true): string {
    if (n === null) return '–';
    if (!MONEY.has(metric)) return count(n);
    return round ? moneyRound(n, currency) : money(n, currency);
}

function Change({ figure, metric, currency }: { figure: Figure; metric: Metric; currency: string }) {
    if (figure.change === null) {
        return <span class="change none">{t('today.no_previous')}</span>;
    }
    const way = figure.change > 0.0005 ? 'up' : figure.change < -0.0005 ? 'down' : 'same';
    return (
        <span class={`change ${way}`} title={t('today.previous', { value: shown(metric, figure.previous, currency) })}>
            <span aria-hidden="true">{way === 'up' ? '↑' : way === 'down' ? '↓' : '→'}</span>{' '}
            <bdi>{change(figure.change)}</bdi>
            <span class="visually-hidden"> {t('today.previous', { value: shown(metric, figure.previous, currency) })}</span>
        </span>
    );
}

function Numbers({ data, chosen, onChoose }: { data: TodayData; chosen: Metric; onChoose: (m: Metric) => void }) {
    return (
        <div class="numbers" role="group" aria-label={t('today.numbers')}>
            {METRICS.map((metric) => (
                <button
                    key={metric} type="button" class="number" aria-pressed={metric === chosen}
                    onClick={() => onChoose(metric)}
                >
                    <span class="number-name">{t(`metric.${metric}` as Key)}</span>
                    <span class="number-value">{shown(metric, data.numbers[metric].value, data.currency)}</span>
                    <Change figure={data.numbers[metric]} metric={metric} currency={data.currency} />
                </button>
            ))}
        </div>
    );
}

function Series({ data, metric }: { data: TodayData; metric: Metric }) {
    const days = data.series.days;
    const { starts, values, weekly } = useMemo(() => points(data.series, metric), [data.series, metric]);
    const name = t(`metric.${metric}` as Key);
    let best = 0;
    values.forEach((v, i) => {
        if ((v ?? 0) > (values[best] ?? 0)) best = i;
    });
    const summary = days.length ? t(weekly ? 'today.chart.summary.weeks' : 'today.chart.summary', {
        name, from: day(days[0]!, 'long'), to: day(days[days.length - 1]!, 'long'),
        best: shown(metric, values[best] ?? null, data.currency), day: day(starts[best]!, 'long'),
    }) : name;
    return (
        <figure class="chart-figure">
            <figcaption class="visually-hidden">{summary}</figcaption>
            <Chart days={starts} weekly={weekly} values={values} money={MONEY.has(metric) ? data.currency : null} name={name} />
            <details class="chart-table">
                <summary><Icon name="table" />{t('today.table')}</summary>
                <div class="table-scroll" tabIndex={0} role="region" aria-label={t('today.table.label')}>
                    <Table
                        dense caption={t('today.table.label')} rowKey={(i) => days[i]!}
                        rows={days.map((_, i) => days.length - 1 - i)}
                        columns={[
                            { key: 'day', label: t('today.day'), head: true, cell: (i) => day(days[i]!, 'long') },
                            ...METRICS.map((m) => ({
                                key: m, label: t(`metric.${m}` as Key), end: true,
                                cell: (i: number) => shown(m, data.series[m][i] ?? null, data.currency, false),
                            })),
                        ]}
                    />
                </div>
            </details>
        </figure>
    );
}

// Nothing has arrived: one thing to paste, and a state that turns by itself.
function FirstEvent() {
    const sources = useQuery('today.sources', (signal) => (can('sources_read')
        ? api.get<{ items: Source[] }>('/v1/sources', { signal }) : Promise.resolve({ items: [] as Source[] })));
    const source = sources.data?.items.find((s) => s.enabled && !s.sample);
    return (
        <Card class="first-event">
            <div class="first-event-head">
                <span class="empty-icon"><Icon name="sources" /></span>
                <div>
                    <h2>{t('today.empty.title')}</h2>
                    <p class="muted">{t('today.empty.text')}</p>
                </div>
            </div>
            {sources.loading ? <Loading /> : source
                ? (
                    <>
                        <p>{t('today.empty.paste', { source: source.name })}</p>
                        <Snippets items={snippetsFor(source.write_key)} />
                    </>
                )
                : <p><a class="button primary" href={href('sources', 'new')}><span>{t('sources.new')}</span></a></p>}
            <div class="waiting" role="status"><Dot tone="wait" />{t('today.empty.waiting')}</div>
            <p class="muted small">
                {t('today.empty.other')} <a href={href('imports')}>{t('today.empty.import')}</a>
            </p>
        </Card>
    );
}

export default function Today() {
    const wanted = route.value.query.get('days') as Period | null;
    const days: Period = wanted && PERIODS.includes(wanted) ? wanted : '30';
    const [metric, setMetric] = useState<Metric>('revenue');
    const [waiting, setWaiting] = useState(false);
    const today = useQuery(
        `today.${days}.${sampleGone.value}`,
        (signal) => api.get<TodayData>(withQuery('/v1/today', { days }), { signal }),
        { keep: true, poll: waiting ? 2000 : 15_000 },
    );
    const data = today.data;
    const empty = data ? !data.has_data : false;
    useEffect(() => {
        if (waiting && data?.has_data) announce(t('today.first_event'));
        setWaiting(empty);
    }, [empty, data !== undefined]);
    useEffect(() => addKeys(Object.fromEntries(PERIODS.map((p, i) => [String(i + 1), () => setQuery({ days: p })]))), []);

    return (
        <>
            <PageHead title={t('nav.today')} lead={data?.has_data && t('today.lead', { n: Number(days) })}>
                {data?.has_data && (
                    <Segmented<Period>
                        label={t('today.period')} value={days} onChange={(p) => setQuery({ days: p })}
                        options={PERIODS.map((p) => ({ value: p, label: t(`period.${p}` as Key) }))}
                    />
                )}
            </PageHead>
            <ProblemBox error={today.error} onRetry={today.reload} />
            {!data && today.loading && <Loading />}
            {data && (data.has_data
                ? (
                    <section class="card flush" aria-label={t('today.numbers')} aria-busy={today.loading}>
                        <Numbers data={data} chosen={metric} onChoose={setMetric} />
                        <Series data={data} metric={metric} />
                    </section>
                )
                : <FirstEvent />)}
            {data && can('people_read') && <LiveFeed lastEvent={data.last_event} hasData={data.has_data} onFirst={today.reload} />}
        </>
    );
}
