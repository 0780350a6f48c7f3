// SPDX-License-Identifier: Apache-2.0
// Values against their rows: on the way of every event, so a success allocates and formats nothing.
// As loose as real clients are (numbers as text, ids as numbers, empty texts), strict about what
// can do harm later: lengths, ranges, money with dust behind it, times no person lived in.

#include "dictionary_rows.h"

#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define YEAR_1900_MS (-2208988800000)
#define YEAR_2101_MS 4133980800000
#define NEST_MAX 16

static cu_code refuse(const char *pointer, struct cu_error *err, const char *what)
{
    return cu_fail(err, CU_INVALID, pointer, "%s", what);
}

static cu_code check_bytes(
    const struct dict_field *f, size_t len, const char *pointer, struct cu_error *err)
{
    if (len > (size_t)f->max)
        return cu_fail(err, CU_INVALID, pointer, "At most %lld bytes of text are accepted.",
            (long long)f->max);
    if (len < (size_t)f->min)
        return cu_fail(
            err, CU_INVALID, pointer, "At least %lld bytes of text are needed.", (long long)f->min);
    return CU_OK;
}

// The text of a value that may be text or a number (an id, a telephone number); room holds a
// number.
static bool as_text(json v, char room[32], cu_str *ret)
{
    int64_t whole = 0;
    double real = 0;
    *ret = json_str(v);
    if (ret->ptr)
        return true;
    if (json_i64(v, &whole))
        *ret = (cu_str){room, (size_t)snprintf(room, 32, "%lld", (long long)whole)};
    else if (json_double(v, &real))
        *ret = (cu_str){room, (size_t)snprintf(room, 32, "%.17g", real)};
    return ret->ptr != NULL;
}

static cu_code check_string(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    char room[32];
    cu_str s;
    if (!as_text(v, room, &s))
        return refuse(pointer, err, "A text is expected.");
    return check_bytes(f, s.len, pointer, err);
}

static bool text_is_number(cu_str s, double *ret)
{
    char copy[48];
    s = cu_str_trim(s);
    if (s.len == 0 || s.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!memchr("0123456789+-.eE", s.ptr[i], 15))
            return false;
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = 0;
    char *end = NULL;
    *ret = strtod(copy, &end);
    return end == copy + s.len && isfinite(*ret);
}

static cu_code check_range(
    const struct dict_field *f, double n, const char *pointer, struct cu_error *err)
{
    if (n < (double)f->min || n > (double)f->max)
        return cu_fail(err, CU_INVALID, pointer, "A number from %lld to %lld is expected.",
            (long long)f->min, (long long)f->max);
    return CU_OK;
}

static cu_code check_integer(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    int64_t n = 0;
    cu_str s = json_str(v);
    double real = 0;
    bool good = s.ptr ? cu_str_i64(cu_str_trim(s), &n) : json_i64(v, &n);
    if (!good && s.ptr && text_is_number(s, &real) && fabs(real) < 9e15 && real == floor(real)) {
        n = (int64_t)real; // "3.0"
        good = true;
    }
    if (!good || n < f->min || n > f->max)
        return cu_fail(err, CU_INVALID, pointer, "A whole number from %lld to %lld is expected.",
            (long long)f->min, (long long)f->max);
    return CU_OK;
}

static cu_code check_number(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    double n = 0;
    cu_str s = json_str(v);
    if (s.ptr ? !text_is_number(s, &n) : !json_double(v, &n))
        return refuse(pointer, err, "A number is expected.");
    return check_range(f, n, pointer, err);
}

static cu_code check_money(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    double n = 0;
    int64_t minor = 0;
    cu_str s = json_str(v);
    bool number = s.ptr ? text_is_number(s, &n) : json_double(v, &n);
    if (!number)
        return refuse(pointer, err, "An amount like 12.50 is expected, without currency sign.");
    CU_TRY(check_range(f, n, pointer, err));
    if (s.ptr ? !text_money_parse(s, 2, &minor) : !text_money_from_double(n, 2, &minor))
        return refuse(pointer, err, "An amount with at most four decimals is expected.");
    return CU_OK;
}

static cu_code check_boolean(json v, const char *pointer, struct cu_error *err)
{
    static const char *const words[] = {"true", "false", "1", "0", "yes", "no"};
    bool truth = false;
    int64_t n = 0;
    cu_str s = json_str(v);
    if (json_bool(v, &truth) || (json_i64(v, &n) && (n == 0 || n == 1)))
        return CU_OK;
    for (size_t i = 0; s.ptr && i < CU_COUNT(words); i++)
        if (cu_str_eq_nocase(s, cu_str_of(words[i])))
            return CU_OK;
    return refuse(pointer, err, "true or false is expected.");
}

// ISO 8601 text, or seconds or milliseconds since 1970 as a number (only type time).
static cu_code check_time(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    int64_t ms = 0;
    double n = 0;
    cu_str s = json_str(v);
    bool good =
        s.ptr ? text_time_parse(cu_str_trim(s), &ms) : f->type == DICT_TIME && json_double(v, &n);
    if (good && !s.ptr) {
        n = fabs(n) < 1e11 ? n * 1000.0 : n; // 1e11 seconds are the year 5138
        good = fabs(n) < 1e15;
        ms = good ? (int64_t)n : 0;
    }
    if (!good)
        return refuse(pointer, err,
            f->type == DICT_DATE ? "A day like 2026-11-21 is expected."
                                 : "A time like 2026-11-21T10:00:00Z is expected.");
    if (ms < YEAR_1900_MS || ms >= YEAR_2101_MS)
        return refuse(pointer, err, "A time between the years 1900 and 2100 is expected.");
    return CU_OK;
}

static cu_code check_email(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    cu_str s = json_str(v);
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, 512);
    bool good = s.ptr && s.len <= (size_t)f->max && text_email_normalise(s, &plain);
    cu_buf_wipe(&plain);
    return good ? CU_OK
                : refuse(pointer, err, "An e-mail address like name@example.org is expected.");
}

// National forms too: whether it identifies anybody is decided where identifiers are normalised.
static cu_code check_phone(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    char room[32];
    cu_str s;
    size_t digits = 0;
    bool good = as_text(v, room, &s) && s.len <= (size_t)f->max;
    for (size_t i = 0; good && i < s.len; i++) {
        char c = s.ptr[i];
        digits += c >= '0' && c <= '9' ? 1 : 0;
        good = (c >= '0' && c <= '9') || memchr(" +()-./#xXeEtT", c, 14);
    }
    if (!good || digits < 4 || digits > 20)
        return refuse(pointer, err, "A telephone number is expected, best like +4930123456.");
    return CU_OK;
}

static cu_code check_line(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    cu_str s = json_str(v);
    if (!s.ptr)
        return refuse(pointer, err,
            f->type == DICT_URL ? "An address (URL) as text is expected."
                                : "A country as text is expected, best like DE.");
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return refuse(pointer, err, "One line of text without control characters is expected.");
    return check_bytes(f, s.len, pointer, err);
}

static cu_code check_currency(json v, const char *pointer, struct cu_error *err)
{
    if (text_currency_exponent(cu_str_trim(json_str(v))) < 0)
        return refuse(pointer, err, "A currency of three letters like EUR is expected.");
    return CU_OK;
}

static cu_code check_enum(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    char list[180], room[32];
    size_t len = 0;
    cu_str s;
    bool text = as_text(v, room, &s);
    for (uint32_t i = 0; text && i < f->option_count; i++)
        if (cu_str_eq_nocase(cu_str_trim(s), f->options[i]))
            return CU_OK;
    list[0] = 0;
    for (uint32_t i = 0; i < f->option_count; i++) {
        int n =
            snprintf(list + len, sizeof list - len, "%s%.*s", i ? ", " : "", CU_ARG(f->options[i]));
        if (n <= 0 || (size_t)n >= sizeof list - len)
            break;
        len += (size_t)n;
    }
    list[len] = 0;
    return cu_fail(err, CU_INVALID, pointer, "One of these is expected: %s.", list);
}

static cu_code check_container(
    const struct dict_field *f, json v, const char *pointer, struct cu_error *err)
{
    bool array = f->type == DICT_ARRAY;
    if (!json_is(v, array ? JSON_ARRAY : JSON_OBJECT))
        return refuse(pointer, err, array ? "A list is expected." : "An object is expected.");
    size_t count = json_count(v);
    if (count > (size_t)f->max || count < (size_t)f->min)
        return cu_fail(err, CU_INVALID, pointer, "%lld to %lld %s are accepted.", (long long)f->min,
            (long long)f->max, array ? "elements" : "members");
    return CU_OK;
}

static bool is_nothing(const struct dict_field *f, json v)
{
    enum json_type t = json_type_of(v);
    if (t == JSON_NULL || t == JSON_ABSENT)
        return true;
    return t == JSON_STRING && f->type != DICT_STRING && cu_str_trim(json_str(v)).len == 0;
}

cu_code dictionary_check_value(
    const struct dict_field *f, json value, const char *pointer, struct cu_error *err)
{
    if (is_nothing(f, value))
        return CU_OK;
    switch (f->type) {
    case DICT_STRING:
        return check_string(f, value, pointer, err);
    case DICT_INTEGER:
        return check_integer(f, value, pointer, err);
    case DICT_NUMBER:
        return check_number(f, value, pointer, err);
    case DICT_MONEY:
        return check_money(f, value, pointer, err);
    case DICT_BOOLEAN:
        return check_boolean(value, pointer, err);
    case DICT_TIME:
    case DICT_DATE:
        return check_time(f, value, pointer, err);
    case DICT_EMAIL:
        return check_email(f, value, pointer, err);
    case DICT_PHONE:
        return check_phone(f, value, pointer, err);
    case DICT_URL:
    case DICT_COUNTRY:
        return check_line(f, value, pointer, err);
    case DICT_CURRENCY:
        return check_currency(value, pointer, err);
    case DICT_ENUM:
        return check_enum(f, value, pointer, err);
    case DICT_OBJECT:
    case DICT_ARRAY:
        return check_container(f, value, pointer, err);
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        break;
    }
    return CU_OK;
}

static cu_code check_members(
    const struct dict_index *x, json object, int depth, struct cu_error *err);

// A value under a declared name and what is declared below it. Errors start with "" and grow their
// pointer on the way up, so that nothing is formatted for values that are fine.
static cu_code check_entry(const struct dict_entry *e, json v, int depth, struct cu_error *err)
{
    if (e->row)
        CU_TRY(dictionary_check_value(e->row, v, "", err));
    if (!e->below || depth >= NEST_MAX)
        return CU_OK;
    if (json_is(v, JSON_OBJECT))
        return check_members(e->below, v, depth + 1, err);
    const struct dict_entry *element =
        json_is(v, JSON_ARRAY) ? dict_index_get(e->below, CU_LIT("$")) : NULL;
    struct json_iter it = element ? json_each(v) : (struct json_iter){0};
    for (size_t i = 0; element && json_next(&it); i++) {
        cu_code code = check_entry(element, it.value, depth + 1, err);
        if (code != CU_OK) {
            cu_error_prefix(err, "/%zu", i);
            return code;
        }
    }
    return CU_OK;
}

static cu_code check_members(
    const struct dict_index *x, json object, int depth, struct cu_error *err)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        const struct dict_entry *e = dict_index_get(x, it.key);
        cu_code code = e ? check_entry(e, it.value, depth, err) : CU_OK;
        if (code != CU_OK) {
            cu_error_prefix(err, "/%.*s", CU_ARG(it.key));
            return code;
        }
    }
    return CU_OK;
}

static cu_code check_all(
    const struct dict_index *x, json object, const char *pointer, struct cu_error *err)
{
    if (!json_is(object, JSON_OBJECT))
        return CU_OK; // absent or null; whether it may be so is the door's question
    cu_code code = check_members(x, object, 0, err);
    if (code != CU_OK)
        cu_error_prefix(err, "%s", pointer);
    return code;
}

cu_code dictionary_check_properties(
    const struct dict_event *e, json properties, const char *pointer, struct cu_error *err)
{
    return check_all(e->index, properties, pointer, err);
}

cu_code dictionary_check_traits(
    const struct dictionary *d, json traits, const char *pointer, struct cu_error *err)
{
    return check_all(d->person_index, traits, pointer, err);
}
