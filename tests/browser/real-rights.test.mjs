// SPDX-License-Identifier: Apache-2.0
// Consents, requests, registers, retention, breaches, the transparency page and proposals on a real server; and the
// mock server answers as the program declares.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { accessible, fits, guardedPage, launch, obstacle, settled } from './lib/browser.mjs';
import { send, shop } from './lib/feed.mjs';
import { differences } from './lib/schema.mjs';
import { binary, noBinary, startCustos } from './lib/server.mjs';

const run = promisify(execFile);
const OWNER = { email: 'owner@shop.example', password: 'a tea pot is a good password' };

describe('rights and governance on a real server', { skip: noBinary() ?? obstacle() ?? false }, () => {
    const real = shop(40, 20, 19);
    const people = real.calls.filter((c) => c.type === 'identify').map((c) => c.traits.email);
    let custos;
    let browser;
    let guarded;
    let page;
    const open = async (hash, wait) => {
        await page.goto('about:blank');
        await page.goto(`${custos.url}/#/${hash}`);
        if (wait) await page.waitForSelector(wait);
        await settled(page);
    };
    const button = (name) => page.getByRole('button', { name, exact: true });
    const top = () => page.locator('dialog[open]').last();
    const gone = () => page.waitForSelector('dialog[open]', { state: 'detached' });
    const good = async (where) => {
        await guarded.still();
        await accessible(page, where);
        await fits(page, where);
        await guarded.check(where);
    };
    // Whatever is dangerous asks who one is, once in a while.
    const proved = async (until) => {
        const asked = page.getByRole('heading', { name: 'Is it you?' });
        await Promise.race([asked.waitFor(), until()]);
        if (!(await asked.count())) return;
        await top().locator('input[name=password]').fill(OWNER.password);
        await page.keyboard.press('Enter');
        await until();
    };
    const saved = async (click) => {
        const file = page.waitForEvent('download');
        await click();
        const done = await file;
        return { name: done.suggestedFilename(), path: await done.path() };
    };
    const take = async (right, email, detail = '') => {
        await open('requests', '.page-tabs');
        await button('New request').first().click();
        await top().getByLabel('Right', { exact: true }).selectOption(right);
        await top().locator('input[type=search]').fill(email);
        await top().locator('.candidates button').first().click();
        if (detail) await top().getByLabel('What was asked').fill(detail);
        await button('Take the request').click();
        await page.waitForSelector('.clocks');
    };

    before(async () => {
        custos = await startCustos({ host: 'localhost' });
        browser = await launch();
        guarded = await guardedPage(browser, custos.url, { viewport: { width: 1280, height: 860 }, expected: [/status of 403/] });
        page = guarded.page;
        await page.goto(custos.setupUrl);
        await page.fill('input[name=email]', OWNER.email);
        await page.fill('input[name=new-password]', OWNER.password);
        await button('Make me the owner').click();
        await page.waitForSelector('.shell h1');
        await send(custos.url, custos.writeKey, real.calls);
        await page.waitForTimeout(1500);
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    test('consents: what came with the events stands in the register; a receipt proves itself', async () => {
        await open('consents', '.table');
        await good('consents');
        await page.locator('.row-link').first().click();
        await top().getByText('In the audit log', { exact: false }).or(top().getByText('Not in the audit log yet', { exact: false })).waitFor();
        await good('a record');
        const receipt = await saved(() => top().getByRole('button', { name: 'Receipt' }).click());
        assert.deepEqual(Object.keys(JSON.parse(readFileSync(receipt.path, 'utf8'))).sort(), ['document', 'proof']);
        await run(binary, ['verify', receipt.path]);
        await page.keyboard.press('Escape');
        await open('consents/totals', '.table');
        await good('totals');
    });

    test('purposes and policies: new words are a version of the text and of the policy', async () => {
        await open('purposes', '.table');
        await good('purposes');
        await page.locator('.row-link').first().click();
        await page.waitForSelector('.facts');
        await button('Change the words').click();
        await top().getByLabel('Another language').fill('en');
        await top().getByRole('button', { name: 'Add', exact: true }).click();
        await top().getByLabel('Words in en').fill('May we use this for you?');
        await button('Save').click();
        await gone();
        await page.locator('.wording').getByText('May we use this for you?').waitFor();
        await good('a purpose');
        await open('policies', '.table');
        await good('policies');
        await page.locator('.row-link').first().click();
        await page.waitForSelector('.table, .empty');
        await good('a policy');
    });

    test('a request for access: taken, verified, done, with its clock, steps and letters', async () => {
        await take('access', people[0], 'Alles, bitte.');
        await good('a new request');
        await button('It is the person').click();
        await top().getByRole('button', { name: 'It is the person' }).click();
        await gone();
        await page.locator('.person-lead .badge', { hasText: /Done|In progress/ }).first().waitFor();
        if (await button('Do it').count()) {
            await button('Do it').click();
            await top().getByRole('button', { name: 'Do it' }).click();
            await gone();
        }
        await page.locator('.person-lead .badge', { hasText: 'Done' }).waitFor();
        assert.ok((await page.locator('.request-steps li').count()) >= 2);
        await good('answered');
        await page.locator('.person-side a').first().click();
        await page.waitForSelector('.person-columns');
        await page.check('input[value=privacy]');
        await page.locator('.person-main .table').first().waitFor();
        await good('the person');
    });

    test('a refusal needs a ground; the letter is the one that was shown', async () => {
        await take('erasure', people[1]);
        await button('Refuse').click();
        await top().getByLabel('Ground').selectOption('legal_obligation');
        await top().getByText('Read the letter before it goes').click();
        await top().locator('.letter').waitFor();
        await good('a refusal');
        const shown = (await top().locator('.letter p').textContent()).slice(0, 40);
        await top().getByRole('button', { name: 'Refuse', exact: true }).click();
        await gone();
        await page.locator('.person-lead .badge', { hasText: 'Refused' }).waitFor();
        await page.locator('.drills summary').last().click();
        assert.ok((await page.locator('.letter p').last().textContent()).startsWith(shown.slice(0, 20)));
        await good('refused');
    });

    test('recipients: written down, then told of an erasure and marked as done', async () => {
        await open('registers/recipients', '.empty');
        await button('New recipient').first().click();
        await top().getByLabel('Name', { exact: true }).fill('Paketdienst Nord');
        await top().getByLabel('Country', { exact: true }).fill('at');
        await top().getByLabel('Told by').selectOption('none');
        await top().getByLabel('Contract since').fill('2026-01-01');
        await good('a recipient');
        await button('Save').click();
        await gone();
        await page.locator('.row-link', { hasText: 'Paketdienst Nord' }).waitFor();
        await good('recipients');
        await take('erasure', people[2]);
        await button('It is the person').click();
        await top().getByRole('button', { name: 'It is the person' }).click();
        await gone();
        await button('Do it').click();
        await top().getByRole('button', { name: 'Do it' }).click();
        await proved(gone);
        await page.locator('.person-lead .badge', { hasText: /Recipients not done|Done/ }).waitFor();
        await good('erased');
        await open('registers/recipients', '.table');
        const done = page.getByRole('button', { name: /^Mark as done: / });
        if (await done.count()) {
            await done.first().click();
            await top().locator('textarea').fill('They said so on the telephone');
            await top().getByRole('button', { name: 'Mark as done', exact: true }).click();
            await gone();
            await page.locator('.badge', { hasText: 'done' }).first().waitFor();
        }
        await good('told');
    });

    test('registers write themselves: processing, map, assessments, due', async () => {
        await open('registers', '.dictionary-event');
        await page.locator('.dictionary-event summary').first().click();
        await page.getByRole('button', { name: /^This is right/ }).first().click();
        await page.waitForSelector('.toast.good');
        await good('processing');
        for (const format of ['HTML', 'CSV', 'JSON']) assert.ok((await saved(() => button(`Export as ${format}`).click())).name.length > 0);
        await open('registers/map', '.data-map');
        await page.locator('.data-map section').nth(3).locator('.map-node').first().click();
        await page.waitForSelector('.map-node[aria-pressed=true]');
        await good('the map');
        await open('registers/assessments', '.empty');
        await button('New assessment').first().click();
        await top().getByLabel('Title').fill('Letters to customers');
        await top().getByLabel('Answers for it').fill('marketing');
        await top().locator('fieldset input').first().check();
        await top().getByLabel('What was weighed and decided').fill('Customers expect them.');
        await button('Save').click();
        await gone();
        await page.locator('.row-link', { hasText: 'Letters to customers' }).waitFor();
        await good('assessments');
        await open('registers/doors', '.empty');
        await button('New door').first().click();
        await top().getByLabel('Name', { exact: true }).fill('Partner');
        await top().getByLabel('They speak').selectOption('shopify');
        await top().getByLabel('Hosts').fill('teehaus.example');
        await top().getByLabel('Secret of the app').fill('a secret of the app');
        await button('Save').click();
        await gone();
        await page.locator('.row-link', { hasText: 'Partner' }).waitFor();
        await good('doors');
        await open('registers/due', '.page-tabs');
        await good('due');
    });

    test('retention: a rule is tried and switched on', async () => {
        await open('retention', '.table');
        await good('retention');
        await page.locator('tr', { hasText: 'off' }).locator('.row-link').first().click();
        await top().getByRole('switch').check();
        await top().getByRole('button', { name: 'Dry run' }).click();
        await top().locator('.notice.good, .notice.warn').waitFor();
        await good('tried');
        await top().getByRole('button', { name: 'Save' }).click();
        await proved(gone);
        await page.waitForSelector('.toast.good');
        await open('retention/runs', '.page-tabs');
        await good('runs');
        await open('retention/fields', '.table');
        await good('fields');
    });

    test('a breach: its clock, the people from the log, the letters, the pack', async () => {
        const id = await page.evaluate(async () => (await (await fetch('/v1/people?limit=1')).json()).items[0].id);
        await open(`people/${id}`, '.person-columns');
        await open('breaches', '.empty');
        await button('New breach').first().click();
        await top().getByLabel('What it is called here').fill('Records opened');
        await good('a new breach');
        await button('Record it').click();
        await page.waitForSelector('.clocks');
        await button('Ask the log').click();
        await top().getByLabel('From', { exact: true }).fill('2020-01-01T00:00');
        await top().getByLabel('To', { exact: true }).fill('');
        await top().getByRole('button', { name: 'Ask', exact: true }).click();
        await gone();
        await page.locator('.person-main .row-link').first().waitFor({ timeout: 30_000 });
        await page.locator('.drills summary').first().click();
        await good('a breach');
        const pack = await saved(() => button('Pack of evidence').click());
        assert.equal(readFileSync(pack.path).subarray(0, 2).toString(), 'PK');
        await button('Authority told').click();
        await top().getByRole('button', { name: 'Authority told' }).click();
        await gone();
        await page.locator('.clocks .badge', { hasText: 'told' }).first().waitFor();
        await good('told');
    });

    test('the transparency page becomes public with its controller; the trial of rights runs', async () => {
        await open('transparency', '.notice.warn');
        await page.getByLabel('Name', { exact: true }).first().fill('Teehaus');
        await page.getByLabel('E-mail', { exact: true }).first().fill('privacy@shop.example');
        await page.getByLabel('Address', { exact: true }).first().fill('Teegasse 1, 04109 Leipzig');
        await page.getByLabel('Country', { exact: true }).first().fill('DE');
        await button('Save').click();
        await page.waitForSelector('.notice.good');
        await good('transparency');
        assert.match(await (await fetch(`${custos.url}/transparency`)).text(), /Teehaus/);
        await open('transparency/versions', '.table');
        await good('versions');
        await open('transparency/badges', '.told');
        await good('badges');
        await open('transparency/canary', '.page-tabs');
        await button('Run it now').click();
        await page.waitForSelector('.findings', { timeout: 60_000 });
        await good('the trial');
        for (const hash of ['checks/letters', 'requests/letters', 'requests']) {
            await open(hash, '.page-tabs');
            await good(hash);
        }
    });

    test('the link to hand over, and a change of the dictionary with review', async () => {
        const id = await page.evaluate(async () => (await (await fetch('/v1/people?limit=1')).json()).items[0].id);
        await open(`people/${id}`, '.person-columns');
        await button('Privacy link').click();
        await button('Make the link').click();
        await proved(() => page.waitForSelector('dialog .once-text'));
        assert.match(await page.textContent('dialog .once-text'), /\/privacy\/l\/[\w-]{20,}/);
        await good('the link');
        await page.keyboard.press('Escape');
        await open('dictionary/edit', '.editor textarea');
        const area = page.locator('.editor textarea');
        await area.fill(`${(await area.inputValue()).replace(/\n*$/, '')}\npersons:\n  favourite_brew:\n    type: string\n    max: 100\n    level: P2\n    category: user.demographic.profile\n    purposes: [service]\n    owner: sales\n    doc: Which brew.\n`);
        await button('Check').click();
        await page.waitForSelector('.diff');
        await button('Propose').click();
        await top().locator('textarea').fill('Customers tell us');
        await top().getByRole('button', { name: 'Propose' }).click();
        await page.waitForFunction(() => location.hash.startsWith('#/dictionary/proposals/'));
        await page.locator('.quote', { hasText: 'Customers tell us' }).waitFor();
        await good('a proposal');
        await open('dictionary/proposals', '.table');
        await good('proposals');
        await open('dictionary/history', '.page-tabs');
        await good('history');
    });

    test('nothing of the people stands in the log of the server', async () => {
        const log = custos.log().toLowerCase();
        for (const word of [...people.slice(0, 3), 'privacy/l/', 'alles, bitte']) assert.ok(!log.includes(word.toLowerCase()), word);
    });

    test('the mock server answers as the program declares', async () => {
        const document = JSON.parse((await run(binary, ['spec', 'openapi'], { maxBuffer: 64 << 20 })).stdout);
        const { startMock } = await import('../../console/dev/mock-server.mjs');
        const { someone } = await import('./lib/scenes.mjs');
        const server = await startMock();
        const { mock } = server;
        const request = mock.requests[1].id;
        const asked = [
            ['GET', '/v1/purposes'], ['GET', '/v1/policies'], ['GET', '/v1/policies/{version}', { version: 3 }], ['GET', '/v1/consents'], ['GET', '/v1/people/{id}/consents', { id: someone(mock).id }], ['GET', '/v1/consents/{record}/receipt', { record: mock.records[0].record }],
            ['POST', '/v1/people/{id}/privacy-link', { id: someone(mock).id }, {}], ['GET', '/v1/requests'], ['GET', '/v1/requests/grounds'], ['GET', '/v1/requests/figures'], ['GET', '/v1/requests/{id}', { id: request }], ['GET', '/v1/requests/{id}/letter', { id: request }, null, '?kind=answer'],
            ['POST', '/v1/requests', {}, { right: 'access', email: 'ada@example.com' }], ['POST', '/v1/requests/{id}/verify', { id: mock.requests[0].id }, {}], ['GET', '/v1/recipients'], ['GET', '/v1/recipients/orders'], ['PUT', '/v1/recipients/{name}', { name: 'parcel' }, { title: 'Parcel', country: 'AT' }],
            ['GET', '/v1/privacy-doors'], ['GET', '/v1/privacy-doors/notices'], ['PUT', '/v1/privacy-doors/{name}', { name: 'partner' }, { kind: 'opendsr', title: 'Partner' }], ['GET', '/v1/letters'], ['GET', '/v1/registers/processing'], ['GET', '/v1/registers/processing/diff', {}, null, '?from=2026-01-01T00:00:00Z'], ['GET', '/v1/registers/data-map'], ['GET', '/v1/registers/assessments'], ['GET', '/v1/registers/due'],
            ['GET', '/v1/retention'], ['POST', '/v1/retention/{name}/dry-run', { name: 'orders' }, { keep_days: 400 }], ['GET', '/v1/retention/runs'], ['GET', '/v1/fields/usage'],
            ['GET', '/v1/breaches'], ['GET', '/v1/breaches/{id}', { id: 3 }], ['GET', '/v1/breaches/{id}/affected', { id: 3 }], ['GET', '/v1/breaches/{id}/letters', { id: 3 }], ['GET', '/v1/transparency'], ['GET', '/v1/transparency/versions'],
            ['GET', '/v1/dictionary/proposals'], ['GET', '/v1/dictionary/proposals/{id}', { id: mock.proposals[0].id }], ['GET', '/v1/dictionary/history'], ['GET', '/v1/canary'],
        ];
        try {
            const signed = await fetch(`${server.url}/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(mock.owner) });
            const headers = { Cookie: signed.headers.get('set-cookie').split(';')[0], 'Content-Type': 'application/json', 'X-CSRF-Token': (await signed.json()).csrf };
            const found = [];
            for (const [method, path, values = {}, body = null, query = ''] of asked) {
                const declared = document.paths[path]?.[method.toLowerCase()];
                if (!declared) {
                    found.push(`${method} ${path}: not a route of the program`);
                    continue;
                }
                const answer = await fetch(server.url + path.replace(/\{(\w+)\}/g, (_m, n) => encodeURIComponent(values[n])) + query, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
                assert.ok(answer.status === 200 || answer.status === 201, `${method} ${path}: ${answer.status}`);
                const success = Object.keys(declared.responses).find((s) => s.startsWith('2') && declared.responses[s].content?.['application/json']);
                if (!success) {
                    found.push(`${method} ${path}: answers nothing`);
                    continue;
                }
                found.push(...differences(declared.responses[success].content['application/json'].schema, await answer.json(), document).map((d) => `${method} ${path} ${d}`));
            }
            assert.deepEqual(found, []);
        } finally {
            server.close();
        }
    });
});
