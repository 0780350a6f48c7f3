// SPDX-License-Identifier: Apache-2.0
// A dashboard as it is read: days and comparison to choose, filters by clicking a row, paper, links and letters; and the same
// without anything around it, for a screen on a wall.

import { useEffect, useState } from 'preact/hooks';
import { annotationList, metricList } from '../../api/board';
import { PERIODS, type Dashboard } from '../../api/board-types';
import type { Compare } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { Day } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { dateTime, words } from '../../lib/format';
import { addKeys } from '../../lib/keys';
import { go, href, route, setQuery } from '../../lib/router';
import { can, session } from '../../lib/session';
import { periodDays } from '../../lib/shop-days';
import { Button, Empty, LinkButton, PageHead } from '../../ui/basics';
import { NoteDialog } from '../../ui/board/note-dialog';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { printBoard } from './print';
import { click, clicked, daysWords, periodName } from './questions';
import { ScheduleDialog } from './schedule';
import { ShareDialog } from './share';
import { Tile, type Board } from './tile';

export const COMPARES: Compare[] = ['none', 'previous', 'year'];
const EVERY = 60_000;
const QUICK = ['7d', '30d', '90d', '12m'];

// The days, the comparison and the filters that this reader chose, or what the dashboard says.
export function useBoard(d: Dashboard): { board: Board; period: string; dialog: preact.JSX.Element | null } {
    const { query } = route.value;
    const period: string = PERIODS.find((p) => p === query.get('period')) ?? d.period;
    const wanted = COMPARES.find((c) => c === query.get('compare'));
    const compare = wanted ?? d.compare;
    const metrics = useQuery('insight.metrics', metricList);
    const notes = useQuery('annotations', annotationList);
    const [noting, setNoting] = useState<Day | null>(null);
    const write = can('insight_write');
    const dialog = noting ? <NoteDialog day={noting} onClose={() => setNoting(null)} onDone={notes.reload} /> : null;
    return {
        period, dialog,
        board: { days: periodDays(period), compare, insist: wanted !== undefined, filters: clicked(), metrics: metrics.data?.items, notes: notes.data?.items, poll: EVERY, onPick: click, onDay: write ? setNoting : undefined },
    };
}

function Filters({ filters }: { filters: Record<string, string> }) {
    const all = Object.entries(filters);
    if (!all.length) return null;
    return (
        <div class="chips board-filters" role="group" aria-label={t('board.filters')}>
            {all.map(([dimension, value]) => (
                <button key={dimension} type="button" class="chip" aria-pressed="true" aria-label={t('board.filter.remove', { name: tOr(`dimension.${dimension}`, words(dimension)), value })} onClick={() => click(dimension, null)}>
                    {tOr(`dimension.${dimension}`, words(dimension))}: <bdi>{value || t('board.no_value')}</bdi> <Icon name="close" />
                </button>
            ))}
        </div>
    );
}

export function Pickers({ period, compare }: { period: string; compare: Compare }) {
    return (
        <div class="filters no-print">
            <div class="button-row pickers">
                <label class="inline-select">
                    <span>{t('today.period')}</span>
                    <select value={period} onChange={(e) => setQuery({ period: e.currentTarget.value })}>
                        {PERIODS.map((p) => <option key={p} value={p}>{periodName(p)}</option>)}
                    </select>
                </label>
                <label class="inline-select">
                    <span>{t('compare.label')}</span>
                    <select value={compare} onChange={(e) => setQuery({ compare: e.currentTarget.value })}>
                        {COMPARES.map((c) => <option key={c} value={c}>{t(`compare.${c}` as Key)}</option>)}
                    </select>
                </label>
            </div>
        </div>
    );
}

function PrintDialog({ onClose }: { onClose: () => void }) {
    const [tables, setTables] = useState(false);
    const run = () => {
        onClose();
        setTimeout(() => void printBoard(tables), 50); // the dialog is gone by then
    };
    return (
        <Dialog title={t('board.print.title')} size="small" onClose={onClose} onSubmit={run} actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" icon="print">{t('board.print')}</Button></>}>
            <p>{t('board.print.text')}</p>
            <label class="check"><input type="checkbox" checked={tables} onChange={(e) => setTables(e.currentTarget.checked)} /><span>{t('board.print.tables')}</span></label>
        </Dialog>
    );
}

export function BoardPage({ d }: { d: Dashboard }) {
    const { board, period, dialog } = useBoard(d);
    const [open, setOpen] = useState<'share' | 'schedule' | 'print' | null>(null);
    const write = can('insight_write');
    useEffect(() => addKeys(Object.fromEntries(QUICK.map((p, i) => [String(i + 1), () => setQuery({ period: p })]))), []);
    return (
        <>
            <PageHead title={d.title} back={{ href: href('dashboards'), label: t('nav.dashboards') }} lead={d.doc || undefined}>
                <Button icon="system" onClick={() => go('dashboards', d.name, 'full')}>{t('board.full')}</Button>
                <Button icon="print" onClick={() => setOpen('print')}>{t('board.print.short')}</Button>
                {write && <Button icon="link" onClick={() => setOpen('share')}>{t('board.share')}</Button>}
                {write && <Button icon="mail" onClick={() => setOpen('schedule')}>{t('board.schedule')}</Button>}
                {write && <Button tone="primary" icon="edit" onClick={() => go('dashboards', d.name, 'edit')}>{t('board.edit')}</Button>}
            </PageHead>
            <Pickers period={period} compare={board.compare} />
            <p class="board-days muted">
                {daysWords(board.days)}{board.compare !== 'none' && `, ${t(`board.against.${board.compare}` as Key)}`}
                <span class="print-only">{t('board.printed', { shop: session.value?.shop.name ?? '', when: dateTime(Date.now()) })}</span>
            </p>
            <Filters filters={board.filters} />
            {d.tiles.length === 0 && <Empty icon="dashboards" title={t('board.empty')} action={write && <LinkButton tone="primary" icon="edit" href={href('dashboards', d.name, 'edit')}>{t('board.edit')}</LinkButton>}>{t('board.empty.text')}</Empty>}
            <div class="board">{d.tiles.map((tile) => <Tile key={tile.id} tile={tile} board={board} />)}</div>
            {open === 'share' && <ShareDialog name={d.name} title={d.title} onClose={() => setOpen(null)} />}
            {open === 'schedule' && <ScheduleDialog name={d.name} title={d.title} onClose={() => setOpen(null)} />}
            {open === 'print' && <PrintDialog onClose={() => setOpen(null)} />}
            {dialog}
        </>
    );
}

// Without anything around it. Escape leaves, also where single keys are switched off.
export function FullScreen({ d }: { d: Dashboard }) {
    const { board } = useBoard(d);
    const leave = () => go('dashboards', d.name);
    useEffect(() => {
        const key = (e: KeyboardEvent) => {
            if (e.key === 'Escape' && !e.defaultPrevented && !document.querySelector('dialog[open], [popover]:popover-open')) leave();
        };
        addEventListener('keydown', key);
        return () => removeEventListener('keydown', key);
    }, [d.name]);
    return (
        <>
            <PageHead title={d.title} lead={daysWords(board.days)}>
                <Button tone="quiet" icon="close" aria-keyshortcuts="Escape" onClick={leave}>{t('board.full.leave')}</Button>
            </PageHead>
            <div class="board">{d.tiles.map((tile) => <Tile key={tile.id} tile={tile} board={{ ...board, onDay: undefined }} plain />)}</div>
        </>
    );
}
