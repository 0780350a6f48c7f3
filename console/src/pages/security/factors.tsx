// SPDX-License-Identifier: Apache-2.0
// One's own second factors, each with what it protects against in words, and how to add or end it.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { Passkey, RecoveryCodes as Codes, Security } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { refresh } from '../../lib/session';
import { passkeysWork } from '../../lib/webauthn';
import { Ago, Badge, Button, Card } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { PasskeySetup, RecoveryCodes, TotpSetup } from '../../ui/factors';
import { Icon, type IconName } from '../../ui/icons';
import { SmsDialog } from './sms';

type Open = null | 'totp' | 'totp-end' | 'passkey' | 'codes' | 'sms' | 'sms-end' | { end: Passkey } | { show: string[] };

function Row({ icon, name, state, good, children, actions }: {
    icon: IconName; name: string; state: string; good: boolean; children?: ComponentChildren; actions: ComponentChildren;
}) {
    return (
        <li class="factor">
            <span class="factor-icon"><Icon name={icon} /></span>
            <div class="factor-about">
                <h3>{name} <Badge tone={good ? 'good' : 'plain'}>{state}</Badge></h3>
                {children}
            </div>
            <div class="factor-actions">{actions}</div>
        </li>
    );
}

const state = (on: boolean): string => t(on ? 'factor.on' : 'factor.off');

function Passkeys({ list, onEnd }: { list: Passkey[]; onEnd: (p: Passkey) => void }) {
    return (
        <ul class="passkeys">
            {list.map((p) => (
                <li key={p.id}>
                    <span><strong dir="auto">{p.name}</strong> <span class="muted small">{t('passkey.used')} <Ago time={p.last_used} /></span></span>
                    <Button small tone="quiet" icon="trash" aria-label={t('passkey.end.named', { name: p.name })} onClick={() => onEnd(p)} />
                </li>
            ))}
        </ul>
    );
}

function Dialogs({ open, close, done }: { open: Open; close: () => void; done: (codes: string[] | null) => void }) {
    const end = async (path: string) => {
        await api.delete(path);
        toast(t('factor.ended'));
        done(null);
    };
    const make = async () => {
        done((await api.post<Codes>('/v1/security/recovery-codes')).recovery_codes);
        return 'stay' as const;
    };
    if (open === 'totp') return <Dialog title={t('factor.totp')} size="small" onClose={close}><TotpSetup onDone={done} onCancel={close} /></Dialog>;
    if (open === 'passkey') return <Dialog title={t('passkey.add')} size="small" onClose={close}><PasskeySetup onDone={done} onCancel={close} /></Dialog>;
    if (open === 'sms') return <SmsDialog onClose={close} onDone={() => done(null)} />;
    if (open === 'totp-end') return <Confirm danger title={t('totp.end')} submit={t('factor.end')} onClose={close} run={() => end('/v1/security/totp')}><p>{t('totp.end.text')}</p></Confirm>;
    if (open === 'sms-end') return <Confirm danger title={t('sms.end')} submit={t('factor.end')} onClose={close} run={() => end('/v1/security/sms')}><p>{t('sms.end.text')}</p></Confirm>;
    if (open === 'codes') {
        return (
            <Confirm title={t('recovery.make')} submit={t('recovery.make')} onClose={close} run={make}>
                <p>{t('recovery.make.text')}</p>
            </Confirm>
        );
    }
    if (open && 'end' in open) {
        return (
            <Confirm danger title={t('passkey.end')} submit={t('factor.end')} onClose={close} run={() => end(`/v1/security/passkeys/${segment(String(open.end.id))}`)}>
                <p>{tx('passkey.end.text', { name: <strong dir="auto">{open.end.name}</strong> })}</p>
            </Confirm>
        );
    }
    // Closing is not "stored": only the button ends it.
    if (open && 'show' in open) return <Dialog title={t('recovery.title')} size="small" onClose={() => {}}><RecoveryCodes codes={open.show} onStored={close} /></Dialog>;
    return null;
}

export function Factors({ own, onChange }: { own: Security; onChange: () => void }) {
    const [open, setOpen] = useState<Open>(null);
    const done = (codes: string[] | null) => {
        setOpen(codes?.length ? { show: codes } : null);
        onChange();
        void refresh().catch(() => {}); // the banner follows; an error shows with the next call
    };
    const { left, made } = own.recovery_codes;
    const few = made !== null && left < 3;
    return (
        <Card title={t('security.factors')} note={t(own.second_factor.required ? 'security.factors.required' : 'security.factors.optional')}>
            <ul class="factors">
                <Row
                    icon="phone" name={t('factor.totp')} good={own.totp.enrolled !== null} state={state(own.totp.enrolled !== null)}
                    actions={own.totp.enrolled
                        ? <Button small onClick={() => setOpen('totp-end')}>{t('factor.end')}</Button>
                        : <Button small tone="primary" onClick={() => setOpen('totp')}>{t('factor.set_up')}</Button>}
                >
                    <p class="muted">{t('enrol.totp')}</p>
                </Row>
                <Row
                    icon="key" name={t('factor.passkeys')} good={own.passkeys.length > 0} state={own.passkeys.length ? t('passkey.count', { n: own.passkeys.length }) : t('factor.off')}
                    actions={passkeysWork() ? <Button small tone={own.passkeys.length ? 'plain' : 'primary'} icon="plus" onClick={() => setOpen('passkey')}>{t('passkey.add')}</Button>
                        : <span class="muted small">{t('passkey.unsupported')}</span>}
                >
                    <p class="muted">{t('enrol.passkey')}</p>
                    {own.passkeys.length > 0 && <Passkeys list={own.passkeys} onEnd={(end) => setOpen({ end })} />}
                </Row>
                <Row
                    icon="file" name={t('factor.recovery')} good={left > 2} state={made ? t('recovery.left', { n: left }) : t('factor.none')}
                    actions={<Button small onClick={() => setOpen('codes')}>{t(made ? 'recovery.renew' : 'recovery.make')}</Button>}
                >
                    <p class="muted">{t('recovery.about')}</p>
                    {few && <p class="warn-text"><Icon name="warning" /> {t('recovery.few')}</p>}
                </Row>
                <Row
                    icon="mail" name={t('factor.sms')} good={own.sms.number !== null} state={own.sms.number ?? t('factor.off')}
                    actions={own.sms.number
                        ? <Button small onClick={() => setOpen('sms-end')}>{t('factor.end')}</Button>
                        : <Button small onClick={() => setOpen('sms')}>{t('factor.set_up')}</Button>}
                >
                    <p class="muted">{t('sms.risk')}</p>
                </Row>
            </ul>
            <Dialogs open={open} close={() => setOpen(null)} done={done} />
        </Card>
    );
}
