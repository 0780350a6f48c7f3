// SPDX-License-Identifier: Apache-2.0
// A table of any length whose rows are drawn only near the window. Rows have one height, which CSS says
// (.row-probe); j and k walk the rows' links ([data-row]).

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { addKeys } from '../lib/keys';
import { PAGE, useWindow, type Pages } from '../lib/virtual';

const TOP = 140; // below what sticks to the top of the page
const BOTTOM = 20;

function useRowHeight(box: { current: HTMLElement | null }): number {
    const [height, setHeight] = useState(60);
    useLayoutEffect(() => {
        const measure = () => {
            const probe = box.current?.querySelector<HTMLElement>('.row-probe');
            if (probe?.offsetHeight) setHeight(probe.offsetHeight);
        };
        measure();
        addEventListener('resize', measure);
        return () => removeEventListener('resize', measure);
    }, []);
    return height;
}

// `pages` changes in place; `round` says that it did.
export function Endless<T>({ pages, label, head, row, rowClass, kind }: {
    pages: Pages<T>; round: number; label: string; head: ComponentChildren; rowClass: string; kind: string;
    row: (item: T, index: number, focused: boolean) => ComponentChildren;
}) {
    const outer = useRef<HTMLDivElement>(null);
    const body = useRef<HTMLDivElement>(null);
    const height = useRowHeight(outer);
    const win = useWindow(body, pages.length, height);
    useEffect(() => {
        pages.want(win.first, Math.min(win.last + PAGE / 2, pages.length + 1));
    });
    useLayoutEffect(() => {
        if (pages.scroll) scrollTo(0, pages.scroll);
        return () => {
            pages.scroll = scrollY;
        };
    }, [pages]);
    useEffect(() => {
        const move = (step: number) => {
            const from = (document.activeElement as HTMLElement | null)?.dataset?.row;
            const to = from === undefined ? (pages.focus >= 0 ? pages.focus : 0) : Number(from) + step;
            if (to < 0 || to >= pages.length) return;
            pages.focus = to;
            const top = body.current!.getBoundingClientRect().top + to * height;
            if (top < TOP) scrollBy(0, top - TOP);
            else if (top + height > innerHeight - BOTTOM) scrollBy(0, top + height - innerHeight + BOTTOM);
            let tries = 0;
            const focus = () => {
                const link = body.current?.querySelector<HTMLElement>(`[data-row="${to}"]`);
                if (link) link.focus({ preventScroll: true });
                else if (tries++ < 30) requestAnimationFrame(focus);
            };
            focus();
        };
        return addKeys({ j: () => move(1), k: () => move(-1) });
    }, [pages, height]);

    const rows = [];
    for (let i = win.first; i < win.last; i++) {
        const item = pages.row(i);
        rows.push(
            <div key={i} class={`${rowClass} ${item ? '' : 'ghost'}`} role="row" aria-rowindex={i + 2} data-index={i}>
                {item ? row(item, i, pages.focus === i) : <div role="cell"><span class="visually-hidden">{t('state.loading')}</span></div>}
            </div>,
        );
    }
    return (
        <div class={`endless ${kind}`} role="table" aria-label={label} aria-rowcount={pages.total !== null ? pages.total + 1 : pages.ended ? pages.length + 1 : -1} ref={outer}>
            <div class="row-probe" aria-hidden="true" />
            <div role="rowgroup" class="endless-head">
                <div role="row" class={`${rowClass} head`} aria-rowindex={1}>{head}</div>
            </div>
            <div role="rowgroup" ref={body} style={{ paddingTop: `${win.before}px`, paddingBottom: `${win.after}px` }}>{rows}</div>
            {win.full && <p class="list-end muted">{t('people.too_far')}</p>}
        </div>
    );
}
