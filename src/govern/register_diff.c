// SPDX-License-Identifier: Apache-2.0
// What differs between two versions of the record of processing. See register_internal.h. Pure.
#include "register_internal.h"

enum { ROW_MAX = 8192, DEPTH_MAX = 12 };

static void walk(struct cu_buf *row, json before, json after, int depth, struct json_writer *w);

static bool same(json a, json b)
{
    CU_AUTO_BUF struct cu_buf x, y;
    cu_buf_init(&x, REGISTER_DOCUMENT_MAX);
    cu_buf_init(&y, REGISTER_DOCUMENT_MAX);
    json_print(&x, a);
    json_print(&y, b);
    return !x.failed && !y.failed && cu_str_eq(cu_buf_view(&x), cu_buf_view(&y));
}

static void value(struct json_writer *w, const char *name, json v)
{
    jw_key(w, name);
    json_is(v, JSON_ABSENT) ? jw_null(w) : jw_value(w, v);
}

static void tell(const struct cu_buf *row, json before, json after, struct json_writer *w)
{
    bool was = !json_is(before, JSON_ABSENT), is = !json_is(after, JSON_ABSENT);
    jw_object(w);
    jw_kstr(w, "row", cu_buf_view(row));
    jw_kz(w, "change", was && is ? "changed" : is ? "added" : "removed");
    value(w, "before", before);
    value(w, "after", after);
    jw_object_end(w);
}

// Runs fn with "/name" at the end of the row.
static void below(struct cu_buf *row, cu_str name, json before, json after, int depth, struct json_writer *w)
{
    size_t len = row->len;
    if (len)
        cu_buf_char(row, '/');
    cu_buf_str(row, name);
    walk(row, before, after, depth + 1, w);
    row->len = len;
}

static json member(json object, cu_str name)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        if (cu_str_eq(it.key, name))
            return it.value;
    }
    return json_get(object, "");
}

static void objects(struct cu_buf *row, json before, json after, int depth, struct json_writer *w)
{
    struct json_iter it = json_each(after);
    while (json_next(&it))
        below(row, it.key, member(before, it.key), it.value, depth, w);
    it = json_each(before);
    while (json_next(&it)) {
        if (json_is(member(after, it.key), JSON_ABSENT))
            below(row, it.key, it.value, json_get(after, ""), depth, w);
    }
}

// What an element of a list is called: its name, or the text that it is.
static cu_str name_of(json element)
{
    return json_is(element, JSON_STRING) ? json_str(element) : json_str(json_get(element, "name"));
}

static json named(json list, cu_str name, json none)
{
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        if (cu_str_eq(name_of(it.value), name))
            return it.value;
    }
    return json_get(none, "");
}

static bool has_names(json list)
{
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        if (name_of(it.value).len == 0)
            return false;
    }
    return true;
}

static void lists(struct cu_buf *row, json before, json after, int depth, struct json_writer *w)
{
    struct json_iter it = json_each(after);
    while (json_next(&it))
        below(row, name_of(it.value), named(before, name_of(it.value), before), it.value, depth, w);
    it = json_each(before);
    while (json_next(&it)) {
        json now = named(after, name_of(it.value), after);
        if (json_is(now, JSON_ABSENT))
            below(row, name_of(it.value), it.value, now, depth, w);
    }
}

static void walk(struct cu_buf *row, json before, json after, int depth, struct json_writer *w)
{
    if (same(before, after))
        return;
    if (depth < DEPTH_MAX && json_is(before, JSON_OBJECT) && json_is(after, JSON_OBJECT))
        objects(row, before, after, depth, w);
    else if (depth < DEPTH_MAX && json_is(before, JSON_ARRAY) && json_is(after, JSON_ARRAY) && has_names(before) &&
             has_names(after))
        lists(row, before, after, depth, w);
    else
        tell(row, before, after, w);
}

void register_diff(json before, json after, struct json_writer *w)
{
    CU_AUTO_BUF struct cu_buf row;
    cu_buf_init(&row, ROW_MAX);
    walk(&row, before, after, 0, w);
}
