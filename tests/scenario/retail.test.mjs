// SPDX-License-Identifier: Apache-2.0
// UCI Online Retail: 541,909 real lines in one command, twice, and the totals of an independent query
// in SQLite over the same file. Skipped where the data set is not at hand.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, root, sleep } from "../lib/server.mjs";

const packed = join(root, "..", "shared", "data", "online_retail", "online_retail.csv.zst");
const skip = (!haveBinary && "build/custos is not built") || (!existsSync(packed) && "the Online Retail data set is not here");

// The same totals in Insight: with and without credit notes, with and without a customer, by month, and the lines by product.
async function inTheOrderBook(server, one, expected) {
    const ask = async (question, more = {}) => {
        for (let i = 0; ; i++) {
            const r = await server.local("POST", "/v1/insight/query", { kind: "report", from: "2010-12-01", to: "2011-12-31", question, ...more });
            if (r.status !== 429 || i > 300) {
                assert.equal(r.status, 200, r.text);
                return r.json.answer;
            }
            await sleep(100); // the order book is being read
        }
    };
    const metrics = ["orders", "revenue", "refunds", "units"];
    for (let i = 0; i < 300 && (await ask({ metrics: ["orders"], by: "total" })).metrics[0].value !== expected.orders; i++) await sleep(100);
    const whole = await ask({ metrics, by: "month" });
    assert.deepEqual(whole.metrics.slice(0, 3).map((m) => m.value), [expected.orders, expected.revenue, expected.refunded], "without cancellations, and these");
    assert.equal(whole.metrics[1].value - whole.metrics[2].value, one(`SELECT sum(v) FROM i`), "with cancellations");
    const good = "SELECT n FROM i WHERE NOT credit";
    assert.equal(whole.metrics[3].value, one(`SELECT sum(CAST(Quantity AS INTEGER)) FROM r WHERE InvoiceNo IN (${good})`));
    const months = whole.periods.map((p) => p.slice(0, 7));
    const date = one("SELECT InvoiceDate LIKE '20%' FROM r LIMIT 1") === 1 ? "substr(InvoiceDate, 1, 7)" : null;
    for (let i = 0; date && i < months.length; i++)
        assert.equal(whole.metrics[1].series[i], one(`SELECT coalesce(sum(v), 0) FROM i WHERE NOT credit AND n IN (SELECT InvoiceNo FROM r WHERE ${date} = '${months[i]}')`), months[i]);
    const all = await server.local("POST", "/v1/insight/query", { kind: "attribution", from: "2010-12-01", to: "2011-12-31", question: { models: ["last"] } });
    assert.deepEqual([all.json.answer.orders, all.json.answer.revenue], [expected.orders, expected.revenue]);
    const value = (await server.local("POST", "/v1/insight/query", { kind: "value", from: "2010-12-01", to: "2011-12-31", question: { by: "total" } })).json.answer;
    const known = "(SELECT InvoiceNo FROM r WHERE CustomerID <> '')";
    assert.deepEqual([value.orders, value.customers], [one(`SELECT count(*) FROM i WHERE NOT credit AND n IN ${known}`),
        one(`SELECT count(DISTINCT CustomerID) FROM r WHERE CustomerID <> '' AND InvoiceNo IN (${good})`)], "with a customer");
    const rows = (await ask({ metrics: ["revenue"], by: "total", breakdown: "new_or_returning" })).rows;
    const withCustomer = rows.filter((r) => ["new", "returning"].includes(r.value)).reduce((s, r) => s + r.values[0], 0);
    assert.equal(withCustomer, one(`SELECT sum(v) FROM i WHERE NOT credit AND n IN ${known}`), JSON.stringify(rows));
    assert.equal(expected.revenue - withCustomer, one(`SELECT sum(v) FROM i WHERE NOT credit AND n NOT IN ${known}`), "without a customer");
    const top = await ask({ metrics: ["revenue"], by: "total", breakdown: "product", limit: 5 });
    for (const row of top.rows)
        assert.equal(row.values[0], one(`SELECT sum(CAST(round(CAST(Quantity AS REAL) * CAST(UnitPrice AS REAL) * 100) AS INTEGER)) FROM r WHERE InvoiceNo IN (${good}) AND StockCode = '${row.value}'`), row.value);
}

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
    await inTheOrderBook(server, one, expected);
    const imports = (await server.local("GET", "/v1/imports")).json.items;
    assert.equal(imports.length, 2);
    assert.ok(imports.every((i) => i.rows === 541909), JSON.stringify(imports));
    await server.close();
});
