// SPDX-License-Identifier: Apache-2.0
// The privacy centre as a person meets it: the link by mail and by staff, everything held, changes with their evidence, the
// archive, the erasure with its certificate; and as others meet it: mail scanners, forged, replayed and expired links,
// forms of other sites, two erasures at once, a record that changed hands.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MailServer, authority } from "../lib/mail.mjs";
import { recordsChanged, recordsState } from "../lib/records.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";
import { unzip } from "../lib/unzip.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
const form = "application/x-www-form-urlencoded";
let server, folder, mail;

before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-centre-"));
    const certs = authority(folder), secret = join(folder, "secret");
    writeFileSync(secret, "correct horse\n");
    chmodSync(secret, 0o600);
    mail = await MailServer.start({ certs, auth: { user: "shop", password: "correct horse" } });
    server = await Server.start({ args: ["--mail-host", "localhost", "--mail-port", String(mail.port), "--mail-user", "shop", "--mail-password-file", secret,
        "--mail-from", "shop@example.com", "--mail-ca", certs.ca, "--shop-name", "Teehaus", "--outgoing-networks", "127.0.0.0/8, ::1", "--public-url", "https://tea.example"] });
    await server.owner();
    await server.staff("PUT", "/v1/purposes/marketing_email/wordings", { texts: { en: "News of the tea house by e-mail.", de: "Neues vom Teehaus per E-Mail." } });
});
after(async () => {
    await server?.close();
    await mail?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

// ---- people and visits

let number = 0;
async function person(traits = {}) {
    const n = ++number, email = `ann${n}@shop.example`, userId = `centre-${n}`;
    const r = await server.track("/v1/batch", { batch: [
        { type: "identify", userId, traits: { email, firstName: "Ann", lastName: `Lee <${n}>`, ...traits } },
        { type: "track", userId, event: "Product Viewed", properties: { sku: "tea-1", price: 3, name: "<script>alert(1)</script>" } },
        { type: "track", userId, event: "Order Completed", properties: { order_id: `o-${n}`, total: 12.5, currency: "EUR", products: [{ sku: "tea-1", name: "Sencha", quantity: 2 }] } },
    ] });
    assert.equal(r.status, 200, r.text);
    await server.settled();
    const found = await server.staff("POST", "/v1/people/lookup", { kind: "email", value: email });
    assert.equal(found.status, 200, found.text);
    return { id: found.json.id, email, userId };
}

// A browser of one person: keeps cookies, and the token of the forms it saw.
class Visitor {
    cookies = new Map();
    csrf = undefined;
    async call(method, path, body, headers = {}) {
        const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
        const r = await server.call(method, path, body === undefined ? undefined : new URLSearchParams(body).toString(),
            { ...(cookie && { cookie }), ...(body !== undefined && { "content-type": form }), ...headers });
        for (const line of r.headers["set-cookie"] ?? []) {
            assert.match(line, /^__Host-[a-z-]+=[^;]*; Path=\/; Secure; HttpOnly; SameSite=(Strict|Lax)/);
            const pair = line.split(";")[0], at = pair.indexOf("=");
            if (line.includes("Max-Age=0")) this.cookies.delete(pair.slice(0, at));
            else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
        }
        this.csrf = /name="csrf" value="([^"]+)"/.exec(r.text)?.[1] ?? this.csrf;
        return r;
    }
    get = (path, headers) => this.call("GET", path, undefined, headers);
    post = (path, body = {}, headers) => this.call("POST", path, { csrf: this.csrf, ...body }, headers);
}
const link = async (id) => {
    const r = await server.staff("POST", `/v1/people/${id}/privacy-link`, { purpose: "visit" });
    assert.equal(r.status, 201, r.text);
    assert.match(r.json.url, /^https:\/\/tea\.example\/privacy\/l\/[A-Za-z0-9_-]{22}$/);
    return new URL(r.json.url).pathname;
};
async function visit(who) {
    const v = new Visitor(), path = await link(who.id);
    const r = await v.call("POST", path, { redeem: "1" });
    assert.equal(r.status, 303, r.text);
    assert.equal(r.headers.location, "/privacy/me");
    assert.equal((await v.get("/privacy/me")).status, 200);
    return v;
}
const sql = (text) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", join(server.data, "records.db"), text], { encoding: "utf8" }).trim();
const audit = async (id) => (await server.staff("GET", `/v1/people/${id}/audit?limit=200`)).json.items;
const consent = async (id, purpose) => (await server.staff("GET", `/v1/people/${id}`)).json.consents.find((c) => c.purpose === purpose);

// The link in a letter to that address that came since the n-th.
async function mailed(email, n) {
    for (let i = 0; i < 400; i++) {
        for (const m of mail.messages.slice(n)) {
            const found = m.to.includes(email) && /https:\/\/tea\.example(\/privacy\/l\/\S+)/.exec(m.mail.text);
            if (found) return found[1];
        }
        await sleep(25);
    }
    throw new Error("no letter with a link came");
}

// Everything of the database that anybody set: no times of last use.
const state = () => recordsState(server, /^INSERT INTO letter/);
const PAGES = ["", "/data", "/activity", "/consents", "/access", "/rights", "/erase", "/correct/firstName", "/correct/email"];

// ---- the way in

test("the link comes by mail to an address that is known, and the page says the same for one that is not", slow, async () => {
    const ann = await person(), stranger = new Visitor();
    const front = await stranger.get("/privacy", { "accept-language": "fr-CH, de;q=0.8" });
    assert.match(front.text, /<html lang="fr">/);
    const ask = (email) => stranger.call("POST", "/privacy/link", { email, language: "de" });
    const sent = mail.messages.length;
    const unknown = await ask("nobody-here@shop.example"), known = await ask(ann.email.toUpperCase());
    assert.equal(known.status, 200);
    assert.equal(unknown.status, 200);
    const same = (r) => r.text.replace(/[0-9a-f]{16}/g, "");
    assert.equal(same(unknown), same(known));
    assert.deepEqual({ ...unknown.headers, date: 0, "x-request-id": 0 }, { ...known.headers, date: 0, "x-request-id": 0 });
    const m = (await mail.wait(sent + 1)).at(-1);
    assert.deepEqual(m.to, [ann.email]);
    assert.equal(m.mail.subject, "Teehaus: Ihr Link zum Datenschutz-Center");
    const url = /https:\/\/tea\.example(\/privacy\/l\/\S+)/.exec(m.mail.text);
    assert.ok(url, m.mail.text);
    await sleep(1500);
    assert.equal(mail.messages.length, sent + 1, "nobody else was written to");
    const page = await stranger.get(url[1]);
    assert.equal(page.status, 200);
    assert.equal((await stranger.call("POST", url[1], { redeem: "1" })).status, 303);
    assert.match((await stranger.get("/privacy/me")).text, /Ann Lee/);
    assert.equal((await ask("no address")).status, 422);
    assert.doesNotMatch(server.log, new RegExp(`nobody-here|${ann.email}|${url[1].split("/").at(-1)}`), "nothing of it is in the log");
});

test("an address is written to a few times an hour at most, and a network is slowed down", slow, async () => {
    const ann = await person(), v = new Visitor(), sent = mail.messages.length;
    for (let i = 0; i < 6; i++) assert.equal((await v.call("POST", "/privacy/link", { email: ann.email })).status, 200);
    await sleep(2000);
    assert.equal(mail.messages.length, sent + 3);
    let last;
    for (let i = 0; i < 30 && last?.status !== 429; i++) last = await v.call("POST", "/privacy/link", { email: `x${i}@shop.example` });
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers["retry-after"]) >= 1);
});

test("forged, replayed, expired, foreign links: all the same page, nothing begins", slow, async () => {
    const ann = await person(), v = new Visitor(), path = await link(ann.id);
    const dead = async (p, why) => {
        for (const r of [await v.get(p), await v.call("POST", p, { redeem: "1" })]) {
            assert.equal(r.status, 404, why);
            assert.match(r.text, /This link does not work/, why);
            assert.equal(r.headers["set-cookie"], undefined, why);
        }
    };
    await dead("/privacy/l/" + randomBytes(16).toString("base64url"), "forged");
    await dead(path.slice(0, -1) + (path.endsWith("A") ? "B" : "A"), "one character else");
    await dead("/privacy/l/x", "none");
    assert.equal((await v.call("POST", path, { redeem: "1" }, { "sec-fetch-site": "cross-site" })).status, 403, "another site's form does not use it up");
    assert.equal((await v.call("POST", path, { redeem: "1" }, { origin: "https://evil.example" })).status, 403);
    assert.equal((await v.call("POST", path, {})).status, 400, "an empty form does not either");
    assert.equal((await v.call("POST", path, { redeem: "1" })).status, 303);
    await dead(path, "used up");
    assert.match((await v.get(path)).text, /<a href="\/privacy\/me">Back/, "who pressed twice finds the visit");
    const old = await link(ann.id);
    const hash = createHash("sha256").update("custos centre link\n" + old.split("/").at(-1)).digest("hex");
    assert.equal(sql(`SELECT count(*) FROM centre_link WHERE hash = x'${hash}'`), "1", "only its hash is kept");
    sql(`UPDATE centre_link SET until_ms = ${Date.now() - 1} WHERE hash = x'${hash}'`);
    await dead(old, "expired");
    const unused = await link(ann.id);
    assert.equal((await server.staff("POST", `/v1/people/${ann.id}/erase`, {})).status, 201);
    await dead(unused, "of somebody who was erased");
    assert.equal((await v.get("/privacy/me")).status, 403, "and the visit is over");
});

test("two who press at once are one visit", slow, async () => {
    const ann = await person(), path = await link(ann.id);
    const all = await Promise.all([1, 2, 3, 4].map(() => new Visitor().call("POST", path, { redeem: "1" })));
    assert.deepEqual(all.map((r) => r.status).sort(), [303, 404, 404, 404]);
});

test("staff need the permission and a fresh proof for a link, and the log says whose it was", slow, async () => {
    const ann = await person();
    assert.equal((await server.call("POST", `/v1/people/${ann.id}/privacy-link`, {})).status, 401);
    assert.equal((await server.staff("POST", "/v1/people/00000000-0000-7000-8000-000000000000/privacy-link", {})).status, 404);
    await link(ann.id);
    assert.ok((await audit(ann.id)).some((e) => e.action === "people.privacy_link" && e.fields === "privacy_link" && e.actor.kind === "staff"));
});

// ---- what is seen

test("everything held, in three languages, to read without a script; and the log says that it was the person", slow, async () => {
    const ann = await person(), v = await visit(ann);
    for (const [language, words] of [["en", ["My data", "Who saw it"]], ["de", ["Meine Daten", "Wer es sah"]], ["fr", ["Mes données", "Qui les a vues"]]]) {
        for (const page of PAGES) {
            const r = await v.get(`/privacy/me${page}?language=${language}`);
            assert.equal(r.status, 200, page + r.text);
            assert.match(r.headers["content-type"], /^text\/html; charset=utf-8$/);
            assert.match(r.headers["content-security-policy"], /^default-src 'none'; style-src 'self'/);
            assert.equal(r.headers["cache-control"], "no-store");
            assert.ok(r.text.startsWith(`<!doctype html>\n<html lang="${language}">`), page);
            assert.doesNotMatch(r.text, /<script|\son[a-z]+=|style=|\{\}/i, page);
            for (const w of words) assert.ok(r.text.includes(w), `${w} on ${page}`);
        }
        assert.match((await v.get("/privacy/me")).text, new RegExp(`<html lang="${language}">`), "it is remembered");
    }
    await v.get("/privacy/me?language=en");
    const data = (await v.get("/privacy/me/data")).text;
    for (const w of [ann.email, "Ann", "Lee &lt;", "Where it came from", "What it is for", "How it came about", "How we recognise you"]) assert.ok(data.includes(w), w);
    const done = (await v.get("/privacy/me/activity")).text;
    assert.match(done, /Order o-\d+/);
    assert.match(done, /12\.50 EUR/);
    assert.match(done, /2 × Sencha/);
    assert.match(done, /&lt;script&gt;/);
    await server.staff("GET", `/v1/people/${ann.id}`);
    const access = (await v.get("/privacy/me/access")).text;
    assert.match(access, /One of our staff/);
    assert.doesNotMatch(access, /owner@example\.com/, "in which role, not who");
    const entries = await audit(ann.id);
    const own = entries.filter((e) => e.actor.kind === "person");
    for (const action of ["centre.enter", "centre.data", "centre.activity", "centre.access"]) assert.ok(own.some((e) => e.action === action && e.purpose === "rights" && e.actor.id === 0), action);
    const css = await request(server.url, { path: "/privacy/style.css" });
    assert.equal(css.headers["content-type"], "text/css; charset=utf-8");
    assert.equal((await request(server.url, { path: "/privacy/style.css", method: "HEAD" })).status, 200);
});

test("what was concluded is shown with its reason", slow, async () => {
    const ann = await person(), v = await visit(ann);
    const made = await server.staff("PUT", "/v1/segments/tea_buyers", { title: "Tea buyers", text: "orders.count is at least 1" });
    assert.ok(made.status < 300, made.text);
    for (let i = 0; i < 100; i++) {
        if (/Tea buyers<\/h3>[\s\S]*Why<\/dt>\n<dd><span lang="en">orders\.count/.test((await v.get("/privacy/me/data")).text)) return;
        await sleep(50);
    }
    assert.fail("the segment is not shown");
});

// ---- changes

test("consents: given with the wording shown, taken back, each with a receipt that anybody can check", slow, async () => {
    const ann = await person(), v = await visit(ann);
    const page = (await v.get("/privacy/me/consents")).text;
    assert.match(page, /News of the tea house by e-mail\./);
    const wording = /name="purpose" value="marketing_email">\n<input type="hidden" name="allow" value="yes">\n<input type="hidden" name="wording" value="(\d+)"/.exec(page)[1];
    assert.ok(Number(wording) > 0);
    assert.equal((await v.post("/privacy/me/preference", { purpose: "marketing_email", allow: "yes", wording })).headers.location, "/privacy/me/consents?done=preference");
    const given = await consent(ann.id, "marketing_email");
    assert.equal(given.state, "granted");
    assert.equal(given.allowed, true);
    assert.equal(given.proven, true);
    const after = (await v.get("/privacy/me/consents?done=preference")).text;
    assert.match(after, /Your choice is stored/);
    assert.match(after, /What you saw<\/dt>\n<dd><blockquote lang="en">News of the tea house by e-mail\./);
    const items = (await server.staff("GET", `/v1/people/${ann.id}/consents`)).json.items;
    assert.equal(items[0].said_by, "person");
    assert.equal(items[0].form, "privacy-centre/1 consents");
    assert.equal(items[0].button, "Allow");
    assert.equal(items[0].channel, "privacy centre");
    assert.equal(String(items[0].wording), wording);
    const receipt = await v.get(`/privacy/me/receipt/${items[0].record}`);
    assert.equal(receipt.status, 200);
    assert.match(receipt.headers["content-disposition"], /attachment; filename="receipt\.json"/);
    writeFileSync(join(folder, "receipt.json"), receipt.text);
    assert.equal(run(["verify", join(folder, "receipt.json")]).code, 0);
    await v.post("/privacy/me/preference", { purpose: "analytics", allow: "yes", wording: "0" });
    assert.equal((await v.post("/privacy/me/withdraw")).status, 303);
    for (const purpose of ["marketing_email", "analytics"]) {
        const c = await consent(ann.id, purpose);
        assert.equal(c.state, "withdrawn", purpose);
        assert.equal(c.allowed, false);
    }
    assert.equal((await v.post("/privacy/me/preference", { purpose: "personalisation", allow: "no", wording: "0" })).status, 303);
    assert.equal((await consent(ann.id, "personalisation")).state, "refused", "a no before any yes");
    assert.equal((await v.post("/privacy/me/preference", { purpose: "security", allow: "no", wording: "0" })).status, 303);
    assert.equal((await consent(ann.id, "security")).allowed, false, "an objection");
    assert.equal((await v.post("/privacy/me/preference", { purpose: "security", allow: "yes", wording: "0" })).status, 303);
    assert.equal((await consent(ann.id, "security")).allowed, true);
    for (const bad of [{ purpose: "service", allow: "no" }, { purpose: "none", allow: "no" }, { purpose: "analytics", allow: "maybe" }, {}])
        assert.equal((await v.post("/privacy/me/preference", bad)).status, 422, JSON.stringify(bad));
    const other = await person(), theirs = await visit(other);
    assert.equal((await theirs.get(`/privacy/me/receipt/${items[0].record}`)).status, 404, "somebody else's receipt");
    assert.equal((await v.get("/privacy/me/receipt/00000000-0000-7000-8000-000000000000")).status, 404);
});

test("a value is corrected at once, a wrong one is refused with words, an address waits for staff", slow, async () => {
    const ann = await person({ age: 30 }), v = await visit(ann);
    assert.match((await v.get("/privacy/me/correct/firstName")).text, /value="Ann"/);
    assert.equal((await v.post("/privacy/me/correct/firstName", { value: "Änne <3" })).headers.location, "/privacy/me/data?done=correct");
    const traits = async () => Object.fromEntries((await server.staff("GET", `/v1/people/${ann.id}`)).json.traits.map((t) => [t.name, t.value]));
    assert.equal((await traits()).firstName, "Änne <3");
    assert.match((await v.get("/privacy/me/data?done=correct")).text, /The value is corrected\.[\s\S]*Änne &lt;3/);
    assert.equal((await v.post("/privacy/me/correct/address.city", { value: "Bonn" })).status, 303);
    assert.equal((await traits())["address.city"], "Bonn");
    const bad = await v.post("/privacy/me/correct/birthday", { value: "the day before yesterday" });
    assert.equal(bad.status, 422, bad.text);
    assert.match(bad.text, /aria-invalid="true" aria-describedby="fault"[\s\S]*value="the day before yesterday"/);
    assert.equal((await v.post("/privacy/me/correct/firstName", { value: "x".repeat(9000) })).status, 422);
    assert.equal((await v.post("/privacy/me/correct/email", { value: "other@shop.example" })).headers.location, "/privacy/me/data?done=waits");
    assert.equal((await traits()).email, ann.email);
    const waiting = (await server.staff("GET", `/v1/requests?right=rectification&person=${ann.id}`)).json.items;
    assert.ok(waiting.some((r) => r.state === "in_progress" && r.channel === "centre"), JSON.stringify(waiting));
    for (const name of ["nothing", "address", "%00"]) assert.ok([400, 404, 422].includes((await v.get(`/privacy/me/correct/${name}`)).status), name);
});

test("objecting, restricting, complaining; each stands in the history with its clock and can be taken back", slow, async () => {
    const ann = await person(), v = await visit(ann);
    await v.get("/privacy/me/consents");
    await v.post("/privacy/me/preference", { purpose: "marketing_email", allow: "yes", wording: "0" });
    assert.equal((await v.post("/privacy/me/ask", { what: "object" })).headers.location, "/privacy/me/rights?done=asked");
    assert.equal((await consent(ann.id, "marketing_email")).allowed, false);
    assert.equal((await v.post("/privacy/me/ask", { what: "complain", text: "You wrote to me <twice>." })).status, 303);
    const page = (await v.get("/privacy/me/rights")).text;
    assert.match(page, /Objection<\/h3>[\s\S]*Done/);
    assert.match(page, /Complaint<\/h3>[\s\S]*Answer due by/);
    const request = /name="request" value="([0-9a-f-]{36})"/.exec(page)[1];
    assert.equal((await v.post("/privacy/me/revoke", { request })).headers.location, "/privacy/me/rights?done=revoke");
    assert.match((await v.get("/privacy/me/rights")).text, /Taken back by you/);
    const other = await visit(await person());
    assert.equal((await other.post("/privacy/me/revoke", { request })).status, 404, "somebody else's request");
    for (const what of ["opt_out", "limit"]) assert.equal((await other.post("/privacy/me/ask", { what })).status, 303, what);
    assert.match((await other.get("/privacy/me/rights")).text, /Limit on sensitive data<\/h3>[\s\S]*No sale, no sharing<\/h3>/);
    assert.equal((await v.post("/privacy/me/ask", { what: "restrict" })).status, 303);
    assert.equal((await v.get("/privacy/me/data")).status, 200, "one's own data stays readable");
    for (const bad of [{ what: "anything" }, {}, { what: "complain", text: "  " }]) assert.equal((await v.post("/privacy/me/ask", bad)).status, 422);
    assert.equal((await v.post("/privacy/me/revoke", { request: "x" })).status, 422);
    assert.ok((await audit(ann.id)).some((e) => e.actor.kind === "person" && e.action === "centre.ask" && e.outcome === "attempt"));
});

test("the archive holds everything of that person, proved, and says who looked without names", slow, async () => {
    const ann = await person(), v = await visit(ann);
    await server.staff("GET", `/v1/people/${ann.id}`);
    const began = Date.now(), r = await v.post("/privacy/me/archive");
    console.log(`# archive: ${Date.now() - began} ms, ${r.bytes.length} bytes`);
    assert.equal(r.status, 200, r.text);
    assert.equal(r.headers["content-type"], "application/zip");
    const files = unzip(r.bytes);
    for (const name of ["index.html", "person.json", "history.json", "orders.json", "events.json", "consents.json", "segments.json", "access.json", "manifest.json", "proof.json"]) assert.ok(files[name], name);
    assert.deepEqual(JSON.parse(files["manifest.json"]).left_out, []);
    assert.ok(files["person.json"].includes(ann.email));
    assert.ok(files["access.json"].includes('"staff"') && !files["access.json"].includes("owner@example.com"));
    writeFileSync(join(folder, "proof.json"), files["proof.json"]);
    assert.equal(run(["verify", join(folder, "proof.json")]).code, 0);
});

// ---- others

test("a mail scanner that follows every link, and posts nothing or empty forms, changes nothing", slow, async () => {
    const ann = await person(), v = await visit(ann), unused = await link(ann.id), unsubscribe = unsubscribeLink(ann.id, "marketing_email");
    await v.post("/privacy/me/preference", { purpose: "marketing_email", allow: "yes", wording: "0" });
    await server.settled();
    await sleep(1500); // what is noted about the consent, is noted
    const before = state(), seen = new Set(), waiting = ["/privacy", unused, unsubscribe, "/privacy/me", ...PAGES.map((p) => "/privacy/me" + p), "/privacy/certificate/00000000-0000-7000-8000-000000000000"];
    while (waiting.length) {
        const path = waiting.pop();
        if (seen.has(path)) continue;
        seen.add(path);
        for (const method of ["GET", "HEAD"]) {
            const r = await v.call(method, path);
            assert.ok(r.status < 500, `${method} ${path}: ${r.status}`);
            for (const [, href] of r.text.matchAll(/(?:href|action|src)="([^"#]+)"/g)) waiting.push(href.startsWith("?") ? path.split("?")[0] + href : href.replaceAll("&amp;", "&"));
        }
        if (/\/(l|u)\/|\/me\//.test(path)) assert.ok((await v.call("POST", path.split("?")[0], {}, { cookie: "" })).status >= 400, `an empty form to ${path}`);
    }
    assert.ok(seen.size > 40, `${seen.size} pages`);
    await server.settled();
    assert.deepEqual(recordsChanged(before, state()), []);
    assert.equal((await consent(ann.id, "marketing_email")).allowed, true);
    assert.equal((await new Visitor().call("POST", unused, { redeem: "1" })).status, 303, "the link still works");
});

test("forms of other sites, forms without the visit's token and those of another visit are refused", slow, async () => {
    const ann = await person(), v = await visit(ann), other = await visit(await person());
    const posts = ["preference", "withdraw", "correct/firstName", "ask", "revoke", "archive", "erase", "leave"];
    await server.settled();
    await sleep(1500);
    const before = state(), body = { purpose: "marketing_email", allow: "yes", value: "Eve", what: "restrict", word: "ERASE" };
    for (const post of posts) {
        const path = `/privacy/me/${post}`;
        for (const [why, r] of [["no token", await v.call("POST", path, body)], ["another's", await v.call("POST", path, { ...body, csrf: other.csrf })],
            ["cross-site", await v.post(path, body, { "sec-fetch-site": "cross-site" })], ["same-site", await v.post(path, body, { "sec-fetch-site": "same-site" })],
            ["origin", await v.post(path, body, { origin: "https://evil.example" })]]) {
            assert.equal(r.status, 403, `${post}: ${why}`);
            assert.match(r.text, /Nothing was changed/);
        }
        assert.equal((await new Visitor().call("POST", path, { ...body, csrf: v.csrf })).status, 403, "without the cookie");
    }
    assert.deepEqual(recordsChanged(before, state()), []);
    assert.equal((await v.get("/privacy/me")).status, 200);
});

test("a visit ends by leaving, by thirty idle minutes, and when the record is joined with another", slow, async () => {
    const ann = await person(), v = await visit(ann);
    assert.equal((await v.post("/privacy/me/leave")).status, 200);
    assert.equal((await v.get("/privacy/me")).status, 403);
    const w = await visit(ann);
    const hash = createHash("sha256").update("custos centre visit\n" + w.cookies.get("__Host-custos-privacy")).digest("hex");
    sql(`UPDATE centre_session SET last_ms = ${Date.now() - 29 * 60_000} WHERE hash = x'${hash}'`);
    assert.equal((await w.get("/privacy/me")).status, 200);
    sql(`UPDATE centre_session SET last_ms = ${Date.now() - 30 * 60_000} WHERE hash = x'${hash}'`);
    assert.equal((await w.get("/privacy/me")).status, 403);
    const kept = await visit(ann), other = await person(), theirs = await visit(other);
    assert.equal((await server.staff("POST", `/v1/people/${ann.id}/merge`, { other: other.id, reason: "the same" })).status, 200);
    for (const one of [kept, theirs]) {
        const r = await one.get("/privacy/me/data");
        assert.equal(r.status, 403);
        assert.doesNotMatch(r.text, /shop\.example/);
        assert.equal((await one.post("/privacy/me/erase", { word: "ERASE", language: "en" })).status, 403);
    }
    assert.match((await (await visit(ann)).get("/privacy/me/data")).text, new RegExp(`${ann.email}[\\s\\S]*${other.email}|${other.email}[\\s\\S]*${ann.email}`), "a new link opens what is one record now");
});

// ---- one click

// As the sender of messages makes them (consent/centre_link.h): 128 random bits, of which the table has the hash.
function unsubscribeLink(person, purpose) {
    const token = randomBytes(16).toString("base64url"), hash = createHash("sha256").update("custos centre link\n" + token).digest("hex");
    sql(`INSERT INTO centre_link (hash, pno, purpose, about, subject, once, until_ms) SELECT x'${hash}', pno, 3, zeroblob(16), '${purpose}', 0, ${Date.now() + 1e9}
         FROM profile WHERE uuid = x'${person.replaceAll("-", "")}'`);
    assert.equal(sql(`SELECT count(*) FROM centre_link WHERE hash = x'${hash}'`), "1");
    return `/u/${token}`;
}

test("one click ends one purpose at once, without a cookie, as often as it is sent; a GET ends nothing", slow, async () => {
    const ann = await person(), v = await visit(ann), path = unsubscribeLink(ann.id, "marketing_email");
    for (const purpose of ["marketing_email", "marketing_sms"]) await v.post("/privacy/me/preference", { purpose, allow: "yes", wording: "0" });
    const shown = await request(server.url, { path });
    assert.equal(shown.status, 200);
    assert.match(shown.text, /News of the tea house by e-mail\./);
    assert.equal((await request(server.url, { path, method: "HEAD" })).status, 200);
    assert.equal((await consent(ann.id, "marketing_email")).allowed, true);
    const post = (body) => request(server.url, { method: "POST", path, body, headers: { "content-type": form } });
    assert.equal((await post("")).status, 400, "a POST that is not one click");
    assert.equal((await consent(ann.id, "marketing_email")).allowed, true);
    const began = Date.now(), r = await post("List-Unsubscribe=One-Click");
    const took = Date.now() - began;
    assert.equal(r.status, 200);
    assert.equal(r.headers["set-cookie"], undefined);
    const c = await consent(ann.id, "marketing_email");
    console.log(`# click to refused: ${took} ms`);
    assert.equal(c.allowed, false);
    assert.equal(c.method, "one-click");
    assert.equal((await consent(ann.id, "marketing_sms")).allowed, true, "the one purpose");
    const rows = () => sql("SELECT count(*) FROM consent_evidence");
    const before = rows();
    for (let i = 0; i < 3; i++) assert.equal((await post("List-Unsubscribe=One-Click")).status, 200);
    assert.equal(rows(), before, "said once");
    assert.equal((await request(server.url, { path: path.replace("/u/", "/privacy/l/") })).status, 404, "it opens nothing");
    const visitLink = await link(ann.id);
    assert.equal((await request(server.url, { method: "POST", path: visitLink.replace("/privacy/l/", "/u/"), body: "List-Unsubscribe=One-Click", headers: { "content-type": form } })).status, 404);
    const forged = await request(server.url, { method: "POST", path: "/u/" + randomBytes(16).toString("base64url"), body: "List-Unsubscribe=One-Click" });
    assert.equal(forged.status, 404);
    assert.ok((await audit(ann.id)).some((e) => e.actor.kind === "person" && e.action === "centre.unsubscribe" && e.outcome === "done"));
    await v.post("/privacy/me/erase", { word: "erase", language: "en" });
    assert.equal((await post("List-Unsubscribe=One-Click")).status, 404, "nobody is left to write to");
});

test("one channel of a purpose alone: shown, switched, and taken back with everything else", slow, async () => {
    const ann = await person(), v = await visit(ann), say = (state, more) => server.staff("PUT", `/v1/people/${ann.id}/consents/marketing_email`, { state, evidence: "on the telephone", ...more });
    assert.equal((await say("granted", { only_channel: "newsletter" })).status, 200);
    const part = async () => (await consent(ann.id, "marketing_email")).parts[0];
    assert.equal((await part()).allowed, true);
    assert.match((await v.get("/privacy/me/consents")).text, /name="only_channel" value="newsletter"/);
    const set = (allow, more = { only_channel: "newsletter" }) => v.post("/privacy/me/preference", { purpose: "marketing_email", allow, wording: "0", ...more });
    assert.equal((await set("no")).status, 303);
    assert.equal((await part()).state, "withdrawn");
    assert.equal((await consent(ann.id, "marketing_email")).state, "unknown", "the whole was not spoken of");
    assert.equal((await set("yes")).status, 303);
    assert.equal((await part()).allowed, true);
    for (const more of [{ only_channel: "carrier-pigeon" }, { only_channel: "a b" }, { only_recipient: "newsletter" }]) assert.equal((await set("yes", more)).status, 404, JSON.stringify(more));
    assert.equal((await v.post("/privacy/me/withdraw")).status, 303);
    assert.equal((await part()).allowed, false);
});

// ---- the end

test("erasing takes the typed word, is done when the page comes, and hands out a certificate that verifies", slow, async () => {
    const ann = await person(), v = await visit(ann);
    await v.get("/privacy/me/erase?language=de");
    const wrong = await v.post("/privacy/me/erase", { word: "ja", language: "de" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /Das war nicht das Wort/);
    assert.equal((await v.get("/privacy/me")).status, 200);
    const sent = mail.messages.length, began = Date.now(), r = await v.post("/privacy/me/erase", { word: " löschen ", language: "de" });
    console.log(`# erasure to certificate: ${Date.now() - began} ms`);
    assert.equal(r.status, 200, r.text);
    assert.match(r.text, /Sie sind gelöscht/);
    const id = /\/privacy\/certificate\/([0-9a-f-]{36})/.exec(r.text)[1];
    const file = await server.call("GET", `/privacy/certificate/${id}`);
    assert.equal(file.status, 200);
    assert.match(file.headers["content-disposition"], /certificate\.json/);
    assert.equal(file.json.document.id, id);
    assert.doesNotMatch(file.text, /Ann|shop\.example/);
    writeFileSync(join(folder, "certificate.json"), file.text);
    assert.equal(run(["verify", join(folder, "certificate.json")]).code, 0);
    assert.equal(v.cookies.has("__Host-custos-privacy"), false);
    assert.equal((await v.get("/privacy/me")).status, 403);
    assert.ok([404, 410].includes((await server.staff("GET", `/v1/people/${ann.id}`)).status));
    assert.equal(sql("SELECT count(*) FROM centre_session s WHERE NOT EXISTS (SELECT 1 FROM profile p WHERE p.pno = s.pno)"), "0");
    for (let i = 0; i < 200 && !mail.messages.slice(sent).some((m) => m.to.includes(ann.email)); i++) await sleep(25);
    assert.ok(mail.messages.slice(sent).some((m) => m.to.includes(ann.email)), "the answer is sent");
    assert.equal((await request(server.url, { path: "/privacy/certificate/00000000-0000-7000-8000-000000000000" })).status, 404);
});

test("two erasures at once are one; what is held for a claim is not erased, and the page says so", slow, async () => {
    const ann = await person(), a = await visit(ann), b = await visit(ann);
    const both = await Promise.all([a, b].map((v) => v.post("/privacy/me/erase", { word: "ERASE", language: "en" })));
    const good = both.filter((r) => r.status === 200 || r.status === 202);
    assert.ok(good.length >= 1, both.map((r) => r.status).join());
    for (const r of both) assert.ok([200, 202, 403, 404, 409].includes(r.status), r.text);
    assert.ok([404, 410].includes((await server.staff("GET", `/v1/people/${ann.id}`)).status));
    const held = await person(), v = await visit(held);
    await v.post("/privacy/me/ask", { what: "complain", text: "a claim" });
    const request = (await server.staff("GET", `/v1/requests?person=${held.id}`)).json.items[0];
    assert.ok((await server.staff("POST", `/v1/requests/${request.id}/hold`, { reason: "a claim in court" })).status < 300);
    const r = await v.post("/privacy/me/erase", { word: "ERASE", language: "en" });
    assert.equal(r.status, 202, r.text);
    assert.match(r.text, /It could not be done at once/);
    assert.equal((await v.get("/privacy/me")).status, 200, "the visit goes on");
});

test("a request of somebody else in a person's name is confirmed by the link to their address, and the copy handed out by its link", slow, async () => {
    const ann = await person(), sent = mail.messages.length;
    const made = await server.staff("POST", "/v1/requests", { right: "access", email: ann.email, language: "en" });
    assert.equal(made.status, 201, made.text);
    const row = made.json;
    assert.ok((await server.staff("POST", `/v1/requests/${row.id}/challenge`, {})).status < 300);
    const verify = await mailed(ann.email, sent);
    const v = new Visitor(), page = await v.get(verify);
    assert.match(page.text, /Confirm your request/);
    const now = mail.messages.length;
    const r = await v.call("POST", verify, { redeem: "1" });
    assert.equal(r.status, 200, r.text);
    assert.match(r.text, /Your request is confirmed/);
    assert.equal((await v.call("POST", verify, { redeem: "1" })).status, 404, "once");
    const copy = await mailed(ann.email, now);
    assert.match((await v.get(copy)).text, /Download everything/);
    for (let i = 0; i < 2; i++) {
        const zip = await v.call("POST", copy, { redeem: "1" });
        assert.equal(zip.status, 200, zip.text);
        assert.equal(zip.headers["content-type"], "application/zip");
        assert.ok(unzip(zip.bytes)["person.json"].includes(ann.email));
    }
    assert.equal((await v.get("/privacy/me")).status, 403, "it opens no visit");
});

// The last one: it uses up what this network may guess.
test("who guesses tokens is slowed down; good links go on working for everybody of that network", slow, async () => {
    const ann = await person(), good = unsubscribeLink(ann.id, "marketing_email");
    let last;
    for (let i = 0; i < 400 && last?.status !== 429; i++) last = await request(server.url, { path: "/u/" + randomBytes(16).toString("base64url") });
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers["retry-after"]) >= 1);
    assert.equal((await request(server.url, { path: "/privacy/l/" + randomBytes(16).toString("base64url") })).status, 429);
    assert.equal((await request(server.url, { path: "/privacy/certificate/00000000-0000-7000-8000-000000000000" })).status, 429);
    assert.equal((await request(server.url, { path: good })).status, 200);
    assert.equal((await request(server.url, { method: "POST", path: good, body: "List-Unsubscribe=One-Click", headers: { "content-type": form } })).status, 200);
});

test("double opt-in: a letter asks, its button consents, and until then nothing is permitted", slow, async () => {
    const ann = await person();
    const state = async () => (await server.staff("GET", `/v1/people/${ann.id}/consents`)).json.consents.find((c) => c.purpose === "marketing_email");
    const ask = (purpose, body = {}) => server.staff("POST", `/v1/people/${ann.id}/consents/${purpose}/request`, body);
    const sent = mail.messages.length;
    const asked = await ask("marketing_email", { language: "de", form: "footer/2" });
    assert.equal(asked.status, 202, asked.text);
    assert.deepEqual([(await state()).state, (await state()).allowed], ["requested", false]);
    const letter = (await mail.wait(sent + 1)).at(-1);
    assert.match(letter.mail.subject, /^Teehaus: bitte bestätigen$/);
    const path = new URL(/https:\/\/tea\.example\/privacy\/l\/\S+/.exec(letter.mail.text)[0]).pathname;
    const visitor = new Visitor();
    const page = await visitor.get(path, { "accept-language": "de" });
    assert.equal(page.status, 200, page.text);
    assert.match(page.text, /Sind Sie einverstanden\?.*Neues vom Teehaus per E-Mail\./s);
    assert.equal((await state()).allowed, false, "looking is not consenting");
    assert.equal((await visitor.call("POST", path, {}, { "accept-language": "de" })).status, 400, "an empty form is nobody's consent");
    const done = await visitor.call("POST", path, { redeem: "1" }, { "accept-language": "de" });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual([(await state()).state, (await state()).allowed], ["granted", true]);
    const [given, requested] = (await server.staff("GET", `/v1/people/${ann.id}/consents`)).json.items.filter((i) => i.purpose === "marketing_email");
    assert.deepEqual([given.method, given.said_by, given.language, given.button, given.evidence], ["double opt-in", "person", "de", "Ja, ich bin einverstanden", true]);
    assert.deepEqual([requested.state, requested.form], ["requested", "footer/2"]);
    assert.ok(given.wording > 0);
    assert.ok([404, 429].includes((await visitor.call("POST", path, { redeem: "1" })).status), "once");
    assert.equal((await ask("service")).status, 404);
    assert.equal((await server.staff("PUT", `/v1/people/${ann.id}/consents/marketing_email`, { state: "withdrawn" })).status, 200);
    assert.equal((await ask("marketing_email")).status, 409, "not asked again for twelve months");
});
