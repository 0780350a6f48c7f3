// SPDX-License-Identifier: Apache-2.0
// One slot: rules from the top (the first segment somebody is in decides), what everybody else sees, how many are
// held out to compare with, and a look at it as one person.

import { useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Catalog, Json, Personalised, PersonRow, Slot, SlotAnswer } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { NAME, NAME_MAX, nameOf } from '../../lib/names';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Badge, Button, Card, Empty, Field, Loading, PageHead } from '../../ui/basics';
import { FindPerson } from '../../ui/find-person';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { reasonName } from '../segments/people';
import { DeleteSlot } from './slots';

type Content = Record<string, Json>;
const CONTENT_MAX = 16_384;
const RULES_MAX = 50;

export function contentOf(text: string): Content | null {
    try {
        const found = JSON.parse(text) as unknown;
        return found !== null && typeof found === 'object' && !Array.isArray(found) ? (found as Content) : null;
    } catch {
        return null;
    }
}
const textOf = (content: Content): string => JSON.stringify(content, null, 2);

function ContentBox({ label, text, onChange }: { label: string; text: string; onChange: (text: string) => void }) {
    return (
        <Field wide label={label} hint={t('slots.content.hint')} error={contentOf(text) ? null : t('slots.content.bad')}>
            {(ids) => <textarea {...ids} class="mono" rows={4} dir="ltr" spellcheck={false} maxLength={CONTENT_MAX} value={text} onInput={(e) => onChange(e.currentTarget.value)} />}
        </Field>
    );
}

interface RuleDraft {
    key: number;
    segment: string;
    variant: string;
    content: string;
}

function Rules({ rules, names, onChange, onAdd }: { rules: RuleDraft[]; names: string[]; onChange: (rules: RuleDraft[]) => void; onAdd: () => void }) {
    const put = (key: number, change: Partial<RuleDraft>) => onChange(rules.map((r) => (r.key === key ? { ...r, ...change } : r)));
    const move = (at: number, by: number) => {
        const next = [...rules];
        next.splice(at + by, 0, ...next.splice(at, 1));
        onChange(next);
    };
    return (
        <Card title={t('slots.rules')} note={t('slots.rules.note')}>
            {rules.length === 0 && <p class="muted">{t('slots.rules.empty')}</p>}
            <ol class="slot-rules">
                {rules.map((r, i) => {
                    const n = i + 1;
                    return (
                        <li key={r.key} aria-label={t('slots.rule', { n })}>
                            <div class="form-row">
                                <Field label={t('slots.rule.segment')}>
                                    {(ids) => (
                                        <select {...ids} required value={r.segment} onChange={(e) => put(r.key, { segment: e.currentTarget.value })}>
                                            {!names.includes(r.segment) && <option value={r.segment}>{r.segment || t('builder.choose')}</option>}
                                            {names.map((x) => <option key={x} value={x}>{x}</option>)}
                                        </select>
                                    )}
                                </Field>
                                <Field label={t('slots.rule.variant')}>
                                    {(ids) => <input {...ids} type="text" required maxLength={64} autocomplete="off" value={r.variant} onInput={(e) => put(r.key, { variant: e.currentTarget.value })} />}
                                </Field>
                                <span class="clause-acts">
                                    <Button small tone="quiet" icon="up" disabled={i === 0} aria-label={t('slots.rule.up', { n })} onClick={() => move(i, -1)} />
                                    <Button small tone="quiet" icon="down" disabled={i === rules.length - 1} aria-label={t('slots.rule.down', { n })} onClick={() => move(i, 1)} />
                                    <Button small tone="quiet" icon="trash" aria-label={t('slots.rule.remove', { n })} onClick={() => onChange(rules.filter((x) => x.key !== r.key))} />
                                </span>
                            </div>
                            <ContentBox label={t('slots.content')} text={r.content} onChange={(content) => put(r.key, { content })} />
                        </li>
                    );
                })}
            </ol>
            <Button small icon="plus" disabled={rules.length >= RULES_MAX} onClick={onAdd}>{t('slots.rule.add')}</Button>
        </Card>
    );
}

function AsPerson({ name }: { name: string }) {
    const [who, setWho] = useState<PersonRow | null>(null);
    const [answer, setAnswer] = useState<SlotAnswer | null>(null);
    const look = useAction(async (p: PersonRow) => {
        setWho(p);
        setAnswer(null);
        const all = await api.post<Personalised>(`/v1/slots/${segment(name)}/preview`, { person: p.id });
        setAnswer(all.slots.find((s) => s.slot === name) ?? null);
    });
    return (
        <Card title={t('slots.preview')} note={t('slots.preview.note')}>
            {!who ? <FindPerson label={t('slots.preview.find')} onChoose={(p) => void look.act(p)} /> : (
                <p class="why-who"><strong dir="auto">{who.label || t('people.nameless')}</strong> <Button small onClick={() => { setWho(null); look.clear(); }}>{t('why.other')}</Button></p>
            )}
            {look.busy && <Loading />}
            <ProblemBox error={look.error} />
            {who && answer && (
                <div role="status" class="stack">
                    <p>{answer.held_out ? <Badge tone="warn">{t('slots.preview.held')}</Badge> : <Badge tone="info">{answer.variant}</Badge>} <span class="muted">{answer.segment ? t('slots.reason.segment', { segment: answer.segment }) : tOr(`slots.reason.${answer.reason}`, reasonName(answer.reason))}</span></p>
                    <pre class="report mono" tabIndex={0} role="region" aria-label={t('slots.content')}>{textOf(answer.content)}</pre>
                </div>
            )}
        </Card>
    );
}

function Form({ slot, names }: { slot: Slot | null; names: string[] }) {
    const [title, setTitle] = useState(slot?.title ?? '');
    const [own, setOwn] = useState<string | null>(slot?.name ?? null);
    const [rules, setRules] = useState<RuleDraft[]>((slot?.rules ?? []).map((r, key) => ({ key, segment: r.segment, variant: r.variant, content: textOf(r.content) })));
    const [fallback, setFallback] = useState(textOf(slot?.fallback ?? {}));
    const [held, setHeld] = useState(String((slot?.hold_out_permille ?? 0) / 10));
    const name = slot?.name ?? own ?? nameOf(title);
    const percent = Number(held.replace(',', '.'));
    const heldFine = held.trim() !== '' && percent >= 0 && percent <= 50;
    const ready = NAME.test(name) && title.trim() !== '' && heldFine && contentOf(fallback) !== null && rules.every((r) => r.segment && r.variant.trim() && contentOf(r.content));
    const [open, setOpen] = useState(slot?.public ?? false);
    const [going, setGoing] = useState(false);
    const save = useAction(async () => {
        await api.put(`/v1/slots/${segment(name)}`, {
            title: title.trim(), rules: rules.map((r) => ({ segment: r.segment, variant: r.variant.trim(), content: contentOf(r.content) })),
            fallback: contentOf(fallback), hold_out_permille: Math.round(percent * 10), public: open, version: slot?.version ?? 0,
        });
        toast(t('slots.saved', { title: title.trim() }));
        go('personas', 'slots');
    });
    const stale = save.error instanceof ApiError && save.error.status === 412;
    const next = Math.max(-1, ...rules.map((r) => r.key)) + 1;
    return (
        <>
            <form
                class="stack" noValidate
                onSubmit={(e) => {
                    e.preventDefault();
                    if (ready) void save.act();
                }}
            >
                <Card>
                    <div class="form-row head-form">
                        <Field label={t('slots.title')}>
                            {(ids) => <input {...ids} type="text" required maxLength={120} autocomplete="off" value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
                        </Field>
                        {!slot && (
                            <Field label={t('slots.name')} hint={t('slots.name.hint')} error={name && !NAME.test(name) ? t('segments.name.bad') : null}>
                                {(ids) => <input {...ids} type="text" class="mono" dir="ltr" maxLength={NAME_MAX} autocomplete="off" value={name} onInput={(e) => setOwn(e.currentTarget.value || null)} />}
                            </Field>
                        )}
                        <Field label={t('slots.hold_out.percent')} hint={t('slots.hold_out.hint')} error={heldFine ? null : t('slots.hold_out.bad')}>
                            {(ids) => <input {...ids} type="text" inputMode="decimal" maxLength={5} autocomplete="off" value={held} onInput={(e) => setHeld(e.currentTarget.value)} />}
                        </Field>
                    </div>
                    <label class="check">
                        <input type="checkbox" checked={open} onChange={(e) => setOpen(e.currentTarget.checked)} />
                        <span>{t('slots.public')}</span>
                    </label>
                    {slot && slot.missing.length > 0 && <p class="notice warn"><Icon name="warning" />{t('slots.missing', { names: slot.missing.join(', ') })}</p>}
                </Card>
                <Rules rules={rules} names={names} onChange={setRules} onAdd={() => setRules([...rules, { key: next, segment: '', variant: `v${rules.length + 1}`, content: '{}' }])} />
                <Card title={t('slots.fallback')} note={t('slots.fallback.note')}><ContentBox label={t('slots.content')} text={fallback} onChange={setFallback} /></Card>
                {stale && <div class="notice warn" role="alert"><Icon name="warning" /><div><strong>{t('segments.stale')}</strong><p>{t('editor.stale.text')}</p></div></div>}
                {!stale && <ProblemBox error={save.error} />}
                <div class="button-row sticky-end">
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready || !can('segments_write')}>{t('action.save')}</Button>
                    <Button onClick={() => go('personas', 'slots')}>{t('action.cancel')}</Button>
                    <span class="spring" />
                    {slot && can('segments_write') && <Button tone="danger" icon="trash" onClick={() => setGoing(true)}>{t('slots.delete')}</Button>}
                </div>
            </form>
            {slot && can('people_read') && <AsPerson name={slot.name} />}
            {slot && going && <DeleteSlot slot={slot} onClose={() => setGoing(false)} onDone={() => go('personas', 'slots')} />}
        </>
    );
}

export function SlotEditor({ name }: { name: string | null }) {
    const catalog = useQuery('segments.catalog', (signal) => api.get<Catalog>('/v1/segments/catalog', { signal }));
    const found = useQuery(`slot.${name ?? ''}`, (signal) => api.get<Slot>(`/v1/slots/${segment(name!)}`, { signal }), { enabled: name !== null });
    const gone = found.error instanceof ApiError && found.error.status === 404;
    const back = { href: href('personas', 'slots'), label: t('personas.view.slots') };
    return (
        <>
            <PageHead title={name ? (found.data?.title ?? name) : t('slots.new')} back={back} />
            {gone ? <Empty icon="page" title={t('slots.gone')}>{t('slots.gone.text')}</Empty> : <ProblemBox error={found.error} onRetry={found.reload} />}
            <ProblemBox error={catalog.error} onRetry={catalog.reload} />
            {catalog.data && (name === null || found.data) ? <Form slot={name ? found.data! : null} names={catalog.data.segments} /> : !found.error && !catalog.error && <Loading />}
        </>
    );
}
