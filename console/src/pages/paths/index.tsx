// SPDX-License-Identifier: Apache-2.0
// Paths: what visitors did after a place, or before it, step by step. Clicking a place begins there or shows who was there.

import { useId, useState } from 'preact/hooks';
import type { PathNode, PathsAnswer, PathsQuestion } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { Button, Card, PageHead } from '../../ui/basics';
import { eventName } from '../../ui/event';
import { AnswerBox, useAsk, useKinds } from '../../ui/explore/ask';
import { Choice, ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { mayList, PeopleDialog, type Who } from '../../ui/explore/people';
import { asked, oneOf, textOf, useQuestion, useView, whole } from '../../ui/explore/view';
import { Dialog } from '../../ui/dialog';
import { Flow, hiddenWords } from '../../ui/figures';
import { EventInput, EventList } from '../funnels/builder';

interface Shown { start: string; by: 'event' | 'page'; direction: 'forward' | 'backward'; depth: number; branches: number }
// start '': where visits begin, or end
const FIRST: Shown = { start: '', by: 'page', direction: 'forward', depth: 4, branches: 5 };
const DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8];
const BRANCHES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

// The address holds the page's own form; a kept question has the server's.
const clean = (raw: Partial<Record<keyof Shown, unknown>>, first: Shown): Shown => {
    const start = raw.start as { event?: unknown; page?: unknown } | string | undefined;
    const by = oneOf(raw.by, ['event', 'page'] as const, first.by);
    return {
        start: typeof start === 'string' ? start : textOf(start?.event ?? start?.page, ''),
        by, direction: oneOf(raw.direction, ['forward', 'backward'] as const, first.direction), depth: whole(raw.depth, 1, 8, first.depth), branches: whole(raw.branches, 1, 10, first.branches),
    };
};
const questionOf = (s: Shown): PathsQuestion => ({ ...(s.start ? { start: s.by === 'page' ? { page: s.start } : { event: s.start } } : {}), direction: s.direction, by: s.by, depth: s.depth, branches: s.branches });
const numbers = (list: number[]) => list.map((n) => ({ value: String(n), text: String(n) }));

export default function Paths() {
    const id = useId();
    const view = useView();
    const [shown, change] = useQuestion(FIRST, clean);
    const kinds = useKinds() ?? [];
    const [place, setPlace] = useState<{ depth: number; node: PathNode } | null>(null);
    const [who, setWho] = useState<Who | null>(null);
    const body = asked(view, 'paths', questionOf(shown));
    const answer = useAsk<PathsAnswer>(body);
    const words = (key: string) => (shown.by === 'event' ? eventName(key) : key);
    const readable = (a: PathsAnswer) => a.columns.map((c) => c.map((n) => ({ ...n, label: n.label === n.key ? words(n.key) : n.label })));
    const title = !shown.start ? t(shown.direction === 'forward' ? 'paths.from_begin' : 'paths.from_end') : t(shown.direction === 'forward' ? 'paths.after' : 'paths.before', { place: words(shown.start) });
    const real = place && !/^\(.*\)$/.test(place.node.key); // no "(other)"
    return (
        <>
            <PageHead title={t('nav.paths')} lead={t('paths.lead')}><Keep kept={{ body, show: 'flow', title }} /></PageHead>
            <ViewBar view={view} />
            <div class="explore-bar">
                <Choice label={t('paths.by')} value={shown.by} options={(['event', 'page'] as const).map((b) => ({ value: b, text: t(`paths.by.${b}` as Key) }))} onChange={(by) => change({ by, start: '' })} />
                <span class="inline-select">
                    <span>{t('paths.start')}</span>
                    <EventInput label={t(shown.direction === 'forward' ? 'paths.start.any' : 'paths.start.end')} value={shown.start} list={shown.by === 'event' ? id : ''} onChange={(start) => change({ start })} wide />
                    <EventList id={id} kinds={kinds} />
                </span>
                <Choice label={t('paths.direction')} value={shown.direction} options={(['forward', 'backward'] as const).map((d) => ({ value: d, text: t(`paths.direction.${d}` as Key) }))} onChange={(direction) => change({ direction })} />
                <Choice label={t('paths.depth')} value={String(shown.depth)} options={numbers(DEPTHS)} onChange={(n) => change({ depth: Number(n) })} />
                <Choice label={t('paths.branches')} value={String(shown.branches)} options={numbers(BRANCHES)} onChange={(n) => change({ branches: Number(n) })} />
            </div>
            <AnswerBox<PathsAnswer> answer={answer} icon="paths" nothing={(a) => !a.columns[0]?.length || a.visits === 0}>
                {(a, data) => (
                    <Card title={title} class="flush" note={t('paths.note')}>
                        <Flow
                            name={title} columns={readable(a)} links={a.links} visits={a.visits} backward={(data.asked.question as PathsQuestion).direction === 'backward'} hidden={hiddenWords(data.small_group)}
                            onPick={(depth, node) => setPlace({ depth, node })}
                        />
                        {a.notes?.map((n) => <p key={n} class="list-end muted">{n}</p>)}
                    </Card>
                )}
            </AnswerBox>
            {place && (
                <Dialog title={place.node.label} size="small" onClose={() => setPlace(null)}>
                    <p>{t('paths.place', { n: place.node.visits ?? 0, step: place.depth + 1 })}</p>
                    <div class="button-row">
                        {real && (
                            <Button
                                icon="paths" tone="primary" onClick={() => {
                                    change({ start: place.node.key });
                                    setPlace(null);
                                }}
                            >
                                {t('paths.begin')}
                            </Button>
                        )}
                        {mayList() && (
                            <Button
                                icon="people" onClick={() => {
                                    setWho({ title: t('paths.who', { place: place.node.label }), body: answer.data?.asked ?? body, pick: { depth: place.depth, key: place.node.key } });
                                    setPlace(null);
                                }}
                            >
                                {t('explore.who')}
                            </Button>
                        )}
                    </div>
                </Dialog>
            )}
            {who && <PeopleDialog who={who} onClose={() => setWho(null)} />}
        </>
    );
}
