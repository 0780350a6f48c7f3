// SPDX-License-Identifier: Apache-2.0
// Going through the audit log: newest first with a filter, oldest first for who follows it. Segments are
// read whole and looked at as text; only what is shown is compared with its hash. See audit_read.h.
#include "audit_private.h"

#include "text/text.h"

#include <pthread.h>
#include <stdio.h>

// When a finished segment's entries were made, once it was looked at: a search by time passes over others.
struct span {
    uint64_t first;
    int64_t low_ms, high_ms;
};
struct audit_reader {
    struct ledger *ledger;
    pthread_mutex_t lock; // the spans
    struct span *spans;
    size_t count, cap;
};

cu_code audit_reader_open(const char *folder, struct audit_reader **ret, struct cu_error *err)
{
    struct audit_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the audit log");
    cu_code code = ledger_open(&(struct ledger_options){.folder = folder, .read_only = true}, &r->ledger, err);
    if (code != CU_OK) {
        cu_free(r);
        return code;
    }
    (void)pthread_mutex_init(&r->lock, NULL);
    *ret = r;
    return CU_OK;
}

void audit_reader_close(struct audit_reader *r)
{
    if (!r)
        return;
    ledger_close(r->ledger);
    (void)pthread_mutex_destroy(&r->lock);
    cu_free(r->spans);
    cu_free(r);
}

cu_code audit_reader_refresh(struct audit_reader *r, uint64_t *ret_size, struct cu_error *err)
{
    CU_TRY(ledger_refresh(r->ledger, err));
    *ret_size = ledger_size(r->ledger);
    return CU_OK;
}

struct ledger *audit_reader_ledger(struct audit_reader *r)
{
    return r->ledger;
}

// --- spans of time

static bool span_known(struct audit_reader *r, uint64_t first, struct span *ret)
{
    bool known = false;
    (void)pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->count && !known; i++) {
        known = r->spans[i].first == first;
        if (known)
            *ret = r->spans[i];
    }
    (void)pthread_mutex_unlock(&r->lock);
    return known;
}

// Without memory it is only slower.
static void span_keep(struct audit_reader *r, struct span s)
{
    (void)pthread_mutex_lock(&r->lock);
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 32;
        struct span *more = cu_realloc(r->spans, cap * sizeof *more);
        if (more) {
            r->spans = more;
            r->cap = cap;
        }
    }
    if (r->count < r->cap)
        r->spans[r->count++] = s;
    (void)pthread_mutex_unlock(&r->lock);
}

static bool outside(const struct audit_filter *f, const struct span *s)
{
    return (f->from_ms && s->high_ms < f->from_ms) || (f->to_ms && s->low_ms >= f->to_ms);
}

// Times of one form sort as text, so only the two at the ends are read as times.
static bool learn_span(struct audit_reader *r, const struct ledger_run *run, struct span *ret)
{
    struct span s = {.first = run->first};
    cu_str low = CU_NONE, high = CU_NONE;
    for (size_t i = 0; i < run->count; i++) {
        cu_str entry = ledger_run_entry(run, i), t = cu_str_sub(entry, 15, 24);
        if (i == 0 || cu_str_cmp(t, cu_str_sub(low, 15, 24)) < 0)
            low = entry;
        if (i == 0 || cu_str_cmp(t, cu_str_sub(high, 15, 24)) > 0)
            high = entry;
    }
    if (!audit_entry_time(low, &s.low_ms) || !audit_entry_time(high, &s.high_ms))
        return false;
    span_keep(r, s);
    *ret = s;
    return true;
}

// --- searching

static cu_code confirm(struct audit_reader *r, uint64_t index, cu_str entry, struct cu_error *err)
{
    struct ledger_hash leaf, stored;
    ledger_hash_leaf(entry, &leaf);
    CU_TRY(ledger_leaf(r->ledger, index, &stored, err));
    return ledger_hash_equal(&leaf, &stored)
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "", "entry %llu of the audit log was altered", (unsigned long long)index);
}

struct search {
    struct audit_reader *reader;
    const struct audit_filter *filter;
    audit_visit *visit;
    void *context;
    uint64_t next;
    bool stopped;
};

// Text that every entry that passes must hold, the rarest the filter knows of; 0: none.
static size_t needle_of(const struct audit_filter *f, char ret[160])
{
    static const char digits[] = "0123456789abcdef";
    int n = 0;
    if (f->people && f->people_count == 1) {
        for (size_t k = 0; k < 16; k++) {
            ret[2 * k] = digits[f->people[0][k] >> 4];
            ret[2 * k + 1] = digits[f->people[0][k] & 15];
        }
        return 32;
    }
    bool plain = f->action.len > 0 && f->action.len < 100;
    for (size_t i = 0; plain && i < f->action.len; i++)
        plain = f->action.ptr[i] > ' ' && f->action.ptr[i] != '"' && f->action.ptr[i] != '\\';
    if (f->actor != GUARD_NOBODY && f->actor_id >= 0)
        n = snprintf(ret, 160, "\"actor\":\"%s\",\"id\":%lld,", audit_actor_names[f->actor], (long long)f->actor_id);
    else if (plain && !cu_str_ends(f->action, CU_LIT(".")))
        n = snprintf(ret, 160, "\"action\":\"%.*s\"", CU_ARG(f->action));
    else if (f->outcome.len > 0 && f->outcome.len < 100)
        n = snprintf(ret, 160, "\"outcome\":\"%.*s\"", CU_ARG(f->outcome));
    return (size_t)n;
}

// The entry that holds the byte at `at`.
static size_t entry_at(const struct ledger_run *run, size_t at)
{
    size_t lo = 0, hi = run->count;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (run->offsets[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

// Numbers of the entries of the run that may pass, rising, at most run->count of them.
static size_t candidates(const struct audit_filter *f, const struct ledger_run *run, uint32_t *ret)
{
    char needle[160];
    size_t len = needle_of(f, needle), count = 0;
    const char *at = run->bytes.ptr, *end = at + run->bytes.len;
    if (len == 0) {
        for (; count < run->count; count++)
            ret[count] = (uint32_t)count;
        return count;
    }
    while (at < end && (at = memmem(at, (size_t)(end - at), needle, len)) != NULL) {
        size_t entry = entry_at(run, (size_t)(at - run->bytes.ptr));
        ret[count++] = (uint32_t)entry;
        at = run->bytes.ptr + run->offsets[entry + 1]; // once for each entry
    }
    return count;
}

static cu_code search_run(struct search *s, const struct ledger_run *run, struct cu_error *err)
{
    uint32_t *list = cu_alloc((run->count + 1) * sizeof *list);
    if (!list)
        return cu_fail(err, CU_MEMORY, "", "no memory to search the audit log");
    cu_code code = CU_OK;
    for (size_t i = candidates(s->filter, run, list); i > 0 && !s->stopped && code == CU_OK; i--) {
        cu_str entry = ledger_run_entry(run, list[i - 1]);
        uint64_t index = run->first + list[i - 1];
        if (!audit_matches(s->filter, entry))
            continue;
        code = confirm(s->reader, index, entry, err);
        s->stopped = code == CU_OK && !s->visit(s->context, index, entry);
        s->next = index;
    }
    if (!s->stopped)
        s->next = run->first;
    cu_free(list);
    return code;
}

cu_code audit_search(struct audit_reader *r, const struct audit_filter *f, uint64_t before, uint64_t look_max,
    audit_visit *visit, void *context, uint64_t *ret_next, struct cu_error *err)
{
    uint64_t size = 0, looked = 0;
    CU_TRY(audit_reader_refresh(r, &size, err));
    struct search s = {.reader = r, .filter = f, .visit = visit, .context = context, .next = before < size ? before : size};
    while (s.next > 0 && !s.stopped && looked < look_max) {
        uint64_t first, end;
        struct span span = {.first = 0};
        struct ledger_run run;
        ledger_segment_span(r->ledger, s.next - 1, &first, &end);
        bool known = span_known(r, first, &span);
        if (known && outside(f, &span)) {
            s.next = first;
            continue;
        }
        uint64_t to = s.next;
        CU_TRY(ledger_run_load(r->ledger, first, to, &run, err));
        if (!known && to == end && end < size && (f->from_ms || f->to_ms))
            known = learn_span(r, &run, &span);
        cu_code code = CU_OK;
        if (known && outside(f, &span))
            s.next = first;
        else
            code = search_run(&s, &run, err);
        ledger_run_clear(&run);
        CU_TRY(code);
        looked += to - s.next;
    }
    *ret_next = s.next;
    return CU_OK;
}

cu_code audit_follow(struct audit_reader *r, uint64_t from, audit_visit *visit, void *context, uint64_t *ret_next,
    struct cu_error *err)
{
    uint64_t size = 0;
    bool go_on = true;
    CU_TRY(audit_reader_refresh(r, &size, err));
    for (*ret_next = from; go_on && *ret_next < size;) {
        uint64_t first, end;
        struct ledger_run run;
        ledger_segment_span(r->ledger, *ret_next, &first, &end);
        CU_TRY(ledger_run_load(r->ledger, *ret_next, end < size ? end : size, &run, err));
        for (size_t i = 0; go_on && i < run.count; i++, (*ret_next)++)
            go_on = visit(context, run.first + i, ledger_run_entry(&run, i));
        ledger_run_clear(&run);
    }
    return CU_OK;
}
