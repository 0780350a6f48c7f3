// SPDX-License-Identifier: Apache-2.0
// Private to the files of staff: rows on a connection of the caller.
#pragma once

#include "staff.h"

// id 0: the statement has none.
cu_code staff_count_in(
    struct db *d, const struct db_statement *statement, int64_t id, int64_t *ret, struct cu_error *err) CU_MUST;
void staff_read_row(struct db_query *q, struct staff *ret); // columns of staff_sql_by_id
cu_code staff_seal(struct govern *g, uint32_t table, int64_t id, enum seal_class class_id, cu_str plain, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// A statement that binds nothing but that number, as name.
cu_code staff_run(
    struct db *d, const struct db_statement *statement, const char *name, int64_t number, struct cu_error *err) CU_MUST;
