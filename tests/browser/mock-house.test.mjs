// SPDX-License-Identifier: Apache-2.0
// Staff, roles, tokens, the audit log, masked values, keys and backups: what happens when something is
// done, against the mock server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BUILTIN } from '../../console/dev/mock-roles.mjs';
import { accessible, guardedPage, obstacle, settled } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';
import { someone } from './lib/scenes.mjs';

describe('the house against the mock server', { skip: obstacle() ?? false }, () => {
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

    test('the menu shows what the role may open, and every page of it loads without a refusal', async () => {
        const strict = await guardedPage(browser, server.url, {});
        try {
            for (const role of BUILTIN) {
                mock.permissions = role.permissions;
                mock.sessions.clear();
                await enterAt(strict.page);
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
