// SPDX-License-Identifier: Apache-2.0
// Private to question*.c: an answer in the forms it may leave in.
#pragma once

#include "question_private.h"

#include "text/json.h"
#include "text/parquet.h"

enum question_format { QUESTION_JSON, QUESTION_CSV, QUESTION_JSONL, QUESTION_PARQUET };
extern const char *const question_format_names[]; // csv, jsonl, parquet: NULL-terminated, from QUESTION_CSV on
struct question_print {
    enum question_format format;
    struct cu_buf *out;
    struct json_writer w; // QUESTION_JSON: "columns" and "rows" of an open object
    char **names;         // of the columns, for JSONL
    size_t count;
    struct parquet *parquet;
};
struct sql_sink question_sink(struct question_print *p);
cu_code question_print_end(struct question_print *p, struct cu_error *err) CU_MUST; // what comes after the last row
void question_print_clear(struct question_print *p);
