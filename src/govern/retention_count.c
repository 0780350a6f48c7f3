// SPDX-License-Identifier: Apache-2.0
// What a rule would take, without taking anything: dry runs and the backlog. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"

enum { RANGE = 1024 };

// --- a set of people, and a sample of them

struct seen {
    struct retention *r;
    uint8_t *bits;
    uint32_t end;
    int64_t people;
    uint32_t sample[RETENTION_SAMPLE];
    size_t sample_count;
};

static cu_code seen_init(struct seen *s, struct retention *r, struct cu_error *err)
{
    *s = (struct seen){.r = r, .end = people_end(r->o.people)};
    s->bits = cu_calloc(s->end / 8 + 1, 1);
    return s->bits ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to count people");
}

static void seen_add(struct seen *s, uint32_t pno)
{
    uint32_t root = pno ? people_root(s->r->o.people, pno) : 0;
    if (root == 0 || root >= s->end || s->bits[root / 8] >> (root % 8) & 1)
        return;
    s->bits[root / 8] |= (uint8_t)(1u << (root % 8));
    s->people++;
    if (s->sample_count < RETENTION_SAMPLE)
        s->sample[s->sample_count++] = root;
}

void retention_sample(struct retention *r, struct retention_count *c, const uint32_t *roots, size_t count)
{
    struct db *d = NULL;
    if (people_read_take(r->o.people, &d, NULL) != CU_OK)
        return;
    for (size_t i = 0; i < count && c->sample_count < RETENTION_SAMPLE; i++) {
        if (people_uuid(r->o.people, d, roots[i], &c->sample[c->sample_count], NULL) == CU_OK)
            c->sample_count++;
    }
    people_read_give(r->o.people, d);
}

static void seen_end(struct seen *s, struct retention_count *ret)
{
    ret->people = s->people;
    retention_sample(s->r, ret, s->sample, s->sample_count);
    cu_free(s->bits);
}

// --- events

struct day_sum {
    const struct timeline_expiry *rules;
    size_t count;
    int64_t rows;
};

static bool add_day(void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue)
{
    struct day_sum *s = context;
    (void)revenue;
    for (size_t i = 0; i < s->count; i++) {
        if (s->rules[i].kind == kind && day < s->rules[i].before_day)
            s->rows += (int64_t)count;
    }
    return true;
}

struct event_count {
    const struct timeline_expiry *rules;
    size_t count;
    struct seen *seen;
};

static bool add_person(void *context, const struct timeline_event *e)
{
    struct event_count *c = context;
    for (size_t i = 0; i < c->count; i++) {
        if (c->rules[i].kind == e->kind)
            seen_add(c->seen, e->pno);
    }
    return true;
}

static cu_code count_events(struct retention *r, const struct retention_rule *rule, int64_t before_ms, bool cheap,
    struct retention_count *ret, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)4 << 20);
    struct timeline_expiry *rules = NULL;
    struct day_sum sum = {0};
    struct seen seen;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to count events");
    CU_TRY(retention_events_of(r, rule, before_ms, a, &rules, &sum.count, err));
    sum.rules = rules;
    CU_TRY(timeline_days(people_timeline(r->o.people), INT32_MIN, (int32_t)(before_ms / RETENTION_DAY_MS), 0, add_day, &sum,
        err));
    ret->rows = ret->backlog = sum.rows;
    ret->complete = true;
    if (cheap || sum.rows == 0)
        return CU_OK;
    CU_TRY(seen_init(&seen, r, err));
    struct event_count count = {rules, sum.count, &seen};
    cu_code code = timeline_scan(people_timeline(r->o.people), INT64_MIN, before_ms, false, add_person, &count, err);
    seen_end(&seen, ret);
    return code;
}

// --- fields: everybody's sealed groups are opened, a range at a time, while there is time

static bool add_profile(void *context, uint32_t pno)
{
    struct seen *seen = context;
    seen_add(seen, pno);
    return true;
}

static cu_code count_range(struct retention *r, const struct people_field_limit *limits, size_t count, uint32_t first,
    uint32_t end,
    struct seen *seen, struct people_fields_found *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = people_fields_count(r->o.people, d, limits, count, first, end, add_profile, seen, ret, err);
    people_read_give(r->o.people, d);
    return code;
}

static cu_code count_fields(struct retention *r, const struct retention_rule *rule, int64_t before_ms, int64_t until_us,
    struct retention_count *ret, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)1 << 20);
    struct people_field_limit *limits = NULL;
    struct seen seen;
    size_t count = 0;
    uint32_t at = 0, end = people_end(r->o.people);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to count fields");
    CU_TRY(retention_limits_of(rule, before_ms, a, &limits, &count, err));
    CU_TRY(seen_init(&seen, r, err));
    cu_code code = CU_OK;
    while (code == CU_OK && at < end && cu_mono_us() < until_us) {
        struct people_fields_found found;
        uint32_t next = end - at < RANGE ? end : at + RANGE;
        code = count_range(r, limits, count, at, next, &seen, &found, err);
        ret->rows += (int64_t)found.values;
        at = next;
    }
    seen_end(&seen, ret);
    ret->looked = at;
    ret->total = end;
    ret->complete = at >= end;
    ret->backlog = ret->rows;
    return code;
}

// --- people

static cu_code weigh(struct retention *r, uint32_t root, int64_t before_ms, struct cu_arena *a, struct retention_count *ret,
    uint32_t sample[RETENTION_SAMPLE], size_t *sample_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct retention_facts facts;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = retention_facts_of(r, d, root, before_ms, a, &facts, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    const struct retention_reason *reason = retention_reason_of(&facts, NULL);
    if (reason) {
        ret->kept[reason - retention_reasons]++;
        return CU_OK;
    }
    ret->people++;
    if (*sample_count < RETENTION_SAMPLE)
        sample[(*sample_count)++] = root;
    return CU_OK;
}

static cu_code count_people(struct retention *r, int64_t before_ms, int64_t until_us, struct retention_count *ret,
    struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    uint32_t sample[RETENTION_SAMPLE], at = 0, end = people_end(r->o.people);
    size_t sample_count = 0;
    struct people_figures f;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to count people");
    for (; at < end && (at % 256 || cu_mono_us() < until_us); at++) {
        if (!people_figures(r->o.people, at, &f) || f.root != at || f.last_ms >= before_ms)
            continue;
        cu_code code = weigh(r, at, before_ms, a, ret, sample, &sample_count, err);
        if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
        cu_arena_reset(a);
    }
    ret->looked = at;
    ret->total = end;
    ret->complete = at >= end;
    ret->rows = ret->backlog = ret->people;
    retention_sample(r, ret, sample, sample_count);
    return CU_OK;
}

// --- tables

static cu_code count_table(struct retention *r, const struct db_statement *s, int64_t before_ms,
    struct retention_count *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, s, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before_ms", before_ms);
        if (db_step(&q)) {
            ret->rows = db_i64(&q, 0);
            ret->people = db_i64(&q, 1);
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

static cu_code count_orders(struct retention *r, int64_t before_ms, struct retention_count *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = orders_count_before(d, before_ms, &ret->rows, &ret->people, err);
    people_read_give(r->o.people, d);
    return code;
}

cu_code retention_count(struct retention *r, const struct retention_rule *rule, int64_t before_ms, int64_t budget_us,
    struct retention_count *ret, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + budget_us;
    *ret = (struct retention_count){.complete = true};
    cu_code code = CU_OK;
    switch (rule->kind) {
    case RETENTION_EVENTS:
        return count_events(r, rule, before_ms, budget_us == 0, ret, err);
    case RETENTION_FIELDS:
    case RETENTION_STOPPED:
        ret->complete = budget_us > 0;
        return budget_us > 0 ? count_fields(r, rule, before_ms, until_us, ret, err) : CU_OK;
    case RETENTION_PEOPLE:
        ret->complete = budget_us > 0;
        return budget_us > 0 ? count_people(r, before_ms, until_us, ret, err) : CU_OK;
    case RETENTION_ORDERS:
        code = count_orders(r, before_ms, ret, err);
        break;
    case RETENTION_MOVES:
        if (r->o.audiences)
            code = audiences_moves_count(r->o.audiences, before_ms, &ret->rows, &ret->people, err);
        break;
    case RETENTION_TABLE:
        code = count_table(r, rule->table->count, before_ms, ret, err);
        break;
    case RETENTION_KIND_COUNT:
        break;
    }
    ret->backlog = ret->rows;
    return code;
}
