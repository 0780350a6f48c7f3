// SPDX-License-Identifier: Apache-2.0
// A naive timeline: an array of events, answers by looking at all of them. The tests compare the
// real one with it after every kind of operation.
#pragma once

#include "store_test.h"

#include "store/scan.h"

struct model_event {
    struct timeline_event e;
    char plain[64], sealed[64];
};

// What the plain of model_random holds.
static const struct timeline_column model_columns[] = {
    {.path = {"n", 1}, .type = TIMELINE_INTEGER},
    {.path = {"t", 1}, .type = TIMELINE_TEXT},
    {.path = {"t.$", 3}, .type = TIMELINE_TEXT},
};

struct model {
    struct model_event *events; // published, by seq
    size_t count, cap;
};

static inline void model_free(struct model *m)
{
    free(m->events);
    *m = (struct model){0};
}

static inline void model_add(struct model *m, const struct model_event *e)
{
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 1024;
        m->events = realloc(m->events, m->cap * sizeof *m->events);
        assert_non_null(m->events);
    }
    m->events[m->count++] = *e;
}

// The event as given to timeline_add: its strings point into *e.
static inline struct timeline_event model_view(const struct model_event *e)
{
    struct timeline_event v = e->e;
    v.plain.ptr = e->plain;
    v.sealed.ptr = e->sealed;
    return v;
}

static inline struct model_event model_random(uint64_t seq, uint32_t pnos, uint64_t *random)
{
    struct model_event m = {0};
    uint64_t r = test_random(random);
    m.e = (struct timeline_event){.pno = (uint32_t)(r % pnos),
        .kind = 1 + (uint32_t)(r >> 20) % 5,
        .source = 1 + (uint32_t)(r >> 24) % 3,
        .import = (uint32_t)(r >> 28) % 4,
        .time_ms = (int64_t)(test_random(random) % (20u * 86400000u)) - 5 * 86400000,
        .seq = seq,
        .revenue = (int64_t)(r >> 32) % 5000 - 1000,
        .flags = (uint32_t)(r >> 40) % 4};
    m.e.plain.len =
        (size_t)snprintf(m.plain, sizeof m.plain, "{\"n\":%llu,\"t\":\"text %u\"}", (unsigned long long)seq, (unsigned)(seq % 7));
    m.e.sealed.len = (r >> 50) % sizeof m.sealed;
    memset(m.sealed, (int)(seq % 251), m.e.sealed.len);
    if (r % 7 == 0)
        m.e.plain.len = 0;
    return m;
}

static inline void expect_same_event(
    const struct model_event *want, const struct timeline_event *got, bool with_bytes)
{
    assert_int_equal(got->seq, want->e.seq);
    assert_int_equal(got->pno, want->e.pno);
    assert_int_equal(got->kind, want->e.kind);
    assert_int_equal(got->source, want->e.source);
    assert_int_equal(got->import, want->e.import);
    assert_int_equal(got->time_ms, want->e.time_ms);
    assert_int_equal(got->revenue, want->e.revenue);
    assert_int_equal(got->flags, want->e.flags);
    assert_true(
        cu_str_eq(got->plain, with_bytes ? (cu_str){want->plain, want->e.plain.len} : CU_NONE));
    assert_true(
        cu_str_eq(got->sealed, with_bytes ? (cu_str){want->sealed, want->e.sealed.len} : CU_NONE));
}

struct model_list { // pointers into the model in the expected order, and how far a reader has come
    const struct model_event **list;
    size_t count, seen, stop_after;
    bool with_bytes;
};

static inline bool model_visit(void *context, const struct timeline_event *e)
{
    struct model_list *l = context;
    assert_true(l->seen < l->count);
    expect_same_event(l->list[l->seen++], e, l->with_bytes);
    return l->seen != l->stop_after;
}

static inline int model_newest(const void *a, const void *b)
{
    const struct model_event *x = *(const struct model_event *const *)a,
                             *y = *(const struct model_event *const *)b;
    if (x->e.time_ms != y->e.time_ms)
        return x->e.time_ms > y->e.time_ms ? -1 : 1;
    return x->e.seq > y->e.seq ? -1 : 1;
}

static inline int model_by_key(const void *a, const void *b)
{
    const struct model_event *x = *(const struct model_event *const *)a,
                             *y = *(const struct model_event *const *)b;
    if (x->e.pno != y->e.pno)
        return x->e.pno < y->e.pno ? -1 : 1;
    return -model_newest(a, b);
}

static inline void expect_person(struct timeline *t, const struct model *m, const uint32_t *pnos,
    size_t count, int64_t before_ms, uint64_t before_seq, size_t stop_after)
{
    struct model_list l = {
        .list = calloc(m->count + 1, sizeof *l.list), .with_bytes = true, .stop_after = stop_after};
    for (size_t i = 0; i < m->count; i++) {
        const struct timeline_event *e = &m->events[i].e;
        bool mine = false;
        for (size_t k = 0; k < count; k++)
            mine = mine || e->pno == pnos[k];
        if (mine && (e->time_ms < before_ms || (e->time_ms == before_ms && e->seq < before_seq)))
            l.list[l.count++] = &m->events[i];
    }
    qsort(l.list, l.count, sizeof *l.list, model_newest);
    assert_ok(timeline_person(t, pnos, count, before_ms, before_seq, model_visit, &l, NULL));
    assert_int_equal(l.seen, stop_after && stop_after < l.count ? stop_after : l.count);
    free(l.list);
}

static inline void expect_scan(
    struct timeline *t, const struct model *m, int64_t from_ms, int64_t to_ms, bool with_bytes)
{
    struct model_list l = {.list = calloc(m->count + 1, sizeof *l.list), .with_bytes = with_bytes};
    for (size_t i = 0; i < m->count; i++)
        if (m->events[i].e.time_ms >= from_ms && m->events[i].e.time_ms < to_ms)
            l.list[l.count++] = &m->events[i];
    qsort(l.list, l.count, sizeof *l.list, model_by_key);
    assert_ok(timeline_scan(t, from_ms, to_ms, with_bytes, model_visit, &l, NULL));
    assert_int_equal(l.seen, l.count);
    free(l.list);
}

struct model_days {
    const struct model *m;
    int32_t from, to, last_day;
    uint32_t kind, last_kind;
    uint64_t counted;
};

static inline bool model_day(
    void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue)
{
    struct model_days *d = context;
    assert_true(day >= d->from && day < d->to && (d->kind == 0 || kind == d->kind));
    assert_true(day > d->last_day || (day == d->last_day && kind > d->last_kind));
    d->last_day = day;
    d->last_kind = kind;
    for (size_t i = 0; i < d->m->count; i++) {
        const struct timeline_event *e = &d->m->events[i].e;
        int64_t ms = e->time_ms + INT64_C(36500) * 86400000;
        if (ms / 86400000 - 36500 == day && e->kind == kind) {
            count--;
            revenue -= e->revenue;
            d->counted++;
        }
    }
    assert_int_equal(count, 0);
    assert_int_equal(revenue, 0);
    return true;
}

static inline void expect_days(
    struct timeline *t, const struct model *m, int32_t from, int32_t to, uint32_t kind)
{
    struct model_days d = {.m = m, .from = from, .to = to, .kind = kind, .last_day = INT32_MIN};
    assert_ok(timeline_days(t, from, to, kind, model_day, &d, NULL));
    uint64_t want = 0;
    for (size_t i = 0; i < m->count; i++) {
        int64_t day = (m->events[i].e.time_ms + INT64_C(36500) * 86400000) / 86400000 - 36500;
        want += day >= from && day < to && (kind == 0 || m->events[i].e.kind == kind);
    }
    assert_int_equal(d.counted, want);
}

// What a removal leaves.
static inline void model_remove(struct model *m,
    bool (*matches)(const struct timeline_event *e, uint32_t number), uint32_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++)
        if (!matches(&m->events[i].e, number))
            m->events[kept++] = m->events[i];
    m->count = kept;
}

static inline bool model_of_pno(const struct timeline_event *e, uint32_t pno)
{
    return e->pno == pno;
}

static inline bool model_of_import(const struct timeline_event *e, uint32_t import)
{
    return e->import == import;
}

static inline bool model_of_source(const struct timeline_event *e, uint32_t source)
{
    return e->source == source;
}
