// SPDX-License-Identifier: Apache-2.0
// Passkeys over HTTP with a software authenticator: enrolled, used as second factor and alone, refused in
// every wrong way, removed; what the audit log says of it. The steps by themselves: tests/unit/crypto.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { Server, haveBinary } from "../lib/server.mjs";
import { Jar } from "../lib/jar.mjs";
import { BE, BS, EDDSA, Passkey, RS256, UP, UV, b64u } from "../lib/authenticator.mjs";

const skip = !haveBinary && "build/custos is not built";
const origin = "https://custos.example", rpId = "custos.example";
const email = "owner@example.com", password = "a long sentence is fine";
const bytes = (text) => Buffer.from(text, "base64url");
let server, owner, key;

before(async () => {
    if (skip) return;
    server = await Server.start({ args: ["--public-url", origin] });
    owner = new Jar(server);
    assert.equal((await owner.owner(email, password)).status, 201);
});
after(async () => { await server?.close(); });

async function enrol(jar, options = {}, wrong = {}, name = "My key") {
    const asked = await jar.post("/v1/security/passkeys/options");
    assert.equal(asked.status, 200, asked.text);
    const o = asked.json.publicKey;
    const passkey = new Passkey({ rpId, origin, userHandle: bytes(o.user.id), ...options });
    const answer = await jar.post("/v1/security/passkeys", { name, credential: passkey.make(bytes(o.challenge), wrong) });
    return { passkey, answer, options: o };
}
const fails = (r, status, field) => {
    assert.equal(r.status, status, r.text);
    if (field) assert.equal(r.json.field, field, r.text);
};

test("the options are those of the specification", { skip }, async () => {
    const o = (await owner.post("/v1/security/passkeys/options")).json.publicKey;
    assert.equal(o.rp.id, rpId);
    assert.equal(bytes(o.challenge).length, 32);
    assert.equal(bytes(o.user.id).length, 32);
    assert.equal(o.user.name, email);
    assert.equal(o.attestation, "none");
    assert.deepEqual(o.pubKeyCredParams.map((p) => p.alg), [EDDSA, -7, RS256]);
    const again = (await owner.post("/v1/security/passkeys/options")).json.publicKey;
    assert.notEqual(again.challenge, o.challenge);
    assert.equal(again.user.id, o.user.id, "one handle for the account");
    assert.ok(!bytes(o.user.id).includes(email.slice(0, 5)));
});

test("an enrolment fails in every wrong way, and its challenge is good for one answer", { skip }, async () => {
    const cases = [
        ["challenge", { client: { challenge: b64u(Buffer.alloc(32)) } }], ["origin", { client: { origin: "https://evil.example" } }],
        ["type", { client: { type: "webauthn.get" } }], ["rp_id", { rpId: "evil.example" }], ["user_present", { flags: 64 }],
        ["authenticator_data", { cut: 3 }], ["attestation", { cutObject: 3 }], ["format", { format: "tpm" }], ["backup", { flags: UP | BS | 64 }],
        ["cross_origin", { client: { crossOrigin: true } }], ["client_data", { clientText: Buffer.from("x") }],
    ];
    for (const [step, wrong] of cases) {
        const { answer } = await enrol(owner, {}, wrong);
        fails(answer, 400, `/credential/${step}`);
    }
    const o = (await owner.post("/v1/security/passkeys/options")).json.publicKey;
    const passkey = new Passkey({ rpId, origin });
    fails(await owner.post("/v1/security/passkeys", { name: "x", credential: passkey.make(bytes(o.challenge), { cut: 1 }) }), 400);
    fails(await owner.post("/v1/security/passkeys", { name: "x", credential: passkey.make(bytes(o.challenge)) }), 409);
    fails(await owner.post("/v1/security/passkeys", { name: "", credential: {} }), 400, "/name");
    await owner.post("/v1/security/passkeys/options");
    fails(await owner.post("/v1/security/passkeys", { name: "x", credential: { type: "public-key", id: "AAAA", response: {} } }), 400, "/credential/response/clientDataJSON");
    assert.deepEqual((await owner.get("/v1/security")).json.passkeys, []);
});

test("a passkey is enrolled once; recovery codes come with the first", { skip }, async () => {
    const made = await enrol(owner, { counter: 7 });
    assert.equal(made.answer.status, 201, made.answer.text);
    assert.equal(made.answer.json.recovery_codes.length, 10);
    key = made.passkey;
    const listed = (await owner.get("/v1/security")).json.passkeys;
    assert.equal(listed.length, 1);
    assert.equal(listed[0].name, "My key");
    assert.equal(listed[0].last_used, null);
    const next = (await owner.post("/v1/security/passkeys/options")).json.publicKey;
    assert.deepEqual(next.excludeCredentials.map((c) => c.id), [b64u(key.id)]);
    const twin = new Passkey({ rpId, origin, id: key.id });
    fails(await owner.post("/v1/security/passkeys", { name: "twin", credential: twin.make(bytes(next.challenge)) }), 409, "/credential");
});

async function second(jar = new Jar(server)) {
    const first = await jar.signIn(email, password);
    assert.equal(first.json.state, "second_factor", first.text);
    assert.ok(first.json.factors.includes("passkey"));
    const asked = await jar.post("/v1/session/passkey/options", { ticket: first.json.ticket });
    assert.equal(asked.status, 200, asked.text);
    return { jar, ticket: first.json.ticket, options: asked.json.publicKey, answer: (credential) => jar.post("/v1/session/passkey", { ticket: first.json.ticket, credential }) };
}
async function alone(jar = new Jar(server)) {
    const asked = await jar.post("/v1/session/passkey/options", {});
    assert.equal(asked.status, 200, asked.text);
    return { jar, ticket: asked.json.ticket, options: asked.json.publicKey, answer: (credential) => jar.post("/v1/session/passkey", { ticket: asked.json.ticket, credential }) };
}

test("after the password the passkey is the second factor", { skip }, async () => {
    const s = await second();
    assert.deepEqual(s.options.allowCredentials.map((c) => c.id), [b64u(key.id)]);
    assert.equal(s.options.rpId, rpId);
    const r = await s.answer(key.use(bytes(s.options.challenge)));
    assert.equal(r.status, 201, r.text);
    assert.equal(r.json.staff.email, email);
    assert.equal((await s.jar.get("/v1/session")).status, 200);
    assert.ok((await owner.get("/v1/security")).json.passkeys[0].last_used);
    const sessions = (await s.jar.get("/v1/sessions")).json.items;
    assert.equal(sessions.find((x) => x.current).factor, "passkey");
});

test("a passkey alone signs in, when it verified its user", { skip }, async () => {
    const s = await alone();
    assert.deepEqual(s.options.allowCredentials, []);
    assert.equal(s.options.userVerification, "required");
    assert.equal((await s.answer(key.use(bytes(s.options.challenge)))).status, 201);

    const unverified = await alone();
    fails(await unverified.answer(key.use(bytes(unverified.options.challenge), { flags: UP | BE | BS })), 401, "/credential");
    const noHandle = await alone();
    fails(await noHandle.answer(key.use(bytes(noHandle.options.challenge), { userHandle: null })), 401);
    const otherHandle = await alone();
    fails(await otherHandle.answer(key.use(bytes(otherHandle.options.challenge), { userHandle: Buffer.alloc(32, 1) })), 401);
});

test("a second factor needs no verification of its own", { skip }, async () => {
    const s = await second();
    assert.equal((await s.answer(key.use(bytes(s.options.challenge), { flags: UP | BE | BS }))).status, 201);
});

test("wrong answers are refused, whatever is wrong", { skip }, async () => {
    const stranger = new Passkey({ rpId, origin, id: key.id, userHandle: key.userHandle });
    const cases = {
        "another challenge": { client: { challenge: b64u(Buffer.alloc(32)) } }, "another origin": { client: { origin: "https://evil.example" } },
        "another site": { rpId: "evil.example" }, "nobody there": { flags: UV | BE | BS }, "flipped signature": { flipSignature: true },
        "another key": { key: stranger.key }, "counter the same": { counter: key.counter }, "counter backwards": { counter: 1 }, "cut": { cut: 1 },
        "tail": { tail: Buffer.from([0]) }, "made, not used": { client: { type: "webauthn.create" } }, "not eligible any more": { flags: UP | UV },
        "unknown": { id: Buffer.alloc(32, 9) }, "other client data": { signedClient: Buffer.from("{}") },
    };
    const before = key.counter;
    for (const [name, wrong] of Object.entries(cases)) {
        const s = await alone();
        const r = await s.answer(key.use(bytes(s.options.challenge), { counter: before + 1, ...wrong }));
        assert.ok(r.status === 401 || r.status === 429, `${name}: ${r.status} ${r.text}`);
        assert.equal(s.jar.cookies.get("__Host-custos"), undefined, name);
        // failures slow the next attempt down; a restart forgives
        if (r.status === 429) {
            await server.stop();
            await server.serve();
            const again = await alone();
            fails(await again.answer(key.use(bytes(again.options.challenge), { counter: before + 1, ...wrong })), 401);
        }
    }
    await server.stop();
    await server.serve();
    key.counter = before;
    const s = await alone();
    assert.equal((await s.answer(key.use(bytes(s.options.challenge)))).status, 201, "the counter stood where it was");
});

test("an answer is good once, in its browser, for its ticket", { skip }, async () => {
    const s = await alone();
    const credential = key.use(bytes(s.options.challenge));
    assert.equal((await s.answer(credential)).status, 201);
    assert.equal((await s.answer(credential)).status, 401, "replayed");

    const a = await alone(), b = await alone();
    const forA = key.use(bytes(a.options.challenge));
    fails(await b.answer(forA), 401, "/credential");
    const thief = new Jar(server);
    fails(await thief.post("/v1/session/passkey", { ticket: a.ticket, credential: forA }), 401, "/ticket");
    assert.equal((await a.answer(forA)).status, 201);

    const wrongFirst = await alone();
    fails(await wrongFirst.answer(key.use(bytes(wrongFirst.options.challenge), { flipSignature: true, counter: key.counter + 1 })), 401);
    fails(await wrongFirst.answer(key.use(bytes(wrongFirst.options.challenge))), 401, "/ticket");
    const forged = await alone();
    fails(await forged.jar.post("/v1/session/passkey", { ticket: forged.ticket.slice(0, -1) + "0", credential: {} }), 401, "/ticket");
});

test("one's passkey is of no use for somebody else's ticket", { skip }, async () => {
    const other = new Jar(server);
    assert.equal((await other.join("support@example.com", "support_agent")).status, 201);
    const made = await enrol(other, { algorithm: EDDSA });
    assert.equal(made.answer.status, 201, made.answer.text);
    const s = await second();
    fails(await s.answer(made.passkey.use(bytes(s.options.challenge))), 401, "/credential");
    // and the other account signs in with its own
    const mine = await alone();
    const r = await mine.answer(made.passkey.use(bytes(mine.options.challenge)));
    assert.equal(r.status, 201);
    assert.equal(r.json.staff.email, "support@example.com");
    const staff = (await owner.get("/v1/staff")).json.items.find((x) => x.email === "support@example.com");
    assert.deepEqual(staff.factors.filter((f) => f !== "recovery"), ["passkey"]);
    assert.equal((await server.local("PATCH", `/v1/staff/${staff.id}`, { state: "disabled" })).status < 300, true);
    const gone = await alone();
    assert.equal((await gone.answer(made.passkey.use(bytes(gone.options.challenge)))).status, 401, "a disabled account");
});

test("a removed passkey signs nobody in", { skip }, async () => {
    const s = await alone();
    assert.equal((await s.answer(key.use(bytes(s.options.challenge)))).status, 201);
    const extra = await enrol(s.jar, { algorithm: RS256 }, {}, "Second");
    assert.equal(extra.answer.status, 201, extra.answer.text);
    assert.equal(extra.answer.json.recovery_codes, null);
    assert.equal((await s.jar.del("/v1/security/passkeys/999")).status, 404);
    assert.equal((await s.jar.del(`/v1/security/passkeys/${extra.answer.json.id}`)).status, 204);
    const again = await alone();
    fails(await again.answer(extra.passkey.use(bytes(again.options.challenge))), 401);
    owner = s.jar;
});

test("the audit log has enrolments, uses and refusals", { skip }, async () => {
    const r = await owner.get("/v1/audit?limit=200");
    if (r.status === 404) return; // the log's routes are tested by themselves
    const details = r.json.items.map((i) => JSON.stringify(i.detail));
    for (const wanted of [/passkey.*enrol/, /passkey.*remove/, /passkey.*counter/, /passkey.*origin/]) assert.ok(details.some((d) => wanted.test(d)), String(wanted));
    assert.ok(!r.text.includes("My key"));
});

test("neither the name of a passkey nor its handle stands in the folder in clear", { skip }, async () => {
    await server.stop();
    const { readFileSync, readdirSync } = await import("node:fs");
    for (const name of readdirSync(server.data).filter((n) => n.startsWith("records.db")))
        assert.ok(!readFileSync(`${server.data}/${name}`).includes("My key"), name);
    await server.serve();
});

test("without a host name in public_url there are no passkeys, and the answer says why", { skip }, async () => {
    const plain = await Server.start();
    const r = await new Jar(plain).post("/v1/session/passkey/options", {});
    fails(r, 409, "public_url");
    await plain.close();
});
