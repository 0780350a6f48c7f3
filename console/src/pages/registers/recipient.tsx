// SPDX-License-Identifier: Apache-2.0
// One recipient of the register: who it is, under which contract, and how it is told of requests.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Dictionary, Recipient } from '../../api/types';
import { t, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { words } from '../../lib/format';
import { NAME, nameOf } from '../../lib/names';
import { can } from '../../lib/session';
import { Button, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { ProblemBox } from '../../ui/problem';

const ROLES = ['processor', 'controller', 'joint'] as const;
const SAFEGUARDS = ['none', 'adequacy', 'scc', 'bcr', 'derogation'] as const;
const METHODS = ['letter', 'webhook', 'opendsr', 'none'] as const;
const FRESH: Recipient = {
    name: '', title: '', role: 'processor', country: '', safeguard: 'none', purposes: [], contact: null, website: null, contract: null, contract_ends: null, enabled: true, refusal: null,
    method: 'letter', url: null, domain: null, identities: ['email'], answer_days: 14, has_secret: false, secret: null, open: 0, escalated: 0, done: 0, changed: '',
};
const SETTABLE = ['title', 'role', 'country', 'safeguard', 'purposes', 'contact', 'website', 'contract', 'contract_ends', 'enabled', 'method', 'url', 'domain', 'identities', 'answer_days'] as const;
type Text = 'title' | 'country' | 'contact' | 'website' | 'url' | 'domain';

function Remove({ recipient, onClose, onDone }: { recipient: Recipient; onClose: () => void; onDone: () => void }) {
    return (
        <Confirm
            danger title={t('recipients.remove.title', { name: recipient.title })} submit={t('recipients.remove')} onClose={onClose}
            run={async () => {
                await api.delete(`/v1/recipients/${segment(recipient.name)}`);
                toast(t('recipients.removed'));
                onDone();
            }}
        >
            <p>{t('recipients.remove.text')}</p>
        </Confirm>
    );
}

export function RecipientDialog({ recipient, onClose, onDone }: { recipient: Recipient | null; onClose: () => void; onDone: () => void }) {
    const [r, setR] = useState<Recipient>(recipient ?? FRESH);
    const [secret, setSecret] = useState('');
    const [fresh, setFresh] = useState(false);
    const [made, setMade] = useState('');
    const [removing, setRemoving] = useState(false);
    const may = can('govern_write');
    const name = recipient?.name ?? nameOf(r.title);
    const dictionary = useQuery('dictionary', (signal) => api.get<Dictionary>('/v1/dictionary', { signal }), { enabled: can('dictionary_read') });
    const set = (change: Partial<Recipient>) => setR({ ...r, ...change });
    const save = useAction(async () => {
        const body: Record<string, unknown> = {};
        for (const key of SETTABLE) if (r[key] !== null && r[key] !== '') body[key] = r[key];
        for (const key of ['contract', 'contract_ends'] as const) if (r[key]) body[key] = r[key].slice(0, 10);
        const next = await api.put<Recipient>(`/v1/recipients/${segment(name)}`, { ...body, ...(secret ? { secret } : {}), ...(fresh ? { new_secret: true } : {}) });
        toast(t('recipients.saved'));
        onDone();
        if (next.secret) setMade(next.secret);
        else onClose();
    });
    const wrong = (field: string) => fieldError(save.error, field);
    const ready = may && NAME.test(name) && /^[A-Z]{2}$/.test(r.country);
    const input = (key: Text, more: Record<string, unknown> = {}) => (
        <Field label={t(`recipients.${key}` as Key)} error={wrong(key)}>
            {(ids) => <input {...ids} type="text" maxLength={300} autocomplete="off" readOnly={!may} value={r[key] ?? ''} onInput={(e) => set({ [key]: e.currentTarget.value })} {...more} />}
        </Field>
    );
    const pick = (key: 'role' | 'safeguard' | 'method', options: readonly string[]) => (
        <Field label={t(`recipients.${key}` as Key)} error={wrong(key)}>
            {(ids) => <select {...ids} disabled={!may} value={r[key]} onChange={(e) => set({ [key]: e.currentTarget.value })}>{options.map((o) => <option key={o} value={o}>{t(`recipients.${key}.${o}` as Key)}</option>)}</select>}
        </Field>
    );
    const day = (key: 'contract' | 'contract_ends') => (
        <Field label={t(`recipients.${key}` as Key)} error={wrong(key)}>
            {(ids) => <input {...ids} type="date" readOnly={!may} value={r[key]?.slice(0, 10) ?? ''} onInput={(e) => set({ [key]: e.currentTarget.value || null })} />}
        </Field>
    );
    if (made) {
        return (
            <Dialog title={t('recipients.secret')} size="small" onClose={onClose} actions={<Button tone="primary" onClick={onClose}>{t('once.stored')}</Button>}>
                <Once title={t('recipients.secret')} text={made} note={t('recipients.secret.once')} print={false} />
            </Dialog>
        );
    }
    if (removing && recipient) return <Remove recipient={recipient} onClose={() => setRemoving(false)} onDone={() => { onDone(); onClose(); }} />;
    return (
        <Dialog
            title={recipient ? r.title || words(recipient.name) : t('recipients.new')} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={may && (
                <>
                    {recipient && <Button tone="danger" icon="trash" onClick={() => setRemoving(true)}>{t('recipients.remove')}</Button>}
                    <span class="spring" />
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            <div class="form-row">{input('title', { 'data-autofocus': true })}{pick('role', ROLES)}</div>
            <div class="form-row">
                {input('country', { maxLength: 2, placeholder: 'DE', spellcheck: false, onInput: (e: InputEvent) => set({ country: (e.currentTarget as HTMLInputElement).value.toUpperCase() }) })}
                {pick('safeguard', SAFEGUARDS)}
            </div>
            <fieldset class="choices columns">
                <legend>{t('recipients.purposes')}</legend>
                {(dictionary.data?.purposes.map((p) => p.name) ?? r.purposes).map((p) => (
                    <label key={p}>
                        <input type="checkbox" disabled={!may} checked={r.purposes.includes(p)} onChange={(e) => set({ purposes: e.currentTarget.checked ? [...r.purposes, p] : r.purposes.filter((x) => x !== p) })} />
                        <span>{words(p)}</span>
                    </label>
                ))}
            </fieldset>
            <div class="form-row">{day('contract')}{day('contract_ends')}</div>
            <div class="form-row">{input('contact', { inputMode: 'email' })}{input('website', { inputMode: 'url' })}</div>
            <div class="form-row">{pick('method', METHODS)}{(r.method === 'webhook' || r.method === 'opendsr') && input('url', { inputMode: 'url' })}</div>
            {(r.method === 'webhook' || r.method === 'opendsr') && (
                <div class="form-row">
                    {r.method === 'opendsr' && input('domain')}
                    <Field label={t('recipients.secret')} hint={r.has_secret ? t('recipients.secret.kept') : undefined} error={wrong('secret')}>
                        {(ids) => <input {...ids} type="password" autocomplete="off" maxLength={1024} readOnly={!may} value={secret} onInput={(e) => setSecret(e.currentTarget.value)} />}
                    </Field>
                </div>
            )}
            {r.method === 'webhook' && may && (
                <label class="check"><input type="checkbox" checked={fresh} onChange={(e) => setFresh(e.currentTarget.checked)} /><span>{t('recipients.secret.make')}</span></label>
            )}
            <label class="switch">
                <input type="checkbox" role="switch" disabled={!may} checked={r.enabled} onChange={(e) => set({ enabled: e.currentTarget.checked })} />
                <span>{t('recipients.enabled')}</span>
            </label>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}
