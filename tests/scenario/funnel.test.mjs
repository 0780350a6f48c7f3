// SPDX-License-Identifier: Apache-2.0
// Funnels over HTTP: Clique Bait's published figures to the digit, and every switch against a second implementation, SQL or plain
// JavaScript, over the same events. The rules of windowFunnel and both of Mixpanel's on small people. Paths likewise.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Server, haveBinary } from "../lib/server.mjs";
import * as cb from "./lib/clique_bait.mjs";
import * as naive from "./lib/naive_funnel.mjs";

const skip = !haveBinary && "build/custos is not built";
const HOUR = 3600_000, DAY = 24 * HOUR;
const period = { from: "2020-01-01", to: "2020-06-30" };
const byVisitId = { property: "visit_id" };
let server, all, byVisit, byCookie;
const funnel = async (question, more = {}) => {
    const r = await server.local("POST", "/v1/insight/query", { kind: "funnel", ...period, question, ...more });
    assert.equal(r.status, 200, r.text);
    assert.equal(r.json.complete, true);
    return r.json.answer;
};
const reachedOf = (a) => a.steps.map((s) => s.reached);

// Steps as the shop's events
const isView = (e) => e.type === 1 && e.page >= 3 && e.page <= 11, isAdd = (e) => e.type === 2, isCheckout = (e) => e.type === 1 && e.page === 12, isOrder = (e) => e.type === 3;
const isPage = (e) => e.type === 1 && (e.page < 3 || e.page > 12);
const shop = [isView, isAdd, isCheckout, isOrder];
const shopSteps = ["Product Viewed", "Product Added", "Checkout Started", "Order Completed"].map((event) => ({ event }));

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    all = cb.events();
    await cb.load(server, all);
    byVisit = [...naive.groups(all, (e) => e.visit).values()];
    byCookie = [...naive.groups([...all].sort((a, b) => a.time - b.time || a.seq - b.seq), (e) => e.cookie).values()];
});
after(async () => { await server?.close(); });

test("Clique Bait as published: 3,564 visits, 49.86 % purchase, 15.50 % of checkouts do not", { skip }, async () => {
    const bought = await funnel({ steps: [{ event: "$page" }, { event: "Order Completed" }], by: byVisitId });
    assert.equal(bought.entered, 3564);
    assert.equal((100 * bought.share).toFixed(2), "49.86");
    const paid = await funnel({ steps: [{ event: "Checkout Started" }, { event: "Order Completed" }], by: byVisitId });
    assert.equal((100 * paid.steps[1].dropped / paid.entered).toFixed(2), "15.50");
    assert.equal(paid.steps[1].dropped + paid.converted, paid.entered);
});

test("the ready shop funnel, against SQL", { skip }, async () => {
    const rows = all.map((e) => `('${e.visit}',${e.page},${e.type},${e.seq})`);
    const inserts = Array.from({ length: Math.ceil(rows.length / 500) }, (_, i) => `INSERT INTO e VALUES ${rows.slice(500 * i, 500 * i + 500).join()};`);
    const sql = `CREATE TABLE e(visit, page, type, seq); BEGIN; ${inserts.join("\n")} COMMIT;
WITH a AS (SELECT visit, min(seq) s FROM e WHERE type = 1 AND page BETWEEN 3 AND 11 GROUP BY visit),
 b AS (SELECT e.visit, min(e.seq) s FROM e JOIN a USING (visit) WHERE type = 2 AND e.seq > a.s GROUP BY e.visit),
 c AS (SELECT e.visit, min(e.seq) s FROM e JOIN b USING (visit) WHERE type = 1 AND page = 12 AND e.seq > b.s GROUP BY e.visit),
 d AS (SELECT e.visit, min(e.seq) s FROM e JOIN c USING (visit) WHERE type = 3 AND e.seq > c.s GROUP BY e.visit)
SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c), (SELECT count(*) FROM d);\n`;
    const out = execFileSync("sqlite3", [":memory:"], { input: sql, encoding: "utf8" });
    const wanted = out.trim().split("|").map(Number);
    const a = await funnel({ ready: "shop", by: byVisitId });
    assert.deepEqual(reachedOf(a), wanted);
    assert.deepEqual(wanted, [2653, 2510, 2103, 1777]);
    assert.deepEqual(a.steps.map((s) => s.dropped), [null, 143, 407, 326]);
    assert.equal(a.unit, "property");
    assert.deepEqual(reachedOf(await funnel({ steps: shopSteps, by: byVisitId })), wanted);
});

test("by person and by visit, windows, finish, any order, exclusions, shared values: against plain JavaScript", { skip }, async () => {
    const levels = (units, steps, window, o) => naive.reached(units.map((u) => naive.level(u, steps, window, o)), steps.length);
    assert.deepEqual(reachedOf(await funnel({ ready: "shop" })), levels(byCookie, shop, 7 * DAY));
    for (const s of [1, 30, 120, 600, 30 * 86400])
        assert.deepEqual(reachedOf(await funnel({ steps: shopSteps, window_s: s })), levels(byCookie, shop, s * 1000), `${s} s`);
    const visits = byCookie.flatMap((u) => naive.visits(u));
    assert.deepEqual(reachedOf(await funnel({ ready: "shop", by: "visit" })), levels(visits, shop, DAY));
    // who enters in March has the whole window, or must finish in March
    const march = { from: "2020-03-01", to: "2020-03-31" }, [begins, ends] = [Date.parse("2020-03-01"), Date.parse("2020-04-01")];
    const since = byCookie.map((u) => u.filter((e) => e.time >= begins));
    const twoVisits = [{ event: "Checkout Started" }, { event: "Product Viewed" }], two = [isCheckout, isView];
    assert.deepEqual(reachedOf(await funnel({ steps: twoVisits, window_s: 20 * 86400 }, march)), levels(since, two, 20 * DAY, { before: ends }));
    assert.deepEqual(reachedOf(await funnel({ steps: twoVisits, window_s: 20 * 86400, finish: "period" }, march)),
        levels(since.map((u) => u.filter((e) => e.time < ends)), two, 20 * DAY));
    const any = [isOrder, isCheckout, (e) => e.type === 5], anySteps = ["Order Completed", "Checkout Started", "Promotion Clicked"].map((event) => ({ event }));
    assert.deepEqual(reachedOf(await funnel({ steps: anySteps, order: "any", window_s: 300, by: byVisitId })), naive.reached(byVisit.map((u) => naive.anyOrder(u, any, 300_000)), 3));
    const bans = [{ test: (e) => e.type === 4, from: 1, to: 3 }];
    assert.deepEqual(reachedOf(await funnel({ steps: shopSteps, by: byVisitId, exclude: [{ event: "Promotion Viewed", from_step: 1, to_step: 3 }] })), levels(byVisit, shop, 7 * DAY, { bans }));
    const same = byCookie.map((u) => Math.max(0, ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((p) => naive.level(u.filter((e) => e.page === p), [isView, isAdd], 60_000))));
    assert.deepEqual(reachedOf(await funnel({ steps: shopSteps.slice(0, 2), same: ["product_id"], window_s: 60 })), naive.reached(same, 2));
    const twice = (e) => isView(e), thrice = await funnel({ steps: [1, 2, 3].map(() => ({ event: "Product Viewed" })), by: byVisitId });
    assert.deepEqual(thrice.modes, ["strict_once"]);
    assert.deepEqual(reachedOf(thrice), levels(byVisit, [twice, twice, twice], 7 * DAY));
});

test("conditions on properties", { skip }, async () => {
    const step = (where) => [{ event: "Product Added", where }, { event: "Order Completed" }];
    const count = async (where, test) => {
        const wanted = naive.reached(byVisit.map((u) => naive.level(u, [(e) => isAdd(e) && test(e), isOrder], 7 * DAY)), 2);
        assert.deepEqual(reachedOf(await funnel({ steps: step(where), by: byVisitId })), wanted, JSON.stringify(where));
    };
    await count([{ property: "category", op: "is", values: ["FISH", "luxury"] }], (e) => e.page <= 7);
    await count([{ property: "category", op: "is_not", values: ["fish"] }], (e) => e.page > 5);
    await count([{ property: "category", op: "contains", values: ["ish"] }], (e) => e.page <= 5 || e.page >= 8);
    await count([{ property: "category", op: "starts", values: ["Shell"] }, { property: "product_id", op: "is_not", values: [9, "8"] }], (e) => e.page === 8 || e.page === 9);
    await count([{ property: "name", op: "ends", values: ["fish"] }], (e) => e.page === 4);
    await count([{ property: "quantity", op: "present" }], () => false);
    await count([{ property: "$context.page.path", values: ["/products/4"] }], (e) => e.page === 6);
});

test("times, breakdowns, trend", { skip }, async () => {
    const pay = [{ event: "Checkout Started" }, { event: "Order Completed" }];
    const a = await funnel({ steps: pay, by: byVisitId, trend: "month", breakdown: { property: "visit_id" }, limit: 10 });
    const took = byVisit.flatMap((u) => { const c = u.find(isCheckout), o = u.find(isOrder); return c && o ? [o.time - c.time] : []; });
    const seconds = (ms) => Math.round(ms) / 1000;
    assert.deepEqual(a.seconds, { median: seconds(naive.quantile(took, 0.5)), mean: seconds(took.reduce((x, y) => x + y, 0) / took.length), p90: seconds(naive.quantile(took, 0.9)) });
    assert.deepEqual(a.steps[1].seconds, a.seconds);
    let last = -1;
    for (const b of a.histogram) {
        assert.equal(b.people, took.filter((ms) => ms > last && ms <= b.upto_s * 1000).length);
        last = b.upto_s * 1000;
    }
    assert.equal(a.rows.length, 11);
    assert.equal(a.rows_more, 2093);
    assert.equal(a.rows.at(-1).label, "(other)");
    assert.deepEqual([0, 1].map((i) => a.rows.reduce((n, r) => n + r.reached[i], 0)), [2103, 1777]);
    const months = naive.groups(byVisit.filter((u) => u.some(isCheckout)), (u) => new Date(u.find(isCheckout).time).toISOString().slice(0, 7));
    assert.equal(a.trend.length, 6);
    for (const t of a.trend) {
        const units = months.get(t.from.slice(0, 7)) ?? [];
        assert.deepEqual([t.entered, t.converted, t.partial], [units.length, units.filter((u) => u.some(isOrder)).length, t.from === "2020-06-01" ? t.partial : false]);
    }
    const added = await funnel({ steps: [{ event: "Product Added" }], by: byVisitId, breakdown: { property: "category" } });
    const lastOf = byVisit.flatMap((u) => u.filter(isAdd).slice(-1)).map((e) => cb.categoryOf(e.page));
    assert.deepEqual(Object.fromEntries(added.rows.map((r) => [r.value, r.reached[0]])), Object.fromEntries([...naive.groups(lastOf, (c) => c)].map(([c, l]) => [c, l.length])));
    // persons enter in every week in which they check out
    const week = (time) => Math.floor((time / DAY + 3) / 7), window = 10 * DAY;
    const weekly = await funnel({ steps: [{ event: "Checkout Started" }, { event: "Product Added" }], window_s: window / 1000, trend: "week" });
    const wanted = new Map();
    for (const u of byCookie)
        for (const w of new Set(u.filter(isCheckout).map((e) => week(e.time)))) {
            const l = naive.level(u.filter((e) => week(e.time) >= w), [isCheckout, isAdd], window, { before: (7 * (w + 1) - 3) * DAY });
            const now = wanted.get(w) ?? [0, 0];
            wanted.set(w, [now[0] + 1, now[1] + Number(l === 2)]);
        }
    for (const t of weekly.trend) assert.deepEqual([t.entered, t.converted], wanted.get(week(Date.parse(t.from))) ?? [0, 0], t.from);
});

test("attempts (totals)", { skip }, async () => {
    // view, add, view, add ... : each pair is one, unless the window is over
    const wanted = [0, 0];
    for (const u of byCookie) {
        let open = null, best = 0;
        const close = () => { if (open !== null) { wanted[0]++; wanted[1] += Number(best === 2); } open = null; best = 0; };
        for (const e of u) {
            if (open !== null && e.time - open > 20_000 && (isView(e) || isAdd(e))) close();
            if (isView(e)) { open = e.time; best ||= 1; }
            else if (isAdd(e) && open !== null) { best = 2; close(); }
        }
        close();
    }
    const a = await funnel({ steps: shopSteps.slice(0, 2), reentry: true, window_s: 20 });
    assert.equal(a.unit, "attempt");
    assert.deepEqual(reachedOf(a), wanted);
});

test("the people behind a step, and who dropped out before it", { skip }, async () => {
    const list = async (question, pick, more = {}) => {
        const r = await server.local("POST", "/v1/insight/people", { kind: "funnel", ...period, question, pick, ...more });
        assert.equal(r.status, 200, r.text);
        return r.json;
    };
    const levels = byCookie.map((u) => naive.level(u, shop, 7 * DAY));
    for (const step of [1, 2, 3, 4]) {
        assert.equal((await list({ ready: "shop" }, { step })).people, levels.filter((l) => l >= step).length);
        if (step > 1) assert.equal((await list({ ready: "shop" }, { step, what: "dropped" })).people, levels.filter((l) => l === step - 1).length);
    }
    const bought = await funnel({ ready: "shop", by: byVisitId });
    assert.equal((await list({ ready: "shop", by: byVisitId }, { step: 4 }, { limit: 5 })).people, bought.steps[3].people);
    const fish = byVisit.filter((u) => cb.categoryOf(u.filter(isAdd).at(-1)?.page) === "Fish");
    assert.equal((await list({ steps: [{ event: "Product Added" }], by: byVisitId, breakdown: { property: "category" } }, { step: 1, value: "Fish" })).people, new Set(fish.map((u) => u[0].cookie)).size);
    const refused = await server.local("POST", "/v1/insight/people", { kind: "funnel", ...period, question: { ready: "shop" }, pick: { step: 9 } });
    assert.deepEqual([refused.status, refused.json.field], [400, "/pick/step"]);
    const visits = byCookie.flatMap((u) => naive.visits(u));
    const paid = await server.local("POST", "/v1/insight/people", { kind: "paths", ...period, question: { start: { event: "Checkout Started" }, by: "event" }, pick: { depth: 1, key: "Order Completed" } });
    const next = (v) => { const at = v.findIndex(isCheckout); return at >= 0 && v.slice(at + 1).find((e) => !isCheckout(e))?.type === 3; };
    assert.equal(paid.json.people, new Set(visits.filter(next).map((v) => v[0].cookie)).size);
});

test("small groups are hidden where an answer leaves the house", { skip }, async () => {
    const one = { steps: [{ event: "Product Added", where: [{ property: "visit_id", values: [byVisit[0][0].visit] }] }] };
    assert.equal((await funnel(one)).entered, 1);
    const hidden = await funnel(one, { shared: true });
    assert.deepEqual([hidden.entered, hidden.converted, hidden.share, hidden.steps[0].reached], [null, null, null, null]);
    // 1,782 people, few of whom stop between: the figure that would show them goes
    const a = await funnel({ steps: [{ event: "$page" }, { event: "Product Viewed" }, { event: "Product Added" }, { event: "Order Completed", where: [{ property: "visit_id", op: "is", values: byVisit.filter((u) => u.some(isOrder)).slice(0, 4).map((u) => u[0].visit) }] }], window_s: 86400 * 200 }, { shared: true });
    assert.equal(a.entered, 1782);
    assert.equal(a.converted, null);
    assert.ok(a.steps.every((s) => s.reached === null || s.reached >= 10));
});

// ---- the rules, on people of one each

const at = (minute) => new Date(Date.parse("2026-03-02T00:00:00Z") + minute * 60_000).toISOString();
const small = { from: "2026-03-01", to: "2026-03-10" };
const did = (who, event, minute, properties = {}) => ({ type: "track", userId: who, event, timestamp: at(minute), messageId: `${who}-${event}-${minute}`, properties });
const steps = (...names) => names.map((event) => ({ event }));

test("windowFunnel's rules and Mixpanel's own example, by both of its names", { skip }, async () => {
    const batch = [
        did("mixpanel", "Rule A", 60), did("mixpanel", "Rule A", 90), did("mixpanel", "Rule B", 105), did("mixpanel", "Rule C", 135),
        did("edge", "Edge A", 0), did("edge", "Edge B", 10),
        did("order", "Order A", 0), did("order", "Order X", 1), did("order", "Order B", 2),
        did("tie", "Tie A", 5), did("tie", "Tie B", 5),
        did("dedup", "Dedup A", 0), did("dedup", "Dedup B", 1), did("dedup", "Dedup A", 2), did("dedup", "Dedup C", 3), did("dedup", "Dedup B", 4), did("dedup", "Dedup D", 5),
        did("early", "Early A", 0), did("early", "Early C", 1), did("early", "Early B", 2), did("early", "Early C", 3),
        did("ban", "Ban A", 0), did("ban", "Ban X", 1), did("ban", "Ban A", 2), did("ban", "Ban B", 3),
        ...Array.from({ length: 5 }, (_, i) => did("twelve", "Twelve", i)),
    ];
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
    const far = async (question) => reachedOf(await funnel(question, small)).filter((n) => n === 1).length;
    const mixpanel = { steps: steps("Rule A", "Rule B", "Rule C"), window_s: 3600 };
    assert.equal(await far(mixpanel), 3, "converted: each A begins anew (ClickHouse, Mixpanel today)");
    assert.equal(await far({ ...mixpanel, restart: "each" }), 3);
    assert.equal(await far({ ...mixpanel, restart: "never" }), 2, "not converted: the window began at 1:00 (Mixpanel in 2018)");
    const edge = { steps: steps("Edge A", "Edge B") };
    assert.equal(await far({ ...edge, window_s: 600 }), 2, "the window's end belongs to it");
    assert.equal(await far({ ...edge, window_ms: 599_999 }), 1);
    const order = { steps: steps("Order A", "Order B") };
    assert.equal(await far(order), 2);
    assert.equal(await far({ ...order, order: "strict" }), 1, "something else lies between");
    assert.equal(await far({ ...order, modes: ["strict_order"] }), 1);
    assert.equal(await far({ steps: steps("Order B", "Order X", "Order A"), order: "any" }), 3);
    const tie = { steps: steps("Tie A", "Tie B") };
    assert.equal(await far(tie), 2, "the same millisecond counts");
    assert.equal(await far({ ...tie, modes: ["strict_increase"] }), 1);
    const dedup = { steps: steps("Dedup A", "Dedup B", "Dedup C", "Dedup D") };
    assert.equal(await far(dedup), 4);
    assert.equal(await far({ ...dedup, modes: ["strict_deduplication"] }), 3, "the second B ends it, the second A does not");
    const early = { steps: steps("Early A", "Early B", "Early C"), order: "strict" };
    assert.equal(await far(early), 1);
    assert.equal(await far({ ...early, modes: ["allow_reentry"] }), 3, "what came too early is passed over");
    const ban = { steps: steps("Ban A", "Ban B"), exclude: [{ event: "Ban X" }] };
    assert.equal(await far(ban), 2, "the attempt ended, another began (Mixpanel)");
    const out = await funnel({ ...ban, exclusion: "person" }, small);
    assert.deepEqual([reachedOf(out), out.excluded], [[0, 0], 1], "out of the funnel (PostHog)");
    // twelve identical steps: as far as there are events; windowFunnel's own way when asked for
    const twelve = { steps: steps(...Array(12).fill("Twelve")) };
    assert.equal(await far(twelve), 5);
    assert.equal(await far({ ...twelve, modes: [] }), 12, "one event is every step, as in ClickHouse without strict_once");
});

test("what a shop never sends", { skip }, async () => {
    const a = await funnel({ steps: steps("Product Viewed", "Never Sent", "Order Completed") });
    assert.deepEqual(reachedOf(a).slice(1), [0, 0]);
    assert.deepEqual(a.steps.map((s) => s.seen), [true, false, true]);
    assert.deepEqual(a.notes, ['"Never Sent" never came: nobody reaches this step.']);
    const none = await Server.start();
    try {
        const ask = async () => (await none.local("POST", "/v1/insight/query", { kind: "funnel", question: { ready: "shop", breakdown: "channel", trend: "week" } })).json.answer;
        const empty = await ask();
        assert.deepEqual([empty.entered, empty.converted, empty.share, empty.rows, empty.notes.length], [0, 0, null, [], 4]);
        const now = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
        assert.equal((await none.track("/v1/batch", { batch: [
            { type: "track", event: "Viewed Product", userId: "a", timestamp: now(9), messageId: "1", properties: { product_id: "p" } }, // an alias
            { type: "track", event: "Order Completed", userId: "a", timestamp: now(5), messageId: "2", properties: { order_id: "1", total: 5 } },
        ] })).status, 200);
        await none.settled();
        const some = await ask();
        assert.deepEqual(reachedOf(some), [1, null, null, 1]);
        assert.deepEqual(some.steps.map((s) => s.seen), [true, false, false, true]);
        assert.deepEqual(some.notes, ['"Product Added" never came: the step is left out.', '"Checkout Started" never came: the step is left out.']);
        assert.equal(some.steps[3].share_of_previous, 1);
        assert.deepEqual(some.rows, [{ value: "direct", label: "Direct", reached: [1, null, null, 1] }]);
        assert.equal(some.trend.at(-1).converted, 1);
        assert.equal(some.trend.at(-1).partial, true);
    } finally {
        await none.close();
    }
});

test("what cannot be asked is refused with its place", { skip }, async () => {
    const refused = async (question, field, code = "invalid") => {
        const r = await server.local("POST", "/v1/insight/query", { kind: "funnel", ...period, question });
        assert.ok(r.status >= 400 && r.status < 500, `${r.status} ${r.text}`);
        assert.deepEqual([r.json.code, r.json.field], [code, `/question${field}`], r.text);
        return r.json.detail;
    };
    const one = steps("Product Viewed"), where = (w) => [{ event: "Order Completed", where: [w] }];
    await refused({}, "/steps", "missing");
    await refused({ steps: [] }, "/steps");
    await refused({ steps: one, ready: "shop" }, "/steps");
    await refused({ steps: Array(17).fill(one[0]) }, "/steps", "too_large");
    await refused({ steps: one, window_s: 0 }, "/window_s");
    await refused({ steps: one, window_ms: 0 }, "/window_ms");
    await refused({ steps: one, window_s: 5, window_ms: 5 }, "/window_ms");
    assert.match(await refused({ steps: where({ property: "email", values: ["x"] }) }, "/steps/0/where/0/property"), /sealed/);
    assert.match(await refused({ steps: where({ property: "no_such", values: ["x"] }) }, "/steps/0/where/0/property"), /declares no such property/);
    await refused({ steps: where({ property: "total", op: "contains", values: ["x"] }) }, "/steps/0/where/0/op");
    await refused({ steps: where({ property: "total", op: "at_least", values: ["much"] }) }, "/steps/0/where/0/values");
    await refused({ steps: where({ property: "total", op: "at_least", values: [1, 2] }) }, "/steps/0/where/0/values");
    await refused({ steps: where({ property: "coupon", values: Array(101).fill("x") }) }, "/steps/0/where/0/values", "too_large");
    await refused({ steps: [{ event: "*", where: [{ property: "total", op: "present" }] }] }, "/steps/0/where/0/property");
    await refused({ steps: one, by: "household" }, "/by");
    await refused({ steps: steps("Product Viewed", "Segment Consent Preference Updated"), by: { property: "visit_id" } }, "/by/property");
    await refused({ steps: steps("Product Viewed", "$page"), same: ["product_id"] }, "/same/0/property");
    await refused({ steps: one, breakdown: "weather" }, "/breakdown");
    await refused({ steps: steps("Order Completed"), breakdown: { property: "email" } }, "/breakdown/property");
    await refused({ steps: one, breakdown: {} }, "/breakdown");
    await refused({ steps: steps("A", "B"), exclude: [{ event: "X", from_step: 2, to_step: 2 }] }, "/exclude/0/to_step");
    await refused({ steps: steps("A", "B"), exclude: [{ event: "X" }], order: "any" }, "/exclude");
    await refused({ steps: steps("A", "B"), reentry: true, order: "any" }, "/reentry");
    await refused({ steps: one, modes: ["strict_increase"], order: "any" }, "/modes");
    await refused({ steps: one, modes: ["allow_reentry"] }, "/modes");
    await refused({ steps: one, modes: ["sloppy"] }, "/modes/0");
});

// ---- paths

const path = async (question, more = {}) => {
    const r = await server.local("POST", "/v1/insight/query", { kind: "paths", ...period, question, ...more });
    assert.equal(r.status, 200, r.text);
    return r.json.answer;
};
// Columns and links as the naive way has them; where counts tie, which are shown may differ: such cases are left out.
function same(answer, wanted, branches) {
    assert.equal(answer.visits, wanted.visits);
    const key = (d, k) => (answer.columns[d].some((n) => n.key === k) ? k : "(other)");
    for (const [d, { order }] of wanted.shown.entries()) {
        const top = order.slice(0, branches), rest = order.slice(branches), shown = answer.columns[d];
        assert.deepEqual(shown.filter((n) => n.key !== "(other)").map((n) => n.visits), top.map(([, c]) => c[0]), `column ${d}`);
        for (const n of shown.filter((n) => n.key !== "(other)")) assert.deepEqual([n.visits, n.ended], wanted.shown[d].counts.get(n.key), `${d} ${n.key}`);
        const other = shown.find((n) => n.key === "(other)");
        assert.equal(other?.visits ?? 0, rest.reduce((n, [, c]) => n + c[0], 0));
        assert.equal(shown.reduce((n, s) => n + s.ended, 0), order.reduce((n, [, c]) => n + c[1], 0));
    }
    const links = new Map();
    for (const way of wanted.ways)
        for (let d = 1; d < answer.columns.length && d < way.length; d++) {
            const name = `${d} ${key(d - 1, way[d - 1])} ${key(d, way[d])}`;
            links.set(name, (links.get(name) ?? 0) + 1);
        }
    assert.deepEqual(Object.fromEntries(answer.links.map((l) => [`${l.depth} ${l.from} ${l.to}`, l.visits])), Object.fromEntries(links));
}
const nameOf = (e) => (e.type === 2 ? "Product Added" : e.type === 3 ? "Order Completed" : e.type === 4 ? "Promotion Viewed" : e.type === 5 ? "Promotion Clicked"
    : e.page === 12 ? "Checkout Started" : isView(e) ? "Product Viewed" : "$page");

test("paths by event and by page, forwards and backwards, against plain JavaScript", { skip }, async () => {
    const visits = byCookie.flatMap((u) => naive.visits(u)).map((v) => v.map((e) => ({ ...e, event: nameOf(e) })));
    const byEvent = visits.map((v) => v.map((e) => ({ ...e, key: e.event }))), byPage = visits.map((v) => v.map((e) => ({ ...e, key: isPage(e) ? cb.pathOf(e.page) : null })));
    for (const direction of ["forward", "backward"]) {
        const backward = direction === "backward";
        for (const collapse of [true, false]) {
            const start = { key: "Product Added", station: true, test: (e) => isAdd(e) };
            same(await path({ start: { event: "Product Added" }, direction, by: "event", depth: 6, branches: 3, collapse }), naive.paths(byEvent, { start, backward, depth: 6, collapse }), 3);
            same(await path({ direction, by: "event", depth: 4, branches: 10, collapse }), naive.paths(byEvent, { backward, depth: 4, collapse }), 10);
        }
        const start = { key: "Order Completed", station: false, test: (e) => e.type === 3 };
        same(await path({ start: { event: "Order Completed" }, direction, by: "page", depth: 3 }), naive.paths(byPage, { start, backward, depth: 3 }), 5);
        const page = { key: "/products", station: true, test: (e) => isPage(e) && e.page === 2 };
        same(await path({ start: { page: "/products" }, direction, by: "page", depth: 2 }), naive.paths(byPage, { start: page, backward, depth: 2 }), 5);
    }
    const never = await path({ start: { event: "Never Sent" }, by: "event" });
    assert.deepEqual([never.visits, never.notes], [0, ["The event at the start never came: no visit has it."]]);
    assert.equal((await path({ start: { page: "/nowhere" } })).visits, 0);
});

test("paths of random visits; small groups are in the rest", { skip }, async () => {
    let seed = 5;
    const random = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
    const batch = [], visits = [];
    for (let person = 0; person < 60; person++) {
        let minute = random(600);
        for (let v = 0; v < 3; v++) {
            const visit = [];
            for (let i = 1 + random(9); i > 0; i--) {
                const page = `/p${Math.min(random(9), random(9))}`;
                batch.push({ type: "page", userId: `walker-${person}`, timestamp: at(minute), messageId: `walk-${batch.length}`, properties: { path: page }, context: { page: { path: page } } });
                visit.push({ time: minute, key: page });
                minute += random(30) || 1;
            }
            visits.push(visit);
            minute += 31;
        }
    }
    assert.equal((await server.track("/v1/batch", { batch: batch.slice(0, 600) })).status, 200);
    for (let i = 600; i < batch.length; i += 600) assert.equal((await server.track("/v1/batch", { batch: batch.slice(i, i + 600) })).status, 200);
    await server.settled();
    const only = async (question, more) => path(question, { ...small, ...more });
    for (const backward of [false, true])
        for (const collapse of [false, true])
            for (const page of ["/p0", "/p3", "/p7"]) {
                const wanted = naive.paths(visits, { start: { key: page, station: true, test: (e) => e.key === page }, backward, depth: 8, collapse });
                same(await only({ start: { page }, direction: backward ? "backward" : "forward", depth: 8, branches: 10, collapse }), wanted, 10);
            }
    const hidden = await only({ start: { page: "/p0" }, depth: 8, branches: 10 }, { shared: true });
    const open = await only({ start: { page: "/p0" }, depth: 8, branches: 10 });
    assert.ok(hidden.columns.flat().length < open.columns.flat().length);
    assert.ok(hidden.columns.flat().concat(hidden.links).every((n) => n.visits === null || n.visits >= 10), "nothing small is shown");
    for (const [field, question] of [["/start", { start: {} }], ["/depth", { depth: 9 }], ["/branches", { branches: 11 }], ["/by", { by: "mood" }]]) {
        const r = await server.local("POST", "/v1/insight/query", { kind: "paths", question });
        assert.deepEqual([r.status, r.json.field], [400, `/question${field}`]);
    }
});
