// SPDX-License-Identifier: Apache-2.0
// The daily trial of rights: an invented person consents, is written to, withdraws and is erased. What works every
// day for nobody works for somebody, too.

import { api } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Canary as Trial, CanaryRun } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { count, dateTime, words } from '../../lib/format';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, Loading } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const took = (ms: number): string => t('canary.ms', { n: count(ms) });

function Steps({ run }: { run: CanaryRun }) {
    return (
        <ol class="findings">
            {run.steps.map((s) => (
                <li key={s.name}>
                    <span class={`event-icon ${s.ok ? 'good' : 'bad'}`}><Icon name={s.ok ? 'check' : 'warning'} /></span>
                    <div><strong>{tOr(`canary.step.${s.name}`, words(s.name))}</strong> <span class="muted">{took(s.took_ms)}</span>{s.fault && <p class="wrap-any">{s.fault}</p>}</div>
                </li>
            ))}
        </ol>
    );
}

const Verdict = ({ run }: { run: CanaryRun }) => <Badge tone={run.ok ? 'good' : 'bad'}>{t(run.ok ? 'canary.ok' : 'canary.failed')}</Badge>;

export function Canary() {
    const found = useQuery('canary', (signal) => api.get<Trial>('/v1/canary', { signal }), { keep: true, poll: 15_000 });
    const run = useAction(async () => {
        await api.post('/v1/canary/run');
        toast(t('canary.started'));
        found.reload();
    });
    const [newest, ...older] = found.data?.runs ?? [];
    return (
        <>
            <p class="muted">{t('canary.lead')}</p>
            <div class="toolbar">
                {can('govern_write') && <Button icon="play" busy={run.busy} onClick={() => void run.act()}>{t('canary.run')}</Button>}
                {found.data && <Badge tone={found.data.daily ? 'good' : 'warn'}>{t(found.data.daily ? 'canary.daily' : 'canary.not_daily')}</Badge>}
            </div>
            <ProblemBox error={run.error ?? found.error} onRetry={found.error ? found.reload : undefined} />
            {!found.data && !found.error && <Loading />}
            {found.data && !newest && <Empty icon="checks" title={t('canary.empty')}>{t('canary.empty.text')}</Empty>}
            {newest && <Card title={<>{t('canary.newest')} <Ago time={newest.at} /></>} note={took(newest.took_ms)} actions={<Verdict run={newest} />}><Steps run={newest} /></Card>}
            {older.length > 0 && (
                <Card title={t('canary.older')}>
                    <ul class="drills">
                        {older.map((r) => <li key={r.at}><details><summary><Verdict run={r} /> {dateTime(r.at)} · {took(r.took_ms)}</summary><Steps run={r} /></details></li>)}
                    </ul>
                </Card>
            )}
        </>
    );
}
