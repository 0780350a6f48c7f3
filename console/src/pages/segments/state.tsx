// SPDX-License-Identifier: Apache-2.0
// Whether a segment's size is the truth now, is being counted, or cannot be.

import type { SegmentRow } from '../../api/types';
import { t, tx } from '../../i18n';
import { percent } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Badge, Progress } from '../../ui/basics';
import { Icon } from '../../ui/icons';

type Stated = Pick<SegmentRow, 'name' | 'state' | 'fault' | 'filled'>;

export function State({ s }: { s: Stated }) {
    if (s.state === 'live') return <Badge tone="good">{t('segments.live')}</Badge>;
    if (s.state === 'broken') return <Badge tone="bad">{t('segments.broken')}</Badge>;
    return (
        <span class="filling">
            <Badge tone="info">{t('segments.filling', { done: percent(s.filled / 1000) })}</Badge>
            <Progress value={s.filled} max={1000} label={t('segments.filling.label')} />
        </span>
    );
}

export function BrokenNote({ s }: { s: Stated }) {
    if (s.state !== 'broken') return null;
    return (
        <div class="notice bad" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{t('segments.broken.title')}</strong>
                {s.fault && <p>{s.fault}</p>}
                <p>{can('segments_write') ? tx('segments.broken.mend', { edit: <a href={href('segments', s.name, 'edit')}>{t('segments.broken.edit')}</a> }) : t('segments.broken.ask')}</p>
            </div>
        </div>
    );
}
