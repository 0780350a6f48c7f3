// SPDX-License-Identifier: Apache-2.0
// The proof: reading the whole log again, and the signed checkpoint to keep somewhere else.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import type { AuditVerdict } from '../../api/types';
import { t } from '../../i18n';
import { announce } from '../../lib/announce';
import { count } from '../../lib/format';
import { Button, Card, LinkButton } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

function Verdict({ v }: { v: AuditVerdict }) {
    return (
        <div class={`notice ${v.ok ? 'good' : 'bad'}`} role={v.ok ? 'status' : 'alert'}>
            <Icon name={v.ok ? 'check' : 'warning'} />
            <div>
                <strong>{t(v.ok ? 'proof.ok' : 'proof.broken')}</strong>
                <p>{t(v.ok ? 'proof.ok.text' : 'proof.broken.text', { n: count(v.size), ms: count(v.ms) })}</p>
                {v.problem && <p>{v.problem}</p>}
                <p class="small">{t('proof.root')} <code class="wrap-any" dir="ltr">{v.root}</code></p>
            </div>
        </div>
    );
}

export function Proof() {
    const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
    const verify = useAction(async () => {
        setVerdict(null);
        const found = await api.post<AuditVerdict>('/v1/audit/verify');
        setVerdict(found);
        announce(t(found.ok ? 'proof.ok' : 'proof.broken'));
    });
    return (
        <>
            <Card title={t('proof.verify.title')}>
                <p class="muted">{t('proof.verify.text')}</p>
                <div class="button-row"><Button tone="primary" icon="checks" busy={verify.busy} onClick={() => void verify.act()}>{t('proof.verify')}</Button></div>
                <ProblemBox error={verify.error} />
                {verdict && <Verdict v={verdict} />}
            </Card>
            <Card title={t('proof.checkpoint')}>
                <p class="muted">{t('proof.checkpoint.text')}</p>
                <div class="button-row"><LinkButton href="/v1/audit/checkpoint" icon="download" download="custos-checkpoint.txt">{t('proof.download')}</LinkButton></div>
            </Card>
        </>
    );
}
