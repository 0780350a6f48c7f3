// SPDX-License-Identifier: Apache-2.0
// Links to dashboards: what somebody with the link sees and cannot see, what somebody without one sees, how a link ends, and what
// the page may do in a browser (nothing).
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { recordsChanged, recordsState } from "../lib/records.mjs";
import { Server, haveBinary, request } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server;

const day = (ago) => new Date(Date.now() - ago * 86400_000).toISOString().slice(0, 11) + "12:00:00Z";
const order = (who, category, total) => ({ type: "track", userId: who, event: "Order Completed", timestamp: day(2), messageId: `m-${who}`,
    properties: { order_id: `o-${who}`, revenue: total, total, currency: "EUR", products: [{ sku: category, name: category, category, quantity: 1, price: total }] } });

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--shop-name", "Teehaus"] });
    await server.owner();
    const batch = [];
    for (let n = 0; n < 30; n++) batch.push(order(`many-${n}`, "Tea", 11));
    for (let n = 0; n < 3; n++) batch.push(order(`few-${n}`, "Rare", 777));
    for (let n = 0; n < 20; n++) batch.push(order(`some-${n}`, "Cups", 13));
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
    const split = { kind: "report", question: { metrics: ["revenue"], by: "total", breakdown: "category" } };
    const r = await server.staff("PUT", "/v1/dashboards/shop", { title: "Shop <b>", doc: "", period: "7d", compare: "previous", version: 0, tiles: [
        { id: "day", title: "By day", query: { kind: "report", question: { metrics: ["revenue"], by: "day" } }, show: "area", width: 4 },
        { id: "split", title: "By category", query: split, show: "table" },
        { id: "all", title: "Orders", query: { kind: "report", question: { metrics: ["orders"], by: "day" } }, show: "number", width: 1 },
    ] });
    assert.equal(r.status, 200, r.text);
});
after(async () => { await server?.close(); });

const share = async (days = 1, name = "shop") => {
    const r = await server.staff("POST", `/v1/dashboards/${name}/shares`, { days });
    assert.equal(r.status, 201, r.text);
    return { ...r.json, path: new URL(r.json.url).pathname };
};
const open = (path, headers) => request(server.url, { path, headers });

test("whoever has the link sees the figures, as a page without a script", slow, async () => {
    const s = await share();
    assert.match(s.path, /^\/shared\/[A-Za-z0-9_-]{22}$/);
    const r = await open(s.path);
    assert.equal(r.status, 200, r.text);
    assert.equal(r.headers["content-security-policy"], "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assert.match(r.headers["x-robots-tag"], /noindex/);
    assert.equal(r.headers["cache-control"], "private, no-store");
    assert.equal(r.headers["referrer-policy"], "no-referrer");
    assert.equal(r.headers["set-cookie"], undefined);
    assert.ok(r.text.includes("<title>Shop &lt;b&gt; – Teehaus</title>"));
    assert.equal((r.text.match(/<svg /g) ?? []).length, 2, "a chart and a number; a table is a table");
    assert.equal((r.text.match(/<table>/g) ?? []).length, 3, "each with its figures");
    assert.doesNotMatch(r.text, /<script|<style| style=|\son\w+=|javascript:|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    assert.doesNotMatch(r.text, /<b>|many-|few-|some-/);
    const css = await open("/shared/style.css");
    assert.equal(css.status, 200);
    assert.match(css.headers["content-type"], /^text\/css/);
    assert.match(css.text, /prefers-color-scheme:dark/);
});

test("small groups are hidden whoever made the link, and do not follow from the rest", slow, async () => {
    const mine = await server.staff("POST", "/v1/insight/query", { kind: "report", question: { metrics: ["revenue"], by: "total", breakdown: "category" } });
    assert.equal(mine.json.answer.rows.find((r) => r.value === "Rare" || r.label === "Rare").values[0], 3 * 77700);
    const { text } = await open((await share()).path);
    const row = (label) => new RegExp(`<th scope="row">${label}</th><td>([^<]*)</td>`).exec(text)?.[1];
    assert.equal(row("Tea"), "330.00 EUR");
    assert.equal(row("Rare"), undefined, "the name of a small group can name somebody");
    assert.equal(row("Hidden"), "fewer than 10 people");
    assert.equal(row("Cups"), "fewer than 10 people", "else it would be the sum less the others");
    assert.ok(!text.includes("2,331.00") && !text.includes("Rare"));
    assert.match(text, /Figures about fewer than 10 people are not shown/);
});

test("a link that is wrong, ended, taken back or of a forgotten dashboard: the same page", slow, async () => {
    const never = await open("/shared/AAAAAAAAAAAAAAAAAAAAAA");
    assert.equal(never.status, 404);
    assert.match(never.headers["content-type"], /^text\/html/);
    assert.match(never.headers["content-security-policy"], /default-src 'none'/);
    assert.match(never.headers["x-robots-tag"], /noindex/);
    const same = async (path) => {
        const r = await open(path);
        assert.equal(r.status, 404);
        assert.equal(r.text, never.text);
    };
    await same("/shared/x");
    await same("/shared/" + "A".repeat(60));
    const back = await share(), ended = await share();
    assert.equal((await open(back.path)).status, 200);
    assert.equal((await server.staff("DELETE", `/v1/dashboards/other/shares/${back.id}`)).status, 404, "of another dashboard");
    assert.equal((await server.staff("DELETE", `/v1/dashboards/shop/shares/${back.id}`)).status, 204);
    await same(back.path); // at once, although the page was just shown
    assert.equal((await server.staff("DELETE", `/v1/dashboards/shop/shares/${back.id}`)).status, 404);
    execFileSync("sqlite3", [join(server.data, "records.db"), `UPDATE dashboard_share SET until_ms = 1 WHERE id = ${ended.id}`]);
    await same(ended.path);
    await server.staff("PUT", "/v1/dashboards/gone", { title: "Gone", tiles: [], version: 0 });
    const gone = await share(2, "gone");
    assert.equal((await open(gone.path)).status, 200);
    assert.equal((await server.staff("DELETE", "/v1/dashboards/gone")).status, 204);
    await same(gone.path);
    await server.staff("PUT", "/v1/dashboards/gone", { title: "Another", tiles: [], version: 0 });
    await same(gone.path); // a new dashboard of that name is another one
    await server.staff("DELETE", "/v1/dashboards/gone");
});

test("links are listed without their tokens, bounded, and only their hashes are kept", slow, async () => {
    const s = await share(3), token = s.path.split("/").at(-1);
    const list = (await server.staff("GET", "/v1/dashboards/shop/shares")).json.items, row = list.find((i) => i.id === s.id);
    assert.equal(row.until, s.until);
    assert.deepEqual(Object.keys(row).sort(), ["by", "id", "made", "until"]);
    assert.ok(Math.abs(Date.parse(s.until) - Date.now() - 3 * 86400_000) < 60_000);
    const dump = execFileSync("sqlite3", [join(server.data, "records.db"), ".dump dashboard_share"], { encoding: "utf8" });
    assert.ok(!dump.includes(token) && !dump.includes(Buffer.from(token, "base64url").toString("hex")));
    assert.equal((await server.staff("POST", "/v1/dashboards/shop/shares", { days: 0 })).json.field, "/days");
    assert.equal((await server.staff("POST", "/v1/dashboards/shop/shares", { days: 367 })).json.field, "/days");
    assert.equal((await server.staff("POST", "/v1/dashboards/none/shares", {})).status, 404);
    assert.equal((await server.staff("GET", "/v1/dashboards/none/shares")).status, 404);
});

test("reading changes nothing that is kept, and stands in the audit log without the token", slow, async () => {
    const s = await share(), state = recordsState(server);
    assert.equal((await open(s.path)).status, 200);
    assert.equal((await request(server.url, { method: "HEAD", path: s.path })).status, 200);
    assert.deepEqual(recordsChanged(state, recordsState(server)), []);
    const log = await server.local("GET", "/v1/audit?action=shares.read&limit=50");
    assert.equal(log.status, 200, log.text);
    assert.ok(log.json.items.length > 0, log.text);
    assert.ok(!log.text.includes(s.path.split("/").at(-1)));
    assert.ok(!server.log.includes(s.path.split("/").at(-1)), "nor in the program's log");
});

test("many who open one link at once all see it", slow, async () => {
    const s = await share(), at = Date.now();
    const all = await Promise.all(Array.from({ length: 5 }, () => open(s.path)));
    assert.deepEqual(all.map((r) => r.status), [200, 200, 200, 200, 200], `after ${Date.now() - at} ms`);
    assert.equal(new Set(all.map((r) => r.text)).size, 1, "the page was made once");
});

test("too many readings of one network are put off", slow, async () => {
    let last;
    for (let i = 0; i < 80 && (!last || last.status !== 429); i++) last = await open("/shared/BBBBBBBBBBBBBBBBBBBBBB");
    assert.equal(last.status, 429);
    assert.ok(Number(last.headers["retry-after"]) >= 1);
    assert.match(last.headers["content-type"], /^text\/html/);
    assert.equal((await server.staff("GET", "/v1/dashboards")).status, 200, "staff are not put off");
});
