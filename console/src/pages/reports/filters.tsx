// SPDX-License-Identifier: Apache-2.0
// What a report is narrowed to: a chip for each value, and a way to look one up.

import { useEffect, useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import type { DimensionInfo, DimensionValue, Filter } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { Button, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { dimensionTitle } from './catalogue';
import { toggled } from './question';

const WAIT = 200;
// The words of values seen so far: a chip says "E-mail", the address says "email".
const seen = new Map<string, string>();
export const remember = (dimension: string, value: string, label: string): void => { seen.set(`${dimension}\u0000${value}`, label); };
export const labelOf = (dimension: string, value: string): string => (seen.get(`${dimension}\u0000${value}`) || value || t('reports.no_value'));

function Values({ dimension, filters, onToggle }: { dimension: string; filters: Filter[]; onToggle: (value: string) => void }) {
    const [q, setQ] = useState('');
    const [asked, setAsked] = useState('');
    useEffect(() => {
        const timer = setTimeout(() => setAsked(q.trim()), WAIT);
        return () => clearTimeout(timer);
    }, [q]);
    const found = useQuery(`values.${dimension}.${asked}`, (signal) => api.get<List<DimensionValue>>(withQuery('/v1/insight/values', { dimension, q: asked }), { signal }), { keep: true });
    const chosen = filters.find((f) => f.dimension === dimension)?.in ?? [];
    for (const v of found.data?.items ?? []) remember(dimension, v.value, v.label);
    return (
        <>
            <div class="search-field">
                <Icon name="search" />
                <input type="search" aria-label={t('reports.filter.search')} placeholder={t('reports.filter.search')} maxLength={200} value={q} onInput={(e) => setQ(e.currentTarget.value)} />
            </div>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && found.loading && <Loading />}
            <ul class="choices">
                {found.data?.items.map((v) => (
                    <li key={v.value}>
                        <label class="check">
                            <input type="checkbox" checked={chosen.includes(v.value)} onChange={() => onToggle(v.value)} />
                            <span class="spring" dir="auto">{v.label || t('reports.no_value')}</span>
                            {v.count !== null && <span class="muted">{count(v.count)}</span>}
                        </label>
                    </li>
                ))}
            </ul>
            {found.data?.items.length === 0 && <p class="muted">{t('reports.filter.none')}</p>}
        </>
    );
}

function FilterDialog({ dimensions, filters, onChange, onClose }: { dimensions: DimensionInfo[]; filters: Filter[]; onChange: (filters: Filter[]) => void; onClose: () => void }) {
    const [dimension, setDimension] = useState(dimensions[0]?.name ?? '');
    const [mine, setMine] = useState(filters);
    return (
        <Dialog
            title={t('reports.filter.add')} onClose={onClose}
            onSubmit={() => {
                onChange(mine);
                onClose();
            }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary">{t('reports.filter.use')}</Button></>}
        >
            <label class="inline-select start">
                <span>{t('reports.breakdown')}</span>
                <select value={dimension} onChange={(e) => setDimension(e.currentTarget.value)}>
                    {dimensions.map((d) => <option key={d.name} value={d.name}>{d.title}</option>)}
                </select>
            </label>
            <Values key={dimension} dimension={dimension} filters={mine} onToggle={(value) => setMine(toggled(mine, dimension, value))} />
        </Dialog>
    );
}

export function FilterChips({ dimensions, filters, onChange }: { dimensions: DimensionInfo[]; filters: Filter[]; onChange: (filters: Filter[]) => void }) {
    const [open, setOpen] = useState(false);
    return (
        <div class="chips-box filter-chips" role="group" aria-label={t('reports.filters')}>
            {filters.map((f) => {
                const words = t('reports.filter.is', { dimension: dimensionTitle(dimensions, f.dimension), values: f.in.map((v) => labelOf(f.dimension, v)).join(', ') });
                return (
                    <span class="value-chip" key={f.dimension}>
                        <span dir="auto">{words}</span>
                        <button type="button" aria-label={t('builder.value.remove', { value: words })} onClick={() => onChange(filters.filter((x) => x !== f))}><Icon name="close" /></button>
                    </span>
                );
            })}
            {dimensions.length > 0 && <Button small tone="quiet" icon="plus" onClick={() => setOpen(true)}>{t('reports.filter')}</Button>}
            {filters.length > 1 && <Button small tone="quiet" onClick={() => onChange([])}>{t('reports.filter.clear')}</Button>}
            {open && <FilterDialog dimensions={dimensions} filters={filters} onChange={onChange} onClose={() => setOpen(false)} />}
        </div>
    );
}
