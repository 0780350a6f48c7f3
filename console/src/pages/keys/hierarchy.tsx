// SPDX-License-Identifier: Apache-2.0
// How the keys stand on each other, as steps: root, epoch, trees, one key per person, classes.

import type { ComponentChildren } from 'preact';
import type { Keys } from '../../api/types';
import { t, tOr } from '../../i18n';
import { bytes, count, dateTime, words } from '../../lib/format';
import { Badge, Card } from '../../ui/basics';
import { Icon, type IconName } from '../../ui/icons';

export const className = (name: string): string => tOr(`keys.class.${name}`, words(name));

function Step({ icon, name, figure, children }: { icon: IconName; name: string; figure: ComponentChildren; children: ComponentChildren }) {
    return (
        <li class="key-step">
            <span class="factor-icon"><Icon name={icon} /></span>
            <div>
                <h3>{name}</h3>
                <div class="muted">{children}</div>
            </div>
            <div class="key-figure">{figure}</div>
        </li>
    );
}

function Trees({ data }: { data: Keys }) {
    return (
        <ul class="key-trees">
            {data.trees.map((x) => (
                <li key={x.name}>
                    <strong>{tOr(`keys.tree.${x.name}`, words(x.name))}</strong>
                    <span>{t('keys.tree.living', { n: x.subjects })}</span>
                    {x.restricted > 0 && <span>{t('keys.tree.restricted', { n: x.restricted })}</span>}
                    <span>{t('keys.tree.erased', { n: x.erased })}</span>
                    <span>{t('keys.tree.nodes', { n: x.nodes })}</span>
                    <span>{bytes(x.bytes)}</span>
                </li>
            ))}
        </ul>
    );
}

export function Hierarchy({ data }: { data: Keys }) {
    const people = data.trees.find((x) => x.name === 'people')?.subjects ?? 0;
    const separate = data.process === 'separate';
    return (
        <Card title={t('keys.hierarchy')} actions={<Badge tone={separate ? 'good' : 'warn'}>{t(separate ? 'keys.separate' : 'keys.inside')}</Badge>}>
            <p class="muted">{t(separate ? 'keys.separate.text' : 'keys.inside.text')}</p>
            <ol class="key-steps">
                <Step icon="lock" name={t('keys.root')} figure={tOr(`keys.source.${data.root.source}`, words(data.root.source))}>
                    {t('keys.root.text')} <code dir="ltr" class="wrap-any">{data.root.fingerprint}</code> · {dateTime(data.root.created)}
                    {!data.root.ratchet && <p class="warn-text"><Icon name="warning" /> {t('keys.root.no_ratchet')}</p>}
                </Step>
                <Step icon="shield" name={t('keys.epoch')} figure={count(data.epoch)}>{t('keys.epoch.text')}</Step>
                <Step icon="table" name={t('keys.trees')} figure={t('keys.trees.n', { n: data.trees.length })}>
                    {t('keys.trees.text')}
                    <Trees data={data} />
                </Step>
                <Step icon="keys" name={t('keys.people')} figure={count(people)}>{t('keys.people.text')}</Step>
                <Step icon="dictionary" name={t('keys.classes')} figure={t('keys.classes.n', { n: data.classes.length })}>
                    {t('keys.classes.text')}
                    <ul class="key-classes">
                        {data.classes.map((c) => (
                            <li key={c.name}>
                                <strong>{className(c.name)}</strong> <span class="small">{t('keys.class.version', { n: c.version })} · {c.suite}</span>
                            </li>
                        ))}
                    </ul>
                </Step>
            </ol>
        </Card>
    );
}
