// SPDX-License-Identifier: Apache-2.0
// What is derived from a root key: pinned by an independent implementation (vectors.py), different
// per label and per root, bound to its context, the same from every thread.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/keyring.h"
#include "vectors.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const uint8_t other_root[32] = {1};
static struct keyring *keyring; // root 00 01 02 ... 1f, as in vectors.py

static int setup(void **state)
{
    (void)state;
    uint8_t root[32];
    for (int i = 0; i < 32; i++)
        root[i] = (uint8_t)i;
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    keyring_close(NULL);
    return 0;
}

static void person_key(uint8_t key[32])
{
    for (int i = 0; i < 32; i++)
        key[i] = (uint8_t)(100 + i);
}

#define CONTEXT ((cu_str){"\0\0\0\0\0\0\0\5", 8})

static void test_pinned(void **state)
{
    (void)state;
    uint8_t out[32], key[32], expected[32];
    keyring_fingerprint(keyring, out);
    assert_memory_equal(out, vector_fingerprint, 16);
    keyring_tag(keyring, "email", CU_LIT("someone@example.com"), out);
    assert_memory_equal(out, vector_tag, 16);
    keyring_mac(keyring, "cursor", CU_LIT("message"), out);
    assert_memory_equal(out, vector_mac, 32);
    keyring_root_fingerprint(keyring, out);
    assert_memory_equal(out, vector_root_fingerprint, 16);
    person_key(expected);
    assert_ok(keyring_epoch_key(keyring, expected, out, NULL));
    assert_memory_equal(out, vector_epoch_key, 32);
    uint8_t delegate[KEYRING_DELEGATE];
    keyring_delegate_bytes(keyring, delegate);
    assert_memory_equal(delegate, vector_delegate, sizeof delegate);
    assert_ok(keyring_unwrap(keyring, "subject", CONTEXT, vector_wrapped, key, NULL));
    assert_memory_equal(key, expected, 32);
}

static void test_wrap_round_trip(void **state)
{
    (void)state;
    uint8_t key[32], a[KEYRING_WRAPPED], b[KEYRING_WRAPPED], back[32];
    person_key(key);
    assert_ok(keyring_wrap(keyring, "journal", CU_LIT("segment 1"), key, a, NULL));
    assert_ok(keyring_wrap(keyring, "journal", CU_LIT("segment 1"), key, b, NULL));
    assert_memory_not_equal(a, b, sizeof a); // a fresh nonce each time
    assert_ok(keyring_unwrap(keyring, "journal", CU_LIT("segment 1"), a, back, NULL));
    assert_memory_equal(back, key, 32);
    assert_ok(keyring_wrap(keyring, "journal", CU_NONE, key, a, NULL));
    assert_ok(keyring_unwrap(keyring, "journal", CU_LIT(""), a, back, NULL));
}

static void assert_refused(
    const struct keyring *k, const char *branch, cu_str context, const uint8_t *wrapped)
{
    struct cu_error err = {0};
    uint8_t key[32], before[32];
    memset(key, 0x5a, sizeof key);
    memcpy(before, key, sizeof key);
    assert_int_equal(keyring_unwrap(k, branch, context, wrapped, key, &err), CU_KEY);
    assert_int_equal(err.code, CU_KEY);
    assert_memory_equal(key, before, 32); // untouched on failure
}

static void test_wrap_is_bound(void **state)
{
    (void)state;
    uint8_t key[32], wrapped[KEYRING_WRAPPED];
    struct keyring *other = NULL;
    person_key(key);
    assert_ok(keyring_wrap(keyring, "journal", CU_LIT("1"), key, wrapped, NULL));
    assert_ok(keyring_from_bytes(other_root, &other, NULL));
    assert_refused(other, "journal", CU_LIT("1"), wrapped);
    keyring_close(other);
    assert_refused(keyring, "spool", CU_LIT("1"), wrapped);
    assert_refused(keyring, "journal", CU_LIT("2"), wrapped);
    assert_refused(keyring, "journal", CU_LIT("1\0"), wrapped);
    for (size_t i = 0; i < sizeof wrapped; i++) {
        wrapped[i] ^= 0x10;
        assert_refused(keyring, "journal", CU_LIT("1"), wrapped);
        wrapped[i] ^= 0x10;
    }
}

// One name, three families, two roots: no two outputs agree.
static void test_labels_are_apart(void **state)
{
    (void)state;
    struct keyring *other = NULL;
    uint8_t tag[16], other_tag[16], kind_tag[16], mac[32], branch_mac[32];
    assert_ok(keyring_from_bytes(other_root, &other, NULL));
    keyring_tag(keyring, "email", CU_LIT("x"), tag);
    keyring_tag(other, "email", CU_LIT("x"), other_tag);
    keyring_tag(keyring, "phone", CU_LIT("x"), kind_tag);
    keyring_mac(keyring, "email", CU_LIT("x"), mac);
    keyring_mac(keyring, "csrf", CU_LIT("x"), branch_mac);
    assert_memory_not_equal(tag, other_tag, 16);
    assert_memory_not_equal(tag, kind_tag, 16);
    assert_memory_not_equal(tag, mac, 16);
    assert_memory_not_equal(mac, branch_mac, 32);
    keyring_tag(keyring, "email", CU_NONE, tag); // an empty message is a message
    keyring_tag(keyring, "email", CU_LIT(""), kind_tag);
    assert_memory_equal(tag, kind_tag, 16);
    keyring_fingerprint(keyring, tag);
    keyring_fingerprint(other, other_tag);
    assert_memory_not_equal(tag, other_tag, 16);
    keyring_close(other);
}

// More branches than are kept, and names longer than are kept, give the same keys at every call.
static void test_more_branches_than_kept(void **state)
{
    (void)state;
    struct keyring *fresh = NULL;
    uint8_t root[32], first[100][16], again[16];
    char name[128];
    for (int i = 0; i < 32; i++)
        root[i] = (uint8_t)i;
    assert_ok(keyring_from_bytes(root, &fresh, NULL));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 100; i++) {
            // every third name is longer than what is kept
            snprintf(name, sizeof name, "kind_%d%s", i,
                i % 3 ? "" : "_with_a_very_long_name_that_no_shop_would_ever_choose_for_it");
            keyring_tag(fresh, name, CU_LIT("value"), round ? again : first[i]);
            if (round)
                assert_memory_equal(again, first[i], 16);
        }
    }
    for (int i = 1; i < 100; i++)
        assert_memory_not_equal(first[0], first[i], 16);
    keyring_close(fresh);
}

static void *tag_in_thread(void *context)
{
    static const char *const kinds[] = {
        "email", "phone", "user_id", "anonymous_id", "order", "card"};
    uint8_t(*ret)[16] = context;
    for (int i = 0; i < 600; i++)
        keyring_tag(keyring, kinds[i % 6], CU_LIT("value"), ret[i % 6]);
    return NULL;
}

static void test_threads_agree(void **state)
{
    (void)state;
    pthread_t threads[4];
    static uint8_t tags[4][6][16];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, tag_in_thread, tags[i]), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 1; i < 4; i++)
        assert_memory_equal(tags[0], tags[i], sizeof tags[0]);
}

static void test_no_memory(void **state)
{
    (void)state;
    uint64_t n = 0;
    cu_code code = CU_MEMORY;
    while (code != CU_OK) {
        struct keyring *k = NULL;
        cu_fault_arm(CU_FAULT_ALLOC, ++n, false);
        code = keyring_from_bytes(other_root, &k, NULL);
        cu_fault_disarm();
        assert_true(code == CU_OK || (code == CU_MEMORY && k == NULL));
        keyring_close(k);
    }
    assert_int_equal(n, 3); // the struct, the guarded memory, success
}

// What the parser's process gets: every tag and MAC, journal and spool files, and nothing else.
static void test_delegate(void **state)
{
    (void)state;
    uint8_t bytes[KEYRING_DELEGATE], again[KEYRING_DELEGATE], key[32], back[32], one[32], two[32];
    uint8_t wrapped[KEYRING_WRAPPED], secret[KEYRING_SECRET];
    struct keyring *d = NULL, *none = NULL;
    struct cu_error err = {0};
    person_key(key);
    keyring_delegate_bytes(keyring, bytes);
    assert_ok(keyring_from_delegate(bytes, &d, NULL));
    keyring_fingerprint(keyring, one);
    keyring_fingerprint(d, two);
    assert_memory_equal(one, two, 16);
    keyring_tag(keyring, "email", CU_LIT("x"), one);
    keyring_tag(d, "email", CU_LIT("x"), two);
    assert_memory_equal(one, two, 16);
    keyring_mac(keyring, "csrf", CU_LIT("x"), one);
    keyring_mac(d, "csrf", CU_LIT("x"), two);
    assert_memory_equal(one, two, 32);
    static const char *const both[] = {"journal", "spool"};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(keyring_wrap(d, both[i], CU_LIT("1"), key, wrapped, NULL));
        assert_ok(keyring_unwrap(keyring, both[i], CU_LIT("1"), wrapped, back, NULL));
        assert_memory_equal(back, key, 32);
        assert_ok(keyring_unwrap(d, both[i], CU_LIT("1"), wrapped, back, NULL));
    }
    assert_ok(keyring_wrap(keyring, "signing", CU_LIT("1"), key, wrapped, NULL));
    assert_refused(d, "signing", CU_LIT("1"), wrapped);
    assert_int_equal(keyring_wrap(d, "signing", CU_LIT("1"), key, wrapped, &err), CU_KEY);
    assert_int_equal(keyring_secret(d, secret, &err), CU_KEY);
    assert_int_equal(keyring_successor(d, &none, &err), CU_KEY);
    assert_int_equal(keyring_epoch_key(d, key, back, &err), CU_KEY);
    keyring_root_fingerprint(d, one);
    memset(two, 0, sizeof two);
    assert_memory_equal(one, two, 16);
    keyring_delegate_bytes(d, again);
    assert_memory_equal(bytes, again, sizeof bytes);
    keyring_close(d);
}

// A rotation replaces the root key and keeps what hangs on the family secret.
static void test_successor(void **state)
{
    (void)state;
    struct keyring *next = NULL, *copy = NULL;
    uint8_t one[32], two[32], secret[KEYRING_SECRET], parsed[KEYRING_SECRET];
    char text[KEYRING_SECRET_TEXT];
    assert_ok(keyring_successor(keyring, &next, NULL));
    keyring_fingerprint(keyring, one);
    keyring_fingerprint(next, two);
    assert_memory_equal(one, two, 16);
    keyring_mac(keyring, "csrf", CU_LIT("x"), one);
    keyring_mac(next, "csrf", CU_LIT("x"), two);
    assert_memory_equal(one, two, 32);
    keyring_root_fingerprint(keyring, one);
    keyring_root_fingerprint(next, two);
    assert_memory_not_equal(one, two, 16);
    assert_ok(keyring_secret(next, secret, NULL));
    keyring_secret_print(secret, text);
    assert_int_equal(strlen(text), KEYRING_SECRET_TEXT - 1);
    assert_ok(keyring_secret_parse(cu_str_of(text), "the text", parsed, NULL));
    assert_memory_equal(parsed, secret, sizeof secret);
    assert_ok(keyring_from_secret(parsed, &copy, NULL));
    keyring_root_fingerprint(copy, one);
    assert_memory_equal(one, two, 16);
    keyring_close(copy);
    keyring_close(next);
}

static void test_harden_process(void **state)
{
    (void)state;
    pid_t child = fork(); // it would follow the test for the rest of its life
    if (child == 0) {
        struct rlimit limit;
        keyring_harden_process();
        _exit(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0
                  ? 0
                  : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_pinned),
        cmocka_unit_test(test_wrap_round_trip),
        cmocka_unit_test(test_wrap_is_bound),
        cmocka_unit_test(test_labels_are_apart),
        cmocka_unit_test(test_more_branches_than_kept),
        cmocka_unit_test(test_threads_agree),
        cmocka_unit_test(test_delegate),
        cmocka_unit_test(test_successor),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_harden_process),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
