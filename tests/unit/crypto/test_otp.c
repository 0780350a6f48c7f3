// SPDX-License-Identifier: Apache-2.0
// One-time passwords: the vectors of RFC 4226 and RFC 6238, base 32 of RFC 4648, oathtool, and the rules of use.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/otp.h"

static cu_str seed_of(enum otp_hash hash)
{
    static const char digits[] = "1234567890123456789012345678901234567890123456789012345678901234";
    return (cu_str){digits, hash == OTP_SHA1 ? 20 : hash == OTP_SHA256 ? 32 : 64};
}

static void rfc4226_vectors(void **state)
{
    (void)state;
    static const char *const right[] = {
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
    for (uint64_t i = 0; i < CU_COUNT(right); i++) {
        char code[OTP_DIGITS_MAX + 1];
        otp_code(OTP_SHA1, seed_of(OTP_SHA1), i, 6, code);
        assert_string_equal(code, right[i]);
    }
}

static void rfc6238_vectors(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *sha1, *sha256, *sha512;
    } rows[] = {
        {59, "94287082", "46119246", "90693936"},
        {1111111109, "07081804", "68084774", "25091201"},
        {1111111111, "14050471", "67062674", "99943326"},
        {1234567890, "89005924", "91819424", "93441116"},
        {2000000000, "69279037", "90698825", "38618901"},
        {20000000000, "65353130", "77737706", "47863826"},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        const char *const right[] = {rows[i].sha1, rows[i].sha256, rows[i].sha512};
        for (int hash = OTP_SHA1; hash <= OTP_SHA512; hash++) {
            char code[OTP_DIGITS_MAX + 1];
            otp_code((enum otp_hash)hash, seed_of((enum otp_hash)hash), (uint64_t)otp_step(rows[i].seconds * 1000), 8, code);
            assert_string_equal(code, right[hash]);
        }
    }
}

static void rfc4648_base32(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"},
        {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct cu_buf out;
        cu_buf_init(&out, 64);
        otp_base32(cu_str_of(rows[i][0]), &out);
        assert_true(cu_str_eqz(cu_buf_view(&out), rows[i][1]) || (out.len == 0 && !rows[i][1][0]));
        cu_buf_clear(&out);
    }
}

static void a_step_is_good_once_and_three_are_open(void **state)
{
    (void)state;
    cu_str seed = seed_of(OTP_SHA1);
    int64_t now = 1795000000000, step = otp_step(now);
    for (int64_t at = step - 3; at <= step + 3; at++) {
        char code[OTP_DIGITS_MAX + 1];
        otp_code(OTP_SHA1, seed, (uint64_t)at, 6, code);
        bool open = at >= step - 1 && at <= step + 1;
        assert_int_equal(otp_match(seed, cu_str_of(code), now, -1), open ? at : -1);
        assert_int_equal(otp_match(seed, cu_str_of(code), now, at - 1), open ? at : -1);
        assert_int_equal(otp_match(seed, cu_str_of(code), now, at), -1); // it was used
        assert_int_equal(otp_match(seed, cu_str_of(code), now, at + 5), -1); // the clock went back
    }
}

static void what_people_type(void **state)
{
    (void)state;
    cu_str seed = seed_of(OTP_SHA1);
    assert_true(otp_match(seed, CU_LIT("287082"), 59000, -1) == 1);
    assert_true(otp_match(seed, CU_LIT("287 082"), 59000, -1) == 1);
    assert_true(otp_match(seed, CU_LIT(" 287082 "), 59000, -1) == 1);
    static const char *const bad[] = {"", "28708", "2870820", "28708a", "287082\t", "-87082", "２８７０８２", "000000"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_int_equal(otp_match(seed, cu_str_of(bad[i]), 59000, -1), -1);
    assert_true(otp_match(seed, CU_LIT("755224"), 0, -1) == 0); // the first steps of all
}

// The same seeds and times through oathtool.
static void like_oathtool(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        uint8_t seed[OTP_SEED];
        struct cu_buf text;
        char command[256], theirs[32] = "", ours[OTP_DIGITS_MAX + 1];
        int64_t seconds = 1795000000 + i * 7919;
        cu_random(seed, sizeof seed);
        cu_buf_init(&text, 64);
        otp_base32((cu_str){(const char *)seed, sizeof seed}, &text);
        (void)snprintf(command, sizeof command, "oathtool --totp -b %s --now=@%lld", text.ptr, (long long)seconds);
        FILE *f = popen(command, "r");
        if (f && !fgets(theirs, sizeof theirs, f))
            theirs[0] = 0;
        if (f)
            (void)pclose(f);
        cu_buf_clear(&text);
        if (!theirs[0])
            skip(); // the tool is not installed here
        theirs[strcspn(theirs, "\n")] = 0;
        otp_code(OTP_SHA1, (cu_str){(const char *)seed, sizeof seed}, (uint64_t)otp_step(seconds * 1000), 6, ours);
        assert_string_equal(ours, theirs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc4226_vectors),
        cmocka_unit_test(rfc6238_vectors),
        cmocka_unit_test(rfc4648_base32),
        cmocka_unit_test(a_step_is_good_once_and_three_are_open),
        cmocka_unit_test(what_people_type),
        cmocka_unit_test(like_oathtool),
    };
    return cmocka_run_group_tests_name("otp", tests, NULL, NULL);
}
