// SPDX-License-Identifier: Apache-2.0
// The format of a run's file, shared by timeline_run*.c and by nobody else. Everything is little-endian and
// starts at a multiple of 8; what is between is zero and inside somebody's checksum.
//
//   header   16 bytes: magic, number
//   per words block: compressed plain, sealed bytes; per block of rows: the parts of its columns (streamed)
//   sample (twice), a dictionary for each text column, kinds, cells, columns, directory, blocks, parts, words
//   footer   TIMELINE_FOOTER bytes
//
// Read at open and held to be right from then on: footer, columns, directory, blocks, parts, words. Checked at
// first touch: parts, words blocks, dictionaries, kinds, cells, sample.
#pragma once

#include "timeline_run.h"

#define TIMELINE_HEADER 16u
#define TIMELINE_FOOTER 384u
#define TIMELINE_WORDS_BYTES (8u * 1024)  // a words block is full with that much plain
#define TIMELINE_SEALED_BYTES (64u * 1024) // or that much sealed
#define TIMELINE_SAMPLE_MAX (16u * 1024)
#define TIMELINE_VALUES_MAX (1u << 20) // values of one column in one block: then the block ends

struct timeline_words_block { // rows place .. place + rows - 1, all of one block
    uint64_t at, sealed_at;
    uint32_t place, rows;
    uint32_t len, raw_len; // compressed (the file holds it up to a multiple of 8), decompressed
    uint32_t sealed_len;
    uint32_t crc, sealed_crc;
    uint32_t sampled; // 1: compressed against the sample
};
_Static_assert(sizeof(struct timeline_words_block) == 48, "the words block is a file format");

struct timeline_extent {
    uint64_t at, len;
    uint32_t crc, zero;
};
enum {
    TIMELINE_S_DIRECTORY,
    TIMELINE_S_BLOCKS,
    TIMELINE_S_PARTS,
    TIMELINE_S_WORDS,
    TIMELINE_S_COLUMNS,
    TIMELINE_S_CELLS,
    TIMELINE_S_KINDS,
    TIMELINE_SECTIONS
};

struct timeline_footer { // as on disk
    uint8_t magic[8];
    uint64_t number, rows, group;
    int64_t min_time, max_time;
    uint32_t block_count, person_count, column_count, words_count, cell_count, kind_count;
    uint32_t sample_len, sample_raw, sample_crc, sample_rows;
    uint64_t sample_at[2];
    struct timeline_extent section[TIMELINE_SECTIONS];
    uint8_t zero[TIMELINE_FOOTER - 48 - 40 - 16 - TIMELINE_SECTIONS * 24 - 4];
    uint32_t crc;
};
_Static_assert(sizeof(struct timeline_footer) == TIMELINE_FOOTER, "the footer is a file format");

struct timeline_column_entry { // in the section of columns; the path follows, up to a multiple of 8
    uint64_t texts_at, texts_len;
    uint32_t texts_crc, text_count;
    uint32_t path_len, type;
};
_Static_assert(sizeof(struct timeline_column_entry) == 32, "the column is a file format");

struct timeline_kind_entry { // in the section of kinds, before the bitmaps; by kind
    uint32_t kind, len;
    uint64_t at; // in the section
};

static const uint8_t timeline_run_magic[8] = {'C', 'U', 'T', 'L', 'R', 'U', 'N', '2'};

static inline uint64_t timeline_round8(uint64_t n)
{
    return (n + 7) & ~UINT64_C(7);
}

static inline uint64_t timeline_bits8(uint64_t count, uint32_t bits) // bytes of so many numbers, up to a multiple of 8
{
    return timeline_round8((count * bits + 7) / 8);
}

// timeline_run.c
// The extent's bytes, its checksum looked at the first time (state: 0 unknown, 1 right, 2 wrong).
cu_code timeline_run_bytes(const struct timeline_run *r, uint64_t at, uint64_t len, uint32_t crc, atomic_uchar *state,
    const char *what, const uint8_t **ret, struct cu_error *err) CU_MUST;

// timeline_words.c: the words block w of the run into the reader.
struct timeline_words {
    const struct timeline_run *run;
    uint32_t index;  // in run->words
    uint64_t number; // run->number: the pointer alone could be a new run
    struct cu_buf raw;
    const char *plain, *sealed;
    uint32_t rows, rows_cap;
    uint32_t *plain_at, *sealed_at; // rows + 1 of each, in one piece
};
cu_code timeline_words_load(
    const struct timeline_run *r, struct timeline_words *w, uint32_t index, struct cu_error *err) CU_MUST;
uint32_t timeline_words_index(const struct timeline_run *r, uint32_t place); // of the words block with that row
void timeline_sample_free(struct timeline_run *r);
// The decompressed sample; NULL pointer: the run has none.
cu_code timeline_run_sample(const struct timeline_run *r, cu_str *ret, struct cu_error *err) CU_MUST;
