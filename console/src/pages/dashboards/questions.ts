// SPDX-License-Identifier: Apache-2.0
// From a tile to what is asked: the dashboard's days, its comparison and the filters that were clicked, laid over the tile's
// own question.

import type { Dashboard, SavedView, Show, Tile, TileQuery } from '../../api/board-types';
import type { Asked, Compare, Filter } from '../../api/insight-types';
import { t, tOr, type Key } from '../../i18n';
import { day, words } from '../../lib/format';
import { nameOf } from '../../lib/names';
import { route, setQuery } from '../../lib/router';
import type { Days } from '../../lib/shop-days';
import { SHOWN_AS } from '../../ui/board/drawing';

export const TILES_MAX = 24;
const ID_MAX = 40;
const FILTER = 'f.';

// What was clicked stands in the address, behind #, so that it can be passed on and stays in the browser.
export function clicked(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const [name, value] of route.value.query) if (name.startsWith(FILTER)) out[name.slice(FILTER.length)] = value;
    return out;
}
export function click(dimension: string, value: string | null): void {
    const now = route.value.query.get(FILTER + dimension);
    setQuery({ [FILTER + dimension]: now === value ? null : value });
}

export const filterable = (kind: string): boolean => kind === 'report';

// A tile that compares by itself keeps that, unless the reader chose something else (`insist`).
export function questionOf(query: TileQuery, compare: Compare, filters: Record<string, string>, insist = false): TileQuery {
    if (query.kind !== 'report') return query;
    const question = (query.question ?? {}) as { filters?: Filter[]; compare?: Compare };
    const added = Object.entries(filters).map(([dimension, value]): Filter => ({ dimension, in: [value] }));
    return { ...query, question: { ...question, compare: insist ? compare : (question.compare ?? compare), filters: [...(question.filters ?? []), ...added] } };
}
export function bodyOf(query: TileQuery, days: Days): Asked {
    return { kind: query.kind, ...days, ...(query.segment ? { segment: query.segment } : {}), ...(query.consented ? { consented: true } : {}), ...(query.shared ? { shared: true } : {}), question: query.question ?? {} };
}

// As a PUT takes it: nothing that is not set.
const tidy = (tile: Tile): object => ({
    id: tile.id, title: tile.title.trim(), show: tile.show, width: tile.width, ...(tile.metric ? { metric: tile.metric } : {}),
    query: Object.fromEntries(Object.entries(tile.query).filter(([, v]) => v !== null && v !== undefined && v !== false)),
});
export const bodyOfDashboard = (d: Pick<Dashboard, 'title' | 'doc' | 'tiles' | 'period' | 'compare'>, version: number): object => ({
    title: d.title.trim(), doc: d.doc.trim(), tiles: d.tiles.map(tidy), period: d.period, compare: d.compare, version,
});

export function freshId(title: string, tiles: Tile[]): string {
    const base = (nameOf(title) || 'tile').slice(0, ID_MAX - 4);
    let id = base;
    for (let n = 2; tiles.some((x) => x.id === id); n++) id = `${base}-${n}`;
    return id;
}

export const kindWords = (kind: string): string => tOr(`board.kind.${kind}`, words(kind));
export const showWords = (show: Show): string => t(`board.show.${show}` as Key);
export const showsOf = (kind: string): Show[] => SHOWN_AS[kind] ?? ['table'];
export const periodName = (period: string): string => tOr(`board.period.${period}`, period);
export const daysWords = (d: Days): string => (d.from === d.to ? day(d.from, 'medium') : t('board.days', { from: day(d.from, 'medium'), to: day(d.to, 'medium') }));

export const tileOfView = (view: SavedView, tiles: Tile[]): Tile => ({ id: freshId(view.title, tiles), title: view.title, query: view.query, show: view.show, width: 2, metric: null });
