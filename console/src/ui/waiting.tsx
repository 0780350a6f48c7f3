// SPDX-License-Identifier: Apache-2.0
// How many approvals wait for a decision: asked now and then while somebody who may decide is here.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../api/client';
import type { Approval, List } from '../api/types';
import { t } from '../i18n';
import { session } from '../lib/session';

const EVERY = 30_000;
export const waiting = signal(0);

export function countWaiting(items: Approval[]): void {
    const me = session.value?.staff;
    waiting.value = items.filter((a) => a.state === 'waiting' && !isMine(a, me)).length;
}

// Who asked cannot decide.
export const isMine = (a: Approval, me = session.value?.staff): boolean =>
    !!me && (a.asked_by === me.email || String(a.asked_by) === String(me.id));

export function WaitingCount() {
    useEffect(() => {
        const control = new AbortController();
        const look = () => {
            if (document.visibilityState !== 'visible') return;
            api.get<List<Approval>>('/v1/approvals', { signal: control.signal, plain: true })
                .then((list) => countWaiting(list.items), () => {}); // the number is a courtesy; the page tells what is wrong
        };
        look();
        const timer = setInterval(look, EVERY);
        return () => {
            control.abort();
            clearInterval(timer);
        };
    }, []);
    if (!waiting.value) return null;
    return (
        <span class="nav-count">
            <span aria-hidden="true">{waiting.value}</span>
            <span class="visually-hidden">{t('approvals.waiting', { n: waiting.value })}</span>
        </span>
    );
}
