// SPDX-License-Identifier: Apache-2.0
// Others' machines, played by the test: an HTTP server that keeps what it got, a fixed address in front of a server whose
// port is not known yet, an authority that issues certificates.
import { execFileSync } from "node:child_process";
import { sign, verify, createPublicKey } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../lib/server.mjs";

// answer(rq): {status, body, headers}; rq: {method, path, headers, body, json}
export class Outsider {
    static async start(answer) {
        const o = new Outsider();
        o.got = [];
        o.answer = answer;
        o.server = http.createServer((rq, rs) => {
            const parts = [];
            rq.on("data", (d) => parts.push(d));
            rq.on("end", () => {
                const body = Buffer.concat(parts).toString("utf8");
                let json;
                try { json = body ? JSON.parse(body) : undefined; } catch { json = undefined; }
                const seen = { method: rq.method, path: rq.url, headers: rq.headers, body, json, at: Date.now() };
                o.got.push(seen);
                const a = o.answer(seen) ?? {};
                const text = a.body === undefined ? "" : typeof a.body === "string" ? a.body : JSON.stringify(a.body);
                rs.writeHead(a.status ?? 200, { "content-type": "application/json", ...(a.headers ?? {}) }).end(text);
            });
        });
        await new Promise((r) => o.server.listen(0, "127.0.0.1", r));
        o.url = `http://127.0.0.1:${o.server.address().port}`;
        return o;
    }

    of(method, path) {
        return this.got.filter((g) => g.method === method && g.path.startsWith(path));
    }

    close() {
        this.server.closeAllConnections?.();
        this.server.close();
    }
}

// An address that is known before the server behind it is there.
export class Front {
    static async start() {
        const f = new Front();
        f.sockets = new Set();
        f.server = net.createServer((from) => {
            const to = net.connect(f.port ?? 1, "127.0.0.1");
            for (const s of [from, to]) { f.sockets.add(s); s.on("error", () => { from.destroy(); to.destroy(); }); s.on("close", () => f.sockets.delete(s)); }
            from.pipe(to);
            to.pipe(from);
        });
        await new Promise((r) => f.server.listen(0, "127.0.0.1", r));
        f.url = `http://127.0.0.1:${f.server.address().port}`;
        return f;
    }

    close() {
        for (const s of this.sockets) s.destroy();
        this.server.close();
    }
}

const openssl = (args) => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] });

export class Authority {
    constructor(folder, name = "Test authority") {
        this.folder = folder;
        this.id = name.replace(/\W/g, "-");
        this.key = join(folder, `${this.id}.key`);
        this.pem = join(folder, `${this.id}.pem`);
        openssl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", this.key, "-out", this.pem, "-days", "30", "-subj", `/CN=${name}`,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]);
    }

    // {key, pem}: paths
    issue(domain, { days = "20", type = ["rsa:2048"] } = {}) {
        const base = join(this.folder, `${this.id}-${domain}-${Math.random().toString(36).slice(2)}`);
        openssl(["req", "-newkey", ...type, "-nodes", "-keyout", `${base}.key`, "-out", `${base}.csr`, "-subj", `/CN=${domain}`]);
        writeFileSync(`${base}.ext`, `subjectAltName=DNS:${domain}\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n`);
        openssl(["x509", "-req", "-in", `${base}.csr`, "-CA", this.pem, "-CAkey", this.key, "-CAcreateserial", "-out", `${base}.pem`, "-days", days, "-extfile", `${base}.ext`]);
        chmodSync(`${base}.key`, 0o600);
        return { key: `${base}.key`, pem: `${base}.pem` };
    }

    selfSigned(domain) {
        const base = join(this.folder, `self-${Math.random().toString(36).slice(2)}`);
        openssl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", `${base}.key`, "-out", `${base}.pem`, "-days", "30", "-subj", `/CN=${domain}`, "-addext", `subjectAltName=DNS:${domain}`]);
        return { key: `${base}.key`, pem: `${base}.pem` };
    }
}
export const signed = (pair, body) => sign("sha256", Buffer.from(body), readFileSync(pair.key)).toString("base64");
export const verified = (pem, body, signature) => verify("sha256", Buffer.from(body), createPublicKey(pem), Buffer.from(signature, "base64"));

export async function until(what, seconds = 15) {
    for (let i = 0; i < seconds * 20; i++) {
        const got = await what();
        if (got) return got;
        await sleep(50);
    }
    throw new Error(`it did not come to be: ${what}`);
}

// People of a server, and requests about them.
export class Desk {
    constructor(server) { this.server = server; }

    async person(who, { consents = {}, traits = {} } = {}) {
        const s = this.server;
        const a = await s.track("/v1/identify", { userId: who, messageId: `${who}-1`, traits: { email: `${who}@example.com`, ...traits }, context: { consent: { categoryPreferences: consents } } });
        if (a.status !== 200) throw new Error(a.text);
        return until(async () => {
            const r = await s.local("POST", "/v1/people/lookup", { kind: "user_id", value: who });
            return r.status === 200 && r.json.id;
        });
    }

    async ask(body) {
        const r = await this.server.staff("POST", "/v1/requests", { verified: true, ...body });
        if (r.status !== 201) throw new Error(r.text);
        return r.json;
    }

    async show(id) {
        const r = await this.server.staff("GET", `/v1/requests/${id}`);
        if (r.status !== 200) throw new Error(r.text);
        return r.json;
    }

    async execute(id) {
        const r = await this.server.staff("POST", `/v1/requests/${id}/execute`, {});
        if (r.status >= 300) throw new Error(`${r.status} ${r.text}`);
        return r;
    }

    async orders(query) {
        const r = await this.server.staff("GET", `/v1/recipients/orders?${query}`);
        if (r.status !== 200) throw new Error(r.text);
        return r.json.items;
    }
}
