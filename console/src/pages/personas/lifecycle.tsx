// SPDX-License-Identifier: Apache-2.0
// Stages of a customer's life, from the top: everybody is in the first stage whose rule holds.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Lifecycle, Stage } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { count, percent, words } from '../../lib/format';
import { paintSegment } from '../../lib/paint';
import { can } from '../../lib/session';
import { Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { TextFace } from '../segments/text-face';
import { useDefinition } from '../segments/use-definition';

const EVERY = 10_000;
const STAGES_MAX = 20;
const stageName = (name: string): string => words(name);

interface Draft extends Omit<Stage, 'segment' | 'fault'> {
    key: number; // who it is while names change
    ok: boolean;
}

function Rule({ text, label, onChange, onOk }: { text: string; label: string; onChange: (text: string) => void; onOk: (ok: boolean) => void }) {
    const editor = useDefinition(text, null);
    const ok = editor.ok === true;
    useEffect(() => onOk(ok), [ok]);
    return (
        <>
            <TextFace
                label={label} rows={3} text={editor.text} faults={editor.faults}
                onInput={(next) => {
                    editor.setText(next);
                    onChange(next);
                }}
            />
            <ProblemBox error={editor.error} />
        </>
    );
}

function Edit({ stages, onClose, onDone }: { stages: Stage[]; onClose: () => void; onDone: () => void }) {
    const [drafts, setDrafts] = useState<Draft[]>(stages.map((s, key) => ({ ...s, key, ok: true })));
    const [last, setLast] = useState(stages.length);
    const names = drafts.map((d) => d.name.trim());
    const ready = drafts.every((d) => d.ok && d.name.trim() !== '') && new Set(names).size === names.length;
    const put = (key: number, change: Partial<Draft>) => setDrafts((old) => old.map((d) => (d.key === key ? { ...d, ...change } : d)));
    const move = (at: number, by: number) => setDrafts((old) => {
        const next = [...old];
        next.splice(at + by, 0, ...next.splice(at, 1));
        return next;
    });
    const add = () => {
        setDrafts([...drafts, { key: last, name: '', doc: '', rule: '', people: 0, ok: false }]);
        setLast(last + 1);
    };
    const save = useAction(async () => {
        await api.put('/v1/lifecycle', { stages: drafts.map((d) => ({ name: d.name.trim(), doc: d.doc.trim(), rule: d.rule })) });
        toast(t('lifecycle.saved'));
        onDone();
        onClose();
    });
    return (
        <form
            noValidate
            onSubmit={(e) => {
                e.preventDefault();
                if (ready) void save.act();
            }}
        >
            <ol class="stages editing">
                {drafts.map((d, i) => (
                    <li key={d.key}>
                        <Card
                            title={d.name ? stageName(d.name) : t('lifecycle.new')}
                            actions={(
                                <>
                                    <Button small tone="quiet" icon="up" disabled={i === 0} aria-label={t('lifecycle.up', { name: d.name })} onClick={() => move(i, -1)} />
                                    <Button small tone="quiet" icon="down" disabled={i === drafts.length - 1} aria-label={t('lifecycle.down', { name: d.name })} onClick={() => move(i, 1)} />
                                    <Button small tone="quiet" icon="trash" disabled={drafts.length === 1} aria-label={t('lifecycle.remove', { name: d.name })} onClick={() => setDrafts(drafts.filter((x) => x.key !== d.key))} />
                                </>
                            )}
                        >
                            <div class="form-row">
                                <Field label={t('lifecycle.name')} error={names.filter((n) => n === d.name.trim()).length > 1 ? t('lifecycle.name.taken') : null}>
                                    {(ids) => <input {...ids} type="text" maxLength={64} required autocomplete="off" value={d.name} onInput={(e) => put(d.key, { name: e.currentTarget.value })} />}
                                </Field>
                                <Field label={t('lifecycle.doc')}>
                                    {(ids) => <input {...ids} type="text" maxLength={240} autocomplete="off" value={d.doc} onInput={(e) => put(d.key, { doc: e.currentTarget.value })} />}
                                </Field>
                            </div>
                            <Rule text={d.rule} label={t('lifecycle.rule.of', { name: d.name || t('lifecycle.new') })} onChange={(rule) => put(d.key, { rule })} onOk={(ok) => put(d.key, { ok })} />
                        </Card>
                    </li>
                ))}
            </ol>
            <ProblemBox error={save.error} />
            <div class="button-row sticky-end">
                <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                <Button onClick={onClose}>{t('action.cancel')}</Button>
                <Button icon="plus" disabled={drafts.length >= STAGES_MAX} onClick={add}>{t('lifecycle.add')}</Button>
            </div>
        </form>
    );
}

function Shown({ stages }: { stages: Stage[] }) {
    const total = stages.reduce((sum, s) => sum + s.people, 0);
    return (
        <ol class="stages">
            {stages.map((s) => (
                <li key={s.name}>
                    <Card title={stageName(s.name)} actions={<span class="stage-people"><strong>{t('people.count', { n: s.people })}</strong> <span class="muted">{total ? percent(s.people / total, 1) : ''}</span></span>}>
                        {s.doc && <p class="muted" dir="auto">{s.doc}</p>}
                        {s.fault && <p class="notice bad" role="alert"><Icon name="warning" />{s.fault}</p>}
                        <pre class="definition mono" dir="ltr"><code>{paintSegment(s.rule).map((x, i) => (x.kind ? <span key={i} class={`tok-${x.kind}`}>{x.text}</span> : x.text))}</code></pre>
                        <span class="bar-track" aria-hidden="true"><span class="bar" style={{ inlineSize: `${total ? (100 * s.people) / total : 0}%` }} /></span>
                    </Card>
                </li>
            ))}
            <li class="muted small">{t('lifecycle.total', { people: count(total) })}</li>
        </ol>
    );
}

export function LifecyclePage() {
    const [editing, setEditing] = useState(false);
    const found = useQuery('lifecycle', (signal) => api.get<Lifecycle>('/v1/lifecycle', { signal }), { poll: editing ? 0 : EVERY, keep: true });
    const stages = found.data?.stages;
    const edit = can('segments_write') && <Button icon="edit" onClick={() => setEditing(true)}>{t('lifecycle.edit')}</Button>;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!stages && found.loading && <Loading />}
            {stages && !editing && (stages.length === 0 ? <Empty icon="personas" title={t('lifecycle.empty')} action={edit}>{t('lifecycle.empty.text')}</Empty> : (
                <>
                    <div class="button-row">{edit}</div>
                    <Shown stages={stages} />
                </>
            ))}
            {stages && editing && <Edit stages={stages} onClose={() => setEditing(false)} onDone={found.reload} />}
        </>
    );
}
