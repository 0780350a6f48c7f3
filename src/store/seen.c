// SPDX-License-Identifier: Apache-2.0
// Which messageIds have been accepted (seen.h): the memory table, the check, writing runs. Merging
// in the background is in seen_merger.c, a run's files in seen_run*.c.
//
// Invariants
// S1  A tag counts as seen from the moment seen_check_add returned, with the smallest seq it was
//     checked with; the answer for (tag, seq) is the same however often the journal is replayed.
// S2  Every entry is in the table or in a run that the manifest names; a run is written and synced
//     whole, its folder entry too, before a manifest names it.
// S3  durable_seq is in the same manifest as the run that completes it: every check up to it is in
//     the runs. What was checked after it comes again from the journal.
// S4  When replacing the manifest fails, nobody knows which of both is on disk: no file that either
//     names is removed before the next replacement succeeded, and run numbers are never used twice.
// S5  A run leaves only when its newest entry is older than keep_ms; merging joins runs only when
//     together they span at most a quarter of keep_ms, so nothing stays much longer than that.
// S6  The merger owns no run: it reads runs of the list, which nobody else removes while it works
//     (ageing out is done by whoever installs, under the lock, and spares the runs being merged).
#include "seen_private.h"

#include "base/file.h"
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

static size_t place_of(const struct seen_table *t, const seen_tag *tag)
{
    size_t at = (size_t)cu_hash64(tag->bytes, sizeof tag->bytes, 0) & (t->cap - 1);
    while (t->slots[at].seq != 0 && seen_tag_cmp(&t->slots[at].tag, tag) != 0)
        at = (at + 1) & (t->cap - 1);
    return at;
}

static cu_code table_grow(struct seen_table *t, struct cu_error *err)
{
    struct seen_table bigger = {.cap = t->cap ? t->cap * 2 : 1024, .count = t->count};
    bigger.slots = cu_calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return cu_fail(err, CU_MEMORY, "", "no memory to remember another messageId");
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i].seq != 0)
            bigger.slots[place_of(&bigger, &t->slots[i].tag)] = t->slots[i];
    cu_free(t->slots);
    *t = bigger;
    return CU_OK;
}

static void table_clear(struct seen_table *t)
{
    cu_free(t->slots);
    *t = (struct seen_table){0};
}

// The smallest seq the runs hold for the tag, 0 for none.
static cu_code runs_find(struct seen *s, const seen_tag *tag, uint64_t *ret, struct cu_error *err)
{
    cu_code code = CU_OK;
    *ret = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = s->run_count; i > 0 && code == CU_OK; i--) {
        uint64_t seq = 0;
        code = seen_run_find(s->runs[i - 1], tag, &seq, err);
        if (seq != 0 && (*ret == 0 || seq < *ret))
            *ret = seq; // normally the only one; a smaller one may have been written later (S1)
    }
    pthread_mutex_unlock(&s->lock);
    return code;
}

static cu_code remember(
    struct seen *s, const seen_tag *tag, uint64_t seq, int64_t now_ms, struct cu_error *err)
{
    if (s->table.count >= s->memory_max)
        CU_TRY(seen_flush(s, err));
    if ((s->table.count + 1) * 10 > s->table.cap * 7)
        CU_TRY(table_grow(&s->table, err));
    struct seen_entry *at = &s->table.slots[place_of(&s->table, tag)];
    if (at->seq == 0) {
        s->table.count++;
        atomic_fetch_add(&s->count, 1);
    }
    *at = (struct seen_entry){.tag = *tag, .seq = seq};
    s->min_ms = s->table.count == 1 || now_ms < s->min_ms ? now_ms : s->min_ms;
    s->max_ms = s->table.count == 1 || now_ms > s->max_ms ? now_ms : s->max_ms;
    return CU_OK;
}

cu_code seen_check_add(struct seen *s, seen_tag tag, uint64_t seq, int64_t now_ms,
    uint64_t *ret_first, struct cu_error *err)
{
    uint64_t first = 0;
    if (seq == 0)
        return cu_fail(err, CU_INVALID, "", "sequence numbers start at 1");
    if (s->table.cap > 0)
        first = s->table.slots[place_of(&s->table, &tag)].seq;
    if (first == 0)
        CU_TRY(runs_find(s, &tag, &first, err));
    if (first == 0 || first > seq) {
        CU_TRY(remember(s, &tag, seq, now_ms, err));
        first = seq;
    }
    s->last_seq = seq > s->last_seq ? seq : s->last_seq;
    s->now_ms = now_ms > s->now_ms ? now_ms : s->now_ms;
    *ret_first = first;
    return CU_OK;
}

uint64_t seen_durable_seq(const struct seen *s)
{
    return atomic_load(&s->durable_seq);
}

uint64_t seen_count(const struct seen *s)
{
    return atomic_load(&s->count);
}

void seen_litter(struct seen *s, uint64_t number)
{
    if (s->litter_count < CU_COUNT(s->litter))
        s->litter[s->litter_count++] = number; // beyond: the next open finds it
}

static void litter_clear(struct seen *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->litter_count; i++)
        if (seen_run_unlink(s->folder, s->litter[i], NULL) != CU_OK)
            s->litter[kept++] = s->litter[i];
    s->litter_count = kept;
}

static bool among(const struct seen_run *r, struct seen_run *const *runs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (runs[i] == r)
            return true;
    return false;
}

static bool leaves(const struct seen *s, const struct seen_run *r, struct seen_run *const *dropped,
    size_t dropped_count)
{
    if (among(r, dropped, dropped_count))
        return true;
    return !r->merging && s->aged_ms > s->keep_ms && r->info.max_ms < s->aged_ms - s->keep_ms;
}

static void close_run(struct seen *s, struct seen_run *r)
{
    s->filter_used -= seen_run_memory(r);
    seen_run_close(r);
}

size_t seen_filter_room(const struct seen *s)
{
    return s->filter_used < SEEN_FILTER_MEMORY ? SEEN_FILTER_MEMORY - s->filter_used : 0;
}

// The runs after the installation into a fresh list and a manifest of them.
static cu_code next_runs(struct seen *s, struct seen_run *added, struct seen_run *const *dropped,
    size_t dropped_count, struct seen_run **runs, struct seen_manifest *next, struct cu_error *err)
{
    for (size_t i = 0; i < s->run_count; i++)
        if (!leaves(s, s->runs[i], dropped, dropped_count)) {
            runs[next->run_count] = s->runs[i];
            CU_TRY(seen_manifest_add(next, &s->runs[i]->info, err));
        }
    if (!added)
        return CU_OK;
    runs[next->run_count] = added;
    return seen_manifest_add(next, &added->info, err);
}

static void swap_runs(struct seen *s, struct seen_run **runs, struct seen_manifest *next)
{
    uint64_t before = 0, after = 0;
    for (size_t i = 0; i < next->run_count; i++)
        after += runs[i]->info.entries;
    for (size_t i = 0; i < s->run_count; i++) {
        before += s->runs[i]->info.entries;
        if (!among(s->runs[i], runs, next->run_count)) {
            seen_litter(s, s->runs[i]->info.number);
            close_run(s, s->runs[i]);
        }
    }
    atomic_fetch_add(&s->count, after - before); // may wrap: it is a difference
    cu_free(s->runs);
    s->runs = runs;
    s->run_count = next->run_count;
    seen_manifest_clear(&s->manifest);
    s->manifest = *next;
    cu_metric_set(s->m_entries, (int64_t)atomic_load(&s->count));
    cu_metric_set(s->m_runs, (int64_t)s->run_count);
}

cu_code seen_install(struct seen *s, struct seen_run *added, struct seen_run *const *dropped,
    size_t dropped_count, uint64_t durable_seq, struct cu_error *err)
{
    struct seen_manifest next = {.durable_seq = durable_seq, .next_number = s->next_number};
    struct seen_run **runs = cu_alloc((s->run_count + 1) * sizeof(struct seen_run *));
    cu_code code =
        runs ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the list of seen runs");
    if (code == CU_OK)
        code = next_runs(s, added, dropped, dropped_count, runs, &next, err);
    if (code == CU_OK)
        code = cu_dir_sync(s->folder, err);
    if (code == CU_OK)
        code = seen_manifest_store(s->folder, &next, err);
    if (code != CU_OK) {
        if (added) {
            seen_litter(s, added->info.number);
            close_run(s, added);
        }
        cu_free(runs);
        seen_manifest_clear(&next);
        return code;
    }
    swap_runs(s, runs, &next);
    atomic_store(&s->durable_seq, durable_seq);
    litter_clear(s);
    return CU_OK;
}

static int by_tag(const void *a, const void *b)
{
    const struct seen_entry *x = a, *y = b;
    return seen_tag_cmp(&x->tag, &y->tag);
}

// The table as a run. The table itself stays as it is: it is only read, through a packed copy.
static cu_code table_write(
    struct seen *s, uint64_t number, struct seen_run **ret, struct cu_error *err)
{
    size_t n = 0;
    struct seen_entry *sorted = cu_alloc(s->table.count * sizeof *sorted);
    if (!sorted)
        return cu_fail(err, CU_MEMORY, "", "no memory to write seen messageIds");
    for (size_t i = 0; i < s->table.cap; i++)
        if (s->table.slots[i].seq != 0)
            sorted[n++] = s->table.slots[i];
    assert(n == s->table.count);
    qsort(sorted, n, sizeof *sorted, by_tag);
    struct seen_info info = {.number = number, .min_ms = s->min_ms, .max_ms = s->max_ms};
    struct seen_writer *w = NULL;
    cu_code code = seen_writer_new(s->folder, number, n, &w, err);
    for (size_t i = 0; i < n && code == CU_OK; i++)
        code = seen_writer_add(w, &sorted[i], err);
    if (code == CU_OK)
        code = seen_writer_finish(w, &info.entries, err);
    else
        seen_writer_abandon(w);
    cu_free(sorted);
    CU_TRY(code);
    pthread_mutex_lock(&s->lock);
    code = seen_run_open(s->folder, &info, seen_filter_room(s), ret, err);
    if (code == CU_OK)
        s->filter_used += seen_run_memory(*ret);
    else
        seen_litter(s, number);
    pthread_mutex_unlock(&s->lock);
    return code;
}

cu_code seen_flush(struct seen *s, struct cu_error *err)
{
    if (s->last_seq <= atomic_load(&s->durable_seq) && s->table.count == 0)
        return CU_OK;
    struct seen_run *run = NULL;
    pthread_mutex_lock(&s->lock);
    uint64_t number = s->next_number++;
    pthread_mutex_unlock(&s->lock);
    if (s->table.count > 0)
        CU_TRY(table_write(s, number, &run, err));
    pthread_mutex_lock(&s->lock);
    s->aged_ms = s->now_ms;
    cu_code code = seen_install(s, run, NULL, 0, s->last_seq, err);
    if (code == CU_OK) {
        atomic_fetch_sub(&s->count, s->table.count); // counted with the run now
        s->merge_wanted = true;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
    CU_TRY(code);
    table_clear(&s->table);
    return CU_OK;
}

static cu_code open_runs(struct seen *s, struct cu_error *err)
{
    s->runs = cu_calloc(s->manifest.run_count, sizeof(struct seen_run *));
    if (!s->runs)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the seen messageIds");
    for (size_t i = 0; i < s->manifest.run_count; i++) {
        CU_TRY(
            seen_run_open(s->folder, &s->manifest.runs[i], seen_filter_room(s), &s->runs[i], err));
        s->run_count++;
        s->filter_used += seen_run_memory(s->runs[i]);
        atomic_fetch_add(&s->count, s->runs[i]->info.entries);
    }
    return CU_OK;
}

static cu_code open_folder(struct seen *s, struct cu_error *err)
{
    CU_TRY(cu_dir_make(s->folder, 0700, err));
    cu_code code = seen_manifest_load(s->folder, &s->manifest, err);
    if (code == CU_NOT_FOUND) {
        CU_TRY(seen_manifest_absent(s->folder, err));
        s->manifest = (struct seen_manifest){.next_number = 1};
        code = seen_manifest_store(s->folder, &s->manifest, err);
    }
    CU_TRY(code);
    s->next_number = s->manifest.next_number;
    s->last_seq = s->manifest.durable_seq;
    atomic_store(&s->durable_seq, s->manifest.durable_seq);
    CU_TRY(open_runs(s, err));
    CU_TRY(seen_manifest_clean(s->folder, &s->manifest, err));
    return seen_merger_start(s, err);
}

cu_code seen_open(const struct seen_options *options, struct seen **ret, struct cu_error *err)
{
    size_t len = strlen(options->folder);
    if (len == 0 || len > SEEN_PATH_MAX - 128)
        return cu_fail(
            err, CU_INVALID, "", "the folder name of the seen messageIds is empty or too long");
    struct seen *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for the seen messageIds");
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    s->keep_ms = options->keep_ms > 0 ? options->keep_ms : INT64_C(31) * 86400000;
    s->memory_max = options->memory_max > 0 ? options->memory_max : 262144;
    s->m_entries = cu_metric_get(CU_GAUGE, "custos_seen_entries", NULL, "messageIds remembered.");
    s->m_runs =
        cu_metric_get(CU_GAUGE, "custos_seen_runs", NULL, "Runs of remembered messageIds on disk.");
    s->m_merged = cu_metric_get(
        CU_COUNTER, "custos_seen_merged_total", NULL, "messageIds written again by merging.");
    s->folder = cu_alloc(len + 1);
    cu_code code =
        s->folder ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the seen messageIds");
    if (code == CU_OK) {
        memcpy(s->folder, options->folder, len + 1);
        code = open_folder(s, err);
    }
    if (code != CU_OK) {
        seen_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void seen_close(struct seen *s)
{
    if (!s)
        return;
    seen_merger_stop(s);
    for (size_t i = 0; i < s->run_count; i++)
        seen_run_close(s->runs[i]);
    cu_free(s->runs);
    seen_manifest_clear(&s->manifest);
    table_clear(&s->table);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
    cu_free(s->folder);
    cu_free(s);
}

static cu_code verify_once(const char *folder, uint64_t *ret_next, struct cu_error *err)
{
    struct seen_manifest m = {0};
    cu_code code = seen_manifest_load(folder, &m, err);
    if (code == CU_NOT_FOUND)
        return seen_manifest_absent(folder, err);
    *ret_next = m.next_number;
    for (size_t i = 0; i < m.run_count && code == CU_OK; i++) {
        struct seen_run *run = NULL;
        code = seen_run_open(folder, &m.runs[i], 0, &run, err);
        if (code == CU_OK)
            code = seen_run_verify(run, err);
        seen_run_close(run);
    }
    seen_manifest_clear(&m);
    return code;
}

cu_code seen_verify(const char *folder, struct cu_error *err)
{
    uint64_t next = 0, before = UINT64_MAX;
    cu_code code = verify_once(folder, &next, err);
    for (int again = 0; code == CU_CORRUPT && again < 5 && before != next; again++) {
        before = next; // a running server may have merged a run away under our eyes
        code = verify_once(folder, &next, err);
    }
    return code;
}
