// SPDX-License-Identifier: Apache-2.0
// Rows in order, over one source and merged over many (timeline_cursor.h). A binary heap of
// cursors; the common case, the next row of the same source is again the smallest, costs two
// comparisons.
#include "timeline_cursor.h"

// The fixed columns of rows [from, from + count) of a block into rows.
static void decode(const struct timeline_values *v, uint32_t from, size_t count, struct timeline_row *rows)
{
#define COLUMN(column, field, type)                                                                \
    for (size_t i = 0; i < count; i++)                                                             \
    rows[i].field = (type)timeline_fixed(&v[column], from + (uint32_t)i)
    COLUMN(TIMELINE_COL_KIND, kind, uint32_t);
    COLUMN(TIMELINE_COL_TIME, time_ms, int64_t);
    COLUMN(TIMELINE_COL_SEQ, seq, uint64_t);
    COLUMN(TIMELINE_COL_REVENUE, revenue, int64_t);
    COLUMN(TIMELINE_COL_SOURCE, source, uint32_t);
    COLUMN(TIMELINE_COL_IMPORT, import, uint32_t);
    COLUMN(TIMELINE_COL_FLAGS, flags, uint32_t);
#undef COLUMN
}

cu_code timeline_run_batch(const struct timeline_run *r, uint32_t place, uint32_t count,
    struct timeline_values values[TIMELINE_COL_FIXED], uint32_t *values_block, uint32_t *person,
    struct timeline_row *rows, struct cu_error *err)
{
    uint32_t block = place >> TIMELINE_BLOCK_SHIFT;
    if (*values_block != block) {
        *values_block = UINT32_MAX;
        for (uint32_t i = 0; i < TIMELINE_COL_FIXED; i++)
            CU_TRY(timeline_run_part(r, block, i, &values[i], err));
        *values_block = block;
        *person = r->blocks[block].person;
    }
    memset(rows, 0, count * sizeof *rows);
    decode(values, place & (TIMELINE_BLOCK_ROWS - 1), count, rows);
    if (r->first[*person] > place)
        *person = r->blocks[block].person;
    for (uint32_t i = 0; i < count; i++) {
        while (r->first[*person + 1] <= place + i)
            ++*person;
        rows[i].pno = r->pnos[*person];
    }
    return CU_OK;
}

static cu_code cursor_batch(struct timeline_cursor *c, struct cu_error *err)
{
    if (!c->batch) {
        c->batch = cu_alloc(TIMELINE_BATCH * sizeof *c->batch);
        if (!c->batch)
            return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    }
    uint32_t left = c->run->blocks[c->next_block].rows - c->next_row, count = left < TIMELINE_BATCH ? left : TIMELINE_BATCH;
    c->batch_place = c->next_block << TIMELINE_BLOCK_SHIFT | c->next_row;
    CU_TRY(timeline_run_batch(c->run, c->batch_place, count, c->values, &c->values_block, &c->person, c->batch, err));
    c->count = count;
    c->at = 0;
    c->next_row += count;
    if (c->next_row == c->run->blocks[c->next_block].rows) {
        c->next_block++;
        c->next_row = 0;
    }
    return CU_OK;
}

static bool outside(const struct timeline_merge *m, const struct timeline_run *r, uint32_t block)
{
    const struct timeline_part *time = &r->parts[(uint64_t)block * r->column_count + TIMELINE_COL_TIME];
    return time->max < m->from_ms || time->min >= m->to_ms; // without any: all are 0
}

static bool wanted(const struct timeline_merge *m, const struct timeline_row *r)
{
    if (r->time_ms < m->from_ms || r->time_ms >= m->to_ms)
        return false;
    return !m->hidden || !timeline_hidden_row(m->hidden, r);
}

// Moves c to its next wanted row at or behind c->at.
static cu_code cursor_settle(
    const struct timeline_merge *m, struct timeline_cursor *c, struct cu_error *err)
{
    const struct timeline_row *rows = c->chunk ? c->chunk->rows : c->batch;
    for (;;) {
        for (; c->at < c->count; c->at++)
            if (wanted(m, &rows[c->at])) {
                c->row = &rows[c->at];
                return CU_OK;
            }
        c->row = NULL;
        if (c->chunk)
            return CU_OK;
        while (c->next_block < c->run->block_count && c->next_row == 0 && outside(m, c->run, c->next_block))
            c->next_block++;
        if (c->next_block >= c->run->block_count)
            return CU_OK;
        CU_TRY(cursor_batch(c, err));
        rows = c->batch;
    }
}

static bool below(const struct timeline_merge *m, uint32_t a, uint32_t b)
{
    return timeline_row_cmp(m->cursors[a].row, m->cursors[b].row) < 0;
}

static void sift_down(struct timeline_merge *m, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= m->heap_count)
            return;
        if (child + 1 < m->heap_count && below(m, m->heap[child + 1], m->heap[child]))
            child++;
        if (!below(m, m->heap[child], m->heap[at]))
            return;
        uint32_t swap = m->heap[at];
        m->heap[at] = m->heap[child];
        m->heap[child] = swap;
        at = child;
    }
}

static cu_code merge_start(struct timeline_merge *m, struct cu_error *err)
{
    for (uint32_t i = 0; i < m->count; i++) {
        struct timeline_cursor *c = &m->cursors[i];
        c->count = c->chunk ? c->chunk->count : 0;
        CU_TRY(cursor_settle(m, c, err));
        if (c->row)
            m->heap[m->heap_count++] = i;
    }
    for (size_t i = m->heap_count / 2; i > 0; i--)
        sift_down(m, i - 1);
    return CU_OK;
}

cu_code timeline_merge_open(struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, int64_t from_ms, int64_t to_ms,
    const struct timeline_hidden *hidden, struct timeline_merge *ret, struct cu_error *err)
{
    struct timeline_merge m = {.count = run_count + chunk_count,
        .from_ms = from_ms,
        .to_ms = to_ms,
        .hidden = hidden && timeline_hidden_any(hidden) ? hidden : NULL};
    m.cursors = cu_calloc(m.count, sizeof *m.cursors);
    m.heap = cu_calloc(m.count, sizeof *m.heap);
    if (!m.cursors || !m.heap) {
        cu_free(m.cursors);
        cu_free(m.heap);
        return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    }
    for (size_t i = 0; i < run_count; i++) {
        m.cursors[i].run = runs[i];
        m.cursors[i].values_block = UINT32_MAX;
    }
    for (size_t i = 0; i < chunk_count; i++)
        m.cursors[run_count + i].chunk = chunks[i];
    cu_code code = merge_start(&m, err);
    if (code != CU_OK) {
        timeline_merge_close(&m);
        return code;
    }
    *ret = m;
    return CU_OK;
}

void timeline_merge_close(struct timeline_merge *m)
{
    for (size_t i = 0; i < m->count; i++) {
        cu_free(m->cursors[i].batch);
        timeline_words_free(m->cursors[i].words);
    }
    cu_free(m->cursors);
    cu_free(m->heap);
    *m = (struct timeline_merge){0};
}

const struct timeline_row *timeline_merge_row(const struct timeline_merge *m)
{
    return m->heap_count > 0 ? m->cursors[m->heap[0]].row : NULL;
}

cu_code timeline_merge_next(struct timeline_merge *m, struct cu_error *err)
{
    struct timeline_cursor *c = &m->cursors[m->heap[0]];
    c->at++;
    CU_TRY(cursor_settle(m, c, err));
    if (!c->row)
        m->heap[0] = m->heap[--m->heap_count];
    sift_down(m, 0);
    return CU_OK;
}

cu_code timeline_merge_bytes(
    struct timeline_merge *m, cu_str *ret_plain, cu_str *ret_sealed, struct cu_error *err)
{
    struct timeline_cursor *c = &m->cursors[m->heap[0]];
    if (c->chunk) {
        const char *bytes = timeline_tail_bytes(c->row);
        *ret_plain = (cu_str){bytes, c->row->plain_len};
        *ret_sealed = (cu_str){bytes + c->row->plain_len, c->row->sealed_len};
        return CU_OK;
    }
    if (!c->words)
        CU_TRY(timeline_words_new(&c->words, err));
    return timeline_run_words(c->run, c->words, timeline_cursor_place(c), ret_plain, ret_sealed, err);
}
