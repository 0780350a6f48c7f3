// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load: no acknowledged event is lost, none is there twice, and every
// projection agrees. CRASH_ROUNDS says how often (default 50); CRASH_SEED repeats a run.
import { test } from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";

const rounds = Number(process.env.CRASH_ROUNDS ?? 50);
const seed = Number(process.env.CRASH_SEED ?? 20261121);

// mulberry32: small, seeded
function randomOf(state) {
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

function batchOf(n, size) {
    const batch = [];
    for (let i = 0; i < size; i++) {
        const k = n + i;
        const person = k % 97;
        if (k % 10 === 3)
            batch.push({ type: "track", event: "Order Completed", userId: `u${person}`, messageId: `m-${k}`, timestamp: "2026-11-01T10:00:00Z",
                properties: { order_id: `o-${k}`, total: 10, revenue: 10, currency: "EUR", products: [{ product_id: "p1", price: 10, quantity: 1 }] } });
        else if (k % 10 === 7)
            batch.push({ type: "identify", userId: `u${person}`, anonymousId: `a${person}`, messageId: `m-${k}`, traits: { name: `Person ${person}`, email: `p${person}@example.com` } });
        else batch.push({ type: "track", event: "Product Viewed", anonymousId: `a${person}`, messageId: `m-${k}`, properties: { product_id: `p${k % 50}` } });
    }
    return batch;
}

test(`${rounds} times kill -9 under load`, { skip: !haveBinary && "build/custos is not built", timeout: 1200_000 }, async () => {
    const random = randomOf(seed);
    const server = await Server.start({ init: ["--currency", "EUR"] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    const acknowledged = [], open = [];
    let next = 0;
    for (let round = 0; round < rounds; round++) {
        let stop = false;
        const sender = async () => {
            while (!stop) {
                const size = 1 + Math.floor(random() * 40), from = next;
                next += size;
                const batch = batchOf(from, size);
                try {
                    const r = await request(server.url, { method: "POST", path: "/v1/batch", agent, body: { batch },
                        headers: { authorization: "Basic " + Buffer.from(server.writeKey + ":").toString("base64") } });
                    if (r.status === 200) acknowledged.push([from, size]);
                    else open.push([from, size]);
                } catch {
                    open.push([from, size]);
                }
            }
        };
        const senders = Array.from({ length: 6 }, sender);
        await sleep(20 + random() * 250);
        await server.kill();
        stop = true;
        await Promise.all(senders);
        await server.serve();
    }
    await server.settled();
    const count = async () => (await server.local("GET", "/v1/events/count")).json.count;
    const sum = (list) => list.reduce((n, [, size]) => n + size, 0);
    const before = await count();
    assert.ok(before >= sum(acknowledged), `acknowledged ${sum(acknowledged)}, stored ${before}`);
    assert.ok(before <= next, `sent ${next}, stored ${before}`);
    // everything again, acknowledged or not: what is there stays once, what was lost in flight arrives
    for (const [from, size] of [...acknowledged, ...open]) {
        const r = await server.track("/v1/batch", { batch: batchOf(from, size) });
        assert.equal(r.status, 200);
    }
    await server.settled();
    assert.equal(await count(), next, "every messageId exactly once");
    const orders = Array.from({ length: next }, (_, k) => k).filter((k) => k % 10 === 3).length;
    const found = (await server.local("GET", "/v1/events/count?event=Order%20Completed")).json;
    assert.equal(found.count, orders);
    assert.equal(found.revenue, orders * 1000, "revenue in the timeline counts each order once");
    const totals = (await server.local("GET", "/v1/orders/totals")).json;
    assert.equal(totals.orders, orders, "records agree with the timeline");
    assert.equal(totals.revenue, orders * 1000);
    const asked = await server.local("POST", "/v1/insight/query", { kind: "report", from: "2020-01-01", question: { metrics: ["orders", "revenue"], by: "total" } });
    assert.deepEqual(asked.json.answer.metrics.map((m) => m.value), [orders, orders * 1000], "and so does the order book");
    const people = (await server.local("GET", "/v1/people?limit=200")).json;
    assert.equal(people.total, 97, "one person each, however often the server died");
    console.log(`# ${rounds} crashes, ${next} events, ${sum(acknowledged)} acknowledged, seed ${seed}`);
    await server.stop();
    const doctor = server.cli(["doctor"]);
    assert.equal(doctor.code, 0, doctor.out + doctor.err);
    await server.close();
});
