// SPDX-License-Identifier: Apache-2.0
// Passwords, tokens, guarded memory.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/secret.h"

#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

static const struct secret_cost cheap = {64, 1};

static bool right(const struct keyring *k, cu_str password, const char *stored)
{
    bool answer = true;
    assert_ok(secret_password_check(k, password, stored, false, &answer, NULL));
    return answer;
}

static void test_password(void **state)
{
    (void)state;
    char a[SECRET_PASSWORD_MAX], b[SECRET_PASSWORD_MAX];
    const struct secret_cost cost = {65536, 2};
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), &cost, false, a, NULL));
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), &cost, true, b, NULL));
    assert_memory_equal(a, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
    assert_string_not_equal(a, b); // salted
    assert_true(right(keyring, CU_LIT("correct horse"), a));
    assert_true(right(keyring, CU_LIT("correct horse"), b));
    assert_false(right(keyring, CU_LIT("correct horse "), a));
    assert_false(right(keyring, CU_LIT(""), a));
    assert_false(secret_password_stale(a, &cost));
    assert_true(secret_password_stale(a, &(struct secret_cost){65536, 3}));
    assert_true(secret_password_stale(a, &(struct secret_cost){19456, 2})); // too dear is changed as well
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
    assert_ok(secret_password_hash(keyring, CU_LIT("correct horse"), &cheap, false, phc, NULL));
    assert_false(right(other, CU_LIT("correct horse"), phc));
    assert_int_not_equal(crypto_pwhash_str_verify(phc, "correct horse", 13), 0);
    keyring_mac(keyring, "pw-pepper/1", CU_LIT("correct horse"), peppered);
    assert_int_equal(crypto_pwhash_str_verify(phc, (const char *)peppered, 32), 0);
    keyring_close(other);
}

// The same bytes through the reference implementation's own program.
static void argon2_tool(const char *password, const char *salt, const struct secret_cost *cost, char *ret, size_t size)
{
    char command[256], input[] = "/tmp/custos-test-XXXXXX";
    int fd = mkstemp(input);
    assert_int_equal(write(fd, password, strlen(password)), (ssize_t)strlen(password));
    (void)close(fd);
    (void)snprintf(command, sizeof command, "argon2 %s -id -t %u -k %u -p 1 -l 32 -e < %s", salt, cost->passes,
        cost->memory_kib, input);
    FILE *f = popen(command, "r");
    ret[0] = 0;
    if (f && fgets(ret, (int)size, f))
        ret[strcspn(ret, "\n")] = 0;
    if (f)
        (void)pclose(f);
    (void)unlink(input);
}

static void test_against_the_argon2_tool(void **state)
{
    (void)state;
    static const struct secret_cost costs[] = {{64, 1}, {19 * 1024, 2}, {64 * 1024, 3}};
    for (size_t i = 0; i < CU_COUNT(costs); i++) {
        char theirs[256], ours[SECRET_PASSWORD_MAX];
        argon2_tool("correct horse", "sixteen-bytes-ab", &costs[i], theirs, sizeof theirs);
        if (!theirs[0])
            skip(); // the tool is not installed here
        assert_int_equal(crypto_pwhash_str_verify(theirs, "correct horse", 13), 0);
        assert_int_not_equal(crypto_pwhash_str_verify(theirs, "correct house", 13), 0);
        assert_false(secret_password_stale(theirs, &costs[i]));
        // both write a hash and its parameters alike
        assert_ok(secret_password_hash(keyring, CU_LIT("x"), &costs[i], false, ours, NULL));
        assert_memory_equal(ours, theirs, strlen("$argon2id$v=19$m="));
    }
}

static void test_damaged_hashes(void **state)
{
    (void)state;
    char overlong[300];
    memset(overlong, 'a', sizeof overlong);
    overlong[sizeof overlong - 1] = '\0';
    assert_false(right(keyring, CU_LIT("x"), ""));
    assert_false(right(keyring, CU_LIT("x"), "$argon2id$"));
    assert_false(right(keyring, CU_LIT("x"), "plain text"));
    assert_false(right(keyring, CU_LIT("x"), overlong));
    assert_true(secret_password_stale("plain text", &cheap));
}

// What takes 100 to 250 ms; how fast this machine is at this moment is not for a test to say.
static void test_tuning(void **state)
{
    (void)state;
    struct secret_cost cost;
    assert_ok(secret_cost_tune(&cost, NULL));
    assert_true(cost.memory_kib >= SECRET_COST_LEAST.memory_kib && cost.memory_kib <= 65536);
    assert_true(cost.passes >= 1 && cost.passes <= 12);
    assert_true((uint64_t)cost.memory_kib * cost.passes >= 38 * 1024);
}

struct check {
    cu_code code;
    bool first, answer;
};

static const char slow[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void *check_in_thread(void *context)
{
    struct check *c = context;
    c->code = secret_password_check(keyring, CU_LIT("right"), slow, c->first, &c->answer, NULL);
    return NULL;
}

// Two are computed at a time: at most 128 MiB of hashing memory. One stranger may wait, the others are told to come
// again; those who go first are all served.
static void test_bounded_concurrency(void **state)
{
    (void)state;
    pthread_t threads[12];
    struct check checks[12];
    int strangers = 0, busy = 0;
    for (int i = 0; i < 12; i++) {
        checks[i] = (struct check){.first = i % 3 == 0, .answer = true};
        assert_int_equal(pthread_create(&threads[i], NULL, check_in_thread, &checks[i]), 0);
    }
    for (int i = 0; i < 12; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(checks[i].answer);
        if (checks[i].first)
            assert_int_equal(checks[i].code, CU_OK);
        else
            assert_true(checks[i].code == CU_OK || checks[i].code == CU_BUSY);
        strangers += !checks[i].first && checks[i].code == CU_OK;
        busy += checks[i].code == CU_BUSY;
    }
    assert_true(strangers >= 1);
    assert_true(busy + strangers == 8);
#ifndef __SANITIZE_ADDRESS__ // whose own memory would be counted
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    assert_true(u.ru_maxrss < 200 * 1024);
#endif
}

static void test_no_memory(void **state)
{
    (void)state;
    char phc[SECRET_PASSWORD_MAX] = "untouched", good[SECRET_PASSWORD_MAX];
    bool answer = false;
    struct cu_error err;
    assert_ok(secret_password_hash(keyring, CU_LIT("x"), &cheap, false, good, NULL));
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    assert_int_equal(secret_password_hash(keyring, CU_LIT("x"), &cheap, false, phc, &err), CU_MEMORY);
    cu_fault_arm(CU_FAULT_ALLOC, 1, false); // want of memory is not a wrong password
    assert_int_equal(secret_password_check(keyring, CU_LIT("x"), good, false, &answer, &err), CU_MEMORY);
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    assert_null(secret_alloc(100));
    cu_fault_disarm();
    assert_string_equal(phc, "untouched");
    assert_true(right(keyring, CU_LIT("x"), good)); // every turn was given back
    assert_true(right(keyring, CU_LIT("x"), good));
    assert_true(right(keyring, CU_LIT("x"), good));
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

static void test_secret_files(void **state)
{
    (void)state;
    char path[] = "/tmp/custos-secret-XXXXXX", secret[SECRET_FILE_MAX];
    struct cu_error err;
    int fd = mkstemp(path); // mode 0600
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "  a key \n", 9), 9);
    assert_int_equal(secret_file_read(path, "x_file", secret, &err), CU_OK);
    assert_string_equal(secret, "a key");
    assert_int_equal(secret_file_read("", "x_file", secret, &err), CU_OK);
    assert_string_equal(secret, "");
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_int_equal(secret_file_read(path, "x_file", secret, &err), CU_KEY);
    assert_string_equal(err.field, "x_file");
    assert_int_equal(fchmod(fd, 0600), 0);
    for (int i = 0; i < SECRET_FILE_MAX; i++)
        assert_int_equal(write(fd, "k", 1), 1);
    assert_int_equal(secret_file_read(path, "x_file", secret, &err), CU_KEY);
    close(fd);
    unlink(path);
    assert_int_equal(secret_file_read(path, "x_file", secret, &err), CU_KEY);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_password),
        cmocka_unit_test(test_pepper),
        cmocka_unit_test(test_damaged_hashes),
        cmocka_unit_test(test_against_the_argon2_tool),
        cmocka_unit_test(test_tuning),
        cmocka_unit_test(test_bounded_concurrency),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_guarded_memory),
        cmocka_unit_test(test_secret_files),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
