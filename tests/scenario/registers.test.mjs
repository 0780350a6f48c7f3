// SPDX-License-Identifier: Apache-2.0
// Registers over HTTP: the record of processing follows the dictionary, the recipients and what really flows; every
// version is kept, so that any two times can be compared; table and page are escaped; the map; assessments; what is due.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";
import { Jar } from "../lib/jar.mjs";

const skip = !haveBinary && "build/custos is not built";
const day = 24 * 3600e3, iso = (ms) => new Date(ms).toISOString();
let server, officer, auditor, empty, first;

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--shop-name", "Lamp & <b>Oak</b>"] });
    await server.owner();
    const member = async (name, role) => {
        const jar = new Jar(server);
        assert.equal((await jar.join(`${name}@example.com`, role)).status, 201);
        return jar.enrol();
    };
    officer = await member("officer", "privacy_officer");
    auditor = await member("auditor", "auditor");
    empty = Date.now();
});
after(async () => { await server?.close(); });

const ok = (r, status = 200) => { assert.equal(r.status, status, r.text); return r.json; };
const record = async (query = "") => ok(await officer.get(`/v1/registers/processing${query}`));
const activity = (r, name) => r.record.activities.find((a) => a.name === name);
const diff = async (from, to) => ok(await officer.get(`/v1/registers/processing/diff?from=${iso(from)}${to ? `&to=${iso(to)}` : ""}`)).items;
const due = async (days = 30) => ok(await officer.get(`/v1/registers/due?days=${days}`)).items;
const file = (format, extra = "") => request(server.url, { path: `/v1/registers/processing?format=${format}${extra}`, headers: { cookie: [...officer.cookies].map(([k, v]) => `${k}=${v}`).join("; ") } });
async function until(what, check) {
    for (let i = 0; i < 120; i++) {
        const r = await check();
        if (r) return r;
        await sleep(250);
    }
    throw new Error(`${what} did not happen`);
}
const putDictionary = async (text) => {
    const { version } = (await server.local("GET", "/v1/dictionary")).json;
    ok(await server.local("PUT", "/v1/dictionary", { text, version }));
};

test("the record is made from the dictionary: purposes, data, levels, time limits", { skip }, async () => {
    const r = await record(), dictionary = (await server.local("GET", "/v1/dictionary")).json;
    assert.equal(r.version, null);
    assert.equal(r.record.type, "custos.processing/1");
    assert.equal(r.record.controller.name, "Lamp & <b>Oak</b>");
    assert.deepEqual(r.record.activities.map((a) => a.name), dictionary.purposes.map((p) => p.name));
    for (const a of r.record.activities) {
        const p = dictionary.purposes.find((x) => x.name === a.name);
        assert.deepEqual([a.basis, a.doc], [p.basis, p.doc]);
        const wanted = [...dictionary.persons.filter((f) => f.purposes.includes(a.name)).map((f) => f.name),
            ...dictionary.events.flatMap((e) => e.fields.filter((f) => f.purposes.includes(a.name)).map((f) => `${e.name}/${f.name}`))];
        assert.deepEqual(a.data.flatMap((x) => x.fields).sort(), wanted.sort(), a.name);
        assert.equal(a.people.includes("customers"), dictionary.persons.some((f) => f.purposes.includes(a.name)));
    }
    const email = dictionary.persons.find((f) => f.name === "email");
    const row = activity(r, email.purposes[0]).data.find((x) => x.fields.includes("email"));
    assert.equal(row.name, email.category);
    assert.ok(row.level >= email.level);
    assert.ok(r.record.security.some((m) => m.name === "encryption"));
    assert.equal((await auditor.get("/v1/registers/processing")).status, 200);
    const agent = new Jar(server);
    await agent.join("agent@example.com", "support_agent");
    await agent.enrol();
    for (const path of ["processing", "processing/versions", "data-map", "assessments", "due"]) assert.equal((await agent.get(`/v1/registers/${path}`)).status, 403, path);
});

test("a change of the dictionary is a new version, and the difference says what changed", { skip }, async () => {
    first = Date.parse((await until("the first version", async () => ok(await officer.get("/v1/registers/processing/versions")).items[0])).made);
    const before = Date.now();
    await sleep(50);
    await putDictionary(`version: 1
purposes:
  raffle:
    basis: consent
    doc: "Drawing prizes <script>alert(1)</script>"
    recipients: [prize-house]
  advertising:
    validity_days: 90
persons:
  raffle_number: {type: string, max: 20, level: P2, group: contact, category: user.unique_id, purposes: [raffle], retention_days: 90, owner: me, doc: A number.}
`);
    const items = await diff(before);
    const at = (row) => items.find((i) => i.row === row);
    assert.equal(at("activities/raffle").change, "added");
    assert.equal(at("activities/raffle").before, null);
    assert.equal(at("activities/raffle").after.data[0].retention_days, 90);
    assert.deepEqual([at("activities/advertising/validity_days").before, at("activities/advertising/validity_days").after], [0, 90]);
    assert.deepEqual(items.filter((i) => i.row.startsWith("activities/")).map((i) => i.row).sort(), ["activities/advertising/validity_days", "activities/raffle"]);
    await until("the second version", async () => ok(await officer.get("/v1/registers/processing/versions")).items.some((v) => Date.parse(v.made) > before));
    const then = await record(`?at=${iso(before)}`);
    assert.ok(then.version);
    assert.equal(activity(then, "raffle"), undefined);
    assert.ok(activity(await record(), "raffle"));
    assert.deepEqual(await diff(before, before), []);
    const back = ok(await officer.get(`/v1/registers/processing/diff?from=${iso(Date.now())}&to=${iso(before)}`)).items;
    assert.equal(back.find((i) => i.row === "activities/raffle").change, "removed");
    const r = await officer.get(`/v1/registers/processing?at=${iso(empty - 365 * day)}`);
    assert.equal(r.status, 404);
    assert.equal(r.json.field, "at");
    assert.equal((await officer.get(`/v1/registers/processing/diff?from=${iso(empty - 365 * day)}`)).json.field, "from");
    const pages = ok(await officer.get("/v1/registers/processing/versions?limit=1"));
    assert.equal(pages.items.length, 1);
    assert.ok(ok(await officer.get(`/v1/registers/processing/versions?limit=1&cursor=${pages.next}`)).items[0].number < pages.items[0].number);
    assert.equal((await officer.get("/v1/registers/processing/versions?cursor=x")).status, 400);
});

test("what really flows: sources and their events, exports with their fields", { skip }, async () => {
    await server.track("/v1/identify", { userId: "u1", traits: { email: "u1@example.com", name: "U One" } });
    await server.track("/v1/track", { userId: "u1", event: "Order Completed", properties: { order_id: "o-1", revenue: 5, currency: "EUR" } });
    await server.track("/v1/track", { userId: "u1", event: "Never Declared", properties: {} });
    await server.settled();
    const r = await until("flows", async () => { const x = await record(); return x.record.flows.sources.some((s) => s.events.includes("Order Completed")) && x; });
    const source = r.live.sources.find((s) => s.events.some((e) => e.name === "Order Completed"));
    assert.deepEqual(source.events.map((e) => [e.name, e.count]).sort(), [["$identify", 1], ["Never Declared", 1], ["Order Completed", 1]]);
    assert.equal(r.live.days, 30);
    assert.deepEqual(r.record.flows.sources[0].events.sort(), ["$identify", "(undeclared)", "Order Completed"]);
    assert.ok((await diff(first)).some((i) => i.row.startsWith("flows/sources/") && i.change === "added"));
    ok(await officer.call("PUT", "/v1/registers/assessments/none", { kind: "dpia", title: "x", owner: "team", purposes: ["service"] })); // refreshes
    const segment = await server.local("PUT", "/v1/segments/all", { title: "All", text: "everybody" });
    assert.ok(segment.status < 300, segment.text);
    await until("the segment", async () => ok(await server.local("GET", "/v1/segments/all")).state === "live");
    const file = await request(null, { method: "POST", path: "/v1/segments/all/export", socketPath: `${server.data}/custos.sock`, body: { purpose: "service", fields: ["id", "email"] } });
    assert.equal(file.status, 200, file.text);
    const e = await until("the export", async () => (await record()).live.exports[0]);
    assert.deepEqual([e.action, e.purpose, e.fields, e.count], ["segments.export", "service", ["id", "email"], 1]);
    assert.equal((await record()).record.flows.exports[0].fields.length, 2);
    ok(await server.local("DELETE", "/v1/registers/assessments/none"), 204);
});

test("recipients and transfers come from their register; a row that was reviewed says so", { skip }, async () => {
    const before = Date.now();
    await sleep(20);
    const put = await server.local("PUT", "/v1/recipients/mailhouse", { title: "Mail House <i>Inc</i>", role: "processor", country: "US", safeguard: "scc", purposes: ["marketing_email"], contact: "privacy@mailhouse.example", method: "none", contract: iso(Date.now() - day).slice(0, 10), contract_ends: iso(Date.now() + 10 * day).slice(0, 10) });
    assert.ok(put.status < 300, put.text);
    const mail = activity(await record(), "marketing_email").recipients[0];
    assert.deepEqual([mail.name, mail.role, mail.country, mail.transfer, mail.safeguard, mail.contract, mail.registered], ["mailhouse", "processor", "US", true, "scc", true, true]);
    assert.equal(activity(await record(), "raffle").recipients[0].registered, false);
    assert.ok((await diff(before)).some((i) => i.row === "activities/marketing_email/recipients/mailhouse" && i.change === "added"));
    assert.equal(activity(await record(), "service").reviewed, null);
    ok(await officer.post("/v1/registers/processing/service/reviewed"), 204);
    assert.ok(Date.now() - Date.parse(activity(await record(), "service").reviewed) < 60e3);
    assert.equal((await officer.post("/v1/registers/processing/no-such/reviewed")).status, 404);
    assert.equal((await auditor.post("/v1/registers/processing/service/reviewed")).status, 403);
});

test("as a table and as a page, with nothing that a reader's program would take for its own", { skip }, async () => {
    const html = await file("html");
    assert.equal(html.status, 200, html.text);
    assert.match(html.headers["content-type"], /^text\/html/);
    assert.ok(html.text.includes("Lamp &amp; &lt;b&gt;Oak&lt;/b&gt;") && html.text.includes("Mail House &lt;i&gt;Inc&lt;/i&gt;"));
    assert.doesNotMatch(html.text, /<script|<i>|<b>/);
    for (const word of ["Controller (a)", "Purpose (b)", "Categories of people (c)", "Recipients (d)", "Transfers (e)", "Kept", "measures (g)"]) assert.ok(html.text.includes(word), word);
    const csv = await file("csv"), lines = csv.text.trim().split("\r\n");
    assert.match(csv.headers["content-type"], /^text\/csv/);
    assert.equal(lines[0], "purpose,description,basis,people,category,level,fields,retention,recipients,transfers,assessments,reviewed");
    const r = await record();
    assert.equal(lines.length - 1, r.record.activities.reduce((n, a) => n + Math.max(1, a.data.length), 0));
    assert.ok(lines.some((l) => l.startsWith("raffle,") && l.includes("raffle_number") && l.includes("90 days") && l.includes("prize-house")));
    assert.equal((await file("xml")).status, 400);
    const old = await file("csv", `&at=${iso(Date.now() + day)}`);
    assert.equal(old.status, 200);
});

test("the map leads from a source to a recipient", { skip }, async () => {
    const map = ok(await officer.get("/v1/registers/data-map")), ids = new Set(map.nodes.map((n) => n.id));
    assert.equal(ids.size, map.nodes.length, "every node once");
    for (const e of map.edges) assert.ok(ids.has(e.from) && ids.has(e.to), JSON.stringify(e));
    const from = (id) => map.edges.filter((e) => e.from === id).map((e) => e.to);
    const source = map.nodes.find((n) => n.kind === "source");
    assert.ok(from(source.id).includes("event:$identify"));
    assert.equal(map.edges.find((e) => e.from === source.id && e.to === "event:Order Completed").count, 1);
    assert.ok(from("event:$identify").includes("field:email"));
    assert.ok(from("field:email").includes("purpose:marketing_email"));
    assert.ok(from("purpose:marketing_email").includes("recipient:mailhouse"));
    assert.equal(map.nodes.find((n) => n.id === "recipient:prize-house").live, false);
    assert.ok(map.nodes.find((n) => n.id === "event:Never Declared").live);
    assert.equal(map.nodes.find((n) => n.id === "field:email").level, "P2");
    const sensitive = ok(await officer.get("/v1/registers/data-map?level=P3")).nodes.filter((n) => n.kind === "field");
    assert.ok(sensitive.length > 0 && sensitive.every((n) => n.level >= "P3"));
    assert.equal((await officer.get("/v1/registers/data-map?level=P9")).status, 400);
});

test("assessments have an owner, a state and a day; what is due is found by rules", { skip }, async () => {
    const has = (items, what, name, state) => items.some((i) => i.what === what && i.name === name && i.state === state);
    let items = await due();
    assert.ok(has(items, "assessment", "security", "missing"), "a legitimate interest without a balancing");
    assert.ok(has(items, "assessment", "mailhouse", "missing"), "a transfer without an assessment");
    assert.ok(has(items, "recipient", "prize-house", "missing"), "a recipient that no register knows");
    assert.ok(has(items, "contract", "mailhouse", "soon"));
    assert.ok(has(items, "review", "legal", "missing") && !items.some((i) => i.what === "review" && i.name === "service"));
    assert.ok(!has(await due(5), "contract", "mailhouse", "soon"));
    const put = (name, body) => officer.call("PUT", `/v1/registers/assessments/${name}`, { kind: "lia", title: "Fraud", owner: "security team", ...body });
    const refused = async (rq, field, status = 400) => { const r = await rq; assert.equal(r.status, status, r.text); assert.equal(r.json.field, field); };
    await refused(put("fraud", { purposes: ["no-such"] }), "/purposes");
    await refused(put("fraud", {}), "/purposes");
    await refused(put("fraud", { kind: "tia" }), "/recipient");
    await refused(put("Fraud!", { purposes: ["security"] }), "name");
    await refused(put("fraud", { purposes: ["security"], state: "approved" }), "/review");
    await refused(put("fraud", { purposes: ["security"], state: "approved", review: iso(Date.now() + 100 * day) }), "/summary");
    const draft = ok(await put("fraud", { purposes: ["security"] }));
    assert.deepEqual([draft.state, draft.decided, draft.by.label], ["draft", null, "officer@example.com"]);
    assert.ok(has(await due(), "assessment", "security", "missing"), "a draft is not one");
    const before = Date.now();
    await sleep(20);
    const approved = ok(await put("fraud", { purposes: ["security"], state: "approved", summary: "Weighed.", risk: "low", review: iso(Date.now() + 20 * day) }));
    assert.ok(approved.decided);
    items = await due();
    assert.ok(!has(items, "assessment", "security", "missing"));
    assert.ok(has(items, "assessment", "fraud", "soon"));
    assert.equal(ok(await put("fraud", { purposes: ["security"], state: "approved", summary: "Weighed again.", review: iso(Date.now() - day) })).decided, approved.decided);
    assert.ok(has(await due(0), "assessment", "fraud", "overdue"));
    ok(await put("transfer", { kind: "tia", title: "Mail in the US", recipient: "mailhouse", state: "approved", summary: "Fine.", review: iso(Date.now() + 400 * day) }));
    assert.ok(!has(await due(), "assessment", "mailhouse", "missing"));
    assert.deepEqual(ok(await auditor.get("/v1/registers/assessments")).items.map((a) => a.name), ["fraud", "transfer"]);
    assert.deepEqual(activity(await record(), "security").assessments, [{ kind: "lia", name: "fraud", state: "approved" }]);
    assert.ok((await diff(before)).some((i) => i.row === "activities/security/assessments/fraud/state" && i.after === "approved"));
    assert.equal((await auditor.call("DELETE", "/v1/registers/assessments/fraud")).status, 403);
    ok(await officer.del("/v1/registers/assessments/fraud"), 204);
    assert.equal((await officer.del("/v1/registers/assessments/fraud")).status, 404);
    ok(await officer.post("/v1/breaches", { title: "x", kind: "account", aware: iso(Date.now() - 80 * 3600e3) }), 201);
    assert.ok((await due()).some((i) => i.what === "breach" && i.state === "overdue"));
});

test("versions outlive a restart, and nothing new is kept when nothing changed", { skip }, async () => {
    const versions = async () => (await server.local("GET", "/v1/registers/processing/versions?limit=200")).json.items.map((v) => v.number);
    let last = [];
    await until("quiet", async () => { const v = await versions(), same = v.length === last.length; last = v; await sleep(500); return same; });
    await server.stop();
    await server.serve();
    await sleep(12000); // the job ran
    assert.deepEqual(await versions(), last);
});
