// SPDX-License-Identifier: Apache-2.0
// The HTTP API as OpenAPI 3.1. Every operation answers a problem (RFC 9457) when it refuses; which
// caller may call it stands in x-permission and in its security schemes; x-reauth: the session must have proved itself
// in the last minutes; x-four-eyes: the kind of act a second member of staff approves.

#include "print_common.h"

// Indents compact JSON: documents are read and compared by people too.
static void indent(cu_str compact, struct cu_buf *out)
{
    int depth = 0;
    bool text = false;
    for (size_t i = 0; i < compact.len; i++) {
        char c = compact.ptr[i], next = i + 1 < compact.len ? compact.ptr[i + 1] : 0;
        if (text || c == '"') {
            cu_buf_char(out, c);
            if (text && c == '\\')
                cu_buf_char(out, compact.ptr[++i]);
            else if (c == '"')
                text = !text;
            continue;
        }
        bool open = c == '{' || c == '[', close = c == '}' || c == ']';
        bool empty = (open && (next == '}' || next == ']')) ||
                     (close && (compact.ptr[i - 1] == '{' || compact.ptr[i - 1] == '['));
        depth += open ? 1 : close ? -1 : 0;
        if (close && !empty)
            cu_buf_printf(out, "\n%*s", depth * 2, "");
        cu_buf_char(out, c);
        if (c == ':')
            cu_buf_char(out, ' ');
        if ((open && !empty) || c == ',')
            cu_buf_printf(out, "\n%*s", depth * 2, "");
    }
    cu_buf_char(out, '\n');
}

static void print_parameter(struct json_writer *w, const struct spec_field *f, const char *in)
{
    jw_object(w);
    jw_kz(w, "name", f->name);
    jw_kz(w, "in", in);
    jw_kz(w, "description", f->doc ? f->doc : "");
    if (f->required || strcmp(in, "path") == 0)
        jw_kbool(w, "required", true);
    jw_key(w, "schema");
    spec_print_schema(w, f, true);
    jw_object_end(w);
}

// Every {name} of the path is a parameter, whether the row describes it or not.
static void print_path_parameters(struct json_writer *w, const struct spec_route *r)
{
    cu_str rest = cu_str_of(r->path);
    while (rest.ptr) {
        cu_str part = cu_str_cut(&rest, '/');
        if (part.len < 3 || part.ptr[0] != '{')
            continue;
        char name[64] = "";
        cu_str inner = cu_str_sub(part, 1, part.len - 2);
        memcpy(name, inner.ptr, inner.len < sizeof name ? inner.len : sizeof name - 1);
        struct spec_field f = {
            .name = name, .type = SPEC_STRING, .doc = "Part of the path.", .min = 1, .max = 256};
        for (const struct spec_field *d = r->path_fields; d && d->name; d++)
            if (strcmp(d->name, name) == 0)
                f = *d;
        print_parameter(w, &f, "path");
    }
}

static void print_parameters(struct json_writer *w, const struct spec_route *r)
{
    if (!strchr(r->path, '{') && !spec_has_fields(r->query))
        return;
    jw_key(w, "parameters");
    jw_array(w);
    print_path_parameters(w, r);
    for (const struct spec_field *f = r->query; f && f->name; f++)
        print_parameter(w, f, "query");
    jw_array_end(w);
}

static void print_body(struct json_writer *w, const struct spec_route *r)
{
    static const char *const media[] = {
        [SPEC_BODY_NONE] = NULL,
        [SPEC_BODY_JSON] = "application/json",
        [SPEC_BODY_RAW] = "*/*",
        [SPEC_BODY_UPLOAD] = "application/octet-stream",
    };
    if (r->body_kind == SPEC_BODY_NONE)
        return;
    jw_key(w, "requestBody");
    jw_object(w);
    jw_kbool(w, "required", true);
    if (r->body_max > 0)
        jw_ki64(w, "x-max-bytes", r->body_max);
    jw_key(w, "content");
    jw_object(w);
    jw_key(w, media[r->body_kind]);
    jw_object(w);
    if (r->body_kind == SPEC_BODY_JSON) {
        jw_key(w, "schema");
        spec_print_object_schema(w, r->body, true);
    }
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
}

static void print_reference(struct json_writer *w, const char *to)
{
    jw_object(w);
    jw_kz(w, "$ref", to);
    jw_object_end(w);
}

static void print_answers(struct json_writer *w, const struct spec_route *r)
{
    jw_key(w, "responses");
    jw_object(w);
    jw_key(w, "2XX");
    jw_object(w);
    jw_kz(w, "description", r->answer ? "Done." : "Done; the answer is not JSON or empty.");
    if (r->answer) {
        jw_key(w, "content");
        jw_object(w);
        jw_key(w, "application/json");
        jw_object(w);
        jw_key(w, "schema");
        spec_print_object_schema(w, r->answer, false);
        jw_object_end(w);
        jw_object_end(w);
    }
    jw_object_end(w);
    jw_key(w, "default");
    print_reference(w, "#/components/responses/Problem");
    jw_object_end(w);
}

// One alternative: all schemes named in it together.
static void print_alternative(struct json_writer *w, const char *one, const char *two)
{
    jw_object(w);
    for (int i = 0; i < 2; i++) {
        const char *scheme = i == 0 ? one : two;
        if (!scheme)
            continue;
        jw_key(w, scheme);
        jw_array(w);
        jw_array_end(w);
    }
    jw_object_end(w);
}

static void print_security(struct json_writer *w, const struct spec_route *r)
{
    jw_key(w, "security");
    jw_array(w);
    if (r->permission == SPEC_WRITE_KEY)
        print_alternative(w, "write_key", NULL);
    else if (r->permission != SPEC_PUBLIC)
        print_alternative(w, "session", strcmp(r->method, "GET") == 0 ? NULL : "csrf");
    jw_array_end(w);
}

static void print_operation(
    struct json_writer *w, const struct spec_catalogue_module *m, const struct spec_route *r)
{
    char method[12] = "";
    for (size_t i = 0; r->method[i] && i + 1 < sizeof method; i++)
        method[i] = (char)(r->method[i] | 0x20);
    jw_key(w, method);
    jw_object(w);
    jw_kz(w, "operationId", r->name);
    jw_key(w, "tags");
    jw_array(w);
    jw_z(w, m->name);
    jw_array_end(w);
    jw_kz(w, "summary", r->doc);
    jw_kz(w, "x-permission", spec_permission_name(r->permission));
    if (r->reauth)
        jw_kbool(w, "x-reauth", true);
    if (r->four_eyes)
        jw_kz(w, "x-four-eyes", r->four_eyes);
    print_security(w, r);
    print_parameters(w, r);
    print_body(w, r);
    print_answers(w, r);
    jw_object_end(w);
}

// Did an earlier route of the walk have this path already?
static bool path_is_first(const struct spec_catalogue *c, const struct spec_route *r)
{
    struct spec_route_walk w = {.catalogue = c};
    const struct spec_route *o;
    while ((o = spec_route_next(&w)) && o != r)
        if (strcmp(o->path, r->path) == 0)
            return false;
    return true;
}

static void print_paths(struct json_writer *w, const struct spec_catalogue *c)
{
    struct spec_route_walk all = {.catalogue = c};
    const struct spec_route *r, *same;
    jw_key(w, "paths");
    jw_object(w);
    while ((r = spec_route_next(&all))) {
        if (!path_is_first(c, r))
            continue;
        jw_key(w, r->path);
        jw_object(w);
        struct spec_route_walk again = {.catalogue = c};
        while ((same = spec_route_next(&again)))
            if (strcmp(same->path, r->path) == 0)
                print_operation(w, again.of, same);
        jw_object_end(w);
    }
    jw_object_end(w);
}

static const struct spec_field problem_fields[] = {
    {.name = "type", .type = SPEC_STRING, .doc = "Names the kind of problem."},
    {.name = "title", .type = SPEC_STRING, .doc = "The kind of problem in one sentence."},
    {.name = "status", .type = SPEC_INT, .doc = "The HTTP status."},
    {.name = "detail", .type = SPEC_STRING, .doc = "What was wrong and what would be accepted."},
    {.name = "request_id", .type = SPEC_STRING, .doc = "Finds the request in the log."},
    {0},
};

// What a refusal may say beyond that (request_problem_member).
static const struct spec_field fault_fields[] = {
    {.name = "at", .type = SPEC_INT, .max = INT64_MAX, .doc = "Where in the text, in bytes."},
    {.name = "length", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many bytes; 0 when the definition came as JSON."},
    {.name = "path", .type = SPEC_STRING, .max = 95, .doc = "Where in the JSON, as a pointer; empty for a text."},
    {.name = "warning", .type = SPEC_BOOL, .doc = "It works, but surely not as meant."},
    {.name = "text", .type = SPEC_STRING, .max = 239, .doc = "What is wrong and what would be accepted."},
    {0},
};
static const struct spec_field problem_members[] = {
    {.name = "faults", .type = SPEC_ARRAY, .max = 20, .fields = fault_fields,
        .doc = "All faults of a segment's definition; absent when none was given."},
    {0},
};

static void print_problem(struct json_writer *w)
{
    jw_key(w, "Problem");
    jw_object(w);
    jw_kz(w, "type", "object");
    jw_key(w, "properties");
    jw_object(w);
    for (const struct spec_field *f = problem_fields; f->name; f++) {
        jw_key(w, f->name);
        spec_print_schema(w, f, false);
    }
    jw_key(w, "field");
    jw_object(w);
    jw_kz(w, "type", "string");
    jw_kz(w, "description",
        "JSON pointer or name of the value that was refused; absent when it is none in "
        "particular.");
    jw_object_end(w);
    for (const struct spec_field *f = problem_members; f->name; f++) {
        jw_key(w, f->name);
        spec_print_schema(w, f, false);
    }
    jw_key(w, "code");
    jw_object(w);
    jw_kz(w, "type", "string");
    jw_key(w, "enum");
    jw_array(w);
    for (int code = CU_OK + 1; code < CU_CODE_COUNT; code++)
        jw_z(w, cu_code_rows[code].name);
    jw_array_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_key(w, "required");
    jw_array(w);
    for (const struct spec_field *f = problem_fields; f->name; f++)
        jw_z(w, f->name);
    jw_z(w, "code");
    jw_array_end(w);
    jw_object_end(w);
}

static void print_scheme(
    struct json_writer *w, const char *name, const char *in, const char *key, const char *doc)
{
    jw_key(w, name);
    jw_object(w);
    jw_kz(w, "type", in ? "apiKey" : "http");
    if (in) {
        jw_kz(w, "in", in);
        jw_kz(w, "name", key);
    } else {
        jw_kz(w, "scheme", key);
    }
    jw_kz(w, "description", doc);
    jw_object_end(w);
}

static void print_kind(struct json_writer *w, const char *kind, const char *part, const struct spec_field *fields, bool input)
{
    CU_AUTO_BUF struct cu_buf name;
    cu_buf_init(&name, 128);
    cu_buf_z(&name, "Insight");
    spec_print_pascal(&name, kind);
    cu_buf_z(&name, part);
    jw_keys(w, cu_buf_view(&name));
    spec_print_object_schema(w, fields, input);
}

static void print_components(struct json_writer *w, const struct spec_catalogue *c)
{
    jw_key(w, "components");
    jw_object(w);
    jw_key(w, "schemas");
    jw_object(w);
    print_problem(w);
    for (size_t i = 0; i < c->kind_count; i++) {
        print_kind(w, c->kinds[i].name, "Question", c->kinds[i].question, true);
        print_kind(w, c->kinds[i].name, "Answer", c->kinds[i].answer, false);
    }
    jw_object_end(w);
    jw_key(w, "responses");
    jw_object(w);
    jw_key(w, "Problem");
    jw_object(w);
    jw_kz(w, "description", "It was refused or failed.");
    jw_key(w, "content");
    jw_object(w);
    jw_key(w, "application/problem+json");
    jw_object(w);
    jw_key(w, "schema");
    print_reference(w, "#/components/schemas/Problem");
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_key(w, "securitySchemes");
    jw_object(w);
    print_scheme(w, "session", "cookie", "__Host-custos",
        "The session of a member of staff; made by signing in.");
    print_scheme(w, "csrf", "header", "X-CSRF-Token",
        "The token of the session's answer; with every change.");
    print_scheme(
        w, "write_key", NULL, "basic", "The source's write key as user name, no password.");
    jw_object_end(w);
    jw_object_end(w);
}

void spec_print_openapi(const struct spec_catalogue *c, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf compact;
    struct json_writer writer, *w = &writer;
    cu_buf_init(&compact, out->max);
    jw_start(w, &compact);
    jw_object(w);
    jw_kz(w, "openapi", "3.1.0");
    jw_key(w, "info");
    jw_object(w);
    jw_kz(w, "title", c->program);
    jw_kz(w, "version", c->version);
    jw_kz(w, "description", c->doc);
    jw_key(w, "license");
    jw_object(w);
    jw_kz(w, "name", "Apache-2.0");
    jw_kz(w, "identifier", "Apache-2.0");
    jw_object_end(w);
    jw_object_end(w);
    jw_key(w, "servers");
    jw_array(w);
    jw_object(w);
    jw_kz(w, "url", "/");
    jw_object_end(w);
    jw_array_end(w);
    jw_key(w, "tags");
    jw_array(w);
    for (size_t i = 0; i < c->module_count; i++) {
        jw_object(w);
        jw_kz(w, "name", c->modules[i].name);
        jw_kz(w, "description", c->modules[i].doc);
        jw_object_end(w);
    }
    jw_array_end(w);
    print_paths(w, c);
    print_components(w, c);
    jw_object_end(w);
    if (compact.failed)
        out->failed = true;
    else
        indent(cu_buf_view(&compact), out);
}
