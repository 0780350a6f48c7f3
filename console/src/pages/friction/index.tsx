// SPDX-License-Identifier: Apache-2.0
// Friction: where visitors get stuck on the way to an order, and what that costs, with the method of the estimate.

import type { ComponentChildren } from 'preact';
import type { Answered, Figure, FrictionAnswer, FrictionRow } from '../../api/insight-types';
import { t, type Key } from '../../i18n';
import { words } from '../../lib/format';
import { Card, PageHead } from '../../ui/basics';
import { AnswerBox, useAsk } from '../../ui/explore/ask';
import { ViewBar } from '../../ui/explore/bar';
import { Keep } from '../../ui/explore/keep';
import { asked, useView } from '../../ui/explore/view';
import { Bars, DataTable, figure, hiddenWords, How, NumberTile, type FigureColumn } from '../../ui/figures';

const QUESTION = {};
type Row = FrictionRow;
const SECTIONS = ['checkout', 'payments', 'coupons', 'forms', 'rage', 'dead', 'slow', 'searches'] as const;
type Section = (typeof SECTIONS)[number];

const MILLISECONDS = /_ms$/;
const known = (name: string): string => t(`friction.column.${name}` as Key);
// Columns as the answer has them: texts first, as many as name the row; amounts and times by their names.
function columnsOf(rows: Row[], say: (v: Figure) => string): FigureColumn<Row>[] {
    const names = Object.keys(rows[0] ?? {});
    const isText = (n: string) => TEXTS.has(n) || rows.some((r) => typeof r[n] === 'string');
    const title = (n: string) => (COLUMNS.has(n) ? known(n) : words(n));
    return names.map((n, i): FigureColumn<Row> => {
        const label = title(n);
        if (isText(n)) return { key: n, label, head: i === 0, value: (r) => (r[n] === null ? (n === 'field' ? t('friction.no_field') : null) : (r[n] ?? '').toString()) };
        if (MILLISECONDS.test(n)) return { key: n, label, unit: 'number', value: (r) => r[n] as Figure, cell: (r) => (r[n] === null ? say(null) : figure((r[n] as number) / 1000, 'seconds')) };
        return { key: n, label, unit: n === 'lost' ? 'money' : /^(converted|share)/.test(n) ? 'share' : 'count', value: (r) => r[n] as Figure };
    });
}
const TEXTS = new Set(['step', 'method', 'reason', 'coupon', 'form', 'field', 'page', 'element', 'query']); // also where all of them are null
const COLUMNS = new Set(['step', 'visits', 'dropped', 'lost', 'method', 'reason', 'tries', 'coupon', 'form', 'field', 'started', 'left', 'page', 'element', 'clicks', 'median_ms', 'p75_ms', 'converted_slow', 'converted_fast', 'query', 'searches', 'none_found', 'converted', 'converted_with', 'converted_without', 'visits_slow']);

function SectionCard({ section, rows, whole, children }: { section: Section; rows: Row[]; whole: Answered<FrictionAnswer>; children?: ComponentChildren }) {
    const name = t(`friction.${section}` as Key);
    const lost = rows.reduce<number | null>((a, r) => (typeof r.lost === 'number' ? (a ?? 0) + r.lost : a), null);
    const hidden = whole.hidden ? hiddenWords(whole.small_group) : '–';
    return (
        <Card
            title={name} class="flush" note={<>{lost !== null && t('friction.lost_here', { value: figure(lost, 'money', whole.currency) })} <How title={name} doc={t(`friction.${section}.text` as Key)} formula={lost !== null ? whole.answer.method : undefined} /></>}
        >
            {children}
            <DataTable<Row> name={name} rows={rows} rowKey={(r) => rows.indexOf(r)} columns={columnsOf(rows, () => hidden)} currency={whole.currency} hidden={hidden} />
        </Card>
    );
}

function Friction({ a, whole }: { a: FrictionAnswer; whole: Answered<FrictionAnswer> }) {
    const lists: Record<Section, Row[] | undefined> = a;
    const filled = SECTIONS.filter((s) => lists[s]?.length);
    const empty = SECTIONS.filter((s) => !lists[s]?.length);
    const lostIn = (s: Section) => (lists[s] ?? []).reduce((sum, r) => sum + (typeof r.lost === 'number' ? r.lost : 0), 0);
    const costly = filled.filter((s) => lostIn(s) > 0).sort((x, y) => lostIn(y) - lostIn(x));
    return (
        <>
            <section class="card flush" aria-label={t('today.numbers')}>
                <div class="figures">
                    <NumberTile title={t('friction.lost_total')} value={a.lost_total} unit="money" currency={whole.currency} hidden={hiddenWords(whole.small_group)} how={{ title: t('friction.lost_total'), doc: t('friction.estimate'), formula: a.method }} />
                    {a.visits !== undefined && <NumberTile title={t('figure.visits')} value={a.visits} unit="count" hidden={hiddenWords(whole.small_group)} how={{ title: t('figure.visits'), formula: t('friction.visits.how') }} />}
                    {a.visits_with_order !== undefined && <NumberTile title={t('friction.ordered')} value={a.visits_with_order} unit="count" hidden={hiddenWords(whole.small_group)} how={{ title: t('friction.ordered'), formula: t('friction.ordered.how') }} />}
                </div>
                <p class="list-end muted">{a.method}</p>
            </section>
            {costly.length > 1 && (
                <Card title={t('friction.where')}>
                    <Bars name={t('friction.where')} unit="money" currency={whole.currency} rows={costly.map((s) => ({ key: s, label: t(`friction.${s}` as Key), value: lostIn(s) }))} />
                </Card>
            )}
            {filled.map((s) => <SectionCard key={s} section={s} rows={lists[s]!} whole={whole} />)}
            {!!a.rows_more && <p class="muted">{t('reports.rows_more', { n: a.rows_more })}</p>}
            {empty.length > 0 && <p class="muted">{t('friction.nothing_of', { names: empty.map((s) => t(`friction.${s}` as Key)).join(', ') })}</p>}
        </>
    );
}

export default function FrictionPage() {
    const view = useView();
    const body = asked(view, 'friction', QUESTION);
    const answer = useAsk<FrictionAnswer>(body);
    return (
        <>
            <PageHead title={t('nav.friction')} lead={t('friction.lead')}><Keep kept={{ body, show: 'table', title: t('nav.friction') }} /></PageHead>
            <ViewBar view={view} />
            <AnswerBox<FrictionAnswer> answer={answer} icon="friction" nothing={(a) => SECTIONS.every((s) => !a[s]?.length)}>
                {(a, whole) => <Friction a={a} whole={whole} />}
            </AnswerBox>
        </>
    );
}
