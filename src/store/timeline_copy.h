// SPDX-License-Identifier: Apache-2.0
// Rows of runs and chunks written into new runs: for a flush, a merge, a removal.
#pragma once

#include "timeline_private.h"

struct timeline_made { // runs that were written and opened; no manifest names them yet
    struct timeline_run **runs;
    size_t count, cap;
};
cu_code timeline_made_add(struct timeline_made *m, struct timeline_run *run, struct cu_error *err) CU_MUST; // takes it over
void timeline_made_clear(struct timeline_made *m); // the files stay
cu_code timeline_made_name(const struct timeline_made *m, struct timeline_manifest *next, struct cu_error *err) CU_MUST;
// Under manifest_lock: the files go with the next manifest; then clears.
void timeline_made_litter(struct timeline *t, struct timeline_made *m);

// How what is written is cut into runs of at most about so many rows; by_partition: no run holds profile numbers
// of two partitions (TIMELINE_PARTITION_SHIFT). Runs also end when their tables need too much memory.
struct timeline_cuts {
    uint64_t rows;
    bool by_partition;
    size_t memory;
    uint64_t group; // what is written belongs to it; 0: to groups of its own
};
// All rows of these sources but those of `without`, in order. Nothing left: no run. On failure what was written is
// in ret as well, for timeline_made_litter.
cu_code timeline_copy(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, struct timeline_columns *columns,
    const struct timeline_hidden *without, const struct timeline_cuts *cuts, const atomic_bool *cancel,
    struct timeline_made *ret, struct cu_error *err) CU_MUST;

// timeline_strip.c: the run without these people, by copying what is not touched. *ret_done false: it cannot be done
// so (imports, sources, everybody, or somebody whose words are in the sample): timeline_copy does it.
cu_code timeline_strip(struct timeline *t, const struct timeline_run *run, const struct timeline_hidden *h,
    struct timeline_made *ret, bool *ret_done, struct cu_error *err) CU_MUST;

// timeline_remove.c: stores one step: `made` (may be NULL) in, `dropped` out, hidden as given.
// tail_written: what was in the tail is in `made` or removed.
cu_code timeline_step(struct timeline *t, struct timeline_made *made, const uint64_t *dropped, size_t dropped_count,
    const struct timeline_hidden *hidden, bool tail_written, struct cu_error *err) CU_MUST;
