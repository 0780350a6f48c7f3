// SPDX-License-Identifier: Apache-2.0
// Values of columns drawn from the plain JSON of a row: when it is added, and when a run that lacks a column is
// merged. All columns are looked for in one walk over the object. One drawer per thread.
#pragma once

#include "timeline_block.h"

struct timeline_drawn {
    uint32_t column; // of the drawer's columns
    uint32_t order;
    int64_t value;   // of text columns: its hash
    cu_str text;     // of text columns; valid until the next draw
};
struct timeline_drawer;
// wanted: which of the columns (NULL: all).
cu_code timeline_drawer_new(struct timeline_columns *columns, const bool *wanted, struct timeline_drawer **ret,
    struct cu_error *err) CU_MUST;
void timeline_drawer_free(struct timeline_drawer *d); // NULL is fine
// The values of one row by column, lists in their order. What is no JSON object has none. Only memory can fail.
cu_code timeline_draw(struct timeline_drawer *d, cu_str plain, const struct timeline_drawn **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
