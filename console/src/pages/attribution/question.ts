// SPDX-License-Identifier: Apache-2.0
// The question of attribution as it stands in the address.

import { MODELS, TRANSFORMS, type AttributionQuestion, type Model } from '../../api/insight-types';
import { list, oneOf, whole } from '../../ui/explore/view';

export interface Shown {
    models: Model[];
    by: 'channel' | 'source' | 'campaign';
    lookback_days: number;
    transform: (typeof TRANSFORMS)[number];
    half_life_days: number;
    show: 'revenue' | 'orders' | 'cost_per_order' | 'roas' | 'roi';
}
export const FIRST: Shown = { models: [...MODELS], by: 'channel', lookback_days: 30, transform: 'none', half_life_days: 7, show: 'revenue' };
export const SHOWS = ['revenue', 'orders', 'cost_per_order', 'roas', 'roi'] as const;
export const BYS = ['channel', 'source', 'campaign'] as const;
export const LOOKBACKS = [1, 7, 14, 30, 60, 90, 180];
export const HALF_LIVES = [1, 3, 7, 14, 30];

export const clean = (raw: Partial<Record<keyof Shown, unknown>>, first: Shown): Shown => {
    const models = list(raw.models, (x) => MODELS.find((m) => m === x) ?? null, MODELS.length);
    return {
        models: models?.length ? [...new Set(models)] : first.models, by: oneOf(raw.by, BYS, first.by), lookback_days: whole(raw.lookback_days, 1, 365, first.lookback_days), transform: oneOf(raw.transform, TRANSFORMS, first.transform),
        half_life_days: whole(raw.half_life_days, 1, 365, first.half_life_days), show: oneOf(raw.show, SHOWS, first.show),
    };
};
export const questionOf = ({ models, by, lookback_days, transform, half_life_days }: Shown): AttributionQuestion => ({ models, by, lookback_days, transform, ...(models.includes('time_decay') ? { half_life_days } : {}) });
