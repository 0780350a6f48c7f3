// SPDX-License-Identifier: Apache-2.0
// A segment in its two faces, side by side: the text and the builder. What is typed in one appears in the other, and
// below them stands who would be in it.

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Catalog, Fault, Segment } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { fresh, type Node } from '../../lib/definition';
import { NAME, NAME_MAX, nameOf } from '../../lib/names';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, Loading, PageHead } from '../../ui/basics';
import { takeDraft, type Draft } from '../../ui/explore/draft';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Builder } from './builder/index';
import { Preview, Size } from './preview';
import { BrokenNote } from './state';
import { TextFace } from './text-face';
import { useDefinition, usePreview } from './use-definition';

interface Start {
    name: string | null; // null: a new one
    title: string;
    doc: string;
    persona: boolean;
    text: string;
    definition: Node | null;
    card: Record<string, unknown> | null; // goes back as it came
    version: number;
}

function Stale({ name, onTheirs, onMine }: { name: string; onTheirs: (now: Segment) => void; onMine: (version: number) => void }) {
    const now = useQuery(`segment.stale.${name}`, (signal) => api.get<Segment>(`/v1/segments/${segment(name)}`, { signal }));
    return (
        <div class="notice warn" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{t('segments.stale')}</strong>
                <p>{now.data ? tx('segments.stale.text', { when: <Ago time={now.data.changed} /> }) : t('segments.stale.wait')}</p>
                {now.data && <pre class="quote mono">{now.data.text}</pre>}
                <ProblemBox error={now.error} onRetry={now.reload} />
                {now.data && (
                    <div class="button-row">
                        <Button small onClick={() => onTheirs(now.data!)}>{t('segments.stale.theirs')}</Button>
                        <Button small onClick={() => onMine(now.data!.version)}>{t('segments.stale.mine')}</Button>
                    </div>
                )}
            </div>
        </div>
    );
}

function Form({ start, catalog, shown, draft }: { start: Start; catalog: Catalog; shown: Segment | null; draft: Draft | null }) {
    const [title, setTitle] = useState(draft?.title ?? start.title);
    const [doc, setDoc] = useState(start.doc);
    const [persona, setPersona] = useState(start.persona);
    const [own, setOwn] = useState<string | null>(start.name);
    const [version, setVersion] = useState(start.version);
    const editor = useDefinition(start.text, start.definition, start.definition !== null && shown?.state !== 'broken');
    const preview = usePreview(editor);
    useEffect(() => { if (draft) editor.setDefinition(draft.definition); }, []);
    const name = start.name ?? own ?? nameOf(title);
    const touched = editor.changed || title !== start.title || doc !== start.doc || persona !== start.persona;
    const ready = NAME.test(name) && title.trim() !== '' && editor.ok === true;

    useEffect(() => {
        if (!touched) return;
        const stay = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', stay);
        return () => removeEventListener('beforeunload', stay);
    }, [touched]);

    const save = useAction(async (as: number) => {
        try {
            await api.put(`/v1/segments/${segment(name)}`, { title: title.trim(), doc: doc.trim(), persona, ...(start.card ? { card: start.card } : {}), ...editor.body(), version: as });
        } catch (error) {
            const faults = error instanceof ApiError ? (error.problem as { faults?: Fault[] }).faults : undefined;
            if (faults?.length) editor.setFaults(faults);
            throw error;
        }
        toast(t('segments.saved', { title: title.trim() }));
        go('segments', name);
    });
    const stale = save.error instanceof ApiError && save.error.status === 412 && start.name !== null;
    const submit = () => { if (ready) void save.act(version); };
    const theirs = (now: Segment) => {
        setTitle(now.title);
        setDoc(now.doc);
        setPersona(now.persona);
        setVersion(now.version);
        editor.start(now.text, now.definition);
        save.clear();
    };
    const mine = (newest: number) => {
        setVersion(newest);
        void save.act(newest);
    };
    const definition = editor.definition;
    const behind = editor.face === 'text' && editor.ok === false;
    return (
        <form
            class="segment-form" noValidate
            onSubmit={(e) => {
                e.preventDefault();
                submit();
            }}
        >
            {shown && <BrokenNote s={shown} />}
            <Card>
                <div class="form-row head-form">
                    <Field label={t('segments.title')}>
                        {(ids) => <input {...ids} type="text" required maxLength={120} autocomplete="off" value={title} onInput={(e) => setTitle(e.currentTarget.value)} />}
                    </Field>
                    {start.name === null && (
                        <Field label={t('segments.name')} hint={t('segments.name.hint')} error={name && !NAME.test(name) ? t('segments.name.bad') : null}>
                            {(ids) => <input {...ids} type="text" class="mono" maxLength={NAME_MAX} autocomplete="off" spellcheck={false} dir="ltr" value={name} onInput={(e) => setOwn(e.currentTarget.value || null)} />}
                        </Field>
                    )}
                    <Field label={t('segments.doc')} hint={t('segments.doc.hint')}>
                        {(ids) => <input {...ids} type="text" maxLength={500} autocomplete="off" value={doc} onInput={(e) => setDoc(e.currentTarget.value)} />}
                    </Field>
                </div>
                <label class="check">
                    <input type="checkbox" checked={persona} onChange={(e) => setPersona(e.currentTarget.checked)} />
                    <span>{t('segments.as_persona')}</span>
                </label>
            </Card>
            <div class="faces" onKeyDown={(e) => { if (e.key === 'Enter' && (e.target as HTMLElement).tagName === 'INPUT') e.preventDefault(); }}>
                <Card title={t('segments.face.text')} note={t('segments.face.text.note')}>
                    <TextFace label={t('segments.face.text')} text={editor.text} faults={editor.face === 'text' ? editor.faults : []} onInput={editor.setText} onSave={submit} />
                    {editor.face === 'builder' && editor.ok === false && <p class="muted small">{t('segments.face.text.behind')}</p>}
                </Card>
                <Card title={t('segments.face.builder')} note={t('segments.face.builder.note')}>
                    {behind && <p class="muted small" role="status">{t('segments.face.builder.behind')}</p>}
                    {definition
                        ? (
                            <div inert={behind} class={behind ? 'old' : ''}>
                                <Builder
                                    definition={definition} catalog={catalog} faults={editor.face === 'builder' ? editor.faults : []}
                                    clauses={preview.data && editor.ok ? preview.data.clauses : NONE} whole={preview.data?.whole ?? true} onChange={editor.setDefinition}
                                />
                            </div>
                        )
                        : (
                            <div class="button-row">
                                <span class="muted">{t('segments.face.builder.start')}</span>
                                <Button small icon="plus" onClick={() => editor.setDefinition(fresh('all'))}>{t('segments.face.builder.first')}</Button>
                            </div>
                        )}
                </Card>
            </div>
            <Preview preview={preview} ready={editor.ok === true} />
            <ProblemBox error={editor.error} />
            {stale ? <Stale name={name} onTheirs={theirs} onMine={mine} /> : <ProblemBox error={save.error} />}
            <div class="button-row sticky-end">
                <Button type="submit" tone="primary" busy={save.busy} disabled={!ready || !touched}>{t('action.save')}</Button>
                <Button onClick={() => (start.name ? go('segments', start.name) : go('segments'))}>{t('action.cancel')}</Button>
                {editor.ok === false && <Badge tone="bad">{t('segments.faults', { n: Math.max(1, editor.faults.filter((f) => !f.warning).length) })}</Badge>}
                {preview.data && editor.ok && <span class={preview.busy ? 'old' : ''}><Size p={preview.data} /></span>}
            </div>
        </form>
    );
}
const NONE: { number: number; people: number }[] = [];

export function Editor({ name, from }: { name: string | null; from: string | null }) {
    const source = name ?? from;
    const [draft] = useState(() => (source === null ? takeDraft() : null)); // people of a figure, to become a segment
    const catalog = useQuery('segments.catalog', (signal) => api.get<Catalog>('/v1/segments/catalog', { signal }));
    const found = useQuery(`segment.edit.${source ?? ''}`, (signal) => api.get<Segment>(`/v1/segments/${segment(source!)}`, { signal }), { enabled: source !== null });
    const s = found.data;
    const title = name ? (s?.title ?? name) : t('segments.new');
    const back = name ? { href: href('segments', name), label: s?.title ?? name } : { href: href('segments'), label: t('nav.segments') };
    if (!can('segments_write')) {
        return <><PageHead title={title} back={back} /><Empty icon="lock" title={t('segments.read_only')}>{t('segments.read_only.text')}</Empty></>;
    }
    const start: Start | null = source === null ? { name: null, title: '', doc: '', persona: false, text: '', definition: null, card: null, version: 0 }
        : s ? { name, title: name ? s.title : t('segments.copy_of', { title: s.title }), doc: s.doc, persona: s.persona, text: s.text, definition: s.definition, card: s.card, version: name ? s.version : 0 } : null;
    return (
        <>
            <PageHead title={title} back={back} lead={t('segments.edit.lead')} />
            <ProblemBox error={catalog.error} onRetry={catalog.reload} />
            <ProblemBox error={found.error} onRetry={found.reload} />
            {start && catalog.data ? <Form key={`${start.name ?? 'new'}:${start.version}`} start={start} catalog={catalog.data} shown={name ? (s ?? null) : null} draft={draft} />
                : !catalog.error && !found.error && <Loading />}
        </>
    );
}
