// SPDX-License-Identifier: Apache-2.0
// Running the canary of rights, keeping what came of it, and its routes. See canary_rights.h.
#include "canary_rights_private.h"

#include "canary_rights_sql.h"

#include "base/log.h"
#include "base/metric.h"
#include "text/text.h"
#include "text/zone.h"

#include <stdatomic.h>
#include <stdio.h>

enum { STEPS_BYTES = 16384, RUNS_SHOWN = 31, TICK_MS = 60 * 1000, ARENA_BYTES = 1 << 20, TOKEN_BYTES = 12 };
static const int64_t day_ms = INT64_C(86400000), hour_ms = INT64_C(3600000), settle_ms = INT64_C(6) * 3600000,
                     keep_ms = INT64_C(400) * 86400000;

struct canary_rights {
    struct engine *e;
    atomic_flag running;
    struct cu_metric *good, *bad;
};

cu_code canary_rights_open(struct engine *e, struct canary_rights **ret, struct cu_error *err)
{
    struct canary_rights *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for the canary of rights");
    c->e = e;
    atomic_flag_clear(&c->running);
    c->good = cu_metric_get(CU_COUNTER, "custos_canary_rights_total", "result=\"good\"", "Runs of the canary of rights.");
    c->bad = cu_metric_get(CU_COUNTER, "custos_canary_rights_total", "result=\"bad\"", "Runs of the canary of rights.");
    *ret = c;
    return CU_OK;
}

void canary_rights_close(struct canary_rights *c)
{
    cu_free(c);
}

// ---- what is kept

static cu_code write_run(struct db *d, const struct canary_rights_result *r, cu_str steps, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &canary_rights_sql_add, &q, err));
    db_bind_i64(&q, ":at_ms", r->at_ms);
    db_bind_i64(&q, ":ok", r->ok);
    db_bind_i64(&q, ":took_ms", r->took_ms);
    db_bind_str(&q, ":steps", steps);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &canary_rights_sql_old, &q, err));
    db_bind_i64(&q, ":before_ms", r->at_ms - keep_ms);
    return db_run(&q, err);
}

static cu_code keep(struct canary_rights *c, const struct canary_rights_result *r, cu_str steps, struct cu_error *err)
{
    struct db *d = people_lock(c->e->people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = write_run(d, r, steps, err);
    if (code == CU_OK)
        code = db_commit(d, err);
    if (code != CU_OK)
        db_rollback(d);
    people_unlock(c->e->people);
    return code;
}

cu_code canary_rights_last(struct canary_rights *c, struct canary_rights_result *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = (struct canary_rights_result){.at_ms = 0};
    CU_TRY(people_read_take(c->e->people, &d, err));
    cu_code code = db_prepare(d, &canary_rights_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":limit", 1);
        if (db_step(&q))
            *ret = (struct canary_rights_result){db_i64(&q, 0), db_i64(&q, 1) != 0, db_i64(&q, 2)};
        code = db_end(&q, err);
    }
    people_read_give(c->e->people, d);
    return code;
}

// ---- a run

static void write_step(struct json_writer *w, const char *name, bool ok, int64_t took_us, const char *fault)
{
    jw_object(w);
    jw_kz(w, "name", name);
    jw_kbool(w, "ok", ok);
    jw_ki64(w, "took_ms", took_us / 1000);
    jw_kz(w, "fault", fault);
    jw_object_end(w);
}

static bool run_step(struct canary_run *r, const struct canary_step *s, struct json_writer *w)
{
    struct cu_error err = {.text = ""};
    char fault[CANARY_FAULT_MAX] = "";
    const int64_t began_us = cu_mono_us();
    bool reached = s->always || r->pno;
    r->left_out = NULL;
    cu_code code = reached ? s->run(r, &err) : CU_NOT_FOUND;
    if (!reached)
        (void)snprintf(fault, sizeof fault, "not reached");
    else if (code != CU_OK)
        (void)snprintf(fault, sizeof fault, "%s: %.200s", cu_code_rows[code].name, err.text);
    else if (r->left_out)
        (void)snprintf(fault, sizeof fault, "%s", r->left_out);
    if (code != CU_OK)
        cu_log(CU_LOG_ERROR, "canary_rights.failed", CU_LS("step", s->name), CU_LS("fault", fault));
    write_step(w, s->name, code == CU_OK, cu_mono_us() - began_us, fault);
    return code == CU_OK;
}

static void name_it(struct canary_run *r)
{
    uint8_t random[TOKEN_BYTES];
    struct cu_buf hex;
    cu_random(random, sizeof random);
    cu_buf_init(&hex, 2 * TOKEN_BYTES + 1);
    text_hex((cu_str){(const char *)random, sizeof random}, &hex);
    (void)snprintf(r->token, sizeof r->token, "canary-%.*s", CU_ARG(cu_buf_view(&hex)));
    (void)snprintf(r->email, sizeof r->email, "%s@custos.invalid", r->token);
    cu_buf_clear(&hex);
}

static bool run_all(struct canary_run *r, struct json_writer *w)
{
    bool ok = true;
    struct cu_error err = {.text = ""};
    if (canary_source(r->e, &r->source, &err) != CU_OK)
        cu_log_error("canary_rights.source", &err);
    jw_array(w);
    for (const struct canary_step *s = canary_steps; s->name; s++)
        ok = run_step(r, s, w) && ok;
    jw_array_end(w);
    canary_clear(r);
    return ok;
}

static cu_code run_once(struct canary_rights *c, struct canary_rights_result *ret, struct cu_error *err)
{
    struct json_writer w;
    const int64_t began_us = cu_mono_us();
    CU_AUTO_BUF struct cu_buf steps;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_BYTES);
    struct canary_run r = {.e = c->e, .arena = a};
    cu_buf_init(&steps, STEPS_BYTES);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the canary of rights");
    *ret = (struct canary_rights_result){.at_ms = cu_now_ms()};
    name_it(&r);
    const struct guard_access former = guard_borrow_system("upkeep", "canary_rights");
    jw_start(&w, &steps);
    ret->ok = run_all(&r, &w);
    guard_enter(&former);
    ret->took_ms = (cu_mono_us() - began_us) / 1000;
    cu_metric_add(ret->ok ? c->good : c->bad, 1);
    CU_TRY(cu_buf_code(&steps, err));
    return keep(c, ret, cu_buf_view(&steps), err);
}

cu_code canary_rights_run(struct canary_rights *c, struct canary_rights_result *ret, struct cu_error *err)
{
    if (!letters_run(c->e->letters))
        return cu_fail(err, CU_UNAVAILABLE, "", "the canary of rights needs a server that runs");
    if (atomic_flag_test_and_set(&c->running))
        return cu_fail(err, CU_BUSY, "", "the canary of rights is running already");
    cu_code code = run_once(c, ret, err);
    atomic_flag_clear(&c->running);
    return code;
}

// ---- once a day

bool canary_due(const struct canary_clock *c, int64_t now_ms)
{
    int32_t day = text_zone_day(c->zone, now_ms);
    int64_t hour = (now_ms + (int64_t)text_zone_offset(c->zone, now_ms) * 1000) % day_ms / hour_ms;
    bool fresh = now_ms - c->first_ms <= settle_ms;
    bool wanted = hour == c->hour && (c->last_ms == 0 || text_zone_day(c->zone, c->last_ms) != day);
    bool missed = c->last_ms && now_ms - c->last_ms > day_ms + 2 * hour_ms; // the server was off at that hour
    return !fresh && (wanted || missed);
}

static bool due(struct canary_rights *c, int64_t last_ms)
{
    struct source first; // made with the shop
    const struct canary_clock clock = {.zone = c->e->zone, .hour = settings_i64(&c->e->settings, "canary_rights_hour"),
        .first_ms = sources_by_number(c->e->sources, 1, &first) ? first.created_ms : INT64_MAX, .last_ms = last_ms};
    return clock.first_ms != INT64_MAX && canary_due(&clock, cu_now_ms());
}

static cu_code job_daily(void *module, struct cu_error *err)
{
    struct canary_rights *c = module;
    struct canary_rights_result last;
    if (!settings_i64(&c->e->settings, "canary_rights") || !letters_run(c->e->letters))
        return CU_OK; // a command on a folder, or a restored copy
    CU_TRY(canary_rights_last(c, &last, err));
    if (!due(c, last.at_ms))
        return CU_OK;
    cu_code code = canary_rights_run(c, &last, err);
    if (code == CU_OK && !last.ok)
        return cu_fail(err, CU_CONFLICT, "", "a step of the canary of rights failed: GET /v1/canary says which");
    return code == CU_BUSY ? CU_OK : code;
}

// ---- routes

static cu_code answer_runs(struct canary_rights *c, struct request *rq, int64_t limit, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(c->e->people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "daily", settings_i64(&c->e->settings, "canary_rights") != 0);
    jw_key(&w, "runs");
    jw_array(&w);
    cu_code code = db_prepare(d, &canary_rights_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":limit", limit);
        while (db_step(&q)) {
            jw_object(&w);
            jw_ktime(&w, "at", db_i64(&q, 0));
            jw_kbool(&w, "ok", db_i64(&q, 1) != 0);
            jw_ki64(&w, "took_ms", db_i64(&q, 2));
            jw_key(&w, "steps");
            jw_raw(&w, db_str(&q, 3));
            jw_object_end(&w);
        }
        code = db_end(&q, err);
    }
    people_read_give(c->e->people, d);
    jw_array_end(&w);
    jw_object_end(&w);
    return code;
}

static cu_code get_runs(struct request *rq, struct cu_error *err)
{
    return answer_runs(rq->module, rq, RUNS_SHOWN, err);
}

static cu_code post_run(struct request *rq, struct cu_error *err)
{
    struct canary_rights_result result;
    CU_TRY(canary_rights_run(rq->module, &result, err));
    return answer_runs(rq->module, rq, 1, err);
}

#define END {0}
static const struct spec_field step_fields[] = {
    {.name = "name",
        .type = SPEC_STRING,
        .max = 32,
        .doc = "created, consented, segmented, mailed, exported, withdrawn, erased, gone."},
    {.name = "ok", .type = SPEC_BOOL, .doc = "Whether it went as it should."},
    {.name = "took_ms", .type = SPEC_INT, .max = INT32_MAX, .doc = "How long it took, milliseconds."},
    {.name = "fault",
        .type = SPEC_STRING,
        .max = CANARY_FAULT_MAX,
        .doc = "What was wrong, or why there was nothing to try; else empty."},
    END,
};
static const struct spec_field run_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "When it began."},
    {.name = "ok", .type = SPEC_BOOL, .doc = "Whether every step went as it should."},
    {.name = "took_ms", .type = SPEC_INT, .max = INT32_MAX, .doc = "How long all of it took, milliseconds."},
    {.name = "steps", .type = SPEC_ARRAY, .max = CANARY_STEPS_MAX, .fields = step_fields, .doc = "In order."},
    END,
};
static const struct spec_field runs_answer[] = {
    {.name = "daily", .type = SPEC_BOOL, .doc = "Whether it runs every day (setting canary_rights)."},
    {.name = "runs", .type = SPEC_ARRAY, .max = RUNS_SHOWN, .fields = run_fields, .doc = "Newest first."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "canary.list",
        .method = "GET",
        .path = "/v1/canary",
        .permission = SPEC_GOVERN_READ,
        .answer = runs_answer,
        .doc =
            "Runs of the canary of rights: a made-up person who consents, is written to, asks for everything and is erased.",
        .handler = get_runs},
    {.name = "canary.run",
        .method = "POST",
        .path = "/v1/canary/run",
        .permission = SPEC_GOVERN_WRITE,
        .answer = runs_answer,
        .doc = "Runs the canary of rights now, some seconds, and answers that run.",
        .handler = post_run},
};
static const struct spec_job jobs[] = {
    {.name = "canary-rights",
        .doc = "Runs the canary of rights once a day, at the hour that is set.",
        .every_ms = TICK_MS,
        .run = job_daily},
};

const struct module app_canary_rights_module = {
    .name = "canary",
    .doc = "The daily trial of the rights of a person who does not exist.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = canary_rights_sql_all,
};
