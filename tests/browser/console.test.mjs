// SPDX-License-Identifier: Apache-2.0
// The console's own checks, which need no browser: types, catalogue, library, what the build leaves.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { root } from './lib/browser.mjs';

const run = promisify(execFile);
const folder = join(root, 'console');
const skip = existsSync(join(folder, 'node_modules', 'typescript')) ? false : 'npm ci in console/ first';
const node = (...args) => run(process.execPath, args, { cwd: folder, maxBuffer: 16 << 20, env: { ...process.env, NODE_TEST_CONTEXT: undefined } });

test('types', { skip }, async () => {
    await node('node_modules/typescript/bin/tsc', '--noEmit').catch((error) => assert.fail(error.stdout));
});

for (const name of readdirSync(join(folder, 'test')).filter((n) => n.endsWith('.test.mjs'))) {
    test(name, { skip }, async () => {
        await node('--test', join('test', name)).catch((error) => assert.fail(error.stdout));
    });
}
