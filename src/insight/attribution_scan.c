// SPDX-License-Identifier: Apache-2.0
// Gathering for attribution: the orders of the period from the order book, then one scan over the visits of everybody. A person's
// touches before each order are a journey with an order; what visits of the period are in none of these are one journey without.
#include "attribution_private.h"

#include <roaring/roaring.h>
#include <stdlib.h>

// --- orders

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory to share orders among visits");
}

static uint32_t person_of(const struct insight_query *q, uint32_t pno)
{
    return pno == 0 ? 0 : pno < q->persons->end ? q->persons->root[pno] : pno;
}

static int by_person(const void *x, const void *y)
{
    const struct attribution_order *a = x, *b = y;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    return a->placed_ms < b->placed_ms ? -1 : a->placed_ms > b->placed_ms;
}

static void take_order(const struct insight_query *q, const struct book_order *o, struct attribution_found *f)
{
    uint32_t person = person_of(q, o->pno);
    if (!(o->flags & BOOK_COUNTS) || (q->among && (!person || !roaring_bitmap_contains(q->among, person))))
        return;
    f->total_orders++;
    f->total_revenue += o->revenue;
    f->no_rate += (o->flags & BOOK_NO_RATE) != 0;
    if (person)
        f->orders[f->order_count++] = (struct attribution_order){o->placed_ms, o->revenue, person};
    else
        f->unattributed_people++;
}

static cu_code take_orders(const struct insight_query *q, struct attribution_found *f, struct cu_error *err)
{
    const struct book_view *v = NULL;
    CU_TRY(order_book_take(q->o->orders, &v, err));
    size_t from = book_from(v, q->from_ms), to = book_from(v, q->to_ms);
    f->orders = cu_alloc((to - from + 1) * sizeof *f->orders);
    for (size_t i = from; i < to && f->orders; i++)
        take_order(q, &v->orders[i], f);
    order_book_give(q->o->orders, v);
    if (!f->orders)
        return no_memory(err);
    if (f->order_count)
        qsort(f->orders, f->order_count, sizeof *f->orders, by_person);
    for (size_t i = 0; i < f->order_count; i++)
        f->buyers += i == 0 || f->orders[i].person != f->orders[i - 1].person;
    return CU_OK;
}

static const struct attribution_order *orders_of(const struct attribution_found *f, uint32_t person, size_t *ret_count)
{
    size_t low = 0, high = f->order_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->orders[middle].person < person)
            low = middle + 1;
        else
            high = middle;
    }
    for (*ret_count = 0; low + *ret_count < f->order_count && f->orders[low + *ret_count].person == person;)
        ++*ret_count;
    return f->orders + low;
}

// --- one thread of the scan

struct worker {
    const struct attribution_question *a;
    const struct attribution_found *found;
    const struct visit_maker *maker;
    struct attribution_tally tally;
    struct attribution_touch *touches; // of a person, in order; key: row of the tally
    bool *used;                        // they are in a journey with an order
    size_t count, cap;
    uint64_t attributed, buyers_seen, unattributed_people;
    int64_t attributed_revenue;
};

static uint64_t key_of(const struct worker *w, const struct visit *v)
{
    return w->a->by == ATTRIBUTION_BY_CHANNEL ? (uint64_t)v->channel : w->a->by == ATTRIBUTION_BY_SOURCE ? v->source : v->campaign;
}

static bool room(struct worker *w)
{
    if (w->count < w->cap)
        return true;
    size_t cap = w->cap ? w->cap * 2 : 256;
    struct attribution_touch *touches = cu_realloc(w->touches, cap * sizeof *touches);
    if (!touches)
        return false;
    w->touches = touches;
    bool *used = cu_realloc(w->used, cap * sizeof *used);
    if (!used)
        return false;
    w->used = used;
    w->cap = cap;
    return true;
}

static bool take_visit(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct worker *w = context;
    const struct insight_query *q = w->a->q;
    (void)rows;
    uint32_t row = attribution_tally_row(&w->tally, key_of(w, v));
    if (row == UINT32_MAX || !room(w)) {
        w->tally.no_memory = true;
        return false;
    }
    if (v->start_ms >= q->from_ms && v->start_ms < q->to_ms) {
        struct attribution_row *r = &w->tally.rows[row];
        r->visits++;
        r->visitors += r->seen_visitor != v->person;
        r->seen_visitor = v->person;
    }
    w->used[w->count] = false;
    w->touches[w->count++] = (struct attribution_touch){v->start_ms, row, v->channel == CHANNEL_DIRECT};
    return true;
}

static void count_buyer(struct attribution_row *r, size_t model, uint32_t person)
{
    r->buyers[model] += r->seen_buyer[model] != person;
    r->seen_buyer[model] = person;
}

static void add_journey(struct worker *w, const struct attribution_touch *path, size_t count, const struct attribution_order *o)
{
    if (!w->a->models[ATTRIBUTION_MARKOV])
        return;
    for (size_t i = 0; i < count; i++)
        attribution_tally_pair(&w->tally, i ? path[i - 1].key + 1 : 0, path[i].key, 1);
    struct attribution_row *last = &w->tally.rows[path[count - 1].key];
    last->converted += o != NULL;
    last->ended += o == NULL;
    last->value += o ? o->revenue : 0;
}

static void share(struct worker *w, const struct attribution_touch *path, size_t count, const struct attribution_order *o)
{
    int64_t shares[ATTRIBUTION_PATH_MAX];
    for (unsigned m = 0; m < ATTRIBUTION_MARKOV; m++) {
        if (!w->a->models[m])
            continue;
        attribution_share((enum attribution_model)m, path, count, o->placed_ms, w->a->half_life_ms, shares);
        for (size_t i = 0; i < count; i++) {
            struct attribution_row *r = &w->tally.rows[path[i].key];
            r->orders[m] += shares[i];
            r->revenue[m] += (attribution_wide)o->revenue * shares[i];
            if (shares[i])
                count_buyer(r, m, o->person);
        }
    }
    for (size_t i = 0; i < count && w->a->models[ATTRIBUTION_MARKOV]; i++)
        count_buyer(&w->tally.rows[path[i].key], ATTRIBUTION_MARKOV, o->person);
    add_journey(w, path, count, o);
}

static size_t first_after(const struct worker *w, int64_t at_ms)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->touches[middle].at_ms <= at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The touches before an order; false: there are none.
static bool take_order_of(struct worker *w, const struct attribution_order *o)
{
    struct attribution_touch path[ATTRIBUTION_PATH_MAX];
    size_t from = first_after(w, o->placed_ms - w->a->lookback_ms - 1), to = first_after(w, o->placed_ms);
    for (size_t i = to; i > from && !w->used[i - 1]; i--) // what an earlier order used before that is used down to `from`
        w->used[i - 1] = true;
    size_t most = w->a->steps_max && w->a->steps_max < ATTRIBUTION_PATH_MAX ? w->a->steps_max : ATTRIBUTION_PATH_MAX;
    from = to - from > most ? to - most : from;
    if (to == from)
        return false;
    memcpy(path, w->touches + from, (to - from) * sizeof *path);
    size_t count = attribution_path(w->a->transform, path, to - from);
    share(w, path, count, o);
    w->attributed++;
    w->attributed_revenue += o->revenue;
    return true;
}

static void take_rest(struct worker *w)
{
    struct attribution_touch path[ATTRIBUTION_PATH_MAX];
    const struct insight_query *q = w->a->q;
    size_t count = 0;
    for (size_t i = 0; i < w->count && count < ATTRIBUTION_PATH_MAX; i++) {
        if (!w->used[i] && w->touches[i].at_ms >= q->from_ms && w->touches[i].at_ms < q->to_ms)
            path[count++] = w->touches[i];
    }
    count = attribution_path(w->a->transform, path, count);
    if (count)
        add_journey(w, path, count, NULL);
}

static bool take_person(void *state, const struct scan_rows *rows)
{
    struct worker *w = state;
    size_t order_count = 0;
    bool without = false;
    const struct attribution_order *orders = orders_of(w->found, rows->person, &order_count);
    w->count = 0;
    if (!visit_each(w->maker, rows, take_visit, w))
        return false;
    for (size_t i = 0; i < order_count && !w->tally.no_memory; i++)
        without = !take_order_of(w, &orders[i]) || without;
    w->buyers_seen += order_count > 0;
    w->unattributed_people += without;
    take_rest(w);
    return !w->tally.no_memory && !w->tally.too_many;
}

// --- all of it

static cu_code scan(const struct attribution_question *a, struct attribution_found *f, struct worker *workers, struct cu_error *err)
{
    struct insight_query *q = a->q;
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    scan_plan_limits(&plan, &q->limits);
    plan.from_ms = q->from_ms - a->lookback_ms - VISIT_CONTEXT_MS;
    plan.to_ms = q->to_ms;
    plan.columns = visit_columns;
    plan.column_count = VISIT_COLUMNS;
    for (size_t i = 0; i < SCAN_THREADS_MAX; i++)
        states[i] = &workers[i];
    CU_TRY(timeline_scan_people(insight_timeline(q), &plan, q->persons, take_person, states, SCAN_THREADS_MAX, &stats, err));
    q->damaged_blocks += stats.damaged_blocks;
    uint64_t seen = 0;
    for (size_t i = 0; i < SCAN_THREADS_MAX; i++) {
        attribution_tally_merge(&f->tally, &workers[i].tally);
        f->attributed += workers[i].attributed;
        f->attributed_revenue += workers[i].attributed_revenue;
        f->unattributed_people += workers[i].unattributed_people;
        seen += workers[i].buyers_seen;
    }
    f->unattributed_people += f->buyers - seen; // who did nothing at all in the time that was read
    if (f->tally.too_many)
        return cu_fail(err, CU_TOO_LARGE, "/question/by", "too many different ones follow one another for the Markov model; ask by channel, or without it");
    if (f->tally.no_memory)
        return no_memory(err);
    return stats.cancelled ? cu_fail(err, CU_TIMEOUT, "", "the question was given up") : CU_OK;
}

cu_code attribution_gather(const struct attribution_question *a, struct attribution_found *ret, struct cu_error *err)
{
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = a->q->o->zone};
    struct visit_maker *maker = NULL;
    CU_TRY(take_orders(a->q, ret, err));
    CU_TRY(visit_maker_new(insight_timeline(a->q), a->q->dictionary, &rules, &maker, err));
    struct worker *workers = cu_calloc(SCAN_THREADS_MAX, sizeof *workers);
    cu_code code = workers ? CU_OK : no_memory(err);
    for (size_t i = 0; i < SCAN_THREADS_MAX && code == CU_OK; i++) {
        workers[i].a = a;
        workers[i].found = ret;
        workers[i].maker = maker;
    }
    if (code == CU_OK)
        code = scan(a, ret, workers, err);
    for (size_t i = 0; i < SCAN_THREADS_MAX && workers; i++) {
        attribution_tally_free(&workers[i].tally);
        cu_free(workers[i].touches);
        cu_free(workers[i].used);
    }
    cu_free(workers);
    visit_maker_free(maker);
    return code;
}

void attribution_found_free(struct attribution_found *f)
{
    attribution_tally_free(&f->tally);
    cu_free(f->orders);
}
