// SPDX-License-Identifier: Apache-2.0
// Targets in words, and values between what is typed and what is kept: money in minor units, shares 0..1.

import type { Target } from '../../api/board-types';
import type { Unit } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { moneyUnits } from '../../lib/format';
import { figure } from '../../ui/figures';

const scale = (unit: Unit): number => (unit === 'money' ? moneyUnits(1) : unit === 'share' ? 100 : 1);
export const typedOf = (value: number | null, unit: Unit): string => (value === null ? '' : String(Number((value * scale(unit)).toFixed(6))));
export function valueOf(typed: string, unit: Unit): number | null {
    const n = Number(typed.trim().replace(',', '.'));
    if (typed.trim() === '' || !Number.isFinite(n)) return null;
    const value = n / scale(unit);
    return unit === 'money' || unit === 'count' ? Math.round(value) : Number(value.toFixed(9));
}
export const ruleWords = (x: Pick<Target, 'kind' | 'period' | 'value' | 'unit'>): string =>
    t(`targets.rule.${x.kind}` as Key, { value: figure(x.value, x.unit, undefined, true), period: t(`targets.period.${x.period}` as Key) });
export const TONE = { good: 'good', bad: 'bad', waiting: 'plain' } as const;
