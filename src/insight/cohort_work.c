// SPDX-License-Identifier: Apache-2.0
// Where the starts and returns of cohorts come from: the timeline, the order book, or one of each.
#include "acquired.h"
#include "cohort_private.h"

struct worker { // of one thread
    struct cohort_asked *asked;
    struct cohort_table table;
    struct cohort_person person;
    struct cohort_pick pick;
    bool picking;
};

// ---- people, from the timeline and from the order book

static const struct cohort_pick *pick_of(const struct worker *w)
{
    return w->picking ? &w->pick : NULL;
}

// Any: what a person does. A refund, a delivered message, a set field is none of it.
static bool is(const struct cohort_asked *a, const struct cohort_side *s, uint32_t kind)
{
    return !s->nothing && (s->any ? visit_counts(a->maker, kind) : s->kind == kind);
}

static bool visit_both(void *state, const struct scan_rows *rows)
{
    struct worker *w = state;
    const struct cohort_asked *a = w->asked;
    struct cohort_start start = COHORT_NEVER;
    for (size_t i = 0; i < rows->count; i++) {
        if (is(a, &a->start, rows->kind[i]))
            cohort_start_at(&start, &a->rules, rows->time_ms[i]);
        if (!a->rules.every && start.first_ms != INT64_MAX)
            break;
    }
    if (!cohort_begin(&w->person, &a->rules, &start))
        return true;
    for (size_t i = 0; i < rows->count; i++) {
        if (is(a, &a->back, rows->kind[i]))
            cohort_return(&w->person, rows->time_ms[i], 0);
    }
    cohort_end(&w->person, rows->person, &w->table, pick_of(w));
    return true;
}

static bool visit_starts(void *state, const struct scan_rows *rows)
{
    struct worker *w = state;
    struct cohort_asked *a = w->asked;
    if (rows->person >= a->q->persons->end) // came while we look
        return true;
    for (size_t i = 0; i < rows->count; i++) {
        if (is(a, &a->start, rows->kind[i]))
            cohort_start_at(&a->starts[rows->person], &a->rules, rows->time_ms[i]);
    }
    return true;
}

static bool visit_returns(void *state, const struct scan_rows *rows)
{
    struct worker *w = state;
    struct cohort_asked *a = w->asked;
    if (rows->person >= a->q->persons->end || !cohort_begin(&w->person, &a->rules, &a->starts[rows->person]))
        return true;
    for (size_t i = 0; i < rows->count; i++) {
        if (is(a, &a->back, rows->kind[i]))
            cohort_return(&w->person, rows->time_ms[i], 0);
    }
    cohort_end(&w->person, rows->person, &w->table, pick_of(w));
    return true;
}

// Nothing after this moment is in any column.
static int64_t last_ms(const struct cohort_rules *r)
{
    if (r->mode == COHORT_ROLLING)
        return INT64_MAX;
    return r->mode != COHORT_ROLLING_24H ? r->edges[r->cohorts + r->periods]
                                     : r->edges[r->cohorts] + (r->periods + 1) * cohort_block_ms(r->period);
}

static cu_code scan(struct cohort_asked *a, const struct cohort_side *one, const struct cohort_side *two, bool everybody,
    scan_visit *visit, struct worker *workers, struct cu_error *err)
{
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    uint32_t kinds[2] = {one->kind, two->kind};
    scan_plan_limits(&plan, &a->q->limits);
    if (!one->any && !two->any) {
        plan.kinds = kinds;
        plan.kind_count = 2;
    }
    plan.from_ms =
        everybody ? a->rules.edges[0] : INT64_MIN; // of starts all: who began before the first period is in no cohort
    plan.to_ms = last_ms(&a->rules);
    plan.also_without_rows = everybody;
    unsigned count = scan_threads(&plan);
    for (unsigned i = 0; i < count; i++)
        states[i] = &workers[i];
    CU_TRY(timeline_scan_people(insight_timeline(a->q), &plan, a->q->persons, visit, states, count, &stats, err));
    a->q->damaged_blocks += stats.damaged_blocks;
    return CU_OK;
}

// Orders: starts, returns, or both.
static bool visit_buyer(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct worker *w = context;
    struct cohort_asked *a = w->asked;
    struct cohort_start own = COHORT_NEVER, *start = a->starts && person < a->q->persons->end ? &a->starts[person] : &own;
    for (size_t i = 0; a->start.orders && i < count; i++)
        cohort_start_at(start, &a->rules, p[i].placed_ms);
    if (!a->back.orders || !cohort_begin(&w->person, &a->rules, start))
        return true;
    for (size_t i = 0; i < count; i++) {
        cohort_return(&w->person, p[i].placed_ms, p[i].amount);
        a->no_rate += (p[i].order->flags & BOOK_NO_RATE) != 0;
    }
    cohort_end(&w->person, person, &w->table, pick_of(w));
    if (a->starts)
        *start = COHORT_NEVER; // is in the table
    return true;
}

static cu_code from_book(struct cohort_asked *a, struct worker *w, struct cu_error *err)
{
    const struct book_view *v;
    CU_TRY(order_book_take(a->q->o->orders, &v, err));
    cu_code code = buyers_each(a->q, v, INT64_MAX, visit_buyer, w, err);
    order_book_give(a->q->o->orders, v);
    return code;
}

static cu_code make_starts(struct cohort_asked *a, struct cu_error *err)
{
    a->starts = cu_alloc(((size_t)a->q->persons->end + 1) * sizeof *a->starts);
    if (!a->starts)
        return cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    for (uint32_t i = 0; i <= a->q->persons->end; i++)
        a->starts[i] = COHORT_NEVER;
    return CU_OK;
}

// Who began, and never did what is asked for: they are in the size of a cohort only.
static void rest_of_starts(struct cohort_asked *a, struct worker *w)
{
    for (uint32_t person = 1; person < a->q->persons->end; person++) {
        if (cohort_begin(&w->person, &a->rules, &a->starts[person]))
            cohort_end(&w->person, person, &w->table, pick_of(w));
    }
}

static cu_code make_maker(struct cohort_asked *a, struct cu_error *err)
{
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = a->q->o->zone};
    if (!a->start.any && !a->back.any)
        return CU_OK;
    return visit_maker_new(insight_timeline(a->q), a->q->dictionary, &rules, &a->maker, err);
}

static cu_code gather(struct cohort_asked *a, struct worker *workers, struct cu_error *err)
{
    if (a->start.orders && a->back.orders)
        return from_book(a, workers, err);
    if (!a->start.orders && !a->back.orders)
        return a->start.nothing
                   ? CU_OK
                   : scan(a, &a->start, a->back.nothing ? &a->start : &a->back, false, visit_both, workers, err);
    CU_TRY(make_starts(a, err));
    if (a->back.orders) {
        if (!a->start.nothing)
            CU_TRY(scan(a, &a->start, &a->start, false, visit_starts, workers, err));
        CU_TRY(from_book(a, workers, err));
        rest_of_starts(a, workers);
        return CU_OK;
    }
    CU_TRY(from_book(a, workers, err));
    if (a->back.nothing) {
        rest_of_starts(a, workers);
        return CU_OK;
    }
    return scan(a, &a->back, &a->back, true, visit_returns, workers, err);
}

static cu_code work_all(
    struct cohort_asked *a, struct cohort_table *ret, const struct cohort_pick *pick, struct cu_error *err)
{
    struct scan_plan plan;
    scan_plan_limits(&plan, &a->q->limits);
    unsigned count = scan_threads(&plan);
    struct worker *workers = cu_calloc(count, sizeof *workers);
    if (!workers)
        return cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    cu_code code = CU_OK;
    for (unsigned i = 0; i < count; i++) {
        workers[i].asked = a;
        workers[i].picking = pick != NULL;
        if (pick)
            workers[i].pick =
                (struct cohort_pick){pick->cohort, pick->column, i == 0 ? pick->among : roaring_bitmap_create()};
        if (pick && !workers[i].pick.among)
            code = cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    }
    if (code == CU_OK)
        code = gather(a, workers, err);
    for (unsigned i = 0; i < count; i++) {
        cohort_table_add(ret, &workers[i].table, &a->rules);
        if (pick && i > 0 && workers[i].pick.among) {
            roaring_bitmap_or_inplace(pick->among, workers[i].pick.among);
            roaring_bitmap_free(workers[i].pick.among);
        }
    }
    cohort_table_sum_up(ret, &a->rules);
    cu_free(workers);
    return code;
}

cu_code cohort_work(struct cohort_asked *a, struct cohort_table *ret, const struct cohort_pick *pick, struct cu_error *err)
{
    struct acquired came;
    cu_code code = acquired_begin(a->q, &came, err);
    if (code == CU_OK)
        code = make_maker(a, err);
    if (code == CU_OK)
        code = work_all(a, ret, pick, err);
    acquired_end(a->q, &came);
    visit_maker_free(a->maker);
    cu_free(a->starts);
    a->maker = NULL;
    a->starts = NULL;
    return code;
}
