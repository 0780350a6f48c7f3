// SPDX-License-Identifier: Apache-2.0
// The dictionary with review: one proposes, another approves; what it touches is said before; the history knows who, when
// and why. A field that nobody needs is stopped, and its values are gone.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, sleep } from "../lib/server.mjs";

const skip = !haveBinary;
const yaml = `persons:
  shoe_size:
    type: number
    level: P2
    category: user.demographic.profile
    purposes: [service]
    owner: sales
    doc: Shoe size.
`;
const propose = (jar, body) => jar.post("/v1/dictionary/proposals", { why: "We need it.", ...body });
const approve = (jar, id, body = {}) => jar.post(`/v1/dictionary/proposals/${id}/approve`, body);
const field = async (server, name) => (await server.local("GET", "/v1/dictionary")).json.persons.find((f) => f.name === name);

async function ok(answer, status = 200) {
    const r = await answer;
    assert.equal(r.status, status, r.text);
    return r.json;
}

test("one proposes, another approves; the history says it all", { skip, timeout: 120000 }, async (t) => {
    const server = await Server.start();
    t.after(() => server.close());
    const owner = new Jar(server), steward = new Jar(server), officer = new Jar(server), agent = new Jar(server);
    await owner.owner();
    await steward.join("steward@example.com", "data_steward");
    await steward.enrol();
    await officer.join("officer@example.com", "privacy_officer");
    await officer.enrol();
    await agent.join("agent@example.com", "marketer");
    await agent.enrol();

    // nobody puts it in force alone any more
    const now = (await server.local("GET", "/v1/dictionary")).json;
    const direct = await steward.call("PUT", "/v1/dictionary", { text: yaml, version: now.version });
    assert.deepEqual([direct.status, direct.json.field], [403, "approval"]);

    const made = await ok(propose(steward, { yaml }), 201);
    assert.deepEqual([made.state, made.form, made.ok, made.stale, made.why, made.made_by], ["waiting", "rows", true, false, "We need it.", "steward@example.com"]);
    assert.deepEqual(made.diff.map((d) => [d.row, d.change]), [["persons/shoe_size", "added"]]);
    assert.equal(made.touches.policy, "material", "the purpose service rests on a field more");
    assert.equal(await field(server, "shoe_size"), undefined, "nothing changes by proposing");

    assert.deepEqual([(await approve(steward, made.id)).status, (await approve(steward, made.id)).json.field], [403, "approval"]);
    assert.equal((await approve(agent, made.id)).status, 403);
    assert.equal((await agent.post(`/v1/dictionary/proposals/${made.id}/reject`, {})).status, 403);
    assert.equal((await propose(agent, { yaml })).status, 403);
    const done = await ok(approve(officer, made.id, { note: "Fine with me." }));
    assert.deepEqual([done.state, done.decided_by, done.note, done.own], ["applied", "officer@example.com", "Fine with me.", false]);
    assert.equal((await field(server, "shoe_size")).owner, "sales");
    assert.equal((await approve(owner, made.id)).status, 409, "once");
    assert.match(readFileSync(join(server.data, "dictionary.yaml"), "utf8"), /# The data dictionary of this shop[^]*\n {2}shoe_size:\n {4}type: number\n/);

    // one row, changed and in the meantime another
    const wider = await ok(propose(steward, { change: { row: "persons/shoe_size", set: { retention_days: 365, doc: "Shoe size, \"European\"." } } }), 201);
    assert.deepEqual([wider.touches.rows[0].retention, wider.diff[0].attributes.map((a) => [a.name, a.before, a.after])],
        [true, [["retention_days", 0, 365], ["doc", "Shoe size.", "Shoe size, \"European\"."]]]);
    const other = await ok(propose(owner, { change: { row: "events/Order Completed", set: { aliases: ["Completed Order", "Bestellt"] } } }), 201);
    await ok(approve(steward, other.id));
    const stale = await ok(steward.get(`/v1/dictionary/proposals/${wider.id}`));
    assert.deepEqual([stale.stale, stale.ok], [true, true]);
    await ok(approve(owner, wider.id));
    assert.equal((await field(server, "shoe_size")).retention_days, 365);
    assert.ok((await server.local("GET", "/v1/retention")).json.items.some((r) => r.name === "fields.user.demographic.profile.365" && !r.on), "a rule that is off until somebody looked");

    // rejected and withdrawn
    const bad = await ok(propose(steward, { change: { row: "persons/shoe_size", set: { level: "P0" } } }), 201);
    assert.equal((await ok(officer.post(`/v1/dictionary/proposals/${bad.id}/reject`, { note: "No." }))).state, "rejected");
    const mine = await ok(propose(steward, { change: { row: "persons/shoe_size", set: { level: "P3" } } }), 201);
    assert.equal((await ok(steward.post(`/v1/dictionary/proposals/${mine.id}/reject`, {}))).state, "withdrawn");
    assert.equal((await approve(owner, mine.id)).status, 409);

    // what is no change, or no dictionary
    assert.equal((await propose(steward, { change: { row: "persons/shoe_size", set: { retention_days: 365 } } })).status, 409);
    const wrong = await propose(steward, { change: { row: "persons/shoe_size", set: { level: "P7" } } });
    assert.deepEqual([wrong.status, wrong.json.field], [400, "persons/shoe_size"]);
    assert.equal((await propose(steward, { yaml: "persons: [" })).status, 400);
    assert.equal((await propose(steward, { change: { row: "shoe_size", set: {} } })).status, 400);
    assert.equal((await propose(steward, { change: { row: "persons/shoe_size" } })).status, 400);
    assert.equal((await propose(steward, {})).status, 400);
    assert.equal((await propose(steward, { yaml, stop: "age" })).status, 400);
    assert.equal((await propose(steward, { change: { row: "persons/email", remove: true } })).status, 404, "built in");
    assert.equal((await steward.get("/v1/dictionary/proposals/00000000-0000-7000-8000-000000000000")).status, 404);

    // the history, and back
    const history = await ok(steward.get("/v1/dictionary/history"));
    assert.deepEqual(history.items.map((h) => [h.number, h.way, h.by, h.proposed_by]),
        [[4, "proposal", "owner@example.com", "steward@example.com"], [3, "proposal", "steward@example.com", "owner@example.com"],
            [2, "proposal", "officer@example.com", "steward@example.com"], [1, "first", null, null]]);
    assert.equal(history.items[0].why, "We need it.");
    const ofRow = await ok(steward.get("/v1/dictionary/history?row=persons/shoe_size&limit=1"));
    assert.deepEqual(ofRow.items.map((h) => h.number), [4]);
    assert.deepEqual((await ok(steward.get(`/v1/dictionary/history?row=persons/shoe_size&cursor=${ofRow.next}`))).items.map((h) => h.number), [2]);
    const back = await ok(propose(steward, { back_to: 2, why: "It was better before." }), 201);
    await ok(approve(officer, back.id));
    assert.equal((await field(server, "shoe_size")).retention_days, 0);
    const removal = await ok(propose(steward, { change: { row: "persons/shoe_size", remove: true } }), 201);
    await ok(approve(officer, removal.id));
    assert.equal(await field(server, "shoe_size"), undefined);
    assert.equal((await ok(steward.get("/v1/dictionary/proposals?state=applied&limit=2"))).items.length, 2);

    // the file changed by hand, and the program started anew
    writeFileSync(join(server.data, "dictionary.yaml"), "version: 1\n" + yaml);
    await server.stop();
    await server.serve();
    const last = (await server.local("GET", "/v1/dictionary/history?limit=1")).json.items[0];
    assert.deepEqual([last.way, last.by, last.changes.map((c) => [c.row, c.change])], ["file", null, [["persons/shoe_size", "added"]]]);
});

test("a shop of one person approves its own, and the history says so", { skip, timeout: 60000 }, async (t) => {
    const server = await Server.start();
    t.after(() => server.close());
    const owner = new Jar(server);
    await owner.owner();
    const made = await ok(propose(owner, { yaml }), 201);
    const done = await ok(approve(owner, made.id));
    assert.deepEqual([done.state, done.own], ["applied", true]);
    assert.equal((await ok(owner.get("/v1/dictionary/history?limit=1"))).items[0].own, true);
    const put = await owner.call("PUT", "/v1/dictionary", { text: "version: 1\n", version: (await server.local("GET", "/v1/dictionary")).json.version });
    assert.equal(put.status, 200, put.text);
    assert.deepEqual((await ok(owner.get("/v1/dictionary/history?limit=1"))).items.map((h) => [h.way, h.by]), [["put", "owner@example.com"]]);
});

test("an unused field is found, stopped, and its values are gone", { skip, timeout: 120000 }, async (t) => {
    const server = await Server.start();
    t.after(() => server.close());
    const owner = new Jar(server);
    await owner.owner();
    const made = await ok(propose(owner, { yaml }), 201);
    await ok(approve(owner, made.id));
    const calls = [];
    for (let i = 0; i < 8; i++) calls.push({ type: "identify", userId: `u${i}`, traits: { shoe_size: 40 + i, ...(i < 2 && { firstName: "Anna" }) } });
    assert.equal((await server.track("/v1/batch", { batch: calls })).status, 200);
    await server.settled();
    const segment = await owner.post("/v1/segments", { name: "annas", title: "Annas", definition: { text: "firstName is Anna" }, text: "firstName is Anna" });
    const usage = async (name, query = "?days=0") => (await ok(owner.get(`/v1/fields/usage${query}`))).items.find((f) => f.field === name);
    const counted = async () => {
        await ok(owner.post("/v1/fields/usage"), 202);
        for (let i = 0; i < 200; i++, await sleep(50)) if ((await usage("shoe_size")).filled === 8) return;
        throw new Error("the fields were not counted");
    };
    await counted();
    const shoe = await usage("shoe_size");
    assert.deepEqual([shoe.filled_permille, shoe.verdict, shoe.used_in, shoe.level, shoe.owner], [1000, "unused", [], "P2", "sales"]);
    assert.ok(Date.now() - Date.parse(shoe.last_written) < 60000);
    assert.equal((await usage("shoe_size", "")).verdict, "unknown", "too early to say with the usual 90 days");
    const email = await usage("email");
    assert.deepEqual([email.verdict, email.used_in, email.filled_permille], ["used", ["identifier:email"], 0]);
    assert.equal((await usage("birthday")).verdict, "obsolete");
    if (segment.status === 201) assert.deepEqual((await usage("firstName")).used_in, ["segment:annas"]);
    const events = (await ok(owner.get("/v1/fields/usage?kind=event"))).items;
    assert.ok(events.some((e) => e.field === "Order Completed" && e.verdict === "obsolete"));

    // somebody looks at it: it is read
    const [anna] = (await ok(owner.get("/v1/people?q=u1"))).items;
    await ok(owner.get(`/v1/people/${anna.id}`));
    await ok(owner.post("/v1/fields/usage"), 202);
    let seen;
    for (let i = 0; i < 200 && !seen; i++, await sleep(50)) seen = (await usage("shoe_size", "")).last_read;
    assert.ok(seen, "its last reading is known");
    assert.equal((await usage("shoe_size", "")).verdict, "used");

    const stop = await ok(propose(owner, { stop: "shoe_size", why: "Nobody needs it." }), 201);
    assert.deepEqual([stop.touches.rows[0].erased_people, stop.touches.rows[0].erased_values, stop.touches.rows[0].complete], [8, 8, true]);
    await ok(approve(owner, stop.id));
    let run;
    for (let i = 0; i < 1500 && !run; i++, await sleep(50)) run = (await server.local("GET", "/v1/retention/runs?rule=stopped.shoe_size")).json.items.find((r) => r.certificate);
    assert.deepEqual([run?.people, run?.rows, run?.before], [8, 8, null]);
    assert.equal((await server.track("/v1/identify", { userId: "u1", traits: { shoe_size: 41 } })).status, 200);
    await server.settled();
    const traits = (await ok(owner.get(`/v1/people/${anna.id}`))).traits.map((x) => x.name);
    assert.ok(!traits.includes("shoe_size"), "nothing of it is stored any more");
    assert.equal((await usage("shoe_size")).collected, false);
    // collected again, and stopped once more: it goes at once again
    await ok(approve(owner, (await ok(propose(owner, { change: { row: "persons/shoe_size", set: { collect: "yes" } } }), 201)).id));
    for (let i = 0; i < 100 && (await server.local("GET", "/v1/retention")).json.items.some((r) => r.name === "stopped.shoe_size"); i++) await sleep(50);
    await sleep(1500); // the job has seen it
    assert.equal((await server.track("/v1/identify", { userId: "u2", traits: { shoe_size: 42 } })).status, 200);
    await server.settled();
    const again = await ok(propose(owner, { stop: "shoe_size", why: "Still nobody." }), 201);
    assert.equal(again.touches.rows[0].erased_people, 1);
    await ok(approve(owner, again.id));
    let runs = [];
    for (let i = 0; i < 400 && !(runs.length === 2 && runs.every((r) => r.certificate)); i++, await sleep(50))
        runs = (await server.local("GET", "/v1/retention/runs?rule=stopped.shoe_size")).json.items;
    assert.deepEqual(runs.map((r) => r.rows), [1, 8]);
    const never = await propose(owner, { stop: "email" });
    assert.deepEqual([never.status, never.json.field], [400, "persons/email"]);
    const off = await owner.call("PUT", "/v1/retention/stopped.shoe_size", { on: false });
    assert.equal(off.status, 409);
});

test("a kill while it is approved leaves it applied or waiting, never half", { skip, timeout: 120000 }, async (t) => {
    const server = await Server.start();
    t.after(() => server.close());
    for (let i = 0; i < 6; i++) {
        const made = (await server.local("POST", "/v1/dictionary/proposals", { change: { row: "persons/age", set: { doc: `Age, ${i}.` } }, why: "Words." })).json;
        const approved = server.local("POST", `/v1/dictionary/proposals/${made.id}/approve`, {}).catch(() => null);
        await sleep(i * 3);
        await server.kill();
        await approved;
        await server.serve();
        const state = (await server.local("GET", `/v1/dictionary/proposals/${made.id}`)).json.state;
        const doc = (await field(server, "age")).doc;
        assert.equal(state, doc === `Age, ${i}.` ? "applied" : "waiting");
        const last = (await server.local("GET", "/v1/dictionary/history?limit=1")).json.items[0];
        assert.equal(last.version, (await server.local("GET", "/v1/dictionary")).json.version, "the history knows the version in force");
    }
});
