// SPDX-License-Identifier: Apache-2.0
// Imports as stored in records.db. Not for others; they use import.h.
#pragma once

#include "import.h"
#include "import_plan.h"

enum import_status { // stored; import.sql names them by number
    IMPORT_UPLOADED,
    IMPORT_CHECKING,
    IMPORT_READY,
    IMPORT_RUNNING,
    IMPORT_DONE,
    IMPORT_FAILED,
    IMPORT_REVERTING,
    IMPORT_REVERTED,
    IMPORT_STATUS_COUNT
};
extern const char *const import_status_names[IMPORT_STATUS_COUNT];

struct import_state {
    uint32_t number;
    enum import_kind kind;
    enum import_status status;
    bool dry_run;
    char map[64], currency[4];
    enum import_dates dates;
    int64_t upload, bytes; // upload 0: deleted
    int64_t generation;
    int64_t created_ms, started_ms, finished_ms; // INT64_MIN: not yet
    int64_t bytes_done;
    uint64_t rows_ok, rows_bad, settled, last_seq;
    uint64_t made, updated, unchanged, quarantined;
    char error_code[32], error_text[256];
    cu_str name, mapping, report; // in the arena, opened; CU_NONE when absent
};

// Reading: d is any connection. a may be NULL: without name, mapping and report. CU_NOT_FOUND.
cu_code import_state_load(struct people *p, struct db *d, uint32_t number, struct cu_arena *a,
    struct import_state *ret, struct cu_error *err) CU_MUST;
// Writing: each takes people_lock for one statement.
cu_code import_state_insert(struct people *p, const struct import_state *s, uint32_t *ret_number,
    struct cu_error *err) CU_MUST;
cu_code import_state_status(
    struct people *p, uint32_t number, enum import_status status, struct cu_error *err) CU_MUST;
// status: IMPORT_UPLOADED, or IMPORT_RUNNING to go on from its checkpoint.
cu_code import_state_run(struct people *p, uint32_t number, enum import_status status, cu_str map,
    cu_str mapping, struct cu_error *err) CU_MUST;
cu_code import_state_begin(struct people *p, uint32_t number, enum import_status status,
    int64_t now_ms, struct cu_error *err) CU_MUST;
cu_code import_state_checkpoint(struct people *p, const struct import_state *s, int64_t bad_part,
    int64_t bad_bytes, struct cu_error *err) CU_MUST;
// why NULL: no error.
cu_code import_state_finish(struct people *p, uint32_t number, enum import_status status,
    const struct cu_error *why, struct cu_error *err) CU_MUST;
cu_code import_state_report(struct people *p, uint32_t number, enum import_dates dates,
    cu_str report, struct cu_error *err) CU_MUST;
cu_code import_state_counts(
    struct people *p, const struct import_state *s, struct cu_error *err) CU_MUST;
cu_code import_state_upload_gone(struct people *p, uint32_t number, struct cu_error *err) CU_MUST;
// Forgets what is sealed and destroys its key.
cu_code import_state_forget(struct people *p, uint32_t number, struct cu_error *err) CU_MUST;
cu_code import_next_work(
    struct people *p, uint32_t *ret_number, struct cu_error *err) CU_MUST; // 0: none
// What the import did, told from the evidence it left (made, updated, unchanged, quarantined).
cu_code import_count_effects(
    struct people *p, struct import_state *s, struct cu_error *err) CU_MUST;

// Files of bad rows.
struct import_bad_part {
    int64_t upload, bytes;
};
#define IMPORT_BAD_PARTS_MAX 64
cu_code import_bad_parts(struct db *d, uint32_t number, struct import_bad_part *ret,
    size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code import_bad_part_add(
    struct people *p, uint32_t number, int64_t upload, struct cu_error *err) CU_MUST;
cu_code import_bad_parts_delete(
    struct people *p, uint32_t number, struct cu_error *err) CU_MUST; // rows only

// Saved maps. columns: JSON in the arena. CU_NOT_FOUND.
cu_code import_map_load(struct db *d, cu_str name, struct cu_arena *a, enum import_kind *ret_kind,
    cu_str *ret_columns, struct cu_error *err) CU_MUST;
cu_code import_map_save(struct people *p, cu_str name, enum import_kind kind, cu_str columns,
    struct cu_error *err) CU_MUST;
cu_code import_map_remove(
    struct people *p, cu_str name, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
// JSON [{"column","field"}] to rows in the arena; checks every field. CU_INVALID names the row.
cu_code import_mapping_parse(enum import_kind kind, cu_str text, struct cu_arena *a,
    struct import_mapping **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
