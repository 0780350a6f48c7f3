// SPDX-License-Identifier: Apache-2.0
// Encoding the columns of a block (timeline_run_writer.h): frame of reference in as few bits as do, and nothing
// that would have to be decoded before a single value can be read.
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

static uint8_t bits_of(uint64_t span)
{
    uint8_t bits = span == 0 ? 0 : (uint8_t)(64 - __builtin_clzll(span));
    return bits > 56 ? 64 : bits; // a number and its first bit are read with one load
}

static void pad8(struct cu_buf *b)
{
    static const uint8_t zeros[8];
    if (b->len % 8 != 0)
        cu_buf_add(b, zeros, 8 - b->len % 8);
}

// Numbers of so many bits, one behind the other, the lowest bit first.
struct packer {
    char *at;
    uint64_t rest;
    unsigned fill; // bits in rest, below 8
};

static inline void pack(struct packer *p, uint64_t x, unsigned bits)
{
    if (bits == 64) {
        memcpy(p->at, &x, sizeof x);
        p->at += sizeof x;
        return;
    }
    p->rest |= x << p->fill;
    p->fill += bits;
    memcpy(p->at, &p->rest, sizeof p->rest); // what is too much is written again
    p->at += p->fill / 8;
    p->rest >>= p->fill & ~7u;
    p->fill &= 7;
}

static void pack_end(struct packer *p, struct cu_buf *b, size_t count, unsigned bits)
{
    memcpy(p->at, &p->rest, sizeof p->rest);
    b->len += (count * bits + 7) / 8;
    pad8(b);
}

static void put_numbers(struct cu_buf *b, const int64_t *values, size_t count, int64_t base, unsigned bits)
{
    struct packer p = {.at = cu_buf_room(b, (count * bits + 7) / 8 + 16)};
    if (!p.at)
        return;
    for (size_t i = 0; i < count; i++)
        pack(&p, (uint64_t)values[i] - (uint64_t)base, bits);
    pack_end(&p, b, count, bits);
}

static void put_ends(struct cu_buf *b, const uint32_t *ends, size_t count, unsigned bits)
{
    struct packer p = {.at = cu_buf_room(b, ((count + 1) * bits + 7) / 8 + 16)};
    if (!p.at)
        return;
    pack(&p, 0, bits);
    for (size_t i = 0; i < count; i++)
        pack(&p, ends[i], bits);
    pack_end(&p, b, count + 1, bits);
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
    p->bits = bits_of((uint64_t)p->max - (uint64_t)p->min);
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
    if (column == TIMELINE_COL_KIND) // looked at by every scan: bytes are compared many at a time
        p.bits = (uint8_t)((p.bits + 7u) & ~7u);
    put_numbers(&w->scratch, values, p.count, p.min, p.bits);
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
        p.end_bits = bits_of(c->value_count);
        put_ends(&w->scratch, c->ends, c->rows, p.end_bits);
    }
    range_of(&p, c->values, c->value_count);
    put_numbers(&w->scratch, c->values, c->value_count, p.min, p.bits);
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
