// SPDX-License-Identifier: Apache-2.0
// Whether people have to be told though nothing can be read, and the letters that are drafted of what is known.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Breach, BreachLetter, List } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { count, words } from '../../lib/format';
import { can } from '../../lib/session';
import { Badge, Button, Card, CopyButton, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { Letter } from '../../ui/letter';
import { ProblemBox } from '../../ui/problem';

export function Exemption({ b }: { b: Breach }) {
    const { answer, checks, source } = b.exemption;
    return (
        <Card title={t('exemption.title')} note={source} actions={<Badge tone={answer === 'yes' ? 'good' : answer === 'no' ? 'warn' : 'plain'}>{tOr(`exemption.${answer}`, words(answer))}</Badge>}>
            <ul class="plain-list">{checks.map((c) => <li key={c.name} class={c.speaks_for ? 'good-text' : 'warn-text'}>{c.text}</li>)}</ul>
            {checks.length === 0 && <p class="muted">{t('exemption.none')}</p>}
        </Card>
    );
}

// What was drafted is read and completed before it goes to everybody who is concerned.
function SendDialog({ b, draft, onClose, onDone }: { b: Breach; draft: BreachLetter; onClose: () => void; onDone: () => void }) {
    const [subject, setSubject] = useState(draft.subject);
    const [text, setText] = useState(draft.text);
    const [error, setError] = useState<unknown>(null);
    return (
        <Confirm
            danger title={t('breach.send')} submit={t('breach.send.submit', { n: b.people })} icon="mail" ready={subject.trim() !== '' && text.trim() !== ''} onClose={onClose}
            run={async () => {
                setError(null);
                try {
                    await api.post(`/v1/breaches/${b.id}/letters/send`, { language: draft.language, subject: subject.trim(), text });
                } catch (failure) {
                    setError(failure);
                    throw failure;
                }
                toast(t('breach.send.done'));
                onDone();
            }}
        >
            <p>{t('breach.send.text', { n: b.people })}</p>
            <Field label={t('breach.send.subject')} error={fieldError(error, 'subject')}>{(ids) => <input {...ids} type="text" maxLength={300} dir="auto" data-autofocus value={subject} onInput={(e) => setSubject(e.currentTarget.value)} />}</Field>
            <Field label={t('breach.send.letter')} error={fieldError(error, 'text')}>{(ids) => <textarea {...ids} rows={12} dir="auto" value={text} onInput={(e) => setText(e.currentTarget.value)} />}</Field>
        </Confirm>
    );
}

export function LettersCard({ b, onDone }: { b: Breach; onDone: () => void }) {
    const [language, setLanguage] = useState('en');
    const [sending, setSending] = useState<BreachLetter | null>(null);
    const found = useQuery(`breach.letters.${b.id}.${language}.${b.steps.length}`, (signal) => api.get<List<BreachLetter>>(withQuery(`/v1/breaches/${b.id}/letters`, { language }), { signal }), { keep: true });
    return (
        <Card
            title={t('breach.letters')}
            actions={(
                <label class="inline-select start">
                    <span>{t('breach.language')}</span>
                    <select value={language} onChange={(e) => setLanguage(e.currentTarget.value)}>{['en', 'de', 'fr'].map((l) => <option key={l} value={l}>{l}</option>)}</select>
                </label>
            )}
        >
            <ProblemBox error={found.error} onRetry={found.reload} />
            {b.mail && <p class="notice info"><Icon name="mail" />{t(b.mail.done ? 'breach.mail.done' : 'breach.mail.going', { queued: count(b.mail.queued), without: count(b.mail.without) })}</p>}
            <ul class="drills">
                {found.data?.items.map((l) => (
                    <li key={l.kind}>
                        <details>
                            <summary>{tOr(`breach.letter.${l.kind}`, words(l.kind))}</summary>
                            <Draft letter={l} />
                            {l.kind === 'people' && b.people > 0 && !b.mail && can('govern_write') && <Button small icon="mail" onClick={() => setSending(l)}>{t('breach.send')}</Button>}
                        </details>
                    </li>
                ))}
            </ul>
            {sending && <SendDialog b={b} draft={sending} onClose={() => setSending(null)} onDone={onDone} />}
        </Card>
    );
}

const Draft = ({ letter }: { letter: { subject: string; text: string } }) => (
    <>
        <Letter letter={letter} />
        <CopyButton text={`${letter.subject}\n\n${letter.text}`} label={t('copy.named', { name: letter.subject })} />
    </>
);
