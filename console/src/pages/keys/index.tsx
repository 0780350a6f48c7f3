// SPDX-License-Identifier: Apache-2.0
// Keys: the hierarchy in words and figures, rotations, the recovery kit, archives.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Keys as Data, Rotation } from '../../api/types';
import { t, tOr, tx } from '../../i18n';
import { count, words } from '../../lib/format';
import { Ago, Button, Card, Dot, Loading, PageHead, Progress } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Archives, Kit } from './copies';
import { Hierarchy } from './hierarchy';
import { KitDialog, RotateDialog } from './rotate';

const EVERY = 2000;
const KINDS: Rotation[] = ['root', 'nodes', 'class', 'signing'];
const running = (d: Data | undefined): boolean => d?.rotations.some((r) => r.state === 'running') ?? false;
export const rotationName = (kind: string): string => tOr(`rotation.${kind}`, words(kind));

function Rotations({ data, onRotate }: { data: Data; onRotate: (kind: Rotation) => void }) {
    return (
        <Card title={t('keys.rotations')}>
            <p class="muted">{t('keys.rotations.text')}</p>
            <ul class="acts">
                {KINDS.map((kind) => {
                    const now = data.rotations.find((r) => r.kind === kind && !r.finished);
                    const last = data.rotations.filter((r) => r.kind === kind && r.finished).sort((a, b) => (a.finished! < b.finished! ? 1 : -1))[0];
                    return (
                        <li key={kind}>
                            <div>
                                <strong>{rotationName(kind)}</strong>
                                <p class="muted small">{t(`rotation.${kind}.text`)}</p>
                                {now && (
                                    <>
                                        <Progress value={now.done} max={now.total} label={t('keys.rotating', { kind: rotationName(kind) })} />
                                        <p class="small">{t('keys.progress', { done: count(now.done), total: count(now.total) })}</p>
                                    </>
                                )}
                                {!now && last && (
                                    <p class="small">
                                        <Dot tone="good" />
                                        {t('keys.last')} <Ago time={last.finished} />
                                    </p>
                                )}
                            </div>
                            <Button small disabled={!!now} aria-label={t('keys.rotate.named', { kind: rotationName(kind) })} onClick={() => onRotate(kind)}>{t('keys.rotate')}</Button>
                        </li>
                    );
                })}
            </ul>
        </Card>
    );
}

export default function Keys() {
    const [busy, setBusy] = useState(false);
    const keys = useQuery('keys', async (signal) => {
        const found = await api.get<Data>('/v1/keys', { signal });
        setBusy(running(found));
        return found;
    }, { keep: true, poll: busy ? EVERY : 0 });
    const [open, setOpen] = useState<Rotation | 'kit' | null>(null);
    const d = keys.data;
    return (
        <>
            <PageHead title={t('nav.keys')} lead={t('keys.lead')} />
            <ProblemBox error={keys.error} onRetry={keys.reload} />
            {!d && !keys.error && <Loading />}
            {d && (
                <>
                    <Hierarchy data={d} />
                    <Kit made={d.recovery_kit.made} onMake={() => setOpen('kit')} />
                    <Rotations data={d} onRotate={setOpen} />
                    <Archives archives={d.archives} />
                    {d.signing.key_id && <p class="muted small">{tx('keys.signing', { id: <code class="wrap-any" dir="ltr">{d.signing.key_id}</code> })}</p>}
                </>
            )}
            {open === 'kit' && <KitDialog onClose={() => setOpen(null)} onDone={keys.reload} />}
            {open && open !== 'kit' && (
                <RotateDialog
                    kind={open} classes={d?.classes.map((c) => c.name) ?? []} onClose={() => setOpen(null)}
                    onDone={() => {
                        setBusy(true);
                        keys.reload();
                    }}
                />
            )}
        </>
    );
}
