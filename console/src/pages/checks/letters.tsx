// SPDX-License-Identifier: Apache-2.0
// Letters to single persons: which wait, which were taken by the mail server, which could not be delivered. Never
// their text.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useAction } from '../../api/query';
import type { LetterRow, List } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { count, words } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Segmented } from '../../ui/basics';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';

const STATES = ['all', 'waiting', 'sent', 'failed', 'sink'] as const;
type State = (typeof STATES)[number];
const TONES: Record<string, 'good' | 'bad' | 'info'> = { sent: 'good', failed: 'bad', waiting: 'info' };

export function Letters() {
    const state: State = STATES.find((s) => s === route.value.query.get('state')) ?? 'all';
    const [round, setRound] = useState(0);
    const list = useMore<LetterRow>(`letters.${state}.${round}`, (cursor, signal) => api.get<List<LetterRow>>(
        withQuery('/v1/letters', { state: state === 'all' ? '' : state, cursor, limit: 50 }), { signal }));
    const test = useAction(async () => {
        await api.post('/v1/letters/test');
        toast(t('letters.tested'));
        setRound((n) => n + 1);
    });
    const nothing = list.ended && list.items.length === 0;
    return (
        <>
            <p class="muted">{t('letters.lead')}</p>
            <ProblemBox error={test.error} />
            <div class="toolbar">
                <Segmented<State>
                    label={t('letters.state')} value={state} onChange={(s) => setQuery({ state: s === 'all' ? null : s })}
                    options={STATES.map((s) => ({ value: s, label: t(`letters.state.${s}` as Key) }))}
                />
                {can('operate') && <Button icon="mail" busy={test.busy} onClick={() => void test.act()}>{t('letters.test')}</Button>}
            </div>
            {nothing ? <Empty icon="mail" title={t('letters.empty')}>{t('letters.empty.text')}</Empty> : (
                <Card class="flush">
                    {list.items.length > 0 && (
                        <Table
                            caption={t('checks.view.letters')} rows={list.items} rowKey={(l) => l.id}
                            columns={[
                                { key: 'kind', label: t('letters.kind'), head: true, grow: true, cell: (l) => <><strong>{tOr(`letter.${l.kind}`, words(l.kind))}</strong>{l.fault && <small class="muted wrap-any">{tOr(`letters.fault.${l.fault}`, words(l.fault))}</small>}</> },
                                { key: 'person', label: t('people.person'), cell: (l) => (l.person ? <PersonLink plain person={{ id: l.person, label: t('letters.person') }} /> : '–') },
                                { key: 'state', label: t('letters.state'), cell: (l) => <Badge tone={TONES[l.state] ?? 'plain'}>{tOr(`letters.state.${l.state}`, words(l.state))}</Badge> },
                                { key: 'tries', label: t('letters.tries'), end: true, cell: (l) => <>{count(l.tries)}{l.next_try && <small class="muted"><Ago time={l.next_try} /></small>}</> },
                                { key: 'at', label: t('letters.at'), end: true, cell: (l) => <Ago time={l.at} /> },
                            ]}
                        />
                    )}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
        </>
    );
}
