// SPDX-License-Identifier: Apache-2.0
// Requests of persons about their data: the queue with its clocks. With an id in the route it is one request.

import { useEffect, useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, RequestFigures, RequestRow } from '../../api/types';
import { t, type Key } from '../../i18n';
import { count } from '../../lib/format';
import { addKeys } from '../../lib/keys';
import { requestState, RIGHTS, rightName, STATES } from '../../lib/rights';
import { href, route, setQuery } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Button, Card, Empty, PageHead, Segmented } from '../../ui/basics';
import { PickQuery } from '../../ui/pick';
import { Table } from '../../ui/table';
import { Tabs } from '../../ui/tabs';
import { Letters } from '../checks/letters';
import { MoreButton, useMore, type More } from '../person/timeline';
import { requestColumns } from './columns';
import { NewRequest } from './new';
import { RequestPage } from './request';

const DUE = ['any', 'soon', 'late'] as const;
type DueFilter = (typeof DUE)[number];

const VIEWS = ['queue', 'letters'] as const;

function Views({ now }: { now: (typeof VIEWS)[number] }) {
    return <Tabs label={t('requests.views')} now={now} items={VIEWS.map((v) => ({ id: v, name: t(`requests.view.${v}`), href: v === 'queue' ? href('requests') : href('requests', v) }))} />;
}

// The last year at a glance.
function Figures() {
    const found = useQuery('requests.figures', (signal) => api.get<RequestFigures>('/v1/requests/figures', { signal, plain: true }));
    const rights = found.data?.rights ?? [];
    const sum = (key: 'received' | 'fulfilled' | 'denied' | 'open') => rights.reduce((n, r) => n + r[key], 0);
    if (!found.data || sum('received') === 0) return null; // the queue tells what is wrong
    return (
        <dl class="facts">
            {(['open', 'received', 'fulfilled', 'denied'] as const).map((k) => <div key={k}><dt>{t(`requests.figure.${k}`)}</dt><dd>{count(sum(k))}</dd></div>)}
            <div><dt>{t('requests.figure.oldest')}</dt><dd>{found.data.oldest_open_days === null ? '–' : t('time.days', { n: found.data.oldest_open_days })}</dd></div>
        </dl>
    );
}

function Queue() {
    const query = route.value.query;
    const [round, setRound] = useState(0);
    const [adding, setAdding] = useState(false);
    const state = query.get('state') ?? '';
    const right = query.get('right') ?? '';
    const due: DueFilter = DUE.find((d) => d === query.get('due')) ?? 'any';
    const list = useMore<RequestRow>(`${state}:${right}:${due}:${round}`, (cursor, signal) => api.get<List<RequestRow>>(
        withQuery('/v1/requests', { state, right, due: due === 'any' ? '' : due, cursor, limit: 50 }), { signal }));
    useRowKeys();
    useEffect(() => (can('rights_write') ? addKeys({ c: () => setAdding(true) }) : undefined), []);
    const filtered = !!(state || right || due !== 'any');
    const nothing = list.ended && list.items.length === 0;
    const add = can('rights_write') && <Button tone="primary" icon="plus" onClick={() => setAdding(true)}>{t('requests.new')}</Button>;
    return (
        <>
            <PageHead title={t('nav.requests')} lead={t('requests.lead')}>{add}</PageHead>
            <Views now="queue" />
            <Figures key={round} />
            <div class="toolbar">
                <Segmented<DueFilter>
                    label={t('requests.due')} value={due} onChange={(d) => setQuery({ due: d === 'any' ? null : d })}
                    options={DUE.map((d) => ({ value: d, label: t(`requests.due.${d}` as Key) }))}
                />
                <PickQuery label={t('requests.state')} name="state" value={state} options={STATES.map((s) => [s, requestState(s)])} />
                <PickQuery label={t('requests.right')} name="right" value={right} options={RIGHTS.map((r) => [r, rightName(r)])} />
            </div>
            {nothing ? (
                <Empty
                    icon="check" title={t(filtered ? 'requests.none' : 'requests.empty')}
                    action={filtered ? <Button onClick={() => setQuery({ state: null, right: null, due: null })}>{t('requests.clear')}</Button> : add}
                >
                    {t(filtered ? 'requests.none.text' : 'requests.empty.text')}
                </Empty>
            ) : (
                <Card class="flush">
                    {list.items.length > 0 && <Table caption={t('nav.requests')} rows={list.items} rowKey={(r) => r.id} columns={requestColumns()} />}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
            {adding && <NewRequest onClose={() => setAdding(false)} onDone={() => setRound((n) => n + 1)} />}
        </>
    );
}

export default function Requests({ parts }: { parts: string[] }) {
    if (parts[0] === 'letters') {
        return (
            <>
                <PageHead title={t('nav.requests')} lead={t('requests.lead')} />
                <Views now="letters" />
                <Letters />
            </>
        );
    }
    return parts[0] ? <RequestPage key={parts[0]} id={parts[0]} /> : <Queue />;
}
