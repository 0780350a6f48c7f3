// SPDX-License-Identifier: Apache-2.0
// One step of a run, for each kind of rule. A step is bounded; what it did is stored when it returns, or with the run's
// row. Repeating a step does no harm. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"

enum { PROFILES = 256, MOVES = 2000, NEWS = 256 };
#define TOLD_MAX ((size_t)64 << 20)

cu_code retention_events_of(struct retention *r, const struct retention_rule *rule, int64_t before_ms, struct cu_arena *a,
    struct timeline_expiry **ret, size_t *ret_count, struct cu_error *err)
{
    struct timeline_expiry *rules = cu_arena_alloc(a, (rule->cover_count + 1) * sizeof *rules);
    *ret_count = 0;
    if (!rules)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    for (size_t i = 0; i < rule->cover_count; i++) {
        uint32_t kind = timeline_kind_find(people_timeline(r->o.people), rule->covers[i]);
        if (kind)
            rules[(*ret_count)++] = (struct timeline_expiry){kind, (int32_t)(before_ms / RETENTION_DAY_MS)};
    }
    *ret = rules;
    return CU_OK;
}

cu_code retention_limits_of(const struct retention_rule *rule, int64_t before_ms, struct cu_arena *a,
    struct people_field_limit **ret,
    size_t *ret_count, struct cu_error *err)
{
    struct people_field_limit *limits = cu_arena_alloc(a, (rule->cover_count + 1) * sizeof *limits);
    if (!limits)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    for (size_t i = 0; i < rule->cover_count; i++)
        limits[i] = (struct people_field_limit){rule->covers[i], before_ms};
    *ret = limits;
    *ret_count = rule->cover_count;
    return CU_OK;
}

// --- events

static bool event_goes(void *context, const struct timeline_event *e)
{
    return e->pno == 0 || retention_goes(context, e->pno);
}

// Segments that ask for these events are decided again for whom it concerns.
static void tell_audiences(struct retention *r, const struct timeline_expiry *rules, size_t rule_count,
    const struct cu_buf *told)
{
    struct audience_news news[NEWS];
    size_t n = 0;
    for (size_t i = 0; r->o.audiences && i < told->len / sizeof(uint32_t); i++) {
        uint32_t pno;
        memcpy(&pno, told->ptr + i * sizeof pno, sizeof pno);
        for (size_t k = 0; k < rule_count; k++) {
            news[n++] = (struct audience_news){.pno = pno, .kind = rules[k].kind};
            if (n == NEWS) {
                audiences_news(r->o.audiences, news, n);
                n = 0;
            }
        }
    }
    if (n)
        audiences_news(r->o.audiences, news, n);
}

static cu_code begin_events(struct retention *r, const struct retention_rule *rule, struct retention_run *run,
    struct cu_error *err)
{
    struct retention_count count;
    CU_TRY(retention_count(r, rule, run->before_ms, 1, &count, err));
    run->people = count.people;
    run->total = count.rows;
    run->cursor = 1;
    return CU_OK;
}

static cu_code step_events(struct retention *r, const struct retention_rule *rule, struct retention_run *run,
    bool *ret_done, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)4 << 20);
    CU_AUTO_BUF struct cu_buf told;
    struct timeline_expiry *rules = NULL;
    size_t count = 0;
    uint64_t rows = 0;
    bool more = false;
    cu_buf_init(&told, TOLD_MAX);
    struct retention_asking asking = {.r = r, .told = &told};
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    if (run->cursor == 0) { // people are counted before anything goes: afterwards nobody could say
        CU_TRY(begin_events(r, rule, run, err));
        *ret_done = run->total == 0;
        return CU_OK;
    }
    CU_TRY(retention_events_of(r, rule, run->before_ms, a, &rules, &count, err));
    CU_TRY(timeline_expire(people_timeline(r->o.people), rules, count, event_goes, &asking, &rows, &more, err));
    tell_audiences(r, rules, count, &told);
    run->rows += (int64_t)rows;
    run->done = run->rows;
    run->spared = asking.spared > run->spared ? asking.spared : run->spared;
    *ret_done = !more;
    return asking.failed ? cu_fail(err, CU_UNAVAILABLE, "", "who is held could not be read; the run goes on later") : CU_OK;
}

// --- fields

struct field_step {
    struct retention_run *run;
    const struct people_field_limit *limits;
    size_t count;
    struct retention *r;
    uint32_t end;
    struct people_fields_found found;
    struct retention_asking asking;
};

static cu_code expire_fields(struct db *d, void *what, struct cu_error *err)
{
    struct field_step *s = what;
    struct retention_run next = *s->run;
    CU_TRY(people_fields_expire(s->r->o.people, s->limits, s->count, (uint32_t)next.cursor, s->end, retention_goes,
        &s->asking,
        &s->found, err));
    next.cursor = next.done = s->end;
    next.people += (int64_t)s->found.profiles;
    next.rows += (int64_t)s->found.values;
    next.spared += s->asking.spared;
    *s->run = next;
    return retention_run_put_in(d, &next, err); // with what it did: nothing is counted twice
}

static cu_code step_fields(struct retention *r, const struct retention_rule *rule, struct retention_run *run,
    bool *ret_done, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)1 << 20);
    struct people_field_limit *limits = NULL;
    const struct retention_run before = *run;
    uint32_t end = people_end(r->o.people);
    struct field_step s = {.run = run, .r = r, .asking = {.r = r}};
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    CU_TRY(retention_limits_of(rule, run->before_ms, a, &limits, &s.count, err));
    s.limits = limits;
    s.end = end - (uint32_t)run->cursor < PROFILES ? end : (uint32_t)run->cursor + PROFILES;
    run->total = end;
    cu_code code = s.end > (uint32_t)run->cursor ? people_store(r->o.people, expire_fields, &s, err) : CU_OK;
    if (code != CU_OK)
        *run = before;
    *ret_done = run->cursor >= end;
    return code;
}

// --- orders, moves, tables

struct table_step {
    struct retention *r;
    struct retention_run *run;
    const struct db_statement *statement;
    struct retention_asking asking;
    int64_t rows;
};

static cu_code expire_orders(struct db *d, void *what, struct cu_error *err)
{
    struct table_step *s = what;
    uint64_t orders = 0;
    CU_TRY(orders_forget_before(s->r->o.people, s->run->before_ms, retention_goes, &s->asking, &s->run->cursor, &orders,
        err));
    s->run->rows += (int64_t)orders;
    s->run->done = s->run->rows;
    s->run->spared += s->asking.spared;
    return retention_run_put_in(d, s->run, err);
}

static cu_code expire_table(struct db *d, void *what, struct cu_error *err)
{
    struct table_step *s = what;
    struct db_query q;
    CU_TRY(db_prepare(d, s->statement, &q, err));
    db_bind_i64(&q, ":before_ms", s->run->before_ms);
    db_bind_i64(&q, ":limit", RETENTION_STEP_ROWS);
    CU_TRY(db_run(&q, err));
    s->rows = db_changes(d);
    s->run->rows += s->rows;
    s->run->done = s->run->rows;
    return retention_run_put_in(d, s->run, err);
}

static cu_code step_orders(struct retention *r, struct retention_run *run, bool *ret_done, struct cu_error *err)
{
    const struct retention_run before = *run;
    struct table_step s = {.r = r, .run = run, .asking = {.r = r}};
    if (run->total == 0) {
        struct retention_count count;
        CU_TRY(retention_count(r, &(struct retention_rule){.kind = RETENTION_ORDERS}, run->before_ms, 1, &count, err));
        run->total = count.rows;
        run->people = count.people;
    }
    cu_code code = people_store(r->o.people, expire_orders, &s, err);
    if (code != CU_OK)
        *run = before;
    *ret_done = run->cursor == 0;
    return code;
}

static cu_code step_table(struct retention *r, const struct retention_rule *rule, struct retention_run *run, bool *ret_done,
    struct cu_error *err)
{
    const struct retention_run before = *run;
    struct table_step s = {.r = r, .run = run, .statement = rule->table->step};
    cu_code code = people_store(r->o.people, expire_table, &s, err);
    if (code != CU_OK)
        *run = before;
    *ret_done = s.rows == 0;
    return code;
}

static cu_code step_moves(struct retention *r, struct retention_run *run, bool *ret_done, struct cu_error *err)
{
    int64_t rows = 0;
    *ret_done = true;
    if (!r->o.audiences)
        return CU_OK;
    if (run->cursor == 0) {
        struct retention_count count;
        CU_TRY(retention_count(r, &(struct retention_rule){.kind = RETENTION_MOVES}, run->before_ms, 1, &count, err));
        run->total = count.rows;
        run->people = count.people;
        run->cursor = 1;
    }
    CU_TRY(audiences_moves_expire(r->o.audiences, run->before_ms, MOVES, &rows, err));
    run->rows += rows;
    run->done = run->rows;
    *ret_done = rows == 0;
    return CU_OK;
}

cu_code retention_step(struct retention *r, const struct retention_rule *rule, struct retention_run *run, bool *ret_done,
    struct cu_error *err)
{
    *ret_done = true;
    switch (rule->kind) {
    case RETENTION_EVENTS:
        return step_events(r, rule, run, ret_done, err);
    case RETENTION_FIELDS:
    case RETENTION_STOPPED:
        return step_fields(r, rule, run, ret_done, err);
    case RETENTION_ORDERS:
        return step_orders(r, run, ret_done, err);
    case RETENTION_PEOPLE:
        return retention_people_step(r, run, ret_done, err);
    case RETENTION_MOVES:
        return step_moves(r, run, ret_done, err);
    case RETENTION_TABLE:
        return step_table(r, rule, run, ret_done, err);
    case RETENTION_KIND_COUNT:
        break;
    }
    return CU_OK;
}
