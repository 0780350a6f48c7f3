// SPDX-License-Identifier: Apache-2.0
// API tokens: made with a few permissions and an end, shown once, with when they were last used.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { ApiToken, Tokens as Data } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { permissionName } from '../../lib/roles';
import { session } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const DAYS = [7, 30, 90, 365];
const NOT_FOR_TOKENS = new Set(['session', 'public', 'write_key']);

function Make({ available, onClose, onDone }: { available: string[] | undefined; onClose: () => void; onDone: () => void }) {
    const [name, setName] = useState('');
    const [days, setDays] = useState(90);
    const [chosen, setChosen] = useState<string[]>([]);
    const [token, setToken] = useState('');
    const own = (available ?? session.value?.permissions ?? []).filter((p) => !NOT_FOR_TOKENS.has(p));
    const make = useAction(async () => {
        const made = await api.post<{ token: string }>('/v1/tokens', { name: name.trim(), permissions: chosen, expires_days: days });
        setToken(made.token);
        onDone();
    });
    const ready = name.trim() !== '' && chosen.length > 0;
    if (token) {
        return (
            <Dialog title={t('tokens.made')} size="small" onClose={onClose} actions={<Button tone="primary" onClick={onClose}>{t('once.stored')}</Button>}>
                <Once title={t('tokens.token')} text={token} note={t('tokens.once')} print={false} />
                <p class="muted">{tx('tokens.use', { header: <code dir="ltr">Authorization: Bearer …</code> })}</p>
            </Dialog>
        );
    }
    return (
        <Dialog
            title={t('tokens.new')} onClose={onClose} onSubmit={() => { if (ready) void make.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={make.busy} disabled={!ready}>{t('tokens.submit')}</Button>
                </>
            )}
        >
            <Field label={t('tokens.name')} hint={t('tokens.name.hint')}>
                {(ids) => <input {...ids} type="text" maxLength={60} data-autofocus value={name} onInput={(e) => setName(e.currentTarget.value)} />}
            </Field>
            <fieldset class="choices columns">
                <legend>{t('tokens.permissions')}</legend>
                {own.map((p) => (
                    <label key={p}>
                        <input
                            type="checkbox" checked={chosen.includes(p)}
                            onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, p] : chosen.filter((x) => x !== p))}
                        />
                        <span>{permissionName(p)}</span>
                    </label>
                ))}
            </fieldset>
            <Field label={t('tokens.expires')}>
                {(ids) => (
                    <select {...ids} value={String(days)} onChange={(e) => setDays(Number(e.currentTarget.value))}>
                        {DAYS.map((n) => <option key={n} value={String(n)}>{t('time.days', { n })}</option>)}
                    </select>
                )}
            </Field>
            <ProblemBox error={make.error} />
        </Dialog>
    );
}

const over = (x: ApiToken): boolean => x.expires !== null && new Date(x.expires).getTime() < Date.now();

export function Tokens() {
    const list = useQuery('tokens', (signal) => api.get<Data>('/v1/tokens', { signal }), { keep: true });
    const [open, setOpen] = useState<'make' | ApiToken | null>(null);
    const rows = list.data?.items ?? [];
    const make = <Button small tone="primary" icon="plus" onClick={() => setOpen('make')}>{t('tokens.new')}</Button>;
    return (
        <Card title={t('tokens.title')} class="flush" actions={rows.length > 0 && make}>
            <ProblemBox error={list.error} onRetry={list.reload} />
            {!list.data && !list.error && <Loading />}
            {list.data && rows.length === 0 && <Empty icon="key" title={t('tokens.empty')} action={make}>{t('tokens.empty.text')}</Empty>}
            {rows.length > 0 && (
                <Table
                    caption={t('tokens.title')} rows={rows} rowKey={(x) => x.id}
                    columns={[
                        {
                            key: 'name', label: t('tokens.name'), head: true, grow: true,
                            cell: (x) => <><strong dir="auto">{x.name}</strong> {over(x) && <Badge tone="bad">{t('tokens.over')}</Badge>}<small class="muted"><code dir="ltr">{x.prefix}…</code></small></>,
                        },
                        { key: 'may', label: t('tokens.may'), cell: (x) => x.permissions.map(permissionName).join(', ') },
                        { key: 'expires', label: t('tokens.expires'), cell: (x) => <Ago time={x.expires} /> },
                        { key: 'used', label: t('tokens.used'), cell: (x) => <Ago time={x.last_used} /> },
                        {
                            key: 'end', label: t('tokens.end'), end: true,
                            cell: (x) => <Button small aria-label={t('tokens.end.named', { name: x.name })} onClick={() => setOpen(x)}>{t('tokens.end')}</Button>,
                        },
                    ]}
                />
            )}
            {open === 'make' && <Make available={list.data?.available} onClose={() => setOpen(null)} onDone={list.reload} />}
            {open && open !== 'make' && (
                <Confirm
                    danger title={t('tokens.end.title')} submit={t('tokens.end')} onClose={() => setOpen(null)}
                    run={async () => {
                        await api.delete(`/v1/tokens/${segment(String(open.id))}`);
                        toast(t('tokens.ended'));
                        list.reload();
                    }}
                >
                    <p>{tx('tokens.end.text', { name: <strong dir="auto">{open.name}</strong> })}</p>
                </Confirm>
            )}
        </Card>
    );
}
