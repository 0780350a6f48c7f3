// SPDX-License-Identifier: Apache-2.0
// How an event looks: its icon, its readable name, and the few words that say what it was about.

import type { PersonEvent } from '../api/types';
import { t } from '../i18n';
import { Icon, type IconName } from './icons';

const RULES: [RegExp, IconName][] = [
    [/refund/i, 'refund'],
    [/cancel/i, 'close'],
    [/order|payment/i, 'bolt'],
    [/cart|checkout|coupon|product (added|removed)/i, 'cart'],
    [/e-?mail|newsletter|unsubscribe/i, 'mail'],
    [/consent/i, 'lock'],
    [/\$identify|identify|signed|account|alias/i, 'user'],
    [/\$page|\$screen|viewed|page|search|list/i, 'page'],
];

export function EventIcon({ event, refused }: { event: string; refused?: boolean }) {
    const name = refused ? 'warning' : (RULES.find(([rule]) => rule.test(event))?.[1] ?? 'today');
    const tone = refused ? 'bad' : /order completed/i.test(event) ? 'good' : /refund|cancel/i.test(event) ? 'warn' : '';
    return <span class={`event-icon ${tone}`}><Icon name={name} /></span>;
}

const CALLS: Record<string, 'call.identify' | 'call.page' | 'call.screen' | 'call.group' | 'call.alias'> = {
    $identify: 'call.identify', $page: 'call.page', $screen: 'call.screen', $group: 'call.group', $alias: 'call.alias',
};
export function eventName(event: string): string {
    const call = CALLS[event];
    return call ? t(call) : event || t('event.unnamed');
}

const SUMMARY = ['name', 'product_name', 'title', 'order_id', 'query', 'path', 'email_subject', 'coupon', 'category'];
export function eventSummary(e: PersonEvent): string {
    const properties = e.properties ?? {};
    const page = (e.context?.page ?? {}) as Record<string, unknown>;
    for (const key of SUMMARY) {
        const found = properties[key] ?? ((key === 'path' || key === 'title') && e.type === 'page' ? page[key] : undefined);
        if (typeof found === 'string' && found) return found;
        if (typeof found === 'number') return String(found);
    }
    const products = properties.products;
    if (Array.isArray(products)) return t('event.products', { n: products.length });
    return '';
}
