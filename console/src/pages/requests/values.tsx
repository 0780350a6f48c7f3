// SPDX-License-Identifier: Apache-2.0
// What is to be put right, when the person wrote it in words: fields and their right values.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Dictionary } from '../../api/types';
import { t } from '../../i18n';
import { can } from '../../lib/session';
import { Button } from '../../ui/basics';

export interface ValueRow { field: string; value: string }
export const valuesOf = (rows: ValueRow[]): Record<string, string> => Object.fromEntries(rows.filter((r) => r.field.trim()).map((r) => [r.field.trim(), r.value]));

export function ValueRows({ rows, onRows, error }: { rows: ValueRow[]; onRows: (rows: ValueRow[]) => void; error: string | null }) {
    const dictionary = useQuery('dictionary', (signal) => api.get<Dictionary>('/v1/dictionary', { signal }), { enabled: can('dictionary_read') });
    const set = (at: number, change: Partial<ValueRow>) => onRows(rows.map((r, i) => (i === at ? { ...r, ...change } : r)));
    return (
        <fieldset class="field">
            <legend>{t('request.values')}</legend>
            <datalist id="request-fields">{dictionary.data?.persons.map((f) => <option key={f.name} value={f.name} />)}</datalist>
            {rows.map((r, i) => (
                <div class="form-row" key={i}>
                    <input type="text" list="request-fields" aria-label={t('request.value.field', { n: i + 1 })} placeholder={t('dictionary.field')} maxLength={100} autocomplete="off" spellcheck={false} value={r.field} onInput={(e) => set(i, { field: e.currentTarget.value })} />
                    <input type="text" aria-label={t('request.value.value', { n: i + 1 })} placeholder={t('request.value')} maxLength={1000} autocomplete="off" value={r.value} onInput={(e) => set(i, { value: e.currentTarget.value })} />
                </div>
            ))}
            {error && <div class="field-error">{error}</div>}
            <div><Button small icon="plus" onClick={() => onRows([...rows, { field: '', value: '' }])}>{t('request.value.add')}</Button></div>
        </fieldset>
    );
}
