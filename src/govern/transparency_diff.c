// SPDX-License-Identifier: Apache-2.0
// What differs between two contents of the transparency page. Lists of things that have a name are compared by it,
// whatever their order. Pure.
#include "transparency_private.h"

static bool same(json a, json b)
{
    CU_AUTO_BUF struct cu_buf x, y;
    cu_buf_init(&x, PROOF_DOCUMENT_MAX);
    cu_buf_init(&y, PROOF_DOCUMENT_MAX);
    json_print(&x, a);
    json_print(&y, b);
    return !x.failed && !y.failed && cu_str_eq(cu_buf_view(&x), cu_buf_view(&y));
}

static json named(json list, cu_str name)
{
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "name")), name))
            return it.value;
    }
    return json_get(list, "");
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

struct walk {
    transparency_change_fn *fn;
    void *context;
    cu_str part, name;
};

static void tell(const struct walk *w, cu_str name, cu_str attribute, json before, json after)
{
    const struct transparency_change c = {w->part, name, attribute, before, after};
    w->fn(w->context, &c);
}

static void named_lists(struct walk *w, json before, json after);

// Two things of one name: their attributes; the fields of a category are things with a name again.
static void two_objects(struct walk *w, cu_str name, json before, json after)
{
    struct json_iter it = json_each(after);
    while (json_next(&it)) {
        json was = member(before, it.key);
        if (same(was, it.value))
            continue;
        if (cu_str_eqz(w->part, "data") && json_is(it.value, JSON_ARRAY)) {
            struct json_iter probe = json_each(it.value), old = json_each(was);
            bool objects = (json_next(&probe) && json_is(probe.value, JSON_OBJECT)) ||
                           (json_next(&old) && json_is(old.value, JSON_OBJECT));
            if (objects) {
                named_lists(w, was, it.value);
                continue;
            }
        }
        tell(w, name, it.key, was, it.value);
    }
    it = json_each(before);
    while (json_next(&it)) {
        if (json_is(member(after, it.key), JSON_ABSENT))
            tell(w, name, it.key, it.value, member(after, it.key));
    }
}

static void named_lists(struct walk *w, json before, json after)
{
    struct json_iter it = json_each(after);
    while (json_next(&it)) {
        cu_str name = json_str(json_get(it.value, "name"));
        json was = named(before, name);
        if (json_is(was, JSON_ABSENT))
            tell(w, name, CU_NONE, was, it.value);
        else if (!same(was, it.value))
            two_objects(w, name, was, it.value);
    }
    it = json_each(before);
    while (json_next(&it)) {
        cu_str name = json_str(json_get(it.value, "name"));
        if (json_is(named(after, name), JSON_ABSENT))
            tell(w, name, CU_NONE, it.value, named(after, name));
    }
}

static bool has_text(json list, cu_str text)
{
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        if (cu_str_eq(json_str(it.value), text))
            return true;
    }
    return false;
}

static void text_lists(struct walk *w, json before, json after)
{
    struct json_iter it = json_each(after);
    while (json_next(&it)) {
        if (!has_text(before, json_str(it.value)))
            tell(w, json_str(it.value), CU_NONE, json_get(before, ""), it.value);
    }
    it = json_each(before);
    while (json_next(&it)) {
        if (!has_text(after, json_str(it.value)))
            tell(w, json_str(it.value), CU_NONE, it.value, json_get(after, ""));
    }
}

void transparency_diff(json before, json after, transparency_change_fn *fn, void *context)
{
    static const char *const parts[] = {"controller", "representative", "officer", "authority", "texts", "automated", "data",
        "sources", "purposes", "recipients", "access", "security", "planned", "shown"};
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        struct walk w = {fn, context, cu_str_of(parts[i]), CU_NONE};
        json a = json_get(before, parts[i]), b = json_get(after, parts[i]);
        if (same(a, b))
            continue;
        if (json_is(a, JSON_OBJECT) && json_is(b, JSON_OBJECT)) {
            two_objects(&w, CU_NONE, a, b);
        } else if (json_is(a, JSON_ARRAY) && json_is(b, JSON_ARRAY)) {
            struct json_iter probe = json_each(b), old = json_each(a);
            bool texts = (json_next(&probe) && json_is(probe.value, JSON_STRING)) ||
                         (json_next(&old) && json_is(old.value, JSON_STRING));
            if (texts)
                text_lists(&w, a, b);
            else if (strcmp(parts[i], "planned") == 0)
                tell(&w, CU_NONE, CU_NONE, a, b);
            else
                named_lists(&w, a, b);
        } else {
            tell(&w, CU_NONE, CU_NONE, json_is(a, JSON_NULL) ? json_get(before, "") : a,
                json_is(b, JSON_NULL) ? json_get(after, "") : b);
        }
    }
}
