// SPDX-License-Identifier: Apache-2.0
// The promise of erasure as a random walk against a model: people are made, changed, merged, separated, imported,
// backed up, erased; keys are rotated; any older backup is restored; the server is killed, or ends in the middle of
// any file operation. After every sequence no erased person is readable by any path, and every living one is.
// CUSTOS_PROMISES=N: how many sequences (default 100); CUSTOS_SEED: which walk. script/promises runs 10,000.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const sequences = Number(process.env.CUSTOS_PROMISES ?? 100);
const seed = Number(process.env.CUSTOS_SEED ?? 20261121);

// xorshift32: the same seed is the same walk
let state = seed || 1;
const random = () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) / 2 ** 32; };
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

class Walk {
    constructor() {
        this.base = mkdtempSync(join(tmpdir(), "custos-promises-"));
        this.target = join(this.base, "backups");
        mkdirSync(this.target);
        this.profiles = [];   // {n, user, email, name, uuid, state: "living" | "erased" | "gone", edges}
        this.edges = new Map(); // edge number -> [profile, profile]
        this.backups = [];    // {id, living: Set of n, edges}
        this.known = new Set(); // ids of backups seen
        this.counts = {};
        this.folder = 0;
    }
    args() { return ["--backup-folder", this.target, "--backup-every-hours", "0", "--backup-drill-days", "0"]; }
    async start(env = {}) {
        const s = await Server.start({ base: this.base, args: this.args(), env: { CUSTOS_BACKUP_JOURNAL: "false", ...env }, keep: true });
        if (this.server?.writeKey) s.writeKey = this.server.writeKey;
        this.server = s;
    }
    call(method, path, body) { return this.server.local(method, path, body); }
    note(name) { this.counts[name] = (this.counts[name] ?? 0) + 1; }
    living() { return this.profiles.filter((p) => p.state === "living"); }
    // the profiles joined with this one by live edges
    group(p) {
        const found = new Set([p]);
        for (let grown = true; grown;) {
            grown = false;
            for (const [a, b] of this.edges.values())
                for (const [x, y] of [[a, b], [b, a]]) if (found.has(x) && !found.has(y)) { found.add(y); grown = true; }
        }
        return [...found];
    }
    fresh() {
        const n = this.profiles.length;
        const p = { n, user: `walker-${n}`, email: `walker.${n}@example.com`, name: `Wanda Walker${n}x`, uuid: null, state: "new" };
        this.profiles.push(p);
        return p;
    }
    async idOf(p) {
        const r = await this.call("POST", "/v1/people/lookup", { kind: "user_id", value: p.user });
        assert.ok([200, 404, 410].includes(r.status), `a look-up answers ${r.status}: ${r.text}`);
        return r.status === 200 ? r.json.id : null;
    }

    // --- acts

    async create() {
        const p = this.fresh();
        const r = await this.server.track("/v1/identify", { userId: p.user, traits: { email: p.email, name: p.name } });
        assert.equal(r.status, 200, r.text);
        p.state = "living";
        await this.server.settled();
        p.uuid = await this.idOf(p);
        assert.ok(p.uuid, `${p.user} was acknowledged`);
    }
    async update() {
        const p = pick(this.living());
        if (!p) return;
        const name = `Wanda Walker${p.n}x Again${below(1000)}`;
        const r = await this.server.track("/v1/identify", { userId: p.user, traits: { name } });
        assert.equal(r.status, 200, r.text);
        p.name = name;
        await this.server.settled();
    }
    async merge() {
        const a = pick(this.living()), b = pick(this.living());
        if (!a || !b || this.group(a).includes(b)) return;
        const r = await this.call("POST", `/v1/people/${a.uuid}/merge`, { other: b.uuid, reason: "the same person" });
        if (r.status === 409) return; // separated for good before
        assert.ok(r.status < 300, r.text);
        const known = new Set(this.edges.keys());
        const person = (await this.call("GET", `/v1/people/${a.uuid}`)).json;
        for (const m of person.merges) if (m.live && !known.has(m.edge)) this.edges.set(m.edge, [a, b]);
    }
    async unmerge() {
        const edge = pick([...this.edges.keys()]);
        if (edge === undefined) return;
        const [a] = this.edges.get(edge);
        const r = await this.call("POST", `/v1/people/${a.uuid}/unmerge`, { edge, reason: "not the same", never_link: random() < 0.3 });
        assert.ok(r.status < 300, r.text);
        this.edges.delete(edge);
    }
    forget(group) {
        for (const p of group) p.state = "erased";
        for (const [edge, [a, b]] of this.edges) if (a.state !== "living" || b.state !== "living") this.edges.delete(edge);
    }
    async erase() {
        const p = pick(this.living());
        if (!p) return;
        const group = this.group(p);
        const r = await this.call("DELETE", `/v1/people/${p.uuid}?reason=asked`);
        assert.ok(r.status < 300, r.text);
        this.forget(group);
    }
    async importing() {
        const some = [this.fresh(), this.fresh(), this.fresh()];
        const file = join(this.base, "people.csv");
        writeFileSync(file, "user_id,email,name\n" + some.map((p) => `${p.user},${p.email},${p.name}`).join("\n") + "\n");
        const r = this.server.cli(["import", "people", file]);
        assert.equal(r.code, 0, r.err + r.out);
        await this.server.settled();
        for (const p of some) {
            p.state = "living";
            p.uuid = await this.idOf(p);
            assert.ok(p.uuid, `${p.user} was imported`);
        }
    }
    async backup() {
        if (this.backups.length === 0) await this.backupOf("configuration");
        const id = await this.backupOf("data");
        this.backups.push({ id, living: new Set(this.living().map((p) => p.n)), edges: new Map(this.edges) });
    }
    async backupOf(kind) {
        const r = await this.call("POST", "/v1/backups", { class: kind });
        assert.equal(r.status, 202, r.text);
        for (let i = 0; i < 600; i++) {
            const list = (await this.call("GET", "/v1/backups")).json.items.filter((b) => b.class === kind);
            const newest = list.sort((a, b) => (a.started < b.started ? 1 : -1))[0];
            if (newest && newest.state !== "running" && !this.known.has(newest.id)) {
                assert.equal(newest.state, "done", JSON.stringify(newest));
                this.known.add(newest.id);
                return newest.id;
            }
            await sleep(20);
        }
        return assert.fail("the backup did not end");
    }
    async rotate() {
        const r = await this.call("POST", "/v1/keys/rotate", pick([{ kind: "nodes" }, { kind: "root" }, { kind: "signing" }, { kind: "class", class: "contact" }, { kind: "index" }]));
        assert.ok([202, 409].includes(r.status), r.text); // 409: the one before is not done yet
    }
    // Any older backup takes the folder's place; what was erased since stays erased, what was born since is gone.
    async restore() {
        const chosen = pick(this.backups);
        if (!chosen) return;
        await this.server.stop();
        const next = join(this.base, `shop-${++this.folder}`);
        const r = run(["restore", "--from", this.target, "--backup", chosen.id, "--data", next, "--keys", this.server.data, "--root-key", this.server.key, "--without-journal", "--json"]);
        assert.equal(r.code, 0, r.err + r.out);
        rmSync(this.server.data, { recursive: true, force: true });
        renameSync(next, this.server.data);
        for (const p of this.profiles) {
            if (p.state === "erased") continue;
            p.state = chosen.living.has(p.n) ? "living" : "gone";
        }
        this.edges = new Map([...chosen.edges].filter(([, [a, b]]) => a.state === "living" && b.state === "living"));
        await this.start();
        await this.server.settled();
        // a profile keeps its id; who is merged just now answers with the oldest member's, so only new ones are asked
        for (const p of this.living()) p.uuid ??= await this.idOf(p);
    }
    // The process ends in the middle of a file operation, or is killed; then it must come up again by itself.
    async crash() {
        if (random() < 0.5) {
            await this.server.kill();
        } else {
            await this.server.stop();
            try {
                await this.start({ CUSTOS_FAULT: `io:${1 + below(400)}!` });
                const p = pick(this.living()), group = p ? this.group(p) : [];
                if (p && random() < 0.5) {
                    const r = await this.call("DELETE", `/v1/people/${p.uuid}?reason=asked`).catch(() => null);
                    for (const member of group) member.state = r && r.status < 300 ? "erased" : "perhaps";
                } else {
                    const q = this.fresh();
                    q.state = "perhaps";
                    const r = await this.server.track("/v1/identify", { userId: q.user, traits: { email: q.email, name: q.name } }).catch(() => null);
                    if (r?.status === 200) q.state = "living";
                }
            } catch { /* it ended while it started */ }
            await this.server.kill().catch(() => {});
        }
        await this.start();
        await this.server.settled();
        await this.settlePerhaps();
    }
    // What was under way when it ended: done or not, but not half.
    async settlePerhaps() {
        for (const p of this.profiles.filter((x) => x.state === "perhaps" || (x.state === "living" && !x.uuid))) {
            const uuid = await this.idOf(p);
            if (p.state === "living") assert.ok(uuid, `${p.user} was acknowledged before the end, and is lost`);
            p.state = uuid ? "living" : p.uuid ? "erased" : "gone";
            p.uuid = uuid ?? p.uuid;
        }
        for (const [edge, [a, b]] of this.edges) {
            assert.equal(a.state, b.state, "a person is erased whole or not at all");
            if (a.state !== "living") this.edges.delete(edge);
        }
    }

    // --- what must hold

    async check(p) {
        const found = await this.idOf(p);
        if (p.state === "living") {
            assert.ok(found, `${p.user} lives and is not found`);
            const r = await this.call("GET", `/v1/people/${found}`);
            assert.equal(r.status, 200, r.text);
            assert.ok(r.text.includes(p.email), `${p.user}: the address can be read`);
        } else {
            assert.equal(found, null, `${p.user} is ${p.state} and found by user_id`);
            assert.equal((await this.call("POST", "/v1/people/lookup", { kind: "email", value: p.email })).status, 404, `${p.user} is ${p.state} and found by e-mail`);
            const search = await this.call("POST", "/v1/people/search", { q: `Walker${p.n}x` });
            assert.ok(!search.text.includes(`walker.${p.n}@`), `${p.user} is ${p.state} and in the search`);
            if (p.uuid && p.state === "erased") {
                for (const rest of ["", "/events", "/orders", "/history?field=email"]) {
                    const r = await this.call("GET", `/v1/people/${p.uuid}${rest}`);
                    assert.ok([404, 410].includes(r.status) || !r.text.includes(p.email), `${p.user} is erased and ${rest} answers ${r.status}`);
                }
            }
        }
    }
    async sequence() {
        const from = this.profiles.length;
        const acts = [["create", 30], ["update", 10], ["merge", 12], ["unmerge", 8], ["erase", 14], ["importing", 5], ["backup", 6], ["rotate", 3], ["restore", 3], ["crash", 4]];
        const sum = acts.reduce((n, [, weight]) => n + weight, 0);
        for (let i = 0; i < 8; i++) {
            let at = below(sum);
            const [name] = acts.find(([, weight]) => (at -= weight) < 0);
            this.last = name;
            await this[name]();
            this.note(name);
        }
        for (const p of this.profiles.slice(from)) await this.check(p);
        for (let i = 0; i < 4 && this.profiles.length; i++) await this.check(pick(this.profiles));
    }
}

test(`no erased person is readable, every living one is: ${sequences} random sequences`, { skip, timeout: 1000 * 60 * 60 * 8 }, async () => {
    const walk = new Walk();
    let done = 0;
    try {
        await walk.start();
        for (; done < sequences; done++) {
            await walk.sequence();
            if (done % 500 === 499) console.log(`# ${done + 1} sequences, ${JSON.stringify(walk.counts)}`);
        }
        for (const p of walk.profiles.slice(-2000)) await walk.check(p);
        // the last word of the oldest backup: restored at the very end, nobody erased comes back
        await walk.restore();
        for (const p of walk.profiles.filter((x) => x.state !== "gone").slice(-500)) await walk.check(p);
        const end = await walk.server.stop();
        assert.equal(end.code, 0, walk.server.log.slice(-3000));
        console.log(`# seed ${seed}: ${JSON.stringify(walk.counts)}, ${walk.profiles.filter((p) => p.state === "erased").length} erased of ${walk.profiles.length}`);
    } catch (e) {
        e.message = `seed ${seed}, sequence ${done}, after ${walk.last}: ${e.message}\n${walk.server?.log?.slice(-1500) ?? ""}`;
        throw e;
    } finally {
        await walk.server?.kill().catch(() => {});
        if (existsSync(walk.base)) rmSync(walk.base, { recursive: true, force: true });
    }
});
