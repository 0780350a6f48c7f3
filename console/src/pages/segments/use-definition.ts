// SPDX-License-Identifier: Apache-2.0
// A definition while it is edited: what was typed last rules, the other face follows when the server has read it.
// A newer keystroke takes back the question about the former one.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Fault, SegmentCheck, SegmentPreview } from '../../api/types';
import type { Node } from '../../lib/definition';

const CHECK_PAUSE = 160;
const PREVIEW_PAUSE = 120;

export interface Editing {
    face: 'text' | 'builder';
    text: string;
    definition: Node | null;
    faults: Fault[];
    ok: boolean | null; // null: nobody looked yet
    error: unknown;
    changed: boolean;
}
export interface Editor extends Editing {
    setText: (text: string) => void;
    setDefinition: (definition: Node) => void;
    start: (text: string, definition: Node | null) => void;
    setFaults: (faults: Fault[]) => void;
    body: () => { text: string } | { definition: Node | null };
}

const bodyOf = (s: Editing) => (s.face === 'text' ? { text: s.text } : { definition: s.definition });

// `whole`: the server gave the definition as it is kept, nothing has to be asked before somebody changes it.
export function useDefinition(text: string, definition: Node | null, whole = false): Editor {
    const [round, setRound] = useState(0);
    const [s, setS] = useState<Editing>({ face: 'text', text, definition, faults: [], ok: whole ? true : null, error: null, changed: false });
    useEffect(() => {
        if (whole && !round) return;
        if (s.face === 'text' && !s.text.trim()) {
            setS((old) => ({ ...old, ok: null, faults: [], error: null }));
            return;
        }
        const control = new AbortController();
        const timer = setTimeout(() => {
            api.post<SegmentCheck>('/v1/segments/check', bodyOf(s), { signal: control.signal, plain: true }).then((a) => {
                if (control.signal.aborted) return;
                setS((old) => ({
                    ...old, ok: a.ok, faults: a.faults, error: null,
                    definition: a.ok && old.face === 'text' ? a.definition : old.definition,
                    text: a.ok && old.face === 'builder' && a.text !== null ? a.text : old.text,
                }));
            }, (error: unknown) => {
                if (!control.signal.aborted) setS((old) => ({ ...old, ok: false, error }));
            });
        }, round ? CHECK_PAUSE : 0);
        return () => {
            control.abort();
            clearTimeout(timer);
        };
    }, [round]);
    const edit = (change: Partial<Editing>) => {
        setS((old) => ({ ...old, ok: null, changed: true, ...change }));
        setRound((n) => n + 1);
    };
    return {
        ...s,
        setText: (next) => edit({ face: 'text', text: next }),
        setDefinition: (next) => edit({ face: 'builder', definition: next }),
        start: (nextText, nextDefinition) => edit({ face: 'text', text: nextText, definition: nextDefinition, faults: [], error: null, changed: false }),
        setFaults: (faults) => setS((old) => ({ ...old, faults, ok: faults.every((f) => f.warning) })),
        body: () => bodyOf(s),
    };
}

export interface Previewing {
    data: SegmentPreview | null;
    busy: boolean;
    error: unknown;
}

// How many people a definition holds for, as soon as it is known to be whole.
export function usePreview(editor: Editor): Previewing {
    const [state, setState] = useState<Previewing>({ data: null, busy: false, error: null });
    const key = editor.ok ? JSON.stringify(editor.face === 'text' ? editor.text : editor.definition) : null;
    useEffect(() => {
        if (key === null) {
            setState((old) => ({ ...old, busy: false }));
            return;
        }
        const control = new AbortController();
        setState((old) => ({ ...old, busy: true }));
        const timer = setTimeout(() => {
            api.post<SegmentPreview>('/v1/segments/preview', editor.body(), { signal: control.signal, plain: true }).then(
                (data) => !control.signal.aborted && setState({ data, busy: false, error: null }),
                (error: unknown) => !control.signal.aborted && setState((old) => ({ ...old, busy: false, error })),
            );
        }, PREVIEW_PAUSE);
        return () => {
            control.abort();
            clearTimeout(timer);
        };
    }, [key]);
    return state;
}
