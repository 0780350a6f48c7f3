// SPDX-License-Identifier: Apache-2.0
// A note on a day of every chart: a campaign began, the shop was down.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import { ANNOTATION_KINDS, type NewAnnotation } from '../../api/board-types';
import type { Day } from '../../api/types';
import { t, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { Button, Field } from '../basics';
import { Dialog } from '../dialog';
import { ProblemBox } from '../problem';

const TITLE_MAX = 120;

export function NoteDialog({ day, onClose, onDone }: { day: Day; onClose: () => void; onDone: () => void }) {
    const [note, setNote] = useState<NewAnnotation>({ day, to: null, title: '', kind: 'campaign' });
    const put = (more: Partial<NewAnnotation>) => setNote({ ...note, ...more });
    const backwards = !!note.to && note.to < note.day;
    const ready = note.title.trim() !== '' && !!note.day && !backwards;
    const save = useAction(async () => {
        await api.post('/v1/annotations', { day: note.day, title: note.title.trim(), kind: note.kind, ...(note.to ? { to: note.to } : {}) });
        toast(t('notes.made'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={t('notes.new')} size="small" onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button></>}
        >
            <Field label={t('notes.title')} hint={t('notes.title.hint')}>
                {(ids) => <input {...ids} type="text" required maxLength={TITLE_MAX} data-autofocus value={note.title} onInput={(e) => put({ title: e.currentTarget.value })} />}
            </Field>
            <Field label={t('notes.kind')}>
                {(ids) => <select {...ids} value={note.kind} onChange={(e) => put({ kind: e.currentTarget.value })}>{ANNOTATION_KINDS.map((k) => <option key={k} value={k}>{t(`notes.kind.${k}` as Key)}</option>)}</select>}
            </Field>
            <div class="form-grid">
                <Field label={t('notes.day')}>{(ids) => <input {...ids} type="date" required value={note.day} onInput={(e) => put({ day: e.currentTarget.value })} />}</Field>
                <Field label={t('notes.to')} hint={t('notes.to.hint')} error={backwards ? t('notes.to.early') : null}>{(ids) => <input {...ids} type="date" value={note.to ?? ''} onInput={(e) => put({ to: e.currentTarget.value || null })} />}</Field>
            </div>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}
