// SPDX-License-Identifier: Apache-2.0
// Churn: rhythms and bands by hand, and against a naive second implementation.
#include "insight/churn.h"
#include "../store/store_test.h"

#include <math.h>
#include <stdlib.h>

static const struct churn_limits limits = {1, 2, 4, 90};

static void test_own_rhythm(void **state)
{
    (void)state;
    uint32_t n;
    int32_t one[] = {100}, two[] = {100, 130}, four[] = {100, 110, 140, 200}, five[] = {0, 1, 100, 102, 105};
    assert_true(churn_own(one, 1, &n) == 0);
    assert_int_equal(n, 0);
    assert_true(churn_own(two, 2, &n) == 30);
    assert_int_equal(n, 1);
    assert_true(churn_own(four, 4, &n) == 30); // 10, 30, 60
    assert_true(churn_own(five, 5, &n) == 2.5F); // 1, 2, 3, 99
    assert_int_equal(n, 4);
}

static void test_bands(void **state)
{
    (void)state;
    const struct churn_customer once = {.last_day = 1000}, often = {.last_day = 1000, .intervals = 8, .own = 5};
    assert_true(churn_rhythm(&once, 30) == 30);
    assert_true(churn_rhythm(&often, 30) == 10); // (8 x 5 + 2 x 30) / 10
    assert_int_equal(churn_band_of(&once, 30, &limits, 1030), CHURN_ACTIVE); // ends belong to the band before
    assert_int_equal(churn_band_of(&once, 30, &limits, 1031), CHURN_SLOWING);
    assert_int_equal(churn_band_of(&once, 30, &limits, 1061), CHURN_AT_RISK);
    assert_int_equal(churn_band_of(&once, 30, &limits, 1120), CHURN_AT_RISK);
    assert_int_equal(churn_band_of(&once, 30, &limits, 1121), CHURN_LOST);
    assert_int_equal(churn_band_of(&often, 30, &limits, 1010), CHURN_ACTIVE);
    assert_int_equal(churn_band_of(&often, 30, &limits, 1020), CHURN_SLOWING);
    assert_int_equal(churn_band_of(&often, 30, &limits, 1041), CHURN_LOST);
    assert_int_equal(churn_band_of(&often, 30, &limits, 990), CHURN_ACTIVE); // an order of tomorrow
}

static void test_shop(void **state)
{
    (void)state;
    struct churn_customer c[] = {
        {.intervals = 1, .own = 40}, {.intervals = 0}, {.intervals = 5, .own = 10}, {.intervals = 2, .own = 25}};
    double shop;
    uint64_t repeat;
    assert_int_equal(churn_shop(c, 4, &shop, &repeat, NULL), CU_OK);
    assert_true(shop == 25);
    assert_int_equal(repeat, 3);
    assert_int_equal(churn_shop(c, 3, &shop, &repeat, NULL), CU_OK);
    assert_true(shop == 25); // (40 + 10) / 2
    assert_int_equal(churn_shop(c + 1, 1, &shop, &repeat, NULL), CU_OK);
    assert_true(isnan(shop));
    assert_int_equal(churn_shop(NULL, 0, &shop, &repeat, NULL), CU_OK);
    assert_int_equal(repeat, 0);
}

// The median as the value that as many lie below as above, found by counting.
static double naive_median(const double *v, size_t n)
{
    double low = NAN, high = NAN;
    for (size_t i = 0; i < n; i++) {
        size_t below = 0, same = 0;
        for (size_t k = 0; k < n; k++) {
            below += v[k] < v[i];
            same += v[k] == v[i];
        }
        if (below <= (n - 1) / 2 && (n - 1) / 2 < below + same)
            low = v[i];
        if (below <= n / 2 && n / 2 < below + same)
            high = v[i];
    }
    return (low + high) / 2;
}

static void test_random_customers(void **state)
{
    (void)state;
    uint64_t seed = 77;
    for (int round = 0; round < 100; round++) {
        enum { PEOPLE = 40, ORDERS = 10, TODAY = 2000 };
        struct churn_customer c[PEOPLE] = {{0}};
        double own[PEOPLE], all[PEOPLE], shop;
        size_t repeat = 0;
        uint64_t got_repeat;
        for (int p = 0; p < PEOPLE; p++) {
            int32_t days[ORDERS], day = (int32_t)((test_random(&seed) >> 20) % 1900);
            size_t count = 1 + (test_random(&seed) >> 20) % ORDERS;
            double gaps[ORDERS];
            for (size_t i = 0; i < count; i++) {
                days[i] = day;
                if (i > 0)
                    gaps[i - 1] = days[i] - days[i - 1];
                day += 1 + (int32_t)((test_random(&seed) >> 20) % 50);
            }
            c[p].last_day = days[count - 1];
            c[p].own = churn_own(days, count, &c[p].intervals);
            own[p] = count > 1 ? naive_median(gaps, count - 1) : 0;
            assert_true((double)c[p].own == own[p]);
            if (count > 1)
                all[repeat++] = own[p];
        }
        assert_int_equal(churn_shop(c, PEOPLE, &shop, &got_repeat, NULL), CU_OK);
        assert_int_equal(got_repeat, repeat);
        assert_true(fabs(shop - naive_median(all, repeat)) < 1e-9);
        for (int p = 0; p < PEOPLE; p++) {
            double sum = 2 * shop, rhythm;
            for (uint32_t i = 0; i < c[p].intervals; i++)
                sum += own[p];
            rhythm = sum / (2 + c[p].intervals);
            double away = TODAY - c[p].last_day;
            enum churn_band want = away > 4 * rhythm + 1e-9   ? CHURN_LOST
                                   : away > 2 * rhythm + 1e-9 ? CHURN_AT_RISK
                                   : away > rhythm + 1e-9     ? CHURN_SLOWING
                                                              : CHURN_ACTIVE;
            assert_int_equal(
                churn_band_of(&c[p], shop, &limits, away < 0 ? c[p].last_day : TODAY), away < 0 ? CHURN_ACTIVE : want);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_own_rhythm), cmocka_unit_test(test_bands),
        cmocka_unit_test(test_shop), cmocka_unit_test(test_random_customers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
