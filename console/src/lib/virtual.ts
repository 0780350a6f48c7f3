// SPDX-License-Identifier: Apache-2.0
// A list of any length behind cursors: only the rows near the window are in the page, only the pages
// near the rows are in memory. A page that scrolled far away is fetched again by its cursor.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { List } from '../api/types';

export const PAGE = 100;
const KEEP = 12;      // pages held on each side of the window
const AHEAD = 8;      // rows drawn beyond the edges
const HEIGHT_MAX = 12_000_000; // pixels; browsers stop laying out far above this

export interface Loader<T> {
    (cursor: string | null, signal: AbortSignal): Promise<List<T> & { total?: number }>;
}

export class Pages<T> {
    private pages: (T[] | null)[] = [];
    private cursors: (string | null)[] = [null];
    private going = new Set<number>();
    private control = new AbortController();
    ended = false;
    error: unknown = null;
    total: number | null = null;
    scroll = 0;   // where the window was when the page was left
    focus = -1;   // row that had the focus

    constructor(private load: Loader<T>, private changed: () => void, private note?: (answer: List<T>) => void) {}

    // Rows known to exist.
    get length(): number {
        const last = this.pages.length - 1;
        return last < 0 ? 0 : last * PAGE + this.lastLength;
    }
    private lastLength = 0;

    get loading(): boolean {
        return this.going.size > 0;
    }
    row(index: number): T | undefined {
        return this.pages[Math.floor(index / PAGE)]?.[index % PAGE];
    }
    listen(changed: () => void): void {
        this.changed = changed;
    }

    // Makes rows from..to present, and forgets what is far from them.
    want(from: number, to: number): void {
        const first = Math.floor(Math.max(0, from) / PAGE);
        const last = Math.floor(Math.max(0, to) / PAGE);
        for (let p = first; p <= last; p++) void this.fetch(p);
        for (let p = 0; p < this.pages.length; p++) {
            if (p < first - KEEP || p > last + KEEP) this.pages[p] = null;
        }
    }

    retry(): void {
        this.error = null;
        this.changed();
        void this.fetch(this.pages.length);
    }

    stop(): void {
        this.control.abort();
    }

    private async fetch(page: number): Promise<void> {
        if (this.pages[page] || this.going.has(page) || this.error) return;
        if (page >= this.cursors.length || (this.ended && page >= this.pages.length)) return;
        this.going.add(page);
        this.changed();
        try {
            const answer = await this.load(this.cursors[page] ?? null, this.control.signal);
            if (this.control.signal.aborted) return;
            this.pages[page] = answer.items;
            if (answer.total !== undefined) this.total = answer.total;
            if (page === this.pages.length - 1) {
                this.lastLength = answer.items.length;
                if (answer.next && answer.items.length) this.cursors[page + 1] = answer.next;
                else this.ended = true;
            }
            this.note?.(answer);
        } catch (failure) {
            if (!this.control.signal.aborted) this.error = failure;
        } finally {
            this.going.delete(page);
            if (!this.control.signal.aborted) this.changed();
        }
    }
}

// Rows that are all here already.
export class Rows<T> extends Pages<T> {
    constructor(private rows: T[]) {
        super(() => Promise.resolve({ items: [], next: null }), () => {});
        this.ended = true;
        this.total = rows.length;
    }
    override get length(): number {
        return this.rows.length;
    }
    override row(index: number): T | undefined {
        return this.rows[index];
    }
    override want(): void {}
}

export interface Window {
    first: number;
    last: number; // exclusive
    before: number; // pixels
    after: number;
    full: boolean; // more rows exist than can be scrolled to
}

// The rows to draw for a list whose top is `box`, in a page that scrolls as a whole.
export function useWindow(box: { current: HTMLElement | null }, length: number, rowHeight: number): Window {
    const [range, setRange] = useState({ first: 0, last: 30 });
    const height = useRef(rowHeight);
    height.current = rowHeight;
    useEffect(() => {
        let frame = 0;
        const look = () => {
            frame = 0;
            if (!box.current) return;
            const top = -box.current.getBoundingClientRect().top;
            const first = Math.max(0, Math.floor(top / height.current) - AHEAD);
            const last = Math.ceil((top + innerHeight) / height.current) + AHEAD;
            setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
        };
        const soon = () => {
            if (!frame) frame = requestAnimationFrame(look);
        };
        look();
        addEventListener('scroll', soon, { passive: true });
        addEventListener('resize', soon);
        return () => {
            removeEventListener('scroll', soon);
            removeEventListener('resize', soon);
            cancelAnimationFrame(frame);
        };
    }, [rowHeight, length > 0]);
    const most = Math.floor(HEIGHT_MAX / rowHeight);
    const rows = Math.min(length, most);
    const last = Math.min(rows, Math.max(range.last, 1));
    const first = Math.min(range.first, Math.max(0, last - 1));
    return { first, last, before: first * rowHeight, after: Math.max(0, rows - last) * rowHeight, full: length >= most };
}
