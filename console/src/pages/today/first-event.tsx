// SPDX-License-Identifier: Apache-2.0
// Nothing has arrived: one thing to paste, and a state that turns by itself.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Source } from '../../api/types';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { snippetsFor } from '../../lib/snippets';
import { Card, Dot, Loading } from '../../ui/basics';
import { Snippets } from '../../ui/code';
import { Icon } from '../../ui/icons';

export function FirstEvent() {
    const sources = useQuery('today.sources', (signal) => (can('sources_read')
        ? api.get<{ items: Source[] }>('/v1/sources', { signal }) : Promise.resolve({ items: [] as Source[] })));
    const source = sources.data?.items.find((s) => s.enabled && !s.sample);
    return (
        <Card class="first-event">
            <div class="first-event-head">
                <span class="empty-icon"><Icon name="sources" /></span>
                <div>
                    <h2>{t('today.empty.title')}</h2>
                    <p class="muted">{t('today.empty.text')}</p>
                </div>
            </div>
            {sources.loading ? <Loading /> : source
                ? (
                    <>
                        <p>{t('today.empty.paste', { source: source.name })}</p>
                        <Snippets items={snippetsFor(source.write_key)} />
                    </>
                )
                : <p><a class="button primary" href={href('sources', 'new')}><span>{t('sources.new')}</span></a></p>}
            <div class="waiting" role="status"><Dot tone="wait" />{t('today.empty.waiting')}</div>
            <p class="muted small">
                {t('today.empty.other')} <a href={href('imports')}>{t('today.empty.import')}</a>
            </p>
        </Card>
    );
}
