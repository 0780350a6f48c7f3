// SPDX-License-Identifier: Apache-2.0
// text/text.h: time, money, normal forms, encodings.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "text/text.h"

#include <time.h>

static struct cu_buf out;

static const char *text_of(bool good)
{
    const char *z = good ? (out.ptr && out.len ? out.ptr : "") : "(refused)";
    return z;
}

static const char *email(const char *z)
{
    cu_buf_clear(&out);
    return text_of(text_email_normalise(cu_str_of(z), &out));
}

static const char *phone(const char *z)
{
    cu_buf_clear(&out);
    return text_of(text_phone_normalise(cu_str_of(z), &out));
}

static const char *fold(const char *z)
{
    cu_buf_clear(&out);
    text_fold(cu_str_of(z), &out);
    return text_of(true);
}

static void parses_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"1970-01-01", 0},
        {"2026-11-21T10:00:00Z", 1795255200000},
        {"2026-11-21 10:00:00", 1795255200000},
        {"2026-11-21T11:00:00.5+01:00", 1795255200500},
        {"2026-11-21T11:00:00,123456+0100", 1795255200123},
        {"2026-11-21 10:00:00 +0000", 1795255200000},
        {"2024-02-29T00:00", 1709164800000},
        {"0001-01-01", -62135596800000},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    for (size_t i = 0; i < CU_COUNT(good); i++) {
        int64_t ms = 7;
        assert_true(text_time_parse(cu_str_of(good[i].text), &ms));
        assert_int_equal(ms, good[i].ms);
    }
    static const char *const bad[] = {"", "2026", "2026-13-01", "2026-02-29", "2026-11-21T25:00", "2026-11-21Tx", "21/11/2026",
        "2026-11-21T10:00:00+99:00", "2026-11-21T10:00:00.Z", "2026-11-21T10:00:00Zx", "0000-01-01", "2026-11-21T"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_false(text_time_parse(cu_str_of(bad[i]), &(int64_t){0}));
}

// Every day of four centuries against the C library's own calendar.
static void formats_time(void **state)
{
    (void)state;
    for (int32_t day = -60000; day < 90000; day += 1) {
        char text[TEXT_TIME_MAX], expected[40];
        int64_t ms = text_day_start(day) + 3723004, back = 0;
        time_t seconds = (time_t)((ms - 4) / 1000);
        struct tm t;
        text_time_format(ms, text);
        (void)gmtime_r(&seconds, &t);
        (void)strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.004Z", &t);
        assert_string_equal(text, expected);
        assert_true(text_time_parse(cu_str_of(text), &back));
        assert_int_equal(back, ms);
        assert_int_equal(text_day_of(ms), day);
    }
}

static void money_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int exponent;
        int64_t minor;
    } good[] = {{"12.5", 2, 1250}, {"-0.01", 2, -1}, {"1.005", 2, 101}, {"-1.005", 2, -101}, {"1.0049", 2, 100},
        {"100", 0, 100}, {"99.5", 0, 100}, {"1.2345", 3, 1235}, {" 7 ", 2, 700}, {".5", 2, 50}, {"2.50000", 2, 250},
        {"90000000000000", 2, INT64_C(9000000000000000)}};
    for (size_t i = 0; i < CU_COUNT(good); i++) {
        int64_t minor = 7;
        assert_true(text_money_parse(cu_str_of(good[i].text), good[i].exponent, &minor));
        assert_int_equal(minor, good[i].minor);
    }
    static const char *const bad[] = {"", ".", "-", "1.23456", "1,5", "1e3", "1.2.3", "90000000000000.01", "99999999999999999999"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_false(text_money_parse(cu_str_of(bad[i]), 2, &(int64_t){0}));
}

static void money_doubles(void **state)
{
    (void)state;
    int64_t minor = 0;
    assert_true(text_money_from_double(0.1 + 0.2, 2, &minor) && minor == 30);
    assert_true(text_money_from_double(19.99 * 3, 2, &minor) && minor == 5997);
    assert_true(text_money_from_double(-4.35, 2, &minor) && minor == -435);
    assert_true(text_money_from_double(1234567.891, 2, &minor) && minor == 123456789);
    assert_false(text_money_from_double(12.34567, 2, &minor));
    assert_false(text_money_from_double(1e300, 2, &minor));
    assert_false(text_money_from_double(0.0 / 0.0, 2, &minor));
    for (int64_t m = -100000; m < 100000; m += 7) { // every amount that a client would print with two decimals
        assert_true(text_money_from_double((double)m / 100.0, 2, &minor));
        assert_int_equal(minor, m);
    }
}

static void money_prints(void **state)
{
    (void)state;
    cu_buf_clear(&out);
    text_money_format(-5, 2, &out);
    cu_buf_char(&out, ' ');
    text_money_format(123456, 3, &out);
    cu_buf_char(&out, ' ');
    text_money_format(7, 0, &out);
    assert_string_equal(out.ptr, "-0.05 123.456 7");
    assert_int_equal(text_currency_exponent(CU_LIT("jpy")), 0);
    assert_int_equal(text_currency_exponent(CU_LIT("KWD")), 3);
    assert_int_equal(text_currency_exponent(CU_LIT("EUR")), 2);
    assert_int_equal(text_currency_exponent(CU_LIT("E1R")), -1);
}

static void normal_forms(void **state)
{
    (void)state;
    assert_string_equal(email(" Anna.Miller@Example.COM "), "anna.miller@example.com");
    static const char *const bad[] = {"", "a", "@x.com", "a@", "a@x", "a b@x.com", "a@x.com.", "a@-x.com", "a@@x.com", "a..b@x.com",
        "a@x..com", "<a@x.com>", "a@x.com\n.b@y.com"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_string_equal(email(bad[i]), "(refused)");
    assert_string_equal(phone("+33 6 12 34 56 78"), "+33612345678");
    assert_string_equal(phone("0049 (30) 1234-567"), "+49301234567");
    static const char *const no_phone[] = {"", "0612345678", "+123", "+1234567890123456", "+33x612345678", "+0331234567"};
    for (size_t i = 0; i < CU_COUNT(no_phone); i++)
        assert_string_equal(phone(no_phone[i]), "(refused)");
}

static void folds(void **state)
{
    (void)state;
    assert_string_equal(fold("Zoë MÜLLER"), "zoe muller");
    assert_string_equal(fold("Straße Łódź Çağlar Œuvre"), "strasse lodz caglar oeuvre");
    assert_string_equal(fold("Ελλάδα"), "ελλαδα");
    assert_string_equal(fold("Алёна"), "алена");
    assert_string_equal(fold("e\xcc\x81t\xc3\xa9"), "ete");
    assert_string_equal(fold("日本"), "日本");
    assert_true(text_utf8_valid(CU_LIT("\xf0\x9f\x98\x80")));
    static const char *const bad[] = {"\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80", "\xc3\x28"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_false(text_utf8_valid(cu_str_of(bad[i])));
    assert_false(text_utf8_valid(CU_LIT("a\0b")));
}

static void encodings(void **state)
{
    (void)state;
    char bytes[64];
    struct cu_buf coded, back;
    cu_buf_init(&coded, 1000);
    cu_buf_init(&back, 1000);
    for (size_t n = 0; n < sizeof bytes; n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(i * 37 + n);
        for (int safe = 0; safe < 2; safe++) {
            cu_buf_reset(&coded);
            cu_buf_reset(&back);
            text_base64((cu_str){bytes, n}, safe, &coded);
            assert_true(text_base64_decode(cu_buf_view(&coded), &back));
            assert_int_equal(back.len, n);
            if (n)
                assert_memory_equal(back.ptr, bytes, n);
        }
        cu_buf_reset(&coded);
        cu_buf_reset(&back);
        text_hex((cu_str){bytes, n}, &coded);
        assert_true(text_hex_decode(cu_buf_view(&coded), &back));
        assert_int_equal(back.len, n);
        cu_buf_reset(&coded);
        cu_buf_reset(&back);
        text_url((cu_str){bytes, n}, &coded);
        bool has_nul = n && memchr(bytes, 0, n);
        assert_int_equal(text_url_decode(cu_buf_view(&coded), false, &back), !has_nul);
    }
    cu_buf_reset(&back);
    assert_false(text_base64_decode(CU_LIT("abc!"), &back));
    assert_false(text_hex_decode(CU_LIT("abc"), &back));
    assert_false(text_url_decode(CU_LIT("%4"), false, &back));
    assert_false(text_url_decode(CU_LIT("%00"), false, &back));
    cu_buf_reset(&back);
    assert_true(text_query_get(CU_LIT("a=1&writeKey=wk%5F1+x&b"), "writeKey", &back));
    assert_string_equal(back.ptr, "wk_1 x");
    assert_false(text_query_get(CU_LIT("a=1"), "writeKey", &back));
    cu_buf_reset(&back);
    text_html(CU_LIT("<a href=\"x\">&'"), &back);
    assert_string_equal(back.ptr, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    cu_buf_clear(&coded);
    cu_buf_clear(&back);
}

static int set_up(void **state)
{
    (void)state;
    cu_buf_init(&out, 4096);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cu_buf_clear(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_time),
        cmocka_unit_test(formats_time),
        cmocka_unit_test(money_texts),
        cmocka_unit_test(money_doubles),
        cmocka_unit_test(money_prints),
        cmocka_unit_test(normal_forms),
        cmocka_unit_test(folds),
        cmocka_unit_test(encodings),
    };
    return cmocka_run_group_tests_name("text", tests, set_up, tear_down);
}
