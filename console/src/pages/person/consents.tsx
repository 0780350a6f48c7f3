// SPDX-License-Identifier: Apache-2.0
// What a person agreed to, per purpose, and a change by staff with its evidence.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { Consent, Person } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const TONES: Record<string, 'good' | 'bad' | 'warn' | 'plain'> = {
    granted: 'good', refused: 'bad', withdrawn: 'bad', unproven: 'warn', unknown: 'plain',
};
// Only some purposes rest on what the person says; to a legitimate interest one may object.
const asks = (c: Consent): boolean => c.basis === 'consent';
const CHOICES = ['granted', 'refused', 'withdrawn'] as const;

function Change({ person, consent, onClose, onDone }: { person: Person; consent: Consent; onClose: () => void; onDone: () => void }) {
    const [state, setState] = useState<string>(consent.state === 'granted' ? 'withdrawn' : 'granted');
    const [evidence, setEvidence] = useState('');
    const save = useAction(async () => {
        await api.put(`/v1/people/${segment(person.id)}/consents/${segment(consent.purpose)}`, { state, evidence: evidence.trim() });
        toast(t('consent.saved'));
        onDone();
        onClose();
    });
    const needed = state === 'granted' && !evidence.trim();
    return (
        <Dialog
            title={t('consent.change', { purpose: words(consent.purpose) })} size="small" onClose={onClose}
            onSubmit={() => { if (!needed) void save.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={needed}>{t('action.save')}</Button>
                </>
            )}
        >
            <fieldset class="choices">
                <legend>{t('consent.state')}</legend>
                {CHOICES.map((s) => (
                    <label key={s}>
                        <input type="radio" name="state" value={s} checked={state === s} onChange={() => setState(s)} />
                        {t(`consent.${s}` as Key)}
                    </label>
                ))}
            </fieldset>
            <Field label={t('consent.evidence')} hint={t('consent.evidence.hint')}>
                {(ids) => <textarea {...ids} rows={3} maxLength={2000} value={evidence} onInput={(e) => setEvidence(e.currentTarget.value)} />}
            </Field>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

export function Consents({ person, onChange }: { person: Person; onChange: () => void }) {
    const [open, setOpen] = useState<Consent | null>(null);
    return (
        <Card title={t('consent.title')}>
            {person.consents.length === 0 && <p class="muted">{t('consent.empty')}</p>}
            <ul class="consents">
                {person.consents.map((c) => (
                    <li key={c.purpose}>
                        <div>
                            <strong>{words(c.purpose)}</strong>{' '}
                            {(asks(c) || c.state !== 'unknown') && <Badge tone={TONES[c.state] ?? 'plain'}>{tOr(`consent.${c.state}`, c.state)}</Badge>}
                            <div class="trait-from">
                                {tOr(`basis.${c.basis}`, words(c.basis))}
                                {c.since && <> · <Ago time={c.since} /></>}
                                {c.method && <> · {words(c.method)}</>}
                                {c.state === 'granted' && !c.proven && <> · {t('consent.not_proven')}</>}
                            </div>
                            {c.parts.map((part) => (
                                <div key={`${part.channel}/${part.recipient}`} class="trait-from">
                                    {t('records.only')} {[part.channel, part.recipient].filter(Boolean).map(words).join(', ')}: {tOr(`consent.${part.state}`, words(part.state))}
                                </div>
                            ))}
                            <div class={`trait-from ${c.allowed ? 'good-text' : ''}`}>
                                <Icon name={c.allowed ? 'check' : 'lock'} /> {t(c.allowed ? 'consent.allowed' : 'consent.not_allowed')}
                            </div>
                        </div>
                        {can('people_write') && (asks(c) || c.basis === 'legitimate_interest') && (
                            <Button small tone="quiet" icon="edit" aria-label={t('consent.change', { purpose: words(c.purpose) })} onClick={() => setOpen(c)} />
                        )}
                    </li>
                ))}
            </ul>
            {open && <Change person={person} consent={open} onClose={() => setOpen(null)} onDone={onChange} />}
        </Card>
    );
}
