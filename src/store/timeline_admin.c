// SPDX-License-Identifier: Apache-2.0
// What a timeline consists of, and merging all of it (timeline_admin.h).
#include "timeline_admin.h"

#include "timeline_private.h"
#include "timeline_run_private.h"

struct uses { // gathered over runs
    struct timeline_column_use *list;
    size_t count, cap;
};

static const char *const types[] = {"text", "integer", "decimal", "time", "boolean"};

static struct timeline_column_use *use_of(struct uses *u, cu_str name, const char *type)
{
    for (size_t i = 0; i < u->count; i++)
        if (u->list[i].type == type && cu_str_eq(u->list[i].name, name))
            return &u->list[i];
    if (u->count == u->cap) {
        size_t cap = u->cap ? u->cap * 2 : 64;
        struct timeline_column_use *list = cu_realloc(u->list, cap * sizeof *list);
        if (!list)
            return NULL;
        u->list = list;
        u->cap = cap;
    }
    u->list[u->count] = (struct timeline_column_use){.name = name, .type = type};
    return &u->list[u->count++];
}

static bool add_use(struct uses *u, const char *name, uint64_t bytes)
{
    struct timeline_column_use *use = use_of(u, cu_str_of(name), "");
    if (use)
        use->bytes += bytes;
    return use != NULL;
}

static bool add_columns(struct uses *u, const struct timeline_run *r)
{
    static const char *const fixed[] = {"kind", "time_ms", "seq", "revenue", "source", "import", "flags"};
    for (uint32_t c = 0; c < r->column_count; c++) {
        const struct timeline_run_column *column = c < TIMELINE_COL_FIXED ? NULL : &r->columns[c - TIMELINE_COL_FIXED];
        struct timeline_column_use *use =
            column ? use_of(u, column->path, types[column->type]) : use_of(u, cu_str_of(fixed[c]), "");
        if (!use)
            return false;
        for (uint32_t b = 0; b < r->block_count; b++) {
            use->bytes += r->parts[(uint64_t)b * r->column_count + c].len;
            use->rows += r->parts[(uint64_t)b * r->column_count + c].count;
        }
        if (column) {
            use->bytes += column->texts_len;
            use->text_bytes += column->texts_len;
            use->texts += column->text_count;
        }
    }
    return true;
}

static bool add_run(struct uses *u, const struct timeline_run *r)
{
    uint64_t words = timeline_round8(r->sample_len) * 2, sealed = 0, known = 0;
    for (uint32_t i = 0; i < r->words_count; i++) {
        words += timeline_round8(r->words[i].len);
        sealed += timeline_round8(r->words[i].sealed_len);
    }
    uint64_t persons = ((uint64_t)r->person_count * 2 + 1) * 4;
    if (!add_columns(u, r) || !add_use(u, "words", words) || !add_use(u, "sealed", sealed) ||
        !add_use(u, "persons", persons))
        return false;
    for (uint64_t i = 0; i < (uint64_t)r->block_count * r->column_count; i++)
        known += r->parts[i].len;
    for (uint32_t i = 0; i + TIMELINE_COL_FIXED < r->column_count; i++)
        known += r->columns[i].texts_len;
    return add_use(u, "tables", r->bytes - known - words - sealed - persons);
}

static cu_code gather(
    struct timeline_run *const *runs, size_t count, struct timeline_stats *s, struct uses *u, struct cu_error *err)
{
    s->runs = count;
    s->from_ms = INT64_MAX;
    s->to_ms = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        const struct timeline_run *r = runs[i];
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = runs[k]->group != r->group;
        s->groups += first;
        s->rows += r->rows;
        s->blocks += r->block_count;
        s->bytes += r->bytes;
        s->damaged += atomic_load(&r->damaged);
        s->from_ms = r->min_time < s->from_ms ? r->min_time : s->from_ms;
        s->to_ms = r->max_time > s->to_ms ? r->max_time : s->to_ms;
        if (u && !add_run(u, r))
            return cu_fail(err, CU_MEMORY, "", "no memory to look at the timeline");
    }
    return CU_OK;
}

static uint64_t hidden_count(const struct timeline_hidden *h)
{
    return h->pno_count + h->import_count + h->source_count;
}

static void show(struct uses *u, timeline_stats_visit *visit, void *context)
{
    for (size_t i = 0; i < u->count; i++)
        visit(context, &u->list[i]);
    cu_free(u->list);
}

cu_code timeline_stats(
    struct timeline *t, struct timeline_stats *ret, timeline_stats_visit *visit, void *context, struct cu_error *err)
{
    struct uses u = {0};
    struct timeline_view *v = timeline_view_take(t);
    *ret = (struct timeline_stats){.tail_rows = v->tail_rows,
        .rows = v->tail_rows,
        .durable_seq = timeline_durable_seq(t),
        .hidden = hidden_count(&v->hidden)};
    cu_code code = gather(v->runs, v->run_count, ret, visit ? &u : NULL, err);
    u.count = code == CU_OK ? u.count : 0;
    show(&u, visit, context);
    timeline_view_give(v);
    return code;
}

static cu_code stats_once(
    const char *folder, struct timeline_stats *ret, timeline_stats_visit *visit, void *context, struct cu_error *err)
{
    struct uses u = {0};
    struct timeline_manifest m = {0};
    CU_TRY(timeline_manifest_load(folder, &m, err));
    *ret = (struct timeline_stats){.durable_seq = m.durable_seq, .hidden = hidden_count(&m.hidden)};
    struct timeline_run **runs = cu_calloc(m.run_count, sizeof *runs);
    size_t count = 0;
    cu_code code = runs ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to look at the timeline");
    while (code == CU_OK && count < m.run_count) {
        code = timeline_run_open(folder, m.runs[count].number, m.runs[count].rows, &runs[count], err);
        count += code == CU_OK;
    }
    if (code == CU_OK)
        code = gather(runs, count, ret, visit ? &u : NULL, err);
    u.count = code == CU_OK ? u.count : 0;
    show(&u, visit, context);
    for (size_t i = 0; i < count; i++)
        timeline_run_unref(runs[i]);
    cu_free(runs);
    timeline_manifest_clear(&m);
    return code;
}

cu_code timeline_stats_of(
    const char *folder, struct timeline_stats *ret, timeline_stats_visit *visit, void *context, struct cu_error *err)
{
    cu_code code = stats_once(folder, ret, visit, context, err);
    for (int again = 0; code == CU_CORRUPT && again < 4; again++) // a running server merged a run away meanwhile
        code = stats_once(folder, ret, visit, context, err);
    return code;
}

cu_code timeline_compact(struct timeline *t, timeline_progress *progress, void *context, struct cu_error *err)
{
    CU_TRY(timeline_flush(t, err));
    pthread_mutex_lock(&t->remove_lock);
    timeline_merger_hold(t);
    uint64_t all = timeline_count(t), done = 0, rows = 1;
    cu_code code = CU_OK;
    while (rows > 0 && code == CU_OK) {
        code = timeline_merge_once(t, true, NULL, &rows, err);
        done += rows;
        if (progress && !progress(context, done, all))
            break;
    }
    timeline_merger_resume(t);
    pthread_mutex_unlock(&t->remove_lock);
    return code;
}
