// SPDX-License-Identifier: Apache-2.0
// A pretend language: accented letters, about a third longer, in brackets. What stays plain on the
// page does not come from the catalogue; what is cut off will be cut off in German.

const LETTERS: Record<string, string> = {
    a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', c: 'ç', n: 'ñ', s: 'š', y: 'ý', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú',
};

function accent(text: string): string {
    let depth = 0;
    let out = '';
    for (const c of text) {
        if (c === '{') depth++;
        if (c === '}') depth--;
        out += depth ? c : (LETTERS[c] ?? c);
    }
    return out;
}

export function pseudo(english: Record<string, string>): Record<string, string> {
    const out: Record<string, string> = {};
    for (const [key, text] of Object.entries(english)) {
        out[key] = `[${accent(text)}${'~'.repeat(Math.ceil(text.length / 3))}]`;
    }
    return out;
}
