// SPDX-License-Identifier: Apache-2.0
// "A colleague has to agree": asks with a reason, waits, and goes on when somebody approved. Whoever
// closes it while waiting can do the act again later: what was approved in the meantime is found.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import { useAction, useQuery } from '../api/query';
import type { Approval, List } from '../api/types';
import { t, tx } from '../i18n';
import { announce } from '../lib/announce';
import { kindName, kindOf, targetOf } from '../lib/approval';
import { approving } from '../lib/questions';
import { Ago, Button, Field, Loading } from './basics';
import { Dialog } from './dialog';
import { isMine } from './waiting';
import { Icon } from './icons';
import { ProblemBox } from './problem';

const EVERY = 3000;
const REASON_MIN = 3;
const REASON_MAX = 200;

function Waiting({ asked }: { asked: Approval }) {
    if (asked.state === 'refused' || asked.state === 'expired') {
        return (
            <div class="notice bad" role="alert">
                <Icon name="close" />
                <div><strong>{t(asked.state === 'refused' ? 'ask.refused' : 'ask.expired')}</strong><p>{t('ask.refused.text')}</p></div>
            </div>
        );
    }
    return (
        <div class="waiting-approval" role="status">
            <span class="spinner" aria-hidden="true" />
            <div>
                <strong>{t('ask.waiting')}</strong>
                <p class="muted">{tx('ask.waiting.text', { when: <Ago time={asked.expires} /> })}</p>
            </div>
        </div>
    );
}

export default function Ask() {
    const now = approving.value!;
    const kind = kindOf(now.act);
    const target = targetOf(now.act);
    const [reason, setReason] = useState('');
    const [id, setId] = useState<string | null>(null);
    const close = (approval: string | null) => approving.value?.done(approval);
    const list = useQuery('approvals.mine', (signal) => api.get<List<Approval>>('/v1/approvals', { signal, plain: true }), { poll: EVERY });
    // What was approved while this was closed is used at once. Whether it is for exactly this act the
    // server says; one that was tried is not tried again.
    const usable = (a: Approval) => a.target === target && a.state === 'approved' && isMine(a) && String(a.id) !== now.act.tried;
    const asked = list.data?.items.find((a) => (id ? String(a.id) === id : usable(a)));
    useEffect(() => {
        if (asked?.state !== 'approved') return;
        announce(t('ask.approved'));
        close(String(asked.id));
    }, [asked?.state]);
    const ask = useAction(async () => {
        const made = await api.post<Approval>('/v1/approvals', { ...(kind ? { kind } : {}), target, reason: reason.trim() });
        setId(String(made.id));
        list.reload();
    });
    const ready = reason.trim().length >= REASON_MIN;
    const waiting = asked ?? null;
    return (
        <Dialog
            title={t('ask.title')} size="small" onClose={() => close(null)} onSubmit={() => { if (ready && !waiting && !id) void ask.act(); }}
            actions={waiting || id ? <Button onClick={() => close(null)}>{t(waiting?.state === 'waiting' ? 'ask.later' : 'dialog.close')}</Button> : (
                <>
                    <Button onClick={() => close(null)}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" icon="people" busy={ask.busy} disabled={!ready}>{t('ask.submit')}</Button>
                </>
            )}
        >
            {waiting ? <Waiting asked={waiting} /> : id || (!list.data && !list.error) ? <Loading /> : (
                <>
                    <p>{kind ? t('ask.text', { kind: kindName(kind) }) : t('ask.text.any')}</p>
                    {now.act.refusal.detail && <p class="muted">{now.act.refusal.detail}</p>}
                    <Field label={t('ask.reason')} hint={t('ask.reason.hint')}>
                        {(ids) => <textarea {...ids} rows={3} required maxLength={REASON_MAX} data-autofocus value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
                    </Field>
                </>
            )}
            <ProblemBox error={ask.error ?? (list.data ? null : list.error)} />
        </Dialog>
    );
}
