// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about segments: definitions, preview, people, why, history, sizes, overlap, export.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso, personRow, random } from './mock-data.mjs';
import { check, complete, one, parse, print, walk } from './mock-language.mjs';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const READ = 'segments_read';
const WRITE = 'segments_write';
const field = (name, type, doc, options = null, level = 'P1') => ({ name, type, doc, options, level });
const property = (name, type, doc) => ({ name, type, doc });
const FIELDS = [
    field('address.country', 'text', 'Country, two letters.', ['DE', 'AT', 'NL', 'FR', 'SE']), field('language', 'text', 'Language of the person.', ['de', 'en', 'fr']), field('email', 'text', 'The address mail goes to.', null, 'P2'),
    field('firstName', 'text', 'Given name.', null, 'P2'), field('birthday', 'time', 'Date of birth.', null, 'P3'), field('createdAt', 'time', 'When the account was made.'), field('loyalty_level', 'text', 'Level in the loyalty programme.', ['bronze', 'silver', 'gold']),
    field('orders.count', 'number', 'Number of orders.'), field('orders.revenue', 'number', 'Revenue of all orders.'), field('orders.last', 'time', 'When the last order was placed.'), field('known', 'boolean', 'More than a browser is known.'),
    field('rfm.group', 'text', 'Group by recency, frequency, value.', ['champions', 'loyal', 'at_risk']), field('consent.marketing_email', 'text', 'Consent to news by e-mail.', ['granted', 'refused', 'withdrawn', 'unknown']), field('consent.advertising', 'text', 'Consent to advertising.', ['granted', 'refused', 'unknown']),
];
const EVENTS = [
    { name: 'Order Completed', doc: 'An order was finished.', properties: [property('total', 'number', 'Sum of the order.'), property('order_id', 'text', 'Number of the order.'), property('coupon', 'text', 'Coupon.'), property('products.$.product_id', 'text', 'Products in it.')] },
    { name: 'Product Viewed', doc: 'A product page was seen.', properties: [property('product_id', 'text', 'The product.'), property('category', 'text', 'Its category.'), property('price', 'number', 'Its price.')] },
    { name: 'Order Refunded', doc: 'An order came back.', properties: [property('order_id', 'text', 'Number of the order.'), property('total', 'number', 'Sum of the refund.')] },
    { name: 'Checkout Started', doc: 'The checkout was opened.', properties: [property('value', 'number', 'Value of the cart.')] },
    { name: 'Email Opened', doc: 'A mail was opened.', properties: [property('campaign_name', 'text', 'Campaign.')] },
];
const seed = (text) => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) % 100_003, 7);
const rand = (text) => random(seed(text))();

// Every construct there is, for the round trip.
export const WHOLE = { all: [
    { field: 'address.country', test: 'is', values: ['DE', 'AT'] },
    { any: [
        { field: 'orders.revenue', test: 'between', values: [100, 500] }, { field: 'createdAt', test: 'within', window: { last: { n: 90, unit: 'days' } } },
        { field: 'birthday', test: 'anniversary', window: { next: { n: 7, unit: 'days' } } }, { not: { field: 'email', test: 'unknown' } },
        { field: 'orders.last', test: 'less', values: ['2026-01-01'] }, { field: 'known', test: 'is', values: [true] },
    ] },
    { did: { event: 'Product Viewed', where: [{ field: 'category', test: 'contains', values: ['shoe'] }, { field: 'price', test: 'at_least', values: [50] }], window: { last: { n: 7, unit: 'days' } }, measure: 'count', test: 'at_least', values: [2] } },
    { did: { event: 'Order Completed', window: { ago: { from: 60, to: 30, unit: 'days' } }, measure: 'sum', of: 'total', test: 'more', values: [200] } },
    { not: { did: { event: 'Order Refunded', window: { calendar: { unit: 'month', back: 1 } }, measure: 'days_active', test: 'at_least', values: [1] } } },
    { sequence: { steps: [{ event: 'Product Viewed' }, { event: 'Order Completed', where: [{ field: 'total', test: 'more', values: [20] }], within: { n: 3, unit: 'days' } }], same: ['product_id'], without: [{ event: 'Order Refunded' }], without_for: { n: 14, unit: 'days' }, window: { dates: { from: '2026-01-01', to: '2026-07-01' } } } },
    { not: { any: [{ member: { segment: 'vip', state: 'in' } }, { member: { segment: 'vip', state: 'left', window: { before_ago: { n: 6, unit: 'months' } } } }] } },
    { sample: { percent: 10, seed: 'spring' } },
    { did: { event: 'Email Opened', measure: 'last_time', test: 'within', test_window: { last: { n: 14, unit: 'days' } } } },
] };

onReset.push((mock, full) => {
    const { now } = mock;
    const trend = (size, name) => Array.from({ length: 30 }, (_, i) => ({ at: iso(now - (29 - i) * DAY), size: Math.round(size * (0.7 + 0.3 * (i / 29)) + rand(name + i) * size * 0.05) }));
    const make = (name, title, doc, text, size, more = {}) => {
        const definition = more.definition ?? parse(text).definition;
        return { name, title, doc, state: 'live', fault: null, filled: 1000, size, trend: trend(size, name), persona: false, created: iso(now - 80 * DAY), changed: iso(now - 3 * DAY), version: 3, text: text || print(definition), definition, card: null, ...more };
    };
    const line = (field, value, share, overall) => ({ field, value, text: `${field} ${value}: ${share * 100} %, everybody ${overall * 100} %`, people: Math.round(812 * share), share, overall, index: Math.round((100 * share) / overall) });
    mock.measured = { vip: { who: [line('country', 'DE', 0.61, 0.4), line('loyalty_level', 'gold', 0.44, 0.06)], buys: [line('category', 'First flush', 0.38, 0.19)], differs: [line('loyalty_level', 'gold', 0.44, 0.06), line('language', 'fr', 0.02, 0.14)], looked_at: 812, computed: iso(now) } };
    mock.segments = full ? [
        make('vip', 'Regulars', 'Bought often and lately.', 'orders.count is at least 3\nand orders.last is in the last 180 days', 812, { persona: true }),
        make('tea-lovers', 'Tea lovers', 'Looked at teas again and again.', 'did "Product Viewed" where category contains "tea" at least 5 times in the last 30 days\nand in segment "vip"', 2431, { persona: true }),
        make('new-customers', 'New customers', 'First order this month.', 'orders.count is 1\nand orders.last is in the last 30 days', 377, { state: 'filling', filled: 420 }),
        make('shoes', 'Old shoe campaign', '', 'shoe_size is more than 40', 0, { state: 'broken', fault: 'There is no field "shoe_size" any more. Choose another field, or declare it again.' }),
        make('everything', 'Every kind of condition', 'One of each.', '', 96, { definition: WHOLE }),
    ] : [];
    mock.catalog = { fields: FIELDS, events: EVENTS, get segments() { return mock.segments.map((s) => s.name); } };
    mock.puts = []; // bodies that were saved, newest last
    mock.estimated = false;
    mock.heldBack = true;
});

const found = (mock, name) => {
    const s = mock.segments.find((x) => x.name === name);
    if (!s) throw missing();
    return s;
};
const uses = (s) => walk(s.definition ?? {}).map((p) => p.node.member?.segment).filter(Boolean);
const row = ({ text, definition, card, ...rest }) => rest;
const whole = (mock, s) => ({ ...s, uses: [...new Set(uses(s))], used_by: mock.segments.filter((x) => uses(x).includes(s.name)).map((x) => x.name) });

function read(mock, json) {
    if (json.definition) return { definition: json.definition, faults: check(json.definition, mock.catalog) };
    const parsed = parse(json.text ?? '');
    return parsed.definition ? { definition: parsed.definition, faults: check(parsed.definition, mock.catalog, json.text) } : parsed;
}
const fine = (faults) => faults.every((f) => f.warning);

route('GET', '/v1/segments', ({ mock }) => {
    for (const s of mock.segments) {
        if (s.state === 'filling' && !s.hold) s.filled = Math.min(999, s.filled + 7);
        if (mock.tick && s.state === 'live') s.size += Math.round(Math.random() * 3 - 1);
    }
    return { body: { items: mock.segments.map(row), next: null } };
}, READ);
route('GET', '/v1/segments/catalog', ({ mock }) => ({ body: mock.catalog }), READ);
route('POST', '/v1/segments/check', ({ mock, json }) => {
    const { definition, faults } = read(mock, json);
    const ok = definition !== null && fine(faults);
    return { body: { ok, faults, text: ok ? print(definition) : null, definition: ok ? definition : null } };
}, READ);
route('POST', '/v1/segments/complete', ({ mock, json }) => ({ body: complete(json.text, json.cursor, mock.catalog) }), READ);
route('POST', '/v1/segments/preview', ({ mock, json }) => {
    const { definition, faults } = read(mock, json);
    if (!definition || !fine(faults)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: 'definition', faults });
    const share = (text) => Math.round(mock.total * (0.02 + 0.4 * rand(text)));
    const people = mock.total ? share(print(definition)) : 0;
    const clauses = walk(definition).map((p) => ({ number: p.number, text: one(p.node), people: p.number ? share(one(p.node) + p.number) : people }));
    const sample = Array.from({ length: Math.min(10, people) }, (_, i) => personRow(i * 7 + (people % 5), mock.now)).map(({ id, label }) => ({ id, label, shown: 'full' }));
    const rows = [['DE', 0.5], ['AT', 0.2], ['NL', 0.15], ['FR', 0.1], [null, 0.05]].map(([value, x]) => ({ value, people: Math.round(people * x) }));
    return { body: { people, whole: !mock.estimated, low: Math.round(people * 0.97), high: Math.round(people * 1.03), total: mock.total, took_ms: 23, sample, clauses, breakdown: people ? { field: 'address.country', rows } : null } };
}, READ);
route('GET', '/v1/segments/overlap', ({ mock, query }) => {
    const list = query.get('names').split(',').map((n) => found(mock, n));
    const pairs = list.flatMap((a, i) => list.slice(i + 1).map((b) => ({ a: a.name, b: b.name, both: Math.round(Math.min(a.size, b.size) * rand(a.name + b.name)) })));
    return { body: { segments: list.map(({ name, size }) => ({ name, size })), pairs } };
}, READ);
route('GET', '/v1/segments/{name}', ({ mock, values }) => ({ body: whole(mock, found(mock, values.name)) }), READ);
route('PUT', '/v1/segments/{name}', ({ mock, values, json }) => {
    const before = mock.segments.find((s) => s.name === values.name);
    if (before && !json.version) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { field: 'name', detail: `There is a segment "${values.name}" already.` });
    if ((before?.version ?? 0) !== json.version) throw new Refusal(412, 'precondition_failed', 'It changed since it was read.');
    const { definition, faults } = read(mock, json);
    if (!definition || !fine(faults)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: json.text !== undefined ? 'text' : 'definition', faults });
    if (walk(definition).some((p) => p.node.member?.segment === values.name)) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { field: 'definition', detail: `"${values.name}" would refer to itself.` });
    mock.puts.push(json);
    const base = before ?? { name: values.name, created: iso(Date.now()), trend: [], size: 0, card: null, version: 0 };
    const made = { ...base, title: json.title, doc: json.doc ?? '', persona: json.persona ?? false, text: print(definition), definition, state: 'filling', filled: 10, fault: null, changed: iso(Date.now()), version: base.version + 1 };
    mock.segments = [...mock.segments.filter((s) => s.name !== values.name), made];
    return { status: before ? 200 : 201, body: row(made) };
}, WRITE);
route('DELETE', '/v1/segments/{name}', ({ mock, values }) => {
    const s = whole(mock, found(mock, values.name));
    if (s.used_by.length) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { detail: `It is used by ${s.used_by.join(', ')}.` });
    mock.segments = mock.segments.filter((x) => x.name !== s.name);
}, WRITE);

const person = (mock, i) => {
    const { id, label } = personRow(i, mock.now);
    return { id, label, shown: 'full' };
};
route('GET', '/v1/segments/{name}/people', ({ mock, values, query }) => {
    const s = found(mock, values.name);
    const purpose = query.get('purpose');
    const held = purpose && mock.heldBack ? { count: Math.round(s.size / 3), reasons: [{ reason: 'no_consent', count: Math.round(s.size / 3) - 3 }, { reason: 'consent_withdrawn', count: 3 }] } : null;
    const all = Array.from({ length: s.size - (held?.count ?? 0) }, (_, i) => i);
    const page = cut(all, query, 100);
    return { body: { ...page, items: page.items.map((i) => ({ ...person(mock, i), since: iso(mock.now - i * 3_700_000) })), held_back: purpose ? (held ?? { count: 0, reasons: [] }) : null } };
}, READ);
route('GET', '/v1/segments/{name}/people/{id}/why', ({ mock, values, query }) => {
    const s = found(mock, values.name);
    const p = mock.row(values.id);
    const isIn = (p.orders ?? 0) > 0;
    const at = query.get('at') ? Date.parse(query.get('at')) : mock.now;
    const nodes = walk(s.definition).map(({ node, number }) => {
        const holds = isIn || number % 2 === 1;
        const events = node.did || node.sequence ? [{ seq: 41_000 + number, time: iso(at - 2 * DAY), event: node.did?.event ?? node.sequence.steps[0].event }] : [];
        return { number, text: one(node), holds, measured: node.all || node.any || node.not ? null : 'field' in node ? String(node.values?.[0] ?? p.orders) : '4', since: holds ? iso(at - 2 * DAY) : null, until: holds && node.did ? iso(at + 5 * DAY) : null, events };
    });
    return { body: { in: isIn, until: isIn ? iso(at + 5 * DAY) : null, nodes } };
}, READ);
route('GET', '/v1/segments/{name}/history', ({ mock, values, query }) => {
    const s = found(mock, values.name);
    const all = Array.from({ length: s.state === 'broken' ? 0 : 230 }, (_, i) => ({ ...person(mock, i % 90), at: iso(mock.now - i * 1_900_000), entered: i % 3 !== 1 }));
    return { body: cut(all.filter((m) => !query.get('person') || m.id === query.get('person')), query) };
}, READ);
route('GET', '/v1/segments/{name}/sizes', ({ mock, values, query }) => {
    const s = found(mock, values.name);
    const [from, to] = [Date.parse(query.get('from')), Date.parse(query.get('to'))];
    const points = s.state === 'broken' ? 0 : 120;
    const items = Array.from({ length: points }, (_, i) => {
        const at = from + ((to - from) * i) / (points - 1);
        return { at: iso(at), size: Math.round(s.size * (0.6 + 0.4 * (i / points) + 0.03 * Math.sin(i / 4))), entered: 3 + (i % 5), left: i % 4 };
    });
    return { body: { items, next: null } };
}, READ);
route('POST', '/v1/segments/{name}/export', ({ mock, values, json }) => {
    const s = found(mock, values.name);
    if (!json.purpose) throw new Refusal(400, 'missing', 'A value is missing.', { field: 'purpose' });
    mock.exports = [...(mock.exports ?? []), json];
    return { body: `id,${json.fields.join(',')}\n`, headers: { 'X-Custos-Held-Back': String(Math.round(s.size / 3)), 'Content-Disposition': `attachment; filename="${s.name}.${json.format}"` } };
}, 'people_export', { approval: 'bulk_export' });
route('GET', '/v1/people/{id}/segments', ({ mock, values }) => {
    mock.row(values.id);
    return { body: { items: mock.segments.filter((s) => s.state === 'live').slice(0, 2).map((s) => ({ name: s.name, title: s.title, since: iso(mock.now - 9 * DAY) })), next: null } };
}, READ);
