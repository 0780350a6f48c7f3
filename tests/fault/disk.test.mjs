// SPDX-License-Identifier: Apache-2.0
// Full, read-only and failing disks under a running server: never an acknowledgement without durability,
// a typed answer with Retry-After, the server stays up, and when the disk is back it goes on by itself
// with nothing lost and nothing twice. Full and read-only disks are real ones (small file systems in
// memory, which needs root); what fails in between is injected.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const mounts = [];

// A file system of that many MiB, or undefined where this process may not mount.
function mount(path, mib) {
    try {
        mkdirSync(path, { recursive: true });
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=700`, "tmpfs", path], { stdio: "ignore" });
        mounts.push(path);
        return path;
    } catch {
        return undefined;
    }
}
function unmount(path) {
    const at = mounts.lastIndexOf(path);
    if (at < 0) return;
    mounts.splice(at, 1);
    execFileSync("umount", [path], { stdio: "ignore" });
}
// All that is mounted there, one over the other: so that what failed before is what the test says, not a folder that is busy.
function unmountAll(path) { while (mounts.includes(path)) unmount(path); }
let mountable = false;
before(() => {
    if (skip) return;
    const probe = mkdtempSync(join(tmpdir(), "custos-probe-"));
    mountable = mount(probe, 1) !== undefined;
    unmount(probe);
    rmSync(probe, { recursive: true, force: true });
});
after(() => { for (const path of [...mounts].reverse()) try { execFileSync("umount", ["-l", path], { stdio: "ignore" }); } catch { /* gone */ } });

// Takes all space that is left; the file that holds it.
function fill(folder) {
    const path = join(folder, "filler");
    const fd = openSync(path, "w");
    for (let size = 1 << 20; size >= 1; ) {
        try { if (writeSync(fd, Buffer.alloc(size)) < size) throw new Error("short"); } catch { size >>= 1; }
    }
    closeSync(fd);
    return path;
}

const perBatch = 100;
class Sender {
    constructor(server) { this.server = server; this.next = 0; this.batches = []; this.statuses = {}; }
    batch(n) {
        return Array.from({ length: perBatch }, (_, i) => ({ type: "track", event: "Disk Event", userId: `d${(n + i) % 37}`, messageId: `disk-${n}-${i}`, properties: { product_id: `p${i}`, note: "x".repeat(150) } }));
    }
    async send(n) {
        const r = await this.server.track("/v1/batch", { batch: this.batch(n) });
        this.statuses[r.status] = (this.statuses[r.status] ?? 0) + 1;
        this.last = r;
        return r.status;
    }
    // One new batch: the status.
    async one() {
        const n = this.next++;
        const status = await this.send(n);
        this.batches.push([n, status]);
        return status;
    }
    acknowledged() { return this.batches.filter(([, s]) => s === 200).length * perBatch; }
}
const count = async (server) => (await server.local("GET", "/v1/events/count?event=Disk%20Event")).json.count;
async function until(what, fn, ms = 20_000) {
    const end = Date.now() + ms;
    while (Date.now() < end) {
        if (await fn()) return;
        await sleep(50);
    }
    throw new Error(`waited in vain until ${what}`);
}
const ready = async (server) => (await request(server.url, { path: "/health/ready" })).status === 200;

// What was acknowledged is there; after all is sent once more everything is there once.
async function settle(server, sender) {
    await server.settled();
    const before = await count(server);
    assert.ok(before >= sender.acknowledged(), `acknowledged ${sender.acknowledged()}, stored ${before}`);
    for (const [n] of sender.batches) assert.equal(await sender.send(n), 200);
    await server.settled();
    assert.equal(await count(server), sender.next * perBatch, "each event once");
}

// Refused as documented: storage_full or io, whole seconds of Retry-After where waiting helps.
function refused(r) {
    assert.ok([429, 500, 507].includes(r.status), `${r.status} ${r.text}`);
    assert.match(r.headers["content-type"], /problem\+json/);
    assert.ok(["storage_full", "io", "busy"].includes(r.json.code), r.text);
    if (r.status !== 500) assert.match(r.headers["retry-after"], /^\d+$/);
    assert.equal(r.headers["access-control-allow-origin"], "*");
}

async function onSmallDisk(mib, fn) {
    const base = mkdtempSync(join(tmpdir(), "custos-disk-"));
    const shop = mount(join(base, "shop"), mib);
    const server = await Server.start({ base, keep: true, args: ["--journal-segment-bytes", "1048576"] });
    try {
        await fn(server, shop);
        await server.close();
    } finally {
        await server.kill().catch(() => {});
        unmountAll(shop);
        rmSync(base, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }); // a mount that was busy goes a moment later
    }
}

test("a full disk: refused with 507 and Retry-After, up all the time, goes on when there is space", { skip, timeout: 60_000 }, async (t) => {
    if (!mountable) return t.skip("needs root and mount");
    await onSmallDisk(24, async (server, shop) => {
        const sender = new Sender(server);
        for (let i = 0; i < 5; i++) assert.equal(await sender.one(), 200);
        await server.settled();
        const filler = fill(shop);
        await until("the intake refuses", async () => (await sender.one()) !== 200);
        refused(sender.last);
        assert.equal(sender.last.status, 507);
        // still there, honest about it, readable
        assert.equal((await request(server.url, { path: "/health/live" })).status, 200);
        await until("it says that it is not ready", async () => !(await ready(server)));
        assert.match((await request(server.url, { path: "/health/ready" })).json.reason, /disk is full|storing events fails/);
        assert.equal((await server.local("GET", "/v1/people")).status, 200);
        assert.ok((await server.local("GET", "/v1/events/count")).json.count >= 5 * perBatch - perBatch);
        for (let i = 0; i < 20; i++) if ((await sender.one()) !== 200) refused(sender.last);
        // what staff would change is refused as a whole: there is no room for it, or not even for the entry that has to come first
        const full = (r) => assert.ok(r.status === 507 || (r.status === 503 && /audit log cannot be written \(storage_full\)/.test(r.json.detail)), r.text);
        const sources = (await server.local("GET", "/v1/sources")).json.items.length;
        const made = await server.local("POST", "/v1/sources", { name: "No room" });
        if (made.status !== 201) {
            full(made);
            assert.equal((await server.local("GET", "/v1/sources")).json.items.length, sources);
        }
        const version = (await server.local("GET", "/v1/dictionary")).json.version;
        const text = "version: 1\n" + "# a long comment\n".repeat(5000);
        const put = await server.local("PUT", "/v1/dictionary", { text, version });
        full(put);
        assert.notEqual((await server.local("GET", "/v1/dictionary")).json.text, text);
        const spool = readdirSync(join(shop, "spool")).length;
        const upload = await server.local("POST", "/v1/imports?kind=people", Buffer.from("email\n" + "someone@disk.example\n".repeat(20000)));
        full(upload);
        assert.equal(readdirSync(join(shop, "spool")).length, spool, "no half an upload stays");
        assert.deepEqual(readdirSync(shop, { recursive: true }).filter((n) => /\.(new|tmp)$/.test(n)), []);
        // space again: without a restart and without a request
        rmSync(filler);
        await until("it is ready again", () => ready(server));
        assert.equal(await sender.one(), 200);
        await settle(server, sender);
        assert.doesNotMatch(server.log, /"level":"error".*"code":"(internal|corrupt)"/);
    });
});

test("killed on a full disk: nothing acknowledged is lost; it starts, or says why not", { skip, timeout: 60_000 }, async (t) => {
    if (!mountable) return t.skip("needs root and mount");
    await onSmallDisk(24, async (server, shop) => {
        const sender = new Sender(server);
        for (let i = 0; i < 3; i++) await sender.one();
        const filler = fill(shop);
        await until("the intake refuses", async () => (await sender.one()) !== 200);
        for (let round = 0; round < 3; round++) {
            await server.kill();
            server.child = undefined;
            const started = server.serve().then(() => true, (e) => e);
            const end = await Promise.race([started, sleep(4000).then(() => "not ready")]);
            if (end instanceof Error && /ended with/.test(end.message)) {
                assert.match(end.message, /ended with 6: [^]*"code":"(storage_full|io)"/);
            } else {
                assert.equal((await server.local("GET", "/health/live")).status, 200);
                const r = await request(null, { method: "POST", path: "/v1/batch", body: { batch: sender.batch(1), writeKey: server.writeKey }, socketPath: join(server.data, "custos.sock") });
                assert.ok([200, 429, 500, 507].includes(r.status), r.text);
            }
        }
        await server.kill();
        rmSync(filler);
        await server.serve();
        await settle(server, sender);
    });
});

test("a folder that becomes read-only: refused, up, goes on when it is writable", { skip, timeout: 60_000 }, async (t) => {
    if (!mountable) return t.skip("needs root and mount");
    await onSmallDisk(48, async (server, shop) => {
        const sender = new Sender(server);
        for (let i = 0; i < 3; i++) await sender.one();
        // What is open stays writable; every new file is refused. Made read-only beside and then laid over in one step: a file that
        // the server opens in between would keep it from becoming read-only.
        const beside = `${shop}-read-only`;
        mkdirSync(beside);
        for (const args of [["--bind", shop, beside], ["-o", "remount,ro,bind", beside], ["--bind", beside, shop]]) execFileSync("mount", args);
        execFileSync("umount", [beside]);
        mounts.push(shop);
        await until("the intake refuses", async () => (await sender.one()) !== 200);
        refused(sender.last);
        assert.equal(sender.last.status, 507);
        assert.equal((await server.local("GET", "/health/live")).status, 200);
        assert.equal((await server.local("GET", "/v1/people")).status, 200);
        for (let i = 0; i < 10; i++) if ((await sender.one()) !== 200) refused(sender.last);
        execFileSync("umount", ["-l", shop]);
        mounts.pop();
        await until("it is ready again", () => ready(server));
        await until("the intake accepts", async () => (await sender.one()) === 200);
        await settle(server, sender);
    });
});

test("serve and commands on a read-only folder say so and change nothing", { skip, timeout: 60_000 }, async (t) => {
    if (!mountable) return t.skip("needs root and mount");
    const base = mkdtempSync(join(tmpdir(), "custos-ro-"));
    const shop = mount(join(base, "shop"), 24);
    try {
        const args = ["--data", shop, "--root-key", join(base, "root.key")];
        assert.equal(run(["init", ...args, "--non-interactive"]).code, 0);
        execFileSync("mount", ["-o", "remount,ro", shop]);
        const before = readdirSync(shop, { recursive: true }).sort();
        for (const command of [["serve", "--listen", "127.0.0.1:0"], ["events", "count"], ["source", "list"], ["import", "people", "/dev/null"]]) {
            const r = run([...command, ...args]);
            assert.equal(r.code, 6, `${command[0]}: ${r.code} ${r.out}${r.err}`);
            assert.match(r.err, /[Rr]ead-only|full/, command[0]);
        }
        assert.deepEqual(readdirSync(shop, { recursive: true }).sort(), before);
        const inside = run(["init", "--data", join(shop, "second"), "--root-key", join(base, "second.key"), "--non-interactive"]);
        assert.equal(inside.code, 6, inside.err);
        assert.ok(!existsSync(join(base, "second.key")), "no key of a shop that was not made");
        execFileSync("mount", ["-o", "remount,rw", shop]);
        assert.equal(run(["events", "count", ...args]).code, 0);
    } finally {
        unmount(shop);
        rmSync(base, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }); // a mount that was busy goes a moment later
    }
});

test("init on a full disk leaves nothing half-made", { skip, timeout: 60_000 }, async (t) => {
    if (!mountable) return t.skip("needs root and mount");
    const base = mkdtempSync(join(tmpdir(), "custos-init-full-"));
    const shop = mount(join(base, "disk"), 1);
    try {
        const filler = fill(shop);
        const args = ["--data", join(shop, "shop"), "--root-key", join(base, "root.key"), "--non-interactive"];
        const r = run(["init", ...args]);
        assert.equal(r.code, 6, r.out + r.err);
        assert.match(r.err, /full|space/i);
        assert.ok(!existsSync(join(base, "root.key")), "no key of a shop that was not made");
        rmSync(filler);
        unmount(shop);
        mount(shop, 24);
        assert.equal(run(["init", ...args]).code, 0, "the same command works afterwards");
    } finally {
        for (const path of [...mounts]) unmount(path);
        rmSync(base, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }); // a mount that was busy goes a moment later
    }
});

test("a folder without the right to write says so (not root)", { skip }, (t) => {
    if (process.getuid() === 0) return t.skip("root may write everywhere");
    const base = mkdtempSync(join(tmpdir(), "custos-rights-"));
    const args = ["--data", join(base, "shop"), "--root-key", join(base, "root.key")];
    assert.equal(run(["init", ...args, "--non-interactive"]).code, 0);
    for (const name of ["journal", "timeline", "seen", "spool", ""]) chmodSync(join(base, "shop", name), 0o500);
    const r = run(["events", "count", ...args]);
    assert.notEqual(r.code, 0);
    assert.match(r.err, /denied|right|read-?only/i);
    for (const name of ["", "journal", "timeline", "seen", "spool"]) chmodSync(join(base, "shop", name), 0o700);
    rmSync(base, { recursive: true, force: true });
});

test("every write fails from some moment on (EIO, ENOSPC): never 200 without durability; a restart has all", { skip, timeout: 60_000 }, async () => {
    const server = await Server.start({ keep: true, args: ["--journal-segment-bytes", "1048576"] });
    const sender = new Sender(server);
    for (let i = 0; i < 2; i++) assert.equal(await sender.one(), 200);
    await server.stop();
    // where the server is up, in operations since its start: found by trying
    let up = 0;
    const attempts = { started: 0, refused: 0, ended: 0 };
    for (let n = 60; attempts.started < 8 && n < 4000; n = Math.max(n + 4, Math.floor(n * (up ? 1.35 : 1.12)))) {
        server.options.env = { CUSTOS_FAULT: `io:${n}+` };
        const end = await Promise.race([server.serve().then(() => "ready", (e) => e), sleep(2500).then(() => "not ready")]);
        if (end instanceof Error && /ended with/.test(end.message)) {
            assert.match(end.message, /ended with [67]: [^]*"code":"(io|storage_full|unavailable)"/, `io:${n}+`); // asking the key process fails, too
            attempts.ended++;
            continue;
        }
        up = n;
        attempts.started++;
        for (let i = 0; i < 4; i++) {
            const k = sender.next++;
            const r = await request(null, { method: "POST", path: "/v1/batch", body: { batch: sender.batch(k), writeKey: server.writeKey }, socketPath: join(server.data, "custos.sock") });
            sender.batches.push([k, r.status]);
            if (r.status !== 200) { refused(r); attempts.refused++; }
        }
        assert.equal((await server.local("GET", "/health/live")).status, 200);
        assert.ok([200, 500, 503, 507].includes((await server.local("GET", "/v1/people")).status));
        server.child.kill("SIGTERM");
        const over = await Promise.race([server.exited, sleep(15_000)]);
        assert.ok(over && [0, 6, 7].includes(over.code), `io:${n}+ ended with ${JSON.stringify(over)}: ${server.log.slice(-3000)}`);
        assert.doesNotMatch(server.log, /AddressSanitizer|runtime error:/);
    }
    assert.ok(attempts.started >= 4 && attempts.refused >= 4 && attempts.ended >= 2, JSON.stringify(attempts));
    server.options.env = undefined;
    await server.serve();
    await settle(server, sender);
    await server.close();
    rmSync(server.base, { recursive: true, force: true });
});
