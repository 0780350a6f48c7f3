// SPDX-License-Identifier: Apache-2.0
// Points sqlmap and wapiti at a server of its own with an owner signed in, and says what they found. Called by
// script/attack. Exit code 1 when one of them found something.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "../tests/lib/server.mjs";

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "custos-attack-"));
const server = await Server.start({ args: ["--connections-per-ip-max", "0"] });
await server.owner();
await server.track("/v1/identify", { userId: "attack-1", traits: { email: "attack@example.com", name: "Target Person" } });
await server.settled();
const id = (await server.staff("GET", "/v1/people")).json.items[0].id;
const headers = [`Cookie: ${server.session.cookie}`, `X-CSRF-Token: ${server.session.csrf}`];
let found = 0;

// Not synchronous: the server's log is read meanwhile.
function tool(command, args, seconds) {
    return new Promise((resolve) => {
        const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
        const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
        let stdout = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (d) => { stdout += d; });
        child.on("close", () => { clearTimeout(timer); resolve({ stdout }); });
        child.on("error", (e) => resolve({ stdout: String(e) }));
    });
}

// Where a text of the caller comes closest to SQL: * is the place sqlmap works on.
const targets = [
    ["GET", "/v1/people?q=a*&sort=last_seen&limit=5"], ["GET", "/v1/people?filter=all*"], ["GET", `/v1/people/${id}/history?field=email*`],
    ["GET", `/v1/people/${id}*`], ["GET", "/v1/quarantine?code=invalid*"], ["GET", "/v1/imports/1*"],
    ["POST", "/v1/people/lookup", { kind: "email", value: "attack@example.com*" }], ["POST", "/v1/people/search", { q: "Target*" }],
    ["POST", "/v1/session", { email: "owner@example.com*", password: "x" }], ["PATCH", "/v1/sources/1", { name: "shop*" }],
];
async function sqlmap() {
    for (const [method, path, body] of targets) {
        const args = ["-u", server.url + path, "--method", method, "--batch", "--flush-session", "--level", "2", "--risk", "1", "--technique", "BEUSQ", "--dbms", "SQLite",
            "--threads", "2", "--disable-coloring", "--output-dir", join(folder, "sqlmap"), "--headers", headers.join("\n"), "--ignore-code", "401,403,404,429", "--skip-urlencode"];
        if (body) args.push("--data", JSON.stringify(body), "--headers", [...headers, "Content-Type: application/json"].join("\n"));
        const r = await tool("sqlmap", args, 600);
        const clean = /do not appear to be injectable|does not seem to be injectable/.test(r.stdout) && !/is vulnerable|identified the following injection/.test(r.stdout);
        console.log(`sqlmap ${method} ${path.replace(id, "{id}")}: ${clean ? "nothing" : "FOUND or not finished"}`);
        if (!clean) { found++; console.log(r.stdout.split("\n").slice(-15).join("\n")); }
    }
}

async function wapiti() {
    const report = join(folder, "wapiti.json");
    const args = ["-u", server.url + "/", "--scope", "folder", "-f", "json", "-o", report, "--flush-session", "--max-scan-time", "900", "--no-bugreport", "--store-session", join(folder, "wapiti"),
        ...headers.flatMap((h) => ["-H", h]), "-m", "backup,blindsql,brute_login_form,buster,cookieflags,crlf,csp,csrf,drupal_enum,exec,file,htaccess,http_headers,methods,nikto,permanentxss,redirect,sql,ssrf,timesql,xss,xxe".replace("brute_login_form,buster,drupal_enum,nikto,", "")];
    for (const path of ["/v1/people?q=a&sort=last_seen", `/v1/people/${id}/history?field=email`, "/v1/orders/totals?from=2020-01-01", "/v1/quarantine?code=invalid", "/setup"]) args.push("-s", server.url + path);
    const r = await tool("wapiti", args, 1200);
    let rows;
    try { rows = JSON.parse(readFileSync(report, "utf8")).vulnerabilities; } catch { console.log(r.stdout.slice(-2000)); found++; return; }
    for (const [kind, list] of Object.entries(rows)) {
        for (const v of list) { found++; console.log(`wapiti ${kind}: ${v.method} ${v.path} ${v.parameter ?? ""} ${v.info}`); }
    }
    console.log(`wapiti looked for ${Object.keys(rows).length} kinds of faults`);
}

try {
    if (wanted.length === 0 || wanted.includes("sqlmap")) await sqlmap();
    if (wanted.length === 0 || wanted.includes("wapiti")) await wapiti();
} finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
}
console.log(found === 0 ? "nothing found" : `${found} findings`);
process.exit(found === 0 ? 0 : 1);
