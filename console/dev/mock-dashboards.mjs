// SPDX-License-Identifier: Apache-2.0
// The mock server's routes of dashboards, their links and letters, saved views, targets, alerts, annotations and what needs a
// person. The figures themselves are of mock-insight.mjs.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso } from './mock-data.mjs';

const DAY = 86_400_000;
const READ = 'analytics_read';
const WRITE = 'insight_write';
const day = (ms) => iso(ms).slice(0, 10);
const NUMBER = /[^a-z0-9-]/g;

const report = (metrics, by, more = {}) => ({ kind: 'report', question: { metrics, by, ...more } });
const tile = (id, title, show, width, query, metric = null) => ({ id, title, query: { segment: null, consented: false, ...query }, show, width, metric });
const SHOP = [
    tile('revenue', 'Revenue', 'number', 1, report(['revenue'], 'day'), 'revenue'),
    tile('orders', 'Orders', 'number', 1, report(['orders'], 'day'), 'orders'),
    tile('average', 'Average order', 'number', 1, report(['average_order_value'], 'day'), 'average_order_value'),
    tile('conversion', 'Conversion', 'number', 1, report(['conversion_rate'], 'day'), 'conversion_rate'),
    tile('course', 'Revenue by day', 'line', 4, report(['revenue', 'orders'], 'day'), 'revenue'),
    tile('channels', 'Where orders come from', 'bars', 2, report(['revenue'], 'total', { breakdown: 'channel' }), 'revenue'),
    tile('funnel', 'From visit to order', 'funnel', 2, { kind: 'funnel', question: { ready: 'shop' } }),
    tile('countries', 'Countries', 'table', 2, report(['revenue', 'orders'], 'total', { breakdown: 'country' })),
];
const RETENTION = [
    tile('back', 'Who comes back', 'heat', 4, { kind: 'cohort', question: { start: 'Order Completed', return: 'Order Completed', period: 'month', mode: 'bracket', periods: 6, measure: 'people', cumulative: false } }),
    tile('ways', 'What they do first', 'flow', 4, { kind: 'paths', question: { start: { event: '$page' }, direction: 'forward', by: 'event', depth: 4, branches: 4 } }),
];
const TEMPLATES = [
    ['shop', 'Shop overview', 'Revenue, orders and conversion at a glance.', SHOP],
    ['acquisition', 'Acquisition', 'Where visitors and orders come from.', SHOP.slice(5)],
    ['products', 'Products', 'What is sold, and what is looked for.', [tile('best', 'Best sellers', 'bars', 4, report(['revenue'], 'total', { breakdown: 'product' }), 'revenue')]],
    ['retention', 'Retention', 'Who comes back, and who goes quiet.', RETENTION],
    ['email', 'E-mail', 'What letters bring.', [tile('mail', 'Revenue of e-mail', 'line', 4, report(['revenue'], 'day', { filters: [{ dimension: 'channel', in: ['email'] }] }), 'revenue')]],
].map(([name, title, doc, tiles]) => ({ name, title, doc, tiles, period: '30d', compare: 'previous' }));

onReset.push((mock, full) => {
    const { now } = mock;
    const made = (name, title, doc, tiles) => ({ name, title, doc, tiles: structuredClone(tiles), period: '30d', compare: 'previous', version: 3, changed: iso(now - 2 * DAY), by: 1 });
    mock.dashboards = full ? [made('shop', 'How the shop goes', 'For Monday morning.', SHOP), made('loyalty', 'Loyalty', '', RETENTION)] : [];
    mock.views = full ? [{ name: 'revenue-by-country', title: 'Revenue by country', query: SHOP[7].query, show: 'table', version: 1, changed: iso(now - DAY), by: 1 }] : [];
    mock.shares = full ? { shop: [{ id: 1, made: iso(now - 3 * DAY), by: 1, until: iso(now + 4 * DAY) }] } : {};
    mock.schedules = {};
    mock.sent = [];
    mock.drawn = [];
    const target = (name, title, metric, unit, kind, value, more) => ({ name, title, metric, unit, filters: [], segment: null, period: 'week', kind, value, tell: ['today'], version: 1, checked: iso(now - 900_000), state: 'waiting', current: null, reached: null, low: null, high: null, fault: null, ...more });
    mock.targets = full ? [
        target('revenue-week', 'Revenue of a week', 'revenue', 'money', 'target', 1_200_000, { current: 1_012_000, reached: 0.843, state: 'bad' }),
        target('refunds', 'Refunds stay rare', 'refunds', 'money', 'above', 12_000, { current: 4100, state: 'good', period: 'day', tell: ['today', 'mail:1', 'webhook:https://hooks.example.com/custos'] }),
        target('orders-unusual', 'Orders as usual', 'orders', 'count', 'unusual', null, { current: 31, low: 44, high: 71, state: 'bad', period: 'day' }),
        target('fresh', 'New customers', 'new_customers', 'count', 'target', 40, { checked: null }),
        target('old', 'Visits from search', 'visits', 'count', 'below', 100, { fault: 'There is no segment "searchers" any more.', segment: 'searchers' }),
    ] : [];
    mock.alertsOfTargets = full ? [
        { id: 2, at: iso(now - 5_400_000), target: 'orders-unusual', title: 'Orders as usual', period: day(now - DAY), words: 'Orders were 31 on Saturday; on Saturdays 44 to 71 are usual.', value: 31, low: 44, high: 71, seen: null },
        { id: 1, at: iso(now - 3 * DAY), target: 'refunds', title: 'Refunds stay rare', period: day(now - 4 * DAY), words: 'Refunds were €141.00, above €120.00.', value: 14_100, low: null, high: null, seen: iso(now - 2 * DAY) },
    ] : [];
    mock.annotations = full ? [
        { id: 2, day: day(now - 6 * DAY), to: day(now - 6 * DAY), title: 'Autumn letter sent', kind: 'campaign', made: iso(now - 6 * DAY) },
        { id: 1, day: day(now - 18 * DAY), to: day(now - 17 * DAY), title: 'Payment was down', kind: 'outage', made: iso(now - 17 * DAY) },
    ] : [];
    mock.attention = full ? [
        { kind: 'requests_late', title: 'Requests past their day', count: 1, severity: 'bad', link: '#/requests?due=late', since: iso(now - 2 * DAY) },
        { kind: 'alerts', title: 'Figures outside what is expected', count: 1, severity: 'warn', link: '#/targets/alerts', since: iso(now - 5_400_000) },
        { kind: 'quarantine', title: 'Refused events wait to be repaired', count: 64, severity: 'warn', link: '#/quarantine', since: iso(now - DAY) },
        { kind: 'proposals', title: 'Proposals for the dictionary', count: 2, severity: 'info', link: '#/dictionary/proposals', since: iso(now - 9 * DAY) },
    ] : [];
});

const named = (list, name) => {
    const found = list.find((x) => x.name === name);
    if (!found) throw missing();
    return found;
};
function put(mock, list, name, json, make) {
    const before = mock[list].find((x) => x.name === name);
    if ((before?.version ?? 0) !== (json.version ?? 0)) throw new Refusal(412, 'precondition_failed', 'It changed since it was read.');
    if (!String(json.title ?? '').trim()) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/title', detail: 'A title is needed.' });
    const made = { name, ...make, ...json, version: (json.version ?? 0) + 1, changed: iso(Date.now()), by: 1 };
    mock[list] = before ? mock[list].map((x) => (x === before ? made : x)) : [...mock[list], made];
    return { body: made };
}
const gone = (mock, list, name) => {
    const found = named(mock[list], name);
    mock[list] = mock[list].filter((x) => x !== found);
};

route('GET', '/v1/dashboards', ({ mock }) => ({ body: { items: mock.dashboards } }), READ);
route('GET', '/v1/dashboards/templates', () => ({ body: { items: TEMPLATES } }), READ);
route('GET', '/v1/dashboards/{name}', ({ mock, values }) => ({ body: named(mock.dashboards, values.name) }), READ);
route('PUT', '/v1/dashboards/{name}', ({ mock, values, json }) => ({ body: { version: put(mock, 'dashboards', values.name, json, { doc: '' }).body.version } }), WRITE);
route('DELETE', '/v1/dashboards/{name}', ({ mock, values }) => gone(mock, 'dashboards', values.name), WRITE);
route('GET', '/v1/dashboards/{name}/shares', ({ mock, values }) => ({ body: { items: mock.shares[values.name] ?? [] } }), WRITE);
route('POST', '/v1/dashboards/{name}/shares', ({ mock, values, json }) => {
    named(mock.dashboards, values.name);
    const id = 10 + (mock.shares[values.name]?.length ?? 0);
    const until = iso(Date.now() + json.days * DAY);
    mock.shares[values.name] = [...(mock.shares[values.name] ?? []), { id, made: iso(Date.now()), by: 1, until }];
    return { status: 201, body: { id, url: `https://custos.example/shared/share_${'a1b2c3d4'.repeat(5)}`, until } };
}, WRITE);
route('DELETE', '/v1/dashboards/{name}/shares/{id}', ({ mock, values }) => { mock.shares[values.name] = (mock.shares[values.name] ?? []).filter((s) => String(s.id) !== values.id); }, WRITE);
route('GET', '/v1/dashboards/{name}/schedule', ({ mock, values }) => {
    if (!mock.schedules[values.name]) throw missing();
    return { body: mock.schedules[values.name] };
}, READ);
route('PUT', '/v1/dashboards/{name}/schedule', ({ mock, values, json }) => {
    mock.schedules[values.name] = { ...json, next: iso(Date.now() + DAY), sent: null, outcome: '' };
    return { body: mock.schedules[values.name] };
}, WRITE);
route('DELETE', '/v1/dashboards/{name}/schedule', ({ mock, values }) => { delete mock.schedules[values.name]; }, WRITE);
route('POST', '/v1/dashboards/{name}/send', ({ mock, values }) => { mock.sent.push(values.name); return { body: { letters: 1 } }; }, READ);
route('POST', '/v1/insight/draw', ({ mock, json }) => {
    mock.drawn.push(json);
    return { body: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><title>${String(json.show).replace(NUMBER, '')}</title><path d="M0 40L40 8L80 24"/></svg>`, headers: { 'Content-Type': 'image/svg+xml' } };
}, READ);

route('GET', '/v1/views', ({ mock }) => ({ body: { items: mock.views } }), READ);
route('GET', '/v1/views/{name}', ({ mock, values }) => ({ body: named(mock.views, values.name) }), READ);
route('PUT', '/v1/views/{name}', ({ mock, values, json }) => ({ body: { version: put(mock, 'views', values.name, json, {}).body.version } }), WRITE);
route('DELETE', '/v1/views/{name}', ({ mock, values }) => gone(mock, 'views', values.name), WRITE);

route('GET', '/v1/targets', ({ mock }) => ({ body: { items: mock.targets } }), READ);
route('GET', '/v1/targets/alerts', ({ mock, query }) => ({ body: cut(mock.alertsOfTargets, query) }), READ);
route('POST', '/v1/targets/alerts/{id}/seen', ({ mock, values }) => {
    const found = mock.alertsOfTargets.find((a) => String(a.id) === values.id);
    if (!found) throw missing();
    found.seen = iso(Date.now());
}, READ);
route('GET', '/v1/targets/{name}', ({ mock, values }) => ({ body: named(mock.targets, values.name) }), READ);
route('PUT', '/v1/targets/{name}', ({ mock, values, json }) => put(mock, 'targets', values.name, { ...json, tell: (json.tell ?? ['today']).map((x) => (x === 'mail:me' ? 'mail:1' : x)) }, { unit: 'count', filters: [], segment: null, value: null, current: null, reached: null, low: null, high: null, fault: null, state: 'waiting', checked: null }), WRITE);
route('DELETE', '/v1/targets/{name}', ({ mock, values }) => gone(mock, 'targets', values.name), WRITE);

route('GET', '/v1/annotations', ({ mock }) => ({ body: { items: mock.annotations } }), READ);
route('POST', '/v1/annotations', ({ mock, json }) => {
    const made = { id: 100 + mock.annotations.length, to: json.day, made: iso(Date.now()), ...json };
    mock.annotations = [made, ...mock.annotations];
    return { body: { id: made.id } };
}, WRITE);
route('DELETE', '/v1/annotations/{id}', ({ mock, values }) => { mock.annotations = mock.annotations.filter((a) => String(a.id) !== values.id); }, WRITE);
route('GET', '/v1/attention', ({ mock }) => ({ body: { items: mock.attention } }), READ);
