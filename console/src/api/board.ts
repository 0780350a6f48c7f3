// SPDX-License-Identifier: Apache-2.0
// Asking for figures: the one way there is, and the few lists beside it.

import type { Annotation, Answered, Asked, MetricInfo } from './insight-types';
import type { List } from './types';
import { api, type Download } from './client';

export const ask = <A>(body: Asked, signal?: AbortSignal): Promise<Answered<A>> => api.post<Answered<A>>('/v1/insight/query', body, signal ? { signal } : {});
export const asCsv = (body: Asked): Promise<Download> => api.file('/v1/insight/query?format=csv', body);
export const asImage = (body: object): Promise<Download> => api.file('/v1/insight/draw', body);
export const metricList = (signal: AbortSignal): Promise<List<MetricInfo>> => api.get<List<MetricInfo>>('/v1/insight/metrics', { signal });
export const annotationList = (signal: AbortSignal): Promise<List<Annotation>> => api.get<List<Annotation>>('/v1/annotations', { signal });
