// SPDX-License-Identifier: Apache-2.0
// Rows that are kept no longer (timeline_expire in timeline.h): the runs that hold some, by their counts per day and
// kind, are written again without them, one a step. Nothing is hidden first: until a step is stored the rows are there, and
// whoever asks again finds what is left. So nothing has to be remembered, and a crash loses at most one step.
#include "timeline_copy.h"

#include <stdlib.h>

static int by_kind(const void *a, const void *b)
{
    const struct timeline_expiry *x = a, *y = b;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static bool holds_old(const struct timeline_hidden *h, uint32_t kind, int32_t day)
{
    const struct timeline_expiry key = {.kind = kind};
    const struct timeline_expiry *rule = bsearch(&key, h->old, h->old_count, sizeof key, by_kind);
    return rule && day < rule->before_day;
}

static cu_code run_holds_old(const struct timeline_run *r, const struct timeline_hidden *h, bool *ret, struct cu_error *err)
{
    const struct timeline_cell *cells = NULL;
    size_t count = 0;
    *ret = false;
    CU_TRY(timeline_run_cells(r, &cells, &count, err));
    for (size_t i = 0; i < count && !*ret; i++)
        *ret = cells[i].count > 0 && holds_old(h, cells[i].kind, cells[i].day);
    return CU_OK;
}

static bool tail_holds_old(const struct timeline_view *v, const struct timeline_hidden *h)
{
    for (size_t i = 0; i < v->chunk_count; i++)
        for (size_t k = 0; k < v->chunks[i]->count; k++)
            if (timeline_hidden_row(h, &v->chunks[i]->rows[k]))
                return true;
    return false;
}

struct pass {
    struct timeline_hidden h;
    timeline_visit *goes;
    void *context;
    struct cu_buf spared; // of the run at hand: uint32_t, ascending as the rows are
    uint64_t rows;
    bool more;
};

static void spare(struct pass *p, uint32_t pno)
{
    cu_buf_add(&p->spared, &pno, sizeof pno);
    p->h.spared = (const uint32_t *)(const void *)p->spared.ptr;
    p->h.spared_count = p->spared.len / sizeof pno;
}

// The rows of the run that go, and whose stay.
static cu_code ask(struct pass *p, struct timeline_run *run, uint64_t *ret_rows, struct cu_error *err)
{
    struct timeline_merge m;
    cu_buf_reset(&p->spared);
    p->h.spared_count = 0;
    *ret_rows = 0;
    CU_TRY(timeline_merge_open(&run, 1, NULL, 0, INT64_MIN, INT64_MAX, NULL, &m, err));
    cu_code code = CU_OK;
    const struct timeline_row *row;
    while (code == CU_OK && (row = timeline_merge_row(&m)) != NULL) {
        if (timeline_hidden_row(&p->h, row)) {
            struct timeline_event e = timeline_row_event(row, CU_NONE, CU_NONE);
            if (p->goes && !p->goes(p->context, &e))
                spare(p, row->pno);
            else
                ++*ret_rows;
        }
        code = timeline_merge_next(&m, err);
    }
    timeline_merge_close(&m);
    return code == CU_OK ? cu_buf_code(&p->spared, err) : code;
}

static cu_code write_again(
    struct timeline *t, const struct timeline_view *v, struct timeline_run *run, const struct timeline_hidden *h,
        struct cu_error *err)
{
    struct timeline_made made = {0};
    struct timeline_columns *columns = NULL;
    const struct timeline_cuts cuts = {.rows = UINT32_MAX, .memory = t->write_memory, .group = run->group};
    const uint64_t dropped = run->number;
    CU_TRY(timeline_columns_for(v, &run, 1, &columns, err));
    cu_code code = timeline_copy(t, &run, 1, NULL, 0, columns, h, &cuts, NULL, &made, err);
    timeline_columns_unref(columns);
    if (code == CU_OK) {
        code = timeline_step(t, &made, &dropped, 1, &v->hidden, false, err);
    } else {
        pthread_mutex_lock(&t->manifest_lock);
        timeline_made_litter(t, &made);
        pthread_mutex_unlock(&t->manifest_lock);
    }
    timeline_made_clear(&made);
    return code;
}

static cu_code one_run(struct timeline *t, struct timeline_view *v, struct pass *p, struct cu_error *err)
{
    bool written = false;
    // A removal that failed hides rows still: those go as well, and its own repetition finds nothing more to do.
    p->h.pnos = v->hidden.pnos, p->h.pno_count = v->hidden.pno_count;
    p->h.imports = v->hidden.imports, p->h.import_count = v->hidden.import_count;
    p->h.sources = v->hidden.sources, p->h.source_count = v->hidden.source_count;
    for (size_t i = 0; i < v->run_count && !p->more; i++) {
        bool old = false;
        CU_TRY(run_holds_old(v->runs[i], &p->h, &old, err));
        if (!old)
            continue;
        p->more = written;
        if (written)
            break;
        CU_TRY(ask(p, v->runs[i], &p->rows, err));
        written = p->rows > 0;
        if (written)
            CU_TRY(write_again(t, v, v->runs[i], &p->h, err));
    }
    return CU_OK;
}

// With the merger held: it would write what goes now again.
static cu_code step(struct timeline *t, struct pass *p, struct cu_error *err)
{
    struct timeline_view *v = timeline_view_take(t);
    bool flush = tail_holds_old(v, &p->h);
    timeline_view_give(v);
    if (flush)
        CU_TRY(timeline_flush(t, err));
    v = timeline_view_take(t);
    cu_code code = one_run(t, v, p, err);
    timeline_view_give(v);
    return code;
}

cu_code timeline_expire(struct timeline *t, const struct timeline_expiry *rules, size_t count, timeline_visit *goes,
    void *context,
    uint64_t *ret_rows, bool *ret_more, struct cu_error *err)
{
    struct pass p = {.goes = goes, .context = context};
    struct timeline_expiry *sorted = cu_alloc((count + 1) * sizeof *sorted);
    if (!sorted)
        return cu_fail(err, CU_MEMORY, "", "no memory for a removal");
    cu_buf_init(&p.spared, (size_t)UINT32_MAX);
    *ret_rows = 0;
    *ret_more = false;
    if (count > 0)
        memcpy(sorted, rules, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_kind);
    p.h.old = sorted;
    p.h.old_count = count;
    pthread_mutex_lock(&t->remove_lock);
    timeline_merger_hold(t);
    cu_code code = count > 0 ? step(t, &p, err) : CU_OK;
    timeline_merger_resume(t);
    pthread_mutex_unlock(&t->remove_lock);
    cu_buf_clear(&p.spared);
    cu_free(sorted);
    if (code == CU_OK) {
        *ret_rows = p.rows;
        *ret_more = p.more;
    }
    return code;
}
