// SPDX-License-Identifier: Apache-2.0
// A table whose cells are the darker the more they hold. It is its own data table. What is not over yet is hatched.

import { t } from '../../i18n';
import type { Unit } from '../../api/insight-types';
import { figure } from './words';

export interface HeatRow {
    key: string;
    label: string;
    size?: number | null;
    values: (number | null)[];
    complete?: number; // so many columns are over; the others are hatched
}

const MOST = 40; // per cent of the colour: text stays readable on it, in light and dark

export function Heat({ name, head, sizeLabel, columns, rows, unit, currency, total, totalLabel, hidden = '–', most, from = 0, onPick }: {
    name: string; head: string; sizeLabel?: string; columns: string[]; rows: HeatRow[]; unit: Unit; currency?: string | undefined; total?: (number | null)[]; totalLabel?: string;
    hidden?: string; most?: number; from?: number; // columns before `from` do not count for the colours
    onPick?: ((row: HeatRow, column: number) => void) | undefined;
}) {
    const seen = rows.flatMap((r) => r.values.slice(from)).filter((v): v is number => v !== null && Number.isFinite(v));
    const top = most ?? Math.max(1e-9, ...seen);
    const tone = (v: number | null) => (v === null ? 0 : Math.round(Math.max(0, Math.min(1, v / top)) * MOST));
    const cell = (r: HeatRow, v: number | null, i: number) => {
        const partial = r.complete !== undefined && i >= r.complete;
        const words = v === null ? hidden : figure(v, unit, currency);
        const heat = tone(v);
        return (
            <td key={i} class={`heat-cell ${partial ? 'hatched' : ''}`} style={{ '--heat': `${heat}%` }} title={partial ? t('figure.partial.cell') : undefined}>
                {onPick && v !== null && v > 0
                    ? <button type="button" aria-label={t('figure.heat.who', { row: r.label, column: columns[i] ?? '', value: words })} onClick={() => onPick(r, i)}>{words}</button>
                    : words}
                {partial && <span class="visually-hidden"> {t('figure.partial')}</span>}
            </td>
        );
    };
    return (
        <div class="table-scroll heat-table" tabIndex={0} role="region" aria-label={t('figure.table.of', { name })}>
            <table class="table dense">
                <caption class="visually-hidden">{name}</caption>
                <thead>
                    <tr>
                        <th scope="col">{head}</th>
                        {sizeLabel && <th scope="col" class="end">{sizeLabel}</th>}
                        {columns.map((c) => <th key={c} scope="col" class="end">{c}</th>)}
                    </tr>
                </thead>
                <tbody>
                    {total && (
                        <tr class="heat-total">
                            <th scope="row">{totalLabel}</th>
                            {sizeLabel && <td class="end">{figure(rows.some((r) => r.size === null) ? null : rows.reduce((a, r) => a + (r.size ?? 0), 0), 'count')}</td>}
                            {columns.map((_, i) => <td key={i} class="end">{figure(total[i], unit, currency)}</td>)}
                        </tr>
                    )}
                    {rows.map((r) => (
                        <tr key={r.key}>
                            <th scope="row" dir="auto">{r.label}</th>
                            {sizeLabel && <td class="end">{r.size === null || r.size === undefined ? hidden : figure(r.size, 'count')}</td>}
                            {columns.map((_, i) => (i < r.values.length ? cell(r, r.values[i] ?? null, i) : <td key={i} />))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
