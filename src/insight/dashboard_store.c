// SPDX-License-Identifier: Apache-2.0
// Kept dashboards: rows of records.db by name, and their handlers. See dashboard.h.
#include "dashboard_private.h"

#include "dashboard_sql.h"

static bool read_row(struct db_query *q, struct cu_arena *a, struct dashboard *ret)
{
    cu_str *const texts[] = {&ret->name, &ret->title, &ret->doc, &ret->tiles, &ret->period, &ret->compare};
    for (int i = 0; i < (int)CU_COUNT(texts); i++) {
        *texts[i] = cu_arena_dup(a, db_str(q, i));
        if (!texts[i]->ptr)
            return false;
    }
    ret->version = db_i64(q, 6);
    ret->changed_ms = db_i64(q, 7);
    ret->by = db_i64(q, 8);
    return true;
}

cu_code dashboard_get_in(struct db *db, cu_str name, struct cu_arena *a, struct dashboard *ret, struct cu_error *err)
{
    struct db_query q;
    bool found = false, room = true;
    CU_TRY(db_prepare(db, &dashboard_sql_get, &q, err));
    db_bind_str(&q, ":name", name);
    if (db_step(&q)) {
        found = true;
        room = read_row(&q, a, ret);
    }
    CU_TRY(db_end(&q, err));
    if (!room)
        return cu_fail(err, CU_MEMORY, "", "no memory for a dashboard");
    return found ? CU_OK
                 : cu_fail(err, CU_NOT_FOUND, "name", "there is no dashboard of this name; GET /v1/dashboards lists them");
}

cu_code dashboard_get(struct dashboards *d, cu_str name, struct cu_arena *a, struct dashboard *ret, struct cu_error *err)
{
    struct db *db = NULL;
    CU_TRY(people_read_take(d->o.people, &db, err));
    cu_code code = dashboard_get_in(db, name, a, ret, err);
    people_read_give(d->o.people, db);
    return code;
}

static void print(const struct dashboard *b, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "name", b->name);
    jw_kstr(w, "title", b->title);
    jw_kstr(w, "doc", b->doc);
    jw_key(w, "tiles");
    jw_raw(w, b->tiles);
    jw_kstr(w, "period", b->period);
    jw_kstr(w, "compare", b->compare);
    jw_ki64(w, "version", b->version);
    jw_ktime(w, "changed", b->changed_ms);
    jw_ki64(w, "by", b->by);
    jw_object_end(w);
}

static cu_code list_in(struct db *db, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    bool room = true;
    CU_TRY(db_prepare(db, &dashboard_sql_list, &q, err));
    while (room && db_step(&q)) {
        struct dashboard b;
        room = read_row(&q, a, &b);
        if (room)
            print(&b, w);
    }
    CU_TRY(db_end(&q, err));
    return room ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the dashboards");
}

enum { LIST_ARENA = 64 * 1024 * 1024 };

cu_code dashboards_list(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct db *db = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(LIST_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the dashboards");
    CU_TRY(people_read_take(d->o.people, &db, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = list_in(db, a, &w, err);
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(d->o.people, db);
    return code;
}

cu_code dashboards_get(struct request *rq, struct cu_error *err)
{
    struct dashboard b;
    CU_TRY(dashboard_get(rq->module, request_path_str(rq, "name"), rq->arena, &b, err));
    struct json_writer w = request_json(rq, 200);
    print(&b, &w);
    return CU_OK;
}

cu_code dashboards_templates(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    dashboard_templates_print(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

// ---- changing

struct putting {
    struct request *rq;
    cu_str name, tiles;
    int64_t version; // given, then the new one
};

static cu_code version_of(struct db *db, cu_str name, int64_t *ret, int64_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, &dashboard_sql_get, &q, err));
    db_bind_str(&q, ":name", name);
    *ret = db_step(&q) ? db_i64(&q, 6) : 0;
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(db, &dashboard_sql_count, &q, err));
    *ret_count = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code put_in(struct db *db, void *what, struct cu_error *err)
{
    struct putting *p = what;
    const struct spec_values *v = &p->rq->body_values;
    struct db_query q;
    int64_t version = 0, count = 0;
    CU_TRY(version_of(db, p->name, &version, &count, err));
    if (version != p->version)
        return cu_fail(err, version ? CU_PRECONDITION : CU_NOT_FOUND, "/version",
            version ? "it is version %lld by now; read it again" : "there is no such dashboard; version 0 makes one",
            (long long)version);
    if (version == 0 && count >= DASHBOARDS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d dashboards are kept", DASHBOARDS_MAX);
    CU_TRY(db_prepare(db, &dashboard_sql_put, &q, err));
    db_bind_str(&q, ":name", p->name);
    db_bind_str(&q, ":title", spec_str(v, "title"));
    db_bind_str(&q, ":doc", spec_has(v, "doc") ? spec_str(v, "doc") : CU_LIT(""));
    db_bind_str(&q, ":tiles", p->tiles);
    db_bind_str(&q, ":period", spec_str(v, "period"));
    db_bind_str(&q, ":compare", spec_str(v, "compare"));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", dashboard_by(p->rq));
    p->version = version + 1;
    return db_run(&q, err);
}

cu_code dashboards_put(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    const struct spec_values *v = &rq->body_values;
    struct putting p = {.rq = rq, .name = request_path_str(rq, "name"), .version = spec_i64(v, "version")};
    json tiles = spec_get(v, "tiles")->raw;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, DASHBOARD_BODY_MAX * 2);
    if (!dashboard_name_good(p.name) || cu_str_eqz(p.name, "templates"))
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, - and _ are accepted, and not \"templates\"");
    CU_TRY(dashboard_tiles_check(d, &rq->caller, tiles, err));
    jw_start(&w, &text);
    dashboard_tiles_print(tiles, &w);
    CU_TRY(cu_buf_code(&text, err));
    p.tiles = cu_buf_view(&text);
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
    int64_t version = 0, count = 0;
    CU_TRY(version_of(db, p->name, &version, &count, err));
    if (version == 0)
        return cu_fail(err, CU_NOT_FOUND, "name", "there is no dashboard of this name");
    CU_TRY(db_prepare(db, &dashboard_sql_drop, &q, err));
    db_bind_str(&q, ":name", p->name);
    return db_run(&q, err);
}

cu_code dashboards_drop(struct request *rq, struct cu_error *err)
{
    struct putting p = {.rq = rq, .name = request_path_str(rq, "name")};
    CU_TRY(dashboard_change(rq->module, drop_in, &p, err));
    rq->response.status = 204;
    return CU_OK;
}
