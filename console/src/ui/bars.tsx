// SPDX-License-Identifier: Apache-2.0
// Horizontal bars: a name, a bar as long as its share of the longest, the figure. The bar is decoration.

import type { ComponentChildren } from 'preact';

export interface Bar {
    key: string;
    name: ComponentChildren;
    value: number;
    text: ComponentChildren;
    tone?: 'plain' | 'muted';
}

export function Bars({ rows, label, most }: { rows: Bar[]; label: string; most?: number }) {
    const longest = Math.max(1, most ?? 0, ...rows.map((r) => r.value));
    return (
        <ul class="bars" aria-label={label}>
            {rows.map((r) => (
                <li key={r.key} class={r.tone}>
                    <span class="bar-name" dir="auto">{r.name}</span>
                    <span class="bar-track" aria-hidden="true"><span class="bar" style={{ inlineSize: `${Math.max(0.5, (100 * r.value) / longest)}%` }} /></span>
                    <span class="bar-text">{r.text}</span>
                </li>
            ))}
        </ul>
    );
}
