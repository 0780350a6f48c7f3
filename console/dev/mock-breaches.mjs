// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about breaches: the register, the question to the log, letters, the pack.

import { Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso, personRow } from './mock-data.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const actor = { kind: 'staff', id: 1, label: 'owner@shop.example' };

function breaches(now) {
    const make = (id, title, kind, state, hours, more = {}) => {
        const aware = now - hours * HOUR;
        const told = more.authority_told ?? null;
        const until = told ? Date.parse(told) : now;
        return {
            id, title, kind, state, risk: null, made: iso(aware + HOUR), began: iso(aware - 2 * DAY), ended: iso(aware), aware: iso(aware), due: iso(aware + 72 * HOUR), used_permille: Math.floor((until - aware) * 1000 / (72 * HOUR)), over: until > aware + 72 * HOUR,
            authority_told: told, people_told: null, closed: null, people: 0, unknown: 0, facts: null, effects: null, measures: null, late_reason: null, reasons: null, keys_exposed: null, mail: null,
            scope: { state: 'none', progress_permille: 0, done: null, entries: 0, names: 0, people: 0, unknown: 0, erased: 0, cut: false, queries: [] }, data: [],
            exemption: { answer: 'unknown', source: 'GDPR 34(3)(a)', checks: [{ name: 'log_not_asked', speaks_for: false, text: 'The audit log was not asked yet whose records were opened.' }] },
            steps: [{ at: iso(aware + HOUR), by: actor, what: 'made', detail: { kind }, note: null }], ...more,
        };
    };
    return [
        make(3, 'Records opened without a reason', 'account', 'assessed', 56, {
            risk: 'high', people: 41, unknown: 2, facts: 'A member of staff opened records of people who had asked for nothing.', effects: 'Addresses and orders were seen.', measures: 'The account is disabled.', keys_exposed: false,
            scope: { state: 'done', progress_permille: 1000, done: iso(now - 3 * HOUR), entries: 212, names: 43, people: 41, unknown: 2, erased: 1, cut: false, queries: [{ from: iso(now - 6 * DAY), to: iso(now - 2 * DAY), actor: { kind: 'staff', id: 3, label: 'jan@shop.example' }, action: 'people.', fields: null, person: 'any', entries: 212 }] },
            data: [{ field: 'email', category: 'user.contact.email', level: 'P2', people: 41 }, { field: 'orders', category: 'user.behavior.purchase_history', level: 'P2', people: 38 }],
            exemption: { answer: 'no', source: 'GDPR 34(3)(a)', checks: [{ name: 'opened_through_the_application', speaks_for: false, text: 'The audit log shows that records were opened: what was read was shown in clear.' }] },
        }),
        make(2, 'A backup disk is missing', 'storage', 'open', 90, { exemption: { answer: 'yes', source: 'GDPR 34(3)(a)', checks: [{ name: 'keys_kept', speaks_for: true, text: 'No key got out, as was found and stated.' }, { name: 'sealed_levels', speaks_for: true, text: 'Every field of level P2 and above is sealed under the person\'s own key.' }] }, keys_exposed: false }),
        make(1, 'A letter to the wrong address', 'other', 'closed', 24 * 90, { risk: 'risk', authority_told: iso(now - 88 * DAY), closed: iso(now - 80 * DAY), people: 1 }),
    ];
}
const acts = (b) => {
    const states = { open: ['assessed', 'no_risk'], assessed: ['open', 'no_risk', 'closed'], notified: ['open', 'closed'], no_risk: ['open', 'assessed', 'closed'], closed: ['open'] }[b.state];
    return [...states.filter((s) => s !== 'no_risk' || b.risk === 'none').filter((s) => s !== 'assessed' || b.risk), ...(b.authority_told ? [] : ['tell_authority']), 'tell_people'];
};
const whole = (b) => ({ ...b, acts: acts(b) });
const SUMMARY = ['id', 'title', 'kind', 'state', 'risk', 'made', 'began', 'ended', 'aware', 'due', 'used_permille', 'over', 'authority_told', 'people_told', 'closed', 'people', 'unknown'];

onReset.push((mock, full) => { mock.breaches = full ? breaches(mock.now) : []; });

const find = (mock, id) => {
    const found = mock.breaches.find((b) => b.id === Number(id));
    if (!found) throw missing();
    return found;
};
const step = (b, what, json = {}) => b.steps.push({ at: iso(Date.now()), by: actor, what, detail: {}, note: json.note ?? null });
route('GET', '/v1/breaches', ({ mock, query }) => ({ body: cut(mock.breaches.filter((b) => !query.get('state') || b.state === query.get('state')).map((b) => Object.fromEntries(SUMMARY.map((k) => [k, b[k]]))), query) }), 'govern_read');
route('POST', '/v1/breaches', ({ mock, json }) => {
    const aware = json.aware ? Date.parse(json.aware) : Date.now();
    if (aware > Date.now() + HOUR) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/aware', detail: 'A time that has passed is accepted.' });
    const made = { ...breaches(mock.now)[1], id: 10 + mock.breaches.length, ...json, state: 'open', risk: json.risk ?? null, aware: iso(aware), due: iso(aware + 72 * HOUR), used_permille: 0, over: false, people: 0, steps: [] };
    step(made, 'made');
    mock.breaches = [made, ...mock.breaches];
    return { status: 201, body: whole(made) };
}, 'govern_write');
route('GET', '/v1/breaches/{id}', ({ mock, values }) => {
    const b = find(mock, values.id);
    if (b.scope.state === 'waiting' && (b.looks = (b.looks ?? 0) + 1) > 1 && !b.hold) {
        Object.assign(b.scope, { state: 'done', progress_permille: 1000, done: iso(Date.now()), people: 41, entries: 212, names: 41 });
        b.people = 41;
        step(b, 'scope_done');
    }
    const { looks, hold, ...rest } = b;
    return { body: whole(rest) };
}, 'govern_read');
route('PATCH', '/v1/breaches/{id}', ({ mock, values, json }) => {
    const b = find(mock, values.id);
    if (json.state === 'closed' && !b.authority_told && !b.reasons && !json.reasons) throw new Refusal(400, 'missing', 'A value is missing.', { field: '/reasons', detail: 'Why the authority is not told has to be written down (GDPR 33(1), 33(5)).' });
    const { note, ...rest } = json;
    Object.assign(b, rest, json.state === 'closed' ? { closed: iso(Date.now()) } : {});
    step(b, json.state ? 'state' : 'changed', json);
    return { body: whole(b) };
}, 'govern_write');
route('POST', '/v1/breaches/{id}/scope', ({ mock, values, json }) => {
    const b = find(mock, values.id);
    Object.assign(b.scope, { state: 'waiting', progress_permille: 400 });
    b.scope.queries = [...(json.replace ? [] : b.scope.queries), { from: json.from, to: json.to ?? null, actor: json.staff ? actor : null, action: json.route ?? null, fields: json.field ?? null, person: 'any', entries: 0 }];
    mock.lastScope = json;
    step(b, 'scope');
    return { body: whole(b) };
}, 'govern_write');
route('GET', '/v1/breaches/{id}/affected', ({ mock, values, query }) => {
    const b = find(mock, values.id);
    const people = Array.from({ length: 90 }, (_, i) => personRow(i, mock.now, false)).filter((p) => p.known).slice(0, b.people);
    const items = people.map((p, i) => ({ id: i % 11 === 9 ? null : p.id, label: p.label, email: p.email, phone: null, shown: 'full', first: iso(mock.now - 5 * DAY), last: iso(mock.now - (i % 4) * DAY), acts: 1 + (i % 5), fields: ['email', ...(i % 3 ? ['orders'] : [])], categories: ['user.contact.email'] }));
    return { body: { ...cut(items, query), state: b.scope.state, people: b.people, unknown: b.unknown } };
}, 'govern_read');
route('GET', '/v1/breaches/{id}/letters', ({ mock, values, query }) => {
    const b = find(mock, values.id);
    const language = query.get('language') ?? 'en';
    return { body: { items: ['authority', 'people'].map((kind) => ({ kind, language, subject: `${b.title} (${language})`, text: `1. What happened\n${b.facts ?? '(not known yet)'}\n\n2. Whom it concerns\n${b.people} people` })) } };
}, 'govern_read');
route('POST', '/v1/breaches/{id}/letters/send', ({ mock, values, json }) => {
    const b = find(mock, values.id);
    mock.lastSend = json;
    b.mail = { state: 'done', language: json.language, queued: b.people - 3, without: 3, started: iso(Date.now()), done: iso(Date.now()) };
    step(b, 'mail');
    return { status: 202, body: whole(b) };
}, 'govern_write', { fresh: true });
route('GET', '/v1/breaches/{id}/pack', ({ mock, values }) => {
    find(mock, values.id);
    return { body: 'PK', headers: { 'Content-Type': 'application/zip', 'Content-Disposition': `attachment; filename="breach-${values.id}.zip"` } };
}, 'govern_read');
route('POST', '/v1/breaches/{id}/notified', ({ mock, values, json }) => {
    const b = find(mock, values.id);
    if (json.whom === 'authority') Object.assign(b, { authority_told: json.at, state: 'notified', over: Date.parse(json.at) > Date.parse(b.due) });
    else b.people_told = json.at;
    step(b, json.whom === 'authority' ? 'told_authority' : 'told_people', json);
    return { body: whole(b) };
}, 'govern_write');
