// SPDX-License-Identifier: Apache-2.0
// Passwords, tokens, guarded memory.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/secret.h"

#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>

static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {8};
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    return 0;
}

static void test_password(void **state)
{
    (void)state;
    char a[SECRET_PASSWORD_MAX], b[SECRET_PASSWORD_MAX];
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), a, NULL));
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), b, NULL));
    assert_memory_equal(a, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
    assert_string_not_equal(a, b); // salted
    assert_true(secret_password_check(keyring, CU_LIT("correct horse"), a));
    assert_true(secret_password_check(keyring, CU_LIT("correct horse"), b));
    assert_false(secret_password_check(keyring, CU_LIT("correct horse "), a));
    assert_false(secret_password_check(keyring, CU_LIT(""), a));
    assert_false(secret_password_stale(a));
}

// Without the root key a stolen hash cannot be checked against the password itself.
static void test_pepper(void **state)
{
    (void)state;
    static const uint8_t other_root[32] = {9};
    struct keyring *other = NULL;
    char phc[SECRET_PASSWORD_MAX];
    uint8_t peppered[32];
    assert_ok(keyring_from_bytes(other_root, &other, NULL));
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), phc, NULL));
    assert_false(secret_password_check(other, CU_LIT("correct horse"), phc));
    assert_int_not_equal(crypto_pwhash_str_verify(phc, "correct horse", 13), 0);
    keyring_mac(keyring, "pw-pepper/1", CU_LIT("correct horse"), peppered);
    assert_int_equal(crypto_pwhash_str_verify(phc, (const char *)peppered, 32), 0);
    keyring_close(other);
}

static void test_damaged_hashes(void **state)
{
    (void)state;
    char overlong[300];
    memset(overlong, 'a', sizeof overlong);
    overlong[sizeof overlong - 1] = '\0';
    assert_false(secret_password_check(keyring, CU_LIT("x"), ""));
    assert_false(secret_password_check(keyring, CU_LIT("x"), "$argon2id$"));
    assert_false(secret_password_check(keyring, CU_LIT("x"), "plain text"));
    assert_false(secret_password_check(keyring, CU_LIT("x"), overlong));
    assert_true(secret_password_stale("$argon2id$v=19$m=4096,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

static int64_t cpu_us(void) // of this thread: other work on the machine does not count
{
    struct rusage u;
    getrusage(RUSAGE_THREAD, &u);
    return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
           u.ru_stime.tv_usec;
}

// An unknown user costs what a known one costs: the same memory and passes.
static void test_unknown_user_costs_the_same(void **state)
{
    (void)state;
    char phc[SECRET_PASSWORD_MAX];
    assert_ok(secret_password_hash(keyring, CU_LIT("right"), phc, NULL));
    int64_t known = 0, unknown = 0;
    for (int i = 0; i < 3; i++) {
        int64_t start = cpu_us();
        assert_false(secret_password_check(keyring, CU_LIT("wrong"), phc));
        int64_t middle = cpu_us();
        assert_false(secret_password_check(keyring, CU_LIT("wrong"), NULL));
        known += middle - start;
        unknown += cpu_us() - middle;
    }
    assert_true(unknown * 2 > known && known * 2 > unknown);
}

static void *check_in_thread(void *context)
{
    *(bool *)context = secret_password_check(keyring, CU_LIT("right"), NULL);
    return NULL;
}

// Eight at once are served two at a time: at most 128 MiB of hashing memory, and all are answered.
static void test_bounded_concurrency(void **state)
{
    (void)state;
    pthread_t threads[8];
    bool answers[8];
    for (int i = 0; i < 8; i++) {
        answers[i] = true;
        assert_int_equal(pthread_create(&threads[i], NULL, check_in_thread, &answers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(answers[i]);
    }
#ifndef __SANITIZE_ADDRESS__ // whose own memory would be counted
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    assert_true(u.ru_maxrss < 200 * 1024);
#endif
}

static void test_no_memory(void **state)
{
    (void)state;
    char phc[SECRET_PASSWORD_MAX] = "untouched";
    struct cu_error err;
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    assert_int_equal(secret_password_hash(keyring, CU_LIT("x"), phc, &err), CU_MEMORY);
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    assert_null(secret_alloc(100));
    cu_fault_disarm();
    assert_string_equal(phc, "untouched");
}

static void test_token(void **state)
{
    (void)state;
    char a[SECRET_TOKEN_MAX], b[SECRET_TOKEN_MAX];
    secret_token_new("wk", a);
    secret_token_new("wk", b);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), 3 + 43 + 6);
    assert_true(secret_token_wellformed(cu_str_of(a), "wk"));
    assert_true(secret_token_wellformed(cu_str_of(b), "wk"));
    assert_false(secret_token_wellformed(cu_str_of(a), "sk"));
    assert_false(secret_token_wellformed(cu_str_of(a), "w"));
    assert_false(secret_token_wellformed(CU_LIT(""), "wk"));
    assert_false(secret_token_wellformed(CU_LIT("wk_"), "wk"));
    for (size_t i = 0; a[i]; i++) {
        char kept = a[i];
        a[i] = kept == 'x' ? 'y' : 'x';
        assert_false(secret_token_wellformed(cu_str_of(a), "wk"));
        a[i] = kept;
        assert_false(secret_token_wellformed((cu_str){a, i}, "wk"));
    }
    for (const char *p = a + 3; *p; p++)
        assert_non_null(
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", *p));
    char longest[SECRET_TOKEN_MAX];
    secret_token_new("a_prefix_of_29_characters_abc", longest);
    assert_int_equal(strlen(longest), SECRET_TOKEN_MAX - 1);
    assert_true(secret_token_wellformed(cu_str_of(longest), "a_prefix_of_29_characters_abc"));
}

static void test_equal(void **state)
{
    (void)state;
    assert_true(secret_equal("abc", "abc", 3));
    assert_true(secret_equal("abc", "abd", 2));
    assert_false(secret_equal("abc", "abd", 3));
    assert_false(secret_equal("abc", "bbc", 3));
    assert_true(secret_equal("", "", 0));
}

static void test_guarded_memory(void **state)
{
    (void)state;
    uint8_t *p = secret_alloc(1000);
    assert_non_null(p);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
    memset(p, 7, 1000);
    secret_wipe(p, 500);
    assert_int_equal(p[499], 0);
    assert_int_equal(p[500], 7);
    secret_free(p);
    secret_free(NULL);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_password),
        cmocka_unit_test(test_pepper),
        cmocka_unit_test(test_damaged_hashes),
        cmocka_unit_test(test_unknown_user_costs_the_same),
        cmocka_unit_test(test_bounded_concurrency),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_guarded_memory),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
