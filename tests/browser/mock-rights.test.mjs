// SPDX-License-Identifier: Apache-2.0
// Consents, requests, registers, retention, breaches, the transparency page and proposals against the mock server:
// the main flow of each page, by mouse and by keys.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { obstacle } from './lib/browser.mjs';
import { startConsole } from './lib/console.mjs';
import { request, someone } from './lib/scenes.mjs';

describe('rights and governance, against the mock server', { skip: obstacle() ?? false }, () => {
    let started;
    let page;
    let mock;
    let open;
    let button;
    let top;
    let gone;
    let guarded;
    before(async () => {
        started = await startConsole();
        ({ page, mock, open, button, top, gone, guarded } = started);
    });
    beforeEach(() => mock.reset('full'));
    after(() => started?.close());
    const find = (n) => mock.requests.find((r) => r.id.endsWith(String(n).padStart(12, '0')));
    const saved = async (click) => {
        const file = page.waitForEvent('download');
        await click();
        const done = await file;
        return { name: done.suggestedFilename(), text: readFileSync(await done.path(), 'utf8') };
    };

    test('the queue: filters in the address, rows by keys, figures of the year', async () => {
        await open('requests', '.table');
        assert.match(await page.textContent('.facts'), /Open.*7.*Oldest open.*33 days/s);
        await page.check('input[value=late]');
        await page.waitForFunction(() => location.hash.endsWith('due=late') && document.querySelectorAll('.table tbody tr').length === 1);
        await page.check('input[value=any]');
        await page.getByLabel('Right').selectOption('erasure');
        await page.waitForFunction(() => location.hash.includes('right=erasure') && [...document.querySelectorAll('.table tbody tr')].every((r) => r.textContent.includes('Erasure')));
        await page.keyboard.press('Escape');
        await page.locator('h1').focus();
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        assert.equal(await page.evaluate(() => [...document.querySelectorAll('main .row-link')].indexOf(document.activeElement)), 1);
        await page.keyboard.press('k');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.clocks');
        await page.goBack();
        await page.waitForSelector('.table');
        assert.equal(await page.getByLabel('Right').inputValue(), 'erasure', 'the filter is still there');
        await page.keyboard.press('c');
        await page.waitForSelector('dialog[open]');
        await guarded.check('queue');
    });

    test('a request is taken for a person, and for an address; a refused field is shown at the field', async () => {
        await open('requests', '.table');
        await button('New request').click();
        await top().locator('input[type=search]').fill('winter');
        await top().locator('.candidates button').first().click();
        await top().getByLabel('What was asked').fill('Bitte alles löschen');
        await top().getByLabel('Right', { exact: true }).selectOption('erasure');
        await button('Take the request').click();
        await page.waitForSelector('.clocks');
        assert.equal(mock.lastRequest.right, 'erasure');
        assert.match(mock.lastRequest.person, /^[0-9a-f-]{36}$/);
        assert.equal(mock.lastRequest.detail, 'Bitte alles löschen');
        assert.match(await page.textContent('h1'), /Erasure/);
        await open('requests', '.table');
        await button('New request').click();
        await page.check('dialog input[value=address]');
        await top().getByLabel('E-mail', { exact: true }).fill('nobody');
        await top().getByLabel('Received').fill('2026-01-15');
        await button('Take the request').click();
        await top().getByText('An e-mail address such as ada@example.com is accepted.').first().waitFor();
        assert.equal(await top().getByLabel('E-mail', { exact: true }).getAttribute('aria-invalid'), 'true');
        await top().getByLabel('E-mail', { exact: true }).fill('ada@example.com');
        await button('Take the request').click();
        await page.waitForSelector('.clocks');
        assert.deepEqual([mock.lastRequest.email, mock.lastRequest.received], ['ada@example.com', '2026-01-15T00:00:00Z']);
        await guarded.check('new request');
    });

    test('a request from proof to erasure; the acts are those that are possible', async () => {
        await open(request(1), '.clocks');
        assert.equal(await button('Do it').count(), 0, 'not before the proof');
        await button('It is the person').click();
        await page.check('dialog input[value=code]');
        await top().getByRole('button', { name: 'It is the person' }).click();
        await gone();
        assert.deepEqual(mock.lastAct, { act: 'verify', how: 'code' });
        await button('Do it').waitFor();
        await open(request(2), '.clocks');
        await button('Do it').click();
        await top().getByText('This cannot be undone', { exact: false }).waitFor();
        await top().getByRole('button', { name: 'Do it' }).click();
        await gone();
        await page.getByText('2 recipients', { exact: false }).or(page.locator('.badge', { hasText: 'Recipients not done' })).first().waitFor();
        assert.equal(find(2).state, 'waiting');
        await guarded.check('erased');
    });

    test('a refusal: only the grounds that fit, the letter before it goes, no refusal without a ground', async () => {
        await open(request(2), '.clocks');
        await button('Refuse').click();
        const ground = top().getByLabel('Ground');
        await ground.waitFor();
        const names = await ground.locator('option').allTextContents();
        assert.ok(names.includes('Legal obligation') && !names.includes('Rights of others'), names.join());
        const send = top().getByRole('button', { name: 'Refuse', exact: true });
        assert.equal(await send.isDisabled(), true);
        await ground.selectOption('legal_obligation');
        await top().getByText('Read the letter before it goes').click();
        await top().locator('.letter', { hasText: 'A law obliges us to keep the data for now.' }).waitFor();
        await top().getByLabel('Explanation').fill('Until the tax audit is over.');
        await send.click();
        await gone();
        assert.deepEqual(mock.lastAct, { act: 'refuse', ground: 'legal_obligation', note: 'Until the tax audit is over.' });
        await page.locator('.badge', { hasText: 'Refused' }).first().waitFor();
        await button('Open again').waitFor();
        await guarded.check('refused');
    });

    test('what a rule stops is said with its reason; a correction names fields and values', async () => {
        guarded.allowed.push(/409/);
        await open(request(3), '.clocks');
        await button('Do it').click();
        await top().getByRole('button', { name: 'Do it' }).click();
        await top().getByText('needed for a legal claim', { exact: false }).waitFor();
        await page.keyboard.press('Escape');
        await open(request(4), '.clocks');
        await button('Do it').click();
        const send = top().getByRole('button', { name: 'Do it' });
        assert.equal(await send.isDisabled(), true);
        await top().getByLabel('Field 1').fill('last_name');
        await top().getByLabel('Right value 1').fill('Bakker');
        await send.click();
        await gone();
        assert.deepEqual(mock.lastAct, { act: 'execute', values: { last_name: 'Bakker' } });
        await guarded.check('rules');
    });

    test('recipients: what each was told, marked as done with how one knows', async () => {
        await open('registers/recipients', '.table');
        await button('Mark as done: Reports').click();
        const done = top().getByRole('button', { name: 'Mark as done', exact: true });
        assert.equal(await done.isDisabled(), true);
        await top().locator('textarea').fill('Their letter of Monday');
        await done.click();
        await gone();
        assert.deepEqual(mock.orders.filter((o) => o.note === 'Their letter of Monday').map((o) => o.state), ['done']);
        await page.getByRole('button', { name: 'New recipient' }).click();
        await top().getByLabel('Name', { exact: true }).fill('Paket Süd');
        await top().getByLabel('Country', { exact: true }).fill('at');
        await top().getByLabel('Told by').selectOption('webhook');
        await top().getByLabel('Address', { exact: true }).fill('https://paket.example/privacy');
        await top().getByLabel('Make a new key').check();
        await button('Save').click();
        await top().getByText('whsec_c2VjcmV0').waitFor();
        assert.deepEqual([mock.lastRecipient.title, mock.lastRecipient.country, mock.lastRecipient.new_secret], ['Paket Süd', 'AT', true]);
        assert.ok(mock.recipients.some((r) => r.name === 'paket-sud'));
        await button('I have stored them').click();
        await gone();
        await page.waitForFunction(() => location.hash === '#/registers/recipients');
        await guarded.check('recipients');
    });

    test('doors of others: opened with a token that is shown once, closed; what a shop asks is done by hand', async () => {
        await open('registers/doors', '.table');
        await button('New door').click();
        await top().getByLabel('Name', { exact: true }).fill('Partner Cloud 2');
        await button('Save').click();
        await top().getByText('odsr_c29tZXRoaW5n').waitFor();
        await button('I have stored them').click();
        await gone();
        assert.ok(mock.doors.some((d) => d.name === 'partner-cloud-2'));
        await button('Close the door: Partner Cloud 2').click();
        await top().getByRole('button', { name: 'Close', exact: true }).last().click();
        await gone();
        assert.equal(mock.doors.some((d) => d.name === 'partner-cloud-2'), false);
        await button('It is done: teehaus.example').click();
        await top().locator('textarea').fill('The shop was ours; nothing is left.');
        await top().getByRole('button', { name: 'It is done' }).click();
        await gone();
        assert.ok(mock.notices[0].done);
        await guarded.check('doors');
    });

    test('consents: the register by purpose, state and who said it, with the receipt as a file', async () => {
        await open('consents', '.table');
        await page.getByLabel('State').selectOption('withdrawn');
        await page.waitForFunction(() => [...document.querySelectorAll('.table tbody td[data-label=State]')].every((x) => x.textContent.includes('Withdrawn')));
        await page.locator('.row-link').first().click();
        const file = await saved(() => top().getByRole('button', { name: 'Receipt' }).click());
        assert.match(file.name, /^receipt-[0-9a-f-]{36}\.json$/);
        assert.deepEqual(Object.keys(JSON.parse(file.text)), ['document', 'proof']);
        await page.keyboard.press('Escape');
        await page.getByRole('link', { name: 'Totals', exact: true }).click();
        await page.waitForSelector('.u-over');
        await page.getByRole('link', { name: 'Advertising' }).click();
        await page.getByRole('heading', { name: /^Advertising: the last 90 days/ }).waitFor();
        await page.check('input[value=withdrawn]');
        await page.waitForFunction(() => location.hash.includes('said=withdrawn'));
        await guarded.check('consents');
    });

    test('a person: records, requests, the link to hand over, the restriction in force', async () => {
        const { id } = someone(mock);
        mock.requests.find((r) => r.restricted).person = id;
        await open(`people/${id}`, '.banner.warn');
        await page.check('input[value=privacy]');
        await page.locator('.person-main .table').getByText('Restriction').first().waitFor();
        assert.equal(await page.locator('.person-main .table').count(), 2);
        await button('Privacy link').click();
        await button('Make the link').click();
        await top().getByText('https://shop.example/privacy/l/').waitFor();
        assert.ok(!(await page.url()).includes('privacy/l/'));
        await page.keyboard.press('Escape');
        await gone();
        await page.getByRole('link', { name: 'Open the request' }).click();
        await page.waitForSelector('.clocks');
        await button('Lift the restriction').click();
        await top().locator('textarea').fill('The address was corrected.');
        await top().getByRole('button', { name: 'Lift the restriction' }).click();
        await gone();
        assert.deepEqual(mock.lastAct, { act: 'lift', reason: 'The address was corrected.' });
        await guarded.check('person');
    });

    test('purposes: words per language become versions; policies say what is material', async () => {
        await open('purposes/marketing_email', '.wording');
        await button('Change the words').click();
        await top().getByLabel('Words in de').fill('Dürfen wir Ihnen schreiben?');
        await top().getByLabel('Another language').fill('it');
        await top().getByRole('button', { name: 'Add', exact: true }).click();
        await top().getByLabel('Words in it').fill('Possiamo scriverle?');
        await button('Save').click();
        await gone();
        await page.getByText('Possiamo scriverle?').waitFor();
        assert.deepEqual(mock.purposeRows[0].wordings.slice(-2).map((w) => [w.language, w.version]), [['de', 2], ['it', 1]]);
        await open('policies', '.table');
        await page.getByRole('link', { name: 'Version 3' }).click();
        await page.locator('.badge', { hasText: 'Material' }).first().waitFor();
        await page.getByLabel('Compare with').selectOption('1');
        await page.waitForFunction(() => location.hash.endsWith('from=1'));
        assert.match((await saved(() => button('Download').click())).name, /^policy-3\.json$/);
        await guarded.check('purposes');
    });

    test('registers: reviewed, exported, compared, mapped', async () => {
        await open('registers', '.dictionary-event');
        await page.locator('.dictionary-event summary').nth(1).click();
        await button('This is right: Marketing email').click();
        await page.waitForSelector('.toast.good');
        assert.ok(mock.activities[1].reviewed);
        assert.match((await saved(() => button('Export as CSV').click())).text, /^purpose,category/);
        await page.getByLabel('Compare with').fill('2026-01-31');
        await button('Compare').click();
        await top().getByText('Briefwerk GmbH').waitFor();
        await page.keyboard.press('Escape');
        await open('registers/map', '.data-map');
        const all = await page.locator('.map-node').count();
        await page.getByRole('button', { name: /^newsletter/ }).click();
        await page.waitForFunction((n) => document.querySelectorAll('.map-node').length < n, all);
        assert.deepEqual((await page.locator('.data-map section').last().locator('.map-node').allTextContents()).map((x) => x.replace(/\u200b/g, '')), ['mail-service']);
        await button('Show everything').click();
        await page.waitForFunction((n) => document.querySelectorAll('.map-node').length === n, all);
        await guarded.check('registers');
    });

    test('retention: nothing is switched on before its dry run, and it asks who one is', async () => {
        await open('retention', '.table');
        await button('Inactive people').click();
        await top().getByRole('switch').check();
        const save = top().getByRole('button', { name: 'Save' });
        assert.equal(await save.isDisabled(), true);
        await top().getByRole('button', { name: 'Dry run' }).click();
        await top().getByText('Now it would remove 9,120 rows of 412 people.').waitFor();
        await top().getByText('31 people are kept', { exact: false }).waitFor();
        await top().getByLabel('Days').fill('400');
        assert.equal(await save.isDisabled(), true, 'another time is another dry run');
        await top().getByRole('button', { name: 'Dry run' }).click();
        await page.waitForFunction(() => !document.querySelector('dialog[open] button[type=submit]').disabled);
        for (const s of mock.sessions.values()) s.proved = 0;
        await save.click();
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
        await top().locator('input[name=password]').fill('correct horse battery staple');
        await page.keyboard.press('Enter');
        await gone();
        assert.deepEqual([mock.retention[0].on, mock.retention[0].keep_days], [true, 400]);
        await open('retention/runs', '.table');
        assert.match((await saved(() => page.getByRole('button', { name: /^Certificate: / }).first().click())).name, /^retention-/);
        await open('retention/fields', '.table');
        await page.check('input[value=obsolete]');
        await page.waitForFunction(() => document.querySelectorAll('.table tbody tr').length === 1);
        await guarded.check('retention');
    });

    test('a breach: recorded, the log asked, the authority told, closed with reasons, packed', async () => {
        guarded.allowed.push(/400/);
        await open('breaches', '.table');
        await page.keyboard.press('c');
        await top().getByLabel('What it is called here').fill('A laptop was stolen');
        await top().getByLabel('Kind').selectOption('storage');
        await button('Record it').click();
        await page.waitForFunction(() => /#\/breaches\/\d+/.test(location.hash));
        await page.waitForSelector('.clocks');
        assert.equal(mock.breaches[0].kind, 'storage');
        await button('Ask the log').click();
        await top().getByLabel('Act', { exact: true }).fill('people.');
        await top().getByLabel('Who').selectOption({ label: 'jan@shop.example' });
        await top().getByRole('button', { name: 'Ask', exact: true }).click();
        await gone();
        await page.locator('.person-main .row-link').first().waitFor({ timeout: 10_000 });
        assert.deepEqual([mock.lastScope.route, mock.lastScope.staff], ['people.', 3]);
        await button('Authority told').click();
        await top().getByLabel('The authority’s number').fill('AZ-12');
        await top().getByRole('button', { name: 'Authority told' }).click();
        await gone();
        await page.locator('.clocks .badge', { hasText: 'told' }).first().waitFor();
        const pack = await saved(() => button('Pack of evidence').click());
        assert.match(pack.name, /^breach-\d+\.zip$/);
        await open('breaches/3', '.clocks');
        await page.locator('.drills summary', { hasText: 'To the people' }).click();
        await button('Write to the people').click();
        await top().getByLabel('Subject').fill('About your data');
        await button('Send to 41 people').click();
        await gone();
        await page.getByText('Written to 38 people; 3 have no address.').waitFor();
        assert.deepEqual([mock.lastSend.subject, mock.lastSend.language], ['About your data', 'en']);
        await page.locator('.page-actions').getByRole('button', { name: 'Close', exact: true }).click();
        await top().getByRole('button', { name: 'Close', exact: true }).last().click();
        await top().getByText('has to be written down', { exact: false }).waitFor();
        await guarded.check('breach');
    });

    test('the transparency page: what is missing, a fault at its field, what was set stays', async () => {
        mock.reset('empty');
        await open('transparency', '.notice.warn');
        assert.match(await page.textContent('.notice.warn'), /Controller: Name, Controller: E-mail/);
        const name = page.getByLabel('Name', { exact: true }).first();
        await name.fill('Teehaus');
        await page.getByLabel('E-mail', { exact: true }).first().fill('privacy@shop.example');
        await page.getByLabel('Country', { exact: true }).first().fill('d');
        await button('Save').click();
        await page.locator('.field-error').waitFor();
        await page.getByLabel('Country', { exact: true }).first().fill('de');
        await page.getByLabel('In German').first().fill('Wir verkaufen Tee.');
        await page.getByLabel('Figures of requests').uncheck();
        await button('Save').click();
        await page.waitForSelector('.notice.good');
        assert.deepEqual(mock.lastSetting.controller, { name: 'Teehaus', email: 'privacy@shop.example', country: 'DE' });
        assert.deepEqual([mock.lastSetting.texts, mock.lastSetting.shown.statistics, mock.lastSetting.officer], [{ de: 'Wir verkaufen Tee.' }, false, undefined]);
        assert.equal(await name.inputValue(), 'Teehaus');
        await page.getByRole('link', { name: 'Badges' }).click();
        await page.waitForSelector('.told');
        await guarded.check('transparency');
    });

    test('the dictionary: one proposes, another decides', async () => {
        await open('dictionary/edit', '.editor textarea');
        const area = page.locator('.editor textarea');
        await area.fill((await area.inputValue()).replace('gold]', 'gold, jade]'));
        await button('Check').click();
        await page.waitForSelector('.diff');
        await button('Propose').click();
        await top().locator('textarea').fill('A fourth level');
        await top().getByRole('button', { name: 'Propose' }).click();
        await page.waitForFunction(() => location.hash.startsWith('#/dictionary/proposals/'));
        await page.getByText('somebody else decides', { exact: false }).waitFor();
        assert.match(mock.lastProposal.text, /jade/);
        guarded.allowed.push(/403/);
        await button('Approve').click();
        await top().getByRole('button', { name: 'Approve' }).click();
        await top().getByText('Somebody else has to approve what you proposed.').waitFor();
        await page.keyboard.press('Escape');
        await open('dictionary/proposals', '.table');
        await page.getByRole('link', { name: 'A fourth level, and nobody has a fax.' }).click();
        await button('Approve').click();
        await top().locator('textarea').fill('agreed');
        await top().getByRole('button', { name: 'Approve' }).click();
        await gone();
        assert.deepEqual(mock.proposals.find((p) => p.why.startsWith('A fourth level, and')).state, 'applied');
        await open('retention/fields', '.table');
        await button('Stop collecting: fax').click();
        await top().locator('textarea').fill('nobody has one');
        await top().getByRole('button', { name: 'Propose' }).click();
        await page.waitForFunction(() => location.hash.startsWith('#/dictionary/proposals/'));
        assert.deepEqual(mock.lastProposal, { stop: 'fax', why: 'nobody has one' });
        await guarded.check('proposals');
    });

    test('pages by keys and by permission', async () => {
        for (const [key, title] of [['w', 'Requests'], ['n', 'Consents'], ['u', 'Purposes'], ['l', 'Policies'], ['z', 'Registers'], ['h', 'Retention'], ['j', 'Breaches'], ['g', 'Transparency']]) {
            await page.locator('h1').focus();
            await page.keyboard.press('g');
            await page.keyboard.press(key);
            await page.getByRole('heading', { level: 1, name: title }).waitFor();
        }
        for (const s of mock.sessions.values()) s.permissions = ['session', 'govern_read'];
        await open('registers', '.dictionary-event');
        const pages = await page.locator('.sidebar nav a').allTextContents();
        assert.deepEqual(pages, ['Registers', 'Retention', 'Breaches', 'Transparency']);
        await page.locator('.dictionary-event summary').first().click();
        assert.equal(await page.getByRole('button', { name: /^This is right/ }).count(), 0);
        await page.keyboard.press('Control+k');
        await page.waitForSelector('.palette-list li');
        await page.keyboard.type('Breach');
        await page.waitForFunction(() => document.querySelectorAll('.palette-list li').length === 1);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'Breaches' }).waitFor();
        await guarded.check('permissions');
    });
});
