// SPDX-License-Identifier: Apache-2.0
// Every page, state and dialog of the console, as rows: how the mock server is set, where to go, what
// to do there. The accessibility test looks at each in every theme and width.

import { personRow } from '../../../console/dev/mock-data.mjs';
import { EXPLORE } from './scenes-explore.mjs';
import { GOVERN } from './scenes-govern.mjs';
import { BOARD } from './scenes-board.mjs';
import { HOUSE } from './scenes-house.mjs';
import { INSIGHT } from './scenes-insight.mjs';
import { PRIVACY, request } from './scenes-privacy.mjs';

// A known person with several orders, near the top of the list.
export { request };

export function someone(mock) {
    for (let i = 0; i < 400; i++) {
        const p = personRow(i, mock.now, false);
        if (p.known && p.orders > 2) return p;
    }
    throw new Error('no such person in the mock');
}

const person = (mock) => `people/${someone(mock).id}`;
const click = (name) => async (page) => { await page.getByRole('button', { name }).first().click(); };
const importWith = (change) => (mock) => {
    const i = { ...mock.imports[0], hold: true };
    Object.assign(i, change);
    mock.imports = [i];
};
const dialogOpen = (page) => page.waitForSelector('dialog[open]');

export const SCENES = [
    ...BOARD,
    { name: 'people', hash: 'people', wait: '.person-row .row-link' },
    { name: 'people, searched', hash: 'people', wait: '.row-link', act: async (page) => { await page.fill('[data-search]', 'winter'); await page.waitForFunction(() => /Winter/.test(document.querySelector('.row-link')?.textContent ?? '')); } },
    { name: 'people, nobody found', hash: 'people', wait: '.row-link', act: async (page) => { await page.fill('[data-search]', 'zzzz'); await page.waitForSelector('.empty'); } },
    { name: 'people, index not ready', set: (mock) => { mock.searchReady = false; }, hash: 'people', wait: '.notice.info' },
    { name: 'people, none', set: (mock) => mock.reset('empty'), hash: 'people', wait: '.empty' },
    { name: 'person, profile', hash: person, wait: '.person-columns', act: async (page) => { const tab = page.locator('input[value=profile]'); if (await tab.count()) await tab.check(); await page.waitForSelector('.traits'); } },
    { name: 'person, timeline', hash: person, wait: '.person-columns', act: async (page) => { await page.check('input[value=timeline]'); await page.locator('.event summary').nth(2).click(); } },
    { name: 'person, orders', hash: person, wait: '.person-columns', act: async (page) => { await page.check('input[value=orders]'); await page.locator('.order summary').first().click(); } },
    { name: 'person, history of a field', hash: person, wait: '.person-columns', act: async (page) => { await page.locator('.trait-name').first().click(); await page.waitForSelector('dialog .table'); } },
    { name: 'person, consent', hash: person, wait: '.person-columns', act: async (page) => { await page.getByRole('button', { name: 'Change consent: Advertising' }).click(); await dialogOpen(page); } },
    { name: 'person, merge', hash: person, wait: '.person-columns', act: async (page) => { await click('Merge…')(page); await page.locator('dialog input[type=search]').fill('ada'); await page.waitForSelector('.candidates button'); } },
    { name: 'person, un-merge', hash: person, wait: '.person-columns', act: async (page) => { await click('Take back')(page); await dialogOpen(page); } },
    { name: 'person, delete', hash: person, wait: '.person-columns', act: async (page) => { await click('Delete…')(page); await dialogOpen(page); } },
    { name: 'person, gone', hash: 'people/0190ffff-0000-7000-8000-000000000000', wait: '.empty', expected: /404/ },
    { name: 'sources', set: (mock) => mock.reset('full', 12_400, true), hash: 'sources', wait: '.source', act: async (page) => { await page.getByRole('button', { name: 'Show the write key of Web shop' }).click(); await page.locator('.source-connect summary').first().click(); } },
    { name: 'sources, new', hash: 'sources/new', wait: 'dialog[open]' },
    { name: 'imports', hash: 'imports', wait: '.table' },
    { name: 'imports, a file chosen', hash: 'imports', wait: '.drop', act: async (page) => { await page.setInputFiles('#import-file', { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }); await page.waitForSelector('.form-row'); } },
    { name: 'imports, none', set: (mock) => mock.reset('empty'), hash: 'imports', wait: '.empty' },
    { name: 'import, being checked', set: importWith({ status: 'checking', bytes_done: 9_000_000, rows: 104_000, rate: 98_000, seconds_left: 4, finished: null }), hash: 'imports/3', wait: 'progress' },
    { name: 'import, ready', set: (mock) => { importWith({ status: 'ready', dry_run: true, kind: 'people', created: 0, updated: 0, unchanged: 0 })(mock); mock.imports[0].columns = structuredClone(mock.columns.people); mock.imports[0].fault_count = 1; mock.imports[0].faults = [{ row: 4, code: 'malformed', text: 'The row has 9 cells, the header 8.' }]; }, hash: 'imports/3', wait: '.mapping', act: async (page) => { await page.locator('.faults summary').first().click(); } },
    { name: 'import, running', set: importWith({ status: 'running', bytes_done: 20_000_000, rate: 104_000, seconds_left: 5 }), hash: 'imports/3', wait: 'progress' },
    { name: 'import, done', hash: 'imports/3', wait: '.facts' },
    { name: 'import, failed', hash: 'imports/1', wait: '.notice.bad' },
    { name: 'import, taking back', hash: 'imports/3', wait: '.facts', act: async (page) => { await click('Take this import back')(page); await dialogOpen(page); } },
    { name: 'quarantine', hash: 'quarantine', wait: '.table' },
    { name: 'quarantine, one event', hash: 'quarantine/1000', wait: 'dialog textarea' },
    { name: 'quarantine, not JSON', hash: 'quarantine/1000', wait: 'dialog textarea', act: async (page) => { await page.fill('dialog textarea', '{"type": '); await page.waitForSelector('.field-error'); } },
    { name: 'quarantine, replay all', hash: 'quarantine', wait: '.table', act: async (page) => { await click('Replay all')(page); await dialogOpen(page); } },
    { name: 'quarantine, empty', set: (mock) => mock.reset('empty'), hash: 'quarantine', wait: '.empty' },
    { name: 'dictionary, fields', hash: 'dictionary', wait: '.table' },
    { name: 'dictionary, events', hash: 'dictionary/events', wait: '.dictionary-event', act: async (page) => { await page.locator('.dictionary-event summary').first().click(); } },
    { name: 'dictionary, purposes', hash: 'dictionary/purposes', wait: '.table' },
    { name: 'dictionary, identifiers', hash: 'dictionary/identifiers', wait: '.table' },
    { name: 'dictionary, nothing found', hash: 'dictionary', wait: '.table', act: async (page) => { await page.fill('[data-search]', 'zzzz'); await page.waitForSelector('.empty'); } },
    { name: 'dictionary, undeclared', hash: 'dictionary/undeclared', wait: '.table' },
    { name: 'dictionary, nothing undeclared', set: (mock) => mock.reset('empty'), hash: 'dictionary/undeclared', wait: '.empty' },
    { name: 'dictionary, editor with faults', hash: 'dictionary/edit', wait: '.editor textarea', act: async (page) => { await page.fill('.editor textarea', 'persons:\n  x:\n    type: wibble\n'); await page.getByRole('button', { name: 'Check' }).click(); await page.waitForSelector('.fault-list'); } },
    { name: 'dictionary, editor with a difference', hash: 'dictionary/edit', wait: '.editor textarea', act: async (page) => { const area = page.locator('.editor textarea'); await area.fill((await area.inputValue()).replace('gold]', 'gold, jade]')); await page.getByRole('button', { name: 'Check' }).click(); await page.waitForSelector('.diff'); } },
    { name: 'palette', hash: 'today', wait: '.number', act: async (page) => { await page.keyboard.press('Control+k'); await page.waitForSelector('.palette-list li'); await page.keyboard.type('winter'); await page.waitForSelector('.palette-list .avatar'); } },
    { name: 'palette, nothing found', hash: 'today', wait: '.number', act: async (page) => { await page.keyboard.press('Control+k'); await page.waitForSelector('.palette-list li'); await page.keyboard.type('zzzz'); await page.waitForSelector('.palette-none'); } },
    { name: 'keyboard help', hash: 'today', wait: '.number', act: async (page) => { await page.keyboard.press('?'); await page.waitForSelector('.key-groups'); } },
    { name: 'person, masked', set: (mock) => { mock.masking = true; }, hash: person, wait: '.masked-note', act: async (page) => { const tab = page.locator('input[value=profile]'); if (await tab.count()) await tab.check(); await page.waitForSelector('.veiled'); } },
    { name: 'person, break the glass', set: (mock) => { mock.masking = true; }, hash: person, wait: '.masked-note', act: async (page) => { await click('Break the glass…')(page); await dialogOpen(page); } },
    { name: 'person, the glass is broken', set: (mock) => { mock.masking = true; }, hash: person, wait: '.masked-note', act: async (page) => { await click('Break the glass…')(page); await page.locator('dialog textarea').fill('complaint 4711'); await click('Show unmasked for 15 minutes')(page); await page.waitForSelector('.banner.bad .clock'); } },
    { name: 'person, who looked', hash: person, wait: '.person-columns', act: async (page) => { await page.check('input[value=seen]'); await page.waitForSelector('.person-main .table'); } },
    ...HOUSE,
    ...INSIGHT,
    ...EXPLORE,
    ...PRIVACY,
    ...GOVERN,
    { name: 'no such page', hash: 'nowhere', wait: '.empty' },
    { name: 'the session has ended', hash: 'people', wait: '.row-link', expected: /401/, signedOut: true, act: async (page, mock) => { mock.sessions.clear(); await page.fill('[data-search]', 'noor'); await page.waitForSelector('.gate-card'); } },
];
