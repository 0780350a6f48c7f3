// SPDX-License-Identifier: Apache-2.0
// A dashboard while it is changed: tiles are added, moved (by dragging, by buttons, by arrow keys), made wider or narrower, renamed,
// taken out. Nothing is kept before Save; what somebody else saved in the meantime is said and never overwritten unasked.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { PERIODS, type Dashboard, type Tile as TileData } from '../../api/board-types';
import type { Compare } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import { t, tx, type Key } from '../../i18n';
import { announce, toast } from '../../lib/announce';
import { go, href } from '../../lib/router';
import { Ago, Button, Card, Empty, Field, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { COMPARES, useBoard } from './board';
import { TITLE_MAX } from './list';
import { bodyOfDashboard, periodName, TILES_MAX } from './questions';
import { Tile } from './tile';
import { TileDialog } from './tile-form';

const DOC_MAX = 1000;
const WIDTH_MAX = 4;

// Who else saved, what stands there now, and both ways on.
function Stale({ name, onTheirs, onMine }: { name: string; onTheirs: (now: Dashboard) => void; onMine: (version: number) => void }) {
    const now = useQuery(`dashboard.stale.${name}`, (signal) => api.get<Dashboard>(`/v1/dashboards/${segment(name)}`, { signal }));
    const gone = now.error instanceof ApiError && now.error.status === 404;
    return (
        <div class="notice warn" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{t(gone ? 'board.stale.gone' : 'board.stale')}</strong>
                {now.data && <p>{tx('board.stale.text', { when: <Ago time={now.data.changed} />, n: String(now.data.version) })}</p>}
                {now.data && <p class="muted">{now.data.title}: {now.data.tiles.map((x) => x.title).join(', ') || t('board.empty')}</p>}
                {!gone && <ProblemBox error={now.error} onRetry={now.reload} />}
                <div class="button-row">
                    {now.data && <Button small onClick={() => onTheirs(now.data!)}>{t('board.stale.theirs')}</Button>}
                    {(now.data || gone) && <Button small onClick={() => onMine(now.data?.version ?? 0)}>{t('board.stale.mine')}</Button>}
                </div>
            </div>
        </div>
    );
}

type Way = 'earlier' | 'later' | 'narrower' | 'wider';
const OPPOSITE: Record<Way, Way> = { earlier: 'later', later: 'earlier', narrower: 'wider', wider: 'narrower' };
function Controls({ tile, at, count, onWay, onTitle, onChange, onRemove, onDrag }: {
    tile: TileData; at: number; count: number; onWay: (way: Way) => void; onTitle: (title: string) => void; onChange: () => void; onRemove: () => void; onDrag: (on: boolean) => void;
}) {
    const { title } = tile;
    return (
        <div class="tile-controls" role="group" aria-label={t('board.tile.controls', { title })}>
            <span
                class="tile-grip" draggable title={t('board.tile.drag')} aria-hidden="true"
                onDragStart={(e) => {
                    e.dataTransfer?.setData('text/plain', tile.id);
                    e.dataTransfer?.setDragImage((e.currentTarget as HTMLElement).closest('.tile')!, 20, 20);
                    onDrag(true);
                }}
                onDragEnd={() => onDrag(false)}
            >
                <Icon name="menu" />
            </span>
            <input type="text" class="tile-title" required maxLength={TITLE_MAX} aria-label={t('board.tile.title', { title })} value={title} onInput={(e) => onTitle(e.currentTarget.value)} />
            <Button small tone="quiet" icon="up" disabled={at === 0} aria-label={t('board.tile.earlier', { title })} data-way="earlier" onClick={() => onWay('earlier')} />
            <Button small tone="quiet" icon="down" disabled={at === count - 1} aria-label={t('board.tile.later', { title })} data-way="later" onClick={() => onWay('later')} />
            <Button small tone="quiet" disabled={tile.width <= 1} aria-label={t('board.tile.narrower', { title })} data-way="narrower" onClick={() => onWay('narrower')}>{'\u2212'}</Button>
            <span class="muted small" aria-hidden="true">{tile.width}/{WIDTH_MAX}</span>
            <Button small tone="quiet" disabled={tile.width >= WIDTH_MAX} aria-label={t('board.tile.wider', { title })} data-way="wider" onClick={() => onWay('wider')}>+</Button>
            <Button small tone="quiet" icon="edit" aria-label={t('board.tile.change', { title })} onClick={onChange} />
            <Button small tone="quiet" icon="trash" aria-label={t('board.tile.remove', { title })} onClick={onRemove} />
        </div>
    );
}

const moved = <T,>(list: T[], from: number, to: number): T[] => {
    const out = [...list];
    out.splice(to, 0, ...out.splice(from, 1));
    return out;
};

export function EditPage({ start }: { start: Dashboard }) {
    const [d, setD] = useState(start);
    const [saved, setSaved] = useState(start);
    const [form, setForm] = useState<TileData | 'new' | null>(null);
    const [dragged, setDragged] = useState<string | null>(null);
    const grid = useRef<HTMLDivElement>(null);
    const { board } = useBoard(d);
    const touched = JSON.stringify(bodyOfDashboard(d, 0)) !== JSON.stringify(bodyOfDashboard(saved, 0));
    const ready = d.title.trim() !== '' && d.tiles.every((x) => x.title.trim() !== '');
    const put = (more: Partial<Dashboard>) => setD((old) => ({ ...old, ...more }));
    const tiles = (change: (old: TileData[]) => TileData[]) => setD((old) => ({ ...old, tiles: change(old.tiles) }));
    const one = (id: string, more: Partial<TileData>) => tiles((old) => old.map((x) => (x.id === id ? { ...x, ...more } : x)));

    useEffect(() => {
        if (!touched) return;
        const stay = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', stay);
        return () => removeEventListener('beforeunload', stay);
    }, [touched]);

    const save = useAction(async (version: number) => {
        await api.put(`/v1/dashboards/${segment(d.name)}`, bodyOfDashboard(d, version));
        toast(t('board.saved', { title: d.title.trim() }));
        setSaved(d);
        go('dashboards', d.name);
    });
    const stale = save.error instanceof ApiError && save.error.status === 412;
    // After a move the button that was pressed keeps the focus, where it still works, else its opposite.
    const pressed = useRef<{ id: string; way: Way } | null>(null);
    useLayoutEffect(() => {
        const now = pressed.current;
        pressed.current = null;
        if (!now) return;
        const find = (w: Way) => grid.current?.querySelector<HTMLButtonElement>(`[data-tile="${CSS.escape(now.id)}"] [data-way=${w}]:not(:disabled)`);
        (find(now.way) ?? find(OPPOSITE[now.way]))?.focus();
    }, [d.tiles]);
    const step = (tile: TileData, at: number, way: Way) => {
        if (way === 'earlier' || way === 'later') {
            const to = at + (way === 'later' ? 1 : -1);
            tiles((old) => moved(old, at, to));
            announce(t('board.tile.moved', { title: tile.title, n: to + 1, all: d.tiles.length }));
        } else {
            const width = Math.max(1, Math.min(WIDTH_MAX, tile.width + (way === 'wider' ? 1 : -1)));
            one(tile.id, { width });
            announce(t('board.tile.sized', { title: tile.title, n: width }));
        }
        pressed.current = { id: tile.id, way };
    };
    const over = (id: string) => {
        if (!dragged || dragged === id) return;
        tiles((old) => moved(old, old.findIndex((x) => x.id === dragged), old.findIndex((x) => x.id === id)));
    };
    const theirs = (now: Dashboard) => {
        setD(now);
        setSaved(now);
        save.clear();
    };
    return (
        <form
            class="board-edit" noValidate
            onSubmit={(e) => {
                e.preventDefault();
                if (ready && touched) void save.act(saved.version);
            }}
            onKeyDown={(e) => { if (e.key === 'Enter' && (e.target as HTMLElement).tagName === 'INPUT') e.preventDefault(); }}
        >
            <PageHead title={t('board.edit.title', { title: saved.title })} back={{ href: href('dashboards', d.name), label: saved.title }} lead={t('board.edit.lead')} />
            <Card>
                <div class="form-grid">
                    <Field label={t('dashboards.title')}>{(ids) => <input {...ids} type="text" required maxLength={TITLE_MAX} value={d.title} onInput={(e) => put({ title: e.currentTarget.value })} />}</Field>
                    <Field label={t('dashboards.doc')}>{(ids) => <input {...ids} type="text" maxLength={DOC_MAX} value={d.doc} onInput={(e) => put({ doc: e.currentTarget.value })} />}</Field>
                    <Field label={t('board.period')}>{(ids) => <select {...ids} value={d.period} onChange={(e) => put({ period: e.currentTarget.value })}>{PERIODS.map((p) => <option key={p} value={p}>{periodName(p)}</option>)}</select>}</Field>
                    <Field label={t('compare.label')}>{(ids) => <select {...ids} value={d.compare} onChange={(e) => put({ compare: e.currentTarget.value as Compare })}>{COMPARES.map((c) => <option key={c} value={c}>{t(`compare.${c}` as Key)}</option>)}</select>}</Field>
                </div>
            </Card>
            {d.tiles.length === 0 && <Empty icon="dashboards" title={t('board.empty')}>{t('board.empty.edit')}</Empty>}
            <div class="board editing" ref={grid}>
                {d.tiles.map((tile, at) => (
                    <div
                        key={tile.id} class={`tile-slot span-${tile.width} ${dragged === tile.id ? 'dragged' : ''}`}
                        onDragOver={(e) => { if (dragged) e.preventDefault(); }} onDragEnter={() => over(tile.id)} onDrop={(e) => { e.preventDefault(); setDragged(null); }}
                    >
                        <Tile
                            tile={tile} board={{ ...board, days: board.days, filters: {}, onDay: undefined, poll: 0, onPick: () => {} }}
                            controls={(
                                <Controls
                                    tile={tile} at={at} count={d.tiles.length} onWay={(way) => step(tile, at, way)} onTitle={(title) => one(tile.id, { title })} onChange={() => setForm(tile)}
                                    onRemove={() => {
                                        tiles((old) => old.filter((x) => x.id !== tile.id));
                                        announce(t('board.tile.removed', { title: tile.title }));
                                    }}
                                    onDrag={(on) => setDragged(on ? tile.id : null)}
                                />
                            )}
                        />
                    </div>
                ))}
            </div>
            {stale ? <Stale name={d.name} onTheirs={theirs} onMine={(version) => { setSaved({ ...saved, version }); void save.act(version); }} /> : <ProblemBox error={save.error} />}
            <div class="button-row sticky-end">
                <Button type="submit" tone="primary" busy={save.busy} disabled={!ready || !touched}>{t('action.save')}</Button>
                <Button onClick={() => go('dashboards', d.name)}>{t('action.cancel')}</Button>
                <Button icon="plus" disabled={d.tiles.length >= TILES_MAX} onClick={() => setForm('new')}>{t('board.add')}</Button>
                {d.tiles.length >= TILES_MAX && <span class="muted small">{t('board.full_up', { n: TILES_MAX })}</span>}
            </div>
            {form && (
                <TileDialog
                    start={form === 'new' ? null : form} tiles={d.tiles} metrics={board.metrics} days={board.days} compare={d.compare} onClose={() => setForm(null)}
                    onDone={(tile) => {
                        tiles((old) => (form === 'new' ? [...old, tile] : old.map((x) => (x.id === tile.id ? tile : x))));
                        announce(t(form === 'new' ? 'board.tile.added' : 'board.tile.changed', { title: tile.title }));
                        setForm(null);
                    }}
                />
            )}
        </form>
    );
}
