// SPDX-License-Identifier: Apache-2.0
// Rows in order (pno, time, seq): over one run or one chunk, and merged over many. For scans, for
// writing runs out of others, and for day counts of the tail.
#pragma once

#include "timeline_run.h"
#include "timeline_tail.h"

#define TIMELINE_BATCH 256u // rows of a run that are decoded at a time

struct timeline_cursor {
    struct timeline_run *run; // one of these two; not counted, the caller's view holds them
    const struct timeline_chunk *chunk;
    const struct timeline_row *row; // the current row; NULL at the end
    struct timeline_row *batch;     // room for TIMELINE_BATCH rows (run)
    size_t at, count;               // in batch or chunk
    uint32_t batch_place;           // of batch[0]: all of a batch stand in one block
    uint32_t next_block, next_row;  // what comes behind the batch
    uint32_t person;                // in the directory: of the row last decoded
    uint32_t values_block;          // whose columns are in values; UINT32_MAX: none
    struct timeline_values values[TIMELINE_COL_FIXED];
    struct timeline_words *words;
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
static inline struct timeline_cursor *timeline_merge_cursor(const struct timeline_merge *m) // of the current row
{
    return &m->cursors[m->heap[0]];
}
static inline uint32_t timeline_cursor_place(const struct timeline_cursor *c) // of the current row of a run
{
    return c->batch_place + (uint32_t)c->at;
}
// plain and sealed of the current row; valid until the next call.
cu_code timeline_merge_bytes(
    struct timeline_merge *m, cu_str *ret_plain, cu_str *ret_sealed, struct cu_error *err) CU_MUST;
cu_code timeline_merge_next(struct timeline_merge *m, struct cu_error *err) CU_MUST;
