// SPDX-License-Identifier: Apache-2.0
// The scan in its plain form: all rows in order (timeline_scan), one person after the other; the rows of merged
// people are put aside and shown at the end.
#include "scan_gather.h"

#include "base/clock.h"
#include "scan_pile.h"

#include <stdlib.h>
#include <unistd.h>

enum { LOOK_EVERY = 4096 }; // rows between two looks at the clock and at cancel

struct scan {
    const struct scan_plan *plan;
    const struct scan_persons *persons;
    struct scan_gather *gather;
    scan_visit *visit;
    void *state;
    struct scan_pile merged;   // rows of people with several profiles
    uint32_t pno;              // whose rows are in gather; 0: nobody's
    uint8_t *seen;             // bit per pno below persons->end: its person was visited
    struct scan_stats stats;
    bool stopped;              // by visit
    uint32_t since_look;
    cu_code code;
    struct cu_error *err;
};

static uint32_t root_of(const struct scan_persons *p, uint32_t pno) // 0: there is no such person
{
    return !p || pno >= p->end ? pno : p->root[pno];
}

static bool is_merged(const struct scan_persons *p, uint32_t pno)
{
    return p && pno < p->end && p->next[pno] != 0;
}

static bool keep_on(struct scan *s)
{
    const struct scan_plan *p = s->plan;
    if (p->rows_max && s->stats.rows_read > p->rows_max) {
        s->code = cu_fail(s->err, CU_TOO_LARGE, "", "more than %llu events would have to be read; narrow the dates or the events",
            (unsigned long long)p->rows_max);
        return false;
    }
    if (++s->since_look < LOOK_EVERY)
        return true;
    s->since_look = 0;
    if (p->cancel && atomic_load_explicit(p->cancel, memory_order_relaxed)) {
        s->stats.cancelled = true;
        return false;
    }
    if (p->ends_ms && cu_mono_us() / 1000 >= p->ends_ms) {
        s->code = cu_fail(s->err, CU_TIMEOUT, "", "the question took longer than it may; narrow the dates or the events");
        return false;
    }
    return true;
}

static bool asked_for(const struct scan *s, uint32_t root)
{
    return !s->plan->person || s->plan->person(s->plan->context, root);
}

// Shows what was gathered. Without rows only when the plan says so.
static bool show(struct scan *s, uint32_t root)
{
    if (scan_gather_count(s->gather) == 0 && !s->plan->also_without_rows)
        return true;
    if (s->seen && root < s->persons->end)
        s->seen[root / 8] |= (uint8_t)(1u << root % 8);
    s->stats.persons++;
    s->stats.rows += scan_gather_count(s->gather);
    s->stopped = !s->visit(s->state, scan_gather_rows(s->gather));
    return !s->stopped;
}

static bool end_person(struct scan *s)
{
    uint32_t pno = s->pno;
    s->pno = 0;
    return pno == 0 || scan_gather_count(s->gather) == 0 || show(s, pno);
}

static bool take_row(void *context, const struct timeline_event *e)
{
    struct scan *s = context;
    s->stats.rows_read++;
    if (!keep_on(s))
        return false;
    if (root_of(s->persons, e->pno) == 0 || !scan_gather_wants(s->plan, e->kind, e->time_ms))
        return true;
    if (is_merged(s->persons, e->pno)) {
        uint32_t root = root_of(s->persons, e->pno);
        s->code = asked_for(s, root) ? scan_pile_add(&s->merged, root, e, s->err) : CU_OK;
        return s->code == CU_OK;
    }
    if (e->pno != s->pno) {
        if (!end_person(s))
            return false;
        if (!asked_for(s, e->pno))
            return true;
        s->pno = e->pno;
        scan_gather_start(s->gather, e->pno);
    }
    s->code = scan_gather_add(s->gather, e, s->err);
    return s->code == CU_OK;
}

static bool show_merged(struct scan *s)
{
    scan_pile_sort(&s->merged);
    for (size_t i = 0; i < s->merged.count;) {
        uint32_t root = s->merged.rows[i].person;
        scan_gather_start(s->gather, root);
        for (; i < s->merged.count && s->merged.rows[i].person == root; i++) {
            struct timeline_event e = scan_pile_event(&s->merged, i);
            s->code = scan_gather_add(s->gather, &e, s->err);
            if (s->code != CU_OK)
                return false;
        }
        if (!show(s, root))
            return false;
    }
    return true;
}

static bool show_the_rest(struct scan *s)
{
    const struct scan_persons *p = s->persons;
    if (!p || !s->plan->also_without_rows)
        return true;
    for (uint32_t pno = 1; pno < p->end; pno++) {
        if (p->root[pno] != pno || (s->seen[pno / 8] >> pno % 8 & 1) || !asked_for(s, pno))
            continue;
        scan_gather_start(s->gather, pno);
        if (!keep_on(s) || !show(s, pno))
            return false;
    }
    return true;
}

unsigned scan_threads(const struct scan_plan *plan)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (plan->threads)
        return plan->threads > SCAN_THREADS_MAX ? SCAN_THREADS_MAX : plan->threads;
    return cores < 1 ? 1 : cores > SCAN_THREADS_MAX ? SCAN_THREADS_MAX : (unsigned)cores;
}

cu_code timeline_scan_people(struct timeline *t, const struct scan_plan *plan, const struct scan_persons *persons,
    scan_visit *visit, void *const *states, size_t state_count, struct scan_stats *ret, struct cu_error *err)
{
    *ret = (struct scan_stats){0};
    if (state_count < scan_threads(plan))
        return cu_fail(err, CU_INVALID, "", "a scan needs a state per thread");
    struct scan s = {.plan = plan, .persons = persons, .visit = visit, .state = states[0], .err = err, .since_look = LOOK_EVERY};
    scan_pile_init(&s.merged);
    CU_TRY(scan_gather_new(plan, &s.gather, err));
    s.seen = persons ? cu_calloc(persons->end / 8 + 1, 1) : NULL;
    s.code = persons && !s.seen ? cu_fail(err, CU_MEMORY, "", "no memory to read events") : CU_OK;
    bool words = plan->column_count > 0 || (plan->wants & SCAN_WORDS);
    if (s.code == CU_OK && keep_on(&s)) {
        cu_code code = timeline_scan(t, plan->from_ms, plan->to_ms, words, take_row, &s, err);
        s.code = s.code != CU_OK ? s.code : code;
        if (s.code == CU_OK && !s.stopped && !s.stats.cancelled)
            (void)(end_person(&s) && show_merged(&s) && show_the_rest(&s));
    }
    if (plan->progress && s.code == CU_OK && !s.stats.cancelled)
        atomic_store(plan->progress, 1000);
    scan_gather_free(s.gather);
    scan_pile_clear(&s.merged);
    cu_free(s.seen);
    *ret = s.stats;
    return s.code;
}
