// SPDX-License-Identifier: Apache-2.0
// A shared dashboard in a browser: light, dark, on a phone, printed, without a script; accessible, every chart with its table by
// keyboard, and nothing is loaded from elsewhere.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { accessible, executable, fits, guardedPage, launch } from './lib/browser.mjs';
import { noBinary, startCustos } from './lib/server.mjs';

const LOOKS = [
    ['light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
    ['dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
];
const day = (ago) => new Date(Date.now() - ago * 86400_000).toISOString();

describe('a shared dashboard', { skip: noBinary() ?? (existsSync(executable) ? false : 'no Chromium') }, () => {
    let custos;
    let browser;
    let path;
    before(async () => {
        custos = await startCustos();
        browser = await launch();
        const json = { 'content-type': 'application/json' };
        const setup = await fetch(`${custos.url}/v1/setup`, {
            method: 'POST', headers: json, body: JSON.stringify({ token: custos.setupUrl.split('#')[1], email: 'owner@shop.example', password: 'a tea pot is a good password' }),
        });
        assert.equal(setup.status, 201);
        const headers = { ...json, cookie: setup.headers.getSetCookie()[0].split(';')[0], 'x-csrf-token': (await setup.json()).csrf };
        const call = async (method, at, body) => {
            const r = await fetch(custos.url + at, { method, headers, body: body && JSON.stringify(body) });
            assert.ok(r.ok, `${at}: ${r.status} ${r.ok ? '' : await r.text()}`);
            return r.status === 204 ? null : r.json();
        };
        const key = (await call('GET', '/v1/sources')).items?.[0]?.write_key;
        const batch = [];
        for (let n = 0; n < 60; n++) {
            batch.push({ type: 'track', userId: `u${n}`, messageId: `v${n}`, event: 'Product Viewed', timestamp: day(n % 20), properties: { product_id: `p${n % 3}`, category: 'Tea' } });
            if (n % 2) batch.push({ type: 'track', userId: `u${n}`, messageId: `o${n}`, event: 'Order Completed', timestamp: day(n % 20), properties: { order_id: `o${n}`, total: 10 + n, revenue: 10 + n, currency: 'EUR', products: [{ product_id: 'p1', name: 'Sencha', category: 'Tea', quantity: 1, price: 10 + n }] } });
        }
        if (key) {
            const sent = await fetch(`${custos.url}/v1/batch`, { method: 'POST', headers: { ...json, authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, body: JSON.stringify({ batch }) });
            assert.equal(sent.status, 200);
        }
        const { items } = await call('GET', '/v1/dashboards/templates');
        const { name, ...shop } = items.find((t) => t.name === 'shop');
        const tiles = [...shop.tiles, { id: 'cohorts', title: 'Cohorts', query: { kind: 'cohort', question: { period: 'month', periods: 6 } }, show: 'heat', width: 4 }];
        await call('PUT', `/v1/dashboards/${name}`, { ...shop, tiles, version: 0 });
        path = new URL((await call('POST', `/v1/dashboards/${name}/shares`, { days: 1 })).url).pathname;
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    for (const [look, options] of LOOKS) {
        test(`is accessible and fits: ${look}`, async () => {
            const guarded = await guardedPage(browser, custos.url, options);
            const { page } = guarded;
            await page.goto(custos.url + path);
            await accessible(page, look);
            for (const closed of await page.locator('details').all()) await closed.evaluate((d) => { d.open = true; });
            await accessible(page, `${look}, with its tables`);
            await fits(page, look);
            await guarded.check(look);
            await guarded.close();
        });
    }

    test('works without a script, by keyboard alone', async () => {
        const guarded = await guardedPage(browser, custos.url, { javaScriptEnabled: false });
        const { page } = guarded;
        await page.goto(custos.url + path);
        assert.ok(await page.locator('svg[role=img]').count() >= 4);
        const summary = page.locator('summary').first();
        await summary.focus();
        await page.keyboard.press('Enter');
        assert.ok(await page.locator('details').first().locator('table').isVisible());
        await guarded.close();
    });
});
