// SPDX-License-Identifier: Apache-2.0
// Restore drills: a backup that was never restored is a hope. Each leaves a report.

import { api } from '../../api/client';
import { useAction } from '../../api/query';
import type { Drill } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { dateTime, value, words } from '../../lib/format';
import { Badge, Button, Card } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';

const TONES: Record<string, 'good' | 'bad' | 'info'> = { done: 'good', passed: 'good', failed: 'bad', running: 'info' };

function Report({ report }: { report: Record<string, unknown> }) {
    return (
        <dl class="properties report">
            {Object.entries(report).map(([k, v]) => <div key={k}><dt>{words(k)}</dt><dd class="wrap-any">{value(v)}</dd></div>)}
        </dl>
    );
}

export function Drills({ drills, onDone }: { drills: Drill[]; onDone: () => void }) {
    const run = useAction(async () => {
        await api.post('/v1/backups/drill');
        toast(t('drills.started'));
        onDone();
    });
    return (
        <Card title={t('drills.title')} actions={<Button small icon="replay" busy={run.busy} onClick={() => void run.act()}>{t('drills.run')}</Button>}>
            <p class="muted">{t('drills.text')}</p>
            <ProblemBox error={run.error} />
            {drills.length === 0 && <p>{t('drills.empty')}</p>}
            <ul class="drills">
                {drills.map((x) => (
                    <li key={x.id}>
                        <details>
                            <summary>
                                <Badge tone={TONES[x.state] ?? 'plain'}>{tOr(`drills.state.${x.state}`, words(x.state))}</Badge>{' '}
                                {dateTime(x.started)}
                            </summary>
                            {x.report && Object.keys(x.report).length > 0 ? <Report report={x.report} /> : <p class="muted">{t('drills.no_report')}</p>}
                        </details>
                    </li>
                ))}
            </ul>
        </Card>
    );
}
