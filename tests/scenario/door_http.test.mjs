// SPDX-License-Identifier: Apache-2.0
// The tracking API as a stranger would use it with any HTTP client: every path, every way to give a
// key, limits, CORS, what is refused and how it comes back out of quarantine.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { Server, haveBinary, request } from "../lib/server.mjs";
import { eventsOf, metric, person, stored } from "./lib/shop.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, key, basic;
before(async () => {
    if (skip) return;
    server = await Server.start();
    key = server.writeKey;
    basic = "Basic " + Buffer.from(key + ":").toString("base64");
});
after(async () => { await server?.close(); });

const post = (path, body, headers = { authorization: basic }) => request(server.url, { method: "POST", path, body, headers });
const isJson = (r) => assert.match(r.headers["content-type"], /json/);

test("every path takes its call", { skip }, async () => {
    const was = await stored(server);
    const call = { userId: "paths-1", event: "Seen", groupId: "g", previousId: "paths-old" };
    const singles = ["identify", "track", "page", "screen", "group", "alias", "i", "t", "p", "s", "g", "a"].map((t) => `/v1/${t}`)
        .concat(["identify", "track", "page", "screen", "group", "alias"].flatMap((t) => [`/api/s/${t}`, `/api/s/s2s/${t}`]));
    const batches = ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch", "/api/s/batch", "/api/s/s2s/batch"];
    let sent = 0;
    for (const path of [...singles, ...singles.map((p) => p + "/")]) {
        const r = await post(path, call);
        assert.equal(r.status, 200, `${path}: ${r.text}`);
        assert.deepEqual(r.json, { success: true });
        sent++;
    }
    for (const path of [...batches, ...batches.map((p) => p + "/")]) {
        const r = await post(path, { batch: [{ type: "page", ...call }, { type: "track", ...call }] });
        assert.equal(r.status, 200, `${path}: ${r.text}`);
        assert.deepEqual(r.json, { success: true, refused: [], accepted: 2 });
        sent += 2;
    }
    for (const path of ["/pixel/v1/track", "/pixel/v1/page", "/pixel/v1/track/", "/pixel/v1/page/"]) {
        const r = await request(server.url, { path: `${path}?writeKey=${key}&userId=paths-1&event=Seen&properties.price=3` });
        assert.equal(r.status, 200);
        assert.equal(r.headers["content-type"], "image/gif");
        sent++;
    }
    assert.equal((await stored(server)) - was, sent);
    for (const path of ["/v1/m", "/v1/m/"]) assert.equal((await post(path, { series: [] }, {})).status, 200);
    for (const path of [`/v1/projects/${key}/settings`, `/v1/projects/${key}/settings/`]) {
        const r = await request(server.url, { path });
        assert.equal(r.json.integrations["Segment.io"].apiKey, key);
        assert.equal(r.json.integrations["Segment.io"].protocol, "http");
    }
    for (const path of ["/sourceConfig", "/sourceConfig/"]) {
        const r = await request(server.url, { path: `${path}?writeKey=${key}` });
        assert.equal(r.json.source.enabled, true);
    }
    assert.equal((await request(server.url, { path: `/analytics.js/v1/${key}/analytics.min.js` })).status, 404);
    assert.equal((await request(server.url, { path: "/v1/projects/wk_nobody/settings" })).status, 404);
    assert.equal((await post("/api/s/elsewhere", call)).status, 400);
});

test("five ways to give a key, and the header wins", { skip }, async () => {
    const call = { userId: "keys-1", event: "Seen" };
    assert.equal((await post("/v1/track", call, { authorization: "Basic " + Buffer.from(key).toString("base64") })).status, 200);
    assert.equal((await post("/v1/track", { ...call, writeKey: key }, {})).status, 200);
    assert.equal((await post("/v1/track", { ...call, writeKey: key }, { authorization: "Bearer a.b.c" })).status, 200);
    assert.equal((await post("/api/s/track", { ...call, writeKey: "WK:***" }, { "x-write-key": key + ":secret" })).status, 200);
    assert.equal((await post(`/v1/track?writeKey=${key}`, call, {})).status, 200);
    for (const r of [
        await post("/v1/track", call, {}),
        await post("/v1/track", { ...call, writeKey: key }, { authorization: "Basic " + Buffer.from("wk_nobody:").toString("base64") }),
        await post("/v1/batch", { batch: [call] }, {}),
    ]) {
        assert.equal(r.status, 401);
        assert.equal(r.headers["access-control-allow-origin"], "*");
        isJson(r);
        assert.equal(r.json.code, "unauthenticated");
    }
});

test("a source that is switched off stops its clients", { skip }, async () => {
    const made = await server.local("POST", "/v1/sources", { name: "Second" });
    const call = { userId: "off-1", event: "Seen", writeKey: made.json.write_key };
    assert.equal((await post("/v1/track", call, {})).status, 200);
    await server.local("PATCH", `/v1/sources/${made.json.number}`, { enabled: false });
    assert.equal((await post("/v1/track", call, {})).status, 403);
    assert.equal((await request(server.url, { path: `/v1/projects/${made.json.write_key}/settings` })).status, 200);
    assert.equal((await request(server.url, { path: `/sourceConfig/?writeKey=${made.json.write_key}` })).json.source.enabled, false);
    await server.local("PATCH", `/v1/sources/${made.json.number}`, { enabled: true });
    assert.equal((await post("/v1/track", call, {})).status, 200);
});

test("CORS: preflights, echoed origins, exposed Retry-After, on errors too", { skip }, async () => {
    const origin = "https://shop.example";
    for (const path of ["/v1/t", "/v1/batch", "/beacon/v1/batch", `/v1/projects/${key}/settings`, "/sourceConfig/", "/api/s/track", "/pixel/v1/track"]) {
        const r = await request(server.url, { method: "OPTIONS", path, headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,x-retry-count" } });
        assert.equal(r.status, 204, path);
        assert.equal(r.headers["access-control-allow-origin"], origin);
        assert.equal(r.headers["access-control-max-age"], "7200");
        for (const h of ["authorization", "content-type", "x-write-key", "x-retry-count", "anonymousid", "sentat"]) assert.ok(r.headers["access-control-allow-headers"].includes(h), h);
        assert.ok(!r.headers["access-control-allow-headers"].includes("*"));
    }
    for (const [path, body, headers, status] of [
        ["/v1/t", { userId: "c", event: "e" }, { authorization: basic }, 200],
        ["/v1/t", { userId: "c" }, { authorization: basic }, 400],
        ["/v1/t", { userId: "c", event: "e" }, {}, 401],
        ["/v1/t", "x".repeat(2 << 20), { authorization: basic }, 413],
    ]) {
        const r = await post(path, body, { ...headers, origin });
        assert.equal(r.status, status);
        assert.equal(r.headers["access-control-allow-origin"], origin);
        assert.equal(r.headers["access-control-allow-credentials"], "true");
        assert.match(r.headers["access-control-expose-headers"], /Retry-After/);
        assert.match(r.headers.vary, /Origin/);
    }
    const wrong = await request(server.url, { path: "/v1/t", headers: { origin } });
    assert.equal(wrong.status, 405);
});

test("bodies are known by their first bytes", { skip }, async () => {
    const was = await stored(server);
    const call = JSON.stringify({ userId: "body-1", event: "Seen" });
    const form = { authorization: basic, "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await post("/v1/track", gzipSync(call), { ...form, "content-encoding": "gzip" })).status, 200);
    assert.equal((await post("/v1/track", gzipSync(call), form)).status, 200);
    assert.equal((await post("/v1/track", call, { ...form, "content-encoding": "gzip" })).status, 200);
    assert.equal((await post("/v1/track", call, { authorization: basic, "content-type": "text/plain" })).status, 200);
    assert.equal((await post("/v1/track", "\ufeff" + call)).status, 200);
    assert.equal((await stored(server)) - was, 5);
    const bomb = await post("/v1/batch", gzipSync(Buffer.alloc(30 << 20)));
    assert.equal(bomb.status, 400);
    assert.equal(bomb.json.code, "too_large");
});

test("limits: 32 KB a call, 500 KB and 2,500 calls a batch", { skip }, async () => {
    const sized = (n) => {
        const empty = JSON.stringify({ type: "track", userId: "limit-1", event: "Seen", properties: { x: "" } }).length;
        return JSON.stringify({ type: "track", userId: "limit-1", event: "Seen", properties: { x: "a".repeat(n - empty) } });
    };
    assert.equal((await post("/v1/track", sized(32768))).status, 200);
    const over = await post("/v1/track", sized(32769));
    assert.equal(over.status, 400);
    assert.equal(over.json.code, "too_large");
    const mixed = await post("/v1/batch", `{"batch":[${sized(100)},${sized(40000)},${sized(200)}]}`);
    assert.equal(mixed.status, 200);
    assert.equal(mixed.json.accepted, 2);
    assert.deepEqual(mixed.json.refused.map((r) => [r.index, r.code]), [[1, "too_large"]]);
    const many = await post("/v1/batch", { batch: Array.from({ length: 2501 }, (_, i) => ({ type: "page", userId: `limit-${i}` })) });
    assert.equal(many.status, 200);
    assert.equal(many.json.accepted, 2500);
    assert.deepEqual(many.json.refused.map((r) => r.index), [2500]);
    assert.equal((await post("/v1/batch", `{"batch":[${Array(17).fill(sized(32000)).join()}]}`)).status, 400);
    assert.equal((await post("/v1/batch", Buffer.alloc(3 << 20, "x"))).status, 413);
});

test("the same messageId is stored once, also after a restart", { skip }, async () => {
    const was = await stored(server);
    const call = { userId: "dup-1", event: "Seen", messageId: "the-same-id" };
    for (let i = 0; i < 3; i++) assert.equal((await post("/v1/track", call)).status, 200);
    await Promise.all(Array.from({ length: 10 }, () => post("/v1/batch", { batch: [{ type: "track", ...call }] })));
    assert.equal((await stored(server)) - was, 1);
    await server.stop();
    await server.serve();
    assert.equal((await post("/v1/track", call)).status, 200);
    assert.equal((await stored(server)) - was, 1);
    await server.kill();
    await server.serve();
    assert.equal((await post("/v1/track", call)).status, 200);
    assert.equal((await stored(server)) - was, 1);
});

test("clocks: skew is corrected, an explicit time is not", { skip }, async () => {
    const now = Date.now(), iso = (ms) => new Date(ms).toISOString();
    const slow = 20 * 60000; // this client's clock is twenty minutes behind
    await post("/v1/batch", { sentAt: iso(now - slow), batch: [
        { type: "track", userId: "clock-1", event: "Corrected", originalTimestamp: iso(now - slow - 5000) },
        { type: "track", userId: "clock-1", event: "Chosen", originalTimestamp: iso(now - slow), timestamp: "2024-05-06T07:08:09.000Z" },
        { type: "track", userId: "clock-1", event: "Server", timestamp: iso(now - slow), context: { library: { name: "analytics-ruby" } } },
    ] });
    await server.settled();
    const p = await person(server, "clock-1");
    const at = Object.fromEntries((await eventsOf(server, p.id)).map((e) => [e.event, Date.parse(e.time)]));
    assert.ok(Math.abs(at.Corrected - (now - 5000)) < 2000);
    assert.equal(at.Chosen, Date.parse("2024-05-06T07:08:09.000Z"));
    assert.equal(at.Server, now - slow);
    assert.equal((await post("/v1/track", { userId: "clock-1", event: "Absurd", timestamp: "2999-01-01T00:00:00Z" })).status, 400);
});

test("what is refused is kept whole, can be repaired and replayed", { skip }, async () => {
    const refused = await post("/v1/track", { userId: "repair-1", event: "Order Completed", messageId: "repair-1", properties: { order_id: "r-1", total: "plenty", currency: "EUR" } });
    assert.equal(refused.status, 400);
    assert.equal(refused.json.field, "/properties/total");
    assert.doesNotMatch(refused.text, /plenty/);
    const broken = await post("/v1/identify", "{\"userId\": \"broken-canary\"");
    assert.equal(broken.status, 400);
    assert.equal(broken.json.code, "malformed");
    await server.settled();
    const list = (await server.local("GET", "/v1/quarantine?limit=100")).json.items;
    const mine = list.find((i) => i.field === "/properties/total");
    const torn = list.find((i) => i.code === "malformed");
    assert.ok(mine && torn, JSON.stringify(list));
    const shown = (await server.local("GET", `/v1/quarantine/${mine.id}`)).json;
    assert.match(JSON.stringify(shown.body), /plenty/);
    const body = JSON.stringify({ type: "track", userId: "repair-1", event: "Order Completed", messageId: "repair-1", properties: { order_id: "r-1", total: 12, currency: "EUR" } });
    const still = await server.local("POST", `/v1/quarantine/${torn.id}/replay`, {});
    assert.equal(still.status, 400);
    const was = await stored(server);
    const r = await server.local("POST", `/v1/quarantine/${mine.id}/replay`, { body });
    assert.ok(r.status < 300, r.text);
    assert.equal((await stored(server)) - was, 1);
    assert.equal((await person(server, "repair-1")).orders.count, 1);
});

test("metrics count calls and refusals", { skip }, async () => {
    const calls = await metric(server, 'custos_door_calls_total{result="accepted"}');
    const refused = await metric(server, 'custos_door_calls_total{result="refused"}');
    const unknown = await metric(server, 'custos_door_refused_requests_total{reason="key"}');
    await post("/v1/track", { userId: "m", event: "e" });
    await post("/v1/track", { userId: "m" });
    await post("/v1/track", { userId: "m", event: "e" }, { "x-write-key": "nobody" });
    assert.equal(await metric(server, 'custos_door_calls_total{result="accepted"}'), calls + 1);
    assert.equal(await metric(server, 'custos_door_calls_total{result="refused"}'), refused + 1);
    assert.equal(await metric(server, 'custos_door_refused_requests_total{reason="key"}'), unknown + 1);
});

// Raw bytes: what http.request would not send.
function raw(text, { wait = 400 } = {}) {
    return new Promise((resolve) => {
        const socket = net.connect(server.port, "127.0.0.1");
        let got = "";
        socket.on("data", (d) => (got += d));
        socket.on("error", () => {});
        socket.write(text);
        const timer = setTimeout(() => socket.destroy(), wait);
        socket.on("close", () => { clearTimeout(timer); resolve(got); });
    });
}

test("HTTP/1.0, chunks, pipelines, smuggling", { skip }, async () => {
    const body = JSON.stringify({ userId: "raw-1", event: "Seen" });
    const head = `Host: x\r\nAuthorization: ${basic}\r\n`;
    assert.match(await raw(`POST /v1/track HTTP/1.0\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`), /^HTTP\/1\.1 200 [^]*Connection: close[^]*"success":true/i);
    assert.match(await raw(`POST /v1/track HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`), /^HTTP\/1\.1 200 /);
    const one = `POST /v1/track HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    assert.equal((await raw(one + one + one)).match(/HTTP\/1\.1 200 /g).length, 3);
    assert.match(await raw(`POST /v1/track HTTP/1.1\r\n${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.match(await raw(`GET /v1/track HTTP/1.1\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.match(await raw(`HEAD /v1/projects/${key}/settings HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
});
