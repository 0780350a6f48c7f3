// SPDX-License-Identifier: Apache-2.0
// Local days of time zones: where they begin, also where the clock changes at midnight.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/text.h"
#include "text/zone.h"

static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata",
    "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Nowhere/Unknown"};

static void test_first_moments(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *day, *first;
    } cases[] = {
        {"UTC", "2026-03-29", "2026-03-29T00:00:00.000Z"},
        {"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"}, // the clock goes forward at 2 on that day
        {"Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"},
        {"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z"},
        {"Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"}, // midnight does not exist: the day begins at 1
        {"Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00.000Z"},
        {"Asia/Tokyo", "2026-01-15", "2026-01-14T15:00:00.000Z"}, // changed its clock for the last time in 1951
        {"Asia/Tokyo", "2026-07-15", "2026-07-14T15:00:00.000Z"},
        {"Asia/Shanghai", "2026-07-15", "2026-07-14T16:00:00.000Z"}, // in 1991
        {"America/Sao_Paulo", "2026-12-15", "2026-12-15T03:00:00.000Z"}, // in 2019
        {"Europe/Berlin", "2044-07-01", "2044-06-30T22:00:00.000Z"}, // behind what the file lists, by its rule
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t day_ms = 0, first = 0;
        struct text_zone *z = text_zone_open(cases[i].zone);
        assert_non_null(z);
        assert_true(text_time_parse(cu_str_of(cases[i].day), &day_ms) && text_time_parse(cu_str_of(cases[i].first), &first));
        int64_t got = text_zone_day_start(z, text_day_of(day_ms));
        if (got != first)
            fail_msg("%s %s: %lld ms off", cases[i].zone, cases[i].day, (long long)(got - first));
        text_zone_close(z);
    }
}

// Every day begins where the day before ends, and the moment before belongs to an earlier day.
static void test_days_without_gaps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        struct text_zone *z = text_zone_open(zones[i]);
        assert_non_null(z);
        for (int32_t day = 14000; day < 21500; day++) { // 2008 to 2028
            int64_t first = text_zone_day_start(z, day);
            if (text_zone_day(z, first) < day || text_zone_day(z, first - 1) >= day)
                fail_msg("%s, day %d", zones[i], day);
        }
        text_zone_close(z);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_moments), cmocka_unit_test(test_days_without_gaps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
