// SPDX-License-Identifier: Apache-2.0
// Moves on their way to DATA/audiences.db: a thread that writes what waits about four times a second, in one transaction
// with the sizes per hour and, once a minute, snapshots of who is in what. Invariant 10 of audience.c.
//
//  1. Moves are taken and memberships copied under one lock, so that a snapshot is exactly what its moves lead to.
//  2. What cannot be written waits; when too much waits, it is given up, and the difference between what is stored and what
//     is shown is written as one change once storage works again.
//  3. Rows of an erased person: its number is noted here before the erasing transaction ends, and everything with it is
//     removed when the person is gone from the roster, also after a crash in between.
#include "audience_history.h"

#include "audience_history_sql.h"
#include "base/log.h"
#include "store/db_copy.h"

#include <stdlib.h>
#include <time.h>

enum { WRITE_MS = 250, SNAPSHOT_US = 60 * 1000000, ERASE_BATCH = 1000, PENDING_MAX = 1 << 20 };
#define BITMAP_MAX ((size_t)1 << 30)

extern const struct db_statement audience_history_schema_sql_schema;

const struct db_schema *history_schema(void)
{
    static struct db_migration migrations[1];
    static const struct db_schema schema = {"audiences", migrations, CU_COUNT(migrations)};
    migrations[0] = (struct db_migration){1, audience_history_schema_sql_schema.sql};
    return &schema;
}

cu_code history_bitmap_bytes(const roaring_bitmap_t *b, struct cu_buf *out, struct cu_error *err)
{
    cu_buf_reset(out);
    size_t size = roaring_bitmap_portable_size_in_bytes(b);
    char *to = cu_buf_room(out, size);
    if (!to)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a segment");
    out->len = roaring_bitmap_portable_serialize(b, to);
    return CU_OK;
}

// --- what waits

struct taken {
    struct audience_pending *moves;
    size_t count;
    struct audience_bulk *bulks;
    bool lost;
    bool snapshots;
    struct taken_live {
        uint32_t number, version;
        uint64_t size;
        bool changed;
        roaring_bitmap_t *people; // of a snapshot
        struct audience_live *live;
    } *live;
    size_t live_count;
};

static void free_taken(struct taken *t)
{
    while (t->bulks) {
        struct audience_bulk *b = t->bulks;
        t->bulks = b->next;
        audience_set_free(b->entered);
        audience_set_free(b->left);
        cu_free(b);
    }
    for (size_t i = 0; i < t->live_count; i++) {
        audience_set_free(t->live[i].people);
        audience_live_give(t->live[i].live);
    }
    cu_free(t->live);
    cu_free(t->moves);
    *t = (struct taken){0};
}

static cu_code take(struct audiences *a, bool snapshots, struct taken *t)
{
    cu_code code = CU_OK;
    *t = (struct taken){.snapshots = snapshots};
    pthread_rwlock_wrlock(&a->members);
    t->live = cu_calloc(a->shown_count + 1, sizeof *t->live);
    snapshots = snapshots || a->pending_lost;
    for (uint32_t i = 0; i < a->shown_count && t->live; i++) {
        struct audience_live *l = a->shown[i];
        if (!l)
            continue;
        struct taken_live *to = &t->live[t->live_count++];
        *to = (struct taken_live){.number = l->number, .version = l->version, .changed = l->changed,
            .size = roaring_bitmap_get_cardinality(l->people), .live = audience_live_take(l)};
        if (snapshots && (l->changed || a->pending_lost))
            to->people = roaring_bitmap_copy(l->people);
        if (snapshots && (l->changed || a->pending_lost) && !to->people)
            code = CU_MEMORY;
        if (to->people)
            l->changed = false;
    }
    if (!t->live)
        code = CU_MEMORY;
    if (code == CU_OK) {
        t->moves = a->pending;
        t->count = a->pending_count;
        t->bulks = a->bulks;
        t->lost = a->pending_lost;
        a->pending = NULL;
        a->pending_count = a->pending_cap = 0;
        a->bulks = NULL;
        a->bulks_end = &a->bulks;
        a->pending_lost = false;
    }
    pthread_rwlock_unlock(&a->members);
    return code;
}

// Under members for writing: what was taken before what happened since. False: too much, or no memory.
static bool join(struct audiences *a, struct taken *t)
{
    size_t count = t->count + a->pending_count;
    if (t->lost || a->pending_lost || count > PENDING_MAX)
        return false;
    struct audience_pending *all = a->pending_count ? cu_realloc(t->moves, count * sizeof *all) : t->moves;
    if (count && !all)
        return false;
    if (a->pending_count)
        memcpy(all + t->count, a->pending, a->pending_count * sizeof *all);
    for (struct audience_bulk *b = a->bulks; b; b = b->next)
        b->after += t->count;
    cu_free(a->pending);
    a->pending = all;
    a->pending_count = a->pending_cap = count;
    t->moves = NULL;
    struct audience_bulk **end = &t->bulks;
    while (*end)
        end = &(*end)->next;
    *end = a->bulks;
    a->bulks = t->bulks;
    t->bulks = NULL;
    a->bulks_end = &a->bulks;
    while (*a->bulks_end)
        a->bulks_end = &(*a->bulks_end)->next;
    return true;
}

// It could not be written: it waits, or is given up (2).
static void put_back(struct audiences *a, struct taken *t)
{
    pthread_rwlock_wrlock(&a->members);
    for (size_t i = 0; i < t->live_count; i++)
        t->live[i].live->changed = t->live[i].live->changed || t->live[i].people;
    if (!join(a, t))
        a->pending_lost = true;
    pthread_rwlock_unlock(&a->members);
}

// --- writing, in a transaction

static bool gone(struct audiences *a, uint32_t person)
{
    return people_profiles(a->o.people, person, NULL, 0) == 0;
}

static cu_code write_moves(struct audiences *a, struct db *d, const struct taken *t, size_t from, size_t to, int64_t *id,
    struct cu_error *err)
{
    for (size_t i = from; i < to && i < t->count; i++) {
        const struct audience_pending *m = &t->moves[i];
        struct db_query q;
        if (gone(a, m->person)) // erased meanwhile
            continue;
        CU_TRY(db_prepare(d, &audience_history_sql_move_add, &q, err));
        db_bind_i64(&q, ":id", ++*id);
        db_bind_i64(&q, ":number", m->number);
        db_bind_i64(&q, ":person", m->person);
        db_bind_i64(&q, ":at_ms", m->at_ms);
        db_bind_i64(&q, ":entered", m->entered);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static void leave_erased(struct audiences *a, roaring_bitmap_t *b)
{
    uint32_t some[256];
    roaring_bitmap_t *erased = roaring_bitmap_create();
    roaring_uint32_iterator_t *it = roaring_create_iterator(b);
    for (uint32_t n = 1; it && erased && n;) {
        n = roaring_read_uint32_iterator(it, some, CU_COUNT(some));
        for (uint32_t i = 0; i < n; i++) {
            if (gone(a, some[i]))
                roaring_bitmap_add(erased, some[i]);
        }
    }
    if (it)
        roaring_free_uint32_iterator(it);
    if (erased)
        roaring_bitmap_andnot_inplace(b, erased);
    audience_set_free(erased);
}

static cu_code write_bulk(struct audiences *a, struct db *d, uint32_t number, int64_t at_ms, roaring_bitmap_t *entered,
    roaring_bitmap_t *left, int64_t *id, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf in;
    CU_AUTO_BUF struct cu_buf out;
    struct db_query q;
    cu_buf_init(&in, BITMAP_MAX);
    cu_buf_init(&out, BITMAP_MAX);
    if (!entered || !left)
        return cu_fail(err, CU_MEMORY, "", "no memory for the history of segments");
    leave_erased(a, entered);
    leave_erased(a, left);
    if (roaring_bitmap_is_empty(entered) && roaring_bitmap_is_empty(left))
        return CU_OK;
    CU_TRY(history_bitmap_bytes(entered, &in, err));
    CU_TRY(history_bitmap_bytes(left, &out, err));
    CU_TRY(db_prepare(d, &audience_history_sql_bulk_add, &q, err));
    db_bind_i64(&q, ":id", ++*id);
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":at_ms", at_ms);
    db_bind_blob(&q, ":entered", in.ptr, in.len);
    db_bind_blob(&q, ":gone", out.ptr, out.len);
    return db_run(&q, err);
}

struct hour { // of a segment
    uint32_t number;
    int64_t hour;
    uint64_t entered, left;
};

static cu_code write_hour(struct db *d, const struct hour *h, uint64_t size, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_history_sql_size_add, &q, err));
    db_bind_i64(&q, ":number", h->number);
    db_bind_i64(&q, ":hour", h->hour);
    db_bind_i64(&q, ":entered", (int64_t)h->entered);
    db_bind_i64(&q, ":gone", (int64_t)h->left);
    db_bind_i64(&q, ":size", (int64_t)size);
    return db_run(&q, err);
}

// In which hour so many entered and left; the size is the one of now.
static cu_code write_sizes(struct db *d, const struct taken *t, struct cu_error *err)
{
    enum { HOUR_MS = 3600 * 1000 };
    for (size_t l = 0; l < t->live_count; l++) {
        const struct taken_live *live = &t->live[l];
        struct hour h = {.number = live->number};
        bool any = false;
        for (size_t i = 0; i < t->count; i++) {
            if (t->moves[i].number != live->number)
                continue;
            int64_t hour = t->moves[i].at_ms / HOUR_MS;
            if (any && hour != h.hour) {
                CU_TRY(write_hour(d, &h, live->size, err));
                h.entered = h.left = 0;
            }
            any = true;
            h.hour = hour;
            h.entered += t->moves[i].entered;
            h.left += !t->moves[i].entered;
        }
        for (const struct audience_bulk *b = t->bulks; b; b = b->next) {
            if (b->number != live->number || !b->entered || !b->left)
                continue;
            const struct hour bulk = {live->number, b->at_ms / HOUR_MS, roaring_bitmap_get_cardinality(b->entered),
                roaring_bitmap_get_cardinality(b->left)};
            CU_TRY(write_hour(d, &bulk, live->size, err));
        }
        if (any)
            CU_TRY(write_hour(d, &h, live->size, err));
    }
    return CU_OK;
}

// After moves were given up: what stands on disk and what is true are compared.
static cu_code write_difference(struct audiences *a, struct db *d, const struct taken_live *live, int64_t *id,
    struct cu_error *err)
{
    roaring_bitmap_t *stored = NULL;
    uint32_t version = 0;
    CU_TRY(history_people(a, live->number, &stored, &version, err));
    roaring_bitmap_t *entered = roaring_bitmap_andnot(live->people, stored), *left = roaring_bitmap_andnot(stored,
        live->people);
    const struct hour h = {live->number, cu_now_ms() / 3600000, entered ? roaring_bitmap_get_cardinality(entered) : 0,
        left ? roaring_bitmap_get_cardinality(left) : 0};
    cu_code code = write_bulk(a, d, live->number, cu_now_ms(), entered, left, id, err);
    if (code == CU_OK)
        code = write_hour(d, &h, live->size, err);
    audience_set_free(entered);
    audience_set_free(left);
    audience_set_free(stored);
    return code;
}

static cu_code write_snapshot(struct db *d, const struct taken_live *live, int64_t id, struct cu_buf *bytes,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(history_bitmap_bytes(live->people, bytes, err));
    CU_TRY(db_prepare(d, &audience_history_sql_snapshot_put, &q, err));
    db_bind_i64(&q, ":number", live->number);
    db_bind_i64(&q, ":version", live->version);
    db_bind_i64(&q, ":move", id);
    db_bind_blob(&q, ":people", bytes->ptr, bytes->len);
    return db_run(&q, err);
}

static cu_code write_all(struct audiences *a, struct db *d, struct taken *t, int64_t *id, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, BITMAP_MAX);
    if (t->lost) {
        for (size_t i = 0; i < t->live_count; i++)
            CU_TRY(write_difference(a, d, &t->live[i], id, err));
    } else {
        size_t done = 0; // in the order in which it happened
        for (struct audience_bulk *b = t->bulks; b; b = b->next) {
            CU_TRY(write_moves(a, d, t, done, b->after, id, err));
            done = b->after;
            CU_TRY(write_bulk(a, d, b->number, b->at_ms, b->entered, b->left, id, err));
        }
        CU_TRY(write_moves(a, d, t, done, t->count, id, err));
        CU_TRY(write_sizes(d, t, err));
    }
    for (size_t i = 0; i < t->live_count; i++) {
        if (t->live[i].people)
            CU_TRY(write_snapshot(d, &t->live[i], *id, &bytes, err));
    }
    return CU_OK;
}

// --- erased people and dropped segments

static cu_code list_erased(struct audiences *a, struct db *d, uint32_t *ret, size_t *ret_count, bool *ret_more,
    struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    *ret_more = false;
    CU_TRY(db_prepare(d, &audience_history_sql_erase_list, &q, err));
    while (db_step(&q)) {
        uint32_t person = (uint32_t)db_i64(&q, 0);
        if (gone(a, person)) // else the erasing was taken back, or goes on at this moment
            ret[(*ret_count)++] = person;
        else
            *ret_more = true;
    }
    return db_end(&q, err);
}

static bool anything(const struct taken *t, size_t dropped, size_t erased)
{
    bool any = t->count || t->bulks || t->lost || dropped || erased;
    for (size_t i = 0; i < t->live_count && !any; i++)
        any = t->live[i].people != NULL;
    return any;
}

static cu_code write_once(struct audiences *a, bool snapshots, const uint32_t *dropped, size_t dropped_count,
    struct cu_error *err)
{
    struct history *h = a->history;
    struct taken t = {0};
    uint32_t erased[ERASE_BATCH];
    size_t erased_count = 0;
    bool more = false;
    pthread_mutex_lock(&h->write);
    cu_code code = h->erasing ? list_erased(a, h->writer, erased, &erased_count, &more, err) : CU_OK;
    int64_t id = h->last_id;
    if (code == CU_OK && take(a, snapshots || erased_count, &t) != CU_OK)
        code = cu_fail(err, CU_MEMORY, "", "no memory for the history of segments");
    if (code == CU_OK && anything(&t, dropped_count, erased_count)) {
        code = db_begin(h->writer, err);
        if (code == CU_OK)
            code = write_all(a, h->writer, &t, &id, err);
        if (code == CU_OK && (dropped_count || erased_count))
            code = history_remove(a, dropped, dropped_count, erased, erased_count, err);
        if (code == CU_OK)
            code = db_commit(h->writer, err);
        if (code == CU_OK) {
            h->last_id = id;
        } else {
            db_rollback(h->writer);
            put_back(a, &t);
        }
    }
    if (code == CU_OK) {
        h->erasing = more || erased_count == ERASE_BATCH;
        if (erased_count && db_checkpoint(h->writer, NULL) != CU_OK)
            h->erasing = true; // rows leave the log later
    }
    free_taken(&t);
    pthread_mutex_unlock(&h->write);
    return code;
}

// --- the thread

static void write_what_waits(struct audiences *a, bool last)
{
    struct history *h = a->history;
    struct cu_error err = {.text = ""};
    int64_t now_us = cu_mono_us();
    bool snapshots = last || now_us - h->snapshot_us >= SNAPSHOT_US;
    pthread_mutex_lock(&h->lock);
    uint32_t *dropped = h->dropped;
    size_t dropped_count = h->dropped_count;
    h->dropped = NULL;
    h->dropped_count = h->dropped_cap = 0;
    pthread_mutex_unlock(&h->lock);
    if (write_once(a, snapshots, dropped, dropped_count, &err) != CU_OK) {
        cu_log_error("audience.history", &err);
        for (size_t i = 0; i < dropped_count; i++)
            history_dropped(a, dropped[i]);
    } else if (snapshots) {
        h->snapshot_us = now_us;
    }
    cu_free(dropped);
}

static void *run(void *context)
{
    struct audiences *a = context;
    struct history *h = a->history;
    pthread_mutex_lock(&h->lock);
    for (bool stop = false; !stop;) {
        uint64_t asked = h->asked;
        stop = h->stop;
        pthread_mutex_unlock(&h->lock);
        write_what_waits(a, stop);
        pthread_mutex_lock(&h->lock);
        h->written = asked;
        pthread_cond_broadcast(&h->done);
        if (h->stop || h->asked != asked)
            continue;
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (long)WRITE_MS * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&h->wake, &h->lock, &until);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

void history_flush(struct audiences *a)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->lock);
    uint64_t mine = ++h->asked;
    pthread_cond_broadcast(&h->wake);
    while (h->running && h->written < mine && !h->stop)
        pthread_cond_wait(&h->done, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

void history_dropped(struct audiences *a, uint32_t number)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->lock);
    if (h->dropped_count == h->dropped_cap) {
        size_t cap = h->dropped_cap ? h->dropped_cap * 2 : 16;
        uint32_t *dropped = cu_realloc(h->dropped, cap * sizeof *dropped);
        if (dropped) {
            h->dropped = dropped;
            h->dropped_cap = cap;
        }
    }
    if (h->dropped_count < h->dropped_cap) // else they stay until the next start
        h->dropped[h->dropped_count++] = number;
    pthread_mutex_unlock(&h->lock);
}

cu_code history_erase_begins(void *context, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct audiences *a = context;
    struct history *h = a->history;
    pthread_mutex_lock(&h->write);
    cu_code code = db_begin(h->writer, err);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        struct db_query q;
        code = db_prepare(h->writer, &audience_history_sql_erase_add, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":person", pnos[i]);
            code = db_run(&q, err);
        }
    }
    if (code == CU_OK)
        code = db_commit(h->writer, err);
    if (code != CU_OK)
        db_rollback(h->writer);
    h->erasing = true;
    pthread_mutex_unlock(&h->write);
    return code;
}

// --- opening

static cu_code load_last_id(struct history *h, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(h->writer, &audience_history_sql_last_id, &q, err));
    if (db_step(&q))
        h->last_id = db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code history_open(struct audiences *a, const char *path, struct cu_error *err)
{
    struct history *h = cu_calloc(1, sizeof *h);
    size_t len = strlen(path) + 1;
    if (!h)
        return cu_fail(err, CU_MEMORY, "", "no memory for the history of segments");
    pthread_mutex_init(&h->write, NULL);
    pthread_mutex_init(&h->read, NULL);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->wake, NULL);
    pthread_cond_init(&h->done, NULL);
    a->history = h;
    h->path = cu_alloc(len);
    if (!h->path)
        return cu_fail(err, CU_MEMORY, "", "no memory for the history of segments");
    memcpy(h->path, path, len);
    h->erasing = true; // what a crash left
    h->snapshot_us = cu_mono_us();
    CU_TRY(db_open(path, history_schema(), DB_WRITE, &h->writer, err));
    CU_TRY(db_open(path, history_schema(), DB_READ, &h->reader, err));
    return load_last_id(h, err);
}

cu_code audiences_freeze(struct audiences *a, struct db_frozen *ret, struct cu_error *err)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->write);
    pthread_mutex_lock(&h->read); // our own reader must not stand in the way
    cu_code code = db_freeze(h->path, history_schema(), h->writer, ret, err);
    pthread_mutex_unlock(&h->read);
    pthread_mutex_unlock(&h->write);
    return code;
}

cu_code audiences_verify(struct audiences *a, struct cu_error *err)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->read);
    cu_code code = db_integrity(h->reader, err);
    pthread_mutex_unlock(&h->read);
    return code;
}

cu_code history_start(struct audiences *a, struct cu_error *err)
{
    a->history->running = pthread_create(&a->history->thread, NULL, run, a) == 0;
    return a->history->running ? CU_OK : cu_fail(err, CU_MEMORY, "", "no thread for the history of segments");
}

void history_close(struct audiences *a)
{
    struct history *h = a->history;
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_cond_broadcast(&h->wake);
    pthread_cond_broadcast(&h->done);
    pthread_mutex_unlock(&h->lock);
    if (h->running)
        pthread_join(h->thread, NULL);
    db_close(h->reader);
    db_close(h->writer);
    pthread_mutex_destroy(&h->write);
    pthread_mutex_destroy(&h->read);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->wake);
    pthread_cond_destroy(&h->done);
    cu_free(h->dropped);
    cu_free(h->path);
    cu_free(h);
    a->history = NULL;
}
