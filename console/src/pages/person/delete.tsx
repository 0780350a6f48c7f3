// SPDX-License-Identifier: Apache-2.0
// Deleting a person cannot be undone, so the word has to be typed. The reason is a choice and not a
// text: it travels in the URL, where nothing personal may be.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useAction } from '../../api/query';
import type { Person } from '../../api/types';
import { t, tx, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { count } from '../../lib/format';
import { go } from '../../lib/router';
import { Button, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { sampleGone } from '../../ui/sample';

const REASONS = ['requested', 'test_data', 'mistake', 'other'] as const;

export function DeleteDialog({ person, onClose }: { person: Person; onClose: () => void }) {
    const [typed, setTyped] = useState('');
    const [reason, setReason] = useState<string>('requested');
    const word = t('delete.word');
    const ready = typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
    const run = useAction(async () => {
        await api.delete(withQuery(`/v1/people/${segment(person.id)}`, { reason }));
        sampleGone.value++; // lists load again
        toast(t('delete.done'));
        onClose();
        go('people');
    });
    return (
        <Dialog
            title={t('delete.title', { name: person.label || t('people.nameless') })} size="small" onClose={onClose}
            onSubmit={() => { if (ready) void run.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="danger" icon="trash" busy={run.busy} disabled={!ready}>{t('delete.submit')}</Button>
                </>
            )}
        >
            <p>{t('delete.text', { events: count(person.events), orders: count(person.orders.count) })}</p>
            <Field label={t('delete.reason')}>
                {(ids) => (
                    <select {...ids} value={reason} onChange={(e) => setReason(e.currentTarget.value)}>
                        {REASONS.map((r) => <option key={r} value={r}>{t(`delete.reason.${r}` as Key)}</option>)}
                    </select>
                )}
            </Field>
            <Field label={tx('delete.type', { word: <strong>{word}</strong> })}>
                {(ids) => (
                    <input
                        {...ids} type="text" autocomplete="off" spellcheck={false} data-autofocus maxLength={40}
                        value={typed} onInput={(e) => setTyped(e.currentTarget.value)}
                    />
                )}
            </Field>
            <ProblemBox error={run.error} />
        </Dialog>
    );
}
