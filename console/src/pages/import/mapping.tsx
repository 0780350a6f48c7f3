// SPDX-License-Identifier: Apache-2.0
// Which column of the file becomes which field: guessed from the headers, changed here, with what each
// column's values look like (masked) and what is wrong with them.

import { useQuery } from '../../api/query';
import { api } from '../../api/client';
import type { Dictionary, Import, ImportColumn, ImportKind, ImportMap, MapColumn } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { can } from '../../lib/session';
import { Badge, Card } from '../../ui/basics';

const EVENT_OF: Record<Exclude<ImportKind, 'people'>, string> = { orders: 'Order Completed', events: '' };

// What a column of this kind may become: the fields that ready maps use, and the dictionary's.
function targets(kind: ImportKind, dictionary: Dictionary | undefined, maps: ImportMap[], used: string[]): string[] {
    const all = new Set<string>(used);
    for (const m of maps) if (m.kind === kind) for (const c of m.columns) all.add(c.field);
    const fields = kind === 'people' ? dictionary?.persons
        : dictionary?.events.filter((e) => !EVENT_OF[kind] || e.name === EVENT_OF[kind]).flatMap((e) => e.fields ?? []);
    if (kind !== 'events') for (const f of fields ?? []) all.add(f.name);
    for (const i of dictionary?.identifiers ?? []) all.add(i.kind);
    for (const none of ['', '-']) all.delete(none);
    return [...all].sort((a, b) => a.localeCompare(b));
}

function Faults({ column }: { column: ImportColumn }) {
    if (!column.fault_count) return <span class="muted">{t('imports.no_faults')}</span>;
    return (
        <details class="faults">
            <summary><Badge tone="bad">{t('imports.faults', { n: column.fault_count })}</Badge></summary>
            <ul>
                {column.faults.map((f) => <li key={`${f.row}${f.text}`}>{t('imports.fault', { row: count(f.row), text: f.text })}</li>)}
                {column.fault_count > column.faults.length && <li class="muted">{t('imports.faults.more', { n: column.fault_count - column.faults.length })}</li>}
            </ul>
        </details>
    );
}

export function Mapping({ import: i, columns, onChange }: {
    import: Import; columns: MapColumn[]; onChange: (column: string, field: string) => void;
}) {
    const dictionary = useQuery('map.dictionary', (signal) => (can('dictionary_read')
        ? api.get<Dictionary>('/v1/dictionary', { signal }) : Promise.resolve(undefined)));
    const maps = useQuery('map.maps', (signal) => api.get<{ items: ImportMap[] }>('/v1/import-maps', { signal }));
    const list = targets(i.kind, dictionary.data, maps.data?.items ?? [], columns.map((c) => c.field));
    return (
        <Card title={t('imports.mapping')} note={t('imports.mapping.note', { n: i.columns.length })} class="flush">
            <table class="table mapping" role="table">
                <caption class="visually-hidden">{t('imports.mapping')}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{t('imports.column')}</th>
                        <th role="columnheader" scope="col">{t('imports.samples')}</th>
                        <th role="columnheader" scope="col">{t('imports.field')}</th>
                        <th role="columnheader" scope="col">{t('imports.checked')}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {i.columns.map((c, n) => {
                        const field = columns[n]!.field === '-' ? '' : columns[n]!.field;
                        const known = field === '' || list.includes(field);
                        return (
                            <tr role="row" key={c.name} class={field ? '' : 'left-out'}>
                                <th role="rowheader" scope="row" class="wrap-any">{c.name}</th>
                                <td role="cell" data-label={t('imports.samples')}><div class="samples">{c.samples_masked.slice(0, 3).map((s, k) => <code key={k}>{s || '–'}</code>)}</div></td>
                                <td role="cell" data-label={t('imports.field')}>
                                    <div>
                                        <select
                                            aria-label={t('imports.field.of', { column: c.name })} value={field}
                                            onChange={(e) => onChange(c.name, e.currentTarget.value)}
                                        >
                                            <option value="">{t('imports.left_out')}</option>
                                            {!known && <option value={field}>{field}</option>}
                                            {list.map((f) => <option key={f} value={f}>{f}</option>)}
                                        </select>
                                    </div>
                                </td>
                                <td role="cell" data-label={t('imports.checked')}><div><Faults column={c} /></div></td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </Card>
    );
}
