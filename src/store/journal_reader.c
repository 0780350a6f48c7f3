// SPDX-License-Identifier: Apache-2.0
// Readers of the journal: a projector that keeps up takes groups out of the memory ring, one that
// fell behind scans the segment files. Each reader belongs to one thread; what it shares with the
// writer (ring, list, its own `low`) is touched under the journal's lock only.
#include "journal_private.h"

#include "base/file.h"

#include <time.h>

#define PLAIN_KEPT (1u << 20) // a larger buffer is given back once the reader has caught up

struct journal_reader {
    struct journal *journal;
    struct journal_reader *next, **link; // in the journal's list
    uint64_t low;         // first seq this reader may still take from the ring; under the lock
    uint64_t next_seq;    // first seq to hand out
    const uint8_t *bytes; // the group being handed out: in block or in plain
    size_t len, offset;
    uint64_t at_seq; // of the record at offset
    struct journal_block *block;
    struct cu_buf plain;
    struct journal_scan scan;
};

uint64_t journal_readers_low(const struct journal *j)
{
    uint64_t low = UINT64_MAX;
    for (const struct journal_reader *r = j->readers; r; r = r->next)
        if (r->low < low)
            low = r->low;
    return low;
}

const struct journal_segment *journal_segment_of(const struct journal *j, uint64_t seq)
{
    size_t low = 0, high = j->segments.count; // the first segment that ends above seq
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (j->segments.items[middle].next_seq > seq)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == j->segments.count)
        return NULL;
    const struct journal_segment *s = &j->segments.items[low];
    return s->first_seq <= seq && !s->releasing ? s : NULL;
}

static cu_code fail_released(struct cu_error *err, uint64_t seq)
{
    return cu_fail(
        err, CU_NOT_FOUND, "", "journal record %llu was already released", (unsigned long long)seq);
}

cu_code journal_reader_open(
    struct journal *j, uint64_t from_seq, struct journal_reader **ret, struct cu_error *err)
{
    if (from_seq < 1)
        from_seq = 1;
    struct journal_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for a journal reader");
    r->journal = j;
    r->low = r->next_seq = from_seq;
    r->scan.fd = -1;
    cu_buf_init(&r->plain, JOURNAL_PLAIN_MAX);
    pthread_mutex_lock(&j->lock);
    bool released = from_seq <= j->durable_seq && !journal_segment_of(j, from_seq);
    if (!released) {
        r->next = j->readers;
        r->link = &j->readers;
        if (r->next)
            r->next->link = &r->next;
        j->readers = r;
    }
    pthread_mutex_unlock(&j->lock);
    if (released) {
        cu_free(r);
        return fail_released(err, from_seq);
    }
    *ret = r;
    return CU_OK;
}

void journal_reader_close(struct journal_reader *r)
{
    if (!r)
        return;
    struct journal *j = r->journal;
    pthread_mutex_lock(&j->lock);
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    journal_block_give(&j->ring, r->block);
    journal_ring_forget(&j->ring, journal_readers_low(j));
    pthread_mutex_unlock(&j->lock);
    journal_scan_close(&r->scan);
    cu_buf_wipe(&r->plain);
    cu_free(r);
}

// Under the lock: waits until the next record is durable, journal_wake, or wait_ms are over.
static bool wait_durable(struct journal *j, uint64_t seq, int64_t wait_ms)
{
    if (j->durable_seq >= seq || wait_ms <= 0)
        return j->durable_seq >= seq;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    if (wait_ms > 86400000)
        wait_ms = 86400000;
    int64_t nanos = until.tv_nsec + wait_ms % 1000 * 1000000;
    until.tv_sec += wait_ms / 1000 + nanos / 1000000000;
    until.tv_nsec = nanos % 1000000000;
    uint64_t wakes = j->wakes;
    j->waiting++;
    int rc = 0;
    while (rc == 0 && j->durable_seq < seq && j->wakes == wakes && !j->stopping)
        rc = pthread_cond_timedwait(&j->progress, &j->lock, &until);
    j->waiting--;
    return j->durable_seq >= seq;
}

static void use_group(
    struct journal_reader *r, const uint8_t *bytes, size_t len, uint64_t first_seq)
{
    r->bytes = bytes;
    r->len = len;
    r->offset = 0;
    r->at_seq = first_seq;
}

static cu_code damaged(struct journal_reader *r, struct cu_error *err)
{
    struct journal *j = r->journal;
    pthread_mutex_lock(&j->lock);
    bool released = !journal_segment_of(j, r->next_seq);
    pthread_mutex_unlock(&j->lock);
    if (released) // under our feet: the file may be another segment's by now
        return fail_released(err, r->next_seq);
    return cu_fail(err, CU_CORRUPT, "", "journal segment %010llu is damaged at offset %lld",
        (unsigned long long)r->scan.header.number, (long long)r->scan.offset);
}

// Positions the scan before the frame that holds next_seq, opening the segment when it is another.
static cu_code scan_seek(
    struct journal_reader *r, const struct journal_segment *s, struct cu_error *err)
{
    struct journal_scan *scan = &r->scan;
    if (scan->fd < 0 || scan->header.number != s->number || scan->next_seq > r->next_seq) {
        journal_scan_close(scan);
        CU_TRY(journal_scan_open(
            r->journal->folder, r->journal->options.keyring, s->number, scan, err));
    }
    scan->limit = s->end;
    for (;;) {
        int64_t offset = scan->offset;
        uint64_t next_seq = scan->next_seq;
        struct journal_frame f;
        enum journal_scan_result result;
        CU_TRY(journal_scan_next(scan, NULL, &f, &result, err));
        if (result != JOURNAL_SCAN_FRAME)
            return damaged(r, err);
        if (scan->next_seq > r->next_seq) {
            scan->offset = offset;
            scan->next_seq = next_seq;
            return CU_OK;
        }
    }
}

static cu_code fill_from_file(
    struct journal_reader *r, const struct journal_segment *s, struct cu_error *err)
{
    struct journal_frame f;
    enum journal_scan_result result;
    cu_code code = scan_seek(r, s, err);
    if (code == CU_OK)
        code = journal_scan_next(&r->scan, &r->plain, &f, &result, err);
    if (code == CU_OK && result != JOURNAL_SCAN_FRAME)
        code = damaged(r, err);
    if (code != CU_OK) {
        journal_scan_close(&r->scan);
        return code;
    }
    use_group(r, (const uint8_t *)r->plain.ptr, r->plain.len, f.first_seq);
    return CU_OK;
}

// The next group into r->bytes; *ret_more false when there is none within wait_ms.
static cu_code reader_fill(
    struct journal_reader *r, int64_t wait_ms, bool *ret_more, struct cu_error *err)
{
    struct journal *j = r->journal;
    use_group(r, NULL, 0, 0);
    pthread_mutex_lock(&j->lock);
    journal_block_give(&j->ring, r->block);
    r->block = NULL;
    r->low = r->next_seq;
    bool durable = wait_durable(j, r->next_seq, wait_ms);
    if (durable)
        r->block = journal_ring_find(&j->ring, r->next_seq);
    if (r->block)
        r->low = r->block->next_seq;
    journal_ring_forget(&j->ring, journal_readers_low(j));
    const struct journal_segment *found =
        durable && !r->block ? journal_segment_of(j, r->next_seq) : NULL;
    struct journal_segment segment = found ? *found : (struct journal_segment){0};
    pthread_mutex_unlock(&j->lock);
    *ret_more = durable;
    if (!durable)
        return CU_OK;
    if (!r->block)
        return found ? fill_from_file(r, &segment, err) : fail_released(err, r->next_seq);
    journal_scan_close(&r->scan);
    if (r->plain.cap > PLAIN_KEPT)
        cu_buf_wipe(&r->plain);
    use_group(r, r->block->bytes, r->block->len, r->block->first_seq);
    return CU_OK;
}

cu_code journal_next(struct journal_reader *r, int64_t wait_ms, struct journal_record *ret,
    bool *ret_more, struct cu_error *err)
{
    for (;;) {
        cu_str bytes;
        while (journal_records_get(r->bytes, r->len, &r->offset, &bytes)) {
            uint64_t seq = r->at_seq++;
            if (seq < r->next_seq)
                continue; // before the place this reader was opened at
            r->next_seq = seq + 1;
            *ret = (struct journal_record){.seq = seq, .bytes = bytes};
            *ret_more = true;
            return CU_OK;
        }
        bool more = false;
        CU_TRY(reader_fill(r, wait_ms, &more, err));
        if (!more) {
            *ret_more = false;
            return CU_OK;
        }
    }
}
