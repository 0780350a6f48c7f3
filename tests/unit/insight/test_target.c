// SPDX-License-Identifier: Apache-2.0
// What is unusual, and what a series says about a target: published example, hand-made cases, properties over random series.
#include "insight/target.h"
#include "../store/store_test.h"

#include <math.h>

// The example of Iglewicz and Hoaglin's modified z-score that IBM's and NIST's handbooks use: 8.2 and 8.3 stand out, nothing else does.
static void published_outliers_are_found(void **state)
{
    (void)state;
    static const double all[] = {2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3};
    for (size_t i = 0; i < CU_COUNT(all); i++) {
        double score = fabs(unusual_score(all, CU_COUNT(all), all[i]));
        assert_true(i >= 8 ? score > 3.5 : score < 3.5);
    }
    // median 2.45, MAD 0.15: 0.6745 x 5.75 / 0.15 = 25.86
    assert_true(fabs(unusual_score(all, CU_COUNT(all), 8.2) - 0.6745 * 5.75 / 0.15) < 1e-6);
}

static void too_little_past_says_nothing(void **state)
{
    (void)state;
    static const double past[] = {10, 11, 12, 13};
    assert_false(unusual_judge(past, 4, 1000, true).known);
    assert_false(unusual_judge(past, 0, 1000, true).unusual);
}

// Counts vary by their square root; a shop that always had the same figure is not alarmed by a tenth more.
static void small_differences_are_usual(void **state)
{
    (void)state;
    static const double same[] = {100, 100, 100, 100, 100, 100};
    struct unusual u = unusual_judge(same, 6, 110, false);
    assert_true(u.known && !u.unusual);
    assert_true(unusual_judge(same, 6, 111, false).unusual);
    assert_false(unusual_judge(same, 6, 134, true).unusual); // 3.5 x 10
    assert_true(unusual_judge(same, 6, 136, true).unusual);
    static const double none[] = {0, 0, 0, 0, 0};
    assert_false(unusual_judge(none, 5, 3, true).unusual);
    assert_true(unusual_judge(none, 5, 4, true).unusual);
    assert_true(unusual_judge(none, 5, 4, true).low == 0);
}

// Shifting and scaling the past shifts and scales what is usual; one wild day in the past does not widen it.
static void it_is_robust(void **state)
{
    (void)state;
    double past[12], moved[12];
    uint32_t r = 7;
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < 12; i++) {
            r = r * 1664525u + 1013904223u;
            past[i] = (double)(r >> 20);
            moved[i] = past[i] * 3;
        }
        struct unusual a = unusual_judge(past, 12, 0, false), b = unusual_judge(moved, 12, 0, false);
        assert_true(fabs(a.usual * 3 - b.usual) < 1e-6 && fabs(a.high * 3 - b.high) < 1e-6);
        double once = past[11];
        past[11] = 1e9;
        struct unusual c = unusual_judge(past, 12, 0, false);
        assert_true(c.high < 1e8);
        past[11] = once;
    }
}

static struct target_finding judge(enum target_sort kind, enum target_period period, double value, const double *series, size_t count,
    bool running, bool less)
{
    struct target_series s = {.count = count, .running = running};
    memcpy(s.value, series, count * sizeof *series);
    const struct target_rule r = {kind, period, value, less, true, true};
    struct target_finding f;
    target_judge(&r, &s, &f);
    return f;
}

static void goals_are_judged_when_the_period_is_over(void **state)
{
    (void)state;
    static const double series[] = {120, 80, 40};
    struct target_finding f = judge(TARGET_GOAL, TARGET_WEEK, 100, series, 3, true, false);
    assert_string_equal(f.state, "bad"); // last week missed, this one not there yet
    assert_true(f.alert && f.at == 1 && fabs(f.reached - 0.4) < 1e-9);
    f = judge(TARGET_GOAL, TARGET_WEEK, 75, series, 3, true, false);
    assert_true(!f.alert && strcmp(f.state, "good") == 0);
    f = judge(TARGET_GOAL, TARGET_WEEK, 30, series, 3, true, false);
    assert_true(!f.alert && f.reached > 1);
    f = judge(TARGET_GOAL, TARGET_WEEK, 100, series, 1, true, false); // nothing over yet, but reached
    assert_true(!f.alert && strcmp(f.state, "good") == 0);
    f = judge(TARGET_GOAL, TARGET_WEEK, 200, series, 1, true, false);
    assert_true(!f.alert && strcmp(f.state, "waiting") == 0);
    f = judge(TARGET_GOAL, TARGET_WEEK, 100, series, 2, false, true); // refunds: 80 is fine, 120 was not
    assert_true(!f.alert);
    f = judge(TARGET_GOAL, TARGET_WEEK, 50, series, 2, false, true);
    assert_true(f.alert && f.at == 1);
}

static void thresholds_are_crossed(void **state)
{
    (void)state;
    static const double series[] = {5, 5, 12};
    struct target_finding f = judge(TARGET_ABOVE, TARGET_DAY, 10, series, 3, true, false);
    assert_true(f.alert && f.at == 2); // already, while it runs
    f = judge(TARGET_BELOW, TARGET_DAY, 10, series, 3, true, false);
    assert_true(f.alert && f.at == 1); // the running day says nothing
    f = judge(TARGET_BELOW, TARGET_DAY, 5, series, 3, true, false);
    assert_true(!f.alert && strcmp(f.state, "good") == 0);
}

static void a_day_is_compared_with_its_own_weekdays(void **state)
{
    (void)state;
    double series[58];
    for (size_t i = 0; i < 58; i++)
        series[i] = i % 7 == 1 ? 500 : 50; // one strong day a week: the last finished one (56 % 7 == 0) is not it
    struct target_finding f = judge(TARGET_UNUSUAL, TARGET_DAY, 0, series, 58, true, false);
    assert_false(f.alert);
    assert_true(fabs(f.usual - 50) < 1e-9);
    series[56] = 500;
    f = judge(TARGET_UNUSUAL, TARGET_DAY, 0, series, 58, true, false);
    assert_true(f.alert && f.at == 56 && strcmp(f.state, "bad") == 0);
    series[56] = (double)NAN;
    assert_false(judge(TARGET_UNUSUAL, TARGET_DAY, 0, series, 58, true, false).alert);
}

static void an_empty_shop_waits(void **state)
{
    (void)state;
    for (int kind = TARGET_GOAL; kind <= TARGET_UNUSUAL; kind++) {
        struct target_finding f = judge((enum target_sort)kind, TARGET_DAY, 10, (const double[]){0}, 0, false, false);
        assert_string_equal(f.state, "waiting");
        assert_true(!f.alert && isnan(f.current));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_outliers_are_found),
        cmocka_unit_test(too_little_past_says_nothing),
        cmocka_unit_test(small_differences_are_usual),
        cmocka_unit_test(it_is_robust),
        cmocka_unit_test(goals_are_judged_when_the_period_is_over),
        cmocka_unit_test(thresholds_are_crossed),
        cmocka_unit_test(a_day_is_compared_with_its_own_weekdays),
        cmocka_unit_test(an_empty_shop_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
