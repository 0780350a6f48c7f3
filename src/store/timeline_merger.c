// SPDX-License-Identifier: Apache-2.0
// Keeps the number of runs small: one background thread merges groups of runs of similar size, four of a tier
// into one of the next (size-tiered), so each row is written again once per tier. What becomes large is cut by
// partition of profile numbers and then merged within its partition: work, disk and what the removal of one
// person has to write again stay bounded, however large the timeline is.
#include "timeline_copy.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

#define TIER_ROWS 16384u // smaller groups are all of one tier
#define TIER_GROUPS 4u   // so many make the merger work
#define MERGE_GROUPS_MAX 16u
#define MERGE_BYTES_MAX (UINT64_C(16) << 30) // of one merge
#define SPLIT_ROWS_MAX (UINT64_C(4) << 20)   // from here on what is merged is cut by partition
#define SPANNING UINT32_MAX

// A group: the runs that one merge wrote, none of which share a profile number. It is merged as one.
struct group {
    uint64_t id, rows, bytes;
    uint32_t partition;  // of all its profile numbers, or SPANNING
    size_t first, count; // in the sorted runs
};

static int by_group(const void *a, const void *b)
{
    const struct timeline_run *x = *(struct timeline_run *const *)a, *y = *(struct timeline_run *const *)b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static uint32_t partition_of(const struct timeline_run *r)
{
    uint32_t first = r->first_pno >> TIMELINE_PARTITION_SHIFT;
    return first == r->last_pno >> TIMELINE_PARTITION_SHIFT ? first : SPANNING;
}

// Runs whose damage is known are left alone: what is whole in them keeps serving.
static size_t groups_of(struct timeline_run **runs, size_t count, struct group *groups)
{
    size_t n = 0;
    qsort(runs, count, sizeof *runs, by_group);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_run *r = runs[i];
        if (n == 0 || groups[n - 1].id != r->group)
            groups[n++] = (struct group){.id = r->group, .partition = partition_of(r), .first = i};
        struct group *g = &groups[n - 1];
        g->rows += r->rows;
        g->bytes += r->bytes;
        g->count++;
        if (g->partition != partition_of(r))
            g->partition = SPANNING;
    }
    return n;
}

static uint32_t tier_of(uint64_t rows)
{
    uint32_t tier = 0;
    for (; rows >= TIER_ROWS; rows /= 4)
        tier++;
    return tier;
}

static int by_partition_and_size(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->partition != y->partition)
        return x->partition < y->partition ? -1 : 1;
    if (x->rows != y->rows)
        return x->rows < y->rows ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

// The groups of the smallest tier of one partition that has enough of them: how many from *ret_first on.
static size_t pick_groups(const struct group *groups, size_t count, bool all, size_t *ret_first)
{
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        uint64_t bytes = groups[i].bytes;
        while (i + n < count && n < MERGE_GROUPS_MAX && groups[i + n].partition == groups[i].partition &&
               (all || tier_of(groups[i + n].rows) == tier_of(groups[i].rows)) && bytes < MERGE_BYTES_MAX)
            bytes += groups[i + n++].bytes;
        if (n >= (all ? 2 : TIER_GROUPS)) {
            *ret_first = i;
            return n;
        }
        i += n;
    }
    return 0;
}

struct picked {
    struct timeline_run **runs;
    size_t count;
    struct timeline_cuts cuts;
};

static cu_code pick(
    const struct timeline *t, const struct timeline_view *v, bool all, struct picked *ret, struct cu_error *err)
{
    struct timeline_run **runs = cu_alloc(v->run_count * 2 * sizeof *runs);
    struct group *groups = cu_alloc(v->run_count * sizeof *groups);
    size_t count = 0, first;
    *ret = (struct picked){0};
    if (!runs || !groups) {
        cu_free(runs);
        cu_free(groups);
        return cu_fail(err, CU_MEMORY, "", "no memory to merge timeline runs");
    }
    for (size_t i = 0; i < v->run_count; i++)
        if (atomic_load(&v->runs[i]->damaged) == 0)
            runs[count++] = v->runs[i];
    size_t group_count = groups_of(runs, count, groups);
    if (group_count > 0)
        qsort(groups, group_count, sizeof *groups, by_partition_and_size);
    size_t n = pick_groups(groups, group_count, all, &first);
    uint64_t rows = 0;
    uint32_t last = 0;
    ret->runs = cu_alloc(v->run_count * sizeof *ret->runs);
    for (size_t i = 0; i < n && ret->runs; i++) {
        memcpy(ret->runs + ret->count, runs + groups[first + i].first, groups[first + i].count * sizeof *runs);
        ret->count += groups[first + i].count;
        rows += groups[first + i].rows;
    }
    cu_code code = ret->runs ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to merge timeline runs");
    for (size_t i = 0; i < ret->count; i++)
        last = ret->runs[i]->last_pno > last ? ret->runs[i]->last_pno : last;
    uint64_t partitions = (last >> TIMELINE_PARTITION_SHIFT) + UINT64_C(1);
    ret->cuts = (struct timeline_cuts){.rows = TIMELINE_PIECE_ROWS,
        .memory = t->write_memory,
        .by_partition = rows >= SPLIT_ROWS_MAX || rows / TIER_ROWS >= partitions};
    cu_free(runs);
    cu_free(groups);
    return code;
}

static cu_code install_merged(
    struct timeline *t, const struct picked *from, struct timeline_made *made, struct cu_error *err)
{
    struct timeline_manifest next = {0};
    uint64_t *dropped = cu_alloc(from->count * sizeof *dropped);
    pthread_mutex_lock(&t->manifest_lock);
    cu_code code = dropped ? timeline_manifest_copy(&t->manifest, &next, err)
                           : cu_fail(err, CU_MEMORY, "", "no memory to merge timeline runs");
    for (size_t i = 0; i < from->count && code == CU_OK; i++) {
        dropped[i] = from->runs[i]->number;
        timeline_manifest_drop(&next, from->runs[i]->number);
    }
    if (code == CU_OK)
        code = timeline_made_name(made, &next, err);
    if (code == CU_OK)
        code = timeline_install(
            t, &next, made->runs, made->count, dropped, from->count, t->view->chunks, t->view->chunk_count, err);
    else
        timeline_made_litter(t, made);
    pthread_mutex_unlock(&t->manifest_lock);
    timeline_manifest_clear(&next);
    cu_free(dropped);
    return code;
}

cu_code timeline_merge_once(
    struct timeline *t, bool all, const atomic_bool *cancel, uint64_t *ret_rows, struct cu_error *err)
{
    struct timeline_made made = {0};
    struct picked from;
    struct timeline_view *v = timeline_view_take(t);
    cu_code code = pick(t, v, all, &from, err);
    *ret_rows = 0;
    for (size_t i = 0; i < from.count; i++)
        *ret_rows += from.runs[i]->rows;
    if (from.count > 0) { // all rows, also hidden ones: a removal that failed is repeated and finds them
        struct timeline_columns *columns = NULL;
        code = timeline_columns_for(v, from.runs, from.count, &columns, err);
        if (code == CU_OK)
            code = timeline_copy(t, from.runs, from.count, NULL, 0, columns, NULL, &from.cuts, cancel, &made, err);
        timeline_columns_unref(columns);
        if (code == CU_OK)
            code = install_merged(t, &from, &made, err);
        if (code == CU_OK)
            cu_metric_add(t->m_merged, (int64_t)*ret_rows);
        if (code != CU_OK && made.count > 0) {
            pthread_mutex_lock(&t->manifest_lock);
            timeline_made_litter(t, &made);
            pthread_mutex_unlock(&t->manifest_lock);
        }
    }
    timeline_made_clear(&made);
    cu_free(from.runs);
    timeline_view_give(v);
    return code;
}

static void *merger_main(void *timeline)
{
    struct timeline *t = timeline;
    pthread_mutex_lock(&t->merge_lock);
    while (!t->stopping) {
        if (!t->merge_wanted || t->holds > 0) {
            pthread_cond_wait(&t->merge_cond, &t->merge_lock);
            continue;
        }
        t->merging = true;
        pthread_mutex_unlock(&t->merge_lock);
        struct cu_error err = {0};
        uint64_t rows = 0;
        cu_code code = timeline_merge_once(t, false, &t->merge_cancel, &rows, &err);
        if (code != CU_OK && code != CU_UNAVAILABLE)
            cu_log_error("timeline.merge_failed", &err);
        pthread_mutex_lock(&t->merge_lock);
        t->merging = false;
        if (code != CU_UNAVAILABLE) {
            t->merge_wanted = code == CU_OK && rows > 0;
            atomic_store(&t->merge_stuck, !t->merge_wanted);
        }
        pthread_cond_broadcast(&t->merge_cond);
    }
    pthread_mutex_unlock(&t->merge_lock);
    return NULL;
}

cu_code timeline_merger_start(struct timeline *t, struct cu_error *err)
{
    t->merge_wanted = true; // what an earlier run left
    if (pthread_create(&t->merger, NULL, merger_main, t) != 0)
        return cu_fail(err, CU_MEMORY, "", "the timeline's merging thread did not start");
    t->merger_runs = true;
    return CU_OK;
}

void timeline_merger_stop(struct timeline *t)
{
    if (!t->merger_runs)
        return;
    pthread_mutex_lock(&t->merge_lock);
    t->stopping = true;
    atomic_store(&t->merge_cancel, true);
    pthread_cond_broadcast(&t->merge_cond);
    pthread_mutex_unlock(&t->merge_lock);
    pthread_join(t->merger, NULL);
    t->merger_runs = false;
}

void timeline_merger_wake(struct timeline *t)
{
    pthread_mutex_lock(&t->merge_lock);
    t->merge_wanted = true;
    pthread_cond_broadcast(&t->merge_cond);
    pthread_mutex_unlock(&t->merge_lock);
}

void timeline_merger_hold(struct timeline *t)
{
    pthread_mutex_lock(&t->merge_lock);
    t->holds++;
    atomic_store(&t->merge_cancel, true);
    while (t->merging)
        pthread_cond_wait(&t->merge_cond, &t->merge_lock);
    pthread_mutex_unlock(&t->merge_lock);
}

void timeline_merger_resume(struct timeline *t)
{
    pthread_mutex_lock(&t->merge_lock);
    assert(t->holds > 0);
    if (--t->holds == 0) {
        atomic_store(&t->merge_cancel, t->stopping);
        t->merge_wanted = true;
        pthread_cond_broadcast(&t->merge_cond);
    }
    pthread_mutex_unlock(&t->merge_lock);
}

void timeline_merger_wait(struct timeline *t)
{
    pthread_mutex_lock(&t->merge_lock);
    for (;;) {
        pthread_mutex_lock(&t->view_lock);
        bool few = t->view->run_count < t->view->runs_max;
        pthread_mutex_unlock(&t->view_lock);
        if (few || !t->merger_runs || t->stopping || t->holds > 0 || atomic_load(&t->merge_stuck))
            break;
        t->merge_wanted = true;
        pthread_cond_broadcast(&t->merge_cond);
        pthread_cond_wait(&t->merge_cond, &t->merge_lock);
    }
    pthread_mutex_unlock(&t->merge_lock);
}
