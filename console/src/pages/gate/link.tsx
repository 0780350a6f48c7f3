// SPDX-License-Identifier: Apache-2.0
// What the two links for staff have in common: a card, and the words for a link that is over.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { t } from '../../i18n';
import { Icon, Mark } from '../../ui/icons';

// Used, too old, or never one: the server tells them apart for nobody.
export const spentLink = (error: unknown): boolean =>
    error instanceof ApiError && [401, 403, 404, 409, 410].includes(error.status);

export function GateCard({ title, children }: { title: string; children: ComponentChildren }) {
    useEffect(() => {
        document.title = `${title} · Custos`;
    }, [title]);
    return (
        <main class="gate">
            <div class="gate-card">
                <Mark />
                <h1 tabIndex={-1}>{title}</h1>
                {children}
            </div>
        </main>
    );
}

export function Spent({ text }: { text: string }) {
    return (
        <div class="notice warn" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{t('link.spent')}</strong>
                <p>{text}</p>
                <p><a href="/">{t('setup.sign_in')}</a></p>
            </div>
        </div>
    );
}
