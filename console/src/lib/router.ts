// SPDX-License-Identifier: Apache-2.0
// Hash routes, so that the server serves a fixed set of files: #/people/<id>. What is after the hash
// stays in the browser. Search text is not part of a route: it may be somebody's name.

import { signal } from '@preact/signals';
import type { Permission } from '../api/types';

// Every page and the permission that opens it: the one that its first call needs.
export const NEEDS = {
    today: 'analytics_read', dashboards: 'analytics_read', targets: 'analytics_read', people: 'people_read', segments: 'segments_read', personas: 'segments_read', events: 'analytics_read', sql: 'sql', sources: 'sources_read', imports: 'import', quarantine: 'quarantine',
    reports: 'analytics_read', funnels: 'analytics_read', paths: 'analytics_read', cohorts: 'analytics_read', attribution: 'analytics_read', value: 'analytics_read', friction: 'analytics_read',
    dictionary: 'dictionary_read', requests: 'rights_read', consents: 'people_read', purposes: 'dictionary_read', policies: 'dictionary_read',
    registers: 'govern_read', retention: 'govern_read', breaches: 'govern_read', transparency: 'govern_read', staff: 'staff_read', roles: 'staff_read', approvals: 'approve', audit: 'audit_read',
    keys: 'keys', backups: 'backup', checks: 'operate', security: 'session',
} as const satisfies Record<string, Permission>;
export type Page = keyof typeof NEEDS;
export const PAGES = Object.keys(NEEDS) as Page[];
// As the navigation groups them; `security` is reached through one's own name.
export const DATA: Page[] = ['today', 'dashboards', 'targets', 'people', 'segments', 'personas', 'events', 'sql'];
export const EXPLORE: Page[] = ['reports', 'funnels', 'paths', 'cohorts', 'attribution', 'value', 'friction'];
export const INTAKE: Page[] = ['sources', 'imports', 'quarantine', 'dictionary'];
export const PRIVACY: Page[] = ['requests', 'consents', 'purposes', 'policies', 'registers', 'retention', 'breaches', 'transparency'];
export const HOUSE: Page[] = ['staff', 'roles', 'approvals', 'audit', 'keys', 'backups', 'checks'];

export interface Route {
    page: Page | 'home' | 'unknown'; // home: the first page that one may open
    parts: string[]; // what follows the page: ids, sub-pages
    query: URLSearchParams;
}

function parse(hash: string): Route {
    const [path = '', query = ''] = (hash.startsWith('#/') ? hash.slice(2) : '').split('?'); // other fragments are tokens, not routes
    const parts = path.split('/').filter(Boolean).map(safeDecode);
    const page = parts.shift() ?? 'home';
    const known = page === 'home' || page in NEEDS;
    return { page: known ? (page as Page | 'home') : 'unknown', parts, query: new URLSearchParams(query) };
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
