// SPDX-License-Identifier: Apache-2.0
// Explore: which kinds of events there are, the newest of a kind, and how they spread over a property's values.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { EventKind, List } from '../../api/types';
import { t, type Key } from '../../i18n';
import { count, day } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { Empty, LinkButton, Loading, PageHead, Segmented } from '../../ui/basics';
import { EventIcon, eventName } from '../../ui/event';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { sampleGone } from '../../ui/sample';
import { Table } from '../../ui/table';
import { KindPage } from './kind';

export const PERIODS = ['1', '7', '30', '90', '365', 'all'] as const;
export type Period = (typeof PERIODS)[number];
const EVERY = 5000;
const SEARCH_FROM = 8;

export const periodOf = (): Period => PERIODS.find((p) => p === route.value.query.get('days')) ?? '30';

export function PeriodChoice({ value }: { value: Period }) {
    return (
        <Segmented<Period>
            label={t('today.period')} value={value} onChange={(p) => setQuery({ days: p })}
            options={PERIODS.map((p) => ({ value: p, label: t(`period.${p}` as Key) }))}
        />
    );
}

function Kinds({ items }: { items: EventKind[] }) {
    const [q, setQ] = useState('');
    const wanted = q.trim().toLocaleLowerCase();
    const shown = items.filter((k) => !wanted || k.name.toLocaleLowerCase().includes(wanted)).sort((a, b) => b.count - a.count);
    const most = Math.max(1, ...items.map((k) => k.count));
    return (
        <>
            {items.length > SEARCH_FROM && (
                <div class="toolbar">
                    <div class="search-field">
                        <Icon name="search" />
                        <input type="search" data-search aria-label={t('events.search')} placeholder={t('events.search')} maxLength={100} value={q} onInput={(e) => setQ(e.currentTarget.value)} />
                    </div>
                </div>
            )}
            {shown.length === 0 ? <Empty icon="search" title={t('events.none_found')}>{t('events.none_found.text')}</Empty> : (
                <div class="card flush">
                    <Table
                        caption={t('nav.events')} rows={shown} rowKey={(k) => k.name}
                        columns={[
                            { key: 'name', label: t('events.kind'), head: true, grow: true, cell: (k) => <span class="event-kind"><EventIcon event={k.name} /><a class="row-link" dir="auto" href={href('events', k.name)}>{eventName(k.name)}</a></span> },
                            { key: 'share', label: t('events.share'), phone: 'hide', cell: (k) => <span class="bar-track" aria-hidden="true"><span class="bar" style={{ inlineSize: `${(100 * k.count) / most}%` }} /></span> },
                            { key: 'count', label: t('events.count'), end: true, cell: (k) => count(k.count) },
                            { key: 'last', label: t('events.last'), end: true, cell: (k) => (k.last ? <time dateTime={k.last}>{day(k.last, 'medium')}</time> : '–') },
                        ]}
                    />
                </div>
            )}
        </>
    );
}

function KindList() {
    const found = useQuery(`events.kinds.${sampleGone.value}`, (signal) => api.get<List<EventKind> | EventKind[]>('/v1/events/kinds', { signal }), { poll: EVERY, keep: true });
    const items = Array.isArray(found.data) ? found.data : found.data?.items;
    return (
        <>
            <PageHead title={t('nav.events')} lead={t('events.lead')} />
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && <Empty icon="events" title={t('events.empty')} action={<LinkButton tone="primary" icon="sources" href={href('sources')}>{t('people.empty.action')}</LinkButton>}>{t('events.empty.text')}</Empty>}
            {items && items.length > 0 && <Kinds items={items} />}
        </>
    );
}

export default function Events({ parts }: { parts: string[] }) {
    return parts[0] ? <KindPage key={parts[0]} name={parts[0]} property={parts[1] ?? null} /> : <KindList />;
}

