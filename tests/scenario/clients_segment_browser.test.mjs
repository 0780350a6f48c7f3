// SPDX-License-Identifier: Apache-2.0
// @segment/analytics-next, unchanged, in Chromium on a page of another origin: settings, preflights,
// all call types, batching, beacons at the end of a page, failures and retries.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Server, haveBinary, sleep } from "../lib/server.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { eventsOf, order, person, stored, trait } from "./lib/shop.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = (!haveBinary && "build/custos is not built") || (!existsSync(executablePath) && `no Chromium at ${executablePath} (apt-get install chromium, or set CHROMIUM)`);
const bundle = join(dirname(createRequire(import.meta.url).resolve("@segment/analytics-next/package.json")), "dist", "umd", "index.js");
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

let server, shop, browser;
before(async () => {
    if (skip) return;
    server = await Server.start();
    shop = http.createServer((rq, rs) => {
        if (rq.url === "/next.js") return rs.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(bundle));
        rs.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>Boutique – été</title><script src=/next.js></script>");
    });
    await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));
    const { chromium } = await import("playwright-core");
    browser = await chromium.launch({ executablePath, headless: true, args: flags });
});
after(async () => {
    await browser?.close();
    shop?.closeAllConnections();
    shop?.close();
    await server?.close();
});

// A fresh visitor on a page that loaded the SDK, pointed at `collector`.
async function visit(collector, { writeKey = server.writeKey, options = {}, path = "/produit/1?utm_source=news&utm_campaign=spring" } = {}) {
    const context = await browser.newContext({ locale: "fr-FR", timezoneId: "Europe/Paris" });
    const page = await context.newPage();
    await page.goto(`http://shop.localhost:${shop.address().port}${path}`);
    await page.evaluate(([cdnURL, key, init]) => {
        window.analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL }, init);
    }, [collector, writeKey, options]);
    return { context, page };
}

async function until(condition, ms = 20000) {
    for (let waited = 0; waited < ms; waited += 100) {
        if (await condition()) return;
        await sleep(100);
    }
    assert.fail("it did not happen in time");
}

async function run(script, calls, options, expected) {
    const was = await stored(server);
    const proxy = await startProxy(server.url, script);
    const { context, page } = await visit(proxy.url, { options });
    await page.evaluate(calls, order);
    await until(async () => (await stored(server)) - was >= expected);
    await sleep(300); // and not one more
    await context.close();
    await proxy.close();
    assert.equal((await stored(server)) - was, expected);
    return proxy;
}

test("all call types from a page, with the visitor's address and agent", { skip }, async () => {
    const proxy = await run([], async (order) => {
        await window.analytics.page("Docs", "Category page");
        await window.analytics.identify("web-1", { email: "zoe-web@example.com", firstName: "Zoë" });
        await window.analytics.track("Order Completed", { ...order, order_id: "web-o-1" });
        await window.analytics.group("club-1", { name: "Club" });
        await window.analytics.alias("web-1", "web-old");
        await window.analytics.screen("Home");
    }, {}, 6);
    assert.deepEqual(proxy.posts().map((p) => p.status), [200, 200, 200, 200, 200, 200]);
    assert.equal(proxy.seen.filter((e) => /settings$/.test(e.path)).length, 1);
    assert.equal(proxy.seen.filter((e) => e.path.includes("/v1/m")).length, 0, "the SDK's telemetry is off");
    const p = await person(server, "web-1");
    assert.equal(trait(p, "email"), "zoe-web@example.com");
    assert.equal(p.orders.count, 1);
    const event = (await eventsOf(server, p.id)).find((e) => e.event === "Order Completed");
    assert.equal(event.context.ip, "127.0.0.1");
    assert.match(event.context.userAgent, /Mozilla/);
});

test("preflights are remembered: one per path, not one per event", { skip }, async () => {
    const proxy = await run([], async () => {
        for (let i = 0; i < 5; i++) await window.analytics.track("Product Viewed", { product_id: `p${i}` });
    }, {}, 5);
    assert.equal(proxy.seen.filter((e) => e.method === "OPTIONS" && e.path === "/v1/t").length, 1);
});

test("batching mode", { skip }, async () => {
    const proxy = await run([], async () => {
        await Promise.all(Array.from({ length: 7 }, (_, i) => window.analytics.track("Product Viewed", { product_id: `p${i}` })));
    }, { integrations: { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 10, timeout: 500 } } } } }, 7);
    assert.ok(proxy.posts().length < 7);
    assert.ok(proxy.posts().every((p) => p.path === "/v1/b" && p.status === 200));
});

test("what is left when the page goes away", { skip }, async () => {
    const was = await stored(server);
    const { context, page } = await visit(server.url, { options: { integrations: { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 100, timeout: 60000 } } } } } });
    await page.evaluate(async () => {
        await window.analytics.ready();
        for (let i = 0; i < 4; i++) void window.analytics.track("Product Viewed", { product_id: `p${i}` });
        await new Promise((r) => setTimeout(r, 300));
    });
    await page.goto("about:blank");
    await until(async () => (await stored(server)) - was === 4);
    await context.close();
});

for (const [name, script] of [
    ["429 with Retry-After, exposed", [{ status: 429, headers: { "retry-after": "2" } }]],
    ["429 without", [{ status: 429 }]],
    ["500, then good", [{ status: 500 }]],
    ["a reset connection", ["reset"]],
    ["an answer that was lost after storing", ["lost"]],
]) {
    test(`${name}: nothing lost, nothing twice`, { skip }, async () => {
        const proxy = await run([...script], async () => { void window.analytics.track("Product Added", { product_id: "p1" }); }, {}, 1);
        assert.equal(proxy.posts().at(-1).status, 200);
        const [first, second] = proxy.posts();
        if (script[0].headers) assert.ok(second.at - first.at >= 1900, "Retry-After was seen by the page");
    });
}

test("the server's own 401 and 400 reach the page and are final", { skip }, async () => {
    const was = await stored(server);
    const proxy = await startProxy(server.url);
    // a key that is known when the settings are fetched, and wrong in the calls
    const { context, page } = await visit(proxy.url);
    await page.evaluate(async () => {
        await window.analytics.track("Order Completed", { total: "not money" }).catch(() => {});
        await window.analytics.track("y".repeat(300), {}).catch(() => {});
    });
    await until(() => proxy.posts().filter((p) => p.status === 400).length === 2);
    await sleep(1500);
    assert.equal(proxy.posts().length, 2, "no retry of a final answer");
    const answer = await page.evaluate(async (url) => {
        const r = await fetch(url + "/v1/t", { method: "POST", body: JSON.stringify({ writeKey: "wk_nobody", userId: "u", event: "x" }), headers: { "content-type": "text/plain" } });
        return { status: r.status, body: await r.json() };
    }, server.url);
    assert.equal(answer.status, 401); // readable: CORS is on errors too
    assert.equal(answer.body.code, "unauthenticated");
    await context.close();
    await proxy.close();
    assert.equal(await stored(server), was);
});

test("fetch with credentials, and sendBeacon with the key in the query", { skip }, async () => {
    const was = await stored(server);
    const { context, page } = await visit(server.url);
    const status = await page.evaluate(async ([url, key]) => {
        const body = JSON.stringify({ batch: [{ type: "track", event: "Left", anonymousId: "beacon-1", messageId: "beacon-message-1" }] });
        navigator.sendBeacon(`${url}/beacon/v1/batch?writeKey=${key}`, body);
        const r = await fetch(`${url}/v1/track`, { method: "POST", credentials: "include", headers: { "content-type": "application/json", "x-write-key": key }, body: JSON.stringify({ anonymousId: "cred-1", event: "Cookie" }) });
        new Image().src = `${url}/pixel/v1/page?writeKey=${key}&anonymousId=pixel-1&properties.url=x`;
        return r.status;
    }, [server.url, server.writeKey]);
    assert.equal(status, 200);
    await until(async () => (await stored(server)) - was === 3);
    await context.close();
});
