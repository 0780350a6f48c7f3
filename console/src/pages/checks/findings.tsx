// SPDX-License-Identifier: Apache-2.0
// Self-audit: what of the live configuration is unsafe, in words, and how to mend it.

import type { ComponentChildren } from 'preact';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Finding, SelfAudit } from '../../api/types';
import { t } from '../../i18n';
import { Ago, Button, Card, Empty, Loading, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

const ORDER = ['danger', 'warning', 'good'] as const;
const TONE = { danger: 'bad', warning: 'warn', good: 'good' } as const;

function Item({ f }: { f: Finding }) {
    return (
        <li class="finding">
            <span class={`event-icon ${TONE[f.severity]}`}><Icon name={f.severity === 'good' ? 'check' : 'warning'} /></span>
            <div>
                <h3>{f.title}</h3>
                <p class="muted">{f.text}</p>
                {f.mend && f.severity !== 'good' && <p><strong>{t('checks.mend')}</strong> {f.mend}</p>}
            </div>
        </li>
    );
}

export function Findings({ tabs }: { tabs: ComponentChildren }) {
    const found = useQuery('checks', (signal) => api.get<SelfAudit>('/v1/self-audit', { signal }), { keep: true });
    const items = found.data?.items ?? [];
    const count = (s: Finding['severity']) => items.filter((f) => f.severity === s).length;
    return (
        <>
            <PageHead
                title={t('nav.checks')}
                lead={found.data ? <>{t('checks.lead', { danger: count('danger'), warning: count('warning') })} <Ago time={found.data.checked} /></> : t('checks.text')}
            >
                <Button icon="replay" busy={found.loading && !!found.data} onClick={found.reload}>{t('checks.again')}</Button>
            </PageHead>
            {tabs}
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && !found.error && <Loading />}
            {found.data && items.length === 0 && <Empty icon="checks" title={t('checks.empty')} />}
            {ORDER.filter((s) => count(s) > 0).map((s) => (
                <Card key={s} title={t(`checks.${s}`)} note={String(count(s))}>
                    <ul class="findings">{items.filter((f) => f.severity === s).map((f) => <Item key={f.id} f={f} />)}</ul>
                </Card>
            ))}
        </>
    );
}
