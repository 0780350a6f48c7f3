// SPDX-License-Identifier: Apache-2.0
// Questions in SQL over what the role may see: the schema to look things up in, the text, the answer, and the
// questions that were kept. Every run names its purpose and is written down.

import { useRef, useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { List, SqlAnswer, SqlQuery, SqlSchema } from '../../api/types';
import { t, tOr } from '../../i18n';
import { announce, toast } from '../../lib/announce';
import { saveFile } from '../../lib/files';
import { words } from '../../lib/format';
import { paintSql } from '../../lib/paint';
import { go } from '../../lib/router';
import { can, session } from '../../lib/session';
import { Button, Card, Empty, Loading, PageHead } from '../../ui/basics';
import { CodeArea } from '../../ui/code-area';
import { ProblemBox } from '../../ui/problem';
import { completer } from './complete';
import { Result } from './result';
import { Saved, SaveDialog } from './saved';
import { Schema } from './schema';

const LIMITS = [100, 1000, 10_000];
const EXAMPLE = 'select * from people limit 100';
const FORMATS = ['csv', 'jsonl', 'parquet'] as const;

// The text lives as long as the console is open, so that looking something up elsewhere does not lose it. It is not
// kept in the browser: somebody's name may stand in it.
let typed: { key: string; text: string } | null = null;

function useRun(sql: string, purpose: string, limit: number) {
    const [answer, setAnswer] = useState<SqlAnswer | null>(null);
    const [stopped, setStopped] = useState(false);
    const control = useRef<AbortController | null>(null);
    const id = useRef('');
    const run = useAction(async () => {
        control.current = new AbortController();
        id.current = crypto.randomUUID();
        const { signal } = control.current;
        setStopped(false);
        try {
            const got = await api.post<SqlAnswer>('/v1/sql', { sql, limit, id: id.current }, { signal, purpose });
            setAnswer(got);
            announce(t('sql.rows', { n: got.rows.length }));
        } catch (error) {
            if (!signal.aborted) throw error;
            setStopped(true);
            announce(t('sql.stopped'));
        }
    });
    const stop = () => {
        control.current?.abort();
        api.delete(`/v1/sql/running/${segment(id.current)}`, { plain: true }).catch(() => {}); // it may be done already
    };
    return { ...run, answer, stopped, stop };
}

function Console({ schema, query, queries, onChange }: { schema: SqlSchema; query: SqlQuery | null; queries: SqlQuery[]; onChange: () => void }) {
    const key = query?.name ?? '';
    const [sql, setSql] = useState(typed?.key === key ? typed.text : (query?.sql ?? EXAMPLE));
    const purposes = session.value?.purposes ?? [];
    const [purpose, setPurpose] = useState(session.value?.purpose ?? purposes[0] ?? '');
    const [limit, setLimit] = useState(1000);
    const [saving, setSaving] = useState(false);
    const run = useRun(sql, purpose, limit);
    const put = (text: string) => {
        setSql(text);
        typed = { key, text };
    };
    const ready = sql.trim() !== '' && purpose !== '';
    const file = useAction(async (format: (typeof FORMATS)[number]) => {
        const made = await api.file('/v1/sql/export', { sql, format }, { purpose });
        saveFile(made, `${key || 'query'}.${format}`);
        toast(t('sql.exported'));
    });
    return (
        <div class="sql-columns">
            <aside class="sql-side" aria-label={t('sql.side')}>
                <Saved queries={queries} now={key} onChange={onChange} />
                <Schema schema={schema} onInsert={(name) => put(`${sql}${sql.endsWith(' ') || !sql ? '' : ' '}${name}`)} />
            </aside>
            <div class="sql-main">
                <Card title={query ? query.title : t('sql.new')} actions={<Button small icon="check" disabled={!ready} onClick={() => setSaving(true)}>{t('sql.keep')}</Button>}>
                    <CodeArea label={t('sql.text')} value={sql} onInput={put} paint={paintSql} complete={completer(schema)} onRun={() => { if (ready) void run.act(); }} rows={8} />
                    <div class="button-row sql-bar">
                        {run.busy
                            ? <Button icon="close" onClick={run.stop}>{t('sql.stop')}</Button>
                            : <Button tone="primary" icon="play" disabled={!ready} onClick={() => void run.act()} aria-keyshortcuts="Control+Enter">{t('sql.run')}</Button>}
                        <label class="inline-select">
                            <span>{t('audit.purpose')}</span>
                            <select value={purpose} onChange={(e) => setPurpose(e.currentTarget.value)}>
                                {purposes.map((p) => <option key={p} value={p}>{tOr(`purpose.${p}`, words(p))}</option>)}
                            </select>
                        </label>
                        <label class="inline-select">
                            <span>{t('sql.limit')}</span>
                            <select value={limit} onChange={(e) => setLimit(Number(e.currentTarget.value))}>
                                {LIMITS.map((n) => <option key={n} value={n}>{t('sql.limit.n', { n })}</option>)}
                            </select>
                        </label>
                        <span class="spring" />
                        {FORMATS.map((f) => <Button key={f} small icon="download" busy={file.busy} disabled={!ready || !run.answer} aria-label={t('sql.export', { format: f.toUpperCase() })} onClick={() => void file.act(f)}>{f.toUpperCase()}</Button>)}
                    </div>
                    {run.busy && <div class="sql-busy" role="status"><span class="spinner" aria-hidden="true" /> {t('sql.busy')}</div>}
                    {run.stopped && !run.busy && <p class="muted" role="status">{t('sql.stopped')}</p>}
                </Card>
                <ProblemBox error={run.error} />
                <ProblemBox error={file.error} />
                {run.answer && !run.error && <Result answer={run.answer} limit={limit} />}
            </div>
            {saving && (
                <SaveDialog
                    sql={sql} query={query} queries={queries} onClose={() => setSaving(false)}
                    onDone={(name) => {
                        onChange();
                        typed = { key: name, text: sql };
                        go('sql', name);
                    }}
                />
            )}
        </div>
    );
}

export default function Sql({ parts }: { parts: string[] }) {
    const schema = useQuery('sql.schema', (signal) => api.get<SqlSchema>('/v1/sql/schema', { signal }));
    const queries = useQuery('sql.queries', (signal) => api.get<List<SqlQuery>>('/v1/sql/queries', { signal }));
    const name = parts[0] ?? null;
    const query = name ? (queries.data?.items.find((q) => q.name === name) ?? null) : null;
    const missing = name !== null && !!queries.data && !query;
    return (
        <>
            <PageHead title={t('nav.sql')} lead={t(can('people_read') ? 'sql.lead' : 'sql.lead.masked')} />
            <ProblemBox error={schema.error} onRetry={schema.reload} />
            <ProblemBox error={queries.error} onRetry={queries.reload} />
            {missing && <Empty icon="sql" title={t('sql.gone')} action={<Button onClick={() => go('sql')}>{t('sql.new')}</Button>}>{t('sql.gone.text')}</Empty>}
            {schema.data && queries.data && !missing ? <Console key={segment(name ?? '')} schema={schema.data} query={query} queries={queries.data.items} onChange={queries.reload} />
                : !missing && !schema.error && !queries.error && <Loading />}
        </>
    );
}
