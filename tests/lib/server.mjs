// SPDX-License-Identifier: Apache-2.0
// A real server on a folder of its own, for scenario, browser and crash tests. Every test starts and
// stops its own; nothing is shared but the binary ($CUSTOS_BIN or build/custos).
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, readFileSync, existsSync, appendFileSync, mkdirSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contract, haveValidator } from "./contract.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const binary = process.env.CUSTOS_BIN || join(root, "build", "custos");
export const haveBinary = existsSync(binary);
// Which routes the tests of this run exercised; the house test reads it.
const routeLog = join(root, "build", "routes-exercised.txt");
const contractLog = join(root, "build", "contract-checked.txt"); // operations whose answers were held against their rows

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

// Runs a command to its end: {code, out, err}. Never throws for an exit code.
export function run(args, { input, env } = {}) {
    try {
        const out = execFileSync(binary, args, {
            input,
            encoding: "utf8",
            maxBuffer: 256 << 20,
            env: { ...process.env, ...env },
            stdio: ["pipe", "pipe", "pipe"],
        });
        return { code: 0, out, err: "" };
    } catch (e) {
        return { code: e.status, out: String(e.stdout ?? ""), err: String(e.stderr ?? e) };
    }
}

// A request over TCP or, with `socketPath`, the local socket. Bodies: object (JSON), string or Buffer.
// https targets name the certificate they expect as `ca`.
export function request(target, { method = "GET", path, headers = {}, body, socketPath, agent, ca } = {}) {
    const url = new URL(path ?? "/", target ?? "http://localhost");
    const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const h = { ...headers };
    if (bytes !== undefined) h["content-length"] = bytes.length;
    if (bytes !== undefined && typeof body === "object" && !Buffer.isBuffer(body)) h["content-type"] ??= "application/json";
    return new Promise((resolve, reject) => {
        const rq = (url.protocol === "https:" ? https : http).request(
            { method, agent, ca, headers: h, path: url.pathname + url.search, ...(socketPath ? { socketPath } : { host: url.hostname, port: url.port }) },
            (rs) => {
                const parts = [];
                rs.on("data", (p) => parts.push(p));
                rs.on("end", () => {
                    const whole = Buffer.concat(parts), text = whole.toString("utf8");
                    let json;
                    try { json = text ? JSON.parse(text) : undefined; } catch { json = undefined; }
                    resolve({ status: rs.statusCode, headers: rs.headers, bytes: whole, text, json });
                });
                rs.on("error", reject);
            },
        );
        rq.on("error", reject);
        rq.end(bytes);
    });
}

const living = new Set();
process.on("exit", () => { for (const child of living) child.kill("SIGKILL"); });

export class Server {
    // options: args (more flags for serve), env, init (more flags for init), base (the folder above an
    // existing data folder), ca (the server speaks HTTPS with this certificate)
    static async start(options = {}) {
        const s = new Server();
        s.options = options;
        s.base = options.base ?? mkdtempSync(join(tmpdir(), "custos-test-"));
        s.data = join(s.base, "shop");
        s.key = join(s.base, "root.key");
        if (!existsSync(join(s.data, "custos.id"))) {
            const made = run(["init", "--data", s.data, "--root-key", s.key, "--non-interactive", "--json", ...(options.init ?? [])]);
            if (made.code !== 0) throw new Error(`init failed: ${made.err}`);
            s.made = JSON.parse(made.out);
            s.writeKey = s.made.write_key;
        }
        await s.serve();
        return s;
    }

    async serve() {
        this.log = "";
        this.child = spawn(binary, ["serve", "--data", this.data, "--root-key", this.key, "--listen", "127.0.0.1:0", "--log-level", "debug", "--json", ...(this.options.args ?? [])], {
            env: { ...process.env, ...this.options.env },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.exited = new Promise((r) => this.child.once("exit", (code, signal) => r({ code, signal })));
        living.add(this.child); // a failed test must not leave a server behind, nor wait for it
        this.child.once("exit", () => living.delete(this.child));
        for (const handle of [this.child, this.child.stdout, this.child.stderr]) handle.unref();
        let stderrRest = "";
        this.child.stderr.on("data", (d) => {
            this.log += d;
            stderrRest += d;
            const lines = stderrRest.split("\n");
            stderrRest = lines.pop();
            for (const line of lines) this.noteRoute(line);
        });
        for (const handle of [this.child, this.child.stdout]) handle.ref(); // while it starts it is waited for
        const line = await new Promise((resolve, reject) => {
            let text = "";
            this.child.stdout.on("data", (d) => { text += d; if (text.includes("\n")) resolve(text); });
            this.child.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${this.log}`)));
        });
        for (const handle of [this.child, this.child.stdout]) handle.unref();
        this.port = JSON.parse(line.split("\n")[0]).port;
        this.url = `${this.options.ca ? "https" : "http"}://127.0.0.1:${this.port}`;
        this.routes ??= new Set();
        for (let i = 0; i < 400; i++) {
            const r = await request(this.url, { path: "/health/ready", ca: this.options.ca });
            if (r.status === 200) return;
            await sleep(25);
        }
        throw new Error("the server did not become ready");
    }

    noteRoute(line) {
        const m = /"event":"request.route","route":"([^"]+)"/.exec(line);
        if (m) (this.routes ??= new Set()).add(m[1]);
    }

    // The answer, once it was found to be what its row declares.
    async checked(method, path, answer) {
        const r = await answer;
        if (!haveValidator) return r;
        this.contract ??= new Contract(JSON.parse(run(["spec", "openapi"]).out));
        const wrong = this.contract.faults(method, path, r);
        if (wrong.length) throw new Error(`the answer is not what its row declares: ${wrong.join("; ")}\n${r.text.slice(0, 2000)}`);
        return r;
    }

    // A call as the local operator, over the socket.
    local(method, path, body, headers) {
        return this.checked(method, path, request(null, { method, path, body, headers, socketPath: join(this.data, "custos.sock") }));
    }

    // A call of anybody, over TCP.
    call(method, path, body, headers) {
        return this.checked(method, path, request(this.url, { method, path, body, headers, ca: this.options.ca }));
    }

    // Sends to the tracking API with the first source's key.
    async track(path, body, headers = {}) {
        return request(this.url, { method: "POST", path, body, headers: { authorization: "Basic " + Buffer.from(this.writeKey + ":").toString("base64"), ...headers } });
    }

    // Waits until everything accepted so far can be read.
    async settled() {
        for (let i = 0; i < 1200; i++) {
            const m = await request(this.url, { path: "/metrics" });
            if (/custos_projector_lag_records\{projector="records"\} 0\n/.test(m.text)) return;
            await sleep(25);
        }
        throw new Error("the projector did not catch up");
    }

    cli(args, options) {
        return run([...args, "--data", this.data, "--root-key", this.key], options);
    }

    async stop() {
        this.child.ref();
        if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
        const end = await this.exited;
        if (this.routes?.size) {
            mkdirSync(dirname(routeLog), { recursive: true });
            appendFileSync(routeLog, [...this.routes].join("\n") + "\n");
            if (this.contract) appendFileSync(contractLog, [...this.contract.checked].join("\n") + "\n");
        }
        return end;
    }

    async kill() {
        this.child.ref();
        this.child.kill("SIGKILL");
        return this.exited;
    }

    // Ends the server and removes its folder. A sanitizer's report or a bad exit code is an error.
    async close() {
        const end = await this.stop();
        if (!this.options.keep) rmSync(this.base, { recursive: true, force: true });
        if (end.code !== 0) throw new Error(`the server ended with ${end.code ?? end.signal}: ${this.log.slice(-4000)}`);
        if (/AddressSanitizer|runtime error:/.test(this.log)) throw new Error(this.log.slice(-6000));
    }

    // Becomes the owner through the set-up link: {cookie, csrf} for staff calls over TCP.
    async owner(email = "owner@example.com", password = "a long sentence is fine") {
        const token = this.made.setup_url.split("#")[1];
        const r = await request(this.url, { method: "POST", path: "/v1/setup", body: { token, email, password } });
        if (r.status !== 201) throw new Error(`setup: ${r.status} ${r.text}`);
        this.session = { cookie: r.headers["set-cookie"][0].split(";")[0], csrf: r.json.csrf };
        return this.session;
    }

    // A call as the signed-in owner.
    staff(method, path, body, headers = {}) {
        return this.checked(method, path, request(this.url, { method, path, body, ca: this.options.ca, headers: { cookie: this.session.cookie, "x-csrf-token": this.session.csrf, ...headers } }));
    }
}

export const fixture = (path) => readFileSync(join(root, path));
