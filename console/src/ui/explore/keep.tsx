// SPDX-License-Identifier: Apache-2.0
// What one can do with a question: keep it as a view, put it on a dashboard, take its figures away as CSV, print the page.

import { useState } from 'preact/hooks';
import { asCsv } from '../../api/board';
import type { Dashboard, SavedView, Show, Tile } from '../../api/board-types';
import { api, segment } from '../../api/client';
import type { Asked } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { saveFile } from '../../lib/files';
import { nameOf } from '../../lib/names';
import { can } from '../../lib/session';
import { Button, Field, Loading } from '../basics';
import { Confirm } from '../confirm';
import { ProblemBox } from '../problem';
import { hrefOf } from './view';

export interface Kept { body: Asked; show: Show; title: string; metric?: string | null }

const queryOf = ({ kind, segment: among, consented, question }: Asked) => ({ kind, segment: among ?? null, consented: consented ?? false, question });
const mayKeep = (): boolean => can('insight_write');
const VIEWS = 'explore.views';
const unused = (wanted: string, names: string[]): string => {
    for (let i = 1; ; i++) {
        const name = i === 1 ? wanted : `${wanted}-${i}`;
        if (!names.includes(name)) return name;
    }
};

function SaveView({ kept, onClose }: { kept: Kept; onClose: () => void }) {
    const [title, setTitle] = useState(kept.title);
    const all = useQuery(VIEWS, (signal) => api.get<List<SavedView>>('/v1/views', { signal }));
    const names = all.data?.items.map((v) => v.name) ?? [];
    const same = all.data?.items.find((v) => v.title === title.trim());
    const name = same?.name ?? unused(nameOf(title) || 'view', names);
    return (
        <Confirm
            title={t('keep.view.title')} submit={t('action.save')} ready={title.trim() !== '' && !!all.data} onClose={onClose}
            run={async () => {
                await api.put(`/v1/views/${segment(name)}`, { title: title.trim(), query: queryOf(kept.body), show: kept.show, version: same?.version ?? 0 });
                toast(t('keep.view.done', { title: title.trim() }));
            }}
        >
            <Field label={t('keep.name')} hint={t(same ? 'keep.view.over' : 'keep.view.hint')}>
                {(ids) => <input {...ids} type="text" data-autofocus maxLength={120} autocomplete="off" value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
            </Field>
            <ProblemBox error={all.error} onRetry={all.reload} />
        </Confirm>
    );
}

const NEW = '\u0000new';
function AddTile({ kept, onClose }: { kept: Kept; onClose: () => void }) {
    const [title, setTitle] = useState(kept.title);
    const [chosen, setChosen] = useState<string | null>(null);
    const all = useQuery('explore.dashboards', (signal) => api.get<List<Dashboard>>('/v1/dashboards', { signal }));
    const items = all.data?.items ?? [];
    const target = chosen ?? items[0]?.name ?? NEW;
    const [board, setBoard] = useState(t('keep.board.first'));
    return (
        <Confirm
            title={t('keep.board.title')} submit={t('keep.board.add')} ready={title.trim() !== '' && !!all.data && (target !== NEW || board.trim() !== '')} onClose={onClose}
            run={async () => {
                const before = target === NEW ? null : await api.get<Dashboard>(`/v1/dashboards/${segment(target)}`); // as it is now
                const name = before?.name ?? unused(nameOf(board) || 'dashboard', items.map((d) => d.name));
                const tiles = before?.tiles ?? [];
                const tile: Tile = { id: unused(nameOf(title) || 'tile', tiles.map((x) => x.id)), title: title.trim(), query: queryOf(kept.body), show: kept.show, width: kept.show === 'number' ? 1 : 2, ...(kept.metric ? { metric: kept.metric } : {}) };
                await api.put(`/v1/dashboards/${segment(name)}`, {
                    title: before?.title ?? board.trim(), doc: before?.doc ?? '', period: before?.period ?? '30d', compare: before?.compare ?? 'previous', tiles: [...tiles, tile], version: before?.version ?? 0,
                });
                toast(t('keep.board.done', { title: before?.title ?? board.trim() }));
            }}
        >
            {all.loading && !all.data && <Loading />}
            <ProblemBox error={all.error} onRetry={all.reload} />
            <Field label={t('keep.board.which')}>
                {(ids) => (
                    <select {...ids} value={target} onChange={(e) => setChosen(e.currentTarget.value)}>
                        {items.map((d) => <option key={d.name} value={d.name}>{d.title}</option>)}
                        <option value={NEW}>{t('keep.board.new')}</option>
                    </select>
                )}
            </Field>
            {target === NEW && (
                <Field label={t('keep.board.name')}>
                    {(ids) => <input {...ids} type="text" maxLength={120} autocomplete="off" value={board} onInput={(e) => setBoard(e.currentTarget.value)} />}
                </Field>
            )}
            <Field label={t('keep.name')}>
                {(ids) => <input {...ids} type="text" maxLength={120} autocomplete="off" value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}

// The views that are kept, as links to where they are looked at.
function Views({ onClose }: { onClose: () => void }) {
    const all = useQuery(VIEWS, (signal) => api.get<List<SavedView>>('/v1/views', { signal }));
    const drop = useAction(async (v: SavedView) => {
        await api.delete(`/v1/views/${segment(v.name)}`);
        all.reload();
    });
    return (
        <Confirm title={t('keep.views')} submit={t('dialog.close')} onClose={onClose} run={() => Promise.resolve()}>
            <ProblemBox error={all.error ?? drop.error} onRetry={all.reload} />
            {!all.data && all.loading && <Loading />}
            {all.data?.items.length === 0 && <p class="muted">{t('keep.views.none')}</p>}
            <ul class="saved-list">
                {all.data?.items.map((v) => (
                    <li key={v.name}>
                        <a href={hrefOf(v.query)} onClick={onClose}>{v.title}</a>
                        {mayKeep() && <Button small tone="quiet" icon="trash" aria-label={t('keep.views.drop', { title: v.title })} onClick={() => void drop.act(v)} />}
                    </li>
                ))}
            </ul>
        </Confirm>
    );
}

export function Keep({ kept, csv = true }: { kept: Kept | null; csv?: boolean }) {
    const [open, setOpen] = useState<'view' | 'board' | 'views' | null>(null);
    const save = useAction(async () => { if (kept) saveFile(await asCsv(kept.body), `${kept.body.kind}.csv`); });
    const close = () => setOpen(null);
    return (
        <>
            <Button small tone="quiet" icon="eye" onClick={() => setOpen('views')}>{t('keep.views')}</Button>
            {kept && mayKeep() && <Button small tone="quiet" icon="plus" onClick={() => setOpen('view')}>{t('keep.view')}</Button>}
            {kept && mayKeep() && <Button small tone="quiet" icon="dashboards" onClick={() => setOpen('board')}>{t('keep.board')}</Button>}
            {kept && csv && <Button small tone="quiet" icon="download" busy={save.busy} onClick={() => void save.act()}>{t('keep.csv')}</Button>}
            <Button small tone="quiet" icon="print" onClick={() => globalThis.print()}>{t('keep.print')}</Button>
            {save.error ? <ProblemBox error={save.error} /> : null}
            {open === 'view' && kept && <SaveView kept={kept} onClose={close} />}
            {open === 'board' && kept && <AddTile kept={kept} onClose={close} />}
            {open === 'views' && <Views onClose={close} />}
        </>
    );
}

