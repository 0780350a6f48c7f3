// SPDX-License-Identifier: Apache-2.0
// Attribution: which channel, source or campaign an order is owed to, by several models side by side, and what it cost.

import { useState } from 'preact/hooks';
import { MODELS, TRANSFORMS, type Answered, type AttributionAnswer, type AttributionRow, type Figure, type Model, type Unit } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { Button, Card, Empty, PageHead } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { asked, useQuestion, useView } from '../../ui/explore/view';
import { Bars, DataTable, hiddenWords, How, NumberTile, type FigureColumn } from '../../ui/figures';
import { can } from '../../lib/session';
import { BYS, clean, FIRST, HALF_LIVES, LOOKBACKS, questionOf, SHOWS, type Shown } from './question';
import { SpendDialog } from './spend';

const UNITS: Record<Shown['show'], Unit> = { revenue: 'money', orders: 'number', cost_per_order: 'money', roas: 'number', roi: 'share' };
const modelName = (m: string): string => t(`attribution.model.${m}` as Key);
const figureOf = (r: AttributionRow, model: string, show: Shown['show']): Figure => r.models.find((m) => m.model === model)?.[show] ?? null;

function Models({ a, whole, shown, onShow }: { a: AttributionAnswer; whole: Answered<AttributionAnswer>; shown: Shown; onShow: (show: Shown['show']) => void }) {
    const hidden = hiddenWords(whole.small_group);
    const models = [...new Set(a.rows.flatMap((r) => r.models.map((m) => m.model)))];
    const show = shown.show;
    const how = (m: string) => <How title={modelName(m)} doc={m === 'markov' ? t('attribution.markov') : t(`attribution.model.${m}.text` as Key)} formula={a.formulas[m]} />;
    const spent = a.rows.some((r) => r.spend);
    const columns: FigureColumn<AttributionRow>[] = [
        { key: 'label', label: t(`attribution.by.${shown.by}` as Key), head: true, value: (r) => r.label || r.value || t('reports.no_value') },
        { key: 'visits', label: t('figure.visits'), unit: 'count', value: (r) => r.visits },
        { key: 'spend', label: t('attribution.spend'), unit: 'money', value: (r) => r.spend },
        ...models.map((m): FigureColumn<AttributionRow> => ({ key: m, label: modelName(m), note: how(m), unit: UNITS[show], value: (r) => figureOf(r, m, show) })),
    ];
    return (
        <Card
            title={t('attribution.models')} class="flush" note={<How title={t(`attribution.show.${show}` as Key)} formula={a.formulas[show] ?? t(`attribution.show.${show}.how` as Key)} />}
            actions={<Choice label={t('attribution.show')} value={show} options={SHOWS.map((s) => ({ value: s, text: t(`attribution.show.${s}` as Key) }))} onChange={onShow} />}
        >
            {!spent && show !== 'revenue' && show !== 'orders' && <Empty icon="attribution" title={t('attribution.no_spend')}>{t('attribution.no_spend.text')}</Empty>}
            <DataTable<AttributionRow> name={t('attribution.models')} columns={columns} rows={a.rows} rowKey={(r) => r.value} currency={whole.currency} hidden={whole.hidden ? hidden : '–'} />
            {!!a.rows_more && <p class="list-end muted">{t('reports.rows_more', { n: a.rows_more })}</p>}
        </Card>
    );
}

function OneModel({ a, whole, shown }: { a: AttributionAnswer; whole: Answered<AttributionAnswer>; shown: Shown }) {
    const models = [...new Set(a.rows.flatMap((r) => r.models.map((m) => m.model)))];
    const [chosen, setChosen] = useState<Model | ''>('');
    const model = chosen && models.includes(chosen) ? chosen : (models.includes('last_non_direct') ? 'last_non_direct' : (models[0] ?? ''));
    const other = models.includes('last') && model !== 'last' ? 'last' : null;
    return (
        <Card title={t('attribution.one')} actions={<Choice label={t('attribution.model')} value={model} options={models.map((m) => ({ value: m, text: modelName(m) }))} onChange={setChosen} />} note={other ? t('attribution.one.mark', { model: modelName(other) }) : undefined}>
            <Bars
                name={t('attribution.one')} unit={UNITS[shown.show]} currency={whole.currency} hidden={whole.hidden ? hiddenWords(whole.small_group) : '–'}
                rows={a.rows.map((r) => ({ key: r.value, label: r.label || r.value, value: figureOf(r, model, shown.show), previous: other ? figureOf(r, other, shown.show) : null }))}
            />
        </Card>
    );
}

function Removal({ a }: { a: AttributionAnswer }) {
    if (!a.removal?.length) return null;
    const label = (value: string) => a.rows.find((r) => r.value === value)?.label ?? value;
    return (
        <Card title={t('attribution.removal')} note={<How title={t('attribution.removal')} doc={t('attribution.markov')} formula={a.formulas.removal ?? a.formulas.markov} />}>
            <p class="muted">{t('attribution.removal.text')}</p>
            <Bars name={t('attribution.removal')} unit="share" most={1} rows={[...a.removal].sort((x, y) => (y.effect ?? 0) - (x.effect ?? 0)).map((r) => ({ key: r.value, label: label(r.value), value: r.effect }))} />
        </Card>
    );
}

export default function Attribution() {
    const view = useView();
    const [shown, change] = useQuestion(FIRST, clean);
    const [spending, setSpending] = useState(false);
    const body = asked(view, 'attribution', questionOf(shown));
    const answer = useAsk<AttributionAnswer>(body);
    const toggle = (m: Model, on: boolean) => {
        const models = MODELS.filter((x) => (x === m ? on : shown.models.includes(x)));
        if (models.length) change({ models });
    };
    return (
        <>
            <PageHead title={t('nav.attribution')} lead={t('attribution.lead')}><Keep kept={{ body, show: 'table', title: t('attribution.models') }} /></PageHead>
            <ViewBar view={view}>
                <Choice label={t('attribution.by')} value={shown.by} options={BYS.map((b) => ({ value: b, text: t(`attribution.by.${b}` as Key) }))} onChange={(by) => change({ by })} />
                <Choice label={t('attribution.lookback')} value={String(shown.lookback_days)} options={[...new Set([...LOOKBACKS, shown.lookback_days])].sort((x, y) => x - y).map((n) => ({ value: String(n), text: t('attribution.days', { n }) }))} onChange={(n) => change({ lookback_days: Number(n) })} />
                <Choice label={t('attribution.transform')} value={shown.transform} options={TRANSFORMS.map((x) => ({ value: x, text: t(`attribution.transform.${x}` as Key) }))} onChange={(transform) => change({ transform })} />
                {shown.models.includes('time_decay') && <Choice label={t('attribution.half_life')} value={String(shown.half_life_days)} options={[...new Set([...HALF_LIVES, shown.half_life_days])].sort((x, y) => x - y).map((n) => ({ value: String(n), text: t('attribution.days', { n }) }))} onChange={(n) => change({ half_life_days: Number(n) })} />}
            </ViewBar>
            <div class="filters">
                <div class="choices row" role="group" aria-label={t('attribution.models')}>
                    {MODELS.map((m) => <label key={m}><input type="checkbox" checked={shown.models.includes(m)} onChange={(e) => toggle(m, e.currentTarget.checked)} /><span>{modelName(m)}</span></label>)}
                </div>
                {can('insight_write') && <Button small icon="edit" onClick={() => setSpending(true)}>{t('attribution.spend.enter')}</Button>}
            </div>
            <AnswerBox<AttributionAnswer> answer={answer} icon="attribution" noRate={(a) => a.no_rate ?? 0} nothing={(a) => a.orders === 0 && a.rows.length === 0}>
                {(a, whole) => (
                    <>
                        <section class="card flush" aria-label={t('today.numbers')}>
                            <div class="figures">
                                <NumberTile title={t('attribution.orders')} value={a.orders} unit="count" how={{ title: t('attribution.orders'), formula: t('attribution.orders.how') }} />
                                <NumberTile title={t('attribution.revenue')} value={a.revenue} unit="money" currency={whole.currency} how={{ title: t('attribution.revenue'), formula: t('attribution.revenue.how') }} />
                                <NumberTile title={t('attribution.unattributed')} value={a.unattributed} unit="count" how={{ title: t('attribution.unattributed'), formula: t('attribution.unattributed.how') }} />
                                <NumberTile title={t('attribution.spend')} value={a.rows.some((r) => r.spend === null) && !a.rows.some((r) => r.spend) ? null : a.rows.reduce((sum, r) => sum + (r.spend ?? 0), 0)} unit="money" currency={whole.currency} how={{ title: t('attribution.spend'), formula: t('attribution.spend.how') }} />
                            </div>
                        </section>
                        {!!a.spend_no_rate && <p class="notice warn">{t('attribution.spend_no_rate', { n: a.spend_no_rate })}</p>}
                        <Models a={a} whole={whole} shown={shown} onShow={(show) => change({ show })} />
                        <OneModel a={a} whole={whole} shown={shown} />
                        <Removal a={a} />
                    </>
                )}
            </AnswerBox>
            {spending && <SpendDialog view={view} onClose={() => setSpending(false)} onSaved={answer.reload} />}
        </>
    );
}
