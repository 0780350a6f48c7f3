// SPDX-License-Identifier: Apache-2.0
// A request that came by telephone, by letter or over the counter is taken here. Its clocks run from when it
// was received, not from when it was typed.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Dictionary, RequestRow } from '../../api/types';
import { fieldError } from '../../lib/fields';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { regimeName, REGIMES, RIGHTS, rightName } from '../../lib/rights';
import { go } from '../../lib/router';
import { can } from '../../lib/session';
import { Button, Field, Segmented } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { FindPerson } from '../../ui/find-person';
import { ProblemBox } from '../../ui/problem';

const today = (): string => new Date().toISOString().slice(0, 10);
type Who = 'person' | 'address';

export function NewRequest({ person, onClose, onDone }: { person?: { id: string; label: string }; onClose: () => void; onDone: () => void }) {
    const [right, setRight] = useState<string>('access');
    const [regime, setRegime] = useState('');
    const [who, setWho] = useState<Who>(can('people_read') ? 'person' : 'address');
    const [chosen, setChosen] = useState<{ id: string; label: string } | null>(person ?? null);
    const [email, setEmail] = useState('');
    const [phone, setPhone] = useState('');
    const [purpose, setPurpose] = useState('');
    const [detail, setDetail] = useState('');
    const [language, setLanguage] = useState('');
    const [received, setReceived] = useState(today());
    const objects = right === 'objection';
    const purposes = useQuery('dictionary', (signal) => api.get<Dictionary>('/v1/dictionary', { signal }), { enabled: objects && can('dictionary_read') });
    const save = useAction(async () => {
        const body: Record<string, string> = { right };
        if (regime) body.regime = regime;
        if (chosen && who === 'person') body.person = chosen.id;
        else {
            if (email.trim()) body.email = email.trim();
            if (phone.trim()) body.phone = phone.trim();
        }
        if (detail.trim()) body.detail = detail.trim();
        if (objects && purpose) body.purpose = purpose;
        if (language.trim()) body.language = language.trim();
        if (received && received !== today()) body.received = `${received}T00:00:00Z`;
        const made = await api.post<RequestRow>('/v1/requests', body);
        toast(t('requests.taken'));
        onClose();
        onDone();
        go('requests', made.id);
    });
    const ready = who === 'person' ? chosen !== null : email.trim() !== '' || phone.trim() !== '';
    const wrong = (name: string) => fieldError(save.error, name);
    return (
        <Dialog
            title={t('requests.new')} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('requests.take')}</Button>
                </>
            )}
        >
            <Field label={t('requests.right')} hint={t(`right.${right as 'access'}.text`)} error={wrong('right')}>
                {(ids) => (
                    <select {...ids} data-autofocus value={right} onChange={(e) => setRight(e.currentTarget.value)}>
                        {RIGHTS.map((r) => <option key={r} value={r}>{rightName(r)}</option>)}
                    </select>
                )}
            </Field>
            {!person && can('people_read') && (
                <Segmented<Who>
                    label={t('requests.who')} value={who} onChange={setWho}
                    options={[{ value: 'person', label: t('requests.who.person') }, { value: 'address', label: t('requests.who.address') }]}
                />
            )}
            {who === 'person' && (chosen
                ? <p><strong dir="auto">{chosen.label || t('people.nameless')}</strong> {!person && <Button small onClick={() => setChosen(null)}>{t('requests.who.other')}</Button>}</p>
                : <FindPerson label={t('requests.who.find')} onChoose={(p) => setChosen({ id: p.id, label: p.label })} />)}
            {who === 'address' && (
                <div class="form-row">
                    <Field label={t('requests.email')} error={wrong('email')}>
                        {(ids) => <input {...ids} type="email" autocomplete="off" maxLength={254} value={email} onInput={(e) => setEmail(e.currentTarget.value)} />}
                    </Field>
                    <Field label={t('requests.phone')} error={wrong('phone')}>
                        {(ids) => <input {...ids} type="tel" autocomplete="off" maxLength={40} dir="ltr" value={phone} onInput={(e) => setPhone(e.currentTarget.value)} />}
                    </Field>
                </div>
            )}
            {objects && (
                <Field label={t('requests.purpose')} error={wrong('purpose')}>
                    {(ids) => (
                        <select {...ids} value={purpose} onChange={(e) => setPurpose(e.currentTarget.value)}>
                            <option value="">{t('requests.purpose.all')}</option>
                            {purposes.data?.purposes.map((p) => <option key={p.name} value={p.name}>{words(p.name)}</option>)}
                        </select>
                    )}
                </Field>
            )}
            <Field label={t('requests.detail')} hint={t('requests.detail.hint')} error={wrong('detail')}>
                {(ids) => <textarea {...ids} rows={4} maxLength={4096} value={detail} onInput={(e) => setDetail(e.currentTarget.value)} />}
            </Field>
            <div class="form-row">
                <Field label={t('requests.received')} error={wrong('received')}>
                    {(ids) => <input {...ids} type="date" max={today()} value={received} onInput={(e) => setReceived(e.currentTarget.value)} />}
                </Field>
                <Field label={t('requests.regime')} error={wrong('regime')}>
                    {(ids) => (
                        <select {...ids} value={regime} onChange={(e) => setRegime(e.currentTarget.value)}>
                            <option value="">{t('requests.regime.shop')}</option>
                            {REGIMES.map((r) => <option key={r} value={r}>{regimeName(r)}</option>)}
                        </select>
                    )}
                </Field>
                <Field label={t('requests.language')} error={wrong('language')}>
                    {(ids) => <input {...ids} type="text" maxLength={20} autocomplete="off" spellcheck={false} value={language} onInput={(e) => setLanguage(e.currentTarget.value)} />}
                </Field>
            </div>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}
