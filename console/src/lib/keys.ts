// SPDX-License-Identifier: Apache-2.0
// Keyboard shortcuts. Combinations with Ctrl or Cmd always work; single keys never fire while typing
// or inside a dialog and can be switched off (WCAG 2.1.4).

import { signal } from '@preact/signals';
import { stored } from './storage';
import { go, type Page } from './router';

export const singleKeys = signal(stored.get('single-keys') !== 'off');
export const palette = signal(false);
export const help = signal(false);

export function setSingleKeys(on: boolean): void {
    singleKeys.value = on;
    stored.set('single-keys', on ? null : 'off');
}

export const GO: Record<string, Page> = {
    t: 'today', p: 'people', m: 'segments', o: 'personas', e: 'events', x: 'sql', s: 'sources', i: 'imports', q: 'quarantine', d: 'dictionary',
    w: 'requests', n: 'consents', u: 'purposes', l: 'policies', z: 'registers', h: 'retention', j: 'breaches', g: 'transparency', f: 'staff', r: 'roles', v: 'approvals', a: 'audit', k: 'keys', b: 'backups', c: 'checks', y: 'security', 1: 'dashboards', 2: 'targets', 3: 'reports', 4: 'funnels', 5: 'paths', 6: 'cohorts', 7: 'attribution', 8: 'value', 9: 'friction',
};

// What the page on screen adds: pressed key -> what it does. Returns the way to take it away again.
type PageKeys = Record<string, (event: KeyboardEvent) => void>;
const pageKeys = new Set<PageKeys>();
export function addKeys(keys: PageKeys): () => void {
    pageKeys.add(keys);
    return () => pageKeys.delete(keys);
}

function typing(target: EventTarget | null): boolean {
    const el = target as HTMLElement | null;
    return !!el?.closest?.('input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]');
}

let pendingGo = 0;

function single(event: KeyboardEvent): boolean {
    const key = event.key;
    if (pendingGo && Date.now() - pendingGo < 1500) {
        pendingGo = 0;
        const page = GO[key.toLowerCase()];
        if (page) {
            go(page);
            return true;
        }
    }
    if (key === 'g') {
        pendingGo = Date.now();
        return true;
    }
    if (key === '?') {
        help.value = true;
        return true;
    }
    for (const keys of [...pageKeys].reverse()) {
        const run = keys[key];
        if (run) {
            run(event);
            return true;
        }
    }
    if (key === '/') {
        const field = document.querySelector<HTMLInputElement>('main [data-search]');
        if (field) {
            field.focus();
            field.select();
        } else {
            palette.value = true;
        }
        return true;
    }
    return false;
}

export function listenToKeys(active: () => boolean): void {
    addEventListener('keydown', (event) => {
        if (!active() || event.defaultPrevented || event.isComposing) return;
        if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
            event.preventDefault();
            if (!document.querySelector('dialog[open]') || palette.value) palette.value = !palette.value;
            return;
        }
        if (!singleKeys.value || event.ctrlKey || event.metaKey || event.altKey) return;
        if (typing(event.target) || document.querySelector('dialog[open]')) return;
        if (single(event)) event.preventDefault();
    });
}
