// SPDX-License-Identifier: Apache-2.0
// TLS as testssl.sh judges it: versions, cipher families, forward secrecy, the known attacks. The certificate is
// the test's own, so what testssl.sh says of trust is left out.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary } from "../lib/server.mjs";

const tool = ["/usr/bin/testssl", "/usr/bin/testssl.sh"].find(existsSync);
const skip = (!haveBinary && "build/custos is not built") || (!tool && "testssl.sh is not installed");

test("testssl.sh finds no old version, no weak cipher, no known attack", { skip, timeout: 400_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "custos-testssl-"));
    const cert = join(folder, "s.crt"), key = join(folder, "s.key"), report = join(folder, "report.json");
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
    const server = await Server.start({ args: ["--tls-cert", cert, "--tls-key", key], ca: readFileSync(cert, "utf8") });
    try {
        // -p versions, -s cipher families, -f forward secrecy, then the attacks one by one (BREACH needs a page, RC4 and
        // LOGJAM are covered by the families).
        const r = spawnSync(tool, ["--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--jsonfile", report, "-p", "-s", "-f", "-H", "-I", "-R", "-C", "-O", "-Z", "-W", "-A", "-J", `localhost:${server.port}`],
            { encoding: "utf8", timeout: 380_000 });
        assert.ok(existsSync(report), r.stdout + r.stderr);
        const rows = JSON.parse(readFileSync(report, "utf8"));
        const of = (id) => rows.find((x) => x.id === id)?.finding ?? "";
        for (const old of ["SSLv2", "SSLv3", "TLS1", "TLS1_1"]) assert.match(of(old), /not offered/, `${old}: ${of(old)}`);
        assert.match(of("TLS1_2"), /offered/);
        assert.match(of("TLS1_3"), /offered/);
        const bad = rows.filter((x) => ["LOW", "MEDIUM", "HIGH", "CRITICAL"].includes(x.severity) && !/^(cert|DNS|OCSP|engine_problem|scanProblem)/.test(x.id));
        assert.deepEqual(bad.map((x) => `${x.id} ${x.severity} ${x.finding}`), []);
        assert.ok(rows.length > 20, `${rows.length} findings`);
    } finally {
        await server.close();
        rmSync(folder, { recursive: true, force: true });
    }
});
