// SPDX-License-Identifier: Apache-2.0
// Friction through the real doors: a shop with a known checkout, refusals, forms, clicks, slow pages and failing searches; its
// figures worked out by hand, hidden where groups are small, an empty period, bad questions.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { eventually, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, sent = 0;
const noon = new Date(Date.now() - 5 * 86400_000);
noon.setUTCHours(12, 0, 0, 0);
const day = noon.toISOString().slice(0, 10);
const at = (minute) => new Date(noon.getTime() + minute * 60_000).toISOString();
const track = (userId, minute, event, properties = {}, path = "/a") => ({ type: "track", event, userId, messageId: `fr-${++sent}`, timestamp: at(minute), properties,
    context: { page: { path } } });
const order = (userId, minute) => track(userId, minute, "Order Completed", { order_id: `o-${userId}`, revenue: 50, total: 60, currency: "EUR", products: [] }, "/thanks");

// Twelve visits each: ready at checkout; of twenty-four half order. Twelve with a refused card: none orders.
const visits = () => {
    const all = [];
    for (let i = 0; i < 24; i++) {
        all.push(track(`good${i}`, 0, "Checkout Started"), track(`good${i}`, 1, "Checkout Step Viewed", { step: "shipping" }));
        if (i < 12) all.push(track(`good${i}`, 2, "Payment Info Entered"), order(`good${i}`, 3));
    }
    for (let i = 0; i < 12; i++)
        all.push(track(`bad${i}`, 0, "Checkout Started"), track(`bad${i}`, 1, "Payment Failed", { payment_method: "card", reason: "insufficient_funds" }));
    for (let i = 0; i < 12; i++) {
        all.push(track(`slow${i}`, 0, "Page Performance Measured", { lcp_ms: 4000 }, "/slow"));
        all.push(track(`slow${i}`, 1, "Products Searched", { query: "a secret wish", term: "teapot", results: 0 }));
        all.push(track(`slow${i}`, 2, "Rage Click", { element: "button.buy", clicks: 3 }), track(`slow${i}`, 3, "Dead Click", { element: "img.badge" }));
        all.push(track(`slow${i}`, 4, "Form Started", { form: "contact" }), track(`slow${i}`, 5, "Form Field Left", { form: "contact", field: "phone" }));
    }
    for (let i = 0; i < 12; i++) {
        all.push(track(`fast${i}`, 0, "Page Performance Measured", { lcp_ms: 1000 }, "/slow"), track(`fast${i}`, 1, "Products Searched", { query: "cups", results: 7 }));
        if (i < 6) all.push(order(`fast${i}`, 2));
    }
    for (let i = 0; i < 3; i++) all.push(track(`few${i}`, 0, "Coupon Denied", { coupon_id: "GIFT", reason: "expired" }));
    return all;
};
const ask = (body) => server.staff("POST", "/v1/insight/query", { kind: "friction", from: day, to: day, ...body });

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await send(server, visits());
    await eventually(() => ask({}), (r) => r.status === 200 && r.json.answer.average_order_value === 5000);
});
after(async () => { await server?.close(); });

test("where visits stop, what they met, and what it may cost", { skip }, async () => {
    const r = await ask({});
    assert.equal(r.status, 200, r.text);
    const a = r.json.answer;
    assert.deepEqual([a.visits, a.visits_with_order, a.average_order_value], [63, 18, 5000]);
    assert.deepEqual(a.checkout, [
        { step: "Checkout Started", visits: 36, dropped: 12, converted: 12 / 36, lost: 20000 },
        { step: "shipping", visits: 24, dropped: 12, converted: 0.5, lost: 30000 },
        { step: "Payment Info Entered", visits: 12, dropped: 0, converted: 1, lost: 0 },
    ]);
    assert.deepEqual(a.payments, [{ method: "card", reason: "insufficient_funds", visits: 12, tries: 12, converted_with: 0, converted_without: 0.5, lost: 30000 }]);
    assert.equal(a.coupons[0].coupon, "GIFT");
    assert.equal(a.coupons[0].visits, 3);
    assert.deepEqual(a.forms.find((f) => f.field === "phone"), { form: "contact", field: "phone", started: 12, left: 12 });
    assert.deepEqual(a.rage, [{ page: "/a", element: "button.buy", visits: 12, clicks: 36 }]);
    assert.deepEqual(a.dead, [{ page: "/a", element: "img.badge", visits: 12, clicks: 12 }]);
    assert.deepEqual(a.slow, [{ page: "/slow", visits: 24, visits_slow: 12, median_ms: 1000, p75_ms: 4000, converted_slow: 0, converted_fast: 0.5, lost: 30000 }]);
    assert.deepEqual(a.searches, [{ query: "teapot", searches: 12, none_found: 12, converted_with: 0, converted_without: 0.5, lost: 30000 }]);
    assert.ok(a.lost_total > 0 && a.lost_total <= 45 * 5000, "a visit counts once");
    assert.match(a.method, /estimate.*63 visits, 18 of them with an order, and 18 orders/);
    assert.ok(!r.text.includes("secret wish"), "what was typed is sealed");
});

test("small groups are hidden in answers that leave the house", { skip }, async () => {
    const r = await ask({ shared: true });
    const a = r.json.answer;
    assert.deepEqual(a.coupons, [{ coupon: "GIFT", reason: "expired", visits: null, tries: null, converted_with: null, converted_without: null, lost: null }]);
    assert.equal(a.payments[0].visits, 12);
    assert.ok(r.json.hidden >= 1);
});

test("another border of slow, fewer rows, an empty time, bad questions", { skip }, async () => {
    assert.deepEqual((await ask({ question: { slow_ms: 5000 } })).json.answer.slow, []);
    const one = (await ask({ question: { limit: 1 } })).json.answer;
    assert.equal(one.checkout.length, 1);
    assert.ok(one.rows_more > 0);
    const empty = (await ask({ from: "2020-01-01", to: "2020-12-31" })).json.answer;
    assert.deepEqual([empty.visits, empty.lost_total, empty.average_order_value, empty.checkout], [0, null, null, []]);
    assert.equal((await ask({ question: { slow_ms: 1 } })).json.field, "/question/slow_ms");
    assert.equal((await ask({ question: { slow: 1 } })).status, 400);
    const people = await server.staff("POST", "/v1/insight/people", { kind: "friction", from: day, to: day, question: {}, pick: {} });
    assert.equal(people.status, 400);
});
