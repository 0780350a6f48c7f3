// SPDX-License-Identifier: Apache-2.0
// Explore against the mock server: figures against another period, narrowed by clicking, kept; a funnel built and gone through to
// its people; every drawing by keyboard, in light and dark, on paper.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accessible, fits, obstacle } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';
import { OWN } from './lib/scenes-explore.mjs';

const q = (question) => `q=${encodeURIComponent(JSON.stringify(question))}`;

describe('Explore, against the mock server', { skip: obstacle() ?? false }, () => {
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

    const last = (kind) => mock.asked.filter((a) => a.kind === kind).at(-1);
    const asking = (path = '/v1/insight/query') => page.waitForResponse((r) => r.url().includes(path));
    const pick = (name) => page.getByRole('combobox', { name, exact: true });
    const inAddress = () => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.split('?')[1] ?? '')));
    // Does something that asks again, and waits for the answer on the page.
    const again = async (act, path) => {
        await Promise.all([asking(path), act()]);
        await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    };

    test('reports: figures with how they are computed, against the period before and a year before', async () => {
        await open('reports', '.plot svg');
        assert.equal(await page.locator('.number-tile').count(), 5);
        const first = last('report');
        assert.deepEqual([first.question.metrics[0], first.question.compare, first.question.breakdown, first.question.by], ['revenue', 'previous', 'channel', 'day']);
        assert.equal((Date.parse(first.to) - Date.parse(first.from)) / 86_400_000, 29);
        await page.locator('.number-tile .how-button').nth(2).click();
        const how = page.locator('.how:popover-open');
        assert.match(await how.textContent(), /Average order value.*revenue \/ orders.*What counts.*Divided by.*orders.*Shopify/s);
        await page.keyboard.press('Escape');
        await page.waitForFunction(() => !document.querySelector('.how:popover-open'));
        await again(() => pick('Compare with').selectOption('year'));
        assert.equal(last('report').question.compare, 'year');
        assert.match(await page.locator('.number-tile .change').first().textContent(), /a year before/);
        await page.getByRole('button', { name: /^Orders/ }).first().click();
        await page.waitForFunction(() => /Orders/.test(document.querySelector('.plot').getAttribute('aria-label')));
        await guarded.check('reports');
    });

    test('reports: periods by keyboard, by days, back and forth; the way back in the browser works', async () => {
        await open('reports', '.plot svg');
        await again(() => page.keyboard.press('1'));
        assert.equal((await inAddress()).p, '7d');
        assert.equal(last('report').from, last('report').to < '9' ? new Date(Date.parse(last('report').to) - 6 * 86_400_000).toISOString().slice(0, 10) : '');
        await again(() => page.keyboard.press('b'));
        const before = last('report');
        assert.equal((Date.parse(before.to) - Date.parse(before.from)) / 86_400_000, 6, 'as long');
        await again(() => page.goBack());
        assert.equal((await inAddress()).p, '7d');
        await again(() => page.getByLabel('First day').fill('2026-01-05'));
        assert.equal(last('report').from, '2026-01-05');
        await again(() => page.keyboard.press('x').then(() => page.locator('h1').click()).then(() => page.keyboard.press('x')));
        assert.equal(last('report').question.compare, 'year');
        await guarded.check('periods');
    });

    test('reports: a row narrows everything, chips say so and are taken away; the bar does the same', async () => {
        await open('reports', '.figure-table');
        await again(() => page.locator('.figure-table').getByRole('button', { name: 'E-mail' }).click());
        assert.deepEqual(last('report').question.filters, [{ dimension: 'channel', in: ['email'] }]);
        assert.match(await page.textContent('.filter-chips'), /Channel: E-mail/);
        await again(() => pick('Break down by').selectOption('country'));
        await again(() => page.locator('.figure-bars').getByRole('button', { name: /Austria/ }).click());
        assert.deepEqual(last('report').question.filters, [{ dimension: 'channel', in: ['email'] }, { dimension: 'country', in: ['AT'] }]);
        assert.equal((await inAddress()).q.includes('"AT"'), true);
        await again(() => button('Take Channel: E-mail away').click());
        assert.deepEqual(last('report').question.filters, [{ dimension: 'country', in: ['AT'] }]);
        await button('Filter').click();
        await top().getByLabel('Find a value').fill('mail');
        await top().getByRole('checkbox', { name: /E-mail/ }).check();
        await again(() => top().getByRole('button', { name: 'Filter', exact: true }).click());
        assert.deepEqual(last('report').question.filters.map((f) => f.dimension), ['country', 'channel']);
        await page.reload();
        await page.waitForSelector('.filter-chips .value-chip');
        assert.deepEqual(last('report').question.filters.map((f) => f.dimension), ['country', 'channel'], 'the address holds it all');
        await guarded.check('filters');
    });

    test('reports: other figures, in the way of a vendor; only who allows analytics, with how many are left out', async () => {
        await open('reports', '.plot svg');
        await button('Choose figures…').click();
        await top().getByLabel('Find a figure').fill('shopify');
        await top().getByLabel('How to count Average order value').selectOption('shopify');
        await top().getByLabel('Find a figure').fill('bounce');
        await top().getByRole('checkbox', { name: /Bounce rate/ }).check();
        assert.equal(await top().getByRole('checkbox', { name: /Expected value/ }).count(), 0);
        await again(() => top().getByRole('button', { name: 'Show', exact: true }).click());
        assert.deepEqual(last('report').question.metrics, ['revenue', 'orders', 'average_order_value:shopify', 'conversion_rate', 'visits', 'bounce_rate']);
        await page.getByText('Average order value (Shopify)').first().waitFor();
        await again(() => page.getByLabel('Only who allows analytics').check());
        assert.equal(last('report').consented, true);
        await page.getByText('412 people are left out, because they do not allow analytics.').waitFor();
        await again(() => pick('People').selectOption('vip'));
        assert.equal(last('report').segment, 'vip');
        mock.small = true;
        await again(() => pick('Break down by').selectOption('product'));
        await page.getByText(/groups of fewer than 10 people are hidden/).waitFor();
        await page.locator('.figure-table').getByText('fewer than 10 people').first().waitFor();
        await guarded.check('who is counted');
    });

    test('reports: five thousand rows, few of them in the page wherever one scrolls; sorted by any column', async () => {
        await open(`reports?${q({ breakdown: 'product' })}`, '.figure-table');
        await again(() => button('Show up to 200').click());
        await again(() => button('Show up to 1,000').click());
        await again(() => button('Show up to 5,000').click());
        await page.waitForSelector('.figure-rows');
        assert.ok(await page.locator('.sql-row').count() < 120);
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await page.getByText('Tea no. 5000', { exact: true }).waitFor();
        const [pause, most] = await page.evaluate(async () => { // the usual pause between two drawings while it scrolls
            const pauses = [];
            let most = 0;
            let before = performance.now();
            for (let i = 0; i < 60; i++) {
                scrollBy(0, i < 30 ? -700 : 700);
                await new Promise((drawn) => { requestAnimationFrame(drawn); });
                pauses.push(performance.now() - before);
                before = performance.now();
                most = Math.max(most, document.querySelectorAll('.sql-row').length);
            }
            return [pauses.sort((a, b) => a - b)[30], most];
        });
        assert.ok(most < 120, `${most} rows in the page`);
        console.log(`# ${Math.round(pause)} ms between two drawings of 5,000 rows`);
        await page.evaluate(() => scrollTo(0, 0));
        await page.locator('.sql-row.head').getByRole('button', { name: 'Product' }).click();
        await page.waitForFunction(() => /Tea no\. 1$/.test(document.querySelector('.sql-row:not(.head)').firstElementChild.textContent));
        await guarded.check('rows');
    });

    test('reports: kept as a view and opened again, on a dashboard, as CSV', async () => {
        await open(`reports?p=90d&${q({ breakdown: 'device', metrics: ['visits'] })}`, '.plot svg');
        await button('Save as view…').click();
        await top().getByLabel('Name', { exact: true }).fill('Visits by device');
        await top().getByRole('button', { name: 'Save' }).click();
        await gone();
        const view = mock.views.find((v) => v.title === 'Visits by device');
        assert.deepEqual([view.query.kind, view.query.question.metrics, view.query.question.breakdown, view.query.from], ['report', ['visits'], 'device', undefined]);
        await button('Add to a dashboard…').click();
        await top().getByLabel('Dashboard', { exact: true }).selectOption({ index: 0 });
        const tiles = mock.dashboards[0].tiles.length;
        await top().getByRole('button', { name: 'Add', exact: true }).click();
        await gone();
        assert.equal(mock.dashboards.find((d) => d.tiles.length === tiles + 1)?.tiles.at(-1).query.question.breakdown, 'device');
        const save = page.waitForEvent('download');
        await button('CSV').click();
        assert.equal((await save).suggestedFilename(), 'report.csv');
        await open('reports', '.plot svg');
        await button('Views').click();
        await again(() => top().getByRole('link', { name: 'Visits by device' }).click());
        assert.deepEqual(last('report').question.metrics, ['visits']);
        await guarded.check('kept');
    });

    test('a line is walked by the arrow keys and read aloud; its figures are a table', async () => {
        await open('reports', '.plot svg');
        const plot = page.getByRole('slider', { name: 'Revenue, chart' });
        await plot.focus();
        await page.keyboard.press('Home');
        assert.match(await plot.getAttribute('aria-valuetext'), /€[\d,.]+ \(/);
        const at = await plot.getAttribute('aria-valuenow');
        await page.keyboard.press('ArrowRight');
        assert.equal(Number(await plot.getAttribute('aria-valuenow')), Number(at) + 1);
        await page.waitForSelector('.plot-tip');
        await page.locator('.chart-table summary').first().click();
        assert.equal(await page.locator('.chart-table tbody tr').count(), 30);
        assert.match(await page.locator('.chart-table tbody tr').last().textContent(), /not over yet/);
        await guarded.check('walked');
    });

    test('funnels: the ready one first; who fell off, and a segment of them', async () => {
        await open('funnels', '.funnel');
        assert.deepEqual(last('funnel').question, { ready: 'shop', trend: 'week' });
        assert.equal(await page.locator('.funnel > li').count(), 4);
        await again(() => page.locator('.funnel-drop button').nth(1).click(), '/v1/insight/people');
        const who = mock.asked.at(-1);
        assert.deepEqual([who.pick, who.question.ready], [{ step: 3, what: 'dropped' }, 'shop']);
        await page.getByText('237 people', { exact: true }).waitFor();
        assert.equal(await page.locator('.explore-people li').count(), 50);
        await again(() => top().getByRole('button', { name: /^Show more/ }).click(), '/v1/insight/people');
        await page.waitForFunction(() => document.querySelectorAll('.explore-people li').length === 100);
        await accessible(page, 'who fell off');
        await top().getByRole('button', { name: 'Make a segment of them' }).click();
        await page.waitForFunction(() => location.hash === '#/segments/new');
        await page.waitForSelector('.clause');
        assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Fell off before Checkout Started');
        assert.equal(await page.locator('.not-button[aria-pressed=true]').count(), 1, 'did the steps before, not this one');
        await guarded.check('drop-off');
    });

    test('funnels: built from nothing, by keyboard where one likes; conditions, order, window, what must not happen', async () => {
        await open('funnels', '.funnel');
        await button('New funnel').click();
        await page.getByText('Name the event of a step, and the funnel is drawn.').waitFor();
        const name = async (n, text) => {
            await page.getByLabel(`Event of step ${n}`).fill(text);
            await page.keyboard.press('Enter');
        };
        await again(() => name(1, 'Order Completed'));
        await again(() => name(2, 'Product Viewed'));
        await again(() => button('Move Order Completed down').click());
        assert.deepEqual(last('funnel').question.steps.map((s) => s.event), ['Product Viewed', 'Order Completed']);
        await button('Step').click();
        await page.getByLabel('Event of step 3').waitFor();
        await again(() => name(3, 'Order Refunded'));
        await again(() => button('Remove Order Refunded').click());
        await page.getByRole('button', { name: 'Where…' }).or(page.getByRole('button', { name: 'Where' })).first().click();
        await page.getByLabel('Property', { exact: true }).fill('category');
        await page.keyboard.press('Tab');
        await page.getByLabel('Value of category').fill('Pots');
        await again(() => page.keyboard.press('Enter'));
        assert.deepEqual(last('funnel').question.steps[0].where, [{ property: 'category', op: 'is', values: ['Pots'] }]);
        await again(() => pick('Order').selectOption('strict'));
        await page.getByLabel('Within', { exact: true }).fill('2');
        await again(() => page.keyboard.press('Enter'));
        await again(() => pick('Unit of the window').selectOption('hours'));
        await button('Leave out who did…').click();
        await page.getByLabel('Event that must not happen').fill('Order Refunded');
        await again(() => page.keyboard.press('Enter'));
        await again(() => pick('Break down by').selectOption('device'));
        const { question } = last('funnel');
        assert.deepEqual([question.order, question.window_s, question.exclude, question.breakdown], ['strict', 7200, [{ event: 'Order Refunded', from_step: 1, to_step: 2 }], 'device']);
        await page.getByRole('heading', { name: 'By value' }).waitFor();
        const kept = (await inAddress()).q;
        await page.reload();
        await page.waitForSelector('.funnel');
        assert.deepEqual(JSON.parse((await inAddress()).q), JSON.parse(kept));
        assert.deepEqual(last('funnel').question, question, 'a link shows the same');
        await guarded.check('built');
    });

    test('paths: a place is where to begin, or who was there', async () => {
        await open('paths', '.flow');
        assert.equal(last('paths').question.start, undefined, 'the beginnings of visits');
        await page.locator('.flow li button').nth(1).click();
        const place = await top().locator('h2').textContent();
        await again(() => top().getByRole('button', { name: 'Begin here' }).click());
        assert.deepEqual(last('paths').question.start, { page: place });
        await again(() => pick('Look').selectOption('backward'));
        assert.equal(last('paths').question.direction, 'backward');
        await page.locator('.flow li button').first().click();
        await again(() => top().getByRole('button', { name: 'Who', exact: true }).click(), '/v1/insight/people');
        assert.ok(mock.asked.at(-1).pick.key);
        await page.waitForSelector('.explore-people li');
        await guarded.check('paths');
    });

    test('cohorts: a cell is a list of people; what means nothing is not offered', async () => {
        await open('cohorts', '.heat-cell');
        assert.ok(await page.locator('.heat-cell.hatched').count() >= 10, 'what is not over is hatched');
        await again(() => page.locator('.heat-cell button').nth(2).click(), '/v1/insight/people');
        const cell = mock.asked.at(-1).pick;
        assert.match(cell.cohort, /^\d{4}-\d\d-01$/);
        assert.equal(cell.later, 2);
        await top().getByRole('button', { name: 'Close' }).click();
        await again(() => pick('Counted').selectOption('rolling'));
        assert.equal(await page.getByLabel('Adding up').count(), 0);
        await again(() => pick('Measure').selectOption('revenue'));
        assert.deepEqual([last('cohort').question.mode, last('cohort').question.return], ['bracket', 'order']);
        assert.match(await page.locator('.heat-cell').first().textContent(), /€/);
        await guarded.check('cohorts');
    });

    test('attribution: models side by side, with their formulas; costs are entered and loaded, and figures follow', async () => {
        await open('attribution', '.figure-table');
        assert.equal(await page.locator('.figure-table thead th').count(), 10);
        await page.getByRole('button', { name: 'How is this computed? Markov' }).click();
        assert.match(await page.locator('.how:popover-open').textContent(), /removal effect, solved exactly/i);
        await page.keyboard.press('Escape');
        await again(() => page.getByRole('checkbox', { name: 'First touch' }).uncheck());
        assert.equal(last('attribution').question.models.includes('first'), false);
        await button('Enter spend…').click();
        await top().getByLabel('Channel').selectOption('video');
        await top().getByLabel(/^Amount/).fill('12,50');
        await again(() => top().getByRole('button', { name: 'Keep the row' }).click(), '/v1/spend');
        assert.deepEqual([mock.spend.at(-1).channel, mock.spend.at(-1).amount, mock.spend.at(-1).currency], ['video', 1250, 'EUR']);
        await top().locator('input[type=file]').setInputFiles({ name: 'spend.csv', mimeType: 'text/csv', buffer: Buffer.from('day,channel,campaign,amount,currency\n2026-11-01,email,welcome,30.00,EUR\n') });
        await page.waitForFunction(() => document.querySelectorAll('dialog .table tbody tr').length === 5);
        await top().getByRole('button', { name: 'Close' }).first().click();
        await pick('Show').selectOption('roas');
        await page.getByRole('heading', { name: 'Models side by side' }).waitFor();
        await guarded.check('attribution');
    });

    test('customer value, who may be leaving, moves: figures, bands and cells lead to people', async () => {
        await open('value', '.plot svg');
        await again(() => page.locator('.figure-bars').getByRole('button', { name: /best 20%/ }).click(), '/v1/insight/people');
        assert.deepEqual(mock.asked.at(-1).pick, { top: 20 });
        await top().getByRole('button', { name: 'Close' }).click();
        await page.getByRole('link', { name: 'Who may be leaving' }).click();
        await again(() => page.locator('.figure-bars').getByRole('button', { name: /At risk/ }).click(), '/v1/insight/people');
        assert.deepEqual(mock.asked.at(-1).pick, { band: 'at_risk' });
        await top().getByRole('button', { name: 'Close' }).click();
        await page.getByRole('link', { name: 'Moves between groups' }).click();
        await page.waitForSelector('.heat-cell');
        await again(() => page.getByRole('button', { name: /^no customer, New Customers/ }).click(), '/v1/insight/people');
        assert.deepEqual(mock.asked.at(-1).pick, { to: 'New Customers' });
        await guarded.check('value');
    });

    test('friction: every section with what it costs, and the method', async () => {
        await open('friction', '.figure-table');
        for (const name of ['Checkout', 'Payments refused', 'Forms left', 'Slow pages', 'Searches that find nothing']) await page.getByRole('heading', { name, exact: true }).waitFor();
        assert.match(await page.textContent('main'), /Visits that met the trouble and did not order/);
        await guarded.check('friction');
    });

    test('who may not see people has figures and no lists', async () => {
        await open('funnels', '.funnel');
        for (const s of mock.sessions.values()) s.permissions = ['session', 'analytics_read'];
        try {
            await page.reload();
            await page.waitForSelector('.funnel');
            assert.equal(await page.locator('.funnel button').count(), 0);
            assert.equal(await button('Save as view…').count(), 0);
            await open('cohorts', '.heat-cell');
            assert.equal(await page.locator('.heat-cell button').count(), 0);
            await guarded.check('figures only');
        } finally {
            for (const s of mock.sessions.values()) s.permissions = mock.permissions;
        }
    });

    test('an answer that is asked anew looks old until it is there; a refusal says what to do, and the old stays', async () => {
        await open('reports', '.plot svg');
        mock.delay = 700;
        await page.keyboard.press('1');
        await page.waitForSelector('.answer.old[aria-busy=true]');
        await page.waitForFunction(() => !document.querySelector('.answer.old'));
        mock.delay = 0;
        mock.fail = { path: /insight\/query/, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' };
        await page.keyboard.press('3');
        await page.getByText('A part Custos needs is not ready.').or(page.locator('.notice.bad')).first().waitFor();
        assert.equal(await page.locator('.answer.old .number-tile').count(), 5);
        mock.fail = null;
        await button('Try again').click();
        await page.waitForFunction(() => document.querySelector('.answer') && !document.querySelector('.answer.old'));
        await guarded.check('old');
    });

    test('an address that somebody mangled shows a report all the same', async () => {
        for (const bad of ['q=%7B%22metrics%22%3A7%7D', 'q=notjson', 'p=2026-99-99..x', `${q({ filters: 'x', by: 'aeon', limit: -1 })}`]) {
            await open(`reports?${bad}`, '.plot svg');
            assert.equal(last('report').question.metrics[0], 'revenue', bad);
        }
        await open(`funnels?${q({ steps: 'x', exclude: [7], window_s: 'a' })}`, '.funnel');
        await open(`cohorts?${q({ period: 4, periods: 9999 })}`, '.heat-cell');
        await guarded.check('mangled');
    });

    test('on paper: figures and drawings, nothing to click', async () => {
        await page.emulateMedia({ media: 'print' });
        try {
            await open(`funnels?${q(OWN)}`, '.funnel');
            for (const hidden of ['.sidebar', '.explore-bar', '.page-actions', '.funnel-builder']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
            for (const shown of ['h1', '.funnel', '.number-value', '.plot svg']) assert.equal(await page.locator(shown).first().isVisible(), true, shown);
            const pdf = await page.pdf({ format: 'A4' });
            assert.ok(pdf.length > 20_000, `${pdf.length} bytes`);
        } finally {
            await page.emulateMedia({ media: 'screen' });
        }
        await guarded.check('paper');
    });

    test('every drawing in light and dark, in the pretended language and from right to left', async () => {
        const drawings = [['reports', '.plot svg'], ['funnels', '.funnel'], ['paths', '.flow'], ['cohorts', '.heat-cell'], ['value', '.plot svg'], ['attribution', '.figure-bars']];
        for (const [hash, wait] of drawings) {
            for (const colorScheme of ['light', 'dark']) {
                await page.emulateMedia({ colorScheme });
                await open(hash, wait);
                await guarded.still();
                await accessible(page, `${hash}, ${colorScheme}`, ['color-contrast', 'svg-img-alt', 'aria-input-field-name']);
                const ink = await page.evaluate(() => { // a drawing that took the colour of its ground would not be seen
                    const colours = [...document.querySelectorAll('.plot .line, .funnel-bar, .flow-node, .heat-cell, .figure-bars .bar')].slice(0, 40)
                        .map((e) => (e.matches('.line') ? getComputedStyle(e).stroke : e.matches('rect') ? getComputedStyle(e).fill : getComputedStyle(e).backgroundColor));
                    const ground = getComputedStyle(document.querySelector('.card')).backgroundColor;
                    return colours.length > 0 && colours.some((c) => c !== ground && c !== 'none');
                });
                assert.ok(ink, `${hash}, ${colorScheme}`);
            }
        }
        await page.emulateMedia({ colorScheme: 'light' });
        await page.evaluate(() => localStorage.setItem('custos.locale', 'pseudo-rtl'));
        for (const [hash, wait] of drawings) {
            await open(hash, wait);
            await fits(page, `${hash}, from right to left`);
            const plain = await page.evaluate(() => [...document.querySelectorAll('main h1, main h2, main .button span, main .inline-select > span, main .number-name')].map((e) => e.textContent.trim()).filter((x) => x && !x.startsWith('[') && /^[A-Za-z ]{4,}$/.test(x)));
            assert.deepEqual(plain.filter((x) => !/^(Revenue|Orders|Average order value|Conversion rate|Visits)$/.test(x)), [], `${hash}: not from the catalogue`);
        }
        await page.evaluate(() => localStorage.removeItem('custos.locale'));
        await guarded.check('drawings');
    });
});
