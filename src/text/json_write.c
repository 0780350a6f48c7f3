// SPDX-License-Identifier: Apache-2.0
// The JSON writer of json.h.
#include "json.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jw_start(struct json_writer *w, struct cu_buf *out)
{
    *w = (struct json_writer){.out = out};
}

static void before_value(struct json_writer *w)
{
    if (w->comma)
        cu_buf_char(w->out, ',');
    w->comma = true;
}

static void open_container(struct json_writer *w, char c)
{
    before_value(w);
    cu_buf_char(w->out, c);
    w->comma = false;
}

static void close_container(struct json_writer *w, char c)
{
    cu_buf_char(w->out, c);
    w->comma = true;
}

void jw_object(struct json_writer *w)
{
    open_container(w, '{');
}

void jw_object_end(struct json_writer *w)
{
    close_container(w, '}');
}

void jw_array(struct json_writer *w)
{
    open_container(w, '[');
}

void jw_array_end(struct json_writer *w)
{
    close_container(w, ']');
}

static void put_escaped(struct cu_buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        cu_buf_z(out, "\\\"");
        break;
    case '\\':
        cu_buf_z(out, "\\\\");
        break;
    case '\n':
        cu_buf_z(out, "\\n");
        break;
    case '\r':
        cu_buf_z(out, "\\r");
        break;
    case '\t':
        cu_buf_z(out, "\\t");
        break;
    default:
        cu_buf_printf(out, "\\u%04x", c);
    }
}

static void put_string(struct cu_buf *out, cu_str s)
{
    cu_buf_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        cu_buf_add(out, s.ptr + from, i - from);
        put_escaped(out, c);
        from = i + 1;
    }
    if (s.len > from)
        cu_buf_add(out, s.ptr + from, s.len - from);
    cu_buf_char(out, '"');
}

void jw_keys(struct json_writer *w, cu_str name)
{
    before_value(w);
    put_string(w->out, name);
    cu_buf_char(w->out, ':');
    w->comma = false;
}

void jw_key(struct json_writer *w, const char *name)
{
    jw_keys(w, cu_str_of(name));
}

void jw_str(struct json_writer *w, cu_str s)
{
    if (!s.ptr) {
        jw_null(w);
        return;
    }
    before_value(w);
    put_string(w->out, s);
}

void jw_z(struct json_writer *w, const char *z)
{
    jw_str(w, cu_str_of(z));
}

void jw_i64(struct json_writer *w, int64_t v)
{
    before_value(w);
    cu_buf_i64(w->out, v);
}

// Amounts and counts, nearly all there is: a decimal of at most four places that reads back as v is
// its shortest form once trailing zeros are gone. Anything else is left to the general way.
static bool write_short(struct cu_buf *out, double v)
{
    if (!(fabs(v) < 1e11))
        return false;
    int64_t scaled = llround(v * 1e4);
    double back = (double)scaled / 1e4;
    if (memcmp(&back, &v, sizeof v) != 0) // bitwise: -0.0 is not 0
        return false;
    uint64_t u = scaled < 0 ? -(uint64_t)scaled : (uint64_t)scaled;
    if (scaled < 0)
        cu_buf_char(out, '-');
    cu_buf_i64(out, (int64_t)(u / 10000));
    char decimals[5] = {'.'};
    size_t n = 5;
    uint64_t rest = u % 10000;
    for (size_t i = 4; i > 0; i--, rest /= 10)
        decimals[i] = (char)('0' + rest % 10);
    while (n > 1 && decimals[n - 1] == '0')
        n--;
    if (n > 1)
        cu_buf_add(out, decimals, n);
    return true;
}

void jw_double(struct json_writer *w, double v)
{
    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    before_value(w);
    if (write_short(w->out, v))
        return;
    char text[40];
    for (int digits = 15; digits <= 17; digits++) { // the shortest that reads back the same
        (void)snprintf(text, sizeof text, "%.*g", digits, v);
        double back = strtod(text, NULL);
        if (memcmp(&back, &v, sizeof v) == 0)
            break;
    }
    cu_buf_z(w->out, text);
}

void jw_bool(struct json_writer *w, bool v)
{
    before_value(w);
    cu_buf_z(w->out, v ? "true" : "false");
}

void jw_null(struct json_writer *w)
{
    before_value(w);
    cu_buf_z(w->out, "null");
}

void jw_raw(struct json_writer *w, cu_str json_text)
{
    before_value(w);
    cu_buf_str(w->out, json_text);
}

void jw_time(struct json_writer *w, int64_t ms)
{
    if (ms == INT64_MIN) {
        jw_null(w);
        return;
    }
    char text[TEXT_TIME_MAX];
    text_time_format(ms, text);
    jw_z(w, text);
}

static void jw_number(struct json_writer *w, json v)
{
    int64_t i = 0;
    double d = 0;
    if (json_type_of(v) == JSON_INT && json_i64(v, &i))
        jw_i64(w, i);
    else if (json_double(v, &d))
        jw_double(w, d);
    else
        jw_null(w);
}

void jw_value(struct json_writer *w, json v)
{
    bool flag = false;
    enum json_type t = json_type_of(v);
    struct json_iter it;
    switch (t) {
    case JSON_OBJECT:
        jw_object(w);
        for (it = json_each(v); json_next(&it);) {
            jw_keys(w, it.key);
            jw_value(w, it.value);
        }
        jw_object_end(w);
        break;
    case JSON_ARRAY:
        jw_array(w);
        for (it = json_each(v); json_next(&it);)
            jw_value(w, it.value);
        jw_array_end(w);
        break;
    case JSON_STRING:
        jw_str(w, json_str(v));
        break;
    case JSON_INT:
    case JSON_DOUBLE:
        jw_number(w, v);
        break;
    case JSON_BOOL:
        (void)json_bool(v, &flag);
        jw_bool(w, flag);
        break;
    case JSON_ABSENT:
    case JSON_NULL:
        jw_null(w);
        break;
    }
}

void jw_kstr(struct json_writer *w, const char *name, cu_str s)
{
    jw_key(w, name);
    jw_str(w, s);
}

void jw_kz(struct json_writer *w, const char *name, const char *z)
{
    jw_key(w, name);
    jw_z(w, z);
}

void jw_ki64(struct json_writer *w, const char *name, int64_t v)
{
    jw_key(w, name);
    jw_i64(w, v);
}

void jw_kbool(struct json_writer *w, const char *name, bool v)
{
    jw_key(w, name);
    jw_bool(w, v);
}

void jw_ktime(struct json_writer *w, const char *name, int64_t ms)
{
    jw_key(w, name);
    jw_time(w, ms);
}
