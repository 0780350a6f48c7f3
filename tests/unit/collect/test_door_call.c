// SPDX-License-Identifier: Apache-2.0
// One call of the tracking API, looked at: shapes, ids, times, values. Pure, so mostly tables.
#include "collect/door.h"
#include "collect/door_call.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define NOW INT64_C(1795284360000) // 2026-11-21T18:06:00Z
#define DAY INT64_C(86400000)

static struct json_parser *parser;
static struct dictionary *dictionary;

static int setup(void **state)
{
    struct cu_error err;
    (void)state;
    parser = json_parser_new(1 << 20);
    assert_int_equal(dictionary_load(CU_LIT(""), &dictionary, &err), CU_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    json_parser_free(parser);
    dictionary_free(dictionary);
    return 0;
}

static cu_code look(cu_str text, enum door_type expected, const struct door_envelope *e,
    struct door_call *ret, struct cu_error *err)
{
    static const struct door_envelope none = {0};
    json call;
    *err = (struct cu_error){.code = CU_OK};
    assert_int_equal(json_parse(parser, text, &call, err), CU_OK);
    return door_call_check(dictionary, call, expected, e ? e : &none, NOW, ret, err);
}

struct verdict {
    const char *text;
    enum door_type expected;
    cu_code code;
    const char *field;
};

static void check_all(const struct verdict *v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct door_call c;
        struct cu_error err;
        cu_code code = look(cu_str_of(v[i].text), v[i].expected, NULL, &c, &err);
        if (code != v[i].code || (code != CU_OK && strcmp(err.field, v[i].field) != 0))
            print_error("%s\n  wanted %d %s, got %d %s (%s)\n", v[i].text, v[i].code,
                v[i].field ? v[i].field : "", code, err.field, err.text);
        assert_int_equal(code, v[i].code);
        if (code != CU_OK) {
            assert_string_equal(err.field, v[i].field);
            assert_true(err.text[0] != 0);
        }
    }
}

static void test_shapes(void **state)
{
    (void)state;
    static const struct verdict cases[] = {
        {"{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"}", DOOR_ANY, CU_OK, NULL},
        {"{\"event\":\"A\",\"userId\":\"u\"}", DOOR_TRACK, CU_OK, NULL},
        {"{\"event\":\"A\",\"userId\":\"u\"}", DOOR_ANY, CU_MISSING, "/type"},
        {"{\"type\":\"Track\",\"event\":\"A\",\"userId\":\"u\"}", DOOR_ANY, CU_INVALID, "/type"},
        {"{\"type\":7,\"event\":\"A\",\"userId\":\"u\"}", DOOR_ANY, CU_INVALID, "/type"},
        {"{\"type\":\"page\",\"event\":\"A\",\"userId\":\"u\"}", DOOR_TRACK, CU_INVALID, "/type"},
        {"[]", DOOR_TRACK, CU_INVALID, ""},
        {"\"x\"", DOOR_ANY, CU_INVALID, ""},
        {"null", DOOR_ANY, CU_INVALID, ""},
        {"{}", DOOR_IDENTIFY, CU_MISSING, "/userId"},
        {"{\"userId\":\"u\"}", DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"anonymousId\":\"a\"}", DOOR_PAGE, CU_OK, NULL},
        {"{\"anonymousId\":\"a\",\"userId\":null}", DOOR_SCREEN, CU_OK, NULL},
        {"{\"anonymousId\":\"\",\"userId\":\"\"}", DOOR_PAGE, CU_MISSING, "/userId"},
        {"{\"userId\":12}", DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"userId\":0}", DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"userId\":1.5}", DOOR_IDENTIFY, CU_INVALID, "/userId"},
        {"{\"userId\":true}", DOOR_IDENTIFY, CU_INVALID, "/userId"},
        {"{\"userId\":{}}", DOOR_IDENTIFY, CU_INVALID, "/userId"},
        {"{\"anonymousId\":[1]}", DOOR_IDENTIFY, CU_INVALID, "/anonymousId"},
        {"{\"context\":{\"externalIds\":[{\"id\":\"1\",\"type\":\"crm\"}]}}", DOOR_IDENTIFY, CU_OK,
            NULL},
        {"{\"context\":{\"externalIds\":[]}}", DOOR_IDENTIFY, CU_MISSING, "/userId"},
        {"{\"userId\":\"u\"}", DOOR_TRACK, CU_MISSING, "/event"},
        {"{\"userId\":\"u\",\"event\":\"\"}", DOOR_TRACK, CU_MISSING, "/event"},
        {"{\"userId\":\"u\",\"event\":5}", DOOR_TRACK, CU_INVALID, "/event"},
        {"{\"userId\":\"u\"}", DOOR_GROUP, CU_MISSING, "/groupId"},
        {"{\"userId\":\"u\",\"groupId\":9}", DOOR_GROUP, CU_OK, NULL},
        {"{\"userId\":\"u\"}", DOOR_ALIAS, CU_MISSING, "/previousId"},
        {"{\"previousId\":\"a\"}", DOOR_ALIAS, CU_MISSING, "/userId"},
        {"{\"previousId\":\"a\",\"userId\":\"u\"}", DOOR_ALIAS, CU_OK, NULL},
        {"{\"userId\":\"u\",\"traits\":3}", DOOR_IDENTIFY, CU_INVALID, "/traits"},
        {"{\"userId\":\"u\",\"traits\":[]}", DOOR_IDENTIFY, CU_OK, NULL}, // PHP's empty object
        {"{\"userId\":\"u\",\"traits\":[1]}", DOOR_IDENTIFY, CU_INVALID, "/traits"},
        {"{\"userId\":\"u\",\"traits\":null}", DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"userId\":\"u\",\"event\":\"A\",\"properties\":\"x\"}", DOOR_TRACK, CU_INVALID,
            "/properties"},
        {"{\"userId\":\"u\",\"context\":1}", DOOR_PAGE, CU_INVALID, "/context"},
        {"{\"userId\":\"u\",\"integrations\":\"all\"}", DOOR_PAGE, CU_INVALID, "/integrations"},
    };
    check_all(cases, CU_COUNT(cases));
}

static void test_message_ids(void **state)
{
    (void)state;
    char text[800], id[401] = "";
    struct door_call c;
    struct cu_error err;
    static const struct {
        const char *letter;
        int count;
        cu_code code;
    } cases[] = {{"x", 99, CU_OK}, {"x", 100, CU_INVALID}, {"\xc3\xa9", 99, CU_OK},
        {"\xf0\x9f\x8e\xb2", 100, CU_INVALID}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        id[0] = 0;
        for (int k = 0; k < cases[i].count; k++)
            strcat(id, cases[i].letter);
        (void)snprintf(text, sizeof text, "{\"userId\":\"u\",\"messageId\":\"%s\"}", id);
        assert_int_equal(look(cu_str_of(text), DOOR_PAGE, NULL, &c, &err), cases[i].code);
        if (cases[i].code != CU_OK)
            assert_string_equal(err.field, "/messageId");
        else
            assert_true(cu_str_eqz(c.message_id, id));
    }
    assert_int_equal(
        look(CU_LIT("{\"userId\":\"u\",\"messageId\":17}"), DOOR_PAGE, NULL, &c, &err), CU_INVALID);
    assert_int_equal(
        look(CU_LIT("{\"userId\":\"u\",\"messageId\":null}"), DOOR_PAGE, NULL, &c, &err), CU_OK);
    assert_true(c.has_message_id && c.message_id.len == 0);
    assert_int_equal(look(CU_LIT("{\"userId\":\"u\"}"), DOOR_PAGE, NULL, &c, &err), CU_OK);
    assert_false(c.has_message_id);
    // what a refused call lacks is known as well
    assert_int_equal(look(CU_LIT("{\"userId\":false}"), DOOR_PAGE, NULL, &c, &err), CU_INVALID);
    assert_false(c.has_type);
    assert_int_equal(look(CU_LIT("[]"), DOOR_PAGE, NULL, &c, &err), CU_INVALID);
    assert_true(c.has_type);
}

static void test_skew(void **state)
{
    (void)state;
    const int64_t minute = 60000;
    static const int64_t event = NOW - 5000;
    // event, explicit, server, has_sent, sent, received
    assert_true(door_time(event, false, false, true, NOW - minute, NOW) == event);
    assert_true(door_time(event, false, false, true, NOW - minute - 1, NOW) == event + minute + 1);
    assert_true(door_time(event, false, false, true, NOW + minute + 1, NOW) == event - minute - 1);
    assert_true(door_time(event, true, false, true, NOW - 3 * minute, NOW) == event);
    assert_true(door_time(event, false, true, true, NOW - 3 * minute, NOW) == event);
    assert_true(door_time(event, false, false, false, NOW - 3 * minute, NOW) == event);
    assert_true(door_time(event, false, false, true, NOW - 2 * DAY, NOW) == event + 2 * DAY);
    assert_true(door_time(event, false, false, true, NOW - 2 * DAY - 1, NOW) == event);
    assert_true(door_time(event, false, false, true, NOW + 2 * DAY + 1, NOW) == event);
}

struct moment {
    const char *members; // besides userId
    const char *time;    // NULL: NOW
};

static void test_times(void **state)
{
    (void)state;
    static const struct moment cases[] = {
        {"\"x\":1", NULL},
        {"\"timestamp\":\"2026-11-20T10:00:00.000Z\"", "2026-11-20T10:00:00.000Z"},
        {"\"timestamp\":\"2026-11-20T10:00:00+02:00\"", "2026-11-20T08:00:00.000Z"},
        {"\"timestamp\":null,\"originalTimestamp\":\"2026-11-20T10:00:00.000Z\"",
            "2026-11-20T10:00:00.000Z"},
        // ten minutes behind: sent now by our clock, so it happened ten minutes later than it says
        {"\"timestamp\":\"2026-11-21T17:55:00.000Z\",\"sentAt\":\"2026-11-21T17:56:00.000Z\"",
            "2026-11-21T18:05:00.000Z"},
        {"\"originalTimestamp\":\"2026-11-21T17:55:00.000Z\",\"sentAt\":\"2026-11-21T17:56:00."
         "000Z\"",
            "2026-11-21T18:05:00.000Z"},
        // RudderStack: an explicit timestamp beside originalTimestamp wins and is never moved
        {"\"timestamp\":\"2024-03-01T10:00:00.000Z\",\"originalTimestamp\":\"2026-11-21T17:55:00."
         "000Z\","
         "\"sentAt\":\"2026-11-21T17:56:00.000Z\"",
            "2024-03-01T10:00:00.000Z"},
        // servers have good clocks; a difference there is a retry of the same body
        {"\"timestamp\":\"2026-11-21T17:55:00.000Z\",\"sentAt\":\"2026-11-21T17:56:00.000Z\","
         "\"channel\":\"server\"",
            "2026-11-21T17:55:00.000Z"},
        {"\"timestamp\":\"2026-11-21T17:55:00.000Z\",\"sentAt\":\"2026-11-21T17:56:00.000Z\","
         "\"context\":{\"library\":{\"name\":\"@segment/analytics-node\"}}",
            "2026-11-21T17:55:00.000Z"},
        {"\"timestamp\":\"2026-11-21T17:55:00.000Z\",\"sentAt\":\"2026-11-21T17:56:00.000Z\","
         "\"context\":{\"library\":{\"name\":\"RudderLabs JavaScript SDK\"}}",
            "2026-11-21T18:05:00.000Z"},
        // a year off is no clock to correct by
        {"\"timestamp\":\"2025-11-21T17:55:00.000Z\",\"sentAt\":\"2025-11-21T17:56:00.000Z\"",
            "2025-11-21T17:55:00.000Z"},
        {"\"timestamp\":\"2026-11-23T18:06:00.000Z\"", "2026-11-23T18:06:00.000Z"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        char text[600];
        struct door_call c;
        struct cu_error err;
        int64_t wanted = NOW;
        (void)snprintf(text, sizeof text, "{\"userId\":\"u\",%s}", cases[i].members);
        assert_true(!cases[i].time || text_time_parse(cu_str_of(cases[i].time), &wanted));
        assert_int_equal(look(cu_str_of(text), DOOR_PAGE, NULL, &c, &err), CU_OK);
        if (c.time_ms != wanted)
            print_error("%s: %lld, not %lld\n", text, (long long)c.time_ms, (long long)wanted);
        assert_true(c.time_ms == wanted);
    }
    static const struct verdict bad[] = {
        {"{\"userId\":\"u\",\"timestamp\":\"yesterday\"}", DOOR_PAGE, CU_INVALID, "/timestamp"},
        {"{\"userId\":\"u\",\"timestamp\":1795284360000}", DOOR_PAGE, CU_INVALID, "/timestamp"},
        {"{\"userId\":\"u\",\"timestamp\":\"2026-02-30T00:00:00Z\"}", DOOR_PAGE, CU_INVALID,
            "/timestamp"},
        {"{\"userId\":\"u\",\"timestamp\":\"1989-12-31T23:59:59Z\"}", DOOR_PAGE, CU_INVALID,
            "/timestamp"},
        {"{\"userId\":\"u\",\"timestamp\":\"9999-12-31T23:59:59Z\"}", DOOR_PAGE, CU_INVALID,
            "/timestamp"},
        {"{\"userId\":\"u\",\"timestamp\":\"2026-11-23T18:06:00.001Z\"}", DOOR_PAGE, CU_INVALID,
            "/timestamp"},
        {"{\"userId\":\"u\",\"originalTimestamp\":\"1970-01-01T00:00:00Z\"}", DOOR_PAGE, CU_INVALID,
            "/originalTimestamp"},
        {"{\"userId\":\"u\",\"sentAt\":\"soon\"}", DOOR_PAGE, CU_INVALID, "/sentAt"},
    };
    check_all(bad, CU_COUNT(bad));
}

static void test_envelope_speaks_for_its_calls(void **state)
{
    (void)state;
    const struct door_envelope late = {.has_sent = true, .sent_ms = NOW - 600000};
    const struct door_envelope server = {
        .has_sent = true, .sent_ms = NOW - 600000, .server_library = true};
    const struct door_envelope person = {.has_context_person = true};
    const cu_str call = CU_LIT("{\"userId\":\"u\",\"timestamp\":\"2026-11-21T17:55:00.000Z\"}");
    struct door_call c;
    struct cu_error err;
    int64_t at = 0;
    assert_true(text_time_parse(CU_LIT("2026-11-21T17:55:00.000Z"), &at));
    assert_int_equal(look(call, DOOR_PAGE, &late, &c, &err), CU_OK);
    assert_true(c.time_ms == at + 600000 && c.has_sent && c.sent_ms == late.sent_ms);
    assert_int_equal(look(call, DOOR_PAGE, &server, &c, &err), CU_OK);
    assert_true(c.time_ms == at && c.server_side);
    // the call's own library counts more than the envelope's
    assert_int_equal(
        look(CU_LIT("{\"userId\":\"u\",\"context\":{\"library\":{\"name\":\"analytics.js\"}}}"),
            DOOR_PAGE, &server, &c, &err),
        CU_OK);
    assert_true(!c.server_side && c.browser);
    assert_int_equal(look(CU_LIT("{\"event\":\"e\"}"), DOOR_TRACK, &person, &c, &err), CU_OK);
}

static void test_server_libraries(void **state)
{
    (void)state;
    static const char *const servers[] = {"analytics-node", "@segment/analytics-node",
        "analytics-python", "analytics-ruby", "analytics-go", "Analytics.NET", "analytics-java",
        "analytics-php", "analytics_rust"};
    static const char *const others[] = {"analytics.js", "RudderLabs JavaScript SDK",
        "analytics-ios", "jitsu-js", "analytics-kotlin", "", "gopher", "nodes",
        "com.rudderstack.android.sdk.core"};
    for (size_t i = 0; i < CU_COUNT(servers); i++)
        assert_true(door_server_library(cu_str_of(servers[i])));
    for (size_t i = 0; i < CU_COUNT(others); i++)
        assert_false(door_server_library(cu_str_of(others[i])));
}

static void test_dictionary_speaks(void **state)
{
    (void)state;
    static const struct verdict cases[] = {
        {"{\"userId\":\"u\",\"event\":\"Order "
         "Completed\",\"properties\":{\"order_id\":\"1\",\"total\":12.5}}",
            DOOR_TRACK, CU_OK, NULL},
        {"{\"userId\":\"u\",\"event\":\"Order Completed\",\"properties\":{\"total\":\"much\"}}",
            DOOR_TRACK, CU_INVALID, "/properties/total"},
        {"{\"userId\":\"u\",\"event\":\"Completed Order\",\"properties\":{\"total\":{}}}",
            DOOR_TRACK, CU_INVALID, "/properties/total"},
        {"{\"userId\":\"u\",\"event\":\"Order Completed\",\"properties\":{\"total\":1.23456}}",
            DOOR_TRACK, CU_INVALID, "/properties/total"},
        {"{\"userId\":\"u\",\"event\":\"Nobody Declared Me\",\"properties\":{\"total\":{}}}",
            DOOR_TRACK, CU_OK, NULL},
        {"{\"userId\":\"u\",\"traits\":{\"email\":\"zoe@example.com\",\"own\":[1,2]}}",
            DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"userId\":\"u\",\"traits\":{\"email\":\"not an address\"}}", DOOR_IDENTIFY, CU_INVALID,
            "/traits/email"},
        {"{\"userId\":\"u\",\"traits\":{\"email\":null}}", DOOR_IDENTIFY, CU_OK, NULL},
        {"{\"userId\":\"u\",\"event\":\"x\",\"context\":{\"traits\":{\"email\":[]}}}", DOOR_TRACK,
            CU_INVALID, "/context/traits/email"},
    };
    check_all(cases, CU_COUNT(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_message_ids),
        cmocka_unit_test(test_skew),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_envelope_speaks_for_its_calls),
        cmocka_unit_test(test_server_libraries),
        cmocka_unit_test(test_dictionary_speaks),
    };
    return cmocka_run_group_tests_name("collect/door_call", tests, setup, teardown);
}
