// SPDX-License-Identifier: Apache-2.0
// Kept questions: rows of records.db by name. Handlers of question_routes.c.
#include "question_private.h"
#include "question_sql.h"

enum { KEPT_MAX = 1000 };

cu_code question_list(struct request *rq, struct cu_error *err)
{
    struct people *p = questions_people(rq->module);
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = db_prepare(d, &question_sql_list, &q, err);
    if (code == CU_OK) {
        while (db_step(&q)) {
            jw_object(&w);
            jw_kstr(&w, "name", db_str(&q, 0));
            jw_kstr(&w, "title", db_str(&q, 1));
            jw_kstr(&w, "sql", db_str(&q, 2));
            jw_ki64(&w, "version", db_i64(&q, 3));
            jw_ktime(&w, "changed", db_i64(&q, 4));
            jw_ki64(&w, "by", db_i64(&q, 5));
            jw_object_end(&w);
        }
        code = db_end(&q, err);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(p, d);
    return code;
}

static bool name_ok(cu_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && i > 0)))
            return false;
    }
    return name.len > 0;
}

static cu_code number_of(struct db *d, const struct db_statement *s, cu_str name, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (name.ptr)
        db_bind_str(&q, ":name", name);
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code put_in(struct db *d, struct request *rq, cu_str name, int64_t *ret_version, struct cu_error *err)
{
    struct db_query q;
    int64_t version = 0, count = 0, given = spec_i64(&rq->body_values, "version");
    CU_TRY(number_of(d, &question_sql_get, name, &version, err));
    CU_TRY(number_of(d, &question_sql_count, CU_NONE, &count, err));
    if (version != given)
        return cu_fail(err, version ? CU_PRECONDITION : CU_NOT_FOUND, "version",
            version ? "it is version %lld by now; read it again" : "there is no such question; version 0 makes one", (long long)version);
    if (version == 0 && count >= KEPT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d questions are kept", KEPT_MAX);
    CU_TRY(db_prepare(d, &question_sql_put, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_str(&q, ":title", spec_str(&rq->body_values, "title"));
    db_bind_str(&q, ":sql", spec_str(&rq->body_values, "sql"));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", rq->caller.kind == CALLER_LOCAL ? -1 : rq->caller.staff_id);
    *ret_version = version + 1;
    return db_run(&q, err);
}

static cu_code drop_in(struct db *d, cu_str name, struct cu_error *err)
{
    struct db_query q;
    int64_t version = 0;
    CU_TRY(number_of(d, &question_sql_get, name, &version, err));
    if (version == 0)
        return cu_fail(err, CU_NOT_FOUND, "name", "no question is kept under that name");
    CU_TRY(db_prepare(d, &question_sql_drop, &q, err));
    db_bind_str(&q, ":name", name);
    return db_run(&q, err);
}

static cu_code change(struct request *rq, bool put, int64_t *ret_version, struct cu_error *err)
{
    struct people *p = questions_people(rq->module);
    cu_str name = request_path_str(rq, "name");
    if (!name_ok(name))
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, - and _ are accepted");
    struct db *d = people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK)
        code = put ? put_in(d, rq, name, ret_version, err) : drop_in(d, name, err);
    if (code == CU_OK)
        code = people_commit(p, err);
    else
        people_rollback(p);
    people_unlock(p);
    return code;
}

cu_code question_put(struct request *rq, struct cu_error *err)
{
    int64_t version = 0;
    CU_TRY(change(rq, true, &version, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "version", version);
    jw_object_end(&w);
    return CU_OK;
}

cu_code question_drop(struct request *rq, struct cu_error *err)
{
    CU_TRY(change(rq, false, NULL, err));
    rq->response.status = 204;
    return CU_OK;
}
