// SPDX-License-Identifier: Apache-2.0
// Events, SQL, personas, RFM, stages and contents against the mock server: the main flow of each page, by mouse and by keys.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { obstacle } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';

describe('events, SQL and personas, against the mock server', { skip: obstacle() ?? false }, () => {
    let started;
    let page;
    let mock;
    let open;
    let button;
    let top;
    let gone;
    let guarded;
    before(async () => {
        started = await startConsole();
        ({ page, mock, open, button, top, gone, guarded } = started);
    });
    beforeEach(() => mock.reset('full'));
    after(() => started?.close());
    const area = () => page.locator('.code-text').first();

    test('events: kinds by number, one of them by property and time, newest first', async () => {
        await open('events', '.event-kind');
        assert.match(await page.textContent('.table tbody tr'), /Page.*182,402/s);
        await page.locator('[data-search]').fill('order');
        assert.equal(await page.locator('.table tbody tr').count(), 2);
        await page.getByRole('link', { name: 'Order Completed' }).click();
        await page.waitForSelector('.bars li');
        assert.equal(await page.getByRole('combobox', { name: 'Property' }).inputValue(), 'order_id', 'the first declared text');
        const asked = page.waitForRequest(/breakdown\?event=Order\+Completed&property=coupon/);
        await page.getByRole('combobox', { name: 'Property' }).fill('coupon');
        await page.keyboard.press('Enter');
        await asked;
        await page.waitForFunction(() => location.hash === '#/events/Order%20Completed/coupon');
        await page.waitForSelector('.bars li');
        await page.check('input[value="7"]');
        await page.waitForFunction(() => location.hash.includes('days=7'));
        const rows = page.locator('.table.dense tbody tr');
        await rows.nth(49).waitFor();
        const before = await rows.count();
        await rows.last().scrollIntoViewIfNeeded();
        await page.waitForFunction((n) => document.querySelectorAll('.table.dense tbody tr').length > n, before);
        await guarded.check('events');
    });

    test('SQL: the schema is looked through, names are completed, Ctrl+Enter runs with a purpose', async () => {
        await open('sql', '.code-area');
        await page.getByLabel('Find a table or column').fill('revenue');
        assert.equal(await page.locator('.schema-table').count(), 1);
        await area().fill('');
        await page.keyboard.type('select peo');
        await page.waitForSelector('.code-offers');
        await page.keyboard.press('Enter');
        assert.equal(await area().inputValue(), 'select people');
        await area().fill('select p.rev');
        await area().fill('select  from people p');
        await area().evaluate((el) => el.setSelectionRange(7, 7));
        await page.keyboard.type('p.rev');
        await page.waitForSelector('.code-offers');
        assert.match(await page.textContent('.code-offers'), /^revenue/, 'columns of the table that p stands for');
        await page.keyboard.press('Tab');
        assert.equal(await area().inputValue(), 'select p.revenue from people p');
        await page.getByLabel('Purpose').selectOption('analytics');
        await page.getByLabel('At most').selectOption('100');
        await area().focus();
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.sql-row:not(.head)');
        const { id, ...run } = mock.sqlRuns.at(-1);
        assert.deepEqual(run, { sql: 'select p.revenue from people p', limit: 100, purpose: 'analytics' });
        assert.match(id, /^[0-9a-f-]{36}$/);
        assert.match(await page.textContent('.sql-figures'), /24 rows.*41 ms.*120,311 operations/s);
        await guarded.check('sql');
    });

    test('SQL: ten thousand rows are in the answer, few of them in the page', async () => {
        await open('sql', '.code-area');
        await area().fill('select * from events');
        await page.getByLabel('At most').selectOption('10000');
        await button('Run').click();
        await page.getByText('Not all').waitFor();
        assert.ok(await page.locator('.sql-row').count() < 120);
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await page.getByText('p-9999', { exact: true }).waitFor();
        await guarded.check('many rows');
    });

    test('SQL: a run is stopped, here and on the server; a fault is told and the text stays', async () => {
        await open('sql', '.code-area');
        mock.delay = 1500;
        await area().fill('select * from orders');
        await button('Run').click();
        await button('Stop').click();
        await page.getByText('Stopped.', { exact: true }).first().waitFor();
        for (let i = 0; i < 60 && !mock.sqlStopped; i++) await page.waitForTimeout(50);
        assert.match(mock.sqlStopped ?? '', /^[0-9a-f-]{36}$/);
        mock.delay = 0;
        await area().fill('selec 1');
        await button('Run').click();
        await page.getByText('near "selec": syntax error').waitFor();
        assert.equal(await area().inputValue(), 'selec 1');
        await guarded.check('stop');
    });

    test('SQL: kept, opened, exported, forgotten', async () => {
        await open('sql', '.code-area');
        await area().fill('select country from people');
        await button('Keep…').click();
        await top().getByLabel('Name', { exact: true }).fill('Where they live');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => location.hash === '#/sql/where-they-live');
        assert.deepEqual(mock.queries.at(-1).sql, 'select country from people');
        await page.getByRole('heading', { name: 'Where they live' }).waitFor();
        await button('Run').click();
        await page.waitForSelector('.sql-row:not(.head)');
        const save = page.waitForEvent('download');
        await button('Export everything as PARQUET').click();
        assert.match((await save).suggestedFilename(), /\.parquet$/);
        await button('Delete Where they live').click();
        await top().getByRole('button', { name: 'Delete', exact: true }).click();
        await gone();
        await page.waitForFunction(() => location.hash === '#/sql');
        assert.equal(mock.queries.length, 1);
        await guarded.check('kept');
    });

    test('personas: cards say who, what and how different', async () => {
        await open('personas', '.persona');
        assert.equal(await page.locator('.persona').count(), 2);
        assert.match(await page.locator('.persona').first().textContent(), /Who they are.*Germany.*What they buy.*How they differ/s);
        assert.match(await page.locator('.persona').nth(1).textContent(), /Not enough is known yet/);
        await guarded.check('personas');
    });

    test('RFM: eleven groups on the grid; borders must cover every cell once', async () => {
        await open('personas/rfm', '.rfm-groups');
        assert.equal(await page.locator('.rfm-groups li').count(), 11);
        const box = await page.locator('.rfm-groups li').first().boundingBox();
        const low = await page.locator('.rfm-groups li').last().boundingBox();
        assert.ok(box.x > low.x && box.y < low.y, 'the best are at the top on the far side');
        await button('Change the borders').click();
        const save = top().getByRole('button', { name: 'Save' });
        await top().getByLabel('Champions, Recency: from').selectOption('5');
        await top().getByText('2 cells lie in no group: 4/4, 4/5').waitFor();
        assert.equal(await save.isDisabled(), true);
        await top().getByLabel('Loyal, Recency: to').selectOption('4');
        await save.click();
        await gone();
        assert.deepEqual(mock.rfm.groups.slice(0, 2).map((g) => g.recency), [[5, 5], [3, 4]]);
        await guarded.check('rfm');
    });

    test('stages: rules are checked while typing, moved by keys, saved in their order', async () => {
        await open('personas/lifecycle', '.stages');
        await button('Change the stages').click();
        await page.waitForSelector('.stages.editing');
        await page.waitForFunction(() => !document.querySelector('button[type=submit]').disabled);
        await area().fill('orders.count is');
        await page.waitForSelector('.clause-faults .bad');
        assert.equal(await button('Save').isDisabled(), true);
        await area().fill('orders.count is 1');
        await page.waitForFunction(() => !document.querySelector('button[type=submit]').disabled);
        await button('Move lost up').focus();
        await page.keyboard.press('Enter');
        await button('Save').click();
        await page.waitForSelector('.stages.editing', { state: 'detached' });
        assert.deepEqual(mock.stages.map((s) => s.name), ['new', 'active', 'lost', 'at risk']);
        assert.equal(mock.stages[0].rule, 'orders.count is 1');
        await guarded.check('stages');
    });

    test('contents: a slot is made, changed, looked at as somebody, deleted', async () => {
        await open('personas/slots/new', '.form-row');
        await page.getByLabel('Title', { exact: true }).fill('Basket hint');
        await page.getByLabel('Held out (%)').fill('2.5');
        await button('Rule').click();
        await page.getByLabel('For', { exact: true }).selectOption('vip');
        await page.getByLabel('Content (JSON)').first().fill('{"text": "Free delivery"}');
        await page.getByLabel('Browsers may ask for it').check();
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/personas/slots');
        const { changed, created, missing, ...made } = mock.slots.at(-1);
        assert.deepEqual(made, { title: 'Basket hint', rules: [{ segment: 'vip', variant: 'v1', content: { text: 'Free delivery' } }], fallback: {}, hold_out_permille: 25, public: true, version: 1, name: 'basket-hint' });
        await open('personas/slots/home-hero', '.slot-rules');
        await button('Move rule 2 up').click();
        await page.getByLabel('Content (JSON)').last().fill('[1]');
        await page.getByText('This is not a JSON object').waitFor();
        assert.equal(await button('Save').isDisabled(), true);
        await page.getByLabel('Content (JSON)').last().fill('{"headline": "Teas"}');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/personas/slots');
        assert.deepEqual(mock.slots.at(-1).rules.map((r) => r.segment), ['tea-lovers', 'vip']);
        await open('personas/slots/home-hero', '.slot-rules');
        await page.locator('input[type=search]').fill('winter');
        await page.locator('.candidates button').first().click();
        await page.getByText('in tea-lovers').waitFor();
        assert.match(await page.textContent('.report'), /New harvest/);
        await button('Delete').click();
        await top().getByRole('button', { name: 'Delete', exact: true }).click();
        await page.waitForFunction(() => location.hash === '#/personas/slots');
        assert.equal(mock.slots.some((s) => s.name === 'home-hero'), false);
        await guarded.check('slots');
    });
});
