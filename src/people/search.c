// SPDX-License-Identifier: Apache-2.0
// The search index in memory and the thread that fills it. See search.h; matching is searchtext.c.
#include "search.h"

#include "base/log.h"
#include "base/metric.h"
#include "guard/ahead.h"

#include <assert.h>
#include <unistd.h>

#define CHUNK 16384u // entries, and profile numbers, allocated at a time
#define CHUNKS (UINT32_MAX / CHUNK)
#define ROUND 256 // profiles read per borrowed connection

struct search_entry {
    uint64_t starts, letters;
    char *text;
    uint32_t pno, len;
};
struct search {
    struct people *people;
    pthread_rwlock_t lock;         // entries
    struct search_entry **entries; // dense: CHUNKS pointers
    uint32_t **places;             // profile number -> index + 1
    uint32_t count;
    size_t text_bytes;

    pthread_mutex_t work; // what follows
    pthread_cond_t wake, idle;
    uint64_t *dirty; // a bit per profile number to read again
    size_t dirty_words;
    uint64_t pending, total;
    uint32_t from; // no bit is set below
    bool overflow; // a mark was lost for lack of memory: everything is read again
    bool ready, stop, running, busy;
    pthread_t thread;
};

cu_code search_new(struct people *p, struct search **ret, struct cu_error *err)
{
    struct search *s = cu_calloc(1, sizeof(*s));
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "No memory for the search index.");
    s->people = p;
    s->entries = cu_calloc(CHUNKS, sizeof(*s->entries));
    s->places = cu_calloc(CHUNKS, sizeof(*s->places));
    pthread_rwlock_init(&s->lock, NULL);
    pthread_mutex_init(&s->work, NULL);
    pthread_cond_init(&s->wake, NULL);
    pthread_cond_init(&s->idle, NULL);
    if (!s->entries || !s->places) {
        search_free(s);
        return cu_fail(err, CU_MEMORY, "", "No memory for the search index.");
    }
    *ret = s;
    return CU_OK;
}

static struct search_entry *entry_at(const struct search *s, uint32_t i)
{
    return &s->entries[i / CHUNK][i % CHUNK];
}

static void drop_text(struct search *s, struct search_entry *e)
{
    if (!e->text)
        return;
    explicit_bzero(e->text, e->len);
    s->text_bytes -= e->len;
    cu_free(e->text);
    e->text = NULL;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->work);
    s->stop = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->work);
    if (s->running)
        pthread_join(s->thread, NULL);
    for (uint32_t i = 0; i < s->count; i++)
        drop_text(s, entry_at(s, i));
    for (uint32_t c = 0; s->entries && c < CHUNKS; c++)
        cu_free(s->entries[c]);
    for (uint32_t c = 0; s->places && c < CHUNKS; c++)
        cu_free(s->places[c]);
    cu_free(s->entries);
    cu_free(s->places);
    cu_free(s->dirty);
    pthread_rwlock_destroy(&s->lock);
    pthread_mutex_destroy(&s->work);
    pthread_cond_destroy(&s->wake);
    pthread_cond_destroy(&s->idle);
    cu_free(s);
}

static uint32_t *place_of(const struct search *s, uint32_t pno)
{
    uint32_t *chunk = s->places[pno / CHUNK];
    return chunk ? &chunk[pno % CHUNK] : NULL;
}

static void remove_entry(struct search *s, uint32_t pno)
{
    uint32_t *place = place_of(s, pno);
    if (!place || *place == 0)
        return;
    struct search_entry *gone = entry_at(s, *place - 1), *last = entry_at(s, s->count - 1);
    drop_text(s, gone);
    uint32_t *moved = place_of(s, last->pno);
    assert(moved);
    *moved = *place;
    *gone = *last;
    last->text = NULL;
    *place = 0;
    s->count--;
}

static bool make_room(struct search *s, uint32_t pno)
{
    uint32_t e = s->count / CHUNK, c = pno / CHUNK;
    if (e >= CHUNKS || c >= CHUNKS)
        return false;
    if (!s->entries[e])
        s->entries[e] = cu_calloc(CHUNK, sizeof(**s->entries));
    if (!s->places[c])
        s->places[c] = cu_calloc(CHUNK, sizeof(**s->places));
    return s->entries[e] && s->places[c];
}

static cu_code put_entry(struct search *s, uint32_t pno, cu_str text, struct cu_error *err)
{
    char *copy = cu_alloc(text.len);
    if (!copy || !make_room(s, pno)) {
        cu_free(copy);
        return cu_fail(err, CU_MEMORY, "", "No memory for the search index.");
    }
    memcpy(copy, text.ptr, text.len);
    uint32_t *place = place_of(s, pno);
    assert(place);
    if (*place == 0)
        *place = ++s->count;
    struct search_entry *e = entry_at(s, *place - 1);
    drop_text(s, e);
    cu_str rest = text, name = cu_str_cut(&rest, '\n');
    *e = (struct search_entry){
        search_starts(text), search_letters(name), copy, pno, (uint32_t)text.len};
    s->text_bytes += text.len;
    return CU_OK;
}

cu_code search_put(struct search *s, uint32_t pno, cu_str text, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_rwlock_wrlock(&s->lock);
    if (text.len)
        code = put_entry(s, pno, text, err);
    else
        remove_entry(s, pno);
    pthread_rwlock_unlock(&s->lock);
    return code;
}

void search_forget(struct search *s, uint32_t pno)
{
    pthread_rwlock_wrlock(&s->lock);
    remove_entry(s, pno);
    pthread_rwlock_unlock(&s->lock);
}

void search_run(
    struct search *s, const struct search_query *q, bool roughly, search_visit *visit, void *ctx)
{
    pthread_rwlock_rdlock(&s->lock);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct search_entry *e = entry_at(s, i);
        cu_str text = {e->text, e->len};
        if (roughly ? search_may_match_roughly(q, e->starts, e->letters) &&
                          search_matches_roughly(q, text)
                    : search_may_match(q, e->starts) && search_matches(q, text))
            visit(ctx, e->pno);
    }
    pthread_rwlock_unlock(&s->lock);
}

size_t search_bytes(struct search *s)
{
    pthread_rwlock_rdlock(&s->lock);
    size_t n = s->text_bytes + s->count * (sizeof(struct search_entry) + sizeof(uint32_t));
    pthread_rwlock_unlock(&s->lock);
    return n;
}

// --- marks: under s->work

static bool dirty_room(struct search *s, uint32_t pno)
{
    size_t word = pno / 64;
    if (word < s->dirty_words)
        return true;
    size_t words = s->dirty_words ? s->dirty_words * 2 : 1024;
    while (words <= word)
        words *= 2;
    uint64_t *dirty = cu_realloc(s->dirty, words * sizeof(*dirty));
    if (!dirty)
        return false;
    memset(dirty + s->dirty_words, 0, (words - s->dirty_words) * sizeof(*dirty));
    s->dirty = dirty;
    s->dirty_words = words;
    return true;
}

static void mark(struct search *s, uint32_t pno)
{
    if (!dirty_room(s, pno)) {
        s->overflow = true;
        return;
    }
    uint64_t bit = UINT64_C(1) << (pno % 64);
    if (s->dirty[pno / 64] & bit)
        return;
    s->dirty[pno / 64] |= bit;
    s->pending++;
    if (pno < s->from)
        s->from = pno;
}

void search_mark(struct search *s, uint32_t pno)
{
    pthread_mutex_lock(&s->work);
    mark(s, pno);
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->work);
}

static void mark_known(void *ctx, uint32_t pno, uint32_t root, unsigned flags)
{
    (void)root;
    struct search *s = ctx;
    if (flags & ROSTER_KNOWN) {
        mark(s, pno);
        s->total++;
    }
}

static void mark_all(struct search *s)
{
    s->overflow = false;
    s->total = 0;
    roster_each_profile(&s->people->roster, mark_known, s);
}

// The next marked profile, unmarked; 0: none.
static uint32_t take_mark(struct search *s)
{
    for (size_t w = s->from / 64; w < s->dirty_words; w++) {
        if (!s->dirty[w])
            continue;
        uint32_t pno = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(s->dirty[w]);
        s->dirty[w] &= s->dirty[w] - 1;
        s->pending--;
        s->from = pno;
        return pno;
    }
    s->from = (uint32_t)s->dirty_words * 64;
    return 0;
}

// --- the thread

static size_t take_round(struct search *s, uint32_t pnos[ROUND])
{
    size_t n = 0;
    pthread_mutex_lock(&s->work);
    s->busy = false;
    while (!s->stop && s->pending == 0 && !s->overflow) {
        s->ready = true;
        pthread_cond_broadcast(&s->idle);
        pthread_cond_wait(&s->wake, &s->work);
    }
    if (s->overflow)
        mark_all(s);
    while (!s->stop && n < ROUND && (pnos[n] = take_mark(s)) != 0)
        n++;
    s->busy = n > 0;
    pthread_mutex_unlock(&s->work);
    return n;
}

static cu_code index_round(
    struct search *s, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct db *d = NULL;
    struct cu_buf text;
    cu_buf_init(&text, SEARCH_TEXT_MAX * 2);
    CU_TRY(people_read_take(s->people, &d, err));
    cu_code code = search_open_ahead(s->people, d, pnos, count, err);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        cu_buf_reset(&text);
        code = search_text_of(s->people, d, pnos[i], &text, err);
        if (code == CU_ERASED || code == CU_NOT_FOUND || code == CU_KEY || code == CU_CORRUPT) {
            cu_buf_reset(&text); // forgotten or moved while it was being read; or beyond opening
            code = CU_OK;
        }
        if (code == CU_OK)
            code = search_put(s, pnos[i], cu_buf_view(&text), err);
    }
    guard_ahead_end();
    people_read_give(s->people, d);
    cu_buf_wipe(&text);
    return code;
}

static void *search_thread(void *arg)
{
    struct search *s = arg;
    uint32_t pnos[ROUND];
    guard_enter_system("index", "search");
    struct cu_metric *size =
        cu_metric_get(CU_GAUGE, "custos_search_bytes", NULL, "Memory the search index holds.");
    for (size_t n = take_round(s, pnos); n > 0; n = take_round(s, pnos)) {
        struct cu_error err = {0};
        if (index_round(s, pnos, n, &err) != CU_OK) {
            cu_log_error("people.search", &err);
            usleep(100000); // memory or disk may come back; the marks do
            pthread_mutex_lock(&s->work);
            for (size_t i = 0; i < n; i++)
                mark(s, pnos[i]);
            pthread_mutex_unlock(&s->work);
        }
        cu_metric_set(size, (int64_t)search_bytes(s));
    }
    return NULL;
}

cu_code people_search_start(struct people *p, struct cu_error *err)
{
    struct search *s = NULL;
    if (p->search)
        return CU_OK;
    CU_TRY(search_new(p, &s, err));
    mark_all(s);
    if (pthread_create(&s->thread, NULL, search_thread, s) != 0) {
        search_free(s);
        return cu_fail(err, CU_MEMORY, "", "The search thread could not be started.");
    }
    s->running = true;
    (void)people_lock(p); // the writer looks at it
    p->search = s;
    people_unlock(p);
    return CU_OK;
}

void people_search_status(struct people *p, struct people_search_progress *ret)
{
    struct search *s = p->search;
    *ret = (struct people_search_progress){0};
    if (!s)
        return;
    pthread_mutex_lock(&s->work);
    ret->ready = s->ready;
    ret->total = s->total;
    ret->indexed = s->ready || s->pending > s->total ? s->total : s->total - s->pending;
    pthread_mutex_unlock(&s->work);
    if (!ret->ready)
        return;
    pthread_rwlock_rdlock(&s->lock);
    ret->indexed = ret->total = s->count;
    pthread_rwlock_unlock(&s->lock);
}

void people_search_settle(struct people *p)
{
    struct search *s = p->search;
    if (!s || !s->running)
        return;
    pthread_mutex_lock(&s->work);
    while (!s->stop && (s->pending || s->busy || s->overflow))
        pthread_cond_wait(&s->idle, &s->work);
    pthread_mutex_unlock(&s->work);
}
