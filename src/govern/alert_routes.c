// SPDX-License-Identifier: Apache-2.0
// Routes of alerts: the list, and closing one with a note.
#include "alert_rows_sql.h"
#include "approval_internal.h"
#include "audit_internal.h"

#include "base/clock.h"

#include <stdio.h>

enum { EVERY_MS = 10 * 1000 };
#define NOTE_TABLE 0x616c6572u // "aler": notes of alerts

static void write_note(struct auditing *a, struct db_query *q, struct json_writer *w)
{
    struct cu_buf note;
    struct cu_uuid id;
    cu_buf_init(&note, 8192);
    jw_key(w, "note");
    bool has = !db_is_null(q, 9) && db_blob(q, 8).len == sizeof id.bytes;
    if (has)
        memcpy(id.bytes, db_blob(q, 8).ptr, sizeof id.bytes);
    if (has && reason_open(a->options.govern, NOTE_TABLE, db_i64(q, 7), id, db_blob(q, 9), &note, NULL) == CU_OK &&
        note.len > 0)
        jw_str(w, cu_buf_view(&note));
    else
        jw_null(w);
    cu_buf_wipe(&note);
}

static void write_row(struct auditing *a, struct db_query *q, struct audit_names *names, struct json_writer *w)
{
    bool closed = !db_is_null(q, 6);
    jw_object(w);
    jw_ki64(w, "id", db_i64(q, 0));
    jw_kstr(w, "kind", db_str(q, 1));
    jw_ktime(w, "raised", db_i64(q, 2));
    jw_key(w, "staff");
    if (db_str(q, 3).len > 0)
        audit_write_actor(a, db_str(q, 3), db_i64(q, 4), names, w);
    else
        jw_null(w);
    jw_key(w, "detail");
    jw_raw(w, db_str(q, 5));
    jw_kz(w, "state", closed ? "closed" : "open");
    jw_ktime(w, "closed", closed ? db_i64(q, 6) : INT64_MIN);
    jw_key(w, "closed_by");
    if (closed)
        audit_write_actor(a, db_i64(q, 7) > 0 ? CU_LIT("staff") : CU_LIT("local"), db_i64(q, 7), names, w);
    else
        jw_null(w);
    write_note(a, q, w);
    jw_object_end(w);
}

static cu_code write_rows(struct auditing *a, struct db *d, struct request *rq, int64_t before, struct cu_error *err)
{
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0, last = 0;
    struct audit_names names = {.count = 0};
    struct db_query q;
    CU_TRY(db_prepare(d, &alert_rows_sql_list, &q, err));
    db_bind_i64(&q, ":before", before);
    cu_str state = spec_str(&rq->query_values, "state");
    db_bind_str(&q, ":state", state.len ? state : CU_LIT(""));
    db_bind_i64(&q, ":limit", limit);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (; db_step(&q); count++) {
        last = db_i64(&q, 0);
        write_row(a, &q, &names, &w);
    }
    CU_TRY(db_end(&q, err));
    jw_array_end(&w);
    jw_key(&w, "next");
    if (count == limit) {
        char text[24];
        (void)snprintf(text, sizeof text, "%lld", (long long)last);
        jw_z(&w, text);
    } else {
        jw_null(&w);
    }
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    struct db *d = NULL;
    int64_t before = INT64_MAX;
    if (spec_has(&rq->query_values, "cursor") && !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(a->options.people, &d, err));
    cu_code code = write_rows(a, d, rq, before, err);
    people_read_give(a->options.people, d);
    return code;
}

static cu_code exists(struct db *d, int64_t id, bool *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &alert_rows_sql_state, &q, err));
    db_bind_i64(&q, ":id", id);
    *ret = db_step(&q);
    return db_end(&q, err);
}

struct closing {
    struct auditing *a;
    struct request *rq;
};

static cu_code close_one(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct closing *c = context;
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    bool there = false;
    int64_t id = spec_i64(&c->rq->path_values, "id"), by = c->rq->caller.staff_id;
    struct cu_uuid note_id = cu_uuid7();
    cu_buf_init(&sealed, 8192);
    CU_TRY(exists(d, id, &there, err));
    if (!there)
        return cu_fail(err, CU_NOT_FOUND, "id", "no alert has this number");
    CU_TRY(reason_seal(g, NOTE_TABLE, by, note_id, spec_str(&c->rq->body_values, "note"), &sealed, err));
    CU_TRY(db_prepare(d, &alert_rows_sql_close, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":staff", by);
    db_bind_blob(&q, ":note_id", note_id.bytes, sizeof note_id.bytes);
    db_bind_blob(&q, ":note_sealed", sealed.ptr, sealed.len);
    CU_TRY(db_run(&q, err));
    return db_changes(d) == 1 ? CU_OK : cu_fail(err, CU_CONFLICT, "id", "this alert is closed already");
}

static cu_code post_close(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    struct closing c = {a, rq};
    CU_TRY(staff_change(a->options.govern, close_one, &c, err));
    rq->response.status = 204;
    return CU_OK;
}

static const char *const states[] = {"open", "closed", NULL};
static const struct spec_field list_query[] = {
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "Only open or only closed ones."},
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "`next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many."},
    {.name = NULL},
};
static const struct spec_field item_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the alert."},
    {.name = "kind",
        .type = SPEC_STRING,
        .max = 31,
        .doc = "mass_read, night_export, decoy, break_glass, sign_in_failures or audit_failing."},
    {.name = "raised", .type = SPEC_TIME, .doc = "When it was raised."},
    {.name = "staff",
        .type = SPEC_OBJECT,
        .max = 1024,
        .nullable = true,
        .fields = audit_actor_fields,
        .doc = "Whose acts it is about; null: nobody known."},
    {.name = "detail",
        .type = SPEC_OBJECT,
        .max = 1024,
        .doc = "Numbers that belong to it; entry: the entry of the audit log."},
    {.name = "state", .type = SPEC_STRING, .max = 15, .doc = "open or closed."},
    {.name = "closed", .type = SPEC_TIME, .nullable = true, .doc = "When it was closed."},
    {.name = "closed_by",
        .type = SPEC_OBJECT,
        .max = 1024,
        .nullable = true,
        .fields = audit_actor_fields,
        .doc = "Who closed it."},
    {.name = "note", .type = SPEC_STRING, .max = 2000, .nullable = true, .doc = "What was found out."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = item_fields, .doc = "Alerts, newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 20, .nullable = true, .doc = "Cursor of what follows; null at the end."},
    {.name = NULL},
};
static const struct spec_field close_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "Number of the alert."},
    {.name = NULL},
};
static const struct spec_field close_body[] = {
    {.name = "note",
        .type = SPEC_STRING,
        .min = 1,
        .max = 2000,
        .required = true,
        .doc = "What was found out, for whoever asks later."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "alerts.list",
        .method = "GET",
        .path = "/v1/alerts",
        .permission = SPEC_AUDIT_READ,
        .query = list_query,
        .answer = list_answer,
        .doc = "Alerts about what stands in the audit log, newest first.",
        .handler = get_list},
    {.name = "alerts.close",
        .method = "POST",
        .path = "/v1/alerts/{id}/close",
        .permission = SPEC_AUDIT_READ,
        .path_fields = close_path,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 8192,
        .body = close_body,
        .doc = "Closes an alert with a note.",
        .handler = post_close},
};
static const struct spec_job jobs[] = {
    {.name = "alerts",
        .doc = "Reads what came into the audit log and raises alerts.",
        .every_ms = EVERY_MS,
        .run = alert_watch},
};
const struct module govern_alert_module = {
    .name = "alert",
    .doc = "Alerts: mass reading, exports at night, decoys, break-glass, failed sign-ins, a failing audit log.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = alert_rows_sql_all,
};
