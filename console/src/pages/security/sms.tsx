// SPDX-License-Identifier: Apache-2.0
// Codes by text message: the weakest of the factors, and it says so before the number is given.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { Button, Field } from '../../ui/basics';
import { CodeField } from '../../ui/code-field';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

export function SmsDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const [number, setNumber] = useState('');
    const [known, setKnown] = useState(false);
    const [code, setCode] = useState('');
    const [sent, setSent] = useState(false);
    const run = useAction(async () => {
        if (!sent) {
            await api.post('/v1/security/sms', { number: number.trim() });
            setSent(true);
        } else {
            await api.post('/v1/security/sms/confirm', { code: code.trim() });
            toast(t('sms.done'));
            onDone();
        }
    });
    const ready = sent ? code.trim() !== '' : known && number.trim() !== '';
    return (
        <Dialog
            title={t('sms.title')} size="small" onClose={onClose} onSubmit={() => { if (ready) void run.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={run.busy} disabled={!ready}>{t(sent ? 'sms.confirm' : 'sms.send')}</Button>
                </>
            )}
        >
            {sent ? <CodeField key="code" label={t('second.sms.code')} hint={t('sms.code.hint')} autofocus value={code} onValue={setCode} /> : (
                <>
                    <div class="notice warn">
                        <Icon name="warning" />
                        <div><strong>{t('sms.risk.title')}</strong><p>{t('sms.risk.text')}</p></div>
                    </div>
                    <Field label={t('sms.number')} hint={t('sms.number.hint')}>
                        {(ids) => (
                            <input
                                {...ids} type="tel" autocomplete="tel" maxLength={40} data-autofocus dir="ltr"
                                value={number} onInput={(e) => setNumber(e.currentTarget.value)}
                            />
                        )}
                    </Field>
                    <label class="check">
                        <input type="checkbox" checked={known} onChange={(e) => setKnown(e.currentTarget.checked)} />
                        <span>{t('sms.known')}</span>
                    </label>
                </>
            )}
            <ProblemBox error={run.error} />
        </Dialog>
    );
}
