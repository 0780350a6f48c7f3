// SPDX-License-Identifier: Apache-2.0
// The rows of an answer: only those near the window are in the page.

import { useMemo } from 'preact/hooks';
import type { Json, SqlAnswer } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { Rows } from '../../lib/virtual';
import { Badge, Empty } from '../../ui/basics';
import { Endless } from '../../ui/endless';
import { Icon } from '../../ui/icons';

// As the database has it: nothing rounded, nothing put into words.
const cell = (v: Json): string => (v === null ? 'NULL' : typeof v === 'object' ? JSON.stringify(v) : String(v));

export function Result({ answer, limit }: { answer: SqlAnswer; limit: number }) {
    const rows = useMemo(() => new Rows(answer.rows), [answer]);
    const ends = useMemo(() => answer.columns.map((_, i) => typeof answer.rows.find((r) => r[i] !== null)?.[i] === 'number'), [answer]);
    return (
        <section class="sql-result" aria-label={t('sql.result')}>
            <p class="sql-figures" role="status">
                <strong>{t('sql.rows', { n: answer.rows.length })}</strong>
                <span class="muted">{t('sql.took', { ms: count(answer.took_ms), operations: count(answer.operations) })}</span>
                {answer.truncated && <Badge tone="warn">{t('sql.truncated')}</Badge>}
            </p>
            {answer.truncated && <p class="notice warn"><Icon name="warning" />{t('sql.truncated.text', { n: count(limit) })}</p>}
            {answer.rows.length === 0 ? <Empty icon="sql" title={t('sql.none')}>{t('sql.none.text')}</Empty> : (
                <div class="sql-scroll" tabIndex={0} role="region" aria-label={t('sql.result.rows')} style={{ '--columns': answer.columns.length }}>
                    <Endless<Json[]>
                        key={`${answer.took_ms}:${answer.rows.length}`} kind="sql-table" rowClass="sql-row" label={t('sql.result')} pages={rows} round={0}
                        head={<>{answer.columns.map((c, i) => <div key={i} role="columnheader" class={ends[i] ? 'end' : ''} title={c}>{c}</div>)}</>}
                        row={(r) => <>{answer.columns.map((_, i) => <div key={i} role="cell" class={`${ends[i] ? 'end' : ''} ${r[i] === null ? 'muted' : ''}`} title={cell(r[i] ?? null)} dir="auto">{cell(r[i] ?? null)}</div>)}</>}
                    />
                </div>
            )}
        </section>
    );
}
