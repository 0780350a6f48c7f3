// SPDX-License-Identifier: Apache-2.0
// Trying out another copy of records.db with the keys of today: what restore drills ask. See promise.h.
#include "promise.h"

#include "internal.h"
#include "people_sql.h"

enum { FORGOTTEN_MAX = 2000 };

cu_code promise_probe(struct people *p, struct db *copy, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_NOT_FOUND;
    struct cu_buf plain;
    cu_buf_init(&plain, 64 * 1024);
    CU_TRY(db_prepare(copy, &people_sql_copy_identifier, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q))
        code = identifier_open(p, pno, db_i64(&q, 0), db_blob(&q, 1), &plain, err);
    cu_buf_wipe(&plain);
    struct cu_error late = {0};
    cu_code end = db_end(&q, &late);
    if (end != CU_OK)
        return cu_fail(err, end, "", "%s", late.text);
    return code;
}

cu_code promise_profile_at(struct db *copy, uint32_t pno, uint32_t *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = 0;
    CU_TRY(db_prepare(copy, &people_sql_profiles_after, &q, err));
    db_bind_i64(&q, ":pno", (int64_t)pno - 1);
    db_bind_i64(&q, ":limit", 1);
    if (db_step(&q))
        *ret = (uint32_t)db_i64(&q, 0);
    return db_end(&q, err);
}

static cu_code profile_of(struct db *copy, cu_str uuid, uint32_t *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = 0;
    CU_TRY(db_prepare(copy, &people_sql_profile_by_uuid, &q, err));
    db_bind_blob(&q, ":uuid", uuid.ptr, uuid.len);
    if (db_step(&q))
        *ret = (uint32_t)db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code promise_forgotten_in(struct people *p, struct db *copy, uint32_t *ret, size_t max, size_t *ret_count,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = db_prepare(d, &people_sql_forgotten_newest, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":limit", FORGOTTEN_MAX);
        while (code == CU_OK && *ret_count < max && db_step(&q)) {
            uint32_t pno = 0;
            code = profile_of(copy, db_blob(&q, 0), &pno, err);
            if (code == CU_OK && pno)
                ret[(*ret_count)++] = pno;
        }
        cu_code end = db_end(&q, code == CU_OK ? err : NULL);
        code = code == CU_OK ? end : code;
    }
    people_read_give(p, d);
    return code;
}

cu_code promise_counts(struct db *copy, int64_t *ret_profiles, int64_t *ret_orders, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(copy, &people_sql_copy_counts, &q, err));
    if (db_step(&q)) {
        *ret_profiles = db_i64(&q, 0);
        *ret_orders = db_i64(&q, 1);
    }
    return db_end(&q, err);
}
