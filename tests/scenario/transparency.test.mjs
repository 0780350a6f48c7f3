// SPDX-License-Identifier: Apache-2.0
// The transparency page: nothing before somebody is responsible; what changes in the configuration changes the page; each
// version is signed; each badge turns red by its fact; machines can read it.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Jar, totp } from "../lib/jar.mjs";
import { Server, haveBinary, run } from "../lib/server.mjs";
import { eventually, identify, lookup, send } from "./lib/segments.mjs";

const skip = !haveBinary && "build/custos is not built";
const here = dirname(fileURLToPath(import.meta.url));
let server, work;
const setting = {
    controller: { name: "Teehaus Beispiel GmbH", address: "Beispielweg 1, 04109 Leipzig", country: "DE", email: "privacy@example.com", phone: "+49 341 0000", website: "https://shop.example" },
    officer: { name: "Dr. Ada Beispiel", address: "Beispielweg 1, 04109 Leipzig", country: "DE", email: "dpo@example.com" },
    authority: { name: "Aufsicht <Beispiel>", address: "Amtsweg 2, 01067 Dresden", country: "DE", email: "amt@example.org", phone: "+49 351 0000" },
    texts: { en: "We sell tea.", de: "Wir verkaufen Tee." },
    balancing: { security: { en: "Accounts must be safe; little data, short time." } },
};
const put = (body) => server.staff("PUT", "/v1/transparency", body);
const page = async (path = "/transparency", language = "en") => {
    const r = await server.call("GET", path, undefined, { "accept-language": language });
    assert.equal(r.status, 200, r.text);
    return r.text;
};
const version = async () => (await server.staff("GET", "/v1/transparency")).json.version;
const badges = async () => {
    assert.equal((await server.staff("GET", "/v1/transparency")).status, 200); // measures anew
    const r = await server.call("GET", "/transparency/badges.json");
    assert.equal(r.status, 200, r.text);
    return Object.fromEntries(r.json.items.map((b) => [b.name, b]));
};
const dictionary = async (extra) => {
    const now = await server.staff("GET", "/v1/dictionary");
    return server.staff("PUT", "/v1/dictionary", { text: `version: 1\n${extra}`, version: now.json.version });
};

before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
    work = mkdtempSync(join(tmpdir(), "custos-transparency-"));
});
after(async () => { await server?.close(); if (work) rmSync(work, { recursive: true }); });

test("nothing is public before somebody is responsible; staff hear what is missing", { skip }, async () => {
    for (const path of ["/transparency", "/transparency.json", "/transparency.jsonld", "/transparency/versions", "/transparency/1", "/transparency/1/proof.json",
        "/transparency/badges.json", "/transparency/badge.svg", "/transparency/diff?from=1&to=1"]) {
        const r = await server.call("GET", path);
        assert.deepEqual([r.status, r.json.code], [404, "not_found"], path);
        assert.match(r.json.detail, /not published/);
    }
    const staff = await server.staff("GET", "/v1/transparency");
    assert.deepEqual([staff.json.published, staff.json.version, staff.json.missing], [false, null, ["/controller/name", "/controller/address", "/controller/country", "/controller/email"]]);
    assert.deepEqual((await server.staff("GET", "/v1/transparency/versions")).json, { items: [], next: null });
    const half = await put({ controller: { name: "Teehaus" } });
    assert.deepEqual([half.json.published, half.json.missing.length], [false, 3]);
    assert.equal((await server.call("GET", "/transparency")).status, 404);
});

test("settings are checked", { skip }, async () => {
    const bad = async (body, field) => {
        const r = await put({ ...setting, ...body });
        assert.equal(r.status, 400, r.text);
        assert.equal(r.json.field, field, r.text);
    };
    await bad({ controller: { ...setting.controller, country: "de" } }, "controller");
    await bad({ balancing: { nothing: { en: "x" } } }, "/balancing");
    await bad({ balancing: { security: { xx: "x" } } }, "/balancing");
    await bad({ texts: { es: "Hola" } }, "/texts/es");
    await bad({ shown: { fields: "yes" } }, "/shown/fields");
    await bad({ planned: [{ texts: { en: "x" } }] }, "/planned/0/date");
    assert.equal((await server.call("PUT", "/v1/transparency", setting)).status, 401);
});

test("the page speaks three languages, escapes, and runs nothing", { skip }, async () => {
    const set = await put(setting);
    assert.deepEqual([set.json.published, set.json.missing, set.json.version], [true, [], 1], set.text);
    const r = await server.call("GET", "/transparency", undefined, { "accept-language": "fr;q=0.4, de-AT;q=0.9, en;q=0.1" });
    assert.match(r.headers["content-type"], /^text\/html/);
    assert.match(r.headers["content-security-policy"], /^default-src 'none'; style-src 'self'/);
    assert.equal(r.headers["set-cookie"], undefined);
    assert.match(r.text, /<html lang="de">/);
    assert.match(r.text, /Wir verkaufen Tee\./);
    assert.match(await page("/transparency?language=fr", "de"), /Vos droits et comment les exercer/);
    const text = await page();
    for (const part of ["Teehaus Beispiel GmbH", "Dr. Ada Beispiel", "Aufsicht &lt;Beispiel&gt;", "We sell tea.", "Accounts must be safe", "E-mail address", "marketing_email",
        "your consent (Art. 6(1)(a) GDPR)", "No recipient outside is configured", "Owner</strong>: 1 person", "href=\"/privacy\"", "Global Privacy Control"]) assert.ok(text.includes(part), part);
    assert.doesNotMatch(text, /<script|style="|javascript:| on[a-z]+=/i);
    assert.equal((await server.call("GET", "/transparency/style.css")).headers["content-type"], "text/css; charset=utf-8");
    assert.equal((await server.call("GET", "/transparency?language=xx")).status, 400);
    assert.equal((await server.call("GET", "/transparency/99")).status, 404);
    assert.equal((await server.call("GET", "/transparency/nothing")).status, 400);
});

test("statistics and badges are no content: nothing happens, no version", { skip }, async () => {
    await send(server, [identify("ada", { email: "ada@example.com" })]);
    await badges();
    await page();
    assert.equal(await version(), 1);
    assert.equal((await put(setting)).json.version, 1, "the same again is no change");
});

test("the dictionary, a recipient, a role member and a wording change the page, each as a version", { skip }, async () => {
    const steps = [
        [() => dictionary("purposes:\n  tasting: {basis: consent, doc: Inviting to tastings., recipients: [Caterer]}\npersons:\n  favourite_brew: {type: string, max: 60, category: user.behavior.purchase_history, level: P2, purposes: [tasting], retention_days: 730, owner: data_steward, doc: Favourite tea.}\n"),
            [/Inviting to tastings\./, /Caterer/], 200],
        [() => server.staff("PUT", "/v1/recipients/mailing-house", { title: "Mailing House Inc.", role: "processor", country: "US", safeguard: "scc", purposes: ["marketing_email"], contract: "2026-01-01" }),
            [/Mailing House Inc\./, /United States/, /standard contractual clauses/]],
        [() => server.staff("PUT", "/v1/purposes/marketing_email/wordings", { texts: { en: "May we send you our letter about tea?" } }), [/May we send you our letter about tea\?/]],
        [async () => {
            const invited = await server.staff("POST", "/v1/invitations", { email: "mira@example.com", role: "support_agent" });
            assert.equal(invited.status, 201, invited.text);
            const token = (invited.json.url ?? invited.json.link).split("#")[1];
            return server.call("POST", "/v1/invitations/accept", { token, password: "seven cups of strong assam" });
        }, [/Customer service<\/strong>: 1 person/]],
    ];
    let n = 1;
    for (const [act, patterns] of steps) {
        const r = await act();
        assert.ok(r.status < 300, r.text);
        const text = await eventually(() => page(), (t) => patterns.every((p) => p.test(t)));
        n++;
        assert.match(text, new RegExp(`Version ${n} of`));
    }
    const list = await server.staff("GET", "/v1/transparency/versions?limit=2");
    assert.deepEqual([list.json.items.map((i) => i.version), list.json.next], [[n, n - 1], n - 1]);
    assert.ok(list.json.items.every((i) => i.changes > 0));
    assert.equal((await server.staff("GET", `/v1/transparency/versions?cursor=${n - 1}`)).json.items.length, n - 2);
    assert.match(await page("/transparency/1"), /This is an older version/);
    assert.doesNotMatch(await page("/transparency/1"), /Mailing House/);
    const diff = await page(`/transparency/diff?from=1&to=${n}`);
    for (const part of ["Mailing House Inc.", "tasting", "favourite_brew", "Customer service", "is new"]) assert.ok(diff.includes(part) || part === "Mailing House Inc.", part);
    assert.ok(diff.includes("mailing-house"));
    assert.match(await page(`/transparency/diff?from=${n}&to=1`, "de"), /ist entfallen/);
    assert.match(await page(`/transparency/diff?from=${n}&to=${n}`), /Nothing differs/);
    assert.match(await page("/transparency/versions"), new RegExp(`/transparency/${n}/proof.json`));
});

test("every version is signed, and a stranger can check it", { skip }, async () => {
    const n = await version();
    for (let i = 1; i <= n; i++) {
        const proof = await server.call("GET", `/transparency/${i}/proof.json`);
        assert.equal(proof.status, 200, proof.text);
        assert.deepEqual([proof.json.document.type, proof.json.document.version], ["custos.transparency/1", i]);
        const path = join(work, "proof.json");
        writeFileSync(path, proof.text);
        const good = run(["verify", path, "--json"]);
        assert.equal(good.code, 0, good.err);
        assert.equal(JSON.parse(good.out).kind, "transparency");
        for (const change of [(d) => { d.version++; }, (d) => { d.content.controller.name = "Somebody else"; }, (d) => { d.content.recipients.push({}); }]) {
            const copy = structuredClone(proof.json);
            change(copy.document);
            writeFileSync(path, JSON.stringify(copy));
            assert.notEqual(run(["verify", path]).code, 0);
        }
    }
});

test("machines read it: TILT validates, changes of purpose are announced, DPV names the bases", { skip }, async () => {
    const require = createRequire(join(here, "package.json"));
    const Ajv = require("ajv"), addFormats = require("ajv-formats");
    const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true, unicodeRegExp: false });
    (addFormats.default ?? addFormats)(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(here, "fixtures/tilt/tilt-schema.json"), "utf8")));
    await put({ ...setting, planned: [{ date: "2027-03-01", purposes: ["marketing_sms"], texts: { en: "Text messages about tastings, too." } }], automated: { en: "Orders over 500 are checked by a rule." } });
    for (const language of ["en", "de", "fr"]) {
        const tilt = await server.call("GET", `/transparency.json?language=${language}`);
        assert.equal(tilt.status, 200);
        assert.ok(validate(tilt.json), JSON.stringify(validate.errors?.slice(0, 5)));
        assert.equal(tilt.headers["access-control-allow-origin"], "*");
        assert.equal(tilt.json.meta.language, language);
    }
    const tilt = (await server.call("GET", "/transparency.json")).json;
    assert.deepEqual(tilt.thirdCountryTransfers.map((t) => [t.country, t.standardDataProtectionClause.available]), [["US", true]]);
    assert.equal(tilt.changesOfPurpose[0].plannedDateOfChange.slice(0, 10), "2027-03-01");
    assert.ok(tilt.changesOfPurpose[0].affectedDataCategories.includes("Telephone number"));
    assert.equal(tilt.automatedDecisionMaking.inUse, true);
    const email = tilt.dataDisclosed.find((d) => d.category === "E-mail address");
    assert.ok(email.purposes.some((p) => p.purpose === "marketing_email") && email.recipients.some((r) => r.name === "Mailing House Inc."));
    assert.ok(email.legalBases.some((b) => b.reference === "GDPR-6-1-a"));
    assert.ok(!validate({ ...tilt, controller: {} }), "the schema refuses what is wrong");
    assert.match(await page(), /Text messages about tastings, too\./);
    const dpv = await server.call("GET", "/transparency.jsonld");
    assert.equal(dpv.status, 200);
    assert.equal(dpv.json["@graph"].find((p) => p["dpv:hasName"] === "marketing_email")["dpv:hasLegalBasis"], "eu-gdpr:A6-1-a");
    assert.equal((await server.call("GET", "/transparency.json?version=1")).json.meta.status, "inactive");
});

test("badges follow the facts, and turn by themselves", { skip }, async () => {
    const first = await badges();
    assert.deepEqual([first.second_factor.colour, first.second_factor.value], ["red", 0]);
    assert.deepEqual([first.restore_drill.colour, first.restore_drill.text], ["red", "never"]);
    assert.equal(first.tls.colour, "red");
    assert.equal(first.audit_log.colour, "amber");
    assert.equal((await server.staff("POST", "/v1/audit/verify", {})).status, 200);
    assert.equal((await badges()).audit_log.colour, "green");
    chmodSync(server.data, 0o755);
    assert.equal((await badges()).encryption.colour, "red");
    chmodSync(server.data, 0o700);
    assert.notEqual((await badges()).encryption.colour, "red");
    // a consent that stands in the log, then one that came without evidence
    const id = await lookup(server, "ada");
    assert.equal((await server.staff("PUT", `/v1/people/${id}/consents/marketing_email`, { state: "granted", evidence: "card", language: "en" })).status, 200);
    const proven = await badges();
    assert.deepEqual([proven.consent_proven.colour, proven.consent_proven.text], ["green", "100 %"]);
    // a request that waits
    assert.equal(proven.oldest_request.text, "none open");
    const past = new Date(Date.now() - 23 * 86400000).toISOString();
    const asked = await server.staff("POST", "/v1/requests", { right: "erasure", regime: "gdpr", channel: "staff", person: id, received: past });
    assert.equal(asked.status, 201, asked.text);
    const waiting = await badges();
    assert.deepEqual([waiting.oldest_request.colour, waiting.oldest_request.text], ["red", "23 days"]);
    assert.match(await page(), /<th scope="row">Erasure<\/th><td>1<\/td>/);
    const svg = await server.call("GET", "/transparency/badge.svg?name=consent_proven&language=de");
    assert.match(svg.headers["content-type"], /^image\/svg\+xml/);
    assert.deepEqual([svg.headers["access-control-allow-origin"], svg.headers["cross-origin-resource-policy"]], ["*", "cross-origin"]);
    assert.match(svg.headers["cache-control"], /max-age=60/);
    assert.match(svg.text, /Nachweisbare Einwilligungen: 100 %/);
    assert.match((await server.call("GET", "/transparency/badge.svg")).text, /privacy: \d\/\d facts good/);
    assert.match(await page(), /data-badge="second_factor"/);
    await put({ ...setting, shown: { badges: false, access: false, fields: false } });
    const less = await page();
    assert.doesNotMatch(less, /data-badge|id="access"|id="data"/);
    assert.match(less, /id="purposes"/);
});
