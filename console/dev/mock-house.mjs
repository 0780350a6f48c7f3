// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about the house: audit, alerts, decoys, keys, backups, self-audit; masking
// of a person for roles that see less, and break-glass.

import { Mock, Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso, random } from './mock-data.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ACTS = ['people.show', 'people.search', 'people.events', 'people.orders', 'session.create', 'sources.list', 'people.merge', 'dictionary.put'];
const WHO = [[1, 'owner@shop.example', 'owner', 'support'], [2, 'mira@shop.example', 'support_agent', 'support'], [3, 'jan@shop.example', 'analyst', 'analytics']];

const who = (id) => ({ kind: 'staff', id, label: WHO[id - 1][1] });

export function entry(index, now, total) {
    const r = random(index * 7919 + 3);
    const [id, label, role, purpose] = WHO[Math.floor(r() ** 1.5 * 3)];
    const action = ACTS[Math.floor(r() ** 1.3 * ACTS.length)];
    const glass = r() < 0.01;
    const refused = r() < 0.05;
    return {
        index, time: iso(now - (total - index) * 37_000), actor: r() < 0.05 ? { kind: 'system', id: 0, label: null } : { kind: 'staff', id, label }, role, purpose, action,
        outcome: refused ? 'refused' : 'done', people: action.startsWith('people') ? (action === 'people.search' ? 40 : 1) : 0,
        fields: action === 'people.show' ? 'email, phone, address.city' : '', network: '203.0.113.0/24', request_id: `0190-${index}`, detail: refused ? { code: 'forbidden' } : null, break_glass: glass,
    };
}

onReset.push((mock, full) => {
    const { now } = mock;
    mock.entries = full ? 24_000 : 0;
    mock.verdict = { ok: true, size: mock.entries, signed_size: mock.entries, cosigned_size: 0, key: 'custos.example+5a1f9c02+AQ', problem: null, root: 'q4Zt2yM1xk0o8nq3l0f5cJm7vG9sD6aW1bR8eT2uYxE=', ms: 412 };
    mock.alerts = full ? [
        { id: 3, kind: 'decoy', raised: iso(now - 50 * MINUTE), staff: who(3), detail: { decoys: 1 }, state: 'open', closed: null, closed_by: null, note: null },
        { id: 2, kind: 'break_glass', raised: iso(now - DAY), staff: who(2), detail: { minutes: 15 }, state: 'open', closed: null, closed_by: null, note: null },
        { id: 1, kind: 'mass_read', raised: iso(now - 12 * DAY), staff: who(3), detail: { people: 812, minutes: 10 }, state: 'closed', closed: iso(now - 11 * DAY), closed_by: who(1), note: 'Yearly clean-up, agreed before.' },
    ] : [];
    mock.decoys = full ? 24 : 0;
    mock.glass = new Map();
    mock.masking = false;
    mock.kit = full ? iso(now - 200 * DAY) : null;
    const tree = (name, subjects, erased = 0) => ({ name, subjects, restricted: 0, erased, nodes: Math.ceil(subjects / 64) + 1, bytes: (Math.ceil(subjects / 64) + 1) * 6200 });
    mock.keyData = {
        root: { source: 'file', fingerprint: '5019b6d12b798e58ce8c75ba45e5faab', created: iso(now - 400 * DAY), ratchet: full }, process: full ? 'separate' : 'inside', epoch: full ? 1841 : 1,
        trees: full ? [tree('people', mock.total, 312), tree('vault', 3020), tree('staff', 4, 1), tree('sources', 3)] : [tree('staff', 1)],
        classes: ['identifier', 'contact', 'address', 'sensitive', 'notes', 'behaviour', 'undeclared', 'order', 'quarantine', 'audit'].map((name) => ({ name, version: 1, suite: 'XChaCha20-Poly1305' })),
        signing: { key_id: 'custos-5a1f9c02/audit+ccd8c920' }, index: { version: 1 }, replicas: [], erasures: { state: 'complete', pending_on: [] },
        archives: full ? { days: 7, newest: iso(now - 5 * HOUR), oldest: iso(now - 6 * DAY), count: 7 } : { days: 7, newest: null, oldest: null, count: 0 },
        rotations: full ? [{ kind: 'class', state: 'done', done: 12_400, total: 12_400, started: iso(now - 30 * DAY), finished: iso(now - 30 * DAY + HOUR) }] : [],
    };
    const backup = (id, kind, hours, more = {}) => ({ id, class: kind, target: 'nas', started: iso(now - hours * HOUR), finished: iso(now - hours * HOUR + 3 * MINUTE), bytes: kind === 'data' ? 812_000_000 : 1_400_000, sent: 40_000_000, files: kind === 'data' ? 214 : 12, reused: kind === 'data' ? 190 : 0, state: 'done', verified: iso(now - hours * HOUR + 9 * MINUTE), error: null, ...more });
    mock.backupData = {
        targets: full ? [{ name: 'nas', kind: 'folder', place: '/mnt/nas/custos', failing_since: null }, { name: 'offsite', kind: 's3', place: 's3://backup.example/custos', failing_since: iso(now - 2 * DAY) }] : [], schedule: { every_hours: 6, keep: 30, key_days: 7, drill_days: 30, journal: true }, idle: true, progress: 0,
        items: full ? [backup('b5', 'data', 5), backup('b4', 'keys', 8), backup('b3', 'configuration', 8, { verified: null }), backup('b2', 'data', 11, { state: 'failed', verified: null, error: 'The target is full: 12 MB are missing.' })] : [],
        drills: full ? [{ id: 1, started: iso(now - 9 * DAY), finished: iso(now - 9 * DAY + 12 * MINUTE), backup: 'b1', state: 'passed', report: { people: 12_400, events: 482_113, erased_found: 0, seconds: 712 } }] : [],
    };
    mock.findings = full ? [
        { id: 'tls', severity: 'danger', title: 'The console is reached over plain HTTP', text: 'Passwords and sessions can be read on the way.', mend: 'Set tls_cert and tls_key, or put a proxy with TLS in front and set public_url to https.' },
        { id: 'root_key', severity: 'warning', title: 'The root key lies on the same disk as the data', text: 'Whoever takes the disk has both.', mend: 'Move it to another path, or use a passphrase or a TPM credential.' },
        { id: 'backup', severity: 'good', title: 'The newest backup is 5 hours old and verified', text: 'Data, keys and configuration are in different places.', mend: null },
        { id: 'factors', severity: 'good', title: 'Every member of staff with rights has a second factor', text: 'No text messages as an only factor.', mend: null },
    ] : [];
});

const mask = (text) => (typeof text === 'string' && text.includes('@') ? `${text[0]}***@${text.split('@')[1]}` : `${String(text)[0]}***`);
Mock.prototype.veil = function veil(session, person) {
    const open = (this.glass.get(person.id) ?? 0) > Date.now();
    const shown = (level) => (!this.masking || open || level === 'P0' || level === 'P1' ? 'full' : level === 'P2' ? 'masked' : 'hidden');
    const cover = (value, how) => (how === 'full' ? value : how === 'masked' ? mask(value) : null);
    const all = [...person.traits.map((x) => x.level), ...person.identifiers.map(() => 'P2')].map(shown);
    return {
        ...person, label_shown: 'full', merges: person.merges.map((m) => ({ ...m, reason_shown: 'full' })), break_glass: open, masked: all.filter((x) => x === 'masked').length, hidden: all.filter((x) => x === 'hidden').length,
        traits: person.traits.map((x) => ({ ...x, shown: shown(x.level), value: cover(x.value, shown(x.level)) })),
        identifiers: person.identifiers.map((x) => ({ ...x, shown: shown('P2'), value: cover(x.value, shown('P2')) })),
    };
};
route('POST', '/v1/people/{id}/break-glass', ({ mock, values }) => {
    mock.row(values.id);
    const until = Date.now() + (mock.glassFor ?? 15 * MINUTE);
    mock.glass.set(values.id, until);
    mock.alerts = [{ id: 90, kind: 'break_glass', raised: iso(Date.now()), staff: who(1), detail: {}, state: 'open', closed: null, closed_by: null, note: null }, ...mock.alerts];
    return { body: { until: iso(until) } };
}, 'break_glass', { fresh: true });

route('GET', '/v1/people/{id}/break-glass', ({ mock }) => ({ body: { items: mock.entries ? [{ staff: 'mira@shop.example', at: iso(mock.now - DAY), until: iso(mock.now - DAY + 15 * MINUTE), reason: 'Complaint 4711: the address of a parcel' }] : [], next: null } }), 'audit_read');

function* matching(mock, query) {
    const want = (name, test) => !query.get(name) || test(query.get(name));
    for (let i = mock.entries; i > 0; i--) {
        const e = entry(i, mock.now, mock.entries);
        if (want('staff', (v) => String(e.actor.id) === v) && want('action', (v) => (v.endsWith('.') ? e.action.startsWith(v) : e.action === v)) && want('outcome', (v) => e.outcome === v)
            && want('from', (v) => e.time >= v) && want('to', (v) => e.time < v)) yield e;
    }
}
route('GET', '/v1/audit', ({ mock, query }) => {
    const limit = Number(query.get('limit') ?? 50);
    const from = Number(query.get('cursor') ?? 0);
    const items = [];
    let at = 0;
    for (const e of matching(mock, query)) {
        if (at++ < from) continue;
        if (items.length === limit) return { body: { items, next: String(from + limit) } };
        items.push(e);
    }
    return { body: { items, next: null } };
}, 'audit_read');
route('GET', '/v1/people/{id}/audit', ({ mock, values, query }) => {
    mock.row(values.id);
    const all = Array.from({ length: mock.entries ? 70 : 0 }, (_, i) => ({ ...entry(9000 - i * 3, mock.now, mock.entries), action: 'people.show', people: 1, fields: 'email, phone' }));
    return { body: cut(all, query) };
}, 'audit_read');
route('GET', '/v1/audit/checkpoint', ({ mock }) => ({ body: `custos.example/audit\n${mock.entries}\n${mock.verdict.root}\n\n— custos.example Wh8a…\n` }), true);
route('POST', '/v1/audit/verify', ({ mock }) => ({ body: mock.verdict }), 'audit_read');
route('GET', '/v1/alerts', ({ mock, query }) => ({ body: cut(mock.alerts, query) }), 'audit_read');
route('POST', '/v1/alerts/{id}/close', ({ mock, values, json }) => {
    const found = mock.alerts.find((a) => String(a.id) === values.id);
    if (!found) throw missing();
    Object.assign(found, { state: 'closed', note: json.note, closed: iso(Date.now()), closed_by: who(1) });
}, 'audit_read');
route('GET', '/v1/decoys', ({ mock }) => ({ body: { count: mock.decoys } }), 'audit_read');
route('POST', '/v1/decoys', ({ mock, json }) => {
    mock.decoys += json.count;
    return { status: 201, body: { count: mock.decoys } };
}, 'staff_write', { fresh: true });
route('DELETE', '/v1/decoys', ({ mock }) => { mock.decoys = 0; }, 'staff_write', { fresh: true });

route('GET', '/v1/keys', ({ mock }) => {
    for (const r of mock.keyData.rotations) {
        if (r.finished || r.hold) continue;
        r.done = Math.min(r.total, r.done + Math.ceil(r.total / 3));
        if (r.done >= r.total) Object.assign(r, { state: 'done', finished: iso(Date.now()) });
    }
    return { body: { ...mock.keyData, recovery_kit: { made: mock.kit } } };
}, 'keys');
route('POST', '/v1/keys/rotate', ({ mock, json }) => {
    if (mock.keyData.rotations.some((r) => r.kind === json.kind && !r.finished)) throw new Refusal(409, 'conflict', 'It is being rotated already.');
    mock.keyData.rotations.unshift({ kind: json.kind, state: 'running', done: 0, total: 12_400, started: iso(Date.now()), finished: null });
    return { status: 202, body: {} };
}, 'keys', { fresh: true, approval: 'keys' });
route('POST', '/v1/keys/recovery-kit', ({ mock }) => {
    mock.kit = iso(Date.now());
    return { body: { kit: 'CUSTOS RECOVERY KIT\nFingerprint 5f1c 9a27 e0d4 83b6\n\nkit1-q7zr-m4xd-2hjt-9wvc-e8sn-k3fa-6ylu-b5pg\nkit2-c1td-8gqe-v7mk-5nzx-r2jw-9hsa-f4lb-y6up' } };
}, 'keys', { fresh: true, approval: 'keys' });

route('GET', '/v1/backups', ({ mock }) => {
    for (const b of [...mock.backupData.items, ...mock.backupData.drills]) {
        if (b.state !== 'running' || b.hold) continue;
        if ((b.looks = (b.looks ?? 0) + 1) > 1) Object.assign(b, { state: b.class ? 'done' : 'passed', finished: iso(Date.now()), ...(b.class ? {} : { report: { people: mock.total, erased_found: 0 } }) });
    }
    return { body: mock.backupData };
}, 'backup');
route('POST', '/v1/backups', ({ mock, json }) => {
    mock.backupData.items.unshift({ id: `b${10 + mock.backupData.items.length}`, class: json.class, target: 'nas', started: iso(Date.now()), finished: null, bytes: 0, sent: 0, files: 0, reused: 0, state: 'running', verified: null, error: null });
    return { status: 202, body: {} };
}, 'backup', { fresh: true });
route('POST', '/v1/backups/drill', ({ mock }) => {
    mock.backupData.drills.unshift({ id: 10 + mock.backupData.drills.length, started: iso(Date.now()), finished: null, backup: 'b5', state: 'running', report: {} });
    return { status: 202, body: {} };
}, 'backup');
route('POST', '/v1/backups/{id}/verify', ({ mock, values }) => {
    mock.backupData.items.find((b) => b.id === values.id).verified = iso(Date.now());
    return { status: 202, body: {} };
}, 'backup');
route('GET', '/v1/self-audit', ({ mock }) => ({ body: { checked: iso(Date.now()), items: mock.findings } }), 'operate');
