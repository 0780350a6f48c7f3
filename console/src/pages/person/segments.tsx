// SPDX-License-Identifier: Apache-2.0
// The segments one person is in, each with why.

import { api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Person, PersonSegment } from '../../api/types';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Card, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';

const EVERY = 5000;

export function PersonSegments({ person }: { person: Person }) {
    const found = useQuery(`person.segments.${person.id}`, (signal) => api.get<List<PersonSegment>>(`/v1/people/${segment(person.id)}/segments`, { signal }), { poll: EVERY, enabled: can('segments_read') });
    if (!can('segments_read')) return null;
    return (
        <Card title={t('nav.segments')}>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && found.loading && <Loading />}
            {found.data?.items.length === 0 && <p class="muted">{t('person.segments.none')}</p>}
            <ul class="person-segments">
                {found.data?.items.map((s) => (
                    <li key={s.name}>
                        <div>
                            <a class="row-link" dir="auto" href={href('segments', s.name)}>{s.title || s.name}</a>
                            {s.since && <div class="trait-from">{t('segments.since')} <Ago time={s.since} /></div>}
                        </div>
                        <a href={href('segments', s.name, 'why', person.id)}>{t('segments.why')}<span class="visually-hidden"> {s.title}</span></a>
                    </li>
                ))}
            </ul>
        </Card>
    );
}
