// SPDX-License-Identifier: Apache-2.0
// Signing in through an identity provider: a real one on this machine, right and wrong in every step.
// Only known staff get in; one factor at the provider is one factor here.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, haveBinary, run, sleep } from "../lib/server.mjs";
import { Jar, totp } from "../lib/jar.mjs";
import { Provider } from "../lib/provider.mjs";

const skip = !haveBinary && "build/custos is not built";
const origin = "https://custos.example", password = "another long sentence";
let server, provider, folder, secret, seed;
const failed = "/#oidc-failed";

const settings = () => ["--public-url", origin, "--outgoing-networks", "127.0.0.1/32", "--oidc-issuer", provider.issuer, "--oidc-client-id", "custos",
    "--oidc-client-secret-file", secret, "--oidc-name", "House login"];

before(async () => {
    if (skip) return;
    provider = await Provider.start();
    folder = mkdtempSync(join(tmpdir(), "custos-oidc-"));
    secret = join(folder, "secret");
    writeFileSync(secret, provider.secret + "\n");
    chmodSync(secret, 0o600);
    server = await Server.start({ args: settings() });
    assert.equal((await new Jar(server).owner()).status, 201);
    const analyst = new Jar(server);
    assert.equal((await analyst.join("analyst@example.com", "analyst", password)).status, 201);
    seed = (await analyst.post("/v1/security/totp")).json.secret;
    assert.equal((await analyst.post("/v1/security/totp/confirm", { code: totp(seed) })).status, 200);
    assert.equal((await new Jar(server).join("bare@example.com", "support_agent", password)).status, 201);
});
after(async () => {
    await server?.close();
    provider?.close();
    if (folder) rmSync(folder, { recursive: true });
});

const person = (email, more = {}) => ({ email, amr: ["pwd", "mfa"], ...more });
async function begin(jar = new Jar(server)) {
    const r = await jar.get("/v1/oidc/start");
    assert.equal(r.status, 302, r.text);
    return { jar, location: r.headers.location, headers: r.headers };
}
const back = (jar, query) => jar.get("/v1/oidc/callback?" + new URLSearchParams(query));
async function through(claims, { jar = new Jar(server), change = (q) => q } = {}) {
    const b = await begin(jar);
    const r = await back(jar, change(provider.authorize(b.location, claims)));
    assert.equal(r.status, 302, r.text);
    return { jar, to: r.headers.location, r };
}

test("the sign-in page knows the provider's name", { skip }, async () => {
    assert.deepEqual((await new Jar(server).get("/v1/oidc")).json, { enabled: true, name: "House login" });
});

test("the browser is sent there with PKCE, state, nonce, and one cookie", { skip }, async () => {
    const { location, headers } = await begin();
    const u = new URL(location), q = u.searchParams;
    assert.equal(u.origin, provider.issuer);
    assert.equal(q.get("tenant"), "1");
    assert.equal(q.get("response_type"), "code");
    assert.equal(q.get("client_id"), "custos");
    assert.equal(q.get("redirect_uri"), `${origin}/v1/oidc/callback`);
    assert.equal(q.get("scope"), "openid email");
    assert.equal(q.get("code_challenge_method"), "S256");
    for (const name of ["state", "nonce", "code_challenge"]) assert.match(q.get(name), /^[A-Za-z0-9_-]{43}$/, name);
    assert.equal(new Set([q.get("state"), q.get("nonce"), q.get("code_challenge")]).size, 3);
    const cookie = headers["set-cookie"].find((c) => c.startsWith("__Host-custos-oidc="));
    for (const rule of ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"]) assert.ok(cookie.includes(rule), rule);
    for (const name of ["state", "nonce"]) assert.ok(!cookie.includes(q.get(name)), name);
    assert.equal(headers["cache-control"], "no-store");
    assert.notEqual(new URL((await begin()).location).searchParams.get("state"), q.get("state"));
});

test("known staff get in, with each algorithm", { skip }, async () => {
    for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
        provider.algorithm = algorithm;
        const { jar, to } = await through(person("Analyst@Example.com"));
        assert.equal(to, "/", algorithm);
        const me = await jar.get("/v1/session");
        assert.equal(me.json.staff.email, "analyst@example.com");
        assert.ok(me.json.permissions.includes("analytics_read"));
        assert.equal((await jar.get("/v1/sessions")).json.items.find((s) => s.current).factor, "oidc_mfa");
        assert.equal(jar.cookies.has("__Host-custos-oidc"), false, "the cookie is used up");
    }
    provider.algorithm = "RS256";
});

test("two factors at the provider are two here, also for who has none here; and stay so", { skip }, async () => {
    const { jar } = await through(person("bare@example.com"));
    assert.ok((await jar.get("/v1/session")).json.permissions.includes("people_read"));
    const again = await jar.post("/v1/session/reauth", { password });
    assert.equal(again.status, 204, again.text);
    assert.ok((await jar.get("/v1/session")).json.permissions.includes("people_read"));
});

test("one factor at the provider is one here", { skip }, async () => {
    const { jar, to } = await through(person("analyst@example.com", { amr: ["pwd"] }));
    const at = /^\/#second-factor=(ticket_[\w-]+)&factors=totp,recovery$/.exec(to);
    assert.ok(at, to);
    assert.equal((await jar.get("/v1/session")).status, 401);
    const other = new Jar(server);
    assert.equal((await other.post("/v1/session/second-factor", { ticket: at[1], factor: "totp", code: totp(seed, 1) })).status, 401, "another browser");
    const r = await jar.post("/v1/session/second-factor", { ticket: at[1], factor: "totp", code: totp(seed, 1) });
    assert.equal(r.status, 201, r.text);
    const bare = await through(person("bare@example.com", { amr: undefined }));
    assert.equal(bare.to, "/");
    assert.deepEqual((await bare.jar.get("/v1/session")).json.permissions, ["session"], "nothing but the own account");
});

test("whoever is not known, or not verified, stays outside", { skip }, async () => {
    for (const claims of [person("nobody@example.com"), person("analyst@example.com", { email_verified: false }), person("analyst@example.com", { email_verified: "true" }),
        person(undefined), person("not an address"), person("analyst@example.com", { email_verified: undefined })]) {
        const { jar, to } = await through(claims);
        assert.equal(to, failed, JSON.stringify(claims));
        assert.equal(jar.cookies.has("__Host-custos"), false);
    }
    assert.equal((await server.local("GET", "/v1/staff")).json.items.length, 3, "nobody was made");
});

test("wrong tokens are refused", { skip }, async () => {
    const now = Math.floor(Date.now() / 1000), stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const cases = {
        "alg none": { alg: "none" }, "HMAC with the client's secret": { alg: "HS256" },
        "HMAC with the public key": { alg: "HS256", hmac: provider.keys.RS256.publicKey.export({ type: "spki", format: "pem" }) },
        "another's key": { key: stranger.privateKey }, "another issuer": { claims: { iss: "https://evil.example" } }, "another audience": { claims: { aud: "other" } },
        "two audiences": { claims: { aud: ["custos", "other"] } }, "expired": { claims: { exp: now - 3600 } }, "another nonce": { claims: { nonce: "x".repeat(43) } },
        "no nonce": { claims: { nonce: undefined } }, "made long ago": { claims: { iat: now - 7200 } }, "not yet": { claims: { nbf: now + 7200 } }, "no subject": { claims: { sub: undefined } },
    };
    for (const [name, wrong] of Object.entries(cases)) {
        provider.wrong = wrong;
        const { jar, to } = await through(person("analyst@example.com"));
        assert.equal(to, failed, name);
        assert.equal(jar.cookies.has("__Host-custos"), false, name);
    }
    provider.wrong = {};
    assert.equal((await through(person("analyst@example.com"))).to, "/");
});

test("an answer fits its browser and its beginning, once", { skip }, async () => {
    const a = await begin(), b = await begin();
    const forA = provider.authorize(a.location, person("analyst@example.com"));
    assert.equal((await back(b.jar, forA)).headers.location, failed, "another browser's state");
    assert.equal((await back(new Jar(server), forA)).headers.location, failed, "no cookie");
    assert.equal((await back(a.jar, forA)).headers.location, "/");
    assert.equal((await back(a.jar, forA)).headers.location, failed, "again");

    const change = async (q) => (await through(person("analyst@example.com"), { change: q })).to;
    assert.equal(await change((x) => ({ ...x, state: "x".repeat(43) })), failed);
    assert.equal(await change((x) => ({ code: x.code })), failed);
    assert.equal(await change((x) => ({ state: x.state })), failed);
    assert.equal(await change((x) => ({ ...x, code: "x" })), failed);
    assert.equal(await change((x) => ({ ...x, iss: "https://evil.example" })), failed);
    assert.equal(await change((x) => ({ ...x, iss: provider.issuer, session_state: "s", scope: "openid" })), "/");
    assert.equal(await change((x) => ({ state: x.state, error: "access_denied", error_description: "no" })), failed);

    // a code of one's own begun elsewhere does not fit: PKCE and nonce belong to the browser that began
    const mine = await begin(), victim = await begin();
    const code = provider.authorize(mine.location, person("analyst@example.com")).code;
    assert.equal((await back(victim.jar, { code, state: new URL(victim.location).searchParams.get("state") })).headers.location, failed);

    const forged = new Jar(server);
    forged.cookies.set("__Host-custos-oidc", `${Date.now()}.oidc_${"A".repeat(49)}`);
    assert.equal((await back(forged, { code: "x", state: "y" })).headers.location, failed);
    const late = await begin();
    const [, token] = late.jar.cookies.get("__Host-custos-oidc").split(".");
    late.jar.cookies.set("__Host-custos-oidc", `${Date.now() - 1000}.${token}`);
    assert.equal((await back(late.jar, provider.authorize(late.location, person("analyst@example.com")))).headers.location, failed, "its time changed");
});

test("new keys of the provider are found", { skip }, async () => {
    await sleep(2100);
    provider.rotate();
    assert.equal((await through(person("analyst@example.com"))).to, "/");
});

test("a disabled member of staff stays outside", { skip }, async () => {
    const id = (await server.local("GET", "/v1/staff")).json.items.find((s) => s.email === "bare@example.com").id;
    assert.ok((await server.local("PATCH", `/v1/staff/${id}`, { state: "disabled" })).status < 300);
    assert.equal((await through(person("bare@example.com"))).to, failed);
});

test("the log and the audit log say which step refused, and hold no secrets", { skip }, async () => {
    for (const step of ["nonce", "aud", "algorithm", "signature", "state", "cookie", "staff", "email", "issuer", "provider"])
        assert.match(server.log, new RegExp(`"event":"oidc.refused","step":"${step}"`), step);
    for (const asked of provider.asked.filter((a) => a.url === "/token" && !a.body.includes("code=x&"))) {
        const form = new URLSearchParams(asked.body);
        assert.ok(!server.log.includes(form.get("code")) && !server.log.includes(form.get("code_verifier")));
        assert.match(asked.headers.authorization, /^Basic /);
    }
    assert.ok(!server.log.includes("example.com"), "no address");
    const audit = await server.local("GET", "/v1/audit?limit=200");
    if (audit.status === 200) assert.ok(audit.json.items.some((i) => JSON.stringify(i.detail).includes("oidc")));
});

test("a provider that is away, or lies, signs nobody in", { skip }, async () => {
    await server.stop();
    await server.serve(); // forgets what was published
    provider.down = true;
    assert.equal((await new Jar(server).get("/v1/oidc/start")).headers.location, failed);
    provider.down = false;
    provider.wrong = { discovery: "https://evil.example" };
    assert.equal((await new Jar(server).get("/v1/oidc/start")).headers.location, failed);
    provider.wrong = {};
    const b = await begin();
    provider.down = true;
    assert.equal((await back(b.jar, provider.authorize(b.location, person("analyst@example.com")))).headers.location, failed);
    provider.down = false;
    assert.equal((await through(person("analyst@example.com"))).to, "/");
});

test("the secret in the body, a public client, and a trusted provider", { skip }, async () => {
    provider.methods = ["client_secret_post"];
    await server.stop();
    await server.serve();
    assert.equal((await through(person("analyst@example.com"))).to, "/");
    assert.equal(provider.asked.findLast((a) => a.url === "/token").headers.authorization, undefined);
    provider.methods = ["none"];
    const former = provider.secret;
    provider.secret = "";
    server.options.args = settings().filter((a) => a !== "--oidc-client-secret-file" && a !== secret).concat("--oidc-trust-second-factor");
    await server.stop();
    await server.serve();
    const { jar, to } = await through(person("analyst@example.com", { amr: undefined }));
    assert.equal(to, "/");
    assert.ok((await jar.get("/v1/session")).json.permissions.length > 1);
    provider.secret = former;
});

test("without a provider there is none; wrong settings are named at start", { skip }, async () => {
    const plain = await Server.start();
    assert.deepEqual((await new Jar(plain).get("/v1/oidc")).json, { enabled: false, name: null });
    assert.equal((await new Jar(plain).get("/v1/oidc/start")).status, 404);
    assert.equal((await new Jar(plain).get("/v1/oidc/callback?code=x&state=y")).status, 404);
    const args = ["serve", "--data", plain.data, "--root-key", plain.key, "--listen", "127.0.0.1:0"];
    await plain.stop();
    const r = run([...args, "--oidc-issuer", "https://id.example"]);
    assert.notEqual(r.code, 0);
    assert.match(r.err + r.out, /oidc_client_id/);
    chmodSync(secret, 0o644);
    const readable = run([...args, "--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--oidc-client-secret-file", secret]);
    assert.notEqual(readable.code, 0);
    assert.match(readable.err + readable.out, /oidc_client_secret_file/);
    chmodSync(secret, 0o600);
    await plain.serve();
    await plain.close();
});
