// SPDX-License-Identifier: Apache-2.0
// The keyboard help, with the switch for single keys.

import { t, type Key } from '../i18n';
import { GO, help, setSingleKeys, singleKeys } from '../lib/keys';
import { mayOpen } from '../lib/session';
import { Dialog } from './dialog';
import { paletteKeys } from './nav';

function Row({ keys, text }: { keys: string[]; text: string }) {
    return (
        <div class="key-row">
            <dt>{text}</dt>
            <dd>{keys.map((k, i) => <>{i > 0 && ' '}<kbd>{k}</kbd></>)}</dd>
        </div>
    );
}

declare const LICENCES: string; // path of the licence texts, put in by the build

export default function Help() {
    return (
        <Dialog title={t('help.title')} onClose={() => { help.value = false; }}>
            <label class="switch">
                <input
                    type="checkbox" role="switch" checked={singleKeys.value}
                    onChange={(e) => setSingleKeys(e.currentTarget.checked)}
                />
                <span>{t('help.single')}</span>
            </label>
            <p class="muted">{t('help.single.hint')}</p>
            <div class="key-groups">
                <section>
                    <h3>{t('help.everywhere')}</h3>
                    <dl>
                        <Row keys={[paletteKeys]} text={t('help.palette')} />
                        <Row keys={['/']} text={t('help.search')} />
                        <Row keys={['?']} text={t('help.help')} />
                        <Row keys={['Esc']} text={t('help.close')} />
                    </dl>
                    <h3>{t('help.lists')}</h3>
                    <dl>
                        <Row keys={['j']} text={t('help.next')} />
                        <Row keys={['k']} text={t('help.previous')} />
                        <Row keys={['Enter']} text={t('help.open')} />
                    </dl>
                </section>
                <section>
                    <h3>{t('help.go')}</h3>
                    <dl>
                        {Object.entries(GO).filter(([, page]) => mayOpen(page)).map(([key, page]) => (
                            <Row key={key} keys={['g', key]} text={t(`nav.${page}` as Key)} />
                        ))}
                    </dl>
                    <h3>{t('nav.today')}</h3>
                    <dl><Row keys={['1', '2', '3', '4']} text={t('help.periods')} /></dl>
                    <h3>{t('nav.explore')}</h3>
                    <dl>
                        <Row keys={['1', '…', '8', '0']} text={t('help.explore.periods')} />
                        <Row keys={['b', 'f']} text={t('help.explore.shift')} />
                        <Row keys={['x']} text={t('help.explore.compare')} />
                    </dl>
                </section>
            </div>
            <p class="small"><a href={LICENCES} target="_blank" rel="noopener">{t('help.licences')}</a></p>
        </Dialog>
    );
}
