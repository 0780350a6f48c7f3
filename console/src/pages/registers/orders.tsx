// SPDX-License-Identifier: Apache-2.0
// What recipients were told of requests, how far each is, and what staff does where a machine cannot.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useAction } from '../../api/query';
import type { List, RecipientOrder } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { rightName } from '../../lib/rights';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';

const TONES: Record<string, 'good' | 'bad' | 'warn' | 'plain'> = { done: 'good', failed: 'bad', escalated: 'bad', sent: 'warn', acknowledged: 'warn', pending: 'plain' };

function Done({ order, onClose, onDone }: { order: RecipientOrder; onClose: () => void; onDone: () => void }) {
    const [note, setNote] = useState('');
    return (
        <Confirm
            title={t('orders.done')} submit={t('orders.done')} ready={note.trim() !== ''} onClose={onClose}
            run={async () => {
                await api.post(`/v1/recipients/orders/${segment(order.id)}/done`, { note: note.trim() });
                toast(t('orders.closed'));
                onDone();
            }}
        >
            <p>{t('orders.done.text', { name: words(order.recipient) })}</p>
            <Field label={t('orders.note')} hint={t('orders.note.hint')}>
                {(ids) => <textarea {...ids} rows={3} maxLength={1000} data-autofocus value={note} onInput={(e) => setNote(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}

export function Orders({ request, round: outer = 0 }: { request?: string; round?: number }) {
    const [round, setRound] = useState(0);
    const [open, setOpen] = useState<RecipientOrder | null>(null);
    const list = useMore<RecipientOrder>(`orders.${request}.${round}.${outer}`, (cursor, signal) => api.get<List<RecipientOrder>>(withQuery('/v1/recipients/orders', { request, cursor, limit: 50 }), { signal }));
    const again = useAction(async (id: string) => {
        await api.post(`/v1/recipients/orders/${segment(id)}/again`);
        toast(t('orders.again.done'));
        setRound((n) => n + 1);
    });
    const nothing = list.ended && list.items.length === 0;
    if (nothing && request) return null;
    return (
        <Card title={t('orders.title')} class={nothing ? '' : 'flush'}>
            <ProblemBox error={again.error} />
            {nothing && <p class="muted">{t('orders.empty')}</p>}
            {list.items.length > 0 && (
                <Table
                    caption={t('orders.title')} rows={list.items} rowKey={(o) => o.id}
                    columns={[
                        { key: 'who', label: t('registers.recipient'), head: true, grow: true, cell: (o) => <><strong>{words(o.recipient)}</strong><small class="muted">{rightName(o.right)}{!request && <> · <a href={href('requests', o.request)}>{t('requests.one')}</a></>}</small></> },
                        { key: 'state', label: t('requests.state'), cell: (o) => <><Badge tone={TONES[o.state] ?? 'plain'}>{tOr(`order.${o.state}`, words(o.state))}</Badge>{o.fault && <small class="muted wrap-any">{words(o.fault)}</small>}</> },
                        { key: 'made', label: t('orders.told'), cell: (o) => <Ago time={o.sent ?? o.made} /> },
                        { key: 'due', label: t('requests.due'), cell: (o) => (o.state === 'done' ? '–' : <Ago time={o.due} />) },
                        {
                            key: 'act', label: t('orders.act'), end: true,
                            cell: (o) => (o.state !== 'done' && can('rights_write') ? (
                                <span class="row-acts">
                                    {(o.state === 'failed' || o.state === 'escalated') && o.method !== 'none' && <Button small icon="replay" busy={again.busy} aria-label={t('orders.again', { name: words(o.recipient) })} onClick={() => void again.act(o.id)} />}
                                    <Button small aria-label={t('orders.done.named', { name: words(o.recipient) })} onClick={() => setOpen(o)}>{t('orders.done')}</Button>
                                </span>
                            ) : '–'),
                        },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
            {open && <Done order={open} onClose={() => setOpen(null)} onDone={() => setRound((n) => n + 1)} />}
        </Card>
    );
}
