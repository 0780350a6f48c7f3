// SPDX-License-Identifier: Apache-2.0
// Everything held about a person as one file: whole, the same bytes for the same state, readable by people and
// programs, proved when asked for; and only what the caller may read.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";
import { unzip } from "../lib/unzip.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server, id, officer, work;
const send = (path, body) => request(server.url, { method: "POST", path, headers: { authorization: `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}` }, body });

before(async () => {
    if (skip) return;
    server = await Server.start({ init: ["--owner", "owner@example.com"] });
    work = mkdtempSync(join(tmpdir(), "custos-archive-"));
    assert.equal((await send("/v1/identify", { userId: "a1", messageId: "i", traits: { email: "a1@example.com", firstName: "Ann <b>", country: "DE" } })).status, 200);
    for (let i = 0; i < 450; i++) // more than two pages
        assert.equal((await send("/v1/track", { userId: "a1", messageId: `v${i}`, event: "Product Viewed", properties: { sku: `s${i}`, price: i, name: i === 7 ? "=HYPERLINK(1)" : "Chair" } })).status, 200);
    assert.equal((await send("/v1/track", { userId: "a1", messageId: "o", event: "Order Completed", properties: { order_id: "o-1", total: 12.5, currency: "EUR", products: [{ sku: "s1" }] } })).status, 200);
    for (let i = 0; i < 400 && !id; i++) {
        const item = (await server.local("GET", "/v1/people?q=a1%40example.com")).json?.items?.[0];
        if (item?.events === 452 && item.orders === 1) id = item.id;
        else await sleep(25);
    }
    assert.ok(id);
    officer = new Jar(server);
    assert.equal((await officer.join("officer@example.com", "privacy_officer")).status, 201);
    await officer.enrol();
});
after(async () => { await server?.close(); if (work) rmSync(work, { recursive: true }); });

const archive = async (by, query = "") => { const r = await by("GET", `/v1/people/${id}/archive${query}`); assert.equal(r.status, 200, r.text); return r; };
const local = (...a) => server.local(...a);

test("it holds everything, to read and for programs", slow, async () => {
    const r = await archive(local), files = unzip(r.bytes), json = (name) => JSON.parse(files[name]);
    assert.equal(r.headers["content-type"], "application/zip");
    assert.equal(json("events.json").length, 452);
    assert.deepEqual(new Set(json("events.json").map((e) => e.seq)).size, 452);
    assert.equal(json("orders.json")[0].order_id, "o-1");
    assert.ok(json("history.json").length >= 3);
    assert.ok(JSON.stringify(json("person.json")).includes("a1@example.com"));
    const lines = files["events.csv"].toString("utf8").trim().split("\r\n");
    assert.equal(lines.length, 453);
    assert.match(lines[0], /^seq,time,received,event,/);
    const page = files["index.html"].toString("utf8");
    assert.match(page, /a1@example\.com/);
    assert.match(page, /Ann &lt;b&gt;/);
    assert.doesNotMatch(page, /Ann <b>|<script/);
    const manifest = json("manifest.json");
    assert.deepEqual(Object.keys(manifest.files).sort(), Object.keys(files).filter((f) => f !== "manifest.json").sort());
    for (const [name, hash] of Object.entries(manifest.files)) assert.equal(createHash("sha256").update(files[name]).digest("hex"), hash, name);
    assert.deepEqual(manifest.left_out, []);
});

test("the same state gives the same bytes, but for who looked", slow, async () => {
    const [a, b] = [unzip((await archive(local)).bytes), unzip((await archive(local)).bytes)];
    for (const name of Object.keys(a).filter((f) => !/access|index|manifest/.test(f))) assert.ok(a[name].equals(b[name]), name);
});

test("with a proof, anybody can check that it is what was handed out", slow, async () => {
    const files = unzip((await archive(local, "?proof=true")).bytes), path = join(work, "proof.json");
    writeFileSync(path, files["proof.json"]);
    const good = run(["verify", path, "--json"]);
    assert.equal(good.code, 0, good.err);
    const facts = JSON.parse(good.out);
    assert.equal(facts.kind, "data_archive");
    assert.deepEqual(facts.document, JSON.parse(files["manifest.json"]));
});

test("it is for who may export, holds what they may read, and stands in the audit log", slow, async () => {
    const agent = new Jar(server);
    assert.equal((await agent.join("agent2@example.com", "support_agent")).status, 201);
    await agent.enrol();
    assert.equal((await agent.call("GET", `/v1/people/${id}/archive`)).status, 403);
    const mine = await officer.call("GET", `/v1/people/${id}/archive`);
    assert.equal(mine.status, 200, mine.text);
    assert.deepEqual(JSON.parse(unzip(mine.bytes)["manifest.json"]).left_out, []);
    const entries = (await server.local("GET", `/v1/people/${id}/audit`)).json.items;
    assert.ok(entries.some((x) => x.action === "people.archive" && x.actor.kind === "staff"), JSON.stringify(entries.slice(0, 2)));
    assert.equal((await server.local("GET", "/v1/people/01890a5d-ac96-774b-bcce-b302099a8057/archive")).status, 404);
});
