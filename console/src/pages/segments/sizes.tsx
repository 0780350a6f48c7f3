// SPDX-License-Identifier: Apache-2.0
// How large it was: a line over time, and the same as a table with who came and went.

import { useMemo } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, SegmentSize } from '../../api/types';
import { t, type Key } from '../../i18n';
import { count, dateTime } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { Card, Empty, Loading, Segmented } from '../../ui/basics';
import { Chart } from '../../ui/chart';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const PERIODS = ['7', '30', '90', '365'] as const;
type Period = (typeof PERIODS)[number];
const POINTS = 120;
const DAY = 86_400_000;
const MINUTE = 60_000;

export function Sizes({ name }: { name: string }) {
    const wanted = route.value.query.get('days') as Period | null;
    const days: Period = wanted && PERIODS.includes(wanted) ? wanted : '30';
    const found = useQuery(`sizes.${name}.${days}`, (signal) => {
        const to = Math.ceil(Date.now() / MINUTE) * MINUTE;
        return api.get<List<SegmentSize>>(withQuery(`/v1/segments/${segment(name)}/sizes`, { from: new Date(to - Number(days) * DAY).toISOString(), to: new Date(to).toISOString(), points: POINTS }), { signal });
    }, { keep: true, poll: 15_000 });
    const items = found.data?.items;
    const times = useMemo(() => items?.map((x) => x.at) ?? [], [items]);
    const values = useMemo(() => items?.map((x) => x.size) ?? [], [items]);
    return (
        <Card
            title={t('segments.view.sizes')} class="flush chart-card"
            actions={<Segmented<Period> label={t('today.period')} value={days} onChange={(p) => setQuery({ days: p })} options={PERIODS.map((p) => ({ value: p, label: t(`period.${p}` as Key) }))} />}
        >
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items && items.length < 2 && <Empty icon="today" title={t('segments.sizes.none')}>{t('segments.sizes.none.text')}</Empty>}
            {items && items.length > 1 && (
                <figure class="chart-figure">
                    <figcaption class="visually-hidden">{t('segments.sizes.summary', { from: count(values[0]!), to: count(values[values.length - 1]!), low: count(Math.min(...values)), high: count(Math.max(...values)) })}</figcaption>
                    <Chart days={times} weekly={false} values={values} money={null} name={t('segments.view.sizes')} />
                    <details class="chart-table">
                        <summary><Icon name="table" />{t('today.table')}</summary>
                        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('segments.sizes.table')}>
                            <Table
                                dense caption={t('segments.view.sizes')} rows={[...items].reverse()} rowKey={(x) => x.at}
                                columns={[
                                    { key: 'at', label: t('audit.time'), head: true, cell: (x) => dateTime(x.at) },
                                    { key: 'size', label: t('nav.people'), end: true, cell: (x) => count(x.size) },
                                    { key: 'in', label: t('segments.entered'), end: true, cell: (x) => count(x.entered) },
                                    { key: 'out', label: t('segments.left'), end: true, cell: (x) => count(x.left) },
                                ]}
                            />
                        </div>
                    </details>
                </figure>
            )}
        </Card>
    );
}
