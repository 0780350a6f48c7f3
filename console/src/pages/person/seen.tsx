// SPDX-License-Identifier: Apache-2.0
// "Who looked at this person": the log's entries about one person.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { AuditEntry, List, Person, Unmasked } from '../../api/types';
import { t, tOr } from '../../i18n';
import { dateTime, words } from '../../lib/format';
import { Badge, Card, Empty } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { EntryDialog } from '../audit/entry';
import { actionName, actorLabel, outcomeName, outcomeTone } from '../audit/words';
import { MoreButton, useMore, type More } from './timeline';

const PAGE = 50;

// Whose reason was accepted for seeing this person unmasked.
function Broken({ person }: { person: Person }) {
    const list = useQuery(`unmasked.${person.id}`, (signal) => api.get<List<Unmasked>>(`/v1/people/${segment(person.id)}/break-glass`, { signal }));
    if (!list.data?.items.length) return list.error ? <ProblemBox error={list.error} onRetry={list.reload} /> : null;
    return (
        <Card title={t('seen.glass')}>
            <ul class="alerts">
                {list.data.items.map((x) => (
                    <li key={`${x.at}${x.staff}`}>
                        <div class="alert-about"><strong dir="auto">{x.staff ?? '–'}</strong> <span class="muted small">{dateTime(x.at)}</span><p class="quote" dir="auto">{x.reason || '–'}</p></div>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

export function Seen({ person }: { person: Person }) {
    const [open, setOpen] = useState<AuditEntry | null>(null);
    const list = useMore<AuditEntry>(`seen.${person.id}`, (cursor, signal) =>
        api.get<List<AuditEntry>>(withQuery(`/v1/people/${segment(person.id)}/audit`, { cursor, limit: PAGE }), { signal }));
    if (list.ended && list.items.length === 0) return <Empty icon="eye" title={t('seen.empty')}>{t('seen.empty.text')}</Empty>;
    return (
        <>
        <Broken person={person} />
        <Card class="flush">
            {list.items.length > 0 && (
                <Table
                    caption={t('seen.title')} rows={list.items} rowKey={(e) => e.index}
                    columns={[
                        {
                            key: 'who', label: t('audit.actor'), head: true, grow: true,
                            cell: (e) => (
                                <>
                                    <button type="button" class="row-link as-link" dir="auto" onClick={() => setOpen(e)}>{actorLabel(e)}</button>{' '}
                                    {e.break_glass && <Badge tone="bad">{t('audit.break_glass')}</Badge>}
                                    <small class="muted">{actionName(e.action)}{e.fields && <> · {e.fields.split(/,\s*/).map(words).join(', ')}</>}</small>
                                </>
                            ),
                        },
                        { key: 'purpose', label: t('audit.purpose'), cell: (e) => tOr(`purpose.${e.purpose}`, e.purpose || '–') },
                        { key: 'outcome', label: t('audit.outcome'), cell: (e) => <Badge tone={outcomeTone(e.outcome)}>{outcomeName(e.outcome)}</Badge> },
                        { key: 'time', label: t('audit.time'), end: true, cell: (e) => dateTime(e.time) },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
            {open && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
        </Card>
        </>
    );
}
