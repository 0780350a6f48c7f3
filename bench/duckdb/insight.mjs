// SPDX-License-Identifier: Apache-2.0
// Questions of bench_insight asked of DuckDB, over the same events: node insight.mjs EVENTS.csv [THREADS] [ROUNDS]
// Prints one line a question: its name, the best of ROUNDS in ms, the answer. Days are of UTC here: DuckDB has no easier time with
// the shop's zone.
import { DuckDBInstance } from "@duckdb/node-api";
import { rmSync } from "node:fs";

const [csv, threads = "2", rounds = "3"] = process.argv.slice(2);
const file = `${csv}.duckdb`, DAY = 86400000;
rmSync(file, { force: true });
const db = await (await DuckDBInstance.create(file, { threads })).connect();
const all = async (sql) => (await db.runAndReadAll(sql)).getRows();
async function ask(name, sql, shown) {
    let best = Infinity, rows = [];
    for (let i = 0; i < Number(rounds); i++) {
        const started = performance.now();
        rows = await all(sql);
        best = Math.min(best, performance.now() - started);
    }
    console.log(`${name.padEnd(38)} ${best.toFixed(1).padStart(8)} ms   ${shown(rows)}`);
}
await db.run(`CREATE TABLE events AS SELECT * FROM read_csv('${csv}', header = true, nullstr = '', columns = {person: 'UINTEGER', time_ms: 'BIGINT', event: 'VARCHAR',
    path: 'VARCHAR', source: 'VARCHAR', medium: 'VARCHAR', order_id: 'VARCHAR', total: 'DECIMAL(12,2)'}) ORDER BY person, time_ms`); // as the timeline is sorted
await db.run("CHECKPOINT");
const [[last]] = await all("SELECT max(time_ms) FROM events");
const from = (days) => Number(last) - days * DAY;
const visits = (days) => `r AS (SELECT person, time_ms, event, path, source, medium,
      time_ms - lag(time_ms, 1, 0) OVER (PARTITION BY person ORDER BY time_ms) > 1800000 AS fresh FROM events WHERE time_ms >= ${from(days + 2)}),
    n AS (SELECT *, sum(fresh::INT) OVER (PARTITION BY person ORDER BY time_ms ROWS UNBOUNDED PRECEDING) AS visit FROM r),
    v AS (SELECT person, visit, min(time_ms) AS began, max(time_ms) AS ended, count(*) AS events, count(*) FILTER (event = 'Order Completed') AS orders,
      arg_min(source, time_ms) FILTER (source IS NOT NULL) AS source, arg_min(path, time_ms) AS landing FROM n GROUP BY person, visit HAVING min(time_ms) >= ${from(days)})`;
await ask("revenue by day, 30 days", `SELECT time_ms // ${DAY} AS day, sum(total), count(DISTINCT order_id) FROM events WHERE event = 'Order Completed' AND time_ms >= ${from(60)} GROUP BY ALL ORDER BY ALL`,
    (r) => `${r.length} days`);
await ask("visits by day, 30 days", `WITH ${visits(60)} SELECT began // ${DAY} AS day, count(*), count(DISTINCT person), avg(ended - began), count(*) FILTER (events = 1) FROM v GROUP BY ALL ORDER BY ALL`,
    (r) => `${r.length} days, ${r[0]?.[1]} visits on the first`);
await ask("conversion by source, 30 days", `WITH ${visits(30)} SELECT source, count(*), count(*) FILTER (orders > 0) FROM v GROUP BY ALL ORDER BY 2 DESC`, (r) => `${r.length} rows`);
await ask("visits by landing page, 30 days", `WITH ${visits(30)} SELECT landing, count(*) FROM v GROUP BY ALL ORDER BY 2 DESC LIMIT 50`, (r) => `"${r[0]?.[0]}" ${r[0]?.[1]}`);
await ask("active, new, 30 days", `WITH f AS (SELECT person, min(time_ms) AS t FROM events GROUP BY person) SELECT count(DISTINCT e.person), count(DISTINCT e.person) FILTER (f.t >= ${from(30)})
    FROM events e JOIN f USING (person) WHERE e.time_ms >= ${from(30)}`, ([r]) => `${r[0]} people, ${r[1]} new`);
rmSync(file, { force: true });
