// SPDX-License-Identifier: Apache-2.0
// What staff may do with a request, each after a question that says what will happen. A refusal needs a ground
// of the law, and shows the letter that goes out before it goes.

import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Ground, List, RequestAct, RequestDetail } from '../../api/types';
import { locale, t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { words } from '../../lib/format';
import { rightName } from '../../lib/rights';
import { Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Letter } from '../../ui/letter';
import { ProblemBox } from '../../ui/problem';
import { ValueRows, valuesOf, type ValueRow } from './values';

export const ACTS = ['verify', 'challenge', 'execute', 'confirm', 'extend', 'hold', 'release', 'lift', 'refuse', 'revoke', 'reopen'] as const satisfies RequestAct[];
export type Act = RequestAct;
const HOW = ['staff', 'code', 'link', 'token'] as const;
const DANGER: readonly Act[] = ['refuse', 'revoke'];
const LETTER: Partial<Record<Act, string>> = { refuse: 'refusal', extend: 'extension', confirm: 'received', execute: 'answer', lift: 'lift', challenge: 'verify' };
const NEEDS_REASON: readonly Act[] = ['extend', 'hold', 'release', 'lift', 'reopen'];

function Draft({ r, kind, ground }: { r: RequestDetail; kind: string; ground: string }) {
    const draft = useQuery(`letter.${r.id}.${kind}.${ground}`, (signal) => api.get<{ subject: string; text: string }>(
        withQuery(`/v1/requests/${segment(r.id)}/letter`, { kind, ground }), { signal }), { keep: true });
    return (
        <details class="more-options">
            <summary>{t('request.letter.preview')}</summary>
            <ProblemBox error={draft.error} onRetry={draft.reload} />
            {!draft.data && !draft.error && <Loading />}
            {draft.data && <Letter letter={draft.data} />}
        </details>
    );
}

function GroundPicker({ r, ground, onGround, error }: { r: RequestDetail; ground: string; onGround: (code: string) => void; error: string | null }) {
    const list = useQuery('request.grounds', (signal) => api.get<List<Ground>>('/v1/requests/grounds', { signal }));
    if (!list.data) return list.error ? <ProblemBox error={list.error} onRetry={list.reload} /> : <Loading />;
    const fitting = list.data.items.filter((g) => g.rights.includes(r.right) && g.regimes.includes(r.regime));
    const chosen = fitting.find((g) => g.code === ground);
    const language = (['de', 'fr'] as const).find((l) => locale.startsWith(l)) ?? 'en';
    return (
        <Field label={t('request.ground')} hint={chosen ? `${chosen.text[language]} ${chosen.source}` : t('request.ground.hint')} error={error}>
            {(ids) => (
                <select {...ids} data-autofocus value={ground} onChange={(e) => onGround(e.currentTarget.value)}>
                    <option value="">{t('request.ground.choose')}</option>
                    {fitting.map((g) => <option key={g.code} value={g.code}>{tOr(`ground.${g.code}`, words(g.code))}</option>)}
                </select>
            )}
        </Field>
    );
}

export function ActDialog({ act, r, onClose, onDone }: { act: Act; r: RequestDetail; onClose: () => void; onDone: () => void }) {
    const [how, setHow] = useState<string>(HOW[0]);
    const [ground, setGround] = useState('');
    const [note, setNote] = useState('');
    const [rows, setRows] = useState<ValueRow[]>([{ field: '', value: '' }]);
    const [error, setError] = useState<unknown>(null);
    const name = tOr(`request.act.${act}`, words(act));
    const erases = act === 'execute' && r.right === 'erasure';
    const corrects = act === 'execute' && r.right === 'rectification' && (r.detail === null || typeof r.detail !== 'object');
    const answers = act === 'execute' && r.right === 'complaint';
    const reason = NEEDS_REASON.includes(act);
    const values = valuesOf(rows);
    const ready = act === 'refuse' ? ground !== '' : corrects ? Object.keys(values).length > 0 : !(reason || answers) || note.trim() !== '';
    const body = (): Record<string, unknown> => {
        const words_ = note.trim();
        if (act === 'verify') return { how };
        if (act === 'refuse') return { ground, ...(words_ ? { note: words_ } : {}) };
        if (act === 'execute') return { ...(corrects ? { values } : {}), ...(words_ ? { note: words_ } : {}) };
        return reason ? { reason: words_ } : {};
    };
    const letter = LETTER[act];
    const noted = act === 'refuse' || act === 'execute';
    return (
        <Confirm
            title={name} submit={name} danger={DANGER.includes(act) || erases} ready={ready} onClose={onClose}
            run={async () => {
                setError(null);
                try {
                    await api.post(`/v1/requests/${segment(r.id)}/${act}`, body());
                } catch (failure) {
                    setError(failure);
                    throw failure;
                }
                toast(tOr(`request.done.${act}`, name));
                onDone();
            }}
        >
            <p>{erases ? t('request.act.erase.text') : tOr(`request.act.${act}.text`, '', { right: rightName(r.right) })}</p>
            {act === 'verify' && (
                <fieldset class="choices">
                    <legend>{t('request.how')}</legend>
                    {HOW.map((h) => (
                        <label key={h}><input type="radio" name="how" value={h} checked={how === h} onChange={() => setHow(h)} />{t(`request.how.${h}` as Key)}</label>
                    ))}
                </fieldset>
            )}
            {act === 'refuse' && <GroundPicker r={r} ground={ground} onGround={setGround} error={fieldError(error, 'ground')} />}
            {corrects && <ValueRows rows={rows} onRows={setRows} error={fieldError(error, 'values')} />}
            {(reason || noted) && (
                <Field label={t(noted ? 'request.note' : 'request.why')} hint={t(noted ? 'request.note.hint' : 'request.why.hint')} error={fieldError(error, noted ? 'note' : 'reason')}>
                    {(ids) => <textarea {...ids} rows={3} maxLength={2000} data-autofocus={reason || undefined} value={note} onInput={(e) => setNote(e.currentTarget.value)} />}
                </Field>
            )}
            {letter && (act !== 'refuse' || ground) && <Draft r={r} kind={letter} ground={act === 'refuse' ? ground : ''} />}
        </Confirm>
    );
}
