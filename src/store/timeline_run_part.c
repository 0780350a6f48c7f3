// SPDX-License-Identifier: Apache-2.0
// Encoding the columns of a block (timeline_run_writer.h): frame of reference, whole bytes, nothing that would
// have to be decoded before a single value can be read.
#include "timeline_run_writer.h"

cu_code timeline_out(
    struct outfile *o, const void *bytes, size_t len, uint64_t *ret_at, uint32_t *ret_crc, struct cu_error *err)
{
    static const uint8_t zeros[8];
    size_t pad = (size_t)timeline_round8(len) - len;
    *ret_at = (uint64_t)outfile_at(o);
    *ret_crc = cu_crc32c(cu_crc32c(0, bytes, len), zeros, pad);
    CU_TRY(outfile_add(o, bytes, len, err));
    return outfile_add(o, zeros, pad, err);
}

static uint8_t width_of(uint64_t span)
{
    static const uint8_t widths[] = {1, 2, 3, 4, 5};
    if (span == 0)
        return 0;
    for (size_t i = 0; i < CU_COUNT(widths); i++)
        if (span >> (8 * widths[i]) == 0)
            return widths[i];
    return 8;
}

static void pad8(struct cu_buf *b)
{
    static const uint8_t zeros[8];
    if (b->len % 8 != 0)
        cu_buf_add(b, zeros, 8 - b->len % 8);
}

// Each number minus base in width bytes; whole words are written over each other, so there is room for one more.
static void put_numbers(struct cu_buf *b, const int64_t *values, size_t count, int64_t base, unsigned width)
{
    char *at = cu_buf_room(b, count * width + 8);
    if (!at)
        return;
    for (size_t i = 0; i < count; i++) {
        uint64_t x = (uint64_t)values[i] - (uint64_t)base;
        memcpy(at + i * width, &x, sizeof x);
    }
    b->len += count * width;
    pad8(b);
}

static void put_ends(struct cu_buf *b, const uint32_t *ends, size_t count, unsigned width)
{
    char *at = cu_buf_room(b, (count + 1) * width + 8);
    if (!at)
        return;
    memset(at, 0, 8);
    for (size_t i = 0; i < count; i++) {
        uint64_t x = ends[i];
        memcpy(at + (i + 1) * width, &x, sizeof x);
    }
    b->len += (count + 1) * width;
    pad8(b);
}

static void put_bitmap(struct cu_buf *b, const uint64_t *present, uint32_t rows)
{
    uint32_t words = (rows + 63) / 64, before = 0;
    cu_buf_add(b, present, words * 8);
    for (uint32_t i = 0; i < words; i++) {
        uint16_t rank = (uint16_t)before;
        cu_buf_add(b, &rank, sizeof rank);
        before += (uint32_t)__builtin_popcountll(present[i]);
    }
    pad8(b);
}

static void range_of(struct timeline_part *p, const int64_t *values, size_t count)
{
    p->min = p->max = values[0];
    for (size_t i = 1; i < count; i++) {
        p->min = values[i] < p->min ? values[i] : p->min;
        p->max = values[i] > p->max ? values[i] : p->max;
    }
    p->width = width_of((uint64_t)p->max - (uint64_t)p->min);
}

static cu_code put_part(struct timeline_run_writer *w, struct timeline_part *p, struct cu_error *err)
{
    if (p->form & TIMELINE_PART_HAS) {
        CU_TRY(cu_buf_code(&w->scratch, err));
        p->len = (uint32_t)w->scratch.len;
        CU_TRY(timeline_out(&w->out, w->scratch.ptr, w->scratch.len, &p->at, &p->crc, err));
    }
    cu_buf_add(&w->parts, p, sizeof *p);
    return cu_buf_code(&w->parts, err);
}

static cu_code fixed_part(struct timeline_run_writer *w, unsigned column, struct cu_error *err)
{
    const int64_t *values = w->fixed[column];
    uint64_t present[TIMELINE_BLOCK_ROWS / 64] = {0};
    int64_t *some = w->some;
    struct timeline_part p = {0};
    cu_buf_reset(&w->scratch);
    for (uint32_t i = 0; i < w->rows; i++)
        if (values[i] != 0) {
            present[i / 64] |= UINT64_C(1) << i % 64;
            some[p.count++] = values[i];
        }
    if (p.count == 0)
        return put_part(w, &p, err);
    p.form = TIMELINE_PART_HAS;
    bool sparse = column == TIMELINE_COL_REVENUE && p.count < w->rows - w->rows / 8;
    if (sparse) {
        p.form |= TIMELINE_PART_SPARSE;
        put_bitmap(&w->scratch, present, w->rows);
        values = some;
    } else {
        p.count = w->rows;
    }
    range_of(&p, values, p.count);
    put_numbers(&w->scratch, values, p.count, p.min, p.width);
    return put_part(w, &p, err);
}

static cu_code property_part(struct timeline_run_writer *w, struct timeline_made_column *c, struct cu_error *err)
{
    struct timeline_part p = {0};
    cu_buf_reset(&w->scratch);
    if (c->rows == 0)
        return put_part(w, &p, err);
    p.form = TIMELINE_PART_HAS;
    p.count = c->rows;
    if (c->rows < w->rows) {
        p.form |= TIMELINE_PART_SPARSE;
        put_bitmap(&w->scratch, c->present, w->rows);
    }
    if (c->value_count > c->rows) {
        p.form |= TIMELINE_PART_LIST;
        p.end_width = width_of(c->value_count);
        put_ends(&w->scratch, c->ends, c->rows, p.end_width);
    }
    range_of(&p, c->values, c->value_count);
    put_numbers(&w->scratch, c->values, c->value_count, p.min, p.width);
    memset(c->present, 0, TIMELINE_BLOCK_ROWS / 8);
    c->rows = c->value_count = 0;
    return put_part(w, &p, err);
}

cu_code timeline_writer_parts(struct timeline_run_writer *w, struct cu_error *err)
{
    for (unsigned i = 0; i < TIMELINE_COL_FIXED; i++)
        CU_TRY(fixed_part(w, i, err));
    for (uint32_t i = 0; i < w->columns->count; i++)
        CU_TRY(property_part(w, &w->made[i], err));
    return CU_OK;
}
