// SPDX-License-Identifier: Apache-2.0
// The one thread that writes the journal: takes everything that was submitted, cuts it into groups,
// seals each group as one frame, writes, syncs, and only then tells the submitters. Called by
// journal.c alone; the invariants it keeps are J1..J6 there.
#include "journal_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <time.h>

#define CALM_GROUPS 256u       // so many small groups in a row give a big frame buffer back
#define FRAME_CAP_SMALL 65536u // never given back while the writer is busy
#define IDLE_TRIM_MS 2000
#define IDLE_TRIM_BYTES (1u << 20) // less is not worth walking the heap for
#define PROBE_US 200000

struct group { // consecutive entries that become one frame
    struct journal_entry *first;
    uint32_t entries, count;
    uint64_t bytes; // plain
};

struct journal_entry *journal_intake_take(struct journal *j)
{
    struct journal_entry *e = atomic_exchange(&j->intake, NULL), *fifo = NULL;
    while (e) {
        struct journal_entry *next = e->next;
        e->next = fifo;
        fifo = e;
        e = next;
    }
    return fifo;
}

// Cuts the next group off *rest: at least one entry, otherwise up to group_bytes_max.
static struct group group_cut(const struct journal *j, struct journal_entry **rest)
{
    struct group g = {.first = *rest};
    struct journal_entry *e = *rest;
    do {
        g.entries++;
        g.count += e->count;
        g.bytes += e->bytes;
        e = e->next;
    } while (e && g.bytes + e->bytes <= (uint64_t)j->options.group_bytes_max &&
             g.count + e->count <= 1000000u);
    *rest = e;
    return g;
}

static void group_done(struct journal *j, const struct group *g, uint64_t first_seq, cu_code status)
{
    struct journal_entry *e = g->first;
    atomic_fetch_sub(&j->queued_bytes, (int64_t)g->bytes);
    for (uint32_t i = 0; i < g->entries; i++) {
        struct journal_entry *next = e->next; // done() may free e
        if (status == CU_OK)
            e->first_seq = first_seq;
        first_seq += e->count;
        e->done(e, status);
        e = next;
    }
}

// The newest segment of the list is the one being written.
static struct journal_segment *active_segment(struct journal *j)
{
    return &j->segments.items[j->segments.count - 1];
}

// J5: after a failed write or sync nothing more goes into this file. What the failed group left is
// wiped as far as the disk still obeys; the next segment starts at the same seq, which hides it.
static void segment_retire(struct journal *j)
{
    static const uint8_t zeros[JOURNAL_FRAME_HEADER];
    struct journal_active *a = &j->active;
    if (cu_file_pwrite(a->fd, zeros, sizeof zeros, a->offset, NULL) == CU_OK &&
        cu_file_truncate(a->fd, a->offset, NULL) == CU_OK)
        (void)!cu_file_sync(a->fd, NULL);
    journal_file_leave(a);
    pthread_mutex_lock(&j->lock);
    struct journal_segment *s = active_segment(j);
    bool drop = s->next_seq == s->first_seq && j->segments.count > 1 && !s[-1].releasing;
    uint64_t number = s->number;
    if (drop) { // no record is in it and an older segment keeps the sequence
        j->segments.count--;
        atomic_fetch_sub(&j->backlog_bytes, s->end);
    }
    pthread_mutex_unlock(&j->lock);
    if (drop)
        (void)!journal_file_destroy(j->folder, number, 0, NULL);
}

static cu_code segment_start(struct journal *j, int64_t frame_size, struct cu_error *err)
{
    int64_t bytes = j->options.segment_bytes_max;
    int64_t least = JOURNAL_SEGMENT_HEADER + frame_size + JOURNAL_FRAME_HEADER;
    uint64_t number = j->next_number;
    struct journal_segment s = {.number = number,
        .first_seq = j->durable_seq + 1, // only this thread moves it
        .next_seq = j->durable_seq + 1,
        .end = JOURNAL_SEGMENT_HEADER,
        .created_ms = cu_now_ms()};
    journal_file_leave(&j->active);
    CU_TRY(journal_file_create(j->folder, j->options.keyring, number, s.first_seq,
        bytes > least ? bytes : least, &j->active, err));
    pthread_mutex_lock(&j->lock);
    bool added = journal_list_add(&j->segments, s);
    pthread_mutex_unlock(&j->lock);
    if (added) {
        j->next_number++;
        atomic_fetch_add(&j->backlog_bytes, s.end);
        return CU_OK;
    }
    journal_file_leave(&j->active);
    (void)!journal_file_destroy(j->folder, number, 0, NULL);
    return cu_fail(err, CU_MEMORY, "", "no memory for another journal segment");
}

// Room for one more frame of that size, and for the end mark behind it.
static cu_code segment_room(struct journal *j, int64_t frame_size, struct cu_error *err)
{
    struct journal_active *a = &j->active;
    if (a->fd >= 0 && a->offset + frame_size + JOURNAL_FRAME_HEADER <= a->size)
        return CU_OK;
    return segment_start(j, frame_size, err);
}

static cu_code frame_room(struct journal *j, size_t size, struct cu_error *err)
{
    if (size <= j->frame_cap) {
        j->calm = size * 4 < j->frame_cap && j->frame_cap > FRAME_CAP_SMALL ? j->calm + 1 : 0;
        if (j->calm < CALM_GROUPS)
            return CU_OK;
        pthread_mutex_lock(&j->lock);
        journal_ring_trim(&j->ring);
        pthread_mutex_unlock(&j->lock);
    }
    size_t cap = FRAME_CAP_SMALL;
    while (cap < size)
        cap *= 2;
    cu_free(j->frame);
    j->calm = 0;
    j->frame = cu_alloc(cap);
    j->frame_cap = j->frame ? cap : 0;
    return j->frame ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a journal frame");
}

// J2: one group, one frame, one write, one sync. The nonce is used up even when this fails (J6).
static cu_code frame_write(
    struct journal *j, const struct journal_block *b, uint32_t count, struct cu_error *err)
{
    struct journal_active *a = &j->active;
    struct journal_frame f = {.first_seq = b->first_seq,
        .plain_len = (uint32_t)b->len,
        .count = count,
        .counter = a->counter++};
    int64_t size = journal_frame_size(&f);
    journal_frame_put(&f, a->salt, j->frame);
    cu_str ad = {(const char *)j->frame, JOURNAL_FRAME_HEADER};
    CU_TRY(seal_bulk_seal(a->seal, f.counter, ad, (cu_str){(const char *)b->bytes, b->len},
        j->frame + JOURNAL_FRAME_HEADER, err));
    size_t used = JOURNAL_FRAME_HEADER + b->len + JOURNAL_TAG;
    memset(j->frame + used, 0, (size_t)size - used);
    CU_TRY(cu_file_pwrite(a->fd, j->frame, (size_t)size, a->offset, err));
    return cu_file_datasync(a->fd, err);
}

static cu_code block_write(
    struct journal *j, const struct journal_block *b, uint32_t count, struct cu_error *err)
{
    struct journal_frame shape = {.plain_len = (uint32_t)b->len, .count = count};
    int64_t size = journal_frame_size(&shape);
    CU_TRY(frame_room(j, (size_t)size, err));
    CU_TRY(segment_room(j, size, err));
    cu_code code = frame_write(j, b, count, err);
    if (code != CU_OK)
        segment_retire(j);
    else
        j->active.offset += size;
    return code;
}

static void block_fill(struct journal_block *b, const struct group *g)
{
    uint8_t *at = b->bytes;
    const struct journal_entry *e = g->first;
    for (uint32_t i = 0; i < g->entries; i++, e = e->next)
        at = journal_records_put(at, e->records, e->count);
    assert(at == b->bytes + b->len);
}

static void group_publish(struct journal *j, struct journal_block *b)
{
    pthread_mutex_lock(&j->lock);
    struct journal_segment *s = active_segment(j);
    atomic_fetch_add(&j->backlog_bytes, j->active.offset - s->end);
    s->end = j->active.offset;
    s->next_seq = b->next_seq;
    j->durable_seq = b->next_seq - 1;
    if (j->readers) {
        journal_ring_push(&j->ring, b);
        journal_ring_forget(&j->ring, journal_readers_low(j));
    }
    if (j->waiting > 0)
        pthread_cond_broadcast(&j->progress);
    pthread_mutex_unlock(&j->lock);
}

// A full or failing disk makes journal_submit answer at once; lack of memory passes by itself.
static void failure_note(struct journal *j, cu_code code, const struct cu_error *err)
{
    if (code == CU_MEMORY)
        return;
    if (code != CU_OK && code != CU_FULL)
        code = CU_IO;
    int before = atomic_exchange(&j->failure, (int)code);
    atomic_store(&j->probe_at_us, cu_mono_us() + PROBE_US);
    if (code != CU_OK)
        cu_metric_add(j->failures, 1);
    if (code != CU_OK && before == CU_OK)
        cu_log_error("journal.write_failed", err);
    if (code == CU_OK && before != CU_OK)
        cu_log(CU_LOG_INFO, "journal.recovered", CU_LI("last_seq", j->durable_seq));
}

static void group_commit(struct journal *j, const struct group *g)
{
    struct cu_error err = {0};
    int64_t started = cu_mono_us();
    uint64_t first_seq = j->durable_seq + 1;
    pthread_mutex_lock(&j->lock);
    struct journal_block *b = journal_block_take(&j->ring, (size_t)g->bytes);
    pthread_mutex_unlock(&j->lock);
    cu_code code;
    if (b) {
        b->first_seq = first_seq;
        b->next_seq = first_seq + g->count;
        block_fill(b, g);
        code = block_write(j, b, g->count, &err);
    } else {
        code = cu_fail(&err, CU_MEMORY, "", "no memory for a journal group");
    }
    if (code == CU_OK) {
        group_publish(j, b);
        cu_metric_add(j->groups, 1);
        cu_metric_add(j->records, g->count);
        cu_metric_add(j->bytes, (int64_t)g->bytes);
        cu_metric_observe_us(j->commit_us, cu_mono_us() - started);
    }
    if (code != CU_OK || atomic_load(&j->failure) != CU_OK)
        failure_note(j, code, &err);
    group_done(j, g, first_seq, code);
    cu_metric_set(j->queue, atomic_load(&j->queued_bytes));
    cu_metric_set(j->backlog, atomic_load(&j->backlog_bytes));
    pthread_mutex_lock(&j->lock);
    journal_block_give(&j->ring, b);
    pthread_mutex_unlock(&j->lock);
}

// Under the lock. True when the wait ran into the time after which idle memory goes back.
static bool wait_idle(struct journal *j, bool holds_memory)
{
    if (!holds_memory && atomic_load(&j->failure) == CU_OK) {
        pthread_cond_wait(&j->wake_writer, &j->lock);
        return false;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_TRIM_MS / 1000;
    return pthread_cond_timedwait(&j->wake_writer, &j->lock, &until) == ETIMEDOUT;
}

// Waits until there is something to do. No wake-ups while idle but one, to give memory back, and
// while writing fails.
static void writer_sleep(struct journal *j)
{
    bool trim = false;
    pthread_mutex_lock(&j->lock);
    for (;;) {
        atomic_store(&j->asleep, true); // again on every round: a late waker may have cleared it
        if (atomic_load(&j->intake) || j->stopping || j->roll_wanted)
            break;
        bool holds_memory = j->frame != NULL || j->ring.count > 0 || j->ring.pool_count > 0;
        if (!wait_idle(j, holds_memory))
            continue;
        trim = j->frame_cap + j->ring.bytes + j->ring.pool_bytes >= IDLE_TRIM_BYTES;
        journal_ring_trim(&j->ring);
        cu_free(j->frame);
        j->frame = NULL;
        j->frame_cap = 0;
        break;
    }
    atomic_store(&j->asleep, false);
    pthread_mutex_unlock(&j->lock);
    if (trim)
        (void)malloc_trim(0);
}

void journal_writer_wake(struct journal *j)
{
    if (!atomic_load(&j->asleep) || !atomic_exchange(&j->asleep, false))
        return;
    pthread_mutex_lock(&j->lock);
    pthread_cond_signal(&j->wake_writer);
    pthread_mutex_unlock(&j->lock);
}

// For journal_release: an empty successor lets the segment that is full of released records go.
static void roll_if_wanted(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    bool wanted = j->roll_wanted;
    pthread_mutex_unlock(&j->lock);
    if (!wanted)
        return;
    struct cu_error err = {0};
    if (segment_start(j, 0, &err) != CU_OK)
        cu_log_error("journal.roll_failed", &err);
    pthread_mutex_lock(&j->lock);
    j->roll_wanted = false;
    pthread_cond_broadcast(&j->progress);
    pthread_mutex_unlock(&j->lock);
}

// Whoever is told that we are not ready sends nothing: so whether the disk is back is tried without
// a submission, too. A segment takes its space and a sync.
static void probe_if_failing(struct journal *j)
{
    if (atomic_load(&j->failure) == CU_OK || atomic_load(&j->intake) ||
        cu_mono_us() < atomic_load(&j->probe_at_us))
        return;
    struct cu_error err = {0};
    cu_code code = segment_start(j, 0, &err);
    failure_note(j, code, &err);
}

static void writer_finish(struct journal *j)
{
    struct journal_active *a = &j->active;
    struct cu_error err = {0};
    if (a->fd >= 0 &&
        journal_file_finish(a->fd, a->salt, a->offset, j->durable_seq + 1, &err) != CU_OK)
        cu_log_error("journal.close_failed", &err); // recovery finds the end without the mark
    journal_file_leave(a);
    cu_free(j->frame);
    j->frame = NULL;
}

void *journal_writer_main(void *journal)
{
    struct journal *j = journal;
    bool stopping = false;
    while (!stopping) {
        struct journal_entry *queue = journal_intake_take(j);
        while (queue) {
            struct group g = group_cut(j, &queue);
            group_commit(j, &g);
        }
        roll_if_wanted(j);
        probe_if_failing(j);
        pthread_mutex_lock(&j->lock);
        stopping = j->stopping && !atomic_load(&j->intake);
        pthread_mutex_unlock(&j->lock);
        if (!stopping && !atomic_load(&j->intake))
            writer_sleep(j);
    }
    writer_finish(j);
    return NULL;
}
