// SPDX-License-Identifier: Apache-2.0
// What the editor of segments and its neighbours compute without a browser: walking a definition, placing faults,
// positions in bytes, colours, completion in SQL, the grid of RFM, names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';
import { WHOLE } from '../dev/mock-segments.mjs';
import { parse, print, walk as walkOfMock } from '../dev/mock-language.mjs';

test('nodes are numbered in reading order, with their pointers', async () => {
    const { walk, kindOf } = await load('lib/definition.ts');
    const all = walk(WHOLE);
    assert.deepEqual(all.map((p) => [p.path, p.number]), walkOfMock(WHOLE).map((p) => [p.path, p.number]));
    assert.deepEqual(all.slice(0, 4).map((p) => [p.path, kindOf(p.node)]), [['', 'all'], ['/all/0', 'field'], ['/all/1', 'any'], ['/all/1/any/0', 'field']]);
    assert.ok(all.some((p) => p.path === '/all/6/not/any/1' && kindOf(p.node) === 'member'));
});

test('a fault belongs to the deepest condition it lies in', async () => {
    const { placed } = await load('lib/definition.ts');
    const found = placed(WHOLE, [{ path: '/all/1/any/3/not/field' }, { path: '/definition/all/2/did/where/0/values/0' }, { path: '' }, { path: '/all/10' }, { path: '/all/1' }]);
    assert.deepEqual([...found.keys()], ['/all/1/any/3/not', '/all/2', '', '/all/1']);
    assert.equal(found.get('').length, 2, 'what lies nowhere belongs to the whole');
});

test('positions: bytes of the server and units of the browser', async () => {
    const { byteAt, indexAt } = await load('lib/definition.ts');
    const text = 'größe is "🫖 tea" or x';
    for (let i = 0; i <= text.length; i++) {
        if (/[\udc00-\udfff]/.test(text[i] ?? '')) continue; // never within a pair
        assert.equal(byteAt(text, i), Buffer.byteLength(text.slice(0, i)));
        assert.equal(indexAt(text, byteAt(text, i)), i);
    }
    assert.equal(indexAt('abc', 99), 3);
});

test('a change leaves everything else as it was, unknown members too', async () => {
    const { set, without } = await load('lib/definition.ts');
    const from = Object.freeze({ field: 'x', test: 'is', values: Object.freeze(['a']), later: 1 });
    assert.deepEqual(set(from, 'values', ['b']), { field: 'x', test: 'is', values: ['b'], later: 1 });
    assert.deepEqual(set(from, 'values', []), { field: 'x', test: 'is', later: 1 });
    assert.deepEqual(without(from, 'test', 'values'), { field: 'x', later: 1 });
});

test('another comparison keeps what still fits', async () => {
    const { withTest } = await load('pages/segments/builder/test.tsx');
    const many = { field: 'x', test: 'is', values: ['a', 'b', 'c'] };
    assert.deepEqual(withTest(many, 'contains').values, ['a', 'b', 'c']);
    assert.deepEqual(withTest(many, 'more').values, ['a']);
    assert.deepEqual(withTest(many, 'between').values, ['a', 'b']);
    assert.deepEqual(withTest({ ...many, values: [5] }, 'between').values, [5, 5]);
    assert.equal('values' in withTest(many, 'known'), false);
    const within = withTest(many, 'within');
    assert.deepEqual([within.window, 'values' in within], [{ last: { n: 30, unit: 'days' } }, false]);
    assert.equal('window' in withTest(within, 'less'), false);
    const did = { event: 'E', window: { last: { n: 7, unit: 'days' } }, measure: 'last_time', test: 'less', values: ['2026-01-01'] };
    const late = withTest(did, 'within', 'test_window');
    assert.deepEqual([late.window, late.test_window], [did.window, { last: { n: 30, unit: 'days' } }], 'the window of the events stays');
    assert.deepEqual(withTest(late, 'known', 'test_window').window, did.window);
});

test('colours never change the text', async () => {
    const { paintSegment, paintSql } = await load('lib/paint.ts');
    for (const text of [print(WHOLE), '# note\ncountry is "DE', 'größe is more than 3 or', '', '"a \\" b" then "c"']) assert.equal(paintSegment(text).map((t) => t.text).join(''), text);
    for (const text of ["select 'it''s', \"a b\" -- why\nfrom x /* open", 'select 1.5*2>=3']) assert.equal(paintSql(text).map((t) => t.text).join(''), text);
    const kinds = Object.fromEntries(paintSegment('country is "DE" # x').filter((t) => t.kind).map((t) => [t.text, t.kind]));
    assert.deepEqual(kinds, { country: 'name', is: 'keyword', '"DE"': 'string', '# x': 'comment' });
});

test('completion in SQL: tables, columns, and those of what an alias stands for', async () => {
    const { offers } = await load('pages/sql/complete.ts');
    const column = (name) => ({ name, type: 'text', doc: '' });
    const schema = { tables: [{ name: 'people', doc: '', columns: [column('id'), column('email')] }, { name: 'events', doc: '', columns: [column('seq'), column('event')] }] };
    const at = (text) => offers(schema, text.replace('|', ''), text.indexOf('|'));
    assert.deepEqual(at('select e|').items.map((x) => x.text), ['events', 'email', 'event']);
    assert.deepEqual(at('select p.| from people as p').items.map((x) => x.text), ['id', 'email']);
    assert.deepEqual(at('select e.s| from people p join events e').items.map((x) => x.text), ['seq']);
    assert.deepEqual([at('select em|ail').from, at('select em|ail').to], [7, 9]);
});

test('groups of RFM: every cell once', async () => {
    const { coverage } = await load('pages/personas/rfm.tsx');
    const g = (recency, frequency_monetary) => ({ recency, frequency_monetary });
    assert.deepEqual(coverage([g([1, 5], [1, 5])]), { none: [], several: [] });
    assert.deepEqual(coverage([g([1, 5], [1, 4]), g([2, 5], [5, 5])]), { none: ['1/5'], several: [] });
    assert.deepEqual(coverage([g([1, 5], [1, 5]), g([3, 3], [2, 3])]).several, ['3/2', '3/3']);
});

test('names made of titles', async () => {
    const { NAME, nameOf } = await load('lib/names.ts');
    for (const [title, name] of [['Regulars', 'regulars'], ['  Größte Käufer, 2026! ', 'gro-te-kaufer-2026'], ['42 % off', 'off'], ['!!!', '']]) assert.equal(nameOf(title), name);
    assert.ok(NAME.test(nameOf('x'.repeat(200))));
});

test('contents of slots are JSON objects', async () => {
    const { contentOf } = await load('pages/personas/slot.tsx');
    assert.deepEqual(contentOf('{"a": 1}'), { a: 1 });
    for (const bad of ['', '[1]', 'null', '"x"', '{"a": ', '1']) assert.equal(contentOf(bad), null);
});

test('the mock reads what it prints', () => {
    assert.deepEqual(parse(print(WHOLE)), { definition: WHOLE, faults: [] });
});
