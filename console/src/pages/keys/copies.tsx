// SPDX-License-Identifier: Apache-2.0
// Copies of keys: the recovery kit on paper, and the archives with their hard age limit, which is what
// makes "erased" true after a restore.

import type { Keys, Time } from '../../api/types';
import { t } from '../../i18n';
import { Ago, Button, Card } from '../../ui/basics';
import { Icon } from '../../ui/icons';

export function Kit({ made, onMake }: { made: Time | null; onMake: () => void }) {
    return (
        <Card title={t('kit.title')} actions={<Button small tone={made ? 'plain' : 'primary'} icon="print" onClick={onMake}>{t(made ? 'kit.again' : 'kit.make')}</Button>}>
            {made ? <p>{t('kit.made')} <Ago time={made} /></p> : (
                <div class="notice warn"><Icon name="warning" /><div><strong>{t('kit.none')}</strong><p>{t('kit.none.text')}</p></div></div>
            )}
            <p class="muted">{t('kit.text')}</p>
        </Card>
    );
}

export function Archives({ archives }: { archives: Keys['archives'] }) {
    return (
        <Card title={t('archives.title')} note={t('archives.days', { n: archives.days })}>
            <p class="muted">{t('archives.text', { n: archives.days })}</p>
            <p>{t('archives.alone', { n: archives.days })}</p>
            <dl class="facts">
                <div><dt>{t('archives.count')}</dt><dd>{archives.count}</dd></div>
                <div><dt>{t('archives.newest')}</dt><dd><Ago time={archives.newest} /></dd></div>
                <div><dt>{t('archives.oldest')}</dt><dd><Ago time={archives.oldest} /></dd></div>
            </dl>
        </Card>
    );
}
