// SPDX-License-Identifier: Apache-2.0
// Links under which somebody without an account reads a dashboard for a while. A link is shown once: only its fingerprint is kept.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { Share, SharedLink } from '../../api/board-types';
import { useAction, useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { dateTime } from '../../lib/format';
import { Ago, Button, Field, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { ProblemBox } from '../../ui/problem';

const DAYS = [1, 7, 14, 30, 90, 366];

export function ShareDialog({ name, title, onClose }: { name: string; title: string; onClose: () => void }) {
    const path = `/v1/dashboards/${segment(name)}/shares`;
    const found = useQuery(`shares.${name}`, (signal) => api.get<List<Share>>(path, { signal }));
    const [days, setDays] = useState(7);
    const [made, setMade] = useState<SharedLink | null>(null);
    const make = useAction(async () => {
        setMade(await api.post<SharedLink>(path, { days }));
        found.reload();
    });
    const end = useAction(async (share: Share) => {
        await api.delete(`${path}/${share.id}`);
        toast(t('share.ended'));
        if (made?.id === share.id) setMade(null);
        found.reload();
    });
    return (
        <Dialog title={t('share.title', { title })} onClose={onClose} actions={<Button onClick={onClose}>{t('dialog.close')}</Button>}>
            <p class="muted">{t('share.text')}</p>
            <form
                class="share-form"
                onSubmit={(e) => {
                    e.preventDefault();
                    void make.act();
                }}
            >
                <Field label={t('share.days')}>
                    {(ids) => <select {...ids} value={days} data-autofocus onChange={(e) => setDays(Number(e.currentTarget.value))}>{DAYS.map((n) => <option key={n} value={n}>{t('share.days.n', { n })}</option>)}</select>}
                </Field>
                <Button type="submit" tone="primary" icon="link" busy={make.busy}>{t('share.make')}</Button>
            </form>
            {made && <Once title={t('share.link')} text={made.url} note={t('share.once', { when: dateTime(made.until) })} print={false} />}
            <ProblemBox error={make.error ?? end.error} />
            <h3>{t('share.open')}</h3>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && found.loading && <Loading />}
            {found.data?.items.length === 0 && <p class="muted">{t('share.none')}</p>}
            <ul class="acts">
                {found.data?.items.map((s) => (
                    <li key={s.id}>
                        <div>
                            <strong>{t('share.until', { when: dateTime(s.until) })}</strong>
                            <p class="muted small">{t('share.made')} <Ago time={s.made} /></p>
                        </div>
                        <Button small tone="danger" busy={end.busy} aria-label={t('share.end.named', { when: dateTime(s.until) })} onClick={() => void end.act(s)}>{t('share.end')}</Button>
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}
