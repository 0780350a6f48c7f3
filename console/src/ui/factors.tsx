// SPDX-License-Identifier: Apache-2.0
// Setting up second factors: an authenticator app, a passkey, and the recovery codes for the day the
// telephone is gone. Used by the page for new staff and by Security.

import { useEffect, useState } from 'preact/hooks';
import { Cancelled, api } from '../api/client';
import { useAction } from '../api/query';
import type { RecoveryCodes as Codes, Security, TotpSecret } from '../api/types';
import { t } from '../i18n';
import { makePasskey } from '../lib/webauthn';
import { Button, CopyButton, Field, Loading } from './basics';
import { CodeField } from './code-field';
import { Once } from './once';
import { ProblemBox } from './problem';

const NAME_MAX = 60;
type Made = string[] | null;

// The secret, in groups of four: easier to type.
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

function Steps({ made }: { made: TotpSecret }) {
    return (
        <ol class="numbered">
            <li>{t('totp.step.app')}</li>
            <li>
                {t('totp.step.scan')}
                <img class="qr" src={`data:image/svg+xml;base64,${btoa(made.qr)}`} alt={t('totp.qr')} width={200} height={200} />
                <details class="more-options">
                    <summary>{t('totp.manual')}</summary>
                    <div class="write-key">
                        <code dir="ltr">{grouped(made.secret)}</code>
                        <CopyButton text={made.secret} label={t('totp.copy')} />
                    </div>
                </details>
            </li>
            <li>{t('totp.step.code')}</li>
        </ol>
    );
}

export function TotpSetup({ onDone, onCancel }: { onDone: (codes: Made) => void; onCancel: () => void }) {
    const [made, setMade] = useState<TotpSecret | null>(null);
    const [failed, setFailed] = useState<unknown>(null);
    const [round, setRound] = useState(0);
    const [code, setCode] = useState('');
    useEffect(() => {
        let gone = false;
        setFailed(null);
        api.post<TotpSecret>('/v1/security/totp').then(
            (answer) => !gone && setMade(answer),
            (error: unknown) => {
                if (gone) return;
                if (error instanceof Cancelled) onCancel();
                else setFailed(error);
            },
        );
        return () => {
            gone = true;
        };
    }, [round]);
    const confirm = useAction(async () => {
        const answer = await api.post<Codes | undefined>('/v1/security/totp/confirm', { code: code.trim() });
        onDone(answer?.recovery_codes ?? (await firstCodes()));
    });
    if (failed) return <ProblemBox error={failed} onRetry={() => setRound((n) => n + 1)} />;
    if (!made) return <Loading />;
    return (
        <form
            class="stack" method="post"
            onSubmit={(event) => {
                event.preventDefault();
                void confirm.act();
            }}
        >
            <Steps made={made} />
            <CodeField label={t('second.totp.code')} value={code} onValue={setCode} />
            <ProblemBox error={confirm.error} />
            <div class="button-row end">
                <Button onClick={onCancel}>{t('action.cancel')}</Button>
                <Button type="submit" tone="primary" busy={confirm.busy}>{t('totp.submit')}</Button>
            </div>
        </form>
    );
}

// The first factor comes with recovery codes; who has some keeps them.
async function firstCodes(): Promise<Made> {
    const { recovery_codes: codes } = await api.get<Security>('/v1/security');
    return codes.made ? null : (await api.post<Codes>('/v1/security/recovery-codes')).recovery_codes;
}

export function PasskeySetup({ onDone, onCancel }: { onDone: (codes: Made) => void; onCancel: () => void }) {
    const [name, setName] = useState('');
    const add = useAction(async () => {
        const { publicKey } = await api.post<{ publicKey: PublicKeyCredentialCreationOptionsJSON }>('/v1/security/passkeys/options');
        const credential = await makePasskey(publicKey);
        await api.post('/v1/security/passkeys', { name: name.trim() || t('passkey.name.default'), credential });
        onDone(await firstCodes());
    });
    return (
        <form
            class="stack" method="post"
            onSubmit={(event) => {
                event.preventDefault();
                void add.act();
            }}
        >
            <p>{t('passkey.text')}</p>
            <Field label={t('passkey.name')} hint={t('passkey.name.hint')}>
                {(ids) => <input {...ids} type="text" maxLength={NAME_MAX} data-autofocus value={name} onInput={(e) => setName(e.currentTarget.value)} />}
            </Field>
            <ProblemBox error={add.error} />
            <div class="button-row end">
                <Button onClick={onCancel}>{t('action.cancel')}</Button>
                <Button type="submit" tone="primary" icon="key" busy={add.busy}>{t('passkey.submit')}</Button>
            </div>
        </form>
    );
}

// `codes` are gone from the page when it is left; the button that leaves it says so.
export function RecoveryCodes({ codes, onStored }: { codes: string[]; onStored: () => void }) {
    const [stored, setStored] = useState(false);
    return (
        <div class="stack">
            <p>{t('recovery.text')}</p>
            <Once title={t('recovery.title')} text={codes.join('\n')} list={codes} note={t('recovery.note')} file={t('recovery.file')} />
            <label class="check">
                <input type="checkbox" checked={stored} onChange={(e) => setStored(e.currentTarget.checked)} />
                <span>{t('once.stored')}</span>
            </label>
            <Button tone="primary" class="full" disabled={!stored} onClick={onStored}>{t('once.go_on')}</Button>
        </div>
    );
}
