// SPDX-License-Identifier: Apache-2.0
// Saved views: a question with how it is shown, under a name. Handlers of dashboard_routes.c.
#include "dashboard_private.h"

#include "dashboard_sql.h"

static void print(struct db_query *q, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "name", db_str(q, 0));
    jw_kstr(w, "title", db_str(q, 1));
    jw_key(w, "query");
    jw_raw(w, db_str(q, 2));
    jw_kstr(w, "show", db_str(q, 3));
    jw_ki64(w, "version", db_i64(q, 4));
    jw_ktime(w, "changed", db_i64(q, 5));
    jw_ki64(w, "by", db_i64(q, 6));
    jw_object_end(w);
}

static cu_code list_in(struct db *db, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, &dashboard_sql_views, &q, err));
    while (db_step(&q))
        print(&q, w);
    return db_end(&q, err);
}

cu_code views_list(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct db *db = NULL;
    CU_TRY(people_read_take(d->o.people, &db, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = list_in(db, &w, err);
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(d->o.people, db);
    return code;
}

static cu_code get_in(struct db *db, cu_str name, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, &dashboard_sql_view, &q, err));
    db_bind_str(&q, ":name", name);
    bool found = db_step(&q);
    if (found)
        print(&q, w);
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no view is kept under that name");
}

cu_code views_get(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct db *db = NULL;
    CU_TRY(people_read_take(d->o.people, &db, err));
    struct json_writer w = request_json(rq, 200);
    cu_code code = get_in(db, request_path_str(rq, "name"), &w, err);
    people_read_give(d->o.people, db);
    return code;
}

// ---- changing

struct putting {
    struct request *rq;
    cu_str name, query;
    int64_t version;
};

static cu_code number_of(
    struct db *db, const struct db_statement *s, cu_str name, int column, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, s, &q, err));
    if (name.ptr)
        db_bind_str(&q, ":name", name);
    *ret = db_step(&q) ? db_i64(&q, column) : 0;
    return db_end(&q, err);
}

static cu_code put_in(struct db *db, void *what, struct cu_error *err)
{
    struct putting *p = what;
    struct db_query q;
    int64_t version = 0, count = 0;
    CU_TRY(number_of(db, &dashboard_sql_view, p->name, 4, &version, err));
    CU_TRY(number_of(db, &dashboard_sql_view_count, CU_NONE, 0, &count, err));
    if (version != p->version)
        return cu_fail(err, version ? CU_PRECONDITION : CU_NOT_FOUND, "/version",
            version ? "it is version %lld by now; read it again" : "there is no such view; version 0 makes one",
            (long long)version);
    if (version == 0 && count >= VIEWS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d views are kept", VIEWS_MAX);
    CU_TRY(db_prepare(db, &dashboard_sql_view_put, &q, err));
    db_bind_str(&q, ":name", p->name);
    db_bind_str(&q, ":title", spec_str(&p->rq->body_values, "title"));
    db_bind_str(&q, ":query", p->query);
    db_bind_str(&q, ":show", spec_str(&p->rq->body_values, "show"));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", dashboard_by(p->rq));
    p->version = version + 1;
    return db_run(&q, err);
}

cu_code views_put(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct putting p = {.rq = rq, .name = request_path_str(rq, "name"), .version = spec_i64(&rq->body_values, "version")};
    json query = spec_get(&rq->body_values, "query")->raw;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, DASHBOARD_QUESTION_MAX * 2);
    if (!dashboard_name_good(p.name))
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, - and _ are accepted");
    cu_code code = dashboard_query_check(d, &rq->caller, query, err);
    if (code != CU_OK)
        cu_error_prefix(err, "/query");
    CU_TRY(code);
    jw_start(&w, &text);
    dashboard_query_print(query, &w);
    CU_TRY(cu_buf_code(&text, err));
    p.query = cu_buf_view(&text);
    CU_TRY(dashboard_change(d, put_in, &p, err));
    w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "version", p.version);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code drop_in(struct db *db, void *what, struct cu_error *err)
{
    const struct putting *p = what;
    struct db_query q;
    int64_t version = 0;
    CU_TRY(number_of(db, &dashboard_sql_view, p->name, 4, &version, err));
    if (version == 0)
        return cu_fail(err, CU_NOT_FOUND, "name", "no view is kept under that name");
    CU_TRY(db_prepare(db, &dashboard_sql_view_drop, &q, err));
    db_bind_str(&q, ":name", p->name);
    return db_run(&q, err);
}

cu_code views_drop(struct request *rq, struct cu_error *err)
{
    struct putting p = {.rq = rq, .name = request_path_str(rq, "name")};
    CU_TRY(dashboard_change(rq->module, drop_in, &p, err));
    rq->response.status = 204;
    return CU_OK;
}
