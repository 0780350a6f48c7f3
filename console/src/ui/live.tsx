// SPDX-License-Identifier: Apache-2.0
// The live feed: is it working? Asks every two seconds while the page is looked at, and can be paused.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, withQuery } from '../api/client';
import type { Live, LiveItem, Time } from '../api/types';
import { t } from '../i18n';
import { href } from '../lib/router';
import { sampleGone } from './sample';
import { Ago, Badge, Button, Card, Dot } from './basics';
import { EventIcon, eventName } from './event';
import { explain } from './problem';

const EVERY = 2000;
const SHOWN = 12;
const QUIET_AFTER = 5 * 60_000;

function useLive(paused: boolean, onFirst: () => void) {
    const [items, setItems] = useState<LiveItem[]>([]);
    const [error, setError] = useState<unknown>(null);
    const [ready, setReady] = useState(false);
    const after = useRef<number | undefined>(undefined);
    const had = useRef(false);
    const gone = sampleGone.value;
    useEffect(() => {
        after.current = undefined;
        setItems([]);
    }, [gone]);
    useEffect(() => {
        if (paused) return;
        const control = new AbortController();
        let timer = 0;
        const tick = async () => {
            if (document.visibilityState === 'visible') {
                try {
                    const live = await api.get<Live>(
                        withQuery('/v1/live', { after: after.current, limit: SHOWN }), { signal: control.signal });
                    after.current = live.last;
                    const fresh = [...live.items].sort((a, b) => b.seq - a.seq);
                    if (fresh.length) {
                        setItems((old) => {
                            const seen = new Set(fresh.map((x) => x.seq));
                            return [...fresh, ...old.filter((x) => !seen.has(x.seq))].slice(0, SHOWN);
                        });
                        if (!had.current) onFirst();
                        had.current = true;
                    }
                    setError(null);
                    setReady(true);
                } catch (failure) {
                    if (!control.signal.aborted) setError(failure);
                }
            }
            if (!control.signal.aborted) timer = window.setTimeout(tick, EVERY);
        };
        void tick();
        return () => {
            control.abort();
            clearTimeout(timer);
        };
    }, [paused, gone]);
    return { items, error, ready };
}

function Verdict({ last, error, paused, hasData }: { last: Time | null; error: unknown; paused: boolean; hasData: boolean }) {
    if (error) return <p class="verdict"><Dot tone="bad" />{explain(error).title}</p>;
    if (paused) return <p class="verdict"><Dot tone="idle" />{t('live.paused')}</p>;
    if (!last && hasData) return <p class="verdict"><Dot tone="idle" />{t('live.none')}</p>;
    if (!last) return <p class="verdict"><Dot tone="wait" />{t('live.waiting')}</p>;
    const quiet = Date.now() - new Date(last).getTime() > QUIET_AFTER;
    return (
        <p class="verdict">
            <Dot tone={quiet ? 'warn' : 'good'} />
            {t(quiet ? 'live.quiet' : 'live.working')} <Ago time={last} />
        </p>
    );
}

export function LiveFeed({ lastEvent, hasData, onFirst }: { lastEvent: Time | null; hasData: boolean; onFirst: () => void }) {
    const [paused, setPaused] = useState(false);
    const live = useLive(paused, onFirst);
    const last = live.items[0]?.received ?? lastEvent;
    if (!hasData && live.items.length === 0) return null; // the page says itself that it is waiting
    return (
        <Card
            title={t('live.title')}
            actions={(
                <Button small tone="quiet" icon={paused ? 'play' : 'pause'} onClick={() => setPaused(!paused)}>
                    {t(paused ? 'live.resume' : 'live.pause')}
                </Button>
            )}
        >
            <Verdict last={last} error={live.error} paused={paused} hasData={hasData} />
            {live.items.length > 0 && (
                <ol class="live-list">
                    {live.items.map((x) => (
                        <li key={x.seq} class={x.refused ? 'refused' : ''}>
                            <EventIcon event={x.event ?? ''} refused={x.refused} />
                            <span class="live-event">{x.refused && !x.event ? t('live.refused_event') : eventName(x.event ?? '')}</span>
                            <span class="live-who">
                                {x.refused
                                    ? <a href={href('quarantine')}><Badge tone="bad">{t('live.refused')}</Badge></a>
                                    : x.person ? <a href={href('people', x.person.id)}>{x.person.label || t('people.nameless')}</a>
                                        : <span class="muted">{t('live.nobody')}</span>}
                            </span>
                            <span class="live-source muted">{x.source}</span>
                            <span class="live-time muted"><Ago time={x.received} /></span>
                        </li>
                    ))}
                </ol>
            )}
        </Card>
    );
}
