// SPDX-License-Identifier: Apache-2.0
// What nobody writes, reads or uses any more: data that is kept for nothing is only a risk.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { FieldsUsage as Usage } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { breakable, count, dateTime, percent, words } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Loading, Segmented } from '../../ui/basics';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { ProposeDialog } from '../dictionary/propose';

const VERDICTS = ['all', 'unused', 'obsolete', 'used', 'unknown'] as const;
type Verdict = (typeof VERDICTS)[number];
const TONES: Record<string, 'good' | 'warn' | 'bad' | 'plain'> = { used: 'good', unused: 'warn', obsolete: 'bad' };

export function FieldUsage() {
    const found = useQuery('fields.usage', (signal) => api.get<Usage>('/v1/fields/usage', { signal }), { keep: true });
    const verdict: Verdict = VERDICTS.find((v) => v === route.value.query.get('verdict')) ?? 'all';
    const [stopping, setStopping] = useState<string | null>(null);
    const count_ = useAction(async () => {
        await api.post('/v1/fields/usage');
        toast(t('usage.counting'));
        found.reload();
    });
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
                {can('govern_write') && <Button icon="replay" busy={count_.busy} onClick={() => void count_.act()}>{t('usage.count')}</Button>}
            </div>
            {found.data?.reads_counted_since && <p class="muted small">{t('usage.since', { at: dateTime(found.data.reads_counted_since) })}</p>}
            <ProblemBox error={found.error ?? count_.error} onRetry={found.error ? found.reload : undefined} />
            {!items && !found.error && <Loading />}
            {items && shown.length === 0 && <Empty icon="check" title={t('usage.empty')}>{t('usage.empty.text')}</Empty>}
            {shown.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('retention.view.fields')} rows={shown} rowKey={(f) => f.field}
                        columns={[
                            { key: 'field', label: t('dictionary.field'), head: true, grow: true, cell: (f) => <><code class="field-name">{breakable(f.field)}</code>{f.used_in.length > 0 && <small class="muted">{t('usage.used_in', { places: f.used_in.map((x) => x.replace(':', ' ')).join(', ') })}</small>}</> },
                            { key: 'level', label: t('dictionary.level'), cell: (f) => (f.level ? <Level level={f.level} /> : '–') },
                            { key: 'filled', label: t('usage.filled'), end: true, cell: (f) => (f.filled_permille === null ? '–' : percent(f.filled_permille / 1000)) },
                            { key: 'written', label: t('usage.written'), end: true, cell: (f) => <Ago time={f.last_written} /> },
                            { key: 'read', label: t('usage.read'), end: true, cell: (f) => <Ago time={f.last_read} /> },
                            { key: 'verdict', label: t('usage.verdict'), end: true, cell: (f) => <Badge tone={TONES[f.verdict] ?? 'plain'}>{tOr(`usage.${f.verdict}`, words(f.verdict))}</Badge> },
                            ...(can('dictionary_write') ? [{
                                key: 'stop', label: t('usage.next'), end: true,
                                cell: (f: Usage['items'][number]) => (f.collected && (f.verdict === 'unused' || f.verdict === 'obsolete') ? <Button small aria-label={t('usage.stop.named', { field: f.field })} onClick={() => setStopping(f.field)}>{t('usage.stop')}</Button> : !f.collected ? <Badge>{t('usage.stopped')}</Badge> : '–'),
                            }] : []),
                        ]}
                    />
                </Card>
            )}
            {stopping && <ProposeDialog change={{ stop: stopping }} title={t('usage.stop.title', { field: stopping })} onClose={() => setStopping(null)}><p>{t('usage.stop.text')}</p></ProposeDialog>}
        </>
    );
}
