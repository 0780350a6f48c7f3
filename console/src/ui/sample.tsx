// SPDX-License-Identifier: Apache-2.0
// Sample data is marked on every page and goes away with one click.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../api/client';
import { useAction } from '../api/query';
import type { SampleData } from '../api/types';
import { t } from '../i18n';
import { announce, toast } from '../lib/announce';
import { count } from '../lib/format';
import { can } from '../lib/session';
import { Button } from './basics';
import { Icon } from './icons';
import { explain } from './problem';

export const sample = signal<SampleData | null>(null);
export const sampleGone = signal(0); // counts removals: pages load again

const SETTLED = 3500;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function look(): Promise<void> {
    sample.value = await api.get<SampleData>('/v1/sample-data');
}

export function SampleBanner() {
    useEffect(() => {
        if (!can('analytics_read')) return;
        void look().catch(() => { sample.value = null; });
    }, []);
    const remove = useAction(async () => {
        try {
            await api.delete('/v1/sample-data');
            announce(t('sample.removing'));
            do {
                await pause(700);
                await look();
            } while (sample.value?.present);
            sampleGone.value++;
            setTimeout(() => { sampleGone.value++; }, SETTLED); // Today is computed every few seconds only
            toast(t('sample.removed'));
        } catch (error) {
            toast(explain(error).title, 'bad');
        }
    });
    const now = sample.value;
    if (!now?.present) return null;
    return (
        <aside class="sample-banner" aria-label={t('sample.label')}>
            <Icon name="info" />
            <p>
                <strong>{t('sample.title')}</strong>{' '}
                {t('sample.text', { events: count(now.events) })}
            </p>
            {can('people_erase') && (
                <Button small busy={remove.busy} onClick={() => void remove.act()}>
                    {t(remove.busy ? 'sample.removing' : 'sample.remove')}
                </Button>
            )}
        </aside>
    );
}
