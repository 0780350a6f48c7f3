// SPDX-License-Identifier: Apache-2.0
// Dashboards: the list, one of them, the same in full screen, the same while it is changed.

import { ApiError, api, segment } from '../../api/client';
import type { Dashboard } from '../../api/board-types';
import { useQuery } from '../../api/query';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Empty, LinkButton, Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { BoardPage, FullScreen } from './board';
import { EditPage } from './edit';
import { DashboardList } from './list';

function One({ name, face }: { name: string; face: string }) {
    const found = useQuery(`dashboard.${name}.${face}`, (signal) => api.get<Dashboard>(`/v1/dashboards/${segment(name)}`, { signal }));
    const d = found.data;
    if (d && face === 'full') return <FullScreen d={d} />;
    if (d && face === 'edit' && can('insight_write')) return <EditPage key={name} start={d} />;
    if (d) return <BoardPage d={d} />;
    const missing = found.error instanceof ApiError && found.error.status === 404;
    return (
        <>
            <PageHead title={name} back={{ href: href('dashboards'), label: t('nav.dashboards') }} />
            {missing
                ? <Empty icon="dashboards" title={t('dashboards.gone')} action={<LinkButton tone="primary" href={href('dashboards')}>{t('dashboards.gone.action')}</LinkButton>}>{t('dashboards.gone.text')}</Empty>
                : <ProblemBox error={found.error} onRetry={found.reload} />}
            {found.loading && <Loading />}
        </>
    );
}

export default function Dashboards({ parts }: { parts: string[] }) {
    return parts[0] ? <One key={`${parts[0]}/${parts[1] ?? ''}`} name={parts[0]} face={parts[1] ?? ''} /> : <DashboardList />;
}
