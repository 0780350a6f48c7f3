// SPDX-License-Identifier: Apache-2.0
// Reference pages in Markdown: the API, settings, commands and errors. The dictionary's page is in
// print_dictionary.c.

#include "print_common.h"

#include <stdio.h>

static void print_head(
    struct cu_buf *out, const struct spec_catalogue *c, const char *title, const char *doc)
{
    cu_buf_printf(out,
        "# %s\n\n<!-- Printed by `%s spec markdown` from the tables in the source; do not edit. "
        "-->\n\n%s\n",
        title, c->program, doc);
}

static void print_options(struct cu_buf *out, const char *const *options)
{
    for (size_t i = 0; options && options[i]; i++) {
        cu_buf_z(out, i ? ", `" : " `");
        spec_print_cell(out, cu_str_of(options[i]));
        cu_buf_char(out, '`');
    }
}

// above: "items[]." for members of a list of objects; a row named "" stands for the elements
// themselves.
static void print_field_row(
    struct cu_buf *out, const struct spec_field *f, const char *above, bool input)
{
    CU_AUTO_BUF struct cu_buf limits;
    size_t above_len = strlen(above);
    cu_buf_init(&limits, 100);
    if (input && (f->min || f->max))
        spec_print_limits(&limits, f);
    cu_buf_printf(out, "| `%.*s%s` | %s",
        (int)(f->name[0] || !above_len ? above_len : above_len - 1), above, f->name,
        spec_type_word(f->type));
    if (f->type == SPEC_ENUM)
        print_options(out, f->options);
    if (limits.len)
        cu_buf_printf(out, ", %s", limits.ptr);
    if (f->nullable)
        cu_buf_z(out, " or null");
    cu_buf_z(out, " | ");
    spec_print_cell(out, cu_str_of(f->doc));
    if (input && f->required)
        cu_buf_z(out, " Required.");
    if (input && f->fallback)
        cu_buf_printf(out, " Default `%s`.", f->fallback);
    cu_buf_z(out, " |\n");
    char deeper[128];
    int n = snprintf(
        deeper, sizeof deeper, "%s%s%s.", above, f->name, f->type == SPEC_ARRAY ? "[]" : "");
    if (!spec_has_fields(f->fields) || n < 0 || (size_t)n >= sizeof deeper)
        return;
    for (const struct spec_field *m = f->fields; m->name; m++)
        print_field_row(out, m, deeper, input);
}

static void print_fields(
    struct cu_buf *out, const char *title, const struct spec_field *fields, bool input)
{
    if (!spec_has_fields(fields))
        return;
    cu_buf_printf(out, "\n%s:\n\n| name | type | |\n|---|---|---|\n", title);
    for (const struct spec_field *f = fields; f->name; f++)
        print_field_row(out, f, "", input);
}

static void print_route(struct cu_buf *out, const struct spec_route *r)
{
    cu_buf_printf(out, "\n### %s %s\n\n%s\n\n`%s`, permission `%s`", r->method, r->path, r->doc,
        r->name, spec_permission_name(r->permission));
    if (r->body_kind != SPEC_BODY_NONE && r->body_max > 0)
        cu_buf_printf(out, ", body at most %lld bytes", (long long)r->body_max);
    if (r->body_kind == SPEC_BODY_UPLOAD)
        cu_buf_z(out, ", body of any size");
    if (r->cors)
        cu_buf_z(out, ", open to every origin");
    cu_buf_z(out, ".\n");
    print_fields(out, "Path", r->path_fields, true);
    print_fields(out, "Query", r->query, true);
    print_fields(out, "Body", r->body_kind == SPEC_BODY_JSON ? r->body : NULL, true);
    print_fields(out, "Answer", r->answer, false);
}

static void print_api(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_route_walk w = {.catalogue = c};
    const struct spec_catalogue_module *module = NULL;
    const struct spec_route *r;
    print_head(out, c, "HTTP API",
        "Bodies and answers are JSON. Times are ISO 8601 in UTC; money is whole minor units with "
        "its currency. Unknown "
        "members are refused. Every refusal is `application/problem+json` (RFC 9457) with a code "
        "of the "
        "[errors](errors.md). Lists answer `items` and `next`, the cursor of the next page or "
        "null.");
    while ((r = spec_route_next(&w))) {
        if (w.of != module)
            cu_buf_printf(out, "\n## %s\n\n%s\n", w.of->name, w.of->doc);
        module = w.of;
        print_route(out, r);
    }
}

static void print_settings(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_setting_walk w = {.catalogue = c};
    const struct spec_setting *s;
    print_head(out, c, "Settings",
        "A setting is a line of `custos.yaml` in the data folder, an environment variable or a "
        "flag; the flag wins over the "
        "variable and the variable over the file.");
    while ((s = spec_setting_next(&w))) {
        struct spec_field f = spec_setting_field(s);
        cu_buf_printf(out, "\n## %s\n\n%s\n\n%s", s->name, s->doc, spec_type_word(s->type));
        if (s->type == SPEC_ENUM)
            print_options(out, s->options);
        if (s->type == SPEC_INT || s->type == SPEC_NUMBER || s->type == SPEC_STRING) {
            cu_buf_z(out, ", ");
            spec_print_limits(out, &f);
        }
        cu_buf_printf(out, "; default %s%s%s.\n\n", s->fallback ? "`" : "",
            s->fallback ? s->fallback : "none", s->fallback ? "`" : "");
        cu_buf_z(out, "File `");
        cu_buf_printf(out, "%s:`, variable `", s->name);
        spec_print_upper(out, c->program);
        cu_buf_char(out, '_');
        spec_print_upper(out, s->name);
        cu_buf_z(out, "`, flag `--");
        spec_print_hyphens(out, s->name);
        cu_buf_z(out, "`.\n");
    }
}

static void print_synopsis(
    struct cu_buf *out, const struct spec_catalogue *c, const struct spec_command *row)
{
    cu_buf_printf(out, "%s %s", c->program, row->name);
    for (const struct spec_field *f = row->args; f && f->name; f++)
        if (f->positional)
            cu_buf_printf(out, f->required ? " <%s>" : " [%s]", f->name);
    cu_buf_z(out, " [flags]");
}

static void print_flag_row(struct cu_buf *out, const struct spec_field *f)
{
    cu_buf_z(out, f->positional ? "| `" : "| `--");
    spec_print_hyphens(out, f->name);
    cu_buf_printf(out, "` | %s", spec_type_word(f->type));
    if (f->type == SPEC_ENUM)
        print_options(out, f->options);
    cu_buf_z(out, " | ");
    spec_print_cell(out, cu_str_of(f->doc));
    if (f->required)
        cu_buf_z(out, " Required.");
    if (f->fallback)
        cu_buf_printf(out, " Default `%s`.", f->fallback);
    cu_buf_z(out, " |\n");
}

static void print_jobs(const struct spec_catalogue *c, struct cu_buf *out)
{
    bool any = false;
    for (size_t m = 0; m < c->module_count; m++) {
        for (size_t i = 0; i < c->modules[m].job_count; i++) {
            const struct spec_job *job = &c->modules[m].jobs[i];
            if (!any)
                cu_buf_z(
                    out, "\n## Jobs of a running server\n\n| job | every | |\n|---|---|---|\n");
            any = true;
            cu_buf_printf(out, "| `%s` | %lld.%lld s | ", job->name,
                (long long)(job->every_ms / 1000), (long long)(job->every_ms % 1000 / 100));
            spec_print_cell(out, cu_str_of(job->doc));
            cu_buf_z(out, " |\n");
        }
    }
}

static void print_commands(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *row;
    print_head(out, c, "Commands",
        "Commands work on a data folder whether or not a server runs on it. Exit codes are those "
        "of the [errors](errors.md).");
    if (spec_has_fields(c->flags)) {
        cu_buf_z(out, "\nEvery command takes:\n\n| flag | type | |\n|---|---|---|\n");
        for (const struct spec_field *f = c->flags; f->name; f++)
            print_flag_row(out, f);
    }
    while ((row = spec_command_next(&w))) {
        cu_buf_printf(out, "\n## %s %s\n\n%s\n\n    ", c->program, row->name, row->doc);
        print_synopsis(out, c, row);
        cu_buf_char(out, '\n');
        if (spec_has_fields(row->args)) {
            cu_buf_z(out, "\n| argument | type | |\n|---|---|---|\n");
            for (const struct spec_field *f = row->args; f->name; f++)
                print_flag_row(out, f);
        }
        if (row->example)
            cu_buf_printf(out, "\nExample: `%s`\n", row->example);
    }
    print_jobs(c, out);
}

static void print_errors(const struct spec_catalogue *c, struct cu_buf *out)
{
    print_head(out, c, "Errors",
        "Every refusal has one of these codes: in the member `code` of a problem answer, and as "
        "the exit code of a command.");
    cu_buf_z(out, "\n| code | HTTP status | exit code | |\n|---|---|---|---|\n");
    for (int code = CU_OK; code < CU_CODE_COUNT; code++)
        cu_buf_printf(out, "| `%s` | %d | %d | %s |\n", cu_code_rows[code].name,
            cu_code_rows[code].http, cu_code_rows[code].exit_code, cu_code_rows[code].sentence);
}

static void print_insight(const struct spec_catalogue *c, struct cu_buf *out)
{
    print_head(out, c, "Questions of Insight",
        "`POST /v1/insight/query` answers all of them: `kind` names one, `question` has its fields, `answer` what is said here. "
        "What they share (period, segment, small groups) is in the [API](api.md). A figure that is null although "
        "it could be known is hidden, because it is about too few people.");
    for (size_t i = 0; i < c->kind_count; i++) {
        const struct spec_kind *k = &c->kinds[i];
        cu_buf_printf(out, "\n## %s\n\n%s\n", k->name, k->doc);
        print_fields(out, "Question", k->question, true);
        print_fields(out, "Answer", k->answer, false);
        if (k->pick)
            cu_buf_printf(out, "\nPeople behind its figures (`POST /v1/insight/people`), `pick`: %s\n", k->pick);
    }
}

static const struct {
    const char *name;
    void (*print)(const struct spec_catalogue *c, struct cu_buf *out);
} pages[] = {
    {"api", print_api},
    {"settings", print_settings},
    {"commands", print_commands},
    {"errors", print_errors},
    {"dictionary", spec_print_dictionary_page},
    {"insight", print_insight},
};

const char *spec_page_name(size_t index)
{
    return index < CU_COUNT(pages) ? pages[index].name : NULL;
}

bool spec_print_markdown(const struct spec_catalogue *c, const char *page, struct cu_buf *out)
{
    bool found = false;
    for (size_t i = 0; i < CU_COUNT(pages); i++) {
        if (page && strcmp(page, pages[i].name) != 0)
            continue;
        if (found)
            cu_buf_char(out, '\n');
        pages[i].print(c, out);
        found = true;
    }
    return found;
}
