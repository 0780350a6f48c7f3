// SPDX-License-Identifier: Apache-2.0
// The figures and dimensions that there are, asked for once.

import { metricList } from '../../api/board';
import { api } from '../../api/client';
import type { DimensionInfo, MetricInfo } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import type { List } from '../../api/types';
import { words } from '../../lib/format';

export interface Catalogue { metrics: MetricInfo[]; dimensions: DimensionInfo[]; error: unknown; reload: () => void }
const NONE: never[] = [];

export function useCatalogue(): Catalogue {
    const metrics = useQuery('explore.metrics', metricList);
    const dimensions = useDimensions();
    return { metrics: metrics.data?.items ?? NONE, dimensions, error: metrics.error, reload: metrics.reload };
}
export function useDimensions(): DimensionInfo[] {
    const found = useQuery('explore.dimensions', (signal) => api.get<List<DimensionInfo>>('/v1/insight/dimensions', { signal }));
    return found.data?.items ?? NONE;
}

export const nameOf = (text: string): string => text.split(':')[0] ?? text;
export const variantOf = (text: string): string => text.split(':')[1] ?? '';
export const metricOf = (catalogue: Catalogue, text: string): MetricInfo | undefined => catalogue.metrics.find((m) => m.name === nameOf(text));
export function titleOf(catalogue: Catalogue, name: string, variant = ''): string {
    const found = catalogue.metrics.find((m) => m.name === name);
    const title = found?.title ?? words(name);
    return variant && found && found.variants[0]?.name !== variant ? `${title} (${words(variant)})` : title;
}
export const dimensionTitle = (dimensions: DimensionInfo[], name: string): string => dimensions.find((d) => d.name === name)?.title ?? words(name);
