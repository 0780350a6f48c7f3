// SPDX-License-Identifier: Apache-2.0
// The workspace of one breach: the 72 hours, what is known, whose records, whom to tell and how, everything that was
// done, and the pack of evidence.

import { useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Breach } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { saveFile } from '../../lib/files';
import { dateTime, words } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { fromLocal, toLocal } from '../../lib/zone';
import { Ago, Badge, Button, Card, Empty, Field, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Due, DueBar } from '../../ui/due';
import { ProblemBox } from '../../ui/problem';
import { actorName, detailLines } from '../audit/words';
import { BreachForm } from './form';
import { Exemption, LettersCard } from './letters';
import { Affected, Scope } from './scope';
import { kindName, riskName, riskTone, stateName, stateTone } from './words';

const TEXTS = ['facts', 'effects', 'measures', 'late_reason', 'reasons'] as const;
type Act = 'tell_authority' | 'tell_people' | 'open' | 'assessed' | 'notified' | 'no_risk' | 'closed';

function Clock({ b }: { b: Breach }) {
    return (
        <Card title={t('breaches.clock')}>
            <ul class="clocks">
                <li>
                    <div class="clock-head">
                        <strong>{t('breach.authority')}</strong>
                        {b.authority_told ? <Badge tone={b.over ? 'warn' : 'good'}>{t(b.over ? 'breaches.told_late' : 'breaches.told')}</Badge> : <Due due={b.due} used={b.used_permille} closed={b.closed} />}
                    </div>
                    <DueBar used={b.used_permille} name={t('breach.authority')} />
                    <small class="muted">{t('breach.authority.text', { due: dateTime(b.due) })}{b.authority_told && <> {t('breach.told_at', { at: dateTime(b.authority_told) })}</>}</small>
                </li>
                <li>
                    <div class="clock-head">
                        <strong>{t('breach.people')}</strong>
                        <Badge tone={b.people_told ? 'good' : b.risk === 'high' && b.exemption.answer !== 'yes' ? 'bad' : 'plain'}>{t(b.people_told ? 'breaches.told' : 'breach.people.untold')}</Badge>
                    </div>
                    <small class="muted">{t('breach.people.text')}{b.people_told && <> {t('breach.told_at', { at: dateTime(b.people_told) })}</>}</small>
                </li>
            </ul>
        </Card>
    );
}

function Known({ b, onEdit }: { b: Breach; onEdit: (() => void) | null }) {
    const rows: [string, string][] = [
        [t('breaches.kind'), kindName(b.kind)], [t('breaches.aware'), dateTime(b.aware)],
        ...(b.began ? [[t('breaches.began'), dateTime(b.began)] as [string, string]] : []), ...(b.ended ? [[t('breaches.ended'), dateTime(b.ended)] as [string, string]] : []),
        [t('breaches.keys'), b.keys_exposed === null ? t('breaches.keys.unknown') : t(b.keys_exposed ? 'value.yes' : 'value.no')],
        ...TEXTS.filter((k) => b[k]).map((k) => [t(`breaches.${k}` as Key), b[k]!] as [string, string]),
    ];
    return (
        <Card title={t('breach.known')} actions={onEdit && <Button small icon="edit" onClick={onEdit}>{t('breaches.edit')}</Button>}>
            <dl class="properties">{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd class="wrap-any pre-line" dir="auto">{v}</dd></div>)}</dl>
        </Card>
    );
}

function Steps({ b }: { b: Breach }) {
    return (
        <Card title={t('request.steps')}>
            <ol class="request-steps">
                {[...b.steps].reverse().map((s, i) => (
                    <li key={i}>
                        <strong>{tOr(`breach.step.${s.what}`, words(s.what))}</strong>
                        <small class="muted"><Ago time={s.at} /> · <span dir="auto">{actorName(s.by)}</span>{detailLines(s.detail).map(([k, v]) => <span key={k}> · {k ? `${words(k)}: ` : ''}{v}</span>)}</small>
                        {s.note && <p class="quote" dir="auto">{s.note}</p>}
                    </li>
                ))}
            </ol>
        </Card>
    );
}

function ActDialog({ b, act, onClose, onDone }: { b: Breach; act: Act; onClose: () => void; onDone: () => void }) {
    const tells = act === 'tell_authority' || act === 'tell_people';
    const [at, setAt] = useState(toLocal(new Date().toISOString()));
    const [reference, setReference] = useState('');
    const [note, setNote] = useState('');
    const name = tOr(`breach.act.${act}`, words(act));
    return (
        <Confirm
            title={name} submit={name} ready={!tells || at !== ''} onClose={onClose}
            run={async () => {
                const more = note.trim() ? { note: note.trim() } : {};
                if (tells) await api.post(`/v1/breaches/${b.id}/notified`, { whom: act === 'tell_people' ? 'people' : 'authority', at: fromLocal(at), ...(reference.trim() ? { reference: reference.trim() } : {}), ...more });
                else await api.patch(`/v1/breaches/${b.id}`, { state: act, ...more });
                toast(t('breaches.saved'));
                onDone();
            }}
        >
            <p>{tOr(`breach.act.${act}.text`, '')}</p>
            {tells && (
                <div class="form-row">
                    <Field label={t('breach.told.at')}>{(ids) => <input {...ids} type="datetime-local" data-autofocus value={at} onInput={(e) => setAt(e.currentTarget.value)} />}</Field>
                    <Field label={t(act === 'tell_people' ? 'breach.told.how' : 'breach.told.reference')}>{(ids) => <input {...ids} type="text" maxLength={100} value={reference} onInput={(e) => setReference(e.currentTarget.value)} />}</Field>
                </div>
            )}
            <Field label={t('proposals.note')}>{(ids) => <textarea {...ids} rows={2} maxLength={4000} value={note} onInput={(e) => setNote(e.currentTarget.value)} />}</Field>
        </Confirm>
    );
}

export function BreachPage({ id }: { id: string }) {
    const [waiting, setWaiting] = useState(false);
    const found = useQuery(`breach.${id}`, async (signal) => {
        const b = await api.get<Breach>(`/v1/breaches/${Number(id)}`, { signal });
        setWaiting(!['none', 'done', 'failed'].includes(b.scope.state) || (b.mail !== null && b.mail.done === null));
        return b;
    }, { keep: true, poll: waiting ? 1500 : 0 });
    const [open, setOpen] = useState<Act | 'edit' | null>(null);
    const pack = useAction(async () => saveFile(await api.download(`/v1/breaches/${Number(id)}/pack`), `breach-${id}.zip`));
    const b = found.data;
    const back = { href: href('breaches'), label: t('nav.breaches') };
    if (!b) {
        const gone = found.error instanceof ApiError && found.error.status === 404;
        return (
            <>
                <PageHead title={t('breaches.one')} back={back} />
                {gone ? <Empty icon="breaches" title={t('breaches.gone')} action={<LinkButton tone="primary" href={href('breaches')}>{t('nav.breaches')}</LinkButton>} /> : found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />}
            </>
        );
    }
    const acts = can('govern_write') ? (b.acts as Act[]).filter((a) => a !== 'tell_people' || !b.people_told) : [];
    return (
        <>
            <PageHead
                title={b.title} back={back}
                lead={<span class="person-lead"><Badge tone={stateTone(b.state)}>{stateName(b.state)}</Badge>{b.risk ? <Badge tone={riskTone(b.risk)}>{riskName(b.risk)}</Badge> : <Badge>{t('breaches.risk.unknown')}</Badge>}</span>}
            >
                <Button icon="download" busy={pack.busy} onClick={() => void pack.act()}>{t('breach.pack')}</Button>
                {acts.map((a) => <Button key={a} tone={a === 'tell_authority' ? 'primary' : 'plain'} onClick={() => setOpen(a)}>{tOr(`breach.act.${a}`, words(a))}</Button>)}
            </PageHead>
            <ProblemBox error={found.error ?? pack.error} onRetry={found.error ? found.reload : undefined} />
            <div class="person-columns">
                <div class="person-main">
                    <Clock b={b} />
                    <Scope b={b} onDone={found.reload} />
                    <Affected b={b} />
                    <LettersCard b={b} onDone={found.reload} />
                </div>
                <div class="person-side">
                    <Known b={b} onEdit={can('govern_write') && !b.closed ? () => setOpen('edit') : null} />
                    <Exemption b={b} />
                    <Steps b={b} />
                </div>
            </div>
            {open === 'edit' && <BreachForm breach={b} onClose={() => setOpen(null)} onDone={found.reload} />}
            {open && open !== 'edit' && <ActDialog key={open} b={b} act={open} onClose={() => setOpen(null)} onDone={found.reload} />}
        </>
    );
}
