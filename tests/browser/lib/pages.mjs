// SPDX-License-Identifier: Apache-2.0
// Every page, state and dialog against the mock server, in light, dark and at phone width: no axe-core
// violation, nothing wider than the window, no console error, no breach of the policy. Light takes every rule of
// axe-core; dark can differ in contrast only, a phone in sizes and scrolling.

import { after, before, describe, test } from 'node:test';
import { accessible, fits, guardedPage, launch, obstacle, settled, signIn } from './browser.mjs';
import { SCENES } from './scenes.mjs';
import { GATES } from './scenes-house.mjs';

const why = obstacle();
const ONLY = process.env.SCENES ? new RegExp(process.env.SCENES) : null; // SCENES='^sql': only these while working on a page
const LOOKS = {
    light: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
    dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark', rules: ['color-contrast'] },
    phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true, rules: ['target-size', 'scrollable-region-focusable'] },
};

/* A file for each look, so that two can be looked at side by side. */
export function pagesIn(look) {
    const { rules, ...options } = LOOKS[look];
    describe('pages against the mock server', { skip: why ?? false }, () => {
        let browser;
        let server;
        before(async () => {
            const { startMock } = await import('../../../console/dev/mock-server.mjs');
            server = await startMock();
            browser = await launch();
        });
        after(async () => {
            await browser?.close();
            server?.close();
        });

        test(`set-up and sign-in, ${look}`, async () => {
            const { mock, url } = server;
            mock.reset('setup');
            const guarded = await guardedPage(browser, url, { ...options, expected: [/401|403/] });
            const { page } = guarded;
            for (const [where, path] of [['set-up', '/setup#first-light'], ['set-up without a token', '/setup'], ['sign-in', '/']]) {
                await page.goto('about:blank');
                await page.goto(url + path);
                await settled(page);
                await accessible(page, `${where}, ${look}`, rules);
                await fits(page, where);
                await guarded.check(where);
            }
            await page.fill('input[name=email]', 'nobody@shop.example');
            await page.fill('input[name=password]', 'wrong');
            await page.keyboard.press('Enter');
            await page.waitForSelector('.field-error');
            await accessible(page, `sign-in refused, ${look}`, rules);
            await guarded.check('sign-in refused');
            await guarded.close();
        });

        test(`before the console, ${look}`, async (t) => {
            const { mock, url } = server;
            const guarded = await guardedPage(browser, url, { ...options, expected: [/401|403|404/] });
            const { page } = guarded;
            for (const gate of ONLY ? [] : GATES) {
                await t.test(gate.name, async () => {
                    await guarded.leave(); // first: the page before must not meet what is set for this one
                    mock.reset('full');
                    mock.sessions.clear();
                    gate.set?.(mock);
                    await page.goto(url + gate.path);
                    await settled(page);
                    if (gate.wait) await page.waitForSelector(gate.wait);
                    await gate.act?.(page, mock);
                    await guarded.still();
                    await accessible(page, `${gate.name}, ${look}`, rules);
                    await fits(page, gate.name);
                    await guarded.check(gate.name);
                });
            }
            await guarded.close();
        });

        test(`all scenes, ${look}`, async (t) => {
            const { mock, url } = server;
            mock.reset('full');
            const guarded = await guardedPage(browser, url, options);
            const { page } = guarded;
            await signIn(page, url);
            for (const scene of SCENES) {
                if (ONLY && !ONLY.test(scene.name)) continue;
                await t.test(scene.name, async () => {
                    await guarded.leave(); // first: the page before must not meet what is set for this one
                    mock.reset('full');
                    scene.set?.(mock);
                    if (scene.expected) guarded.allowed.push(scene.expected);
                    try {
                        await page.goto(`${url}/#/${typeof scene.hash === 'function' ? scene.hash(mock) : scene.hash}`);
                        if (scene.wait) await page.waitForSelector(scene.wait, { state: 'attached' });
                        await settled(page);
                        await scene.act?.(page, mock);
                        await guarded.still();
                        await accessible(page, `${scene.name}, ${look}`, rules);
                        await fits(page, scene.name);
                        await guarded.check(scene.name);
                    } finally {
                        await guarded.leave();
                        if (scene.expected) guarded.allowed.pop();
                        if (scene.signedOut || mock.sessions.size === 0) {
                            mock.reset('full');
                            await signIn(page, url);
                        }
                    }
                });
            }
            if (look === 'phone') {
                await t.test('menu', async () => {
                    await guarded.leave();
                    mock.reset('full');
                    await page.goto(`${url}/#/today`);
                    await page.getByRole('button', { name: 'Open the menu' }).click();
                    await page.waitForSelector('dialog.nav[open]');
                    await guarded.still();
                    await accessible(page, 'menu, phone');
                    await guarded.check('menu');
                });
            }
            await guarded.close();
        });
    });
}
