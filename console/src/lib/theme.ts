// SPDX-License-Identifier: Apache-2.0
// Light, dark, or what the system says. boot.ts sets the attribute before the first paint; `drawn`
// counts the changes, for what has to be drawn again (charts).

import { signal } from '@preact/signals';
import { stored } from './storage';

export type Theme = 'system' | 'light' | 'dark';
export const theme = signal<Theme>((stored.get('theme') as Theme | null) ?? 'system');
export const drawn = signal(0);

export function setTheme(next: Theme): void {
    theme.value = next;
    stored.set('theme', next === 'system' ? null : next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    drawn.value++;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    drawn.value++;
});
