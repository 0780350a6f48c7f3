// SPDX-License-Identifier: Apache-2.0
// Personalisation over HTTP: slots, the answer for one person, purpose and hold-out, browsers with a write key, the
// script that fills a page, the landing page of the examples, and how long an answer takes.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import vm from "node:vm";
import { Server, haveBinary, fixture, request } from "../lib/server.mjs";
import { eventually, identify, lookup, order, segment, send, viewed } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, token;
const yes = { Personalization: true, Analytics: true }, no = { Personalization: false };
const hero = { title: "Hero", public: true, rules: [
    { segment: "regulars", variant: "regulars", content: { title: "Welcome back", link: "https://shop.example/new" } },
    { segment: "lookers", variant: "lookers", content: { title: "Still choosing?" } }], fallback: { title: "Welcome" } };

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    await send(server, [
        identify("ada", { email: "ada@example.com", firstName: "Ada", language: "de", address: { country: "DE" } }, yes),
        { type: "identify", userId: "ada", anonymousId: "browser-ada", messageId: "join-ada", traits: {} },
        identify("bob", { email: "bob@example.com", language: "fr" }, no),
        { type: "identify", userId: "bob", anonymousId: "browser-bob", messageId: "join-bob", traits: {} },
        { ...viewed("x", "p1"), userId: undefined, anonymousId: "browser-eve", context: { consent: { categoryPreferences: yes } } },
        order("ada", "o1", 50, 3), order("ada", "o2", 50, 2), order("bob", "o3", 50, 3), order("bob", "o4", 50, 2),
    ]);
    await segment(server, "regulars", "orders.count is at least 2", 2);
    await segment(server, "lookers", 'did "Product Viewed" and not orders.count is at least 1', 1);
    token = (await server.staff("POST", "/v1/tokens", { name: "shop", permissions: ["personalise"] })).json.token;
});
after(async () => { await server?.close(); });

const ask = (id, query = "") => server.call("GET", `/v1/people/${encodeURIComponent(id)}/personalization${query}`, undefined, { authorization: `Bearer ${token}` });
const browser = (id, query = "", headers = {}) => server.call("GET", `/v1/personalization?anonymous_id=${id}${query}`, undefined, { "x-write-key": server.writeKey, ...headers });

test("slots are made, changed, listed, refused", { skip }, async () => {
    const made = await server.staff("PUT", "/v1/slots/hero", hero);
    assert.equal(made.status, 201, made.text);
    assert.deepEqual([made.json.version, made.json.missing], [1, []]);
    assert.equal((await server.staff("PUT", "/v1/slots/hero", hero)).status, 409);
    assert.equal((await server.staff("PUT", "/v1/slots/hero", { ...hero, version: 7 })).status, 412);
    assert.equal((await server.staff("PUT", "/v1/slots/hero", { ...hero, title: "Top", version: 1 })).status, 200);
    assert.equal((await server.staff("PUT", "/v1/slots/nobody", { ...hero, version: 3 })).status, 404);
    assert.equal((await server.staff("PUT", "/v1/slots/Hero", hero)).status, 400);
    const unknown = await server.staff("PUT", "/v1/slots/other", { ...hero, rules: [{ segment: "nobody", variant: "a", content: {} }] });
    assert.equal(unknown.status, 400);
    assert.equal(unknown.json.field, "/rules/0/segment");
    assert.equal((await server.staff("PUT", "/v1/slots/other", { ...hero, hold_out_permille: 1001 })).status, 400);
    assert.equal((await server.staff("PUT", "/v1/slots/other", { ...hero, fallback: { text: "x".repeat(20000) } })).status, 413);
    await server.staff("PUT", "/v1/slots/secret", { ...hero, public: false });
    await server.staff("PUT", "/v1/slots/tried", { ...hero, hold_out_permille: 1000 });
    assert.deepEqual((await server.staff("GET", "/v1/slots")).json.items.map((s) => s.name), ["hero", "secret", "tried"]);
    assert.equal((await server.staff("GET", "/v1/slots/hero")).json.title, "Top");
    assert.equal((await server.staff("GET", "/v1/slots/nobody")).status, 404);
});

test("the answer for one person: segments, traits for the purpose, contents", { skip }, async () => {
    const r = await ask("user_id:ada", "?slots=hero,tried");
    assert.equal(r.status, 200, r.text);
    assert.deepEqual(r.json.segments, ["regulars"]);
    assert.equal(r.json.withheld, null);
    assert.equal(r.json.traits.email, undefined, "only P0 and P1");
    assert.deepEqual(r.json.slots[0], { slot: "hero", variant: "regulars", content: hero.rules[0].content, reason: "rule", segment: "regulars", held_out: false });
    assert.deepEqual(r.json.slots[1], { slot: "tried", variant: "fallback", content: hero.fallback, reason: "held_out", segment: null, held_out: true });
    const id = await lookup(server, "ada");
    assert.deepEqual((await ask(id, "?slots=hero")).json.slots, [r.json.slots[0]]);
    assert.deepEqual((await ask("anonymous_id:browser-ada", "?slots=hero")).json.slots, [r.json.slots[0]]);
    assert.equal((await ask(id)).json.slots.length, 3, "all");
    // traits by the purposes of their rows
    assert.equal((await ask(id, "?purpose=analytics")).json.traits["address.country"], "DE");
    assert.equal(r.json.traits["address.country"], undefined, "its row does not allow personalisation");
});

test("without consent everything is withheld, and the reason is said", { skip }, async () => {
    const r = (await ask("user_id:bob")).json;
    assert.deepEqual([r.segments, r.traits, r.withheld], [[], {}, "consent_refused"]);
    assert.ok(r.slots.every((s) => s.variant === "fallback" && s.reason === "consent_refused" && !s.held_out));
    const nobody = (await ask("user_id:never-seen")).json;
    assert.deepEqual([nobody.segments, nobody.traits, nobody.withheld], [[], {}, "unknown_person"]);
    assert.equal(nobody.slots[0].content.title, "Welcome");
    assert.equal((await ask("01890a5d-ac96-774b-bcce-b302099a8057")).json.withheld, "unknown_person");
    // said a moment later, it holds a moment later
    await send(server, [identify("bob", {}, yes)]);
    await eventually(() => ask("user_id:bob"), (a) => a.json.withheld === null && a.json.segments.includes("regulars"));
    await send(server, [identify("bob", {}, no)]);
    await eventually(() => ask("user_id:bob"), (a) => a.json.withheld !== null && a.json.segments.length === 0);
});

test("what is not accepted", { skip }, async () => {
    assert.equal((await ask("email:ada@example.com")).status, 400, "no addresses in addresses");
    assert.equal((await ask("ada")).status, 400);
    assert.equal((await ask("user_id:ada", "?slots=nobody")).status, 404);
    assert.equal((await ask("user_id:ada", "?purpose=nonsense")).status, 400);
    assert.equal((await server.call("GET", "/v1/people/user_id:ada/personalization")).status, 401);
    const other = (await server.staff("POST", "/v1/tokens", { name: "figures", permissions: ["analytics_read"] })).json.token;
    assert.equal((await server.call("GET", "/v1/people/user_id:ada/personalization", undefined, { authorization: `Bearer ${other}` })).status, 403);
    assert.equal((await server.call("GET", "/v1/people?limit=1", undefined, { authorization: `Bearer ${token}` })).status, 403, "and it can do nothing else");
});

test("a browser hears the contents of public slots, and nothing else", { skip }, async () => {
    const r = await browser("browser-ada", "&slots=hero,secret,nobody", { origin: "https://shop.example" });
    assert.equal(r.status, 200, r.text);
    assert.equal(r.headers["access-control-allow-origin"], "https://shop.example");
    assert.deepEqual(r.json, { segments: [], traits: {}, withheld: null, slots: [{ slot: "hero", variant: "regulars", content: hero.rules[0].content, reason: "rule", segment: null, held_out: false }] });
    assert.equal((await browser("browser-eve", "&slots=hero")).json.slots[0].variant, "lookers");
    assert.equal((await browser("browser-bob", "&slots=hero")).json.slots[0].variant, "fallback");
    assert.equal((await browser("nobody", "&slots=hero")).json.slots[0].reason, "unknown_person");
    assert.equal((await browser("ada", "&slots=hero")).json.slots[0].reason, "unknown_person", "a user_id is no browser's number");
    assert.deepEqual((await browser("browser-ada")).json.slots.map((s) => s.slot), ["hero", "tried"]);
    assert.equal((await server.call("GET", `/v1/personalization?anonymous_id=browser-ada&writeKey=${server.writeKey}`)).status, 200);
    assert.equal((await browser("browser-ada", "", { "x-write-key": "wk_wrong" })).status, 401);
    assert.equal((await browser("browser-ada", "", { "x-write-key": "" })).status, 401);
    assert.equal((await server.call("GET", "/v1/personalization", undefined, { "x-write-key": server.writeKey })).status, 400);
    const preflight = await request(server.url, { method: "OPTIONS", path: "/v1/personalization?anonymous_id=x", headers: { origin: "https://shop.example", "access-control-request-method": "GET", "access-control-request-headers": "x-write-key" } });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers["access-control-allow-headers"], /x-write-key/i);
});

test("a slot as a given person sees it", { skip }, async () => {
    const id = await lookup(server, "ada");
    const r = await server.staff("POST", "/v1/slots/hero/preview", { person: id });
    assert.equal(r.status, 200, r.text);
    assert.equal(r.json.slots[0].variant, "regulars");
    assert.equal((await server.staff("POST", "/v1/slots/nobody/preview", { person: id })).status, 404);
    assert.equal((await server.staff("POST", "/v1/slots/hero/preview", { person: "01890a5d-ac96-774b-bcce-b302099a8057" })).status, 404);
});

// A page as the script sees it: enough of a document to fill places.
class Element {
    constructor(attributes, children = []) {
        this.attributes = { ...attributes };
        this.children = children;
        this.textContent = "own";
        this.hidden = false;
    }
    getAttribute(name) { return this.attributes[name] ?? null; }
    hasAttribute(name) { return name in this.attributes; }
    setAttribute(name, value) { this.attributes[name] = value; }
    querySelectorAll(selector) {
        const name = /\[(.+)\]/.exec(selector)[1];
        return this.children.flatMap((c) => [...(name in c.attributes ? [c] : []), ...c.querySelectorAll(selector)]);
    }
}
async function page(places, data) {
    const body = new Element({}, places);
    const said = [];
    const document = { currentScript: { src: `${server.url}/personalise.js`, dataset: data }, cookie: "", readyState: "complete", body,
        querySelectorAll: (s) => body.querySelectorAll(s), dispatchEvent: (e) => said.push(e.detail) };
    const window = { location: { href: "https://shop.example/start", origin: "https://shop.example" }, localStorage: { getItem: (n) => (n === "ajs_anonymous_id" ? '"browser-ada"' : null) },
        setTimeout, clearTimeout };
    const script = await server.call("GET", "/personalise.js");
    assert.equal(script.status, 200);
    assert.match(script.headers["content-type"], /^text\/javascript/);
    vm.runInNewContext(script.text, { document, window, URL, fetch, AbortController, CustomEvent: class { constructor(type, o) { this.type = type; this.detail = o.detail; } }, Promise, encodeURIComponent, decodeURIComponent, JSON });
    await eventually(async () => said, (s) => s.length > 0);
    return said[0];
}

test("the script fills a page, as text, and leaves it alone when there is nothing to say", { skip }, async () => {
    const title = new Element({ "data-custos-text": "title" }), link = new Element({ "data-custos-link": "link", href: "/shop" });
    const place = new Element({ "data-custos-slot": "hero" }, [title, link]);
    await page([place], { writeKey: server.writeKey });
    assert.equal(title.textContent, "Welcome back");
    assert.equal(link.attributes.href, "https://shop.example/new");
    assert.equal(place.attributes["data-custos-variant"], "regulars");

    const alone = new Element({ "data-custos-slot": "hero" }, [new Element({ "data-custos-text": "title" })]);
    assert.equal(await page([alone], { writeKey: "wk_wrong" }), null);
    assert.equal(alone.children[0].textContent, "own");

    await server.staff("PUT", "/v1/slots/wicked", { title: "x", public: true, rules: [], fallback: { title: "<b>x</b>", link: "javascript:alert(1)" } });
    const t = new Element({ "data-custos-text": "title" }), l = new Element({ "data-custos-link": "link", href: "/shop" });
    await page([new Element({ "data-custos-slot": "wicked" }, [t, l])], { writeKey: server.writeKey });
    assert.equal(t.textContent, "<b>x</b>", "text, no markup");
    assert.equal(l.attributes.href, "/shop", "no address that is a script");
    assert.equal((await server.staff("DELETE", "/v1/slots/wicked")).status, 204);
    assert.equal((await server.staff("DELETE", "/v1/slots/wicked")).status, 404);
});

test("the landing page of the examples works with its own segments and slots", { skip }, async () => {
    for (const s of JSON.parse(fixture("docs/examples/landing/segments.json"))) await segment(server, s.name, s.text, undefined, { title: s.title, doc: s.doc });
    for (const { name, ...slot } of JSON.parse(fixture("docs/examples/landing/slots.json"))) {
        const r = await server.staff("PUT", `/v1/slots/${name}`, { ...slot, hold_out_permille: 0 });
        assert.equal(r.status, 201, r.text);
    }
    const html = String(fixture("docs/examples/landing/index.html"));
    const named = [...html.matchAll(/data-custos-slot="([^"]+)"/g)].map((m) => m[1]);
    assert.deepEqual(named, ["landing-hero", "landing-note"]);
    const r = (await browser("browser-ada", `&slots=${named}`)).json;
    assert.deepEqual(r.slots.map((s) => s.variant), ["regulars", "fallback"]);
    assert.deepEqual((await browser("browser-eve", `&slots=${named}`)).json.slots.map((s) => s.variant), ["lookers", "first-order"]);
});

test("a deleted segment holds for nobody, and the slot says so", { skip }, async () => {
    assert.equal((await server.staff("DELETE", "/v1/segments/lookers")).status, 204);
    const r = await eventually(() => server.staff("GET", "/v1/slots/hero"), (a) => a.json.missing.length === 1);
    assert.deepEqual(r.json.missing, ["lookers"]);
    assert.equal((await browser("browser-eve", "&slots=hero")).json.slots[0].variant, "fallback");
});

test("an answer takes milliseconds", { skip }, async (t) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const times = [];
    const one = async (path) => {
        const began = performance.now();
        const r = await request(server.url, { path, agent, headers: { authorization: `Bearer ${token}` } });
        times.push(performance.now() - began);
        assert.equal(r.status, 200);
    };
    const paths = ["/v1/people/user_id:ada/personalization?slots=hero", "/v1/people/anonymous_id:browser-eve/personalization"];
    for (let i = 0; i < 100; i++) await one(paths[i % 2]);
    times.length = 0;
    for (let i = 0; i < 500; i++) await Promise.all([one(paths[0]), one(paths[1])]);
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor((times.length - 1) * share)];
    t.diagnostic(`through HTTP, with a token: p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms`);
    const metrics = (await request(server.url, { path: "/metrics" })).text;
    const buckets = [...metrics.matchAll(/custos_personalization_seconds_bucket\{le="([^"]+)"\} (\d+)/g)].map((m) => [Number(m[1]), Number(m[2])]);
    const total = buckets.at(-1)[1], p99 = buckets.find(([, n]) => n >= total * 0.99)[0];
    t.diagnostic(`in the server: p99 at most ${(p99 * 1000).toFixed(3)} ms of ${total}`);
    assert.ok(p99 <= 0.005, `p99 ${p99} s`);
    agent.destroy();
});

// last: it uses the address's questions up
test("one address does not ask for ever", { skip }, async () => {
    let busy;
    for (let i = 0; i < 400 && !busy; i++) {
        const r = await request(server.url, { path: "/v1/personalization?anonymous_id=x", headers: { "x-write-key": server.writeKey } });
        if (r.status === 429) busy = r;
    }
    assert.ok(busy, "it never became too much");
    assert.ok(Number(busy.headers["retry-after"]) >= 1);
});
