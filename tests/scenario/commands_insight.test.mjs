// SPDX-License-Identifier: Apache-2.0
// Figures on the command line: with a running server and without one, as tables, CSV and JSON.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { eventually, identify, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
const day = 86400e3, today = new Date().toISOString().slice(0, 10), ago = (days) => new Date(Date.now() - days * day).toISOString().slice(0, 10);
let server, calls = 0;

const event = (userId, name, days, properties = {}) => ({ type: "track", event: name, userId, messageId: `cli-${++calls}`, timestamp: new Date(Date.now() - days * day).toISOString(), properties });
const order = (userId, id, days, revenue) => event(userId, "Order Completed", days, { order_id: id, revenue, currency: "EUR", products: [{ product_id: "p1", name: "One", price: revenue, quantity: 1 }] });

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    const batch = [];
    for (let i = 0; i < 20; i++) {
        batch.push(identify(`u-${i}`, { email: `u-${i}@example.com` }), event(`u-${i}`, "Product Viewed", 40 + i / 10, { product_id: "p1" }));
        if (i < 12) batch.push(order(`u-${i}`, `o-${i}`, 39, 3111.11));
        if (i < 5) batch.push(order(`u-${i}`, `again-${i}`, 8, 0.5));
    }
    await send(server, batch);
    await eventually(() => server.staff("POST", "/v1/insight/query", { kind: "churn", question: {} }), (r) => r.status === 200 && r.json.answer.customers === 12);
});
after(async () => { await server?.close(); });

const cli = (...args) => server.cli(args);
const printed = (...args) => { const r = cli(...args); assert.equal(r.code, 0, r.err); return r.out; };
const rows = (text) => text.trim().split("\r\n").map((line) => line.split(","));
const kinds = async () => new Set((await server.staff("GET", "/v1/insight/kinds")).json.items.map((k) => k.name));
const range = ["--from", ago(60), "--to", today];

test("cohort: people, orders and money", { skip }, async () => {
    const json = JSON.parse(printed("cohort", "--by", "week", "--periods", "8", ...range, "--json"));
    assert.equal(json.kind, "cohort");
    assert.deepEqual(json, JSON.parse(printed("cohort", "--by", "week", "--periods", "8", ...range, "--format", "json")).computed ? { ...json } : {});
    const csv = rows(printed("cohort", "--by", "week", "--periods", "8", ...range, "--format", "csv"));
    assert.deepEqual(csv[0], ["week", "people", "0", "1", "2", "3", "4", "5", "6", "7"]);
    assert.equal(csv.length, json.answer.cohorts.length + 2);
    json.answer.cohorts.forEach((c, i) => {
        assert.equal(csv[i + 1][0], c.from);
        assert.equal(csv[i + 1][1], String(c.size));
        assert.deepEqual(csv[i + 1].slice(2).map((v) => v === '""' ? null : Number(v)), c.values);
    });
    assert.equal(json.answer.cohorts.reduce((n, c) => n + c.size, 0), 12);
    const money = rows(printed("cohort", "--by", "month", "--measure", "revenue", "--cumulative", "--periods", "2", ...range, "--format", "csv"));
    assert.ok(money.some((row) => row.includes("37333.32") || row.includes("37335.82")), JSON.stringify(money)); // 12 x 3111.11, and 5 x 0.50
    const table = printed("cohort", "--by", "month", "--measure", "revenue_per_person", "--periods", "3", ...range);
    assert.match(table, /^month +people +0 +1 +2\n/);
    assert.match(table, /3111\.11/);
    assert.match(table, /UTC, EUR\n/);
    assert.match(table, /\* may still grow/);
    const width = new Set(table.split("\n\n")[0].split("\n").map((line) => line.length));
    assert.equal(width.size, 1, `every line is aligned:\n${table}`);
});

test("retention: shares", { skip }, async () => {
    const args = ["retention", "--start", "Product Viewed", "--return", "order", "--by", "week", "--periods", "3", "--mode", "rolling", ...range];
    const csv = rows(printed(...args, "--format", "csv")), json = JSON.parse(printed(...args, "--json"));
    json.answer.cohorts.forEach((c, i) => c.values.forEach((v, k) => {
        if (v === null || c.size === 0) assert.equal(csv[i + 1][k + 2], '""');
        else assert.ok(Math.abs(Number(csv[i + 1][k + 2]) - v / c.size) < 1e-5);
    }));
    assert.match(printed(...args), /\d+\.\d %/);
});

test("funnel: steps, and a ready one", { skip }, async () => {
    if (!(await kinds()).has("funnel")) return;
    const args = ["funnel", "Product Viewed", "Order Completed", "--window", "7d", ...range];
    const csv = rows(printed(...args, "--format", "csv"));
    assert.deepEqual(csv[0].slice(0, 5), ["step", "reached", "of first", "of previous", "dropped"]);
    assert.deepEqual(csv.slice(1).map((r) => r.slice(0, 3)), [["Product Viewed", "20", "1"], ["Order Completed", "12", "0.6"]]);
    assert.match(printed(...args), /Order Completed +12 +60\.0 %/);
    const none = rows(printed("funnel", "Product Viewed", "Order Completed", "--window", "12h", ...range, "--format", "csv"));
    assert.equal(none[2][1], "0");
    assert.equal(JSON.parse(printed("funnel", "--ready", "shop", ...range, "--json")).kind, "funnel");
    for (const wrong of [["funnel"], ["funnel", "A", "B", "--ready", "shop"], ["funnel", "A", "B", "--window", "7"], ["funnel", "A", "B", "--window", "-3d"], ["funnel", "A", "B", "--window", "99999999999d"]]) {
        const r = cli(...wrong);
        assert.equal(r.code, 2, `${wrong}: ${r.out}${r.err}`);
        assert.match(r.err, /step|window/);
    }
});

test("metrics: the catalogue, values, weeks, comparison, breakdown", { skip }, async () => {
    const list = rows(printed("metrics", "--format", "csv"));
    assert.deepEqual(list[0], ["metric", "unit", "available", "variant", "of", "formula"]);
    assert.ok(list.some((r) => r[0] === "revenue" && r[1] === "money"));
    assert.ok(JSON.parse(printed("metrics", "--json")).some((m) => m.name === "orders"));
    if (!(await kinds()).has("report")) return;
    const all = rows(printed("metrics", "revenue", "orders", ...range, "--format", "csv"));
    assert.deepEqual(all[0], ["metric", "value"]);
    assert.deepEqual(all.slice(1).map((r) => r[1]), ["37335.82", "17"]);
    const weeks = rows(printed("metrics", "orders", "revenue", "--by", "week", ...range, "--format", "csv"));
    assert.equal(weeks.slice(1).reduce((n, r) => n + Number(r[1]), 0), 17);
    assert.match(printed("metrics", "revenue", ...range, "--compare", "previous"), /^metric +value +before +change/);
    const channels = rows(printed("metrics", "orders", "--breakdown", "channel", ...range, "--format", "csv"));
    assert.equal(channels[0][0], "channel");
    assert.equal(channels.slice(1).reduce((n, r) => n + Number(r[1]), 0), 17);
    const wrong = cli("metrics", "revenu");
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.err, /revenue/);
});

test("small groups are hidden in what is shared", { skip }, () => {
    const text = printed("cohort", "--by", "week", "--periods", "8", "--shared", ...range);
    assert.match(text, /figures about fewer than 10 people are not shown/);
});

test("the same without a server", { skip }, async () => {
    const before = rows(printed("cohort", "--by", "week", "--periods", "8", ...range, "--format", "csv"));
    await server.stop();
    assert.deepEqual(rows(printed("cohort", "--by", "week", "--periods", "8", ...range, "--format", "csv")), before);
    assert.match(printed("retention", "--by", "month", ...range), /^month +people/);
    await server.serve();
});

test("help names the flags", { skip }, () => {
    for (const name of ["metrics", "funnel", "retention", "cohort"]) {
        const r = cli(name, "--help");
        assert.equal(r.code, 0);
        assert.match(r.out, /--format/);
        assert.match(r.out, /example: custos/);
    }
});
