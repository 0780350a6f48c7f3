// SPDX-License-Identifier: Apache-2.0
// An invitation: who it is for, and the password of the new account. The token stands behind # and
// travels in bodies only.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { InvitationCheck, Session } from '../../api/types';
import { t, tx } from '../../i18n';
import { roleName } from '../../lib/roles';
import { began } from '../../lib/session';
import { Ago, Button, Field, Loading } from '../../ui/basics';
import { NewPassword, usePasswordCheck } from '../../ui/new-password';
import { ProblemBox } from '../../ui/problem';
import { GateCard, Spent, spentLink } from './link';

const OPTIONS = { quiet401: true, plain: true };

function Accept({ token, invitation, onDone }: { token: string; invitation: InvitationCheck; onDone: () => void }) {
    const [password, setPassword] = useState('');
    const check = usePasswordCheck(password, [invitation.email]);
    const accept = useAction(async () => {
        if (!(await check.ready())) return;
        began(await api.post<Session>('/v1/invitations/accept', { token, password }, OPTIONS));
        onDone();
    });
    if (spentLink(accept.error)) return <Spent text={t('invite.spent')} />;
    return (
        <form
            class="stack" method="post"
            onSubmit={(event) => {
                event.preventDefault();
                void accept.act();
            }}
        >
            <p class="muted">{tx('invite.text', { role: <strong>{roleName(invitation.role)}</strong>, when: <Ago time={invitation.expires} /> })}</p>
            <Field label={t('login.email')}>
                {(ids) => <input {...ids} type="email" name="email" autocomplete="username" readOnly value={invitation.email} />}
            </Field>
            <NewPassword label={t('setup.password')} value={password} onValue={setPassword} check={check} />
            <ProblemBox error={accept.error} />
            <Button type="submit" tone="primary" class="full" busy={accept.busy}>{t('invite.submit')}</Button>
        </form>
    );
}

export default function Invite({ token, onDone }: { token: string; onDone: () => void }) {
    const known = useQuery('invite', (signal) => api.post<InvitationCheck>('/v1/invitations/check', { token }, { ...OPTIONS, signal }), { enabled: !!token });
    return (
        <GateCard title={t('invite.title')}>
            {!token || spentLink(known.error) ? <Spent text={t('invite.spent')} />
                : known.data ? <Accept token={token} invitation={known.data} onDone={onDone} />
                    : known.error ? <ProblemBox error={known.error} onRetry={known.reload} /> : <Loading />}
        </GateCard>
    );
}
