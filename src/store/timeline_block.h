// SPDX-License-Identifier: Apache-2.0
// How a scan reads the timeline: one immutable run (a mapped file of columns) and one chunk of the tail
// (rows in memory). Everything here is read-only, safe from any thread while the caller holds the view
// (timeline_view_take / timeline_view_give, timeline_private.h: view->runs[], view->chunks[], view->hidden,
// view->columns).
//
// A run: rows sorted by (pno, time, seq), cut into blocks of at most TIMELINE_BLOCK_ROWS rows. A block can be
// shorter than that (the last one, and any one after a removal), never empty. A *place* names a row:
// block << TIMELINE_BLOCK_SHIFT | row in the block. Places ascend with the rows, with gaps behind short blocks.
// The directory says whose rows are where: person i is r->pnos[i] (ascending), its rows stand from r->first[i] to
// below r->first[i + 1]. Walk them with
//     uint32_t at = r->first[i], b, from, to;
//     while (timeline_span(r, &at, r->first[i + 1], &b, &from, &to))   // rows from..to-1 of block b
//
// A column of a block is a part: r->parts[b * r->column_count + c]. Columns 0..TIMELINE_COL_FIXED-1 are the
// fixed ones, then come the typed properties r->columns[c - TIMELINE_COL_FIXED] (found by path and type with
// timeline_run_column). timeline_run_part checks its CRC32C the first time anybody touches it and hands out
// struct timeline_values, from which single values are read without decoding anything else.
// Zone maps: part->min and part->max of the values that are there (also before any check of the bytes).
#pragma once

#include "scan.h"
#include "timeline_row.h"

#include <stdatomic.h>

#define TIMELINE_BLOCK_SHIFT 13u
#define TIMELINE_BLOCK_ROWS (1u << TIMELINE_BLOCK_SHIFT) // 8,192

enum timeline_fixed {
    TIMELINE_COL_KIND,
    TIMELINE_COL_TIME,
    TIMELINE_COL_SEQ,
    TIMELINE_COL_REVENUE, // sparse: rows without revenue have no value, which means 0
    TIMELINE_COL_SOURCE,
    TIMELINE_COL_IMPORT,
    TIMELINE_COL_FLAGS,
    TIMELINE_COL_FIXED
};
// Texts longer than this are no values of a column (they stay in the words). Who draws values from words by
// himself (scan_draw) leaves them out as well, or answers would change when a run is merged.
#define TIMELINE_TEXT_MAX 16384u

enum {
    TIMELINE_PART_HAS = 1,    // 0: no row of the block has a value; there are no bytes
    TIMELINE_PART_SPARSE = 2, // a bitmap says which rows have one
    TIMELINE_PART_LIST = 4    // a row with values can have several
};
struct timeline_part { // as on disk
    uint64_t at;       // offset in the file, a multiple of 8
    int64_t min, max;  // of all values (text columns: of ids); both 0 without any
    uint32_t len;      // bytes, a multiple of 8
    uint32_t crc;
    uint32_t count;    // rows that have a value
    uint8_t form;      // TIMELINE_PART_*
    uint8_t bits;      // of each value above min: 0..56, 64; kinds: whole bytes
    uint8_t end_bits;  // of the ends of lists
    uint8_t zero;
};
_Static_assert(sizeof(struct timeline_part) == 40, "the part is a file format");

struct timeline_block { // as on disk
    uint32_t rows;
    uint32_t person;    // index in the directory of the first row's person
    uint32_t words;     // index of its first words block
    uint32_t zero;
    uint64_t kinds[4];  // bit (kind & 255) of every kind that occurs: a block without the bit has none
};
_Static_assert(sizeof(struct timeline_block) == 48, "the block is a file format");

struct timeline_run_column {
    cu_str path; // in the map
    enum timeline_type type;
    uint32_t text_count;  // text columns: ids are below it
    uint64_t texts_at;    // the dictionary: offset, length, CRC32C; read with timeline_run_texts
    uint64_t texts_len;
    uint32_t texts_crc;
    atomic_uchar texts_state;
};

struct timeline_words_block; // timeline_run_private.h
struct timeline_run {
    _Atomic uint32_t references;
    uint64_t number, rows, group;
    uint64_t bytes; // of the file
    const uint8_t *map;
    uint32_t block_count, person_count, column_count; // column_count: fixed ones and properties
    uint32_t first_pno, last_pno;                     // of the directory
    int64_t min_time, max_time;
    const uint32_t *pnos;  // person_count
    const uint32_t *first; // person_count + 1 places
    const struct timeline_block *blocks;
    const struct timeline_part *parts; // block_count * column_count
    struct timeline_run_column *columns;
    // What follows is for timeline_run*.c
    bool mapped;
    atomic_uchar *part_states, *words_states;
    const struct timeline_words_block *words;
    uint32_t words_count, cell_count, kind_count;
    uint64_t cells_at, kinds_at, kinds_len;
    uint32_t cells_crc, kinds_crc;
    atomic_uchar cells_state, kinds_state;
    uint64_t sample_at[2]; // two copies of the text that words blocks were compressed against
    uint32_t sample_len, sample_raw, sample_crc, sample_rows;
    _Atomic(void *) sample; // prepared at first use
    _Atomic uint32_t damaged; // parts found damaged since it was opened
};

// ---- the directory

// The index of the first person of the directory whose number is not below pno; person_count: none.
static inline uint32_t timeline_run_person(const struct timeline_run *r, uint32_t pno)
{
    uint32_t low = 0, len = r->person_count;
    while (len > 0) {
        uint32_t half = len / 2;
        if (r->pnos[low + half] < pno) {
            low += half + 1;
            len -= half + 1;
        } else {
            len = half;
        }
    }
    return low;
}

// The next rows of [*at, end) that stand in one block; moves *at behind them. false: none are left.
static inline bool timeline_span(const struct timeline_run *r, uint32_t *at, uint32_t end, uint32_t *ret_block,
    uint32_t *ret_from, uint32_t *ret_to)
{
    while (*at < end) {
        uint32_t block = *at >> TIMELINE_BLOCK_SHIFT, from = *at & (TIMELINE_BLOCK_ROWS - 1);
        uint32_t to = end >> TIMELINE_BLOCK_SHIFT == block ? end & (TIMELINE_BLOCK_ROWS - 1) : r->blocks[block].rows;
        *at = end >> TIMELINE_BLOCK_SHIFT == block ? end : (block + 1) << TIMELINE_BLOCK_SHIFT;
        if (from < to) {
            *ret_block = block;
            *ret_from = from;
            *ret_to = to;
            return true;
        }
    }
    return false;
}

static inline bool timeline_block_may_have(const struct timeline_block *b, uint32_t kind)
{
    return (b->kinds[(kind & 255) >> 6] >> (kind & 63) & 1) != 0;
}

// The column of that path and type; UINT32_MAX: this run has none, its rows' values are in the words.
uint32_t timeline_run_column(const struct timeline_run *r, cu_str path, enum timeline_type type);

// ---- values

struct timeline_values {
    const uint8_t *at;       // value k: base + the `bits` bits from bit k * bits on
    uint64_t mask;
    int64_t base;
    uint32_t bits, end_bits;
    uint32_t width;          // bytes of each value when it is whole bytes (kinds always are), else UINT32_MAX
    const uint64_t *present; // NULL: row i has value (or list) number i
    const uint16_t *rank;    // rows with a value before each 64 rows
    const uint8_t *ends;     // NULL: one value a row; else list k is the values ends[k] .. ends[k + 1]
    uint64_t end_mask;
    bool none;               // no row has a value: at is NULL
};

// The part, its checksum looked at once. CU_CORRUPT names file, block and column, and counts the damage.
cu_code timeline_run_part(const struct timeline_run *r, uint32_t block, uint32_t column, struct timeline_values *ret,
    struct cu_error *err) CU_MUST;

// (Reads up to 7 bytes behind the value: there is always something behind it in the file.)
static inline int64_t timeline_value(const struct timeline_values *v, uint32_t k) // dense: k is the row
{
    uint64_t x;
    size_t bit = (size_t)k * v->bits;
    memcpy(&x, v->at + (bit >> 3), sizeof x);
    return (int64_t)((uint64_t)v->base + (x >> (bit & 7) & v->mask));
}

static inline bool timeline_present(const struct timeline_values *v, uint32_t row)
{
    return !v->none && (!v->present || (v->present[row >> 6] >> (row & 63) & 1) != 0);
}

// Which value (or list) is row's; only when it is present. For many rows in a row count up by yourself.
static inline uint32_t timeline_rank(const struct timeline_values *v, uint32_t row)
{
    if (!v->present)
        return row;
    uint64_t below = v->present[row >> 6] & ((UINT64_C(1) << (row & 63)) - 1);
    return v->rank[row >> 6] + (uint32_t)__builtin_popcountll(below);
}

// The first value of list k; list k ends where list k + 1 begins (there is one end more than lists).
static inline uint32_t timeline_list_from(const struct timeline_values *v, uint32_t k)
{
    uint64_t x;
    size_t bit = (size_t)k * v->end_bits;
    memcpy(&x, v->ends + (bit >> 3), sizeof x);
    return (uint32_t)(x >> (bit & 7) & v->end_mask);
}

// A fixed column in any form: absent is 0.
static inline int64_t timeline_fixed(const struct timeline_values *v, uint32_t row)
{
    if (!v->present)
        return v->none ? 0 : timeline_value(v, row);
    return timeline_present(v, row) ? timeline_value(v, timeline_rank(v, row)) : 0;
}

// ---- texts, kinds, words

// The dictionary of a text column: text id is bytes + end[id] .. end[id + 1]. rows[id]: how many values of the run
// are this text; 0: nobody's any more (removed, its bytes are gone). Hold ids against count before use: a file
// that somebody made could say anything.
struct timeline_texts {
    uint32_t count;
    const uint64_t *hash; // timeline_text_hash
    const uint32_t *rows;
    const uint32_t *end;  // count + 1
    const char *bytes;
};
cu_code timeline_run_texts(const struct timeline_run *r, uint32_t column, struct timeline_texts *ret,
    struct cu_error *err) CU_MUST;
static inline cu_str timeline_text(const struct timeline_texts *t, uint32_t id)
{
    return (cu_str){t->bytes + t->end[id], t->end[id + 1] - t->end[id]};
}

// The profile numbers that have rows of this kind in the run, as a portable roaring bitmap
// (roaring_bitmap_portable_deserialize_safe); CU_NONE: nobody has.
cu_code timeline_run_kind_people(const struct timeline_run *r, uint32_t kind, cu_str *ret, struct cu_error *err) CU_MUST;

// The words of rows. A reader keeps the piece opened last (about 16 KiB): ask in the order of the rows. One per
// thread; the strings are valid until its next call. sealed is CU_NONE when ret_sealed is NULL.
struct timeline_words;
cu_code timeline_words_new(struct timeline_words **ret, struct cu_error *err) CU_MUST;
void timeline_words_free(struct timeline_words *w); // NULL is fine
cu_code timeline_run_words(const struct timeline_run *r, struct timeline_words *w, uint32_t place, cu_str *ret_plain,
    cu_str *ret_sealed, struct cu_error *err) CU_MUST;

// ---- the tail

// A text of the tail. Equal texts of one tail are the same record.
struct timeline_tail_text {
    uint64_t hash;
    uint32_t len;
    char bytes[];
};
// A value of a row: column is an index into view->columns. value: as in scan.h; of text columns the address of a
// struct timeline_tail_text. Sorted by column; several of one column: a list, in its order.
struct timeline_tail_value {
    uint32_t column;
    uint32_t zero;
    int64_t value;
};
static inline const struct timeline_tail_text *timeline_tail_text(const struct timeline_tail_value *v)
{
    return (const struct timeline_tail_text *)(uintptr_t)v->value;
}

// The columns that were in force when the tail's rows were added: every row of the view's chunks has its values by them.
struct timeline_columns {
    _Atomic uint32_t references;
    uint32_t count;
    bool unset; // nobody has said yet which columns there are: what is merged keeps those it has
    struct timeline_column columns[]; // the paths stand behind
};
cu_code timeline_columns_new(const struct timeline_column *columns, size_t count, struct timeline_columns **ret,
    struct cu_error *err) CU_MUST; // copies; at most TIMELINE_COLUMNS_MAX of them, each path and type once
struct timeline_columns *timeline_columns_ref(const struct timeline_columns *c);
void timeline_columns_unref(struct timeline_columns *c); // NULL is fine

// Rows sorted by (pno, time, seq): struct timeline_row has the fixed columns, bytes_at (timeline_tail_bytes: plain,
// then sealed) and its values: row.values, row.value_count. timeline_chunk_find (timeline_tail.h) seeks.
struct timeline_chunk {
    _Atomic uint32_t references;
    size_t count;
    struct timeline_row rows[];
};
