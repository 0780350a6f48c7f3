// SPDX-License-Identifier: Apache-2.0
// The audit log over HTTP and by command: one entry for every read of a person and two for every change (before
// and after), what is refused, proofs checked by another implementation, a folder that cannot be written, people
// who were erased, alerts, decoys, and no personal value in any of its files.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, person, folder;
const email = "canary.adelheid@example.com";

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--alert-people-per-hour", "3", "--alert-sign-in-failures", "2"] });
    folder = join(server.data, "audit");
    await server.owner();
    const calls = [["u1", email, "Adelheid Canarywitz"], ["u2", "other@example.com", "Other One"], ["u3", "third@example.com", "Third"], ["u4", "fourth@example.com", "Fourth"]];
    for (const [userId, mail, name] of calls) assert.equal((await server.track("/v1/identify", { userId, traits: { email: mail, name } })).status, 200);
    await server.settled();
    person = await lookup(email);
});
after(async () => { await server?.close(); });

const lookup = async (value) => (await server.local("POST", "/v1/people/lookup", { kind: "email", value })).json.id;
const ok = (r, status = 200) => { assert.equal(r.status, status, r.text); return r.json; };
const audit = async (query = "") => ok(await server.local("GET", `/v1/audit?limit=200${query}`)).items;
const of = async (rq) => {
    await sleep(120); // what nobody waits for is written within a moment
    return (await audit()).filter((e) => e.request_id === rq.headers["x-request-id"]);
};

// --- RFC 6962, straight from the text: roots by recursion over the entries
const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const leaf = (entry) => sha(Buffer.from([0]), entry);
const node = (l, r) => sha(Buffer.from([1]), l, r);
function root(leaves) {
    if (leaves.length === 0) return sha();
    if (leaves.length === 1) return leaves[0];
    let k = 1;
    while (k * 2 < leaves.length) k *= 2;
    return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}
function path(m, leaves) {
    if (leaves.length <= 1) return [];
    let k = 1;
    while (k * 2 < leaves.length) k *= 2;
    return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
}
function subproof(m, leaves, whole) {
    if (m === leaves.length) return whole ? [] : [root(leaves)];
    let k = 1;
    while (k * 2 < leaves.length) k *= 2;
    return m <= k ? [...subproof(m, leaves.slice(0, k), whole), root(leaves.slice(k))] : [...subproof(m - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}
// The entries out of the segments, read without the program: header 32 bytes, groups of 28 bytes and entries.
function entriesOf(where) {
    const entries = [];
    for (const name of readdirSync(where).filter((n) => n.endsWith(".seg")).sort()) {
        const bytes = readFileSync(join(where, name));
        assert.equal(bytes.subarray(0, 8).toString(), "custlog1");
        for (let at = 32; at + 28 <= bytes.length;) {
            assert.equal(bytes.subarray(at, at + 4).toString(), "grp1");
            const end = at + 28 + bytes.readUInt32LE(at + 16);
            for (at += 28; at < end; at += 4 + bytes.readUInt32LE(at)) entries.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)));
        }
    }
    return entries;
}
function parseNote(text) {
    const split = text.lastIndexOf("\n\n");
    const body = text.slice(0, split + 1);
    const [origin, size, hash] = body.split("\n");
    const signatures = text.slice(split + 2).trimEnd().split("\n").map((line) => {
        const [, name, blob] = /^\u2014 (\S+) (\S+)$/.exec(line);
        return { name, bytes: Buffer.from(blob, "base64") };
    });
    return { body, origin, size: Number(size), root: Buffer.from(hash, "base64"), signatures };
}
function parseKey(text) {
    const [name, hash, data] = [text.split("+")[0], text.split("+")[1], text.split("+").slice(2).join("+")];
    const bytes = Buffer.from(data, "base64");
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(1)]);
    return { name, id: Buffer.from(hash, "hex"), key: createPublicKey({ key: spki, format: "der", type: "spki" }) };
}

test("every read of a person leaves one entry, whoever reads and by whatever route", { skip }, async () => {
    for (const [route, action] of [["", "people.show"], ["/events", "people.events"], ["/orders", "people.orders"], ["/history", "people.history"], ["/merges", "people.merges"]]) {
        const rq = await server.staff("GET", `/v1/people/${person}${route}`);
        if (rq.status === 404 && route) continue;
        ok(rq);
        const entries = await of(rq);
        assert.equal(entries.length, 1, `${route}: ${JSON.stringify(entries)}`);
        const [e] = entries;
        assert.equal(e.outcome, "done");
        assert.equal(e.actor.kind, "staff");
        assert.equal(e.actor.label, "owner@example.com");
        assert.equal(e.role, "owner");
        assert.equal(e.people, 1);
        assert.equal(e.network, "127.0.0.0/24");
        assert.match(e.action, /^people\./);
        if (route === "") assert.equal(e.action, action);
        assert.ok(e.fields.length > 3);
    }
    const list = await server.staff("GET", "/v1/people");
    ok(list);
    const [listed, ...more] = await of(list);
    assert.equal(more.length, 0);
    assert.equal(listed.people, 4);
});

test("every change is noted before and after, a refused one once", { skip }, async () => {
    const made = await server.staff("POST", "/v1/sources", { name: "Till" });
    ok(made, 201);
    assert.deepEqual((await of(made)).map((e) => e.outcome), ["done", "attempt"]);
    const bad = await server.staff("POST", "/v1/people/merge", { a: person, b: person, reason: "none" });
    if (bad.status !== 404) {
        const outcomes = (await of(bad)).map((e) => e.outcome);
        assert.ok(outcomes.includes("failed") || outcomes.length === 0, JSON.stringify(outcomes));
    }
    const failed = await request(server.url, { method: "POST", path: "/v1/session", body: { email: "owner@example.com", password: "wrong wrong wrong" } });
    assert.equal(failed.status, 401);
    await sleep(120);
    const [refused] = await audit("&outcome=refused");
    assert.equal(refused.action, "session.create");
    assert.equal(refused.detail.factor, "password");
});

test("search: by time, action, outcome, staff; pages; who looked at this person", { skip }, async () => {
    const all = await audit();
    assert.ok(all.length > 5);
    assert.deepEqual(all.map((e) => e.index), all.map((e) => e.index).sort((a, b) => b - a));
    const pages = [];
    for (let cursor = ""; cursor !== null;) {
        const page = ok(await server.local("GET", `/v1/audit?limit=3&to=${all[0].time}${cursor && `&cursor=${cursor}`}`));
        pages.push(...page.items.map((e) => e.index));
        cursor = page.next;
    }
    assert.deepEqual(pages, all.filter((e) => e.time < all[0].time).map((e) => e.index));
    assert.ok((await audit("&action=people.")).every((e) => e.action.startsWith("people.")));
    assert.ok((await audit(`&staff=${all.find((e) => e.actor.kind === "staff").actor.id}`)).every((e) => e.actor.kind === "staff"));
    assert.equal((await audit(`&from=${new Date(Date.now() + 3600e3).toISOString()}`)).length, 0);
    assert.equal((await server.local("GET", "/v1/audit?outcome=perhaps")).status, 400);
    assert.equal((await server.local("GET", "/v1/audit?cursor=x")).status, 400);
    const hers = ok(await server.staff("GET", `/v1/people/${person}/audit`)).items;
    assert.ok(hers.length >= 3);
    assert.ok(hers.some((e) => e.action === "people.show") && hers.every((e) => e.people >= 1));
    const other = await lookup("fourth@example.com");
    assert.ok(ok(await server.staff("GET", `/v1/people/${other}/audit`)).items.every((e) => e.action !== "people.show"));
    assert.equal((await server.staff("GET", "/v1/people/00000000-0000-7000-8000-000000000000/audit")).status, 404);
    assert.equal((await request(server.url, { path: "/v1/audit" })).status, 401);
});

test("proofs and checkpoint hold against another implementation", { skip }, async () => {
    for (let i = 0; i < 9; i++) ok(await server.staff("GET", `/v1/people/${person}`));
    const { size, root: whole } = ok(await server.local("GET", "/v1/audit/proof?index=0"));
    const leaves = entriesOf(folder).slice(0, size).map(leaf);
    assert.equal(leaves.length, size);
    assert.equal(root(leaves).toString("hex"), whole);
    const hex = (list) => list.map((b) => b.toString("hex"));
    for (const n of [1, 2, 3, 5, 8, size - 1, size]) {
        for (const index of [0, n >> 1, n - 1]) {
            const p = ok(await server.local("GET", `/v1/audit/proof?index=${index}&size=${n}`));
            assert.equal(p.root, root(leaves.slice(0, n)).toString("hex"));
            assert.equal(p.hash, leaves[index].toString("hex"));
            assert.deepEqual(p.hashes, hex(path(index, leaves.slice(0, n))));
        }
        const c = ok(await server.local("GET", `/v1/audit/proof?from_size=${n}&to_size=${size}`));
        assert.deepEqual(c.hashes, hex(subproof(n, leaves.slice(0, size), true)));
        assert.equal(c.hash, root(leaves.slice(0, n)).toString("hex"));
    }
    assert.equal((await server.local("GET", `/v1/audit/proof?index=${size + 1000}`)).status, 400);
    assert.equal((await server.local("GET", "/v1/audit/proof?index=1&from_size=2")).status, 400);
    const answer = await request(server.url, { path: "/v1/audit/checkpoint" });
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^text\/plain/);
    const note = parseNote(answer.text), key = parseKey(readFileSync(join(folder, "public.keys"), "utf8").trim());
    assert.equal(note.origin, key.name);
    assert.deepEqual(note.signatures[0].bytes.subarray(0, 4), key.id);
    assert.ok(verify(null, Buffer.from(note.body), key.key, note.signatures[0].bytes.subarray(4)));
    assert.equal(note.root.toString("hex"), root(leaves.slice(0, note.size)).toString("hex"));
    const checked = ok(await server.staff("POST", "/v1/audit/verify"));
    assert.equal(checked.ok, true, checked.problem);
    assert.ok(checked.size >= size);
});

test("witnesses: a cosigned checkpoint is kept and verified, a stranger's is not", { skip }, async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12);
    const name = "witness.example/w1";
    const id = sha(Buffer.from(`${name}\n`), Buffer.from([4]), raw).subarray(0, 4);
    const cosign = (text) => {
        const body = text.slice(0, text.lastIndexOf("\n\n") + 1), time = Math.floor(Date.now() / 1000), stamp = Buffer.alloc(8);
        stamp.writeBigUInt64BE(BigInt(time));
        const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${body}`), privateKey);
        return `${text}\u2014 ${name} ${Buffer.concat([id, stamp, signature]).toString("base64")}\n`;
    };
    const text = (await request(server.url, { path: "/v1/audit/checkpoint" })).text;
    assert.equal((await server.local("POST", "/v1/audit/cosignatures", { note: cosign(text) })).status, 400); // nobody named it
    await server.stop();
    server.options.args = [...server.options.args, "--audit-witnesses", `${name}+${id.toString("hex")}+${Buffer.concat([Buffer.from([4]), raw]).toString("base64")}`];
    await server.serve();
    const now = (await request(server.url, { path: "/v1/audit/checkpoint" })).text;
    assert.equal((await server.local("POST", "/v1/audit/cosignatures", { note: now })).status, 400);
    const file = join(server.base, "cosigned.txt");
    writeFileSync(file, cosign(now));
    const kept = server.cli(["audit", "cosign", file]);
    assert.equal(kept.code, 0, kept.err);
    const checked = ok(await server.local("POST", "/v1/audit/verify"));
    assert.equal(checked.ok, true, checked.problem);
    assert.equal(checked.cosigned_size, parseNote(now).size);
});

test("commands: search, prove, verify on a copy with only the public key; one byte changed is told", { skip }, async () => {
    const found = server.cli(["audit", "search", "--action", "people.show", "--limit", "2", "--json"]);
    assert.equal(found.code, 0, found.err);
    assert.equal(JSON.parse(found.out).length, 2);
    assert.match(server.cli(["audit", "search", "--action", "people.show"]).out, /people\.show +done/);
    const proved = server.cli(["audit", "prove", "0"]);
    assert.equal(proved.code, 0, proved.err);
    assert.match(proved.out, /entry 0 is in the log of \d+ entries/);
    assert.equal(server.cli(["audit", "prove", "999999"]).code, 2);
    const base = mkdtempSync(join(tmpdir(), "custos-audit-"));
    try {
        const copy = join(base, "audit");
        await server.stop(); // its end signs everything; what came since the last checkpoint only follows it
        cpSync(folder, copy, { recursive: true });
        await server.serve();
        const key = readFileSync(join(folder, "public.keys"), "utf8").trim();
        const good = run(["audit", "verify", copy, "--key", key]);
        assert.equal(good.code, 0, good.err);
        assert.match(good.out, /good: every byte/);
        const unpinned = run(["audit", "verify", copy, "--json"]);
        assert.equal(unpinned.code, 0);
        assert.equal(JSON.parse(unpinned.out).ok, true);
        assert.equal(server.cli(["audit", "verify"]).code, 0);
        assert.equal(run(["audit", "verify", copy, "--key", "nonsense"]).code, 2);
        assert.equal(run(["audit", "verify", join(base, "nothing")]).code, 3);
        const segment = join(copy, "0000000001.seg"), bytes = readFileSync(segment);
        for (const at of [9, 33, 61, 100, bytes.length >> 1, bytes.length - 1]) {
            const changed = Buffer.from(bytes);
            changed[at] ^= 1;
            writeFileSync(segment, changed);
            const r = run(["audit", "verify", copy, "--key", key]);
            assert.equal(r.code, 6, `byte ${at}: ${r.out}`);
        }
        writeFileSync(segment, bytes);
        const other = key.replace(/.$/, (c) => (c === "A" ? "B" : "A"));
        assert.notEqual(run(["audit", "verify", copy, "--key", other]).code, 0);
    } finally {
        rmSync(base, { recursive: true, force: true });
    }
});

async function alerts(kind) {
    for (let i = 0; i < 80; i++) { // within 60 s; the job runs every 10
        const { items } = ok(await server.local("GET", "/v1/alerts"));
        const found = items.filter((a) => a.kind === kind);
        if (found.length > 0) return found;
        await sleep(250);
    }
    assert.fail(`no alert ${kind}`);
}

test("alerts: reading many people, guessing passwords; told once, closed with a note", { skip, timeout: 60_000 }, async () => {
    for (let i = 0; i < 4; i++) await request(server.url, { method: "POST", path: "/v1/session", body: { email: "owner@example.com", password: `wrong wrong ${i}` } });
    for (const mail of [email, "other@example.com", "third@example.com", "fourth@example.com"]) ok(await server.staff("GET", `/v1/people/${await lookup(mail)}`));
    const mass = await alerts("mass_read");
    const byOwner = mass.find((a) => a.staff.kind === "staff");
    assert.equal(byOwner.staff.label, "owner@example.com");
    assert.equal(byOwner.detail.limit, 3);
    assert.equal((await alerts("sign_in_failures")).length > 0, true);
    const log = server.log;
    assert.match(log, /"event":"alert.raised","kind":"mass_read"/);
    assert.match((await request(server.url, { path: "/metrics" })).text, /custos_alerts_total\{kind="mass_read"\} \d/);
    assert.equal((await server.staff("POST", `/v1/alerts/${byOwner.id}/close`, { note: "It was the stock-taking." })).status, 204);
    assert.equal((await server.staff("POST", `/v1/alerts/${byOwner.id}/close`, { note: "again" })).status, 409);
    assert.equal((await server.staff("POST", "/v1/alerts/99999/close", { note: "which" })).status, 404);
    const closed = ok(await server.local("GET", "/v1/alerts?state=closed")).items;
    assert.equal(closed[0].note, "It was the stock-taking.");
    assert.equal(closed[0].closed_by.label, "owner@example.com");
    assert.ok(!readFileSync(join(server.data, "records.db")).includes("stock-taking"));
});

test("decoys: made, touched, told, removed", { skip, timeout: 60_000 }, async () => {
    const before = ok(await server.local("GET", "/v1/people?limit=200")).items.map((p) => p.id);
    assert.equal(ok(await server.local("POST", "/v1/decoys", { count: 2 })).count, 2);
    assert.equal(ok(await server.local("GET", "/v1/decoys")).count, 2);
    assert.equal((await server.local("POST", "/v1/decoys", { count: 500 })).status, 400);
    let decoys = [];
    for (let i = 0; i < 40 && decoys.length < 2; i++) {
        decoys = ok(await server.local("GET", "/v1/people?limit=200")).items.filter((p) => !before.includes(p.id));
        await sleep(50);
    }
    assert.equal(decoys.length, 2);
    ok(await server.staff("GET", `/v1/people/${decoys[0].id}`));
    const found = await alerts("decoy");
    assert.ok(found.some((a) => a.staff.kind === "staff" && a.detail.list === false), JSON.stringify(found));
    assert.equal((await server.local("DELETE", "/v1/decoys")).status, 204);
    assert.equal(ok(await server.local("GET", "/v1/decoys")).count, 0);
    assert.equal((await server.local("GET", `/v1/people/${decoys[0].id}`)).status, 410);
});

// A file system of its own under the log, small enough to be filled; undefined where this process may not mount.
function smallDisk(where) {
    mkdirSync(where, { recursive: true, mode: 0o700 });
    try { execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k,mode=0700", "custos-audit", where], { stdio: "ignore" }); return where; } catch { return undefined; }
}

test("a full disk under the log: reads and changes are refused with 503, and go on when there is room", { skip, timeout: 60_000 }, async (t) => {
    const base = mkdtempSync(join(tmpdir(), "custos-full-")), data = join(base, "shop");
    const made = run(["init", "--data", data, "--root-key", join(base, "root.key"), "--non-interactive", "--json"]);
    assert.equal(made.code, 0, made.err);
    rmSync(join(data, "audit"), { recursive: true, force: true });
    const disk = smallDisk(join(data, "audit"));
    if (!disk) {
        rmSync(base, { recursive: true, force: true });
        return t.skip("mounting needs root");
    }
    try {
        const full = await Server.start({ base, keep: true });
        full.made = JSON.parse(made.out);
        full.writeKey = full.made.write_key;
        await full.owner();
        ok(await full.track("/v1/identify", { userId: "u1", traits: { email } }));
        await full.settled();
        const id = (await full.local("POST", "/v1/people/lookup", { kind: "email", value: email })).json.id;
        ok(await full.staff("GET", `/v1/people/${id}`));
        const filler = join(disk, "filler"), fd = openSync(filler, "w");
        try { for (;;) writeSync(fd, Buffer.alloc(4096)); } catch (e) { assert.equal(e.code, "ENOSPC"); }
        closeSync(fd);
        let refused;
        for (let i = 0; i < 40 && refused?.status !== 503; i++) refused = await full.staff("GET", `/v1/people/${id}`); // the last page has room
        assert.equal(refused.status, 503, refused.text);
        assert.equal(refused.json.code, "unavailable");
        assert.doesNotMatch(refused.text, /canary/);
        let change;
        for (let i = 0; i < 40 && change?.status !== 503; i++) change = await full.staff("POST", "/v1/sources", { name: `Room ${i}` });
        assert.equal(change.status, 503, change.text);
        assert.equal((await full.staff("POST", "/v1/sources", { name: "Refused" })).status, 503);
        assert.equal((await full.track("/v1/track", { userId: "u1", event: "Signed In" })).status, 200, "collecting goes on");
        rmSync(filler);
        ok(await full.staff("GET", `/v1/people/${id}`));
        assert.equal(ok(await full.local("POST", "/v1/audit/verify")).ok, true);
        assert.ok(!ok(await full.local("GET", "/v1/sources")).items.some((s) => s.name === "Refused"));
        let failing = [];
        for (let i = 0; i < 60 && failing.length === 0; i++, await sleep(250)) failing = ok(await full.local("GET", "/v1/alerts")).items.filter((a) => a.kind === "audit_failing");
        assert.equal(failing.length, 1);
        await full.close();
    } finally {
        try { execFileSync("umount", ["-l", disk], { stdio: "ignore" }); } catch { /* gone */ }
        rmSync(base, { recursive: true, force: true });
    }
});

test("after she is erased the log verifies, and nothing in it can be matched to her", { skip }, async () => {
    const hers = ok(await server.staff("GET", `/v1/people/${person}/audit`)).items;
    assert.ok(hers.length > 5);
    assert.equal((await server.local("DELETE", `/v1/people/${person}`)).status, 204);
    assert.equal((await server.local("GET", `/v1/people/${person}/audit`)).status, 410);
    const checked = ok(await server.local("POST", "/v1/audit/verify"));
    assert.equal(checked.ok, true, checked.problem);
    const all = await audit();
    assert.ok(all.some((e) => e.index === hers[0].index), "the entries are still there");
    await server.stop();
    for (const name of readdirSync(folder)) {
        const bytes = readFileSync(join(folder, name)).toString("latin1").toLowerCase();
        for (const canary of ["adelheid", "canarywitz", email, "owner@example.com", "stock-taking", person]) assert.ok(!bytes.includes(canary), `${name} holds ${canary}`);
    }
    await server.serve();
});
