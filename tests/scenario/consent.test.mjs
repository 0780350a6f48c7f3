// SPDX-License-Identifier: Apache-2.0
// Consent over HTTP: wordings and policies as versions, statements as records, receipts that a stranger can check, Sec-GPC,
// Google Consent Mode, asking again, the age of consent.
import { execFileSync } from "node:child_process";
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, run } from "../lib/server.mjs";
import { eventually, identify, lookup, segment, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, work;

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    work = mkdtempSync(join(tmpdir(), "custos-consent-"));
});
after(async () => { await server?.close(); if (work) rmSync(work, { recursive: true }); });

const consents = async (id) => { const r = await server.staff("GET", `/v1/people/${id}/consents`); assert.equal(r.status, 200, r.text); return r.json; };
const state = async (id, purpose) => (await consents(id)).consents.find((c) => c.purpose === purpose);
const say = (id, purpose, body) => server.staff("PUT", `/v1/people/${id}/consents/${purpose}`, body);

test("wordings are versions, and a wording is no material change", { skip }, async () => {
    const first = await server.staff("GET", "/v1/policies");
    assert.deepEqual(first.json.items.map((p) => [p.version, p.material]), [[1, true]]);
    const put = await server.staff("PUT", "/v1/purposes/marketing_email/wordings", { texts: { en: "We send you offers.", de: "Wir senden Angebote." } });
    assert.equal(put.status, 200, put.text);
    assert.deepEqual(put.json.wordings.map((w) => [w.language, w.version]), [["de", 1], ["en", 1]]);
    const again = await server.staff("PUT", "/v1/purposes/marketing_email/wordings", { texts: { en: "We send you offers and news.", de: "Wir senden Angebote." } });
    assert.deepEqual(again.json.wordings.map((w) => [w.language, w.version]), [["de", 1], ["en", 1], ["en", 2]]);
    assert.equal((await server.staff("PUT", "/v1/purposes/nothing/wordings", { texts: { en: "x" } })).status, 404);
    assert.equal((await server.staff("PUT", "/v1/purposes/marketing_email/wordings", { texts: {} })).status, 400);
    const policy = await server.staff("GET", "/v1/policies/3");
    assert.equal(policy.status, 200, policy.text);
    assert.deepEqual(policy.json.changes.map((c) => [c.purpose, c.attribute, c.material]), [["marketing_email", "wordings", false]]);
    assert.equal((await server.staff("GET", "/v1/policies/3?from=1")).json.changes.length, 1);
    assert.equal((await server.staff("GET", "/v1/policies/99")).status, 404);
});

test("a statement is a record; its receipt is checked without the server; every changed member is found", { skip }, async () => {
    await send(server, [identify("ada", { email: "ada@example.com" })]);
    const id = await lookup(server, "ada");
    const given = await say(id, "marketing_email", { state: "granted", evidence: "card of 2026", language: "en", form: "newsletter-3", button: "Yes, please", channel: "shop" });
    assert.equal(given.status, 200, given.text);
    const all = await consents(id), record = all.items[0];
    assert.deepEqual([record.state, record.language, record.form, record.button, record.channel, record.said_by, record.policy], ["granted", "en", "newsletter-3", "Yes, please", "shop", "staff", 3]);
    const receipt = await server.staff("GET", `/v1/consents/${record.record}/receipt`);
    assert.equal(receipt.status, 200, receipt.text);
    assert.equal(receipt.json.document.notice.wording_version, 2);
    assert.equal(receipt.json.document.event.dpv_status, "dpv:ConsentGiven");
    const path = join(work, "receipt.json");
    const verdict = (value) => { writeFileSync(path, JSON.stringify(value)); return run(["verify", path, "--json"]); };
    const good = verdict(receipt.json);
    assert.equal(good.code, 0, good.err);
    assert.equal(JSON.parse(good.out).kind, "consent_records");
    const leaves = [];
    const walk = (v, at) => (v && typeof v === "object" ? Object.keys(v).forEach((k) => walk(v[k], [...at, k])) : leaves.push(at));
    walk(receipt.json, []);
    assert.ok(leaves.length > 30);
    for (const at of leaves) {
        const copy = structuredClone(receipt.json), owner = at.slice(0, -1).reduce((v, k) => v[k], copy), was = owner[at.at(-1)];
        owner[at.at(-1)] = typeof was === "number" ? was + 1 : typeof was === "string" ? `${was}x` : was === null ? "x" : !was;
        assert.notEqual(verdict(copy).code, 0, at.join("."));
    }
    assert.equal((await server.staff("GET", "/v1/consents/00000000-0000-4000-8000-000000000000/receipt")).status, 404);
});

test("after a refusal nobody is asked again for twelve months", { skip }, async () => {
    await send(server, [identify("bob", { email: "bob@example.com" })]);
    const id = await lookup(server, "bob");
    assert.equal((await say(id, "marketing_sms", { state: "requested" })).status, 200);
    assert.equal((await say(id, "marketing_sms", { state: "refused" })).status, 200);
    const refused = await say(id, "marketing_sms", { state: "requested" });
    assert.equal(refused.status, 409, refused.text);
    assert.match(refused.json.detail, /from 20\d\d-\d\d-\d\d on/);
    assert.ok(Date.parse((await state(id, "marketing_sms")).ask_again) - Date.now() > 360 * 86400_000);
    const totals = (await server.staff("GET", "/v1/purposes")).json.items.find((p) => p.name === "marketing_sms");
    assert.deepEqual([totals.refused, totals.days.at(-1).refused], [1, 1]);
});

test("Sec-GPC objects to sale, is carried to the person, and yields to a later act", { skip }, async () => {
    const gpc = await server.call("GET", "/.well-known/gpc.json");
    assert.equal(gpc.json.gpc, true);
    const yes = { consent: { categoryPreferences: { Advertising: true, Analytics: true } } };
    const post = (body, headers = {}) => server.call("POST", "/v1/track", body, { authorization: `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}`, ...headers });
    const signal = { "sec-gpc": "1" };
    assert.equal((await post({ anonymousId: "eve-browser", messageId: "g1", event: "Looked", context: yes }, signal)).status, 200);
    await send(server, [{ type: "identify", userId: "eve", anonymousId: "eve-browser", messageId: "g2", traits: {} }]);
    const id = await lookup(server, "eve");
    assert.equal((await state(id, "advertising")).state, "refused");
    assert.equal((await state(id, "advertising")).method, "gpc");
    assert.equal((await state(id, "analytics")).state, "granted");
    const mode = (headers = {}) => server.call("GET", "/v1/consent-mode?anonymous_id=eve-browser", undefined, { "x-write-key": server.writeKey, ...headers });
    const before = (await mode()).json;
    assert.deepEqual([before.ad_storage, before.ad_user_data, before.analytics_storage, before.security_storage], ["denied", "denied", "granted", "granted"]);
    assert.equal((await mode({ "x-write-key": "nobody" })).status, 401);
    const unknown = await server.call("GET", "/v1/consent-mode?anonymous_id=stranger", undefined, { "x-write-key": server.writeKey });
    assert.deepEqual([unknown.json.ad_storage, unknown.json.analytics_storage], ["denied", "denied"]);
    assert.equal((await post({ anonymousId: "eve-browser", messageId: "g3", event: "Segment Consent Preference Updated", context: yes }, signal)).status, 200);
    await eventually(() => state(id, "advertising"), (c) => c.state === "granted");
    assert.equal((await post({ anonymousId: "eve-browser", messageId: "g4", event: "Looked", context: yes }, signal)).status, 200);
    await server.settled();
    assert.equal((await state(id, "advertising")).state, "granted");
});

test("somebody under the age of consent cannot consent to marketing", { skip }, async () => {
    const year = new Date().getUTCFullYear();
    await send(server, [identify("kim", { email: "kim@example.com" }, { "Email Marketing": true })]);
    const id = await lookup(server, "kim");
    assert.equal((await state(id, "marketing_email")).state, "granted");
    await send(server, [identify("kim", { birthday: `${year - 10}-05-01` })]);
    assert.equal((await state(id, "marketing_email")).state, "invalidated");
    const refused = await say(id, "marketing_email", { state: "granted", evidence: "said so" });
    assert.equal(refused.status, 409, refused.text);
    assert.match(refused.json.detail, /under_age/);
    // in which year somebody young was born is nowhere in the clear
    const kept = execFileSync("sqlite3", [join(server.data, "records.db"), "SELECT typeof(until), length(until) > 40 FROM consent_minor"], { encoding: "utf8" });
    assert.equal(kept.trim(), "blob|1");
});

test("a material change makes consents stale until they are confirmed", { skip }, async () => {
    await send(server, [identify("zoe", { email: "zoe@example.com" }, { "Email Marketing": true })]);
    const id = await lookup(server, "zoe");
    assert.equal((await state(id, "marketing_email")).allowed, true);
    await segment(server, "mailable", 'consent.marketing_email is "granted"', 2); // ada and zoe
    const current = await server.staff("GET", "/v1/dictionary");
    const text = current.json.text || "version: 1\n";
    const put = await server.staff("PUT", "/v1/dictionary", { text: `${text}\npurposes:\n  marketing_email: {recipients: [Mailing house], validity_days: 700}\n`, version: current.json?.version });
    assert.ok(put.status < 300, put.text);
    const stale = await state(id, "marketing_email");
    assert.deepEqual([stale.state, stale.allowed], ["stale", false]);
    await eventually(() => server.staff("GET", "/v1/segments/mailable"), (a) => a.json.size === 0); // who keeps states in memory heard of it
    await send(server, [{ ...identify("zoe", {}), type: "track", traits: undefined, event: "Segment Consent Preference Updated", timestamp: undefined,
        context: { consent: { categoryPreferences: { "Email Marketing": true } } } }]);
    const now = await state(id, "marketing_email");
    assert.deepEqual([now.state, now.allowed], ["reconfirmed", true]);
    assert.ok(Date.parse(now.until) > Date.now());
});

test("the register shows everybody's records, page by page, as far as the role sees them", { skip }, async () => {
    const all = [];
    for (let cursor = ""; cursor !== null;) {
        const page = await server.staff("GET", `/v1/consents?limit=3${cursor && `&cursor=${cursor}`}`);
        assert.equal(page.status, 200, page.text);
        assert.ok(page.json.items.length <= 3);
        all.push(...page.json.items);
        cursor = page.json.next;
    }
    assert.ok(all.length > 8, `${all.length}`);
    assert.equal(new Set(all.map((r) => r.record)).size, all.length);
    const refused = await server.staff("GET", "/v1/consents?state=refused&said_by=staff&limit=500");
    assert.deepEqual(refused.json.items.map((r) => r.record), all.filter((r) => r.state === "refused" && r.said_by === "staff").map((r) => r.record));
    const ada = await lookup(server, "ada");
    const mail = await server.staff("GET", "/v1/consents?purpose=marketing_email&limit=500");
    assert.ok(mail.json.items.some((r) => r.person === ada && r.label.includes("ada@example.com")), mail.text);
    assert.equal((await server.staff("GET", "/v1/consents?state=perhaps")).status, 400);
    assert.equal((await server.staff("GET", `/v1/people/${ada}/consents?cursor=nonsense`)).status, 400);
    const own = await server.staff("GET", `/v1/people/${ada}/consents?limit=1`);
    assert.equal(own.json.items.length, 1);
    const rest = await server.staff("GET", `/v1/people/${ada}/consents?limit=500&cursor=${own.json.next}`);
    assert.deepEqual([...own.json.items, ...rest.json.items].map((r) => r.record).sort(), all.filter((r) => r.person === ada).map((r) => r.record).sort());
});

test("one channel or one recipient can be said no to, or yes, alone", { skip }, async () => {
    await send(server, [identify("eve", { email: "eve@example.com" })]);
    const id = await lookup(server, "eve");
    const part = async (channel) => (await state(id, "marketing_email")).parts.find((p) => p.channel === channel);
    assert.equal((await say(id, "marketing_email", { state: "granted", evidence: "card" })).status, 200);
    const no = await say(id, "marketing_email", { state: "withdrawn", only_channel: "sms" });
    assert.equal(no.status, 200, no.text);
    assert.deepEqual([(await state(id, "marketing_email")).allowed, (await part("sms")).allowed, (await part("sms")).state], [true, false, "withdrawn"]);
    assert.equal((await say(id, "marketing_email", { state: "withdrawn" })).status, 200);
    assert.equal((await say(id, "marketing_email", { state: "granted", evidence: "card", only_recipient: "acme" })).status, 200);
    const all = await consents(id);
    assert.deepEqual([all.items[0].purpose, all.items[0].only_recipient], ["marketing_email", "acme"]);
    assert.deepEqual(all.consents.find((c) => c.purpose === "marketing_email").parts.map((p) => [p.recipient, p.allowed]), [["acme", true], ["", false]]);
    const receipt = await server.staff("GET", `/v1/consents/${all.items[0].record}/receipt`);
    assert.deepEqual([receipt.json.document.processing.purpose, receipt.json.document.processing.only_recipient], ["marketing_email", "acme"]);
    const bad = await say(id, "marketing_email", { state: "withdrawn", only_channel: "S M S" });
    assert.deepEqual([bad.status, bad.json.field], [400, "/only_channel"]);
});
