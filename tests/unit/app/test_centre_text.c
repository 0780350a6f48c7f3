// SPDX-License-Identifier: Apache-2.0
// The texts of the privacy centre: complete in each language, with the same places, in plain characters; languages as
// browsers name them; every name of the program's tables has words.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/centre_words.h"
#include "consent/gate.h"
#include "consent/rights.h"
#include "text/text.h"

static int places(const char *text)
{
    int n = 0;
    for (const char *at = strstr(text, "{}"); at; at = strstr(at + 2, "{}"))
        n++;
    return n;
}

static void test_complete(void **state)
{
    (void)state;
    for (int t = 0; t < T_COUNT; t++) {
        for (int l = 0; l < CENTRE_LANGUAGES; l++) {
            const char *text = centre_words[t][l];
            assert_non_null(text);
            assert_true(text[0] != 0);
            assert_true(text_utf8_valid(cu_str_of(text)));
            assert_null(strpbrk(text, "<>&")); // no markup in a text: it is escaped
            assert_int_equal(places(text), places(centre_words[t][CENTRE_EN]));
            assert_true(places(text) <= 1);
            assert_string_equal(centre_say((enum centre_language)l, (enum centre_text)t), text);
        }
    }
    // translated, not copied: words that are the same in two languages are few
    int same = 0;
    for (int t = 0; t < T_COUNT; t++)
        same += strcmp(centre_words[t][CENTRE_EN], centre_words[t][CENTRE_DE]) == 0 || strcmp(centre_words[t][CENTRE_EN], centre_words[t][CENTRE_FR]) == 0 ||
                strcmp(centre_words[t][CENTRE_DE], centre_words[t][CENTRE_FR]) == 0;
    assert_true(same < 8);
}

static void test_filled(void **state)
{
    (void)state;
    struct cu_buf out;
    cu_buf_init(&out, 4096);
    centre_fill(CENTRE_EN, T_ORDER, CU_LIT("a {} b"), &out);
    assert_string_equal(out.ptr, "Order a {} b"); // what is put in is not looked at again
    cu_buf_reset(&out);
    centre_fill(CENTRE_DE, T_YES, CU_LIT("x"), &out);
    assert_string_equal(out.ptr, "Ja");
    cu_buf_reset(&out);
    centre_fill(CENTRE_FR, T_LETTER_TEXT, CU_LIT("https://tea.example/privacy/l/x"), &out);
    assert_non_null(strstr(out.ptr, "\n\nhttps://tea.example/privacy/l/x\n\n"));
    cu_buf_clear(&out);
}

static void test_languages(void **state)
{
    (void)state;
    const struct {
        const char *accept;
        enum centre_language language;
    } rows[] = {
        {NULL, CENTRE_EN}, {"", CENTRE_EN}, {"de", CENTRE_DE}, {"DE-at", CENTRE_DE}, {"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", CENTRE_FR},
        {"es, de;q=0.4, fr;q=0.5", CENTRE_FR}, {"en;q=0.1,de;q=0.2", CENTRE_DE}, {"de;q=0", CENTRE_EN}, {"de;q=x", CENTRE_EN}, {"de;q=1.000", CENTRE_DE},
        {"fr;q=0.3, de;q=0.30", CENTRE_FR}, {"de;q=0.001", CENTRE_DE}, {",,;;q=,-", CENTRE_EN}, {"deutsch", CENTRE_EN}, {"*", CENTRE_EN},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        assert_int_equal(centre_language_accepted(cu_str_of(rows[i].accept)), rows[i].language);
    assert_int_equal(centre_language_find(CU_LIT("Fr")), CENTRE_FR);
    assert_int_equal(centre_language_find(CU_LIT("")), CENTRE_LANGUAGES);
    assert_int_equal(centre_language_find(CU_NONE), CENTRE_LANGUAGES);
    for (int m = 1; m <= 12; m++) {
        for (int l = 0; l < CENTRE_LANGUAGES; l++)
            assert_true(centre_month((enum centre_language)l, m)[0] != 0);
    }
    assert_string_equal(centre_month(CENTRE_EN, 0), "");
    assert_string_equal(centre_month(CENTRE_EN, 13), "");
}

static void test_names(void **state)
{
    (void)state;
    for (int s = 0; s < GATE_STATE_COUNT; s++) {
        for (int other = 0; other < s; other++)
            assert_int_not_equal(centre_state_text(cu_str_of(gate_state_name((enum gate_state)s))), centre_state_text(cu_str_of(gate_state_name((enum gate_state)other))));
    }
    for (int r = 1; r < RIGHTS_RIGHT_COUNT; r++)
        assert_true(centre_right_text(r) >= T_RIGHT_ACCESS && centre_right_text(r) <= T_RIGHT_COMPLAINT);
    for (int s = 1; s < RIGHTS_STATE_COUNT; s++)
        assert_true(centre_request_text(s) >= T_REQUEST_OPEN && centre_request_text(s) <= T_REQUEST_DUPLICATE);
    assert_int_equal(centre_right_text(0), T_REQUESTS);
    assert_int_equal(centre_right_text(99), T_REQUESTS);
    assert_int_equal(centre_request_text(-1), T_REQUEST_OPEN);
}

// Every purpose of the built-in dictionary is said in each language; a shop's own words are not overwritten.
static void test_purposes(void **state)
{
    (void)state;
    struct dictionary *d = NULL;
    const struct dict_purpose *all = NULL;
    assert_int_equal(dictionary_load(CU_LIT("version: 1\n"), &d, NULL), CU_OK);
    size_t count = dictionary_purposes(d, &all);
    assert_true(count >= 8);
    for (size_t i = 0; i < count; i++) {
        assert_int_not_equal(centre_purpose_name(all[i].name), T_COUNT);
        assert_int_not_equal(centre_purpose_doc(all[i].name, all[i].doc), T_COUNT);
        assert_int_equal(centre_purpose_doc(all[i].name, CU_LIT("Our own words.")), T_COUNT);
    }
    assert_int_equal(centre_purpose_name(CU_LIT("tea_club")), T_COUNT);
    dictionary_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete), cmocka_unit_test(test_filled), cmocka_unit_test(test_languages), cmocka_unit_test(test_names),
        cmocka_unit_test(test_purposes),
    };
    return cmocka_run_group_tests_name("app/centre_text", tests, NULL, NULL);
}
