// SPDX-License-Identifier: Apache-2.0
// @rudderstack/rudder-sdk-node, unchanged: gzip bodies that call themselves form data, all call types,
// failures and retries of the same bytes.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Server, haveBinary } from "../lib/server.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { eventsOf, order, person, stored, trait } from "./lib/shop.mjs";

const RudderAnalytics = createRequire(import.meta.url)("@rudderstack/rudder-sdk-node");
const Rudder = RudderAnalytics.default ?? RudderAnalytics;
const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

async function run(script, calls, options = {}) {
    const was = await stored(server);
    const proxy = await startProxy(server.url, script);
    const errors = [];
    const analytics = new Rudder(options.writeKey ?? server.writeKey, {
        dataPlaneUrl: proxy.url, flushAt: 50, flushInterval: 20000, logLevel: "error", errorHandler: (e) => errors.push(e), ...options,
    });
    calls(analytics);
    await new Promise((resolve) => analytics.flush((e) => { if (e) errors.push(e); resolve(); }));
    await proxy.close();
    return { proxy, errors, added: (await stored(server)) - was };
}

test("all call types arrive, gzip and plain", { skip }, async () => {
    for (const gzip of [true, false]) {
        const id = `rud-${gzip}`;
        const { errors, added, proxy } = await run([], (a) => {
            a.identify({ userId: id, anonymousId: `anon-${id}`, traits: { email: `${id}@example.com`, firstName: "Zoë", lastName: "Müller" }, context: { ip: "203.0.113.7" } });
            a.track({ userId: id, event: "Order Completed", properties: { ...order, order_id: `o-${id}` } });
            a.page({ userId: id, name: "Category page", category: "Docs", properties: { url: "https://shop.example/c" } });
            a.screen({ userId: id, name: "Home" });
            a.group({ userId: id, groupId: "club-1", traits: { name: "Club" } });
            a.alias({ userId: id, previousId: `old-${id}` });
        }, { gzip });
        assert.deepEqual(errors, []);
        assert.equal(added, 6);
        assert.equal(proxy.posts()[0].headers["content-encoding"], gzip ? "gzip" : undefined);
        const p = await person(server, id);
        assert.equal(trait(p, "email"), `${id}@example.com`);
        assert.equal(p.orders.count, 1);
    }
});

test("an explicit timestamp beside today's originalTimestamp wins", { skip }, async () => {
    const { added } = await run([], (a) => a.track({ userId: "rud-past", event: "Order Completed", timestamp: new Date("2023-02-03T04:05:06.000Z"), properties: { order_id: "past-r", total: 5, currency: "EUR" } }));
    assert.equal(added, 1);
    const p = await person(server, "rud-past");
    assert.equal((await eventsOf(server, p.id))[0].time, "2023-02-03T04:05:06.000Z");
});

for (const [name, script] of [
    ["429 with Retry-After", [{ status: 429, headers: { "retry-after": "1" } }]],
    ["429 without", [{ status: 429 }]],
    ["500, 500, then good", [{ status: 500 }, { status: 500 }]],
    ["503 with Retry-After", [{ status: 503, headers: { "retry-after": "1" } }]],
    ["a reset connection", ["reset"]],
    ["an answer that was lost after storing", ["lost"]],
]) {
    test(`${name}: nothing lost, nothing twice`, { skip }, async () => {
        const { errors, added, proxy } = await run([...script], (a) => {
            for (let i = 0; i < 4; i++) a.track({ userId: "rud-retry", event: "Product Added", properties: { product_id: `p${i}` } });
        });
        assert.deepEqual(errors, []);
        assert.equal(added, 4);
        // the SDK sends its first event alone, so there are two bodies
        assert.equal(proxy.posts().length, script.length + 2);
        assert.equal(proxy.posts().filter((p) => p.step === "pass").every((p) => p.status === 200), true);
    });
}

test("a wrong key is final", { skip }, async () => {
    const { errors, added, proxy } = await run([], (a) => a.track({ userId: "rud-wrong", event: "x" }), { writeKey: "wk_nobody" });
    assert.equal(added, 0);
    assert.deepEqual(proxy.posts().map((p) => p.status), [401]);
    assert.ok(errors.length > 0);
});

test("a hundred events in batches", { skip }, async () => {
    const was = await stored(server);
    const proxy = await startProxy(server.url);
    const analytics = new Rudder(server.writeKey, { dataPlaneUrl: proxy.url, flushAt: 20, flushInterval: 20000, logLevel: "error" });
    for (let i = 0; i < 100; i++) analytics.track({ userId: `rud-many-${i % 7}`, event: "Product Viewed", properties: { product_id: `p${i}` } });
    for (let i = 0; i < 40 && (await stored(server)) - was < 100; i++) await new Promise((r) => analytics.flush(() => r()));
    assert.equal((await stored(server)) - was, 100);
    await proxy.close();
});
