// SPDX-License-Identifier: Apache-2.0
// A scan over everybody: the profile numbers cut into ranges of about as many rows, threads that take one range
// after the other until none is left.
#include "scan_walk.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { RANGE_ROWS_MIN = 1 << 14, RANGE_ROWS_MAX = 1 << 19, RANGES_PER_THREAD = 16, SAMPLES_PER_RANGE = 64 };

unsigned scan_threads(const struct scan_plan *plan)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (plan->threads)
        return plan->threads > SCAN_THREADS_MAX ? SCAN_THREADS_MAX : plan->threads;
    return cores < 1 ? 1 : cores > (long)SCAN_THREADS_MAX ? SCAN_THREADS_MAX : (unsigned)cores;
}

// ---- ranges

static uint64_t rows_of(const struct scan_source *x)
{
    return x->run ? x->run->rows : x->chunk->count;
}

// The number of the profile whose rows stand at about the given part of the source.
static uint32_t number_at(const struct scan_source *x, uint64_t part, uint64_t parts)
{
    if (x->chunk)
        return x->chunk->rows[x->chunk->count * part / parts].pno;
    const struct timeline_run *r = x->run;
    uint32_t place = (uint32_t)((uint64_t)r->first[r->person_count] * part / parts), low = 0, len = r->person_count;
    while (len > 0) {
        uint32_t half = len / 2;
        if (r->first[low + half] < place) {
            low += half + 1;
            len -= half + 1;
        } else {
            len = half;
        }
    }
    return low < r->person_count ? r->pnos[low] : r->last_pno;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

// Each source names numbers that cut it into samples of about so many rows; of all of them in order, every n-th is a
// border. (There can be hundreds of sources, each much smaller than a range.)
static cu_code make_ranges(struct scan_shared *s, unsigned threads, struct cu_error *err)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < s->sources.count; i++)
        rows += rows_of(&s->sources.list[i]);
    uint64_t each = rows / (threads * RANGES_PER_THREAD) + 1;
    each = each < RANGE_ROWS_MIN ? RANGE_ROWS_MIN : each > RANGE_ROWS_MAX ? RANGE_ROWS_MAX : each;
    uint64_t sample = each / SAMPLES_PER_RANGE;
    s->ranges = cu_alloc((rows / sample + s->sources.count + 2) * sizeof *s->ranges);
    if (!s->ranges)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    size_t count = 0, kept = 1;
    for (size_t i = 0; i < s->sources.count; i++) {
        const struct scan_source *x = &s->sources.list[i];
        uint64_t parts = rows_of(x) / sample;
        for (uint64_t k = 0; k < parts; k++)
            s->ranges[1 + count++] = number_at(x, 2 * k + 1, 2 * parts);
    }
    if (count > 1)
        qsort(s->ranges + 1, count, sizeof *s->ranges, by_number);
    s->ranges[0] = 0;
    for (size_t i = SAMPLES_PER_RANGE; i < count; i += SAMPLES_PER_RANGE)
        if (s->ranges[1 + i] > s->ranges[kept - 1])
            s->ranges[kept++] = s->ranges[1 + i];
    s->ranges[kept] = (uint64_t)UINT32_MAX + 1;
    s->range_count = kept;
    return CU_OK;
}

// ---- threads

struct worker {
    struct scan_shared *shared;
    void *state;
    pthread_t thread;
    bool started;
    cu_code code;
    struct cu_error err;
    struct scan_stats stats;
};

static void *work(void *context)
{
    struct worker *w = context;
    struct scan_walker *walker = NULL;
    w->code = scan_walker_new(w->shared, w->state, &walker, &w->err);
    if (w->code == CU_OK)
        w->code = scan_walker_run(walker, &w->err);
    if (w->code != CU_OK)
        atomic_store(&w->shared->stop, true);
    if (walker)
        scan_walker_stats(walker, &w->stats);
    scan_walker_free(walker);
    return NULL;
}

static cu_code run_threads(
    struct scan_shared *s, void *const *states, unsigned threads, struct scan_stats *ret, struct cu_error *err)
{
    struct worker *workers = cu_calloc(threads, sizeof *workers);
    if (!workers)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    for (unsigned i = 0; i < threads; i++) {
        workers[i].shared = s;
        workers[i].state = states[i];
        if (i > 0) // one that cannot be had is missed by nobody: the others take its ranges
            workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    }
    (void)work(&workers[0]);
    cu_code code = CU_OK;
    for (unsigned i = 0; i < threads; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
        if (code == CU_OK && workers[i].code != CU_OK) {
            code = workers[i].code;
            if (err)
                *err = workers[i].err;
        }
        ret->persons += workers[i].stats.persons;
        ret->rows += workers[i].stats.rows;
        ret->rows_read += workers[i].stats.rows_read;
    }
    ret->damaged_blocks = atomic_load(&s->sources.damaged);
    cu_free(workers);
    return code;
}

cu_code timeline_scan_people(struct timeline *t, const struct scan_plan *plan, const struct scan_persons *persons,
    scan_visit *visit, void *const *states, size_t state_count, struct scan_stats *ret, struct cu_error *err)
{
    unsigned threads = scan_threads(plan);
    *ret = (struct scan_stats){0};
    if (state_count < threads)
        return cu_fail(err, CU_INVALID, "", "a scan needs a state per thread");
    struct scan_shared s = {.visit = visit};
    CU_TRY(scan_sources_open(t, plan, persons, NULL, 0, &s.sources, err));
    cu_code code = make_ranges(&s, threads, err);
    if (code == CU_OK && persons) {
        s.claimed = cu_calloc(persons->end / 8 + 1, 1);
        code = s.claimed ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read events");
    }
    if (code == CU_OK) {
        threads = threads > s.range_count ? (unsigned)s.range_count : threads;
        code = run_threads(&s, states, threads, ret, err);
    }
    ret->cancelled = atomic_load(&s.cancelled);
    cu_free(s.claimed);
    cu_free(s.ranges);
    scan_sources_close(&s.sources);
    return code;
}
