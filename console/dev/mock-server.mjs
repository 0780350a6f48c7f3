// SPDX-License-Identifier: Apache-2.0
// A stand-in for the server while working on the console, and for the states that are hard to reach in
// a real one: the same paths and answers, invented data in memory, the built console with the same
// headers. Never part of a release.
//
//   node dev/mock-server.mjs [--port 8090] [--state full|empty|setup] [--people 1000000] [--sample]

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Mock, Refusal } from './mock-api.mjs';
import './mock-staff.mjs';
import './mock-house.mjs';
import './mock-segments.mjs';
import './mock-explore.mjs';
import './mock-insight.mjs';
import './mock-rights.mjs';
import './mock-govern.mjs';
import './mock-breaches.mjs';
import './mock-dashboards.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

// As the server sends it, and stricter by one rule: no text may become markup or script.
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const HEADERS = {
    'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Resource-Policy': 'same-origin',
};

async function bodyOf(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts);
}

function send(response, status, value, headers = {}) {
    const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    const type = status >= 400 ? 'application/problem+json' : typeof value === 'string' ? 'text/csv' : 'application/json';
    response.writeHead(status, { ...HEADERS, 'Cache-Control': 'no-store', ...(text ? { 'Content-Type': type } : {}), ...headers });
    response.end(text);
}

async function serveApi(mock, request, response, url) {
    try {
        const body = await bodyOf(request);
        if (mock.delay) await new Promise((resolve) => setTimeout(resolve, mock.delay));
        const answer = mock.answer(request, url, body);
        send(response, answer.status ?? 200, answer.body, answer.headers);
    } catch (error) {
        if (!(error instanceof Refusal)) console.error(error);
        const problem = error instanceof Refusal ? error.problem
            : { status: 500, code: 'internal', title: 'A fault in Custos; the log names the request id.' };
        send(response, problem.status, { type: `about:blank#${problem.code}`, ...problem, request_id: '0190-mock' },
            problem.status === 429 ? { 'Retry-After': '3' } : {});
    }
}

async function serveFile(response, path) {
    const list = JSON.parse(await readFile(join(dist, 'manifest.json'), 'utf8'));
    const row = list.find((r) => r.path === (['/', '/setup', '/invite', '/reset'].includes(path) ? '/index.html' : path));
    if (!row) return send(response, 404, { status: 404, code: 'not_found', title: 'Nothing is stored under that name.' });
    response.writeHead(200, {
        ...HEADERS, 'Content-Type': row.content_type,
        'Cache-Control': row.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(row.gzip ? { 'Content-Encoding': 'gzip' } : {}),
    });
    createReadStream(join(dist, row.gzip ?? row.file)).pipe(response);
    return undefined;
}

export async function startMock(options = {}) {
    const mock = new Mock(options);
    const server = createServer((request, response) => {
        const url = new URL(request.url, 'http://mock');
        if (url.pathname.startsWith('/v1/')) void serveApi(mock, request, response, url);
        else void serveFile(response, url.pathname);
    });
    await new Promise((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    const url = `http://localhost:${server.address().port}`; // a name: passkeys need one
    return { mock, url, close: () => { server.closeAllConnections(); server.close(); } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const flag = (name, fallback) => {
        const at = process.argv.indexOf(`--${name}`);
        return at < 0 ? fallback : (process.argv[at + 1] ?? true);
    };
    const started = await startMock({
        port: Number(flag('port', 8090)), state: flag('state', 'full'), people: Number(flag('people', 12_400)),
        sample: process.argv.includes('--sample'), tick: true,
    });
    console.log(`mock: ${started.url}  (owner@shop.example / correct horse battery staple; set-up: ${started.url}/setup#first-light)`);
}
