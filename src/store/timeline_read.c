// SPDX-License-Identifier: Apache-2.0
// Reading the timeline: one person newest first, everything in a span of time, counts per day. Each
// call takes the view of its moment and holds no lock while it reads (T2).
#include "timeline_private.h"

#include <assert.h>

#define BACK_ROWS 16u // rows a backward cursor copies at a time: a person has pnos x sources of them

struct back { // the rows of one pno in one run or chunk, newest first
    struct timeline_run *run;
    const struct timeline_chunk *chunk;
    uint32_t pno;
    uint32_t from;  // run: the place of the pno's first row
    uint64_t next;  // rows below this place (run) or number (chunk) are still to come
    uint32_t place; // run: of rows[0]
    struct timeline_row rows[BACK_ROWS];
    size_t count; // rows[count-1] is the current one
    struct timeline_words *words;
};

struct person { // one timeline_person call
    struct timeline_view *view;
    struct back **heap; // newest current row first
    size_t heap_count, heap_cap;
    const struct timeline_run *values_run; // whose block is decoded in values
    uint32_t values_block, values_person;
    struct timeline_values values[TIMELINE_COL_FIXED];
};

static cu_code back_fill_run(struct person *p, struct back *b, struct cu_error *err)
{
    uint32_t next = (uint32_t)b->next;
    if (next <= b->from)
        return CU_OK;
    uint32_t last = timeline_place_before(b->run, next), start = last & ~(TIMELINE_BLOCK_ROWS - 1);
    uint32_t low = start > b->from ? start : b->from;
    uint32_t first = last - low >= BACK_ROWS ? last - BACK_ROWS + 1 : low;
    if (p->values_run != b->run) {
        p->values_run = b->run;
        p->values_block = UINT32_MAX;
    }
    CU_TRY(timeline_run_batch(
        b->run, first, last - first + 1, p->values, &p->values_block, &p->values_person, b->rows, err));
    b->count = last - first + 1;
    b->place = first;
    b->next = first;
    return CU_OK;
}

// Copies up to BACK_ROWS rows that stand before b->next and belong to b->pno, in their order.
static cu_code back_fill(struct person *p, struct back *b, struct cu_error *err)
{
    b->count = 0;
    if (b->run)
        return back_fill_run(p, b, err);
    const struct timeline_row *rows = b->chunk->rows;
    size_t end = (size_t)b->next, from = end;
    while (from > 0 && end - from < BACK_ROWS && rows[from - 1].pno == b->pno)
        from--;
    if (end > from)
        memcpy(b->rows, rows + from, (end - from) * sizeof *rows);
    b->count = end - from;
    b->next = b->count > 0 ? from : 0;
    return CU_OK;
}

// Passes over hidden rows; refills. count 0: exhausted.
static cu_code back_settle(struct person *p, struct back *b, struct cu_error *err)
{
    bool hidden = timeline_hidden_any(&p->view->hidden);
    for (;;) {
        while (hidden && b->count > 0 && timeline_hidden_row(&p->view->hidden, &b->rows[b->count - 1]))
            b->count--;
        if (b->count > 0)
            return CU_OK;
        CU_TRY(back_fill(p, b, err));
        if (b->count == 0)
            return CU_OK;
    }
}

static bool newer(const struct back *a, const struct back *b)
{
    const struct timeline_row *x = &a->rows[a->count - 1], *y = &b->rows[b->count - 1];
    return x->time_ms != y->time_ms ? x->time_ms > y->time_ms : x->seq > y->seq;
}

static void sift_down(struct person *p, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= p->heap_count)
            return;
        if (child + 1 < p->heap_count && newer(p->heap[child + 1], p->heap[child]))
            child++;
        if (!newer(p->heap[child], p->heap[at]))
            return;
        struct back *swap = p->heap[at];
        p->heap[at] = p->heap[child];
        p->heap[child] = swap;
        at = child;
    }
}

static cu_code heap_add(struct person *p, const struct back *first, struct cu_error *err)
{
    if (p->heap_count == p->heap_cap) {
        size_t cap = p->heap_cap ? p->heap_cap * 2 : 16;
        struct back **heap = cu_realloc(p->heap, cap * sizeof *heap);
        if (!heap)
            return cu_fail(err, CU_MEMORY, "", "no memory to read a person's events");
        p->heap = heap;
        p->heap_cap = cap;
    }
    struct back *b = cu_alloc(sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a person's events");
    *b = *first;
    p->heap[p->heap_count++] = b;
    return CU_OK;
}

static cu_code add_source(struct person *p, struct timeline_run *run, const struct timeline_chunk *chunk,
    const struct timeline_row *before, struct cu_error *err)
{
    struct back b = {.run = run, .chunk = chunk, .pno = before->pno};
    if (run) {
        uint32_t to;
        if (before->pno < run->first_pno || before->pno > run->last_pno)
            return CU_OK;
        CU_TRY(timeline_run_find(run, before, &b.from, &to, err));
        b.next = to;
    } else {
        b.next = timeline_chunk_find(chunk, before);
    }
    CU_TRY(back_settle(p, &b, err));
    return b.count > 0 ? heap_add(p, &b, err) : CU_OK;
}

static cu_code add_sources(
    struct person *p, const uint32_t *pnos, size_t count, int64_t before_ms, uint64_t before_seq, struct cu_error *err)
{
    const struct timeline_view *v = p->view;
    for (size_t i = 0; i < count; i++) {
        struct timeline_row before = {.pno = pnos[i], .time_ms = before_ms, .seq = before_seq};
        for (size_t k = 0; k < v->run_count; k++)
            CU_TRY(add_source(p, v->runs[k], NULL, &before, err));
        for (size_t k = 0; k < v->chunk_count; k++)
            CU_TRY(add_source(p, NULL, v->chunks[k], &before, err));
    }
    for (size_t i = p->heap_count / 2; i > 0; i--)
        sift_down(p, i - 1);
    return CU_OK;
}

static void back_free(struct back *b)
{
    timeline_words_free(b->words);
    cu_free(b);
}

static cu_code words_of(
    struct back *b, const struct timeline_row *row, cu_str *plain, cu_str *sealed, struct cu_error *err)
{
    if (b->chunk) {
        *plain = (cu_str){timeline_tail_bytes(row), row->plain_len};
        *sealed = (cu_str){timeline_tail_bytes(row) + row->plain_len, row->sealed_len};
        return CU_OK;
    }
    if (!b->words)
        CU_TRY(timeline_words_new(&b->words, err));
    return timeline_run_words(b->run, b->words, b->place + (uint32_t)b->count - 1, plain, sealed, err);
}

static cu_code visit_newest(
    struct person *p, timeline_visit *visit, void *context, bool *ret_go_on, struct cu_error *err)
{
    struct back *b = p->heap[0];
    const struct timeline_row *row = &b->rows[b->count - 1];
    cu_str plain, sealed;
    CU_TRY(words_of(b, row, &plain, &sealed, err));
    struct timeline_event e = timeline_row_event(row, plain, sealed);
    *ret_go_on = visit(context, &e);
    b->count--;
    CU_TRY(back_settle(p, b, err));
    if (b->count == 0) {
        back_free(b);
        p->heap[0] = p->heap[--p->heap_count];
    }
    sift_down(p, 0);
    return CU_OK;
}

cu_code timeline_person(struct timeline *t, const uint32_t *pnos, size_t count, int64_t before_ms, uint64_t before_seq,
    timeline_visit *visit, void *context, struct cu_error *err)
{
    struct person p = {.view = timeline_view_take(t)};
    cu_code code = add_sources(&p, pnos, count, before_ms, before_seq, err);
    bool go_on = true;
    while (code == CU_OK && go_on && p.heap_count > 0)
        code = visit_newest(&p, visit, context, &go_on, err);
    for (size_t i = 0; i < p.heap_count; i++)
        back_free(p.heap[i]);
    cu_free(p.heap);
    timeline_view_give(p.view);
    return code;
}

static cu_code scan_view(const struct timeline_view *v, int64_t from_ms, int64_t to_ms, bool with_bytes,
    timeline_visit *visit, void *context, struct cu_error *err)
{
    struct timeline_merge m;
    CU_TRY(timeline_merge_open(v->runs, v->run_count, v->chunks, v->chunk_count, from_ms, to_ms, &v->hidden, &m, err));
    cu_code code = CU_OK;
    const struct timeline_row *row;
    while (code == CU_OK && (row = timeline_merge_row(&m)) != NULL) {
        cu_str plain = CU_NONE, sealed = CU_NONE;
        if (with_bytes)
            code = timeline_merge_bytes(&m, &plain, &sealed, err);
        if (code != CU_OK)
            break;
        struct timeline_event e = timeline_row_event(row, plain, sealed);
        if (!visit(context, &e))
            break;
        code = timeline_merge_next(&m, err);
    }
    timeline_merge_close(&m);
    return code;
}

cu_code timeline_scan(struct timeline *t, int64_t from_ms, int64_t to_ms, bool with_bytes, timeline_visit *visit,
    void *context, struct cu_error *err)
{
    struct timeline_view *v = timeline_view_take(t);
    cu_code code = scan_view(v, from_ms, to_ms, with_bytes, visit, context, err);
    timeline_view_give(v);
    return code;
}

struct days { // one timeline_days call
    int32_t from, to;
    uint32_t kind;
    struct timeline_cells cells;
};

static cu_code days_add(struct days *d, const struct timeline_cell *c, struct cu_error *err)
{
    if (c->day < d->from || c->day >= d->to || (d->kind != 0 && c->kind != d->kind))
        return CU_OK;
    return timeline_cells_add(&d->cells, c) ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for day counts");
}

static cu_code days_row(struct days *d, const struct timeline_row *r, struct cu_error *err)
{
    struct timeline_cell c = {.day = timeline_day(r->time_ms), .kind = r->kind, .count = 1, .revenue = r->revenue};
    return days_add(d, &c, err);
}

static cu_code days_run(struct days *d, const struct timeline_run *r, struct cu_error *err)
{
    const struct timeline_cell *cells = NULL;
    size_t count = 0;
    CU_TRY(timeline_run_cells(r, &cells, &count, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = days_add(d, &cells[i], err);
    return code;
}

// While something is hidden the stored counts still hold it: then the rows are counted.
static cu_code days_rows(struct days *d, const struct timeline_view *v, struct cu_error *err)
{
    struct timeline_merge m;
    CU_TRY(timeline_merge_open(
        v->runs, v->run_count, v->chunks, v->chunk_count, INT64_MIN, INT64_MAX, &v->hidden, &m, err));
    cu_code code = CU_OK;
    while (code == CU_OK && timeline_merge_row(&m)) {
        code = days_row(d, timeline_merge_row(&m), err);
        if (code == CU_OK)
            code = timeline_merge_next(&m, err);
    }
    timeline_merge_close(&m);
    return code;
}

static cu_code days_view(struct days *d, const struct timeline_view *v, struct cu_error *err)
{
    if (timeline_hidden_any(&v->hidden))
        return days_rows(d, v, err);
    for (size_t i = 0; i < v->run_count; i++)
        CU_TRY(days_run(d, v->runs[i], err));
    for (size_t i = 0; i < v->chunk_count; i++)
        for (size_t k = 0; k < v->chunks[i]->count; k++)
            CU_TRY(days_row(d, &v->chunks[i]->rows[k], err));
    return CU_OK;
}

cu_code timeline_days(struct timeline *t, int32_t from_day, int32_t to_day, uint32_t kind, timeline_day_visit *visit,
    void *context, struct cu_error *err)
{
    struct days d = {.from = from_day, .to = to_day, .kind = kind};
    struct timeline_view *v = timeline_view_take(t);
    cu_code code = days_view(&d, v, err);
    timeline_view_give(v);
    if (code == CU_OK)
        timeline_cells_sort(&d.cells);
    for (size_t i = 0; i < d.cells.count && code == CU_OK; i++) {
        const struct timeline_cell *c = &d.cells.cells[i];
        if (!visit(context, c->day, c->kind, c->count, c->revenue))
            break;
    }
    timeline_cells_clear(&d.cells);
    return code;
}
