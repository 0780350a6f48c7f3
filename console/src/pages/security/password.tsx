// SPDX-License-Identifier: Apache-2.0
// Changing one's own password.

import { useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client';
import { useAction } from '../../api/query';
import type { Time } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { session } from '../../lib/session';
import { Ago, Button, Card, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { NewPassword, usePasswordCheck } from '../../ui/new-password';
import { PasswordInput } from '../../ui/password';
import { ProblemBox } from '../../ui/problem';

function Change({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const [current, setCurrent] = useState('');
    const [password, setPassword] = useState('');
    const check = usePasswordCheck(password, [session.value?.staff.email ?? '']);
    const change = useAction(async () => {
        if (!(await check.ready())) return;
        await api.put('/v1/security/password', { current, password }, { quiet401: true });
        toast(t('security.password.done'));
        onDone();
        onClose();
    });
    const wrong = change.error instanceof ApiError && (change.error.status === 401 || change.error.field.endsWith('current'));
    const ready = current !== '' && password !== '';
    return (
        <Dialog
            title={t('security.password.change')} size="small" onClose={onClose} onSubmit={() => { if (ready) void change.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={change.busy} disabled={!ready}>{t('security.password.submit')}</Button>
                </>
            )}
        >
            <input type="email" name="email" autocomplete="username" readOnly hidden value={session.value?.staff.email ?? ''} />
            <Field label={t('security.password.current')} error={wrong ? t('reauth.wrong') : null}>
                {(ids) => (
                    <PasswordInput
                        ids={{ ...ids, 'data-autofocus': true }} name="password" autocomplete="current-password" value={current} onValue={setCurrent}
                    />
                )}
            </Field>
            <NewPassword label={t('security.password.new')} value={password} onValue={setPassword} check={check} />
            {!wrong && <ProblemBox error={change.error} />}
        </Dialog>
    );
}

export function PasswordCard({ changed, onDone }: { changed: Time | null; onDone: () => void }) {
    const [open, setOpen] = useState(false);
    return (
        <Card title={t('login.password')} actions={<Button small icon="edit" onClick={() => setOpen(true)}>{t('security.password.change')}</Button>}>
            <p class="muted">{changed ? <>{t('security.password.changed')} <Ago time={changed} /></> : t('security.password.never')}</p>
            {open && <Change onClose={() => setOpen(false)} onDone={onDone} />}
        </Card>
    );
}
