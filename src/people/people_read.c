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
