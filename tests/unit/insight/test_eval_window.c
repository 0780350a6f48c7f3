// SPDX-License-Identifier: Apache-2.0
// Windows: the range at a moment, and the moments at which a time is in it, are two views of one thing; both against
// the oracle, on days of 23 and 25 hours and at the ends of months. Anniversaries turn when they say.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "insight/segment_window.h"
#include "oracle_random.h"

#define ROUNDS 20000

static void check_window(const struct o_world *world, const struct seg_window *w, int64_t t, int64_t now)
{
    const struct text_zone *z = world->zone;
    struct seg_range range = seg_window_range(w, z, now);
    int64_t enter = seg_window_enter(w, z, t), leave = seg_window_leave(w, z, t);
    bool in = o_within(w, t, now);
    if ((range.lo <= t && t <= range.hi) != in)
        fail_msg("%s: window %d of %d-%d units %d: range at %lld, time %lld", getenv("TZ"), (int)w->kind, w->a, w->b,
            (int)w->unit, (long long)now, (long long)t);
    if ((enter <= now && now < leave) != in)
        fail_msg("%s: window %d of %d-%d units %d: enter %+lld leave %+lld at %lld, time %+lld", getenv("TZ"),
            (int)w->kind, w->a, w->b, (int)w->unit, (long long)(enter - now), (long long)(leave - now), (long long)now,
            (long long)(t - now));
    int64_t turn = seg_window_turn(w, z, t, now);
    assert_true(turn > now);
    if (turn < INT64_MAX) {
        assert_int_equal(o_within(w, t, turn), !in);
        assert_int_equal(o_within(w, t, turn - 1), in);
    }
}

static void walk(const char *zone)
{
    struct o_world world;
    o_world_open(&world, zone);
    struct o_random r = {.state = 77, .world = &world};
    for (int i = 0; i < ROUNDS; i++) {
        r.anchor = o_anchor(&r);
        struct seg_window w = o_window(&r, true);
        int64_t now = r.anchor, t = o_moment(&r);
        if (o_pick(&r, 2))
            t = 2 * now - t;
        check_window(&world, &w, t, now);
        int64_t enter = seg_window_enter(&w, world.zone, t), leave = seg_window_leave(&w, world.zone, t);
        for (int64_t d = -1; d <= 1; d++) { // and at the edges themselves
            if (enter > INT64_MIN && enter < INT64_MAX)
                check_window(&world, &w, t, enter + d);
            if (leave > INT64_MIN && leave < INT64_MAX)
                check_window(&world, &w, t, leave + d);
        }
    }
    o_world_close(&world);
}

static void test_windows(void **state)
{
    (void)state;
    walk("Europe/Berlin");
    walk("America/New_York");
    walk("Australia/Lord_Howe"); // half an hour
    walk("UTC");
}

static void test_anniversaries(void **state)
{
    (void)state;
    struct o_world world;
    o_world_open(&world, "America/New_York");
    struct o_random r = {.state = 99, .world = &world};
    for (int i = 0; i < 3000; i++) {
        r.anchor = o_anchor(&r);
        struct seg_window w = o_window(&r, true);
        int32_t born = (int32_t)(o_day_of(&r) / 86400000);
        bool in = seg_anniversary(&w, world.zone, born, r.anchor);
        assert_int_equal(in, o_anniversary(&w, born, r.anchor));
        int64_t turn = seg_anniversary_turn(&w, world.zone, born, r.anchor);
        assert_true(turn > r.anchor);
        for (int k = 0; k < 20; k++) { // nothing changes before
            int64_t far = turn == INT64_MAX ? INT64_C(40000000000) : turn - r.anchor;
            int64_t at = r.anchor + (k == 0 ? far - 1 : (int64_t)(o_next(&r) % (uint64_t)far));
            assert_int_equal(o_anniversary(&w, born, at), in);
        }
    }
    o_world_close(&world);
}

static void test_months(void **state)
{
    (void)state;
    for (int32_t day = -200000; day < 200000; day += 7) {
        struct seg_civil c = seg_civil_of(day);
        struct tm tm = o_date(day);
        assert_int_equal(c.year, tm.tm_year + 1900);
        assert_int_equal(c.month, tm.tm_mon + 1);
        assert_int_equal(c.day, tm.tm_mday);
        assert_int_equal(seg_day_of(c.year, c.month, c.day), day);
        assert_int_equal(seg_month_days(c.year, c.month), o_month_days(tm.tm_year, tm.tm_mon));
        for (int n = -30; n <= 30; n += 7) {
            int32_t moved;
            bool same = seg_day_shift(day, n, &moved);
            assert_int_equal(moved, o_day_moved(day, n, SEG_MONTHS));
            assert_int_equal(same, seg_civil_of(moved).day == c.day);
        }
    }
}

static void test_far_times(void **state)
{
    (void)state;
    static const enum seg_unit units[] = {SEG_MINUTES, SEG_WEEKS, SEG_MONTHS, SEG_YEARS};
    static const int64_t far[] = {INT64_MIN, INT64_MAX, INT64_MIN + 1, INT64_MAX - 1};
    for (size_t u = 0; u < CU_COUNT(units); u++)
        for (size_t i = 0; i < CU_COUNT(far); i++)
            for (int kind = SEG_EVER; kind <= SEG_DATES; kind++) {
                struct seg_window w = {
                    .kind = (enum seg_window_kind)kind, .unit = units[u], .a = 36525, .b = 1, .to_ms = INT64_MAX};
                (void)seg_window_range(&w, NULL, far[i]);
                (void)seg_window_turn(&w, NULL, far[i], 0);
                (void)seg_window_turn(&w, NULL, 0, far[i]);
                (void)seg_anniversary_turn(&w, NULL, 0, 0);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows), cmocka_unit_test(test_anniversaries),
        cmocka_unit_test(test_months), cmocka_unit_test(test_far_times)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
