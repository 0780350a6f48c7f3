// SPDX-License-Identifier: Apache-2.0
// Writing a run (timeline_run.h): rows and their bytes stream out through two buffers, index
// entries and day cells are gathered on the way and written behind the rows. Also the full check of
// a run.
#include "outfile.h"
#include "timeline_run_private.h"

#include "base/file.h"

#include <assert.h>

#define OUT_BYTES (256u * 1024)

struct timeline_run_writer {
    struct outfile rows, bytes;
    struct timeline_row block[TIMELINE_BLOCK_ROWS];
    size_t block_len;
    uint64_t count;
    struct cu_buf index;
    struct timeline_cells cells;
    uint64_t number;
    struct timeline_row last;
    char folder[TIMELINE_PATH_MAX - 64];
};

static void writer_free(struct timeline_run_writer *w)
{
    outfile_clear(&w->rows);
    outfile_clear(&w->bytes);
    cu_buf_clear(&w->index);
    timeline_cells_clear(&w->cells);
    cu_free(w);
}

void timeline_run_abandon(struct timeline_run_writer *w)
{
    if (!w)
        return;
    (void)!timeline_run_unlink(w->folder, w->number, NULL);
    writer_free(w);
}

static cu_code open_part(struct outfile *o, const char *folder, uint64_t number, const char *suffix,
    struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    timeline_run_path(path, folder, number, suffix);
    return outfile_open(o, path, OUT_BYTES, err);
}

cu_code timeline_run_create(
    const char *folder, uint64_t number, struct timeline_run_writer **ret, struct cu_error *err)
{
    struct timeline_run_writer *w = cu_calloc(1, sizeof *w);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    size_t len = strlen(folder);
    assert(len < sizeof w->folder); // timeline_open refused longer ones
    memcpy(w->folder, folder, len + 1);
    w->number = number;
    outfile_init(&w->rows);
    outfile_init(&w->bytes);
    cu_buf_init(&w->index, SIZE_MAX / 4);
    cu_code code = open_part(&w->rows, folder, number, ".rows", err);
    if (code == CU_OK)
        code = open_part(&w->bytes, folder, number, ".bytes", err);
    if (code != CU_OK) {
        timeline_run_abandon(w);
        return code;
    }
    *ret = w;
    return CU_OK;
}

static cu_code block_end(struct timeline_run_writer *w, struct cu_error *err)
{
    if (w->block_len == 0)
        return CU_OK;
    size_t len = w->block_len * sizeof *w->block;
    struct timeline_block b = {.first_pno = w->block[0].pno,
        .first_time = w->block[0].time_ms,
        .first_seq = w->block[0].seq,
        .min_time = w->block[0].time_ms,
        .max_time = w->block[0].time_ms,
        .crc = cu_crc32c(0, w->block, len)};
    for (size_t i = 1; i < w->block_len; i++) {
        int64_t t = w->block[i].time_ms;
        b.min_time = t < b.min_time ? t : b.min_time;
        b.max_time = t > b.max_time ? t : b.max_time;
    }
    cu_buf_add(&w->index, &b, sizeof b);
    CU_TRY(cu_buf_code(&w->index, err));
    w->block_len = 0;
    return outfile_add(&w->rows, w->block, len, err);
}

cu_code timeline_run_add(struct timeline_run_writer *w, const struct timeline_row *row,
    const char *bytes, struct cu_error *err)
{
    assert(w->count == 0 || timeline_row_cmp(&w->last, row) < 0);
    struct timeline_cell cell = {
        .day = timeline_day(row->time_ms), .kind = row->kind, .count = 1, .revenue = row->revenue};
    if (!timeline_cells_add(&w->cells, &cell))
        return cu_fail(err, CU_MEMORY, "", "no memory for day counts");
    struct timeline_row *at = &w->block[w->block_len++];
    *at = *row;
    at->bytes_at = (uint64_t)outfile_at(&w->bytes);
    w->last = *row;
    w->count++;
    CU_TRY(outfile_add(&w->bytes, bytes, timeline_row_bytes(row), err));
    return w->block_len == TIMELINE_BLOCK_ROWS ? block_end(w, err) : CU_OK;
}

uint64_t timeline_run_added(const struct timeline_run_writer *w)
{
    return w->count;
}

static cu_code write_end(struct timeline_run_writer *w, struct cu_error *err)
{
    uint8_t footer[TIMELINE_FOOTER];
    CU_TRY(block_end(w, err));
    timeline_cells_sort(&w->cells);
    size_t cells = w->cells.count * sizeof *w->cells.cells;
    struct timeline_footer f = {.number = w->number,
        .rows = w->count,
        .blocks = w->index.len / sizeof(struct timeline_block),
        .bytes = (uint64_t)outfile_at(&w->bytes),
        .cells = w->cells.count,
        .index_crc = cu_crc32c(0, w->index.ptr, w->index.len),
        .cells_crc = cu_crc32c(0, w->cells.cells, cells)};
    timeline_footer_put(&f, footer);
    CU_TRY(outfile_add(&w->rows, w->index.ptr, w->index.len, err));
    CU_TRY(outfile_add(&w->rows, w->cells.cells, cells, err));
    CU_TRY(outfile_add(&w->rows, footer, sizeof footer, err));
    CU_TRY(outfile_end(&w->bytes, err));
    return outfile_end(&w->rows, err);
}

cu_code timeline_run_finish(struct timeline_run_writer *w, struct cu_error *err)
{
    cu_code code = write_end(w, err);
    if (code != CU_OK)
        timeline_run_abandon(w);
    else
        writer_free(w);
    return code;
}

static cu_code verify_failed(const struct timeline_run *r, const char *what, struct cu_error *err)
{
    return cu_fail(err, CU_CORRUPT, "", "timeline run %010llu is damaged: %s",
        (unsigned long long)r->number, what);
}

struct verify {
    struct timeline_row rows[TIMELINE_BLOCK_ROWS];
    struct timeline_row last;
    uint64_t seen, bytes_at;
    struct cu_buf bytes;
    struct timeline_cells cells;
};

static cu_code verify_row(const struct timeline_run *r, struct verify *v,
    const struct timeline_row *row, struct cu_error *err)
{
    if (v->seen++ > 0 && timeline_row_cmp(&v->last, row) >= 0)
        return verify_failed(r, "its rows are out of order", err);
    v->last = *row;
    if (row->kind == 0 || row->bytes_at != v->bytes_at)
        return verify_failed(r, "a row is not what was written", err);
    v->bytes_at += timeline_row_bytes(row);
    cu_buf_reset(&v->bytes);
    char *room = cu_buf_room(&v->bytes, timeline_row_bytes(row));
    if (!room)
        return cu_buf_code(&v->bytes, err);
    CU_TRY(timeline_run_bytes(r, row, room, err));
    struct timeline_cell cell = {
        .day = timeline_day(row->time_ms), .kind = row->kind, .count = 1, .revenue = row->revenue};
    if (!timeline_cells_add(&v->cells, &cell))
        return cu_fail(err, CU_MEMORY, "", "no memory for day counts");
    return CU_OK;
}

static cu_code verify_all(const struct timeline_run *r, struct verify *v, struct cu_error *err)
{
    for (size_t b = 0; b < r->block_count; b++) {
        size_t count;
        CU_TRY(timeline_run_block(r, b, v->rows, &count, err));
        for (size_t i = 0; i < count; i++)
            CU_TRY(verify_row(r, v, &v->rows[i], err));
    }
    struct timeline_cell *cells;
    size_t count;
    CU_TRY(timeline_run_cells(r, &cells, &count, err));
    timeline_cells_sort(&v->cells);
    bool same = count == v->cells.count &&
                (count == 0 || memcmp(cells, v->cells.cells, count * sizeof *cells) == 0);
    cu_free(cells);
    return same ? CU_OK : verify_failed(r, "the day counts are not those of its rows", err);
}

cu_code timeline_run_verify(const struct timeline_run *r, struct cu_error *err)
{
    struct verify *v = cu_calloc(1, sizeof *v);
    if (!v)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a timeline run");
    cu_buf_init(&v->bytes, SIZE_MAX / 4);
    cu_code code = verify_all(r, v, err);
    cu_buf_clear(&v->bytes);
    timeline_cells_clear(&v->cells);
    cu_free(v);
    return code;
}
