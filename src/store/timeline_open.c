// SPDX-License-Identifier: Apache-2.0
// Opening, closing and checking a timeline folder: manifest, kinds, runs, litter (timeline.c has
// the invariants). Called by app/ at start and by doctor.
#include "timeline_private.h"

#include "base/file.h"

static void register_metrics(struct timeline *t)
{
    t->m_rows = cu_metric_get(CU_GAUGE, "custos_timeline_rows", NULL, "Rows readers can see.");
    t->m_runs = cu_metric_get(CU_GAUGE, "custos_timeline_runs", NULL, "Runs on disk.");
    t->m_tail = cu_metric_get(
        CU_GAUGE, "custos_timeline_tail_rows", NULL, "Published rows not yet in a run.");
    t->m_merged = cu_metric_get(
        CU_COUNTER, "custos_timeline_merged_rows_total", NULL, "Rows written again by merging.");
}

// "0000000007.run" -> 7; .rows and .bytes are of the format before.
static bool run_file(const char *name, uint64_t *ret, bool *ret_old)
{
    size_t digits = strspn(name, "0123456789");
    *ret_old = strcmp(name + digits, ".rows") == 0 || strcmp(name + digits, ".bytes") == 0;
    if (digits < 10 || digits > 18 || (!*ret_old && strcmp(name + digits, ".run") != 0))
        return false;
    int64_t number = 0;
    if (!cu_str_i64((cu_str){name, digits}, &number))
        return false;
    *ret = (uint64_t)number;
    return true;
}

static bool named(const struct timeline_manifest *m, uint64_t number)
{
    for (size_t i = 0; i < m->run_count; i++)
        if (m->runs[i].number == number)
            return true;
    return false;
}

// No manifest: a new folder, unless runs lie in it, for then the manifest was lost.
cu_code timeline_check_new(const char **names, size_t count, struct cu_error *err)
{
    uint64_t number;
    bool old;
    for (size_t i = 0; i < count; i++)
        if (run_file(names[i], &number, &old))
            return cu_fail(err, CU_CORRUPT, "", "the timeline's manifest is missing");
    return CU_OK;
}

static cu_code first_manifest(
    struct timeline *t, const char **names, size_t count, struct cu_error *err)
{
    CU_TRY(timeline_check_new(names, count, err));
    t->manifest = (struct timeline_manifest){.next_number = 1};
    return timeline_manifest_store(t->folder, &t->manifest, err);
}

static cu_code remove_litter(const struct timeline *t, struct cu_arena *a, const char **names,
    size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        bool old, temporary = strcmp(names[i], "manifest.new") == 0;
        if (!temporary && (!run_file(names[i], &number, &old) || (!old && named(&t->manifest, number))))
            continue;
        cu_str path = cu_arena_printf(a, "%s/%s", t->folder, names[i]);
        if (!path.ptr)
            return cu_fail(err, CU_MEMORY, "", "no memory to open the timeline");
        CU_TRY(cu_file_unlink(path.ptr, err));
    }
    return CU_OK;
}

static cu_code open_runs(struct timeline *t, struct cu_error *err)
{
    size_t count = 0;
    struct timeline_run **runs = cu_calloc(t->manifest.run_count, sizeof *runs);
    if (!runs)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the timeline");
    cu_code code = CU_OK;
    for (; count < t->manifest.run_count && code == CU_OK; count++)
        code = timeline_run_open(t->folder, t->manifest.runs[count].number,
            t->manifest.runs[count].rows, &runs[count], err);
    if (code == CU_OK)
        code = timeline_view_set(t, runs, count, NULL, 0, &t->manifest.hidden, err);
    for (size_t i = 0; i < count; i++)
        timeline_run_unref(runs[i]);
    cu_free(runs);
    return code;
}

static cu_code open_folder(struct timeline *t, struct cu_error *err)
{
    CU_TRY(cu_dir_make(t->folder, 0700, err));
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the timeline");
    CU_TRY(cu_dir_list(a, t->folder, &names, &count, err));
    cu_code code = timeline_manifest_load(t->folder, &t->manifest, err);
    if (code == CU_NOT_FOUND)
        code = first_manifest(t, names, count, err);
    CU_TRY(code);
    t->next_number = t->manifest.next_number;
    t->published_seq = t->manifest.durable_seq;
    CU_TRY(timeline_kinds_open(t->folder, &t->kinds, err));
    if (timeline_kinds_count(t->kinds) < t->manifest.kinds)
        return cu_fail(
            err, CU_CORRUPT, "", "the timeline's kinds file has lost names that its rows need");
    CU_TRY(open_runs(t, err));
    CU_TRY(remove_litter(t, a, names, count, err));
    CU_TRY(timeline_remove_finish(t, err));
    return timeline_merger_start(t, err);
}

static void free_all(struct timeline *t)
{
    timeline_merger_stop(t);
    timeline_view_give(t->view);
    timeline_store_unref(t->store);
    timeline_columns_unref(t->columns);
    timeline_drawer_free(t->drawer);
    cu_free(t->litter);
    timeline_kinds_close(t->kinds);
    timeline_manifest_clear(&t->manifest);
    timeline_hidden_clear(&t->gone);
    pthread_mutex_destroy(&t->remove_lock);
    pthread_mutex_destroy(&t->write_lock);
    pthread_mutex_destroy(&t->manifest_lock);
    pthread_mutex_destroy(&t->merge_lock);
    pthread_mutex_destroy(&t->view_lock);
    pthread_cond_destroy(&t->merge_cond);
    cu_free(t->pending);
    cu_free(t->folder);
    cu_free(t);
}

cu_code timeline_open(
    const struct timeline_options *options, struct timeline **ret, struct cu_error *err)
{
    size_t len = strlen(options->folder);
    if (len == 0 || len > TIMELINE_PATH_MAX - 128)
        return cu_fail(err, CU_INVALID, "", "the timeline's folder name is empty or too long");
    struct timeline *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for the timeline");
    pthread_mutex_init(&t->remove_lock, NULL);
    pthread_mutex_init(&t->write_lock, NULL);
    pthread_mutex_init(&t->manifest_lock, NULL);
    pthread_mutex_init(&t->merge_lock, NULL);
    pthread_mutex_init(&t->view_lock, NULL);
    pthread_cond_init(&t->merge_cond, NULL);
    register_metrics(t);
    t->tail_max = options->tail_max > 0 ? options->tail_max : 65536;
    size_t memory = options->memory_max > 0 ? options->memory_max : TIMELINE_MEMORY_MAX;
    t->tail_bytes = memory / 8 > TIMELINE_TAIL_BYTES ? memory / 8 : TIMELINE_TAIL_BYTES;
    t->write_memory = memory / 4;
    t->folder = cu_alloc(len + 1);
    t->store = timeline_store_new();
    cu_code code = CU_OK;
    if (timeline_columns_new(NULL, 0, &t->columns, err) == CU_OK)
        t->columns->unset = true;
    if (!t->columns || timeline_drawer_new(t->columns, NULL, &t->drawer, err) != CU_OK || !t->folder || !t->store)
        code = cu_fail(err, CU_MEMORY, "", "no memory for the timeline");
    if (t->folder)
        memcpy(t->folder, options->folder, len + 1);
    if (code == CU_OK)
        code = open_folder(t, err);
    if (code != CU_OK) {
        free_all(t);
        return code;
    }
    *ret = t;
    return CU_OK;
}

void timeline_close(struct timeline *t)
{
    if (t)
        free_all(t);
}
