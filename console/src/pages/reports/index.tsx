// SPDX-License-Identifier: Apache-2.0
// Reports: figures of a period against another, one of them as a line, spread over a dimension. Every figure says how it is
// computed; clicking a row or bar narrows all of it.

import { useEffect, useState } from 'preact/hooks';
import { annotationList } from '../../api/board';
import type { Annotation, Answered, Compare, ReportAnswer } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import { t, type Key } from '../../i18n';
import { addKeys } from '../../lib/keys';
import { day } from '../../lib/format';
import { Button, Card, PageHead } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { asked, useQuestion, useView } from '../../ui/explore/view';
import { howOf, Lines, NumberTile, periodWords, type LineNote } from '../../ui/figures';
import { ProblemBox } from '../../ui/problem';
import { BreakdownView } from './breakdown';
import { dimensionTitle, metricOf, nameOf, titleOf, useCatalogue, variantOf, type Catalogue } from './catalogue';
import { FilterChips, remember } from './filters';
import { MetricPicker } from './picker';
import { byOf, clean, FIRST, questionOf, toggled, type Shown } from './question';

const BYS = ['auto', 'hour', 'day', 'week', 'month', 'total'] as const;
const COMPARES: Compare[] = ['none', 'previous', 'year'];
const NEXT: Record<Compare, Compare> = { none: 'previous', previous: 'year', year: 'none' };

// In which of the periods each note lies.
function notesOf(periods: string[], items: Annotation[]): LineNote[] {
    const first = periods[0]?.slice(0, 10);
    if (!first) return [];
    return items.filter((n) => n.day >= first).flatMap((n) => {
        let at = -1;
        periods.forEach((p, i) => { if (p.slice(0, 10) <= n.day && (at < 0 || p.slice(0, 10) !== periods[at]!.slice(0, 10))) at = i; });
        return at < 0 ? [] : [{ at, title: `${day(n.day)}: ${n.title}` }];
    });
}

function Tiles({ a, whole, catalogue, chart, against, onChart }: { a: ReportAnswer; whole: Answered<ReportAnswer>; catalogue: Catalogue; chart: number; against: string | undefined; onChart: (name: string) => void }) {
    return (
        <div class="figures" role="group" aria-label={t('today.numbers')}>
            {a.metrics.map((m, i) => {
                const info = metricOf(catalogue, m.name);
                return (
                    <NumberTile
                        key={`${m.name}:${m.variant}`} title={titleOf(catalogue, m.name, m.variant)} value={m.value} unit={m.unit} currency={whole.currency} previous={m.previous} good={info?.good ?? 'up'}
                        change={against ? m.change : undefined} against={against} significance={m.significance} how={howOf(info, m.variant)} hidden={whole.hidden && whole.small_group ? t('figure.hidden', { n: whole.small_group }) : '–'}
                        chosen={i === chart} onChoose={() => onChart(m.name)}
                    />
                );
            })}
        </div>
    );
}

function Report({ a, whole, shown, catalogue, notes, change }: {
    a: ReportAnswer; whole: Answered<ReportAnswer> & { asked: { question: object } }; shown: Shown; catalogue: Catalogue; notes: Annotation[]; change: (changes: Partial<Shown>) => void;
}) {
    const question = whole.asked.question as { by: Shown['by']; compare?: Compare; breakdown?: string };
    const by = question.by === 'auto' ? 'day' : question.by;
    const chart = Math.max(0, a.metrics.findIndex((m) => m.name === shown.chart));
    const metric = a.metrics[chart];
    const against = question.compare && question.compare !== 'none' ? t(`reports.against.${question.compare}` as Key) : undefined;
    const dimension = question.breakdown ?? '';
    for (const r of a.rows) remember(dimension, r.value, r.label);
    const title = metric ? titleOf(catalogue, metric.name, metric.variant) : '';
    return (
        <>
            <section class="card flush" aria-label={t('today.numbers')}>
                <Tiles a={a} whole={whole} catalogue={catalogue} chart={chart} against={against} onChart={(name) => change({ chart: name === nameOf(shown.metrics[0] ?? '') ? '' : name })} />
                {metric && a.periods.length > 1 && (
                    <Lines
                        name={title} labels={a.periods.map((p) => periodWords(p, by, true))} short={a.periods.map((p) => periodWords(p, by))} unit={metric.unit} currency={whole.currency} partial={a.partial} notes={notesOf(a.periods, notes)}
                        previousLabels={a.previous_periods?.map((p) => periodWords(p, by, true))}
                        series={[{ key: metric.name, name: title, values: metric.series, previous: metric.previous_series }]}
                    />
                )}
            </section>
            {dimension && (
                <Card
                    title={t('reports.by_dimension', { name: dimensionTitle(catalogue.dimensions, dimension) })} class="flush"
                    actions={<Choice label={t('reports.breakdown')} value={dimension} options={[{ value: '', text: t('reports.breakdown.none') }, ...catalogue.dimensions.map((d) => ({ value: d.name, text: d.title }))]} onChange={(breakdown) => change({ breakdown, limit: 50 })} />}
                >
                    {a.rows.length ? (
                        <BreakdownView
                            a={a} whole={whole} dimension={dimension} title={dimensionTitle(catalogue.dimensions, dimension)} catalogue={catalogue} chart={chart} filters={shown.filters} limit={shown.limit}
                            onPick={(value) => change({ filters: toggled(shown.filters, dimension, value) })} onLimit={(limit) => change({ limit })}
                        />
                    ) : <p class="list-end muted">{t('reports.breakdown.empty')}</p>}
                </Card>
            )}
        </>
    );
}

export default function Reports() {
    const view = useView();
    const [shown, change] = useQuestion(FIRST, clean);
    const catalogue = useCatalogue();
    const [picking, setPicking] = useState(false);
    const body = asked(view, 'report', questionOf(shown, view));
    const answer = useAsk<ReportAnswer>(body);
    const notes = useQuery('explore.notes', (signal) => annotationList(signal).catch(() => ({ items: [], next: null })));
    useEffect(() => addKeys({ x: () => change({ compare: NEXT[shown.compare] }) }), [shown]);
    const kept = { body, show: shown.breakdown ? 'bars' as const : 'line' as const, title: shown.metrics.map((m) => titleOf(catalogue, nameOf(m), variantOf(m))).slice(0, 3).join(', '), metric: shown.chart || shown.metrics[0] || null };
    return (
        <>
            <PageHead title={t('nav.reports')} lead={t('reports.lead')}><Keep kept={kept} /></PageHead>
            <ViewBar view={view}>
                <Choice label={t('reports.by')} value={shown.by} options={BYS.map((b) => ({ value: b, text: b === 'auto' ? t('reports.by.auto', { by: t(`reports.by.${byOf({ ...shown, by: 'auto' }, view)}` as Key) }) : t(`reports.by.${b}` as Key) }))} onChange={(by) => change({ by })} />
                <Choice label={t('reports.compare')} value={shown.compare} options={COMPARES.map((c) => ({ value: c, text: t(`reports.compare.${c}` as Key) }))} onChange={(compare) => change({ compare })} />
                {!shown.breakdown && <Choice label={t('reports.breakdown')} value="" options={[{ value: '', text: t('reports.breakdown.none') }, ...catalogue.dimensions.map((d) => ({ value: d.name, text: d.title }))]} onChange={(breakdown) => change({ breakdown })} />}
            </ViewBar>
            <div class="filters">
                <FilterChips dimensions={catalogue.dimensions} filters={shown.filters} onChange={(filters) => change({ filters })} />
                <Button small icon="edit" onClick={() => setPicking(true)}>{t('reports.metrics.choose')}</Button>
            </div>
            <ProblemBox error={catalogue.error} onRetry={catalogue.reload} />
            <AnswerBox<ReportAnswer> answer={answer} icon="reports" noRate={(a) => a.no_rate} nothing={(a) => a.metrics.every((m) => !m.value && !m.series.some(Boolean)) && a.metrics.length > 0 && answer.data?.hidden === 0}>
                {(a, whole) => <Report a={a} whole={whole} shown={shown} catalogue={catalogue} notes={notes.data?.items ?? []} change={change} />}
            </AnswerBox>
            {picking && <MetricPicker catalogue={catalogue} chosen={shown.metrics} onChange={(metrics) => change({ metrics, chart: '' })} onClose={() => setPicking(false)} />}
        </>
    );
}
