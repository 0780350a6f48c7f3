// SPDX-License-Identifier: Apache-2.0
// Signing in by steps, proofs and approvals asked for in between, one's own security, staff, roles, the
// audit log, keys and backups: what happens when something is done, against the mock server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BUILTIN } from '../../console/dev/mock-roles.mjs';
import { accessible, guardedPage, launch, obstacle, settled, signIn } from './lib/browser.mjs';
import { someone } from './lib/scenes.mjs';

const PASSWORD = 'correct horse battery staple';

describe('the house against the mock server', { skip: obstacle() ?? false }, () => {
    let browser;
    let server;
    let guarded;
    let page;
    let mock;
    const open = async (hash, wait) => {
        await page.goto('about:blank');
        await page.goto(`${server.url}/#/${hash}`);
        if (wait) await page.waitForSelector(wait);
        await settled(page);
    };
    const button = (name) => page.getByRole('button', { name, exact: true });
    const top = () => page.locator('dialog[open]').last();
    const enter = async () => {
        await page.fill('input[name=email]', 'owner@shop.example');
        await page.fill('input[name=password]', PASSWORD);
        await page.keyboard.press('Enter');
    };
    const gone = () => page.waitForSelector('dialog[open]', { state: 'detached' });
    before(async () => {
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        server = await startMock();
        mock = server.mock;
        browser = await launch();
        guarded = await guardedPage(browser, server.url, { viewport: { width: 1280, height: 860 }, expected: [/Failed to load resource/] });
        page = guarded.page;
        await signIn(page, server.url);
    });
    beforeEach(() => mock.reset('full'));
    after(async () => {
        await browser?.close();
        server?.close();
    });
    const fresh = async (path, set) => { // a browser that nobody is signed in with
        mock.sessions.clear();
        set?.();
        await page.goto('about:blank');
        await page.goto(server.url + path);
        await settled(page);
    };

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
            await signIn(own.page, there);
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
            await signInTo(own.page, there);
            await own.page.getByRole('button', { name: 'Use the passkey' }).click();
            await own.page.waitForSelector('.number');
            await own.check('passkeys');
        } finally {
            await own.close();
        }
    });
    async function signInTo(other, url) {
        await other.goto('about:blank');
        await other.goto(url);
        await other.fill('input[name=email]', 'owner@shop.example');
        await other.fill('input[name=password]', PASSWORD);
        await other.keyboard.press('Enter');
    }

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

    test('the menu shows what the role may open, and every page of it loads without a refusal', async () => {
        const strict = await guardedPage(browser, server.url, {});
        try {
            for (const role of BUILTIN) {
                mock.permissions = role.permissions;
                mock.sessions.clear();
                await signInTo(strict.page, server.url);
                await strict.page.waitForSelector('.shell h1');
                const links = await strict.page.locator('.sidebar nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
                assert.ok(links.length > 0, role.name);
                for (const link of [...links, '#/security']) {
                    await strict.page.evaluate((to) => { location.hash = to; }, link);
                    await strict.page.waitForFunction((to) => location.hash === to, link);
                    await settled(strict.page);
                    await strict.page.waitForTimeout(60);
                    await strict.check(`${role.name} ${link}`);
                }
                if (!role.permissions.includes('keys')) {
                    await strict.page.evaluate(() => { location.hash = '#/keys'; });
                    await strict.page.getByText('Keys is not open to you').waitFor();
                    assert.match(await strict.page.textContent('.empty-text'), /permission Keys/);
                    await strict.check(`${role.name} forbidden`);
                }
            }
        } finally {
            mock.permissions = BUILTIN[0].permissions;
            await strict.close();
            await fresh('/');
            await enter();
            await page.waitForSelector('.number');
        }
    });

    test('staff: invited by a link that is shown once, disabled, helped, removed', async () => {
        await open('staff', '.table');
        await button('Invite').click();
        await page.getByLabel('E-mail', { exact: true }).fill('anna@shop.example');
        await page.getByLabel('Role').selectOption('auditor');
        await button('Make the link').click();
        assert.match(await page.textContent('.once-text'), /\/invite#\S{20,}/);
        await button('I have passed it on').click();
        await gone();
        await page.getByText('anna@shop.example').waitFor();
        assert.equal(mock.invitations.at(-1).role, 'auditor');
        await button('mira@shop.example').click();
        for (const [act, submit, check] of [
            ['Disable', 'Disable', () => mock.staff[1].state === 'disabled'], ['Enable', 'Enable', () => mock.staff[1].state === 'active'],
            ['Remove the second factors', 'Remove the second factors', () => mock.staff[1].factors.length === 0],
        ]) {
            await top().getByRole('button', { name: `Do it… ${act}` }).click();
            await top().getByRole('button', { name: submit, exact: true }).click();
            await page.waitForFunction(() => document.querySelectorAll('dialog[open]').length === 1);
            assert.ok(check(), act);
            await page.waitForTimeout(50);
        }
        await top().getByRole('button', { name: 'Do it… New password by link' }).click();
        await top().getByRole('button', { name: 'Make the link' }).click();
        assert.match(await page.textContent('.once-text'), /\/reset#/);
        await button('I have passed it on').click();
        await top().getByRole('button', { name: 'Do it… Remove the account' }).click();
        await top().getByRole('button', { name: 'Remove the account', exact: true }).click();
        await gone();
        assert.ok(!mock.staff.some((s) => s.email === 'mira@shop.example'));
        await button('owner@shop.example').click();
        assert.equal(await top().getByRole('button', { name: /^Do it/ }).count(), 0, 'nobody changes their own account here');
        await page.keyboard.press('Escape');
        await guarded.check('staff');
    });

    test('roles: one is made from another, changed, and deleted; levels fall', async () => {
        await open('roles', '.matrix');
        await button('New role').click();
        await page.getByLabel('Name', { exact: true }).fill('Returns desk');
        await page.getByLabel('Start from').selectOption('support_agent');
        await page.getByLabel('What it is for').fill('Takes parcels back.');
        await top().locator('.level-choice').nth(3).locator('input[value=full]').check();
        await button('Save').click();
        await gone();
        const made = mock.roles.find((r) => r.name === 'returns_desk');
        assert.deepEqual(made.view, { P0: 'full', P1: 'full', P2: 'full', P3: 'full', P4: 'none' });
        assert.ok(made.permissions.includes('break_glass'));
        await page.getByRole('button', { name: 'returns_desk' }).click();
        await top().locator('.level-choice').nth(1).locator('input[value=mask]').check();
        await button('Save').click();
        await gone();
        assert.deepEqual(mock.roles.find((r) => r.name === 'returns_desk').view, { P0: 'full', P1: 'mask', P2: 'mask', P3: 'mask', P4: 'none' });
        await page.getByRole('button', { name: 'returns_desk' }).click();
        await button('Delete this role').click();
        await top().getByRole('button', { name: 'Delete this role' }).click();
        await gone();
        assert.ok(!mock.roles.some((r) => r.name === 'returns_desk'));
        await open('roles/rules', '.acts li');
        await page.getByRole('switch', { name: 'Work on keys' }).click();
        await page.waitForFunction(() => document.querySelectorAll('[role=switch]')[2].checked);
        assert.equal(mock.rules.find((r) => r.kind === 'keys').on, true);
        await guarded.check('roles');
    });

    test('a token is shown once, with few permissions and an end', async () => {
        await open('security', '.factors');
        await button('New token').click();
        await page.getByLabel('Name', { exact: true }).fill('Till');
        await page.getByLabel('Open people').check();
        await page.getByLabel('Ends').selectOption('7');
        await button('Make the token').click();
        const token = await page.textContent('.once-text');
        assert.match(token, /^cust_/);
        await button('I have stored them').click();
        await gone();
        assert.ok(!(await page.content()).includes(token), 'it is gone from the page');
        assert.deepEqual(mock.tokens.at(-1).permissions, ['people_read']);
        await button('End the token Till').click();
        await top().getByRole('button', { name: 'End', exact: true }).click();
        await gone();
        assert.equal(mock.tokens.length, 1);
        await guarded.check('tokens');
    });

    test('the log: as long as it is, filtered, with each entry whole', async () => {
        await open('audit', '.audit-row .row-link');
        for (let i = 0; i < 6; i++) {
            await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
            await page.waitForTimeout(60);
        }
        await page.waitForFunction(() => Number([...document.querySelectorAll('.audit-row .row-link')].at(-1)?.dataset.row ?? 0) > 200);
        assert.ok(await page.locator('.audit-row').count() < 80);
        await page.evaluate(() => scrollTo(0, 0));
        await page.getByLabel('Outcome').selectOption('refused');
        await page.waitForFunction(() => [...document.querySelectorAll('.audit-row:not(.head):not(.ghost)')].every((r) => /refused/.test(r.textContent)));
        await page.fill('[data-search]', 'people');
        await page.waitForFunction(() => /action=people/.test(location.hash));
        await page.waitForSelector('.audit-row .row-link');
        await page.keyboard.press('Escape');
        await page.evaluate(() => document.activeElement.blur());
        await page.keyboard.press('j');
        await page.waitForFunction(() => document.activeElement?.dataset?.row === '0');
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        assert.match(await top().textContent(), /Outcomerefused.*Purpose/s);
        await page.keyboard.press('Escape');
        await guarded.check('audit');
    });

    test('an alert is closed with a note; the proof says yes or no; decoys are made', async () => {
        await open('audit/alerts', '.alerts');
        await button('Close: A decoy was opened').click();
        assert.equal(await top().getByRole('button', { name: 'Close', exact: true }).last().isDisabled(), true, 'not without a note');
        await top().locator('textarea').fill('a slip, talked to Jan');
        await page.keyboard.press('Tab');
        await top().locator('button[type=submit]').click();
        await gone();
        assert.deepEqual([mock.alerts[0].state, mock.alerts[0].note], ['closed', 'a slip, talked to Jan']);
        await open('audit/proof', '.card');
        await button('Verify now').click();
        await page.getByText('The log is whole').first().waitFor();
        const download = page.waitForEvent('download');
        await page.getByRole('link', { name: 'Download the checkpoint' }).click();
        assert.equal((await download).suggestedFilename(), 'custos-checkpoint.txt');
        mock.decoys = 0;
        await open('audit/decoys', '.empty');
        await button('Make decoys').first().click();
        await top().getByRole('button', { name: 'Make decoys' }).click();
        await page.getByText('20 decoys').waitFor();
        await guarded.check('alerts');
    });

    test('masked values, and the glass broken for a while', async () => {
        mock.masking = true;
        mock.glassFor = 2500;
        const p = someone(mock);
        await open(`people/${p.id}`, '.masked-note');
        assert.match(await page.textContent('.traits'), /\w\*\*\*@example\.com/);
        assert.ok(!(await page.textContent('.traits')).includes(p.email));
        await button('Break the glass…').click();
        const submit = top().getByRole('button', { name: 'Show unmasked for 15 minutes' });
        assert.equal(await submit.isDisabled(), true, 'not without a reason');
        await top().locator('textarea').fill('complaint 4711');
        await submit.click();
        await page.waitForFunction((email) => document.querySelector('.traits')?.textContent.includes(email), p.email);
        await page.waitForSelector('[role=timer]');
        await accessible(page, 'broken glass');
        await page.waitForSelector('.masked-note', { timeout: 8000 }); // over: masked again by itself
        assert.ok(!(await page.textContent('.traits')).includes(p.email));
        mock.glassFor = undefined;
        await guarded.check('glass');
    });

    test('a backup is run and verified, a drill leaves its report', async () => {
        await open('backups', '.table');
        await button('Back up now').click();
        await page.check('dialog input[value=keys]');
        await top().getByRole('button', { name: 'Back up now' }).click();
        await gone();
        await page.getByText('running').first().waitFor();
        assert.equal(mock.backupData.items[0].class, 'keys');
        await page.waitForFunction(() => !/running/.test(document.querySelector('.table').textContent), undefined, { timeout: 12_000 });
        await button('Run a drill now').click();
        await page.waitForFunction(() => document.querySelectorAll('.drills li').length === 2);
        await page.locator('.drills summary').last().click();
        assert.match(await page.textContent('.report'), /Erased found0/);
        await guarded.check('backups');
    });

    test('nothing secret and nothing personal stands in an address', async () => {
        const urls = [];
        page.on('request', (r) => urls.push(r.url()));
        await open('staff', '.table');
        await button('mira@shop.example').click();
        await page.getByRole('link', { name: 'What they did' }).click();
        await page.waitForSelector('.audit-row .row-link');
        await open('security', '.factors');
        await fresh('/reset#forgot-it');
        await fresh('/invite#come-in');
        await page.waitForSelector('input[name=new-password]');
        assert.deepEqual(urls.filter((u) => /forgot-it|come-in|@|%40|mira/.test(u.replace(/#.*/, ''))), []);
        await guarded.check('addresses');
    });
});
