// SPDX-License-Identifier: Apache-2.0
// Small reads that the pipeline, insight/ and consent/ need: members and ids of persons, first-seen
// days. Any thread; a database passed in is the caller's reading connection.
#include "internal.h"
#include "people_sql.h"

#include "text/text.h"

cu_code people_members(struct people *p, struct db *d, uint32_t pno, struct cu_arena *a,
    uint32_t **ret, size_t *ret_count, struct cu_error *err)
{
    (void)d; // the roster is the edges of the database, always current
    size_t n = roster_members(&p->roster, pno, NULL, 0);
    uint32_t *list = cu_arena_alloc(a, n * sizeof(*list));
    if (!list)
        return cu_fail(err, CU_MEMORY, "", "No memory for the profiles of a person.");
    size_t now = roster_members(&p->roster, pno, list, n);
    *ret = list;
    *ret_count = now < n ? now : n;
    return CU_OK;
}

cu_code people_uuid(
    struct people *p, struct db *d, uint32_t pno, struct cu_uuid *ret, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(d, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", people_root(p, pno));
    if (db_step(&q)) {
        cu_str uuid = db_blob(&q, 0);
        found = uuid.len == sizeof(ret->bytes);
        if (found)
            memcpy(ret->bytes, uuid.ptr, sizeof(ret->bytes));
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "", "No person has this number.");
}

cu_code people_by_uuid(
    struct people *p, struct db *d, struct cu_uuid id, uint32_t *ret_root, struct cu_error *err)
{
    struct db_query q;
    uint32_t pno = 0;
    CU_TRY(db_prepare(d, &people_sql_profile_by_uuid, &q, err));
    db_bind_blob(&q, ":uuid", id.bytes, sizeof(id.bytes));
    if (db_step(&q))
        pno = (uint32_t)db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (pno) {
        *ret_root = people_root(p, pno);
        return CU_OK;
    }
    CU_TRY(db_prepare(d, &people_sql_forgotten_has, &q, err));
    db_bind_blob(&q, ":uuid", id.bytes, sizeof(id.bytes));
    bool erased = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (erased)
        return cu_fail(err, CU_ERASED, "id", "This person was erased.");
    return cu_fail(err, CU_NOT_FOUND, "id", "No person has this id.");
}

struct day_counts {
    int32_t from, to;
    uint64_t *counts;
};

static void count_day(void *ctx, uint32_t pno, const struct roster_row *row)
{
    (void)pno;
    struct day_counts *c = ctx;
    if (row->first_ms == INT64_MAX) // never seen: made by an import that only described it
        return;
    int32_t day = text_day_of(row->first_ms);
    if (day >= c->from && day <= c->to)
        c->counts[day - c->from]++;
}

cu_code people_new_days(struct people *p, struct db *d, int32_t from_day, int32_t to_day,
    people_day_visit *visit, void *context, struct cu_error *err)
{
    (void)d;
    if (to_day < from_day || to_day - from_day > 36525)
        return cu_fail(err, CU_INVALID, "days", "At most a hundred years.");
    size_t days = (size_t)(to_day - from_day) + 1;
    struct day_counts c = {from_day, to_day, cu_calloc(days, sizeof(*c.counts))};
    if (!c.counts)
        return cu_fail(err, CU_MEMORY, "", "No memory to count days.");
    roster_each(&p->roster, count_day, &c);
    for (size_t i = 0; i < days; i++) {
        if (c.counts[i] && !visit(context, from_day + (int32_t)i, c.counts[i]))
            break;
    }
    cu_free(c.counts);
    return CU_OK;
}
