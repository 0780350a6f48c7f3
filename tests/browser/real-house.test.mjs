// SPDX-License-Identifier: Apache-2.0
// The house on a real server: a second factor by app and by passkey, a colleague invited and let in, two
// people for one act, what the log says of it all, keys, backups, self-audit.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { accessible, fits, guardedPage, launch, obstacle, settled } from './lib/browser.mjs';
import { send, shop } from './lib/feed.mjs';
import { noBinary, startCustos } from './lib/server.mjs';

const OWNER = { email: 'owner@shop.example', password: 'a tea pot is a good password' };
const MIRA = { email: 'mira@shop.example', password: 'seven cups of strong assam' };

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
// The code of RFC 6238 for this moment.
function totp(secret, step = Math.floor(Date.now() / 30_000)) {
    let bits = '';
    for (const c of secret.replace(/[\s=]/g, '')) bits += BASE32.indexOf(c).toString(2).padStart(5, '0');
    const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac('sha1', key).update(counter).digest();
    const at = mac.at(-1) & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('the house on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    let custos;
    let browser;
    let guarded;
    let page;
    let colleague; // her own browser
    let codes = [];
    const open = async (hash, wait, where = page) => {
        await where.goto('about:blank');
        await where.goto(`${custos.url}/#/${hash}`);
        if (wait) await where.waitForSelector(wait);
        await settled(where);
    };
    const button = (name, where = page) => where.getByRole('button', { name, exact: true });
    const top = (where = page) => where.locator('dialog[open]').last();
    const gone = (where = page) => where.waitForSelector('dialog[open]', { state: 'detached' });
    const good = async (name, who = guarded) => {
        await accessible(who.page, name);
        await fits(who.page, name);
        await who.check(name);
    };
    // Whatever a session has to prove again: the password, once.
    const prove = async (where, password, until) => {
        const asked = where.getByRole('heading', { name: 'Is it you?' });
        await Promise.race([asked.waitFor(), where.waitForSelector(until)]);
        if (!(await asked.count())) return;
        await top(where).locator('input[name=password]').fill(password);
        await where.keyboard.press('Enter');
        await where.waitForSelector(until);
    };
    const setUpApp = async (where) => {
        await where.waitForSelector('.qr');
        await where.locator('details summary').filter({ hasText: 'Type the secret' }).click();
        const secret = await where.textContent('.write-key code');
        await where.fill('input[name=code]', totp(secret));
        await where.keyboard.press('Enter');
        await where.waitForSelector('.once-list');
        const made = await where.locator('.once-list code').allTextContents();
        await where.getByLabel('I have stored them').check();
        await button('Go on', where).click();
        return made;
    };
    before(async () => {
        custos = await startCustos({ host: 'localhost' });
        browser = await launch();
        const options = { viewport: { width: 1280, height: 860 }, expected: [/status of 40[13]/] };
        guarded = await guardedPage(browser, custos.url, options);
        page = guarded.page;
        colleague = await guardedPage(browser, custos.url, options);
        await page.goto(custos.setupUrl);
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=new-password]', OWNER.password);
        await button('Make me the owner').click();
        await page.waitForSelector('.shell h1');
        await send(custos.url, custos.writeKey, shop(12, 6, 3).calls);
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('the owner is told to set up a second factor, does it, and keeps the codes', async () => {
        await page.waitForSelector('.banner.warn');
        await good('put off');
        await open('security', '.factors');
        await good('security');
        await button('Set up').first().click();
        codes = await setUpApp(page);
        assert.equal(codes.length, 10);
        await page.waitForFunction(() => /Authenticator app\s*on/.test(document.querySelector('.factors').textContent));
        await open('today', 'h1');
        assert.equal(await page.locator('.banner.warn').count(), 0);
        await good('with a second factor');
    });

    test('signing in takes two steps now; a recovery code works once', async () => {
        await button('Sign out').click();
        for (const [code, fine] of [[codes[0], true], [codes[0], false]]) {
            await page.waitForSelector('input[name=password]');
            await page.fill('input[name=email]', OWNER.email);
            await page.fill('input[name=password]', OWNER.password);
            await page.keyboard.press('Enter');
            await page.waitForSelector('input[name=code]');
            await button('Use a recovery code').click();
            await page.fill('input[name=code]', code);
            await page.keyboard.press('Enter');
            await page.waitForSelector(fine ? '.shell h1' : '.field-error');
            await good(fine ? 'signed in' : 'used up');
            if (fine) await button('Sign out').click();
        }
        await page.fill('input[name=code]', codes[1]);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.shell h1');
    });

    test('a passkey is made on the device and signs in alone', async () => {
        const cdp = await guarded.context.newCDPSession(page);
        await cdp.send('WebAuthn.enable');
        await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
        await open('security', '.factors');
        await button('Add a passkey').click();
        await page.getByLabel('Name', { exact: true }).fill('Desk');
        await button('Go on at the device').click();
        await page.locator('.passkeys').getByText('Desk').waitFor();
        await good('a passkey');
        await button('Sign out').click();
        await button('Sign in with a passkey').click();
        await page.waitForSelector('.shell h1');
        await guarded.check('signed in with a passkey');
    });

    test('a colleague is invited, chooses a password, must set up a factor, and sees her pages only', async () => {
        await open('staff', '.table');
        await button('Invite').click();
        await page.getByLabel('E-mail', { exact: true }).fill(MIRA.email);
        await page.getByLabel('Role').selectOption('privacy_officer');
        await button('Make the link').click();
        await prove(page, OWNER.password, '.once-text');
        const link = (await page.textContent('.once-text')).trim();
        await good('the link');
        await button('I have passed it on').click();
        await gone();
        const her = colleague.page;
        await her.goto(link);
        await her.waitForSelector('input[name=new-password]');
        await her.fill('input[name=new-password]', 'tea');
        await her.waitForSelector('.strength.short span:not(:empty)');
        await good('invitation', colleague);
        await her.fill('input[name=new-password]', MIRA.password);
        await button('Join', her).click();
        await her.getByText('Set up your second factor').waitFor();
        await good('a factor is needed', colleague);
        await her.getByRole('button', { name: /^Authenticator app/ }).click();
        assert.equal((await setUpApp(her)).length, 10);
        await her.waitForSelector('.shell h1');
        const pages = await her.locator('.sidebar nav a').allTextContents();
        assert.ok(pages.includes('Audit') && pages.includes('People') && !pages.includes('Keys'), pages.join());
        await open('keys', '.empty', her);
        assert.match(await her.textContent('.empty-text'), /Privacy officer/);
        await good('not open to her', colleague);
        await her.goto('about:blank');
        await her.goto(link);
        await her.waitForSelector('.notice.warn');
        await good('the link is over', colleague);
    });

    test('an act for two: asked, approved by the colleague, done', async () => {
        await open('roles/rules', '.acts li');
        const on = await page.getByRole('switch', { name: 'Work on keys' }).isChecked();
        if (!on) {
            await page.getByRole('switch', { name: 'Work on keys' }).click();
            await prove(page, OWNER.password, '.toast.good, dialog textarea');
        }
        await good('rules');
        await open('keys', '.key-steps');
        await good('keys');
        await button('Rotate: Signing key').click();
        await top().getByRole('button', { name: 'Rotate', exact: true }).click();
        await prove(page, OWNER.password, 'dialog textarea');
        await top().locator('textarea').fill('yearly rotation');
        await button('Ask a colleague').click();
        await page.getByText('Waiting for a colleague').waitFor();
        await good('waiting');
        const her = colleague.page;
        await open('approvals', '.quote', her);
        assert.match(await her.textContent('.quote'), /yearly rotation/);
        await button('Approve', her).click();
        await top(her).getByRole('button', { name: 'Approve', exact: true }).click();
        await prove(her, MIRA.password, '.toast.good');
        await page.waitForSelector('.toast.good', { timeout: 20_000 });
        await gone();
        await good('rotated');
    });

    test('the log knows who did what, and proves itself', async () => {
        const her = colleague.page;
        await open('people', '.row-link', her);
        await her.locator('.row-link').first().click();
        await her.waitForSelector('.person-columns');
        await open('audit', '.audit-row .row-link');
        await good('audit');
        await page.getByLabel('Who').selectOption({ label: MIRA.email });
        await page.waitForFunction((email) => [...document.querySelectorAll('.audit-row:not(.head):not(.ghost) .audit-who')].every((x) => x.textContent === email), MIRA.email);
        await page.locator('.audit-row .row-link').first().click();
        await page.waitForSelector('dialog[open]');
        await good('an entry');
        await page.keyboard.press('Escape');
        await open('audit/proof', '.card');
        await button('Verify now').click();
        await page.waitForSelector('.notice.good');
        const id = (await her.evaluate(() => location.hash)).split('/').pop();
        await open(`people/${id}`, '.person-columns');
        await page.check('input[value=seen]');
        await page.locator('.person-main .table').getByText(MIRA.email).first().waitFor();
        await good('who looked');
    });

    test('roles, decoys, backups, self-audit and sessions answer as drawn', async () => {
        await open('roles', '.matrix');
        assert.equal(await page.locator('.matrix thead th').count(), 8);
        for (const [hash, wait] of [['roles/levels', '.matrix'], ['audit/alerts', '.page-tabs'], ['backups', '.empty'], ['checks', '.finding'], ['security', '.factors']]) {
            await open(hash, wait);
            await good(hash);
        }
        await open('audit/decoys', '.empty');
        await button('Make decoys').first().click();
        await page.getByLabel('How many').fill('2');
        await top().getByRole('button', { name: 'Make decoys' }).click();
        await prove(page, OWNER.password, '.toast.good');
        await page.getByText('2 decoys').waitFor();
        await good('decoys');
        await open('security', '.factors');
        await button('New token').click();
        await page.getByLabel('Name', { exact: true }).fill('Till');
        await page.getByLabel('See figures').check();
        await button('Make the token').click();
        await prove(page, OWNER.password, '.once-text');
        const token = (await page.textContent('.once-text')).trim();
        const answer = await fetch(`${custos.url}/v1/orders/totals`, { headers: { Authorization: `Bearer ${token}` } });
        assert.equal(answer.status, 200);
        assert.equal((await fetch(`${custos.url}/v1/keys`, { headers: { Authorization: `Bearer ${token}` } })).status, 403);
        await good('a token');
    });

    test('nothing secret stands in the log of the server', async () => {
        const log = custos.log().toLowerCase();
        for (const word of [MIRA.email, OWNER.email, 'invite#', ...codes.slice(0, 2)]) assert.ok(!log.includes(word.toLowerCase()), word);
    });
});
