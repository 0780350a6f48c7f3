// SPDX-License-Identifier: Apache-2.0
// The first run: the one-time link makes the owner. Length is what makes a password strong, so length
// is what the hint speaks about. The token travels in a body only, never in a URL.

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../api/client';
import { useAction } from '../api/query';
import { PASSWORD_MIN, type Session } from '../api/types';
import { t } from '../i18n';
import { readRoute } from '../lib/router';
import { began } from '../lib/session';
import { Button, Field } from '../ui/basics';
import { Icon, Mark } from '../ui/icons';
import { PasswordInput } from '../ui/password';
import { ProblemBox } from '../ui/problem';

const LEVELS = [
    { from: 25, name: 'strong', text: 'setup.strength.strong' },
    { from: 20, name: 'good', text: 'setup.strength.good' },
    { from: PASSWORD_MIN, name: 'fair', text: 'setup.strength.fair' },
    { from: 0, name: 'short', text: 'setup.strength.short' },
] as const;

export default function Setup({ token, onDone }: { token: string; onDone: () => void }) {
    const [email, setEmail] = useState('');
    const [password, setPassword] = useState('');
    const make = useAction(async () => {
        began(await api.post<Session>('/v1/setup', { token, email: email.trim(), password }, { quiet401: true }));
        history.replaceState(null, '', '/#/today');
        readRoute();
        onDone();
    });
    useEffect(() => {
        document.title = `${t('setup.title')} · Custos`;
    }, []);
    const spent = make.error instanceof ApiError && [401, 403, 404, 409, 410].includes(make.error.status);
    const length = [...password].length;
    const level = LEVELS.find((l) => length >= l.from)!;

    return (
        <main class="gate">
            <form
                class="gate-card" method="post"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (length >= PASSWORD_MIN) void make.act();
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
                            <Field label={t('setup.password')} hint={t('setup.password.hint', { n: PASSWORD_MIN })}>
                                {(ids) => (
                                    <PasswordInput
                                        ids={ids} name="new-password" autocomplete="new-password" minLength={PASSWORD_MIN}
                                        value={password} onValue={setPassword}
                                    />
                                )}
                            </Field>
                            <div class={`strength ${level.name}`}>
                                <meter min={0} max={25} low={PASSWORD_MIN} high={20} optimum={25} value={Math.min(length, 25)} aria-label={t('setup.strength')} />
                                <span role="status">{length ? t(level.text, { n: length, min: PASSWORD_MIN }) : ''}</span>
                            </div>
                            <ProblemBox error={make.error} />
                            <Button type="submit" tone="primary" busy={make.busy} class="full">{t('setup.submit')}</Button>
                        </>
                    )}
            </form>
        </main>
    );
}
