// SPDX-License-Identifier: Apache-2.0
// Signed in, but the role needs a second factor and there is none: nothing else can be done before.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useAction } from '../../api/query';
import { t } from '../../i18n';
import { refresh, session, signOut } from '../../lib/session';
import { passkeysWork } from '../../lib/webauthn';
import { Button } from '../../ui/basics';
import { PasskeySetup, RecoveryCodes, TotpSetup } from '../../ui/factors';
import { Icon, Mark } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

type Step = 'choose' | 'totp' | 'passkey' | 'codes';

function Choose({ onChoose }: { onChoose: (step: Step) => void }) {
    return (
        <div class="factor-choices">
            <button type="button" class="factor-choice" onClick={() => onChoose('totp')}>
                <Icon name="phone" />
                <span><strong>{t('factor.totp')}</strong><small>{t('enrol.totp')}</small></span>
            </button>
            {passkeysWork() && (
                <button type="button" class="factor-choice" onClick={() => onChoose('passkey')}>
                    <Icon name="key" />
                    <span><strong>{t('factor.passkey')}</strong><small>{t('enrol.passkey')}</small></span>
                </button>
            )}
        </div>
    );
}

export default function Enrol() {
    const [step, setStep] = useState<Step>('choose');
    const [codes, setCodes] = useState<string[]>([]);
    const head = useRef<HTMLHeadingElement>(null);
    const finish = useAction(() => refresh());
    const done = (made: string[] | null) => {
        if (made?.length) {
            setCodes(made);
            setStep('codes');
        } else {
            void finish.act();
        }
    };
    const title = t(step === 'codes' ? 'enrol.codes' : 'enrol.title');
    useEffect(() => {
        document.title = `${title} · Custos`;
        head.current?.focus();
    }, [step]);
    return (
        <main class="gate">
            <div class="gate-card wide">
                <Mark />
                <h1 tabIndex={-1} ref={head}>{title}</h1>
                {step === 'choose' && (
                    <>
                        <p class="muted">{t('enrol.text', { email: session.value?.staff.email ?? '' })}</p>
                        <Choose onChoose={setStep} />
                        <Button tone="quiet" icon="logout" class="full" onClick={() => void signOut()}>{t('session.sign_out')}</Button>
                    </>
                )}
                {step === 'totp' && <TotpSetup onDone={done} onCancel={() => setStep('choose')} />}
                {step === 'passkey' && <PasskeySetup onDone={done} onCancel={() => setStep('choose')} />}
                {step === 'codes' && <RecoveryCodes codes={codes} onStored={() => void finish.act()} />}
                <ProblemBox error={finish.error} onRetry={() => void finish.act()} />
            </div>
        </main>
    );
}
