// SPDX-License-Identifier: Apache-2.0
// The desk: what can be asked, small groups, who allows analytics, CSV, people behind figures, kept answers, bad questions.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { Server, haveBinary, request } from "../lib/server.mjs";
import { Jar, totp } from "../lib/jar.mjs";

const skip = !haveBinary && "build/custos is not built";
const day = 86400_000;
const ago = (days, hours = 10) => new Date(Math.floor(Date.now() / day) * day - days * day + hours * 3600_000).toISOString();
let server, admin;
const ask = (body, who = server) => who.local("POST", "/v1/insight/query", body);
const csv = (body, format = "csv") => request(null, { method: "POST", path: `/v1/insight/query?format=${format}`, body, socketPath: join(server.data, "custos.sock") });
const report = (question, more = {}) => ({ kind: "report", question, ...more });
let n = 0;
const page = (who, timestamp, source, more = {}) => ({ type: "page", anonymousId: who, timestamp, messageId: `p-${n++}`,
    context: { page: { path: "/" }, ...(source && { campaign: { source, medium: "email" } }), ...more } });

before(async () => {
    if (skip) return;
    server = await Server.start();
    const owner = new Jar(server);
    assert.equal((await owner.owner()).status, 201);
    admin = new Jar(server);
    assert.equal((await admin.join("ada@example.com", "administrator")).status, 201);
    const { secret } = (await admin.post("/v1/security/totp", {})).json;
    assert.equal((await admin.post("/v1/security/totp/confirm", { code: totp(secret) })).status, 200);
    const batch = [];
    for (let i = 0; i < 30; i++)
        batch.push(page(`v${i}`, ago(2), i < 4 ? "tiny" : i < 16 ? "middle" : undefined, i % 3 === 0 ? { consent: { categoryPreferences: { Analytics: true, analytics: true } } } : {}));
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
});
after(async () => { await server?.close(); });

test("the catalogue: every metric has a formula and a default; some have their place only", { skip }, async () => {
    const { items } = (await server.local("GET", "/v1/insight/metrics")).json;
    const names = items.map((m) => m.name);
    assert.equal(new Set(names).size, names.length);
    for (const m of items) {
        assert.ok(m.variants.length > 0 && m.doc && m.title, m.name);
        assert.equal(new Set(m.variants.map((v) => v.name)).size, m.variants.length, m.name);
        if (!m.available) continue;
        for (const v of m.variants) {
            const r = await ask(report({ metrics: [`${m.name}:${v.name}`], by: "total" }));
            assert.equal(r.status, 200, r.text);
            assert.equal(r.json.answer.metrics[0].unit, m.unit);
        }
    }
    assert.deepEqual(items.filter((m) => m.name === "bounce_rate")[0].variants.map((v) => v.name), ["plausible", "matomo", "ga4", "posthog"]);
    assert.ok(items.some((m) => !m.available));
    const dimensions = (await server.local("GET", "/v1/insight/dimensions")).json.items;
    for (const d of dimensions) {
        const r = await ask(report({ metrics: ["revenue", "visits", "active_customers", "new_customers"], breakdown: d.name, compare: "previous" }));
        assert.equal(r.status, 200, `${d.name}: ${r.text}`);
        assert.equal((await server.local("GET", `/v1/insight/values?dimension=${d.name}`)).status, 200);
    }
    assert.deepEqual((await server.local("GET", "/v1/insight/values?dimension=source&q=MID")).json.items, [{ value: "middle", label: "middle", count: 12 }]);
    assert.equal((await server.local("GET", "/v1/insight/values?dimension=colour")).status, 400);
    const kinds = (await server.local("GET", "/v1/insight/kinds")).json.items.map((k) => k.name);
    assert.ok(kinds.includes("report") && kinds.includes("funnel"));
});

test("small groups are hidden from who may not see people, and in what is shared", { skip }, async () => {
    const question = report({ metrics: ["visits"], breakdown: "source", by: "total" });
    const open = (await ask(question)).json;
    assert.equal(open.small_group, 0);
    assert.deepEqual(open.answer.rows.map((r) => [r.value, r.values[0]]), [["", 14], ["middle", 12], ["tiny", 4]]);
    for (const r of [await ask({ ...question, shared: true }), await admin.post("/v1/insight/query", question)]) {
        assert.equal(r.status, 200, r.text);
        assert.equal(r.json.small_group, 10);
        assert.deepEqual(r.json.answer.rows.map((x) => x.values[0]), [14, null, null], "the next smallest too: else it follows from the whole");
        assert.equal(r.json.hidden, 2);
        assert.ok(!r.text.includes("tiny"));
    }
    const alone = (await ask({ ...report({ metrics: ["visits"], filters: [{ dimension: "source", in: ["tiny"] }] }), shared: true })).json.answer;
    assert.equal(alone.metrics[0].value, null);
    assert.ok(alone.metrics[0].series.every((v) => v === null || v === 0));
    const values = (await admin.get("/v1/insight/values?dimension=source")).json.items;
    assert.deepEqual(values.map((v) => v.value), ["middle"]);
});

test("who allows analytics: the others are left out and counted", { skip }, async () => {
    const all = (await ask(report({ metrics: ["visitors"] }))).json;
    const some = (await ask({ ...report({ metrics: ["visitors", "new_customers"] }), consented: true })).json;
    assert.equal(all.left_out, 0);
    assert.equal(some.answer.metrics[0].value + some.left_out, 30);
    assert.equal(some.answer.metrics[1].value + some.left_out, 30);
});

test("CSV: the main table, small groups hidden whoever asks", { skip }, async () => {
    const r = await csv(report({ metrics: ["visits", "revenue"], breakdown: "source", by: "total" }));
    assert.equal(r.status, 200, r.text);
    assert.match(r.headers["content-type"], /^text\/csv/);
    const lines = r.text.trim().split("\r\n");
    assert.equal(lines[0], "value,label,visits:pause,revenue:goods");
    assert.equal(lines[1], '"",(not set),14,0.00');
    assert.ok(!r.text.includes("tiny"));
    const days = await csv(report({ metrics: ["visits"], compare: "previous" }));
    assert.equal(days.text.trim().split("\r\n").length, 31);
    const funnel = await csv({ kind: "funnel", question: { ready: "shop" } });
    assert.equal(funnel.status, 200, funnel.text);
    assert.match(funnel.text, /label/);
    const stepLines = funnel.text.trim().split("\r\n");
    assert.match(stepLines[0], /(^|,)event(,|$)/, "the steps, not the longer list of times");
    const steps = await server.local("POST", "/v1/insight/query", { kind: "funnel", question: { ready: "shop" } });
    assert.equal(stepLines.length - 1, steps.json.answer.steps.length);
    assert.equal((await csv(report({ metrics: ["visits"] }), "xml")).status, 400);
});

test("people behind a figure: page by page, only for who may see people", { skip }, async () => {
    const body = { kind: "funnel", question: { steps: [{ event: "$page" }, { event: "Order Completed" }] }, pick: { step: 1, what: "reached" }, limit: 20 };
    const first = await server.local("POST", "/v1/insight/people", body);
    assert.equal(first.status, 200, first.text);
    assert.deepEqual([first.json.people, first.json.items.length], [30, 20]);
    const second = (await server.local("POST", "/v1/insight/people", { ...body, cursor: first.json.next })).json;
    assert.deepEqual([second.items.length, second.next], [10, null]);
    assert.equal(new Set([...first.json.items, ...second.items].map((p) => p.id)).size, 30);
    assert.equal((await admin.post("/v1/insight/people", body)).status, 403);
    assert.equal((await server.local("POST", "/v1/insight/people", { ...body, cursor: "x" })).json.field, "/cursor");
    const none = await server.local("POST", "/v1/insight/people", { kind: "report", question: { metrics: ["visits"] }, pick: {} });
    assert.deepEqual([none.status, none.json.field], [400, "/kind"]);
});

test("an answer is worked out anew when something happened", { skip }, async () => {
    const question = report({ metrics: ["visits"], by: "total" });
    const before_ = (await ask(question)).json;
    assert.equal((await ask(question)).json.computed, before_.computed, "nothing happened: the same answer");
    await server.track("/v1/page", page("fresh", ago(1)));
    await server.settled();
    const now = (await ask(question)).json;
    assert.equal(now.answer.metrics[0].value, before_.answer.metrics[0].value + 1);
});

test("many questions at once: each gets an answer or a sentence", { skip }, async () => {
    const asked = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(report({ metrics: ["visits", "visitors"], limit: i + 1 }))));
    for (const r of asked)
        assert.ok(r.status === 200 || r.status === 429, r.text);
    assert.ok(asked.some((r) => r.status === 200));
});

test("bad questions", { skip }, async () => {
    const bad = async (body, status, field) => {
        const r = await ask(body);
        assert.equal(r.status, status, r.text);
        assert.equal(r.json.field, field, r.text);
    };
    await bad({ kind: "nothing" }, 400, "/kind");
    await bad({ kind: "report", question: { metrics: ["revenu"] } }, 400, "/question/metrics/0");
    await bad({ kind: "report", question: { metrics: ["revenue"], wrong: 1 } }, 400, "/question/wrong");
    await bad({ kind: "report", from: "2026-01-02", to: "2026-01-01", question: { metrics: ["revenue"] } }, 400, "/from");
    await bad({ kind: "report", from: "1990-01-01", to: "2026-01-01", question: { metrics: ["revenue"] } }, 413, "/from");
    await bad({ kind: "report", from: "2016-01-01", to: "2026-01-01", question: { metrics: ["revenue"] } }, 413, "/question/by");
    await bad({ kind: "report", segment: "nobody", question: { metrics: ["revenue"] } }, 400, "/segment");
    await bad({ kind: "report", question: { metrics: ["revenue"], limit: 0 } }, 400, "/question/limit");
    await bad({ kind: "report", question: { metrics: Array(17).fill("visits") } }, 413, "/question/metrics");
    const far = (await ask({ kind: "report", from: "2031-01-01", to: "2031-12-31", question: { metrics: ["revenue"], by: "month" } })).json.answer;
    assert.deepEqual([far.partial, far.metrics[0].value], [12, 0]);
    const long = (await ask({ kind: "report", from: "2008-01-01", to: "2026-12-31", question: { metrics: ["revenue", "average_order_value"], by: "month" } })).json.answer;
    assert.equal(long.metrics[1].value, null);
});
