// SPDX-License-Identifier: Apache-2.0
// Who would be in it: how many, ten of them, where they live.

import type { SegmentPreview } from '../../api/types';
import { t } from '../../i18n';
import { count, country, percent } from '../../lib/format';
import { Card } from '../../ui/basics';
import { Bars } from '../../ui/bars';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import type { Previewing } from './use-definition';

// "1,204 people" or "about 12,000 people (11,800 to 12,300)".
export function Size({ p }: { p: SegmentPreview }) {
    return (
        <>
            <strong class="preview-size">{p.whole ? t('segments.preview.people', { n: p.people }) : t('segments.preview.about', { n: p.people })}</strong>
            {!p.whole && <span class="muted"> {t('segments.preview.between', { low: count(p.low), high: count(p.high) })}</span>}
        </>
    );
}

const named = (field: string, value: string | null): string => {
    if (value === null || value === '') return t('segments.preview.none');
    return field.endsWith('country') ? country(value) : value;
};

export function Preview({ preview, ready }: { preview: Previewing; ready: boolean }) {
    const p = preview.data;
    return (
        <Card title={t('segments.preview')} class={`preview ${preview.busy || !ready ? 'old' : ''}`} note={p ? t('segments.preview.took', { ms: Math.max(1, Math.round(p.took_ms)) }) : undefined}>
            <div role="status" aria-busy={preview.busy}>
                {p ? <p><Size p={p} /> <span class="muted">{t('segments.preview.of', { share: p.total ? percent(p.people / p.total, 1) : '–', total: count(p.total) })}</span></p>
                    : <p class="muted">{t('segments.preview.wait')}</p>}
            </div>
            <ProblemBox error={preview.error} />
            {p && (p.sample.length > 0 || p.breakdown) && (
                <div class="preview-columns">
                    {p.sample.length > 0 && (
                        <div>
                            <h3>{t('segments.preview.sample')}</h3>
                            <ul class="sample-list">
                                {p.sample.map((x, i) => <li key={i}><PersonLink plain fresh person={x} /></li>)}
                            </ul>
                        </div>
                    )}
                    {p.breakdown && p.breakdown.rows.length > 0 && (
                        <div>
                            <h3>{t('segments.preview.by', { field: p.breakdown.field })}</h3>
                            <Bars
                                label={t('segments.preview.by', { field: p.breakdown.field })}
                                rows={p.breakdown.rows.slice(0, 8).map((r) => ({ key: r.value ?? '', name: named(p.breakdown!.field, r.value), value: r.people, text: count(r.people) }))}
                            />
                        </div>
                    )}
                </div>
            )}
        </Card>
    );
}
