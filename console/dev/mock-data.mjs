// SPDX-License-Identifier: Apache-2.0
// Invented data for the mock server: seeded, so that every run and every screenshot is the same.
// People are made from their index, so that a list of a million costs nothing until it is read.

const DAY = 86_400_000;

export function random(seed) {
    let a = seed >>> 0;
    return () => {
        a = (a + 0x6d2b79f5) | 0;
        let t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
}
const pick = (r, list) => list[Math.floor(r() * list.length)];
const between = (r, low, high) => low + Math.floor(r() * (high - low + 1));

const FIRST = ['Ada', 'Noor', 'Émilie', 'Jonas', 'Søren', 'Katarzyna', 'Mateo', 'Aino', 'Lukas', 'Zoë', 'Ivana', 'Pedro', 'Chiara', 'Wout', 'Marta', 'Henrik', 'Leïla', 'Tomáš', 'Greta', 'Bruno', 'Ines', 'Oskar', 'Fatima', 'Linnea'];
const LAST = ['Winter', 'Bakker', 'Moreau', 'Lindqvist', 'Nowak', 'García', 'Virtanen', 'Schreiber', 'van den Berg', 'Horvat', 'Ferrari', 'Jørgensen', 'Dvořák', 'Oliveira', 'Keller', 'Marchetti', 'Öztürk', 'Lefèvre', 'Sundström', 'Brandt'];
const COUNTRIES = ['DE', 'NL', 'FR', 'SE', 'PL', 'ES', 'FI', 'AT', 'DK', 'IT', 'BE', 'CZ'];
const CITIES = { DE: 'Leipzig', NL: 'Utrecht', FR: 'Lyon', SE: 'Malmö', PL: 'Gdańsk', ES: 'Valencia', FI: 'Tampere', AT: 'Graz', DK: 'Aarhus', IT: 'Bologna', BE: 'Gent', CZ: 'Brno' };
const PRODUCTS = [
    ['tea-01', 'Assam, second flush', 'Black tea', 1290], ['tea-02', 'Sencha from Shizuoka', 'Green tea', 1690], ['tea-03', 'White peony', 'White tea', 2150],
    ['pot-01', 'Stoneware tea pot, 0.9 l', 'Pots', 4900], ['pot-02', 'Cast iron kettle', 'Pots', 8900], ['cup-01', 'Porcelain cup, set of two', 'Cups', 2400],
    ['cup-02', 'Travel mug', 'Cups', 2990], ['acc-01', 'Bamboo whisk', 'Tools', 1450], ['acc-02', 'Paper filters, 100', 'Tools', 590], ['box-01', 'Tasting box, 12 teas', 'Boxes', 3490],
];

const ascii = (text) => text.normalize('NFD').replace(/[^\x20-\x7e]/g, '').toLowerCase().replace(/[^a-z]+/g, '.');
export const uuid = (i) => `0190${(0x5e3a0000 + i).toString(16).padStart(8, '0').slice(-8, -4)}-${(i & 0xffff).toString(16).padStart(4, '0')}-7${((i * 7919) & 0xfff).toString(16).padStart(3, '0')}-8${((i * 104729) & 0xfff).toString(16).padStart(3, '0')}-${(i + 0xa00000000000).toString(16).slice(-12)}`;
export const indexOf = (id) => Number.parseInt(id.slice(-12), 16) - 0xa00000000000;

export const iso = (ms) => new Date(ms).toISOString();

export function personRow(i, now, sample) {
    const r = random(i * 2654435761 + 17);
    const known = r() < 0.62;
    const first = pick(r, FIRST);
    const last = pick(r, LAST);
    const country = pick(r, COUNTRIES);
    const orders = known ? Math.floor(r() ** 3 * 14) : 0;
    const seen = now - i * 47_000 - between(r, 0, 30_000);
    const email = known ? `${ascii(first)}.${ascii(last)}${i % 89}@example.com` : null;
    return {
        id: uuid(i), label: known ? `${first} ${last}` : `Visitor ${uuid(i).slice(-4)}`, email, country: r() < 0.9 ? country : null,
        first_seen: iso(seen - between(r, 1, 600) * DAY), last_seen: iso(seen), orders,
        revenue: orders ? orders * between(r, 2400, 9800) : 0, events: between(r, 2, 240), known, sample: Boolean(sample), shown: 'full',
    };
}

export function eventsOf(row, now) {
    const r = random(indexOf(row.id) * 31 + 5);
    const out = [];
    let time = new Date(row.last_seen).getTime();
    const context = (path) => ({ page: { path, url: `https://shop.example${path}`, title: 'Teehaus' }, ip: '203.0.113.0', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)', library: { name: 'analytics.js', version: '2.1.0' } });
    for (let n = 0; n < Math.min(row.events, 160); n++) {
        const [id, name, category, price] = pick(r, PRODUCTS);
        const kind = r();
        const base = { shown: 'full', masked: 0, hidden: 0, seq: 900_000 - n * 7 - indexOf(row.id), time: iso(time), received: iso(time + between(r, 40, 900)), type: 'track', source: r() < 0.85 ? 1 : 2, revenue: null, context: context(`/tea/${id}`) };
        const product = { product_id: id, name, category, price: price / 100, currency: 'EUR' };
        if (kind < 0.42) out.push({ ...base, event: '$page', type: 'page', properties: { path: `/tea/${id}`, title: name } });
        else if (kind < 0.66) out.push({ ...base, event: 'Product Viewed', properties: product });
        else if (kind < 0.78) out.push({ ...base, event: 'Product Added', properties: { ...product, quantity: between(r, 1, 3) } });
        else if (kind < 0.84) out.push({ ...base, event: 'Checkout Started', properties: { order_id: `${10_000 + n}`, value: price / 50, products: [product] } });
        else if (kind < 0.9 && row.orders) out.push({ ...base, event: 'Order Completed', revenue: price * 2, properties: { order_id: `${20_000 + n}`, total: price / 50, currency: 'EUR', products: [{ ...product, quantity: 2 }] } });
        else if (kind < 0.95 && row.known) out.push({ ...base, event: '$identify', type: 'identify', properties: {} });
        else out.push({ ...base, event: 'Email Opened', properties: { email_subject: 'New harvest from Assam', campaign_name: 'Spring' } });
        time -= r() < 0.7 ? between(r, 8_000, 240_000) : between(r, 1, 9) * DAY;
    }
    return out.filter((e) => new Date(e.time).getTime() <= now);
}

export function ordersOf(row) {
    const r = random(indexOf(row.id) * 101 + 3);
    const out = [];
    let time = new Date(row.last_seen).getTime();
    for (let n = 0; n < row.orders; n++) {
        const lines = Array.from({ length: between(r, 1, 4) }, () => {
            const [id, name, category, price] = pick(r, PRODUCTS);
            const quantity = between(r, 1, 3);
            return { product_id: id, sku: id.toUpperCase(), name, category, brand: null, variant: null, coupon: null, quantity, price, price_e4: price * 100, total: price * quantity };
        });
        const revenue = lines.reduce((s, l) => s + l.total, 0);
        const status = r() < 0.84 ? 'completed' : pick(r, ['refunded', 'partially_refunded', 'cancelled']);
        const shipping = r() < 0.5 ? 490 : 0;
        const refunded = status === 'refunded' ? revenue + shipping : status === 'partially_refunded' ? lines[0].total : 0;
        out.push({
            order_id: String(20_000 + (indexOf(row.id) % 997) * 10 + n), placed: iso(time), status, credit_note: false, total: revenue + shipping, revenue, shipping,
            tax: Math.round(revenue * 0.19 / 1.19), discount: r() < 0.2 ? 500 : 0, refunded, currency: 'EUR', coupon: r() < 0.15 ? 'SPRING' : null,
            source: r() < 0.8 ? 1 : 2, lines,
        });
        time -= between(r, 9, 80) * DAY;
    }
    return out;
}

const trait = (name, value, level, category, source, at, doc, declared = true) => ({
    name, value, level, category, source, at: iso(at), age_days: Math.floor((Date.now() - at) / DAY), declared, doc,
});

export function person(row, now, extra) {
    const i = indexOf(row.id);
    const r = random(i * 13 + 1);
    const [first, ...rest] = row.label.split(' ');
    const at = (days) => now - days * DAY - between(r, 0, DAY);
    const other = uuid(i + 500_000);
    const orders = ordersOf(row);
    const sum = (f) => orders.reduce((s, o) => s + f(o), 0);
    return {
        id: row.id, label: row.label, known: row.known, sample: row.sample, first_seen: row.first_seen, last_seen: row.last_seen, events: row.events,
        orders: { count: orders.length, revenue: sum((o) => o.revenue - o.refunded), refunded: sum((o) => o.refunded), average: orders.length ? Math.round(sum((o) => o.revenue) / orders.length) : 0, last: orders[0]?.placed ?? null },
        currency: 'EUR',
        traits: row.known ? [
            trait('email', row.email, 'P2', 'user.contact.email', 1, at(3), 'The address mail goes to.'),
            trait('first_name', first, 'P2', 'user.name.first', 2, at(80), 'Given name.'),
            trait('last_name', rest.join(' '), 'P2', 'user.name.last', 2, at(80), 'Family name.'),
            trait('phone', `+49 341 55501${String(i % 100).padStart(2, '0')}`, 'P2', 'user.contact.phone_number', 2, at(410), 'Telephone number in international form.'),
            trait('birthday', '1987-04-12', 'P3', 'user.demographic.date_of_birth', 1, at(200), 'Date of birth.'),
            trait('address.city', CITIES[row.country] ?? 'Leipzig', 'P2', 'user.contact.address.city', 2, at(80), 'Town or city.'),
            trait('newsletter', true, 'P1', 'user.preferences', 1, at(12), 'Asked for the newsletter.'),
            trait('favourite_brew', 'gyokuro, 60 °C', null, null, 1, at(5), null, false),
        ] : [],
        identifiers: [
            ...(row.known ? [
                { kind: 'user_id', value: `u-${10_000 + i}`, source: 2 },
                { kind: 'email', value: row.email, source: 1 },
            ] : []),
            { kind: 'anonymous_id', value: `a3f1${uuid(i).slice(4)}`, source: 1 },
        ].map((x) => ({ ...x, first_seen: row.first_seen, last_seen: row.last_seen, profile: row.id })),
        profiles: [{ id: row.id, first_seen: row.first_seen }, ...(row.known && !extra.unmerged ? [{ id: other, first_seen: iso(at(60)) }] : [])],
        merges: row.known ? [
            { edge: i + 1, a: row.id, b: other, kind: 'email', evidence: 'event', at: iso(at(60)), actor: 'rules', live: !extra.unmerged, ended_at: extra.unmerged ? iso(now) : null, ended_by: extra.unmerged ? 'staff:1' : null, reason: extra.unmerged ?? null },
            { edge: i + 2, a: row.id, b: uuid(i + 700_000), kind: null, evidence: 'staff', at: iso(at(190)), actor: 'staff:1', live: false, ended_at: iso(at(188)), ended_by: 'local', reason: 'Two people of one household' },
        ] : [],
        consents: [
            { purpose: 'marketing_email', state: extra.consents?.marketing_email ?? (i % 3 ? 'granted' : 'unknown'), basis: 'consent', since: iso(at(120)), method: 'preference_centre', proven: true, allowed: false, until: null, ask_again: null },
            { purpose: 'analytics', state: extra.consents?.analytics ?? 'granted', basis: 'consent', since: iso(at(300)), method: 'import', proven: false, allowed: false, until: null, ask_again: null },
            { purpose: 'advertising', state: extra.consents?.advertising ?? 'refused', basis: 'consent', since: iso(at(120)), method: 'banner', proven: true, allowed: false, until: null, ask_again: null },
            { purpose: 'service', state: extra.consents?.service ?? 'granted', basis: 'contract', since: null, method: null, proven: true, allowed: false, until: null, ask_again: null },
        ].map((c) => ({ ...c, allowed: c.basis === 'contract' || (c.state === 'granted' && c.proven), parts: c.purpose === 'marketing_email' ? [{ channel: 'sms', recipient: '', state: 'withdrawn', since: iso(at(20)), allowed: false }] : [] })),
    };
}

export function sources(now) {
    const key = (s) => `ck_${s}${'w7Qm2ZpX9aLk4Rt8VbN3'.slice(s.length)}`;
    return [
        { number: 1, name: 'Web shop', kind: 'http', enabled: true, sample: false, write_key: key('web'), created: iso(now - 400 * DAY), last_seen: iso(now - 3000), accepted: 482_113, refused: 37, last_error: 'invalid', last_error_at: iso(now - 5 * 3_600_000) },
        { number: 2, name: 'Shop server', kind: 'http', enabled: true, sample: false, write_key: key('srv'), created: iso(now - 390 * DAY), last_seen: iso(now - 41_000), accepted: 61_204, refused: 0, last_error: null, last_error_at: null },
        { number: 3, name: 'Till in the store', kind: 'http', enabled: false, sample: false, write_key: key('till'), created: iso(now - 60 * DAY), last_seen: null, accepted: 0, refused: 0, last_error: null, last_error_at: null },
        { number: 4, name: 'Sample shop', kind: 'sample', enabled: true, sample: true, write_key: '', created: iso(now - 2 * DAY), last_seen: iso(now - 2 * DAY), accepted: 500_000, refused: 12, last_error: null, last_error_at: null },
    ];
}

const REFUSALS = [
    ['invalid', '/properties/products/0/price', 'price is a number of at least 0'],
    ['missing', '/userId', 'one of userId and anonymousId is needed'],
    ['malformed', '', 'The body is not JSON: a comma is missing at byte 118'],
    ['too_large', '', 'A call has at most 32,768 bytes'],
];
export function quarantine(now, n = 64) {
    const r = random(9);
    return Array.from({ length: n }, (_, i) => {
        const [code, field, text] = REFUSALS[Math.min(3, Math.floor(r() ** 1.6 * 4))];
        const body = { type: 'track', event: 'Product Added', messageId: `m-${i}`, ...(code === 'missing' ? {} : { userId: `u-${i}` }), properties: { name: 'Bamboo whisk', products: [{ product_id: 'acc-01', price: code === 'invalid' ? 'fourteen' : 14.5 }] } };
        const json = JSON.stringify(body);
        return { id: 1000 - i, received: iso(now - i * 3_700_000), source: r() < 0.8 ? 1 : 2, code, field, text, bytes: json.length, status: 'open', seq: 5000 - i, import: 0, body_encoding: 'text', body: code === 'malformed' ? json.replace(',"properties"', ' "properties"') : json };
    });
}

const column = (name, field, samples, faults = [], more = 0) => ({ name, field, samples_masked: samples, faults, fault_count: faults.length + more });
export const COLUMNS = {
    people: [
        column('Customer ID', 'user_id', ['1••2', '1••3', '1••4']), column('Email', 'trait.email', ['a••@e••.com', 'n••@e••.com'], [{ row: 18, code: 'invalid', text: 'An e-mail address is expected.' }, { row: 203, code: 'invalid', text: 'An e-mail address is expected.' }], 5),
        column('First Name', 'trait.firstName', ['A••', 'N••']), column('Last Name', 'trait.lastName', ['W••', 'B••']), column('Phone', 'trait.phone', ['+4••', '+3••'], [{ row: 77, code: 'invalid', text: 'A telephone number is expected.' }]),
        column('Accepts Email Marketing', 'consent.marketing_email', ['yes', 'no']), column('Loyalty card', 'id.loyalty_card', ['0••7']), column('Tags', '', ['v••', '']), column('Note', '', ['c••', '']),
    ],
    orders: [
        column('InvoiceNo', 'invoice', ['5••65', '5••66']), column('StockCode', 'line.product_id', ['85••A']), column('Quantity', 'line.quantity', ['6', '8']), column('InvoiceDate', 'time', ['2010-••', '2010-••']),
        column('UnitPrice', 'line.price', ['2.55', '3.39'], [{ row: 4051, code: 'invalid', text: 'An amount like 12.50 is expected, without currency sign.' }]), column('CustomerID', 'user_id', ['17••0']), column('Country', 'trait.address.country', ['U•• K••']),
    ],
    events: [column('event', 'event', ['Product Viewed']), column('timestamp', 'time', ['2026-••']), column('userId', 'user_id', ['u-••'])],
};

export const IMPORT_BASE = {
    dry_run: false, upload: true, currency: '', dates: '', rate: 0, seconds_left: null, quarantined: 0, error_code: null, error: null,
    format: 'csv', encoding: 'UTF-8', compression: 'none', delimiter: ',', fault_count: 0, faults: [],
};
export function pastImports(now) {
    const base = { ...IMPORT_BASE, bytes: 48_200_000, bytes_done: 48_200_000 };
    const at = (days) => ({ created_at: iso(now - days * DAY - 60_000), started: iso(now - days * DAY) });
    return [
        { ...base, number: 3, kind: 'orders', name: 'online-retail.csv', map: 'UCI Online Retail', status: 'done', rows: 541_909, rows_ok: 541_907, rows_bad: 2, created: 25_900, updated: 0, unchanged: 0, ...at(3), finished: iso(now - 3 * DAY + 5_200), columns: COLUMNS.orders },
        { ...base, number: 2, kind: 'people', name: 'customers_export.csv', map: 'Shopify customers', status: 'reverted', bytes: 2_400_000, bytes_done: 2_400_000, rows: 9120, rows_ok: 9112, rows_bad: 8, created: 8801, updated: 311, unchanged: 0, fault_count: 1, faults: [{ row: 4, code: 'malformed', text: 'The row has 9 cells, the header 8.' }], ...at(9), finished: iso(now - 9 * DAY + 900), columns: COLUMNS.people },
        { ...base, number: 1, kind: 'people', name: 'broken.csv', map: '', status: 'failed', bytes: 40_000, bytes_done: 11_000, rows: 120, rows_ok: 0, rows_bad: 120, created: 0, updated: 0, unchanged: 0, ...at(20), finished: iso(now - 20 * DAY), columns: [], format: null, encoding: null, compression: null, delimiter: null, error_code: 'malformed', error: 'The file is neither UTF-8 nor Windows-1252 from byte 11,004 on.' },
    ];
}

const map = (name, kind, columns) => ({ name, kind, builtin: true, doc: `As ${name} exports it.`, columns: columns.map(([column, field]) => ({ column, field })) });
export const MAPS = [
    map('Shopify customers', 'people', [['Email', 'trait.email'], ['First Name', 'trait.firstName']]),
    map('Mailchimp audience', 'people', [['Email Address', 'trait.email']]),
    map('UCI Online Retail', 'orders', [['InvoiceNo', 'invoice'], ['UnitPrice', 'line.price']]),
    map('Segment JSONL', 'events', [['event', 'event']]),
];
const ALL = ['people', 'orders', 'events'];
export const MAP_FIELDS = [
    ['', ALL, 'The column is left out.'], ['user_id', ALL, 'The shop’s own number of the person.'], ['id.', ALL, 'Another identifier.'],
    ['trait.', ALL, 'A field of the person.'], ['consent.', ['people', 'orders'], 'Yes or no to a purpose.'], ['time', ALL, 'When it happened.'],
    ['order_id', ['orders'], 'The number of the order.'], ['invoice', ['orders'], 'The number of the order or credit note.'],
    ['property.', ['orders', 'events'], 'A property.'], ['line.', ['orders'], 'A property of the product line.'], ['event', ['events'], 'The name of the event.'],
].map(([field, kinds, doc]) => ({ field, kinds, doc }));

const row = (name, type, level, category, doc, extra = {}) => ({ name, type, min: 0, max: 200, options: [], category, level, group: 'contact', purposes: ['service'], retention_days: 0, collect: 'yes', owner: 'shop', identifier: null, doc, aliases: [], from: [], as: 'none', elements: null, ...extra });
export const DICTIONARY_TEXT = `# The data dictionary of this shop: what stands here is laid over the built-in dictionary.
version: 1

persons:
  loyalty_level:
    type: enum
    options: [bronze, silver, gold]
    level: P1
    category: user.preferences
    purposes: [service, marketing_email]
    doc: Level in the loyalty programme.

events:
  Tasting Booked:
    purposes: [service]
    doc: A place in a tea tasting was booked.
    fields:
      seats:
        type: integer
        min: 1
        max: 12
        level: P1
        doc: Number of places.
`;
export const DICTIONARY = {
    version: '8b21f0c48b21f0c4', text: DICTIONARY_TEXT,
    persons: [
        row('email', 'email', 'P2', 'user.contact.email', 'The address mail goes to.', { identifier: 'email', purposes: ['service', 'marketing_email'], max: 254 }),
        row('firstName', 'string', 'P2', 'user.name.first', 'Given name.', { aliases: ['first_name', 'given_name'] }),
        row('lastName', 'string', 'P2', 'user.name.last', 'Family name.', { aliases: ['last_name'] }),
        row('phone', 'phone', 'P2', 'user.contact.phone_number', 'Telephone number in international form.', { identifier: 'phone', max: 40 }),
        row('birthday', 'date', 'P3', 'user.demographic.date_of_birth', 'Date of birth.', { retention_days: 1095 }),
        row('address.city', 'string', 'P2', 'user.contact.address.city', 'Town or city.'),
        row('address.country', 'country', 'P1', 'user.contact.address.country', 'Country, two letters.'),
        row('loyalty_level', 'enum', 'P1', 'user.preferences', 'Level in the loyalty programme.', { options: ['bronze', 'silver', 'gold'] }),
        row('health_note', 'string', 'P4', 'user.health_and_medical', 'Allergies a customer told us of.', { max: 500, retention_days: 365 }),
    ],
    events: [
        { name: 'Order Completed', aliases: ['Completed Order'], category: 'user.behavior.purchase_history', owner: 'shop', doc: 'The person finished an order.', purposes: ['service', 'analytics'], retention_days: 3650, sets: [], fields: [row('order_id', 'string', 'P1', 'system.operations', 'Number of the order.', { max: 100 }), row('total', 'money', 'P1', 'user.financial', 'Revenue with shipping and tax.', { min: 0, max: 100_000_000 }), row('currency', 'currency', 'P0', 'system.operations', 'ISO 4217 code.'), row('products', 'array', 'P1', 'user.behavior', 'What was bought.', { max: 500 }), row('products[].price', 'money', 'P0', 'system.operations', 'Price of one.', { max: 10_000_000 }), row('products[].quantity', 'integer', 'P0', 'system.operations', 'How many.', { max: 100_000 })] },
        { name: 'Product Viewed', aliases: ['Viewed Product'], category: 'user.behavior', owner: 'shop', doc: 'The person looked at a product.', purposes: ['analytics'], retention_days: 730, sets: [], fields: [row('product_id', 'string', 'P0', 'system.operations', 'Number of the product.'), row('price', 'money', 'P0', 'system.operations', 'Price when it was seen.', { max: 10_000_000 })] },
        { name: 'Tasting Booked', aliases: [], category: 'user.behavior', owner: 'shop', doc: 'A place in a tea tasting was booked.', purposes: ['service'], retention_days: 0, sets: [], fields: [row('seats', 'integer', 'P1', 'user.behavior', 'Number of places.', { min: 1, max: 12 })] },
    ],
    purposes: [
        { name: 'service', doc: 'Serving the customer: orders, questions, complaints.', basis: 'contract', categories: [], recipients: [], validity_days: 0 },
        { name: 'analytics', doc: 'Understanding how the shop is used.', basis: 'consent', categories: ['Analytics', 'C0002'], recipients: [], validity_days: 0 },
        { name: 'marketing_email', doc: 'News and offers by e-mail.', basis: 'consent', categories: ['Email'], recipients: [], validity_days: 0 },
        { name: 'advertising', doc: 'Audiences in advertising networks.', basis: 'consent', categories: ['Advertising', 'C0004'], recipients: [], validity_days: 0 },
    ],
    identifiers: [
        { kind: 'user_id', priority: 1, limit: 1, blocked: ['guest', '0'], doc: 'The shop’s own number of a customer account.' },
        { kind: 'email', priority: 2, limit: 5, blocked: ['test@test.com'], doc: 'A verified or given e-mail address.' },
        { kind: 'phone', priority: 3, limit: 5, blocked: [], doc: 'Telephone number.' },
        { kind: 'anonymous_id', priority: 9, limit: 200, blocked: [], doc: 'The number a browser gave itself.' },
    ],
};
export const undeclared = (now) => [
    { scope: 'person', name: 'favourite_brew', count: 1204, first_seen: iso(now - 40 * DAY), last_seen: iso(now - 60_000), sources: [1] },
    { scope: 'Product Viewed', name: 'scroll_depth', count: 48_221, first_seen: iso(now - 90 * DAY), last_seen: iso(now - 3000), sources: [1, 2] },
    { scope: 'Order Completed', name: 'gift_note', count: 31, first_seen: iso(now - 12 * DAY), last_seen: iso(now - DAY), sources: [2] },
];
const FEED = ['$page', 'Product Viewed', 'Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed', '$identify', 'Email Opened'];
export function liveItem(seq, now, total) {
    const r = random(seq * 40503 + 7);
    const refused = r() < 0.06;
    const p = personRow(Math.floor(r() * Math.min(total || 1, 400)), now, false);
    return { seq, received: iso(now), event: pick(r, FEED), source: r() < 0.8 ? 'Web shop' : 'Shop server', person: refused ? null : { id: p.id, label: p.label, shown: 'full' }, refused };
}
