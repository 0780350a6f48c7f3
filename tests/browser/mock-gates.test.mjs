// SPDX-License-Identifier: Apache-2.0
// Signing in by steps, first factors, proofs and approvals asked for in between: what happens when it is
// done, against the mock server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { guardedPage, obstacle } from './lib/browser.mjs';
import { PASSWORD, startConsole } from './lib/console.mjs';

describe('signing in and proving, against the mock server', { skip: obstacle() ?? false }, () => {
    let started;
    let browser;
    let server;
    let guarded;
    let page;
    let mock;
    let open;
    let fresh;
    let enter;
    let enterAt;
    let button;
    let top;
    let gone;
    before(async () => {
        started = await startConsole();
        ({ browser, server, guarded, page, mock, open, fresh, enter, enterAt, button, top, gone } = started);
    });
    beforeEach(() => mock.reset('full'));
    after(() => started?.close());

    test('password, then a code; a wrong one is told, another way is there', async () => {
        await fresh('/', () => { mock.second = ['totp', 'recovery']; });
        await enter();
        await page.waitForSelector('input[name=code]');
        await page.waitForFunction(() => document.activeElement?.name === 'code');
        await page.keyboard.type('000000');
        await page.keyboard.press('Enter');
        await page.getByText('The code is not right').waitFor();
        await button('Use a recovery code').click();
        await page.fill('input[name=code]', '7f3k-9qdw');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.number');
        await guarded.check('codes');
    });

    test('a passkey is made, and signs in alone and as the second step', async () => {
        const there = server.url;
        const own = await guardedPage(browser, there, { expected: [/Failed to load resource/] });
        try {
            const cdp = await own.context.newCDPSession(own.page);
            await cdp.send('WebAuthn.enable');
            const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
            mock.sessions.clear();
            await enterAt(own.page);
            await own.page.waitForSelector('.number');
            await own.page.goto(`${there}/#/security`);
            await own.page.getByRole('button', { name: 'Add a passkey' }).click();
            await own.page.getByLabel('Name', { exact: true }).fill('Desk');
            await own.page.getByRole('button', { name: 'Go on at the device' }).click();
            await own.page.locator('.passkeys').getByText('Desk').waitFor();
            assert.equal((await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length, 1);
            mock.sessions.clear();
            await own.page.goto('about:blank');
            await own.page.goto(there);
            await own.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
            await own.page.waitForSelector('.number');
            mock.second = ['passkey', 'recovery'];
            mock.sessions.clear();
            await enterAt(own.page);
            await own.page.getByRole('button', { name: 'Use the passkey' }).click();
            await own.page.waitForSelector('.number');
            await own.check('passkeys');
        } finally {
            await own.close();
        }
    });
    test('an invitation becomes an account; a weak password does not leave the page', async () => {
        await fresh('/invite#come-in');
        await page.waitForSelector('input[name=new-password]');
        assert.equal(await page.inputValue('input[name=email]'), 'new@shop.example');
        await page.fill('input[name=new-password]', 'password password');
        await button('Join').click();
        await page.getByText('one of the first that are tried').waitFor();
        assert.equal(mock.inviteToken, 'come-in', 'nothing was sent');
        await page.fill('input[name=new-password]', 'seven cups of strong assam');
        await button('Join').click();
        await page.waitForSelector('.shell');
        assert.equal(await page.evaluate(() => location.pathname + location.hash), '/', 'the token has left the address');
        mock.signedInAs = null;
        await guarded.check('invitation');
    });

    test('a reset link sets the password and still asks for the second factor', async () => {
        await fresh('/reset#forgot-it', () => { mock.second = ['totp']; });
        await page.fill('input[name=new-password]', 'seven cups of strong assam');
        await button('Set the password').click();
        await page.waitForSelector('input[name=code]');
        assert.equal(mock.sessions.size, 0, 'nobody is in before the code');
        await page.fill('input[name=code]', '123456');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.number');
        assert.equal(new URL(page.url()).pathname, '/');
        mock.owner.password = PASSWORD;
        await guarded.check('reset');
    });

    test('who needs a second factor sets it up before anything else; codes leave only when stored', async () => {
        mock.reset('empty');
        await fresh('/', () => { mock.factorNeeded = true; });
        await enter();
        await page.getByText('Set up your second factor').waitFor();
        assert.equal(await page.locator('.shell').count(), 0, 'no page is open');
        await page.getByRole('button', { name: /^Authenticator app/ }).click();
        await page.waitForSelector('.qr');
        assert.ok(await page.evaluate(() => document.querySelector('.qr').naturalWidth > 0), 'the QR code is drawn under the policy');
        await page.fill('input[name=code]', '123456');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.once-list');
        assert.equal(await page.locator('.once-list li').count(), 10);
        const save = page.waitForEvent('download');
        await button('Save as a file').click();
        assert.match((await save).suggestedFilename(), /recovery-codes/);
        assert.equal(await button('Go on').isDisabled(), true);
        await page.getByLabel('I have stored them').check();
        await button('Go on').click();
        await page.waitForSelector('.shell h1');
        await guarded.check('enrolment');
    });

    test('a dangerous act asks who it is, once, and goes on by itself', async () => {
        await fresh('/');
        await enter();
        await page.waitForSelector('.number');
        await open('security', '.factors');
        for (const s of mock.sessions.values()) s.proved = 0;
        await button('Make new ones').click();
        await top().getByRole('button', { name: 'Make recovery codes' }).click();
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
        await page.waitForFunction(() => document.activeElement?.name === 'password');
        await page.keyboard.type('not it');
        await page.keyboard.press('Enter');
        await page.getByText('This is not your password.').waitFor();
        await top().locator('input[name=password]').fill(PASSWORD);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.once-list');
        await page.getByLabel('I have stored them').check();
        await button('Go on').click();
        await gone();
        for (const s of mock.sessions.values()) s.proved = 0;
        await button('End the passkey Laptop').click();
        await top().getByRole('button', { name: 'End', exact: true }).click();
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor({ state: 'detached' });
        assert.equal(await page.locator('.notice.bad').count(), 0, 'deciding against it is no error');
        assert.equal(mock.own.passkeys.length, 1);
        await page.keyboard.press('Escape');
        await guarded.check('reauth');
    });

    test('an act for two waits for the colleague, then happens with the approval', async () => {
        mock.rules.find((r) => r.kind === 'keys').on = true;
        await open('keys', '.key-steps');
        await button('Rotate: Key tree').click();
        await top().getByRole('button', { name: 'Rotate', exact: true }).click();
        await page.getByRole('heading', { name: 'Two people are needed' }).waitFor();
        await top().locator('textarea').fill('yearly rotation');
        await button('Ask a colleague').click();
        await page.getByText('Waiting for a colleague').waitFor();
        const asked = mock.approvals[0];
        assert.deepEqual([asked.kind, asked.target, asked.reason, asked.state], ['keys', 'POST /v1/keys/rotate', 'yearly rotation', 'waiting']);
        asked.state = 'approved';
        await page.waitForSelector('progress');
        assert.equal(asked.state, 'used');
        await gone();
        await guarded.check('approval');
    });

    test('what was approved while the dialog was closed is found; a refusal is told', async () => {
        mock.rules.find((r) => r.kind === 'keys').on = true;
        const rotate = async () => {
            await button('Rotate: Root key').click();
            await top().getByRole('button', { name: 'Rotate', exact: true }).click();
        };
        await open('keys', '.key-steps');
        await rotate();
        await top().locator('textarea').fill('new machine');
        await button('Ask a colleague').click();
        await button('Wait in the background').click();
        await page.getByRole('heading', { name: 'Two people are needed' }).waitFor({ state: 'detached' });
        await page.keyboard.press('Escape');
        await gone();
        mock.approvals[0].state = 'approved';
        await rotate();
        await page.waitForSelector('progress');
        await gone();
        await button('Rotate: A class key').click();
        await top().getByRole('button', { name: 'Rotate', exact: true }).click();
        await top().locator('textarea').fill('because');
        await button('Ask a colleague').click();
        await page.getByText('Waiting for a colleague').waitFor();
        mock.approvals[0].state = 'refused';
        await page.getByText('A colleague refused').waitFor();
        await guarded.check('refused');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
    });

    test('approvals: counted in the menu, decided on the page, never one\'s own', async () => {
        mock.approvals.unshift({ ...mock.approvals[0], id: 'a99', asked_by: 'owner@shop.example', reason: 'my own' });
        await open('approvals', '.quote');
        assert.match(await page.textContent('.nav-count'), /^1/);
        assert.equal(await button('Approve').count(), 1, 'the own request has no button');
        await button('Approve').click();
        await top().getByRole('button', { name: 'Approve', exact: true }).click();
        await page.waitForSelector('.nav-count', { state: 'detached' });
        assert.equal(mock.approvals.find((a) => a.id === 'a12').state, 'approved');
        await guarded.check('approvals');
    });
});
