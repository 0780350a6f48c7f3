// SPDX-License-Identifier: Apache-2.0
// The purposes people agree to, as the catalogue of segments names them: one field "consent.x" each.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Catalog } from '../../api/types';
import { tOr } from '../../i18n';
import { words } from '../../lib/format';

const PREFIX = 'consent.';
export const purposeName = (name: string): string => tOr(`purpose.${name}`, words(name));

export function usePurposes(): { names: string[]; catalog: Catalog | undefined; error: unknown; reload: () => void } {
    const found = useQuery('segments.catalog', (signal) => api.get<Catalog>('/v1/segments/catalog', { signal }));
    const names = (found.data?.fields ?? []).map((f) => f.name).filter((n) => n.startsWith(PREFIX)).map((n) => n.slice(PREFIX.length));
    return { names, catalog: found.data, error: found.error, reload: found.reload };
}
