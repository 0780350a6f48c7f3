// SPDX-License-Identifier: Apache-2.0
// CSV (RFC 4180) read as a stream in bounded memory, and written. Input is UTF-8 (encoding.h turns
// other encodings into it) and is pulled through a function, so the reader knows no files.
//
// A row that cannot be read is not the end: it comes out with a fault code and its raw bytes, and
// reading goes on at the next line. A quote that is never closed costs the one line it stands in.
//
// Rows end with CRLF, LF or CR. Empty lines are counted but not returned. A quote inside a cell
// that does not begin with one is an ordinary character.
#pragma once

#include "base/memory.h"

#define CSV_CELL_MAX 65536   // bytes of one cell
#define CSV_COLUMNS_MAX 1000 // cells of one row
#define CSV_ROW_MAX 1048576  // raw bytes of one row

enum csv_fault {
    CSV_FINE,
    CSV_TOO_FEW_CELLS,  // fewer cells than the first row
    CSV_TOO_MANY_CELLS, // more cells than the first row
    CSV_STRAY_QUOTE,    // text after a closing quote
    CSV_OPEN_QUOTE,     // a quote that is never closed
    CSV_CELL_TOO_LONG,
    CSV_ROW_TOO_LONG, // raw holds its beginning only
    CSV_TOO_MANY_COLUMNS,
    CSV_NUL, // a NUL byte
    CSV_NOT_UTF8,
    CSV_FAULT_COUNT
};
const char *csv_fault_name(enum csv_fault f); // wire name: "too_few_cells"
const char *csv_fault_text(enum csv_fault f); // one sentence

struct csv_row {
    uint64_t number;     // 1 = the first row of the file; empty lines count
    cu_str raw;          // the bytes between the row's start and its line end
    const cu_str *cells; // unquoted; none when the fault is not about the number of cells
    uint32_t count;
    enum csv_fault fault;
};

// Puts up to room bytes at `into`, which is at least CSV_FILL_ROOM; *ret_len 0: the input has ended.
#define CSV_FILL_ROOM 16
typedef cu_code csv_fill(
    void *context, char *into, size_t room, size_t *ret_len, struct cu_error *err);

struct csv_reader;
struct csv_options {
    csv_fill *fill;
    void *context;
    char delimiter; // 0: found out from the beginning (csv_sniff)
};
cu_code csv_open(
    const struct csv_options *o, struct csv_reader **ret, struct cu_error *err) CU_MUST;
void csv_close(struct csv_reader *r); // wipes what it held
// The next row; its views are valid until the next call. *ret_more false: the input has ended.
// Fails only for what fill() fails with, or CU_MEMORY.
cu_code csv_next(
    struct csv_reader *r, struct csv_row *ret, bool *ret_more, struct cu_error *err) CU_MUST;
void csv_restart(struct csv_reader *r); // as if newly opened: fill() now brings other bytes
char csv_delimiter(const struct csv_reader *r);

// Which of , ; tab | separates the cells: the one that occurs equally often (and most often)
// outside quotes in the first lines of the sample; a comma when none does.
char csv_sniff(cu_str sample);

// Writing. Cells are quoted when they must be. guard: cells a spreadsheet would take for a formula
// (beginning with = + - @ TAB CR) get a leading apostrophe; csv_unguard undoes it.
void csv_put(struct cu_buf *out, cu_str cell, char delimiter, bool guard);
void csv_put_end(struct cu_buf *out); // CRLF
cu_str csv_unguard(cu_str cell);
