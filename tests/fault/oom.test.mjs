// SPDX-License-Identifier: Apache-2.0
// The n-th allocation and the n-th file operation fail, for n sampled over start-up and over the intake
// path of the real process (unit tests try every n on each part). Either it ends with a typed error and
// its exit code, or it serves and answers what is so; the next start, with the next fault, has to open
// the folder it left; and in the end every acknowledged event is there once. FAULT_SEED repeats a run.
import { test } from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import { rmSync } from "node:fs";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const seconds = Number(process.env.FAULT_SECONDS ?? 15); // per kind of fault
const seed = Number(process.env.FAULT_SEED ?? 20261121);

// mulberry32: small, seeded
function randomOf(state) {
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const perBatch = 6;
const batchOf = (n) => Array.from({ length: perBatch }, (_, i) => {
    const userId = `u${(n + i) % 11}`, messageId = `fault-${n}-${i}`;
    if (i === 1) return { type: "identify", userId, anonymousId: `a${(n + i) % 11}`, messageId, traits: { name: `Person ${userId}`, email: `${userId}@fault.example` } };
    if (i === 2) return { type: "track", event: "Order Completed", userId, messageId, properties: { order_id: `o-${n}`, total: 10, revenue: 10, currency: "EUR", products: [{ product_id: "p1", price: 10, quantity: 1 }] } };
    return { type: "track", event: "Product Viewed", userId, messageId, properties: { product_id: `p${n % 9}`, secret: "undeclared" } };
});

// Deadline for anything that a fault might leave hanging.
const within = (ms, promise, what) => Promise.race([promise, sleep(ms).then(() => { throw new Error(`no end within ${ms} ms: ${what}`); })]);

class Rounds {
    static async open() {
        const r = new Rounds();
        r.server = await Server.start({ keep: true, init: ["--currency", "EUR"], args: ["--journal-segment-bytes", "1048576"] });
        r.sent = [];
        r.next = 0;
        r.tally = { ended: 0, untouched: 0, touched: 0, refused: 0, accepted: 0 };
        await r.server.stop();
        return r;
    }

    // One start with this fault: "ended" (typed), "touched" (something failed and was said) or "untouched".
    async run(fault, batches = 6) {
        const { server } = this;
        server.options.env = { CUSTOS_FAULT: fault };
        const started = await within(20_000, Promise.race([server.serve().then(() => "ready", (e) => e), sleep(3000).then(() => "slow")]), `start with ${fault}`);
        if (started instanceof Error && /ended with/.test(started.message)) {
            const end = await server.exited;
            assert.ok([1, 6, 7].includes(end.code), `${fault}: ended with ${end.code ?? end.signal}: ${server.log.slice(-4000)}`);
            assert.match(server.log, /"code":"(out_of_memory|io|storage_full|unavailable)"|custos: .*[Nn]o memory/, `${fault}: a typed error`);
            assert.doesNotMatch(server.log, /AddressSanitizer|LeakSanitizer|runtime error:/, fault);
            this.tally.ended++;
            return "ended";
        }
        await this.use(fault, batches);
        const end = await this.end(fault);
        const said = /"level":"(warn|error)"/.test(server.log) || this.refusals > 0 || end.code !== 0 || started !== "ready";
        this.tally[said ? "touched" : "untouched"]++;
        return said ? "touched" : "untouched";
    }

    async use(fault, batches) {
        const { server } = this;
        this.refusals = 0;
        const socketPath = `${server.data}/custos.sock`;
        const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
        const ask = (o) => within(15_000, request(null, { socketPath, agent, ...o }), `${o.path} with ${fault}`).catch((e) => { if (/no end within/.test(e.message)) throw e; return { status: 0, text: e.message }; });
        for (let i = 0; i < batches; i++) {
            const n = this.next++;
            const r = await ask({ method: "POST", path: "/v1/batch", body: { batch: batchOf(n), writeKey: server.writeKey } });
            this.sent.push([n, r.status]);
            if (r.status === 200) this.tally.accepted++;
            else {
                this.refusals++;
                this.tally.refused++;
                assert.ok([0, 429, 500, 503, 507].includes(r.status), `${fault}: ${r.status} ${r.text}`);
                if (r.status) assert.match(r.text, /"code":"(out_of_memory|io|storage_full|busy)"/, fault);
            }
        }
        for (const [method, path, body] of [["GET", "/health/live"], ["GET", "/v1/people?limit=5"], ["GET", "/v1/orders/totals"], ["POST", "/v1/people/search", { q: "person" }], ["GET", "/v1/quarantine"]]) {
            const r = await ask({ method, path, body });
            if (r.status === 200) { assert.ok(r.json !== undefined, `${fault}: ${path} is whole JSON`); continue; }
            this.refusals++;
            assert.ok([0, 500, 503, 507].includes(r.status), `${fault}: ${path}: ${r.status} ${r.text}`);
        }
        agent.destroy();
    }

    async end(fault) {
        const { server } = this;
        server.child.kill("SIGTERM");
        const end = await within(30_000, server.exited, `SIGTERM with ${fault}: ${server.log.slice(-3000)}`);
        assert.ok([0, 1, 6, 7].includes(end.code), `${fault}: ended with ${end.code ?? end.signal}: ${server.log.slice(-6000)}`);
        assert.doesNotMatch(server.log, /AddressSanitizer|LeakSanitizer|runtime error:/, `${fault}: ${server.log.slice(-6000)}`);
        return end;
    }

    // Without a fault: all that was acknowledged is there; sent again, all is there once; the doctor agrees.
    async settle() {
        const { server } = this;
        server.options.env = undefined;
        await server.serve();
        await server.settled();
        const count = async () => (await server.local("GET", "/v1/events/count")).json.count;
        const acknowledged = this.sent.filter(([, s]) => s === 200).length * perBatch;
        const before = await count();
        assert.ok(before >= acknowledged, `acknowledged ${acknowledged}, stored ${before}`);
        assert.ok(before <= this.next * perBatch, `sent ${this.next * perBatch}, stored ${before}`);
        for (const [n] of this.sent) assert.equal((await server.track("/v1/batch", { batch: batchOf(n) })).status, 200);
        await server.settled();
        assert.equal(await count(), this.next * perBatch, "each event once");
        const orders = (await server.local("GET", "/v1/orders/totals")).json;
        assert.equal(orders.orders, this.next, "each order once");
        assert.equal(orders.revenue, this.next * 1000);
        assert.equal((await server.local("GET", "/v1/quarantine?status=open")).json.items.length, 0, "nothing was blamed on an event");
        await server.stop();
        const doctor = server.cli(["doctor", "--json"]);
        assert.equal(doctor.code, 0, doctor.out + doctor.err);
        rmSync(server.base, { recursive: true, force: true });
    }
}

// How many operations a start takes, and a start with use, when none fails.
async function counted(rounds, kind) {
    assert.notEqual(await rounds.run(`${kind}:1000000000`), "ended");
    const seen = [...rounds.server.log.matchAll(/"event":"serve\.operations","alloc":(\d+),"io":(\d+)/g)].map((m) => Number(m[kind === "alloc" ? 1 : 2]));
    assert.equal(seen.length, 2);
    return seen;
}

// n over start-up, closer and closer together towards its beginning, and evenly over the intake path; a
// few with every later operation failing, too. The order is random, so the folder differs each time.
async function explore(kind, t) {
    const random = randomOf(seed), until = Date.now() + seconds * 1000;
    const rounds = await Rounds.open();
    const [start, end] = await counted(rounds, kind);
    const plan = [];
    for (let n = 1; n < start; n += 1 + n * 0.3 * random()) plan.push(`${Math.floor(n)}`);
    const beginning = plan.length;
    for (let i = 0; i < 60; i++) plan.push(`${Math.floor(start * 0.98 + (end - start * 0.98) * ((i + random()) / 60))}`);
    for (const share of [0.3, 0.9, 1.01, 1.1]) plan.push(`${Math.max(1, Math.floor(start * share))}+`);
    for (let i = plan.length - 1; i > 0; i--) {
        const k = Math.floor(random() * (i + 1));
        [plan[i], plan[k]] = [plan[k], plan[i]];
    }
    let done = 0;
    for (const n of plan) {
        const enough = rounds.tally.ended >= 3 && rounds.tally.touched >= 3; // a slow machine takes longer, and does not do less
        if (Date.now() > until && enough) break;
        await rounds.run(`${kind}:${n}`, n.endsWith("+") ? 3 : 6);
        done++;
    }
    t.diagnostic(`seed ${seed}: ${start} operations to start, ${end} with use; ${done} of ${plan.length} faults (${beginning} of them for start-up): ${JSON.stringify(rounds.tally)}`);
    assert.ok(rounds.tally.ended >= 3 && rounds.tally.touched >= 3, JSON.stringify(rounds.tally));
    await rounds.settle();
}

test("the n-th allocation fails", { skip, timeout: 240_000 }, (t) => explore("alloc", t));
test("the n-th file operation fails", { skip, timeout: 240_000 }, (t) => explore("io", t));
