// SPDX-License-Identifier: Apache-2.0
// Who receives personal data: in which role, where, under which contract and safeguard; and what each was told of
// requests and answered.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Recipient } from '../../api/types';
import { t, tOr } from '../../i18n';
import { count, country, day, words } from '../../lib/format';
import { go, href } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Badge, Button, Card, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { Orders } from './orders';
import { RecipientDialog } from './recipient';

const DAY = 86_400_000;
export const contractState = (r: Recipient, now = Date.now()): { key: 'none' | 'over' | 'ending' | 'good'; tone: 'bad' | 'warn' | 'good' } => {
    if (!r.contract) return { key: 'none', tone: 'bad' };
    const left = r.contract_ends ? new Date(r.contract_ends).getTime() - now : Number.POSITIVE_INFINITY;
    return left < 0 ? { key: 'over', tone: 'bad' } : left < 60 * DAY ? { key: 'ending', tone: 'warn' } : { key: 'good', tone: 'good' };
};
export function Recipients({ name }: { name: string | null }) {
    const found = useQuery('recipients', (signal) => api.get<List<Recipient>>('/v1/recipients', { signal }), { keep: true });
    useRowKeys();
    const items = found.data?.items;
    const open = items?.find((r) => r.name === name);
    const add = can('govern_write') && <Button tone="primary" icon="plus" onClick={() => go('registers', 'recipients', 'new')}>{t('recipients.new')}</Button>;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="people" title={t('recipients.empty')} action={add}>{t('recipients.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush" title={t('registers.view.recipients')} actions={add}>
                    <Table
                        caption={t('registers.view.recipients')} rows={items} rowKey={(r) => r.name}
                        columns={[
                            { key: 'name', label: t('registers.recipient'), head: true, grow: true, cell: (r) => <><a class="row-link" href={href('registers', 'recipients', r.name)} dir="auto">{r.title || words(r.name)}</a> <small class="muted">{r.purposes.map(words).join(', ') || t('recipients.everything')}</small>{r.refusal && <small class="warn-text">{tOr(`recipients.refusal.${r.refusal}`, words(r.refusal))}</small>}</> },
                            { key: 'role', label: t('recipients.role'), cell: (r) => tOr(`recipients.role.${r.role}`, words(r.role)) },
                            { key: 'country', label: t('people.country'), cell: (r) => <>{country(r.country)}{r.safeguard !== 'none' && <small class="muted">{tOr(`recipients.safeguard.${r.safeguard}`, words(r.safeguard))}</small>}</> },
                            { key: 'contract', label: t('recipients.contract'), end: true, cell: (r) => { const s = contractState(r); return <><Badge tone={s.tone}>{t(`recipients.contract.${s.key}`)}</Badge>{r.contract_ends && <small class="muted">{day(r.contract_ends.slice(0, 10), 'medium')}</small>}</>; } },
                            { key: 'open', label: t('recipients.open'), end: true, cell: (r) => <>{count(r.open)}{r.escalated > 0 && <small class="warn-text">{t('recipients.escalated', { n: r.escalated })}</small>}</> },
                        ]}
                    />
                </Card>
            )}
            {can('rights_read') && <Orders />}
            {(name === 'new' || open) && <RecipientDialog key={name} recipient={open ?? null} onClose={() => go('registers', 'recipients')} onDone={found.reload} />}
        </>
    );
}
