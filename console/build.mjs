// SPDX-License-Identifier: Apache-2.0
// Builds the console into dist/: index.html, hashed JavaScript, CSS and fonts under assets/, each also
// gzipped, and manifest.json, the list from which the C build makes its table of embedded files.
//
//   node build.mjs            build, and fail when a size budget is broken
//   node build.mjs --dev      without minifying, with source maps

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'src');
const dist = join(here, 'dist');
const dev = process.argv.includes('--dev');

const FIRST_LOAD_MAX = 60_000; // gzipped JavaScript before the first page is drawn
const STYLE_MAX = 15_000;      // gzipped CSS

const TYPES = {
    '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8', '.map': 'application/json',
};
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

const common = {
    bundle: true, minify: !dev, sourcemap: dev, target: TARGET, charset: 'utf8', legalComments: 'none', logLevel: 'warning',
    metafile: true, write: true, outdir: join(dist, 'assets'), absWorkingDir: here,
};

async function bundle(licencesPath, laterPath) {
    const app = await build({
        ...common,
        entryPoints: { main: join(source, 'main.tsx') },
        format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact',
        entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]',
        loader: { '.woff2': 'file' },
        define: { LICENCES: JSON.stringify(licencesPath), LATER_STYLE: JSON.stringify(laterPath) },
    });
    const boot = await build({ ...common, entryPoints: { boot: join(source, 'boot.ts') }, format: 'iife', entryNames: '[name]-[hash]' });
    return { app: app.metafile, boot: boot.metafile };
}

// The licences of what becomes part of the built files, as one file that the help links to.
const PARTS = ['@noble/ed25519', 'preact', '@preact/signals', '@preact/signals-core', 'uplot', '@fontsource-variable/inter'];

async function licences() {
    const texts = [];
    for (const name of PARTS) {
        const folder = join(here, 'node_modules', name);
        const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
        texts.push(`${name} ${version}\n\n${(await readFile(join(folder, 'LICENSE'), 'utf8')).trim()}\n`);
    }
    return hashed('licences', '.txt', `The Custos console contains:\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`);
}

// The styles of pages of figures: one file, loaded with the first of them.
async function laterStyle() {
    const built = await build({ ...common, entryPoints: [join(source, 'styles/later.css')], write: false, sourcemap: false });
    return hashed('later', '.css', built.outputFiles[0].text);
}

// Writes a file under assets/ with a hash in its name; returns its path on the server.
async function hashed(name, extension, content) {
    const file = `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase()}${extension}`;
    await writeFile(join(dist, 'assets', file), content);
    return `/assets/${file}`;
}

const output = (meta, test) => Object.entries(meta.outputs).find(([path, o]) => !path.endsWith('.map') && test(path, o))?.[0];

// What main imports before it runs, and the English catalogue that it asks for at once.
function firstLoad(meta, main) {
    const seen = new Set();
    const follow = (path) => {
        if (seen.has(path)) return;
        seen.add(path);
        for (const i of meta.outputs[path].imports) if (i.kind === 'import-statement') follow(i.path);
    };
    follow(main);
    for (const [path, o] of Object.entries(meta.outputs)) if (o.entryPoint?.endsWith('i18n/en.json')) follow(path);
    return [...seen];
}

async function page(meta) {
    const main = output(meta.app, (_p, o) => o.entryPoint?.endsWith('main.tsx'));
    const style = meta.app.outputs[main].cssBundle;
    const boot = output(meta.boot, (p) => p.endsWith('.js'));
    const icon = await hashed('icon', '.svg', await readFile(join(source, 'icon.svg')));
    const url = (path) => `/assets/${basename(path)}`;
    const first = firstLoad(meta.app, main);
    const font = Object.keys(meta.app.outputs).find((p) => /inter-latin-wght-normal/.test(p));
    const preload = [
        ...first.filter((p) => p !== main).map((p) => `<link rel="modulepreload" href="${url(p)}">`),
        ...(font ? [`<link rel="preload" href="${url(font)}" as="font" type="font/woff2" crossorigin>`] : []),
    ].join('\n');
    const values = { icon, boot: url(boot), style: url(style), main: url(main), preload };
    const html = (await readFile(join(source, 'index.html'), 'utf8')).replace(/\{\{(\w+)\}\}/g, (_m, name) => values[name]);
    await writeFile(join(dist, 'index.html'), html);
    return { first: [...first, boot], style };
}

// The page that checks receipts and certificates: one file with everything in it, so that it works from a disk too. What
// stands in it inline is named by hash in the policy it is served with.
async function verifyPage() {
    const built = await build({ ...common, entryPoints: [join(source, 'verify/page.ts'), join(source, 'verify/page.css')], format: 'iife', write: false, sourcemap: false });
    const text = (ending) => built.outputFiles.find((f) => f.path.endsWith(ending)).text.trim().replaceAll('</script', '<\\/script');
    const values = { script: text('.js'), style: text('.css') };
    const html = (await readFile(join(source, 'verify/page.html'), 'utf8')).replace(/\{\{(\w+)\}\}/g, (_m, name) => values[name]);
    await writeFile(join(dist, 'verify.html'), html);
    const hash = (name) => `'sha256-${createHash('sha256').update(values[name]).digest('base64')}'`;
    return `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`;
}

async function manifest(verifyPolicy) {
    const files = [{ path: '/index.html', file: 'index.html' }, { path: '/verify.html', file: 'verify.html', policy: verifyPolicy }];
    for (const name of (await readdir(join(dist, 'assets'))).sort()) {
        if (!name.endsWith('.gz')) files.push({ path: `/assets/${name}`, file: `assets/${name}` });
    }
    const rows = [];
    for (const f of files) {
        const extension = f.file.slice(f.file.lastIndexOf('.'));
        const bytes = await readFile(join(dist, f.file));
        const row = { ...f, content_type: TYPES[extension], immutable: f.file.startsWith('assets/'), bytes: bytes.length };
        const packed = gzipSync(bytes, { level: 9 });
        if (packed.length < bytes.length * 0.9) {
            await writeFile(join(dist, `${f.file}.gz`), packed);
            row.gzip = `${f.file}.gz`;
            row.gzip_bytes = packed.length;
        }
        rows.push(row);
    }
    await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(rows, null, 4)}\n`);
    return rows;
}

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, 'assets'), { recursive: true });
const meta = await bundle(await licences(), await laterStyle());
const { first, style } = await page(meta);
const rows = await manifest(await verifyPage());

const packed = (path) => {
    const row = rows.find((r) => r.file === `assets/${basename(path)}`);
    return row.gzip_bytes ?? row.bytes;
};
const script = first.reduce((sum, p) => sum + packed(p), 0);
const css = packed(style);
const all = rows.filter((r) => r.file.endsWith('.js')).reduce((sum, r) => sum + (r.gzip_bytes ?? r.bytes), 0);
console.log(`console: first load ${(script / 1000).toFixed(1)} KB script, ${(css / 1000).toFixed(1)} KB style; all script ${(all / 1000).toFixed(1)} KB (gzip); ${rows.length} files`);
if (!dev && (script > FIRST_LOAD_MAX || css > STYLE_MAX)) {
    console.error(`console: over budget (script ${FIRST_LOAD_MAX / 1000} KB, style ${STYLE_MAX / 1000} KB)`);
    process.exit(1);
}
