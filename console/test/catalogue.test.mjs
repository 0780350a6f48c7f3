// SPDX-License-Identifier: Apache-2.0
// The catalogue and the source agree: every message that is asked for exists, none is left over, every
// plural has an "other", and nothing that reads like a sentence stands in the source instead.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const part = (name) => JSON.parse(readFileSync(`${root}i18n/${name}`, 'utf8'));
const english = Object.assign({}, ...readdirSync(`${root}i18n`).filter((n) => n.endsWith('.json')).map(part));

function* sources(folder = root) {
    for (const name of readdirSync(folder)) {
        const path = `${folder}${name}`;
        if (statSync(path).isDirectory()) yield* sources(`${path}/`);
        else if (/\.tsx?$/.test(name)) yield { path: path.slice(root.length), text: readFileSync(path, 'utf8') };
    }
}
const all = [...sources()];
const text = all.map((f) => f.text).join('\n');
const literal = new Set([...text.matchAll(/['"`]([a-z_]+(?:\.[a-zA-Z0-9_]+)+)['"`]/g)].map((m) => m[1]));
const prefixes = [...text.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((m) => m[1]);

test('no message is left over', () => {
    const unused = Object.keys(english).filter((k) => !literal.has(k) && !prefixes.some((p) => k.startsWith(p)));
    assert.deepEqual(unused, []);
});

test('every message that is asked for by name exists', () => {
    const asked = [...text.matchAll(/\bt[x]?\(\s*'([^']+)'/g)].map((m) => m[1]);
    assert.deepEqual(asked.filter((k) => !(k in english)), []);
    assert.ok(asked.length > 200, `only ${asked.length} found: has the way of asking changed?`);
});

test('keys are in order and messages are whole', () => {
    for (const [key, message] of Object.entries(english)) {
        assert.equal(message, message.trim(), key);
        assert.equal((message.match(/\{/g) ?? []).length, (message.match(/\}/g) ?? []).length, key);
        if (message.includes('plural')) assert.match(message, /other \{/, key);
    }
});

test('no sentence stands in the source', () => {
    const found = [];
    for (const { path, text: source } of all) {
        if (!path.endsWith('.tsx')) continue;
        const markup = source.replace(/^\s*\/\/.*$/gm, '');
        for (const m of markup.matchAll(/>([^<>{}]*[a-z]{3,} [a-z]{2,}[^<>{}]*)<\//gi)) found.push(`${path}: ${m[1].trim()}`);
        for (const m of markup.matchAll(/(?:aria-label|placeholder|title|alt)="([^"{]+)"/g)) found.push(`${path}: ${m[1]}`);
    }
    assert.deepEqual(found, []);
});
