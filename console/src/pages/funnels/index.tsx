// SPDX-License-Identifier: Apache-2.0
// Funnels: how many go from step to step, where they fall off and who they are, how long it takes, by what it differs, and
// how it went over time.

import { useState } from 'preact/hooks';
import type { Answered, Asked, FunnelAnswer, StepAnswer } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { Card, PageHead } from '../../ui/basics';
import { AnswerBox, useAsk, useKinds } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, useQuestion, useView, type View } from '../../ui/explore/view';
import { Columns, DataTable, FunnelChart, hiddenWords, lasting, Lines, NumberTile, periodWords, type FigureColumn, type FunnelPart } from '../../ui/figures';
import { useDimensions } from '../reports/catalogue';
import { FunnelBuilder } from './builder';
import { clean, FIRST, named, questionOf, segmentOf, type Shown } from './question';

const nameOf = (s: StepAnswer): string => s.label || s.event;

// How long it took: of the whole funnel, or from one step to the next.
function Times({ a, at, onStep }: { a: FunnelAnswer; at: number; onStep: (n: number) => void }) {
    const timed = [
        ...(a.seconds && a.steps.length > 2 ? [{ n: 0, name: t('funnels.time.whole'), seconds: a.seconds, histogram: a.histogram }] : []),
        ...a.steps.map((s, i) => ({ n: i + 1, name: t('funnels.time.step', { n: i + 1, step: nameOf(s) }), seconds: s.seconds, histogram: s.histogram })),
    ].filter((x) => x.seconds);
    const chosen = timed.find((x) => x.n === at) ?? timed[0];
    if (!chosen?.seconds) return null;
    const { seconds, histogram } = chosen;
    return (
        <Card
            title={t('funnels.time')} class="flush"
            actions={<Choice label={t('funnels.time.of')} value={String(chosen.n)} options={timed.map((x) => ({ value: String(x.n), text: x.name }))} onChange={(v) => onStep(Number(v))} />}
        >
            <div class="figures">
                <NumberTile title={t('figure.median')} value={seconds.median} unit="seconds" how={{ title: t('figure.median'), formula: t('funnels.time.median.how') }} />
                <NumberTile title={t('funnels.time.mean')} value={seconds.mean} unit="seconds" how={{ title: t('funnels.time.mean'), formula: t('funnels.time.mean.how') }} />
                <NumberTile title={t('funnels.time.p90')} value={seconds.p90} unit="seconds" how={{ title: t('funnels.time.p90'), formula: t('funnels.time.p90.how') }} />
            </div>
            {!!histogram?.length && (
                <Columns
                    name={t('funnels.time')} labelTitle={t('funnels.time.bucket')} unit="count" parts={[{ key: 'people', name: t('figure.people'), values: histogram.map((h) => h.people) }]}
                    labels={histogram.map((h) => t('funnels.time.upto', { time: lasting(h.upto_s) }))}
                />
            )}
        </Card>
    );
}

type Row = NonNullable<FunnelAnswer['rows']>[number];
function Spread({ a, whole }: { a: FunnelAnswer; whole: Answered<FunnelAnswer> }) {
    if (!a.rows?.length) return null;
    const last = a.steps.length - 1;
    const share = (r: Row) => (r.reached[0] && r.reached[last] !== null && r.reached[last] !== undefined ? r.reached[last]! / r.reached[0] : null);
    const columns: FigureColumn<Row>[] = [
        { key: 'label', label: t('reports.breakdown'), head: true, value: (r) => r.label || r.value || t('reports.no_value') },
        ...a.steps.map((s, i): FigureColumn<Row> => ({ key: `s${i}`, label: `${i + 1}. ${nameOf(s)}`, unit: 'count', value: (r) => r.reached[i] })),
        { key: 'share', label: t('funnels.conversion'), unit: 'share', value: share },
    ];
    return <Card title={t('funnels.by')} class="flush"><DataTable<Row> name={t('funnels.by')} columns={columns} rows={a.rows} rowKey={(r) => `${r.value ?? ''}:${r.label}`} hidden={hiddenWords(whole.small_group)} />{!!a.rows_more && <p class="list-end muted">{t('reports.rows_more', { n: a.rows_more })}</p>}</Card>;
}

function Trend({ a, by }: { a: FunnelAnswer; by: Shown['trend'] }) {
    const trend = a.trend ?? [];
    if (!by || trend.length < 2) return null;
    const partial = [...trend].reverse().findIndex((x) => !x.partial);
    return (
        <Card title={t('funnels.trend.title')} class="flush">
            <Lines
                name={t('funnels.conversion')} unit="share" partial={partial < 0 ? trend.length : partial} labels={trend.map((x) => periodWords(x.from, by, true))} short={trend.map((x) => periodWords(x.from, by))}
                series={[{ key: 'share', name: t('funnels.conversion'), values: trend.map((x) => (x.entered && x.converted !== null ? x.converted / x.entered : null)) }]}
            />
        </Card>
    );
}

function Funnel({ a, whole, shown, view, change }: { a: FunnelAnswer; whole: Answered<FunnelAnswer> & { asked: Asked }; shown: Shown; view: View; change: (c: Partial<Shown>) => void }) {
    const [who, setWho] = useState<Who | null>(null);
    const show = (step: number, what: FunnelPart) => {
        const s = a.steps[step - 1];
        if (!s) return;
        const title = t(what === 'reached' ? 'funnels.who.reached' : 'funnels.who.dropped', { step: nameOf(s) });
        const definition = segmentOf(a.steps, shown, view, step, what);
        setWho({ title, body: whole.asked, pick: { step, what }, segment: definition ? { title, definition } : null });
    };
    const drawn = a.steps.map((s, i) => ({ ...s, number: i + 1 })).filter((s) => s.seen !== false || s.reached !== null); // of a ready one: what the shop sends
    const conversion = a.entered && a.converted !== null ? a.converted / a.entered : null;
    const people = t(`funnels.counted.${a.unit}` as Key);
    return (
        <>
            <Card title={t('funnels.title')} class="flush" note={t('funnels.note', { unit: people })}>
                <div class="figures">
                    <NumberTile title={t('funnels.conversion')} value={conversion} unit="share" how={{ title: t('funnels.conversion'), formula: t('funnels.conversion.how'), numerator: t('funnels.conversion.top'), denominator: t('funnels.conversion.bottom') }} />
                    <NumberTile title={t('funnels.entered')} value={a.entered} unit="count" hidden={hiddenWords(whole.small_group)} how={{ title: t('funnels.entered'), formula: t('funnels.entered.how') }} />
                    <NumberTile title={t('funnels.converted')} value={a.converted} unit="count" hidden={hiddenWords(whole.small_group)} how={{ title: t('funnels.converted'), formula: t('funnels.converted.how') }} />
                </div>
                <FunnelChart name={t('funnels.title')} steps={drawn} unit={a.unit} hidden={hiddenWords(whole.small_group)} onPick={mayList() ? show : undefined} />
                {[...(a.notes ?? []), ...(a.excluded ? [t('funnels.excluded', { n: a.excluded })] : [])].map((n) => <p key={n} class="list-end muted">{n}</p>)}
            </Card>
            <Times a={a} at={shown.time} onStep={(time) => change({ time })} />
            <Spread a={a} whole={whole} />
            <Trend a={a} by={shown.trend} />
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}

export default function Funnels() {
    const view = useView();
    const [shown, change] = useQuestion(FIRST, clean);
    const dimensions = useDimensions();
    const kinds = useKinds();
    const body = asked(view, 'funnel', questionOf(shown));
    const answer = useAsk<FunnelAnswer>(body);
    const own = named(shown.steps);
    const ready = shown.steps.length ? [] : (answer.data?.answer.steps ?? []).map((s) => ({ event: s.event, ...(s.label && s.label !== s.event ? { label: s.label } : {}) }));
    const title = own.length ? own.map((s) => s.label || s.event).slice(0, 3).join(' → ') : t('funnels.ready.title');
    return (
        <>
            <PageHead title={t('nav.funnels')} lead={t('funnels.lead')}><Keep kept={{ body, show: 'funnel', title }} /></PageHead>
            <ViewBar view={view} />
            <Card class="compact"><FunnelBuilder shown={shown} change={change} kinds={kinds ?? []} dimensions={dimensions} ready={ready} /></Card>
            {shown.steps.length > 0 && own.length === 0 ? <p class="muted" role="status">{t('funnels.choose')}</p> : (
                <AnswerBox<FunnelAnswer> answer={answer} icon="funnels" nothing={(a) => a.entered === 0}>
                    {(a, whole) => <Funnel a={a} whole={whole} shown={shown} view={view} change={change} />}
                </AnswerBox>
            )}
        </>
    );
}
