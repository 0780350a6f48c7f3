// SPDX-License-Identifier: Apache-2.0
// A dashboard by e-mail, every day, week or month, to members of staff.

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import type { Every, Schedule } from '../../api/board-types';
import { useAction, useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { can, session } from '../../lib/session';
import { Ago, Button, Field, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';

const EVERY: Every[] = ['day', 'week', 'month'];
const HOURS = Array.from({ length: 24 }, (_, i) => i);

// None is no fault.
const load = (path: string, signal: AbortSignal): Promise<Schedule | null> =>
    api.get<Schedule>(path, { signal }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
    });

export function ScheduleDialog({ name, title, onClose }: { name: string; title: string; onClose: () => void }) {
    const path = `/v1/dashboards/${segment(name)}/schedule`;
    const me = session.value?.staff.email ?? '';
    const found = useQuery(`schedule.${name}`, (signal) => load(path, signal));
    const staff = useQuery('staff.addresses', (signal) => (can('staff_read') ? api.get<List<{ email: string; state: string }>>('/v1/staff', { signal }) : Promise.resolve({ items: [], next: null })));
    const [every, setEvery] = useState<Every>('week');
    const [hour, setHour] = useState(7);
    const [to, setTo] = useState<string[]>([me]);
    const kept = found.data;
    useEffect(() => {
        if (!kept) return;
        setEvery(kept.every);
        setHour(kept.hour);
        setTo(kept.to);
    }, [kept]);
    const people = [...new Set([me, ...(staff.data?.items.filter((s) => s.state === 'active').map((s) => s.email) ?? []), ...to])].filter(Boolean);
    const save = useAction(async () => {
        await api.put(path, { every, hour, to });
        toast(t('schedule.saved'));
        onClose();
    });
    const end = useAction(async () => {
        await api.delete(path);
        toast(t('schedule.ended'));
        onClose();
    });
    const send = useAction(async () => {
        await api.post(`/v1/dashboards/${segment(name)}/send`);
        toast(t('schedule.sent', { email: me }));
    });
    const loading = found.data === undefined && found.loading;
    return (
        <Dialog
            title={t('schedule.title', { title })} onClose={onClose} onSubmit={() => { if (to.length) void save.act(); }}
            actions={(
                <>
                    {kept && <Button tone="danger" busy={end.busy} onClick={() => void end.act()}>{t('schedule.end')}</Button>}
                    <Button icon="mail" busy={send.busy} onClick={() => void send.act()}>{t('schedule.send')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!to.length || loading}>{t('action.save')}</Button>
                </>
            )}
        >
            <p class="muted">{t('schedule.text')}</p>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {loading ? <Loading /> : (
                <>
                    <div class="form-grid">
                        <Field label={t('schedule.every')}>{(ids) => <select {...ids} value={every} data-autofocus onChange={(e) => setEvery(e.currentTarget.value as Every)}>{EVERY.map((x) => <option key={x} value={x}>{t(`schedule.every.${x}` as Key)}</option>)}</select>}</Field>
                        <Field label={t('schedule.hour')} hint={t('schedule.zone', { zone: session.value?.shop.timezone ?? 'UTC' })}>
                            {(ids) => <select {...ids} value={hour} onChange={(e) => setHour(Number(e.currentTarget.value))}>{HOURS.map((h) => <option key={h} value={h}>{String(h).padStart(2, '0')}:00</option>)}</select>}
                        </Field>
                    </div>
                    <fieldset class="choices">
                        <legend>{t('schedule.to')}</legend>
                        {people.map((email) => (
                            <label key={email}>
                                <input type="checkbox" checked={to.includes(email)} onChange={(e) => setTo(e.currentTarget.checked ? [...to, email] : to.filter((x) => x !== email))} />
                                <span>{email}</span>
                            </label>
                        ))}
                        {to.length === 0 && <p class="field-error">{t('schedule.nobody')}</p>}
                    </fieldset>
                    {kept?.sent && <p class="muted small">{t('schedule.last')} <Ago time={kept.sent} />{kept.outcome && kept.outcome !== 'sent' ? ` · ${kept.outcome}` : ''}</p>}
                </>
            )}
            <ProblemBox error={save.error ?? end.error ?? send.error} />
        </Dialog>
    );
}
