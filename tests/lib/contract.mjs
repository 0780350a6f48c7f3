// SPDX-License-Identifier: Apache-2.0
// Every answer a test receives is held against its row of the server's own OpenAPI document: no member missing,
// none undeclared, null only where it says so. So each scenario is a test of the contract, too.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const scenario = join(dirname(fileURLToPath(import.meta.url)), "..", "scenario");

// Answers are described completely: a member that is not declared is a fault of the row.
export function closed(schema) {
    if (Array.isArray(schema)) return schema.map(closed);
    if (schema === null || typeof schema !== "object") return schema;
    const out = Object.fromEntries(Object.entries(schema).map(([k, v]) => [k, closed(v)]));
    if (out.properties && out.additionalProperties === undefined && (out.type === "object" || out.type?.includes?.("object"))) out.additionalProperties = false;
    return out;
}

export function validator() {
    const require = createRequire(join(scenario, "package.json"));
    const Ajv2020 = require("ajv/dist/2020.js"), addFormats = require("ajv-formats");
    const ajv = new (Ajv2020.default ?? Ajv2020)({ strict: false, allErrors: true });
    (addFormats.default ?? addFormats)(ajv);
    return ajv;
}
export const haveValidator = existsSync(join(scenario, "node_modules", "ajv"));
export const faults = (check, value) => (check(value) ? [] : check.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));

// The document's operations with what their answers must be, compiled when first needed.
export class Contract {
    constructor(spec) {
        this.ajv = validator();
        this.operations = [];
        this.checked = new Set();
        this.schemas = spec.components.schemas;
        for (const [path, methods] of Object.entries(spec.paths))
            for (const [method, op] of Object.entries(methods)) {
                if (!op.operationId) continue;
                const pattern = new RegExp("^" + path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+") + "$");
                const schema = op.responses["2XX"]?.content?.["application/json"]?.schema;
                this.operations.push({ name: op.operationId, method: method.toUpperCase(), path, pattern, schema, fixed: !path.includes("{") });
            }
        this.operations.sort((a, b) => Number(b.fixed) - Number(a.fixed));
    }

    find(method, target) {
        const path = target.split("?")[0];
        return this.operations.find((o) => o.method === method && o.pattern.test(path));
    }

    // What is wrong with a good answer: a list of sentences. Refusals have a test of their own.
    faults(method, target, r) {
        const o = this.find(method, target);
        if (!o || r.status < 200 || r.status > 299 || method === "HEAD") return [];
        this.checked.add(o.name);
        if (r.status === 204) return r.text ? [`${o.name} answers 204 with a body`] : [];
        const json = /^application\/json/.test(r.headers["content-type"] ?? "");
        if (!o.schema) return json && o.name !== "openapi" ? [`${o.name} answers JSON that no row declares`] : [];
        if (!json) return [`${o.name} answers ${r.headers["content-type"]}, not JSON`];
        o.check ??= this.ajv.compile(closed(o.schema));
        const wrong = faults(o.check, r.json);
        if (o.name === "insight.query") wrong.push(...this.kindFaults(r.json));
        return wrong.map((text) => `${o.name}: ${text}`);
    }

    // What one kind of question answers has a schema of its own.
    kindFaults({ kind, answer }) {
        const name = "Insight" + kind.split(/[._-]/).map((w) => w[0].toUpperCase() + w.slice(1)).join("") + "Answer";
        if (!this.schemas[name]) return [`${name} is not declared`];
        this.kinds ??= new Map();
        if (!this.kinds.has(kind)) this.kinds.set(kind, this.ajv.compile(closed(this.schemas[name])));
        return faults(this.kinds.get(kind), answer).map((text) => `kind ${kind}: ${text}`);
    }
}
