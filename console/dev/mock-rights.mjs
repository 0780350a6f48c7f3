// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about consent and requests of persons: records and receipts, purposes, policies, the
// queue with its clocks, recipients and what they were told, letters.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso, personRow, random, uuid } from './mock-data.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const people = (now) => Array.from({ length: 40 }, (_, i) => personRow(i, now, false)).filter((p) => p.known);
const id = (n) => `0190d000-0000-7000-8000-${String(n).padStart(12, '0')}`;

// --- purposes, policies, records

const TEXTS = {
    marketing_email: [['en', 'May we write to you about new teas? You can stop that at any time.'], ['de', 'Dürfen wir Ihnen von neuen Tees schreiben? Sie können das jederzeit beenden.'], ['fr', 'Pouvons-nous vous écrire à propos de nouveaux thés ? Vous pouvez arrêter à tout moment.']],
    analytics: [['en', 'We would like to see which pages are read.']], advertising: [['en', 'May we show you our teas elsewhere?']], service: [],
};
function purposes(now) {
    const r = random(77);
    const days = (most) => Array.from({ length: 60 }, (_, i) => ({ day: iso(Math.floor((now - (59 - i) * DAY) / DAY) * DAY), given: Math.floor(r() * most), refused: Math.floor(r() * most / 3), withdrawn: Math.floor(r() * most / 9) }));
    const row = (name, doc, basis, n, validity) => ({
        name, doc, basis, validity_days: validity, generation: 1, recipients: name === 'marketing_email' ? ['mail-service'] : [],
        wordings: TEXTS[name].flatMap(([language, text], i) => [
            ...(language === 'en' && name === 'marketing_email' ? [{ number: 90, language, version: 1, text: 'May we send you our newsletter?', sha256: 'ab'.repeat(32), made: iso(now - 400 * DAY) }] : []),
            { number: 100 + i, language, version: language === 'en' && name === 'marketing_email' ? 2 : 1, text, sha256: 'c4'.repeat(32), made: iso(now - 90 * DAY) },
        ]),
        given: n, refused: Math.floor(n / 3), withdrawn: Math.floor(n / 14), unproven: Math.floor(n / 30), days: n ? days(n / 50) : [],
    });
    return [
        row('marketing_email', 'Letters about offers.', 'consent', 6120, 0), row('analytics', 'Which pages are read.', 'consent', 8043, 395),
        row('advertising', 'Advertisements elsewhere.', 'consent', 1204, 395), row('service', 'Orders and questions.', 'contract', 0, 0),
    ];
}
const STATES = ['granted', 'granted', 'reconfirmed', 'refused', 'withdrawn', 'requested', 'unproven'];
const BY = ['person', 'person', 'client', 'staff', 'import', 'signal'];
function records(now, who = null) {
    const r = random(who ? 5 : 11);
    const known = people(now);
    return Array.from({ length: who ? 7 : 130 }, (_, i) => {
        const state = STATES[Math.floor(r() * STATES.length)];
        const said = BY[Math.floor(r() * BY.length)];
        const p = who ?? known[Math.floor(r() * known.length)];
        return {
            ...(who ? {} : { person: p.id, label: p.label }), record: id(i + (who ? 500 : 1000)), only_channel: i % 9 === 4 ? 'email' : '', only_recipient: '', purpose: ['marketing_email', 'analytics', 'advertising'][Math.floor(r() * 3)],
            method: said === 'import' ? 'import' : said === 'signal' ? 'gpc' : 'form', language: 'de', form: said === 'person' ? 'privacy-centre@3' : 'checkout@12', button: 'Ja, gern', channel: 'website', recipient: '',
            state, said_by: said, time: iso(now - i * 5 * HOUR), until: state === 'granted' ? iso(now + 395 * DAY) : null, wording: state === 'unproven' ? 0 : 101, policy: 4, evidence: state !== 'unproven', noted: i > 0,
        };
    });
}
const policies = (now) => Array.from({ length: 4 }, (_, i) => ({ version: 4 - i, made: iso(now - (i * 90 + 3) * DAY), material: i % 2 === 1 }));

onReset.push((mock, full) => {
    const { now } = mock;
    mock.purposeRows = full ? purposes(now) : [];
    mock.policyRows = full ? policies(now) : [];
    mock.records = full ? records(now) : [];
    mock.requests = full ? requests(now) : [];
    mock.recipients = full ? recipients(now) : [];
    mock.orders = full ? orders(now) : [];
    mock.letterRows = full ? letters(now) : [];
});

route('GET', '/v1/purposes', ({ mock }) => ({ body: { items: mock.purposeRows } }), 'dictionary_read');
route('PUT', '/v1/purposes/{name}/wordings', ({ mock, values, json }) => {
    const p = mock.purposeRows.find((x) => x.name === values.name);
    if (!p) throw missing();
    for (const [language, text] of Object.entries(json.texts)) {
        const version = Math.max(0, ...p.wordings.filter((w) => w.language === language).map((w) => w.version)) + 1;
        p.wordings.push({ number: 200 + p.wordings.length, language, version, text, sha256: 'd1'.repeat(32), made: iso(Date.now()) });
    }
    return { body: p };
}, 'dictionary_write');
route('GET', '/v1/policies', ({ mock }) => ({ body: { items: mock.policyRows, next: null } }), 'dictionary_read');
route('GET', '/v1/policies/{version}', ({ mock, values, query }) => {
    const found = mock.policyRows.find((p) => p.version === Number(values.version));
    if (!found) throw missing();
    const from = Number(query.get('from')) || Math.max(1, found.version - 1);
    const changes = from === found.version ? [] : [
        { purpose: 'marketing_email', attribute: 'recipients', before: [], after: ['mail-service'], material: true },
        { purpose: 'marketing_email', attribute: 'wording', before: 'May we send you our newsletter?', after: TEXTS.marketing_email[0][1], material: false },
    ].filter((c) => found.material || !c.material);
    return { body: { version: found.version, made: found.made, from, document: { version: found.version, purposes: {} }, changes, material: changes.some((c) => c.material) } };
}, 'dictionary_read');
route('GET', '/v1/consents', ({ mock, query }) => {
    const want = (r, name, value) => !query.get(name) || value === query.get(name);
    const { items, next } = cut(mock.records.filter((r) => want(r, 'purpose', r.purpose) && want(r, 'state', r.state) && want(r, 'said_by', r.said_by)), query);
    return { body: { items, next: next && String(next) } };
}, 'people_read');
route('GET', '/v1/people/{id}/consents', ({ mock, values, query }) => {
    const row = mock.row(values.id);
    return { body: { consents: [], ...cut(mock.records.length ? records(mock.now, row) : [], query) } };
}, 'people_read');
route('GET', '/v1/consents/{record}/receipt', ({ values }) => ({ body: { document: { '@context': 'https://w3id.org/dpv', id: values.record }, proof: { size: 24_000 } } }), 'people_read');
route('POST', '/v1/people/{id}/privacy-link', ({ mock, values }) => {
    mock.row(values.id);
    return { status: 201, body: { url: 'https://shop.example/privacy/l/aB3dE5gH7jK9mN1pQ3sT5v', until: iso(Date.now() + HOUR) } };
}, 'rights_write');

// --- requests

const CLOCKS = {
    gdpr: (received, now) => [clock('gdpr_answer', 'An answer to a request of the person: what was done about it.', 'GDPR 12(3)', received, 30 * DAY, now)],
    ccpa: (received, now) => [clock('ccpa_confirm', 'Confirming that a request was received.', '11 CCR 7021(a)', received, 14 * DAY, now), clock('ccpa_answer', 'An answer to a request to know, delete or correct.', '11 CCR 7021(b)', received, 45 * DAY, now)],
};
function clock(name, doc, source, received, length, now) {
    return { name, doc, source, due: iso(received + length), used_permille: Math.floor((now - received) * 1000 / length), over: now > received + length };
}
const OPEN = ['open', 'verifying', 'in_progress', 'waiting'];
function acts(r) {
    if (r.state === 'open' || r.state === 'verifying') return ['verify', 'challenge', 'refuse', 'extend', 'revoke', ...(r.regime === 'ccpa' && r.confirm_due ? ['confirm'] : []), ...(r.person ? ['hold'] : [])];
    if (r.state === 'in_progress') return ['execute', 'refuse', 'extend', 'revoke', r.held ? 'release' : 'hold'];
    if (r.state === 'fulfilled' && r.restricted) return ['lift'];
    return r.state === 'denied' || r.state === 'expired' ? ['reopen'] : [];
}
function requests(now) {
    const known = people(now);
    const make = (n, right, state, days, more = {}) => {
        const p = known[n % known.length];
        const received = now - days * DAY;
        const regime = more.regime ?? 'gdpr';
        const length = regime === 'ccpa' ? 45 * DAY : 30 * DAY;
        const closed = OPEN.includes(state) ? null : iso(received + 2 * DAY);
        return {
            id: id(n), right, regime, channel: 'centre', state, reason: state === 'denied' ? 'excessive' : '', person: p.id, label: p.label, received: iso(received), due: iso(received + length),
            confirm_due: regime === 'ccpa' ? iso(received + 14 * DAY) : null, closed, extended: false, used_permille: Math.floor((closed ? 2 * DAY : now - received) * 1000 / length), duplicate_of: null, waiting_for: state === 'waiting' ? 2 : 0,
            purpose: '', language: 'de', detail: null, asker: { email: p.email, phone: null }, held: false, restricted: false, lift_at: null,
            clocks: CLOCKS[regime](received, closed ? received + 2 * DAY : now),
            steps: [{ at: iso(received), what: 'received', by: 'person', code: '', note: null }, ...(state === 'open' ? [] : [{ at: iso(received + HOUR), what: 'proved', by: 'person', code: '', note: null }])],
            letters: [{ at: iso(received), kind: 'received', language: 'de', subject: 'Ihr Antrag ist angekommen', text: 'Guten Tag,\n\nIhr Antrag ist bei uns angekommen.\n\nTeehaus', sent: true }],
            rules: [], recipients: state === 'waiting' ? [{ name: 'mail-service', title: 'Briefwerk GmbH', state: 'sent', at: iso(received + DAY) }] : [], ...more,
        };
    };
    return [
        make(1, 'access', 'open', 1, { channel: 'staff', person: null, label: null, asker: { email: 'ada@example.com', phone: null }, detail: 'Ich möchte wissen, was Sie über mich gespeichert haben.' }),
        make(2, 'erasure', 'in_progress', 24, {
            detail: 'Bitte löschen Sie alles.', rules: [
                { rule: 'retention', won: 'request', stops: false, why: 'There are orders that the books have to keep. The copy here is erased (GDPR 17(3)(b) does not reach it).' },
                { rule: 'import_and_backup', won: 'request', stops: false, why: 'An import or a backup under way does not wait for an erasure, nor does it stop one.' },
            ],
        }),
        make(3, 'erasure', 'in_progress', 33, { rules: [{ rule: 'legal_hold', won: 'hold', stops: true, why: 'The data is needed for a legal claim, so it is not erased until the hold is lifted (GDPR 17(3)(e)).' }], held: true }),
        make(4, 'rectification', 'in_progress', 6, { detail: 'Mein Nachname ist falsch geschrieben.' }),
        make(5, 'objection', 'in_progress', 3, { purpose: 'marketing_email', detail: { reason: 'too many letters' } }),
        make(6, 'erasure', 'waiting', 9, {}),
        make(7, 'access', 'verifying', 12, { regime: 'ccpa', channel: 'drp' }),
        make(8, 'restriction', 'fulfilled', 40, { restricted: true, lift_at: iso(now + 5 * DAY) }),
        make(9, 'access', 'denied', 60, {}), make(10, 'access', 'duplicate', 20, { duplicate_of: id(1) }), make(11, 'complaint', 'in_progress', 2, { regime: 'gdpr', detail: 'Niemand antwortet mir.' }),
        ...Array.from({ length: 60 }, (_, i) => make(20 + i, ['access', 'portability', 'erasure'][i % 3], 'fulfilled', 50 + i, { extended: i % 9 === 0, channel: ['centre', 'shopify', 'opendsr', 'api'][i % 4] })),
    ];
}
const rowOf = ({ purpose, language, detail, asker, held, restricted, lift_at, clocks, steps, letters: _l, rules, recipients: _r, ...row }) => row;
const requestOf = (mock, wanted) => {
    const found = mock.requests.find((r) => r.id === wanted);
    if (!found) throw missing();
    return found;
};
const GROUNDS = [
    ['no_match', ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'opt_out', 'limit', 'complaint'], 'GDPR 11(2)', 'We hold no data that we can match to you.', 'Wir haben keine Daten gespeichert, die wir Ihnen zuordnen können.', "Nous ne détenons aucune donnée que nous puissions vous attribuer."],
    ['excessive', ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'opt_out', 'limit', 'complaint'], 'GDPR 12(5)', 'The request is excessive, in particular because it is repeated so often.', 'Der Antrag ist exzessiv, insbesondere weil er so häufig wiederholt wird.', 'La demande est excessive.'],
    ['legal_obligation', ['erasure'], 'GDPR 17(3)(b)', 'A law obliges us to keep the data for now.', 'Ein Gesetz verpflichtet uns, die Daten vorerst aufzubewahren.', 'Une loi nous oblige à conserver ces données.'],
    ['rights_of_others', ['access', 'portability'], 'GDPR 15(4)', 'A copy would adversely affect the rights and freedoms of others.', 'Eine Kopie würde die Rechte anderer beeinträchtigen.', "Une copie porterait atteinte aux droits d'autrui."],
].map(([code, rights, source, en, de, fr]) => ({ code, rights, regimes: ['gdpr', 'uk', 'ccpa'], source, text: { en, de, fr } }));

route('GET', '/v1/requests', ({ mock, query }) => {
    const want = (name, test) => !query.get(name) || test(query.get(name));
    const found = mock.requests.filter((r) => want('state', (v) => r.state === v) && want('right', (v) => r.right === v) && want('person', (v) => r.person === v)
        && want('due', (v) => !r.closed && (v === 'late' ? r.used_permille >= 1000 : r.used_permille >= 750 && r.used_permille < 1000)));
    return { body: cut(found.map(rowOf), query) };
}, 'rights_read');
route('GET', '/v1/requests/grounds', () => ({ body: { items: GROUNDS, next: null } }), 'rights_read');
route('GET', '/v1/requests/figures', ({ mock }) => {
    const of = (right) => mock.requests.filter((r) => r.right === right && r.state !== 'duplicate');
    const open = mock.requests.filter((r) => OPEN.includes(r.state)).map((r) => r.received).sort()[0] ?? null;
    return { body: {
        rights: ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'opt_out', 'limit', 'complaint'].map((right) => {
            const all = of(right);
            const n = (state) => all.filter((r) => r.state === state).length;
            return { right, received: all.length, fulfilled: n('fulfilled'), denied: n('denied'), open: all.filter((r) => OPEN.includes(r.state)).length, median_days: n('fulfilled') ? 2 : null };
        }), oldest_open: open, oldest_open_days: open && Math.floor((mock.now - Date.parse(open)) / DAY),
    } };
}, 'rights_read');
route('POST', '/v1/requests', ({ mock, json }) => {
    if (json.email && !/^[^@\s]+@[^@\s]+$/.test(json.email)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/email', detail: 'An e-mail address such as ada@example.com is accepted.' });
    const p = json.person ? mock.row(json.person) : null;
    const received = json.received ? Date.parse(json.received) : Date.now();
    const made = {
        ...requests(mock.now)[0], id: id(900 + mock.requests.length), right: json.right, regime: json.regime ?? 'gdpr', channel: 'staff', person: p?.id ?? null, label: p?.label ?? null, received: iso(received), due: iso(received + 30 * DAY), used_permille: 0,
        asker: { email: json.email ?? null, phone: json.phone ?? null }, detail: json.detail ?? null, purpose: json.purpose ?? '', language: json.language ?? '', clocks: CLOCKS.gdpr(received, Date.now()), letters: [],
        steps: [{ at: iso(Date.now()), what: 'received', by: 'staff 1', code: '', note: null }],
    };
    mock.requests.unshift(made);
    mock.lastRequest = json;
    return { status: 201, body: rowOf(made) };
}, 'rights_write');
route('GET', '/v1/requests/{id}', ({ mock, values }) => {
    const r = requestOf(mock, values.id);
    return { body: { ...r, acts: acts(r) } };
}, 'rights_read');
route('GET', '/v1/requests/{id}/letter', ({ mock, values, query }) => {
    const r = requestOf(mock, values.id);
    const ground = GROUNDS.find((g) => g.code === query.get('ground'));
    return { body: { subject: `Your request (${r.right})`, text: `Good day,\n\n${ground ? ground.text.en : 'we have dealt with your request.'}\n\nYou may complain to a supervisory authority.\n\nTeehaus` } };
}, 'rights_read');
const ACTS = {
    verify: (r) => { r.state = 'in_progress'; }, challenge: (r) => { r.state = 'verifying'; }, confirm: (r) => { r.confirm_due = null; }, extend: (r) => { r.extended = true; },
    execute: (r) => Object.assign(r, { state: r.right === 'erasure' ? 'waiting' : 'fulfilled', closed: r.right === 'erasure' ? null : iso(Date.now()), waiting_for: r.right === 'erasure' ? 2 : 0 }),
    refuse: (r, json) => Object.assign(r, { state: 'denied', reason: json.ground, closed: iso(Date.now()) }), revoke: (r) => Object.assign(r, { state: 'revoked', closed: iso(Date.now()) }),
    reopen: (r) => Object.assign(r, { state: 'open', closed: null }), hold: (r) => { r.held = true; }, release: (r) => Object.assign(r, { held: false, rules: [] }), lift: (r) => { r.restricted = false; },
};
for (const [act, run] of Object.entries(ACTS)) {
    route('POST', `/v1/requests/{id}/${act}`, ({ mock, values, json }) => {
        const r = requestOf(mock, values.id);
        const stop = act === 'execute' && r.rules.find((x) => x.stops);
        if (stop) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { field: 'legal_hold', detail: stop.why });
        if (act === 'refuse' && !GROUNDS.some((g) => g.code === json.ground)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/ground', detail: 'A code of the list of grounds is accepted.' });
        run(r, json);
        r.steps.push({ at: iso(Date.now()), what: { verify: 'proved', challenge: 'challenged', execute: 'executed', refuse: 'refused', extend: 'extended' }[act] ?? act, by: 'staff 1', code: json.ground ?? '', note: json.note ?? json.reason ?? null });
        mock.lastAct = { act, ...json };
        return { body: { ...r, acts: acts(r) } };
    }, 'rights_write');
}

// --- recipients

function recipients(now) {
    const row = (name, title, role, country, safeguard, purposes_, ends, more = {}) => ({
        name, title, role, country, safeguard, purposes: purposes_, contact: `privacy@${name}.example`, website: `https://${name}.example`, contract: iso(now - 500 * DAY), contract_ends: ends === null ? null : iso(now + ends * DAY), enabled: true, refusal: null,
        method: 'letter', url: null, domain: null, identities: ['email'], answer_days: 30, has_secret: false, secret: null, open: 1, escalated: 0, done: 12, changed: iso(now - 40 * DAY), ...more,
    });
    return [
        row('accountant', 'Kontor Steuerberatung', 'controller', 'DE', 'none', ['service'], null), row('mail-service', 'Briefwerk GmbH', 'processor', 'DE', 'none', ['marketing_email'], 20, { method: 'webhook', url: 'https://briefwerk.example/privacy', has_secret: true }),
        row('parcel', 'Paketdienst Nord', 'processor', 'AT', 'none', ['service'], 700), row('reports', 'Chart Corner Inc.', 'processor', 'US', 'scc', ['analytics'], -10, { method: 'opendsr', url: 'https://charts.example/opendsr', domain: 'charts.example', refusal: 'contract_over', escalated: 1 }),
    ];
}
const orders = (now) => ['done', 'acknowledged', 'sent', 'escalated', 'failed', 'pending'].map((state, i) => ({
    id: id(700 + i), request: id(6), recipient: ['mail-service', 'parcel', 'accountant', 'reports'][i % 4], right: 'erasure', method: i % 2 ? 'opendsr' : 'webhook', state, made: iso(now - (9 - i) * DAY), due: iso(now + (21 + i) * DAY),
    sent: state === 'pending' || state === 'failed' ? null : iso(now - 8 * DAY), changed: iso(now - 2 * DAY), next: state === 'done' ? null : iso(now + HOUR), tries: i, reminders: 0, fault: state === 'failed' ? 'timeout' : state === 'escalated' ? 'by_hand' : null, note: state === 'done' ? 'Their letter of Monday.' : null,
}));
route('GET', '/v1/recipients', ({ mock }) => ({ body: { items: mock.recipients, next: null } }), 'govern_read');
route('GET', '/v1/recipients/orders', ({ mock, query }) => {
    const found = mock.orders.filter((o) => !query.get('request') || o.request === query.get('request'));
    return { body: cut(found, query) };
}, 'rights_read');
route('POST', '/v1/recipients/orders/{id}/done', ({ mock, values, json }) => {
    const found = mock.orders.find((o) => o.id === values.id);
    if (!found) throw missing();
    Object.assign(found, { state: 'done', note: json.note });
}, 'rights_write');
route('POST', '/v1/recipients/orders/{id}/again', ({ mock, values }) => {
    const found = mock.orders.find((o) => o.id === values.id);
    if (!found) throw missing();
    Object.assign(found, { state: 'pending', fault: null });
}, 'rights_write');
route('PUT', '/v1/recipients/{name}', ({ mock, values, json }) => {
    if (json.contact && !/@/.test(json.contact)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/contact', detail: 'An e-mail address is accepted.' });
    const before = mock.recipients.find((r) => r.name === values.name);
    const { new_secret, secret, ...rest } = json;
    const made = { ...(before ?? recipients(mock.now)[0]), contact: null, website: null, contract: null, contract_ends: null, refusal: json.contract ? null : 'no_contract', ...rest, name: values.name, secret: new_secret ? 'whsec_c2VjcmV0' : null, has_secret: Boolean(new_secret || secret), changed: iso(Date.now()) };
    mock.recipients = [...mock.recipients.filter((r) => r.name !== values.name), { ...made, secret: null }];
    mock.lastRecipient = json;
    return { body: made };
}, 'govern_write');
route('DELETE', '/v1/recipients/{name}', ({ mock, values }) => { mock.recipients = mock.recipients.filter((r) => r.name !== values.name); }, 'govern_write');

// --- doors of others

const doors = (now) => [['controller', 'opendsr', 'Partner Cloud', ['cloud.example'], 3], ['agent', 'drp', 'Rights Agent', [], 12], ['shop', 'shopify', 'Teehaus at Shopify', ['teehaus.example'], 1]].map(([name, kind, title, hosts, n]) => ({
    name, kind, title, enabled: kind !== 'drp', hosts, has_key: kind === 'drp', has_token: kind === 'opendsr', has_secret: kind === 'shopify', token: null, made: iso(now - 90 * DAY), used: n > 5 ? iso(now - DAY) : null, requests: n, notices: kind === 'shopify' ? 1 : 0,
}));
onReset.push((mock, full) => {
    mock.doors = full ? doors(mock.now) : [];
    mock.notices = full ? [{ id: 1, door: 'shop', shop: 'teehaus.example', topic: 'shop/redact', received: iso(mock.now - 2 * DAY), due: iso(mock.now + 28 * DAY), done: null, staff: 0, note: null }] : [];
});
route('GET', '/v1/privacy-doors', ({ mock }) => ({ body: { items: mock.doors, next: null } }), 'govern_read');
route('GET', '/v1/privacy-doors/notices', ({ mock }) => ({ body: { items: mock.notices, next: null } }), 'rights_read');
route('POST', '/v1/privacy-doors/notices/{id}/done', ({ mock, values, json }) => { Object.assign(mock.notices.find((n) => n.id === Number(values.id)), { done: iso(Date.now()), note: json.note, staff: 1 }); }, 'rights_write');
route('PUT', '/v1/privacy-doors/{name}', ({ mock, values, json }) => {
    if (json.hosts?.some((h) => h.includes('/'))) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/hosts', detail: 'Names of hosts in small letters, without port or path, are accepted.' });
    const { new_token, key, secret, ...rest } = json;
    const made = { ...(mock.doors.find((d) => d.name === values.name) ?? { ...doors(mock.now)[0], requests: 0, notices: 0, used: null }), ...rest, name: values.name, token: new_token ? 'odsr_c29tZXRoaW5n' : null };
    mock.doors = [...mock.doors.filter((d) => d.name !== values.name), { ...made, token: null }];
    return { body: made };
}, 'govern_write');
route('DELETE', '/v1/privacy-doors/{name}', ({ mock, values }) => { mock.doors = mock.doors.filter((d) => d.name !== values.name); }, 'govern_write');

// --- letters

const letters = (now) => ['waiting', 'sent', 'sent', 'failed', 'sink', ...Array(60).fill('sent')].map((state, i) => ({
    id: uuid(900_000 + i), kind: ['request_received', 'privacy_link', 'answer', 'refusal', 'code'][i % 5], person: i % 4 === 3 ? null : people(now)[i % 9].id, at: iso(now - i * HOUR), state, tries: state === 'waiting' ? 2 : 1,
    next_try: state === 'waiting' ? iso(now + HOUR) : null, ended: state === 'waiting' ? null : iso(now - i * HOUR), fault: state === 'failed' ? 'refused' : state === 'waiting' ? 'deferred' : '',
}));
route('GET', '/v1/letters', ({ mock, query }) => ({ body: cut(mock.letterRows.filter((l) => !query.get('state') || l.state === query.get('state')), query) }), 'rights_read');
route('POST', '/v1/letters/test', ({ mock }) => {
    if (!mock.letterRows.length) throw new Refusal(503, 'unavailable', 'A part Custos needs is not ready.', { field: 'mail_host', detail: 'No mail server is set.' });
    return { body: { took_ms: 84 } };
}, 'operate');
