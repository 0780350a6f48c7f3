// SPDX-License-Identifier: Apache-2.0
// The sample shop through the real door: what `custos demo` says it sent is what the shop then knows,
// running it again changes nothing, a later end on the same day continues it, and sample data goes
// without a trace in one act.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Server, binary, haveBinary } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";

// Not execFileSync: the server's log wants to be read meanwhile.
const demo = (args) =>
    new Promise((resolve) => {
        execFile(binary, ["demo", "--json", ...args], (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
    });

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

async function knows(server) {
    const get = async (path) => (await server.local("GET", path)).json;
    const totals = await get("/v1/orders/totals");
    const quarantine = await get("/v1/quarantine?limit=1");
    return {
        events: (await get("/v1/events/count")).count,
        persons: (await get("/v1/people?limit=1")).total,
        orders: totals.orders,
        revenue: totals.revenue,
        refunds: totals.refunds,
        refunded: totals.refunded,
        cancelled: totals.cancelled,
        faults: quarantine.counts.reduce((sum, row) => sum + row.count, 0),
    };
}

const says = (r) => ({
    events: r.events,
    persons: r.persons,
    orders: r.orders,
    revenue: r.revenue,
    refunds: r.refunds,
    refunded: r.refunded,
    cancelled: r.cancelled,
    faults: r.refused + r.set_aside,
});

test("a sample shop arrives whole, once, and goes in one act", { skip, timeout: 600_000 }, async () => {
    const server = await Server.start();
    const key = JSON.parse(server.cli(["source", "create", "Sample shop", "--sample", "--json"]).out).write_key;
    const args = (end) => ["--url", server.url, "--write-key", key, "--people", "400", "--end", `${yesterday}T${end}:00:00Z`];

    const first = await demo(args(12));
    assert.equal(first.code, 0, first.err);
    const said = JSON.parse(first.out);
    assert.ok(said.people > 350 && said.events > 10_000 && said.orders > 20 && said.refunds > 0, first.out);
    assert.equal(said.accepted, said.events + said.set_aside);
    await server.settled();
    assert.deepEqual(await knows(server), says(said));

    const undeclared = (await server.local("GET", "/v1/dictionary/undeclared")).json.items.map((row) => `${row.scope}/${row.name}`).sort();
    assert.deepEqual(undeclared, ["Checkout Started/gift_wrap", "event/Size Guide Opened", "person/loyalty_tier"]);
    const customers = (await server.local("GET", "/v1/people?filter=customers&sort=revenue&limit=1")).json;
    assert.ok(customers.total > 10 && customers.items[0].sample && customers.items[0].revenue > 0);
    assert.match(customers.items[0].email, /@example\.(com|org|net)$/);

    const again = await demo(args(12));
    assert.equal(again.code, 0, again.err);
    await server.settled();
    assert.deepEqual(await knows(server), says(said), "the same shop again changes nothing");

    const later = await demo(args(20));
    assert.equal(later.code, 0, later.err);
    await server.settled();
    assert.ok(JSON.parse(later.out).events > said.events);
    assert.deepEqual(await knows(server), says(JSON.parse(later.out)), "eight hours more");

    assert.equal((await server.local("GET", "/v1/sample-data")).json.present, true);
    assert.equal((await server.local("DELETE", "/v1/sample-data")).status < 300, true);
    assert.deepEqual(await knows(server), { events: 0, persons: 0, orders: 0, revenue: 0, refunds: 0, refunded: 0, cancelled: 0, faults: 0 });
    assert.equal((await server.local("GET", "/v1/sample-data")).json.present, false);
    await server.close();
});

test("what is wrong with a demo is said, with an exit code", { skip, timeout: 120_000 }, async () => {
    const server = await Server.start();
    const few = ["--people", "3"];
    const cases = [
        [["--url", server.url, "--write-key", "wk_unknown", ...few], 4, "--write-key"],
        [["--url", "http://127.0.0.1:1", "--write-key", "k", ...few], 7, "--url"],
        [["--url", `${server.url}/elsewhere`, "--write-key", server.writeKey, ...few], 2, "--url"],
        [["--url", "ftp://127.0.0.1", "--write-key", "k", ...few], 2, "--url"],
        [["--url", server.url, "--write-key", "k", "--people", "0"], 2, "people"],
        [["--url", server.url, "--write-key", "k", "--end", "1999-01-01"], 2, "--end"],
        [["--url", server.url, ...few], 2, "write-key"],
    ];
    for (const [args, code, field] of cases) {
        const r = await demo(args);
        assert.equal(r.code, code, `${args.join(" ")}: ${r.err}`);
        assert.ok(JSON.parse(r.err.trim().split("\n").at(-1)).field.includes(field), r.err);
        assert.equal(r.out, "");
    }
    await server.close();
});
