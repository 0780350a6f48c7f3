// SPDX-License-Identifier: Apache-2.0
// Explore on a real server: what a small shop sent comes back as the figures that it must be, on every page; a drop-off leads to
// the people, and they become a segment.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { accessible, fits, guardedPage, launch, obstacle, settled } from './lib/browser.mjs';
import { send, shop } from './lib/feed.mjs';
import { differences } from './lib/schema.mjs';
import { binary, noBinary, startCustos } from './lib/server.mjs';

const run = promisify(execFile);
const OWNER = { email: 'owner@shop.example', password: 'a tea pot is a good password' };
const q = (question) => `q=${encodeURIComponent(JSON.stringify(question))}`;
const euros = (cents) => (cents / 100).toLocaleString('en-GB', { style: 'currency', currency: 'EUR', ...(cents >= 100_000 ? { maximumFractionDigits: 0 } : {}) });

describe('Explore on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    const real = shop(60, 20, 11);
    let custos;
    let browser;
    let guarded;
    let page;
    const button = (name) => page.getByRole('button', { name, exact: true });
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
    const tile = async (name) => (await page.locator('.number-tile', { has: page.getByText(name, { exact: true }) }).first().locator('.number-value').textContent()).trim();

    before(async () => {
        custos = await startCustos();
        browser = await launch();
        guarded = await guardedPage(browser, custos.url, { viewport: { width: 1280, height: 860 } });
        page = guarded.page;
        await page.goto(custos.setupUrl);
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=new-password]', OWNER.password);
        await button('Make me the owner').click();
        await page.waitForSelector('.shell h1');
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('an empty shop says so on every page, and nothing fails', async () => {
        for (const hash of ['reports', 'funnels', 'paths', 'cohorts', 'attribution', 'value', 'value/churn', 'value/movement', 'friction']) {
            await open(hash, '.empty');
            await good(`${hash}, empty`);
        }
        await send(custos.url, custos.writeKey, real.calls);
        await page.waitForTimeout(2000);
    });

    test('reports: revenue and orders are what was sent, however they are cut', async () => {
        await open('reports', '.number-tile');
        assert.equal(await tile('Revenue'), euros(real.revenue));
        assert.equal(await tile('Orders'), String(real.orders));
        assert.equal(await tile('Average order value'), euros(Math.round(real.revenue / real.orders)));
        await good('reports');
        await page.locator('.chart-table summary').first().click();
        assert.equal(await page.locator('.chart-table tbody tr').count(), 30);
        for (const question of [{ by: 'week', compare: 'year' }, { by: 'month', breakdown: 'country' }, { by: 'hour', breakdown: 'product' }, { breakdown: 'new_or_returning' }, { breakdown: 'device', compare: 'none' }]) {
            await open(`reports?${q(question)}`, '.number-tile');
            assert.equal(await tile('Revenue'), euros(real.revenue), JSON.stringify(question));
            await guarded.check(JSON.stringify(question));
        }
        await open(`reports?p=2031-01-01..2031-01-31`, '.empty');
        await good('the future');
    });

    test('reports: every figure of the catalogue that there is answers and says how it is computed', async () => {
        const names = await page.evaluate(async () => (await (await fetch('/v1/insight/metrics')).json()).items.filter((m) => m.available).map((m) => m.name));
        assert.ok(names.length > 15);
        for (let i = 0; i < names.length; i += 12) {
            const some = names.slice(i, i + 12);
            await open(`reports?${q({ metrics: some, breakdown: '' })}`, '.number-tile');
            assert.equal(await page.locator('.number-tile .how-button').count(), some.length);
            await guarded.check(some.join());
        }
    });

    test('funnels: the ready one leaves out what never came; who fell off becomes a segment', async () => {
        await open('funnels', '.funnel');
        assert.equal(await page.locator('.funnel > li').count(), 2);
        assert.equal(await tile('Began'), '60');
        assert.equal(await tile('Finished'), String(real.orders));
        await good('funnels');
        await page.locator('.funnel-drop button').first().click();
        await page.getByText(`${60 - real.orders} people`, { exact: true }).waitFor();
        await button('Make a segment of them').click();
        await page.waitForSelector('.faces .clause');
        await page.waitForFunction((n) => [...document.querySelectorAll('.preview-size')].some((e) => new RegExp(`\\b${n}\\b`).test(e.textContent)), 60 - real.orders);
        await guarded.check('segment');
        await open(`funnels?${q({ steps: [{ event: 'Product Viewed', where: [{ property: 'product_id', op: 'is', values: ['tea-01'] }] }, { event: 'Order Completed' }], same: [], window_s: 3600, breakdown: 'channel', trend: 'day', reentry: true })}`, '.funnel');
        await good('own funnel');
    });

    test('paths, cohorts, value, churn, moves: answers of a real shop are drawn', async () => {
        await open('paths', '.flow');
        await good('paths');
        await open(`paths?${q({ by: 'event', start: 'Order Completed', direction: 'backward' })}`, '.flow');
        await good('paths, backwards');
        await open('cohorts', '.heat-cell');
        await good('cohorts');
        await page.locator('.heat-cell button').first().click();
        await page.waitForSelector('.explore-people li');
        await guarded.check('cohort, people');
        await open(`cohorts?${q({ measure: 'revenue', period: 'week' })}`, '.heat-cell');
        await good('cohorts, revenue');
        await open('value', '.number-tile');
        assert.equal(await tile('Customers'), String(real.orders));
        await good('value');
        await page.locator('.figure-bars').getByRole('button').last().click();
        await page.waitForSelector('.explore-people li');
        await page.keyboard.press('Escape');
        await page.locator('.figure-table tbody .link').first().click();
        await page.waitForSelector('.explore-people li');
        await page.keyboard.press('Escape');
        await guarded.check('value, people');
        await open('value/churn', '.figure-bars');
        await good('churn');
        await open('value/movement', '.heat-cell');
        await good('moves');
    });

    test('attribution and friction: costs are kept, ratios follow', async () => {
        guarded.allowed.push(/400/);
        await open('attribution', '.figure-table');
        await button('Enter spend…').click();
        const top = page.locator('dialog[open]').last();
        await top.getByLabel(/^Amount/).fill('120.50');
        await top.getByRole('button', { name: 'Keep the row' }).click();
        await top.getByText('€120.50').waitFor();
        await top.locator('input[type=file]').setInputFiles({ name: 'spend.csv', mimeType: 'text/csv', buffer: Buffer.from('day,channel,campaign,amount,currency\n2026-01-05,email,welcome,oops,EUR\n') });
        await page.locator('dialog .notice.bad').waitFor(); // the file names its row and column
        assert.match(await page.locator('dialog .notice.bad').textContent(), /amount/i);
        await top.getByRole('button', { name: 'Close' }).first().click();
        await open('attribution', '.figure-table');
        assert.equal(await tile('Spend'), '€120.50');
        await open('friction', 'h1');
        await page.waitForSelector('.empty, .figure-table');
        guarded.allowed.pop();
    });

    test('a view is kept and opened, a figure put on a dashboard, the table taken as CSV', async () => {
        await open(`reports?${q({ metrics: ['orders'], breakdown: 'country' })}`, '.number-tile');
        await button('Save as view…').click();
        await page.locator('dialog[open]').getByLabel('Name', { exact: true }).fill('Orders by country');
        await page.locator('dialog[open]').getByRole('button', { name: 'Save' }).click();
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        await button('Add to a dashboard…').click();
        await page.locator('dialog[open]').getByRole('button', { name: 'Add', exact: true }).click();
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        const saved = page.waitForEvent('download');
        await button('CSV').click();
        assert.match((await saved).suggestedFilename(), /\.csv$/);
        await button('Views').click();
        await page.getByRole('link', { name: 'Orders by country' }).click();
        await page.waitForFunction(() => location.hash.includes('country'));
        await guarded.check('kept');
    });

    test('the mock server answers as the program declares, kind by kind', async () => {
        const document = JSON.parse((await run(binary, ['spec', 'openapi'], { maxBuffer: 64 << 20 })).stdout);
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        const server = await startMock();
        const kinds = {
            Report: ['report', { metrics: ['revenue', 'conversion_rate'], by: 'week', compare: 'previous', breakdown: 'product', limit: 20 }], Funnel: ['funnel', { steps: [{ event: 'a' }, { event: 'b' }], breakdown: 'device', trend: 'week' }],
            Paths: ['paths', {}], Cohort: ['cohort', {}], Value: ['value', {}], Churn: ['churn', {}], RfmMovement: ['rfm_movement', {}], Attribution: ['attribution', { models: ['last', 'markov'] }], Friction: ['friction', {}],
        };
        const lists = [['/v1/insight/kinds', ''], ['/v1/insight/metrics', ''], ['/v1/insight/dimensions', ''], ['/v1/insight/values', '?dimension=channel'], ['/v1/spend', ''], ['/v1/views', '']];
        try {
            const signed = await fetch(`${server.url}/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(server.mock.owner) });
            const headers = { Cookie: signed.headers.get('set-cookie').split(';')[0], 'Content-Type': 'application/json', 'X-CSRF-Token': (await signed.json()).csrf };
            const schemaOf = (path, method) => {
                const { responses } = document.paths[path][method];
                return responses[Object.keys(responses).find((s) => s.startsWith('2'))].content['application/json'].schema;
            };
            const found = [];
            for (const [name, [kind, question]] of Object.entries(kinds)) {
                const answer = await (await fetch(`${server.url}/v1/insight/query`, { method: 'POST', headers, body: JSON.stringify({ kind, question }) })).json();
                found.push(...differences(schemaOf('/v1/insight/query', 'post'), answer, document).map((d) => `${kind} ${d}`));
                found.push(...differences(document.components.schemas[`Insight${name}Answer`], answer.answer, document).map((d) => `${kind} answer ${d}`));
            }
            const people = await (await fetch(`${server.url}/v1/insight/people`, { method: 'POST', headers, body: JSON.stringify({ kind: 'funnel', question: { ready: 'shop' }, pick: { step: 2, what: 'dropped' } }) })).json();
            found.push(...differences(schemaOf('/v1/insight/people', 'post'), people, document).map((d) => `people ${d}`));
            for (const [path, query] of lists) found.push(...differences(schemaOf(path, 'get'), await (await fetch(server.url + path + query, { headers })).json(), document).map((d) => `${path} ${d}`));
            assert.deepEqual(found, []);
        } finally {
            server.close();
        }
    });
});
