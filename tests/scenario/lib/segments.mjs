// SPDX-License-Identifier: Apache-2.0
// What the tests of segments share: calls of the tracking API in short, and waiting for what follows from them.
import assert from "node:assert/strict";
import { sleep } from "../../lib/server.mjs";

export const day = 86400_000;
export const ago = (days) => new Date(Date.now() - days * day).toISOString();
let sent = 0;
const id = () => `segments-${++sent}-${process.pid}`;

export const identify = (userId, traits = {}, consent) => ({ type: "identify", userId, traits, messageId: id(), timestamp: ago(0.01),
    ...(consent && { context: { consent: { categoryPreferences: consent } } }) });
export const order = (userId, orderId, total, days = 1, products = []) => ({ type: "track", event: "Order Completed", userId, timestamp: ago(days), messageId: id(),
    properties: { order_id: orderId, total, revenue: total, currency: "EUR", products } });
export const viewed = (userId, product, days = 1, more = {}) => ({ type: "track", event: "Product Viewed", userId, timestamp: ago(days), messageId: id(),
    properties: { product_id: product, ...more } });

export async function send(server, batch) {
    for (let i = 0; i < batch.length; i += 400) {
        const r = await server.track("/v1/batch", { batch: batch.slice(i, i + 400) });
        assert.equal(r.status, 200, r.text);
    }
    await server.settled();
}

// Asks again until `good` is content with what `ask` answers; the last answer is in the complaint.
export async function eventually(ask, good, ms = 15000) {
    const ends = Date.now() + ms;
    for (;;) {
        const answer = await ask();
        if (good(answer)) return answer;
        if (Date.now() > ends) assert.fail(`it never became so: ${JSON.stringify(answer?.json ?? answer).slice(0, 1500)}`);
        await sleep(50);
    }
}

export const lookup = async (server, userId) => {
    const r = await server.local("POST", "/v1/people/lookup", { kind: "user_id", value: userId });
    assert.equal(r.status, 200, r.text);
    return r.json.id;
};

// Makes a segment (or changes it) and waits until it is live with that many people (undefined: any number).
export async function segment(server, name, text, size, more = {}) {
    const r = await server.staff("PUT", `/v1/segments/${name}`, { title: name, text, ...more });
    assert.ok([200, 201].includes(r.status), r.text);
    return eventually(() => server.staff("GET", `/v1/segments/${name}`), (a) => a.json.state === "live" && (size === undefined || a.json.size === size));
}
