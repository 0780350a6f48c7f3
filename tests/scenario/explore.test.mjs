// SPDX-License-Identifier: Apache-2.0
// Exploring events: newest first over everybody, names with counts, breakdowns by a declared property.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { ago, identify, order, send, viewed } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await send(server, [
        identify("ada", { email: "ada@example.com", firstName: "Ada", lastName: "Ember" }),
        viewed("ada", "p1", 9, { category: "Shoes" }), viewed("ada", "p2", 3, { category: "Hats" }), viewed("bob", "p3", 2, { category: "Shoes" }),
        viewed("bob", "p4", 1, { category: "Shoes" }), order("ada", "o1", 50, 0.5), order("bob", "o2", 20, 400),
        { type: "track", event: "Product Viewed", userId: "bob", timestamp: ago(4), messageId: "with-secret", properties: { product_id: "p5", secret_note: "nobody declared this" } },
    ]);
});
after(async () => { await server?.close(); });

test("events of everybody, newest first, page by page", { skip }, async () => {
    const all = (await server.staff("GET", "/v1/events")).json;
    const times = all.items.map((e) => Date.parse(e.time));
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
    assert.equal(all.items.length, 8);
    assert.equal(all.next, null);
    const seen = [];
    for (let cursor = ""; cursor !== null;) {
        const page = (await server.staff("GET", `/v1/events?limit=3${cursor && `&cursor=${cursor}`}`)).json;
        seen.push(...page.items.map((e) => e.seq));
        cursor = page.next;
    }
    assert.deepEqual(seen, all.items.map((e) => e.seq));
    assert.equal((await server.staff("GET", "/v1/events?cursor=nonsense")).status, 400);
});

test("by name and time, with person, revenue and declared properties", { skip }, async () => {
    const orders = (await server.staff("GET", "/v1/events?event=Order%20Completed")).json.items;
    assert.deepEqual(orders.map((e) => e.revenue), [5000, 2000]);
    assert.equal(orders[0].person.label, "Ada Ember");
    assert.equal(orders[0].properties.order_id, "o1");
    const recent = (await server.staff("GET", `/v1/events?event=Product%20Viewed&from=${ago(3.5)}&to=${ago(1.5)}`)).json.items;
    assert.deepEqual(recent.map((e) => e.properties.product_id), ["p3", "p2"]);
    const all = JSON.stringify((await server.staff("GET", "/v1/events")).json);
    assert.ok(!all.includes("nobody declared this"), "what nobody declared is sealed");
    assert.deepEqual((await server.staff("GET", "/v1/events?event=Never%20Sent")).json.items, []);
});

test("names of events with counts", { skip }, async () => {
    const kinds = (await server.staff("GET", "/v1/events/kinds")).json.items;
    const of = (name) => kinds.find((k) => k.name === name);
    assert.equal(of("Product Viewed").count, 5);
    assert.equal(of("Order Completed").count, 2);
    assert.equal(of("Product Viewed").last, ago(1).slice(0, 10));
});

test("breakdowns by a property", { skip }, async () => {
    const r = (await server.staff("GET", "/v1/events/breakdown?event=Product%20Viewed&property=category")).json;
    const row = (value) => r.rows.find((x) => x.value === value);
    assert.deepEqual([row("Shoes").people, row("Shoes").events], [2, 3]);
    assert.deepEqual([row("Hats").people, row("Hats").events], [1, 1]);
    assert.equal(row(null).events, 1, "one without a category");
    const whole = (await server.staff("GET", "/v1/events/breakdown?event=Order%20Completed")).json;
    assert.deepEqual(whole.rows.map((x) => [x.people, x.events, x.revenue]), [[2, 2, 7000]]);
    const recent = (await server.staff("GET", `/v1/events/breakdown?event=Order%20Completed&from=${ago(10)}`)).json;
    assert.deepEqual(recent.rows.map((x) => x.revenue), [5000]);
    assert.equal((await server.staff("GET", "/v1/events/breakdown?event=Never%20Sent")).status, 404);
    assert.equal((await server.staff("GET", "/v1/events/breakdown?event=Product%20Viewed&property=no_such")).status, 400);
    assert.equal((await server.staff("GET", "/v1/events/breakdown?event=Order%20Completed&property=email")).status, 403, "personal");
});
