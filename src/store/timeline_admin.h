// SPDX-License-Identifier: Apache-2.0
// Looking after a timeline: what it consists of, whether it is whole, making it as small and as fast to read as
// it can be. For `custos timeline`, doctor and benchmarks.
#pragma once

#include "timeline_run.h"

struct timeline_column_use {
    cu_str name;         // "kind" .. "flags", a path, "words", "sealed", "persons", "tables"
    const char *type;    // "text" ..; "" for what is no typed property
    uint64_t bytes;      // on disk
    uint64_t rows;       // that have a value (typed properties)
    uint64_t texts;      // different texts, summed over runs
    uint64_t text_bytes; // of their dictionaries; part of bytes
};
struct timeline_stats {
    uint64_t rows, tail_rows, runs, groups, blocks, bytes, durable_seq;
    uint64_t damaged;    // blocks found damaged since it was opened
    uint64_t hidden;     // people, imports and sources whose removal is not finished
    int64_t from_ms, to_ms;
};
// Names are valid during the call. Columns of the same name and type in several runs are one.
typedef void timeline_stats_visit(void *context, const struct timeline_column_use *use);
cu_code timeline_stats(struct timeline *t, struct timeline_stats *ret, timeline_stats_visit *visit, void *context,
    struct cu_error *err) CU_MUST;
// The same of a folder that nobody has open, or a running server: what is in memory there is not counted.
cu_code timeline_stats_of(const char *folder, struct timeline_stats *ret, timeline_stats_visit *visit, void *context,
    struct cu_error *err) CU_MUST;

// Merges all runs of each partition of profile numbers into one sorted sequence; what is merged gets the columns in
// force now. progress: rows merged so far (a row can be merged twice); return false to stop (CU_OK).
typedef bool timeline_progress(void *context, uint64_t rows, uint64_t all);
cu_code timeline_compact(struct timeline *t, timeline_progress *progress, void *context, struct cu_error *err) CU_MUST;

// Reads every byte of the folder (also beside a running server): damage is called with one sentence for each thing
// that is wrong, and names file and block. CU_CORRUPT when there was any (err has the first); CU_VERSION.
cu_code timeline_check(const char *folder, timeline_damage *damage, timeline_progress *progress, void *context,
    struct cu_error *err) CU_MUST;
