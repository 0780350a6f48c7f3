// SPDX-License-Identifier: Apache-2.0
// The file of bad rows: the rows an import refused, as they stood, with row number, code and reason
// behind them, as CSV, sealed in the spool. It can be mended and imported: the three columns are
// left out then, and the apostrophes that keep spreadsheets from running formulas are taken off.
#pragma once

#include "import_plan.h"

#define IMPORT_BAD_BYTES_MAX (32ll << 20) // kept; beyond, bad rows are only counted

struct import_bad;
// columns: names of the file's (none for calls). header: write it (the first part of the file).
cu_code import_bad_open(struct spool *s, const struct import_reader *reader, bool header,
    struct import_bad **ret, struct cu_error *err) CU_MUST;
int64_t import_bad_number(const struct import_bad *b); // of its spool file
int64_t import_bad_bytes(const struct import_bad *b);
cu_code import_bad_add(struct import_bad *b, uint64_t row, cu_str raw,
    const struct import_problem *p, struct cu_error *err) CU_MUST;
cu_code import_bad_sync(struct import_bad *b, struct cu_error *err) CU_MUST;
void import_bad_leave(struct import_bad *b); // closes it, durable up to the last sync; NULL is fine
