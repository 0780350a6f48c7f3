// SPDX-License-Identifier: Apache-2.0
// One kind of events: how they spread over the values of a property, and the newest ones.

import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Breakdown, Catalog, ExploredEvent, List } from '../../api/types';
import { t } from '../../i18n';
import { count, dateTime, money, value } from '../../lib/format';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Badge, Card, Empty, Loading, PageHead } from '../../ui/basics';
import { Bars } from '../../ui/bars';
import { EventIcon, eventName } from '../../ui/event';
import { Icon } from '../../ui/icons';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';
import { PeriodChoice, periodOf } from './index';
import { range } from './period';

const PAGE = 50;
const BARS_MAX = 12;
const SUMMARY_MAX = 4;

function Spread({ name, property, days }: { name: string; property: string; days: string }) {
    const found = useQuery(
        `breakdown.${name}.${property}.${days}`,
        (signal) => api.get<Breakdown>(withQuery('/v1/events/breakdown', { event: name, property, ...range(days) }), { signal }), { keep: true },
    );
    const rows = found.data?.rows;
    const revenue = rows?.some((r) => r.revenue);
    const named = (v: string | null) => v || t('segments.preview.none');
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!rows && found.loading && <Loading />}
            {rows?.length === 0 && <p class="muted">{t('events.breakdown.none')}</p>}
            {rows && rows.length > 0 && (
                <>
                    <Bars label={t('events.breakdown.of', { property })} rows={rows.slice(0, BARS_MAX).map((r) => ({ key: r.value ?? '', name: named(r.value), value: r.events, text: count(r.events) }))} />
                    <details class="chart-table">
                        <summary><Icon name="table" />{t('today.table')}</summary>
                        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('events.breakdown.of', { property })}>
                            <Table
                                dense caption={t('events.breakdown.of', { property })} rows={rows} rowKey={(r) => r.value ?? ''}
                                columns={[
                                    { key: 'value', label: property, head: true, cell: (r) => named(r.value) },
                                    { key: 'events', label: t('events.count'), end: true, cell: (r) => count(r.events) },
                                    { key: 'people', label: t('nav.people'), end: true, cell: (r) => count(r.people) },
                                    ...(revenue ? [{ key: 'revenue', label: t('metric.revenue'), end: true, cell: (r: Breakdown['rows'][number]) => (r.revenue ? money(r.revenue, found.data?.currency) : '–') }] : []),
                                ]}
                            />
                        </div>
                    </details>
                </>
            )}
        </>
    );
}

function summary(e: ExploredEvent): [string, string][] {
    return Object.entries(e.properties ?? {}).filter(([k, v]) => !k.startsWith('$') && (v === null || typeof v !== 'object')).slice(0, SUMMARY_MAX).map(([k, v]) => [k, value(v)]);
}

function Newest({ name, days }: { name: string; days: string }) {
    const list = useMore<ExploredEvent>(`events.${name}.${days}`, (cursor, signal) => api.get<List<ExploredEvent>>(withQuery('/v1/events', { event: name, ...range(days), cursor, limit: PAGE }), { signal }));
    return (
        <Card title={t('events.newest')} class="flush">
            {list.ended && list.items.length === 0 && <Empty icon="events" title={t('events.newest.none')}>{t('events.newest.none.text')}</Empty>}
            {list.items.length > 0 && (
                <Table
                    dense caption={t('events.newest')} rows={list.items} rowKey={(e) => e.seq}
                    columns={[
                        { key: 'time', label: t('audit.time'), head: true, cell: (e) => <time dateTime={e.time}>{dateTime(e.time)}</time> },
                        { key: 'who', label: t('people.person'), cell: (e) => (e.person ? <PersonLink person={e.person} /> : <span class="muted">–</span>) },
                        { key: 'what', label: t('event.properties'), grow: true, cell: (e) => <span class="event-words">{summary(e).map(([k, v]) => <span key={k}><span class="muted">{k}</span> <span dir="auto">{v}</span></span>)}</span> },
                        { key: 'revenue', label: t('metric.revenue'), end: true, cell: (e) => (e.revenue ? <Badge tone={e.revenue > 0 ? 'good' : 'warn'}>{money(e.revenue)}</Badge> : <span class="muted">–</span>) },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}

export function KindPage({ name, property }: { name: string; property: string | null }) {
    const days = periodOf();
    const catalog = useQuery('segments.catalog', (signal) => (can('segments_read') ? api.get<Catalog>('/v1/segments/catalog', { signal }) : Promise.resolve({ fields: [], events: [], segments: [] } as Catalog)));
    const properties = catalog.data?.events.find((e) => e.name === name)?.properties.filter((p) => p.type === 'text').map((p) => p.name) ?? [];
    const chosen = property ?? properties[0] ?? null;
    return (
        <>
            <PageHead title={eventName(name)} back={{ href: href('events'), label: t('nav.events') }} icon={<EventIcon event={name} />} lead={catalog.data?.events.find((e) => e.name === name)?.doc}>
                <PeriodChoice value={days} />
            </PageHead>
            <Card
                title={t('events.breakdown')}
                actions={(
                    <label class="inline-select">
                        <span>{t('events.property')}</span>
                        <input
                            key={chosen} type="text" list="event-properties" maxLength={200} autocomplete="off" spellcheck={false} defaultValue={chosen ?? ''}
                            onChange={(e) => {
                                const next = e.currentTarget.value.trim();
                                if (next && next !== chosen) go('events', name, next);
                            }}
                        />
                        <datalist id="event-properties">{properties.map((p) => <option key={p} value={p} />)}</datalist>
                    </label>
                )}
            >
                {catalog.loading && !catalog.data ? <Loading /> : chosen ? <Spread name={name} property={chosen} days={days} /> : <p class="muted">{t('events.breakdown.choose')}</p>}
            </Card>
            {can('people_read') ? <Newest name={name} days={days} /> : <p class="muted">{t('events.newest.forbidden')}</p>}
        </>
    );
}
