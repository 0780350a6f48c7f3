// SPDX-License-Identifier: Apache-2.0
// Deleting a segment: first what refers to it, by name; then the question.

import { api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Segment } from '../../api/types';
import { t, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { href } from '../../lib/router';
import { Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

export function DeleteSegment({ name, title, onClose, onDone }: { name: string; title: string; onClose: () => void; onDone: () => void }) {
    const found = useQuery(`segment.delete.${name}`, (signal) => api.get<Segment>(`/v1/segments/${segment(name)}`, { signal }));
    const users = found.data?.used_by ?? [];
    return (
        <Confirm
            danger icon="trash" title={t('segments.delete.title')} submit={t('segments.delete')} ready={!!found.data && users.length === 0} onClose={onClose}
            run={async () => {
                await api.delete(`/v1/segments/${segment(name)}`);
                toast(t('segments.deleted', { title }));
                onDone();
            }}
        >
            <p>{tx('segments.delete.text', { title: <strong dir="auto">{title}</strong> })}</p>
            {found.loading && !found.data && <Loading />}
            <ProblemBox error={found.error} onRetry={found.reload} />
            {users.length > 0 && (
                <div class="notice warn">
                    <Icon name="warning" />
                    <div>
                        <strong>{t('segments.delete.used', { n: users.length })}</strong>
                        <ul class="name-list">{users.map((u) => <li key={u}><a href={href('segments', u)} onClick={onClose}>{u}</a></li>)}</ul>
                        <p>{t('segments.delete.used.mend')}</p>
                    </div>
                </div>
            )}
        </Confirm>
    );
}
