// SPDX-License-Identifier: Apache-2.0
// A funnel: a bar for each step as high as the share of the first, what falls between two as a slope. Who is at a step and
// who fell off before it are buttons where there is somebody to ask for them.

import type { StepAnswer } from '../../api/insight-types';
import { t } from '../../i18n';
import { count, percent } from '../../lib/format';
import { Icon } from '../icons';
import { ChartFrame } from './frame';
import { figure, lasting } from './words';

const HEIGHT = 150;
export type FunnelPart = 'reached' | 'dropped';

const share = (v: number | null): string => (v === null ? '–' : percent(v, v < 0.9995 && v > 0 ? 1 : 0));

function Drawing({ now, next }: { now: number; next: number | null }) {
    const y = (v: number) => HEIGHT - Math.max(0, Math.min(1, v)) * HEIGHT;
    return (
        <svg class="funnel-drawing" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <rect class="funnel-ground" x={0} y={0} width={62} height={HEIGHT} />
            {next !== null && <path class="funnel-slope" d={`M62 ${y(now)}L100 ${y(next)}V${HEIGHT}H62Z`} />}
            <rect class="funnel-bar" x={0} y={y(now)} width={62} height={HEIGHT - y(now)} />
        </svg>
    );
}

export function FunnelChart({ name, steps, unit, hidden = '–', onPick }: {
    name: string; steps: (StepAnswer & { number?: number })[]; unit: string; hidden?: string; onPick?: ((step: number, what: FunnelPart) => void) | undefined; // step: from 1
}) {
    const first = steps[0];
    const last = steps[steps.length - 1];
    const worst = steps.reduce<number>((best, s, i) => (i > 0 && s.share_of_previous !== null && (best < 0 || s.share_of_previous < (steps[best]?.share_of_previous ?? 2)) ? i : best), -1);
    const number = (v: number | null) => (v === null ? hidden : count(v));
    const whole = (s: StepAnswer) => s.share_of_first ?? 0;
    const summary = first && last ? t('figure.funnel.summary', {
        name, entered: number(first.reached), converted: number(last.reached), share: share(last.share_of_first), worst: worst > 0 ? (steps[worst]?.label || steps[worst]?.event || '') : '–',
    }) : name;
    return (
        <ChartFrame
            name={name} summary={summary} rows={steps.map((s, i) => ({ ...s, i }))} rowKey={(s) => s.i}
            columns={[
                { key: 'step', label: t('figure.step'), head: true, cell: (s) => `${s.i + 1}. ${s.label || s.event}` },
                { key: 'reached', label: t(unit === 'visit' ? 'figure.visits' : 'figure.people'), end: true, cell: (s) => number(s.reached) },
                { key: 'first', label: t('figure.of_first'), end: true, cell: (s) => figure(s.share_of_first, 'share', undefined, true) },
                { key: 'previous', label: t('figure.of_previous'), end: true, cell: (s) => (s.i ? figure(s.share_of_previous, 'share', undefined, true) : '–') },
                { key: 'dropped', label: t('figure.dropped'), end: true, cell: (s) => (s.i ? number(s.dropped) : '–') },
                { key: 'median', label: t('figure.median'), end: true, cell: (s) => (s.seconds ? lasting(s.seconds.median) : '–') },
            ]}
        >
            <div class="funnel-scroll" tabIndex={0} role="region" aria-label={t('figure.drawing', { name })}>
                <ol class="funnel" style={{ '--steps': steps.length }}>
                    {steps.map((s, i) => {
                        const title = s.label || s.event;
                        const people = number(s.reached);
                        return (
                            <li key={i}>
                                <div class="funnel-head">
                                    <span class="muted small">{i + 1}</span> <strong dir="auto">{title}</strong>
                                </div>
                                <div class="funnel-figure">
                                    {onPick && s.reached
                                        ? <button type="button" class="link" title={t('figure.funnel.who', { step: title })} onClick={() => onPick(s.number ?? i + 1, 'reached')}>{people}</button>
                                        : <span>{people}</span>}
                                    <span class="muted small" title={t('figure.of_first')}>{share(s.share_of_first)}</span>
                                </div>
                                <Drawing now={whole(s)} next={i + 1 < steps.length ? whole(steps[i + 1]!) : null} />
                                <div class="funnel-drop">
                                    {i > 0 && s.dropped !== null && (
                                        <>
                                            {onPick && s.dropped > 0
                                                ? <button type="button" class={`link ${i === worst ? 'bad-text' : ''}`} aria-label={t('figure.funnel.who_dropped', { n: count(s.dropped), step: title })} onClick={() => onPick(s.number ?? i + 1, 'dropped')}><Icon name="down" />{count(s.dropped)}</button>
                                                : <span class={i === worst ? 'bad-text' : ''}><Icon name="down" />{count(s.dropped)}</span>}
                                            <span class="muted small">{t('figure.funnel.went_on', { share: share(s.share_of_previous) })}</span>
                                        </>
                                    )}
                                    {s.seconds && i > 0 && <span class="muted small">{t('figure.funnel.median', { time: lasting(s.seconds.median) })}</span>}
                                </div>
                            </li>
                        );
                    })}
                </ol>
            </div>
        </ChartFrame>
    );
}
