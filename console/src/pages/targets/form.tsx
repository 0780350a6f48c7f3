// SPDX-License-Identifier: Apache-2.0
// A target: of which figure, for whom, what is wanted, and who is told.

import { useState } from 'preact/hooks';
import { metricList } from '../../api/board';
import { ApiError, api, segment } from '../../api/client';
import { TARGET_KINDS, type Target, type TargetKind, type TargetPeriod } from '../../api/board-types';
import type { DimensionInfo, DimensionValue, MetricInfo, Unit } from '../../api/insight-types';
import { useAction, useQuery } from '../../api/query';
import type { List, SegmentRow } from '../../api/types';
import { withQuery } from '../../api/client';
import { t, type Key } from '../../i18n';
import { toast } from '../../lib/announce';
import { NAME, nameOf } from '../../lib/names';
import { go, href } from '../../lib/router';
import { can, session } from '../../lib/session';
import { Button, Card, Empty, Field, Loading, PageHead } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { typedOf, valueOf } from './words';

const TITLE_MAX = 120;
const PERIODS: TargetPeriod[] = ['day', 'week', 'month'];
const UNIT_SIGNS: Record<Unit, string> = { money: '', share: '%', count: '', seconds: 's', number: '' };

interface Staff { id: number; email: string; state: string }
type Draft = Pick<Target, 'title' | 'metric' | 'filters' | 'segment' | 'period' | 'kind' | 'tell'> & { typed: string };

// One filter: a dimension and its values, as many as are ticked.
function FilterFields({ draft, onChange }: { draft: Draft; onChange: (filters: Target['filters']) => void }) {
    const dimensions = useQuery('insight.dimensions', (signal) => api.get<List<DimensionInfo>>('/v1/insight/dimensions', { signal }));
    const [first] = draft.filters;
    const values = useQuery(`insight.values.${first?.dimension ?? ''}`, (signal) => api.get<List<DimensionValue>>(withQuery('/v1/insight/values', { dimension: first!.dimension }), { signal }), { enabled: !!first });
    const shown = [...new Map([...(first?.in ?? []).map((v) => [v, v] as const), ...(values.data?.items ?? []).slice(0, 30).map((v) => [v.value, v.label || v.value] as const)])];
    return (
        <>
            <Field label={t('targets.filter')}>
                {(ids) => (
                    <select {...ids} value={first?.dimension ?? ''} onChange={(e) => { const next = e.currentTarget.value; onChange(next ? [{ dimension: next, in: [] }, ...draft.filters.slice(1)] : draft.filters.slice(1)); }}>
                        <option value="">{t('targets.filter.none')}</option>
                        {dimensions.data?.items.map((d) => <option key={d.name} value={d.name}>{d.title}</option>)}
                    </select>
                )}
            </Field>
            {first && (
                <fieldset class="choices columns">
                    <legend>{t('targets.filter.values')}</legend>
                    <ProblemBox error={values.error} onRetry={values.reload} />
                    {!values.data && values.loading && <Loading />}
                    {shown.map(([value, label]) => (
                        <label key={value}>
                            <input type="checkbox" checked={first.in.includes(value)} onChange={(e) => onChange([{ dimension: first.dimension, in: e.currentTarget.checked ? [...first.in, value] : first.in.filter((x) => x !== value) }, ...draft.filters.slice(1)])} />
                            <span dir="auto">{label}</span>
                        </label>
                    ))}
                </fieldset>
            )}
        </>
    );
}

function Tell({ tell, onChange }: { tell: string[]; onChange: (tell: string[]) => void }) {
    const staff = useQuery('staff.addresses', (signal) => (can('staff_read') ? api.get<List<Staff>>('/v1/staff', { signal }) : Promise.resolve({ items: [] as Staff[], next: null })));
    const me = session.value?.staff;
    const mine = `mail:${me?.id ?? 'me'}`;
    const address = tell.find((x) => x.startsWith('webhook:'))?.slice('webhook:'.length) ?? '';
    const set = (place: string, on: boolean) => onChange(on ? [...tell, place] : tell.filter((x) => x !== place));
    const others = (staff.data?.items ?? []).filter((s) => s.id !== me?.id && s.state === 'active').map((s): [string, string] => [`mail:${s.id}`, s.email]);
    const known = new Set([mine, ...others.map(([place]) => place)]);
    const unknown = tell.filter((x) => x.startsWith('mail:') && !known.has(x)).map((x): [string, string] => [x, t('targets.tell.staff', { n: x.slice('mail:'.length) })]);
    const bad = address !== '' && !/^https?:\/\/\S+\.\S+/.test(address);
    return (
        <>
            <fieldset class="choices">
                <legend>{t('targets.tell')}</legend>
                <label><input type="checkbox" checked={tell.includes('today')} onChange={(e) => set('today', e.currentTarget.checked)} /><span>{t('targets.tell.today')}</span></label>
                {[[mine, t('targets.tell.me', { email: me?.email ?? '' })] as [string, string], ...others, ...unknown].map(([place, label]) => (
                    <label key={place}><input type="checkbox" checked={tell.includes(place)} onChange={(e) => set(place, e.currentTarget.checked)} /><span>{label}</span></label>
                ))}
            </fieldset>
            <Field label={t('targets.tell.webhook')} hint={t('targets.tell.webhook.hint')} error={bad ? t('targets.tell.webhook.bad') : null}>
                {(ids) => <input {...ids} type="text" inputMode="url" autocomplete="off" spellcheck={false} dir="ltr" maxLength={1000} value={address} onInput={(e) => { const next = e.currentTarget.value.trim(); onChange([...tell.filter((x) => !x.startsWith('webhook:')), ...(next ? [`webhook:${next}`] : [])]); }} />}
            </Field>
        </>
    );
}

function Form({ start, metrics }: { start: Target | null; metrics: MetricInfo[] }) {
    const unitOf = (metric: string): Unit => metrics.find((m) => m.name === metric.split(':')[0])?.unit ?? start?.unit ?? 'count';
    const [d, setD] = useState<Draft>(start
        ? { title: start.title, metric: start.metric, filters: start.filters, segment: start.segment, period: start.period, kind: start.kind, tell: start.tell, typed: typedOf(start.value, start.unit) }
        : { title: '', metric: 'revenue', filters: [], segment: null, period: 'week', kind: 'target', tell: ['today'], typed: '' });
    const [version, setVersion] = useState(start?.version ?? 0);
    const segments = useQuery('segments.names', (signal) => (can('segments_read') ? api.get<List<SegmentRow>>('/v1/segments', { signal }) : Promise.resolve({ items: [] as SegmentRow[], next: null })));
    const put = (more: Partial<Draft>) => setD((old) => ({ ...old, ...more }));
    const unit = unitOf(d.metric);
    const value = d.kind === 'unusual' ? null : valueOf(d.typed, unit);
    const name = start?.name ?? nameOf(d.title).slice(0, 63);
    const bad = d.kind !== 'unusual' && d.typed.trim() !== '' && value === null;
    const ready = d.title.trim() !== '' && NAME.test(name) && (d.kind === 'unusual' || value !== null) && d.filters.every((f) => f.in.length > 0);
    const save = useAction(async (as: number) => {
        await api.put(`/v1/targets/${segment(name)}`, {
            title: d.title.trim(), metric: d.metric, filters: d.filters, period: d.period, kind: d.kind, tell: d.tell, version: as, ...(d.segment ? { segment: d.segment } : {}), ...(value === null ? {} : { value }),
        });
        toast(t('targets.saved'));
        go('targets');
    });
    const stale = save.error instanceof ApiError && save.error.status === 412;
    const mine = useAction(async () => {
        const now = await api.get<Target>(`/v1/targets/${segment(name)}`);
        setVersion(now.version);
        await save.act(now.version);
    });
    return (
        <form
            noValidate
            onSubmit={(e) => {
                e.preventDefault();
                if (ready) void save.act(version);
            }}
        >
            <Card title={t('targets.what')}>
                <div class="form-grid">
                    <Field label={t('targets.title')}>{(ids) => <input {...ids} type="text" required maxLength={TITLE_MAX} value={d.title} onInput={(e) => put({ title: e.currentTarget.value })} />}</Field>
                    <Field label={t('board.form.metric')}>
                        {(ids) => (
                            <select {...ids} value={d.metric} onChange={(e) => put({ metric: e.currentTarget.value })}>
                                {metrics.filter((m) => m.available || m.name === d.metric).map((m) => <option key={m.name} value={m.name}>{m.title}</option>)}
                                {!metrics.some((m) => m.name === d.metric) && <option value={d.metric}>{d.metric}</option>}
                            </select>
                        )}
                    </Field>
                    <Field label={t('targets.kind')} hint={t(`targets.kind.${d.kind}.hint` as Key)}>
                        {(ids) => <select {...ids} value={d.kind} onChange={(e) => put({ kind: e.currentTarget.value as TargetKind })}>{TARGET_KINDS.map((k) => <option key={k} value={k}>{t(`targets.kind.${k}` as Key)}</option>)}</select>}
                    </Field>
                    <Field label={t('targets.period')}>
                        {(ids) => <select {...ids} value={d.period} onChange={(e) => put({ period: e.currentTarget.value as TargetPeriod })}>{PERIODS.map((p) => <option key={p} value={p}>{t(`targets.period.${p}` as Key)}</option>)}</select>}
                    </Field>
                    {d.kind !== 'unusual' && (
                        <Field label={t('targets.value', { unit: unit === 'money' ? (session.value?.shop.currency ?? '') : UNIT_SIGNS[unit] }).replace(' ()', '')} error={bad ? t('targets.value.bad') : null}>
                            {(ids) => <input {...ids} type="text" inputMode="decimal" required maxLength={20} value={d.typed} onInput={(e) => put({ typed: e.currentTarget.value })} />}
                        </Field>
                    )}
                </div>
            </Card>
            <Card title={t('targets.whom')}>
                <div class="form-grid">
                    <Field label={t('board.form.segment')}>
                        {(ids) => (
                            <select {...ids} value={d.segment ?? ''} onChange={(e) => put({ segment: e.currentTarget.value || null })}>
                                <option value="">{t('board.form.everybody')}</option>
                                {segments.data?.items.map((s) => <option key={s.name} value={s.name}>{s.title}</option>)}
                                {d.segment && !segments.data?.items.some((s) => s.name === d.segment) && <option value={d.segment}>{d.segment}</option>}
                            </select>
                        )}
                    </Field>
                    <FilterFields draft={d} onChange={(filters) => put({ filters })} />
                </div>
            </Card>
            <Card title={t('targets.who')}><Tell tell={d.tell} onChange={(tell) => put({ tell })} /></Card>
            {stale ? (
                <div class="notice warn" role="alert">
                    <Icon name="warning" />
                    <div>
                        <strong>{t('targets.stale')}</strong>
                        <div class="button-row">
                            <Button small onClick={() => location.reload()}>{t('board.stale.theirs')}</Button>
                            <Button small busy={mine.busy} onClick={() => void mine.act()}>{t('board.stale.mine')}</Button>
                        </div>
                    </div>
                </div>
            ) : <ProblemBox error={save.error} />}
            <div class="button-row sticky-end">
                <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                <Button onClick={() => go('targets')}>{t('action.cancel')}</Button>
            </div>
        </form>
    );
}

export function TargetForm({ name }: { name: string | null }) {
    const metrics = useQuery('insight.metrics', metricList);
    const found = useQuery(`target.${name ?? ''}`, (signal) => api.get<Target>(`/v1/targets/${segment(name!)}`, { signal }), { enabled: name !== null });
    const back = { href: href('targets'), label: t('nav.targets') };
    if (!can('insight_write')) return <><PageHead title={name ?? t('targets.new')} back={back} /><Empty icon="lock" title={t('targets.read_only')}>{t('targets.read_only.text')}</Empty></>;
    const missing = found.error instanceof ApiError && found.error.status === 404;
    return (
        <>
            <PageHead title={name ? (found.data?.title ?? name) : t('targets.new')} back={back} />
            <ProblemBox error={metrics.error} onRetry={metrics.reload} />
            {missing ? <Empty icon="targets" title={t('targets.gone')} action={<a class="button primary" href={href('targets')}><span>{t('targets.gone.action')}</span></a>}>{t('dashboards.gone.text')}</Empty> : <ProblemBox error={found.error} onRetry={found.reload} />}
            {metrics.data && (name === null || found.data) ? <Form key={found.data?.version ?? 0} start={found.data ?? null} metrics={metrics.data.items} /> : !metrics.error && !found.error && <Loading />}
        </>
    );
}
