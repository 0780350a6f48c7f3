// SPDX-License-Identifier: Apache-2.0
// Who may be leaving: the time since the last order against the person's own rhythm, in bands, with who is in each.

import { useState } from 'preact/hooks';
import type { Answered, Asked, ChurnAnswer, ChurnBand, ChurnVariant } from '../../api/insight-types';
import { t } from '../../i18n';
import { percent, words } from '../../lib/format';
import { Button, Card } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, useView } from '../../ui/explore/view';
import { Bars, DataTable, hiddenWords, How, NumberTile } from '../../ui/figures';

const QUESTION = {};

function Churn({ a, whole }: { a: ChurnAnswer; whole: Answered<ChurnAnswer> & { asked: Asked } }) {
    const [who, setWho] = useState<Who | null>(null);
    const hidden = hiddenWords(whole.small_group);
    const title = (b: ChurnBand) => b.title || words(b.name);
    const how = { title: t('value.churn'), doc: a.method };
    const show = (band: ChurnBand) => setWho({ title: t('value.churn.who', { band: title(band) }), body: whole.asked, pick: { band: band.name } });
    return (
        <>
            <section class="card flush" aria-label={t('today.numbers')}>
                <div class="figures">
                    <NumberTile title={t('value.customers')} value={a.customers} unit="count" how={{ title: t('value.customers'), formula: t('value.churn.customers.how') }} />
                    {a.revenue_at_risk !== undefined && <NumberTile title={t('value.churn.at_risk')} value={a.revenue_at_risk} unit="money" currency={whole.currency} how={{ title: t('value.churn.at_risk'), formula: t('value.churn.at_risk.how') }} />}
                    <NumberTile title={t('value.churn.rhythm')} value={a.rhythm.median_days} unit="number" hidden="–" note={t(a.rhythm.fallback ? 'value.churn.rhythm.fallback' : 'value.churn.rhythm.days')} how={{ title: t('value.churn.rhythm'), formula: t('value.churn.rhythm.how') }} />
                    {a.variants?.map((v) => <NumberTile key={v.name} title={t('value.churn.variant', { vendor: v.vendor || words(v.name), n: v.days })} value={v.share} unit="share" how={{ title: words(v.name), formula: v.formula, vendor: v.vendor }} />)}
                </div>
            </section>
            <Card title={t('value.churn.bands')} note={<How {...how} />} class="flush">
                <div class="card-body">
                    <Bars name={t('value.churn.bands')} unit="count" hidden={hidden} rows={a.bands.map((b) => ({ key: b.name, label: title(b), value: b.people, note: b.people !== null && a.customers ? percent(b.people / a.customers, 0) : undefined }))} onPick={mayList() ? (name) => { const b = a.bands.find((x) => x.name === name); if (b?.people) show(b); } : undefined} pickLabel={(r) => t('value.churn.who', { band: String(r.label) })} />
                </div>
                <DataTable<ChurnBand>
                    name={t('value.churn.bands')} rows={a.bands} rowKey={(b) => b.name} currency={whole.currency} hidden={hidden}
                    columns={[
                        { key: 'name', label: t('value.churn.band'), head: true, value: title },
                        { key: 'doc', label: t('value.churn.rule'), value: (b) => b.doc },
                        { key: 'people', label: t('figure.people'), unit: 'count', value: (b) => b.people },
                        { key: 'revenue', label: t('value.churn.year'), unit: 'money', value: (b) => b.revenue },
                        ...(a.bands.some((b) => b.revenue_ever !== undefined) ? [{ key: 'ever', label: t('value.churn.ever'), unit: 'money' as const, value: (b: ChurnBand) => b.revenue_ever }] : []),
                        ...(mayList() ? [{ key: 'who', label: t('explore.who'), cell: (b: ChurnBand) => (b.people ? <Button small tone="quiet" icon="people" aria-label={t('value.churn.who', { band: title(b) })} onClick={() => show(b)}>{t('explore.who')}</Button> : null) }] : []),
                    ]}
                />
                <p class="list-end muted">{a.method}</p>
            </Card>
            {!!a.variants?.length && (
                <Card title={t('value.churn.variants')} class="flush">
                    <DataTable<ChurnVariant>
                        name={t('value.churn.variants')} rows={a.variants} rowKey={(v) => v.name}
                        columns={[
                            { key: 'vendor', label: t('how.vendor'), head: true, value: (v) => v.vendor || words(v.name) },
                            { key: 'formula', label: t('how.formula'), value: (v) => v.formula },
                            { key: 'among', label: t('value.churn.among'), unit: 'count', value: (v) => v.among },
                            { key: 'churned', label: t('value.churn.churned'), unit: 'count', value: (v) => v.churned },
                            { key: 'share', label: t('value.churn.share'), unit: 'share', value: (v) => v.share },
                        ]}
                    />
                </Card>
            )}
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}
export function ChurnView() {
    const view = useView('12m');
    const body = asked(view, 'churn', QUESTION);
    const answer = useAsk<ChurnAnswer>(body);
    return (
        <>
            <ViewBar view={view} />
            <div class="button-row keep-row"><Keep kept={{ body, show: 'bars', title: t('value.churn.bands') }} /></div>
            <AnswerBox<ChurnAnswer> answer={answer} icon="value" noRate={(a) => a.no_rate ?? 0} nothing={(a) => a.customers === 0}>
                {(a, whole) => <Churn a={a} whole={whole} />}
            </AnswerBox>
        </>
    );
}
