// SPDX-License-Identifier: Apache-2.0
// The mock server's answers to questions about figures: every kind, invented, the same for the same question. Amounts are cents.

import { Refusal, onReset, route } from './mock-api.mjs';
import { personRow } from './mock-data.mjs';

const DAY = 86_400_000;
const READ = 'analytics_read';
const SMALL = 10;

// Shares of one, that look like chance and are not.
function chance(...parts) {
    let h = 2166136261;
    for (const c of parts.join('|')) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
    h = Math.imul(h ^ (h >>> 15), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
const utc = (day) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const plus = (day, n) => dayOf(utc(day) + n * DAY);

// --- the catalogue

const v = (name, vendor, formula, numerator, denominator = '') => ({ name, vendor, formula, numerator, denominator });
const metric = (name, title, unit, good, doc, variants, available = true) => ({ name, title, unit, good, doc, of: available ? 'orders' : 'later', available, variants });
const METRICS = [
    metric('revenue', 'Revenue', 'money', 'up', 'What orders were worth.', [v('goods', '', 'goods after discounts, without tax and shipping, before refunds; cancelled orders count 0', 'revenue of the orders placed in the period'), v('gross', 'WooCommerce reports', 'goods before discounts', 'revenue + discounts'), v('net', '', 'goods after discounts and refunds', 'revenue - refunded')]),
    metric('orders', 'Orders', 'count', 'up', 'Orders placed.', [v('placed', '', 'orders placed in the period, each id once, without cancelled ones', 'orders')]),
    metric('average_order_value', 'Average order value', 'money', 'up', 'What an order is worth.', [v('goods', '', 'revenue / orders: goods after discounts, without tax and shipping, before refunds', 'revenue', 'orders'), v('shopify', 'Shopify', '(gross sales - discounts) / orders', 'goods before discounts - discounts', 'orders'), v('matomo', 'Matomo', 'order totals with tax and shipping / orders', 'totals', 'orders')]),
    metric('conversion_rate', 'Conversion rate', 'share', 'up', 'Who orders of those who come.', [v('visit', 'Matomo, Shopify', 'visits with an order / visits', 'visits with an order', 'visits'), v('visitor', 'Plausible', 'people who ordered during a visit / visitors', 'people with an order', 'people with a visit')]),
    metric('visits', 'Visits', 'count', 'up', 'Visits that began.', [v('pause', 'GA4, PostHog', 'a new visit after 30 minutes without an event', 'visits'), v('midnight', 'Plausible', '30 minutes, and a new visit at midnight', 'visits')]),
    metric('visitors', 'Visitors', 'count', 'up', 'Different people who came.', [v('people', '', 'different people with a visit; merged profiles are one', 'people with a visit')]),
    metric('bounce_rate', 'Bounce rate', 'share', 'down', 'Visits of one page.', [v('plausible', 'Plausible', 'visits of one page in which nothing else was done / visits', 'visits with one view and no other event', 'visits'), v('ga4', 'GA4', '1 - engaged', 'visits that are not engaged', 'visits')]),
    metric('time_on_site', 'Time on site', 'seconds', 'up', 'How long a visit lasts.', [v('events', 'PostHog', 'mean of last less first event, over all visits', 'seconds', 'visits')]),
    metric('new_customers', 'New customers', 'count', 'up', 'First orders.', [v('ordered', '', 'people whose first order lies in the period', 'people')]),
    metric('active_customers', 'Active customers', 'count', 'up', 'Who did something.', [v('event', '', 'different people with an event of any kind', 'people with an event')]),
    metric('items_per_order', 'Items per order', 'number', 'up', 'Pieces in an order.', [v('pieces', '', 'quantities / orders', 'pieces', 'orders')]),
    metric('refunds', 'Refunds', 'money', 'down', 'What was paid back.', [v('amount', '', 'refunded of the orders placed in the period', 'refunded')]),
    metric('predicted_value', 'Expected value', 'money', 'up', 'What a customer will be worth.', [v('bg_nbd', '', 'a model of later', 'expected revenue', 'customers')], false),
];
const BASE = { revenue: 182_000, orders: 38, average_order_value: 4790, conversion_rate: 0.031, visits: 1240, visitors: 910, bounce_rate: 0.41, time_on_site: 187, new_customers: 21, active_customers: 980, items_per_order: 2.3, refunds: 5100 };
const ADDS = new Set(['revenue', 'orders', 'visits', 'visitors', 'new_customers', 'active_customers', 'refunds']);
const DIMENSIONS = [
    ['channel', 'Channel', ['orders', 'visits', 'people']], ['source', 'Source', ['orders', 'visits', 'people']], ['campaign', 'Campaign', ['orders', 'visits', 'people']], ['landing', 'Landing page', ['visits']], ['device', 'Device', ['visits']],
    ['country', 'Country', ['orders', 'visits', 'people']], ['product', 'Product', ['orders']], ['category', 'Category', ['orders']], ['segment', 'Segment', ['people']], ['new_or_returning', 'New or returning', ['orders', 'visits', 'people']],
].map(([name, title, of]) => ({ name, title, doc: `${title} of the visit or order.`, of }));
const VALUES = {
    channel: [['search', 'Search'], ['direct', 'Direct'], ['email', 'E-mail'], ['paid_search', 'Paid search'], ['social', 'Social'], ['ai_assistant', 'AI assistants'], ['referral', 'Referral'], ['affiliate', 'Affiliates']],
    source: [['google', 'google'], ['newsletter', 'newsletter'], ['instagram', 'instagram'], ['(none)', '(none)']], campaign: [['autumn-harvest', 'autumn-harvest'], ['welcome', 'welcome'], ['first-flush', 'first-flush']],
    landing: [['/', '/'], ['/teas', '/teas'], ['/pots', '/pots'], ['/gifts', '/gifts'], ['/blog/how-to-brew', '/blog/how-to-brew']], device: [['mobile', 'Mobile'], ['desktop', 'Desktop'], ['tablet', 'Tablet']],
    country: [['DE', 'Germany'], ['AT', 'Austria'], ['CH', 'Switzerland'], ['NL', 'Netherlands'], ['FR', 'France'], ['LI', 'Liechtenstein']], category: [['black-tea', 'Black tea'], ['green-tea', 'Green tea'], ['pots', 'Pots']],
    segment: [['vip', 'Best customers'], ['tea-lovers', 'Tea lovers']], new_or_returning: [['new', 'New'], ['returning', 'Returning']],
};
const valuesOf = (name) => (name === 'product' ? Array.from({ length: 5000 }, (_, i) => [`sku-${i}`, `Tea no. ${i + 1}`]) : (VALUES[name] ?? [['other', 'Other']]));

// --- a report

function periodsOf(from, to, by, hours) {
    const out = [];
    if (by === 'total') return [from];
    for (let day = from; day <= to && out.length < 9000; day = plus(day, 1)) {
        if (by === 'hour') for (let h = 0; h < 24; h++) out.push(`${day}T${String(h).padStart(2, '0')}:00`);
        else if (by === 'day' || (by === 'week' && (new Date(utc(day)).getUTCDay() === 1 || day === from)) || (by === 'month' && (day.endsWith('-01') || day === from))) out.push(day);
    }
    return hours ? out.slice(0, hours) : out;
}
const DAYS = { hour: 1 / 24, day: 1, week: 7, month: 30, total: 30 };

function at(name, variant, period, by, shrink, salt) {
    const size = ADDS.has(name) ? DAYS[by] : 1;
    const week = 1 + 0.18 * Math.sin((utc(period.slice(0, 10)) / DAY) * 0.897);
    const wave = (ADDS.has(name) ? week : 1) * (0.86 + 0.28 * chance(name, period, salt));
    const value = (BASE[name] ?? 100) * size * wave * (ADDS.has(name) ? shrink : 1) * (variant && variant !== 'goods' ? 1.08 : 1);
    return ['conversion_rate', 'bounce_rate', 'items_per_order'].includes(name) ? Number(value.toFixed(4)) : Math.round(value);
}
const together = (name, series) => {
    const sum = series.reduce((a, b) => a + (b ?? 0), 0);
    return ADDS.has(name) ? sum : Number((sum / Math.max(1, series.length)).toFixed(4));
};
const changed = (now, before) => (before ? Number(((now - before) / before).toFixed(4)) : null);

function report({ mock, from, to, q, hide, share }) {
    const known = q.metrics.map((text, i) => {
        const [name, variant] = text.split(':');
        const found = METRICS.find((m) => m.name === name && m.available);
        if (!found) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: `/question/metrics/${i}`, detail: `There is no figure "${name}"; the nearest is "revenue".` });
        return { found, variant: found.variants.find((x) => x.name === variant)?.name ?? found.variants[0].name };
    });
    const by = q.by ?? 'day';
    const full = mock.state === 'full' && mock.figures !== 'nothing';
    const periods = full || mock.figures === 'nothing' ? periodsOf(from, to, by) : [];
    const salt = JSON.stringify(q.filters ?? []);
    const shrink = (q.filters ?? []).reduce((a, f) => a * Math.min(1, 0.24 * f.in.length), share);
    const compared = (q.compare ?? 'none') !== 'none';
    const back = q.compare === 'year' ? 365 : Math.round((utc(to) - utc(from)) / DAY) + 1;
    const metrics = known.map(({ found, variant }) => {
        const series = periods.map((p) => (full ? at(found.name, variant, p, by, shrink, salt) : 0));
        const previous_series = compared ? periods.map((p) => (full ? at(found.name, variant, plus(p.slice(0, 10), -back) + p.slice(10), by, shrink * 0.93, salt) : 0)) : [];
        const value = together(found.name, series);
        const previous = compared ? together(found.name, previous_series) : null;
        const p = Number((chance(found.name, from, to) * 0.2).toFixed(3));
        return {
            name: found.name, variant, unit: found.unit, value: full ? value : ADDS.has(found.name) ? 0 : null, previous, change: compared ? changed(value, previous) : null,
            significance: compared && full && !ADDS.has(found.name) ? { p, method: 'two proportions, z', words: p < 0.05 ? 'very likely more than chance' : 'may well be chance' } : null, series, previous_series,
        };
    });
    const wanted = q.breakdown && full ? valuesOf(q.breakdown) : [];
    const weight = (i) => 1 / (i + 1.3);
    const sum = wanted.reduce((a, _, i) => a + weight(i), 0) || 1;
    const limit = q.limit ?? 50;
    const all = wanted.map(([value, label], i) => {
        const part = weight(i) / sum;
        const people = Math.max(1, Math.round(910 * part * 3));
        const small = hide && people < SMALL;
        const of = (m, x) => (small || x === null ? null : ADDS.has(m.name) ? Math.round(x * part) : Number((x * (0.8 + 0.4 * chance(value, m.name))).toFixed(4)));
        return { value, label, values: metrics.map((m) => of(m, m.value)), previous: compared ? metrics.map((m) => of(m, m.previous === null ? null : m.previous * (0.9 + 0.2 * chance(value, 'before')))) : [], people: small ? null : people };
    }).filter((r) => !(q.filters ?? []).some((f) => f.dimension === q.breakdown && !f.in.includes(r.value)));
    const rows = all.slice(0, limit);
    return {
        answer: {
            periods, previous_periods: compared ? periods.map((p) => plus(p.slice(0, 10), -back) + p.slice(10)) : [], partial: periods.length && to >= dayOf(mock.now) ? 1 : 0, metrics, rows, rows_more: all.length - rows.length,
            other: all.length > rows.length ? { value: '(other)', label: 'Others', values: metrics.map((m, k) => (ADDS.has(m.name) ? all.slice(limit).reduce((a, r) => a + (r.values[k] ?? 0), 0) : null)), previous: [], people: 420 } : null, no_rate: q.metrics.includes('revenue') && mock.noRate ? 3 : 0,
        },
        hidden: rows.filter((r) => r.people === null).length,
    };
}

// --- funnels, paths

const SHOP = ['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'].map((event) => [event, event]);
const spread = (n, median) => [10, 60, 300, 900, 3600, 14_400, 86_400, 259_200, 604_800].map((upto_s, i) => ({ upto_s, people: Math.round(n * Math.exp(-((Math.log((upto_s + 1) / median)) ** 2) / 4) * (0.2 + 0.02 * i)) }));
function funnel({ mock, from, to, q, share }) {
    const steps = q.ready === 'shop' ? SHOP.map(([event, label]) => ({ event, label })) : q.steps;
    if (!steps?.length) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/question/steps', detail: '1 to 16 steps are accepted.' });
    const full = mock.state === 'full' && mock.figures !== 'nothing';
    const unit = q.by ?? 'person';
    let left = full ? Math.round((unit === 'visit' ? 18_400 : 11_200) * share) : 0;
    const entered = left;
    const made = steps.map((s, i) => {
        const before = left;
        if (i) left = Math.round(left * (0.42 + 0.4 * chance(s.event, i, q.order, JSON.stringify(s.where ?? []))) * ((q.window_s ?? 604_800) < 86_400 ? 0.8 : 1));
        const median = 90 * 4 ** i * (0.7 + chance(s.event, 'time'));
        return {
            event: s.event, label: s.label || s.event, seen: true, reached: left, people: left, share_of_first: entered ? left / entered : null, share_of_previous: i ? (before ? left / before : null) : null, dropped: i ? before - left : null,
            seconds: i && left ? { median, mean: median * 1.9, p90: median * 6 } : null, histogram: i && left ? spread(left, median) : [],
        };
    });
    const name = typeof q.breakdown === 'string' ? q.breakdown : q.breakdown?.property;
    const rows = name && full ? valuesOf(name).slice(0, 12).map(([value, label], k) => ({ value, label, reached: made.map((s, i) => Math.round((s.reached / (k + 2)) * (i ? 0.8 + 0.4 * chance(value, i) : 1))) })) : [];
    const trend = q.trend && full ? periodsOf(from, to, q.trend).map((p) => ({ from: p, entered: Math.round(600 * (0.8 + 0.4 * chance(p))), converted: Math.round(90 * (0.7 + 0.6 * chance(p, 'c'))), partial: p >= plus(dayOf(mock.now), -7) })) : [];
    const all = 900 * made.length;
    return {
        answer: {
            unit, order: q.order ?? 'ordered', modes: q.modes ?? [], window_s: q.window_s ?? 604_800, entered, converted: left, share: entered ? left / entered : null, excluded: 0, seconds: left ? { median: all, mean: all * 1.8, p90: all * 5 } : null, histogram: left ? spread(left, all) : [],
            steps: made, rows, rows_more: 0, trend, notes: q.ready && mock.noteFunnel ? ['Checkout Started never came to this shop: the step is left out.'] : [],
        },
    };
}

const PLACES = { event: ['$page', 'Product Viewed', 'Product Added', 'Cart Viewed', 'Checkout Started', 'Order Completed', 'Products Searched'], page: ['/', '/teas', '/teas/assam', '/pots', '/cart', '/checkout', '/blog/how-to-brew'] };
function paths({ mock, q, share }) {
    const start = q.start?.event ?? q.start?.page ?? '(begin)';
    if (mock.state !== 'full' || mock.figures === 'nothing') return { answer: { visits: 0, people: 0, columns: [[]], links: [], notes: [] } };
    const visits = Math.round(9400 * share);
    const columns = [[{ key: start, label: start, visits, ended: Math.round(visits * 0.12) }]];
    const links = [];
    for (let depth = 0; depth < (q.depth ?? 4); depth++) {
        const next = new Map();
        for (const node of columns[depth]) {
            let rest = node.visits - node.ended;
            const names = PLACES[q.by ?? 'event'].filter((p) => chance(p, node.key, depth) > 0.35).slice(0, q.branches ?? 4);
            names.forEach((to, i) => {
                const n = i === names.length - 1 ? rest : Math.round(rest * (0.3 + 0.3 * chance(to, depth)));
                rest -= n;
                if (n <= 0) return;
                links.push({ depth: depth + 1, from: node.key, to, visits: n });
                next.set(to, (next.get(to) ?? 0) + n);
            });
            node.ended += names.length ? 0 : rest;
        }
        if (!next.size) break;
        columns.push([...next].sort((a, b) => b[1] - a[1]).map(([key, n]) => ({ key, label: key, visits: n, ended: depth + 1 === (q.depth ?? 4) ? n : Math.round(n * 0.2) })));
    }
    return { answer: { visits, people: Math.round(visits * 0.7), columns, links, notes: [] } };
}

// --- cohorts, value

function cohort({ mock, to, q, share }) {
    if (mock.state !== 'full' || mock.figures === 'nothing') return { answer: { period: 'month', mode: 'bracket', measure: 'people', cohorts: [], total: [], total_size: [], average: [], no_rate: 0 } };
    const periods = q.periods ?? 8;
    const size = { day: 1, week: 7, month: 30 }[q.period ?? 'month'];
    const cohorts = Array.from({ length: periods }, (_, i) => {
        const age = periods - i - 1;
        let from = plus(to, -age * size);
        if (q.period === 'month' || !q.period) from = `${new Date(Date.UTC(Number(to.slice(0, 4)), Number(to.slice(5, 7)) - 1 - age, 1)).toISOString().slice(0, 10)}`;
        const people = Math.round(340 * share * (0.7 + 0.6 * chance(from)));
        const values = Array.from({ length: age + 1 }, (_x, k) => {
            const stay = k === 0 ? 1 : (0.34 / Math.sqrt(k)) * (0.75 + 0.5 * chance(from, k));
            return q.measure === 'revenue' ? Math.round(people * 4900 * stay) : q.measure === 'revenue_per_person' ? Math.round(4900 * stay) : Math.round(people * stay);
        });
        return { from, size: people, values: q.cumulative ? values.map((_x, k) => values.slice(0, k + 1).reduce((a, b) => a + b, 0)) : values, complete: age };
    });
    const over = (k) => cohorts.filter((c) => c.complete > k);
    const columns = Array.from({ length: periods }, (_, k) => k);
    const total = columns.map((k) => (over(k).length ? over(k).reduce((a, c) => a + c.values[k], 0) : null));
    const total_size = columns.map((k) => over(k).reduce((a, c) => a + c.size, 0));
    return { answer: { period: q.period ?? 'month', mode: q.mode ?? 'bracket', measure: q.measure ?? 'people', cohorts, total, total_size, average: total.map((x, k) => (x === null || !total_size[k] ? null : x / total_size[k])), no_rate: 0 } };
}
function value({ mock, q }) {
    if (mock.state !== 'full' || mock.figures === 'nothing') return { answer: { by: q.by ?? 'month', customers: 0, orders: 0, revenue: 0, value_per_customer: null, orders_per_customer: null, repeat_customers: 0, curves: [], curves_more: 0, tops: [], guests: { orders: 0, revenue: 0 }, no_rate: 0 } };
    const months = q.periods ?? 12;
    const by = q.by ?? 'month';
    const names = by === 'month' ? Array.from({ length: 6 }, (_, i) => [`2026-0${i + 1}-01`, `2026-0${i + 1}`]) : by === 'total' ? [['all', 'All customers']] : valuesOf(by === 'channel' ? 'channel' : 'category').slice(0, 5);
    const curves = names.map(([key, label], i) => {
        let sum = 0;
        const complete = by === 'month' ? months - i : months;
        return { value: key, label, customers: 300 - i * 31, revenue: (300 - i * 31) * 11_000, value_per_customer: 11_000 + i * 100, cumulative: Array.from({ length: Math.max(1, complete) }, (_, k) => { sum += Math.round((k ? 900 / Math.sqrt(k) : 4800) * (0.8 + 0.4 * chance(key, k))); return sum; }), observed: Array.from({ length: Math.max(1, complete) }, (_, k) => Math.max(0, 300 - i * 31 - k * 9)), complete };
    });
    return { answer: { by, customers: 4812, orders: 9120, revenue: 4812 * 11_420, value_per_customer: 11_420, orders_per_customer: 1.9, repeat_customers: 1790, curves, curves_more: 0, tops: [0.01, 0.05, 0.1, 0.2, 0.5, 1].map((s) => ({ share_of_customers: s, customers: Math.ceil(s * 4812), revenue: Math.round(4812 * 11_420 * s ** 0.42), share_of_revenue: Math.min(1, s ** 0.42) })), guests: { orders: 118, revenue: 512_000 }, no_rate: 0 } };
}
const BANDS = [['active', 'Active', 2210, 'Away for one rhythm at most.'], ['slowing', 'Slowing', 1120, 'Away for up to two rhythms.'], ['at_risk', 'At risk', 870, 'Away for up to four rhythms.'], ['lost', 'Lost', 612, 'Away for longer.']];
const churn = ({ mock }) => ({
    answer: {
        customers: mock.state === 'full' ? 4812 : 0, bands: BANDS.map(([name, title, people, doc], i) => ({ name, title, people: mock.state === 'full' ? people : 0, revenue: people * (12_400 - 2300 * i), revenue_ever: people * (31_000 - 2300 * i), doc })), revenue_at_risk: 870 * 7800,
        rhythm: { median_days: mock.state === 'full' ? 41 : null, repeat_customers: 1790, weight: 2, fallback: mock.state !== 'full' }, method: 'The days since the last order are held against the median pause between the person’s own orders; few pauses are mixed with those of the shop.',
        variants: [{ name: 'segment', vendor: 'Segment', formula: 'of those who ordered in the 90 days before the last 90 days, who did not order in the last 90 days', days: 90, among: 1820, churned: 911, share: 0.5005 }], no_rate: 0,
    },
});
const GROUPS = ['Champions', 'Loyal', 'Potential Loyalist', 'New Customers', 'Need Attention', 'At Risk', 'Hibernating'];
const rfmMovement = ({ mock }) => {
    const moves = mock.state === 'full' ? GROUPS.flatMap((from, i) => GROUPS.map((to, k) => ({ from, to, people: i === k ? 300 + 40 * i : Math.round(90 * chance(from, to) / (1 + Math.abs(i - k))) }))) : [];
    const sum = (side, g) => moves.filter((m) => m[side] === g).reduce((a, m) => a + m.people, 0);
    return { answer: { groups: GROUPS, customers_before: 4500, customers_after: 4812, moves: [...moves, ...(mock.state === 'full' ? [{ from: null, to: 'New Customers', people: 377 }] : [])], before: GROUPS.map((g) => sum('from', g)), after: GROUPS.map((g) => sum('to', g)) } };
};

// --- attribution, friction

const FORMULAS = { first: 'the whole order to the first touch', last: 'the whole order to the last touch', last_non_direct: 'the whole order to the last touch that is not direct', linear: 'the same share to every touch', position: '40 % first, 40 % last, 20 % between', time_decay: 'half as much for every seven days before the order', markov: 'removal effect: how many orders would not have happened without the channel, by the exact solution of the chain of all paths', cost_per_order: 'spend / attributed orders', roas: 'attributed revenue / spend', roi: '(attributed revenue - spend) / spend' };
function attribution({ mock, q, share }) {
    if (mock.state !== 'full' || mock.figures === 'nothing') return { answer: { orders: 0, revenue: 0, unattributed: 0, unattributed_revenue: 0, no_rate: 0, spend_no_rate: 0, rows: [], rows_more: 0, formulas: FORMULAS, removal: [] } };
    const names = valuesOf(q.by ?? 'channel').slice(0, 8);
    const orders = Math.round(1140 * share);
    const rows = names.map(([key, label], i) => {
        const spent = mock.spend.filter((s) => (s[q.by ?? 'channel'] ?? s.channel) === key).reduce((a, s) => a + s.amount, 0);
        return {
            value: key, label, spend: spent, visits: 9000 - i * 900,
            models: q.models.map((model) => {
                const n = Number(((orders / (i + 2.2)) * (0.7 + 0.6 * chance(key, model))).toFixed(1));
                const revenue = Math.round(n * 4790);
                return { model, orders: n, revenue, cost_per_order: spent ? Math.round(spent / n) : null, roas: spent ? revenue / spent : null, roi: spent ? (revenue - spent) / spent : null };
            }),
        };
    });
    return { answer: { orders, revenue: orders * 4790, unattributed: 38, unattributed_revenue: 161_000, no_rate: 0, spend_no_rate: 0, rows, rows_more: 0, formulas: FORMULAS, removal: names.map(([key], i) => ({ value: key, effect: 0.62 / (i + 1.4) })) } };
}
function friction({ mock }) {
    const full = mock.state === 'full' && mock.figures !== 'nothing';
    const some = (list) => (full ? list : []);
    return {
        answer: {
            checkout: some([{ step: 'Address', visits: 1820, dropped: 310, converted: 0.42, lost: 412_000 }, { step: 'Shipping', visits: 1510, dropped: 140, converted: 0.51, lost: 186_000 }, { step: 'Payment', visits: 1370, dropped: 232, converted: 0.6, lost: 381_000 }]),
            payments: some([{ method: 'card', reason: 'insufficient_funds', visits: 61, tries: 92, converted_with: 0.2, converted_without: 0.6, lost: 118_000 }, { method: 'paypal', reason: 'cancelled', visits: 38, tries: 41, converted_with: 0.3, converted_without: 0.6, lost: 61_000 }]),
            coupons: some([{ coupon: 'HARVEST10', reason: 'expired', visits: 44, tries: 58, converted_with: 0.3, converted_without: 0.5, lost: 39_000 }]),
            forms: some([{ form: 'checkout', field: 'phone', started: 1180, left: 141 }, { form: 'checkout', field: null, started: 1420, left: 60 }]),
            rage: some([{ page: '/cart', element: 'button.apply-coupon', visits: 39, clicks: 214 }]), dead: some([{ page: '/teas', element: 'img.badge', visits: 88, clicks: 131 }]),
            slow: some([{ page: '/checkout', visits: 1820, visits_slow: 610, median_ms: 1900, p75_ms: 4100, converted_slow: 0.31, converted_fast: 0.44, lost: 207_000 }, { page: '/teas', visits: 8200, visits_slow: 1700, median_ms: 900, p75_ms: 2100, converted_slow: 0.021, converted_fast: 0.028, lost: 91_000 }]),
            searches: some([{ query: 'matcha whisk', searches: 61, none_found: 58, converted_with: 0.01, converted_without: 0.05, lost: 22_000 }, { query: 'gift card', searches: 140, none_found: 140, converted_with: 0.02, converted_without: 0.05, lost: 74_000 }]),
            visits: full ? 37_800 : 0, visits_with_order: full ? 1140 : 0, average_order_value: full ? 4790 : null, lost_total: full ? 1_591_000 : 0, rows_more: 0, method: 'Visits that met the trouble and did not order, less those who would not have ordered anyway (as visits without it), times the average order of the period.',
        },
    };
}

const KINDS = { report, funnel, paths, cohort, value, churn, rfm_movement: rfmMovement, attribution, friction };
const WITH_PEOPLE = new Set(['value', 'funnel', 'paths', 'cohort', 'churn', 'rfm_movement']);

onReset.push((mock) => {
    mock.asked = [];        // bodies, the newest last
    mock.figures = '';      // 'nothing': nothing in the period
    mock.small = false;     // small groups are hidden, as for who may not see people
    mock.leftOut = 412;
    mock.noRate = false;
    mock.spend = mock.state === 'full' ? [['paid_search', 'autumn-harvest', 210_000], ['social', 'first-flush', 94_000], ['email', 'welcome', 12_000]].map(([channel, campaign, amount], i) => ({ day: dayOf(mock.now - (i + 2) * DAY), channel, campaign, amount, currency: 'EUR' })) : [];
});

function ask(mock, json) {
    const run = KINDS[json.kind];
    if (!run) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/kind', detail: `There is no kind of question "${json.kind}".` });
    const to = json.to ?? dayOf(mock.now);
    const from = json.from ?? plus(to, -29);
    if (from > to) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/from', detail: 'the first day lies after the last' });
    const hide = mock.small || json.shared === true;
    const { answer, hidden = 0 } = run({ mock, from, to, q: json.question ?? {}, hide, share: (json.segment ? 0.3 : 1) * (json.consented ? 0.8 : 1) });
    return { kind: json.kind, from, to, zone: 'Europe/Berlin', currency: 'EUR', computed: new Date(mock.now).toISOString(), answer, complete: !mock.damaged, left_out: json.consented ? mock.leftOut : 0, small_group: hide ? SMALL : 0, hidden };
}
route('POST', '/v1/insight/query', ({ mock, json, query }) => {
    mock.asked.push(json);
    const body = ask(mock, json);
    if (query.get('format') !== 'csv') return { body };
    const a = body.answer;
    const lines = json.kind === 'report' ? [['period', ...a.metrics.map((m) => m.name)], ...a.periods.map((p, i) => [p, ...a.metrics.map((m) => m.series[i])])] : [['kind'], [json.kind]];
    return { body: `${lines.map((l) => l.join(',')).join('\n')}\n`, headers: { 'Content-Disposition': `attachment; filename="${json.kind}.csv"` } };
}, READ);
route('POST', '/v1/insight/people', ({ mock, json }) => {
    mock.asked.push(json);
    if (!WITH_PEOPLE.has(json.kind)) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: '/kind', detail: 'This kind has no lists of people.' });
    ask(mock, json);
    const from = Number(json.cursor ?? 0);
    const limit = Math.min(json.limit ?? 50, 100);
    const people = mock.state === 'full' ? 237 : 0;
    const items = Array.from({ length: Math.max(0, Math.min(limit, people - from)) }, (_, i) => personRow(from + i, mock.now)).map((p) => ({ id: p.id, label: p.label, shown: 'full' }));
    return { body: { items, people, next: from + limit < people ? String(from + limit) : null } };
}, 'people_read');
route('GET', '/v1/insight/kinds', () => ({ body: { items: Object.keys(KINDS).map((name) => ({ name, doc: `Questions of ${name}.`, people: WITH_PEOPLE.has(name) })), next: null } }), READ);
route('GET', '/v1/insight/metrics', () => ({ body: { items: METRICS, next: null } }), READ);
route('GET', '/v1/insight/dimensions', () => ({ body: { items: DIMENSIONS, next: null } }), READ);
route('GET', '/v1/insight/values', ({ query }) => {
    const wanted = (query.get('q') ?? '').toLowerCase();
    return { body: { items: valuesOf(query.get('dimension')).filter(([, label]) => label.toLowerCase().includes(wanted)).slice(0, 50).map(([value, label], i) => ({ value, label, count: 900 - i * 17 })), next: null } };
}, READ);
route('GET', '/v1/spend', ({ mock }) => ({ body: { items: mock.spend, next: null } }), READ);
route('PUT', '/v1/spend', ({ mock, json, body }) => {
    const rows = !body.toString().trimStart().startsWith('{') ? body.toString().trim().split('\n').slice(1).map((l) => l.split(',')).map(([day, channel, campaign, amount, currency]) => ({ day, channel, campaign, amount: Math.round(Number(amount) * 100), currency })) : json.rows;
    const bad = rows.findIndex((r) => !/^\d{4}-\d\d-\d\d$/.test(r.day) || !Number.isFinite(r.amount));
    if (bad >= 0) throw new Refusal(400, 'invalid', 'A value is not what the field accepts.', { field: `/rows/${bad}/day`, detail: 'A day as 2026-11-22 is accepted.' });
    mock.spend = [...mock.spend.filter((s) => !rows.some((r) => r.day === s.day && r.channel === s.channel && r.campaign === s.campaign)), ...rows].filter((s) => s.amount !== 0);
    return { body: { rows: rows.length, from: rows[0]?.day ?? null, to: rows[0]?.day ?? null } };
}, 'insight_write');
