// SPDX-License-Identifier: Apache-2.0
// Decoys: invented people that nobody has a reason to open. Whoever does raises an alert.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { can } from '../../lib/session';
import { Button, Card, Empty, Field, Loading } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';

const MANY = 500;
const SUGGESTED = 20;

function Make({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const [n, setN] = useState(String(SUGGESTED));
    const wanted = Number(n);
    return (
        <Confirm
            title={t('decoys.make')} submit={t('decoys.make')} ready={Number.isInteger(wanted) && wanted > 0 && wanted <= MANY} onClose={onClose}
            run={async () => {
                await api.post('/v1/decoys', { count: wanted });
                toast(t('decoys.made'));
                onDone();
            }}
        >
            <p>{t('decoys.text')}</p>
            <Field label={t('decoys.count')} hint={t('decoys.count.hint', { n: MANY })}>
                {(ids) => <input {...ids} type="text" inputMode="numeric" maxLength={4} data-autofocus value={n} onInput={(e) => setN(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}

export function Decoys() {
    const decoys = useQuery('decoys', (signal) => api.get<{ count: number }>('/v1/decoys', { signal }), { keep: true });
    const [open, setOpen] = useState<'make' | 'remove' | null>(null);
    const count = decoys.data?.count;
    const write = can('staff_write');
    const make = write && <Button tone="primary" icon="plus" onClick={() => setOpen('make')}>{t('decoys.make')}</Button>;
    return (
        <>
            <ProblemBox error={decoys.error} onRetry={decoys.reload} />
            {count === undefined && !decoys.error && <Loading />}
            {count === 0 && <Empty icon="user" title={t('decoys.empty')} action={make}>{t('decoys.text')}</Empty>}
            {count ? (
                <Card
                    title={t('decoys.n', { n: count })}
                    actions={write && (
                        <>
                            <Button small icon="trash" onClick={() => setOpen('remove')}>{t('decoys.remove')}</Button>
                            <Button small icon="plus" onClick={() => setOpen('make')}>{t('decoys.more')}</Button>
                        </>
                    )}
                >
                    <p class="muted">{t('decoys.text')}</p>
                </Card>
            ) : null}
            {open === 'make' && <Make onClose={() => setOpen(null)} onDone={decoys.reload} />}
            {open === 'remove' && (
                <Confirm
                    danger title={t('decoys.remove')} submit={t('decoys.remove')} onClose={() => setOpen(null)}
                    run={async () => {
                        await api.delete('/v1/decoys');
                        toast(t('decoys.removed'));
                        decoys.reload();
                    }}
                >
                    <p>{t('decoys.remove.text')}</p>
                </Confirm>
            )}
        </>
    );
}
