// SPDX-License-Identifier: Apache-2.0
// HTTPS by the process itself: collection and console over TLS, another certificate without a restart
// and without dropping open connections, old protocol versions refused, bad certificates explained.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { Server, haveBinary, request, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server, folder, cert, key;

function certificate(name, ...algorithm) {
    const pem = join(folder, `${name}.crt`), secret = join(folder, `${name}.key`);
    execFileSync("openssl", ["req", "-x509", "-newkey", ...(algorithm.length ? algorithm : ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]), "-nodes", "-days", "2",
        "-subj", `/CN=${name}.example`, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", secret, "-out", pem], { stdio: "ignore" });
    return { pem, secret, text: readFileSync(pem, "utf8") };
}
const install = (c) => { copyFileSync(c.pem, cert); copyFileSync(c.secret, key); };

let first, second;
before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-tls-"));
    cert = join(folder, "server.crt");
    key = join(folder, "server.key");
    first = certificate("first");
    second = certificate("second", "rsa:2048");
    install(first);
    server = await Server.start({ args: ["--tls-cert", cert, "--tls-key", key], ca: first.text + second.text });
});
after(async () => {
    await server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const ca = () => first.text + second.text;
const call = (method, path, body, headers = {}, agent = undefined) => request(server.url, { method, path, body, headers, agent, ca: ca() });
const basic = () => ({ authorization: "Basic " + Buffer.from(server.writeKey + ":").toString("base64") });

// One handshake: which certificate, version and cipher.
function shake(options = {}) {
    return new Promise((resolve, reject) => {
        const s = tls.connect({ host: "127.0.0.1", port: server.port, ca: ca(), servername: "localhost", ...options }, () => {
            resolve({ subject: s.getPeerCertificate().subject.CN, version: s.getProtocol(), cipher: s.getCipher().standardName });
            s.destroy();
        });
        s.on("error", reject);
    });
}

test("collection, console and API over HTTPS", { skip }, async () => {
    assert.equal((await call("GET", "/health/ready")).json.status, "ready");
    const r = await call("POST", "/v1/track", { userId: "tls", event: "Signed In" }, basic());
    assert.equal(r.status, 200);
    assert.equal(r.headers["access-control-allow-origin"], "*");
    const page = await call("GET", "/");
    assert.equal(page.status, 200);
    const token = server.made.setup_url.split("#")[1];
    const made = await call("POST", "/v1/setup", { token, email: "owner@example.com", password: "a long sentence is fine" });
    assert.equal(made.status, 201, made.text);
    const cookie = made.headers["set-cookie"][0].split(";")[0];
    const me = await call("GET", "/v1/session", undefined, { cookie });
    assert.equal(me.json.staff.email, "owner@example.com");
    // what browser SDKs fetch first sends them to https
    const settings = await call("GET", `/v1/projects/${server.writeKey}/settings`);
    assert.equal(settings.json.integrations["Segment.io"].protocol, "https");
    for (let i = 0; i < 200 && (await server.local("GET", "/v1/events/count")).json.count < 1; i++) await sleep(25);
    assert.equal((await server.local("GET", "/v1/events/count")).json.count, 1);
});

test("TLS 1.2 and 1.3 with forward secrecy; 1.1 is refused", { skip }, async () => {
    const modern = await shake();
    assert.equal(modern.version, "TLSv1.3");
    const older = await shake({ maxVersion: "TLSv1.2" });
    assert.equal(older.version, "TLSv1.2");
    assert.match(older.cipher, /^TLS_ECDHE_.*(GCM|POLY1305|CCM)/);
    await assert.rejects(shake({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }), /alert|EPROTO|ECONNRESET|version|disconnected/i);
    for (const ciphers of ["AES128-SHA:@SECLEVEL=0", "AES256-GCM-SHA384:@SECLEVEL=0"]) // no forward secrecy
        await assert.rejects(shake({ maxVersion: "TLSv1.2", ciphers }), undefined, ciphers);
});

test("plain HTTP on the TLS port and a broken handshake harm nobody", { skip }, async () => {
    const plain = new Promise((resolve) => {
        const rq = http.request({ host: "127.0.0.1", port: server.port, path: "/health/live" }, (rs) => resolve(rs.statusCode));
        rq.on("error", (e) => resolve(e.code));
        rq.end();
    });
    assert.notEqual(await plain, 200);
    for (const bytes of ["\x16\x03\x01\xff\xff", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "GET / HTTP/1.1\r\n\r\n", "\x80\x2e\x01\x00\x02"]) {
        const s = net.connect(server.port, "127.0.0.1");
        s.on("error", () => {});
        s.write(Buffer.from(bytes, "latin1"));
        await sleep(30);
        s.destroy();
    }
    assert.equal((await call("GET", "/health/live")).status, 200);
});

test("another certificate with SIGHUP, open connections go on", { skip }, async () => {
    assert.equal((await shake()).subject, "first.example");
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: ca() });
    const sent = (n) => call("POST", "/v1/track", { userId: "reload", event: "Signed In", messageId: `reload-${n}` }, basic(), agent);
    assert.equal((await sent(0)).status, 200);
    const socket = Object.values(agent.freeSockets)[0][0];
    assert.equal(socket.getPeerCertificate().subject.CN, "first.example");

    install(second);
    let answered = 0, stop = false;
    const load = (async () => { for (let n = 1; !stop; n++) { assert.equal((await sent(n)).status, 200); answered++; } })();
    server.child.kill("SIGHUP");
    let now;
    for (let i = 0; i < 200; i++) {
        now = (await shake()).subject;
        if (now === "second.example") break;
        await sleep(25);
    }
    assert.equal(now, "second.example");
    stop = true;
    await load;
    assert.ok(answered > 0);
    assert.equal((await sent("last")).status, 200);
    assert.equal(Object.values(agent.freeSockets)[0][0], socket, "still the same connection");
    assert.equal(socket.getPeerCertificate().subject.CN, "first.example");
    agent.destroy();
});

test("a bad certificate at SIGHUP is logged and the old one stays", { skip }, async () => {
    const before = (await shake()).subject;
    writeFileSync(cert, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    server.child.kill("SIGHUP");
    for (let i = 0; i < 200 && !/reload\.tls_failed/.test(server.log); i++) await sleep(25);
    assert.match(server.log, /reload\.tls_failed/);
    assert.equal((await shake()).subject, before);
    copyFileSync(first.pem, cert); // its key is another's
    const seen = server.log.length;
    server.child.kill("SIGHUP");
    for (let i = 0; i < 200 && !/reload\.tls_failed/.test(server.log.slice(seen)); i++) await sleep(25);
    assert.match(server.log.slice(seen), /belong together/);
    assert.equal((await shake()).subject, before);
    assert.equal((await call("POST", "/v1/track", { userId: "1", event: "Signed In" }, basic())).status, 200);
    install(second);
});

test("a server with a bad certificate does not start, and says why", { skip }, async () => {
    await server.stop();
    const broken = join(folder, "broken.crt"), closed = join(folder, "closed.key");
    writeFileSync(broken, "no certificate");
    writeFileSync(closed, "");
    chmodSync(closed, 0);
    const serve = (...args) => server.cli(["serve", "--listen", "127.0.0.1:0", ...args]);
    for (const [why, args] of [
        ["no certificate in the file", ["--tls-cert", broken, "--tls-key", key]],
        ["the file is not there", ["--tls-cert", join(folder, "none.crt"), "--tls-key", key]],
        ["an empty key", ["--tls-cert", cert, "--tls-key", closed]],
        ["the key of another certificate", ["--tls-cert", cert, "--tls-key", first.secret]],
        ["a certificate without its key", ["--tls-cert", cert]],
        ["a key without its certificate", ["--tls-key", key]],
    ]) {
        const r = serve(...args);
        assert.equal(r.code, 2, `${why}: ${r.code} ${r.out}${r.err}`);
        assert.match(r.err, /certificate/, why);
        assert.doesNotMatch(r.err, /PRIVATE|BEGIN/, why);
    }
    await server.serve();
    assert.equal((await shake()).subject, "second.example");
});
