// SPDX-License-Identifier: Apache-2.0
// Letters through a mail server of others: STARTTLS and TLS with an authority of the test, a name and a password, servers
// that put off, refuse, break off and come back, what is not encrypted or not to be trusted, and how long it takes.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, run, sleep } from "../lib/server.mjs";
import { MailServer, authority, smtpError } from "../lib/mail.mjs";

const skip = !haveBinary && "build/custos is not built";
const password = "correct horse";
let folder, certs, other, secret, mail, server;

const settings = (m, more = []) => ["--mail-host", "localhost", "--mail-port", String(m.port), "--mail-user", "shop", "--mail-password-file", secret, "--mail-from", "shop@example.com",
    "--mail-ca", certs.ca, "--shop-name", "Teehaus Grün", "--outgoing-networks", "127.0.0.0/8, ::1", ...more];

const backup = () => ["--backup-folder", join(folder, "backup"), "--backup-every-hours", "0", "--backup-drill-days", "0"];

before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-mail-"));
    certs = authority(folder);
    const strange = mkdtempSync(join(folder, "strange-"));
    other = authority(strange, "other.example");
    secret = join(folder, "secret");
    writeFileSync(secret, password + "\n");
    chmodSync(secret, 0o600);
    mail = await MailServer.start({ certs, auth: { user: "shop", password } });
    mkdirSync(join(folder, "backup"));
    server = await Server.start({ args: [...settings(mail), ...backup()] });
    await server.owner();
});
after(async () => {
    await server?.close();
    await mail?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const queue = async (s = server) => {
    const r = await s.staff("POST", "/v1/letters/test", { queued: true });
    assert.equal(r.status, 200, r.text);
};
const newest = async (s = server) => (await s.staff("GET", "/v1/letters?limit=1")).json.items[0];
const all = async (state) => (await server.staff("GET", `/v1/letters?limit=200${state ? `&state=${state}` : ""}`)).json.items;
async function becomes(state, tries, s = server) {
    for (let i = 0; i < 1500; i++) {
        const row = await newest(s);
        if (row.state === state && (tries === undefined || row.tries >= tries)) return row;
        await sleep(20);
    }
    throw new Error(`still ${JSON.stringify(await newest(s))}`);
}

test("a letter is handed over with STARTTLS, a name and a password, and can be read by others", { skip }, async () => {
    const r = await server.staff("POST", "/v1/letters/test", {});
    assert.equal(r.status, 200, r.text);
    const [m] = await mail.wait(1);
    assert.equal(m.secure, true);
    assert.equal(m.user, "shop");
    assert.equal(m.from, "shop@example.com");
    assert.deepEqual(m.to, ["owner@example.com"]);
    assert.equal(m.mail.from.value[0].name, "Teehaus Grün");
    assert.equal(m.mail.subject, "A letter to try the settings (Teehaus Grün)");
    assert.match(m.mail.text, /^Custos of Teehaus Grün sent this letter/);
    assert.match(m.mail.messageId, /^<[0-9a-f-]{36}@example\.com>$/);
    assert.equal(m.mail.headers.get("auto-submitted"), "auto-generated");
    assert.ok(Math.abs(m.mail.date - Date.now()) < 60000);
    for (const line of m.raw.split("\r\n")) assert.ok(line.length <= 78 && !/[\n\r\x80-\xff]/.test(line), line);
    assert.deepEqual((await server.staff("GET", "/v1/letters")).json.items, [], "it was handed over, not kept");
});

test("from the click to the mail server's having it: within a second", { skip }, async () => {
    const took = [];
    for (let i = 0; i < 20; i++) {
        const n = mail.messages.length, began = Date.now();
        await queue();
        await mail.wait(n + 1);
        took.push(mail.messages.at(-1).at - began);
    }
    took.sort((a, b) => a - b);
    console.log(`# click to sent: median ${took[10]} ms, longest ${took[19]} ms`);
    assert.ok(took[19] < 1000, took.join());
    const row = await becomes("sent");
    assert.equal(row.kind, "test");
    assert.equal(row.person, null);
    assert.equal(row.next_try, null);
    assert.equal(row.fault, "");
    assert.ok(row.ended);
    const page = (await server.staff("GET", "/v1/letters?state=sent&limit=15")).json;
    assert.equal(page.items.length, 15);
    const rest = (await server.staff("GET", `/v1/letters?state=sent&limit=15&cursor=${page.next}`)).json;
    assert.equal(rest.items.length, 5);
    assert.equal(new Set([...page.items, ...rest.items].map((x) => x.id)).size, 20);
    assert.equal((await server.staff("GET", "/v1/letters?cursor=x")).status, 400);
    assert.equal(mail.messages.at(-1).mail.messageId, `<${row.id}@example.com>`);
});

test("put off, it is tried again; refused, it is not", { skip }, async () => {
    let n = mail.messages.length;
    mail.recipient = () => smtpError(451, "greylisted");
    await queue();
    const row = await becomes("waiting", 1);
    assert.equal(row.fault, "deferred");
    assert.ok(Date.parse(row.next_try) > Date.parse(row.at));
    const direct = await server.staff("POST", "/v1/letters/test", {});
    assert.equal(direct.status, 503);
    assert.match(direct.json.detail, /451/);
    mail.recipient = undefined;
    assert.equal((await becomes("sent")).tries, 2);
    assert.equal(mail.messages.length, ++n);

    mail.recipient = () => smtpError(550, "no such user");
    await queue();
    assert.equal((await becomes("failed")).fault, "refused");
    mail.recipient = undefined;
    mail.data = () => smtpError(554, "looks like spam");
    await queue();
    const failed = await becomes("failed");
    assert.equal(failed.tries, 1);
    mail.data = undefined;
    assert.equal((await server.staff("GET", "/v1/letters?state=failed")).json.items.length, 2);
    assert.equal(mail.messages.length, n);
});

test("a connection that breaks off after it was taken: twice, and the same one", { skip }, async () => {
    const n = mail.messages.length;
    mail.cut = true;
    await queue();
    const row = await becomes("sent");
    assert.equal(row.tries, 2);
    assert.equal(mail.messages.length, n + 2);
    const [a, b] = mail.messages.slice(-2);
    assert.equal(a.mail.messageId, b.mail.messageId);
    assert.equal(a.raw, b.raw);
});

test("while the mail server is away letters wait, also over an end of ours", { skip }, async () => {
    const n = mail.messages.length, port = mail.port;
    await mail.close();
    await queue();
    const row = await becomes("waiting", 1);
    assert.equal(row.fault, "mail_host");
    await queue();
    await server.kill(); // in the middle of whatever it did
    assert.ok(!readFileSync(join(server.data, "records.db")).includes("owner@example.com"), "sealed");
    assert.ok(!readFileSync(join(server.data, "records.db")).includes("try its mail settings"), "sealed");
    await server.serve();
    await becomes("waiting");
    await mail.listen(port);
    await mail.wait(n + 2);
    for (let i = 0; i < 500 && (await server.staff("GET", "/v1/letters?state=waiting")).json.items.length; i++) await sleep(20);
    assert.deepEqual((await server.staff("GET", "/v1/letters?state=waiting")).json.items, []);
    assert.equal(mail.messages.length, n + 2);
});

test("killed at any moment, it loses no letter that was taken", { skip }, async () => {
    const taken = new Set((await all()).map((x) => x.id));
    let twice = 0;
    for (let round = 0; round < 8; round++) {
        for (let i = 0; i <= round % 3; i++) await queue();
        for (const x of await all()) taken.add(x.id);
        await sleep(round * 17);
        await server.kill();
        await server.serve();
    }
    for (let i = 0; i < 1000 && (await all("waiting")).length; i++) await sleep(20);
    const rows = await all();
    for (const id of taken) assert.ok(rows.some((x) => x.id === id), `${id} is lost`);
    for (const x of rows) {
        if (x.state === "failed") continue;
        assert.equal(x.state, "sent");
        const copies = mail.messages.filter((m) => m.mail.messageId === `<${x.id}@example.com>`).length;
        assert.ok(copies >= 1, `${x.id} was never handed over`);
        twice += copies - 1;
    }
    console.log(`# ${rows.length} letters, 8 kills: ${twice} came twice, none was lost`);
});

test("neither a command on the folder nor a drill on a copy of it sends what waits", { skip }, async () => {
    const n = mail.messages.length, port = mail.port, flags = [...settings(mail), ...backup()];
    await mail.close();
    await queue();
    await becomes("waiting", 1);
    await server.stop();
    await mail.listen(port);
    for (const command of [["keys", "recovery-kit"], ["backup"], ["backup", "drill"]]) {
        const r = server.cli([...command, ...flags]);
        assert.equal(r.code, 0, r.err);
    }
    assert.equal(mail.messages.length, n);
    await server.serve();
    await mail.wait(n + 1, 60000);
    await sleep(500);
    assert.equal(mail.messages.length, n + 1);
});

test("a wrong password is ours to mend: letters wait", { skip }, async () => {
    writeFileSync(secret, "wrong\n");
    await queue();
    const row = await becomes("waiting", 1);
    assert.equal(row.fault, "mail_user");
    const direct = await server.staff("POST", "/v1/letters/test", {});
    assert.equal(direct.status, 503);
    assert.equal(direct.json.field, "mail_user");
    writeFileSync(secret, password + "\n"); // read again for every letter
    await becomes("sent");
});

test("no letter goes out unencrypted, or to a server that nobody vouches for", { skip }, async () => {
    const tried = async (options, args, field, pattern) => {
        const m = await MailServer.start(options);
        const s = await Server.start({ args: args(m) });
        try {
            await s.owner();
            const r = await s.staff("POST", "/v1/letters/test", {});
            if (!field) {
                assert.equal(r.status, 200, r.text);
                assert.equal(m.messages.length, 1);
                return m.messages[0];
            }
            assert.equal(r.status, 503, r.text);
            assert.equal(r.json.field, field, r.text);
            assert.match(r.json.detail, pattern);
            assert.equal(m.messages.length, 0);
            assert.ok(!r.text.includes("owner@example.com"));
        } finally {
            await s.close();
            await m.close();
        }
    };
    const auth = { user: "shop", password };
    await tried({ auth }, settings, "mail_security", /STARTTLS/); // it does not offer it, or somebody took the offer out
    await tried({ certs: other, auth }, settings, "mail_host", /certificate/);
    const direct = await tried({ certs, auth, secure: true }, (m) => settings(m, ["--mail-security", "tls"]));
    assert.equal(direct.secure, true);
    const relay = (m) => ["--mail-host", "127.0.0.1", "--mail-port", String(m.port), "--mail-security", "plain", "--mail-from", "shop@example.com", "--outgoing-networks", "127.0.0.1"];
    assert.equal((await tried({}, relay)).secure, false);
    await tried({}, (m) => relay(m).slice(0, -2), "mail_host", /outgoing_networks/);
});

test("settings that cannot work are said at the start, and by the doctor", { skip }, async () => {
    const refused = async (args, pattern) => {
        await assert.rejects(Server.start({ args }), pattern);
    };
    await refused(["--mail-host", "mail.example.com"], /mail_from/);
    await refused(["--mail-host", "mail.example.com", "--mail-from", "nobody"], /mail_from/);
    await refused(["--mail-host", "mail.example.com/x", "--mail-from", "shop@example.com"], /mail_host/);
    await refused(["--mail-host", "mail.example.com", "--mail-from", "shop@example.com", "--mail-user", "shop"], /mail_user/);
    await refused(["--mail-host", "mail.example.com", "--mail-from", "shop@example.com", "--mail-from-name", "Tea\r\nBcc: eve@example.com"], /mail_from_name/);
    const s = await Server.start();
    try {
        await s.owner();
        const r = await s.staff("POST", "/v1/letters/test", {});
        assert.equal(r.status, 503);
        assert.equal(r.json.field, "mail_host");
        assert.equal((await s.local("POST", "/v1/letters/test", {})).status, 503);
        await s.stop();
        assert.match(run(["doctor", "--data", s.data, "--root-key", s.key]).out, /mail.*nobody is written to/);
        const seen = run(["doctor", "--data", s.data, "--root-key", s.key, ...settings({ port: 1 })]);
        assert.match(seen.out, /mail .*does not accept connections/);
    } finally {
        await s.close();
    }
});

test("the letters of a person: kinds and times", { skip }, async () => {
    await server.track("/v1/identify", { userId: "anna", traits: { email: "anna@example.com" } });
    await server.settled();
    const { items } = (await server.staff("POST", "/v1/people/search", { q: "anna@example.com" })).json;
    const r = await server.staff("GET", `/v1/people/${items[0].id}/letters`);
    assert.equal(r.status, 200, r.text);
    assert.deepEqual(r.json, { items: [], next: null });
    assert.equal((await server.staff("GET", "/v1/people/00000000-0000-4000-8000-000000000000/letters")).status, 404);
    assert.equal((await server.call("GET", "/v1/letters")).status, 401);
    assert.equal((await server.call("POST", "/v1/letters/test", {})).status, 401);
});

test("a customer asks for a link at the privacy centre, and it comes to the address of the record", { skip }, async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const n = mail.messages.length, began = Date.now();
    const r = await server.call("POST", "/privacy/link", "email=anna%40example.com", form);
    assert.equal(r.status, 200, r.text);
    const [m] = (await mail.wait(n + 1, 60000)).slice(n);
    console.log(`# from asking for a link to the mail server's having it: ${m.at - began} ms`);
    assert.deepEqual(m.to, ["anna@example.com"]);
    assert.match(m.mail.text, /\/privacy\/l\/[A-Za-z0-9_-]{22}/);
    const { items } = (await server.staff("POST", "/v1/people/search", { q: "anna@example.com" })).json;
    const [letter] = (await server.staff("GET", `/v1/people/${items[0].id}/letters`)).json.items;
    assert.equal(letter.person, items[0].id);
    assert.ok(["waiting", "sent"].includes(letter.state));
    // Who asks cannot write to anybody else, nor add a header.
    for (const bad of ["anna@example.com\r\nBcc: eve@example.com", "anna@example.com, eve@example.com", "anna@example.com\nSubject: x", "<anna@example.com>", "\"anna\"@example.com\0",
        "anna@example.com>\r\nRCPT TO:<eve@example.com", "%0d%0aBcc: eve@example.com"]) {
        const answer = await server.call("POST", "/privacy/link", `email=${encodeURIComponent(bad)}`, form);
        assert.ok([200, 400, 422].includes(answer.status), answer.text);
    }
    // Values of a record that a customer chose are text in a letter, nothing else.
    await server.track("/v1/identify", { userId: "mallory", traits: { email: "mallory@example.com", firstName: "M\r\nBcc: eve@example.com\r\n\r\n.\r\nRCPT TO:<eve@example.com>", language: "de\r\nX: y" } });
    await server.settled();
    assert.equal((await server.call("POST", "/privacy/link", "email=mallory%40example.com", form)).status, 200);
    await mail.wait(n + 2, 60000);
    await sleep(2500);
    for (const got of mail.messages.slice(n)) {
        assert.equal(got.to.length, 1);
        assert.ok(["anna@example.com", "mallory@example.com"].includes(got.to[0]), got.to[0]);
        assert.equal(got.mail.cc, undefined);
        assert.equal(got.mail.bcc, undefined);
        assert.equal(got.mail.headers.get("x"), undefined);
        assert.equal(got.mail.headerLines.filter((h) => h.key === "subject").length, 1);
    }
});

test("the canary of rights is written to, and no mail server hears of it", { skip }, async () => {
    const n = mail.messages.length;
    const [run] = (await server.staff("POST", "/v1/canary/run")).json.runs;
    assert.equal(run.ok, true, JSON.stringify(run));
    const sink = (await server.staff("GET", "/v1/letters?state=sink")).json.items;
    assert.ok(sink.every((x) => x.person === null), "of a person who is no more");
    await sleep(300);
    assert.equal(mail.messages.length, n);
});
