// SPDX-License-Identifier: Apache-2.0
// Changes of the dictionary that somebody proposed and somebody else decides about, and the history of what became
// of them.

import { useState } from 'preact/hooks';
import { ApiError, api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { DictionaryVersion, List, Proposal, ProposalDetail } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { href } from '../../lib/router';
import { useRowKeys } from '../../lib/row-keys';
import { can, session } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';
import { Rows } from './editor';

const TONES: Record<string, 'good' | 'bad' | 'info' | 'plain'> = { open: 'info', waiting: 'info', approved: 'good', rejected: 'bad' };
const isOpen = (p: Proposal): boolean => p.state === 'open' || p.state === 'waiting';
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
                        { key: 'why', label: t('proposals.why'), head: true, grow: true, cell: (p) => <a class="row-link" href={href('dictionary', 'proposals', p.id)} dir="auto">{p.why || t('proposals.one')}</a> },
                        { key: 'state', label: t('proposals.state'), cell: (p) => <State p={p} /> },
                        { key: 'by', label: t('proposals.by'), cell: (p) => <span dir="auto">{p.by}</span> },
                        { key: 'decided', label: t('proposals.decided_by'), cell: (p) => (p.decided_by ? <span dir="auto">{p.decided_by}</span> : '–') },
                        { key: 'at', label: t('proposals.at'), end: true, cell: (p) => <Ago time={p.at} /> },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
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
    const mine = p.by === session.value?.staff.email;
    const decides = isOpen(p) && can('dictionary_write');
    return (
        <>
            <PageHead title={t('proposals.one')} back={back} lead={<span class="person-lead"><State p={p} /><span class="muted"><span dir="auto">{p.by}</span> · <Ago time={p.at} /></span></span>}>
                {decides && <Button icon="close" onClick={() => setOpen('reject')}>{t(mine ? 'proposals.withdraw' : 'proposals.reject')}</Button>}
                {decides && !mine && <Button tone="primary" icon="check" onClick={() => setOpen('approve')}>{t('proposals.approve')}</Button>}
            </PageHead>
            {decides && mine && <p class="notice info">{t('proposals.mine')}</p>}
            {p.why && <p class="quote" dir="auto">{p.why}</p>}
            <Rows changes={p.diff} />
            {p.touches.length > 0 && (
                <Card title={t('proposals.touches')} note={String(p.touches.length)}>
                    <ul class="name-list">{p.touches.map((x, i) => <li key={i}><strong>{tOr(`proposals.touch.${x.what}`, words(x.what))}</strong> {x.name} <span class="muted">{x.text}</span></li>)}</ul>
                </Card>
            )}
            {open && (
                <Confirm
                    danger={open === 'reject'} title={t(`proposals.${open}.title`)} submit={t(`proposals.${open}`)} onClose={() => setOpen(null)}
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
        <Card class="flush">
            {list.items.length > 0 && (
                <Table
                    caption={t('dictionary.tab.history')} rows={list.items} rowKey={(v) => v.version}
                    columns={[
                        { key: 'version', label: t('policies.change'), head: true, grow: true, cell: (v) => <><strong dir="auto">{v.why || t('dictionary.history.edit')}</strong><small class="muted"><code>{v.version.slice(0, 16)}</code></small></> },
                        { key: 'by', label: t('dictionary.history.who'), cell: (v) => <span dir="auto">{v.by}</span> },
                        { key: 'proposal', label: t('proposals.one'), cell: (v) => (v.proposal ? <a href={href('dictionary', 'proposals', v.proposal)}>{t('proposals.open')}</a> : '–') },
                        { key: 'at', label: t('audit.time'), end: true, cell: (v) => <Ago time={v.at} /> },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
