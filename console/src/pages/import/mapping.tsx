// SPDX-License-Identifier: Apache-2.0
// Which column of the file becomes which field: guessed from the headers, changed here, with what each
// column's values look like (masked) and what is wrong with them.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Dictionary, Import, ImportColumn, ImportFault, ImportMaps, MapColumn } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { can } from '../../lib/session';
import { Badge, Button, Card } from '../../ui/basics';
import { targetsFor, type TargetGroup } from './targets';

const OTHER = '\u0000'; // no field is called that

export function Faults({ faults, n }: { faults: ImportFault[]; n: number }) {
    return (
        <details class="faults">
            <summary><Badge tone="bad">{t('imports.faults', { n })}</Badge></summary>
            <ul>
                {faults.map((f) => <li key={`${f.row}${f.text}`}>{t('imports.fault', { row: count(f.row), text: f.text })}</li>)}
                {n > faults.length && <li class="muted">{t('imports.faults.more', { n: n - faults.length })}</li>}
            </ul>
        </details>
    );
}

// A list of what the column may become; the last entry opens a field for any other name.
function Choice({ column, field, groups, onChange }: {
    column: string; field: string; groups: TargetGroup[]; onChange: (field: string) => void;
}) {
    const [free, setFree] = useState(false);
    const label = t('imports.field.of', { column });
    if (free) {
        return (
            <div class="free-field">
                <input type="text" aria-label={label} maxLength={200} spellcheck={false} value={field} onInput={(e) => onChange(e.currentTarget.value.trim())} />
                <Button small tone="quiet" icon="close" aria-label={t('targets.list')} onClick={() => setFree(false)} />
            </div>
        );
    }
    const known = field === '' || groups.some((g) => g.targets.some((x) => x.field === field));
    return (
        <select
            aria-label={label} value={field}
            onChange={(e) => {
                if (e.currentTarget.value === OTHER) setFree(true);
                else onChange(e.currentTarget.value);
            }}
        >
            <option value="">{t('imports.left_out')}</option>
            {!known && <option value={field}>{field}</option>}
            {groups.map((g) => (
                <optgroup key={g.name} label={g.name}>
                    {g.targets.map((x) => <option key={x.field} value={x.field} title={x.title}>{x.text}</option>)}
                </optgroup>
            ))}
            <option value={OTHER}>{t('targets.other')}</option>
        </select>
    );
}

function Row({ column, field, groups, onChange }: {
    column: ImportColumn; field: string; groups: TargetGroup[]; onChange: (field: string) => void;
}) {
    return (
        <tr role="row" class={field ? '' : 'left-out'}>
            <th role="rowheader" scope="row" class="wrap-any">{column.name}</th>
            <td role="cell" data-label={t('imports.samples')}>
                <div class="samples">{column.samples_masked.slice(0, 3).map((s, k) => <code key={k}>{s || '–'}</code>)}</div>
            </td>
            <td role="cell" data-label={t('imports.field')}>
                <div><Choice column={column.name} field={field} groups={groups} onChange={onChange} /></div>
            </td>
            <td role="cell" data-label={t('imports.checked')}>
                <div>{column.fault_count ? <Faults faults={column.faults} n={column.fault_count} /> : <span class="muted">{t('imports.no_faults')}</span>}</div>
            </td>
        </tr>
    );
}

export function Mapping({ import: i, columns, onChange }: {
    import: Import; columns: MapColumn[]; onChange: (column: string, field: string) => void;
}) {
    const dictionary = useQuery('map.dictionary', (signal) => (can('dictionary_read')
        ? api.get<Dictionary>('/v1/dictionary', { signal }) : Promise.resolve(undefined)));
    const maps = useQuery('map.maps', (signal) => api.get<ImportMaps>('/v1/import-maps', { signal }));
    const groups = targetsFor(i.kind, maps.data, dictionary.data);
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
                    {i.columns.map((c, n) => (
                        <Row key={c.name} column={c} field={columns[n]!.field} groups={groups} onChange={(field) => onChange(c.name, field)} />
                    ))}
                </tbody>
            </table>
        </Card>
    );
}
