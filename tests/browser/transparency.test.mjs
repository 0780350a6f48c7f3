// SPDX-License-Identifier: Apache-2.0
// The transparency page in a browser: three languages, light, dark, on a phone, printed without a script; accessible, and
// nothing is loaded from elsewhere.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { accessible, executable, fits, guardedPage, launch } from './lib/browser.mjs';
import { noBinary, startCustos } from './lib/server.mjs';

const SETTING = {
    controller: { name: 'Teehaus Beispiel GmbH', address: 'Beispielweg 1, 04109 Leipzig', country: 'DE', email: 'privacy@example.com', website: 'https://shop.example' },
    officer: { name: 'Dr. Ada Beispiel', address: 'Beispielweg 1, 04109 Leipzig', country: 'DE', email: 'dpo@example.com' },
    texts: { en: 'We sell tea.', de: 'Wir verkaufen Tee.', fr: 'Nous vendons du thé.' },
};
const TITLES = { en: 'How we handle personal data', de: 'Wie wir mit personenbezogenen Daten umgehen', fr: 'Comment nous traitons les données personnelles' };
const LOOKS = [
    ['light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
    ['dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
];

describe('the transparency page', { skip: noBinary() ?? (existsSync(executable) ? false : 'no Chromium') }, () => {
    let custos;
    let browser;
    before(async () => {
        custos = await startCustos();
        browser = await launch();
        const token = custos.setupUrl.split('#')[1];
        const setup = await fetch(`${custos.url}/v1/setup`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token, email: 'owner@shop.example', password: 'a tea pot is a good password' }),
        });
        assert.equal(setup.status, 201);
        const headers = { 'content-type': 'application/json', cookie: setup.headers.getSetCookie()[0].split(';')[0], 'x-csrf-token': (await setup.json()).csrf };
        const put = async (path, body) => {
            const r = await fetch(custos.url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
            assert.ok(r.ok, `${path}: ${r.status} ${await r.text()}`);
        };
        await put('/v1/transparency', SETTING);
        await put('/v1/purposes/marketing_email/wordings', { texts: { en: 'May we send you our letter?', de: 'Dürfen wir Ihnen unseren Brief senden?' } });
        await put('/v1/transparency', { ...SETTING, planned: [{ date: '2027-03-01', purposes: ['marketing_sms'], texts: { en: 'Text messages, too.' } }] });
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    for (const [look, options] of LOOKS) {
        test(`is accessible and fits: ${look}`, async () => {
            const guarded = await guardedPage(browser, custos.url, options);
            const { page } = guarded;
            for (const path of ['/transparency', '/transparency/versions', '/transparency/diff?from=1&to=2', '/transparency/1']) {
                await page.goto(custos.url + path);
                for (const closed of await page.locator('details').all()) await closed.evaluate((d) => { d.open = true; });
                await accessible(page, `${look} ${path}`);
                await fits(page, `${look} ${path}`);
                await guarded.check(`${look} ${path}`);
            }
            await guarded.close();
        });
    }

    test('speaks the language that is asked for, and changes it by a link', async () => {
        for (const [language, title] of Object.entries(TITLES)) {
            const guarded = await guardedPage(browser, custos.url, { locale: language });
            const { page } = guarded;
            await page.goto(`${custos.url}/transparency`);
            assert.equal(await page.textContent('h1'), title);
            assert.equal(await page.getAttribute('html', 'lang'), language);
            await accessible(page, language);
            await page.locator('nav.languages a[hreflang=fr]').click();
            assert.equal(await page.textContent('h1'), TITLES.fr);
            await guarded.check(language);
            await guarded.close();
        }
    });

    test('works without a script, by keyboard alone', async () => {
        const guarded = await guardedPage(browser, custos.url, { javaScriptEnabled: false });
        const { page } = guarded;
        await page.goto(`${custos.url}/transparency`);
        await page.keyboard.press('Tab'); // the link to the content comes first
        await page.keyboard.press('Enter');
        assert.match(page.url(), /#main$/);
        const summary = page.locator('summary').first();
        await summary.focus();
        await page.keyboard.press('Enter');
        assert.ok(await page.locator('details').first().locator('li').first().isVisible());
        await page.locator('footer a', { hasText: 'All versions' }).focus();
        await page.keyboard.press('Enter');
        await page.waitForURL(/versions/);
        await page.selectOption('select[name=from]', '1');
        await page.selectOption('select[name=to]', '2');
        await page.locator('button').focus();
        await page.keyboard.press('Enter');
        await page.waitForURL(/diff\?from=1&to=2/);
        assert.match(await page.textContent('main'), /May we send you our letter/);
        await guarded.close();
    });

    test('can be embedded elsewhere as a picture, and nothing else can', async () => {
        const page = await browser.newPage();
        const answer = await page.goto(`${custos.url}/transparency/badge.svg`);
        assert.equal(answer.headers()['cross-origin-resource-policy'], 'cross-origin');
        const whole = await page.goto(`${custos.url}/transparency`);
        assert.match(whole.headers()['content-security-policy'], /frame-ancestors 'none'/);
        await page.close();
    });
});
