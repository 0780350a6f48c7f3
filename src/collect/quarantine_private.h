// SPDX-License-Identifier: Apache-2.0
// What the files quarantine*.c share. Not for others; they use quarantine.h.
#pragma once

#include "quarantine.h"

#include "pipeline.h"

struct quarantine {
    struct quarantine_options o;
};
// Appends the journal record as it was to ret_bytes (wipe it). CU_NOT_FOUND, CU_ERASED.
cu_code quarantine_record(struct people *p, struct db *d, uint64_t id, struct cu_buf *ret_bytes,
    enum quarantine_status *ret_status, struct cu_error *err) CU_MUST;
