// SPDX-License-Identifier: Apache-2.0
#include "attention.h"
#include "attention_sql.h"
#include "staff.h"

#include "base/clock.h"

static const char *const severities[] = {"bad", "warn", "info", NULL};
enum { BAD, WARN, INFO };

// Most pressing first. link: a page of the console.
static const struct row {
    const char *kind, *title, *link;
    int severity;
    enum spec_permission permission;
    const struct db_statement *count;
} rows[] = {
    {"requests_late", "Requests of persons whose time is over", "#/requests?due=late", BAD, SPEC_RIGHTS_READ, &attention_sql_requests_late},
    {"breaches", "Breaches that no authority was told of", "#/breaches", BAD, SPEC_GOVERN_READ, &attention_sql_breaches},
    {"backups", "Backups that failed", "#/backups", BAD, SPEC_BACKUP, &attention_sql_backups},
    {"drills", "Restore drills that failed", "#/backups", BAD, SPEC_BACKUP, &attention_sql_drills},
    {"canary", "Daily trials of people's rights that failed", "#/checks/canary", BAD, SPEC_GOVERN_READ, &attention_sql_canary},
    {"security_alerts", "Security alerts", "#/audit/alerts", WARN, SPEC_AUDIT_READ, &attention_sql_security_alerts},
    {"requests_due", "Requests of persons due within a week", "#/requests?due=soon", WARN, SPEC_RIGHTS_READ, &attention_sql_requests_due},
    {"recipients", "Recipients that did not follow a request", "#/registers/recipients", WARN, SPEC_RIGHTS_READ, &attention_sql_recipients},
    {"letters", "Letters that could not be delivered", "#/checks/letters", WARN, SPEC_RIGHTS_READ, &attention_sql_letters},
    {"targets", "Alerts of targets", "#/targets", WARN, SPEC_ANALYTICS_READ, &attention_sql_targets},
    {"target_faults", "Targets that cannot be looked at", "#/targets", WARN, SPEC_ANALYTICS_READ, &attention_sql_target_faults},
    {"approvals", "Acts that wait for a second pair of eyes", "#/approvals", INFO, SPEC_APPROVE, &attention_sql_approvals},
    {"proposals", "Changes of the dictionary that wait for review", "#/dictionary/proposals", INFO, SPEC_DICTIONARY_WRITE, &attention_sql_proposals},
    {"quarantine", "Refused events", "#/quarantine", INFO, SPEC_QUARANTINE, &attention_sql_quarantine},
};

static bool may(const struct request *rq, enum spec_permission p)
{
    return rq->caller.kind == CALLER_LOCAL || rq->caller.permissions >> p & 1;
}

static void bind_if(struct db_query *q, const char *sql, const char *name, int64_t v)
{
    if (strstr(sql, name))
        db_bind_i64(q, name, v);
}

static cu_code write_row(struct db *d, const struct row *row, struct json_writer *w, struct cu_error *err)
{
    static const int64_t day = INT64_C(86400000);
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, row->count, &q, err));
    bind_if(&q, row->count->sql, ":now_ms", now);
    bind_if(&q, row->count->sql, ":week_ms", now + 7 * day);
    bind_if(&q, row->count->sql, ":month_ms", now - 30 * day);
    if (db_step(&q) && db_i64(&q, 0) > 0) {
        jw_object(w);
        jw_kz(w, "kind", row->kind);
        jw_kz(w, "title", row->title);
        jw_ki64(w, "count", db_i64(&q, 0));
        jw_kz(w, "severity", severities[row->severity]);
        jw_kz(w, "link", row->link);
        jw_ktime(w, "since", db_is_null(&q, 1) ? INT64_MIN : db_i64(&q, 1));
        jw_object_end(w);
    }
    return db_end(&q, err);
}

static cu_code get_attention(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct people *p = g->options.people;
    struct db *d = NULL;
    cu_code code = CU_OK;
    CU_TRY(people_read_take(p, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < CU_COUNT(rows) && code == CU_OK; i++) {
        if (may(rq, rows[i].permission))
            code = write_row(d, &rows[i], &w, err);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(p, d);
    return code;
}

static const struct spec_field item_fields[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 40, .doc = "What it is, for programs."},
    {.name = "title", .type = SPEC_STRING, .max = 120, .doc = "What it is, for people."},
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many."},
    {.name = "severity", .type = SPEC_ENUM, .options = severities, .doc = "bad: it should be done today."},
    {.name = "link", .type = SPEC_STRING, .max = 120, .doc = "The page of the console where it is done."},
    {.name = "since", .type = SPEC_TIME, .nullable = true, .doc = "Since when the oldest waits; of requests: when it is due."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 100, .fields = item_fields, .doc = "Most pressing first; only what the caller may see."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "attention", .method = "GET", .path = "/v1/attention", .permission = SPEC_SESSION, .answer = answer,
        .doc = "What needs a person now.", .handler = get_attention},
};
const struct module govern_attention_module = {
    .name = "attention",
    .doc = "What needs a person now, for the Today page.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = attention_sql_all,
};
