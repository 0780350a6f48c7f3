// SPDX-License-Identifier: Apache-2.0
// What the console does when things happen: the first event, a session that ends, a server that is gone,
// a million people, an import on its way, a dictionary somebody else changed.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accessible, fits, guardedPage, launch, obstacle, settled, signIn } from './lib/browser.mjs';
import { someone } from './lib/scenes.mjs';

describe('behaviour against the mock server', { skip: obstacle() ?? false }, () => {
    let browser;
    let server;
    let guarded;
    let page;
    const open = async (hash, wait) => {
        await page.goto('about:blank');
        await page.goto(`${server.url}/#/${hash}`);
        if (wait) await page.waitForSelector(wait);
        await settled(page);
    };
    const button = (name) => page.getByRole('button', { name, exact: true });
    before(async () => {
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        server = await startMock();
        browser = await launch();
        guarded = await guardedPage(browser, server.url, { viewport: { width: 1280, height: 860 }, expected: [/Failed to load resource/] });
        page = guarded.page;
        await signIn(page, server.url);
    });
    beforeEach(() => server.mock.reset('full'));
    after(async () => {
        await browser?.close();
        server?.close();
    });

    test('the first event turns the empty page into numbers, without reloading', async () => {
        server.mock.reset('empty');
        await open('today', '.first-event pre');
        assert.match(await page.textContent('.first-event pre'), /curl http:\/\/localhost:\d+\/v1\/track -u 'ck_web/);
        server.mock.arrive();
        await page.waitForSelector('.numbers');
        await page.waitForSelector('.live-list li');
        assert.match(await page.textContent('.verdict'), /It works/);
        await guarded.check('first event');
    });

    test('snippets carry the key and the address and can be copied', async () => {
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
        await open('sources', '.source');
        await page.locator('.source-connect summary').first().click();
        await page.getByRole('tab', { name: 'Node.js' }).click();
        await page.locator('.source').first().getByRole('button', { name: 'Copy: Node.js' }).click();
        const text = await page.evaluate(() => navigator.clipboard.readText());
        assert.match(text, new RegExp(`writeKey: "ck_web.*", host: "${server.url}"`));
        assert.ok(!(await page.textContent('.source .write-key code')).includes('ck_'), 'the key is hidden until it is asked for');
        await guarded.check('snippets');
    });

    test('a session that ends keeps the place and what was typed', async () => {
        await open('dictionary/edit', '.editor textarea');
        await page.fill('.editor textarea', '# half a thought');
        server.mock.sessions.clear();
        await button('Check').click();
        await page.waitForSelector('.gate-card');
        assert.equal(await page.isVisible('.editor textarea'), false, 'nothing of the page can be seen');
        assert.equal(await page.inputValue('input[name=email]'), 'owner@shop.example');
        await page.fill('input[name=password]', 'correct horse battery staple');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.editor textarea');
        assert.equal(await page.inputValue('.editor textarea'), '# half a thought');
        assert.match(await page.evaluate(() => location.hash), /dictionary\/edit/);
        await guarded.check('session');
        await page.evaluate(() => document.querySelector('.editor textarea').blur());
        page.once('dialog', (d) => void d.accept());
    });

    test('somebody else who signs in sees nothing of the one before', async () => {
        await open('people', '.row-link');
        await page.evaluate(() => { globalThis.mark = true; });
        server.mock.owner.email = 'second@shop.example';
        server.mock.sessions.clear();
        await page.fill('[data-search]', 'noor');
        await page.waitForSelector('.gate-card');
        await button('Sign in as somebody else').click();
        await page.waitForSelector('input[name=email]:not([readonly])');
        assert.equal(await page.evaluate(() => globalThis.mark), undefined, 'the page was loaded afresh');
        server.mock.owner.email = 'owner@shop.example';
        await signIn(page, server.url);
        await guarded.check('other session');
    });

    test('a problem says what happened, what to do and where to look', async () => {
        server.mock.fail = { path: /\/v1\/sources/, status: 507, code: 'storage_full', title: 'x', detail: 'The disk is full or read-only.' };
        await page.goto(`${server.url}/#/sources`);
        const box = page.locator('.notice.bad').first();
        await box.waitFor();
        const text = await box.textContent();
        assert.match(text, /The disk is full/);
        assert.match(text, /Make room/);
        assert.match(text, /0190-mock/);
        server.mock.fail = null;
        await box.getByRole('button', { name: 'Try again' }).click();
        await page.waitForSelector('.source');
        server.mock.fail = { path: /\/v1\/quarantine/, status: 429, code: 'busy', title: 'x' };
        await page.goto(`${server.url}/#/quarantine`);
        await page.getByText('Try again in 3 seconds.').waitFor();
        await guarded.check('problems');
    });

    test('a server that is gone is told, and comes back', async () => {
        await open('sources', '.source');
        await page.context().setOffline(true);
        await page.locator('.notice.bad').getByText('The server cannot be reached').waitFor();
        assert.ok(await page.isVisible('.source'), 'what was there stays');
        await page.context().setOffline(false);
        await page.waitForSelector('.notice.bad', { state: 'detached' });
        await guarded.check('offline');
    });

    test('a million people: few rows in the page, any depth, back to where it was', async () => {
        server.mock.reset('full', 1_000_000);
        await open('people', '.row-link');
        assert.match(await page.textContent('.lead'), /1,000,000 people/);
        for (let i = 0; i < 12; i++) {
            await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
            await page.waitForTimeout(60);
        }
        await page.waitForFunction(() => Number([...document.querySelectorAll('.row-link')].at(-1)?.dataset.row ?? 0) > 500);
        assert.ok(await page.locator('.person-row').count() < 60, 'only what is near the window is in the page');
        const link = page.locator('.row-link').nth(8);
        const name = (await link.textContent()).trim();
        await link.click();
        await page.waitForSelector('.person-columns');
        await page.goBack();
        await page.getByRole('link', { name, exact: true }).first().waitFor();
        await guarded.check('million');
    });

    test('what is typed into the search never stands in an address', async () => {
        const urls = [];
        page.on('request', (r) => urls.push(r.url()));
        await open('people', '.row-link');
        await page.fill('[data-search]', 'noor.bakker@example.com');
        await page.waitForTimeout(400);
        await page.keyboard.press('Control+k');
        await page.keyboard.type('noor.bakker@example.com');
        await page.waitForTimeout(400);
        assert.ok(urls.some((u) => u.endsWith('/v1/people/search')));
        assert.deepEqual(urls.filter((u) => /noor|bakker|%40|@/i.test(u)), []);
        assert.doesNotMatch(page.url(), /noor/);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        await guarded.check('urls');
    });

    test('an import: chosen, checked, mapped, checked again, started, taken back', async () => {
        await open('imports', '.drop');
        await page.setInputFiles('#import-file', { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from('Email,Name\na@example.com,A\n') });
        assert.ok(await page.isChecked('input[name=kind] >> nth=0'), 'the kind is guessed from the name');
        await button('Upload and check').click();
        await page.waitForSelector('.mapping');
        await page.getByLabel('Field for column Note').selectOption('trait.lastName');
        await page.getByLabel('Save this mapping as').fill('Our customers');
        await button('Check again with this mapping').click();
        await page.waitForFunction(() => /mapping “Our customers”/.test(document.querySelector('.lead')?.textContent ?? ''));
        await page.waitForSelector('.mapping');
        assert.equal(server.mock.maps.at(-1).name, 'Our customers');
        assert.equal(server.mock.maps.at(-1).columns.find((c) => c.column === 'Note').field, 'trait.lastName');
        await page.getByRole('button', { name: /^Import 9,112 rows/ }).click();
        await page.getByRole('heading', { name: 'Imported' }).waitFor();
        const download = page.waitForEvent('download');
        await page.getByRole('link', { name: 'Download 8 bad rows' }).click();
        assert.match((await download).suggestedFilename(), /bad-rows/);
        await button('Take this import back').click();
        await page.locator('dialog').getByRole('button', { name: 'Take this import back' }).click();
        await page.getByRole('heading', { name: 'Taken back' }).waitFor();
        await guarded.check('import');
    });

    test('a refused event is repaired and replayed, the rest at once', async () => {
        await open('quarantine/1000', 'dialog textarea');
        const text = await page.inputValue('dialog textarea');
        assert.match(text, /"fourteen"/);
        await button('Replay').click();
        await page.waitForSelector('dialog .notice.bad');
        await page.fill('dialog textarea', text.replace('"fourteen"', '14'));
        await button('Replay as edited').click();
        await page.waitForSelector('.toast.good');
        assert.equal(server.mock.quarantine.find((q) => q.id === 1000).status, 'replayed');
        await button('Replay all').click();
        await page.locator('dialog').getByRole('button', { name: 'Replay all' }).click();
        await page.getByText(/still refused/).first().waitFor();
        await guarded.check('quarantine');
    });

    test('the dictionary: faults lead to their line, a stale text is not saved', async () => {
        await open('dictionary/edit', '.editor textarea');
        const area = page.locator('.editor textarea');
        const before = await area.inputValue();
        await area.fill(before.replace('type: integer', 'type: wibble'));
        await button('Check').click();
        await page.getByRole('button', { name: /^Line \d+/ }).click();
        const line = await area.evaluate((el) => el.value.slice(0, el.selectionStart).split('\n').length);
        assert.match((await area.inputValue()).split('\n')[line - 1], /wibble/);
        assert.equal(await button('Save').isDisabled(), true);
        await area.fill(before.replace('gold]', 'gold, jade]'));
        await button('Check').click();
        await page.waitForSelector('.diff-added');
        server.mock.dictionary.version = 'ffffffffffffffff';
        await button('Save').click();
        await page.getByText('Somebody else saved in the meantime').waitFor();
        page.once('dialog', (d) => void d.accept());
        await guarded.check('dictionary');
    });

    test('an undeclared name becomes a row to start from', async () => {
        await page.goto('about:blank');
        await open('dictionary/undeclared', '.table');
        await page.getByRole('link', { name: /Declare favourite_brew/ }).click();
        await page.waitForSelector('.editor textarea');
        assert.match(await page.inputValue('.editor textarea'), /persons:\n {2}favourite_brew:\n/);
        page.once('dialog', (d) => void d.accept());
        await guarded.check('declare');
    });

    test('deleting a person needs the word, and leads back to the list', async () => {
        await page.goto('about:blank');
        const p = someone(server.mock);
        await open(`people/${p.id}`, '.person-columns');
        await button('Delete…').click();
        const confirm = page.locator('dialog').getByRole('button', { name: 'Delete for good' });
        assert.equal(await confirm.isDisabled(), true);
        await page.locator('dialog input').fill('delete');
        await confirm.click();
        await page.waitForFunction(() => location.hash === '#/people');
        assert.ok(server.mock.deleted.has(p.id));
        await guarded.check('delete');
    });

    test('granting a consent needs evidence', async () => {
        const p = someone(server.mock);
        await open(`people/${p.id}`, '.consents');
        await button('Change consent: Advertising').click();
        const save = page.locator('dialog').getByRole('button', { name: 'Save' });
        assert.equal(await save.isDisabled(), true);
        await page.locator('dialog textarea').fill('by phone, call 4711');
        await save.click();
        await page.waitForSelector('.toast.good');
        assert.equal(server.mock.extras.get(p.id).consents.advertising, 'granted');
        await guarded.check('consent');
    });

    test('sample data goes with one click', async () => {
        server.mock.reset('full', 500, true);
        await open('today', '.sample-banner');
        await button('Remove sample data').click();
        await page.waitForSelector('.sample-banner', { state: 'detached' });
        await page.getByText('The sample data is gone').first().waitFor();
        await guarded.check('sample');
    });

    test('who may not write is not offered to', async () => {
        server.mock.permissions = ['session', 'analytics_read', 'people_read', 'sources_read', 'dictionary_read'];
        server.mock.sessions.clear();
        await page.goto('about:blank');
        await signIn(page, server.url);
        await open(`people/${someone(server.mock).id}`, '.person-columns');
        for (const name of ['Merge…', 'Delete…', 'Take back']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
        await open('sources', '.source');
        assert.equal(await page.getByRole('button', { name: 'Rename' }).count(), 0);
        await open('dictionary', '.table');
        assert.equal(await page.getByRole('link', { name: 'Edit the dictionary' }).count(), 0);
        await guarded.check('permissions');
    });

    for (const [name, options] of Object.entries({
        'text twice as large': { viewport: { width: 640, height: 430 } }, // 1280 x 860 at 200 %
        'words a third longer, from right to left': { viewport: { width: 1180, height: 800 }, locale: 'pseudo-rtl' },
        'words a third longer on a phone': { viewport: { width: 360, height: 740 }, locale: 'pseudo' },
    })) {
        test(`nothing breaks with ${name}`, async () => {
            const { locale, ...rest } = options;
            server.mock.permissions = undefined;
            const { startMock } = await import('../../console/dev/mock-server.mjs');
            const own = await startMock();
            const other = await guardedPage(browser, own.url, rest);
            if (locale) await other.page.addInitScript((l) => { if (location.protocol !== 'about:') localStorage.setItem('custos.locale', l); }, locale);
            try {
                await signIn(other.page, own.url);
                for (const hash of ['today', 'dashboards', 'dashboards/shop', 'dashboards/loyalty', 'dashboards/shop/edit', 'targets', 'targets/alerts', 'targets/edit', 'people', `people/${someone(own.mock).id}`, 'sources', 'imports', 'imports/3', 'quarantine', 'quarantine/1000', 'dictionary', 'dictionary/events', 'dictionary/edit', 'security', 'staff', 'roles', 'roles/levels', 'roles/rules', 'approvals', 'audit', 'audit/alerts', 'audit/proof', 'keys', 'backups', 'checks']) {
                    await other.page.goto('about:blank');
                    await other.page.goto(`${own.url}/#/${hash}`);
                    await settled(other.page);
                    await fits(other.page, `${hash}, ${name}`);
                    if (locale === 'pseudo-rtl') await accessible(other.page, `${hash}, ${name}`);
                    await other.check(`${hash}, ${name}`);
                }
            } finally {
                await other.close();
                own.close();
            }
        });
    }
});
