// SPDX-License-Identifier: Apache-2.0
// Storing nodes, changing keys by epochs, settling what a failure or a crash left. See keys_private.h.
#include "keys_private.h"

#include "crypto/secret.h"

#include <assert.h>

struct touched { // a node whose row was written for the next epoch
    uint8_t tree, level;
    uint64_t index;
};
struct storing {
    struct keys *k;
    struct touched *touched; // NULL: not noted
    size_t count;
};

static cu_code put_node(
    void *context, const struct keys_node *n, const uint8_t sealed[KEYS_NODE_SEALED], struct cu_error *err)
{
    struct storing *s = context;
    struct db_query q;
    CU_TRY(db_prepare(s->k->write, &keys_sql_node_put, &q, err));
    db_bind_i64(&q, ":tree", n->tree);
    db_bind_i64(&q, ":level", n->level);
    db_bind_i64(&q, ":idx", (int64_t)n->index);
    db_bind_i64(&q, ":epoch", (int64_t)n->epoch);
    db_bind_blob(&q, ":sealed", sealed, KEYS_NODE_SEALED);
    if (s->touched)
        s->touched[s->count++] = (struct touched){n->tree, n->level, n->index};
    return db_run(&q, err);
}

static cu_code run_epoch(struct keys *k, const struct db_statement *statement, uint64_t epoch, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, statement, &q, err));
    db_bind_i64(&q, ":epoch", (int64_t)epoch);
    return db_run(&q, err);
}

static cu_code put_terms(struct keys *k, struct cu_error *err)
{
    for (size_t i = 0; i < k->term_count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(k->write, &keys_sql_vault_term_put, &q, err));
        db_bind_i64(&q, ":subject", (int64_t)k->term[i].subject);
        db_bind_i64(&q, ":expires_ms", k->term[i].expires_ms);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

// Every dirty node in one transaction. epoch: that of the rows when it is not yet in force, else 0.
static cu_code store(struct storing *s, uint64_t epoch, struct cu_error *err)
{
    struct keys *k = s->k;
    struct db_query q;
    CU_TRY(db_begin(k->write, err));
    cu_code code = db_prepare(k->write, &keys_sql_generation_next, &q, err);
    if (code == CU_OK)
        code = db_run(&q, err);
    pthread_mutex_lock(&k->tree_lock);
    if (code == CU_OK)
        code = keys_tree_each_dirty(k->tree, put_node, s, err);
    pthread_mutex_unlock(&k->tree_lock);
    if (code == CU_OK)
        code = put_terms(k, err);
    if (code == CU_OK && epoch > 0)
        code = run_epoch(k, &keys_sql_tidy_written, epoch, err);
    if (code == CU_OK)
        code = db_commit(k->write, err);
    if (code != CU_OK)
        db_rollback(k->write);
    return code;
}

void keys_give_up(struct keys *k)
{
    pthread_mutex_lock(&k->tree_lock);
    keys_tree_drop(k->tree);
    pthread_mutex_lock(&k->cache_lock);
    keys_cache_clear(k->cache);
    k->fences++; // what is being looked up just now may come from the nodes that were dropped
    pthread_mutex_unlock(&k->cache_lock);
    pthread_mutex_unlock(&k->tree_lock);
    k->lost = k->lost || k->pending > 0;
    k->pending = 0;
    k->term_count = 0;
}

cu_code keys_store_pending(struct keys *k, struct cu_error *err)
{
    pthread_mutex_lock(&k->tree_lock);
    bool nothing = keys_tree_dirty(k->tree) == 0 && k->term_count == 0;
    pthread_mutex_unlock(&k->tree_lock);
    struct storing s = {.k = k};
    cu_code code = nothing ? CU_OK : store(&s, 0, err);
    if (code != CU_OK) {
        keys_give_up(k);
        return code;
    }
    pthread_mutex_lock(&k->tree_lock);
    keys_tree_stored(k->tree);
    pthread_mutex_unlock(&k->tree_lock);
    k->pending = 0;
    k->term_count = 0;
    return CU_OK;
}

// --- settling

static cu_code is_tidy(struct keys *k, uint64_t epoch, bool *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_tidy, &q, err));
    *ret = db_step(&q) && (uint64_t)db_i64(&q, 0) == epoch && (uint64_t)db_i64(&q, 1) == epoch;
    return db_end(&q, err);
}

static cu_code sweep_all(struct keys *k, uint64_t epoch, struct cu_error *err)
{
    bool tidy = false;
    CU_TRY(is_tidy(k, epoch, &tidy, err));
    if (tidy)
        return CU_OK;
    CU_TRY(db_begin(k->write, err));
    cu_code code = run_epoch(k, &keys_sql_node_beyond, epoch, err);
    struct db_query q;
    if (code == CU_OK)
        code = db_prepare(k->write, &keys_sql_node_superseded, &q, err);
    if (code == CU_OK)
        code = db_run(&q, err);
    if (code == CU_OK)
        code = run_epoch(k, &keys_sql_tidy_swept, epoch, err);
    if (code == CU_OK)
        code = db_commit(k->write, err);
    if (code != CU_OK)
        db_rollback(k->write);
    return code;
}

static void enter(struct keys *k)
{
    const struct epoch_values *v = epoch_values(k->epoch);
    pthread_mutex_lock(&k->tree_lock);
    keys_tree_enter(k->tree, epoch_number(k->epoch), v->root);
    pthread_mutex_unlock(&k->tree_lock);
    for (size_t i = 0; i < SEAL_CLASS_COUNT; i++)
        atomic_store(&k->class_version[i], v->class_version[i]);
}

cu_code keys_settle(struct keys *k, struct cu_error *err)
{
    atomic_store(&k->unsettled, true);
    keys_give_up(k);
    db_rollback(k->write);
    CU_TRY(epoch_settle(k->epoch, err));
    enter(k);
    CU_TRY(sweep_all(k, epoch_number(k->epoch), err));
    atomic_store(&k->unsettled, false);
    return CU_OK;
}

cu_code keys_writable(struct keys *k, struct cu_error *err)
{
    if (k->read_only)
        return cu_fail(err, CU_FULL, "", "keys: the key store was opened for reading only");
    return atomic_load(&k->unsettled) ? keys_settle(k, err) : CU_OK;
}

// --- changes

// The epoch after this one. A failure is settled at once where that is possible: then either the next one
// is in force, which is success, or nothing happened.
static cu_code advance(struct keys *k, const struct epoch_values *v, const struct keyring *keyring, struct cu_error *err)
{
    uint64_t wanted = epoch_number(k->epoch) + 1;
    cu_code code = epoch_advance(k->epoch, v, keyring, err);
    if (code == CU_OK) {
        pthread_mutex_lock(&k->tree_lock);
        keys_tree_advance(k->tree, wanted, v->root);
        keys_tree_stored(k->tree);
        pthread_mutex_unlock(&k->tree_lock);
        for (size_t i = 0; i < SEAL_CLASS_COUNT; i++)
            atomic_store(&k->class_version[i], v->class_version[i]);
        return CU_OK;
    }
    if (keys_settle(k, NULL) == CU_OK && epoch_number(k->epoch) == wanted)
        return CU_OK;
    return code;
}

static cu_code sweep_touched(struct storing *s, uint64_t epoch, struct cu_error *err)
{
    CU_TRY(db_begin(s->k->write, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < s->count && code == CU_OK; i++) {
        struct db_query q;
        code = db_prepare(s->k->write, &keys_sql_node_older, &q, err);
        if (code != CU_OK)
            break;
        db_bind_i64(&q, ":tree", s->touched[i].tree);
        db_bind_i64(&q, ":level", s->touched[i].level);
        db_bind_i64(&q, ":idx", (int64_t)s->touched[i].index);
        db_bind_i64(&q, ":epoch", (int64_t)epoch);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        code = run_epoch(s->k, &keys_sql_tidy_swept, epoch, err);
    if (code == CU_OK)
        code = db_commit(s->k->write, err);
    if (code != CU_OK)
        db_rollback(s->k->write);
    return code;
}

// Superseded rows open no more (E4), they only take room: when deleting them fails they are left to a
// later settling.
static void sweep(struct storing *s, uint64_t epoch)
{
    atomic_store(&s->k->unsettled, sweep_touched(s, epoch, NULL) != CU_OK);
}

cu_code keys_next_epoch(struct keys *k, const struct epoch_values *v, const struct keyring *keyring, struct cu_error *err)
{
    struct storing none = {.k = k};
    CU_TRY(keys_store_pending(k, err));
    CU_TRY(advance(k, v, keyring, err));
    sweep(&none, epoch_number(k->epoch));
    return CU_OK;
}

// The nodes on the paths become dirty; erased entries lose their keys.
static cu_code take_paths(struct keys *k, enum epoch_forest forest, const uint64_t *subjects, size_t count, bool erase,
    struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct keys_place at = keys_place_of(subjects[i], forest);
        unsigned slot = (unsigned)(at.index % KEYS_FANOUT);
        struct keys_node *n = NULL;
        if (erase) {
            cu_code code = keys_tree_find(k->tree, at, &n, err);
            if (code != CU_OK && code != CU_NOT_FOUND)
                return code;
            if (code == CU_OK && n->s->state[slot] == ENTRY_ERASED)
                continue;
        }
        CU_TRY(keys_tree_make(k->tree, at, true, &n, err));
        if (erase) {
            n->s->state[slot] = ENTRY_ERASED;
            secret_wipe(n->s->key[slot], 32);
        }
    }
    return CU_OK;
}

// Rows first, then the epoch (T2).
static cu_code write_change(struct storing *s, struct epoch_values *v, struct cu_error *err)
{
    struct keys *k = s->k;
    uint64_t epoch = epoch_number(k->epoch) + 1;
    pthread_mutex_lock(&k->tree_lock);
    keys_tree_rekey(k->tree, epoch, v->root);
    uint32_t dirty = keys_tree_dirty(k->tree);
    pthread_mutex_unlock(&k->tree_lock);
    s->touched = cu_calloc(dirty, sizeof *s->touched);
    cu_code code = s->touched ? store(s, epoch, err) : cu_fail(err, CU_MEMORY, "", "keys: no memory to re-key");
    if (code != CU_OK) {
        keys_give_up(k);
        // The commit may have reached the disk although it was reported as failed.
        atomic_store(&k->unsettled, true);
        return code;
    }
    CU_TRY(advance(k, v, NULL, err));
    sweep(s, epoch);
    return CU_OK;
}

static void remember_fences(struct keys *k, const uint64_t *subjects, size_t count)
{
    pthread_mutex_lock(&k->cache_lock);
    k->fences++; // K2
    for (size_t i = 0; i < count; i++)
        keys_cache_put(k->cache, subjects[i], NULL);
    pthread_mutex_unlock(&k->cache_lock);
}

cu_code keys_change(struct keys *k, enum epoch_forest forest, const uint64_t *subjects, size_t count, bool erase,
    struct cu_error *err)
{
    assert(count <= KEYS_AT_ONCE && k->pending == 0);
    pthread_mutex_lock(&k->tree_lock);
    cu_code code = take_paths(k, forest, subjects, count, erase, err);
    bool changed = keys_tree_dirty(k->tree) > 0;
    pthread_mutex_unlock(&k->tree_lock);
    if (code != CU_OK) {
        keys_give_up(k);
        return code;
    }
    if (changed) {
        struct epoch_values v = *epoch_values(k->epoch);
        struct storing s = {.k = k};
        code = write_change(&s, &v, err);
        secret_wipe(&v, sizeof v);
        cu_free(s.touched);
    }
    if (code == CU_OK && erase && forest == EPOCH_PEOPLE)
        remember_fences(k, subjects, count);
    return code;
}
