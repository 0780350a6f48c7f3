// SPDX-License-Identifier: Apache-2.0
// Token buckets: bursts, refilling, waiting times, many keys in a small table.
#include "base/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

static void test_burst_then_rate(void **state)
{
    (void)state;
    struct limit *l = limit_new(6000, 10, 64); // one token in 10 ms
    int64_t wait = 0;
    for (int i = 0; i < 10; i++)
        assert_true(limit_take(l, CU_LIT("a"), &wait));
    int more = 0;
    while (more < 3 && limit_take(l, CU_LIT("a"), &wait))
        more++; // a slow machine may refill one meanwhile
    assert_true(more < 3);
    assert_int_equal(wait, 1);
    assert_true(limit_take(l, CU_LIT("b"), NULL)); // another key has its own
    struct timespec pause = {.tv_nsec = 50000000};
    (void)nanosleep(&pause, NULL);
    assert_true(limit_take(l, CU_LIT("a"), NULL));
    limit_free(l);
}

static void test_waiting_time_is_whole_seconds(void **state)
{
    (void)state;
    struct limit *l = limit_new(1, 2, 8);
    int64_t wait = 0;
    assert_true(limit_take(l, CU_LIT("k"), &wait));
    assert_true(limit_take(l, CU_LIT("k"), &wait));
    assert_false(limit_take(l, CU_LIT("k"), &wait));
    assert_true(wait >= 59 && wait <= 60);
    limit_give(l, CU_LIT("k"));
    assert_true(limit_take(l, CU_LIT("k"), &wait));
    limit_give(l, CU_LIT("k"));
    limit_give(l, CU_LIT("k"));
    limit_give(l, CU_LIT("k")); // never more than the burst
    assert_true(limit_take(l, CU_LIT("k"), &wait));
    assert_true(limit_take(l, CU_LIT("k"), &wait));
    assert_false(limit_take(l, CU_LIT("k"), &wait));
    limit_free(l);
}

static void test_more_keys_than_places(void **state)
{
    (void)state;
    struct limit *l = limit_new(1, 1, 16);
    for (int i = 0; i < 10000; i++) {
        char key[16];
        int n = snprintf(key, sizeof key, "key-%d", i);
        assert_true(
            limit_take(l, (cu_str){key, (size_t)n}, NULL)); // a stranger is never refused at once
        assert_false(limit_take(l, (cu_str){key, (size_t)n}, NULL)); // and the newest is remembered
    }
    limit_free(l);
    limit_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_burst_then_rate),
        cmocka_unit_test(test_waiting_time_is_whole_seconds),
        cmocka_unit_test(test_more_keys_than_places),
    };
    return cmocka_run_group_tests_name("net/limit", tests, NULL, NULL);
}
