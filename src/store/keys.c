// SPDX-License-Identifier: Apache-2.0
// The key store over keys.db. See keys.h. A look-up asks the cache, then a reading connection; a
// key is made through the writing connection, in a transaction that is opened by the first one of a
// batch and ended by keys_commit.
//
// What holds at every moment:
//  K1  A key in the cache is stored, or is part of the open transaction; when that transaction is
//      lost the whole cache is wiped.
//  K2  A fence is in the cache before keys_erase returns. A key read before a fence was committed
//      is not put into the cache after it (`fences` counts them).
//  K3  A commit that would lack a key handed out since the last one fails (`lost`).
// Locks, in this order: write_lock, read_lock, cache_lock. cache_lock is never held over I/O.
#include "keys.h"

#include "db.h"
#include "keys_cache.h"
#include "keys_schema_sql.h"
#include "keys_sql.h"

#include "base/clock.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#define CACHE_DEFAULT 65536
#define WRAP_BRANCH "subject"

struct keys {
    struct keyring *keyring;
    pthread_mutex_t cache_lock;
    struct keys_cache *cache;
    uint64_t fences;
    pthread_mutex_t write_lock;
    struct db *write;
    bool lost;           // keys were handed out whose transaction is gone
    atomic_uint pending; // keys in the open transaction; written under write_lock
    pthread_mutex_t read_lock;
    struct db *read;
};

static enum keys_state cached(
    struct keys *k, uint64_t subject, struct seal_key *ret, uint64_t *ret_fences)
{
    pthread_mutex_lock(&k->cache_lock);
    enum keys_state state = keys_cache_get(k->cache, subject, ret);
    *ret_fences = k->fences;
    pthread_mutex_unlock(&k->cache_lock);
    return state;
}

static void remember(struct keys *k, uint64_t subject, const struct seal_key *key, uint64_t fences)
{
    pthread_mutex_lock(&k->cache_lock);
    if (k->fences == fences) // K2
        keys_cache_put(k->cache, subject, key);
    pthread_mutex_unlock(&k->cache_lock);
}

static cu_str context_of(uint64_t subject, uint8_t bytes[8])
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(subject >> (56 - 8 * i));
    return (cu_str){(const char *)bytes, 8};
}

// The stored state of a subject: CU_OK with its key, CU_ERASED, CU_NOT_FOUND.
static cu_code load(
    struct keys *k, struct db *d, uint64_t subject, struct seal_key *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &keys_sql_wrapped, &q, err));
    db_bind_i64(&q, ":subject", (int64_t)subject);
    uint8_t wrapped[KEYRING_WRAPPED], context[8];
    cu_code found = CU_NOT_FOUND;
    if (db_step(&q)) {
        cu_str bytes = db_blob(&q, 0);
        found = bytes.len == sizeof wrapped ? CU_OK : CU_ERASED;
        if (found == CU_OK)
            memcpy(wrapped, bytes.ptr, sizeof wrapped);
    }
    CU_TRY(db_end(&q, err));
    if (found == CU_NOT_FOUND)
        return cu_fail(err, CU_NOT_FOUND, "", "keys: the subject has no key");
    if (found == CU_ERASED)
        return cu_fail(err, CU_ERASED, "", "keys: the subject was erased");
    return keyring_unwrap(
        k->keyring, WRAP_BRANCH, context_of(subject, context), wrapped, ret->bytes, err);
}

static cu_code load_and_remember(struct keys *k, struct db *d, uint64_t subject, uint64_t fences,
    struct seal_key *ret, struct cu_error *err)
{
    cu_code code = load(k, d, subject, ret, err);
    if (code == CU_OK || code == CU_ERASED)
        remember(k, subject, code == CU_OK ? ret : NULL, fences);
    return code;
}

// Under write_lock. The open transaction is over without being stored: K1, K3.
static void give_up(struct keys *k)
{
    db_rollback(k->write);
    pthread_mutex_lock(&k->cache_lock);
    keys_cache_clear(k->cache);
    pthread_mutex_unlock(&k->cache_lock);
    k->lost = k->lost || atomic_load(&k->pending) > 0;
    atomic_store(&k->pending, 0);
}

static cu_code insert(
    struct keys *k, uint64_t subject, const struct seal_key *key, struct cu_error *err)
{
    uint8_t wrapped[KEYRING_WRAPPED], context[8];
    CU_TRY(keyring_wrap(
        k->keyring, WRAP_BRANCH, context_of(subject, context), key->bytes, wrapped, err));
    if (!db_in_transaction(k->write))
        CU_TRY(db_begin(k->write, err));
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_make, &q, err));
    db_bind_i64(&q, ":subject", (int64_t)subject);
    db_bind_blob(&q, ":wrapped", wrapped, sizeof wrapped);
    return db_run(&q, err);
}

// Under write_lock.
static cu_code make_key(
    struct keys *k, uint64_t subject, uint64_t fences, struct seal_key *ret, struct cu_error *err)
{
    struct seal_key key;
    cu_random(key.bytes, sizeof key.bytes);
    cu_code code = insert(k, subject, &key, err);
    if (code == CU_OK) {
        atomic_fetch_add(&k->pending, 1);
        remember(k, subject, &key, fences);
        *ret = key;
    } else {
        give_up(k);
    }
    seal_key_wipe(&key);
    return code;
}

cu_code keys_get(
    struct keys *k, uint64_t subject, bool make, struct seal_key *ret, struct cu_error *err)
{
    assert(subject <= INT64_MAX);
    uint64_t fences = 0;
    enum keys_state state = cached(k, subject, ret, &fences);
    if (state == KEYS_LIVING)
        return CU_OK;
    if (state == KEYS_ERASED)
        return cu_fail(err, CU_ERASED, "", "keys: the subject was erased");
    if (!make) {
        pthread_mutex_lock(&k->read_lock);
        cu_code code = load_and_remember(k, k->read, subject, fences, ret, err);
        pthread_mutex_unlock(&k->read_lock);
        // Not there: but a batch under way may have made it and the cache dropped it since.
        if (code != CU_NOT_FOUND || atomic_load(&k->pending) == 0)
            return code;
    }
    pthread_mutex_lock(&k->write_lock);
    cu_code code = load_and_remember(k, k->write, subject, fences, ret, err);
    if (code == CU_NOT_FOUND && make)
        code = make_key(k, subject, fences, ret, err);
    // A failure, even of the look-up, may have ended the transaction with all its keys.
    if (atomic_load(&k->pending) > 0 && !db_in_transaction(k->write))
        give_up(k);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

cu_code keys_commit(struct keys *k, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&k->write_lock);
    if (k->lost) {
        give_up(k);
        code = cu_fail(err, CU_IO, "",
            "keys: keys of this batch were lost by a storage failure; repeat the batch");
    } else if (db_in_transaction(k->write)) {
        code = db_commit(k->write, err);
        if (code != CU_OK)
            give_up(k);
        atomic_store(&k->pending, 0);
    }
    k->lost = false; // told once
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

void keys_rollback(struct keys *k)
{
    pthread_mutex_lock(&k->write_lock);
    if (db_in_transaction(k->write))
        give_up(k);
    k->lost = false;
    pthread_mutex_unlock(&k->write_lock);
}

static cu_code run_for(struct keys *k, const struct db_statement *s, uint64_t subject,
    bool with_time, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, s, &q, err));
    db_bind_i64(&q, ":subject", (int64_t)subject);
    if (with_time)
        db_bind_i64(&q, ":now", cu_now_ms());
    return db_run(&q, err);
}

// Each key is overwritten first, all of them turn into fences after: a row must not shrink or move
// while its page still holds a key.
static cu_code fence_all(
    struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    if (!db_in_transaction(k->write))
        CU_TRY(db_begin(k->write, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(run_for(k, &keys_sql_scrub, subjects[i], false, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(run_for(k, &keys_sql_fence, subjects[i], true, err));
    return db_commit(k->write, err);
}

cu_code keys_erase(struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    // Keys of a batch under way are stored with it: a key without a record is harmless.
    cu_code code = fence_all(k, subjects, count, err);
    if (code == CU_OK) {
        atomic_store(&k->pending, 0);
        pthread_mutex_lock(&k->cache_lock);
        k->fences++;
        for (size_t i = 0; i < count; i++)
            keys_cache_put(k->cache, subjects[i], NULL);
        pthread_mutex_unlock(&k->cache_lock);
        // The log still holds the wrapped keys: it is emptied while nobody reads through it.
        pthread_mutex_lock(&k->read_lock);
        code = db_checkpoint(k->write, err);
        pthread_mutex_unlock(&k->read_lock);
    } else {
        give_up(k);
    }
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

bool keys_is_erased(struct keys *k, uint64_t subject)
{
    struct seal_key key;
    cu_code code = keys_get(k, subject, false, &key, NULL);
    seal_key_wipe(&key);
    return code != CU_OK && code != CU_NOT_FOUND;
}

// The file remembers whose it is: with another root key nothing in it would open.
static cu_code check_root(struct keys *k, struct cu_error *err)
{
    uint8_t own[16];
    keyring_fingerprint(k->keyring, own);
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_fingerprint, &q, err));
    bool known = db_step(&q), same = false;
    if (known) {
        cu_str stored = db_blob(&q, 0);
        same = stored.len == sizeof own && memcmp(stored.ptr, own, sizeof own) == 0;
    }
    CU_TRY(db_end(&q, err));
    if (known)
        return same ? CU_OK
                    : cu_fail(err, CU_KEY, "root_key",
                          "keys: the file was written under another root key");
    CU_TRY(db_prepare(k->write, &keys_sql_fingerprint_set, &q, err));
    db_bind_blob(&q, ":fingerprint", own, sizeof own);
    return db_run(&q, err);
}

static cu_code open_files(struct keys *k, const char *path, struct cu_error *err)
{
    const struct db_migration migrations[] = {{1, keys_schema_sql_schema.sql}};
    const struct db_schema schema = {"keys", migrations, CU_COUNT(migrations)};
    CU_TRY(db_open(path, &schema, DB_WRITE, &k->write, err));
    CU_TRY(check_root(k, err));
    return db_open(path, &schema, DB_READ, &k->read, err);
}

cu_code keys_open(const struct keys_options *options, struct keys **ret, struct cu_error *err)
{
    struct keys *k = cu_calloc(1, sizeof *k);
    if (k == NULL)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory to open the key store");
    k->keyring = options->keyring;
    pthread_mutex_init(&k->cache_lock, NULL);
    pthread_mutex_init(&k->write_lock, NULL);
    pthread_mutex_init(&k->read_lock, NULL);
    k->cache = keys_cache_new(options->cache_max ? options->cache_max : CACHE_DEFAULT);
    cu_code code = k->cache ? open_files(k, options->path, err)
                            : cu_fail(err, CU_MEMORY, "", "keys: no memory for the cache");
    if (code != CU_OK) {
        keys_close(k);
        return code;
    }
    *ret = k;
    return CU_OK;
}

void keys_close(struct keys *k)
{
    if (k == NULL)
        return;
    db_close(k->read);
    db_close(k->write);
    keys_cache_free(k->cache);
    pthread_mutex_destroy(&k->cache_lock);
    pthread_mutex_destroy(&k->write_lock);
    pthread_mutex_destroy(&k->read_lock);
    cu_free(k);
}
