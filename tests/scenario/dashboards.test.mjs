// SPDX-License-Identifier: Apache-2.0
// Dashboards over HTTP: what is kept and what is refused with the place of the fault, templates, saved views, pictures, and the
// letters: to staff alone, with figures in HTML, picture and text, small groups hidden, each due time once whatever stops between.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Jar } from "../lib/jar.mjs";
import { MailServer, authority } from "../lib/mail.mjs";
import { Server, haveBinary, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const slow = { skip, timeout: 120_000 };
let server, folder, mail;

const day = (ago, hour = 12) => new Date(Date.now() - ago * 86400_000).toISOString().slice(0, 11) + `${String(hour).padStart(2, "0")}:00:00Z`;
const order = (n, ago, total) => ({ type: "track", userId: `buyer-${n}`, event: "Order Completed", timestamp: day(ago), messageId: `order-${n}-${ago}`,
    properties: { order_id: `o-${n}-${ago}`, revenue: total, total, currency: "EUR", products: [{ sku: "tea-1", name: "Sencha <b>", category: "Tea", quantity: 1, price: total }] } });

before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-dashboards-"));
    const certs = authority(folder), secret = join(folder, "secret");
    writeFileSync(secret, "correct horse\n");
    chmodSync(secret, 0o600);
    mail = await MailServer.start({ certs, auth: { user: "shop", password: "correct horse" } });
    server = await Server.start({ args: ["--mail-host", "localhost", "--mail-port", String(mail.port), "--mail-user", "shop", "--mail-password-file", secret,
        "--mail-from", "shop@example.com", "--mail-ca", certs.ca, "--shop-name", "Teehaus <i>", "--outgoing-networks", "127.0.0.0/8, ::1", "--public-url", "https://tea.example"] });
    await server.owner();
    const batch = [];
    for (let n = 0; n < 12; n++) batch.push({ type: "identify", userId: `buyer-${n}`, messageId: `i-${n}`, traits: { email: `buyer${n}@shop.example` } }, order(n, 3, 10 + n));
    for (let n = 0; n < 3; n++) batch.push(order(n, 40, 5));
    assert.equal((await server.track("/v1/batch", { batch })).status, 200);
    await server.settled();
});
after(async () => {
    await server?.close();
    await mail?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const revenue = { kind: "report", question: { metrics: ["revenue"], by: "day" } };
const tile = (more = {}) => ({ id: "revenue", title: "Revenue <script>", query: revenue, show: "area", width: 4, ...more });
const board = (more = {}) => ({ title: "Shop & more", doc: "How it goes.", tiles: [tile()], period: "7d", compare: "previous", version: 0, ...more });
const put = (name, body) => server.staff("PUT", `/v1/dashboards/${name}`, body);

test("a dashboard is kept with its version, listed, changed and forgotten", slow, async () => {
    assert.deepEqual((await server.staff("GET", "/v1/dashboards")).json.items, []);
    let r = await put("mine", board());
    assert.equal(r.status, 200, r.text);
    assert.equal(r.json.version, 1);
    r = await server.staff("GET", "/v1/dashboards/mine");
    assert.equal(r.json.title, "Shop & more");
    assert.deepEqual(r.json.tiles, [{ ...tile(), metric: null }]);
    assert.equal(r.json.period, "7d");
    assert.equal((await put("mine", board({ version: 0 }))).status, 412);
    assert.equal((await put("mine", board({ version: 7 }))).json.code, "precondition_failed");
    assert.equal((await put("other", board({ version: 1 }))).status, 404);
    r = await put("mine", board({ version: 1, tiles: [tile(), tile({ id: "two", show: "number", metric: "revenue", width: undefined })] }));
    assert.equal(r.json.version, 2);
    r = await server.staff("GET", "/v1/dashboards");
    assert.equal(r.json.items.length, 1);
    assert.equal(r.json.items[0].tiles[1].width, 2);
    assert.equal((await server.staff("DELETE", "/v1/dashboards/mine")).status, 204);
    assert.equal((await server.staff("DELETE", "/v1/dashboards/mine")).status, 404);
    assert.equal((await server.staff("GET", "/v1/dashboards/mine")).status, 404);
});

test("what cannot be asked is refused with its place", slow, async () => {
    const cases = [
        [board({ tiles: [tile({ query: { kind: "reprot" } })] }), "/tiles/0/query/kind"],
        [board({ tiles: [tile(), tile({ id: "b", query: { kind: "report", question: { metrics: ["revenue"], sideways: 1 } } })] }), "/tiles/1/query/question/sideways"],
        [board({ tiles: [tile({ query: { kind: "report", question: { metrics: ["revenu"] } } })] }), /^\/tiles\/0\/query\/question\/metrics/],
        [board({ tiles: [tile({ query: { ...revenue, segment: "nobody-made-this" } })] }), "/tiles/0/query/segment"],
        [board({ tiles: [tile({ query: { ...revenue, from: "2026-01-01" } })] }), "/tiles/0/query/from"],
        [board({ tiles: [tile({ show: "pie" })] }), "/tiles/0/show"],
        [board({ tiles: [tile({ width: 5 })] }), "/tiles/0/width"],
        [board({ tiles: [tile({ id: "No" })] }), "/tiles/0/id"],
        [board({ tiles: [tile(), tile()] }), "/tiles/1/id"],
        [board({ tiles: Array.from({ length: 25 }, (_, i) => tile({ id: `t${i}` })) }), "/tiles"],
        [board({ period: "always" }), "/period"],
        [board({ title: "" }), "/title"],
    ];
    for (const [body, field] of cases) {
        const r = await put("bad", body);
        assert.ok(r.status >= 400 && r.status < 500, `${field}: ${r.status} ${r.text}`);
        typeof field === "string" ? assert.equal(r.json.field, field, r.text) : assert.match(r.json.field, field, r.text);
    }
    assert.equal((await put("templates", board())).status, 400);
    assert.equal((await put("Großer", board())).status, 400);
    assert.equal((await server.staff("GET", "/v1/dashboards")).json.items.length, 0);
});

test("every template can be kept and drawn, also in an empty shop", slow, async () => {
    const { items } = (await server.staff("GET", "/v1/dashboards/templates")).json;
    assert.deepEqual(items.map((t) => t.name), ["shop", "acquisition", "products", "retention", "email"]);
    for (const t of items) {
        const { name, ...body } = t;
        const r = await put(name, { ...body, version: 0 });
        assert.equal(r.status, 200, `${name}: ${r.text}`);
        for (const one of t.tiles) {
            const svg = await server.staff("POST", "/v1/insight/draw", { ...one.query, show: one.show, title: one.title, ...(one.metric && { metric: one.metric }) });
            assert.equal(svg.status, 200, `${name} ${one.id}: ${svg.text}`);
            assert.match(svg.headers["content-type"], /^image\/svg\+xml/);
        }
        assert.equal((await server.staff("DELETE", `/v1/dashboards/${name}`)).status, 204);
    }
});

test("a tile is drawn as a picture that refers to nothing and hides small groups", slow, async () => {
    const ask = (body) => server.staff("POST", "/v1/insight/draw", { ...revenue, show: "area", title: "A <b> & c", ...body });
    let r = await ask({});
    assert.equal(r.status, 200, r.text);
    assert.ok(r.text.startsWith("<svg xmlns="));
    assert.ok(r.text.includes("<title id=\"tile-t\">A &lt;b&gt; &amp; c</title>"));
    assert.ok(r.text.includes("prefers-color-scheme:dark"));
    assert.doesNotMatch(r.text, /href|<script|url\(|@import/);
    r = await ask({ scheme: "light" });
    assert.ok(!r.text.includes("<style"));
    assert.equal((await ask({ scheme: "light" })).text, r.text, "the same picture each time");
    for (const show of ["number", "line", "area", "bars", "stacked", "table", "funnel", "heat", "flow"]) assert.equal((await ask({ show })).status, 200, show);
    r = await ask({ question: { metrics: ["orders"], by: "total", breakdown: "product" }, show: "table", from: day(50).slice(0, 10), to: day(39).slice(0, 10) });
    assert.equal(r.status, 200, r.text);
    assert.match(r.text, /fewer than 10 people|No figures/); // three people bought then
    assert.equal((await server.staff("POST", "/v1/annotations", { day: day(3).slice(0, 10), title: "Letter <i> sent", kind: "campaign" })).status, 201);
    r = await ask({ from: day(10).slice(0, 10), to: day(0).slice(0, 10) });
    assert.ok(r.text.includes("<title>Letter &lt;i&gt; sent</title>"), "notes stand on their days");
    assert.match(r.text, /<desc[^>]*>[^<]*Letter &lt;i&gt; sent\./);
    assert.equal((await ask({ from: "2026-02-01", to: "2026-01-01" })).json.field, "/from");
    assert.equal((await ask({ from: "2026-02-01" })).json.field, "/to");
    assert.equal((await ask({ question: { metrics: ["nothing"] } })).status, 400);
});

test("a view is kept with its version and forgotten", slow, async () => {
    const view = { title: "By day", query: revenue, show: "line", version: 0 };
    let r = await server.staff("PUT", "/v1/views/by-day", view);
    assert.equal(r.status, 200, r.text);
    assert.equal((await server.staff("PUT", "/v1/views/by-day", view)).status, 412);
    assert.equal((await server.staff("PUT", "/v1/views/by-day", { ...view, version: 1, show: "bars" })).json.version, 2);
    assert.deepEqual((await server.staff("GET", "/v1/views/by-day")).json.query, revenue);
    assert.equal((await server.staff("GET", "/v1/views")).json.items[0].show, "bars");
    r = await server.staff("PUT", "/v1/views/wrong", { ...view, query: { kind: "nothing" } });
    assert.equal(r.json.field, "/query/kind");
    assert.equal((await server.staff("DELETE", "/v1/views/by-day")).status, 204);
    assert.equal((await server.staff("GET", "/v1/views/by-day")).status, 404);
});

test("who may only read figures sees dashboards and changes none", slow, async () => {
    const support = new Jar(server);
    assert.equal((await support.join("auditor@example.com", "auditor")).status, 201);
    await support.enrol();
    const roles = (await server.local("GET", "/v1/roles")).json.items, mine = roles.find((r) => r.name === "auditor").permissions;
    assert.equal((await support.get("/v1/dashboards")).status, mine.includes("analytics_read") ? 200 : 403);
    assert.equal((await support.call("PUT", "/v1/dashboards/x", board())).status, 403);
    assert.equal((await support.post("/v1/dashboards/x/shares", {})).status, 403);
});

// ---- letters

const set = (body, name = "mailed") => server.staff("PUT", `/v1/dashboards/${name}/schedule`, body);

test("a dashboard is sent to who asks: text, bars of cells and pictures, with small groups hidden", slow, async () => {
    const products = { kind: "report", question: { metrics: ["orders"], by: "total", breakdown: "category" } };
    assert.equal((await put("mailed", board({ period: "90d", tiles: [tile(), tile({ id: "n", title: "Sum", show: "number" }), tile({ id: "p", title: "By category", query: products, show: "bars" })] }))).status, 200);
    const r = await server.staff("POST", "/v1/dashboards/mailed/send");
    assert.equal(r.status, 202, r.text);
    const [m] = await mail.wait(1);
    assert.deepEqual(m.to, ["owner@example.com"]);
    assert.match(m.mail.subject, /^Shop & more: \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d$/);
    const html = m.mail.html, text = m.mail.text;
    assert.ok(m.raw.includes("multipart/alternative") && m.raw.includes("multipart/related"));
    assert.ok(html.includes("Revenue &lt;script&gt;") && !html.includes("<script"), "titles are escaped");
    assert.ok(html.includes("Teehaus &lt;i&gt;"));
    assert.match(html, /bgcolor="#2563a8"/, "bars of table cells");
    assert.match(html, /\d+\.\d\d EUR/);
    assert.ok(html.includes("https://tea.example/#/dashboards/mailed"));
    assert.doesNotMatch(html, /https?:\/\/(?!tea\.example)/, "nothing is fetched from anywhere");
    assert.match(text, /Revenue <script>\n/);
    assert.match(text, /EUR/);
    const pictures = m.mail.attachments.filter((a) => a.contentType === "image/svg+xml");
    assert.equal(pictures.length, 2, "charts, not the number");
    assert.deepEqual(pictures.map((p) => p.contentId), ["<chart-1@letter>", "<chart-2@letter>"]);
    assert.ok(pictures[0].content.toString().startsWith("<svg xmlns="));
    assert.ok(!pictures[0].content.toString().includes("<style"), "colours as attributes");
    assert.doesNotMatch(m.raw, /buyer\d|shop\.example/, "nobody is in it");
    assert.equal((await server.local("POST", "/v1/dashboards/mailed/send")).status, 400, "the local operator has no address");
});

test("a schedule names staff only, and shows when it is due", slow, async () => {
    assert.equal((await server.staff("GET", "/v1/dashboards/mailed/schedule")).status, 404);
    assert.equal((await set({ every: "day", hour: 7, to: ["stranger@example.net"] })).json.field, "/to/0");
    assert.equal((await set({ every: "day", hour: 7, to: ["owner@example.com", "not an address"] })).json.field, "/to/1");
    assert.equal((await set({ every: "day", hour: 24, to: ["owner@example.com"] })).json.field, "/hour");
    assert.equal((await set({ every: "hour", to: ["owner@example.com"] })).json.field, "/every");
    assert.equal((await set({ every: "day", to: [] })).json.field, "/to");
    assert.equal((await set({ every: "day", to: ["owner@example.com"] }, "unknown")).status, 404);
    const r = await set({ every: "week", hour: 8, to: ["owner@example.com", "OWNER@example.com"] });
    assert.equal(r.status, 200, r.text);
    assert.deepEqual(r.json.to, ["owner@example.com"]);
    assert.equal(r.json.sent, null);
    assert.equal(new Date(r.json.next).getUTCDay(), 1);
    assert.equal((await server.staff("DELETE", "/v1/dashboards/mailed/schedule")).status, 204);
    assert.equal((await server.staff("DELETE", "/v1/dashboards/mailed/schedule")).status, 404);
});

const sql = (text) => execFileSync("sqlite3", [join(server.data, "records.db"), text], { encoding: "utf8" }).trim();

test("each due time is served once, whatever stops in between", slow, async () => {
    const before = mail.messages.length;
    assert.equal((await set({ every: "day", hour: new Date().getUTCHours(), to: ["owner@example.com"] })).status, 200);
    await sleep(6000); // the job looked: nothing is due before the next time
    assert.equal(mail.messages.length, before);
    await server.stop();
    sql("UPDATE dashboard_schedule SET due_ms = due_ms - 5 * 86400000"); // as if it had been off for five days
    await server.serve();
    await mail.wait(before + 1, 20000);
    await server.kill(); // with the letter just handed over
    await server.serve();
    await sleep(7000);
    const letters = new Set(mail.messages.slice(before).map((m) => m.mail.messageId)); // a crash may hand the same letter over twice
    assert.equal(letters.size, 1, "one letter, not five and not two");
    assert.equal(sql("SELECT count(*) FROM letter WHERE kind = 'dashboard'"), "2", "with the one that was asked for");
    const r = await server.staff("GET", "/v1/dashboards/mailed/schedule");
    assert.equal(r.json.outcome, "sent");
    assert.ok(Date.now() - Date.parse(r.json.sent) < 60_000);
    assert.equal(sql("SELECT count(*) FROM dashboard_reader"), "1");
    assert.equal((await server.staff("DELETE", "/v1/dashboards/mailed")).status, 204);
    assert.equal(sql("SELECT count(*) FROM dashboard_schedule"), "0");
});

test("without a mail server a schedule is refused in words", slow, async () => {
    const other = await Server.start();
    try {
        await other.owner();
        assert.equal((await other.staff("PUT", "/v1/dashboards/a", board())).status, 200);
        const r = await other.staff("PUT", "/v1/dashboards/a/schedule", { every: "day", to: ["owner@example.com"] });
        assert.equal(r.status, 503);
        assert.equal(r.json.field, "mail_host");
        assert.equal((await other.staff("POST", "/v1/dashboards/a/send")).status, 503);
        for (const show of ["number", "line", "bars", "table", "heat"]) { // a shop in which nothing ever happened
            const svg = await other.staff("POST", "/v1/insight/draw", { ...revenue, show });
            assert.equal(svg.status, 200, svg.text);
        }
    } finally {
        await other.close();
    }
});
