// SPDX-License-Identifier: Apache-2.0
// The web surface as OWASP ASVS 5.0 wants it, on every route there is: the headers of each answer, what a GET
// may do (nothing), what is refused without a word too many. The routes come from the server's own OpenAPI.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { recordsChanged, recordsState } from "../lib/records.mjs";
import { Server, haveBinary, request } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, openapi;
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await server.track("/v1/batch", { batch: [{ type: "identify", userId: "web-1", traits: { email: "surface@example.com", name: "Surface Person" } },
        { type: "track", userId: "web-1", event: "Product Viewed", properties: { name: "=cmd|' /C calc'!A0" } }] });
    await server.settled();
    openapi = (await request(server.url, { path: "/v1/openapi.json" })).json;
});
after(async () => { await server?.close(); });

function* routes() {
    for (const [path, methods] of Object.entries(openapi.paths)) {
        for (const [method, row] of Object.entries(methods)) {
            if (["get", "post", "put", "patch", "delete"].includes(method)) yield { path, method: method.toUpperCase(), row };
        }
    }
}
const filled = (path, id = "00000000-0000-7000-8000-000000000000") => path.replace(/\{id\}/g, path.includes("/people/") ? id : "1").replace(/\{[^}]+\}/g, "1");
// GETs that answer with a redirect or start something by design: none but the way to a sign-in provider.
const collects = (row) => JSON.stringify(row.security ?? []).toLowerCase().includes("write");

// ASVS 3.4, 3.2.1, 4.1.1, 14.3.2. `cors`: doors and the collector, which pages of any origin may call.
function checkHeaders(r, what, cors) {
    const h = r.headers;
    assert.equal(h["x-content-type-options"], "nosniff", what);
    assert.match(h["strict-transport-security"] ?? "", /^max-age=(6307|3153)\d+; includeSubDomains$/, what);
    assert.equal(h["referrer-policy"], "no-referrer", what);
    const csp = h["content-security-policy"] ?? "";
    for (const wanted of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(csp.includes(wanted), `${what}: ${wanted} in ${csp}`);
    assert.ok(!/unsafe-(inline|eval)/.test(csp), what);
    if (!cors) {
        assert.equal(h["cross-origin-opener-policy"], "same-origin", what);
        assert.equal(h["cross-origin-resource-policy"], "same-origin", what);
        assert.equal(h["access-control-allow-origin"], undefined, what);
    }
    assert.equal(h.server, undefined, `${what} names no software`);
    if (r.text.length > 0) {
        assert.ok(h["content-type"], `${what} has a content type`);
        if (/^text\//.test(h["content-type"])) assert.match(h["content-type"], /charset=utf-8/i, what);
    }
}

test("every answer of every route carries the headers, signed in or not", { skip, timeout: 120_000 }, async () => {
    let checked = 0;
    for (const { path, method, row } of routes()) {
        const cors = collects(row), target = filled(path), what = `${method} ${path}`, open = path === "/personalise.js"; // any shop's pages load it
        const body = method === "GET" || method === "DELETE" ? undefined : {};
        const stranger = await request(server.url, { method, path: target, body });
        if (!cors) checkHeaders(stranger, `${what} of a stranger`, open || Boolean(stranger.headers["access-control-allow-origin"]));
        if (method === "GET" && !cors) checkHeaders(await server.staff(method, target), what, open);
        checked++;
    }
    assert.ok(checked > 50, `${checked} routes`);
});

test("what is personal is never stored by a browser or a proxy", { skip }, async () => {
    for (const path of ["/v1/people", "/v1/orders/totals", "/v1/session", "/v1/sources"]) {
        const r = await server.staff("GET", path);
        assert.equal(r.headers["cache-control"], "no-store", path);
    }
});

// ASVS 3.5.3: a crawler that follows everything changes nothing.
test("no GET changes anything", { skip, timeout: 120_000 }, async () => {
    const state = () => recordsState(server);
    const people = (await server.staff("GET", "/v1/people")).json.items;
    const id = people[0]?.id;
    await server.settled();
    const before = state();
    let called = 0;
    for (const { path, method } of routes()) {
        if (method !== "GET") continue;
        await server.staff("GET", filled(path, id));
        await server.staff("HEAD", filled(path, id));
        called++;
    }
    await server.settled();
    assert.ok(called > 20);
    assert.deepEqual(recordsChanged(before, state()), []);
});

test("methods nobody needs are refused, folders are not listed, nothing of the source is served", { skip }, async () => {
    const trace = await new Promise((resolve, reject) => {
        const socket = createConnection(server.port, "127.0.0.1", () => socket.write("TRACE /v1/orders/totals HTTP/1.1\r\nHost: x\r\nX-Secret: echo\r\nConnection: close\r\n\r\n"));
        let text = "";
        socket.on("data", (d) => { text += d; });
        socket.on("end", () => resolve(text));
        socket.on("error", reject);
    });
    assert.match(trace, /^HTTP\/1\.1 (405|404|501|400)/);
    assert.ok(!trace.includes("echo"));
    for (const path of ["/.git/config", "/.svn/entries", "/assets/", "/console/", "/../custos.yaml", "/%2e%2e/custos.yaml", "/custos.yaml", "/records.db"]) {
        const r = await request(server.url, { path });
        assert.ok(!/\[core\]|journal_segment|SQLite format|Index of/.test(r.text), path);
    }
});

test("a cross-site form, a foreign origin and a plain content type change nothing", { skip }, async () => {
    const { cookie, csrf } = server.session;
    const make = (headers, body) => request(server.url, { method: "POST", path: "/v1/sources", headers: { cookie, ...headers }, body });
    assert.equal((await make({ "content-type": "application/x-www-form-urlencoded" }, "name=evil")).status, 403);
    assert.equal((await make({ "content-type": "text/plain" }, '{"name":"evil"}')).status, 403);
    assert.equal((await make({ origin: "https://evil.example", "x-csrf-token": csrf, "sec-fetch-site": "cross-site" }, { name: "evil" })).status, 403);
    const names = (await server.staff("GET", "/v1/sources")).json.items.map((s) => s.name);
    assert.ok(!names.includes("evil"));
});

test("the session's cookie is bound to this host, to HTTPS and to no script", { skip }, async () => {
    const r = await request(server.url, { method: "POST", path: "/v1/session", body: { email: server.session.email ?? "owner@example.com", password: "no password at all" } });
    assert.equal(r.headers["set-cookie"], undefined, "a failed sign-in sets nothing");
    assert.ok(server.session.cookie.startsWith("__Host-custos="));
});

test("errors are typed sentences, without paths, statements or addresses of memory", { skip }, async () => {
    const tried = [
        ["GET", "/v1/people/%00"], ["GET", "/v1/people/1' OR '1'='1"], ["GET", "/v1/people?sort=(select 1)"], ["GET", "/v1/people?cursor=AAAA"],
        ["GET", "/v1/live?limit=999999999999999999999"], ["POST", "/v1/people/search", { q: "x".repeat(5000) }], ["POST", "/v1/people/lookup", { kind: "email", value: { $gt: "" } }],
        ["POST", "/v1/sources", { name: "a", __proto__: { admin: true }, admin: true }], ["PATCH", "/v1/sources/1", { enabled: "yes" }],
    ];
    for (const [method, path, body] of tried) {
        const r = await server.staff(method, path, body);
        assert.ok(r.status >= 400 && r.status < 500, `${method} ${path} answered ${r.status}`);
        assert.match(r.headers["content-type"], /problem\+json/);
        assert.ok(!/(\/home\/|\/tmp\/|\/var\/|SELECT |sqlite|0x[0-9a-f]{8}|\.c:\d+)/i.test(r.text), `${method} ${path}: ${r.text}`);
    }
});

test("nothing personal stands in an address: the log of requests has none, and searching is a POST", { skip }, async () => {
    await server.staff("POST", "/v1/people/search", { q: "surface@example.com" });
    await server.staff("POST", "/v1/people/lookup", { kind: "email", value: "surface@example.com" });
    assert.ok(!/surface@example|surface%40example|Surface Person/i.test(server.log));
});
