// SPDX-License-Identifier: Apache-2.0
// Chromium for the tests, with guards on every page: a console error, an uncaught exception, a breach
// of the content security policy or a request to another origin fails the test that caused it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];

// Why the browser tests cannot run here, or null.
export function obstacle() {
    if (!existsSync(executable)) return `no Chromium at ${executable} (apt-get install chromium, or set CHROMIUM)`;
    if (!existsSync(`${root}console/dist/manifest.json`)) return 'console/dist is absent: run `npm ci && npm run build` in console/';
    return null;
}

// Playwright gives every launch a fresh profile folder of its own and removes it at the end.
export const launch = () => chromium.launch({ executablePath: executable, headless: true, args: FLAGS });

const POLICY = () => {
    globalThis.policyBreaches = [];
    addEventListener('securitypolicyviolation', (event) => {
        globalThis.policyBreaches.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
};

// A page with guards. `expected` are patterns of console messages that the test causes on purpose.
export async function guardedPage(browser, url, { expected = [], ...options } = {}) {
    const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options });
    await context.addInitScript(POLICY);
    const page = await context.newPage();
    page.setDefaultTimeout(Number(process.env.BROWSER_TIMEOUT ?? 60_000));
    const faults = [];
    const allowed = [/\/v1\/session\b/, ...expected]; // the question "am I signed in?" is answered with 401 when not
    const origin = new URL(url).origin;
    page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        const text = `${message.type()}: ${message.text()} (${message.location().url})`;
        if (!allowed.some((x) => x.test(text))) faults.push(text);
    });
    page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
        const to = request.url();
        if (!to.startsWith(origin) && !/^(about|data|blob):/.test(to)) faults.push(`request to another origin: ${to}`);
    });
    let waiting = 0; // requests that are not answered yet
    page.on('request', () => { waiting++; });
    for (const over of ['requestfinished', 'requestfailed']) page.on(over, () => { waiting--; });
    page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) waiting = 0; });
    const guarded = {
        page, context, allowed,
        // Waits until nothing is asked, loaded or moved any more: what is looked at then does not change by itself.
        async still() {
            for (let calm = 0; calm < 2;) {
                await page.waitForFunction(() => !document.querySelector('.loading')
                    && document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity));
                await page.evaluate(() => document.fonts.ready.then(() => new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(() => drawn())); })));
                calm = waiting > 0 ? 0 : calm + 1;
            }
        },
        // Leaves the page: what it still asks for is over, and what it caused on the way is no fault of the next.
        async leave() {
            await page.goto('about:blank');
            faults.length = 0;
        },
        // Throws what went wrong since the last call.
        async check(where) {
            const breaches = await page.evaluate(() => globalThis.policyBreaches?.splice(0) ?? []);
            const found = [...faults.splice(0), ...breaches.map((b) => `policy: ${b}`)];
            if (found.length) assert.fail(`${where}:\n${found.join('\n')}`);
        },
        close: () => context.close(),
    };
    return guarded;
}

export async function settled(page) {
    await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.loading'));
    await page.evaluate(() => document.fonts.ready);
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Runs axe-core on what is on the page; throws with the rules and elements that failed.
// rules: only these, for a look that can differ in nothing else (AXE_ALL=1: all rules all the same).
export async function accessible(page, where, rules) {
    const only = rules && !process.env.AXE_ALL ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS };
    if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(axeSource); // once a page, not on every way through
    const violations = await page.evaluate(async (runOnly) => {
        const result = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
        return result.violations.map((v) => ({
            rule: v.id, help: v.help,
            nodes: v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} | ${n.html.slice(0, 160)} | ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}`),
        }));
    }, only);
    const text = violations.map((v) => `${v.rule}: ${v.help}\n    ${v.nodes.join('\n    ')}`).join('\n');
    if (text) assert.fail(`${where}: axe-core\n${text}`);
}

export async function fits(page, where) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${where}: the page scrolls ${wide} px sideways`);
}

export async function signIn(page, url, email = 'owner@shop.example', password = 'correct horse battery staple') {
    await page.goto(`${url}/`);
    await page.fill('input[name=email]', email);
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.shell h1');
}
