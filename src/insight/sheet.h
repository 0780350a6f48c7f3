// SPDX-License-Identifier: Apache-2.0
// A table that somebody sends as the body of a request: CSV in memory, in the encodings and with the delimiters that exports have.
// The heading may stand below a few lines of something else (Google Ads writes the name and the period of the report first); what
// stands below the last row of the same width (totals) comes out as rows that the caller judges.
#pragma once

#include "text/csv.h"

enum { SHEET_COLUMNS = 64 }; // columns that are looked at
struct sheet {
    struct csv_reader *csv;
    struct cu_buf text; // UTF-8
    size_t at;
    uint32_t count;     // columns of the heading
    uint64_t heading;   // its row
};
// Is the body JSON? Else it is a sheet.
bool sheet_is_json(cu_str body);
cu_code sheet_open(cu_str body, struct sheet *ret, struct cu_error *err) CU_MUST; // CU_MALFORMED: no text that is read here
void sheet_close(struct sheet *s);
// The heading: the first of the first 20 rows for which `is_heading` says so. CU_INVALID, with what would be accepted: none.
typedef bool sheet_heading(void *context, const cu_str *cells, uint32_t count);
cu_code sheet_find_heading(struct sheet *s, sheet_heading *is_heading, void *context, const char *accepted, struct cu_error *err) CU_MUST;
// The next row; cells are trimmed, at most SHEET_COLUMNS. A row of another width than the heading comes too (ret->count).
struct sheet_row {
    uint64_t number; // of the file, from 1
    cu_str cells[SHEET_COLUMNS];
    uint32_t count;
};
cu_code sheet_next(struct sheet *s, struct sheet_row *ret, bool *ret_more, struct cu_error *err) CU_MUST;
// Names of columns, compared without case, white space and punctuation: "Amount spent (EUR)" is "amount spent eur".
bool sheet_named(cu_str cell, const char *name);
bool sheet_starts(cu_str cell, const char *name); // the name, or the name and more words
// A day as exports write it: 2026-11-20, 2026/11/20, 20.11.2026, 20 November 2026, Nov 20, 2026. Not 03/04/2026,
// which is March to some and April to others. Days since 1970.
bool sheet_day(cu_str cell, int32_t *ret);
