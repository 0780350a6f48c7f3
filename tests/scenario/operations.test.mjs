// SPDX-License-Identifier: Apache-2.0
// Operations: health, metrics, locks, wrong keys, other versions, read-only and damaged folders, clean
// ends. Each bad state has a clear answer and changes nothing.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, request, run } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start(); });
after(async () => { await server?.close(); });

test("health, metrics, version, robots", { skip }, async () => {
    assert.equal((await request(server.url, { path: "/health/live" })).json.status, "live");
    assert.equal((await request(server.url, { path: "/health/ready" })).json.status, "ready");
    assert.match((await request(server.url, { path: "/version" })).json.version, /^\d+\.\d+/);
    assert.match((await request(server.url, { path: "/robots.txt" })).text, /Disallow: \//);
    await server.track("/v1/track", { userId: "1", event: "Signed In" });
    await server.settled();
    const text = (await request(server.url, { path: "/metrics" })).text;
    for (const name of ["custos_journal_last_seq", "custos_projector_lag_records", "custos_people", "custos_timeline_events"])
        assert.match(text, new RegExp(`^# TYPE ${name} `, "m"));
    assert.match(text, /^custos_timeline_events 1$/m);
    assert.equal((await request(server.url, { path: "/" })).status, 200);
    assert.equal((await request(server.url, { path: "/setup" })).status, 200);
    assert.equal((await request(server.url, { path: "/assets/none.js" })).status, 404);
});

test("a second server on the folder is refused and the first goes on", { skip }, async () => {
    const second = server.cli(["serve", "--listen", "127.0.0.1:0"]);
    assert.equal(second.code, 5);
    assert.match(second.err, /server runs on this folder|another Custos/);
    assert.equal((await request(server.url, { path: "/health/ready" })).status, 200);
});

test("the local socket is for its user alone", { skip }, () => {
    assert.equal(statSync(join(server.data, "custos.sock")).mode & 0o777, 0o600);
    assert.equal(statSync(server.data).mode & 0o777, 0o700);
    assert.equal(statSync(server.key).mode & 0o777, 0o400);
});

test("SIGTERM ends cleanly; the log is JSON lines without personal data", { skip }, async () => {
    await server.track("/v1/identify", { userId: "canary-user", traits: { email: "canary-log@example.com", name: "Canary Logperson" } });
    await server.track("/v1/identify", "{\"broken\": \"canary-log@example.com\"");
    const end = await server.stop();
    assert.equal(end.code, 0);
    for (const line of server.log.trim().split("\n")) assert.doesNotThrow(() => JSON.parse(line), line);
    assert.doesNotMatch(server.log, /canary|Logperson/i);
    await server.serve();
});

const offline = (name, prepare, expected, pattern) =>
    test(name, { skip }, async () => {
        await server.stop();
        const base = mkdtempSync(join(tmpdir(), "custos-bad-"));
        cpSync(server.data, join(base, "shop"), { recursive: true, filter: (f) => !f.endsWith(".sock") });
        copyFileSync(server.key, join(base, "root.key"));
        copyFileSync(server.key + ".ratchet", join(base, "root.key.ratchet"));
        chmodSync(join(base, "root.key"), 0o400);
        const before = () => readdirSync(join(base, "shop"), { recursive: true }).sort().join("\n");
        const args = prepare(base) ?? [];
        const was = before();
        const r = run(["events", "count", "--data", join(base, "shop"), "--root-key", join(base, "root.key"), ...args]);
        assert.equal(r.code, expected, r.out + r.err);
        assert.match(r.err, pattern);
        if (expected === 6) assert.equal(before().replace(/.*(lock|sock|-wal|-shm)\n?/g, ""), was.replace(/.*(lock|sock|-wal|-shm)\n?/g, ""), "nothing changed");
        rmSync(base, { recursive: true, force: true });
        await server.serve();
    });

offline("a missing root key", (b) => { rmSync(join(b, "root.key"), { force: true }); }, 6, /root key|key/);
offline("a wrong root key", (b) => {
    const other = run(["init", "--data", join(b, "other"), "--root-key", join(b, "other.key"), "--non-interactive"]);
    assert.equal(other.code, 0, other.err);
    copyFileSync(join(b, "other.key"), join(b, "wrong.key"));
    chmodSync(join(b, "wrong.key"), 0o400);
    return ["--root-key", join(b, "wrong.key")];
}, 6, /another folder/);
offline("a damaged root key", (b) => {
    const file = join(b, "root.key");
    chmodSync(file, 0o600);
    writeFileSync(file, readFileSync(file, "utf8").replace(/.(?=.{10}\s*$)/, "!"));
    chmodSync(file, 0o400);
}, 6, /root key|damaged/);
offline("a folder of a later version", (b) => { const f = join(b, "shop", "custos.id"); writeFileSync(f, readFileSync(f, "utf8").replace("custos-data-2", "custos-data-3")); }, 6, /format/);
offline("a database of a later schema", (b) => { execFileSync("sqlite3", [join(b, "shop", "records.db"), "PRAGMA user_version = 99"]); }, 6, /newer|version/);
offline("a damaged custos.yaml", (b) => { writeFileSync(join(b, "shop", "custos.yaml"), "listn: x\n"); }, 2, /custos\.yaml:1/);
offline("a damaged dictionary", (b) => { writeFileSync(join(b, "shop", "dictionary.yaml"), "version: 1\nevents:\n  - nonsense\n"); }, 2, /line|events/);
offline("a backlog of less than four segments", () => ["--journal-backlog-bytes", "67108864"], 2, /journal_backlog_bytes.*at least 4 segments/);
offline("no shop in the folder", (b) => ["--data", join(b, "nowhere")], 3, /init/);

test("init refuses a folder that is not empty, a key inside the folder, a bad address", { skip }, () => {
    const base = mkdtempSync(join(tmpdir(), "custos-init-"));
    writeFileSync(join(base, "something"), "x");
    assert.equal(run(["init", "--data", base, "--non-interactive"]).code, 2);
    assert.equal(run(["init", "--data", join(base, "a"), "--root-key", join(base, "a", "root.key"), "--non-interactive"]).code, 2);
    assert.ok(!existsSync(join(base, "a", "custos.id")));
    assert.equal(run(["init", "--data", join(base, "b"), "--root-key", join(base, "b.key"), "--owner", "nobody", "--non-interactive"]).code, 2);
    assert.equal(run(["init", "--non-interactive"]).code, 2);
    assert.equal(run(["init", "--data", server.data, "--non-interactive"]).code, 5);
    rmSync(base, { recursive: true, force: true });
});

test("the doctor says what is good and what is bad", { skip }, async () => {
    const online = server.cli(["doctor", "--json"]);
    assert.equal(online.code, 0, online.out + online.err);
    await server.stop();
    const good = server.cli(["doctor", "--json"]);
    assert.equal(good.code, 0, good.out + good.err);
    assert.ok(JSON.parse(good.out).length >= 6);
    assert.ok(JSON.parse(good.out).every((r) => r.state === "good"));
    await server.serve();
});

test("documents are printed from the tables", { skip }, () => {
    for (const kind of ["openapi", "markdown", "ts", "man", "completion", "config"]) {
        const r = run(["spec", kind]);
        assert.equal(r.code, 0, r.err);
        assert.ok(r.out.length > 500, kind);
    }
    assert.equal(JSON.parse(run(["spec", "openapi"]).out).openapi, "3.1.0");
    assert.equal(run(["spec", "nonsense"]).code, 2);
});
