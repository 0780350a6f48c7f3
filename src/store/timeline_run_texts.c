// SPDX-License-Identifier: Apache-2.0
// The dictionary of a text column while a run is written (timeline_run_writer.h): each distinct text once, in the
// order in which it came.
#include "timeline_run_writer.h"

static bool grow(struct timeline_texts_made *t)
{
    uint32_t cap = t->cap ? t->cap * 2 : 16;
    uint64_t *hash = cu_realloc(t->hash, cap * sizeof *hash);
    if (hash)
        t->hash = hash;
    uint32_t *rows = cu_realloc(t->rows, cap * sizeof *rows);
    if (rows)
        t->rows = rows;
    uint32_t *end = cu_realloc(t->end, cap * sizeof *end);
    if (end)
        t->end = end;
    uint32_t *table = cu_calloc((size_t)cap * 2, sizeof *table);
    if (!hash || !rows || !end || !table) {
        cu_free(table);
        return false;
    }
    cu_free(t->table);
    t->table = table;
    t->table_cap = cap * 2;
    t->cap = cap;
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t at = (uint32_t)t->hash[i] & (t->table_cap - 1);
        while (t->table[at] != 0)
            at = (at + 1) & (t->table_cap - 1);
        t->table[at] = i + 1;
    }
    return true;
}

static cu_str text_of(const struct timeline_texts_made *t, uint32_t i)
{
    uint32_t from = i ? t->end[i - 1] : 0;
    return (cu_str){t->bytes.ptr + from, t->end[i] - from};
}

cu_code timeline_texts_add(struct timeline_texts_made *t, uint64_t hash, cu_str text, uint32_t *ret, struct cu_error *err)
{
    if (t->cap == 0)
        cu_buf_init(&t->bytes, UINT32_MAX);
    if (t->count >= t->cap && !grow(t))
        return cu_fail(err, CU_MEMORY, "", "no memory for the texts of a timeline run");
    uint32_t at = (uint32_t)hash & (t->table_cap - 1);
    for (; t->table[at] != 0; at = (at + 1) & (t->table_cap - 1)) {
        uint32_t i = t->table[at] - 1;
        if (t->hash[i] == hash && cu_str_eq(text_of(t, i), text)) {
            *ret = i;
            return CU_OK;
        }
    }
    cu_buf_str(&t->bytes, text);
    CU_TRY(cu_buf_code(&t->bytes, err));
    t->hash[t->count] = hash;
    t->rows[t->count] = 0;
    t->end[t->count] = (uint32_t)t->bytes.len;
    *ret = t->count++;
    t->table[at] = t->count;
    return CU_OK;
}

cu_code timeline_texts_take(struct timeline_texts_made *t, const struct timeline_texts *from, struct cu_error *err)
{
    cu_buf_init(&t->bytes, UINT32_MAX);
    t->count = t->cap = from->count;
    t->hash = cu_alloc(from->count * sizeof *t->hash);
    t->rows = cu_alloc(from->count * sizeof *t->rows);
    t->end = cu_alloc(from->count * sizeof *t->end);
    if (!t->hash || !t->rows || !t->end) {
        t->count = 0;
        return cu_fail(err, CU_MEMORY, "", "no memory for the texts of a timeline run");
    }
    if (from->count == 0)
        return CU_OK;
    memcpy(t->hash, from->hash, from->count * sizeof *t->hash);
    memcpy(t->rows, from->rows, from->count * sizeof *t->rows);
    memcpy(t->end, from->end + 1, from->count * sizeof *t->end);
    cu_buf_add(&t->bytes, from->bytes, from->end[from->count]);
    return cu_buf_code(&t->bytes, err);
}

void timeline_texts_blank(struct timeline_texts_made *t)
{
    uint32_t from = 0, to = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t end = t->end[i];
        if (t->rows[i] > 0) {
            memmove(t->bytes.ptr + to, t->bytes.ptr + from, end - from);
            to += end - from;
        } else {
            t->hash[i] = 0;
        }
        t->end[i] = to;
        from = end;
    }
    t->bytes.len = to;
}

void timeline_texts_clear(struct timeline_texts_made *t)
{
    cu_free(t->hash);
    cu_free(t->rows);
    cu_free(t->end);
    cu_free(t->table);
    cu_buf_clear(&t->bytes);
    *t = (struct timeline_texts_made){0};
}

static void pad8(struct cu_buf *b)
{
    static const uint8_t zeros[8];
    if (b->len % 8 != 0)
        cu_buf_add(b, zeros, 8 - b->len % 8);
}

cu_code timeline_texts_put(struct timeline_texts_made *t, struct outfile *o, struct cu_buf *scratch,
    struct timeline_column_entry *ret, struct cu_error *err)
{
    uint32_t zero = 0;
    if (t->count == 0)
        return CU_OK;
    cu_buf_reset(scratch);
    cu_buf_add(scratch, t->hash, t->count * sizeof *t->hash);
    cu_buf_add(scratch, t->rows, t->count * sizeof *t->rows);
    pad8(scratch);
    cu_buf_add(scratch, &zero, sizeof zero);
    cu_buf_add(scratch, t->end, t->count * sizeof *t->end);
    pad8(scratch);
    cu_buf_add(scratch, t->bytes.ptr, t->bytes.len);
    CU_TRY(cu_buf_code(scratch, err));
    ret->text_count = t->count;
    ret->texts_len = timeline_round8(scratch->len);
    return timeline_out(o, scratch->ptr, scratch->len, &ret->texts_at, &ret->texts_crc, err);
}
