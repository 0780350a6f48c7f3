// SPDX-License-Identifier: Apache-2.0
// Which figures a report shows, each in the way of counting that is wanted, with how it is computed.

import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { Button } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { How, howOf } from '../../ui/figures';
import { Icon } from '../../ui/icons';
import { nameOf, variantOf, type Catalogue } from './catalogue';
import { METRICS_MAX } from './question';

export function MetricPicker({ catalogue, chosen, onChange, onClose }: { catalogue: Catalogue; chosen: string[]; onChange: (metrics: string[]) => void; onClose: () => void }) {
    const [q, setQ] = useState('');
    const [picked, setPicked] = useState(chosen);
    const wanted = q.trim().toLocaleLowerCase();
    const shown = catalogue.metrics.filter((m) => !wanted || `${m.title} ${m.name} ${m.doc} ${m.variants.map((v) => v.vendor).join(' ')}`.toLocaleLowerCase().includes(wanted));
    const textOf = (name: string) => picked.find((p) => nameOf(p) === name);
    const toggle = (name: string, on: boolean) => setPicked(on ? [...picked, name] : picked.filter((p) => nameOf(p) !== name));
    const vary = (name: string, variant: string, first: string) => {
        const text = variant === first ? name : `${name}:${variant}`;
        setPicked(textOf(name) ? picked.map((p) => (nameOf(p) === name ? text : p)) : [...picked, text]);
    };
    return (
        <Dialog
            title={t('reports.metrics')} size="large" onClose={onClose}
            onSubmit={() => {
                if (!picked.length) return;
                onChange(picked);
                onClose();
            }}
            actions={(
                <>
                    <span class="muted spring">{t('reports.metrics.chosen', { n: picked.length })}</span>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" disabled={!picked.length}>{t('reports.metrics.show')}</Button>
                </>
            )}
        >
            <div class="search-field">
                <Icon name="search" />
                <input type="search" data-autofocus aria-label={t('reports.metrics.search')} placeholder={t('reports.metrics.search')} maxLength={100} value={q} onInput={(e) => setQ(e.currentTarget.value)} />
            </div>
            <ul class="metric-list">
                {shown.map((m) => {
                    const text = textOf(m.name);
                    const first = m.variants[0]?.name ?? '';
                    const variant = (text && variantOf(text)) || first;
                    const how = howOf(m, variant);
                    return (
                        <li key={m.name}>
                            <label class="check">
                                <input type="checkbox" checked={!!text} disabled={!m.available || (!text && picked.length >= METRICS_MAX)} onChange={(e) => toggle(m.name, e.currentTarget.checked)} />
                                <span><strong>{m.title}</strong> <span class="muted">{m.available ? m.doc : t('reports.metrics.later')}</span></span>
                            </label>
                            <span class="together">
                                {m.variants.length > 1 && m.available && (
                                    <select class="pick" aria-label={t('reports.metrics.variant', { name: m.title })} value={variant} onChange={(e) => vary(m.name, e.currentTarget.value, first)}>
                                        {m.variants.map((v) => <option key={v.name} value={v.name}>{v.vendor ? t('reports.variant', { name: words(v.name), vendor: v.vendor }) : words(v.name)}</option>)}
                                    </select>
                                )}
                                {how && <How {...how} />}
                            </span>
                        </li>
                    );
                })}
            </ul>
            {shown.length === 0 && <p class="muted">{t('reports.metrics.none')}</p>}
        </Dialog>
    );
}
