// SPDX-License-Identifier: Apache-2.0
// What a person did, newest first, grouped by day, each event with its details.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import type { List, Person, PersonEvent } from '../../api/types';
import { t } from '../../i18n';
import { clock, count, dateTime, dayOf, money, value } from '../../lib/format';
import { sourceName } from '../../lib/sources';
import { Badge, Button, Card, CopyButton, Empty, Loading } from '../../ui/basics';
import { EventIcon, eventName, eventSummary } from '../../ui/event';
import { ProblemBox } from '../../ui/problem';

const PAGE = 50;

export interface More<T> {
    items: T[];
    loading: boolean;
    error: unknown;
    ended: boolean;
    more: () => void;
}

// Items behind a cursor, one page after the other.
export function useMore<T>(key: string, load: (cursor: string | null, signal: AbortSignal) => Promise<List<T>>): More<T> {
    const [state, setState] = useState<{ items: T[]; cursor: string | null; loading: boolean; error: unknown; ended: boolean }>(
        { items: [], cursor: null, loading: true, error: null, ended: false });
    const control = useRef(new AbortController());
    const fetchPage = async (cursor: string | null, before: T[]) => {
        const { signal } = control.current;
        setState((old) => ({ ...old, loading: true, error: null }));
        try {
            const page = await load(cursor, signal);
            if (!signal.aborted) setState({ items: [...before, ...page.items], cursor: page.next, loading: false, error: null, ended: !page.next });
        } catch (error) {
            if (!signal.aborted) setState((old) => ({ ...old, loading: false, error }));
        }
    };
    useEffect(() => {
        control.current = new AbortController();
        setState({ items: [], cursor: null, loading: true, error: null, ended: false });
        void fetchPage(null, []);
        return () => control.current.abort();
    }, [key]);
    return { ...state, more: () => { if (!state.loading) void fetchPage(state.cursor, state.items); } };
}

// Asks for the next page when its place comes into view; the button is there for everybody else.
export function MoreButton({ list }: { list: More<unknown> }) {
    const at = useRef<HTMLDivElement>(null);
    const more = useRef(list.more);
    more.current = list.more;
    useEffect(() => {
        if (!at.current || list.ended || list.error) return;
        const seen = new IntersectionObserver((entries) => {
            if (entries.some((e) => e.isIntersecting)) more.current();
        }, { rootMargin: '400px' });
        seen.observe(at.current);
        return () => seen.disconnect();
    }, [list.ended, list.error, list.items.length]);
    return (
        <div class="more" ref={at}>
            <ProblemBox error={list.error} onRetry={list.more} />
            {!list.ended && !list.error && (list.loading
                ? <Loading />
                : <Button onClick={list.more}>{t('action.more')}</Button>)}
        </div>
    );
}

// Nested values, flattened to "products.0.name".
function flat(from: unknown, prefix = '', out: [string, unknown][] = []): [string, unknown][] {
    if (from !== null && typeof from === 'object') {
        const simple = Array.isArray(from) && from.every((x) => x === null || typeof x !== 'object');
        if (!simple) {
            for (const [k, v] of Object.entries(from)) flat(v, prefix ? `${prefix}.${k}` : k, out);
            return out;
        }
    }
    out.push([prefix, from]);
    return out;
}

function Properties({ title, data }: { title: string; data: Record<string, unknown> | null }) {
    const rows = flat(data ?? {}).filter(([name]) => name !== '');
    if (rows.length === 0) return null;
    return (
        <>
            <h3>{title}</h3>
            <dl class="properties">
                {rows.slice(0, 200).map(([name, v]) => (
                    <div key={name}><dt>{name}</dt><dd class="wrap-any" dir="auto">{value(v)}</dd></div>
                ))}
            </dl>
        </>
    );
}

function Event({ e, currency }: { e: PersonEvent; currency: string }) {
    const [open, setOpen] = useState(false);
    const summary = eventSummary(e);
    return (
        <li>
            <details class="event" onToggle={(ev) => setOpen(ev.currentTarget.open)}>
                <summary>
                    <EventIcon event={e.event || e.type} />
                    <span class="event-what">
                        <strong>{eventName(e.event || e.type)}</strong>
                        {summary && <span class="event-about" dir="auto">{summary}</span>}
                    </span>
                    {e.revenue !== null && e.revenue !== 0 && <Badge tone={e.revenue > 0 ? 'good' : 'warn'}>{money(e.revenue, currency)}</Badge>}
                    <time class="event-time" dateTime={e.time} title={dateTime(e.time)}>{clock(e.time)}</time>
                </summary>
                {open && (
                    <div class="event-details">
                        <p class="muted small">
                            {t('event.meta', { source: sourceName(e.source), received: dateTime(e.received), seq: count(e.seq) })}
                        </p>
                        <Properties title={t('event.properties')} data={e.properties} />
                        <Properties title={t('event.context')} data={e.context} />
                        <CopyButton text={JSON.stringify(e, null, 2)} label={t('event.copy')} />
                    </div>
                )}
            </details>
        </li>
    );
}

export function Timeline({ person }: { person: Person }) {
    const list = useMore<PersonEvent>(`${person.id}:${person.profiles.length}`, (cursor, signal) => api.get(
        withQuery(`/v1/people/${segment(person.id)}/events`, { cursor, limit: PAGE }), { signal }));
    const days: { name: string; events: PersonEvent[] }[] = [];
    for (const e of list.items) {
        const name = dayOf(e.time);
        const last = days[days.length - 1];
        if (last?.name === name) last.events.push(e);
        else days.push({ name, events: [e] });
    }
    if (list.ended && list.items.length === 0) {
        return <Card><Empty icon="today" title={t('person.timeline.empty')}>{t('person.timeline.empty.text')}</Empty></Card>;
    }
    return (
        <Card class="flush timeline">
            {days.map((d) => (
                <section key={d.name} class="timeline-day" aria-label={d.name}>
                    <h2>{d.name}</h2>
                    <ol>{d.events.map((e) => <Event key={e.seq} e={e} currency={person.currency} />)}</ol>
                </section>
            ))}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
