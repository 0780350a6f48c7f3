// SPDX-License-Identifier: Apache-2.0
// Records of consent, newest first: what was said, how, where, on which wording, with the proof to take along.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { ConsentRecord } from '../../api/types';
import { t, tOr } from '../../i18n';
import { dateTime, words } from '../../lib/format';
import { saveJson } from '../../lib/files';
import { Ago, Badge, Button } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

export const STATES = ['granted', 'reconfirmed', 'requested', 'refused', 'withdrawn', 'invalidated', 'unproven'] as const;
export const SAID_BY = ['person', 'client', 'staff', 'import', 'signal', 'rule'] as const;
export const saidBy = (who: string): string => tOr(`records.by.${who}`, words(who));
export const consentTone = (state: string): 'good' | 'bad' | 'warn' | 'plain' =>
    (state === 'granted' || state === 'reconfirmed' ? 'good' : state === 'refused' || state === 'withdrawn' ? 'bad' : state === 'unknown' || state === 'requested' ? 'plain' : 'warn');
export const consentState = (state: string): string => tOr(`consent.${state}`, words(state));

// The receipt as the file that `custos verify` and the page of the verifier read.
async function takeReceipt(record: string): Promise<void> {
    saveJson(await api.get<unknown>(`/v1/consents/${segment(record)}/receipt`), `receipt-${record}.json`);
}

function One({ r, onClose }: { r: ConsentRecord; onClose: () => void }) {
    const receipt = useAction(() => takeReceipt(r.record));
    const rows: [string, string][] = [
        [t('records.time'), dateTime(r.time)], [t('consents.purpose'), words(r.purpose)], [t('consent.state.now'), consentState(r.state)],
        [t('records.said_by'), saidBy(r.said_by)], [t('records.method'), words(r.method) || '–'],
        [t('records.language'), r.language || '–'], [t('records.form'), r.form || '–'], [t('records.button'), r.button || '–'],
        ...(r.only_channel || r.only_recipient ? [[t('records.only'), [r.only_channel, r.only_recipient].filter(Boolean).join(', ')] as [string, string]] : []),
        [t('records.channel'), r.channel || '–'], [t('records.recipient'), r.recipient || '–'],
        [t('records.wording'), r.wording ? t('records.wording.n', { n: r.wording }) : t('records.wording.none')],
        [t('records.policy'), r.policy ? t('policies.version', { n: r.policy }) : '–'], [t('records.until'), r.until ? dateTime(r.until) : t('records.until.none')],
        [t('consent.evidence'), t(r.evidence ? 'records.evidence.yes' : 'records.evidence.no')], [t('records.id'), r.record],
    ];
    return (
        <Dialog
            title={t('records.one')} onClose={onClose}
            actions={<Button tone="primary" icon="download" busy={receipt.busy} onClick={() => void receipt.act()}>{t('records.receipt')}</Button>}
        >
            {/* nothing in it takes the focus, and on a phone it scrolls */}
            <dl class="properties" tabIndex={0}>{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd class="wrap-any" dir="auto">{v}</dd></div>)}</dl>
            <p class={r.noted ? 'good-text' : 'muted'}>{t(r.noted ? 'records.noted' : 'records.noting')}</p>
            <p class="muted small">{t('records.receipt.text')}</p>
            <ProblemBox error={receipt.error} />
        </Dialog>
    );
}

export function Records({ items }: { items: ConsentRecord[] }) {
    const [open, setOpen] = useState<ConsentRecord | null>(null);
    const receipt = useAction(takeReceipt);
    return (
        <>
            <ProblemBox error={receipt.error} />
            <Table
                caption={t('records.title')} rows={items} rowKey={(r) => r.record}
                columns={[
                    {
                        key: 'purpose', label: t('consents.purpose'), head: true, grow: true,
                        cell: (r) => <><button type="button" class="row-link as-link" onClick={() => setOpen(r)}>{words(r.purpose)}</button>{(r.only_channel || r.only_recipient) && <small>{t('records.only')} {[r.only_channel, r.only_recipient].filter(Boolean).join(', ')}</small>}<small class="muted">{[r.form, r.button, r.channel].filter(Boolean).join(' · ')}</small></>,
                    },
                    ...(items[0]?.person ? [{ key: 'person', label: t('people.person'), cell: (r: ConsentRecord) => <PersonLink plain person={{ id: r.person ?? null, label: r.label ?? '' }} /> }] : []),
                    { key: 'state', label: t('consent.state.now'), cell: (r) => <Badge tone={consentTone(r.state)}>{consentState(r.state)}</Badge> },
                    { key: 'by', label: t('records.said_by'), cell: (r) => <>{saidBy(r.said_by)}{r.method && <small class="muted">{words(r.method)}</small>}</> },
                    { key: 'time', label: t('records.time'), cell: (r) => <Ago time={r.time} /> },
                    {
                        key: 'receipt', label: t('records.receipt'), end: true,
                        cell: (r) => <Button small icon="download" busy={receipt.busy} aria-label={t('records.receipt.named', { purpose: words(r.purpose), time: dateTime(r.time) })} onClick={() => void receipt.act(r.record)} />,
                    },
                ]}
            />
            {open && <One r={open} onClose={() => setOpen(null)} />}
        </>
    );
}
