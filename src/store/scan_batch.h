// SPDX-License-Identifier: Apache-2.0
// Rows as arrays: what a scan decodes a piece of a run into, and what it puts a person's rows together in when
// they come from several places.
#pragma once

#include "scan.h"

struct scan_made { // the values of one column: those of row i at value[first[i]] .. value[first[i + 1]]
    uint32_t *first;
    int64_t *value;
    size_t count, cap; // of value
};
struct scan_batch {
    unsigned wants; // SCAN_*: these arrays there are, besides time and kind
    size_t column_count;
    bool no_seq;    // seq is not filled
    size_t count, cap;
    int64_t *time_ms, *revenue;
    uint32_t *kind, *source, *import, *flags, *pno;
    uint64_t *seq;
    cu_str *words; // ptr: offset in bytes, which moves; the string itself after scan_batch_words
    struct cu_buf bytes;
    struct scan_made columns[SCAN_COLUMNS_MAX];
};

void scan_batch_init(struct scan_batch *b, unsigned wants, size_t column_count);
void scan_batch_clear(struct scan_batch *b); // frees
void scan_batch_reset(struct scan_batch *b); // no rows, keeps the memory
bool scan_batch_room(struct scan_batch *b, size_t rows); // for so many rows in all; false: no memory
bool scan_made_room(struct scan_made *m, size_t values); // for so many more values
// Appends rows [from, to) of another batch, which has at least the same arrays (but for seq: then
// they come in order), and whose words are strings.
cu_code scan_batch_append(
    struct scan_batch *b, const struct scan_batch *rows, size_t from, size_t to, struct cu_error *err) CU_MUST;
// Puts the rows of b into the order of (time, seq); other is room for that and is swapped with b when needed.
cu_code scan_batch_sort(struct scan_batch *b, struct scan_batch *other, struct cu_error *err) CU_MUST;
// Shows rows [from, to) as scan_rows; rows has room for the columns.
void scan_batch_show(
    const struct scan_batch *b, unsigned wants, uint32_t person, size_t from, size_t to, struct scan_rows *rows);
// When no more rows come: the words become strings.
void scan_batch_words(struct scan_batch *b);
