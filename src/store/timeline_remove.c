// SPDX-License-Identifier: Apache-2.0
// Removing rows: of people, of an import, of sources (T7). First the manifest says what is hidden,
// then every run that holds such rows is written again without them, then the manifest forgets the
// numbers. The projector waits for the first part only; readers go on with the view they have.
#include "timeline_copy.h"

#include "base/log.h"

#define REWRITE_RUNS 16u // replaced with one manifest

static void pending_without(struct timeline *t, const struct timeline_hidden *h)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->pending_count; i++)
        if (!timeline_hidden_row(h, &t->pending[i]))
            t->pending[kept++] = t->pending[i];
    t->pending_count = kept;
}

static cu_code list_union(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, uint32_t **ret,
    size_t *ret_count, struct cu_error *err)
{
    uint32_t *both = cu_alloc((a_count + b_count) * sizeof *both);
    if (!both)
        return cu_fail(err, CU_MEMORY, "", "no memory for a removal");
    if (a_count > 0)
        memcpy(both, a, a_count * sizeof *a);
    if (b_count > 0)
        memcpy(both + a_count, b, b_count * sizeof *b);
    cu_code code = timeline_hidden_list(both, a_count + b_count, ret, err); // sorted; twice does no harm
    cu_free(both);
    *ret_count = a_count + b_count;
    return code;
}

static cu_code hidden_union(
    const struct timeline_hidden *a, const struct timeline_hidden *b, struct timeline_hidden *ret, struct cu_error *err)
{
    struct timeline_hidden h = {0};
    cu_code code = list_union(a->pnos, a->pno_count, b->pnos, b->pno_count, &h.pnos, &h.pno_count, err);
    if (code == CU_OK)
        code = list_union(a->imports, a->import_count, b->imports, b->import_count, &h.imports, &h.import_count, err);
    if (code == CU_OK)
        code = list_union(a->sources, a->source_count, b->sources, b->source_count, &h.sources, &h.source_count, err);
    if (code != CU_OK) {
        timeline_hidden_clear(&h);
        return code;
    }
    *ret = h;
    return CU_OK;
}

cu_code timeline_step(struct timeline *t, struct timeline_made *made, const uint64_t *dropped, size_t dropped_count,
    const struct timeline_hidden *hidden, bool tail_written, struct cu_error *err)
{
    static struct timeline_made nothing;
    struct timeline_manifest next = {0};
    struct timeline_hidden copy = {0};
    struct timeline_made *in = made ? made : &nothing;
    pthread_mutex_lock(&t->manifest_lock);
    cu_code code = timeline_manifest_copy(&t->manifest, &next, err);
    if (code == CU_OK)
        code = timeline_hidden_copy(hidden, &copy, err);
    if (code == CU_OK)
        code = timeline_made_name(in, &next, err);
    if (code == CU_OK) {
        for (size_t i = 0; i < dropped_count; i++)
            timeline_manifest_drop(&next, dropped[i]);
        timeline_hidden_clear(&next.hidden);
        next.hidden = copy;
        if (tail_written)
            next.durable_seq = t->published_seq;
        code = timeline_install(t, &next, in->runs, in->count, dropped, dropped_count, t->view->chunks,
            tail_written ? 0 : t->view->chunk_count, err);
    } else {
        timeline_hidden_clear(&copy);
        timeline_made_litter(t, in);
    }
    pthread_mutex_unlock(&t->manifest_lock);
    timeline_manifest_clear(&next);
    return code;
}

static void litter(struct timeline *t, struct timeline_made *made)
{
    pthread_mutex_lock(&t->manifest_lock);
    timeline_made_litter(t, made);
    pthread_mutex_unlock(&t->manifest_lock);
}

// Hides durably, and writes the tail without what is hidden, in one manifest.
static cu_code hide(struct timeline *t, const struct timeline_hidden *request, struct cu_error *err)
{
    struct timeline_hidden hidden = {0};
    struct timeline_made made = {0};
    struct timeline_cuts cuts = {.rows = UINT32_MAX, .memory = t->write_memory};
    CU_TRY(hidden_union(&t->manifest.hidden, request, &hidden, err));
    struct timeline_view *v = timeline_view_take(t);
    cu_code code = CU_OK;
    if (v->chunk_count > 0)
        code = timeline_copy(t, NULL, 0, v->chunks, v->chunk_count, v->columns, &hidden, &cuts, NULL, &made, err);
    if (code == CU_OK)
        code = timeline_step(t, &made, NULL, 0, &hidden, true, err);
    else
        litter(t, &made);
    if (code == CU_OK)
        t->tail_rows = 0;
    timeline_made_clear(&made);
    timeline_view_give(v);
    timeline_hidden_clear(&hidden);
    CU_TRY(code);
    pending_without(t, request);
    timeline_store_renew(t);
    return CU_OK;
}

static bool touched_by_people(const struct timeline_run *r, const struct timeline_hidden *h)
{
    for (size_t i = 0; i < h->pno_count; i++) {
        uint32_t person = timeline_run_person(r, h->pnos[i]);
        if (person < r->person_count && r->pnos[person] == h->pnos[i])
            return true;
    }
    return false;
}

// By the smallest and largest import and source of each block, then by its rows.
static cu_code touched_block(
    const struct timeline_run *r, uint32_t block, const struct timeline_hidden *h, bool *ret, struct cu_error *err)
{
    struct timeline_values imports, sources;
    CU_TRY(timeline_run_part(r, block, TIMELINE_COL_IMPORT, &imports, err));
    CU_TRY(timeline_run_part(r, block, TIMELINE_COL_SOURCE, &sources, err));
    struct timeline_hidden others = *h;
    others.pno_count = 0;
    for (uint32_t i = 0; i < r->blocks[block].rows && !*ret; i++) {
        struct timeline_row row = {
            .import = (uint32_t)timeline_fixed(&imports, i), .source = (uint32_t)timeline_fixed(&sources, i)};
        *ret = timeline_hidden_row(&others, &row);
    }
    return CU_OK;
}

static cu_code touched(const struct timeline_run *r, const struct timeline_hidden *h, bool *ret, struct cu_error *err)
{
    *ret = touched_by_people(r, h);
    for (uint32_t b = 0; b < r->block_count && !*ret && h->import_count + h->source_count > 0; b++)
        CU_TRY(touched_block(r, b, h, ret, err));
    return CU_OK;
}

static cu_code rewrite(struct timeline *t, const struct timeline_view *v, struct timeline_run *r,
    struct timeline_made *made, struct cu_error *err)
{
    const struct timeline_hidden *hidden = &v->hidden;
    struct timeline_columns *columns;
    struct timeline_cuts cuts = {.rows = UINT32_MAX, .memory = t->write_memory, .group = r->group};
    bool done = false;
    CU_TRY(timeline_strip(t, r, hidden, made, &done, err));
    if (done)
        return CU_OK;
    CU_TRY(timeline_columns_for(v, &r, 1, &columns, err));
    cu_code code = timeline_copy(t, &r, 1, NULL, 0, columns, hidden, &cuts, NULL, made, err);
    timeline_columns_unref(columns);
    return code;
}

// The runs among list that hold something hidden, written again and replaced with one manifest.
static cu_code rewrite_some(struct timeline *t, struct timeline_view *v, size_t from, size_t to, struct cu_error *err)
{
    struct timeline_made made = {0};
    uint64_t dropped[REWRITE_RUNS];
    size_t dropped_count = 0;
    cu_code code = CU_OK;
    for (size_t i = from; i < to && code == CU_OK; i++) {
        bool holds_some = false;
        code = touched(v->runs[i], &v->hidden, &holds_some, err);
        if (code != CU_OK || !holds_some)
            continue;
        dropped[dropped_count++] = v->runs[i]->number;
        code = rewrite(t, v, v->runs[i], &made, err);
    }
    if (code != CU_OK)
        litter(t, &made);
    else if (dropped_count > 0)
        code = timeline_step(t, &made, dropped, dropped_count, &v->hidden, false, err);
    timeline_made_clear(&made);
    return code;
}

// With the merger held. Runs that are written meanwhile hold nothing of what is hidden.
static cu_code rewrite_all(struct timeline *t, struct cu_error *err)
{
    static const struct timeline_hidden none;
    struct timeline_view *v = timeline_view_take(t);
    cu_code code = CU_OK;
    for (size_t i = 0; i < v->run_count && code == CU_OK; i += REWRITE_RUNS)
        code = rewrite_some(t, v, i, i + REWRITE_RUNS < v->run_count ? i + REWRITE_RUNS : v->run_count, err);
    if (code == CU_OK)
        code = timeline_step(t, NULL, NULL, 0, &none, false, err);
    timeline_view_give(v);
    return code;
}

cu_code timeline_remove_finish(struct timeline *t, struct cu_error *err)
{
    if (!timeline_hidden_any(&t->manifest.hidden))
        return CU_OK;
    cu_log(CU_LOG_INFO, "timeline.removal_resumed");
    return rewrite_all(t, err);
}

// Of the people in the request: what is added for them from now on is ignored.
static cu_code remember_gone(struct timeline *t, const struct timeline_hidden *request, struct cu_error *err)
{
    struct timeline_hidden people = {.pnos = request->pnos, .pno_count = request->pno_count}, all;
    CU_TRY(hidden_union(&t->gone, &people, &all, err));
    timeline_hidden_clear(&t->gone);
    t->gone = all;
    return CU_OK;
}

static cu_code remove_request(struct timeline *t, const struct timeline_hidden *request, struct cu_error *err)
{
    if (!timeline_hidden_any(request))
        return CU_OK;
    pthread_mutex_lock(&t->remove_lock);
    timeline_merger_hold(t);
    pthread_mutex_lock(&t->write_lock);
    cu_code code = remember_gone(t, request, err);
    if (code == CU_OK)
        code = hide(t, request, err);
    pthread_mutex_unlock(&t->write_lock);
    if (code == CU_OK)
        code = rewrite_all(t, err);
    timeline_merger_resume(t);
    pthread_mutex_unlock(&t->remove_lock);
    return code;
}

cu_code timeline_remove_people(struct timeline *t, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct timeline_hidden h = {.pno_count = count};
    CU_TRY(timeline_hidden_list(pnos, count, &h.pnos, err));
    cu_code code = remove_request(t, &h, err);
    timeline_hidden_clear(&h);
    return code;
}

cu_code timeline_remove_import(struct timeline *t, uint32_t import, struct cu_error *err)
{
    struct timeline_hidden h = {.imports = &import, .import_count = 1};
    return remove_request(t, &h, err);
}

cu_code timeline_remove_sources(struct timeline *t, const uint32_t *sources, size_t count, struct cu_error *err)
{
    struct timeline_hidden h = {.source_count = count};
    CU_TRY(timeline_hidden_list(sources, count, &h.sources, err));
    cu_code code = remove_request(t, &h, err);
    timeline_hidden_clear(&h);
    return code;
}
