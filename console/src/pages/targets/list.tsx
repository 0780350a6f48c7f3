// SPDX-License-Identifier: Apache-2.0
// All targets and how they stand.

import { useState } from 'preact/hooks';
import { metricList } from '../../api/board';
import { api, segment } from '../../api/client';
import type { Target } from '../../api/board-types';
import { useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t, tx, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { percent, words } from '../../lib/format';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { figure } from '../../ui/figures';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { ruleWords, TONE } from './words';

const EVERY = 30_000;

function Standing({ x }: { x: Target }) {
    if (x.fault) return <span class="bad-text">{x.fault}</span>;
    const share = Math.max(0, Math.min(1, x.reached ?? 0));
    return (
        <>
            <strong>{figure(x.current, x.unit)}</strong>
            {x.kind === 'target' && x.reached !== null && (
                <>
                    {' '}<span class="muted small">{t('targets.reached', { share: percent(x.reached) })}</span>
                    <span class="bar-track" aria-hidden="true"><span class="bar" style={{ inlineSize: `${100 * share}%` }} /></span>
                </>
            )}
            {x.kind === 'unusual' && x.low !== null && <small class="muted">{t('targets.usual', { low: figure(x.low, x.unit), high: figure(x.high, x.unit) })}</small>}
        </>
    );
}

export function TargetList() {
    const found = useQuery('targets', (signal) => api.get<List<Target>>('/v1/targets', { signal }), { keep: true, poll: EVERY });
    const metrics = useQuery('insight.metrics', metricList);
    const [gone, setGone] = useState<Target | null>(null);
    const write = can('insight_write');
    const items = found.data?.items;
    const metric = (name: string) => metrics.data?.items.find((m) => m.name === name.split(':')[0])?.title ?? words(name);
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && <Card><Empty icon="targets" title={t('targets.none')} action={write && <a class="button primary" href={href('targets', 'edit')}><span>{t('targets.new')}</span></a>}>{t('targets.none.text')}</Empty></Card>}
            {items && items.length > 0 && (
                <div class="card flush">
                    <Table
                        caption={t('nav.targets')} rows={items} rowKey={(x) => x.name}
                        columns={[
                            { key: 'title', label: t('targets.title'), head: true, grow: true, cell: (x) => <>{write ? <a class="row-link" dir="auto" href={href('targets', 'edit', x.name)}>{x.title}</a> : <span dir="auto">{x.title}</span>}<small class="muted">{metric(x.metric)}: {ruleWords(x)}{x.segment && ` · ${t('targets.of_segment', { name: x.segment })}`}</small></> },
                            { key: 'now', label: t('targets.now'), cell: (x) => <Standing x={x} /> },
                            { key: 'state', label: t('targets.state'), cell: (x) => <Badge tone={x.fault ? 'warn' : TONE[x.state]}>{t(`targets.state.${x.fault ? 'fault' : x.state}` as Key)}</Badge> },
                            { key: 'checked', label: t('targets.checked'), phone: 'hide', cell: (x) => <Ago time={x.checked} /> },
                            ...(write ? [{ key: 'acts', label: t('dashboards.acts'), end: true, cell: (x: Target) => (
                                <span class="row-acts">
                                    <Button small tone="quiet" icon="edit" aria-label={t('targets.edit.named', { title: x.title })} onClick={() => go('targets', 'edit', x.name)} />
                                    <Button small tone="quiet" icon="trash" aria-label={t('targets.delete.named', { title: x.title })} onClick={() => setGone(x)} />
                                </span>
                            ) }] : []),
                        ]}
                    />
                </div>
            )}
            {gone && (
                <Confirm
                    danger icon="trash" title={t('targets.delete')} submit={t('targets.delete')} onClose={() => setGone(null)}
                    run={async () => {
                        await api.delete(`/v1/targets/${segment(gone.name)}`);
                        toast(t('targets.deleted'));
                        found.reload();
                    }}
                >
                    <p>{tx('targets.delete.text', { title: <strong dir="auto">{gone.title}</strong> })}</p>
                </Confirm>
            )}
        </>
    );
}
