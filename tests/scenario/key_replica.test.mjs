// SPDX-License-Identifier: Apache-2.0
// Key replicas with real processes on loopback: pairing, following, an erasure acknowledged, a replica that was
// away, strangers, both sides killed at any moment, and the day the shop's machine is lost.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, binary, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 300_000 };
const folders = [];
const living = new Set();
process.on("exit", () => { for (const child of living) child.kill("SIGKILL"); });
after(() => { for (const f of folders) rmSync(f, { recursive: true, force: true }); });

class Replica {
    constructor() {
        this.base = mkdtempSync(join(tmpdir(), "custos-replica-"));
        folders.push(this.base);
        this.folder = join(this.base, "replica");
        const made = run(["keys", "replica", "init", this.folder, "--json"]);
        assert.equal(made.code, 0, made.err);
        this.key = JSON.parse(made.out).key;
        this.port = 0;
    }
    pair(line) {
        const r = run(["keys", "replica", "pair", this.folder, line]);
        assert.equal(r.code, 0, r.err);
    }
    async start() {
        this.log = "";
        this.child = spawn(binary, ["keyd", "--replica", "--folder", this.folder, "--listen", `127.0.0.1:${this.port}`, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
        const child = this.child;
        living.add(child);
        this.exited = new Promise((r) => child.once("exit", (code, signal) => { living.delete(child); r({ code, signal }); }));
        child.stderr.on("data", (d) => { this.log += d; });
        const line = await new Promise((resolve, reject) => {
            child.stdout.once("data", (d) => resolve(String(d)));
            child.once("exit", (code) => reject(new Error(`the replica ended with ${code}: ${this.log}`)));
        });
        this.port = JSON.parse(line).port;
        for (const h of [child, child.stdout, child.stderr]) h.unref();
    }
    async end(signal = "SIGTERM") {
        this.child.ref();
        this.child.kill(signal);
        const end = await this.exited;
        if (signal === "SIGTERM") assert.deepEqual(end, { code: 0, signal: null }, this.log);
        assert.doesNotMatch(this.log, /AddressSanitizer|runtime error:/);
        return end;
    }
    status() {
        const r = run(["keys", "replica", "status", this.folder, "--json"]);
        assert.equal(r.code, 0, r.err);
        return JSON.parse(r.out);
    }
}

const identify = async (server, who) => {
    const r = await request(server.url, { method: "POST", path: "/v1/identify", headers: { authorization: `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}` },
        body: { userId: who, messageId: `${who}-1`, traits: { email: `${who}@example.com` } } });
    assert.equal(r.status, 200, r.text);
};
const find = async (server, who) => (await server.local("GET", `/v1/people?q=${encodeURIComponent(`${who}@example.com`)}`)).json?.items?.[0];
async function person(server, who) {
    for (let i = 0; i < 400; i++) {
        const found = await find(server, who);
        if (found) return found;
        await sleep(25);
    }
    throw new Error(`${who} did not arrive`);
}
const erase = async (server, who) => {
    const r = await server.local("DELETE", `/v1/people/${(await person(server, who)).id}`);
    assert.equal(r.status, 204, r.text);
};
const keys = async (server) => (await server.local("GET", "/v1/keys")).json;
async function until(server, what, is) {
    let k;
    for (let i = 0; i < 1200; i++) {
        k = await keys(server);
        if (is(k)) return k;
        await sleep(25);
    }
    throw new Error(`${what}: ${JSON.stringify(k.replicas)} ${JSON.stringify(k.erasures)}\n${server.log.slice(-1500)}`);
}
const follows = (server) => until(server, "the replica does not follow", (k) => k.replicas.length && k.replicas.every((r) => r.state === "current"));

async function paired() {
    const server = await Server.start({ init: ["--owner", "owner@example.com"] });
    const replica = new Replica();
    const early = run(["keyd", "--replica", "--folder", replica.folder, "--listen", "127.0.0.1:0"]);
    assert.notEqual(early.code, 0);
    assert.match(early.err, /not paired/);
    // The port is known when it runs, and it runs when it is paired: the shop's line first, then the address.
    const line = (await server.local("GET", "/v1/keys/replicas")).json.primary;
    assert.match(line, /^custos-primary-1 \S{88} \S{8}$/);
    replica.pair(line);
    await replica.start();
    const added = server.cli(["keys", "replica", "add", "berlin", `127.0.0.1:${replica.port}`, replica.key, "--json"]);
    assert.equal(added.code, 0, added.err);
    assert.equal(JSON.parse(added.out).primary, line);
    return { server, replica };
}

test("a replica follows, acknowledges erasures, and catches up after it was away", slow, async () => {
    const { server, replica } = await paired();
    for (let i = 0; i < 5; i++) await identify(server, `f${i}`);
    await person(server, "f4");
    let k = await follows(server);
    assert.equal(k.replicas[0].name, "berlin");
    assert.equal(k.replicas[0].epoch, k.epoch);
    assert.ok(k.replicas[0].last_ack);
    assert.deepEqual(k.erasures, { state: "complete", pending_on: [] });
    assert.match(replica.log, /"event":"replica.ready","landlock":\d+,"seccomp":1/);
    await erase(server, "f0");
    k = await until(server, "the erasure is not acknowledged", (x) => x.epoch > k.epoch && x.erasures.state === "complete");
    const lag = async () => /custos_key_replica_lag_epochs\{replica="berlin"\} (\d+)/.exec((await request(server.url, { path: "/metrics" })).text)?.[1];
    for (let i = 0; i < 200 && (await lag()) !== "0"; i++) await sleep(25);
    assert.equal(await lag(), "0");
    const log = await server.local("GET", "/v1/audit?action=keys.replica");
    assert.equal(log.status, 200, log.text);
    assert.match(log.text, /replica_ack/);

    await replica.end(); // the line breaks
    await identify(server, "f5");
    await person(server, "f5");
    await erase(server, "f1");
    k = await keys(server);
    assert.deepEqual(k.erasures, { state: "pending", pending_on: ["berlin"] });
    assert.equal(k.replicas[0].state, "behind");
    assert.equal(k.replicas[0].behind, 1);
    assert.match(server.cli(["keys", "inventory"]).out, /Erasures are pending/);
    const findings = (await server.local("GET", "/v1/self-audit")).json;
    assert.equal(JSON.stringify(findings).includes("key-replicas"), true);
    const before = replica.status();
    assert.equal(before.epoch, k.epoch - 1);
    await replica.start();
    k = await follows(server);
    assert.equal(k.erasures.state, "complete");
    await replica.end();
    assert.equal(replica.status().epoch, k.epoch);
    // one slot and one ratchet record are in force, nothing else is there
    for (const [file, size] of [[join(replica.folder, "root"), 4096], [`${replica.folder}.key.ratchet`, 512]]) {
        const bytes = readFileSync(file);
        assert.equal([0, 1].filter((i) => bytes.subarray(i * size, (i + 1) * size).some((b) => b)).length, 1, file);
    }
    assert.equal(statSync(`${replica.folder}.key`).mode & 0o077, 0);
    // removed: nothing is pending on it any more
    assert.equal(server.cli(["keys", "replica", "remove", "berlin"]).code, 0);
    assert.equal((await server.local("DELETE", "/v1/keys/replicas/berlin")).status, 404);
    assert.equal((await keys(server)).erasures.state, "complete");
    await server.close();
});

test("strangers get no further than the handshake; a wrong key is named", slow, async () => {
    const { server, replica } = await paired();
    await follows(server);
    const stranger = new Replica();
    assert.equal((await server.local("POST", "/v1/keys/replicas", { name: "paris", address: `127.0.0.1:${replica.port}`, key: "custos-replica-1 AAAA BBBB" })).json.field, "/key");
    // berlin's machine answers in the place of paris
    assert.equal((await server.local("POST", "/v1/keys/replicas", { name: "paris", address: `127.0.0.1:${replica.port}`, key: stranger.key })).status, 201);
    await replica.end();
    await replica.start();
    for (let i = 0; i < 400 && !/"event":"keys.replica_failed","replica":"paris","code":"forbidden"/.test(server.log); i++) await sleep(25);
    assert.match(server.log, /"event":"keys.replica_failed","replica":"paris","code":"forbidden"/);
    assert.doesNotMatch(server.log, new RegExp(`127.0.0.1:${replica.port}`)); // no addresses in logs
    assert.equal((await server.local("DELETE", "/v1/keys/replicas/paris")).status, 204);
    // somebody calls the replica: without TLS, without a certificate, with TLS 1.2
    await replica.end();
    await server.local("DELETE", "/v1/keys/replicas/berlin");
    await replica.start();
    await new Promise((r) => { const s = net.connect(replica.port, "127.0.0.1", () => s.write("GET / HTTP/1.1\r\n\r\n")); s.resume(); s.on("close", r); s.on("error", () => {}); });
    const got = (options) => new Promise((resolve) => {
        const s = tls.connect({ port: replica.port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
        let bytes = 0;
        s.on("data", (d) => { bytes += d.length; });
        s.on("error", () => {});
        s.on("close", () => resolve(bytes));
    });
    assert.equal(await got({}), 0);
    assert.equal(await got({ maxVersion: "TLSv1.2" }), 0);
    await replica.end();
    assert.equal(JSON.parse(JSON.stringify(replica.status())).rows > 0, true);
    await server.close();
});

test("another shop cannot write to a replica, nor an old copy of this one", slow, async () => {
    const { server, replica } = await paired();
    await identify(server, "o1");
    await person(server, "o1");
    await follows(server);
    await server.stop();
    const old = join(server.base, "old"), oldRatchet = join(server.base, "old.ratchet"), ratchet = `${server.key}.ratchet`;
    cpSync(server.data, old, { recursive: true });
    cpSync(ratchet, oldRatchet);
    await server.serve();
    await erase(server, "o1");
    await until(server, "not acknowledged", (x) => x.erasures.state === "complete" && x.replicas[0].state === "current");
    await server.stop();
    // an image of the whole machine is put back
    renameSync(server.data, join(server.base, "new"));
    renameSync(old, server.data);
    renameSync(ratchet, join(server.base, "new.ratchet"));
    renameSync(oldRatchet, ratchet);
    await server.serve();
    const k = await until(server, "it is not refused", (x) => x.replicas[0].state === "ahead");
    assert.deepEqual(k.erasures, { state: "pending", pending_on: ["berlin"] });
    assert.match(server.log, /the folder is an old copy/);
    await server.stop();
    // and what the replica holds is newer than that folder: its keys come from there
    renameSync(join(server.data, "keys"), join(server.base, "keys.old"));
    await replica.end();
    const refused = server.cli(["keys", "replica", "promote", replica.folder]);
    assert.equal(refused.code, 0, refused.err); // the ratchet is older, so it fits
    await server.serve();
    const gone = await find(server, "o1"); // the row is old, the key is no more
    assert.ok(!gone?.email, JSON.stringify(gone));
    await server.close();
});

test("both sides are killed at any moment, and nothing is lost", slow, async () => {
    const { server, replica } = await paired();
    const all = new Set(), erased = new Set();
    for (let round = 0; round < 6; round++) {
        for (let i = 0; i < 4; i++) {
            await identify(server, `k${round}-${i}`);
            all.add(`k${round}-${i}`);
        }
        await person(server, `k${round}-3`);
        if (round % 2 === 0) await replica.end("SIGKILL");
        await erase(server, `k${round}-0`);
        erased.add(`k${round}-0`);
        await sleep(Math.random() * 60);
        if (round % 2 === 1) {
            await Promise.all([server.kill(), replica.end("SIGKILL")]);
            await server.serve();
        } else if (round % 4 === 2) {
            await server.kill();
            await server.serve();
        }
        await replica.start();
        await follows(server);
    }
    const k = await keys(server);
    await server.stop();
    await replica.end();
    assert.equal(replica.status().epoch, k.epoch);
    renameSync(join(server.data, "keys"), join(server.base, "keys.lost"));
    const taken = server.cli(["keys", "replica", "promote", replica.folder]);
    assert.equal(taken.code, 0, taken.err);
    await server.serve();
    for (const who of all) {
        if (erased.has(who)) assert.equal(await find(server, who), undefined, who);
        else await person(server, who);
    }
    await server.close();
});

test("the shop's machine is lost: backups, a replica and the recovery kit", slow, async () => {
    const { server, replica } = await paired();
    const kit = join(server.base, "kit.txt"), away = mkdtempSync(join(tmpdir(), "custos-away-"));
    folders.push(away);
    writeFileSync(kit, server.cli(["keys", "recovery-kit"]).out);
    for (const who of ["l1", "l2", "l3"]) await identify(server, who);
    await person(server, "l3");
    await server.stop();
    mkdirSync(join(away, "backups"));
    const made = server.cli(["backup", "--class", "data", "--target", join(away, "backups")]);
    assert.equal(made.code, 0, made.err);
    assert.equal(server.cli(["backup", "--class", "configuration", "--target", join(away, "backups")]).code, 0);
    await server.serve();
    await erase(server, "l2");
    await follows(server);
    await replica.end();
    await erase(server, "l3"); // which the replica never heard of
    await server.kill();
    const restored = join(away, "shop"), root = join(away, "root.key");
    const without = run(["restore", "--from", join(away, "backups"), "--data", restored, "--replica", replica.folder, "--root-key", root]);
    assert.equal(without.code, 6, without.err);
    rmSync(restored, { recursive: true, force: true });
    const r = run(["restore", "--from", join(away, "backups"), "--data", restored, "--replica", replica.folder, "--root-key", root, "--recovery-kit", kit, "--verify"]);
    assert.equal(r.code, 0, r.err + r.out);
    assert.match(r.out, /key replica/);
    assert.ok(existsSync(root) && existsSync(`${root}.ratchet`));
    const second = await Server.start({ base: away });
    await person(second, "l1");
    assert.equal(await find(second, "l2"), undefined);
    await second.close();
    // beside the root key that lived on, the ratchet knows that somebody was erased since
    renameSync(join(server.data, "keys"), join(server.base, "keys.lost"));
    const refused = server.cli(["keys", "replica", "promote", replica.folder]);
    assert.equal(refused.code, 5, refused.err);
    assert.match(refused.err, /ratchet beside the root key has moved past/);
    assert.ok(!existsSync(join(server.data, "keys", "root")));
    rmSync(server.base, { recursive: true, force: true });
});
