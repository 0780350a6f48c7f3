// SPDX-License-Identifier: Apache-2.0
// The pipeline's life: open (with what a crash took from memories replayed), thread, stop, and what
// others ask of it: position, waiting, the newest events, readiness. See pipeline.h.
#include "pipeline_private.h"
#include "quarantine.h"

#include "base/clock.h"
#include "base/log.h"
#include "pipeline_sql.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define WAIT_MS 500 // for records, before the idle work is looked at
#define BACKOFF_MS_MIN 100
#define BACKOFF_MS_MAX 10000
#define FLUSH_RECORDS 500000                  // not longer than this do projections stay in memory,
#define FLUSH_IDLE_US (60 * INT64_C(1000000)) // nor longer than this when nothing comes

static void make_metrics(struct pipeline *p)
{
    static const char *const outcomes[WORK_OUTCOMES] = {[WORK_PROJECTED] = "projected",
        [WORK_DUPLICATE] = "duplicate",
        [WORK_REFUSED] = "refused",
        [WORK_POISON] = "quarantined",
        [WORK_SKIPPED] = "skipped"};
    for (size_t i = 0; i < WORK_OUTCOMES; i++) {
        char labels[64];
        (void)snprintf(labels, sizeof labels, "outcome=\"%s\"", outcomes[i]);
        p->outcomes[i] = cu_metric_get(CU_COUNTER, "custos_pipeline_records_total", labels,
            "Journal records that went through the pipeline.");
    }
    const char *lag = "custos_projector_lag_records",
               *lag_doc = "Journal records a projection does not have durably yet.";
    p->lag_records = cu_metric_get(CU_GAUGE, lag, "projector=\"records\"", lag_doc);
    p->lag_timeline = cu_metric_get(CU_GAUGE, lag, "projector=\"timeline\"", lag_doc);
    p->lag_seen = cu_metric_get(CU_GAUGE, lag, "projector=\"seen\"", lag_doc);
    p->lag = cu_metric_get(CU_HISTOGRAM, "custos_pipeline_lag", NULL,
        "Time from receipt of a record to its being visible.");
    p->batch_time = cu_metric_get(
        CU_HISTOGRAM, "custos_pipeline_batch", NULL, "Time of one batch with its commit.");
    p->failures = cu_metric_get(CU_COUNTER, "custos_pipeline_failures_total", NULL,
        "Batches that were rolled back and tried again.");
    p->ready = cu_metric_get(CU_GAUGE, "custos_pipeline_ready", NULL,
        "1: records are being projected; 0: a batch keeps failing.");
    cu_metric_set(p->ready, 1);
}

static cu_code make_memory(struct pipeline *p, struct cu_error *err)
{
    p->batch.held = cu_calloc(p->o.batch_max, sizeof *p->batch.held);
    p->batch.items = cu_calloc(p->o.batch_max, sizeof *p->batch.items);
    p->batch.recent = cu_calloc(p->o.batch_max, sizeof *p->batch.recent);
    p->json_event = json_parser_new(PIPELINE_RECORD_MAX);
    p->json_envelope = json_parser_new(PIPELINE_RECORD_MAX);
    p->json_built = json_parser_new(PIPELINE_RECORD_MAX);
    p->arena = cu_arena_new(8 * 1024 * 1024);
    cu_buf_init(&p->batch.bytes, PIPELINE_HELD_BYTES_MAX);
    cu_buf_init(&p->envelope_text, PIPELINE_RECORD_MAX);
    cu_buf_init(&p->batch.secrets, PIPELINE_HELD_BYTES_MAX);
    cu_buf_init(&p->built, 64 * 1024);
    if (!p->batch.held || !p->batch.items || !p->batch.recent || !p->json_event || !p->json_envelope ||
        !p->json_built || !p->arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    return split_plans_new(&p->plans, err);
}

// Runs the journal after the oldest mark up to the stored position through the replay stages.
static cu_code replay(struct pipeline *p, uint64_t position, struct cu_error *err)
{
    uint64_t from = publish_oldest_mark(p);
    if (from >= position) {
        atomic_store(&p->position, position);
        return CU_OK;
    }
    atomic_store(&p->position, from);
    p->replay_to = position;
    (void)people_lock(p->o.people);
    cu_code code =
        quarantine_seqs(people_db(p->o.people), from, &p->quarantined, &p->quarantined_count, err);
    people_unlock(p->o.people);
    CU_TRY(code);
    while (atomic_load(&p->position) < position) {
        size_t count = 0;
        CU_TRY(batch_run(p, 0, &count, err));
        if (count == 0)
            return cu_fail(err, CU_CORRUPT, "", "the journal ends before the stored position");
    }
    cu_log(CU_LOG_INFO, "pipeline.replayed", CU_LI("from", from + 1), CU_LI("to", position));
    p->replay_to = 0;
    cu_free(p->quarantined);
    p->quarantined = NULL;
    p->quarantined_count = 0;
    return CU_OK;
}

static cu_code start_position(struct pipeline *p, struct cu_error *err)
{
    uint64_t position = 0;
    struct db *d = people_lock(p->o.people);
    cu_code code = position_load(d, &position, &p->stored_marks, err);
    people_unlock(p->o.people);
    CU_TRY(code);
    if (journal_last_durable(p->o.journal) < position)
        return cu_fail(err, CU_CORRUPT, "",
            "the journal ends before the stored position: it belongs to an older copy of the "
            "folder");
    const uint64_t own[] = {timeline_durable_seq(p->timeline), seen_durable_seq(p->o.seen),
        people_touched_seq(p->o.people)};
    uint64_t *const marks[] = {&p->marks.timeline, &p->marks.seen, &p->marks.touched};
    p->marks = p->stored_marks;
    for (size_t i = 0; i < CU_COUNT(own); i++) {
        if (own[i] > *marks[i])
            *marks[i] = own[i];
    }
    p->last_timeline = own[0];
    p->last_seen = own[1];
    p->last_touched = own[2];
    return replay(p, position, err);
}

cu_code pipeline_open(const struct pipeline_options *o, struct pipeline **ret, struct cu_error *err)
{
    struct pipeline *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    p->o = *o;
    p->timeline = people_timeline(o->people);
    if (p->o.batch_max == 0 || p->o.batch_max > PIPELINE_BATCH_MOST)
        p->o.batch_max = p->o.batch_max == 0 ? PIPELINE_BATCH_DEFAULT : PIPELINE_BATCH_MOST;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p->moved, &attributes);
    pthread_condattr_destroy(&attributes);
    make_metrics(p);
    cu_code code = make_memory(p, err);
    if (code == CU_OK)
        code = start_position(p, err);
    if (code != CU_OK) {
        pipeline_close(p);
        return code;
    }
    p->flushed_us = cu_mono_us();
    publish_marks(p);
    *ret = p;
    return CU_OK;
}

void pipeline_close(struct pipeline *p)
{
    if (!p)
        return;
    pipeline_stop(p);
    journal_reader_close(p->reader);
    split_plans_free(p->plans);
    json_parser_free(p->json_event);
    json_parser_free(p->json_envelope);
    json_parser_free(p->json_built);
    cu_arena_free(p->arena);
    cu_buf_wipe(&p->batch.bytes);
    cu_buf_wipe(&p->envelope_text);
    cu_buf_wipe(&p->batch.secrets);
    cu_buf_wipe(&p->built);
    cu_free(p->batch.held);
    cu_free(p->batch.items);
    cu_free(p->batch.recent);
    cu_free(p->quarantined);
    pthread_cond_destroy(&p->moved);
    pthread_mutex_destroy(&p->lock);
    cu_free(p);
}

// ---- the thread

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static void back_off(struct pipeline *p, int64_t ms)
{
    struct timespec until = in_ms(ms);
    pthread_mutex_lock(&p->lock);
    while (!atomic_load(&p->stopping) &&
           pthread_cond_timedwait(&p->moved, &p->lock, &until) != ETIMEDOUT) {
    }
    pthread_mutex_unlock(&p->lock);
}

static cu_code flush_when_due(struct pipeline *p, bool idle, struct cu_error *err)
{
    uint64_t behind = atomic_load(&p->position) - publish_oldest_mark(p);
    bool due =
        idle ? behind > 0 && cu_mono_us() - p->flushed_us > FLUSH_IDLE_US : behind > FLUSH_RECORDS;
    return due ? batch_flush(p, err) : CU_OK;
}

static void *run(void *context)
{
    struct pipeline *p = context;
    int64_t pause_ms = BACKOFF_MS_MIN;
    guard_enter_system("intake", "pipeline");
    while (!atomic_load(&p->stopping)) {
        struct cu_error err = {0};
        size_t count = 0;
        cu_code code = batch_run(p, WAIT_MS, &count, &err);
        if (code == CU_OK)
            code = flush_when_due(p, count == 0, &err);
        if (code == CU_OK)
            pipeline_cut_serve(p);
        atomic_store(&p->failing, code != CU_OK);
        cu_metric_set(p->ready, code == CU_OK);
        if (code == CU_OK) {
            pause_ms = BACKOFF_MS_MIN;
            continue;
        }
        cu_metric_add(p->failures, 1);
        cu_log_error("pipeline.batch_failed", &err);
        back_off(p, pause_ms);
        pause_ms = pause_ms * 2 > BACKOFF_MS_MAX ? BACKOFF_MS_MAX : pause_ms * 2;
    }
    pipeline_cut_refuse(p);
    return NULL;
}

cu_code pipeline_start(struct pipeline *p, struct cu_error *err)
{
    atomic_store(&p->stopping, false);
    if (pthread_create(&p->thread, NULL, run, p) != 0)
        return cu_fail(err, CU_MEMORY, "", "the pipeline's thread could not be started");
    p->started = true;
    return CU_OK;
}

void pipeline_stop(struct pipeline *p)
{
    if (!p->started)
        return;
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->stopping, true);
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
    journal_wake(p->o.journal);
    pthread_join(p->thread, NULL);
    p->started = false;
    struct cu_error err = {0};
    if (!p->batch.committed && batch_flush(p, &err) != CU_OK)
        cu_log_error("pipeline.flush_failed", &err); // nothing is lost: the next start replays
}

// ---- questions

uint64_t pipeline_position(struct pipeline *p)
{
    return atomic_load(&p->position);
}

uint64_t pipeline_releasable(struct pipeline *p)
{
    return atomic_load(&p->releasable);
}

bool pipeline_ready(struct pipeline *p)
{
    return !atomic_load(&p->failing);
}

cu_code pipeline_wait(struct pipeline *p, uint64_t seq, int64_t wait_ms, struct cu_error *err)
{
    struct timespec until = in_ms(wait_ms);
    int rc = 0;
    pthread_mutex_lock(&p->lock);
    while (atomic_load(&p->position) < seq && rc == 0)
        rc = pthread_cond_timedwait(&p->moved, &p->lock, &until);
    bool there = atomic_load(&p->position) >= seq;
    pthread_mutex_unlock(&p->lock);
    return there ? CU_OK : cu_fail(err, CU_TIMEOUT, "", "the pipeline has not come so far yet");
}

size_t pipeline_recent(
    struct pipeline *p, uint64_t after_seq, struct pipeline_recent *ret, size_t max)
{
    size_t count = 0;
    pthread_mutex_lock(&p->lock);
    uint64_t oldest = p->ring_count > PIPELINE_RECENT_MAX ? p->ring_count - PIPELINE_RECENT_MAX : 0,
             at = p->ring_count;
    while (at > oldest && p->ring_count - at < max &&
           p->ring[(at - 1) % PIPELINE_RECENT_MAX].seq > after_seq)
        at--;
    for (; at < p->ring_count; at++)
        ret[count++] = p->ring[at % PIPELINE_RECENT_MAX];
    pthread_mutex_unlock(&p->lock);
    return count;
}

static cu_code release_job(void *instance, struct cu_error *err)
{
    struct pipeline *p = instance;
    uint64_t seq = pipeline_releasable(p);
    return seq > 0 ? journal_release(p->o.journal, seq, err) : CU_OK;
}

static const struct spec_job jobs[] = {
    {.name = "journal-release",
        .doc = "Deletes journal segments that every projection has durably.",
        .every_ms = 10000,
        .run = release_job},
};

const struct module collect_pipeline_module = {
    .name = "pipeline",
    .doc =
        "Takes accepted records from the journal into people, orders, consents and the timeline.",
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = pipeline_sql_all,
};
