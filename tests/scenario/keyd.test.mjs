// SPDX-License-Identifier: Apache-2.0
// The key process of a real server: one child, shut in; the root key is nowhere in the server's memory nor
// within its reach; when either of the two is killed nothing is answered on a guess and nothing is lost.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => { if (!skip) server = await Server.start({ keep: true }); });
after(async () => { if (server) { await server.stop().catch(() => {}); rmSync(server.base, { recursive: true, force: true }); } });

const status = (pid) => Object.fromEntries(readFileSync(`/proc/${pid}/status`, "utf8").split("\n").map((l) => l.split(":\t")).filter((p) => p.length === 2));
const children = (pid) => readdirSync("/proc").filter((p) => /^\d+$/.test(p)).filter((p) => { try { return status(p).PPid === String(pid); } catch { return false; } }).map(Number);
const keyProcess = (s = server) => {
    const mine = children(s.child.pid).filter((p) => readFileSync(`/proc/${p}/cmdline`, "utf8").split("\0").includes("keyd"));
    assert.equal(mine.length, 1, "one key process");
    return mine[0];
};
const isThere = (pid) => { try { return status(pid).State[0] !== "Z"; } catch { return false; } };
const gone = async (pid) => { for (let i = 0; i < 400 && isThere(pid); i++) await sleep(25); return !isThere(pid); };

// The 64 secret bytes of the root key's file, as they would lie in memory, and as text.
function secrets() {
    const text = readFileSync(server.key, "utf8").split(" ")[1];
    const bytes = Buffer.from(text, "base64");
    return [bytes.subarray(0, 32), bytes.subarray(32, 64), Buffer.from(text)].filter((b) => b.length >= 32);
}

// Every readable page of a process; null when this machine does not let us look.
function holds(pid, needles) {
    const found = new Set();
    let fd;
    try { fd = openSync(`/proc/${pid}/mem`, "r"); } catch { return null; }
    try {
        for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
            const m = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line);
            if (!m || /\[(vvar|vsyscall|vdso)/.test(line)) continue;
            const from = Number.parseInt(m[1], 16), to = Number.parseInt(m[2], 16);
            if (to - from > 1 << 30) continue; // a sanitizer's shadow
            const chunk = Buffer.alloc(1 << 20);
            for (let at = from; at < to; at += chunk.length - 64) {
                let n;
                try { n = readSync(fd, chunk, 0, Math.min(chunk.length, to - at), at); } catch { break; }
                for (const needle of needles) if (chunk.subarray(0, n).includes(needle)) found.add(needle.toString("hex").slice(0, 8));
                if (n < chunk.length) break;
            }
        }
    } finally { closeSync(fd); }
    return found;
}

test("the server has one key process, which is shut in", { skip }, () => {
    const pid = keyProcess(), s = status(pid);
    assert.equal(s.NoNewPrivs, "1");
    assert.equal(s.Seccomp, "2");
    assert.match(server.log, /"event":"keyd.ready","landlock":\d+,"seccomp":1/);
    assert.match(server.log, /"event":"sandbox.files","landlock":\d+/);
    const own = status(server.child.pid);
    assert.equal(own.NoNewPrivs, "1");
    assert.equal(own.Seccomp, "2");
    const files = readdirSync(`/proc/${pid}/fd`).map((f) => { try { return readlinkSync(`/proc/${pid}/fd/${f}`); } catch { return ""; } });
    for (const f of files) assert.match(f, /^$|\/dev\/null|^socket:|^pipe:|root\.key\.ratchet$|\/shop\/(keys|audit)\//, f);
});

test("the root key is in the key process and not in the server", { skip }, async (t) => {
    await server.owner();
    await server.track("/v1/identify", { userId: "k1", traits: { email: "keyd@example.com", name: "Key Person" } });
    await server.settled();
    assert.equal((await server.staff("GET", "/v1/people?limit=5")).status, 200);
    const inServer = holds(server.child.pid, secrets());
    if (inServer === null) return t.skip("this machine does not let us read a process's memory");
    assert.deepEqual([...inServer], []);
    const inKeyProcess = holds(keyProcess(), secrets());
    assert.ok(inKeyProcess === null || inKeyProcess.size > 0, "the search finds it where it is");
});

test("what a member of staff reads goes through it", { skip }, async () => {
    const list = await server.staff("GET", "/v1/people?limit=5");
    assert.equal(list.status, 200);
    const person = await server.staff("GET", `/v1/people/${list.json.items[0].id}`);
    assert.equal(person.status, 200);
    assert.match(person.text, /keyd@example\.com/);
});

test("kill -9 of the server leaves no key process, and nothing acknowledged is lost", { skip }, async () => {
    const pid = keyProcess();
    let acknowledged = 0;
    for (let i = 0; i < 20; i++)
        if ((await server.track("/v1/track", { userId: `u${i}`, event: "Product Viewed", messageId: `m${i}` })).status === 200) acknowledged++;
    await server.kill();
    assert.ok(await gone(pid), "the key process ends with its server");
    await server.serve();
    await server.settled();
    const count = (await server.local("GET", "/v1/events/count")).json.count;
    assert.ok(count >= acknowledged, `${count} of ${acknowledged}`);
});

test("kill -9 of the key process: not ready, nothing opened, the server ends; nothing is lost", { skip }, async () => {
    const before = (await server.local("GET", "/v1/events/count")).json.count;
    let acknowledged = 0;
    for (let i = 0; i < 20; i++)
        if ((await server.track("/v1/track", { userId: `v${i}`, event: "Product Viewed", messageId: `n${i}` })).status === 200) acknowledged++;
    process.kill(keyProcess(), "SIGKILL");
    const answers = [];
    for (let i = 0; i < 8; i++) {
        const ready = await request(server.url, { path: "/health/ready" }).catch(() => null);
        const list = await server.local("GET", "/v1/people?limit=5").catch(() => null);
        if (ready) answers.push(ready.status);
        if (list && i > 0) assert.doesNotMatch(list.text, /Key Person|keyd@example/);
        await sleep(20);
    }
    assert.ok(answers.includes(503), `ready said ${answers}`);
    server.child.ref();
    const end = await server.exited;
    assert.equal(end.code, 7, server.log.slice(-3000));
    assert.match(server.log, /"event":"serve.key_process_ended"/);
    await server.serve();
    await server.settled();
    assert.equal((await server.local("GET", "/v1/events/count")).json.count, before + acknowledged);
    assert.match((await server.local("GET", "/v1/people?limit=50")).text, /Key Person|keyd@example/);
});

test("the same folder opens with the keys inside, and with the sandbox off", { skip }, async () => {
    await server.stop();
    server.options.args = ["--key-process", "inside", "--sandbox=false"];
    await server.serve();
    assert.deepEqual(children(server.child.pid), []);
    assert.equal(status(server.child.pid).Seccomp, "0");
    assert.match((await server.local("GET", "/v1/people?limit=50")).text, /Key Person|keyd@example/);
    await server.stop();
    server.options.args = [];
    await server.serve();
});

test("a wrong, missing or open root key is told as before", { skip }, async () => {
    const other = await Server.start();
    try {
        const wrong = server.cli(["doctor"]);
        assert.equal(wrong.code, 0, wrong.err); // a server runs on it
        await other.stop();
        const { run } = await import("../lib/server.mjs");
        const args = (key) => ["serve", "--data", other.data, "--listen", "127.0.0.1:0", "--root-key", key];
        const foreign = run(args(server.key));
        assert.equal(foreign.code, 6);
        assert.match(foreign.err, /root key belongs to another folder/);
        const missing = run(args(join(other.base, "no.key")));
        assert.equal(missing.code, 6);
        assert.match(missing.err, /root key file is missing/);
        await other.serve();
    } finally { await other.close(); }
});

test("faults are the server's own; the key process has its variable", { skip }, async () => {
    await server.stop();
    server.options.env = { CUSTOS_FAULT_KEYD: "alloc:5+" };
    const failed = await server.serve().then(() => null, (e) => e);
    assert.match(String(failed), /out_of_memory|no memory|No memory|key process/);
    server.options.env = { CUSTOS_FAULT_KEYD: "io:400+" }; // the key store's disk fails while events come
    const started = await server.serve().then(() => true, () => false);
    const sent = [];
    for (let i = 0; started && i < 10; i++)
        sent.push((await server.track("/v1/identify", { userId: `f${i}`, messageId: `f${i}`, traits: { email: `f${i}@example.com` } }).catch(() => ({ status: 0 }))).status);
    await server.kill();
    server.options.env = {};
    await server.serve();
    await server.settled();
    for (let i = 0; i < sent.length; i++)
        if (sent[i] === 200) assert.match((await server.local("POST", "/v1/people/search", { q: `f${i}@example.com` })).text, new RegExp(`f${i}@example`));
});
