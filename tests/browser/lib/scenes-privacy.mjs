// SPDX-License-Identifier: Apache-2.0
// The scenes of consents, requests, purposes, policies, letters and what a person's page says of them.

import { personRow } from '../../../console/dev/mock-data.mjs';

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const dialog = shows('dialog[open]');
const broken = (path) => (mock) => { mock.fail = { path, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const empty = (mock) => mock.reset('empty');
const inDialog = (label, text) => async (page) => { await page.locator('dialog[open]').getByLabel(label, { exact: true }).fill(text); };
export const request = (n) => `requests/0190d000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const known = (mock) => {
    for (let i = 0; i < 400; i++) {
        const p = personRow(i, mock.now, false);
        if (p.known && p.orders > 2) return p.id;
    }
    throw new Error('no such person in the mock');
};
const person = (mock) => `people/${known(mock)}`;
const privacyTab = then(async (page) => { await page.check('input[value=privacy]'); }, shows('.person-main .table'));
const only = (...permissions) => (mock) => { for (const s of mock.sessions.values()) s.permissions = ['session', ...permissions]; };

export const PRIVACY = [
    { name: 'requests', hash: 'requests', wait: '.table' },
    { name: 'requests, late', hash: 'requests?due=late', wait: '.table' },
    { name: 'requests, none fits', hash: 'requests?state=expired', wait: '.empty' },
    { name: 'requests, none', set: empty, hash: 'requests', wait: '.empty' },
    { name: 'requests, an error', set: broken(/\/v1\/requests/), hash: 'requests', wait: '.notice.bad', expected: /503/ },
    { name: 'requests, only looking', set: only('rights_read'), hash: 'requests', wait: '.table' },
    { name: 'requests, a new one', hash: 'requests', wait: '.table', act: then(click('New request'), dialog) },
    { name: 'requests, a new one of an address', hash: 'requests', wait: '.table', expected: /400/, act: then(click('New request'), dialog, async (page) => { await page.check('dialog input[value=address]'); }, inDialog('E-mail', 'nobody'), click('Take the request'), shows('dialog .field-error')) },
    { name: 'requests, an objection', hash: 'requests', wait: '.table', act: then(click('New request'), dialog, async (page) => { await page.locator('dialog select').first().selectOption('objection'); }, async (page) => { await page.getByLabel('Objects to').waitFor(); }) },
    { name: 'request, nobody known', hash: request(1), wait: '.clocks' },
    { name: 'request, erasure', hash: request(2), wait: '.clocks', act: async (page) => { await page.locator('.drills summary').first().click(); } },
    { name: 'request, held', hash: request(3), wait: '.clocks' },
    { name: 'request, recipients', hash: request(6), wait: '.clocks', act: shows('.person-main .table') },
    { name: 'request, restriction in force', hash: request(8), wait: '.clocks' },
    { name: 'request, two clocks', hash: request(7), wait: '.clocks' },
    { name: 'request, gone', hash: request(999999), wait: '.empty', expected: /404/ },
    { name: 'request, an error', set: broken(/\/v1\/requests\//), hash: request(2), wait: '.notice.bad', expected: /503/ },
    { name: 'request, verify', hash: request(1), wait: '.clocks', act: then(click('It is the person'), dialog) },
    { name: 'request, erase', hash: request(2), wait: '.clocks', act: then(click('Do it'), dialog, async (page) => { await page.locator('dialog summary').click(); }, shows('dialog .letter')) },
    { name: 'request, a rule stops it', hash: request(3), wait: '.clocks', expected: /409/, act: then(click('Do it'), dialog, async (page) => { await page.locator('dialog').getByRole('button', { name: 'Do it' }).click(); }, shows('dialog .notice.bad')) },
    { name: 'request, correct', hash: request(4), wait: '.clocks', act: then(click('Do it'), dialog, click('Another field')) },
    { name: 'request, refuse', hash: request(2), wait: '.clocks', act: then(click('Refuse'), shows('dialog select'), async (page) => { await page.locator('dialog select').selectOption('legal_obligation'); }, async (page) => { await page.locator('dialog summary').click(); }, shows('dialog .letter')) },
    { name: 'request, extend', hash: request(2), wait: '.clocks', act: then(click('Extend'), dialog) },
    { name: 'letters', hash: 'requests/letters', wait: '.table' },
    { name: 'letters, none', set: empty, hash: 'checks/letters', wait: '.empty' },
    { name: 'letters, no mail server', set: empty, hash: 'checks/letters', wait: '.empty', expected: /503/, act: then(click('Send a test letter'), shows('.notice.bad')) },
    { name: 'letters, an error', set: broken(/\/v1\/letters/), hash: 'checks/letters', wait: '.notice.bad', expected: /503/ },
    { name: 'consents', hash: 'consents', wait: '.table' },
    { name: 'consents, none fits', hash: 'consents?state=invalidated', wait: '.empty' },
    { name: 'consents, none', set: empty, hash: 'consents', wait: '.empty' },
    { name: 'consents, an error', set: broken(/\/v1\/consents/), hash: 'consents', wait: '.notice.bad', expected: /503/ },
    { name: 'consents, a record', hash: 'consents', wait: '.table', act: then(async (page) => { await page.locator('.row-link').first().click(); }, dialog) },
    { name: 'consents, totals', hash: 'consents/totals', wait: '.u-over', act: async (page) => { await page.click('.chart-table summary'); } },
    { name: 'consents, no totals', set: empty, hash: 'consents/totals', wait: '.empty' },
    { name: 'purposes', hash: 'purposes', wait: '.table' },
    { name: 'purposes, none', set: empty, hash: 'purposes', wait: '.empty' },
    { name: 'purposes, an error', set: broken(/\/v1\/purposes/), hash: 'purposes', wait: '.notice.bad', expected: /503/ },
    { name: 'purpose', hash: 'purposes/marketing_email', wait: '.wording', act: async (page) => { await page.locator('.wording summary').first().click(); } },
    { name: 'purpose, gone', hash: 'purposes/nothing', wait: '.empty' },
    { name: 'purpose, words', hash: 'purposes/marketing_email', wait: '.wording', act: then(click('Change the words'), dialog, inDialog('Another language', 'it'), click('Add')) },
    { name: 'policies', hash: 'policies', wait: '.table' },
    { name: 'policies, none', set: empty, hash: 'policies', wait: '.empty' },
    { name: 'policies, an error', set: broken(/\/v1\/policies/), hash: 'policies', wait: '.notice.bad', expected: /503/ },
    { name: 'policy, a material change', hash: 'policies/3', wait: '.table' },
    { name: 'policy, the first', hash: 'policies/1', wait: '.empty' },
    { name: 'person, privacy', hash: person, wait: '.person-columns', act: privacyTab },
    { name: 'person, restricted', set: (mock) => { mock.requests.find((r) => r.restricted).person = known(mock); }, hash: person, wait: '.banner.warn' },
    { name: 'person, privacy link', hash: person, wait: '.person-columns', act: then(click('Privacy link'), dialog, click('Make the link'), shows('dialog .once-text')) },
    { name: 'person, a new request', hash: person, wait: '.person-columns', act: then(async (page) => { await page.check('input[value=privacy]'); }, click('New request'), dialog) },
];
