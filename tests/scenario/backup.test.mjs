// SPDX-License-Identifier: Apache-2.0
// Backups and restores of a real server: made while events come in, altered byte by byte, broken off, on a full
// disk and in a bucket that misbehaves; and what nobody may ever find again after a restore.
import { test } from "node:test";
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server, binary, haveBinary, request, run, sleep } from "../lib/server.mjs";
import { startS3 } from "../lib/s3.mjs";

const options = { skip: !haveBinary && "build/custos is not built", timeout: 300000 };
const quiet = ["--backup-every-hours", "0", "--backup-drill-days", "0"];

// A command while this process goes on: the S3 store of a test answers from here.
async function beside(args) {
    try {
        const { stdout, stderr } = await promisify(execFile)(binary, args);
        return { code: 0, out: stdout, err: stderr };
    } catch (e) {
        return { code: e.code, out: e.stdout, err: e.stderr };
    }
}

class Shop {
    static async start({ args = [], folder = true, ...more } = {}) {
        const s = new Shop();
        s.base = mkdtempSync(join(tmpdir(), "custos-backup-"));
        s.target = join(s.base, "target");
        mkdirSync(s.target);
        s.args = [...(folder ? ["--backup-folder", s.target] : []), ...quiet, ...args];
        s.server = await Server.start({ base: s.base, args: s.args, keep: true, ...more });
        const kit = await s.server.local("POST", "/v1/keys/recovery-kit");
        assert.equal(kit.status, 200, kit.text);
        s.kit = join(s.base, "kit.txt");
        writeFileSync(s.kit, kit.json.kit, { mode: 0o600 });
        return s;
    }
    async identify(n, more = {}) {
        const r = await this.server.track("/v1/identify", { userId: `u${n}`, messageId: `i${n}-${Math.random()}`, traits: { email: `person${n}@example.com`, name: `Person ${n}` }, ...more });
        assert.equal(r.status, 200, r.text);
    }
    async order(n, id) {
        const r = await this.server.track("/v1/track", { userId: `u${n}`, event: "Order Completed", messageId: `o${id}`, properties: { order_id: `ord${id}`, total: 10 + n, currency: "EUR", products: [{ product_id: "p1", name: "Thing", price: 10 + n, quantity: 1 }] } });
        assert.equal(r.status, 200, r.text);
    }
    async fill(count) {
        for (let n = 1; n <= count; n++) { await this.identify(n); await this.order(n, n); }
        await this.server.settled();
    }
    async id(n) {
        const r = await this.server.local("POST", "/v1/people/lookup", { kind: "user_id", value: `u${n}` });
        return r.status === 200 ? r.json.id : null;
    }
    async backup(what, expected = 0) {
        const r = this.server.cli(["backup", ...(what ? ["--class", what] : []), "--json"]);
        assert.equal(r.code, expected, r.err + r.out);
        return r.out.trim().split("\n").filter(Boolean).map((l) => JSON.parse(l));
    }
    // The same while this process goes on.
    async cliBeside(args) {
        return beside([...args, "--data", this.server.data, "--root-key", this.server.key]);
    }
    async backupBeside(what) {
        const r = await this.cliBeside(["backup", ...(what ? ["--class", what] : []), "--json"]);
        assert.equal(r.code, 0, r.err);
        return r.out.trim().split("\n").map((l) => JSON.parse(l));
    }
    // Restores into a new folder; the living folder's keys unless said otherwise. The server must be stopped for that.
    restore(args = [], { keys = true, code = 0, env, from = this.target } = {}) {
        this.restored = join(this.base, `restored${(this.count = (this.count ?? 0) + 1)}`);
        const r = run(["restore", "--from", from, "--data", this.restored, "--root-key", this.server.key, "--json", ...(keys ? ["--keys", this.server.data] : []), ...args], { env });
        assert.equal(r.code, code, r.err + r.out);
        return code === 0 ? JSON.parse(r.out) : JSON.parse(r.err.trim().split("\n").at(-1));
    }
    // A server on what was restored.
    async serveRestored(args = quiet) {
        const base = mkdtempSync(join(tmpdir(), "custos-restored-"));
        cpSync(this.restored, join(base, "shop"), { recursive: true });
        for (const name of readdirSync(this.base).filter((n) => n.startsWith("root.key"))) cpSync(join(this.base, name), join(base, name));
        const s = await Server.start({ base, args });
        s.writeKey = this.server.writeKey;
        return s;
    }
    objects(kind) {
        const found = [];
        const walk = (f) => { for (const n of readdirSync(f)) { const p = join(f, n); if (statSync(p).isDirectory()) walk(p); else found.push(p); } };
        walk(this.target);
        return kind ? found.filter((p) => p.includes(kind)) : found;
    }
    async end() {
        if (this.server.child.exitCode === null && this.server.child.signalCode === null) await this.server.close();
        rmSync(this.base, { recursive: true, force: true });
    }
}

async function counts(server) {
    const people = await server.local("GET", "/v1/people?limit=1");
    const events = await server.local("GET", "/v1/events/count");
    const orders = await server.local("GET", "/v1/orders?limit=200");
    return { people: people.json?.total ?? people.json?.count, events: events.json.count, orders: orders.json?.items?.length };
}

test("a backup made while events come in is restored to one moment", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(20);
    let running = true, sent = 0;
    const load = (async () => {
        while (running) {
            const batch = Array.from({ length: 20 }, () => ({ type: "track", userId: `u${1 + (sent % 20)}`, event: "Viewed", messageId: `load${sent++}`, properties: { n: sent } }));
            const r = await shop.server.track("/v1/batch", { batch });
            assert.equal(r.status, 200);
        }
    })();
    await sleep(300);
    const rows = [];
    for (let i = 0; i < 3; i++) rows.push(...await shop.backupBeside());
    await sleep(200);
    running = false;
    await load;
    await shop.server.settled();
    assert.deepEqual([...new Set(rows.map((r) => r.state))], ["done"]);
    const list = await shop.server.local("GET", "/v1/backups");
    assert.equal(list.json.items.length, 9);
    assert.equal(list.json.targets[0].kind, "folder");
    const before = await counts(shop.server);
    await sleep(6000); // the journal's last part is on its way within five seconds
    await shop.server.stop();

    const report = shop.restore(["--verify"]);
    assert.ok(report.replayed > 0, "the journal carries on from the backup");
    assert.equal(report.events, before.events);
    const at = shop.restore(["--without-journal"]);
    assert.ok(at.events < before.events && at.position < report.last_seq);
    assert.equal(at.replayed, 0);
    shop.restored = shop.restored.replace(/\d+$/, "1");
    const again = await shop.serveRestored();
    assert.deepEqual(await counts(again), before);
    const found = await again.local("POST", "/v1/people/lookup", { kind: "email", value: "person7@example.com" });
    assert.equal(found.status, 200);
    // and life goes on in it: new events, new people, what was sent already is known as such
    const repeated = await again.track("/v1/batch", { batch: [{ type: "track", userId: "u1", event: "Viewed", messageId: "load1" }, { type: "identify", userId: "new", messageId: "brandnew", traits: { email: "new@example.com" } }] });
    assert.equal(repeated.status, 200);
    await again.settled();
    assert.equal((await counts(again)).events, before.events + 1);
    await again.close();
});

test("whoever was erased after a backup stays erased, with old and with new keys", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(8);
    await shop.backup();
    const id = await shop.id(3);
    const gone = await shop.server.local("DELETE", `/v1/people/${id}`);
    assert.ok(gone.status < 300, gone.text);
    await shop.identify(3, { messageId: "came-again", traits: { email: "person3@example.com", name: "Person 3 again" } }); // the same address, somebody new
    await shop.server.settled();
    const anew = await shop.id(3);
    assert.notEqual(anew, id);
    await sleep(6000); // promises and journal are carried off every five seconds
    await shop.server.stop();

    const report = shop.restore();
    assert.ok(report.without_key + report.erased >= 1);
    const again = await shop.serveRestored();
    assert.equal((await again.local("GET", `/v1/people/${id}`)).status, 410);
    assert.equal((await again.local("GET", `/v1/people/${id}/events`)).status, 410);
    const back = await again.local("POST", "/v1/people/lookup", { kind: "user_id", value: "u3" });
    assert.equal(back.status, 200, "who came again is there");
    assert.equal((await again.local("GET", `/v1/people/${back.json.id}/events?limit=50`)).json.items.filter((e) => e.event === "Order Completed").length, 0, "without what was erased");
    const search = await again.local("GET", "/v1/people?q=Person%203");
    for (const p of search.json.items) assert.notEqual(p.id, id);
    await again.close();

    // the backup alone, without the journal: the erased one is not there and nobody has the address
    shop.restore(["--without-journal"]);
    const alone = await shop.serveRestored();
    assert.equal((await alone.local("POST", "/v1/people/lookup", { kind: "user_id", value: "u3" })).status, 404);
    assert.equal((await alone.local("GET", `/v1/people/${id}`)).status, 410);
    assert.equal((await alone.local("POST", "/v1/people/lookup", { kind: "user_id", value: "u4" })).status, 200);
    // an import of the old data cannot bring the old person back either: it makes a new one
    const csv = "email,name\nperson3@example.com,Person Three\n";
    const up = await request(null, { method: "POST", path: "/v1/imports?name=old.csv&map=&consent=", body: csv, socketPath: join(alone.data, "custos.sock"), headers: { "content-type": "text/csv" } });
    assert.ok(up.status < 500, up.text);
    assert.equal((await alone.local("GET", `/v1/people/${id}`)).status, 410);
    await alone.close();
});

test("all is lost but the target and the recovery kit", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(6);
    await shop.backup();
    const erased = await shop.id(5);
    await shop.server.local("DELETE", `/v1/people/${erased}`); // newer than the key archive, too
    await sleep(6000);
    await shop.server.stop();
    // the old root key with the ratchet that moved on opens no older archive
    const moved = shop.restore([], { keys: false, code: 6 });
    assert.equal(moved.code, "key");
    assert.match(moved.detail, /erased since/);
    rmSync(shop.server.data, { recursive: true });
    for (const name of readdirSync(shop.base).filter((n) => n.startsWith("root.key"))) unlinkSync(join(shop.base, name));
    const into = join(shop.base, "anew"), key = join(shop.base, "new.key");
    const r = run(["restore", "--from", shop.target, "--data", into, "--root-key", key, "--recovery-kit", shop.kit, "--verify", "--json"]);
    assert.equal(r.code, 0, r.err);
    const report = JSON.parse(r.out);
    assert.ok(report.keys);
    assert.equal(report.without_key, 0, "the old archive still has the key,");
    assert.equal(report.erased, 1, "so the promise alone keeps the erasure");
    assert.equal(report.people, 5);
    const find = (email) => run(["person", "find", email, "--data", into, "--root-key", key, "--json"]);
    assert.match(find("person4@example.com").out, /Person 4|person4/);
    assert.doesNotMatch(find("person5@example.com").out, /Person 5/);
    // a damaged archive is told by its name
    const archive = shop.objects("/keys/")[0];
    const kept = readFileSync(archive);
    kept[kept.length >> 1] ^= 1;
    writeFileSync(archive, kept);
    const bad = run(["restore", "--from", shop.target, "--data", join(shop.base, "anew2"), "--root-key", join(shop.base, "new2.key"), "--recovery-kit", shop.kit]);
    assert.equal(bad.code, 6);
    assert.match(bad.err, /custos-keys was altered/);
});

test("a consent withdrawn after a backup stays withdrawn", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(3);
    const id = await shop.id(2);
    const name = "marketing_email";
    const put = (state, evidence) => shop.server.local("PUT", `/v1/people/${id}/consents/${name}`, { state, evidence });
    const granted = await put("granted", "asked at the counter");
    assert.ok(granted.status < 300, granted.text);
    await shop.backup();
    const withdrawn = await put("withdrawn", "called us");
    assert.ok(withdrawn.status < 300, withdrawn.text);
    await sleep(6000);
    await shop.server.stop();
    const report = shop.restore(["--without-journal"]);
    assert.ok(report.withdrawn >= 1);
    const again = await shop.serveRestored();
    const now = (await again.local("GET", `/v1/people/${id}`)).json.consents;
    assert.equal(now.find((p) => p.purpose === name).state, "withdrawn");
    await again.close();
});

test("a point in time: what came later is not there", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(3);
    await shop.backup();
    await shop.identify(10);
    await shop.server.settled();
    await sleep(50);
    const moment = new Date().toISOString();
    await sleep(50);
    await shop.identify(11);
    await shop.server.settled();
    await sleep(6000);
    await shop.server.stop();
    const report = shop.restore(["--at", moment]);
    assert.equal(report.replayed, 1);
    const again = await shop.serveRestored();
    assert.equal((await again.local("POST", "/v1/people/lookup", { kind: "user_id", value: "u10" })).status, 200);
    assert.equal((await again.local("POST", "/v1/people/lookup", { kind: "user_id", value: "u11" })).status, 404);
    await again.close();
});

test("one altered byte is found and named, in every kind of object", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(5);
    const rows = await shop.backup();
    await shop.identify(6);
    const id = await shop.id(1);
    await shop.server.local("DELETE", `/v1/people/${id}`);
    await sleep(6000);
    await shop.server.local("DELETE", `/v1/people/${await shop.id(2)}`);
    await sleep(6000);
    const byClass = Object.fromEntries(rows.map((r) => [r.class, r.id]));
    for (const one of rows) assert.equal(shop.server.cli(["backup", "verify", one.id]).code, 0);
    const flip = (path, at) => { const b = readFileSync(path); b[at ?? b.length >> 1] ^= 1; writeFileSync(path, b); };
    for (const [what, path] of [["a piece", shop.objects("/objects/")[0]], ["a manifest", shop.objects(`/backups/${byClass.data}`)[0]], ["a key archive", shop.objects("/keys/")[0]]]) {
        const kept = readFileSync(path);
        for (const at of [0, kept.length >> 1, kept.length - 1]) {
            flip(path, at);
            const found = rows.map((r) => shop.server.cli(["backup", "verify", r.id])).filter((r) => r.code !== 0);
            assert.ok(found.length >= 1, `${what} at ${at}`);
            assert.match(found[0].err, /damaged|altered|manifest|piece|custos-keys/, found[0].err);
            writeFileSync(path, kept);
        }
    }
    for (const one of rows) assert.equal(shop.server.cli(["backup", "verify", one.id]).code, 0, "whole again");
    await shop.server.stop();
    const refused = (what, path, at) => {
        const kept = readFileSync(path);
        flip(path, at);
        const problem = shop.restore([], { code: 6 });
        assert.equal(problem.code, "corrupt", `${what}: ${JSON.stringify(problem)}`);
        assert.ok(existsSync(join(shop.restored, "restore.state")), "what is half restored is marked");
        const served = run(["doctor", "--data", shop.restored, "--root-key", shop.server.key, "--json"]);
        assert.match(served.out + served.err, /not finished/);
        writeFileSync(path, kept);
    };
    for (const path of shop.objects("/promises/").filter((p) => !p.endsWith(".tags"))) refused("a promise", path);
    refused("a part of the journal", shop.objects(".part")[0], 300);
    refused("a journal key", shop.objects(".key").find((p) => p.includes("/journal/")), 40);
    // an object that was taken away
    const promises = shop.objects("/promises/").filter((p) => !p.endsWith(".tags")).sort();
    assert.equal(promises.length, 2);
    const kept = readFileSync(promises[0]);
    unlinkSync(promises[0]);
    assert.match(shop.restore([], { code: 6 }).detail, /promises 1 to 1 are missing/);
    writeFileSync(promises[0], kept);
    shop.restore();
});

test("a backup by a newer Custos is refused in so many words", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(1);
    await shop.backup();
    await shop.server.stop();
    const path = shop.objects("/backups/").find((p) => readFileSync(p, "utf8").includes('"class":"data"'));
    const { createHash } = await import("node:crypto");
    const [json, sums] = readFileSync(path, "utf8").split("\n");
    const newer = json.replace('"custos_backup":1', '"custos_backup":2');
    const b2 = run(["--version"]); // the hash is BLAKE2b-256, which node lacks: coreutils has it
    assert.equal(b2.code, 0);
    const { execFileSync } = await import("node:child_process");
    const hash = execFileSync("b2sum", ["-l", "256"], { input: newer, encoding: "utf8" }).split(" ")[0];
    assert.equal(execFileSync("b2sum", ["-l", "256"], { input: json, encoding: "utf8" }).split(" ")[0], sums.split(" ")[0]);
    assert.ok(createHash);
    writeFileSync(path, `${newer}\n${hash} ${sums.split(" ")[1]}\n`);
    const problem = shop.restore([], { code: 6 });
    assert.equal(problem.code, "version");
    assert.match(problem.detail, /newer Custos/);
    // and one that somebody wrote by hand, with a right hash but without the key
    writeFileSync(path, `${json.replace('"position":', '"position":1')}\n${execFileSync("b2sum", ["-l", "256"], { input: json.replace('"position":', '"position":1'), encoding: "utf8" }).split(" ")[0]} ${sums.split(" ")[1]}\n`);
    assert.match(shop.restore([], { code: 6 }).detail, /not made by this shop/);
});

test("killed in the middle of a backup: older ones are whole, the next one cleans up", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(10);
    const [first] = await shop.backup("data");
    for (let round = 0; round < 3; round++) {
        await shop.identify(100 + round);
        await shop.server.local("POST", "/v1/backups", { class: "data" });
        await sleep(round * 7);
        await shop.server.kill();
        await shop.server.serve();
    }
    const list = (await shop.server.local("GET", "/v1/backups")).json.items;
    assert.ok(list.every((r) => r.state !== "running"));
    assert.equal(shop.server.cli(["backup", "verify", first.id]).code, 0);
    const [last] = await shop.backup("data");
    assert.equal(shop.server.cli(["backup", "verify", last.id]).code, 0);
    const before = shop.objects("/objects/").length;
    assert.equal(shop.server.cli(["backup", "prune"]).code, 0);
    assert.ok(shop.objects("/objects/").length <= before);
    assert.equal(shop.server.cli(["backup", "verify", last.id]).code, 0);
    assert.equal(shop.server.cli(["backup", "verify", first.id]).code, 0);
});

test("a disk that is full or gone fails the backup and nothing else", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(3);
    const [good] = await shop.backup("data");
    rmSync(shop.target, { recursive: true });
    const r = shop.server.cli(["backup", "--class", "data"]);
    assert.notEqual(r.code, 0);
    assert.match(r.err, /no such folder|is its disk mounted/);
    await shop.identify(4);
    await shop.server.settled();
    assert.equal((await request(shop.server.url, { path: "/health/ready" })).status, 200);
    mkdirSync(shop.target);
    await shop.server.stop(); // shut in, a server sees only the folder that was there when it started
    await shop.server.serve();
    const [next] = await shop.backup();
    assert.equal(next.state, "done");
    assert.notEqual(next.id, good.id);
});

test("old backups go, what they alone needed goes with them", options, async (t) => {
    const shop = await Shop.start({ args: ["--backup-keep", "2"] });
    t.after(() => shop.end());
    const ids = [];
    for (let i = 1; i <= 4; i++) { await shop.identify(i); await shop.server.settled(); ids.push((await shop.backup("data"))[0].id); }
    assert.equal(shop.server.cli(["backup", "prune"]).code, 0);
    assert.equal(shop.objects(".manifest").length, 2);
    for (const id of ids.slice(2)) assert.equal(shop.server.cli(["backup", "verify", id]).code, 0);
    assert.notEqual(shop.server.cli(["backup", "verify", ids[0]]).code, 0);
});

test("the drill opens the living, not the erased, and tells", options, async (t) => {
    const shop = await Shop.start();
    t.after(() => shop.end());
    await shop.fill(6);
    const id = await shop.id(2);
    await shop.backup();
    await shop.server.local("DELETE", `/v1/people/${id}`);
    const r = shop.server.cli(["backup", "drill"]);
    assert.equal(r.code, 0, r.err);
    const report = JSON.parse(r.out).report;
    assert.ok(report.sampled > 0 && report.opened === report.sampled);
    assert.equal(report.erased, 1);
    assert.equal(report.erased_open, 0);
    assert.ok(!existsSync(join(shop.server.data, "backup.drill")), "nothing of it is left");
    const piece = shop.objects("/objects/");
    for (const p of piece) unlinkSync(p);
    assert.notEqual(shop.server.cli(["backup", "drill"]).code, 0);
    const list = (await shop.server.local("GET", "/v1/backups")).json;
    assert.deepEqual(list.drills.map((d) => d.state), ["failed", "passed"]);
});

test("a bucket: signed, cut off, refused, failing for a while; then restored from", options, async (t) => {
    const s3 = await startS3({ page: 7 });
    const base = mkdtempSync(join(tmpdir(), "custos-s3-"));
    const secret = join(base, "secret");
    writeFileSync(secret, "a secret of the test\n", { mode: 0o600 });
    const args = ["--backup-s3-bucket", "shopbackup/some/prefix", "--backup-s3-endpoint", s3.url, "--backup-s3-region", "eu-test-1", "--backup-s3-key-id", "AKTEST",
        "--backup-s3-secret-file", secret, "--backup-s3-networks", "127.0.0.1/32"];
    const shop = await Shop.start({ folder: false, args });
    t.after(async () => { await shop.end(); await s3.close(); rmSync(base, { recursive: true, force: true }); });
    await shop.fill(5);
    const rows = await shop.backupBeside();
    assert.ok(s3.objects.size > 5);
    assert.ok(s3.seen.every((r) => r.wrong === null));
    assert.ok([...s3.objects.keys()].every((k) => k.startsWith("some/prefix/")));
    for (const bytes of s3.objects.values()) assert.ok(!bytes.includes("person1@example.com") && !bytes.includes("Person 1"));
    // fails for a while: tried again
    s3.fail.push({ status: 500 }, { status: 503, code: "SlowDown" }, "cut");
    await shop.identify(6);
    await shop.server.settled();
    await shop.backupBeside("data");
    assert.equal((await shop.cliBeside(["backup", "verify", rows[0].id])).code, 0);
    // the wrong secret: said at once, not tried again
    s3.keys.AKTEST = "another secret";
    const seen = s3.seen.length;
    const r = await shop.cliBeside(["backup", "--class", "configuration"]);
    assert.notEqual(r.code, 0);
    assert.match(r.err, /SignatureDoesNotMatch/);
    assert.ok(!r.err.includes("a secret of the test") && !shop.server.log.includes("a secret of the test"));
    assert.ok(s3.seen.length - seen < 10);
    s3.keys.AKTEST = "a secret of the test";
    await sleep(11000);
    await shop.server.stop();
    const listed = await beside(["backup", "list", "--target", "s3://shopbackup/some/prefix", "--json", ...args]);
    assert.equal(JSON.parse(listed.out).length, s3.count("/backups/"));
    const into = join(shop.base, "of-s3");
    const restored = await beside(["restore", "--from", "s3://shopbackup/some/prefix", "--data", into, "--root-key", shop.server.key, "--keys", shop.server.data, "--json", ...args]);
    assert.equal(restored.code, 0, restored.err);
    assert.ok(JSON.parse(restored.out).events >= 5);
    // a piece cut off in the store itself
    for (const [name, bytes] of [...s3.objects].filter(([k]) => k.includes("/objects/"))) s3.objects.set(name, bytes.subarray(0, bytes.length - 7));
    const cut = await beside(["restore", "--from", "s3://shopbackup/some/prefix", "--data", join(shop.base, "of-s3b"), "--root-key", shop.server.key, "--keys", shop.server.data, ...args]);
    assert.equal(cut.code, 6, cut.err + cut.out);
    assert.match(cut.err, /piece \d+ of/);
});

test("routes: who may, what is asked for wrongly", options, async (t) => {
    const shop = await Shop.start({ folder: false });
    t.after(() => shop.end());
    const { server } = shop;
    const none = await server.local("POST", "/v1/backups", { class: "data" });
    assert.equal(none.json.field, "backup_folder");
    assert.equal((await server.local("POST", "/v1/backups", { class: "everything" })).status, 400);
    assert.equal((await server.local("POST", "/v1/backups/nosuch/verify")).status, 404);
    assert.equal((await request(server.url, { path: "/v1/backups" })).status, 401);
    const inside = await server.local("POST", "/v1/backups", { class: "data", target: join(server.data, "backups") });
    assert.equal(inside.status, 202);
    for (let i = 0; i < 50 && !(await server.local("GET", "/v1/backups")).json.idle; i++) await sleep(50);
    const row = (await server.local("GET", "/v1/backups")).json.items[0];
    assert.equal(row.state, "failed");
    await server.owner();
    const elsewhere = await server.staff("POST", "/v1/backups", { class: "data", target: "/tmp" });
    assert.equal(elsewhere.status, 403);
});
