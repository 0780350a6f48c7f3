// SPDX-License-Identifier: Apache-2.0
// Consent strings against the reference libraries (@iabtcf/core, @iabgpp/cmpapi): on random models what they write is read
// as they meant it, what is written here they read so, and where both choose freely the letters are the same. Then the routes.
// STRINGS=1000000 compares that many.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Server, binary, haveBinary } from "../lib/server.mjs";
import { identify, lookup, send } from "./lib/segments.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, "package.json"));
const rounds = Number(process.env.STRINGS ?? 600);
const skip = !haveBinary && "build/custos is not built";
const tool = join(dirname(binary), "tests", "unit", "consent", "consent_strings");
const noTool = skip || (!existsSync(tool) && "the unit tests are not built") || (!existsSync(join(here, "node_modules/@iabtcf/core")) && "npm ci in tests/scenario comes first");

// ---- a random model, the same for the same seed

function generator(seed) {
    let s = seed >>> 0;
    const next = () => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
    const int = (max) => Math.floor(next() * (max + 1));
    return { next, int, pick: (list) => list[int(list.length - 1)], bit: () => next() < 0.5 };
}
const letters = (r) => String.fromCharCode(65 + r.int(25), 65 + r.int(25));
const numbers = (r, max, share = r.next()) => Array.from({ length: max }, (_, i) => i + 1).filter(() => r.next() < share);
// Vendors as they are in practice: none, few, dense, or long runs.
function vendors(r) {
    const max = r.pick([0, 1, 20, 44, 45, 46, 100, 800, 3000]);
    if (max === 0) return [];
    if (r.bit()) return numbers(r, max, r.pick([0.02, 0.3, 0.5, 0.97]));
    const out = [];
    for (let id = 1 + r.int(20); id <= max; id += 1 + r.int(60)) for (const end = id + r.int(40); id <= end && id <= max; id++) out.push(id);
    return out;
}
const ranges = (ids) => ids.reduce((all, id) => { const last = all.at(-1); if (last && last[1] === id - 1) last[1] = id; else all.push([id, id]); return all; }, []);
const ids = (pairs) => pairs.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
const NO_INTEREST = [1, 3, 4, 5, 6];

function model(r) {
    const restrictions = [];
    for (let n = r.pick([0, 0, 1, 3]), seen = new Set(); n > 0; n--) {
        const purpose = 1 + r.int(10), type = r.int(2), list = vendors(r);
        if (list.length && !seen.has(purpose * 4 + type)) restrictions.push({ purpose, type, vendors: ranges(list) });
        seen.add(purpose * 4 + type);
    }
    const custom = r.pick([0, 0, 1, 7, 63]);
    return {
        created: new Date(86400000 * (18000 + r.int(4000))).toISOString(), cmp_id: 2 + r.int(4093), cmp_version: r.int(4095), screen: r.int(63), language: letters(r),
        vendor_list: r.int(4095), policy: 1 + r.int(62), service_specific: true, non_standard_texts: r.bit(), features: numbers(r, 12), consents: numbers(r, 24),
        interests: numbers(r, 24).filter((n) => !NO_INTEREST.includes(n)), purpose_one_undisclosed: r.bit(), country: letters(r), vendor_consents: ranges(vendors(r)),
        vendor_interests: ranges(vendors(r)), restrictions, disclosed: ranges(vendors(r)), allowed: r.next() < 0.2 ? ranges(vendors(r)) : null,
        publisher: r.bit() ? { consents: numbers(r, 24), interests: numbers(r, 24), custom, custom_consents: numbers(r, custom), custom_interests: numbers(r, custom) } : null,
    };
}
const ours = (m) => ({ ...m, updated: m.created });

// ---- the other side: @iabtcf/core

function core() {
    const lib = (path) => require(join(here, "node_modules/@iabtcf/core/lib/cjs", path)); // also what the package does not export
    const { TCModel, TCString, PurposeRestriction, Segment } = lib("index.js");
    const { SegmentEncoder } = lib("encoder/SegmentEncoder.js");
    const gvl = { vendorIds: { has: () => true } }; // every vendor is on the list, so a range ends where one is missing
    const write = (m) => {
        const t = new TCModel();
        t.created = t.lastUpdated = new Date(m.created);
        Object.assign(t, { cmpId: m.cmp_id, cmpVersion: m.cmp_version, consentScreen: m.screen, consentLanguage: m.language, vendorListVersion: m.vendor_list,
            policyVersion: m.policy, isServiceSpecific: true, useNonStandardStacks: m.non_standard_texts, purposeOneTreatment: m.purpose_one_undisclosed, publisherCountryCode: m.country });
        t.specialFeatureOptins.set(m.features);
        t.purposeConsents.set(m.consents);
        t.purposeLegitimateInterests.set(m.interests);
        t.vendorConsents.set(ids(m.vendor_consents));
        t.vendorLegitimateInterests.set(ids(m.vendor_interests));
        for (const x of m.restrictions) for (const id of ids(x.vendors)) t.publisherRestrictions.add(id, new PurposeRestriction(x.purpose, x.type));
        t.publisherRestrictions.gvl_ = gvl;
        t.vendorsDisclosed.set(ids(m.disclosed));
        const segments = [Segment.CORE, Segment.VENDORS_DISCLOSED];
        if (m.allowed) { t.vendorsAllowed.set(ids(m.allowed)); segments.push(Segment.VENDORS_ALLOWED); }
        if (m.publisher) {
            t.publisherConsents.set(m.publisher.consents);
            t.publisherLegitimateInterests.set(m.publisher.interests);
            t.numCustomPurposes = m.publisher.custom;
            t.publisherCustomConsents.set(m.publisher.custom_consents);
            t.publisherCustomLegitimateInterests.set(m.publisher.custom_interests);
            segments.push(Segment.PUBLISHER_TC);
        }
        return segments.map((s) => SegmentEncoder.encode(t, s)).join(".");
    };
    const list = (v) => Array.from(v.values()).sort((a, b) => a - b);
    const read = (text, m) => {
        const t = TCString.decode(text);
        const back = { created: t.created.toISOString(), cmp_id: t.cmpId, cmp_version: t.cmpVersion, screen: t.consentScreen, language: t.consentLanguage, vendor_list: t.vendorListVersion,
            policy: t.policyVersion, service_specific: t.isServiceSpecific, non_standard_texts: t.useNonStandardStacks, features: list(t.specialFeatureOptins), consents: list(t.purposeConsents),
            interests: list(t.purposeLegitimateInterests), purpose_one_undisclosed: t.purposeOneTreatment, country: t.publisherCountryCode, vendor_consents: ranges(list(t.vendorConsents)),
            vendor_interests: ranges(list(t.vendorLegitimateInterests)),
            restrictions: t.publisherRestrictions.getRestrictions().map((x) => ({ purpose: x.purposeId, type: x.restrictionType, vendors: ranges(t.publisherRestrictions.getVendors(x)) })),
            disclosed: ranges(list(t.vendorsDisclosed)), allowed: m.allowed && ranges(list(t.vendorsAllowed)),
            publisher: m.publisher && { consents: list(t.publisherConsents), interests: list(t.publisherLegitimateInterests), custom: t.numCustomPurposes,
                custom_consents: list(t.publisherCustomConsents), custom_interests: list(t.publisherCustomLegitimateInterests) } };
        assert.equal(t.lastUpdated.toISOString(), back.created);
        return back;
    };
    return { write, read };
}

// ---- @iabgpp/cmpapi

const SECTIONS = {
    usnat: [7, true, { SharingNotice: 1, SaleOptOutNotice: 1, SharingOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1, SensitiveDataProcessingOptOutNotice: 1, SensitiveDataLimitUseNotice: 1,
        SaleOptOut: 1, SharingOptOut: 1, TargetedAdvertisingOptOut: 1, SensitiveDataProcessing: 16, KnownChildSensitiveDataConsents: 3, PersonalDataConsents: 1 }],
    usca: [8, true, { SaleOptOutNotice: 1, SharingOptOutNotice: 1, SensitiveDataLimitUseNotice: 1, SaleOptOut: 1, SharingOptOut: 1, SensitiveDataProcessing: 9, KnownChildSensitiveDataConsents: 2, PersonalDataConsents: 1 }],
    usva: [9, false, { SharingNotice: 1, SaleOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1, SaleOptOut: 1, TargetedAdvertisingOptOut: 1, SensitiveDataProcessing: 8, KnownChildSensitiveDataConsents: 1 }],
    usco: [10, true, { SharingNotice: 1, SaleOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1, SaleOptOut: 1, TargetedAdvertisingOptOut: 1, SensitiveDataProcessing: 7, KnownChildSensitiveDataConsents: 1 }],
    usut: [11, false, { SharingNotice: 1, SaleOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1, SensitiveDataProcessingOptOutNotice: 1, SaleOptOut: 1, TargetedAdvertisingOptOut: 1, SensitiveDataProcessing: 8, KnownChildSensitiveDataConsents: 1 }],
    usct: [12, true, { SharingNotice: 1, SaleOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1, SaleOptOut: 1, TargetedAdvertisingOptOut: 1, SensitiveDataProcessing: 8, KnownChildSensitiveDataConsents: 3 }],
};
function usSection(r, name) {
    const [id, gpc, fields] = SECTIONS[name], out = { Version: name === "usnat" ? 2 : 1 };
    for (const [f, n] of Object.entries(fields)) out[f] = n === 1 ? r.int(2) : Array.from({ length: n }, () => r.int(2));
    Object.assign(out, { MspaCoveredTransaction: 1 + r.int(1), MspaOptOutOptionMode: r.int(2), MspaServiceProviderMode: r.int(2) });
    if (gpc && r.bit()) out.Gpc = r.bit();
    return { id, name, fields: out };
}
function gppWriter() {
    const { GppModel } = require(join(here, "node_modules/@iabgpp/cmpapi/lib/cjs/encoder/index.js"));
    return (sections) => {
        const g = new GppModel();
        for (const s of sections) {
            const set = (f, v) => g.setFieldValue(s.name, f, v);
            if (s.name !== "tcfeuv2") {
                for (const [f, v] of Object.entries(s.fields)) set(f, v);
                if (SECTIONS[s.name][1]) set("GpcSegmentIncluded", "Gpc" in s.fields);
                continue;
            }
            const m = s.fields, flags = (list, n) => Array.from({ length: n }, (_, i) => list.includes(i + 1));
            for (const [f, v] of [["CmpId", m.cmp_id], ["CmpVersion", m.cmp_version], ["ConsentScreen", m.screen], ["ConsentLanguage", m.language], ["VendorListVersion", m.vendor_list],
                ["PolicyVersion", m.policy], ["IsServiceSpecific", true], ["UseNonStandardStacks", m.non_standard_texts], ["SpecialFeatureOptins", flags(m.features, 12)],
                ["PurposeConsents", flags(m.consents, 24)], ["PurposeLegitimateInterests", flags(m.interests, 24)], ["PurposeOneTreatment", m.purpose_one_undisclosed],
                ["PublisherCountryCode", m.country], ["VendorConsents", ids(m.vendor_consents)], ["VendorLegitimateInterests", ids(m.vendor_interests)], ["VendorsDisclosed", ids(m.disclosed)],
                ["PublisherConsents", flags(m.publisher.consents, 24)], ["PublisherLegitimateInterests", flags(m.publisher.interests, 24)], ["NumCustomPurposes", m.publisher.custom],
                ["PublisherCustomConsents", flags(m.publisher.custom_consents, m.publisher.custom)], ["PublisherCustomLegitimateInterests", flags(m.publisher.custom_interests, m.publisher.custom)],
                ["Created", new Date(m.created)]]) set(f, v);
        }
        return g.encode();
    };
}

// ---- the tool, a line for a line

class Lines {
    constructor() {
        this.child = spawn(tool, { stdio: ["pipe", "pipe", "inherit"] });
        this.waiting = [];
        createInterface({ input: this.child.stdout }).on("line", (line) => this.waiting.shift()(line));
    }
    ask(line) { return new Promise((resolve) => { this.waiting.push(resolve); this.child.stdin.write(`${line}\n`); }); }
    async decode(text) { const a = await this.ask(`d ${text}`); return a.startsWith("!") ? a : JSON.parse(a); }
    encode(v) { return this.ask(`e ${JSON.stringify(v)}`); }
    close() { this.child.stdin.end(); return new Promise((resolve) => this.child.once("exit", resolve)); }
}
let lines, server;
before(async () => { if (!noTool) lines = new Lines(); });
after(async () => { if (lines) assert.equal(await lines.close(), 0); await server?.close(); });

test("TC strings: what the reference library writes is read, what is written it reads", { skip: noTool }, async () => {
    const other = core();
    let same = 0;
    for (let i = 0; i < rounds; i++) {
        const m = model(generator(1000 + i)), want = ours(m);
        const theirs = other.write(m), mine = await lines.encode({ kind: "tcf", tcf: want });
        const read = await lines.decode(theirs);
        assert.deepEqual(read.tcf, want, `seed ${1000 + i}: ${theirs}`);
        assert.deepEqual(read.faults, []);
        assert.deepEqual((await lines.decode(mine)).tcf, want, `seed ${1000 + i}: ${mine}`);
        assert.deepEqual(other.read(mine, m), m, `seed ${1000 + i}: ${mine}`);
        same += mine === theirs;
    }
    assert.ok(same > rounds * 0.3, `only ${same} of ${rounds} are letter for letter the same`); // else bits or ranges, where both are allowed
});

test("GPP strings: letter for letter what the reference library writes", { skip: noTool }, async () => {
    const write = gppWriter();
    for (let i = 0; i < rounds; i++) {
        const r = generator(500000 + i), sections = [];
        if (r.bit()) { // without what the library's own model cannot hold
            const m = model(r);
            sections.push({ id: 2, name: "tcfeuv2", fields: { ...m, restrictions: [], allowed: null, publisher: m.publisher ?? { consents: [], interests: [], custom: 0, custom_consents: [], custom_interests: [] } } });
        }
        for (const name of Object.keys(SECTIONS)) if (r.next() < 0.4) sections.push(usSection(r, name));
        if (!sections.length) continue;
        const theirs = write(sections);
        const mine = await lines.encode({ kind: "gpp", sections: sections.map((s) => (s.name === "tcfeuv2" ? { name: s.name, fields: ours(s.fields) } : { name: s.name, fields: s.fields })) });
        assert.equal(mine, theirs, `seed ${500000 + i}`);
        const read = await lines.decode(theirs);
        assert.deepEqual(read.sections.map((s) => [s.id, s.name, s.fields]), sections.map((s) => [s.id, s.name, s.name === "tcfeuv2" ? ours(s.fields) : s.fields]), `seed ${500000 + i}`);
    }
});

test("no string brings it down: cut, turned and doubled strings are read or refused", { skip: noTool }, async () => {
    const other = core();
    for (let i = 0; i < Math.min(rounds, 3000); i++) {
        const r = generator(900000 + i);
        let text = other.write(model(r));
        const at = r.int(text.length - 1);
        text = r.pick([text.slice(0, at), text.slice(0, at) + r.pick("A_-.~z".split("")) + text.slice(at + 1), `${text}.${text}`, text.slice(at)]) || "C";
        const read = await lines.decode(text);
        assert.ok(typeof read === "object" || /^! (malformed|too_large)/.test(read), `${text}: ${JSON.stringify(read)}`);
    }
});

test("routes: a string says what it says of the shop's purposes, and a shop's purposes make a string", { skip }, async () => {
    server = await Server.start();
    await server.owner();
    const decode = async (text) => { const r = await server.staff("POST", "/v1/consent-strings/decode", { text }); assert.equal(r.status, 200, r.text); return r.json; };
    const encode = (body) => server.staff("POST", "/v1/consent-strings/encode", body);
    const says = (d) => Object.fromEntries(d.purposes.map((p) => [p.purpose, p.says]));
    const made = await encode({ kind: "tcf", tcf: { cmp_id: 0, country: "DE", language: "DE", disclosed: [] }, purposes: { analytics: true, personalisation: true, advertising: false } });
    assert.equal(made.status, 200, made.text);
    const read = await decode(made.json.text);
    assert.deepEqual([read.kind, read.faults, read.sections], ["tcf", [], null]);
    assert.deepEqual(read.tcf.consents, [5, 6, 8, 9], "purpose 1 is advertising's, too, and that was refused");
    const all = await encode({ kind: "tcf", tcf: { disclosed: [[1, 10]] }, purposes: { analytics: true, personalisation: true } });
    const granted = says(await decode(all.json.text));
    assert.deepEqual([granted.analytics, granted.personalisation, granted.advertising, granted.service, granted.marketing_email], ["granted", "granted", "refused", "silent", "silent"]);
    // what 2.3 does not allow says nothing
    const [core23] = all.json.text.split(".");
    const old = await decode(core23);
    assert.deepEqual([old.faults, says(old).analytics], [["no_disclosed_vendors"], "silent"]);
    // an own number in the dictionary goes before the signals
    const dictionary = await server.staff("GET", "/v1/dictionary");
    const put = await server.staff("PUT", "/v1/dictionary", { text: "version: 1\npurposes:\n  marketing_sms: {categories: [\"tcf:9\"]}\n", version: dictionary.json.version });
    assert.equal(put.status, 200, put.text);
    assert.equal(says(await decode(all.json.text)).marketing_sms, "granted");
    // the United States: an opt-out refuses, its absence grants nothing
    const out = await encode({ kind: "gpp", sections: [{ name: "usnat", fields: { SaleOptOutNotice: 1 } }, { name: "usca", fields: { Gpc: true } }], purposes: { advertising: false } });
    const gpp = await decode(out.json.text);
    assert.deepEqual([gpp.kind, gpp.tcf, gpp.sections.map((s) => s.name), gpp.sections[0].fields.SaleOptOut], ["gpp", null, ["usnat", "usca"], 1]);
    assert.deepEqual([says(gpp).advertising, says(gpp).analytics], ["refused", "silent"]);
    const stays = await encode({ kind: "gpp", sections: [{ name: "usva", fields: {} }], purposes: { advertising: true } });
    assert.deepEqual([says(await decode(stays.json.text)).advertising, (await decode(stays.json.text)).sections[0].fields.SaleOptOut], ["silent", 2]);
    const unknown = await encode({ kind: "gpp", sections: [{ id: 99, text: "BAAA" }] });
    assert.deepEqual((await decode(unknown.json.text)).sections, [{ id: 99, name: null, text: "BAAA", fields: null }]);
});

test("a client's strings count for what nothing else names; a broken one says nothing", { skip }, async () => {
    const encode = async (body) => (await server.staff("POST", "/v1/consent-strings/encode", body)).json.text;
    const yes = await encode({ kind: "tcf", tcf: { disclosed: [] }, purposes: { analytics: true, personalisation: true, advertising: true } });
    const out = await encode({ kind: "gpp", sections: [{ name: "usnat", fields: { SaleOptOut: 1 } }] });
    const states = async (userId, consent) => {
        await send(server, [{ ...identify(userId, {}), context: { consent } }]);
        const r = await server.staff("GET", `/v1/people/${await lookup(server, userId)}/consents`);
        return Object.fromEntries(r.json.consents.map((c) => [c.purpose, c.state]));
    };
    const first = await states("tcf-yes", { tcString: yes });
    assert.deepEqual([first.analytics, first.advertising, first.marketing_email ?? "unknown"], ["granted", "granted", "unknown"]);
    assert.equal((await states("tcf-no", { tcString: yes, gppString: out })).advertising, "refused", "of two strings the refusal counts");
    const named = await states("tcf-named", { tcString: yes, categoryPreferences: { Advertising: false } });
    assert.deepEqual([named.advertising, named.analytics], ["refused", "granted"]);
    const broken = await states("tcf-broken", { tcString: yes.slice(0, 20), gppString: "DB!" });
    assert.deepEqual([broken.analytics ?? "unknown", broken.advertising ?? "unknown"], ["unknown", "unknown"]);
    assert.equal((await states("tcf-broken", { tcString: yes })).analytics, "granted", "and does not stand in the way of a good one");
});

test("routes refuse what is no consent string, and name the part", { skip }, async () => {
    const refused = async (path, body, code, field) => {
        const r = await server.staff("POST", `/v1/consent-strings/${path}`, body);
        assert.deepEqual([r.status, r.json.code, r.json.field], [400, code, field], r.text);
    };
    await refused("decode", { text: "hello world" }, "malformed", "text");
    await refused("decode", { text: "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA" }, "malformed", "core"); // version 1
    await refused("decode", { text: "CAAA" }, "malformed", "core");
    await refused("decode", { text: "DBABMA" }, "malformed", "sections");
    await refused("decode", { text: "DBABMA~AA~AA" }, "malformed", "sections");
    await refused("encode", { kind: "tcf", tcf: {} }, "missing", "disclosed");
    await refused("encode", { kind: "tcf", tcf: { disclosed: [[5, 2]] } }, "invalid", "disclosed");
    await refused("encode", { kind: "tcf", tcf: { disclosed: [], consents: [25] } }, "invalid", "consents");
    await refused("encode", { kind: "tcf", tcf: { disclosed: [], language: "deu" } }, "invalid", "language");
    await refused("encode", { kind: "gpp", sections: [{ name: "usca", fields: { SaleOptOut: 3 } }] }, "invalid", "SaleOptOut");
    await refused("encode", { kind: "gpp", sections: [{ name: "usca", fields: { Sale: 1 } }] }, "unknown_field", "fields");
    await refused("encode", { kind: "gpp", sections: [{ name: "usct", fields: {} }, { name: "usca", fields: {} }] }, "invalid", "sections");
    await refused("encode", { kind: "tcf", tcf: { disclosed: [] }, purposes: { nothing: true } }, "invalid", "purposes");
    assert.equal((await server.call("POST", "/v1/consent-strings/decode", { text: "C" })).status, 401);
});
