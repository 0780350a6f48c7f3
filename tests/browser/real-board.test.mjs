// SPDX-License-Identifier: Apache-2.0
// Dashboards and targets in Chromium against the real program: made from a template, changed, filtered, printed, shared, drawn
// as a picture; a target; a note on a day.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessible, fits, guardedPage, launch, obstacle, settled } from './lib/browser.mjs';
import { send, shop } from './lib/feed.mjs';
import { noBinary, startCustos } from './lib/server.mjs';

const OWNER = { email: 'owner@shop.example', password: 'a tea pot is a good password' };

describe('dashboards and targets on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    const real = shop(80, 25, 11);
    let custos;
    let browser;
    let guarded;
    let page;
    const button = (name) => page.getByRole('button', { name, exact: true });
    const top = () => page.locator('dialog[open]').last();
    const tileOf = (title) => page.locator('.tile').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    const open = async (hash, wait) => {
        await page.goto('about:blank');
        await page.goto(`${custos.url}/#/${hash}`);
        if (wait) await page.waitForSelector(wait);
        await settled(page);
    };
    const good = async (where) => {
        await guarded.still();
        await accessible(page, where);
        await fits(page, where);
        await guarded.check(where);
    };
    const textOf = async (download) => {
        let text = '';
        for await (const part of await download.createReadStream()) text += part;
        return text;
    };
    before(async () => {
        custos = await startCustos();
        browser = await launch();
        guarded = await guardedPage(browser, custos.url, { viewport: { width: 1280, height: 860 } });
        page = guarded.page;
        await page.goto(custos.setupUrl);
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=new-password]', OWNER.password);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.shell h1');
        const source = JSON.parse(await custos.command('source', 'create', 'Web shop', '--json'));
        await send(custos.url, source.write_key, real.calls);
        await page.waitForTimeout(3500);
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('every template makes a dashboard whose tiles all answer', async () => {
        await open('dashboards', '.template-list li');
        const names = await page.locator('.template-list h3').allTextContents();
        assert.ok(names.length >= 5, names.join(', '));
        for (const name of names) {
            await open('dashboards', '.template-list li');
            await button(`Make it: ${name}`).click();
            await page.keyboard.press('Enter');
            await page.waitForSelector('.tile');
            await guarded.still();
            assert.equal(await page.locator('.tile .notice.bad').count(), 0, `${name}: ${await page.locator('.tile .notice.bad').allTextContents()}`);
            await good(`template ${name}`);
        }
    });

    test('the figures are those that were sent', async () => {
        await open('dashboards/shop-overview', '.tile');
        await guarded.still();
        const rounded = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR', maximumFractionDigits: real.revenue >= 100_000 ? 0 : 2 }).format(real.revenue / 100);
        assert.equal(await tileOf('Revenue').locator('.number-value').textContent(), rounded);
        assert.equal(await tileOf('Orders').locator('.number-value').textContent(), String(real.orders));
        await tileOf('Revenue by channel').locator('button.bar-row').first().click();
        await page.waitForSelector('.board-filters .chip');
        await guarded.still();
        assert.equal(await page.locator('.tile .notice.bad').count(), 0, 'every report takes the filter');
        await page.locator('.board-filters .chip').click();
    });

    test('changed by keyboard, saved; a second writer is told', async () => {
        await open('dashboards/shop-overview/edit', '.tile-controls');
        await button('Move Revenue down').click();
        await page.getByLabel('Title of Orders', { exact: true }).fill('All orders');
        await button('Add a tile').click();
        await top().getByLabel('Figure', { exact: true }).selectOption('visits');
        await top().locator('.plot').waitFor();
        await top().getByRole('button', { name: 'Add', exact: true }).click();
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/dashboards/shop-overview');
        await page.waitForSelector('.tile');
        assert.deepEqual((await page.locator('.board .tile h2').allTextContents()).slice(0, 2), ['All orders', 'Revenue']);
        await tileOf('Visits').waitFor();
        await open('dashboards/shop-overview/edit', '.tile-controls');
        await page.getByLabel('What it is for').fill('Mine.');
        await page.evaluate(async () => { // a colleague, elsewhere
            const session = await (await fetch('/v1/session')).json();
            const { title, tiles, period, compare, version } = await (await fetch('/v1/dashboards/shop-overview')).json();
            const body = JSON.stringify({ title, doc: 'Theirs.', tiles: tiles.map(({ metric, ...x }) => ({ ...x, ...(metric ? { metric } : {}) })), period, compare, version });
            const put = await fetch('/v1/dashboards/shop-overview', { method: 'PUT', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf }, body });
            if (!put.ok) throw new Error(await put.text());
        });
        guarded.allowed.push(/412/);
        await button('Save').click();
        await page.getByText('Somebody else saved this dashboard in the meantime').waitFor();
        await button('Take theirs, drop mine').click();
        assert.equal(await page.getByLabel('What it is for').inputValue(), 'Theirs.');
        await good('conflict');
        guarded.allowed.pop();
    });

    test('a tile leaves as a picture and as CSV; the whole as a link and on paper', async () => {
        await open('dashboards/shop-overview', '.tile');
        await guarded.still();
        const image = page.waitForEvent('download');
        await button('SVG, an image of Revenue by day').click();
        assert.match(await textOf(await image), /^<svg [\s\S]*<\/svg>\s*$/);
        const csv = page.waitForEvent('download');
        await button('CSV of Revenue by channel').click();
        assert.match(await textOf(await csv), /revenue/);
        await button('Share').click();
        await top().getByRole('button', { name: 'Make a link' }).click();
        const link = (await top().locator('.once-text').textContent()).trim();
        assert.match(await (await fetch(link)).text(), /Shop overview/);
        await top().getByRole('button', { name: /^End the link/ }).click();
        await page.waitForFunction(() => document.querySelectorAll('dialog .acts li').length === 0);
        assert.equal((await fetch(link)).status, 404);
        await page.keyboard.press('Escape');
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
        assert.match(pdf.toString('latin1'), /\/MediaBox \[0 0 59[45][\d.]* 84[12][\d.]*\]/);
        await good('out of the house');
    });

    test('a target is made and looked at at once; a note is written', async () => {
        await open('targets/edit', '.sticky-end');
        await page.getByLabel('Title', { exact: true }).fill('Revenue of a week');
        await page.getByLabel('Value (EUR)').fill('10');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/targets');
        const row = page.getByRole('row', { name: /Revenue of a week/ });
        await row.waitFor();
        assert.match(await row.textContent(), /€10\.00 in each week.*of the target/s);
        await good('targets');
        await open('targets/notes', '.card');
        await button('Note a day').first().click();
        await page.getByLabel('What happened').fill('Radio spot');
        await page.keyboard.press('Enter');
        await page.getByRole('row', { name: /Radio spot/ }).waitFor();
        await open('today', '.note-mark');
        await good('a note on Today');
    });
});
