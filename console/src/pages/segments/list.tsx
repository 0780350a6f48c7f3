// SPDX-License-Identifier: Apache-2.0
// All segments with their sizes as they are now. While the page is looked at it asks about once a second; an answer
// that says nothing new draws nothing.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, SegmentRow } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { sampleGone } from '../../ui/sample';
import { Ago, Badge, Button, Empty, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Spark } from '../../ui/spark';
import { Table } from '../../ui/table';
import { DeleteSegment } from './delete';
import { State } from './state';

const EVERY = 1000;
const EVERY_LONG = 4000; // of a long list
const LONG = 60;
const SEARCH_FROM = 8;

function columns(onDelete: (s: SegmentRow) => void) {
    return [
        {
            key: 'title', label: t('segments.segment'), head: true, grow: true,
            cell: (s: SegmentRow) => (
                <>
                    <a class="row-link" dir="auto" href={href('segments', s.name)}>{s.title || s.name}</a>
                    {s.persona && <Badge tone="info">{t('segments.persona')}</Badge>}
                    <small class="muted" dir="auto">{s.state === 'broken' && s.fault ? s.fault : s.doc}</small>
                </>
            ),
        },
        { key: 'state', label: t('segments.state'), cell: (s: SegmentRow) => <State s={s} /> },
        { key: 'size', label: t('nav.people'), end: true, cell: (s: SegmentRow) => <strong class="live-size">{s.state === 'broken' ? '–' : count(s.size)}</strong> },
        { key: 'trend', label: t('segments.trend'), cell: (s: SegmentRow) => <Spark values={s.trend.map((x) => x.size)} /> },
        { key: 'changed', label: t('segments.changed'), cell: (s: SegmentRow) => <Ago time={s.changed} /> },
        ...(can('segments_write') ? [{
            key: 'acts', label: t('person.action'), end: true,
            cell: (s: SegmentRow) => (
                <span class="row-acts">
                    <Button small tone="quiet" icon="edit" aria-label={t('segments.edit.named', { title: s.title })} title={t('segments.edit')} onClick={() => go('segments', s.name, 'edit')} />
                    <Button small tone="quiet" icon="copy" aria-label={t('segments.duplicate.named', { title: s.title })} title={t('segments.duplicate')} onClick={() => go('segments', 'new', s.name)} />
                    <Button small tone="quiet" icon="trash" aria-label={t('segments.delete.named', { title: s.title })} title={t('segments.delete')} onClick={() => onDelete(s)} />
                </span>
            ),
        }] : []),
    ];
}

export function SegmentList() {
    const [long, setLong] = useState(false);
    const list = useQuery(`segments.${sampleGone.value}`, (signal) => api.get<List<SegmentRow>>('/v1/segments', { signal }), { poll: long ? EVERY_LONG : EVERY, keep: true });
    const [q, setQ] = useState('');
    const [gone, setGone] = useState<SegmentRow | null>(null);
    const items = list.data?.items;
    if (items && items.length > LONG !== long) setLong(items.length > LONG);
    const wanted = q.trim().toLocaleLowerCase();
    const shown = items?.filter((s) => !wanted || `${s.title} ${s.name} ${s.doc}`.toLocaleLowerCase().includes(wanted));
    const make = can('segments_write') && <LinkButton tone="primary" icon="plus" href={href('segments', 'new')}>{t('segments.new')}</LinkButton>;
    return (
        <>
            <PageHead title={t('nav.segments')} lead={t('segments.lead')}>{items?.length ? make : null}</PageHead>
            <ProblemBox error={list.error} onRetry={list.reload} />
            {!items && list.loading && <Loading />}
            {items?.length === 0 && <Empty icon="segments" title={t('segments.empty')} action={make}>{t('segments.empty.text')}</Empty>}
            {items && items.length > SEARCH_FROM && (
                <div class="toolbar">
                    <div class="search-field">
                        <Icon name="search" />
                        <input type="search" data-search aria-label={t('segments.search')} placeholder={t('segments.search')} maxLength={100} value={q} onInput={(e) => setQ(e.currentTarget.value)} />
                    </div>
                </div>
            )}
            {shown && shown.length > 0 && (
                <div class="card flush segment-list">
                    <Table caption={t('nav.segments')} rows={shown} rowKey={(s) => s.name} columns={columns(setGone)} />
                </div>
            )}
            {shown?.length === 0 && items!.length > 0 && (
                <Empty icon="search" title={t('segments.none_found')} action={<Button onClick={() => setQ('')}>{t('segments.clear')}</Button>}>{t('segments.none_found.text')}</Empty>
            )}
            {gone && <DeleteSegment name={gone.name} title={gone.title} onClose={() => setGone(null)} onDone={list.reload} />}
        </>
    );
}
