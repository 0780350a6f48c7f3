// SPDX-License-Identifier: Apache-2.0
// What a run answers (timeline_block.h): parts, dictionaries, kinds, cells, rows by their key. Each thing's
// checksum is looked at when it is touched first; what a text or a list says about itself is held against
// the length of the part then, so that reading single values needs no checks.
#include "timeline_run_private.h"

#include <stdio.h>

uint32_t timeline_run_column(const struct timeline_run *r, cu_str path, enum timeline_type type)
{
    for (uint32_t c = TIMELINE_COL_FIXED; c < r->column_count; c++)
        if (r->columns[c - TIMELINE_COL_FIXED].type == type && cu_str_eq(r->columns[c - TIMELINE_COL_FIXED].path, path))
            return c;
    return UINT32_MAX;
}

static void part_name(const struct timeline_run *r, uint32_t block, uint32_t column, char *at, size_t size)
{
    static const char *const fixed[] = {"kind", "time_ms", "seq", "revenue", "source", "import", "flags"};
    if (column < TIMELINE_COL_FIXED)
        (void)snprintf(at, size, "column %s of block %u", fixed[column], block);
    else
        (void)snprintf(at, size, "column %.*s of block %u", CU_ARG(r->columns[column - TIMELINE_COL_FIXED].path), block);
}

static uint64_t mask_of(uint32_t bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

// Lists say how many values there are; sparse parts say it twice. The checksum was right, so this only fails
// for a file that somebody made.
static bool sound(const struct timeline_part *p, const struct timeline_values *v, uint32_t rows, uint64_t left)
{
    if (v->present) {
        uint32_t words = (rows + 63) / 64, count = 0;
        for (uint32_t i = 0; i < words; i++) {
            if (v->rank[i] != count)
                return false;
            count += (uint32_t)__builtin_popcountll(v->present[i]);
        }
        if (count != p->count || (rows % 64 != 0 && v->present[words - 1] >> (rows % 64) != 0))
            return false;
    }
    if (!v->ends)
        return true;
    uint32_t last = 0;
    for (uint32_t k = 0; k <= p->count; k++) {
        uint32_t end = timeline_list_from(v, k);
        if (end < last || (k == 0 && end != 0))
            return false;
        last = end;
    }
    return timeline_bits8(last, p->bits) == left;
}

cu_code timeline_run_part(const struct timeline_run *r, uint32_t block, uint32_t column, struct timeline_values *ret,
    struct cu_error *err)
{
    uint64_t index = (uint64_t)block * r->column_count + column;
    const struct timeline_part *p = &r->parts[index];
    struct timeline_values v = {.none = true};
    if (p->form & TIMELINE_PART_HAS) {
        bool first = atomic_load_explicit(&r->part_states[index], memory_order_relaxed) == 0;
        const uint8_t *at = r->map + p->at;
        if (atomic_load_explicit(&r->part_states[index], memory_order_acquire) != 1) {
            char name[128];
            part_name(r, block, column, name, sizeof name);
            CU_TRY(timeline_run_bytes(r, p->at, p->len, p->crc, &r->part_states[index], name, &at, err));
        }
        v = (struct timeline_values){.mask = mask_of(p->bits),
            .base = p->min,
            .bits = p->bits,
            .width = p->bits % 8 == 0 ? p->bits / 8u : UINT32_MAX};
        uint64_t left = p->len;
        if (p->form & TIMELINE_PART_SPARSE) {
            uint32_t words = (r->blocks[block].rows + 63) / 64;
            v.present = (const uint64_t *)(const void *)at;
            v.rank = (const uint16_t *)(const void *)(at + words * 8);
            at += words * 8 + timeline_round8(words * 2);
            left -= words * 8 + timeline_round8(words * 2);
        }
        if (p->form & TIMELINE_PART_LIST) {
            uint64_t ends = timeline_bits8((uint64_t)p->count + 1, p->end_bits);
            v.ends = at;
            v.end_bits = p->end_bits;
            v.end_mask = mask_of(p->end_bits);
            at += ends;
            left -= ends;
        }
        v.at = at;
        if (first && !sound(p, &v, r->blocks[block].rows, left)) {
            atomic_store(&r->part_states[index], 2);
            return timeline_run_damaged(r, err, "block %u is not what was written", block);
        }
    }
    *ret = v;
    return CU_OK;
}

cu_code timeline_run_texts(const struct timeline_run *r, uint32_t column, struct timeline_texts *ret, struct cu_error *err)
{
    struct timeline_run_column *c = &r->columns[column - TIMELINE_COL_FIXED];
    if (c->texts_len == 0) {
        *ret = (struct timeline_texts){0};
        return CU_OK;
    }
    bool first = atomic_load_explicit(&c->texts_state, memory_order_relaxed) == 0;
    char name[128];
    const uint8_t *at;
    (void)snprintf(name, sizeof name, "the texts of column %.*s", CU_ARG(c->path));
    CU_TRY(timeline_run_bytes(r, c->texts_at, c->texts_len, c->texts_crc, &c->texts_state, name, &at, err));
    uint64_t n = c->text_count, ends = timeline_round8(n * 4) + timeline_round8((n + 1) * 4);
    struct timeline_texts t = {.count = c->text_count, .hash = (const uint64_t *)(const void *)at,
        .rows = (const uint32_t *)(const void *)(at + n * 8)};
    t.end = (const uint32_t *)(const void *)(at + n * 8 + timeline_round8(n * 4));
    t.bytes = (const char *)at + n * 8 + ends;
    if (first) {
        bool good = c->texts_len >= n * 8 + ends && t.end[0] == 0;
        for (uint64_t i = 0; i < n && good; i++)
            good = t.end[i] <= t.end[i + 1];
        if (!good || timeline_round8(t.end[n]) != c->texts_len - n * 8 - ends) {
            atomic_store(&c->texts_state, 2);
            return timeline_run_damaged(r, err, "%s are not what was written", name);
        }
    }
    *ret = t;
    return CU_OK;
}

cu_code timeline_run_kind_people(const struct timeline_run *r, uint32_t kind, cu_str *ret, struct cu_error *err)
{
    struct timeline_run *m = (struct timeline_run *)(uintptr_t)r;
    const uint8_t *at;
    CU_TRY(timeline_run_bytes(r, r->kinds_at, r->kinds_len, r->kinds_crc, &m->kinds_state, "the table of kinds", &at, err));
    const struct timeline_kind_entry *entries = (const struct timeline_kind_entry *)(const void *)at;
    uint32_t low = 0, high = r->kind_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entries[middle].kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = CU_NONE;
    if (low == r->kind_count || entries[low].kind != kind)
        return CU_OK;
    if (entries[low].at > r->kinds_len || entries[low].len > r->kinds_len - entries[low].at)
        return timeline_run_damaged(r, err, "the table of kinds is not what was written");
    *ret = (cu_str){(const char *)at + entries[low].at, entries[low].len};
    return CU_OK;
}

cu_code timeline_run_cells(const struct timeline_run *r, const struct timeline_cell **ret, size_t *ret_count,
    struct cu_error *err)
{
    struct timeline_run *m = (struct timeline_run *)(uintptr_t)r;
    const uint8_t *at;
    CU_TRY(timeline_run_bytes(r, r->cells_at, r->cell_count * sizeof **ret, r->cells_crc, &m->cells_state,
        "the table of day counts", &at, err));
    *ret = (const struct timeline_cell *)(const void *)at;
    *ret_count = r->cell_count;
    for (size_t i = 0; i < *ret_count; i++)
        if ((*ret)[i].kind == 0)
            return timeline_run_damaged(r, err, "the table of day counts is not what was written");
    return CU_OK;
}

// Is the row at that place below (time, seq)? The seq is looked at only when the time is the same.
static cu_code below(const struct timeline_run *r, uint32_t place, const struct timeline_row *key, bool *ret,
    struct cu_error *err)
{
    struct timeline_values v;
    uint32_t block = place >> TIMELINE_BLOCK_SHIFT, row = place & (TIMELINE_BLOCK_ROWS - 1);
    CU_TRY(timeline_run_part(r, block, TIMELINE_COL_TIME, &v, err));
    int64_t time = timeline_fixed(&v, row);
    *ret = time < key->time_ms;
    if (time != key->time_ms)
        return CU_OK;
    CU_TRY(timeline_run_part(r, block, TIMELINE_COL_SEQ, &v, err));
    *ret = (uint64_t)timeline_fixed(&v, row) < key->seq;
    return CU_OK;
}

// The first of rows [from, to) of one block that is not below the key.
static cu_code search(const struct timeline_run *r, uint32_t from, uint32_t to, const struct timeline_row *key,
    uint32_t *ret, struct cu_error *err)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        bool is_below;
        CU_TRY(below(r, middle, key, &is_below, err));
        if (is_below)
            from = middle + 1;
        else
            to = middle;
    }
    *ret = from;
    return CU_OK;
}

cu_code timeline_run_find(const struct timeline_run *r, const struct timeline_row *key, uint32_t *ret_from,
    uint32_t *ret_to, struct cu_error *err)
{
    uint32_t i = timeline_run_person(r, key->pno);
    *ret_from = *ret_to = 0;
    if (i == r->person_count || r->pnos[i] != key->pno)
        return CU_OK;
    uint32_t end = r->first[i + 1], low = r->first[i] >> TIMELINE_BLOCK_SHIFT, high;
    *ret_from = r->first[i];
    high = (end - 1) >> TIMELINE_BLOCK_SHIFT; // of the last row, or a block with a gap before end
    while (low < high) { // the last block whose first row (of this person) is below the key
        uint32_t middle = low + (high - low + 1) / 2;
        bool is_below;
        CU_TRY(below(r, middle << TIMELINE_BLOCK_SHIFT, key, &is_below, err));
        if (is_below)
            low = middle;
        else
            high = middle - 1;
    }
    uint32_t at = low << TIMELINE_BLOCK_SHIFT > *ret_from ? low << TIMELINE_BLOCK_SHIFT : *ret_from;
    uint32_t block, from, to;
    if (!timeline_span(r, &at, end, &block, &from, &to))
        return timeline_run_damaged(r, err, "its persons are not what was written");
    uint32_t base = block << TIMELINE_BLOCK_SHIFT;
    return search(r, base + from, base + to, key, ret_to, err); // base + to can be the first place of the next block
}

uint64_t timeline_run_rows_before(const struct timeline_run *r, uint32_t place)
{
    uint64_t rows = 0;
    for (uint32_t b = 0; b < place >> TIMELINE_BLOCK_SHIFT; b++)
        rows += r->blocks[b].rows;
    return rows + (place & (TIMELINE_BLOCK_ROWS - 1));
}
