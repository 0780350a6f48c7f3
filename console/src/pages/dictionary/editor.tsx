// SPDX-License-Identifier: Apache-2.0
// The dictionary's text: edit, check (every fault with its line), see the difference, save. The version
// that was read goes with the save, so that nobody overwrites somebody else's change.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Dictionary, DictionaryChange, DictionaryCheck } from '../../api/types';
import { t } from '../../i18n';
import { announce, toast } from '../../lib/announce';
import { diffLines, shorten } from '../../lib/diff';
import { withDraft, yamlKey } from '../../lib/draft';
import { ProposeDialog } from './propose';
import { breakable, count, value } from '../../lib/format';
import { go, href } from '../../lib/router';
import { Badge, Button, Card, Loading, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

function Difference({ before, after }: { before: string; after: string }) {
    const lines = shorten(diffLines(before, after));
    if (!lines.some((l) => l.kind === 'added' || l.kind === 'removed')) return <p class="muted">{t('editor.no_change')}</p>;
    const marks = { same: ' ', added: '+', removed: '−', skip: '' } as const;
    return (
        <div class="diff mono" tabIndex={0} role="region" aria-label={t('editor.lines')} dir="ltr">
            {lines.map((l, i) => (
                <div key={i} class={`diff-${l.kind}`}>
                    <span class="diff-line" aria-hidden="true">{l.line || ''}</span>
                    <span class="diff-mark" aria-hidden="true">{marks[l.kind]}</span>
                    {l.kind === 'added' && <span class="visually-hidden">{t('editor.added')} </span>}
                    {l.kind === 'removed' && <span class="visually-hidden">{t('editor.removed')} </span>}
                    <span>{l.text || ' '}</span>
                </div>
            ))}
        </div>
    );
}

function Checked({ result, onLine }: { result: DictionaryCheck; onLine: (line: number, column: number) => void }) {
    if (result.ok) {
        return (
            <div class="notice good" role="status">
                <Icon name="check" />
                <strong>{t('editor.ok')}</strong>
            </div>
        );
    }
    return (
        <div class="notice bad" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{t('editor.faults', { n: result.errors.length })}</strong>
                <ul class="fault-list">
                    {result.errors.map((e, i) => (
                        <li key={i}>
                            {e.line > 0 && (
                                <button type="button" class="link" onClick={() => onLine(e.line, e.column)}>
                                    {t('editor.line', { line: e.line })}
                                </button>
                            )}{' '}
                            {e.row && <code>{e.row}</code>} {e.text}
                        </li>
                    ))}
                </ul>
            </div>
        </div>
    );
}

// What the change means: rows with their attributes, as the server compares the effective dictionaries.
export function Rows({ changes, plain }: { changes: DictionaryChange[]; plain?: boolean }) {
    if (changes.length === 0) return null;
    const table = (
        <Table
            dense caption={t('editor.rows')} rows={changes.slice(0, 200)} rowKey={(c) => c.row}
            columns={[
                { key: 'row', label: t('dictionary.row'), head: true, cell: (c) => <code class="wrap-any">{breakable(c.row)}</code> },
                { key: 'change', label: t('person.action'), cell: (c) => t(`editor.change.${c.change}`) },
                {
                    key: 'what', label: t('editor.difference'), grow: true,
                    cell: (c) => c.attributes.filter((a) => c.change === 'changed' || worthShowing(a.before ?? a.after)).map((a) => (
                        <div key={a.name} class="wrap-any">
                            <span class="muted">{a.name}:</span>{' '}
                            {c.change !== 'added' && <del>{value(a.before)}</del>} {c.change !== 'removed' && <ins>{value(a.after)}</ins>}
                        </div>
                    )),
                },
            ]}
        />
    );
    return plain ? table : <Card title={t('editor.rows')} note={count(changes.length)} class="flush">{table}</Card>;
}
const worthShowing = (v: unknown): boolean => v !== null && v !== '' && v !== 0 && !(Array.isArray(v) && v.length === 0);

function Editor({ start, add }: { start: Dictionary; add: string | null }) {
    const [base, setBase] = useState(start);
    const [text, setText] = useState(add ? withDraft(start.text, add) : start.text);
    const [result, setResult] = useState<{ text: string; check: DictionaryCheck } | null>(null);
    const area = useRef<HTMLTextAreaElement>(null);
    const gutter = useRef<HTMLPreElement>(null);
    const [proposing, setProposing] = useState(false);
    const changed = text !== base.text;
    const good = result?.text === text && result.check.ok;

    useEffect(() => {
        if (!add || !area.current) return;
        const at = text.indexOf(`${yamlKey(add.slice(add.lastIndexOf('/') + 1))}:`);
        toLine(text.slice(0, at).split('\n').length, 1);
    }, []);
    useEffect(() => {
        if (!changed) return;
        const stay = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', stay);
        return () => removeEventListener('beforeunload', stay);
    }, [changed]);

    const check = useAction(async () => {
        const answer = await api.post<DictionaryCheck>('/v1/dictionary/check', { text });
        setResult({ text, check: answer });
        announce(answer.ok ? t('editor.ok') : t('editor.faults', { n: answer.errors.length }));
    });
    const save = useAction(async () => {
        const next = await api.put<Partial<Dictionary> | undefined>('/v1/dictionary', { text, version: base.version });
        setBase({ ...base, ...next, text });
        setResult(null);
        toast(t('editor.saved'));
        go('dictionary');
    });
    const toLine = (line: number, column: number) => {
        const el = area.current!;
        const lines = text.split('\n');
        const at = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + Math.max(0, column - 1);
        el.focus();
        el.setSelectionRange(at, at + 1);
        el.scrollTop = Math.max(0, (line - 6) * Number.parseFloat(getComputedStyle(el).lineHeight));
    };
    const stale = save.error instanceof ApiError && (save.error.status === 412 || save.error.status === 409);
    const numbers = text.split('\n').map((_, i) => i + 1).join('\n');
    return (
        <>
            <Card class="flush editor-card">
                <div class="editor" dir="ltr">
                    <pre class="editor-lines mono" aria-hidden="true" ref={gutter}>{numbers}</pre>
                    <textarea
                        ref={area} class="mono" aria-label={t('editor.text')} spellcheck={false} autocomplete="off" wrap="off"
                        value={text} onInput={(e) => setText(e.currentTarget.value)}
                        onScroll={(e) => { gutter.current!.scrollTop = e.currentTarget.scrollTop; }}
                    />
                </div>
            </Card>
            <ProblemBox error={check.error} />
            {result && result.text === text && <Checked result={result.check} onLine={toLine} />}
            {stale && (
                <div class="notice warn" role="alert">
                    <Icon name="warning" />
                    <div><strong>{t('editor.stale')}</strong><p>{t('editor.stale.text')}</p></div>
                </div>
            )}
            {!stale && <ProblemBox error={save.error} />}
            {good && result && <Rows changes={result.check.diff} />}
            {good && changed && <Card title={t('editor.difference')}><Difference before={base.text} after={text} /></Card>}
            <div class="button-row sticky-end">
                <Button icon="check" tone={good ? 'plain' : 'primary'} busy={check.busy} disabled={!changed} onClick={() => void check.act()}>{t('editor.check')}</Button>
                <Button tone="primary" busy={save.busy} disabled={!good || !changed} onClick={() => void save.act()}>{t('editor.save')}</Button>
                <Button icon="people" disabled={!good || !changed} onClick={() => setProposing(true)}>{t('proposals.propose')}</Button>
                {changed && <Badge tone="warn">{t(good ? 'editor.checked' : 'editor.changed')}</Badge>}
                {!changed && <span class="muted">{t('editor.hint')}</span>}
            </div>
            {proposing && <ProposeDialog change={{ text }} onClose={() => setProposing(false)} />}
        </>
    );
}

export default function DictionaryEditor({ add }: { add: string | null }) {
    const dictionary = useQuery('dictionary.text', (signal) => api.get<Dictionary>('/v1/dictionary', { signal }));
    return (
        <>
            <PageHead title={t('dictionary.edit')} lead={t('editor.lead')} back={{ href: href('dictionary'), label: t('nav.dictionary') }} />
            <ProblemBox error={dictionary.error} onRetry={dictionary.reload} />
            {dictionary.data ? <Editor start={dictionary.data} add={add} /> : dictionary.loading && <Loading />}
        </>
    );
}
