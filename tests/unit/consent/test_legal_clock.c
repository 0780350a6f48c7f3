// SPDX-License-Identifier: Apache-2.0
// Legal clocks: worked cases, and 100,000 random ones against a model that only steps from one day to the next.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consent/legal_clock.h"
#include "text/text.h"

#include <stdio.h>

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    if (!text_time_parse(cu_str_of(text), &ms))
        fail_msg("%s", text);
    return ms;
}

static void test_worked_cases(void **state)
{
    (void)state;
    static const struct {
        const char *clock, *zone, *start;
        bool extended;
        const char *due;
    } cases[] = {
        {"gdpr_answer", "UTC", "2026-01-31T10:00:00Z", false, "2026-03-01T00:00:00Z"}, // until the end of 28 February
        {"gdpr_answer", "UTC", "2028-01-31T10:00:00Z", false, "2028-03-01T00:00:00Z"}, // a leap year: until the end of the 29th
        {"gdpr_answer", "UTC", "2026-11-30T10:00:00Z", true, "2027-03-01T00:00:00Z"},  // three months from 30 November
        {"gdpr_answer", "UTC", "2026-12-31T23:59:59Z", true, "2027-04-01T00:00:00Z"},  // and not 28 February + 1
        {"gdpr_answer", "Europe/Berlin", "2026-02-28T23:30:00Z", false, "2026-04-01T22:00:00Z"}, // 1 March there, so 1 April
        {"gdpr_breach", "UTC", "2026-03-27T17:30:15.250Z", false, "2026-03-30T17:30:15.250Z"}, // over a week-end, to the ms
        {"gdpr_breach", "Europe/Berlin", "2026-03-28T12:00:00Z", false, "2026-03-31T12:00:00Z"}, // 72 hours though the clock changes
        {"ccpa_answer", "America/Los_Angeles", "2026-01-02T09:00:00Z", false, "2026-02-17T08:00:00Z"},
        {"ccpa_answer", "UTC", "2026-01-01T00:00:00Z", true, "2026-04-02T00:00:00Z"}, // 90 days
        {"ccpa_confirm", "UTC", "2026-06-18T12:00:00Z", false, "2026-07-07T00:00:00Z"}, // 19 June is a holiday, 4 July observed on the 3rd
        {"ccpa_confirm", "UTC", "2026-11-20T12:00:00Z", false, "2026-12-08T00:00:00Z"}, // Thanksgiving
        {"ccpa_opt_out", "UTC", "2027-12-24T12:00:00Z", false, "2028-01-19T00:00:00Z"}, // 25 December on the 24th, 1 January on the 31st, MLK
        {"ccpa_records", "UTC", "2024-02-29T12:00:00Z", false, "2026-03-01T00:00:00Z"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct text_zone *z = text_zone_open(cases[i].zone);
        const struct legal_clock *c = legal_clock_find(cases[i].clock);
        assert_non_null(c);
        char got[TEXT_TIME_MAX];
        int64_t due = legal_clock_due(c, ms_of(cases[i].start), cases[i].extended, z);
        text_time_format(due, got);
        if (due != ms_of(cases[i].due))
            fail_msg("%s from %s: %s, wanted %s", cases[i].clock, cases[i].start, got, cases[i].due);
        text_zone_close(z);
    }
}

// Published calendars: federal holidays of 2021 to 2028 (opm.gov), closing days of TARGET (ecb.europa.eu).
static void test_holidays(void **state)
{
    (void)state;
    static const char *const us[] = {"2021-06-18", "2021-07-05", "2021-12-24", "2021-12-31", "2022-06-20", "2022-12-26", "2023-01-02",
        "2023-11-10", "2024-05-27", "2024-11-28", "2025-01-20", "2025-02-17", "2026-07-03", "2026-10-12", "2027-06-18", "2027-12-24", "2027-12-31"};
    static const char *const us_not[] = {"2020-06-19", "2024-11-29", "2025-04-18", "2026-07-06", "2026-12-24"};
    static const char *const eu[] = {"2024-03-29", "2024-04-01", "2025-04-18", "2025-04-21", "2025-05-01", "2026-04-03", "2026-04-06", "2025-12-26"};
    for (size_t i = 0; i < CU_COUNT(us); i++)
        assert_true(legal_holiday(LEGAL_US_FEDERAL, text_day_of(ms_of(us[i]))));
    for (size_t i = 0; i < CU_COUNT(us_not); i++)
        assert_false(legal_holiday(LEGAL_US_FEDERAL, text_day_of(ms_of(us_not[i]))));
    for (size_t i = 0; i < CU_COUNT(eu); i++)
        assert_true(legal_holiday(LEGAL_EU_TARGET, text_day_of(ms_of(eu[i]))));
}

// ---- the model: a calendar that is only walked, one day after the other, from 1 January 2000

enum { MODEL_DAYS = 15000 };
static struct {
    int year, month, day, weekday;
} model[MODEL_DAYS];
static const int32_t model_first = 10957;

static void model_make(void)
{
    int year = 2000, month = 1, day = 1, week = 5; // a Saturday
    for (int i = 0; i < MODEL_DAYS; i++) {
        model[i].year = year;
        model[i].month = month;
        model[i].day = day;
        model[i].weekday = week;
        week = (week + 1) % 7;
        int length = month == 2 ? (year % 4 == 0 ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
        if (++day > length) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
}

static int model_months(int from, int months)
{
    int year = model[from].year, month = model[from].month;
    for (int i = 0; i < months; i++) {
        if (++month > 12) {
            month = 1;
            year++;
        }
    }
    int best = -1;
    for (int i = from; i < MODEL_DAYS && i < from + 40 * (months + 2); i++) {
        if (model[i].year == year && model[i].month == month && model[i].day <= model[from].day)
            best = i;
    }
    return best;
}

static uint64_t random_state = 7;
static uint32_t random32(void)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33);
}

static void test_against_the_model(void **state)
{
    (void)state;
    size_t count = 0;
    model_make();
    while (legal_clocks[count].name)
        count++;
    for (int n = 0; n < 100000; n++) {
        const struct legal_clock *c = &legal_clocks[random32() % count];
        int from = (int)(random32() % (MODEL_DAYS - 2000));
        bool extended = random32() % 2;
        int64_t start = (int64_t)(model_first + from) * 86400000 + (int64_t)(random32() % 86400000u), wanted;
        int length = c->length + (extended ? c->extension : 0), at = from;
        if (c->unit == LEGAL_HOURS) {
            wanted = start + (int64_t)length * 3600 * 1000;
        } else {
            if (c->unit == LEGAL_MONTHS) {
                at = model_months(from, length);
            } else {
                for (int left = length; left > 0;) {
                    at++;
                    left -= c->unit == LEGAL_DAYS || (model[at].weekday < 5 && !legal_holiday(c->calendar, model_first + at));
                }
            }
            wanted = (int64_t)(model_first + at + 1) * 86400000;
        }
        if (legal_clock_due(c, start, extended, NULL) != wanted)
            fail_msg("%s from day %d of the model", c->name, from);
    }
    for (int i = 0; i < MODEL_DAYS; i++) { // and the calendar itself
        int32_t year, month, day;
        legal_date_of(model_first + i, &year, &month, &day);
        assert_true(year == model[i].year && month == model[i].month && day == model[i].day);
        assert_int_equal(legal_day_of(year, month, day), model_first + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_worked_cases), cmocka_unit_test(test_holidays), cmocka_unit_test(test_against_the_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
