// SPDX-License-Identifier: Apache-2.0
// What figures should be: targets, thresholds, watches for what is unusual; what they found; notes on the days of charts.

import { api } from '../../api/client';
import type { Alert } from '../../api/board-types';
import { useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { t, type Key } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { LinkButton, PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { Alerts } from './alerts';
import { TargetForm } from './form';
import { TargetList } from './list';
import { Notes } from './notes';

const FACES = ['list', 'alerts', 'notes'] as const;

export default function Targets({ parts }: { parts: string[] }) {
    const face = FACES.find((f) => f === parts[0]);
    const found = useQuery(`targets.unseen.${face ?? ''}`, (signal) => api.get<List<Alert>>('/v1/targets/alerts', { signal, plain: true }), { keep: true });
    const unseen = found.data?.items.filter((a) => !a.seen).length ?? 0; // a courtesy: the list itself tells what is wrong
    if (parts[0] === 'edit') return <TargetForm key={parts[1] ?? ''} name={parts[1] ?? null} />;
    const now = face ?? 'list';
    return (
        <>
            <PageHead title={t('nav.targets')} lead={t('targets.lead')}>
                {now === 'list' && can('insight_write') && <LinkButton tone="primary" icon="plus" href={href('targets', 'edit')}>{t('targets.new')}</LinkButton>}
            </PageHead>
            <Tabs label={t('nav.targets')} now={now} items={FACES.map((f) => ({ id: f, name: t(`targets.face.${f}` as Key), href: f === 'list' ? href('targets') : href('targets', f), ...(f === 'alerts' ? { count: unseen } : {}) }))} />
            {now === 'list' ? <TargetList /> : now === 'alerts' ? <Alerts /> : <Notes />}
        </>
    );
}
