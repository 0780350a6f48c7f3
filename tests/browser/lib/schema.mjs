// SPDX-License-Identifier: Apache-2.0
// The little of JSON Schema that our OpenAPI document uses: enough to say where an answer differs.

export function differences(schema, value, document, at = '') {
    if (schema.$ref) return differences(schema.$ref.slice(2).split('/').reduce((x, k) => x[k], document), value, document, at);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) {
        const tried = choices.map((s) => differences(s, value, document, at));
        return tried.some((t) => t.length === 0) ? [] : tried[0];
    }
    const types = [schema.type ?? []].flat();
    if (types.length && !types.some((t) => isType(t, value))) return [`${at || '/'}: ${JSON.stringify(value)?.slice(0, 60)} is not ${types.join(' or ')}`];
    if (schema.enum && value !== null && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is not one of ${schema.enum.join(', ')}`];
    if (Array.isArray(value) && schema.items) return value.slice(0, 5).flatMap((v, i) => differences(schema.items, v, document, `${at}/${i}`));
    if (!schema.properties || value === null || typeof value !== 'object') return [];
    const out = [];
    for (const name of schema.required ?? []) if (!(name in value)) out.push(`${at}/${name}: missing`);
    for (const [name, v] of Object.entries(value)) {
        if (schema.properties[name]) out.push(...differences(schema.properties[name], v, document, `${at}/${name}`));
        else if (schema.additionalProperties === false) out.push(`${at}/${name}: not declared`);
    }
    return out;
}

function isType(type, value) {
    switch (type) {
        case 'null': return value === null;
        case 'array': return Array.isArray(value);
        case 'object': return value !== null && typeof value === 'object' && !Array.isArray(value);
        case 'integer': return Number.isInteger(value);
        case 'number': return typeof value === 'number';
        default: return typeof value === type;
    }
}
