// SPDX-License-Identifier: Apache-2.0
// Why somebody is in it or not, at a moment: every condition with what was measured and the events that decided.

import { useState } from 'preact/hooks';
import { ApiError, api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Person, Segment, Why, WhyNode } from '../../api/types';
import { t, tx } from '../../i18n';
import { dateTime } from '../../lib/format';
import { walk } from '../../lib/definition';
import { go, href, route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Button, Card, Field, Loading } from '../../ui/basics';
import { EventIcon, eventName } from '../../ui/event';
import { FindPerson } from '../../ui/find-person';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const depthOf = (path: string): number => path.split('/').filter((x) => x === 'all' || x === 'any' || x === 'not').length;

function Row({ n, depth }: { n: WhyNode; depth: number }) {
    return (
        <li class={`why-node ${n.holds ? 'holds' : 'fails'}`} style={{ '--depth': depth }}>
            <span class={`event-icon ${n.holds ? 'good' : 'bad'}`}><Icon name={n.holds ? 'check' : 'close'} /></span>
            <div>
                <code class="why-text">{n.text}</code>
                <span class="visually-hidden">{t(n.holds ? 'why.holds' : 'why.fails')}</span>
                <p class="muted small">
                    {n.measured !== null && n.measured !== '' && <>{tx('why.measured', { value: <strong dir="auto">{n.measured}</strong> })} </>}
                    {n.since && <>{t('why.since', { time: dateTime(n.since) })} </>}
                    {n.until && t('why.until', { time: dateTime(n.until) })}
                </p>
                {n.events.length > 0 && (
                    <ul class="why-events" aria-label={t('why.events')}>
                        {n.events.map((e) => <li key={e.seq}><EventIcon event={e.event} /> {eventName(e.event)} <span class="muted small">{dateTime(e.time)}</span></li>)}
                    </ul>
                )}
            </div>
        </li>
    );
}

// A moment as the field for it wants it: this browser's clock, to the minute.
const local = (time: string): string => {
    const at = new Date(time);
    return Number.isNaN(at.getTime()) ? '' : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

function Answer({ s, person, at }: { s: Segment; person: string; at: string }) {
    const found = useQuery(`why.${s.name}.${person}.${at}`, (signal) => api.get<Why>(withQuery(`/v1/segments/${segment(s.name)}/people/${segment(person)}/why`, { at }), { signal }), { keep: true });
    const depths = new Map((s.definition ? walk(s.definition) : []).map((p) => [p.number, depthOf(p.path)]));
    const w = found.data;
    if (!w) return found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            <div class={`notice ${w.in ? 'good' : 'warn'}`} role="status">
                <Icon name={w.in ? 'check' : 'close'} />
                <div>
                    <strong>{t(w.in ? 'why.in' : 'why.out', { title: s.title })}</strong>
                    <p>{at ? t('why.at', { time: dateTime(at) }) : t('why.now')} {w.until ? tx('why.changes', { when: <Ago time={w.until} /> }) : t('why.stays')}</p>
                </div>
            </div>
            <ol class="why-tree">{w.nodes.map((n) => <Row key={n.number} n={n} depth={depths.get(n.number) ?? 0} />)}</ol>
        </>
    );
}

function Who({ id, name }: { id: string; name: string }) {
    const found = useQuery(`why.person.${id}`, (signal) => (can('people_read') ? api.get<Person>(`/v1/people/${segment(id)}`, { signal }) : Promise.resolve(null)));
    const gone = found.error instanceof ApiError && (found.error.status === 404 || found.error.status === 410);
    const label = found.data?.label || (gone ? t('person.gone') : found.data ? t('people.nameless') : `…${id.slice(-6)}`);
    return (
        <p class="why-who">
            {can('people_read') && !gone ? <a href={href('people', id)} dir="auto"><strong>{label}</strong></a> : <strong dir="auto">{label}</strong>}
            <Button small onClick={() => go('segments', name, 'why')}>{t('why.other')}</Button>
            <a href={href('segments', name, 'history', id)}>{t('why.history')}</a>
        </p>
    );
}

export function WhyView({ s, person }: { s: Segment; person: string | null }) {
    const at = route.value.query.get('at') ?? '';
    const [typed, setTyped] = useState(local(at));
    return (
        <Card title={t('why.title')}>
            {!person && (can('people_read') ? <FindPerson label={t('why.find')} hint={t('why.find.hint')} onChoose={(p) => go('segments', s.name, 'why', p.id)} /> : <p class="muted">{t('why.choose')}</p>)}
            {person && (
                <>
                    <Who id={person} name={s.name} />
                    <div class="form-row">
                        <Field label={t('why.moment')} hint={t('why.moment.hint')}>
                            {(ids) => (
                                <input
                                    {...ids} type="datetime-local" value={typed} max={local(new Date().toISOString())}
                                    onInput={(e) => {
                                        const { value } = e.currentTarget;
                                        setTyped(value);
                                        const time = new Date(value);
                                        setQuery({ at: value && !Number.isNaN(time.getTime()) ? time.toISOString() : null });
                                    }}
                                />
                            )}
                        </Field>
                    </div>
                    <Answer s={s} person={person} at={at} />
                </>
            )}
        </Card>
    );
}
