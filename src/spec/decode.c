// SPDX-License-Identifier: Apache-2.0
// Decoding of bodies, queries and command-line values by rows of fields: the one place where what a
// caller sent becomes typed values. Called by the dispatcher before every handler, by settings and
// by the command line. Errors name the field and what would be accepted, never the value that was
// given.

#include "decode_value.h"
#include "suggest.h"
#include "text/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define NEST_MAX 8 // fields within fields

const struct spec_value *spec_get(const struct spec_values *v, const char *name)
{
    for (size_t i = 0; v->fields && v->fields[i].name; i++)
        if (v->fields[i].name == name || strcmp(v->fields[i].name, name) == 0)
            return &v->at[i];
    assert(false && "the field is not declared in this table");
    abort();
}

bool spec_has(const struct spec_values *v, const char *name)
{
    return spec_get(v, name)->present;
}

cu_str spec_str(const struct spec_values *v, const char *name)
{
    const struct spec_value *value = spec_get(v, name);
    return value->present ? value->text : CU_NONE;
}

int64_t spec_i64(const struct spec_values *v, const char *name)
{
    const struct spec_value *value = spec_get(v, name);
    return value->present ? value->number : 0;
}

static cu_code fail_at(const char *at, struct cu_error *err, cu_code code, const char *text)
{
    return cu_fail(err, code, at, "%s", text);
}

static void pointer_of(char out[96], const char *above, const char *name, size_t index)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    const char *last = name ? name : number;
    snprintf(out, 96, "%.60s/%.34s", above, last);
}

static const struct spec_field *field_of(
    const struct spec_field *fields, cu_str name, size_t *ret_index)
{
    for (size_t i = 0; fields && fields[i].name; i++) {
        if (cu_str_eqz(name, fields[i].name)) {
            *ret_index = i;
            return &fields[i];
        }
    }
    return NULL;
}

// The name itself is repeated only when it reads as a name: keys can hold personal data too.
static cu_code fail_unknown(const struct spec_field *fields, const char *above, const char *slash,
    cu_str name, struct cu_error *err)
{
    char list[220], at[96];
    size_t len = 0;
    list[0] = 0;
    struct spec_nearest near = spec_nearest_to(name);
    for (size_t i = 0; fields && fields[i].name; i++) {
        spec_nearest_offer(&near, cu_str_of(fields[i].name));
        int n = snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", fields[i].name);
        if (n > 0 && (size_t)n < sizeof list - len)
            len += (size_t)n;
        else
            list[len] = 0;
    }
    cu_str best = spec_nearest_best(&near);
    bool plain = spec_name_is_plain(name);
    char shown[65] = "";
    memcpy(shown, plain ? name.ptr : "", plain ? name.len : 0);
    if (plain)
        snprintf(at, sizeof at, "%.40s%s%.54s", above, slash, shown);
    else
        snprintf(at, sizeof at, "%.95s", above);
    if (len == 0)
        return fail_at(at, err, CU_UNKNOWN_FIELD, "Nothing is accepted here.");
    if (plain && best.len > 0)
        return cu_fail(err, CU_UNKNOWN_FIELD, at, "Did you mean \"%.*s\"? Known here: %s.",
            CU_ARG(best), list);
    return cu_fail(err, CU_UNKNOWN_FIELD, at, "Known here: %s.", list);
}

static cu_code check_members(const struct spec_field *fields, json object, const char *above,
    int depth, struct spec_value *at, struct cu_error *err);
static cu_code take_json(const struct spec_field *f, json v, const char *at, int depth,
    struct spec_value *ret, struct cu_error *err);

static cu_code check_size(json v, int64_t max, const char *at, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, max > 0 ? (size_t)max : 0);
    json_print(&text, v);
    cu_code code = cu_buf_code(&text, NULL);
    cu_buf_wipe(&text);
    if (code == CU_TOO_LARGE)
        return cu_fail(err, code, at, "At most %lld bytes of JSON are accepted.", (long long)max);
    return code == CU_OK ? CU_OK
                         : cu_fail(err, code, at, "No memory was left to look at this value.");
}

static cu_code take_object(
    const struct spec_field *f, json v, const char *at, int depth, struct cu_error *err)
{
    if (!json_is(v, JSON_OBJECT))
        return fail_at(at, err, CU_INVALID, "A JSON object is expected.");
    CU_TRY(check_size(v, f->max, at, err));
    return f->fields ? check_members(f->fields, v, at, depth + 1, NULL, err) : CU_OK;
}

// An element is an object with these members or, when the only row is named "", one value of its
// type.
static cu_code take_array(
    const struct spec_field *f, json v, const char *at, int depth, struct cu_error *err)
{
    if (!json_is(v, JSON_ARRAY))
        return fail_at(at, err, CU_INVALID, "A JSON array is expected.");
    size_t count = json_count(v);
    if (f->max >= 0 && count > (size_t)f->max)
        return cu_fail(err, CU_TOO_LARGE, at, "At most %lld element%s are accepted.",
            (long long)f->max, spec_plural(f->max));
    if (f->min > 0 && count < (size_t)f->min)
        return cu_fail(err, CU_INVALID, at, "At least %lld element%s are needed.",
            (long long)f->min, spec_plural(f->min));
    if (!f->fields)
        return CU_OK;
    struct json_iter it = json_each(v);
    for (size_t i = 0; json_next(&it); i++) {
        char element[96];
        pointer_of(element, at, NULL, i);
        if (f->fields[0].name && f->fields[0].name[0] == 0) {
            struct spec_value ignored = {0};
            CU_TRY(take_json(&f->fields[0], it.value, element, depth + 1, &ignored, err));
        } else {
            CU_TRY(check_members(f->fields, it.value, element, depth + 1, NULL, err));
        }
    }
    return CU_OK;
}

static cu_code take_json(const struct spec_field *f, json v, const char *at, int depth,
    struct spec_value *ret, struct cu_error *err)
{
    bool truth = false, good = false;
    ret->present = true;
    ret->raw = v;
    switch (f->type) {
    case SPEC_INT:
        good = json_i64(v, &ret->number);
        return spec_check_int(f, good, ret->number, at, err);
    case SPEC_NUMBER:
        good = json_double(v, &ret->real);
        return spec_check_number(f, good, ret->real, at, err);
    case SPEC_BOOL:
        if (!json_bool(v, &truth))
            return fail_at(at, err, CU_INVALID, "true or false is expected.");
        ret->number = truth;
        return CU_OK;
    case SPEC_OBJECT:
        return take_object(f, v, at, depth, err);
    case SPEC_ARRAY:
        return take_array(f, v, at, depth, err);
    case SPEC_ANY:
        ret->text = json_str(v);
        return check_size(v, f->max, at, err);
    case SPEC_STRING:
    case SPEC_TIME:
    case SPEC_DATE:
    case SPEC_UUID:
    case SPEC_EMAIL:
    case SPEC_ENUM:
        if (!json_is(v, JSON_STRING))
            return fail_at(at, err, CU_INVALID, "A JSON string is expected.");
        return spec_take_text(f, json_str(v), at, ret, err);
    }
    return fail_at(at, err, CU_INTERNAL, "The field has no type.");
}

// What was not given: missing when required, else the fallback of the row or nothing.
static cu_code take_absent(
    const struct spec_field *f, const char *at, struct spec_value *ret, struct cu_error *err)
{
    if (f->required)
        return cu_fail(
            err, CU_MISSING, at, "\"%s\" is required: %.160s", f->name, f->doc ? f->doc : "");
    if (!f->fallback || !ret)
        return CU_OK;
    json raw = ret->raw;
    CU_TRY(spec_decode_text(f, cu_str_of(f->fallback), ret, err));
    ret->raw = raw;
    return CU_OK;
}

static cu_code check_members(const struct spec_field *fields, json object, const char *above,
    int depth, struct spec_value *at, struct cu_error *err)
{
    bool given[SPEC_FIELDS_MAX] = {false};
    char where[96];
    assert(depth <= NEST_MAX);
    if (!json_is(object, JSON_OBJECT))
        return fail_at(above, err, CU_INVALID, "A JSON object is expected.");
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        size_t i = 0;
        const struct spec_field *f = field_of(fields, it.key, &i);
        if (!f)
            return fail_unknown(fields, above, "/", it.key, err);
        struct spec_value value = {.raw = it.value};
        given[i] = !json_is(it.value, JSON_NULL) || f->type == SPEC_ANY;
        pointer_of(where, above, f->name, 0);
        if (given[i])
            CU_TRY(take_json(f, it.value, where, depth, &value, err));
        if (at)
            at[i] = value;
    }
    for (size_t i = 0; fields && fields[i].name; i++) {
        if (given[i])
            continue;
        pointer_of(where, above, fields[i].name, 0);
        CU_TRY(take_absent(&fields[i], where, at ? &at[i] : NULL, err));
    }
    return CU_OK;
}

static void values_start(const struct spec_field *fields, struct spec_values *ret)
{
    size_t count = 0;
    while (fields && fields[count].name)
        count++;
    assert(count <= SPEC_FIELDS_MAX);
    memset(ret->at, 0, sizeof ret->at[0] * count);
    ret->fields = fields;
}

cu_code spec_decode_json(
    const struct spec_field *fields, json object, struct spec_values *ret, struct cu_error *err)
{
    values_start(fields, ret);
    return check_members(fields, object, "", 0, ret->at, err);
}

// One "name=value" of a query, percent-decoded into the arena.
static cu_code query_text(cu_str part, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, part.len + 1);
    bool good = text_url_decode(part, true, &plain);
    if (plain.failed)
        return fail_at("", err, CU_MEMORY, "No memory was left for the query.");
    if (!good || (plain.len > 0 && !text_utf8_valid(cu_buf_view(&plain))))
        return fail_at("", err, CU_MALFORMED, "The query is not percent-encoded UTF-8 text.");
    *ret = plain.len ? cu_arena_dup(arena, cu_buf_view(&plain)) : CU_LIT("");
    return ret->ptr ? CU_OK : fail_at("", err, CU_MEMORY, "No memory was left for the query.");
}

static cu_code query_part(const struct spec_field *fields, cu_str part, struct cu_arena *arena,
    bool *given, struct spec_values *ret, struct cu_error *err)
{
    bool flag = cu_str_find(part, '=') < 0;
    cu_str rest = part, name, value;
    cu_str raw_name = cu_str_cut(&rest, '=');
    CU_TRY(query_text(raw_name, arena, &name, err));
    CU_TRY(query_text(rest, arena, &value, err));
    size_t i = 0;
    const struct spec_field *f = field_of(fields, name, &i);
    if (!f)
        return fail_unknown(fields, "", "", name, err);
    if (given[i])
        return fail_at(
            f->name, err, CU_INVALID, "This parameter stands in the query more than once.");
    given[i] = true;
    if (flag && f->type == SPEC_BOOL)
        value = CU_LIT("true");
    bool empty_means_absent = (f->type != SPEC_STRING && f->type != SPEC_ANY) || f->min > 0;
    if (value.len == 0 && empty_means_absent)
        return take_absent(f, f->name, &ret->at[i], err); // forms send what was left blank
    return spec_decode_text(f, value, &ret->at[i], err);
}

cu_code spec_decode_query(const struct spec_field *fields, cu_str query, struct cu_arena *arena,
    struct spec_values *ret, struct cu_error *err)
{
    bool given[SPEC_FIELDS_MAX] = {false};
    values_start(fields, ret);
    while (query.len > 0) {
        cu_str part = cu_str_cut(&query, '&');
        if (part.len > 0)
            CU_TRY(query_part(fields, part, arena, given, ret, err));
    }
    for (size_t i = 0; fields && fields[i].name; i++)
        if (!given[i])
            CU_TRY(take_absent(&fields[i], fields[i].name, &ret->at[i], err));
    return CU_OK;
}
