// SPDX-License-Identifier: Apache-2.0
// All dashboards, and templates to begin with.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { Dashboard, DashboardTemplate } from '../../api/board-types';
import { useAction, useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { NAME, nameOf } from '../../lib/names';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Button, Card, Empty, Field, Loading, PageHead } from '../../ui/basics';
import { Part } from '../../ui/board/part';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { bodyOfDashboard } from './questions';

export const TITLE_MAX = 200;

function Make({ template, taken, onClose }: { template: DashboardTemplate | null; taken: string[]; onClose: () => void }) {
    const [title, setTitle] = useState(template?.title ?? '');
    const base = nameOf(title);
    let name = base;
    for (let n = 2; taken.includes(name); n++) name = `${base.slice(0, 60)}-${n}`;
    const ready = title.trim() !== '' && NAME.test(name);
    const make = useAction(async () => {
        const from = template ?? { title, doc: '', tiles: [], period: '30d', compare: 'previous' as const };
        await api.put(`/v1/dashboards/${segment(name)}`, bodyOfDashboard({ ...from, title }, 0));
        toast(t('dashboards.made'));
        if (template) go('dashboards', name);
        else go('dashboards', name, 'edit');
    });
    return (
        <Dialog
            title={template ? t('dashboards.from', { title: template.title }) : t('dashboards.new')} size="small" onClose={onClose} onSubmit={() => { if (ready) void make.act(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" busy={make.busy} disabled={!ready}>{t('dashboards.make')}</Button></>}
        >
            <Field label={t('dashboards.title')} hint={name && title ? t('dashboards.address', { name }) : undefined}>
                {(ids) => <input {...ids} type="text" required maxLength={TITLE_MAX} data-autofocus value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
            </Field>
            {template && <p class="muted">{t('dashboards.tiles', { n: template.tiles.length })}: {template.tiles.map((x) => x.title).join(', ')}</p>}
            <ProblemBox error={make.error} />
        </Dialog>
    );
}

export function DashboardList() {
    const found = useQuery('dashboards', (signal) => api.get<List<Dashboard>>('/v1/dashboards', { signal }));
    const templates = useQuery('dashboards.templates', (signal) => api.get<List<DashboardTemplate>>('/v1/dashboards/templates', { signal }));
    const [making, setMaking] = useState<DashboardTemplate | 'empty' | null>(null);
    const [gone, setGone] = useState<Dashboard | null>(null);
    const write = can('insight_write');
    const items = found.data?.items;
    return (
        <>
            <PageHead title={t('nav.dashboards')} lead={t('dashboards.lead')}>
                {write && <Button tone="primary" icon="plus" onClick={() => setMaking('empty')}>{t('dashboards.new')}</Button>}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && <Card><Empty icon="dashboards" title={t('dashboards.none')}>{t(write ? 'dashboards.none.text' : 'dashboards.none.read')}</Empty></Card>}
            {items && items.length > 0 && (
                <div class="card flush">
                    <Table
                        caption={t('nav.dashboards')} rows={items} rowKey={(d) => d.name}
                        columns={[
                            { key: 'title', label: t('dashboards.title'), head: true, grow: true, cell: (d) => <><a class="row-link" dir="auto" href={href('dashboards', d.name)}>{d.title}</a>{d.doc && <small class="muted">{d.doc}</small>}</> },
                            { key: 'tiles', label: t('dashboards.count'), end: true, cell: (d) => d.tiles.length },
                            { key: 'changed', label: t('dashboards.changed'), cell: (d) => <Ago time={d.changed} /> },
                            ...(write ? [{ key: 'acts', label: t('dashboards.acts'), end: true, cell: (d: Dashboard) => (
                                <span class="row-acts">
                                    <Button small tone="quiet" icon="edit" aria-label={t('dashboards.edit.named', { title: d.title })} onClick={() => go('dashboards', d.name, 'edit')} />
                                    <Button small tone="quiet" icon="trash" aria-label={t('dashboards.delete.named', { title: d.title })} onClick={() => setGone(d)} />
                                </span>
                            ) }] : []),
                        ]}
                    />
                </div>
            )}
            {write && (
                <Part title={t('dashboards.templates')} note={t('dashboards.templates.note')} query={templates}>
                    {(list) => (
                        <ul class="template-list">
                            {list.items.map((x) => (
                                <li key={x.name}>
                                    <div>
                                        <h3>{x.title}</h3>
                                        <p class="muted">{x.doc}</p>
                                    </div>
                                    <Button small icon="plus" aria-label={t('dashboards.make.from', { title: x.title })} onClick={() => setMaking(x)}>{t('dashboards.make')}</Button>
                                </li>
                            ))}
                        </ul>
                    )}
                </Part>
            )}
            {making && <Make template={making === 'empty' ? null : making} taken={items?.map((d) => d.name) ?? []} onClose={() => setMaking(null)} />}
            {gone && (
                <Confirm
                    danger icon="trash" title={t('dashboards.delete')} submit={t('dashboards.delete')} onClose={() => setGone(null)}
                    run={async () => {
                        await api.delete(`/v1/dashboards/${segment(gone.name)}`);
                        toast(t('dashboards.deleted'));
                        found.reload();
                    }}
                >
                    <p>{tx('dashboards.delete.text', { title: <strong dir="auto">{gone.title}</strong> })}</p>
                </Confirm>
            )}
        </>
    );
}
