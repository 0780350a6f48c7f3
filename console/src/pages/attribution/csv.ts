// SPDX-License-Identifier: Apache-2.0
// Rows of what was spent from a CSV file (RFC 4180; comma or semicolon; the first line names the columns). The first fault
// with its line, or all rows.

import type { Spend } from '../../api/insight-types';
import type { Key } from '../../i18n';

const ROWS_MAX = 20_000;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function records(text: string): string[][] {
    const plain = text.replace(/^\ufeff/, '');
    const firstLine = plain.slice(0, plain.search(/[\r\n]|$/));
    const separator = firstLine.split(';').length > firstLine.split(',').length ? ';' : ',';
    const out: string[][] = [];
    let row: string[] = [];
    let cell = '';
    let quoted = false;
    const end = () => {
        row.push(cell);
        cell = '';
    };
    for (let i = 0; i < plain.length; i++) {
        const c = plain[i]!;
        if (quoted) {
            if (c === '"' && plain[i + 1] === '"') {
                cell += '"';
                i++;
            } else if (c === '"') quoted = false;
            else cell += c;
        } else if (c === '"' && cell === '') quoted = true;
        else if (c === separator) end();
        else if (c === '\n') {
            end();
            out.push(row);
            row = [];
        } else if (c !== '\r') cell += c;
    }
    if (cell !== '' || row.length) {
        end();
        out.push(row);
    }
    return out.filter((r) => r.some((x) => x.trim() !== ''));
}

// unit: how many whole units of the currency a minor unit is (0.01).
export function readCsv(text: string, currency: string, unit: (currency: string) => number): { rows: Spend[] } | { line: number; fault: Key } {
    const [head, ...rest] = records(text);
    const names = (head ?? []).map((n) => n.trim().toLowerCase());
    const at = (name: string) => names.indexOf(name);
    if (at('day') < 0 || at('channel') < 0 || at('amount') < 0) return { line: 1, fault: 'attribution.csv.head' };
    if (!rest.length) return { line: 2, fault: 'attribution.csv.empty' };
    if (rest.length > ROWS_MAX) return { line: ROWS_MAX + 1, fault: 'attribution.csv.many' };
    const rows: Spend[] = [];
    for (const [i, r] of rest.entries()) {
        const cell = (name: string) => (at(name) < 0 ? '' : (r[at(name)] ?? '').trim());
        const line = i + 2;
        const code = cell('currency').toUpperCase() || currency;
        const amount = Number(/^-?\d+,\d+$/.test(cell('amount')) ? cell('amount').replace(',', '.') : cell('amount'));
        if (!DAY.test(cell('day'))) return { line, fault: 'attribution.csv.day' };
        if (!cell('channel')) return { line, fault: 'attribution.csv.channel' };
        if (cell('amount') === '' || !Number.isFinite(amount) || amount < 0) return { line, fault: 'attribution.csv.amount' };
        if (!/^[A-Z]{3}$/.test(code)) return { line, fault: 'attribution.csv.currency' };
        rows.push({ day: cell('day'), channel: cell('channel'), campaign: cell('campaign'), amount: Math.round(amount / unit(code)), currency: code });
    }
    return { rows };
}
