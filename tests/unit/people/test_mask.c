// SPDX-License-Identifier: Apache-2.0
// Masks by kind, in every script: short values, marks that combine, bytes that are no text; and what a caller sees of
// JSON by the rows of its names.
#include "../store/store_test.h"

#include "people/mask.h"
#include "people/sight.h"
#include "text/text.h"

#include <stdio.h>

static const char *masked(enum mask_kind kind, const char *value)
{
    static char out[4][200];
    static int turn;
    char *text = out[turn++ % 4];
    struct cu_buf b;
    cu_buf_init(&b, 199);
    mask_print(kind, cu_str_of(value), &b);
    assert_false(b.failed);
    snprintf(text, 200, "%.*s", CU_ARG(cu_buf_view(&b)));
    cu_buf_clear(&b);
    return text;
}

static void text_shows_its_first_character(void **state)
{
    (void)state;
    assert_string_equal(masked(MASK_TEXT, "Berlin"), "B***");
    assert_string_equal(masked(MASK_TEXT, "abc"), "a***");
    assert_string_equal(masked(MASK_TEXT, "ab"), "***"); // never most of a value
    assert_string_equal(masked(MASK_TEXT, "a"), "***");
    assert_string_equal(masked(MASK_TEXT, ""), "***"); // nor that there is none
    assert_string_equal(masked(MASK_TEXT, " a b "), "***");
    assert_string_equal(masked(MASK_TEXT, "Ärzte"), "Ä***");
    assert_string_equal(masked(MASK_TEXT, "A\xcc\x88rzte"), "A\xcc\x88***"); // the same with a combining mark
    assert_string_equal(masked(MASK_TEXT, "a\xcc\x81" "b\xcc\x81"), "***");  // two characters of four code points
    assert_string_equal(masked(MASK_TEXT, "\xe0\xa4\xa8\xe0\xa4\xbf\xe0\xa4\xb0\xe0\xa4\xae\xe0\xa4\xb2"),
        "\xe0\xa4\xa8\xe0\xa4\xbf***"); // Devanagari with its vowel sign
    assert_string_equal(masked(MASK_TEXT, "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e"), "\xe7\x8e\x8b***");
    assert_string_equal(masked(MASK_TEXT, "\xe2\x80\xae" "abc"), "a***"); // a direction mark is not shown
    assert_string_equal(masked(MASK_TEXT, "\xcc\x81\xcc\x81\xcc\x81"), "***");
    assert_string_equal(masked(MASK_TEXT, "ab\xff"), "***"); // not UTF-8
}

static void every_prefix_stays_utf8(void **state)
{
    (void)state;
    char long_marks[200] = "xyz";
    for (size_t i = 3; i + 2 < sizeof long_marks; i += 2)
        memcpy(long_marks + i, "\xcc\x81", 3);
    const char *values[] = {"Zo\xc3\xab", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x91\xa9\xf0\x9f\x91\xa9",
        long_marks,
        "x\xf0\x9f\x8f\xbd\xf0\x9f\x8f\xbd\xf0\x9f\x8f\xbdyz"};
    for (size_t i = 0; i < CU_COUNT(values); i++) {
        for (enum mask_kind kind = MASK_ALL; kind <= MASK_DATE; kind++) {
            struct cu_buf b;
            cu_buf_init(&b, 400);
            mask_print(kind, cu_str_of(values[i]), &b);
            assert_true(text_utf8_valid(cu_buf_view(&b)));
            assert_true(b.len < 60); // marks without end are cut
            cu_buf_clear(&b);
        }
    }
}

static void names_are_initials(void **state)
{
    (void)state;
    assert_string_equal(masked(MASK_NAME, "Maria Schmidt"), "M. S.");
    assert_string_equal(masked(MASK_NAME, "  Maria   Anna  von Schmidt "), "M. S.");
    assert_string_equal(masked(MASK_NAME, "Maria"), "M.");
    assert_string_equal(masked(MASK_NAME, "Bo"), "***");
    assert_string_equal(masked(MASK_NAME, "A B"), "***");
    assert_string_equal(masked(MASK_NAME, "Al B"), "A. *.");
    assert_string_equal(masked(MASK_NAME, "Øyvind Ål"), "Ø. Å.");
    assert_string_equal(masked(MASK_NAME, "E\xcc\x81mile Zola"), "E\xcc\x81. Z.");
    assert_string_equal(masked(MASK_NAME, ""), "***");
    assert_string_equal(masked(MASK_NAME, "   "), "***");
}

static void addresses_keep_their_domain(void **state)
{
    (void)state;
    assert_string_equal(masked(MASK_EMAIL, "anna.schmidt@example.com"), "a***@example.com");
    assert_string_equal(masked(MASK_EMAIL, "ab@example.com"), "***@example.com");
    assert_string_equal(masked(MASK_EMAIL, "a@example.com"), "***@example.com");
    assert_string_equal(masked(MASK_EMAIL, "\"a@b\"@example.com"), "\"***@example.com");
    assert_string_equal(masked(MASK_EMAIL, "@example.com"), "@***"); // no address: text
    assert_string_equal(masked(MASK_EMAIL, "anna@"), "a***");
    assert_string_equal(masked(MASK_EMAIL, "no address"), "n***");
    assert_string_equal(masked(MASK_EMAIL, "ünal@example.com"), "ü***@example.com");
}

static void phones_keep_country_and_end(void **state)
{
    (void)state;
    assert_string_equal(masked(MASK_PHONE, "+4915112345612"), "+49 *** **12");
    assert_string_equal(masked(MASK_PHONE, "+1 (555) 010-0199"), "+1 *** **99");
    assert_string_equal(masked(MASK_PHONE, "+35312345678"), "+353 *** **78");
    assert_string_equal(masked(MASK_PHONE, "+98 21 12345678"), "+98 *** **78");
    assert_string_equal(masked(MASK_PHONE, "030/1234567"), "*** **67");
    assert_string_equal(masked(MASK_PHONE, "+491234"), "***");
    assert_string_equal(masked(MASK_PHONE, "112"), "***");
    assert_string_equal(masked(MASK_PHONE, "call me"), "***");
    assert_string_equal(masked(MASK_PHONE, "12345678901234567890123"), "***"); // more digits than any number has
}

static void dates_keep_the_year(void **state)
{
    (void)state;
    assert_string_equal(masked(MASK_DATE, "1984-02-29"), "1984");
    assert_string_equal(masked(MASK_DATE, "2026-11-21T10:00:00.000Z"), "2026");
    assert_string_equal(masked(MASK_DATE, "29.02.1984"), "***");
    assert_string_equal(masked(MASK_DATE, "1984"), "***");
    assert_string_equal(masked(MASK_DATE, ""), "***");
    assert_string_equal(masked(MASK_ALL, "anything"), "***");
}

// --- JSON by rows

static const char rows[] = "version: 1\n"
                           "persons:\n"
                           "  health: {type: string, max: 100, level: P4, group: sensitive, category: user.health_and_medical,\n"
                           "      purposes: [personalisation], owner: me, doc: Special.}\n"
                           "events:\n"
                           "  Test Done:\n"
                           "    category: user.behavior\n"
                           "    purposes: [analytics]\n"
                           "    owner: me\n"
                           "    doc: A test.\n"
                           "    fields:\n"
                           "      plain: {type: string, max: 100, level: P1, doc: One.}\n"
                           "      email: {type: email, level: P2, category: user.contact.email, doc: Two.}\n"
                           "      born: {type: date, level: P3, category: user.demographic.date_of_birth, doc: Three.}\n"
                           "      count: {type: integer, min: 0, max: 9, level: P3, doc: Three.}\n"
                           "      illness: {type: string, max: 100, level: P4, category: user.health_and_medical, doc: Four.}\n"
                           "      box: {type: object, level: P2, doc: A box.}\n"
                           "      box.colour: {type: string, max: 100, level: P1, doc: Its colour.}\n"
                           "      box.ill: {type: string, max: 100, level: P4, doc: Its illness.}\n"
                           "      list: {type: array, max: 9, level: P1, doc: A list.}\n"
                           "      list.$.name: {type: string, max: 100, level: P1, doc: A name.}\n"
                           "      list.$.secret: {type: string, max: 100, level: P2, doc: A secret.}\n"
                           "      tags: {type: array, max: 9, level: P2, doc: Words.}\n";

struct eyes {
    struct dictionary *dictionary;
    struct json_parser *parser;
};

static int eyes_setup(void **state)
{
    struct eyes *e = calloc(1, sizeof(*e));
    struct cu_error err = {0};
    e->parser = json_parser_new(1 << 20);
    if (dictionary_load(cu_str_of(rows), &e->dictionary, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    *state = e;
    return 0;
}

static int eyes_teardown(void **state)
{
    struct eyes *e = *state;
    dictionary_free(e->dictionary);
    json_parser_free(e->parser);
    free(e);
    return 0;
}

static const char *seen(struct eyes *e, const char *view, const char *call_text, struct sight *ret)
{
    static char text[2000];
    struct caller c = {.kind = CALLER_STAFF};
    for (size_t i = 0; i < SPEC_LEVELS; i++)
        c.view[i] = view[i] == 'f' ? SPEC_VIEW_FULL : view[i] == 'm' ? SPEC_VIEW_MASK : SPEC_VIEW_NONE;
    *ret = (struct sight){.caller = &c, .dictionary = e->dictionary};
    struct cu_buf out;
    struct json_writer w;
    json call;
    cu_buf_init(&out, sizeof text - 1);
    assert_ok(json_parse(e->parser, cu_str_of(call_text), &call, NULL));
    jw_start(&w, &out);
    sight_call(ret, call, &w);
    assert_false(out.failed);
    snprintf(text, sizeof text, "%.*s", CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
    ret->caller = NULL;
    return text;
}

#define CALL(properties) "{\"type\":\"track\",\"event\":\"Test Done\",\"properties\":{" properties "}}"
static void properties_by_level(void **state)
{
    struct sight s;
    static const char call[] = CALL("\"plain\":\"x\",\"email\":\"anna@example.com\",\"born\":\"1984-02-29\",\"count\":5,"
                                    "\"illness\":\"flu flu\",\"else\":\"nobody knows\",\"nothing\":null");
    assert_string_equal(seen(*state, "fffff", call, &s), call);
    assert_int_equal(sight_least_shown(&s), SPEC_VIEW_FULL);
    assert_string_equal(seen(*state, "ffmmm", call, &s),
        CALL("\"plain\":\"x\",\"email\":\"a***@example.com\",\"born\":\"1984\",\"count\":\"***\",\"illness\":\"f***\","
             "\"else\":\"n***\",\"nothing\":null"));
    assert_int_equal(s.masked, 5);
    assert_int_equal(s.hidden, 0);
    // a hidden value with a row is null; one without is left out with its name, even when it is null
    assert_string_equal(seen(*state, "ffmnn", call, &s),
        CALL("\"plain\":\"x\",\"email\":\"a***@example.com\",\"born\":null,\"count\":null,\"illness\":null"));
    assert_int_equal(s.masked, 1);
    assert_int_equal(s.hidden, 5);
    assert_string_equal(seen(*state, "nnnnn", call, &s),
        "{\"type\":null,\"event\":null,\"properties\":{\"plain\":null,\"email\":null,\"born\":null,\"count\":null,\"illness\":null}}");
}

static void nested_values(void **state)
{
    struct sight s;
    static const char call[] = CALL("\"box\":{\"colour\":\"red\",\"ill\":\"very ill\",\"other\":\"thing\"},"
                                    "\"list\":[{\"name\":\"a\",\"secret\":\"sssss\",\"x\":1},7],\"tags\":[\"one\",\"two\"]");
    assert_string_equal(seen(*state, "ffffn", call, &s),
        CALL("\"box\":{\"colour\":\"red\",\"ill\":null,\"other\":\"thing\"},"
             "\"list\":[{\"name\":\"a\",\"secret\":\"sssss\",\"x\":1},7],\"tags\":[\"one\",\"two\"]"));
    assert_string_equal(seen(*state, "ffmnn", call, &s),
        CALL("\"box\":{\"colour\":\"red\",\"ill\":null},\"list\":[{\"name\":\"a\",\"secret\":\"s***\"}],\"tags\":\"***\""));
    assert_string_equal(seen(*state, "ffnnn", call, &s),
        CALL("\"box\":{\"colour\":\"red\",\"ill\":null},\"list\":[{\"name\":\"a\",\"secret\":null}],\"tags\":null"));
}

static void unexpected_places(void **state)
{
    struct sight s;
    // a special category keeps its level wherever its name stands, also in what nobody declared
    assert_string_equal(seen(*state, "ffffn", "{\"odd\":{\"deep\":[{\"health\":\"bad\"}]},\"health\":\"bad\"}", &s),
        "{\"odd\":{\"deep\":[{\"health\":null}]},\"health\":null}");
    assert_string_equal(
        seen(*state, "ffffn", "{\"batch\":[" CALL("\"illness\":\"flu\"") "],\"context\":{\"traits\":{\"health\":\"bad\"}}}",
            &s),
        "{\"batch\":[" CALL("\"illness\":null") "],\"context\":{\"traits\":{\"health\":null}}}");
    // an event that lost its name; "count" is P3 somewhere and stays what it is
    assert_string_equal(seen(*state, "ffffn", "{\"type\":\"track\",\"properties\":{\"illness\":\"flu\",\"count\":4}}", &s),
        "{\"type\":\"track\",\"properties\":{\"illness\":null,\"count\":4}}");
    assert_string_equal(seen(*state, "ffmnn",
        "{\"type\":\"identify\",\"userId\":\"u-12345\",\"traits\":{\"email\":\"anna@example.com\"}}", &s),
        "{\"type\":\"identify\",\"userId\":\"u***\",\"traits\":{\"email\":\"a***@example.com\"}}");
    assert_string_equal(seen(*state, "ffmnn", "[1]", &s), "null");
    assert_string_equal(seen(*state, "ffmmm", "\"text of nobody\"", &s), "\"t***\"");
}

// --- anything, anywhere: what is hidden never comes through

static uint32_t dice_state;

static uint32_t dice(uint32_t sides)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 8) % sides;
}

// Values of special categories say so ("v4v"), wherever their names stand.
static void random_value(struct cu_buf *out, const char *key, int depth)
{
    static const char *const keys[] = {"plain", "email", "born", "illness", "health", "box", "list", "tags", "odd",
        "properties",
        "traits", "context", "batch", "ill", "secret", "name", "deep.health"};
    uint32_t kind = depth > 4 ? 0 : dice(4);
    bool special = strcmp(key, "illness") == 0 || strcmp(key, "health") == 0;
    if (kind == 0 || special) {
        cu_buf_printf(out, "\"%s-%u@example.com\"", special ? "v4v" : "value", dice(1000));
        return;
    }
    cu_buf_char(out, kind == 1 ? '[' : '{');
    uint32_t used = 0, count = dice(5);
    for (uint32_t i = 0, written = 0; i < count; i++) {
        uint32_t k = dice(CU_COUNT(keys));
        if (used >> k & 1)
            continue;
        used |= 1u << k;
        if (written++)
            cu_buf_char(out, ',');
        if (kind != 1)
            cu_buf_printf(out, "\"%s\":", keys[k]);
        random_value(out, kind == 1 ? "" : keys[k], depth + 1);
    }
    cu_buf_char(out, kind == 1 ? ']' : '}');
}

static void nothing_hidden_comes_through(void **state)
{
    struct eyes *e = *state;
    static const char *const types[] = {"track", "identify", "group", "page", "odd"};
    for (uint32_t seed = 0; seed < 3000; seed++) {
        struct cu_buf call, out;
        cu_buf_init(&call, 1 << 20);
        cu_buf_init(&out, 1 << 20);
        dice_state = seed;
        cu_buf_printf(&call, "{\"type\":\"%s\",", types[dice(CU_COUNT(types))]);
        if (dice(2))
            cu_buf_z(&call, "\"event\":\"Test Done\",");
        static const char *const parts[] = {"properties", "traits", "context", "batch", "odd"};
        for (size_t i = 0; i < CU_COUNT(parts); i++) {
            cu_buf_printf(&call, "%s\"%s\":", i ? "," : "", parts[i]);
            random_value(&call, parts[i], 0);
        }
        cu_buf_char(&call, '}');
        struct caller steward = {.kind = CALLER_STAFF, .view = {2, 2, 2, 2, 0}}, blind = {.kind = CALLER_STAFF};
        const struct caller *callers[] = {&steward, &blind};
        for (size_t i = 0; i < CU_COUNT(callers); i++) {
            struct sight s = {.caller = callers[i], .dictionary = e->dictionary};
            struct json_writer w;
            json value;
            cu_buf_reset(&out);
            jw_start(&w, &out);
            assert_ok(json_parse(e->parser, cu_buf_view(&call), &value, NULL));
            sight_call(&s, value, &w);
            assert_false(out.failed);
            if (cu_str_find_str(cu_buf_view(&out), CU_LIT("v4v")) >= 0 || (i == 1 && cu_str_find_str(cu_buf_view(&out),
                CU_LIT("value-")) >= 0))
                fail_msg("seed %u: %.*s\n-> %.*s", seed, CU_ARG(cu_buf_view(&call)), CU_ARG(cu_buf_view(&out)));
            assert_ok(json_parse(e->parser, cu_buf_view(&out), &value, NULL)); // and it is JSON
        }
        cu_buf_clear(&call);
        cu_buf_clear(&out);
    }
}

static void callers_and_levels(void **state)
{
    struct eyes *e = *state;
    const struct caller local = {.kind = CALLER_LOCAL}, nobody = {.view = {2, 2, 2, 2, 2}};
    struct caller staff = {.kind = CALLER_STAFF, .view = {2, 2, 2, 2, 0}};
    for (int l = DICT_P0; l <= DICT_P4; l++) {
        assert_int_equal(sight_level(&local, (enum dict_level)l), SPEC_VIEW_FULL);
        assert_int_equal(sight_level(&nobody, (enum dict_level)l), SPEC_VIEW_NONE);
    }
    assert_int_equal(sight_level(&staff, (enum dict_level)99), SPEC_VIEW_NONE);
    assert_int_equal(sight_field(&staff, NULL), SPEC_VIEW_FULL); // undeclared: P3
    assert_true(sight_all(&local));
    assert_false(sight_all(&staff));
    assert_false(sight_raw(&staff, e->dictionary)); // a P4 row is declared
    struct dictionary *defaults = NULL;
    assert_ok(dictionary_load(CU_NONE, &defaults, NULL));
    assert_true(sight_raw(&staff, defaults));
    assert_true(sight_search(&staff, defaults));
    staff.view[DICT_P3] = SPEC_VIEW_MASK;
    assert_false(sight_raw(&staff, defaults));
    assert_true(sight_search(&staff, defaults)); // names, addresses, numbers are P2
    staff.view[DICT_P2] = SPEC_VIEW_MASK;
    assert_false(sight_search(&staff, defaults));
    assert_int_equal(sight_identifier_level(defaults, CU_LIT("email")), DICT_P2);
    assert_int_equal(sight_identifier_level(defaults, CU_LIT("whatever")), DICT_P2);
    dictionary_free(defaults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_shows_its_first_character),
        cmocka_unit_test(every_prefix_stays_utf8),
        cmocka_unit_test(names_are_initials),
        cmocka_unit_test(addresses_keep_their_domain),
        cmocka_unit_test(phones_keep_country_and_end),
        cmocka_unit_test(dates_keep_the_year),
        cmocka_unit_test_setup_teardown(properties_by_level, eyes_setup, eyes_teardown),
        cmocka_unit_test_setup_teardown(nested_values, eyes_setup, eyes_teardown),
        cmocka_unit_test_setup_teardown(unexpected_places, eyes_setup, eyes_teardown),
        cmocka_unit_test_setup_teardown(nothing_hidden_comes_through, eyes_setup, eyes_teardown),
        cmocka_unit_test_setup_teardown(callers_and_levels, eyes_setup, eyes_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
