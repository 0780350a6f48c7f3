// SPDX-License-Identifier: Apache-2.0
// Rows of letters. Called by letters.c under the caller's transaction, by the sender's thread and by jobs.
#include "letter_internal.h"

#include "letter_sql.h"

static const int64_t day_ms = INT64_C(86400000);
enum { KEEP_DAYS = 400, DAY_KEYS_KEPT = 5 /* letters wait for three days at most */ };

static void bind_uuid(struct db_query *q, struct cu_uuid *id)
{
    db_bind_blob(q, ":uuid", id->bytes, sizeof id->bytes);
}

static cu_code use_day(struct db *d, uint64_t subject, struct cu_error *err)
{
    struct db_query q;
    if (subject < LETTER_DAY_SUBJECT)
        return CU_OK;
    CU_TRY(db_prepare(d, &letter_sql_day_add, &q, err));
    db_bind_i64(&q, ":day", (int64_t)(subject - LETTER_DAY_SUBJECT));
    return db_run(&q, err);
}

cu_code letter_add(struct db *d, struct cu_uuid id, const struct letter *l, uint64_t subject, cu_str sealed, int64_t now_ms,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(use_day(d, subject, err));
    CU_TRY(db_prepare(d, &letter_sql_add, &q, err));
    bind_uuid(&q, &id);
    db_bind_i64(&q, ":pno", l->pno);
    db_bind_str(&q, ":kind", l->kind);
    db_bind_i64(&q, ":now_ms", now_ms);
    db_bind_i64(&q, ":outlives", l->outlives);
    db_bind_i64(&q, ":subject", (int64_t)subject);
    db_bind_blob(&q, ":message", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code next_in(struct db *d, struct letter_row *ret, struct cu_buf *message, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &letter_sql_next, &q, err));
    if (db_step(&q)) {
        cu_str id = db_blob(&q, 0);
        if (id.len == sizeof ret->id.bytes)
            memcpy(ret->id.bytes, id.ptr, id.len);
        ret->found = true;
        ret->at_ms = db_i64(&q, 1);
        ret->tries = db_i64(&q, 2);
        ret->next_ms = db_i64(&q, 3);
        ret->subject = (uint64_t)db_i64(&q, 4);
        cu_buf_str(message, db_blob(&q, 5));
    }
    CU_TRY(db_end(&q, err));
    return cu_buf_code(message, err);
}

cu_code letter_next(struct people *p, struct letter_row *ret, struct cu_buf *message, struct cu_error *err)
{
    struct db *d = NULL;
    *ret = (struct letter_row){.found = false};
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = next_in(d, ret, message, err);
    people_read_give(p, d);
    return code;
}

// ---- writing, each a transaction of its own

typedef cu_code writing(struct db *d, const void *what, struct cu_error *err);

static cu_code write_now(struct people *p, writing *fn, const void *what, struct cu_error *err)
{
    struct db *d = people_lock(p);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = fn(d, what, err);
    if (code == CU_OK)
        code = db_commit(d, err);
    if (code != CU_OK)
        db_rollback(d);
    people_unlock(p);
    return code;
}

struct noting {
    struct cu_uuid id;
    const struct letter_result *r;
};

static cu_code write_result(struct db *d, const void *what, struct cu_error *err)
{
    const struct noting *n = what;
    struct cu_uuid id = n->id;
    struct db_query q;
    bool waits = n->r->state == LETTER_WAITING;
    CU_TRY(db_prepare(d, waits ? &letter_sql_later : &letter_sql_ended, &q, err));
    bind_uuid(&q, &id);
    db_bind_str(&q, ":fault", cu_str_of(n->r->fault));
    if (waits) {
        db_bind_i64(&q, ":next_ms", n->r->next_ms);
    } else {
        db_bind_i64(&q, ":state", n->r->state);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
    }
    return db_run(&q, err);
}

cu_code letter_note(struct people *p, struct cu_uuid id, const struct letter_result *r, struct cu_error *err)
{
    const struct noting n = {id, r};
    return write_now(p, write_result, &n, err);
}

static cu_code write_all_now(struct db *d, const void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &letter_sql_all_now, &q, err));
    db_bind_i64(&q, ":now_ms", *(const int64_t *)what);
    return db_run(&q, err);
}

cu_code letter_all_now(struct people *p, struct cu_error *err)
{
    const int64_t now = cu_now_ms();
    return write_now(p, write_all_now, &now, err);
}

static cu_code write_old(struct db *d, const void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &letter_sql_old, &q, err));
    db_bind_i64(&q, ":before_ms", *(const int64_t *)what);
    return db_run(&q, err);
}

static cu_code write_day_gone(struct db *d, const void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &letter_sql_day_drop, &q, err));
    db_bind_i64(&q, ":day", *(const int64_t *)what);
    return db_run(&q, err);
}

static cu_code day_old(struct people *p, int64_t before, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = db_prepare(d, &letter_sql_day_old, &q, err);
    *ret = -1;
    if (code == CU_OK) {
        db_bind_i64(&q, ":day", before);
        if (db_step(&q))
            *ret = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(p, d);
    return code;
}

cu_code letter_care(struct people *p, struct cu_error *err)
{
    const int64_t now = cu_now_ms(), before = now - KEEP_DAYS * day_ms;
    for (;;) {
        int64_t day = -1;
        CU_TRY(day_old(p, now / day_ms - DAY_KEYS_KEPT, &day, err));
        if (day < 0)
            break;
        const uint64_t subject = LETTER_DAY_SUBJECT + (uint64_t)day;
        CU_TRY(guard_erase(people_guard(p), &subject, 1, err));
        CU_TRY(write_now(p, write_day_gone, &day, err));
    }
    return write_now(p, write_old, &before, err);
}

// ---- people who are forgotten: inside the deleting transaction

cu_code letter_forget(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    static const struct db_statement *const steps[] = {&letter_sql_forget, &letter_sql_let_go};
    const struct letters *l = ctx;
    for (size_t i = 0; i < count * CU_COUNT(steps); i++) {
        struct db_query q;
        CU_TRY(db_prepare(people_db(l->o.people), steps[i % CU_COUNT(steps)], &q, err));
        db_bind_i64(&q, ":pno", pnos[i / CU_COUNT(steps)]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}
