// SPDX-License-Identifier: Apache-2.0
// The rights desk over HTTP: every act on a request, what each right does to the person it is about, who wins when two
// wishes meet, and that nobody can act in another person's name.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { unzip } from "../lib/unzip.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
const day = 86400000;
let server, work, target;
before(async () => {
    if (skip) return;
    work = mkdtempSync(join(tmpdir(), "custos-rights-"));
    target = mkdtempSync(join(tmpdir(), "custos-rights-backup-"));
    server = await Server.start({ args: ["--time-zone", "Europe/Berlin", "--backup-folder", target, "--backup-every-hours", "0"] });
    await server.owner();
});
after(async () => { await server?.close(); if (work) for (const f of [work, target]) rmSync(f, { recursive: true }); });

const basic = () => `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}`;
const send = (path, body) => request(server.url, { method: "POST", path, headers: { authorization: basic() }, body });
async function made(who, traits = {}) {
    assert.equal((await send("/v1/identify", { userId: who, messageId: `${who}-1`, traits: { email: `${who}@example.com`, firstName: `Zilpha${who}`, ...traits } })).status, 200);
    assert.equal((await send("/v1/track", { userId: who, messageId: `${who}-2`, event: "Product Viewed", properties: { sku: "a" }, context: { consent: { categoryPreferences: { Advertising: true, Marketing: true } } } })).status, 200);
    for (let i = 0; i < 400; i++) {
        const r = await server.local("POST", "/v1/people/lookup", { kind: "user_id", value: who });
        if (r.status === 200) return r.json.id;
        await sleep(25);
    }
    throw new Error(`${who} did not arrive`);
}
const ask = (body) => server.staff("POST", "/v1/requests", body);
const act = (id, what, body = {}) => server.staff("POST", `/v1/requests/${id}/${what}`, body);
const show = async (id) => { const r = await server.staff("GET", `/v1/requests/${id}`); assert.equal(r.status, 200, r.text); return r.json; };
const steps = (r) => r.steps.map((s) => s.what);
const iso = (ms) => new Date(ms).toISOString();
// The first moment of a day in Berlin.
function berlin(date) {
    for (const hours of [-2, -1]) {
        const t = Date.parse(`${date}T00:00:00Z`) + hours * 3600000;
        if (new Intl.DateTimeFormat("sv", { timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "medium" }).format(t) === `${date} 00:00:00`) return iso(t);
    }
    throw new Error(date);
}

test("access: proved, it answers by itself with a link for seven days; the clock is the law's", slow, async () => {
    const person = await made("r1");
    const made_ = await ask({ right: "access", person, language: "de", verified: true, received: "2026-10-31T12:00:00Z" });
    assert.equal(made_.status, 201, made_.text);
    const r = await show(made_.json.id);
    assert.equal(r.state, "fulfilled");
    assert.equal(r.regime, "gdpr");
    assert.equal(r.person, person);
    assert.equal(r.due, berlin("2026-12-01"), "a month after 31 October is 30 November, to its last moment");
    assert.deepEqual(steps(r), ["received", "proved", "executed"]);
    assert.equal(r.clocks[0].name, "gdpr_answer");
    assert.equal(r.letters.length, 1);
    assert.equal(r.letters[0].kind, "answer");
    assert.equal(r.letters[0].language, "de");
    assert.equal(r.letters[0].subject, "Ihre Daten");
    assert.match(r.letters[0].text, /\/privacy\/l\/[A-Za-z0-9_-]{22}\n/);
    assert.match(r.letters[0].text, /am 31\. Oktober 2026/);
    assert.equal(r.letters[0].sent, false, "no mail server: staff bring it");
    assert.deepEqual(r.acts, ["hold"]);
    const english = await ask({ right: "portability", person, verified: true });
    assert.equal((await show(english.json.id)).letters[0].subject, "Your data to take along");
    assert.equal((await act(made_.json.id, "execute")).status, 200, "what is done is done, and asking again changes nothing");
    assert.equal((await show(made_.json.id)).letters.length, 1);
    for (const [name, body] of Object.entries({ revoke: {}, refuse: { ground: "unfounded" }, extend: { reason: "x" }, confirm: {}, reopen: { reason: "x" }, verify: {}, challenge: {}, lift: { reason: "x" } })) {
        const wrong = await act(made_.json.id, name, body);
        assert.ok(name === "verify" ? wrong.status === 200 : wrong.status === 409, `${name}: ${wrong.status} ${wrong.text}`);
    }
});

test("rectification: what does not fit is refused, the old value stays in the history", slow, async () => {
    const person = await made("r2");
    const words = await ask({ right: "rectification", person, verified: true, detail: "My name is spelt Zylpha." });
    let r = await show(words.json.id);
    assert.equal(r.state, "in_progress", "staff read what somebody wrote");
    assert.equal(r.detail, "My name is spelt Zylpha.");
    assert.equal((await act(r.id, "execute")).status, 400);
    const unknown = await act(r.id, "execute", { values: { shoeSizeOfTheCat: 7 } });
    assert.equal(unknown.status, 400, unknown.text);
    assert.match(unknown.text, /declared/);
    assert.equal((await act(r.id, "execute", { values: { email: 7 } })).status, 400);
    assert.equal((await show(r.id)).state, "in_progress");
    const done = await act(r.id, "execute", { values: { firstName: "Zylpha" }, note: "Corrected the first name." });
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.state, "fulfilled");
    assert.match(done.json.letters[0].text, /Corrected the first name\./);
    const history = await server.local("GET", `/v1/people/${person}/history?field=firstName`);
    assert.deepEqual(history.json.items.map((h) => h.value).slice(0, 2), ["Zylpha", "Zilphar2"]);
    const fields = await ask({ right: "rectification", person, verified: true, detail: { firstName: "Zoe" } });
    assert.notEqual(fields.json.id, words.json.id, "two corrections are two requests");
    r = (await act(fields.json.id, "execute")).json;
    assert.deepEqual(r.detail, { firstName: "Zoe" });
    assert.equal((await server.local("GET", `/v1/people/${person}/history?field=firstName`)).json.items[0].value, "Zoe");
});

test("erasure: a certificate that a stranger checks; the request stays as a figure without the person", slow, async () => {
    const person = await made("r3"), stays = await made("r3b");
    const asked = await ask({ right: "erasure", person, email: "r3@example.com", detail: "Please, Zilphar3", received: iso(Date.now() - 2 * day) });
    let r = await show(asked.json.id);
    assert.equal(r.state, "open");
    assert.equal((await act(r.id, "execute")).status, 409, "nobody has shown who asks");
    r = (await act(r.id, "verify", { how: "staff" })).json;
    assert.equal(r.state, "in_progress", "an erasure that staff took waits for staff");
    assert.ok(r.rules.some((x) => x.rule === "import_and_backup" && x.won === "request"));
    const both = await Promise.all([act(r.id, "execute"), act(r.id, "execute")]);
    for (const b of both) assert.equal(b.status, 200, b.text);
    r = await show(r.id);
    assert.equal(r.state, "fulfilled");
    assert.equal(r.person, null);
    assert.equal(r.label, null);
    assert.equal(r.detail, null);
    assert.deepEqual(r.asker, { email: null, phone: null });
    assert.deepEqual(steps(r), ["received", "proved", "begun", "executed"]);
    assert.equal(r.letters.length, 1);
    assert.equal((await server.local("GET", `/v1/people/${person}`)).status, 410);
    assert.equal((await server.local("GET", `/v1/people/${stays}`)).status, 200);
    const certificate = await server.local("GET", `/v1/erasures/${r.id}/certificate`);
    assert.equal(certificate.json.document.id, r.id);
    assert.equal(certificate.json.document.request.received, r.received);
    assert.equal(certificate.json.document.request.due, r.due);
    const file = join(work, "certificate.json"), plain = join(work, "plain.txt");
    writeFileSync(file, certificate.text);
    writeFileSync(plain, "r3@example.com\nZilphar3\n");
    assert.equal(run(["verify", file]).code, 0);
    const again = await act(r.id, "execute");
    assert.equal(again.status, 200);
    assert.deepEqual((await server.local("GET", `/v1/erasures/${r.id}/certificate`)).json.document, certificate.json.document);
    assert.equal((await act(r.id, "revoke")).status, 409);
    const scanned = run(["verify", file, "--data", server.data, "--plaintext", plain]);
    assert.notEqual(scanned.code, undefined);
    const figures = (await server.staff("GET", "/v1/requests/figures")).json.rights.find((x) => x.right === "erasure");
    assert.ok(figures.fulfilled >= 1 && figures.received >= 1 && figures.median_days >= 2, JSON.stringify(figures));
});

test("no byte of the folder holds what somebody wrote who was erased", slow, async () => {
    const person = await made("r4", { firstName: "Zubrowkafour" });
    const asked = await ask({ right: "erasure", person, email: "r4@example.com", detail: "I am Zubrowkafour", verified: true });
    assert.equal((await act(asked.json.id, "execute", { note: "Done, Zubrowkafour" })).status, 200);
    const file = join(work, "r4.json"), plain = join(work, "r4.txt");
    writeFileSync(file, (await server.local("GET", `/v1/erasures/${asked.json.id}/certificate`)).text);
    writeFileSync(plain, "r4@example.com\nZubrowkafour\n");
    const r = run(["verify", file, "--data", server.data, "--plaintext", plain]);
    assert.equal(r.code, 0, r.err + r.out);
});

test("two erasures at once: one gets the certificate, the other ends as done already", slow, async () => {
    const person = await made("r5");
    const asked = await ask({ right: "erasure", person, verified: true });
    const same = await ask({ right: "erasure", person, verified: true });
    assert.equal(same.status, 200);
    assert.equal(same.json.id, asked.json.id, "the same wish of the same person is one request");
    const [mine, other] = await Promise.all([act(asked.json.id, "execute"), server.local("POST", `/v1/people/${person}/erase`, {})]);
    assert.equal(mine.status, 200, mine.text);
    assert.ok([201, 410].includes(other.status), other.text);
    const r = await show(asked.json.id);
    assert.equal(r.state, "fulfilled");
    assert.equal(r.reason, other.status === 201 && (await server.local("GET", `/v1/erasures/${asked.json.id}/certificate`)).status === 404 ? "erased_already" : "");
    assert.equal((await server.local("GET", `/v1/people/${person}`)).status, 410);
    const list = (await server.staff("GET", "/v1/requests?state=duplicate&right=erasure")).json.items;
    assert.ok(list.some((x) => x.duplicate_of === asked.json.id), "it is kept as a duplicate, for the numbers");
    const late = await made("r5c"), before_ = await ask({ right: "access", person: late }); // not proved
    assert.equal((await server.local("POST", `/v1/people/${late}/erase`, {})).status, 201);
    const gone = await act(before_.json.id, "verify");
    assert.equal(gone.json.state, "fulfilled");
    assert.equal(gone.json.reason, "erased_already");
});

test("an erasure while an import runs and a backup is made", slow, async () => {
    const person = await made("r6");
    const lines = Array.from({ length: 20000 }, (_, i) => JSON.stringify({ type: "track", event: "Product Viewed", userId: i % 50 ? `imp-${i % 500}` : "r6", timestamp: iso(Date.now() - day), messageId: `imp-${i}`, properties: { sku: "b" } }));
    const posted = Promise.all(Array.from({ length: 40 }, (_, k) => send("/v1/batch", { batch: lines.slice(k * 500, k * 500 + 500).map((x) => JSON.parse(x)) })));
    const backup = server.local("POST", "/v1/backups", {});
    const asked = await ask({ right: "erasure", person, verified: true });
    const done = await act(asked.json.id, "execute");
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.state, "fulfilled");
    await posted;
    await backup;
    await server.settled();
    assert.equal((await server.local("GET", `/v1/people/${person}`)).status, 410, "nobody comes back under the old id");
    const now = await server.local("POST", "/v1/people/lookup", { kind: "user_id", value: "r6" });
    if (now.status === 200) { // what was sent after it began somebody new, who has nothing of the old
        assert.notEqual(now.json.id, person);
        const events = await server.local("GET", `/v1/people/${now.json.id}/events?limit=200`);
        assert.ok(!events.text.includes("r6-2"));
    }
});

test("restriction: staff of other purposes read nothing; its end is announced first", slow, async () => {
    const person = await made("r7"), agent = new Jar(server);
    assert.equal((await agent.join("agent@example.com", "support_agent")).status, 201);
    await agent.enrol();
    assert.equal((await agent.call("GET", `/v1/people/${person}`)).status, 200);
    const asked = await ask({ right: "restriction", person, verified: true });
    let r = await show(asked.json.id);
    assert.equal(r.state, "fulfilled");
    assert.equal(r.restricted, true);
    assert.equal((await agent.call("GET", `/v1/people/${person}`)).status, 403);
    const withheld = async () => (await server.local("GET", `/v1/people/${person}/personalization?purpose=security`)).json.withheld;
    assert.equal(await withheld(), "restricted", "nor is what is not sealed used");
    await server.stop();
    await server.serve(); // known again from the start
    assert.equal(await withheld(), "restricted");
    const copy = await ask({ right: "access", person, verified: true });
    assert.equal((await show(copy.json.id)).state, "fulfilled", "a restriction does not keep the person from their data");
    assert.equal((await act(r.id, "lift", {})).status, 400);
    r = (await act(r.id, "lift", { reason: "The dispute is over." })).json;
    assert.ok(Math.abs(Date.parse(r.lift_at) - Date.now() - 3 * day) < 60000);
    assert.equal(r.restricted, true, "not before the day that was announced");
    assert.equal(r.letters.at(-1).kind, "lift");
    assert.match(r.letters.at(-1).text, /The dispute is over\./);
    assert.equal((await agent.call("GET", `/v1/people/${person}`)).status, 403);
});

test("objection, opt-out and limit reach the gate; a contract cannot be objected to", slow, async () => {
    const person = await made("r8");
    const state = async (purpose) => (await server.local("GET", `/v1/people/${person}/consents`)).json.consents.find((c) => c.purpose === purpose);
    const purposes = (await server.local("GET", `/v1/people/${person}/consents`)).json.consents;
    const asked = await ask({ right: "objection", person, verified: true });
    assert.equal((await show(asked.json.id)).state, "fulfilled");
    for (const p of purposes.filter((x) => x.purpose.startsWith("marketing"))) assert.equal((await state(p.purpose)).allowed, false, p.purpose);
    const other = await made("r8b"), interest = purposes.find((p) => p.basis === "legitimate_interest"), contract = purposes.find((p) => p.basis === "contract");
    if (interest) {
        const one = await ask({ right: "objection", person: other, purpose: interest.purpose, verified: true });
        assert.equal((await show(one.json.id)).state, "fulfilled");
        assert.equal((await server.local("GET", `/v1/people/${other}/consents`)).json.consents.find((c) => c.purpose === interest.purpose).allowed, false);
    }
    if (contract) {
        const no = await ask({ right: "objection", person: other, purpose: contract.purpose, verified: true });
        const r = await show(no.json.id);
        assert.equal(r.state, "in_progress");
        assert.equal(r.reason, "not_objectionable");
        assert.ok(r.rules.some((x) => x.rule === "not_objectionable" && x.stops && x.won === "law"));
        assert.equal((await act(r.id, "execute")).status, 409);
        const refused = await act(r.id, "refuse", { ground: "contract_or_law" });
        assert.equal(refused.json.state, "denied");
        assert.match(refused.json.letters.at(-1).text, /contract with you or on a law/);
    }
    assert.equal((await ask({ right: "objection", person, purpose: "no such thing" })).status, 400);
    const out = await ask({ right: "opt_out", regime: "ccpa", email: "r8b@example.com" });
    const r = await show(out.json.id);
    assert.equal(r.state, "fulfilled", "an opt-out needs no proof (11 CCR 7060(b))");
    assert.equal(r.clocks[0].name, "ccpa_opt_out");
    assert.equal(r.clocks.length, 1);
    assert.equal((await show((await ask({ right: "limit", regime: "ccpa", person: other })).json.id)).state, "fulfilled");
});

test("CCPA: receipt is confirmed, the term is 45 days and once 45 more", slow, async () => {
    const person = await made("r9");
    const asked = await ask({ right: "erasure", regime: "ccpa", person, received: iso(Date.now() - 3 * day) });
    let r = await show(asked.json.id);
    assert.deepEqual(r.clocks.map((c) => c.name), ["ccpa_answer", "ccpa_confirm"]);
    assert.ok(r.confirm_due);
    assert.ok(r.acts.includes("confirm") && r.acts.includes("extend") && r.acts.includes("verify"));
    r = (await act(r.id, "confirm")).json;
    assert.equal(r.confirm_due, null);
    assert.equal(r.letters[0].kind, "received");
    const due = Date.parse(r.due);
    assert.equal((await act(r.id, "extend", { reason: "   " })).status, 400);
    r = (await act(r.id, "extend", { reason: "There is a lot of it." })).json;
    assert.equal(r.extended, true);
    assert.ok(Math.abs(Date.parse(r.due) - due - 45 * day) <= 3600000);
    assert.match(r.letters.at(-1).text, /The reason: There is a lot of it\./);
    assert.equal((await act(r.id, "extend", { reason: "again" })).status, 409);
    const late = await ask({ right: "access", person, received: iso(Date.now() - 40 * day) });
    const no = await act(late.json.id, "extend", { reason: "too late" });
    assert.equal(no.status, 409);
    assert.match(no.json.detail, /too late/);
    assert.ok((await server.staff("GET", "/v1/requests?due=late")).json.items.some((x) => x.id === late.json.id));
    const soon = await ask({ right: "complaint", person, received: iso(Date.now() - 27 * day), detail: "soon" });
    assert.ok((await server.staff("GET", "/v1/requests?due=soon")).json.items.some((x) => x.id === soon.json.id));
    assert.ok(!(await server.staff("GET", "/v1/requests?due=soon")).json.items.some((x) => x.id === late.json.id));
    assert.equal((await show(late.json.id)).clocks[0].over, true);
});

test("refusal: a ground of the list for this right and law, with its letter; opened again", slow, async () => {
    const person = await made("r10");
    const grounds = (await server.staff("GET", "/v1/requests/grounds")).json.items;
    assert.ok(grounds.length > 20);
    for (const g of grounds) for (const l of ["en", "de", "fr"]) assert.ok(g.text[l].length > 20, `${g.code} ${l}`);
    const asked = await ask({ right: "erasure", person, language: "fr", verified: true });
    const id = asked.json.id;
    assert.equal((await act(id, "refuse", { ground: "because" })).status, 400);
    assert.equal((await act(id, "refuse", { ground: "rights_of_others" })).status, 400, "a ground for access");
    assert.equal((await act(id, "refuse", { ground: "ccpa_security" })).status, 400, "a ground of another law");
    assert.equal((await act(id, "refuse", { ground: "other" })).status, 400, "another ground is explained");
    const draft = await server.staff("GET", `/v1/requests/${id}/letter?kind=refusal&ground=legal_obligation&language=de`);
    assert.match(draft.json.text, /Ein Gesetz verpflichtet uns/);
    let r = (await act(id, "refuse", { ground: "legal_obligation", note: "Jusqu'en 2027." })).json;
    assert.equal(r.state, "denied");
    assert.equal(r.reason, "legal_obligation");
    assert.match(r.letters.at(-1).text, /Une loi nous oblige[^]*Jusqu'en 2027\.[^]*autorité de protection des données/);
    assert.equal((await act(id, "execute")).status, 409);
    r = (await act(id, "reopen", { reason: "The proof came." })).json;
    assert.equal(r.state, "open");
    assert.equal(r.closed, null);
    assert.equal(r.steps.at(-1).note, "The proof came.");
    r = (await act(id, "revoke")).json;
    assert.equal(r.state, "revoked");
    for (const kind of ["received", "verify", "answer", "extension"])
        assert.equal((await server.staff("GET", `/v1/requests/${id}/letter?kind=${kind}`)).status, 200, kind);
    assert.equal((await server.staff("GET", `/v1/requests/${id}/letter?kind=lift`)).status, 400);
});

test("a legal hold stops an erasure, and says so", slow, async () => {
    const person = await made("r11");
    const asked = await ask({ right: "erasure", person, verified: true }), id = asked.json.id;
    let r = (await act(id, "hold", { reason: "Claim 7 of 2026." })).json;
    assert.equal(r.held, true);
    assert.ok(!r.acts.includes("execute") && r.acts.includes("release"));
    const no = await act(id, "execute");
    assert.equal(no.status, 409);
    assert.equal(no.json.field, "rule");
    assert.match(no.json.detail, /^legal_hold: /);
    r = await show(id);
    assert.ok(r.rules.some((x) => x.rule === "legal_hold" && x.won === "hold" && x.stops && /17\(3\)\(e\)/.test(x.why)));
    assert.deepEqual([r.steps.at(-1).what, r.steps.at(-1).code], ["stopped", "legal_hold"]);
    assert.equal((await server.local("GET", `/v1/people/${person}`)).status, 200);
    for (const other of [await server.local("DELETE", `/v1/people/${person}`), await server.local("POST", `/v1/people/${person}/erase`, { right: "gdpr-17(1)(b)" })]) {
        assert.equal(other.status, 409, "nor in any other way");
        assert.match(other.json.detail, /held for a legal claim/);
    }
    assert.equal((await act(id, "release", { reason: "Settled." })).json.held, false);
    assert.equal((await act(id, "execute")).json.state, "fulfilled");
});

test("in another person's name: nothing happens without proof, and the person's own request goes on", slow, async () => {
    const person = await made("r12");
    const forged = await ask({ right: "erasure", email: "R12@example.com ", channel: "api" });
    assert.equal(forged.status, 201, forged.text);
    assert.equal(forged.json.state, "open");
    assert.equal(forged.json.person, person);
    assert.equal((await act(forged.json.id, "execute")).status, 409);
    const asked = await act(forged.json.id, "challenge");
    assert.equal(asked.status, 200, asked.text);
    assert.equal(asked.json.state, "verifying");
    assert.match(asked.json.letters[0].text, /\/privacy\/l\/[A-Za-z0-9_-]{22}\n/);
    const own = await ask({ right: "erasure", person, verified: true });
    assert.equal(own.status, 201);
    assert.notEqual(own.json.id, forged.json.id);
    const old = await show(forged.json.id);
    assert.equal(old.state, "duplicate");
    assert.equal(old.duplicate_of, own.json.id);
    const nobody = await ask({ right: "access", email: "nobody-here@example.com", verified: true });
    assert.equal(nobody.json.person, null);
    assert.equal(nobody.json.state, "in_progress");
    const r = await show(nobody.json.id);
    assert.equal(r.reason, "nobody_known");
    assert.equal(r.asker.email, "nobody-here@example.com");
    assert.equal((await act(r.id, "hold", { reason: "x" })).status, 409);
    assert.match((await act(r.id, "refuse", { ground: "no_match" })).json.letters.at(-1).text, /no data that we can match to you/);
});

test("the link proves it: looking at it does nothing, the button does", slow, async () => {
    const person = await made("r16");
    const asked = await ask({ right: "portability", email: "r16@example.com" }), id = asked.json.id;
    const challenged = await act(id, "challenge");
    assert.equal(challenged.status, 200, challenged.text);
    const link = (letter) => new URL(/http\S+\/privacy\/l\/\S+/.exec(letter.text)[0]).pathname, path = link(challenged.json.letters[0]);
    const tap = (where, body = "redeem=1") => request(server.url, { method: "POST", path: where, headers: { "content-type": "application/x-www-form-urlencoded", origin: server.url }, body });
    for (let i = 0; i < 3; i++) assert.equal((await request(server.url, { path })).status, 200, "a scanner follows every link");
    assert.equal((await show(id)).state, "verifying");
    assert.ok((await tap(path, "")).status >= 400, "nor does one that posts an empty form");
    assert.equal((await show(id)).state, "verifying");
    const tapped = await tap(path);
    assert.ok(tapped.status < 400, `${tapped.status} ${tapped.text.slice(0, 300)}`);
    const r = await show(id);
    assert.equal(r.state, "fulfilled");
    assert.deepEqual(r.steps.map((s) => [s.what, s.code]).slice(0, 3), [["received", ""], ["challenged", ""], ["proved", "link"]]);
    assert.equal(r.person, person);
    assert.ok((await tap(path)).status >= 400, "once");
    const file = await tap(link(r.letters.at(-1)));
    assert.equal(file.status, 200, file.text.slice(0, 300));
    assert.equal(file.headers["content-type"], "application/zip");
    assert.ok(unzip(file.bytes)["person.json"].toString().includes("r16@example.com"));
    assert.equal((await show(id)).letters.length, 2);
    const own = await server.local("GET", `/v1/people/${person}/requests`);
    assert.deepEqual(own.json.items.map((x) => [x.id, x.right, x.state]), [[id, "portability", "fulfilled"]]);
    assert.equal(own.json.items[0].asker.email, "r16@example.com");
});

test("who answers requests gets no other power by it", slow, async () => {
    const person = await made("r17"), agent = new Jar(server);
    assert.equal((await agent.join("agent2@example.com", "support_agent")).status, 201);
    await agent.enrol();
    const copy = await agent.call("POST", "/v1/requests", { right: "access", person, verified: true });
    assert.equal(copy.status, 201, copy.text);
    const seen = await agent.call("GET", `/v1/requests/${copy.json.id}`);
    assert.equal(seen.json.state, "fulfilled");
    assert.match(seen.json.letters[0].text, /\/privacy\/l\/\*\*\*\n/, "the link is the person's, not for somebody who may not take data out");
    assert.match((await show(copy.json.id)).letters[0].text, /\/privacy\/l\/[A-Za-z0-9_-]{22}\n/);
    const out = await agent.call("POST", "/v1/requests", { right: "erasure", person, verified: true });
    assert.ok(!(await agent.call("GET", `/v1/requests/${out.json.id}`)).json.acts.includes("execute"));
    const no = await agent.call("POST", `/v1/requests/${out.json.id}/execute`, {});
    assert.equal(no.status, 403);
    assert.match(no.json.detail, /people_erase/);
    assert.equal((await agent.call("POST", `/v1/requests/${out.json.id}/hold`, { reason: "A claim." })).status, 200);
    assert.equal((await agent.call("POST", `/v1/requests/${out.json.id}/release`, { reason: "x" })).status, 403);
    assert.equal((await server.local("GET", `/v1/people/${person}`)).status, 200);
});

test("replay: the same name gives the same request; a flood of the same fills no table", slow, async () => {
    const person = await made("r13");
    const body = { right: "complaint", person, reference: "ticket-4711", detail: "You wrote too often." };
    const first = await ask(body), again = await ask(body);
    assert.equal(first.status, 201);
    assert.equal(again.status, 200);
    assert.equal(again.json.id, first.json.id);
    const flood = await ask({ right: "erasure", person });
    for (let i = 0; i < 25; i++) assert.equal((await ask({ right: "erasure", person })).json.id, flood.json.id);
    const rows = (await server.staff("GET", `/v1/requests?person=${person}&limit=200`)).json.items;
    assert.equal(rows.filter((x) => x.duplicate_of === flood.json.id).length, 20);
    assert.equal((await act(first.json.id, "verify")).json.state, "in_progress");
    assert.equal((await act(first.json.id, "execute")).status, 400, "a complaint is answered in words");
    const done = await act(first.json.id, "execute", { note: "We are sorry." });
    assert.equal(done.json.state, "fulfilled");
    assert.match(done.json.letters.at(-1).text, /We are sorry\./);
});

test("bad input names the field; the list is paged and filtered; who may not, may not", slow, async () => {
    const person = await made("r14");
    for (const [field, body] of [["email", { right: "access" }], ["right", { right: "everything" }], ["email", { right: "access", email: "no address" }], ["phone", { right: "access", phone: "12" }],
        ["received", { right: "access", person, received: iso(Date.now() + 3 * day) }], ["detail", { right: "access", person, detail: 7 }], ["detail", { right: "access", person, detail: "x".repeat(4097) }], ["/regime", { right: "access", person, regime: "moon" }]]) {
        const r = await ask(body);
        assert.ok([400, 413].includes(r.status), `${JSON.stringify(body).slice(0, 80)}: ${r.status}`);
        assert.ok(r.json.field.includes(field.replace("/", "")), `${field}: ${r.json.field}`);
    }
    assert.equal((await ask({ right: "access", person: "01890a5d-ac96-774b-bcce-b302099a8057" })).status, 404);
    assert.equal((await server.staff("GET", "/v1/requests/01890a5d-ac96-774b-bcce-b302099a8057")).status, 404);
    assert.equal((await server.staff("GET", "/v1/requests?cursor=x")).status, 400);
    for (let i = 0; i < 5; i++) assert.equal((await ask({ right: "complaint", person, detail: `complaint ${i}` })).status, 201);
    const seen = [];
    for (let cursor = ""; ;) {
        const page = (await server.staff("GET", `/v1/requests?right=complaint&state=open&limit=2${cursor}`)).json;
        seen.push(...page.items.map((x) => x.id));
        if (!page.next) break;
        cursor = `&cursor=${page.next}`;
    }
    assert.ok(seen.length >= 5);
    assert.equal(new Set(seen).size, seen.length);
    const analyst = new Jar(server);
    assert.equal((await analyst.join("analyst@example.com", "analyst")).status, 201);
    await analyst.enrol();
    assert.equal((await analyst.call("GET", "/v1/requests")).status, 403);
    assert.equal((await analyst.call("POST", "/v1/requests", { right: "access", person })).status, 403);
    assert.equal((await request(server.url, { path: "/v1/requests" })).status, 401);
});

test("what runs by the clock: reminders, late, and nothing said twice", slow, async () => {
    const person = await made("r15");
    const late = (await ask({ right: "complaint", person, detail: "late", received: iso(Date.now() - 60 * day) })).json.id;
    const half = (await ask({ right: "complaint", person, detail: "half", received: iso(Date.now() - 17 * day), verified: true })).json.id;
    await server.stop();
    await server.serve();
    for (let i = 0; i < 200 && !(await show(half)).steps.some((s) => s.what === "reminder"); i++) await sleep(50);
    assert.deepEqual((await show(half)).steps.filter((s) => s.what === "reminder").map((s) => s.code), ["500"]);
    assert.equal((await show(late)).state, "open", "whoever asks has thirty days to prove it from when it was entered");
    assert.equal((await act(late, "verify")).json.state, "in_progress");
    await server.stop();
    await server.serve();
    for (let i = 0; i < 200 && !(await show(late)).steps.some((s) => s.what === "late"); i++) await sleep(50);
    assert.equal((await show(late)).steps.filter((s) => s.what === "late").length, 1);
    assert.equal((await show(half)).steps.filter((s) => s.what === "reminder").length, 1);
});

test("a crash in the middle of an erasure is finished after the start, with its certificate", slow, async () => {
    for (const wait of [0, 15, 40, 90, 160]) {
        const person = await made(`r20-${wait}`);
        const asked = await ask({ right: "erasure", person, verified: true }), id = asked.json.id;
        const going = act(id, "execute").catch(() => undefined);
        await sleep(wait);
        await server.kill();
        await going;
        await server.serve();
        let r = await show(id);
        for (let i = 0; i < 300 && r.state === "in_progress" && r.steps.some((s) => s.what === "begun"); i++) { await sleep(100); r = await show(id); }
        const gone = (await server.local("GET", `/v1/people/${person}`)).status === 410;
        assert.equal(r.state, gone ? "fulfilled" : "in_progress", `${wait} ms: ${JSON.stringify(r.steps)}`);
        assert.equal((await act(id, "execute")).status, 200);
        r = await show(id);
        assert.equal(r.state, "fulfilled");
        assert.equal(r.person, null);
        assert.equal(r.letters.length, 1);
        const file = join(work, `crash-${wait}.json`);
        writeFileSync(file, (await server.local("GET", `/v1/erasures/${id}/certificate`)).text);
        assert.equal(run(["verify", file]).code, 0);
    }
});

test("the shop's days change: a term that was promised stays, a new one is counted anew; daylight saving costs nobody an hour", slow, async () => {
    const person = await made("r21"), received = "2026-02-28T22:30:00Z"; // 23:30 in Berlin, 1 March in Auckland
    const before_ = await ask({ right: "complaint", person, received, detail: "in Berlin" });
    assert.equal(before_.json.due, berlin("2026-03-29"), "the clocks go forward on 29 March");
    server.options.args = server.options.args.map((a) => (a === "Europe/Berlin" ? "Pacific/Auckland" : a));
    await server.stop();
    await server.serve();
    assert.equal((await show(before_.json.id)).due, before_.json.due);
    const after_ = await ask({ right: "complaint", person, received, detail: "in Auckland" });
    assert.equal(after_.json.due, "2026-04-01T11:00:00.000Z", "a month after 1 March, to the end of 1 April there");
});
