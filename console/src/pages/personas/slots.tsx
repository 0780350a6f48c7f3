// SPDX-License-Identifier: Apache-2.0
// Content slots: places on the shop's pages that show one thing to one segment and another to the next.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Slot } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { percent } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Badge, Button, Empty, LinkButton, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

export function DeleteSlot({ slot, onClose, onDone }: { slot: Pick<Slot, 'name' | 'title'>; onClose: () => void; onDone: () => void }) {
    return (
        <Confirm
            danger icon="trash" title={t('slots.delete')} submit={t('slots.delete')} onClose={onClose}
            run={async () => {
                await api.delete(`/v1/slots/${segment(slot.name)}`);
                toast(t('slots.deleted', { title: slot.title }));
                onDone();
            }}
        >
            <p>{tx('slots.delete.text', { title: <strong dir="auto">{slot.title}</strong>, name: <code>{slot.name}</code> })}</p>
        </Confirm>
    );
}

export function SlotList() {
    const found = useQuery('slots', (signal) => api.get<List<Slot>>('/v1/slots', { signal }));
    const [gone, setGone] = useState<Slot | null>(null);
    const items = found.data?.items;
    const make = can('segments_write') && <LinkButton tone="primary" icon="plus" href={href('personas', 'slots', 'new')}>{t('slots.new')}</LinkButton>;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && <Empty icon="page" title={t('slots.empty')} action={make}>{t('slots.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <>
                    <div class="button-row">{make}</div>
                    <div class="card flush">
                        <Table
                            caption={t('personas.view.slots')} rows={items} rowKey={(s) => s.name}
                            columns={[
                                { key: 'title', label: t('slots.slot'), head: true, grow: true, cell: (s) => <><a class="row-link" dir="auto" href={href('personas', 'slots', s.name)}>{s.title}</a><small class="muted"><code>{s.name}</code></small></> },
                                { key: 'rules', label: t('slots.rules'), cell: (s) => <>{s.rules.map((r) => r.segment).join(', ') || t('slots.rules.none')}{s.missing.length > 0 && <> <Badge tone="warn">{t('slots.missing.short')}</Badge></>}</> },
                                { key: 'held', label: t('slots.hold_out'), end: true, cell: (s) => percent(s.hold_out_permille / 1000, 1) },
                                ...(can('segments_write') ? [{ key: 'acts', label: t('person.action'), end: true, cell: (s: Slot) => <Button small tone="quiet" icon="trash" aria-label={t('slots.delete.named', { title: s.title })} onClick={() => setGone(s)} /> }] : []),
                            ]}
                        />
                    </div>
                </>
            )}
            {gone && <DeleteSlot slot={gone} onClose={() => setGone(null)} onDone={found.reload} />}
        </>
    );
}
