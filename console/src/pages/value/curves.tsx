// SPDX-License-Identifier: Apache-2.0
// Historic value: what a customer has brought by month since the first order, by where or when they began; and how much of all
// revenue the best of them bring.

import { useState } from 'preact/hooks';
import type { Answered, Asked, Figure, ValueAnswer, ValueCurve, ValueQuestion } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { percent } from '../../lib/format';
import { Card } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, oneOf, useQuestion, useView, whole } from '../../ui/explore/view';
import { Bars, DataTable, hiddenWords, How, Lines, NumberTile, periodWords, type FigureColumn } from '../../ui/figures';

const FIRST: ValueQuestion = { by: 'month', periods: 12 };
const BYS = ['month', 'channel', 'first_product', 'total'] as const;
const MONTHS = [3, 6, 12, 24, 36];
const LINES_MAX = 6;
const clean = (raw: Partial<Record<keyof ValueQuestion, unknown>>, first: ValueQuestion): ValueQuestion => ({ by: oneOf(raw.by, BYS, first.by), periods: whole(raw.periods, 1, 60, first.periods) });

function Curves({ a, whole: data }: { a: ValueAnswer; whole: Answered<ValueAnswer> & { asked: Asked } }) {
    const [who, setWho] = useState<Who | null>(null);
    const hidden = hiddenWords(data.small_group);
    const count = Math.max(0, ...a.curves.map((c) => c.cumulative.length));
    const labels = Array.from({ length: count }, (_, i) => t('cohorts.column.month', { n: i }));
    const drawn = [...a.curves].filter((c) => c.cumulative.some((v) => v !== null)).sort((x, y) => (y.customers ?? 0) - (x.customers ?? 0)).slice(0, LINES_MAX);
    const label = (c: ValueCurve) => (/^\d{4}-\d\d(-\d\d)?$/.test(c.value) ? periodWords(c.value.slice(0, 7).concat('-01'), 'month') : c.label || c.value || t('reports.no_value'));
    const per = (c: ValueCurve): Figure => c.value_per_customer ?? c.cumulative[c.cumulative.length - 1] ?? null;
    const columns: FigureColumn<ValueCurve>[] = [
        { key: 'label', label: t('value.group'), head: true, value: (c) => c.value, cell: (c) => (mayList() && c.customers ? <button type="button" class="link" title={t('value.who', { group: label(c) })} onClick={() => setWho({ title: label(c), body: data.asked, pick: { value: c.value } })}>{label(c)}</button> : label(c)) },
        { key: 'customers', label: t('value.customers'), unit: 'count', value: (c) => c.customers },
        { key: 'per', label: t('value.per_customer'), unit: 'money', value: per },
        ...labels.map((label, i): FigureColumn<ValueCurve> => ({ key: `m${i}`, label, unit: 'money', value: (c) => c.cumulative[i] ?? null })),
    ];
    const how = { title: t('value.per_customer'), doc: t('value.how'), formula: t('value.how.formula'), numerator: t('value.how.top'), denominator: t('value.how.bottom') };
    return (
        <>
            <section class="card flush" aria-label={t('today.numbers')}>
                <div class="figures">
                    <NumberTile title={t('value.per_customer')} value={a.value_per_customer} unit="money" currency={data.currency} how={how} />
                    <NumberTile title={t('value.customers')} value={a.customers} unit="count" how={{ title: t('value.customers'), formula: t('value.customers.how') }} />
                    {a.orders_per_customer !== undefined && <NumberTile title={t('value.orders_per_customer')} value={a.orders_per_customer} unit="number" how={{ title: t('value.orders_per_customer'), formula: t('value.orders_per_customer.how') }} />}
                    {a.repeat_customers !== undefined && <NumberTile title={t('value.repeat')} value={a.repeat_customers} unit="count" note={a.customers && a.repeat_customers !== null ? percent(a.repeat_customers / a.customers, 1) : undefined} how={{ title: t('value.repeat'), formula: t('value.repeat.how') }} />}
                    {!!a.guests?.orders && <NumberTile title={t('value.guests')} value={a.guests.revenue} unit="money" currency={data.currency} note={t('value.guests.orders', { n: a.guests.orders })} how={{ title: t('value.guests'), formula: t('value.guests.how') }} />}
                </div>
            </section>
            <Card title={t('value.curves.title')} class="flush" note={<>{drawn.length < a.curves.length && t('value.curves.some', { n: drawn.length })} <How {...how} /></>}>
                {count > 0 && drawn.length > 0 && <Lines name={t('value.curves.title')} labels={labels} unit="money" currency={data.currency} table={false} series={drawn.map((c) => ({ key: c.value, name: label(c), values: labels.map((_, i) => c.cumulative[i] ?? null) }))} />}
                <DataTable<ValueCurve> name={t('value.curves.title')} columns={columns} rows={a.curves} rowKey={(c) => c.value} currency={data.currency} hidden={data.hidden ? hidden : '–'} />
                {!!a.curves_more && <p class="list-end muted">{t('reports.rows_more', { n: a.curves_more })}</p>}
            </Card>
            {a.tops.length > 0 && (
                <Card title={t('value.tops')} note={<How title={t('value.tops')} formula={t('value.tops.how')} />}>
                    <Bars
                        name={t('value.tops')} unit="share" most={1} hidden={hidden} pickLabel={(r) => t('value.who', { group: String(r.label) })}
                        onPick={mayList() ? (key) => setWho({ title: t('value.tops.row', { share: percent(Number(key), 0) }), body: data.asked, pick: { top: Math.max(1, Math.round(Number(key) * 100)) } }) : undefined}
                        rows={a.tops.map((x) => ({ key: String(x.share_of_customers), label: t('value.tops.row', { share: percent(x.share_of_customers, 0) }), value: x.share_of_revenue }))}
                    />
                </Card>
            )}
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}

export function CurvesView() {
    const view = useView('12m');
    const [shown, change] = useQuestion(FIRST, clean);
    const body = asked(view, 'value', shown);
    const answer = useAsk<ValueAnswer>(body);
    return (
        <>
            <ViewBar view={view}>
                <Choice label={t('value.by')} value={shown.by} options={BYS.map((b) => ({ value: b, text: t(`value.by.${b}` as Key) }))} onChange={(by) => change({ by })} />
                <Choice label={t('value.months')} value={String(shown.periods)} options={[...new Set([...MONTHS, shown.periods])].sort((x, y) => x - y).map((n) => ({ value: String(n), text: String(n) }))} onChange={(n) => change({ periods: Number(n) })} />
            </ViewBar>
            <div class="button-row keep-row"><Keep kept={{ body, show: 'line', title: t('value.curves.title') }} /></div>
            <AnswerBox<ValueAnswer> answer={answer} icon="value" noRate={(a) => a.no_rate ?? 0} nothing={(a) => !a.customers && a.curves.length === 0}>
                {(a, data) => <Curves a={a} whole={data} />}
            </AnswerBox>
        </>
    );
}
