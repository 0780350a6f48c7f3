// SPDX-License-Identifier: Apache-2.0
// UCI Online Retail: 541,909 real lines in one command, twice, and the totals of an independent query
// in SQLite over the same file. Skipped where the data set is not at hand.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, root } from "../lib/server.mjs";

const packed = join(root, "..", "shared", "data", "online_retail", "online_retail.csv.zst");
const skip = (!haveBinary && "build/custos is not built") || (!existsSync(packed) && "the Online Retail data set is not here");

test("Online Retail imports once and for all, and agrees with SQLite", { skip, timeout: 900_000 }, async () => {
    const server = await Server.start({ init: ["--currency", "GBP"] });
    const csv = join(server.base, "retail.csv"), db = join(server.base, "retail.db");
    writeFileSync(csv, execFileSync("zstd", ["-dqc", packed], { maxBuffer: 1 << 28 }));
    execFileSync("sqlite3", [db, ".mode csv", `.import ${csv} r`]);
    // Amounts in pence; a line's amount is rounded half away from zero. An invoice is a credit note when its
    // number starts with C, and so are the two of 541,909 lines that write off debts (A563186, A563187):
    // what an order gives back in the sum is a refund, whatever its number.
    const line = "CAST(round(CAST(Quantity AS REAL) * CAST(UnitPrice AS REAL) * 100) AS INTEGER)";
    execFileSync("sqlite3", [db, `CREATE TABLE i AS SELECT InvoiceNo n, sum(${line}) v, InvoiceNo LIKE 'C%' OR sum(${line}) < 0 credit FROM r GROUP BY InvoiceNo`]);
    const one = (sql) => Number(execFileSync("sqlite3", [db, sql], { encoding: "utf8" }).trim());
    const expected = {
        orders: one("SELECT count(*) FROM i WHERE NOT credit"),
        revenue: one("SELECT sum(v) FROM i WHERE NOT credit"),
        refunds: one("SELECT count(*) FROM i WHERE credit"),
        refunded: -one("SELECT sum(v) FROM i WHERE credit"),
    };
    assert.equal(expected.orders + expected.refunds, 25900);
    const customers = one("SELECT count(DISTINCT CustomerID) FROM r WHERE CustomerID <> ''");
    let events1;
    for (const round of ["first", "second"]) {
        const start = Date.now();
        const r = server.cli(["import", "orders", csv, "--map", "online-retail", "--json"]);
        assert.equal(r.code, 0, r.out + r.err);
        await server.settled();
        const totals = (await server.local("GET", "/v1/orders/totals")).json;
        assert.deepEqual({ orders: totals.orders, revenue: totals.revenue, refunds: totals.refunds, refunded: totals.refunded }, expected, `${round} import`);
        assert.equal(totals.currency, "GBP");
        const events = (await server.local("GET", "/v1/events/count")).json;
        events1 ??= events.count;
        assert.equal(events.count, events1, `${round} import: events in the timeline`);
        const people = (await server.local("GET", "/v1/people?limit=1")).json;
        assert.equal(people.total, customers, `${round} import: persons`);
        console.log(`# ${round} import: ${((Date.now() - start) / 1000).toFixed(1)} s, ${expected.orders} orders, ${customers} customers`);
    }
    const imports = (await server.local("GET", "/v1/imports")).json.items;
    assert.equal(imports.length, 2);
    assert.ok(imports.every((i) => i.rows === 541909), JSON.stringify(imports));
    await server.close();
});
