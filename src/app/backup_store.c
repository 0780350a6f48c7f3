// SPDX-License-Identifier: Apache-2.0
// Rows about backups. See backup_store.h.
#include "backup_store.h"

#include "backup_sql.h"
#include "base/clock.h"

#include <stdio.h>

enum { ROWS_KEPT = 500, ROWS_SHOWN = 100, DRILLS_SHOWN = 24 };

typedef void bind_fn(const void *context, struct db_query *q);

static cu_code run_bound(struct db *d, const struct db_statement *s, bind_fn *bind, const void *context,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (bind)
        bind(context, &q);
    return db_run(&q, err);
}

// Up to two statements in one transaction; *ret_rowid of the first.
static cu_code write_rows(struct engine *e, const struct db_statement *s, bind_fn *bind, const void *context,
    const struct db_statement *then, bind_fn *bind_then, int64_t *ret_rowid, struct cu_error *err)
{
    struct db *d = people_lock(e->people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = run_bound(d, s, bind, context, err);
    if (code == CU_OK && ret_rowid)
        *ret_rowid = db_last_rowid(d);
    if (code == CU_OK && then)
        code = run_bound(d, then, bind_then, context, err);
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(e->people);
    return code;
}

struct values {
    const char *id, *class_name, *place, *state, *why;
    int64_t number;
    cu_str text;
    const struct backup_tally *tally;
};

static void bind_keep(const void *context, struct db_query *q)
{
    (void)context;
    db_bind_i64(q, ":keep", ROWS_KEPT);
}

static void bind_add(const void *context, struct db_query *q)
{
    const struct values *v = context;
    db_bind_str(q, ":id", cu_str_of(v->id));
    db_bind_str(q, ":class", cu_str_of(v->class_name));
    db_bind_str(q, ":target", cu_str_of(v->place));
    db_bind_i64(q, ":started_ms", cu_now_ms());
}

cu_code backup_run_add(struct engine *e, const char *id, enum backup_class class_id, const char *place, struct cu_error *err)
{
    const struct values v = {.id = id, .class_name = backup_class_names[class_id], .place = place};
    return write_rows(e, &backup_sql_run_add, bind_add, &v, &backup_sql_run_forget, bind_keep, NULL, err);
}

static void bind_end(const void *context, struct db_query *q)
{
    const struct values *v = context;
    db_bind_str(q, ":id", cu_str_of(v->id));
    db_bind_i64(q, ":finished_ms", cu_now_ms());
    db_bind_i64(q, ":bytes", v->tally->bytes);
    db_bind_i64(q, ":sent", v->tally->sent);
    db_bind_i64(q, ":files", v->tally->files);
    db_bind_i64(q, ":reused", v->tally->reused);
    db_bind_str(q, ":state", cu_str_of(v->state));
    db_bind_str(q, ":error", cu_str_of(v->why));
}

cu_code backup_run_end(struct engine *e, const char *id, const struct backup_tally *t, const char *why, struct cu_error *err)
{
    const struct values v = {.id = id, .tally = t, .why = why, .state = why ? "failed" : "done"};
    return write_rows(e, &backup_sql_run_end, bind_end, &v, NULL, NULL, NULL, err);
}

static void bind_verified(const void *context, struct db_query *q)
{
    const struct values *v = context;
    db_bind_str(q, ":id", cu_str_of(v->id));
    if (v->why)
        db_bind_null(q, ":verified_ms");
    else
        db_bind_i64(q, ":verified_ms", cu_now_ms());
    db_bind_str(q, ":error", cu_str_of(v->why));
}

cu_code backup_run_verified(struct engine *e, const char *id, const char *why, struct cu_error *err)
{
    const struct values v = {.id = id, .why = why};
    return write_rows(e, &backup_sql_run_verified, bind_verified, &v, NULL, NULL, NULL, err);
}

static void bind_started(const void *context, struct db_query *q)
{
    (void)context;
    db_bind_i64(q, ":started_ms", cu_now_ms());
}

cu_code backup_drill_add(struct engine *e, int64_t *ret_id, struct cu_error *err)
{
    return write_rows(e, &backup_sql_drill_add, bind_started, NULL, &backup_sql_drill_forget, bind_keep, ret_id, err);
}

static void bind_drill_end(const void *context, struct db_query *q)
{
    const struct values *v = context;
    db_bind_i64(q, ":id", v->number);
    db_bind_i64(q, ":finished_ms", cu_now_ms());
    db_bind_str(q, ":backup", cu_str_of(v->id));
    db_bind_str(q, ":state", cu_str_of(v->state));
    db_bind_str(q, ":report", v->text);
}

cu_code backup_drill_end(struct engine *e, int64_t id, const char *backup, bool passed, cu_str report, struct cu_error *err)
{
    const struct values v = {.id = backup, .number = id, .state = passed ? "passed" : "failed", .text = report};
    return write_rows(e, &backup_sql_drill_end, bind_drill_end, &v, NULL, NULL, NULL, err);
}

static void bind_now(const void *context, struct db_query *q)
{
    (void)context;
    db_bind_i64(q, ":now_ms", cu_now_ms());
}

cu_code backup_rows_broken_off(struct engine *e, struct cu_error *err)
{
    return write_rows(e, &backup_sql_run_broken_off, bind_now, NULL, &backup_sql_drill_broken_off, bind_now, NULL, err);
}

// ---- reading

static cu_code one_number(struct engine *e, const struct db_statement *s, bind_fn *bind, const void *context, int64_t *ret,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(e->people, &d, err));
    cu_code code = db_prepare(d, s, &q, err);
    if (code == CU_OK) {
        if (bind)
            bind(context, &q);
        if (db_step(&q))
            *ret = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(e->people, d);
    return code;
}

static void bind_newest(const void *context, struct db_query *q)
{
    const struct values *v = context;
    db_bind_str(q, ":class", cu_str_of(v->class_name));
    db_bind_str(q, ":target", cu_str_of(v->place));
}

cu_code backup_run_newest(struct engine *e, enum backup_class class_id, const char *place, int64_t *ret_ms,
    struct cu_error *err)
{
    const struct values v = {.class_name = backup_class_names[class_id], .place = place};
    return one_number(e, &backup_sql_run_newest, bind_newest, &v, ret_ms, err);
}

cu_code backup_drill_newest(struct engine *e, int64_t *ret_ms, struct cu_error *err)
{
    return one_number(e, &backup_sql_drill_newest, NULL, NULL, ret_ms, err);
}

cu_code backup_run_known(struct engine *e, const char *id, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool there = false;
    CU_TRY(people_read_take(e->people, &d, err));
    cu_code code = db_prepare(d, &backup_sql_run_has, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":id", cu_str_of(id));
        there = db_step(&q);
        code = db_end(&q, err);
    }
    people_read_give(e->people, d);
    CU_TRY(code);
    return there ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "there is no backup with that id");
}

static void put_time(struct json_writer *w, const char *name, struct db_query *q, int column)
{
    jw_ktime(w, name, db_is_null(q, column) ? INT64_MIN : db_i64(q, column));
}

static void print_run(struct db_query *q, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "id", db_str(q, 0));
    jw_kstr(w, "class", db_str(q, 1));
    jw_kstr(w, "target", db_str(q, 2));
    put_time(w, "started", q, 3);
    put_time(w, "finished", q, 4);
    jw_ki64(w, "bytes", db_i64(q, 5));
    jw_ki64(w, "sent", db_i64(q, 6));
    jw_ki64(w, "files", db_i64(q, 7));
    jw_ki64(w, "reused", db_i64(q, 8));
    jw_kstr(w, "state", db_str(q, 9));
    put_time(w, "verified", q, 10);
    jw_kstr(w, "error", db_is_null(q, 11) ? CU_NONE : db_str(q, 11));
    jw_object_end(w);
}

static void print_drill(struct db_query *q, struct json_writer *w)
{
    jw_object(w);
    jw_ki64(w, "id", db_i64(q, 0));
    put_time(w, "started", q, 1);
    put_time(w, "finished", q, 2);
    jw_kstr(w, "backup", db_str(q, 3));
    jw_kstr(w, "state", db_str(q, 4));
    jw_key(w, "report");
    jw_raw(w, db_str(q, 5));
    jw_object_end(w);
}

static cu_code print_list(struct db *d, const struct db_statement *s, int64_t limit, const char *name,
    void (*print)(struct db_query *q, struct json_writer *w), struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":limit", limit);
    jw_key(w, name);
    jw_array(w);
    while (db_step(&q))
        print(&q, w);
    jw_array_end(w);
    return db_end(&q, err);
}

cu_code backup_rows_print(struct engine *e, struct json_writer *w, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(e->people, &d, err));
    cu_code code = print_list(d, &backup_sql_run_list, ROWS_SHOWN, "items", print_run, w, err);
    if (code == CU_OK)
        code = print_list(d, &backup_sql_drill_list, DRILLS_SHOWN, "drills", print_drill, w, err);
    people_read_give(e->people, d);
    return code;
}
