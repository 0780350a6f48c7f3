// SPDX-License-Identifier: Apache-2.0
// Above every page of figures: which days, and who is counted.

import type { ComponentChildren } from 'preact';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, SegmentRow } from '../../api/types';
import { t, type Key } from '../../i18n';
import { can } from '../../lib/session';
import { Button } from '../basics';
import { Popover } from '../figures';
import { PERIOD_KEYS, PERIODS, setDays, shift, steer, type View } from './view';

export function Choice<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: readonly { value: T; text: string }[]; onChange: (value: T) => void }) {
    return (
        <label class="inline-select">
            <span>{label}</span>
            <select value={value} onChange={(e) => onChange(e.currentTarget.value as T)}>
                {options.map((o) => <option key={o.value} value={o.value}>{o.text}</option>)}
            </select>
        </label>
    );
}

function SegmentChoice({ value }: { value: string }) {
    const found = useQuery('segments.names', (signal) => api.get<List<SegmentRow>>('/v1/segments', { signal }), { enabled: can('segments_read') });
    const items = (found.data?.items ?? []).filter((s) => s.state !== 'broken' || s.name === value);
    if (!items.length && !value) return null;
    return (
        <Choice
            label={t('explore.segment')} value={value} onChange={(seg) => steer({ seg })}
            options={[{ value: '', text: t('explore.segment.all') }, ...items.map((s) => ({ value: s.name, text: s.title })), ...(value && !items.some((s) => s.name === value) ? [{ value, text: value }] : [])]}
        />
    );
}

export function ViewBar({ view, children, noPeriod }: { view: View; children?: ComponentChildren; noPeriod?: boolean }) {
    const put = (from: string, to: string) => {
        if (from && to) setDays(from, to < from ? from : to);
    };
    return (
        <div class="explore-bar" role="group" aria-label={t('explore.bar')}>
            {!noPeriod && (
                <>
                    <Choice
                        label={t('explore.period')} value={view.period} onChange={(p) => { if (p) steer({ p }); }}
                        options={[...(view.period ? [] : [{ value: '', text: t('explore.period.own') }]), ...PERIODS.map((p) => ({ value: p as string, text: t(`explore.period.${p}` as Key) }))]}
                    />
                    <span class="together">
                        <Button small tone="quiet" icon="chevron" class="turned" aria-label={t('explore.earlier')} title={t('explore.earlier')} onClick={() => shift(view, -1)} />
                        <input type="date" class="date-box" aria-label={t('explore.from')} value={view.from} max={view.to} onChange={(e) => put(e.currentTarget.value, view.to)} />
                        <span aria-hidden="true">–</span>
                        <input type="date" class="date-box" aria-label={t('explore.to')} value={view.to} min={view.from} max="9999-12-31" onChange={(e) => put(view.from, e.currentTarget.value)} />
                        <Button small tone="quiet" icon="chevron" class="onward" aria-label={t('explore.later')} title={t('explore.later')} onClick={() => shift(view, 1)} />
                    </span>
                </>
            )}
            {children}
            <SegmentChoice value={view.segment} />
            <label class="check">
                <input type="checkbox" checked={view.consented} onChange={(e) => steer({ ok: e.currentTarget.checked ? '1' : null })} />
                <span>{t('explore.consented')}</span>
            </label>
            {!noPeriod && (
                <Popover label={t('explore.keys')}>
                    <p><strong>{t('explore.keys')}</strong></p>
                    <dl class="key-list">
                        {Object.entries(PERIOD_KEYS).map(([key, p]) => <div key={key}><dt>{t(`explore.period.${p}` as Key)}</dt><dd><kbd>{key}</kbd></dd></div>)}
                        <div><dt>{t('explore.earlier')}</dt><dd><kbd>b</kbd></dd></div>
                        <div><dt>{t('explore.later')}</dt><dd><kbd>f</kbd></dd></div>
                        <div><dt>{t('explore.keys.compare')}</dt><dd><kbd>x</kbd></dd></div>
                    </dl>
                </Popover>
            )}
        </div>
    );
}
