// SPDX-License-Identifier: Apache-2.0
// Puts a row to start from into the dictionary's text, for a name that nobody declared: below the
// section it belongs to when the text has one, at the end otherwise. The check tells when the text is
// laid out so differently that the row landed in the wrong place.

export function yamlKey(name: string): string {
    return /^[A-Za-z_][\w. -]*\w$/.test(name) ? name : JSON.stringify(name);
}

const keyLine = (indent: number, name: string): RegExp => {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^ {${indent}}(["']?)${escaped}\\1:\\s*(#.*)?$`);
};

function row(indent: number, name: string, level: string): string[] {
    const pad = ' '.repeat(indent);
    return [
        `${pad}${yamlKey(name)}:`, `${pad}  type: string`, `${pad}  max: 200`, `${pad}  level: ${level}`,
        ...(indent === 2 ? [`${pad}  category: user`, `${pad}  purposes: [service]`] : []),
        `${pad}  doc: What it is, in one sentence.`,
    ];
}

// The lines of one event's block: from its key to the next key of the same or a lower indent.
function blockEnd(lines: string[], from: number, indent: number): number {
    for (let i = from + 1; i < lines.length; i++) {
        const line = lines[i]!;
        if (line.trim() && !line.trim().startsWith('#') && line.search(/\S/) <= indent) return i;
    }
    return lines.length;
}

// An event that nobody declared at all.
function withEvent(text: string, name: string): string {
    const lines = text.replace(/\n*$/, '\n').split('\n');
    const rows = [
        `  ${yamlKey(name)}:`, '    category: user.behavior', '    purposes: [analytics]', '    retention_days: 790',
        '    doc: When it happens, in one sentence.',
    ];
    const section = lines.findIndex((l) => keyLine(0, 'events').test(l));
    if (section >= 0) lines.splice(section + 1, 0, ...rows);
    else lines.push('events:', ...rows, '');
    return lines.join('\n');
}

export function withDraft(text: string, add: string): string {
    const cut = add.lastIndexOf('/');
    const scope = add.slice(0, cut);
    const name = add.slice(cut + 1);
    if (scope === 'event') return withEvent(text, name);
    const lines = text.replace(/\n*$/, '\n').split('\n');
    const personal = scope === 'person' || scope === 'persons';
    const section = lines.findIndex((l) => keyLine(0, personal ? 'persons' : 'events').test(l));
    if (personal) {
        const rows = row(2, name, 'P2');
        if (section >= 0) lines.splice(section + 1, 0, ...rows);
        else lines.push('persons:', ...rows, '');
        return lines.join('\n');
    }
    const fields = ['    fields:', ...row(6, name, 'P2')];
    const whole = [`  ${yamlKey(scope)}:`, ...fields];
    if (section < 0) {
        lines.push('events:', ...whole, '');
        return lines.join('\n');
    }
    const end = blockEnd(lines, section, 0);
    const event = lines.findIndex((l, i) => i > section && i < end && keyLine(2, scope).test(l));
    if (event < 0) {
        lines.splice(section + 1, 0, ...whole);
        return lines.join('\n');
    }
    const stop = blockEnd(lines, event, 2);
    const at = lines.findIndex((l, i) => i > event && i < stop && keyLine(4, 'fields').test(l));
    if (at >= 0) lines.splice(at + 1, 0, ...fields.slice(1));
    else lines.splice(event + 1, 0, ...fields);
    return lines.join('\n');
}
