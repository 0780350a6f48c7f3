// SPDX-License-Identifier: Apache-2.0
// The state of an import in one word.

import type { Import } from '../../api/types';
import { t, tOr } from '../../i18n';
import { Badge } from '../../ui/basics';

const TONES: Record<string, 'plain' | 'good' | 'warn' | 'bad' | 'info'> = {
    uploaded: 'plain', checking: 'info', ready: 'warn', running: 'info', done: 'good', failed: 'bad', reverting: 'info', reverted: 'plain',
};

export const busy = (i: Import): boolean => ['uploaded', 'checking', 'running', 'reverting'].includes(i.status);

export function StatusBadge({ import: i }: { import: Import }) {
    return (
        <>
            <Badge tone={TONES[i.status] ?? 'plain'}>{tOr(`imports.status.${i.status}`, i.status)}</Badge>
            {i.status === 'done' && i.rows_bad > 0 && <span class="visually-hidden"> {t('imports.with_bad')}</span>}
        </>
    );
}
