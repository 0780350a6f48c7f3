// SPDX-License-Identifier: Apache-2.0
// Quarantine: what a door refused, kept whole. See why, repair it, replay it, or throw it away.

import { useEffect, useState } from 'preact/hooks';
import { api, segment, withQuery } from '../api/client';
import { useAction, useQuery } from '../api/query';
import type { Quarantine as QuarantineData, QuarantineItem, QuarantineRow, Source } from '../api/types';
import { t, tOr } from '../i18n';
import { toast } from '../lib/announce';
import { breakable, bytes, count, dateTime, words } from '../lib/format';
import { href, route, setQuery } from '../lib/router';
import { can } from '../lib/session';
import { sourceName } from '../lib/sources';
import { Ago, Button, Card, CopyButton, Empty, Field, Loading, PageHead } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icons';
import { ProblemBox } from '../ui/problem';
import { Table } from '../ui/table';
import { MoreButton, useMore, type More } from './person/timeline';

const reason = (code: string): string => tOr(`quarantine.code.${code}`, tOr(`error.title.${code}`, words(code)));

function pretty(body: string): string {
    try {
        return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
        return body; // not JSON: that may be the very reason it is here
    }
}

// What was replayed is settled when the pipeline has passed it: a moment later.
async function soon(settled: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 15 && !(await settled()); tries++) await new Promise((resolve) => setTimeout(resolve, 200));
}

// The place of a JSON error, as browsers word it, or a plain "not JSON".
function jsonFault(text: string): string | null {
    try {
        JSON.parse(text);
        return null;
    } catch (error) {
        return (error as Error).message;
    }
}

function Editor({ item, onClose, onDone }: { item: QuarantineItem; onClose: () => void; onDone: () => void }) {
    const binary = item.body_encoding === 'base64';
    const original = binary ? (item.body ?? '') : pretty(item.body ?? '');
    const [text, setText] = useState(original);
    const changed = text !== original;
    const fault = changed ? jsonFault(text) : null;
    const open = item.status === 'open' && can('quarantine');
    const replay = useAction(async () => {
        const path = `/v1/quarantine/${segment(String(item.id))}`;
        await api.post(`${path}/replay`, changed ? { body: text } : {});
        await soon(async () => (await api.get<QuarantineItem>(path)).status !== 'open');
        toast(t('quarantine.replayed'));
        onDone();
        onClose();
    });
    const discard = useAction(async () => {
        await api.delete(`/v1/quarantine/${segment(String(item.id))}`);
        toast(t('quarantine.discarded'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={reason(item.code)} size="large" onClose={onClose} onSubmit={() => { if (open && !fault) void replay.act(); }}
            actions={open && (
                <>
                    <Button tone="danger" icon="trash" busy={discard.busy} onClick={() => void discard.act()}>{t('quarantine.discard')}</Button>
                    <span class="spring" />
                    <CopyButton small={false} text={text} />
                    <Button type="submit" tone="primary" icon="replay" busy={replay.busy} disabled={!!fault}>
                        {t(changed ? 'quarantine.replay_edited' : 'quarantine.replay')}
                    </Button>
                </>
            )}
        >
            <dl class="properties">
                <div><dt>{t('quarantine.why')}</dt><dd>{item.text || reason(item.code)}</dd></div>
                {item.field && <div><dt>{t('quarantine.where')}</dt><dd><code>{item.field}</code></dd></div>}
                <div><dt>{t('quarantine.from')}</dt><dd>{sourceName(item.source)} · {dateTime(item.received)} · {bytes(item.bytes)}</dd></div>
                {item.status !== 'open' && <div><dt>{t('imports.status')}</dt><dd>{t(item.status === 'replayed' ? 'quarantine.status.replayed' : 'quarantine.status.discarded')}</dd></div>}
            </dl>
            <Field wide label={t('quarantine.body')} hint={binary ? t('quarantine.body.binary') : open ? t('quarantine.body.hint') : undefined} error={fault ? t('quarantine.not_json', { fault }) : null}>
                {(ids) => (
                    <textarea
                        {...ids} class="mono" rows={18} spellcheck={false} autocomplete="off" readOnly={!open || binary} dir="ltr"
                        value={text} onInput={(e) => setText(e.currentTarget.value)}
                    />
                )}
            </Field>
            <ProblemBox error={replay.error ?? discard.error} />
        </Dialog>
    );
}

function Item({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
    const item = useQuery(`q.${id}`, (signal) => api.get<QuarantineItem>(`/v1/quarantine/${segment(id)}`, { signal }));
    if (item.data) return <Editor item={item.data} onClose={onClose} onDone={onDone} />;
    return (
        <Dialog title={t('quarantine.item')} size="small" onClose={onClose}>
            {item.error ? <ProblemBox error={item.error} onRetry={item.reload} /> : <Loading />}
        </Dialog>
    );
}

function ReplayAll({ code, source, n, onClose, onDone }: { code: string; source: string; n: number; onClose: () => void; onDone: () => void }) {
    const run = useAction(async () => {
        const body: { code?: string; source?: number } = {};
        if (code) body.code = code;
        if (source) body.source = Number(source);
        const done = await api.post<{ replayed: number; refused: number }>('/v1/quarantine/replay', body);
        await soon(async () => (await api.get<QuarantineData>(withQuery('/v1/quarantine', { source, status: 'open', limit: 1 }))).counts
            .reduce((sum, c) => sum + (!code || c.code === code ? c.count : 0), 0) <= n - done.replayed);
        toast(t('quarantine.replayed.all', { replayed: count(done.replayed), refused: count(done.refused) }), done.refused && !done.replayed ? 'bad' : 'good');
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={t('quarantine.replay_all')} size="small" onClose={onClose} onSubmit={() => void run.act()}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" icon="replay" busy={run.busy}>{t('quarantine.replay_all')}</Button>
                </>
            )}
        >
            <p>{t('quarantine.replay_all.text', { n, reason: code ? reason(code) : t('quarantine.any') })}</p>
            <ProblemBox error={run.error} />
        </Dialog>
    );
}

function Reasons({ counts, code }: { counts: QuarantineData['counts']; code: string }) {
    const all = counts.reduce((sum, c) => sum + c.count, 0);
    const chip = (value: string, text: string, n: number) => (
        <button key={value} type="button" class="chip" aria-pressed={code === value} onClick={() => setQuery({ code: value || null })}>
            {text} <span class="chip-count">{count(n)}</span>
        </button>
    );
    return (
        <div class="chips" role="group" aria-label={t('quarantine.by_reason')}>
            {chip('', t('quarantine.any'), all)}
            {counts.map((c) => chip(c.code, reason(c.code), c.count))}
        </div>
    );
}

export default function Quarantine({ parts }: { parts: string[] }) {
    const query = route.value.query;
    const code = query.get('code') ?? '';
    const source = query.get('source') ?? '';
    const [round, setRound] = useState(0);
    const [counts, setCounts] = useState<QuarantineData['counts'] | null>(null);
    const [all, setAll] = useState(false);
    const sources = useQuery('q.sources', (signal) => (can('sources_read')
        ? api.get<{ items: Source[] }>('/v1/sources', { signal }) : Promise.resolve({ items: [] as Source[] })));
    const list = useMore<QuarantineRow>(`${code}:${source}:${round}`, async (cursor, signal) => {
        const page = await api.get<QuarantineData>(withQuery('/v1/quarantine', { code, source, status: 'open', cursor, limit: 50 }), { signal });
        setCounts(page.counts);
        return page;
    });
    const again = () => setRound((n) => n + 1);
    const close = () => { location.hash = `${href('quarantine')}${query.size ? `?${query.toString()}` : ''}`; };
    const n = code ? (counts?.find((c) => c.code === code)?.count ?? 0) : (counts ?? []).reduce((s, c) => s + c.count, 0);
    useEffect(() => { // the chosen reason is settled: back to all
        if (code && counts && !counts.some((c) => c.code === code)) setQuery({ code: null });
    }, [counts]);
    const nothing = list.ended && list.items.length === 0;
    const open = (id: number | string) => `${href('quarantine', id)}${query.size ? `?${query.toString()}` : ''}`;
    return (
        <>
            <PageHead title={t('nav.quarantine')} lead={t('quarantine.lead')}>
                {can('quarantine') && n > 0 && <Button icon="replay" onClick={() => setAll(true)}>{t('quarantine.replay_all')}</Button>}
            </PageHead>
            <div class="filters">
                {counts && counts.length > 0 && <Reasons counts={counts} code={code} />}
            {(sources.data?.items.length ?? 0) > 1 && (counts?.length || source) ? (
                <label class="inline-select">
                    <span>{t('quarantine.source')}</span>
                    <select value={source} onChange={(e) => setQuery({ source: e.currentTarget.value || null })}>
                        <option value="">{t('quarantine.source.any')}</option>
                        {sources.data!.items.map((s) => <option key={s.number} value={String(s.number)}>{s.name}</option>)}
                    </select>
                </label>
            ) : null}
            </div>
            {nothing ? (
                <Empty icon="check" title={t(source ? 'quarantine.empty.source' : 'quarantine.empty')}>{t('quarantine.empty.text')}</Empty>
            ) : (
                <Card class="flush">
                    {list.items.length > 0 && (
                        <Table
                            caption={t('nav.quarantine')} rows={list.items} rowKey={(q) => String(q.id)}
                            columns={[
                                {
                                    key: 'why', label: t('quarantine.why'), head: true, grow: true,
                                    cell: (q) => (
                                        <>
                                            <a class="row-link" href={open(q.id)}>{reason(q.code)}</a>
                                            <small class="muted wrap-any">{q.text}</small>
                                        </>
                                    ),
                                },
                                { key: 'field', label: t('quarantine.where'), cell: (q) => (q.field ? <code class="small">{breakable(q.field)}</code> : '–') },
                                { key: 'source', label: t('person.source'), cell: (q) => sourceName(q.source) },
                                { key: 'bytes', label: t('quarantine.size'), end: true, cell: (q) => bytes(q.bytes) },
                                { key: 'at', label: t('quarantine.received'), end: true, cell: (q) => <Ago time={q.received} /> },
                            ]}
                        />
                    )}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
            {nothing && source && <p><Button onClick={() => setQuery({ source: null })}><Icon name="undo" />{t('quarantine.source.any')}</Button></p>}
            {parts[0] && <Item key={parts[0]} id={parts[0]} onClose={close} onDone={again} />}
            {all && <ReplayAll code={code} source={source} n={n} onClose={() => setAll(false)} onDone={again} />}
        </>
    );
}
