// SPDX-License-Identifier: Apache-2.0
// What nobody writes, reads or uses any more: data that is kept for nothing is only a risk.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { FieldUse, List } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { breakable, count, percent, words } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Card, Empty, Loading, Segmented } from '../../ui/basics';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

const VERDICTS = ['all', 'unused', 'obsolete', 'used'] as const;
type Verdict = (typeof VERDICTS)[number];
const TONES: Record<string, 'good' | 'warn' | 'bad' | 'plain'> = { used: 'good', unused: 'warn', obsolete: 'bad' };

export function FieldUsage() {
    const found = useQuery('fields.usage', (signal) => api.get<List<FieldUse>>('/v1/fields/usage', { signal }), { keep: true });
    const verdict: Verdict = VERDICTS.find((v) => v === route.value.query.get('verdict')) ?? 'all';
    const items = found.data?.items;
    const shown = items?.filter((f) => verdict === 'all' || f.verdict === verdict) ?? [];
    const n = (v: Verdict) => (v === 'all' ? items?.length : items?.filter((f) => f.verdict === v).length) ?? 0;
    return (
        <>
            <p class="muted">{t('usage.lead')}</p>
            <div class="toolbar">
                <Segmented<Verdict>
                    label={t('usage.verdict')} value={verdict} onChange={(v) => setQuery({ verdict: v === 'all' ? null : v })}
                    options={VERDICTS.map((v) => ({ value: v, label: <>{t(`usage.${v}` as Key)} <span class="chip-count">{count(n(v))}</span></> }))}
                />
            </div>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items && shown.length === 0 && <Empty icon="check" title={t('usage.empty')}>{t('usage.empty.text')}</Empty>}
            {shown.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('retention.view.fields')} rows={shown} rowKey={(f) => f.field}
                        columns={[
                            { key: 'field', label: t('dictionary.field'), head: true, grow: true, cell: (f) => <><code class="field-name">{breakable(f.field)}</code>{f.used_in.length > 0 && <small class="muted">{t('usage.used_in', { places: f.used_in.map(words).join(', ') })}</small>}</> },
                            { key: 'level', label: t('dictionary.level'), cell: (f) => <Level level={f.level} /> },
                            { key: 'filled', label: t('usage.filled'), end: true, cell: (f) => percent(f.filled_permille / 1000) },
                            { key: 'written', label: t('usage.written'), end: true, cell: (f) => <Ago time={f.last_written} /> },
                            { key: 'read', label: t('usage.read'), end: true, cell: (f) => <Ago time={f.last_read} /> },
                            { key: 'verdict', label: t('usage.verdict'), end: true, cell: (f) => <Badge tone={TONES[f.verdict] ?? 'plain'}>{tOr(`usage.${f.verdict}`, words(f.verdict))}</Badge> },
                        ]}
                    />
                </Card>
            )}
            {can('dictionary_write') && n('unused') + n('obsolete') > 0 && <p class="muted">{t('usage.next')} <a href={href('dictionary', 'edit')}>{t('dictionary.edit')}</a></p>}
        </>
    );
}
