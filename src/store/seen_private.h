// SPDX-License-Identifier: Apache-2.0
// The inside of the seen set, shared by seen.c (the checking thread) and seen_merger.c (the
// background thread). Invariants S1..S6 are in seen.c.
#pragma once

#include "base/metric.h"
#include "seen_manifest.h"

#include <pthread.h>
#include <stdatomic.h>

#define SEEN_FILTER_MEMORY (8u << 20)

struct seen_table { // open addressing; seq 0 is an empty place
    struct seen_entry *slots;
    size_t cap, count;
};

struct seen {
    char *folder;
    int64_t keep_ms;
    uint32_t memory_max;

    // the checking thread only
    struct seen_table table;
    uint64_t last_seq;      // highest seq checked
    int64_t min_ms, max_ms; // times of the entries in the table
    int64_t now_ms;         // highest time checked

    pthread_mutex_t lock;   // runs, manifest and what follows
    struct seen_run **runs; // as in the manifest, in its order
    size_t run_count;
    struct seen_manifest manifest;
    uint64_t next_number;
    uint64_t litter[128]; // runs whose files go after the next manifest
    size_t litter_count;
    size_t filter_used; // bytes of filters held in memory
    int64_t aged_ms;    // now_ms as of the last flush: what is too old is told by this
    _Atomic uint64_t count;
    _Atomic uint64_t durable_seq;

    pthread_cond_t wake;
    pthread_t merger;
    bool merger_runs, stopping, merge_wanted;
    atomic_bool cancel;
    struct cu_metric *m_entries, *m_runs, *m_merged;
};

// Under the lock: stores the manifest with these runs, then makes them the set's. `added` (may be
// NULL) joins, runs that are in `dropped` or older than keep_ms leave. On failure nothing has
// changed but `added`, which is closed and whose files go later.
cu_code seen_install(struct seen *s, struct seen_run *added, struct seen_run *const *dropped,
    size_t dropped_count, uint64_t durable_seq, struct cu_error *err) CU_MUST;
void seen_litter(struct seen *s, uint64_t number); // under the lock
size_t seen_filter_room(const struct seen *s); // under the lock: bytes left for filters in memory

cu_code seen_merger_start(struct seen *s, struct cu_error *err) CU_MUST;
void seen_merger_stop(struct seen *s);
