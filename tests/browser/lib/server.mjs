// SPDX-License-Identifier: Apache-2.0
// A real Custos on a fresh data folder, for one test file.

import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './browser.mjs';

const run = promisify(execFile);
export const binary = process.env.CUSTOS_BIN ?? join(root, 'build', 'custos');

export function noBinary() {
    try {
        accessSync(binary, constants.X_OK);
        return null;
    } catch {
        return `no program at ${binary}: run script/build, or set CUSTOS_BIN`;
    }
}

function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.on('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

// `host`: the name in its public address; a passkey needs a name, 127.0.0.1 is none.
export async function startCustos({ host = '127.0.0.1' } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'custos-browser-'));
    const data = join(folder, 'data');
    const key = join(folder, 'root.key');
    const port = await freePort();
    const url = `http://${host}:${port}`;
    const flags = ['--data', data, '--root-key', key];
    const command = async (...args) => (await run(binary, [...args, ...flags], { maxBuffer: 64 << 20 })).stdout;
    const made = JSON.parse(await command('init', '--non-interactive', '--json', '--public-url', url));
    const child = spawn(binary, ['serve', ...flags, '--public-url', url, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { log = (log + part).slice(-20_000); });
    const ended = new Promise((resolve) => { child.on('exit', resolve); });
    const stop = async () => {
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await ended;
        clearTimeout(late);
        rmSync(folder, { recursive: true, force: true });
    };
    for (let tries = 0; ; tries++) {
        const ready = await fetch(`${url}/health/ready`).then((r) => r.ok, () => false);
        if (ready) break;
        if (tries > 200 || child.exitCode !== null) {
            await stop();
            throw new Error(`the server did not become ready:\n${log}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { url, writeKey: made.write_key, setupUrl: made.setup_url, command, stop, log: () => log };
}
