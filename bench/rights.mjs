// SPDX-License-Identifier: Apache-2.0
// The rights of persons on a live server under load: archive, withdrawal and erasure with its certificate, one after another, while events
// of others keep coming; then everything is restored from the backup taken before, and nobody who was erased is there.
// bench/run rights; PEOPLE (1000), EVENTS a person (365), HEAVY people (10) with 10,000 events each, RATE of the load (2000/s).
import { cpSync, mkdtempSync, mkdirSync, readdirSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, request, run } from "../tests/lib/server.mjs";

const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const PEOPLE = number("PEOPLE", 1000), EVENTS = number("EVENTS", 365), HEAVY = number("HEAVY", 10), RATE = number("RATE", 2000);
const row = (name, value) => console.log(`  ${name.padEnd(58)} ${value}`);
const must = (r, ...good) => { if (!good.includes(r.status)) throw new Error(`${r.status} ${r.text}`); return r; };
const at = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)];
function words(times) {
    const s = times.toSorted((a, b) => a - b), ms = (x) => (x < 10 ? x.toFixed(1) : x.toFixed(0));
    return `p50 ${ms(at(s, 0.5))} ms, p99 ${ms(at(s, 0.99))} ms, worst ${ms(s.at(-1))} ms (${s.length})`;
}

const base = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), "custos-bench-rights-"));
const target = join(base, "target");
mkdirSync(target);
const quiet = ["--backup-every-hours", "0", "--backup-drill-days", "0", "--log-level", "warn"];
const server = await Server.start({ base, keep: true, args: ["--backup-folder", target, ...quiet] });
const local = (method, path, body) => request(null, { method, path, body, socketPath: join(server.data, "custos.sock") });
writeFileSync(join(base, "kit.txt"), must(await local("POST", "/v1/keys/recovery-kit"), 200).json.kit, { mode: 0o600 });

// ---- people with a year of events in every store

let sent = 0;
async function send(batch) {
    for (;;) {
        const r = await server.track("/v1/batch", { batch });
        if (r.status === 200) return;
        if (r.status !== 429) throw new Error(r.text);
        await new Promise((done) => setTimeout(done, 200));
    }
}
const day = 86400_000, now = Date.now();
const context = (i) => (i === 0 ? { consent: { categoryPreferences: { Email: true, Analytics: true } } } : undefined);
function event(who, i, of) {
    const timestamp = new Date(now - (i + 1) * (365 * day / (of + 1))).toISOString(), messageId = `m${++sent}`;
    if (i === 0) return { type: "identify", userId: who, messageId, timestamp, context: context(0), traits: { email: `${who}@example.com`, firstName: "Zilpha", lastName: `Of ${who}`, address: { street: "Lane 7", city: "Kiel", country: "DE" } } };
    if (i % 30 === 1) return { type: "track", userId: who, messageId, timestamp, event: "Order Completed", properties: { order_id: `${who}-${i}`, total: 20 + i % 50, currency: "EUR", products: [{ product_id: `p${i % 40}`, price: 20, quantity: 1 }] } };
    return { type: "track", userId: who, messageId, timestamp, event: "Product Viewed", properties: { product_id: `p${i % 40}`, price: i % 90, category: "lamps" } };
}
async function fill(names, events) {
    let batch = [];
    for (const who of names) for (let i = 0; i < events; i++) {
        batch.push(event(who, i, events));
        if (batch.length === 400) { await send(batch); batch = []; }
    }
    if (batch.length) await send(batch);
}
const people = Array.from({ length: PEOPLE }, (_, i) => `year${i}`), heavy = Array.from({ length: HEAVY }, (_, i) => `heavy${i}`);
await fill(people, EVENTS);
await fill(heavy, 10000);
await server.settled();
must(await local("PUT", "/v1/segments/buyers", { title: "Buyers", text: 'did "Order Completed" at least 2 times in the last 90 days', version: 0 }), 200, 201);
row(`${PEOPLE} people with ${EVENTS} events, ${HEAVY} with 10,000`, `${sent} events`);
const id = async (who) => must(await local("POST", "/v1/people/lookup", { kind: "user_id", value: who }), 200).json.id;
const ids = { year: [], heavy: [] };
for (const who of people) ids.year.push(await id(who));
for (const who of heavy) ids.heavy.push(await id(who));
const saved = run(["backup", "--data", server.data, "--root-key", server.key, "--json"]);
if (saved.code !== 0) throw new Error(saved.err);

// ---- the load of others

let loading = true, loaded = 0;
const load = (async () => {
    const from = performance.now();
    while (loading) {
        await send(Array.from({ length: 100 }, (_, i) => ({ type: "track", userId: `other${(loaded + i) % 5000}`, messageId: `l${loaded + i}`, event: "Product Viewed", properties: { product_id: `p${i % 40}`, price: 3 } })));
        loaded += 100;
        const ahead = loaded / RATE * 1000 - (performance.now() - from);
        if (ahead > 0) await new Promise((done) => setTimeout(done, ahead));
    }
})();
async function timed(list, act) {
    const times = [];
    for (const one of list) {
        const from = performance.now();
        await act(one);
        times.push(performance.now() - from);
    }
    return times;
}
row("the same server, a page of figures (baseline)", words(await timed(ids.year.slice(0, 200), () => local("GET", "/v1/orders/totals"))));
const archive = async (person) => must(await local("GET", `/v1/people/${person}/archive`), 200);
row(`archive, ${EVENTS} events (aim 200 ms)`, words(await timed(ids.year, archive)));
row("archive, 10,000 events", words(await timed(ids.heavy, archive)));
row("withdrawal, from the click to the last possible use", words(await timed(ids.year, async (person) => {
    must(await local("PUT", `/v1/people/${person}/consents/marketing_email`, { state: "withdrawn" }), 200);
    const held = must(await local("GET", `/v1/people/${person}/consents?limit=1`), 200).json.consents.find((c) => c.purpose === "marketing_email");
    if (held.allowed) throw new Error("still allowed after the withdrawal");
})));
const certificates = [];
const erase = async (person) => certificates.push(must(await local("POST", `/v1/people/${person}/erase`, { right: "gdpr-17(1)(b)" }), 201).text);
row(`erasure to certificate, ${EVENTS} events (aim 10 s)`, words(await timed(ids.year, erase)));
row("erasure to certificate, 10,000 events", words(await timed(ids.heavy, erase)));
loading = false;
await load;
row("events of others meanwhile", `${loaded}`);
await server.settled();
let good = 0;
for (const [i, text] of certificates.entries()) {
    const path = join(base, `certificate${i}.json`);
    writeFileSync(path, text);
    good += run(["verify", path]).code === 0;
}
row("certificates that verify", `${good} of ${certificates.length}`);
await new Promise((done) => setTimeout(done, 6000)); // promises are carried off every five seconds
await server.stop();

// ---- the backup of before

const restored = join(base, "restored");
mkdirSync(restored);
const back = run(["restore", "--from", target, "--data", join(restored, "shop"), "--root-key", server.key, "--keys", server.data, "--json"]);
if (back.code !== 0) throw new Error(back.err);
for (const name of readdirSync(base).filter((n) => n.startsWith("root.key"))) cpSync(join(base, name), join(restored, name));
const again = await Server.start({ base: restored, keep: true, args: quiet });
let returned = 0;
for (const who of [...people, ...heavy]) returned += (await request(null, { method: "POST", path: "/v1/people/lookup", body: { kind: "user_id", value: who }, socketPath: join(again.data, "custos.sock") })).status === 200;
for (const person of [...ids.year, ...ids.heavy]) returned += (await request(null, { path: `/v1/people/${person}`, socketPath: join(again.data, "custos.sock") })).status === 200;
row("of the erased, back after the restore of the backup before", `${returned} of ${PEOPLE + HEAVY}`);
await again.stop();
rmSync(base, { recursive: true, force: true });
process.exit(returned === 0 && good === certificates.length ? 0 : 1);
