// SPDX-License-Identifier: Apache-2.0
// Values of columns drawn from the words of a row (its plain JSON): for rows that have no column yet, and for
// the rows in memory. One drawer per thread; the paths are taken apart once.
#pragma once

#include "scan.h"

struct scan_drawer;
// Columns are copied by reference: they must live as long as the drawer.
cu_code scan_drawer_new(const struct scan_column *columns, size_t count, struct scan_drawer **ret, struct cu_error *err) CU_MUST;
void scan_drawer_free(struct scan_drawer *d); // NULL is fine
// Parses the words of one row; words that are no JSON object have no values.
cu_code scan_draw_row(struct scan_drawer *d, cu_str words, struct cu_error *err) CU_MUST;
// Calls put for each value of a column of the row parsed last.
typedef bool scan_put(void *context, int64_t value);
bool scan_draw_values(struct scan_drawer *d, size_t column, scan_put *put, void *context); // false: put said so
// The same, as texts (of text columns).
typedef bool scan_put_text(void *context, cu_str text);
bool scan_draw_texts(struct scan_drawer *d, size_t column, scan_put_text *put, void *context);

// Does text match the column's test? For SCAN_VALUE: its hash. scratch: for folding.
int64_t scan_text_value(const struct scan_column *c, cu_str text, struct cu_buf *scratch);
