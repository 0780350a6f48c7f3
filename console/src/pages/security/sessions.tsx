// SPDX-License-Identifier: Apache-2.0
// Where one is signed in, and ending it there.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { List, StaffSession } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { factorName } from '../../lib/roles';
import { Ago, Badge, Button, Card, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

export function Sessions() {
    const list = useQuery('sessions', (signal) => api.get<List<StaffSession>>('/v1/sessions', { signal }), { keep: true });
    const [all, setAll] = useState(false);
    const end = useAction(async (id: string) => {
        await api.delete(`/v1/sessions/${segment(id)}`);
        toast(t('sessions.ended'));
        list.reload();
    });
    const rows = list.data?.items ?? [];
    const others = rows.filter((s) => !s.current);
    return (
        <Card
            title={t('sessions.title')} class="flush"
            actions={others.length > 0 && <Button small icon="logout" onClick={() => setAll(true)}>{t('sessions.end_others')}</Button>}
        >
            <ProblemBox error={list.error ?? end.error} onRetry={list.error ? list.reload : undefined} />
            {!list.data && !list.error && <Loading />}
            {rows.length > 0 && (
                <Table
                    caption={t('sessions.title')} rows={rows} rowKey={(s) => s.id}
                    columns={[
                        {
                            key: 'browser', label: t('sessions.browser'), head: true, grow: true,
                            cell: (s) => <>{s.browser || t('sessions.unknown')} {s.current && <Badge tone="good">{t('sessions.this')}</Badge>}</>,
                        },
                        { key: 'network', label: t('sessions.network'), cell: (s) => <code dir="ltr">{s.network || '–'}</code> },
                        { key: 'factor', label: t('sessions.factor'), cell: (s) => (s.factor ? factorName(s.factor) : '–') },
                        { key: 'created', label: t('sessions.since'), cell: (s) => <Ago time={s.created} /> },
                        { key: 'last', label: t('sessions.last'), cell: (s) => <Ago time={s.last} /> },
                        {
                            key: 'end', label: t('sessions.end'), end: true,
                            cell: (s) => (s.current ? '' : (
                                <Button small busy={end.busy} aria-label={t('sessions.end.named', { browser: s.browser || t('sessions.unknown') })} onClick={() => void end.act(s.id)}>
                                    {t('sessions.end')}
                                </Button>
                            )),
                        },
                    ]}
                />
            )}
            {all && (
                <Confirm
                    title={t('sessions.end_others')} submit={t('sessions.end_others')} onClose={() => setAll(false)}
                    run={async () => {
                        await api.delete('/v1/sessions');
                        toast(t('sessions.ended'));
                        list.reload();
                    }}
                >
                    <p>{t('sessions.end_others.text', { n: others.length })}</p>
                </Confirm>
            )}
        </Card>
    );
}
