// SPDX-License-Identifier: Apache-2.0
// One tile: its question of now, drawn; its figures as a file, its drawing as an image; how what it shows is computed.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { asCsv, asImage, ask } from '../../api/board';
import type { Tile as TileData } from '../../api/board-types';
import type { Annotation, Compare, MetricInfo, ReportAnswer } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import type { Day } from '../../api/types';
import { t } from '../../i18n';
import { saveFile } from '../../lib/files';
import type { Days } from '../../lib/shop-days';
import { Button, Loading } from '../../ui/basics';
import { Drawing } from '../../ui/board/drawing';
import { How, howOf } from '../../ui/figures';
import { ProblemBox } from '../../ui/problem';
import { sampleGone } from '../../ui/sample';
import { bodyOf, filterable, questionOf } from './questions';

export interface Board { // what all tiles of a dashboard share
    days: Days;
    compare: Compare;
    insist: boolean; // the reader chose the comparison
    filters: Record<string, string>;
    metrics: MetricInfo[] | undefined;
    notes: Annotation[] | undefined;
    poll: number;
    onPick?: (dimension: string, value: string) => void;
    onDay?: ((day: Day) => void) | undefined;
}

export function Tile({ tile, board, controls, plain }: { tile: TileData; board: Board; controls?: ComponentChildren; plain?: boolean }) {
    const id = useId();
    const query = questionOf(tile.query, board.compare, board.filters, board.insist);
    const body = bodyOf(query, board.days);
    const found = useQuery(`tile.${JSON.stringify(body)}.${sampleGone.value}`, (signal) => ask<unknown>(body, signal), { keep: true, poll: board.poll });
    const data = found.data;
    const csv = useAction(async () => saveFile(await asCsv(body), `${tile.id}.csv`));
    const image = useAction(async () => saveFile(await asImage({ ...body, title: tile.title, show: tile.show, ...(tile.metric ? { metric: tile.metric } : {}) }), `${tile.id}.svg`));
    const filtered = Object.keys(board.filters).length > 0;
    const shown = data && query.kind === 'report' ? (data.answer as ReportAnswer).metrics.filter((m) => !tile.metric || m.name === tile.metric.split(':')[0]) : [];
    const hows = tile.show === 'number' ? [] : shown.map((m) => howOf(board.metrics?.find((x) => x.name === m.name), m.variant)).filter((h) => h !== null);
    return (
        <section class={`card flush tile span-${tile.width}`} aria-labelledby={id} aria-busy={found.loading} data-tile={tile.id}>
            <header class="card-head">
                <h2 id={id} dir="auto">{tile.title}</h2>
                {hows.map((h) => <How key={h.title} {...h} />)}
                <div class="card-actions">
                    {controls ?? (!plain && (
                        <>
                            <Button small tone="quiet" busy={csv.busy} disabled={!data} aria-label={t('board.csv', { title: tile.title })} onClick={() => void csv.act()}>CSV</Button>
                            <Button small tone="quiet" busy={image.busy} disabled={!data} aria-label={t('board.image', { title: tile.title })} onClick={() => void image.act()}>SVG</Button>
                        </>
                    ))}
                </div>
            </header>
            <div class="tile-body">
                <ProblemBox error={found.error} onRetry={found.reload} />
                <ProblemBox error={csv.error ?? image.error} />
                {!data && found.loading && <Loading />}
                {data && (
                    <Drawing
                        data={data} query={query} show={tile.show} name={t('board.drawing', { title: tile.title })} metrics={board.metrics} metric={tile.metric} notes={board.notes} chosen={board.filters}
                        onPick={board.onPick} onDay={board.onDay}
                    />
                )}
            </div>
            {data && (
                <footer class="tile-notes muted small">
                    {filtered && !filterable(tile.query.kind) && <p>{t('board.not_filtered')}</p>}
                    {data.left_out > 0 && <p>{t('board.left_out', { n: data.left_out })}</p>}
                    {data.hidden > 0 && <p>{t('board.hidden', { n: data.small_group })}</p>}
                    {!data.complete && <p class="warn-text">{t('board.incomplete')}</p>}
                </footer>
            )}
        </section>
    );
}
