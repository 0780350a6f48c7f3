// SPDX-License-Identifier: Apache-2.0
// The first run: the one-time link makes the owner. The token travels in a body only, never in a URL.

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client';
import { useAction } from '../../api/query';
import type { Session } from '../../api/types';
import { t } from '../../i18n';
import { began } from '../../lib/session';
import { Button, Field } from '../../ui/basics';
import { Icon, Mark } from '../../ui/icons';
import { NewPassword, usePasswordCheck } from '../../ui/new-password';
import { ProblemBox } from '../../ui/problem';

export default function Setup({ token, onDone }: { token: string; onDone: () => void }) {
    const [email, setEmail] = useState('');
    const [password, setPassword] = useState('');
    const check = usePasswordCheck(password, [email]);
    const make = useAction(async () => {
        if (!(await check.ready())) return;
        began(await api.post<Session>('/v1/setup', { token, email: email.trim(), password }, { quiet401: true, plain: true }));
        onDone();
    });
    useEffect(() => {
        document.title = `${t('setup.title')} · Custos`;
    }, []);
    const spent = make.error instanceof ApiError && [401, 403, 404, 409, 410].includes(make.error.status);

    return (
        <main class="gate">
            <form
                class="gate-card" method="post"
                onSubmit={(event) => {
                    event.preventDefault();
                    void make.act();
                }}
            >
                <Mark />
                <h1>{t('setup.title')}</h1>
                {!token || spent
                    ? (
                        <div class="notice warn" role="alert">
                            <Icon name="warning" />
                            <div>
                                <strong>{t('setup.invalid')}</strong>
                                <p>{t('setup.invalid.next')}</p>
                                <p><a href="/">{t('setup.sign_in')}</a></p>
                            </div>
                        </div>
                    ) : (
                        <>
                            <p class="muted">{t('setup.text')}</p>
                            <Field label={t('login.email')} hint={t('setup.email.hint')}>
                                {(ids) => (
                                    <input
                                        {...ids} type="email" name="email" autocomplete="username" required maxLength={254}
                                        value={email} onInput={(e) => setEmail(e.currentTarget.value)}
                                    />
                                )}
                            </Field>
                            <NewPassword label={t('setup.password')} value={password} onValue={setPassword} check={check} />
                            <ProblemBox error={make.error} />
                            <Button type="submit" tone="primary" busy={make.busy} class="full">{t('setup.submit')}</Button>
                        </>
                    )}
            </form>
        </main>
    );
}
