// SPDX-License-Identifier: Apache-2.0
// Encodings of uploads: each one transcoded or refused by name, wherever the stream is cut.
#include "text/encoding.h"

#include "base/memory.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

// Decodes as an import does: a raw buffer that is refilled when the decoder uses nothing.
static cu_code decode_all(cu_str in, size_t step, size_t room, struct cu_buf *out,
    enum text_encoding *ret, struct cu_error *err)
{
    struct text_decoder d;
    text_decoder_init(&d);
    size_t from = 0, have = step < in.len ? step : in.len;
    char *piece = malloc(room);
    for (;;) {
        size_t used = 0, len = 0;
        bool end = have == in.len;
        cu_code code =
            text_decode(&d, cu_str_sub(in, from, have - from), end, piece, room, &used, &len, err);
        if (code != CU_OK) {
            free(piece);
            return code;
        }
        cu_buf_add(out, piece, len);
        from += used;
        if (from == in.len)
            break;
        if (used == 0 && len == 0) {
            assert_false(end);
            have = have + step < in.len ? have + step : in.len;
        }
    }
    free(piece);
    *ret = d.encoding;
    return CU_OK;
}

static void expect(cu_str in, const char *wanted, enum text_encoding encoding)
{
    static const size_t steps[] = {1, 2, 3, 7, 100000};
    static const size_t rooms[] = {4, 5, 64, 100000};
    for (size_t i = 0; i < CU_COUNT(steps); i++)
        for (size_t k = 0; k < CU_COUNT(rooms); k++) {
            struct cu_buf out;
            cu_buf_init(&out, 1 << 20);
            enum text_encoding got = TEXT_ASCII;
            assert_int_equal(decode_all(in, steps[i], rooms[k], &out, &got, NULL), CU_OK);
            cu_buf_char(&out, '\0');
            assert_string_equal(out.ptr, wanted);
            assert_int_equal(got, encoding);
            cu_buf_clear(&out);
        }
}

static void expect_refused(cu_str in, const char *word)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    enum text_encoding got;
    struct cu_error err = {0};
    assert_int_equal(decode_all(in, 100000, 64, &out, &got, &err), CU_MALFORMED);
    if (!strstr(err.text, word))
        fail_msg("<%s> does not name %s", err.text, word);
    cu_buf_clear(&out);
}

static void test_transcoded(void **state)
{
    (void)state;
    expect(CU_LIT(""), "", TEXT_ASCII);
    expect(CU_LIT("a,b\n1,2\n"), "a,b\n1,2\n", TEXT_ASCII);
    expect(CU_LIT("\xef\xbb\xbf"
                  "a,b"),
        "a,b", TEXT_UTF8);
    expect(CU_LIT("M\xc3\xbcller,\xe2\x82\xac"), "M\xc3\xbcller,\xe2\x82\xac", TEXT_UTF8);
    expect(CU_LIT("M\xfcller,\x80"
                  "5 and more text"),
        "M\xc3\xbcller,\xe2\x82\xac"
        "5 and more text",
        TEXT_WINDOWS_1252);
    expect(CU_LIT("Andr\xe9"), "Andr\xc3\xa9", TEXT_WINDOWS_1252);
    expect(CU_LIT("\xff\xfe"
                  "a\0,\0\xfc\0\n\0"),
        "a,\xc3\xbc\n", TEXT_UTF16LE);
    expect(CU_LIT("\xfe\xff\0a\0,\0\xfc\0\n"), "a,\xc3\xbc\n", TEXT_UTF16BE);
    expect(
        CU_LIT("\xff\xfe\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80", TEXT_UTF16LE); // a surrogate pair
    expect(CU_LIT("\xff\xfe\x3d\xd8"
                  "a\0b"),
        "\xef\xbf\xbd"
        "a\xef\xbf\xbd",
        TEXT_UTF16LE); // a lone one, an odd byte
    expect(CU_LIT("n\0a\0m\0e\0,\0b\0\n\0"), "name,b\n", TEXT_UTF16LE);
    expect(CU_LIT("\0n\0a\0m\0e\0,\0b\0\n"), "name,b\n", TEXT_UTF16BE);
}

static void test_refused_by_name(void **state)
{
    (void)state;
    expect_refused(CU_LIT("PK\003\004aaaaaaaa"), "xlsx");
    expect_refused(CU_LIT("\320\317\021\340aaaa"), ".xls");
    expect_refused(CU_LIT("%PDF-1.7"), "PDF");
    expect_refused(CU_LIT("\xff\xfe\0\0a\0\0\0"), "UTF-32");
    expect_refused(CU_LIT("\1\0\0\0\2\0\0\0\3\0\0\0\0\0\0\0"), "NUL");
    // a name in KOI8-R / Windows-1251: nearly all high bytes
    expect_refused(
        CU_LIT("\xcf\xf0\xe8\xe2\xe5\xf2,\xec\xe8\xf0,\xcf\xf0\xe8\xe2\xe5\xf2\n"), "UTF-8");
    expect_refused(CU_LIT("caf\x81 text"), "UTF-8"); // 0x81 is undefined in Windows-1252
}

static void test_decided_at_the_first_accent(void **state)
{
    (void)state;
    struct cu_buf in, out;
    cu_buf_init(&in, 1 << 20);
    cu_buf_init(&out, 1 << 20);
    for (int i = 0; i < 20000; i++)
        cu_buf_z(&in, "plain,text\n");
    cu_buf_z(&in, "Jos\xe9,x\n");
    for (int i = 0; i < 100; i++)
        cu_buf_z(&in, "plain,text\n");
    enum text_encoding got = TEXT_ASCII;
    assert_int_equal(decode_all(cu_buf_view(&in), 65536, 5000, &out, &got, NULL), CU_OK);
    assert_int_equal(got, TEXT_WINDOWS_1252);
    assert_int_equal(out.len, in.len + 1);
    assert_true(text_utf8_valid(cu_buf_view(&out)));
    cu_buf_clear(&in);
    cu_buf_clear(&out);
}

static void test_every_byte_of_windows_1252(void **state)
{
    (void)state;
    for (int c = 0x80; c < 0x100; c++) {
        char in[32], first = (char)c;
        (void)snprintf(in, sizeof in, "abc%cdef", first);
        struct cu_buf out;
        cu_buf_init(&out, 100);
        enum text_encoding got;
        cu_code code = decode_all(cu_str_of(in), 100, 64, &out, &got, NULL);
        bool undefined = c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d;
        assert_int_equal(code, undefined ? CU_MALFORMED : CU_OK);
        if (!undefined)
            assert_true(text_utf8_valid(cu_buf_view(&out)));
        cu_buf_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transcoded),
        cmocka_unit_test(test_refused_by_name),
        cmocka_unit_test(test_decided_at_the_first_accent),
        cmocka_unit_test(test_every_byte_of_windows_1252),
    };
    return cmocka_run_group_tests_name("encoding", tests, NULL, NULL);
}
