// SPDX-License-Identifier: Apache-2.0
// Breaches of personal data: every one of them, with its 72 hours. With a number in the route it is one.

import { useEffect, useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import type { BreachRow, List } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { addKeys } from '../../lib/keys';
import { href, route } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, PageHead } from '../../ui/basics';
import { Due } from '../../ui/due';
import { PickQuery } from '../../ui/pick';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';
import { BreachPage } from './breach';
import { BreachForm } from './form';
import { kindName, riskName, riskTone, stateName, STATES, stateTone } from './words';

function Register() {
    const state = route.value.query.get('state') ?? '';
    const [adding, setAdding] = useState(false);
    const list = useMore<BreachRow>(`breaches.${state}`, (cursor, signal) => api.get<List<BreachRow>>(withQuery('/v1/breaches', { state, cursor, limit: 50 }), { signal }));
    useRowKeys();
    useEffect(() => (can('govern_write') ? addKeys({ c: () => setAdding(true) }) : undefined), []);
    const nothing = list.ended && list.items.length === 0;
    const add = can('govern_write') && <Button tone="primary" icon="plus" onClick={() => setAdding(true)}>{t('breaches.new')}</Button>;
    return (
        <>
            <PageHead title={t('nav.breaches')} lead={t('breaches.lead')}>{add}</PageHead>
            <div class="toolbar"><PickQuery label={t('requests.state')} name="state" value={state} options={STATES.map((s) => [s, stateName(s)])} /></div>
            {nothing ? <Empty icon="check" title={t(state ? 'requests.none' : 'breaches.empty')}>{!state && t('breaches.empty.text')}</Empty> : (
                <Card class="flush">
                    {list.items.length > 0 && (
                        <Table
                            caption={t('nav.breaches')} rows={list.items} rowKey={(b) => b.id}
                            columns={[
                                { key: 'title', label: t('breaches.one'), head: true, grow: true, cell: (b) => <><a class="row-link" href={href('breaches', b.id)} dir="auto">{b.title}</a><small class="muted">{kindName(b.kind)}</small></> },
                                { key: 'state', label: t('requests.state'), cell: (b) => <Badge tone={stateTone(b.state)}>{stateName(b.state)}</Badge> },
                                { key: 'risk', label: t('breaches.risk'), cell: (b) => (b.risk ? <Badge tone={riskTone(b.risk)}>{riskName(b.risk)}</Badge> : <span class="muted">{t('breaches.risk.unknown')}</span>) },
                                { key: 'people', label: t('nav.people'), end: true, cell: (b) => count(b.people) },
                                { key: 'aware', label: t('breaches.aware'), cell: (b) => <Ago time={b.aware} /> },
                                { key: 'due', label: t('breaches.clock'), end: true, cell: (b) => (b.authority_told ? <Badge tone={b.over ? 'warn' : 'good'}>{t(b.over ? 'breaches.told_late' : 'breaches.told')}</Badge> : <Due due={b.due} used={b.used_permille} closed={b.closed} />) },
                            ]}
                        />
                    )}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
            {adding && <BreachForm breach={null} onClose={() => setAdding(false)} onDone={() => {}} />}
        </>
    );
}

export default function Breaches({ parts }: { parts: string[] }) {
    return parts[0] ? <BreachPage key={parts[0]} id={parts[0]} /> : <Register />;
}
