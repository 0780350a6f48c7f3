// SPDX-License-Identifier: Apache-2.0
// Segments over HTTP: made, checked, live, explained, compared, taken out. What members see follows role and purpose.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { Jar } from "../lib/jar.mjs";
import { ago, day, eventually, identify, lookup, order, segment, send, viewed } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
const yes = { "Email Marketing": true }, no = { "Email Marketing": false };

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await send(server, [
        identify("ada", { email: "ada@example.com", firstName: "Ada", lastName: "Ember", address: { country: "DE" }, language: "de" }, yes),
        identify("bob", { email: "bob@example.com", firstName: "=1+1", lastName: "Byte", address: { country: "FR" }, language: "fr" }, yes),
        identify("cy", { email: "cy@example.com", firstName: "Cy", lastName: "Cloud", address: { country: "DE" }, language: "de" }, no),
        identify("dee", { email: "dee@example.com", firstName: "Dee", address: { country: "IT" } }),
        order("ada", "o1", 120, 3), order("ada", "o2", 60, 2), order("bob", "o3", 20, 40), order("cy", "o4", 300, 5),
        viewed("dee", "p1", 1),
    ]);
});
after(async () => { await server?.close(); });

test("a segment is made, listed and live", { skip }, async () => {
    const made = await server.staff("PUT", "/v1/segments/buyers", { title: "Buyers", doc: "Who bought lately.", text: 'did "Order Completed" in the last 30 days' });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.json.version, 1);
    assert.ok(made.json.definition.did, "the JSON face");
    const live = await eventually(() => server.staff("GET", "/v1/segments/buyers"), (r) => r.json.state === "live" && r.json.size === 2);
    assert.equal(live.json.fault, null);
    const list = (await server.staff("GET", "/v1/segments")).json.items;
    assert.deepEqual(list.map((s) => s.name), ["buyers"], "lifecycle stages are not among them");
    assert.equal((await server.staff("GET", "/v1/segments/nobody")).status, 404);

    // membership follows the events
    await send(server, [order("dee", "o9", 15, 0.1)]);
    await eventually(() => server.staff("GET", "/v1/segments/buyers"), (r) => r.json.size === 3);
});

test("versions, names and conflicts", { skip }, async () => {
    const again = await server.staff("PUT", "/v1/segments/buyers", { title: "Buyers", text: "everybody" });
    assert.ok([409, 412].includes(again.status), again.text);
    const stale = await server.staff("PUT", "/v1/segments/buyers", { title: "Buyers", text: "everybody", version: 9 });
    assert.equal(stale.status, 412, stale.text);
    const changed = await server.staff("PUT", "/v1/segments/buyers", { title: "Recent buyers", text: 'did "Order Completed" in the last 30 days', version: 1 });
    assert.equal(changed.status, 200, changed.text);
    assert.equal(changed.json.title, "Recent buyers");
    for (const name of ["Buyers", "1st", "a b", "lifecycle_mine", "catalog", "x".repeat(65)])
        assert.ok([400, 413].includes((await server.staff("PUT", `/v1/segments/${encodeURIComponent(name)}`, { title: "x", text: "everybody" })).status), name);
    assert.equal((await server.staff("PUT", "/v1/segments/none", { title: "x" })).status, 400);
    assert.equal((await server.staff("PUT", "/v1/segments/none", { title: "x", text: "everybody", definition: { everybody: true } })).status, 400);
});

test("faults say where they are and what would be accepted", { skip }, async () => {
    const text = 'address.cuntry is "DE" and orders.count is more than "many"';
    const r = await server.staff("PUT", "/v1/segments/faulty", { title: "x", text });
    assert.equal(r.status, 400);
    assert.equal(r.json.field, "text");
    assert.ok(r.json.faults.length >= 1);
    assert.equal(r.json.faults[0].at, 0);
    assert.match(r.json.faults[0].text, /./);
    const tree = await server.staff("PUT", "/v1/segments/faulty", { title: "x", definition: { field: "no.such", test: "is", values: ["x"] } });
    assert.equal(tree.status, 400);
    assert.equal(tree.json.field, "definition");
    assert.ok(tree.json.faults.length >= 1);

    const check = (await server.staff("POST", "/v1/segments/check", { text })).json;
    assert.equal(check.ok, false);
    assert.ok(check.faults.length >= 1);
    assert.equal(check.text, null);
    const good = (await server.staff("POST", "/v1/segments/check", { text: 'address.country IS "DE"  and orders.count is at least 2' })).json;
    assert.equal(good.ok, true);
    const back = (await server.staff("POST", "/v1/segments/check", { definition: good.definition })).json;
    assert.equal(back.text, good.text, "text and JSON say the same");
});

test("completion and the catalogue", { skip }, async () => {
    const c = (await server.staff("POST", "/v1/segments/complete", { text: "address.cou", cursor: 11 })).json;
    assert.ok(c.items.some((i) => i.text === "address.country"), JSON.stringify(c));
    assert.equal((await server.staff("POST", "/v1/segments/complete", { text: "x", cursor: 2 })).status, 400);
    const catalog = (await server.staff("GET", "/v1/segments/catalog")).json;
    for (const name of ["address.country", "orders.count", "rfm.group", "lifecycle", "consent.marketing_email"])
        assert.ok(catalog.fields.some((f) => f.name === name), name);
    assert.ok(catalog.fields.find((f) => f.name === "rfm.group").options.includes("Champions"));
    assert.ok(catalog.events.find((e) => e.name === "Order Completed").properties.some((p) => p.name === "total"));
    assert.ok(catalog.segments.includes("buyers"));
});

test("a preview counts while typing, and stores nothing", { skip }, async () => {
    const p = (await server.staff("POST", "/v1/segments/preview", { text: 'address.country is "DE" and did "Order Completed" at least 2 times' })).json;
    assert.equal(p.people, 1);
    assert.equal(p.whole, true);
    assert.equal(p.total, 4);
    assert.equal(p.sample.length, 1);
    assert.equal(p.sample[0].label, "Ada Ember");
    assert.deepEqual(p.breakdown, { field: "address.country", rows: [{ value: "DE", people: 1 }] });
    const all = (await server.staff("POST", "/v1/segments/preview", { text: "everybody" })).json;
    assert.deepEqual(all.breakdown.rows, [{ value: "DE", people: 2 }, { value: "FR", people: 1 }, { value: "IT", people: 1 }]);
    assert.ok(p.clauses.some((c) => /country/.test(c.text) && c.people === 2), JSON.stringify(p.clauses));
    assert.equal((await server.staff("POST", "/v1/segments/preview", { text: "nonsense" })).status, 400);
    assert.equal((await server.staff("GET", "/v1/segments")).json.items.length, 1);
});

test("who is in it, page by page, and who may be used for a purpose", { skip }, async () => {
    await segment(server, "all", "everybody", 4);
    // who entered when is on disk a moment later
    const first = (await eventually(() => server.staff("GET", "/v1/segments/all/people?limit=3"), (r) => r.json.items.every((p) => p.since))).json;
    assert.equal(first.items.length, 3);
    assert.equal(first.held_back, null);
    const rest = (await server.staff("GET", `/v1/segments/all/people?limit=3&cursor=${first.next}`)).json;
    assert.equal(rest.items.length, 1);
    assert.equal(rest.next, null);
    assert.deepEqual([...first.items, ...rest.items].map((p) => p.label).sort(), ["=1+1 Byte", "Ada Ember", "Cy Cloud", "Dee"]);

    const may = (await server.staff("GET", "/v1/segments/all/people?purpose=marketing_email")).json;
    assert.deepEqual(may.items.map((p) => p.label).sort(), ["=1+1 Byte", "Ada Ember"]);
    assert.equal(may.held_back.count, 2);
    assert.deepEqual(may.held_back.reasons.sort((a, b) => a.reason.localeCompare(b.reason)), [{ reason: "consent_refused", count: 1 }, { reason: "no_consent", count: 1 }]);
    assert.equal((await server.staff("GET", "/v1/segments/all/people?purpose=nonsense")).status, 400);
    assert.equal((await server.staff("GET", "/v1/segments/all/people?cursor=abc")).status, 400);
});

test("a role that sees masked people sees masked labels", { skip }, async () => {
    const marketer = new Jar(server);
    assert.equal((await marketer.join("marketer@example.com", "marketer")).status, 201);
    const { totp } = await import("../lib/jar.mjs");
    const { secret } = (await marketer.post("/v1/security/totp")).json;
    await marketer.post("/v1/security/totp/confirm", { code: totp(secret) });
    const list = await marketer.get("/v1/segments/all/people");
    assert.equal(list.status, 200, list.text);
    assert.ok(list.json.items.every((p) => p.shown === "masked" && !/Ember|Cloud/.test(p.label)), JSON.stringify(list.json.items));
    assert.equal((await marketer.post("/v1/segments/all/export", { purpose: "service" })).status, 403, "takes nothing out");
});

test("why, history, sizes, overlap, and the segments of a person", { skip }, async () => {
    const ada = await lookup(server, "ada"), bob = await lookup(server, "bob");
    const why = (await server.staff("GET", `/v1/segments/buyers/people/${ada}/why`)).json;
    assert.equal(why.in, true);
    assert.ok(why.nodes.some((n) => n.events.some((e) => e.event === "Order Completed")), JSON.stringify(why));
    assert.equal((await server.staff("GET", `/v1/segments/buyers/people/${bob}/why`)).json.in, false);
    assert.equal((await server.staff("GET", `/v1/segments/buyers/people/${bob}/why?at=${encodeURIComponent(ago(30))}`)).json.in, true, "a month ago he was");

    const history = (await server.staff("GET", "/v1/segments/buyers/history")).json.items;
    assert.equal(history.length, 3);
    assert.equal(history[0].label, "Dee", "newest first");
    assert.equal(history[0].entered, true);
    assert.equal((await server.staff("GET", `/v1/segments/buyers/history?person=${ada}`)).json.items.length, 1);
    const page = (await server.staff("GET", "/v1/segments/buyers/history?limit=2")).json;
    assert.equal((await server.staff("GET", `/v1/segments/buyers/history?limit=2&cursor=${page.next}`)).json.items.length, 1);

    const sizes = (await server.staff("GET", `/v1/segments/buyers/sizes?from=${ago(1)}&to=${new Date(Date.now() + 60000).toISOString()}&points=10`)).json.items;
    assert.ok(sizes.length >= 1);
    assert.equal(sizes.at(-1).size, 3);
    assert.equal((await server.staff("GET", `/v1/segments/buyers/sizes?from=${ago(1)}&to=${ago(2)}`)).status, 400);

    await segment(server, "germans", 'address.country is "DE"', 2);
    const o = (await server.staff("GET", "/v1/segments/overlap?names=buyers,germans,all")).json;
    assert.deepEqual(o.segments.map((s) => s.size), [3, 2, 4]);
    assert.deepEqual(o.pairs.map((p) => [p.a, p.b, p.both]), [["buyers", "germans", 2], ["buyers", "all", 3], ["germans", "all", 2]]);
    assert.equal((await server.staff("GET", "/v1/segments/overlap?names=buyers,nobody")).status, 404);

    const mine = (await server.staff("GET", `/v1/people/${ada}/segments`)).json.items;
    assert.deepEqual(mine.map((s) => s.name).sort(), ["all", "buyers", "germans"]);
});

test("segments ask for one another, never in a circle, and are not deleted under another", { skip }, async () => {
    await segment(server, "german-buyers", 'in segment "buyers" and in segment "germans"', 2);
    const germans = (await server.staff("GET", "/v1/segments/germans")).json;
    assert.deepEqual(germans.used_by, ["german-buyers"]);
    assert.deepEqual((await server.staff("GET", "/v1/segments/german-buyers")).json.uses.sort(), ["buyers", "germans"]);
    const circle = await server.staff("PUT", "/v1/segments/germans", { title: "x", text: 'in segment "german-buyers"', version: germans.version });
    assert.ok([400, 409].includes(circle.status), circle.text);
    assert.equal((await server.staff("DELETE", "/v1/segments/germans")).status, 409);
    assert.equal((await server.staff("DELETE", "/v1/segments/german-buyers")).status, 204);
    assert.equal((await server.staff("GET", "/v1/segments/german-buyers")).status, 404);
    assert.equal((await server.staff("DELETE", "/v1/segments/german-buyers")).status, 404);
});

test("an export holds only who may be used for the purpose, and the log says how many", { skip }, async () => {
    const csv = await server.staff("POST", "/v1/segments/all/export", { purpose: "marketing_email", format: "csv", fields: ["id", "email", "orders.count"] });
    assert.equal(csv.status, 200, csv.text);
    assert.equal(csv.headers["x-custos-held-back"], "2");
    assert.match(csv.headers["content-type"], /^text\/csv/);
    const lines = csv.text.trim().split("\r\n");
    assert.equal(lines[0], "id,email,orders.count");
    assert.deepEqual(lines.slice(1).map((l) => l.split(",").slice(1).join(",")).sort(), ["ada@example.com,2", "bob@example.com,1"]);

    const all = await server.staff("POST", "/v1/segments/all/export", { purpose: "service", format: "jsonl", fields: ["id", "firstName", "address.country"] });
    const rows = all.text.trim().split("\n").map((l) => JSON.parse(l));
    assert.equal(rows.length, 4);
    assert.deepEqual(rows.map((r) => r["address.country"]).sort(), ["DE", "DE", "FR", "IT"]);
    const guarded = await server.staff("POST", "/v1/segments/all/export", { purpose: "service", fields: ["firstName"] });
    assert.ok(guarded.text.includes("'=1+1"), "no formula for a spreadsheet");

    assert.equal((await server.staff("POST", "/v1/segments/all/export", { format: "csv" })).status, 400, "for nothing, nothing");
    assert.equal((await server.staff("POST", "/v1/segments/all/export", { purpose: "nonsense" })).status, 400);
    assert.equal((await server.staff("POST", "/v1/segments/all/export", { purpose: "service", fields: ["no.such"] })).status, 400);
    const not = await server.staff("POST", "/v1/segments/all/export", { purpose: "analytics", fields: ["email"] });
    assert.equal(not.status, 403, "the dictionary does not allow the address for that");

    const log = (await server.local("GET", "/v1/audit?action=segments.export&limit=50")).json;
    const text = JSON.stringify(log);
    assert.match(text, /held_back/);
    assert.ok(!text.includes("ada@example.com"));
});

test("a large export comes piece by piece and is whole", { skip }, async () => {
    const many = Array.from({ length: 450 }, (_, i) => identify(`many-${i}`, { email: `many-${i}@example.com`, address: { country: "NL" } }));
    await send(server, many);
    await segment(server, "dutch", 'address.country is "NL"', 450);
    const r = await server.staff("POST", "/v1/segments/dutch/export", { purpose: "service", fields: ["email"] });
    assert.equal(r.status, 200);
    assert.equal(r.headers["transfer-encoding"], "chunked");
    assert.deepEqual(r.text.trim().split("\r\n").slice(1).sort(), many.map((m) => m.traits.email).sort());
    const local = await server.local("POST", "/v1/segments/dutch/export", { purpose: "service", format: "jsonl" });
    assert.equal(local.text.trim().split("\n").length, 450);
});

test("personas: a card of who they are, what they buy, how they differ", { skip }, async () => {
    const batch = [];
    for (let i = 0; i < 40; i++) {
        batch.push(identify(`p-${i}`, { address: { country: "AT" }, language: "de" }));
        batch.push(order(`p-${i}`, `po-${i}`, 50, 4, [{ product_id: "tea", name: "Tea pot", category: "Kitchen", price: 50, quantity: 1 }]));
    }
    await send(server, batch);
    await segment(server, "austrians", 'address.country is "AT"', 40, { persona: true, card: { motto: "Gemütlich" } });
    const found = (await server.staff("GET", "/v1/personas")).json.items;
    assert.deepEqual(found.map((p) => p.name), ["austrians"]);
    assert.equal(found[0].notes.motto, "Gemütlich");
    const { card } = found[0];
    assert.equal(card.looked_at, 40);
    const country = card.who.find((v) => v.field === "address.country");
    assert.deepEqual([country.value, country.people, country.share], ["AT", 40, 1]);
    assert.ok(card.buys.some((v) => v.field === "product" && v.value === "Tea pot" && v.people === 40), JSON.stringify(card.buys));
    const at = card.differs.find((v) => v.value === "AT");
    assert.ok(at.index > 10, JSON.stringify(card.differs));
    assert.deepEqual((await server.staff("GET", "/v1/personas")).json.items[0].card.computed, card.computed, "kept");
});

test("what somebody erased leaves behind: nothing", { skip }, async () => {
    const id = await lookup(server, "many-0");
    assert.ok([200, 202, 204].includes((await server.local("DELETE", `/v1/people/${id}`)).status));
    await eventually(() => server.staff("GET", "/v1/segments/dutch"), (r) => r.json.size === 449);
    assert.ok([404, 410].includes((await server.staff("GET", `/v1/people/${id}/segments`)).status));
});

test("segments and their members are there after a restart", { skip }, async () => {
    await server.stop();
    await server.serve();
    const r = await eventually(() => server.staff("GET", "/v1/segments/dutch"), (a) => a.json.state === "live");
    assert.equal(r.json.size, 449);
    assert.ok(Date.now() - Date.parse(r.json.created) < day);
});
