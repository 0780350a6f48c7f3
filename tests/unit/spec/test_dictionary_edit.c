// SPDX-License-Identifier: Apache-2.0
// Single rows of a dictionary.yaml: what is around them stays byte by byte, and what comes out loads as it was meant.
#include "spec_test.h"

#include "spec/dictionary.h"

#include "spec/dictionary_edit.h"

static const char shop[] = "# Our dictionary.\nversion: 1\n\n# people\npersons:\n  # the shoe\n  shoe_size:\n    type: number # metres\n    min: 15\n"
                           "    max: 60\n    level: P1\n    category: user.demographic.profile\n    purposes: [service]\n    doc: Shoe size.\n\n"
                           "  # the hat\n  hat_size: {type: number, level: P1, category: user.demographic.profile, purposes: [service], doc: \"Hat, \\u00e4 size.\"}\n\n"
                           "# what happens\nevents:\n  Fitting Booked:\n    doc: A fitting.\n    purposes: [service]\n    fields:\n"
                           "      branch: {type: string, max: 64, level: P1, doc: Which branch.}\n# the end\n";

static char *lay(const char *text, const char *fragment, cu_code want)
{
    struct cu_buf out;
    struct cu_error err = {0};
    cu_buf_init(&out, 1 << 20);
    cu_code code = dictionary_edit_lay(cu_str_of(text), cu_str_of(fragment), &out, &err);
    if (code != want)
        print_error("%s\n", err.text);
    assert_int_equal(code, want);
    return out.ptr; // NUL-terminated; freed with cu_free
}

static struct dictionary *load(const char *text)
{
    struct dictionary *d = NULL;
    struct cu_error err = {0};
    if (dictionary_load(cu_str_of(text), &d, &err) != CU_OK)
        print_error("%s: %s\n%s\n", err.field, err.text, text);
    assert_non_null(d);
    return d;
}

static void an_attribute_of_a_row(void **state)
{
    (void)state;
    char *text = lay(shop, "persons:\n  Shoe-Size:\n    retention_days: 100\n    max: 55\n", CU_OK);
    assert_non_null(strstr(text, "  shoe_size:\n    type: number\n    min: 15\n    max: 55\n"));
    assert_non_null(strstr(text, "    retention_days: 100\n\n  # the hat\n  hat_size: {type: number,"));
    assert_non_null(strstr(text, "# Our dictionary.\nversion: 1\n\n# people\npersons:\n  # the shoe\n  shoe_size:\n"));
    assert_non_null(strstr(text, "# the end\n"));
    struct dictionary *d = load(text);
    const struct dict_field *f = dictionary_person_field(d, CU_LIT("shoe_size"));
    assert_int_equal(f->retention_days, 100);
    assert_int_equal(f->max, 55);
    assert_int_equal(f->min, 15);
    dictionary_free(d);
    cu_free(text);
}

static void rows_are_added(void **state)
{
    (void)state;
    char *text = lay(shop, "{\"persons\":{\"glove\":{\"type\":\"enum\",\"options\":[\"S, small\",\"M\"],\"level\":\"P2\","
        "\"category\":\"user.demographic\",\"purposes\":[\"service\"],\"doc\":\"Size: \\\"of\\\" the glove.\"}},"
        "\"events\":{\"Fitting Booked\":{\"fields\":{\"wishes\":{\"type\":\"string\",\"level\":\"P2\",\"doc\":\"Wishes.\"}}}},"
        "\"purposes\":{\"surveys\":{\"basis\":\"consent\",\"doc\":\"Asking.\"}}}", CU_OK);
    struct dictionary *d = load(text);
    const struct dict_field *f = dictionary_person_field(d, CU_LIT("glove"));
    assert_int_equal(f->option_count, 2);
    assert_true(cu_str_eqz(f->options[0], "S, small"));
    assert_true(cu_str_eqz(f->doc, "Size: \"of\" the glove."));
    const struct dict_event *e = dictionary_event(d, CU_LIT("Fitting Booked"));
    assert_non_null(dictionary_event_field(e, CU_LIT("branch")));
    assert_non_null(dictionary_event_field(e, CU_LIT("wishes")));
    assert_non_null(dictionary_purpose(d, CU_LIT("surveys")));
    assert_non_null(strstr(text, "  # the hat\n  hat_size: {type: number, level"));
    dictionary_free(d);
    // again: nothing changes any more
    char *again = lay(text, "persons: {glove: {level: P2}}", CU_OK);
    assert_string_equal(again, text);
    cu_free(again);
    cu_free(text);
    text = lay("", "persons: {age: {collect: no}}", CU_OK);
    assert_string_equal(text, "version: 1\npersons:\n  age:\n    collect: no\n");
    cu_free(text);
    text = lay("version: 1\npersons:\n# nothing yet\nevents: ~", "persons: {age: {collect: no}}", CU_OK);
    assert_string_equal(text, "version: 1\npersons:\n  age:\n    collect: no\n# nothing yet\nevents: ~");
    cu_free(text);
}

static void rows_are_taken_out(void **state)
{
    (void)state;
    struct cu_buf out;
    struct cu_error err;
    cu_buf_init(&out, 1 << 20);
    assert_int_equal(dictionary_edit_remove(cu_str_of(shop), CU_LIT("persons/shoe_size"), &out, &err), CU_OK);
    assert_non_null(strstr(out.ptr, "persons:\n  # the shoe\n\n  # the hat\n  hat_size: {"));
    struct dictionary *d = load(out.ptr);
    assert_null(dictionary_person_field(d, CU_LIT("shoe_size")));
    dictionary_free(d);
    cu_buf_reset(&out);
    assert_int_equal(dictionary_edit_remove(cu_str_of(shop), CU_LIT("events/Fitting Booked/branch"), &out, &err), CU_OK);
    d = load(out.ptr);
    assert_null(dictionary_event_field(dictionary_event(d, CU_LIT("Fitting Booked")), CU_LIT("branch")));
    dictionary_free(d);
    cu_buf_reset(&out);
    assert_int_equal(dictionary_edit_remove(cu_str_of(shop), CU_LIT("events/Fitting Booked"), &out, &err), CU_OK);
    d = load(out.ptr);
    assert_null(dictionary_event(d, CU_LIT("Fitting Booked")));
    dictionary_free(d);
    static const char *const missing[] = {"persons/email", "events/Fitting Booked/nothing", "sets/x", NULL};
    for (size_t i = 0; missing[i]; i++)
        assert_int_equal(dictionary_edit_remove(cu_str_of(shop), cu_str_of(missing[i]), &out, &err), CU_NOT_FOUND);
    static const char *const bad[] = {"", "persons", "nothing/x", "persons/", NULL};
    for (size_t i = 0; bad[i]; i++)
        assert_int_equal(dictionary_edit_remove(cu_str_of(shop), cu_str_of(bad[i]), &out, &err), CU_INVALID);
    cu_buf_clear(&out);
}

static void what_cannot_be_done(void **state)
{
    (void)state;
    cu_free(lay("version: 1\npersons: {a: {level: P1}, b: {level: P2}}\n", "persons: {a: {level: P2}}", CU_CONFLICT));
    cu_free(lay("version: 1\npersons:\n  {a: {level: P1}, b: {level: P2}}\n", "persons: {a: {level: P2}}", CU_CONFLICT));
    cu_free(lay("{version: 1, persons: {}}", "persons: {a: {level: P2}}", CU_CONFLICT));
    cu_free(lay("version: 1 # \xe2\x80\xa8\npersons:\n  a: {}\n", "persons: {a: {level: P2}}", CU_CONFLICT));
    cu_free(lay(shop, "persons: [a]", CU_INVALID));
    cu_free(lay(shop, "people: {a: {level: P2}}", CU_INVALID));
    cu_free(lay(shop, "persons: {a: 1}", CU_INVALID));
    cu_free(lay(shop, "version: 1", CU_MISSING));
    cu_free(lay(shop, "persons: {a: *b}", CU_MALFORMED));
    cu_free(lay("persons: &a", "persons: {a: {level: P2}}", CU_MALFORMED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attribute_of_a_row),
        cmocka_unit_test(rows_are_added),
        cmocka_unit_test(rows_are_taken_out),
        cmocka_unit_test(what_cannot_be_done),
    };
    return cmocka_run_group_tests_name("dictionary_edit", tests, NULL, NULL);
}
