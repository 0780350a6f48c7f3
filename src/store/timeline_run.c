// SPDX-License-Identifier: Apache-2.0
// Reading a run (timeline_run.h). Every byte is checked when it is read: the footer, index and
// cells by their own CRC32C, a block of rows by the one in the index, a row's bytes by the one in
// the row.
#include "timeline_run_private.h"

#include "base/file.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void timeline_run_path(
    char ret[TIMELINE_PATH_MAX], const char *folder, uint64_t number, const char *suffix)
{
    int n = snprintf(
        ret, TIMELINE_PATH_MAX, "%s/%010llu%s", folder, (unsigned long long)number, suffix);
    assert(n > 0 && n < TIMELINE_PATH_MAX);
}

static cu_code damaged(uint64_t number, const char *what, struct cu_error *err)
{
    return cu_fail(err, CU_CORRUPT, "", "timeline run %010llu is damaged: %s",
        (unsigned long long)number, what);
}

// An end of file where there should be bytes is damage of this run.
static cu_code read_at(const struct timeline_run *r, int fd, void *at, size_t len, int64_t offset,
    struct cu_error *err)
{
    cu_code code = cu_file_pread(fd, at, len, offset, err);
    return code == CU_CORRUPT ? damaged(r->number, "a file ends too early", err) : code;
}

static cu_code load_index(
    struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    size_t len = (size_t)f->blocks * sizeof *r->blocks;
    r->blocks = cu_alloc(len);
    if (!r->blocks)
        return cu_fail(err, CU_MEMORY, "", "no memory for the index of a timeline run");
    CU_TRY(read_at(
        r, r->rows_fd, r->blocks, len, (int64_t)(f->rows * sizeof(struct timeline_row)), err));
    if (cu_crc32c(0, r->blocks, len) != f->index_crc)
        return damaged(r->number, "the block index fails its checksum", err);
    return CU_OK;
}

static cu_code load(struct timeline_run *r, uint64_t rows, struct cu_error *err)
{
    uint8_t bytes[TIMELINE_FOOTER];
    struct timeline_footer f;
    int64_t rows_size, bytes_size;
    CU_TRY(cu_file_size(r->rows_fd, &rows_size, err));
    CU_TRY(cu_file_size(r->bytes_fd, &bytes_size, err));
    if (rows_size < TIMELINE_FOOTER)
        return damaged(r->number, "it is too short", err);
    CU_TRY(read_at(r, r->rows_fd, bytes, sizeof bytes, rows_size - TIMELINE_FOOTER, err));
    if (!timeline_footer_get(bytes, &f))
        return damaged(r->number, "the footer fails its checksum", err);
    r->cells_at = (int64_t)(f.rows * sizeof(struct timeline_row) + f.blocks * sizeof *r->blocks);
    int64_t want =
        r->cells_at + (int64_t)(f.cells * sizeof(struct timeline_cell)) + TIMELINE_FOOTER;
    if (f.number != r->number || f.rows != rows || want != rows_size ||
        (int64_t)f.bytes != bytes_size)
        return damaged(r->number, "its size is not what the manifest and the footer say", err);
    r->rows = rows;
    r->bytes = rows_size + bytes_size;
    r->block_count = (size_t)f.blocks;
    r->cell_count = (size_t)f.cells;
    r->cells_crc = f.cells_crc;
    return load_index(r, &f, err);
}

cu_code timeline_run_open(const char *folder, uint64_t number, uint64_t rows,
    struct timeline_run **ret, struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    struct timeline_run *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for a timeline run");
    r->number = number;
    r->rows_fd = r->bytes_fd = -1;
    atomic_init(&r->references, 1);
    timeline_run_path(path, folder, number, ".rows");
    cu_code code = cu_file_open(path, O_RDONLY, 0, &r->rows_fd, err);
    timeline_run_path(path, folder, number, ".bytes");
    if (code == CU_OK)
        code = cu_file_open(path, O_RDONLY, 0, &r->bytes_fd, err);
    if (code == CU_NOT_FOUND)
        code = damaged(number, "a file is missing", err);
    if (code == CU_OK)
        code = load(r, rows, err);
    if (code != CU_OK) {
        timeline_run_unref(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

struct timeline_run *timeline_run_ref(struct timeline_run *r)
{
    atomic_fetch_add(&r->references, 1);
    return r;
}

void timeline_run_unref(struct timeline_run *r)
{
    if (!r || atomic_fetch_sub(&r->references, 1) > 1)
        return;
    if (r->rows_fd >= 0)
        (void)close(r->rows_fd);
    if (r->bytes_fd >= 0)
        (void)close(r->bytes_fd);
    cu_free(r->blocks);
    cu_free(r);
}

cu_code timeline_run_unlink(const char *folder, uint64_t number, struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    timeline_run_path(path, folder, number, ".rows");
    CU_TRY(cu_file_unlink(path, err));
    timeline_run_path(path, folder, number, ".bytes");
    return cu_file_unlink(path, err);
}

cu_code timeline_run_block(const struct timeline_run *r, size_t block, struct timeline_row *rows,
    size_t *ret_count, struct cu_error *err)
{
    assert(block < r->block_count);
    uint64_t before = (uint64_t)block * TIMELINE_BLOCK_ROWS, left = r->rows - before;
    size_t count = left < TIMELINE_BLOCK_ROWS ? (size_t)left : TIMELINE_BLOCK_ROWS;
    size_t len = count * sizeof *rows;
    CU_TRY(read_at(r, r->rows_fd, rows, len, (int64_t)(before * sizeof *rows), err));
    if (cu_crc32c(0, rows, len) != r->blocks[block].crc)
        return cu_fail(err, CU_CORRUPT, "",
            "timeline run %010llu is damaged: block %zu fails its checksum",
            (unsigned long long)r->number, block);
    *ret_count = count;
    return CU_OK;
}

cu_code timeline_bytes_check(
    uint64_t run, const struct timeline_row *row, const char *bytes, struct cu_error *err)
{
    if (cu_crc32c(0, bytes, timeline_row_bytes(row)) == row->bytes_crc)
        return CU_OK;
    return cu_fail(err, CU_CORRUPT, "",
        "timeline run %010llu is damaged: the bytes of event %llu fail their checksum",
        (unsigned long long)run, (unsigned long long)row->seq);
}

cu_code timeline_run_bytes(
    const struct timeline_run *r, const struct timeline_row *row, char *at, struct cu_error *err)
{
    CU_TRY(read_at(r, r->bytes_fd, at, timeline_row_bytes(row), (int64_t)row->bytes_at, err));
    return timeline_bytes_check(r->number, row, at, err);
}

cu_code timeline_run_cells(const struct timeline_run *r, struct timeline_cell **ret,
    size_t *ret_count, struct cu_error *err)
{
    size_t len = r->cell_count * sizeof **ret;
    struct timeline_cell *cells = cu_alloc(len);
    if (!cells)
        return cu_fail(err, CU_MEMORY, "", "no memory for day counts");
    cu_code code = read_at(r, r->rows_fd, cells, len, r->cells_at, err);
    if (code == CU_OK && cu_crc32c(0, cells, len) != r->cells_crc)
        code = damaged(r->number, "the day counts fail their checksum", err);
    if (code != CU_OK) {
        cu_free(cells);
        return code;
    }
    *ret = cells;
    *ret_count = r->cell_count;
    return CU_OK;
}

static int block_cmp(const struct timeline_block *b, const struct timeline_row *key)
{
    struct timeline_row first = {
        .pno = b->first_pno, .time_ms = b->first_time, .seq = b->first_seq};
    return timeline_row_cmp(&first, key);
}

cu_code timeline_run_find(const struct timeline_run *r, const struct timeline_row *key,
    struct timeline_row *scratch, uint64_t *ret, struct cu_error *err)
{
    size_t low = 0, high = r->block_count; // the first block that starts at or above key
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (block_cmp(&r->blocks[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) {
        *ret = 0;
        return CU_OK;
    }
    size_t count;
    CU_TRY(timeline_run_block(r, low - 1, scratch, &count, err));
    size_t a = 0, b = count;
    while (a < b) {
        size_t middle = a + (b - a) / 2;
        if (timeline_row_cmp(&scratch[middle], key) < 0)
            a = middle + 1;
        else
            b = middle;
    }
    *ret = (uint64_t)(low - 1) * TIMELINE_BLOCK_ROWS + a;
    return CU_OK;
}
