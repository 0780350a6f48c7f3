// SPDX-License-Identifier: Apache-2.0
// The journal: an append-only file of sealed, checksummed frames in segments. An accepted event
// lives here until every projector has passed it. Many submissions share one fdatasync (group
// commit); `done` runs only after the bytes are durable. Invariants are numbered in journal.c.
//
// Threads: journal_submit from any thread; one writer thread inside; any number of readers, each
// used by one thread. Sequence numbers start at 1, have no gaps and never repeat, across restarts.
#pragma once

#include "base/memory.h"

struct journal;
struct keyring; // crypto/keyring.h: seals the segment keys

struct journal_options {
    const char *folder;         // DATA/journal, made when absent
    struct keyring *keyring;    // each segment has a random key wrapped by it
    int64_t segment_bytes_max;  // default 64 MiB; preallocated
    int64_t segment_ms_max;     // default 1 h: an older segment whose records were all released is
                                // closed by journal_release, so that they do not linger in it
    int64_t queue_bytes_max;    // submissions waiting; beyond: CU_BUSY. default 32 MiB
    int64_t group_bytes_max;    // one write + one fdatasync; default 4 MiB
    int64_t backlog_bytes_max;  // unprojected bytes on disk; beyond: CU_BUSY. default 8 GiB
};

// One submission: all its records become durable together or none does. The caller owns the struct
// and the bytes until done() is called, exactly once, from the writer thread (it must not block).
struct journal_entry {
    const cu_str *records; // each 1 byte .. 1 MiB, together at most queue_bytes_max
    uint32_t count;        // 1 .. 10,000
    void (*done)(struct journal_entry *e, cu_code status);
    void *context;
    uint64_t first_seq; // set before done(CU_OK): records have first_seq .. first_seq+count-1
    struct journal_entry *next; // the journal's
    uint64_t bytes;             // the journal's
};

// Opens or creates; truncates only a torn tail of the last segment and refuses (CU_CORRUPT) on any
// other damage, naming segment and offset. CU_KEY when the segment keys do not open.
cu_code journal_open(const struct journal_options *options, struct journal **ret, struct cu_error *err) CU_MUST;
void journal_close(struct journal *j); // writes what was submitted, then stops; no submit or reader any more
// CU_OK: done() will be called. CU_BUSY (queue or backlog full), CU_FULL (a write failed for lack of
// space and has not succeeded since; one submission every 200 ms is let through to probe), CU_IO
// (the same for other failures), CU_INVALID, CU_TOO_LARGE: done() will not be called.
cu_code journal_submit(struct journal *j, struct journal_entry *e, struct cu_error *err) CU_MUST;
// The same, waiting until durable. For imports, commands and tests.
cu_code journal_append_wait(struct journal *j, const cu_str *records, uint32_t count, uint64_t *ret_first_seq,
    struct cu_error *err) CU_MUST;
uint64_t journal_last_durable(struct journal *j); // 0 when empty
// Why submissions are refused at the moment: CU_FULL or CU_IO; CU_OK: they are not. Any thread. While
// it is not CU_OK the journal tries by itself, every two seconds, whether it can write again.
cu_code journal_failing(const struct journal *j);

struct journal_record {
    uint64_t seq;
    cu_str bytes; // valid until the next journal_next on this reader
};
struct journal_reader;
cu_code journal_reader_open(struct journal *j, uint64_t from_seq, struct journal_reader **ret,
    struct cu_error *err) CU_MUST; // CU_NOT_FOUND when from_seq was already released
void journal_reader_close(struct journal_reader *r);
// The next durable record; *ret_more false when there is none within wait_ms (0: do not wait).
cu_code journal_next(struct journal_reader *r, int64_t wait_ms, struct journal_record *ret, bool *ret_more,
    struct cu_error *err) CU_MUST;
void journal_wake(struct journal *j); // ends every waiting journal_next early, for shutdown
// Every projector has durably passed seq: whole segments at or below it are deleted, key first.
cu_code journal_release(struct journal *j, uint64_t seq, struct cu_error *err) CU_MUST;
// Walks every frame of a folder without opening it for writing: for doctor. Reports into *ret.
struct journal_check {
    uint64_t segments, frames, records, first_seq, last_seq;
    int64_t bytes, torn_bytes;
};
cu_code journal_verify(const char *folder, struct keyring *keyring, struct journal_check *ret,
    struct cu_error *err) CU_MUST;
