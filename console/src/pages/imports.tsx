// SPDX-License-Identifier: Apache-2.0
// Imports: choose a file, and what was imported so far. With a number in the route it is one import.

import { useRef, useState } from 'preact/hooks';
import { api, upload, withQuery } from '../api/client';
import { useAction, useQuery } from '../api/query';
import type { Import, ImportKind, ImportMap, ImportMaps } from '../api/types';
import { t, type Key } from '../i18n';
import { bytes, count, percent } from '../lib/format';
import { go, href } from '../lib/router';
import { can } from '../lib/session';
import { Ago, Button, Card, Empty, Field, Loading, PageHead, Progress } from '../ui/basics';
import { Icon } from '../ui/icons';
import { ProblemBox } from '../ui/problem';
import { Table } from '../ui/table';
import ImportPage from './import/index';
import { remember } from './import/file';
import { StatusBadge } from './import/status';

const KINDS: ImportKind[] = ['people', 'orders', 'events'];

function guessKind(name: string): ImportKind | null {
    if (/order|invoice|sale|retail|transaction/i.test(name)) return 'orders';
    if (/event|track|segment|\.jsonl/i.test(name)) return 'events';
    if (/people|person|customer|contact|audience|subscriber|user/i.test(name)) return 'people';
    return null;
}

function Chooser({ onFile, file }: { onFile: (file: File) => void; file: File | null }) {
    const [over, setOver] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    return (
        <div
            class={`drop ${over ? 'over' : ''}`}
            onDragOver={(e) => {
                e.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(e) => {
                e.preventDefault();
                setOver(false);
                const dropped = e.dataTransfer?.files[0];
                if (dropped) onFile(dropped);
            }}
        >
            <span class="empty-icon"><Icon name={file ? 'file' : 'imports'} /></span>
            {file
                ? <p><strong class="wrap-any">{file.name}</strong> <span class="muted">{bytes(file.size)}</span></p>
                : <p>{t('imports.drop')}</p>}
            <label class="button" for="import-file">
                <span>{t(file ? 'imports.choose_other' : 'imports.choose')}</span>
            </label>
            <input
                ref={input} id="import-file" class="file-input" type="file" accept=".csv,.tsv,.txt,.jsonl,.ndjson,.gz,.zst"
                aria-describedby="import-file-hint"
                onChange={(e) => {
                    const chosen = e.currentTarget.files?.[0];
                    if (chosen) onFile(chosen);
                }}
            />
            <p class="hint" id="import-file-hint">{t('imports.formats')}</p>
        </div>
    );
}

function NewImport({ maps }: { maps: ImportMap[] }) {
    const [file, setFile] = useState<File | null>(null);
    const [kind, setKind] = useState<ImportKind>('people');
    const [map, setMap] = useState('');
    const [dates, setDates] = useState('');
    const [currency, setCurrency] = useState('');
    const [sent, setSent] = useState<{ done: number; total: number } | null>(null);
    const control = useRef<AbortController | null>(null);
    const choose = (chosen: File) => {
        setFile(chosen);
        setKind(guessKind(chosen.name) ?? kind);
        setMap('');
    };
    const send = useAction(async () => {
        control.current = new AbortController();
        setSent({ done: 0, total: file!.size });
        try {
            const made = await upload<Import>(
                withQuery('/v1/imports', { kind, map, dates, currency: kind === 'orders' ? currency.trim().toUpperCase() : '', name: file!.name, dry_run: true }), file!,
                (done, total) => setSent({ done, total }), control.current.signal);
            remember(made.number, file!);
            go('imports', made.number);
        } catch (error) {
            if ((error as Error).name !== 'AbortError') throw error;
        } finally {
            setSent(null);
        }
    });
    return (
        <Card title={t('imports.new')}>
            <Chooser file={file} onFile={choose} />
            {file && (
                <div class="form-row">
                    <fieldset class="choices row">
                        <legend>{t('imports.kind')}</legend>
                        {KINDS.map((k) => (
                            <label key={k}>
                                <input type="radio" name="kind" checked={kind === k} onChange={() => { setKind(k); setMap(''); }} />
                                {t(`imports.kind.${k}` as Key)}
                            </label>
                        ))}
                    </fieldset>
                    <Field label={t('imports.map')} hint={t('imports.map.hint')}>
                        {(ids) => (
                            <select {...ids} value={map} onChange={(e) => setMap(e.currentTarget.value)}>
                                <option value="">{t('imports.map.guess')}</option>
                                {maps.filter((m) => m.kind === kind).map((m) => <option key={m.name} value={m.name} title={m.doc}>{m.name}</option>)}
                            </select>
                        )}
                    </Field>
                    <details class="more-options">
                        <summary>{t('imports.options')}</summary>
                        <Field label={t('imports.dates')}>
                            {(ids) => (
                                <select {...ids} value={dates} onChange={(e) => setDates(e.currentTarget.value)}>
                                    <option value="">{t('imports.dates.guess')}</option>
                                    <option value="dmy">{t('imports.dates.dmy')}</option>
                                    <option value="mdy">{t('imports.dates.mdy')}</option>
                                </select>
                            )}
                        </Field>
                        {kind === 'orders' && (
                            <Field label={t('imports.currency')} hint={t('imports.currency.hint')}>
                                {(ids) => (
                                    <input
                                        {...ids} type="text" maxLength={3} autocomplete="off" spellcheck={false}
                                        value={currency} onInput={(e) => setCurrency(e.currentTarget.value)}
                                    />
                                )}
                            </Field>
                        )}
                    </details>
                </div>
            )}
            <ProblemBox error={send.error} />
            {file && !sent && <Button tone="primary" icon="check" onClick={() => void send.act()}>{t('imports.check')}</Button>}
            {sent && (
                <div class="sending" role="status">
                    <Progress value={sent.done} max={sent.total} label={t('imports.uploading')} />
                    <span>{t('imports.uploading')} {percent(sent.total ? sent.done / sent.total : 0)}</span>
                    <Button small onClick={() => control.current?.abort()}>{t('action.cancel')}</Button>
                </div>
            )}
            {file && <p class="muted small">{t('imports.check.text')}</p>}
        </Card>
    );
}

function Past({ items }: { items: Import[] }) {
    return (
        <Card title={t('imports.past')} class="flush">
            <Table
                caption={t('imports.past')} rows={items} rowKey={(i) => i.number}
                columns={[
                    { key: 'name', label: t('imports.file'), head: true, grow: true, cell: (i) => <a class="wrap-any" href={href('imports', i.number)}>{i.name || t('imports.number', { n: i.number })}</a> },
                    { key: 'kind', label: t('imports.kind'), cell: (i) => t(`imports.kind.${i.kind}` as Key) },
                    { key: 'status', label: t('imports.status'), cell: (i) => <StatusBadge import={i} /> },
                    { key: 'rows', label: t('imports.rows'), end: true, cell: (i) => count(i.rows_ok) },
                    { key: 'bad', label: t('imports.bad'), end: true, cell: (i) => (i.rows_bad ? <span class="bad-text">{count(i.rows_bad)}</span> : '0') },
                    { key: 'when', label: t('imports.when'), end: true, cell: (i) => <Ago time={i.finished ?? i.created_at} /> },
                ]}
            />
        </Card>
    );
}

function List() {
    const imports = useQuery('imports', (signal) => api.get<{ items: Import[] }>('/v1/imports', { signal }), { poll: 4000 });
    const maps = useQuery('maps', (signal) => api.get<ImportMaps>('/v1/import-maps', { signal }));
    const items = imports.data?.items;
    return (
        <>
            <PageHead title={t('nav.imports')} lead={t('imports.lead')} />
            {can('import') && <NewImport maps={maps.data?.items ?? []} />}
            <ProblemBox error={imports.error} onRetry={imports.reload} />
            {!items && imports.loading && <Loading />}
            {items && items.length > 0 && <Past items={items} />}
            {items?.length === 0 && <Empty icon="imports" title={t('imports.empty')}>{t('imports.empty.text')}</Empty>}
        </>
    );
}

export default function Imports({ parts }: { parts: string[] }) {
    const number = Number(parts[0]);
    return parts[0] && Number.isInteger(number) ? <ImportPage key={number} number={number} /> : <List />;
}
