// SPDX-License-Identifier: Apache-2.0
// Axes: where the lines of a scale are, and the width of what is drawn on.

import { useEffect, useState } from 'preact/hooks';
import type { Unit } from '../../api/insight-types';

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

// Round values from at or below `low` to at or above `high`.
export function ticks(low: number, high: number, unit: Unit, wanted = 4): number[] {
    const top = high > low ? high : low + 1;
    const rough = (top - low) / wanted;
    let step = SECONDS.find((s) => s >= rough) ?? 0;
    if (unit !== 'seconds' || !step || rough < 0.5) {
        const power = 10 ** Math.floor(Math.log10(rough));
        step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough - power * 1e-9) ?? 10) * power;
    }
    if (unit === 'count') step = Math.max(1, Math.ceil(step));
    const out: number[] = [];
    const first = Math.floor(low / step + 1e-9);
    for (let i = first; out.length < 30; i++) {
        const v = Number((i * step).toPrecision(12));
        out.push(v);
        if (v >= top - step * 1e-6) break;
    }
    return out;
}

// The width of the box in pixels: drawings are made for it, so that text keeps its size.
export function useWidth(box: { current: HTMLElement | null }, first = 720): number {
    const [width, setWidth] = useState(first);
    useEffect(() => {
        if (!box.current) return;
        const seen = new ResizeObserver((entries) => {
            const now = Math.round(entries[0]?.contentRect.width ?? 0);
            if (now > 0) setWidth(now);
        });
        seen.observe(box.current);
        return () => seen.disconnect();
    }, []);
    return width;
}
