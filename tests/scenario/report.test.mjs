// SPDX-License-Identifier: Apache-2.0
// Reports over HTTP: figures made by hand over a change of the clocks, merged people, refunds, cancellations, repeated ids, guests,
// channels, products, comparison, and Clique Bait's published rates.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary, sleep } from "../lib/server.mjs";
import * as cb from "./lib/clique_bait.mjs";

const skip = !haveBinary && "build/custos is not built";
const zone = { env: { CUSTOS_TIME_ZONE: "Europe/Berlin" } };
let server;
async function report(question, more = {}, s = server) {
    for (let i = 0; ; i++) {
        const r = await s.local("POST", "/v1/insight/query", { kind: "report", from: "2026-03-28", to: "2026-03-30", question, ...more });
        if (r.status === 429 && i < 100) { await sleep(50); continue; } // the order book is being read
        assert.equal(r.status, 200, r.text);
        return r.json.answer;
    }
}
const value = async (metric, more, q = {}) => (await report({ metrics: [metric], ...q }, more)).metrics[0].value;
const series = async (metric, more, q = {}) => (await report({ metrics: [metric], ...q }, more)).metrics[0].series;
let n = 0;
const page = (who, timestamp, path = "/", context = {}) => ({ type: "page", anonymousId: who, timestamp, messageId: `p-${n++}`, context: { page: { path }, ...context } });
const order = (who, timestamp, id, properties) => ({ type: "track", event: "Order Completed", ...(who && { anonymousId: who }), timestamp, messageId: `o-${n++}`,
    properties: { order_id: id, currency: "EUR", ...properties } });
const campaign = (source, medium, name = "spring") => ({ campaign: { source, medium, name } });

before(async () => {
    if (skip) return;
    server = await Server.start(zone);
    const batch = [
        // ann: by newsletter late on Saturday, local time; buys a quarter of an hour later, on Sunday
        page("ann", "2026-03-28T22:50:00Z", "/sale", campaign("newsletter", "email")), page("ann", "2026-03-28T22:52:00Z", "/kettle"),
        order("ann", "2026-03-28T23:05:00Z", "A1", { total: 119, tax: 19, shipping: 5, subtotal: 95, discount: 5,
            products: [{ product_id: "kettle", name: "Kettle", category: "Kitchen", brand: "Acme", price: 50, quantity: 2 }] }),
        order("ann", "2026-03-28T23:06:00Z", "A1", { total: 119, tax: 19, shipping: 5, subtotal: 95, discount: 5 }), // said again
        // ben: one page on Sunday at 1:59 and one at 3:01, two minutes apart: the clocks went forward
        page("ben", "2026-03-29T00:59:00Z", "/"), page("ben", "2026-03-29T01:01:00Z", "/kettle"),
        // cleo on two devices on Monday: one person, two visits
        page("cleo-phone", "2026-03-30T08:00:00Z", "/", campaign("google", "cpc")), page("cleo-laptop", "2026-03-30T18:00:00Z", "/"),
        { type: "identify", userId: "cleo", anonymousId: "cleo-phone", timestamp: "2026-03-30T08:00:00Z", messageId: "i-1" },
        { type: "identify", userId: "cleo", anonymousId: "cleo-laptop", timestamp: "2026-03-30T18:00:00Z", messageId: "i-2" },
        order("cleo-laptop", "2026-03-30T18:10:00Z", "C1", { revenue: 10, total: 10, products: [{ product_id: "cup", name: "Cup", category: "Kitchen", price: 10, quantity: 1 }] }),
        order("cleo-laptop", "2026-03-30T18:12:00Z", "C2", { revenue: 33.33, total: 33.33, products: [{ product_id: "cup", name: "Cup", category: "Kitchen", price: 11.11, quantity: 3 }] }),
        { type: "track", event: "Order Cancelled", anonymousId: "cleo-laptop", timestamp: "2026-03-30T19:00:00Z", messageId: "x-1", properties: { order_id: "C1" } },
        { type: "track", event: "Order Refunded", anonymousId: "ann", timestamp: "2026-04-12T10:00:00Z", messageId: "x-2", properties: { order_id: "A1", total: 20 } },
        // two searches, one without result
        { type: "track", event: "Products Searched", anonymousId: "ben", timestamp: "2026-03-29T01:02:00Z", messageId: "s-1", properties: { query: "teapot", results: 0 } },
        { type: "track", event: "Products Searched", anonymousId: "ben", timestamp: "2026-03-29T01:03:00Z", messageId: "s-2", properties: { query: "kettle", results: 3 } },
    ];
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
    for (let i = 0; i < 100 && (await value("orders")) !== 2; i++) await sleep(50);
});
after(async () => { await server?.close(); });

test("money: each order once, cancelled ones not, refunds with their order", { skip }, async () => {
    assert.equal(await value("orders"), 2);
    assert.equal(await value("orders:all"), 3);
    assert.equal(await value("revenue"), 9500 + 3333);
    assert.equal(await value("revenue:gross"), 9500 + 500 + 3333);
    assert.equal(await value("revenue:net"), 9500 + 3333 - 2000);
    assert.equal(await value("revenue:total"), 11900 + 3333);
    assert.equal(await value("refunds"), 2000);
    assert.equal(await value("refund_rate"), 0.5);
    assert.equal(await value("cancellation_rate"), 1 / 3);
    assert.equal(await value("average_order_value"), 6417, "6416.5 is rounded away from zero");
    assert.equal(await value("average_order_value:matomo"), 7617);
    assert.equal(await value("units"), 5);
    assert.equal(await value("discount_share"), 500 / 13333);
    assert.equal(await value("new_customer_revenue_share"), 1);
});

test("days are the shop's, the one of 23 hours too", { skip }, async () => {
    assert.deepEqual(await series("revenue"), [0, 9500, 3333], "Saturday's visit ends in Sunday's order");
    assert.deepEqual(await series("visits"), [1, 1, 2]);
    assert.deepEqual(await series("visits:midnight"), [1, 1, 2], "an order alone is no visit");
    const hours = await report({ metrics: ["page_views"], by: "hour" }, { from: "2026-03-29", to: "2026-03-29" });
    assert.equal(hours.periods.length, 23);
    assert.equal(hours.periods[0], "2026-03-28T23:00:00.000Z");
    assert.deepEqual(hours.metrics[0].series.slice(0, 4), [0, 2, 0, 0], "at one to two o'clock, when the visit began; two to three there is none");
});

test("visits, people and searches", { skip }, async () => {
    assert.equal(await value("visitors"), 3, "cleo is one person");
    assert.equal(await value("active_customers"), 3);
    assert.equal(await value("new_customers"), 3);
    assert.equal(await value("conversion_rate"), 0.5);
    assert.equal(await value("conversion_rate:visitor"), 2 / 3);
    assert.equal(await value("conversion_rate:orders_per_visitor"), 2 / 3);
    assert.equal(await value("searches"), 2);
    assert.equal(await value("searches_without_result"), 0.5);
    assert.equal(await value("bounce_rate:plausible"), 0.25);
    assert.equal(await value("time_on_site"), (16 * 60 + 4 * 60 + 0 + 12 * 60) / 4);
    assert.equal(await value("repeat_purchase_rate"), 0, "the cancelled order is none");
});

test("breakdowns and filters", { skip }, async () => {
    const channels = await report({ metrics: ["revenue", "visits", "conversion_rate"], breakdown: "channel", by: "total" });
    const of = (a) => Object.fromEntries(a.rows.map((r) => [r.value, r.values]));
    assert.deepEqual(of(channels), { email: [9500, 1, 1], direct: [3333, 2, 0.5], paid_search: [0, 1, 0] });
    const products = await report({ metrics: ["revenue", "orders", "units", "visits"], breakdown: "product", by: "total" });
    assert.deepEqual(products.rows.map((r) => [r.value, r.label, r.values]), [["kettle", "Kettle", [10000, 1, 2, null]], ["cup", "Cup", [3333, 1, 3, null]]]);
    assert.equal(await value("revenue", {}, { filters: [{ dimension: "channel", in: ["email"] }] }), 9500);
    assert.equal(await value("revenue", {}, { filters: [{ dimension: "campaign", in: ["spring"] }, { dimension: "landing", in: ["/sale"] }] }), 9500);
    assert.equal(await value("revenue", {}, { filters: [{ dimension: "product", in: ["cup"] }] }), 3333);
    assert.equal(await value("visits", {}, { filters: [{ dimension: "product", in: ["cup"] }] }), null, "a visit has no product");
    assert.equal(await value("visits", {}, { filters: [{ dimension: "source", in: [""] }] }), 2);
    const status = await report({ metrics: ["orders"], breakdown: "new_or_returning", by: "total" });
    assert.deepEqual(of(status), { new: [2] });
    const pages = await report({ metrics: ["page_views", "visits", "visitors", "conversion_rate", "revenue"], breakdown: "page", by: "total" });
    assert.deepEqual(of(pages), { "/": [3, 3, 2, 1 / 3, null], "/kettle": [2, 2, 2, 0.5, null], "/sale": [1, 1, 1, 1, null] });
    assert.equal(await value("visits", {}, { filters: [{ dimension: "page", in: ["/kettle"] }] }), 2);
    assert.equal(await value("revenue", {}, { filters: [{ dimension: "page", in: ["/kettle"] }] }), 9500);
    const one = await report({ metrics: ["visits"], breakdown: "landing", by: "total", limit: 1 });
    assert.deepEqual([one.rows.length, one.rows_more, one.rows[0].value, one.other.values], [1, 1, "/", [1]]);
});

test("compared with the days before, and with the year before", { skip }, async () => {
    const now = await report({ metrics: ["visits", "revenue"], compare: "previous" }, { from: "2026-03-30", to: "2026-03-31" });
    assert.deepEqual(now.previous_periods, ["2026-03-28", "2026-03-29"]);
    assert.deepEqual([now.metrics[0].value, now.metrics[0].previous, now.metrics[0].change], [2, 2, 0]);
    assert.deepEqual(now.metrics[1].previous_series, [0, 9500]);
    assert.equal(now.metrics[0].significance.p, null, "two days say nothing");
    const year = await report({ metrics: ["visits"], compare: "year" });
    assert.deepEqual([year.previous_periods[0], year.metrics[0].previous, year.metrics[0].change], ["2025-03-28", 0, null]);
});

test("an order of a guest lies in no visit; a merge later joins what was apart", { skip }, async () => {
    const who = { from: "2026-02-01", to: "2026-02-28" };
    await server.track("/v1/batch", { batch: [page("dora-1", "2026-02-03T10:00:00Z"), page("dora-2", "2026-02-05T10:00:00Z")] });
    await server.settled();
    assert.equal(await value("visitors", who), 2);
    await server.track("/v1/batch", { batch: ["dora-1", "dora-2"].map((a) => ({ type: "identify", userId: "dora", anonymousId: a, timestamp: "2026-02-05T10:00:00Z", messageId: `d-${a}` })) });
    await server.settled();
    assert.equal(await value("visitors", who), 1);
    assert.equal(await value("visits", who), 2);
});

test("Clique Bait by visits of thirty minutes, against counting them here", { skip }, async () => {
    const s = await Server.start();
    try {
        const all = cb.events();
        await cb.load(s, all);
        const want = (() => {
            const by = new Map();
            for (const e of [...all].sort((a, b) => a.time - b.time || a.seq - b.seq)) by.set(e.cookie, [...(by.get(e.cookie) ?? []), e]);
            let visits = 0, bought = 0;
            for (const rows of by.values()) {
                let last = -Infinity, first = 0, has = false, open = false;
                const end = () => { if (open) { visits++; bought += has; } };
                for (const e of rows) {
                    if (e.time - last > 1800_000 || e.time - first >= 86400_000) { end(); open = true; has = false; first = e.time; }
                    last = e.time;
                    has ||= e.type === 3;
                }
                end();
            }
            return { visits, bought };
        })();
        const a = await report({ metrics: ["visits", "conversion_rate", "visitors"], by: "month" }, { from: "2020-01-01", to: "2020-06-30" }, s);
        assert.equal(a.metrics[0].value, want.visits);
        assert.equal(a.metrics[1].value, want.bought / want.visits);
        assert.equal(a.metrics[2].value, new Set(all.map((e) => e.cookie)).size);
        assert.equal(a.metrics[0].series.reduce((x, y) => x + y), want.visits);
    } finally {
        await s.close();
    }
});
