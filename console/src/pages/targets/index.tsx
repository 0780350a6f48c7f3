// SPDX-License-Identifier: Apache-2.0

import { t } from '../../i18n';
import { PageHead } from '../../ui/basics';

export default function Page() {
    return <PageHead title={t('nav.targets')} lead={t('targets.lead')} />;
}
