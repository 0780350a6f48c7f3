// SPDX-License-Identifier: Apache-2.0
// One value against its row: lengths, ranges, options and the forms of times, ids and addresses.
// Errors say what would be accepted and never repeat what was given.

#include "decode_value.h"

#include "base/clock.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static cu_code fail_at(const char *at, struct cu_error *err, cu_code code, const char *text)
{
    return cu_fail(err, code, at, "%s", text);
}

const char *spec_plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static cu_code check_length(
    const struct spec_field *f, size_t len, const char *at, struct cu_error *err)
{
    if (f->max >= 0 && len > (size_t)f->max)
        return cu_fail(err, CU_TOO_LARGE, at, "At most %lld byte%s of text are accepted.",
            (long long)f->max, spec_plural(f->max));
    if (f->min > 0 && len < (size_t)f->min)
        return cu_fail(err, CU_INVALID, at, "At least %lld byte%s of text are needed.",
            (long long)f->min, spec_plural(f->min));
    return CU_OK;
}

static cu_code check_enum(
    const struct spec_field *f, cu_str text, const char *at, struct cu_error *err)
{
    char list[200];
    size_t len = 0;
    list[0] = 0;
    for (size_t i = 0; f->options && f->options[i]; i++) {
        if (cu_str_eqz(text, f->options[i]))
            return CU_OK;
        int n = snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", f->options[i]);
        if (n > 0 && (size_t)n < sizeof list - len)
            len += (size_t)n;
    }
    return cu_fail(err, CU_INVALID, at, "One of these is expected: %s.", list);
}

cu_code spec_check_int(
    const struct spec_field *f, bool is_int, int64_t n, const char *at, struct cu_error *err)
{
    if (!is_int || n < f->min || n > f->max)
        return cu_fail(err, CU_INVALID, at, "A whole number from %lld to %lld is expected.",
            (long long)f->min, (long long)f->max);
    return CU_OK;
}

cu_code spec_check_number(
    const struct spec_field *f, bool is_number, double n, const char *at, struct cu_error *err)
{
    if (!is_number || !isfinite(n) || n < (double)f->min || n > (double)f->max)
        return cu_fail(err, CU_INVALID, at, "A number from %lld to %lld is expected.",
            (long long)f->min, (long long)f->max);
    return CU_OK;
}

static cu_code check_email(cu_str text, const char *at, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, 256);
    bool good = text_email_normalise(text, &plain);
    cu_buf_wipe(&plain);
    return good ? CU_OK
                : fail_at(
                      at, err, CU_INVALID, "An e-mail address like name@example.org is expected.");
}

static cu_code check_day(cu_str text, int64_t *ret_ms, const char *at, struct cu_error *err)
{
    if (text.len != 10 || !text_time_parse(text, ret_ms))
        return fail_at(at, err, CU_INVALID, "A day like 2026-11-21 is expected.");
    return CU_OK;
}

static cu_code check_uuid(cu_str text, const char *at, struct cu_error *err)
{
    struct cu_uuid id;
    if (!cu_uuid_parse(text, &id))
        return fail_at(
            at, err, CU_INVALID, "An id like 01936f2c-7b1e-7c4a-9f00-1d2e3f405162 is expected.");
    return CU_OK;
}

cu_code spec_take_text(const struct spec_field *f, cu_str text, const char *at,
    struct spec_value *ret, struct cu_error *err)
{
    ret->text = text;
    switch (f->type) {
    case SPEC_STRING:
        return check_length(f, text.len, at, err);
    case SPEC_ENUM:
        return check_enum(f, text, at, err);
    case SPEC_UUID:
        return check_uuid(text, at, err);
    case SPEC_EMAIL:
        return check_email(text, at, err);
    case SPEC_DATE:
        return check_day(text, &ret->number, at, err);
    case SPEC_TIME:
        if (!text_time_parse(text, &ret->number))
            return fail_at(at, err, CU_INVALID, "A time like 2026-11-21T10:00:00Z is expected.");
        return CU_OK;
    case SPEC_INT:
    case SPEC_NUMBER:
    case SPEC_BOOL:
    case SPEC_OBJECT:
    case SPEC_ARRAY:
    case SPEC_ANY:
        break;
    }
    return fail_at(at, err, CU_INVALID, "This value cannot be given as text.");
}

static cu_code text_bool(cu_str text, const char *at, int64_t *ret, struct cu_error *err)
{
    static const char *const yes[] = {"true", "1", "yes", "on"};
    static const char *const no[] = {"false", "0", "no", "off"};
    for (size_t i = 0; i < CU_COUNT(yes); i++) {
        if (cu_str_eqz(text, yes[i]) || cu_str_eqz(text, no[i])) {
            *ret = cu_str_eqz(text, yes[i]);
            return CU_OK;
        }
    }
    return fail_at(at, err, CU_INVALID, "true or false is expected.");
}

static bool text_number(cu_str text, double *ret)
{
    char copy[64];
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!memchr("0123456789+-.eE", text.ptr[i], 15)) // no hexadecimal, no "nan"
            return false;
        copy[i] = text.ptr[i];
    }
    copy[text.len] = 0;
    char *end = NULL;
    *ret = strtod(copy, &end);
    return end == copy + text.len;
}

cu_code spec_decode_text(
    const struct spec_field *field, cu_str text, struct spec_value *ret, struct cu_error *err)
{
    const char *at = field->name;
    *ret = (struct spec_value){.present = true, .text = text};
    if (text.len > 0 && !text_utf8_valid(text))
        return fail_at(at, err, CU_MALFORMED, "UTF-8 text without NUL is expected.");
    if (field->type == SPEC_BOOL)
        return text_bool(text, at, &ret->number, err);
    if (field->type == SPEC_INT) {
        bool whole = cu_str_i64(text, &ret->number);
        return spec_check_int(field, whole, ret->number, at, err);
    }
    if (field->type == SPEC_NUMBER) {
        bool number = text_number(text, &ret->real);
        return spec_check_number(field, number, ret->real, at, err);
    }
    if (field->type == SPEC_ANY)
        return check_length(field, text.len, at, err);
    return spec_take_text(field, text, at, ret, err);
}
