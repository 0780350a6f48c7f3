// SPDX-License-Identifier: Apache-2.0
// The difference of two texts by lines (longest common subsequence between the equal head and tail).
// For texts of a few thousand lines; larger middles are shown as one replacement.

export interface DiffLine {
    kind: 'same' | 'added' | 'removed' | 'skip';
    text: string;
    line: number; // in the new text; for removed lines in the old one; 0 for a skip
}

const CELLS_MAX = 4_000_000;

export function diffLines(before: string, after: string): DiffLine[] {
    const a = before.split('\n');
    const b = after.split('\n');
    let head = 0;
    while (head < a.length && head < b.length && a[head] === b[head]) head++;
    let tail = 0;
    while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
    const x = a.slice(head, a.length - tail);
    const y = b.slice(head, b.length - tail);
    const out: DiffLine[] = [];
    for (let i = 0; i < head; i++) out.push({ kind: 'same', text: a[i]!, line: i + 1 });
    middle(x, y, head, out);
    for (let i = b.length - tail; i < b.length; i++) out.push({ kind: 'same', text: b[i]!, line: i + 1 });
    return out;
}

function middle(x: string[], y: string[], offset: number, out: DiffLine[]): void {
    const w = y.length + 1;
    const big = x.length * y.length > CELLS_MAX;
    const table = new Uint16Array(big ? 0 : (x.length + 1) * w);
    for (let i = x.length - 1; i >= 0 && !big; i--) {
        for (let j = y.length - 1; j >= 0; j--) {
            table[i * w + j] = x[i] === y[j]
                ? table[(i + 1) * w + j + 1]! + 1
                : Math.max(table[(i + 1) * w + j]!, table[i * w + j + 1]!);
        }
    }
    let i = 0;
    let j = 0;
    while (i < x.length || j < y.length) {
        if (!big && i < x.length && j < y.length && x[i] === y[j]) {
            out.push({ kind: 'same', text: y[j]!, line: offset + j + 1 });
            i++;
            j++;
        } else if (i < x.length && (big || j >= y.length || table[(i + 1) * w + j]! >= table[i * w + j + 1]!)) {
            out.push({ kind: 'removed', text: x[i]!, line: offset + i + 1 });
            i++;
        } else {
            out.push({ kind: 'added', text: y[j]!, line: offset + j + 1 });
            j++;
        }
    }
}

// Leaves out what is far from any change.
export function shorten(lines: DiffLine[], context = 3): DiffLine[] {
    const keep = new Uint8Array(lines.length);
    lines.forEach((l, i) => {
        if (l.kind === 'same') return;
        for (let k = Math.max(0, i - context); k <= Math.min(lines.length - 1, i + context); k++) keep[k] = 1;
    });
    const out: DiffLine[] = [];
    lines.forEach((l, i) => {
        if (keep[i]) out.push(l);
        else if (out.length === 0 || out[out.length - 1]!.kind !== 'skip') out.push({ kind: 'skip', text: '⋯', line: 0 });
    });
    return out;
}
