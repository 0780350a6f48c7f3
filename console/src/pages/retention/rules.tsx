// SPDX-License-Identifier: Apache-2.0
// The rules, one per category. A rule is switched on only after its dry run has said what it would remove.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, RetentionRule } from '../../api/types';
import { t } from '../../i18n';
import { breakable, count } from '../../lib/format';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Ago, Badge, Card, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { RuleDialog, ruleName } from './rule';

const keeps = (r: RetentionRule): string => (r.keep_days ? t('time.days', { n: r.keep_days }) : t('retention.forever'));

export function Rules() {
    const found = useQuery('retention', (signal) => api.get<List<RetentionRule>>('/v1/retention', { signal }), { keep: true });
    const [open, setOpen] = useState<RetentionRule | null>(null);
    useRowKeys();
    const items = found.data?.items;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="retention" title={t('retention.empty')}>{t('retention.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('retention.view.rules')} rows={items} rowKey={(r) => r.name}
                        columns={[
                            {
                                key: 'name', label: t('retention.rule'), head: true, grow: true,
                                cell: (r) => (
                                    <>
                                        {can('govern_write')
                                            ? <button type="button" class="row-link as-link" onClick={() => setOpen(r)}>{ruleName(r.name)}</button>
                                            : <strong>{ruleName(r.name)}</strong>}
                                        <small class="muted">{r.what}</small>
                                    </>
                                ),
                            },
                            { key: 'category', label: t('dictionary.category'), cell: (r) => (r.category ? <code class="small">{breakable(r.category)}</code> : '–') },
                            { key: 'keeps', label: t('dictionary.kept'), cell: (r) => <>{keeps(r)}{r.basis && <small class="muted">{r.basis}</small>}</> },
                            { key: 'state', label: t('retention.state'), cell: (r) => <Badge tone={r.on ? 'good' : 'plain'}>{t(r.on ? 'retention.state.on' : 'retention.state.off')}</Badge> },
                            { key: 'backlog', label: t('retention.backlog'), end: true, cell: (r) => (r.backlog === null ? '–' : r.backlog > 0 ? <span class="warn-text">{count(r.backlog)}</span> : '0') },
                            { key: 'next', label: t('retention.next'), end: true, cell: (r) => <>{r.next_run ? <Ago time={r.next_run} /> : '–'}{r.last_run && <small class="muted">{t('retention.last')} <Ago time={r.last_run} /></small>}</> },
                        ]}
                    />
                </Card>
            )}
            {open && <RuleDialog rule={open} onClose={() => setOpen(null)} onDone={found.reload} />}
        </>
    );
}
