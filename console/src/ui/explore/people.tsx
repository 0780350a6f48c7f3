// SPDX-License-Identifier: Apache-2.0
// The people behind one figure, a page at a time, and the way to a segment of them.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Asked, InsightPeople } from '../../api/insight-types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { go } from '../../lib/router';
import { can } from '../../lib/session';
import type { Node } from '../../lib/definition';
import { Avatar, Button, Empty, Loading } from '../basics';
import { Dialog } from '../dialog';
import { PersonLink } from '../person-link';
import { ProblemBox } from '../problem';
import { keepDraft } from './draft';

const PAGE = 50;
type Row = InsightPeople['items'][number];

export interface Who {
    title: string;
    body: Asked;
    pick: object;
    segment?: { title: string; definition: Node } | null; // the same people as a definition
}
export const mayList = (): boolean => can('people_read');

export function PeopleDialog({ who, onClose }: { who: Who; onClose: () => void }) {
    const [state, setState] = useState<{ items: Row[]; people: number | null; next: string | null; loading: boolean; error: unknown }>({ items: [], people: null, next: null, loading: true, error: null });
    const control = useRef(new AbortController());
    const load = async (cursor: string | null, before: Row[]) => {
        const { signal } = control.current;
        setState((old) => ({ ...old, loading: true, error: null }));
        try {
            const page = await api.post<InsightPeople>('/v1/insight/people', { ...who.body, pick: who.pick, limit: PAGE, ...(cursor ? { cursor } : {}) }, { signal });
            if (!signal.aborted) setState({ items: [...before, ...page.items], people: page.people, next: page.next, loading: false, error: null });
        } catch (error) {
            if (!signal.aborted) setState((old) => ({ ...old, loading: false, error }));
        }
    };
    useEffect(() => {
        control.current = new AbortController();
        void load(null, []);
        return () => control.current.abort();
    }, []);
    return (
        <Dialog
            title={who.title} onClose={onClose}
            actions={who.segment && can('segments_write') && state.items.length > 0 ? (
                <Button
                    icon="segments" onClick={() => {
                        keepDraft(who.segment!);
                        onClose();
                        go('segments', 'new');
                    }}
                >
                    {t('explore.people.segment')}
                </Button>
            ) : undefined}
        >
            {state.people !== null && <p role="status">{t('explore.people.count', { n: state.people })}</p>}
            <ProblemBox error={state.error} onRetry={() => void load(state.next, state.items)} />
            {state.people === 0 && <Empty icon="people" title={t('explore.people.none')} />}
            {state.items.length > 0 && (
                <ul class="explore-people">
                    {state.items.map((p, i) => (
                        <li key={p.id ?? i}><Avatar id={p.id ?? ''} label={p.label} known={!!p.label} /><PersonLink person={p} plain /></li>
                    ))}
                </ul>
            )}
            {state.loading ? <Loading /> : state.next && !state.error && (
                <Button onClick={() => void load(state.next, state.items)}>{t('explore.people.more', { n: count((state.people ?? 0) - state.items.length) })}</Button>
            )}
        </Dialog>
    );
}
