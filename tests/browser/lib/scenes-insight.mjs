// SPDX-License-Identifier: Apache-2.0
// The scenes of segments, personas, events and SQL.

import { personRow } from '../../../console/dev/mock-data.mjs';

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const dialog = shows('dialog[open]');
const broken = (path) => (mock) => { mock.fail = { path, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const empty = (mock) => mock.reset('empty');
const text = (value) => async (page) => { await page.locator('.code-text').first().fill(value); };
const known = (mock) => {
    for (let i = 0; i < 400; i++) {
        const p = personRow(i, mock.now, false);
        if (p.known && p.orders > 2) return p.id;
    }
    throw new Error('no such person in the mock');
};

export const INSIGHT = [
    { name: 'segments', hash: 'segments', wait: '.segment-list' },
    { name: 'segments, none', set: empty, hash: 'segments', wait: '.empty' },
    { name: 'segments, an error', set: broken(/\/v1\/segments/), hash: 'segments', wait: '.notice.bad', expected: /503/ },
    { name: 'segments, one goes', hash: 'segments', wait: '.segment-list', act: then(click('Delete New customers'), dialog) },
    { name: 'segments, one that is used goes', hash: 'segments', wait: '.segment-list', act: then(click('Delete Regulars'), shows('dialog[open] .notice.warn')) },
    { name: 'segment, people', hash: 'segments/vip', wait: '.member-row .row-link' },
    { name: 'segment, people for a purpose', hash: 'segments/vip?purpose=marketing_email', wait: '.held-reasons' },
    { name: 'segment, broken', hash: 'segments/shoes', wait: '.notice.bad' },
    { name: 'segment, gone', hash: 'segments/nowhere', wait: '.empty', expected: /404/ },
    { name: 'segment, export', hash: 'segments/vip', wait: '.member-row', act: then(click('Export…'), shows('dialog[open] .choices')) },
    { name: 'segment, history', hash: 'segments/vip/history', wait: '.table' },
    { name: 'segment, no history', hash: 'segments/shoes/history', wait: '.empty' },
    { name: 'segment, sizes', hash: 'segments/vip/sizes', wait: '.u-over', act: async (page) => { await page.click('.chart-table summary'); } },
    { name: 'segment, no sizes yet', hash: 'segments/shoes/sizes', wait: '.chart-card .empty' },
    { name: 'segment, overlap', hash: 'segments/vip/overlap?with=tea-lovers,everything', wait: '.heat' },
    { name: 'segment, why, whom', hash: 'segments/vip/why', wait: '.card .field', act: then(async (page) => { await page.locator('input[type=search]').fill('winter'); }, shows('.candidates button')) },
    { name: 'segment, why', hash: (mock) => `segments/everything/why/${known(mock)}`, wait: '.why-tree' },
    { name: 'segment editor, every kind of condition', hash: 'segments/everything/edit', wait: '.sticky-end .preview-size' },
    { name: 'segment editor, estimated', set: (mock) => { mock.estimated = true; }, hash: 'segments/vip/edit', wait: '.sticky-end .preview-size' },
    { name: 'segment editor, nothing yet', hash: 'segments/new', wait: '.faces' },
    { name: 'segment editor, a fault in the text', hash: 'segments/vip/edit', wait: '.preview-size', act: then(text('orders.count is at least\nand colour is "red"'), shows('.text-face .clause-faults .bad')) },
    { name: 'segment editor, a fault in the builder', hash: 'segments/new', wait: '.faces', act: then(click('First condition'), shows('.clause .clause-faults .bad')) },
    { name: 'segment editor, completion', hash: 'segments/new', wait: '.faces', act: then(async (page) => { await page.locator('.code-text').focus(); await page.keyboard.type('ord'); }, shows('.code-offers')) },
    { name: 'segment editor, somebody else saved', hash: 'segments/vip/edit', wait: '.preview-size', expected: /412/, act: then(async (page, mock) => { mock.segments.find((s) => s.name === 'vip').version = 9; await page.getByLabel('Title', { exact: true }).fill('Best regulars'); }, click('Save'), shows('.notice.warn .button')) },
    { name: 'person, segments', hash: (mock) => `people/${known(mock)}`, wait: '.person-columns', act: async (page) => { const tab = page.locator('input[value=profile]'); if (await tab.count()) await tab.check(); await page.waitForSelector('.person-segments li'); } },
    { name: 'events', hash: 'events', wait: '.event-kind' },
    { name: 'events, none', set: empty, hash: 'events', wait: '.empty' },
    { name: 'events, an error', set: broken(/\/v1\/events/), hash: 'events', wait: '.notice.bad', expected: /503/ },
    { name: 'events, a kind', hash: 'events/Order%20Completed/coupon', wait: '.bars', act: async (page) => { await page.click('.chart-table summary'); await page.waitForSelector('.table-scroll .table'); } },
    { name: 'events, nothing to spread', hash: 'events/Order%20Completed/nothing', wait: '.card .muted' },
    { name: 'sql', hash: 'sql', wait: '.code-area', act: async (page) => { await page.locator('.schema-table summary').first().click(); } },
    { name: 'sql, an answer', hash: 'sql/revenue-by-country', wait: '.code-area', act: then(click('Run'), shows('.sql-row .end')) },
    { name: 'sql, a long answer', hash: 'sql', wait: '.code-area', act: then(text('select * from events'), click('Run'), shows('.sql-figures .badge')) },
    { name: 'sql, no rows', hash: 'sql', wait: '.code-area', act: then(text('select * from nobody'), click('Run'), shows('.sql-result .empty')) },
    { name: 'sql, refused', hash: 'sql', wait: '.code-area', expected: /400/, act: then(text('selec 1'), click('Run'), shows('.notice.bad')) },
    { name: 'sql, keep', hash: 'sql', wait: '.code-area', act: then(click('Keep…'), dialog) },
    { name: 'sql, an error', set: broken(/\/v1\/sql/), hash: 'sql', wait: '.notice.bad', expected: /503/ },
    { name: 'personas', hash: 'personas', wait: '.persona' },
    { name: 'personas, none', set: empty, hash: 'personas', wait: '.empty' },
    { name: 'rfm', hash: 'personas/rfm', wait: '.rfm-groups' },
    { name: 'rfm, borders', hash: 'personas/rfm', wait: '.rfm-groups', act: then(click('Change the borders'), dialog, async (page) => { await page.getByLabel('Champions, Recency: from').selectOption('5'); }, shows('dialog .notice.warn')) },
    { name: 'rfm, nobody', set: empty, hash: 'personas/rfm', wait: '.empty' },
    { name: 'rfm, an error', set: broken(/\/v1\/rfm/), hash: 'personas/rfm', wait: '.notice.bad', expected: /503/ },
    { name: 'lifecycle', hash: 'personas/lifecycle', wait: '.stages' },
    { name: 'lifecycle, edited', hash: 'personas/lifecycle', wait: '.stages', act: then(click('Change the stages'), shows('.stages.editing'), text('orders.count is'), shows('.clause-faults .bad')) },
    { name: 'slots', hash: 'personas/slots', wait: '.table' },
    { name: 'slots, none', set: empty, hash: 'personas/slots', wait: '.empty' },
    { name: 'slot', hash: 'personas/slots/home-hero', wait: '.slot-rules', act: then(async (page) => { await page.locator('input[type=search]').fill('winter'); }, async (page) => { await page.locator('.candidates button').first().click(); }, shows('.report')) },
    { name: 'slot, bad content', hash: 'personas/slots/home-hero', wait: '.slot-rules', act: then(async (page) => { await page.locator('.slot-rules textarea').first().fill('{"headline": '); }, shows('.field-error')) },
    { name: 'segments, only looking', set: (mock) => { for (const s of mock.sessions.values()) s.permissions = ['session', 'segments_read']; }, hash: 'segments/vip/edit', wait: '.empty' },
];
