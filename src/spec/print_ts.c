// SPDX-License-Identifier: Apache-2.0
// TypeScript for clients: what each route takes and gives, the codes of problems, and a table of
// routes with the limits of their inputs, so that no form repeats a limit or an option.

#include "print_common.h"

static bool is_identifier(const char *name)
{
    for (const char *p = name; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_';
        if (!letter && (p == name || *p < '0' || *p > '9'))
            return false;
    }
    return name[0] != 0;
}

static void print_json_text(struct cu_buf *out, const char *z)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_z(&w, z);
}

static void print_name(struct cu_buf *out, const char *name)
{
    if (is_identifier(name))
        cu_buf_z(out, name);
    else
        print_json_text(out, name);
}

static void print_members(
    struct cu_buf *out, const struct spec_field *fields, bool input, int depth);

static void print_options(struct cu_buf *out, const struct spec_field *f)
{
    for (size_t i = 0; f->options && f->options[i]; i++) {
        cu_buf_z(out, i ? " | " : "");
        print_json_text(out, f->options[i]);
    }
    if (!f->options || !f->options[0])
        cu_buf_z(out, "string");
}

static void print_type(struct cu_buf *out, const struct spec_field *f, bool input, int depth)
{
    switch (f->type) {
    case SPEC_STRING:
    case SPEC_TIME:
    case SPEC_DATE:
    case SPEC_UUID:
    case SPEC_EMAIL:
        cu_buf_z(out, "string");
        break;
    case SPEC_INT:
    case SPEC_NUMBER:
        cu_buf_z(out, "number");
        break;
    case SPEC_BOOL:
        cu_buf_z(out, "boolean");
        break;
    case SPEC_ENUM:
        print_options(out, f);
        break;
    case SPEC_OBJECT:
        if (spec_has_fields(f->fields))
            print_members(out, f->fields, input, depth);
        else
            cu_buf_z(out, "Record<string, unknown>");
        break;
    case SPEC_ARRAY:
        cu_buf_z(out, "Array<");
        if (!spec_has_fields(f->fields))
            cu_buf_z(out, "unknown");
        else if (f->fields[0].name[0] == 0)
            print_type(out, &f->fields[0], input, depth);
        else
            print_members(out, f->fields, input, depth);
        cu_buf_char(out, '>');
        break;
    case SPEC_ANY:
        cu_buf_z(out, "unknown");
        break;
    }
    if (f->nullable && f->type != SPEC_ANY)
        cu_buf_z(out, " | null");
}

// "*/" in a sentence would end the comment.
static void print_comment(struct cu_buf *out, const char *doc, int depth)
{
    if (!doc || !doc[0])
        return;
    cu_buf_printf(out, "%*s/** ", depth * 2, "");
    for (const char *p = doc; *p; p++) {
        cu_buf_char(out, *p);
        if (p[0] == '*' && p[1] == '/')
            cu_buf_char(out, ' ');
    }
    cu_buf_z(out, " */\n");
}

static void print_members(
    struct cu_buf *out, const struct spec_field *fields, bool input, int depth)
{
    cu_buf_z(out, "{\n");
    for (const struct spec_field *f = fields; f && f->name; f++) {
        print_comment(out, f->doc, depth + 1);
        cu_buf_printf(out, "%*s", (depth + 1) * 2, "");
        print_name(out, f->name);
        cu_buf_z(out, input && !f->required ? "?: " : ": ");
        print_type(out, f, input, depth + 1);
        cu_buf_z(out, ";\n");
    }
    cu_buf_printf(out, "%*s}", depth * 2, "");
}

static void print_interface(struct cu_buf *out, const struct spec_route *r, const char *part,
    const struct spec_field *fields, bool input)
{
    if (!spec_has_fields(fields))
        return;
    cu_buf_z(out, "export interface ");
    spec_print_pascal(out, r->name);
    cu_buf_printf(out, "%s ", part);
    print_members(out, fields, input, 0);
    cu_buf_z(out, "\n\n");
}

static void print_interfaces(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_route_walk w = {.catalogue = c};
    const struct spec_route *r;
    while ((r = spec_route_next(&w))) {
        print_interface(out, r, "Query", r->query, true);
        print_interface(out, r, "Body", r->body, true);
        print_interface(out, r, "Answer", r->answer, false);
    }
}

static void print_kind(struct cu_buf *out, const struct spec_kind *k, const char *part, const struct spec_field *fields, bool input)
{
    cu_buf_z(out, "export interface Insight");
    spec_print_pascal(out, k->name);
    cu_buf_printf(out, "%s ", part);
    print_members(out, fields, input, 0);
    cu_buf_z(out, "\n\n");
}

// The kinds of questions, and a type that goes from a kind's name to what it takes and gives.
static void print_kinds(const struct spec_catalogue *c, struct cu_buf *out)
{
    for (size_t i = 0; i < c->kind_count; i++) {
        print_kind(out, &c->kinds[i], "Question", c->kinds[i].question, true);
        print_kind(out, &c->kinds[i], "Answer", c->kinds[i].answer, false);
    }
    cu_buf_z(out, "export interface InsightKinds {\n");
    for (size_t i = 0; i < c->kind_count; i++) {
        cu_buf_z(out, "  ");
        print_name(out, c->kinds[i].name);
        cu_buf_z(out, ": { question: Insight");
        spec_print_pascal(out, c->kinds[i].name);
        cu_buf_z(out, "Question; answer: Insight");
        spec_print_pascal(out, c->kinds[i].name);
        cu_buf_z(out, "Answer };\n");
    }
    cu_buf_z(out, "}\n\n");
}

static void print_codes(struct cu_buf *out)
{
    cu_buf_z(out, "export type ErrorCode =");
    for (int code = CU_OK + 1; code < CU_CODE_COUNT; code++)
        cu_buf_printf(out, "\n  | \"%s\"", cu_code_rows[code].name);
    cu_buf_z(out, ";\n\n/** RFC 9457; content type application/problem+json. */\n"
                  "export interface Problem {\n  type: string;\n  title: string;\n  status: "
                  "number;\n  detail: string;\n"
                  "  code: ErrorCode;\n  field?: string;\n  request_id: string;\n}\n\n"
                  "export type Permission =");
    for (int p = SPEC_PUBLIC; p < SPEC_PERMISSION_COUNT; p++)
        cu_buf_printf(out, "\n  | \"%s\"", spec_permission_name((enum spec_permission)p));
    cu_buf_z(out, ";\n\n");
}

static void print_params(struct cu_buf *out, const struct spec_route *r)
{
    cu_str rest = cu_str_of(r->path);
    bool any = false;
    while (rest.ptr) {
        cu_str part = cu_str_cut(&rest, '/');
        if (part.len < 3 || part.ptr[0] != '{')
            continue;
        cu_str name = cu_str_sub(part, 1, part.len - 2);
        cu_buf_printf(out, "%s%.*s: string | number", any ? "; " : "{ ", CU_ARG(name));
        any = true;
    }
    cu_buf_z(out, any ? " }" : "undefined");
}

static void print_part(struct cu_buf *out, const struct spec_route *r, const char *part, bool there,
    const char *else_type)
{
    if (!there) {
        cu_buf_z(out, else_type);
        return;
    }
    spec_print_pascal(out, r->name);
    cu_buf_z(out, part);
}

static void print_route_types(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_route_walk w = {.catalogue = c};
    const struct spec_route *r;
    cu_buf_z(out, "/** What each route takes and gives. */\nexport interface Routes {\n");
    while ((r = spec_route_next(&w))) {
        print_comment(out, r->doc, 1);
        cu_buf_z(out, "  ");
        print_json_text(out, r->name);
        cu_buf_z(out, ": {\n    params: ");
        print_params(out, r);
        cu_buf_z(out, ";\n    query: ");
        print_part(out, r, "Query", spec_has_fields(r->query), "undefined");
        cu_buf_z(out, ";\n    body: ");
        bool raw = r->body_kind == SPEC_BODY_RAW || r->body_kind == SPEC_BODY_UPLOAD;
        print_part(out, r, "Body", r->body_kind == SPEC_BODY_JSON && spec_has_fields(r->body),
            raw ? "Blob | string" : "undefined");
        cu_buf_z(out, ";\n    answer: ");
        print_part(out, r, "Answer", spec_has_fields(r->answer), "undefined");
        cu_buf_z(out, ";\n  };\n");
    }
    cu_buf_z(out, "}\n\nexport type RouteName = keyof Routes;\n\n");
}

// --- The table that a client has at run time

static void print_input(struct cu_buf *out, const struct spec_field *f)
{
    static const char *const words[] = {
        [SPEC_STRING] = "string",
        [SPEC_INT] = "int",
        [SPEC_NUMBER] = "number",
        [SPEC_BOOL] = "bool",
        [SPEC_TIME] = "time",
        [SPEC_DATE] = "date",
        [SPEC_UUID] = "uuid",
        [SPEC_EMAIL] = "email",
        [SPEC_ENUM] = "enum",
        [SPEC_OBJECT] = "object",
        [SPEC_ARRAY] = "array",
        [SPEC_ANY] = "any",
    };
    bool exact = f->min > -INT64_C(9007199254740992) && f->max < INT64_C(9007199254740992);
    cu_buf_printf(
        out, "{ type: \"%s\", required: %s", words[f->type], f->required ? "true" : "false");
    if (exact && (f->min || f->max))
        cu_buf_printf(out, ", min: %lld, max: %lld", (long long)f->min, (long long)f->max);
    if (f->fallback) {
        cu_buf_z(out, ", fallback: ");
        print_json_text(out, f->fallback);
    }
    if (f->type == SPEC_ENUM && f->options) {
        cu_buf_z(out, ", options: [");
        for (size_t i = 0; f->options[i]; i++) {
            cu_buf_z(out, i ? ", " : "");
            print_json_text(out, f->options[i]);
        }
        cu_buf_char(out, ']');
    }
    cu_buf_z(out, " }");
}

static void print_inputs(struct cu_buf *out, const char *part, const struct spec_field *fields)
{
    cu_buf_printf(out, "    %s: {", part);
    for (const struct spec_field *f = fields; f && f->name; f++) {
        cu_buf_z(out, "\n      ");
        print_name(out, f->name);
        cu_buf_z(out, ": ");
        print_input(out, f);
        cu_buf_char(out, ',');
    }
    cu_buf_z(out, spec_has_fields(fields) ? "\n    },\n" : "},\n");
}

static void print_route_table(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_route_walk w = {.catalogue = c};
    const struct spec_route *r;
    cu_buf_z(out, "export const routes = {\n");
    while ((r = spec_route_next(&w))) {
        cu_buf_z(out, "  ");
        print_json_text(out, r->name);
        cu_buf_printf(out, ": {\n    method: \"%s\",\n    path: \"%s\",\n    permission: \"%s\",\n",
            r->method, r->path, spec_permission_name(r->permission));
        print_inputs(out, "query", r->query);
        print_inputs(out, "body", r->body_kind == SPEC_BODY_JSON ? r->body : NULL);
        cu_buf_z(out, "  },\n");
    }
    cu_buf_z(out, "} as const;\n");
}

void spec_print_ts(const struct spec_catalogue *c, struct cu_buf *out)
{
    cu_buf_printf(out,
        "// SPDX-License-Identifier: Apache-2.0\n// Printed by `%s spec ts`; do not edit.\n\n",
        c->program);
    print_codes(out);
    print_interfaces(c, out);
    if (c->kind_count)
        print_kinds(c, out);
    print_route_types(c, out);
    print_route_table(c, out);
}
