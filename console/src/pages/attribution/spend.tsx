// SPDX-License-Identifier: Apache-2.0
// What was spent, by day, channel and campaign: typed in, or taken from a CSV file. A row of the same day, channel and campaign
// replaces the one before; an amount of 0 takes it away.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import type { Spend } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { day, money, moneyUnits, words } from '../../lib/format';
import { session } from '../../lib/session';
import { Button, Field, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import type { View } from '../../ui/explore/view';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const CHANNELS = ['paid_search', 'shopping', 'paid_social', 'display', 'video', 'affiliate', 'email', 'sms', 'push', 'social', 'search', 'ai_assistant', 'referral', 'other'];
const FILE_MAX = 10_000_000;

export function SpendDialog({ view, onClose, onSaved }: { view: View; onClose: () => void; onSaved: () => void }) {
    const currency = session.value?.shop.currency || 'EUR';
    const found = useQuery('spend', (signal) => api.get<List<Spend>>(withQuery('/v1/spend', { from: view.from, to: view.to }), { signal }), { keep: true });
    const [row, setRow] = useState({ day: view.to, channel: 'paid_search', campaign: '', amount: '' });
    const [bad, setBad] = useState('');
    const units = Number(row.amount.replace(',', '.'));
    const fine = row.amount.trim() !== '' && Number.isFinite(units) && units >= 0;
    const put = async (rows: Spend[]) => {
        await api.put('/v1/spend', { rows });
        found.reload();
        onSaved();
    };
    const add = useAction(async () => {
        await put([{ day: row.day, channel: row.channel, campaign: row.campaign.trim(), amount: Math.round(units / moneyUnits(1, currency)), currency }]);
        setRow({ ...row, amount: '' });
        toast(t('attribution.spend.saved', { n: 1 }));
    });
    const load = useAction(async (file: File) => {
        setBad('');
        if (file.size > FILE_MAX) return setBad(t('attribution.spend.large'));
        const { rows } = await api.putText<{ rows: number }>('/v1/spend', await file.text());
        found.reload();
        onSaved();
        toast(t('attribution.spend.saved', { n: rows }));
    });
    const remove = useAction(async (s: Spend) => put([{ ...s, amount: 0 }]));
    const items = found.data?.items;
    return (
        <Dialog
            title={t('attribution.spend')} size="large" onClose={onClose}
            onSubmit={() => { if (fine && row.day) void add.act(); }}
            actions={<><Button onClick={onClose}>{t('dialog.close')}</Button><Button type="submit" tone="primary" icon="plus" busy={add.busy} disabled={!fine || !row.day}>{t('attribution.spend.add')}</Button></>}
        >
            <p class="muted">{t('attribution.spend.text')}</p>
            <div class="form-grid">
                <Field label={t('attribution.day')}>{(ids) => <input {...ids} type="date" value={row.day} max="9999-12-31" onInput={(e) => setRow({ ...row, day: e.currentTarget.value })} />}</Field>
                <Field label={t('attribution.by.channel')}>
                    {(ids) => <select {...ids} value={row.channel} onChange={(e) => setRow({ ...row, channel: e.currentTarget.value })}>{CHANNELS.map((c) => <option key={c} value={c}>{tOr(`channel.${c}`, words(c))}</option>)}</select>}
                </Field>
                <Field label={t('attribution.by.campaign')} hint={t('attribution.spend.campaign')}>{(ids) => <input {...ids} type="text" maxLength={200} autocomplete="off" value={row.campaign} onInput={(e) => setRow({ ...row, campaign: e.currentTarget.value })} />}</Field>
                <Field label={t('attribution.spend.amount', { currency })}>{(ids) => <input {...ids} type="text" inputMode="decimal" maxLength={20} autocomplete="off" value={row.amount} onInput={(e) => setRow({ ...row, amount: e.currentTarget.value })} />}</Field>
            </div>
            <ProblemBox error={add.error ?? remove.error} />
            <Field label={t('attribution.spend.file')} hint={<code dir="ltr">day,channel,campaign,amount,currency</code>} error={bad || null} wide>
                {(ids) => <input {...ids} type="file" accept=".csv,text/csv" onChange={(e) => { const file = e.currentTarget.files?.[0]; if (file) void load.act(file); e.currentTarget.value = ''; }} />}
            </Field>
            <ProblemBox error={load.error} />
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && <p class="muted">{t('attribution.spend.none')}</p>}
            {!!items?.length && (
                <div class="table-scroll" tabIndex={0} role="region" aria-label={t('attribution.spend')}>
                    <Table
                        dense caption={t('attribution.spend')} rows={items} rowKey={(s) => `${s.day}:${s.channel}:${s.campaign}`}
                        columns={[
                            { key: 'day', label: t('attribution.day'), head: true, cell: (s) => day(s.day, 'medium') },
                            { key: 'channel', label: t('attribution.by.channel'), cell: (s) => tOr(`channel.${s.channel}`, words(s.channel)) },
                            { key: 'campaign', label: t('attribution.by.campaign'), cell: (s) => <span dir="auto">{s.campaign || '–'}</span> },
                            { key: 'amount', label: t('attribution.spend'), end: true, cell: (s) => money(s.amount, s.currency) },
                            { key: 'act', label: t('attribution.spend.act'), end: true, cell: (s) => <Button small tone="quiet" icon="trash" aria-label={t('attribution.spend.remove', { day: day(s.day), channel: words(s.channel) })} onClick={() => void remove.act(s)} /> },
                        ]}
                    />
                </div>
            )}
        </Dialog>
    );
}
