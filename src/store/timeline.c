// SPDX-License-Identifier: Apache-2.0
// The timeline: add, publish, flush (timeline.h). Opening is in timeline_open.c, reading in timeline_read.c and
// timeline_cursor.c, background merging in timeline_merger.c, removal in timeline_remove.c and timeline_strip.c, typed
// columns in timeline_columns.c and timeline_draw.c, looking after it in timeline_admin.c and timeline_check.c; a run's
// file in timeline_run*.c and timeline_words.c (timeline_block.h is how it is read), rows in memory in timeline_tail.c,
// what belongs together in timeline_manifest.c.
//
// Invariants
// T1  A row is in exactly one place: pending (added), a chunk of the view (published), or a run.
// T2  Readers see a view: runs, chunks, columns and hidden numbers of one moment. A view never changes; it is
//     replaced as a whole and lives, with everything it refers to, until its last reader is done. So readers hold no
//     lock but for taking the reference, and never make the writer wait.
// T3  The manifest names the runs that count. A run is one file, written and synced whole, its folder entry too,
//     before a manifest names it, and never written again; a run file no manifest names is litter and goes at open.
//     So a backup is a copy of the manifest and of the files that it names (timeline_cut.c).
// T4  durable_seq is in the manifest that names the run with those rows: either both or neither is there after a
//     crash. Rows above it are replayed from the journal; rows at or below are ignored.
// T5  When replacing the manifest fails, nobody knows which of both is on disk; so no file that either names is
//     removed before the next replacement succeeded, and run numbers are never used twice.
// T6  A kind's number is in a row only after its name is durable; the manifest says how many names its rows may
//     need, so a kinds file that lost some is damage.
// T7  A removal is in the manifest (hidden numbers, and durable_seq past all published rows) before anything is
//     rewritten: after a crash the rows stay hidden, are not replayed into being again, and open ends the rewriting.
//     A run is rewritten as a whole file: no row, no word, no text of a dictionary, no entry of a table, no sample of
//     words that was theirs alone is in the new one. Old files are unlinked, not overwritten: what is personal in
//     them is sealed under a key that the caller destroys; the rest is pseudonymous.
// T8  Merging changes no row and no order, only how many runs there are and which columns they have. It works on runs
//     of a view, in one background thread, and gives up when a removal wants the runs. Runs that one merge wrote share
//     no profile number (a group); from some size on no run holds numbers of two partitions, and partitions are
//     merged each by itself.
// T9  A typed column is a copy: whatever it holds stands in the words as well and is what timeline_draw would draw
//     from them. A run that lacks a column, or was written before it was declared, loses nothing.
// T10 All rows of the tail have their values by one list of columns: the list changes only when the tail is empty.
// T11 Every byte of a run is in exactly one extent, and every extent has a checksum: the tables' are looked at when the
//     run is opened, all others when they are touched first. A damaged part costs what stands in that part and nothing
//     else: it is named and counted, its run is merged no more, the rest keeps serving.
// T12 Memory: the tail is bounded (rows and bytes), so are the tables of a run being written (it ends earlier), a
//     reader takes some 40 KiB a run; runs are mapped, not read in. Runs are bounded too: beyond that flush waits.
#include "timeline_copy.h"

#include "base/file.h"
#include "base/log.h"

#include <assert.h>

struct timeline_view *timeline_view_take(struct timeline *t)
{
    pthread_mutex_lock(&t->view_lock);
    struct timeline_view *v = t->view;
    atomic_fetch_add(&v->references, 1);
    pthread_mutex_unlock(&t->view_lock);
    return v;
}

void timeline_view_give(struct timeline_view *v)
{
    if (!v || atomic_fetch_sub(&v->references, 1) > 1)
        return;
    for (size_t i = 0; i < v->run_count; i++)
        timeline_run_unref(v->runs[i]);
    for (size_t i = 0; i < v->chunk_count; i++)
        timeline_chunk_unref(v->chunks[i]);
    timeline_store_unref(v->store);
    timeline_columns_unref(v->columns);
    timeline_hidden_clear(&v->hidden);
    cu_free(v->runs);
    cu_free(v->chunks);
    cu_free(v);
}

static cu_code view_build(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, const struct timeline_hidden *hidden,
    struct timeline_view **ret, struct cu_error *err)
{
    struct timeline_view *v = cu_calloc(1, sizeof *v);
    if (v) {
        v->runs = cu_calloc(run_count, sizeof *v->runs);
        v->chunks = cu_calloc(chunk_count, sizeof *v->chunks);
        atomic_init(&v->references, 1);
    }
    if (!v || !v->runs || !v->chunks || timeline_hidden_copy(hidden, &v->hidden, err) != CU_OK) {
        timeline_view_give(v);
        return cu_fail(err, CU_MEMORY, "", "no memory for a view of the timeline");
    }
    uint32_t last = 0;
    for (size_t i = 0; i < run_count; i++) {
        v->runs[v->run_count++] = timeline_run_ref(runs[i]);
        v->rows += runs[i]->rows;
        last = runs[i]->last_pno > last ? runs[i]->last_pno : last;
    }
    v->runs_max = TIMELINE_RUNS_MAX + 16 * ((size_t)(last >> TIMELINE_PARTITION_SHIFT) + 1);
    for (size_t i = 0; i < chunk_count; i++) {
        v->chunks[v->chunk_count++] = timeline_chunk_ref(chunks[i]);
        v->rows += chunks[i]->count;
        v->tail_rows += chunks[i]->count;
    }
    v->columns = timeline_columns_ref(t->columns);
    if (chunk_count > 0)
        v->store = timeline_store_ref(t->store);
    *ret = v;
    return CU_OK;
}

static void view_swap(struct timeline *t, struct timeline_view *v)
{
    pthread_mutex_lock(&t->view_lock);
    struct timeline_view *old = t->view;
    t->view = v;
    pthread_mutex_unlock(&t->view_lock);
    timeline_view_give(old);
    cu_metric_set(t->m_rows, (int64_t)v->rows);
    cu_metric_set(t->m_runs, (int64_t)v->run_count);
    cu_metric_set(t->m_tail, (int64_t)v->tail_rows);
}

cu_code timeline_view_set(struct timeline *t, struct timeline_run *const *runs, size_t run_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, const struct timeline_hidden *hidden,
    struct cu_error *err)
{
    struct timeline_view *v = NULL;
    CU_TRY(view_build(t, runs, run_count, chunks, chunk_count, hidden, &v, err));
    view_swap(t, v);
    return CU_OK;
}

static bool among(uint64_t number, const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

// The view after an installation, made before anything is stored, so that nothing can fail behind
// it.
static cu_code view_after(struct timeline *t, const struct timeline_manifest *next,
    struct timeline_run *const *added, size_t added_count, const uint64_t *dropped, size_t dropped_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, struct timeline_view **ret,
    struct cu_error *err)
{
    const struct timeline_view *now = t->view; // replaced under manifest_lock only, which we hold
    struct timeline_run **runs = cu_alloc((now->run_count + added_count) * sizeof *runs);
    size_t count = 0;
    if (!runs)
        return cu_fail(err, CU_MEMORY, "", "no memory for a view of the timeline");
    for (size_t i = 0; i < now->run_count; i++)
        if (!among(now->runs[i]->number, dropped, dropped_count))
            runs[count++] = now->runs[i];
    for (size_t i = 0; i < added_count; i++)
        runs[count++] = added[i];
    assert(count == next->run_count);
    cu_code code = view_build(t, runs, count, chunks, chunk_count, &next->hidden, ret, err);
    cu_free(runs);
    return code;
}

// T5: these files go once a manifest that does not name them is certainly on disk.
static bool litter_room(struct timeline *t, size_t more)
{
    if (t->litter_count + more <= t->litter_cap)
        return true;
    size_t cap = t->litter_count + more + 64;
    uint64_t *litter = cu_realloc(t->litter, cap * sizeof *litter);
    if (!litter)
        return false;
    t->litter = litter;
    t->litter_cap = cap;
    return true;
}

void timeline_litter(struct timeline *t, uint64_t number)
{
    if (litter_room(t, 1))
        t->litter[t->litter_count++] = number; // else the next open finds it: nothing names it
}

static void litter_clear(struct timeline *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->litter_count; i++)
        if (timeline_run_unlink(t->folder, t->litter[i], NULL) != CU_OK)
            t->litter[kept++] = t->litter[i];
    t->litter_count = kept;
}

cu_code timeline_install(struct timeline *t, struct timeline_manifest *next,
    struct timeline_run *const *added, size_t added_count, const uint64_t *dropped, size_t dropped_count,
    struct timeline_chunk *const *chunks, size_t chunk_count, struct cu_error *err)
{
    struct timeline_view *v = NULL;
    next->next_number = t->next_number;
    next->kinds = timeline_kinds_count(t->kinds);
    cu_code code = litter_room(t, added_count + dropped_count)
                       ? view_after(t, next, added, added_count, dropped, dropped_count, chunks, chunk_count, &v, err)
                       : cu_fail(err, CU_MEMORY, "", "no memory for a view of the timeline");
    if (code == CU_OK)
        code = cu_dir_sync(t->folder, err);
    if (code == CU_OK)
        code = timeline_manifest_store(t->folder, next, err);
    if (code != CU_OK) {
        for (size_t i = 0; i < added_count; i++)
            timeline_litter(t, added[i]->number);
        timeline_view_give(v);
        return code;
    }
    timeline_manifest_clear(&t->manifest);
    t->manifest = *next;
    *next = (struct timeline_manifest){0};
    view_swap(t, v);
    for (size_t i = 0; i < dropped_count; i++)
        timeline_litter(t, dropped[i]);
    litter_clear(t);
    return CU_OK;
}

uint64_t timeline_number(struct timeline *t)
{
    pthread_mutex_lock(&t->manifest_lock);
    uint64_t number = t->next_number++;
    pthread_mutex_unlock(&t->manifest_lock);
    return number;
}

static struct timeline_row *pending_room(struct timeline *t)
{
    if (t->pending_count == t->pending_cap) {
        size_t cap = t->pending_cap ? t->pending_cap * 2 : 256;
        struct timeline_row *rows = cu_realloc(t->pending, cap * sizeof *rows);
        if (!rows)
            return NULL;
        t->pending = rows;
        t->pending_cap = cap;
    }
    return &t->pending[t->pending_count];
}

static cu_code add_locked(struct timeline *t, const struct timeline_event *e, struct cu_error *err)
{
    size_t len = e->plain.len + e->sealed.len;
    if (e->seq <= t->published_seq)
        return CU_OK;
    while (t->pending_count > 0 && t->pending[t->pending_count - 1].seq >= e->seq)
        t->pending_count--;
    if (t->tail_rows + t->pending_count >= 2 * (size_t)t->tail_max + 65536 ||
        t->store->bytes >= 8 * t->tail_bytes)
        return cu_fail(err, CU_FULL, "", "the timeline's newest rows cannot be written to disk");
    struct timeline_row *row = pending_room(t);
    char *bytes = timeline_store_room(t->store, len);
    if (!row || !bytes)
        return cu_fail(err, CU_MEMORY, "", "no memory for a row of the timeline");
    if (e->plain.len > 0)
        memcpy(bytes, e->plain.ptr, e->plain.len);
    if (e->sealed.len > 0)
        memcpy(bytes + e->plain.len, e->sealed.ptr, e->sealed.len);
    *row = (struct timeline_row){.pno = e->pno,
        .kind = e->kind,
        .time_ms = e->time_ms,
        .seq = e->seq,
        .revenue = e->revenue,
        .source = e->source,
        .import = e->import,
        .flags = e->flags,
        .plain_len = (uint32_t)e->plain.len,
        .sealed_len = (uint32_t)e->sealed.len,
        .bytes_at = (uint64_t)(uintptr_t)bytes};
    CU_TRY(timeline_tail_values(t, row, err));
    if (!timeline_hidden_any(&t->gone) || !timeline_hidden_row(&t->gone, row))
        t->pending_count++;
    t->added_seq = e->seq;
    return CU_OK;
}

cu_code timeline_add(struct timeline *t, const struct timeline_event *e, struct cu_error *err)
{
    if (e->kind == 0 || e->seq == 0)
        return cu_fail(err, CU_INVALID, "", "a timeline row needs a kind and a seq");
    if (e->plain.len > TIMELINE_EVENT_BYTES_MAX ||
        e->sealed.len > TIMELINE_EVENT_BYTES_MAX - e->plain.len)
        return cu_fail(
            err, CU_TOO_LARGE, "", "an event is larger than %u bytes", TIMELINE_EVENT_BYTES_MAX);
    pthread_mutex_lock(&t->write_lock);
    cu_code code = add_locked(t, e, err);
    pthread_mutex_unlock(&t->write_lock);
    return code;
}

void timeline_discard(struct timeline *t)
{
    pthread_mutex_lock(&t->write_lock);
    t->pending_count = 0;
    t->added_seq = t->published_seq;
    pthread_mutex_unlock(&t->write_lock);
}

// Chunks of the view and the new one, where a chunk that is not twice its successor is merged with
// it: so there are at most log2(tail) of them. Consumes `fresh`.
static cu_code chunks_with(const struct timeline_view *v, struct timeline_chunk *fresh,
    struct timeline_chunk **list, size_t *ret_count, struct cu_error *err)
{
    size_t count = v->chunk_count;
    while (count > 0 && v->chunks[count - 1]->count < 2 * fresh->count) {
        struct timeline_chunk *merged = timeline_chunk_merge(v->chunks[--count], fresh);
        timeline_chunk_unref(fresh);
        if (!merged)
            return cu_fail(err, CU_MEMORY, "", "no memory to publish timeline rows");
        fresh = merged;
    }
    for (size_t i = 0; i < count; i++)
        list[i] = timeline_chunk_ref(v->chunks[i]);
    list[count] = fresh;
    *ret_count = count + 1;
    return CU_OK;
}

static cu_code publish_rows(struct timeline *t, struct cu_error *err)
{
    struct timeline_chunk *fresh = timeline_chunk_of(t->pending, t->pending_count);
    struct timeline_chunk *list[TIMELINE_CHUNKS_MAX] = {NULL};
    size_t count = 0;
    if (!fresh)
        return cu_fail(err, CU_MEMORY, "", "no memory to publish timeline rows");
    pthread_mutex_lock(&t->manifest_lock);
    assert(t->view->chunk_count < TIMELINE_CHUNKS_MAX);
    cu_code code = chunks_with(t->view, fresh, list, &count, err);
    if (code == CU_OK)
        code = timeline_view_set(
            t, t->view->runs, t->view->run_count, list, count, &t->view->hidden, err);
    pthread_mutex_unlock(&t->manifest_lock);
    for (size_t i = 0; i < count; i++)
        timeline_chunk_unref(list[i]);
    CU_TRY(code);
    t->tail_rows += t->pending_count;
    t->pending_count = 0;
    if (t->pending_cap > 16384) {
        cu_free(t->pending);
        t->pending = NULL;
        t->pending_cap = 0;
    }
    return CU_OK;
}

cu_code timeline_publish(struct timeline *t, struct cu_error *err)
{
    pthread_mutex_lock(&t->write_lock);
    cu_code code = t->pending_count > 0 ? publish_rows(t, err) : CU_OK;
    if (code == CU_OK && t->added_seq > t->published_seq)
        t->published_seq = t->added_seq;
    if (code == CU_OK && (t->tail_rows >= t->tail_max || t->store->bytes >= t->tail_bytes))
        code = timeline_flush_locked(t, err);
    pthread_mutex_unlock(&t->write_lock);
    return code;
}

// A fresh store for what is added next; with pending rows in the old one, it stays.
void timeline_store_renew(struct timeline *t)
{
    struct timeline_store *fresh = t->pending_count == 0 ? timeline_store_new() : NULL;
    if (!fresh)
        return;
    timeline_store_unref(t->store);
    t->store = fresh;
}

cu_code timeline_flush_locked(struct timeline *t, struct cu_error *err)
{
    if (t->tail_rows == 0)
        return CU_OK;
    timeline_merger_wait(t);
    struct timeline_view *v = timeline_view_take(t); // its chunks stay: we hold write_lock
    struct timeline_made made = {0};
    struct timeline_manifest next = {0};
    struct timeline_cuts cuts = {.rows = UINT32_MAX, .memory = t->write_memory};
    cu_code code =
        timeline_copy(t, NULL, 0, v->chunks, v->chunk_count, v->columns, NULL, &cuts, NULL, &made, err);
    pthread_mutex_lock(&t->manifest_lock);
    if (code == CU_OK)
        code = timeline_manifest_copy(&t->manifest, &next, err);
    if (code == CU_OK)
        code = timeline_made_name(&made, &next, err);
    next.durable_seq = t->published_seq;
    if (code == CU_OK)
        code = timeline_install(t, &next, made.runs, made.count, NULL, 0, NULL, 0, err);
    else
        timeline_made_litter(t, &made);
    pthread_mutex_unlock(&t->manifest_lock);
    timeline_manifest_clear(&next);
    timeline_made_clear(&made);
    timeline_view_give(v);
    if (code != CU_OK)
        return code;
    t->tail_rows = 0;
    timeline_store_renew(t);
    atomic_store(&t->merge_stuck, false);
    timeline_merger_wake(t);
    return CU_OK;
}

cu_code timeline_flush(struct timeline *t, struct cu_error *err)
{
    pthread_mutex_lock(&t->write_lock);
    cu_code code = timeline_flush_locked(t, err);
    pthread_mutex_unlock(&t->write_lock);
    return code;
}

uint64_t timeline_durable_seq(const struct timeline *t)
{
    struct timeline *m = (struct timeline *)(uintptr_t)t; // the lock is not part of the value
    pthread_mutex_lock(&m->manifest_lock);
    uint64_t seq = t->manifest.durable_seq;
    pthread_mutex_unlock(&m->manifest_lock);
    return seq;
}

cu_code timeline_kind(struct timeline *t, cu_str name, uint32_t *ret, struct cu_error *err)
{
    return timeline_kinds_get(t->kinds, name, ret, err);
}

uint32_t timeline_kind_find(struct timeline *t, cu_str name)
{
    return timeline_kinds_find(t->kinds, name);
}

cu_str timeline_kind_name(struct timeline *t, uint32_t kind)
{
    return timeline_kinds_name(t->kinds, kind);
}

uint64_t timeline_count(struct timeline *t)
{
    pthread_mutex_lock(&t->view_lock);
    uint64_t rows = t->view->rows;
    pthread_mutex_unlock(&t->view_lock);
    return rows;
}
