// SPDX-License-Identifier: Apache-2.0
// Asking, and what stands where no answer is: it loads, it failed, nothing ever came, nothing came in this period. An answer to
// the question before stays until the next is there, and looks it.

import type { ComponentChildren } from 'preact';
import { api } from '../../api/client';
import { ask } from '../../api/board';
import type { Answered, Asked } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { EventKind, List } from '../../api/types';
import { t } from '../../i18n';
import { day } from '../../lib/format';
import { href } from '../../lib/router';
import { Empty, LinkButton, Loading } from '../basics';
import { Icon, type IconName } from '../icons';
import { ProblemBox } from '../problem';
import { sampleGone } from '../sample';

export interface Answer<A> {
    data: (Answered<A> & { asked: Asked }) | undefined;
    stale: boolean;
    loading: boolean;
    error: unknown;
    reload: () => void;
}

export function useAsk<A>(body: Asked, enabled = true): Answer<A> {
    const found = useQuery(`${JSON.stringify(body)}${sampleGone.value}`, async (signal) => ({ ...(await ask<A>(body, signal)), asked: body }), { keep: true, enabled });
    const data = found.data?.kind === body.kind ? found.data : undefined;
    return { data, stale: !!data && found.loading, loading: found.loading, error: found.error, reload: found.reload };
}

// The kinds of events that ever came; undefined: not known yet.
export function useKinds(): EventKind[] | undefined {
    const found = useQuery(`explore.kinds.${sampleGone.value}`, (signal) => api.get<List<EventKind> | EventKind[]>('/v1/events/kinds', { signal }));
    return Array.isArray(found.data) ? found.data : found.data?.items;
}

// What one should know about all figures on the page.
export function Notes({ data, noRate = 0 }: { data: Answered<unknown>; noRate?: number }) {
    return (
        <>
            {data.left_out > 0 && <p class="notice info" role="status"><Icon name="shield" />{t('explore.left_out', { n: data.left_out })}</p>}
            {data.hidden > 0 && <p class="notice info" role="status"><Icon name="lock" />{t('explore.hidden', { n: data.hidden, small: data.small_group })}</p>}
            {noRate > 0 && <p class="notice warn" role="status"><Icon name="warning" />{t('explore.no_rate', { n: noRate })}</p>}
            {!data.complete && <p class="notice warn" role="alert"><Icon name="warning" />{t('explore.damaged')}</p>}
        </>
    );
}

export function NoData({ icon }: { icon: IconName }) {
    return (
        <Empty icon={icon} title={t('explore.no_data')} action={<LinkButton tone="primary" icon="sources" href={href('sources')}>{t('people.empty.action')}</LinkButton>}>
            {t('explore.no_data.text')}
        </Empty>
    );
}
export function Nothing({ icon, data, children }: { icon: IconName; data: Answered<unknown>; children?: ComponentChildren }) {
    return (
        <Empty icon={icon} title={t('explore.nothing')}>
            {children ?? t('explore.nothing.text', { from: day(data.from, 'medium'), to: day(data.to, 'medium') })}
        </Empty>
    );
}

export function AnswerBox<A>({ answer, icon, nothing, noRate, children }: {
    answer: Answer<A>; icon: IconName; nothing: (a: A) => boolean; noRate?: (a: A) => number; children: (a: A, whole: Answered<A> & { asked: Asked }) => ComponentChildren;
}) {
    const kinds = useKinds();
    const { data } = answer;
    const empty = data ? nothing(data.answer) : false;
    return (
        <>
            <ProblemBox error={answer.error} onRetry={answer.reload} />
            {!data && answer.loading && !answer.error && <Loading />}
            {data && (
                <div class={`answer ${answer.stale || answer.error ? 'old' : ''}`} aria-busy={answer.stale}>
                    {answer.stale && <p class="visually-hidden" role="status">{t('explore.stale')}</p>}
                    <Notes data={data} noRate={noRate?.(data.answer) ?? 0} />
                    {empty && kinds?.length === 0 ? <NoData icon={icon} /> : empty ? <Nothing icon={icon} data={data} /> : children(data.answer, data)}
                </div>
            )}
        </>
    );
}

