// SPDX-License-Identifier: Apache-2.0
// Doors through which others bring requests of persons: OpenDSR controllers, agents of the Data Rights Protocol, shops
// at Shopify; and what such a shop asks that concerns nobody alone.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { DoorNotice, List, PrivacyDoor } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { count, words } from '../../lib/format';
import { NAME, nameOf } from '../../lib/names';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';

const KINDS = ['opendsr', 'drp', 'shopify'] as const;
type Kind = (typeof KINDS)[number];

function DoorDialog({ door, onClose, onDone }: { door: PrivacyDoor | null; onClose: () => void; onDone: () => void }) {
    const [kind, setKind] = useState<Kind>(door?.kind ?? 'opendsr');
    const [title, setTitle] = useState(door?.title ?? '');
    const [hosts, setHosts] = useState(door?.hosts.join(', ') ?? '');
    const [key, setKey] = useState('');
    const [secret, setSecret] = useState('');
    const [enabled, setEnabled] = useState(door?.enabled ?? true);
    const [fresh, setFresh] = useState(!door);
    const [token, setToken] = useState('');
    const name = door?.name ?? nameOf(title);
    const save = useAction(async () => {
        const made = await api.put<PrivacyDoor>(`/v1/privacy-doors/${segment(name)}`, {
            kind, title: title.trim(), enabled, hosts: hosts.split(/[\s,]+/).filter(Boolean),
            ...(kind === 'drp' && key.trim() ? { key: key.trim() } : {}), ...(kind === 'shopify' && secret ? { secret } : {}), ...(kind === 'opendsr' && fresh ? { new_token: true } : {}),
        });
        toast(t('doors.saved'));
        onDone();
        if (made.token) setToken(made.token);
        else onClose();
    });
    if (token) {
        return (
            <Dialog title={t('doors.token')} size="small" onClose={onClose} actions={<Button tone="primary" onClick={onClose}>{t('once.stored')}</Button>}>
                <Once title={t('doors.token')} text={token} note={t('doors.token.once')} print={false} />
            </Dialog>
        );
    }
    const wrong = (field: string) => fieldError(save.error, field);
    const ready = NAME.test(name) && title.trim() !== '' && (kind !== 'drp' || !!door || key.trim() !== '');
    return (
        <Dialog
            title={door ? door.title : t('doors.new')} size="small" onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button></>}
        >
            <Field label={t('recipients.title')} error={wrong('title')}>{(ids) => <input {...ids} type="text" maxLength={200} data-autofocus value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}</Field>
            <Field label={t('doors.kind')} hint={t(`doors.kind.${kind}.text` as Key)} error={wrong('kind')}>
                {(ids) => <select {...ids} disabled={!!door} value={kind} onChange={(e) => setKind(e.currentTarget.value as Kind)}>{KINDS.map((k) => <option key={k} value={k}>{t(`doors.kind.${k}` as Key)}</option>)}</select>}
            </Field>
            <Field label={t('doors.hosts')} hint={t(kind === 'shopify' ? 'doors.hosts.shop' : 'doors.hosts.hint')} error={wrong('hosts')}>{(ids) => <input {...ids} type="text" maxLength={1000} autocomplete="off" spellcheck={false} value={hosts} onInput={(e) => setHosts(e.currentTarget.value)} />}</Field>
            {kind === 'drp' && <Field label={t('doors.key')} hint={door?.has_key ? t('recipients.secret.kept') : undefined} error={wrong('key')}>{(ids) => <input {...ids} type="text" maxLength={200} autocomplete="off" spellcheck={false} value={key} onInput={(e) => setKey(e.currentTarget.value)} />}</Field>}
            {kind === 'shopify' && <Field label={t('doors.secret')} hint={door?.has_secret ? t('recipients.secret.kept') : undefined} error={wrong('secret')}>{(ids) => <input {...ids} type="password" maxLength={500} autocomplete="off" value={secret} onInput={(e) => setSecret(e.currentTarget.value)} />}</Field>}
            {kind === 'opendsr' && <label class="check"><input type="checkbox" checked={fresh} onChange={(e) => setFresh(e.currentTarget.checked)} /><span>{t('doors.token.make')}</span></label>}
            <label class="switch"><input type="checkbox" role="switch" checked={enabled} onChange={(e) => setEnabled(e.currentTarget.checked)} /><span>{t('doors.enabled')}</span></label>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

function NoticeDone({ notice, onClose, onDone }: { notice: DoorNotice; onClose: () => void; onDone: () => void }) {
    const [note, setNote] = useState('');
    return (
        <Confirm
            title={t('doors.notice.done')} submit={t('doors.notice.done')} ready={note.trim() !== ''} onClose={onClose}
            run={async () => {
                await api.post(`/v1/privacy-doors/notices/${notice.id}/done`, { note: note.trim() });
                toast(t('doors.notice.closed'));
                onDone();
            }}
        >
            <p>{t('doors.notice.text', { shop: notice.shop })}</p>
            <Field label={t('doors.notice.note')}>{(ids) => <textarea {...ids} rows={3} maxLength={1000} data-autofocus value={note} onInput={(e) => setNote(e.currentTarget.value)} />}</Field>
        </Confirm>
    );
}

function Notices() {
    const [round, setRound] = useState(0);
    const [open, setOpen] = useState<DoorNotice | null>(null);
    const list = useMore<DoorNotice>(`notices.${round}`, (cursor, signal) => api.get<List<DoorNotice>>(withQuery('/v1/privacy-doors/notices', { cursor }), { signal }));
    if (list.ended && list.items.length === 0) return null;
    return (
        <Card title={t('doors.notices')} class="flush">
            {list.items.length > 0 && (
                <Table
                    caption={t('doors.notices')} rows={list.items} rowKey={(n) => n.id}
                    columns={[
                        { key: 'shop', label: t('doors.notice.shop'), head: true, grow: true, cell: (n) => <><strong>{n.shop || n.door}</strong><small class="muted">{tOr(`doors.topic.${n.topic.replace('/', '_')}`, n.topic)}</small></> },
                        { key: 'received', label: t('requests.received'), cell: (n) => <Ago time={n.received} /> },
                        { key: 'due', label: t('requests.due'), cell: (n) => (n.done ? <Badge tone="good">{t('order.done')}</Badge> : <Ago time={n.due} />) },
                        { key: 'act', label: t('orders.act'), end: true, cell: (n) => (!n.done && can('rights_write') ? <Button small aria-label={t('doors.notice.named', { shop: n.shop })} onClick={() => setOpen(n)}>{t('doors.notice.done')}</Button> : '–') },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
            {open && <NoticeDone notice={open} onClose={() => setOpen(null)} onDone={() => setRound((n) => n + 1)} />}
        </Card>
    );
}

export function Doors() {
    const found = useQuery('doors', (signal) => api.get<List<PrivacyDoor>>('/v1/privacy-doors', { signal }), { keep: true });
    const [open, setOpen] = useState<PrivacyDoor | 'new' | null>(null);
    const [closing, setClosing] = useState<PrivacyDoor | null>(null);
    const items = found.data?.items;
    const may = can('govern_write');
    const add = may && <Button tone="primary" icon="plus" onClick={() => setOpen('new')}>{t('doors.new')}</Button>;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="link" title={t('doors.empty')} action={add}>{t('doors.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush" title={t('registers.view.doors')} actions={add}>
                    <Table
                        caption={t('registers.view.doors')} rows={items} rowKey={(d) => d.name}
                        columns={[
                            { key: 'name', label: t('doors.door'), head: true, grow: true, cell: (d) => <>{may ? <button type="button" class="row-link as-link" dir="auto" onClick={() => setOpen(d)}>{d.title || words(d.name)}</button> : <strong dir="auto">{d.title || words(d.name)}</strong>}<small class="muted">{t(`doors.kind.${d.kind}` as Key)}{d.hosts.length > 0 && ` · ${d.hosts.join(', ')}`}</small></> },
                            { key: 'state', label: t('requests.state'), cell: (d) => <Badge tone={d.enabled ? 'good' : 'plain'}>{t(d.enabled ? 'retention.state.on' : 'retention.state.off')}</Badge> },
                            { key: 'requests', label: t('nav.requests'), end: true, cell: (d) => count(d.requests) },
                            { key: 'used', label: t('tokens.used'), end: true, cell: (d) => <Ago time={d.used} /> },
                            ...(may ? [{ key: 'close', label: t('doors.remove'), end: true, cell: (d: PrivacyDoor) => <Button small icon="trash" aria-label={t('doors.remove.named', { name: d.title })} onClick={() => setClosing(d)} /> }] : []),
                        ]}
                    />
                </Card>
            )}
            {can('rights_read') && <Notices />}
            {open && <DoorDialog key={open === 'new' ? 'new' : open.name} door={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={found.reload} />}
            {closing && (
                <Confirm
                    danger title={t('doors.remove.named', { name: closing.title })} submit={t('doors.remove')} onClose={() => setClosing(null)}
                    run={async () => {
                        await api.delete(`/v1/privacy-doors/${segment(closing.name)}`);
                        toast(t('doors.removed'));
                        found.reload();
                    }}
                >
                    <p>{t('doors.remove.text')}</p>
                </Confirm>
            )}
        </>
    );
}
