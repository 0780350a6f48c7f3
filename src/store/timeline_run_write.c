// SPDX-License-Identifier: Apache-2.0
// Writing a run row by row (timeline_run.h). A block's columns are gathered in arrays and encoded when it is
// full; words stream out in pieces; tables are gathered in memory and written by timeline_run_finish.c.
#include "timeline_run_writer.h"

#include "base/file.h"

#include <assert.h>
#include <zstd.h>

#define OUT_BYTES (256u * 1024)

void timeline_writer_free(struct timeline_run_writer *w)
{
    struct cu_buf *const buffers[] = {&w->pnos, &w->first, &w->blocks, &w->parts, &w->words, &w->lengths, &w->plain,
        &w->sealed, &w->packed, &w->sample, &w->scratch};
    outfile_clear(&w->out);
    ZSTD_freeCCtx(w->cctx);
    ZSTD_freeCDict(w->cdict);
    for (size_t i = 0; i < CU_COUNT(buffers); i++)
        cu_buf_clear(buffers[i]);
    for (uint32_t i = 0; w->made && i < w->columns->count; i++) {
        timeline_texts_clear(&w->made[i].texts);
        cu_free(w->made[i].present);
        cu_free(w->made[i].ends);
        cu_free(w->made[i].values);
    }
    for (uint32_t i = 0; i < w->kind_cap; i++)
        if (w->kinds[i].people)
            roaring_bitmap_free(w->kinds[i].people);
    cu_free(w->kinds);
    cu_free(w->made);
    timeline_columns_unref(w->columns);
    timeline_cells_clear(&w->cells);
    cu_free(w);
}

void timeline_run_abandon(struct timeline_run_writer *w)
{
    if (!w)
        return;
    (void)!timeline_run_unlink(w->folder, w->number, NULL);
    timeline_writer_free(w);
}

static cu_code open_file(struct timeline_run_writer *w, struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    timeline_run_path(path, w->folder, w->number);
    CU_TRY(outfile_open(&w->out, path, OUT_BYTES, err));
    CU_TRY(outfile_add(&w->out, timeline_run_magic, sizeof timeline_run_magic, err));
    return outfile_add(&w->out, &w->number, sizeof w->number, err);
}

cu_code timeline_run_create(const char *folder, uint64_t number, uint64_t group, const struct timeline_columns *columns,
    struct timeline_run_writer **ret, struct cu_error *err)
{
    struct timeline_run_writer *w = cu_calloc(1, sizeof *w);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    struct cu_buf *const buffers[] = {&w->pnos, &w->first, &w->blocks, &w->parts, &w->words, &w->lengths, &w->plain,
        &w->sealed, &w->packed, &w->sample, &w->scratch};
    for (size_t i = 0; i < CU_COUNT(buffers); i++)
        cu_buf_init(buffers[i], UINT32_MAX);
    size_t len = strlen(folder);
    assert(len < sizeof w->folder); // timeline_open refused longer ones
    memcpy(w->folder, folder, len + 1);
    w->number = number;
    w->group = group;
    w->columns = timeline_columns_ref(columns);
    outfile_init(&w->out);
    w->made = cu_calloc(columns->count, sizeof *w->made);
    cu_code code = w->made ? open_file(w, err) : cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    if (code != CU_OK) {
        timeline_run_abandon(w);
        return code;
    }
    *ret = w;
    return CU_OK;
}

cu_code timeline_writer_block_end(struct timeline_run_writer *w, struct cu_error *err)
{
    if (w->rows == 0)
        return CU_OK;
    CU_TRY(timeline_writer_words_end(w, err));
    CU_TRY(timeline_writer_parts(w, err));
    struct timeline_block b = {.rows = w->rows, .person = w->block_person, .words = w->block_words};
    memcpy(b.kinds, w->block_kinds, sizeof b.kinds);
    cu_buf_add(&w->blocks, &b, sizeof b);
    memset(w->block_kinds, 0, sizeof w->block_kinds);
    w->rows = 0;
    w->block_full = false;
    w->block_words = (uint32_t)(w->words.len / sizeof(struct timeline_words_block));
    return cu_buf_code(&w->blocks, err);
}

cu_code timeline_run_text(struct timeline_run_writer *w, uint32_t column, uint64_t hash, cu_str text, uint32_t *ret,
    struct cu_error *err)
{
    return timeline_texts_add(&w->made[column].texts, hash, text, ret, err);
}

static cu_code value_room(struct timeline_made_column *c, struct cu_error *err)
{
    if (!c->present)
        c->present = cu_calloc(TIMELINE_BLOCK_ROWS / 64, sizeof *c->present);
    if (!c->ends)
        c->ends = cu_alloc(TIMELINE_BLOCK_ROWS * sizeof *c->ends);
    if (c->value_count == c->value_cap) {
        uint32_t cap = c->value_cap ? c->value_cap * 2 : 256;
        int64_t *values = cu_realloc(c->values, cap * sizeof *values);
        if (values) {
            c->values = values;
            c->value_cap = cap;
        }
    }
    if (!c->present || !c->ends || c->value_count == c->value_cap)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    return CU_OK;
}

static cu_code add_value(struct timeline_run_writer *w, const struct timeline_run_value *v, struct cu_error *err)
{
    struct timeline_made_column *c = &w->made[v->column];
    uint64_t bit = UINT64_C(1) << w->rows % 64;
    if (c->value_count == c->value_cap || !c->ends)
        CU_TRY(value_room(c, err));
    if (!(c->present[w->rows / 64] & bit)) {
        c->present[w->rows / 64] |= bit;
        c->rows++;
    }
    c->values[c->value_count++] = v->value;
    c->ends[c->rows - 1] = c->value_count;
    if (w->columns->columns[v->column].type == TIMELINE_TEXT)
        c->texts.rows[v->value]++;
    if (c->value_count >= TIMELINE_VALUES_MAX)
        w->block_full = true;
    return CU_OK;
}

cu_code timeline_writer_kind_room(struct timeline_run_writer *w, uint32_t kind, struct cu_error *err)
{
    if (kind < w->kind_cap)
        return CU_OK;
    uint32_t cap = w->kind_cap ? w->kind_cap : 32;
    while (cap <= kind)
        cap *= 2;
    void *kinds = cu_realloc(w->kinds, cap * sizeof *w->kinds);
    if (!kinds)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    w->kinds = kinds;
    memset(&w->kinds[w->kind_cap], 0, (cap - w->kind_cap) * sizeof *w->kinds);
    w->kind_cap = cap;
    return CU_OK;
}

static cu_code add_kind(struct timeline_run_writer *w, const struct timeline_row *row, struct cu_error *err)
{
    CU_TRY(timeline_writer_kind_room(w, row->kind, err));
    if (w->kinds[row->kind].people && w->kinds[row->kind].last == row->pno)
        return CU_OK;
    if (!w->kinds[row->kind].people) {
        w->kinds[row->kind].people = roaring_bitmap_create();
        if (!w->kinds[row->kind].people)
            return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
        w->kind_count++;
    }
    roaring_bitmap_add(w->kinds[row->kind].people, row->pno);
    w->kinds[row->kind].last = row->pno;
    w->kind_people++;
    return CU_OK;
}

cu_code timeline_writer_person(struct timeline_run_writer *w, uint32_t pno, uint32_t row, struct cu_error *err)
{
    uint32_t last, place = (uint32_t)(w->blocks.len / sizeof(struct timeline_block)) << TIMELINE_BLOCK_SHIFT | row;
    if (w->pnos.len > 0)
        memcpy(&last, w->pnos.ptr + w->pnos.len - sizeof last, sizeof last);
    if (w->pnos.len == 0 || last != pno) {
        cu_buf_add(&w->pnos, &pno, sizeof pno);
        cu_buf_add(&w->first, &place, sizeof place);
        CU_TRY(cu_buf_code(&w->pnos, err));
        CU_TRY(cu_buf_code(&w->first, err));
    }
    if (row == 0)
        w->block_person = (uint32_t)(w->pnos.len / sizeof pno) - 1;
    return CU_OK;
}

cu_code timeline_writer_row(struct timeline_run_writer *w, const struct timeline_row *row, cu_str plain, cu_str sealed,
    const struct timeline_run_value *values, size_t value_count, struct cu_error *err)
{
    CU_TRY(timeline_writer_words_add(w, plain, sealed, err));
    for (size_t i = 0; i < value_count; i++)
        CU_TRY(add_value(w, &values[i], err));
    w->block_kinds[(row->kind & 255) >> 6] |= UINT64_C(1) << (row->kind & 63);
    uint32_t at = w->rows++;
    w->fixed[TIMELINE_COL_KIND][at] = row->kind;
    w->fixed[TIMELINE_COL_TIME][at] = row->time_ms;
    w->fixed[TIMELINE_COL_SEQ][at] = (int64_t)row->seq;
    w->fixed[TIMELINE_COL_REVENUE][at] = row->revenue;
    w->fixed[TIMELINE_COL_SOURCE][at] = row->source;
    w->fixed[TIMELINE_COL_IMPORT][at] = row->import;
    w->fixed[TIMELINE_COL_FLAGS][at] = row->flags;
    if (w->count == 0 || row->time_ms < w->min_time)
        w->min_time = row->time_ms;
    if (w->count == 0 || row->time_ms > w->max_time)
        w->max_time = row->time_ms;
    w->count++;
    return w->rows == TIMELINE_BLOCK_ROWS || w->block_full ? timeline_writer_block_end(w, err) : CU_OK;
}

cu_code timeline_run_add(struct timeline_run_writer *w, const struct timeline_row *row, cu_str plain, cu_str sealed,
    const struct timeline_run_value *values, size_t value_count, struct cu_error *err)
{
    assert(w->count == 0 || timeline_row_cmp(&w->last, row) < 0);
    w->last = *row;
    if (w->rows == 0 || w->last_pno != row->pno) // asks less often than the function would
        CU_TRY(timeline_writer_person(w, row->pno, w->rows, err));
    w->last_pno = row->pno;
    struct timeline_cell cell = {.day = timeline_day(row->time_ms), .kind = row->kind, .count = 1, .revenue = row->revenue};
    if (!timeline_cells_add(&w->cells, &cell))
        return cu_fail(err, CU_MEMORY, "", "no memory for day counts");
    CU_TRY(add_kind(w, row, err));
    return timeline_writer_row(w, row, plain, sealed, values, value_count, err);
}

uint64_t timeline_run_added(const struct timeline_run_writer *w)
{
    return w->count;
}

size_t timeline_run_memory(const struct timeline_run_writer *w)
{
    size_t n = w->pnos.cap + w->first.cap + w->blocks.cap + w->parts.cap + w->words.cap + w->kind_people * 3 +
               w->cells.cap * sizeof *w->cells.cells;
    for (uint32_t i = 0; i < w->columns->count; i++) {
        const struct timeline_texts_made *t = &w->made[i].texts;
        n += t->bytes.cap + (size_t)t->cap * 24 + w->made[i].value_cap * sizeof(int64_t) +
             (w->made[i].ends ? TIMELINE_BLOCK_ROWS * 5 : 0);
    }
    return n;
}
