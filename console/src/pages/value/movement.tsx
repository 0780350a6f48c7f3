// SPDX-License-Identifier: Apache-2.0
// From which group of RFM to which people moved between the first and the last day.

import { useState } from 'preact/hooks';
import type { Answered, Asked, RfmMoves } from '../../api/insight-types';
import { t } from '../../i18n';
import { count, day } from '../../lib/format';
import { Card } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, useView } from '../../ui/explore/view';
import { DataTable, Heat, hiddenWords, How } from '../../ui/figures';

const QUESTION = {};
interface Group { name: string; before: number | null; after: number | null }

function Movement({ a, whole }: { a: RfmMoves; whole: Answered<RfmMoves> & { asked: Asked } }) {
    const [who, setWho] = useState<Who | null>(null);
    const hidden = hiddenWords(whole.small_group);
    // Who was, or is, no customer yet stands in a row, or a column, of its own.
    const places = (side: 'from' | 'to'): (string | null)[] => [...a.groups, ...(a.moves.some((m) => m[side] === null && m.people !== 0) ? [null] : [])];
    const rows = places('from');
    const columns = places('to');
    const name = (g: string | null) => g ?? t('value.movement.none');
    const at = (from: string | null, to: string | null) => a.moves.find((m) => m.from === from && m.to === to);
    const groups: Group[] = a.groups.map((name, i) => ({ name, before: a.before[i] ?? null, after: a.after[i] ?? null }));
    const moved = Math.max(1, ...a.moves.filter((m) => m.from !== m.to).map((m) => m.people ?? 0));
    return (
        <>
            <Card title={t('value.movement.title', { from: day(whole.from, 'medium'), to: day(whole.to, 'medium') })} class="flush" note={<How title={t('value.movement')} formula={t('value.movement.how')} />}>
                <Heat
                    name={t('value.movement')} head={t('value.movement.from')} columns={columns.map(name)} unit="count" most={moved} hidden={hidden}
                    rows={rows.map((from) => ({ key: name(from), label: name(from), values: columns.map((to) => { const m = at(from, to); return m ? m.people : 0; }) }))}
                    onPick={mayList() ? (row, column) => {
                        const from = rows.find((g) => name(g) === row.key) ?? null;
                        const to = columns[column] ?? null;
                        setWho({ title: t('value.movement.who', { from: name(from), to: name(to) }), body: whole.asked, pick: { ...(from ? { from } : {}), ...(to ? { to } : {}) } });
                    } : undefined}
                />
            </Card>
            <Card title={t('value.movement.sizes')} class="flush">
                <DataTable<Group>
                    name={t('value.movement.sizes')} rows={groups} rowKey={(g) => g.name} hidden={hidden}
                    columns={[
                        { key: 'name', label: t('value.group'), head: true, value: (g) => g.name },
                        { key: 'before', label: t('value.movement.before'), unit: 'count', value: (g) => g.before },
                        { key: 'after', label: t('value.movement.after'), unit: 'count', value: (g) => g.after },
                        { key: 'change', label: t('value.movement.change'), unit: 'count', value: (g) => (g.before === null || g.after === null ? null : g.after - g.before), cell: (g) => (g.before === null || g.after === null ? hidden : <span class={g.after < g.before ? 'muted' : ''}>{g.after > g.before ? '+' : ''}{count(g.after - g.before)}</span>) },
                    ]}
                />
            </Card>
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}

export function MovementView() {
    const view = useView('90d');
    const body = asked(view, 'rfm_movement', QUESTION);
    const answer = useAsk<RfmMoves>(body);
    return (
        <>
            <ViewBar view={view} />
            <div class="button-row keep-row"><Keep kept={{ body, show: 'heat', title: t('value.movement') }} /></div>
            <AnswerBox<RfmMoves> answer={answer} icon="value" nothing={(a) => a.moves.every((m) => m.people === 0)}>
                {(a, whole) => <Movement a={a} whole={whole} />}
            </AnswerBox>
        </>
    );
}
