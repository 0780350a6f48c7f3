// SPDX-License-Identifier: Apache-2.0
// useQuery: load something for a key, again when the key changes, and every `poll` milliseconds while
// the page is visible. A failed poll keeps what was shown and says so.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Cancelled } from './client';

export interface QueryState<T> {
    data: T | undefined;
    error: unknown;
    loading: boolean;
    reload: () => void;
    set: (value: T) => void;
}

export interface QueryOptions {
    poll?: number; // milliseconds; 0 or absent: never
    enabled?: boolean;
    keep?: boolean; // keep the old data on the page while a new key loads
}

// The same answer again keeps its identity, so that what is drawn from it is not drawn again.
const same = (a: unknown, b: unknown): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b);

export function useQuery<T>(
    key: string, load: (signal: AbortSignal) => Promise<T>, options: QueryOptions = {},
): QueryState<T> {
    const [state, setState] = useState<{ key: string; data: T | undefined; error: unknown; loading: boolean }>(
        { key, data: undefined, error: null, loading: true });
    const [round, setRound] = useState(0);
    const latest = useRef(load);
    latest.current = load;
    const enabled = options.enabled !== false;
    const poll = options.poll ?? 0;

    useEffect(() => {
        if (!enabled) return;
        const control = new AbortController();
        let timer = 0;
        setState((old) => ({
            key,
            data: old.key === key || options.keep ? old.data : undefined,
            error: old.key === key ? old.error : null,
            loading: true,
        }));
        const run = async () => {
            try {
                const data = await latest.current(control.signal);
                if (!control.signal.aborted) setState((old) => ({ key, data: same(old.data, data) ? old.data : data, error: null, loading: false }));
            } catch (error) {
                if (!control.signal.aborted) setState((old) => ({ ...old, error, loading: false }));
            }
            schedule();
        };
        const schedule = () => {
            if (poll && !control.signal.aborted) timer = window.setTimeout(tick, poll);
        };
        const tick = () => (document.visibilityState === 'visible' ? void run() : schedule());
        void run();
        return () => {
            control.abort();
            window.clearTimeout(timer);
        };
    }, [key, round, enabled, poll]);

    const reload = useCallback(() => setRound((n) => n + 1), []);
    const set = useCallback((data: T) => setState((old) => ({ ...old, data, error: null })), []);
    const current = state.key === key || options.keep;
    return {
        data: current ? state.data : undefined,
        error: current ? state.error : null,
        loading: current ? state.loading : true,
        reload,
        set,
    };
}

// Runs one action at a time; `busy` disables the button, `error` is shown beside it.
export function useAction<A extends unknown[]>(run: (...args: A) => Promise<void>): {
    busy: boolean; error: unknown; act: (...args: A) => Promise<void>; clear: () => void;
} {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<unknown>(null);
    const going = useRef(false);
    const act = async (...args: A) => {
        if (going.current) return;
        going.current = true;
        setBusy(true);
        setError(null);
        try {
            await run(...args);
        } catch (failure) {
            if (!(failure instanceof Cancelled)) setError(failure);
        } finally {
            going.current = false;
            setBusy(false);
        }
    };
    return { busy, error, act, clear: () => setError(null) };
}
