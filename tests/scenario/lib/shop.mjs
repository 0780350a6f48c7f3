// SPDX-License-Identifier: Apache-2.0
// What the client tests ask of a server: how many events are stored, and who a person is.
import assert from "node:assert/strict";
import { request } from "../../lib/server.mjs";

export async function metric(server, name) {
    const { text } = await request(server.url, { path: "/metrics" });
    const line = text.split("\n").find((l) => l.startsWith(name + " "));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

// Events everybody can read by now.
export async function stored(server) {
    await server.settled();
    return metric(server, "custos_timeline_events");
}

export async function person(server, userId) {
    const found = await server.local("POST", "/v1/people/lookup", { kind: "user_id", value: userId });
    assert.equal(found.status, 200, `no person ${userId}: ${found.text}`);
    const r = await server.local("GET", `/v1/people/${found.json.id}`);
    assert.equal(r.status, 200, r.text);
    return r.json;
}

export async function eventsOf(server, id) {
    const r = await server.local("GET", `/v1/people/${id}/events?limit=200`);
    assert.equal(r.status, 200, r.text);
    return r.json.items;
}

export const trait = (p, name) => p.traits.find((t) => t.name === name)?.value;

export const order = {
    checkout_id: "chk_1", order_id: "ord_1001", affiliation: "Test Store", subtotal: 22.5, total: 27.5, revenue: 22.5,
    shipping: 3, tax: 2, discount: 2.5, coupon: "hasbros", currency: "EUR",
    products: [
        { product_id: "p1", sku: "45790-32", name: "Monopoly: 3rd Edition", price: 19, quantity: 1, category: "Games" },
        { product_id: "p2", sku: "46493-32", name: "Uno – édition spéciale 🎲", price: 3, quantity: 2, category: "Games" },
    ],
};
