// SPDX-License-Identifier: Apache-2.0
// OpenDSR 2.0 in both roles. As controller against a processor that the test plays, and that also lies; as processor against
// a controller that the test plays; and Custos as controller against Custos as processor.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";
import { Authority, Desk, Front, Outsider, signed, until, verified } from "./lib/outside.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 180_000 };
let folder, authority, other, shop, shopFront, shopDesk, house, houseFront, houseDesk, houseCertificate;
const servers = [];

async function start(front, args) {
    const s = await Server.start({ args: ["--outgoing-networks", "127.0.0.1/32", "--outgoing-ca", authority.pem, "--public-url", front.url, ...args] });
    front.port = s.port;
    await s.owner();
    servers.push(s);
    return s;
}
before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-opendsr-"));
    authority = new Authority(folder);
    other = new Authority(folder, "Another authority");
    shopFront = await Front.start();
    houseFront = await Front.start();
    shop = await start(shopFront, ["--shop-name", "Tea shop"]);
    houseCertificate = authority.issue("privacy.house.example");
    house = await start(houseFront, ["--shop-name", "Warehouse", "--opendsr-certificate", houseCertificate.pem, "--opendsr-key", houseCertificate.key, "--opendsr-domain", "privacy.house.example"]);
    shopDesk = new Desk(shop);
    houseDesk = new Desk(house);
});
after(async () => {
    for (const s of servers) await s.close();
    shopFront?.close();
    houseFront?.close();
    if (folder) rmSync(folder, { recursive: true });
});
const fails = (r, status, field) => {
    assert.equal(r.status, status, r.text);
    if (field !== undefined) assert.equal(r.json.field, field, r.text);
};

// ---- a processor played by the test

class Processor {
    static async start(domain, pair) {
        const p = new Processor();
        Object.assign(p, { domain, pair, certificate: pair, status: "pending", mode: {}, requests: new Map() });
        p.http = await Outsider.start((rq) => p.answer(rq));
        return p;
    }
    get base() { return `${this.http.url}/dsr/v2`; }
    answer(rq) {
        const say = (status, value, headers) => {
            const body = JSON.stringify(value);
            return { status, body, headers: headers ?? { "x-opendsr-processor-domain": this.mode.domain ?? this.domain, "x-opendsr-signature": signed(this.pair, this.mode.tamper ? body + " " : body) } };
        };
        if (rq.path === "/dsr/v2/discovery")
            return this.mode.down ? { status: 503 } : say(200, { api_version: "2.0", supported_identities: this.mode.identities ?? [{ identity_type: "email", identity_format: "raw" }, { identity_type: "controller_customer_id", identity_format: "raw" }],
                supported_subject_request_types: this.mode.types ?? ["erasure"], processor_certificate: `${this.http.url}/cert.pem` });
        if (rq.path === "/cert.pem") return { body: readFileSync(this.certificate.pem, "utf8"), headers: { "content-type": "application/x-pem-file" } };
        const id = rq.path.split("/").at(-1);
        if (rq.method === "POST" && rq.path === "/dsr/v2/requests") {
            if (rq.headers.authorization !== "Bearer sesame") return { status: 401 };
            if (this.requests.has(rq.json.subject_request_id)) return { status: 400, body: { error: { code: 400 } } };
            this.requests.set(rq.json.subject_request_id, rq.json);
            if (this.mode.lose) return { status: 502 };
            return say(201, { controller_id: "tea", expected_completion_time: "2027-01-01T00:00:00Z", received_time: new Date().toISOString(), encoded_request: Buffer.from(rq.body).toString("base64"), subject_request_id: rq.json.subject_request_id });
        }
        if (rq.method === "GET" && this.requests.has(id)) return say(200, { controller_id: "tea", expected_completion_time: "2027-01-01T00:00:00Z", subject_request_id: this.mode.otherId ?? id, request_status: this.status, api_version: "2.0" });
        return { status: 404 };
    }
    callback(id, status, { body, pair, domain, url, headers } = {}) {
        const text = body ?? JSON.stringify({ controller_id: "tea", expected_completion_time: "2027-01-01T00:00:00Z", status_callback_url: url ?? `${shopFront.url}/opendsr/v2/callbacks`, subject_request_id: id, request_status: status });
        return shop.call("POST", "/opendsr/v2/callbacks", text, headers ?? { "content-type": "application/json", "x-opendsr-processor-domain": domain ?? this.domain, "x-opendsr-signature": signed(pair ?? this.pair, text) });
    }
}
const recipient = (name, processor, more = {}) => shop.staff("PUT", `/v1/recipients/${name}`, { title: name, country: "DE", contract: "2026-01-01", method: "opendsr", url: processor.base, domain: processor.domain, identities: ["email", "user_id"], secret: "sesame", ...more });
const only = async (desk, asked, name) => (await desk.orders(`request=${asked}`)).find((o) => o.recipient === name);
const again = (server, order) => server.staff("POST", `/v1/recipients/orders/${order.id}/again`);
const off = (name, processor) => recipient(name, processor, { enabled: false });
async function erased(who) {
    const person = await shopDesk.person(who), asked = await shopDesk.ask({ right: "erasure", person });
    await shopDesk.execute(asked.id);
    return asked.id;
}

test("controller: a processor is told in its own words, and only its signed word ends it", slow, async () => {
    const processor = await Processor.start("opendsr.mail.example", authority.issue("opendsr.mail.example"));
    try {
        assert.equal((await recipient("mail", processor)).status, 200);
        const asked = await erased("o1");
        const order = await until(async () => { const o = await only(shopDesk, asked, "mail"); return o?.state === "acknowledged" && o; });
        const sent = processor.requests.get(order.id);
        assert.match(order.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal(sent.regulation, "gdpr");
        assert.equal(sent.subject_request_type, "erasure");
        assert.equal(sent.api_version, "2.0");
        assert.deepEqual(sent.status_callback_urls, [`${shopFront.url}/opendsr/v2/callbacks`]);
        assert.deepEqual(sent.subject_identities, [{ identity_type: "email", identity_value: "o1@example.com", identity_format: "raw" }, { identity_type: "controller_customer_id", identity_value: "o1", identity_format: "raw" }]);
        assert.ok(Math.abs(Date.parse(sent.submitted_time) - Date.now()) < 60_000);

        // what is forged, altered, misdirected or not signed changes nothing
        const state = async () => (await only(shopDesk, asked, "mail")).state;
        const wrong = [
            [403, { pair: authority.issue("opendsr.mail.example") }, "another key, though with a certificate of the same domain"],
            [403, { pair: authority.selfSigned("opendsr.mail.example") }, "a key nobody vouches for"],
            [401, { domain: "opendsr.evil.example" }, "a domain that is no processor of this shop"],
            [401, { headers: { "x-opendsr-processor-domain": processor.domain } }, "no signature"],
            [401, { headers: {} }, "no headers"],
            [403, { headers: { "x-opendsr-processor-domain": processor.domain, "x-opendsr-signature": "bm90aGluZw==" } }, "another text's signature"],
            [403, { headers: { "x-opendsr-processor-domain": processor.domain, "x-opendsr-signature": "!!" } }, "no base64"],
            [403, { body: "{broken", headers: { "x-opendsr-processor-domain": processor.domain, "x-opendsr-signature": "bm90aGluZw==" } }, "not parsed before it is verified"],
            [400, { body: "{broken" }, "signed, but not JSON"],
            [403, { url: "https://other.example/opendsr/v2/callbacks" }, "meant for another address"],
        ];
        for (const [status, how, why] of wrong) assert.equal((await processor.callback(order.id, "completed", how)).status, status, why);
        assert.equal((await processor.callback(randomUUID(), "completed")).status, 404);
        const rival = await Processor.start("opendsr.rival.example", authority.issue("opendsr.rival.example"));
        await recipient("rival", rival, { purposes: ["marketing_sms"] });
        assert.equal((await rival.callback(order.id, "completed")).status, 404, "another processor's order");
        rival.http.close();
        assert.equal((await processor.callback(order.id, "finished")).status, 400);
        assert.equal(await state(), "acknowledged");
        assert.equal((await shopDesk.show(asked)).state, "waiting");

        assert.equal((await processor.callback(order.id, "in_progress")).status, 202);
        assert.equal((await processor.callback(order.id, "completed")).status, 202);
        assert.equal(await state(), "done");
        await until(async () => (await shopDesk.show(asked)).state === "fulfilled");
        for (const replayed of ["pending", "cancelled", "completed"]) assert.equal((await processor.callback(order.id, replayed)).status, 202);
        assert.equal(await state(), "done", "what is done stays done");
        await off("mail", processor);
    } finally { processor.http.close(); }
});

test("controller: answers that are not signed for that domain are not believed", slow, async () => {
    const processor = await Processor.start("opendsr.ads.example", authority.issue("opendsr.ads.example"));
    try {
        await recipient("ads", processor);
        processor.mode = { tamper: true };
        const asked = await erased("o2");
        const order = await until(async () => { const o = await only(shopDesk, asked, "ads"); return o?.state === "sent" && o; });
        assert.equal(order.fault, "signature", "it was taken; whose word that is, is not known");
        const ask = async (mode, fault) => {
            processor.mode = mode;
            processor.status = "completed";
            const before = (await only(shopDesk, asked, "ads")).tries;
            await again(shop, order);
            const o = await until(async () => { const now = await only(shopDesk, asked, "ads"); return now.tries > before && now; });
            assert.equal(o.fault, fault);
            assert.equal(o.state, "sent");
        };
        await ask({ tamper: true }, "signature");
        await ask({ domain: "opendsr.other.example" }, "signature");
        await ask({ otherId: randomUUID() }, "answer");
        processor.mode = {};
        processor.status = "cancelled";
        await again(shop, order);
        const refused = await until(async () => { const o = await only(shopDesk, asked, "ads"); return o.state === "escalated" && o; });
        assert.equal(refused.fault, "cancelled");
        processor.status = "completed";
        await again(shop, order);
        await until(async () => (await only(shopDesk, asked, "ads")).state === "done");
        await off("ads", processor);
    } finally { processor.http.close(); }
});

test("controller: certificates of strangers, of themselves, of another domain", slow, async () => {
    for (const [name, pair] of [["cert-other", other.issue("c.example")], ["cert-self", authority.selfSigned("c.example")], ["cert-domain", authority.issue("d.example")]]) {
        const processor = await Processor.start("c.example", pair);
        try {
            await recipient(name, processor);
            const asked = await erased(`o3-${name}`);
            const order = await until(async () => { const o = await only(shopDesk, asked, name); return o?.state === "sent" && o; });
            assert.equal(order.fault, "signature", name);
            assert.equal((await processor.callback(order.id, "completed")).status, 403, name);
            assert.equal((await shopDesk.show(asked)).state, "waiting");
        } finally { await off(name, processor); processor.http.close(); }
    }
});

test("controller: a lost answer, a processor that is down, one that cannot be told", slow, async () => {
    const processor = await Processor.start("opendsr.lost.example", authority.issue("opendsr.lost.example"));
    try {
        await recipient("lost", processor);
        processor.mode = { lose: true };
        const asked = await erased("o4");
        const order = await until(async () => { const o = await only(shopDesk, asked, "lost"); return o?.state === "failed" && o; });
        processor.mode = {};
        await again(shop, order);
        await until(async () => (await only(shopDesk, asked, "lost")).state === "acknowledged");
        assert.equal(processor.requests.size, 1, "asked after, not ordered twice");
        await processor.callback(order.id, "completed");

        processor.mode = { down: true };
        const down = await erased("o5");
        assert.equal((await until(async () => { const o = await only(shopDesk, down, "lost"); return o?.state === "failed" && o; })).fault, "discovery");
        for (const [who, mode, fault] of [["o6", { types: ["access"] }, "not_supported"], ["o7", { identities: [{ identity_type: "roku_publisher_id", identity_format: "raw" }] }, "no_identity"], ["o8", { identities: [{ identity_type: "email", identity_format: "sha256" }] }, "no_identity"]]) {
            processor.mode = mode;
            const id = await erased(who);
            assert.equal((await until(async () => { const o = await only(shopDesk, id, "lost"); return o?.state === "escalated" && o; })).fault, fault);
        }
        processor.mode = {};
        const person = await shopDesk.person("o9"), restricted = await shopDesk.ask({ right: "restriction", person });
        if ((await shopDesk.show(restricted.id)).acts.includes("execute")) await shopDesk.execute(restricted.id);
        assert.equal((await until(async () => { const o = await only(shopDesk, restricted.id, "lost"); return o?.state === "escalated" && o; })).fault, "not_in_protocol");
        await off("lost", processor);
    } finally { processor.http.close(); }
});

// ---- as processor

const door = async (name, more = {}) => {
    const r = await house.staff("PUT", `/v1/privacy-doors/${name}`, { kind: "opendsr", title: name, new_token: true, ...more });
    assert.equal(r.status, 200, r.text);
    assert.match(r.json.token, /^cdsr_/);
    return r.json.token;
};
const wish = (more = {}) => ({ regulation: "gdpr", subject_request_id: randomUUID(), subject_request_type: "erasure", submitted_time: new Date().toISOString(), api_version: "2.0",
    subject_identities: [{ identity_type: "email", identity_value: "nobody@example.com", identity_format: "raw" }], ...more });
const call = (token, method, path, body) => house.call(method, `/opendsr/v2/${path}`, body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body), { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) });
const isSigned = (r) => {
    assert.equal(r.headers["x-opendsr-processor-domain"], "privacy.house.example");
    assert.ok(verified(readFileSync(houseCertificate.pem), r.text, r.headers["x-opendsr-signature"]), "signed");
};

test("processor: discovery, certificate, and who is not heard", slow, async () => {
    const found = await call(null, "GET", "discovery");
    assert.equal(found.status, 200, found.text);
    isSigned(found);
    assert.equal(found.json.api_version, "2.0");
    assert.deepEqual(found.json.supported_subject_request_types.sort(), ["access", "erasure", "portability"]);
    assert.ok(found.json.supported_identities.some((i) => i.identity_type === "email" && i.identity_format === "raw"));
    assert.equal(found.json.processor_certificate, `${houseFront.url}/opendsr/v2/certificate.pem`);
    const pem = await call(null, "GET", "certificate.pem");
    assert.equal(pem.text, readFileSync(houseCertificate.pem, "utf8"));
    assert.ok(!pem.text.includes("PRIVATE"));
    for (const token of [null, "cdsr_wrong", "x".repeat(5000)]) {
        for (const [method, path] of [["POST", "requests"], ["GET", `requests/${randomUUID()}`], ["DELETE", `requests/${randomUUID()}`]]) {
            const r = await call(token, method, path, method === "POST" ? wish() : undefined);
            assert.equal(r.status, 401, `${method} ${r.text}`);
            assert.equal(r.json.error.code, 401);
        }
    }
    assert.equal((await shop.call("GET", "/opendsr/v2/discovery")).status, 404, "closed without a certificate");
});

test("processor: a request is taken once, followed, called back, cancelled while it is pending", slow, async () => {
    const controller = await Outsider.start(() => ({ status: 202 }));
    try {
        const token = await door("market", { hosts: ["127.0.0.1"] }), stranger = await door("stranger");
        const bad = [{ subject_request_id: "a" }, { subject_request_id: "01890a5d-ac96-774b-bcce-b302099a8057" }, { subject_request_id: randomUUID().toUpperCase() }, { regulation: "hipaa" }, { subject_request_type: "rectification" },
            { submitted_time: "yesterday" }, { submitted_time: "2099-01-01T00:00:00Z" }, { subject_identities: [] }, { subject_identities: [{ identity_type: "email", identity_value: "x@example.com" }] },
            { subject_identities: [{ identity_type: "email", identity_value: "ab", identity_format: "sha256" }] }, { api_version: "7.0" }, { status_callback_urls: ["https://elsewhere.example/cb"] }, { status_callback_urls: ["file:///etc/passwd"] },
            { status_callback_urls: Array(6).fill(`${controller.url}/cb`) }];
        for (const part of bad) {
            const r = await call(token, "POST", "requests", wish(part));
            assert.equal(r.status, 400, JSON.stringify(part));
            assert.equal(r.json.error.code, 400);
        }
        assert.equal((await call(token, "POST", "requests", "{broken")).status, 400);

        const person = await houseDesk.person("p1");
        const body = wish({ status_callback_urls: [`${controller.url}/opendsr/callbacks`], subject_identities: [{ identity_type: "controller_customer_id", identity_value: "p1", identity_format: "raw" }] });
        const made = await call(token, "POST", "requests", body);
        assert.equal(made.status, 201, made.text);
        isSigned(made);
        assert.equal(made.json.controller_id, "market");
        assert.equal(made.json.subject_request_id, body.subject_request_id);
        assert.equal(Buffer.from(made.json.encoded_request, "base64").toString(), JSON.stringify(body));
        assert.ok(Date.parse(made.json.expected_completion_time) > Date.now() + 25 * 86400e3);
        assert.equal((await call(token, "POST", "requests", body)).status, 400, "not twice");
        assert.equal((await call(token, "POST", "requests/", body)).status, 400, "nor as some write the address");
        const status = await call(token, "GET", `requests/${body.subject_request_id}`);
        isSigned(status);
        assert.equal(status.json.request_status, "in_progress", "the controller looked who asks; staff has to execute it");
        assert.equal((await call(stranger, "GET", `requests/${body.subject_request_id}`)).status, 404, "another controller's");
        assert.equal((await call(stranger, "DELETE", `requests/${body.subject_request_id}`)).status, 404);

        const rows = (await house.staff("GET", `/v1/requests?person=${person}`)).json.items;
        assert.equal(rows.length, 1);
        assert.equal(rows[0].channel, "opendsr");
        assert.equal(rows[0].right, "erasure");
        await until(() => controller.got.some((g) => g.json.request_status === "in_progress"));
        await houseDesk.execute(rows[0].id);
        const last = await until(() => controller.got.find((g) => g.json.request_status === "completed"));
        assert.equal(last.json.status_callback_url, `${controller.url}/opendsr/callbacks`);
        assert.equal(last.json.subject_request_id, body.subject_request_id);
        assert.equal(last.headers["x-opendsr-processor-domain"], "privacy.house.example");
        assert.ok(verified(readFileSync(houseCertificate.pem), last.body, last.headers["x-opendsr-signature"]));
        assert.equal((await call(token, "DELETE", `requests/${body.subject_request_id}`)).status, 409, "done is done");
        assert.equal((await house.staff("GET", "/v1/people/" + person)).status, 410);
        await sleep(1500);
        assert.deepEqual(controller.got.map((g) => g.json.request_status).filter((s, i, all) => s === all[i - 1]), [], "each state is said once");
        assert.ok(!house.log.includes("p1@example.com"));
    } finally { controller.close(); }
});

test("processor: nobody's, somebody else's, and taking back", slow, async () => {
    const token = await door("platform");
    const nobody = wish({ subject_identities: [{ identity_type: "controller_customer_id", identity_value: "unheard-of", identity_format: "raw" }] });
    assert.equal((await call(token, "POST", "requests", nobody)).status, 201);
    assert.equal((await call(token, "GET", `requests/${nobody.subject_request_id}`)).json.request_status, "completed", "nothing is held");

    const person = await houseDesk.person("p2");
    const body = wish({ subject_identities: [{ identity_type: "email", identity_value: "p2@example.com", identity_format: "raw" }] });
    assert.equal((await call(token, "POST", "requests", body)).status, 201);
    const back = await call(token, "DELETE", `requests/${body.subject_request_id}`);
    assert.equal(back.status, 202, back.text);
    isSigned(back);
    assert.equal((await call(token, "GET", `requests/${body.subject_request_id}`)).json.request_status, "cancelled");
    assert.equal((await house.staff("GET", `/v1/requests?person=${person}`)).json.items[0].state, "revoked");
    assert.equal((await call(token, "DELETE", `requests/${body.subject_request_id}`)).status, 409);

    // the person asked already: a controller that asks the same follows that request, and cannot take it away
    const asked = await houseDesk.ask({ right: "erasure", person });
    const same = wish({ subject_identities: [{ identity_type: "email", identity_value: "p2@example.com", identity_format: "raw" }] });
    assert.equal((await call(token, "POST", "requests", same)).status, 201);
    assert.equal((await call(token, "DELETE", `requests/${same.subject_request_id}`)).status, 202);
    assert.equal((await call(token, "GET", `requests/${same.subject_request_id}`)).json.request_status, "cancelled");
    assert.ok(["open", "in_progress", "verifying"].includes((await houseDesk.show(asked.id)).state), "the person's own goes on");

    // identities of two people: staff decides whom it is about
    await houseDesk.person("p3");
    await houseDesk.person("p4");
    const two = wish({ subject_identities: [{ identity_type: "email", identity_value: "p3@example.com", identity_format: "raw" }, { identity_type: "controller_customer_id", identity_value: "p4", identity_format: "raw" }] });
    assert.equal((await call(token, "POST", "requests", two)).status, 201);
    assert.equal((await call(token, "GET", `requests/${two.subject_request_id}`)).json.request_status, "pending");
    const lost = (await house.staff("GET", "/v1/requests?right=erasure&state=open")).json.items;
    assert.equal(lost.length, 1);

    // the same message many times at once is one request
    await houseDesk.person("p5");
    const once = wish({ subject_identities: [{ identity_type: "email", identity_value: "p5@example.com", identity_format: "raw" }] });
    const all = await Promise.all(Array.from({ length: 8 }, () => call(token, "POST", "requests", once)));
    assert.deepEqual(all.map((r) => r.status).sort(), [201, 400, 400, 400, 400, 400, 400, 400]);

    const renewed = await door("platform");
    assert.equal((await call(token, "GET", `requests/${body.subject_request_id}`)).status, 401, "the token before ended");
    assert.equal((await call(renewed, "GET", `requests/${body.subject_request_id}`)).status, 200);
    await house.staff("PUT", "/v1/privacy-doors/platform", { kind: "opendsr", title: "platform", enabled: false });
    assert.equal((await call(renewed, "GET", `requests/${body.subject_request_id}`)).status, 401, "a closed door");
    fails(await house.staff("DELETE", "/v1/privacy-doors/platform"), 409, "name");
    fails(await house.staff("PUT", "/v1/privacy-doors/platform", { kind: "drp", title: "platform" }), 409, "/kind");
});

test("the pair: what is erased in the shop is erased in the house, and the shop hears of it", slow, async () => {
    const token = await door("tea-shop", { hosts: ["127.0.0.1"] });
    const row = await shop.staff("PUT", "/v1/recipients/house", { title: "Warehouse", country: "DE", contract: "2026-01-01", method: "opendsr", url: `${houseFront.url}/opendsr/v2`, domain: "privacy.house.example", secret: token });
    assert.equal(row.status, 200, row.text);
    const there = await houseDesk.person("pair1"), here = await shopDesk.person("pair1");
    const asked = await shopDesk.ask({ right: "erasure", person: here });
    await shopDesk.execute(asked.id);
    const order = await until(async () => { const o = await only(shopDesk, asked.id, "house"); return o?.state === "acknowledged" && o; });
    assert.equal(order.fault, null);
    assert.equal((await shopDesk.show(asked.id)).state, "waiting");
    const rows = (await house.staff("GET", `/v1/requests?person=${there}`)).json.items;
    assert.equal(rows.length, 1);
    assert.equal((await house.staff("GET", "/v1/people/" + there)).status, 200, "staff of the house decides");
    await houseDesk.execute(rows[0].id);
    await until(async () => (await shopDesk.show(asked.id)).state === "fulfilled", 30);
    assert.equal((await only(shopDesk, asked.id, "house")).state, "done");
    assert.equal((await house.staff("GET", "/v1/people/" + there)).status, 410);
    assert.equal((await request(shop.url, { path: "/health/ready" })).status, 200);
});
