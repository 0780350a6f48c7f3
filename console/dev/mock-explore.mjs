// SPDX-License-Identifier: Apache-2.0
// The mock server's routes for exploring events, SQL, personas, RFM, lifecycle stages and content slots.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso, personRow } from './mock-data.mjs';
import { check, parse } from './mock-language.mjs';

const DAY = 86_400_000;
const column = (name, type, doc) => ({ name, type, doc });
const TABLES = [
    { name: 'people', doc: 'One row for each person.', columns: [column('id', 'text', 'Number of the person.'), column('email', 'text', 'Address, as far as the role sees it.'), column('country', 'text', 'Country.'), column('orders', 'integer', 'Number of orders.'), column('revenue', 'integer', 'Revenue in cents.'), column('last_seen', 'text', 'Last event.')] },
    { name: 'events', doc: 'One row for each event.', columns: [column('seq', 'integer', 'Number of the event.'), column('time', 'text', 'When it happened.'), column('person', 'text', 'Whose.'), column('event', 'text', 'Its kind.'), column('properties', 'text', 'What came with it.')] },
    { name: 'orders', doc: 'One row for each order.', columns: [column('order_id', 'text', 'Number.'), column('person', 'text', 'Whose.'), column('total', 'integer', 'Sum in cents.'), column('placed', 'text', 'When.')] },
    { name: 'segments', doc: 'Who is in which segment.', columns: [column('segment', 'text', 'Name.'), column('person', 'text', 'Who.')] },
];
const GROUPS = [
    ['Champions', [4, 5], [4, 5], 'Bought lately, often, much.'], ['Loyal', [3, 3], [4, 5], 'Buy regularly.'], ['Cannot Lose Them', [1, 1], [5, 5], 'Were the best, long silent.'], ['At Risk', [1, 2], [3, 4], 'Bought often, not lately.'],
    ['Lost', [2, 2], [5, 5], 'As above, with the highest value.'], ['Potential Loyalist', [4, 5], [2, 3], 'Lately, a few times.'], ['Need Attention', [3, 3], [3, 3], 'In the middle.'], ['New Customers', [5, 5], [1, 1], 'First order lately.'],
    ['Promising', [4, 4], [1, 1], 'New, little yet.'], ['About to Sleep', [3, 3], [1, 2], 'Getting quiet.'], ['Hibernating', [1, 2], [1, 2], 'Long quiet, little.'],
];

onReset.push((mock, full) => {
    const { now } = mock;
    mock.kinds = full ? [['$page', 182_402, 1], ['Product Viewed', 96_220, 2], ['Product Added', 21_004, 4], ['Email Opened', 18_033, 3], ['Checkout Started', 9120, 9], ['Order Completed', 7431, 12], ['$identify', 6120, 3], ['Order Refunded', 240, 600], ['Tasting Booked', 88, 4000]].map(([name, count, ago]) => ({ name, count, last: iso(now - ago * 9_000_000).slice(0, 10) })) : [];
    mock.queries = full ? [{ name: 'revenue-by-country', title: 'Revenue by country', sql: 'select country, sum(revenue) as revenue\nfrom people\ngroup by country\norder by revenue desc', changed: iso(now - 4 * DAY), by: 3, version: 2 }] : [];
    mock.sqlRuns = [];
    mock.sqlDelay = 0;
    mock.rfm = {
        groups: GROUPS.map(([name, recency, frequency_monetary, doc], i) => ({ name, doc, recency, frequency_monetary, people: full ? 90 + ((i * 371) % 900) : 0, revenue: full ? 120_000 * (12 - i) : 0 })),
        borders: { recency: [21, 70, 160, 310], frequency: [1, 2, 4, 7], monetary: [2900, 6400, 14_900, 31_000] }, computed: full ? iso(now - 30_000) : null, customers: full ? 4812 : 0, currency: 'EUR',
    };
    mock.stages = full ? [
        { name: 'new', doc: 'First order within 30 days.', rule: 'orders.count is 1\nand orders.last is in the last 30 days', people: 377 }, { name: 'active', doc: 'Ordered within half a year.', rule: 'orders.last is in the last 180 days', people: 2210 },
        { name: 'at risk', doc: 'Silent for longer.', rule: 'orders.last is in the last 400 days', people: 1120 }, { name: 'lost', doc: 'Silent for very long.', rule: 'orders.count is at least 1', people: 1105 },
    ] : [];
    for (const s of mock.stages) Object.assign(s, { segment: `lifecycle_${s.name.replace(' ', '_')}`, fault: null });
    mock.slots = full ? [
        { name: 'home-hero', title: 'Top of the home page', rules: [{ segment: 'vip', variant: 'thanks', content: { headline: 'Good to see you again', image: '/img/first-flush.jpg' } }, { segment: 'tea-lovers', variant: 'teas', content: { headline: 'New harvest' } }], fallback: { headline: 'Fine teas' }, hold_out_permille: 50, public: true, version: 4, created: iso(now - 9 * DAY), changed: iso(now - DAY), missing: [] },
    ] : [];
});

const READ = 'segments_read';
const WRITE = 'segments_write';
route('GET', '/v1/events/kinds', ({ mock }) => ({ body: { items: mock.kinds, next: null } }), 'analytics_read');
route('GET', '/v1/events', ({ mock, query }) => {
    const kind = mock.kinds.find((k) => k.name === query.get('event'));
    const all = Array.from({ length: kind ? Math.min(kind.count, 180) : 0 }, (_, i) => {
        const p = personRow(i * 3 % 300, mock.now);
        return { seq: 90_000 - i, time: iso(mock.now - i * 61_000), event: kind.name, source: 1, person: { id: p.id, label: p.label, shown: 'full' }, properties: { product_id: `tea-0${1 + (i % 3)}`, category: 'Black tea', price: 12.9 }, revenue: kind.name === 'Order Completed' ? 2580 : null };
    });
    return { body: cut(all, query) };
}, 'people_read');
route('GET', '/v1/events/breakdown', ({ query }) => {
    if (query.get('property') === 'nothing') return { body: { rows: [], currency: 'EUR' } };
    if (['total', 'price', 'value'].includes(query.get('property'))) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: 'property', detail: 'A declared text property is accepted.' });
    return { body: { rows: [['Black tea', 480], ['Green tea', 311], ['Pots', 120], ['Cups', 61], [null, 14]].map(([value, n]) => ({ value, people: Math.round(n * 0.6), events: n, revenue: query.get('event') === 'Order Completed' ? n * 2580 : 0 })), currency: 'EUR' } };
}, 'analytics_read');

route('GET', '/v1/sql/schema', () => ({ body: { tables: TABLES, rows_max: 10_000, export_rows_max: 1_000_000 } }), 'sql');
route('POST', '/v1/sql', ({ mock, json, request }) => {
    mock.sqlRuns.push({ ...json, purpose: request.headers['x-custos-purpose'] });
    if (/drop|delete|update|insert/i.test(json.sql)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: 'sql', detail: 'Only questions are accepted: select.' });
    if (/selec\b/.test(json.sql)) throw new Refusal(400, 'malformed', 'The format is not the expected one.', { field: 'sql', detail: 'near "selec": syntax error' });
    const many = /events/.test(json.sql) ? json.limit : /nobody/.test(json.sql) ? 0 : 24;
    const rows = Array.from({ length: many }, (_, i) => [`p-${i}`, ['DE', 'AT', 'NL'][i % 3], i % 7, i % 4 ? i * 1290 : null]);
    return { body: { columns: ['id', 'country', 'orders', 'revenue'], rows, truncated: many === json.limit, took_ms: 41, operations: 120_311 } };
}, 'sql');
route('DELETE', '/v1/sql/running/{id}', ({ mock, values }) => { mock.sqlStopped = values.id; }, 'sql');
route('POST', '/v1/sql/export', ({ json }) => ({ body: 'id,country\np-0,DE\n', headers: { 'Content-Disposition': `attachment; filename="query.${json.format}"` } }), 'sql');
route('GET', '/v1/sql/queries', ({ mock }) => ({ body: { items: mock.queries, next: null } }), 'sql');
route('PUT', '/v1/sql/queries/{name}', ({ mock, values, json }) => {
    const before = mock.queries.find((q) => q.name === values.name);
    if ((before?.version ?? 0) !== json.version) throw new Refusal(412, 'precondition_failed', 'It changed since it was read.');
    const made = { name: values.name, title: json.title, sql: json.sql, changed: iso(Date.now()), by: 1, version: json.version + 1 };
    mock.queries = [...mock.queries.filter((q) => q !== before), made];
    return { status: before ? 200 : 201, body: made };
}, 'sql');
route('DELETE', '/v1/sql/queries/{name}', ({ mock, values }) => { mock.queries = mock.queries.filter((q) => q.name !== values.name); }, 'sql');

route('GET', '/v1/personas', ({ mock }) => ({ body: { items: mock.segments.filter((s) => s.persona).map(({ text, definition, card, ...rest }) => ({ ...rest, notes: card, card: mock.measured[rest.name] ?? null })), next: null } }), READ);
route('GET', '/v1/rfm', ({ mock }) => ({ body: mock.rfm }), READ);
route('PUT', '/v1/rfm/groups', ({ mock, json }) => {
    mock.rfm.groups = mock.rfm.groups.map((g) => ({ ...g, ...json.groups.find((x) => x.name === g.name) }));
    return { body: mock.rfm };
}, WRITE);
route('GET', '/v1/lifecycle', ({ mock }) => ({ body: { stages: mock.stages } }), READ);
route('PUT', '/v1/lifecycle', ({ mock, json }) => {
    for (const s of json.stages) {
        const { definition, faults } = parse(s.rule);
        if (!definition || check(definition, mock.catalog, s.rule).some((f) => !f.warning)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: 'stages', faults });
    }
    mock.stages = json.stages.map((s) => ({ ...s, segment: `lifecycle_${s.name}`, fault: null, people: mock.stages.find((x) => x.name === s.name)?.people ?? 0 }));
    return { body: { stages: mock.stages } };
}, WRITE);

const slotOf = (mock, name) => {
    const found = mock.slots.find((s) => s.name === name);
    if (!found) throw missing();
    return found;
};
route('GET', '/v1/slots', ({ mock }) => ({ body: { items: mock.slots, next: null } }), READ);
route('GET', '/v1/slots/{name}', ({ mock, values }) => ({ body: slotOf(mock, values.name) }), READ);
route('PUT', '/v1/slots/{name}', ({ mock, values, json }) => {
    const before = mock.slots.find((s) => s.name === values.name);
    if ((before?.version ?? 0) !== json.version) throw new Refusal(412, 'precondition_failed', 'It changed since it was read.');
    const made = { missing: [], created: iso(Date.now()), ...json, name: values.name, version: json.version + 1, changed: iso(Date.now()) };
    mock.slots = [...mock.slots.filter((s) => s !== before), made];
    return { status: before ? 200 : 201, body: made };
}, WRITE);
route('DELETE', '/v1/slots/{name}', ({ mock, values }) => { mock.slots = mock.slots.filter((s) => s !== slotOf(mock, values.name)); }, WRITE);
route('POST', '/v1/slots/{name}/preview', ({ mock, values, json }) => {
    const slot = slotOf(mock, values.name);
    mock.row(json.person);
    const [rule] = slot.rules;
    return { body: { segments: slot.rules.map((r) => r.segment), traits: {}, withheld: null, slots: [{ slot: slot.name, variant: rule?.variant ?? 'fallback', content: rule?.content ?? slot.fallback, reason: rule ? 'rule' : 'no_rule', segment: rule?.segment ?? null, held_out: false }] } };
}, READ);
