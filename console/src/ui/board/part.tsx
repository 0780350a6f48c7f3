// SPDX-License-Identifier: Apache-2.0
// A part of a page with a question of its own: it loads, fails and is empty by itself, whatever the others do.

import type { ComponentChildren } from 'preact';
import type { QueryState } from '../../api/query';
import { Card, Loading } from '../basics';
import { ProblemBox } from '../problem';

export function Part<T>({ title, query, children, note, actions, class: extra }: {
    title?: ComponentChildren; query: QueryState<T>; children: (data: T) => ComponentChildren; note?: ComponentChildren; actions?: ComponentChildren; class?: string;
}) {
    return (
        <Card title={title} note={note} actions={actions} class={extra ?? ''}>
            <ProblemBox error={query.error} onRetry={query.reload} />
            {query.data === undefined && query.loading && <Loading />}
            {query.data !== undefined && <div aria-busy={query.loading}>{children(query.data)}</div>}
        </Card>
    );
}
