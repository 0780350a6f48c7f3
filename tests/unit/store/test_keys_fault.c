// SPDX-License-Identifier: Apache-2.0
// The key store when calls fail: for every n the n-th allocation or file operation fails, once or
// from there on. Afterwards the store opens; every key that a commit covered is there and the same;
// every erasure that was confirmed holds; and a commit is never confirmed that lacks a key handed
// out.
#include "store_test.h"

#include "base/log.h"
#include "store/db.h"
#include "store/keys.h"

static char *folder, *path;
static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    cu_log_set_level(CU_LOG_ERROR + 1);
    // Thousands of stores are made and synced: in memory, where a sync costs nothing.
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    folder = test_folder_new();
    path = test_path(folder, "keys.db");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    free(path);
    return 0;
}

enum { BATCHES = 3, PER_BATCH = 6, SUBJECTS = BATCHES * PER_BATCH };
struct outcome {
    struct seal_key committed[SUBJECTS + 1];
    bool is_committed[SUBJECTS + 1];
    bool erase_asked[SUBJECTS + 1], erased[SUBJECTS + 1];
    unsigned failures;
};

static bool failed(struct outcome *o, cu_code code)
{
    if (code == CU_OK)
        return false;
    assert_true(code == CU_MEMORY || code == CU_IO || code == CU_FULL);
    o->failures++;
    return true;
}

// One batch as the pipeline does it: but it goes on after a refused key, to see that the commit
// then knows better.
static void run_batch(struct keys *k, int batch, struct outcome *o)
{
    struct seal_key handed[PER_BATCH];
    bool got[PER_BATCH] = {false};
    for (int i = 0; i < PER_BATCH; i++)
        got[i] =
            !failed(o, keys_get(k, (uint64_t)(batch * PER_BATCH + i + 1), true, &handed[i], NULL));
    if (failed(o, keys_commit(k, NULL)))
        return;
    for (int i = 0; i < PER_BATCH; i++) {
        int subject = batch * PER_BATCH + i + 1;
        if (!got[i])
            continue;
        o->is_committed[subject] = true;
        o->committed[subject] = handed[i];
    }
}

static void run_erase(struct keys *k, int batch, struct outcome *o)
{
    uint64_t gone[2] = {(uint64_t)(batch * PER_BATCH + 1), (uint64_t)(batch * PER_BATCH + 3)};
    o->erase_asked[gone[0]] = o->erase_asked[gone[1]] = true;
    if (failed(o, keys_erase(k, gone, 2, NULL)))
        return;
    for (int i = 0; i < 2; i++) {
        o->erased[gone[i]] = true;
        struct seal_key key;
        cu_code code = keys_get(k, gone[i], true, &key, NULL);
        assert_true(code == CU_ERASED); // the fence is in memory: no fault reaches it
    }
}

static void run(struct outcome *o)
{
    struct keys_options options = {.path = path, .keyring = keyring, .cache_max = 8};
    struct keys *k = NULL;
    if (failed(o, keys_open(&options, &k, NULL)))
        return;
    for (int batch = 0; batch < BATCHES; batch++) {
        run_batch(k, batch, o);
        run_erase(k, batch, o);
    }
    keys_close(k);
}

static void check(const struct outcome *o)
{
    struct keys_options options = {.path = path, .keyring = keyring};
    struct keys *k = NULL;
    assert_ok(keys_open(&options, &k, NULL));
    for (int i = 1; i <= SUBJECTS; i++) {
        struct seal_key key;
        cu_code code = keys_get(k, (uint64_t)i, false, &key, NULL);
        if (o->erased[i])
            assert_int_equal(code, CU_ERASED);
        else if (o->is_committed[i] && !(o->erase_asked[i] && code == CU_ERASED)) {
            assert_int_equal(code, CU_OK);
            assert_memory_equal(&key, &o->committed[i], sizeof key);
        } else
            assert_true(
                code == CU_OK || code == CU_NOT_FOUND || (code == CU_ERASED && o->erase_asked[i]));
        if (code != CU_ERASED)
            assert_ok(keys_get(k, (uint64_t)i, true, &key, NULL)); // and it goes on working
    }
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
    struct db *d = NULL;
    static const struct db_migration nothing[] = {{1, ""}};
    static const struct db_schema schema = {"keys", nothing, 1};
    assert_ok(db_open(path, &schema, DB_READ, &d, NULL));
    assert_ok(db_integrity(d, NULL));
    db_close(d);
}

static void loop(enum cu_fault_kind kind, bool persistent, uint64_t step, uint64_t least)
{
    static struct outcome o;
    uint64_t n = 0, seen = 0, failures = 0;
    do {
        n += step;
        memset(&o, 0, sizeof o);
        test_folder_empty(folder);
        cu_fault_arm(kind, n, persistent);
        run(&o);
        seen = cu_fault_count(kind);
        cu_fault_disarm();
        failures += o.failures > 0; // not all: SQLite can do without some, and a close cannot fail
        check(&o);
    } while (seen >= n);
    assert_true(n > least && failures * 2 > n / step);
}

static void test_memory(void **state)
{
    (void)state;
    loop(CU_FAULT_ALLOC, false, 1, 200);
}

static void test_memory_for_good(void **state)
{
    (void)state;
    loop(CU_FAULT_ALLOC, true, 7, 200);
}

static void test_files(void **state)
{
    (void)state;
    loop(CU_FAULT_IO, false, 1, 30);
}

static void test_files_for_good(void **state)
{
    (void)state;
    loop(CU_FAULT_IO, true, 1, 30);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_memory_for_good),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_files_for_good),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
