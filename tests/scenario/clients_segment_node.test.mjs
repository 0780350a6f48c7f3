// SPDX-License-Identifier: Apache-2.0
// @segment/analytics-node, unchanged, against a real server: all call types, and everything that can
// go wrong between the two without losing or doubling an event.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Analytics } from "@segment/analytics-node";
import { Server, haveBinary } from "../lib/server.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { eventsOf, order, person, stored, trait } from "./lib/shop.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

function client(url, options = {}) {
    const errors = [];
    const analytics = new Analytics({ writeKey: server.writeKey, host: url, flushAt: 1, flushInterval: 50, ...options });
    analytics.on("error", (e) => errors.push(e));
    return { analytics, errors };
}

async function run(script, calls, options) {
    const was = await stored(server);
    const proxy = await startProxy(server.url, script);
    const { analytics, errors } = client(proxy.url, options);
    calls(analytics);
    await analytics.closeAndFlush({ timeout: 60000 });
    await proxy.close();
    return { proxy, errors, added: (await stored(server)) - was };
}

test("all call types arrive", { skip }, async () => {
    const { errors, added } = await run([], (a) => {
        a.identify({ userId: "seg-1", anonymousId: "seg-anon-1", traits: { email: "zoe@example.com", firstName: "Zoë", lastName: "Müller", phone: "+33612345678", address: { city: "Paris", country: "FR" } } });
        a.track({ userId: "seg-1", event: "Order Completed", properties: order });
        a.page({ userId: "seg-1", name: "Category page", category: "Docs", properties: { url: "https://shop.example/c" } });
        a.screen({ userId: "seg-1", name: "Home" });
        a.group({ userId: "seg-1", groupId: "club-1", traits: { name: "Club" } });
        a.alias({ userId: "seg-1", previousId: "seg-old" });
        a.track({ anonymousId: "seg-anon-2", event: "Product Viewed", properties: { product_id: "p1", price: 19 } });
    });
    assert.deepEqual(errors, []);
    assert.equal(added, 7);
    const p = await person(server, "seg-1");
    assert.equal(trait(p, "email"), "zoe@example.com");
    assert.equal(p.orders.count, 1);
    const names = (await eventsOf(server, p.id)).map((e) => e.event ?? e.type);
    assert.ok(names.includes("Order Completed"), names.join());
});

test("a batch larger than one request arrives whole, in parallel requests", { skip }, async () => {
    const { errors, added, proxy } = await run([], (a) => {
        for (let i = 0; i < 250; i++) a.track({ userId: `seg-many-${i % 10}`, event: "Product Viewed", properties: { product_id: `p${i}` } });
    }, { flushAt: 20 });
    assert.deepEqual(errors, []);
    assert.equal(added, 250);
    assert.ok(proxy.posts().length >= 12);
});

for (const [name, script] of [
    ["429 with Retry-After", [{ status: 429, headers: { "retry-after": "1" } }]],
    ["429 without", [{ status: 429 }]],
    ["500, 500, then good", [{ status: 500 }, { status: 500 }]],
    ["503 with Retry-After", [{ status: 503, headers: { "retry-after": "1" } }]],
    ["a reset connection", ["reset"]],
    ["an answer that was lost after storing", ["lost"]],
    ["two lost answers and a 500", ["lost", { status: 500 }, "lost"]],
]) {
    test(`${name}: nothing lost, nothing twice`, { skip }, async () => {
        const { errors, added, proxy } = await run([...script], (a) => {
            for (let i = 0; i < 3; i++) a.track({ userId: "seg-retry", event: "Product Added", properties: { product_id: `p${i}`, quantity: 1 } });
        }, { flushAt: 3 });
        assert.deepEqual(errors, []);
        assert.equal(added, 3);
        assert.equal(proxy.posts().length, script.length + 1);
        assert.equal(proxy.posts().at(-1).status, 200);
    });
}

test("a wrong key is final: one request, no retry", { skip }, async () => {
    const { errors, added, proxy } = await run([], (a) => a.track({ userId: "seg-wrong", event: "Product Added" }), { writeKey: "wk_nobody" });
    assert.equal(added, 0);
    assert.deepEqual(proxy.posts().map((p) => p.status), [401]);
    assert.equal(errors.length, 1);
});

test("an event of 40 KB in a batch is refused alone and kept in quarantine", { skip }, async () => {
    const { errors, added, proxy } = await run([], (a) => {
        a.track({ userId: "seg-big", event: "Small" });
        a.track({ userId: "seg-big", event: "Big", properties: { text: "x".repeat(40000) } });
        a.track({ userId: "seg-big", event: "Small again" });
    }, { flushAt: 3 });
    assert.deepEqual(errors, []);
    assert.equal(added, 2);
    assert.deepEqual(proxy.posts().map((p) => p.status), [200]);
    const q = await server.local("GET", "/v1/quarantine?code=too_large");
    assert.equal(q.json.items.length, 1);
    assert.ok(q.json.items[0].bytes > 40000);
});

test("history sent with an explicit timestamp keeps it", { skip }, async () => {
    const { added } = await run([], (a) => a.track({ userId: "seg-past", event: "Order Completed", timestamp: new Date("2024-02-03T04:05:06.000Z"), properties: { order_id: "past-1", total: 5, currency: "EUR" } }));
    assert.equal(added, 1);
    const p = await person(server, "seg-past");
    assert.equal((await eventsOf(server, p.id))[0].time, "2024-02-03T04:05:06.000Z");
});
