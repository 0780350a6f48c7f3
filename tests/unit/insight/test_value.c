// SPDX-License-Identifier: Apache-2.0
// Customer value and RFM movement: by hand, and against a naive implementation that goes from day to day.
#include "insight/rfm_movement.h"
#include "insight/value.h"
#include "../store/store_test.h"
#include "text/text.h"

#include <stdlib.h>
#include <time.h>

static int32_t day_of(const char *text)
{
    int64_t ms = 0;
    assert_true(text_time_parse(cu_str_of(text), &ms));
    return text_day_of(ms);
}

static void test_a_curve(void **state)
{
    (void)state;
    struct value_curve c = {0};
    const int32_t anna[] = {day_of("2026-01-31"), day_of("2026-02-27"), day_of("2026-02-28"), day_of("2026-05-01")};
    const int64_t hers[] = {1000, 500, 250, 4000};
    const int32_t ben[] = {day_of("2026-03-15")};
    const int64_t his[] = {3000};
    int32_t end = day_of("2026-05-15"); // seen to the 14th of May
    value_customer(&c, anna, hers, 4, end, 6);
    value_customer(&c, ben, his, 1, end, 6);
    assert_int_equal(c.customers, 2);
    assert_int_equal(c.orders, 5);
    assert_int_equal(c.revenue, 8750);
    // Anna's months end on 28 February, 31 March, 30 April; Ben's on 15 April and 15 May
    static const uint64_t observed[] = {2, 2, 1, 0, 0, 0};
    static const int64_t amounts[] = {1500 + 3000, 1750 + 3000, 1750, 0, 0, 0};
    assert_memory_equal(c.observed, observed, sizeof observed);
    assert_memory_equal(c.amount, amounts, sizeof amounts);
    assert_int_equal(value_complete(&c, 6), 2);
}

// Whole months by counting days one by one: a month is over on each day whose date is the first day's, or the last of the
// month.
static uint32_t naive_months(int32_t from, int32_t to)
{
    uint32_t months = 0;
    struct tm first, now, next;
    time_t t = (time_t)from * 86400;
    gmtime_r(&t, &first);
    for (int32_t day = from + 1; day <= to; day++) {
        time_t at = (time_t)day * 86400, after = at + 86400;
        gmtime_r(&at, &now);
        gmtime_r(&after, &next);
        months += now.tm_mday == first.tm_mday || (next.tm_mday == 1 && now.tm_mday < first.tm_mday);
    }
    return months;
}

static void test_random_curves(void **state)
{
    (void)state;
    uint64_t seed = 12;
    for (int round = 0; round < 200; round++) {
        enum { ORDERS = 9, MONTHS = 14 };
        struct value_curve got = {0}, want = {0};
        int32_t end = day_of("2026-06-01") + (int32_t)((test_random(&seed) >> 20) % 100);
        for (int person = 0; person < 5; person++) {
            int32_t days[ORDERS];
            int64_t amounts[ORDERS];
            size_t count = 0;
            int32_t day = end - 1 - (int32_t)((test_random(&seed) >> 20) % 500);
            for (; count < ORDERS && day < end; count++) {
                days[count] = day;
                amounts[count] = (int64_t)((test_random(&seed) >> 20) % 9000) - 1000;
                day += (int32_t)((test_random(&seed) >> 20) % 70);
            }
            value_customer(&got, days, amounts, count, end, MONTHS);
            want.customers++;
            want.orders += count;
            for (uint32_t k = 0; k < MONTHS; k++) {
                bool whole = naive_months(days[0], end) >= k + 1;
                want.observed[k] += whole;
                for (size_t i = 0; whole && i < count; i++)
                    want.amount[k] += naive_months(days[0], days[i]) <= k ? amounts[i] : 0;
            }
            for (size_t i = 0; i < count; i++)
                want.revenue += amounts[i];
        }
        assert_memory_equal(&got, &want, sizeof got);
    }
}

static void test_tops(void **state)
{
    (void)state;
    static const int64_t amounts[] = {5000, 2000, 1000, 1000, 500, 300, 100, 50, 30, 20};
    assert_int_equal(value_top_of(amounts, 10, 1).customers, 1); // rounded up
    assert_int_equal(value_top_of(amounts, 10, 10).revenue, 5000);
    assert_int_equal(value_top_of(amounts, 10, 20).revenue, 7000);
    assert_int_equal(value_top_of(amounts, 10, 50).revenue, 9500);
    assert_int_equal(value_top_of(amounts, 10, 100).customers, 10);
    assert_int_equal(value_top_of(amounts, 0, 50).customers, 0);
}

// ---- movement

struct told {
    unsigned before[8], after[8];
};

static void tell(void *context, uint32_t person, unsigned before, unsigned after)
{
    struct told *t = context;
    t->before[person] = before;
    t->after[person] = after;
}

static void test_movement(void **state)
{
    (void)state;
    const struct rfm_customer before[] = {{.person = 1, .group = 0}, {.person = 2, .group = 3}, {.person = 5, .group = 10}};
    const struct rfm_customer after[] = {
        {.person = 1, .group = 1}, {.person = 3, .group = 3}, {.person = 5, .group = 10}, {.person = 7, .group = 3}};
    struct movement m;
    struct told t = {{0}, {0}};
    movement_count(before, 3, after, 4, NULL, &m, tell, &t);
    assert_int_equal(m.people[0][1], 1);
    assert_int_equal(m.people[3][MOVEMENT_NONE], 1);
    assert_int_equal(m.people[MOVEMENT_NONE][3], 2);
    assert_int_equal(m.people[10][10], 1);
    uint64_t sum = 0;
    for (unsigned i = 0; i <= RFM_GROUPS; i++)
        for (unsigned k = 0; k <= RFM_GROUPS; k++)
            sum += m.people[i][k];
    assert_int_equal(sum, 5);
    assert_int_equal(t.before[7], MOVEMENT_NONE);
    assert_int_equal(t.after[7], 3);
    roaring_bitmap_t *some = roaring_bitmap_of(2, 1, 3);
    movement_count(before, 3, after, 4, some, &m, NULL, NULL);
    roaring_bitmap_free(some);
    assert_int_equal(m.people[0][1], 1);
    assert_int_equal(m.people[MOVEMENT_NONE][3], 1);
    assert_int_equal(m.people[10][10], 0);
    movement_count(NULL, 0, NULL, 0, NULL, &m, NULL, NULL);
    assert_int_equal(m.people[MOVEMENT_NONE][MOVEMENT_NONE], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_curve), cmocka_unit_test(test_random_curves),
        cmocka_unit_test(test_tops), cmocka_unit_test(test_movement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
