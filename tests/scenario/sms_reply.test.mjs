// SPDX-License-Identifier: Apache-2.0
// One-word answers to text messages: from Twilio, signed, and from any gateway by its secret; STOP at once, START lifts only what
// STOP closed, nothing forged and nothing twice.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary } from "../lib/server.mjs";
import { identify, lookup, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
const secret = "a secret of the gateway", from = "+4915112345678";
let plain, twilio, work, sent = 0;
before(async () => {
    if (skip) return;
    work = mkdtempSync(join(tmpdir(), "custos-sms-"));
    const file = join(work, "secret");
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    plain = await Server.start({ args: ["--sms-reply-secret-file", file, "--shop-name", "Lamp & Light"] });
    twilio = await Server.start({ args: ["--sms-reply-secret-file", file, "--public-url", "https://shop.example.com", "--shop-name", "Lamp & Light"] });
    for (const s of [plain, twilio]) {
        await s.owner();
        await send(s, [identify("ada", { phone: from, email: "ada@example.com" })]);
    }
});
after(async () => { await plain?.close(); await twilio?.close(); if (work) rmSync(work, { recursive: true }); });

const reply = (text, { id = `m${++sent}`, number = from, bearer = secret } = {}) =>
    plain.call("POST", "/v1/sms/replies", { from: number, text, id }, { authorization: `Bearer ${bearer}` });
const consents = async (s) => (await s.staff("GET", `/v1/people/${await lookup(s, "ada")}/consents`)).json;
const state = async (s, purpose) => (await consents(s)).consents.find((c) => c.purpose === purpose);
const give = async (s, purpose, more = {}) => { const r = await s.staff("PUT", `/v1/people/${await lookup(s, "ada")}/consents/${purpose}`, { state: "granted", evidence: "a card", ...more }); assert.equal(r.status, 200, r.text); };

test("STOP ends text messages at once, and only them", { skip }, async () => {
    await give(plain, "marketing_sms");
    await give(plain, "marketing_email");
    const r = await reply(" Stopp. ");
    assert.deepEqual([r.status, r.json.reply], [200, "Sie erhalten keine SMS mehr von Lamp & Light. START hebt das auf."]);
    assert.deepEqual([(await state(plain, "marketing_sms")).state, (await state(plain, "marketing_email")).allowed], ["withdrawn", true]);
    assert.equal((await state(plain, "marketing_email")).parts[0].allowed, false, "nor e-mail's offers by text message");
    const record = (await consents(plain)).items.find((i) => i.purpose === "marketing_sms");
    assert.deepEqual([record.method, record.said_by, record.channel, record.evidence], ["sms word", "person", "sms", true]);
});

test("START lifts what STOP closed and opens nothing else; a message works once", { skip }, async () => {
    assert.match((await reply("start", { id: "again" })).json.reply, /again/);
    assert.equal((await state(plain, "marketing_sms")).allowed, true);
    assert.equal((await state(plain, "marketing_email")).parts[0].allowed, true);
    assert.equal((await state(plain, "advertising")).allowed, false, "was never consented to");
    assert.deepEqual((await state(plain, "advertising")).parts.map((p) => p.allowed), [false]);
    assert.equal((await reply("STOP")).status, 200);
    assert.equal((await reply("start", { id: "again" })).status, 200);
    assert.equal((await state(plain, "marketing_sms")).allowed, false, "a message that is played again does nothing");
});

test("HELP says who this is; other words and unknown numbers change nothing", { skip }, async () => {
    const before = (await consents(plain)).items.length;
    assert.match((await reply("AIDE")).json.reply, /^Ici Lamp & Light/);
    assert.equal((await reply("please do not stop")).json.reply, null);
    assert.equal((await reply("arrêt", { number: "+4915199999999" })).status, 200);
    assert.equal((await reply("stop", { number: "0151" })).status, 400);
    assert.equal((await consents(plain)).items.length, before);
});

test("forged answers are refused", { skip }, async () => {
    await give(plain, "marketing_sms");
    for (const bearer of ["", "another", `${secret}x`]) assert.equal((await reply("stop", { bearer })).status, 401);
    const none = await plain.call("POST", "/v1/sms/replies", { from, text: "stop", id: "x" });
    assert.equal(none.status, 401);
    assert.equal((await reply("stop", { id: "" })).status, 400);
    assert.equal((await state(plain, "marketing_sms")).allowed, true);
});

test("Twilio signs what it hands over and gets TwiML", { skip }, async () => {
    await give(twilio, "marketing_sms");
    const post = (fields, signature) => {
        const text = "https://shop.example.com/v1/sms/replies/twilio" + Object.keys(fields).sort().map((k) => k + fields[k]).join("");
        return twilio.call("POST", "/v1/sms/replies/twilio", new URLSearchParams(fields).toString(), { "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": signature ?? createHmac("sha1", secret).update(text).digest("base64") });
    };
    const fields = { MessageSid: "SM1", From: from, To: "+4930123456", Body: "STOP & go", AccountSid: "AC1", NumMedia: "0" };
    assert.equal((await post(fields)).text.includes("<Message>"), false, "no single word");
    assert.equal((await post({ ...fields, Body: "STOP" }, createHmac("sha1", "x").update("x").digest("base64"))).status, 401);
    assert.equal((await state(twilio, "marketing_sms")).allowed, true);
    const r = await post({ ...fields, Body: "STOP", MessageSid: "SM2" });
    assert.equal(r.status, 200, r.text);
    assert.match(r.headers["content-type"], /^text\/xml/);
    assert.match(r.text, /<Response><Message>You will get no more text messages from Lamp &amp; Light\. START lifts this\.<\/Message><\/Response>/);
    assert.equal((await state(twilio, "marketing_sms")).state, "withdrawn");
    const off = await Server.start();
    assert.equal((await off.call("POST", "/v1/sms/replies", { from, text: "stop", id: "x" })).status, 503);
    await off.close();
});
