// SPDX-License-Identifier: Apache-2.0
// Prints jwt_vectors.h: ID tokens right and wrong. Run by hand when a vector is added:
// node tests/unit/crypto/jwt_vectors.mjs > tests/unit/crypto/jwt_vectors.h
import { createHmac, generateKeyPairSync, sign } from "node:crypto";

const now = 1795000000; // the test's clock
const b64 = (v) => Buffer.from(typeof v === "string" || Buffer.isBuffer(v) ? v : JSON.stringify(v)).toString("base64url");
const keys = {
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: generateKeyPairSync("ed25519"),
};
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = (name, more = {}) => ({ ...keys[name].publicKey.export({ format: "jwk" }), kid: name, use: "sig", alg: name, ...more });
const all = { keys: [jwk("RS256"), jwk("ES256"), jwk("EdDSA")] };
const good = { iss: "https://id.example", aud: "custos", sub: "u1", exp: now + 300, iat: now - 5, nonce: "n0nce", email: "a@example.com", email_verified: true };

function sealed(algorithm, key, text) {
    const bytes = Buffer.from(text);
    if (algorithm === "ES256") return sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });
    return sign(algorithm === "EdDSA" ? null : "sha256", bytes, key);
}
function token({ algorithm = "ES256", header = {}, claims = {}, key, payload, signature } = {}) {
    const text = `${b64({ alg: algorithm, kid: algorithm, typ: "JWT", ...header })}.${payload ?? b64({ ...good, ...claims })}`;
    return `${text}.${b64(signature ?? sealed(algorithm, key ?? keys[algorithm].privateKey, text))}`;
}
const rows = [];
const add = (name, step, text, jwks = all, flags = "") => rows.push([name, step, text, JSON.stringify(jwks), flags]);

for (const a of ["RS256", "ES256", "EdDSA"]) {
    add(`good ${a}`, "", token({ algorithm: a }), all, "v");
    add(`good ${a} without kid`, "", token({ algorithm: a, header: { kid: undefined } }), all, "v");
    add(`good ${a}, a key that says nothing of its use`, "", token({ algorithm: a }), { keys: [jwk(a, { use: undefined, alg: undefined })] }, "v");
    const t = token({ algorithm: a });
    add(`${a} with a changed claim`, "signature", t.replace(/\.([^.]+)\./, (_, p) => `.${b64(Buffer.from(p, "base64url").toString().replace("u1", "u2"))}.`));
    add(`${a} with no signature bytes`, "token", t.replace(/[^.]*$/, ""));
    add(`${a} with half a signature`, "signature", t.slice(0, -20));
}
add("audience in a list", "", token({ claims: { aud: ["custos"] } }), all, "v");
add("two audiences and azp", "", token({ claims: { aud: ["other", "custos"], azp: "custos" } }), all, "v");
add("address not verified", "", token({ claims: { email_verified: false } }));
add("address verified as text", "", token({ claims: { email_verified: "true" } }));
add("amr mfa", "", token({ claims: { amr: ["pwd", "mfa"] } }), all, "vm");
add("acr of REFEDS", "", token({ claims: { acr: "https://refeds.org/profile/mfa" } }), all, "vm");
add("amr pwd", "", token({ claims: { amr: ["pwd", "otp"] } }), all, "v");
add("amr as text", "", token({ claims: { amr: "mfa" } }), all, "v");
add("other keys beside", "", token(), { keys: [{ kty: "oct", k: "AAAA", kid: "x" }, { kty: "RSA", kid: "enc", use: "enc", n: "AQAB", e: "AQAB" }, jwk("ES256")] }, "v");

// algorithms
const unsigned = (header) => `${b64(header)}.${b64(good)}.`;
add("none", "token", unsigned({ alg: "none" }));
add("none with a signature", "algorithm", unsigned({ alg: "none" }) + b64("x"));
add("None with a signature", "algorithm", unsigned({ alg: "None" }) + b64("x"));
add("no algorithm", "algorithm", unsigned({}) + b64("x"));
const hmacOver = (secret, kid) => { const text = `${b64({ alg: "HS256", kid })}.${b64(good)}`; return `${text}.${b64(createHmac("sha256", secret).update(text).digest())}`; };
add("HMAC with the public key as secret", "algorithm", hmacOver(keys.RS256.publicKey.export({ type: "spki", format: "pem" }), "RS256"));
add("HMAC with the modulus as secret", "algorithm", hmacOver(Buffer.from(jwk("RS256").n, "base64url"), "RS256"));
add("PS256", "algorithm", token({ header: { alg: "PS256" } }));
add("ES384", "algorithm", token({ header: { alg: "ES384" } }));
add("RS256 said of an ES256 key", "key", token({ header: { alg: "RS256" } }));
add("ES256 said of an RS256 key", "key", token({ algorithm: "RS256", header: { alg: "ES256", kid: "RS256" } }));
add("EdDSA said of an ES256 key", "key", token({ header: { alg: "EdDSA" } }));
add("crit", "header", token({ header: { crit: ["exp"] } }));
add("b64 false", "header", token({ header: { b64: false } }));
add("header that is no JSON", "header", `${b64("{")}.${b64(good)}.${b64("x")}`);
add("the algorithm twice", "header", `${b64('{"alg":"none","alg":"ES256"}')}.${b64(good)}.${b64("x")}`);
add("kid longer than anybody needs", "header", token({ header: { kid: "k".repeat(300) } }));

// keys
add("signed by a stranger", "signature", token({ algorithm: "RS256", key: stranger.privateKey }));
add("the stranger's own key in the header", "signature", token({ algorithm: "RS256", key: stranger.privateKey, header: { jwk: stranger.publicKey.export({ format: "jwk" }) } }));
add("the stranger's address of keys in the header", "signature", token({ algorithm: "RS256", key: stranger.privateKey, header: { jku: "https://evil.example/keys" } }));
add("unknown kid", "key", token({ header: { kid: "other" } }));
add("no keys", "key", token(), { keys: [] });
add("keys that are no list", "key", token(), { keys: {} });
add("no JSON", "key", token(), []);
add("too many keys", "key", token(), { keys: Array.from({ length: 33 }, () => jwk("ES256")) });
add("two keys of one name", "key", token(), { keys: [jwk("ES256"), jwk("ES256")] });
add("without kid among two", "key", token({ header: { kid: undefined } }), { keys: [jwk("ES256", { kid: "a" }), jwk("ES256", { kid: "b" })] });
add("a key for encryption", "key", token(), { keys: [jwk("ES256", { use: "enc" })] });
add("a key for another algorithm", "key", token({ algorithm: "RS256" }), { keys: [jwk("RS256", { alg: "PS256" })] });
add("an RSA key of 1024 bits", "key", token({ algorithm: "RS256", key: weak.privateKey }), { keys: [{ ...weak.publicKey.export({ format: "jwk" }), kid: "RS256" }] });
add("an exponent of one", "key", token({ algorithm: "RS256" }), { keys: [jwk("RS256", { e: "AQ" })] });
add("a modulus of nothing", "key", token({ algorithm: "RS256" }), { keys: [jwk("RS256", { n: "" })] });
add("a point off the curve", "key", token(), { keys: [jwk("ES256", { y: b64(Buffer.alloc(32, 1)) })] });
add("a short point", "key", token(), { keys: [jwk("ES256", { x: b64(Buffer.alloc(31, 1)) })] });
add("another curve", "key", token(), { keys: [jwk("ES256", { crv: "P-384" })] });
add("a short Ed25519 key", "key", token({ algorithm: "EdDSA" }), { keys: [jwk("EdDSA", { x: b64(Buffer.alloc(31, 1)) })] });
add("ES256 signature of zeros", "signature", token({ signature: Buffer.alloc(64) })); // CVE-2022-21449
add("ES256 signature in DER", "signature", (() => { const t = token().split(".").slice(0, 2).join("."); return `${t}.${b64(sign("sha256", Buffer.from(t), keys.ES256.privateKey))}`; })());

// form
add("empty", "token", "");
add("two parts", "token", "a.b");
add("four parts", "token", `${token()}.x`);
add("padding", "token", token().replace(/\./, "=."));
add("plain base64", "token", token().replace(/\.[^.]+$/, ".a+/b"));
add("too long", "token", token({ claims: { more: "x".repeat(20000) } }));
add("a payload that is no JSON", "claims", token({ payload: b64("not json") }));
add("a payload that is a list", "claims", token({ payload: b64("[]") }));
add("a claim twice", "claims", token({ payload: b64('{"iss":"https://id.example","iss":"x"}') }));

// claims
add("another issuer", "iss", token({ claims: { iss: "https://evil.example" } }));
add("issuer with a slash more", "iss", token({ claims: { iss: "https://id.example/" } }));
add("no issuer", "iss", token({ claims: { iss: undefined } }));
add("another audience", "aud", token({ claims: { aud: "other" } }));
add("no audience", "aud", token({ claims: { aud: undefined } }));
add("audience as an object", "aud", token({ claims: { aud: { custos: 1 } } }));
add("two audiences without azp", "azp", token({ claims: { aud: ["custos", "other"] } }));
add("azp of somebody else", "azp", token({ claims: { azp: "other" } }));
add("expired", "exp", token({ claims: { exp: now - 61 } }));
add("no expiry", "exp", token({ claims: { exp: undefined } }));
add("expiry as text", "exp", token({ claims: { exp: String(now + 300) } }));
add("made tomorrow", "iat", token({ claims: { iat: now + 86400, exp: now + 90000 } }));
add("made long ago", "iat", token({ claims: { iat: now - 3600 } }));
add("no iat", "iat", token({ claims: { iat: undefined } }));
add("not yet valid", "nbf", token({ claims: { nbf: now + 600 } }));
add("another nonce", "nonce", token({ claims: { nonce: "other" } }));
add("no nonce", "nonce", token({ claims: { nonce: undefined } }));
add("nonce longer", "nonce", token({ claims: { nonce: "n0nce2" } }));
add("no subject", "sub", token({ claims: { sub: undefined } }));
add("empty subject", "sub", token({ claims: { sub: "" } }));
add("a clock a little behind", "", token({ claims: { exp: now - 59, iat: now - 100 } }), all, "v");
add("a clock a little ahead", "", token({ claims: { iat: now + 59 } }), all, "v");

const quoted = (text) => (text.match(/[^]{1,100}/g) ?? [""]).map((line) => JSON.stringify(line)).join("\n        ");
console.log(`// SPDX-License-Identifier: Apache-2.0
// Made by jwt_vectors.mjs; not edited by hand. step: "" for what is right, else the step that must refuse it;
// flags: v the address is verified, m more than one factor was used.
#pragma once

#define ALL_KEYS                                                                                                     \
    ${quoted(JSON.stringify(all)).replaceAll("\n", " \\\n")}

struct jwt_vector {
    const char *name, *step, *token, *keys, *flags;
};
static const struct jwt_vector jwt_vectors[] = {`);
for (const [name, step, text, jwks, flags] of rows)
    console.log(`    {"${name}", "${step}",\n        ${quoted(text)},\n        ${jwks === JSON.stringify(all) ? "ALL_KEYS" : quoted(jwks)},\n        "${flags}"},`);
console.log("};");
process.stderr.write(`${rows.length} vectors\n`);
