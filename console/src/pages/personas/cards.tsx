// SPDX-License-Identifier: Apache-2.0
// Personas: segments with a card that says who they are, what they buy, and how they differ from everybody.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { CardLine, List, Persona } from '../../api/types';
import { t } from '../../i18n';
import { count, country, percent, words } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Card, Empty, LinkButton, Loading } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { Spark } from '../../ui/spark';
import { State } from '../segments/state';

const EVERY = 5000;
const SECTIONS = ['who', 'buys', 'differs'] as const;
const ICONS = { who: 'user', buys: 'cart', differs: 'split' } as const;

const NAMED: Record<string, (v: string) => string> = { country, 'address.country': country };

// How many have it, beside how many of everybody have it.
function Line({ x }: { x: CardLine }) {
    return (
        <li>
            <span dir="auto">{words(x.field)} <strong>{NAMED[x.field]?.(x.value) ?? x.value}</strong></span>
            <span class="card-share" aria-hidden="true"><span class="bar" style={{ inlineSize: `${100 * x.share}%` }} /><span class="card-all" style={{ insetInlineStart: `${100 * x.overall}%` }} /></span>
            <span class="muted small">{t('personas.share', { share: percent(x.share), overall: percent(x.overall) })}</span>
        </li>
    );
}

function One({ p }: { p: Persona }) {
    return (
        <Card class="persona" title={<a class="row-link" dir="auto" href={href('segments', p.name)}>{p.title}</a>} actions={<State s={p} />}>
            {p.doc && <p class="muted" dir="auto">{p.doc}</p>}
            <p class="persona-size"><strong>{t('people.count', { n: p.size })}</strong> <Spark values={p.trend.map((x) => x.size)} /></p>
            {SECTIONS.map((s) => {
                const lines = p.card?.[s] ?? [];
                return (
                    <section key={s}>
                        <h3><Icon name={ICONS[s]} />{t(`personas.${s}`)}</h3>
                        {lines.length ? <ul class="card-lines">{lines.map((x) => <Line key={`${x.field}:${x.value}`} x={x} />)}</ul> : <p class="muted small">{t('personas.card.wait')}</p>}
                    </section>
                );
            })}
        </Card>
    );
}

export function Cards() {
    const found = useQuery('personas', (signal) => api.get<List<Persona>>('/v1/personas', { signal }), { poll: EVERY, keep: true });
    const items = found.data?.items;
    return (
        <>
            <ProblemBox error={found.error} onRetry={found.reload} />
            {!items && found.loading && <Loading />}
            {items?.length === 0 && (
                <Empty icon="personas" title={t('personas.empty')} action={can('segments_write') && <LinkButton tone="primary" icon="segments" href={href('segments')}>{t('personas.empty.action')}</LinkButton>}>
                    {t('personas.empty.text')}
                </Empty>
            )}
            {items && items.length > 0 && <div class="persona-grid">{items.map((p) => <One key={p.name} p={p} />)}</div>}
            {items && items.length > 0 && <p class="muted small">{t('personas.count', { n: items.length, people: count(items.reduce((sum, p) => sum + p.size, 0)) })}</p>}
        </>
    );
}
