// SPDX-License-Identifier: Apache-2.0
// The registers: opening, keeping versions of the record of processing, and its routes. See register.h.
#include "register_internal.h"
#include "register_sql.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>

enum { EVERY_MS = 10 * 1000, LIST_MAX = 200 };

cu_code registers_open(const struct registers_options *o, struct registers **ret, struct cu_error *err)
{
    struct registers *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for the registers");
    r->options = *o;
    r->people = o->auditing->options.people;
    r->govern = o->auditing->options.govern;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_mutex_init(&r->refreshing, NULL);
    r->flows = cu_calloc((size_t)REGISTER_FLOWS_MAX + 1, sizeof *r->flows);
    r->counting = cu_calloc((size_t)REGISTER_FLOWS_MAX * 2, sizeof *r->counting);
    if (!r->flows || !r->counting) {
        registers_close(r);
        return cu_fail(err, CU_MEMORY, "", "no memory for the registers");
    }
    *ret = r;
    return CU_OK;
}

void registers_close(struct registers *r)
{
    if (!r)
        return;
    cu_free(r->flows);
    cu_free(r->counting);
    (void)pthread_mutex_destroy(&r->lock);
    (void)pthread_mutex_destroy(&r->refreshing);
    cu_free(r);
}

// --- versions

struct keeping {
    cu_str document;
};

static cu_code keep_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct keeping *k = context;
    struct db_query q;
    int64_t now = cu_now_ms();
    (void)g;
    CU_TRY(db_prepare(d, &register_sql_snapshot_newest, &q, err));
    bool there = db_step(&q), same = there && cu_str_eq(db_str(&q, 2), k->document);
    int64_t last = there ? db_i64(&q, 1) : 0;
    CU_TRY(db_end(&q, err));
    if (same)
        return CU_OK;
    CU_TRY(db_prepare(d, &register_sql_snapshot_add, &q, err));
    db_bind_i64(&q, ":made_ms", now > last ? now : last + 1); // a clock that went back does not disorder them
    db_bind_str(&q, ":document", k->document);
    return db_run(&q, err);
}

// The newest version is compared on a reading connection first: mostly nothing has changed.
static cu_code refresh(struct registers *r, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool same = false;
    CU_AUTO_BUF struct cu_buf now;
    cu_buf_init(&now, REGISTER_DOCUMENT_MAX);
    CU_TRY(register_count_flows(r, err));
    CU_TRY(register_count_exports(r, err));
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = register_document(r, d, &now, err);
    if (code == CU_OK)
        code = db_prepare(d, &register_sql_snapshot_newest, &q, err);
    if (code == CU_OK) {
        same = db_step(&q) && cu_str_eq(db_str(&q, 2), cu_buf_view(&now));
        code = db_end(&q, err);
    }
    people_read_give(r->people, d);
    struct keeping k = {cu_buf_view(&now)};
    return code != CU_OK || same ? code : staff_change(r->govern, keep_in, &k, err);
}

cu_code registers_refresh(struct registers *r, struct cu_error *err)
{
    const struct guard_access former = guard_borrow_system("upkeep", "registers");
    (void)pthread_mutex_lock(&r->refreshing);
    cu_code code = refresh(r, err);
    (void)pthread_mutex_unlock(&r->refreshing);
    guard_enter(&former);
    return code;
}

static cu_code job(void *module, struct cu_error *err)
{
    return registers_refresh(module, err);
}

// --- the record

struct shown {
    struct cu_buf text;
    struct json_parser *parser;
    json document;
    int64_t made_ms; // of the version; 0: as it is now
};

static void shown_clear(struct shown *s)
{
    cu_buf_clear(&s->text);
    json_parser_free(s->parser);
}

// at_ms 0, or in the future: as it is now.
static cu_code show(struct registers *r, struct db *d, int64_t at_ms, struct shown *ret, struct cu_error *err)
{
    *ret = (struct shown){.parser = json_parser_new(REGISTER_DOCUMENT_MAX)};
    cu_buf_init(&ret->text, REGISTER_DOCUMENT_MAX);
    if (!ret->parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for a register");
    cu_code code = at_ms == 0 || at_ms >= cu_now_ms() ? register_document(r, d, &ret->text, err)
                                                      : register_document_at(r, d, at_ms, &ret->text, &ret->made_ms, err);
    return code == CU_OK ? json_parse(ret->parser, cu_buf_view(&ret->text), &ret->document, err) : code;
}

static cu_code answer_file(struct request *rq, const char *type, const char *name, struct cu_error *err)
{
    rq->response.status = 200;
    rq->response.content_type = type;
    return request_header_add(rq, "Content-Disposition", cu_str_of(name)) == CU_OK
               ? CU_OK
               : cu_fail(err, CU_MEMORY, "", "no memory for an answer");
}

static cu_code answer_json(
    struct registers *r, struct db *d, struct request *rq, const struct shown *s, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ktime(&w, "version", s->made_ms ? s->made_ms : INT64_MIN);
    jw_key(&w, "record");
    jw_value(&w, s->document);
    jw_key(&w, "live");
    CU_TRY(register_flows_write(r, d, rq->arena, &w, err));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code write_record(struct registers *r, struct db *d, struct request *rq, struct cu_error *err)
{
    struct shown s;
    cu_str format = spec_str(&rq->query_values, "format");
    int64_t at = spec_i64(&rq->query_values, "at");
    cu_code code = show(r, d, at, &s, err);
    if (code == CU_OK && cu_str_eqz(format, "csv")) {
        register_print_csv(s.document, &rq->response.body);
        code = answer_file(rq, "text/csv; charset=utf-8", "attachment; filename=\"processing.csv\"", err);
    } else if (code == CU_OK && cu_str_eqz(format, "html")) {
        register_print_html(s.document, at ? at : cu_now_ms(), &rq->response.body);
        code = answer_file(rq, "text/html; charset=utf-8", "inline; filename=\"processing.html\"", err);
    } else if (code == CU_OK) {
        code = answer_json(r, d, rq, &s, err);
    }
    shown_clear(&s);
    return code;
}

// After a start nothing is counted until somebody asks or the job runs.
cu_code register_flows_known(struct registers *r, struct cu_error *err)
{
    (void)pthread_mutex_lock(&r->refreshing);
    cu_code code = r->counted_ms ? CU_OK : register_count_flows(r, err);
    (void)pthread_mutex_unlock(&r->refreshing);
    return code;
}

static cu_code get_processing(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    struct db *d = NULL;
    CU_TRY(register_flows_known(r, err));
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = write_record(r, d, rq, err);
    people_read_give(r->people, d);
    return code;
}

// --- differences

static cu_code write_diff(struct registers *r, struct db *d, struct request *rq, struct cu_error *err)
{
    struct shown from, to;
    cu_code code = show(r, d, spec_i64(&rq->query_values, "from"), &from, err);
    if (code == CU_NOT_FOUND)
        code = cu_fail(err, code, "from", "the record of processing was kept from a later time on");
    cu_code other = show(r, d, spec_i64(&rq->query_values, "to"), &to, code == CU_OK ? err : NULL);
    code = code == CU_OK ? other : code;
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, 200);
        jw_object(&w);
        jw_ktime(&w, "from_version", from.made_ms ? from.made_ms : INT64_MIN);
        jw_ktime(&w, "to_version", to.made_ms ? to.made_ms : INT64_MIN);
        jw_key(&w, "items");
        jw_array(&w);
        register_diff(from.document, to.document, &w);
        jw_array_end(&w);
        jw_object_end(&w);
    }
    shown_clear(&from);
    shown_clear(&to);
    return code;
}

static cu_code get_diff(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    struct db *d = NULL;
    CU_TRY(register_flows_known(r, err));
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = write_diff(r, d, rq, err);
    people_read_give(r->people, d);
    return code;
}

static cu_code write_versions(struct db *d, struct request *rq, int64_t before, struct cu_error *err)
{
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0, last = 0;
    struct db_query q;
    char next[24];
    CU_TRY(db_prepare(d, &register_sql_snapshots, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_i64(&q, ":limit", limit);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (; db_step(&q); count++) {
        last = db_i64(&q, 0);
        jw_object(&w);
        jw_ki64(&w, "number", last);
        jw_ktime(&w, "made", db_i64(&q, 1));
        jw_ki64(&w, "bytes", db_i64(&q, 2));
        jw_object_end(&w);
    }
    CU_TRY(db_end(&q, err));
    jw_array_end(&w);
    (void)snprintf(next, sizeof next, "%lld", (long long)last);
    jw_kstr(&w, "next", count == limit ? cu_str_of(next) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_versions(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    struct db *d = NULL;
    int64_t before = INT64_MAX;
    if (spec_has(&rq->query_values, "cursor") && !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = write_versions(d, rq, before, err);
    people_read_give(r->people, d);
    return code;
}

// --- reviewed

static cu_code review_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct request *rq = context;
    const struct guard_access *who = guard_current();
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &register_sql_review_put, &q, err));
    db_bind_str(&q, ":purpose", request_path_str(rq, "purpose"));
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_str(&q, ":actor", cu_str_of(audit_actor_names[who->actor]));
    db_bind_i64(&q, ":actor_id", who->actor_id);
    return db_run(&q, err);
}

static cu_code post_reviewed(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(r->people), request_path_str(rq, "purpose"));
    if (!p || !cu_str_eq(p->name, request_path_str(rq, "purpose")))
        return cu_fail(err, CU_NOT_FOUND, "purpose", "the dictionary has no purpose of this name");
    CU_TRY(staff_change(r->govern, review_in, rq, err));
    CU_TRY(registers_refresh(r, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
static const char *const formats[] = {"json", "csv", "html", NULL};
static const struct spec_field record_query[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "As it was then; default now."},
    {.name = "format",
        .type = SPEC_ENUM,
        .options = formats,
        .fallback = "json",
        .doc = "json, csv (a row per purpose and category), html (to print)."},
    END,
};
static const struct spec_field diff_query[] = {
    {.name = "from", .type = SPEC_TIME, .required = true, .doc = "The earlier time."},
    {.name = "to", .type = SPEC_TIME, .doc = "The later time; default now."},
    END,
};
static const char *const changes[] = {"added", "removed", "changed", NULL};
static const struct spec_field diff_items[] = {
    {.name = "row", .type = SPEC_STRING, .max = 8192, .doc = "Where in the record: activities/analytics/basis."},
    {.name = "change", .type = SPEC_ENUM, .options = changes, .doc = "What happened to it."},
    {.name = "before", .type = SPEC_ANY, .max = 1 << 20, .nullable = true, .doc = "What was there."},
    {.name = "after", .type = SPEC_ANY, .max = 1 << 20, .nullable = true, .doc = "What is there."},
    END,
};
static const struct spec_field diff_answer[] = {
    {.name = "from_version",
        .type = SPEC_TIME,
        .nullable = true,
        .doc = "When the version in force at the earlier time was made; null: as it is now."},
    {.name = "to_version", .type = SPEC_TIME, .nullable = true, .doc = "The same of the later time."},
    {.name = "items", .type = SPEC_ARRAY, .max = 1000000, .fields = diff_items, .doc = "What differs."},
    END,
};
static const struct spec_field versions_query[] = {
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "`next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .fallback = "50", .doc = "At most this many."},
    END,
};
static const struct spec_field version_fields[] = {
    {.name = "number", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the version."},
    {.name = "made", .type = SPEC_TIME, .doc = "From when on it held."},
    {.name = "bytes", .type = SPEC_INT, .max = INT64_MAX, .doc = "Its size."},
    END,
};
static const struct spec_field versions_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = version_fields, .doc = "Versions, newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 20, .nullable = true, .doc = "Cursor of what follows; null at the end."},
    END,
};
static const struct spec_field purpose_path[] = {
    {.name = "purpose", .type = SPEC_STRING, .min = 1, .max = 64, .required = true, .doc = "Name of the purpose."},
    END,
};
static const struct spec_field record_answer[] = {
    {.name = "version", .type = SPEC_TIME, .nullable = true, .doc = "When this version was made; null: as it is now."},
    {.name = "record",
        .type = SPEC_OBJECT,
        .max = 8 << 20,
        .fields = register_document_fields,
        .doc = "The record (30(1)(a) to (g))."},
    {.name = "live",
        .type = SPEC_OBJECT,
        .max = 8 << 20,
        .fields = register_flows_fields,
        .doc = "What really flows now, with counts."},
    END,
};
#define BODY(fields_, max_) .body_kind = SPEC_BODY_JSON, .body_max = max_, .body = fields_
static const struct spec_route routes[] = {
    {.name = "registers.processing",
        .method = "GET",
        .path = "/v1/registers/processing",
        .permission = SPEC_GOVERN_READ,
        .query = record_query,
        .answer = record_answer,
        .doc = "The record of processing (GDPR 30), made from what the program does.",
        .handler = get_processing},
    {.name = "registers.diff",
        .method = "GET",
        .path = "/v1/registers/processing/diff",
        .permission = SPEC_GOVERN_READ,
        .query = diff_query,
        .answer = diff_answer,
        .doc = "What differs in the record of processing between two times.",
        .handler = get_diff},
    {.name = "registers.versions",
        .method = "GET",
        .path = "/v1/registers/processing/versions",
        .permission = SPEC_GOVERN_READ,
        .query = versions_query,
        .answer = versions_answer,
        .doc = "When the record of processing changed.",
        .handler = get_versions},
    {.name = "registers.reviewed",
        .method = "POST",
        .path = "/v1/registers/processing/{purpose}/reviewed",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = purpose_path,
        .doc = "Notes that somebody looked at a purpose of the record and found it right.",
        .handler = post_reviewed},
    {.name = "registers.map",
        .method = "GET",
        .path = "/v1/registers/data-map",
        .permission = SPEC_GOVERN_READ,
        .query = register_map_query,
        .answer = register_map_answer,
        .doc = "Where data comes from and goes to, as nodes and edges.",
        .handler = register_get_map},
    {.name = "registers.due",
        .method = "GET",
        .path = "/v1/registers/due",
        .permission = SPEC_GOVERN_READ,
        .query = register_due_query,
        .answer = register_due_answer,
        .doc = "Contracts, reviews and assessments that are missing, over, or end soon.",
        .handler = register_get_due},
    {.name = "registers.assessments",
        .method = "GET",
        .path = "/v1/registers/assessments",
        .permission = SPEC_GOVERN_READ,
        .answer = register_assess_list_answer,
        .doc = "Impact assessments, balancings, transfer assessments.",
        .handler = register_get_assessments},
    {.name = "registers.assess",
        .method = "PUT",
        .path = "/v1/registers/assessments/{name}",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = register_assess_path,
        BODY(register_assess_body, 128 * 1024),
        .answer = register_assess_answer,
        .doc = "Writes an assessment.",
        .handler = register_put_assessment},
    {.name = "registers.assess_remove",
        .method = "DELETE",
        .path = "/v1/registers/assessments/{name}",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = register_assess_path,
        .doc = "Removes an assessment; what it was stays in the versions of the record.",
        .handler = register_delete_assessment},
};
static const struct spec_job jobs[] = {
    {.name = "registers",
        .doc = "Counts what flows, and keeps the record of processing when it changed.",
        .every_ms = EVERY_MS,
        .run = job},
};
const struct module govern_register_module = {
    .name = "registers",
    .doc = "The record of processing, the map of the data, assessments, and what is due.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = register_sql_all,
};
