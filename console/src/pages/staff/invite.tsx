// SPDX-License-Identifier: Apache-2.0
// Inviting: Custos sends no mail; the link is shown once, and is handed over by a way one trusts.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Invitation, Roles, Time } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { roleName } from '../../lib/roles';
import { Ago, Button, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { ProblemBox } from '../../ui/problem';

export function RoleSelect({ ids, value, onValue, roles }: { ids: object; value: string; onValue: (role: string) => void; roles: Roles['items'] }) {
    return (
        <select {...ids} value={value} onChange={(e) => onValue(e.currentTarget.value)}>
            {roles.map((r) => <option key={r.name} value={r.name}>{roleName(r.name)}</option>)}
        </select>
    );
}

export const useRoles = () => useQuery('roles', (signal) => api.get<Roles>('/v1/roles', { signal }));

export function LinkOnce({ title, link, expires, onClose }: { title: string; link: string; expires?: Time; onClose: () => void }) {
    return (
        <Dialog title={title} size="small" onClose={onClose} actions={<Button tone="primary" onClick={onClose}>{t('link.passed_on')}</Button>}>
            <Once title={t('link.title')} text={link} note={t('link.once')} print={false} />
            {expires && <p class="muted">{tx('link.expires', { when: <Ago time={expires} /> })}</p>}
        </Dialog>
    );
}

export function InviteDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const roles = useRoles();
    const [email, setEmail] = useState('');
    const [role, setRole] = useState('support_agent');
    const [made, setMade] = useState<{ link: string; expires: Time } | null>(null);
    const invite = useAction(async () => {
        setMade(await api.post<{ link: string; expires: Time }>('/v1/invitations', { email: email.trim(), role }));
        onDone();
    });
    const items = roles.data?.items ?? [];
    const doc = items.find((r) => r.name === role)?.doc;
    const ready = email.includes('@') && items.some((r) => r.name === role);
    if (made) return <LinkOnce title={t('staff.invited')} link={made.link} expires={made.expires} onClose={onClose} />;
    return (
        <Dialog
            title={t('staff.invite')} size="small" onClose={onClose} onSubmit={() => { if (ready) void invite.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={invite.busy} disabled={!ready}>{t('staff.invite.submit')}</Button>
                </>
            )}
        >
            <p class="muted">{t('staff.invite.text')}</p>
            <Field label={t('login.email')}>
                {(ids) => <input {...ids} type="email" autocomplete="off" maxLength={254} data-autofocus value={email} onInput={(e) => setEmail(e.currentTarget.value)} />}
            </Field>
            <Field label={t('staff.role')} hint={doc}>
                {(ids) => <RoleSelect ids={ids} value={role} onValue={setRole} roles={items} />}
            </Field>
            <ProblemBox error={invite.error ?? roles.error} />
        </Dialog>
    );
}

export function WithdrawInvitation({ invitation, onClose, onDone }: { invitation: Invitation; onClose: () => void; onDone: () => void }) {
    return (
        <Confirm
            danger title={t('invitations.withdraw')} submit={t('invitations.withdraw')} onClose={onClose}
            run={async () => {
                await api.delete(`/v1/invitations/${segment(String(invitation.id))}`);
                toast(t('invitations.withdrawn'));
                onDone();
            }}
        >
            <p>{tx('invitations.withdraw.text', { email: <strong dir="auto">{invitation.email}</strong> })}</p>
        </Confirm>
    );
}
