// SPDX-License-Identifier: Apache-2.0
// Opening, making and closing a key store. See keys.h.
#include "keys_archive_format.h"
#include "keys_private.h"

#include "keys_schema_sql.h"

#include "base/file.h"
#include "crypto/secret.h"

#include <stdio.h>

#define CACHE_DEFAULT 65536

static char *joined(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = cu_alloc(size);
    if (path)
        (void)snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static cu_code count_nodes(struct keys *k, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->read, &keys_sql_node_count, &q, err));
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

cu_code keys_open_rows(const char *path, enum db_mode mode, struct db **ret, struct cu_error *err)
{
    const struct db_migration migrations[] = {{1, keys_schema_sql_schema.sql}, {2, keys_schema_sql_replicas.sql}};
    const struct db_schema schema = {"keys", migrations, CU_COUNT(migrations)};
    return db_open(path, &schema, mode, ret, err);
}

static cu_code open_rows(struct keys *k, struct cu_error *err)
{
    if (!k->read_only)
        CU_TRY(keys_open_rows(k->tree_path, DB_WRITE, &k->write, err));
    return keys_open_rows(k->tree_path, DB_READ, &k->read, err);
}

// A store without an epoch root is new, or its making was cut short; with keys in its tree it is neither.
static cu_code open_epoch(struct keys *k, const struct epoch_options *o, struct cu_error *err)
{
    cu_code code = epoch_open(o, &k->epoch, err);
    if (code != CU_NOT_FOUND)
        return code;
    int64_t nodes = 0;
    CU_TRY(count_nodes(k, &nodes, err));
    if (nodes > 0)
        return cu_fail(err, CU_CORRUPT, "",
            "keys/root is missing or damaged, and without it no key opens: put back the newest copy, or a key archive");
    if (o->read_only)
        return cu_fail(err, CU_NOT_FOUND, "", "there is no key store in that folder");
    return epoch_create(o, &k->epoch, err);
}

// The first rows, then the epoch that says they are there.
static cu_code begin(struct keys *k, struct cu_error *err)
{
    int64_t nodes = 0;
    CU_TRY(count_nodes(k, &nodes, err));
    if (nodes > 0 || k->read_only)
        return cu_fail(err, CU_CORRUPT, "", "keys/root does not belong to keys/tree.db");
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_node_clear, &q, err));
    CU_TRY(db_run(&q, err));
    CU_TRY(keys_tree_begin(k->tree, err));
    struct epoch_values v = *epoch_values(k->epoch);
    v.begun = 1;
    cu_code code = keys_next_epoch(k, &v, NULL, err);
    secret_wipe(&v, sizeof v);
    return code;
}

static cu_code enter(struct keys *k, struct cu_error *err)
{
    const struct epoch_values *v = epoch_values(k->epoch);
    CU_TRY(keys_tree_new(k->read, &k->tree, err));
    keys_tree_enter(k->tree, epoch_number(k->epoch), v->root);
    for (size_t i = 0; i < SEAL_CLASS_COUNT; i++)
        atomic_store(&k->class_version[i], v->class_version[i]);
    if (!v->begun)
        return begin(k, err);
    if (!k->read_only)
        CU_TRY(keys_settle(k, err));
    k->lost = false;
    for (uint8_t forest = 0; forest < EPOCH_FORESTS; forest++) { // both tops open, whatever they hold
        struct keys_node *n = NULL;
        struct keys_place at = {(uint8_t)(forest * KEYS_VAULT_TREE), 0};
        cu_code code = keys_tree_find(k->tree, at, &n, err);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
    }
    return CU_OK;
}

static cu_code open_all(struct keys *k, const struct keys_options *o, struct cu_error *err)
{
    k->read_only = o->read_only;
    k->root_path = joined(o->path, "root");
    k->tree_path = joined(o->path, "tree.db");
    k->cache = keys_cache_new(o->cache_max ? o->cache_max : CACHE_DEFAULT);
    if (!k->root_path || !k->tree_path || !k->cache)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory to open the key store");
    if (!o->read_only)
        CU_TRY(cu_dir_make(o->path, 0700, err));
    CU_TRY(open_rows(k, err));
    const struct epoch_options eo = {k->root_path, o->ratchet_path, o->keyring, o->next, o->read_only};
    CU_TRY(open_epoch(k, &eo, err));
    return enter(k, err);
}

cu_code keys_open(const struct keys_options *options, struct keys **ret, struct cu_error *err)
{
    struct keys *k = cu_calloc(1, sizeof *k);
    if (!k)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory to open the key store");
    pthread_mutex_init(&k->cache_lock, NULL);
    pthread_mutex_init(&k->tree_lock, NULL);
    pthread_mutex_init(&k->write_lock, NULL);
    cu_code code = open_all(k, options, err);
    if (code != CU_OK) {
        keys_close(k);
        return code;
    }
    *ret = k;
    return CU_OK;
}

void keys_close(struct keys *k)
{
    if (!k)
        return;
    keys_tree_free(k->tree);
    db_close(k->read);
    db_close(k->write);
    epoch_close(k->epoch);
    keys_cache_free(k->cache);
    cu_free(k->root_path);
    cu_free(k->tree_path);
    pthread_mutex_destroy(&k->cache_lock);
    pthread_mutex_destroy(&k->tree_lock);
    pthread_mutex_destroy(&k->write_lock);
    cu_free(k);
}
