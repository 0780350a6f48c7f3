// SPDX-License-Identifier: Apache-2.0
// What arrives, against events made by hand: the five numbers that Today asks for, with merged persons once and cancelled orders left
// out; the count of events; the live feed.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
const day = 86400_000;
const ago = (days, hours = 0) => new Date(Math.floor(Date.now() / day) * day - days * day + hours * 3600_000).toISOString();
const order = (id, userId, timestamp, revenue) => ({ type: "track", event: "Order Completed", userId, timestamp, messageId: `m-${id}`,
    properties: { order_id: id, revenue, total: revenue, currency: "EUR" } });

before(async () => {
    if (skip) return;
    server = await Server.start();
    const batch = [
        order("o1", "ada", ago(1), 10), order("o2", "ada", ago(2), 30.5), order("o3", "bob", ago(2), 20), order("o4", "cy", ago(9), 50),
        order("o5", "bob", ago(3), 99), { type: "track", event: "Order Cancelled", userId: "bob", timestamp: ago(2, 1), messageId: "m-c5", properties: { order_id: "o5" } },
        // one person on two devices: active once
        { type: "track", event: "Product Viewed", anonymousId: "phone", timestamp: ago(1), messageId: "m-v1", properties: { product_id: "p1" } },
        { type: "identify", userId: "ada", anonymousId: "phone", timestamp: ago(1), messageId: "m-i1", traits: { name: "Ada Ember" } },
        // long before both periods
        { type: "track", event: "Product Viewed", userId: "old", timestamp: ago(40), messageId: "m-v2", properties: { product_id: "p1" } },
    ];
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
});
after(async () => { await server?.close(); });

test("the five numbers, their change and their days", { skip }, async () => {
    const names = ["revenue", "orders", "average_order_value", "active_customers", "new_customers"];
    const last = ago(0).slice(0, 10);
    const today = (await server.local("POST", "/v1/insight/query", { kind: "report", from: ago(6).slice(0, 10), to: last, question: { metrics: names, by: "day", compare: "previous" } })).json.answer;
    const of = (name) => today.metrics.find((m) => m.name === name);
    const both = (name) => [of(name).value, of(name).previous];
    assert.deepEqual(both("revenue"), [6050, 5000]);
    assert.deepEqual(both("orders"), [3, 1]);
    assert.deepEqual(both("average_order_value"), [2017, 5000]);
    assert.deepEqual(both("active_customers"), [2, 1], "ada on two devices is one person");
    assert.deepEqual(both("new_customers"), [2, 1]);
    assert.equal(of("revenue").change, 0.21);
    assert.equal(today.periods.length, 7);
    assert.equal(of("revenue").series.reduce((a, b) => a + b), 6050);
    assert.equal(of("orders").series[4], 2, "two orders two days ago");
});

test("events are counted by name and time", { skip }, async () => {
    const count = async (query) => (await server.local("GET", `/v1/events/count${query}`)).json;
    assert.equal((await count("")).count, 9);
    assert.equal((await count("?event=Order%20Completed")).count, 5);
    assert.equal((await count(`?event=Product%20Viewed&from=${ago(5)}`)).count, 1);
    assert.equal((await count(`?to=${ago(30)}`)).count, 1);
    assert.equal((await count("?event=Never%20Heard")).count, 0);
    assert.equal(server.cli(["events", "count", "--event", "Order Completed"]).out.trim(), "5");
});

test("totals of orders leave cancelled ones out", { skip }, async () => {
    const totals = (await server.local("GET", "/v1/orders/totals")).json;
    assert.deepEqual([totals.orders, totals.revenue, totals.cancelled], [4, 11050, 1]);
    const part = (await server.local("GET", `/v1/orders/totals?from=${ago(2).slice(0, 10)}&to=${ago(2).slice(0, 10)}`)).json;
    assert.deepEqual([part.orders, part.revenue], [2, 5050]);
});

test("the live feed shows the newest first, with names", { skip }, async () => {
    const first = (await server.local("GET", "/v1/live?limit=3")).json;
    assert.equal(first.items.length, 3);
    assert.ok(first.items[0].seq > first.items[1].seq);
    await server.track("/v1/track", { userId: "ada", event: "Signed In" });
    await server.track("/v1/track", { event: "Nobody" });
    await server.settled();
    const next = (await server.local("GET", `/v1/live?after=${first.last}`)).json;
    assert.deepEqual(next.items.map((i) => [i.event, i.refused]), [[null, true], ["Signed In", false]]);
    assert.equal(next.items[1].person.label, "Ada Ember");
    assert.equal(next.items[1].source, "Web shop");
    assert.equal((await server.local("GET", `/v1/live?after=${next.last}`)).json.items.length, 0);
});
