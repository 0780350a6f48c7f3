// SPDX-License-Identifier: Apache-2.0
// What needs a person now, with the way there.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Attention as Row } from '../../api/board-types';
import type { List } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { Ago, Badge, Dot } from '../../ui/basics';
import { Part } from '../../ui/board/part';
import { Icon } from '../../ui/icons';

const EVERY = 30_000;
const TONES = { bad: 'bad', warn: 'warn', info: 'idle' } as const;
const RANK = { bad: 0, warn: 1, info: 2 };
const here = (link: string) => (link.startsWith('#/') ? link : '#/today'); // a link stays in the console

export function Attention() {
    const found = useQuery('today.attention', (signal) => api.get<List<Row>>('/v1/attention', { signal }), { keep: true, poll: EVERY });
    return (
        <Part title={t('today.attention')} query={found}>
            {({ items }) => (items.length === 0
                ? <p><Dot tone="good" />{t('today.attention.none')}</p>
                : (
                    <ul class="attention-list">
                        {[...items].sort((a, b) => RANK[a.severity] - RANK[b.severity]).map((x) => (
                            <li key={x.kind}>
                                <a href={here(x.link)}>
                                    <Dot tone={TONES[x.severity]} />
                                    <span class="attention-what">
                                        {x.severity === 'bad' && <span class="visually-hidden">{t('today.attention.urgent')} </span>}
                                        {x.title}
                                        {x.since && <small class="muted"> <Ago time={x.since} /></small>}
                                    </span>
                                    <Badge tone={x.severity}>{count(x.count)}</Badge>
                                    <Icon name="chevron" />
                                </a>
                            </li>
                        ))}
                    </ul>
                ))}
        </Part>
    );
}
