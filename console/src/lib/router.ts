// SPDX-License-Identifier: Apache-2.0
// Hash routes, so that the server serves a fixed set of files: #/people/<id>. What is after the hash
// stays in the browser. Search text is not part of a route: it may be somebody's name.

import { signal } from '@preact/signals';

export const PAGES = ['today', 'people', 'sources', 'imports', 'quarantine', 'dictionary'] as const;
export type Page = (typeof PAGES)[number];

export interface Route {
    page: Page | 'unknown';
    parts: string[]; // what follows the page: ids, sub-pages
    query: URLSearchParams;
}

function parse(hash: string): Route {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
    const parts = path.split('/').filter(Boolean).map(safeDecode);
    const page = parts.shift() ?? 'today';
    const known = (PAGES as readonly string[]).includes(page);
    return { page: known ? (page as Page) : 'unknown', parts, query: new URLSearchParams(query) };
}

function safeDecode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

export const route = signal<Route>(parse(location.hash));

// Reads the address again; needed where it was replaced without a step in the history.
export function readRoute(): void {
    route.value = parse(location.hash);
}

export function listenToRoutes(): void {
    addEventListener('hashchange', readRoute);
}

export function href(page: Page, ...parts: (string | number)[]): string {
    return `#/${[page, ...parts.map((p) => encodeURIComponent(String(p)))].join('/')}`;
}

export function go(page: Page, ...parts: (string | number)[]): void {
    location.hash = href(page, ...parts);
}

// Changes the query of the current route without a new step in the history.
export function setQuery(changes: Record<string, string | null>): void {
    const now = route.value;
    const query = new URLSearchParams(now.query);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null) query.delete(name);
        else query.set(name, value);
    }
    const text = query.toString();
    history.replaceState(null, '', `${location.hash.split('?')[0] || '#/'}${text ? `?${text}` : ''}`);
    route.value = { ...now, query };
}
