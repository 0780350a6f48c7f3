// SPDX-License-Identifier: Apache-2.0
// Derived fields (dictionary: from, as): worked out of what a call says before that is sealed, so that every door has them.
// A plan knows its derived fields; their values are made before its members are written, and written where the client sent
// none. The same addresses and user agents come again and again: what they yield is remembered, they themselves are not.
#include "pipeline_private.h"

#include "base/clock.h"
#include "base/hash.h"

enum { REMEMBERED = 2048, DERIVED_MAX = 48 };

struct derive_source {
    cu_str container, name; // "page", "referrer"; container empty: at the top
    const struct dict_field *field;
};
struct derived_field {
    const struct dict_field *field;
    cu_str container, name;
    struct derive_source from[DERIVE_FROM_MAX];
    cu_str value; // of the call at hand
    char text[DERIVE_MAX];
};
struct split_derived {
    size_t count;
    struct derived_field *list;
};
struct remembered {
    uint64_t key; // of the values and what was taken out of them; 0: free
    uint16_t len;
    char text[DERIVE_MAX];
};
struct derive_memory {
    uint64_t seed;
    struct remembered slots[REMEMBERED];
};

struct derive_memory *derive_memory_new(void)
{
    struct derive_memory *m = cu_calloc(1, sizeof *m);
    if (m)
        cu_random(&m->seed, sizeof m->seed);
    return m;
}

void derive_memory_free(struct derive_memory *m)
{
    cu_free(m);
}

// ---- the plan

static void part(cu_str name, cu_str *ret_container, cu_str *ret_name)
{
    cu_str rest = name, first = cu_str_cut(&rest, '.');
    *ret_container = rest.ptr ? first : CU_NONE;
    *ret_name = rest.ptr ? rest : first;
}

// Also what a page call may say in its properties instead: plain members of context.page.
static bool is_derived(const struct dict_event *e, const struct dict_field *f)
{
    bool of_page = cu_str_eqz(e->name, "$context") && cu_str_starts(f->name, CU_LIT("page."));
    return f->level <= DICT_P1 && (of_page || (f->as != DERIVE_NONE && f->from_count > 0));
}

static void fill(struct derived_field *d, const struct dict_event *e, const struct dict_field *f)
{
    d->field = f;
    part(f->name, &d->container, &d->name);
    for (uint32_t i = 0; i < f->from_count && i < DERIVE_FROM_MAX; i++) {
        part(f->from[i], &d->from[i].container, &d->from[i].name);
        d->from[i].field = dictionary_event_field(e, f->from[i]);
    }
}

bool split_derived_new(const struct dict_event *e, struct split_derived **ret)
{
    size_t count = 0;
    *ret = NULL;
    for (uint32_t i = 0; e && i < e->field_count; i++)
        count += is_derived(e, &e->fields[i]);
    count = count < DERIVED_MAX ? count : DERIVED_MAX;
    if (count == 0)
        return true;
    struct split_derived *d = cu_calloc(1, sizeof *d);
    struct derived_field *list = d ? cu_calloc(count, sizeof *list) : NULL;
    if (!list) {
        cu_free(d);
        return false;
    }
    d->list = list;
    for (uint32_t i = 0; i < e->field_count && d->count < count; i++) {
        if (is_derived(e, &e->fields[i]))
            fill(&d->list[d->count++], e, &e->fields[i]);
    }
    *ret = d;
    return true;
}

void split_derived_free(struct split_derived *d)
{
    if (!d)
        return;
    cu_free(d->list);
    cu_free(d);
}

// ---- what the call says

static json member(json object, const struct derive_source *s)
{
    char name[DERIVE_MAX];
    json v = {NULL, 0};
    if (!json_is(object, JSON_OBJECT) || s->name.len >= sizeof name)
        return v;
    memcpy(name, s->name.ptr, s->name.len);
    name[s->name.len] = 0;
    v = json_get(object, name);
    uint32_t aliases = s->field && s->container.len == 0 ? s->field->alias_count : 0;
    for (uint32_t i = 0; json_type_of(v) == JSON_ABSENT && i < aliases; i++) {
        struct derive_source other = {.name = s->field->aliases[i]};
        v = member(object, &other);
    }
    return v;
}

static json container(json object, cu_str name)
{
    const struct derive_source s = {.name = name};
    return member(object, &s);
}

// Of several objects the first that has the member, or the container, counts.
static cu_str source_value(const struct derive_source *s, const struct split_said *said)
{
    for (size_t i = 0; i < CU_COUNT(said->objects); i++) {
        json object = said->objects[i];
        if (s->container.len > 0)
            object = container(object, s->container);
        if (json_type_of(object) == JSON_ABSENT)
            continue;
        json v = member(object, s);
        if (json_is(v, JSON_STRING) && json_str(v).len > 0)
            return json_str(v);
        if (json_type_of(v) != JSON_ABSENT || s->container.len > 0)
            break;
    }
    if (cu_str_eqz(s->container, "page"))
        return json_str(member(said->page, s));
    return s->container.len == 0 && cu_str_eqz(s->name, "userAgent") ? said->user_agent : CU_NONE;
}

static cu_str remember(struct derive_memory *m, struct derived_field *d, const cu_str *values, size_t count)
{
    uint64_t key = m->seed ^ (uint64_t)d->field->as;
    for (size_t i = 0; i < count; i++)
        key = cu_hash64(values[i].ptr ? values[i].ptr : "", values[i].len, key + i);
    struct remembered *r = &m->slots[key % REMEMBERED];
    key = key ? key : 1;
    if (r->key != key) {
        cu_str made = derive_value(d->field->as, values, count, d->text);
        r->key = key;
        r->len = (uint16_t)made.len;
        if (made.len > 0)
            memcpy(r->text, made.ptr, made.len);
    } else {
        memcpy(d->text, r->text, r->len);
    }
    return (cu_str){d->text, r->len};
}

// A page call says of its page in its properties what others say in context.page; plain only what is declared so.
static bool page_says_so(const struct split_said *said, cu_str name)
{
    const struct dict_field *f = said->page_event ? dictionary_event_field(said->page_event, name) : NULL;
    return f && f->level <= DICT_P1;
}

void split_derive(struct split_derived *d, struct derive_memory *m, const struct split_said *said)
{
    for (size_t i = 0; d && i < d->count; i++) {
        struct derived_field *f = &d->list[i];
        const struct derive_source itself = {.name = f->name};
        cu_str values[DERIVE_FROM_MAX];
        size_t found = 0;
        bool by_page = cu_str_eqz(f->container, "page") && page_says_so(said, f->name);
        f->value = by_page ? json_str(member(said->page, &itself)) : CU_NONE;
        if (f->value.len > 0)
            continue;
        for (uint32_t k = 0; k < f->field->from_count; k++) {
            values[k] = source_value(&f->from[k], said);
            found += values[k].len > 0;
        }
        f->value = found > 0 ? remember(m, f, values, f->field->from_count) : CU_NONE;
        if (f->value.len > (size_t)f->field->max)
            f->value = CU_NONE;
    }
}

bool split_derived_next(const struct split_derived *d, cu_str in, size_t *at, cu_str *ret_name, cu_str *ret_value)
{
    for (; d && *at < d->count; (*at)++) {
        const struct derived_field *f = &d->list[*at];
        if (f->value.len == 0 || !cu_str_eq(f->container, in))
            continue;
        *ret_name = f->name;
        *ret_value = f->value;
        (*at)++;
        return true;
    }
    return false;
}

// Each container once, at its first field.
bool split_derived_container(const struct split_derived *d, size_t *at, cu_str *ret)
{
    for (; d && *at < d->count; (*at)++) {
        const struct derived_field *f = &d->list[*at];
        bool seen = f->container.len == 0 || f->value.len == 0;
        for (size_t k = 0; k < *at && !seen; k++)
            seen = d->list[k].value.len > 0 && cu_str_eq(d->list[k].container, f->container);
        if (seen)
            continue;
        *ret = f->container;
        (*at)++;
        return true;
    }
    return false;
}
