// SPDX-License-Identifier: Apache-2.0
// Policies: every version of what people agreed to, and what differs between any two. A change on which
// consents rest makes the older consents stale; other words do not.

import { api, withQuery } from '../api/client';
import { useQuery } from '../api/query';
import type { Policy, PolicyRow } from '../api/types';
import { t, tOr } from '../i18n';
import { dateTime, value, words } from '../lib/format';
import { saveJson } from '../lib/files';
import { href, route, setQuery } from '../lib/router';
import { useRowKeys } from '../lib/row-keys';
import { Ago, Badge, Button, Card, Empty, Loading, PageHead } from '../ui/basics';
import { ProblemBox } from '../ui/problem';
import { Table } from '../ui/table';
import { MoreButton, useMore, type More } from './person/timeline';

const Kind = ({ material }: { material: boolean }) => <Badge tone={material ? 'warn' : 'plain'}>{t(material ? 'policies.material' : 'policies.wording')}</Badge>;
const usePolicies = () => useMore<PolicyRow>('policies', async (cursor, signal) => {
    const page = await api.get<{ items: PolicyRow[]; next: number | null }>(withQuery('/v1/policies', { cursor }), { signal });
    return { items: page.items, next: page.next === null ? null : String(page.next) };
});

function Versions() {
    const list = usePolicies();
    useRowKeys();
    const nothing = list.ended && list.items.length === 0;
    return (
        <>
            <PageHead title={t('nav.policies')} lead={t('policies.lead')} />
            {nothing ? <Empty icon="policies" title={t('policies.empty')}>{t('policies.empty.text')}</Empty> : (
                <Card class="flush">
                    {list.items.length > 0 && (
                        <Table
                            caption={t('nav.policies')} rows={list.items} rowKey={(p) => p.version}
                            columns={[
                                { key: 'version', label: t('policies.policy'), head: true, grow: true, cell: (p) => <a class="row-link" href={href('policies', p.version)}>{t('policies.version', { n: p.version })}</a> },
                                { key: 'kind', label: t('policies.change'), cell: (p) => <Kind material={p.material} /> },
                                { key: 'made', label: t('policies.since'), end: true, cell: (p) => <Ago time={p.made} /> },
                            ]}
                        />
                    )}
                    <MoreButton list={list as More<unknown>} />
                </Card>
            )}
        </>
    );
}

function One({ version }: { version: number }) {
    const from = Number(route.value.query.get('from')) || null;
    const found = useQuery(`policy.${version}.${from}`, (signal) => api.get<Policy>(withQuery(`/v1/policies/${version}`, { from }), { signal }), { keep: true });
    const list = usePolicies();
    const p = found.data;
    return (
        <>
            <PageHead
                title={t('policies.version', { n: version })} back={{ href: href('policies'), label: t('nav.policies') }}
                lead={p && <span class="person-lead">{p.from !== p.version && <Kind material={p.material} />}<span class="muted">{dateTime(p.made)}</span></span>}
            >
                {p && (
                    <Button icon="download" onClick={() => saveJson(p.document, `policy-${version}.json`)}>
                        {t('policies.download')}
                    </Button>
                )}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!p && !found.error && <Loading />}
            {p && (
                <>
                    {list.items.length > 1 && (
                        <div class="toolbar">
                            <label class="inline-select start">
                                <span>{t('policies.compare')}</span>
                                <select value={String(p.from)} onChange={(e) => setQuery({ from: e.currentTarget.value })}>
                                    {list.items.filter((x) => x.version !== version || p.from === version).map((x) => <option key={x.version} value={String(x.version)}>{t('policies.version', { n: x.version })}</option>)}
                                </select>
                            </label>
                        </div>
                    )}
                    {p.changes.length === 0 ? <Empty icon="check" title={t('policies.same')}>{t(p.from === p.version ? 'policies.first' : 'policies.same.text')}</Empty> : (
                        <Card class="flush" title={t('policies.changes')} note={String(p.changes.length)}>
                            <Table
                                caption={t('policies.changes')} rows={p.changes} rowKey={(c) => `${c.purpose}/${c.attribute}`}
                                columns={[
                                    { key: 'purpose', label: t('consents.purpose'), head: true, cell: (c) => <a href={href('purposes', c.purpose)}>{words(c.purpose)}</a> },
                                    { key: 'what', label: t('policies.attribute'), cell: (c) => tOr(`policies.attribute.${c.attribute}`, words(c.attribute)) },
                                    { key: 'change', label: t('editor.difference'), grow: true, cell: (c) => <span class="wrap-any">{c.before !== null && <del>{value(c.before)}</del>} {c.after !== null && <ins>{value(c.after)}</ins>}</span> },
                                    { key: 'kind', label: t('policies.change'), end: true, cell: (c) => <Kind material={c.material} /> },
                                ]}
                            />
                        </Card>
                    )}
                    <p class="muted">{t('policies.material.text')}</p>
                </>
            )}
        </>
    );
}

export default function Policies({ parts }: { parts: string[] }) {
    return parts[0] ? <One key={parts[0]} version={Number(parts[0])} /> : <Versions />;
}
