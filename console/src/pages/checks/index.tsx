// SPDX-License-Identifier: Apache-2.0
// How the installation is doing: what of its configuration is unsafe, the letters it has to send, and the daily
// trial of a person's rights.

import { t } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { Canary } from './canary';
import { Findings } from './findings';
import { Letters } from './letters';

const VIEWS = ['findings', 'letters', 'canary'] as const;

export default function Checks({ parts }: { parts: string[] }) {
    const views = VIEWS.filter((v) => v === 'findings' || can(v === 'letters' ? 'rights_read' : 'govern_read'));
    const view = views.find((v) => v === parts[0]) ?? 'findings';
    const tabs = views.length > 1 && (
        <Tabs
            label={t('checks.views')} now={view}
            items={views.map((v) => ({ id: v, name: t(`checks.view.${v}`), href: v === 'findings' ? href('checks') : href('checks', v) }))}
        />
    );
    if (view === 'findings') return <Findings tabs={tabs} />;
    return (
        <>
            <PageHead title={t('nav.checks')} lead={t('checks.text')} />
            {tabs}
            {view === 'letters' ? <Letters /> : <Canary />}
        </>
    );
}
