// SPDX-License-Identifier: Apache-2.0
// Rotating a key, and making the recovery kit. Both need a proof of who asks and, if the shop says so,
// a colleague who agrees; the client asks for either.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Rotation } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { Button, Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Once } from '../../ui/once';
import { className } from './hierarchy';

export function RotateDialog({ kind, classes, onClose, onDone }: { kind: Rotation; classes: string[]; onClose: () => void; onDone: () => void }) {
    const [chosen, setChosen] = useState(classes[0] ?? '');
    const name = tOr(`rotation.${kind}`, kind);
    return (
        <Confirm
            title={t('keys.rotate.named', { kind: name })} submit={t('keys.rotate')} icon="replay" onClose={onClose}
            run={async () => {
                await api.post('/v1/keys/rotate', kind === 'class' ? { kind, class: chosen } : { kind });
                toast(t('keys.rotate.started', { kind: name }));
                onDone();
            }}
        >
            <p>{t(`rotation.${kind}.text`)}</p>
            <p class="muted">{t('keys.rotate.text')}</p>
            {kind === 'class' && (
                <Field label={t('keys.class')}>
                    {(ids) => (
                        <select {...ids} value={chosen} onChange={(e) => setChosen(e.currentTarget.value)}>
                            {classes.map((c) => <option key={c} value={c}>{className(c)}</option>)}
                        </select>
                    )}
                </Field>
            )}
        </Confirm>
    );
}

export function KitDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const [kit, setKit] = useState('');
    if (kit) {
        return (
            <Dialog title={t('kit.title')} onClose={() => {}} actions={<Button tone="primary" onClick={onClose}>{t('once.stored')}</Button>}>
                <Once title={t('kit.title')} text={kit} note={t('kit.once')} file={t('kit.file')} />
            </Dialog>
        );
    }
    return (
        <Confirm
            title={t('kit.make')} submit={t('kit.make')} icon="print" onClose={onClose}
            run={async () => {
                setKit((await api.post<{ kit: string }>('/v1/keys/recovery-kit')).kit);
                onDone();
                return 'stay';
            }}
        >
            <p>{t('kit.text')}</p>
            <p class="muted">{t('kit.before')}</p>
        </Confirm>
    );
}
