// SPDX-License-Identifier: Apache-2.0
// The data map: from sources over events and fields to purposes and recipients. Choosing one shows only what is
// connected with it, both ways.

import { useMemo, useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { DataMap as Data, MapNode } from '../../api/types';
import { t, type Key } from '../../i18n';
import { announce } from '../../lib/announce';
import { breakable, compact, count, words } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { Button, Dot, Empty, Loading } from '../../ui/basics';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';

const KINDS = ['source', 'event', 'field', 'purpose', 'recipient'] as const;
const LEVELS = ['P0', 'P1', 'P2', 'P3', 'P4'] as const;

// Everything that leads to a node or that it leads to.
export function connected(data: Data, from: string): Set<string> {
    const out = new Set([from]);
    for (const [near, far] of [['from', 'to'], ['to', 'from']] as const) {
        const next = new Map<string, string[]>();
        for (const e of data.edges) next.set(e[near], [...(next.get(e[near]) ?? []), e[far]]);
        const queue = [from];
        const seen = new Set(queue);
        for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
            for (const other of next.get(at) ?? []) {
                if (seen.has(other)) continue;
                seen.add(other);
                out.add(other);
                queue.push(other);
            }
        }
    }
    return out;
}

const labelOf = (n: MapNode): string => (n.kind === 'purpose' ? words(n.label) : n.label);

export function DataMap() {
    const level = LEVELS.find((l) => l === route.value.query.get('level')) ?? 'P0';
    const found = useQuery(`data-map.${level}`, (signal) => api.get<Data>(withQuery('/v1/registers/data-map', { level }), { signal }), { keep: true });
    const [chosen, setChosen] = useState<string | null>(null);
    const data = found.data;
    const near = useMemo(() => (data && chosen && data.nodes.some((n) => n.id === chosen) ? connected(data, chosen) : null), [data, chosen]);
    const sent = useMemo(() => {
        const sums = new Map<string, number>();
        for (const e of data?.edges ?? []) if (e.count) for (const end of [e.from, e.to]) sums.set(end, (sums.get(end) ?? 0) + e.count);
        return sums;
    }, [data]);
    const choose = (n: MapNode) => {
        setChosen(chosen === n.id ? null : n.id);
        announce(chosen === n.id ? t('map.all') : t('map.chosen', { name: labelOf(n) }));
    };
    return (
        <>
            <p class="muted">{t('map.lead')}</p>
            <div class="toolbar">
                <label class="inline-select start">
                    <span>{t('map.level')}</span>
                    <select value={level} onChange={(e) => setQuery({ level: e.currentTarget.value === 'P0' ? null : e.currentTarget.value })}>
                        {LEVELS.map((l) => <option key={l} value={l}>{l}</option>)}
                    </select>
                </label>
                {near && <Button icon="undo" onClick={() => setChosen(null)}>{t('map.all')}</Button>}
            </div>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!data && !found.error && <Loading />}
            {data?.nodes.length === 0 && <Empty icon="registers" title={t('map.empty')}>{t('map.empty.text')}</Empty>}
            {data && data.nodes.length > 0 && (
                <div class="data-map">
                    {KINDS.map((kind) => {
                        const nodes = data.nodes.filter((n) => n.kind === kind && (!near || near.has(n.id)));
                        return (
                            <section key={kind} class="card" aria-label={t(`map.kind.${kind}` as Key)}>
                                <h2>{t(`map.kind.${kind}` as Key)} <span class="chip-count">{count(nodes.length)}</span></h2>
                                <ul tabIndex={0} aria-label={t(`map.kind.${kind}` as Key)}>
                                    {nodes.map((n) => (
                                        <li key={n.id}>
                                            <button type="button" class="map-node" aria-pressed={chosen === n.id} onClick={() => choose(n)}>
                                                <Dot tone={n.live ? 'good' : 'idle'} />
                                                <span dir="auto">{breakable(labelOf(n))}{!n.live && <span class="visually-hidden"> {t('map.still')}</span>}</span>
                                                {n.level && <Level level={n.level} />}
                                                {kind !== 'field' && sent.get(n.id) ? <small class="muted">{compact(sent.get(n.id)!)}</small> : null}
                                            </button>
                                        </li>
                                    ))}
                                </ul>
                            </section>
                        );
                    })}
                </div>
            )}
        </>
    );
}
