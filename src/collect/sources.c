// SPDX-License-Identifier: Apache-2.0
// Sources in memory, their counters, and what of them is stored. The doors ask sources_by_key for
// every request; only sources_create, sources_update and the saving job touch the database.
#include "sources.h"

#include "base/clock.h"
#include "crypto/secret.h"
#include "sources_sql.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { SOURCES_MAX = 512, KEY_LETTERS = 32 };

struct slot {
    struct source row;
    atomic_uint_fast64_t accepted, refused;
    atomic_int_fast64_t last_seen_ms, last_error_ms;
    char last_error[32]; // under the lock
    uint64_t saved;      // accepted + refused when last saved, by the saving job alone
};

struct sources {
    struct people *people;
    pthread_rwlock_t lock;
    struct slot *slots[SOURCES_MAX];
    size_t count;
};

static void copy_z(char *to, size_t size, cu_str from)
{
    size_t n = from.len < size - 1 ? from.len : size - 1;
    if (n)
        memcpy(to, from.ptr, n);
    to[n] = 0;
}

static cu_code load_row(struct sources *s, struct db_query *q, struct cu_error *err)
{
    if (s->count == SOURCES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "more than %d sources are stored", SOURCES_MAX);
    struct slot *slot = cu_calloc(1, sizeof *slot);
    if (!slot)
        return cu_fail(err, CU_MEMORY, "", "no memory for sources");
    slot->row.number = (uint32_t)db_i64(q, 0);
    copy_z(slot->row.write_key, sizeof slot->row.write_key, db_str(q, 1));
    copy_z(slot->row.name, sizeof slot->row.name, db_str(q, 2));
    copy_z(slot->row.kind, sizeof slot->row.kind, db_str(q, 3));
    slot->row.enabled = db_i64(q, 4) != 0;
    slot->row.sample = db_i64(q, 5) != 0;
    slot->row.created_ms = db_i64(q, 6);
    slot->accepted = (uint64_t)db_i64(q, 7);
    slot->refused = (uint64_t)db_i64(q, 8);
    slot->saved = slot->accepted + slot->refused;
    slot->last_seen_ms = db_i64(q, 9);
    slot->last_error_ms = db_i64(q, 10);
    copy_z(slot->last_error, sizeof slot->last_error, db_str(q, 11));
    s->slots[s->count++] = slot;
    return CU_OK;
}

static cu_code load_all(struct sources *s, struct db *d, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &sources_sql_every, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q))
        code = load_row(s, &q, err);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

cu_code sources_open(struct people *p, struct sources **ret, struct cu_error *err)
{
    struct sources *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for sources");
    s->people = p;
    (void)pthread_rwlock_init(&s->lock, NULL);
    cu_code code = load_all(s, people_lock(p), err);
    people_unlock(p);
    if (code != CU_OK) {
        sources_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void sources_close(struct sources *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        cu_free(s->slots[i]);
    (void)pthread_rwlock_destroy(&s->lock);
    cu_free(s);
}

// "wk_" and 32 letters and digits: what a write key looks like is part of the contract with clients.
static void new_key(char ret[40])
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    memcpy(ret, "wk_", 3);
    size_t n = 0;
    while (n < KEY_LETTERS) {
        unsigned char byte = 0;
        cu_random(&byte, 1);
        if (byte < 256 / (sizeof letters - 1) * (sizeof letters - 1)) // no bias
            ret[3 + n++] = letters[byte % (sizeof letters - 1)];
    }
    ret[3 + n] = 0;
}

static cu_code insert(struct db *d, const struct source *row, uint32_t *ret_number,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &sources_sql_insert, &q, err));
    db_bind_str(&q, ":write_key", cu_str_of(row->write_key));
    db_bind_str(&q, ":name", cu_str_of(row->name));
    db_bind_str(&q, ":kind", cu_str_of(row->kind));
    db_bind_i64(&q, ":sample", row->sample);
    db_bind_i64(&q, ":created_ms", row->created_ms);
    CU_TRY(db_run(&q, err));
    *ret_number = (uint32_t)db_last_rowid(d);
    return CU_OK;
}

cu_code sources_create(struct sources *s, cu_str name, cu_str kind, bool sample, struct source *ret,
    struct cu_error *err)
{
    name = cu_str_trim(name);
    struct slot *slot = cu_calloc(1, sizeof *slot);
    if (!slot)
        return cu_fail(err, CU_MEMORY, "", "no memory for a source");
    struct source *row = &slot->row;
    new_key(row->write_key);
    copy_z(row->name, sizeof row->name, name);
    copy_z(row->kind, sizeof row->kind, kind);
    row->enabled = true;
    row->sample = sample;
    row->created_ms = cu_now_ms();
    cu_code code = CU_OK;
    struct db *d = people_lock(s->people);
    (void)pthread_rwlock_wrlock(&s->lock);
    if (name.len == 0 || name.len >= sizeof row->name)
        code = cu_fail(err, CU_INVALID, "/name", "1 to %zu bytes are accepted", sizeof row->name - 1);
    else if (s->count == SOURCES_MAX)
        code = cu_fail(err, CU_CONFLICT, "", "there are %d sources already", SOURCES_MAX);
    else
        code = insert(d, row, &row->number, err);
    if (code == CU_OK) {
        s->slots[s->count++] = slot;
        *ret = *row;
    } else {
        cu_free(slot);
    }
    (void)pthread_rwlock_unlock(&s->lock);
    people_unlock(s->people);
    return code;
}

static struct slot *find(struct sources *s, uint32_t number)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->slots[i]->row.number == number)
            return s->slots[i];
    }
    return NULL;
}

static cu_code store_update(struct db *d, const struct source *row, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &sources_sql_update, &q, err));
    db_bind_str(&q, ":name", cu_str_of(row->name));
    db_bind_i64(&q, ":enabled", row->enabled);
    db_bind_i64(&q, ":number", row->number);
    return db_run(&q, err);
}

cu_code sources_update(struct sources *s, uint32_t number, cu_str name, int enabled,
    struct cu_error *err)
{
    cu_code code = CU_OK;
    struct db *d = people_lock(s->people);
    (void)pthread_rwlock_wrlock(&s->lock);
    struct slot *slot = find(s, number);
    struct source row = slot ? slot->row : (struct source){.number = number};
    name = cu_str_trim(name);
    if (name.ptr)
        copy_z(row.name, sizeof row.name, name);
    if (enabled >= 0)
        row.enabled = enabled != 0;
    if (!slot)
        code = cu_fail(err, CU_NOT_FOUND, "number", "there is no source of that number");
    else if (name.ptr && (name.len == 0 || name.len >= sizeof row.name))
        code = cu_fail(err, CU_INVALID, "/name", "1 to %zu bytes are accepted", sizeof row.name - 1);
    else
        code = store_update(d, &row, err);
    if (code == CU_OK)
        slot->row = row;
    (void)pthread_rwlock_unlock(&s->lock);
    people_unlock(s->people);
    return code;
}

bool sources_by_key(struct sources *s, cu_str write_key, struct source *ret)
{
    bool found = false;
    (void)pthread_rwlock_rdlock(&s->lock);
    for (size_t i = 0; i < s->count && !found; i++) {
        const struct source *row = &s->slots[i]->row;
        if (strlen(row->write_key) == write_key.len &&
            secret_equal(row->write_key, write_key.ptr, write_key.len)) {
            *ret = *row;
            found = true;
        }
    }
    (void)pthread_rwlock_unlock(&s->lock);
    return found;
}

bool sources_by_number(struct sources *s, uint32_t number, struct source *ret)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    const struct slot *slot = find(s, number);
    if (slot)
        *ret = slot->row;
    (void)pthread_rwlock_unlock(&s->lock);
    return slot != NULL;
}

size_t sources_list(struct sources *s, struct source *ret, size_t max)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    size_t n = s->count < max ? s->count : max;
    for (size_t i = 0; i < n; i++)
        ret[i] = s->slots[i]->row;
    (void)pthread_rwlock_unlock(&s->lock);
    return n;
}

void sources_count(struct sources *s, uint32_t number, uint64_t accepted, uint64_t refused,
    int64_t now_ms, const char *last_error_code)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    struct slot *slot = find(s, number);
    if (slot) {
        atomic_fetch_add_explicit(&slot->accepted, accepted, memory_order_relaxed);
        atomic_fetch_add_explicit(&slot->refused, refused, memory_order_relaxed);
        atomic_store_explicit(&slot->last_seen_ms, now_ms, memory_order_relaxed);
    }
    (void)pthread_rwlock_unlock(&s->lock);
    if (!slot || !last_error_code)
        return;
    (void)pthread_rwlock_wrlock(&s->lock); // errors are rare; slots are never freed before close
    copy_z(slot->last_error, sizeof slot->last_error, cu_str_of(last_error_code));
    atomic_store_explicit(&slot->last_error_ms, now_ms, memory_order_relaxed);
    (void)pthread_rwlock_unlock(&s->lock);
}

void sources_forget_counts(struct sources *s, uint32_t number)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    struct slot *slot = find(s, number);
    if (slot) {
        atomic_store(&slot->accepted, 0);
        atomic_store(&slot->refused, 0);
    }
    (void)pthread_rwlock_unlock(&s->lock);
}

static void stats_of(struct slot *slot, struct source_stats *ret)
{
    ret->accepted = atomic_load_explicit(&slot->accepted, memory_order_relaxed);
    ret->refused = atomic_load_explicit(&slot->refused, memory_order_relaxed);
    ret->last_seen_ms = atomic_load_explicit(&slot->last_seen_ms, memory_order_relaxed);
    ret->last_error_ms = atomic_load_explicit(&slot->last_error_ms, memory_order_relaxed);
    memcpy(ret->last_error, slot->last_error, sizeof ret->last_error);
}

bool sources_stats(struct sources *s, uint32_t number, struct source_stats *ret)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    struct slot *slot = find(s, number);
    if (slot)
        stats_of(slot, ret);
    (void)pthread_rwlock_unlock(&s->lock);
    return slot != NULL;
}

static cu_code save_one(struct db *d, uint32_t number, const struct source_stats *stats,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &sources_sql_save, &q, err));
    db_bind_i64(&q, ":accepted", (int64_t)stats->accepted);
    db_bind_i64(&q, ":refused", (int64_t)stats->refused);
    db_bind_i64(&q, ":last_seen_ms", stats->last_seen_ms);
    db_bind_i64(&q, ":last_error_ms", stats->last_error_ms);
    db_bind_str(&q, ":last_error", cu_str_of(stats->last_error));
    db_bind_i64(&q, ":number", number);
    return db_run(&q, err);
}

cu_code sources_save(struct sources *s, struct cu_error *err)
{
    cu_code code = CU_OK;
    struct db *d = people_lock(s->people);
    for (size_t i = 0; i < s->count && code == CU_OK; i++) {
        struct source_stats stats;
        struct slot *slot = s->slots[i];
        uint32_t number = slot->row.number;
        (void)pthread_rwlock_rdlock(&s->lock);
        stats_of(slot, &stats);
        (void)pthread_rwlock_unlock(&s->lock);
        if (stats.accepted + stats.refused == slot->saved)
            continue;
        code = save_one(d, number, &stats, err);
        if (code == CU_OK)
            slot->saved = stats.accepted + stats.refused;
    }
    people_unlock(s->people);
    return code;
}
