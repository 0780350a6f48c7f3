// SPDX-License-Identifier: Apache-2.0
// A modal on the native <dialog>: focus stays inside, Escape closes, focus returns to where it was.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Button } from './basics';

export function Dialog({ title, onClose, children, actions, size = 'normal', onSubmit, label }: {
    title?: string; label?: string; onClose: () => void; children: ComponentChildren; actions?: ComponentChildren;
    size?: 'small' | 'normal' | 'large' | 'side' | 'palette' | 'nav'; onSubmit?: () => void;
}) {
    const ref = useRef<HTMLDialogElement>(null);
    const id = useId();
    const close = useRef(onClose);
    close.current = onClose;

    useEffect(() => {
        const dialog = ref.current!;
        const before = document.activeElement as HTMLElement | null;
        if (!dialog.open) dialog.showModal();
        const first = dialog.querySelector<HTMLElement>('[data-autofocus]');
        first?.focus();
        return () => {
            dialog.close();
            if (before?.isConnected) before.focus();
        };
    }, []);

    const body = (
        <>
            {title && (
                <div class="dialog-head">
                    <h2 id={id}>{title}</h2>
                    <Button tone="quiet" icon="close" aria-label={t('dialog.close')} onClick={() => close.current()} />
                </div>
            )}
            <div class="dialog-body">{children}</div>
            {actions && <div class="dialog-actions">{actions}</div>}
        </>
    );
    return (
        <dialog
            ref={ref}
            class={`dialog ${size}`}
            aria-labelledby={title ? id : undefined}
            aria-label={title ? undefined : label}
            onCancel={(event) => {
                event.preventDefault();
                close.current();
            }}
            onMouseDown={(event) => {
                if (event.target === ref.current && size !== 'normal' && size !== 'small') close.current();
            }}
        >
            {onSubmit ? (
                <form
                    class="dialog-form" noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        onSubmit();
                    }}
                >
                    {body}
                </form>
            ) : <div class="dialog-form">{body}</div>}
        </dialog>
    );
}
