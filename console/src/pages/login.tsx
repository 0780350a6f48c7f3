// SPDX-License-Identifier: Apache-2.0
// Sign in. `again`: the session ended while working; the page waits behind this form.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api } from '../api/client';
import { useAction, useQuery } from '../api/query';
import { t } from '../i18n';
import { session, signIn } from '../lib/session';
import { Button, Field } from '../ui/basics';
import { Icon, Mark } from '../ui/icons';
import { PasswordInput } from '../ui/password';
import { ProblemBox } from '../ui/problem';

export default function Login({ again = false }: { again?: boolean }) {
    const [email, setEmail] = useState(again ? (session.value?.staff.email ?? '') : '');
    const [password, setPassword] = useState('');
    const form = useRef<HTMLFormElement>(null);
    const sign = useAction(async () => {
        await signIn(email.trim(), password);
    });
    const setup = useQuery('setup.state', (signal) => (again ? Promise.resolve({ needed: false }) : api.get<{ needed: boolean }>('/v1/setup', { signal })));
    const wrong = sign.error instanceof ApiError && sign.error.status === 401;
    useEffect(() => {
        document.title = `${t('login.title')} · Custos`;
        form.current?.querySelector<HTMLInputElement>(email ? 'input[type=password]' : 'input')?.focus();
    }, []);
    useEffect(() => {
        if (wrong) form.current?.querySelector<HTMLInputElement>('[name=password]')?.select();
    }, [sign.error]);
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
                <Field label={t('login.email')}>
                    {(ids) => (
                        <input
                            {...ids} type="email" name="email" autocomplete="username" required maxLength={254}
                            readOnly={again} value={email} onInput={(e) => setEmail(e.currentTarget.value)}
                        />
                    )}
                </Field>
                <Field label={t('login.password')} error={wrong ? t('login.wrong') : null}>
                    {(ids) => (
                        <PasswordInput ids={ids} name="password" autocomplete="current-password" value={password} onValue={setPassword} />
                    )}
                </Field>
                {!wrong && <ProblemBox error={sign.error} />}
                <Button type="submit" tone="primary" busy={sign.busy} class="full">{t('login.submit')}</Button>
                {again && <Button tone="quiet" class="full" onClick={() => location.reload()}>{t('login.other')}</Button>}
            </form>
        </main>
    );
}
