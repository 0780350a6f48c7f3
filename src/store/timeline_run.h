// SPDX-License-Identifier: Apache-2.0
// A run: rows sorted by (pno, time, seq) in one immutable, mapped file of columns, shared by counted
// references (timeline_block.h says how it is read, timeline_run_private.h what the file looks like).
#pragma once

#include "timeline_block.h"
#include "timeline_cells.h"

#define TIMELINE_PATH_MAX 4096

void timeline_run_path(char ret[TIMELINE_PATH_MAX], const char *folder, uint64_t number);
// CU_CORRUPT names the file when its size, footer or one of its tables is not what it should be; CU_VERSION
// for a run of another format.
cu_code timeline_run_open(const char *folder, uint64_t number, uint64_t rows, struct timeline_run **ret,
    struct cu_error *err) CU_MUST;
struct timeline_run *timeline_run_ref(struct timeline_run *r);
void timeline_run_unref(struct timeline_run *r); // the file stays; NULL is fine
cu_code timeline_run_unlink(const char *folder, uint64_t number, struct cu_error *err) CU_MUST;
// Opens what is in memory as a run (for fuzzing); the bytes must be 8-aligned and outlive it.
cu_code timeline_run_of_bytes(uint64_t number, const uint8_t *bytes, size_t len, struct timeline_run **ret,
    struct cu_error *err) CU_MUST;
// The cells of the run (sorted; valid as long as the run).
cu_code timeline_run_cells(const struct timeline_run *r, const struct timeline_cell **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// The place of the first row of the run whose key is not below (pno, time, seq), within the rows of pno;
// *ret_from: where the rows of pno begin. Both the same: there is none below.
cu_code timeline_run_find(const struct timeline_run *r, const struct timeline_row *key, uint32_t *ret_from,
    uint32_t *ret_to, struct cu_error *err) CU_MUST;
// The place of the row before `place` (which is not the first).
static inline uint32_t timeline_place_before(const struct timeline_run *r, uint32_t place)
{
    if (place & (TIMELINE_BLOCK_ROWS - 1))
        return place - 1;
    uint32_t block = (place >> TIMELINE_BLOCK_SHIFT) - 1;
    return block << TIMELINE_BLOCK_SHIFT | (r->blocks[block].rows - 1);
}
// The number of rows before a place.
uint64_t timeline_run_rows_before(const struct timeline_run *r, uint32_t place);

// The fixed columns and pnos of count rows from place on, all in one block. values, *values_block (UINT32_MAX at
// first) and *person are kept between calls.
cu_code timeline_run_batch(const struct timeline_run *r, uint32_t place, uint32_t count,
    struct timeline_values values[TIMELINE_COL_FIXED], uint32_t *values_block, uint32_t *person,
    struct timeline_row *rows, struct cu_error *err) CU_MUST;

// Reads everything: parts, words, order, dictionaries, cells, kinds, directory. Calls damage for each thing that
// is wrong (one sentence) and goes on; CU_CORRUPT when there was any. progress may be NULL: called now and
// then with rows done; false stops (CU_OK).
typedef void timeline_damage(void *context, const char *sentence);
cu_code timeline_run_verify(const struct timeline_run *r, timeline_damage *damage, void *context,
    struct cu_error *err) CU_MUST;

// CU_CORRUPT with the run's name and what is damaged in it.
cu_code timeline_run_damaged(const struct timeline_run *r, struct cu_error *err, const char *fmt, ...) CU_PRINTF(3, 4);

// Writing a run, row by row in order. Nothing refers to it before the manifest names it.
struct timeline_run_writer;
struct timeline_run_value { // of one row; sorted by column, lists in their order
    uint32_t column;        // of the writer's columns
    uint32_t zero;
    int64_t value;          // of text columns: the id that timeline_run_text gave
};
cu_code timeline_run_create(const char *folder, uint64_t number, uint64_t group, const struct timeline_columns *columns,
    struct timeline_run_writer **ret, struct cu_error *err) CU_MUST;
// The id of a text in a text column of the run being written.
cu_code timeline_run_text(struct timeline_run_writer *w, uint32_t column, uint64_t hash, cu_str text, uint32_t *ret,
    struct cu_error *err) CU_MUST;
cu_code timeline_run_add(struct timeline_run_writer *w, const struct timeline_row *row, cu_str plain, cu_str sealed,
    const struct timeline_run_value *values, size_t value_count, struct cu_error *err) CU_MUST;
uint64_t timeline_run_added(const struct timeline_run_writer *w);
size_t timeline_run_memory(const struct timeline_run_writer *w); // of dictionaries and tables: bounded by ending the run
// Tables, footer, fsync. Frees w in any case; on failure the file is removed.
cu_code timeline_run_finish(struct timeline_run_writer *w, struct cu_error *err) CU_MUST;
void timeline_run_abandon(struct timeline_run_writer *w); // removes the file; NULL is fine
