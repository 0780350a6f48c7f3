// SPDX-License-Identifier: Apache-2.0
// What the pages compute without a browser: messages, formats, differences, drafts, endless lists.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

test('messages: names, plurals within sentences, unknown keys', async () => {
    const i18n = await load('i18n/index.ts');
    await i18n.loadCatalogue();
    assert.equal(i18n.t('people.count', { n: 1 }), '1 person');
    assert.equal(i18n.t('people.count', { n: 1234 }), '1,234 people');
    assert.equal(i18n.t('error.next.retry_after', { seconds: 3 }), 'Try again in 3 seconds.');
    assert.match(i18n.t('quarantine.replay_all.text', { n: 2, reason: 'All' }), /^2 events \(All\) go/);
    assert.equal(i18n.tOr('error.title.wibble', 'Wibble'), 'Wibble');
});

test('pseudo language keeps placeholders', async () => {
    const { pseudo } = await load('i18n/pseudo.ts');
    assert.match(pseudo({ a: 'Type {word} to confirm' }).a, /^\[.*\{word\}.*\]$/);
    assert.match(pseudo({ a: '{n, plural, one {# day} other {# days}}' }).a, /\{n, plural, one \{# day\} other \{# days\}\}/);
});

test('money is minor units of its currency', async () => {
    const format = await load('lib/format.ts');
    format.setShop('EUR', 'Europe/Berlin');
    assert.equal(format.money(123_45), '€123.45');
    assert.equal(format.moneyRound(1_234_567), '€12,346');
    assert.equal(format.moneyRound(51_69), '€51.69');
    assert.equal(format.money(1500, 'JPY'), '¥1,500');
    assert.equal(format.money(12_345, 'BHD').replace(/\s/g, ' '), 'BHD 12.345');
    assert.equal(format.money(100, 'not a currency'), '1.00');
    assert.equal(format.moneyUnits(12_345, 'BHD'), 12.345);
});

test('times are in the zone of the shop, days are not moved', async () => {
    const format = await load('lib/format.ts');
    format.setShop('EUR', 'America/New_York');
    assert.match(format.dateTime('2026-11-01T03:30:00Z'), /31 Oct 2026|Oct 31, 2026/);
    assert.match(format.day('2026-11-01', 'long'), /1 Nov 2026|Nov 1, 2026/);
    format.setShop('EUR', 'No/Such_Zone');
    assert.match(format.dateTime('2026-11-01T03:30:00Z'), /1 Nov 2026|Nov 1, 2026/);
    assert.equal(format.ago('2026-11-01T00:00:00Z', Date.parse('2026-11-01T00:03:10Z')), '3 minutes ago');
    assert.equal(format.dateTime('not a time'), '–');
});

test('values, names and sizes read well', async () => {
    const format = await load('lib/format.ts');
    assert.equal(format.words('first_name'), 'First name');
    assert.equal(format.words('firstName'), 'First name');
    assert.equal(format.words('address.postal_code'), 'Address postal code');
    assert.equal(format.value(null), '–');
    assert.equal(format.value(['a', 1]), 'a, 1');
    assert.equal(format.value({ a: 1 }), '{"a":1}');
    assert.equal(format.value('2026'), '2026');
    assert.equal(format.bytes(1_500_000), '1.5 MB');
    assert.equal(format.change(0.1234), '+12%');
    assert.equal(format.change(-0.021), '-2.1%');
});

test('difference of texts', async () => {
    const { diffLines, shorten } = await load('lib/diff.ts');
    const kinds = (a, b) => diffLines(a, b).map((l) => `${l.kind[0]}${l.text}`).join(' ');
    assert.equal(kinds('a\nb\nc', 'a\nx\nc'), 'sa rb ax sc');
    assert.equal(kinds('a\nb', 'a\nb'), 'sa sb');
    assert.equal(kinds('', 'a'), 'r aa');
    assert.equal(kinds('a\nb\nc\nd', 'b\nc\nd\ne'), 'ra sb sc sd ae');
    const long = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const changed = [...long];
    changed[50] = 'other';
    const short = shorten(diffLines(long.join('\n'), changed.join('\n')));
    assert.deepEqual([short[0].kind, short.length, short.at(-1).kind], ['skip', 10, 'skip']);
    assert.equal(short.filter((l) => l.kind === 'added')[0].line, 51);
});

test('a row to start from lands in its section', async () => {
    const { withDraft, yamlKey } = await load('lib/draft.ts');
    assert.match(withDraft('version: 1\n', 'person/shoe'), /^version: 1\n\npersons:\n {2}shoe:\n {4}type: string\n/);
    assert.match(withDraft('version: 1\npersons:\n  a:\n    type: string\n', 'person/shoe'), /persons:\n {2}shoe:\n[^]*\n {2}a:\n/);
    assert.match(withDraft('version: 1\n', 'Fitting Booked/seat'), /events:\n {2}Fitting Booked:\n {4}fields:\n {6}seat:\n/);
    const known = 'events:\n  Fitting Booked:\n    doc: x\n    fields:\n      a: {type: string}\n  Other:\n    doc: y\n';
    assert.match(withDraft(known, 'Fitting Booked/seat'), /fields:\n {6}seat:\n[^]*\n {6}a: \{type: string\}\n {2}Other:/);
    assert.match(withDraft(known, 'Other/seat'), /Other:\n {4}fields:\n {6}seat:\n/);
    assert.match(withDraft('version: 1\n', 'event/Hello Custos'), /\nevents:\n {2}Hello Custos:\n {4}category: /);
    assert.match(withDraft(known, 'event/Third'), /^events:\n {2}Third:\n[^]*\n {2}Fitting Booked:/);
    assert.equal(yamlKey('plain_name'), 'plain_name');
    assert.equal(yamlKey('a: b'), '"a: b"');
    assert.equal(yamlKey('$page'), '"$page"');
});

const answer = (from, count, total) => ({
    items: Array.from({ length: Math.min(count, total - from) }, (_, i) => from + i),
    next: from + count < total ? String(from + count) : null, total,
});

test('an endless list keeps what is near and fetches again what was dropped', async () => {
    const { Pages, PAGE } = await load('lib/virtual.ts');
    const asked = [];
    const pages = new Pages(async (cursor) => {
        asked.push(cursor);
        return answer(Number(cursor ?? 0), PAGE, 100_000);
    }, () => {});
    const wait = () => new Promise((resolve) => setImmediate(resolve));
    for (let page = 0; page < 60; page++) {
        pages.want(page * PAGE, page * PAGE + 10);
        await wait();
    }
    assert.equal(pages.length, 60 * PAGE);
    assert.equal(pages.row(59 * PAGE + 5), 59 * PAGE + 5);
    assert.equal(pages.row(0), undefined, 'what is far away was dropped');
    pages.want(0, 10);
    await wait();
    assert.equal(pages.row(7), 7);
    assert.equal(asked.at(-1), null, 'the first page was fetched again by its cursor');
    assert.equal(pages.total, 100_000);
    assert.equal(pages.length, 60 * PAGE, 'going back forgets nothing of the length');
});

test('an endless list ends, and tells of a failure until it is tried again', async () => {
    const { Pages, PAGE } = await load('lib/virtual.ts');
    const wait = () => new Promise((resolve) => setImmediate(resolve));
    let fail = true;
    const pages = new Pages(async (cursor) => {
        if (fail) throw new Error('no');
        return answer(Number(cursor ?? 0), PAGE, PAGE + 3);
    }, () => {});
    pages.want(0, 10);
    await wait();
    assert.equal(pages.error.message, 'no');
    fail = false;
    pages.retry();
    await wait();
    assert.equal(pages.error, null);
    pages.want(0, PAGE + 1);
    await wait();
    assert.equal(pages.length, PAGE + 3);
    assert.equal(pages.ended, true);
});

test('days are those of the shop: when one begins, and what periods mean', async () => {
    const { dayAt, daysIn, periodDays, plusMonths, startOf } = await load('lib/shop-days.ts');
    const { session } = await load('lib/session.ts');
    assert.equal(session.value, null, 'nobody is signed in: days of UTC');
    assert.equal(startOf('2026-03-29'), '2026-03-29T00:00:00.000Z');
    for (const [day, zone, moment] of [
        ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00'], ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00'], ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00'], ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00'],
        ['2026-11-22', 'Pacific/Auckland', '2026-11-21T11:00'], ['2026-11-22', 'America/New_York', '2026-11-22T05:00'], ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00'], // no midnight on that day
    ]) assert.equal(startOf(day, zone), `${moment}:00.000Z`, `${day} in ${zone}`);
    assert.equal(dayAt(Date.parse('2026-11-22T23:30:00Z'), 'Europe/Berlin'), '2026-11-23');
    assert.equal(dayAt(Date.parse('2026-11-22T23:59:59Z')), '2026-11-22');
    const of = (name, now = '2026-11-22') => { // a Sunday
        const { from, to } = periodDays(name, now);
        return `${from} ${to}`;
    };
    assert.equal(of('30d'), '2026-10-24 2026-11-22');
    assert.equal(of('today'), '2026-11-22 2026-11-22');
    assert.equal(of('yesterday', '2026-03-01'), '2026-02-28 2026-02-28');
    assert.equal(of('12m'), '2025-11-23 2026-11-22');
    assert.equal(of('12m', '2024-02-29'), '2023-03-01 2024-02-29');
    assert.equal(of('this_week'), '2026-11-16 2026-11-22');
    assert.equal(of('this_week', '2026-11-16'), '2026-11-16 2026-11-16');
    assert.equal(of('last_week'), '2026-11-09 2026-11-15');
    assert.equal(of('this_month'), '2026-11-01 2026-11-22');
    assert.equal(of('last_month', '2026-03-31'), '2026-02-01 2026-02-28');
    assert.equal(of('this_quarter'), '2026-10-01 2026-11-22');
    assert.equal(of('last_quarter', '2026-02-10'), '2025-10-01 2025-12-31');
    assert.equal(of('this_year'), '2026-01-01 2026-11-22');
    assert.equal(of('last_year'), '2025-01-01 2025-12-31');
    assert.equal(plusMonths('2026-01-31', 1), '2026-02-28');
    assert.equal(daysIn({ from: '2026-03-28', to: '2026-03-30' }), 3, 'a day of 23 hours is a day');
});
