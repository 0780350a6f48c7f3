// SPDX-License-Identifier: Apache-2.0
// A text field for code: a plain textarea for typing, reading aloud and undoing, over a layer that shows the same
// text in colours with faults underlined. Completion is a list below the caret: arrows choose, Enter or Tab takes,
// Escape closes; when it is closed all keys are the browser's.

import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { announce } from '../lib/announce';

export interface Token {
    text: string;
    kind: string; // '' or a class: keyword, string, number, comment, name, operator
}
export interface Mark {
    from: number; // units of the text
    to: number;
    tone: 'bad' | 'warn';
}
export interface Offer {
    from: number;
    to: number;
    items: { text: string; kind: string; doc: string | null }[];
}
interface Props {
    label: string;
    value: string;
    onInput: (text: string) => void;
    paint: (text: string) => Token[];
    marks?: Mark[];
    complete?: (text: string, cursor: number, signal: AbortSignal) => Promise<Offer>;
    describedBy?: string | undefined;
    invalid?: boolean;
    onRun?: () => void; // Ctrl+Enter
    rows?: number;
    autofocus?: boolean;
    readOnly?: boolean;
}

const PAUSE = 90;
const SHOWN_MAX = 12;

function Painted({ tokens, marks }: { tokens: Token[]; marks: Mark[] }) {
    const out = [];
    let at = 0;
    for (const token of tokens) {
        const end = at + token.text.length;
        const cuts = [at, end, ...marks.flatMap((m) => [m.from, Math.max(m.to, m.from + 1)]).filter((x) => x > at && x < end)].sort((a, b) => a - b);
        for (let i = 0; i + 1 < cuts.length; i++) {
            const [from, to] = [cuts[i]!, cuts[i + 1]!];
            if (from === to) continue;
            const mark = marks.find((m) => m.from <= from && Math.max(m.to, m.from + 1) >= to);
            const kind = [token.kind && `tok-${token.kind}`, mark && `mark-${mark.tone}`].filter(Boolean).join(' ');
            const text = token.text.slice(from - at, to - at);
            out.push(kind ? <span key={from} class={kind}>{text}</span> : text);
        }
        at = end;
    }
    return <>{out}</>;
}

// Where a character of the painted layer stands, relative to the box around it.
function placeOf(paint: HTMLElement, box: HTMLElement, index: number): { left: number; top: number } {
    const walker = document.createTreeWalker(paint, NodeFilter.SHOW_TEXT);
    let left = index;
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
        if (left > node.length) {
            left -= node.length;
            continue;
        }
        const range = document.createRange();
        range.setStart(node, left);
        range.setEnd(node, left);
        const found = range.getBoundingClientRect();
        const outer = box.getBoundingClientRect();
        return { left: found.left - outer.left, top: found.bottom - outer.top };
    }
    return { left: 0, top: 0 };
}

export function CodeArea({ label, value, onInput, paint, marks = [], complete, describedBy, invalid, onRun, rows = 6, autofocus, readOnly }: Props) {
    const id = useId();
    const area = useRef<HTMLTextAreaElement>(null);
    const layer = useRef<HTMLPreElement>(null);
    const box = useRef<HTMLDivElement>(null);
    const list = useRef<HTMLUListElement>(null);
    const [found, setOffer] = useState<(Offer & { text: string }) | null>(null);
    const offer = found && found.text === value ? found : null; // of another text it would be put in the wrong place
    const [at, setAt] = useState(0);
    const asked = useRef<AbortController | null>(null);
    const timer = useRef(0);
    const caret = useRef<number | null>(null);
    const shown = offer ? offer.items.slice(0, SHOWN_MAX) : [];
    const open = shown.length > 0;

    const close = () => {
        asked.current?.abort();
        clearTimeout(timer.current);
        setOffer(null);
    };
    const ask = (wanted: boolean) => {
        asked.current?.abort();
        clearTimeout(timer.current);
        if (!complete) return;
        timer.current = window.setTimeout(() => {
            const el = area.current;
            if (!el || el.selectionStart !== el.selectionEnd) return;
            const control = new AbortController();
            asked.current = control;
            const cursor = el.selectionStart;
            const text = el.value;
            complete(text, cursor, control.signal).then((found) => {
                if (control.signal.aborted || document.activeElement !== el) return;
                const prefix = text.slice(found.from, cursor);
                const useful = found.items.filter((i) => i.text !== prefix);
                if (!useful.length || (!wanted && !prefix)) {
                    setOffer(null);
                    return;
                }
                setOffer({ ...found, items: useful, text });
                setAt(0);
                announce(t('code.offers', { n: useful.length, first: useful[0]!.text }));
            }, () => {}); // typing goes on without completion
        }, wanted ? 0 : PAUSE);
    };
    useEffect(() => { // another width: the list would hang in the wrong place
        addEventListener('resize', close);
        return () => removeEventListener('resize', close);
    }, []);
    const take = (index: number) => {
        const item = shown[index];
        if (!offer || !item) return;
        caret.current = offer.from + item.text.length;
        onInput(value.slice(0, offer.from) + item.text + value.slice(offer.to));
        setOffer(null);
        area.current?.focus();
    };
    useEffect(() => {
        if (autofocus) area.current?.focus();
        return () => {
            asked.current?.abort();
            clearTimeout(timer.current);
        };
    }, []);
    useLayoutEffect(() => {
        if (caret.current !== null) area.current?.setSelectionRange(caret.current, caret.current);
        caret.current = null;
    }, [value]);
    useLayoutEffect(() => {
        if (!offer || !list.current || !layer.current || !box.current) return;
        const place = placeOf(layer.current, box.current, offer.from);
        const room = box.current.clientWidth - list.current.offsetWidth;
        list.current.style.left = `${Math.max(0, Math.min(place.left, room))}px`;
        list.current.style.top = `${place.top + 4}px`;
    }, [offer]);
    useEffect(() => {
        list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
    }, [at]);

    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && onRun) {
            close();
            onRun();
        } else if (event.key === ' ' && event.ctrlKey) {
            ask(true);
        } else if (!open) {
            return;
        } else if (event.key === 'ArrowDown') {
            setAt((at + 1) % shown.length);
        } else if (event.key === 'ArrowUp') {
            setAt((at - 1 + shown.length) % shown.length);
        } else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) {
            take(at);
        } else if (event.key === 'Escape') {
            close();
            event.stopPropagation();
        } else {
            return;
        }
        event.preventDefault();
    };
    return (
        <div class="code-area" dir="ltr" ref={box}>
            <div class="code-scroll">
                <pre class="code-paint mono" aria-hidden="true" ref={layer} style={{ minBlockSize: `${rows * 1.6 + 1.6}em` }}><Painted tokens={paint(value)} marks={marks} />{'\n'}</pre>
                <textarea
                    ref={area} class="code-text mono" aria-label={label} aria-describedby={describedBy} aria-invalid={invalid || undefined} readOnly={readOnly}
                    aria-autocomplete={complete ? 'list' : undefined} aria-controls={open ? `${id}-list` : undefined}
                    aria-activedescendant={open ? `${id}-${at}` : undefined} data-autofocus={autofocus || undefined}
                    spellcheck={false} autocomplete="off" autocapitalize="off" value={value}
                    onInput={(e) => {
                        onInput(e.currentTarget.value);
                        ask(false);
                    }}
                    onKeyDown={onKeyDown} onBlur={close} onClick={close}
                />
            </div>
            {open && (
                <ul class="code-offers" role="listbox" id={`${id}-list`} aria-label={t('code.complete')} ref={list}>
                    {shown.map((item, i) => (
                        <li
                            key={item.text} id={`${id}-${i}`} role="option" aria-selected={i === at}
                            onMouseDown={(e) => {
                                e.preventDefault(); // the focus stays in the text
                                take(i);
                            }}
                        >
                            <code>{item.text}</code>
                            <small>{item.doc || item.kind}</small>
                        </li>
                    ))}
                </ul>
            )}
        </div>
    );
}
