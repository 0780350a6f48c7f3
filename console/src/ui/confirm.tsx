// SPDX-License-Identifier: Apache-2.0
// One question before something that matters, with what will happen in words.

import type { ComponentChildren } from 'preact';
import { useAction } from '../api/query';
import { t } from '../i18n';
import { Button } from './basics';
import { Dialog } from './dialog';
import type { IconName } from './icons';
import { ProblemBox } from './problem';

export function Confirm({ title, children, submit, icon, danger, ready = true, run, onClose }: {
    title: string; children?: ComponentChildren; submit: string; icon?: IconName; danger?: boolean; ready?: boolean;
    run: () => Promise<void | 'stay'>; onClose: () => void;
}) {
    const go = useAction(async () => {
        if ((await run()) !== 'stay') onClose(); // 'stay': the caller shows something else in its place
    });
    return (
        <Dialog
            title={title} size="small" onClose={onClose} onSubmit={() => { if (ready) void go.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone={danger ? 'danger' : 'primary'} icon={icon} busy={go.busy} disabled={!ready}>{submit}</Button>
                </>
            )}
        >
            {children}
            <ProblemBox error={go.error} />
        </Dialog>
    );
}
