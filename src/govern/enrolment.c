// SPDX-License-Identifier: Apache-2.0
// See enrolment.h.
#include "enrolment.h"

#include "base/clock.h"
#include "factor_sql.h"

struct step {
    const struct request *rq;
    const char *kind;
    cu_str data;
    int tries_max;
    struct enrolment *ret;
    bool found;
};

static cu_code begin_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct step *s = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_pending_expire, &q, err));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &factor_sql_pending_put, &q, err));
    db_bind_blob(&q, ":session", s->rq->caller.session_hash, sizeof s->rq->caller.session_hash);
    db_bind_str(&q, ":kind", cu_str_of(s->kind));
    db_bind_i64(&q, ":staff", s->rq->caller.staff_id);
    db_bind_blob(&q, ":data", s->data.ptr, s->data.len);
    db_bind_i64(&q, ":expires_ms", cu_now_ms() + ENROLMENT_MS);
    return db_run(&q, err);
}

cu_code enrolment_begin(struct govern *g, const struct request *rq, const char *kind, cu_str data, struct cu_error *err)
{
    struct step s = {.rq = rq, .kind = kind, .data = data};
    if (rq->caller.kind != CALLER_STAFF)
        return cu_fail(err, CU_FORBIDDEN, "", "only a signed-in member of staff has factors");
    return staff_change(g, begin_in, &s, err);
}

static cu_code try_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct step *s = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_pending_try, &q, err));
    db_bind_blob(&q, ":session", s->rq->caller.session_hash, sizeof s->rq->caller.session_hash);
    db_bind_str(&q, ":kind", cu_str_of(s->kind));
    db_bind_i64(&q, ":staff", s->rq->caller.staff_id);
    db_bind_i64(&q, ":tries_max", s->tries_max);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    if (db_step(&q)) {
        cu_str data = db_blob(&q, 0);
        s->found = data.len <= sizeof s->ret->data;
        s->ret->len = s->found ? data.len : 0;
        if (s->ret->len)
            memcpy(s->ret->data, data.ptr, s->ret->len);
    }
    return db_end(&q, err);
}

cu_code enrolment_try(struct govern *g, const struct request *rq, const char *kind, int tries_max, struct enrolment *ret,
    struct cu_error *err)
{
    struct step s = {.rq = rq, .kind = kind, .tries_max = tries_max, .ret = ret};
    if (rq->caller.kind == CALLER_STAFF)
        CU_TRY(staff_change(g, try_in, &s, err));
    return s.found ? CU_OK
                   : cu_fail(err, CU_CONFLICT, "",
                         "nothing was begun in the last 5 minutes, or it was tried too often; begin again");
}

cu_code enrolment_end_in(struct db *d, const struct request *rq, const char *kind, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_pending_end, &q, err));
    db_bind_blob(&q, ":session", rq->caller.session_hash, sizeof rq->caller.session_hash);
    db_bind_str(&q, ":kind", cu_str_of(kind));
    CU_TRY(db_run(&q, err));
    return db_changes(d) ? CU_OK : cu_fail(err, CU_CONFLICT, "", "this was finished by another request");
}

cu_code enrolment_finish_in(struct db *d, const struct request *rq, char ret_codes[RECOVERY_CODES][RECOVERY_TEXT],
    bool *ret_made, struct cu_error *err)
{
    int64_t left = 0;
    CU_TRY(recovery_left_in(d, rq->caller.staff_id, &left, err));
    *ret_made = left == 0;
    if (*ret_made)
        CU_TRY(recovery_make_in(d, rq->caller.staff_id, ret_codes, err));
    return session_end_others(d, rq->caller.staff_id, rq->caller.session_hash, err);
}

void enrolment_write_codes(struct json_writer *w, char (*codes)[RECOVERY_TEXT])
{
    jw_key(w, "recovery_codes");
    if (!codes) {
        jw_null(w);
        return;
    }
    jw_array(w);
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        jw_z(w, codes[i]);
    jw_array_end(w);
}

cu_code enrolment_removed_in(struct govern *g, struct db *d, const struct request *rq, struct cu_error *err)
{
    struct staff s;
    struct standing standing;
    CU_TRY(staff_load_in(d, rq->caller.staff_id, &s, err));
    CU_TRY(standing_of(g, d, &s, &standing, err));
    if (!standing.enrolled && !s.password_long)
        return cu_fail(err, CU_CONFLICT, "", "without a second factor your password needs %d characters; change it first",
            GOVERN_PASSWORD_MIN);
    return session_end_others(d, rq->caller.staff_id, rq->caller.session_hash, err);
}

_Static_assert(sizeof(struct sign_in_step) <= TICKET_DATA_MAX, "a step fits into its ticket");

void sign_in_step_read(const struct ticket *t, struct sign_in_step *ret)
{
    *ret = (struct sign_in_step){.sms_ms = 0};
    if (t->data_len == sizeof *ret)
        memcpy(ret, t->data, sizeof *ret);
}

void sign_in_step_write(struct govern *g, struct ticket *t, const struct sign_in_step *s)
{
    memcpy(t->data, s, sizeof *s);
    t->data_len = sizeof *s;
    ticket_put(g, t);
}
