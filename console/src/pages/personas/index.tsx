// SPDX-License-Identifier: Apache-2.0
// Personas and what follows from them: their cards, the groups of RFM, stages of life, contents per segment.

import { t } from '../../i18n';
import { href } from '../../lib/router';
import { PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { Cards } from './cards';
import { LifecyclePage } from './lifecycle';
import { RfmPage } from './rfm';
import { SlotEditor } from './slot';
import { SlotList } from './slots';

const VIEWS = ['cards', 'rfm', 'lifecycle', 'slots'] as const;

export default function Personas({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'cards';
    if (view === 'slots' && parts[1]) return <SlotEditor key={parts[1]} name={parts[1] === 'new' ? null : parts[1]} />;
    return (
        <>
            <PageHead title={t('nav.personas')} lead={t(`personas.lead.${view}`)} />
            <Tabs
                label={t('personas.views')} now={view}
                items={VIEWS.map((v) => ({ id: v, name: t(`personas.view.${v}`), href: v === 'cards' ? href('personas') : href('personas', v) }))}
            />
            {view === 'cards' && <Cards />}
            {view === 'rfm' && <RfmPage />}
            {view === 'lifecycle' && <LifecyclePage />}
            {view === 'slots' && <SlotList />}
        </>
    );
}
