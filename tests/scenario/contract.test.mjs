// SPDX-License-Identifier: Apache-2.0
// The contract: the OpenAPI document is valid; a tour through every operation of it finds that each
// answer is what its row declares (no member missing, none undeclared, null only where it says so), that
// what the tour sends is what the row accepts, and that refusals are problem documents.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiCore from "@redocly/openapi-core";
import { closed, faults, validator } from "../lib/contract.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";

let server, spec, operations, ajv;
const called = new Set();

before(async () => {
    if (skip) return;
    server = await Server.start({ init: ["--currency", "EUR"] });
    await server.owner();
    spec = (await request(server.url, { path: "/v1/openapi.json" })).json;
    ajv = validator();
    operations = new Map();
    for (const [path, methods] of Object.entries(spec.paths))
        for (const [method, op] of Object.entries(methods)) {
            if (!op.operationId) continue;
            const answer = op.responses["2XX"]?.content?.["application/json"]?.schema;
            const body = op.requestBody?.content?.["application/json"]?.schema;
            operations.set(op.operationId, { method: method.toUpperCase(), path, op, check: answer && ajv.compile(closed(answer)), accepts: body && ajv.compile(body) });
        }
});
after(async () => {
    for (const name of called) server?.contract?.checked.add(name); // what the tour looked at by itself
    await server?.close();
});

const basic = () => ({ authorization: "Basic " + Buffer.from(server.writeKey + ":").toString("base64") });

// One operation with these path parameters, query and body: the answer, held against its row.
async function visit(name, { at = {}, query = {}, body, upload, headers, status = [200, 201, 202, 204] } = {}) {
    const o = operations.get(name);
    assert.ok(o, `no operation is called ${name}`);
    called.add(name);
    const path = o.path.replace(/\{([^}]+)\}/g, (_, p) => encodeURIComponent(at[p])) + (Object.keys(query).length ? "?" + new URLSearchParams(query) : "");
    if (o.accepts && body !== undefined) assert.deepEqual(faults(o.accepts, body), [], `${name}: what the tour sends is not what the row accepts`);
    for (const key of Object.keys(query)) assert.ok((o.op.parameters ?? []).some((p) => p.in === "query" && p.name === key) || o.op["x-permission"] === "write_key", `${name}: ${key} is not declared`);
    const r = o.op["x-permission"] === "write_key"
        ? await request(server.url, { method: o.method, path, body, headers: { ...basic(), ...headers } })
        : await server.staff(o.method, path, upload ?? body, headers);
    assert.ok([].concat(status).includes(r.status), `${name}: ${r.status} ${r.text.slice(0, 500)}`);
    if (r.status === 204) assert.equal(r.text, "", `${name} answers 204 with a body`);
    else if (o.check) {
        assert.match(r.headers["content-type"], /^application\/json/, name);
        assert.deepEqual(faults(o.check, r.json), [], `${name}: the answer is not what its row declares: ${r.text.slice(0, 2000)}`);
    } else assert.doesNotMatch(r.headers["content-type"] ?? "", /^application\/json/, `${name} answers JSON that no row declares`);
    return r;
}

test("the document is valid OpenAPI 3.1 and the one the command prints", { skip }, async () => {
    assert.equal(spec.openapi, "3.1.0");
    assert.deepEqual(JSON.parse(run(["spec", "openapi"]).out), spec);
    const config = await openapiCore.createConfig({ extends: ["recommended"], rules: {
        "operation-4xx-response": "off", // `default` describes every refusal
        "no-unused-components": "off", // the kinds of questions of insight.query: which one holds says the value of "kind"
        "no-ambiguous-paths": "off", // fixed segments win over parameters; a test of the dispatcher says so
    } });
    const problems = await openapiCore.lintFromString({ source: JSON.stringify(spec), absoluteRef: "openapi.json", config });
    assert.deepEqual(problems.map((p) => `${p.ruleId}: ${p.message} ${p.location?.[0]?.pointer ?? ""}`), []);
});

test("every operation says who may call it, in one sentence; every parameter and member is described", { skip }, () => {
    const bare = [];
    const look = (schema, where) => {
        if (!schema || typeof schema !== "object") return;
        for (const [name, s] of Object.entries(schema.properties ?? {})) {
            if (!s.description) bare.push(`${where}.${name} has no description`);
            look(s, `${where}.${name}`);
        }
        if (schema.type === "array" && !schema.items) bare.push(`${where} has no items`);
        look(schema.items, `${where}[]`);
    };
    for (const [name, { op }] of operations) {
        if (!op.summary?.match(/[.?]$/)) bare.push(`${name}: no sentence`);
        if (!op["x-permission"] || op["x-permission"] === "nobody") bare.push(`${name}: no permission`);
        for (const p of op.parameters ?? []) if (!p.description) bare.push(`${name}: ${p.name}`);
        look(op.requestBody?.content?.["application/json"]?.schema, `${name} body`);
        look(op.responses["2XX"]?.content?.["application/json"]?.schema, `${name} answer`);
    }
    assert.deepEqual(bare, []);
});

test("the tour: health, documents, console", { skip }, async () => {
    await visit("health.live");
    await visit("health.ready");
    assert.match((await visit("metrics")).text, /^# HELP/m);
    await visit("version");
    await visit("robots");
    called.add("openapi"); // JSON whose schema is OpenAPI's own: the first test reads it
    const page = await visit("console.page");
    await visit("console.setup");
    const asset = /\/assets\/([\w.-]+\.js)/.exec(page.text)?.[1];
    await visit("console.asset", { at: { file: asset ?? "none.js" }, status: asset ? 200 : 404 });
    if (asset) {
        const etag = (await request(server.url, { path: `/assets/${asset}` })).headers.etag;
        assert.equal((await request(server.url, { path: `/assets/${asset}`, headers: { "if-none-match": etag } })).status, 304);
    }
});

test("the tour: sessions", { skip }, async () => {
    await visit("setup.state");
    called.add("setup.create"); // done once by Server.owner(); its answer is that of session.create
    const made = await visit("session.create", { body: { email: "owner@example.com", password: "a long sentence is fine" }, headers: { cookie: "" } }); // another browser's
    const cookie = made.headers["set-cookie"][0].split(";")[0];
    await visit("session.get");
    await visit("session.delete", { headers: { cookie, "x-csrf-token": made.json.csrf } });
});

test("the tour: doors", { skip }, async () => {
    const base = { userId: "tour-1", anonymousId: "tour-a1" };
    await visit("collect.identify", { body: { ...base, traits: { email: "tour@example.com", name: "Tour Guide", phone: "+4930123456", address: { city: "Ulm", country: "DE" }, shoeSize: 44 } } });
    await visit("collect.track", { body: { ...base, event: "Order Completed", timestamp: "2026-11-02T10:00:00Z", properties: { order_id: "t-1", total: 42.5, revenue: 40, tax: 2.5, currency: "EUR", coupon: "TOUR", products: [{ product_id: "p1", sku: "s1", name: "Lamp", category: "Light", price: 20, quantity: 2 }] } } });
    await visit("collect.page", { body: { ...base, name: "Home", properties: { url: "https://shop.example/" } } });
    await visit("collect.screen", { body: { ...base, name: "Home" } });
    await visit("collect.group", { body: { ...base, groupId: "g1", traits: { name: "Guides" } } });
    await visit("collect.alias", { body: { userId: "tour-1", previousId: "tour-old" } });
    const batch = await visit("collect.batch", { body: { batch: [{ type: "track", event: "Product Viewed", ...base, properties: { product_id: "p1" } }, { type: "track", ...base }, { type: "identify", userId: "tour-2", traits: { email: "second@example.com", firstName: "Second" } }] } });
    assert.equal(batch.json.refused.length, 1);
    await visit("collect.beacon", { query: { writeKey: server.writeKey }, body: { batch: [{ type: "page", anonymousId: "tour-b1", context: { consent: { categoryPreferences: { Advertising: true } } } }] } });
    await visit("collect.jitsu", { at: { type: "track" }, body: { ...base, event: "Cart Viewed", properties: { cart_id: "c1" } } });
    await visit("collect.jitsu_server", { at: { type: "page" }, body: base });
    await visit("collect.jitsu_batch", { body: { batch: [{ type: "page", ...base }] } });
    await visit("collect.jitsu_server_batch", { body: { batch: [{ type: "track", event: "Product Added", ...base, properties: { product_id: "p1", cart_id: "c1" } }] } });
    await visit("collect.pixel_track", { query: { userId: "tour-1", event: "Email Opened", writeKey: server.writeKey } });
    await visit("collect.pixel_page", { query: { anonymousId: "tour-p", writeKey: server.writeKey } });
    await visit("collect.settings", { at: { write_key: server.writeKey } });
    await visit("collect.source_config", { query: { writeKey: server.writeKey } });
    await server.settled();
});

test("the short and the hidden names of the doors", { skip }, async () => {
    const post = (path, body) => request(server.url, { method: "POST", path, body, headers: basic() });
    const call = { userId: "tour-3", event: "Signed In", groupId: "g", previousId: "tour-4" };
    for (const path of ["/v1/i", "/v1/t", "/v1/p", "/v1/s", "/v1/g", "/v1/a", "/v1/m"])
        for (const slash of ["", "/"]) assert.equal((await post(path + slash, call)).status, 200, path + slash);
    for (const path of ["/v1/b", "/v1/import", "/v1/batch", "/beacon/v1/batch", "/api/s/batch", "/api/s/s2s/batch"])
        for (const slash of ["", "/"]) assert.equal((await post(path + slash, { batch: [{ type: "page", anonymousId: "tour-5" }] })).status, 200, path + slash);
    for (const path of ["/v1/identify/", "/v1/track/", "/v1/page/", "/v1/screen/", "/v1/group/", "/v1/alias/", "/api/s/page/", "/api/s/s2s/page/", "/api/s/s2s/event"]) {
        const r = await post(path, call);
        assert.ok(r.status === 200 || (path.endsWith("event") && r.status === 400), `${path}: ${r.status} ${r.text}`);
    }
    for (const path of ["/pixel/v1/track/?userId=1&event=E", "/pixel/v1/page/?userId=1", `/sourceConfig/?writeKey=${server.writeKey}`, `/v1/projects/${server.writeKey}/settings/`])
        assert.equal((await request(server.url, { path, headers: basic() })).status, 200, path);
    assert.equal((await request(server.url, { path: `/analytics.js/v1/${server.writeKey}/analytics.min.js` })).status, 404);
});

test("the tour: people", { skip }, async () => {
    await server.settled();
    const list = await visit("people.list", { query: { limit: "1", sort: "first_seen", filter: "all" } });
    assert.equal(list.json.items.length, 1, list.text);
    assert.ok(list.json.next);
    await visit("people.list", { query: { limit: "1", sort: "first_seen", cursor: list.json.next } });
    for (const filter of ["all", "known", "anonymous", "customers", "sample"])
        for (const sort of ["last_seen", "first_seen", "revenue", "orders"]) await visit("people.list", { query: { filter, sort } });
    for (let i = 0; i < 100; i++) {
        const found = await visit("people.search", { body: { q: "tour", limit: 10 } });
        if (found.json.items.length) break;
        await sleep(50);
    }
    const id = (await visit("people.lookup", { body: { kind: "email", value: "tour@example.com" } })).json.id;
    const other = (await visit("people.lookup", { body: { kind: "user_id", value: "tour-2" } })).json.id;
    await visit("people.show", { at: { id } });
    const events = await visit("people.events", { at: { id }, query: { limit: "2" } });
    assert.ok(events.json.next);
    await visit("people.events", { at: { id }, query: { limit: "50", cursor: events.json.next } });
    const orders = await visit("people.orders", { at: { id } });
    assert.equal(orders.json.items[0].lines.length, 1);
    await visit("people.history", { at: { id } });
    await visit("people.history", { at: { id }, query: { field: "email" } });
    await visit("people.consent", { at: { id, purpose: "marketing_email" }, body: { state: "granted", evidence: "said so on the tour" } });
    await visit("people.consent", { at: { id, purpose: "marketing_email" }, body: { state: "withdrawn", evidence: "and changed the mind" } });
    const merged = await visit("people.merge", { at: { id }, body: { other, reason: "the same guide" } });
    await visit("people.show", { at: { id: other } });
    await visit("people.unmerge", { at: { id }, body: { edge: merged.json.edge, reason: "not the same", never_link: true } });
    await visit("people.show", { at: { id } });
    await visit("people.show", { at: { id: other } });
    await visit("people.delete", { at: { id: other }, query: { reason: "tour" } });
    await visit("people.rules");
    await visit("people.rules_dry_run", { body: { identifiers: [{ kind: "email", limit: 1 }] } });
    const unnamed = (await server.staff("GET", "/v1/people?filter=anonymous&limit=1")).json.items[0];
    await visit("people.show", { at: { id: unnamed.id } });
});

test("the tour: insight", { skip }, async () => {
    for (const by of ["day", "week", "month", "total"]) await visit("insight.query", { body: { kind: "report", question: { metrics: ["revenue", "orders", "visits"], by } } });
    await visit("insight.kinds");
    await visit("insight.metrics");
    await visit("attention");
    await visit("live");
    await visit("live", { query: { after: "2", limit: "5" } });
    await visit("events.count");
    await visit("events.count", { query: { event: "Order Completed", from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" } });
    await visit("orders.totals");
    await visit("orders.totals", { query: { from: "2026-11-01", to: "2026-11-30" } });
});

test("the tour: sources and sample data", { skip }, async () => {
    const made = await visit("sources.create", { body: { name: "Sample shop", sample: true } });
    await request(server.url, { method: "POST", path: "/v1/identify", body: { userId: "sample-1", traits: { email: "sample@example.com" }, writeKey: made.json.write_key } });
    await request(server.url, { method: "POST", path: "/v1/identify", body: { traits: 1, writeKey: made.json.write_key } });
    await server.settled();
    await visit("sources.list");
    await visit("sources.update", { at: { number: made.json.number }, body: { name: "Sample", enabled: true } });
    assert.equal((await visit("sample.get")).json.present, true);
    await visit("insight.query", { body: { kind: "report", question: { metrics: ["active_customers"] } } });
    await visit("sample.delete");
    assert.equal((await visit("sample.get")).json.present, false);
});

async function imported(number) {
    for (let i = 0; i < 1200; i++) {
        const r = await visit("imports.get", { at: { number } });
        if (["ready", "done", "failed", "reverted"].includes(r.json.status)) return r.json;
        await sleep(25);
    }
    throw new Error("the import does not come to rest");
}

test("the tour: imports", { skip }, async () => {
    const csv = "email,first_name,city\na@import.example,A,Ulm\nnot-an-address,B,Bonn\nshort\n";
    const made = await visit("imports.create", { query: { kind: "people", name: "tour.csv", dry_run: "true" }, upload: Buffer.from(csv) });
    const number = made.json.number;
    const checked = await imported(number);
    assert.equal(checked.status, "ready");
    await visit("imports.start", { at: { number }, body: { mapping: checked.columns.map((c) => ({ column: c.name, field: c.field })) } });
    assert.equal((await imported(number)).status, "done");
    await visit("imports.bad_rows", { at: { number } });
    await visit("imports.list", { query: { limit: "1" } });
    await visit("imports.revert", { at: { number } });
    assert.equal((await imported(number)).status, "reverted");
    await visit("imports.list");
    await visit("imports.forget", { at: { number } });
    const failing = await visit("imports.create", { query: { kind: "orders" }, upload: Buffer.from("PK\x03\x04") });
    assert.equal((await imported(failing.json.number)).status, "failed");
    const lines = await visit("imports.create", { query: { kind: "events" }, upload: Buffer.from("{\"type\":\"track\",\"event\":\"Tour Import\",\"userId\":\"tour-1\",\"messageId\":\"ti1\"}\n{\"broken\n") });
    assert.equal((await imported(lines.json.number)).status, "done");
    const orders = await visit("imports.create", { query: { kind: "orders", currency: "EUR", dates: "dmy" }, upload: Buffer.from("order_id,email,created_at,total,product_id,quantity,price\nto1,tour@example.com,3/4/2026,10.00,p1,1,10.00\nto2,tour@example.com,x,y,p1,1,10.00\n") });
    assert.equal((await imported(orders.json.number)).status, "done");
    await visit("imports.list", { query: { limit: "2" } });
    await visit("import_maps.list");
    await visit("import_maps.put", { at: { name: "tour" }, body: { kind: "people", columns: [{ column: "Mail", field: "trait.email" }] } });
    await visit("import_maps.list");
    await visit("import_maps.delete", { at: { name: "tour" } });
});

test("the tour: quarantine", { skip }, async () => {
    const track = (p) => server.track("/v1/track", { userId: "tour-1", ...p });
    await track({ event: "Tour", timestamp: "x", n: 1 });
    await track({ event: "Tour", timestamp: "x", n: 2 });
    await track({ event: "Tour", timestamp: "x", n: 3 });
    await server.track("/v1/track", Buffer.from([0x7b, 0xff, 0xfe]));
    await server.settled();
    const list = (await visit("quarantine.list", { query: { limit: "2" } })).json;
    await visit("quarantine.list", { query: { limit: "2", cursor: list.next } });
    const open = (await visit("quarantine.list", { query: { code: "invalid", status: "open" } })).json.items;
    assert.equal((await visit("quarantine.get", { at: { id: list.items[0].id } })).json.body_encoding, "base64");
    await visit("quarantine.get", { at: { id: open[0].id } });
    await visit("quarantine.replay", { at: { id: open[0].id }, body: { body: JSON.stringify({ type: "track", userId: "tour-1", event: "Tour" }) } });
    await visit("quarantine.discard", { at: { id: open[1].id } });
    await visit("quarantine.get", { at: { id: open[1].id } });
    await visit("quarantine.replay_all", { body: { code: "invalid" } });
    await visit("quarantine.replay_all", { body: {} });
});

test("the tour: dictionary", { skip }, async () => {
    const now = (await visit("dictionary.get")).json;
    await visit("people.undeclared");
    await visit("dictionary.check", { body: { text: "version: 1\npersons:\n  shoeSize: {type: integer, min: 10, max: 60, category: user, level: P1, purposes: [service], retention_days: 0, owner: shop, doc: Size of shoes.}\n  email: {doc: Where mail goes.}\n" } });
    await visit("dictionary.check", { body: { text: "version: 1\npersons:\n  shoeSize: {type: leather}\n" } });
    await visit("dictionary.put", { body: { text: "version: 1\npersons:\n  shoeSize: {type: integer, min: 10, max: 60, category: user, level: P1, purposes: [service], retention_days: 0, owner: shop, doc: Size of shoes.}\n", version: now.version } });
    await visit("dictionary.get");
});

test("the tour saw most of the operations; the house test asks for the rest", { skip }, () => {
    assert.ok(called.size > 60, `${called.size} operations`);
});

test("refusals are problem documents", { skip }, async () => {
    const problem = ajv.compile(closed(spec.components.schemas.Problem));
    let n = 0;
    for (const { method, path, op } of operations.values()) {
        if (op["x-permission"] === "public") continue;
        const r = await request(server.url, { method, path: path.replace(/\{[^}]+\}/g, "1"), body: method === "GET" ? undefined : "{" });
        if (r.status < 400) continue;
        assert.match(r.headers["content-type"], /^application\/problem\+json/, `${method} ${path}`);
        assert.deepEqual(faults(problem, r.json), [], `${method} ${path}: ${r.text}`);
        n++;
    }
    for (const bad of [server.track("/v1/track", "{"), server.track("/v1/track", "x".repeat(2 << 20)), server.staff("GET", "/v1/people?limit=0"), server.staff("POST", "/v1/sources", "{}"), server.staff("GET", "/nothing"), server.staff("PUT", "/v1/people", "{}")]) {
        const r = await bad;
        assert.deepEqual(faults(problem, r.json), [], r.text);
        n++;
    }
    assert.ok(n > 30, `${n} refusals`);
});

test("the tour: a shop without an owner, its backups", { skip, timeout: 120_000 }, async () => {
    const target = mkdtempSync(join(tmpdir(), "custos-tour-"));
    const shop = await Server.start({ args: ["--backup-folder", target, "--backup-every-hours", "0", "--backup-drill-days", "0"] });
    try {
        assert.equal((await shop.local("POST", "/v1/setup/link", {})).status, 201);
        assert.ok((await shop.local("POST", "/v1/keys/recovery-kit", {})).status < 300);
        const idle = async () => {
            for (let i = 0; i < 600; i++) {
                const b = (await shop.local("GET", "/v1/backups")).json;
                if (b.idle) return b;
                await sleep(50);
            }
            return assert.fail("backups do not end");
        };
        for (const kind of ["configuration", "data", "keys"]) {
            assert.equal((await shop.local("POST", "/v1/backups", { class: kind })).status, 202);
            await idle();
        }
        const made = (await idle()).items;
        assert.deepEqual(made.map((b) => b.state), ["done", "done", "done"]);
        const data = made.find((b) => b.class === "data");
        assert.equal((await shop.local("POST", `/v1/backups/${data.id}/verify`, {})).status, 202);
        assert.ok((await idle()).items.find((b) => b.id === data.id).verified);
        assert.equal((await shop.local("POST", "/v1/backups/prune", {})).status, 202);
        await idle();
        assert.equal((await shop.local("POST", "/v1/backups/drill", {})).status, 202);
        assert.equal((await idle()).drills[0].state, "passed");
    } finally {
        await shop.close();
        rmSync(target, { recursive: true, force: true });
    }
});
