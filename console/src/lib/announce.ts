// SPDX-License-Identifier: Apache-2.0
// Short messages: spoken through live regions, shown as toasts where `toast` is used.

import { signal } from '@preact/signals';

export interface Toast {
    id: number;
    text: string;
    tone: 'good' | 'bad';
}
export const spoken = signal('');
export const toasts = signal<Toast[]>([]);
let last = 0;

export function announce(text: string): void {
    spoken.value = spoken.value === text ? `${text}\u00a0` : text; // the same words again are still news
}

export function toast(text: string, tone: Toast['tone'] = 'good'): void {
    const id = ++last;
    toasts.value = [...toasts.value.slice(-3), { id, text, tone }];
    setTimeout(() => dismiss(id), tone === 'bad' ? 15_000 : 7_000);
}

export function dismiss(id: number): void {
    toasts.value = toasts.value.filter((x) => x.id !== id);
}
