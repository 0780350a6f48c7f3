// SPDX-License-Identifier: Apache-2.0
// Whose records were opened: asked of the audit log, which remembers it while the people themselves do not stand
// in it in clear.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import type { Breach, BreachPerson, BreachQuestion, List, StaffMember } from '../../api/types';
import { useQuery } from '../../api/query';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { count, dateTime, words } from '../../lib/format';
import { can } from '../../lib/session';
import { fromLocal, toLocal } from '../../lib/zone';
import { Ago, Button, Card, Field, Progress } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Level } from '../../ui/level';
import { PersonLink } from '../../ui/person-link';
import { Table } from '../../ui/table';
import { actionName, actorName } from '../audit/words';
import { MoreButton, useMore, type More } from '../person/timeline';

function Ask({ b, onClose, onDone }: { b: Breach; onClose: () => void; onDone: () => void }) {
    const [from, setFrom] = useState(toLocal(b.began ?? b.aware));
    const [to, setTo] = useState(toLocal(b.ended));
    const [staff, setStaff] = useState('');
    const [act, setAct] = useState('');
    const [field, setField] = useState('');
    const [replace, setReplace] = useState(false);
    const people = useQuery('staff', (signal) => (can('staff_read') ? api.get<List<StaffMember>>('/v1/staff', { signal }) : Promise.resolve({ items: [], next: null } as List<StaffMember>)));
    return (
        <Confirm
            title={t('scope.ask')} submit={t('scope.ask.submit')} icon="search" ready={from !== ''} onClose={onClose}
            run={async () => {
                await api.post(`/v1/breaches/${b.id}/scope`, {
                    from: fromLocal(from), ...(to ? { to: fromLocal(to) } : {}), ...(staff ? { staff: Number(staff) } : {}),
                    ...(act.trim() ? { route: act.trim() } : {}), ...(field.trim() ? { field: field.trim() } : {}), ...(replace ? { replace } : {}),
                });
                toast(t('scope.asked'));
                onDone();
            }}
        >
            <p class="muted">{t('scope.ask.text')}</p>
            <div class="form-row">
                <Field label={t('scope.from')}>{(ids) => <input {...ids} type="datetime-local" required data-autofocus value={from} onInput={(e) => setFrom(e.currentTarget.value)} />}</Field>
                <Field label={t('scope.to')}>{(ids) => <input {...ids} type="datetime-local" value={to} onInput={(e) => setTo(e.currentTarget.value)} />}</Field>
            </div>
            <Field label={t('scope.staff')}>
                {(ids) => (
                    <select {...ids} value={staff} onChange={(e) => setStaff(e.currentTarget.value)}>
                        <option value="">{t('requests.any')}</option>
                        {people.data?.items.map((s) => <option key={s.id} value={String(s.id)}>{s.email}</option>)}
                    </select>
                )}
            </Field>
            <div class="form-row">
                <Field label={t('scope.act')} hint={t('scope.act.hint')}>{(ids) => <input {...ids} type="text" maxLength={63} autocomplete="off" spellcheck={false} value={act} onInput={(e) => setAct(e.currentTarget.value)} />}</Field>
                <Field label={t('scope.field')} hint={t('scope.field.hint')}>{(ids) => <input {...ids} type="text" maxLength={255} autocomplete="off" spellcheck={false} value={field} onInput={(e) => setField(e.currentTarget.value)} />}</Field>
            </div>
            {b.scope.queries.length > 0 && (
                <label class="check"><input type="checkbox" checked={replace} onChange={(e) => setReplace(e.currentTarget.checked)} /><span>{t('scope.replace')}</span></label>
            )}
        </Confirm>
    );
}

const asked = (q: BreachQuestion): string => [
    q.from && dateTime(q.from), q.to && `– ${dateTime(q.to)}`, q.actor && actorName(q.actor), q.action && actionName(q.action), q.fields, q.person !== 'any' && t('scope.one_person'),
].filter(Boolean).join(' · ');

export function Scope({ b, onDone }: { b: Breach; onDone: () => void }) {
    const [open, setOpen] = useState(false);
    const s = b.scope;
    const busy = s.state !== 'none' && s.state !== 'done' && s.state !== 'failed';
    return (
        <Card title={t('scope.title')} actions={can('govern_write') && !b.closed && <Button small icon="search" onClick={() => setOpen(true)}>{t('scope.ask')}</Button>}>
            {s.state === 'none' && <p class="muted">{t('scope.none')}</p>}
            {busy && <><Progress value={s.progress_permille} max={1000} label={t('scope.asking')} /><p class="muted">{t('scope.asking')}</p></>}
            {s.state === 'failed' && <p class="warn-text">{t('scope.failed')}</p>}
            {s.state !== 'none' && (
                <dl class="facts">
                    <div><dt>{t('nav.people')}</dt><dd>{count(s.people)}</dd></div>
                    <div><dt>{t('scope.entries')}</dt><dd>{count(s.entries)}</dd></div>
                    <div><dt>{t('scope.unknown')}</dt><dd>{count(s.unknown + s.erased)}</dd></div>
                </dl>
            )}
            {s.cut && <p class="warn-text">{t('scope.cut')}</p>}
            {s.queries.length > 0 && <ul class="told">{s.queries.map((q, i) => <li key={i}><span dir="auto">{asked(q)}</span><span class="muted">{t('scope.entries.n', { n: q.entries })}</span></li>)}</ul>}
            {b.data.length > 0 && (
                <Table
                    dense caption={t('scope.data')} rows={b.data} rowKey={(d) => d.field}
                    columns={[
                        { key: 'field', label: t('scope.data'), head: true, grow: true, cell: (d) => words(d.field) },
                        { key: 'level', label: t('dictionary.level'), cell: (d) => <Level level={d.level} /> },
                        { key: 'people', label: t('nav.people'), end: true, cell: (d) => count(d.people) },
                    ]}
                />
            )}
            {open && <Ask b={b} onClose={() => setOpen(false)} onDone={onDone} />}
        </Card>
    );
}

export function Affected({ b }: { b: Breach }) {
    const list = useMore<BreachPerson>(`affected.${b.id}.${b.scope.done}.${b.people}`, (cursor, signal) => api.get<List<BreachPerson>>(withQuery(`/v1/breaches/${b.id}/affected`, { cursor, limit: 50 }), { signal }));
    const nothing = list.ended && list.items.length === 0;
    return (
        <Card title={t('affected.title')} note={count(b.people)} class={nothing ? '' : 'flush'}>
            {nothing && <p class="muted">{t(b.scope.state === 'none' ? 'scope.none' : 'affected.none')}</p>}
            {list.items.length > 0 && (
                <Table
                    caption={t('affected.title')} rows={list.items} rowKey={(p) => p.id ?? `${p.first}${p.label}`}
                    columns={[
                        { key: 'who', label: t('people.person'), head: true, grow: true, cell: (p) => <><PersonLink person={{ id: p.id, label: p.label }} />{p.email && <small class="muted" dir="auto">{p.email}</small>}</> },
                        { key: 'what', label: t('scope.data'), cell: (p) => p.fields.map(words).join(', ') || '–' },
                        { key: 'last', label: t('affected.last'), cell: (p) => <Ago time={p.last} /> },
                        { key: 'acts', label: t('scope.entries'), end: true, cell: (p) => count(p.acts) },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
