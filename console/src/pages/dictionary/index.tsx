// SPDX-License-Identifier: Apache-2.0
// The dictionary: every declared field, event, purpose and identifier, what nobody declared yet, and
// the text behind it.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Dictionary as DictionaryData, DictionaryEvent, DictionaryField, DictionaryIdentifier, DictionaryPurpose } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { breakable, count, words } from '../../lib/format';
import { href, route } from '../../lib/router';
import { can } from '../../lib/session';
import { Badge, Card, Empty, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { Table, type Column } from '../../ui/table';
import DictionaryEditor from './editor';
import { DictionaryHistory, ProposalPage, Proposals } from './proposals';
import { UndeclaredList } from './undeclared';

const PARTS = ['persons', 'events', 'purposes', 'identifiers'] as const; // of the dictionary itself
const TABS = [...PARTS, 'undeclared', 'proposals', 'history'] as const;
type Tab = (typeof TABS)[number];
type Part = (typeof PARTS)[number];
const isPart = (tab: Tab): tab is Part => (PARTS as readonly Tab[]).includes(tab);

function limits(f: DictionaryField): string {
    if (f.options.length) return f.options.join(', ');
    const text = ['string', 'email', 'phone', 'url'].includes(f.type);
    if (text && f.max) return t('dictionary.limit.chars', { n: count(f.max) });
    const numeric = ['integer', 'number', 'money', 'array'].includes(f.type);
    const bounded = Math.abs(f.min) < 1e12 && Math.abs(f.max) < 1e12 && (f.min !== 0 || f.max !== 0);
    return numeric && bounded ? `${count(f.min)} – ${count(f.max)}` : '';
}

const kept = (days: number): string => (days ? t('time.days', { n: days }) : t('dictionary.kept.person'));

function fieldColumns(): Column<DictionaryField>[] {
    return [
        {
            key: 'name', label: t('dictionary.field'), head: true, grow: true,
            cell: (f) => (
                <>
                    <code class="field-name">{breakable(f.name)}</code>
                    {f.identifier && <Badge tone="info">{t('dictionary.identifies', { kind: f.identifier })}</Badge>}
                    {f.doc && <small class="muted">{f.doc}</small>}
                    {f.aliases.length > 0 && <small class="muted">{t('dictionary.aliases', { names: f.aliases.join(', ') })}</small>}
                </>
            ),
        },
        { key: 'type', label: t('dictionary.type'), cell: (f) => <>{f.type}{limits(f) && <small class="muted">{limits(f)}</small>}</> },
        { key: 'level', label: t('dictionary.level'), cell: (f) => <Level level={f.level} /> },
        { key: 'category', label: t('dictionary.category'), cell: (f) => (f.category ? <code class="small">{breakable(f.category)}</code> : '–') },
        { key: 'purposes', label: t('dictionary.purposes'), cell: (f) => f.purposes.map(words).join(', ') || '–' },
        { key: 'kept', label: t('dictionary.kept'), cell: (f) => kept(f.retention_days) },
    ];
}

function Events({ events }: { events: DictionaryEvent[] }) {
    return (
        <>
            {events.map((e) => (
                <details class="dictionary-event" key={e.name}>
                    <summary>
                        <span>
                            <strong>{e.name}</strong>
                            {e.doc && <small class="muted">{e.doc}</small>}
                        </span>
                        <span class="muted small">{t('dictionary.fields.n', { n: e.fields.length })}</span>
                    </summary>
                    <p class="muted small">
                        {e.aliases.length > 0 && <>{t('dictionary.aliases', { names: e.aliases.join(', ') })} · </>}
                        {t('dictionary.kept')}: {kept(e.retention_days)}
                        {e.purposes.length > 0 && <> · {t('dictionary.purposes')}: {e.purposes.map(words).join(', ')}</>}
                    </p>
                    {e.fields.length > 0 && <Table dense caption={e.name} columns={fieldColumns()} rows={e.fields} rowKey={(f) => f.name} />}
                </details>
            ))}
        </>
    );
}

function purposeColumns(): Column<DictionaryPurpose>[] {
    return [
        { key: 'name', label: t('dictionary.purpose'), head: true, grow: true, cell: (p) => <><strong>{words(p.name)}</strong>{p.doc && <small class="muted">{p.doc}</small>}</> },
        { key: 'basis', label: t('dictionary.basis'), cell: (p) => tOr(`basis.${p.basis}`, words(p.basis)) },
        { key: 'categories', label: t('dictionary.client_categories'), cell: (p) => p.categories.join(', ') || '–' },
    ];
}

function identifierColumns(): Column<DictionaryIdentifier>[] {
    return [
        { key: 'kind', label: t('dictionary.identifier'), head: true, grow: true, cell: (i) => <><strong>{tOr(`identifier.${i.kind}`, words(i.kind))}</strong> <code class="small">{i.kind}</code>{i.doc && <small class="muted">{i.doc}</small>}</> },
        { key: 'priority', label: t('dictionary.priority'), end: true, cell: (i) => count(i.priority) },
        { key: 'limit', label: t('dictionary.per_person'), end: true, cell: (i) => count(i.limit) },
        { key: 'blocked', label: t('dictionary.blocked'), cell: (i) => <span class="wrap-any">{i.blocked.join(', ') || '–'}</span> },
    ];
}

function matches(q: string, ...texts: (string | null | string[])[]): boolean {
    return texts.flat().some((x) => (x ?? '').toLocaleLowerCase().includes(q));
}

function Rows({ tab, data, q }: { tab: Part; data: DictionaryData; q: string }) {
    const fields = data.persons.filter((f) => matches(q, f.name, f.doc, f.category, f.aliases));
    const events = data.events.filter((e) => matches(q, e.name, e.doc, e.aliases, e.fields.map((f) => f.name)));
    const purposes = data.purposes.filter((p) => matches(q, p.name, p.doc, p.categories));
    const identifiers = data.identifiers.filter((i) => matches(q, i.kind, i.doc));
    const n = { persons: fields, events, purposes, identifiers }[tab].length;
    if (n === 0) return <Empty icon="search" title={t('dictionary.none')}>{t('dictionary.none.text')}</Empty>;
    return (
        <Card class="flush">
            {tab === 'persons' && <Table caption={t('dictionary.tab.persons')} columns={fieldColumns()} rows={fields} rowKey={(f) => f.name} />}
            {tab === 'events' && <Events events={events} />}
            {tab === 'purposes' && <Table caption={t('dictionary.tab.purposes')} columns={purposeColumns()} rows={purposes} rowKey={(p) => p.name} />}
            {tab === 'identifiers' && <Table caption={t('dictionary.tab.identifiers')} columns={identifierColumns()} rows={identifiers} rowKey={(i) => i.kind} />}
        </Card>
    );
}

function Overview({ tab }: { tab: Tab }) {
    const dictionary = useQuery('dictionary', (signal) => api.get<DictionaryData>('/v1/dictionary', { signal }));
    const [text, setText] = useState('');
    const data = dictionary.data;
    return (
        <>
            <PageHead title={t('nav.dictionary')} lead={t('dictionary.lead')}>
                {can('dictionary_write') && <LinkButton icon="edit" href={href('dictionary', 'edit')}>{t('dictionary.edit')}</LinkButton>}
            </PageHead>
            <nav class="tabs page-tabs" aria-label={t('dictionary.parts')}>
                {TABS.map((x) => (
                    <a key={x} href={href('dictionary', x)} aria-current={x === tab ? 'page' : undefined}>
                        {t(`dictionary.tab.${x}` as Key)}
                        {data && isPart(x) && <span class="chip-count">{count(data[x].length)}</span>}
                    </a>
                ))}
            </nav>
            {isPart(tab) && (
                <div class="toolbar">
                    <div class="search-field">
                        <Icon name="search" />
                        <input
                            type="search" data-search aria-label={t('dictionary.search')} placeholder={t('dictionary.search')}
                            autocomplete="off" spellcheck={false} value={text} onInput={(e) => setText(e.currentTarget.value)}
                        />
                    </div>
                </div>
            )}
            <ProblemBox error={dictionary.error} onRetry={dictionary.reload} />
            {!data && dictionary.loading && <Loading />}
            {tab === 'undeclared' && <UndeclaredList />}
            {tab === 'proposals' && <Proposals />}
            {tab === 'history' && <DictionaryHistory />}
            {isPart(tab) && data && <Rows tab={tab} data={data} q={text.trim().toLocaleLowerCase()} />}
        </>
    );
}

export default function Dictionary({ parts }: { parts: string[] }) {
    if (parts[0] === 'edit') return <DictionaryEditor add={route.value.query.get('add')} />;
    if (parts[0] === 'proposals' && parts[1]) return <ProposalPage key={parts[1]} id={parts[1]} />;
    return <Overview tab={TABS.find((x) => x === parts[0]) ?? 'persons'} />;
}
