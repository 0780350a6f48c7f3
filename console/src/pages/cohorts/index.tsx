// SPDX-License-Identifier: Apache-2.0
// Cohorts: people by the period in which they began, and who of them came back, or what they brought, in the periods after.

import { useState } from 'preact/hooks';
import type { Answered, Asked, By, CohortAnswer, CohortQuestion, Figure, Unit } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { Card, PageHead } from '../../ui/basics';
import { eventName } from '../../ui/event';
import { AnswerBox, useAsk, useKinds } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, list, oneOf, textOf, useQuestion, useView, whole } from '../../ui/explore/view';
import { Heat, hiddenWords, How, Lines, periodWords, type HeatRow } from '../../ui/figures';
import { useDimensions } from '../reports/catalogue';
import { FilterChips } from '../reports/filters';

type Shown = CohortQuestion & { as: 'share' | 'figure' };
const ORDER = 'order';
const FIRST: Shown = { start: ORDER, return: ORDER, period: 'month', mode: 'bracket', entry: 'first', periods: 12, measure: 'people', cumulative: false, as: 'share' };
const PERIODS = ['day', 'week', 'month'] as const;
const DIMENSIONS = ['channel', 'source', 'medium', 'campaign', 'referrer', 'landing', 'device', 'country'];
const MODES = ['bracket', 'rolling', 'rolling_24h'] as const;
const MEASURES = ['people', 'orders', 'revenue', 'revenue_per_person'] as const;
const COLUMNS_MAX = 64;

// Combinations that mean nothing are not offered: what one choice rules out goes back.
function sensible(s: Shown): Shown {
    const next = { ...s };
    if (next.measure !== 'people') {
        next.return = ORDER;
        if (next.mode === 'rolling') next.mode = 'bracket';
    }
    if (next.mode === 'rolling') next.cumulative = false;
    if (next.mode === 'rolling_24h') next.entry = 'first';
    return next;
}
// By how the first visit came; what is not so is left out.
function acquiredOf(raw: unknown): Pick<CohortQuestion, 'acquired'> {
    const a = raw as { dimension?: unknown; in?: unknown } | null | undefined;
    const values = list(a?.in, (x) => (typeof x === 'string' ? x : null), 100);
    const dimension = DIMENSIONS.find((d) => d === a?.dimension) as NonNullable<CohortQuestion['acquired']>['dimension'] | undefined;
    return dimension && values?.length ? { acquired: { dimension, in: values } } : {};
}
const clean = (raw: Partial<Record<keyof Shown, unknown>>, first: Shown): Shown => sensible({
    start: textOf(raw.start, first.start), return: textOf(raw.return, first.return), period: oneOf(raw.period, PERIODS, first.period), mode: oneOf(raw.mode, MODES, first.mode), entry: oneOf(raw.entry, ['first', 'every'] as const, first.entry),
    periods: whole(raw.periods, 1, COLUMNS_MAX, first.periods), measure: oneOf(raw.measure, MEASURES, first.measure), cumulative: raw.cumulative === true, ...acquiredOf(raw.acquired), as: oneOf(raw.as, ['share', 'figure'] as const, first.as),
});
const questionOf = ({ as: _as, ...question }: Shown): CohortQuestion => question;

const unitOf = (s: Shown): Unit => (s.measure === 'people' && s.as === 'share' ? 'share' : s.measure === 'revenue' || s.measure === 'revenue_per_person' ? 'money' : 'count');

function Cohorts({ a, whole: data, shown }: { a: CohortAnswer; whole: Answered<CohortAnswer> & { asked: Asked }; shown: Shown }) {
    const [who, setWho] = useState<Who | null>(null);
    const question = data.asked.question as CohortQuestion;
    const by = question.period as By;
    const people = question.measure === 'people';
    const share = people && shown.as === 'share';
    const unit = unitOf({ ...shown, ...question });
    const count = Math.max(0, ...a.cohorts.map((c) => c.values.length));
    const columns = Array.from({ length: count }, (_, i) => t(`cohorts.column.${question.period}` as Key, { n: i }));
    const seen = (v: Figure, size: Figure) => (v === null ? null : share ? (size ? v / size : null) : v);
    const rows: HeatRow[] = a.cohorts.map((c) => ({ key: c.from, label: periodWords(c.from, by, by === 'month'), size: c.size, values: c.values.map((v) => seen(v, c.size)), complete: c.complete }));
    const average = (a.average ?? a.total.map((v, i) => (v !== null && a.total_size?.[i] ? v / a.total_size[i]! : null))).slice(0, count);
    const line = people ? average : average.map((v) => (v === null ? null : question.measure === 'orders' ? v : Math.round(v)));
    const lineUnit: Unit = people ? 'share' : question.measure === 'orders' ? 'number' : 'money';
    const lineName = t(people ? 'cohorts.average' : `cohorts.average.${question.measure === 'orders' ? 'orders' : 'revenue'}` as Key);
    const show = (row: HeatRow, column: number) => setWho({
        title: t('cohorts.who', { cohort: row.label, column: columns[column] ?? '' }), body: data.asked, pick: { cohort: row.key, later: column },
    });
    return (
        <>
            <Card
                title={t(`cohorts.measure.${question.measure}` as Key)} class="flush"
                note={<>{t(`cohorts.mode.${question.mode}.text` as Key)} <How title={t(`cohorts.measure.${question.measure}` as Key)} doc={t('cohorts.how')} formula={t(`cohorts.mode.${question.mode}.text` as Key)} numerator={t('cohorts.how.top')} denominator={share ? t('cohorts.how.bottom') : undefined} /></>}
            >
                <Heat
                    name={t(`cohorts.measure.${question.measure}` as Key)} head={t('cohorts.cohort')} sizeLabel={t('figure.people')} columns={columns} rows={rows} unit={unit} currency={data.currency} from={people ? 1 : 0} most={share ? Math.max(0.01, ...rows.flatMap((r) => r.values.slice(1).map((v) => v ?? 0))) : 0.0001 + Math.max(0, ...rows.flatMap((r) => r.values.slice(people ? 1 : 0).map((v) => v ?? 0)))}
                    total={share ? average : a.total.slice(0, count)} totalLabel={t(share ? 'cohorts.average' : 'cohorts.total')} hidden={data.hidden ? hiddenWords(data.small_group) : '–'} onPick={mayList() ? show : undefined}
                />
                <p class="list-end muted small">{t('cohorts.hatched')}</p>
            </Card>
            {line.filter((v) => v !== null).length > 1 && (
                <Card title={lineName} class="flush">
                    <Lines name={lineName} labels={columns} unit={lineUnit} currency={data.currency} series={[{ key: 'average', name: lineName, values: line }]} />
                </Card>
            )}
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}

export default function CohortsPage() {
    const view = useView('12m');
    const [shown, change] = useQuestion(FIRST, clean);
    const kinds = useKinds() ?? [];
    const events = [{ value: ORDER, text: t('cohorts.order') }, ...kinds.map((k) => ({ value: k.name, text: eventName(k.name) }))];
    const known = (v: string) => (events.some((e) => e.value === v) ? events : [...events, { value: v, text: v }]);
    const dimensions = useDimensions().filter((d) => DIMENSIONS.includes(d.name)).map((d) => ({ ...d, title: t('cohorts.acquired', { name: d.title }) }));
    const body = asked(view, 'cohort', questionOf(shown));
    const answer = useAsk<CohortAnswer>(body);
    const put = (changes: Partial<Shown>) => change(sensible({ ...shown, ...changes }));
    const title = t('cohorts.title', { start: known(shown.start).find((e) => e.value === shown.start)?.text ?? '', back: known(shown.return).find((e) => e.value === shown.return)?.text ?? '' });
    return (
        <>
            <PageHead title={t('nav.cohorts')} lead={t('cohorts.lead')}><Keep kept={{ body, show: 'heat', title }} /></PageHead>
            <ViewBar view={view} />
            <div class="explore-bar">
                <Choice label={t('cohorts.start')} value={shown.start} options={known(shown.start)} onChange={(start) => put({ start })} />
                <Choice label={t('cohorts.return')} value={shown.return} options={shown.measure === 'people' ? known(shown.return) : events.slice(0, 1)} onChange={(back) => put({ return: back })} />
                <Choice label={t('cohorts.measure')} value={shown.measure} options={MEASURES.map((m) => ({ value: m, text: t(`cohorts.measure.${m}` as Key) }))} onChange={(measure) => put({ measure })} />
                <Choice label={t('cohorts.period')} value={shown.period} options={PERIODS.map((p) => ({ value: p, text: t(`reports.by.${p}` as Key) }))} onChange={(period) => put({ period })} />
                <Choice label={t('cohorts.mode')} value={shown.mode} options={MODES.filter((m) => shown.measure === 'people' || m !== 'rolling').map((m) => ({ value: m, text: t(`cohorts.mode.${m}` as Key) }))} onChange={(mode) => put({ mode })} />
                {shown.mode !== 'rolling_24h' && <Choice label={t('cohorts.entry')} value={shown.entry} options={(['first', 'every'] as const).map((e) => ({ value: e, text: t(`cohorts.entry.${e}` as Key) }))} onChange={(entry) => put({ entry })} />}
                <Choice label={t('cohorts.columns')} value={String(shown.periods)} options={[...new Set([6, 8, 12, 18, 24, 36, shown.periods])].sort((a, b) => a - b).map((n) => ({ value: String(n), text: String(n) }))} onChange={(n) => put({ periods: Number(n) })} />
                {shown.mode !== 'rolling' && <label class="check"><input type="checkbox" checked={shown.cumulative} onChange={(e) => put({ cumulative: e.currentTarget.checked })} /><span>{t('cohorts.cumulative')}</span></label>}
                {shown.measure === 'people' && <label class="check"><input type="checkbox" checked={shown.as === 'share'} onChange={(e) => put({ as: e.currentTarget.checked ? 'share' : 'figure' })} /><span>{t('cohorts.share')}</span></label>}
            </div>
            <div class="filters"><FilterChips dimensions={dimensions} filters={shown.acquired ? [shown.acquired] : []} onChange={(filters) => put(filters.length ? acquiredOf(filters[filters.length - 1]) : { acquired: undefined })} /></div>
            <AnswerBox<CohortAnswer> answer={answer} icon="cohorts" noRate={(a) => a.no_rate ?? 0} nothing={(a) => a.cohorts.every((c) => c.size === 0)}>
                {(a, data) => <Cohorts a={a} whole={data} shown={shown} />}
            </AnswerBox>
        </>
    );
}
