// SPDX-License-Identifier: Apache-2.0
// The key store as callers see it: looking up, making, committing, erasing, restricting. See keys.h; what
// holds and which locks there are is in keys_private.h, the change of keys in keys_change.c.
#include "keys_private.h"

#include "base/clock.h"
#include "crypto/secret.h"

#include <assert.h>

static bool cached(struct keys *k, uint64_t subject, struct seal_key *ret, enum keys_state *ret_state, uint64_t *ret_fences)
{
    pthread_mutex_lock(&k->cache_lock);
    *ret_state = keys_cache_get(k->cache, subject, ret);
    *ret_fences = k->fences;
    pthread_mutex_unlock(&k->cache_lock);
    return *ret_state != KEYS_UNKNOWN;
}

static void remember(struct keys *k, uint64_t subject, enum keys_state state, const struct seal_key *key, uint64_t fences)
{
    pthread_mutex_lock(&k->cache_lock);
    if (k->fences == fences) { // K2
        keys_cache_put(k->cache, subject, state == KEYS_ERASED ? NULL : key);
        if (state == KEYS_RESTRICTED)
            keys_cache_restrict(k->cache, subject, true);
    }
    pthread_mutex_unlock(&k->cache_lock);
}

static cu_code answer(enum keys_state state, struct cu_error *err)
{
    return state == KEYS_ERASED ? cu_fail(err, CU_ERASED, "", "keys: the subject was erased") : CU_OK;
}

static cu_code read_entry(
    const struct keys_node *n, struct keys_place at, enum keys_state *ret_state, struct seal_key *ret, struct cu_error *err)
{
    unsigned slot = (unsigned)(at.index % KEYS_FANOUT);
    switch (n->s->state[slot]) {
    case ENTRY_NONE:
        return cu_fail(err, CU_NOT_FOUND, "", "keys: the subject has no key");
    case ENTRY_ERASED:
        *ret_state = KEYS_ERASED;
        return CU_OK;
    case ENTRY_LIVING:
    case ENTRY_RESTRICTED:
        *ret_state = n->s->state[slot] == ENTRY_LIVING ? KEYS_LIVING : KEYS_RESTRICTED;
        memcpy(ret->bytes, n->s->key[slot], sizeof ret->bytes);
        return CU_OK;
    default:
        return cu_fail(err, CU_CORRUPT, "", "keys: an entry of the key tree is in no known state");
    }
}

static cu_code settle_if_needed(struct keys *k, struct cu_error *err)
{
    if (!atomic_load(&k->unsettled))
        return CU_OK;
    pthread_mutex_lock(&k->write_lock);
    cu_code code = atomic_load(&k->unsettled) ? keys_settle(k, err) : CU_OK;
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// CU_OK with the state living, restricted or erased; CU_NOT_FOUND.
static cu_code look(struct keys *k, uint64_t subject, enum epoch_forest forest, enum keys_state *ret_state,
    struct seal_key *ret, struct cu_error *err)
{
    struct keys_place at = keys_place_of(subject, forest);
    struct keys_node *n = NULL;
    CU_TRY(settle_if_needed(k, err));
    pthread_mutex_lock(&k->tree_lock);
    cu_code code = keys_tree_find(k->tree, at, &n, err);
    if (code == CU_OK)
        code = read_entry(n, at, ret_state, ret, err);
    pthread_mutex_unlock(&k->tree_lock);
    return code;
}

static cu_code find_or_make(struct keys *k, struct keys_place at, enum keys_state *ret_state, struct seal_key *ret,
    struct cu_error *err)
{
    struct keys_node *n = NULL;
    CU_TRY(keys_tree_make(k->tree, at, false, &n, err));
    unsigned slot = (unsigned)(at.index % KEYS_FANOUT);
    if (n->s->state[slot] == ENTRY_NONE) {
        cu_random(n->s->key[slot], 32);
        n->s->state[slot] = ENTRY_LIVING;
        keys_tree_touch(k->tree, n);
        k->pending++;
    }
    return read_entry(n, at, ret_state, ret, err);
}

// Under write_lock.
static cu_code make(struct keys *k, uint64_t subject, enum epoch_forest forest, enum keys_state *ret_state,
    struct seal_key *ret, struct cu_error *err)
{
    CU_TRY(keys_writable(k, err));
    struct keys_place at = keys_place_of(subject, forest);
    cu_code code = CU_BUSY;
    for (int i = 0; i < 2 && code == CU_BUSY; i++) {
        if (i > 0) // no room: what was made so far is stored early; a key without a record is harmless
            CU_TRY(keys_store_pending(k, err));
        pthread_mutex_lock(&k->tree_lock);
        code = find_or_make(k, at, ret_state, ret, err);
        pthread_mutex_unlock(&k->tree_lock);
    }
    return code;
}

static cu_code get(struct keys *k, uint64_t subject, bool may_make, enum keys_state *ret_state, struct seal_key *ret,
    struct cu_error *err)
{
    uint64_t fences = 0;
    assert(subject <= INT64_MAX);
    if (cached(k, subject, ret, ret_state, &fences))
        return CU_OK;
    struct seal_key key;
    cu_code code = CU_OK;
    if (may_make) {
        pthread_mutex_lock(&k->write_lock);
        code = make(k, subject, EPOCH_PEOPLE, ret_state, &key, err);
        pthread_mutex_lock(&k->cache_lock);
        fences = k->fences; // no fence is made meanwhile, but settling counts as one
        pthread_mutex_unlock(&k->cache_lock);
        if (code == CU_OK)
            remember(k, subject, *ret_state, &key, fences);
        pthread_mutex_unlock(&k->write_lock);
    } else {
        code = look(k, subject, EPOCH_PEOPLE, ret_state, &key, err);
        if (code == CU_OK)
            remember(k, subject, *ret_state, &key, fences);
    }
    if (code == CU_OK && *ret_state != KEYS_ERASED)
        *ret = key;
    seal_key_wipe(&key);
    return code;
}

cu_code keys_get(struct keys *k, uint64_t subject, bool may_make, struct seal_key *ret, struct cu_error *err)
{
    enum keys_state state = KEYS_UNKNOWN;
    CU_TRY(get(k, subject, may_make, &state, ret, err));
    return answer(state, err);
}

cu_code keys_commit(struct keys *k, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&k->write_lock);
    if (k->lost) {
        keys_give_up(k);
        code = cu_fail(err, CU_IO, "", "keys: keys of this batch were lost by a storage failure; repeat the batch");
    } else {
        code = keys_store_pending(k, err);
    }
    k->lost = false; // told once
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

void keys_rollback(struct keys *k)
{
    pthread_mutex_lock(&k->write_lock);
    keys_give_up(k);
    k->lost = false;
    pthread_mutex_unlock(&k->write_lock);
}

cu_code keys_erase(struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK) // keys of a batch under way are stored first: a key without a record is harmless
        code = keys_store_pending(k, err);
    for (size_t done = 0; done < count && code == CU_OK; done += KEYS_AT_ONCE) {
        size_t some = count - done < KEYS_AT_ONCE ? count - done : KEYS_AT_ONCE;
        code = keys_writable(k, err);
        if (code == CU_OK)
            code = keys_change(k, EPOCH_PEOPLE, subjects + done, some, true, err);
    }
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

static cu_code state_of(struct keys *k, uint64_t subject, enum keys_state *ret, struct cu_error *err)
{
    struct seal_key key;
    cu_code code = get(k, subject, false, ret, &key, err);
    seal_key_wipe(&key);
    return code;
}

bool keys_is_erased(struct keys *k, uint64_t subject)
{
    enum keys_state state = KEYS_UNKNOWN;
    cu_code code = state_of(k, subject, &state, NULL);
    return code == CU_OK ? state == KEYS_ERASED : code != CU_NOT_FOUND;
}

// --- restriction

bool keys_is_restricted(struct keys *k, uint64_t subject)
{
    enum keys_state state = KEYS_UNKNOWN;
    cu_code code = state_of(k, subject, &state, NULL);
    return code == CU_OK ? state == KEYS_RESTRICTED : code != CU_NOT_FOUND;
}

// Under write_lock; nothing is pending.
static cu_code restrict_some(struct keys *k, const uint64_t *subjects, size_t count, bool on, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&k->tree_lock);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        struct keys_place at = keys_place_of(subjects[i], EPOCH_PEOPLE);
        struct keys_node *n = NULL;
        code = keys_tree_make(k->tree, at, false, &n, err);
        if (code != CU_OK)
            break;
        uint8_t *state = &n->s->state[at.index % KEYS_FANOUT];
        if (*state == ENTRY_NONE)
            cu_random(n->s->key[at.index % KEYS_FANOUT], 32);
        *state = on ? ENTRY_RESTRICTED : ENTRY_LIVING;
        keys_tree_touch(k->tree, n);
    }
    pthread_mutex_unlock(&k->tree_lock);
    if (code == CU_OK)
        return keys_store_pending(k, err);
    keys_give_up(k);
    return code;
}

static cu_code none_erased(struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        enum keys_state state = KEYS_UNKNOWN;
        struct seal_key key;
        cu_code code = look(k, subjects[i], EPOCH_PEOPLE, &state, &key, err);
        seal_key_wipe(&key);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
        CU_TRY(answer(state, err));
    }
    return CU_OK;
}

cu_code keys_restrict(struct keys *k, const uint64_t *subjects, size_t count, bool on, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = keys_store_pending(k, err);
    if (code == CU_OK)
        code = none_erased(k, subjects, count, err);
    for (size_t done = 0; done < count && code == CU_OK; done += KEYS_AT_ONCE) {
        size_t some = count - done < KEYS_AT_ONCE ? count - done : KEYS_AT_ONCE;
        code = restrict_some(k, subjects + done, some, on, err);
        pthread_mutex_lock(&k->cache_lock);
        k->fences++; // a state read before is not remembered after
        for (size_t i = 0; i < some && code == CU_OK; i++)
            keys_cache_restrict(k->cache, subjects[done + i], on);
        pthread_mutex_unlock(&k->cache_lock);
    }
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// --- the statutory vault

cu_code keys_vault_get(struct keys *k, uint64_t subject, int64_t expires_ms, struct seal_key *ret, struct cu_error *err)
{
    enum keys_state state = KEYS_UNKNOWN;
    struct seal_key key;
    cu_code code = CU_OK;
    assert(subject <= INT64_MAX);
    if (expires_ms > 0) {
        pthread_mutex_lock(&k->write_lock);
        if (k->term_count == KEYS_TERMS_MAX)
            code = keys_store_pending(k, err);
        if (code == CU_OK)
            code = make(k, subject, EPOCH_VAULT, &state, &key, err);
        if (code == CU_OK && state != KEYS_ERASED)
            k->term[k->term_count++] = (struct keys_term){subject, expires_ms};
        pthread_mutex_unlock(&k->write_lock);
    } else {
        code = look(k, subject, EPOCH_VAULT, &state, &key, err);
    }
    if (code == CU_OK && state != KEYS_ERASED)
        *ret = key;
    seal_key_wipe(&key);
    return code == CU_OK ? answer(state, err) : code;
}

static cu_code due_terms(struct keys *k, int64_t now_ms, uint64_t ret[KEYS_AT_ONCE], size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(k->write, &keys_sql_vault_term_due, &q, err));
    db_bind_i64(&q, ":now", now_ms);
    db_bind_i64(&q, ":some", KEYS_AT_ONCE);
    while (*ret_count < KEYS_AT_ONCE && db_step(&q))
        ret[(*ret_count)++] = (uint64_t)db_i64(&q, 0);
    return db_end(&q, err);
}

static cu_code end_terms(struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    CU_TRY(db_begin(k->write, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        struct db_query q;
        code = db_prepare(k->write, &keys_sql_vault_term_end, &q, err);
        if (code != CU_OK)
            break;
        db_bind_i64(&q, ":subject", (int64_t)subjects[i]);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        code = db_commit(k->write, err);
    if (code != CU_OK)
        db_rollback(k->write);
    return code;
}

// The terms go last: cut short before, the keys are found erased the next time.
cu_code keys_vault_expire(struct keys *k, int64_t now_ms, size_t *ret_count, struct cu_error *err)
{
    uint64_t due[KEYS_AT_ONCE];
    size_t some = KEYS_AT_ONCE;
    cu_code code = CU_OK;
    *ret_count = 0;
    while (some == KEYS_AT_ONCE && code == CU_OK) {
        pthread_mutex_lock(&k->write_lock);
        code = keys_writable(k, err);
        if (code == CU_OK)
            code = keys_store_pending(k, err);
        if (code == CU_OK)
            code = due_terms(k, now_ms, due, &some, err);
        if (code == CU_OK && some > 0)
            code = keys_change(k, EPOCH_VAULT, due, some, true, err);
        if (code == CU_OK && some > 0)
            code = end_terms(k, due, some, err);
        if (code == CU_OK)
            *ret_count += some;
        pthread_mutex_unlock(&k->write_lock);
    }
    return code;
}
