// SPDX-License-Identifier: Apache-2.0
// Every page, state and dialog against the mock server, in light, dark and at phone width: no axe-core
// violation, nothing wider than the window, no console error, no breach of the policy. A wide window takes every rule of
// axe-core in light, and in dark, where nothing else can differ, that of contrast; then it becomes as narrow as a phone
// and takes those of sizes and scrolling.

import { after, before, describe, test } from 'node:test';
import { accessible, fits, guardedPage, launch, obstacle, settled, signIn } from './browser.mjs';
import { SCENES } from './scenes.mjs';
import { GATES } from './scenes-house.mjs';

const why = obstacle();
const ONLY = process.env.SCENES ? new RegExp(process.env.SCENES) : null; // SCENES='^sql': only these while working on a page
const EVERY = process.env.EVERY_SCENE || ONLY; // else every second one, so that CI stays within its half hour
const WIDE = { width: 1280, height: 860 }, PHONE = { width: 360, height: 740 };
const LOOK = { viewport: WIDE, colorScheme: 'light' };

// All that is asked of what is on the page now.
async function good(guarded, where) {
    const { page } = guarded;
    await guarded.still();
    await accessible(page, `${where}, wide`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await accessible(page, `${where}, dark`, ['color-contrast']);
    await page.emulateMedia({ colorScheme: 'light' });
    await fits(page, `${where}, wide`);
    await page.setViewportSize(PHONE);
    await guarded.still();
    await accessible(page, `${where}, phone`, ['target-size', 'scrollable-region-focusable']);
    await fits(page, `${where}, phone`);
    await page.setViewportSize(WIDE);
    await guarded.check(where);
}

// A file for each part, so that two can be looked at side by side: part 1 of 2 has every second of the scenes, and what comes before
// the console.
export function pagesIn(part, parts) {
    const scenes = SCENES.filter((scene, i) => i % parts === part - 1 && (EVERY || Math.floor(i / parts) % 2 === 0) && (!ONLY || ONLY.test(scene.name)));
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

        const first = part === 1 ? test : () => {};
        first('set-up and sign-in', async () => {
            const { mock, url } = server;
            mock.reset('setup');
            const guarded = await guardedPage(browser, url, { ...LOOK, expected: [/401|403/] });
            const { page } = guarded;
            for (const [where, path] of [['set-up', '/setup#first-light'], ['set-up without a token', '/setup'], ['sign-in', '/']]) {
                await page.goto('about:blank');
                await page.goto(url + path);
                await settled(page);
                await good(guarded, where);
            }
            await page.fill('input[name=email]', 'nobody@shop.example');
            await page.fill('input[name=password]', 'wrong');
            await page.keyboard.press('Enter');
            await page.waitForSelector('.field-error');
            await good(guarded, 'sign-in refused');
            await guarded.close();
        });

        first('before the console', async (t) => {
            const { mock, url } = server;
            const guarded = await guardedPage(browser, url, { ...LOOK, expected: [/401|403|404/] });
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
                    await good(guarded, gate.name);
                });
            }
            await guarded.close();
        });

        test('all scenes', async (t) => {
            const { mock, url } = server;
            mock.reset('full');
            const guarded = await guardedPage(browser, url, LOOK);
            const { page } = guarded;
            await signIn(page, url);
            await guarded.leave(); // the page before must not meet what is set for the next one
            for (const scene of scenes) {
                await t.test(scene.name, async () => {
                    mock.reset('full');
                    scene.set?.(mock);
                    if (scene.expected) guarded.allowed.push(scene.expected);
                    try {
                        await page.goto(`${url}/#/${typeof scene.hash === 'function' ? scene.hash(mock) : scene.hash}`);
                        if (scene.wait) await page.waitForSelector(scene.wait, { state: 'attached' });
                        await settled(page);
                        await scene.act?.(page, mock);
                        await good(guarded, scene.name);
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
            if (part === 1) {
                await t.test('menu', async () => {
                    await guarded.leave();
                    mock.reset('full');
                    await page.setViewportSize(PHONE);
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
