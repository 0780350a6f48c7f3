// SPDX-License-Identifier: Apache-2.0
// Retention: how long each category is kept, tried before it is switched on; what ran, with its certificate; and
// the fields that nobody writes or reads.

import { t } from '../../i18n';
import { href } from '../../lib/router';
import { PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { FieldUsage } from './fields';
import { Rules } from './rules';
import { Runs } from './runs';

const VIEWS = ['rules', 'runs', 'fields'] as const;

export default function Retention({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'rules';
    return (
        <>
            <PageHead title={t('nav.retention')} lead={t('retention.lead')} />
            <Tabs
                label={t('retention.views')} now={view}
                items={VIEWS.map((v) => ({ id: v, name: t(`retention.view.${v}`), href: v === 'rules' ? href('retention') : href('retention', v) }))}
            />
            {view === 'rules' && <Rules />}
            {view === 'runs' && <Runs />}
            {view === 'fields' && <FieldUsage />}
        </>
    );
}
