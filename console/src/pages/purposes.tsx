// SPDX-License-Identifier: Apache-2.0
// Purposes: what data is used for, on which basis, in which words people were asked, who receives it, and how
// many agreed. Changed words are a new version; the old ones stay.

import { useState } from 'preact/hooks';
import { api, segment } from '../api/client';
import { useAction, useQuery } from '../api/query';
import type { Dictionary, DictionaryField, Purpose, Wording } from '../api/types';
import { t, tOr } from '../i18n';
import { toast } from '../lib/announce';
import { count, words } from '../lib/format';
import { href } from '../lib/router';
import { useRowKeys } from '../lib/row-keys';
import { can } from '../lib/session';
import { Ago, Badge, Button, Card, Empty, Field, LinkButton, Loading, PageHead } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Level } from '../ui/level';
import { ProblemBox } from '../ui/problem';
import { Table } from '../ui/table';

const basisName = (basis: string): string => tOr(`basis.${basis}`, words(basis));
const newest = (list: Wording[]): Wording[] => {
    const by = new Map<string, Wording>();
    for (const w of list) if ((by.get(w.language)?.version ?? 0) < w.version) by.set(w.language, w);
    return [...by.values()].sort((a, b) => a.language.localeCompare(b.language));
};

function useFields(): DictionaryField[] | undefined {
    return useQuery('dictionary', (signal) => api.get<Dictionary>('/v1/dictionary', { signal })).data?.persons;
}

function List() {
    const found = useQuery('purposes', (signal) => api.get<{ items: Purpose[] }>('/v1/purposes', { signal }));
    useRowKeys();
    const items = found.data?.items;
    return (
        <>
            <PageHead title={t('nav.purposes')} lead={t('purposes.lead')}>
                {can('dictionary_write') && <LinkButton icon="edit" href={href('dictionary', 'edit')}>{t('purposes.edit')}</LinkButton>}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && !found.error && <Loading />}
            {items?.length === 0 && <Empty icon="purposes" title={t('consents.empty')}>{t('consents.empty.text')}</Empty>}
            {items && items.length > 0 && (
                <Card class="flush">
                    <Table
                        caption={t('nav.purposes')} rows={items} rowKey={(p) => p.name}
                        columns={[
                            { key: 'name', label: t('consents.purpose'), head: true, grow: true, cell: (p) => <><a class="row-link" href={href('purposes', p.name)}>{words(p.name)}</a><small class="muted">{p.doc}</small></> },
                            { key: 'basis', label: t('dictionary.basis'), cell: (p) => basisName(p.basis) },
                            { key: 'languages', label: t('purposes.languages'), cell: (p) => newest(p.wordings).map((w) => w.language).join(', ') || <span class="muted">{t('purposes.no_text')}</span> },
                            { key: 'recipients', label: t('registers.view.recipients'), cell: (p) => p.recipients.map(words).join(', ') || '–' },
                            { key: 'given', label: t('consents.given'), end: true, cell: (p) => count(p.given) },
                        ]}
                    />
                </Card>
            )}
        </>
    );
}

function EditTexts({ purpose, onClose, onDone }: { purpose: Purpose; onClose: () => void; onDone: () => void }) {
    const now = newest(purpose.wordings);
    const [texts, setTexts] = useState<Record<string, string>>(Object.fromEntries(now.map((w) => [w.language, w.text])));
    const [language, setLanguage] = useState('');
    const code = language.trim();
    const fits = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code) && !(code in texts);
    const changed = Object.fromEntries(Object.entries(texts).filter(([l, x]) => x.trim() && x.trim() !== now.find((w) => w.language === l)?.text));
    const ready = Object.keys(changed).length > 0;
    const save = useAction(async () => {
        await api.put(`/v1/purposes/${segment(purpose.name)}/wordings`, { texts: changed });
        toast(t('purposes.saved'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={t('purposes.texts', { purpose: words(purpose.name) })} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={<><Button onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button></>}
        >
            <p class="muted">{t('purposes.texts.text')}</p>
            {Object.entries(texts).map(([l, text]) => (
                <Field key={l} label={t('purposes.text.in', { language: l })}>
                    {(ids) => <textarea {...ids} rows={4} maxLength={8000} dir="auto" lang={l} value={text} onInput={(e) => setTexts({ ...texts, [l]: e.currentTarget.value })} />}
                </Field>
            ))}
            <Field label={t('purposes.language')} hint={t('purposes.language.hint')}>
                {(ids) => (
                    <div class="with-button">
                        <input {...ids} type="text" maxLength={20} autocomplete="off" spellcheck={false} value={language} onInput={(e) => setLanguage(e.currentTarget.value)} />
                        <Button icon="plus" disabled={!fits} onClick={() => { setTexts({ ...texts, [code]: '' }); setLanguage(''); }}>{t('purposes.language.add')}</Button>
                    </div>
                )}
            </Field>
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

function Texts({ p, onEdit }: { p: Purpose; onEdit: (() => void) | null }) {
    const now = newest(p.wordings);
    return (
        <Card title={t('purposes.wordings')} actions={onEdit && <Button small icon="edit" onClick={onEdit}>{t('purposes.change')}</Button>}>
            {now.length === 0 && <p class="muted">{t('purposes.no_text.text')}</p>}
            {now.map((w) => {
                const older = p.wordings.filter((x) => x.language === w.language && x.version < w.version).reverse();
                return (
                    <section key={w.language} class="wording" aria-label={w.language}>
                        <h3>{w.language} <Badge>{t('policies.version', { n: w.version })}</Badge> <small class="muted"><Ago time={w.made} /></small></h3>
                        <p class="quote" lang={w.language} dir="auto">{w.text}</p>
                        <small class="muted">{t('records.wording.n', { n: w.number })} · <code title={w.sha256}>{w.sha256.slice(0, 16)}…</code></small>
                        {older.length > 0 && (
                            <details class="more-options">
                                <summary>{t('purposes.older', { n: older.length })}</summary>
                                {older.map((x) => <div key={x.version}><small class="muted">{t('policies.version', { n: x.version })} · <Ago time={x.made} /></small><p class="quote" lang={x.language} dir="auto">{x.text}</p></div>)}
                            </details>
                        )}
                    </section>
                );
            })}
        </Card>
    );
}

function One({ name }: { name: string }) {
    const found = useQuery('purposes', (signal) => api.get<{ items: Purpose[] }>('/v1/purposes', { signal }), { keep: true });
    const fields = useFields();
    const [editing, setEditing] = useState(false);
    const p = found.data?.items.find((x) => x.name === name);
    const back = { href: href('purposes'), label: t('nav.purposes') };
    if (!p) {
        return (
            <>
                <PageHead title={t('consents.purpose')} back={back} />
                {found.data ? <Empty icon="purposes" title={t('purposes.gone')}>{t('purposes.gone.text')}</Empty> : found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />}
            </>
        );
    }
    const used = fields?.filter((f) => f.purposes.includes(p.name)) ?? [];
    const facts = [['given', p.given], ['refused', p.refused], ['withdrawn', p.withdrawn]] as const;
    return (
        <>
            <PageHead title={words(p.name)} back={back} lead={p.doc}>
                <LinkButton icon="consents" href={`${href('consents', 'totals')}?purpose=${encodeURIComponent(p.name)}`}>{t('nav.consents')}</LinkButton>
            </PageHead>
            <dl class="facts">
                {facts.map(([k, n]) => <div key={k}><dt>{t(`consents.${k}`)}</dt><dd>{count(n)}</dd></div>)}
                <div><dt>{t('consent.unproven')}</dt><dd>{count(p.unproven)}</dd></div>
            </dl>
            <Card title={t('purposes.rules')}>
                <dl class="properties">
                    <div><dt>{t('dictionary.basis')}</dt><dd>{basisName(p.basis)}</dd></div>
                    <div><dt>{t('purposes.validity')}</dt><dd>{p.validity_days ? t('time.days', { n: p.validity_days }) : t('records.until.none')}</dd></div>
                    <div><dt>{t('registers.view.recipients')}</dt><dd>{p.recipients.map(words).join(', ') || '–'}</dd></div>
                    <div><dt>{t('purposes.generation')}</dt><dd>{count(p.generation)}</dd></div>
                </dl>
            </Card>
            <Texts p={p} onEdit={can('dictionary_write') ? () => setEditing(true) : null} />
            <Card title={t('dictionary.tab.persons')} note={String(used.length)} class={used.length ? 'flush' : ''}>
                {used.length === 0 ? <p class="muted">{t('purposes.no_fields')}</p> : (
                    <Table
                        dense caption={t('dictionary.tab.persons')} rows={used} rowKey={(f) => f.name}
                        columns={[
                            { key: 'name', label: t('dictionary.field'), head: true, grow: true, cell: (f) => <><code class="field-name">{f.name}</code>{f.doc && <small class="muted">{f.doc}</small>}</> },
                            { key: 'level', label: t('dictionary.level'), cell: (f) => <Level level={f.level} /> },
                            { key: 'kept', label: t('dictionary.kept'), cell: (f) => (f.retention_days ? t('time.days', { n: f.retention_days }) : t('dictionary.kept.person')) },
                        ]}
                    />
                )}
            </Card>
            {editing && <EditTexts purpose={p} onClose={() => setEditing(false)} onDone={found.reload} />}
        </>
    );
}

export default function Purposes({ parts }: { parts: string[] }) {
    return parts[0] ? <One key={parts[0]} name={parts[0]} /> : <List />;
}
