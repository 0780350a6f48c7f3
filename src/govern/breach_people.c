// SPDX-License-Identifier: Apache-2.0
// The people of a breach: rows of profiles read as persons, what kind of data was opened of how many, and how to reach
// them as far as the caller may see it.
#include "breach_internal.h"
#include "breach_sql.h"

#include "people/traits.h"

#include <stdio.h>

enum { MEMBERS_MAX = 256 };

cu_code breach_fields_load(struct db *d, int64_t id, struct breach_field_names *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = (struct breach_field_names){.count = 0};
    CU_TRY(db_prepare(d, &breach_sql_fields, &q, err));
    db_bind_i64(&q, ":breach", id);
    while (db_step(&q)) {
        int64_t bit = db_i64(&q, 0);
        if (bit < 0 || bit > BREACH_FIELDS_MAX)
            continue;
        (void)snprintf(ret->at[bit], sizeof ret->at[bit], "%.*s", CU_ARG(db_str(&q, 1)));
        ret->people[bit] = db_i64(&q, 2);
        ret->count = (size_t)bit + 1;
    }
    return db_end(&q, err);
}

static cu_code add_row(
    struct db *d, int64_t id, uint32_t pno, struct breach_person *to, bool *ret_there, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &breach_sql_person, &q, err));
    db_bind_i64(&q, ":breach", id);
    db_bind_i64(&q, ":pno", pno);
    *ret_there = db_step(&q);
    if (*ret_there) {
        int64_t first = db_i64(&q, 1), last = db_i64(&q, 2);
        to->first_ms = to->acts == 0 || first < to->first_ms ? first : to->first_ms;
        to->last_ms = to->acts == 0 || last > to->last_ms ? last : to->last_ms;
        to->acts += db_i64(&q, 0);
        to->fields |= (uint64_t)db_i64(&q, 3);
    }
    return db_end(&q, err);
}

// The person of a row, unless an earlier row is of the same person. The number of acts is the largest that one of
// the profiles has at least: one act mostly names them all.
static cu_code person_of(struct breaches *b, struct db *d, int64_t id, const struct breach_person *row,
    struct breach_person *ret, bool *ret_first, struct cu_error *err)
{
    uint32_t members[MEMBERS_MAX];
    size_t count = people_profiles(b->people, row->pno, members, MEMBERS_MAX);
    int64_t acts = row->acts;
    *ret = *row;
    *ret_first = count > 0;
    for (size_t i = 0; i < count && i < MEMBERS_MAX && *ret_first; i++) {
        struct breach_person one = {.pno = members[i]};
        bool there = false;
        if (members[i] == row->pno)
            continue;
        CU_TRY(add_row(d, id, members[i], &one, &there, err));
        if (!there)
            continue;
        *ret_first = members[i] > row->pno;
        acts = one.acts > acts ? one.acts : acts;
        ret->first_ms = one.first_ms < ret->first_ms ? one.first_ms : ret->first_ms;
        ret->last_ms = one.last_ms > ret->last_ms ? one.last_ms : ret->last_ms;
        ret->fields |= one.fields;
    }
    ret->acts = acts;
    return CU_OK;
}

cu_code breach_persons(struct breaches *b, struct db *d, int64_t id, uint32_t after, struct breach_person *ret, size_t max,
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *ret_count = 0;
    CU_TRY(db_prepare(d, &breach_sql_persons, &q, err));
    db_bind_i64(&q, ":breach", id);
    db_bind_i64(&q, ":after", after);
    while (code == CU_OK && *ret_count < max && db_step(&q)) {
        struct breach_person row = {.pno = (uint32_t)db_i64(&q, 0),
            .acts = db_i64(&q, 1),
            .first_ms = db_i64(&q, 2),
            .last_ms = db_i64(&q, 3),
            .fields = (uint64_t)db_i64(&q, 4)};
        bool first = false;
        code = person_of(b, d, id, &row, &ret[*ret_count], &first, err);
        *ret_count += first;
    }
    cu_code end = db_end(&q, err);
    return code == CU_OK ? end : code;
}

// --- what kind of data

cu_code breach_data_write(struct breaches *b, struct db *d, int64_t id, struct json_writer *w, struct cu_error *err)
{
    static const char *const levels[] = {"P0", "P1", "P2", "P3", "P4"};
    struct breach_field_names names;
    CU_TRY(breach_fields_load(d, id, &names, err));
    jw_array(w);
    for (size_t i = 0; i < names.count; i++) {
        if (names.at[i][0] == 0 || names.people[i] == 0)
            continue;
        struct breach_datum datum = breach_datum_of(people_dictionary(b->people), cu_str_of(names.at[i]));
        jw_object(w);
        jw_kz(w, "field", names.at[i]);
        jw_kstr(w, "category", datum.category);
        jw_kz(w, "level", levels[datum.level]);
        jw_ki64(w, "people", names.people[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

static bool has_word(cu_str list, cu_str word)
{
    while (list.len > 0) {
        if (cu_str_eq(cu_str_trim(cu_str_cut(&list, ',')), word))
            return true;
    }
    return false;
}

cu_code breach_categories(struct breaches *b, struct db *d, int64_t id, struct cu_buf *out, struct cu_error *err)
{
    struct breach_field_names names;
    CU_TRY(breach_fields_load(d, id, &names, err));
    for (size_t i = 0; i < names.count; i++) {
        cu_str category = breach_datum_of(people_dictionary(b->people), cu_str_of(names.at[i])).category;
        if (names.at[i][0] == 0 || has_word(cu_buf_view(out), category))
            continue;
        if (out->len)
            cu_buf_z(out, ", ");
        cu_buf_str(out, category);
    }
    return cu_buf_code(out, err);
}

const struct spec_field breach_data_fields[] = {
    {.name = "field",
        .type = SPEC_STRING,
        .max = 63,
        .doc = "A field, or a part of the record such as events, as the audit log names it."},
    {.name = "category", .type = SPEC_STRING, .max = 80, .doc = "Its data category, a fideslang key."},
    {.name = "level", .type = SPEC_STRING, .max = 2, .doc = "Its protection level, P0 to P4."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Of how many people it was opened."},
    {.name = NULL},
};

// --- how to reach them

static cu_code contact_of(struct breaches *b, struct db *d, const struct caller *c, uint32_t pno, struct cu_arena *a,
    struct breach_shown *ret, struct cu_error *err)
{
    uint32_t members[LABEL_PROFILES_MAX];
    struct trait_view *t = NULL;
    size_t n = 0, count = people_profiles(b->people, pno, members, CU_COUNT(members));
    CU_TRY(traits_of_person(
        b->people, d, members, count < CU_COUNT(members) ? count : CU_COUNT(members), TRAIT_CONTACT_GROUP, a, &t, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (t[i].e.type == FOLD_NULL || !t[i].field)
            continue;
        if (cu_str_eqz(t[i].e.name, "email"))
            ret->email = sight_text(sight_field(c, t[i].field), MASK_EMAIL, t[i].e.value, a);
        else if (cu_str_eqz(t[i].e.name, "phone"))
            ret->phone = sight_text(sight_field(c, t[i].field), sight_mask(t[i].field), t[i].e.value, a);
    }
    return CU_OK;
}

cu_code breach_show(struct breaches *b, struct db *d, const struct caller *c, const struct breach_person *who, size_t count,
    struct cu_arena *a, struct breach_shown *ret, struct cu_error *err)
{
    uint32_t *pnos = cu_arena_alloc(a, (count + 1) * sizeof *pnos);
    struct people_label *labels = cu_arena_alloc(a, (count + 1) * sizeof *labels);
    if (!pnos || !labels)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
    for (size_t i = 0; i < count; i++)
        pnos[i] = who[i].pno;
    CU_TRY(people_labels(b->people, d, pnos, count, c, a, labels, err));
    for (size_t i = 0; i < count; i++) {
        struct cu_uuid id;
        ret[i] = (struct breach_shown){.label = labels[i].text, .shown = labels[i].shown};
        cu_code code = people_uuid(b->people, d, people_root(b->people, pnos[i]), &id, err);
        if (code == CU_OK)
            cu_uuid_format(id, ret[i].id);
        else if (code != CU_NOT_FOUND)
            return code;
        if (code == CU_OK && strcmp(ret[i].shown, sight_name(SPEC_VIEW_NONE)) != 0)
            code = contact_of(b, d, c, pnos[i], a, &ret[i], err);
        if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED && code != CU_BUSY)
            return code;
    }
    return CU_OK;
}
