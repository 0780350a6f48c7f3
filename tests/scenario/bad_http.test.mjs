// SPDX-License-Identifier: Apache-2.0
// Bad HTTP: what no library would send. Slow clients are shed, connections are bounded, what could make
// two readers disagree about the end of a request is refused, old callers are served.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

// Sends bytes as they are; resolves with everything that came until the other side closed or `ms` of
// silence passed.
function raw(bytes, { port = server.port, ms = 1500, end = false } = {}) {
    return new Promise((resolve) => {
        let text = "", closed = false, timer;
        const s = net.connect(port, "127.0.0.1", () => { s.write(bytes); if (end) s.end(); });
        const finish = () => { clearTimeout(timer); s.destroy(); resolve({ text, closed, statuses: [...text.matchAll(/HTTP\/1\.[01] (\d\d\d) /g)].map((m) => Number(m[1])) }); };
        timer = setTimeout(finish, ms);
        s.on("data", (d) => { text += d.toString("latin1"); timer.refresh(); });
        s.on("close", () => { closed = true; finish(); });
        s.on("error", () => {});
    });
}
const basic = () => "Authorization: Basic " + Buffer.from(server.writeKey + ":").toString("base64") + "\r\n";
const post = (body, { path = "/v1/track", headers = basic(), version = "1.1", host = "Host: shop\r\n" } = {}) =>
    `POST ${path} HTTP/${version}\r\n${host}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const call = (n) => JSON.stringify({ userId: "wire", event: "Wire", messageId: `wire-${n}` });
const count = async () => (await server.settled(), await server.local("GET", "/v1/events/count?event=Wire")).json.count;
const alive = async () => assert.equal((await request(server.url, { path: "/health/live" })).status, 200);

// Started first, looked at in the last test: the server's patience is 15 s for a head, 30 s for a body.
const slow = [];
test("slow clients begin", { skip }, () => {
    const trickle = (first, piece, every) => new Promise((resolve) => {
        const started = Date.now();
        let text = "";
        const s = net.connect(server.port, "127.0.0.1", () => s.write(first));
        const timer = setInterval(() => { if (!s.destroyed) s.write(piece); }, every);
        s.on("data", (d) => { text += d; });
        s.on("error", () => {});
        s.on("close", () => { clearInterval(timer); resolve({ seconds: (Date.now() - started) / 1000, text }); });
    });
    slow.push(trickle("GET /health/live HTTP/1.1\r\nHost: shop\r\nX-A", "a", 500)); // a head that never ends
    slow.push(trickle("GET /health/live HTTP/1.1\r\nHost: shop\r\n", "X-A: b\r\n", 900));
    slow.push(trickle(`POST /v1/track HTTP/1.1\r\nHost: shop\r\n${basic()}Content-Length: 30000\r\n\r\n{`, "x", 700)); // a body of 30,000 bytes, one at a time
});

test("HTTP/1.0 callers", { skip }, async () => {
    const before = await count();
    const old = await raw(post(call("10a"), { version: "1.0", host: "" }));
    assert.deepEqual(old.statuses, [200]);
    assert.ok(old.closed, "one answer, then the connection is closed");
    const kept = await raw(post(call("10b"), { version: "1.0", host: "", headers: basic() + "Connection: keep-alive\r\n" }) + post(call("10c"), { version: "1.0", host: "" }));
    assert.deepEqual(kept.statuses, [200, 200]);
    await server.settled();
    assert.equal(await count(), before + 3);
});

test("pipelined requests are answered in order; garbage behind them ends the connection", { skip }, async () => {
    const before = await count();
    const two = await raw(post(call("p1")) + "GET /robots.txt HTTP/1.1\r\nHost: shop\r\n\r\n" + post(call("p2"), { headers: basic() + "Connection: close\r\n" }));
    assert.deepEqual(two.statuses, [200, 200, 200]);
    assert.ok(two.text.indexOf("User-agent") > two.text.indexOf("success"));
    for (const garbage of ["\0\0\0\0\r\n\r\n", "NOT HTTP AT ALL\r\n\r\n", "{\"json\":1}\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "GET\r\n\r\n", "G".repeat(9000)]) {
        const r = await raw(Buffer.from(post(call("p3")) + garbage, "latin1"), { ms: 400 });
        assert.equal(r.statuses[0], 200, JSON.stringify(garbage.slice(0, 20)));
        assert.ok(r.statuses.length === 1 || r.statuses[1] >= 400, r.text);
    }
    await server.settled();
    assert.equal(await count(), before + 3, "p3 is one event, however often it came");
    await alive();
});

test("where a request ends must not be a matter of opinion", { skip }, async () => {
    const before = await count();
    const smuggled = post(call("smuggled"));
    const head = `POST /v1/track HTTP/1.1\r\nHost: shop\r\n${basic()}`;
    const first = call("first");
    for (const [why, bytes] of [
        ["two lengths", `${head}Content-Length: ${first.length}\r\nContent-Length: 4\r\n\r\n${first}${smuggled}`],
        ["two equal lengths", `${head}Content-Length: ${first.length}\r\nContent-Length: ${first.length}\r\n\r\n${first}${smuggled}`],
        ["length and chunked", `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
        ["unknown coding", `${head}Transfer-Encoding: gzip\r\n\r\n${smuggled}`],
        ["chunked not last", `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
        ["a negative length", `${head}Content-Length: -5\r\n\r\n${smuggled}`],
        ["no number", `${head}Content-Length: ten\r\n\r\n${smuggled}`],
        ["beyond 64 bits", `${head}Content-Length: 99999999999999999999999\r\n\r\n${smuggled}`],
        ["a list", `${head}Content-Length: 4, 4\r\n\r\n${smuggled}`],
        ["two hosts", `${head}Host: other\r\nContent-Length: 2\r\n\r\n{}${smuggled}`],
        ["no host", `POST /v1/track HTTP/1.1\r\n${basic()}Content-Length: 2\r\n\r\n{}${smuggled}`],
        ["a broken chunk", `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${first}\r\n0\r\n\r\n${smuggled}`],
        ["a chunk beyond all bounds", `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n${smuggled}`],
    ]) {
        const r = await raw(bytes, { ms: 500 });
        assert.ok(r.statuses.every((s) => s >= 400), `${why}: ${r.text.slice(0, 300)}`);
        assert.ok(r.closed || why === "a chunk beyond all bounds", `${why}: the connection stayed open`); // that one waits for more
    }
    await server.settled();
    assert.equal(await count(), before, "nothing got in behind another request's back");
    const chunked = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${first.length.toString(16)}\r\n${first}\r\n0\r\n\r\n`, { ms: 400 });
    assert.deepEqual(chunked.statuses, [200], "an honest chunked body is fine");
});

test("oversize heads, targets and header counts", { skip }, async () => {
    for (const [why, bytes] of [
        ["one long header", `GET /health/live HTTP/1.1\r\nHost: shop\r\nX-A: ${"a".repeat(70000)}\r\n\r\n`],
        ["many headers", `GET /health/live HTTP/1.1\r\nHost: shop\r\n${"X-A: 1\r\n".repeat(9000)}\r\n`],
        ["a long target", `GET /${"a".repeat(70000)} HTTP/1.1\r\nHost: shop\r\n\r\n`],
        ["a long query", `GET /pixel/v1/track?${"a=b&".repeat(20000)} HTTP/1.1\r\nHost: shop\r\n\r\n`],
        ["a long method", `${"G".repeat(70000)} / HTTP/1.1\r\nHost: shop\r\n\r\n`],
    ]) {
        const r = await raw(bytes, { ms: 800 });
        assert.ok(r.closed, `${why}: the connection is closed`);
        assert.ok(r.statuses.every((s) => s >= 400 && s < 500) && r.statuses.length <= 1, `${why}: ${r.text.slice(0, 200)}`);
    }
    await alive();
});

test("methods and targets nobody needs", { skip }, async () => {
    const first = async (line, more = "") => (await raw(`${line}\r\nHost: shop\r\nConnection: close\r\n${more}\r\n`, { ms: 600 })).statuses[0];
    for (const method of ["TRACE", "CONNECT", "PROPFIND", "get", "DELETE"]) assert.ok([400, 405, 501].includes(await first(`${method} /health/live HTTP/1.1`)), method);
    for (const target of ["/v1/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd", "/assets/%00", "//v1/track", "/v1//track", "/../v1/track", "*", "/v1/people/%", "/v1/people/%00", "/v1/people/%c0%af"])
        assert.ok([400, 401, 404, 405].includes(await first(`GET ${target} HTTP/1.1`)), target);
    assert.equal(await first("HEAD /health/live HTTP/1.1"), 200);
    assert.ok([400, 505].includes(await first("GET /health/live HTTP/9.9")), "HTTP/9.9");
    assert.ok([400, 505, undefined].includes(await first("GET /health/live SHTTP/1.1")));
    const controls = await raw("GET /health/live HTTP/1.1\r\nHost: shop\r\nX-A: a\x00b\r\n\r\n", { ms: 400 });
    assert.ok(controls.statuses.length <= 1);
    await alive();
});

test("a client that leaves in the middle leaves nothing", { skip }, async () => {
    const before = await count();
    for (let i = 0; i < 20; i++) {
        const s = net.connect(server.port, "127.0.0.1");
        s.on("error", () => {});
        const bytes = post(call(`gone-${i}`));
        s.write(bytes.slice(0, bytes.length - 1 - i));
        await sleep(5);
        i % 2 ? s.destroy() : s.end();
    }
    await sleep(200);
    await server.settled();
    assert.equal(await count(), before);
    await alive();
});

test("Expect: 100-continue", { skip }, async () => {
    const body = call("expect");
    const s = net.connect(server.port, "127.0.0.1");
    let text = "";
    s.on("data", (d) => { text += d; });
    s.write(`POST /v1/track HTTP/1.1\r\nHost: shop\r\n${basic()}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
    for (let i = 0; i < 100 && !text.includes("100"); i++) await sleep(10);
    assert.match(text, /^HTTP\/1\.1 100/);
    s.write(body);
    for (let i = 0; i < 100 && !text.includes("200"); i++) await sleep(10);
    assert.match(text, /HTTP\/1\.1 200/);
    s.destroy();
});

test("connections are bounded, and the bound passes", { skip }, async () => {
    const small = await Server.start({ args: ["--connections-max", "16"] });
    try {
        const held = Array.from({ length: 60 }, () => {
            const s = net.connect(small.port, "127.0.0.1");
            s.on("error", () => {});
            return s;
        });
        await sleep(700);
        const open = Number(/^custos_http_connections (\d+)/m.exec((await small.local("GET", "/metrics")).text)[1]);
        assert.ok(open >= 1 && open <= 16 + 1, `${open} connections are served at a time, the local one among them`);
        held.forEach((s) => s.destroy());
        let r;
        for (let i = 0; i < 100 && r?.status !== 200; i++) {
            r = await request(small.url, { path: "/health/live" }).catch(() => undefined);
            await sleep(20);
        }
        assert.equal(r.status, 200);
    } finally {
        await small.close();
    }
});

test("connections of one address are bounded when the shop says so", { skip }, async () => {
    const small = await Server.start({ args: ["--connections-per-ip-max", "3"] });
    try {
        const held = Array.from({ length: 8 }, () => {
            const s = net.connect(small.port, "127.0.0.1");
            s.on("error", () => {});
            s.on("close", () => { s.gone = true; });
            return s;
        });
        await sleep(500);
        assert.ok(held.filter((s) => !s.gone).length <= 3);
        held.forEach((s) => s.destroy());
        await sleep(200);
    } finally {
        await small.close();
    }
});

test("slow clients were shed: a head after 15 s, a body after 30 s, with 408", { skip, timeout: 60_000 }, async () => {
    const [head, header, body] = await Promise.all(slow);
    for (const r of [head, header]) {
        assert.ok(r.seconds > 10 && r.seconds < 25, `${r.seconds} s`);
        assert.match(r.text, /^HTTP\/1\.1 408/);
    }
    assert.ok(body.seconds > 25 && body.seconds < 45, `${body.seconds} s`);
    assert.match(body.text, /^HTTP\/1\.1 408/);
    const text = (await request(server.url, { path: "/metrics" })).text;
    assert.match(text, /reason="slow"\} [1-9]/);
    await alive();
});
