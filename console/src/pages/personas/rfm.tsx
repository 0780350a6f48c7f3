// SPDX-License-Identifier: Apache-2.0
// Recency, frequency, monetary: the named groups on the grid of quintiles, with people and revenue; where each group
// begins and ends can be moved.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Rfm, RfmGroup } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { count, money, moneyShort, percent } from '../../lib/format';
import { can } from '../../lib/session';
import { Ago, Button, Card, Empty, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const SCORES = [1, 2, 3, 4, 5] as const;
const EVERY = 10_000;
type Borders = Pick<RfmGroup, 'recency' | 'frequency_monetary'>;

// Cells of the grid that no group covers, and those that several do: "2/4" is recency 2, frequency and value 4.
export function coverage(groups: Borders[]): { none: string[]; several: string[] } {
    const out = { none: [] as string[], several: [] as string[] };
    for (const r of SCORES) {
        for (const f of SCORES) {
            const n = groups.filter((g) => r >= g.recency[0] && r <= g.recency[1] && f >= g.frequency_monetary[0] && f <= g.frequency_monetary[1]).length;
            if (n === 0) out.none.push(`${r}/${f}`);
            if (n > 1) out.several.push(`${r}/${f}`);
        }
    }
    return out;
}

const placed = (g: Borders) => ({
    gridColumn: `${g.recency[0] + 1} / ${g.recency[1] + 2}`,
    gridRow: `${6 - g.frequency_monetary[1]} / ${7 - g.frequency_monetary[0]}`,
});

function Grid({ data }: { data: Rfm }) {
    const most = Math.max(1, ...data.groups.map((g) => g.people));
    return (
        <div class="rfm-wrap" tabIndex={0} role="region" aria-label={t('rfm.grid.label')}>
            <div class="rfm-grid">
                <span class="rfm-axis up" aria-hidden="true">{t('rfm.axis.fm')}</span>
                {SCORES.map((s) => <span key={`y${s}`} class="rfm-score" aria-hidden="true" style={{ gridColumn: 1, gridRow: 6 - s }}>{s}</span>)}
                {SCORES.map((s) => <span key={`x${s}`} class="rfm-score" aria-hidden="true" style={{ gridColumn: s + 1, gridRow: 6 }}>{s}</span>)}
                <ul class="rfm-groups" aria-label={t('rfm.groups')}>
                    {data.groups.map((g) => (
                        <li key={g.name} style={{ ...placed(g), '--heat': `${Math.round((40 * g.people) / most)}%` }} title={g.doc}>
                            <strong dir="auto">{g.name}</strong>
                            <span>{t('people.count', { n: g.people })}</span>
                            <span class="small">{moneyShort(g.revenue)}</span>
                            <span class="visually-hidden">{t('rfm.range', { r1: g.recency[0], r2: g.recency[1], f1: g.frequency_monetary[0], f2: g.frequency_monetary[1] })}</span>
                        </li>
                    ))}
                </ul>
                <span class="rfm-axis across" aria-hidden="true">{t('rfm.axis.recency')}</span>
            </div>
        </div>
    );
}

function Groups({ data }: { data: Rfm }) {
    const revenue = data.groups.reduce((sum, g) => sum + g.revenue, 0);
    return (
        <Card title={t('rfm.groups')} class="flush">
            <Table
                caption={t('rfm.groups')} rows={data.groups} rowKey={(g) => g.name}
                columns={[
                    { key: 'name', label: t('rfm.group'), head: true, grow: true, cell: (g) => <>{g.name}<small class="muted">{g.doc}</small></> },
                    { key: 'people', label: t('nav.people'), end: true, cell: (g) => <>{count(g.people)}<small class="muted">{data.customers ? percent(g.people / data.customers, 1) : '–'}</small></> },
                    { key: 'revenue', label: t('metric.revenue'), end: true, cell: (g) => <>{money(g.revenue)}<small class="muted">{revenue ? percent(g.revenue / revenue, 1) : '–'}</small></> },
                    { key: 'each', label: t('rfm.each'), end: true, cell: (g) => (g.people ? money(Math.round(g.revenue / g.people)) : '–') },
                ]}
            />
        </Card>
    );
}

// The lowest fifth of days is the best: class 5.
const round = (n: number): number => Math.round(n * 10) / 10;

function Quintiles({ b }: { b: Rfm['borders'] }) {
    const rows = [
        { name: t('rfm.recency'), cells: [...b.recency].reverse().map((n) => t('time.days', { n: round(n) })) },
        { name: t('rfm.frequency'), cells: b.frequency.map((n) => t('people.orders.n', { n: round(n) })) },
        { name: t('rfm.monetary'), cells: b.monetary.map((n) => money(Math.round(n))) },
    ];
    return (
        <Card title={t('rfm.borders')} note={t('rfm.borders.note')}>
            <div class="table-scroll" tabIndex={0} role="region" aria-label={t('rfm.borders.label')}>
                <table class="table dense">
                    <caption class="visually-hidden">{t('rfm.borders')}</caption>
                    <thead><tr><th scope="col">{t('rfm.measure')}</th>{[1, 2, 3, 4].map((i) => <th key={i} scope="col" class="end">{t('rfm.border', { a: i, b: i + 1 })}</th>)}</tr></thead>
                    <tbody>{rows.map((r) => <tr key={r.name}><th scope="row">{r.name}</th>{[0, 1, 2, 3].map((i) => <td key={i} class="end">{r.cells[i] ?? '–'}</td>)}</tr>)}</tbody>
                </table>
            </div>
        </Card>
    );
}

function ScoreRange({ label, value, onChange }: { label: string; value: [number, number]; onChange: (value: [number, number]) => void }) {
    const pick = (at: 0 | 1) => (
        <select class="pick" aria-label={t(at ? 'rfm.to' : 'rfm.from', { what: label })} value={value[at]} onChange={(e) => {
            const n = Number(e.currentTarget.value);
            onChange(at ? [Math.min(value[0], n), n] : [n, Math.max(value[1], n)]);
        }}>
            {SCORES.map((s) => <option key={s} value={s}>{s}</option>)}
        </select>
    );
    return <span class="together">{pick(0)}<span aria-hidden="true">–</span>{pick(1)}</span>;
}

function EditGroups({ data, onClose, onDone }: { data: Rfm; onClose: () => void; onDone: () => void }) {
    const [groups, setGroups] = useState(data.groups);
    const { none, several } = coverage(groups);
    const ready = !none.length && !several.length;
    const put = (name: string, change: Partial<RfmGroup>) => setGroups(groups.map((g) => (g.name === name ? { ...g, ...change } : g)));
    const save = useAction(async () => {
        await api.put('/v1/rfm/groups', { groups: groups.map(({ name, recency, frequency_monetary }) => ({ name, recency, frequency_monetary })) });
        toast(t('rfm.saved'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={t('rfm.edit')} size="large" onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            <p>{t('rfm.edit.text')}</p>
            <Table
                dense caption={t('rfm.groups')} rows={groups} rowKey={(g) => g.name}
                columns={[
                    { key: 'name', label: t('rfm.group'), head: true, cell: (g) => g.name },
                    { key: 'r', label: t('rfm.recency'), cell: (g) => <ScoreRange label={`${g.name}, ${t('rfm.recency')}`} value={g.recency} onChange={(recency) => put(g.name, { recency })} /> },
                    { key: 'fm', label: t('rfm.fm'), cell: (g) => <ScoreRange label={`${g.name}, ${t('rfm.fm')}`} value={g.frequency_monetary} onChange={(frequency_monetary) => put(g.name, { frequency_monetary })} /> },
                ]}
            />
            <div role="status">
                {!ready && (
                    <div class="notice warn">
                        <Icon name="warning" />
                        <div>
                            {none.length > 0 && <p>{t('rfm.uncovered', { n: none.length, cells: none.join(', ') })}</p>}
                            {several.length > 0 && <p>{t('rfm.doubled', { n: several.length, cells: several.join(', ') })}</p>}
                        </div>
                    </div>
                )}
            </div>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

export function RfmPage() {
    const found = useQuery('rfm', (signal) => api.get<Rfm>('/v1/rfm', { signal }), { poll: EVERY, keep: true });
    const [editing, setEditing] = useState(false);
    const data = found.data;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!data && found.loading && <Loading />}
            {data && data.customers === 0 && <Empty icon="personas" title={t('rfm.empty')}>{t('rfm.empty.text')}</Empty>}
            {data && data.customers > 0 && (
                <>
                    <Card
                        title={t('rfm.grid')} note={<>{t('rfm.customers', { n: data.customers })} · {tx('rfm.computed', { when: <Ago time={data.computed} /> })}</>}
                        actions={can('segments_write') && <Button small icon="edit" onClick={() => setEditing(true)}>{t('rfm.edit')}</Button>}
                    >
                        <Grid data={data} />
                    </Card>
                    <Groups data={data} />
                    <Quintiles b={data.borders} />
                </>
            )}
            {editing && data && <EditGroups data={data} onClose={() => setEditing(false)} onDone={found.reload} />}
        </>
    );
}
