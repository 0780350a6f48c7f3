// SPDX-License-Identifier: Apache-2.0
// The house stands: folders include only folders above them, libraries use only symbols of libraries
// above them, nobody calls what is easy to misuse, files and functions stay short.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../lib/server.mjs";

const layers = ["base", "text", "spec", "crypto", "store", "guard", "net", "people", "consent", "collect", "quality", "insight", "reach", "govern", "app"];

function files(folder, pattern) {
    const found = [];
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (name === "node_modules" || name === "dist") continue;
        if (statSync(path).isDirectory()) found.push(...files(path, pattern));
        else if (pattern.test(name)) found.push(path);
    }
    return found;
}
const rel = (path) => relative(root, path);
const sources = files(join(root, "src"), /\.(c|h|cpp)$/);

test("folders include only folders above them", () => {
    const wrong = [];
    for (const path of sources) {
        const mine = layers.indexOf(rel(path).split("/")[1]);
        for (const [, target] of readFileSync(path, "utf8").matchAll(/^\s*#include "([a-z]+)\//gm)) {
            const theirs = layers.indexOf(target);
            if (theirs < 0 || theirs > mine) wrong.push(`${rel(path)} includes ${target}/`);
        }
    }
    assert.deepEqual(wrong, []);
});

test("libraries use only symbols of libraries above them", () => {
    const build = ["build-asan", "build"].map((d) => join(root, d, "src")).find((d) => existsSync(d));
    assert.ok(build, "script/build comes first");
    const defined = new Map(), wanted = [];
    for (const [index, layer] of layers.entries()) {
        const lib = join(build, `lib${layer}.a`);
        if (!existsSync(lib)) continue;
        const out = execFileSync("nm", ["-A", "-P", lib], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
        for (const line of out.split("\n")) {
            const m = /: (\S+) ([A-Za-z])/.exec(line);
            if (!m) continue;
            if ("TDBRVW".includes(m[2])) defined.set(m[1], index);
            else if (m[2] === "U") wanted.push([index, m[1]]);
        }
    }
    const wrong = wanted.filter(([mine, symbol]) => (defined.get(symbol) ?? -1) > mine).map(([mine, symbol]) => `${layers[mine]} uses ${symbol} of ${layers[defined.get(symbol)]}`);
    assert.deepEqual([...new Set(wrong)], []);
});

// What is easy to misuse, and the folder that may use it all the same.
const banned = {
    strcpy: [], strcat: [], strncpy: [], strncat: [], sprintf: [], vsprintf: [], gets: [], strtok: [], alloca: [], atoi: [], atol: [], atof: [],
    sscanf: [], scanf: [], fscanf: [], system: [], popen: [], localtime: [], gmtime: [], rand: [], srand: [], random: [], tmpnam: [], mktemp: [],
    malloc: ["base", "crypto"], calloc: ["base"], realloc: ["base"], free: ["base"],
    sqlite3_exec: ["store"], sqlite3_prepare_v2: ["store"], sqlite3_mprintf: ["store"],
    exit: [], time: [], gettimeofday: [],
};
test("banned functions are not called", () => {
    const wrong = [];
    const call = new RegExp(`(?<![A-Za-z0-9_>.])(${Object.keys(banned).join("|")})\\s*\\(`, "g");
    for (const path of sources.filter((p) => /\.[ch]$/.test(p))) {
        const folder = rel(path).split("/")[1];
        const code = readFileSync(path, "utf8").replace(/\/\/.*$/gm, "").replace(/\/\*[^]*?\*\//g, "").replace(/"(\\.|[^"\\])*"/g, '""');
        for (const m of code.matchAll(call)) if (!banned[m[1]].includes(folder)) wrong.push(`${rel(path)} calls ${m[1]}`);
    }
    assert.deepEqual([...new Set(wrong)], []);
});

// CU_AUTO_BUF frees when its block is left: whatever leaves it before the buffer was made frees what was never there.
test("no block is left between a buffer that frees itself and its making", () => {
    const wrong = [];
    for (const path of sources.filter((p) => /\.c$/.test(p))) {
        const code = readFileSync(path, "utf8").replace(/\/\/.*$/gm, "");
        for (const m of code.matchAll(/CU_AUTO_BUF struct cu_buf (\w+);/g)) {
            const rest = code.slice(m.index + m[0].length);
            const until = rest.slice(0, rest.search(new RegExp(`&${m[1]}\\b`))).replace(/[^;{}]*$/, "");
            if (/\b(return|break|continue|goto|CU_TRY)\b/.test(until)) wrong.push(`${rel(path)}:${code.slice(0, m.index).split("\n").length} ${m[1]}`);
        }
    }
    assert.deepEqual(wrong, []);
});

test("only crypto/ uses the crypto libraries, only text/ simdjson, only store/ SQLite", () => {
    const homes = { "sodium.h": ["crypto"], "openssl/": ["crypto"], "simdjson.h": ["text"], "sqlite3.h": ["store"], "microhttpd.h": ["net"], "gnutls/": ["net"], "curl/curl.h": ["net", "app"], "fido.h": ["crypto"], "seccomp.h": ["guard"], "zxcvbn.h": ["govern"] };
    const wrong = [];
    for (const path of sources) {
        const text = readFileSync(path, "utf8");
        for (const [header, folders] of Object.entries(homes))
            if (new RegExp(`#include <${header.replace("/", "\\/")}`).test(text) && !folders.includes(rel(path).split("/")[1])) wrong.push(`${rel(path)} includes ${header}`);
    }
    assert.deepEqual(wrong, []);
});

test("every file starts with its licence, and no work is left in comments", () => {
    const wrong = [];
    const all = [...sources, ...files(join(root, "tests"), /\.(c|h|mjs)$/), ...files(join(root, "fuzz"), /\.(c|h)$/), ...files(join(root, "bench"), /\.(c|h|mjs)$/), ...files(join(root, "console"), /\.(ts|tsx|mjs)$/)];
    for (const path of all) {
        const text = readFileSync(path, "utf8");
        if (!text.slice(0, 200).includes("SPDX-License-Identifier: Apache-2.0")) wrong.push(`${rel(path)} has no licence line`);
        for (const word of ["TO" + "DO", "FIX" + "ME"]) if (new RegExp(`\\b${word}\\b`).test(text)) wrong.push(`${rel(path)} holds a ${word}`);
    }
    assert.deepEqual(wrong, []);
});

// The lengths of functions: from a line that ends a signature at column 0 to the closing brace at column 0.
function functionLengths(path) {
    const lengths = [];
    const lines = readFileSync(path, "utf8").split("\n");
    for (let i = 0; i < lines.length; i++) {
        if (lines[i] !== "{" || i === 0 || !/[)\w]\s*$/.test(lines[i - 1])) continue;
        let end = i;
        while (end < lines.length && lines[end] !== "}") end++;
        let start = i - 1;
        while (start > 0 && !/^[a-zA-Z_]/.test(lines[start])) start--;
        const name = /([a-zA-Z_0-9]+)\s*\(/.exec(lines[start])?.[1] ?? "?";
        lengths.push([name, end - i + 1]);
        i = end;
    }
    return lengths;
}
test("files and functions stay short: the ratchet only goes down", () => {
    const ratchet = JSON.parse(readFileSync(join(root, "tests/house/ratchet.json"), "utf8"));
    const wrong = [], used = new Set();
    const check = (key, value, limit) => {
        const allowed = ratchet[key] ?? limit;
        if (key in ratchet) used.add(key);
        if (value > allowed) wrong.push(`${key}: ${value} lines, ${allowed} allowed`);
        else if (key in ratchet && value < allowed) wrong.push(`${key}: ${value} lines now; lower its row in ratchet.json${value <= limit ? " (or remove it)" : ""}`);
    };
    for (const path of sources.filter((p) => p.endsWith(".c"))) {
        check(rel(path), readFileSync(path, "utf8").split("\n").length - 1, 600);
        for (const [name, length] of functionLengths(path)) check(`${rel(path)}:${name}`, length, 70);
    }
    for (const key of Object.keys(ratchet)) if (!used.has(key)) wrong.push(`${key}: not there any more; remove its row`);
    assert.deepEqual(wrong, []);
});

test("documents link to files that are there", () => {
    const wrong = [];
    const documents = [...files(join(root, "docs"), /\.md$/), ...readdirSync(root).filter((n) => n.endsWith(".md")).map((n) => join(root, n))];
    for (const path of documents)
        for (const [, target] of readFileSync(path, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
            if (!existsSync(join(path, "..", target))) wrong.push(`${rel(path)} links to ${target}`);
    assert.deepEqual(wrong, []);
});

test("the console puts text into the page as text, and keeps nothing personal in the browser", () => {
    const wrong = [];
    for (const path of files(join(root, "console", "src"), /\.tsx?$/)) {
        const text = readFileSync(path, "utf8");
        for (const banned of [/innerHTML/, /outerHTML/, /insertAdjacentHTML/, /document\.write/, /\beval\(/, /new Function\(/, /postMessage/]) if (banned.test(text)) wrong.push(`${rel(path)}: ${banned}`);
        if (/(local|session)Storage/.test(text) && !/(lib\/storage|boot)\.ts$/.test(path)) wrong.push(`${rel(path)} keeps something by itself; lib/storage.ts is the place`);
    }
    assert.deepEqual(wrong, []);
});

test("password fields are masked, and take pasted and remembered passwords", () => {
    const text = readFileSync(join(root, "console", "src", "ui", "password.tsx"), "utf8");
    assert.match(text, /'text' : 'password'/);
    assert.match(text, /autocomplete=\{autocomplete\}/);
    const all = files(join(root, "console", "src"), /\.tsx$/).map((path) => readFileSync(path, "utf8")).join("\n");
    assert.doesNotMatch(all, /onPaste|autocomplete="off"[^>]*password/i);
});
