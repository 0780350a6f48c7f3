// SPDX-License-Identifier: Apache-2.0
// A row of a list of requests.

import type { RequestRow } from '../../api/types';
import { t } from '../../i18n';
import { channelName, regimeName, requestState, rightName, stateTone } from '../../lib/rights';
import { href } from '../../lib/router';
import { Ago, Badge } from '../../ui/basics';
import { Due } from '../../ui/due';
import { PersonLink } from '../../ui/person-link';
import type { Column } from '../../ui/table';

export function requestColumns(withPerson = true): Column<RequestRow>[] {
    return [
        {
            key: 'right', label: t('requests.right'), head: true, grow: true,
            cell: (r) => (
                <>
                    <a class="row-link" href={href('requests', r.id)}>{rightName(r.right)}</a>{' '}
                    {r.extended && <Badge>{t('requests.extended')}</Badge>}
                    <small class="muted">{regimeName(r.regime)} · {channelName(r.channel)}</small>
                </>
            ),
        },
        ...(withPerson ? [{
            key: 'person', label: t('people.person'),
            cell: (r: RequestRow) => (r.person || r.label ? <PersonLink plain person={{ id: r.person, label: r.label ?? '' }} /> : <span class="muted">{t('requests.nobody')}</span>),
        }] : []),
        {
            key: 'state', label: t('requests.state'),
            cell: (r) => <><Badge tone={stateTone(r.state)}>{requestState(r.state)}</Badge>{r.waiting_for > 0 && <small class="muted">{t('requests.waiting_for', { n: r.waiting_for })}</small>}</>,
        },
        { key: 'received', label: t('requests.received'), cell: (r) => <Ago time={r.received} /> },
        { key: 'due', label: t('requests.due'), end: true, cell: (r) => (r.closed ? <span class="muted"><Ago time={r.closed} /></span> : <Due due={r.due} used={r.used_permille} />) },
    ];
}
