// SPDX-License-Identifier: Apache-2.0
// Values of columns out of the plain JSON of a row (scan_draw.h).
#include "scan_draw.h"

#include "text/json.h"
#include "text/text.h"

#include <math.h>
#include <stdlib.h>

enum { PATH_PARTS = 16, PATH_BYTES = 512, NUMBER_BYTES = 64 };
#define NUMBER_MAX 9e14
#ifndef TIMELINE_TEXT_MAX
#define TIMELINE_TEXT_MAX 16384u // as timeline_block.h
#endif
#define DOCUMENT_MAX (9u << 20)

struct path {
    char bytes[PATH_BYTES];
    const char *part[PATH_PARTS]; // "$": every element
    size_t count;                 // 0: a path that cannot be: no values
};

struct scan_drawer {
    const struct scan_column *columns;
    size_t count;
    struct json_parser *parser;
    struct cu_buf scratch;
    json row;
    bool parsed;
    struct path paths[];
};

static void path_take_apart(struct path *p, cu_str path)
{
    p->count = 0;
    if (path.len == 0 || path.len >= sizeof p->bytes)
        return;
    memcpy(p->bytes, path.ptr, path.len);
    p->bytes[path.len] = 0;
    char *rest = p->bytes;
    while (rest) {
        if (p->count == PATH_PARTS) {
            p->count = 0;
            return;
        }
        p->part[p->count++] = rest;
        rest = strchr(rest, '.');
        if (rest)
            *rest++ = 0;
    }
}

cu_code scan_drawer_new(const struct scan_column *columns, size_t count, struct scan_drawer **ret, struct cu_error *err)
{
    struct scan_drawer *d = cu_calloc(1, sizeof *d + count * sizeof d->paths[0]);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory to read columns");
    cu_buf_init(&d->scratch, DOCUMENT_MAX);
    d->columns = columns;
    d->count = count;
    d->parser = json_parser_new(DOCUMENT_MAX);
    if (!d->parser) {
        scan_drawer_free(d);
        return cu_fail(err, CU_MEMORY, "", "no memory to read columns");
    }
    for (size_t i = 0; i < count; i++)
        path_take_apart(&d->paths[i], columns[i].path);
    *ret = d;
    return CU_OK;
}

void scan_drawer_free(struct scan_drawer *d)
{
    if (!d)
        return;
    json_parser_free(d->parser);
    cu_buf_clear(&d->scratch);
    cu_free(d);
}

cu_code scan_draw_row(struct scan_drawer *d, cu_str words, struct cu_error *err)
{
    d->parsed = false;
    if (words.len <= 2)
        return CU_OK;
    cu_code code = json_parse(d->parser, words, &d->row, err);
    d->parsed = code == CU_OK;
    return code == CU_MEMORY ? code : CU_OK;
}

// ---- one value

// A number written as text, by the syntax of JSON with an optional sign.
static bool number_text(cu_str s, double *ret)
{
    char z[NUMBER_BYTES];
    if (s.len == 0 || s.len >= sizeof z)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'))
            return false;
        z[i] = c;
    }
    z[s.len] = 0;
    char *end;
    *ret = strtod(z, &end);
    return *end == 0 && isfinite(*ret);
}

static bool number_of(json v, double *ret)
{
    return json_double(v, ret) || (json_is(v, JSON_STRING) && number_text(json_str(v), ret));
}

static bool value_of(enum timeline_type type, json v, int64_t *ret)
{
    double number;
    bool truth;
    switch (type) {
    case TIMELINE_INTEGER:
        if (!number_of(v, &number) || fabs(number) > NUMBER_MAX || number != floor(number))
            return false;
        *ret = (int64_t)number;
        return true;
    case TIMELINE_DECIMAL:
        if (!number_of(v, &number) || fabs(number) > NUMBER_MAX)
            return false;
        *ret = llround(number * 10000.0);
        return true;
    case TIMELINE_TIME:
        return json_is(v, JSON_STRING) && text_time_parse(json_str(v), ret);
    case TIMELINE_BOOLEAN:
        if (!json_bool(v, &truth))
            return false;
        *ret = truth;
        return true;
    case TIMELINE_TEXT:
        break;
    }
    return false;
}

// ---- texts and their tests

static bool matches(enum scan_match match, cu_str text, cu_str test)
{
    switch (match) {
    case SCAN_IS:
        return cu_str_eq(text, test);
    case SCAN_CONTAINS:
        return cu_str_find_str(text, test) >= 0;
    case SCAN_STARTS:
        return cu_str_starts(text, test);
    case SCAN_ENDS:
        return cu_str_ends(text, test);
    case SCAN_VALUE:
        break;
    }
    return false;
}

int64_t scan_text_value(const struct scan_column *c, cu_str text, struct cu_buf *scratch)
{
    if (c->match == SCAN_VALUE)
        return (int64_t)timeline_text_hash(text);
    if (!c->fold) {
        for (size_t i = 0; i < c->text_count; i++)
            if (matches(c->match, text, c->texts[i]))
                return 1;
        return 0;
    }
    for (size_t i = 0; i < c->text_count; i++) { // scratch: the text folded, then the test folded
        cu_buf_reset(scratch);
        text_fold(text, scratch);
        size_t len = scratch->len;
        text_fold(c->texts[i], scratch);
        if (!scratch->failed && matches(c->match, (cu_str){scratch->ptr, len},
                                    (cu_str){scratch->ptr + len, scratch->len - len}))
            return 1;
    }
    return 0;
}

// ---- walking a path

struct walk {
    const struct path *path;
    const struct scan_column *column; // NULL: texts are wanted
    struct cu_buf *scratch;
    scan_put *put;
    scan_put_text *put_text;
    void *context;
};

static bool leaf(const struct walk *w, json v)
{
    int64_t value;
    if (!w->column || w->column->type == TIMELINE_TEXT) {
        if (!json_is(v, JSON_STRING) || json_str(v).len > TIMELINE_TEXT_MAX)
            return true;
        if (!w->column)
            return w->put_text(w->context, json_str(v));
        return w->put(w->context, scan_text_value(w->column, json_str(v), w->scratch));
    }
    return !value_of(w->column->type, v, &value) || w->put(w->context, value);
}

static bool walk_from(const struct walk *w, size_t part, json v)
{
    for (; part < w->path->count; part++) {
        if (strcmp(w->path->part[part], "$") == 0)
            break;
        v = json_get(v, w->path->part[part]);
        if (json_is(v, JSON_ABSENT))
            return true;
    }
    if (part == w->path->count)
        return leaf(w, v);
    if (!json_is(v, JSON_ARRAY))
        return true;
    struct json_iter it = json_each(v);
    while (json_next(&it))
        if (!walk_from(w, part + 1, it.value)) // as deep as the path has parts
            return false;
    return true;
}

bool scan_draw_values(struct scan_drawer *d, size_t column, scan_put *put, void *context)
{
    struct walk w = {.path = &d->paths[column],
        .column = &d->columns[column],
        .scratch = &d->scratch,
        .put = put,
        .context = context};
    return !d->parsed || w.path->count == 0 || walk_from(&w, 0, d->row);
}

bool scan_draw_texts(struct scan_drawer *d, size_t column, scan_put_text *put, void *context)
{
    struct walk w = {.path = &d->paths[column], .put_text = put, .context = context};
    return !d->parsed || w.path->count == 0 || walk_from(&w, 0, d->row);
}
