// SPDX-License-Identifier: Apache-2.0
// One person: who they are and where each field comes from, what they did and bought, what they agreed
// to, and how their records were joined.

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Person } from '../../api/types';
import { t } from '../../i18n';
import { count, money } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Avatar, Badge, Button, Empty, LinkButton, Loading, PageHead, Segmented } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Consents } from './consents';
import { DeleteDialog } from './delete';
import { GlassBanner, GlassDialog, MaskedNote, masked } from './glass';
import { MergeDialog, Merges } from './merges';
import { Orders } from './orders';
import { LinkDialog, Privacy, RestrictionBanner } from './privacy';
import { Identifiers, Profile } from './profile';
import { Seen } from './seen';
import { PersonSegments } from './segments';
import { Timeline } from './timeline';

type Tab = 'profile' | 'timeline' | 'orders' | 'privacy' | 'seen';

function Facts({ p }: { p: Person }) {
    const facts = [
        [t('metric.revenue'), money(p.orders.revenue, p.currency)],
        [t('metric.orders'), count(p.orders.count)],
        [t('metric.average_order_value'), p.orders.count ? money(p.orders.average, p.currency) : '–'],
        [t('person.refunded'), p.orders.refunded ? money(p.orders.refunded, p.currency) : '–'],
        [t('people.events'), count(p.events)],
    ] as const;
    return (
        <dl class="facts">
            {facts.map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}
        </dl>
    );
}

// On a narrow page the side column would come after an endless timeline: it becomes a tab.
function useNarrow(): boolean {
    const query = '(max-width: 68rem)';
    const [narrow, setNarrow] = useState(matchMedia(query).matches);
    useEffect(() => {
        const list = matchMedia(query);
        const look = () => setNarrow(list.matches);
        list.addEventListener('change', look);
        return () => list.removeEventListener('change', look);
    }, []);
    return narrow;
}

export default function PersonPage({ id }: { id: string }) {
    const person = useQuery(`person.${id}`, (signal) => api.get<Person>(`/v1/people/${segment(id)}`, { signal }), { keep: true });
    const narrow = useNarrow();
    const [chosen, setTab] = useState<Tab | null>(null);
    const tab = !narrow && chosen === 'profile' ? 'timeline' : (chosen ?? (narrow ? 'profile' : 'timeline'));
    const [dialog, setDialog] = useState<'merge' | 'delete' | 'glass' | 'link' | null>(null);
    const p = person.data;
    const back = { href: href('people'), label: t('nav.people') };
    if (!p) {
        const gone = person.error instanceof ApiError && (person.error.status === 404 || person.error.status === 410);
        return (
            <>
                <PageHead title={t('people.person')} back={back} />
                {gone
                    ? (
                        <Empty icon="people" title={t('person.gone')} action={<LinkButton href={href('people')} tone="primary">{t('person.gone.action')}</LinkButton>}>
                            {t('person.gone.text')}
                        </Empty>
                    )
                    : person.error ? <ProblemBox error={person.error} onRetry={person.reload} /> : <Loading />}
            </>
        );
    }
    const label = p.label || t('people.nameless');
    return (
        <>
            <PageHead
                title={label} back={back} icon={<Avatar id={p.id} label={label} known={p.known} large />}
                lead={(
                    <span class="person-lead">
                            <Badge tone={p.known ? 'good' : 'plain'}>{t(p.known ? 'person.known' : 'person.anonymous')}</Badge>
                            {p.sample && <Badge tone="sample">{t('sample.badge')}</Badge>}
                            <span class="muted"> {t('person.first_seen')} <Ago time={p.first_seen} /> · {t('person.last_seen')} <Ago time={p.last_seen} /></span>
                    </span>
                )}
            >
                {can('break_glass') && masked(p) && <Button icon="eye" onClick={() => setDialog('glass')}>{t('glass.button')}</Button>}
                {can('rights_write') && <Button icon="link" onClick={() => setDialog('link')}>{t('privacy_link.button')}</Button>}
                {can('people_write') && <Button icon="merge" onClick={() => setDialog('merge')}>{t('merge.button')}</Button>}
                {can('people_erase') && <Button icon="trash" tone="danger" onClick={() => setDialog('delete')}>{t('delete.button')}</Button>}
            </PageHead>
            <ProblemBox error={person.error} onRetry={person.reload} />
            <GlassBanner person={p} onOver={person.reload} />
            <RestrictionBanner person={p} />
            <Facts p={p} />
            <MaskedNote person={p} />
            <div class="person-columns">
                <div class="person-main">
                    <Segmented<Tab>
                        label={t('person.view')} value={tab} onChange={setTab}
                        options={[
                            ...(narrow ? [{ value: 'profile' as const, label: t('person.profile') }] : []),
                            { value: 'timeline', label: t('person.timeline') },
                            { value: 'orders', label: t('person.orders', { n: p.orders.count }) },
                            { value: 'privacy', label: t('person.privacy') },
                            ...(can('audit_read') ? [{ value: 'seen' as const, label: t('seen.tab') }] : []),
                        ]}
                    />
                    {tab === 'timeline' && <Timeline person={p} />}
                    {tab === 'orders' && <Orders person={p} />}
                    {tab === 'privacy' && <Privacy person={p} />}
                    {tab === 'seen' && <Seen person={p} />}
                </div>
                {(!narrow || tab === 'profile') && (
                    <div class="person-side">
                        <Profile person={p} />
                        <Identifiers person={p} />
                        <PersonSegments person={p} />
                        <Consents person={p} onChange={person.reload} />
                        <Merges person={p} onChange={person.reload} />
                    </div>
                )}
            </div>
            {dialog === 'merge' && <MergeDialog person={p} onClose={() => setDialog(null)} onDone={person.reload} />}
            {dialog === 'link' && <LinkDialog person={p} onClose={() => setDialog(null)} />}
            {dialog === 'glass' && <GlassDialog person={p} onClose={() => setDialog(null)} onDone={person.reload} />}
            {dialog === 'delete' && <DeleteDialog person={p} onClose={() => setDialog(null)} />}
        </>
    );
}
