// SPDX-License-Identifier: Apache-2.0
// What a tile asks and how it is shown: from a saved view, or from any kind of question, looked at before it is taken.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { ask } from '../../api/board';
import type { SavedView, Show, Tile } from '../../api/board-types';
import type { By, Compare, DimensionInfo, Filter, MetricInfo } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { List, SegmentRow } from '../../api/types';
import { t, type Key } from '../../i18n';
import { can } from '../../lib/session';
import type { Days } from '../../lib/shop-days';
import { Button, Field, Loading, Segmented } from '../../ui/basics';
import { Drawing } from '../../ui/board/drawing';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { TITLE_MAX } from './list';
import { bodyOf, freshId, kindWords, questionOf, showsOf, showWords, tileOfView } from './questions';

const BYS: By[] = ['day', 'week', 'month', 'total'];
const METRICS_MAX = 6;
const ORDERED = 'Order Completed';
// What is asked where nothing is chosen: each kind's plainest question.
const PLAIN: Record<string, object> = {
    report: { metrics: ['revenue'], by: 'day' }, funnel: { ready: 'shop' },
    cohort: { start: ORDERED, return: ORDERED, period: 'month', mode: 'bracket', periods: 12, measure: 'people' },
    paths: { start: { event: '$page' }, direction: 'forward', by: 'page', depth: 4, branches: 5 },
    value: { by: 'month', periods: 12 }, churn: {}, rfm_movement: {}, attribution: { models: ['first', 'last', 'linear'], by: 'channel', lookback_days: 30 }, friction: {},
};
interface ReportShape { metrics: string[]; by: By; breakdown?: string; filters?: Filter[] }

const empty: Tile = { id: '', title: '', query: { kind: 'report', question: PLAIN.report! }, show: 'line', width: 2, metric: null };

function ReportFields({ value, metrics, onChange }: { value: ReportShape; metrics: MetricInfo[]; onChange: (next: ReportShape) => void }) {
    const dimensions = useQuery('insight.dimensions', (signal) => api.get<List<DimensionInfo>>('/v1/insight/dimensions', { signal }));
    const set = (i: number, name: string) => {
        const next = [...value.metrics];
        if (name) next[i] = name;
        else next.splice(i, 1);
        onChange({ ...value, metrics: next.length ? next : value.metrics });
    };
    const options = (now: string | undefined) => metrics.filter((m) => m.available).flatMap((m) => m.variants.map((v, k) => {
        const name = k === 0 ? m.name : `${m.name}:${v.name}`;
        return k === 0 || now === name ? <option key={name} value={name}>{k === 0 ? m.title : `${m.title}: ${v.vendor || v.name}`}</option> : null;
    }));
    return (
        <>
            {[...value.metrics, ...(value.metrics.length < METRICS_MAX ? [''] : [])].map((name, i) => (
                <Field key={i} label={t(i === 0 ? 'board.form.metric' : 'board.form.metric.more', { n: i + 1 })}>
                    {(ids) => (
                        <select {...ids} value={name} onChange={(e) => set(i, e.currentTarget.value)}>
                            {i > 0 && <option value="">{t('board.form.metric.none')}</option>}
                            {options(name)}
                        </select>
                    )}
                </Field>
            ))}
            <Field label={t('board.form.breakdown')}>
                {(ids) => (
                    <select
                        {...ids} value={value.breakdown ?? ''}
                        onChange={(e) => {
                            const { breakdown: _gone, ...rest } = value;
                            const next = e.currentTarget.value;
                            onChange(next ? { ...rest, breakdown: next, by: 'total' } : { ...rest, by: rest.by === 'total' ? 'day' : rest.by });
                        }}
                    >
                        <option value="">{t('board.form.breakdown.none')}</option>
                        {dimensions.data?.items.map((x) => <option key={x.name} value={x.name}>{x.title}</option>)}
                    </select>
                )}
            </Field>
            {!value.breakdown && (
                <Field label={t('board.form.by')}>
                    {(ids) => <select {...ids} value={value.by} onChange={(e) => onChange({ ...value, by: e.currentTarget.value as By })}>{BYS.map((b) => <option key={b} value={b}>{t(`board.by.${b}` as Key)}</option>)}</select>}
                </Field>
            )}
        </>
    );
}

function Look({ tile, metrics, days, compare }: { tile: Tile; metrics: MetricInfo[] | undefined; days: Days; compare: Compare }) {
    const query = questionOf(tile.query, compare, {});
    const body = bodyOf(query, days);
    const found = useQuery(`look.${JSON.stringify(body)}`, (signal) => ask<unknown>(body, signal), { keep: true });
    return (
        <div class="tile-look" aria-busy={found.loading}>
            <h3>{t('board.form.look')}</h3>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && found.loading && <Loading />}
            {found.data && found.data.kind === query.kind && <Drawing data={found.data} query={query} show={tile.show} name={t('board.form.look')} metrics={metrics} metric={tile.metric} />}
        </div>
    );
}

export function TileDialog({ start, tiles, metrics, days, compare, onClose, onDone }: {
    start: Tile | null; tiles: Tile[]; metrics: MetricInfo[] | undefined; days: Days; compare: Compare; onClose: () => void; onDone: (tile: Tile) => void;
}) {
    const views = useQuery('views', (signal) => api.get<List<SavedView>>('/v1/views', { signal }));
    const segments = useQuery('segments.names', (signal) => (can('segments_read') ? api.get<List<SegmentRow>>('/v1/segments', { signal }) : Promise.resolve({ items: [] as SegmentRow[], next: null })));
    const [from, setFrom] = useState<'kind' | 'view'>('kind');
    const [tile, setTile] = useState<Tile>(start ?? empty);
    const [named, setNamed] = useState(start !== null); // the title was written by somebody
    const { kind } = tile.query;
    const shows = showsOf(kind);
    const report = tile.query.question as ReportShape;
    const titleOf = (x: Tile) => (x.query.kind === 'report' ? (metrics?.find((m) => m.name === (x.query.question as ReportShape).metrics[0]?.split(':')[0])?.title ?? kindWords('report')) : kindWords(x.query.kind));
    const put = (more: Partial<Tile>) => setTile((old) => {
        const next = { ...old, ...more };
        return named ? next : { ...next, title: titleOf(next) };
    });
    const ask_ = (question: object) => put({ query: { ...tile.query, question } });
    const title = tile.title || titleOf(tile);
    const done = () => onDone({ ...tile, title, id: tile.id || freshId(title, tiles) });
    return (
        <Dialog
            title={t(start ? 'board.form.change' : 'board.add')} size="large" onClose={onClose} onSubmit={() => { if (title.trim()) done(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" disabled={!title.trim()}>{t(start ? 'board.form.take' : 'board.form.add')}</Button></>}
        >
            {!start && (
                <Segmented<'kind' | 'view'>
                    label={t('board.form.from')} value={from} onChange={setFrom}
                    options={[{ value: 'kind', label: t('board.form.from.kind') }, { value: 'view', label: t('board.form.from.view') }]}
                />
            )}
            {from === 'view' && !start ? (
                <>
                    <ProblemBox error={views.error} onRetry={views.reload} />
                    {!views.data && views.loading && <Loading />}
                    {views.data?.items.length === 0 && <p class="muted">{t('board.form.views.none')}</p>}
                    <ul class="saved-list">
                        {views.data?.items.map((v) => (
                            <li key={v.name}>
                                <div><strong dir="auto">{v.title}</strong><p class="muted small">{kindWords(v.query.kind)}, {showWords(v.show)}</p></div>
                                <Button small icon="plus" aria-label={t('board.form.view.add', { title: v.title })} onClick={() => onDone(tileOfView(v, tiles))}>{t('board.form.add')}</Button>
                            </li>
                        ))}
                    </ul>
                </>
            ) : (
                <>
                    <div class="form-grid">
                        <Field label={t('board.form.title')}>
                            {(ids) => (
                                <input
                                    {...ids} type="text" required maxLength={TITLE_MAX} data-autofocus value={title}
                                    onInput={(e) => {
                                        setNamed(true);
                                        setTile({ ...tile, title: e.currentTarget.value });
                                    }}
                                />
                            )}
                        </Field>
                        <Field label={t('board.form.kind')}>
                            {(ids) => (
                                <select {...ids} value={kind} onChange={(e) => { const next = e.currentTarget.value; put({ query: { ...tile.query, kind: next, question: PLAIN[next] ?? {} }, show: showsOf(next)[next === 'report' ? 1 : 0]!, metric: null }); }}>
                                    {[...new Set([...Object.keys(PLAIN), kind])].map((k) => <option key={k} value={k}>{kindWords(k)}</option>)}
                                </select>
                            )}
                        </Field>
                        {kind === 'report' && metrics && <ReportFields value={report} metrics={metrics} onChange={(next) => put({ query: { ...tile.query, question: next }, metric: null, ...(next.breakdown && !report.breakdown ? { show: 'bars' as Show } : !next.breakdown && report.breakdown ? { show: 'line' as Show } : {}) })} />}
                        {kind === 'attribution' && (
                            <Field label={t('board.form.attribution')}>
                                {(ids) => <select {...ids} value={(tile.query.question as { by?: string }).by ?? 'channel'} onChange={(e) => ask_({ ...tile.query.question, by: e.currentTarget.value })}>{['channel', 'source', 'campaign'].map((x) => <option key={x} value={x}>{t(`board.attribution.${x}` as Key)}</option>)}</select>}
                            </Field>
                        )}
                        <Field label={t('board.form.show')}>
                            {(ids) => <select {...ids} value={tile.show} onChange={(e) => put({ show: e.currentTarget.value as Show })}>{[...new Set([...shows, tile.show])].map((s) => <option key={s} value={s}>{showWords(s)}</option>)}</select>}
                        </Field>
                        {segments.data && segments.data.items.length > 0 && (
                            <Field label={t('board.form.segment')}>
                                {(ids) => (
                                    <select {...ids} value={tile.query.segment ?? ''} onChange={(e) => put({ query: { ...tile.query, segment: e.currentTarget.value || null } })}>
                                        <option value="">{t('board.form.everybody')}</option>
                                        {segments.data!.items.map((s) => <option key={s.name} value={s.name}>{s.title}</option>)}
                                    </select>
                                )}
                            </Field>
                        )}
                    </div>
                    <label class="check">
                        <input type="checkbox" checked={tile.query.consented === true} onChange={(e) => put({ query: { ...tile.query, consented: e.currentTarget.checked } })} />
                        <span>{t('board.form.consented')}</span>
                    </label>
                    <Look tile={tile} metrics={metrics} days={days} compare={compare} />
                </>
            )}
        </Dialog>
    );
}
