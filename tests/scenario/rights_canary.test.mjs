// SPDX-License-Identifier: Apache-2.0
// The canary of rights: a person who does not exist goes the whole way, from sign-up to erasure; nothing of it is left, in no
// figure and in no byte; and a step that fails shows as that step.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, request } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const steps = ["created", "consented", "segmented", "mailed", "exported", "withdrawn", "erased", "gone"];
let server;

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    for (let i = 0; i < 20; i++) {
        await server.track("/v1/identify", { userId: `u${i}`, messageId: `i${i}`, traits: { email: `u${i}@example.com` }, context: { consent: { categoryPreferences: { Analytics: i % 2 === 0 } } } });
        await server.track("/v1/track", { userId: `u${i}`, messageId: `t${i}`, event: "Product Viewed", properties: { sku: "s" } });
    }
    await server.settled();
});
after(async () => { await server?.close(); });

const canary = async () => {
    const r = await server.local("POST", "/v1/canary/run");
    assert.equal(r.status, 200, r.text);
    assert.equal(r.json.runs.length, 1);
    return r.json.runs[0];
};

// What the shop counts; times of looking apart.
async function figures() {
    const get = async (path, body) => {
        const r = await server.local(body ? "POST" : "GET", path, body);
        assert.equal(r.status, 200, `${path} ${r.text}`);
        return r.json;
    };
    const today = await get("/v1/insight/query", { kind: "report", question: { metrics: ["revenue", "orders", "active_customers", "new_customers", "visits"], by: "day" } });
    return JSON.stringify({
        today: today.answer,
        people: (await get("/v1/people?limit=50")).items.map((x) => x.id).sort(),
        sample: await get("/v1/sample-data"),
        requests: await get("/v1/requests/figures"),
        consents: [(await get("/v1/consents")).items.length, await get("/v1/purposes")], // their totals, too
        recipients: await get("/v1/recipients/orders"),
        letters: await get("/v1/letters"),
        shop: (await get("/v1/sources")).items.filter((s) => !s.sample),
    }, null, 1);
}

function* files(folder) {
    for (const f of readdirSync(folder, { withFileTypes: true })) {
        if (f.isDirectory()) yield* files(join(folder, f.name));
        else if (f.isFile()) yield join(folder, f.name);
    }
}

test("every step of it goes as it should, in seconds", { skip }, async () => {
    assert.deepEqual((await server.staff("GET", "/v1/canary")).json, { daily: true, runs: [] });
    const before = await figures();
    const run = await canary();
    assert.deepEqual(run.steps.map((s) => [s.name, s.ok, s.fault]), steps.map((name) => [name, true, ""]));
    assert.equal(run.ok, true);
    assert.ok(run.took_ms < 20000, JSON.stringify(run));
    console.log(`# the canary of rights: ${run.took_ms} ms (${run.steps.map((s) => `${s.name} ${s.took_ms}`).join(", ")})`);
    assert.deepEqual(await figures(), before, "no figure of the shop has changed");
    const again = await canary();
    assert.equal(again.ok, true, JSON.stringify(again));
    const all = (await server.staff("GET", "/v1/canary")).json.runs;
    assert.deepEqual(all.map((r) => r.at), [again.at, run.at]);
});

test("what is left of it is what is left of anybody", { skip }, async () => {
    const requests = (await server.staff("GET", "/v1/requests?limit=50")).json.items.filter((r) => r.channel === "canary");
    assert.equal(requests.length, 4);
    for (const r of requests) assert.deepEqual([r.state, r.person, r.label], ["fulfilled", null, null]);
    const certificate = await server.staff("GET", `/v1/erasures/${requests.find((r) => r.right === "erasure").id}/certificate`);
    assert.equal(certificate.status, 200, certificate.text);
    for (const file of files(server.data)) {
        const text = readFileSync(file).toString("latin1");
        assert.ok(!/canary-[0-9a-f]{24}|custos\.invalid/.test(text), file);
    }
});

test("it is not for everybody, and the page says when it last ran", { skip }, async () => {
    const other = new Jar(server);
    await other.join("marketer@example.com", "marketer");
    assert.equal((await other.post("/v1/canary/run")).status, 403);
    assert.equal((await server.call("GET", "/v1/canary")).status, 401);
    assert.equal((await server.call("POST", "/v1/canary/run")).status, 401);
});

test("sample data are removed, and it still has its source", { skip }, async () => {
    assert.equal((await server.local("DELETE", "/v1/sample-data")).status, 200);
    assert.equal((await server.local("GET", "/v1/sources")).json.items.find((s) => s.sample).enabled, false);
    assert.equal((await canary()).ok, true);
    assert.equal((await server.local("GET", "/v1/sources")).json.items.filter((s) => s.sample).length, 1, "the same one");
});

test("two at once are one", { skip }, async () => {
    const both = await Promise.all([1, 2, 3].map(() => server.local("POST", "/v1/canary/run")));
    assert.ok(both.some((r) => r.status === 200 && r.json.runs[0].ok));
    for (const r of both) assert.ok(r.status === 200 || r.status === 429, r.text);
});

const dictionary = async (text) => {
    const now = (await server.staff("GET", "/v1/dictionary")).json;
    const put = await server.staff("PUT", "/v1/dictionary", { text, version: now.version });
    assert.ok(put.status === 200 || put.status === 204, put.text);
};

test("a step that fails is red, and the person is erased all the same", { skip }, async () => {
    // Another source has the canary's name, and a number before it: the segment looks there.
    const other = await Server.start();
    try {
        await other.owner();
        assert.equal((await other.staff("POST", "/v1/sources", { name: "Canary of rights" })).status, 201);
        const [run] = (await other.staff("POST", "/v1/canary/run")).json.runs;
        assert.equal(run.ok, false);
        assert.deepEqual(run.steps.filter((s) => !s.ok).map((s) => [s.name, s.fault]), [["segmented", "conflict: the segment holds 0 persons instead of this one"]]);
        assert.deepEqual((await other.local("GET", "/v1/people")).json.items, []);
        assert.match((await request(other.url, { path: "/metrics" })).text, /custos_canary_rights_total\{result="bad"\} 1\n/);
        assert.equal((await other.staff("GET", "/v1/canary")).json.runs[0].ok, false);
    } finally {
        await other.close();
    }
});

test("when the door takes nobody, nothing after it is called good", { skip }, async () => {
    await dictionary("version: 1\npersons:\n  email: {type: integer}\n");
    const run = await canary();
    assert.equal(run.ok, false);
    assert.deepEqual(run.steps.map((s) => s.ok), steps.map(() => false));
    assert.equal(run.steps[0].fault, "unavailable: the door answered 400");
    assert.equal(run.steps[1].fault, "not reached");
    await dictionary("version: 1\n");
    assert.equal((await canary()).ok, true);
});

test("where nothing rests on consent, that is said", { skip }, async () => {
    await dictionary("version: 1\npurposes:\n" + ["analytics", "personalisation", "marketing_email", "marketing_sms", "advertising"].map((p) => `  ${p}: {basis: legitimate_interest}\n`).join(""));
    const run = await canary();
    assert.equal(run.ok, true, JSON.stringify(run));
    assert.match(run.steps[1].fault, /^left out: /);
    assert.match(run.steps[5].fault, /^left out: /);
    await dictionary("version: 1\n");
});
