// SPDX-License-Identifier: Apache-2.0
// The root key's file: made once, outside the data folder, for its owner alone; anything else about
// it is refused with a code and a sentence. And every file operation on the way may fail.
#include "store/store_test.h"

#include "crypto/keyring.h"

#include <sys/wait.h>

static char *folder, *data, *key_path;

static int setup(void **state)
{
    (void)state;
    folder = test_folder_new();
    data = test_path(folder, "data");
    key_path = test_path(folder, "root.key");
    return mkdir(data, 0700);
}

static int teardown(void **state)
{
    (void)state;
    test_folder_empty(data);
    (void)!rmdir(data);
    test_folder_free(folder);
    free(data);
    free(key_path);
    return 0;
}

static void forget_key(void)
{
    (void)!unlink(key_path);
}

static void test_create_and_open(void **state)
{
    (void)state;
    struct keyring *a = NULL, *b = NULL;
    uint8_t one[16], two[16];
    struct stat st;
    assert_ok(keyring_create_file(key_path, data, NULL));
    assert_int_equal(stat(key_path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0400);
    struct test_bytes line = test_read(folder, "root.key");
    assert_int_equal(line.len, 14 + 88 + 1 + 8 + 1);
    assert_memory_equal(line.ptr, "custos-root-2 ", 14);
    assert_int_equal(line.ptr[line.len - 1], '\n');
    free(line.ptr);
    assert_ok(keyring_open_file(key_path, &a, NULL));
    assert_ok(keyring_open_file(key_path, &b, NULL));
    keyring_fingerprint(a, one);
    keyring_fingerprint(b, two);
    assert_memory_equal(one, two, 16);
    keyring_close(a);
    keyring_close(b);
    forget_key();
}

static void test_two_files_are_two_keys(void **state)
{
    (void)state;
    struct keyring *k = NULL;
    uint8_t one[16], two[16];
    assert_ok(keyring_create_file(key_path, data, NULL));
    assert_ok(keyring_open_file(key_path, &k, NULL));
    keyring_fingerprint(k, one);
    keyring_close(k);
    forget_key();
    assert_ok(keyring_create_file(key_path, data, NULL));
    assert_ok(keyring_open_file(key_path, &k, NULL));
    keyring_fingerprint(k, two);
    keyring_close(k);
    forget_key();
    assert_memory_not_equal(one, two, 16);
}

static void test_never_overwritten(void **state)
{
    (void)state;
    struct cu_error err;
    test_write(folder, "root.key", "precious", 8);
    assert_int_equal(keyring_create_file(key_path, data, &err), CU_CONFLICT);
    struct test_bytes b = test_read(folder, "root.key");
    assert_int_equal(b.len, 8);
    free(b.ptr);
    forget_key();
    assert_int_equal(symlink("nowhere", key_path), 0); // not followed either
    assert_int_equal(keyring_create_file(key_path, data, &err), CU_CONFLICT);
    forget_key();
}

static void assert_inside(const char *path, const char *data_folder)
{
    struct cu_error err = {0};
    assert_int_equal(keyring_check_place(path, data_folder, &err), CU_INVALID);
    assert_string_equal(err.field, "root_key");
    assert_int_equal(keyring_create_file(path, data_folder, &err), CU_INVALID);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void test_inside_data_folder(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/root.key", data);
    assert_inside(path, data);
    snprintf(path, sizeof path, "%s/not/yet/there/root.key", data);
    assert_inside(path, data);
    snprintf(path, sizeof path, "%s/../data/./root.key", data);
    assert_inside(path, data);
    snprintf(path, sizeof path, "%s/link", folder);
    assert_int_equal(symlink("data", path), 0);
    snprintf(path, sizeof path, "%s/link/root.key", folder);
    assert_inside(path, data);
    snprintf(path, sizeof path, "%s/link", folder);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/root.key", data);
    assert_inside(path, "/"); // everything lies inside the root folder
    // a data folder that is not there yet
    char later[4096];
    snprintf(later, sizeof later, "%s/later/", folder);
    snprintf(path, sizeof path, "%s/later/root.key", folder);
    assert_inside(path, later);
}

static void test_beside_data_folder(void **state)
{
    (void)state;
    char path[4096];
    assert_ok(keyring_check_place(key_path, data, NULL));
    snprintf(path, sizeof path, "%s/data-root.key", folder); // shares the name's beginning only
    assert_ok(keyring_check_place(path, data, NULL));
    snprintf(path, sizeof path, "%s/../root.key", data);
    assert_ok(keyring_check_place(path, data, NULL));
    snprintf(path, sizeof path, "%s/later/../root.key", folder);
    assert_int_equal(
        keyring_check_place(path, data, NULL), CU_INVALID); // through what is not there
    assert_int_not_equal(keyring_check_place("", data, NULL), CU_OK);
    snprintf(path, sizeof path, "%s/file", folder);
    test_write(folder, "file", "x", 1);
    snprintf(path, sizeof path, "%s/file/root.key", folder); // through a file
    assert_int_equal(keyring_check_place(path, data, NULL), CU_IO);
    assert_ok(keyring_check_place("/no-such-file-of-custos", data, NULL));
    char longest[9000];
    memset(longest, 'a', sizeof longest);
    longest[0] = longest[4500] = '/';
    longest[sizeof longest - 1] = '\0';
    assert_int_not_equal(keyring_check_place(longest, data, NULL), CU_OK);
    assert_ok(keyring_check_place("root.key", data, NULL)); // relative to where we are
}

static void assert_bad_key(const char *what)
{
    struct keyring *k = NULL;
    struct cu_error err = {0};
    cu_code code = keyring_open_file(key_path, &k, &err);
    if (code != CU_KEY)
        fail_msg("%s: code %d", what, (int)code);
    assert_string_equal(err.field, "root_key");
    assert_null(k);
}

static void test_missing_or_not_a_file(void **state)
{
    (void)state;
    forget_key();
    assert_bad_key("absent");
    assert_int_equal(mkfifo(key_path, 0400), 0);
    assert_bad_key("a pipe is not waited for");
    forget_key();
    assert_int_equal(mkdir(key_path, 0700), 0);
    assert_bad_key("a folder");
    assert_int_equal(rmdir(key_path), 0);
}

static void test_permissions(void **state)
{
    (void)state;
    static const mode_t bad[] = {0440, 0404, 0444, 0600 | 0040, 0420, 0401};
    assert_ok(keyring_create_file(key_path, data, NULL));
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        assert_int_equal(chmod(key_path, bad[i]), 0);
        assert_bad_key("readable by others");
    }
    struct keyring *k = NULL;
    assert_int_equal(chmod(key_path, 0600), 0); // the owner may write to it
    assert_ok(keyring_open_file(key_path, &k, NULL));
    keyring_close(k);
    forget_key();
}

// Its owner is somebody else and the mode is right: the file cannot be opened.
static void test_not_ours(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_ok(keyring_create_file(key_path, data, NULL));
    assert_int_equal(chmod(folder, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        struct keyring *k = NULL;
        if (setuid(65534) != 0)
            _exit(0);
        _exit(keyring_open_file(key_path, &k, NULL) == CU_KEY ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    forget_key();
}

// Any changed, missing or additional byte is seen; the check says "damaged", never "another key".
static void test_damaged(void **state)
{
    (void)state;
    assert_ok(keyring_create_file(key_path, data, NULL));
    struct test_bytes line = test_read(folder, "root.key");
    forget_key();
    for (size_t i = 0; i < line.len; i++) {
        line.ptr[i] ^= 1;
        test_write(folder, "root.key", line.ptr, line.len);
        assert_bad_key("a changed byte");
        line.ptr[i] ^= 1;
    }
    for (size_t len = 0; len < line.len; len++) {
        test_write(folder, "root.key", line.ptr, len);
        assert_bad_key("cut short");
    }
    line.ptr[line.len] = '\n'; // test_read leaves room for one
    test_write(folder, "root.key", line.ptr, line.len + 1);
    assert_bad_key("a byte more");
    free(line.ptr);
    forget_key();
}

static void test_create_faults(void **state)
{
    (void)state;
    uint64_t n = 0;
    cu_code code = CU_IO;
    while (code != CU_OK) {
        cu_fault_arm(CU_FAULT_IO, ++n, false);
        code = keyring_create_file(key_path, data, NULL);
        cu_fault_disarm();
        assert_true(code == CU_OK || code == CU_IO || code == CU_FULL);
        if (code != CU_OK)
            assert_int_not_equal(access(key_path, F_OK), 0); // nothing half-written stays
        assert_true(n < 20);
    }
    assert_true(n >= 4); // open, write, sync, folder
    n = 0;
    code = CU_IO;
    while (code != CU_OK) {
        struct keyring *k = NULL;
        cu_fault_arm(CU_FAULT_IO, ++n, false);
        code = keyring_open_file(key_path, &k, NULL);
        cu_fault_disarm();
        assert_true(code == CU_OK || code == CU_IO);
        keyring_close(k);
        assert_true(n < 20);
    }
    forget_key();
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_create_and_open),
        cmocka_unit_test(test_two_files_are_two_keys),
        cmocka_unit_test(test_never_overwritten),
        cmocka_unit_test(test_inside_data_folder),
        cmocka_unit_test(test_beside_data_folder),
        cmocka_unit_test(test_missing_or_not_a_file),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_not_ours),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_create_faults),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
