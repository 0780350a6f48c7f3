// SPDX-License-Identifier: Apache-2.0
// Prints webauthn_vectors.h: passkeys made and used by the software authenticator of tests/lib, right
// and wrong. Run by hand when a vector is added: node tests/unit/crypto/webauthn_vectors.mjs > ...h
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { BE, BS, EDDSA, ES256, Passkey, RS256, UP, UV, cbor } from "../../lib/authenticator.mjs";

const rpId = "custos.example", origin = "https://custos.example";
const challenge = Buffer.alloc(32, 7), other = Buffer.alloc(32, 8);
const rows = [];
const hex = (text) => Buffer.from(text, "base64url").toString("hex");

function made(name, step, passkey, wrong = {}) {
    const r = passkey.make(challenge, wrong).response;
    rows.push({ name, step, create: [hex(r.clientDataJSON), hex(r.attestationObject)] });
}
function used(name, step, passkey, wrong = {}, { uv = false } = {}) {
    const m = passkey.make(challenge).response, u = passkey.use(challenge, wrong).response;
    rows.push({ name, step, uv, create: [hex(m.clientDataJSON), hex(m.attestationObject)], use: [hex(u.clientDataJSON), hex(u.authenticatorData), hex(u.signature)] });
}
const key = (options = {}) => new Passkey({ rpId, origin, ...options });
const point = (x, y) => new Map([[1, 2], [3, ES256], [-1, 1], [-2, x], [-3, y]]);

for (const [name, algorithm] of [["ES256", ES256], ["EdDSA", EDDSA], ["RS256", RS256]]) {
    made(`made with ${name}`, "", key({ algorithm }));
    made(`made with ${name}, self attestation`, "", key({ algorithm }), { self: {} });
    used(`used with ${name}`, "", key({ algorithm, counter: 4 }), {}, { uv: true });
    used(`${name}: a flipped signature`, "signature", key({ algorithm }), { flipSignature: true });
    used(`${name}: signed by another key`, "signature", key({ algorithm }), { key: key({ algorithm }).key });
}
made("credProtect in the extensions", "", key(), { extensions: new Map([["credProtect", 2]]) });
made("not backed up", "", key({ flags: UP }));
made("unknown members of client data", "", key(), { client: { other: { a: [1] } } });

made("client data cut off", "client_data", key(), { clientText: Buffer.from('{"type":"webauthn.create","chall') });
made("client data that are a list", "client_data", key(), { clientText: Buffer.from("[]") });
made("client data twice", "client_data", key(), { clientText: Buffer.from('{"type":"webauthn.create"}{}') });
made("a member twice", "client_data", key(), { clientText: Buffer.from(`{"type":"x","type":"webauthn.create"}`) });
made("of another act", "type", key(), { client: { type: "webauthn.get" } });
made("without a type", "type", key(), { client: { type: undefined } });
made("another challenge", "challenge", key(), { client: { challenge: other.toString("base64url") } });
made("no challenge", "challenge", key(), { client: { challenge: "" } });
made("challenge as a number", "challenge", key(), { client: { challenge: 7 } });
made("challenge with padding", "challenge", key(), { client: { challenge: challenge.toString("base64") } });
made("another origin", "origin", key(), { client: { origin: "https://custos.example.evil.example" } });
made("origin over http", "origin", key(), { client: { origin: "http://custos.example" } });
made("origin with a port", "origin", key(), { client: { origin: "https://custos.example:444" } });
made("origin with a slash", "origin", key(), { client: { origin: "https://custos.example/" } });
made("origin in capitals", "origin", key(), { client: { origin: "https://CUSTOS.example" } });
made("origin below", "origin", key(), { client: { origin: "https://a.custos.example" } });
made("in a foreign frame", "cross_origin", key(), { client: { crossOrigin: true } });
made("with a top origin", "cross_origin", key(), { client: { topOrigin: "https://evil.example" } });
made("crossOrigin that is no boolean", "cross_origin", key(), { client: { crossOrigin: "no" } });
made("another rp", "rp_id", key(), { rpId: "evil.example" });
made("rp hash of zeros", "rp_id", key(), { rpIdHash: Buffer.alloc(32) });
made("nobody there", "user_present", key(), { flags: UV | 64 });
made("backed up but not eligible", "backup", key(), { flags: UP | BS | 64 });
made("no key", "authenticator_data", key(), { attested: false });
made("flag of a key, but none", "authenticator_data", key(), { attested: false, flags: UP | 64 });
made("key, but no flag", "authenticator_data", key(), { flags: UP });
made("flag of extensions, but none", "authenticator_data", key(), { flags: UP | 64 | 128 });
made("authenticator data cut", "authenticator_data", key(), { cut: 1 });
made("authenticator data cut to the head", "authenticator_data", key(), { cut: 120 });
made("authenticator data with a tail", "authenticator_data", key(), { tail: Buffer.from([0]) });
made("id longer than the data", "authenticator_data", key(), { idLength: 1000 });
made("id too long", "authenticator_data", key({ id: randomBytes(1024) }));
made("id too short", "authenticator_data", key({ id: randomBytes(15) }));
made("attestation cut", "attestation", key(), { cutObject: 1 });
made("attestation of nothing", "attestation", key(), { object: Buffer.alloc(0) });
made("attestation with a tail", "attestation", key(), { tailObject: Buffer.from([0xa0]) });
made("attestation that is a list", "attestation", key(), { object: cbor([1, 2]) });
made("attestation without data", "attestation", key(), { object: cbor(new Map([["fmt", "none"], ["attStmt", new Map()]])) });
made("attestation of indefinite length", "attestation", key(), { object: Buffer.from("bfff", "hex") });
made("attestation of endless depth", "attestation", key(), { object: Buffer.alloc(2000, 0x81) });
made("attestation that promises 4 GiB", "attestation", key(), { object: Buffer.from("5b00000001000000", "hex") });
made("attestation with a map of 2^64 pairs", "attestation", key(), { object: Buffer.from("bbffffffffffffffff", "hex") });
made("data as text", "attestation", key(), { object: cbor(new Map([["fmt", "none"], ["attStmt", new Map()], ["authData", "text"]])) });
made("a statement where there is none", "format", key(), { statement: new Map([["x", 1]]) });
made("another format", "format", key(), { format: "android-safetynet" });
made("a certificate", "format", key(), { self: {}, statement: new Map([["x5c", [Buffer.from("00", "hex")]]]) });
made("self attestation by another key", "signature", key(), { self: { key: key().key } });
made("self attestation of another algorithm", "signature", key(), { self: { alg: EDDSA } });
made("algorithm none", "algorithm", key(), { cose: new Map([[1, 2], [3, 0], [-1, 1], [-2, randomBytes(32)], [-3, randomBytes(32)]]) });
made("algorithm RS1", "algorithm", key(), { cose: new Map([[1, 3], [3, -65535], [-1, randomBytes(256)], [-2, Buffer.from([1, 0, 1])]]) });
made("algorithm HMAC", "algorithm", key(), { cose: new Map([[1, 4], [3, 5], [-1, randomBytes(32)]]) });
made("an RSA key that says ES256", "algorithm", key(), { cose: new Map([[1, 3], [3, ES256], [-1, randomBytes(256)], [-2, Buffer.from([1, 0, 1])]]) });
made("an elliptic key that says EdDSA", "algorithm", key(), { cose: new Map([[1, 2], [3, EDDSA], [-1, 1], [-2, randomBytes(32)], [-3, randomBytes(32)]]) });
made("the algorithm twice", "algorithm", key(), { cose: { size: 3, *[Symbol.iterator]() { yield [1, 2]; yield [3, ES256]; yield [3, ES256]; } } });
made("a point off the curve", "key", key(), { cose: point(Buffer.alloc(32, 1), Buffer.alloc(32, 1)) });
made("the point at infinity", "key", key(), { cose: point(Buffer.alloc(32), Buffer.alloc(32)) });
made("a short coordinate", "key", key(), { cose: point(Buffer.alloc(31, 1), Buffer.alloc(32, 1)) });
made("another curve", "key", key(), { cose: new Map([[1, 2], [3, ES256], [-1, 2], [-2, randomBytes(32)], [-3, randomBytes(32)]]) });
made("an RSA key of 1024 bits", "key", key(), { cose: new Map([[1, 3], [3, RS256], [-1, randomBytes(128)], [-2, Buffer.from([1, 0, 1])]]) });

used("counter stays at nought", "", key());
used("counter jumps", "", key({ counter: 5 }), { counter: 4000000000 });
used("without verification where none is asked", "", key({ flags: UP }));
used("counter stays the same", "counter", key({ counter: 5 }), { counter: 5 });
used("counter backwards", "counter", key({ counter: 5 }), { counter: 4 });
used("counter back to nought", "counter", key({ counter: 5 }), { counter: 0 });
used("without verification where it is asked", "user_verified", key({ flags: UP | BE }), {}, { uv: true });
used("nobody there, used", "user_present", key(), { flags: UV | BE | BS });
used("not eligible for backup any more", "backup", key(), { flags: UP | UV });
used("eligible for backup all at once", "backup", key({ flags: UP | UV }), { flags: UP | UV | BE });
used("backed up but not eligible, used", "backup", key(), { flags: UP | UV | BS });
used("made instead of used", "type", key(), { client: { type: "webauthn.create" } });
used("payment instead of sign-in", "type", key(), { client: { type: "payment.get" } });
used("another challenge, used", "challenge", key(), { client: { challenge: other.toString("base64url") } });
used("another origin, used", "origin", key(), { client: { origin: "https://evil.example" } });
used("in a foreign frame, used", "cross_origin", key(), { client: { crossOrigin: true } });
used("another rp, used", "rp_id", key(), { rpId: "evil.example" });
used("data cut", "authenticator_data", key(), { cut: 1 });
used("data with a tail", "authenticator_data", key(), { tail: Buffer.from([1]) });
used("a key where none belongs", "authenticator_data", key(), { attested: true });
used("extensions cut", "authenticator_data", key(), { extensions: new Map([["x", true]]), cut: 1 });
used("no signature", "signature", key(), { signature: Buffer.alloc(0) });
used("a signature of zeros", "signature", key(), { signature: Buffer.from("3006020100020100", "hex") });
used("a signature cut off", "signature", key(), { signature: Buffer.alloc(8, 0x30) });
used("a signature with a tail", "signature", key(), { signature: Buffer.alloc(2000, 1) });
used("client data changed after signing", "signature", key(), { signedClient: Buffer.from("{}") });
used("an EdDSA signature for an ES256 key", "signature", key(), { key: generateKeyPairSync("ed25519").privateKey });
used("an RSA signature for an ES256 key", "signature", key(), { key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey });

const text = (h) => (h.match(/.{1,100}/g) ?? [""]).map((line) => `"${line}"`).join("\n        ");
console.log(`// SPDX-License-Identifier: Apache-2.0
// Made by webauthn_vectors.mjs; not edited by hand. step: "" for what is right, else the step that must refuse it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct webauthn_vector {
    const char *name, *step;
    bool uv;
    const char *create_client, *attestation;              // hex
    const char *use_client, *authenticator_data, *signature; // NULL: the passkey is only made
};
static const struct webauthn_vector webauthn_vectors[] = {`);
for (const r of rows) {
    console.log(`    {"${r.name}", "${r.step}", ${r.uv ? "true" : "false"},`);
    for (const part of [...r.create, ...(r.use ?? [])]) console.log(`        ${text(part)},`);
    console.log(r.use ? "    }," : "        NULL, NULL, NULL},");
}
console.log("};");
