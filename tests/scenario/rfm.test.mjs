// SPDX-License-Identifier: Apache-2.0
// RFM groups and lifecycle stages over HTTP: borders that cover everything, scores that segments can ask for, stages
// by rules of which the first holds.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { eventually, identify, lookup, order, segment, send, viewed } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;

// The independent arithmetic: quantiles of type 7, a class begins one unit above its border.
const quantile = (sorted, k) => {
    const at = (sorted.length - 1) * k, low = Math.floor(at / 5), rest = (at % 5) / 5;
    return sorted[low] + rest * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
};
const cuts = (values) => [1, 2, 3, 4].map((k) => quantile([...values].sort((a, b) => a - b), k));
const classOf = (borders, value, unit = 1) => 1 + borders.filter((b) => value >= b + unit).length;

const people = Array.from({ length: 60 }, (_, i) => ({ id: `c-${i}`, days: 3 + i * 7, orders: 1 + (i * 7) % 11, each: 10 + (i * 13) % 90 }));
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    const batch = [];
    for (const p of people) {
        batch.push(identify(p.id, { email: `${p.id}@example.com` }));
        for (let k = 0; k < p.orders; k++) batch.push(order(p.id, `${p.id}-${k}`, p.each, p.days + k));
    }
    batch.push(identify("lead", { email: "lead@example.com" }), { ...viewed("nobody", "p1"), userId: undefined, anonymousId: "browser-1" });
    await send(server, batch);
});
after(async () => { await server?.close(); });

const defaults = async () => (await server.staff("GET", "/v1/rfm")).json.groups.map(({ name, recency, frequency_monetary }) => ({ name, recency, frequency_monetary }));

test("eleven groups, quintiles and figures, as worked out independently", { skip }, async () => {
    // scoring is due once a minute; giving the groups their borders again does it at once
    const r = await server.staff("PUT", "/v1/rfm/groups", { groups: await defaults() });
    assert.equal(r.status, 200, r.text);
    const rfm = (await server.staff("GET", "/v1/rfm")).json;
    assert.equal(rfm.groups.length, 11);
    assert.equal(rfm.customers, people.length);
    const today = Math.floor(Date.now() / 86400e3);
    const days = people.map((p) => today - Math.floor((Date.now() - p.days * 86400e3) / 86400e3));
    const money = people.map((p) => p.orders * p.each * 100);
    const borders = { recency: cuts(days), frequency: cuts(people.map((p) => p.orders)), monetary: cuts(money) };
    for (const axis of ["frequency", "monetary"]) rfm.borders[axis].forEach((b, i) => assert.ok(Math.abs(b - borders[axis][i]) < 1e-6, `${axis} ${i}: ${b} is not ${borders[axis][i]}`));
    const counts = Object.fromEntries(rfm.groups.map((g) => [g.name, 0]));
    people.forEach((p, i) => {
        const recency = 6 - classOf(rfm.borders.recency, days[i]);
        const fm = Math.floor((classOf(borders.frequency, p.orders) + classOf(borders.monetary, money[i], 100) + 1) / 2);
        const group = rfm.groups.find((g) => g.recency[0] <= recency && recency <= g.recency[1] && g.frequency_monetary[0] <= fm && fm <= g.frequency_monetary[1]);
        counts[group.name]++;
    });
    assert.deepEqual(Object.fromEntries(rfm.groups.map((g) => [g.name, g.people])), counts);
    assert.equal(rfm.groups.reduce((sum, g) => sum + g.revenue, 0), money.reduce((a, b) => a + b));
});

test("segments ask for scores and groups, and move with the borders", { skip }, async () => {
    const rfm = (await server.staff("GET", "/v1/rfm")).json;
    const champions = rfm.groups.find((g) => g.name === "Champions").people, lost = rfm.groups.find((g) => g.name === "Lost").people;
    await segment(server, "champions", 'rfm.group is "Champions"', champions);
    await segment(server, "lost", 'rfm.group is "Lost"', lost);
    const groups = (await defaults()).map((g) => g.name === "Lost" ? { ...g, recency: [1, 2] } : g.name === "Hibernating" ? { ...g, recency: [1, 2], frequency_monetary: [2, 2] } : g);
    const overlap = await server.staff("PUT", "/v1/rfm/groups", { groups });
    assert.equal(overlap.status, 400);
    assert.match(overlap.json.detail, /recency 1 with frequency and monetary 2 is in two groups: Hibernating and Lost/);
    const better = groups.map((g) => g.name === "Lost" ? { ...g, frequency_monetary: [1, 1] } : g);
    const put = await server.staff("PUT", "/v1/rfm/groups", { groups: better });
    assert.equal(put.status, 200, put.text);
    await eventually(() => server.staff("GET", "/v1/segments/lost"), (r) => r.json.size === put.json.groups.find((g) => g.name === "Lost").people);
    const gap = await server.staff("PUT", "/v1/rfm/groups", { groups: [{ name: "Champions", recency: [5, 5], frequency_monetary: [5, 5] }] });
    assert.equal(gap.status, 400);
    assert.match(gap.json.detail, /recency 5 with frequency and monetary 4 is in no group/);
    for (const bad of [[{ name: "Nobody", recency: [1, 1], frequency_monetary: [1, 1] }], [{ name: "Lost", recency: [2, 1], frequency_monetary: [1, 1] }],
        [{ name: "Lost", recency: [1], frequency_monetary: [1, 1] }], [{ name: "Lost", recency: [0, 1], frequency_monetary: [1, 1] }]])
        assert.equal((await server.staff("PUT", "/v1/rfm/groups", { groups: bad })).status, 400);
});

test("lifecycle stages: the first rule that holds", { skip }, async () => {
    const stages = await eventually(() => server.staff("GET", "/v1/lifecycle"), (r) => r.json.stages.reduce((sum, s) => sum + s.people, 0) === people.length + 2);
    const of = (name) => stages.json.stages.find((s) => s.name === name).people;
    assert.equal(of("lead"), 1);
    assert.equal(of("visitor"), 1);
    assert.equal(of("lapsed"), people.filter((p) => p.days > 365).length);
    assert.equal(of("at risk"), people.filter((p) => p.days > 180 && p.days <= 365).length);
    assert.equal(of("new customer"), people.filter((p) => p.days <= 30 && p.orders === 1).length);
    await segment(server, "lapsed-people", "lifecycle is lapsed".replace("lapsed", '"lapsed"'), of("lapsed"));
});

test("stages are replaced as a whole; faults are named", { skip }, async () => {
    const fault = await server.staff("PUT", "/v1/lifecycle", { stages: [{ name: "buyer", rule: "orders.cuont is at least 1" }] });
    assert.equal(fault.status, 400);
    assert.equal(fault.json.field, "/stages/0/rule");
    assert.ok(fault.json.faults.length >= 1);
    const itself = await server.staff("PUT", "/v1/lifecycle", { stages: [{ name: "buyer", rule: 'lifecycle is "lead"' }] });
    assert.equal(itself.status, 400);
    assert.match(itself.json.detail, /itself/);
    const twice = await server.staff("PUT", "/v1/lifecycle", { stages: [{ name: "buyer", rule: "everybody" }, { name: "buyer", rule: "everybody" }] });
    assert.equal(twice.status, 400);
    assert.equal((await server.staff("PUT", "/v1/lifecycle", { stages: [{ name: "Buyer!", rule: "everybody" }] })).status, 400);
    assert.equal((await server.staff("PUT", "/v1/lifecycle", { stages: [] })).status, 400);

    const put = await server.staff("PUT", "/v1/lifecycle", { stages: [
        { name: "big buyer", doc: "More than ten orders.", rule: "orders.count is more than 10" },
        { name: "buyer", rule: "orders.count is at least 1" }, { name: "other", rule: "everybody" }] });
    assert.equal(put.status, 200, put.text);
    const big = people.filter((p) => p.orders > 10).length;
    const now = await eventually(() => server.staff("GET", "/v1/lifecycle"), (r) => r.json.stages[1].people === people.length - big);
    assert.deepEqual(now.json.stages.map((s) => [s.name, s.people]), [["big buyer", big], ["buyer", people.length - big], ["other", 2]]);
    await eventually(() => server.staff("GET", "/v1/segments/lapsed-people"), (r) => r.json.size === 0);

    // a first order moves a person from one stage to the next
    await send(server, [order("lead", "first", 20, 0.1)]);
    await eventually(() => server.staff("GET", "/v1/lifecycle"), (r) => r.json.stages[1].people === people.length - big + 1);
    assert.ok(await lookup(server, "lead"));
});

test("groups and stages are there after a restart", { skip }, async () => {
    const before = (await server.staff("GET", "/v1/rfm")).json;
    await server.stop();
    await server.serve();
    const rfm = await eventually(() => server.staff("GET", "/v1/rfm"), (r) => r.json.customers === people.length + 1);
    assert.deepEqual(rfm.json.groups.find((g) => g.name === "Lost").recency, before.groups.find((g) => g.name === "Lost").recency);
    const stages = await eventually(() => server.staff("GET", "/v1/lifecycle"), (r) => r.json.stages.reduce((sum, s) => sum + s.people, 0) === people.length + 2);
    assert.deepEqual(stages.json.stages.map((s) => s.name), ["big buyer", "buyer", "other"]);
});
