// SPDX-License-Identifier: Apache-2.0
// Questions that were kept, for everybody who may ask in SQL.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { SqlQuery } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { go, href } from '../../lib/router';
import { Ago, Button, Card, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { nameOf } from '../../lib/names';

export function Saved({ queries, now, onChange }: { queries: SqlQuery[]; now: string; onChange: () => void }) {
    const [gone, setGone] = useState<SqlQuery | null>(null);
    return (
        <Card title={t('sql.saved')} actions={now ? <Button small icon="plus" onClick={() => go('sql')}>{t('sql.new.short')}</Button> : undefined}>
            {queries.length === 0 && <p class="muted">{t('sql.saved.none')}</p>}
            <ul class="saved-list">
                {queries.map((q) => (
                    <li key={q.name}>
                        <div>
                            <a class="row-link" dir="auto" href={href('sql', q.name)} aria-current={q.name === now ? 'true' : undefined}>{q.title}</a>
                            <div class="trait-from"><Ago time={q.changed} /></div>
                        </div>
                        <Button small tone="quiet" icon="trash" aria-label={t('sql.delete.named', { title: q.title })} onClick={() => setGone(q)} />
                    </li>
                ))}
            </ul>
            {gone && (
                <Confirm
                    danger icon="trash" title={t('sql.delete')} submit={t('sql.delete')} onClose={() => setGone(null)}
                    run={async () => {
                        await api.delete(`/v1/sql/queries/${segment(gone.name)}`);
                        toast(t('sql.deleted'));
                        if (gone.name === now) go('sql');
                        onChange();
                    }}
                >
                    <p>{tx('sql.delete.text', { title: <strong dir="auto">{gone.title}</strong> })}</p>
                </Confirm>
            )}
        </Card>
    );
}

export function SaveDialog({ sql, query, queries, onClose, onDone }: {
    sql: string; query: SqlQuery | null; queries: SqlQuery[]; onClose: () => void; onDone: (name: string) => void;
}) {
    const [title, setTitle] = useState(query?.title ?? '');
    const [over, setOver] = useState(query !== null);
    const name = query && over ? query.name : nameOf(title);
    const taken = !(query && over) && queries.some((q) => q.name === name);
    const ready = title.trim() !== '' && name !== '' && !taken;
    const save = useAction(async () => {
        await api.put(`/v1/sql/queries/${segment(name)}`, { title: title.trim(), sql, version: query && over ? query.version : 0 });
        toast(t('sql.kept'));
        onClose();
        onDone(name);
    });
    return (
        <Dialog
            title={t('sql.keep.title')} size="small" onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            <Field label={t('sql.keep.name')} hint={t('sql.keep.hint')} error={taken ? t('sql.keep.taken') : null}>
                {(ids) => <input {...ids} type="text" required maxLength={120} data-autofocus value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
            </Field>
            {query && (
                <label class="check">
                    <input type="checkbox" checked={over} onChange={(e) => setOver(e.currentTarget.checked)} />
                    <span>{t('sql.keep.over', { title: query.title })}</span>
                </label>
            )}
            <ProblemBox error={save.error} />
        </Dialog>
    );
}
