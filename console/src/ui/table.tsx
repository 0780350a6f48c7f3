// SPDX-License-Identifier: Apache-2.0
// A table that becomes a list of labelled values on a phone. The roles are written out because
// changing `display` would otherwise take the table away from assistive technology.

import type { ComponentChildren } from 'preact';

export interface Column<T> {
    key: string;
    label: string;
    cell: (row: T) => ComponentChildren;
    end?: boolean;   // numbers
    head?: boolean;  // names the row
    grow?: boolean;
    phone?: 'hide' | 'plain'; // plain: without its label
}

export function Table<T>({ columns, rows, rowKey, caption, dense, rowClass }: {
    columns: Column<T>[]; rows: T[]; rowKey: (row: T) => string | number; caption: string; dense?: boolean;
    rowClass?: (row: T) => string | undefined;
}) {
    return (
        <table class={`table ${dense ? 'dense' : ''}`} role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {columns.map((c) => (
                        <th key={c.key} role="columnheader" scope="col" class={cellClass(c)}>{c.label}</th>
                    ))}
                </tr>
            </thead>
            <tbody role="rowgroup">
                {rows.map((row) => (
                    <tr role="row" key={rowKey(row)} class={rowClass?.(row)}>
                        {columns.map((c) => (c.head
                            ? <th key={c.key} role="rowheader" scope="row" class={cellClass(c)}>{c.cell(row)}</th>
                            : (
                                <td key={c.key} role="cell" class={cellClass(c)} data-label={c.label}>
                                    <div>{c.cell(row)}</div>
                                </td>
                            )))}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function cellClass<T>(c: Column<T>): string {
    return [c.end ? 'end' : '', c.grow ? 'grow' : '', c.phone ? `phone-${c.phone}` : ''].filter(Boolean).join(' ');
}
