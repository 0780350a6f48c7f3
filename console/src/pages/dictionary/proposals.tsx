// SPDX-License-Identifier: Apache-2.0
// Changes of the dictionary that somebody proposed and somebody else decides about, and the history of what became
// of them.

import { useState } from 'preact/hooks';
import { ApiError, api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { DictionaryVersion, List, Proposal, ProposalDetail } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { breakable, count, dateTime, words } from '../../lib/format';
import { href } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can, session } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';
import { Rows } from './editor';

const TONES: Record<string, 'good' | 'bad' | 'info' | 'plain'> = { waiting: 'info', applying: 'info', applied: 'good', rejected: 'bad' };
const who = (email: string | null): string => email ?? t('actor.local');
const State = ({ p }: { p: Proposal }) => <Badge tone={TONES[p.state] ?? 'plain'}>{tOr(`proposals.state.${p.state}`, words(p.state))}</Badge>;

export function Proposals() {
    const list = useMore<Proposal>('proposals', (cursor, signal) => api.get<List<Proposal>>(withQuery('/v1/dictionary/proposals', { cursor, limit: 50 }), { signal }));
    useRowKeys();
    if (list.ended && list.items.length === 0) {
        return (
            <Empty icon="dictionary" title={t('proposals.empty')} action={can('dictionary_write') && <LinkButton href={href('dictionary', 'edit')}>{t('dictionary.edit')}</LinkButton>}>
                {t('proposals.empty.text')}
            </Empty>
        );
    }
    return (
        <Card class="flush">
            {list.items.length > 0 && (
                <Table
                    caption={t('dictionary.tab.proposals')} rows={list.items} rowKey={(p) => p.id}
                    columns={[
                        { key: 'why', label: t('proposals.why'), head: true, grow: true, cell: (p) => <><a class="row-link" href={href('dictionary', 'proposals', p.id)} dir="auto">{p.why || t('proposals.one')}</a><small class="muted">{t('proposals.rows', { n: p.diff.length })}</small></> },
                        { key: 'state', label: t('proposals.state'), cell: (p) => <State p={p} /> },
                        { key: 'by', label: t('proposals.by'), cell: (p) => <span dir="auto">{who(p.made_by)}</span> },
                        { key: 'decided', label: t('proposals.decided_by'), cell: (p) => (p.decided ? <span dir="auto">{who(p.decided_by)}</span> : '–') },
                        { key: 'at', label: t('proposals.at'), end: true, cell: (p) => <Ago time={p.made} /> },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}

function Touches({ p }: { p: ProposalDetail }) {
    if (!p.touches) return null;
    const { rows, policy } = p.touches;
    return (
        <>
            {policy === 'material' && <p class="notice warn"><Icon name="warning" />{t('proposals.material')}</p>}
            {rows.length > 0 && (
                <Card title={t('proposals.touches')} class="flush">
                    <Table
                        dense caption={t('proposals.touches')} rows={rows} rowKey={(r) => r.row}
                        columns={[
                            { key: 'row', label: t('dictionary.row'), head: true, grow: true, cell: (r) => <><code class="wrap-any">{breakable(r.row)}</code>{r.retention && <small class="muted">{t('proposals.retention')}</small>}</> },
                            { key: 'used', label: t('proposals.used_in'), cell: (r) => r.used_in.map((x) => x.replace(':', ' ')).join(', ') || '–' },
                            { key: 'filled', label: t('usage.filled'), end: true, cell: (r) => (r.filled === null ? '–' : count(r.filled)) },
                            { key: 'erased', label: t('proposals.erased'), end: true, cell: (r) => (r.erased_people === null ? '–' : <span class="warn-text">{t('proposals.erased.n', { people: count(r.erased_people), values: count(r.erased_values ?? 0) })}</span>) },
                        ]}
                    />
                </Card>
            )}
        </>
    );
}

export function ProposalPage({ id }: { id: string }) {
    const found = useQuery(`proposal.${id}`, (signal) => api.get<ProposalDetail>(`/v1/dictionary/proposals/${segment(id)}`, { signal }), { keep: true });
    const [open, setOpen] = useState<'approve' | 'reject' | null>(null);
    const [note, setNote] = useState('');
    const p = found.data;
    const back = { href: href('dictionary', 'proposals'), label: t('dictionary.tab.proposals') };
    if (!p) {
        const gone = found.error instanceof ApiError && found.error.status === 404;
        return (
            <>
                <PageHead title={t('proposals.one')} back={back} />
                {gone ? <Empty icon="dictionary" title={t('proposals.gone')} /> : found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />}
            </>
        );
    }
    const mine = p.made_by === session.value?.staff.email;
    const decides = p.state === 'waiting' && can('dictionary_write');
    const closes = open === 'reject' && mine ? 'withdraw' : open;
    return (
        <>
            <PageHead title={t('proposals.one')} back={back} lead={<span class="person-lead"><State p={p} /><span class="muted"><span dir="auto">{who(p.made_by)}</span> · <Ago time={p.made} /></span></span>}>
                {decides && <Button icon="close" onClick={() => setOpen('reject')}>{t(mine ? 'proposals.withdraw' : 'proposals.reject')}</Button>}
                {decides && <Button tone={mine ? 'plain' : 'primary'} icon="check" disabled={!p.ok} onClick={() => setOpen('approve')}>{t('proposals.approve')}</Button>}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {decides && mine && <p class="notice info"><Icon name="info" />{t('proposals.mine')}</p>}
            {p.state === 'waiting' && !p.ok && <p class="notice bad"><Icon name="warning" />{t('proposals.fault')} {p.fault}</p>}
            {p.state === 'waiting' && p.ok && p.stale && <p class="notice info"><Icon name="info" />{t('proposals.stale')}</p>}
            {p.why && <p class="quote" dir="auto">{p.why}</p>}
            {p.decided && <p class="muted">{t('proposals.decided', { who: who(p.decided_by), when: dateTime(p.decided) })}{p.own && ` ${t('proposals.own')}`}</p>}
            {p.note && <p class="quote" dir="auto">{p.note}</p>}
            <Rows changes={p.diff} />
            <Touches p={p} />
            {open && closes && (
                <Confirm
                    danger={open === 'reject'} title={t(`proposals.${open}.title`)} submit={t(`proposals.${closes}`)} onClose={() => setOpen(null)}
                    run={async () => {
                        await api.post(`/v1/dictionary/proposals/${segment(id)}/${open}`, note.trim() ? { note: note.trim() } : {});
                        toast(t(`proposals.${open}.done`));
                        found.reload();
                    }}
                >
                    <p>{t(`proposals.${open}.text`)}</p>
                    <Field label={t('proposals.note')}>
                        {(ids) => <textarea {...ids} rows={3} maxLength={500} data-autofocus value={note} onInput={(e) => setNote(e.currentTarget.value)} />}
                    </Field>
                </Confirm>
            )}
        </>
    );
}

export function DictionaryHistory() {
    const list = useMore<DictionaryVersion>('dictionary.history', (cursor, signal) => api.get<List<DictionaryVersion>>(withQuery('/v1/dictionary/history', { cursor, limit: 50 }), { signal }));
    if (list.ended && list.items.length === 0) return <Empty icon="dictionary" title={t('dictionary.history.empty')}>{t('dictionary.history.empty.text')}</Empty>;
    return (
        <>
            <Card class="flush">
                {list.items.map((v) => (
                    <details class="dictionary-event" key={v.number}>
                        <summary>
                            <span>
                                <strong dir="auto">{v.why || tOr(`dictionary.way.${v.way}`, words(v.way))}</strong>
                                <small class="muted">{t('policies.version', { n: v.number })} · <span dir="auto">{who(v.by)}</span> · <Ago time={v.at} /></small>
                            </span>
                            <span class="muted small">{t('proposals.rows', { n: v.changes.length })}</span>
                        </summary>
                        {v.proposal && <p><LinkButton href={href('dictionary', 'proposals', v.proposal)}>{t('proposals.open')}</LinkButton></p>}
                        {v.changes.length > 0 && <Rows changes={v.changes} plain />}
                    </details>
                ))}
            </Card>
            <MoreButton list={list as More<unknown>} />
        </>
    );
}
