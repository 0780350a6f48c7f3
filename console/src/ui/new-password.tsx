// SPDX-License-Identifier: Apache-2.0
// Choosing a password: the server says how good it is and what would make it better, so that no rule
// stands here twice. What is typed goes to it in a body, and is not kept.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Strength } from '../api/types';
import { t, type Key } from '../i18n';
import { Field } from './basics';
import { PasswordInput } from './password';

const STEPS = 4;
const PAUSE = 350;

// Null: it could not be asked; the server decides when the password is sent.
export async function strengthOf(password: string, context: string[], signal?: AbortSignal): Promise<Strength | null> {
    try {
        return await api.post<Strength>('/v1/password-strength', { password, context: context.filter(Boolean) }, { quiet401: true, plain: true, ...(signal ? { signal } : {}) });
    } catch {
        return null;
    }
}

export interface PasswordCheck {
    strength: Strength | null;
    // Asks once more before it is sent: true when the server would take it, or could not be asked.
    ready: () => Promise<boolean>;
}

export function usePasswordCheck(password: string, context: string[]): PasswordCheck {
    const [strength, setStrength] = useState<Strength | null>(null);
    const words = context.join('\n');
    useEffect(() => {
        if (!password) {
            setStrength(null);
            return;
        }
        const control = new AbortController();
        const timer = setTimeout(() => {
            void strengthOf(password, context, control.signal).then((found) => {
                if (!control.signal.aborted) setStrength(found);
            });
        }, PAUSE);
        return () => {
            clearTimeout(timer);
            control.abort();
        };
    }, [password, words]);
    const ready = async () => {
        const found = await strengthOf(password, context);
        setStrength(found);
        return found?.acceptable !== false;
    };
    return { strength, ready };
}

export function NewPassword({ label, hint, value, onValue, check, autofocus }: {
    label: string; hint?: string; value: string; onValue: (value: string) => void; check: PasswordCheck; autofocus?: boolean;
}) {
    const s = value ? check.strength : null;
    const word = s ? t(`password.score.${s.score}` as Key) : '';
    return (
        <>
            <Field label={label} hint={hint ?? t('password.new.hint')}>
                {(ids) => (
                    <PasswordInput
                        ids={{ ...ids, ...(autofocus ? { 'data-autofocus': true } : {}) }} name="new-password" autocomplete="new-password"
                        value={value} onValue={onValue}
                    />
                )}
            </Field>
            <div class={`strength ${s ? (s.acceptable ? 'good' : 'short') : ''}`}>
                <meter min={0} max={STEPS} low={2} high={3} optimum={STEPS} value={s ? Math.max(s.score, 0.3) : 0} aria-label={t('password.strength')} />
                <span role="status">{s ? [word, s.reason ?? ''].filter(Boolean).join('. ') : ''}</span>
            </div>
        </>
    );
}
