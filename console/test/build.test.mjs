// SPDX-License-Identifier: Apache-2.0
// What the build leaves behind is what the server may serve: every file is in the manifest, nothing is
// inline, nothing points elsewhere.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const skip = existsSync(`${dist}manifest.json`) ? false : 'not built: npm run build';

test('the manifest names every file with its type', { skip }, () => {
    const rows = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8'));
    const files = readdirSync(`${dist}assets`).filter((n) => !n.endsWith('.gz')).map((n) => `/assets/${n}`);
    assert.deepEqual(rows.map((r) => r.path).sort(), ['/index.html', '/verify.html', ...files].sort());
    for (const r of rows) {
        assert.ok(existsSync(dist + r.file), r.file);
        assert.match(r.content_type, /^[a-z]+\/[a-z0-9+-]+/, r.file);
        assert.equal(r.immutable, r.path.startsWith('/assets/'));
        if (r.immutable) assert.match(r.path, /-[A-Z0-9]{8}\./, 'immutable files carry a hash');
    }
});

test('the page works under the strict policy', { skip }, () => {
    const html = readFileSync(`${dist}index.html`, 'utf8');
    assert.doesNotMatch(html, /<style|style=|\son[a-z]+=|<script(?![^>]*src=)/, 'nothing inline');
    assert.doesNotMatch(html, /\{\{/);
    for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(url, /^\/assets\//);
    for (const name of readdirSync(`${dist}assets`).filter((n) => n.endsWith('.js'))) {
        const text = readFileSync(`${dist}assets/${name}`, 'utf8');
        assert.doesNotMatch(text, /\beval\(|new Function\(|importScripts/, name);
    }
    const css = readdirSync(`${dist}assets`).find((n) => n.endsWith('.css'));
    assert.doesNotMatch(readFileSync(`${dist}assets/${css}`, 'utf8'), /url\(\s*["']?(https?:)?\/\//, 'no foreign url in the styles');
});

test('the page that checks documents is one file, and its policy names what is in it', { skip }, () => {
    const row = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8')).find((r) => r.path === '/verify.html');
    const html = readFileSync(`${dist}verify.html`, 'utf8');
    assert.doesNotMatch(html, /\{\{|(?:src|href)=/);
    for (const [, name, text] of html.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)) {
        const hash = createHash('sha256').update(text).digest('base64');
        assert.ok(row.policy.includes(`${name}-src 'sha256-${hash}'`), name);
    }
    assert.match(row.policy, /^default-src 'none'/);
    assert.ok(html.length < 40_000, `${html.length} bytes`);
});
