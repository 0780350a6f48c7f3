// SPDX-License-Identifier: Apache-2.0
// How the figures spread over the values of a dimension: bars of the largest, then every row. Clicking one narrows the report.

import type { Answered, Filter, ReportAnswer, ReportRow } from '../../api/insight-types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { Button } from '../../ui/basics';
import { Bars, Change, DataTable, figure, hiddenWords, type FigureColumn } from '../../ui/figures';
import { titleOf, type Catalogue } from './catalogue';
import { labelOf } from './filters';
import { ROWS_MAX } from './question';

const BARS_MAX = 10;
const STEPS = [50, 200, 1000, ROWS_MAX];

export function BreakdownView({ a, whole, dimension, title, catalogue, chart, filters, limit, onPick, onLimit }: {
    a: ReportAnswer; whole: Answered<ReportAnswer>; dimension: string; title: string; catalogue: Catalogue; chart: number; filters: Filter[]; limit: number;
    onPick: (value: string) => void; onLimit: (limit: number) => void;
}) {
    const metric = a.metrics[chart] ?? a.metrics[0];
    if (!metric) return null;
    const chosen = filters.find((f) => f.dimension === dimension)?.in ?? [];
    const name = (r: ReportRow) => r.label || labelOf(dimension, r.value);
    const hidden = hiddenWords(whole.small_group);
    const isHidden = (r: ReportRow) => r.people === null && whole.small_group > 0;
    const columns: FigureColumn<ReportRow>[] = [
        {
            key: 'label', label: title, head: true, value: name,
            cell: (r) => <button type="button" class="link" dir="auto" aria-pressed={chosen.includes(r.value) ? 'true' : 'false'} title={t('reports.row.pick', { value: name(r) })} onClick={() => onPick(r.value)}>{name(r)}</button>,
        },
        ...a.metrics.flatMap((m, i): FigureColumn<ReportRow>[] => [
            {
                key: `${m.name}:${m.variant}`, label: titleOf(catalogue, m.name, m.variant), unit: m.unit, value: (r) => r.values[i],
                cell: (r) => {
                    const before = r.previous?.[i];
                    if (r.values[i] === null || r.values[i] === undefined) return <span class="muted">{isHidden(r) ? hidden : '–'}</span>;
                    return (
                        <>
                            {figure(r.values[i], m.unit, whole.currency, true)}
                            {i === chart && before !== null && before !== undefined && (
                                <> <Change change={before ? (r.values[i]! - before) / Math.abs(before) : null} previous={before} unit={m.unit} currency={whole.currency} good={catalogue.metrics.find((x) => x.name === m.name)?.good ?? 'up'} /></>
                            )}
                        </>
                    );
                },
            },
        ]),
        { key: 'people', label: t('nav.people'), unit: 'count', value: (r) => r.people, cell: (r) => (r.people === null ? <span class="muted">{isHidden(r) ? hidden : '–'}</span> : count(r.people)) },
    ];
    const more = STEPS.find((s) => s > limit);
    return (
        <>
            <div class="card-body">
                <Bars
                    name={`${titleOf(catalogue, metric.name, metric.variant)}, ${title}`} unit={metric.unit} currency={whole.currency} hidden={hidden} onPick={onPick} pickLabel={(r) => t('reports.row.pick', { value: String(r.label) })}
                    rows={a.rows.slice(0, BARS_MAX).map((r) => ({ key: r.value, label: name(r), value: r.values[chart] ?? null, previous: r.previous?.[chart], chosen: chosen.includes(r.value) }))}
                />
                {a.rows.some((r) => r.previous?.some((v) => v !== null)) && <p class="muted small">{t('reports.mark')}</p>}
            </div>
            <DataTable<ReportRow> name={title} columns={columns} rows={a.rows} rowKey={(r) => r.value} currency={whole.currency} rowClass={(r) => (chosen.includes(r.value) ? 'chosen' : undefined)} />
            {(!!a.rows_more || a.other) && (
                <p class="list-end muted">
                    {!!a.rows_more && t('reports.rows_more', { n: a.rows_more })}{' '}
                    {a.other && metric && a.other.values[chart] !== null && t('reports.other', { value: figure(a.other.values[chart], metric.unit, whole.currency) })}{' '}
                    {!!a.rows_more && more && <Button small onClick={() => onLimit(more)}>{t('reports.rows_up_to', { n: more })}</Button>}
                </p>
            )}
        </>
    );
}
