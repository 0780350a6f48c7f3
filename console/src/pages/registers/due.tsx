// SPDX-License-Identifier: Apache-2.0
// What is due in the registers: contracts that end, assessments to review.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { DueItem } from '../../api/types';
import { t, tOr } from '../../i18n';
import { words } from '../../lib/format';
import { href } from '../../lib/router';
import { Ago, Badge, Card, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

function placeOf(d: DueItem): string {
    if (d.what === 'breach') return href('breaches', d.name);
    if (d.what === 'assessment') return href('registers', 'assessments');
    return d.what === 'review' ? href('registers') : href('registers', 'recipients', d.name);
}

export function DueList() {
    const found = useQuery('registers.due', (signal) => api.get<{ items: DueItem[] }>('/v1/registers/due', { signal }), { keep: true });
    const items = found.data?.items;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="check" title={t('due.empty')}>{t('due.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('registers.view.due')} rows={items} rowKey={(d) => `${d.what}/${d.name}`}
                        columns={[
                            { key: 'name', label: t('due.what'), head: true, grow: true, cell: (d) => <><a class="row-link" href={placeOf(d)} dir="auto">{d.title || words(d.name)}</a><small class="muted">{d.reason} {d.source}</small></> },
                            { key: 'kind', label: t('assessments.kind'), cell: (d) => tOr(`due.kind.${d.what}`, words(d.what)) },
                            { key: 'due', label: t('requests.due'), end: true, cell: (d) => <Badge tone={d.state === 'soon' ? 'warn' : 'bad'}>{d.due ? <Ago time={d.due} /> : t('due.missing')}</Badge> },
                        ]}
                    />
                </Card>
            )}
        </>
    );
}
