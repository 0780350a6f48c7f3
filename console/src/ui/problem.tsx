// SPDX-License-Identifier: Apache-2.0
// What went wrong, in the server's words, and what to do next, in ours.

import { ApiError } from '../api/client';
import { t, tOr } from '../i18n';
import { Button } from './basics';
import { Icon } from './icons';

export function explain(error: unknown): { title: string; detail: string; next: string; id: string } {
    if (error instanceof ApiError) {
        const code = error.code || `status_${error.status}`;
        const next = error.retryAfter
            ? t('error.next.retry_after', { seconds: error.retryAfter })
            : tOr(`error.next.${code}`, error.status >= 500 ? t('error.next.server') : '');
        return {
            title: tOr(`error.title.${code}`, error.title || t('error.title.other')),
            detail: [error.detail, error.field && !error.detail.includes(error.field) ? `(${error.field})` : '']
                .filter(Boolean).join(' '),
            next,
            id: error.requestId,
        };
    }
    return { title: t('error.title.console'), detail: String((error as Error)?.message ?? error), next: t('error.next.console'), id: '' };
}

export function ProblemBox({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
    if (!error) return null;
    const { title, detail, next, id } = explain(error);
    return (
        <div class="notice bad" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{title}</strong>
                {detail && <p>{detail}</p>}
                {next && <p>{next}</p>}
                {id && <p class="muted small">{t('error.request', { id })}</p>}
                {onRetry && <Button small icon="replay" onClick={onRetry}>{t('action.retry')}</Button>}
            </div>
        </div>
    );
}
