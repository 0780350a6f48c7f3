// SPDX-License-Identifier: Apache-2.0
// Moves that are kept no longer. A person's last move in a segment stays while they are in it: since when somebody is
// in a segment is asked for. So does what is newer than the last snapshot, by which memberships are found again.
#include "audience_history.h"

#include "audience_history_sql.h"

static cu_code drop(struct db *d, int64_t before_ms, int64_t limit, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_history_sql_moves_drop_old, &q, err));
    db_bind_i64(&q, ":before_ms", before_ms);
    db_bind_i64(&q, ":limit", limit);
    CU_TRY(db_run(&q, err));
    *ret = db_changes(d);
    return CU_OK;
}

cu_code audiences_moves_expire(struct audiences *a, int64_t before_ms, int64_t limit, int64_t *ret_rows,
    struct cu_error *err)
{
    struct history *h = a->history;
    *ret_rows = 0;
    pthread_mutex_lock(&h->write);
    cu_code code = db_begin(h->writer, err);
    if (code == CU_OK)
        code = drop(h->writer, before_ms, limit, ret_rows, err);
    if (code == CU_OK)
        code = db_commit(h->writer, err);
    if (code != CU_OK)
        db_rollback(h->writer);
    pthread_mutex_unlock(&h->write);
    return code;
}

cu_code audiences_moves_count(struct audiences *a, int64_t before_ms, int64_t *ret_rows, int64_t *ret_people,
    struct cu_error *err)
{
    struct history *h = a->history;
    struct db_query q;
    *ret_rows = *ret_people = 0;
    pthread_mutex_lock(&h->read);
    cu_code code = db_prepare(h->reader, &audience_history_sql_moves_count_old, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before_ms", before_ms);
        if (db_step(&q)) {
            *ret_rows = db_i64(&q, 0);
            *ret_people = db_i64(&q, 1);
        }
        code = db_end(&q, err);
    }
    pthread_mutex_unlock(&h->read);
    return code;
}
