// SPDX-License-Identifier: Apache-2.0
// The key store: the states of a subject, durability by commit, the fence that holds for ever, other root
// keys and damaged trees refused, many threads at once. Erasure against old copies: test_keys_erase.c.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/db.h"
#include "store/keys.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

static char *folder, *path, *ratchet;
static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    cu_log_set_level(CU_LOG_ERROR + 1);
    folder = test_folder_new();
    path = test_path(folder, "keys");
    ratchet = test_path(folder, "root.ratchet");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    free(path);
    free(ratchet);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    test_folder_empty(folder);
    return 0;
}

static struct keys *open_with(uint32_t cache_max)
{
    struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = keyring, .cache_max = cache_max};
    struct keys *k = NULL;
    assert_ok(keys_open(&o, &k, NULL));
    return k;
}

static void test_three_states(void **state)
{
    (void)state;
    struct keys *k = open_with(0);
    struct seal_key a, b;
    struct cu_error err;
    uint64_t subject = 7;
    assert_int_equal(keys_get(k, subject, false, &a, &err), CU_NOT_FOUND);
    assert_false(keys_is_erased(k, subject));
    assert_ok(keys_get(k, subject, true, &a, NULL));
    assert_ok(keys_get(k, subject, true, &b, NULL));
    assert_memory_equal(&a, &b, sizeof a);
    assert_ok(keys_get(k, subject, false, &b, NULL));
    assert_memory_equal(&a, &b, sizeof a);
    assert_ok(keys_commit(k, NULL));
    assert_ok(keys_commit(k, NULL)); // nothing to do
    assert_ok(keys_erase(k, &subject, 1, NULL));
    assert_int_equal(keys_get(k, subject, false, &b, &err), CU_ERASED);
    assert_int_equal(keys_get(k, subject, true, &b, &err), CU_ERASED);
    assert_true(keys_is_erased(k, subject));
    assert_ok(keys_erase(k, &subject, 1, NULL)); // again: the same
    assert_ok(keys_erase(k, NULL, 0, NULL));
    keys_close(k);
    k = open_with(0);
    assert_int_equal(keys_get(k, subject, true, &b, &err), CU_ERASED);
    keys_close(k);
    keys_close(NULL);
}

static void test_keys_differ(void **state)
{
    (void)state;
    struct keys *k = open_with(0);
    struct seal_key keys[50];
    for (uint64_t i = 0; i < 50; i++)
        assert_ok(keys_get(k, i, true, &keys[i], NULL));
    for (size_t i = 0; i < 50; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&keys[i], &keys[j], sizeof keys[i]);
    keys_close(k);
}

static void test_durable_after_commit(void **state)
{
    (void)state;
    static const uint64_t subjects[] = {0, 1, 2, 4294967295u, 8589934592u, INT64_MAX};
    struct seal_key made[6], lost, got;
    struct keys *k = open_with(0);
    for (size_t i = 0; i < 6; i++)
        assert_ok(keys_get(k, subjects[i], true, &made[i], NULL));
    assert_ok(keys_commit(k, NULL));
    assert_ok(keys_get(k, 99, true, &lost, NULL)); // never committed
    keys_close(k);
    k = open_with(0);
    for (size_t i = 0; i < 6; i++) {
        assert_ok(keys_get(k, subjects[i], false, &got, NULL));
        assert_memory_equal(&got, &made[i], sizeof got);
    }
    assert_int_equal(keys_get(k, 99, false, &got, NULL), CU_NOT_FOUND);
    assert_ok(keys_get(k, 99, true, &got, NULL));
    assert_memory_not_equal(&got, &lost, sizeof got);
    keys_close(k);
}

static void test_rollback(void **state)
{
    (void)state;
    struct keys *k = open_with(0);
    struct seal_key kept, gone, got;
    keys_rollback(k); // nothing open: fine
    assert_ok(keys_get(k, 1, true, &kept, NULL));
    assert_ok(keys_commit(k, NULL));
    assert_ok(keys_get(k, 2, true, &gone, NULL));
    keys_rollback(k);
    assert_int_equal(keys_get(k, 2, false, &got, NULL), CU_NOT_FOUND);
    assert_ok(keys_commit(k, NULL)); // the batch was given up on purpose: no failure
    assert_ok(keys_get(k, 1, false, &got, NULL));
    assert_memory_equal(&got, &kept, sizeof got);
    assert_ok(keys_get(k, 2, true, &got, NULL));
    assert_memory_not_equal(&got, &gone, sizeof got);
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
}

// Far more keys than the cache holds, in one batch: each look-up gives the right key, before and
// after the commit, also while the keys are nowhere but in the open transaction.
static void test_more_than_the_cache(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    static struct seal_key made[MANY];
    struct seal_key got;
    struct keys *k = open_with(10);
    for (uint64_t i = 0; i < MANY; i++)
        assert_ok(keys_get(k, i + 1, true, &made[i], NULL));
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < MANY; i++) {
            assert_ok(keys_get(k, i + 1, round == 0 && i % 2, &got, NULL));
            assert_memory_equal(&got, &made[i], sizeof got);
        }
        assert_ok(keys_commit(k, NULL));
    }
    keys_close(k);
}

static void test_erase_in_a_batch(void **state)
{
    (void)state;
    struct keys *k = open_with(0);
    struct seal_key key, got;
    uint64_t both[] = {1, 2};
    assert_ok(keys_get(k, 1, true, &key, NULL));
    assert_ok(keys_get(k, 3, true, &key, NULL));
    assert_ok(keys_erase(k, both, 2, NULL)); // 2 never had a key: fenced all the same
    assert_int_equal(keys_get(k, 1, true, &got, NULL), CU_ERASED);
    assert_int_equal(keys_get(k, 2, true, &got, NULL), CU_ERASED);
    keys_close(k);
    k = open_with(0); // the batch's other key was stored with the erasure
    assert_ok(keys_get(k, 3, false, &got, NULL));
    assert_memory_equal(&got, &key, sizeof got);
    keys_close(k);
}

static void test_wrong_root_key(void **state)
{
    (void)state;
    static const uint8_t root[32] = {6};
    struct keyring *other = NULL;
    struct cu_error err;
    struct seal_key key;
    struct keys *k = open_with(0);
    assert_ok(keys_get(k, 1, true, &key, NULL));
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
    assert_ok(keyring_from_bytes(root, &other, NULL));
    struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = other};
    k = NULL;
    assert_int_equal(keys_open(&o, &k, &err), CU_KEY);
    assert_string_equal(err.field, "root_key");
    assert_null(k);
    keyring_close(other);
    k = open_with(0); // the refusal changed nothing
    assert_ok(keys_get(k, 1, false, &key, NULL));
    keys_close(k);
}

static void test_bad_files(void **state)
{
    (void)state;
    struct keys_options o = {.path = "/nonexistent-folder/keys", .ratchet_path = ratchet, .keyring = keyring};
    struct keys *k = NULL;
    struct cu_error err;
    assert_int_not_equal(keys_open(&o, &k, &err), CU_OK);
    o.path = path;
    char garbage[4096];
    memset(garbage, 'x', sizeof garbage);
    assert_int_equal(mkdir(path, 0700), 0);
    test_write(path, "tree.db", garbage, sizeof garbage);
    assert_int_equal(keys_open(&o, &k, &err), CU_CORRUPT);
    assert_null(k);
}

static void sql(const char *text)
{
    sqlite3 *raw = NULL;
    char *tree = test_path(path, "tree.db");
    assert_int_equal(sqlite3_open(tree, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    free(tree);
}

// A node belongs to its place and its time: pasted elsewhere, or missing, nothing of it opens; the others do.
static void test_pasted_and_missing_nodes(void **state)
{
    (void)state;
    struct keys *k = open_with(0);
    struct seal_key key;
    struct cu_error err;
    for (uint64_t i = 0; i < 4; i++)
        assert_ok(keys_get(k, i * 64, true, &key, NULL));
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
    sql("UPDATE node SET sealed = (SELECT sealed FROM node WHERE tree = 0 AND level = 0 AND idx = 0) "
        "WHERE tree = 0 AND level = 0 AND idx = 1; DELETE FROM node WHERE tree = 0 AND level = 0 AND idx = 2");
    k = open_with(0);
    for (uint64_t i = 1; i <= 2; i++) {
        assert_int_equal(keys_get(k, i * 64, false, &key, &err), CU_CORRUPT);
        assert_int_equal(keys_get(k, i * 64, true, &key, &err), CU_CORRUPT);
        assert_true(keys_is_erased(k, i * 64)); // it cannot tell: closed
        assert_true(keys_is_restricted(k, i * 64));
    }
    assert_ok(keys_get(k, 0, false, &key, NULL));
    assert_ok(keys_get(k, 192, false, &key, NULL));
    keys_close(k);
    sql("DELETE FROM node WHERE level = 63");
    struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = keyring};
    k = NULL;
    assert_int_equal(keys_open(&o, &k, &err), CU_CORRUPT); // never a fresh start
}

// The sealed bytes of every row.
struct rows {
    uint8_t sealed[400][32]; // of each its last bytes
    size_t count;
};

static void read_rows(struct rows *ret)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *s = NULL;
    char *tree = test_path(path, "tree.db");
    ret->count = 0;
    assert_int_equal(sqlite3_open(tree, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT sealed FROM node ORDER BY rowid", -1, &s, NULL), SQLITE_OK);
    while (ret->count < CU_COUNT(ret->sealed) && sqlite3_step(s) == SQLITE_ROW)
        memcpy(ret->sealed[ret->count++], (const uint8_t *)sqlite3_column_blob(s, 0) + sqlite3_column_bytes(s, 0) - 32, 32);
    sqlite3_finalize(s);
    sqlite3_close(raw);
    free(tree);
}

// An erasure replaces every row of the path, deletes the old rows, and leaves the others as they are.
static void test_erasing_replaces_the_path(void **state)
{
    (void)state;
    static struct rows before, after;
    struct keys *k = open_with(0);
    struct seal_key key;
    for (uint64_t i = 0; i < 300; i++)
        assert_ok(keys_get(k, i * 64, true, &key, NULL)); // 300 leaves, 5 above, 1 root
    assert_ok(keys_commit(k, NULL));
    read_rows(&before);
    assert_int_equal(before.count, 300 + 5 + 1 + 2);
    uint64_t gone = 64 * 7;
    assert_ok(keys_erase(k, &gone, 1, NULL));
    read_rows(&after);
    assert_int_equal(after.count, before.count);
    size_t same = 0;
    for (size_t i = 0; i < before.count; i++)
        for (size_t j = 0; j < after.count; j++)
            same += memcmp(before.sealed[i], after.sealed[j], 32) == 0;
    assert_int_equal(same, before.count - 4); // leaf, inner node, root, top
    keys_close(k);
}

struct shared {
    struct keys *keys;
    struct seal_key made[400];
    atomic_int made_count;
    atomic_int erased_count; // subjects 1 .. this are fenced
    atomic_bool stop;
};

static void *read_keys(void *context)
{
    struct shared *s = context;
    uint64_t random = (uint64_t)(uintptr_t)&random | 1;
    uint64_t looked = 0;
    while (!atomic_load(&s->stop)) {
        int made = atomic_load(&s->made_count);
        if (made == 0)
            continue;
        uint64_t subject = 1 + test_random(&random) % (uint64_t)made;
        bool must_be_gone = (int)subject <= atomic_load(&s->erased_count);
        struct seal_key key;
        cu_code code = keys_get(s->keys, subject, false, &key, NULL);
        if (must_be_gone || code == CU_ERASED)
            assert_int_equal(code, CU_ERASED);
        else {
            assert_int_equal(code, CU_OK);
            assert_memory_equal(&key, &s->made[subject - 1], sizeof key);
        }
        looked++;
    }
    return looked > 0 ? NULL : context;
}

// One thread makes, commits and erases, three look up: never a wrong key, never an erased one after
// its erasure returned. The cache is small, so that all paths are taken.
static void test_threads(void **state)
{
    (void)state;
    static struct shared s;
    memset(&s, 0, sizeof s);
    s.keys = open_with(50);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_keys, &s), 0);
    for (int i = 0; i < 400; i++) {
        assert_ok(keys_get(s.keys, (uint64_t)i + 1, true, &s.made[i], NULL));
        atomic_store(&s.made_count, i + 1);
        if (i % 20 == 19)
            assert_ok(keys_commit(s.keys, NULL));
        if (i % 40 == 39) {
            uint64_t gone[10];
            int from = atomic_load(&s.erased_count);
            for (int j = 0; j < 10; j++)
                gone[j] = (uint64_t)(from + j + 1);
            assert_ok(keys_erase(s.keys, gone, 10, NULL));
            atomic_store(&s.erased_count, from + 10);
        }
    }
    atomic_store(&s.stop, true);
    for (int i = 0; i < 3; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
    }
    keys_close(s.keys);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_three_states, empty),
        cmocka_unit_test_setup(test_keys_differ, empty),
        cmocka_unit_test_setup(test_durable_after_commit, empty),
        cmocka_unit_test_setup(test_rollback, empty),
        cmocka_unit_test_setup(test_more_than_the_cache, empty),
        cmocka_unit_test_setup(test_erase_in_a_batch, empty),
        cmocka_unit_test_setup(test_wrong_root_key, empty),
        cmocka_unit_test_setup(test_bad_files, empty),
        cmocka_unit_test_setup(test_pasted_and_missing_nodes, empty),
        cmocka_unit_test_setup(test_erasing_replaces_the_path, empty),
        cmocka_unit_test_setup(test_threads, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
