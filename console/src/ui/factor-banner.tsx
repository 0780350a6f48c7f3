// SPDX-License-Identifier: Apache-2.0
// The owner may put the second factor off for a few days; this says until when.

import { t } from '../i18n';
import { dateTime } from '../lib/format';
import { href, route } from '../lib/router';
import { session } from '../lib/session';
import { LinkButton } from './basics';
import { Icon } from './icons';

export function FactorBanner() {
    const factor = session.value?.second_factor;
    if (!factor?.required || factor.enrolled || !factor.postpone_until || route.value.page === 'security') return null;
    return (
        <aside class="banner warn" aria-label={t('factor.banner')}>
            <Icon name="shield" />
            <p><strong>{t('factor.banner')}</strong>{' '}{t('factor.banner.text', { when: dateTime(factor.postpone_until) })}</p>
            <LinkButton href={href('security')}>{t('factor.banner.action')}</LinkButton>
        </aside>
    );
}
