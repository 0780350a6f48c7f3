// SPDX-License-Identifier: Apache-2.0
// One member of staff: what is known of the account, and what can be done with it.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { StaffMember } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { dateTime } from '../../lib/format';
import { href } from '../../lib/router';
import { roleName } from '../../lib/roles';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Field, LinkButton } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { Factors } from './index';
import { LinkOnce, RoleSelect, useRoles } from './invite';

type Act = 'role' | 'disable' | 'enable' | 'reset' | 'sessions' | 'factors' | 'remove';

function RoleChange({ member, onClose, onDone }: { member: StaffMember; onClose: () => void; onDone: () => void }) {
    const roles = useRoles();
    const [role, setRole] = useState(member.role);
    const items = roles.data?.items ?? [];
    return (
        <Confirm
            title={t('staff.act.role')} submit={t('action.save')} ready={role !== member.role} onClose={onClose}
            run={async () => {
                await api.patch(`/v1/staff/${segment(String(member.id))}`, { role });
                toast(t('staff.act.role.done', { email: member.email, role: roleName(role) }));
                onDone();
            }}
        >
            <p class="muted">{t('staff.act.role.text')}</p>
            <Field label={t('staff.role')} hint={items.find((r) => r.name === role)?.doc}>
                {(ids) => <RoleSelect ids={ids} value={role} onValue={setRole} roles={items} />}
            </Field>
            <ProblemBox error={roles.error} onRetry={roles.reload} />
        </Confirm>
    );
}

function ActDialog({ act, member, onClose, onDone, onRemoved }: {
    act: Act; member: StaffMember; onClose: () => void; onDone: () => void; onRemoved: () => void;
}) {
    const [link, setLink] = useState('');
    const path = `/v1/staff/${segment(String(member.id))}`;
    const email = <strong dir="auto">{member.email}</strong>;
    const ask = (key: 'disable' | 'enable' | 'sessions' | 'factors', run: () => Promise<unknown>, danger = true) => (
        <Confirm
            danger={danger} title={t(`staff.act.${key}`)} submit={t(`staff.act.${key}`)} onClose={onClose}
            run={async () => {
                await run();
                toast(t(`staff.act.${key}.done`));
                onDone();
            }}
        >
            <p>{tx(`staff.act.${key}.text`, { email })}</p>
        </Confirm>
    );
    if (link) return <LinkOnce title={t('staff.act.reset')} link={link} onClose={onClose} />;
    if (act === 'role') return <RoleChange member={member} onClose={onClose} onDone={onDone} />;
    if (act === 'disable') return ask('disable', () => api.patch(path, { state: 'disabled' }));
    if (act === 'enable') return ask('enable', () => api.patch(path, { state: 'active' }), false);
    if (act === 'sessions') return ask('sessions', () => api.delete(`${path}/sessions`));
    if (act === 'factors') return ask('factors', () => api.delete(`${path}/factors`));
    if (act === 'reset') {
        return (
            <Confirm
                title={t('staff.act.reset')} submit={t('staff.act.reset.submit')} onClose={onClose}
                run={async () => {
                    setLink((await api.post<{ link: string }>(`${path}/reset-link`)).link);
                    return 'stay';
                }}
            >
                <p>{tx('staff.act.reset.text', { email })}</p>
            </Confirm>
        );
    }
    return (
        <Confirm
            danger title={t('staff.act.remove')} submit={t('staff.act.remove')} icon="trash" onClose={onClose}
            run={async () => {
                await api.delete(path);
                toast(t('staff.act.remove.done'));
                onDone();
                onRemoved();
            }}
        >
            <p>{tx('staff.act.remove.text', { email })}</p>
        </Confirm>
    );
}

function Choice({ text, about, children }: { text: string; about: string; children: ComponentChildren }) {
    return (
        <li>
            <div><strong>{text}</strong><p class="muted small">{about}</p></div>
            {children}
        </li>
    );
}

export function MemberDialog({ member, onClose, onChange }: { member: StaffMember; onClose: () => void; onChange: () => void }) {
    const [act, setAct] = useState<Act | null>(null);
    const write = can('staff_write') && !member.self;
    const off = member.state === 'disabled';
    const choice = (name: Act, danger = false) => (
        <Choice text={t(`staff.act.${name}`)} about={t(`staff.act.${name}.about`)}>
            <Button small tone={danger ? 'danger' : 'plain'} onClick={() => setAct(name)}>{t('staff.do')}<span class="visually-hidden"> {t(`staff.act.${name}`)}</span></Button>
        </Choice>
    );
    return (
        <Dialog title={member.email} onClose={onClose}>
            <dl class="properties">
                <div><dt>{t('staff.role')}</dt><dd>{roleName(member.role)}</dd></div>
                <div><dt>{t('staff.state')}</dt><dd>{off ? <Badge tone="bad">{t('staff.disabled')}</Badge> : <Badge tone="good">{t('staff.active')}</Badge>}</dd></div>
                <div><dt>{t('staff.factors')}</dt><dd><Factors list={member.factors} /></dd></div>
                <div><dt>{t('staff.last')}</dt><dd><Ago time={member.last_sign_in} /></dd></div>
                <div><dt>{t('staff.since')}</dt><dd>{dateTime(member.created)}</dd></div>
            </dl>
            {member.self && <p class="muted">{t('staff.self')} <a href={href('security')}>{t('nav.security')}</a></p>}
            {write && (
                <ul class="acts">
                    {choice('role')}
                    {choice('reset')}
                    {choice('sessions')}
                    {member.factors.length > 0 && choice('factors')}
                    {choice(off ? 'enable' : 'disable')}
                    {choice('remove', true)}
                </ul>
            )}
            {can('audit_read') && <LinkButton icon="audit" href={`${href('audit')}?staff=${encodeURIComponent(String(member.id))}`}>{t('staff.audit')}</LinkButton>}
            {act && <ActDialog act={act} member={member} onClose={() => setAct(null)} onDone={onChange} onRemoved={onClose} />}
        </Dialog>
    );
}
