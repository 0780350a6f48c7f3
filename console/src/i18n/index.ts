// SPDX-License-Identifier: Apache-2.0
// The message catalogue. `t` fills {names} and {n, plural, one {# day} other {# days}}; `tx` does the
// same with elements. Catalogues are JSON files beside this one, loaded before the first page is
// drawn; what only some pages say is a part of its own, loaded with them. English is shipped; `pseudo` and
// `pseudo-rtl` find text that is not in the catalogue and layouts that break when words grow or run the
// other way.

import { Fragment, h, type ComponentChild, type VNode } from 'preact';
import { stored } from '../lib/storage';
import type board from './en-board.json';
import type figures from './en-figures.json';
import type insight from './en-insight.json';
import type privacy from './en-privacy.json';
import type en from './en.json';

export type Key = keyof typeof en | keyof typeof board | keyof typeof figures | keyof typeof insight | keyof typeof privacy;
export type Params = Record<string, string | number>;

type Words = Record<string, string>;
let catalogue: Words = {};
export let locale = 'en';
let plurals = new Intl.PluralRules('en');

export async function loadCatalogue(): Promise<void> {
    const wanted = stored.get('locale') ?? 'en';
    catalogue = await said((await import('./en.json', { with: { type: 'json' } })).default as Words);
    locale = navigator.language.startsWith('en') ? navigator.language : 'en';
    if (wanted.startsWith('pseudo')) document.documentElement.dir = wanted === 'pseudo-rtl' ? 'rtl' : 'ltr';
    plurals = new Intl.PluralRules(locale);
    document.documentElement.lang = locale;
}

// English, or the language that stands for it.
const said = async (english: Words): Promise<Words> =>
    ((stored.get('locale') ?? '').startsWith('pseudo') ? (await import('./pseudo')).pseudo(english) : english);

// The parts: of the pages about consent, requests and governance; of Today, dashboards and targets.
const PARTS = {
    privacy: () => import('./en-privacy.json', { with: { type: 'json' } }),
    insight: () => import('./en-insight.json', { with: { type: 'json' } }),
    figures: () => import('./en-figures.json', { with: { type: 'json' } }),
    board: () => import('./en-board.json', { with: { type: 'json' } }),
};
export type WordsPart = keyof typeof PARTS;
const loading = new Map<WordsPart, Promise<void>>();
async function load(part: WordsPart): Promise<void> {
    const more = await said((await PARTS[part]()).default as Words);
    catalogue = { ...catalogue, ...more };
}
export function loadWords(part: WordsPart): Promise<void> {
    let found = loading.get(part);
    if (!found) {
        found = load(part);
        found.catch(() => loading.delete(part)); // the next try asks again
        loading.set(part, found);
    }
    return found;
}

// The end of the brace that opens at `at`.
function closing(text: string, at: number): number {
    let depth = 0;
    for (let i = at; i < text.length; i++) {
        if (text[i] === '{') depth++;
        else if (text[i] === '}' && --depth === 0) return i;
    }
    return text.length;
}

function plural(body: string, n: number): string {
    const options: Record<string, string> = {};
    const find = /(=\d+|\w+)\s*\{/g;
    for (let m = find.exec(body); m; m = find.exec(body)) {
        const open = m.index + m[0].length - 1;
        const end = closing(body, open);
        options[m[1]!] = body.slice(open + 1, end);
        find.lastIndex = end + 1;
    }
    return options[`=${n}`] ?? options[plurals.select(n)] ?? options.other ?? '';
}

type Part = string | { name: string };

function parts(text: string, params: Record<string, unknown>): Part[] {
    const out: Part[] = [];
    let from = 0;
    for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
        const end = closing(text, open);
        if (open > from) out.push(text.slice(from, open));
        const inner = text.slice(open + 1, end);
        const m = /^\s*(\w+)\s*,\s*plural\s*,/.exec(inner);
        if (m) {
            const n = Number(params[m[1]!] ?? 0);
            const chosen = plural(inner.slice(m[0].length), n);
            out.push(...parts(chosen.replaceAll('#', n.toLocaleString(locale)), params));
        } else {
            out.push({ name: inner.trim() });
        }
        from = end + 1;
    }
    if (from < text.length) out.push(text.slice(from));
    return out;
}

export function t(key: Key, params: Params = {}): string {
    return parts(catalogue[key] ?? key, params)
        .map((p) => (typeof p === 'string' ? p : String(params[p.name] ?? '')))
        .join('');
}

export function tx(key: Key, params: Record<string, ComponentChild>): VNode {
    return h(Fragment, null, parts(catalogue[key] ?? key, params)
        .map((p) => (typeof p === 'string' ? p : params[p.name])));
}

// A message for a value that comes from the server: the value itself when the catalogue has none.
export function tOr(key: string, fallback: string, params: Params = {}): string {
    return key in catalogue ? t(key as Key, params) : fallback;
}
