// SPDX-License-Identifier: Apache-2.0
// Notes on charts: what the shop knows of a day. Rows of records.db; handlers of target_routes.c.
#include "target_private.h"
#include "target_sql.h"

#include "base/clock.h"
#include "text/text.h"

enum { NOTES_MAX = 5000, NOTES_SHOWN = 1000 };

static void write_day(struct json_writer *w, const char *name, int64_t day)
{
    char text[TEXT_TIME_MAX];
    text_time_format(text_day_start((int32_t)day), text);
    jw_kstr(w, name, (cu_str){text, 10});
}

static cu_code write_notes(struct db *d, int32_t from_day, int32_t to_day, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_notes, &q, err));
    db_bind_i64(&q, ":from_day", from_day);
    db_bind_i64(&q, ":to_day", to_day);
    db_bind_i64(&q, ":limit", NOTES_SHOWN);
    while (db_step(&q)) {
        jw_object(w);
        jw_ki64(w, "id", db_i64(&q, 0));
        write_day(w, "day", db_i64(&q, 1));
        write_day(w, "to", db_i64(&q, 2));
        jw_kstr(w, "kind", db_str(&q, 3));
        jw_kstr(w, "title", db_str(&q, 4));
        jw_ktime(w, "made", db_i64(&q, 5));
        jw_object_end(w);
    }
    return db_end(&q, err);
}

cu_code annotations_get(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct db *d = NULL;
    CU_TRY(people_read_take(t->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = write_notes(d, spec_has(v, "from") ? text_day_of(spec_i64(v, "from")) : INT32_MIN,
        spec_has(v, "to") ? text_day_of(spec_i64(v, "to")) : INT32_MAX, &w, err);
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(t->o.people, d);
    return code;
}

struct note {
    int32_t day, to_day;
    cu_str kind, title;
    int64_t by, id;
};

static cu_code put_note(struct db *d, void *what, struct cu_error *err)
{
    struct note *n = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_note_count, &q, err));
    int64_t count = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (count >= NOTES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d notes are kept; delete some that are no longer of use", NOTES_MAX);
    CU_TRY(db_prepare(d, &target_sql_note_put, &q, err));
    db_bind_i64(&q, ":day", n->day);
    db_bind_i64(&q, ":to_day", n->to_day);
    db_bind_str(&q, ":kind", n->kind);
    db_bind_str(&q, ":title", n->title);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", n->by);
    n->id = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

cu_code annotations_post(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    const struct spec_values *v = &rq->body_values;
    struct note n = {.day = text_day_of(spec_i64(v, "day")), .kind = spec_str(v, "kind"), .title = cu_str_trim(spec_str(v, "title")),
        .by = rq->caller.staff_id};
    n.to_day = spec_has(v, "to") ? text_day_of(spec_i64(v, "to")) : n.day;
    if (n.title.len == 0)
        return cu_fail(err, CU_INVALID, "/title", "a few words are wanted: what happened?");
    if (n.to_day < n.day)
        return cu_fail(err, CU_INVALID, "/to", "the last day lies before the first");
    CU_TRY(people_store(t->o.people, put_note, &n, err));
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_ki64(&w, "id", n.id);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code drop_note(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_note_drop, &q, err));
    db_bind_i64(&q, ":id", *(const int64_t *)what);
    bool there = db_step(&q);
    CU_TRY(db_end(&q, err));
    return there ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "there is no such note");
}

cu_code annotations_delete(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    int64_t id = spec_i64(&rq->path_values, "id");
    CU_TRY(people_store(t->o.people, drop_note, &id, err));
    rq->response.status = 204;
    return CU_OK;
}
