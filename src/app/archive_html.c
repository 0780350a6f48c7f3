// SPDX-License-Identifier: Apache-2.0
// Answers as a page that a person can read without a program, and as tables. See archive.h.
#include "archive.h"

#include "text/csv.h"
#include "text/text.h"

enum { COLUMNS_MAX = 64, DEPTH_MAX = 12 };

static void value_html(json v, int depth, struct cu_buf *out);

// "first_seen" reads as "First seen".
static void words(cu_str name, struct cu_buf *out)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i] == '_' ? ' ' : name.ptr[i];
        if (i == 0 && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        text_html((cu_str){&c, 1}, out);
    }
}

static void object_html(json v, int depth, struct cu_buf *out)
{
    struct json_iter it = json_each(v);
    cu_buf_z(out, "<dl>");
    while (json_next(&it)) {
        if (json_is(it.value, JSON_NULL) || ((json_is(it.value, JSON_ARRAY) || json_is(it.value, JSON_OBJECT)) && json_count(it.value) == 0))
            continue; // nothing is held
        cu_buf_z(out, "<dt>");
        words(it.key, out);
        cu_buf_z(out, "</dt><dd>");
        value_html(it.value, depth + 1, out);
        cu_buf_z(out, "</dd>");
    }
    cu_buf_z(out, "</dl>");
}

static void array_html(json v, int depth, struct cu_buf *out)
{
    struct json_iter it = json_each(v);
    cu_buf_z(out, "<ol>");
    while (json_next(&it)) {
        cu_buf_z(out, "<li>");
        value_html(it.value, depth + 1, out);
        cu_buf_z(out, "</li>\n");
    }
    cu_buf_z(out, "</ol>");
}

static void value_html(json v, int depth, struct cu_buf *out)
{
    struct cu_buf text;
    if (depth < DEPTH_MAX && json_is(v, JSON_OBJECT)) {
        object_html(v, depth, out);
    } else if (depth < DEPTH_MAX && json_is(v, JSON_ARRAY)) {
        array_html(v, depth, out);
    } else if (json_is(v, JSON_STRING)) {
        text_html(json_str(v), out);
    } else {
        cu_buf_init(&text, 65536);
        json_print(&text, v);
        text_html(cu_buf_view(&text), out);
        cu_buf_wipe(&text);
    }
}

void archive_html(const char *title, const char *language, const struct archive_section *sections, size_t count, struct cu_buf *out)
{
    cu_buf_printf(out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        "<title>%s</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "dt{font-weight:600}dd{margin:0 0 .4rem 1.5rem}section{border-top:1px solid #888;margin-top:2rem}</style></head><body>\n<h1>%s</h1>\n<nav><ul>",
        language, title, title);
    for (size_t i = 0; i < count; i++)
        cu_buf_printf(out, "<li><a href=\"#s%zu\">%s</a></li>", i, sections[i].title);
    cu_buf_z(out, "</ul></nav>\n<main>\n");
    for (size_t i = 0; i < count; i++) {
        cu_buf_printf(out, "<section id=\"s%zu\"><h2>%s</h2><p>%s</p>\n", i, sections[i].title, sections[i].doc);
        value_html(sections[i].value, 0, out);
        cu_buf_z(out, "</section>\n");
    }
    cu_buf_z(out, "</main></body></html>\n");
}

static size_t column_of(cu_str *columns, size_t *count, cu_str name)
{
    for (size_t i = 0; i < *count; i++) {
        if (cu_str_eq(columns[i], name))
            return i;
    }
    if (*count == COLUMNS_MAX)
        return COLUMNS_MAX;
    columns[*count] = name;
    return (*count)++;
}

static void cell(json v, struct cu_buf *out)
{
    struct cu_buf text;
    if (!v.doc || json_is(v, JSON_NULL) || json_is(v, JSON_STRING)) {
        csv_put(out, v.doc ? json_str(v) : CU_NONE, ',', true);
        return;
    }
    cu_buf_init(&text, (size_t)4 * 1024 * 1024);
    json_print(&text, v);
    csv_put(out, cu_buf_view(&text), ',', json_is(v, JSON_ARRAY) || json_is(v, JSON_OBJECT));
    cu_buf_wipe(&text);
}

cu_code archive_csv(json rows, struct cu_buf *out, struct cu_error *err)
{
    cu_str columns[COLUMNS_MAX];
    size_t count = 0;
    struct json_iter it = json_each(rows);
    while (json_next(&it)) {
        struct json_iter member = json_each(it.value);
        while (json_is(it.value, JSON_OBJECT) && json_next(&member))
            (void)column_of(columns, &count, member.key);
    }
    for (size_t i = 0; i < count; i++)
        csv_put(out, columns[i], ',', true);
    csv_put_end(out);
    it = json_each(rows);
    while (json_next(&it)) {
        json values[COLUMNS_MAX] = {{NULL, 0}};
        struct json_iter member = json_each(it.value);
        while (json_is(it.value, JSON_OBJECT) && json_next(&member)) {
            size_t i = column_of(columns, &count, member.key);
            if (i < COLUMNS_MAX)
                values[i] = member.value;
        }
        for (size_t i = 0; i < count; i++)
            cell(values[i], out);
        csv_put_end(out);
    }
    return cu_buf_code(out, err);
}
