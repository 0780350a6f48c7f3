// SPDX-License-Identifier: Apache-2.0
// What retention removed, run by run, each with a signed certificate.

import { api, segment, withQuery } from '../../api/client';
import { useAction } from '../../api/query';
import type { List, RetentionRun } from '../../api/types';
import { t, tOr } from '../../i18n';
import { count, words } from '../../lib/format';
import { saveJson } from '../../lib/files';
import { Ago, Badge, Button, Card, Empty, Progress } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';
import { ruleName } from './rule';

const TONES: Record<string, 'good' | 'bad' | 'info' | 'plain'> = { done: 'good', failed: 'bad', running: 'info', dry: 'plain' };

export function Runs() {
    const list = useMore<RetentionRun>('retention.runs', (cursor, signal) => api.get<List<RetentionRun>>(withQuery('/v1/retention/runs', { cursor, limit: 50 }), { signal }));
    const take = useAction(async (id: string) => {
        saveJson(await api.get<unknown>(`/v1/retention/runs/${segment(id)}/certificate`), `retention-${id}.json`);
    });
    if (list.ended && list.items.length === 0) return <Empty icon="retention" title={t('retention.runs.empty')}>{t('retention.runs.empty.text')}</Empty>;
    return (
        <>
            <ProblemBox error={take.error} />
            <Card class="flush">
                {list.items.length > 0 && (
                    <Table
                        caption={t('retention.view.runs')} rows={list.items} rowKey={(r) => r.id}
                        columns={[
                            { key: 'name', label: t('retention.rule'), head: true, grow: true, cell: (r) => <><strong>{ruleName(r.rule)}</strong>{r.fault && <small class="muted">{tOr(`retention.fault.${r.fault}`, words(r.fault))}</small>}</> },
                            { key: 'state', label: t('retention.state'), cell: (r) => <><Badge tone={TONES[r.state] ?? 'plain'}>{tOr(`retention.run.${r.state}`, words(r.state))}</Badge>{r.state === 'running' && r.total > 0 && <Progress value={r.done} max={r.total} label={ruleName(r.rule)} />}</> },
                            { key: 'people', label: t('nav.people'), end: true, cell: (r) => count(r.people) },
                            { key: 'spared', label: t('retention.spared'), end: true, cell: (r) => count(r.spared) },
                            { key: 'rows', label: t('retention.rows'), end: true, cell: (r) => count(r.rows) },
                            { key: 'at', label: t('retention.when'), end: true, cell: (r) => <Ago time={r.finished ?? r.started} /> },
                            {
                                key: 'certificate', label: t('retention.certificate'), end: true,
                                cell: (r) => (r.certificate ? (
                                    <Button small icon="download" busy={take.busy} aria-label={t('retention.certificate.named', { rule: ruleName(r.rule) })} onClick={() => void take.act(r.id)} />
                                ) : '–'),
                            },
                        ]}
                    />
                )}
                <MoreButton list={list as More<unknown>} />
            </Card>
            <p class="muted">{t('retention.certificate.text')}</p>
        </>
    );
}
