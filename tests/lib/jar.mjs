// SPDX-License-Identifier: Apache-2.0
// A browser without a page: keeps cookies, sends the session's CSRF token, and helps people in tests to
// be invited, to type codes and to sign in.
import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// The code of an authenticator app (RFC 6238, 6 digits) for `seed` in base 32; steps: 30 s each, from now.
export function totp(seed, steps = 0) {
    const bits = [...seed].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
    const mac = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
    return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

export class Jar {
    constructor(server) {
        this.server = server;
        this.cookies = new Map();
    }

    async call(method, path, body, headers = {}) {
        const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
        const r = await this.server.call(method, path, body, { ...(cookie && { cookie }), ...(this.csrf && { "x-csrf-token": this.csrf }), ...headers });
        for (const line of r.headers["set-cookie"] ?? []) {
            const [pair, ...rules] = line.split("; ");
            const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
            if (rules.includes("Max-Age=0")) this.cookies.delete(name);
            else this.cookies.set(name, value);
        }
        if (r.json?.csrf) this.csrf = r.json.csrf;
        return r;
    }

    get = (path, headers) => this.call("GET", path, undefined, headers);
    post = (path, body, headers) => this.call("POST", path, body, headers);
    del = (path) => this.call("DELETE", path);

    // Becomes the owner through the set-up link.
    async owner(email = "owner@example.com", password = "a long sentence is fine") {
        return this.post("/v1/setup", { token: this.server.made.setup_url.split("#")[1], email, password });
    }

    // Is invited by the local operator and accepts.
    async join(email, role, password = "another long sentence") {
        const made = await this.server.local("POST", "/v1/invitations", { email, role });
        if (made.status !== 201) throw new Error(`invitation: ${made.text}`);
        return this.post("/v1/invitations/accept", { token: made.json.link.split("#")[1], password });
    }

    // A second factor, without which most roles may only look at their own session.
    async enrol() {
        const { secret } = (await this.post("/v1/security/totp", {})).json;
        const r = await this.post("/v1/security/totp/confirm", { code: totp(secret) });
        if (r.status !== 200) throw new Error(`second factor: ${r.text}`);
        return this;
    }

    signIn(email, password = "another long sentence") {
        return this.post("/v1/session", { email, password });
    }
}
