// SPDX-License-Identifier: Apache-2.0
// What changes between two dictionaries, the dictionary as JSON, and all faults of a text at once.

#include "dictionary_test.h"

#include "base/fault.h"

static json diff(struct fixture *t, const struct dictionary *a, const struct dictionary *b)
{
    cu_buf_reset(&t->out);
    dictionary_diff_json(a, b, &t->out);
    return parse_out(t);
}

static json change_of(json changes, const char *row)
{
    struct json_iter it = json_each(changes);
    while (json_next(&it))
        if (cu_str_eqz(json_str(json_get(it.value, "row")), row))
            return it.value;
    fail_msg("%s did not change", row);
    return (json){0};
}

static void the_same_has_no_difference(void **state)
{
    struct fixture *t = *state;
    struct dictionary *a = load(t, ""),
                      *b = load(t, "version: 1\npersons: {email: {type: email}}\n");
    diff(t, a, b);
    assert_str(cu_buf_view(&t->out), "[]");
    dictionary_free(a);
    dictionary_free(b);
}

static void differences_name_row_and_attribute(void **state)
{
    struct fixture *t = *state;
    struct dictionary
        *a = load(t, "version: 1\nevents: {Old One: {doc: X., fields: {a: {type: string, level: "
                     "P1, doc: X.}}}}\n"),
        *b = load(t,
            "version: 1\n"
            "persons: {Email: {level: P3, retention_days: 30, aliases: [post]}}\n"
            "events:\n"
            "  Order Completed: {fields: {total: {max: 9}}}\n"
            "  New One: {doc: Y., fields: {b: {type: enum, options: [u, v], level: P2, doc: Z.}}}\n"
            "purposes: {analytics: {basis: contract}}\n"
            "identifiers: {card: {priority: 8, limit: 3, doc: Card.}}\n");
    json all = diff(t, a, b);
    assert_int_equal(json_count(all), 8);
    json c = change_of(all, "persons/email");
    assert_str(json_str(json_get(c, "change")), "changed");
    assert_int_equal(json_count(json_get(c, "attributes")), 3);
    struct json_iter it = json_each(json_get(c, "attributes"));
    assert_true(json_next(&it));
    assert_str(json_str(json_get(it.value, "name")), "level");
    assert_str(json_str(json_get(it.value, "before")), "P2");
    assert_str(json_str(json_get(it.value, "after")), "P3");
    c = change_of(all, "events/Order Completed/total");
    it = json_each(json_get(c, "attributes"));
    int64_t n = 0;
    assert_true(json_next(&it) && json_i64(json_get(it.value, "after"), &n) && n == 9);
    assert_str(json_str(json_get(change_of(all, "events/Old One"), "change")), "removed");
    assert_str(json_str(json_get(change_of(all, "events/Old One/a"), "change")), "removed");
    c = change_of(all, "events/New One");
    assert_str(json_str(json_get(c, "change")), "added");
    it = json_each(json_get(c, "attributes"));
    assert_true(json_next(&it) && json_is(json_get(it.value, "before"), JSON_NULL));
    assert_str(json_str(json_get(change_of(all, "events/New One/b"), "change")), "added");
    assert_str(json_str(json_get(change_of(all, "purposes/analytics"), "change")), "changed");
    assert_str(json_str(json_get(change_of(all, "identifiers/card"), "change")), "added");
    dictionary_free(a);
    dictionary_free(b);
}

static void an_alias_is_not_the_row(void **state)
{
    struct fixture *t = *state;
    struct dictionary
        *a = load(t, ""),
        *b = load(t, "version: 1\npersons:\n  phone: {aliases: []}\n  mobile: {type: phone, level: "
                     "P2, category: user, purposes: [service], doc: X.}\n");
    json all = diff(t, a, b);
    assert_str(json_str(json_get(change_of(all, "persons/phone"), "change")), "changed");
    assert_str(json_str(json_get(change_of(all, "persons/mobile"), "change")), "added");
    all = diff(t, b, a);
    assert_str(json_str(json_get(change_of(all, "persons/mobile"), "change")), "removed");
    dictionary_free(a);
    dictionary_free(b);
}

static void prints_every_row(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    dictionary_print_json(d, &t->out);
    json v = parse_out(t);
    const struct dict_field *fields;
    const struct dict_event *events;
    assert_int_equal(json_str(json_get(v, "version")).len, 16);
    assert_int_equal(json_count(json_get(v, "persons")), dictionary_person_fields(d, &fields));
    assert_int_equal(json_count(json_get(v, "events")), dictionary_events(d, &events));
    assert_int_equal(json_count(json_get(v, "purposes")), 8);
    struct json_iter it = json_each(json_get(v, "persons"));
    assert_true(json_next(&it));
    assert_str(json_str(json_get(it.value, "name")), "email");
    assert_str(json_str(json_get(it.value, "type")), "email");
    assert_str(json_str(json_get(it.value, "group")), "contact");
    assert_str(json_str(json_get(it.value, "identifier")), "email");
    assert_true(json_is(json_get(it.value, "elements"), JSON_ABSENT)); // a word of the loader
    it = json_each(json_get(v, "identifiers"));
    assert_true(json_next(&it));
    assert_str(json_str(json_get(it.value, "kind")), "user_id");
    dictionary_free(d);
}

static json check(struct fixture *t, const char *text, const struct dictionary *current)
{
    cu_buf_reset(&t->out);
    assert_code(
        dictionary_check_text_json(cu_str_of(text), current, &t->out, &t->err), CU_OK, &t->err);
    return parse_out(t);
}

static void a_check_tells_every_fault(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    json v = check(t,
        "version: 1\n"
        "persons:\n"
        "  email: {level: P7, tpye: email}\n"
        "  phone: {max: lots}\n"
        "events:\n"
        "  Signed Up: {retention_days: -1}\n",
        d);
    bool ok = true;
    assert_true(json_bool(json_get(v, "ok"), &ok) && !ok);
    assert_int_equal(json_count(json_get(v, "errors")), 4);
    assert_int_equal(json_count(json_get(v, "diff")), 0);
    struct json_iter it = json_each(json_get(v, "errors"));
    for (int i = 0; i < 3; i++)
        assert_true(json_next(&it));
    int64_t line = 0, column = 0;
    assert_true(json_i64(json_get(it.value, "line"), &line) && line == 4);
    assert_true(json_i64(json_get(it.value, "column"), &column) && column == 11);
    assert_str(json_str(json_get(it.value, "row")), "persons/phone");
    assert_str(json_str(json_get(it.value, "code")), "invalid");
    dictionary_free(d);
}

static void a_check_of_a_good_text_shows_the_difference(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    json v = check(t, "version: 1\npersons: {email: {level: P3}}\n", d);
    bool ok = false;
    assert_true(json_bool(json_get(v, "ok"), &ok) && ok);
    assert_int_equal(json_count(json_get(v, "errors")), 0);
    assert_int_equal(json_count(json_get(v, "diff")), 1);
    v = check(t, "", NULL);
    assert_true(json_bool(json_get(v, "ok"), &ok) && ok);
    assert_int_equal(json_count(json_get(v, "diff")), 0);
    dictionary_free(d);
}

static void a_check_stops_at_fifty(void **state)
{
    struct fixture *t = *state;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 100000);
    cu_buf_z(&text, "version: 1\npersons:\n");
    for (int i = 0; i < 80; i++)
        cu_buf_printf(&text, "  f%d: {level: P9}\n", i);
    assert_code(
        dictionary_check_text_json(cu_buf_view(&text), NULL, &t->out, &t->err), CU_OK, &t->err);
    json v = parse_out(t);
    int64_t count = 0;
    assert_true(json_i64(json_get(v, "error_count"), &count) && count == 80);
    assert_int_equal(json_count(json_get(v, "errors")), 50);
}

static void a_check_without_memory_says_so(void **state)
{
    struct fixture *t = *state;
    cu_fault_arm(CU_FAULT_ALLOC, 20, true);
    cu_code code = dictionary_check_text_json(CU_LIT("version: 1\n"), NULL, &t->out, &t->err);
    cu_fault_disarm();
    assert_code(code, CU_MEMORY, &t->err);
    CU_AUTO_BUF struct cu_buf small;
    cu_buf_init(&small, 10);
    assert_code(dictionary_check_text_json(CU_LIT("version: 1\n"), NULL, &small, &t->err),
        CU_TOO_LARGE, &t->err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_has_no_difference),
        TEST(differences_name_row_and_attribute),
        TEST(an_alias_is_not_the_row),
        TEST(prints_every_row),
        TEST(a_check_tells_every_fault),
        TEST(a_check_of_a_good_text_shows_the_difference),
        TEST(a_check_stops_at_fifty),
        TEST(a_check_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
