// SPDX-License-Identifier: Apache-2.0
// Bits, TC strings and GPP strings: examples of the specifications, the rules of TCF 2.3, and what is malformed. Random
// models are compared with the reference libraries in tests/scenario/consent_strings.test.mjs.
#include "consent/gpp_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void bits_round_trip(void **state)
{
    (void)state;
    struct cu_buf out;
    struct bit_writer w;
    struct bit_reader r;
    struct cu_error err;
    cu_buf_init(&out, 65536);
    bit_writer_open(&w, &out);
    bits_put(&w, 2, 6);
    bits_put(&w, UINT64_C(0xfffffffff), 36);
    bits_put(&w, 0, 1);
    for (uint32_t i = 1; i < 500; i++)
        bits_put_fibonacci(&w, i);
    bits_put_fibonacci(&w, 1836311903); // the largest number of the row
    bits_close(&w, BITS_PAD_8_6);
    assert_int_equal(bit_reader_open(cu_buf_view(&out), &r, &err), CU_OK);
    assert_int_equal(bits_take(&r, 6), 2);
    assert_true(bits_take(&r, 36) == UINT64_C(0xfffffffff));
    assert_int_equal(bits_take(&r, 1), 0);
    for (uint32_t i = 1; i < 500; i++)
        assert_int_equal(bits_take_fibonacci(&r), i);
    assert_int_equal(bits_take_fibonacci(&r), 1836311903);
    assert_false(r.failed);
    (void)bits_take(&r, 64);
    assert_true(r.failed);
    cu_buf_clear(&out);
    assert_int_equal(bit_reader_open(CU_LIT("AB+C"), &r, &err), CU_MALFORMED);
    assert_int_equal(bit_reader_open(CU_LIT("AAAAAAAAAAAAAAAA"), &r, &err), CU_OK);
    (void)bits_take_fibonacci(&r); // nothing but zeros
    assert_true(r.failed);
}

static void fibonacci_is_as_written(void **state)
{
    (void)state;
    static const struct {
        uint32_t value;
        const char *bits;
    } cases[] = {{1, "11"}, {2, "011"}, {3, "0011"}, {4, "1011"}, {5, "00011"}, {6, "10011"}, {7, "01011"}, {8, "000011"},
        {12, "101011"}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct cu_buf out;
        struct bit_writer w;
        struct bit_reader r;
        cu_buf_init(&out, 64);
        bit_writer_open(&w, &out);
        bits_put_fibonacci(&w, cases[i].value);
        assert_int_equal(w.bits, strlen(cases[i].bits));
        bits_close(&w, BITS_PAD_24);
        assert_int_equal(bit_reader_open(cu_buf_view(&out), &r, NULL), CU_OK);
        for (const char *b = cases[i].bits; *b; b++)
            assert_int_equal(bits_take(&r, 1), *b - '0');
        cu_buf_clear(&out);
    }
}

static struct tcf *new_tcf(void)
{
    struct tcf *t = calloc(1, sizeof *t);
    assert_non_null(t);
    *t = (struct tcf){
        .updated_ms = INT64_C(1800000012345), .language = "DE", .country = "DE", .policy = 5, .has_disclosed = true};
    return t;
}

static void encode(const struct tcf *t, struct cu_buf *out)
{
    struct cu_error err;
    cu_buf_init(out, TCF_STRING_MAX);
    if (tcf_encode(t, out, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
}

// What 2.3 leaves no choice about is corrected while writing.
static void only_what_is_allowed_is_written(void **state)
{
    (void)state;
    struct cu_buf text;
    struct cu_error err;
    struct tcf *t = new_tcf(), *back = new_tcf();
    t->created_ms = 5;
    t->service_specific = false;
    t->interests = 0xffffff;
    encode(t, &text);
    assert_int_equal(tcf_decode(cu_buf_view(&text), back, &err), CU_OK);
    assert_true(tcf_good(back));
    assert_true(back->created_ms == back->updated_ms && back->updated_ms == INT64_C(1800000000000) / 86400000 * 86400000);
    assert_int_equal(back->interests, 0xffffff & ~0x3d);
    cu_buf_clear(&text);
    t->has_disclosed = false;
    cu_buf_init(&text, TCF_STRING_MAX);
    assert_int_equal(tcf_encode(t, &text, &err), CU_MISSING);
    t->has_disclosed = true;
    t->language[0] = 'd';
    assert_int_equal(tcf_encode(t, &text, &err), CU_INVALID);
    t->language[0] = 'D';
    t->restrictions[0] = (struct tcf_restriction){2, 3, 1, 1};
    t->restriction_count = 1;
    assert_int_equal(tcf_encode(t, &text, &err), CU_INVALID);
    cu_buf_clear(&text);
    free(t);
    free(back);
}

static void vendors_at_the_edges(void **state)
{
    (void)state;
    static const uint16_t edges[][2] = {{1, 1}, {1, 65535}, {65535, 65535}, {63, 64}, {64, 64}, {128, 191}, {2, 46}};
    struct tcf *back = new_tcf();
    struct cu_error err;
    for (size_t i = 0; i < CU_COUNT(edges); i++) {
        struct tcf *t = new_tcf();
        struct cu_buf text;
        tcf_vendor_set(&t->vendor_consents, edges[i][0], edges[i][1]);
        tcf_vendor_set(&t->disclosed, edges[i][0], edges[i][0]);
        encode(t, &text);
        assert_int_equal(tcf_decode(cu_buf_view(&text), back, &err), CU_OK);
        assert_memory_equal(&back->vendor_consents, &t->vendor_consents, sizeof t->vendor_consents);
        assert_memory_equal(&back->disclosed, &t->disclosed, sizeof t->disclosed);
        assert_false(tcf_vendor(&back->vendor_consents, 0));
        cu_buf_clear(&text);
        free(t);
    }
    struct tcf *t = new_tcf(); // every other vendor: more ranges than a string can count, so one bit each
    struct cu_buf text;
    for (uint32_t id = 1; id <= TCF_VENDOR_MAX; id += 2)
        tcf_vendor_set(&t->vendor_consents, (uint16_t)id, (uint16_t)id);
    encode(t, &text);
    assert_int_equal(tcf_decode(cu_buf_view(&text), back, &err), CU_OK);
    assert_memory_equal(&back->vendor_consents, &t->vendor_consents, sizeof t->vendor_consents);
    cu_buf_clear(&text);
    free(t);
    free(back);
}

// Every beginning of a string is read or refused, and never as more than it is.
static void cut_strings_are_refused(void **state)
{
    (void)state;
    struct tcf *t = new_tcf(), *back = new_tcf();
    struct cu_buf text;
    struct cu_error err;
    t->has_publisher = t->has_allowed = true;
    t->custom = 63;
    t->restrictions[0] = (struct tcf_restriction){2, 1, 5, 9};
    t->restriction_count = 1;
    tcf_vendor_set(&t->vendor_interests, 7, 90);
    encode(t, &text);
    size_t good = 0, core = (size_t)cu_str_find(cu_buf_view(&text), '.');
    for (size_t len = 0; len < text.len; len++) {
        char *copy = malloc(len + 1);
        memcpy(copy, text.ptr, len);
        cu_code code = tcf_decode((cu_str){copy, len}, back, &err);
        assert_true(code == CU_OK || code == CU_MALFORMED);
        good += code == CU_OK;
        assert_true(code != CU_OK || len + 8 > core);
        free(copy);
    }
    assert_true(good >= 3 && good < 24); // the core alone, and after each part; zeros at the end may be left out
    assert_int_equal(tcf_decode(cu_buf_view(&text), back, &err), CU_OK);
    assert_int_equal(back->restriction_count, 1);
    assert_true(back->has_publisher && back->has_allowed && back->custom == 63);
    cu_buf_clear(&text);
    free(t);
    free(back);
}

static void a_known_string_is_read(void **state)
{
    (void)state;
    // the GPP specification's example of a header with sections 2 and 6: "DBACNY"
    struct gpp g;
    struct cu_error err;
    struct cu_buf out;
    assert_int_equal(gpp_decode(CU_LIT("DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN"), &g, &err), CU_OK);
    assert_int_equal(g.count, 2);
    assert_int_equal(g.sections[0].id, 2);
    assert_int_equal(g.sections[1].id, 6);
    assert_true(cu_str_eqz(g.sections[1].text, "1YNN"));
    cu_buf_init(&out, 256);
    assert_int_equal(gpp_encode(&g, &out, &err), CU_OK);
    // written with zeros up to whole bytes first, as the reference library does
    assert_string_equal(out.ptr, "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN");
    cu_buf_clear(&out);
    struct tcf *t = new_tcf();
    assert_int_equal(tcf_decode(g.sections[0].text, t, &err), CU_OK);
    assert_int_equal(t->cmp_id, 31);
    assert_false(tcf_good(t)); // written before 2.3
    free(t);
}

static void old_and_new_usnat(void **state)
{
    (void)state;
    struct gpp_us u = {.section = 7, .version = 1, .has_gpc = true, .gpc = true}, back;
    struct cu_error err;
    for (uint8_t version = 1; version <= 2; version++) {
        struct cu_buf out;
        uint8_t *value = NULL;
        u.version = version;
        assert_int_equal(gpp_us_field(&u, "SensitiveDataProcessing", &value), version == 1 ? 12 : 16);
        value[11] = 2;
        assert_int_equal(gpp_us_field(&u, "MspaServiceProviderMode", &value), 1);
        *value = 1;
        cu_buf_init(&out, 256);
        assert_int_equal(gpp_us_encode(&u, &out, &err), CU_OK);
        assert_int_equal(gpp_us_decode(7, cu_buf_view(&out), &back, &err), CU_OK);
        assert_memory_equal(&u, &back, sizeof u);
        cu_buf_clear(&out);
        memset(u.values, 0, sizeof u.values);
    }
    assert_int_equal(gpp_us_field(&u, "Nothing", &(uint8_t *){NULL}), 0);
    assert_int_equal(gpp_us_decode(99, CU_LIT("BAAA"), &back, &err), CU_NOT_FOUND);
    assert_int_equal(gpp_us_decode(8, CU_LIT("B"), &back, &err), CU_MALFORMED);
    assert_int_equal(gpp_us_decode(8, CU_LIT("z______________"), &back, &err), CU_MALFORMED); // a version that is not known
    assert_int_equal(gpp_us_decode(8, CU_LIT("BAAAAAAA.A"), &back, &err), CU_MALFORMED); // a second part of another type
    assert_int_equal(gpp_us_decode(9, CU_LIT("BAAAAAAA.YA"), &back, &err), CU_MALFORMED);     // Virginia has none
}

static void headers_that_cannot_be(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "D", "DBAA~", "DBAA~x", "DCAA", "EBAA", "DBABMA", "DBABMA~", "DBABMA~x~y", "DB__", "DBD_________", "DBAB+A~x"};
    struct gpp g;
    struct cu_error err;
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        if (gpp_decode(cu_str_of(bad[i]), &g, &err) == CU_OK)
            fail_msg("\"%s\" was read", bad[i]);
    }
    struct gpp twice = {.count = 2, .sections = {{7, CU_LIT("x")}, {7, CU_LIT("y")}}};
    struct cu_buf out;
    cu_buf_init(&out, 256);
    assert_int_equal(gpp_encode(&twice, &out, &err), CU_INVALID);
    cu_buf_clear(&out);
}

static void opt_outs_and_signals(void **state)
{
    (void)state;
    cu_str sells[] = {CU_LIT("ad_storage")}, counts[] = {CU_LIT("analytics_storage")},
           own[] = {CU_LIT("analytics_storage"), CU_LIT("tcf:9")};
    struct dict_purpose advertising = {
        .name = CU_LIT("advertising"), .basis = DICT_CONSENT, .categories = sells, .category_count = 1};
    struct dict_purpose analytics = {
        .name = CU_LIT("analytics"), .basis = DICT_CONSENT, .categories = counts, .category_count = 1};
    struct dict_purpose mine = {
        .name = CU_LIT("mine"), .basis = DICT_LEGITIMATE_INTEREST, .categories = own, .category_count = 2};
    struct dict_purpose contract = {
        .name = CU_LIT("contract"), .basis = DICT_CONTRACT, .categories = sells, .category_count = 1};
    struct tcf *t = new_tcf();
    struct consent_string s = {.has_tcf = true, .tcf = t};
    t->service_specific = true;
    t->created_ms = t->updated_ms = 0;
    t->consents = 1 << 0 | 1 << 7;
    assert_int_equal(consent_string_says(&s, &advertising), CONSENT_GRANTS);
    assert_int_equal(consent_string_says(&s, &analytics), CONSENT_REFUSES); // 9 is missing
    t->interests = 1 << 8;
    assert_int_equal(consent_string_says(&s, &analytics), CONSENT_REFUSES); // an interest is no consent
    assert_int_equal(consent_string_says(&s, &mine), CONSENT_GRANTS);
    assert_int_equal(consent_string_says(&s, &contract), CONSENT_SILENT);
    t->has_publisher = true; // the shop's own part counts
    assert_int_equal(consent_string_says(&s, &advertising), CONSENT_REFUSES);
    t->has_publisher = false;
    s.is_gpp = true;
    s.gpp = (struct gpp){.count = 1, .sections = {{8, CU_LIT("BAAAAABA.YA")}}};
    assert_int_equal(consent_string_says(&s, &advertising), CONSENT_REFUSES); // Global Privacy Control in it
    assert_int_equal(consent_string_says(&s, &mine), CONSENT_GRANTS);
    t->has_disclosed = false;
    s.gpp.count = 0;
    assert_int_equal(consent_string_says(&s, &advertising), CONSENT_SILENT);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_round_trip),
        cmocka_unit_test(fibonacci_is_as_written),
        cmocka_unit_test(only_what_is_allowed_is_written),
        cmocka_unit_test(vendors_at_the_edges),
        cmocka_unit_test(cut_strings_are_refused),
        cmocka_unit_test(a_known_string_is_read),
        cmocka_unit_test(old_and_new_usnat),
        cmocka_unit_test(headers_that_cannot_be),
        cmocka_unit_test(opt_outs_and_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
