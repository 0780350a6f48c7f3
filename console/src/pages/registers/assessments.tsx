// SPDX-License-Identifier: Apache-2.0
// Assessments: of the impact (DPIA), of legitimate interests (LIA), of transfers (TIA), each with when it is looked
// at again.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Assessment, Dictionary } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { words } from '../../lib/format';
import { NAME, nameOf } from '../../lib/names';
import { useRowKeys } from '../../lib/row-keys';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const KINDS = ['dpia', 'lia', 'tia'] as const;
const STATES = ['draft', 'in_review', 'approved', 'rejected', 'retired'] as const;
const RISKS = ['low', 'medium', 'high'] as const;
type Draft = Pick<Assessment, 'name' | 'title' | 'kind' | 'owner' | 'state' | 'risk' | 'purposes' | 'recipient' | 'summary' | 'review'>;
const FRESH: Draft = { name: '', title: '', kind: 'dpia', owner: '', state: 'draft', risk: null, purposes: [], recipient: null, summary: '', review: null };
const SETTABLE = ['kind', 'title', 'owner', 'state', 'risk', 'purposes', 'recipient', 'summary', 'review'] as const;
const TONES: Record<string, 'good' | 'bad' | 'plain'> = { approved: 'good', rejected: 'bad' };

function Edit({ start, onClose, onDone }: { start: Assessment | null; onClose: () => void; onDone: () => void }) {
    const [a, setA] = useState<Draft>(start ?? FRESH);
    const [removing, setRemoving] = useState(false);
    const may = can('govern_write');
    const name = start?.name ?? nameOf(a.title);
    const dictionary = useQuery('dictionary', (signal) => api.get<Dictionary>('/v1/dictionary', { signal }), { enabled: can('dictionary_read') });
    const set = (change: Partial<Draft>) => setA({ ...a, ...change });
    const save = useAction(async () => {
        const body: Record<string, unknown> = {};
        for (const key of SETTABLE) if (a[key] !== null && a[key] !== '') body[key] = a[key];
        await api.put(`/v1/registers/assessments/${segment(name)}`, body);
        toast(t('assessments.saved'));
        onDone();
        onClose();
    });
    const wrong = (f: string) => fieldError(save.error, f);
    const about = a.kind === 'tia' ? !!a.recipient?.trim() : a.purposes.length > 0;
    const ready = may && NAME.test(name) && a.owner.trim() !== '' && about;
    if (removing) {
        return (
            <Confirm
                danger title={t('assessments.remove.title', { name: a.title })} submit={t('assessments.remove')} onClose={() => setRemoving(false)}
                run={async () => {
                    await api.delete(`/v1/registers/assessments/${segment(name)}`);
                    toast(t('assessments.removed'));
                    onDone();
                    onClose();
                }}
            >
                <p>{t('assessments.remove.text')}</p>
            </Confirm>
        );
    }
    return (
        <Dialog
            title={start ? a.title || words(a.name) : t('assessments.new')} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={may && (
                <>
                    {start && <Button tone="danger" icon="trash" onClick={() => setRemoving(true)}>{t('assessments.remove')}</Button>}
                    <span class="spring" />
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            <Field label={t('assessments.title')} error={wrong('title')}>{(ids) => <input {...ids} type="text" maxLength={200} data-autofocus readOnly={!may} value={a.title} onInput={(e) => set({ title: e.currentTarget.value })} />}</Field>
            <div class="form-row">
                <Field label={t('assessments.kind')} error={wrong('kind')}>{(ids) => <select {...ids} disabled={!may} value={a.kind} onChange={(e) => set({ kind: e.currentTarget.value })}>{KINDS.map((k) => <option key={k} value={k}>{t(`assessments.kind.${k}` as Key)}</option>)}</select>}</Field>
                <Field label={t('requests.state')} error={wrong('state')}>{(ids) => <select {...ids} disabled={!may} value={a.state} onChange={(e) => set({ state: e.currentTarget.value })}>{STATES.map((k) => <option key={k} value={k}>{t(`assessments.state.${k}` as Key)}</option>)}</select>}</Field>
                <Field label={t('assessments.review')} error={wrong('review')}>{(ids) => <input {...ids} type="date" readOnly={!may} value={a.review?.slice(0, 10) ?? ''} onInput={(e) => set({ review: e.currentTarget.value ? `${e.currentTarget.value}T00:00:00Z` : null })} />}</Field>
            </div>
            <fieldset class="choices columns">
                <legend>{t('recipients.purposes')}</legend>
                {(dictionary.data?.purposes.map((p) => p.name) ?? a.purposes).map((p) => (
                    <label key={p}><input type="checkbox" disabled={!may} checked={a.purposes.includes(p)} onChange={(e) => set({ purposes: e.currentTarget.checked ? [...a.purposes, p] : a.purposes.filter((x) => x !== p) })} /><span>{words(p)}</span></label>
                ))}
            </fieldset>
            <div class="form-row">
                <Field label={t('assessments.owner')} hint={t('assessments.owner.hint')} error={wrong('owner')}>{(ids) => <input {...ids} type="text" maxLength={64} readOnly={!may} value={a.owner} onInput={(e) => set({ owner: e.currentTarget.value })} />}</Field>
                <Field label={t('assessments.risk')} error={wrong('risk')}>{(ids) => <select {...ids} disabled={!may} value={a.risk ?? ''} onChange={(e) => set({ risk: e.currentTarget.value || null })}><option value="">–</option>{RISKS.map((k) => <option key={k} value={k}>{t(`assessments.risk.${k}` as Key)}</option>)}</select>}</Field>
                {a.kind === 'tia' && <Field label={t('registers.recipient')} error={wrong('recipient')}>{(ids) => <input {...ids} type="text" maxLength={64} readOnly={!may} value={a.recipient ?? ''} onInput={(e) => set({ recipient: e.currentTarget.value || null })} />}</Field>}
            </div>
            <Field label={t('assessments.summary')} hint={t('assessments.text.hint')} error={wrong('summary')}>{(ids) => <textarea {...ids} rows={6} maxLength={16000} readOnly={!may} dir="auto" value={a.summary} onInput={(e) => set({ summary: e.currentTarget.value })} />}</Field>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

export function Assessments() {
    const found = useQuery('assessments', (signal) => api.get<{ items: Assessment[] }>('/v1/registers/assessments', { signal }), { keep: true });
    const [open, setOpen] = useState<Assessment | 'new' | null>(null);
    useRowKeys();
    const items = found.data?.items;
    const add = can('govern_write') && <Button tone="primary" icon="plus" onClick={() => setOpen('new')}>{t('assessments.new')}</Button>;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="policies" title={t('assessments.empty')} action={add}>{t('assessments.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush" title={t('registers.view.assessments')} actions={add}>
                    <Table
                        caption={t('registers.view.assessments')} rows={items} rowKey={(a) => a.name}
                        columns={[
                            { key: 'title', label: t('assessments.one'), head: true, grow: true, cell: (a) => <><button type="button" class="row-link as-link" dir="auto" onClick={() => setOpen(a)}>{a.title || words(a.name)}</button><small class="muted">{[a.owner, ...a.purposes.map(words)].join(' · ')}</small></> },
                            { key: 'kind', label: t('assessments.kind'), cell: (a) => tOr(`assessments.kind.${a.kind}`, words(a.kind)) },
                            { key: 'state', label: t('requests.state'), cell: (a) => <Badge tone={TONES[a.state] ?? 'plain'}>{tOr(`assessments.state.${a.state}`, words(a.state))}</Badge> },
                            { key: 'risk', label: t('assessments.risk'), cell: (a) => (a.risk ? <Badge tone={a.risk === 'high' ? 'bad' : a.risk === 'medium' ? 'warn' : 'good'}>{tOr(`assessments.risk.${a.risk}`, words(a.risk))}</Badge> : '–') },
                            { key: 'review', label: t('assessments.review'), end: true, cell: (a) => (a.review ? <Ago time={a.review} /> : '–') },
                        ]}
                    />
                </Card>
            )}
            {open && <Edit key={open === 'new' ? 'new' : open.name} start={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={found.reload} />}
        </>
    );
}
