// SPDX-License-Identifier: Apache-2.0
// Today: what needs a person now, five numbers with their chart, the shop's funnel, segments in motion, and the live feed that
// answers "is it working?". Every part asks by itself, at the same time as the others.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Compare } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { EventKind, List } from '../../api/types';
import { t, type Key } from '../../i18n';
import { announce } from '../../lib/announce';
import { addKeys } from '../../lib/keys';
import { route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { dayAt, periodDays } from '../../lib/shop-days';
import { PageHead, Segmented } from '../../ui/basics';
import { LiveFeed } from '../../ui/live';
import { ProblemBox } from '../../ui/problem';
import { sampleGone } from '../../ui/sample';
import { Attention } from './attention';
import { FirstEvent } from './first-event';
import { Movement } from './movement';
import { Numbers } from './numbers';
import { ShopFunnel } from './shop-funnel';

const PERIODS = ['7', '30', '90', '365'] as const;
type Period = (typeof PERIODS)[number];
const COMPARES: Compare[] = ['previous', 'year', 'none'];
const SOON = 2000;
const LATER = 60_000;

export default function Today() {
    const { query } = route.value;
    const period: Period = PERIODS.find((p) => p === query.get('days')) ?? '30';
    const compare: Compare = COMPARES.find((c) => c === query.get('compare')) ?? 'previous';
    const [waiting, setWaiting] = useState(false);
    // Has anything come yet? Also when the last one came, as far as the day.
    const kinds = useQuery(`today.kinds.${sampleGone.value}`, (signal) => api.get<List<EventKind>>('/v1/events/kinds', { signal }), { keep: true, poll: waiting ? SOON : LATER });
    const hasData = kinds.data ? kinds.data.items.length > 0 : null;
    useEffect(() => {
        if (waiting && hasData) announce(t('today.first_event'));
        setWaiting(hasData === false);
    }, [hasData]);
    useEffect(() => addKeys({
        ...Object.fromEntries(PERIODS.map((p, i) => [String(i + 1), () => setQuery({ days: p })])),
        x: () => {
            const next = COMPARES[(COMPARES.findIndex((c) => c === (route.value.query.get('compare') ?? 'previous')) + 1) % COMPARES.length]!;
            setQuery({ compare: next });
            announce(t(`compare.${next}` as Key));
        },
    }), []);
    const days = periodDays(`${period}d`, dayAt());

    return (
        <>
            <PageHead title={t('nav.today')} lead={hasData ? t(`today.lead.${compare}` as Key, { n: Number(period) }) : undefined}>
                {hasData && (
                    <>
                        <label class="inline-select">
                            <span>{t('compare.label')}</span>
                            <select value={compare} onChange={(e) => setQuery({ compare: e.currentTarget.value })}>
                                {COMPARES.map((c) => <option key={c} value={c}>{t(`compare.${c}` as Key)}</option>)}
                            </select>
                        </label>
                        <Segmented<Period>
                            label={t('today.period')} value={period} onChange={(p) => setQuery({ days: p })}
                            options={PERIODS.map((p) => ({ value: p, label: t(`period.${p}` as Key) }))}
                        />
                    </>
                )}
            </PageHead>
            <Attention />
            <ProblemBox error={kinds.error} onRetry={kinds.reload} />
            {hasData === false && <FirstEvent />}
            {hasData !== false && (
                <>
                    <Numbers days={days} compare={compare} />
                    <div class="today-columns">
                        <ShopFunnel days={days} />
                        {can('segments_read') && <Movement days={days} />}
                    </div>
                </>
            )}
            {can('people_read') && <LiveFeed lastEvent={null} hasData={hasData !== false} onFirst={kinds.reload} />}
        </>
    );
}
