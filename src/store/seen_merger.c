// SPDX-License-Identifier: Apache-2.0
// Keeps the number of seen runs small: one background thread merges runs of similar size, as long
// as what they span stays a quarter of keep_ms, so that old entries can leave with their run (S5).
#include "seen_private.h"

#include "base/log.h"

#include <stdlib.h>

#define TIER_ENTRIES 65536u // smaller runs are all of one tier
#define TIER_RUNS 4u
#define MERGE_RUNS_MAX 16u

struct source { // one run being read from start to end
    struct seen_run *run;
    struct seen_entry entries[SEEN_BLOCK_ENTRIES];
    size_t at, count, next_block;
};

static uint32_t tier_of(const struct seen_run *r)
{
    uint32_t tier = 0;
    for (uint64_t n = r->info.entries; n >= TIER_ENTRIES; n /= 4)
        tier++;
    return tier;
}

static int by_time(const void *a, const void *b)
{
    const struct seen_run *x = *(struct seen_run *const *)a, *y = *(struct seen_run *const *)b;
    return x->info.min_ms < y->info.min_ms ? -1 : x->info.min_ms > y->info.min_ms;
}

// The longest stretch of these runs (by time) that may become one; 0 when none is long enough.
static size_t stretch(struct seen_run **runs, size_t count, int64_t span_max, size_t *ret_from)
{
    qsort(runs, count, sizeof(struct seen_run *), by_time);
    size_t best = 0;
    for (size_t from = 0; from < count; from++) {
        int64_t max_ms = runs[from]->info.max_ms;
        size_t to = from;
        for (; to < count && to - from < MERGE_RUNS_MAX; to++) {
            max_ms = runs[to]->info.max_ms > max_ms ? runs[to]->info.max_ms : max_ms;
            if (max_ms - runs[from]->info.min_ms > span_max)
                break;
        }
        if (to - from > best) {
            best = to - from;
            *ret_from = from;
        }
    }
    return best >= TIER_RUNS ? best : 0;
}

// Under the lock: what to merge next, marked as being merged; 0 when nothing needs it.
static size_t pick(struct seen *s, struct seen_run **ret)
{
    struct seen_run **runs = cu_alloc((s->run_count + 1) * sizeof(struct seen_run *));
    size_t count = 0, from = 0;
    for (uint32_t tier = 0; runs && tier < 32 && count == 0; tier++) {
        size_t n = 0;
        for (size_t i = 0; i < s->run_count; i++)
            if (tier_of(s->runs[i]) == tier)
                runs[n++] = s->runs[i];
        count = n >= TIER_RUNS ? stretch(runs, n, s->keep_ms / 4, &from) : 0;
    }
    for (size_t i = 0; i < count; i++) {
        ret[i] = runs[from + i];
        ret[i]->merging = true;
    }
    cu_free(runs);
    return count;
}

static cu_code source_fill(struct source *c, struct cu_error *err)
{
    if (c->at < c->count || c->next_block >= c->run->block_count)
        return CU_OK;
    CU_TRY(seen_run_block(c->run, c->next_block++, c->entries, &c->count, err));
    c->at = 0;
    return CU_OK;
}

// The smallest tag of all sources with its smallest seq; every source that has it moves on.
static cu_code merge_step(struct source *sources, size_t count, struct seen_entry *ret,
    bool *ret_more, struct cu_error *err)
{
    const struct seen_entry *least = NULL;
    for (size_t i = 0; i < count; i++) {
        CU_TRY(source_fill(&sources[i], err));
        if (sources[i].at == sources[i].count)
            continue;
        const struct seen_entry *e = &sources[i].entries[sources[i].at];
        if (!least || seen_tag_cmp(&e->tag, &least->tag) < 0)
            least = e;
    }
    *ret_more = least != NULL;
    if (!least)
        return CU_OK;
    *ret = *least;
    for (size_t i = 0; i < count; i++) {
        if (sources[i].at == sources[i].count)
            continue;
        const struct seen_entry *e = &sources[i].entries[sources[i].at];
        if (seen_tag_cmp(&e->tag, &ret->tag) != 0)
            continue;
        ret->seq = e->seq < ret->seq ? e->seq : ret->seq;
        sources[i].at++;
    }
    return CU_OK;
}

static cu_code copy_entries(struct seen *s, struct source *sources, size_t count,
    struct seen_writer *w, struct cu_error *err)
{
    struct seen_entry e;
    bool more = true;
    for (uint64_t n = 0;; n++) {
        if (n % 4096 == 0 && atomic_load(&s->cancel))
            return cu_fail(err, CU_UNAVAILABLE, "", "the merge was given up");
        CU_TRY(merge_step(sources, count, &e, &more, err));
        if (!more)
            return CU_OK;
        CU_TRY(seen_writer_add(w, &e, err));
    }
}

static cu_code merge_write(struct seen *s, struct seen_run *const *from, size_t count,
    struct seen_info *info, struct cu_error *err)
{
    struct seen_writer *w = NULL;
    struct source *sources = cu_calloc(count, sizeof *sources);
    if (!sources)
        return cu_fail(err, CU_MEMORY, "", "no memory to merge seen runs");
    uint64_t entries = 0;
    info->min_ms = from[0]->info.min_ms;
    info->max_ms = from[0]->info.max_ms;
    for (size_t i = 0; i < count; i++) {
        sources[i].run = from[i];
        entries += from[i]->info.entries;
        info->min_ms = from[i]->info.min_ms < info->min_ms ? from[i]->info.min_ms : info->min_ms;
        info->max_ms = from[i]->info.max_ms > info->max_ms ? from[i]->info.max_ms : info->max_ms;
    }
    cu_code code = seen_writer_new(s->folder, info->number, entries, &w, err);
    if (code == CU_OK)
        code = copy_entries(s, sources, count, w, err);
    if (code == CU_OK)
        code = seen_writer_finish(w, &info->entries, err);
    else
        seen_writer_abandon(w);
    cu_free(sources);
    return code;
}

static cu_code merge_install(struct seen *s, struct seen_run *const *from, size_t count,
    const struct seen_info *info, struct cu_error *err)
{
    struct seen_run *made = NULL;
    pthread_mutex_lock(&s->lock);
    size_t room = seen_filter_room(s);
    for (size_t i = 0; i < count; i++)
        room += seen_run_memory(from[i]); // given back in a moment
    pthread_mutex_unlock(&s->lock);
    cu_code code = seen_run_open(
        s->folder, info, room < SEEN_FILTER_MEMORY ? room : SEEN_FILTER_MEMORY, &made, err);
    pthread_mutex_lock(&s->lock);
    if (code == CU_OK) {
        s->filter_used += seen_run_memory(made);
        code = seen_install(s, made, from, count, atomic_load(&s->durable_seq), err);
    } else {
        seen_litter(s, info->number);
    }
    pthread_mutex_unlock(&s->lock);
    return code;
}

static cu_code merge_once(struct seen *s, struct seen_run *const *from, size_t count,
    uint64_t number, struct cu_error *err)
{
    struct seen_info info = {.number = number};
    CU_TRY(merge_write(s, from, count, &info, err));
    CU_TRY(merge_install(s, from, count, &info, err));
    cu_metric_add(s->m_merged, (int64_t)info.entries);
    return CU_OK;
}

static void *merger_main(void *seen)
{
    struct seen *s = seen;
    struct seen_run *from[MERGE_RUNS_MAX];
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        size_t count = s->merge_wanted ? pick(s, from) : 0;
        if (count == 0) {
            s->merge_wanted = false;
            pthread_cond_wait(&s->wake, &s->lock);
            continue;
        }
        uint64_t number = s->next_number++;
        pthread_mutex_unlock(&s->lock);
        struct cu_error err = {0};
        cu_code code = merge_once(s, from, count, number, &err);
        if (code != CU_OK && code != CU_UNAVAILABLE)
            cu_log_error("seen.merge_failed", &err);
        pthread_mutex_lock(&s->lock);
        if (code != CU_OK) { // again after the next flush
            s->merge_wanted = false;
            for (size_t i = 0; i < count; i++)
                from[i]->merging = false;
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

cu_code seen_merger_start(struct seen *s, struct cu_error *err)
{
    s->merge_wanted = true; // what an earlier run left
    if (pthread_create(&s->merger, NULL, merger_main, s) != 0)
        return cu_fail(
            err, CU_MEMORY, "", "the merging thread of the seen messageIds did not start");
    s->merger_runs = true;
    return CU_OK;
}

void seen_merger_stop(struct seen *s)
{
    if (!s->merger_runs)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    atomic_store(&s->cancel, true);
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->merger, NULL);
    s->merger_runs = false;
}
