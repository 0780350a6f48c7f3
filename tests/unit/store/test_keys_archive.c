// SPDX-License-Identifier: Apache-2.0
// Key archives: what is written opens again with the kit, or with the root key and a ratchet that has not
// moved; every changed byte is seen; written while others work; aged. And the rotations.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/keys_archive.h"

#include <pthread.h>
#include <stdatomic.h>

static char *folder, *path, *ratchet, *archive, *back, *back_ratchet, *back_root;
static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    cu_log_set_level(CU_LOG_ERROR + 1);
    folder = test_folder_fast();
    path = test_path(folder, "keys");
    ratchet = test_path(folder, "root.ratchet");
    archive = test_path(folder, "a" KEYS_ARCHIVE_SUFFIX);
    back = test_path(folder, "back");
    back_ratchet = test_path(folder, "back.ratchet");
    back_root = test_path(folder, "back.key");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    char *all[] = {path, ratchet, archive, back, back_ratchet, back_root};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        free(all[i]);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    test_folder_empty(folder);
    return 0;
}

static struct keys *open_at(const char *where, const char *ratchet_path, const struct keyring *k, const struct keyring *next)
{
    struct keys_options o = {.path = where, .ratchet_path = ratchet_path, .keyring = k, .next = next};
    struct keys *ret = NULL;
    assert_ok(keys_open(&o, &ret, NULL));
    return ret;
}

enum { MANY = 300, DENSE = 294 };
static struct seal_key made[MANY];

static struct keys *open_filled(void)
{
    struct keys *k = open_at(path, ratchet, keyring, NULL);
    for (uint64_t i = 0; i < MANY; i++)
        assert_ok(keys_get(k, i < DENSE ? i : i << 30, true, &made[i], NULL));
    struct seal_key vault;
    assert_ok(keys_vault_get(k, 5, 9000, &vault, NULL));
    assert_ok(keys_commit(k, NULL));
    return k;
}

static void assert_filled(struct keys *k, uint64_t erased)
{
    struct seal_key key;
    for (uint64_t i = 0; i < MANY; i++) {
        cu_code code = keys_get(k, i < DENSE ? i : i << 30, false, &key, NULL);
        assert_int_equal(code, i == erased ? CU_ERASED : CU_OK);
        if (code == CU_OK)
            assert_memory_equal(&key, &made[i], sizeof key);
    }
    assert_ok(keys_vault_get(k, 5, 0, &key, NULL));
}

static void test_restore_by_kit(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX], other_kit[KEYS_KIT_MAX];
    struct cu_error err = {0};
    struct keys *k = open_filled();
    assert_int_equal(keys_archive_write(k, archive, &err), CU_CONFLICT); // nobody could open it
    assert_string_equal(err.field, "recovery_kit");
    assert_false(test_exists(folder, "a" KEYS_ARCHIVE_SUFFIX));
    assert_ok(keys_recovery_kit(k, other_kit, NULL));
    assert_ok(keys_recovery_kit(k, kit, NULL));
    assert_int_equal(strncmp(kit, "custos-recovery-1 ", 18), 0);
    assert_non_null(strstr(kit, "\ncustos-recovery-root-1 "));
    uint64_t gone = 7;
    assert_ok(keys_erase(k, &gone, 1, NULL));
    assert_ok(keys_archive_write(k, archive, NULL));
    assert_int_equal(keys_archive_write(k, archive, &err), CU_CONFLICT);
    gone = 8;
    assert_ok(keys_erase(k, &gone, 1, NULL)); // after the archive: what a restore brings back, and must replay
    keys_close(k);
    struct keys_archive_restore r = {.path = archive, .keyring = keyring, .target = back, .target_ratchet = back_ratchet};
    assert_int_equal(keys_archive_restore(&r, &err), CU_KEY); // no kit, no ratchet
    r.ratchet_from = ratchet;
    assert_int_equal(keys_archive_restore(&r, &err), CU_KEY); // it has moved on
    r.kit = other_kit;
    assert_int_equal(keys_archive_restore(&r, &err), CU_KEY);
    r.kit = "not a kit";
    assert_int_equal(keys_archive_restore(&r, &err), CU_KEY);
    assert_false(test_exists(folder, "back"));
    r.kit = kit;
    r.keyring = NULL; // the kit alone
    r.target_root = back_root;
    assert_ok(keys_archive_restore(&r, NULL));
    assert_int_equal(keys_archive_restore(&r, &err), CU_CONFLICT);
    struct keyring *restored = NULL;
    assert_ok(keyring_open_file(back_root, &restored, NULL));
    k = open_at(back, back_ratchet, restored, NULL);
    assert_filled(k, 7);
    assert_ok(keys_erase(k, &gone, 1, NULL));
    keys_close(k);
    keyring_close(restored);
    kit[30] ^= 1; // a letter misread
    assert_int_equal(keys_archive_restore(&r, &err), CU_KEY);
    assert_non_null(strstr(err.text, "damaged"));
}

static void test_restore_by_ratchet(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX];
    struct keys *k = open_filled();
    assert_ok(keys_recovery_kit(k, kit, NULL));
    assert_ok(keys_archive_write(k, archive, NULL));
    keys_close(k);
    struct keys_archive_restore r = {
        .path = archive, .keyring = keyring, .ratchet_from = ratchet, .target = back, .target_ratchet = back_ratchet};
    assert_ok(keys_archive_restore(&r, NULL));
    k = open_at(back, back_ratchet, keyring, NULL);
    assert_filled(k, UINT64_MAX);
    keys_close(k);
}

static void test_without_a_ratchet(void **state)
{
    (void)state;
    struct keys *k = open_at(path, NULL, keyring, NULL);
    struct seal_key key, again;
    assert_ok(keys_get(k, 1, true, &key, NULL));
    assert_ok(keys_archive_write(k, archive, NULL)); // pending keys are stored first
    keys_close(k);
    struct keys_archive_restore r = {.path = archive, .keyring = keyring, .target = back};
    assert_ok(keys_archive_restore(&r, NULL));
    k = open_at(back, NULL, keyring, NULL);
    assert_ok(keys_get(k, 1, false, &again, NULL));
    assert_memory_equal(&key, &again, sizeof key);
    keys_close(k);
}

// One byte altered, wherever: seen before anything is made of it.
static void test_every_byte(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX];
    struct keys_archive_info info;
    struct cu_error err;
    struct seal_key key;
    uint8_t delegate[KEYRING_DELEGATE];
    struct keyring *d = NULL, *other = NULL;
    static const uint8_t other_root[32] = {77};
    struct keys *k = open_at(path, ratchet, keyring, NULL);
    assert_ok(keys_get(k, 1, true, &key, NULL));
    assert_ok(keys_vault_get(k, 1, 99, &key, NULL));
    assert_ok(keys_recovery_kit(k, kit, NULL));
    assert_ok(keys_archive_write(k, archive, NULL));
    keys_close(k);
    keyring_delegate_bytes(keyring, delegate);
    assert_ok(keyring_from_delegate(delegate, &d, NULL));
    assert_ok(keys_archive_verify(archive, d, &info, NULL)); // also without the root key
    assert_ok(keys_archive_verify(archive, keyring, &info, NULL));
    assert_true(info.ratchet && info.nodes == 4); // two leaves, two tops
    assert_ok(keyring_from_bytes(other_root, &other, NULL));
    assert_int_equal(keys_archive_verify(archive, other, &info, &err), CU_KEY);
    struct test_bytes b = test_read(folder, "a" KEYS_ARCHIVE_SUFFIX);
    assert_int_equal(b.len, info.bytes);
    int fd = open(archive, O_RDWR);
    for (size_t i = 0; i < b.len; i++) {
        uint8_t changed = b.ptr[i] ^ (uint8_t)(1u << i % 8);
        assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
        cu_code code = keys_archive_verify(archive, keyring, &info, &err);
        if (code != CU_CORRUPT && !(i >= 8 && i < 12 && code == CU_VERSION) && !(i >= 32 && i < 48 && code == CU_KEY))
            fail_msg("byte %zu: code %d", i, (int)code);
        assert_int_equal(pwrite(fd, &b.ptr[i], 1, (off_t)i), 1);
    }
    for (size_t len = 0; len < b.len; len += 97) {
        assert_int_equal(ftruncate(fd, (off_t)len), 0);
        assert_int_equal(keys_archive_verify(archive, keyring, &info, &err), CU_CORRUPT);
        assert_int_equal(pwrite(fd, b.ptr, b.len, 0), (ssize_t)b.len);
    }
    assert_int_equal(pwrite(fd, "x", 1, (off_t)b.len), 1);
    assert_int_equal(keys_archive_verify(archive, keyring, &info, &err), CU_CORRUPT);
    struct keys_archive_restore r = {.path = archive, .kit = kit, .target = back, .target_ratchet = back_ratchet};
    assert_int_equal(keys_archive_restore(&r, &err), CU_CORRUPT);
    assert_false(test_exists(folder, "back"));
    (void)close(fd);
    free(b.ptr);
    keyring_close(d);
    keyring_close(other);
}

struct worker {
    struct keys *keys;
    atomic_bool stop;
    atomic_uint rounds;
};

static void *work(void *context)
{
    struct worker *w = context;
    for (uint64_t n = 0; !atomic_load(&w->stop); n++) {
        struct seal_key key;
        uint64_t subject = 10000 + n;
        assert_ok(keys_get(w->keys, subject, true, &key, NULL));
        assert_ok(keys_commit(w->keys, NULL));
        if (n % 3 == 0)
            assert_ok(keys_erase(w->keys, &subject, 1, NULL));
        atomic_fetch_add(&w->rounds, 1);
    }
    return NULL;
}

// While another thread makes and erases: each archive is one moment, and opens whole.
static void test_written_while_others_work(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX];
    struct worker w = {.keys = open_filled()};
    pthread_t thread;
    assert_ok(keys_recovery_kit(w.keys, kit, NULL));
    assert_int_equal(pthread_create(&thread, NULL, work, &w), 0);
    for (int i = 0; i < 8; i++) {
        unsigned rounds = atomic_load(&w.rounds);
        while (atomic_load(&w.rounds) < rounds + 5)
            (void)usleep(1000);
        assert_ok(keys_archive_write(w.keys, archive, NULL));
        struct keys_archive_restore r = {.path = archive, .kit = kit, .target = back, .target_ratchet = back_ratchet};
        assert_ok(keys_archive_restore(&r, NULL));
        struct keys *k = open_at(back, back_ratchet, keyring, NULL);
        assert_filled(k, UINT64_MAX);
        keys_close(k);
        test_folder_empty(back);
        assert_int_equal(rmdir(back) | unlink(back_ratchet) | unlink(archive), 0);
    }
    atomic_store(&w.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    keys_close(w.keys);
}

static int64_t test_now;
static int64_t fake_clock(void *context)
{
    (void)context;
    return test_now;
}

static void test_age(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX];
    size_t count = 0;
    struct cu_error err;
    const int64_t day = 86400000;
    struct keys *k = open_filled();
    assert_ok(keys_recovery_kit(k, kit, NULL));
    cu_clock_inject(fake_clock, NULL);
    for (int i = 0; i < 10; i++) { // one a day
        char name[64];
        snprintf(name, sizeof name, "day%d" KEYS_ARCHIVE_SUFFIX, i);
        char *file = test_path(folder, name);
        test_now = (1000 + i) * day;
        assert_ok(keys_archive_write(k, file, NULL));
        free(file);
    }
    cu_clock_inject(NULL, NULL);
    test_write(folder, "other.file", "x", 1);
    assert_int_equal(keys_archive_expire(folder, 0, test_now, &count, &err), CU_INVALID);
    assert_int_equal(keys_archive_expire(folder, 31, test_now, &count, &err), CU_INVALID);
    assert_ok(keys_archive_expire(folder, 7, test_now, &count, NULL));
    assert_int_equal(count, 2); // of days 0 and 1; day 2 is exactly seven days old
    assert_true(test_exists(folder, "day2" KEYS_ARCHIVE_SUFFIX));
    assert_false(test_exists(folder, "day1" KEYS_ARCHIVE_SUFFIX));
    assert_ok(keys_archive_expire(folder, 1, test_now + 2 * day, &count, NULL));
    assert_int_equal(count, 8);
    assert_true(test_exists(folder, "other.file"));
    keys_close(k);
}

// However writing or restoring fails, nothing half-made passes for a whole one.
static void test_faults(void **state)
{
    (void)state;
    char kit[KEYS_KIT_MAX];
    struct keys_archive_info info;
    struct keys *k = open_filled();
    assert_ok(keys_recovery_kit(k, kit, NULL));
    uint64_t n = 0, seen = 0;
    do {
        cu_fault_arm(CU_FAULT_IO, ++n, false);
        cu_code code = keys_archive_write(k, archive, NULL);
        seen = cu_fault_count(CU_FAULT_IO);
        cu_fault_disarm();
        if (code == CU_OK)
            assert_ok(keys_archive_verify(archive, keyring, &info, NULL));
        else
            assert_false(test_exists(folder, "a" KEYS_ARCHIVE_SUFFIX));
        (void)!unlink(archive);
    } while (seen >= n);
    assert_ok(keys_archive_write(k, archive, NULL));
    keys_close(k);
    n = 0;
    do {
        n++;
        cu_fault_arm(CU_FAULT_IO, n, n % 2);
        struct keys_archive_restore r = {
            .path = archive, .keyring = keyring, .kit = kit, .target = back, .target_ratchet = back_ratchet};
        cu_code code = keys_archive_restore(&r, NULL);
        seen = cu_fault_count(CU_FAULT_IO);
        cu_fault_disarm();
        struct keys_options o = {.path = back, .ratchet_path = back_ratchet, .keyring = keyring};
        k = NULL;
        if (code == CU_OK) {
            k = open_at(back, back_ratchet, keyring, NULL);
            assert_filled(k, UINT64_MAX);
        } else if (test_exists(folder, "back") && keys_open(&o, &k, NULL) == CU_OK) {
            struct seal_key key; // the rows, or all of it, were there; or nothing yet, and it is a new store
            cu_code first = keys_get(k, 0, false, &key, NULL);
            assert_true(first == CU_NOT_FOUND || first == CU_OK);
            if (first == CU_OK)
                assert_filled(k, UINT64_MAX);
        }
        keys_close(k);
        test_folder_empty(back);
        (void)!rmdir(back);
        (void)!unlink(back_ratchet);
    } while (seen >= n);
    assert_true(n > 10);
}

// --- rotations

static void note_progress(void *context, uint64_t done, uint64_t total)
{
    uint64_t *last = context;
    assert_true(done >= *last && total > 0);
    *last = done;
}

static void test_rotate_nodes(void **state)
{
    (void)state;
    struct keys *k = open_filled();
    struct keys_inventory v;
    uint64_t last = 0, gone = 9;
    assert_ok(keys_erase(k, &gone, 1, NULL));
    assert_ok(keys_inventory(k, &v, NULL));
    uint64_t epoch = v.epoch;
    assert_int_equal(v.rotations[0].finished_ms, 0);
    assert_ok(keys_rotate_nodes(k, note_progress, &last, NULL));
    assert_filled(k, 9);
    assert_ok(keys_inventory(k, &v, NULL));
    assert_true(v.epoch > epoch);
    assert_string_equal(v.rotations[0].kind, "nodes");
    assert_true(!v.rotations[0].running && v.rotations[0].finished_ms > 0);
    assert_int_equal(v.rotations[0].done, v.rotations[0].total);
    assert_int_equal(last, v.rotations[0].total);
    keys_close(k);
    // cut short at every file operation; the next one goes on, and nothing is lost
    uint64_t n = 0, seen = 0;
    do {
        n += 23;
        k = open_at(path, ratchet, keyring, NULL);
        cu_fault_arm(CU_FAULT_IO, n, true);
        (void)!keys_rotate_nodes(k, NULL, NULL, NULL);
        seen = cu_fault_count(CU_FAULT_IO);
        keys_close(k);
        cu_fault_disarm();
        k = open_at(path, ratchet, keyring, NULL);
        assert_filled(k, 9);
        assert_ok(keys_rotate_nodes(k, NULL, NULL, NULL));
        assert_filled(k, 9);
        keys_close(k);
    } while (seen >= n);
    assert_true(n > 20);
}

static void test_rotate_root(void **state)
{
    (void)state;
    struct keys *k = open_filled();
    struct keyring *next = NULL;
    uint8_t wanted[16], now[16];
    struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = keyring};
    struct cu_error err;
    assert_ok(keyring_successor(keyring, &next, NULL));
    keyring_root_fingerprint(next, wanted);
    assert_ok(keys_rotate_root(k, next, NULL));
    keys_root_fingerprint(k, now);
    assert_memory_equal(now, wanted, 16);
    assert_filled(k, UINT64_MAX);
    uint64_t gone = 3;
    assert_ok(keys_erase(k, &gone, 1, NULL)); // under the new root key from here on
    keys_close(k);
    k = NULL;
    assert_int_equal(keys_open(&o, &k, &err), CU_KEY);
    k = open_at(path, ratchet, keyring, next); // as after a crash before the new key file took its place
    keys_root_fingerprint(k, now);
    assert_memory_equal(now, wanted, 16);
    keys_close(k);
    k = open_at(path, ratchet, next, NULL);
    assert_filled(k, 3);
    keys_close(k);
    keyring_close(next);
}

// Cut short at every file operation: with both root keys at hand the store opens, and says which is in force.
static void test_rotate_root_faults(void **state)
{
    (void)state;
    uint64_t n = 0, seen = 0;
    unsigned under_old = 0, under_new = 0;
    do {
        test_folder_empty(folder);
        struct keys *k = open_filled();
        struct keyring *next = NULL;
        uint8_t successor[16], now[16];
        assert_ok(keyring_successor(keyring, &next, NULL));
        keyring_root_fingerprint(next, successor);
        n++;
        cu_fault_arm(CU_FAULT_IO, n, n % 2);
        cu_code code = keys_rotate_root(k, next, NULL);
        seen = cu_fault_count(CU_FAULT_IO);
        keys_close(k);
        cu_fault_disarm();
        k = open_at(path, ratchet, keyring, next);
        keys_root_fingerprint(k, now);
        bool is_new = memcmp(now, successor, 16) == 0;
        assert_true(is_new || code != CU_OK);
        under_new += is_new;
        under_old += !is_new;
        assert_filled(k, UINT64_MAX);
        keys_close(k);
        k = open_at(path, ratchet, is_new ? next : keyring, NULL); // the other is not needed any more
        assert_filled(k, UINT64_MAX);
        keys_close(k);
        keyring_close(next);
    } while (seen >= n);
    assert_true(under_old > 0 && under_new > 0);
}

static void test_class_versions_and_inventory(void **state)
{
    (void)state;
    struct keys *k = open_filled();
    struct keys_inventory v;
    struct cu_error err;
    uint64_t some[] = {1, 2, 3};
    assert_int_equal(keys_class_version(k, SEAL_CONTACT), 1);
    assert_ok(keys_class_rotate(k, SEAL_CONTACT, NULL));
    assert_ok(keys_class_rotate(k, SEAL_CONTACT, NULL));
    assert_int_equal(keys_class_rotate(k, SEAL_AUDIT, &err), CU_INVALID);
    assert_int_equal(keys_class_rotate(k, SEAL_CLASS_COUNT, &err), CU_INVALID);
    assert_ok(keys_erase(k, some, 2, NULL));
    assert_ok(keys_restrict(k, some + 2, 1, true, NULL));
    keys_close(k);
    k = open_at(path, ratchet, keyring, NULL);
    assert_int_equal(keys_class_version(k, SEAL_CONTACT), 3);
    assert_int_equal(keys_class_version(k, SEAL_ADDRESS), 1);
    assert_ok(keys_inventory(k, &v, NULL));
    assert_true(v.ratchet && v.created_ms > 0 && v.root_since_ms > 0 && v.recovery_made_ms == 0);
    assert_int_equal(v.class_version[SEAL_CONTACT], 3);
    assert_string_equal(v.trees[0].name, "people");
    assert_int_equal(v.trees[0].living, DENSE - 3);
    assert_int_equal(v.trees[0].restricted, 1);
    assert_int_equal(v.trees[0].erased, 2);
    assert_int_equal(v.trees[0].nodes, 5 + 1);
    bool vault = false;
    uint64_t living = 0;
    for (size_t i = 0; i < v.tree_count; i++) {
        living += v.trees[i].living;
        vault = vault || (strcmp(v.trees[i].name, "vault people") == 0 && v.trees[i].living == 1);
    }
    assert_true(vault);
    assert_int_equal(living, MANY - 3 + 1);
    keys_close(k);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_restore_by_kit, empty),
        cmocka_unit_test_setup(test_restore_by_ratchet, empty),
        cmocka_unit_test_setup(test_without_a_ratchet, empty),
        cmocka_unit_test_setup(test_every_byte, empty),
        cmocka_unit_test_setup(test_written_while_others_work, empty),
        cmocka_unit_test_setup(test_age, empty),
        cmocka_unit_test_setup(test_faults, empty),
        cmocka_unit_test_setup(test_rotate_nodes, empty),
        cmocka_unit_test_setup(test_rotate_root, empty),
        cmocka_unit_test_setup(test_rotate_root_faults, empty),
        cmocka_unit_test_setup(test_class_versions_and_inventory, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
