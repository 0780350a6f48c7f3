// SPDX-License-Identifier: Apache-2.0
// Rows in order (pno, time, seq): over one run or one chunk, and merged over many. For scans, for
// writing runs out of others, and for day counts of the tail.
#pragma once

#include "timeline_run.h"
#include "timeline_tail.h"

struct timeline_cursor {
    struct timeline_run *run; // one of these two; not counted, the caller's view holds them
    const struct timeline_chunk *chunk;
    const struct timeline_row *row; // the current row; NULL at the end
    struct timeline_row *block;     // room for one block (run)
    size_t at, count;               // in block or chunk
    size_t next_block;
    char *window; // bytes of the run's rows from window_at
    size_t window_cap, window_len;
    uint64_t window_at;
};

struct timeline_merge {
    struct timeline_cursor *cursors;
    uint32_t *heap; // indexes of cursors that have a row, smallest row first
    size_t count, heap_count;
    int64_t from_ms, to_ms;               // rows outside are passed over
    const struct timeline_hidden *hidden; // NULL or empty: nothing is hidden
};

// Puts all rows of runs and chunks with from_ms <= time < to_ms in one order. The first row is
// current.
cu_code timeline_merge_open(struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, int64_t from_ms, int64_t to_ms,
    const struct timeline_hidden *hidden, struct timeline_merge *ret, struct cu_error *err) CU_MUST;
void timeline_merge_close(struct timeline_merge *m);
const struct timeline_row *timeline_merge_row(const struct timeline_merge *m); // NULL at the end
// plain and sealed of the current row; valid until the next call.
cu_code timeline_merge_bytes(
    struct timeline_merge *m, const char **ret, struct cu_error *err) CU_MUST;
cu_code timeline_merge_next(struct timeline_merge *m, struct cu_error *err) CU_MUST;
