// SPDX-License-Identifier: Apache-2.0
// The orders of a person with their lines.

import { api, segment, withQuery } from '../../api/client';
import type { Order, Person } from '../../api/types';
import { t, tOr, type Key } from '../../i18n';
import { dateTime, money, value } from '../../lib/format';
import { sourceName } from '../../lib/sources';
import { Badge, Card, Empty } from '../../ui/basics';
import { Table } from '../../ui/table';
import { MoreButton, useMore, type More } from './timeline';

const TONES: Record<string, 'good' | 'bad' | 'warn' | 'plain'> = {
    completed: 'good', refunded: 'bad', partially_refunded: 'warn', cancelled: 'plain',
};

function Sums({ o }: { o: Order }) {
    const sums: [Key, number | null][] = [
        ['order.revenue', o.revenue], ['order.shipping', o.shipping], ['order.tax', o.tax],
        ['order.discount', o.discount && -o.discount], ['order.refunded', -o.refunded], ['order.total', o.total],
    ];
    return (
        <dl class="sums">
            {o.coupon && <div><dt>{t('order.coupon')}</dt><dd>{o.coupon}</dd></div>}
            {sums.filter(([, n]) => n).map(([key, n]) => (
                <div key={key} class={key === 'order.total' ? 'sum-total' : ''}><dt>{t(key)}</dt><dd>{money(n ?? 0, o.currency)}</dd></div>
            ))}
        </dl>
    );
}

function One({ o }: { o: Order }) {
    return (
        <details class="order">
            <summary>
                <span class="order-id">{t('order.number', { id: o.order_id ?? '–' })}</span>
                <Badge tone={o.credit_note ? 'warn' : (TONES[o.status] ?? 'plain')}>
                    {o.credit_note ? t('order.credit_note') : tOr(`order.status.${o.status}`, o.status)}
                </Badge>
                <span class="muted order-when">{dateTime(o.placed)} · {sourceName(o.source)}</span>
                <span class="order-sum">{money(o.total ?? o.revenue, o.currency)}</span>
            </summary>
            <div class="order-details">
                {o.lines.length > 0 && (
                    <Table
                        dense caption={t('order.lines', { id: o.order_id ?? '–' })} rows={o.lines.map((l, i) => ({ ...l, i }))} rowKey={(l) => l.i}
                        columns={[
                            {
                                key: 'name', label: t('order.product'), head: true, grow: true,
                                cell: (l) => <>{l.name || l.sku || l.product_id || '–'}{l.category && <small class="muted"> {l.category}</small>}</>,
                            },
                            { key: 'q', label: t('order.quantity'), end: true, cell: (l) => value(l.quantity) },
                            { key: 'price', label: t('order.price'), end: true, cell: (l) => (l.price === null ? '–' : money(l.price, o.currency)) },
                            { key: 'total', label: t('order.total'), end: true, cell: (l) => (l.total === null ? '–' : money(l.total, o.currency)) },
                        ]}
                    />
                )}
                <Sums o={o} />
            </div>
        </details>
    );
}

export function Orders({ person }: { person: Person }) {
    const list = useMore<Order>(`${person.id}:${person.profiles.length}`, (cursor, signal) => api.get(
        withQuery(`/v1/people/${segment(person.id)}/orders`, { cursor, limit: 50 }), { signal }));
    if (list.ended && list.items.length === 0) {
        return <Card><Empty icon="cart" title={t('person.orders.empty')}>{t('person.orders.empty.text')}</Empty></Card>;
    }
    return (
        <Card class="flush">
            {list.items.map((o) => <One key={o.order_id} o={o} />)}
            <MoreButton list={list as More<unknown>} />
        </Card>
    );
}
