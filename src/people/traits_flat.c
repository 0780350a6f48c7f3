// SPDX-License-Identifier: Apache-2.0
// From the traits of a call to a flat list of fields in their normal form. Called by traits.c;
// reads the dictionary, writes nothing but the register of undeclared names.
#include "traits.h"

#include "text/text.h"

#include <math.h>
#include <stdio.h>

#define NEST_MAX 4

int trait_group_of(const struct dict_field *f)
{
    if (!f)
        return DICT_GROUP_UNDECLARED;
    if (f->level <= DICT_P1)
        return 0;
    return f->group == DICT_GROUP_NONE || f->group == DICT_GROUP_UNDECLARED ? DICT_GROUP_CONTACT
                                                                            : (int)f->group;
}

static cu_code add(struct trait_list *l, const struct trait *t, struct cu_error *err)
{
    // "email" and "Email": the last one counts. Names nobody declared are told apart by JSON
    // already.
    for (size_t i = 0; t->group != DICT_GROUP_UNDECLARED && i < l->count; i++) {
        if (l->at[i].group == t->group && cu_str_eq(l->at[i].name, t->name))
            l->at[i].superseded = true;
    }
    if (l->count == l->max) {
        size_t max = l->max ? l->max * 2 : 64;
        struct trait *at = cu_arena_alloc(l->arena, max * sizeof(*at));
        if (!at)
            return cu_fail(err, CU_MEMORY, "/traits", "No memory for traits.");
        if (l->count)
            memcpy(at, l->at, l->count * sizeof(*at));
        l->at = at;
        l->max = max;
    }
    l->at[l->count++] = *t;
    return CU_OK;
}

static bool text_number(cu_str s, char out[32], size_t *ret_len)
{
    int64_t whole = 0;
    if (!cu_str_i64(cu_str_trim(s), &whole))
        return false;
    *ret_len = (size_t)snprintf(out, 32, "%lld", (long long)whole);
    return true;
}

static void normal_boolean(json v, struct cu_buf *out)
{
    bool b = false;
    int64_t n = 0;
    cu_str s = cu_str_trim(json_str(v));
    if (!json_bool(v, &b))
        b = s.ptr ? cu_str_eqz(s, "1") || cu_str_eq_nocase(s, CU_LIT("true")) ||
                        cu_str_eq_nocase(s, CU_LIT("yes"))
                  : json_i64(v, &n) && n == 1;
    cu_buf_z(out, b ? "true" : "false");
}

static void normal_time(const struct dict_field *f, json v, struct cu_buf *out)
{
    int64_t ms = 0;
    double n = 0;
    char text[TEXT_TIME_MAX];
    if (!text_time_parse(cu_str_trim(json_str(v)), &ms) && json_double(v, &n))
        ms = (int64_t)(fabs(n) < 1e11 ? n * 1000.0 : n); // as dictionary_check_value reads it
    text_time_format(ms, text);
    cu_buf_add(out, text, f->type == DICT_DATE ? 10 : strlen(text));
}

static void upper(cu_str s, struct cu_buf *out)
{
    for (size_t i = 0; i < s.len; i++)
        cu_buf_char(
            out, s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? (char)(s.ptr[i] - ('a' - 'A')) : s.ptr[i]);
}

static enum fold_type normal_text(const struct dict_field *f, json v, struct cu_buf *out)
{
    cu_str s = cu_str_trim(json_str(v));
    size_t from = out->len;
    if (!json_str(v).ptr) {
        json_print(out, v); // a number where text is meant: its digits
        return FOLD_TEXT;
    }
    if (f->type == DICT_EMAIL && text_email_normalise(s, out))
        return FOLD_TEXT;
    if (f->type == DICT_PHONE && text_phone_normalise(s, out))
        return FOLD_TEXT;
    out->len = from;
    if ((f->type == DICT_COUNTRY && s.len == 2) || f->type == DICT_CURRENCY)
        upper(s, out);
    else
        cu_buf_str(out, s);
    return FOLD_TEXT;
}

// The normal form of a value that fits its row.
static enum fold_type normalise(const struct dict_field *f, json v, struct cu_buf *out)
{
    char digits[32];
    size_t len = 0;
    cu_str s = json_str(v);
    switch (f->type) {
    case DICT_BOOLEAN:
        normal_boolean(v, out);
        return FOLD_JSON;
    case DICT_TIME:
    case DICT_DATE:
        normal_time(f, v, out);
        return FOLD_TEXT;
    case DICT_INTEGER:
        if (s.ptr && text_number(s, digits, &len)) {
            cu_buf_add(out, digits, len);
            return FOLD_JSON;
        }
        break;
    case DICT_STRING:
    case DICT_EMAIL:
    case DICT_PHONE:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM:
        if (!json_is(v, JSON_OBJECT) && !json_is(v, JSON_ARRAY) && !json_is(v, JSON_BOOL))
            return normal_text(f, v, out);
        break;
    case DICT_NUMBER:
    case DICT_MONEY:
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        break;
    }
    if (s.ptr) {
        cu_buf_str(out, s);
        return FOLD_TEXT;
    }
    json_print(out, v);
    return FOLD_JSON;
}

static cu_code add_value(struct trait_list *l, const struct dict_field *f, bool misfit, cu_str name,
    json v, struct cu_error *err)
{
    struct trait t = {.name = f ? f->name : name,
        .group = trait_group_of(f),
        .type = FOLD_NULL,
        .misfit = misfit};
    bool cleared =
        json_is(v, JSON_NULL) || (f && f->type != DICT_STRING && json_is(v, JSON_STRING) &&
                                     cu_str_trim(json_str(v)).len == 0);
    if (!cleared) {
        struct cu_buf b;
        cu_buf_init(&b, TRAIT_GROUP_MAX);
        const struct dict_field any = {.type = DICT_ANY};
        t.type = normalise(f ? f : &any, v, &b);
        t.value = cu_arena_dup(l->arena, cu_buf_view(&b));
        bool failed = b.failed || (b.len && !t.value.ptr);
        cu_buf_wipe(&b);
        if (failed)
            return cu_fail(err, CU_MEMORY, "/traits", "No memory for a field.");
    }
    return add(l, &t, err);
}

static cu_str join(struct cu_arena *a, cu_str prefix, cu_str key)
{
    if (prefix.len == 0)
        return key;
    return cu_arena_printf(a, "%.*s.%.*s", CU_ARG(prefix), CU_ARG(key));
}

// Does any member of an object have a row of its own below this path?
static bool has_declared_member(struct people *p, struct cu_arena *a, cu_str path, json object)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        cu_str child = join(a, path, it.key);
        if (child.ptr && dictionary_person_field(people_dictionary(p), child))
            return true;
    }
    return false;
}

// null for a declared object clears the fields below it, too.
static cu_code clear_below(
    struct people *p, struct trait_list *l, const struct dict_field *parent, struct cu_error *err)
{
    const struct dict_field *rows = NULL;
    size_t count = dictionary_person_fields(people_dictionary(p), &rows);
    for (size_t i = 0; i < count; i++) {
        cu_str n = rows[i].name;
        if (n.len > parent->name.len && cu_str_starts(n, parent->name) &&
            n.ptr[parent->name.len] == '.') {
            struct trait t = {.name = n, .group = trait_group_of(&rows[i]), .type = FOLD_NULL};
            CU_TRY(add(l, &t, err));
        }
    }
    return CU_OK;
}

static cu_code flatten(struct people *p, cu_str prefix, json object, int depth,
    const struct evidence *ev, struct trait_list *l, struct cu_error *err)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        cu_str path = join(l->arena, prefix, it.key);
        if (!path.ptr || path.len > FOLD_NAME_MAX)
            return cu_fail(err, CU_TOO_LARGE, "/traits", "Names of fields are at most %u bytes.",
                FOLD_NAME_MAX);
        const struct dict_field *f = dictionary_person_field(people_dictionary(p), path);
        bool open = !f || f->type == DICT_OBJECT || f->type == DICT_ANY;
        cu_str below = f ? f->name : path;
        if (json_is(it.value, JSON_OBJECT) && open && depth < NEST_MAX &&
            has_declared_member(p, l->arena, below, it.value)) {
            CU_TRY(flatten(p, below, it.value, depth + 1, ev, l, err));
            continue;
        }
        if (f && f->collect == DICT_COLLECT_NO)
            continue; // nothing of it is stored any more
        if (f && json_is(it.value, JSON_NULL) && open)
            CU_TRY(clear_below(p, l, f, err));
        bool misfit = f && dictionary_check_value(f, it.value, "", NULL) != CU_OK;
        if (misfit)
            f = NULL; // kept, but as nobody's
        if (!f)
            people_undeclared_note(p, CU_LIT("person"), path, ev);
        CU_TRY(add_value(l, f, misfit, path, it.value, err));
    }
    return CU_OK;
}

cu_code traits_flatten(struct people *p, json traits, const struct evidence *ev,
    struct trait_list *ret, struct cu_error *err)
{
    ret->at = NULL;
    ret->count = ret->max = 0;
    return flatten(p, CU_NONE, traits, 0, ev, ret, err);
}

size_t people_ids_of_traits(
    struct people *p, json traits, struct person_id *ids, size_t count, size_t max)
{
    // Numbers have no text to point to: it stands here, by place in ids, until the thread's next
    // event.
    static _Thread_local char digits[PERSON_IDS_MAX][24];
    const struct dictionary *d = people_dictionary(p);
    struct json_iter it = json_each(traits);
    while (d && json_is(traits, JSON_OBJECT) && count < max && count < PERSON_IDS_MAX &&
           json_next(&it)) {
        const struct dict_field *f = dictionary_person_field(d, it.key);
        int64_t n = 0;
        cu_str value = json_str(it.value);
        if (!f || f->identifier.len == 0)
            continue;
        if (!value.ptr && json_is(it.value, JSON_INT) && json_i64(it.value, &n)) {
            int len = snprintf(digits[count], sizeof(digits[count]), "%lld", (long long)n);
            value = (cu_str){digits[count], (size_t)len};
        }
        if (value.len)
            ids[count++] = (struct person_id){f->identifier, value};
    }
    return count;
}
