// SPDX-License-Identifier: Apache-2.0
// The journal: open, submit, release, close (journal.h). The writing thread is in journal_writer.c,
// readers in journal_reader.c, recovery in journal_recover.c, bytes in journal_format.c, files in
// journal_file.c and journal_scan.c. Nothing here knows what a record means.
//
// Invariants
// J1  A record is acknowledged (done CU_OK, or shown to a reader) only after the fdatasync of the
//     frame that holds it returned success. Nothing else is ever handed out.
// J2  One group = one frame = one write = one sync. So at most one frame of a segment is not known
//     to be durable, and it is the last: behind it there is no whole frame.
// J3  Sequence numbers: a frame's first record has the number after the last durable one. The
// newest
//     segment is never deleted, so the numbers go on after any restart, without gap or repeat.
// J4  A segment exists under its final name only with a durable header and a durable key file; its
//     first_seq is what the sequence had reached when it was made.
// J5  After a failed write or sync the segment is left for good. Its failed frame is wiped when the
//     disk lets us; if not, the next segment begins at the same seq, and recovery reads a segment
//     only up to the first_seq of the next: what lies beyond is a ghost that nobody ever sees.
//     (Only a disk that refuses write, wipe and every new segment, and then loses power, can bring
//     back a group that was refused; its senders were told "failed" and send again, and the
//     messageId decides.)
// J6  A nonce (frame counter under a segment key) is used once, even when its write failed. After a
//     start the first append makes a new segment with a new key, since a torn frame may have used
//     the next counter of the old one.
// J7  The key of a released segment is overwritten and synced first, then the segment goes (or
//     becomes spare.seg, to be overwritten), durably, then the key file. A crash between leaves a
//     key file marked released, and recovery goes on from there.
// J8  Damage is told from a crash: a torn tail is only at the end of the last segment with no whole
//     frame header behind it. A missing key, segment or record, a damaged header or frame anywhere
//     else is CU_CORRUPT with segment and offset, and nothing was changed. A segment that was
//     closed in order (or recovered) ends with a mark, so its last frame counts as "anywhere else"
//     too.
// J9  Frames of a file's earlier life are no frames: each repeats the salt of its segment header.
// J10 Waiting bytes, bytes on disk, the memory ring, frame and file buffers are bounded by options
//     or constants; beyond them journal_submit answers CU_BUSY. Idle, the writer gives memory back
//     once and sleeps without a timer; only while writes fail it looks every two seconds.
// J11 done() is called exactly once for every accepted entry, in order of submission per thread, by
//     the writer, with no lock held.
// J12 We rely on the disk for one thing: rewriting a 512-byte sector leaves its old or its new
//     content. A new frame may share its first sector with the durable frame before it.
#include "journal_private.h"

#include "base/clock.h"
#include "base/file.h"

#include <stdlib.h>

static struct journal_options with_defaults(const struct journal_options *given)
{
    struct journal_options o = *given;
    o.segment_bytes_max = o.segment_bytes_max > 0 ? o.segment_bytes_max : 64 << 20;
    o.segment_ms_max = o.segment_ms_max > 0 ? o.segment_ms_max : 3600000;
    o.queue_bytes_max = o.queue_bytes_max > 0 ? o.queue_bytes_max : 32 << 20;
    o.group_bytes_max = o.group_bytes_max > 0 ? o.group_bytes_max : 4 << 20;
    o.backlog_bytes_max = o.backlog_bytes_max > 0 ? o.backlog_bytes_max : INT64_C(8) << 30;
    if (o.queue_bytes_max > (int64_t)JOURNAL_PLAIN_MAX)
        o.queue_bytes_max = JOURNAL_PLAIN_MAX;
    if (o.group_bytes_max > o.queue_bytes_max)
        o.group_bytes_max = o.queue_bytes_max;
    return o;
}

static void register_metrics(struct journal *j)
{
    j->groups = cu_metric_get(
        CU_COUNTER, "custos_journal_groups_total", NULL, "Group commits, one sync each.");
    j->records =
        cu_metric_get(CU_COUNTER, "custos_journal_records_total", NULL, "Records made durable.");
    j->bytes = cu_metric_get(
        CU_COUNTER, "custos_journal_bytes_total", NULL, "Bytes made durable, before sealing.");
    j->failures = cu_metric_get(CU_COUNTER, "custos_journal_failed_groups_total", NULL,
        "Groups refused because a write failed.");
    j->commit_us = cu_metric_get(CU_HISTOGRAM, "custos_journal_commit_seconds", NULL,
        "Sealing, writing and syncing a group.");
    j->queue =
        cu_metric_get(CU_GAUGE, "custos_journal_queue_bytes", NULL, "Submitted, not yet durable.");
    j->backlog =
        cu_metric_get(CU_GAUGE, "custos_journal_backlog_bytes", NULL, "On disk, not yet released.");
}

static void journal_free(struct journal *j)
{
    journal_ring_trim(&j->ring);
    journal_file_leave(&j->active);
    pthread_mutex_destroy(&j->lock);
    pthread_mutex_destroy(&j->release_lock);
    pthread_cond_destroy(&j->wake_writer);
    pthread_cond_destroy(&j->progress);
    cu_free(j->segments.items);
    cu_free(j->folder);
    cu_free(j);
}

static void init_locks(struct journal *j)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&j->lock, NULL);
    pthread_mutex_init(&j->release_lock, NULL);
    pthread_cond_init(&j->wake_writer, &monotonic);
    pthread_cond_init(&j->progress, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static cu_code open_folder(struct journal *j, struct cu_error *err)
{
    size_t len = strlen(j->options.folder);
    if (len == 0 || len > JOURNAL_PATH_MAX - 64)
        return cu_fail(err, CU_INVALID, "", "the journal's folder name is empty or too long");
    j->folder = cu_alloc(len + 1);
    if (!j->folder)
        return cu_fail(err, CU_MEMORY, "", "no memory for the journal");
    memcpy(j->folder, j->options.folder, len + 1);
    CU_TRY(cu_dir_make(j->folder, 0700, err));
    CU_TRY(journal_recover(j, err));
    if (pthread_create(&j->writer, NULL, journal_writer_main, j) != 0)
        return cu_fail(err, CU_MEMORY, "", "the journal's writing thread did not start");
    return CU_OK;
}

cu_code journal_open(
    const struct journal_options *options, struct journal **ret, struct cu_error *err)
{
    struct journal *j = cu_calloc(1, sizeof *j);
    if (!j)
        return cu_fail(err, CU_MEMORY, "", "no memory for the journal");
    j->options = with_defaults(options);
    j->active.fd = -1;
    atomic_init(&j->held_above, UINT64_MAX);
    init_locks(j);
    register_metrics(j);
    cu_code code = open_folder(j, err);
    if (code != CU_OK) {
        journal_free(j);
        return code;
    }
    *ret = j;
    return CU_OK;
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake_writer);
    pthread_cond_broadcast(&j->progress);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->writer, NULL);
    journal_free(j);
}

static cu_code entry_measure(const struct journal *j, struct journal_entry *e, struct cu_error *err)
{
    if (e->count < 1 || e->count > JOURNAL_COUNT_MAX)
        return cu_fail(err, CU_INVALID, "", "a submission has 1 to %u records", JOURNAL_COUNT_MAX);
    size_t bytes = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        size_t n = e->records[i].len;
        if (n < 1)
            return cu_fail(err, CU_INVALID, "", "a record is empty");
        if (n > JOURNAL_RECORD_MAX)
            return cu_fail(
                err, CU_TOO_LARGE, "", "a record is larger than %u bytes", JOURNAL_RECORD_MAX);
        bytes += 4 + n;
    }
    if (bytes > (uint64_t)j->options.queue_bytes_max)
        return cu_fail(err, CU_TOO_LARGE, "", "a submission is larger than %lld bytes",
            (long long)j->options.queue_bytes_max);
    e->bytes = bytes;
    return CU_OK;
}

// While writes fail, all but one submission every 200 ms are refused here; that one is the probe.
static cu_code refuse_while_failing(struct journal *j, struct cu_error *err)
{
    int failure = atomic_load(&j->failure);
    if (failure == CU_OK)
        return CU_OK;
    int64_t now = cu_mono_us(), probe_at = atomic_load(&j->probe_at_us);
    if (now >= probe_at && atomic_compare_exchange_strong(&j->probe_at_us, &probe_at, now + 200000))
        return CU_OK;
    if (failure == CU_FULL)
        return cu_fail(err, CU_FULL, "", "the journal cannot grow: the disk is full or read-only");
    return cu_fail(err, CU_IO, "", "the journal cannot be written");
}

cu_code journal_submit(struct journal *j, struct journal_entry *e, struct cu_error *err)
{
    CU_TRY(entry_measure(j, e, err));
    CU_TRY(refuse_while_failing(j, err));
    int64_t bytes = (int64_t)e->bytes;
    if (atomic_load_explicit(&j->backlog_bytes, memory_order_relaxed) + bytes >
        j->options.backlog_bytes_max)
        return cu_fail(err, CU_BUSY, "", "the journal waits to be worked off");
    if (atomic_fetch_add(&j->queued_bytes, bytes) + bytes > j->options.queue_bytes_max) {
        atomic_fetch_sub(&j->queued_bytes, bytes);
        return cu_fail(err, CU_BUSY, "", "too much waits to be written");
    }
    struct journal_entry *head = atomic_load_explicit(&j->intake, memory_order_relaxed);
    do
        e->next = head;
    while (!atomic_compare_exchange_weak(&j->intake, &head, e));
    journal_writer_wake(j);
    return CU_OK;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool done;
    cu_code status;
};

static void waiter_done(struct journal_entry *e, cu_code status)
{
    struct waiter *w = e->context;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    w->status = status;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

cu_code journal_append_wait(struct journal *j, const cu_str *records, uint32_t count,
    uint64_t *ret_first_seq, struct cu_error *err)
{
    struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
    struct journal_entry e = {
        .records = records, .count = count, .done = waiter_done, .context = &w};
    CU_TRY(journal_submit(j, &e, err));
    pthread_mutex_lock(&w.lock);
    while (!w.done)
        pthread_cond_wait(&w.cond, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_cond_destroy(&w.cond);
    pthread_mutex_destroy(&w.lock);
    if (w.status != CU_OK)
        return cu_fail(
            err, w.status, "", "the journal could not write: %s", cu_code_rows[w.status].sentence);
    if (ret_first_seq)
        *ret_first_seq = e.first_seq;
    return CU_OK;
}

cu_code journal_failing(const struct journal *j)
{
    return (cu_code)atomic_load(&j->failure);
}

uint64_t journal_last_durable(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    uint64_t seq = j->durable_seq;
    pthread_mutex_unlock(&j->lock);
    return seq;
}

void journal_wake(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    j->wakes++;
    pthread_cond_broadcast(&j->progress);
    pthread_mutex_unlock(&j->lock);
}

// When all records of the newest segment are released and it is old, an empty one takes its place.
static void roll_old(struct journal *j, uint64_t seq)
{
    pthread_mutex_lock(&j->lock);
    const struct journal_segment *newest =
        j->segments.count > 0 ? &j->segments.items[j->segments.count - 1] : NULL;
    bool roll = newest && newest->next_seq > newest->first_seq && seq >= j->durable_seq &&
                cu_now_ms() - newest->created_ms >= j->options.segment_ms_max;
    if (roll) {
        j->roll_wanted = true;
        pthread_cond_signal(&j->wake_writer);
        while (j->roll_wanted && !j->stopping)
            pthread_cond_wait(&j->progress, &j->lock);
    }
    pthread_mutex_unlock(&j->lock);
}

static cu_code release_oldest(struct journal *j, uint64_t seq, bool *ret_more, struct cu_error *err)
{
    pthread_mutex_lock(&j->lock);
    struct journal_segment *oldest = j->segments.items;
    *ret_more = j->segments.count > 1 && oldest->next_seq - 1 <= seq;
    uint64_t number = 0;
    if (*ret_more) {
        oldest->releasing = true;
        number = oldest->number;
    }
    pthread_mutex_unlock(&j->lock);
    if (!*ret_more)
        return CU_OK;
    CU_TRY(journal_file_destroy(j->folder, number, j->options.segment_bytes_max, err));
    pthread_mutex_lock(&j->lock);
    atomic_fetch_sub(&j->backlog_bytes, j->segments.items[0].end);
    j->segments.count--;
    memmove(
        j->segments.items, j->segments.items + 1, j->segments.count * sizeof *j->segments.items);
    pthread_mutex_unlock(&j->lock);
    return CU_OK;
}

cu_code journal_release(struct journal *j, uint64_t seq, struct cu_error *err)
{
    uint64_t held = atomic_load(&j->held_above);
    if (seq > held && atomic_load(&j->backlog_bytes) <= j->options.backlog_bytes_max / 2)
        seq = held;
    pthread_mutex_lock(&j->release_lock);
    roll_old(j, seq);
    bool more = true;
    cu_code code = CU_OK;
    while (more && code == CU_OK)
        code = release_oldest(j, seq, &more, err);
    pthread_mutex_unlock(&j->release_lock);
    return code;
}
