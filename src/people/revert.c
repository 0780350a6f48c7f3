// SPDX-License-Identifier: Apache-2.0
// Taking evidence back: an import, or all sample data. In steps of a few hundred rows, each leaving
// a state that is whole: rows with that origin go, what rested on them is folded again, what other
// evidence has confirmed stays. Called by the import and sample-data jobs under people_lock inside
// a transaction.
#include "traits.h"
#include "people_sql.h"

#include <stdlib.h>

struct range {
    int64_t low, high;
};
#define STEP_MAX 500

static cu_code select_range(struct people *p, const struct db_statement *s, const struct range *r,
    struct db_query *q, struct cu_error *err)
{
    CU_TRY(db_prepare(p->records, s, q, err));
    db_bind_i64(q, ":low", r->low);
    db_bind_i64(q, ":high", r->high);
    return CU_OK;
}

struct trait_row {
    int64_t id;
    uint32_t pno;
    int group;
};

static int by_profile(const void *a, const void *b)
{
    const struct trait_row *x = a, *y = b;
    if (x->pno != y->pno)
        return x->pno < y->pno ? -1 : 1;
    return x->group - y->group;
}

static cu_code revert_traits(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err)
{
    struct trait_row rows[STEP_MAX];
    struct db_query q;
    size_t n = 0;
    CU_TRY(select_range(p, &people_sql_revert_traits, r, &q, err));
    while (n < STEP_MAX && db_step(&q))
        rows[n++] = (struct trait_row){db_i64(&q, 0), (uint32_t)db_i64(&q, 1), (int)db_i64(&q, 2)};
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < n; i++) {
        CU_TRY(db_prepare(p->records, &people_sql_trait_history_drop, &q, err));
        db_bind_i64(&q, ":id", rows[i].id);
        CU_TRY(db_run(&q, err));
    }
    qsort(rows, n, sizeof(*rows), by_profile);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || by_profile(&rows[i - 1], &rows[i]) != 0)
            CU_TRY(traits_refold(p, rows[i].pno, rows[i].group, err));
    }
    *ret = n;
    return CU_OK;
}

// The figures of the persons again from the tables.
static cu_code refresh_person(struct people *p, uint32_t pno, struct cu_error *err)
{
    uint32_t members[PERSON_PROFILES_MAX];
    size_t n = roster_members(&p->roster, pno, members, CU_COUNT(members));
    return edges_recompute(p, members, n < CU_COUNT(members) ? n : CU_COUNT(members), err);
}

static cu_code revert_stats(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err)
{
    uint32_t pnos[STEP_MAX];
    int64_t origins[STEP_MAX];
    struct db_query q;
    size_t n = 0;
    CU_TRY(select_range(p, &people_sql_revert_stats, r, &q, err));
    for (; n < STEP_MAX && db_step(&q); n++) {
        pnos[n] = (uint32_t)db_i64(&q, 0);
        origins[n] = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < n; i++) {
        CU_TRY(db_prepare(p->records, &people_sql_revert_stat_drop, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_i64(&q, ":origin", origins[i]);
        CU_TRY(db_run(&q, err));
    }
    for (size_t i = 0; i < n; i++)
        CU_TRY(refresh_person(p, pnos[i], err));
    *ret = n;
    return CU_OK;
}

static cu_code revert_confirmations(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err)
{
    struct {
        int64_t entity, id, origin;
    } rows[STEP_MAX];
    struct db_query q;
    size_t n = 0;
    CU_TRY(select_range(p, &people_sql_revert_confirmations, r, &q, err));
    for (; n < STEP_MAX && db_step(&q); n++) {
        rows[n].entity = db_i64(&q, 0);
        rows[n].id = db_i64(&q, 1);
        rows[n].origin = db_i64(&q, 2);
    }
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < n; i++) {
        CU_TRY(db_prepare(p->records, &people_sql_confirmation_drop, &q, err));
        db_bind_i64(&q, ":entity", rows[i].entity);
        db_bind_i64(&q, ":id", rows[i].id);
        db_bind_i64(&q, ":origin", rows[i].origin);
        CU_TRY(db_run(&q, err));
    }
    *ret = n;
    return CU_OK;
}

// Other evidence that remains takes the row over; *ret_kept false when there is none.
static cu_code take_over(
    struct people *p, int entity, int64_t id, bool *ret_kept, struct cu_error *err)
{
    struct db_query q;
    int64_t next = 0;
    CU_TRY(db_prepare(p->records, &people_sql_confirmation_first, &q, err));
    db_bind_i64(&q, ":entity", entity);
    db_bind_i64(&q, ":id", id);
    *ret_kept = db_step(&q) && !db_is_null(&q, 0);
    if (*ret_kept)
        next = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (!*ret_kept)
        return CU_OK;
    CU_TRY(db_prepare(p->records,
        entity == CONFIRM_EDGE ? &people_sql_edge_origin : &people_sql_identifier_origin, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":origin", next);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(p->records, &people_sql_confirmation_drop, &q, err));
    db_bind_i64(&q, ":entity", entity);
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":origin", next);
    return db_run(&q, err);
}

static cu_code delete_row(
    struct people *p, const struct db_statement *s, int64_t id, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, s, &q, err));
    db_bind_i64(&q, ":id", id);
    return db_run(&q, err);
}

static cu_code revert_edge(
    struct people *p, int64_t id, uint32_t a, bool live, struct cu_error *err)
{
    bool kept = false;
    CU_TRY(take_over(p, CONFIRM_EDGE, id, &kept, err));
    if (kept)
        return CU_OK;
    uint32_t members[PERSON_PROFILES_MAX];
    size_t n = roster_members(&p->roster, a, members, CU_COUNT(members));
    CU_TRY(delete_row(p, &people_sql_edge_delete, id, err));
    return live ? edges_recompute(p, members, n < CU_COUNT(members) ? n : CU_COUNT(members), err)
                : CU_OK;
}

static cu_code revert_edges(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err)
{
    struct {
        int64_t id;
        uint32_t a;
        bool live;
    } rows[STEP_MAX];
    struct db_query q;
    size_t n = 0;
    CU_TRY(select_range(p, &people_sql_revert_edges, r, &q, err));
    for (; n < STEP_MAX && db_step(&q); n++) {
        rows[n].id = db_i64(&q, 0);
        rows[n].a = (uint32_t)db_i64(&q, 1);
        rows[n].live = db_i64(&q, 2) == EDGE_LIVE;
    }
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < n; i++)
        CU_TRY(revert_edge(p, rows[i].id, rows[i].a, rows[i].live, err));
    *ret = n;
    return CU_OK;
}

struct id_row {
    int64_t id;
    uint32_t pno;
    bool anchor;
};

// What the vanishing profile joined (staff merges) is joined by nothing any more.
static cu_code vanish_one(struct people *p, uint32_t pno, struct cu_error *err)
{
    uint32_t members[PERSON_PROFILES_MAX], rest[PERSON_PROFILES_MAX];
    size_t n = roster_members(&p->roster, pno, members, CU_COUNT(members)), kept = 0;
    for (size_t i = 0; i < n && i < CU_COUNT(members); i++) {
        if (members[i] != pno)
            rest[kept++] = members[i];
    }
    CU_TRY(profiles_vanish(p, &pno, 1, false, err));
    return kept ? edges_recompute(p, rest, kept, err) : CU_OK;
}

// An identifier nobody else has seen. An anchor takes its profile along: by invariant 2 of
// identity.c no other identifier of it has evidence left either.
static cu_code revert_identifier(struct people *p, const struct id_row *row, struct cu_error *err)
{
    bool kept = false;
    struct db_query q;
    CU_TRY(take_over(p, CONFIRM_IDENTIFIER, row->id, &kept, err));
    if (kept)
        return profile_flags_refresh(p, row->pno, err);
    if (row->anchor)
        return vanish_one(p, row->pno, err);
    cu_code code = CU_OK;
    CU_TRY(db_prepare(p->records, &people_sql_identifier_get, &q, err));
    db_bind_i64(&q, ":id", row->id);
    if (db_step(&q))
        code =
            identifier_unindex(p, row->pno, row->id, (uint16_t)db_i64(&q, 1), db_blob(&q, 6), err);
    else
        code = CU_NOT_FOUND; // went with its profile in this step
    cu_code end = db_end(&q, err);
    CU_TRY(end);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    CU_TRY(delete_row(p, &people_sql_identifier_delete, row->id, err));
    people_changed(p, row->pno);
    people_note(p, row->pno, PEOPLE_IDENTIFIERS);
    return profile_flags_refresh(p, row->pno, err);
}

static cu_code revert_identifiers(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err)
{
    struct id_row rows[STEP_MAX];
    struct db_query q;
    size_t n = 0;
    CU_TRY(select_range(p, &people_sql_revert_identifiers, r, &q, err));
    while (n < STEP_MAX && db_step(&q)) {
        rows[n] = (struct id_row){db_i64(&q, 0), (uint32_t)db_i64(&q, 1), db_i64(&q, 3) != 0};
        n++;
    }
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < n; i++)
        CU_TRY(revert_identifier(p, &rows[i], err));
    *ret = n;
    return CU_OK;
}

typedef cu_code revert_stage(
    struct people *p, const struct range *r, size_t *ret, struct cu_error *err);

// One step: the first stage that still has rows. Confirmations go before what they confirm,
// identifiers last, because everything else hangs on profiles.
static cu_code revert_step(
    struct people *p, const struct range *r, bool *ret_done, struct cu_error *err)
{
    static revert_stage *const stages[] = {
        revert_traits, revert_stats, revert_confirmations, revert_edges, revert_identifiers};
    CU_TRY(stats_flush_in(p, err));
    idcache_empty(&p->idcache); // it may hold origins that go now
    traits_forget_memo(p);
    *ret_done = false;
    for (size_t i = 0; i < CU_COUNT(stages); i++) {
        size_t n = 0;
        CU_TRY(stages[i](p, r, &n, err));
        if (n)
            return CU_OK;
    }
    *ret_done = true;
    return CU_OK;
}

cu_code people_forget_import(
    struct people *p, uint32_t import, bool *ret_done, struct cu_error *err)
{
    *ret_done = true;
    if (import == 0)
        return cu_fail(err, CU_INVALID, "import", "Imports have numbers from 1.");
    const struct range live = {import, import},
                       sample = {import + ORIGIN_SAMPLE, import + ORIGIN_SAMPLE};
    CU_TRY(revert_step(p, &live, ret_done, err));
    return *ret_done ? revert_step(p, &sample, ret_done, err) : CU_OK;
}

cu_code people_forget_sample(struct people *p, bool *ret_done, struct cu_error *err)
{
    const struct range all = {ORIGIN_SAMPLE, 2 * ORIGIN_SAMPLE - 1};
    return revert_step(p, &all, ret_done, err);
}
