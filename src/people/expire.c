// SPDX-License-Identifier: Apache-2.0
// Taking values of fields out of profiles. See expire.h. Rows of the history are written again without them (sealed anew
// under the same number), what is current is folded from what remains.
#include "expire.h"

#include "people_sql.h"
#include "traits.h"

#include "guard/admin.h"

enum { FOLDED_ROWS = 64 }; // as many rows and the oldest may be a fold, whose values are older than its row (traits.c)

struct limits {
    const struct dict_field *field[PEOPLE_LIMITS_MAX];
    int64_t before_ms[PEOPLE_LIMITS_MAX];
    size_t count;
    int64_t newest_ms; // the greatest of them
};

struct job {
    struct people *p;
    struct db *d;
    const struct dictionary *dictionary;
    struct limits limits;
    people_field_goes *goes;
    void *context;
    bool remove;
    struct people_fields_found *found;
    struct cu_buf plain, kept, groups, rows; // groups: struct group; rows: numbers of history rows to be written again
};
struct group {
    uint32_t pno;
    int group;
};

static void limits_of(const struct dictionary *d, const struct people_field_limit *limits, size_t count, struct limits *ret)
{
    ret->count = 0;
    ret->newest_ms = INT64_MIN;
    for (size_t i = 0; i < count && ret->count < PEOPLE_LIMITS_MAX; i++) {
        const struct dict_field *f = dictionary_person_field(d, limits[i].field);
        if (!f)
            continue;
        ret->field[ret->count] = f;
        ret->before_ms[ret->count++] = limits[i].before_ms;
        if (limits[i].before_ms > ret->newest_ms)
            ret->newest_ms = limits[i].before_ms;
    }
}

static bool is_old(const struct job *j, const struct fold_entry *e)
{
    const struct dict_field *f = dictionary_person_field(j->dictionary, e->name);
    for (size_t i = 0; f && i < j->limits.count; i++) {
        if (j->limits.field[i] == f)
            return e->at_ms < j->limits.before_ms[i];
    }
    return false;
}

// A marker that a field was cleared is no value, but goes with its time as well.
static size_t count_old(const struct job *j, cu_str bytes, size_t *ret_markers)
{
    struct fold_reader r = fold_read(bytes);
    struct fold_entry e;
    size_t n = 0;
    while (fold_next(&r, &e)) {
        if (!is_old(j, &e))
            continue;
        n += e.type != FOLD_NULL;
        *ret_markers += e.type == FOLD_NULL;
    }
    return n;
}

static cu_code row_open(struct job *j, const struct group *g, int64_t id, cu_str stored, struct cu_error *err)
{
    cu_buf_reset(&j->plain);
    return trait_group_open(j->p, g->pno, g->group, PEOPLE_SEAL_HISTORY, (uint64_t)id, 0, stored, &j->plain, err);
}

// The rows of the group that hold something old; how many values.
static cu_code find_rows(struct job *j, const struct group *g, size_t *ret_values, struct cu_error *err)
{
    struct db_query q;
    cu_buf_reset(&j->rows);
    *ret_values = 0;
    CU_TRY(db_prepare(j->d, &people_sql_trait_history_group, &q, err));
    db_bind_i64(&q, ":pno", g->pno);
    db_bind_i64(&q, ":grp", g->group);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        int64_t id = db_i64(&q, 0);
        size_t markers = 0;
        code = row_open(j, g, id, db_blob(&q, 1), err);
        if (code != CU_OK)
            break;
        size_t values = count_old(j, cu_buf_view(&j->plain), &markers);
        *ret_values += values;
        if (values + markers > 0)
            cu_buf_add(&j->rows, &id, sizeof id);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    if (code == CU_ERASED || code == CU_NOT_FOUND) { // nothing is known of it any more
        cu_buf_reset(&j->rows);
        *ret_values = 0;
        return CU_OK;
    }
    return code != CU_OK ? code : end != CU_OK ? end : cu_buf_code(&j->rows, err);
}

// --- removing

static cu_code run_id(struct db *d, const struct db_statement *s, int64_t id, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":id", id);
    return db_run(&q, err);
}

static cu_code read_row(struct job *j, const struct group *g, int64_t id, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(j->d, &people_sql_trait_history_get, &q, err));
    db_bind_i64(&q, ":id", id);
    cu_code code = db_step(&q) ? row_open(j, g, id, db_blob(&q, 0), err) : CU_OK;
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code write_row(struct job *j, const struct group *g, int64_t id, struct cu_error *err)
{
    struct fold_entry e;
    struct db_query q;
    size_t kept = 0;
    CU_TRY(read_row(j, g, id, err));
    struct fold_reader r = fold_read(cu_buf_view(&j->plain));
    cu_buf_reset(&j->kept);
    fold_start(&j->kept);
    while (fold_next(&r, &e)) {
        if (is_old(j, &e))
            continue;
        fold_put(&j->kept, &e);
        kept++;
    }
    CU_TRY(cu_buf_code(&j->kept, err));
    if (kept == 0)
        return run_id(j->d, &people_sql_trait_history_drop, id, err);
    cu_buf_reset(&j->p->scratch);
    CU_TRY(trait_group_seal(j->p, g->pno, g->group, PEOPLE_SEAL_HISTORY, (uint64_t)id, 0, cu_buf_view(&j->kept),
        &j->p->scratch, err));
    CU_TRY(db_prepare(j->d, &people_sql_reseal_history, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":value", j->p->scratch.ptr, j->p->scratch.len);
    return db_run(&q, err);
}

// Which fields lose the value they have now: the history says that they were cleared.
static cu_code note_cleared(struct job *j, const struct group *g, struct cu_error *err)
{
    struct db_query q;
    struct fold_entry e;
    int64_t id = (int64_t)g->pno * 16 + g->group, now = cu_now_ms();
    size_t lost = 0;
    cu_buf_reset(&j->plain);
    CU_TRY(db_prepare(j->d, &people_sql_trait_current_get, &q, err));
    db_bind_i64(&q, ":id", id);
    cu_code code = CU_OK;
    if (db_step(&q))
        code = trait_group_open(j->p, g->pno, g->group, PEOPLE_SEAL_CURRENT, (uint64_t)id, (uint64_t)db_i64(&q, 0),
            db_blob(&q, 1), &j->plain, err);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    CU_TRY(code != CU_OK ? code : end);
    struct fold_reader r = fold_read(cu_buf_view(&j->plain));
    cu_buf_reset(&j->kept);
    fold_start(&j->kept);
    while (fold_next(&r, &e)) {
        if (e.type == FOLD_NULL || !is_old(j, &e))
            continue;
        lost++;
        fold_put(&j->kept, &(struct fold_entry){.name = e.name, .type = FOLD_NULL, .at_ms = now});
    }
    CU_TRY(cu_buf_code(&j->kept, err));
    return lost ? traits_history_put(j->p, g->pno, g->group, now, cu_buf_view(&j->kept), err) : CU_OK;
}

static cu_code remove_rows(struct job *j, const struct group *g, struct cu_error *err)
{
    CU_TRY(note_cleared(j, g, err));
    for (size_t i = 0; i < j->rows.len / sizeof(int64_t); i++) {
        int64_t id;
        memcpy(&id, j->rows.ptr + i * sizeof id, sizeof id);
        CU_TRY(write_row(j, g, id, err));
    }
    CU_TRY(traits_refold(j->p, g->pno, g->group, err));
    return g->group == DICT_GROUP_CONTACT ? profile_flags_refresh(j->p, g->pno, err) : CU_OK;
}

// --- a range

static cu_code find_groups(struct job *j, uint32_t first, uint32_t end, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(j->d, &people_sql_trait_history_ages, &q, err));
    db_bind_i64(&q, ":low", first);
    db_bind_i64(&q, ":high", (int64_t)end - 1);
    while (db_step(&q)) {
        const struct group g = {(uint32_t)db_i64(&q, 0), (int)db_i64(&q, 1)};
        if (g.group < TRAIT_GROUPS && (db_i64(&q, 2) < j->limits.newest_ms || db_i64(&q, 3) > FOLDED_ROWS))
            cu_buf_add(&j->groups, &g, sizeof g);
    }
    CU_TRY(db_end(&q, err));
    return cu_buf_code(&j->groups, err);
}

static bool may_go(struct job *j, uint32_t pno)
{
    return !guard_is_restricted(people_guard(j->p), pno) && (!j->goes || j->goes(j->context, pno));
}

static cu_code do_groups(struct job *j, struct cu_error *err)
{
    struct group last = {0};
    bool goes = true;
    for (size_t i = 0; i < j->groups.len / sizeof(struct group); i++) {
        struct group g;
        size_t values = 0;
        memcpy(&g, j->groups.ptr + i * sizeof g, sizeof g);
        if (g.pno == last.pno && !goes)
            continue;
        CU_TRY(find_rows(j, &g, &values, err));
        if (j->rows.len == 0)
            continue;
        if (g.pno != last.pno) {
            goes = may_go(j, g.pno);
            j->found->profiles += goes && values > 0;
        }
        last = g;
        if (!goes)
            continue;
        j->found->values += values;
        if (j->remove)
            CU_TRY(remove_rows(j, &g, err));
    }
    return CU_OK;
}

static cu_code run(struct job *j, uint32_t first, uint32_t end, struct cu_error *err)
{
    *j->found = (struct people_fields_found){0};
    if (j->limits.count == 0 || first >= end)
        return CU_OK;
    cu_buf_init(&j->plain, 2 * TRAIT_GROUP_MAX);
    cu_buf_init(&j->kept, 2 * TRAIT_GROUP_MAX);
    cu_buf_init(&j->groups, (size_t)16 << 20);
    cu_buf_init(&j->rows, (size_t)16 << 20);
    cu_code code = find_groups(j, first, end, err);
    if (code == CU_OK)
        code = do_groups(j, err);
    cu_buf_wipe(&j->plain);
    cu_buf_wipe(&j->kept);
    cu_buf_clear(&j->groups);
    cu_buf_clear(&j->rows);
    return code;
}

cu_code people_fields_count(struct people *p, struct db *d, const struct people_field_limit *limits, size_t count,
    uint32_t first,
    uint32_t end, people_field_goes *goes, void *context, struct people_fields_found *ret, struct cu_error *err)
{
    struct job j = {.p = p, .d = d, .dictionary = people_dictionary(p), .goes = goes, .context = context, .found = ret};
    limits_of(j.dictionary, limits, count, &j.limits);
    return run(&j, first, end, err);
}

cu_code people_fields_expire(struct people *p, const struct people_field_limit *limits, size_t count, uint32_t first,
    uint32_t end,
    people_field_goes *goes, void *context, struct people_fields_found *ret, struct cu_error *err)
{
    struct job j = {.p = p, .d = people_db(p), .dictionary = people_dictionary(p), .goes = goes, .context = context,
        .remove = true,
        .found = ret};
    limits_of(j.dictionary, limits, count, &j.limits);
    cu_code code = run(&j, first, end, err);
    if (ret->profiles > 0)
        traits_forget_memo(p); // what is said again is news
    return code;
}
