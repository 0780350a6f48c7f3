// SPDX-License-Identifier: Apache-2.0
// No personal plaintext on disk: canary people go in through every door, then every byte of the data
// folder, the log and the temporary folder is searched for them in every usual encoding, while the
// server runs and after it ended.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, request } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
const marker = "Zqxkanary"; // in every canary text
const digits = "8675309142"; // in every canary phone number
let server, temporary, target;
before(async () => {
    if (skip) return;
    temporary = mkdtempSync(join(tmpdir(), "custos-canary-"));
    target = mkdtempSync(join(tmpdir(), "custos-canary-backup-"));
    server = await Server.start({ args: ["--backup-folder", target, "--backup-every-hours", "0"], env: { TMPDIR: temporary, SQLITE_TMPDIR: temporary } });
});
after(async () => { await server?.close(); });

const person = (n) => ({
    email: `${marker}.${n}@example.com`, name: `${marker} Name${n}`, firstName: `${marker}First${n}`, lastName: `${marker}Last${n}`,
    phone: `+49${digits}${10 + n}`, birthday: "1980-01-02", username: `${marker}user${n}`, title: `${marker}title`, description: `${marker} description`,
    address: { street: `${marker} street ${n}`, city: `${marker}city`, postalCode: "10115", country: "DE" },
    undeclaredTrait: `${marker} undeclared ${n}`,
});

// The needles: each usual spelling of a text that would give it away.
function needles(text) {
    const found = new Map();
    for (const [name, t] of [["as is", text], ["lower", text.toLowerCase()], ["upper", text.toUpperCase()]]) {
        found.set(name, Buffer.from(t));
        found.set(`${name} utf16le`, Buffer.from(t, "utf16le"));
        found.set(`${name} utf16be`, Buffer.from(t, "utf16le").swap16());
        found.set(`${name} hex`, Buffer.from(Buffer.from(t).toString("hex")));
        found.set(`${name} HEX`, Buffer.from(Buffer.from(t).toString("hex").toUpperCase()));
        found.set(`${name} url`, Buffer.from([...Buffer.from(t)].map((b) => "%" + b.toString(16).padStart(2, "0")).join("")));
        found.set(`${name} reversed`, Buffer.from([...t].reverse().join("")));
        for (let shift = 0; shift < 3; shift++) {
            const coded = Buffer.concat([Buffer.alloc(shift), Buffer.from(t)]).toString("base64").replace(/=+$/, "");
            found.set(`${name} base64+${shift}`, Buffer.from(coded.slice(shift === 0 ? 0 : shift + 1, -2)));
        }
    }
    return found;
}
const wanted = [...needles(marker), ...needles(digits)];

function search(bytes, where, hits, depth = 0) {
    for (const [name, needle] of wanted) if (bytes.includes(needle)) hits.push(`${where}: ${name}`);
    if (depth > 1) return;
    for (let at = bytes.indexOf(Buffer.from([0x1f, 0x8b, 8])); at >= 0; at = bytes.indexOf(Buffer.from([0x1f, 0x8b, 8]), at + 1)) {
        try { search(gunzipSync(bytes.subarray(at), { finishFlush: 2 }), `${where} gzip@${at}`, hits, depth + 1); } catch { /* not gzip after all */ }
    }
    for (let at = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])); at >= 0; at = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), at + 1)) {
        try { search(execFileSync("zstd", ["-dqc"], { input: bytes.subarray(at), stdio: ["pipe", "pipe", "ignore"] }), `${where} zstd@${at}`, hits, depth + 1); } catch { /* not zstd after all */ }
    }
}

function scan(folder) {
    const hits = [];
    let files = 0, size = 0;
    for (const name of readdirSync(folder, { recursive: true })) {
        const path = join(folder, name);
        if (!statSync(path).isFile()) continue;
        if (name.includes(marker)) hits.push(`a file is named ${name}`);
        const bytes = readFileSync(path);
        files++;
        size += bytes.length;
        search(bytes, name, hits);
    }
    return { hits, files, size };
}

test("the scanner finds what is planted", { skip }, () => {
    const planted = join(temporary, "planted");
    mkdirSync(planted);
    const texts = [`xx${marker.toUpperCase()}yy`, Buffer.from(`ab${marker}cd`).toString("base64"), gzipSync(`zz ${marker} zz`), Buffer.from(marker, "utf16le"), `tel ${digits}`];
    texts.forEach((t, i) => writeFileSync(join(planted, `f${i}`), t));
    const { hits } = scan(planted);
    for (let i = 0; i < texts.length; i++) assert.ok(hits.some((h) => h.startsWith(`f${i}`)), `planted ${i}`);
    execFileSync("rm", ["-r", planted]);
});

test("canary people through every door", { skip }, async () => {
    let n = 0;
    const ok = (r) => assert.ok(r.status === 200 || r.status === 400, `${r.status} ${r.text}`);
    ok(await server.track("/v1/identify", { userId: `${marker}-u${++n}`, traits: person(n) }));
    ok(await server.track("/v1/i", { anonymousId: `${marker}-a${++n}`, traits: person(n), context: { ip: "203.0.113.9", userAgent: `${marker}/1.0`, page: { url: `https://shop.example/?q=${marker}` } } }));
    ok(await server.track("/v1/batch", { context: { traits: person(++n) }, batch: [
        { type: "identify", userId: `${marker}-u${n}`, traits: person(n), context: { externalIds: [{ id: `${marker}ext`, type: "shopify_customer_id", collection: "users", encoding: "none" }] } },
        { type: "track", event: "Products Searched", userId: `${marker}-u${n}`, properties: { query: `${marker} search` } },
        { type: "track", event: "Product Reviewed", userId: `${marker}-u${n}`, properties: { product_id: "p1", review_body: `${marker} review` } },
        { type: "track", event: "Invented Event", userId: `${marker}-u${n}`, properties: { secret: `${marker} undeclared`, phone: `+49${digits}` } },
        { type: "track", event: "Order Completed", userId: `${marker}-u${n}`, properties: { order_id: `o-${n}`, total: 12.5, revenue: 12.5, currency: "EUR", email: `${marker}@example.com`,
            shipping_address: { street: `${marker} street` }, note: `${marker} note`, products: [{ product_id: "p1", name: "Chair", price: 12.5, quantity: 1 }] } },
        { type: "page", userId: `${marker}-u${n}`, name: "Home", properties: { url: `https://shop.example/${marker}`, title: `${marker} title`, referrer: `https://x.example/${marker}` } },
        { type: "group", userId: `${marker}-u${n}`, groupId: "company-7", traits: { name: `${marker} Ltd`, email: `${marker}.ltd@example.com` } },
        { type: "alias", userId: `${marker}-u${n}`, previousId: `${marker}-a2` },
    ] }));
    ok(await server.track("/v1/batch", gzipSync(JSON.stringify({ batch: [{ type: "identify", userId: `${marker}-u${++n}`, traits: person(n) }] })), { "content-encoding": "gzip" }));
    ok(await request(server.url, { method: "POST", path: `/beacon/v1/batch?writeKey=${server.writeKey}`, body: JSON.stringify({ batch: [{ type: "identify", userId: `${marker}-u${++n}`, traits: person(n) }] }) }));
    // refused ones are kept whole, sealed
    ok(await server.track("/v1/track", { userId: `${marker}-u1`, event: "Order Completed", properties: { order_id: "o-bad", total: "not money", note: `${marker} refused` } }));
    ok(await server.track("/v1/identify", { traits: person(++n) }));
    ok(await server.track("/v1/identify", `{"userId":"x","traits":{"name":"${marker} broken"`));
    await server.settled();
    assert.equal((await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.1@example.com` })).status, 200, "they did arrive");
});

test("canary files through the importer, good and bad rows", { skip }, async () => {
    const people = join(temporary, "people.csv"), orders = join(temporary, "orders.csv"), events = join(temporary, "events.jsonl");
    writeFileSync(people, `email,first_name,last_name,phone,city,loyalty note\n${[11, 12, 13].map((n) => `${marker}.${n}@example.com,${marker},Last${n},+49${digits}${10 + n},${marker}city,${marker} note`).join("\n")}\nnot-an-address,${marker} bad\n`);
    writeFileSync(orders, `order_id,email,created_at,total,currency,product_id,quantity,price\nio1,${marker}.11@example.com,2026-01-02,10.00,EUR,p1,1,10.00\nio2,${marker}.12@example.com,2026-01-03,ten,EUR,p1,1,10.00\n`);
    writeFileSync(events, `${JSON.stringify({ type: "identify", userId: `${marker}-ie`, messageId: "ie1", traits: person(14) })}\n{"broken": "${marker}"\n`);
    for (const [kind, file] of [["people", people], ["orders", orders], ["events", events]]) {
        const r = server.cli(["import", kind, file]);
        assert.ok([0, 2].includes(r.code), r.out + r.err);
    }
    execFileSync("rm", [people, orders, events]);
    await server.settled();
    assert.equal((await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.11@example.com` })).status, 200);
});

test("staff acts leave nothing readable either", { skip }, async () => {
    const id = (await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.1@example.com` })).json.id;
    const other = (await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.11@example.com` })).json.id;
    assert.ok((await server.local("POST", "/v1/people/search", { q: marker.toLowerCase() })).json.items.length > 0);
    assert.equal((await server.local("POST", `/v1/people/${id}/merge`, { other, reason: `${marker} said so` })).status < 300, true);
    const consent = await server.local("PUT", `/v1/people/${id}/consents/marketing_email`, { state: "granted", evidence: `${marker} on the phone` });
    assert.ok(consent.status < 300, consent.text);
    assert.match((await server.local("GET", `/v1/people/${id}`)).text, new RegExp(marker));
    await server.owner(`${marker}.owner@example.com`);
    assert.equal((await server.staff("POST", "/v1/invitations", { email: `${marker}.colleague@example.com`, role: "support_agent" })).status, 201);
    assert.ok((await server.staff("GET", `/v1/people/${id}/audit`)).status === 200);
    assert.equal((await request(server.url, { method: "POST", path: "/v1/session", body: { email: `${marker}.owner@example.com`, password: `${marker} is wrong` } })).status, 401);
});

test("nothing on disk while it runs", { skip, timeout: 300_000 }, () => {
    for (const folder of [server.data, temporary]) {
        const { hits, files, size } = scan(folder);
        assert.deepEqual(hits, []);
        console.log(`# ${files} files, ${size} bytes searched`);
    }
    assert.doesNotMatch(server.log, new RegExp(`${marker}|${digits}`, "i"));
});

test("nothing in backups of data, keys and configuration", { skip, timeout: 300_000 }, async () => {
    assert.ok((await server.local("POST", "/v1/keys/recovery-kit", {})).status < 300);
    const made = server.cli(["backup"]);
    assert.equal(made.code, 0, made.err + made.out);
    const { hits, files, size } = scan(target);
    assert.deepEqual(hits, []);
    assert.ok(files > 3, `${files} files`);
    console.log(`# ${files} files, ${size} bytes of backups searched`);
    execFileSync("rm", ["-r", target]);
});

test("neither process would leave its memory in a core file", { skip }, (t) => {
    const pids = [server.child.pid, ...readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number)];
    assert.equal(pids.length, 2);
    if (readFileSync(`/proc/${pids[0]}/maps`, "utf8").includes("libasan")) return t.skip("a sanitizer build keeps its own ways of dying");
    for (const pid of pids) assert.match(readFileSync(`/proc/${pid}/limits`, "utf8"), /^Max core file size +0 +0 /m);
});

test("nothing on disk after it ended", { skip, timeout: 300_000 }, async () => {
    await server.stop();
    assert.deepEqual(scan(server.data).hits, []);
    assert.deepEqual(scan(temporary).hits, []);
    await server.serve();
});

test("a deleted person is gone, and the key with it", { skip }, async () => {
    const id = (await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.12@example.com` })).json.id;
    assert.ok((await server.local("DELETE", `/v1/people/${id}?reason=test`)).status < 300);
    assert.ok([404, 410].includes((await server.local("GET", `/v1/people/${id}`)).status));
    assert.equal((await server.local("POST", "/v1/people/lookup", { kind: "email", value: `${marker}.12@example.com` })).status, 404);
});
