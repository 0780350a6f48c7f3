// SPDX-License-Identifier: Apache-2.0
// Funnels and paths a second time, as plainly as can be: for tests to compare with. Events are {time, ...} in the order of time.

// How far a unit gets: the longest chain of different events, one per step, in the order of time, the last at most `window`
// after the first, the first before `before`. bans: [{test, from, to}] by steps from 1: nothing of it after the one, up to the other.
export function level(events, steps, window, { before = Infinity, bans = [] } = {}) {
    let best = 0;
    const clean = (chain) => bans.every(({ test, from, to }) => {
        if (chain.length < from) return true;
        const after = chain[from - 1].time, upTo = chain[Math.min(to, chain.length) - 1].time;
        return !events.some((e) => test(e) && e.time > after && e.time <= upTo);
    });
    const search = (chain) => {
        if (chain.length > best && clean(chain)) best = chain.length;
        if (best === steps.length || chain.length === steps.length || !clean(chain)) return;
        // the earliest event that goes on is as good as any later one, but for bans, which only get more
        for (const e of events) {
            if (chain.includes(e) || !steps[chain.length](e)) continue;
            if (chain.length === 0 ? e.time >= before : e.time < chain.at(-1).time || e.time - chain[0].time > window) continue;
            search([...chain, e]);
            if (chain.length > 0) break;
            if (best === steps.length) return;
        }
    };
    search([]);
    return best;
}

export function anyOrder(events, steps, window) {
    let best = 0;
    for (const [i, first] of events.entries()) {
        const seen = events.slice(i).filter((e) => e.time - first.time <= window);
        best = Math.max(best, steps.filter((s) => seen.some(s)).length);
    }
    return best;
}

export const reached = (levels, count) => Array.from({ length: count }, (_, i) => levels.filter((l) => l > i).length);
export const groups = (list, key) => { const m = new Map(); for (const e of list) { const k = key(e); if (!m.has(k)) m.set(k, []); m.get(k).push(e); } return m; };
export function visits(events, gap = 30 * 60 * 1000) {
    const out = [];
    for (const e of events) {
        if (out.length === 0 || e.time - out.at(-1).at(-1).time > gap) out.push([]);
        out.at(-1).push(e);
    }
    return out;
}
// Type 7.
export function quantile(values, q) {
    const v = [...values].sort((a, b) => a - b), at = q * (v.length - 1), k = Math.floor(at);
    return v[k] + (at - k) * ((v[k + 1] ?? v[k]) - v[k]);
}

// Paths: visits are lists of events with a key (null: no station). {visits, columns: [{key: [visits, ended]}], links: {"depth from to": n}}
export function paths(all, { start, backward, depth, branches, collapse = true }) {
    const ways = [];
    for (const visit of all) {
        let list = backward ? [...visit].reverse() : visit, first = [];
        if (start) {
            const at = visit.findIndex(start.test);
            if (at < 0) continue;
            list = backward ? visit.slice(0, at).reverse() : visit.slice(at + 1);
            first = [start.key];
        }
        let keys = [...first, ...list.map((e) => e.key).filter((k) => k !== null)];
        if (collapse) keys = keys.filter((k, i) => i === 0 || k !== keys[i - 1] || (i === 1 && start && !start.station));
        if (keys.length) ways.push(keys);
    }
    const columns = [], links = {}, shown = [];
    for (let d = 0; d <= depth; d++) {
        const counts = new Map();
        for (const way of ways) if (way.length > d) {
            const c = counts.get(way[d]) ?? [0, 0];
            counts.set(way[d], [c[0] + 1, c[1] + Number(way.length === d + 1)]);
        }
        const order = [...counts].sort((a, b) => b[1][0] - a[1][0]);
        shown.push({ counts, order });
        columns.push(order);
    }
    return { visits: ways.length, ways, columns, shown };
}
