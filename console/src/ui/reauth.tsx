// SPDX-License-Identifier: Apache-2.0
// "Prove that it is you": asked before dangerous acts, then the act goes on by itself.

import { useState } from 'preact/hooks';
import { ApiError, api } from '../api/client';
import { useAction } from '../api/query';
import { t } from '../i18n';
import { proving } from '../lib/questions';
import { session } from '../lib/session';
import { Button, Field, Segmented } from './basics';
import { CodeField } from './code-field';
import { Dialog } from './dialog';
import { PasswordInput } from './password';
import { ProblemBox } from './problem';

type Way = 'password' | 'totp';

export default function Reauth() {
    const [way, setWay] = useState<Way>('password');
    const [secret, setSecret] = useState('');
    const enrolled = session.value?.second_factor?.enrolled ?? false;
    const close = (proved: boolean) => proving.value?.(proved);
    const prove = useAction(async () => {
        await api.post('/v1/session/reauth', way === 'password' ? { password: secret } : { factor: way, code: secret.trim() }, { plain: true, quiet401: true });
        close(true);
    });
    const wrong = prove.error instanceof ApiError && [400, 401, 403].includes(prove.error.status);
    return (
        <Dialog
            title={t('reauth.title')} size="small" onClose={() => close(false)} onSubmit={() => { if (secret) void prove.act(); }}
            actions={(
                <>
                    <Button onClick={() => close(false)}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={prove.busy} disabled={!secret}>{t('reauth.submit')}</Button>
                </>
            )}
        >
            <p>{t('reauth.text')}</p>
            {enrolled && (
                <Segmented<Way>
                    label={t('reauth.way')} value={way}
                    onChange={(next) => {
                        setWay(next);
                        setSecret('');
                        prove.clear();
                    }}
                    options={[{ value: 'password', label: t('login.password') }, { value: 'totp', label: t('factor.totp') }]}
                />
            )}
            {way === 'password' ? (
                <Field label={t('login.password')} error={wrong ? t('reauth.wrong') : null}>
                    {(ids) => (
                        <PasswordInput
                            ids={{ ...ids, 'data-autofocus': true }} name="password" autocomplete="current-password" value={secret} onValue={setSecret}
                        />
                    )}
                </Field>
            ) : (
                <CodeField label={t('second.totp.code')} autofocus value={secret} onValue={setSecret} error={wrong ? t('second.wrong') : null} />
            )}
            {!wrong && <ProblemBox error={prove.error} />}
        </Dialog>
    );
}
