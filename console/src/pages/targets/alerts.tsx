// SPDX-License-Identifier: Apache-2.0
// What targets found: in words, with the way to the target and to what the shop looked like then.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import type { Alert } from '../../api/board-types';
import { useAction } from '../../api/query';
import type { List, Time } from '../../api/types';
import { t } from '../../i18n';
import { day } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Button, Card, Dot, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { MoreButton, useMore, type More } from '../person/timeline';

const PAGE = 50;

export function Alerts() {
    const [marked, setMarked] = useState(new Map<number, Time>()); // just now, here
    const list = useMore<Alert>('targets.alerts', (cursor, signal) => api.get<List<Alert>>(withQuery('/v1/targets/alerts', { cursor, limit: PAGE }), { signal }));
    const seen = useAction(async (alert: Alert) => {
        await api.post(`/v1/targets/alerts/${alert.id}/seen`);
        setMarked((old) => new Map(old).set(alert.id, new Date().toISOString()));
    });
    return (
        <Card>
            <ProblemBox error={list.error ?? seen.error} />
            {list.items.length === 0 && list.loading && <Loading />}
            {list.items.length === 0 && !list.loading && !list.error && <Empty icon="check" title={t('targets.alerts.none')}>{t('targets.alerts.none.text')}</Empty>}
            <ul class="alerts">
                {list.items.map((x) => ({ ...x, seen: x.seen ?? marked.get(x.id) ?? null })).map((a) => (
                    <li key={a.id}>
                        <div class="alert-about">
                            <p><Dot tone={a.seen ? 'idle' : 'bad'} />{!a.seen && <span class="visually-hidden">{t('targets.alerts.new')} </span>}<strong dir="auto">{a.words}</strong></p>
                            <p class="muted small">
                                {can('insight_write') ? <a href={href('targets', 'edit', a.target)}>{a.title}</a> : a.title} · {t('targets.alerts.about', { day: day(a.period, 'medium') })} · <Ago time={a.at} />
                                {a.seen && <> · {t('targets.alerts.seen')} <Ago time={a.seen} /></>}
                            </p>
                        </div>
                        {!a.seen && <Button small icon="check" busy={seen.busy} onClick={() => void seen.act(a)}>{t('targets.alerts.mark')}</Button>}
                    </li>
                ))}
            </ul>
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
