// SPDX-License-Identifier: Apache-2.0
// The ready funnel of a shop: from a visit to an order.

import { ask } from '../../api/board';
import type { FunnelAnswer } from '../../api/insight-types';
import { useQuery } from '../../api/query';
import { t } from '../../i18n';
import type { Days } from '../../lib/shop-days';
import { Drawing } from '../../ui/board/drawing';
import { Part } from '../../ui/board/part';
import { sampleGone } from '../../ui/sample';

const EVERY = 60_000;
const SHOP = { kind: 'funnel', question: { ready: 'shop' } } as const;

export function ShopFunnel({ days }: { days: Days }) {
    const found = useQuery(`today.funnel.${days.from}.${days.to}.${sampleGone.value}`, (signal) => ask<FunnelAnswer>({ ...SHOP, ...days }, signal), { keep: true, poll: EVERY });
    return (
        <Part title={t('today.funnel')} query={found}>
            {(data) => (data.answer.entered === 0 ? <p class="muted">{t('today.funnel.none')}</p> : <Drawing data={data} query={SHOP} show="funnel" name={t('board.drawing', { title: t('today.funnel') })} metrics={undefined} />)}
        </Part>
    );
}
