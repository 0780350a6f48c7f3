// SPDX-License-Identifier: Apache-2.0
// A run: rows sorted by (pno, time, seq) in two immutable files, shared by counted references.
//
//   0000000007.rows   blocks of 256 rows (64 bytes each), block index, day cells, footer (128
//   bytes) 0000000007.bytes  plain and sealed bytes of each row, in the order of the rows
//
// The block index (first row's key, time range, CRC32C of each block) is held in memory: 40 bytes
// per 256 rows. Rows and bytes are read with pread: the page cache is the cache, RSS stays small.
#pragma once

#include "timeline_cells.h"
#include "timeline_row.h"

#include <stdatomic.h>

#define TIMELINE_BLOCK_ROWS 256u
#define TIMELINE_BLOCK_BYTES (TIMELINE_BLOCK_ROWS * sizeof(struct timeline_row))
#define TIMELINE_PATH_MAX 4096

struct timeline_block { // index entry, as on disk
    uint32_t first_pno, crc;
    int64_t first_time;
    uint64_t first_seq;
    int64_t min_time, max_time;
};
_Static_assert(sizeof(struct timeline_block) == 40, "the index entry is a file format");

struct timeline_run {
    _Atomic uint32_t references;
    uint64_t number, rows;
    int64_t bytes; // of both files
    int rows_fd, bytes_fd;
    struct timeline_block *blocks;
    size_t block_count;
    int64_t cells_at;
    size_t cell_count;
    uint32_t cells_crc;
};

void timeline_run_path(
    char ret[TIMELINE_PATH_MAX], const char *folder, uint64_t number, const char *suffix);
// CU_CORRUPT names the file when size, footer, index or row count are not what they should be.
cu_code timeline_run_open(const char *folder, uint64_t number, uint64_t rows,
    struct timeline_run **ret, struct cu_error *err) CU_MUST;
struct timeline_run *timeline_run_ref(struct timeline_run *r);
void timeline_run_unref(struct timeline_run *r); // the files stay; NULL is fine
cu_code timeline_run_unlink(const char *folder, uint64_t number, struct cu_error *err) CU_MUST;
// The rows of one block, checked. *ret_count: 256 or what the last block has.
cu_code timeline_run_block(const struct timeline_run *r, size_t block, struct timeline_row *rows,
    size_t *ret_count, struct cu_error *err) CU_MUST;
// plain and sealed of a row into at (room for timeline_row_bytes), checked.
cu_code timeline_run_bytes(const struct timeline_run *r, const struct timeline_row *row, char *at,
    struct cu_error *err) CU_MUST;
// CU_CORRUPT with the run's number and the row's seq.
cu_code timeline_bytes_check(
    uint64_t run, const struct timeline_row *row, const char *bytes, struct cu_error *err) CU_MUST;
// The cells of the run into *ret (sorted, to be freed with cu_free).
cu_code timeline_run_cells(const struct timeline_run *r, struct timeline_cell **ret,
    size_t *ret_count, struct cu_error *err) CU_MUST;
// The number of the first row whose key is not below (pno, time, seq). scratch: room for a block.
cu_code timeline_run_find(const struct timeline_run *r, const struct timeline_row *key,
    struct timeline_row *scratch, uint64_t *ret, struct cu_error *err) CU_MUST;
// Reads everything: blocks, bytes, order, cells. For timeline_verify.
cu_code timeline_run_verify(const struct timeline_run *r, struct cu_error *err) CU_MUST;

// Writing a run, row by row in order. Nothing refers to it before the manifest names it.
struct timeline_run_writer;
cu_code timeline_run_create(const char *folder, uint64_t number, struct timeline_run_writer **ret,
    struct cu_error *err) CU_MUST;
// row->bytes_at is replaced by the offset in the new file.
cu_code timeline_run_add(struct timeline_run_writer *w, const struct timeline_row *row,
    const char *bytes, struct cu_error *err) CU_MUST;
uint64_t timeline_run_added(const struct timeline_run_writer *w);
// Index, cells, footer, fsync of both files. Frees w in any case; on failure the files are removed.
cu_code timeline_run_finish(struct timeline_run_writer *w, struct cu_error *err) CU_MUST;
void timeline_run_abandon(struct timeline_run_writer *w); // removes the files; NULL is fine
