// SPDX-License-Identifier: Apache-2.0
// Sign in: password, then the second factor when there is one; or a passkey alone; or the house's own
// sign-in (OpenID Connect). `again`: the session ended while working; the page waits behind this form.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Oidc, Ticket } from '../../api/types';
import { t } from '../../i18n';
import { session, signIn, signInWithPasskey } from '../../lib/session';
import { passkeysWork } from '../../lib/webauthn';
import { Button, Field, LinkButton } from '../../ui/basics';
import { Icon, Mark } from '../../ui/icons';
import { PasswordInput } from '../../ui/password';
import { ProblemBox } from '../../ui/problem';
import { SecondStep } from './second';

const NO_OIDC: Oidc = { enabled: false, name: null };

// Came back from the other sign-in without success: the server says so by a word in the fragment.
const failedElsewhere = (): boolean => location.hash === '#oidc-failed';

// Came back from it with one more step to go: #second-factor=<ticket>&factors=totp,passkey. The ticket
// leaves the address at once.
function ticketFromElsewhere(): Ticket | null {
    const found = new URLSearchParams(location.hash.slice(1));
    const ticket = found.get('second-factor');
    if (!ticket) return null;
    history.replaceState(null, '', '/');
    return { ticket, factors: (found.get('factors') ?? '').split(',').filter(Boolean) as Ticket['factors'] };
}

function OtherWays({ busy, onPasskey, oidc }: { busy: boolean; onPasskey: () => void; oidc: Oidc }) {
    if (!passkeysWork() && !oidc.enabled) return null;
    return (
        <>
            <p class="or"><span>{t('login.or')}</span></p>
            {passkeysWork() && <Button icon="key" class="full" busy={busy} onClick={onPasskey}>{t('login.passkey')}</Button>}
            {oidc.enabled && <LinkButton href="/v1/oidc/start" icon="link">{t('login.oidc', { name: oidc.name || t('login.oidc.house') })}</LinkButton>}
        </>
    );
}

export default function Login({ again = false }: { again?: boolean }) {
    const [email, setEmail] = useState(again ? (session.value?.staff.email ?? '') : '');
    const [password, setPassword] = useState('');
    const [ticket, setTicket] = useState<Ticket | null>(ticketFromElsewhere);
    const form = useRef<HTMLFormElement>(null);
    const sign = useAction(async () => {
        setTicket(await signIn(email.trim(), password));
        setPassword('');
    });
    const passkey = useAction(() => signInWithPasskey());
    const setup = useQuery('setup.state', (signal) => (again ? Promise.resolve({ needed: false }) : api.get<{ needed: boolean }>('/v1/setup', { signal })));
    const oidc = useQuery('oidc', (signal) => (again ? Promise.resolve(NO_OIDC) : api.get<Oidc>('/v1/oidc', { signal, quiet401: true, plain: true })));
    const wrong = sign.error instanceof ApiError && sign.error.status === 401;
    useEffect(() => {
        document.title = `${t('login.title')} · Custos`;
        if (!ticket) form.current?.querySelector<HTMLInputElement>(email ? 'input[type=password]' : 'input')?.focus();
    }, [ticket]);
    useEffect(() => {
        if (wrong) form.current?.querySelector<HTMLInputElement>('[name=password]')?.select();
    }, [sign.error]);
    if (ticket) return <main class="gate"><SecondStep ticket={ticket} onBack={() => setTicket(null)} /></main>;
    return (
        <main class="gate">
            <form
                class="gate-card" ref={form} method="post"
                onSubmit={(event) => {
                    event.preventDefault();
                    void sign.act();
                }}
            >
                <Mark />
                <h1>{t(again ? 'login.again' : 'login.title')}</h1>
                <p class="muted">{t(again ? 'login.again.text' : 'login.text')}</p>
                {setup.data?.needed && (
                    <div class="notice info">
                        <Icon name="info" />
                        <div><strong>{t('login.needs_owner')}</strong><p>{t('login.needs_owner.text')}</p></div>
                    </div>
                )}
                {failedElsewhere() && !sign.error && (
                    <div class="notice warn" role="alert">
                        <Icon name="warning" />
                        <div><strong>{t('login.oidc.failed')}</strong><p>{t('login.oidc.failed.text')}</p></div>
                    </div>
                )}
                <Field label={t('login.email')}>
                    {(ids) => (
                        <input
                            {...ids} type="email" name="email" autocomplete="username webauthn" required maxLength={254}
                            readOnly={again} value={email} onInput={(e) => setEmail(e.currentTarget.value)}
                        />
                    )}
                </Field>
                <Field label={t('login.password')} error={wrong ? t('login.wrong') : null} hint={wrong ? t('login.forgotten') : undefined}>
                    {(ids) => (
                        <PasswordInput ids={ids} name="password" autocomplete="current-password" value={password} onValue={setPassword} />
                    )}
                </Field>
                {!wrong && <ProblemBox error={sign.error ?? passkey.error} />}
                <Button type="submit" tone="primary" busy={sign.busy} class="full">{t('login.submit')}</Button>
                <OtherWays busy={passkey.busy} onPasskey={() => void passkey.act()} oidc={oidc.data ?? NO_OIDC} />
                {again && <Button tone="quiet" class="full" onClick={() => location.reload()}>{t('login.other')}</Button>}
            </form>
        </main>
    );
}
