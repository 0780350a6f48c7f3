// SPDX-License-Identifier: Apache-2.0
// What only the shop can say: who answers for the data, who can be asked, the shop's own words, and which parts of
// the page are shown. Everything else on the page comes from the running configuration.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import type { TransparencyContact, TransparencySetting } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { words } from '../../lib/format';
import { can } from '../../lib/session';
import { Button, Card, Field } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const WHO = ['controller', 'officer', 'representative', 'authority'] as const;
const CONTACT = ['name', 'address', 'country', 'email', 'phone', 'website'] as const;
const LANGUAGES = ['en', 'de', 'fr'] as const;
const TEXTS = ['texts', 'automated'] as const;
const SHOWN = ['fields', 'access', 'security', 'statistics', 'badges'] as const;
const MODES: Partial<Record<(typeof CONTACT)[number], 'email' | 'tel' | 'url'>> = { email: 'email', phone: 'tel', website: 'url' };

function Contact({ who, contact, may, error, onChange }: {
    who: (typeof WHO)[number]; contact: TransparencyContact | null; may: boolean; error: unknown; onChange: (contact: TransparencyContact | null) => void;
}) {
    const now = contact ?? { name: '', address: '', country: '', email: '', phone: '', website: '' };
    return (
        <Card title={t(`transparency.${who}` as Key)}>
            <p class="muted">{t(`transparency.${who}.text` as Key)}</p>
            <div class="form-grid">
                {CONTACT.map((f) => (
                    <Field key={f} label={t(`transparency.contact.${f}` as Key)} error={fieldError(error, `${who}/${f}`) ?? (f === 'country' ? fieldError(error, who) : null)}>
                        {(ids) => (
                            <input
                                {...ids} type="text" inputMode={MODES[f] ?? 'text'} autocomplete="off" maxLength={f === 'country' ? 2 : 300} readOnly={!may} value={now[f] ?? ''}
                                onInput={(e) => {
                                    const next = { ...now, [f]: f === 'country' ? e.currentTarget.value.toUpperCase() : e.currentTarget.value };
                                    onChange(CONTACT.some((c) => next[c]) ? next : null);
                                }}
                            />
                        )}
                    </Field>
                ))}
            </div>
        </Card>
    );
}

export function Settings({ start, onDone }: { start: TransparencySetting; onDone: () => void }) {
    const [s, setS] = useState(start);
    useEffect(() => setS(start), [start.version, start.made, start.published]);
    const may = can('govern_write');
    const changed = JSON.stringify(settable(s)) !== JSON.stringify(settable(start));
    const save = useAction(async () => {
        await api.put('/v1/transparency', settable(s));
        toast(t('transparency.saved'));
        onDone();
    });
    return (
        <form
            class="segment-form"
            onSubmit={(event) => {
                event.preventDefault();
                if (changed && may) void save.act();
            }}
        >
            {s.missing.length > 0 ? (
                <div class="notice warn">
                    <Icon name="warning" />
                    <div><strong>{t('transparency.not_public')}</strong><p>{t('transparency.missing')} {s.missing.map((m) => missingName(m)).join(', ')}</p></div>
                </div>
            ) : <p class="notice good"><Icon name="check" />{t('transparency.public')}</p>}
            {WHO.map((w) => <Contact key={w} who={w} contact={s[w]} may={may} error={save.error} onChange={(contact) => setS({ ...s, [w]: contact })} />)}
            {TEXTS.map((kind) => (
                <Card key={kind} title={t(`transparency.${kind}` as Key)}>
                    <p class="muted">{t(`transparency.${kind}.text` as Key)}</p>
                    {LANGUAGES.map((l) => (
                        <Field key={l} label={t(`transparency.in.${l}` as Key)} error={fieldError(save.error, `${kind}/${l}`)}>
                            {(ids) => (
                                <textarea
                                    {...ids} rows={3} maxLength={4000} lang={l} readOnly={!may} value={s[kind][l] ?? ''}
                                    onInput={(e) => setS({ ...s, [kind]: { ...s[kind], [l]: e.currentTarget.value } })}
                                />
                            )}
                        </Field>
                    ))}
                </Card>
            ))}
            <Card title={t('transparency.shown')}>
                <fieldset class="choices">
                    <legend class="visually-hidden">{t('transparency.shown')}</legend>
                    {SHOWN.map((part) => (
                        <label key={part}>
                            <input type="checkbox" disabled={!may} checked={s.shown[part] !== false} onChange={(e) => setS({ ...s, shown: { ...s.shown, [part]: e.currentTarget.checked } })} />
                            <span>{t(`transparency.shown.${part}` as Key)}</span>
                        </label>
                    ))}
                </fieldset>
            </Card>
            <ProblemBox error={save.error} />
            {may && <div class="button-row sticky-end"><Button type="submit" tone="primary" busy={save.busy} disabled={!changed}>{t('action.save')}</Button></div>}
        </form>
    );
}

const missingName = (pointer: string): string => {
    const [who = '', field = ''] = pointer.replace(/^\//, '').split('/');
    return [tOr(`transparency.${who}`, words(who)), field && tOr(`transparency.contact.${field}`, words(field))].filter(Boolean).join(': ');
};

// What may be sent: nothing that is empty.
function filled(from: unknown): unknown {
    if (Array.isArray(from)) return from.map(filled);
    if (from === null || typeof from !== 'object') return typeof from === 'string' ? from.trim() : from;
    const rows = Object.entries(from).map(([k, v]) => [k, filled(v)] as const).filter(([, v]) => v !== null && v !== '' && !(typeof v === 'object' && !Array.isArray(v) && Object.keys(v as object).length === 0));
    return Object.fromEntries(rows);
}

function settable({ controller, representative, officer, authority, texts, automated, balancing, planned, shown }: TransparencySetting): unknown {
    return filled({ controller, representative, officer, authority, texts, automated, balancing, planned, shown });
}
