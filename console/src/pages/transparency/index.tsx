// SPDX-License-Identifier: Apache-2.0
// The transparency page: what only the shop can say of itself, its versions, its badges.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { TransparencySetting } from '../../api/types';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { LinkButton, Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Tabs } from '../../ui/tabs';
import { Canary } from '../checks/canary';
import { Badges } from './badges';
import { Settings } from './settings';
import { Versions } from './versions';

const VIEWS = ['settings', 'versions', 'badges', 'canary'] as const;

export default function Transparency({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'settings';
    const found = useQuery('transparency', (signal) => api.get<TransparencySetting>('/v1/transparency', { signal }), { keep: true });
    return (
        <>
            <PageHead title={t('nav.transparency')} lead={t('transparency.lead')}>
                {found.data?.published && <LinkButton icon="link" href="/transparency">{t('transparency.open')}</LinkButton>}
            </PageHead>
            <Tabs
                label={t('transparency.views')} now={view}
                items={VIEWS.map((v) => ({ id: v, name: t(`transparency.view.${v}`), href: v === 'settings' ? href('transparency') : href('transparency', v) }))}
            />
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!found.data && !found.error && <Loading />}
            {found.data && view === 'settings' && <Settings start={found.data} onDone={found.reload} />}
            {found.data && view === 'badges' && <Badges setting={found.data} />}
            {view === 'versions' && <Versions />}
            {view === 'canary' && <Canary />}
        </>
    );
}
