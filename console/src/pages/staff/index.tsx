// SPDX-License-Identifier: Apache-2.0
// Staff: who works here, with which role and which second factors; invitations on their way.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Invitation, List, StaffMember } from '../../api/types';
import { t } from '../../i18n';
import { factorName, roleName } from '../../lib/roles';
import { can } from '../../lib/session';
import { Ago, Avatar, Badge, Button, Card, Empty, Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { InviteDialog, WithdrawInvitation } from './invite';
import { MemberDialog } from './member';

export function Factors({ list }: { list: string[] }) {
    const own = list.filter((f) => f !== 'recovery');
    if (!own.length) return <Badge tone="warn">{t('staff.no_factor')}</Badge>;
    return <>{own.map((f) => <Badge key={f} tone="good">{factorName(f)}</Badge>)}</>;
}

function Invitations({ list, onWithdraw }: { list: Invitation[]; onWithdraw: (i: Invitation) => void }) {
    return (
        <Card title={t('invitations.title')} class="flush">
            <Table
                caption={t('invitations.title')} rows={list} rowKey={(i) => i.id}
                columns={[
                    { key: 'email', label: t('login.email'), head: true, grow: true, cell: (i) => <span dir="auto">{i.email}</span> },
                    { key: 'role', label: t('staff.role'), cell: (i) => roleName(i.role) },
                    { key: 'created', label: t('invitations.made'), cell: (i) => <Ago time={i.created} /> },
                    { key: 'expires', label: t('invitations.expires'), cell: (i) => <Ago time={i.expires} /> },
                    {
                        key: 'end', label: t('invitations.withdraw'), end: true,
                        cell: (i) => (can('staff_write')
                            ? <Button small aria-label={t('invitations.withdraw.named', { email: i.email })} onClick={() => onWithdraw(i)}>{t('invitations.withdraw')}</Button>
                            : '–'),
                    },
                ]}
            />
        </Card>
    );
}

export default function Staff() {
    const staff = useQuery('staff', (signal) => api.get<List<StaffMember>>('/v1/staff', { signal }), { keep: true });
    const invited = useQuery('invitations', (signal) => api.get<List<Invitation>>('/v1/invitations', { signal }), { keep: true });
    const [open, setOpen] = useState<'invite' | { member: number } | { invitation: Invitation } | null>(null);
    const rows = staff.data?.items ?? [];
    const waiting = invited.data?.items ?? [];
    const chosen = open && typeof open === 'object' && 'member' in open ? rows.find((s) => s.id === open.member) : undefined;
    const invite = can('staff_write') && <Button tone="primary" icon="plus" onClick={() => setOpen('invite')}>{t('staff.invite')}</Button>;
    const again = () => {
        staff.reload();
        invited.reload();
    };
    return (
        <>
            <PageHead title={t('nav.staff')} lead={t('staff.lead')}>{invite}</PageHead>
            <ProblemBox error={staff.error ?? invited.error} onRetry={again} />
            {!staff.data && !staff.error && <Loading />}
            {rows.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('nav.staff')} rows={rows} rowKey={(s) => s.id}
                        columns={[
                            {
                                key: 'email', label: t('login.email'), head: true, grow: true,
                                cell: (s) => (
                                    <span class="staff-who">
                                        <Avatar id={String(s.id)} label={s.email} />
                                        <span>
                                            <button type="button" class="row-link as-link" onClick={() => setOpen({ member: s.id })} dir="auto">{s.email}</button>
                                            {s.self && <Badge tone="info">{t('staff.you')}</Badge>}
                                            {s.state === 'disabled' && <Badge tone="bad">{t('staff.disabled')}</Badge>}
                                        </span>
                                    </span>
                                ),
                            },
                            { key: 'role', label: t('staff.role'), cell: (s) => roleName(s.role) },
                            { key: 'factors', label: t('staff.factors'), cell: (s) => <Factors list={s.factors} /> },
                            { key: 'last', label: t('staff.last'), end: true, cell: (s) => <Ago time={s.last_sign_in} /> },
                        ]}
                    />
                </Card>
            )}
            {waiting.length > 0 && <Invitations list={waiting} onWithdraw={(invitation) => setOpen({ invitation })} />}
            {rows.length === 1 && waiting.length === 0 && <Empty icon="staff" title={t('staff.alone')}>{t('staff.alone.text')}</Empty>}
            {open === 'invite' && <InviteDialog onClose={() => setOpen(null)} onDone={invited.reload} />}
            {open && typeof open === 'object' && 'invitation' in open && (
                <WithdrawInvitation invitation={open.invitation} onClose={() => setOpen(null)} onDone={invited.reload} />
            )}
            {chosen && <MemberDialog key={chosen.id} member={chosen} onClose={() => setOpen(null)} onChange={staff.reload} />}
        </>
    );
}
