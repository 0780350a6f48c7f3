// SPDX-License-Identifier: Apache-2.0
// The scenes of Explore: reports, funnels, paths, cohorts, attribution, customer value, friction.

const click = (name) => async (page) => { await page.getByRole('button', { name, exact: true }).first().click(); };
const then = (...steps) => async (page, mock) => { for (const step of steps) await step(page, mock); };
const shows = (selector) => async (page) => { await page.waitForSelector(selector); };
const dialog = shows('dialog[open]');
const empty = (mock) => mock.reset('empty');
const nothing = (mock) => { mock.figures = 'nothing'; };
const broken = (mock) => { mock.fail = { path: /\/v1\/insight\/query/, status: 503, code: 'unavailable', title: 'A part Custos needs is not ready.' }; };
const small = (mock) => { mock.small = true; };
const q = (question) => `q=${encodeURIComponent(JSON.stringify(question))}`;
const table = async (page) => {
    await page.locator('.chart-table summary').first().click();
    await page.evaluate(() => scrollTo(0, 0)); // what sticks to the top covers nothing then
};
export const OWN = { steps: [{ event: 'Product Viewed', where: [{ property: 'category', op: 'is', values: ['Pots', 'Cups'] }] }, { event: 'Product Added', label: 'Cart' }, { event: 'Order Completed' }], exclude: [{ event: 'Order Refunded', from_step: 1, to_step: 3 }], same: ['product_id'], order: 'strict', window_s: 7200, breakdown: 'device', trend: 'day' };

export const EXPLORE = [
    { name: 'reports', hash: 'reports', wait: '.plot svg' },
    { name: 'reports, as a table', hash: 'reports?p=90d', wait: '.plot svg', act: table },
    { name: 'reports, how a figure is computed', hash: 'reports', wait: '.plot svg', act: then(async (page) => { await page.locator('.how-button').nth(2).click(); }, shows('.how:popover-open')) },
    { name: 'reports, choose figures', hash: 'reports', wait: '.plot svg', act: then(click('Choose figures…'), shows('.metric-list li')) },
    { name: 'reports, a filter is looked up', hash: 'reports', wait: '.plot svg', act: then(click('Filter'), shows('dialog .choices li')) },
    { name: 'reports, filtered, by hour, a year before', hash: `reports?p=today&ok=1&${q({ filters: [{ dimension: 'channel', in: ['email', 'search'] }, { dimension: 'device', in: ['mobile'] }], by: 'hour', compare: 'year', breakdown: 'country' })}`, wait: '.plot svg' },
    { name: 'reports, a thousand rows', hash: `reports?${q({ breakdown: 'product', limit: 1000 })}`, wait: '.figure-rows' },
    { name: 'reports, small groups are hidden', set: (mock) => { small(mock); mock.noRate = true; mock.damaged = true; }, hash: `reports?${q({ breakdown: 'product' })}`, wait: '.notice' },
    { name: 'reports, save as view', hash: 'reports', wait: '.plot svg', act: then(click('Save as view…'), dialog) },
    { name: 'reports, add to a dashboard', hash: 'reports', wait: '.plot svg', act: then(click('Add to a dashboard…'), shows('dialog[open] select')) },
    { name: 'reports, views', hash: 'reports', wait: '.plot svg', act: then(click('Views'), dialog) },
    { name: 'reports, keys', hash: 'reports', wait: '.plot svg', act: then(click('Keys for periods'), shows('.how:popover-open')) },
    { name: 'reports, no data', set: empty, hash: 'reports', wait: '.empty' },
    { name: 'reports, nothing in the period', set: nothing, hash: 'reports', wait: '.empty' },
    { name: 'reports, an error', set: broken, hash: 'reports', wait: '.notice.bad', expected: /503/ },
    { name: 'funnels', hash: 'funnels', wait: '.funnel' },
    { name: 'funnels, own', hash: `funnels?${q(OWN)}`, wait: '.funnel', act: table },
    { name: 'funnels, sixteen steps', hash: `funnels?${q({ steps: Array.from({ length: 16 }, (_, i) => ({ event: 'Product Viewed', label: `Step number ${i + 1}` })) })}`, wait: '.funnel' },
    { name: 'funnels, not named yet', hash: `funnels?${q({ steps: [{ event: '' }, { event: '' }] })}`, wait: '.funnel-steps' },
    { name: 'funnels, who fell off', hash: 'funnels', wait: '.funnel', act: then(async (page) => { await page.locator('.funnel-drop button').first().click(); }, shows('.explore-people li')) },
    { name: 'funnels, no data', set: empty, hash: 'funnels', wait: '.empty' },
    { name: 'funnels, an error', set: broken, hash: 'funnels', wait: '.notice.bad', expected: /503/ },
    { name: 'paths', hash: 'paths', wait: '.flow' },
    { name: 'paths, backwards', hash: `paths?${q({ direction: 'backward', by: 'event', start: 'Order Completed', depth: 3 })}`, wait: '.flow', act: table },
    { name: 'paths, a place', hash: 'paths', wait: '.flow', act: then(async (page) => { await page.locator('.flow li button').nth(2).click(); }, dialog) },
    { name: 'paths, nothing', set: nothing, hash: 'paths', wait: '.empty' },
    { name: 'cohorts', hash: 'cohorts', wait: '.heat-cell' },
    { name: 'cohorts, revenue', hash: `cohorts?${q({ measure: 'revenue', cumulative: true, periods: 6 })}`, wait: '.heat-cell' },
    { name: 'cohorts, who', hash: 'cohorts', wait: '.heat-cell', act: then(async (page) => { await page.locator('.heat-cell button').nth(3).click(); }, shows('.explore-people li')) },
    { name: 'cohorts, nothing', set: nothing, hash: 'cohorts', wait: '.empty' },
    { name: 'attribution', hash: 'attribution', wait: '.figure-table' },
    { name: 'attribution, cost per order', hash: `attribution?${q({ show: 'cost_per_order', models: ['last', 'markov'] })}`, wait: '.figure-table' },
    { name: 'attribution, spend', hash: 'attribution', wait: '.figure-table', act: then(click('Enter spend…'), shows('dialog .table')) },
    { name: 'attribution, nothing', set: nothing, hash: 'attribution', wait: '.empty' },
    { name: 'customer value', hash: 'value', wait: '.plot svg' },
    { name: 'customer value, by channel', hash: `value?${q({ by: 'channel' })}`, wait: '.plot svg' },
    { name: 'customer value, who may be leaving', hash: 'value/churn', wait: '.figure-bars' },
    { name: 'customer value, moves', hash: 'value/movement', wait: '.heat-cell' },
    { name: 'customer value, nothing', set: nothing, hash: 'value', wait: '.empty' },
    { name: 'friction', hash: 'friction', wait: '.figure-table' },
    { name: 'friction, nothing', set: nothing, hash: 'friction', wait: '.empty' },
];
