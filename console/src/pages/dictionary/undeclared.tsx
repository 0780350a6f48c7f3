// SPDX-License-Identifier: Apache-2.0
// What came in without a row: stored sealed, unreadable to queries until somebody declares it.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Undeclared } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { sourceName } from '../../lib/sources';
import { Ago, Card, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

export function UndeclaredList() {
    const list = useQuery('undeclared', (signal) => api.get<List<Undeclared>>('/v1/dictionary/undeclared', { signal }));
    if (list.error) return <ProblemBox error={list.error} onRetry={list.reload} />;
    if (!list.data) return <Loading />;
    if (list.data.items.length === 0) {
        return <Empty icon="check" title={t('undeclared.empty')}>{t('undeclared.empty.text')}</Empty>;
    }
    return (
        <>
            <p class="muted">{t('undeclared.text')}</p>
            <Card class="flush">
                <Table
                    caption={t('dictionary.tab.undeclared')} rows={list.data.items} rowKey={(u) => `${u.scope}/${u.name}`}
                    columns={[
                        { key: 'name', label: t('dictionary.field'), head: true, grow: true, cell: (u) => <code class="field-name wrap-any">{u.name}</code> },
                        { key: 'scope', label: t('undeclared.scope'), cell: (u) => (u.scope === 'person' ? t('undeclared.person') : u.scope === 'event' ? t('undeclared.event') : u.scope) },
                        { key: 'count', label: t('undeclared.count'), end: true, cell: (u) => count(u.count) },
                        { key: 'sources', label: t('nav.sources'), cell: (u) => u.sources.map(sourceName).join(', ') || '–' },
                        { key: 'seen', label: t('people.last_seen'), end: true, cell: (u) => <Ago time={u.last_seen} /> },
                        ...(can('dictionary_write') ? [{
                            key: 'declare', label: t('undeclared.next'), end: true,
                            cell: (u: Undeclared) => (
                                <a href={`${href('dictionary', 'edit')}?add=${encodeURIComponent(`${u.scope}/${u.name}`)}`}>
                                    {t('undeclared.declare')}<span class="visually-hidden"> {u.name}</span>
                                </a>
                            ),
                        }] : []),
                    ]}
                />
            </Card>
        </>
    );
}
