// SPDX-License-Identifier: Apache-2.0
// Writing Apache Parquet files: a flat table of nullable 64-bit integers, doubles and UTF-8 texts, as data
// pages of PLAIN values, compressed with zstd. Source: https://parquet.apache.org/docs/file-format/.
//
// Rows are kept until the end, because only then is it known what each column holds: integers, numbers (when
// any value is one) or texts (when any value is one; numbers in it become text).
#pragma once

#include "base/memory.h"

enum parquet_kind { PARQUET_NULL, PARQUET_INT, PARQUET_REAL, PARQUET_TEXT };
struct parquet_value {
    enum parquet_kind kind;
    int64_t number;
    double real;
    cu_str text;
};
struct parquet;
#define PARQUET_COLUMNS_MAX 1000u
// bytes_max: of the rows kept, and of the file.
cu_code parquet_new(const char *const *names, size_t count, size_t bytes_max, struct parquet **ret, struct cu_error *err) CU_MUST;
void parquet_free(struct parquet *p); // NULL is fine
cu_code parquet_row(struct parquet *p, const struct parquet_value *values, struct cu_error *err) CU_MUST; // copied; CU_TOO_LARGE
cu_code parquet_finish(struct parquet *p, struct cu_buf *out, struct cu_error *err) CU_MUST; // appends the whole file
