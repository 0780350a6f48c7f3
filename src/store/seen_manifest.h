// SPDX-License-Identifier: Apache-2.0
// Which runs make up the seen set and from where to replay: one small file, replaced atomically. A
// run file that it does not name is litter.
#pragma once

#include "seen_run.h"

struct seen_manifest {
    uint64_t durable_seq; // everything checked up to here is in the runs
    uint64_t next_number; // of the next run; never used twice
    struct seen_info *runs;
    size_t run_count;
};

// CU_NOT_FOUND when there is none; CU_CORRUPT.
cu_code seen_manifest_load(
    const char *folder, struct seen_manifest *ret, struct cu_error *err) CU_MUST;
cu_code seen_manifest_store(
    const char *folder, const struct seen_manifest *m, struct cu_error *err) CU_MUST;
cu_code seen_manifest_add(
    struct seen_manifest *m, const struct seen_info *info, struct cu_error *err) CU_MUST;
void seen_manifest_clear(struct seen_manifest *m);
// No manifest: fine in a folder without runs (CU_OK), else it was lost (CU_CORRUPT).
cu_code seen_manifest_absent(const char *folder, struct cu_error *err) CU_MUST;
// Removes run files and temporary files that the manifest does not name.
cu_code seen_manifest_clean(
    const char *folder, const struct seen_manifest *m, struct cu_error *err) CU_MUST;
