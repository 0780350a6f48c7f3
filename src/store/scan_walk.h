// SPDX-License-Identifier: Apache-2.0
// One thread's part of a scan: ranges of profile numbers, each walked through all sources at once.
#pragma once

#include "scan_source.h"

struct scan_shared { // of all threads of one scan
    struct scan_sources sources;
    scan_visit *visit;
    uint64_t *ranges; // range i: numbers from ranges[i] to below ranges[i + 1]
    size_t range_count;
    atomic_size_t next_range; // stolen one by one
    atomic_uint ended;        // ranges that are done
    atomic_uchar *claimed;    // bit per profile number: this person with several profiles is somebody's
    atomic_ullong rows_read;
    atomic_bool stop;         // by visit, an error, a limit, or cancel
    atomic_bool cancelled;
};

struct scan_walker;
cu_code scan_walker_new(struct scan_shared *shared, void *state, struct scan_walker **ret, struct cu_error *err) CU_MUST;
void scan_walker_free(struct scan_walker *w);                          // NULL is fine
cu_code scan_walker_run(struct scan_walker *w, struct cu_error *err) CU_MUST; // until no range is left
void scan_walker_stats(const struct scan_walker *w, struct scan_stats *add);
