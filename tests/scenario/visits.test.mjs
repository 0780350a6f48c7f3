// SPDX-License-Identifier: Apache-2.0
// Where visits come from, through the real doors: hosts, campaigns, kinds of click numbers, devices and browsers are worked out
// before addresses and user agents are sealed; those stand nowhere in plain words.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary } from "../lib/server.mjs";
import { ago, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
const desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0-zyxsecretagent";
let server;
const page = (userId, days, context, properties = {}) => ({ type: "page", userId, messageId: `v-${userId}-${days}`, timestamp: ago(days), properties, context });

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await send(server, [
        page("ada", 3, { userAgent: phone, page: { url: "https://shop.example.com/a?utm_source=nl&utm_medium=email&utm_campaign=spring&token=zyxsecrettoken1",
            referrer: "https://mail.google.com/mail/u/0/#inbox/zyxsecrettoken2", title: "Dear Ada zyxsecrettitle" } }),
        page("bob", 2, { userAgent: desktop, campaign: { source: "sent" }, page: { path: "/sent", search: "?utm_source=url&gclid=zyxsecretclick" } }),
        page("cyd", 1, {}, { path: "/c", url: "https://shop.example.com/c", referrer: "https://dora:zyxsecretpassword@chatgpt.com/c/zyxsecretchat" }),
        page("eve", 1, { page: { url: "https://shop.example.com/d?utm_source=eve%40example.com", referrer: "https://shop.example.com/c" } }),
    ]);
});
after(async () => { await server?.close(); });

const values = async (property) => {
    const r = await server.staff("GET", `/v1/events/breakdown?event=$page&property=$context.${property}`);
    assert.equal(r.status, 200, r.text);
    return Object.fromEntries(r.json.rows.filter((x) => x.value !== null).map((x) => [x.value, x.events]));
};

test("what follows from addresses and user agents stands plain", { skip }, async () => {
    assert.deepEqual(await values("page.referrer_host"), { "mail.google.com": 1, "chatgpt.com": 1 }, "the shop's own page is no referrer");
    assert.deepEqual(await values("page.path"), { "/sent": 1, "/c": 1 }, "the path of a sealed address is not taken out of it");
    assert.deepEqual(await values("page.click"), { gclid: 1 });
    assert.deepEqual(await values("campaign.source"), { nl: 1, sent: 1 }, "what is sent wins; an e-mail address is no campaign");
    assert.deepEqual(await values("campaign.medium"), { email: 1 });
    assert.deepEqual(await values("campaign.name"), { spring: 1 });
    const devices = await values("device.class");
    assert.equal(devices.phone, 1);
    assert.equal(devices.desktop, 1);
    assert.deepEqual(await values("browser"), { Safari: 1, Firefox: 1 });
});

test("the addresses and agents themselves are sealed", { skip }, async () => {
    for (const property of ["page.referrer", "page.url", "page.search", "page.title", "userAgent"]) {
        const r = await server.staff("GET", `/v1/events/breakdown?event=$page&property=$context.${property}`);
        assert.equal(r.status, 403, property);
    }
    const events = (await server.staff("GET", "/v1/events?limit=100")).text;
    assert.ok(!events.includes("zyxsecret"), "not in the lists of events");
});

test("the dictionary says what is worked out, and checks it", { skip }, async () => {
    const dictionary = (await server.staff("GET", "/v1/dictionary")).json;
    const field = dictionary.events.find((e) => e.name === "$context").fields.find((f) => f.name === "page.referrer_host");
    assert.deepEqual([field.from, field.as, field.level], [["page.referrer", "page.url"], "outside_host", "P1"]);
});

test("a shop's own rows are checked, shown before they count, and proposed like any other", { skip }, async () => {
    const row = (as) => `version: 1\nevents:\n  Products Searched:\n    fields:\n      term: {from: query, as: ${as}}\n`;
    const check = (text) => server.staff("POST", "/v1/dictionary/check", { text });
    const good = (await check(row("search_words"))).json;
    assert.equal(good.ok, true);
    assert.deepEqual(good.diff.map((d) => [d.row, d.change, d.attributes.map((a) => a.name).sort()]),
        [["events/Products Searched/term", "changed", ["as", "from"]]]);
    const bad = (await check(row("search_word"))).json;
    assert.equal(bad.ok, false);
    assert.match(JSON.stringify(bad), /did you mean search_words/);
    assert.match(JSON.stringify((await check(row("host").replace("from: query", "from: [nothing]"))).json), /not there/);
    const now = (await server.staff("GET", "/v1/dictionary")).json;
    const put = await server.staff("PUT", "/v1/dictionary", { text: row("search_words"), version: now.version });
    assert.ok([200, 403].includes(put.status), put.text); // two people decide where there are two
    if (put.status !== 200) return;
    await send(server, [{ type: "track", event: "Products Searched", userId: "ada", messageId: "s1", timestamp: ago(1), properties: { query: "  Rote  Schuhe " } },
        { type: "track", event: "Products Searched", userId: "ada", messageId: "s2", timestamp: ago(1), properties: { query: "zyxsecret@example.com" } }]);
    const terms = (await server.staff("GET", "/v1/events/breakdown?event=Products%20Searched&property=term")).json.rows;
    assert.deepEqual(terms.map((t) => [t.value, t.events]), [["rote schuhe", 1], [null, 1]]);
});

test("nothing of them is in the files, once the server has written them", { skip }, async () => {
    await server.stop();
    const look = (folder) => readdirSync(folder).flatMap((name) => {
        const path = join(folder, name), info = statSync(path);
        if (info.isDirectory()) return look(path);
        return info.isFile() && readFileSync(path).includes("zyxsecret") ? [path] : [];
    });
    assert.deepEqual(look(server.data), []);
});
