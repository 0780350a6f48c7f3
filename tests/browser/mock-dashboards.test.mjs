// SPDX-License-Identifier: Apache-2.0
// Today, dashboards and targets: what they ask, what is done with mouse and keyboard, what leaves the house, what stands on paper.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accessible, fits, obstacle } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';

describe('Today, dashboards and targets', { skip: obstacle() ?? false }, () => {
    let it;
    let page;
    let mock;
    let guarded;
    const open = (...args) => it.open(...args);
    const button = (name) => it.button(name);
    const top = () => it.top();
    const asked = (kind) => mock.asked.filter((q) => q.kind === kind);
    const tileOf = (title) => page.locator('.tile').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    const order = () => page.locator('.board .tile').evaluateAll((all) => all.map((x) => x.dataset.tile));
    const focused = (label) => page.waitForFunction((x) => document.activeElement?.getAttribute('aria-label') === x, label);
    before(async () => {
        it = await startConsole();
        ({ page, mock, guarded } = it);
    });
    beforeEach(() => mock.reset('full'));
    after(() => it?.close());

    // --- Today

    test('Today asks for everything at once, and for nothing else than questions', async () => {
        const paths = [];
        const listen = (r) => { if (r.url().includes('/v1/')) paths.push(`${r.method()} ${new URL(r.url()).pathname}`); };
        page.on('request', listen);
        await open('today', '.number');
        await page.waitForSelector('.funnel');
        await page.waitForSelector('.attention-list li');
        page.off('request', listen);
        assert.ok(!paths.some((p) => p.includes('/v1/today')), 'the old route is not asked');
        assert.ok(paths.includes('POST /v1/insight/query') && paths.includes('GET /v1/attention'));
        const [report] = asked('report');
        assert.deepEqual(report.question, { metrics: ['revenue', 'orders', 'average_order_value', 'conversion_rate', 'active_customers'], by: 'day', compare: 'previous' });
        assert.equal((Date.parse(report.to) - Date.parse(report.from)) / 86_400_000, 29, 'thirty days, the first and the last belong to them');
        assert.deepEqual(asked('funnel')[0].question, { ready: 'shop' });
        assert.equal(await page.locator('.number').count(), 5);
        assert.match(await page.textContent('.figures'), /Conversion rate.*(chance)/s, 'the change is judged in words');
        await guarded.check('today');
    });

    test('what needs a person comes first, the urgent on top, each with its way', async () => {
        await open('today', '.attention-list li');
        const links = await page.locator('.attention-list a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        assert.equal(links[0], '#/requests?due=late');
        assert.ok(links.includes('#/targets/alerts'));
        await page.locator('.attention-list a').nth(links.indexOf('#/targets/alerts')).click();
        await page.waitForSelector('.alerts li');
        mock.attention = [{ kind: 'x', title: 'Somewhere else', count: 1, severity: 'info', link: 'https://evil.example/', since: null }];
        await open('today', '.attention-list li');
        assert.equal(await page.getAttribute('.attention-list a', 'href'), '#/today', 'a link never leaves the console');
        mock.attention = [];
        await open('today', '.number');
        await page.getByText('Nothing waits for a person now.').waitFor();
        await guarded.check('attention');
    });

    test('a number is chosen, explained, compared; keys change the period', async () => {
        await open('today', '.number');
        await page.locator('.number', { hasText: 'Orders' }).click();
        await page.getByRole('slider', { name: /^Orders/ }).waitFor();
        await button('How is this computed? Average order value').click();
        const panel = page.locator('.how:popover-open');
        assert.match(await panel.textContent(), /revenue \/ orders.*Divided by.*orders/s);
        await page.keyboard.press('Escape');
        await page.keyboard.press('1');
        await page.waitForFunction(() => location.hash.includes('days=7'));
        await page.keyboard.press('x');
        await page.waitForFunction(() => location.hash.includes('compare=year'));
        await page.getByText('The last 7 days against the same days a year before').waitFor();
        await page.waitForFunction(() => document.querySelector('.today-numbers')?.getAttribute('aria-busy') === 'false');
        assert.equal(asked('report').at(-1).question.compare, 'year');
        await page.keyboard.press('4');
        await page.waitForFunction(() => location.hash.includes('days=365'));
        await page.waitForFunction(() => document.querySelector('.today-numbers')?.getAttribute('aria-busy') === 'false');
        assert.equal(asked('report').at(-1).question.by, 'week', 'a year is drawn by weeks');
        await guarded.check('numbers');
    });

    test('each part fails by itself and comes back by itself', async () => {
        mock.fail = { path: /attention/, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' };
        await open('today', '.number');
        await page.waitForSelector('.funnel');
        assert.equal(await page.locator('.notice.bad').count(), 1);
        mock.fail = null;
        await page.locator('.notice.bad').getByRole('button', { name: 'Try again' }).click();
        await page.waitForSelector('.attention-list li');
        mock.fail = { path: /insight\/query/, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' };
        await open('today', '.attention-list li');
        await page.waitForFunction(() => document.querySelectorAll('.notice.bad').length === 2, null, { timeout: 10_000 });
        mock.fail = null;
        mock.figures = 'nothing';
        await open('today', '.number');
        await page.getByText('Nobody began it in this period.').waitFor();
        await guarded.check('parts');
    });

    test('a day is clicked, or walked to by keys, and noted', async () => {
        await open('today', '.plot');
        const plot = page.locator('.today-numbers .plot');
        await plot.focus();
        await page.keyboard.press('End');
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        const to = asked('report')[0].to;
        const wanted = new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10);
        assert.equal(await page.inputValue('dialog input[type=date] >> nth=0'), wanted);
        await page.getByLabel('What happened').fill('Radio spot');
        await page.getByLabel('Until').fill('2020-01-01');
        await page.getByText('It cannot end before it began.').waitFor();
        await page.getByLabel('Until').fill('');
        await page.keyboard.press('Enter');
        await it.gone();
        assert.deepEqual([mock.annotations[0].day, mock.annotations[0].title, mock.annotations[0].kind], [wanted, 'Radio spot', 'campaign']);
        await page.waitForFunction(() => [...document.querySelectorAll('.note-mark title')].some((x) => x.textContent === 'Radio spot'));
        const box = await plot.boundingBox();
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.waitForSelector('dialog[open]');
        await page.keyboard.press('Escape');
        await guarded.check('notes');
    });

    test('segments in motion say who came in and who left', async () => {
        await open('today', '.number');
        const row = page.getByRole('row', { name: /Regulars/ });
        await row.waitFor();
        assert.match(await row.textContent(), /\+\d+.*−\d+.*812/s);
        await guarded.check('movement');
    });

    // --- dashboards

    test('a dashboard is made from a template and asks its questions', async () => {
        await open('dashboards', '.template-list li');
        await button('Make it: Shop overview').click();
        await top().getByLabel('Title', { exact: true }).fill('How the shop goes');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => location.hash === '#/dashboards/how-the-shop-goes');
        await page.waitForSelector('.funnel');
        const made = mock.dashboards.at(-1);
        assert.deepEqual([made.name, made.version, made.tiles.length, made.period], ['how-the-shop-goes', 1, 8, '30d']);
        assert.equal(await page.locator('.tile').count(), 8);
        await tileOf('Countries').getByText('Germany').waitFor();
        await guarded.check('template');
    });

    test('days and comparison are chosen; a row that is clicked filters every report', async () => {
        await open('dashboards/shop', '.funnel');
        await page.locator('.pickers select').first().selectOption('this_month');
        await page.waitForFunction(() => location.hash.includes('period=this_month'));
        await page.locator('.pickers select').last().selectOption('none');
        await guarded.still();
        const before = mock.asked.length;
        await tileOf('Where orders come from').getByRole('button', { name: /E-mail/ }).click();
        await page.waitForSelector('.board-filters .chip');
        await guarded.still();
        const reports = mock.asked.slice(before).filter((q) => q.kind === 'report');
        assert.ok(reports.length >= 7);
        for (const q of reports) {
            assert.deepEqual(q.question.filters, [{ dimension: 'channel', in: ['email'] }]);
            assert.equal(q.question.compare, 'none');
            assert.equal(q.from.slice(8), '01');
        }
        assert.match(await tileOf('From visit to order').textContent(), /filters do not apply/);
        await page.locator('.board-filters .chip').click();
        await page.waitForSelector('.board-filters', { state: 'detached' });
        await guarded.check('filters');
    });

    test('tiles are moved, sized, renamed, removed by keyboard, and saved in their order', async () => {
        await open('dashboards/shop/edit', '.tile-controls');
        const first = await order();
        await button('Move Revenue down').focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction((id) => document.querySelectorAll('.board .tile')[1].dataset.tile === id, first[0]);
        await focused('Move Revenue down'); // the focus stays
        await page.keyboard.press('Enter');
        await button('Make Revenue wider').focus();
        await page.keyboard.press('Enter');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Enter');
        await focused('Make Revenue narrower'); // where it can go no further the focus goes to the opposite
        await page.getByLabel('Title of Orders', { exact: true }).fill('All orders');
        await button('Remove Countries').focus();
        await page.keyboard.press('Enter');
        await page.getByText('Revenue is 4 columns wide').or(page.getByText('Countries was removed')).first().waitFor({ state: 'attached' });
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/dashboards/shop');
        const kept = mock.dashboards.find((d) => d.name === 'shop');
        assert.deepEqual(kept.tiles.map((x) => x.id), ['orders', 'average', 'revenue', 'conversion', 'course', 'channels', 'funnel']);
        assert.equal(kept.tiles[2].width, 4);
        assert.equal(kept.tiles[0].title, 'All orders');
        assert.equal(kept.version, 4);
        await guarded.check('edit by keyboard');
    });

    test('tiles are dragged', async () => {
        await open('dashboards/shop/edit', '.tile-controls');
        await page.locator('[data-tile=revenue] .tile-grip').dragTo(page.locator('[data-tile=conversion]'));
        assert.deepEqual((await order()).slice(0, 4), ['orders', 'average', 'conversion', 'revenue']);
        await guarded.check('drag');
    });

    test('tiles are added: a new question looked at first, and a saved view', async () => {
        await open('dashboards/loyalty/edit', '.tile-controls');
        await button('Add a tile').click();
        await top().getByLabel('Figure', { exact: true }).selectOption('visits');
        await top().getByLabel('Divided by').selectOption('device');
        await top().locator('.bar-row').first().waitFor();
        assert.equal(await top().getByLabel('Title', { exact: true }).inputValue(), 'Visits', 'named by what it shows');
        await top().getByLabel('People', { exact: true }).selectOption('vip');
        await top().getByLabel('Only people who allow analytics').check();
        await top().getByRole('button', { name: 'Add', exact: true }).click();
        await it.gone();
        await button('Add a tile').click();
        await top().getByRole('radio', { name: 'A saved view' }).check();
        await top().getByRole('button', { name: 'Add Revenue by country' }).click();
        await it.gone();
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/dashboards/loyalty');
        const { tiles } = mock.dashboards.find((d) => d.name === 'loyalty');
        assert.deepEqual(tiles[2], { id: 'visits', title: 'Visits', show: 'bars', width: 2, query: { kind: 'report', question: { metrics: ['visits'], by: 'total', breakdown: 'device' }, segment: 'vip', consented: true } });
        assert.equal(tiles[3].id, 'revenue-by-country');
        await page.getByText('412 people are left out who did not allow analytics.').waitFor();
        await guarded.check('add');
    });

    test('what somebody else saved is said, shown, and not overwritten unasked', async () => {
        await open('dashboards/shop/edit', '.tile-controls');
        await page.getByLabel('Title of Revenue', { exact: true }).fill('Money');
        const stored = mock.dashboards.find((d) => d.name === 'shop');
        Object.assign(stored, { version: 9, title: 'Their title', changed: new Date().toISOString() });
        await button('Save').click();
        await page.getByText('Somebody else saved this dashboard in the meantime').waitFor();
        await page.getByText(/Version 9 was saved/).waitFor();
        assert.equal(stored.tiles[0].title, 'Revenue', 'nothing was overwritten');
        await button('Save mine over it').click();
        await page.waitForFunction(() => location.hash === '#/dashboards/shop');
        const kept = mock.dashboards.find((d) => d.name === 'shop');
        assert.deepEqual([kept.version, kept.tiles[0].title, kept.title], [10, 'Money', 'How the shop goes']);
        await guarded.check('conflict');
    });

    test('full screen has nothing around it; Escape leaves, also without single keys', async () => {
        await open('dashboards/shop', '.funnel');
        await button('Full screen').click();
        await page.waitForSelector('.shell.bare');
        assert.equal(await page.locator('.sidebar, .topbar').count(), 0);
        await page.evaluate(() => localStorage.setItem('custos.single-keys', 'off'));
        await page.reload();
        await page.waitForSelector('.shell.bare .funnel');
        await page.keyboard.press('Escape');
        await page.waitForFunction(() => location.hash === '#/dashboards/shop');
        await page.waitForSelector('.sidebar');
        await page.evaluate(() => localStorage.removeItem('custos.single-keys'));
        await guarded.check('full screen');
    });

    test('on paper: light, A4, no menus, no tile cut; tables behind the charts on demand', async () => {
        await page.emulateMedia({ colorScheme: 'dark' });
        await open('dashboards/shop', '.funnel');
        await page.evaluate(() => {
            globalThis.printed = [];
            globalThis.print = () => globalThis.printed.push({ theme: document.documentElement.dataset.theme, tables: document.querySelectorAll('.board .chart-table[open]').length });
        });
        const print = async (tables) => {
            await button('Print or PDF').click();
            if (tables) await top().getByLabel('With the tables behind the charts').check();
            await top().getByRole('button', { name: 'Print', exact: true }).click();
        };
        await print(false);
        await page.waitForFunction(() => globalThis.printed.length === 1);
        await print(true);
        await page.waitForFunction(() => globalThis.printed.length === 2);
        const printed = await page.evaluate(() => globalThis.printed);
        assert.deepEqual(printed.map((p) => p.theme), ['light', 'light']);
        assert.equal(printed[0].tables, 0);
        assert.ok(printed[1].tables >= 2);
        assert.equal(await page.locator('.board .chart-table[open]').count(), 0, 'as it was before');
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        for (const selector of ['.sidebar', '.page-actions', '.pickers', '.tile .card-actions', '.chart-table']) {
            assert.equal(await page.locator(selector).first().isVisible(), false, selector);
        }
        assert.equal(await page.locator('.print-only').first().isVisible(), true);
        const styles = await page.evaluate(() => ({ cut: getComputedStyle(document.querySelector('.tile')).breakInside, scheme: getComputedStyle(document.documentElement).colorScheme }));
        assert.deepEqual(styles, { cut: 'avoid', scheme: 'light' });
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
        const text = pdf.toString('latin1');
        const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text);
        assert.ok(Math.abs(Number(box[1]) - 595) < 2 && Math.abs(Number(box[2]) - 842) < 2, `A4, not ${box[0]}`);
        await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
        await guarded.check('print');
    });

    test('a tile leaves as CSV and as an image', async () => {
        await open('dashboards/shop', '.funnel');
        const csv = page.waitForEvent('download');
        await button('CSV of Revenue by day').click();
        assert.match((await csv).suggestedFilename(), /\.csv$/);
        const image = page.waitForEvent('download');
        await button('SVG, an image of Where orders come from').click();
        assert.match((await image).suggestedFilename(), /\.svg$/);
        const [drawn] = mock.drawn;
        assert.deepEqual([drawn.kind, drawn.show, drawn.title, drawn.metric, drawn.question.compare], ['report', 'bars', 'Where orders come from', 'revenue', 'previous']);
        await guarded.check('files');
    });

    test('a link is made, shown once, and ended', async () => {
        await open('dashboards/shop', '.funnel');
        await button('Share').click();
        await top().locator('.acts li').waitFor();
        await top().getByLabel('Good for').selectOption('30');
        await top().getByRole('button', { name: 'Make a link' }).click();
        assert.match(await top().locator('.once-text').textContent(), /https:\/\/custos\.example\/shared\/share_/);
        await page.waitForFunction(() => document.querySelectorAll('dialog .acts li').length === 2);
        await accessible(page, 'share');
        await top().getByRole('button', { name: /^End the link/ }).last().click();
        await page.waitForFunction(() => document.querySelectorAll('dialog .acts li').length === 1);
        assert.equal(await top().locator('.once-text').count(), 0, 'the ended link is not shown any more');
        assert.deepEqual(mock.shares.shop.map((s) => s.id), [1]);
        await page.keyboard.press('Escape');
        await button('Share').click();
        await top().locator('.acts li').waitFor();
        assert.equal(await top().locator('.once-text').count(), 0, 'never shown again');
        await guarded.check('share');
    });

    test('letters are scheduled to staff, sent now, and ended', async () => {
        await open('dashboards/shop', '.funnel');
        await button('By e-mail').click();
        await top().getByLabel('How often').selectOption('month');
        await top().getByLabel('At', { exact: true }).selectOption('6');
        await top().getByLabel('mira@shop.example').check();
        await top().getByRole('button', { name: 'Send it to me now' }).click();
        await page.getByText('It is on its way to owner@shop.example').first().waitFor();
        assert.deepEqual(mock.sent, ['shop']);
        await top().getByRole('button', { name: 'Save' }).click();
        await it.gone();
        const { every, hour, to } = mock.schedules.shop;
        assert.deepEqual({ every, hour, to }, { every: 'month', hour: 6, to: ['owner@shop.example', 'mira@shop.example'] });
        await button('By e-mail').click();
        await page.waitForFunction(() => document.querySelector('dialog select')?.value === 'month');
        await top().getByRole('button', { name: 'Send no more' }).click();
        await it.gone();
        assert.equal(mock.schedules.shop, undefined);
        await guarded.check('schedule');
    });

    // --- targets

    test('a target is made in the units people use, changed, deleted', async () => {
        await open('targets', '.table');
        assert.match(await page.textContent('.table'), /€10,120.*84% of the target.*usual: 44 to 71.*There is no segment/s);
        await page.getByRole('link', { name: 'New target' }).click();
        await page.getByLabel('Title', { exact: true }).fill('Conversion');
        await page.getByLabel('Figure', { exact: true }).selectOption('conversion_rate');
        await page.getByLabel('What is watched').selectOption('below');
        await page.getByLabel('Value (%)').fill('two');
        await page.getByText('A number is needed.').waitFor();
        await page.getByLabel('Value (%)').fill('2.5');
        await page.getByLabel('Only where').selectOption('channel');
        await page.getByLabel('E-mail', { exact: true }).check();
        await page.getByLabel('me (owner@shop.example)').check();
        await page.getByLabel('A webhook').fill('https://hooks.example.com/x');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/targets');
        const { title, metric, kind, value, filters, tell, period } = mock.targets.at(-1);
        assert.deepEqual({ title, metric, kind, value, filters, tell, period }, { title: 'Conversion', metric: 'conversion_rate', kind: 'below', value: 0.025, filters: [{ dimension: 'channel', in: ['email'] }], tell: ['today', 'mail:1', 'webhook:https://hooks.example.com/x'], period: 'week' });
        await page.getByRole('link', { name: 'Revenue of a week' }).click();
        await page.waitForFunction(() => document.querySelector('input[inputmode=decimal]')?.value === '12000');
        await page.getByLabel('Value (EUR)').fill('13000.50');
        mock.targets.find((x) => x.name === 'revenue-week').version = 5;
        await button('Save').click();
        await page.getByText('Somebody else changed this target in the meantime').waitFor();
        await button('Save mine over it').click();
        await page.waitForFunction(() => location.hash === '#/targets');
        assert.equal(mock.targets.find((x) => x.name === 'revenue-week').value, 1_300_050);
        await button('Delete New customers').click();
        await top().getByRole('button', { name: 'Delete the target' }).click();
        await it.gone();
        assert.ok(!mock.targets.some((x) => x.name === 'fresh'));
        await guarded.check('targets');
    });

    test('what targets found is said in words, leads to them, and is marked as seen', async () => {
        await open('targets/alerts', '.alerts li');
        assert.match(await page.locator('.alerts li').first().textContent(), /on Saturdays 44 to 71 are usual/);
        await button('Seen').click();
        await page.waitForFunction(() => document.querySelectorAll('.alerts button').length === 0);
        assert.ok(mock.alertsOfTargets[0].seen);
        await page.getByRole('link', { name: 'Orders as usual' }).click();
        await page.waitForFunction(() => location.hash === '#/targets/edit/orders-unusual');
        await open('targets/notes', '.table');
        await button('Delete the note Payment was down').click();
        await page.waitForFunction(() => document.querySelectorAll('.table tbody tr').length === 1);
        await guarded.check('alerts');
    });

    test('who may only look sees no way to change', async () => {
        for (const s of mock.sessions.values()) s.permissions = ['session', 'analytics_read'];
        await open('dashboards/shop', '.funnel');
        assert.equal(await page.getByRole('button', { name: /^(Share|By e-mail|Change)$/ }).count(), 0);
        await open('targets', '.table');
        assert.equal(await page.getByRole('link', { name: 'New target' }).count(), 0);
        await open('targets/edit/refunds', '.empty');
        await open('today', '.number');
        assert.equal(await page.locator('.live-list').count(), 0);
        assert.equal(await page.getByRole('button', { name: 'Note a day' }).count(), 0);
        await fits(page, 'today, looking only');
        await guarded.check('looking only');
        for (const s of mock.sessions.values()) s.permissions = mock.permissions;
    });
});
