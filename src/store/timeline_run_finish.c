// SPDX-License-Identifier: Apache-2.0
// The end of a run's file (timeline_run_private.h): sample, dictionaries, tables, footer, fsync.
#define ZSTD_STATIC_LINKING_ONLY
#include "timeline_run_writer.h"

#include <zstd.h>

static cu_code put_section(struct timeline_run_writer *w, struct timeline_footer *f, unsigned which, const void *bytes,
    size_t len, struct cu_error *err)
{
    struct timeline_extent *e = &f->section[which];
    e->len = timeline_round8(len);
    return timeline_out(&w->out, bytes, len, &e->at, &e->crc, err);
}

// Twice: all words blocks but the first need it.
static cu_code put_sample(struct timeline_run_writer *w, struct timeline_footer *f, struct cu_error *err)
{
    if (!w->sampled || w->sample.len == 0)
        return CU_OK;
    size_t bound = ZSTD_compressBound(w->sample.len);
    cu_buf_reset(&w->packed);
    char *room = cu_buf_room(&w->packed, bound);
    if (!room)
        return cu_buf_code(&w->packed, err);
    size_t n = ZSTD_compress(room, bound, w->sample.ptr, w->sample.len, 3);
    if (ZSTD_isError(n))
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    f->sample_len = (uint32_t)n;
    f->sample_raw = (uint32_t)w->sample.len;
    f->sample_rows = w->sample_rows;
    for (int copy = 0; copy < 2; copy++)
        CU_TRY(timeline_out(&w->out, room, n, &f->sample_at[copy], &f->sample_crc, err));
    return CU_OK;
}

static cu_code put_columns(struct timeline_run_writer *w, struct timeline_footer *f, struct cu_error *err)
{
    static const uint8_t zeros[8];
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, UINT32_MAX);
    for (uint32_t i = 0; i < w->columns->count; i++) {
        const struct timeline_column *c = &w->columns->columns[i];
        struct timeline_column_entry e = {.path_len = (uint32_t)c->path.len, .type = (uint32_t)c->type};
        CU_TRY(timeline_texts_put(&w->made[i].texts, &w->out, &w->scratch, &e, err));
        cu_buf_add(&b, &e, sizeof e);
        cu_buf_str(&b, c->path);
        cu_buf_add(&b, zeros, (size_t)timeline_round8(c->path.len) - c->path.len);
    }
    CU_TRY(cu_buf_code(&b, err));
    f->column_count = w->columns->count;
    return put_section(w, f, TIMELINE_S_COLUMNS, b.ptr, b.len, err);
}

static cu_code put_kinds(struct timeline_run_writer *w, struct timeline_footer *f, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, UINT32_MAX);
    uint64_t at = (uint64_t)w->kind_count * sizeof(struct timeline_kind_entry);
    for (uint32_t k = 0; k < w->kind_cap; k++) {
        if (!w->kinds[k].people)
            continue;
        (void)roaring_bitmap_run_optimize(w->kinds[k].people);
        struct timeline_kind_entry e = {.kind = k, .at = at};
        e.len = (uint32_t)roaring_bitmap_portable_size_in_bytes(w->kinds[k].people);
        cu_buf_add(&b, &e, sizeof e);
        at += timeline_round8(e.len);
    }
    for (uint32_t k = 0; k < w->kind_cap; k++) {
        if (!w->kinds[k].people)
            continue;
        size_t len = roaring_bitmap_portable_size_in_bytes(w->kinds[k].people), room_len = (size_t)timeline_round8(len);
        char *room = cu_buf_room(&b, room_len);
        if (!room)
            return cu_buf_code(&b, err);
        memset(room + room_len - 8, 0, 8);
        (void)roaring_bitmap_portable_serialize(w->kinds[k].people, room);
        b.len += room_len;
    }
    f->kind_count = w->kind_count;
    return put_section(w, f, TIMELINE_S_KINDS, b.ptr, b.len, err);
}

static cu_code put_cells(struct timeline_run_writer *w, struct timeline_footer *f, struct cu_error *err)
{
    timeline_cells_sort(&w->cells);
    f->cell_count = (uint32_t)w->cells.count;
    return put_section(w, f, TIMELINE_S_CELLS, w->cells.cells, w->cells.count * sizeof *w->cells.cells, err);
}

static cu_code put_directory(struct timeline_run_writer *w, struct timeline_footer *f, struct cu_error *err)
{
    static const uint8_t zeros[8];
    uint32_t end = (uint32_t)(w->blocks.len / sizeof(struct timeline_block)) << TIMELINE_BLOCK_SHIFT;
    f->person_count = (uint32_t)(w->pnos.len / sizeof(uint32_t));
    cu_buf_add(&w->pnos, zeros, (size_t)timeline_round8(w->pnos.len) - w->pnos.len);
    cu_buf_add(&w->first, &end, sizeof end);
    if (!w->first.failed)
        cu_buf_add(&w->pnos, w->first.ptr, w->first.len);
    CU_TRY(cu_buf_code(&w->first, err));
    CU_TRY(cu_buf_code(&w->pnos, err));
    return put_section(w, f, TIMELINE_S_DIRECTORY, w->pnos.ptr, w->pnos.len, err);
}

static cu_code write_end(struct timeline_run_writer *w, struct cu_error *err)
{
    struct timeline_footer f = {.number = w->number, .rows = w->count, .group = w->group, .min_time = w->min_time,
        .max_time = w->max_time};
    CU_TRY(timeline_writer_block_end(w, err));
    memcpy(f.magic, timeline_run_magic, sizeof f.magic);
    f.block_count = (uint32_t)(w->blocks.len / sizeof(struct timeline_block));
    f.words_count = (uint32_t)(w->words.len / sizeof(struct timeline_words_block));
    CU_TRY(put_sample(w, &f, err));
    CU_TRY(put_columns(w, &f, err));
    CU_TRY(put_kinds(w, &f, err));
    CU_TRY(put_cells(w, &f, err));
    CU_TRY(put_directory(w, &f, err));
    CU_TRY(put_section(w, &f, TIMELINE_S_BLOCKS, w->blocks.ptr, w->blocks.len, err));
    CU_TRY(put_section(w, &f, TIMELINE_S_PARTS, w->parts.ptr, w->parts.len, err));
    CU_TRY(put_section(w, &f, TIMELINE_S_WORDS, w->words.ptr, w->words.len, err));
    f.crc = cu_crc32c(0, &f, sizeof f - 4);
    CU_TRY(outfile_add(&w->out, &f, sizeof f, err));
    return outfile_end(&w->out, err);
}

cu_code timeline_run_finish(struct timeline_run_writer *w, struct cu_error *err)
{
    cu_code code = write_end(w, err);
    if (code != CU_OK)
        timeline_run_abandon(w);
    else
        timeline_writer_free(w);
    return code;
}
