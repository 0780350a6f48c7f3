// SPDX-License-Identifier: Apache-2.0
// Notes on days: they stand on every chart over time.

import { useState } from 'preact/hooks';
import { annotationList } from '../../api/board';
import { api } from '../../api/client';
import type { Annotation } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { day } from '../../lib/format';
import { can } from '../../lib/session';
import { dayAt } from '../../lib/shop-days';
import { Badge, Button, Empty } from '../../ui/basics';
import { NoteDialog } from '../../ui/board/note-dialog';
import { Part } from '../../ui/board/part';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

export function Notes() {
    const found = useQuery('annotations', annotationList);
    const [noting, setNoting] = useState(false);
    const write = can('insight_write');
    const remove = useAction(async (note: Annotation) => {
        await api.delete(`/v1/annotations/${note.id}`);
        toast(t('notes.deleted'));
        found.reload();
    });
    const add = write ? <Button small icon="plus" onClick={() => setNoting(true)}>{t('notes.new')}</Button> : undefined;
    return (
        <>
            <ProblemBox error={remove.error} />
            <Part title={t('targets.face.notes')} note={t('notes.note')} query={found} actions={add} class="flush">
                {({ items }) => (items.length === 0 ? <Empty icon="edit" title={t('notes.none')}>{t('notes.none.text')}</Empty> : (
                    <Table
                        caption={t('targets.face.notes')} rows={[...items].sort((a, b) => b.day.localeCompare(a.day))} rowKey={(n) => n.id}
                        columns={[
                            { key: 'day', label: t('notes.day'), head: true, cell: (n) => (n.to && n.to !== n.day ? t('board.days', { from: day(n.day, 'medium'), to: day(n.to, 'medium') }) : day(n.day, 'medium')) },
                            { key: 'title', label: t('notes.title'), grow: true, cell: (n) => <span dir="auto">{n.title}</span> },
                            { key: 'kind', label: t('notes.kind'), cell: (n) => <Badge>{tOr(`notes.kind.${n.kind}`, n.kind)}</Badge> },
                            ...(write ? [{ key: 'acts', label: t('dashboards.acts'), end: true, cell: (n: Annotation) => <Button small tone="quiet" icon="trash" busy={remove.busy} aria-label={t('notes.delete.named', { title: n.title })} onClick={() => void remove.act(n)} /> }] : []),
                        ]}
                    />
                ))}
            </Part>
            {noting && <NoteDialog day={dayAt()} onClose={() => setNoting(false)} onDone={found.reload} />}
        </>
    );
}
