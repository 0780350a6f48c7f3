// SPDX-License-Identifier: Apache-2.0
// What a person said and asked: the records of consent with their receipts, the requests, and the link to their
// own page to hand over.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { ConsentRecord, List, Person, RequestDetail, RequestRow } from '../../api/types';
import { t, tx } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Button, Card, CopyButton, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { Records } from '../consents/records';
import { requestColumns } from '../requests/columns';
import { NewRequest } from '../requests/new';
import { MoreButton, useMore, type More } from './timeline';

const useRequests = (id: string) => useQuery(`requests.of.${id}`, (signal) => (can('rights_read')
    ? api.get<List<RequestRow>>(withQuery('/v1/requests', { person: id, limit: 50 }), { signal }) : Promise.resolve({ items: [], next: null } as List<RequestRow>)), { keep: true });

// A restriction that is in force: nobody may use the data for anything but what the law leaves.
export function RestrictionBanner({ person }: { person: Person }) {
    const found = useRequests(person.id);
    const asked = found.data?.items.find((r) => r.right === 'restriction' && r.state === 'fulfilled');
    const shown = useQuery(`restriction.${asked?.id}`, (signal) => api.get<RequestDetail>(`/v1/requests/${segment(asked?.id ?? '')}`, { signal }), { enabled: !!asked });
    if (!asked || !shown.data?.restricted) return null;
    return (
        <aside class="banner warn" aria-label={t('restricted.title')}>
            <Icon name="lock" />
            <p><strong>{t('restricted.title')}</strong>{' '}{t('restricted.text')} <a href={href('requests', asked.id)}>{t('restricted.request')}</a></p>
        </aside>
    );
}

export function LinkDialog({ person, onClose }: { person: Person; onClose: () => void }) {
    const [made, setMade] = useState<{ url: string; until: string } | null>(null);
    if (made) {
        return (
            <Dialog title={t('privacy_link.title')} size="small" onClose={onClose} actions={<Button tone="primary" onClick={onClose}>{t('dialog.close')}</Button>}>
                <div class="once">
                    <pre class="once-text" dir="ltr" tabIndex={0} role="region" aria-label={t('privacy_link.title')}><code>{made.url}</code></pre>
                    <p class="notice warn"><Icon name="warning" /><span>{tx('privacy_link.once', { when: <Ago time={made.until} /> })}</span></p>
                    <div class="button-row"><CopyButton small={false} text={made.url} label={t('copy.named', { name: t('privacy_link.title') })} /></div>
                </div>
            </Dialog>
        );
    }
    return (
        <Confirm
            title={t('privacy_link.title')} submit={t('privacy_link.make')} icon="link" onClose={onClose}
            run={async () => {
                setMade(await api.post<{ url: string; until: string }>(`/v1/people/${segment(person.id)}/privacy-link`, { purpose: 'visit' }));
                return 'stay';
            }}
        >
            <p>{t('privacy_link.text')}</p>
        </Confirm>
    );
}

function Requests({ person }: { person: Person }) {
    const found = useRequests(person.id);
    const [adding, setAdding] = useState(false);
    return (
        <Card
            title={t('nav.requests')} class={found.data?.items.length ? 'flush' : ''}
            actions={can('rights_write') && <Button small icon="plus" onClick={() => setAdding(true)}>{t('requests.new')}</Button>}
        >
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && !found.error && <Loading />}
            {found.data?.items.length === 0 && <p class="muted">{t('requests.person.none')}</p>}
            {found.data && found.data.items.length > 0 && <Table caption={t('nav.requests')} rows={found.data.items} rowKey={(r) => r.id} columns={requestColumns(false)} />}
            {adding && <NewRequest person={{ id: person.id, label: person.label }} onClose={() => setAdding(false)} onDone={found.reload} />}
        </Card>
    );
}

function ConsentRecords({ person }: { person: Person }) {
    const list = useMore<ConsentRecord>(`records.${person.id}.${JSON.stringify(person.consents)}`, (cursor, signal) => api.get<List<ConsentRecord>>(
        withQuery(`/v1/people/${segment(person.id)}/consents`, { cursor, limit: 50 }), { signal }));
    const nothing = list.ended && list.items.length === 0;
    return (
        <Card title={t('records.title')} class={nothing ? '' : 'flush'}>
            {nothing && <p class="muted">{t('records.empty.text')}</p>}
            {list.items.length > 0 && <Records items={list.items} />}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}

export function Privacy({ person }: { person: Person }) {
    return (
        <>
            {can('rights_read') && <Requests person={person} />}
            <ConsentRecords person={person} />
        </>
    );
}
