// SPDX-License-Identifier: Apache-2.0
// Erasing a person with a certificate: what it says, that anybody can check it offline, that every change to
// it is found, that asking again gives the same one, and that no byte of the folder holds the person.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server, work;
before(async () => { if (!skip) { server = await Server.start({ init: ["--owner", "owner@example.com"] }); work = mkdtempSync(join(tmpdir(), "custos-erasure-")); } });
after(async () => { await server?.close(); if (work) rmSync(work, { recursive: true }); });

const basic = () => `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}`;
const send = (path, body) => request(server.url, { method: "POST", path, headers: { authorization: basic() }, body });
const values = (who) => [`${who}@example.com`, `Zilpha${who}`, "Zubrowka Lane 77"];
async function made(who) {
    const [email, name, street] = values(who);
    assert.equal((await send("/v1/identify", { userId: who, messageId: `${who}-1`, traits: { email, firstName: name, address: { street } } })).status, 200);
    assert.equal((await send("/v1/track", { userId: who, messageId: `${who}-2`, event: "Product Viewed", properties: { sku: "a", note: `for ${name}` } })).status, 200);
    assert.equal((await send("/v1/track", { userId: who, messageId: `${who}-3`, event: "Order Completed", properties: { order_id: `o-${who}`, total: 20, currency: "EUR", products: [] } })).status, 200);
    for (let i = 0; i < 200; i++) {
        const items = (await server.local("GET", `/v1/people?q=${encodeURIComponent(email)}`)).json?.items;
        if (items?.length && items[0].orders === 1) return items[0].id;
        await sleep(25);
    }
    throw new Error(`${who} did not arrive`);
}
const verify = (file, ...more) => run(["verify", file, "--json", ...more]); // without the shop
const kept = (name, text) => { const path = join(work, name); writeFileSync(path, text); return path; };

test("the certificate says what there was and what is final when", slow, async () => {
    const id = await made("w1"), stays = await made("w2"), request_id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const r = await server.local("POST", `/v1/people/${id}/erase`, { right: "gdpr-17(1)(b)", request: request_id, received: "2026-11-01T10:00:00Z", due: "2026-12-02T00:00:00Z" });
    assert.equal(r.status, 201, r.text);
    const d = r.json.document;
    assert.equal(d.type, "custos.erasure/1");
    assert.equal(d.id, request_id);
    assert.equal(d.request.right, "gdpr-17(1)(b)");
    assert.equal(d.request.due, "2026-12-02T00:00:00.000Z");
    assert.equal(d.scope.profile, 1);
    assert.ok(d.scope.identifier >= 2 && d.scope.trait_history >= 1 && d.scope.event === 3 && d.scope.orders === 1, JSON.stringify(d.scope));
    assert.ok(d.epoch.after > d.epoch.before);
    assert.equal(Date.parse(d.final.key_archives) - Date.parse(d.final.live), 7 * 86400000);
    assert.deepEqual(d.replicas, []);
    assert.match(d.subject_tag, /^[0-9a-f]{32}$/);
    assert.equal((await server.local("GET", `/v1/people/${id}`)).status, 410);
    assert.equal((await server.local("GET", `/v1/people/${stays}`)).status, 200);

    const again = await server.local("POST", `/v1/people/${id}/erase`, { request: request_id });
    assert.equal(again.status, 201);
    assert.deepEqual(again.json.document, d);
    assert.equal((await server.local("POST", `/v1/people/${stays}/erase`, { request: request_id })).status, 201, "the request is answered already: nobody else is erased");
    assert.equal((await server.local("GET", `/v1/people/${stays}`)).status, 200);
    const once_more = await server.local("GET", `/v1/erasures/${request_id}/certificate`);
    assert.deepEqual(once_more.json.document, d);
    const list = await server.local("GET", "/v1/erasures?limit=1");
    assert.equal(list.json.items[0].id, request_id);
    assert.ok(list.json.next);
    assert.equal((await server.local("GET", `/v1/erasures?limit=1&cursor=${list.json.next}`)).json.items.length, 0);
    assert.equal((await server.local("GET", "/v1/erasures?cursor=x")).status, 400);
    assert.equal((await server.local("GET", "/v1/erasures/01890a5d-ac96-774b-bcce-b302099a8058/certificate")).status, 404);
    assert.equal((await server.local("POST", `/v1/people/${id}/erase`, {})).status, 410);
});

test("anybody checks it without the shop; every changed word is found", slow, async () => {
    const id = await made("w3");
    const r = await server.local("POST", `/v1/people/${id}/erase`, {});
    const file = kept("certificate.json", r.text), key = readFileSync(join(server.data, "audit", "public.keys"), "utf8").trim().split("\n").at(-1).trim();
    const good = verify(file, "--key", key);
    assert.equal(good.code, 0, good.err);
    const facts = JSON.parse(good.out);
    assert.equal(facts.kind, "erasure_certificate");
    assert.equal(facts.trusted, true);
    assert.deepEqual(facts.document, r.json.document);
    assert.match(run(["verify", file]).out, /the key came with the document/);
    const wrong = [
        (c) => { c.document.scope.event += 1; }, (c) => { c.document.final.live = "2020-01-01T00:00:00.000Z"; }, (c) => { c.document.subject_tag = "0".repeat(32); },
        (c) => { c.document.more = 1; }, (c) => { delete c.document.kept; }, (c) => { c.proof.index += 1; }, (c) => { c.proof.size += 1; }, (c) => { c.proof.entry += " "; },
        (c) => { c.proof.root = c.proof.root.replace(/^./, (x) => (x === "0" ? "1" : "0")); }, (c) => { c.proof.inclusion.pop(); c.proof.inclusion.push("0".repeat(64)); },
        (c) => { c.proof.checkpoint = c.proof.checkpoint.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`); }, (c) => { delete c.proof; },
    ];
    for (const change of wrong) {
        const c = JSON.parse(r.text);
        change(c);
        const bad = verify(kept("changed.json", JSON.stringify(c)), "--key", key);
        assert.notEqual(bad.code, 0, change.toString());
        assert.ok(bad.err.length > 10);
    }
    assert.notEqual(verify(file, "--key", key.replace(/.$/, (x) => (x === "A" ? "B" : "A"))).code, 0);
    assert.notEqual(verify(kept("none.json", "{}")).code, 0);
});

test("no byte of the folder holds the person, and the scan finds what is there", slow, async () => {
    const id = await made("w4"), mine = kept("mine.txt", values("w4").slice(0, 2).join("\n"));
    const r = await server.local("POST", `/v1/people/${id}/erase`, {});
    const file = kept("w4.json", r.text);
    const clean = verify(file, "--data", server.data, "--plaintext", mine);
    assert.equal(clean.code, 0, clean.err + clean.out);
    assert.ok(JSON.parse(clean.out).scan.bytes > 10000);
    const folder = mkdtempSync(join(work, "dirty-"));
    const forms = { "base64.bin": Buffer.from(Buffer.from(`xx${values("w4")[0]}yy`).toString("base64")), "hex.bin": Buffer.from(Buffer.from(values("w4")[0]).toString("hex")),
        "wide.bin": Buffer.from(values("w4")[1], "utf16le"), "upper.bin": Buffer.from(values("w4")[0].toUpperCase()), "url.bin": Buffer.from(encodeURIComponent(values("w4")[0])),
        "edge.bin": Buffer.concat([Buffer.alloc((1 << 20) - 5, 120), Buffer.from(values("w4")[0])]) };
    for (const [name, bytes] of Object.entries(forms)) writeFileSync(join(folder, name), bytes);
    const found = run(["verify", file, "--data", folder, "--plaintext", mine]);
    assert.notEqual(found.code, 0);
    for (const name of Object.keys(forms)) assert.match(found.err + found.out, new RegExp(name.replace(".", "\\.")), name);
    assert.doesNotMatch(found.err + found.out, /w4@example/i);
    assert.notEqual(verify(file, "--data", folder, "--plaintext", kept("short.txt", "ab")).code, 0);
});

test("only who may erase may, and proves it anew", slow, async () => {
    const id = await made("w5"), agent = new Jar(server);
    assert.equal((await agent.join("agent@example.com", "support_agent")).status, 201);
    await agent.enrol();
    assert.equal((await agent.call("POST", `/v1/people/${id}/erase`, {})).status, 403);
    assert.equal((await agent.call("GET", "/v1/erasures")).status, 403);
    assert.equal((await request(server.url, { method: "POST", path: `/v1/people/${id}/erase`, body: {} })).status, 401);
    assert.equal((await server.local("GET", `/v1/people/${id}`)).status, 200);
});
