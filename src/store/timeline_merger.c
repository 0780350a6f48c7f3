// SPDX-License-Identifier: Apache-2.0
// Keeps the number of runs small: one background thread merges runs of similar size, four of a tier
// into one of the next (size-tiered), so each row is written again once per tier. Also the copying
// of rows into a new run, which flush and removal share.
#include "timeline_private.h"

#include "base/log.h"

#include <assert.h>

#define TIER_ROWS 16384u // smaller runs are all of one tier
#define TIER_RUNS 4u     // so many make the merger work
#define MERGE_RUNS_MAX 16u
#define MERGE_BYTES_MAX (INT64_C(8) << 30) // larger runs stay as they are

static cu_code copy_rows(struct timeline_merge *m, struct timeline_run_writer *w,
    const atomic_bool *cancel, struct cu_error *err)
{
    const struct timeline_row *row;
    for (uint64_t n = 0; (row = timeline_merge_row(m)) != NULL; n++) {
        const char *bytes;
        if (cancel && n % 1024 == 0 && atomic_load(cancel))
            return cu_fail(err, CU_UNAVAILABLE, "", "the merge was given up");
        CU_TRY(timeline_merge_bytes(m, &bytes, err));
        CU_TRY(timeline_run_add(w, row, bytes, err));
        CU_TRY(timeline_merge_next(m, err));
    }
    return CU_OK;
}

cu_code timeline_copy(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, const struct timeline_hidden *without,
    uint64_t number, const atomic_bool *cancel, struct timeline_run **ret_run, struct cu_error *err)
{
    struct timeline_merge m;
    struct timeline_run_writer *w = NULL;
    CU_TRY(timeline_merge_open(
        runs, run_count, chunks, chunk_count, INT64_MIN, INT64_MAX, without, &m, err));
    cu_code code = timeline_run_create(t->folder, number, &w, err);
    if (code == CU_OK)
        code = copy_rows(&m, w, cancel, err);
    timeline_merge_close(&m);
    uint64_t rows = code == CU_OK ? timeline_run_added(w) : 0;
    *ret_run = NULL;
    if (code != CU_OK || rows == 0) {
        timeline_run_abandon(w);
        return code;
    }
    CU_TRY(timeline_run_finish(w, err));
    code = timeline_run_open(t->folder, number, rows, ret_run, err);
    if (code != CU_OK)
        (void)!timeline_run_unlink(t->folder, number, NULL);
    return code;
}

static uint32_t tier_of(const struct timeline_run *r)
{
    uint32_t tier = 0;
    for (uint64_t rows = r->rows; rows >= TIER_ROWS; rows /= 4)
        tier++;
    return tier;
}

// The runs of the lowest tier that has enough of them; 0 when none has.
static size_t pick(const struct timeline_view *v, struct timeline_run **ret)
{
    for (uint32_t tier = 0; tier < 32; tier++) {
        size_t count = 0;
        int64_t bytes = 0;
        for (size_t i = 0; i < v->run_count && count < MERGE_RUNS_MAX; i++) {
            if (tier_of(v->runs[i]) != tier || bytes + v->runs[i]->bytes > MERGE_BYTES_MAX)
                continue;
            bytes += v->runs[i]->bytes;
            ret[count++] = v->runs[i];
        }
        if (count >= TIER_RUNS)
            return count;
    }
    return 0;
}

static cu_code install_merged(struct timeline *t, struct timeline_run *const *from, size_t count,
    struct timeline_run *made, struct cu_error *err)
{
    uint64_t dropped[MERGE_RUNS_MAX];
    struct timeline_manifest next = {0};
    pthread_mutex_lock(&t->manifest_lock);
    cu_code code = timeline_manifest_copy(&t->manifest, &next, err);
    for (size_t i = 0; i < count; i++) {
        dropped[i] = from[i]->number;
        timeline_manifest_drop(&next, from[i]->number);
    }
    if (code == CU_OK)
        code = timeline_manifest_add(&next, made->number, made->rows, err);
    if (code == CU_OK)
        code = timeline_install(
            t, &next, made, dropped, count, t->view->chunks, t->view->chunk_count, err);
    else
        timeline_litter(t, made->number);
    pthread_mutex_unlock(&t->manifest_lock);
    timeline_manifest_clear(&next);
    return code;
}

// One merge. *ret_more: there may be another.
static cu_code merge_once(struct timeline *t, bool *ret_more, struct cu_error *err)
{
    struct timeline_run *from[MERGE_RUNS_MAX], *made = NULL;
    struct timeline_view *v = timeline_view_take(t);
    size_t count = pick(v, from);
    cu_code code = CU_OK;
    *ret_more = count > 0;
    if (count > 0) // all rows, also hidden ones: a removal that failed is repeated and finds them
        code = timeline_copy(
            t, from, count, NULL, 0, NULL, timeline_number(t), &t->merge_cancel, &made, err);
    if (made) {
        code = install_merged(t, from, count, made, err);
        if (code == CU_OK)
            cu_metric_add(t->m_merged, (int64_t)made->rows);
    }
    timeline_run_unref(made);
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
        bool more = false;
        cu_code code = merge_once(t, &more, &err);
        if (code != CU_OK && code != CU_UNAVAILABLE)
            cu_log_error("timeline.merge_failed", &err);
        pthread_mutex_lock(&t->merge_lock);
        t->merging = false;
        if (code != CU_UNAVAILABLE) {
            t->merge_wanted = code == CU_OK && more;
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
        size_t runs = t->view->run_count;
        pthread_mutex_unlock(&t->view_lock);
        if (runs < TIMELINE_RUNS_MAX || !t->merger_runs || t->stopping || t->holds > 0 ||
            atomic_load(&t->merge_stuck))
            break;
        t->merge_wanted = true;
        pthread_cond_broadcast(&t->merge_cond);
        pthread_cond_wait(&t->merge_cond, &t->merge_lock);
    }
    pthread_mutex_unlock(&t->merge_lock);
}
