// SPDX-License-Identifier: Apache-2.0
// The rows of an upload, whatever its format: CSV with a header, or JSON lines (one object a line).
// JSON lines are read in one of two ways: as calls (the object is the row) or, once the names of
// the columns are set, flattened like a table ("address.city" is a column; arrays stay JSON).
#pragma once

#include "import_input.h"
#include "text/csv.h"
#include "text/json.h"

#define IMPORT_LINE_MAX CSV_ROW_MAX
#define IMPORT_NAME_MAX 200      // bytes of a column's name
#define IMPORT_SAMPLE_LINES 1000 // JSON lines whose members become the columns

enum import_format { IMPORT_CSV, IMPORT_JSONL };
enum import_cell {
    IMPORT_TEXT,
    IMPORT_JSON /* a number, boolean, object or array */,
    IMPORT_ABSENT
};

struct import_row {
    uint64_t
        number; // CSV: as a spreadsheet counts, the header is 1; JSON lines: 1 is the first line
    cu_str raw; // as it stood in the file, decoded
    const cu_str *cells;  // one per column; NULL for calls and for a row with a fault
    const uint8_t *kinds; // enum import_cell per cell; NULL: all text
    json value;           // JSON lines: the object
    const char *fault;    // NULL, or a code ("too_few_cells", "malformed") with one sentence
    const char *text;
};

struct import_reader;
// Finds the format out and reads a CSV header. CU_MALFORMED: empty file, no header (a first row
// that holds values), no text; CU_INVALID: a column without or with a repeated name.
cu_code import_reader_open(
    struct spool *s, int64_t upload, struct import_reader **ret, struct cu_error *err) CU_MUST;
void import_reader_close(struct import_reader *r); // NULL is fine
enum import_format import_reader_format(const struct import_reader *r);
char import_reader_delimiter(const struct import_reader *r); // 0 for JSON lines
const struct import_input *import_reader_input(const struct import_reader *r);
uint32_t import_reader_columns(const struct import_reader *r, const cu_str **ret_names);
// JSON lines only: read the rows as a table with these columns. The names are copied.
cu_code import_reader_set_columns(
    struct import_reader *r, const cu_str *names, uint32_t count, struct cu_error *err) CU_MUST;
// JSON lines only, on a reader that has not been read from: sets the columns to all members of the
// first lines, then starts again from the beginning.
cu_code import_reader_find_columns(struct import_reader *r, struct cu_error *err) CU_MUST;
// The next row; views are valid until the next call. *ret_more false: the end.
cu_code import_reader_next(
    struct import_reader *r, struct import_row *ret, bool *ret_more, struct cu_error *err) CU_MUST;
