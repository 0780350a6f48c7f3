// SPDX-License-Identifier: Apache-2.0
// Bad files, through `custos import` and POST /v1/imports: a bad row never costs the good ones and comes
// back in a file with its reason; a file that cannot be read at all is refused with one sentence and
// brings nothing; a repaired file of bad rows can be imported.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Server, haveBinary, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, folder;
before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-bad-files-"));
    server = await Server.start();
});
after(async () => {
    await server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const settledStates = ["ready", "done", "failed", "reverted"];
async function rest(number) {
    for (let i = 0; i < 1200; i++) {
        const state = (await server.local("GET", `/v1/imports/${number}`)).json;
        if (settledStates.includes(state.status)) return state;
        await sleep(25);
    }
    throw new Error("the import does not come to rest");
}
async function upload(kind, bytes, query = "") {
    const r = await server.local("POST", `/v1/imports?kind=${kind}&name=file.csv${query}`, Buffer.from(bytes));
    assert.equal(r.status, 202, r.text);
    return rest(r.json.number);
}
const badRows = async (n) => (await server.local("GET", `/v1/imports/${n}/bad-rows`)).text.replace(/\r\n/g, "\n").trim().split("\n");
const find = async (email) => (await server.local("POST", "/v1/people/lookup", { kind: "email", value: email })).json?.id;
const people = async () => (await server.local("GET", "/v1/people?limit=1")).json.total;
const codes = (lines) => lines.slice(1).map((l) => l.split(",").at(-2));

test("ragged rows: the good ones are taken, the bad ones come back with their reason", { skip }, async () => {
    const s = await upload("people", "email,first_name,city\nanna@ragged.example,Anna,Ulm\nshort@ragged.example\nlong@ragged.example,A,B,C\nberta@ragged.example,Berta,Köln\n,,\n\n");
    assert.equal(s.status, "done", JSON.stringify(s));
    assert.equal(s.rows_ok, 2, JSON.stringify(s));
    assert.ok(await find("anna@ragged.example"));
    assert.ok(await find("berta@ragged.example"));
    assert.equal(await find("short@ragged.example"), undefined);
    const lines = await badRows(s.number);
    assert.match(lines[0], /^email,first_name,city,custos_row,custos_code,custos_reason$/);
    const text = lines.join("\n");
    assert.match(text, /,3,too_few_cells,/);
    assert.match(text, /,4,too_many_cells,/);
});

test("quotes: embedded line ends and doubled quotes are read; broken quotes cost one row", { skip }, async () => {
    const s = await upload("people", 'email,first_name,note\r\na@quotes.example,"Anna ""A."" Bee","two\r\nlines, and a comma"\r\nb@quotes.example,"Ber"ta,x\r\nc@quotes.example,Ce"cil,fine\r\nd@quotes.example,"never closed,x\r\ne@quotes.example,Emil,ok\r\n');
    assert.equal(s.status, "done");
    assert.equal(s.rows_ok, 3, (await badRows(s.number)).join("\n"));
    const lines = (await badRows(s.number)).join("\n");
    assert.match(lines, /stray_quote/);
    assert.match(lines, /open_quote/);
    const anna = (await server.local("GET", `/v1/people/${await find("a@quotes.example")}`)).json;
    assert.equal(anna.traits.find((t) => t.name === "firstName").value, 'Anna "A." Bee');
    assert.ok(await find("e@quotes.example"), "the row behind the open quote");
});

test("byte order marks, UTF-16 and Windows-1252 are read", { skip }, async () => {
    const text = (n) => `email;first_name;city\njörg${n}@enc.example;Jörg;Köln\n`;
    const u16 = (s) => Buffer.from(s, "utf16le");
    for (const [n, bytes] of [
        [1, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text(1))])],
        [2, Buffer.concat([Buffer.from([0xff, 0xfe]), u16(text(2))])],
        [3, Buffer.concat([Buffer.from([0xfe, 0xff]), u16(text(3)).swap16()])],
        [4, u16(text(4))],
        [5, Buffer.from(text(5), "latin1")],
    ]) {
        const s = await upload("people", bytes);
        assert.equal(s.status, "done", `${n}: ${s.error}`);
        assert.equal(s.rows_ok, 1, `${n}: ${(await badRows(s.number)).join("\n")}`);
        const person = (await server.local("GET", `/v1/people/${await find(`jörg${n}@enc.example`)}`)).json;
        assert.equal(person.traits.find((t) => t.name === "firstName").value, "Jörg", String(n));
    }
});

test("NUL bytes and bytes of no encoding cost their row", { skip }, async () => {
    const s = await upload("people", Buffer.concat([Buffer.from("email,first_name\na@nul.example,A\nb@nul.example,B\0B\nä@nul.example,Ä\nc@nul.example,"), Buffer.from([0xff, 0xc3]), Buffer.from("\nd@nul.example,D\n")]));
    // with two bytes of no UTF-8 among few others the whole file is taken for Windows-1252: then only the NUL is wrong
    assert.equal(s.status, "done", s.error);
    const found = codes(await badRows(s.number));
    assert.ok(found.includes("nul"), found.join());
    assert.ok(await find("a@nul.example"));
    assert.ok(await find("d@nul.example"));
    assert.equal(await find("b@nul.example"), undefined);
    // half a megabyte of clean UTF-8 first: then it is UTF-8, and the row is wrong
    const head = "email,first_name\n" + Array.from({ length: 9000 }, (_, i) => `p${i}@utf8.example,Jürgen der ${i}. von und zu Überall\n`).join("");
    const t = await upload("people", Buffer.concat([Buffer.from(head), Buffer.from("x@utf8.example,"), Buffer.from([0xff, 0xc3]), Buffer.from("\ny@utf8.example,Y\n")]), "&dry_run=true");
    assert.equal(t.status, "ready", t.error);
    assert.deepEqual(codes(await badRows(t.number)), ["not_utf8"]);
    assert.equal(await find("y@utf8.example"), undefined, "a dry run changes nothing");
});

test("values that no field takes are named by column and row", { skip }, async () => {
    const s = await upload("orders", "order_id,email,created_at,total,currency,product_id,quantity,price\n" +
        "g1,a@values.example,2026-01-02,10.00,EUR,p1,1,10.00\n" +
        "b1,a@values.example,2026-01-02,ten,EUR,p1,1,10.00\n" +
        "b2,a@values.example,2026-01-02,10.12345,EUR,p1,1,10.12345\n" +
        "b3,a@values.example,31.02.2026,10.00,EUR,p1,1,10.00\n" +
        "b4,a@values.example,0001-01-01,10.00,EUR,p1,1,10.00\n" +
        "b5,a@values.example,9999-01-01,10.00,EUR,p1,1,10.00\n" +
        "b6,not an address,2026-01-02,10.00,EUR,p1,1,10.00\n" +
        "b7,a@values.example,2026-01-02,1e308,EUR,p1,1,10.00\n" +
        "g2,a@values.example,2026-01-03,5.00,EUR,p1,1,5.00\n");
    assert.equal(s.status, "done", s.error);
    const lines = await badRows(s.number);
    const rows = lines.slice(1).map((l) => l.split(",")[0]);
    for (const b of ["b1", "b2", "b3", "b4", "b5", "b7"]) assert.ok(rows.includes(b), `${b} in ${lines.join("\n")}`);
    for (const g of ["g1", "g2"]) assert.ok(!rows.includes(g), `${g} in ${lines.join("\n")}`);
    await server.settled();
    const faults = s.columns.filter((c) => c.fault_count > 0);
    assert.ok(faults.length >= 2, JSON.stringify(s.columns));
    for (const f of faults) for (const fault of f.faults) assert.ok(fault.row >= 3 && fault.text, JSON.stringify(fault));
    const orders = (await server.local("GET", `/v1/people/${await find("a@values.example")}/orders`)).json.items.map((o) => o.order_id).sort();
    assert.deepEqual(orders.filter((o) => o.startsWith("g")), ["g1", "g2"]);
    for (const b of ["b1", "b2", "b3", "b4", "b5", "b7"]) assert.ok(!orders.includes(b), `${b} was stored`);
});

test("files that are no table at all are refused with one sentence and bring nothing", { skip }, async () => {
    const before = await people();
    const csv = "email,first_name\nzero@refused.example,Zero\n".repeat(2000);
    const packed = gzipSync(csv);
    const zst = existsSync("/usr/bin/zstd") ? execFileSync("zstd", ["-qc"], { input: csv }) : undefined;
    for (const [why, bytes, pattern] of [
        ["empty", "", /empty/],
        ["blank", "  \r\n \n", /empty|no column names/],
        ["no header", "zero@refused.example,Zero\none@refused.example,One\n", /names of the columns/],
        ["a column twice", "email,Email\nzero@refused.example,x\n", /same name/],
        ["a column without a name", "email,,city\nzero@refused.example,x,y\n", /no name/],
        ["an open quote in the header", "email,\"first_name\nzero@refused.example,x\n", /first row/],
        ["too many columns", Array.from({ length: 1500 }, (_, i) => `c${i}`).join(",") + "\n", /1,000|too many/],
        ["a zip or xlsx", Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(500, 7)]), /ZIP|xlsx/],
        ["a PDF", "%PDF-1.7 zero@refused.example", /PDF/],
        ["HTML", "<html><body>zero@refused.example</body></html>", /HTML/],
        ["a JSON array", "[{\"email\":\"zero@refused.example\"}]", /one object per line/],
        ["binary", Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)), /./],
        ["UTF-32", Buffer.from("\xff\xfe\0\0z\0\0\0", "latin1"), /UTF-32/],
        ["Cyrillic bytes", Buffer.from("email,name\n" + "\xcf\xf0\xe8\xe2\xe5\xf2\xcc\xe8\xf0,\xcf\xf0\xe8\xe2\xe5\xf2\n".repeat(50), "latin1"), /UTF-8/],
        ["gzip broken off", packed.subarray(0, packed.length - 20), /damaged|broken off/],
        ["gzip damaged", Buffer.concat([packed.subarray(0, 60), Buffer.alloc(20, 0x55), packed.subarray(80)]), /damaged|broken off/],
        ["gzip header only", packed.subarray(0, 10), /damaged|broken off|empty/],
        ...(zst ? [["zstd broken off", zst.subarray(0, zst.length - 5), /damaged|broken off/]] : []),
    ]) {
        const s = await upload("people", bytes);
        assert.equal(s.status, "failed", `${why}: ${JSON.stringify(s)}`);
        assert.match(s.error, pattern, why);
        assert.ok(s.error_code, why);
        assert.doesNotMatch(JSON.stringify(s), /zero@refused/, why);
    }
    // damage behind good rows may leave some of them taken: then reverting takes them away again
    for (const item of (await server.local("GET", "/v1/imports?limit=100")).json.items.filter((i) => i.status === "failed" && i.rows_ok > 0)) {
        assert.ok((await server.local("POST", `/v1/imports/${item.number}/revert`)).status < 300);
        assert.equal((await rest(item.number)).status, "reverted");
    }
    assert.equal(await people(), before);
    assert.equal(await find("zero@refused.example"), undefined);
});

test("a gzip bomb as a file costs bounded memory and ends", { skip }, async () => {
    const rss = async () => Number(/VmRSS:\s+(\d+)/.exec(execFileSync("cat", [`/proc/${server.child.pid}/status`], { encoding: "utf8" }))[1]);
    const before = await rss();
    const s = await upload("people", gzipSync(Buffer.concat([Buffer.from("email,note\n"), Buffer.alloc(48 << 20, "x")])), "&dry_run=true");
    assert.ok(["ready", "failed"].includes(s.status));
    assert.equal(s.rows_ok, 0);
    assert.ok((await rss()) - before < 150_000, "the cell of 48 MB was not held");
});

test("long cells and rows", { skip }, async () => {
    const s = await upload("people", `email,note\na@long.example,${"x".repeat(70_000)}\nb@long.example,${"y".repeat(2 << 20)}\nc@long.example,fine\n`);
    assert.equal(s.status, "done");
    const text = (await badRows(s.number)).join("\n");
    assert.match(text, /,2,cell_too_long,/);
    assert.match(text, /,3,row_too_long,/);
    assert.ok(await find("c@long.example"));
});

test("JSON lines: broken lines, other types, duplicate members, deep nesting", { skip }, async () => {
    const good = (n) => JSON.stringify({ type: "track", event: "From File", userId: "jsonl", messageId: `jsonl-${n}`, timestamp: "2026-10-01T10:00:00Z" });
    const s = await upload("events", [good(1), "{\"broken\": ", "7", "[]", "{\"type\":\"track\",\"type\":\"page\"}", "{\"a\":".repeat(100) + "1" + "}".repeat(100), "not json", good(2), good(2), "", "{\"type\":\"track\",\"userId\":\"jsonl\"}", "{\"type\":\"dance\",\"userId\":\"jsonl\"}", good(3)].join("\n") + "\n");
    assert.equal(s.status, "done", s.error);
    await server.settled();
    assert.equal((await server.local("GET", "/v1/events/count?event=From%20File")).json.count, 3, "the repeated messageId once");
    const lines = await badRows(s.number);
    assert.equal(lines.length - 1, s.rows_bad);
    assert.ok(s.rows_bad >= 7, lines.join("\n"));
});

test("a repaired file of bad rows is imported", { skip }, async () => {
    const s = await upload("people", "email,first_name\nnot-an-address,Repaired\nfine@repair.example,Fine\n");
    assert.equal(s.rows_bad, 1, JSON.stringify(s));
    const bad = (await server.local("GET", `/v1/imports/${s.number}/bad-rows`)).text;
    const t = await upload("people", bad.replace("not-an-address", "repaired@repair.example"));
    assert.equal(t.status, "done", t.error);
    assert.ok(await find("repaired@repair.example"));
});

test("what is asked of an upload is checked before a byte is kept", { skip }, async () => {
    const before = readdirSync(join(server.data, "spool"));
    const fresh = () => readdirSync(join(server.data, "spool")).filter((name) => !before.includes(name));
    const post = (query, body = "email\nx@asked.example\n") => server.local("POST", `/v1/imports${query}`, Buffer.from(body));
    assert.equal((await post("")).status, 400);
    assert.equal((await post("?kind=shoes")).status, 400);
    assert.equal((await post("?kind=people&map=nonsense")).status, 404);
    assert.equal((await post("?kind=people&map=shopify-orders")).status, 409);
    assert.equal((await post("?kind=orders&currency=euros")).status, 413);
    assert.equal((await post("?kind=orders&currency=E1R")).status, 400);
    assert.equal((await post("?kind=people&colour=red")).json.code, "unknown_field");
    await sleep(200);
    assert.deepEqual(fresh(), [], "nothing half-written stays");
    const map = (name, body) => server.local("PUT", `/v1/import-maps/${name}`, body);
    assert.equal((await map("mine", { kind: "people", columns: [{ column: "a", field: "nonsense.field" }] })).status, 400);
    assert.equal((await map("mine", { kind: "people", columns: 7 })).status, 400);
    assert.equal((await map("shopify-orders", { kind: "orders", columns: [{ column: "a", field: "order_id" }] })).status, 409);
});

test("an upload that breaks off leaves nothing", { skip }, async () => {
    const { request: httpRequest } = await import("node:http");
    const before = readdirSync(join(server.data, "spool"));
    const fresh = () => readdirSync(join(server.data, "spool")).filter((name) => !before.includes(name));
    await new Promise((resolve) => {
        const rq = httpRequest({ method: "POST", path: "/v1/imports?kind=people", socketPath: join(server.data, "custos.sock"), headers: { "content-length": 5_000_000 } });
        rq.on("error", () => resolve());
        rq.on("close", () => resolve());
        rq.write(Buffer.alloc(1_000_000, "x"));
        setTimeout(() => rq.destroy(), 150);
    });
    for (let i = 0; i < 100 && fresh().length; i++) await sleep(20);
    assert.deepEqual(fresh(), []);
});

test("the command says the same, with and without a server, and from standard input", { skip }, async () => {
    const file = join(folder, "ragged.csv"), binary = join(folder, "sheet.csv");
    writeFileSync(file, "email,first_name\ncli@file.example,Cli\nshort-row\n");
    writeFileSync(binary, Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(200, 1)]));
    const look = (r) => {
        assert.equal(r.code, 0, r.out + r.err);
        const s = JSON.parse(r.out);
        assert.deepEqual([s.status, s.rows_ok, s.rows_bad], ["done", 1, 1]);
        return s.number;
    };
    const number = look(server.cli(["import", "people", file, "--json"]));
    assert.match(server.cli(["import", "bad-rows", String(number)]).out, /too_few_cells/);
    const refusedOnline = server.cli(["import", "people", binary]);
    assert.equal(refusedOnline.code, 2, refusedOnline.out + refusedOnline.err);
    assert.match(refusedOnline.err, /xlsx/);
    assert.equal(server.cli(["import", "people", join(folder, "none.csv")]).code !== 0, true);
    assert.equal(server.cli(["import", "shoes", file]).code, 2);
    await server.stop();
    look(server.cli(["import", "people", "-", "--json"], { input: "email,first_name\ncli2@file.example,Cli\nshort-row\n" }));
    const refusedOffline = server.cli(["import", "people", binary]);
    assert.equal(refusedOffline.code, 2);
    assert.equal(refusedOffline.err.trim().split("\n").at(-1), refusedOnline.err.trim().split("\n").at(-1), "the same words");
    await server.serve();
    assert.ok(await find("cli@file.example"));
    assert.ok(await find("cli2@file.example"));
});

test("nothing of the files is in the log", { skip }, () => {
    assert.doesNotMatch(server.log, /@(ragged|quotes|enc|nul|values|refused|long|repair|file|asked)\.example|Jörg|Berta/);
});
