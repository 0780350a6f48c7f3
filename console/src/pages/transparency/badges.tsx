// SPDX-License-Identifier: Apache-2.0
// The badges: computed from facts, nobody sets one. They turn red by themselves.

import type { TransparencySetting } from '../../api/types';
import { t, tOr } from '../../i18n';
import { words } from '../../lib/format';
import { Badge, Card } from '../../ui/basics';
import { Code } from '../../ui/code';

const TONES = { green: 'good', amber: 'warn', red: 'bad', grey: 'plain' } as const;

export function Badges({ setting }: { setting: TransparencySetting }) {
    const snippet = `<a href="${setting.url}"><img src="${setting.url}/badge.svg" alt=""></a>`;
    return (
        <>
            <Card title={t('transparency.view.badges')}>
                <p class="muted">{t('badges.text')}</p>
                <ul class="told">
                    {setting.badges.map((b) => (
                        <li key={b.name}>
                            <span>{tOr(`badge.${b.name}`, words(b.name))}</span>
                            <Badge tone={TONES[b.colour]}>{b.text || t('badges.nothing')}</Badge>
                        </li>
                    ))}
                </ul>
            </Card>
            <Card title={t('badges.embed')}>
                <p class="muted">{t('badges.embed.text')}</p>
                <Code text={snippet} label={t('badges.code')} />
            </Card>
        </>
    );
}
