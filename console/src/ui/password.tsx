// SPDX-License-Identifier: Apache-2.0
// A password field that can be read, pasted into and filled by a password manager.

import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { Button } from './basics';

export function PasswordInput({ ids, name, autocomplete, value, onValue }: {
    ids: object; name: string; autocomplete: 'current-password' | 'new-password'; value: string;
    onValue: (value: string) => void;
}) {
    const [shown, setShown] = useState(false);
    return (
        <div class="with-button">
            <input
                {...ids} name={name} type={(shown ? 'text' : 'password') as 'password'} autocomplete={autocomplete} required
                maxLength={1024} spellcheck={false} autocapitalize="off"
                value={value} onInput={(e) => onValue(e.currentTarget.value)}
            />
            <Button
                tone="quiet" icon={shown ? 'eyeOff' : 'eye'} aria-label={t('password.show')} aria-pressed={shown}
                onClick={() => setShown(!shown)}
            />
        </div>
    );
}
