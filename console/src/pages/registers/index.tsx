// SPDX-License-Identifier: Apache-2.0
// Registers: what is done with personal data (Art. 30), where it lies and goes, who receives it under which
// contract, what was assessed, and what is due.

import { t } from '../../i18n';
import { href } from '../../lib/router';
import { PageHead } from '../../ui/basics';
import { Tabs } from '../../ui/tabs';
import { Assessments } from './assessments';
import { Doors } from './doors';
import { DueList } from './due';
import { DataMap } from './map';
import { Processing } from './processing';
import { Recipients } from './recipients';

const VIEWS = ['processing', 'map', 'recipients', 'doors', 'assessments', 'due'] as const;

export default function Registers({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'processing';
    return (
        <>
            <PageHead title={t('nav.registers')} lead={t('registers.lead')} />
            <Tabs
                label={t('registers.views')} now={view}
                items={VIEWS.map((v) => ({ id: v, name: t(`registers.view.${v}`), href: v === 'processing' ? href('registers') : href('registers', v) }))}
            />
            {view === 'processing' && <Processing />}
            {view === 'map' && <DataMap />}
            {view === 'recipients' && <Recipients name={parts[1] ?? null} />}
            {view === 'doors' && <Doors />}
            {view === 'assessments' && <Assessments />}
            {view === 'due' && <DueList />}
        </>
    );
}
