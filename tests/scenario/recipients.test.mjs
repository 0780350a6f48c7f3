// SPDX-License-Identifier: Apache-2.0
// Recipients: the register, who counts as one of a person, what they are told and what they answer, what happens when they
// do not. A real HTTP server plays the recipient.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MailServer, authority } from "../lib/mail.mjs";
import { Server, haveBinary, sleep } from "../lib/server.mjs";
import { Desk, Outsider, until } from "./lib/outside.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server, sink, desk, answers = {};
before(async () => {
    if (skip) return;
    sink = await Outsider.start((rq) => answers[rq.path] ?? { status: 204 });
    server = await Server.start({ args: ["--outgoing-networks", "127.0.0.1/32", "--shop-name", "Tea shop"] });
    await server.owner();
    desk = new Desk(server);
});
after(async () => { await server?.close(); sink?.close(); });

const put = (name, body) => server.staff("PUT", `/v1/recipients/${name}`, { title: name, country: "DE", contract: "2026-01-01", ...body });
const get = (name) => server.staff("GET", `/v1/recipients/${name}`);
const db = (sql) => JSON.parse(execFileSync("sqlite3", ["-readonly", "-json", join(server.data, "records.db"), sql], { encoding: "utf8" }) || "[]");
const fails = (r, status, field) => {
    assert.equal(r.status, status, r.text);
    if (field !== undefined) assert.equal(r.json.field, field, r.text);
};
const key = (secret) => Buffer.from(secret.slice(6), "base64");
const only = async (request, name) => (await desk.orders(`request=${request}`)).find((o) => o.recipient === name);
const off = async (...names) => { for (const n of names) await put(n, { enabled: false }); };

test("the register: what is put is shown, what is wrong is named, why no data may go is said", slow, async () => {
    fails(await put("Bad Name", {}), 400, "name");
    fails(await put("orders", {}), 400, "name");
    fails(await put("a", { country: "Germany" }), 413, "/country");
    fails(await put("a", { country: "de" }), 400, "/country");
    fails(await put("a", { purposes: ["everything"] }), 400, "/purposes");
    fails(await put("a", { method: "webhook" }), 400, "/url");
    fails(await put("a", { method: "webhook", url: "ftp://example.com/" }), 400, "/url");
    fails(await put("a", { method: "letter" }), 400, "/contact");
    fails(await get("nobody"), 404, "name");
    const r = await put("parcels", { title: "Parcels Ltd", role: "processor", country: "US", safeguard: "scc", purposes: ["service"], contact: "privacy@parcels.example",
        website: "https://parcels.example/privacy", contract: "2026-02-01", contract_ends: "2027-02-01", answer_days: 7, identities: ["email", "user_id"] });
    assert.equal(r.status, 200, r.text);
    assert.deepEqual({ ...r.json, changed: null }, { name: "parcels", title: "Parcels Ltd", role: "processor", country: "US", safeguard: "scc", purposes: ["service"],
        contact: "privacy@parcels.example", website: "https://parcels.example/privacy", contract: "2026-02-01T00:00:00.000Z", contract_ends: "2027-02-01T00:00:00.000Z",
        enabled: true, refusal: null, method: "none", url: null, domain: null, identities: ["email", "user_id"], answer_days: 7, has_secret: false, secret: null,
        open: 0, escalated: 0, done: 0, changed: null });
    const refusal = async (body) => { const a = await put("probe", body); assert.equal(a.status, 200, a.text); return a.json.refusal; };
    assert.equal(await refusal({ enabled: false }), "switched_off");
    assert.equal(await refusal({ contract: null }), "no_contract");
    assert.equal(await refusal({ contract: "2099-01-01" }), "no_contract", "one that has not begun");
    assert.equal(await refusal({ contract: "2020-01-01", contract_ends: "2021-01-01" }), "contract_over");
    assert.equal(await refusal({ country: "US" }), "no_safeguard");
    assert.equal(await refusal({ country: "US", safeguard: "adequacy" }), null);
    assert.equal(await refusal({ role: "controller", contract: null }), null, "a controller of its own needs no contract under Art. 28");
    assert.equal((await server.staff("DELETE", "/v1/recipients/probe")).status, 204);
    fails(await get("probe"), 404);
    assert.deepEqual((await server.staff("GET", "/v1/recipients")).json.items.map((i) => i.name), ["parcels"]);
    await server.staff("DELETE", "/v1/recipients/parcels");
});

test("an erasure is told to who had the data, signed, with no identifier too many; their word ends it", slow, async () => {
    const made = await put("ads", { purposes: ["advertising"], method: "webhook", url: `${sink.url}/ads`, new_secret: true });
    assert.match(made.json.secret, /^whsec_/);
    assert.equal((await get("ads")).json.secret, null, "shown once");
    assert.equal((await get("ads")).json.has_secret, true);
    await put("post", { purposes: ["service"], method: "webhook", url: `${sink.url}/post`, secret: "plain words", identities: ["user_id", "email"] });
    await put("letters", { purposes: ["marketing_email"], method: "webhook", url: `${sink.url}/letters`, new_secret: true });
    answers["/ads"] = { body: { status: "in_progress" } };
    answers["/post"] = { body: { status: "completed" } };
    const person = await desk.person("w1", { consents: { Advertising: true, "Email Marketing": false } });
    const asked = await desk.ask({ right: "erasure", person });
    await desk.execute(asked.id);
    const ads = await until(() => sink.of("POST", "/ads")[0]), post = await until(() => sink.of("POST", "/post")[0]);
    assert.equal(ads.json.type, "privacy.erasure");
    assert.deepEqual(ads.json.data.identifiers, { email: ["w1@example.com"] });
    assert.deepEqual(post.json.data.identifiers, { user_id: ["w1"], email: ["w1@example.com"] });
    assert.equal(ads.headers["webhook-id"], ads.json.data.order);
    assert.ok(Math.abs(Number(ads.headers["webhook-timestamp"]) - Date.now() / 1000) < 30);
    const mac = (g, k) => "v1," + createHmac("sha256", k).update(`${g.headers["webhook-id"]}.${g.headers["webhook-timestamp"]}.${g.body}`).digest("base64");
    assert.equal(ads.headers["webhook-signature"], mac(ads, key(made.json.secret)));
    assert.equal(post.headers["webhook-signature"], mac(post, "plain words"));
    await until(async () => (await only(asked.id, "post")).state === "done");
    await until(async () => (await only(asked.id, "ads")).state === "acknowledged");
    assert.equal(sink.of("POST", "/letters").length, 0, "who never had the data is not told of the person");
    assert.equal((await desk.show(asked.id)).state, "waiting");
    const told = (await desk.orders(`request=${asked.id}`)).map((o) => [o.recipient, o.state, o.right, o.method]).sort();
    assert.deepEqual(told, [["ads", "acknowledged", "erasure", "webhook"], ["post", "done", "erasure", "webhook"]]);
    assert.deepEqual((await desk.show(asked.id)).recipients.map((x) => [x.name, x.state]), [["ads", "acknowledged"], ["post", "done"]]);
    const order = await only(asked.id, "ads");
    assert.equal((await server.staff("POST", `/v1/recipients/orders/${order.id}/done`, { note: "They called: done." })).status, 204);
    fails(await server.staff("POST", `/v1/recipients/orders/${order.id}/done`, {}), 409, "state");
    assert.equal((await until(async () => (await desk.show(asked.id)).state === "fulfilled" && desk.show(asked.id))).state, "fulfilled");
    const [kept] = (await desk.orders(`request=${asked.id}&state=done`)).filter((o) => o.recipient === "ads");
    assert.equal(kept.note, "They called: done.");
    await until(() => db("SELECT count(*) AS n FROM recipient_order WHERE identifiers IS NOT NULL")[0].n === 0);
    for (const name of readdirSync(server.data).filter((n) => n.startsWith("records.db")))
        assert.ok(!readFileSync(join(server.data, name)).includes("w1@example.com"), `${name} holds the address`);
    fails(await server.staff("DELETE", "/v1/recipients/ads"), 409, "name");
    await off("ads", "post", "letters");
});

test("one that fails is tried again, with a pause; what it was is said", slow, async () => {
    await put("shaky", { method: "webhook", url: `${sink.url}/shaky`, new_secret: true });
    answers["/shaky"] = { status: 500 };
    const person = await desk.person("w2"), asked = await desk.ask({ right: "erasure", person });
    await desk.execute(asked.id);
    const order = await until(async () => { const o = await only(asked.id, "shaky"); return o.state === "failed" && o; });
    assert.equal(order.fault, "refused");
    assert.equal(order.tries, 1);
    assert.ok(Math.abs(Date.parse(order.next) - Date.parse(order.changed) - 60_000) < 2000, "a minute later");
    const again = () => server.staff("POST", `/v1/recipients/orders/${order.id}/again`);
    const faults = [[{ status: 302, headers: { location: `${sink.url}/elsewhere` } }, "refused"], [{ status: 410 }, "gone"]];
    let tries = 1;
    for (const [answer, fault] of faults) {
        answers["/shaky"] = answer;
        assert.equal((await again()).status, 204);
        tries++;
        const now = await until(async () => { const o = await only(asked.id, "shaky"); return o.tries === tries && o; });
        assert.equal(now.fault, fault);
        assert.equal(now.state, "failed");
    }
    assert.equal(sink.of("POST", "/elsewhere").length, 0, "redirects are not followed");
    const third = await only(asked.id, "shaky");
    assert.ok(Date.parse(third.next) - Date.parse(third.changed) > 20 * 60_000, "the pauses grow");
    answers["/shaky"] = { status: 204 };
    await again();
    const sent = await until(async () => { const o = await only(asked.id, "shaky"); return o.state === "sent" && o; });
    assert.equal(sent.fault, null);
    assert.equal(sent.tries, 0);
    answers["/shaky"] = { body: { status: "completed" } };
    await again();
    await until(async () => (await only(asked.id, "shaky")).state === "done");
    const [first, last] = [sink.of("POST", "/shaky")[0], sink.of("POST", "/shaky").at(-1)];
    assert.equal(first.json.data.reminder, 0);
    assert.equal(last.json.data.reminder, 1, "asked again after it was taken: a reminder");
    assert.equal(first.headers["webhook-id"], last.headers["webhook-id"]);
    await until(async () => (await desk.show(asked.id)).state === "fulfilled");
    await off("shaky");
});

test("what a machine cannot do goes to staff, and is on the request", slow, async () => {
    await put("byhand", { method: "none" });
    await put("mail", { method: "letter", contact: "privacy@mail.example" });
    await put("inside", { method: "webhook", url: "http://10.1.2.3/hook", new_secret: true });
    await put("nosecret", { method: "webhook", url: `${sink.url}/nosecret` });
    const person = await desk.person("w3"), asked = await desk.ask({ right: "erasure", person });
    await desk.execute(asked.id);
    await until(async () => (await desk.orders(`request=${asked.id}&state=escalated`)).length === 3);
    const by = Object.fromEntries((await desk.orders(`request=${asked.id}`)).map((o) => [o.recipient, o]));
    assert.equal(by.byhand.fault, "by_hand");
    assert.equal(by.mail.fault, "by_hand", "no mail server is set up");
    assert.equal(by.nosecret.fault, "no_secret");
    const inside = await until(async () => { const o = await only(asked.id, "inside"); return o.state === "failed" && o; });
    assert.match(inside.fault, /^(address|url)$/, "a private network is not called");
    assert.equal(sink.of("POST", "/nosecret").length, 0);
    assert.equal((await desk.show(asked.id)).state, "waiting");
    assert.equal((await server.staff("GET", "/v1/recipients/byhand")).json.escalated, 1);
    for (const o of Object.values(by)) assert.equal((await server.staff("POST", `/v1/recipients/orders/${o.id}/done`, {})).status, 204);
    await until(async () => (await desk.show(asked.id)).state === "fulfilled");
    await off("byhand", "mail", "inside", "nosecret");
});

test("a restriction and a correction are told too; what was told does not change when it is told again", slow, async () => {
    await put("crm", { method: "webhook", url: `${sink.url}/crm`, new_secret: true });
    answers["/crm"] = { body: { status: "completed" } };
    const person = await desk.person("w4");
    const restricted = await desk.ask({ right: "restriction", person });
    if ((await desk.show(restricted.id)).acts.includes("execute")) await desk.execute(restricted.id);
    await until(() => sink.of("POST", "/crm").find((g) => g.json.type === "privacy.restriction"));
    const orders = await until(async () => { const all = await desk.orders(`request=${restricted.id}`); return all[0]?.state === "done" && all; });
    assert.equal(orders.length, 1);
    await off("crm");
});

test("a consent that is withdrawn: who had the data for nothing else is told to erase it, at once and once", slow, async () => {
    answers["/only"] = answers["/both"] = { body: { status: "completed" } };
    await put("only", { purposes: ["advertising", "marketing_sms"], method: "webhook", url: `${sink.url}/only`, new_secret: true });
    await put("both", { purposes: ["advertising", "service"], method: "webhook", url: `${sink.url}/both`, new_secret: true });
    const says = (who, id, consents) => server.track("/v1/track", { userId: who, messageId: `${who}-${id}`, event: "Segment Consent Preference Updated", context: { consent: { categoryPreferences: consents } } });
    await desk.person("w5", { consents: { Advertising: true, "SMS Marketing": true } });
    await desk.person("w6", { consents: { Advertising: false } });
    assert.equal((await says("w5", "a", { Advertising: false, "SMS Marketing": true })).status, 200);
    await server.settled();
    await sleep(1500);
    assert.equal(sink.of("POST", "/only").length, 0, "the other consent stands");
    const from = Date.now();
    assert.equal((await says("w5", "b", { Advertising: false, "SMS Marketing": false })).status, 200);
    const told = await until(() => sink.of("POST", "/only")[0]);
    assert.ok(told.at - from < 5000, `${told.at - from} ms`);
    assert.equal(told.json.type, "privacy.erasure");
    assert.deepEqual(told.json.data.identifiers, { email: ["w5@example.com"] });
    await says("w5", "c", { Advertising: false, "SMS Marketing": false });
    await server.settled();
    await until(async () => (await get("only")).json.done === 1);
    await sleep(1200);
    assert.deepEqual([sink.of("POST", "/only").length, sink.of("POST", "/both").length], [1, 0], "told once; who has another basis keeps the data; who never consented was never passed on");
    await says("w5", "d", { "SMS Marketing": true });
    await server.settled();
    await says("w5", "e", { "SMS Marketing": false });
    await until(() => sink.of("POST", "/only").length === 2, 20); // consented again, withdrawn again: told again
    await off("only", "both");
});

test("who may not, may not", slow, async () => {
    const stranger = (method, path, body) => server.call(method, path, body);
    for (const [method, path, body] of [["GET", "/v1/recipients"], ["PUT", "/v1/recipients/x", { title: "x", country: "DE" }], ["DELETE", "/v1/recipients/x"], ["GET", "/v1/recipients/orders"],
        ["POST", "/v1/recipients/orders/00000000-0000-4000-8000-000000000000/done", {}], ["POST", "/v1/recipients/orders/00000000-0000-4000-8000-000000000000/again"]])
        assert.equal((await stranger(method, path, body)).status, 401, path);
    fails(await server.staff("POST", "/v1/recipients/orders/00000000-0000-4000-8000-000000000000/again"), 404);
    fails(await server.staff("GET", "/v1/recipients/orders?state=lost"), 400);
});

test("by letter, through a mail server of others; a server that is killed loses no order and repeats none that is done", slow, async () => {
    const folder = mkdtempSync(join(tmpdir(), "custos-recipients-mail-"));
    const certs = authority(folder), file = join(folder, "secret");
    writeFileSync(file, "correct horse\n");
    chmodSync(file, 0o600);
    const mail = await MailServer.start({ certs, auth: { user: "shop", password: "correct horse" } });
    const s = await Server.start({ args: ["--mail-host", "localhost", "--mail-port", String(mail.port), "--mail-user", "shop", "--mail-password-file", file, "--mail-from", "privacy@shop.example",
        "--mail-ca", certs.ca, "--shop-name", "Tea shop", "--outgoing-networks", "127.0.0.0/8, ::1"] });
    const hook = await Outsider.start(() => ({ body: { status: "completed" } }));
    try {
        await s.owner();
        const there = new Desk(s);
        const row = (name, body) => s.staff("PUT", `/v1/recipients/${name}`, { title: name, country: "DE", contract: "2026-01-01", ...body });
        assert.equal((await row("paper", { method: "letter", contact: "privacy@paper.example" })).status, 200);
        await row("hook", { method: "webhook", url: `${hook.url}/h`, new_secret: true });
        await row("later", { method: "webhook", url: "http://127.0.0.1:1/nobody", new_secret: true });
        const person = await there.person("w9"), asked = await there.ask({ right: "erasure", person });
        await there.execute(asked.id);
        const letter = await until(() => mail.messages.find((m) => m.to.includes("privacy@paper.example")));
        assert.match(letter.mail.text, /erase/);
        assert.match(letter.mail.text, /email: w9@example\.com/);
        assert.ok(!letter.mail.text.includes("user_id"), "not a kind this recipient knows anybody by");
        const order = async (name) => (await there.orders(`request=${asked.id}`)).find((o) => o.recipient === name);
        await until(async () => (await order("paper")).state === "sent" && (await order("hook")).state === "done" && (await order("later")).state === "failed");
        await s.kill();
        await s.serve();
        const kept = Object.fromEntries((await there.orders(`request=${asked.id}`)).map((o) => [o.recipient, o.state]));
        assert.deepEqual(kept, { paper: "sent", hook: "done", later: "failed" });
        await row("later", { method: "webhook", url: `${hook.url}/later` });
        await s.staff("POST", `/v1/recipients/orders/${(await order("later")).id}/again`);
        const told = await until(() => hook.of("POST", "/later")[0]);
        assert.deepEqual(told.json.data.identifiers, { email: ["w9@example.com"] }, "whom it is about is known until it is done");
        await s.staff("POST", `/v1/recipients/orders/${(await order("paper")).id}/done`, { note: "Letter of 22 November" });
        await until(async () => (await there.show(asked.id)).state === "fulfilled");
        assert.equal(hook.of("POST", "/h").length, 1);
    } finally {
        await s.close();
        await mail.close();
        hook.close();
        rmSync(folder, { recursive: true, force: true });
    }
});
