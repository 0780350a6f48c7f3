// SPDX-License-Identifier: Apache-2.0
// The record of processing activities (Art. 30), made from what the program really does: as it is now or was on any
// day, what differs between two days, and as a file for whoever asks.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Activity, ProcessingRegister, RegisterChange } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { saveFile } from '../../lib/files';
import { breakable, count, country, dateTime, value, words } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const FORMATS = ['html', 'csv', 'json'] as const;
const today = (): string => new Date().toISOString().slice(0, 10);
const endOf = (day: string): string => (day >= today() ? new Date().toISOString() : `${day}T23:59:59Z`);

function Difference({ from, to, onClose }: { from: string; to: string; onClose: () => void }) {
    const found = useQuery(`processing.${from}.${to}`, (signal) => api.get<{ items: RegisterChange[] }>(withQuery('/v1/registers/processing/diff', { from: endOf(from), to: endOf(to) }), { signal }));
    const changes = found.data?.items;
    return (
        <Dialog title={t('processing.diff', { from, to })} size="large" onClose={onClose}>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!changes && !found.error && <Loading />}
            {changes?.length === 0 && <p class="muted">{t('policies.same.text')}</p>}
            {changes && changes.length > 0 && (
                <Table
                    dense caption={t('policies.changes')} rows={changes} rowKey={(c) => c.row}
                    columns={[
                        { key: 'row', label: t('processing.row'), head: true, cell: (c) => <code class="wrap-any">{breakable(c.row)}</code> },
                        { key: 'change', label: t('person.action'), cell: (c) => t(`editor.change.${c.change}`) },
                        { key: 'what', label: t('editor.difference'), grow: true, cell: (c) => <span class="wrap-any">{c.before !== null && <del>{value(c.before)}</del>} {c.after !== null && <ins>{value(c.after)}</ins>}</span> },
                    ]}
                />
            )}
        </Dialog>
    );
}

function One({ a, onReviewed }: { a: Activity; onReviewed: (() => void) | null }) {
    const review = useAction(async () => {
        await api.post(`/v1/registers/processing/${segment(a.name)}/reviewed`);
        toast(t('processing.reviewed.done'));
        onReviewed?.();
    });
    return (
        <details class="dictionary-event">
            <summary>
                <span><strong>{words(a.name)}</strong><small class="muted">{a.doc}</small></span>
                <span><Badge>{tOr(`basis.${a.basis}`, words(a.basis))}</Badge></span>
            </summary>
            <div class="event-details">
                <dl class="properties">
                    <div><dt>{t('processing.people')}</dt><dd>{a.people.map((p) => tOr(`processing.people.${p}`, words(p))).join(', ') || '–'}</dd></div>
                    <div><dt>{t('registers.view.recipients')}</dt><dd>{a.recipients.map((r) => [r.title, r.country && country(r.country), r.transfer && tOr(`recipients.safeguard.${r.safeguard}`, words(r.safeguard)), !r.registered && t('processing.unregistered')].filter(Boolean).join(', ')).join('; ') || '–'}</dd></div>
                    <div><dt>{t('registers.view.assessments')}</dt><dd>{a.assessments.length ? <a href={href('registers', 'assessments')}>{a.assessments.map((x) => `${x.kind.toUpperCase()} ${words(x.name)}`).join(', ')}</a> : '–'}</dd></div>
                    <div><dt>{t('processing.reviewed')}</dt><dd><Ago time={a.reviewed} /></dd></div>
                </dl>
                {a.data.length > 0 && (
                    <Table
                        dense caption={t('dictionary.category')} rows={a.data} rowKey={(d) => d.name}
                        columns={[
                            { key: 'name', label: t('dictionary.category'), head: true, grow: true, cell: (d) => <><code class="small">{breakable(d.name)}</code><small class="muted">{t('dictionary.fields.n', { n: d.fields.length })}</small></> },
                            { key: 'level', label: t('dictionary.level'), cell: (d) => <Level level={d.level} /> },
                            { key: 'kept', label: t('dictionary.kept'), end: true, cell: (d) => (d.retention_days ? t('time.days', { n: d.retention_days }) : t('dictionary.kept.person')) },
                        ]}
                    />
                )}
                <ProblemBox error={review.error} />
                {onReviewed && <Button small icon="check" busy={review.busy} aria-label={t('processing.review.named', { activity: words(a.name) })} onClick={() => void review.act()}>{t('processing.review')}</Button>}
            </div>
        </details>
    );
}

function Live({ live }: { live: ProcessingRegister['live'] }) {
    if (live.sources.length + live.exports.length === 0) return null;
    return (
        <Card title={t('processing.live')} note={t('processing.live.days', { n: live.days })}>
            <ul class="told">
                {live.sources.map((s) => <li key={s.name}><span dir="auto">{t('processing.live.source', { name: s.name })}</span><span class="muted">{s.events.slice(0, 4).map((e) => `${e.name} ${count(e.count)}`).join(' · ')}</span></li>)}
                {live.exports.map((e) => <li key={e.name}><span>{t('processing.live.export', { name: words(e.purpose || e.action) })}</span><span class="muted">{t('processing.live.people', { n: e.people })} · <Ago time={e.last} /></span></li>)}
            </ul>
        </Card>
    );
}

export function Processing() {
    const at = route.value.query.get('at') ?? '';
    const [compare, setCompare] = useState('');
    const [open, setOpen] = useState(false);
    const found = useQuery(`processing.${at}`, (signal) => api.get<ProcessingRegister>(withQuery('/v1/registers/processing', { at: at ? endOf(at) : '' }), { signal }), { keep: true });
    const take = useAction(async (format: string) => {
        saveFile(await api.download(withQuery('/v1/registers/processing', { at: at ? endOf(at) : '', format })), `processing.${format}`);
    });
    const data = found.data;
    return (
        <>
            <div class="toolbar">
                <label class="inline-select start"><span>{t('processing.at')}</span><input type="date" max={today()} value={at} onInput={(e) => setQuery({ at: e.currentTarget.value || null })} /></label>
                <label class="inline-select"><span>{t('processing.compare')}</span><input type="date" max={at || today()} value={compare} onInput={(e) => setCompare(e.currentTarget.value)} /></label>
                <Button disabled={!compare} onClick={() => setOpen(true)}>{t('processing.compare.show')}</Button>
                <span class="spring" />
                {FORMATS.map((f) => <Button key={f} icon="download" busy={take.busy} aria-label={t('processing.export', { format: f.toUpperCase() })} onClick={() => void take.act(f)}>{f.toUpperCase()}</Button>)}
            </div>
            <ProblemBox error={found.error ?? take.error} onRetry={found.error ? found.reload : undefined} />
            {!data && !found.error && <Loading />}
            {data?.record.activities.length === 0 && <Empty icon="registers" title={t('processing.empty')}>{t('processing.empty.text')}</Empty>}
            {data && data.record.activities.length > 0 && (
                <>
                    <p class="muted">{data.record.controller.name}{data.version && <> · {t('processing.made', { at: dateTime(data.version) })}</>}</p>
                    <Card class="flush">{data.record.activities.map((a) => <One key={a.name} a={a} onReviewed={can('govern_write') && !at ? found.reload : null} />)}</Card>
                    <Live live={data.live} />
                    <Card title={t('processing.security')}><ul class="name-list">{data.record.security.map((m) => <li key={m.name}>{m.text}</li>)}</ul></Card>
                </>
            )}
            {open && compare && <Difference from={compare} to={at || today()} onClose={() => setOpen(false)} />}
        </>
    );
}
