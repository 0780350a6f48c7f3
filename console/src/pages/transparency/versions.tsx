// SPDX-License-Identifier: Apache-2.0
// The versions of the page: each made by itself when the configuration changed, signed, in the audit log. What
// differs is shown as everybody sees it.

import { api, withQuery } from '../../api/client';
import type { TransparencyVersion } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { Ago, Card, Empty } from '../../ui/basics';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from '../person/timeline';

export function Versions() {
    const list = useMore<TransparencyVersion>('transparency.versions', async (cursor, signal) => {
        const page = await api.get<{ items: TransparencyVersion[]; next: number | null }>(withQuery('/v1/transparency/versions', { cursor, limit: 50 }), { signal });
        return { items: page.items, next: page.next === null ? null : String(page.next) };
    });
    if (list.ended && list.items.length === 0) return <Empty icon="transparency" title={t('transparency.versions.empty')}>{t('transparency.versions.empty.text')}</Empty>;
    return (
        <Card class="flush">
            {list.items.length > 0 && (
                <Table
                    caption={t('transparency.view.versions')} rows={list.items} rowKey={(v) => v.version}
                    columns={[
                        { key: 'version', label: t('policies.policy'), head: true, grow: true, cell: (v) => <a class="row-link" href={`/transparency/${v.version}`}>{t('policies.version', { n: v.version })}</a> },
                        { key: 'made', label: t('policies.since'), cell: (v) => <Ago time={v.made} /> },
                        { key: 'changes', label: t('policies.changes'), end: true, cell: (v) => (v.version > 1 ? <a href={`/transparency/diff?from=${v.version - 1}&to=${v.version}`}>{t('transparency.changes', { n: count(v.changes) })}<span class="visually-hidden"> {t('transparency.diff', { from: v.version - 1, to: v.version })}</span></a> : '–') },
                        { key: 'proof', label: t('transparency.proof'), end: true, cell: (v) => <a href={`/transparency/${v.version}/proof.json`} download={`transparency-${v.version}.json`}>{t('policies.download')}<span class="visually-hidden"> {t('policies.version', { n: v.version })}</span></a> },
                    ]}
                />
            )}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
