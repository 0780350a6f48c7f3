// SPDX-License-Identifier: Apache-2.0
// The manifest: which runs make up the timeline, what is hidden, from where to replay. One small
// file, replaced atomically (write, fsync, rename, folder fsync); a run file that it does not name
// is litter.
#pragma once

#include "timeline_row.h"

struct timeline_manifest_run {
    uint64_t number, rows;
};

struct timeline_manifest {
    uint64_t durable_seq; // every row at or below is in a run, or removed
    uint64_t next_number; // of the next run; numbers are never used twice
    uint32_t kinds;       // kinds the rows may carry: fewer in the kinds file is damage
    struct timeline_manifest_run *runs;
    size_t run_count;
    struct timeline_hidden hidden;
};

// CU_NOT_FOUND when there is none; CU_CORRUPT.
cu_code timeline_manifest_load(
    const char *folder, struct timeline_manifest *ret, struct cu_error *err) CU_MUST;
// The same from bytes; ret is to be cleared also after a failure.
cu_code timeline_manifest_parse(cu_str file, struct timeline_manifest *ret, struct cu_error *err) CU_MUST;
cu_code timeline_manifest_store(
    const char *folder, const struct timeline_manifest *m, struct cu_error *err) CU_MUST;
cu_code timeline_manifest_copy(const struct timeline_manifest *from, struct timeline_manifest *ret,
    struct cu_error *err) CU_MUST;
cu_code timeline_manifest_add(
    struct timeline_manifest *m, uint64_t number, uint64_t rows, struct cu_error *err) CU_MUST;
void timeline_manifest_drop(struct timeline_manifest *m, uint64_t number);
void timeline_manifest_clear(struct timeline_manifest *m);
