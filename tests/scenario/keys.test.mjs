// SPDX-License-Identifier: Apache-2.0
// Keys over HTTP and by command: inventory, rotations while the shop works, the recovery kit, archives, and
// every source of the root key from init to the next start. An old copy of the folder opens nobody erased since.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server;
before(async () => { if (!skip) server = await Server.start({ init: ["--owner", "owner@example.com"] }); });
after(async () => { await server?.close(); });

const identify = (who, name) => request(server.url, { method: "POST", path: "/v1/identify", headers: { authorization: `Basic ${Buffer.from(`${server.writeKey}:`).toString("base64")}` },
    body: { userId: who, messageId: `${who}-${name}`, traits: { name, email: `${who}@example.com` } } });
const inventory = async () => (await server.local("GET", "/v1/keys")).json;
async function person(who) {
    for (let i = 0; i < 200; i++) {
        const r = await server.local("GET", `/v1/people?q=${encodeURIComponent(`${who}@example.com`)}`);
        if (r.json?.items?.length) return r.json.items[0];
        await sleep(25);
    }
    throw new Error(`${who} did not arrive`);
}

test("the inventory says what keys there are", slow, async () => {
    assert.equal((await identify("u1", "Anna")).status, 200);
    await person("u1");
    const k = await inventory();
    assert.equal(k.root.source, "file");
    assert.match(k.root.fingerprint, /^[0-9a-f]{32}$/);
    assert.equal(k.root.ratchet, true);
    assert.ok(k.epoch >= 1 && k.trees.some((t) => t.name === "people" && t.subjects >= 1));
    assert.ok(k.classes.every((c) => c.version === 1));
    assert.equal(k.recovery_kit.made, null);
    const printed = server.cli(["keys", "inventory"]);
    assert.equal(printed.code, 0, printed.err);
    assert.match(printed.out, /root key {6}from a file/);
    assert.match(printed.out, /people/);
});

test("nobody but who may sees or turns keys; a session proves itself first", slow, async () => {
    assert.equal((await request(server.url, { path: "/v1/keys" })).status, 401);
    const owner = new Jar(server);
    assert.equal((await owner.owner()).status, 201);
    const joined = new Jar(server);
    assert.equal((await joined.join("m@example.com", "marketer")).status, 201);
    for (const [method, path, body] of [["GET", "/v1/keys"], ["POST", "/v1/keys/rotate", { kind: "root" }], ["POST", "/v1/keys/recovery-kit"]])
        assert.equal((await joined.call(method, path, body)).status, 403, path);
});

test("keys are turned while the shop works, and everybody can still be read", slow, async () => {
    const former = await inventory();
    for (const kind of ["root", "nodes", "signing"]) {
        const r = await server.local("POST", "/v1/keys/rotate", { kind });
        assert.equal(r.status, 202, r.text);
    }
    assert.equal((await server.local("POST", "/v1/keys/rotate", { kind: "class" })).json.field, "/class");
    assert.equal((await server.local("POST", "/v1/keys/rotate", { kind: "class", class: "audit" })).status, 400);
    assert.equal((await server.local("POST", "/v1/keys/rotate", { kind: "class", class: "contact" })).status, 202);
    assert.equal(former.index.version, 1);
    const turned = await server.local("POST", "/v1/keys/rotate", { kind: "index" });
    assert.deepEqual([turned.status, turned.json.state], [202, "running"]);
    await person("u1"); // found while it is turned, too
    for (let i = 0; i < 400 && (await inventory()).rotations.some((r) => r.state === "running"); i++) await sleep(25);
    const now = await inventory();
    assert.notEqual(now.root.fingerprint, former.root.fingerprint);
    assert.equal(now.classes.find((c) => c.name === "contact").version, 2);
    assert.deepEqual(now.rotations.map((r) => r.state), ["done", "done", "done", "done"]);
    assert.equal(now.index.version, 2);
    assert.ok(now.rotations.find((r) => r.kind === "index").total >= 2); // user id and e-mail address
    assert.equal((await person("u1")).id.length, 36);
    assert.equal((await identify("u2", "Berta")).status, 200);
    await person("u2");
    assert.ok(!existsSync(`${server.key}.next`));
    await server.stop(); // the new root key opens the shop at the next start, too
    await server.serve();
    await person("u1");
    await person("u2");
});

test("a recovery kit, an archive, and what both open", slow, async () => {
    const made = server.cli(["keys", "recovery-kit"]);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /^custos-recovery-1 \S{44} \S{8}$/m);
    const again = await server.local("POST", "/v1/keys/recovery-kit");
    assert.equal(again.status, 200);
    assert.equal(again.headers["cache-control"], "no-store");
    assert.notEqual(again.json.kit.split("\n")[0], made.out.split("\n").find((l) => l.startsWith("custos-recovery-1")));
    assert.ok((await inventory()).recovery_kit.made);
    const file = join(server.base, "one.custos-keys");
    const busy = server.cli(["keys", "archive", file]);
    assert.notEqual(busy.code, 0);
    assert.match(busy.err, /custos backup/);
    await server.stop();
    const r = server.cli(["keys", "archive", file]);
    assert.equal(r.code, 0, r.err);
    assert.equal(statSync(file).mode & 0o077, 0);
    assert.equal(readFileSync(file).subarray(0, 8).toString(), "custosKA");
    assert.notEqual(server.cli(["keys", "archive", file]).code, 0); // never overwritten
    await server.serve();
});

test("an old copy of the folder with today's root key does not open once somebody was erased", slow, async () => {
    await server.stop();
    const old = join(server.base, "old");
    cpSync(server.data, old, { recursive: true });
    await server.serve();
    const u2 = await person("u2");
    const gone = await server.local("DELETE", `/v1/people/${u2.id}`);
    assert.ok([200, 202, 204].includes(gone.status), gone.text);
    await server.stop();
    const r = run(["keys", "inventory", "--data", old, "--root-key", server.key]);
    assert.equal(r.code, 6, r.out + r.err);
    assert.match(r.err, /older copy/);
    const ratchet = `${server.key}.ratchet`;
    renameSync(ratchet, `${ratchet}.away`);
    const missing = run(["keys", "inventory", "--data", server.data, "--root-key", server.key]);
    assert.equal(missing.code, 6);
    assert.match(missing.err, /ratchet file beside the root key is missing/);
    renameSync(`${ratchet}.away`, ratchet);
    await server.serve();
    await person("u1");
});

// --- sources of the root key

const where = () => mkdtempSync(join(tmpdir(), "custos-keys-"));
const init = (base, source, env = {}) => run(["init", "--data", join(base, "shop"), "--root-key", source, "--non-interactive", "--json"], { env });
const ask = (base, source, env = {}) => run(["keys", "inventory", "--json", "--data", join(base, "shop"), ...(source ? ["--root-key", source] : [])], { env });

test("a passphrase", slow, () => {
    const base = where(), words = join(base, "words"), source = `passphrase:${join(base, "root.pass")}`;
    writeFileSync(words, "a sentence that nobody guesses\n", { mode: 0o600 });
    assert.equal(init(base, source).code, 6); // no passphrase, no terminal
    writeFileSync(join(base, "short"), "short\n", { mode: 0o600 });
    assert.equal(init(base, source, { CUSTOS_PASSPHRASE_FILE: join(base, "short") }).code, 2);
    const env = { CUSTOS_PASSPHRASE_FILE: words };
    const made = init(base, source, env);
    assert.equal(made.code, 0, made.err);
    const k = JSON.parse(ask(base, "", env).out); // the folder's own settings say where
    assert.equal(k.root.source, "passphrase");
    assert.equal(k.root.ratchet, false);
    writeFileSync(words, "another sentence\n");
    const wrong = ask(base, source, env);
    assert.equal(wrong.code, 6);
    assert.match(wrong.err, /passphrase is wrong/);
    rmSync(base, { recursive: true, force: true });
});

test("shares, and a systemd credential", slow, () => {
    const base = where(), key = join(base, "root.key");
    assert.equal(init(base, key).code, 0);
    const cut = run(["keys", "shares", key, "--needed", "2", "--shares", "3"]);
    assert.equal(cut.code, 0, cut.err);
    const shares = cut.out.split("\n").filter((l) => l.startsWith("custos-share-1 2 3 "));
    assert.equal(shares.length, 3);
    const file = join(base, "shares");
    writeFileSync(file, `${shares[2]}\n${shares[0]}\n`, { mode: 0o600 });
    // the ratchet goes where it lies for sources that are no file
    const home = join(base, "home"), id = readFileSync(join(base, "shop", "custos.id"), "utf8").split(" ")[1];
    const folder = process.geteuid() === 0 ? "/etc/custos" : join(home, "custos");
    const env = { XDG_CONFIG_HOME: home };
    run(["keys", "inventory", "--data", join(base, "shop"), "--root-key", `shares:${file}`], { env }); // makes the folder
    const ratchet = join(folder, `${id}.key.ratchet`);
    cpSync(`${key}.ratchet`, ratchet);
    try {
        const k = ask(base, `shares:${file}`, env);
        assert.equal(k.code, 0, k.err);
        assert.equal(JSON.parse(k.out).root.source, "shares");
        writeFileSync(file, `${shares[2]}\n`);
        const few = ask(base, `shares:${file}`, env);
        assert.equal(few.code, 6);
        assert.match(few.err, /1 more/);
        chmodSync(key, 0o600);
        const credentials = join(base, "credentials");
        cpSync(key, join(credentials, "custos.root"));
        const c = ask(base, "credential:custos.root", { ...env, CREDENTIALS_DIRECTORY: credentials });
        assert.equal(c.code, 0, c.err);
        assert.equal(JSON.parse(c.out).root.source, "credential");
        assert.match(ask(base, "credential:custos.root", env).err, /LoadCredentialEncrypted/);
    } finally {
        rmSync(ratchet, { force: true });
        rmSync(base, { recursive: true, force: true });
    }
});
