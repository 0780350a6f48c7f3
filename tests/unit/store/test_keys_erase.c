// SPDX-License-Identifier: Apache-2.0
// What erasing promises: an old copy of the store with all of today's keys opens none of the erased, and every
// living one still opens; damaged, foreign and older epoch roots are refused with a reason; the ratchet.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "keys_attack.h"
#include "store/keys.h"

static char *folder, *path, *ratchet, *old;
static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    cu_log_set_level(CU_LOG_ERROR + 1);
    folder = test_folder_fast();
    path = test_path(folder, "keys");
    old = test_path(folder, "old");
    ratchet = test_path(folder, "root.ratchet");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    free(path);
    free(old);
    free(ratchet);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    test_folder_empty(folder);
    return 0;
}

static struct keys_options options(void)
{
    return (struct keys_options){.path = path, .ratchet_path = ratchet, .keyring = keyring};
}

static struct keys *open_keys(void)
{
    struct keys_options o = options();
    struct keys *k = NULL;
    assert_ok(keys_open(&o, &k, NULL));
    return k;
}

static void copy_store(void)
{
    static const char *const names[] = {"root", "tree.db", "tree.db-wal"};
    test_folder_empty(old);
    (void)!mkdir(old, 0700);
    for (size_t i = 0; i < CU_COUNT(names); i++)
        if (test_exists(path, names[i]))
            test_copy_one(path, names[i], old);
}

enum { PEOPLE = 6000, ERASED = 300 };
struct hunt {
    bool erased[PEOPLE], living_found[PEOPLE];
    struct seal_key key[PEOPLE];
    uint64_t erased_found;
};

static void found(void *context, uint64_t index, unsigned tree, unsigned state, const uint8_t key[32])
{
    struct hunt *h = context;
    if (tree != 0 || index >= PEOPLE || state == 3)
        return;
    if (memcmp(key, h->key[index].bytes, 32) != 0)
        return;
    if (h->erased[index])
        h->erased_found++;
    else
        h->living_found[index] = true;
}

static void hunt(struct hunt *h, uint64_t *ret_old_rows)
{
    struct epoch *e = NULL;
    char *root = test_path(path, "root"), *now_tree = test_path(path, "tree.db"), *old_tree = test_path(old, "tree.db");
    assert_ok(epoch_open(
        &(struct epoch_options){.path = root, .ratchet_path = ratchet, .keyring = keyring, .read_only = true}, &e, NULL));
    struct attack a = {.found = found, .context = h};
    assert_true(attack_run(&a, now_tree, old_tree, epoch_values(e)));
    *ret_old_rows = a.opened_rows[1];
    epoch_close(e);
    free(root);
    free(now_tree);
    free(old_tree);
}

// First that the attack works at all: with nothing erased it finds everybody. Then 300 of 6,000 are erased.
static void test_old_copies_open_nothing(void **state)
{
    (void)state;
    static struct hunt h;
    struct seal_key key;
    uint64_t gone[ERASED], random = 9, old_rows = 0;
    memset(&h, 0, sizeof h);
    struct keys *k = open_keys();
    for (uint64_t i = 0; i < PEOPLE; i++)
        assert_ok(keys_get(k, i, true, &h.key[i], NULL));
    assert_ok(keys_commit(k, NULL));
    copy_store();
    hunt(&h, &old_rows);
    assert_true(old_rows >= PEOPLE / 64);
    for (size_t i = 0; i < PEOPLE; i++)
        assert_true(h.living_found[i]);
    for (size_t i = 0; i < ERASED; i++) {
        do
            gone[i] = test_random(&random) % PEOPLE;
        while (h.erased[gone[i]]);
        h.erased[gone[i]] = true;
    }
    for (size_t i = 0; i < ERASED; i += 50)
        assert_ok(keys_erase(k, gone + i, 50, NULL));
    memset(h.living_found, 0, sizeof h.living_found);
    hunt(&h, &old_rows);
    assert_int_equal(h.erased_found, 0);
    for (size_t i = 0; i < PEOPLE; i++) {
        assert_true(h.living_found[i] != h.erased[i]);
        assert_int_equal(keys_get(k, i, false, &key, NULL), h.erased[i] ? CU_ERASED : CU_OK);
        if (!h.erased[i])
            assert_memory_equal(&key, &h.key[i], sizeof key);
    }
    keys_close(k);
    // the whole old copy beside the ratchet of today
    struct keys_options o = options();
    struct cu_error err;
    k = NULL;
    o.path = old;
    assert_int_equal(keys_open(&o, &k, &err), CU_KEY);
    assert_non_null(strstr(err.text, "older copy"));
    o.read_only = true;
    assert_int_equal(keys_open(&o, &k, &err), CU_KEY);
}

// Without a ratchet (a passphrase) the old copy opens: it is said in keys.h, and pinned here.
static void test_without_a_ratchet(void **state)
{
    (void)state;
    struct keys_options o = options();
    struct keys *k = NULL;
    struct seal_key key;
    uint64_t one = 1;
    o.ratchet_path = NULL;
    assert_ok(keys_open(&o, &k, NULL));
    assert_ok(keys_get(k, one, true, &key, NULL));
    assert_ok(keys_commit(k, NULL));
    copy_store();
    assert_ok(keys_erase(k, &one, 1, NULL));
    keys_close(k);
    assert_ok(keys_open(&o, &k, NULL));
    assert_int_equal(keys_get(k, one, false, &key, NULL), CU_ERASED);
    keys_close(k);
    o.path = old;
    assert_ok(keys_open(&o, &k, NULL));
    assert_ok(keys_get(k, one, false, &key, NULL));
    keys_close(k);
}

static void make_one(uint64_t subject)
{
    struct keys *k = open_keys();
    struct seal_key key;
    assert_ok(keys_get(k, subject, true, &key, NULL));
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
}

static void assert_refused(struct keys_options o, cu_code code, const char *words)
{
    struct keys *k = NULL;
    struct cu_error err = {0};
    assert_int_equal(keys_open(&o, &k, &err), code);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    if (code == CU_KEY)
        assert_string_equal(err.field, "root_key");
    assert_null(k);
}

static void test_roots_refused(void **state)
{
    (void)state;
    static const uint8_t root[32] = {6};
    struct keyring *other = NULL;
    struct keys_options o = options();
    uint64_t one = 1;
    make_one(1);
    assert_ok(keyring_from_bytes(root, &other, NULL));
    o.keyring = other;
    assert_refused(o, CU_KEY, "another root key");
    o = options();
    o.ratchet_path = NULL;
    assert_refused(o, CU_KEY, "need the ratchet");
    char *aside = test_path(folder, "aside");
    assert_int_equal(rename(ratchet, aside), 0);
    assert_refused(options(), CU_KEY, "missing");
    assert_false(test_exists(folder, "root.ratchet")); // and none was made
    test_write(folder, "root.ratchet", "nonsense", 8);
    assert_refused(options(), CU_KEY, "damaged");
    // another store's ratchet
    test_folder_empty(old);
    struct keys *k = NULL;
    o = options();
    o.path = old;
    assert_int_equal(unlink(ratchet), 0);
    assert_ok(keys_open(&o, &k, NULL));
    for (uint64_t i = 0; i < 5; i++)
        assert_ok(keys_erase(k, &i, 1, NULL));
    keys_close(k);
    assert_refused(options(), CU_KEY, "older copy");
    assert_int_equal(rename(aside, ratchet), 0);
    k = open_keys();
    assert_ok(keys_erase(k, &one, 1, NULL));
    keys_close(k);
    keyring_close(other);
    free(aside);
}

// keys/root torn at every place: a half-written new slot leaves the one before; both damaged is told.
static void test_torn_slots(void **state)
{
    (void)state;
    struct seal_key key, made;
    struct keys *k = open_keys();
    assert_ok(keys_get(k, 1, true, &made, NULL));
    assert_ok(keys_commit(k, NULL));
    keys_close(k);
    struct test_bytes root = test_read(path, "root"), torn = test_read(path, "root");
    size_t place = root.ptr[0] ? 0 : EPOCH_SLOT, other = EPOCH_SLOT - place;
    uint8_t *next = malloc(EPOCH_SLOT);
    assert_non_null(next);
    cu_random(next, EPOCH_SLOT);
    memcpy(next, root.ptr + place, 16);
    for (size_t cut = 0; cut <= EPOCH_SLOT; cut += 256) { // of a new slot, only so much was written
        memcpy(torn.ptr, root.ptr, root.len);
        memcpy(torn.ptr + other, next, cut);
        test_write(path, "root", torn.ptr, torn.len);
        k = open_keys();
        assert_ok(keys_get(k, 1, false, &key, NULL));
        assert_memory_equal(&key, &made, sizeof key);
        keys_close(k);
    }
    memcpy(torn.ptr, root.ptr, root.len);
    for (size_t i = 0; i < EPOCH_SLOT; i += 61) { // the only slot, a bit flipped: no epoch root
        torn.ptr[place + i] ^= 4;
        test_write(path, "root", torn.ptr, torn.len);
        assert_refused(options(), CU_CORRUPT, "put back");
        torn.ptr[place + i] ^= 4;
    }
    test_write(path, "root", root.ptr, 100);
    assert_refused(options(), CU_CORRUPT, "put back");
    char *file = test_path(path, "root");
    assert_int_equal(unlink(file), 0);
    assert_refused(options(), CU_CORRUPT, "put back");
    test_write(path, "root", root.ptr, root.len);
    k = open_keys();
    assert_ok(keys_get(k, 1, false, &key, NULL));
    keys_close(k);
    free(file);
    free(next);
    free(root.ptr);
    free(torn.ptr);
}

// keys/root of yesterday put back beside today's tree and ratchet.
static void test_old_slot_replayed(void **state)
{
    (void)state;
    uint64_t one = 1;
    make_one(1);
    struct test_bytes root = test_read(path, "root"), record = test_read(folder, "root.ratchet");
    struct keys *k = open_keys();
    assert_ok(keys_erase(k, &one, 1, NULL));
    keys_close(k);
    struct test_bytes now = test_read(path, "root");
    test_write(path, "root", root.ptr, root.len);
    assert_refused(options(), CU_KEY, "older copy");
    // in the place that is not in force: ignored, and overwritten
    size_t old_place = root.ptr[0] ? 0 : EPOCH_SLOT;
    memcpy(now.ptr + old_place, root.ptr + old_place, EPOCH_SLOT);
    test_write(path, "root", now.ptr, now.len);
    k = open_keys();
    assert_true(keys_is_erased(k, 1));
    keys_close(k);
    struct test_bytes after = test_read(path, "root");
    assert_null(memmem(after.ptr, after.len, root.ptr + old_place, 64));
    // an old ratchet beside today's store runs forward to it, and is replaced
    test_write(folder, "root.ratchet", record.ptr, record.len);
    k = open_keys();
    assert_true(keys_is_erased(k, 1));
    keys_close(k);
    struct test_bytes moved = test_read(folder, "root.ratchet");
    assert_memory_not_equal(moved.ptr, record.ptr, record.len);
    assert_null(memmem(moved.ptr, moved.len, record.ptr + (record.ptr[0] ? 24 : 536), 32));
    free(root.ptr);
    free(record.ptr);
    free(now.ptr);
    free(after.ptr);
    free(moved.ptr);
}

static void test_read_only(void **state)
{
    (void)state;
    struct keys_options o = options();
    struct keys *k = NULL;
    struct seal_key key;
    struct cu_error err;
    uint64_t one = 1;
    o.read_only = true;
    assert_int_equal(keys_open(&o, &k, &err), CU_NOT_FOUND);
    make_one(1);
    assert_ok(keys_open(&o, &k, NULL));
    assert_ok(keys_get(k, 1, false, &key, NULL));
    assert_int_equal(keys_get(k, 2, false, &key, &err), CU_NOT_FOUND);
    assert_int_equal(keys_get(k, 2, true, &key, &err), CU_FULL);
    assert_int_equal(keys_erase(k, &one, 1, &err), CU_FULL);
    assert_int_equal(keys_restrict(k, &one, 1, true, &err), CU_FULL);
    assert_false(keys_is_erased(k, 1));
    keys_close(k);
}

static void test_restrict(void **state)
{
    (void)state;
    struct seal_key made, key;
    uint64_t some[] = {1, 2, UINT64_C(1) << 33};
    struct keys *k = open_keys();
    assert_ok(keys_get(k, 1, true, &made, NULL));
    assert_ok(keys_restrict(k, some, 3, true, NULL)); // the pending key of 1 is stored with it
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 3; i++)
            assert_true(keys_is_restricted(k, some[i]));
        assert_false(keys_is_restricted(k, 3));
        assert_false(keys_is_erased(k, 1));
        assert_ok(keys_get(k, 1, false, &key, NULL)); // the key is there: who may use it is the guard's to say
        assert_memory_equal(&key, &made, sizeof key);
        keys_close(k);
        k = open_keys();
    }
    assert_ok(keys_restrict(k, some, 1, false, NULL));
    assert_false(keys_is_restricted(k, 1));
    assert_ok(keys_erase(k, some + 1, 1, NULL));
    struct cu_error err;
    assert_int_equal(keys_restrict(k, some, 2, true, &err), CU_ERASED);
    assert_false(keys_is_restricted(k, 1)); // all or none
    assert_false(keys_is_restricted(k, 2));
    assert_true(keys_is_erased(k, 2));
    keys_close(k);
}

static void test_vault(void **state)
{
    (void)state;
    struct seal_key vault, person, key;
    struct cu_error err;
    uint64_t one = 1;
    size_t count = 9;
    struct keys *k = open_keys();
    assert_int_equal(keys_vault_get(k, 1, 0, &key, &err), CU_NOT_FOUND);
    assert_ok(keys_get(k, 1, true, &person, NULL));
    assert_ok(keys_vault_get(k, 1, 5000, &vault, NULL));
    assert_memory_not_equal(&vault, &person, sizeof vault);
    assert_ok(keys_vault_get(k, 2, 9000, &key, NULL));
    assert_ok(keys_vault_get(k, 2, 4000, &key, NULL)); // a term is never made shorter
    assert_ok(keys_vault_get(k, 3, 100, &key, NULL));
    keys_rollback(k); // none of it was committed
    assert_int_equal(keys_vault_get(k, 1, 0, &key, &err), CU_NOT_FOUND);
    assert_ok(keys_get(k, 1, true, &person, NULL));
    assert_ok(keys_vault_get(k, 1, 5000, &vault, NULL));
    assert_ok(keys_vault_get(k, 2, 9000, &key, NULL));
    assert_ok(keys_vault_get(k, 2, 4000, &key, NULL));
    assert_ok(keys_commit(k, NULL));
    assert_ok(keys_erase(k, &one, 1, NULL)); // the person is forgotten, what the law keeps is kept
    assert_ok(keys_vault_get(k, 1, 0, &key, NULL));
    assert_memory_equal(&key, &vault, sizeof key);
    assert_ok(keys_vault_expire(k, 4999, &count, NULL));
    assert_int_equal(count, 0);
    assert_ok(keys_vault_expire(k, 5000, &count, NULL));
    assert_int_equal(count, 1);
    keys_close(k);
    k = open_keys();
    assert_int_equal(keys_vault_get(k, 1, 0, &key, &err), CU_ERASED);
    assert_int_equal(keys_vault_get(k, 1, 99999, &key, &err), CU_ERASED);
    assert_ok(keys_vault_get(k, 2, 0, &key, NULL));
    assert_ok(keys_vault_expire(k, 9000, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(keys_vault_get(k, 2, 0, &key, &err), CU_ERASED);
    keys_close(k);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_old_copies_open_nothing, empty),
        cmocka_unit_test_setup(test_without_a_ratchet, empty),
        cmocka_unit_test_setup(test_roots_refused, empty),
        cmocka_unit_test_setup(test_torn_slots, empty),
        cmocka_unit_test_setup(test_old_slot_replayed, empty),
        cmocka_unit_test_setup(test_read_only, empty),
        cmocka_unit_test_setup(test_restrict, empty),
        cmocka_unit_test_setup(test_vault, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
