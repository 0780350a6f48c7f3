// SPDX-License-Identifier: Apache-2.0
// What can be asked: tables, their columns, types, a sentence each. A name is put into the text by a click.

import { useState } from 'preact/hooks';
import type { SqlSchema } from '../../api/types';
import { t } from '../../i18n';
import { Card } from '../../ui/basics';

export function Schema({ schema, onInsert }: { schema: SqlSchema; onInsert: (name: string) => void }) {
    const [q, setQ] = useState('');
    const wanted = q.trim().toLowerCase();
    const fits = (...texts: string[]) => texts.some((x) => x.toLowerCase().includes(wanted));
    const tables = schema.tables.map((x) => ({ ...x, columns: x.columns.filter((c) => !wanted || fits(x.name, c.name, c.doc)) })).filter((x) => !wanted || x.columns.length > 0 || fits(x.name, x.doc));
    return (
        <Card title={t('sql.schema')}>
            <input type="search" aria-label={t('sql.schema.search')} placeholder={t('sql.schema.search')} maxLength={60} value={q} onInput={(e) => setQ(e.currentTarget.value)} />
            {tables.map((x) => (
                <details key={x.name} class="schema-table" open={wanted ? true : undefined}>
                    <summary><code>{x.name}</code> <span class="muted small">{t('sql.columns', { n: x.columns.length })}</span></summary>
                    {x.doc && <p class="muted small">{x.doc}</p>}
                    <ul>
                        {x.columns.map((c) => (
                            <li key={c.name}>
                                <button type="button" class="link mono" title={c.doc} onClick={() => onInsert(c.name)}>{c.name}<span class="visually-hidden"> {t('sql.insert')}</span></button>
                                <span class="muted small">{c.type}</span>
                            </li>
                        ))}
                    </ul>
                </details>
            ))}
            {tables.length === 0 && <p class="muted">{t('sql.schema.none')}</p>}
        </Card>
    );
}
