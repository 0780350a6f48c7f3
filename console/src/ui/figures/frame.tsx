// SPDX-License-Identifier: Apache-2.0
// What is around every drawing: what it shows in one sentence, and the figures behind it as a table.

import type { ComponentChildren } from 'preact';
import { t } from '../../i18n';
import { Icon } from '../icons';
import { Table, type Column } from '../table';

export function ChartFrame<T>({ summary, children, columns, rows, rowKey, name, open }: {
    summary: string; children: ComponentChildren; name: string; columns?: Column<T>[]; rows?: T[]; rowKey?: (row: T) => string | number; open?: boolean;
}) {
    return (
        <figure class="chart-figure">
            <figcaption class="visually-hidden">{summary}</figcaption>
            {children}
            {columns && rows && rowKey && (
                <details class="chart-table" open={open}>
                    <summary><Icon name="table" />{t('figure.table')}</summary>
                    <div class="table-scroll" tabIndex={0} role="region" aria-label={t('figure.table.of', { name })}>
                        <Table dense caption={name} rows={rows} rowKey={rowKey} columns={columns} />
                    </div>
                </details>
            )}
        </figure>
    );
}

// The names and colours of several lines or parts.
export function Legend({ items }: { items: { key: string; name: ComponentChildren; tone: number; dashed?: boolean }[] }) {
    return (
        <ul class="legend">
            {items.map((x) => <li key={x.key}><span class={`swatch tone-${x.tone} ${x.dashed ? 'dashed' : ''}`} aria-hidden="true" />{x.name}</li>)}
        </ul>
    );
}
