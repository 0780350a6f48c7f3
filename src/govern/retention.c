// SPDX-License-Identifier: Apache-2.0
// The job of retention: which rule is due, one tick of work, what remains. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "retention_sql.h"

#include <stdio.h>

enum { TICK_US = 400000, LOOK_MS = 60000, AGAIN_DAYS = 1, STOPPED_AGAIN_DAYS = 30 };
#define TICK_ARENA ((size_t)16 << 20)

// Another dictionary: fields that are not collected any more, rules that are new.
static void look_again(void *context, const struct dictionary *d)
{
    struct retention *r = context;
    (void)d;
    atomic_store(&r->changed, true);
    atomic_store(&r->wake, true);
}

cu_code retention_open(const struct retention_options *o, struct retention **ret, struct cu_error *err)
{
    struct retention *r = cu_calloc(1, sizeof *r);
    size_t len = strlen(o->audit_folder);
    char *folder = r ? cu_alloc(len + 1) : NULL;
    if (!folder) {
        cu_free(r);
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    }
    memcpy(folder, o->audit_folder, len + 1);
    r->o = *o;
    r->folder = folder;
    (void)pthread_mutex_init(&r->dry_lock, NULL);
    for (int k = 0; k < RETENTION_KIND_COUNT; k++) {
        char label[32];
        (void)snprintf(label, sizeof label, "kind=\"%s\"", retention_kind_names[k]);
        r->backlog[k] = cu_metric_get(CU_GAUGE, "custos_retention_backlog", label,
            "Rows older than their time that are still there, as counted last, by the kind of rule.");
    }
    r->erased = cu_metric_get(CU_COUNTER, "custos_retention_rows_total", NULL,
        "Rows, values, orders and people that went by retention.");
    atomic_store(&r->changed, true);
    people_on_dictionary(o->people, look_again, r);
    *ret = r;
    return CU_OK;
}

void retention_close(struct retention *r)
{
    if (!r)
        return;
    people_unhook(r->o.people, r);
    (void)pthread_mutex_destroy(&r->dry_lock);
    cu_free(r->folder);
    cu_free(r);
}

// --- a run and its end

static cu_code rule_ran(struct db *d, void *what, struct cu_error *err)
{
    const struct retention_rule *rule = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_rule_ran, &q, err));
    db_bind_str(&q, ":name", cu_str_of(rule->name));
    db_bind_i64(&q, ":last_ms", rule->last_ms);
    db_bind_i64(&q, ":next_ms", rule->next_ms);
    return db_run(&q, err);
}

// What the rule would still take; of what was gone through whole: nothing but what was spared.
static cu_code remaining(struct retention *r, const struct retention_rule *rule, struct retention_run *run, int64_t *ret,
    struct cu_error *err)
{
    struct retention_count count;
    CU_TRY(retention_count(r, rule, run->before_ms, 0, &count, err));
    *ret = count.complete ? count.backlog : 0;
    // A step that a crash cut off after its work is seen here.
    if (rule->kind == RETENTION_EVENTS && run->total - count.rows > run->rows)
        run->rows = run->total - count.rows;
    return CU_OK;
}

static cu_code finish(struct retention *r, struct retention_rule *rule, struct retention_run *run, struct cu_error *err)
{
    int64_t backlog = 0, days = rule->kind == RETENTION_STOPPED ? STOPPED_AGAIN_DAYS : AGAIN_DAYS;
    CU_TRY(remaining(r, rule, run, &backlog, err));
    CU_TRY(retention_backlog_put(r, rule->name, backlog, err)); // also makes the row of a rule that is on by itself
    run->finished_ms = rule->last_ms = cu_now_ms();
    rule->next_ms = rule->last_ms + days * RETENTION_DAY_MS;
    CU_TRY(people_store(r->o.people, rule_ran, rule, err));
    (void)snprintf(run->state, sizeof run->state, "done");
    CU_TRY(retention_run_put(r, run, err));
    cu_metric_add(r->erased, run->rows);
    cu_log(CU_LOG_INFO, "retention.done", CU_LS("rule", run->rule), CU_LI("rows", run->rows), CU_LI("people", run->people));
    return CU_OK;
}

static cu_code give_up(struct retention *r, struct retention_run *run, const char *fault, struct cu_error *err)
{
    (void)snprintf(run->state, sizeof run->state, "failed");
    (void)snprintf(run->fault, sizeof run->fault, "%s", fault);
    run->finished_ms = cu_now_ms();
    return retention_run_put(r, run, err);
}

static cu_code go_on(struct retention *r, struct retention_rule *rule, struct retention_run *run, int64_t until_us,
    bool *ret_done,
    struct cu_error *err)
{
    *ret_done = false;
    do {
        bool counted = rule->kind == RETENTION_EVENTS || rule->kind == RETENTION_PEOPLE || rule->kind == RETENTION_MOVES;
        CU_TRY(retention_step(r, rule, run, ret_done, err));
        if (counted) // the others store it with what they do
            CU_TRY(retention_run_put(r, run, err));
    } while (!*ret_done && cu_mono_us() < until_us);
    return *ret_done ? finish(r, rule, run, err) : CU_OK;
}

static struct retention_rule *named(struct retention_rule *rules, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    }
    return NULL;
}

// One run, as far as the time goes.
static cu_code work(struct retention *r, struct retention_rule *rule, struct retention_run *run, int64_t until_us,
    bool *ret_done,
    struct cu_error *err)
{
    *ret_done = true;
    bool running = strcmp(run->state, "running") == 0;
    if (running && (!rule || !rule->on || rule->keep_days > run->keep_days))
        return give_up(r, run, rule ? "changed" : "no_rule", err);
    if (running)
        CU_TRY(go_on(r, rule, run, until_us, ret_done, err));
    return *ret_done ? retention_issue(r, rule, run, err) : CU_OK;
}

// A field that is collected again: should it be stopped once more, its values are to go at once, not when its last run says.
struct dropping {
    const struct retention_rule *rules;
    size_t count;
};

static cu_code drop_gone(struct db *d, void *what, struct cu_error *err)
{
    const struct dropping *in = what;
    struct db_query q, drop;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &retention_sql_rules_stopped, &q, err));
    while (code == CU_OK && db_step(&q)) {
        char name[RETENTION_NAME_MAX + 1];
        (void)snprintf(name, sizeof name, "%.*s", CU_ARG(db_str(&q, 0)));
        bool there = false;
        for (size_t i = 0; i < in->count && !there; i++)
            there = strcmp(in->rules[i].name, name) == 0;
        if (there)
            continue;
        code = db_prepare(d, &retention_sql_rule_drop, &drop, err);
        if (code == CU_OK) {
            db_bind_str(&drop, ":name", cu_str_of(name));
            code = db_run(&drop, err);
        }
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code forget_gone(struct retention *r, const struct retention_rule *rules, size_t count, struct cu_error *err)
{
    struct dropping in = {rules, count};
    if (!atomic_exchange(&r->changed, false))
        return CU_OK;
    cu_code code = people_store(r->o.people, drop_gone, &in, err);
    if (code != CU_OK)
        atomic_store(&r->changed, true);
    return code;
}

static cu_code begin_due(struct retention *r, const struct retention_rule *rules, size_t count, bool *ret_any,
    struct cu_error *err)
{
    int64_t now = cu_now_ms();
    struct cu_uuid id;
    *ret_any = false;
    for (size_t i = 0; i < count && !*ret_any; i++) {
        if (!rules[i].on || rules[i].next_ms > now)
            continue;
        CU_TRY(retention_run_begin(r, &rules[i], 0, &id, err));
        *ret_any = true;
    }
    return CU_OK;
}

static cu_code tick(struct retention *r, struct cu_arena *a, int64_t until_us, bool *ret_busy, struct cu_error *err)
{
    struct retention_rule *rules = NULL;
    struct retention_run run;
    size_t count = 0;
    bool found = false;
    *ret_busy = false;
    CU_TRY(retention_rules(r, a, &rules, &count, err));
    CU_TRY(forget_gone(r, rules, count, err));
    CU_TRY(retention_run_open(r, a, &run, &found, err));
    if (!found) {
        CU_TRY(begin_due(r, rules, count, ret_busy, err));
        return CU_OK;
    }
    bool done = false;
    *ret_busy = true;
    return work(r, named(rules, count, run.rule), &run, until_us, &done, err);
}

cu_code retention_tick(struct retention *r, bool *ret_busy, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(TICK_ARENA);
    int64_t until_us = cu_mono_us() + TICK_US;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    do {
        CU_TRY(tick(r, a, until_us, ret_busy, err));
        cu_arena_reset(a);
    } while (*ret_busy && cu_mono_us() < until_us);
    return CU_OK;
}

// The job's: looks for what is due once a minute, or when it was woken; works as long as there is work.
cu_code retention_job(struct retention *r, struct cu_error *err)
{
    bool busy = false;
    int64_t now = cu_now_ms();
    if (!atomic_exchange(&r->wake, false) && now < atomic_load(&r->look_ms))
        return CU_OK;
    atomic_store(&r->look_ms, now + LOOK_MS);
    CU_TRY(retention_tick(r, &busy, err)); // after a failure: again in a minute
    if (busy)
        atomic_store(&r->wake, true);
    return CU_OK;
}

// --- what waits

static cu_code refresh(struct retention *r, const struct retention_rule *rule, int64_t now, struct cu_error *err)
{
    struct retention_count count;
    CU_TRY(retention_count(r, rule, retention_before(rule, rule->keep_days, now), 0, &count, err));
    if (!count.complete) {
        cu_metric_add(r->backlog[rule->kind], rule->backlog > 0 ? rule->backlog : 0);
        return CU_OK;
    }
    cu_metric_add(r->backlog[rule->kind], count.backlog);
    if (count.backlog == rule->backlog && now - rule->backlog_ms < RETENTION_DAY_MS)
        return CU_OK;
    return retention_backlog_put(r, rule->name, count.backlog, err);
}

cu_code retention_backlog(struct retention *r, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(TICK_ARENA);
    struct retention_rule *rules = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    CU_TRY(retention_rules(r, a, &rules, &count, err));
    for (int k = 0; k < RETENTION_KIND_COUNT; k++)
        cu_metric_set(r->backlog[k], 0);
    for (size_t i = 0; i < count; i++)
        CU_TRY(refresh(r, &rules[i], cu_now_ms(), err));
    return CU_OK;
}
