// SPDX-License-Identifier: Apache-2.0
// People: search as you type, filters, order, and a list that is as quick with a million rows as with
// ten. With an id in the route it is the page of one person.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { People as PeopleAnswer, PeopleFilter, PeopleQuery, PeopleSort, PersonRow } from '../api/types';
import { t, type Key } from '../i18n';
import { announce } from '../lib/announce';
import { count, country, money } from '../lib/format';
import { addKeys } from '../lib/keys';
import { href, route, setQuery } from '../lib/router';
import { PAGE, Pages, useWindow } from '../lib/virtual';
import { Ago, Avatar, Badge, Button, Empty, LinkButton, Loading, PageHead, Segmented } from '../ui/basics';
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
        <div class="person-row" role="row" aria-rowindex={index + 2} data-index={index}>
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
        </div>
    );
}

function useRowHeight(box: { current: HTMLElement | null }): number {
    const [height, setHeight] = useState(60);
    useLayoutEffect(() => {
        const measure = () => {
            const probe = box.current?.querySelector<HTMLElement>('.row-probe');
            if (probe?.offsetHeight) setHeight(probe.offsetHeight);
        };
        measure();
        addEventListener('resize', measure);
        return () => removeEventListener('resize', measure);
    }, []);
    return height;
}

// `pages` changes in place; `round` says that it did.
function Rows({ pages }: { pages: Pages<PersonRow>; round: number }) {
    const outer = useRef<HTMLDivElement>(null);
    const body = useRef<HTMLDivElement>(null);
    const height = useRowHeight(outer);
    const win = useWindow(body, pages.length, height);
    useEffect(() => {
        pages.want(win.first, Math.min(win.last + PAGE / 2, pages.length + 1));
    });
    useLayoutEffect(() => {
        if (pages.scroll) scrollTo(0, pages.scroll);
        return () => {
            pages.scroll = scrollY;
        };
    }, [pages]);
    useEffect(() => {
        const move = (step: number) => {
            const from = (document.activeElement as HTMLElement | null)?.dataset?.row;
            const to = from === undefined ? (pages.focus >= 0 ? pages.focus : 0) : Number(from) + step;
            if (to < 0 || to >= pages.length) return;
            pages.focus = to;
            const top = body.current!.getBoundingClientRect().top + to * height;
            if (top < 140) scrollBy(0, top - 140);
            else if (top + height > innerHeight - 20) scrollBy(0, top + height - innerHeight + 20);
            let tries = 0;
            const focus = () => {
                const link = body.current?.querySelector<HTMLElement>(`[data-row="${to}"]`);
                if (link) link.focus({ preventScroll: true });
                else if (tries++ < 30) requestAnimationFrame(focus);
            };
            focus();
        };
        return addKeys({ j: () => move(1), k: () => move(-1) });
    }, [pages, height]);

    const rows = [];
    for (let i = win.first; i < win.last; i++) {
        const p = pages.row(i);
        rows.push(p
            ? <Row key={i} p={p} index={i} focused={pages.focus === i} />
            : <div key={i} class="person-row ghost" role="row" aria-rowindex={i + 2}><div role="cell"><span class="visually-hidden">{t('state.loading')}</span></div></div>);
    }
    return (
        <div class="people-table" role="table" aria-label={t('nav.people')} aria-rowcount={(pages.total ?? pages.length) + 1} ref={outer}>
            <div class="row-probe" aria-hidden="true" />
            <div role="rowgroup" class="people-head">
                <div role="row" class="person-row head" aria-rowindex={1}>
                    <div role="columnheader">{t('people.person')}</div>
                    <div role="columnheader" class="col-country">{t('people.country')}</div>
                    <div role="columnheader" class="end col-events">{t('people.events')}</div>
                    <div role="columnheader" class="end col-orders">{t('metric.orders')}</div>
                    <div role="columnheader" class="end col-revenue">{t('metric.revenue')}</div>
                    <div role="columnheader" class="end col-seen">{t('people.last_seen')}</div>
                </div>
            </div>
            <div role="rowgroup" ref={body} style={{ paddingTop: `${win.before}px`, paddingBottom: `${win.after}px` }}>{rows}</div>
            {win.full && <p class="list-end muted">{t('people.too_far')}</p>}
        </div>
    );
}

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
            {pages.length > 0 ? <Rows key={list!.key} pages={pages} round={round} />
                : pages.loading || !pages.ended ? !pages.error && <Loading />
                    : <Nobody q={q} filter={filter} />}
        </div>
    );
}

export default function People({ parts }: { parts: string[] }) {
    return parts[0] ? <PersonPage key={parts[0]} id={parts[0]} /> : <PeopleList />;
}
