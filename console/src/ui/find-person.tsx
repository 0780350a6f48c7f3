// SPDX-License-Identifier: Apache-2.0
// Choosing one person by what is known of them. What is typed goes to the server in a POST body.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { People, PersonRow } from '../api/types';
import { t } from '../i18n';
import { count } from '../lib/format';
import { Avatar, Field, Loading } from './basics';
import { ProblemBox } from './problem';

// People that fit what was typed; null while it asks. `not` is left out.
export function useCandidates(q: string, not: string): { found: PersonRow[] | null; error: unknown } {
    const [state, setState] = useState<{ found: PersonRow[] | null; error: unknown }>({ found: null, error: null });
    useEffect(() => {
        if (q.length < 2) {
            setState({ found: [], error: null });
            return;
        }
        const control = new AbortController();
        setState({ found: null, error: null });
        const timer = setTimeout(() => {
            api.post<People>('/v1/people/search', { q, limit: 8 }, { signal: control.signal }).then(
                (p) => setState({ found: p.items.filter((x) => x.id !== not), error: null }),
                (error: unknown) => !control.signal.aborted && setState({ found: [], error }));
        }, 180);
        return () => {
            clearTimeout(timer);
            control.abort();
        };
    }, [q, not]);
    return state;
}

export function FindPerson({ label, hint, not = '', onChoose, autofocus }: {
    label: string; hint?: string | undefined; not?: string; onChoose: (person: PersonRow) => void; autofocus?: boolean;
}) {
    const [text, setText] = useState('');
    const { found, error } = useCandidates(text.trim(), not);
    return (
        <>
            <Field label={label} hint={hint}>
                {(ids) => (
                    <input
                        {...ids} type="search" data-autofocus={autofocus || undefined} autocomplete="off" spellcheck={false} maxLength={200}
                        value={text} onInput={(e) => setText(e.currentTarget.value)}
                    />
                )}
            </Field>
            <ProblemBox error={error} />
            {found === null ? <Loading /> : (
                <ul class="candidates">
                    {found.map((p) => (
                        <li key={p.id}>
                            <button type="button" onClick={() => onChoose(p)}>
                                <Avatar id={p.id} label={p.label} known={p.known} />
                                <span>{p.label || t('people.nameless')}<small>{p.email ?? t('people.anonymous')} · {t('event.count', { n: count(p.events) })}</small></span>
                            </button>
                        </li>
                    ))}
                    {text.trim().length > 1 && found.length === 0 && <li class="muted">{t('people.none_found')}</li>}
                </ul>
            )}
        </>
    );
}
