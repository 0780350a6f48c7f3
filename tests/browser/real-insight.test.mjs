// SPDX-License-Identifier: Apache-2.0
// Segments, personas, events and SQL on a real server: a segment is written, built, counted, saved, entered by an
// event while one looks, and explained; and the mock server answers as the program declares.

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

describe('segments and questions on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    const real = shop(60, 25, 11);
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
    // A call of the page's own session, past the page.
    const call = (method, path, body) => page.evaluate(async ([m, p, b]) => {
        const { csrf } = await (await fetch('/v1/session')).json();
        const answer = await fetch(p, { method: m, headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, ...(b ? { body: JSON.stringify(b) } : {}) });
        return { status: answer.status, body: answer.headers.get('content-type')?.includes('json') ? await answer.json() : await answer.text() };
    }, [method, path, body]);
    const area = () => page.locator('.code-text').first();

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
        await send(custos.url, custos.writeKey, real.calls);
        await page.waitForTimeout(1500);
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('a segment is written with completion, appears in the builder, and is counted', async () => {
        await open('segments', '.empty');
        await good('no segments');
        await page.getByRole('link', { name: 'New segment' }).click();
        await page.waitForSelector('.faces');
        await page.getByLabel('Title', { exact: true }).fill('Buyers');
        await area().focus();
        await page.keyboard.type('orders.cou');
        await page.waitForSelector('.code-offers');
        await page.keyboard.press('Enter');
        assert.equal(await area().inputValue(), 'orders.count');
        await page.keyboard.type(' is at least 1');
        await page.getByText(new RegExp(`^${real.orders} people$`)).first().waitFor();
        await page.waitForSelector('[data-path=""] .number-box');
        assert.equal(await page.locator('.sample-list li').count(), 10);
        await good('written');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/segments/buyers');
        await page.waitForFunction((n) => document.querySelector('.live-size')?.textContent === String(n), real.orders);
        await good('saved');
    });

    test('every kind of condition goes through both faces and comes back the same', async () => {
        const definition = { all: [
            { field: 'address.country', test: 'is', values: ['DE', 'AT'] },
            { any: [{ field: 'orders.revenue', test: 'between', values: [1, 500] }, { not: { field: 'email', test: 'unknown' } }, { field: 'orders.last', test: 'within', window: { last: { n: 90, unit: 'days' } } }] },
            { did: { event: 'Product Viewed', where: [{ field: 'price', test: 'at_least', values: [10] }], window: { last: { n: 30, unit: 'days' } }, measure: 'count', test: 'at_least', values: [1] } },
            { did: { event: 'Order Completed', window: { ago: { from: 60, to: 1, unit: 'days' } }, measure: 'sum', of: 'total', test: 'more', values: [0.5] } },
            { not: { did: { event: 'Order Completed', window: { calendar: { unit: 'month', back: 14 } }, measure: 'days_active', test: 'at_least', values: [1] } } },
            { did: { event: 'Order Completed', measure: 'last_time', test: 'within', test_window: { last: { n: 90, unit: 'days' } } } },
            { sequence: { steps: [{ event: 'Product Viewed' }, { event: 'Order Completed', within: { n: 3, unit: 'days' } }], without: [{ event: 'Order Refunded' }], without_for: { n: 14, unit: 'days' } } },
            { not: { member: { segment: 'buyers', state: 'left', window: { last: { n: 7, unit: 'days' } } } } },
            { sample: { percent: 90, seed: 'spring' } },
        ] };
        const there = await call('POST', '/v1/segments/check', { definition });
        assert.deepEqual([there.status, there.body.faults.filter((f) => !f.warning)], [200, []]);
        const back = await call('POST', '/v1/segments/check', { text: there.body.text });
        assert.deepEqual(back.body.definition, there.body.definition);
        assert.deepEqual(there.body.definition, definition, 'what the builder writes is canonical');
        assert.equal((await call('PUT', '/v1/segments/whole', { title: 'Whole', doc: '', definition, persona: true, version: 0 })).status, 201);
        await open('segments/whole/edit', '.sticky-end .preview-size');
        const put = page.waitForRequest((r) => r.method() === 'PUT');
        await page.locator('[data-path="/all/6"]').getByLabel('Step 2: how many').fill('5');
        await page.waitForFunction(() => document.querySelector('.code-text').value.includes('within 5 days'));
        await good('the builder');
        await button('Save').click();
        const wanted = structuredClone(definition);
        wanted.all[6].sequence.steps[1].within.n = 5;
        assert.deepEqual((await put).postDataJSON().definition, wanted);
        await page.waitForFunction(() => location.hash === '#/segments/whole');
        assert.deepEqual((await call('GET', '/v1/segments/whole')).body.definition, wanted);
    });

    test('faults have their places in text and builder; a circle and a used segment are refused in words', async () => {
        guarded.allowed.push(/400|409/);
        await open('segments/buyers/edit', '.sticky-end .preview-size');
        await area().fill('orders.count is at least 1\nand schuhgröße is more than 40');
        await page.waitForSelector('.mark-bad');
        assert.match((await page.locator('.mark-bad').allTextContents()).join(''), /schuhgröße/);
        assert.match(await page.textContent('.text-face .clause-faults'), /Line 2/);
        await good('a fault');
        await area().fill('in segment "whole"');
        await page.waitForFunction(() => !document.querySelector('.segment-form button[type=submit]').disabled);
        await button('Save').click();
        await page.locator('.notice.bad').waitFor();
        assert.match(await page.textContent('.notice.bad'), /whole|buyers/);
        await open('segments', '.segment-list');
        await button('Delete Buyers').click();
        await page.locator('dialog').getByRole('link', { name: 'whole' }).waitFor();
        await page.keyboard.press('Escape');
        guarded.allowed.pop();
        await guarded.check('refused');
    });

    test('an event moves the size while one looks; why and history tell', async () => {
        await open('segments/buyers', '.member-row');
        const userId = real.calls.find((c) => c.type === 'identify' && !real.calls.some((x) => x.event === 'Order Completed' && x.userId === c.userId)).userId;
        await send(custos.url, custos.writeKey, [{ type: 'track', userId, event: 'Order Completed', messageId: 'late-1', timestamp: new Date().toISOString(), properties: { order_id: 'late-1', total: 20, revenue: 20, currency: 'EUR' } }]);
        await page.waitForFunction((n) => document.querySelector('.live-size')?.textContent === String(n), real.orders + 1, { timeout: 5000 });
        await open('segments/buyers/history', '.table');
        assert.match(await page.textContent('.table tbody tr'), /Entered/);
        await good('history');
        await page.locator('.table tbody tr').first().getByRole('link', { name: /^Why/ }).click();
        await page.waitForSelector('.why-tree');
        await page.locator('.notice.good').waitFor();
        assert.match(await page.textContent('.why-tree'), /orders\.count is at least 1.*Measured: 1/s);
        await good('why');
        await open('segments/buyers/overlap?with=whole', '.heat');
        await good('overlap');
        await open('segments/buyers?purpose=marketing_email', '.held-reasons, .empty');
        await good('held back');
    });

    test('a person’s page names their segments', async () => {
        const { items } = (await call('GET', '/v1/segments/buyers/people?limit=1')).body;
        await open(`people/${items[0].id}`, '.person-segments li');
        assert.match(await page.textContent('.person-segments'), /Buyers/);
        await good('person');
    });

    test('events by kind and property', async () => {
        await open('events', '.event-kind');
        assert.match(await page.textContent('.table'), /Product Viewed/);
        await good('events');
        await open('events/Product%20Viewed/name', '.bars li');
        await page.locator('.card.flush .table tbody tr').first().waitFor();
        await good('a kind');
    });

    test('SQL answers, keeps and exports', async () => {
        await open('sql', '.code-area');
        await area().fill('select event, count(*) as n from events group by event order by n desc');
        await button('Run').click();
        await page.waitForSelector('.sql-row:not(.head)');
        assert.match(await page.textContent('.sql-table'), /Product Viewed/);
        await good('sql');
        await button('Keep…').click();
        await page.locator('dialog').getByLabel('Name', { exact: true }).fill('Events by kind');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => location.hash === '#/sql/events-by-kind');
        await page.getByRole('heading', { name: 'Events by kind' }).waitFor();
        await button('Run').click();
        await page.waitForSelector('.sql-row:not(.head)');
        const download = page.waitForEvent('download');
        await button('Export everything as CSV').click();
        assert.match((await download).suggestedFilename(), /\.csv$/);
        await guarded.check('sql, kept');
    });

    test('personas, RFM, stages and contents', async () => {
        await open('personas', '.persona');
        await good('personas');
        await open('personas/rfm', '.rfm-groups, .empty');
        await good('rfm');
        await open('personas/lifecycle', '.stages');
        await good('lifecycle');
        await open('personas/slots/new', '.form-row');
        await page.getByLabel('Title', { exact: true }).fill('Home');
        await button('Rule').click();
        await page.getByLabel('For', { exact: true }).selectOption('buyers');
        await page.getByLabel('Content (JSON)').first().fill('{"headline": "Welcome back"}');
        await button('Save').click();
        await page.waitForFunction(() => location.hash === '#/personas/slots');
        await open('personas/slots/home', '.slot-rules');
        const who = real.calls.find((c) => c.event === 'Order Completed').userId;
        const { email } = real.calls.find((c) => c.type === 'identify' && c.userId === who).traits;
        await page.locator('input[type=search]').fill(email);
        await page.locator('.candidates button').first().click();
        await page.waitForSelector('.report');
        await good('slot');
    });

    test('the mock server answers as the program declares', async () => {
        const document = JSON.parse((await run(binary, ['spec', 'openapi'], { maxBuffer: 64 << 20 })).stdout);
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        const { someone } = await import('./lib/scenes.mjs');
        const server = await startMock();
        const { id } = someone(server.mock);
        const asked = [
            ['GET', '/v1/segments'], ['GET', '/v1/segments/{name}', { name: 'vip' }], ['GET', '/v1/segments/catalog'], ['POST', '/v1/segments/check', {}, { text: 'orders.count is 1' }],
            ['POST', '/v1/segments/complete', {}, { text: 'ord', cursor: 3 }], ['POST', '/v1/segments/preview', {}, { text: 'orders.count is 1' }], ['GET', '/v1/segments/{name}/people', { name: 'vip' }, null, '?purpose=marketing_email'],
            ['GET', '/v1/segments/{name}/people/{id}/why', { name: 'vip', id }], ['GET', '/v1/segments/{name}/history', { name: 'vip' }], ['GET', '/v1/segments/{name}/sizes', { name: 'vip' }, null, '?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z'],
            ['GET', '/v1/segments/overlap', {}, null, '?names=vip,tea-lovers'], ['GET', '/v1/people/{id}/segments', { id }], ['GET', '/v1/personas'], ['GET', '/v1/rfm'], ['GET', '/v1/lifecycle'], ['GET', '/v1/slots'], ['GET', '/v1/slots/{name}', { name: 'home-hero' }],
            ['POST', '/v1/slots/{name}/preview', { name: 'home-hero' }, { person: id }], ['GET', '/v1/events/kinds'], ['GET', '/v1/events', {}, null, '?event=Order%20Completed'], ['GET', '/v1/events/breakdown', {}, null, '?event=Order%20Completed&property=coupon'],
            ['GET', '/v1/sql/schema'], ['POST', '/v1/sql', {}, { sql: 'select 1', limit: 10 }], ['GET', '/v1/sql/queries'],
        ];
        try {
            const signed = await fetch(`${server.url}/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(server.mock.owner) });
            const headers = { Cookie: signed.headers.get('set-cookie').split(';')[0], 'Content-Type': 'application/json', 'X-CSRF-Token': (await signed.json()).csrf };
            const found = [];
            for (const [method, path, values = {}, body = null, query = ''] of asked) {
                const declared = document.paths[path]?.[method.toLowerCase()];
                if (!declared) {
                    found.push(`${method} ${path}: not a route of the program`);
                    continue;
                }
                const answer = await fetch(server.url + path.replace(/\{(\w+)\}/g, (_m, n) => values[n]) + query, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
                assert.equal(answer.status, 200, path);
                const success = Object.keys(declared.responses).find((s) => s.startsWith('2'));
                found.push(...differences(declared.responses[success].content['application/json'].schema, await answer.json(), document).map((d) => `${method} ${path} ${d}`));
            }
            assert.deepEqual(found, []);
        } finally {
            server.close();
        }
    });
});
