// SPDX-License-Identifier: Apache-2.0
// The audit log: who did what, when, for which purpose; alerts; decoys; and the proof that nothing in
// the log was changed.

import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Alert, List } from '../../api/types';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { Alerts } from './alerts';
import { Decoys } from './decoys';
import { Entries } from './entries';
import { Proof } from './proof';

const VIEWS = ['entries', 'alerts', 'decoys', 'proof'] as const;

export default function Audit({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'entries';
    const alerts = useQuery('alerts', (signal) => api.get<List<Alert>>(withQuery('/v1/alerts', { limit: 100 }), { signal }), { keep: true });
    const open = alerts.data?.items.filter((a) => a.state === 'open').length ?? 0;
    return (
        <div data-keep-scroll={view === 'entries' || undefined}>
            <PageHead title={t('nav.audit')} lead={t('audit.lead')} />
            <Tabs
                label={t('audit.views')} now={view}
                items={VIEWS.map((v) => ({ id: v, name: t(`audit.view.${v}`), href: v === 'entries' ? href('audit') : href('audit', v), count: v === 'alerts' ? open : 0 }))}
            />
            {view === 'entries' && <Entries />}
            {view === 'alerts' && <Alerts list={alerts} />}
            {view === 'decoys' && <Decoys />}
            {view === 'proof' && <Proof />}
        </div>
    );
}
