// SPDX-License-Identifier: Apache-2.0
// What colleagues ask to do and a second pair of eyes decides; and what was decided.

import { useEffect, useState } from 'preact/hooks';
import { api, segment } from '../api/client';
import { useQuery } from '../api/query';
import type { Approval, List } from '../api/types';
import { t, tx, type Key } from '../i18n';
import { toast } from '../lib/announce';
import { kindName } from '../lib/approval';
import { can } from '../lib/session';
import { Ago, Badge, Button, Card, Empty, Loading, PageHead } from '../ui/basics';
import { Confirm } from '../ui/confirm';
import { ProblemBox } from '../ui/problem';
import { Table } from '../ui/table';
import { countWaiting, isMine } from '../ui/waiting';

const EVERY = 10_000;
const TONES = { waiting: 'warn', approved: 'good', refused: 'bad', used: 'plain', expired: 'plain' } as const;

function Request({ a, onDecide }: { a: Approval; onDecide: (a: Approval, approve: boolean) => void }) {
    const mine = isMine(a);
    return (
        <Card
            title={kindName(a.kind)}
            actions={mine || !can('approve') ? <Badge>{t('approvals.mine')}</Badge> : (
                <>
                    <Button small tone="danger" onClick={() => onDecide(a, false)}>{t('approvals.refuse')}</Button>
                    <Button small tone="primary" icon="check" onClick={() => onDecide(a, true)}>{t('approvals.approve')}</Button>
                </>
            )}
        >
            <p class="quote" dir="auto">{a.reason}</p>
            <p class="muted small">
                {tx('approvals.about', { who: <strong>{a.asked_by}</strong>, when: <Ago time={a.asked} />, until: <Ago time={a.expires} /> })}
            </p>
            {a.target && <p class="small"><code class="wrap-any" dir="ltr">{a.target}</code></p>}
        </Card>
    );
}

function Past({ rows }: { rows: Approval[] }) {
    return (
        <Card title={t('approvals.past')} class="flush">
            <Table
                caption={t('approvals.past')} rows={rows} rowKey={(a) => a.id}
                columns={[
                    { key: 'what', label: t('approvals.what'), head: true, grow: true, cell: (a) => <>{kindName(a.kind)}<small class="muted" dir="auto">{a.reason}</small></> },
                    { key: 'who', label: t('approvals.who'), cell: (a) => a.asked_by },
                    { key: 'state', label: t('approvals.state'), cell: (a) => <Badge tone={TONES[a.state]}>{t(`approvals.state.${a.state}` as Key)}</Badge> },
                    { key: 'by', label: t('approvals.by'), cell: (a) => a.decided_by ?? '–' },
                    { key: 'when', label: t('approvals.when'), end: true, cell: (a) => <Ago time={a.decided ?? a.asked} /> },
                ]}
            />
        </Card>
    );
}

export default function Approvals() {
    const list = useQuery('approvals', (signal) => api.get<List<Approval>>('/v1/approvals', { signal }), { poll: EVERY });
    const [open, setOpen] = useState<{ a: Approval; approve: boolean } | null>(null);
    const items = list.data?.items;
    useEffect(() => {
        if (items) countWaiting(items);
    }, [items]);
    const now = items?.filter((a) => a.state === 'waiting') ?? [];
    const past = items?.filter((a) => a.state !== 'waiting') ?? [];
    return (
        <>
            <PageHead title={t('nav.approvals')} lead={t('approvals.lead')} />
            <ProblemBox error={list.error} onRetry={list.reload} />
            {!items && !list.error && <Loading />}
            {items && now.length === 0 && <Empty icon="approvals" title={t('approvals.empty')}>{t('approvals.empty.text')}</Empty>}
            {now.map((a) => <Request key={a.id} a={a} onDecide={(x, approve) => setOpen({ a: x, approve })} />)}
            {past.length > 0 && <Past rows={past} />}
            {open && (
                <Confirm
                    title={t(open.approve ? 'approvals.approve.title' : 'approvals.refuse.title')} danger={!open.approve}
                    submit={t(open.approve ? 'approvals.approve' : 'approvals.refuse')} onClose={() => setOpen(null)}
                    run={async () => {
                        await api.post(`/v1/approvals/${segment(String(open.a.id))}/${open.approve ? 'approve' : 'refuse'}`);
                        toast(t(open.approve ? 'approvals.approved' : 'approvals.refused'));
                        list.reload();
                    }}
                >
                    <p>{tx(open.approve ? 'approvals.approve.text' : 'approvals.refuse.text', { who: <strong>{open.a.asked_by}</strong>, what: <strong>{kindName(open.a.kind)}</strong> })}</p>
                    <p class="quote" dir="auto">{open.a.reason}</p>
                </Confirm>
            )}
        </>
    );
}
