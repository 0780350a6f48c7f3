// SPDX-License-Identifier: Apache-2.0
// Questions in SQL over HTTP: what the tables hold, that nothing else can be reached or changed, limits and
// cancelling, files in three forms read by other programs, kept questions, roles and the audit log.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Jar } from "../lib/jar.mjs";
import { Server, haveBinary, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 180_000 };
let server, analyst, id;
before(async () => {
    if (skip) return;
    server = await Server.start({ init: ["--owner", "owner@example.com"] });
    await server.track("/v1/identify", { userId: "q1", traits: { email: "q1@example.com", firstName: "Quentin", country: "DE", language: "de" } });
    await server.track("/v1/identify", { userId: "q2", traits: { email: "q2@example.com", country: "FR" } });
    for (let i = 0; i < 20; i++)
        await server.track("/v1/track", { userId: i % 2 ? "q1" : "q2", event: "Product Viewed", timestamp: `2026-0${1 + (i % 9)}-15T10:00:00Z`, properties: { sku: `s${i % 3}`, price: 10 + i, note: "Quentin's" } });
    await server.track("/v1/track", { userId: "q1", event: "Order Completed", timestamp: "2026-05-01T12:00:00Z", properties: { order_id: "o-1", total: 25.5, currency: "EUR", products: [{ sku: "s1" }] } });
    await server.track("/v1/track", { userId: "q2", event: "Order Completed", timestamp: "2026-06-01T12:00:00Z", properties: { order_id: "=o-2", total: 10, currency: "EUR", products: [] } });
    await server.settled();
    id = (await server.local("POST", "/v1/people/lookup", { kind: "user_id", value: "q1" })).json.id;
    analyst = new Jar(server);
    assert.equal((await analyst.join("analyst@example.com", "analyst")).status, 201);
    await analyst.enrol();
    assert.equal((await server.local("PUT", "/v1/segments/french", { title: "French", doc: "", text: 'address.country is "FR"', version: 0 })).status, 201);
    for (let i = 0; i < 200 && (await server.local("GET", "/v1/segments/french")).json.state !== "live"; i++) await sleep(25);
});
after(async () => { await server?.close(); });

const ask = (sql, more = {}, by = server.local.bind(server)) => by("POST", "/v1/sql", { sql, ...more });
async function rows(sql) {
    const r = await ask(sql);
    assert.equal(r.status, 200, r.text);
    return r.json.rows;
}

test("the schema names what is there, and nothing sealed", slow, async () => {
    const schema = (await server.local("GET", "/v1/sql/schema")).json, table = (name) => schema.tables.find((t) => t.name === name);
    assert.deepEqual(schema.tables.map((t) => t.name), ["people", "events", "orders", "segments", "segment_members"]);
    const columns = table("people").columns.map((c) => c.name);
    for (const wanted of ["person", "address_country", "language", "orders_count", "orders_revenue", "seen_last", "consent_marketing_email", "rfm_group"]) assert.ok(columns.includes(wanted), wanted);
    for (const sealed of ["email", "firstname", "birthday", "phone"]) assert.ok(!columns.includes(sealed), sealed);
    assert.equal(new Set(columns).size, columns.length);
});

test("people, events, orders and segments answer together", slow, async () => {
    assert.deepEqual(await rows("SELECT address_country, orders_count, orders_revenue FROM people WHERE known ORDER BY 1"), [["DE", 1, 25.5], ["FR", 1, 10]]);
    assert.deepEqual(await rows("SELECT event, count(*) FROM events WHERE event LIKE '%ed' GROUP BY 1 ORDER BY 1"), [["Order Completed", 2], ["Product Viewed", 20]]);
    assert.deepEqual(await rows("SELECT count(*) FROM events WHERE event = 'Product Viewed' AND time >= '2026-03-01' AND time < '2026-05-01'"), [[4]]);
    assert.deepEqual(await rows("SELECT json_extract(properties, '$.sku') AS sku, count(*), avg(json_extract(properties, '$.price')) FROM events WHERE event = 'Product Viewed' GROUP BY sku ORDER BY sku"),
        [["s0", 7, 19], ["s1", 7, 20], ["s2", 6, 19.5]]);
    assert.deepEqual(await rows(`SELECT count(*), sum(revenue) FROM events WHERE person = '${id}' AND event = 'Order Completed'`), [[1, 25.5]]);
    assert.deepEqual(await rows("SELECT o.order_id, o.total, o.status, p.address_country FROM orders o JOIN people p USING (person) WHERE o.placed > '2026-05-15' ORDER BY 1"), [["=o-2", 10, "completed", "FR"]]);
    assert.deepEqual(await rows("SELECT segment, size, state FROM segments WHERE segment NOT LIKE 'lifecycle%'"), [["french", 1, "live"]]);
    assert.deepEqual(await rows("SELECT count(*) FROM segment_members m JOIN people p USING (person) WHERE m.segment = 'french' AND p.address_country = 'FR'"), [[1]]);
    assert.deepEqual(await rows(`SELECT count(*) FROM segment_members WHERE person = '${id}' AND segment = 'french'`), [[0]]);
    assert.deepEqual(await rows("SELECT person FROM people WHERE person = 'nobody'"), []);
    assert.deepEqual(await rows("WITH v AS (SELECT person, time, lag(time) OVER (PARTITION BY person ORDER BY time) AS before FROM events WHERE event = 'Product Viewed') SELECT count(*) FROM v WHERE before IS NULL"), [[2]]);
    const all = JSON.stringify(await rows("SELECT * FROM events, people USING (person)"));
    assert.doesNotMatch(all, /Quentin|q1@example|"note"/);
});

test("nothing else can be asked, and every fault says where", slow, async () => {
    for (const sql of ["DELETE FROM people", "ATTACH 'records.db' AS r", "PRAGMA database_list", "SELECT 1; SELECT 2", "SELECT * FROM sqlite_master_x", "SELECT * FROM profile", "SELECT email FROM people",
        "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "nonsense", "INSERT INTO people VALUES (1)", "CREATE TEMP TABLE t AS SELECT 1"]) {
        const r = await ask(sql);
        assert.equal(r.status, 400, sql);
        assert.equal(r.json.field, "sql");
        assert.ok(r.json.detail.length > 5);
    }
    assert.equal((await ask("SELECT 1", { limit: 0 })).status, 400);
    assert.equal((await ask("SELECT 1", { limit: 10001 })).status, 400);
    const few = (await ask("SELECT seq FROM events ORDER BY seq", { limit: 3 })).json;
    assert.equal(few.rows.length, 3);
    assert.equal(few.truncated, true);
});

test("a question without end is bounded, and can be cancelled midway", slow, async () => {
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    const asked = ask(endless, { id: "slow-one" });
    let ended;
    for (let i = 0; i < 100 && ended?.status !== 204; i++) { await sleep(20); ended = await server.local("DELETE", "/v1/sql/running/slow-one"); }
    assert.equal(ended.status, 204);
    const r = await asked;
    assert.equal(r.status, 503);
    assert.match(r.json.detail, /cancelled/);
    assert.equal((await server.local("DELETE", "/v1/sql/running/slow-one")).status, 404);
    const two = [ask(endless, { id: "a" }), ask(endless, { id: "b" })];
    let third;
    for (let i = 0; i < 100 && third?.status !== 429; i++) { await sleep(20); third = await ask("SELECT 1"); }
    assert.equal(third.status, 429);
    for (const one of ["a", "b"]) assert.equal((await server.local("DELETE", `/v1/sql/running/${one}`)).status, 204);
    await Promise.all(two);
    assert.equal((await ask("SELECT 1")).status, 200);
});

test("files in three forms, as other programs read them", slow, async () => {
    const sql = "SELECT order_id, total, placed, coupon, sample FROM orders ORDER BY placed", file = (format) => server.local("POST", "/v1/sql/export", { sql, format });
    const csv = await file("csv");
    assert.equal(csv.status, 200, csv.text);
    assert.match(csv.headers["content-disposition"], /answer\.csv/);
    assert.deepEqual(csv.text.trim().split("\r\n"), ["order_id,total,placed,coupon,sample", 'o-1,25.5,2026-05-01T12:00:00.000Z,"",0', `"'=o-2",10,2026-06-01T12:00:00.000Z,"",0`]);
    const lines = (await file("jsonl")).text.trim().split("\n").map((l) => JSON.parse(l));
    assert.deepEqual(lines[1], { order_id: "=o-2", total: 10, placed: "2026-06-01T12:00:00.000Z", coupon: null, sample: 0 });
    const { bytes } = await file("parquet"), buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    assert.deepEqual(await parquetReadObjects({ file: buffer, compressors }), [
        { order_id: "o-1", total: 25.5, placed: "2026-05-01T12:00:00.000Z", coupon: null, sample: 0n },
        { order_id: "=o-2", total: 10, placed: "2026-06-01T12:00:00.000Z", coupon: null, sample: 0n }]);
    assert.equal((await server.local("POST", "/v1/sql/export", { sql: "DELETE FROM orders", format: "csv" })).status, 400);
    assert.equal((await server.local("POST", "/v1/sql/export", { sql: "SELECT 1", format: "xml" })).status, 400);
});

test("questions can be kept, and a stale one is not overwritten", slow, async () => {
    const put = (name, body) => server.local("PUT", `/v1/sql/queries/${name}`, body);
    assert.equal((await put("by-country", { title: "By country", sql: "SELECT 1", version: 0 })).json.version, 1);
    assert.equal((await put("by-country", { title: "By country", sql: "SELECT 2", version: 0 })).status, 412);
    assert.equal((await put("by-country", { title: "By land", sql: "SELECT 3", version: 1 })).json.version, 2);
    assert.equal((await put("absent", { title: "x", sql: "SELECT 3", version: 4 })).status, 404);
    assert.equal((await put("No%20Good", { title: "x", sql: "SELECT 3", version: 0 })).status, 400);
    const kept = (await server.local("GET", "/v1/sql/queries")).json.items;
    assert.deepEqual(kept.map((k) => [k.name, k.title, k.sql, k.version, k.by]), [["by-country", "By land", "SELECT 3", 2, -1]]);
    assert.equal((await server.local("DELETE", "/v1/sql/queries/by-country")).status, 204);
    assert.equal((await server.local("DELETE", "/v1/sql/queries/by-country")).status, 404);
});

test("it is for those whose role has it, for a purpose, and leaves its trace", slow, async () => {
    const marketer = new Jar(server);
    assert.equal((await marketer.join("marketer@example.com", "marketer")).status, 201);
    await marketer.enrol();
    assert.equal((await marketer.post("/v1/sql", { sql: "SELECT 1" })).status, 403);
    assert.equal((await analyst.post("/v1/sql", { sql: "SELECT 1" }, { "x-custos-purpose": "support" })).status, 403);
    const r = await analyst.post("/v1/sql", { sql: "SELECT count(*) FROM events e JOIN people p USING (person)" }, { "x-custos-purpose": "analytics" });
    assert.equal(r.status, 200, r.text);
    const entry = (await server.local("GET", "/v1/audit?action=sql.ask&limit=50")).json.items.find((e) => e.actor.kind === "staff" && JSON.stringify(e.detail ?? "").includes("tables"));
    assert.ok(entry, "no entry");
    assert.equal(entry.purpose, "analytics");
    assert.match(JSON.stringify(entry.detail), /people/);
    assert.doesNotMatch(JSON.stringify(entry), /SELECT/);
});
