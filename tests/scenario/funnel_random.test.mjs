// SPDX-License-Identifier: Apache-2.0
// Funnels of random shops: people whose profiles were merged, a zone with daylight saving, several products, against plain
// JavaScript over the same events.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import * as naive from "./lib/naive_funnel.mjs";

const skip = !haveBinary && "build/custos is not built";
const zone = "Europe/Berlin", MINUTE = 60_000, HOUR = 60 * MINUTE;
const from = Date.parse("2026-03-26T23:00:00Z"); // the clocks change on the 29th
let seed = 11, server, people = [];
const random = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
const dayOf = (time) => new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short" }).format(time);
const events = ["Product Viewed", "Product Added", "Checkout Started", "Order Completed"];
const asked = events.map((event) => ({ event })), tests = events.map((event) => (e) => e.event === event);
const refund = "Order Refunded"; // nothing that a person does

function shop(count) {
    const batch = [];
    for (let n = 0; n < count; n++) {
        const list = [], cookies = [`c-${n}-a`, `c-${n}-b`], sources = ["google", "newsletter", null];
        let time = from + random(48) * HOUR;
        for (let i = random(14); i > 0; i--) {
            time += [1, 5, 29, 31, 200, 1500][random(6)] * MINUTE + random(50_000);
            const event = random(12) === 0 ? refund : random(7) === 0 ? "Wishlist Opened" : events[Math.min(random(4), random(5))];
            const product = `p${random(3)}`, source = sources[random(9)] ?? null;
            const e = { time, event, products: event === "Checkout Started" || event === "Order Completed" ? [product, `p${random(3)}`] : [product], source };
            list.push(e);
            const properties = event === refund ? { order_id: `o-${n}` } : e.products.length > 1 ? { order_id: `o-${n}-${i}`, products: e.products.map((product_id) => ({ product_id })) } : { product_id: product };
            const context = source ? { campaign: { source, medium: source === "google" ? "cpc" : "email", name: `spring-${source}` } } : {};
            batch.push({ type: "track", event, anonymousId: cookies[random(2)], timestamp: new Date(time).toISOString(), messageId: `m-${n}-${i}`, properties, context });
        }
        // both browsers belong to one person
        for (const [i, anonymousId] of cookies.entries()) batch.push({ type: "identify", userId: `u-${n}`, anonymousId, timestamp: new Date(from).toISOString(), messageId: `i-${n}-${i}` });
        people.push(list);
    }
    return batch;
}

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--time-zone", zone] });
    const batch = shop(250);
    for (let i = 0; i < batch.length; i += 500) {
        const r = await server.track("/v1/batch", { batch: batch.slice(i, i + 500) });
        assert.equal(r.status, 200, r.text);
    }
    await server.settled();
});
after(async () => { await server?.close(); });

const funnel = async (question, more = {}) => {
    const r = await server.local("POST", "/v1/insight/query", { kind: "funnel", from: "2026-03-27", to: "2026-04-30", question, ...more });
    assert.equal(r.status, 200, r.text);
    return r.json.answer;
};
const reachedOf = (a) => a.steps.map((s) => s.reached);
const levels = (units, steps, window, o) => naive.reached(units.map((u) => naive.level(u, steps, window, o)), steps.length);
const does = (e) => e.event !== refund;

test("merged people, any window, finish, strict and any order", { skip }, async () => {
    for (const minutes of [1, 30, 31, 600, 3000]) {
        const window = minutes * MINUTE;
        assert.deepEqual(reachedOf(await funnel({ steps: asked, window_s: minutes * 60 })), levels(people, tests, window), `${minutes} minutes`);
        assert.deepEqual(reachedOf(await funnel({ steps: asked, window_s: minutes * 60, order: "any" })), naive.reached(people.map((u) => naive.anyOrder(u, tests, window)), 4));
        const never = (u) => { const first = u.find(tests[0]); return first ? u.filter((e) => e === first || !tests[0](e)) : []; };
        assert.deepEqual(reachedOf(await funnel({ steps: asked.slice(0, 3), window_s: minutes * 60, restart: "never" })), levels(people.map(never), tests.slice(0, 3), window));
        const bans = [{ test: (e) => e.event === "Wishlist Opened", from: 1, to: 2 }, { test: (e) => e.event === "Product Viewed", from: 2, to: 3 }];
        const exclude = [{ event: "Wishlist Opened", from_step: 1, to_step: 2 }, { event: "Product Viewed", from_step: 2, to_step: 3 }];
        assert.deepEqual(reachedOf(await funnel({ steps: asked, window_s: minutes * 60, exclude })), levels(people, tests, window, { bans }));
    }
    // strict: nothing else that the person does; a refund is nothing of that kind
    const strict = people.map((u) => {
        let best = 0, level = 0, first = 0;
        for (const e of u.filter(does)) {
            if (e.event === events[0]) { level = 1; first = e.time; }
            else if (level === 1 && e.event === events[1] && e.time - first <= 600 * MINUTE) level = 2;
            else if (level > 0 && e.event !== events[1]) break; // ends the search, as windowFunnel does
            best = Math.max(best, level);
            if (best === 2) break;
        }
        return best;
    });
    assert.deepEqual(reachedOf(await funnel({ steps: asked.slice(0, 2), window_s: 36000, order: "strict" })), naive.reached(strict, 2));
});

test("the same product in all steps, lists of products among them", { skip }, async () => {
    const of = (u, p) => u.filter((e) => e.products.includes(p));
    for (const minutes of [10, 240, 3000]) {
        const wanted = people.map((u) => Math.max(...["p0", "p1", "p2"].map((p) => naive.level(of(u, p), tests, minutes * MINUTE))));
        assert.deepEqual(reachedOf(await funnel({ steps: asked, same: ["product_id"], window_s: minutes * 60 })), naive.reached(wanted, 4));
    }
});

test("visits and where they came from", { skip }, async () => {
    const visits = people.flatMap((u) => naive.visits(u.filter(does)));
    const a = await funnel({ steps: asked.slice(0, 2), by: "visit", breakdown: "source" });
    assert.deepEqual(reachedOf(a), levels(visits, tests.slice(0, 2), 24 * HOUR));
    const sourceOf = (v) => v.find((e) => e.source)?.source ?? null;
    for (const source of ["google", "newsletter", null]) {
        const wanted = levels(visits.filter((v) => sourceOf(v) === source), tests.slice(0, 2), 24 * HOUR);
        assert.deepEqual(a.rows.find((r) => r.value === source)?.reached ?? [0, 0], wanted, String(source));
    }
    const channels = await funnel({ steps: asked.slice(0, 1), by: "visit", breakdown: "channel" });
    assert.deepEqual(Object.fromEntries(channels.rows.map((r) => [r.value, r.reached[0]])), Object.fromEntries([["paid_search", "google"], ["email", "newsletter"], ["direct", null]]
        .map(([channel, source]) => [channel, visits.filter((v) => sourceOf(v) === source && v.some(tests[0])).length]).filter(([, n]) => n)));
    const first = await funnel({ steps: asked.slice(0, 1), breakdown: { dimension: "source", touch: "first" } });
    const firstOf = (u) => sourceOf(naive.visits(u.filter(does)).find((v) => v.some((e) => e.event !== "Order Completed"))); // orders alone are no visit
    for (const source of ["google", "newsletter", null])
        assert.equal(first.rows.find((r) => r.value === source)?.reached[0] ?? 0, people.filter((u) => u.some(tests[0]) && firstOf(u) === source).length);
});

test("by the day of entering, over the change of the clocks", { skip }, async () => {
    const window = 90 * MINUTE, two = tests.slice(0, 2);
    const a = await funnel({ steps: asked.slice(0, 2), window_s: 5400, trend: "day" });
    assert.equal(a.trend.length, 35);
    let total = 0;
    for (const t of a.trend) {
        const since = people.map((u) => u.filter((e) => dayOf(e.time) >= t.from));
        const l = since.map((u) => {
            const end = u.find((e) => dayOf(e.time) > t.from)?.time ?? Infinity;
            return naive.level(u, two, window, { before: end });
        });
        assert.deepEqual([t.entered, t.converted], naive.reached(l, 2), t.from);
        total += t.entered;
    }
    assert.ok(total > a.entered, "who enters on two days is in both");
});
