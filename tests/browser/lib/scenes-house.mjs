// SPDX-License-Identifier: Apache-2.0
// The scenes of signing in, security, staff, roles, audit, keys, backups and the self-audit.

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const dialog = async (page) => { await page.waitForSelector('dialog[open]'); };
const inDialog = (name) => async (page) => { await page.locator('dialog[open]').last().getByRole('button', { name, exact: true }).click(); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const fill = (label, text) => async (page) => { await page.getByLabel(label, { exact: true }).last().fill(text); };
const stale = (mock) => { for (const s of mock.sessions.values()) s.proved = 0; };
const broken = (path) => (mock) => { mock.fail = { path, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const empty = (mock) => mock.reset('empty');

// Pages that are loaded without a session: where, how the mock is set, what to do there.
export const GATES = [
    { name: 'sign-in with everything', path: '/', set: (mock) => { mock.oidc = { enabled: true, name: 'Teehaus' }; }, wait: '.or' },
    { name: 'sign-in, the other way failed', path: '/#oidc-failed', wait: '.notice.warn' },
    { name: 'second factor', path: '/', set: (mock) => { mock.second = ['totp', 'passkey', 'recovery', 'sms']; }, act: then(enter, shows('input[name=code]')) },
    { name: 'second factor, wrong code', path: '/', set: (mock) => { mock.second = ['totp', 'recovery']; }, act: then(enter, shows('input[name=code]'), async (page) => { await page.fill('input[name=code]', '000000'); await page.keyboard.press('Enter'); }, shows('.field-error')) },
    { name: 'second factor by passkey', path: '/', set: (mock) => { mock.second = ['passkey', 'recovery']; }, act: then(enter, shows('.other-ways')) },
    { name: 'second factor by text message', path: '/', set: (mock) => { mock.second = ['sms', 'recovery']; }, act: then(enter, click('Send me a code'), shows('input[name=code]')) },
    { name: 'invitation', path: '/invite#come-in', wait: 'input[name=new-password]', act: async (page) => { await page.fill('input[name=new-password]', 'a tea pot'); await page.getByText('At least 15 characters').waitFor(); } },
    { name: 'invitation that is over', path: '/invite#old', wait: '.notice.warn' },
    { name: 'reset link', path: '/reset#forgot-it', wait: 'input[name=new-password]', act: async (page) => { await page.fill('input[name=new-password]', 'seven cups of strong assam'); await page.waitForSelector('.strength.good'); } },
    { name: 'reset link without a token', path: '/reset', wait: '.notice.warn' },
    { name: 'a second factor is needed', path: '/', set: (mock) => { mock.factorNeeded = true; }, act: then(enter, shows('.factor-choice')) },
    { name: 'an authenticator app is set up', path: '/', set: (mock) => { mock.factorNeeded = true; }, act: then(enter, shows('.factor-choice'), async (page) => { await page.locator('.factor-choice').first().click(); }, shows('.qr'), async (page) => { await page.locator('details summary').click(); }) },
    { name: 'recovery codes', path: '/', set: (mock) => { mock.reset('empty'); mock.factorNeeded = true; }, act: then(enter, shows('.factor-choice'), async (page) => { await page.locator('.factor-choice').first().click(); }, shows('.qr'), async (page) => { await page.fill('input[name=code]', '123456'); await page.keyboard.press('Enter'); }, shows('.once-list')) },
];

async function enter(page) {
    await page.fill('input[name=email]', 'owner@shop.example');
    await page.fill('input[name=password]', 'correct horse battery staple');
    await page.keyboard.press('Enter');
}

export const HOUSE = [
    { name: 'security', hash: 'security', wait: '.factors' },
    { name: 'security, nothing set up', set: empty, hash: 'security', wait: '.factors' },
    { name: 'security, an error', set: broken(/\/v1\/(security|sessions|tokens)/), hash: 'security', wait: '.notice.bad', expected: /503/ },
    { name: 'security, another password', hash: 'security', wait: '.factors', act: then(click('Change'), dialog, fill('New password', 'password'), shows('.strength.short')) },
    { name: 'security, text messages', hash: 'security', wait: '.factors', act: then(click('Set up'), dialog) },
    { name: 'security, a passkey', hash: 'security', wait: '.factors', act: then(click('Add a passkey'), dialog) },
    { name: 'security, a passkey ends', hash: 'security', wait: '.passkeys', act: then(click('End the passkey Laptop'), dialog) },
    { name: 'security, new recovery codes', hash: 'security', wait: '.factors', act: then(click('Make new ones'), inDialog('Make recovery codes'), shows('.once-list')) },
    { name: 'security, a token', hash: 'security', wait: '.factors', act: then(click('New token'), dialog) },
    { name: 'security, the token', hash: 'security', wait: '.factors', act: then(click('New token'), dialog, fill('Name', 'Till'), async (page) => { await page.getByLabel('Open people').check(); }, inDialog('Make the token'), shows('.once-text')) },
    { name: 'security, other sessions end', hash: 'security', wait: '.factors', act: then(click('End all others'), dialog) },
    { name: 'is it you', hash: 'security', wait: '.factors', expected: /403/, set: (mock) => { mock.second = ['totp']; stale(mock); for (const s of mock.sessions.values()) s.second_factor = { required: true, enrolled: true, postpone_until: null }; }, act: then(click('Make new ones'), inDialog('Make recovery codes'), shows('dialog[open] input[name=password]'), async (page) => { await page.check('dialog[open] input[value=totp]'); }, shows('input[name=code]')) },
    { name: 'second factor put off', hash: 'today', wait: '.banner.warn', set: (mock) => { for (const s of mock.sessions.values()) s.second_factor = { required: true, enrolled: false, postpone_until: new Date(Date.now() + 5e8).toISOString() }; } },
    { name: 'staff', hash: 'staff', wait: '.table' },
    { name: 'staff, alone', set: empty, hash: 'staff', wait: '.empty' },
    { name: 'staff, an error', set: broken(/\/v1\/staff/), hash: 'staff', wait: '.notice.bad', expected: /503/ },
    { name: 'staff, one', hash: 'staff', wait: '.table', act: then(click('mira@shop.example'), dialog) },
    { name: 'staff, a role', hash: 'staff', wait: '.table', act: then(click('mira@shop.example'), dialog, inDialog('Do it… Change the role'), shows('dialog[open] select')) },
    { name: 'staff, invite', hash: 'staff', wait: '.table', act: then(click('Invite'), dialog) },
    { name: 'staff, the link', hash: 'staff', wait: '.table', act: then(click('Invite'), dialog, fill('E-mail', 'anna@shop.example'), inDialog('Make the link'), shows('.once-text')) },
    { name: 'a colleague is asked', hash: 'staff', wait: '.table', expected: /403/, set: (mock) => { mock.rules.find((r) => r.kind === 'role_grant').on = true; }, act: then(click('Invite'), dialog, fill('E-mail', 'anna@shop.example'), inDialog('Make the link'), shows('dialog[open] textarea')) },
    { name: 'waiting for a colleague', hash: 'staff', wait: '.table', expected: /403/, set: (mock) => { mock.rules.find((r) => r.kind === 'role_grant').on = true; }, act: then(click('Invite'), dialog, fill('E-mail', 'anna@shop.example'), inDialog('Make the link'), shows('dialog[open] textarea'), fill('Reason', 'new colleague'), inDialog('Ask a colleague'), shows('.waiting-approval')) },
    { name: 'roles, permissions', hash: 'roles', wait: '.matrix' },
    { name: 'roles, levels', hash: 'roles/levels', wait: '.matrix' },
    { name: 'roles, purposes', hash: 'roles/purposes', wait: '.matrix' },
    { name: 'roles, two people', hash: 'roles/rules', wait: '.acts li' },
    { name: 'roles, a new one', hash: 'roles', wait: '.matrix', act: then(click('New role'), dialog, async (page) => { await page.getByLabel('Start from').selectOption('analyst'); }) },
    { name: 'roles, one goes', hash: 'roles', wait: '.matrix', act: then(click('warehouse'), dialog, inDialog('Delete this role'), shows('dialog.small[open]')) },
    { name: 'roles, an error', set: broken(/\/v1\/(roles|approval-rules)/), hash: 'roles/rules', wait: '.notice.bad', expected: /503/ },
    { name: 'approvals', hash: 'approvals', wait: '.quote' },
    { name: 'approvals, none', set: empty, hash: 'approvals', wait: '.empty' },
    { name: 'approvals, approve', hash: 'approvals', wait: '.quote', act: then(click('Approve'), dialog) },
    { name: 'audit', hash: 'audit', wait: '.audit-row .row-link' },
    { name: 'audit, nothing found', hash: 'audit?action=zzz', wait: '.empty' },
    { name: 'audit, nothing yet', set: empty, hash: 'audit', wait: '.empty' },
    { name: 'audit, an error', set: broken(/\/v1\/audit/), hash: 'audit', wait: '.notice.bad', expected: /503/ },
    { name: 'audit, an entry', hash: 'audit?outcome=refused', wait: '.audit-row .row-link', act: then(async (page) => { await page.locator('.row-link').first().click(); }, dialog) },
    { name: 'alerts', hash: 'audit/alerts', wait: '.alerts' },
    { name: 'alerts, none', set: empty, hash: 'audit/alerts', wait: '.empty' },
    { name: 'alerts, close', hash: 'audit/alerts', wait: '.alerts', act: then(click('Close: A decoy was opened'), dialog) },
    { name: 'decoys', hash: 'audit/decoys', wait: '.card' },
    { name: 'decoys, none', set: empty, hash: 'audit/decoys', wait: '.empty', act: then(click('Make decoys'), dialog) },
    { name: 'the log is whole', hash: 'audit/proof', wait: '.card', act: then(click('Verify now'), shows('.notice.good')) },
    { name: 'the log was changed', set: (mock) => { mock.verdict.ok = false; }, hash: 'audit/proof', wait: '.card', act: then(click('Verify now'), shows('.notice.bad')) },
    { name: 'keys', hash: 'keys', wait: '.key-steps' },
    { name: 'keys, a new installation', set: empty, hash: 'keys', wait: '.key-steps' },
    { name: 'keys, an error', set: broken(/\/v1\/keys/), hash: 'keys', wait: '.notice.bad', expected: /503/ },
    { name: 'keys, rotating', set: (mock) => { mock.keyData.rotations = [{ kind: 'nodes', state: 'running', done: 4200, total: 12_400, started: new Date().toISOString(), finished: null, hold: true }]; }, hash: 'keys', wait: 'progress' },
    { name: 'keys, rotate', hash: 'keys', wait: '.key-steps', act: then(click('Rotate: Root key'), dialog) },
    { name: 'keys, the kit', hash: 'keys', wait: '.key-steps', act: then(click('Make a new one'), inDialog('Make the recovery kit'), shows('.once-text')) },
    { name: 'backups', hash: 'backups', wait: '.table', act: async (page) => { await page.locator('.drills summary').first().click(); } },
    { name: 'backups, no place', set: empty, hash: 'backups', wait: '.empty' },
    { name: 'backups, an error', set: broken(/\/v1\/backups/), hash: 'backups', wait: '.notice.bad', expected: /503/ },
    { name: 'backups, run', hash: 'backups', wait: '.table', act: then(click('Back up now'), dialog) },
    { name: 'self-audit', hash: 'checks', wait: '.findings' },
    { name: 'self-audit, an error', set: broken(/self-audit/), hash: 'checks', wait: '.notice.bad', expected: /503/ },
    { name: 'a page that the role may not open', set: (mock) => { for (const s of mock.sessions.values()) s.permissions = ['session', 'people_read']; }, hash: 'keys', wait: '.empty' },
];
