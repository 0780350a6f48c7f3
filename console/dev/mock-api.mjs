// SPDX-License-Identifier: Apache-2.0
// The routes of the mock server. `Mock` holds the state that tests may set; each route is one row.

import { randomBytes } from 'node:crypto';
import * as data from './mock-data.mjs';

export class Refusal extends Error {
    constructor(status, code, title, more = {}) {
        super(title);
        this.problem = { status, code, title, ...more };
    }
}

const PERMISSIONS = [
    'session', 'analytics_read', 'people_read', 'people_write', 'people_erase', 'people_export', 'sources_read', 'sources_write', 'import',
    'quarantine', 'dictionary_read', 'dictionary_write', 'staff_read', 'staff_write', 'roles_write', 'tokens', 'approve', 'break_glass',
    'audit_read', 'keys', 'backup', 'operate', 'segments_read', 'segments_write', 'sql', 'personalise',
    'rights_read', 'rights_write', 'govern_read', 'govern_write', 'insight_write',
];
// Which permission a path needs, as the program's table has it: the first row that fits.
const NEEDS = [
    ['GET', /^\/v1\/sample-data/, 'analytics_read'], ['GET', /^\/v1\/live/, 'people_read'], ['DELETE', /^\/v1\/sample-data/, 'people_erase'],
    ['GET', /^\/v1\/people/, 'people_read'], ['POST', /^\/v1\/people\/search/, 'people_read'], ['DELETE', /^\/v1\/people/, 'people_erase'],
    ['POST', /break-glass$/, 'break_glass'], ['', /^\/v1\/people/, 'people_write'],
    ['GET', /^\/v1\/sources/, 'sources_read'], ['', /^\/v1\/sources/, 'sources_write'], ['', /^\/v1\/import/, 'import'], ['', /^\/v1\/quarantine/, 'quarantine'],
    ['PUT', /^\/v1\/dictionary/, 'dictionary_write'], ['', /^\/v1\/dictionary/, 'dictionary_read'],
];
const ROUTES = [];
// `needs`: a permission, or true: open to anybody. `more`: fresh (a new proof), approval (a kind: two people).
export const route = (method, path, run, needs = '', more = {}) => {
    ROUTES.push({ method, parts: path.split('/'), run, open: needs === true, needs: needs === true ? '' : needs, ...more });
};
export const onReset = []; // other files of the mock set their state here
export const missing = () => new Refusal(404, 'not_found', 'Nothing is stored under that name.');

export class Mock {
    constructor({ state = 'full', people = 12_400, sample = false, tick = false, permissions = PERMISSIONS } = {}) {
        this.tick = tick;
        this.permissions = permissions;
        this.reset(state, people, sample);
    }

    reset(state = 'full', people = 12_400, sample = false) {
        this.state = state;
        this.delay = 0;
        this.fail = null; // { path: RegExp, status, code, title }: the next matching calls fail
        this.sessions ??= new Map();
        this.token = state === 'setup' ? 'first-light' : null;
        this.owner = state === 'setup' ? null : { email: 'owner@shop.example', password: 'correct horse battery staple' };
        const full = state === 'full';
        this.total = full ? people : 0;
        this.now = Date.now();
        this.sources = data.sources(this.now).slice(0, full ? (sample ? 4 : 3) : 1);
        if (!full) Object.assign(this.sources[0], { last_seen: null, accepted: 0, refused: 0, last_error: null, last_error_at: null });
        this.quarantine = full ? data.quarantine(this.now) : [];
        this.imports = full ? data.pastImports(this.now) : [];
        this.maps = [...data.MAPS];
        this.dictionary = { ...data.DICTIONARY };
        this.undeclared = full ? data.undeclared(this.now) : [];
        this.sample = { present: sample, events: sample ? 500_000 : 0 };
        this.extras = new Map(); // person id -> what was changed
        this.deleted = new Set();
        this.searchReady = true;
        this.columns = data.COLUMNS;
        this.live = [];
        this.seq = 1000;
        for (const set of onReset) set(this, full);
        if (full) for (let n = 14; n > 0; n--) this.live.push(data.liveItem(++this.seq, this.now - n * 2300, this.total));
    }

    arrive() { // one more event
        this.live.push(data.liveItem(++this.seq, Date.now(), this.total || 1));
        if (this.live.length > 200) this.live.shift();
        if (!this.total) this.total = 1;
        if (!this.kinds.length) this.kinds = [{ name: this.live[0].event ?? '$page', count: 1, last: data.iso(Date.now()).slice(0, 10) }];
        this.state = 'full';
    }

    signIn() {
        const id = randomBytes(12).toString('hex');
        const session = {
            staff: { id: 1, email: this.owner.email, role: 'owner' }, csrf: randomBytes(12).toString('hex'), permissions: this.permissions,
            shop: { currency: 'EUR', timezone: 'Europe/Berlin', name: 'Teehaus' }, purpose: 'support', purposes: ['support', 'analytics', 'operations'], second_factor: this.factorState(),
        };
        Object.assign(session.staff, this.signedInAs ?? {});
        Object.defineProperty(session, 'proved', { value: Date.now(), writable: true });
        this.sessions.set(id, session);
        if (this.factorNeeded) session.permissions = ['session'];
        return { body: { state: 'signed_in', ticket: null, factors: [], ...session }, headers: { 'Set-Cookie': `__Host-custos=${id}; HttpOnly; Secure; SameSite=Strict; Path=/` } };
    }

    session(request) {
        const cookie = /__Host-custos=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
        return cookie ? this.sessions.get(cookie) : undefined;
    }

    answer(request, url, body) {
        const parts = url.pathname.split('/');
        const found = ROUTES.map((r) => ({ r, values: match(r.parts, parts) })).filter((x) => x.values);
        if (!found.length) throw missing();
        const chosen = found.find((x) => x.r.method === request.method);
        if (!chosen) throw new Refusal(405, 'method_not_allowed', 'The path exists, the method does not.');
        if (this.fail && this.fail.path.test(url.pathname)) throw new Refusal(this.fail.status, this.fail.code, this.fail.title ?? '', this.fail);
        const session = this.session(request);
        if (!chosen.r.open) {
            if (!session) throw new Refusal(401, 'unauthenticated', 'No valid key or session was given.');
            if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal(403, 'forbidden', 'The CSRF token is missing or wrong.');
            this.permit(chosen.r, session, request, url.pathname);
        }
        const json = /json/.test(request.headers['content-type'] ?? '') && body.length ? JSON.parse(body.toString()) : {};
        return chosen.r.run({ mock: this, session, values: chosen.values, query: url.searchParams, json, body, request }) ?? { status: 204 };
    }

    permit(route, session, request, path) {
        const needs = route.needs || NEEDS.find(([method, pattern]) => (!method || method === request.method) && pattern.test(path))?.[2] || 'session';
        if (!session.permissions.includes(needs)) throw new Refusal(403, 'forbidden', 'Not allowed.', { detail: `This needs the permission ${needs}.` });
        if (route.fresh && Date.now() - session.proved > 300_000) throw new Refusal(403, 'forbidden', 'Not allowed.', { field: 'reauth', detail: 'This is dangerous: prove that it is you.' });
        if (route.approval && this.rules.find((r) => r.kind === route.approval)?.on) this.approved(route.approval, session, request);
    }

    row(id) {
        const i = data.indexOf(id);
        if (!(i >= 0 && i < Math.max(this.total, 1_500_000)) || this.deleted.has(id)) throw missing();
        return data.personRow(i, this.now, this.sample.present && i % 3 === 0);
    }
}

function match(pattern, parts) {
    if (pattern.length !== parts.length) return null;
    const values = {};
    for (let i = 0; i < pattern.length; i++) {
        if (pattern[i].startsWith('{')) values[pattern[i].slice(1, -1)] = decodeURIComponent(parts[i]);
        else if (pattern[i] !== parts[i]) return null;
    }
    return values;
}

export const cut = (items, query, most = 100) => {
    const from = Number(query.get('cursor') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? 50), most);
    return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null };
};

route('POST', '/v1/setup', ({ mock, json }) => {
    if (!mock.token || json.token !== mock.token) throw new Refusal(403, 'forbidden', 'The set-up link was used or is too old.');
    if ((json.password ?? '').length < 15) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/password', detail: '15 to 256 characters are accepted.' });
    mock.owner = { email: json.email, password: json.password };
    mock.token = null;
    return mock.signIn();
}, true);
route('GET', '/v1/setup', ({ mock }) => ({ body: { needed: mock.owner === null } }), true);
route('POST', '/v1/session', ({ mock, json }) => {
    if (!mock.owner || json.email !== mock.owner.email || json.password !== mock.owner.password) throw new Refusal(401, 'unauthenticated', 'E-mail or password is wrong.');
    return mock.firstStep();
}, true);
route('GET', '/v1/session', ({ session }) => ({ body: session }));
route('DELETE', '/v1/session', ({ mock, session }) => {
    for (const [id, s] of mock.sessions) if (s === session) mock.sessions.delete(id);
});

route('GET', '/v1/live', ({ mock, query }) => {
    if (mock.tick && mock.state === 'full' && Math.random() < 0.6) mock.arrive();
    const after = query.get('after');
    const items = mock.live.filter((x) => after === null || x.seq > Number(after)).slice(-Number(query.get('limit') ?? 20));
    return { body: { items, last: mock.seq } };
});

function search({ mock, query }) {
    const { q = '', filter = 'all', cursor, limit = 50 } = query;
    const wanted = q.toLowerCase();
    const keep = (p) => (filter === 'all' || (filter === 'known' && p.known) || (filter === 'anonymous' && !p.known)
        || (filter === 'customers' && p.orders > 0) || (filter === 'sample' && p.sample))
        && (!wanted || `${p.label} ${p.email ?? ''}`.toLowerCase().includes(wanted)) && !mock.deleted.has(p.id);
    const at = (i) => data.personRow(i, mock.now, mock.sample.present && i % 3 === 0);
    let items = [];
    let total = mock.total;
    const from = Number(cursor ?? 0);
    if (!wanted && filter === 'all') {
        for (let i = from; i < Math.min(from + limit, total); i++) items.push(at(i));
        items = items.filter(keep);
    } else {
        const all = [];
        for (let i = 0; i < Math.min(total, 3000); i++) if (keep(at(i))) all.push(at(i));
        if (query.sort === 'revenue') all.sort((a, b) => b.revenue - a.revenue);
        total = all.length;
        items = all.slice(from, from + limit);
    }
    const next = from + limit < total ? String(from + limit) : null;
    return { body: { items, next, total, search: { ready: mock.searchReady, indexed: mock.searchReady ? mock.total : Math.floor(mock.total / 3), total: mock.total } } };
}
route('GET', '/v1/people', ({ mock, query }) => search({ mock, query: Object.fromEntries(query) }));
route('POST', '/v1/people/search', ({ mock, json }) => search({ mock, query: json }));
route('GET', '/v1/people/{id}', ({ mock, values, session }) => ({ body: mock.veil(session, data.person(mock.row(values.id), mock.now, mock.extras.get(values.id) ?? {})) }));
route('GET', '/v1/people/{id}/events', ({ mock, values, query }) => ({ body: cut(data.eventsOf(mock.row(values.id), mock.now), query) }));
route('GET', '/v1/people/{id}/orders', ({ mock, values, query }) => ({ body: cut(data.ordersOf(mock.row(values.id)), query) }));
route('GET', '/v1/people/{id}/history', ({ mock, values, query }) => {
    const found = data.person(mock.row(values.id), mock.now, {}).traits.find((x) => x.name === query.get('field'));
    if (!found) throw missing();
    const at = new Date(found.at).getTime();
    return { body: { items: [
        { field: found.name, value: found.value, at: found.at, source: found.source, import: null, action: 'set', shown: 'full' },
        { field: found.name, value: 'former value', at: data.iso(at - 90 * 86_400_000), source: 2, import: 2, action: 'set', shown: 'full' },
    ], next: null, masked: 0, hidden: 0 } };
});
const change = (mock, id, more) => {
    mock.row(id);
    mock.extras.set(id, { ...mock.extras.get(id), ...more });
};
route('POST', '/v1/people/{id}/merge', ({ mock, values, json }) => {
    if (json.other === values.id) throw new Refusal(409, 'conflict', 'It contradicts what is stored.', { detail: 'A person cannot be merged with itself.' });
    change(mock, values.id, { merged: json.other });
    return { body: { id: values.id, edge: 7, other: null } };
});
route('POST', '/v1/people/{id}/unmerge', ({ mock, values, json }) => {
    change(mock, values.id, { unmerged: json.reason });
    return { body: { id: values.id, edge: json.edge, other: json.edge ? values.id : null } };
});
route('DELETE', '/v1/people/{id}', ({ mock, values }) => {
    mock.row(values.id);
    mock.deleted.add(values.id);
});
route('PUT', '/v1/people/{id}/consents/{purpose}', ({ mock, values, json }) => {
    const before = mock.extras.get(values.id)?.consents ?? {};
    change(mock, values.id, { consents: { ...before, [values.purpose]: json.state } });
    return { body: { consents: data.person(mock.row(values.id), mock.now, mock.extras.get(values.id)).consents } };
});

route('GET', '/v1/sources', ({ mock }) => ({ body: { items: mock.sources, next: null } }));
route('POST', '/v1/sources', ({ mock, json }) => {
    const made = { number: 10 + mock.sources.length, name: json.name, kind: 'http', enabled: true, sample: false, write_key: `ck_${randomBytes(10).toString('hex')}`, created: data.iso(Date.now()), last_seen: null, accepted: 0, refused: 0, last_error: null, last_error_at: null };
    mock.sources = [...mock.sources, made];
    return { status: 201, body: made };
});
route('PATCH', '/v1/sources/{number}', ({ mock, values, json }) => {
    const found = mock.sources.find((s) => s.number === Number(values.number));
    if (!found) throw missing();
    Object.assign(found, json);
    return { body: found };
});

const importOf = (mock, number) => {
    const found = mock.imports.find((i) => i.number === Number(number));
    if (!found) throw missing();
    return found;
};
function advance(i) { // every look moves a busy import on
    const next = { uploaded: 'checking', checking: 'ready', reverting: 'reverted' }[i.status];
    if (i.hold) return i;
    if (i.status === 'running') {
        i.bytes_done = Math.min(i.bytes, i.bytes_done + Math.ceil(i.bytes / 3));
        i.rate = 104_000;
        i.seconds_left = Math.round((i.bytes - i.bytes_done) / i.bytes * 6);
        if (i.bytes_done >= i.bytes) Object.assign(i, { status: 'done', created: i.rows_ok - 40, updated: 40, rate: 0, seconds_left: null, finished: data.iso(Date.now()) });
    } else if (next === 'ready') {
        Object.assign(i, { status: 'ready', bytes_done: i.bytes, rows: 9120, rows_bad: 8, rows_ok: 9112, columns: structuredClone(data.COLUMNS[i.kind]) });
    } else if (next) {
        i.status = next;
    }
    return i;
}
route('GET', '/v1/imports', ({ mock }) => ({ body: { items: [...mock.imports].sort((a, b) => b.number - a.number), next: null } }));
route('POST', '/v1/imports', ({ mock, query, body }) => {
    const number = Math.max(0, ...mock.imports.map((i) => i.number)) + 1;
    const made = {
        number, kind: query.get('kind'), name: query.get('name') ?? '', map: query.get('map') ?? '', status: 'uploaded',
        ...data.IMPORT_BASE, currency: query.get('currency') ?? '', dates: query.get('dates') ?? '', dry_run: query.get('dry_run') === 'true',
        bytes: body.length, bytes_done: 0, rows: 0, rows_ok: 0, rows_bad: 0, created: 0, updated: 0, unchanged: 0, rate: 0, seconds_left: null,
        created_at: data.iso(Date.now()), started: null, finished: null, columns: [],
    };
    mock.imports.push(made);
    return { status: 202, body: made };
});
route('GET', '/v1/imports/{number}', ({ mock, values }) => ({ body: advance(importOf(mock, values.number)) }));
route('POST', '/v1/imports/{number}/start', ({ mock, values, json }) => {
    const i = importOf(mock, values.number);
    for (const c of json.mapping ?? []) i.columns.find((x) => x.name === c.column).field = c.field;
    Object.assign(i, { status: 'running', started: data.iso(Date.now()), dry_run: false, bytes_done: 0, map: json.map_name ?? i.map });
    return { status: 202, body: i };
});
route('GET', '/v1/imports/{number}/bad-rows', () => ({ body: 'row,reason,Email\n18,not an e-mail address,nobody\n' }));
route('POST', '/v1/imports/{number}/revert', ({ mock, values }) => {
    const i = importOf(mock, values.number);
    i.status = 'reverting';
    return { status: 202, body: i };
});
route('DELETE', '/v1/imports/{number}', ({ mock, values }) => {
    const i = importOf(mock, values.number);
    i.upload = false;
    if (i.status === 'ready') mock.imports = mock.imports.filter((x) => x !== i);
});
route('GET', '/v1/import-maps', ({ mock }) => ({ body: { items: mock.maps, next: null, fields: data.MAP_FIELDS } }));
route('PUT', '/v1/import-maps/{name}', ({ mock, values, json }) => {
    const made = { name: values.name, builtin: false, doc: 'Saved by staff.', ...json };
    mock.maps = [...mock.maps.filter((m) => m.name !== values.name), made];
    return { body: made };
});
route('DELETE', '/v1/import-maps/{name}', ({ mock, values }) => {
    mock.maps = mock.maps.filter((m) => m.name !== values.name);
});

const openRows = (mock) => mock.quarantine.filter((q) => q.status === 'open');
const still = (body) => { // refused again?
    try {
        const call = JSON.parse(body);
        if (!call.userId && !call.anonymousId) return 'missing';
        return call.properties?.products?.some((p) => typeof p.price !== 'number') ? 'invalid' : null;
    } catch {
        return 'malformed';
    }
};
const quarantined = (mock, id) => {
    const found = mock.quarantine.find((x) => String(x.id) === id);
    if (!found) throw missing();
    return found;
};
route('GET', '/v1/quarantine', ({ mock, query }) => {
    const here = openRows(mock).filter((q) => !query.get('source') || String(q.source) === query.get('source'));
    const counts = new Map();
    for (const q of here) counts.set(q.code, (counts.get(q.code) ?? 0) + 1);
    const items = here.filter((q) => !query.get('code') || q.code === query.get('code')).map(({ body, body_encoding, ...rest }) => rest);
    return { body: { ...cut(items, query), counts: [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count) } };
});
route('GET', '/v1/quarantine/{id}', ({ mock, values }) => ({ body: { ...quarantined(mock, values.id), shown: 'full' } }));
route('POST', '/v1/quarantine/replay', ({ mock, json }) => {
    let replayed = 0;
    let refused = 0;
    for (const q of openRows(mock).filter((x) => !json.code || x.code === json.code)) {
        if (still(q.body)) refused++;
        else {
            q.status = 'replayed';
            replayed++;
        }
    }
    return { body: { replayed, refused } };
});
route('POST', '/v1/quarantine/{id}/replay', ({ mock, values, json }) => {
    const q = quarantined(mock, values.id);
    const why = still(json.body ?? q.body);
    if (why) throw new Refusal(400, why, 'A value is not what the field accepts.', { field: q.field, detail: q.text });
    q.status = 'replayed';
    return { body: q };
});
route('DELETE', '/v1/quarantine/{id}', ({ mock, values }) => {
    quarantined(mock, values.id).status = 'discarded';
});

route('GET', '/v1/dictionary', ({ mock }) => ({ body: mock.dictionary }));
route('GET', '/v1/dictionary/undeclared', ({ mock }) => ({ body: { items: mock.undeclared, next: null } }));
const faults = (text) => text.split('\n').flatMap((line, i) => (/^\s*type:\s*(\w+)/.test(line) && !/string|integer|enum|money|date|boolean|number/.test(line)
    ? [{ line: i + 1, column: line.indexOf('type') + 7, row: 'persons/loyalty_level', code: 'invalid', text: 'type is one of string, integer, number, money, boolean, time, date, email, phone, url, country, currency, enum, object, array.' }] : []));
const DIFF = [
    { row: 'persons/loyalty_level', change: 'changed', attributes: [{ name: 'options', before: ['bronze', 'silver', 'gold'], after: ['bronze', 'silver', 'gold', 'jade'] }] },
    { row: 'persons/favourite_brew', change: 'added', attributes: [{ name: 'type', before: null, after: 'string' }, { name: 'level', before: null, after: 'P2' }, { name: 'aliases', before: null, after: [] }] },
];
route('POST', '/v1/dictionary/check', ({ mock, json }) => {
    const errors = faults(json.text);
    return { body: { ok: errors.length === 0, errors, error_count: errors.length, diff: errors.length || json.text === mock.dictionary.text ? [] : DIFF } };
});
route('PUT', '/v1/dictionary', ({ mock, json }) => {
    if (json.version !== mock.dictionary.version) throw new Refusal(412, 'precondition_failed', 'It changed since it was read.');
    if (faults(json.text).length) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.');
    mock.dictionary = { ...mock.dictionary, text: json.text, version: randomBytes(8).toString('hex') };
    return { body: mock.dictionary };
});

route('GET', '/v1/sample-data', ({ mock }) => {
    if (mock.sample.going && --mock.sample.going === 0) {
        mock.sample = { present: false, events: 0 };
        mock.sources = mock.sources.filter((s) => !s.sample);
    }
    const { present, events } = mock.sample;
    return { body: { present, events } };
});
route('DELETE', '/v1/sample-data', ({ mock }) => {
    mock.sample.going = 2;
    return { status: 202, body: { present: true, events: mock.sample.events } };
});
