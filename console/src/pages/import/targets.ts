// SPDX-License-Identifier: Apache-2.0
// What a column of a file may become, in groups for a list to choose from. The kinds of fields come from
// the server; those that end with a dot take a name behind it, which the dictionary gives.

import type { Dictionary, ImportKind, ImportMaps } from '../../api/types';
import { t, type Key } from '../../i18n';
import { words } from '../../lib/format';

export interface Target {
    field: string;
    text: string;
    title: string;
}
export interface TargetGroup {
    name: string;
    targets: Target[];
}

const ORDER = 'Order Completed';
const LINE = /^products\[\]\./;

function names(prefix: string, kind: ImportKind, d: Dictionary): Target[] {
    const target = (name: string, doc: string | null): Target => ({ field: prefix + name, text: words(name), title: doc ?? '' });
    const order = d.events.find((e) => e.name === ORDER)?.fields ?? [];
    const consents = d.purposes.filter((p) => p.basis === 'consent');
    switch (prefix) {
        case 'trait.': return d.persons.map((f) => target(f.name, f.doc));
        case 'id.': return d.identifiers.filter((i) => !['user_id', 'anonymous_id', 'email', 'phone'].includes(i.kind)).map((i) => target(i.kind, i.doc));
        case 'line.': return order.filter((f) => LINE.test(f.name)).map((f) => target(f.name.replace(LINE, ''), f.doc));
        case 'property.': return kind === 'orders' ? order.filter((f) => !f.name.startsWith('products')).map((f) => target(f.name, f.doc)) : [];
        case 'consent.': case 'consent_time.': case 'consent_proof.': case 'withdrawn_time.': return consents.map((p) => target(p.name, p.doc));
        default: return [];
    }
}

export function targetsFor(kind: ImportKind, maps: ImportMaps | undefined, dictionary: Dictionary | undefined): TargetGroup[] {
    const fields = (maps?.fields ?? []).filter((f) => f.kinds.includes(kind) && f.field !== '');
    const plain = fields.filter((f) => !f.field.endsWith('.'));
    const groups: TargetGroup[] = [{
        name: t('targets.plain'), targets: plain.map((f) => ({ field: f.field, text: words(f.field), title: f.doc })),
    }];
    for (const f of fields) {
        if (!f.field.endsWith('.') || !dictionary) continue;
        const found = names(f.field, kind, dictionary);
        if (found.length) groups.push({ name: t(`targets.${f.field.slice(0, -1)}` as Key), targets: found });
    }
    return groups.filter((g) => g.targets.length > 0);
}
