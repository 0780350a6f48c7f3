// SPDX-License-Identifier: Apache-2.0
// Every source of the root secret: opens with what is right, and answers CU_KEY, naming root_key, for what is
// wrong, missing or damaged. Shares of every k of n; the rotation of the root key cut short at every step.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/root.h"
#include "crypto/shares.h"

static char *folder, *data, *key_path;
static const struct root_cost cheap = {64 * 1024, 2};
#define PASSPHRASE CU_LIT("a long enough sentence")

static int setup(void **state)
{
    (void)state;
    folder = test_folder_fast();
    data = test_path(folder, "data");
    key_path = test_path(folder, "root.key");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_free(folder);
    free(data);
    free(key_path);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    test_folder_empty(folder);
    (void)!unsetenv("CUSTOS_PASSPHRASE_FD");
    (void)!unsetenv("CUSTOS_PASSPHRASE_FILE");
    (void)!unsetenv("CREDENTIALS_DIRECTORY");
    return mkdir(data, 0700);
}

static struct root_source source(const char *setting)
{
    struct root_source s;
    assert_ok(root_parse(setting, key_path, data, &s, NULL));
    return s;
}

static struct root_source source_at(const char *prefix, const char *name)
{
    char setting[4096];
    snprintf(setting, sizeof setting, "%s%s/%s", prefix, folder, name);
    return source(setting);
}

static void fingerprint_of(const struct root_source *s, uint8_t ret[16])
{
    struct keyring *k = NULL, *next = NULL;
    assert_ok(root_open(s, &k, &next, NULL));
    assert_null(next);
    keyring_root_fingerprint(k, ret);
    keyring_close(k);
}

static void assert_refused(const struct root_source *s, const char *words)
{
    struct keyring *k = NULL, *next = NULL;
    struct cu_error err = {0};
    assert_int_equal(root_open(s, &k, &next, &err), CU_KEY);
    assert_string_equal(err.field, "root_key");
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    assert_null(k);
}

static void test_settings(void **state)
{
    (void)state;
    struct root_source s = source("");
    char wanted[4096];
    struct cu_error err;
    assert_int_equal(s.kind, ROOT_FILE);
    assert_string_equal(s.place, key_path);
    snprintf(wanted, sizeof wanted, "%s.ratchet", key_path);
    assert_string_equal(s.ratchet, wanted);
    s = source_at("passphrase:", "p");
    assert_int_equal(s.kind, ROOT_PASSPHRASE);
    assert_string_equal(s.ratchet, "");
    s = source("credential:custos.root");
    assert_int_equal(s.kind, ROOT_CREDENTIAL);
    assert_string_equal(s.place, "custos.root");
    assert_string_equal(s.ratchet, wanted);
    s = source_at("shares:", "s");
    assert_int_equal(s.kind, ROOT_SHARES);
    assert_string_equal(s.ratchet, wanted);
    static const char *const bad[] = {"credential:", "credential:../x", "credential:.hidden", "credential:a b", "passphrase:", "shares:"};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        assert_int_equal(root_parse(bad[i], key_path, data, &s, &err), CU_INVALID);
        assert_string_equal(err.field, "root_key");
    }
    snprintf(wanted, sizeof wanted, "passphrase:%s/inside", data);
    assert_int_equal(root_parse(wanted, key_path, data, &s, &err), CU_INVALID);
    char longest[4000];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(root_parse(longest, key_path, data, &s, &err), CU_INVALID);
}

static void test_file(void **state)
{
    (void)state;
    struct root_source s = source("");
    uint8_t one[16], two[16];
    assert_refused(&s, "missing");
    assert_ok(root_create(&s, data, NULL));
    fingerprint_of(&s, one);
    fingerprint_of(&s, two);
    assert_memory_equal(one, two, 16);
    root_destroy(&s);
    assert_false(test_exists(folder, "root.key"));
}

static void test_passphrase_file(void **state)
{
    (void)state;
    struct root_source s = source_at("passphrase:", "p");
    uint8_t secret[KEYRING_SECRET], back[KEYRING_SECRET];
    struct cu_error err;
    cu_random(secret, sizeof secret);
    assert_ok(root_passphrase_write(s.place, PASSPHRASE, &cheap, secret, NULL));
    assert_int_equal(root_passphrase_write(s.place, PASSPHRASE, &cheap, secret, &err), CU_CONFLICT);
    assert_ok(root_passphrase_read(s.place, PASSPHRASE, back, NULL));
    assert_memory_equal(secret, back, sizeof secret);
    assert_int_equal(root_passphrase_read(s.place, CU_LIT("a long enough sentencf"), back, &err), CU_KEY);
    assert_int_equal(root_passphrase_read(s.place, CU_NONE, back, &err), CU_KEY);
    struct test_bytes b = test_read(folder, "p"); // any changed byte is seen before Argon2id is asked
    for (size_t i = 0; i < b.len; i++) {
        b.ptr[i] ^= 1;
        test_write(folder, "p", b.ptr, b.len);
        assert_int_equal(root_passphrase_read(s.place, PASSPHRASE, back, &err), CU_KEY);
        assert_non_null(strstr(err.text, "damaged"));
        b.ptr[i] ^= 1;
    }
    for (size_t len = 0; len < b.len; len += 7) {
        test_write(folder, "p", b.ptr, len);
        assert_int_equal(root_passphrase_read(s.place, PASSPHRASE, back, &err), CU_KEY);
    }
    free(b.ptr);
}

// As systemd or a script gives it: from a file, and from a descriptor.
static void test_passphrase_is_asked(void **state)
{
    (void)state;
    struct root_source s = source_at("passphrase:", "p");
    uint8_t secret[KEYRING_SECRET], one[16], two[16];
    struct keyring *k = NULL;
    struct cu_error err;
    char *words = test_path(folder, "words");
    test_write(folder, "words", "a long enough sentence\r\nsecond line", 34);
    assert_int_equal(setenv("CUSTOS_PASSPHRASE_FILE", words, 1), 0);
    assert_refused(&s, "missing");
    cu_random(secret, sizeof secret);
    assert_ok(root_passphrase_write(s.place, PASSPHRASE, &cheap, secret, NULL));
    assert_ok(keyring_from_secret(secret, &k, NULL));
    keyring_root_fingerprint(k, one);
    keyring_close(k);
    fingerprint_of(&s, two);
    assert_memory_equal(one, two, 16);
    int fd = open(words, O_RDONLY);
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    assert_int_equal(setenv("CUSTOS_PASSPHRASE_FD", number, 1), 0);
    fingerprint_of(&s, two);
    assert_memory_equal(one, two, 16);
    assert_refused(&s, "wrong"); // the descriptor goes on with its second line
    (void)close(fd);
    assert_refused(&s, "could not be read");
    assert_int_equal(setenv("CUSTOS_PASSPHRASE_FD", "three", 1), 0);
    assert_refused(&s, "CUSTOS_PASSPHRASE_FD");
    (void)!unsetenv("CUSTOS_PASSPHRASE_FD");
    test_write(folder, "words", "too short\n", 10);
    assert_int_equal(unlink(s.place), 0);
    assert_int_equal(root_create(&s, data, &err), CU_INVALID);
    assert_int_equal(unlink(words), 0);
    assert_refused(&s, "CUSTOS_PASSPHRASE_FILE");
    free(words);
}

static void test_credential(void **state)
{
    (void)state;
    struct root_source s = source("credential:custos.root");
    uint8_t secret[KEYRING_SECRET], one[16], two[16];
    char text[KEYRING_SECRET_TEXT];
    struct keyring *k = NULL;
    assert_refused(&s, "LoadCredentialEncrypted=custos.root");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    assert_refused(&s, "missing");
    cu_random(secret, sizeof secret);
    keyring_secret_print(secret, text);
    test_write(folder, "custos.root", text, strlen(text));
    assert_ok(keyring_from_secret(secret, &k, NULL));
    keyring_root_fingerprint(k, one);
    keyring_close(k);
    fingerprint_of(&s, two);
    assert_memory_equal(one, two, 16);
    assert_ok(root_create(&s, data, NULL)); // it is there: nothing to make
    test_write(folder, "custos.root", text, strlen(text) - 1);
    assert_refused(&s, "damaged");
    struct cu_error err;
    struct keyring *next = NULL;
    assert_ok(keyring_from_secret(secret, &k, NULL));
    assert_int_equal(root_rotate_begin(&s, k, &next, &err), CU_CONFLICT);
    keyring_close(k);
}

static void write_shares(char shares[][SHARE_TEXT_MAX], uint64_t chosen, unsigned n)
{
    struct cu_buf text;
    cu_buf_init(&text, 1 << 16);
    cu_buf_z(&text, "# shares of the shop\n\n");
    for (unsigned i = 0; i < n; i++)
        if (chosen >> i & 1)
            cu_buf_printf(&text, "  %s\r\n", shares[i]);
    test_write(folder, "s", text.ptr, text.len);
    cu_buf_clear(&text);
}

// Every choice of shares, of several k and n: enough of them give the secret, fewer say how many miss.
static void test_shares(void **state)
{
    (void)state;
    static const unsigned kn[][2] = {{2, 2}, {2, 3}, {3, 5}, {5, 5}, {4, 7}};
    struct root_source s = source_at("shares:", "s");
    uint8_t secret[KEYRING_SECRET], one[16], two[16];
    static char shares[SHARES_MAX][SHARE_TEXT_MAX];
    struct keyring *k = NULL;
    cu_random(secret, sizeof secret);
    assert_ok(keyring_from_secret(secret, &k, NULL));
    keyring_root_fingerprint(k, one);
    keyring_close(k);
    assert_refused(&s, "missing");
    for (size_t c = 0; c < CU_COUNT(kn); c++) {
        assert_ok(shares_cut(secret, kn[c][0], kn[c][1], shares, NULL));
        for (uint64_t chosen = 0; chosen < UINT64_C(1) << kn[c][1]; chosen++) {
            write_shares(shares, chosen, kn[c][1]);
            if ((unsigned)__builtin_popcountll(chosen) < kn[c][0]) {
                assert_refused(&s, chosen ? "needed" : "no share");
                continue;
            }
            fingerprint_of(&s, two);
            assert_memory_equal(one, two, 16);
        }
    }
    struct cu_error err;
    static const unsigned bad[][2] = {{1, 3}, {4, 3}, {0, 0}, {2, 33}, {2, 1}};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_int_equal(shares_cut(secret, bad[i][0], bad[i][1], shares, &err), CU_INVALID);
    assert_ok(shares_cut(secret, 32, 32, shares, NULL));
    write_shares(shares, UINT32_MAX, 32);
    fingerprint_of(&s, two);
    assert_memory_equal(one, two, 16);
    assert_int_equal(root_create(&s, data, &err), CU_INVALID);
}

static void test_damaged_shares(void **state)
{
    (void)state;
    struct root_source s = source_at("shares:", "s");
    uint8_t secret[KEYRING_SECRET];
    static char shares[SHARES_MAX][SHARE_TEXT_MAX], others[SHARES_MAX][SHARE_TEXT_MAX];
    cu_random(secret, sizeof secret);
    assert_ok(shares_cut(secret, 2, 3, shares, NULL));
    assert_ok(shares_cut(secret, 2, 3, others, NULL)); // the same secret, another cut
    size_t len = strlen(shares[0]);
    for (size_t i = 0; i < len; i++) {
        shares[0][i] ^= 1;
        write_shares(shares, 3, 3);
        assert_refused(&s, shares[0][i] == '\n' ? "" : "line 3");
        shares[0][i] ^= 1;
    }
    char mixed[3][SHARE_TEXT_MAX];
    memcpy(mixed[0], shares[0], SHARE_TEXT_MAX);
    memcpy(mixed[1], others[1], SHARE_TEXT_MAX);
    write_shares(mixed, 3, 2);
    assert_refused(&s, "another set");
    memcpy(mixed[1], shares[0], SHARE_TEXT_MAX);
    write_shares(mixed, 3, 2);
    assert_refused(&s, "1 more");
    write_shares(shares, 3, 3);
    char *path = test_path(folder, "s");
    assert_int_equal(chmod(path, 0640), 0);
    assert_refused(&s, "others may read");
    free(path);
}

// The successor is stored, comes in force or not, and one of the two stays, the other is destroyed.
static void rotate(struct root_source s, bool comes_in_force, bool crash)
{
    struct keyring *k = NULL, *next = NULL, *again = NULL;
    uint8_t old[16], new[16], now[16];
    assert_ok(root_open(&s, &k, &next, NULL));
    keyring_root_fingerprint(k, old);
    assert_ok(root_rotate_begin(&s, k, &next, NULL));
    keyring_root_fingerprint(next, new);
    assert_memory_not_equal(old, new, 16);
    keyring_close(k);
    keyring_close(next);
    if (crash) { // a start finds both
        k = NULL;
        assert_ok(root_open(&s, &k, &again, NULL));
        assert_non_null(again);
        keyring_root_fingerprint(k, now);
        assert_memory_equal(now, old, 16);
        keyring_root_fingerprint(again, now);
        assert_memory_equal(now, new, 16);
        keyring_close(k);
        keyring_close(again);
    }
    uint8_t strange[16] = {1};
    struct cu_error err;
    assert_int_equal(root_rotate_end(&s, strange, &err), CU_KEY);
    assert_ok(root_rotate_end(&s, comes_in_force ? new : old, NULL));
    assert_ok(root_rotate_end(&s, comes_in_force ? new : old, NULL)); // nothing left to do
    fingerprint_of(&s, now);
    assert_memory_equal(now, comes_in_force ? new : old, 16);
}

static void test_rotation(void **state)
{
    (void)state;
    struct root_source s = source("");
    assert_ok(root_create(&s, data, NULL));
    struct stat st;
    for (int i = 0; i < 4; i++) {
        rotate(s, i & 1, i & 2);
        assert_int_equal(stat(s.place, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
        assert_false(test_exists(folder, "root.key.next"));
    }
    s = source_at("passphrase:", "p");
    test_write(folder, "words", "a long enough sentence\n", 23);
    char *words = test_path(folder, "words");
    assert_int_equal(setenv("CUSTOS_PASSPHRASE_FILE", words, 1), 0);
    free(words);
    assert_ok(root_create(&s, data, NULL));
    rotate(s, true, true);
    rotate(s, false, false);
}

// However a rotation fails, the root key that is in force opens.
static void test_rotation_faults(void **state)
{
    (void)state;
    struct root_source s = source("");
    assert_ok(root_create(&s, data, NULL));
    for (uint64_t n = 1; n < 40; n++) {
        struct keyring *k = NULL, *next = NULL;
        uint8_t in_force[16], now[16];
        assert_ok(root_open(&s, &k, &next, NULL));
        keyring_root_fingerprint(k, in_force);
        keyring_close(next);
        next = NULL;
        cu_fault_arm(CU_FAULT_IO, n, n % 2);
        cu_code code = root_rotate_begin(&s, k, &next, NULL);
        if (code == CU_OK) {
            keyring_root_fingerprint(next, in_force);
            code = root_rotate_end(&s, in_force, NULL);
        }
        cu_fault_disarm();
        keyring_close(k);
        keyring_close(next);
        assert_ok(root_rotate_end(&s, in_force, NULL)); // the next start
        fingerprint_of(&s, now);
        assert_memory_equal(now, in_force, 16);
    }
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_settings, empty),
        cmocka_unit_test_setup(test_file, empty),
        cmocka_unit_test_setup(test_passphrase_file, empty),
        cmocka_unit_test_setup(test_passphrase_is_asked, empty),
        cmocka_unit_test_setup(test_credential, empty),
        cmocka_unit_test_setup(test_shares, empty),
        cmocka_unit_test_setup(test_damaged_shares, empty),
        cmocka_unit_test_setup(test_rotation, empty),
        cmocka_unit_test_setup(test_rotation_faults, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
