// SPDX-License-Identifier: Apache-2.0
// Counters of profiles: events, first and last seen, orders. Called by the pipeline for every
// event, so nothing here touches a database but the flush. Touches of a batch wait in a table;
// after the commit they are visible in the roster, and about once a second a commit writes them
// all. What a crash loses the journal still has (people_touched_seq). Order counts are not in the
// journal's replay: they are written with their batch.
#include "internal.h"
#include "people_sql.h"

#include "base/hash.h"

#define FLUSH_AFTER_US INT64_C(1000000)
#define FLUSH_ROWS 65536u // waiting profiles that force a flush
#define SLOTS_KEPT 32768u

struct bucket {
    int64_t first_ms, last_ms;
    uint64_t events; // 0: empty, the times mean nothing
};
struct touch {
    uint32_t pno; // 0: free
    bool written; // the running transaction has written `waiting`
    int64_t origin;
    struct bucket waiting; // committed, not written
    struct bucket batch;   // of the running transaction, not written
};

static void bucket_add(struct bucket *to, const struct bucket *from)
{
    if (from->events == 0)
        return;
    if (to->events == 0 || from->first_ms < to->first_ms)
        to->first_ms = from->first_ms;
    if (to->events == 0 || from->last_ms > to->last_ms)
        to->last_ms = from->last_ms;
    to->events += from->events;
}

static uint32_t slot_for(const struct touches *t, uint32_t pno, int64_t origin)
{
    uint64_t key[2] = {pno, (uint64_t)origin};
    uint32_t i = (uint32_t)cu_hash64(key, sizeof(key), 0) & (t->cap - 1);
    while (t->slots[i].pno && (t->slots[i].pno != pno || t->slots[i].origin != origin))
        i = (i + 1) & (t->cap - 1);
    return i;
}

static bool grow(struct touches *t)
{
    uint32_t old_cap = t->cap;
    struct touch *old = t->slots,
                 *slots = cu_calloc(old_cap ? old_cap * 2u : 1024u, sizeof(*slots));
    if (!slots)
        return false;
    t->cap = old_cap ? old_cap * 2 : 1024;
    t->slots = slots;
    t->batch_count = 0;
    for (uint32_t i = 0; i < old_cap; i++) {
        if (!old[i].pno)
            continue;
        uint32_t at = slot_for(t, old[i].pno, old[i].origin);
        slots[at] = old[i];
        if (old[i].batch.events)
            t->batch[t->batch_count++] = at;
    }
    cu_free(old);
    return true;
}

static bool batch_room(struct touches *t)
{
    if (t->batch_count < t->batch_cap)
        return true;
    uint32_t cap = t->batch_cap ? t->batch_cap * 2 : 1024;
    uint32_t *p = cu_realloc(t->batch, cap * sizeof(*p));
    if (!p)
        return false;
    t->batch = p;
    t->batch_cap = cap;
    return true;
}

void people_touch(struct people *p, uint32_t pno, const struct evidence *ev)
{
    struct touches *t = &p->touches;
    if (pno == 0 || (ev->seq && ev->seq <= t->touched_seq))
        return;
    if ((t->used * 4u >= t->cap * 3u && !grow(t)) || !batch_room(t)) {
        p->sticky = CU_MEMORY;
        return;
    }
    uint32_t at = slot_for(t, pno, evidence_origin(ev));
    struct touch *row = &t->slots[at];
    if (!row->pno) {
        *row = (struct touch){.pno = pno, .origin = evidence_origin(ev)};
        t->used++;
    }
    if (row->batch.events == 0)
        t->batch[t->batch_count++] = at;
    bucket_add(&row->batch, &(struct bucket){ev->time_ms, ev->time_ms, 1});
    if (ev->seq > t->seen_seq)
        t->seen_seq = ev->seq;
}

uint64_t people_touched_seq(struct people *p)
{
    return __atomic_load_n(&p->touches.touched_seq, __ATOMIC_ACQUIRE);
}

void people_count_orders(
    struct people *p, uint32_t pno, int32_t orders_delta, int64_t revenue_delta)
{
    struct order_counts *o = &p->orders;
    if (pno == 0 || (orders_delta == 0 && revenue_delta == 0))
        return;
    if (o->count == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 256;
        struct order_count *at = cu_realloc(o->at, cap * sizeof(*at));
        if (!at) {
            p->sticky = CU_MEMORY;
            return;
        }
        o->at = at;
        o->cap = cap;
    }
    o->at[o->count++] = (struct order_count){pno, orders_delta, revenue_delta};
}

static cu_code write_orders(struct people *p, struct cu_error *err)
{
    for (size_t i = 0; i < p->orders.count; i++) {
        const struct order_count *o = &p->orders.at[i];
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_profile_orders, &q, err));
        db_bind_i64(&q, ":pno", o->pno);
        db_bind_i64(&q, ":orders", o->orders);
        db_bind_i64(&q, ":revenue", o->revenue);
        CU_TRY(db_run(&q, err));
        const struct roster_own add = {.first_ms = INT64_MAX,
            .last_ms = INT64_MIN,
            .revenue = o->revenue,
            .orders = (uint32_t)o->orders};
        CU_TRY(roster_count(&p->roster, o->pno, &add, err));
    }
    p->orders.count = 0;
    return CU_OK;
}

static cu_code write_touch(struct people *p, struct touch *t, struct cu_error *err)
{
    struct bucket all = t->batch;
    if (!t->written)
        bucket_add(&all, &t->waiting);
    if (all.events == 0)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_stat_add, &q, err));
    db_bind_i64(&q, ":pno", t->pno);
    db_bind_i64(&q, ":origin", t->origin);
    db_bind_i64(&q, ":first_ms", all.first_ms);
    db_bind_i64(&q, ":last_ms", all.last_ms);
    db_bind_i64(&q, ":events", (int64_t)all.events);
    CU_TRY(db_run(&q, err));
    t->batch = (struct bucket){0};
    t->written = true;
    return CU_OK;
}

// What the batch touched becomes visible; undone by roster_rollback when the commit fails.
static cu_code publish_batch(struct people *p, struct cu_error *err)
{
    struct touches *t = &p->touches;
    for (uint32_t i = 0; i < t->batch_count; i++) {
        const struct touch *row = &t->slots[t->batch[i]];
        const struct roster_own add = {.first_ms = row->batch.first_ms,
            .last_ms = row->batch.last_ms,
            .events = row->batch.events};
        if (row->batch.events)
            CU_TRY(roster_count(&p->roster, row->pno, &add, err));
    }
    return CU_OK;
}

cu_code stats_flush_in(struct people *p, struct cu_error *err)
{
    struct touches *t = &p->touches;
    CU_TRY(write_orders(p, err));
    if (t->used == 0 || (t->flushing && t->batch_count == 0))
        return CU_OK;
    CU_TRY(publish_batch(p, err));
    for (uint32_t i = 0; i < t->cap; i++) {
        if (t->slots[i].pno)
            CU_TRY(write_touch(p, &t->slots[i], err));
    }
    t->batch_count = 0;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_meta_touched, &q, err));
    db_bind_i64(&q, ":seq", (int64_t)t->seen_seq);
    CU_TRY(db_run(&q, err));
    t->flushing = true;
    t->flush_seq = t->seen_seq;
    return CU_OK;
}

cu_code stats_before_commit(struct people *p, bool flush, struct cu_error *err)
{
    const struct touches *t = &p->touches;
    bool due = cu_mono_us() - t->flushed_us >= FLUSH_AFTER_US || t->used >= FLUSH_ROWS;
    if (flush || due || t->flushing)
        return stats_flush_in(p, err);
    CU_TRY(write_orders(p, err));
    return publish_batch(p, err);
}

void stats_after_commit(struct people *p)
{
    struct touches *t = &p->touches;
    if (t->flushing) {             // everything of this transaction was written before its commit
        if (t->cap > SLOTS_KEPT) { // a busy second must not hold its memory for ever
            cu_free(t->slots);
            t->slots = NULL;
            t->cap = 0;
        } else if (t->used) {
            memset(t->slots, 0, t->cap * sizeof(*t->slots));
        }
        t->used = 0;
        t->flushed_us = cu_mono_us();
        t->flushing = false;
        __atomic_store_n(&t->touched_seq, t->flush_seq, __ATOMIC_RELEASE);
    }
    for (uint32_t i = 0; i < t->batch_count; i++) {
        struct touch *row = &t->slots[t->batch[i]];
        bucket_add(&row->waiting, &row->batch);
        row->batch = (struct bucket){0};
    }
    t->batch_count = 0;
    t->committed_seq = t->seen_seq;
}

void stats_rollback(struct people *p)
{
    struct touches *t = &p->touches;
    for (uint32_t i = 0; i < t->cap; i++) {
        t->slots[i].batch = (struct bucket){0};
        t->slots[i].written = false;
    }
    t->batch_count = 0;
    t->flushing = false;
    t->seen_seq = t->committed_seq; // the same events will come again
    p->orders.count = 0;
}

void stats_clear(struct people *p)
{
    cu_free(p->touches.slots);
    cu_free(p->touches.batch);
    cu_free(p->orders.at);
}
