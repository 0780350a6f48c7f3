// SPDX-License-Identifier: Apache-2.0
// Who is in it: everybody, or only those who may be reached for a purpose, with how many were held back and why.

import { useEffect, useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import type { HeldBack, Segment, SegmentPeople } from '../../api/types';
import { t, tOr } from '../../i18n';
import { count, dateTime, words } from '../../lib/format';
import { href, route, setQuery } from '../../lib/router';
import { PAGE, Pages } from '../../lib/virtual';
import { Avatar, Empty, Loading } from '../../ui/basics';
import { Endless } from '../../ui/endless';
import { Icon } from '../../ui/icons';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import { purposeName, usePurposes } from './purposes';

type Member = SegmentPeople['items'][number];
let list: { key: string; pages: Pages<Member>; held: HeldBack | null } | null = null;

function listFor(name: string, version: number, purpose: string, changed: () => void): NonNullable<typeof list> {
    const key = JSON.stringify([name, version, purpose]);
    if (list?.key !== key) {
        list?.pages.stop();
        const made = { key, held: null as HeldBack | null, pages: null as unknown as Pages<Member> };
        made.pages = new Pages<Member>(
            (cursor, signal) => api.get<SegmentPeople>(withQuery(`/v1/segments/${segment(name)}/people`, { cursor, purpose, limit: PAGE }), { signal }),
            changed,
            (answer) => { made.held = (answer as SegmentPeople).held_back ?? made.held; },
        );
        list = made;
    }
    list.pages.listen(changed);
    return list;
}

export const reasonName = (reason: string): string => tOr(`held.${reason}`, words(reason));

export function HeldNote({ held, purpose }: { held: HeldBack | null; purpose: string }) {
    if (!held?.count) return null;
    return (
        <div class="notice info" role="status">
            <Icon name="shield" />
            <div>
                <strong>{t('held.title', { n: held.count, purpose: purposeName(purpose) })}</strong>
                <ul class="held-reasons">{held.reasons.map((r) => <li key={r.reason}>{t('held.reason', { reason: reasonName(r.reason), count: count(r.count) })}</li>)}</ul>
                <p>{t('held.text')}</p>
            </div>
        </div>
    );
}

function Row({ p, index, focused, name }: { p: Member; index: number; focused: boolean; name: string }) {
    const label = p.label || t('people.nameless');
    return (
        <>
            <div role="cell" class="person-who">
                <Avatar id={p.id ?? ''} label={label} known={!!p.label} />
                <PersonLink person={p} row={index} focused={focused} />
            </div>
            <div role="cell" class="muted">{p.since ? dateTime(p.since) : '–'}</div>
            <div role="cell" class="end">{p.id && <a href={href('segments', name, 'why', p.id)}>{t('segments.why')}<span class="visually-hidden"> {label}</span></a>}</div>
        </>
    );
}

const Head = () => (
    <>
        <div role="columnheader">{t('people.person')}</div>
        <div role="columnheader">{t('segments.since')}</div>
        <div role="columnheader" class="end">{t('segments.why')}</div>
    </>
);

export function SegmentPeopleView({ s }: { s: Segment }) {
    const purpose = route.value.query.get('purpose') ?? '';
    const purposes = usePurposes();
    const [round, setRound] = useState(0);
    const now = listFor(s.name, s.version, purpose, () => setRound((n) => n + 1));
    const { pages } = now;
    useEffect(() => {
        pages.want(0, 0);
        return () => pages.listen(() => {});
    }, [pages]);
    return (
        <div data-keep-scroll>
            <div class="toolbar">
                <label class="inline-select start">
                    <span>{t('segments.purpose')}</span>
                    <select value={purpose} onChange={(e) => setQuery({ purpose: e.currentTarget.value || null })}>
                        <option value="">{t('segments.purpose.any')}</option>
                        {purposes.names.map((p) => <option key={p} value={p}>{purposeName(p)}</option>)}
                    </select>
                </label>
            </div>
            <HeldNote held={now.held} purpose={purpose} />
            <ProblemBox error={pages.error} onRetry={() => pages.retry()} />
            {pages.length > 0 ? (
                <Endless<Member>
                    key={now.key} kind="member-table" rowClass="member-row" label={t('segments.view.people')} pages={pages} round={round} head={<Head />}
                    row={(p, index, focused) => <Row p={p} index={index} focused={focused} name={s.name} />}
                />
            ) : pages.loading || !pages.ended ? !pages.error && <Loading />
                : <Empty icon="people" title={t(purpose && now.held?.count ? 'segments.people.held' : 'segments.people.none')}>{t(s.state === 'filling' ? 'segments.people.filling' : purpose && now.held?.count ? 'segments.people.held.text' : 'segments.people.none.text')}</Empty>}
        </div>
    );
}
