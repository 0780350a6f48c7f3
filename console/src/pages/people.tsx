// SPDX-License-Identifier: Apache-2.0
// People: search as you type, filters, order, and a list that is as quick with a million rows as with
// ten. With an id in the route it is the page of one person.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { People as PeopleAnswer, PeopleFilter, PeopleQuery, PeopleSort, PersonRow } from '../api/types';
import { t, type Key } from '../i18n';
import { announce } from '../lib/announce';
import { count, country, money } from '../lib/format';
import { href, route, setQuery } from '../lib/router';
import { PAGE, Pages } from '../lib/virtual';
import { Ago, Avatar, Badge, Button, Empty, LinkButton, Loading, PageHead, Segmented } from '../ui/basics';
import { Endless } from '../ui/endless';
import { Icon } from '../ui/icons';
import { ProblemBox } from '../ui/problem';
import { sampleGone } from '../ui/sample';
import PersonPage from './person/index';

const FILTERS: PeopleFilter[] = ['all', 'known', 'anonymous', 'customers', 'sample'];
const SORTS: PeopleSort[] = ['last_seen', 'first_seen', 'revenue', 'orders'];

// The list outlives the page, so that going back from a person finds it as it was. What was typed is
// kept here and not in the address: it may be somebody's name.
let list: { key: string; pages: Pages<PersonRow> } | null = null;
let typed = '';
let search: PeopleAnswer['search'] | null = null;

function listFor(q: string, filter: PeopleFilter, sort: PeopleSort, changed: () => void): Pages<PersonRow> {
    const key = JSON.stringify([q, filter, sort, sampleGone.value]);
    if (list?.key !== key) {
        list?.pages.stop();
        const load = (cursor: string | null, signal: AbortSignal) => {
            const query: PeopleQuery = { q, filter, sort, limit: PAGE };
            if (cursor) query.cursor = cursor;
            return api.post<PeopleAnswer>('/v1/people/search', query, { signal });
        };
        const pages = new Pages<PersonRow>(load, changed, (answer) => {
            search = (answer as PeopleAnswer).search ?? null;
        });
        list = { key, pages };
    }
    list.pages.listen(changed);
    return list.pages;
}

export const personName = (p: { label: string }): string => p.label || t('people.nameless');

function Row({ p, index, focused }: { p: PersonRow; index: number; focused: boolean }) {
    return (
        <>
            <div role="cell" class="person-who">
                <Avatar id={p.id} label={personName(p)} known={p.known} />
                <span>
                    <span class="person-name">
                        <a href={href('people', p.id)} class="row-link" dir="auto" data-row={index} data-focused={focused || undefined}>{personName(p)}</a>
                        {p.sample && <Badge tone="sample">{t('sample.badge')}</Badge>}
                    </span>
                    <small dir="auto">{p.email && p.email !== p.label ? p.email : p.known ? '' : t('people.anonymous')}</small>
                </span>
            </div>
            <div role="cell" class="col-country">{p.country ? country(p.country) : <span class="muted">–</span>}</div>
            <div role="cell" class="end col-events">{count(p.events)}</div>
            <div role="cell" class="end col-orders"><span class="phone-only">{t('people.orders.n', { n: p.orders })}</span><span class="desk-only">{count(p.orders)}</span></div>
            <div role="cell" class="end col-revenue">{p.orders || p.revenue ? money(p.revenue) : <span class="muted">–</span>}</div>
            <div role="cell" class="end col-seen"><Ago time={p.last_seen} /></div>
        </>
    );
}

const Head = () => (
    <>
        <div role="columnheader">{t('people.person')}</div>
        <div role="columnheader" class="col-country">{t('people.country')}</div>
        <div role="columnheader" class="end col-events">{t('people.events')}</div>
        <div role="columnheader" class="end col-orders">{t('metric.orders')}</div>
        <div role="columnheader" class="end col-revenue">{t('metric.revenue')}</div>
        <div role="columnheader" class="end col-seen">{t('people.last_seen')}</div>
    </>
);

function Nobody({ q, filter }: { q: string; filter: PeopleFilter }) {
    if (q || filter !== 'all') {
        return (
            <Empty icon="search" title={t('people.none_found')}
                action={<Button onClick={() => { typed = ''; setQuery({ filter: null }); dispatchEvent(new Event('custos:clear')); }}>{t('people.clear')}</Button>}>
                {t('people.none_found.text')}
            </Empty>
        );
    }
    return (
        <Empty icon="people" title={t('people.empty')} action={<LinkButton tone="primary" icon="sources" href={href('sources')}>{t('people.empty.action')}</LinkButton>}>
            {t('people.empty.text')}
        </Empty>
    );
}

function PeopleList() {
    const query = route.value.query;
    const filter = FILTERS.find((f) => f === query.get('filter')) ?? 'all';
    const sort = SORTS.find((s) => s === query.get('sort')) ?? 'last_seen';
    const [text, setText] = useState(typed);
    const [q, setQ] = useState(typed.trim());
    const [round, setRound] = useState(0);
    useEffect(() => {
        typed = text;
        const timer = setTimeout(() => setQ(text.trim()), 180);
        return () => clearTimeout(timer);
    }, [text]);
    useEffect(() => {
        const clear = () => {
            setText('');
            setQ('');
        };
        addEventListener('custos:clear', clear);
        return () => removeEventListener('custos:clear', clear);
    }, []);
    const pages = listFor(q, filter, sort, () => setRound((n) => n + 1));
    useEffect(() => {
        pages.want(0, 0);
        return () => pages.listen(() => {});
    }, [pages]);
    useEffect(() => {
        if (pages.total !== null && (q || filter !== 'all')) announce(t('people.count', { n: pages.total }));
    }, [pages.total, q, filter]);

    return (
        <div data-keep-scroll>
            <PageHead title={t('nav.people')} lead={pages.total !== null && t('people.count', { n: pages.total })} />
            <div class="toolbar sticky">
                <div class="search-field">
                    <Icon name="search" />
                    <input
                        type="search" data-search aria-label={t('people.search')} placeholder={t('people.search.hint')}
                        autocomplete="off" spellcheck={false} maxLength={200} value={text}
                        onInput={(e) => setText(e.currentTarget.value)}
                        onKeyDown={(e) => {
                            if (e.key === 'ArrowDown') document.querySelector<HTMLElement>('.row-link')?.focus();
                        }}
                    />
                </div>
                <Segmented<PeopleFilter>
                    label={t('people.filter')} value={filter} onChange={(f) => setQuery({ filter: f === 'all' ? null : f })}
                    options={FILTERS.map((f) => ({ value: f, label: t(`people.filter.${f}` as Key) }))}
                />
                <label class="inline-select">
                    <span>{t('people.sort')}</span>
                    <select value={sort} onChange={(e) => setQuery({ sort: e.currentTarget.value })}>
                        {SORTS.map((s) => <option key={s} value={s}>{t(`people.sort.${s}` as Key)}</option>)}
                    </select>
                </label>
            </div>
            {search && !search.ready && (
                <p class="notice info" role="status">
                    <Icon name="info" />{t('people.indexing', { done: count(search.indexed), total: count(search.total) })}
                </p>
            )}
            <ProblemBox error={pages.error} onRetry={() => pages.retry()} />
            {pages.length > 0 ? (
                <Endless<PersonRow>
                    key={list!.key} kind="people-table" rowClass="person-row" label={t('nav.people')} pages={pages} round={round} head={<Head />}
                    row={(p, index, focused) => <Row p={p} index={index} focused={focused} />}
                />
            )
                : pages.loading || !pages.ended ? !pages.error && <Loading />
                    : <Nobody q={q} filter={filter} />}
        </div>
    );
}

export default function People({ parts }: { parts: string[] }) {
    return parts[0] ? <PersonPage key={parts[0]} id={parts[0]} /> : <PeopleList />;
}
