// SPDX-License-Identifier: Apache-2.0
// The Data Rights Protocol: an authorised agent, played by the test, brings signed requests of consumers. What is forged,
// altered, replayed, expired, meant for another business or of another agent is refused, in the order of section 3.07.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { Server, haveBinary } from "../lib/server.mjs";
import { Desk, Outsider, until } from "./lib/outside.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server, desk, agent, rival;

class Agent {
    constructor(id) {
        this.id = id;
        this.pair = generateKeyPairSync("ed25519");
        this.key = this.pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
    }
    // libsodium's combined form: the signature, then the message; base64
    wrap(value, { pair = this.pair, tamper } = {}) {
        const message = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
        const signature = sign(null, message, pair.privateKey);
        return Buffer.concat([signature, tamper ? Buffer.from(message.toString().replace("ccpa", "gdpr")) : message]).toString("base64");
    }
    base(more = {}) {
        return { "agent-id": this.id, "business-id": "TEA_SHOP", "issued-at": new Date().toISOString(), "expires-at": new Date(Date.now() + 300_000).toISOString(), "drp.version": "1.0", ...more };
    }
    wish(more = {}) { return this.base({ "agent-request-id": randomUUID(), exercise: "deletion", regime: "ccpa", relationships: ["customer"], name: "Ada Example", ...more }); }
    send(body, { token = this.token, headers = {} } = {}) {
        return server.call("POST", "/drp/v1/data-rights-request", body, { "content-type": "text/plain", ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers });
    }
    exercise(more, how) { return this.send(this.wrap(this.wish(more), how), how); }
    get(id, token = this.token) { return server.call("GET", `/drp/v1/data-rights-request/${id}`, undefined, { authorization: `Bearer ${token}` }); }
    revoke(id, body = this.wrap({ reason: "I keep my account" }), token = this.token) {
        return server.call("DELETE", `/drp/v1/data-rights-request/${id}`, body, { "content-type": "text/plain", authorization: `Bearer ${token}` });
    }
    setup(body = this.wrap(this.base()), id = this.id) { return server.call("POST", `/drp/v1/agent/${id}`, body, { "content-type": "text/plain" }); }
}
const open = (a, more = {}) => server.staff("PUT", `/v1/privacy-doors/${a.id}`, { kind: "drp", title: `Agent ${a.id}`, key: a.key, ...more });

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--outgoing-networks", "127.0.0.1/32", "--drp-business-id", "TEA_SHOP"] });
    await server.owner();
    desk = new Desk(server);
    agent = new Agent("AGENT_ONE");
    rival = new Agent("AGENT_TWO");
    for (const a of [agent, rival]) assert.equal((await open(a)).status, 200);
});
after(async () => { await server?.close(); });

test("a token is given for a signed message, and for no other", slow, async () => {
    const r = await server.staff("PUT", "/v1/privacy-doors/BAD_KEY", { kind: "drp", title: "x", key: "AAAA" });
    assert.equal(r.status, 400);
    assert.equal(r.json.field, "/key");
    assert.equal((await server.staff("PUT", "/v1/privacy-doors/NO_KEY", { kind: "drp", title: "x" })).json.field, "/key");
    assert.equal((await server.staff("PUT", "/v1/privacy-doors/AGENT_ONE", { kind: "drp", title: "x", new_token: true })).json.field, "/new_token");
    const late = { "issued-at": new Date(Date.now() - 700_000).toISOString(), "expires-at": new Date(Date.now() - 100_000).toISOString() };
    const wrong = {
        "another agent's key": agent.wrap(agent.base(), { pair: rival.pair }),
        "another agent's name": agent.wrap(agent.base({ "agent-id": "AGENT_TWO" })),
        "another business": agent.wrap(agent.base({ "business-id": "OTHER" })),
        "expired": agent.wrap(agent.base(late)),
        "from the future": agent.wrap(agent.base({ "issued-at": new Date(Date.now() + 120_000).toISOString() })),
        "good for too long": agent.wrap(agent.base({ "expires-at": new Date(Date.now() + 3_600_000).toISOString() })),
        "no times": agent.wrap({ "agent-id": "AGENT_ONE", "business-id": "TEA_SHOP" }),
        "not base64": "!!!", "empty": "", "only a signature": Buffer.alloc(64).toString("base64"), "not JSON": agent.wrap("{broken"),
    };
    for (const [why, body] of Object.entries(wrong)) {
        const a = await agent.setup(body);
        assert.equal(a.status, 403, why);
        assert.equal(a.text, "", `${why}: not a word`);
    }
    assert.equal((await agent.setup(agent.wrap(agent.base()), "AGENT_NONE")).status, 403);
    assert.equal((await agent.setup(agent.wrap(agent.base()), "AGENT_TWO")).status, 403, "in another's name");
    const message = agent.wrap(agent.base()), made = await agent.setup(message);
    assert.equal(made.status, 200, made.text);
    assert.equal(made.json["agent-id"], "AGENT_ONE");
    agent.token = made.json.token;
    assert.equal((await agent.setup(message)).status, 403, "replayed: the token would be another, and the agent shut out");
    rival.token = (await rival.setup()).json.token;
    const info = (id, token) => server.call("GET", `/drp/v1/agent/${id}`, undefined, token ? { authorization: `Bearer ${token}` } : {});
    assert.deepEqual((await info("AGENT_ONE", agent.token)).json, {});
    assert.equal((await info("AGENT_TWO", agent.token)).status, 403);
    assert.equal((await info("AGENT_ONE", "cdrp_nothing")).status, 401);
    assert.equal((await info("AGENT_ONE")).status, 401);
});

test("what is forged, replayed, expired, misdirected is refused and makes no request", slow, async () => {
    const count = async () => (await server.staff("GET", "/v1/requests?limit=200")).json.items.length;
    const before = await count();
    const person = { email: "q0@example.com", email_verified: true };
    const tries = [
        [401, await agent.exercise(person, { token: null }), "no token"],
        [401, await agent.exercise(person, { token: "cdrp_wrong" }), "no such token"],
        [403, await agent.exercise(person, { token: rival.token }), "another agent's token"],
        [403, await agent.exercise(person, { pair: rival.pair }), "another agent's key"],
        [403, await agent.exercise(person, { tamper: true }), "altered"],
        [403, await agent.exercise({ ...person, "agent-id": "AGENT_TWO" }), "another agent's name"],
        [403, await agent.exercise({ ...person, "business-id": "OTHER" }), "another business"],
        [403, await agent.exercise({ ...person, "issued-at": new Date(Date.now() - 1_200_000).toISOString(), "expires-at": new Date(Date.now() - 900_000).toISOString() }), "expired"],
        [403, await agent.exercise({ ...person, "expires-at": new Date(Date.now() + 1_200_000).toISOString() }), "good for longer than ten minutes"],
        [403, await agent.exercise({ ...person, "issued-at": new Date(Date.now() + 200_000).toISOString() }), "from the future"],
        [400, await agent.exercise({ ...person, "issued-at": "soon" }), "no time"],
        [400, await agent.exercise({ ...person, exercise: "sale:opt_in" }), "a right that is not supported"],
        [400, await agent.exercise({ ...person, exercise: undefined }), "no right"],
        [400, await agent.exercise({ ...person, regime: "hipaa" }), "another law"],
        [400, await agent.exercise({ ...person, status_callback: "ftp://agent.example/x" }), "an address that is none"],
        [400, await agent.exercise({ ...person, "agent-request-id": "x".repeat(200) }), "too long a name"],
        [400, await agent.send("%%%"), "not base64"], [400, await agent.send(""), "empty"], [400, await agent.send(agent.wrap("[")), "not JSON"],
    ];
    for (const [status, r, why] of tries) {
        assert.equal(r.status, status, `${why}: ${r.text}`);
        assert.equal(r.json.code, String(status), why);
        assert.ok(r.json.message, why);
    }
    assert.equal(await count(), before, "none of them made a request");
    const good = agent.wrap(agent.wish(person));
    assert.equal((await agent.send(good)).status, 200);
    const replay = await agent.send(good);
    assert.equal(replay.status, 409);
    assert.equal(replay.json.fatal, true);
    assert.equal((await agent.send(good.replace(/=+$/, ""))).status, 409, "the same signature, written otherwise");
    const slash = await server.call("POST", "/drp/v1/data-rights-request/", good, { "content-type": "text/plain", authorization: `Bearer ${agent.token}` });
    assert.equal(slash.status, 409, "as version 0.9.2 wrote the address");
    assert.equal(await count(), before + 1);
    const many = agent.wrap(agent.wish({ email: "q00@example.com", email_verified: true }));
    const all = await Promise.all(Array.from({ length: 8 }, () => agent.send(many)));
    assert.deepEqual(all.map((r) => r.status).sort(), [200, 409, 409, 409, 409, 409, 409, 409]);
    assert.equal(await count(), before + 2);
});

test("a deletion: taken, asked after by its agent alone, executed by staff, called back", slow, async () => {
    const listener = await Outsider.start(() => ({ status: 200 }));
    try {
        const person = await desk.person("q1");
        const wish = agent.wish({ email: "q1@example.com", email_verified: true, status_callback: `${listener.url}/update_status` });
        const made = await agent.send(agent.wrap(wish));
        assert.equal(made.status, 200, made.text);
        assert.equal(made.json.agent_request_id, wish["agent-request-id"]);
        assert.equal(made.json.status, "in_progress");
        assert.equal(made.json.reason, null);
        assert.ok(Math.abs(Date.parse(made.json.expected_by) - Date.now() - 45 * 86400e3) < 2 * 86400e3, "CCPA: 45 days");
        const again = await agent.send(agent.wrap({ ...wish, "issued-at": new Date(Date.now() - 1000).toISOString() }));
        assert.equal(again.status, 200, again.text);
        assert.equal(again.json.request_id, made.json.request_id, "the same name in a new message: how far it is");
        assert.equal((await agent.get(made.json.request_id)).json.request_id, made.json.request_id);
        assert.equal((await rival.get(made.json.request_id)).status, 403);
        assert.equal((await rival.revoke(made.json.request_id)).status, 403);
        assert.equal((await agent.get(randomUUID())).status, 403);
        assert.equal((await agent.get("x")).status, 403);
        const rows = (await server.staff("GET", `/v1/requests?person=${person}`)).json.items;
        assert.deepEqual(rows.map((r) => [r.channel, r.right, r.regime]), [["drp", "erasure", "ccpa"]]);
        await until(() => listener.got.length === 1);
        await desk.execute(rows[0].id);
        const last = await until(() => listener.got.find((g) => g.json.status === "fulfilled"));
        assert.equal(last.json.request_id, made.json.request_id);
        assert.equal((await agent.get(made.json.request_id)).json.status, "fulfilled");
        assert.equal((await agent.revoke(made.json.request_id)).status, 409);
        assert.equal((await server.staff("GET", `/v1/people/${person}`)).status, 410);
    } finally { listener.close(); }
});

test("an opt-out of sale works at once; access goes on by itself; revoking is signed", slow, async () => {
    const person = await desk.person("q2", { consents: { Advertising: true } });
    const out = await agent.exercise({ exercise: "sale:opt_out", email: "q2@example.com", email_verified: true });
    assert.equal(out.status, 200, out.text);
    assert.equal((await agent.get(out.json.request_id)).json.status, "fulfilled");
    const back = await desk.person("q3");
    const made = await agent.exercise({ email: "q3@example.com", email_verified: true });
    for (const [status, body] of [[400, "x"], [403, agent.wrap({ reason: "no" }, { pair: rival.pair })], [400, agent.wrap("{")]])
        assert.equal((await agent.revoke(made.json.request_id, body)).status, status);
    const revoked = await agent.revoke(made.json.request_id);
    assert.equal(revoked.status, 200, revoked.text);
    assert.equal(revoked.json.status, "revoked");
    assert.equal((await server.staff("GET", `/v1/requests?person=${back}`)).json.items[0].state, "revoked");
    assert.equal((await server.staff("GET", `/v1/people/${person}`)).status, 200);
});

test("nobody's, unproved, of two people, denied", slow, async () => {
    const nobody = await agent.exercise({ name: "Somebody Else" });
    assert.equal(nobody.json.status, "denied");
    assert.equal(nobody.json.reason, "no_match");
    const person = await desk.person("q4", { traits: { phone: "+4915100000044" } });
    const unproved = await agent.exercise({ email: "q4@example.com" });
    assert.equal(unproved.json.status, "in_progress");
    const row = (await server.staff("GET", `/v1/requests?person=${person}`)).json.items[0];
    assert.ok(["open", "verifying"].includes(row.state), "the agent did not say that the address was proved");
    const refused = await server.staff("POST", `/v1/requests/${row.id}/refuse`, { ground: "insufficient_verification" });
    assert.ok(refused.status < 300, refused.text);
    const now = (await agent.get(unproved.json.request_id)).json;
    assert.equal(now.status, "denied");
    assert.equal(now.reason, "insuf_verification");
    await desk.person("q5");
    const two = await agent.exercise({ email: "q5@example.com", email_verified: true, phone_number: "+4915100000044", phone_number_verified: true });
    assert.equal(two.json.status, "in_progress");
    assert.ok(["open", "verifying"].includes((await desk.show(two.json.request_id)).state), "whom it is about has to be decided");
});

test("a door that is closed, a key that is changed", slow, async () => {
    const other = new Agent("AGENT_THREE");
    await open(other);
    other.token = (await other.setup()).json.token;
    assert.equal((await other.exercise({ email: "q6@example.com" })).status, 200);
    const next = new Agent("AGENT_THREE");
    await open(next);
    assert.equal((await other.exercise({ email: "q7@example.com" })).status, 401, "the token of the key before ended");
    next.token = (await next.setup()).json.token;
    assert.equal((await next.exercise({ email: "q7@example.com" })).status, 200);
    await open(next, { enabled: false });
    assert.equal((await next.exercise({ email: "q8@example.com" })).status, 401);
    assert.equal((await next.setup()).status, 403);
    const list = (await server.staff("GET", "/v1/privacy-doors")).json.items;
    const row = list.find((d) => d.name === "AGENT_THREE");
    assert.deepEqual([row.kind, row.enabled, row.has_key, row.requests, row.token], ["drp", false, true, 2, null]);
    assert.equal((await server.staff("DELETE", "/v1/privacy-doors/AGENT_THREE")).status, 409);
    await open(new Agent("AGENT_UNUSED"));
    assert.equal((await server.staff("DELETE", "/v1/privacy-doors/AGENT_UNUSED")).status, 204);
    assert.ok(!/q[0-9]@example\.com/.test(server.log), "no address in the log");
});
