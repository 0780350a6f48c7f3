// SPDX-License-Identifier: Apache-2.0
// Every recording of a real client, replayed on the wire: each answer is the one such a client expects
// and each message is stored exactly once. CUSTOS_RECORDINGS names a further folder of recordings.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Server, haveBinary, request } from "../lib/server.mjs";
import { stored } from "./lib/shop.mjs";

const skip = !haveBinary && "build/custos is not built";
const folders = [join(dirname(fileURLToPath(import.meta.url)), "fixtures", "clients")];
if (process.env.CUSTOS_RECORDINGS && existsSync(process.env.CUSTOS_RECORDINGS)) folders.push(process.env.CUSTOS_RECORDINGS);
const recordings = folders.flatMap((root) => readdirSync(root).map((d) => join(root, d)).filter((d) => statSync(d).isDirectory())
    .flatMap((d) => readdirSync(d).filter((f) => f.endsWith(".json")).map((f) => ({ name: relative(root, join(d, f)), path: join(d, f) }))));
const recordedKey = "WK_TEST_123";
const callMax = 32768;

let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

// The recording as it would be made now with this server's key: times of that day move to this one.
function adapt(text, recordedAt) {
    const shift = Date.now() - Date.parse(recordedAt) - 1000;
    const day = recordedAt.slice(0, 10);
    const basic = (key) => Buffer.from(key + ":").toString("base64");
    return text
        .replaceAll(basic(recordedKey), basic(server.writeKey))
        .replaceAll(recordedKey, server.writeKey)
        .replaceAll(new RegExp(`"${day}T[0-9:.]+Z"`, "g"), (m) => JSON.stringify(new Date(Date.parse(m.slice(1, -1)) + shift).toISOString()));
}

function bytesOf(rq) {
    if (rq.body === undefined || rq.body === null) return undefined;
    const text = typeof rq.body === "string" ? rq.body : JSON.stringify(rq.body);
    return rq.body_encoding === "gzip" ? gzipSync(text) : Buffer.from(text);
}

// The recorded collector redirected some; where it sent the client to is no path of ours, and we never
// redirect.
const ours = (recording) => {
    const targets = recording.requests.map((rq) => rq.response?.headers?.Location).filter(Boolean);
    return recording.requests.filter((rq) => !targets.includes(rq.path));
};

// The calls of one request: a batch's, or the body itself.
const callsOf = (rq) => rq.body?.batch ?? (rq.body && !rq.body.series ? [rq.body] : []);

function headersOf(rq) {
    const headers = {};
    for (const [name, value] of rq.headers) if (!/^(host|content-length|connection|transfer-encoding)$/i.test(name)) headers[name] = value;
    return headers;
}

function checkAnswer(rq, rs, oversize) {
    assert.ok(rs.status < 300 || rs.status >= 400, `${rq.path} redirects`);
    assert.notEqual(rs.status, 410);
    const origin = rq.headers.find(([n]) => n.toLowerCase() === "origin")?.[1];
    if (origin) assert.equal(rs.headers["access-control-allow-origin"], origin, rq.path);
    if (rq.method === "OPTIONS") {
        assert.equal(rs.status, 204);
        const asked = rq.headers.find(([n]) => n.toLowerCase() === "access-control-request-headers")?.[1] ?? "";
        const allowed = rs.headers["access-control-allow-headers"].split(/,\s*/);
        for (const name of asked.split(",").filter(Boolean)) assert.ok(allowed.includes(name.trim().toLowerCase()), name);
    } else if (/analytics\.min\.js|\/bundles\//.test(rq.path)) {
        assert.equal(rs.status, 404); // the snippet's script is not shipped
    } else {
        assert.equal(rs.status, 200, `${rq.method} ${rq.path}: ${rs.text}`);
    }
    if (/settings$/.test(rq.path)) assert.equal(rs.json.integrations["Segment.io"].apiHost, new URL(server.url).host + "/v1");
    if (rs.json?.refused) assert.equal(rs.json.refused.length, oversize);
}

for (const { name, path } of recordings) {
    test(name, { skip }, async () => {
        const was = await stored(server);
        const original = JSON.parse(readFileSync(path, "utf8"));
        const recording = JSON.parse(adapt(JSON.stringify(original), original.recorded_at));
        const messages = new Set();
        for (const rq of ours(recording)) {
            const calls = rq.method === "POST" ? callsOf(rq) : [];
            const large = calls.filter((c) => Buffer.byteLength(JSON.stringify(c)) > callMax);
            for (const c of calls) if (!large.includes(c)) messages.add(c.messageId);
            const rs = await request(server.url, { method: rq.method, path: rq.path, headers: headersOf(rq), body: bytesOf(rq) });
            checkAnswer(rq, rs, large.length);
        }
        assert.equal((await stored(server)) - was, messages.size);
    });
}

test("all of them again: not one event more", { skip }, async () => {
    const was = await stored(server);
    for (const { path } of recordings) {
        const original = JSON.parse(readFileSync(path, "utf8"));
        const recording = JSON.parse(adapt(JSON.stringify(original), original.recorded_at));
        for (const rq of ours(recording).filter((r) => r.method === "POST"))
            await request(server.url, { method: "POST", path: rq.path, headers: headersOf(rq), body: bytesOf(rq) });
    }
    assert.equal(await stored(server), was);
});
