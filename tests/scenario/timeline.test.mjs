// SPDX-License-Identifier: Apache-2.0
// The store of events from outside: custos timeline stats, check, compact; damage is named and the rest serves.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, request, run } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

const runs = () => readdirSync(join(server.data, "timeline")).filter((f) => f.endsWith(".run"));
const send = async (n, from) => {
    for (let i = 0; i < n; i++)
        await server.track("/v1/track", { userId: `u${i % 5}`, event: "Product Viewed", properties: { product_id: `sku-${from + i}`, price: 10 + i } });
    await server.settled();
};

test("stats, check and compact of a shop", { skip }, async () => {
    await send(20, 0);
    await server.stop(); // the tail is written
    await server.serve();
    await send(20, 100);
    await server.stop();
    const stats = JSON.parse(server.cli(["timeline", "stats", "--json"]).out);
    assert.equal(stats.events, 40);
    assert.equal(stats.removing, 0);
    assert.equal(stats.files, runs().length);
    for (const name of ["kind", "time_ms", "seq", "words", "sealed", "persons", "tables"])
        assert.ok(stats.columns.some((c) => c.column === name), name);
    assert.equal(stats.columns.reduce((sum, c) => sum + c.bytes, 0), stats.bytes, "every byte belongs to something");
    assert.match(server.cli(["timeline", "stats"]).out, /40 in files/);
    assert.deepEqual(JSON.parse(server.cli(["timeline", "check", "--json"]).out), { good: true });
    const done = server.cli(["timeline", "compact"]);
    assert.equal(done.code, 0, done.err);
    assert.equal(runs().length, 1);
    assert.equal(JSON.parse(server.cli(["timeline", "stats", "--json"]).out).events, 40);
    await server.serve();
});

test("compact is refused while the server runs; check and stats are not", { skip }, async () => {
    assert.equal(server.cli(["timeline", "compact"]).code, 5);
    assert.equal(server.cli(["timeline", "check"]).code, 0);
    assert.equal(server.cli(["timeline", "stats"]).code, 0);
});

test("a flipped bit is named, by check and by doctor, and the server starts", { skip }, async () => {
    await server.stop();
    const path = join(server.data, "timeline", runs()[0]);
    const good = readFileSync(path), bad = Buffer.from(good);
    bad[40] ^= 1; // in the first words or columns
    writeFileSync(path, bad);
    const check = server.cli(["timeline", "check"]);
    assert.equal(check.code, 6);
    assert.match(check.out, new RegExp(`${runs()[0]} is damaged: .* of block 0`));
    assert.match(check.err, /damaged/);
    assert.notEqual(server.cli(["doctor"]).code, 0);
    await server.serve();
    assert.equal((await request(server.url, { path: "/health/ready" })).status, 200);
    await server.stop();
    writeFileSync(path, good);
    assert.equal(server.cli(["timeline", "check"]).code, 0);
    await server.serve();
});

test("no folder, no store", { skip }, () => {
    const none = run(["timeline", "stats", "--data", join(server.data, "none")]);
    assert.equal(none.code, 3);
    assert.match(none.err, /no store of events/);
});
