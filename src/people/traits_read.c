// SPDX-License-Identifier: Apache-2.0
// Reading traits of a person: the fold over profiles, names for display, history. Called by routes,
// feeds and search with a reading connection; opens sealed groups, so results hold personal data.
#include "traits.h"
#include "people_sql.h"

#include "text/text.h"

#include <stdlib.h>

#define HISTORY_ITEMS_MAX 2000u

struct views {
    struct trait_view *at;
    size_t count, cap;
    struct cu_arena *arena;
    const struct dictionary *dictionary;
};

static struct trait_view *view_for(struct views *v, cu_str name, const struct dict_field *field)
{
    for (size_t i = 0; i < v->count; i++) {
        if (cu_str_eq(v->at[i].e.name, name) && v->at[i].field == field)
            return &v->at[i];
    }
    if (v->count == v->cap) {
        size_t cap = v->cap ? v->cap * 2 : 32;
        struct trait_view *at = cu_arena_alloc(v->arena, cap * sizeof(*at));
        if (!at)
            return NULL;
        if (v->count)
            memcpy(at, v->at, v->count * sizeof(*at));
        v->at = at;
        v->cap = cap;
    }
    struct trait_view *t = &v->at[v->count++];
    *t = (struct trait_view){
        .e = {.name = cu_arena_dup(v->arena, name), .at_ms = INT64_MIN}, .field = field};
    return t->e.name.ptr ? t : NULL;
}

static cu_code lay_over(struct views *v, cu_str bytes, struct cu_error *err)
{
    struct fold_reader r = fold_read(bytes);
    struct fold_entry e;
    while (fold_next(&r, &e)) {
        const struct dict_field *f =
            v->dictionary && !e.misfit ? dictionary_person_field(v->dictionary, e.name) : NULL;
        struct trait_view *t = view_for(v, f ? f->name : e.name, f);
        if (!t)
            return cu_fail(err, CU_MEMORY, "", "No memory for the fields of a person.");
        if (t->e.at_ms != INT64_MIN && !fold_newer(&e, &t->e))
            continue;
        cu_str name = t->e.name;
        t->e = e;
        t->e.name = name;
        t->e.value = cu_arena_dup(v->arena, e.value);
        if (!t->e.value.ptr && e.value.len)
            return cu_fail(err, CU_MEMORY, "", "No memory for the fields of a person.");
    }
    return r.damaged ? cu_fail(err, CU_CORRUPT, "", "Stored fields of a profile are damaged.")
                     : CU_OK;
}

static cu_code lay_profile(struct people *p, struct db *d, uint32_t pno, unsigned groups,
    struct views *v, struct cu_error *err)
{
    struct cu_buf plain;
    struct db_query q;
    cu_buf_init(&plain, 2 * TRAIT_GROUP_MAX);
    CU_TRY(db_prepare(d, &people_sql_trait_current_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        int64_t id = db_i64(&q, 0);
        int group = (int)(id & 15);
        if (group >= TRAIT_GROUPS || !(groups & 1u << group))
            continue;
        cu_buf_reset(&plain);
        code = trait_group_open(p, pno, group, PEOPLE_SEAL_CURRENT, (uint64_t)id,
            (uint64_t)db_i64(&q, 1), db_blob(&q, 2), &plain, err);
        if (code == CU_OK)
            code = lay_over(v, cu_buf_view(&plain), err);
    }
    cu_buf_wipe(&plain);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

cu_code traits_of_person(struct people *p, struct db *d, const uint32_t *pnos, size_t count,
    unsigned groups, struct cu_arena *a, struct trait_view **ret, size_t *ret_count,
    struct cu_error *err)
{
    struct views v = {.arena = a, .dictionary = people_dictionary(p)};
    for (size_t i = 0; i < count; i++)
        CU_TRY(lay_profile(p, d, pnos[i], groups, &v, err));
    size_t kept = 0;
    for (size_t i = 0; i < v.count; i++) {
        if (v.at[i].e.type != FOLD_NULL)
            v.at[kept++] = v.at[i];
    }
    *ret = v.at;
    *ret_count = kept;
    return CU_OK;
}

cu_str trait_text(const struct trait_view *t, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (t[i].field && t[i].e.type == FOLD_TEXT && cu_str_eqz(t[i].e.name, name))
            return t[i].e.value;
    }
    return CU_NONE;
}

cu_str trait_display_name(struct cu_arena *a, const struct trait_view *t, size_t count)
{
    cu_str name = trait_text(t, count, "name");
    if (cu_str_trim(name).len)
        return name;
    cu_str first = trait_text(t, count, "firstName"), last = trait_text(t, count, "lastName");
    if (first.len == 0 || last.len == 0)
        return first.len ? first : last;
    return cu_arena_printf(a, "%.*s %.*s", CU_ARG(first), CU_ARG(last));
}

void trait_value_print(struct json_writer *w, const struct fold_entry *e, const struct dict_field *field,
    enum spec_view shown)
{
    if (e->type == FOLD_NULL)
        jw_null(w);
    else if (e->type == FOLD_TEXT)
        sight_print(w, shown, sight_mask(field), e->value);
    else if (shown == SPEC_VIEW_FULL)
        jw_raw(w, e->value);
    else
        sight_print(w, shown, MASK_ALL, CU_LIT(""));
}

struct history_item {
    struct fold_entry e;
    const struct dict_field *field; // NULL: undeclared
    uint32_t import;
};
struct history {
    struct history_item *at;
    size_t count;
    struct cu_arena *arena;
};

static int newest_first(const void *a, const void *b)
{
    const struct history_item *x = a, *y = b;
    if (x->e.at_ms != y->e.at_ms)
        return x->e.at_ms < y->e.at_ms ? 1 : -1;
    return x->e.seq < y->e.seq ? 1 : x->e.seq > y->e.seq ? -1 : 0;
}

static cu_code take_items(const struct dictionary *dict, cu_str bytes, cu_str field,
    struct history *h, struct cu_error *err)
{
    const struct dict_field *wanted = dict ? dictionary_person_field(dict, field) : NULL;
    struct fold_reader r = fold_read(bytes);
    struct fold_entry e;
    while (h->count < HISTORY_ITEMS_MAX && fold_next(&r, &e)) {
        const struct dict_field *f =
            dict && !e.misfit ? dictionary_person_field(dict, e.name) : NULL;
        if (field.len && (wanted ? f != wanted : !cu_str_eq(e.name, field)))
            continue;
        struct history_item *item = &h->at[h->count++];
        item->e = e;
        item->field = f;
        item->import = (uint32_t)e.origin;
        item->e.name = cu_arena_dup(h->arena, f ? f->name : e.name);
        item->e.value = cu_arena_dup(h->arena, e.value);
        if (!item->e.name.ptr || (e.value.len && !item->e.value.ptr))
            return cu_fail(err, CU_MEMORY, "", "No memory for the history of a field.");
    }
    return CU_OK;
}

static cu_code history_of_profile(struct people *p, struct db *d, uint32_t pno, cu_str field,
    struct history *h, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf plain;
    cu_buf_init(&plain, 2 * TRAIT_GROUP_MAX);
    CU_TRY(db_prepare(d, &people_sql_trait_history_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        cu_buf_reset(&plain);
        code = trait_group_open(p, pno, (int)db_i64(&q, 1), PEOPLE_SEAL_HISTORY,
            (uint64_t)db_i64(&q, 0), 0, db_blob(&q, 2), &plain, err);
        if (code == CU_OK)
            code = take_items(people_dictionary(p), cu_buf_view(&plain), field, h, err);
    }
    cu_buf_wipe(&plain);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static void write_history_item(struct json_writer *w, const struct history_item *item, enum spec_view shown)
{
    jw_object(w);
    jw_kstr(w, "field", item->e.name);
    jw_key(w, "value");
    trait_value_print(w, &item->e, item->field, shown);
    jw_kz(w, "shown", sight_name(item->e.type == FOLD_NULL ? SPEC_VIEW_FULL : shown));
    jw_ktime(w, "at", item->e.at_ms);
    jw_ki64(w, "source", item->e.source);
    jw_key(w, "import");
    if (item->import)
        jw_i64(w, item->import);
    else
        jw_null(w);
    jw_kz(w, "action", item->e.type == FOLD_NULL ? "cleared" : "set");
    jw_object_end(w);
}

cu_code traits_history_print(struct people *p, struct db *d, const uint32_t *pnos, size_t count,
    cu_str field, struct sight *sight, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    struct history h = {cu_arena_alloc(a, HISTORY_ITEMS_MAX * sizeof(*h.at)), 0, a};
    if (!h.at)
        return cu_fail(err, CU_MEMORY, "", "No memory for the history of a field.");
    for (size_t i = 0; i < count; i++)
        CU_TRY(history_of_profile(p, d, pnos[i], field, &h, err));
    qsort(h.at, h.count, sizeof(*h.at), newest_first);
    for (size_t i = 0; i < h.count; i++) {
        enum spec_view shown = sight_field(sight->caller, h.at[i].field);
        sight->masked += shown == SPEC_VIEW_MASK;
        sight->hidden += shown == SPEC_VIEW_NONE;
        if (shown != SPEC_VIEW_NONE || h.at[i].field)
            write_history_item(w, &h.at[i], shown);
    }
    return CU_OK;
}
