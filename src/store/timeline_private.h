// SPDX-License-Identifier: Apache-2.0
// The inside of the timeline, shared by timeline.c (open, add, publish, flush), timeline_read.c
// (person, scan, days), timeline_merger.c (the background thread) and timeline_remove.c.
// Invariants T1..T12 are in timeline.c.
#pragma once

#include "base/metric.h"
#include "timeline_cursor.h"
#include "timeline_draw.h"
#include "timeline_kinds.h"
#include "timeline_manifest.h"

#include <pthread.h>

#define TIMELINE_RUNS_MAX 64u          // and 16 more a partition; beyond, a flush waits for the merger
#define TIMELINE_TAIL_BYTES (8u << 20) // a tail with more bytes is written whatever its rows, at least
#define TIMELINE_PARTITION_SHIFT 16u   // profile numbers of a partition: large merges stay within one
#define TIMELINE_PIECE_ROWS (1u << 19) // rows of a run that a merge writes, about
#define TIMELINE_MEMORY_MAX ((size_t)256 << 20)
#define TIMELINE_EVENT_BYTES_MAX (8u << 20)
#define TIMELINE_CHUNKS_MAX 64u // each is at least twice its successor

// What readers see: immutable, shared by counted references, replaced as a whole.
struct timeline_view {
    _Atomic uint32_t references;
    struct timeline_run **runs;
    size_t run_count;
    struct timeline_chunk **chunks; // larger ones first
    size_t chunk_count;
    struct timeline_store *store; // keeps the chunks' bytes
    struct timeline_columns *columns; // of the chunks' values, and of runs written from this view
    struct timeline_hidden hidden;
    uint64_t rows, tail_rows; // all; those in chunks
    size_t runs_max;          // more than that and a flush waits for the merger
};

struct timeline {
    char *folder;
    uint32_t tail_max;
    size_t tail_bytes;   // the tail is written when it has so many
    size_t write_memory; // tables of a run being written
    struct timeline_kinds *kinds;

    pthread_mutex_t remove_lock; // outermost: one removal at a time
    pthread_mutex_t write_lock;  // add, publish, flush, the first part of a removal
    struct timeline_row *pending; // added, not published; seqs ascend
    size_t pending_count, pending_cap;
    struct timeline_store *store; // of pending and of the view's chunks
    struct timeline_columns *columns; // in force
    struct timeline_drawer *drawer;   // by them
    size_t tail_rows;
    uint64_t published_seq;
    uint64_t added_seq; // last seq that add was given, also of a row it ignored; publish moves published_seq there
    struct timeline_hidden gone; // profile numbers removed since start: nothing is added for them

    pthread_mutex_t manifest_lock; // taken inside write_lock: manifest, litter, replacing the view
    struct timeline_manifest manifest;
    uint64_t next_number;
    uint64_t *litter; // runs whose files go after the next manifest (T5)
    size_t litter_count, litter_cap;

    pthread_mutex_t merge_lock; // taken alone or inside write_lock: what the merger does
    pthread_cond_t merge_cond;
    pthread_t merger;
    bool merger_runs, stopping, merge_wanted, merging;
    uint32_t holds;           // removals that want the merger to stand still
    atomic_bool merge_cancel; // looked at during a merge
    atomic_bool merge_stuck;  // nothing to merge, or it failed; until the next flush

    pthread_mutex_t view_lock; // innermost: the pointer only
    struct timeline_view *view;
    struct cu_metric *m_rows, *m_runs, *m_tail, *m_merged;
};

// timeline.c
struct timeline_view *timeline_view_take(struct timeline *t);
void timeline_view_give(struct timeline_view *v);
// Makes a view of these parts current. Takes references of its own; consumes nothing.
cu_code timeline_view_set(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, const struct timeline_hidden *hidden,
    struct cu_error *err) CU_MUST;
// Under manifest_lock: stores `next` durably, makes its runs the view's (with these chunks), takes
// it over, and removes the files of dropped runs. On failure nothing has changed and `next` is
// still the caller's; the files of `added` go later.
cu_code timeline_install(struct timeline *t, struct timeline_manifest *next,
    struct timeline_run *const *added, size_t added_count, const uint64_t *dropped, size_t dropped_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, struct cu_error *err) CU_MUST;
uint64_t timeline_number(struct timeline *t); // for a new run
void timeline_litter(
    struct timeline *t, uint64_t number);      // under manifest_lock: a run nothing names
void timeline_store_renew(struct timeline *t); // under write_lock, when the view has no chunks
// Under write_lock: writes published rows as a run.
cu_code timeline_flush_locked(struct timeline *t, struct cu_error *err) CU_MUST;

// timeline_columns.c: the columns that a merge of these runs writes; to be given back with timeline_columns_unref.
cu_code timeline_columns_for(const struct timeline_view *v, struct timeline_run *const *runs, size_t count,
    struct timeline_columns **ret, struct cu_error *err) CU_MUST;
// Draws the row's values into the store.
cu_code timeline_tail_values(struct timeline *t, struct timeline_row *row, struct cu_error *err) CU_MUST;

// timeline_merger.c
cu_code timeline_merger_start(struct timeline *t, struct cu_error *err) CU_MUST;
void timeline_merger_stop(struct timeline *t);
void timeline_merger_wake(struct timeline *t);
void timeline_merger_hold(struct timeline *t);   // returns when no merge runs; none starts until
void timeline_merger_resume(struct timeline *t); // as many resumes as holds
// One merge; all: whatever there is of a partition, not only groups of one size. *ret_rows: merged; 0: there was
// nothing to merge.
cu_code timeline_merge_once(struct timeline *t, bool all, const atomic_bool *cancel, uint64_t *ret_rows,
    struct cu_error *err) CU_MUST;
// Waits while there are too many runs and the merger can do something about it.
void timeline_merger_wait(struct timeline *t);
// timeline_open.c: no manifest is a new folder, unless runs lie in it.
cu_code timeline_check_new(const char **names, size_t count, struct cu_error *err) CU_MUST;
// timeline_remove.c: ends what a removal left undone before a crash.
cu_code timeline_remove_finish(struct timeline *t, struct cu_error *err) CU_MUST;
