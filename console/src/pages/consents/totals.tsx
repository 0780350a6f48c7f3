// SPDX-License-Identifier: Apache-2.0
// How many people said what: per purpose, and on which day.

import { useMemo } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Purpose } from '../../api/types';
import { t, type Key } from '../../i18n';
import { count, day, percent, words } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { Card, Empty, Loading, Segmented } from '../../ui/basics';
import { Chart } from '../../ui/chart';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const SAID = ['given', 'refused', 'withdrawn'] as const;
type Said = (typeof SAID)[number];
const asked = (p: Purpose): number => p.given + p.refused + p.withdrawn + p.unproven;

function OverTime({ purpose: p }: { purpose: Purpose }) {
    const said: Said = SAID.find((s) => s === route.value.query.get('said')) ?? 'given';
    const days = useMemo(() => p.days.map((d) => d.day.slice(0, 10)), [p.days]);
    const values = useMemo(() => p.days.map((d) => d[said]), [p.days, said]);
    const sum = values.reduce((a, b) => a + b, 0);
    return (
        <Card
            title={t('consents.over_time', { purpose: words(p.name) })} class="flush chart-card"
            actions={<Segmented<Said> label={t('consents.said')} value={said} onChange={(s) => setQuery({ said: s })} options={SAID.map((s) => ({ value: s, label: t(`consents.${s}` as Key) }))} />}
        >
            {p.days.length < 2 ? <Empty icon="today" title={t('consents.no_days')}>{t('consents.no_days.text')}</Empty> : (
                <figure class="chart-figure">
                    <figcaption class="visually-hidden">{t('consents.summary', { n: count(sum), what: t(`consents.${said}` as Key) })}</figcaption>
                    <Chart days={days} weekly={false} values={values} money={null} name={t(`consents.${said}` as Key)} />
                    <details class="chart-table">
                        <summary><Icon name="table" />{t('today.table')}</summary>
                        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('consents.table')}>
                            <Table
                                dense caption={t('consents.table')} rows={[...p.days].reverse()} rowKey={(d) => d.day}
                                columns={[
                                    { key: 'day', label: t('consents.day'), head: true, cell: (d) => day(d.day.slice(0, 10), 'medium') },
                                    ...SAID.map((s) => ({ key: s, label: t(`consents.${s}` as Key), end: true, cell: (d: Purpose['days'][number]) => count(d[s]) })),
                                ]}
                            />
                        </div>
                    </details>
                </figure>
            )}
        </Card>
    );
}

export function Totals() {
    const purposes = useQuery('purposes', (signal) => api.get<{ items: Purpose[] }>('/v1/purposes', { signal }), { keep: true });
    const items = purposes.data?.items.filter((p) => p.basis === 'consent' || p.basis === 'legitimate_interest' || asked(p) > 0);
    const chosen = items?.find((p) => p.name === route.value.query.get('purpose')) ?? items?.find((p) => p.days.length > 1) ?? items?.[0];
    if (!items) return purposes.error ? <ProblemBox error={purposes.error} onRetry={purposes.reload} /> : <Loading />;
    if (items.length === 0) return <Empty icon="consents" title={t('consents.empty')}>{t('consents.empty.text')}</Empty>;
    return (
        <>
            <ProblemBox error={purposes.error} onRetry={purposes.reload} />
            <Card class="flush">
                <Table
                    caption={t('consents.totals')} rows={items} rowKey={(p) => p.name}
                    columns={[
                        {
                            key: 'purpose', label: t('consents.purpose'), head: true, grow: true,
                            cell: (p) => <><a class="row-link" href={`${href('consents', 'totals')}?purpose=${encodeURIComponent(p.name)}`} aria-current={p === chosen ? 'true' : undefined}>{words(p.name)}</a><small class="muted">{p.doc}</small></>,
                        },
                        { key: 'given', label: t('consents.given'), end: true, cell: (p) => <>{count(p.given)}{asked(p) > 0 && <small class="muted">{percent(p.given / asked(p))}</small>}</> },
                        { key: 'refused', label: t('consents.refused'), end: true, cell: (p) => count(p.refused) },
                        { key: 'withdrawn', label: t('consents.withdrawn'), end: true, cell: (p) => count(p.withdrawn) },
                        { key: 'unproven', label: t('consent.unproven'), end: true, cell: (p) => count(p.unproven) },
                    ]}
                />
            </Card>
            {chosen && <OverTime key={chosen.name} purpose={chosen} />}
        </>
    );
}
