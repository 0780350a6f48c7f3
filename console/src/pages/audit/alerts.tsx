// SPDX-License-Identifier: Apache-2.0
// Alerts: what looked wrong by itself. Somebody looks, and closes it with a note.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { QueryState } from '../../api/query';
import type { Alert, List } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { Ago, Badge, Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { actorName, detailLines } from './words';

const kindName = (kind: string): string => tOr(`alert.${kind}`, words(kind));

function Close({ alert, onClose, onDone }: { alert: Alert; onClose: () => void; onDone: () => void }) {
    const [note, setNote] = useState('');
    return (
        <Confirm
            title={t('alerts.close')} submit={t('alerts.close')} ready={note.trim() !== ''} onClose={onClose}
            run={async () => {
                await api.post(`/v1/alerts/${segment(String(alert.id))}/close`, { note: note.trim() });
                toast(t('alerts.closed'));
                onDone();
            }}
        >
            <p><strong>{kindName(alert.kind)}</strong> · <Ago time={alert.raised} /></p>
            <Field label={t('alerts.note')} hint={t('alerts.note.hint')}>
                {(ids) => <textarea {...ids} rows={3} maxLength={500} data-autofocus value={note} onInput={(e) => setNote(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}

function Item({ a, onClose }: { a: Alert; onClose: () => void }) {
    const open = a.state === 'open';
    return (
        <li>
            <span class={`event-icon ${open ? 'bad' : ''}`}><Icon name={open ? 'warning' : 'check'} /></span>
            <div class="alert-about">
                <strong>{kindName(a.kind)}</strong> {!open && <Badge>{t('alerts.state.closed')}</Badge>}
                <p class="muted">{tOr(`alert.${a.kind}.text`, '')}</p>
                <p class="small">
                    <Ago time={a.raised} />{a.staff && <> · <span dir="auto">{actorName(a.staff)}</span></>}
                    {detailLines(a.detail).map(([k, v]) => <span key={k}> · {k ? `${words(k)}: ` : ''}{v}</span>)}
                </p>
                {!open && a.note && <p class="quote" dir="auto">{a.note}{a.closed_by && <span class="muted"> – {actorName(a.closed_by)}</span>}</p>}
            </div>
            {open && <Button small aria-label={t('alerts.close.named', { kind: kindName(a.kind) })} onClick={onClose}>{t('alerts.close')}</Button>}
        </li>
    );
}

export function Alerts({ list }: { list: QueryState<List<Alert>> }) {
    const [open, setOpen] = useState<Alert | null>(null);
    const items = list.data?.items;
    return (
        <>
            <ProblemBox error={list.error} onRetry={list.reload} />
            {!items && !list.error && <Loading />}
            {items?.length === 0 && <Empty icon="check" title={t('alerts.empty')}>{t('alerts.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card>
                    <ul class="alerts">
                        {[...items].sort((a, b) => Number(b.state === 'open') - Number(a.state === 'open')).map((a) => <Item key={a.id} a={a} onClose={() => setOpen(a)} />)}
                    </ul>
                </Card>
            )}
            {open && <Close alert={open} onClose={() => setOpen(null)} onDone={list.reload} />}
        </>
    );
}
