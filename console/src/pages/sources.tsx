// SPDX-License-Identifier: Apache-2.0
// Sources: where data comes from. Each has a write key that may only put data in, and says when it was
// last heard of and what went wrong.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import { useAction, useQuery } from '../api/query';
import type { Source } from '../api/types';
import { t, tOr } from '../i18n';
import { toast } from '../lib/announce';
import { count, words } from '../lib/format';
import { go, href } from '../lib/router';
import { can } from '../lib/session';
import { snippetsFor } from '../lib/snippets';
import { Ago, Badge, Button, Card, CopyButton, Dot, Empty, Field, Loading, PageHead } from '../ui/basics';
import { Snippets } from '../ui/code';
import { Dialog } from '../ui/dialog';
import { ProblemBox } from '../ui/problem';
import { sampleGone } from '../ui/sample';

const QUIET_AFTER = 24 * 3_600_000;

function WriteKey({ source }: { source: Source }) {
    const [shown, setShown] = useState(false);
    return (
        <div class="write-key">
            <span class="write-key-name">{t('sources.key')}</span>
            <code>{shown ? source.write_key : '•'.repeat(24)}</code>
            <Button
                small tone="quiet" icon={shown ? 'eyeOff' : 'eye'} aria-pressed={shown}
                aria-label={t('sources.key.show', { name: source.name })} onClick={() => setShown(!shown)}
            />
            <CopyButton text={source.write_key} label={t('sources.key.copy', { name: source.name })} />
        </div>
    );
}

function state(s: Source): { tone: 'good' | 'warn' | 'bad' | 'idle' | 'wait'; text: string } {
    if (!s.enabled) return { tone: 'idle', text: t('sources.disabled') };
    if (!s.last_seen) return { tone: 'wait', text: t('sources.waiting') };
    if (s.last_error_at && s.last_error_at >= s.last_seen) return { tone: 'bad', text: t('sources.failing') };
    if (Date.now() - new Date(s.last_seen).getTime() > QUIET_AFTER) return { tone: 'warn', text: t('sources.quiet') };
    return { tone: 'good', text: t('sources.receiving') };
}

function One({ source, fresh, onEdit, onChange }: { source: Source; fresh: boolean; onEdit: () => void; onChange: () => void }) {
    const toggle = useAction(async () => {
        await api.patch(`/v1/sources/${source.number}`, { enabled: !source.enabled });
        toast(t(source.enabled ? 'sources.disabled.done' : 'sources.enabled.done', { name: source.name }));
        onChange();
    });
    const now = state(source);
    const keyed = source.kind === 'http' && source.write_key !== '';
    return (
        <Card
            class="source"
            title={<>{source.name} {source.sample && <Badge tone="sample">{t('sample.badge')}</Badge>}</>}
            note={tOr(`sources.kind.${source.kind}`, words(source.kind))}
            actions={can('sources_write') && (
                <>
                    <Button small icon="edit" onClick={onEdit} aria-label={t('sources.rename.named', { name: source.name })}>{t('sources.rename')}</Button>
                    <Button
                        small busy={toggle.busy} onClick={() => void toggle.act()}
                        aria-label={t(source.enabled ? 'sources.disable.named' : 'sources.enable.named', { name: source.name })}
                    >
                        {t(source.enabled ? 'sources.disable' : 'sources.enable')}
                    </Button>
                </>
            )}
        >
            <dl class="source-facts">
                <div><dt>{t('sources.state')}</dt><dd><Dot tone={now.tone} />{now.text}</dd></div>
                <div><dt>{t('people.last_seen')}</dt><dd><Ago time={source.last_seen} /></dd></div>
                <div><dt>{t('sources.accepted')}</dt><dd>{count(source.accepted)}</dd></div>
                <div>
                    <dt>{t('sources.refused')}</dt>
                    <dd>{source.refused ? <a href={`${href('quarantine')}?source=${source.number}`}>{count(source.refused)}</a> : '0'}</dd>
                </div>
            </dl>
            {source.last_error && (
                <p class="source-error">
                    {t('sources.last_error')} <strong>{tOr(`error.title.${source.last_error}`, words(source.last_error))}</strong>{' '}
                    <Ago time={source.last_error_at} />
                </p>
            )}
            <ProblemBox error={toggle.error} />
            {keyed && <WriteKey source={source} />}
            {keyed && (
                <details class="source-connect" open={fresh}>
                    <summary>{t('sources.connect')}</summary>
                    <Snippets items={snippetsFor(source.write_key)} />
                </details>
            )}
        </Card>
    );
}

function Edit({ source, onClose, onDone }: { source: Source | null; onClose: () => void; onDone: (made: Source | null) => void }) {
    const [name, setName] = useState(source?.name ?? '');
    const save = useAction(async () => {
        if (source) await api.patch(`/v1/sources/${source.number}`, { name: name.trim() });
        const made = source ? null : await api.post<Source>('/v1/sources', { name: name.trim() });
        toast(t(source ? 'sources.renamed' : 'sources.made', { name: name.trim() }));
        onDone(made);
    });
    const ready = name.trim().length > 0;
    return (
        <Dialog
            title={t(source ? 'sources.rename.title' : 'sources.new')} size="small" onClose={onClose}
            onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t(source ? 'action.save' : 'sources.make')}</Button>
                </>
            )}
        >
            <Field label={t('sources.name')} hint={t('sources.name.hint')}>
                {(ids) => <input {...ids} type="text" required maxLength={127} data-autofocus value={name} onInput={(e) => setName(e.currentTarget.value)} />}
            </Field>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

export default function Sources({ parts }: { parts: string[] }) {
    const sources = useQuery(`sources.${sampleGone.value}`, (signal) => api.get<{ items: Source[] }>('/v1/sources', { signal }), { poll: 5000, keep: true });
    const [edit, setEdit] = useState<Source | null>(null);
    const [fresh, setFresh] = useState<number | null>(null);
    const making = parts[0] === 'new' && can('sources_write');
    useEffect(() => {
        if (fresh !== null) document.querySelector<HTMLElement>(`[data-source="${fresh}"] summary`)?.focus();
    }, [fresh, sources.data]);
    const items = sources.data?.items;
    return (
        <>
            <PageHead title={t('nav.sources')} lead={t('sources.lead')}>
                {can('sources_write') && <Button icon="plus" tone="primary" onClick={() => go('sources', 'new')}>{t('sources.new')}</Button>}
            </PageHead>
            <ProblemBox error={sources.error} onRetry={sources.reload} />
            {!items && sources.loading && <Loading />}
            {items?.length === 0 && (
                <Empty icon="sources" title={t('sources.empty')}>{t('sources.empty.text')}</Empty>
            )}
            <div class="stack">
                {items?.map((s) => (
                    <div key={s.number} data-source={s.number}>
                        <One source={s} fresh={s.number === fresh} onEdit={() => setEdit(s)} onChange={sources.reload} />
                    </div>
                ))}
            </div>
            {edit && (
                <Edit
                    source={edit} onClose={() => setEdit(null)}
                    onDone={() => {
                        setEdit(null);
                        sources.reload();
                    }}
                />
            )}
            {making && (
                <Edit
                    source={null} onClose={() => go('sources')}
                    onDone={(made) => {
                        if (made) setFresh(made.number);
                        sources.reload();
                        go('sources');
                    }}
                />
            )}
        </>
    );
}
