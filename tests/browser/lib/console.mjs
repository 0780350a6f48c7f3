// SPDX-License-Identifier: Apache-2.0
// One browser on one mock server, and the few moves that tests of the house are made of.

import { guardedPage, launch, settled, signIn } from './browser.mjs';

export const PASSWORD = 'correct horse battery staple';

export async function startConsole() {
    const { startMock } = await import('../../../console/dev/mock-server.mjs');
    const server = await startMock();
    const { mock } = server;
    const browser = await launch();
    const guarded = await guardedPage(browser, server.url, { viewport: { width: 1280, height: 860 }, expected: [/Failed to load resource/] });
    const { page } = guarded;
    await signIn(page, server.url);
    const enter = async (where = page) => {
        await where.fill('input[name=email]', 'owner@shop.example');
        await where.fill('input[name=password]', PASSWORD);
        await where.keyboard.press('Enter');
    };
    return {
        server, mock, browser, guarded, page, enter,
        async open(hash, wait) {
            await page.goto('about:blank');
            await page.goto(`${server.url}/#/${hash}`);
            if (wait) await page.waitForSelector(wait);
            await settled(page);
        },
        async fresh(path, set) { // a browser that nobody is signed in with
            mock.sessions.clear();
            set?.();
            await page.goto('about:blank');
            await page.goto(server.url + path);
            await settled(page);
        },
        async enterAt(where) {
            await where.goto('about:blank');
            await where.goto(server.url);
            await enter(where);
        },
        button: (name) => page.getByRole('button', { name, exact: true }),
        top: () => page.locator('dialog[open]').last(), // the dialog in front
        gone: () => page.waitForSelector('dialog[open]', { state: 'detached' }),
        async close() {
            await browser.close();
            server.close();
        },
    };
}
