// SPDX-License-Identifier: Apache-2.0
// Shared by the audit_*.c files of guard/ only: the names of the files, and the line of one entry.
#pragma once

#include "audit_read.h"

#define AUDIT_PATH_MAX 4096
#define AUDIT_KEYS_MAX 32
#define AUDIT_DETAIL_MAX 4096

void audit_path(char ret[AUDIT_PATH_MAX], const char *folder, const char *name);

// The keys of public.keys, oldest first. CU_NOT_FOUND, CU_CORRUPT.
struct audit_keys {
    struct note_key at[AUDIT_KEYS_MAX];
    size_t count;
};
cu_code audit_keys_read(const char *folder, struct audit_keys *ret, struct cu_error *err) CU_MUST;
cu_code audit_keys_write(const char *folder, const struct audit_keys *k, struct cu_error *err) CU_MUST;
// A note of the folder with the checkpoint in it; signatures are not looked at. The note's views point
// into bytes, which the caller clears. CU_NOT_FOUND, CU_CORRUPT.
cu_code audit_note_read(const char *folder, const char *name, struct cu_buf *bytes, struct note *ret_note,
    struct note_checkpoint *ret, struct cu_error *err) CU_MUST;

// One entry as a line of JSON, without a newline (audit_entry.c).
cu_code audit_entry_print(const struct audit_entry *e, int64_t now_ms, struct cu_buf *out, struct cu_error *err) CU_MUST;
