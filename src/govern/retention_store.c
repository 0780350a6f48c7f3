// SPDX-License-Identifier: Apache-2.0
// Rows of rules and runs. See retention_internal.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "retention_sql.h"

#include <stdio.h>

static void bind_known(struct db_query *q, const char *name, int64_t value)
{
    if (value >= 0)
        db_bind_i64(q, name, value);
    else
        db_bind_null(q, name);
}

// --- rules

struct rule_put {
    const struct retention_rule *rule;
    int64_t by;
};

static cu_code put_rule(struct db *d, void *what, struct cu_error *err)
{
    const struct rule_put *p = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_rule_put, &q, err));
    db_bind_str(&q, ":name", cu_str_of(p->rule->name));
    db_bind_i64(&q, ":on", p->rule->on);
    bind_known(&q, ":keep_days", p->rule->declared ? -1 : p->rule->keep_days);
    db_bind_i64(&q, ":next_ms", p->rule->next_ms);
    bind_known(&q, ":last_ms", p->rule->last_ms);
    bind_known(&q, ":backlog", p->rule->backlog);
    bind_known(&q, ":backlog_ms", p->rule->backlog_ms);
    bind_known(&q, ":dry_days", p->rule->dry_ms < 0 ? -1 : p->rule->dry_days);
    bind_known(&q, ":dry_ms", p->rule->dry_ms);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", p->by);
    return db_run(&q, err);
}

cu_code retention_rule_put(struct retention *r, const struct retention_rule *rule, int64_t by, struct cu_error *err)
{
    struct rule_put p = {rule, by};
    return people_store(r->o.people, put_rule, &p, err);
}

struct backlog_put {
    const char *name;
    int64_t backlog;
};

static cu_code put_backlog(struct db *d, void *what, struct cu_error *err)
{
    const struct backlog_put *p = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_backlog_put, &q, err));
    db_bind_str(&q, ":name", cu_str_of(p->name));
    db_bind_i64(&q, ":backlog", p->backlog);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code retention_backlog_put(struct retention *r, const char *name, int64_t backlog, struct cu_error *err)
{
    struct backlog_put p = {name, backlog};
    return people_store(r->o.people, put_backlog, &p, err);
}

// --- runs

struct run_begin {
    const struct retention_rule *rule;
    int64_t by;
    struct cu_uuid *id;
};

static cu_code begin_run(struct db *d, void *what, struct cu_error *err)
{
    const struct run_begin *b = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_running_of, &q, err));
    db_bind_str(&q, ":rule", cu_str_of(b->rule->name));
    bool running = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (running)
        return cu_fail(err, CU_CONFLICT, "name", "a run of this rule is under way already");
    int64_t now = cu_now_ms();
    *b->id = cu_uuid7();
    CU_TRY(db_prepare(d, &retention_sql_run_begin, &q, err));
    db_bind_blob(&q, ":id", b->id->bytes, sizeof b->id->bytes);
    db_bind_str(&q, ":rule", cu_str_of(b->rule->name));
    db_bind_i64(&q, ":keep_days", b->rule->keep_days);
    db_bind_i64(&q, ":before_ms", retention_before(b->rule, b->rule->keep_days, now));
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":by", b->by);
    return db_run(&q, err);
}

cu_code retention_run_begin(struct retention *r, const struct retention_rule *rule, int64_t asked_by, struct cu_uuid *ret,
    struct cu_error *err)
{
    struct run_begin b = {rule, asked_by, ret};
    return people_store(r->o.people, begin_run, &b, err);
}

cu_code retention_run_put_in(struct db *d, const struct retention_run *run, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_run_put, &q, err));
    db_bind_blob(&q, ":id", run->id.bytes, sizeof run->id.bytes);
    db_bind_str(&q, ":state", cu_str_of(run->state));
    bind_known(&q, ":finished_ms", run->finished_ms);
    db_bind_i64(&q, ":cursor", run->cursor);
    db_bind_i64(&q, ":total", run->total);
    db_bind_i64(&q, ":done", run->done);
    db_bind_i64(&q, ":people", run->people);
    db_bind_i64(&q, ":rows", run->rows);
    db_bind_i64(&q, ":spared", run->spared);
    db_bind_str(&q, ":fault", cu_str_of(run->fault));
    db_bind_str(&q, ":document", run->document);
    bind_known(&q, ":issued_ms", run->issued_ms);
    return db_run(&q, err);
}

struct run_put {
    const struct retention_run *run;
};

static cu_code put_run(struct db *d, void *what, struct cu_error *err)
{
    return retention_run_put_in(d, ((const struct run_put *)what)->run, err);
}

cu_code retention_run_put(struct retention *r, const struct retention_run *run, struct cu_error *err)
{
    struct run_put p = {run};
    return people_store(r->o.people, put_run, &p, err);
}

void retention_run_read(struct db_query *q, struct cu_arena *a, struct retention_run *ret)
{
    cu_str id = db_blob(q, 0);
    *ret = (struct retention_run){.keep_days = (int32_t)db_i64(q, 2), .before_ms = db_i64(q, 3), .started_ms = db_i64(q, 4),
        .finished_ms = db_is_null(q, 5) ? -1 : db_i64(q, 5), .cursor = db_i64(q, 7), .total = db_i64(q, 8),
            .done = db_i64(q, 9),
        .people = db_i64(q, 10), .rows = db_i64(q, 11), .spared = db_i64(q, 12), .asked_by = db_i64(q, 14),
        .issued_ms = db_is_null(q, 16) ? -1 : db_i64(q, 16)};
    if (id.len == sizeof ret->id.bytes)
        memcpy(ret->id.bytes, id.ptr, id.len);
    (void)snprintf(ret->rule, sizeof ret->rule, "%.*s", CU_ARG(db_str(q, 1)));
    (void)snprintf(ret->state, sizeof ret->state, "%.*s", CU_ARG(db_str(q, 6)));
    (void)snprintf(ret->fault, sizeof ret->fault, "%.*s", CU_ARG(db_str(q, 13)));
    ret->document = db_is_null(q, 15) ? CU_NONE : cu_arena_dup(a, db_str(q, 15));
}

cu_code retention_run_get(struct retention *r, struct cu_uuid id, struct cu_arena *a, struct retention_run *ret,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool found = false;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &retention_sql_run_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
        found = db_step(&q);
        if (found)
            retention_run_read(&q, a, ret);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    if (code == CU_OK && !found)
        return cu_fail(err, CU_NOT_FOUND, "id", "no run of retention has this id");
    return code;
}

cu_code retention_run_open(struct retention *r, struct cu_arena *a, struct retention_run *ret, bool *ret_found,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_found = false;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &retention_sql_run_open, &q, err);
    if (code == CU_OK) {
        *ret_found = db_step(&q);
        if (*ret_found)
            retention_run_read(&q, a, ret);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}
