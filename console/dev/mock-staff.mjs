// SPDX-License-Identifier: Apache-2.0
// The mock server's routes about staff: signing in by steps, one's own factors, sessions and tokens,
// staff, invitations, roles, approvals. What a test wants to see is set on `mock` directly.

import { randomBytes } from 'node:crypto';
import { Mock, Refusal, cut, missing, onReset, route } from './mock-api.mjs';
import { iso } from './mock-data.mjs';
import { BUILTIN, PERMISSION_DOCS, PURPOSES, RULES, LEVELS } from './mock-roles.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CODE = '123456';
export const CODES = ['7f3k-9qdw', 'm2xh-4t8p', 'c6vz-1jrn', 'b9sy-5gea', 'w4lu-8kfd', 'q1zt-6hmx', 'e7pn-3cvr', 'j5da-2wys', 'k8gb-7ufl', 't3re-9nqh'];
const QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h29v29H0z"/><path stroke="#000" d="M2 2.500h7m2 0h3m4 0h2m1 0h7M2 3.500h1m5 0h1m1 0h2m3 0h3m3 0h1m5 0h1M2 4.500h1m1 0h3m1 0h1m2 0h4m6 0h1m1 0h3m1 0h1M2 8.500h7m1 0h1m1 0h1m1 0h1m1 0h1m1 0h1m1 0h7M4 12.500h5m3 0h6m2 0h6M2 16.500h2m4 0h3m2 0h5m4 0h4M2 20.500h7m3 0h4m1 0h6m2 0h2M2 26.500h7m4 0h2m2 0h6m1 0h3"/></svg>';
const wrongCode = () => new Refusal(401, 'unauthenticated', 'The code is not right.');

onReset.push((mock, full) => {
    const { now } = mock;
    mock.second = [];            // factors asked for after the password
    mock.factorNeeded = false;   // the role needs one and there is none
    mock.postpone = null;
    mock.signedInAs = null;
    mock.oidc = { enabled: false, name: null };
    for (const s of mock.sessions.values()) Object.assign(s, { proved: Date.now(), permissions: mock.permissions, second_factor: mock.factorState() });
    mock.tickets = new Set();
    mock.strength = null;
    mock.own = {
        password: { changed: iso(now - 80 * DAY) }, totp: { enrolled: full ? iso(now - 80 * DAY) : null }, recovery_codes: full ? { left: 8, made: iso(now - 80 * DAY) } : { left: 0, made: null },
        passkeys: full ? [{ id: 1, name: 'Laptop', created: iso(now - 70 * DAY), last_used: iso(now - 2 * HOUR) }] : [], sms: { number: null }, second_factor: { required: true, enrolled: full, postpone_until: null },
    };
    mock.sessionList = [
        { id: 's1', current: true, created: iso(now - HOUR), last: iso(now - 4000), network: '203.0.113.0/24', browser: 'Firefox 140 on Linux', factor: 'totp' },
        { id: 's2', current: false, created: iso(now - 9 * HOUR), last: iso(now - 8 * HOUR), network: '198.51.100.0/24', browser: 'Safari 18 on iPhone', factor: 'passkey' },
    ].slice(0, full ? 2 : 1);
    mock.tokens = full ? [{ id: 1, name: 'Newsletter tool', prefix: 'cust_7Qm2', permissions: ['people_read', 'analytics_read'], created: iso(now - 40 * DAY), expires: iso(now + 50 * DAY), last_used: iso(now - 3 * HOUR), made_by: 1 }] : [];
    const member = (id, email, role, more) => ({ id, email, role, state: 'active', created: iso(now - 300 * DAY), last_sign_in: iso(now - id * 5 * HOUR), factors: ['totp', 'recovery'], self: false, ...more });
    mock.staff = [
        member(1, 'owner@shop.example', 'owner', { self: true, factors: ['totp', 'passkey', 'recovery'], last_sign_in: iso(now - 4000) }), member(2, 'mira@shop.example', 'support_agent', {}),
        member(3, 'jan@shop.example', 'analyst', { factors: [], last_sign_in: null }), member(4, 'former@shop.example', 'marketer', { state: 'disabled' }),
    ].slice(0, full ? 4 : 1);
    mock.invitations = full ? [{ id: 6, email: 'new@shop.example', role: 'data_steward', created: iso(now - 2 * HOUR), expires: iso(now + 46 * HOUR), invited_by: 1 }] : [];
    mock.inviteToken = 'come-in';
    mock.resetToken = 'forgot-it';
    mock.roles = [...BUILTIN.map((r) => ({ ...r, staff: mock.staff.filter((s) => s.role === r.name).length })),
        ...(full ? [{ name: 'warehouse', doc: 'Packs parcels: addresses and orders, nothing else.', builtin: false, permissions: ['session', 'people_read'], view: { P0: 'full', P1: 'full', P2: 'mask', P3: 'none', P4: 'none' }, purposes: ['support'], second_factor: 'required', staff: 0 }] : [])];
    mock.rules = RULES.map((r) => ({ ...r }));
    mock.approvals = full ? [
        { id: 'a12', kind: 'bulk_export', reason: 'Postal mailing of the spring catalogue', target: 'POST /v1/exports', asked_by: 'mira@shop.example', asked: iso(now - 20 * 60_000), expires: iso(now + 23 * HOUR), state: 'waiting', decided_by: null, decided: null },
        { id: 'a11', kind: 'keys', reason: 'Yearly rotation', target: 'POST /v1/keys/rotate', asked_by: 'owner@shop.example', asked: iso(now - 9 * DAY), expires: iso(now - 8 * DAY), state: 'used', decided_by: 'mira@shop.example', decided: iso(now - 9 * DAY + HOUR) },
    ] : [];
});

// What the session says about the second factor.
Mock.prototype.factorState = function factorState() {
    return { required: this.factorNeeded || this.second.length > 0 || this.postpone !== null, enrolled: !this.factorNeeded && this.postpone === null && this.second.length > 0, postpone_until: this.postpone };
};
Mock.prototype.firstStep = function firstStep() {
    if (!this.second.length) return { ...this.signIn(), status: 201 };
    const ticket = randomBytes(8).toString('hex');
    this.tickets.add(ticket);
    return { body: { state: 'second_factor', ticket, factors: this.second, staff: null, csrf: null, permissions: null, second_factor: null, shop: null } };
};
Mock.prototype.approved = function approved(kind, session, request) {
    const found = this.approvals.find((a) => String(a.id) === request.headers['x-custos-approval'] && a.kind === kind && a.state === 'approved');
    if (!found) throw new Refusal(403, 'forbidden', 'Not allowed.', { field: 'approval', detail: `a second member of staff has to approve this (${kind}): ask at POST /v1/approvals` });
    found.state = 'used';
};
const ticketed = (mock, json) => {
    if (!mock.tickets.has(json.ticket)) throw new Refusal(401, 'unauthenticated', 'The ticket is over.');
};
const enrolled = (mock, session, codes = true) => {
    mock.factorNeeded = false;
    mock.postpone = null;
    mock.own.second_factor.enrolled = true;
    session.permissions = mock.permissions;
    session.second_factor = { required: true, enrolled: true, postpone_until: null };
    if (mock.own.recovery_codes.made || !codes) return null;
    mock.own.recovery_codes = { left: 10, made: iso(Date.now()) };
    return CODES;
};

route('POST', '/v1/session/second-factor', ({ mock, json }) => {
    ticketed(mock, json);
    if (json.factor === 'recovery' ? !CODES.includes(json.code) : json.code.replace(/\s/g, '') !== CODE) throw wrongCode();
    return { ...mock.signIn(), status: 201 };
}, true);
route('POST', '/v1/session/sms', ({ mock, json }) => ticketed(mock, json), true);
const host = (request) => request.headers.host.split(':')[0];
route('POST', '/v1/session/passkey/options', ({ mock, json, request }) => {
    const ticket = json.ticket ?? randomBytes(8).toString('hex');
    mock.tickets.add(ticket);
    return { body: { ticket, publicKey: { challenge: randomBytes(32).toString('base64url'), rpId: host(request), timeout: 60_000, userVerification: 'required', allowCredentials: [] } } };
}, true);
route('POST', '/v1/session/passkey', ({ mock, json }) => {
    ticketed(mock, json);
    if (!json.credential?.response?.signature) throw new Refusal(400, 'missing', 'A value is missing.', { field: '/credential' });
    return { ...mock.signIn(), status: 201 };
}, true);
route('POST', '/v1/session/reauth', ({ mock, session, json }) => {
    if (json.password !== undefined ? json.password !== mock.owner.password : json.code !== CODE) throw wrongCode();
    session.proved = Date.now();
});
route('GET', '/v1/oidc', ({ mock }) => ({ body: mock.oidc }), true);
route('POST', '/v1/password-strength', ({ mock, json }) => {
    const length = [...json.password].length;
    const common = /password|123456|qwert/i.test(json.password);
    const score = common ? 0 : Math.min(4, Math.floor(length / 5));
    return { body: mock.strength ?? { score, acceptable: length >= 15 && !common, reason: common ? 'This is one of the first that are tried.' : length < 15 ? `At least 15 characters; these are ${length}.` : null } };
}, true);
route('POST', '/v1/password-reset', ({ mock, json }) => {
    if (json.token !== mock.resetToken) throw new Refusal(403, 'forbidden', 'The link was used or is too old.');
    mock.resetToken = null;
    mock.owner.password = json.password;
    return mock.firstStep();
}, true);
const invited = (mock, json) => {
    if (json.token !== mock.inviteToken) throw new Refusal(404, 'not_found', 'The link was used or is too old.');
};
route('POST', '/v1/invitations/check', ({ mock, json }) => {
    invited(mock, json);
    return { body: { email: 'new@shop.example', role: 'data_steward', expires: iso(mock.now + 46 * HOUR) } };
}, true);
route('POST', '/v1/invitations/accept', ({ mock, json }) => {
    invited(mock, json);
    mock.inviteToken = null;
    mock.signedInAs = { id: 5, email: 'new@shop.example', role: 'data_steward' };
    return mock.firstStep();
}, true);

route('GET', '/v1/security', ({ mock }) => ({ body: mock.own }));
route('PUT', '/v1/security/password', ({ mock, json }) => {
    if (json.current !== mock.owner.password) throw new Refusal(401, 'unauthenticated', 'The password is wrong.', { field: '/current' });
    mock.owner.password = json.password;
    mock.own.password.changed = iso(Date.now());
});
route('POST', '/v1/security/totp', () => ({ body: { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Custos:owner?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Custos', qr: QR } }), '', { fresh: true });
route('POST', '/v1/security/totp/confirm', ({ mock, session, json }) => {
    if (json.code !== CODE) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/code', detail: 'The code of this moment is expected.' });
    mock.own.totp.enrolled = iso(Date.now());
    return { body: { recovery_codes: enrolled(mock, session) } };
});
route('DELETE', '/v1/security/totp', ({ mock }) => { mock.own.totp.enrolled = null; }, '', { fresh: true });
route('POST', '/v1/security/recovery-codes', ({ mock }) => {
    mock.own.recovery_codes = { left: 10, made: iso(Date.now()) };
    return { body: { recovery_codes: CODES } };
}, '', { fresh: true });
route('POST', '/v1/security/passkeys/options', ({ request }) => ({ body: { publicKey: {
    challenge: randomBytes(32).toString('base64url'), rp: { id: host(request), name: 'Custos' }, user: { id: randomBytes(16).toString('base64url'), name: 'owner@shop.example', displayName: 'owner@shop.example' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }], timeout: 60_000, excludeCredentials: [], authenticatorSelection: { residentKey: 'required', userVerification: 'required' }, attestation: 'none',
} } }), '', { fresh: true });
route('POST', '/v1/security/passkeys', ({ mock, session, json }) => {
    if (!json.credential?.response?.attestationObject) throw new Refusal(400, 'missing', 'A value is missing.', { field: '/credential' });
    enrolled(mock, session, false);
    mock.own.passkeys = [...mock.own.passkeys, { id: mock.own.passkeys.length + 10, name: json.name, created: iso(Date.now()), last_used: null }];
    return { status: 201, body: { id: mock.own.passkeys.at(-1).id } };
});
route('DELETE', '/v1/security/passkeys/{id}', ({ mock, values }) => { mock.own.passkeys = mock.own.passkeys.filter((p) => String(p.id) !== values.id); }, '', { fresh: true });
route('POST', '/v1/security/sms', ({ mock, json }) => { mock.smsNumber = json.number; }, '', { fresh: true });
route('POST', '/v1/security/sms/confirm', ({ mock, json }) => {
    if (json.code !== CODE) throw new Refusal(400, 'invalid', 'The code is not right.', { field: '/code' });
    mock.own.sms.number = `${mock.smsNumber.slice(0, 3)} … ${mock.smsNumber.slice(-2)}`;
});
route('DELETE', '/v1/security/sms', ({ mock }) => { mock.own.sms.number = null; }, '', { fresh: true });
route('GET', '/v1/sessions', ({ mock }) => ({ body: { items: mock.sessionList, next: null } }));
route('DELETE', '/v1/sessions', ({ mock }) => { mock.sessionList = mock.sessionList.filter((s) => s.current); });
route('DELETE', '/v1/sessions/{id}', ({ mock, values }) => { mock.sessionList = mock.sessionList.filter((s) => s.id !== values.id); });
route('GET', '/v1/tokens', ({ mock }) => ({ body: { items: mock.tokens, next: null, available: mock.permissions.filter((p) => !['session', 'tokens', 'staff_write'].includes(p)) } }), 'tokens');
route('POST', '/v1/tokens', ({ mock, json }) => {
    const token = `cust_${randomBytes(18).toString('base64url')}`;
    const made = { id: mock.tokens.length + 1, name: json.name, prefix: token.slice(0, 9), permissions: json.permissions, created: iso(Date.now()), expires: iso(Date.now() + json.expires_days * DAY), last_used: null, made_by: 1 };
    mock.tokens = [...mock.tokens, made];
    return { status: 201, body: { id: made.id, token } };
}, 'tokens', { fresh: true });
route('DELETE', '/v1/tokens/{id}', ({ mock, values }) => { mock.tokens = mock.tokens.filter((x) => String(x.id) !== values.id); }, 'tokens');

const member = (mock, id) => {
    const found = mock.staff.find((s) => String(s.id) === id);
    if (!found) throw missing();
    return found;
};
const link = (kind) => `https://custos.example/${kind}#${randomBytes(16).toString('base64url')}`;
route('GET', '/v1/staff', ({ mock }) => ({ body: { items: mock.staff, next: null } }), 'staff_read');
route('PATCH', '/v1/staff/{id}', ({ mock, values, json }) => ({ body: Object.assign(member(mock, values.id), json) }), 'staff_write', { fresh: true, approval: 'role_grant' });
route('DELETE', '/v1/staff/{id}', ({ mock, values }) => { mock.staff = mock.staff.filter((s) => s !== member(mock, values.id)); }, 'staff_write', { fresh: true });
route('POST', '/v1/staff/{id}/reset-link', ({ mock, values }) => ({ body: { link: member(mock, values.id) && link('reset') } }), 'staff_write', { fresh: true });
route('DELETE', '/v1/staff/{id}/sessions', ({ mock, values }) => { member(mock, values.id); }, 'staff_write');
route('DELETE', '/v1/staff/{id}/factors', ({ mock, values }) => { member(mock, values.id).factors = []; }, 'staff_write', { fresh: true });
route('GET', '/v1/invitations', ({ mock }) => ({ body: { items: mock.invitations, next: null } }), 'staff_read');
route('POST', '/v1/invitations', ({ mock, json }) => {
    const made = { id: 7 + mock.invitations.length, ...json, created: iso(Date.now()), expires: iso(Date.now() + 48 * HOUR), invited_by: 1 };
    mock.invitations = [...mock.invitations, made];
    return { status: 201, body: { id: made.id, link: link('invite'), expires: made.expires } };
}, 'staff_write', { fresh: true, approval: 'role_grant' });
route('DELETE', '/v1/invitations/{id}', ({ mock, values }) => { mock.invitations = mock.invitations.filter((i) => String(i.id) !== values.id); }, 'staff_write');

route('GET', '/v1/roles', ({ mock }) => ({ body: { permissions: PERMISSION_DOCS, levels: LEVELS, purposes: PURPOSES, items: mock.roles, next: null } }), 'staff_read');
route('POST', '/v1/roles', ({ mock, json }) => {
    if (mock.roles.some((r) => r.name === json.name)) throw new Refusal(409, 'conflict', 'There is a role of that name.', { field: '/name' });
    mock.roles = [...mock.roles, { ...json, builtin: false, second_factor: 'required', staff: 0 }];
    return { status: 201, body: mock.roles.at(-1) };
}, 'roles_write', { fresh: true });
route('PUT', '/v1/roles/{name}', ({ mock, values, json }) => ({ body: Object.assign(mock.roles.find((r) => r.name === values.name), json) }), 'roles_write', { fresh: true });
route('DELETE', '/v1/roles/{name}', ({ mock, values }) => { mock.roles = mock.roles.filter((r) => r.name !== values.name); }, 'roles_write', { fresh: true });
route('GET', '/v1/approval-rules', ({ mock }) => ({ body: { items: mock.rules, next: null } }), 'staff_read');
route('PUT', '/v1/approval-rules/{kind}', ({ mock, values, json }) => ({ body: Object.assign(mock.rules.find((r) => r.kind === values.kind), json) }), 'roles_write', { fresh: true });
route('GET', '/v1/approvals', ({ mock, query }) => ({ body: cut(mock.approvals, query) }));
route('POST', '/v1/approvals', ({ mock, session, json }) => {
    const made = { id: `a${20 + mock.approvals.length}`, kind: 'keys', ...json, asked_by: session.staff.email, asked: iso(Date.now()), expires: iso(Date.now() + DAY), state: 'waiting', decided_by: null, decided: null };
    mock.approvals = [made, ...mock.approvals];
    return { status: 201, body: made };
});
for (const [act, state] of [['approve', 'approved'], ['refuse', 'refused']]) {
    route('POST', `/v1/approvals/{id}/${act}`, ({ mock, values, session }) => {
        const found = mock.approvals.find((a) => String(a.id) === values.id);
        if (!found) throw missing();
        Object.assign(found, { state, decided: iso(Date.now()), decided_by: session.staff.email });
    }, 'approve', { fresh: act === 'approve' });
}
