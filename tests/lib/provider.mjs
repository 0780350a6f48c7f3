// SPDX-License-Identifier: Apache-2.0
// A small OpenID Connect provider for tests: discovery, keys, authorization codes with PKCE, ID tokens
// signed with RS256, ES256 or EdDSA; and wrong in whatever way a test asks for.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import http from "node:http";

const b64 = (v) => Buffer.from(typeof v === "string" || Buffer.isBuffer(v) ? v : JSON.stringify(v)).toString("base64url");

export class Provider {
    static async start({ secret = "s3cret/+ü", clientId = "custos" } = {}) {
        const p = new Provider();
        Object.assign(p, { secret, clientId, codes: new Map(), asked: [], algorithm: "RS256", wrong: {}, more: {} });
        p.rotate();
        p.server = http.createServer((rq, rs) => p.serve(rq, rs));
        await new Promise((r) => p.server.listen(0, "127.0.0.1", r));
        p.issuer = `http://127.0.0.1:${p.server.address().port}`;
        return p;
    }

    rotate() {
        this.keys = {
            RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }), ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }), EdDSA: generateKeyPairSync("ed25519"),
        };
        this.kid = randomBytes(4).toString("hex");
    }

    jwks() {
        return { keys: Object.entries(this.keys).map(([alg, k]) => ({ ...k.publicKey.export({ format: "jwk" }), alg, use: "sig", kid: `${alg}-${this.kid}` })) };
    }

    serve(rq, rs) {
        let body = "";
        rq.on("data", (d) => { body += d; });
        rq.on("end", () => {
            this.asked.push({ method: rq.method, url: rq.url, headers: rq.headers, body });
            const send = (status, value) => rs.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
            if (this.down) return send(500, {});
            if (rq.url === "/.well-known/openid-configuration")
                return send(200, {
                    issuer: this.wrong.discovery ?? this.issuer, authorization_endpoint: `${this.issuer}/authorize?tenant=1`, token_endpoint: `${this.issuer}/token`, jwks_uri: `${this.issuer}/keys`,
                    token_endpoint_auth_methods_supported: this.methods ?? ["client_secret_basic", "client_secret_post"],
                });
            if (rq.url === "/keys") return send(200, this.jwks());
            if (rq.url === "/token") return this.token(rq, new URLSearchParams(body), send);
            send(404, {});
        });
    }

    // What a person at the provider's sign-in page does: gives the code and state for the callback.
    authorize(location, claims) {
        const q = new URL(location).searchParams;
        const code = randomBytes(16).toString("base64url");
        this.codes.set(code, { challenge: q.get("code_challenge"), method: q.get("code_challenge_method"), redirect: q.get("redirect_uri"), nonce: q.get("nonce"), claims });
        return { code, state: q.get("state") };
    }

    authenticated(rq, form) {
        const [scheme, text] = (rq.headers.authorization ?? "").split(" ");
        if (scheme === "Basic") {
            const [id, secret] = Buffer.from(text, "base64").toString().split(":").map(decodeURIComponent);
            return id === this.clientId && secret === this.secret && !form.has("client_secret");
        }
        return form.get("client_id") === this.clientId && (!this.secret || form.get("client_secret") === this.secret);
    }

    token(rq, form, send) {
        const row = this.codes.get(form.get("code"));
        this.codes.delete(form.get("code"));
        const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
        if (!this.authenticated(rq, form)) return send(401, { error: "invalid_client" });
        if (!row || row.method !== "S256" || row.challenge !== challenge || row.redirect !== form.get("redirect_uri") || form.get("grant_type") !== "authorization_code")
            return send(400, { error: "invalid_grant" });
        send(200, { access_token: "x", token_type: "Bearer", expires_in: 60, id_token: this.idToken(row) });
    }

    idToken(row) {
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: this.issuer, aud: this.clientId, sub: "u1", iat: now, exp: now + 300, nonce: row.nonce, email_verified: true, ...row.claims, ...this.wrong.claims };
        const alg = this.wrong.alg ?? this.algorithm, kid = `${this.algorithm}-${this.kid}`;
        const text = `${b64({ alg, kid, typ: "JWT" })}.${b64(claims)}`;
        if (alg === "none") return `${text}.`;
        if (alg === "HS256") return `${text}.${b64(createHmac("sha256", this.wrong.hmac ?? this.secret).update(text).digest())}`;
        const key = this.wrong.key ?? this.keys[this.algorithm].privateKey;
        const bytes = Buffer.from(text);
        return `${text}.${b64(this.algorithm === "ES256" ? sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }) : sign(this.algorithm === "EdDSA" ? null : "sha256", bytes, key))}`;
    }

    close() {
        this.server.closeAllConnections();
        this.server.close();
    }
}
