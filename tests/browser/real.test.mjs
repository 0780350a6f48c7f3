// SPDX-License-Identifier: Apache-2.0
// The first hour with Custos, in Chromium against the real program: the one-time link, the owner, the
// first event, people, an import, the quarantine, the dictionary, and the sample data gone again.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { accessible, fits, guardedPage, launch, obstacle, root, settled } from './lib/browser.mjs';
import { BROKEN, send, shop } from './lib/feed.mjs';
import { differences } from './lib/schema.mjs';
import { noBinary, startCustos } from './lib/server.mjs';

const run = promisify(execFile);
const OWNER = { email: 'owner@shop.example', password: 'a tea pot is a good password' };
const money = (minor) => new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(minor / 100);

describe('the console on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    const real = shop(60, 25, 7);
    let custos;
    let browser;
    let guarded;
    let page;
    const open = async (hash, wait) => {
        await page.goto('about:blank');
        await page.goto(`${custos.url}/#/${hash}`);
        if (wait) await page.waitForSelector(wait);
        await settled(page);
    };
    const button = (name) => page.getByRole('button', { name, exact: true });
    const good = async (where) => {
        await accessible(page, where);
        await fits(page, where);
        await guarded.check(where);
    };
    before(async () => {
        custos = await startCustos();
        browser = await launch();
        guarded = await guardedPage(browser, custos.url, { viewport: { width: 1280, height: 860 } });
        page = guarded.page;
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('serves the console under the strict policy, for good where names carry a hash', async () => {
        const html = await fetch(`${custos.url}/`);
        const policy = html.headers.get('content-security-policy') ?? '';
        assert.match(policy, /default-src 'none'/);
        assert.doesNotMatch(policy, /unsafe-(inline|eval)/);
        assert.match(html.headers.get('cache-control') ?? '', /no-cache/);
        const text = await html.text();
        assert.ok(text.includes('/assets/'), 'this build has no console: set the meson option console to console/dist');
        for (const [, path] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
            const file = await fetch(custos.url + path);
            assert.equal(file.status, 200, path);
            assert.match(file.headers.get('cache-control') ?? '', /immutable/, path);
            assert.equal(file.headers.get('x-content-type-options'), 'nosniff', path);
            await file.arrayBuffer();
        }
        assert.equal((await fetch(`${custos.url}/assets/nothing.js`)).status, 404);
    });

    test('says that the shop has no owner yet', async () => {
        await page.goto(custos.url);
        await page.getByText('This Custos has no owner yet').waitFor();
        await good('sign-in without an owner');
    });

    test('the one-time link makes the owner; it works once', async () => {
        await page.goto('about:blank');
        await page.goto(custos.setupUrl);
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=new-password]', 'short');
        await button('Make me the owner').click();
        assert.ok(await page.isVisible('input[name=new-password]'), 'a short password is not taken');
        await good('set-up');
        await page.fill('input[name=new-password]', OWNER.password);
        await button('Make me the owner').click();
        await page.waitForSelector('.first-event pre');
        assert.equal(new URL(page.url()).hash, '', 'the token has left the address');
        await good('today, nothing yet');
        const second = await browser.newContext();
        const other = await second.newPage();
        await other.goto(custos.setupUrl);
        await other.fill('input[name=email]', 'thief@example.com');
        await other.fill('input[name=new-password]', OWNER.password);
        await other.getByRole('button', { name: 'Make me the owner' }).click();
        await other.getByRole('alert').waitFor();
        await second.close();
    });

    test('the snippet works as it stands, and the page turns by itself', async () => {
        const snippet = await page.textContent('.first-event pre');
        assert.ok(snippet.includes(custos.writeKey));
        await run('sh', ['-c', snippet]);
        await page.waitForSelector('.numbers', { timeout: 15_000 });
        await page.waitForSelector('.live-list li');
        assert.match(await page.textContent('.verdict'), /It works/);
        await good('today, first event');
    });

    test('Today shows what came in', async () => {
        await send(custos.url, custos.writeKey, real.calls);
        await send(custos.url, custos.writeKey, BROKEN);
        await page.waitForFunction(() => [...document.querySelectorAll('.live-list li')].length > 5);
        await page.waitForTimeout(3500); // Today is computed at most every three seconds
        await open('today', '.number');
        const rounded = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR', maximumFractionDigits: real.revenue >= 100_000 ? 0 : 2 }).format(real.revenue / 100);
        const shown = (n) => page.locator('.number').nth(n).locator('.number-value');
        assert.equal(await shown(0).textContent(), rounded);
        assert.equal(await shown(1).textContent(), String(real.orders));
        await page.locator('.today-numbers .chart-table summary').click();
        assert.equal(await page.locator('.today-numbers .chart-table tbody tr').count(), 30);
        await page.locator('.number').nth(3).click();
        await page.getByRole('slider', { name: /Conversion rate/ }).waitFor();
        await page.waitForSelector('.funnel');
        await page.waitForFunction(() => document.querySelector('.attention-list, main .card p .dot.good'));
        await good('today');
    });

    test('people are found while typing; a person says where each field comes from', async () => {
        await open('people', '.row-link');
        assert.match(await page.textContent('.lead'), /61 people/);
        await good('people');
        const p = real.calls.find((c) => c.event === 'Order Completed');
        const who = real.calls.find((c) => c.type === 'identify' && c.userId === p.userId).traits;
        await page.fill('[data-search]', `${who.lastName} ${who.firstName.slice(0, 3)}`);
        const link = page.getByRole('link', { name: `${who.firstName} ${who.lastName}`, exact: true }).first();
        await link.waitFor();
        await page.fill('[data-search]', who.email);
        await page.waitForFunction(() => document.querySelectorAll('.row-link').length === 1);
        await page.locator('.row-link').click();
        await page.waitForSelector('.person-columns');
        await settled(page);
        const profile = await page.textContent('.traits');
        assert.match(profile, new RegExp(`Email.*${who.email}.*from Web shop`, 's'));
        assert.match(profile, /Favourite brew.*undeclared/s);
        assert.match(await page.textContent('.identifiers'), new RegExp(`User ID.*${p.userId}`, 's'));
        assert.match(await page.textContent('.consents'), /Analytics\s*Granted/);
        assert.equal(await page.locator('.event').count(), 4);
        await page.locator('.event summary').first().click();
        assert.match(await page.textContent('.event-details'), new RegExp(p.properties.order_id));
        await good('person');
        await page.check('input[value=orders]');
        await page.locator('.order summary').click();
        assert.match(await page.textContent('.order'), new RegExp(money(Math.round(p.properties.total * 100)).replace('.', '\\.')));
        await good('orders');
        await page.locator('.trait-name').filter({ hasText: 'Email' }).click();
        await page.waitForSelector('dialog .table');
        await good('history of a field');
        await page.keyboard.press('Escape');
    });

    test('two people are merged by hand and taken apart again', async () => {
        const [a, b] = real.calls.filter((c) => c.type === 'identify').slice(-2).map((c) => c.traits);
        await open('people', '.row-link');
        await page.fill('[data-search]', a.email);
        await page.waitForFunction(() => document.querySelectorAll('.row-link').length === 1);
        await page.locator('.row-link').click();
        await page.waitForSelector('.person-columns');
        await button('Merge…').click();
        await page.locator('dialog input[type=search]').fill(b.email);
        await page.waitForFunction(() => document.querySelectorAll('.candidates button').length === 1);
        await page.locator('.candidates button').click();
        await page.getByLabel('Reason').fill('one person with two accounts');
        await page.locator('dialog').getByRole('button', { name: 'Merge', exact: true }).click();
        await page.waitForSelector('.merges li');
        assert.match(await page.textContent('.merges'), /Merged by staff/);
        assert.match(await page.textContent('.identifiers'), new RegExp(`${a.email}|${b.email}`));
        await good('merged');
        await button('Take back').click();
        await page.getByLabel('Reason').fill('they were two after all');
        await button('Take the merge back').click();
        await page.waitForSelector('.merges li.over');
        await good('taken apart');
    });

    test('a consent is recorded with its evidence', async () => {
        await button('Change consent: Marketing email').click();
        await page.locator('dialog textarea').fill('by phone');
        await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
        await page.waitForFunction(() => /Marketing email\s*Granted/.test(document.querySelector('.consents').textContent));
        await good('consent');
    });

    test('a file is checked, imported, and its bad rows downloaded; then it is taken back', async () => {
        const csv = 'Email,First Name,Last Name,Accepts Email Marketing,Mood\n'
            + 'greta.brandt@example.com,Greta,Brandt,yes,fine\nnot an address,Nobody,Atall,no,\ntomas.dvorak@example.com,Tomáš,Dvořák,no,good\n';
        await open('imports', '.drop');
        await good('imports');
        await page.setInputFiles('#import-file', { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
        await button('Upload and check').click();
        await page.waitForSelector('.mapping');
        assert.match(await page.textContent('.facts'), /Rows\s*3/);
        assert.match(await page.textContent('.facts'), /Rows with faults\s*1/);
        await good('import, checked');
        await page.getByLabel('Field for column Mood').selectOption('');
        await page.getByLabel('Save this mapping as').fill('Our customers');
        await page.getByRole('button', { name: /^Import 2 rows/ }).click();
        await page.getByRole('heading', { name: 'Imported' }).waitFor();
        assert.match(await page.textContent('.facts'), /Created\s*2/);
        const download = page.waitForEvent('download');
        await page.getByRole('link', { name: /Download 1 bad row/ }).click();
        const stream = await (await download).createReadStream();
        let text = '';
        for await (const part of stream) text += part;
        assert.match(text, /not an address/);
        await good('import, done');
        await open('people', '.row-link');
        await page.fill('[data-search]', 'greta brandt');
        await page.getByRole('link', { name: 'Greta Brandt' }).waitFor();
        await open('imports', '.table');
        await page.getByRole('link', { name: 'customers.csv' }).first().click();
        await button('Take this import back').click();
        await page.locator('dialog').getByRole('button', { name: 'Take this import back' }).click();
        await page.getByRole('heading', { name: 'Taken back' }).waitFor();
        await open('people', '.row-link');
        await page.fill('[data-search]', 'greta brandt');
        await page.waitForSelector('.empty');
        await guarded.check('taken back');
    });

    test('a refused event is repaired and replayed, another discarded', async () => {
        await open('quarantine', '.table');
        assert.equal(await page.locator('.table tbody tr').count(), 2);
        await good('quarantine');
        await page.getByRole('link', { name: 'A value is not accepted' }).click();
        await page.waitForSelector('dialog textarea');
        await good('quarantine, one event');
        const text = await page.inputValue('dialog textarea');
        await page.fill('dialog textarea', text.replace('"a lot of money"', '24.9'));
        await button('Replay as edited').click();
        await page.waitForFunction(() => document.querySelectorAll('.table tbody tr').length === 1);
        await page.getByRole('link', { name: 'Something is missing' }).click();
        await button('Discard').click();
        await page.waitForSelector('.empty');
        await good('quarantine, empty');
    });

    test('the dictionary is searched, checked and changed', async () => {
        await open('dictionary/undeclared', '.table');
        await good('undeclared');
        await page.getByRole('link', { name: /Declare favourite_brew/ }).click();
        await page.waitForSelector('.editor textarea');
        const area = page.locator('.editor textarea');
        const text = await area.inputValue();
        await area.fill(text.replace('    type: string\n    max: 200', '    type: wibble\n    max: 200'));
        await button('Check').click();
        await page.waitForSelector('.fault-list');
        await good('dictionary, faults');
        await area.fill(text);
        await button('Check').click();
        await page.waitForSelector('.diff-added');
        assert.match(await page.textContent('.flush .table'), /persons\/.*favourite.*brew/s);
        await good('dictionary, difference');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/dictionary');
        await page.waitForSelector('.table');
        await page.fill('[data-search]', 'favourite');
        await page.waitForFunction(() => document.querySelectorAll('.table tbody tr').length === 1);
        await good('dictionary');
        for (const tab of ['events', 'purposes', 'identifiers']) {
            await open(`dictionary/${tab}`, '.card.flush');
            await good(tab);
        }
    });

    test('sample data is marked and goes with one click; the rest stays', async () => {
        const source = JSON.parse(await custos.command('source', 'create', 'Sample shop', '--sample', '--json'));
        const sample = shop(20, 20, 8);
        await send(custos.url, source.write_key, sample.calls);
        await page.waitForTimeout(1500);
        await open('people?filter=sample', '.row-link');
        await page.waitForSelector('.sample-banner');
        assert.ok(await page.locator('.person-name .badge').count() > 5);
        await good('sample data');
        await button('Remove sample data').click();
        await page.waitForSelector('.sample-banner', { state: 'detached', timeout: 30_000 });
        await open('people', '.row-link');
        assert.match(await page.textContent('.lead'), /6[012] people/);
        await guarded.check('sample data gone');
    });

    test('signs out, and in again', async () => {
        await page.getByRole('button', { name: 'Sign out' }).first().click();
        await page.waitForSelector('input[name=password]');
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=password]', 'not the password at all');
        guarded.allowed.push(/401/);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.field-error');
        await page.fill('input[name=password]', OWNER.password);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.number');
        await guarded.check('signed in again');
    });

    test('nothing personal stands in the log of the server', async () => {
        const log = custos.log();
        for (const word of ['greta', 'brandt', OWNER.email, real.calls.find((c) => c.type === 'identify').traits.email, 'setup_']) {
            assert.ok(!log.toLowerCase().includes(word.toLowerCase()), word);
        }
    });
});

describe('the console and the program agree', { skip: noBinary() ?? false }, () => {
    const modules = join(root, 'console', 'node_modules');

    test('the console compiles against the types the program prints today', { skip: existsSync(join(modules, 'typescript')) ? false : 'npm ci in console/ first' }, async () => {
        const { binary } = await import('./lib/server.mjs');
        const { stdout } = await run(binary, ['spec', 'ts'], { maxBuffer: 16 << 20 });
        const copy = mkdtempSync(join(tmpdir(), 'custos-types-'));
        try {
            cpSync(join(root, 'console', 'src'), join(copy, 'src'), { recursive: true });
            cpSync(join(root, 'console', 'tsconfig.json'), join(copy, 'tsconfig.json'));
            symlinkSync(modules, join(copy, 'node_modules'));
            writeFileSync(join(copy, 'src', 'api', 'spec.ts'), stdout);
            await run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '--noEmit', '-p', copy], { cwd: copy })
                .catch((error) => assert.fail(`run npm run spec in console/ and mend what it says:\n${error.stdout}`));
        } finally {
            rmSync(copy, { recursive: true, force: true });
        }
    });

    test('the mock server answers in the shapes the program declares', async () => {
        const { binary } = await import('./lib/server.mjs');
        const document = JSON.parse((await run(binary, ['spec', 'openapi'], { maxBuffer: 64 << 20 })).stdout);
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        const { someone } = await import('./lib/scenes.mjs');
        const server = await startMock({ sample: true });
        try {
            const signed = await fetch(`${server.url}/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(server.mock.owner) });
            const cookie = signed.headers.get('set-cookie').split(';')[0];
            const id = someone(server.mock).id;
            const asked = { '/v1/people/{id}': id, '/v1/people/{id}/events': id, '/v1/people/{id}/orders': id, '/v1/people/{id}/history': id, '/v1/people/{id}/audit': id, '/v1/people/{id}/break-glass': id, '/v1/imports/{number}': 3, '/v1/quarantine/{id}': 1000, '/v1/dashboards/{name}': 'shop', '/v1/dashboards/{name}/shares': 'shop' };
            const plain = ['/v1/session', '/v1/setup', '/v1/live', '/v1/people', '/v1/sources', '/v1/imports', '/v1/import-maps', '/v1/quarantine', '/v1/dictionary', '/v1/dictionary/undeclared', '/v1/sample-data',
                '/v1/oidc', '/v1/security', '/v1/sessions', '/v1/tokens', '/v1/staff', '/v1/invitations', '/v1/roles', '/v1/approval-rules', '/v1/approvals',
                '/v1/audit', '/v1/alerts', '/v1/decoys', '/v1/keys', '/v1/backups', '/v1/self-audit',
                '/v1/dashboards', '/v1/dashboards/templates', '/v1/views', '/v1/targets', '/v1/targets/alerts', '/v1/annotations', '/v1/attention'];
            const found = [];
            for (const path of [...plain, ...Object.keys(asked)]) {
                const declared = document.paths[path]?.get;
                if (!declared) {
                    found.push(`${path}: not a route of the program`);
                    continue;
                }
                const url = path.replace(/\{\w+\}/, asked[path]) + (path.endsWith('history') ? '?field=email' : '');
                const answer = await fetch(server.url + url, { headers: { Cookie: cookie } });
                assert.equal(answer.status, 200, url);
                const success = Object.keys(declared.responses).find((s) => s.startsWith('2'));
                const schema = declared.responses[success].content['application/json'].schema;
                found.push(...differences(schema, await answer.json(), document).map((d) => `${path} ${d}`));
            }
            assert.deepEqual(found, []);
        } finally {
            server.close();
        }
    });
});
