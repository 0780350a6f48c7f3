// SPDX-License-Identifier: Apache-2.0
// Shopify's three privacy webhooks as they are documented, signed as Shopify signs: taken once, for the shop they are of, and
// a shop's removal removes nothing by itself.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { Server, haveBinary } from "../lib/server.mjs";
import { Desk } from "./lib/outside.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
const shop = "test-shop.myshopify.com", secret = "shpss_test";
let server, desk;
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    desk = new Desk(server);
    const r = await server.staff("PUT", "/v1/privacy-doors/shopify", { kind: "shopify", title: "Tea shop", hosts: [shop], secret });
    assert.equal(r.status, 200, r.text);
    assert.equal(r.json.has_secret, true);
    assert.ok(!r.text.includes(secret));
});
after(async () => { await server?.close(); });

const hmac = (body, key = secret) => createHmac("sha256", key).update(body).digest("base64");
function hook(topic, value, { key, id = randomUUID(), domain = shop, newer, body, headers } = {}) {
    const text = body ?? JSON.stringify({ shop_id: 954889, shop_domain: shop, ...value });
    const x = newer ? "shopify-" : "x-shopify-";
    const all = { "content-type": "application/json", [`${x}topic`]: topic, [`${x}hmac-sha256`]: hmac(text, key), [`${x}shop-domain`]: domain, [`${x}api-version`]: "2026-07", [`${x}webhook-id`]: id, ...headers };
    for (const [k, v] of Object.entries(all)) if (v === null) delete all[k];
    return server.call("POST", "/v1/shopify/privacy", text, all);
}
const requests = async (query) => (await server.staff("GET", `/v1/requests?${query}`)).json.items;
const notices = async () => (await server.staff("GET", "/v1/privacy-doors/notices")).json.items;

test("the published vector is taken, one byte changed is not", slow, async () => {
    const body = '{"shop_id":954889,"shop_domain":"test-shop.myshopify.com","customer":{"id":191167,"email":"john@example.com","phone":"555-625-1199"},"orders_to_redact":[299938,280263]}';
    const headers = { "x-shopify-hmac-sha256": "VyBMruIMYoH/NW43ISaJdJrCSfe4ZzK6tlmSpw2qLEs=" };
    assert.equal((await hook("customers/redact", null, { body, headers })).status, 204);
    assert.equal((await hook("customers/redact", null, { body: body.replace("191167", "191168"), headers })).status, 401);
    const rows = await requests("right=erasure");
    assert.equal(rows.length, 1);
    assert.equal(rows[0].channel, "shopify");
});

test("not signed, signed by another, of another shop: 401, and nothing is made", slow, async () => {
    const before = (await requests("limit=200")).length;
    const value = { customer: { id: 5, email: "s0@example.com" }, orders_to_redact: [] };
    const tries = [
        [401, await hook("customers/redact", value, { key: "another" })], [401, await hook("customers/redact", value, { headers: { "x-shopify-hmac-sha256": null } })],
        [401, await hook("customers/redact", value, { headers: { "x-shopify-hmac-sha256": "AAAA" } })], [401, await hook("customers/redact", value, { headers: { "x-shopify-hmac-sha256": "no base64 !" } })],
        [401, await hook("customers/redact", value, { domain: "other.myshopify.com" })], [401, await hook("customers/redact", value, { headers: { "x-shopify-shop-domain": null } })],
        [400, await hook("customers/redact", { ...value, shop_domain: "other.myshopify.com" })], [400, await hook("orders/create", value)],
        [400, await hook("customers/redact", value, { headers: { "x-shopify-webhook-id": null } })], [400, await hook("customers/redact", null, { body: "{broken" })],
        [401, await hook("customers/redact", null, { body: "{broken", key: "another" })],
    ];
    for (const [i, [status, r]] of tries.entries()) assert.equal(r.status, status, `${i}: ${r.text}`);
    assert.equal((await requests("limit=200")).length, before);
    assert.ok(!server.log.includes("s0@example.com"));
});

test("customers/data_request and customers/redact: requests of that person, each message once", slow, async () => {
    const person = await desk.person("s1");
    const id = randomUUID(), value = { orders_requested: [299938], customer: { id: 191167, email: "s1@example.com", phone: "555-625-1199" }, data_request: { id: 9999 } };
    assert.equal((await hook("customers/data_request", value, { id })).status, 204);
    assert.equal((await hook("customers/data_request", value, { id })).status, 204, "Shopify repeats what it did not hear back about");
    const rows = await requests(`person=${person}`);
    assert.deepEqual(rows.map((r) => [r.right, r.channel]), [["access", "shopify"]]);
    assert.match((await desk.show(rows[0].id)).detail.toString(), /9999.*299938/);
    const erase = { customer: { id: 191167, email: "s1@example.com", phone: null }, orders_to_redact: [299938, 12345678901234567] };
    assert.equal((await hook("customers/redact", erase, { newer: true })).status, 204, "the newer names of the headers");
    const [erasure] = await requests(`person=${person}&right=erasure`);
    assert.ok(["open", "in_progress"].includes(erasure.state), "staff executes it");
    assert.equal((await server.staff("GET", `/v1/people/${person}`)).status, 200);
    await desk.execute(erasure.id);
    assert.equal((await server.staff("GET", `/v1/people/${person}`)).status, 410);
    const other = await desk.person("s4"), at_once = randomUUID();
    const all = await Promise.all(Array.from({ length: 8 }, () => hook("customers/redact", { customer: { id: 4, email: "s4@example.com" }, orders_to_redact: [] }, { id: at_once })));
    assert.deepEqual([...new Set(all.map((r) => r.status))], [204]);
    assert.equal((await requests(`person=${other}`)).length, 1, "eight at once are one");
    const unknown = await hook("customers/redact", { customer: { id: 777, email: null, phone: "555" }, orders_to_redact: [] });
    assert.equal(unknown.status, 204, "nothing is held of that customer");
});

test("shop/redact: a notice to staff, and nothing else", slow, async () => {
    const person = await desk.person("s2"), before = (await requests("limit=200")).length, id = randomUUID();
    assert.equal((await hook("shop/redact", {}, { id })).status, 204);
    assert.equal((await hook("shop/redact", {}, { id })).status, 204);
    const open = await notices();
    assert.equal(open.length, 1);
    assert.deepEqual([open[0].topic, open[0].shop, open[0].door, open[0].done], ["shop/redact", shop, "shopify", null]);
    assert.ok(Math.abs(Date.parse(open[0].due) - Date.now() - 30 * 86400e3) < 60_000);
    assert.equal((await requests("limit=200")).length, before);
    assert.equal((await server.staff("GET", `/v1/people/${person}`)).status, 200, "nobody is removed by it");
    const done = (n, body) => server.staff("POST", `/v1/privacy-doors/notices/${n}/done`, body);
    assert.equal((await done(open[0].id, {})).status, 400);
    assert.equal((await done(open[0].id + 1, { note: "x" })).status, 404);
    assert.equal((await done(open[0].id, { note: "The app was removed by mistake; nothing to do." })).status, 204);
    assert.equal((await done(open[0].id, { note: "again" })).status, 404);
    const [closed] = await notices();
    assert.ok(closed.done);
    assert.equal(closed.note, "The app was removed by mistake; nothing to do.");
    assert.equal((await server.call("GET", "/v1/privacy-doors/notices")).status, 401);
});

test("a door of Shopify is for one shop", slow, async () => {
    const put = (body) => server.staff("PUT", "/v1/privacy-doors/second", { kind: "shopify", title: "x", secret: "y", ...body });
    for (const hosts of [undefined, [], ["a.example", "b.example"], ["HTTPS://a.example"]]) assert.equal((await put({ hosts })).status, 400, JSON.stringify(hosts));
    await server.staff("PUT", "/v1/privacy-doors/shopify", { kind: "shopify", title: "Tea shop", hosts: [shop], enabled: false });
    assert.equal((await hook("customers/redact", { customer: { email: "s3@example.com" } })).status, 401, "a closed door");
});
