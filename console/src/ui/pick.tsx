// SPDX-License-Identifier: Apache-2.0
// One of a list as a filter: what is chosen stands in the address, so that it can be passed on.

import { t } from '../i18n';
import { setQuery } from '../lib/router';

export function PickQuery({ label, name, value, options }: { label: string; name: string; value: string; options: [value: string, text: string][] }) {
    return (
        <label class="inline-select">
            <span>{label}</span>
            <select value={value} onChange={(e) => setQuery({ [name]: e.currentTarget.value || null })}>
                <option value="">{t('requests.any')}</option>
                {options.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
            </select>
        </label>
    );
}
