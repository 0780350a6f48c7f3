// SPDX-License-Identifier: Apache-2.0
// What customers are worth: what they brought so far, who may be leaving, and how they moved between the groups of RFM.

import { t } from '../../i18n';
import { href } from '../../lib/router';
import { Tabs } from '../../ui/tabs';
import { PageHead } from '../../ui/basics';
import { ChurnView } from './churn';
import { CurvesView } from './curves';
import { MovementView } from './movement';

export default function Value({ parts }: { parts: string[] }) {
    const now = parts[0] === 'churn' || parts[0] === 'movement' ? parts[0] : 'curves';
    return (
        <>
            <PageHead title={t('nav.value')} lead={t('value.lead')} />
            <Tabs
                label={t('nav.value')} now={now}
                items={[{ id: 'curves', name: t('value.curves'), href: href('value') }, { id: 'churn', name: t('value.churn'), href: href('value', 'churn') }, { id: 'movement', name: t('value.movement'), href: href('value', 'movement') }]}
            />
            {now === 'churn' ? <ChurnView /> : now === 'movement' ? <MovementView /> : <CurvesView />}
        </>
    );
}
