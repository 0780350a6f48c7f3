// SPDX-License-Identifier: Apache-2.0
// The scenes of Today, dashboards and targets.

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const dialog = shows('dialog[open]');
const broken = (path) => (mock) => { mock.fail = { path, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const empty = (mock) => mock.reset('empty');

export const BOARD = [
    { name: 'today', hash: 'today', wait: '.funnel' },
    { name: 'today, a year as a table', hash: 'today?days=365', wait: '.number', act: async (page) => { await page.click('.today-numbers .chart-table summary'); await page.evaluate(() => scrollTo(0, 0)); } },
    { name: 'today, how a number is computed', hash: 'today', wait: '.number', act: then(click('How is this computed? Conversion rate'), shows('.how:popover-open')) },
    { name: 'today, a day is noted', hash: 'today', wait: '.number', act: then(click('Note a day'), dialog) },
    { name: 'today, nothing in the period', set: (mock) => { mock.figures = 'nothing'; mock.attention = []; }, hash: 'today', wait: '.number' },
    { name: 'today, small groups are hidden', set: (mock) => { mock.small = true; mock.noRate = true; }, hash: 'today', wait: '.number' },
    { name: 'today, sample data', set: (mock) => mock.reset('full', 12_400, true), hash: 'today', wait: '.sample-banner' },
    { name: 'today, nothing yet', set: empty, hash: 'today', wait: '.first-event pre' },
    { name: 'today, an error', set: broken(/insight\/query|attention/), hash: 'today', wait: '.notice.bad', expected: /503/ },
    { name: 'dashboards', hash: 'dashboards', wait: '.template-list' },
    { name: 'dashboards, none', set: empty, hash: 'dashboards', wait: '.empty' },
    { name: 'dashboards, an error', set: broken(/\/v1\/dashboards$/), hash: 'dashboards', wait: '.notice.bad', expected: /503/ },
    { name: 'dashboards, from a template', hash: 'dashboards', wait: '.template-list', act: then(click('Make it: Retention'), dialog) },
    { name: 'dashboards, one goes', hash: 'dashboards', wait: '.table', act: then(click('Delete Loyalty'), dialog) },
    { name: 'dashboard', hash: 'dashboards/shop', wait: '.funnel' },
    { name: 'dashboard, filtered', hash: 'dashboards/shop?f.channel=email&period=90d&compare=year', wait: '.board-filters' },
    { name: 'dashboard, heat and flow', hash: 'dashboards/loyalty', wait: '.flow' },
    { name: 'dashboard, every other drawing', set: (mock) => {
        const ask = (kind, question) => ({ kind, question });
        const report = (show, more) => [show, ask('report', { metrics: ['orders', 'visits'], by: 'week', ...more })];
        mock.dashboards[0].tiles = [
            report('stacked'), report('bars'), report('area'), report('table'), report('number', { by: 'total' }), report('table', { by: 'total', breakdown: 'product', limit: 40 }),
            ['line', ask('value', { by: 'month', periods: 12 })], ['number', ask('value', { by: 'total' })], ['bars', ask('churn', {})], ['table', ask('churn', {})], ['heat', ask('rfm_movement', {})],
            ['table', ask('attribution', { models: ['first', 'last'], by: 'channel', lookback_days: 30 })], ['bars', ask('attribution', { models: ['first'], by: 'channel', lookback_days: 30 })], ['table', ask('friction', {})], ['bars', ask('funnel', { ready: 'shop' })],
        ].map(([show, query], i) => ({ id: `tile-${i}`, title: `${query.kind} ${i}`, query, show, width: 2, metric: null }));
    }, hash: 'dashboards/shop', wait: '.bars' },
    { name: 'dashboard, no tile', set: (mock) => { mock.dashboards[0].tiles = []; }, hash: 'dashboards/shop', wait: '.empty' },
    { name: 'dashboard, nothing in the period', set: (mock) => { mock.figures = 'nothing'; }, hash: 'dashboards/shop', wait: '.tile .figures' },
    { name: 'dashboard, gone', hash: 'dashboards/nowhere', wait: '.empty', expected: /404/ },
    { name: 'dashboard, every tile fails', set: broken(/insight\/query/), hash: 'dashboards/shop', wait: '.tile .notice.bad', expected: /503/ },
    { name: 'dashboard, full screen', hash: 'dashboards/shop/full', wait: '.shell.bare .funnel' },
    { name: 'dashboard, to paper', hash: 'dashboards/shop', wait: '.funnel', act: then(click('Print or PDF'), dialog) },
    { name: 'dashboard, shared', hash: 'dashboards/shop', wait: '.funnel', act: then(click('Share'), shows('dialog .acts li'), click('Make a link'), shows('dialog .once-text')) },
    { name: 'dashboard, by e-mail', expected: /404/, hash: 'dashboards/shop', wait: '.funnel', act: then(click('By e-mail'), shows('dialog .choices')) },
    { name: 'dashboard, changed', hash: 'dashboards/shop/edit', wait: '.tile-controls' },
    { name: 'dashboard, a tile is added', hash: 'dashboards/shop/edit', wait: '.tile-controls', act: then(click('Add a tile'), shows('dialog .plot')) },
    { name: 'dashboard, a tile of a view', hash: 'dashboards/shop/edit', wait: '.tile-controls', act: then(click('Add a tile'), async (page) => { await page.getByRole('radio', { name: 'A saved view' }).check(); }, shows('dialog .saved-list li')) },
    { name: 'dashboard, somebody else saved', hash: 'dashboards/shop/edit', wait: '.tile-controls', expected: /412/, act: then(async (page, mock) => { mock.dashboards[0].version = 9; await page.getByLabel('What it is for').fill('For Tuesdays.'); }, click('Save'), shows('.notice.warn .button')) },
    { name: 'targets', hash: 'targets', wait: '.table' },
    { name: 'targets, none', set: empty, hash: 'targets', wait: '.empty' },
    { name: 'targets, an error', set: broken(/\/v1\/targets/), hash: 'targets', wait: '.notice.bad', expected: /503/ },
    { name: 'targets, one goes', hash: 'targets', wait: '.table', act: then(click('Delete Refunds stay rare'), dialog) },
    { name: 'targets, what they found', hash: 'targets/alerts', wait: '.alerts li' },
    { name: 'targets, nothing found', set: empty, hash: 'targets/alerts', wait: '.empty' },
    { name: 'targets, notes', hash: 'targets/notes', wait: '.table' },
    { name: 'targets, no notes', set: empty, hash: 'targets/notes', wait: '.empty' },
    { name: 'target, new', hash: 'targets/edit', wait: '.sticky-end', act: async (page) => { await page.getByLabel('Only where').selectOption('channel'); await page.waitForSelector('.choices.columns input'); await page.getByLabel('Value (EUR)').fill('x'); await page.getByLabel('A webhook').fill('nowhere'); await page.waitForSelector('.field-error'); } },
    { name: 'target, changed', hash: 'targets/edit/refunds', wait: '.sticky-end' },
    { name: 'target, gone', hash: 'targets/edit/nowhere', wait: '.empty', expected: /404/ },
];
