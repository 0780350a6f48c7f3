// SPDX-License-Identifier: Apache-2.0
// Segments in motion: who came in and who left in the period, the busiest first.

import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, SegmentRow, SegmentSize } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { href } from '../../lib/router';
import { plusDays, startOf, type Days } from '../../lib/shop-days';
import { Badge } from '../../ui/basics';
import { Part } from '../../ui/board/part';
import { sampleGone } from '../../ui/sample';
import { Spark } from '../../ui/spark';
import { Table } from '../../ui/table';

const ASKED_MAX = 12;
const SHOWN = 6;
const EVERY = 60_000;
interface Moved { row: SegmentRow; entered: number; left: number }

async function load(days: Days, signal: AbortSignal): Promise<Moved[]> {
    const { items } = await api.get<List<SegmentRow>>('/v1/segments', { signal });
    const whole = items.filter((s) => s.state === 'live').sort((a, b) => b.size - a.size).slice(0, ASKED_MAX);
    const to = Math.min(Date.now(), new Date(startOf(plusDays(days.to, 1))).getTime());
    const range = { from: startOf(days.from), to: new Date(Math.ceil(to / 60_000) * 60_000).toISOString(), points: 1 };
    const moved = await Promise.all(whole.map(async (row) => {
        const sizes = await api.get<List<SegmentSize>>(withQuery(`/v1/segments/${segment(row.name)}/sizes`, range), { signal });
        return { row, entered: sizes.items.reduce((a, x) => a + x.entered, 0), left: sizes.items.reduce((a, x) => a + x.left, 0) };
    }));
    return moved.sort((a, b) => b.entered + b.left - (a.entered + a.left)).slice(0, SHOWN);
}

export function Movement({ days }: { days: Days }) {
    const found = useQuery(`today.movement.${days.from}.${days.to}.${sampleGone.value}`, (signal) => load(days, signal), { keep: true, poll: EVERY });
    return (
        <Part title={t('today.movement')} note={t('today.movement.note')} query={found} class="flush">
            {(rows) => (rows.length === 0 ? <p class="part-empty muted">{t('today.movement.none')} <a href={href('segments', 'new')}>{t('today.movement.make')}</a></p> : (
                <Table
                    caption={t('today.movement')} rows={rows} rowKey={(m) => m.row.name}
                    columns={[
                        { key: 'name', label: t('today.movement.segment'), head: true, cell: (m) => <a class="row-link" dir="auto" href={href('segments', m.row.name)}>{m.row.title}</a> },
                        { key: 'trend', label: t('today.movement.trend'), phone: 'hide', cell: (m) => <Spark values={m.row.trend.map((x) => x.size)} /> },
                        { key: 'in', label: t('today.movement.entered'), end: true, cell: (m) => (m.entered ? <a href={href('segments', m.row.name, 'history')}><Badge tone="good">+{count(m.entered)}</Badge></a> : '0') },
                        { key: 'out', label: t('today.movement.left'), end: true, cell: (m) => (m.left ? <a href={href('segments', m.row.name, 'history')}><Badge tone="warn">{'\u2212'}{count(m.left)}</Badge></a> : '0') },
                        { key: 'size', label: t('today.movement.size'), end: true, cell: (m) => count(m.row.size) },
                    ]}
                />
            ))}
        </Part>
    );
}
