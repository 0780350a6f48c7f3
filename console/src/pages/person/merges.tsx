// SPDX-License-Identifier: Apache-2.0
// How a person came together: the edges with their evidence, taking one back, and adding one by hand.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { Merge, Person, PersonRow } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { money, words } from '../../lib/format';
import { can } from '../../lib/session';
import { Ago, Avatar, Badge, Button, Card, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { FindPerson } from '../../ui/find-person';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const short = (id: string) => id.slice(-6);

// "rules", "local" or "staff:" and a number.
function actorName(actor: string | null): string {
    const [kind = '', number = ''] = (actor ?? '').split(':');
    return tOr(`actor.${kind}`, actor ?? '–', { n: number });
}

function Unmerge({ person, merge, onClose, onDone }: { person: Person; merge: Merge; onClose: () => void; onDone: () => void }) {
    const [reason, setReason] = useState('');
    const [never, setNever] = useState(true);
    const run = useAction(async () => {
        await api.post(`/v1/people/${segment(person.id)}/unmerge`, { edge: merge.edge, reason: reason.trim(), never_link: never });
        toast(t('unmerge.done'));
        onDone();
        onClose();
    });
    const ready = reason.trim().length > 0;
    return (
        <Dialog
            title={t('unmerge.title')} size="small" onClose={onClose} onSubmit={() => { if (ready) void run.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" icon="split" busy={run.busy} disabled={!ready}>{t('unmerge.submit')}</Button>
                </>
            )}
        >
            <p>{t('unmerge.text')}</p>
            <Field label={t('merge.reason')} hint={t('merge.reason.hint')}>
                {(ids) => <input {...ids} type="text" required maxLength={200} data-autofocus value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
            </Field>
            <label class="check">
                <input type="checkbox" checked={never} onChange={(e) => setNever(e.currentTarget.checked)} />
                <span>{t('unmerge.never')}</span>
            </label>
            <ProblemBox error={run.error} />
        </Dialog>
    );
}

export function Merges({ person, onChange }: { person: Person; onChange: () => void }) {
    const [open, setOpen] = useState<Merge | null>(null);
    return (
        <Card title={t('merge.history')} note={t('merge.profiles', { n: person.profiles.length })}>
            {person.merges.length === 0 && <p class="muted">{t('merge.empty')}</p>}
            <ol class="merges">
                {person.merges.map((m) => (
                    <li key={m.edge} class={m.live ? '' : 'over'}>
                        <span class="event-icon"><Icon name={m.live ? 'merge' : 'split'} /></span>
                        <div>
                            <strong>{tOr(`merge.evidence.${m.evidence}`, words(m.evidence))}</strong>{' '}
                            {!m.live && <Badge>{t('merge.over')}</Badge>}
                            {m.kind && <div>{t('merge.by', { kind: tOr(`identifier.${m.kind}`, words(m.kind)) })}</div>}
                            <div class="trait-from">
                                <code>…{short(m.a)}</code> + <code>…{short(m.b)}</code> · <Ago time={m.at} /> · {actorName(m.actor)}
                            </div>
                            {!m.live && m.ended_at && (
                                <div class="trait-from">{t('merge.ended', { by: actorName(m.ended_by) })} <Ago time={m.ended_at} />{m.reason && <>: {m.reason}</>}</div>
                            )}
                        </div>
                        {m.live && can('people_write') && <Button small icon="split" onClick={() => setOpen(m)}>{t('unmerge.button')}</Button>}
                    </li>
                ))}
            </ol>
            {open && <Unmerge person={person} merge={open} onClose={() => setOpen(null)} onDone={onChange} />}
        </Card>
    );
}

function Half({ id, label, note, known }: { id: string; label: string; note: string; known: boolean }) {
    return (
        <div class="merge-half">
            <Avatar id={id} label={label} known={known} large />
            <div><strong class="wrap-any">{label}</strong><div class="muted small">{note}</div></div>
        </div>
    );
}

export function MergeDialog({ person, onClose, onDone }: { person: Person; onClose: () => void; onDone: () => void }) {
    const [other, setOther] = useState<PersonRow | null>(null);
    const [reason, setReason] = useState('');
    const run = useAction(async () => {
        await api.post(`/v1/people/${segment(person.id)}/merge`, { other: other!.id, reason: reason.trim() });
        toast(t('merge.done'));
        onDone();
        onClose();
    });
    const ready = other !== null && reason.trim().length > 0;
    const note = (orders: number, revenue: number) => `${t('people.orders.n', { n: orders })} · ${money(revenue)}`;
    return (
        <Dialog
            title={t('merge.title')} onClose={onClose} onSubmit={() => { if (ready) void run.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" icon="merge" busy={run.busy} disabled={!ready}>{t('merge.submit')}</Button>
                </>
            )}
        >
            <p>{t('merge.text')}</p>
            <Half id={person.id} label={person.label || t('people.nameless')} note={note(person.orders.count, person.orders.revenue)} known={person.known} />
            <div class="merge-plus" aria-hidden="true"><Icon name="merge" /></div>
            {other
                ? (
                    <div class="merge-other">
                        <Half id={other.id} label={other.label || t('people.nameless')} note={note(other.orders, other.revenue)} known={other.known} />
                        <Button small onClick={() => setOther(null)}>{t('merge.change')}</Button>
                    </div>
                )
                : <FindPerson autofocus label={t('merge.find')} hint={t('merge.find.hint')} not={person.id} onChoose={setOther} />}
            <Field label={t('merge.reason')} hint={t('merge.reason.hint')}>
                {(ids) => <input {...ids} type="text" required maxLength={200} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
            </Field>
            <ProblemBox error={run.error} />
        </Dialog>
    );
}
