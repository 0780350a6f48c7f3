// SPDX-License-Identifier: Apache-2.0
// Cells of real exports as numbers, times, truths and ids; and what is refused rather than guessed.
#include "collect/import_value.h"

#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void number(const char *cell, const char *wanted)
{
    struct cu_buf out;
    cu_buf_init(&out, 100);
    bool good = import_number(cu_str_of(cell), &out);
    if (good != (wanted != NULL) || (wanted && !cu_str_eqz(cu_buf_view(&out), wanted)))
        fail_msg("<%s> gave <%.*s>", cell, CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
}

static void test_numbers(void **state)
{
    (void)state;
    number("2.55", "2.55");
    number("-11062.06", "-11062.06");
    number("0.001", "0.001");
    number("+5", "5");
    number(" 12 ", "12");
    number("007", "7");
    number("0", "0");
    number("-0", "-0");
    number(".5", "0.5");
    number("5.", "5");
    number("1.50000", "1.5"); // a fifth decimal that means nothing
    number("1,234.56", "1234.56");
    number("1.234,56", "1234.56");
    number("1,234,567", "1234567");
    number("1.234.567", "1234567");
    number("1.234.567,8", "1234567.8");
    number("12,5", "12.5");
    number("12,50", "12.5");
    number("12,345", "12345"); // a single comma before three digits separates thousands
    number("1 234,50", "1234.5");
    number("1'234.50", "1234.5");
    number("$12.50", "12.5");
    number("-$12.50", "-12.5");
    number("$-12.50", "-12.5");
    number("12,50 \xe2\x82\xac", "12.5");
    number("\xc2\xa3"
           "3.39",
        "3.39");
    number("999999999999999999", "999999999999999999");
}

static void test_no_numbers(void **state)
{
    (void)state;
    number("", NULL);
    number("abc", NULL);
    number("1.23456", NULL); // five decimals
    number("1e5", NULL);
    number("--5", NULL);
    number("1,23,456", NULL);
    number("12,3456,7", NULL);
    number("1.2.3", NULL);
    number("(5.00)", NULL);
    number(",", NULL);
    number("12 345 6", NULL);
    number("1234567890123456789", NULL);
    number("NaN", NULL);
    number("$", NULL);
}

static void time_is(const char *cell, enum import_dates dates, const char *wanted)
{
    int64_t ms = 0;
    char text[TEXT_TIME_MAX] = "";
    bool good = import_time(cu_str_of(cell), dates, &ms);
    if (good)
        text_time_format(ms, text);
    if (good != (wanted != NULL) || (wanted && strcmp(text, wanted) != 0))
        fail_msg("<%s> gave <%s>", cell, text);
}

static void test_times(void **state)
{
    (void)state;
    const enum import_dates any = IMPORT_DATES_UNKNOWN;
    time_is("2010-12-01 08:26:00", any, "2010-12-01T08:26:00.000Z");
    time_is("2010-12-01", any, "2010-12-01T00:00:00.000Z");
    time_is("2024-03-01 10:00:00 +0100", any, "2024-03-01T09:00:00.000Z");
    time_is("2024-03-01 10:00:00 -0500", any, "2024-03-01T15:00:00.000Z");
    time_is("2024-03-01 10:00:00 UTC", any, "2024-03-01T10:00:00.000Z");
    time_is("2024-03-01T10:00:00+01:00", any, "2024-03-01T09:00:00.000Z");
    time_is("1.12.2010 08:26", any, "2010-12-01T08:26:00.000Z");
    time_is("31.12.2010", any, "2010-12-31T00:00:00.000Z");
    time_is("12/31/2010 8:26", any, "2010-12-31T08:26:00.000Z"); // only one reading exists
    time_is("31/12/2010 8:26", any, "2010-12-31T08:26:00.000Z");
    time_is("5/5/2010", any, "2010-05-05T00:00:00.000Z");
    time_is("12/1/2010 8:26", IMPORT_DATES_MDY, "2010-12-01T08:26:00.000Z");
    time_is("12/1/2010 8:26", IMPORT_DATES_DMY, "2010-01-12T08:26:00.000Z");
    time_is("1/2/2010 12:05 AM", IMPORT_DATES_MDY, "2010-01-02T00:05:00.000Z");
    time_is("1/2/2010 12:05 pm", IMPORT_DATES_MDY, "2010-01-02T12:05:00.000Z");
    time_is("1/2/2010, 1:05:09 PM", IMPORT_DATES_MDY, "2010-01-02T13:05:09.000Z");
    time_is("1700000000", any, "2023-11-14T22:13:20.000Z");
    time_is("1700000000123", any, "2023-11-14T22:13:20.123Z");
}

static void test_no_times(void **state)
{
    (void)state;
    const enum import_dates any = IMPORT_DATES_UNKNOWN;
    time_is("", any, NULL);
    time_is("yesterday", any, NULL);
    time_is("12/1/2010", any, NULL); // could be either
    time_is("31/12/2010", IMPORT_DATES_MDY, NULL);
    time_is("30.2.2010", any, NULL);
    time_is("32/13/2010", any, NULL);
    time_is("1/2/10", IMPORT_DATES_MDY, NULL);
    time_is("2024-03-01 10:00:00 Mars", any, NULL);
    time_is("1/2/2010 25:00", IMPORT_DATES_MDY, NULL);
    time_is("1/2/2010 13:00 PM", IMPORT_DATES_MDY, NULL);
    time_is("170000000", any, NULL);
}

static void test_date_order_is_found(void **state)
{
    (void)state;
    int first = 0, second = 0;
    assert_true(import_dates_look(CU_LIT("3/4/2026"), &first, &second));
    assert_true(import_dates_look(CU_LIT("3/25/2026 10:00"), &first, &second));
    assert_int_equal(first, 3);
    assert_int_equal(second, 25);
    assert_false(import_dates_look(CU_LIT("2026-01-01"), &first, &second));
}

static void test_truths_and_ids(void **state)
{
    (void)state;
    bool truth = false;
    assert_true(import_bool(CU_LIT(" Yes "), &truth) && truth);
    assert_true(import_bool(CU_LIT("subscribed"), &truth) && truth);
    assert_true(import_bool(CU_LIT("0"), &truth) && !truth);
    assert_true(import_bool(CU_LIT("FALSE"), &truth) && !truth);
    assert_false(import_bool(CU_LIT("maybe"), &truth));
    assert_true(cu_str_eqz(import_id(CU_LIT(" 17850.0 ")), "17850"));
    assert_true(cu_str_eqz(import_id(CU_LIT("17850")), "17850"));
    assert_true(cu_str_eqz(import_id(CU_LIT("a.0")), "a.0"));
    assert_true(cu_str_eqz(import_id(CU_LIT(".0")), ".0"));
    assert_true(cu_str_eqz(import_id(CU_LIT("1.5.0")), "1.5.0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_no_numbers),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_no_times),
        cmocka_unit_test(test_date_order_is_found),
        cmocka_unit_test(test_truths_and_ids),
    };
    return cmocka_run_group_tests_name("import_value", tests, NULL, NULL);
}
