// SPDX-License-Identifier: Apache-2.0
// The second step of signing in, by whichever factor the account has. A ticket is good for a few tries
// and a few minutes; then it starts again with the password.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { useAction } from '../../api/query';
import type { FactorKind, Ticket } from '../../api/types';
import { t, type Key } from '../../i18n';
import { announce } from '../../lib/announce';
import { sendCode, signInWithCode, signInWithPasskey } from '../../lib/session';
import { passkeysWork } from '../../lib/webauthn';
import { Button } from '../../ui/basics';
import { CodeField } from '../../ui/code-field';
import { Mark } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const wrongCode = (error: unknown): boolean => error instanceof ApiError && [400, 401].includes(error.status);

function Code({ ticket, factor }: { ticket: string; factor: FactorKind }) {
    const [code, setCode] = useState('');
    const [sent, setSent] = useState(false);
    const form = useRef<HTMLFormElement>(null);
    const enter = useAction(() => signInWithCode(ticket, factor, code.trim()));
    const send = useAction(async () => {
        await sendCode(ticket);
        setSent(true);
        announce(t('second.sms.sent'));
    });
    const wrong = wrongCode(enter.error);
    useEffect(() => {
        form.current?.querySelector('input')?.focus();
    }, [sent]);
    useEffect(() => {
        if (wrong) form.current?.querySelector('input')?.select();
    }, [enter.error]);
    if (factor === 'sms' && !sent) {
        return (
            <>
                <p>{t('second.sms.text')}</p>
                <ProblemBox error={send.error} />
                <Button tone="primary" class="full" busy={send.busy} onClick={() => void send.act()}>{t('second.sms.send')}</Button>
            </>
        );
    }
    return (
        <form
            class="stack" ref={form} method="post"
            onSubmit={(event) => {
                event.preventDefault();
                void enter.act();
            }}
        >
            <CodeField
                label={t(`second.${factor}.code` as Key)} hint={t(`second.${factor}.hint` as Key)} recovery={factor === 'recovery'}
                value={code} onValue={setCode} error={wrong ? t('second.wrong') : null}
            />
            {!wrong && <ProblemBox error={enter.error} />}
            <Button type="submit" tone="primary" class="full" busy={enter.busy}>{t('login.submit')}</Button>
            {factor === 'sms' && <Button tone="quiet" class="full" busy={send.busy} onClick={() => void send.act()}>{t('second.sms.again')}</Button>}
        </form>
    );
}

function WithPasskey({ ticket }: { ticket: string }) {
    const use = useAction(() => signInWithPasskey(ticket));
    return (
        <>
            <p>{t('second.passkey.text')}</p>
            <ProblemBox error={use.error} />
            <Button tone="primary" icon="key" class="full" busy={use.busy} onClick={() => void use.act()}>{t('second.passkey.use')}</Button>
        </>
    );
}

export function SecondStep({ ticket, onBack }: { ticket: Ticket; onBack: () => void }) {
    const usable = ticket.factors.filter((f) => f !== 'passkey' || passkeysWork());
    const [factor, setFactor] = useState<FactorKind>(usable.find((f) => f !== 'recovery') ?? usable[0] ?? 'recovery');
    const others = usable.filter((f) => f !== factor);
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        head.current?.focus();
    }, []);
    return (
        <div class="gate-card">
            <Mark />
            <h1 tabIndex={-1} ref={head}>{t('second.title')}</h1>
            <p class="muted">{t('second.text')}</p>
            {factor === 'passkey' ? <WithPasskey ticket={ticket.ticket} /> : <Code key={factor} ticket={ticket.ticket} factor={factor} />}
            {others.length > 0 && (
                <div class="other-ways">
                    <h2 class="small muted">{t('second.other')}</h2>
                    {others.map((f) => <button key={f} type="button" class="link" onClick={() => setFactor(f)}>{t(`second.${f}` as Key)}</button>)}
                </div>
            )}
            <Button tone="quiet" class="full" icon="undo" onClick={onBack}>{t('second.back')}</Button>
        </div>
    );
}
