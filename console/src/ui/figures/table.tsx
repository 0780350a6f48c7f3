// SPDX-License-Identifier: Apache-2.0
// Rows of figures, sorted by any column; of thousands of rows only those near the window are in the page.

import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Unit } from '../../api/insight-types';
import { t } from '../../i18n';
import { Rows } from '../../lib/virtual';
import { Endless } from '../endless';
import { figure } from './words';

export interface FigureColumn<T> {
    key: string;
    label: string;
    unit?: Unit;                                   // a figure: `value` is shown and sorted by
    value?: (row: T) => number | string | null | undefined;
    cell?: (row: T) => ComponentChildren;          // instead of the value in words
    head?: boolean;
    note?: ComponentChildren;
}

const PLAIN_MAX = 150; // rows that are simply there

function sorted<T>(rows: T[], column: FigureColumn<T> | undefined, down: boolean): T[] {
    if (!column?.value) return rows;
    const way = down ? -1 : 1;
    return [...rows].sort((a, b) => {
        const x = column.value!(a) ?? null;
        const y = column.value!(b) ?? null;
        if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // what is not known stands at the end
        return (typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y)) * way;
    });
}

export function DataTable<T>({ name, columns, rows, rowKey, currency, hidden = '–', start, rowClass }: {
    name: string; columns: FigureColumn<T>[]; rows: T[]; rowKey: (row: T) => string | number; currency?: string | undefined; hidden?: string;
    start?: { key: string; down: boolean }; rowClass?: (row: T) => string | undefined;
}) {
    const [by, setBy] = useState(start ?? null);
    const shown = useMemo(() => (by ? sorted(rows, columns.find((c) => c.key === by.key), by.down) : rows), [rows, by, columns]);
    const pages = useMemo(() => new Rows(shown), [shown]);
    const words = (c: FigureColumn<T>, row: T): ComponentChildren => {
        if (c.cell) return c.cell(row);
        const v = c.value?.(row) ?? null;
        return v === null ? <span class="muted">{hidden}</span> : typeof v === 'string' ? <span dir="auto">{v}</span> : figure(v, c.unit ?? 'number', currency, true);
    };
    const order = (c: FigureColumn<T>) => (by?.key === c.key ? (by.down ? 'descending' as const : 'ascending' as const) : 'none' as const);
    const header = (c: FigureColumn<T>) => (
        <>
            {c.value ? (
                <button type="button" class="sort" onClick={() => setBy({ key: c.key, down: by?.key === c.key ? !by.down : !!c.unit })}>
                    {c.label}<span aria-hidden="true">{by?.key === c.key ? (by.down ? ' ↓' : ' ↑') : ''}</span>
                </button>
            ) : c.label}
            {c.note}
        </>
    );
    if (rows.length > PLAIN_MAX) {
        return (
            <div class="sql-scroll" tabIndex={0} role="region" aria-label={t('figure.table.of', { name })} style={{ '--columns': columns.length }}>
                <Endless<T>
                    key={`${by?.key ?? ''}:${by?.down ? 1 : 0}:${rows.length}`} kind="sql-table figure-rows" rowClass="sql-row" label={name} pages={pages} round={0}
                    head={<>{columns.map((c) => <div key={c.key} role="columnheader" aria-sort={order(c)} class={c.unit ? 'end' : ''}>{header(c)}</div>)}</>}
                    row={(row) => <>{columns.map((c) => <div key={c.key} role={c.head ? 'rowheader' : 'cell'} class={c.unit ? 'end' : ''}>{words(c, row)}</div>)}</>}
                />
            </div>
        );
    }
    return (
        <div class="table-scroll figure-table" tabIndex={0} role="region" aria-label={t('figure.table.of', { name })}>
            <table class="table dense">
                <caption class="visually-hidden">{name}</caption>
                <thead><tr>{columns.map((c) => <th key={c.key} scope="col" aria-sort={c.value ? order(c) : undefined} class={c.unit ? 'end' : ''}>{header(c)}</th>)}</tr></thead>
                <tbody>
                    {shown.map((row) => (
                        <tr key={rowKey(row)} class={rowClass?.(row)}>
                            {columns.map((c) => (c.head ? <th key={c.key} scope="row">{words(c, row)}</th> : <td key={c.key} class={c.unit ? 'end' : ''}>{words(c, row)}</td>))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
