// SPDX-License-Identifier: Apache-2.0
// The page that checks documents, from the real server and from a disk without a network: a good receipt, a changed one, the shop's
// key, three languages, keyboard only, axe-core.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Server, haveBinary } from '../lib/server.mjs';
import { accessible, fits, guardedPage, launch, obstacle, root } from './lib/browser.mjs';

const skip = obstacle() ?? (haveBinary ? false : 'build/custos is not built');
const receipt = readFileSync(`${root}console/test/fixtures/receipt.json`);
const given = (text) => ({ name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(text) });
let browser, server;
before(async () => {
    if (skip) return;
    browser = await launch();
    server = await Server.start();
});
after(async () => {
    await browser?.close();
    await server?.close();
});

async function verdict(page, file, key = '') {
    await page.setInputFiles('#file', file);
    await page.fill('#key', key);
    await page.getByRole('button', { name: /^(Check|Prüfen|Vérifier)$/ }).click();
    await page.waitForFunction(() => !document.querySelector('#verdict').hidden && document.querySelector('#verdict-title').textContent);
    return page.textContent('#verdict');
}

async function goesThrough(page) {
    const { key } = JSON.parse(receipt).proof;
    assert.match(await verdict(page, given(receipt)), /Good.*key came with the document/s);
    assert.match(await verdict(page, given(receipt), key), /Good.*signed with the key you gave.*Receipt of a consent/s);
    assert.match(await verdict(page, given(receipt), 'x'), /Not good.*NAME\+HASH\+BASE64/s);
    assert.match(await verdict(page, given(receipt.toString().replace('granted', 'refused'))), /Not good.*changed/s);
    assert.match(await verdict(page, given('hello')), /Not good.*not JSON/s);
}

for (const [look, options] of Object.entries({ light: {}, dark: { colorScheme: 'dark' }, phone: { viewport: { width: 360, height: 740 } } })) {
    test(`the shop's page, ${look}`, { skip }, async () => {
        const guarded = await guardedPage(browser, server.url, options);
        const { page } = guarded;
        await page.goto(`${server.url}/verify`);
        await accessible(page, `empty, ${look}`);
        await goesThrough(page);
        await accessible(page, `refused, ${look}`);
        await verdict(page, given(receipt));
        await page.locator('#content summary').click();
        await accessible(page, `good, ${look}`);
        await fits(page, look);
        await guarded.check(look);
        await guarded.close();
    });
}

test('from a disk, without a network', { skip }, async () => {
    const file = pathToFileURL(`${root}console/dist/verify.html`).href;
    const context = await browser.newContext({ offline: true, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(file);
    await goesThrough(page);
    await context.close();
});

test('in the language of the browser, or the one that is chosen, by keyboard', { skip }, async () => {
    const guarded = await guardedPage(browser, server.url, { locale: 'de-DE' });
    const { page } = guarded;
    await page.goto(`${server.url}/verify`);
    assert.equal(await page.textContent('h1'), 'Beleg oder Bescheinigung prüfen');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.getAttribute('html', 'lang'), 'fr');
    await page.setInputFiles('#file', given(receipt));
    await page.focus('#key');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Reçu d’un consentement').waitFor();
    await guarded.check('keyboard');
    await guarded.close();
});
