// SPDX-License-Identifier: Apache-2.0
// Break-glass: one person unmasked, for a reason, for a quarter of an hour. Everybody who looks after
// the log is told.

import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { Person, Time } from '../../api/types';
import { t } from '../../i18n';
import { announce } from '../../lib/announce';
import { Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icons';

const REASON_MIN = 8;
const REASON_MAX = 300;

// Until when, of what was broken since the page was loaded; the answer says by itself that it is.
const broken = signal<Record<string, Time>>({});

export const masked = (p: Person): boolean => !p.break_glass && p.masked + p.hidden > 0;

export function MaskedNote({ person: p }: { person: Person }) {
    if (!masked(p)) return null;
    return <p class="masked-note muted"><Icon name="lock" /> {t('person.masked.note', { masked: p.masked, hidden: p.hidden })}</p>;
}

export function GlassDialog({ person, onClose, onDone }: { person: Person; onClose: () => void; onDone: () => void }) {
    const [reason, setReason] = useState('');
    return (
        <Confirm
            danger title={t('glass.title')} submit={t('glass.submit')} icon="eye" ready={reason.trim().length >= REASON_MIN} onClose={onClose}
            run={async () => {
                const { until } = await api.post<{ until: Time }>(`/v1/people/${segment(person.id)}/break-glass`, { reason: reason.trim() });
                broken.value = { ...broken.value, [person.id]: until };
                announce(t('glass.broken'));
                onDone();
            }}
        >
            <p>{t('glass.text')}</p>
            <Field label={t('glass.reason')} hint={t('glass.reason.hint')}>
                {(ids) => <textarea {...ids} rows={3} maxLength={REASON_MAX} data-autofocus value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}

const left = (until: Time): number => Math.max(0, Math.ceil((new Date(until).getTime() - Date.now()) / 1000));

export function GlassBanner({ person, onOver }: { person: Person; onOver: () => void }) {
    const until = broken.value[person.id];
    const [seconds, setSeconds] = useState(until ? left(until) : 0);
    useEffect(() => {
        if (!until) return;
        const tick = () => {
            const now = left(until);
            setSeconds(now);
            if (now > 0) return;
            const { [person.id]: _over, ...rest } = broken.value;
            broken.value = rest;
            onOver(); // what is shown is masked again
        };
        tick();
        const timer = setInterval(tick, 1000);
        return () => clearInterval(timer);
    }, [until]);
    if (!person.break_glass && (!until || !seconds)) return null;
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    return (
        <aside class="banner bad" aria-label={t('glass.broken')}>
            <Icon name="eye" />
            <p><strong>{t('glass.broken')}</strong>{' '}{t('glass.broken.text')}</p>
            {until && <span class="clock" role="timer" aria-label={t('glass.left')}>{clock}</span>}
        </aside>
    );
}
