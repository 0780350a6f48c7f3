// SPDX-License-Identifier: Apache-2.0
// The scenes of registers, retention, breaches, the transparency page, proposals for the dictionary, the trial of
// rights.

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const dialog = shows('dialog[open]');
const inDialog = (label, text) => async (page) => { await page.locator('dialog[open]').getByLabel(label, { exact: true }).fill(text); };
const broken = (path) => (mock) => { mock.fail = { path, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const empty = (mock) => mock.reset('empty');
const proposal = (n) => `dictionary/proposals/0190e000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const GOVERN = [
    { name: 'registers, processing', hash: 'registers', wait: '.dictionary-event', act: async (page) => { await page.locator('.dictionary-event summary').nth(1).click(); } },
    { name: 'registers, processing of a day', hash: 'registers?at=2026-01-31', wait: '.dictionary-event' },
    { name: 'registers, two days', hash: 'registers', wait: '.dictionary-event', act: then(async (page) => { await page.getByLabel('Compare with').fill('2026-01-31'); }, click('Compare'), shows('dialog .table')) },
    { name: 'registers, nothing', set: empty, hash: 'registers', wait: '.empty' },
    { name: 'registers, an error', set: broken(/\/v1\/registers/), hash: 'registers', wait: '.notice.bad', expected: /503/ },
    { name: 'data map', hash: 'registers/map', wait: '.data-map' },
    { name: 'data map, one purpose', hash: 'registers/map', wait: '.data-map', act: then(async (page) => { await page.getByRole('button', { name: 'Marketing email' }).click(); }, shows('.map-node[aria-pressed=true]')) },
    { name: 'data map, nothing', set: empty, hash: 'registers/map', wait: '.empty' },
    { name: 'recipients', hash: 'registers/recipients', wait: '.table' },
    { name: 'recipients, none', set: empty, hash: 'registers/recipients', wait: '.empty' },
    { name: 'recipients, an error', set: broken(/\/v1\/recipients/), hash: 'registers/recipients', wait: '.notice.bad', expected: /503/ },
    { name: 'recipients, one', hash: 'registers/recipients/mail-service', wait: 'dialog[open]' },
    { name: 'recipients, a new one', hash: 'registers/recipients/new', wait: 'dialog[open]', expected: /400/, act: then(inDialog('Name', 'Parcel Service'), inDialog('Country', 'de'), inDialog('Privacy desk', 'nobody'), click('Save'), shows('dialog .field-error')) },
    { name: 'recipients, one goes', hash: 'registers/recipients/parcel', wait: 'dialog[open]', act: then(click('Delete'), shows('dialog.small[open]')) },
    { name: 'recipients, done by hand', hash: 'registers/recipients', wait: '.table', act: then(click('Mark as done: Reports'), dialog) },
    { name: 'assessments', hash: 'registers/assessments', wait: '.table' },
    { name: 'assessments, none', set: empty, hash: 'registers/assessments', wait: '.empty' },
    { name: 'assessments, a transfer', hash: 'registers/assessments', wait: '.table', act: then(click('New assessment'), dialog, async (page) => { await page.locator('dialog select').first().selectOption('tia'); }, async (page) => { await page.locator('dialog').getByLabel('Recipient', { exact: true }).waitFor(); }) },
    { name: 'assessments, one', hash: 'registers/assessments', wait: '.table', act: then(click('Profiles of buying'), dialog) },
    { name: 'due', hash: 'registers/due', wait: '.table' },
    { name: 'due, nothing', set: empty, hash: 'registers/due', wait: '.empty' },
    { name: 'retention', hash: 'retention', wait: '.table' },
    { name: 'retention, none', set: empty, hash: 'retention', wait: '.empty' },
    { name: 'retention, an error', set: broken(/\/v1\/retention/), hash: 'retention', wait: '.notice.bad', expected: /503/ },
    { name: 'retention, a rule', hash: 'retention', wait: '.table', act: then(click('Inactive people'), dialog, async (page) => { await page.locator('dialog [role=switch]').check(); }, shows('dialog .notice.info')) },
    { name: 'retention, tried', hash: 'retention', wait: '.table', act: then(click('Inactive people'), dialog, async (page) => { await page.locator('dialog [role=switch]').check(); }, click('Dry run'), shows('dialog .notice.warn')) },
    { name: 'retention, runs', hash: 'retention/runs', wait: '.table' },
    { name: 'retention, no runs', set: empty, hash: 'retention/runs', wait: '.empty' },
    { name: 'fields, used and unused', hash: 'retention/fields', wait: '.table' },
    { name: 'fields, none', set: empty, hash: 'retention/fields', wait: '.empty' },
    { name: 'breaches', hash: 'breaches', wait: '.table' },
    { name: 'breaches, none', set: empty, hash: 'breaches', wait: '.empty' },
    { name: 'breaches, an error', set: broken(/\/v1\/breaches/), hash: 'breaches', wait: '.notice.bad', expected: /503/ },
    { name: 'breaches, a new one', hash: 'breaches', wait: '.table', act: then(click('New breach'), dialog) },
    { name: 'breaches, a time to come', hash: 'breaches', wait: '.table', expected: /400/, act: then(click('New breach'), dialog, inDialog('What it is called here', 'Test'), inDialog('Became known', '2199-01-01T10:00'), click('Record it'), shows('dialog .field-error')) },
    { name: 'breach', hash: 'breaches/3', wait: '.clocks', act: then(shows('.person-main .row-link'), async (page) => { await page.locator('.drills summary').first().click(); }) },
    { name: 'breach, the log is asked', set: (mock) => { Object.assign(mock.breaches[0], { hold: true }).scope.state = 'waiting'; }, hash: 'breaches/3', wait: 'progress' },
    { name: 'breach, a disk', hash: 'breaches/2', wait: '.clocks' },
    { name: 'breach, closed', hash: 'breaches/1', wait: '.clocks' },
    { name: 'breach, gone', hash: 'breaches/99', wait: '.empty', expected: /404/ },
    { name: 'breach, ask the log', hash: 'breaches/3', wait: '.clocks', act: then(click('Ask the log'), dialog) },
    { name: 'breach, what was found out', hash: 'breaches/3', wait: '.clocks', act: then(click('Add what was found out'), dialog) },
    { name: 'breach, the authority', hash: 'breaches/3', wait: '.clocks', act: then(click('Authority told'), dialog) },
    { name: 'breach, reasons are missing', hash: 'breaches/3', wait: '.clocks', expected: /400/, act: then(click('Close'), dialog, async (page) => { await page.locator('dialog').getByRole('button', { name: 'Close', exact: true }).last().click(); }, shows('dialog .notice.bad')) },
    { name: 'transparency', hash: 'transparency', wait: '.segment-form' },
    { name: 'transparency, not public', set: empty, hash: 'transparency', wait: '.notice.warn' },
    { name: 'transparency, an error', set: broken(/\/v1\/transparency/), hash: 'transparency', wait: '.notice.bad', expected: /503/ },
    { name: 'transparency, a bad country', hash: 'transparency', wait: '.segment-form', expected: /400/, act: then(async (page) => { await page.getByLabel('Country').first().fill('D'); }, click('Save'), shows('.field-error')) },
    { name: 'transparency, versions', hash: 'transparency/versions', wait: '.table' },
    { name: 'transparency, no versions', set: empty, hash: 'transparency/versions', wait: '.empty' },
    { name: 'transparency, badges', hash: 'transparency/badges', wait: '.told' },
    { name: 'trial of rights', hash: 'transparency/canary', wait: '.findings', act: async (page) => { await page.locator('.drills summary').nth(1).click(); } },
    { name: 'trial of rights, never', set: empty, hash: 'checks/canary', wait: '.empty' },
    { name: 'trial of rights, an error', set: broken(/\/v1\/canary/), hash: 'checks/canary', wait: '.notice.bad', expected: /503/ },
    { name: 'dictionary, proposals', hash: 'dictionary/proposals', wait: '.table' },
    { name: 'dictionary, no proposals', set: empty, hash: 'dictionary/proposals', wait: '.empty' },
    { name: 'dictionary, a proposal', hash: proposal(3), wait: '.table' },
    { name: 'dictionary, one\'s own proposal', hash: proposal(2), wait: '.notice.info' },
    { name: 'dictionary, no such proposal', hash: proposal(9), wait: '.empty', expected: /404/ },
    { name: 'dictionary, approve', hash: proposal(3), wait: '.table', act: then(click('Approve'), dialog) },
    { name: 'dictionary, propose', hash: 'dictionary/edit', wait: '.editor textarea', act: then(async (page) => { const area = page.locator('.editor textarea'); await area.fill((await area.inputValue()).replace('gold]', 'gold, jade]')); }, click('Check'), shows('.diff'), click('Propose'), dialog) },
    { name: 'dictionary, history', hash: 'dictionary/history', wait: '.table' },
    { name: 'dictionary, no history', set: empty, hash: 'dictionary/history', wait: '.empty' },
    { name: 'governance, only looking', set: (mock) => { for (const s of mock.sessions.values()) s.permissions = ['session', 'govern_read']; }, hash: 'registers/recipients/mail-service', wait: 'dialog[open]' },
];
