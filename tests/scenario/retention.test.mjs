// SPDX-License-Identifier: Apache-2.0
// Retention over HTTP: nothing goes before somebody saw what would go; then events, values, orders, refused events and
// inactive people go by their rules, with certificates; a kill in between costs nothing.
import { test } from "node:test";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, sleep } from "../lib/server.mjs";

const DAY = 86400000;
const ago = (days) => new Date(Date.now() - days * DAY).toISOString();
const dictionary = `version: 1
persons:
  shoe_size:
    type: number
    min: 15
    max: 60
    level: P2
    category: user.demographic.profile
    purposes: [service]
    retention_days: 100
    owner: sales
    doc: Shoe size.
events:
  Fitting Booked:
    category: user.behavior.fitting
    purposes: [service]
    retention_days: 200
    owner: sales
    doc: A fitting was booked.
`;

async function start() {
    const server = await Server.start();
    await server.owner();
    const version = (await server.local("GET", "/v1/dictionary")).json.version;
    const put = await server.local("PUT", "/v1/dictionary", { text: dictionary, version });
    assert.equal(put.status, 200, put.text);
    return server;
}

async function send(server, calls) {
    const r = await server.track("/v1/batch", { batch: calls });
    assert.equal(r.status, 200, r.text);
    await server.settled();
}

const rule = async (server, name) => (await server.staff("GET", "/v1/retention")).json.items.find((r) => r.name === name);
const path = (name, rest = "") => `/v1/retention/${encodeURIComponent(name)}${rest}`;

async function dry(server, name, body = {}) {
    const r = await server.staff("POST", path(name, "/dry-run"), body);
    assert.equal(r.status, 200, r.text);
    return r.json;
}

async function ended(server, name) {
    for (let i = 0; i < 400; i++) {
        const runs = (await server.staff("GET", `/v1/retention/runs?rule=${encodeURIComponent(name)}`)).json.items;
        if (runs.length && runs.every((r) => r.state !== "running" && r.certificate)) return runs[0];
        await sleep(50);
    }
    throw new Error(`no run of ${name} ended`);
}

async function switchOn(server, name, body = {}) {
    await dry(server, name, body.keep_days === undefined ? {} : { keep_days: body.keep_days });
    const r = await server.staff("PUT", path(name), { on: true, ...body });
    assert.equal(r.status, 200, r.text);
    return ended(server, name);
}

async function certificate(server, run) {
    const r = await server.staff("GET", `/v1/retention/runs/${run.id}/certificate`);
    assert.equal(r.status, 200, r.text);
    const file = join(server.base, `${run.id}.json`);
    writeFileSync(file, r.text);
    const verified = server.cli(["verify", file]);
    assert.equal(verified.code, 0, verified.err + verified.out);
    return r.json.document;
}

const person = async (server, q) => (await server.staff("GET", `/v1/people?q=${encodeURIComponent(q)}`)).json.items;

test("events go by the rule of their category, and only then", { skip: !haveBinary, timeout: 120000 }, async (t) => {
    const server = await start();
    t.after(() => server.close());
    await send(server, [
        { type: "track", userId: "anna", event: "Fitting Booked", properties: { branch: "A" }, timestamp: ago(300) },
        { type: "track", userId: "anna", event: "Fitting Booked", properties: { branch: "B" }, timestamp: ago(250) },
        { type: "track", userId: "anna", event: "Fitting Booked", properties: { branch: "C" }, timestamp: ago(10) },
        { type: "track", userId: "bert", event: "Fitting Booked", properties: { branch: "D" }, timestamp: ago(500) },
        { type: "track", userId: "bert", event: "Something Else", timestamp: ago(500) },
    ]);
    const name = "events.user.behavior.fitting.200";
    const before = await rule(server, name);
    assert.deepEqual([before.on, before.keep_days, before.declared, before.owner, before.covers], [false, 200, true, "sales", ["Fitting Booked"]]);
    assert.match(before.basis, /contract: service/);

    const early = await server.staff("PUT", path(name), { on: true });
    assert.equal(early.status, 412, early.text);
    assert.equal(early.json.field, "dry_run");
    const other = await server.staff("PUT", path(name), { on: true, keep_days: 5 });
    assert.equal(other.status, 409, other.text);
    assert.equal((await server.staff("GET", path("nothing"))).status, 405);
    assert.equal((await server.staff("PUT", path("nothing"), { on: true })).status, 404);
    assert.equal((await server.staff("POST", path(name, "/run"))).status, 409);

    const seen = await dry(server, name);
    assert.deepEqual([seen.people, seen.rows, seen.complete, seen.sample.length], [2, 3, true, 2]);
    assert.equal((await server.staff("GET", seen.sample[0])).status, 200);
    await server.settled();
    const bert = (await person(server, "bert"))[0];
    assert.equal((await server.staff("GET", `/v1/people/${bert.id}/events`)).json.items.length, 2, "a dry run takes nothing");

    const run = await switchOn(server, name);
    assert.deepEqual([run.state, run.people, run.rows, run.spared, run.fault], ["done", 2, 3, 0, null]);
    const left = (await server.staff("GET", `/v1/people/${bert.id}/events`)).json.items;
    assert.deepEqual(left.map((e) => e.event ?? e.name), ["Something Else"]);
    const anna = (await person(server, "anna"))[0];
    assert.equal((await server.staff("GET", `/v1/people/${anna.id}/events`)).json.items.length, 1);
    const document = await certificate(server, run);
    assert.deepEqual([document.type, document.rule, document.rows, document.people, document.keep_days], ["custos.retention/1", name, 3, 2, 200]);
    assert.deepEqual(document.covers, ["Fitting Booked"]);

    const after = await rule(server, name);
    assert.equal(after.backlog, 0);
    assert.ok(after.last_run && after.next_run > after.last_run);
    const again = await server.staff("POST", path(name, "/run"));
    assert.equal(again.status, 202, again.text);
    assert.equal((await ended(server, name)).rows, 0);
    assert.match((await server.call("GET", "/metrics")).text, /custos_retention_backlog\{kind="events"\} \d+/);

    assert.equal((await server.staff("PUT", path(name), { on: false })).json.on, false);
});

test("values of fields go with their time, and say so", { skip: !haveBinary, timeout: 120000 }, async (t) => {
    const server = await start();
    t.after(() => server.close());
    await send(server, [
        { type: "identify", userId: "anna", traits: { shoe_size: 41, firstName: "Anna" }, timestamp: ago(150) },
        { type: "identify", userId: "bert", traits: { shoe_size: 44 }, timestamp: ago(20) },
    ]);
    const name = "fields.user.demographic.profile.100";
    const seen = await dry(server, name);
    assert.deepEqual([seen.people, seen.rows, seen.complete], [1, 1, true]);
    const run = await switchOn(server, name);
    assert.deepEqual([run.people, run.rows], [1, 1]);
    const [anna] = await person(server, "anna"), [bert] = await person(server, "bert");
    const traits = async (p) => Object.fromEntries((await server.staff("GET", `/v1/people/${p.id}`)).json.traits.map((x) => [x.name, x.value]));
    assert.deepEqual(await traits(anna), { firstName: "Anna" , name: "Anna" });
    assert.equal((await traits(bert)).shoe_size, 44);
    const history = (await server.staff("GET", `/v1/people/${anna.id}/history?field=shoe_size`)).json.items;
    assert.deepEqual(history.map((h) => [h.action, h.value]), [["cleared", null]]);
    await send(server, [{ type: "identify", userId: "anna", traits: { shoe_size: 41 } }]);
    assert.equal((await traits(anna)).shoe_size, 41, "what is said again is stored again");
    await certificate(server, run);
});

test("inactive people are erased with certificates, unless a reason keeps them", { skip: !haveBinary, timeout: 120000 }, async (t) => {
    const server = await start();
    t.after(() => server.close());
    const order = (id, days) => ({ type: "track", event: "Order Completed", timestamp: ago(days), properties: { order_id: id, total: 10, currency: "EUR", products: [] } });
    await send(server, [
        { type: "track", userId: "gone", event: "Fitting Booked", timestamp: ago(2000) },
        { type: "identify", userId: "gone", traits: { firstName: "Gone", email: "gone@shop.example" }, timestamp: ago(2000) },
        { type: "track", userId: "recent", event: "Fitting Booked", timestamp: ago(20) },
        { ...order("o-1", 1500), userId: "invoice" },
        { type: "track", userId: "held", event: "Fitting Booked", timestamp: ago(2000) },
    ]);
    const [held] = await person(server, "held"), [gone] = await person(server, "gone");
    const asked = await server.staff("POST", "/v1/requests", { right: "access", regime: "gdpr", channel: "staff", person: held.id });
    assert.equal(asked.status, 201, asked.text);

    const reasons = (await server.staff("GET", "/v1/retention/reasons")).json.items.map((r) => r.reason);
    assert.deepEqual(reasons.slice(0, 3), ["legal_hold", "restricted", "request_open"]);
    const seen = await dry(server, "people.inactive", { keep_days: 1000 });
    assert.deepEqual([seen.people, seen.sample], [1, [`/v1/people/${gone.id}`]]);
    const kept = Object.fromEntries(seen.kept.map((k) => [k.reason, k.people]));
    assert.deepEqual(kept, { request_open: 1, statutory: 1 });
    assert.equal((await server.staff("PUT", path("people.inactive"), { on: true, keep_days: 900 })).status, 412, "another time than was looked at");
    assert.equal((await server.staff("PUT", path("people.inactive"), { keep_days: 1 })).status, 400);

    const run = await switchOn(server, "people.inactive", { keep_days: 1000 });
    assert.deepEqual([run.people, run.spared], [1, 2]);
    assert.equal((await server.staff("GET", `/v1/people/${gone.id}`)).status, 410);
    for (const name of ["recent", "invoice", "held"]) assert.equal((await person(server, name)).length, 1, name);
    const document = await certificate(server, run);
    assert.equal(document.erasures.length, 1);
    const erasure = await server.staff("GET", `/v1/erasures/${document.erasures[0]}/certificate`);
    assert.equal(erasure.json.document.request.right, "gdpr-5(1)(e)");

    // shorter: again only after a look
    assert.equal((await server.staff("PUT", path("people.inactive"), { keep_days: 500 })).status, 412);
    assert.equal((await server.staff("PUT", path("people.inactive"), { keep_days: 2000 })).status, 200);
});

test("refused events and records of orders go, too", { skip: !haveBinary, timeout: 120000 }, async (t) => {
    const server = await start();
    t.after(() => server.close());
    await send(server, [
        { type: "track", userId: "old", event: "Order Completed", timestamp: ago(4000), properties: { order_id: "o-1", total: 10, currency: "EUR", products: [] } },
        { type: "track", userId: "old", event: "Order Completed", timestamp: ago(100), properties: { order_id: "o-2", total: 20, currency: "EUR", products: [] } },
    ]);
    const orders = (await server.staff("GET", "/v1/retention")).json.items.find((r) => r.kind === "orders");
    assert.equal(orders.keep_days, 3650);
    const run = await switchOn(server, orders.name);
    assert.deepEqual([run.rows, run.people], [1, 1]);
    const [old] = await person(server, "old");
    const detail = (await server.staff("GET", `/v1/people/${old.id}`)).json;
    assert.deepEqual([detail.orders.count, detail.orders.revenue], [1, 2000]);
    for (const name of ["quarantine.open", "quarantine.settled", "staff.approvals", "staff.sessions", "staff.devices", "dictionary.proposals", "audiences.moves"]) {
        const done = await switchOn(server, name);
        assert.deepEqual([done.state, done.rows], ["done", 0], name);
        await certificate(server, done);
    }
});

test("a kill between steps: the run goes on and ends once", { skip: !haveBinary, timeout: 180000 }, async (t) => {
    const server = await start();
    t.after(() => server.close());
    const calls = [];
    for (let i = 0; i < 30; i++) calls.push({ type: "track", userId: `u${i}`, event: "Fitting Booked", timestamp: ago(2000) });
    await send(server, calls);
    await dry(server, "people.inactive");
    assert.equal((await server.staff("PUT", path("people.inactive"), { on: true })).status, 200);
    let kills = 0;
    for (let i = 0; i < 6; i++) {
        await sleep(150 + 200 * i);
        const runs = (await server.local("GET", "/v1/retention/runs?rule=people.inactive")).json.items;
        if (runs.length && runs.every((r) => r.certificate)) break;
        await server.kill();
        kills++;
        await server.serve();
    }
    const run = await ended(server, "people.inactive");
    const all = (await server.staff("GET", "/v1/retention/runs?rule=people.inactive")).json.items;
    assert.equal(all.length, 1, "one run, however often it was cut off");
    assert.ok(kills > 0, "it was cut off");
    assert.equal((await server.staff("GET", "/v1/people?limit=50")).json.items.length, 0);
    const document = await certificate(server, run);
    assert.equal(document.people, 30);
    assert.equal(document.erasures.length, 30);
    assert.equal((await server.local("GET", "/v1/erasures?limit=200")).json.items.length, 30, "nobody was erased twice");
});
