// SPDX-License-Identifier: Apache-2.0
// Names of tables and columns for what is being typed. After "table." only that table's columns.

import type { SqlSchema } from '../../api/types';
import type { Offer } from '../../ui/code-area';

const MOST = 40;

export function offers(schema: SqlSchema, text: string, cursor: number): Offer {
    const before = text.slice(0, cursor);
    const found = /(?:([\p{L}_][\p{L}\p{N}_]*)\.)?([\p{L}_][\p{L}\p{N}_]*)?$/u.exec(before);
    const [, owner, word = ''] = found ?? [];
    const from = cursor - word.length;
    const named = owner ? [...text.matchAll(new RegExp(`([\\p{L}\\p{N}_]+)\\s+(?:as\\s+)?${owner}(?![\\p{L}\\p{N}_])`, 'giu'))].map((m) => m[1]) : [];
    const tables = owner ? schema.tables.filter((x) => x.name === owner || named.includes(x.name)) : schema.tables;
    const columns = tables.flatMap((x) => x.columns.map((c) => ({ text: c.name, kind: `${x.name} · ${c.type}`, doc: c.doc })));
    const all = [...(owner ? [] : schema.tables.map((x) => ({ text: x.name, kind: 'table', doc: x.doc }))), ...columns];
    const wanted = word.toLowerCase();
    const unique = new Map(all.filter((x) => x.text.toLowerCase().startsWith(wanted)).map((x) => [x.text, x]));
    return { from, to: cursor, items: [...unique.values()].slice(0, MOST) };
}

export const completer = (schema: SqlSchema) => (text: string, cursor: number): Promise<Offer> => Promise.resolve(offers(schema, text, cursor));
