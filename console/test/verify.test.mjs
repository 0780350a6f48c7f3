// SPDX-License-Identifier: Apache-2.0
// The page that checks receipts and certificates without a server, against documents that a server handed out: good ones
// are good, and every single change is found.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createHash, webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { load } from './load.mjs';

globalThis.crypto ??= webcrypto;
const { check, canonical } = await load('verify/check.ts');
const fixture = (name) => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
const refused = async (file, fault, key) => {
    const e = await check(typeof file === 'string' ? file : JSON.stringify(file), key).then(() => null, (x) => x);
    assert.ok(e, `${fault} was not found`);
    if (fault) assert.equal(e.message, fault);
};

function keyOf(name, bytes) {
    const key = Buffer.concat([Buffer.of(1), bytes]);
    return `${name}+${createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8)}+${key.toString('base64')}`;
}

test('the canonical form sorts members by their bytes and keeps texts as they are', () => {
    assert.equal(canonical({ b: 1, a: [true, null, 'é\n"'], 'ä': {}, 'z\u{1F600}': 0, 'z\uFFFD': 0 }), '{"a":[true,null,"é\\n\\""],"b":1,"z\uFFFD":0,"z\u{1F600}":0,"ä":{}}');
    assert.throws(() => canonical({ a: 1.5 }), /not_proof/);
});

for (const [name, kind] of [['receipt', 'consent_records'], ['certificate', 'erasure_certificate']]) {
    test(`a ${name} is good, with the key of the shop too`, async () => {
        const text = fixture(name);
        const facts = await check(text);
        assert.equal(facts.kind, kind);
        assert.equal(facts.trusted, false);
        assert.match(facts.noted, /^2026-11-22T/);
        assert.equal((await check(text, `  ${facts.key}\n`)).trusted, true);
        await refused(text, 'bad_key', 'somebody+00000000+AAAA');
        await refused(text, 'other_key', keyOf(facts.log, Buffer.alloc(32, 7)));
        assert.deepEqual((await check(JSON.stringify(JSON.parse(text), null, 4))).document, facts.document, 'white space does not count');
    });

    test(`every single change of a ${name} is found`, async () => {
        const leaves = [];
        const walk = (v, at) => (v && typeof v === 'object' ? Object.keys(v).forEach((k) => walk(v[k], [...at, k])) : leaves.push(at));
        walk(JSON.parse(fixture(name)), []);
        assert.ok(leaves.length > 25);
        for (const at of leaves) {
            const copy = JSON.parse(fixture(name));
            const owner = at.slice(0, -1).reduce((v, k) => v[k], copy);
            const was = owner[at.at(-1)];
            owner[at.at(-1)] = typeof was === 'number' ? was + 1 : typeof was === 'string' ? `${was}x` : was === null ? 'x' : !was;
            await refused(copy);
            if (was !== null) {
                owner[at.at(-1)] = null;
                await refused(copy);
            }
            if (!Array.isArray(owner)) {
                delete owner[at.at(-1)];
                await refused(copy);
            }
        }
    });
}

test('what is no document says so', async () => {
    await refused('{', 'not_json');
    await refused('[]', 'not_proof');
    await refused({ document: {}, proof: {} }, 'not_proof');
    const mixed = { document: JSON.parse(fixture('receipt')).document, proof: JSON.parse(fixture('certificate')).proof };
    await refused(mixed, 'changed');
});
