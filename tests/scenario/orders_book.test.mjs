// SPDX-License-Identifier: Apache-2.0
// CDNOW whole: 69,659 orders of 23,570 customers for $2,500,315.63 (Fader and Hardie), imported once and again, by month against
// SQLite over the same file, after a restart, and when one customer is erased. Skipped where the data set is not at hand.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary, root, sleep } from "../lib/server.mjs";
import { lookup } from "./lib/segments.mjs";

const packed = join(root, "..", "shared", "data", "cdnow", "CDNOW_master.txt.zst");
const skip = (!haveBinary && "build/custos is not built") || (!existsSync(packed) && "the CDNOW data set is not here");

async function report(server, metrics, more = {}) {
    for (let i = 0; ; i++) {
        const r = await server.staff("POST", "/v1/insight/query", { kind: "report", from: "1997-01-01", to: "1998-06-30", question: { metrics, by: "month", ...more } });
        if (r.status !== 429 || i > 200) {
            assert.equal(r.status, 200, r.text);
            return r.json.answer;
        }
        await sleep(100); // the order book is being read
    }
}

test("CDNOW's totals, by month and whole", { skip, timeout: 900_000 }, async () => {
    const server = await Server.start({ init: ["--currency", "USD"], args: ["--currency", "USD"] });
    await server.owner();
    const csv = join(server.base, "cdnow.csv"), db = join(server.base, "cdnow.db");
    const rows = execFileSync("zstd", ["-dqc", packed], { maxBuffer: 1 << 26, encoding: "utf8" }).trim().split("\n").slice(1).map((l) => l.trim().split(/\s+/));
    writeFileSync(csv, "order,customer,day,pieces,total\n" + rows.map(([id, d, pieces, total], i) =>
        `${i + 1},${id},${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6)}T12:00:00Z,${pieces},${total}\n`).join(""));
    execFileSync("sqlite3", [db, ".mode csv", `.import ${csv} r`]);
    const sql = (text) => execFileSync("sqlite3", ["-separator", " ", db, text], { encoding: "utf8" }).trim().split("\n").map((l) => l.split(" ").map(Number));
    const cents = "CAST(round(CAST(total AS REAL) * 100) AS INTEGER)";
    assert.deepEqual(sql(`SELECT count(*), count(DISTINCT customer), sum(${cents}) FROM r`)[0], [69659, 23570, 250031563]);
    const months = sql(`SELECT count(*), sum(${cents}) FROM r GROUP BY substr(day, 1, 7) ORDER BY substr(day, 1, 7)`);
    const map = { kind: "orders", columns: [{ column: "order", field: "order_id" }, { column: "customer", field: "user_id" }, { column: "day", field: "time" },
        { column: "pieces", field: "line.quantity" }, { column: "total", field: "property.total" }] };
    assert.ok([200, 201].includes((await server.staff("PUT", "/v1/import-maps/cdnow", map)).status));
    for (const round of ["first", "second"]) {
        const r = server.cli(["import", "orders", csv, "--map", "cdnow", "--json"]);
        assert.equal(r.code, 0, r.out + r.err);
        await server.settled();
        for (let i = 0; i < 200 && (await report(server, ["orders"])).metrics[0].value !== 69659; i++) await sleep(100);
        const a = await report(server, ["orders", "revenue", "new_customers"]);
        assert.deepEqual(a.metrics.map((m) => m.value).slice(0, 2), [69659, 250031563], `${round} import`);
        assert.deepEqual(a.metrics[0].series.map((n, i) => [n, a.metrics[1].series[i]]), months, `${round} import, by month`);
        assert.equal(a.metrics[2].value, 23570);
    }
    const [first] = sql("SELECT count(*), sum(" + cents + ") FROM r WHERE customer = '00004'");
    const erased = await server.local("DELETE", `/v1/people/${await lookup(server, "00004")}`);
    assert.ok(erased.status < 300, erased.text);
    for (let i = 0; i < 100 && (await report(server, ["orders"])).metrics[0].value !== 69659 - first[0]; i++) await sleep(50);
    const without = (await report(server, ["orders", "revenue"])).metrics.map((m) => m.value);
    assert.deepEqual(without, [69659 - first[0], 250031563 - first[1]]);
    const attribution = (await server.staff("POST", "/v1/insight/query", { kind: "attribution", from: "1997-01-01", to: "1998-06-30", question: {} })).json.answer;
    assert.deepEqual([attribution.orders, attribution.revenue, attribution.unattributed], [without[0], without[1], without[0]], "no visit at all: nothing is attributed");
    await server.stop(); // and read from the folder alone
    await server.serve();
    assert.deepEqual((await report(server, ["orders", "revenue"])).metrics.map((m) => m.value), without);
    await server.close();
});
