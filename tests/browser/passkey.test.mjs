// SPDX-License-Identifier: Apache-2.0
// Passkeys with a real browser: Chromium and its virtual authenticator (CTAP2, with and without user
// verification) against the real program, over the routes that the console uses.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Server, haveBinary } from '../lib/server.mjs';
import { launch, obstacle } from './lib/browser.mjs';

const why = obstacle();
const skip = !haveBinary ? 'build/custos is not built' : why?.startsWith('no Chromium') ? why : false;
const EMAIL = 'owner@example.com', PASSWORD = 'a long sentence is fine';

const freePort = () => new Promise((resolve) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
        const { port } = s.address();
        s.close(() => resolve(port));
    });
});

// In the page: a call as the console makes it, and the two ceremonies by the browser's own JSON.
const IN_PAGE = () => {
    const b64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    globalThis.call = async (method, path, body) => {
        const headers = { ...(body && { 'content-type': 'application/json' }), ...(globalThis.csrf && { 'x-csrf-token': globalThis.csrf }) };
        const r = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        const text = await r.text();
        const json = text ? JSON.parse(text) : null;
        if (json?.csrf) globalThis.csrf = json.csrf;
        return { status: r.status, json };
    };
    const ids = (list) => (list ?? []).map((c) => ({ ...c, id: bytes(c.id) }));
    globalThis.make = async (o) => {
        const c = await navigator.credentials.create({ publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: ids(o.excludeCredentials) } });
        return { id: c.id, rawId: b64(c.rawId), type: c.type, response: { clientDataJSON: b64(c.response.clientDataJSON), attestationObject: b64(c.response.attestationObject) } };
    };
    globalThis.use = async (o) => {
        const c = await navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: ids(o.allowCredentials) } });
        const r = c.response;
        return { id: c.id, rawId: b64(c.rawId), type: c.type, response: { clientDataJSON: b64(r.clientDataJSON), authenticatorData: b64(r.authenticatorData), signature: b64(r.signature), userHandle: r.userHandle && b64(r.userHandle) } };
    };
};

describe('passkeys in Chromium', { skip }, () => {
    let server, browser, page, cdp, authenticator;

    const authenticate = async (options) => {
        if (authenticator) await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: authenticator });
        authenticator = (await cdp.send('WebAuthn.addVirtualAuthenticator', {
            options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
        })).authenticatorId;
    };
    const evaluate = (fn, arg) => page.evaluate(fn, arg);
    const signOut = () => evaluate(() => call('DELETE', '/v1/session'));
    const enrol = () => evaluate(async () => {
        const o = await call('POST', '/v1/security/passkeys/options');
        if (o.status !== 200) return o;
        return call('POST', '/v1/security/passkeys', { name: 'Chromium', credential: await make(o.json.publicKey) });
    });
    const alone = () => evaluate(async () => {
        const o = await call('POST', '/v1/session/passkey/options', {});
        return call('POST', '/v1/session/passkey', { ticket: o.json.ticket, credential: await use(o.json.publicKey) });
    });

    before(async () => {
        const port = await freePort();
        server = await Server.start({ args: ['--listen', `127.0.0.1:${port}`, '--public-url', `http://localhost:${port}`] });
        browser = await launch();
        page = await (await browser.newContext()).newPage();
        await page.addInitScript(IN_PAGE);
        cdp = await page.context().newCDPSession(page);
        await cdp.send('WebAuthn.enable');
        await authenticate({});
        await page.goto(`http://localhost:${port}/health/live`);
        const made = await evaluate(([token, email, password]) => call('POST', '/v1/setup', { token, email, password }), [server.made.setup_url.split('#')[1], EMAIL, PASSWORD]);
        assert.equal(made.status, 201);
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    test('a passkey is made and signs in alone', async () => {
        const made = await enrol();
        assert.equal(made.status, 201, JSON.stringify(made));
        assert.equal(made.json.recovery_codes.length, 10);
        await signOut();
        const r = await alone();
        assert.equal(r.status, 201, JSON.stringify(r));
        assert.equal(r.json.staff.email, EMAIL);
        const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: authenticator });
        assert.equal(credentials.length, 1);
        assert.equal(credentials[0].rpId, 'localhost');
        assert.ok(credentials[0].isResidentCredential);
    });

    test('the same authenticator is not enrolled twice', async () => {
        await assert.rejects(enrol(), /InvalidStateError|registered/);
    });

    test('it is the second factor after a password', async () => {
        await signOut();
        const r = await evaluate(async ([email, password]) => {
            const first = await call('POST', '/v1/session', { email, password });
            const o = await call('POST', '/v1/session/passkey/options', { ticket: first.json.ticket });
            return [first, await call('POST', '/v1/session/passkey', { ticket: first.json.ticket, credential: await use(o.json.publicKey) })];
        }, [EMAIL, PASSWORD]);
        assert.equal(r[0].json.state, 'second_factor');
        assert.equal(r[1].status, 201, JSON.stringify(r[1]));
    });

    test('an older use of the counter, as a copy would make it, is refused', async () => {
        const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: authenticator });
        await cdp.send('WebAuthn.removeCredential', { authenticatorId: authenticator, credentialId: credentials[0].credentialId });
        await cdp.send('WebAuthn.addCredential', { authenticatorId: authenticator, credential: { ...credentials[0], signCount: 0 } });
        await signOut();
        const r = await alone();
        assert.equal(r.status, 401, JSON.stringify(r));
        await cdp.send('WebAuthn.removeCredential', { authenticatorId: authenticator, credentialId: credentials[0].credentialId });
        await cdp.send('WebAuthn.addCredential', { authenticatorId: authenticator, credential: { ...credentials[0], signCount: credentials[0].signCount + 10 } });
        assert.equal((await alone()).status, 201);
    });

    test('a security key without user verification is a second factor, and none alone', async () => {
        await authenticate({ transport: 'usb', hasResidentKey: false, hasUserVerification: false, isUserVerified: false });
        const made = await enrol();
        assert.equal(made.status, 201, JSON.stringify(made));
        await signOut();
        const r = await evaluate(async ([email, password]) => {
            const first = await call('POST', '/v1/session', { email, password });
            const o = await call('POST', '/v1/session/passkey/options', { ticket: first.json.ticket });
            return call('POST', '/v1/session/passkey', { ticket: first.json.ticket, credential: await use(o.json.publicKey) });
        }, [EMAIL, PASSWORD]);
        assert.equal(r.status, 201, JSON.stringify(r));
        await signOut();
        await assert.rejects(evaluate(async () => {
            const o = await call('POST', '/v1/session/passkey/options', {});
            return use({ ...o.json.publicKey, timeout: 2000 });
        }), /NotAllowedError|timed out|not allowed/i);
    });
});
