// SPDX-License-Identifier: Apache-2.0
// Loads a module of src/ into Node: bundled by esbuild, with the few globals of a browser it touches.

import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

globalThis.location ??= { hash: '', origin: 'https://custos.example', host: 'custos.example' };
globalThis.document ??= { documentElement: {} };
if (!globalThis.navigator) globalThis.navigator = { language: 'en-GB' };

export async function load(path) {
    const result = await build({
        entryPoints: [fileURLToPath(new URL(`../src/${path}`, import.meta.url))],
        bundle: true, write: false, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], logLevel: 'error',
        jsx: 'automatic', jsxImportSource: 'preact',
    });
    return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}
