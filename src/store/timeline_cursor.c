// SPDX-License-Identifier: Apache-2.0
// Rows in order, over one source and merged over many (timeline_cursor.h). A binary heap of
// cursors; the common case, the next row of the same source is again the smallest, costs two
// comparisons.
#include "timeline_cursor.h"

#include "base/file.h"

#define WINDOW_BYTES (64u * 1024)

static cu_code cursor_block(struct timeline_cursor *c, struct cu_error *err)
{
    if (!c->block) {
        c->block = cu_alloc(TIMELINE_BLOCK_BYTES);
        if (!c->block)
            return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    }
    CU_TRY(timeline_run_block(c->run, c->next_block, c->block, &c->count, err));
    c->next_block++;
    c->at = 0;
    return CU_OK;
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
    const struct timeline_row *rows = c->chunk ? c->chunk->rows : c->block;
    for (;;) {
        for (; c->at < c->count; c->at++)
            if (wanted(m, &rows[c->at])) {
                c->row = &rows[c->at];
                return CU_OK;
            }
        c->row = NULL;
        if (c->chunk)
            return CU_OK;
        while (c->next_block < c->run->block_count &&
               (c->run->blocks[c->next_block].max_time < m->from_ms ||
                   c->run->blocks[c->next_block].min_time >= m->to_ms))
            c->next_block++;
        if (c->next_block >= c->run->block_count)
            return CU_OK;
        CU_TRY(cursor_block(c, err));
        rows = c->block;
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
    for (size_t i = 0; i < run_count; i++)
        m.cursors[i].run = runs[i];
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
        cu_free(m->cursors[i].block);
        cu_free(m->cursors[i].window);
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

// Rows of a run are read in the order of their bytes: a window that moves forward serves them.
static cu_code window_fill(struct timeline_cursor *c, uint64_t at, size_t len, struct cu_error *err)
{
    size_t want = len > WINDOW_BYTES ? len : WINDOW_BYTES;
    if (c->window_cap < want) {
        cu_free(c->window);
        c->window_cap = c->window_len = 0;
        c->window = cu_alloc(want);
        if (!c->window)
            return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
        c->window_cap = want;
    }
    int64_t size;
    CU_TRY(cu_file_size(c->run->bytes_fd, &size, err));
    if (at + len > (uint64_t)size)
        return cu_fail(err, CU_CORRUPT, "",
            "timeline run %010llu is damaged: its bytes end too early",
            (unsigned long long)c->run->number);
    uint64_t left = (uint64_t)size - at;
    c->window_len = 0;
    CU_TRY(cu_file_pread(
        c->run->bytes_fd, c->window, left < want ? (size_t)left : want, (int64_t)at, err));
    c->window_at = at;
    c->window_len = left < want ? (size_t)left : want;
    return CU_OK;
}

cu_code timeline_merge_bytes(struct timeline_merge *m, const char **ret, struct cu_error *err)
{
    struct timeline_cursor *c = &m->cursors[m->heap[0]];
    size_t len = timeline_row_bytes(c->row);
    if (c->chunk || len == 0) {
        *ret = c->chunk ? timeline_tail_bytes(c->row) : "";
        return CU_OK;
    }
    uint64_t at = c->row->bytes_at;
    if (at < c->window_at || at + len > c->window_at + c->window_len)
        CU_TRY(window_fill(c, at, len, err));
    *ret = c->window + (at - c->window_at);
    return timeline_bytes_check(c->run->number, c->row, *ret, err);
}
