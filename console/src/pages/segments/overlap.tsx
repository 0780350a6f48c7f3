// SPDX-License-Identifier: Apache-2.0
// How segments overlap: people in both, and which share of the row's segment they are.

import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Overlap, SegmentRow } from '../../api/types';
import { t } from '../../i18n';
import { count, percent } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { Card, Empty, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';

const MOST = 8;

function Matrix({ data, titles }: { data: Overlap; titles: Map<string, string> }) {
    const both = (a: string, b: string) => data.pairs.find((p) => (p.a === a && p.b === b) || (p.a === b && p.b === a))?.both ?? 0;
    const title = (name: string) => titles.get(name) ?? name;
    return (
        <div class="table-scroll overlap" tabIndex={0} role="region" aria-label={t('segments.overlap.caption')}>
            <table class="table dense">
                <caption class="visually-hidden">{t('segments.overlap.caption')}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t('segments.overlap.of')}</th>
                        {data.segments.map((s) => <th key={s.name} scope="col" class="end" dir="auto">{title(s.name)}</th>)}
                    </tr>
                </thead>
                <tbody>
                    {data.segments.map((row) => (
                        <tr key={row.name}>
                            <th scope="row" dir="auto">{title(row.name)}<small class="muted">{t('people.count', { n: row.size })}</small></th>
                            {data.segments.map((column) => {
                                if (column.name === row.name) return <td key={column.name} class="end muted">–</td>;
                                const n = both(row.name, column.name);
                                const share = row.size ? n / row.size : 0;
                                return (
                                    <td key={column.name} class="end heat" style={{ '--heat': `${Math.round(share * 45)}%` }}>
                                        {count(n)}<small>{row.size ? percent(share, share < 0.1 ? 1 : 0) : '–'}</small>
                                    </td>
                                );
                            })}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

export function OverlapView({ name }: { name: string }) {
    const all = useQuery('segments.names', (signal) => api.get<List<SegmentRow>>('/v1/segments', { signal }));
    const others = (route.value.query.get('with') ?? '').split(',').filter(Boolean).slice(0, MOST - 1);
    const names = [name, ...others];
    const found = useQuery(`overlap.${names.join()}`, (signal) => api.get<Overlap>(withQuery('/v1/segments/overlap', { names: names.join(',') }), { signal }), { enabled: names.length > 1, keep: true });
    const rest = (all.data?.items ?? []).filter((s) => s.name !== name && s.state !== 'broken');
    const titles = new Map((all.data?.items ?? []).map((s) => [s.name, s.title]));
    const toggle = (other: string, on: boolean) => {
        const next = on ? [...others, other] : others.filter((x) => x !== other);
        setQuery({ with: next.join(',') || null });
    };
    return (
        <Card title={t('segments.view.overlap')}>
            <ProblemBox error={all.error} onRetry={all.reload} />
            {!all.data && all.loading && <Loading />}
            {all.data && rest.length === 0 && <Empty icon="segments" title={t('segments.overlap.alone')}>{t('segments.overlap.alone.text')}</Empty>}
            {rest.length > 0 && (
                <fieldset class="choices row overlap-choices">
                    <legend>{t('segments.overlap.with', { n: MOST - 1 })}</legend>
                    {rest.map((s) => (
                        <label key={s.name}>
                            <input type="checkbox" checked={others.includes(s.name)} disabled={!others.includes(s.name) && others.length >= MOST - 1} onChange={(e) => toggle(s.name, e.currentTarget.checked)} />
                            <span dir="auto">{s.title}</span>
                        </label>
                    ))}
                </fieldset>
            )}
            <ProblemBox error={found.error} onRetry={found.reload} />
            {rest.length > 0 && names.length < 2 && <p class="muted">{t('segments.overlap.choose')}</p>}
            {names.length > 1 && (found.data ? <Matrix data={found.data} titles={titles} /> : found.loading && <Loading />)}
        </Card>
    );
}
