// SPDX-License-Identifier: Apache-2.0
// The record of processing as a table and as a page to print. See register_internal.h. Pure; everything is escaped.
#include "register_internal.h"

#include "text/csv.h"
#include "text/text.h"

enum { CELL_MAX = 1 << 20 };

// Names of a list, joined: of texts, or of objects with a name.
static void join(json list, const char *member, struct cu_buf *out)
{
    struct json_iter it = json_each(list);
    size_t start = out->len;
    while (json_next(&it)) {
        cu_str text = json_is(it.value, JSON_STRING) ? json_str(it.value) : json_str(json_get(it.value, member));
        if (text.len == 0)
            continue;
        if (out->len > start)
            cu_buf_z(out, ", ");
        cu_buf_str(out, text);
    }
}

// "Acme (processor, US, scc)"; only transfers when asked.
static void join_recipients(json list, bool transfers, struct cu_buf *out)
{
    struct json_iter it = json_each(list);
    size_t start = out->len;
    while (json_next(&it)) {
        static const char *const members[] = {"role", "country", "safeguard"};
        bool transfer = false, any = false;
        (void)json_bool(json_get(it.value, "transfer"), &transfer);
        if (transfers && !transfer)
            continue;
        if (out->len > start)
            cu_buf_z(out, "; ");
        cu_buf_str(out, json_str(json_get(it.value, "title")));
        for (size_t i = 0; i < CU_COUNT(members); i++) {
            cu_str text = json_str(json_get(it.value, members[i]));
            if (text.len == 0)
                continue;
            cu_buf_z(out, any ? ", " : " (");
            cu_buf_str(out, text);
            any = true;
        }
        if (any)
            cu_buf_char(out, ')');
    }
}

static void days(json data, struct cu_buf *out)
{
    int64_t n = 0;
    (void)json_i64(json_get(data, "retention_days"), &n);
    if (n)
        cu_buf_printf(out, "%lld days", (long long)n);
    else
        cu_buf_z(out, "as long as the person");
}

// --- a table: one row per purpose and category of data

static void cell(struct cu_buf *out, cu_str text)
{
    csv_put(out, text, ',', true);
}

static void joined_cell(struct cu_buf *out, struct cu_buf *scratch)
{
    cell(out, cu_buf_view(scratch));
    cu_buf_reset(scratch);
}

static void csv_row(json activity, json data, struct cu_buf *scratch, struct cu_buf *out)
{
    cell(out, json_str(json_get(activity, "name")));
    cell(out, json_str(json_get(activity, "doc")));
    cell(out, json_str(json_get(activity, "basis")));
    join(json_get(activity, "people"), "name", scratch);
    joined_cell(out, scratch);
    cell(out, json_str(json_get(data, "name")));
    cell(out, json_str(json_get(data, "level")));
    join(json_get(data, "fields"), "name", scratch);
    joined_cell(out, scratch);
    if (json_is(data, JSON_OBJECT))
        days(data, scratch);
    joined_cell(out, scratch);
    join_recipients(json_get(activity, "recipients"), false, scratch);
    joined_cell(out, scratch);
    join_recipients(json_get(activity, "recipients"), true, scratch);
    joined_cell(out, scratch);
    join(json_get(activity, "assessments"), "name", scratch);
    joined_cell(out, scratch);
    cell(out, json_str(json_get(activity, "reviewed")));
    csv_put_end(out);
}

void register_print_csv(json document, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf scratch;
    struct json_iter it = json_each(json_get(document, "activities"));
    cu_buf_init(&scratch, CELL_MAX);
    cu_buf_z(out,
        "purpose,description,basis,people,category,level,fields,retention,recipients,transfers,assessments,reviewed\r\n");
    while (json_next(&it)) {
        struct json_iter data = json_each(json_get(it.value, "data"));
        bool any = false;
        while (json_next(&data)) {
            csv_row(it.value, data.value, &scratch, out);
            any = true;
        }
        if (!any)
            csv_row(it.value, json_get(document, ""), &scratch, out);
    }
}

// --- a page

static void escaped(struct cu_buf *out, struct cu_buf *scratch)
{
    text_html(cu_buf_view(scratch), out);
    cu_buf_reset(scratch);
}

static void line(struct cu_buf *out, const char *term, struct cu_buf *scratch)
{
    if (scratch->len == 0)
        return;
    cu_buf_printf(out, "<dt>%s</dt><dd>", term);
    escaped(out, scratch);
    cu_buf_z(out, "</dd>\n");
}

static void html_contact(json contact, const char *title, struct cu_buf *scratch, struct cu_buf *out)
{
    static const char *const members[] = {"name", "address", "country", "email", "phone", "website"};
    for (size_t i = 0; i < CU_COUNT(members); i++) {
        cu_str text = json_str(json_get(contact, members[i]));
        if (text.len == 0)
            continue;
        if (scratch->len)
            cu_buf_z(scratch, ", ");
        cu_buf_str(scratch, text);
    }
    line(out, title, scratch);
}

static void html_data(json list, struct cu_buf *scratch, struct cu_buf *out)
{
    struct json_iter it = json_each(list);
    cu_buf_z(out,
        "<table><thead><tr><th scope=\"col\">Category of data</th><th scope=\"col\">Level</th><th scope=\"col\">Fields</th>"
        "<th scope=\"col\">Kept</th></tr></thead><tbody>\n");
    while (json_next(&it)) {
        cu_buf_z(out, "<tr><th scope=\"row\">");
        text_html(json_str(json_get(it.value, "name")), out);
        cu_buf_z(out, "</th><td>");
        text_html(json_str(json_get(it.value, "level")), out);
        cu_buf_z(out, "</td><td>");
        join(json_get(it.value, "fields"), "name", scratch);
        escaped(out, scratch);
        cu_buf_z(out, "</td><td>");
        days(it.value, scratch);
        escaped(out, scratch);
        cu_buf_z(out, "</td></tr>\n");
    }
    cu_buf_z(out, "</tbody></table>\n");
}

static void html_activity(json activity, struct cu_buf *scratch, struct cu_buf *out)
{
    cu_buf_z(out, "<section><h2>");
    text_html(json_str(json_get(activity, "name")), out);
    cu_buf_z(out, "</h2>\n<dl>");
    cu_buf_str(scratch, json_str(json_get(activity, "doc")));
    line(out, "Purpose (b)", scratch);
    cu_buf_str(scratch, json_str(json_get(activity, "basis")));
    line(out, "Legal basis", scratch);
    join(json_get(activity, "people"), "name", scratch);
    line(out, "Categories of people (c)", scratch);
    join_recipients(json_get(activity, "recipients"), false, scratch);
    line(out, "Recipients (d)", scratch);
    join_recipients(json_get(activity, "recipients"), true, scratch);
    line(out, "Transfers (e)", scratch);
    join(json_get(activity, "assessments"), "name", scratch);
    line(out, "Assessments", scratch);
    cu_buf_str(scratch, cu_str_sub(json_str(json_get(activity, "reviewed")), 0, 10));
    line(out, "Reviewed", scratch);
    cu_buf_z(out, "</dl>\n");
    html_data(json_get(activity, "data"), scratch, out);
    cu_buf_z(out, "</section>\n");
}

static void html_flows(json flows, struct cu_buf *scratch, struct cu_buf *out)
{
    struct json_iter it = json_each(json_get(flows, "sources"));
    cu_buf_z(out, "<section><h2>What really happens</h2>\n<dl>");
    while (json_next(&it)) {
        cu_buf_z(out, "<dt>From ");
        text_html(json_str(json_get(it.value, "name")), out);
        cu_buf_z(out, "</dt><dd>");
        join(json_get(it.value, "events"), "name", scratch);
        escaped(out, scratch);
        cu_buf_z(out, "</dd>\n");
    }
    it = json_each(json_get(flows, "exports"));
    while (json_next(&it)) {
        cu_buf_z(out, "<dt>Exported by ");
        text_html(json_str(json_get(it.value, "action")), out);
        cu_buf_z(out, " for ");
        text_html(json_str(json_get(it.value, "purpose")), out);
        cu_buf_z(out, "</dt><dd>");
        join(json_get(it.value, "fields"), "name", scratch);
        escaped(out, scratch);
        cu_buf_z(out, "</dd>\n");
    }
    cu_buf_z(out, "</dl></section>\n");
}

void register_print_html(json document, int64_t at_ms, struct cu_buf *out)
{
    char at[TEXT_TIME_MAX];
    CU_AUTO_BUF struct cu_buf scratch;
    struct json_iter it = json_each(json_get(document, "activities"));
    cu_buf_init(&scratch, CELL_MAX);
    text_time_format(at_ms, at);
    cu_buf_z(out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\">"
        "<title>Record of processing activities</title><style>body{font:15px/1.45 "
        "system-ui,sans-serif;max-width:64rem;margin:2rem auto;"
        "padding:0 1rem}dt{font-weight:600}dd{margin:0 0 .4rem 1.5rem}section{border-top:1px solid #888;margin-top:1.5rem}"
        "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.25rem "
        ".5rem;text-align:left;vertical-align:top}"
        "@media "
        "print{body{margin:0;max-width:none}section{break-inside:avoid-page}thead{display:table-header-group}}</style></"
        "head>"
        "<body>\n<h1>Record of processing activities</h1>\n<p>GDPR Article 30(1), as it was on ");
    text_html(cu_str_sub(cu_str_of(at), 0, 16), out);
    cu_buf_z(out, " UTC.</p>\n<dl>");
    html_contact(json_get(document, "controller"), "Controller (a)", &scratch, out);
    html_contact(json_get(document, "officer"), "Data protection officer (a)", &scratch, out);
    cu_buf_z(out, "</dl>\n");
    while (json_next(&it))
        html_activity(it.value, &scratch, out);
    html_flows(json_get(document, "flows"), &scratch, out);
    cu_buf_z(out, "<section><h2>Technical and organisational measures (g)</h2>\n<ul>");
    it = json_each(json_get(document, "security"));
    while (json_next(&it)) {
        cu_buf_z(out, "<li>");
        text_html(json_str(json_get(it.value, "text")), out);
        cu_buf_z(out, "</li>\n");
    }
    cu_buf_z(out, "</ul></section>\n</body></html>\n");
}
