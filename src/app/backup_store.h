// SPDX-License-Identifier: Apache-2.0
// Rows about backups and drills in records.db. Each writing call is a transaction of its own.
#pragma once

#include "backup.h"

cu_code backup_run_add(struct engine *e, const char *id, enum backup_class class_id, const char *place,
    struct cu_error *err) CU_MUST;
// why NULL: it went well.
cu_code backup_run_end(struct engine *e, const char *id, const struct backup_tally *t, const char *why,
    struct cu_error *err) CU_MUST;
cu_code backup_run_verified(struct engine *e, const char *id, const char *why, struct cu_error *err) CU_MUST;
cu_code backup_run_newest(struct engine *e, enum backup_class class_id, const char *place, int64_t *ret_ms,
    struct cu_error *err) CU_MUST;
cu_code backup_run_known(struct engine *e, const char *id, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
cu_code backup_drill_add(struct engine *e, int64_t *ret_id, struct cu_error *err) CU_MUST;
cu_code backup_drill_end(struct engine *e, int64_t id, const char *backup, bool passed, cu_str report,
    struct cu_error *err) CU_MUST;
cu_code backup_drill_newest(struct engine *e, int64_t *ret_ms, struct cu_error *err) CU_MUST;
cu_code backup_rows_broken_off(struct engine *e, struct cu_error *err) CU_MUST; // at start: what was running is not any more
cu_code backup_rows_print(struct engine *e, struct json_writer *w, struct cu_error *err) CU_MUST; // "items", "drills"
