// SPDX-License-Identifier: Apache-2.0
// The inside of a journal, shared by journal.c (open, submit, release), journal_writer.c (the one
// writing thread), journal_reader.c and journal_recover.c. Invariants J1..J12 are in journal.c.
#pragma once

#include "base/metric.h"
#include "journal.h"
#include "journal_file.h"
#include "journal_ring.h"

#include <pthread.h>
#include <stdatomic.h>

struct journal_segment { // one file of the journal, oldest first in the list
    uint64_t number;
    uint64_t first_seq, next_seq; // durable records: first_seq .. next_seq-1
    int64_t end;                  // offset behind the last durable frame
    int64_t created_ms;
    bool releasing; // its key is being destroyed: readers no longer start here
};

struct journal_list {
    struct journal_segment *items;
    size_t count, cap;
};

struct journal {
    struct journal_options options;
    char *folder;

    // intake: any thread, no lock
    _Atomic(struct journal_entry *) intake; // newest first
    _Atomic int64_t queued_bytes, backlog_bytes;
    atomic_bool asleep;          // the writer waits for wake_writer
    _Atomic int failure;         // code of the last failed group; CU_OK after a good one
    _Atomic int64_t probe_at_us; // next submission to be let through while failure is set

    _Atomic uint64_t held_above; // records above this seq are still to be copied (journal_archive.h)

    pthread_mutex_t release_lock; // one journal_release at a time; taken before lock
    pthread_mutex_t lock;         // everything from here to the ring
    pthread_cond_t wake_writer, progress;
    bool stopping, roll_wanted;
    struct journal_list segments;
    uint64_t durable_seq;
    uint64_t wakes; // journal_wake was called that often
    uint32_t waiting;
    struct journal_reader *readers;
    struct journal_ring ring;

    // writer thread only
    pthread_t writer;
    struct journal_active active;
    uint64_t next_number; // of the next segment
    uint8_t *frame;       // the frame being written
    size_t frame_cap;
    uint32_t calm; // groups in a row that used little of frame_cap
    struct cu_metric *groups, *records, *bytes, *commit_us, *queue, *backlog, *failures;
};

// journal_recover.c: fills list, next number and durable seq from the folder; changes nothing
// unless everything but the tail of the last segment is whole.
cu_code journal_recover(struct journal *j, struct cu_error *err) CU_MUST;
bool journal_list_add(struct journal_list *l, struct journal_segment s); // false: no memory

// journal_writer.c
void *journal_writer_main(void *journal);
struct journal_entry *journal_intake_take(struct journal *j); // everything queued, oldest first
void journal_writer_wake(struct journal *j);

// journal_reader.c, under the lock: the lowest seq that an open reader still wants
uint64_t journal_readers_low(const struct journal *j);
// The segment holding a durable seq, NULL when it was released. Under the lock.
const struct journal_segment *journal_segment_of(const struct journal *j, uint64_t seq);
