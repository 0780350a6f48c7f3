// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about governance: registers, retention, unused fields, proposals for the dictionary, the
// transparency page, the daily trial of rights.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso } from './mock-data.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const actor = (n = 1) => ({ kind: 'staff', id: n, label: ['', 'owner@shop.example', 'mira@shop.example', 'jan@shop.example'][n] });
const id = (n) => `0190e000-0000-7000-8000-${String(n).padStart(12, '0')}`;

onReset.push((mock, full) => {
    const { now } = mock;
    mock.activities = full ? activities(now) : [];
    mock.assessments = full ? assessments(now) : [];
    mock.due = full ? due(now) : [];
    mock.retention = full ? retention(now) : [];
    mock.retentionRuns = full ? runs(now) : [];
    mock.usage = full ? usage(now) : [];
    mock.proposals = full ? proposals(now) : [];
    mock.versions = full ? versions(now) : [];
    mock.transparency = transparency(now, full);
    mock.canary = full ? canary(now) : [];
});

// --- registers

function activities(now) {
    const data = (names) => names.map(([name, level, days]) => ({ name, level, retention_days: days, fields: [`${name.split('.').pop()}`] }));
    const recipient = (name, title, country, safeguard, more = {}) => ({ name, title, registered: true, role: 'processor', country, transfer: safeguard !== 'none', safeguard, contract: true, ...more });
    const row = (name, doc, basis, data_, recipients, more = {}) => ({ name, doc, basis, validity_days: 0, people: ['customers', 'visitors'], data: data(data_), recipients, assessments: [], reviewed: null, ...more });
    return [
        row('service', 'Orders and questions.', 'contract', [['user.contact.email', 'P2', 0], ['user.contact.address', 'P2', 3650]], [recipient('parcel', 'Paketdienst Nord', 'AT', 'none')], { reviewed: iso(now - 40 * DAY) }),
        row('marketing_email', 'Letters about offers.', 'consent', [['user.contact.email', 'P2', 0], ['user.preferences', 'P1', 730]], [recipient('mail-service', 'Briefwerk GmbH', 'DE', 'none')], { assessments: [{ name: 'newsletter', kind: 'lia', state: 'approved' }] }),
        row('analytics', 'Which pages are read.', 'consent', [['user.behavior', 'P1', 730]], [recipient('reports', 'Chart Corner Inc.', 'US', 'scc'), { ...recipient('old-counter', 'old-counter', '', ''), registered: false }]),
    ];
}
const contact = (name) => ({ name, address: 'Teegasse 1, 04109 Leipzig', country: 'DE', email: 'privacy@shop.example', phone: '', website: 'https://shop.example' });
route('GET', '/v1/registers/processing', ({ mock, query }) => {
    const format = query.get('format');
    if (format && format !== 'json') return { body: format === 'csv' ? 'purpose,category\nservice,user.contact.email\n' : '<!doctype html><title>Record</title>', headers: { 'Content-Disposition': `attachment; filename="processing.${format}"` } };
    return { body: {
        version: query.get('at') ? iso(Date.parse(query.get('at')) - DAY) : null,
        record: { type: 'custos.processing/1', controller: contact('Teehaus'), officer: contact(''), activities: mock.activities, flows: { sources: [], exports: [] }, security: [{ name: 'encryption', text: 'Values of level P2 and above are sealed under a key of each person.' }, { name: 'audit_log', text: 'Every read of a person\'s record stands in a signed log.' }] },
        live: {
            sources: mock.activities.length ? [{ name: 'Web shop', kind: 'http', events: [{ name: 'Page', count: 182_402, last: iso(mock.now) }, { name: 'Order Completed', count: 3120, last: iso(mock.now) }] }] : [],
            exports: mock.activities.length ? [{ name: 'segments.export marketing', action: 'segments.export', purpose: 'marketing', fields: ['email'], count: 3, people: 5200, first: iso(mock.now - 20 * DAY), last: iso(mock.now - DAY) }] : [], days: 30, counted: iso(mock.now), cut: false,
        },
    } };
}, 'govern_read');
route('GET', '/v1/registers/processing/diff', () => ({ body: { from_version: null, to_version: null, items: [
    { row: 'activities/marketing_email/recipients/mail-service', change: 'added', before: null, after: 'Briefwerk GmbH' }, { row: 'activities/analytics/data/user.behavior/retention_days', change: 'changed', before: 3650, after: 730 },
] } }), 'govern_read');
route('POST', '/v1/registers/processing/{purpose}/reviewed', ({ mock, values }) => {
    const found = mock.activities.find((a) => a.name === values.purpose);
    if (!found) throw missing();
    found.reviewed = iso(Date.now());
}, 'govern_write');
route('GET', '/v1/registers/data-map', ({ mock, query }) => {
    if (!mock.activities.length) return { body: { nodes: [], edges: [] } };
    const least = query.get('level') ?? 'P0';
    const node = (kind, label, level = null, live = true) => ({ id: `${kind}:${label}`, kind, label, level, live });
    const fields = [['email', 'P2'], ['first_name', 'P2'], ['address.city', 'P2'], ['newsletter', 'P1'], ['birthday', 'P3'], ['Order Completed/total', 'P1'], ['Page/path', 'P0']].filter(([, level]) => level >= least);
    const has = (name) => fields.some(([f]) => f === name);
    const edges = [
        ['source:Web shop', 'event:Page', 182_402], ['source:Web shop', 'event:Order Completed', 3120], ['source:Till', 'event:Order Completed', 900], ['source:Web shop', 'event:$identify', 7000],
        ['event:Page', 'field:Page/path'], ['event:Order Completed', 'field:Order Completed/total'], ...['email', 'first_name', 'address.city', 'newsletter', 'birthday'].map((f) => ['event:$identify', `field:${f}`]),
        ['field:email', 'purpose:service'], ['field:email', 'purpose:marketing_email'], ['field:first_name', 'purpose:service'], ['field:address.city', 'purpose:service'], ['field:newsletter', 'purpose:marketing_email'], ['field:Page/path', 'purpose:analytics'], ['field:Order Completed/total', 'purpose:analytics'], ['field:birthday', 'purpose:service'],
        ['purpose:service', 'recipient:parcel'], ['purpose:marketing_email', 'recipient:mail-service'], ['purpose:analytics', 'recipient:reports'],
    ].filter((e) => e.slice(0, 2).every((end) => !String(end).startsWith('field:') || has(String(end).slice(6)))).map(([from, to, count = null]) => ({ from, to, count }));
    return { body: { nodes: [
        node('source', 'Web shop'), node('source', 'Till'), node('event', 'Page'), node('event', 'Order Completed'), node('event', '$identify'), ...fields.map(([f, level]) => node('field', f, level, f !== 'birthday')),
        node('purpose', 'service'), node('purpose', 'marketing_email'), node('purpose', 'analytics'), node('recipient', 'parcel'), node('recipient', 'mail-service'), node('recipient', 'reports', null, false),
    ], edges } };
}, 'govern_read');
const assessments = (now) => [
    { name: 'newsletter', kind: 'lia', title: 'Letters to customers', owner: 'marketing', state: 'approved', risk: 'low', purposes: ['marketing_email'], recipient: null, summary: 'Customers expect letters about what they bought.', review: iso(now + 200 * DAY), decided: iso(now - 100 * DAY), made: iso(now - 130 * DAY), changed: iso(now - 100 * DAY), by: actor(2) },
    { name: 'profiles', kind: 'dpia', title: 'Profiles of buying', owner: 'privacy', state: 'in_review', risk: 'high', purposes: ['analytics'], recipient: null, summary: '', review: iso(now - 10 * DAY), decided: null, made: iso(now - 30 * DAY), changed: iso(now - 3 * DAY), by: actor(1) },
];
route('GET', '/v1/registers/assessments', ({ mock }) => ({ body: { items: mock.assessments } }), 'govern_read');
route('PUT', '/v1/registers/assessments/{name}', ({ mock, values, json }) => {
    if (json.kind === 'tia' && !json.recipient) throw new Refusal(400, 'missing', 'A value is missing.', { field: '/recipient', detail: 'An assessment of a transfer names the recipient.' });
    const before = mock.assessments.find((a) => a.name === values.name);
    const made = { risk: null, recipient: null, review: null, summary: '', purposes: [], decided: null, made: before?.made ?? iso(Date.now()), ...json, name: values.name, changed: iso(Date.now()), by: actor(1) };
    mock.assessments = [...mock.assessments.filter((a) => a.name !== values.name), made];
    return { body: made };
}, 'govern_write');
route('DELETE', '/v1/registers/assessments/{name}', ({ mock, values }) => { mock.assessments = mock.assessments.filter((a) => a.name !== values.name); }, 'govern_write');
const due = (now) => [
    { what: 'safeguard', name: 'old-counter', title: 'old-counter', state: 'missing', due: null, reason: 'It gets data and stands in no register: write down who it is.', source: 'GDPR 30(1)(d)' },
    { what: 'contract', name: 'reports', title: 'Chart Corner Inc.', state: 'overdue', due: iso(now - 10 * DAY), reason: 'The contract is over: renew it, or send nothing.', source: 'GDPR 28(3)' },
    { what: 'assessment', name: 'profiles', title: 'Profiles of buying', state: 'overdue', due: iso(now - 10 * DAY), reason: 'Look at it again.', source: 'GDPR 35(11)' },
    { what: 'contract', name: 'mail-service', title: 'Briefwerk GmbH', state: 'soon', due: iso(now + 20 * DAY), reason: 'The contract ends.', source: 'GDPR 28(3)' },
];
route('GET', '/v1/registers/due', ({ mock }) => ({ body: { items: mock.due } }), 'govern_read');

// --- retention

function retention(now) {
    const rule = (name, kind, keep_days, what, on, more = {}) => ({ name, kind, declared: name.includes('/'), category: 'user.behavior', what, covers: [], keep_days, keep_min: 0, basis: '', owner: 'shop', on, next_run: on ? iso(now + 9 * HOUR) : null, last_run: on ? iso(now - 15 * HOUR) : null, backlog: 0, backlog_at: iso(now - HOUR), dry_run_at: null, dry_run_days: null, ...more });
    return [
        rule('people.inactive', 'people', 1095, 'People who did nothing for so long.', false, { category: 'user', backlog: 412, basis: 'GDPR 5(1)(e)', keep_min: 90 }), rule('orders', 'orders', 3650, 'Orders.', true, { category: 'user.financial', basis: 'HGB 257' }),
        rule('events/user.behavior/730', 'events', 730, 'Pages, products and carts.', true, { covers: ['Page', 'Product Viewed'] }), rule('fields.stopped', 'stopped', 30, 'Fields that are not collected any more.', false, { backlog: null, backlog_at: null, owner: null }),
    ];
}
const runs = (now) => Array.from({ length: 8 }, (_, i) => ({ id: id(100 + i), rule: i % 2 ? 'orders' : 'events/user.behavior/730', keep_days: 730, before: iso(now - 730 * DAY), started: iso(now - (15 + i * 24) * HOUR), finished: i ? iso(now - (15 + i * 24) * HOUR + 60_000) : null, state: i === 0 ? 'running' : i === 3 ? 'failed' : 'done', done: 60, total: 100, people: 12 * i, rows: 1204 * i, spared: i % 3, fault: i === 3 ? 'changed' : null, certificate: i > 0 && i !== 3 }));
route('GET', '/v1/retention', ({ mock }) => ({ body: { items: mock.retention, next: null } }), 'govern_read');
const rule = (mock, name) => {
    const found = mock.retention.find((r) => r.name === name);
    if (!found) throw missing();
    return found;
};
route('PUT', '/v1/retention/{name}', ({ mock, values, json }) => {
    const found = rule(mock, values.name);
    if (json.keep_days > 36_500) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/keep_days', detail: '0 to 36500 is accepted.' });
    if (json.on && !found.on && found.dry_run_days !== json.keep_days) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { detail: 'Do a dry run with this number of days first.' });
    Object.assign(found, json);
    return { body: found };
}, 'govern_write', { fresh: true });
route('POST', '/v1/retention/{name}/dry-run', ({ mock, values, json }) => {
    const found = rule(mock, values.name);
    const nothing = json.keep_days > 5000;
    Object.assign(found, { dry_run_at: iso(Date.now()), dry_run_days: json.keep_days });
    return { body: {
        name: found.name, keep_days: json.keep_days, before: iso(mock.now - json.keep_days * DAY), people: nothing ? 0 : 412, rows: nothing ? 0 : 9120, complete: !nothing, looked: nothing ? 9000 : 12_400, total: 12_400, sample: nothing ? [] : ['/v1/people/0190e000-0000-7000-8000-00000000a1f3'],
        kept: nothing ? [] : [{ reason: 'recent_order', source: 'HGB 257', doc: 'An order that the books have to keep.', people: 31 }],
    } };
}, 'govern_write');
route('POST', '/v1/retention/{name}/run', ({ mock, values }) => {
    const found = rule(mock, values.name);
    const made = { ...runs(mock.now)[0], id: id(200 + mock.retentionRuns.length), rule: found.name };
    mock.retentionRuns.unshift(made);
    return { status: 202, body: made };
}, 'govern_write', { fresh: true });
route('GET', '/v1/retention/runs', ({ mock, query }) => ({ body: cut(mock.retentionRuns, query) }), 'govern_read');
route('GET', '/v1/retention/runs/{id}/certificate', ({ values }) => ({ body: { document: { id: values.id }, proof: {} } }), 'govern_read');
const usage = (now) => [
    ['email', 'P2', 1000, HOUR, HOUR, ['segment:vip', 'slot:home-hero'], 'used'], ['birthday', 'P3', 214, 200 * DAY, null, [], 'unused'], ['fax', 'P2', 0, null, null, [], 'obsolete'], ['shoe_size', 'P1', null, null, null, [], 'unknown'],
].map(([field, level, filled_permille, written, read, used_in, verdict]) => ({
    field, kind: 'field', level, category: 'user.contact', owner: 'shop', collected: field !== 'shoe_size', purposes: ['service'], used_in, filled_permille, filled: filled_permille === null ? null : filled_permille * 12, counted: iso(now - 5 * HOUR),
    last_written: written && iso(now - written), last_read: read && iso(now - read), verdict,
}));
route('GET', '/v1/fields/usage', ({ mock }) => ({ body: { items: mock.usage, reads_counted_since: iso(mock.now - 60 * DAY), next: null } }), 'dictionary_read');
route('POST', '/v1/fields/usage', () => ({ body: { counting: true } }), 'govern_write');

// --- proposals for the dictionary

const DIFF = [{ row: 'persons/loyalty_level', change: 'changed', attributes: [{ name: 'options', before: ['bronze', 'silver', 'gold'], after: ['bronze', 'silver', 'gold', 'jade'] }] }, { row: 'persons/fax', change: 'removed', attributes: [{ name: 'type', before: 'string', after: null }] }];
const proposal_ = (n, now, state, by, at, why, more = {}) => ({ id: id(n), state, form: 'text', why, made_by: by, made: iso(now - at), decided_by: null, decided: null, note: null, own: false, diff: DIFF.slice(0, 1), change: 'persons:\n', stale: false, ok: true, fault: null, touches: { rows: [], policy: 'none', policy_changes: [] }, ...more });
const proposals = (now) => [
    proposal_(3, now, 'waiting', 'mira@shop.example', 2 * HOUR, 'A fourth level, and nobody has a fax.', { diff: DIFF, stale: true, touches: { rows: [
        { row: 'persons/loyalty_level', change: 'changed', used_in: ['segment:vip'], filled: 3100, erased_people: null, erased_values: null, complete: true, retention: true }, { row: 'persons/fax', change: 'removed', used_in: [], filled: 12, erased_people: 12, erased_values: 14, complete: true, retention: false },
    ], policy: 'material', policy_changes: [] } }),
    proposal_(2, now, 'waiting', 'owner@shop.example', 3 * DAY, 'Shorter time for page views.', { ok: false, fault: 'persons/visits is not in the dictionary any more' }),
    proposal_(1, now, 'applied', 'mira@shop.example', 20 * DAY, 'The field for the favourite brew.', { decided_by: 'owner@shop.example', decided: iso(now - 19 * DAY), note: 'Good.' }),
];
const versions = (now) => [
    { number: 2, version: 'c0ffee00c0ffee00', at: iso(now - 19 * DAY), way: 'proposal', by: 'owner@shop.example', proposal: id(1), why: 'The field for the favourite brew.', proposed_by: 'mira@shop.example', own: false, changes: DIFF },
    { number: 1, version: '0badcafe0badcafe', at: iso(now - 200 * DAY), way: 'first', by: null, proposal: null, why: null, proposed_by: null, own: false, changes: [] },
];
const short = ({ change, stale, ok, fault, touches, ...row }) => row;
const proposal = (mock, wanted) => {
    const found = mock.proposals.find((p) => p.id === wanted);
    if (!found) throw missing();
    return found;
};
route('GET', '/v1/dictionary/proposals', ({ mock, query }) => ({ body: cut(mock.proposals.map(short), query) }), 'dictionary_read');
route('POST', '/v1/dictionary/proposals', ({ mock, json }) => {
    const made = proposal_(10 + mock.proposals.length, Date.now(), 'waiting', 'owner@shop.example', 0, json.why);
    mock.proposals.unshift(made);
    mock.lastProposal = json;
    return { status: 201, body: made };
}, 'dictionary_write');
route('GET', '/v1/dictionary/proposals/{id}', ({ mock, values }) => ({ body: proposal(mock, values.id) }), 'dictionary_read');
for (const [act, state] of [['approve', 'applied'], ['reject', 'rejected']]) {
    route('POST', `/v1/dictionary/proposals/{id}/${act}`, ({ mock, values, json }) => {
        const p = proposal(mock, values.id);
        const mine = p.made_by === 'owner@shop.example';
        if (act === 'approve' && mine) throw new Refusal(403, 'forbidden', 'Not allowed.', { detail: 'Somebody else has to approve what you proposed.' });
        Object.assign(p, { state: act === 'reject' && mine ? 'withdrawn' : state, decided_by: 'owner@shop.example', decided: iso(Date.now()), note: json.note ?? null });
        return { body: p };
    }, 'dictionary_write');
}
route('GET', '/v1/dictionary/history', ({ mock, query }) => ({ body: cut(mock.versions, query) }), 'dictionary_read');

// --- the transparency page

const NAMES = ['consent_proven', 'oldest_request', 'restore_drill', 'erasure_drill', 'second_factor', 'tls', 'encryption', 'backups'];
function transparency(now, full) {
    const nobody = { name: null, address: null, country: null, email: null, phone: null, website: null };
    const texts = { en: null, de: null, fr: null };
    return {
        controller: full ? { ...nobody, name: 'Teehaus Winter e. K.', address: 'Teegasse 1, 04109 Leipzig', country: 'DE', email: 'privacy@shop.example' } : null, representative: null, officer: full ? { ...nobody, name: 'Kontor Datenschutz', email: 'officer@shop.example' } : null, authority: null,
        texts: full ? { ...texts, en: 'We sell tea. We keep what we need for that.', de: 'Wir verkaufen Tee.' } : texts, automated: texts, balancing: {}, planned: [], shown: { fields: true, access: true, security: true, statistics: true, badges: true },
        missing: full ? [] : ['/controller/name', '/controller/email'], published: full, url: 'https://shop.example/transparency',
        badges: NAMES.map((name, i) => ({ name, colour: full ? ['green', 'amber', 'red', 'green'][i % 4] : 'grey', value: full ? [998, 12, 120, 1][i % 4] : null, unit: ['permille', 'days', 'days', 'bool'][i % 4], text: full ? ['99.8 %', '12 days', '120 days', 'yes'][i % 4] : '' })),
        version: full ? 3 : null, made: full ? iso(now - 3 * DAY) : null,
    };
}
route('GET', '/v1/transparency', ({ mock }) => ({ body: mock.transparency }), 'govern_read');
route('PUT', '/v1/transparency', ({ mock, json }) => {
    for (const who of ['controller', 'officer', 'representative', 'authority']) if (json[who]?.country && !/^[A-Z]{2}$/.test(json[who].country)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: who, detail: 'A country is two capital letters, such as DE.' });
    const whole = (from) => from && { name: null, address: null, country: null, email: null, phone: null, website: null, ...from };
    const texts = (from) => ({ en: null, de: null, fr: null, ...from });
    const missing_ = [...(json.controller?.name ? [] : ['/controller/name']), ...(json.controller?.email ? [] : ['/controller/email'])];
    mock.lastSetting = json;
    Object.assign(mock.transparency, { controller: whole(json.controller) ?? null, officer: whole(json.officer) ?? null, representative: whole(json.representative) ?? null, authority: whole(json.authority) ?? null, texts: texts(json.texts), automated: texts(json.automated), shown: json.shown ?? mock.transparency.shown, missing: missing_, published: missing_.length === 0, version: (mock.transparency.version ?? 0) + 1, made: iso(Date.now()) });
    return { body: mock.transparency };
}, 'govern_write');
route('GET', '/v1/transparency/versions', ({ mock }) => ({ body: { items: mock.transparency.version ? [3, 2, 1].map((version) => ({ version, made: iso(mock.now - (4 - version) * 30 * DAY), changes: version > 1 ? version : 0 })) : [], next: null } }), 'govern_read');

// --- the trial of rights

const STEPS = ['created', 'consented', 'segmented', 'mailed', 'exported', 'withdrawn', 'erased', 'gone'];
const canary = (now) => Array.from({ length: 6 }, (_, i) => ({ at: iso(now - i * DAY - 4 * HOUR), ok: i !== 2, took_ms: 1840 + i * 31, steps: STEPS.map((name, k) => ({ name, ok: !(i === 2 && name === 'mailed'), took_ms: 20 + k * 40, fault: i === 2 && name === 'mailed' ? 'The mail server did not answer.' : '' })) }));
route('GET', '/v1/canary', ({ mock }) => ({ body: { daily: true, runs: mock.canary } }), 'govern_read');
route('POST', '/v1/canary/run', ({ mock }) => {
    mock.canary = [{ ...canary(Date.now())[0], at: iso(Date.now()) }, ...mock.canary];
    return { body: { daily: true, runs: mock.canary } };
}, 'govern_write');
