// SPDX-License-Identifier: Apache-2.0
// The inside of a run being written, shared by timeline_run_write.c (rows), timeline_run_part.c (columns of a
// block), timeline_run_texts.c (dictionaries), timeline_run_finish.c (tables and footer) and timeline_strip.c.
#pragma once

#include "outfile.h"
#include "timeline_run_private.h"

#include <roaring/roaring.h>

struct timeline_texts_made { // the dictionary of a text column of the run
    uint64_t *hash;
    uint32_t *rows, *end; // end[i]: where text i ends
    uint32_t count, cap;
    uint32_t *table; // open addressing over id + 1
    uint32_t table_cap;
    struct cu_buf bytes;
};
struct timeline_made_column { // a property column of the block being filled
    uint64_t *present;        // TIMELINE_BLOCK_ROWS bits; NULL: nothing was ever here
    uint32_t *ends;           // TIMELINE_BLOCK_ROWS + 1: of the values of each row that has some
    int64_t *values;
    uint32_t rows, value_count, value_cap, last_row;
    struct timeline_texts_made texts;
};
struct timeline_run_writer {
    struct outfile out;
    uint64_t number, group, count;
    struct timeline_columns *columns;
    struct timeline_made_column *made; // one for each column
    int64_t fixed[TIMELINE_COL_FIXED][TIMELINE_BLOCK_ROWS];
    int64_t some[TIMELINE_BLOCK_ROWS];        // scratch
    uint32_t rows, block_person, block_words; // of the block being filled
    bool block_full;
    uint64_t block_kinds[4];
    struct cu_buf pnos, first, blocks, parts, words; // tables
    struct cu_buf lengths, plain, sealed, packed;    // the words block being filled
    uint32_t words_rows, words_place;
    struct cu_buf sample;
    uint32_t sample_rows;
    bool sampled; // some words block was compressed against it
    void *cctx, *cdict;
    struct timeline_cells cells;
    struct {
        roaring_bitmap_t *people;
        uint32_t last;
    } * kinds;
    uint32_t kind_cap, kind_count;
    size_t kind_people;
    struct cu_buf scratch;
    int64_t min_time, max_time;
    struct timeline_row last;
    uint32_t last_pno;
    char folder[TIMELINE_PATH_MAX - 64];
};

// Writes bytes and zeros up to a multiple of 8; the checksum is of all of it.
cu_code timeline_out(struct outfile *o, const void *bytes, size_t len, uint64_t *ret_at, uint32_t *ret_crc,
    struct cu_error *err) CU_MUST;
void timeline_writer_free(struct timeline_run_writer *w);
cu_code timeline_writer_block_end(struct timeline_run_writer *w, struct cu_error *err) CU_MUST;
// The row's person into the directory, unless it is the last one there; row: in the block being filled.
cu_code timeline_writer_person(struct timeline_run_writer *w, uint32_t pno, uint32_t row, struct cu_error *err) CU_MUST;
// The row without its tables (person, day cell, kind).
cu_code timeline_writer_row(struct timeline_run_writer *w, const struct timeline_row *row, cu_str plain, cu_str sealed,
    const struct timeline_run_value *values, size_t value_count, struct cu_error *err) CU_MUST;
cu_code timeline_writer_kind_room(struct timeline_run_writer *w, uint32_t kind, struct cu_error *err) CU_MUST;
// timeline_run_part.c: the fixed and the property columns of the block into the file and w->parts.
cu_code timeline_writer_parts(struct timeline_run_writer *w, struct cu_error *err) CU_MUST;
// timeline_run_words.c
cu_code timeline_writer_words_add(
    struct timeline_run_writer *w, cu_str plain, cu_str sealed, struct cu_error *err) CU_MUST;
cu_code timeline_writer_words_end(struct timeline_run_writer *w, struct cu_error *err) CU_MUST;
// The sample that words are compressed against, when it is not to be the first words block (timeline_strip.c).
cu_code timeline_writer_sample(struct timeline_run_writer *w, cu_str sample, struct cu_error *err) CU_MUST;
// timeline_run_texts.c
cu_code timeline_texts_add(
    struct timeline_texts_made *t, uint64_t hash, cu_str text, uint32_t *ret, struct cu_error *err) CU_MUST;
// A dictionary as it is, ids included; nothing can be added to it. And: without the texts that no row has.
cu_code timeline_texts_take(
    struct timeline_texts_made *t, const struct timeline_texts *from, struct cu_error *err) CU_MUST;
void timeline_texts_blank(struct timeline_texts_made *t);
void timeline_texts_clear(struct timeline_texts_made *t);
cu_code timeline_texts_put(struct timeline_texts_made *t, struct outfile *o, struct cu_buf *scratch,
    struct timeline_column_entry *ret, struct cu_error *err) CU_MUST;
