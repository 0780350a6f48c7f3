// SPDX-License-Identifier: Apache-2.0
// Binding a plan to the sources of a view (scan_source.h).
#include "scan_source.h"

#include <stdlib.h>

enum { KEEP_MATCHES_MAX = 1 << 28 };

// ---- what has to be drawn from words

static cu_code bind_drawn(struct scan_sources *s, struct cu_error *err)
{
    struct timeline_column columns[SCAN_COLUMNS_MAX];
    bool draws = false;
    for (size_t i = 0; i < s->count; i++)
        draws = draws || s->list[i].draws;
    if (!draws)
        return CU_OK;
    for (size_t i = 0; i < s->plan->column_count; i++)
        columns[i] = (struct timeline_column){s->plan->columns[i].path, s->plan->columns[i].type};
    CU_TRY(timeline_columns_new(columns, s->plan->column_count, &s->drawn, err));
    for (size_t i = 0; i < s->plan->column_count; i++)
        for (uint32_t k = s->drawn->count; k > 0; k--)
            if (s->drawn->columns[k - 1].type == columns[i].type &&
                cu_str_eq(s->drawn->columns[k - 1].path, columns[i].path))
                s->drawn_of[i] = k - 1;
    return CU_OK;
}

// ---- sources

static cu_code bind_texts(struct scan_source *x, struct scan_bound *b, bool keep, struct cu_error *err)
{
    struct cu_error ignored;
    cu_code code = timeline_run_texts(x->run, b->column, &b->texts, &ignored);
    if (code == CU_CORRUPT) {
        x->damaged = true;
        return CU_OK;
    }
    CU_TRY(code);
    if (!keep || b->texts.count == 0 || b->texts.count > KEEP_MATCHES_MAX)
        return CU_OK;
    b->matches = cu_calloc(b->texts.count, 1);
    return b->matches ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read events");
}

static cu_code bind_run(struct scan_sources *s, struct scan_source *x, bool keep, struct cu_error *err)
{
    x->min_time = x->run->min_time;
    if (keep) {
        x->bad = cu_calloc(x->run->block_count / 8 + 1, 1);
        if (!x->bad)
            return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    }
    for (size_t i = 0; i < s->plan->column_count; i++) {
        const struct scan_column *c = &s->plan->columns[i];
        struct scan_bound *b = &x->bound[i];
        b->column = timeline_run_column(x->run, c->path, c->type);
        if (b->column == UINT32_MAX)
            x->draws = true;
        else if (c->type == TIMELINE_TEXT)
            CU_TRY(bind_texts(x, b, keep && c->match != SCAN_VALUE, err));
    }
    return CU_OK;
}

static void bind_chunk(struct scan_sources *s, struct scan_source *x)
{
    const struct timeline_columns *columns = s->view->columns;
    x->min_time = INT64_MAX; // the newest rows, mostly
    for (size_t i = 0; i < s->plan->column_count; i++) {
        const struct scan_column *c = &s->plan->columns[i];
        x->bound[i].column = UINT32_MAX;
        for (uint32_t k = 0; columns && k < columns->count; k++)
            if (columns->columns[k].type == c->type && cu_str_eq(columns->columns[k].path, c->path))
                x->bound[i].column = k;
        x->draws = x->draws || x->bound[i].column == UINT32_MAX;
    }
}

static int older_first(const void *a, const void *b)
{
    const struct scan_source *x = a, *y = b;
    return x->min_time < y->min_time ? -1 : x->min_time > y->min_time;
}

static bool may_have(const struct scan_sources *s, const struct timeline_run *r, const uint32_t *only, size_t only_count)
{
    if (!scan_run_matters(s, r))
        return false;
    for (size_t i = 0; i < only_count; i++)
        if (only[i] >= r->first_pno && only[i] <= r->last_pno)
            return true;
    return !only;
}

static cu_code bind_sources(struct scan_sources *s, const uint32_t *only, size_t only_count, struct cu_error *err)
{
    const struct timeline_view *v = s->view;
    size_t count = v->chunk_count, columns = s->plan->column_count;
    for (size_t i = 0; i < v->run_count; i++)
        count += may_have(s, v->runs[i], only, only_count);
    s->list = cu_calloc(count + 1, sizeof *s->list);
    s->bounds = cu_calloc(count * columns + 1, sizeof *s->bounds);
    if (!s->list || !s->bounds)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    for (size_t i = 0; i < count; i++)
        s->list[i].bound = s->bounds + i * columns;
    for (size_t i = 0; i < v->run_count; i++) {
        if (!may_have(s, v->runs[i], only, only_count))
            continue;
        s->list[s->count].run = v->runs[i];
        CU_TRY(bind_run(s, &s->list[s->count++], only == NULL, err));
    }
    for (size_t i = 0; i < v->chunk_count; i++) {
        s->list[s->count].chunk = v->chunks[i];
        bind_chunk(s, &s->list[s->count++]);
    }
    if (s->count > 1)
        qsort(s->list, s->count, sizeof *s->list, older_first);
    return bind_drawn(s, err);
}

static void bind_kinds(struct scan_sources *s)
{
    const struct scan_plan *p = s->plan;
    s->any_kind = p->kinds == NULL;
    for (size_t i = 0; !s->any_kind && i < p->kind_count; i++) {
        uint32_t kind = p->kinds[i];
        if (kind > UINT16_MAX || (s->kind_set[kind / 64] >> kind % 64 & 1))
            continue;
        s->kind_set[kind / 64] |= UINT64_C(1) << kind % 64;
        if (s->kind_count < CU_COUNT(s->kinds))
            s->kinds[s->kind_count] = kind;
        s->kind_count++;
    }
}

cu_code scan_sources_open(struct timeline *t, const struct scan_plan *plan, const struct scan_persons *persons,
    const uint32_t *only, size_t only_count, struct scan_sources *ret, struct cu_error *err)
{
    *ret = (struct scan_sources){.t = t, .plan = plan, .persons = persons};
    if (plan->column_count > SCAN_COLUMNS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a question can name at most %d properties", SCAN_COLUMNS_MAX);
    bind_kinds(ret);
    ret->view = timeline_view_take(t);
    const struct timeline_hidden *h = &ret->view->hidden;
    ret->hides_pnos = h->pno_count > 0;
    ret->hides_rows = h->import_count + h->source_count > 0;
    cu_code code = bind_sources(ret, only, only_count, err);
    if (code != CU_OK)
        scan_sources_close(ret);
    return code;
}

void scan_sources_close(struct scan_sources *s)
{
    for (size_t i = 0; s->list && i < s->count; i++)
        cu_free(s->list[i].bad);
    for (size_t i = 0; s->bounds && i < s->count * s->plan->column_count; i++)
        cu_free(s->bounds[i].matches);
    cu_free(s->bounds);
    cu_free(s->list);
    timeline_columns_unref(s->drawn);
    if (s->view)
        timeline_view_give(s->view);
    *s = (struct scan_sources){0};
}

bool scan_hidden_pno(const struct scan_sources *s, uint32_t pno)
{
    struct timeline_row row = {.pno = pno};
    struct timeline_hidden people = {.pnos = s->view->hidden.pnos, .pno_count = s->view->hidden.pno_count};
    return s->hides_pnos && timeline_hidden_row(&people, &row);
}

void scan_left_out(struct scan_desk *d, const struct scan_piece *p)
{
    unsigned char bit = (unsigned char)(1u << p->block % 8);
    if (!p->source->bad || !(atomic_fetch_or_explicit(&p->source->bad[p->block / 8], bit, memory_order_relaxed) & bit))
        atomic_fetch_add(&d->shared->damaged, 1);
}

// ---- desks

cu_code scan_desk_open(struct scan_sources *shared, struct scan_desk **ret, struct cu_error *err)
{
    struct scan_desk *d = cu_alloc(sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    memset(d, 0, offsetof(struct scan_desk, select));
    d->shared = shared;
    cu_buf_init(&d->scratch, 1 << 20);
    d->texts = cu_calloc(1, sizeof *d->texts);
    cu_code code = d->texts ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read events");
    if (code == CU_OK && (shared->drawn || (shared->plan->wants & SCAN_WORDS)))
        code = timeline_words_new(&d->words, err);
    if (code == CU_OK && shared->drawn)
        code = timeline_drawer_new(shared->drawn, NULL, &d->drawer, err);
    if (code != CU_OK) {
        scan_desk_close(d);
        return code;
    }
    *ret = d;
    return CU_OK;
}

void scan_desk_close(struct scan_desk *d)
{
    if (!d)
        return;
    timeline_words_free(d->words);
    timeline_drawer_free(d->drawer);
    cu_free(d->texts);
    cu_buf_clear(&d->scratch);
    cu_free(d);
}
