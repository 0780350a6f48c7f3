// SPDX-License-Identifier: Apache-2.0
// Names of sources by number: what is stored about people carries the number only.

import { signal } from '@preact/signals';
import { api } from '../api/client';
import type { Source, SourceRef } from '../api/types';
import { t } from '../i18n';
import { can } from './session';

const names = signal(new Map<number, string>());
let asked = 0;

function ask(): void {
    if (!can('sources_read') || Date.now() - asked < 30_000) return;
    asked = Date.now();
    api.get<{ items: Source[] }>('/v1/sources').then(
        (list) => { names.value = new Map(list.items.map((s) => [s.number, s.name])); },
        () => {}, // the number is shown instead
    );
}

export function sourceName(ref: SourceRef | null | undefined): string {
    if (ref === null || ref === undefined || ref === '') return '–';
    const number = Number(ref);
    if (!Number.isInteger(number)) return String(ref);
    if (number === 0) return t('source.staff');
    const known = names.value.get(number);
    if (known === undefined) ask();
    return known ?? t('source.number', { n: number });
}
