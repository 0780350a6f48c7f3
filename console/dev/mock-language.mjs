// SPDX-License-Identifier: Apache-2.0
// Enough of the language of segments for the mock server: JSON to text, the usual sentences back to JSON, faults
// with their places. The program's own parser knows the whole grammar.

const quote = (x) => JSON.stringify(String(x));
const name = (x) => (/^[\p{L}_$][\p{L}\p{N}_.$]*$/u.test(x) ? x : quote(x));
const value = (v) => (typeof v === 'number' || /^\d{4}-\d\d-\d\d/.test(v) ? String(v) : typeof v === 'boolean' ? (v ? 'yes' : 'no') : quote(v));
const unit = (n, u) => `${n} ${n === 1 ? u.replace(/s$/, '') : u}`;
const WORDS = { less: 'is less than', at_most: 'is at most', more: 'is more than', at_least: 'is at least', contains: 'contains', contains_not: 'does not contain', starts: 'starts with', ends: 'ends with', known: 'is known', unknown: 'is unknown', within: 'is', not_within: 'is not', anniversary: 'has its anniversary' };
const MEASURES = { sum: 'sum', average: 'average', minimum: 'minimum', maximum: 'maximum', distinct: 'distinct', first: 'first', latest: 'last' };

export function windowText(w) {
    if (!w) return '';
    const [[kind, x]] = Object.entries(w);
    if (kind === 'last' || kind === 'next') return ` in the ${kind} ${unit(x.n, x.unit)}`;
    if (kind === 'ago') return ` between ${x.from} and ${x.to} ${x.unit} ago`;
    if (kind === 'before_ago') return ` more than ${unit(x.n, x.unit)} ago`;
    if (kind === 'calendar') return x.back === 0 ? ` in this ${x.unit}` : x.back === 1 ? ` in last ${x.unit}` : ` in the ${x.unit} ${x.back} back`;
    return ` between ${x.from ?? '0001-01-01'} and ${x.to ?? '9999-12-31'}`;
}
function testText(t) {
    const values = t.values ?? [];
    if (t.test === 'is' || t.test === 'is_not') {
        const not = t.test === 'is_not' ? ' not' : '';
        return values.length === 1 ? `is${not} ${value(values[0])}` : `is${not} one of (${values.map(value).join(', ')})`;
    }
    if (t.test === 'between') return `is between ${value(values[0])} and ${value(values[1])}`;
    return `${WORDS[t.test] ?? t.test}${values.length ? ` ${values.map(value).join(', ')}` : ''}${windowText(t.window)}`;
}
const eventText = (e) => quote(e.event) + (e.where?.length ? ` where ${e.where.map((w) => `${name(w.field)} ${testText(w)}`).join(' and ')}` : '');

function didText(d) {
    const m = d.measure ?? 'count';
    const last = windowText(d.window);
    if (MEASURES[m]) return `${MEASURES[m]} of ${name(d.of)} of ${eventText(d)}${last} ${testText({ ...d, window: undefined })}`;
    if (m === 'days_active') return `days with ${eventText(d)}${last} ${testText({ ...d, window: undefined })}`;
    if (m !== 'count') return `${m === 'first_time' ? 'first' : 'last'} time of ${eventText(d)}${last} ${testText({ ...d, window: d.test_window })}`;
    const n = d.values?.[0] ?? 1;
    if ((d.test ?? 'at_least') === 'at_least') return `did ${eventText(d)}${n === 1 ? '' : ` at least ${n} times`}${last}`;
    return `did ${eventText(d)} ${testText(d).replace(/^is /, '')} times${last}`;
}
function sequenceText(s) {
    const steps = s.steps.map((x, i) => (i ? ` then ${eventText(x)}${x.within ? ` within ${unit(x.within.n, x.within.unit)}` : ''}` : eventText(x))).join('');
    const same = s.same?.length ? ` with the same ${s.same.join(', ')}` : '';
    const without = (s.without ?? []).map((x) => ` without ${eventText(x)}`).join('');
    const until = s.without_for === 'ever' ? ' ever after' : s.without_for ? ` for ${unit(s.without_for.n, s.without_for.unit)} after` : '';
    return `${steps}${same}${without}${until}${windowText(s.window)}`;
}

export function one(n) {
    if (n.all) return 'all of';
    if (n.any) return 'any of';
    if (n.not) return 'not';
    if (n.everybody) return 'everybody';
    if (n.did) return didText(n.did);
    if (n.sequence) return sequenceText(n.sequence);
    if (n.member) return `${(n.member.state ?? 'in') === 'in' ? 'in' : n.member.state} segment ${quote(n.member.segment)}${windowText(n.member.window)}`;
    if (n.sample) return `sample of ${n.sample.percent} %${n.sample.seed ? ` named ${quote(n.sample.seed)}` : ''}`;
    return `${name(n.field)} ${testText(n)}`;
}
export function print(n, top = true) {
    if (n.all || n.any) {
        const text = (n.all ?? n.any).map((c) => print(c, false)).join(n.all ? '\nand ' : '\nor ');
        return top ? text : `(${text})`;
    }
    return n.not ? `not ${print(n.not, false)}` : one(n);
}
export function walk(n, path = '', out = []) {
    out.push({ node: n, path, number: out.length });
    for (const kind of ['all', 'any']) n[kind]?.forEach((c, i) => walk(c, `${path}/${kind}/${i}`, out));
    if (n.not) walk(n.not, `${path}/not`, out);
    return out;
}

class Wrong extends Error {}
const bytes = (text) => Buffer.byteLength(text);

export function parse(text) {
    const tokens = [...text.matchAll(/#[^\n]*|"(?:[^"\\]|\\.)*"|[\p{L}_$][\p{L}\p{N}_.$]*|\d[\d.:TZ-]*|[(),%]|\S/gu)].filter((m) => m[0][0] !== '#').map((m) => ({ text: m[0], at: m.index }));
    let i = 0;
    const fail = (what) => {
        const t = tokens[i];
        throw Object.assign(new Wrong(what), { at: bytes(text.slice(0, t?.at ?? text.length)), length: t ? bytes(t.text) : 0 });
    };
    const peek = (...words) => words.every((w, k) => tokens[i + k]?.text.toLowerCase() === w);
    const eat = (...words) => (peek(...words) ? ((i += words.length), true) : false);
    const need = (word) => eat(word) || fail(`"${word}" is expected here.`);
    const string = () => (tokens[i]?.text[0] === '"' ? JSON.parse(tokens[i++].text) : fail('A name in double quotes is expected here.'));
    const number = () => (/^\d/.test(tokens[i]?.text ?? '') ? Number(tokens[i++].text) : fail('A number is expected here.'));
    const word = () => (tokens[i] && tokens[i].text[0] === '"' ? string() : /^[\p{L}_$]/u.test(tokens[i]?.text ?? '') ? tokens[i++].text : fail('The name of a field is expected here.'));
    const val = () => {
        const t = tokens[i]?.text ?? '';
        if (t[0] === '"') return string();
        if (/^\d{4}-\d\d-\d\d/.test(t)) return tokens[i++].text;
        if (/^\d/.test(t)) return number();
        if (/^(yes|no)$/.test(t)) return tokens[i++].text === 'yes';
        return fail('A value is expected here: a number, a date, or text in double quotes.');
    };
    const units = () => {
        const u = (tokens[i]?.text ?? '').toLowerCase().replace(/s?$/, 's');
        return /^(minutes|hours|days|weeks|months|years)$/.test(u) ? (i++, u) : fail('A unit is expected here: minutes, hours, days, weeks, months or years.');
    };
    const span = () => ({ n: number(), unit: units() });
    const win = () => {
        if (eat('in', 'the', 'last')) return { last: span() };
        if (eat('in', 'the', 'next')) return { next: span() };
        if (eat('more', 'than')) {
            const before = span();
            need('ago');
            return { before_ago: before };
        }
        if (eat('in', 'last')) return { calendar: { unit: tokens[i++]?.text, back: 1 } };
        if (eat('in', 'this')) return { calendar: { unit: tokens[i++]?.text, back: 0 } };
        if (!peek('between')) return undefined;
        i++;
        const from = val();
        need('and');
        const to = val();
        if (typeof from === 'string') return { dates: { from, to } };
        const u = units();
        need('ago');
        return { ago: { from, to, unit: u } };
    };
    const test = () => {
        for (const [key, said] of [['contains_not', 'does not contain'], ['contains', 'contains'], ['starts', 'starts with'], ['ends', 'ends with'], ['known', 'is known'], ['unknown', 'is unknown'], ['more', 'is more than'], ['less', 'is less than'], ['at_least', 'is at least'], ['at_most', 'is at most'], ['anniversary', 'has its anniversary']]) {
            if (!eat(...said.split(' '))) continue;
            if (key === 'known' || key === 'unknown') return { test: key };
            return key === 'anniversary' ? { test: key, window: win() } : { test: key, values: [val()] };
        }
        if (!eat('is')) fail('A comparison is expected here: is, is more than, contains …');
        const no = eat('not');
        if (peek('in', 'the')) return { test: no ? 'not_within' : 'within', window: win() };
        if (eat('between')) {
            const low = val();
            need('and');
            return { test: 'between', values: [low, val()] };
        }
        const values = [];
        if (eat('one', 'of')) {
            need('(');
            do values.push(val()); while (eat(','));
            need(')');
        } else values.push(val());
        return { test: no ? 'is_not' : 'is', values };
    };
    const event = () => {
        const e = { event: string() };
        if (eat('where')) {
            e.where = [];
            do e.where.push({ field: word(), ...test() }); while (peek('and') && /^[\p{L}"]/u.test(tokens[i + 1]?.text ?? '') && !['did', 'not', 'in', 'entered', 'left'].includes(tokens[i + 1].text) && tokens[i + 2]?.text !== 'then' && eat('and'));
        }
        return e;
    };
    const did = () => {
        const no = eat('not');
        const e = event();
        const d = { ...e, measure: 'count', test: 'at_least', values: [1] };
        if (eat('at', 'least')) {
            d.values = [number()];
            eat('times') || need('time');
        }
        const w = win();
        if (w) d.window = w;
        return no ? { not: { did: d } } : { did: d };
    };
    const sequence = () => {
        const s = { steps: [event()] };
        while (eat('then')) s.steps.push({ ...event(), ...(eat('within') ? { within: span() } : {}) });
        if (s.steps.length < 2) fail('"then" and a second event are expected here.');
        if (eat('with', 'the', 'same')) {
            s.same = [];
            do s.same.push(word()); while (eat(','));
        }
        while (eat('without')) (s.without ??= []).push(event());
        if (eat('ever', 'after')) s.without_for = 'ever';
        if (eat('for')) {
            s.without_for = span();
            need('after');
        }
        const w = win();
        if (w) s.window = w;
        return { sequence: s };
    };
    const primary = () => {
        if (i >= tokens.length) fail('A condition is expected here.');
        if (eat('(')) {
            const inner = any();
            need(')');
            return inner;
        }
        if (eat('not')) return { not: primary() };
        if (eat('everybody')) return { everybody: true };
        if (eat('did')) return did();
        if (eat('in', 'segment')) return { member: { segment: string(), state: 'in' } };
        for (const state of ['entered', 'left']) if (eat(state, 'segment')) return { member: { segment: string(), state, window: win() } };
        if (eat('sample', 'of')) {
            const percent = number();
            need('%');
            return { sample: eat('named') ? { percent, seed: string() } : { percent } };
        }
        for (const [key, said] of [['first_time', 'first'], ['last_time', 'last']]) {
            if (!eat(said, 'time', 'of')) continue;
            const e = event();
            const { window: own, ...rest } = test();
            return { did: { ...e, measure: key, ...rest, ...(own ? { test_window: own } : {}) } };
        }
        if (eat('days', 'with')) {
            const e = event();
            const w = win();
            return { did: { ...e, ...(w ? { window: w } : {}), measure: 'days_active', ...test() } };
        }
        for (const [key, said] of Object.entries(MEASURES)) {
            if (!eat(said, 'of')) continue;
            const of = word();
            need('of');
            const e = event();
            const w = win();
            return { did: { ...e, ...(w ? { window: w } : {}), measure: key, of, ...test() } };
        }
        if (tokens[i].text[0] === '"' && tokens[i + 1]?.text !== 'is') return sequence();
        return { field: word(), ...test() };
    };
    const list = (inner, joiner, key) => {
        const items = [inner()];
        while (eat(joiner)) items.push(inner());
        return items.length === 1 ? items[0] : { [key]: items };
    };
    const all = () => list(primary, 'and', 'all');
    function any() { return list(all, 'or', 'any'); }
    try {
        const definition = any();
        if (i < tokens.length) fail('"and" or "or" is expected here.');
        return { definition, faults: [] };
    } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        return { definition: null, faults: [{ at: error.at, length: error.length, path: '', warning: false, text: error.message }] };
    }
}

// What the names mean: unknown fields, empty events. `at` of a text is where the name stands first.
export function check(definition, catalog, text) {
    const faults = [];
    const place = (what) => {
        const at = text === undefined ? -1 : text.indexOf(what);
        return at < 0 ? { at: 0, length: 0 } : { at: bytes(text.slice(0, at)), length: bytes(what) };
    };
    const add = (path, what, said, warning = false) => faults.push({ ...place(what), path, warning, text: said });
    const event = (e, path) => {
        if (!e.event) add(path, '""', 'The name of an event is missing.');
        else if (!catalog.events.some((x) => x.name === e.event)) add(`${path}/event`, e.event, `Nobody declared the event "${e.event}"; the condition holds for nobody until it comes.`, true);
        for (const [i, w] of (e.where ?? []).entries()) if (!w.field) add(`${path}/where/${i}/field`, '""', 'The name of a property is missing.');
    };
    for (const { node, path } of walk(definition)) {
        if (node.did) event(node.did, `${path}/did`);
        else if (node.sequence) node.sequence.steps.forEach((s, i) => event(s, `${path}/sequence/steps/${i}`));
        else if (node.member && !catalog.segments.includes(node.member.segment)) add(`${path}/member/segment`, node.member.segment, `There is no segment "${node.member.segment}".`);
        else if ('field' in node) {
            const known = catalog.fields.find((f) => f.name === node.field);
            if (!known) add(`${path}/field`, node.field, node.field ? `There is no field "${node.field}".` : 'Choose a field.');
            else if (!['known', 'unknown', 'within', 'not_within', 'anniversary'].includes(node.test) && !node.values?.length) add(`${path}/values`, node.field, 'A value is missing.');
            else if (known.type === 'number' && node.values?.some((v) => typeof v !== 'number')) add(`${path}/values`, node.field, `${node.field} is a number; compare it with one.`);
        }
    }
    return faults;
}

export function complete(text, cursor, catalog) {
    const before = Buffer.from(text).subarray(0, cursor).toString();
    const prefix = /"?[\p{L}_$][\p{L}\p{N}_.$ ]*$/u.exec(before)?.[0] ?? '';
    const word = prefix.startsWith('"') ? prefix : (/[\p{L}_$][\p{L}\p{N}_.$]*$/u.exec(before)?.[0] ?? '');
    const all = [
        ...catalog.fields.map((f) => ({ text: f.name, kind: 'field', doc: f.doc })), ...catalog.events.map((e) => ({ text: quote(e.name), kind: 'event', doc: e.doc })),
        ...['and', 'or', 'not', 'did', 'in segment', 'everybody', 'is more than', 'is at least', 'in the last'].map((k) => ({ text: k, kind: 'keyword', doc: null })),
    ];
    return { from: bytes(before) - bytes(word), to: cursor, items: all.filter((x) => x.text.toLowerCase().startsWith(word.toLowerCase())).slice(0, 20) };
}
