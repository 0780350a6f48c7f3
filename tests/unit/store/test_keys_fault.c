// SPDX-License-Identifier: Apache-2.0
// The key store when calls fail: for every n the n-th allocation or file operation fails, once or
// from there on, as a crash at that moment would leave the files. Afterwards the store opens; every key
// that a commit covered is there and the same; every erasure that was confirmed holds, also against the copy
// of the folder from before it; a commit is never confirmed that lacks a key handed out; and the files are
// tidy: one slot, one ratchet record, one row per node.
#include "store_test.h"

#include "base/log.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/keys_epoch.h"

#include <sqlite3.h>

static char *folder, *path, *ratchet, *copy;
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
    path = test_path(folder, "keys");
    ratchet = test_path(folder, "root.ratchet");
    copy = test_path(folder, "copy");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    free(path);
    free(ratchet);
    free(copy);
    return 0;
}

enum { BATCHES = 3, PER_BATCH = 6, SUBJECTS = BATCHES * PER_BATCH };
struct outcome {
    struct seal_key committed[SUBJECTS + 1];
    bool is_committed[SUBJECTS + 1];
    bool erase_asked[SUBJECTS + 1], erased[SUBJECTS + 1], copied[SUBJECTS + 1];
    bool restrict_asked[SUBJECTS + 1], restricted[SUBJECTS + 1];
    struct seal_key vault;
    bool vault_committed, rotated;
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

// The folder as a backup would take it. Its own file operations are not meant to fail.
static void take_copy(struct outcome *o)
{
    static const char *const names[] = {"root", "tree.db", "tree.db-wal"};
    test_folder_empty(copy);
    (void)!mkdir(copy, 0700);
    for (size_t i = 0; i < CU_COUNT(names); i++)
        if (test_exists(path, names[i]))
            test_copy_one(path, names[i], copy);
    memcpy(o->copied, o->is_committed, sizeof o->copied);
}

static void run_restrict(struct keys *k, int batch, struct outcome *o)
{
    uint64_t subject = (uint64_t)(batch * PER_BATCH + 5);
    o->restrict_asked[subject] = true;
    if (!failed(o, keys_restrict(k, &subject, 1, true, NULL)))
        o->restricted[subject] = true;
}

static void run_vault(struct keys *k, struct outcome *o)
{
    struct seal_key key;
    if (!failed(o, keys_vault_get(k, 3, 1000, &key, NULL)) && !failed(o, keys_commit(k, NULL))) {
        o->vault = key;
        o->vault_committed = true;
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
    struct keys_options options = {.path = path, .ratchet_path = ratchet, .keyring = keyring, .cache_max = 8};
    struct keys *k = NULL;
    if (failed(o, keys_open(&options, &k, NULL)))
        return;
    for (int batch = 0; batch < BATCHES; batch++) {
        run_batch(k, batch, o);
        run_restrict(k, batch, o);
        take_copy(o);
        run_erase(k, batch, o);
    }
    run_vault(k, o);
    keys_close(k);
}

// The old copy of the tree beside the ratchet of today: what was erased since does not open.
static void check_copy(const struct outcome *o)
{
    struct keys_options options = {.path = copy, .ratchet_path = ratchet, .keyring = keyring, .read_only = true};
    struct keys *k = NULL;
    bool erased_since = false;
    for (int i = 1; i <= SUBJECTS; i++)
        erased_since = erased_since || (o->copied[i] && o->erased[i]);
    if (!test_exists(folder, "copy"))
        return;
    cu_code code = keys_open(&options, &k, NULL);
    if (code == CU_OK && erased_since) {
        for (int i = 1; i <= SUBJECTS; i++) {
            struct seal_key key;
            if (o->copied[i] && o->erased[i])
                assert_int_not_equal(keys_get(k, (uint64_t)i, false, &key, NULL), CU_OK);
        }
    }
    keys_close(k);
}

static void check_tidy(void)
{
    static const uint8_t nothing[EPOCH_SLOT];
    struct test_bytes root = test_read(path, "root"), record = test_read(folder, "root.ratchet");
    assert_int_equal(root.len, 2 * EPOCH_SLOT);
    assert_int_equal(memcmp(root.ptr, nothing, EPOCH_SLOT) == 0, memcmp(root.ptr + EPOCH_SLOT, nothing, EPOCH_SLOT) != 0);
    assert_int_equal(record.len, 1024);
    assert_int_equal(memcmp(record.ptr, nothing, 512) == 0, memcmp(record.ptr + 512, nothing, 512) != 0);
    free(root.ptr);
    free(record.ptr);
    sqlite3 *raw = NULL;
    sqlite3_stmt *s = NULL;
    char *tree = test_path(path, "tree.db");
    assert_int_equal(sqlite3_open(tree, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT count(*) FROM node GROUP BY tree, level, idx HAVING count(*) > 1", -1, &s, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    sqlite3_close(raw);
    free(tree);
}

static void check(const struct outcome *o)
{
    struct keys_options options = {.path = path, .ratchet_path = ratchet, .keyring = keyring};
    struct keys *k = NULL;
    assert_ok(keys_open(&options, &k, NULL));
    check_tidy();
    check_copy(o);
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
        if (o->restricted[i] && code == CU_OK)
            assert_true(keys_is_restricted(k, (uint64_t)i));
        else if (!o->restrict_asked[i])
            assert_false(keys_is_restricted(k, (uint64_t)i));
        if (code != CU_ERASED)
            assert_ok(keys_get(k, (uint64_t)i, true, &key, NULL)); // and it goes on working
    }
    assert_ok(keys_commit(k, NULL));
    if (o->vault_committed) {
        struct seal_key key;
        assert_ok(keys_vault_get(k, 3, 0, &key, NULL));
        assert_memory_equal(&key, &o->vault, sizeof key);
    }
    keys_close(k);
    struct db *d = NULL;
    char *tree = test_path(path, "tree.db");
    static const struct db_migration nothing[] = {{1, ""}, {2, ""}};
    static const struct db_schema schema = {"keys", nothing, 2};
    assert_ok(db_open(tree, &schema, DB_READ, &d, NULL));
    assert_ok(db_integrity(d, NULL));
    db_close(d);
    free(tree);
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
