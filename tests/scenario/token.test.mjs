// SPDX-License-Identifier: Apache-2.0
// API tokens: made with at most one's own rights, shown once, used without cookies or CSRF, refused for
// what needs a person, ended by hand, by date and with their maker; forged ones refused.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary, request } from "../lib/server.mjs";
import { Jar, totp } from "../lib/jar.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
});
after(async () => { await server?.close(); });

const make = (body) => server.staff("POST", "/v1/tokens", body);
const bearer = (token, method, path, body, headers = {}) => server.call(method, path, body, { authorization: `Bearer ${token}`, ...headers });
const listed = async (id) => (await server.staff("GET", "/v1/tokens")).json.items.find((t) => t.id === id);

test("a token is shown once and does what it was made for, and nothing else", { skip }, async () => {
    const made = await make({ name: "reports", permissions: ["analytics_read", "sources_read"], expires_days: 30 });
    assert.equal(made.status, 201, made.text);
    assert.match(made.json.token, /^cust_[A-Za-z0-9_-]{49}$/);
    const row = await listed(made.json.id);
    assert.equal(row.prefix, made.json.token.slice(0, 9));
    assert.deepEqual(row.permissions, ["analytics_read", "sources_read"]);
    assert.equal(row.last_used, null);
    assert.ok(!JSON.stringify(row).includes(made.json.token));
    assert.ok(Math.abs(new Date(row.expires) - Date.now() - 30 * 86400e3) < 60e3);
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 200);
    assert.match((await listed(made.json.id)).last_used, /T00:00:00\.000Z$/, "the day, no finer");
    const refused = await bearer(made.json.token, "GET", "/v1/people?limit=1");
    assert.equal(refused.status, 403);
    assert.match(refused.json.detail, /people_read/);
    assert.equal((await bearer(made.json.token, "POST", "/v1/sources", { name: "x" })).status, 403);
});

test("a change by token needs no CSRF token: no browser sends it by itself", { skip }, async () => {
    const made = await make({ name: "sources", permissions: ["sources_write"] });
    assert.equal((await bearer(made.json.token, "POST", "/v1/sources", { name: "By token" }, { "sec-fetch-site": "cross-site" })).status, 201);
    assert.equal((await bearer(made.json.token.toUpperCase(), "GET", "/v1/sources")).status, 401);
    // a session beside it adds nothing
    const both = await bearer(made.json.token, "GET", "/v1/people?limit=1", undefined, { cookie: server.session.cookie });
    assert.equal(both.status, 403);
});

test("forged, changed and foreign tokens are refused alike", { skip }, async () => {
    const { token } = (await make({ name: "x", permissions: ["analytics_read"] })).json;
    const other = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0"); // another checksum
    const body = token.slice(0, 10) + (token[10] === "A" ? "B" : "A") + token.slice(11); // checksum of something else
    const details = new Set();
    for (const t of [other, body, "cust_", "cust_" + "A".repeat(49), token + "x", token.slice(0, -1), "session_" + token.slice(5), server.writeKey]) {
        const r = await bearer(t, "GET", "/v1/orders/totals");
        assert.equal(r.status, 401, t);
        details.add(r.json.detail);
    }
    assert.equal(details.size, 1);
    assert.equal((await bearer(token, "GET", "/v1/orders/totals")).status, 200);
    assert.equal((await request(server.url, { path: "/v1/orders/totals", headers: { authorization: `bearer  ${token}` } })).status, 200);
    assert.equal((await request(server.url, { path: "/v1/orders/totals", headers: { authorization: `Basic ${token}` } })).status, 401);
});

test("what needs a person cannot be done by a token", { skip }, async () => {
    const all = (await server.staff("GET", "/v1/tokens")).json.available;
    for (const never of ["session", "tokens", "staff_write", "roles_write", "approve", "break_glass", "keys"]) assert.ok(!all.includes(never), never);
    const { token } = (await make({ name: "everything", permissions: all })).json;
    for (const [method, path, body] of [["GET", "/v1/session"], ["GET", "/v1/security"], ["DELETE", "/v1/session"], ["POST", "/v1/tokens", { name: "x", permissions: ["import"] }],
        ["PUT", "/v1/security/password", { current: "x", password: "y" }], ["POST", "/v1/security/passkeys/options"], ["POST", "/v1/security/passkeys", { name: "x", credential: {} }],
        ["POST", "/v1/staff/1/reset-link"], ["GET", "/v1/tokens"], ["POST", "/v1/session/reauth", { password: "x" }]]) {
        const r = await bearer(token, method, path, body);
        assert.equal(r.status, 403, `${method} ${path}: ${r.status}`);
    }
    for (const permission of ["session", "tokens", "keys", "nonsense", "public", "", "write_key"])
        assert.equal((await make({ name: "x", permissions: [permission] })).json.field.startsWith("/permissions"), true, permission);
});

test("limits: a name, a permission, at most 400 days", { skip }, async () => {
    assert.equal((await make({ name: "", permissions: ["import"] })).json.field, "/name");
    assert.equal((await make({ name: "   ", permissions: ["import"] })).json.field, "/name");
    assert.equal((await make({ name: "x", permissions: [] })).json.field, "/permissions");
    assert.equal((await make({ name: "x", permissions: ["import"], expires_days: 401 })).json.field, "/expires_days");
    assert.equal((await make({ name: "x", permissions: ["import"], expires_days: 0 })).json.field, "/expires_days");
    assert.equal((await make({ name: "x", permissions: [{ a: 1 }] })).status, 400);
    assert.equal((await server.local("POST", "/v1/tokens", { name: "x", permissions: ["import"] })).status, 403, "the local operator is nobody it could end with");
});

test("an ended token is refused at once", { skip }, async () => {
    const { id, token } = (await make({ name: "short", permissions: ["analytics_read"] })).json;
    assert.equal((await bearer(token, "GET", "/v1/orders/totals")).status, 200);
    assert.equal((await server.staff("DELETE", `/v1/tokens/${id}`)).status, 204);
    assert.equal((await bearer(token, "GET", "/v1/orders/totals")).status, 401);
    assert.equal((await server.staff("DELETE", `/v1/tokens/${id}`)).status, 404);
});

test("a token survives a restart, and its maker's rights are its own", { skip }, async () => {
    const theirs = new Jar(server);
    assert.equal((await theirs.join("marketer@example.com", "administrator")).status, 201);
    // without a second factor there is nothing but the own account
    assert.equal((await theirs.post("/v1/tokens", { name: "x", permissions: ["import"] })).status, 403);
    const { secret } = (await theirs.post("/v1/security/totp")).json;
    assert.equal((await theirs.post("/v1/security/totp/confirm", { code: totp(secret) })).status, 200);
    const made = await theirs.post("/v1/tokens", { name: "theirs", permissions: ["sources_read"] });
    assert.equal(made.status, 201, made.text);
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 200);
    await server.stop();
    await server.serve();
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 200);

    const id = (await server.staff("GET", "/v1/staff")).json.items.find((s) => s.email === "marketer@example.com").id;
    assert.equal((await listed(made.json.id)).made_by, id, "the owner sees tokens of others");
    const disabled = await server.local("PATCH", `/v1/staff/${id}`, { state: "disabled" });
    assert.ok([200, 204].includes(disabled.status), disabled.text);
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 401, "disabled with its maker");
    const enabled = await server.local("PATCH", `/v1/staff/${id}`, { state: "active" });
    assert.ok([200, 204].includes(enabled.status), enabled.text);
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 200);
    const removed = await server.local("DELETE", `/v1/staff/${id}`);
    assert.equal(removed.status, 204, removed.text);
    assert.equal((await bearer(made.json.token, "GET", "/v1/sources")).status, 401, "gone with its maker");
    assert.equal(await listed(made.json.id), undefined);
});

test("no token, nor a part of one, reaches the log", { skip }, async () => {
    const { token } = (await make({ name: "quiet", permissions: ["analytics_read"] })).json;
    await bearer(token, "GET", "/v1/orders/totals");
    assert.ok(!server.log.includes(token.slice(9, 30)));
});
