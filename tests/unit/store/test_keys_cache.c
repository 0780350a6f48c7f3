// SPDX-License-Identifier: Apache-2.0
// The bounded cache of unwrapped keys, against a plain model: random puts, gets and fences over
// more subjects than fit; what it holds is right, and it never holds more than it may.
#include "store_test.h"

#include "store/keys_cache.h"

static struct seal_key key_for(uint64_t subject, uint64_t version)
{
    struct seal_key k;
    for (size_t i = 0; i < sizeof k.bytes; i++)
        k.bytes[i] = (uint8_t)(subject * 31 + version * 7 + i);
    return k;
}

static void test_states(void **state)
{
    (void)state;
    struct keys_cache *c = keys_cache_new(100);
    struct seal_key k = key_for(5, 0), got;
    assert_int_equal(keys_cache_get(c, 5, &got), KEYS_UNKNOWN);
    keys_cache_put(c, 5, &k);
    assert_int_equal(keys_cache_get(c, 5, &got), KEYS_LIVING);
    assert_memory_equal(&got, &k, sizeof k);
    keys_cache_put(c, 5, NULL);
    assert_int_equal(keys_cache_get(c, 5, &got), KEYS_ERASED);
    keys_cache_put(c, 0, &k); // any number is a subject
    assert_int_equal(keys_cache_get(c, 0, &got), KEYS_LIVING);
    assert_int_equal(keys_cache_count(c), 2);
    keys_cache_clear(c);
    assert_int_equal(keys_cache_count(c), 0);
    assert_int_equal(keys_cache_get(c, 5, &got), KEYS_UNKNOWN);
    assert_int_equal(keys_cache_get(c, 0, &got), KEYS_UNKNOWN);
    keys_cache_free(c);
    keys_cache_free(NULL);
}

static void test_against_model(void **state)
{
    (void)state;
    static const uint32_t maxima[] = {1, 2, 3, 7, 256, 300, 1000};
    enum { SUBJECTS = 2000, STEPS = 60000 };
    for (size_t m = 0; m < CU_COUNT(maxima); m++) {
        static uint8_t version[SUBJECTS]; // 0 never put, 255 erased, else the version of its key
        memset(version, 0, sizeof version);
        struct keys_cache *c = keys_cache_new(maxima[m]);
        uint64_t random = 99 + m;
        for (int step = 0; step < STEPS; step++) {
            uint64_t r = test_random(&random);
            uint64_t n = r % SUBJECTS, subject = n * 1000003; // spread, and not dense
            struct seal_key k, got;
            if (r >> 32 & 1) {
                enum keys_state s = keys_cache_get(c, subject, &got);
                k = key_for(subject, version[n]);
                assert_true(s == KEYS_UNKNOWN || version[n] != 0);
                assert_true(s != KEYS_ERASED || version[n] == 255);
                if (s == KEYS_LIVING)
                    assert_memory_equal(&got, &k, sizeof k);
            } else {
                version[n] = r >> 33 & 7 ? (uint8_t)(1 + (r >> 40) % 200) : 255;
                k = key_for(subject, version[n]);
                keys_cache_put(c, subject, version[n] == 255 ? NULL : &k);
                assert_true(keys_cache_get(c, subject, &got) != KEYS_UNKNOWN); // just put
            }
            assert_true(keys_cache_count(c) <= maxima[m]);
        }
        assert_int_equal(keys_cache_count(c), maxima[m]);
        keys_cache_free(c);
    }
}

// What is looked up stays when others pass through: the clock hand gives used entries another
// round.
static void test_used_entries_stay(void **state)
{
    (void)state;
    struct keys_cache *c = keys_cache_new(64);
    struct seal_key k = key_for(1, 1), got;
    unsigned missed = 0;
    keys_cache_put(c, 1, &k);
    for (uint64_t i = 100; i < 5000; i++) {
        keys_cache_put(c, i, &k);
        if (keys_cache_get(c, 1, &got) == KEYS_UNKNOWN) {
            keys_cache_put(c, 1, &k);
            missed++;
        }
    }
    assert_true(missed <= 5000 / 64);
    keys_cache_free(c);
}

static void test_grows_by_need(void **state)
{
    (void)state;
    struct keys_cache *c = keys_cache_new(65536);
    struct seal_key k, got;
    for (uint64_t i = 0; i < 3000; i++) {
        k = key_for(i, 1);
        keys_cache_put(c, i, &k);
    }
    for (uint64_t i = 0; i < 3000; i++) { // nothing was evicted on the way
        k = key_for(i, 1);
        assert_int_equal(keys_cache_get(c, i, &got), KEYS_LIVING);
        assert_memory_equal(&got, &k, sizeof k);
    }
    keys_cache_free(c);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 4; n++) {
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        assert_null(keys_cache_new(1000));
        cu_fault_disarm();
    }
    struct keys_cache *c = keys_cache_new(1000);
    struct seal_key k = key_for(1, 1), got;
    cu_fault_arm(CU_FAULT_ALLOC, 1, true); // it cannot grow: it evicts instead
    for (uint64_t i = 0; i < 900; i++)
        keys_cache_put(c, i, &k);
    cu_fault_disarm();
    assert_int_equal(keys_cache_count(c), 256);
    assert_int_equal(keys_cache_get(c, 899, &got), KEYS_LIVING);
    keys_cache_put(c, 1000, &k);
    assert_int_equal(keys_cache_count(c), 257); // and grows again when there is memory
    keys_cache_free(c);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_against_model),
        cmocka_unit_test(test_used_entries_stay),
        cmocka_unit_test(test_grows_by_need),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
