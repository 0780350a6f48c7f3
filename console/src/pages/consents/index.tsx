// SPDX-License-Identifier: Apache-2.0
// Consents: the register of everybody's records with their receipts, and the totals of each purpose over time.

import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { ConsentRecord, List, Purpose } from '../../api/types';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Button, Card, Empty, PageHead } from '../../ui/basics';
import { PickQuery } from '../../ui/pick';
import { Tabs } from '../../ui/tabs';
import { MoreButton, useMore, type More } from '../person/timeline';
import { consentState, Records, SAID_BY, saidBy, STATES } from './records';
import { Totals } from './totals';

const VIEWS = ['register', 'totals'] as const;

function Register() {
    const query = route.value.query;
    const [purpose, state, by] = ['purpose', 'state', 'said_by'].map((n) => query.get(n) ?? '');
    const purposes = useQuery('purposes', (signal) => (can('dictionary_read')
        ? api.get<{ items: Purpose[] }>('/v1/purposes', { signal }) : Promise.resolve({ items: [] as Purpose[] })));
    const list = useMore<ConsentRecord>(`${purpose}:${state}:${by}`, (cursor, signal) => api.get<List<ConsentRecord>>(
        withQuery('/v1/consents', { purpose, state, said_by: by, cursor, limit: 50 }), { signal }));
    useRowKeys();
    const filtered = !!(purpose || state || by);
    const nothing = list.ended && list.items.length === 0;
    const names = [...new Set([...(purposes.data?.items.map((p) => p.name) ?? []), ...(purpose ? [purpose] : [])])];
    return (
        <>
            <div class="toolbar">
                {names.length > 0 && <PickQuery label={t('consents.purpose')} name="purpose" value={purpose!} options={names.map((p) => [p, words(p)])} />}
                <PickQuery label={t('consent.state.now')} name="state" value={state!} options={STATES.map((s) => [s, consentState(s)])} />
                <PickQuery label={t('records.said_by')} name="said_by" value={by!} options={SAID_BY.map((s) => [s, saidBy(s)])} />
            </div>
            {nothing ? (
                <Empty
                    icon={filtered ? 'search' : 'consents'} title={t(filtered ? 'records.none' : 'records.empty')}
                    action={filtered && <Button onClick={() => setQuery({ purpose: null, state: null, said_by: null })}>{t('requests.clear')}</Button>}
                >
                    {!filtered && t('records.empty.text')}
                </Empty>
            ) : (
                <Card class="flush">
                    {list.items.length > 0 && <Records items={list.items} />}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
        </>
    );
}

export default function Consents({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'register';
    return (
        <>
            <PageHead title={t('nav.consents')} lead={t('consents.lead')} />
            {can('dictionary_read') && (
                <Tabs
                    label={t('consents.views')} now={view}
                    items={VIEWS.map((v) => ({ id: v, name: t(`consents.view.${v}`), href: v === 'register' ? href('consents') : href('consents', v) }))}
                />
            )}
            {view === 'totals' ? <Totals /> : <Register />}
        </>
    );
}
