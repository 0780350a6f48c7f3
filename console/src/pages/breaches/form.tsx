// SPDX-License-Identifier: Apache-2.0
// Recording a breach, and adding what was found out. The clock runs from when it became known.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import type { Breach } from '../../api/types';
import { t, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { go } from '../../lib/router';
import { fromLocal, toLocal } from '../../lib/zone';
import { Button, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { ProblemBox } from '../../ui/problem';
import { kindName, KINDS, riskName, RISKS } from './words';

const TEXTS = ['facts', 'effects', 'measures', 'late_reason', 'reasons'] as const;
const TIMES = ['aware', 'began', 'ended'] as const;
type Values = Record<(typeof TEXTS)[number] | (typeof TIMES)[number] | 'title' | 'kind' | 'risk' | 'keys', string>;

const valuesOf = (b: Breach | null): Values => ({
    title: b?.title ?? '', kind: b?.kind ?? 'account', risk: b?.risk ?? '', keys: b?.keys_exposed === true ? 'yes' : b?.keys_exposed === false ? 'no' : '',
    facts: b?.facts ?? '', effects: b?.effects ?? '', measures: b?.measures ?? '', late_reason: b?.late_reason ?? '', reasons: b?.reasons ?? '',
    aware: toLocal(b?.aware ?? new Date().toISOString()), began: toLocal(b?.began ?? null), ended: toLocal(b?.ended ?? null),
});

function bodyOf(now: Values, before: Values, fresh: boolean): Record<string, unknown> {
    const body: Record<string, unknown> = {};
    for (const key of ['title', 'kind', 'risk', ...TEXTS] as const) {
        if (fresh ? now[key].trim() !== '' : now[key] !== before[key]) body[key] = now[key].trim();
    }
    for (const key of TIMES) if (now[key] && (fresh || now[key] !== before[key])) body[key] = fromLocal(now[key]);
    if (now.keys && (fresh || now.keys !== before.keys)) body.keys_exposed = now.keys === 'yes';
    if (body.risk === '') delete body.risk;
    return body;
}

export function BreachForm({ breach, onClose, onDone }: { breach: Breach | null; onClose: () => void; onDone: () => void }) {
    const before = useState(() => valuesOf(breach))[0];
    const [now, setNow] = useState(before);
    const set = (key: keyof Values) => (e: { currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }) => setNow({ ...now, [key]: e.currentTarget.value });
    const body = bodyOf(now, before, !breach);
    const ready = now.title.trim() !== '' && Object.keys(body).length > 0;
    const save = useAction(async () => {
        const made = breach ? await api.patch<Breach>(`/v1/breaches/${breach.id}`, body) : await api.post<Breach>('/v1/breaches', body);
        toast(t(breach ? 'breaches.saved' : 'breaches.made'));
        onClose();
        onDone();
        if (!breach) go('breaches', made.id);
    });
    const wrong = (name: string) => fieldError(save.error, name);
    const texts = breach ? TEXTS : TEXTS.slice(0, 1);
    return (
        <Dialog
            title={t(breach ? 'breaches.edit' : 'breaches.new')} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t(breach ? 'action.save' : 'breaches.make')}</Button></>}
        >
            <Field label={t('breaches.title')} error={wrong('title')}>{(ids) => <input {...ids} type="text" maxLength={200} data-autofocus value={now.title} onInput={set('title')} />}</Field>
            <div class="form-row">
                <Field label={t('breaches.kind')} error={wrong('kind')}>
                    {(ids) => <select {...ids} value={now.kind} onChange={set('kind')}>{KINDS.map((k) => <option key={k} value={k}>{kindName(k)}</option>)}</select>}
                </Field>
                <Field label={t('breaches.risk')} error={wrong('risk')}>
                    {(ids) => <select {...ids} value={now.risk} onChange={set('risk')}>{!before.risk && <option value="">{t('breaches.risk.unknown')}</option>}{RISKS.map((k) => <option key={k} value={k}>{riskName(k)}</option>)}</select>}
                </Field>
                <Field label={t('breaches.keys')} error={wrong('keys_exposed')}>
                    {(ids) => <select {...ids} value={now.keys} onChange={set('keys')}>{!before.keys && <option value="">{t('breaches.keys.unknown')}</option>}<option value="no">{t('value.no')}</option><option value="yes">{t('value.yes')}</option></select>}
                </Field>
            </div>
            <div class="form-row">
                {TIMES.map((k) => (
                    <Field key={k} label={t(`breaches.${k}` as Key)} error={wrong(k)}>{(ids) => <input {...ids} type="datetime-local" value={now[k]} onInput={set(k)} />}</Field>
                ))}
            </div>
            {texts.map((k) => (
                <Field key={k} label={t(`breaches.${k}` as Key)} hint={t(`breaches.${k}.hint` as Key)} error={wrong(k)}>
                    {(ids) => <textarea {...ids} rows={3} maxLength={8000} dir="auto" value={now[k]} onInput={set(k)} />}
                </Field>
            ))}
            <ProblemBox error={save.error} />
        </Dialog>
    );
}
