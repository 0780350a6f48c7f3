// SPDX-License-Identifier: Apache-2.0
// A day's work without a mouse: everything is reached, opened, done and closed by keys, and the focus is
// always somewhere that can be seen.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guardedPage, launch, obstacle, settled } from './lib/browser.mjs';
import { someone } from './lib/scenes.mjs';

const focused = (page) => page.evaluate(() => {
    const el = document.activeElement;
    const box = el?.getBoundingClientRect();
    const at = box && document.elementFromPoint(box.x + Math.min(box.width / 2, 40), box.y + box.height / 2);
    const style = el && getComputedStyle(el);
    return {
        tag: el?.tagName ?? '', text: (el?.getAttribute('aria-label') ?? el?.textContent ?? '').trim().slice(0, 60), name: el?.getAttribute('name') ?? '', role: el?.getAttribute('role') ?? '',
        outline: style?.outlineStyle !== 'none' || style?.boxShadow !== 'none',
        covered: !!at && at !== el && !el.contains(at) && !at.contains(el) && !(el.tagName === 'INPUT' && at.closest('label')),
    };
});
const path = (page) => page.evaluate(() => location.hash);

describe('keyboard only', { skip: obstacle() ?? false }, () => {
    let browser;
    let server;
    let guarded;
    let page;
    const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
    };
    // Tabs until `wanted` is true for what has the focus.
    const tabTo = async (wanted, most = 60) => {
        for (let i = 0; i < most; i++) {
            await press('Tab');
            const f = await focused(page);
            if (wanted(f)) return f;
        }
        assert.fail('not reached with the tab key');
    };

    before(async () => {
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        server = await startMock();
        browser = await launch();
        guarded = await guardedPage(browser, server.url, { viewport: { width: 1280, height: 860 }, expected: [/401/, /403/] });
        page = guarded.page;
    });
    after(async () => {
        await browser?.close();
        server?.close();
    });

    test('signs in', async () => {
        await page.goto(server.url);
        await page.waitForSelector('input[name=email]');
        assert.equal((await focused(page)).name, 'email', 'the first field has the focus');
        await page.keyboard.type('owner@shop.example');
        await press('Tab');
        await page.keyboard.type('correct horse battery staple');
        await press('Enter');
        await page.waitForSelector('.number');
        await guarded.check('sign-in');
    });

    test('the first tab stop skips to the content', async () => {
        await page.goto('about:blank');
        await page.goto(`${server.url}/#/today`);
        await page.waitForSelector('.number');
        await press('Tab');
        assert.match((await focused(page)).text, /Skip/);
        await press('Enter', 'Tab');
        assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
    });

    test('every stop on Today can be seen and is not covered', async () => {
        await page.goto('about:blank');
        await page.goto(`${server.url}/#/today`);
        await page.waitForSelector('.plot');
        const seen = new Set();
        for (let i = 0; i < 45; i++) {
            await press('Tab');
            const f = await focused(page);
            if (f.tag === 'BODY' || f.tag === 'HTML') break;
            seen.add(`${f.tag} ${f.text}`);
            assert.ok(f.outline || f.tag === 'INPUT', `${f.tag} ${f.text} shows its focus`);
            assert.ok(!f.covered, `${f.tag} ${f.text} is not covered`);
        }
        for (const wanted of ['A Today', 'A Dictionary', 'BUTTON Keyboard']) assert.ok(seen.has(wanted), `${wanted} in ${[...seen].join(', ')}`);
    });

    test('a number switches the chart, a digit the period', async () => {
        await tabTo((f) => f.tag === 'BUTTON' && f.text.startsWith('Orders'));
        await press('Enter');
        assert.equal(await page.locator('.number').nth(1).getAttribute('aria-pressed'), 'true');
        await press('1');
        assert.match(await path(page), /days=7/);
        await press('ArrowRight'); // the radio group moves with arrows once focused
    });

    test('goes anywhere with g', async () => {
        for (const [key, page_] of Object.entries({ p: 'people', m: 'segments', o: 'personas', e: 'events', x: 'sql', s: 'sources', i: 'imports', q: 'quarantine', d: 'dictionary', f: 'staff', r: 'roles', v: 'approvals', a: 'audit', k: 'keys', b: 'backups', c: 'checks', y: 'security', 1: 'dashboards', 2: 'targets', t: 'today' })) {
            await press('g', key);
            await page.waitForFunction((p) => location.hash.startsWith(`#/${p}`), page_);
            await settled(page);
        }
        await press('g', 'p');
        await page.waitForSelector('.row-link');
        await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
        await guarded.check('g');
    });

    test('searches, walks the list and opens a person', async () => {
        await press('/');
        assert.equal((await focused(page)).tag, 'INPUT');
        await page.keyboard.type('jgp');
        assert.equal(await page.inputValue('[data-search]'), 'jgp', 'letters are letters while typing');
        await page.fill('[data-search]', '');
        await page.waitForSelector('.row-link');
        await page.evaluate(() => document.activeElement.blur());
        await press('j');
        await page.waitForFunction(() => document.activeElement?.dataset?.row === '0');
        for (let i = 0; i < 30; i++) await press('j');
        await page.waitForFunction(() => document.activeElement?.dataset?.row === '30');
        const f = await focused(page);
        assert.ok(!f.covered, 'the focused row is in sight');
        await press('k');
        await page.waitForFunction(() => document.activeElement?.dataset?.row === '29');
        const name = (await focused(page)).text;
        await press('Enter');
        await page.waitForSelector('.person-columns');
        assert.equal((await page.textContent('h1')).trim(), name);
        await page.goBack();
        await page.waitForSelector('.row-link');
        await page.waitForFunction(() => scrollY > 500, undefined, { timeout: 3000 });
        await guarded.check('list');
    });

    test('un-merges with a reason; the focus stays inside the dialog and returns', async () => {
        await page.goto(`${server.url}/#/people/${someone(server.mock).id}`);
        await page.waitForSelector('.merges');
        await tabTo((f) => f.text === 'Take back', 140);
        await press('Enter');
        await page.waitForSelector('dialog[open]');
        assert.equal((await focused(page)).tag, 'INPUT', 'the reason has the focus');
        for (let i = 0; i < 12; i++) {
            await press('Tab');
            assert.ok(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement) || document.activeElement === document.body));
        }
        await press('Escape');
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        assert.equal((await focused(page)).text, 'Take back', 'the focus is back on the button');
        await press('Enter');
        await page.waitForSelector('dialog[open]');
        await page.keyboard.type('two people of one household');
        await press('Enter');
        await page.waitForSelector('.toast');
        await guarded.check('un-merge');
    });

    test('the palette finds a person', async () => {
        await press('Control+k');
        await page.waitForSelector('dialog.palette');
        await page.keyboard.type('winter');
        await page.waitForSelector('.palette-list .avatar');
        await press('ArrowDown', 'ArrowUp', 'Enter');
        await page.waitForFunction(() => /Winter/.test(document.querySelector('h1')?.textContent ?? ''));
        await press('Control+k');
        await page.waitForSelector('dialog.palette');
        await press('Control+k');
        await page.waitForSelector('dialog.palette', { state: 'detached' });
        await guarded.check('palette');
    });

    test('single keys can be switched off', async () => {
        await page.goto(`${server.url}/#/today`);
        await page.waitForSelector('.number');
        await press('?');
        await page.waitForSelector('dialog[open]');
        await tabTo((f) => f.tag === 'INPUT');
        await press('Space', 'Escape', 'g', 'p');
        await page.waitForTimeout(200);
        assert.match(await path(page), /today/);
        await press('Control+k');
        await page.waitForSelector('dialog.palette'); // combinations stay
        await press('Escape');
        await page.getByRole('button', { name: 'Keyboard' }).click();
        await page.getByRole('switch').check();
        await press('Escape');
        await guarded.check('switch');
    });

    test('invites a colleague, proves who it is, and hands over the link', async () => {
        await press('g', 'f');
        await page.waitForSelector('.table');
        for (const s of server.mock.sessions.values()) s.proved = 0;
        await tabTo((f) => f.text === 'Invite');
        await press('Enter');
        await page.waitForSelector('dialog[open]');
        await page.keyboard.type('anna@shop.example');
        await tabTo((f) => f.tag === 'SELECT');
        await page.keyboard.type('Aud');
        await tabTo((f) => f.text === 'Make the link');
        await press('Enter');
        await page.waitForFunction(() => document.activeElement?.name === 'password');
        await page.keyboard.type('correct horse battery staple');
        await press('Enter');
        await page.waitForSelector('.once-text');
        assert.equal(server.mock.invitations.at(-1).role, 'auditor');
        await tabTo((f) => f.text === 'I have passed it on');
        await press('Enter');
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        await guarded.check('invitation');
    });

    test("scrolls the matrix, reaches a role of one's own, and changes a rule", async () => {
        await press('g', 'r');
        await page.waitForSelector('.matrix');
        await tabTo((f) => f.tag === 'DIV'); // the part that scrolls is a stop
        await press('ArrowRight', 'ArrowRight');
        await tabTo((f) => f.text.startsWith('warehouse'));
        await page.goto('about:blank');
        await page.goto(`${server.url}/#/roles/rules`);
        await page.waitForSelector('.acts li');
        const before = server.mock.rules[0].on;
        await tabTo((f) => f.role === 'switch');
        await press('Space');
        await page.waitForFunction((was) => document.querySelector('[role=switch]').checked !== was, before);
        assert.equal(server.mock.rules[0].on, !before);
        await guarded.check('rules');
    });

    test('makes a source', async () => {
        await press('g', 's');
        await page.waitForSelector('.source');
        await tabTo((f) => f.text === 'New source');
        await press('Enter');
        await page.waitForSelector('dialog input');
        await page.keyboard.type('Market stall');
        await press('Enter');
        await page.waitForFunction(() => [...document.querySelectorAll('.source h2')].some((h) => /Market stall/.test(h.textContent)));
        await page.waitForFunction(() => document.activeElement?.tagName === 'SUMMARY');
        await guarded.check('source');
    });
});
