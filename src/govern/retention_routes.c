// SPDX-License-Identifier: Apache-2.0
// The routes and jobs of retention. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "retention_sql.h"

#include <stdio.h>

enum { JOB_MS = 1000, BACKLOG_MS = 3600 * 1000, DRY_GOOD_MS = 24 * 3600 * 1000, DRY_BUDGET_US = 20 * 1000000,
    LIST_MAX = 200 };
#define FILE_MAX ((size_t)4 * 1024 * 1024)
#define RULES_ARENA ((size_t)16 << 20)

// --- writing

static void time_or_null(struct json_writer *w, const char *name, int64_t ms)
{
    jw_ktime(w, name, ms < 0 ? INT64_MIN : ms);
}

static void number_or_null(struct json_writer *w, const char *name, int64_t value)
{
    jw_key(w, name);
    if (value < 0)
        jw_null(w);
    else
        jw_i64(w, value);
}

static void write_rule(struct json_writer *w, const struct retention_rule *r)
{
    jw_object(w);
    jw_kz(w, "name", r->name);
    jw_kz(w, "kind", retention_kind_names[r->kind]);
    jw_kbool(w, "declared", r->declared);
    jw_kstr(w, "category", r->category);
    jw_kstr(w, "what", r->what);
    jw_key(w, "covers");
    jw_array(w);
    for (size_t i = 0; i < r->cover_count; i++)
        jw_str(w, r->covers[i]);
    jw_array_end(w);
    jw_ki64(w, "keep_days", r->keep_days);
    jw_ki64(w, "keep_min", r->keep_min);
    jw_kstr(w, "basis", r->basis);
    jw_kstr(w, "owner", r->owner.len ? r->owner : CU_NONE);
    jw_kbool(w, "on", r->on);
    time_or_null(w, "next_run", r->on ? r->next_ms : -1);
    time_or_null(w, "last_run", r->last_ms);
    number_or_null(w, "backlog", r->backlog);
    time_or_null(w, "backlog_at", r->backlog_ms);
    time_or_null(w, "dry_run_at", r->dry_ms);
    number_or_null(w, "dry_run_days", r->dry_ms < 0 ? -1 : r->dry_days);
    jw_object_end(w);
}

static void write_run(struct json_writer *w, const struct retention_run *r)
{
    char id[37];
    cu_uuid_format(r->id, id);
    jw_object(w);
    jw_kz(w, "id", id);
    jw_kz(w, "rule", r->rule);
    jw_ki64(w, "keep_days", r->keep_days);
    jw_ktime(w, "before", r->before_ms == INT64_MAX ? INT64_MIN : r->before_ms);
    jw_ktime(w, "started", r->started_ms);
    time_or_null(w, "finished", r->finished_ms);
    jw_kz(w, "state", r->state);
    jw_ki64(w, "done", r->done);
    jw_ki64(w, "total", r->total);
    jw_ki64(w, "people", r->people);
    jw_ki64(w, "rows", r->rows);
    jw_ki64(w, "spared", r->spared);
    jw_kz(w, "fault", r->fault[0] ? r->fault : NULL);
    jw_kbool(w, "certificate", r->issued_ms >= 0);
    jw_object_end(w);
}

// --- rules

static cu_code list_rules(struct request *rq, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RULES_ARENA);
    struct retention_rule *rules = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention");
    CU_TRY(retention_rules(rq->module, a, &rules, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        write_rule(&w, &rules[i]);
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code answer_rule(struct request *rq, struct cu_arena *a, const char *name, struct cu_error *err)
{
    struct retention_rule rule;
    CU_TRY(retention_rule_find(rq->module, cu_str_of(name), a, &rule, err));
    struct json_writer w = request_json(rq, 200);
    write_rule(&w, &rule);
    return CU_OK;
}

// Switched on, or for a shorter time: only after somebody saw what would go.
static cu_code check_dry_run(const struct retention_rule *now, const struct retention_rule *next, struct cu_error *err)
{
    bool more = next->on && (!now->on || next->keep_days < now->keep_days);
    if (!more)
        return CU_OK;
    if (now->dry_ms >= 0 && now->dry_days == next->keep_days && cu_now_ms() - now->dry_ms < DRY_GOOD_MS)
        return CU_OK;
    return cu_fail(err, CU_PRECONDITION, "dry_run",
        "see first what would go: POST /v1/retention/%.80s/dry-run with keep_days %d, "
        "then repeat this within 24 hours", now->name, next->keep_days);
}

static cu_code check_days(const struct retention_rule *rule, int64_t days, struct cu_error *err)
{
    if (rule->declared && days != rule->keep_days)
        return cu_fail(err, CU_CONFLICT, "/keep_days",
            "this time is declared in the dictionary: propose another retention_days "
            "at POST /v1/dictionary/proposals");
    if (days < rule->keep_min)
        return cu_fail(err, CU_INVALID, "/keep_days", "at least %d days are accepted for this rule", rule->keep_min);
    return CU_OK;
}

static cu_code put_rule(struct request *rq, struct cu_error *err)
{
    struct retention *r = rq->module;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(2 * RULES_ARENA);
    struct retention_rule now, next;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention");
    CU_TRY(retention_rule_find(r, request_path_str(rq, "name"), a, &now, err));
    next = now;
    if (spec_has(&rq->body_values, "keep_days")) {
        CU_TRY(check_days(&now, spec_i64(&rq->body_values, "keep_days"), err));
        next.keep_days = (int32_t)spec_i64(&rq->body_values, "keep_days");
    }
    if (spec_has(&rq->body_values, "on"))
        next.on = spec_i64(&rq->body_values, "on") != 0;
    if (now.kind == RETENTION_STOPPED && !next.on)
        return cu_fail(err, CU_CONFLICT, "/on", "the field is not collected any more; propose to collect it again instead");
    CU_TRY(check_dry_run(&now, &next, err));
    if (next.on && (!now.on || next.keep_days < now.keep_days))
        next.next_ms = cu_now_ms();
    CU_TRY(retention_rule_put(r, &next, rq->caller.staff_id, err));
    atomic_store(&r->wake, true);
    return answer_rule(rq, a, now.name, err);
}

// --- dry runs

static void write_count(struct json_writer *w, const struct retention_rule *rule, int32_t days, int64_t before_ms,
    const struct retention_count *c)
{
    jw_object(w);
    jw_kz(w, "name", rule->name);
    jw_ki64(w, "keep_days", days);
    jw_ktime(w, "before", before_ms == INT64_MAX ? INT64_MIN : before_ms);
    jw_ki64(w, "people", c->people);
    jw_ki64(w, "rows", c->rows);
    jw_kbool(w, "complete", c->complete);
    jw_ki64(w, "looked", c->looked);
    jw_ki64(w, "total", c->total);
    jw_key(w, "sample");
    jw_array(w);
    for (size_t i = 0; i < c->sample_count; i++) {
        char id[37], link[64];
        cu_uuid_format(c->sample[i], id);
        (void)snprintf(link, sizeof link, "/v1/people/%s", id);
        jw_z(w, link);
    }
    jw_array_end(w);
    jw_key(w, "kept");
    jw_array(w);
    for (size_t i = 0; retention_reasons[i].code; i++) {
        if (c->kept[i] == 0)
            continue;
        jw_object(w);
        jw_kz(w, "reason", retention_reasons[i].code);
        jw_kz(w, "source", retention_reasons[i].source);
        jw_kz(w, "doc", retention_reasons[i].doc);
        jw_ki64(w, "people", c->kept[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

// The program looks through everybody, not the caller: who asked sees counts and ids only.
static cu_code count_as_system(struct retention *r, const struct retention_rule *rule, int64_t before_ms,
    struct retention_count *ret, struct cu_error *err)
{
    if (pthread_mutex_trylock(&r->dry_lock) != 0)
        return cu_fail(err, CU_BUSY, "", "another dry run is under way; try again in a moment");
    const struct guard_access former = guard_borrow_system("upkeep", "retention");
    cu_code code = retention_count(r, rule, before_ms, DRY_BUDGET_US, ret, err);
    guard_enter(&former);
    (void)pthread_mutex_unlock(&r->dry_lock);
    return code;
}

static cu_code dry_run(struct request *rq, struct cu_error *err)
{
    struct retention *r = rq->module;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(2 * RULES_ARENA);
    struct retention_rule rule;
    struct retention_count count;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention");
    CU_TRY(retention_rule_find(r, request_path_str(rq, "name"), a, &rule, err));
    int64_t days = spec_has(&rq->body_values, "keep_days") ? spec_i64(&rq->body_values, "keep_days") : rule.keep_days;
    CU_TRY(check_days(&rule, days, err));
    int64_t before = retention_before(&rule, (int32_t)days, cu_now_ms());
    CU_TRY(count_as_system(r, &rule, before, &count, err));
    rule.dry_days = (int32_t)days;
    rule.dry_ms = cu_now_ms();
    if (days == rule.keep_days && count.complete) {
        rule.backlog = count.backlog;
        rule.backlog_ms = rule.dry_ms;
    }
    CU_TRY(retention_rule_put(r, &rule, rq->caller.staff_id, err));
    struct json_writer w = request_json(rq, 200);
    write_count(&w, &rule, (int32_t)days, before, &count);
    return CU_OK;
}

// --- runs

static cu_code post_run(struct request *rq, struct cu_error *err)
{
    struct retention *r = rq->module;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RULES_ARENA);
    struct retention_rule rule;
    struct retention_run run;
    struct cu_uuid id;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention");
    CU_TRY(retention_rule_find(r, request_path_str(rq, "name"), a, &rule, err));
    if (!rule.on)
        return cu_fail(err, CU_CONFLICT, "name", "this rule is off; switch it on first");
    CU_TRY(retention_run_begin(r, &rule, rq->caller.staff_id, &id, err));
    atomic_store(&r->wake, true);
    CU_TRY(retention_run_get(r, id, a, &run, err));
    struct json_writer w = request_json(rq, 202);
    write_run(&w, &run);
    return CU_OK;
}

static cu_code list_runs(struct request *rq, struct cu_error *err)
{
    struct retention *r = rq->module;
    struct db *d = NULL;
    struct db_query q;
    struct cu_uuid before, last;
    char next[37] = "";
    int64_t limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 50, shown = 0;
    memset(before.bytes, 0xff, sizeof before.bytes);
    if (spec_has(&rq->query_values, "cursor") && !cu_uuid_parse(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    CU_TRY(people_read_take(r->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = db_prepare(d, &retention_sql_run_list, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":before", before.bytes, sizeof before.bytes);
        db_bind_str(&q, ":rule", spec_has(&rq->query_values, "rule") ? spec_str(&rq->query_values, "rule") : CU_NONE);
        db_bind_i64(&q, ":limit", limit);
        while (db_step(&q)) {
            struct retention_run run;
            retention_run_read(&q, rq->arena, &run);
            write_run(&w, &run);
            last = run.id;
            shown++;
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    if (shown == limit)
        cu_uuid_format(last, next);
    jw_array_end(&w);
    jw_kz(&w, "next", next[0] ? next : NULL);
    jw_object_end(&w);
    return code;
}

static cu_code get_certificate(struct request *rq, struct cu_error *err)
{
    struct cu_uuid id = {{0}};
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, FILE_MAX);
    (void)cu_uuid_parse(spec_str(&rq->path_values, "id"), &id);
    CU_TRY(retention_certificate(rq->module, id, &file, err));
    CU_TRY(cu_buf_code(&file, err));
    rq->response.status = 200;
    cu_buf_str(&rq->response.body, cu_buf_view(&file));
    return CU_OK;
}

static cu_code list_reasons(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; retention_reasons[i].code; i++) {
        jw_object(&w);
        jw_kz(&w, "reason", retention_reasons[i].code);
        jw_kz(&w, "source", retention_reasons[i].source);
        jw_kz(&w, "doc", retention_reasons[i].doc);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

// --- jobs

static cu_code run_job(void *module, struct cu_error *err)
{
    return retention_job(module, err);
}

static cu_code run_backlog(void *module, struct cu_error *err)
{
    return retention_backlog(module, err);
}

// --- rows

#define END {.name = NULL}
#define COUNT(name_, doc_) {.name = name_, .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = doc_}
static const struct spec_field name_element[] = {{.name = "", .type = SPEC_STRING, .max = 200,
    .doc = "A name of the dictionary."}, END};
static const struct spec_field rule_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = RETENTION_NAME_MAX, .doc = "Name of the rule."},
    {.name = "kind", .type = SPEC_ENUM, .options = retention_kind_names, .doc = "What it is about."},
    {.name = "declared", .type = SPEC_BOOL, .doc = "It follows from the dictionary; its time is changed there."},
    {.name = "category", .type = SPEC_STRING, .max = 80, .doc = "Data category, a fideslang key."},
    {.name = "what", .type = SPEC_STRING, .max = 255, .doc = "What goes, in one sentence."},
    {.name = "covers", .type = SPEC_ARRAY, .max = 20000, .fields = name_element,
        .doc = "Events or fields of the dictionary."},
    {.name = "keep_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX,
        .doc = "Days that it is kept; whole days in UTC."},
    {.name = "keep_min", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX, .doc = "Fewer days are not accepted."},
    {.name = "basis", .type = SPEC_STRING, .max = 600, .doc = "By what right it is kept, or why it goes."},
    {.name = "owner", .type = SPEC_STRING, .max = 64, .nullable = true,
        .doc = "The role that answers for it; several: they differ."},
    {.name = "on", .type = SPEC_BOOL, .doc = "Whether it runs."},
    {.name = "next_run", .type = SPEC_TIME, .nullable = true, .doc = "When it runs again; null: it is off."},
    {.name = "last_run", .type = SPEC_TIME, .nullable = true, .doc = "When its last run ended."},
    {.name = "backlog", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .nullable = true,
        .doc = "Rows (of people.*: people) older than their time, as counted last; null: never counted."},
    {.name = "backlog_at", .type = SPEC_TIME, .nullable = true, .doc = "When it was counted."},
    {.name = "dry_run_at", .type = SPEC_TIME, .nullable = true, .doc = "When somebody last looked at what would go."},
    {.name = "dry_run_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX, .nullable = true,
        .doc = "For which time."},
    END,
};
static const struct spec_field rules_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = RETENTION_RULES_MAX, .fields = rule_fields,
        .doc = "The rules: of the house, then of the dictionary."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: the list is whole."},
    END,
};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = RETENTION_NAME_MAX, .required = true,
        .doc = "Name of the rule."}, END};
static const struct spec_field put_body[] = {
    {.name = "on", .type = SPEC_BOOL, .doc = "Whether it runs."},
    {.name = "keep_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX,
        .doc = "Days that it is kept; of a declared rule only the declared number."},
    END,
};
static const struct spec_field dry_body[] = {
    {.name = "keep_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX,
        .doc = "As if it were kept so many days; default: as it is."},
    END,
};
static const struct spec_field link_element[] = {{.name = "", .type = SPEC_STRING, .max = 64, .doc = "Path of a person."},
    END};
static const struct spec_field reason_fields[] = {
    {.name = "reason", .type = SPEC_STRING, .max = 32, .doc = "Code of the reason."},
    {.name = "source", .type = SPEC_STRING, .max = 64, .doc = "Where the law says so."},
    {.name = "doc", .type = SPEC_STRING, .max = 255, .doc = "The reason, in one sentence."},
    COUNT("people", "How many people it keeps; the first reason that holds counts."),
    END,
};
static const struct spec_field dry_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = RETENTION_NAME_MAX, .doc = "Name of the rule."},
    {.name = "keep_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX, .doc = "For this time."},
    {.name = "before", .type = SPEC_TIME, .nullable = true, .doc = "What happened before would go; null: all of it."},
    COUNT("people", "People who would lose something; 0 where rows belong to nobody."),
    COUNT("rows", "Rows, values, orders or people that would go, before holds and restrictions."),
    {.name = "complete", .type = SPEC_BOOL, .doc = "Everybody was looked at; else the counts are of those who were."},
    COUNT("looked", "Profile numbers looked at, where people are looked at one by one."),
    COUNT("total", "Profile numbers that there are."),
    {.name = "sample", .type = SPEC_ARRAY, .max = RETENTION_SAMPLE, .fields = link_element, .doc = "Some of the people."},
    {.name = "kept", .type = SPEC_ARRAY, .max = RETENTION_REASONS_MAX, .fields = reason_fields,
        .doc = "People whose time is over and who are kept, by reason."},
    END,
};
static const char *const run_states[] = {"running", "done", "failed", NULL};
static const struct spec_field run_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The run."},
    {.name = "rule", .type = SPEC_STRING, .max = RETENTION_NAME_MAX, .doc = "Name of the rule."},
    {.name = "keep_days", .type = SPEC_INT, .min = 0, .max = RETENTION_DAYS_MAX, .doc = "Days that were kept."},
    {.name = "before", .type = SPEC_TIME, .nullable = true, .doc = "What happened before goes; null: all of it."},
    {.name = "started", .type = SPEC_TIME, .doc = "When it began."},
    {.name = "finished", .type = SPEC_TIME, .nullable = true, .doc = "When it ended."},
    {.name = "state", .type = SPEC_ENUM, .options = run_states,
        .doc = "Where it is; failed: the rule was changed or went meanwhile."},
    COUNT("done", "How far it is."),
    COUNT("total", "Of how much; 0: not known."),
    COUNT("people", "People who lost something."),
    COUNT("rows", "Rows, values, orders or people that went."),
    COUNT("spared", "People who keep what is old: held, restricted, or kept for another reason."),
    {.name = "fault", .type = SPEC_STRING, .max = 32, .nullable = true, .doc = "Why it was given up: changed, no_rule."},
    {.name = "certificate", .type = SPEC_BOOL, .doc = "Its certificate can be read."},
    END,
};
static const struct spec_field runs_query[] = {
    {.name = "rule", .type = SPEC_STRING, .max = RETENTION_NAME_MAX, .doc = "Only of this rule."},
    {.name = "cursor", .type = SPEC_STRING, .max = 36, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 50 unless said."},
    END,
};
static const struct spec_field runs_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = run_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 36, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The run."}, END};
static const struct spec_field file_answer[] = {
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = "The certificate in its canonical form."},
    {.name = "proof", .type = SPEC_ANY, .max = 1,
        .doc = "That it was noted in the audit log: custos verify checks it without this server."},
    END,
};
static const struct spec_field reason_list_fields[] = {
    {.name = "reason", .type = SPEC_STRING, .max = 32, .doc = "Code of the reason."},
    {.name = "source", .type = SPEC_STRING, .max = 64, .doc = "Where the law says so."},
    {.name = "doc", .type = SPEC_STRING, .max = 255, .doc = "The reason, in one sentence."},
    END,
};
static const struct spec_field reasons_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = RETENTION_REASONS_MAX, .fields = reason_list_fields,
        .doc = "In the order in which they win."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: the list is whole."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "retention.list", .method = "GET", .path = "/v1/retention", .permission = SPEC_GOVERN_READ,
        .answer = rules_answer,
        .doc = "What is kept how long, and what waits to be erased.", .handler = list_rules},
    {.name = "retention.reasons", .method = "GET", .path = "/v1/retention/reasons", .permission = SPEC_GOVERN_READ,
        .answer = reasons_answer, .doc = "Why somebody inactive may be kept nevertheless.", .handler = list_reasons},
    {.name = "retention.runs", .method = "GET", .path = "/v1/retention/runs", .permission = SPEC_GOVERN_READ,
        .query = runs_query,
        .answer = runs_answer, .doc = "Runs of the rules, newest first.", .handler = list_runs},
    {.name = "retention.certificate", .method = "GET", .path = "/v1/retention/runs/{id}/certificate",
        .permission = SPEC_GOVERN_READ,
        .path_fields = id_path, .answer = file_answer, .doc = "The certificate of a run, with a proof of now.",
            .handler = get_certificate},
    {.name = "retention.put", .method = "PUT", .path = "/v1/retention/{name}", .permission = SPEC_GOVERN_WRITE,
        .reauth = true,
        .four_eyes = "bulk_erase", .body_kind = SPEC_BODY_JSON, .body_max = 1024, .path_fields = name_path, .body = put_body,
        .answer = rule_fields, .doc = "Switches a rule on or off, or changes its time; on or shorter only after a dry run.",
            .handler = put_rule},
    {.name = "retention.dry_run", .method = "POST", .path = "/v1/retention/{name}/dry-run", .permission = SPEC_GOVERN_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .path_fields = name_path, .body = dry_body, .answer = dry_answer,
        .doc = "Counts what a rule would take, and takes nothing.", .handler = dry_run},
    {.name = "retention.run", .method = "POST", .path = "/v1/retention/{name}/run", .permission = SPEC_GOVERN_WRITE,
        .reauth = true,
        .body_kind = SPEC_BODY_NONE, .path_fields = name_path, .answer = run_fields, .doc = "Runs a rule that is on, now.",
            .handler = post_run},
};
static const struct spec_job jobs[] = {
    {.name = "retention", .doc = "Erases what is older than its time, in small steps.", .every_ms = JOB_MS, .run = run_job},
    {.name = "retention-backlog", .doc = "Counts what is older than its time and still there.", .every_ms = BACKLOG_MS,
        .run = run_backlog},
};

const struct module govern_retention_module = {
    .name = "retention",
    .doc = "How long what is kept; scheduled erasure with dry runs and certificates.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = retention_sql_all,
};
