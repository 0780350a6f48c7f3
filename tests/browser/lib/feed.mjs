// SPDX-License-Identifier: Apache-2.0
// A small invented shop, sent through the real door: enough for every page to have something to show,
// and known numbers to check against.

import { random } from '../../../console/dev/mock-data.mjs';

const FIRST = ['Ada', 'Noor', 'Émilie', 'Jonas', 'Katarzyna', 'Mateo', 'Aino', 'Lukas', 'Zoë', 'Ivana', 'Pedro', 'Chiara'];
const LAST = ['Winter', 'Bakker', 'Moreau', 'Lindqvist', 'Nowak', 'García', 'Virtanen', 'Schreiber', 'Horvat', 'Ferrari', 'Keller'];
const PRODUCTS = [['tea-01', 'Assam, second flush', 12.9], ['pot-01', 'Stoneware tea pot', 49], ['cup-01', 'Porcelain cup', 24], ['acc-01', 'Bamboo whisk', 14.5]];
const DAY = 86_400_000;
const pick = (r, list) => list[Math.floor(r() * list.length)];

// The calls of `people` persons over the last `days` days, and what they add up to.
export function shop(people = 60, days = 25, seed = 7) {
    const r = random(seed);
    const now = Date.now();
    const calls = [];
    let revenue = 0;
    let orders = 0;
    const push = (at, call) => calls.push({ messageId: `feed-${seed}-${calls.length}`, timestamp: new Date(at).toISOString(), ...call });
    for (let i = 0; i < people; i++) {
        const anonymousId = `visitor-${seed}-${i}`;
        const known = i % 3 !== 2;
        const first = pick(r, FIRST);
        const last = pick(r, LAST);
        const email = `${first}.${last}.${i}@example.com`.normalize('NFD').replace(/[^\x20-\x7e]/g, '').toLowerCase();
        const start = now - Math.floor(r() * days * DAY) - 3_600_000;
        push(start, { type: 'page', anonymousId, name: 'Home', properties: { path: '/', title: 'Teehaus' } });
        const [id, name, price] = pick(r, PRODUCTS);
        push(start + 60_000, { type: 'track', anonymousId, event: 'Product Viewed', properties: { product_id: id, name, price, currency: 'EUR' } });
        if (!known) continue;
        const userId = `u-${seed}-${i}`;
        push(start + 90_000, {
            type: 'identify', anonymousId, userId,
            traits: { email, firstName: first, lastName: last, address: { city: 'Leipzig', country: 'DE' }, favourite_brew: 'gyokuro' },
            context: { consent: { categoryPreferences: { Analytics: true, Advertising: false } } },
        });
        if (i % 2) continue;
        const quantity = 1 + Math.floor(r() * 3);
        const value = Math.round(price * quantity * 100) / 100;
        push(start + 120_000, {
            type: 'track', userId, anonymousId, event: 'Order Completed',
            properties: { order_id: `O-${seed}-${i}`, revenue: value, total: value, currency: 'EUR', products: [{ product_id: id, name, price, quantity }] },
        });
        revenue += Math.round(value * 100);
        orders++;
    }
    return { calls, revenue, orders, known: Math.ceil(people / 3 * 2) };
}

export const BROKEN = [
    { type: 'track', userId: 'u-1', event: 'Product Viewed', properties: { product_id: 'x', price: 'a lot of money' }, messageId: 'broken-1' },
    { type: 'track', event: 'Nobody', messageId: 'broken-2' },
];

export async function send(url, writeKey, calls) {
    for (let from = 0; from < calls.length; from += 100) {
        const answer = await fetch(`${url}/v1/batch`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
            body: JSON.stringify({ batch: calls.slice(from, from + 100), sentAt: new Date().toISOString() }),
        });
        if (!answer.ok) throw new Error(`the door answered ${answer.status}: ${await answer.text()}`);
        await answer.text();
    }
}
