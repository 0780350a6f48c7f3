// SPDX-License-Identifier: Apache-2.0
// Five numbers against the period before, and the chart of the chosen one.

import { useState } from 'preact/hooks';
import { annotationList, ask, metricList } from '../../api/board';
import type { Compare, MetricInfo, ReportAnswer } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { Day } from '../../api/types';
import { t } from '../../i18n';
import { can } from '../../lib/session';
import { daysIn, type Days } from '../../lib/shop-days';
import { Button, Loading } from '../../ui/basics';
import { NoteDialog } from '../../ui/board/note-dialog';
import { ReportLines } from '../../ui/board/report-lines';
import { howOf } from '../../ui/figures/how';
import { NumberTile } from '../../ui/figures/number';
import { hiddenWords } from '../../ui/figures/words';
import { ProblemBox } from '../../ui/problem';
import { sampleGone } from '../../ui/sample';

const METRICS = ['revenue', 'orders', 'average_order_value', 'conversion_rate', 'active_customers'];
const DAYS_MAX = 120; // more are drawn by weeks
const EVERY = 15_000;

export function Numbers({ days, compare }: { days: Days; compare: Compare }) {
    const [chosen, setChosen] = useState(METRICS[0]!);
    const [noting, setNoting] = useState<Day | null>(null);
    const by = daysIn(days) > DAYS_MAX ? 'week' : 'day';
    const report = useQuery(
        `today.report.${days.from}.${days.to}.${compare}.${sampleGone.value}`,
        (signal) => ask<ReportAnswer>({ kind: 'report', ...days, question: { metrics: METRICS, by, compare } }, signal), { keep: true, poll: EVERY },
    );
    const metrics = useQuery('insight.metrics', metricList);
    const notes = useQuery('annotations', annotationList);
    const data = report.data;
    const about = (name: string): MetricInfo | undefined => metrics.data?.items.find((m) => m.name === name);
    const against = t(compare === 'year' ? 'today.against.year' : 'today.against.previous');
    return (
        <section class="card flush today-numbers" aria-label={t('today.numbers')} aria-busy={report.loading}>
            <ProblemBox error={report.error} onRetry={report.reload} />
            {!data && report.loading && <Loading />}
            {data && (
                <>
                    <div class="figures numbers" role="group" aria-label={t('today.numbers')}>
                        {data.answer.metrics.map((m) => (
                            <NumberTile
                                key={m.name} title={about(m.name)?.title ?? m.name} value={m.value} unit={m.unit} currency={data.currency} previous={m.previous} change={compare === 'none' ? undefined : m.change}
                                good={about(m.name)?.good} significance={m.significance} against={against} how={howOf(about(m.name), m.variant)} hidden={hiddenWords(data.small_group)}
                                chosen={m.name === chosen} onChoose={() => setChosen(m.name)}
                            />
                        ))}
                    </div>
                    <ReportLines data={data} only={chosen} by={by} compare={compare} metrics={metrics.data?.items} notes={notes.data?.items} onDay={can('insight_write') ? setNoting : undefined} />
                    {can('insight_write') && (
                        <p class="chart-foot muted small">
                            {t('notes.hint')} <Button small tone="quiet" icon="plus" onClick={() => setNoting(days.to)}>{t('notes.new')}</Button>
                        </p>
                    )}
                    {data.answer.no_rate > 0 && <p class="chart-foot small warn-text">{t('board.no_rate', { n: data.answer.no_rate })}</p>}
                </>
            )}
            {noting && <NoteDialog day={noting} onClose={() => setNoting(null)} onDone={notes.reload} />}
        </section>
    );
}
