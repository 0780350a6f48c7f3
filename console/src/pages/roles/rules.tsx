// SPDX-License-Identifier: Apache-2.0
// Which acts a second member of staff has to agree to.

import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { ApprovalRule, List } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { kindName } from '../../lib/approval';
import { can } from '../../lib/session';
import { Badge, Card, Loading } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';

export function Rules() {
    const rules = useQuery('rules', (signal) => api.get<List<ApprovalRule>>('/v1/approval-rules', { signal }), { keep: true });
    const set = useAction(async (rule: ApprovalRule) => {
        try {
            await api.put(`/v1/approval-rules/${segment(rule.kind)}`, { on: !rule.on });
            toast(t(rule.on ? 'rules.off' : 'rules.on', { kind: kindName(rule.kind) }));
        } finally {
            rules.reload(); // the switch shows what is in force, also after a refusal
        }
    });
    return (
        <Card title={t('rules.title')}>
            <p class="muted">{t('rules.text')}</p>
            <ProblemBox error={rules.error ?? set.error} onRetry={rules.error ? rules.reload : undefined} />
            {!rules.data && !rules.error && <Loading />}
            <ul class="acts">
                {rules.data?.items.map((r) => (
                    <li key={r.kind}>
                        <div><strong id={`rule-${r.kind}`}>{kindName(r.kind)}</strong><p class="muted small">{r.doc}</p></div>
                        {can('roles_write')
                            ? (
                                <label class="switch">
                                    <input
                                        type="checkbox" role="switch" checked={r.on} aria-labelledby={`rule-${r.kind}`}
                                        onClick={(e) => {
                                            e.preventDefault(); // it moves when the server has taken it
                                            void set.act(r);
                                        }}
                                    />
                                </label>
                            ) : <Badge tone={r.on ? 'good' : 'plain'}>{t(r.on ? 'value.yes' : 'value.no')}</Badge>}
                    </li>
                ))}
            </ul>
        </Card>
    );
}
