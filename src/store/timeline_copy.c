// SPDX-License-Identifier: Apache-2.0
// Copying rows into new runs (timeline_copy.h). Texts of a source's dictionary are looked up in the new one once
// each; a column that a source lacks is drawn from the words of its rows.
#include "timeline_copy.h"

#define NONE UINT32_MAX

struct active { // a column of the source that has values in the block at hand
    uint32_t from, to;
    struct timeline_values v;
};
struct source { // one run being copied
    const struct timeline_run *run;
    uint32_t *to;   // per property column of the run: the new column; NONE
    uint32_t **ids; // per property column: new id + 1 of each text; NULL: none yet
    struct timeline_texts *texts;
    struct timeline_drawer *drawer; // for columns the run lacks
    struct active *active;
    uint32_t active_count, block;
};
struct copy {
    struct timeline *t;
    struct timeline_merge merge;
    struct timeline_columns *columns;
    const struct timeline_cuts *cuts;
    const atomic_bool *cancel;
    struct source *sources; // as many as runs; the first cursors of merge
    size_t source_count;
    struct timeline_run_writer *writer;
    uint64_t number, group;
    uint32_t last_pno;
    struct timeline_run_value *values;
    size_t value_count, value_cap;
    struct timeline_made *made;
};

cu_code timeline_made_add(struct timeline_made *m, struct timeline_run *run, struct cu_error *err)
{
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 8;
        struct timeline_run **runs = cu_realloc(m->runs, cap * sizeof *runs);
        if (!runs) {
            timeline_run_unref(run);
            return cu_fail(err, CU_MEMORY, "", "no memory to write timeline runs");
        }
        m->runs = runs;
        m->cap = cap;
    }
    m->runs[m->count++] = run;
    return CU_OK;
}

void timeline_made_clear(struct timeline_made *m)
{
    for (size_t i = 0; i < m->count; i++)
        timeline_run_unref(m->runs[i]);
    cu_free(m->runs);
    *m = (struct timeline_made){0};
}

cu_code timeline_made_name(const struct timeline_made *m, struct timeline_manifest *next, struct cu_error *err)
{
    for (size_t i = 0; i < m->count; i++)
        CU_TRY(timeline_manifest_add(next, m->runs[i]->number, m->runs[i]->rows, err));
    return CU_OK;
}

void timeline_made_litter(struct timeline *t, struct timeline_made *m)
{
    for (size_t i = 0; i < m->count; i++)
        timeline_litter(t, m->runs[i]->number);
    timeline_made_clear(m);
}

// ---- sources

static void source_clear(struct source *s)
{
    for (uint32_t i = 0; s->ids && i + TIMELINE_COL_FIXED < s->run->column_count; i++)
        cu_free(s->ids[i]);
    cu_free(s->ids);
    cu_free(s->to);
    cu_free(s->texts);
    cu_free(s->active);
    timeline_drawer_free(s->drawer);
}

static cu_code source_init(
    struct source *s, const struct timeline_run *run, struct timeline_columns *columns, struct cu_error *err)
{
    uint32_t count = run->column_count - TIMELINE_COL_FIXED, found = 0;
    bool wanted[TIMELINE_COLUMNS_MAX];
    s->run = run;
    s->block = NONE;
    s->to = cu_alloc(count * sizeof *s->to);
    s->ids = cu_calloc(count, sizeof *s->ids);
    s->texts = cu_calloc(count, sizeof *s->texts);
    s->active = cu_alloc(count * sizeof *s->active);
    if (!s->to || !s->ids || !s->texts || !s->active)
        return cu_fail(err, CU_MEMORY, "", "no memory to write timeline runs");
    for (uint32_t i = 0; i < count; i++)
        s->to[i] = NONE;
    for (uint32_t i = 0; i < columns->count; i++) {
        uint32_t c = timeline_run_column(run, columns->columns[i].path, columns->columns[i].type);
        wanted[i] = c == NONE;
        if (c != NONE) {
            s->to[c - TIMELINE_COL_FIXED] = i;
            found++;
        }
    }
    return found < columns->count ? timeline_drawer_new(columns, wanted, &s->drawer, err) : CU_OK;
}

static cu_code source_block(struct source *s, uint32_t block, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    s->active_count = 0;
    for (uint32_t c = TIMELINE_COL_FIXED; c < r->column_count; c++) {
        uint32_t i = c - TIMELINE_COL_FIXED;
        if (s->to[i] == NONE || !(r->parts[(uint64_t)block * r->column_count + c].form & TIMELINE_PART_HAS))
            continue;
        struct active *a = &s->active[s->active_count++];
        *a = (struct active){.from = i, .to = s->to[i]};
        CU_TRY(timeline_run_part(r, block, c, &a->v, err));
        if (r->columns[i].type != TIMELINE_TEXT || s->ids[i])
            continue;
        CU_TRY(timeline_run_texts(r, c, &s->texts[i], err));
        s->ids[i] = cu_calloc(s->texts[i].count, sizeof **s->ids);
        if (!s->ids[i])
            return cu_fail(err, CU_MEMORY, "", "no memory to write timeline runs");
    }
    s->block = block;
    return CU_OK;
}

// ---- one row

static cu_code put(struct copy *c, uint32_t column, int64_t value, struct cu_error *err)
{
    if (c->value_count == c->value_cap) {
        size_t cap = c->value_cap ? c->value_cap * 2 : 256;
        struct timeline_run_value *values = cu_realloc(c->values, cap * sizeof *values);
        if (!values)
            return cu_fail(err, CU_MEMORY, "", "no memory to write timeline runs");
        c->values = values;
        c->value_cap = cap;
    }
    c->values[c->value_count++] = (struct timeline_run_value){.column = column, .value = value};
    return CU_OK;
}

static cu_code put_text(struct copy *c, uint32_t column, uint64_t hash, cu_str text, struct cu_error *err)
{
    uint32_t id;
    CU_TRY(timeline_run_text(c->writer, column, hash, text, &id, err));
    return put(c, column, id, err);
}

static cu_code put_active(struct copy *c, struct source *s, const struct active *a, uint32_t k, struct cu_error *err)
{
    int64_t value = timeline_value(&a->v, k);
    uint32_t *ids = s->ids[a->from];
    if (!ids)
        return put(c, a->to, value, err);
    const struct timeline_texts *t = &s->texts[a->from];
    if (value < 0 || value >= t->count)
        return timeline_run_damaged(s->run, err, "a text that is not in its dictionary");
    if (ids[value] == 0) {
        CU_TRY(
            timeline_run_text(c->writer, a->to, t->hash[value], timeline_text(t, (uint32_t)value), &ids[value], err));
        ids[value]++;
    }
    return put(c, a->to, ids[value] - 1, err);
}

static cu_code values_of_run(struct copy *c, struct source *s, uint32_t place, cu_str plain, struct cu_error *err)
{
    uint32_t row = place & (TIMELINE_BLOCK_ROWS - 1);
    if (s->block != place >> TIMELINE_BLOCK_SHIFT)
        CU_TRY(source_block(s, place >> TIMELINE_BLOCK_SHIFT, err));
    for (uint32_t i = 0; i < s->active_count; i++) {
        const struct active *a = &s->active[i];
        if (!timeline_present(&a->v, row))
            continue;
        uint32_t k = timeline_rank(&a->v, row), end = k + 1;
        if (a->v.ends) {
            end = timeline_list_from(&a->v, k + 1);
            k = timeline_list_from(&a->v, k);
        }
        for (; k < end; k++)
            CU_TRY(put_active(c, s, a, k, err));
    }
    const struct timeline_drawn *drawn;
    size_t count = 0;
    if (s->drawer)
        CU_TRY(timeline_draw(s->drawer, plain, &drawn, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(drawn[i].text.ptr ? put_text(c, drawn[i].column, (uint64_t)drawn[i].value, drawn[i].text, err)
                                 : put(c, drawn[i].column, drawn[i].value, err));
    return CU_OK;
}

static cu_code values_of_tail(struct copy *c, const struct timeline_row *row, struct cu_error *err)
{
    for (uint32_t i = 0; i < row->value_count; i++) {
        const struct timeline_tail_value *v = &row->values[i];
        if (c->columns->columns[v->column].type != TIMELINE_TEXT) {
            CU_TRY(put(c, v->column, v->value, err));
            continue;
        }
        const struct timeline_tail_text *text = timeline_tail_text(v);
        CU_TRY(put_text(c, v->column, text->hash, (cu_str){text->bytes, text->len}, err));
    }
    return CU_OK;
}

// ---- runs

static cu_code end_run(struct copy *c, struct cu_error *err)
{
    struct timeline_run_writer *w = c->writer;
    struct timeline_run *run = NULL;
    if (!w)
        return CU_OK;
    uint64_t rows = timeline_run_added(w);
    c->writer = NULL;
    for (size_t i = 0; i < c->source_count; i++) // ids were of that run's dictionaries
        for (uint32_t k = 0; k + TIMELINE_COL_FIXED < c->sources[i].run->column_count; k++)
            if (c->sources[i].ids[k])
                memset(c->sources[i].ids[k], 0, c->sources[i].texts[k].count * sizeof **c->sources[i].ids);
    CU_TRY(timeline_run_finish(w, err));
    cu_code code = timeline_run_open(c->t->folder, c->number, rows, &run, err);
    if (code == CU_OK)
        code = timeline_made_add(c->made, run, err);
    if (code != CU_OK)
        (void)!timeline_run_unlink(c->t->folder, c->number, NULL);
    return code;
}

static bool is_cut(const struct copy *c, uint32_t pno)
{
    const struct timeline_cuts *cuts = c->cuts;
    uint64_t rows = timeline_run_added(c->writer);
    if (cuts->by_partition && pno >> TIMELINE_PARTITION_SHIFT != c->last_pno >> TIMELINE_PARTITION_SHIFT)
        return true;
    if (rows >= cuts->rows && (pno != c->last_pno || rows >= 2 * cuts->rows))
        return true;
    return rows % 1024 == 0 && timeline_run_memory(c->writer) > cuts->memory;
}

static cu_code writer_for(struct copy *c, uint32_t pno, struct cu_error *err)
{
    if (c->writer && !is_cut(c, pno))
        return CU_OK;
    CU_TRY(end_run(c, err));
    c->number = timeline_number(c->t);
    if (c->group == 0 ||
        (c->cuts->by_partition && pno >> TIMELINE_PARTITION_SHIFT != c->last_pno >> TIMELINE_PARTITION_SHIFT))
        c->group = c->number;
    return timeline_run_create(c->t->folder, c->number, c->group, c->columns, &c->writer, err);
}

static cu_code copy_row(struct copy *c, const struct timeline_row *row, struct cu_error *err)
{
    cu_str plain, sealed;
    CU_TRY(writer_for(c, row->pno, err));
    CU_TRY(timeline_merge_bytes(&c->merge, &plain, &sealed, err));
    c->value_count = 0;
    struct timeline_cursor *cursor = timeline_merge_cursor(&c->merge);
    if (cursor->chunk)
        CU_TRY(values_of_tail(c, row, err));
    else
        CU_TRY(values_of_run(c, &c->sources[cursor - c->merge.cursors], timeline_cursor_place(cursor), plain, err));
    CU_TRY(timeline_run_add(c->writer, row, plain, sealed, c->values, c->value_count, err));
    c->last_pno = row->pno;
    return CU_OK;
}

static cu_code copy_all(struct copy *c, struct cu_error *err)
{
    const struct timeline_row *row;
    for (uint64_t n = 0; (row = timeline_merge_row(&c->merge)) != NULL; n++) {
        if (c->cancel && n % 1024 == 0 && atomic_load(c->cancel))
            return cu_fail(err, CU_UNAVAILABLE, "", "the merge was given up");
        CU_TRY(copy_row(c, row, err));
        CU_TRY(timeline_merge_next(&c->merge, err));
    }
    return end_run(c, err);
}

cu_code timeline_copy(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, struct timeline_columns *columns,
    const struct timeline_hidden *without, const struct timeline_cuts *cuts, const atomic_bool *cancel,
    struct timeline_made *ret, struct cu_error *err)
{
    struct copy c = {.t = t, .columns = columns, .cuts = cuts, .cancel = cancel, .made = ret, .group = cuts->group};
    c.sources = cu_calloc(run_count, sizeof *c.sources);
    if (!c.sources)
        return cu_fail(err, CU_MEMORY, "", "no memory to write timeline runs");
    cu_code code = CU_OK;
    for (; c.source_count < run_count && code == CU_OK; c.source_count++)
        code = source_init(&c.sources[c.source_count], runs[c.source_count], columns, err);
    if (code == CU_OK)
        code = timeline_merge_open(runs, run_count, chunks, chunk_count, INT64_MIN, INT64_MAX, without, &c.merge, err);
    if (code == CU_OK) {
        code = copy_all(&c, err);
        timeline_merge_close(&c.merge);
    }
    timeline_run_abandon(c.writer);
    for (size_t i = 0; i < c.source_count; i++)
        source_clear(&c.sources[i]);
    cu_free(c.sources);
    cu_free(c.values);
    return code;
}
