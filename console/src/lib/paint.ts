// SPDX-License-Identifier: Apache-2.0
// Colours of code: words of the language of segments and of SQL, strings, numbers, comments. For the eye only;
// what a text means the server says.

import type { Token } from '../ui/code-area';

const SEGMENT = new Set([
    'and', 'or', 'not', 'did', 'is', 'one', 'of', 'more', 'less', 'than', 'at', 'least', 'most', 'between', 'contains', 'starts', 'ends', 'with', 'known',
    'unknown', 'where', 'in', 'the', 'last', 'next', 'days', 'day', 'weeks', 'week', 'months', 'month', 'years', 'year', 'hours', 'hour', 'minutes', 'minute',
    'ago', 'then', 'within', 'same', 'without', 'segment', 'entered', 'left', 'sample', 'everybody', 'times', 'time', 'sum', 'average', 'minimum', 'maximum',
    'distinct', 'first', 'has', 'its', 'anniversary', 'before', 'after', 'this', 'from', 'to', 'until', 'since', 'ever', 'today', 'on', 'a', 'an', 'any', 'event',
]);
const SQL = new Set([
    'select', 'from', 'where', 'group', 'by', 'order', 'having', 'limit', 'offset', 'join', 'left', 'inner', 'cross', 'on', 'as', 'and', 'or', 'not', 'in', 'is',
    'null', 'like', 'between', 'case', 'when', 'then', 'else', 'end', 'distinct', 'with', 'recursive', 'union', 'all', 'except', 'intersect', 'exists', 'asc',
    'desc', 'over', 'partition', 'rows', 'range', 'filter', 'cast', 'using', 'values', 'collate', 'glob', 'window', 'true', 'false',
]);

function tokens(text: string, find: RegExp, words: Set<string>): Token[] {
    const out: Token[] = [];
    let at = 0;
    for (const m of text.matchAll(find)) {
        if (m.index > at) out.push({ text: text.slice(at, m.index), kind: '' });
        const [found] = m;
        const c = found[0]!;
        const kind = m.groups?.comment !== undefined ? 'comment' : c === '"' || c === "'" ? 'string' : /\d/.test(c) ? 'number'
            : words.has(found.toLowerCase()) ? 'keyword' : /\w/.test(c) ? 'name' : 'operator';
        out.push({ text: found, kind });
        at = m.index + found.length;
    }
    if (at < text.length) out.push({ text: text.slice(at), kind: '' });
    return out;
}

export const paintSegment = (text: string): Token[] =>
    tokens(text, /(?<comment>#[^\n]*)|"(?:[^"\\\n]|\\.)*"?|[\p{L}_$][\p{L}\p{N}_.$]*|\d[\d.:TZ-]*|[(),%]/gu, SEGMENT);
export const paintSql = (text: string): Token[] =>
    tokens(text, /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|[\p{L}_$][\p{L}\p{N}_$]*|\d[\d.]*|[(),*=<>!+/|%-]/gu, SQL);
