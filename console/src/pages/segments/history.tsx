// SPDX-License-Identifier: Apache-2.0
// Who entered and who left, newest first; of everybody or of one person.

import { api, segment, withQuery } from '../../api/client';
import type { List, Move } from '../../api/types';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { href } from '../../lib/router';
import { Badge, Card, Empty } from '../../ui/basics';
import { PersonLink } from '../../ui/person-link';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';

const PAGE = 100;

export function History({ name, person }: { name: string; person: string | null }) {
    const list = useMore<Move>(`moves.${name}.${person ?? ''}`, (cursor, signal) =>
        api.get<List<Move>>(withQuery(`/v1/segments/${segment(name)}/history`, { cursor, person, limit: PAGE }), { signal }));
    if (list.ended && list.items.length === 0) return <Card><Empty icon="today" title={t('segments.history.none')}>{t('segments.history.none.text')}</Empty></Card>;
    return (
        <>
            {person && <p class="muted">{t('segments.history.one')} <a href={href('segments', name, 'history')}>{t('segments.history.all')}</a></p>}
            <Card class="flush">
                {list.items.length > 0 && (
                    <Table
                        dense caption={t('segments.view.history')} rows={list.items.map((x, i) => ({ ...x, i }))} rowKey={(x) => x.i}
                        columns={[
                            { key: 'who', label: t('people.person'), head: true, grow: true, cell: (x) => <PersonLink person={x} /> },
                            { key: 'what', label: t('segments.history.what'), cell: (x) => <Badge tone={x.entered ? 'good' : 'warn'}>{t(x.entered ? 'segments.entered' : 'segments.left')}</Badge> },
                            { key: 'at', label: t('audit.time'), cell: (x) => <time dateTime={x.at}>{dateTime(x.at)}</time> },
                            { key: 'why', label: t('segments.why'), end: true, cell: (x) => x.id && <a href={`${href('segments', name, 'why', x.id)}?at=${encodeURIComponent(x.at)}`}>{t('segments.why')}<span class="visually-hidden"> {x.label}</span></a> },
                        ]}
                    />
                )}
                <MoreButton list={list as More<unknown>} />
            </Card>
        </>
    );
}
