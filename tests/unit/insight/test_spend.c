// SPDX-License-Identifier: Apache-2.0
// Advertising costs as exports write them: numbers, days, headings, totals, sums of a day; and tables of any bytes are survived.
#include "../store/store_test.h"

#include "insight/sheet.h"
#include "insight/spend.h"

static void numbers_of_exports(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected; // -1: refused
    } cases[] = {
        {"12", 1200}, {"12.5", 1250}, {"12.50", 1250}, {"12,5", 1250}, {"12,50", 1250}, {"0", 0}, {"0.005", 1}, {"1,234.50", 123450},
        {"1.234,50", 123450}, {"1,234,567", 123456700}, {"1.234.567", 123456700}, {"1,234,567.89", 123456789}, {"1.2345", 123},
        {"1,234", -1}, {"", -1}, {"-1", -1}, {"+1", -1}, {"1 234", -1}, {"EUR 5", -1}, {"1,23,4", -1}, {",5", 50}, {"1.234", -1}, {"1234,567", 123457}, {"0,125", 13}, {"1.23.4", -1}, {"1,2345.00", -1},
        {"1e5", -1}, {"NaN", -1}, {"1,", 100}, {"99999999999999999999", -1}, {"1234.5", 123450},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        int64_t v = -1;
        bool good = spend_amount(cu_str_of(cases[i].text), 2, &v);
        if ((good ? v : -1) != cases[i].expected)
            fail_msg("%s: %lld, not %lld", cases[i].text, (long long)(good ? v : -1), (long long)cases[i].expected);
    }
}

static void days_of_exports(void **state)
{
    (void)state;
    static const char *const good[] = {"2026-11-20", "2026/11/20", "20.11.2026", "20 November 2026", "Nov 20, 2026", "20 Nov 2026"};
    static const char *const bad[] = {"", "2026", "03/04/2026", "2026-13-01", "2026-02-30", "32.1.2026", "today", "20 Foo 2026", "2026-11-20x", "1.1.26"};
    for (size_t i = 0; i < CU_COUNT(good); i++) {
        int32_t day = 0;
        assert_true(sheet_day(cu_str_of(good[i]), &day));
        assert_int_equal(day, 20777);
    }
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        int32_t day = 0;
        if (sheet_day(cu_str_of(bad[i]), &day))
            fail_msg("%s is a day", bad[i]);
    }
}

static cu_code read_file(const char *text, size_t len, struct spend_rows *rows, struct cu_error *err)
{
    return spend_read_csv((cu_str){text, len}, "EUR", NULL, rows, err);
}

static void check_file(const char *text, size_t len, const char *expected)
{
    struct spend_rows rows = {.arena = cu_arena_new(1 << 20)};
    struct cu_error err = {.text = ""};
    struct cu_buf got CU_AUTO_BUF;
    cu_buf_init(&got, 4096);
    if (read_file(text, len, &rows, &err) != CU_OK)
        cu_buf_printf(&got, "%s", err.field);
    for (size_t i = 0; i < rows.count && !err.field[0]; i++)
        cu_buf_printf(&got, "%d %s %.*s %s %lld;", rows.at[i].day, channel_name(rows.at[i].channel), CU_ARG(rows.at[i].campaign), rows.at[i].currency,
            (long long)rows.at[i].amount);
    if (!cu_str_eqz(cu_buf_view(&got), expected))
        fail_msg("%s\ngave %.*s\nnot %s", text, CU_ARG(cu_buf_view(&got)), expected);
    cu_free(rows.at);
    cu_arena_free(rows.arena);
}

static void files_of_advertisers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"day;channel;campaign;amount\n2026-11-20;email;a;1,50\n2026-11-20;email;a;2\n2026-11-20;Paid search;a;3\n",
            "20777 paid_search a EUR 300;20777 email a EUR 350;"},
        {"\"Campaign report\"\n\"All time\"\nCampaign,Day,Cost,Currency code,Campaign type\nx,2026-11-20,\"1,234.50\",usd,Display\nTotal: account,--,9,,\n",
            "20777 display x USD 123450;"},
        {"Day,Campaign name,Amount spent (JPY)\n2026-11-20,x,120\n", "20777 paid_social x JPY 120;"},
        {"day,channel,amount\n", ""},
        {"day,channel,amount,currency\n2026-11-20,email,1,EUR\n2026-11-20,email,1,USD\n", "currency"},
        {"day,channel,amount\n2026-11-20,email,\"1\"x\n", "row 2"},
        {"", "row 1"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++)
        check_file(cases[i].text, strlen(cases[i].text), cases[i].expected);
    static const char wide[] = "\xff\xfe" "d\0a\0y\0\t\0c\0h\0a\0n\0n\0e\0l\0\t\0c\0o\0s\0t\0\n\0" "2\0000\0002\0006\0-\0001\0001\0-\0002\0000\0\t\0s\0m\0s\0\t\0007\0\n";
    check_file(wide, sizeof wide, "20777 sms  EUR 700;"); // UTF-16 with tabs, as Google Ads writes it
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    static const char words[][24] = {"day", "channel", "amount", "\"", ",", ";", "\n", "\t", "2026-11-20", "email", "1,234", "Amount spent (EUR)", "Total", "\xff", "--", "9e9", "campaign"};
    uint64_t seed = 9;
    for (int round = 0; round < 4000; round++) {
        struct spend_rows rows = {.arena = cu_arena_new(1 << 20)};
        struct cu_error err = {.text = ""};
        struct cu_buf text CU_AUTO_BUF;
        cu_buf_init(&text, 1 << 16);
        if (round % 2)
            cu_buf_z(&text, "day,channel,amount\n");
        for (uint64_t i = test_random(&seed) % 40; i; i--)
            cu_buf_z(&text, words[test_random(&seed) % CU_COUNT(words)]);
        cu_code code = read_file(text.len ? text.ptr : "", text.len, &rows, &err);
        assert_true(code == CU_OK || code == CU_INVALID || code == CU_MALFORMED);
        assert_true(code == CU_OK || err.field[0] || err.text[0]);
        cu_free(rows.at);
        cu_arena_free(rows.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_exports),
        cmocka_unit_test(days_of_exports),
        cmocka_unit_test(files_of_advertisers),
        cmocka_unit_test(any_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
