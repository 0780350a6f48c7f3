// SPDX-License-Identifier: Apache-2.0
// A one-time code: digits from an app or a text message, or a recovery code. Filled in by the browser
// or pasted as it came, with or without spaces.

import { t } from '../i18n';
import { Field } from './basics';

const LENGTH_MAX = 40;

export function CodeField({ label, hint, value, onValue, error, recovery, autofocus }: {
    label: string; hint?: string | undefined; value: string; onValue: (value: string) => void; error?: string | null;
    recovery?: boolean; autofocus?: boolean;
}) {
    return (
        <Field label={label || t('second.code')} hint={hint} error={error ?? null}>
            {(ids) => (
                <input
                    {...ids} type="text" name="code" class="one-time" autocomplete="one-time-code" required spellcheck={false}
                    inputMode={recovery ? 'text' : 'numeric'} autocapitalize="off" maxLength={LENGTH_MAX} dir="ltr"
                    data-autofocus={autofocus || undefined}
                    value={value} onInput={(e) => onValue(e.currentTarget.value)}
                />
            )}
        </Field>
    );
}
