// SPDX-License-Identifier: Apache-2.0
// Segments against the mock server: the list, the two faces of the editor and what they save, a segment's views,
// deleting, exporting; by mouse and by keys.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WHOLE } from '../../console/dev/mock-segments.mjs';
import { obstacle } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';
import { someone } from './lib/scenes.mjs';

describe('segments, against the mock server', { skip: obstacle() ?? false }, () => {
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

    const saved = async () => {
        const had = mock.puts.length;
        await button('Save').click();
        for (let i = 0; i < 100 && mock.puts.length === had; i++) await page.waitForTimeout(50);
        assert.equal(mock.puts.length, had + 1, 'it was saved');
        return mock.puts.at(-1);
    };
    const edit = async (name) => {
        await open(`segments/${name}/edit`, '.sticky-end .preview-size');
    };
    const area = () => page.locator('.code-text');

    test('sizes move while one looks, states are told', async () => {
        await open('segments', '.segment-list');
        const row = page.locator('tr', { hasText: 'Regulars' });
        assert.equal(await row.locator('.live-size').textContent(), '812');
        mock.segments[0].size = 815;
        await page.waitForFunction(() => document.querySelector('.live-size').textContent === '815', null, { timeout: 3000 });
        assert.match(await page.locator('tr', { hasText: 'New customers' }).textContent(), /Counting, \d+%/);
        assert.match(await page.locator('tr', { hasText: 'Old shoe campaign' }).textContent(), /Broken.*–/);
        assert.match(await row.locator('svg.spark').getAttribute('aria-label'), /^From \d/);
        await guarded.check('list');
    });

    test('what is loaded in the builder and changed in one place is saved different only there', async () => {
        await edit('everything');
        const revenue = page.locator('[data-path="/all/1/any/0"]');
        await revenue.getByLabel('Highest value of orders.revenue').fill('750');
        await page.waitForFunction(() => document.querySelector('.code-text').value.includes('between 100 and 750'));
        const put = await saved();
        const wanted = structuredClone(WHOLE);
        wanted.all[1].any[0].values[1] = 750;
        assert.deepEqual(put.definition, wanted);
        assert.equal(put.text, undefined);
        assert.equal(put.version, 3);
        await guarded.check('round trip');
    });

    // One change of each kind of condition, and nothing else moves.
    const CHANGES = [
        ['a value goes', (c) => c.getByRole('button', { name: 'Take AT away' }).click(), '/all/0', (d) => { d.all[0].values = ['DE']; }],
        ['another comparison', (c) => c.getByLabel('Comparison of orders.last').selectOption('more'), '/all/1/any/4', (d) => { d.all[1].any[4].test = 'more'; }],
        ['a boolean', (c) => c.getByLabel('Value of known').selectOption('false'), '/all/1/any/5', (d) => { d.all[1].any[5].values = [false]; }],
        ['a window of an anniversary', (c) => c.getByLabel('Window of time: how many').fill('14'), '/all/1/any/2', (d) => { d.all[1].any[2].window.next.n = 14; }],
        ['a number of times', (c) => c.getByLabel('Value of number of times').fill('3'), '/all/2', (d) => { d.all[2].did.values = [3]; }],
        ['a test of a property', (c) => c.getByLabel('Value of price').fill('49.5'), '/all/2', (d) => { d.all[2].did.where[1].values = [49.5]; }],
        ['a property test goes', (c) => c.getByRole('button', { name: 'Remove the test of category' }).click(), '/all/2', (d) => { d.all[2].did.where.shift(); }],
        ['another measure', (c) => c.getByLabel('What is measured').selectOption('average'), '/all/3', (d) => { d.all[3].did.measure = 'average'; }],
        ['a window some time ago', (c) => c.getByLabel('To how long ago').fill('20'), '/all/3', (d) => { d.all[3].did.window.ago.to = 20; }],
        ['not is taken away', (c) => c.locator(':scope > .clause-head [data-act=not]').click(), '/all/4', (d) => { d.all[4] = d.all[4].not; }],
        ['a step sooner', (c) => c.getByLabel('Step 2: how many').fill('2'), '/all/5', (d) => { d.all[5].sequence.steps[1].within.n = 2; }],
        ['without, ever after', (c) => c.getByLabel('How long it must not be', { exact: true }).selectOption('ever'), '/all/5', (d) => { d.all[5].sequence.without_for = 'ever'; }],
        ['a last day', async (c) => { await c.getByLabel('To (this day belongs to it)').fill('2026-08-01'); await c.getByLabel('To (this day belongs to it)').blur(); }, '/all/5', (d) => { d.all[5].sequence.window.dates.to = '2026-08-01'; }],
        ['another state of a segment', (c) => c.getByLabel('In, entered or left').selectOption('entered'), '/all/6/not/any/1', (d) => { d.all[6].not.any[1].member.state = 'entered'; }],
        ['any becomes all', (c) => c.locator(':scope > .clause-head select').selectOption('all'), '/all/6', (d) => { d.all[6].not = { all: d.all[6].not.any }; }],
        ['a window of when it was last', (c) => c.getByLabel('Window of time: how many').fill('21'), '/all/8', (d) => { d.all[8].did.test_window.last.n = 21; }],
        ['not lately', (c) => c.getByLabel('Comparison of last time').selectOption('not_within'), '/all/8', (d) => { d.all[8].did.test = 'not_within'; }],
        ['another draw', (c) => c.getByLabel('Name of the draw').fill('summer'), '/all/7', (d) => { d.all[7].sample.seed = 'summer'; }],
    ];
    for (const [what, act, path, change] of CHANGES) {
        test(`the builder changes only: ${what}`, async () => {
            await edit('everything');
            await act(page.locator(`[data-path="${path}"]`));
            await page.waitForFunction(() => !document.querySelector('.segment-form button[type=submit]').disabled);
            const wanted = structuredClone(WHOLE);
            change(wanted);
            assert.deepEqual((await saved()).definition, wanted);
            await guarded.check(what);
        });
    }

    test('what is typed appears in the builder, with people for each condition', async () => {
        await open('segments/new', '.faces');
        await page.getByLabel('Title', { exact: true }).fill('Shoe lookers');
        await area().fill('did "Product Viewed" where category contains "shoe" at least 2 times in the last 7 days\nand not email is unknown');
        await page.waitForSelector('[data-path="/all/1"].negated');
        assert.equal(await page.getByLabel('Value of number of times').inputValue(), '2');
        await page.waitForFunction(() => [...document.querySelectorAll('.clause-count')].filter((c) => /\d people/.test(c.textContent)).length === 3);
        assert.equal(await page.locator('.sample-list li').count(), 10);
        assert.ok(await page.locator('.bars li').count() > 3);
        const put = await saved();
        assert.match(put.text, /^did "Product Viewed"/);
        assert.deepEqual([put.title, put.version, put.definition], ['Shoe lookers', 0, undefined]);
        await page.waitForFunction(() => location.hash === '#/segments/shoe-lookers');
        await guarded.check('typed');
    });

    test('a fault has its place underlined, named, and keeps from saving; the builder waits', async () => {
        await edit('vip');
        await area().fill('orders.count is at least 3\nand schuhgröße is more than 40');
        await page.waitForSelector('.mark-bad');
        assert.equal((await page.locator('.mark-bad').allTextContents()).join(''), 'schuhgröße');
        assert.match(await page.locator('.text-face .clause-faults').textContent(), /Line 2, 5:\s+There is no field/);
        assert.equal(await button('Save').isDisabled(), true);
        assert.equal(await page.locator('.faces [inert]').count(), 1);
        assert.equal(await area().getAttribute('aria-invalid'), 'true');
        await area().fill('orders.count is at least 4');
        await page.waitForSelector('.faces [inert]', { state: 'detached' });
        await page.waitForFunction(() => !document.querySelector('.segment-form button[type=submit]').disabled);
        await guarded.check('faults');
    });

    test('a half-made condition says in the builder what is missing, at its place', async () => {
        await edit('vip');
        await page.locator('.builder').getByRole('button', { name: 'Field', exact: true }).last().click();
        await page.locator('[data-path="/all/2"] .clause-faults').getByText('Choose a field').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Field', 'the new condition has the focus');
        assert.equal(await page.locator('[data-path="/all/0"] .clause-faults').count(), 0);
        assert.match(await area().inputValue(), /^orders.count is at least 3/, 'the text waits');
        await page.keyboard.press('l');
        await page.locator('[data-path="/all/2"]').getByLabel('Field', { exact: true }).selectOption('language');
        await page.locator('[data-path="/all/2"]').getByLabel('Value of language').fill('de');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => document.querySelector('.code-text').value.includes('language is "de"'));
        assert.equal(mock.puts.length, 0, 'Enter in a field saves nothing');
        await guarded.check('half made');
    });

    test('the preview of a former text is taken back, and an estimate says so', async () => {
        mock.estimated = true;
        await edit('vip');
        await page.getByText(/^about [\d,]+ people$/).first().waitFor();
        await page.getByText(/\([\d,]+ to [\d,]+\)/).first().waitFor();
        const asked = [];
        page.on('request', (r) => { if (r.url().endsWith('/preview')) asked.push(r.postDataJSON().text); });
        await area().fill('');
        await area().pressSequentially('orders.count is 7', { delay: 15 });
        await page.waitForFunction(() => document.querySelector('[data-path=""] .chips-box')?.textContent.includes('7'));
        await page.waitForTimeout(400);
        assert.deepEqual([...new Set(asked)], ['orders.count is 7'], 'only the text that was left standing was counted');
        page.removeAllListeners('request');
        await guarded.check('preview');
    });

    test('completion by keys; Escape closes it, Tab leaves the text', async () => {
        await open('segments/new', '.faces');
        await area().focus();
        await page.keyboard.type('Ü orders.l'.slice(2));
        await page.waitForSelector('.code-offers [aria-selected=true]');
        assert.match(await page.textContent('.code-offers [aria-selected=true]'), /orders\.last/);
        await page.keyboard.press('Enter');
        assert.equal(await area().inputValue(), 'orders.last');
        await page.keyboard.type(' is in the last 30 days and d');
        await page.waitForSelector('.code-offers');
        assert.equal(await area().getAttribute('aria-activedescendant') !== null, true);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.code-offers', { state: 'detached' });
        await page.keyboard.press('Tab');
        assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
        await area().focus();
        await page.keyboard.press('Control+End');
        await page.keyboard.press('Control+Space');
        await page.waitForSelector('.code-offers');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Tab');
        assert.match(await area().inputValue(), /days and \S{2,}/);
        await guarded.check('completion');
    });

    test('conditions are moved, copied, bracketed and removed by keys, and the focus stays with them', async () => {
        await edit('vip');
        const act = async (path, name) => {
            await page.locator(`[data-path="${path}"] > .clause-head`).getByRole('button', { name }).focus();
            await page.keyboard.press('Enter');
        };
        const text = async (wanted) => page.waitForFunction((w) => document.querySelector('.code-text').value.replace(/\s+/g, ' ') === w, wanted);
        await act('/all/0', /^Move down/);
        await text('orders.last is in the last 180 days and orders.count is at least 3');
        assert.equal(await page.evaluate(() => document.activeElement.closest('[data-path]').dataset.path), '/all/1');
        await act('/all/1', /^Copy/);
        await act('/all/2', /^Put into brackets/);
        await page.locator('[data-path="/all/2"] > .clause-head select').selectOption('any');
        await page.waitForSelector('[data-path="/all/2/any/0"]');
        await act('/all/0', /^Remove/);
        await text('orders.count is at least 3 and (orders.count is at least 3)');
        assert.ok(await page.evaluate(() => document.querySelector('.builder').contains(document.activeElement)));
        await guarded.check('moves');
    });

    test('two people save: theirs is shown, and one decides', async () => {
        await edit('vip');
        Object.assign(mock.segments.find((s) => s.name === 'vip'), { version: 4, text: 'orders.count is at least 9', definition: { field: 'orders.count', test: 'at_least', values: [9] } });
        await page.getByLabel('Title', { exact: true }).fill('Best regulars');
        await button('Save').click();
        await page.getByText('Somebody else saved in the meantime').waitFor();
        await page.locator('.notice.warn pre').getByText('orders.count is at least 9').waitFor();
        await button('Save mine over it').click();
        await page.waitForFunction(() => location.hash === '#/segments/vip');
        assert.deepEqual([mock.puts.at(-1).version, mock.puts.at(-1).title], [4, 'Best regulars']);
        await edit('vip');
        mock.segments.find((s) => s.name === 'vip').version = 8;
        await page.getByLabel('Title', { exact: true }).fill('Mine');
        await button('Save').click();
        await button('Take theirs').click();
        assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Best regulars');
        await guarded.check('conflict');
    });

    test('a name that is taken and a circle are refused in words', async () => {
        await open('segments/new/vip', '.faces');
        assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Copy of Regulars');
        await page.getByLabel('Name in definitions').fill('vip');
        await page.getByLabel('What it is for').fill('A copy');
        await button('Save').click();
        await page.getByText('There is a segment "vip" already').waitFor();
        await guarded.check('taken');
    });

    test('what is used is not deleted, and says by whom; what is not goes after a question', async () => {
        await open('segments', '.segment-list');
        await button('Delete Regulars').click();
        await top().getByText('It is used by 2 others').waitFor();
        assert.equal(await top().getByRole('link', { name: 'tea-lovers' }).count(), 1);
        assert.equal(await top().getByRole('button', { name: 'Delete', exact: true }).isDisabled(), true);
        await page.keyboard.press('Escape');
        await gone();
        await button('Delete New customers').click();
        await top().getByRole('button', { name: 'Delete', exact: true }).click();
        await gone();
        await page.locator('tr', { hasText: 'New customers' }).waitFor({ state: 'detached' });
        assert.equal(mock.segments.some((s) => s.name === 'new-customers'), false);
        await guarded.check('delete');
    });

    test('people for a purpose: who is held back, and why', async () => {
        await open('segments/vip', '.member-row .row-link');
        await page.getByLabel('Who may be reached for').selectOption('marketing_email');
        await page.getByText('271 people are held back for').waitFor();
        assert.match(await page.textContent('.held-reasons'), /never agreed: 268.*withdrew their consent: 3/s);
        await page.locator('.member-row').nth(1).getByRole('link', { name: /^Why/ }).click();
        await page.waitForSelector('.why-tree');
        await guarded.check('people');
    });

    test('an export names its purpose, waits for a colleague, and says how many were held back', async () => {
        mock.rules.find((r) => r.kind === 'bulk_export').on = true;
        await open('segments/vip', '.member-row');
        await button('Export…').click();
        await top().locator('.choices').waitFor();
        assert.equal(await top().getByRole('button', { name: 'Export', exact: true }).isDisabled(), true, 'no purpose, no file');
        await top().getByLabel('What for').selectOption('marketing_email');
        await top().getByLabel('loyalty_level').check();
        await top().getByRole('button', { name: 'Export', exact: true }).click();
        await page.getByRole('heading', { name: 'Two people are needed' }).waitFor();
        await top().locator('textarea').fill('spring letter');
        await button('Ask a colleague').click();
        await page.getByText('Waiting for a colleague').waitFor();
        const download = page.waitForEvent('download');
        mock.approvals[0].state = 'approved';
        assert.equal((await download).suggestedFilename(), 'vip.csv');
        await page.getByText('271 people were held back for').waitFor();
        assert.deepEqual(mock.exports.at(-1), { purpose: 'marketing_email', format: 'csv', fields: ['email', 'firstName', 'loyalty_level'] });
        await page.keyboard.press('Escape');
        await guarded.check('export');
    });

    test('why: a person is found, the tree says what was measured, a past moment is asked for', async () => {
        const who = someone(mock);
        await open('segments/everything/why', '.card .field');
        await page.locator('input[type=search]').fill(who.label);
        await page.locator('.candidates button').first().click();
        await page.waitForSelector('.why-tree');
        assert.equal(await page.locator('.why-node').count(), 21);
        assert.match(await page.textContent('.why-tree'), /did "Product Viewed".*Measured: 4/s);
        const asked = page.waitForRequest(/why\?at=/);
        await page.getByLabel('At', { exact: true }).fill('2026-03-01T12:00');
        assert.match((await asked).url(), /at=2026-03-01T11%3A00/, 'the browser is an hour ahead of UTC');
        await page.getByText('As it was at 1 Mar 2026').waitFor();
        await guarded.check('why');
    });

    test('history, sizes and overlap', async () => {
        await open('segments/vip/history', '.table');
        assert.match(await page.textContent('.table tbody tr'), /Entered/);
        await open('segments/vip/sizes', '.u-over');
        await page.check('input[value="90"]');
        await page.waitForFunction(() => location.hash.includes('days=90'));
        await open('segments/vip/overlap', '.overlap-choices');
        await page.getByLabel('Tea lovers').check();
        await page.getByLabel('Every kind of condition').check();
        await page.waitForFunction(() => document.querySelectorAll('.heat').length === 6);
        assert.match(await page.textContent('.overlap tbody tr'), /Regulars\s*812 people/);
        await guarded.check('views');
    });

    test('a person’s page says which segments and why', async () => {
        const { id } = someone(mock);
        await open(`people/${id}`, '.person-segments li');
        await page.locator('.person-segments').getByRole('link', { name: 'Why Regulars' }).click();
        await page.waitForFunction((x) => location.hash.startsWith(`#/segments/vip/why/${x}`), id);
        await page.waitForSelector('.why-tree');
        await guarded.check('person');
    });

    test('who may only look sees no way to change', async () => {
        for (const s of mock.sessions.values()) s.permissions = ['session', 'segments_read'];
        await open('segments', '.segment-list');
        assert.equal(await page.getByRole('link', { name: 'New segment' }).count(), 0);
        assert.equal(await button('Delete Regulars').count(), 0);
        assert.equal(await page.getByRole('link', { name: 'SQL' }).count(), 0, 'no entry without the permission');
        await page.goto(`${started.server.url}/#/sql`);
        await page.getByText(/You may not open|not open|permission/i).first().waitFor();
        for (const s of mock.sessions.values()) s.permissions = mock.permissions;
        await guarded.check('only looking');
    });

    test('an error says what to do, and trying again helps', async () => {
        mock.fail = { path: /\/v1\/segments$/, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' };
        await open('segments', '.notice.bad');
        mock.fail = null;
        await page.waitForSelector('.segment-list', { timeout: 5000 });
        assert.equal(await page.locator('.notice.bad').count(), 0, 'the next look mends it by itself');
        await guarded.check('error');
    });
});
