// SPDX-License-Identifier: Apache-2.0
// The order book: opening, views, what changed, walking. See order_book.h and order_book_private.h.
#include "order_book_private.h"

#include "base/metric.h"
#include "text/text.h"

#include <time.h>

enum { READY_WAIT_MS = 1000, WRITER_FIRST_MS = 1000, NEWS_WAIT_MS = 100, TOUCHED_MAX = 4 << 20 };

static void changed(void *context, const int64_t *numbers, size_t count)
{
    struct order_book *b = context;
    pthread_mutex_lock(&b->lock);
    b->told++;
    if (b->touched_count + count > b->touched_cap && b->touched_count + count <= TOUCHED_MAX) {
        size_t cap = b->touched_cap ? b->touched_cap : 1024;
        while (cap < b->touched_count + count)
            cap *= 2;
        int64_t *at = cu_realloc(b->touched, cap * sizeof *at);
        if (at) {
            b->touched = at;
            b->touched_cap = cap;
        }
    }
    if (b->touched_count + count > b->touched_cap) {
        b->load = true; // more than can be remembered; until then readers see what was
    } else {
        memcpy(b->touched + b->touched_count, numbers, count * sizeof *numbers);
        b->touched_count += count;
    }
    pthread_cond_broadcast(&b->wake);
    pthread_mutex_unlock(&b->lock);
}

static void rates_were_changed(void *context)
{
    struct order_book *b = context;
    pthread_mutex_lock(&b->lock);
    b->told++;
    b->foreign = true;
    pthread_cond_broadcast(&b->wake);
    pthread_mutex_unlock(&b->lock);
}

static void init_locks(struct order_book *b)
{
    pthread_condattr_t monotonic;
    (void)pthread_mutex_init(&b->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&b->given, &monotonic);
    (void)pthread_cond_init(&b->wake, &monotonic);
    (void)pthread_cond_init(&b->idle, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

cu_code order_book_open(const struct order_book_options *o, struct order_book **ret, struct cu_error *err)
{
    struct order_book *b = cu_calloc(1, sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "no memory for the order book");
    b->o = *o;
    for (size_t i = 0; i < 3 && o->currency[i]; i++)
        b->currency[i] = (char)(o->currency[i] & ~0x20);
    init_locks(b);
    b->placed.item = sizeof(int64_t);
    b->memory = cu_metric_get(CU_GAUGE, "custos_order_book_bytes", NULL, "Memory held by the order book.");
    b->load = b->busy = true;
    b->view.version = 1;
    orders_on_change(o->people, changed, b); // before the first order is read
    if (o->rates)
        rates_on_change(o->rates, rates_were_changed, b);
    b->running = pthread_create(&b->thread, NULL, book_run, b) == 0;
    if (!b->running) {
        order_book_close(b);
        return cu_fail(err, CU_MEMORY, "", "no thread for the order book");
    }
    *ret = b;
    return CU_OK;
}

void order_book_close(struct order_book *b)
{
    if (!b)
        return;
    people_unhook(b->o.people, b);
    if (b->o.rates)
        rates_on_change(b->o.rates, NULL, NULL);
    pthread_mutex_lock(&b->lock);
    b->stop = true;
    pthread_cond_broadcast(&b->wake);
    pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
    if (b->running)
        pthread_join(b->thread, NULL);
    book_clear(b);
    cu_free(b->touched);
    (void)pthread_mutex_destroy(&b->lock);
    (void)pthread_cond_destroy(&b->given);
    (void)pthread_cond_destroy(&b->wake);
    (void)pthread_cond_destroy(&b->idle);
    cu_free(b);
}

void order_book_settle(struct order_book *b)
{
    pthread_mutex_lock(&b->lock);
    while ((b->busy || b->load || b->foreign || b->touched_count) && !b->stop)
        pthread_cond_wait(&b->idle, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

void order_book_status(struct order_book *b, struct order_book_progress *ret)
{
    pthread_mutex_lock(&b->lock);
    *ret = (struct order_book_progress){b->ready, b->done, b->total};
    pthread_mutex_unlock(&b->lock);
}

size_t order_book_bytes(struct order_book *b)
{
    return b->order_cap * sizeof *b->orders + b->line_cap * sizeof *b->lines + b->bytes + products_bytes(&b->products);
}

// --- views

static void deadline(int64_t ms, struct timespec *ret)
{
    (void)clock_gettime(CLOCK_MONOTONIC, ret);
    ret->tv_sec += ms / 1000;
    ret->tv_nsec += ms % 1000 * 1000000;
    if (ret->tv_nsec >= 1000000000) {
        ret->tv_nsec -= 1000000000;
        ret->tv_sec++;
    }
}

// What was committed before the question is in its answer, as long as that is a matter of a moment (not amid a large import).
static void wait_for_news(struct order_book *b)
{
    struct timespec until;
    uint64_t told = b->told;
    int waited = 0;
    deadline(NEWS_WAIT_MS, &until);
    while (b->applied < told && waited == 0 && !b->stop)
        waited = pthread_cond_timedwait(&b->given, &b->lock, &until);
}

cu_code order_book_take(struct order_book *b, const struct book_view **ret, struct cu_error *err)
{
    struct timespec until;
    *ret = NULL;
    pthread_mutex_lock(&b->lock);
    deadline(READY_WAIT_MS, &until);
    int waited = 0;
    while ((!b->ready || b->writing) && !b->stop && waited == 0) {
        if (b->ready)
            (void)pthread_cond_wait(&b->given, &b->lock); // a change is short
        else
            waited = pthread_cond_timedwait(&b->given, &b->lock, &until);
    }
    if (b->ready)
        wait_for_news(b);
    // The updater comes first, unless this thread or another holds a view for so long that it cannot.
    deadline(WRITER_FIRST_MS, &until);
    waited = 0;
    while (b->ready && (b->writing || (b->writer_waits && waited == 0)) && !b->stop)
        waited = b->writing ? pthread_cond_wait(&b->given, &b->lock) : pthread_cond_timedwait(&b->given, &b->lock, &until);
    bool ready = b->ready && !b->writing && !b->stop;
    b->readers += ready;
    uint64_t done = b->done, total = b->total;
    pthread_mutex_unlock(&b->lock);
    if (!ready)
        return cu_fail(err, CU_BUSY, "", "the order book is being read from the database (%llu of %llu orders); try again soon",
            (unsigned long long)done, (unsigned long long)total);
    *ret = &b->view;
    return CU_OK;
}

void order_book_give(struct order_book *b, const struct book_view *v)
{
    if (!v)
        return;
    pthread_mutex_lock(&b->lock);
    if (--b->readers == 0)
        pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
}

size_t book_from(const struct book_view *v, int64_t at_ms)
{
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->orders[middle].placed_ms < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// --- every person

static uint32_t root_of(const struct scan_persons *persons, uint32_t pno)
{
    return pno < persons->end ? persons->root[pno] : pno;
}

struct grouping {
    uint32_t end, *starts, *orders; // starts: by root, of orders
};

// Two passes over the orders: how many of each, then which.
static void group(const struct book_view *v, const struct scan_persons *persons, struct grouping *g)
{
    for (size_t i = 0; i < v->count; i++) {
        if (v->orders[i].pno && v->orders[i].flags & BOOK_COUNTS)
            g->starts[root_of(persons, v->orders[i].pno) + 1]++;
    }
    for (uint32_t i = 1; i <= g->end; i++)
        g->starts[i] += g->starts[i - 1];
    for (size_t i = v->count; i > 0; i--) {
        const struct book_order *o = &v->orders[i - 1];
        if (o->pno && o->flags & BOOK_COUNTS)
            g->orders[--g->starts[root_of(persons, o->pno) + 1]] = (uint32_t)(i - 1);
    }
    // Each start[root + 1] now is where root begins; its end is where root + 1 begins.
}

cu_code book_each_person(const struct book_view *v, const struct scan_persons *persons, book_visit *visit, void *context, struct cu_error *err)
{
    struct grouping g = {.end = persons->end};
    size_t count = 0;
    for (size_t i = 0; i < v->count; i++) {
        if (v->orders[i].pno >= g.end && v->orders[i].flags & BOOK_COUNTS)
            g.end = v->orders[i].pno + 1;
        count += v->orders[i].pno && v->orders[i].flags & BOOK_COUNTS;
    }
    g.starts = cu_calloc((size_t)g.end + 2, sizeof *g.starts);
    g.orders = cu_alloc((count + 1) * sizeof *g.orders);
    if (!g.starts || !g.orders) {
        cu_free(g.starts);
        cu_free(g.orders);
        return cu_fail(err, CU_MEMORY, "", "no memory to go through the orders of each person");
    }
    group(v, persons, &g);
    for (uint32_t root = 1; root < g.end; root++) {
        uint32_t from = g.starts[root + 1], to = root + 1 < g.end ? g.starts[root + 2] : (uint32_t)count;
        const struct book_person p = {root, to - from, g.orders + from};
        if (p.count && !visit(context, &p))
            break;
    }
    cu_free(g.starts);
    cu_free(g.orders);
    return CU_OK;
}
