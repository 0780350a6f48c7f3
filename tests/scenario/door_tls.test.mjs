// SPDX-License-Identifier: Apache-2.0
// TLS in the process: collection over https, the settings document says so, and a renewed certificate
// is used after SIGHUP without a restart.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { binary, haveBinary, request, run, sleep } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let folder, cert, key, port;

function certificate(name) {
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name},IP:127.0.0.1`, "-keyout", key, "-out", cert], { stdio: "ignore" });
}

// A server whose address speaks TLS only: whether it is ready is asked over the local socket.
async function serve(data, rootKey) {
    const child = spawn(binary, ["serve", "--data", data, "--root-key", rootKey, "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    child.stderr.on("data", (d) => (log += d));
    const line = await new Promise((resolve, reject) => {
        let text = "";
        child.stdout.on("data", (d) => { text += d; if (text.includes("\n")) resolve(text); });
        child.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${log}`)));
    });
    port = JSON.parse(line).port;
    for (let i = 0; i < 200; i++) {
        const r = await request(null, { path: "/health/ready", socketPath: join(data, "custos.sock") }).catch(() => ({}));
        if (r.status === 200) return child;
        await sleep(25);
    }
    throw new Error(`not ready: ${log}`);
}

before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "custos-tls-"));
    cert = join(folder, "cert.pem");
    key = join(folder, "key.pem");
    certificate("one.example");
});
after(() => { if (folder) rmSync(folder, { recursive: true, force: true }); });

function call(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const rq = https.request({ method, host: "127.0.0.1", port, path, headers, rejectUnauthorized: false, agent: false }, (rs) => {
            const subject = rs.socket.getPeerCertificate().subject.CN, protocol = rs.socket.getProtocol();
            let text = "";
            rs.on("data", (d) => (text += d));
            rs.on("end", () => resolve({ status: rs.statusCode, text, subject, protocol }));
        });
        rq.on("error", reject);
        rq.end(body);
    });
}

test("https, old versions refused, renewal without restart", { skip }, async () => {
    const data = join(folder, "shop"), rootKey = join(folder, "root.key");
    const made = run(["init", "--data", data, "--root-key", rootKey, "--non-interactive", "--json"]);
    assert.equal(made.code, 0, made.err);
    const writeKey = JSON.parse(made.out).write_key;
    const child = await serve(data, rootKey);
    try {
        const basic = "Basic " + Buffer.from(writeKey + ":").toString("base64");
        const track = () => call("POST", "/v1/track", JSON.stringify({ userId: "tls-1", event: "Seen" }), { authorization: basic });
        const first = await track();
        assert.equal(first.status, 200);
        assert.equal(first.subject, "one.example");
        assert.equal(first.protocol, "TLSv1.3");
        const settings = JSON.parse((await call("GET", `/v1/projects/${writeKey}/settings`)).text);
        assert.equal(settings.integrations["Segment.io"].protocol, "https");
        assert.equal(settings.integrations["Segment.io"].apiHost, `127.0.0.1:${port}/v1`);
        await assert.rejects(new Promise((resolve, reject) => {
            const s = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }, resolve);
            s.on("error", reject);
        }));
        certificate("two.example");
        child.kill("SIGHUP");
        for (let i = 0; i < 100 && (await track()).subject !== "two.example"; i++) await sleep(50);
        assert.equal((await track()).subject, "two.example");
    } finally {
        child.kill("SIGTERM");
        const code = await new Promise((resolve) => child.once("exit", resolve));
        assert.equal(code, 0);
    }
});
