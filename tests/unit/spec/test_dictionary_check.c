// SPDX-License-Identifier: Apache-2.0
// Values against rows: what real clients send is accepted, what would do harm is refused with the
// place of the value and without the value.

#include "dictionary_test.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

static const char rows[] =
    "version: 1\n"
    "events:\n"
    "  T:\n"
    "    doc: Test.\n"
    "    fields:\n"
    "      string: {type: string, min: 2, max: 5, level: P1, doc: X.}\n"
    "      integer: {type: integer, min: -5, max: 5, level: P1, doc: X.}\n"
    "      number: {type: number, min: 0, max: 10, level: P1, doc: X.}\n"
    "      money: {type: money, level: P1, doc: X.}\n"
    "      boolean: {type: boolean, level: P1, doc: X.}\n"
    "      time: {type: time, level: P1, doc: X.}\n"
    "      date: {type: date, level: P1, doc: X.}\n"
    "      email: {type: email, level: P2, doc: X.}\n"
    "      phone: {type: phone, level: P2, doc: X.}\n"
    "      url: {type: url, max: 30, level: P2, doc: X.}\n"
    "      country: {type: country, level: P1, doc: X.}\n"
    "      currency: {type: currency, level: P1, doc: X.}\n"
    "      enum: {type: enum, options: [Small, large, \"7\"], level: P1, doc: X.}\n"
    "      object: {type: object, max: 2, level: P1, doc: X.}\n"
    "      object.inner: {type: integer, level: P1, doc: X.}\n"
    "      array: {type: array, min: 1, max: 2, level: P1, doc: X.}\n"
    "      array.$: {type: integer, level: P1, doc: X.}\n"
    "      lines: {type: array, level: P1, doc: X., elements: product}\n"
    "      any: {type: any, level: P1, doc: X.}\n"
    "      deep.a.b: {type: integer, level: P1, doc: X.}\n"
    "      old: {type: integer, level: P1, doc: X., aliases: [older.name, veryOld]}\n";

static cu_code check(struct fixture *t, const struct dictionary *d, const char *properties)
{
    t->err = (struct cu_error){0};
    return dictionary_check_properties(EVENT(d, "T"), parse(t, properties), "/properties", &t->err);
}

static const char *const accepted[] = {
    "{}",
    "{\"unknown\":[1,{\"x\":2}],\"\":0}",
    "{\"string\":null,\"integer\":null,\"array\":null,\"object\":null}",
    "{\"string\":\"ab\"}",
    "{\"string\":12345}",
    "{\"string\":1.25}",
    "{\"String\":\"ab\"}",
    "{\"integer\":-5}",
    "{\"integer\":5.0}",
    "{\"integer\":\"3\"}",
    "{\"integer\":\" 3 \"}",
    "{\"integer\":\"3.0\"}",
    "{\"integer\":\"\"}",
    "{\"number\":0}",
    "{\"number\":9.99}",
    "{\"number\":\"9.99\"}",
    "{\"number\":\"1e1\"}",
    "{\"number\":\"\"}",
    "{\"money\":12.5}",
    "{\"money\":\"12.50\"}",
    "{\"money\":0.1}",
    "{\"money\":19.99}",
    "{\"money\":-3}",
    "{\"money\":0.30000000000000004}",
    "{\"money\":1.2345}",
    "{\"money\":\"\"}",
    "{\"money\":1e6}",
    "{\"boolean\":true}",
    "{\"boolean\":0}",
    "{\"boolean\":\"TRUE\"}",
    "{\"boolean\":\"no\"}",
    "{\"boolean\":\"\"}",
    "{\"time\":\"2026-11-21T10:00:00Z\"}",
    "{\"time\":\"2026-11-21\"}",
    "{\"time\":1795255200}",
    "{\"time\":1795255200000}",
    "{\"time\":-86400}",
    "{\"time\":\"\"}",
    "{\"time\":\"1900-01-01\"}",
    "{\"time\":\"2100-12-31T23:59:59Z\"}",
    "{\"date\":\"1984-02-29\"}",
    "{\"date\":\"1990-01-01T00:00:00.000Z\"}",
    "{\"date\":\"\"}",
    "{\"email\":\"Ann@Example.ORG\"}",
    "{\"email\":\" ann@example.org \"}",
    "{\"email\":\"\"}",
    "{\"phone\":\"+49 (30) 123-456\"}",
    "{\"phone\":\"030/123456\"}",
    "{\"phone\":4930123456}",
    "{\"phone\":\"555-0100 x12\"}",
    "{\"url\":\"https://shop.example/a?b=c\"}",
    "{\"url\":\"/a/b\"}",
    "{\"url\":\"\"}",
    "{\"country\":\"DE\"}",
    "{\"country\":\"Deutschland\"}",
    "{\"country\":\"\"}",
    "{\"currency\":\"EUR\"}",
    "{\"currency\":\"eur\"}",
    "{\"currency\":\"\"}",
    "{\"enum\":\"small\"}",
    "{\"enum\":\"LARGE\"}",
    "{\"enum\":7}",
    "{\"enum\":\"\"}",
    "{\"object\":{}}",
    "{\"object\":{\"x\":1,\"inner\":3}}",
    "{\"array\":[1,2]}",
    "{\"array\":[null]}",
    "{\"lines\":[]}",
    "{\"lines\":[{\"price\":1,\"product_id\":7,\"unknown\":{}},null,5]}",
    "{\"any\":{\"a\":[1]}}",
    "{\"any\":\"x\"}",
    "{\"deep\":{\"a\":{\"b\":1}}}",
    "{\"deep\":5}",
    "{\"deep\":{\"a\":[1]}}",
    "{\"deep.a.b\":\"a key with dots is no path\"}",
    "{\"very_old\":1}",
};

static void accepts_what_clients_send(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, rows);
    for (size_t i = 0; i < CU_COUNT(accepted); i++)
        if (check(t, d, accepted[i]) != CU_OK)
            fail_msg("%s: %s: %s", accepted[i], t->err.field, t->err.text);
    assert_code(dictionary_check_properties(EVENT(d, "T"), (json){0}, "/properties", &t->err),
        CU_OK, &t->err);
    assert_code(check(t, d, "[]"), CU_OK, &t->err);
    assert_code(check(t, d, "null"), CU_OK, &t->err);
    dictionary_free(d);
}

static const struct {
    const char *properties, *field, *says;
} refused[] = {
    {"{\"string\":\"a\"}", "string", "At least 2 bytes"},
    {"{\"string\":\"secret\"}", "string", "At most 5 bytes"},
    {"{\"string\":true}", "string", "text"},
    {"{\"string\":{\"secret\":1}}", "string", "text"},
    {"{\"integer\":6}", "integer", "from -5 to 5"},
    {"{\"integer\":1.5}", "integer", "whole number"},
    {"{\"integer\":\"secret\"}", "integer", "whole number"},
    {"{\"integer\":\"1.5\"}", "integer", "whole number"},
    {"{\"integer\":true}", "integer", "whole number"},
    {"{\"integer\":[]}", "integer", "whole number"},
    {"{\"number\":10.01}", "number", "from 0 to 10"},
    {"{\"number\":\"ten\"}", "number", "number is expected"},
    {"{\"number\":\"nan\"}", "number", "number is expected"},
    {"{\"number\":\"0x1\"}", "number", "number is expected"},
    {"{\"money\":1.23456}", "money", "four decimals"},
    {"{\"money\":\"1.23456\"}", "money", "four decimals"},
    {"{\"money\":\"12,50\"}", "money", "12.50"},
    {"{\"money\":\"$12\"}", "money", "12.50"},
    {"{\"money\":1e13}", "money", "1000000000000"},
    {"{\"money\":{}}", "money", "12.50"},
    {"{\"boolean\":2}", "boolean", "true or false"},
    {"{\"boolean\":\"maybe\"}", "boolean", "true or false"},
    {"{\"time\":\"soon\"}", "time", "2026-11-21T10:00:00Z"},
    {"{\"time\":\"1899-12-31\"}", "time", "1900 and 2100"},
    {"{\"time\":\"2101-01-01\"}", "time", "1900 and 2100"},
    {"{\"time\":4133980800}", "time", "1900 and 2100"},
    {"{\"time\":1e300}", "time", "is expected"},
    {"{\"time\":true}", "time", "is expected"},
    {"{\"date\":\"0001-01-01\"}", "date", "1900 and 2100"},
    {"{\"date\":19900101}", "date", "2026-11-21"},
    {"{\"date\":\"31.12.1990\"}", "date", "2026-11-21"},
    {"{\"date\":\"1990-02-30\"}", "date", "2026-11-21"},
    {"{\"email\":\"secret\"}", "email", "name@example.org"},
    {"{\"email\":\"a@b@example.org\"}", "email", "name@example.org"},
    {"{\"email\":5}", "email", "name@example.org"},
    {"{\"phone\":\"secret\"}", "phone", "telephone"},
    {"{\"phone\":\"12\"}", "phone", "telephone"},
    {"{\"phone\":\"123456789012345678901\"}", "phone", "telephone"},
    {"{\"phone\":[]}", "phone", "telephone"},
    {"{\"url\":5}", "url", "URL"},
    {"{\"url\":\"https://shop.example/secret/secret\"}", "url", "At most 30"},
    {"{\"url\":\"a\\nb\"}", "url", "control"},
    {"{\"country\":49}", "country", "country"},
    {"{\"currency\":\"EURO\"}", "currency", "three letters"},
    {"{\"currency\":978}", "currency", "three letters"},
    {"{\"enum\":\"secret\"}", "enum", "Small, large, 7"},
    {"{\"enum\":{}}", "enum", "Small, large, 7"},
    {"{\"object\":\"secret\"}", "object", "object is expected"},
    {"{\"object\":{\"a\":1,\"b\":1,\"c\":1}}", "object", "0 to 2 members"},
    {"{\"object\":{\"inner\":\"secret\"}}", "object/inner", "whole number"},
    {"{\"array\":{}}", "array", "list is expected"},
    {"{\"array\":[]}", "array", "1 to 2 elements"},
    {"{\"array\":[1,\"secret\"]}", "array/1", "whole number"},
    {"{\"lines\":[{},{\"Price\":\"secret\"}]}", "lines/1/Price", "12.50"},
    {"{\"deep\":{\"a\":{\"b\":\"secret\"}}}", "deep/a/b", "whole number"},
    {"{\"veryOld\":\"secret\"}", "veryOld", "whole number"},
    {"{\"older\":{\"name\":\"secret\"}}", "older/name", "whole number"},
};

static void refuses_with_place_and_reason(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, rows);
    for (size_t i = 0; i < CU_COUNT(refused); i++) {
        char field[96];
        snprintf(field, sizeof field, "/properties/%s", refused[i].field);
        cu_code code = check(t, d, refused[i].properties);
        if (code != CU_INVALID || strcmp(t->err.field, field) != 0 ||
            !strstr(t->err.text, refused[i].says))
            fail_msg("%s gave %s at %s: %s", refused[i].properties, cu_code_rows[code].name,
                t->err.field, t->err.text);
        assert_lacks(t->err.text, "secret");
    }
    dictionary_free(d);
}

static void checks_traits(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    json good = parse(t, "{\"email\":\"ann@example.org\",\"firstName\":\"Ann\",\"birthday\":\"1984-"
                         "02-29\",\"phone\":\"030 123456\","
                         "\"address\":{\"city\":\"Ulm\",\"postalCode\":89073,\"country\":"
                         "\"Germany\",\"planet\":3},\"shoe_size\":41,"
                         "\"company\":\"Example Ltd\",\"createdAt\":1795255200,\"age\":\"41\"}");
    assert_code(dictionary_check_traits(d, good, "/traits", &t->err), CU_OK, &t->err);
    assert_code(dictionary_check_traits(d,
                    parse(t, "{\"company\":{\"name\":\"Example\",\"employee_count\":\"12\"}}"),
                    "/traits", &t->err),
        CU_OK, &t->err);
    assert_code(dictionary_check_traits(d, parse(t, "{\"E-Mail\":\"nobody\"}"), "/traits", &t->err),
        CU_INVALID, &t->err);
    assert_string_equal(t->err.field, "/traits/E-Mail");
    assert_code(dictionary_check_traits(
                    d, parse(t, "{\"address\":{\"City\":[]}}"), "/context/traits", &t->err),
        CU_INVALID, &t->err);
    assert_string_equal(t->err.field, "/context/traits/address/City");
    assert_code(dictionary_check_traits(d, parse(t, "{\"age\":200}"), "/traits", &t->err),
        CU_INVALID, &t->err);
    dictionary_free(d);
}

static void checks_one_value(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    json v = parse(t, "[\"ann@example.org\",\"nobody\"]");
    struct json_iter it = json_each(v);
    assert_true(json_next(&it));
    assert_code(
        dictionary_check_value(PERSON(d, "email"), it.value, "/rows/0", &t->err), CU_OK, &t->err);
    assert_true(json_next(&it));
    assert_code(dictionary_check_value(PERSON(d, "email"), it.value, "/rows/1", &t->err),
        CU_INVALID, &t->err);
    assert_string_equal(t->err.field, "/rows/1");
    dictionary_free(d);
}

// Recorded calls of real clients, as far as their shapes matter here.
static void accepts_semantic_events(void **state)
{
    static const char *const list[][2] = {
        {"Order Completed", "{\"checkout_id\":\"fksdjfsdjfisjf9sdfjsd9f\",\"order_id\":50314,"
                            "\"affiliation\":\"Store\",\"total\":"
                            "27.50,\"subtotal\":\"22.50\",\"revenue\":25,\"shipping\":3,\"tax\":2,"
                            "\"discount\":2.5,\"coupon\":\"hasbros\","
                            "\"currency\":\"USD\",\"products\":[{\"product_id\":\"507f\",\"sku\":"
                            "45790,\"name\":\"Monopoly: 3rd\","
                            "\"price\":19,\"quantity\":\"1\",\"category\":\"Games\",\"url\":"
                            "\"https://shop.example/p\",\"position\":1}]}"},
        {"Products Searched", "{\"query\":\"shoes\"}"},
        {"Products Searched", "{\"query\":{\"text\":\"shoes\"}}"},
        {"Product Added", "{\"cart_id\":\"skdjsidjsdkdj29j\",\"product_id\":\"507f\",\"price\":18."
                          "99,\"quantity\":0.5,\"coupon\":null}"},
        {"Video Playback Started", "{\"content_asset_ids\":[\"a\",\"b\"],\"position\":0,\"sound\":"
                                   "\"80\",\"full_screen\":\"true\"}"},
        {"$page",
            "{\"name\":null,\"path\":\"/"
            "\",\"referrer\":\"\",\"search\":\"?a=b\",\"title\":\"Home\",\"url\":\"https://a/\"}"},
        {"$context", "{\"ip\":\"2001:db8::1\",\"library\":{\"name\":\"analytics.js\",\"version\":"
                     "\"next-1.84.3\"},\"screen\":{\"width\":"
                     "800.5,\"density\":2},\"campaign\":{\"name\":\"spring\"},\"page\":{\"url\":"
                     "\"https://a/\"},\"consent\":{"
                     "\"categoryPreferences\":{\"Advertising\":true}},\"externalIds\":[{\"id\":"
                     "\"7\",\"type\":\"card\"}]}"},
    };
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    for (size_t i = 0; i < CU_COUNT(list); i++) {
        const struct dict_event *e = dictionary_event(d, cu_str_of(list[i][0]));
        assert_non_null(e);
        assert_code(dictionary_check_properties(e, parse(t, list[i][1]), "/properties", &t->err),
            CU_OK, &t->err);
    }
    dictionary_free(d);
}

// Not a limit that a busy test machine could miss: the figure is for the reader, the bound is
// generous.
static void is_fast_enough_for_every_event(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    json v = parse(t, "{\"product_id\":\"507f1f77bcf86cd799439011\",\"sku\":\"G-32\",\"category\":"
                      "\"Games\",\"name\":\"Monopoly\","
                      "\"brand\":\"Hasbro\",\"variant\":\"200 "
                      "pieces\",\"price\":18.99,\"quantity\":1,\"coupon\":\"MAYDEALS\","
                      "\"currency\":\"EUR\"}");
    enum { ROUNDS = 20000 };
    int64_t start = cu_mono_us();
    for (int i = 0; i < ROUNDS; i++) {
        const struct dict_event *e = EVENT(d, "Product Viewed");
        assert_code(dictionary_check_properties(e, v, "/properties", &t->err), CU_OK, &t->err);
    }
    int64_t ns = (cu_mono_us() - start) * 1000 / ROUNDS;
    print_message("# an event of ten properties is checked in %lld ns\n", (long long)ns);
    assert_true(ns < 200000);
    dictionary_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(accepts_what_clients_send),
        TEST(refuses_with_place_and_reason),
        TEST(checks_traits),
        TEST(checks_one_value),
        TEST(accepts_semantic_events),
        TEST(is_fast_enough_for_every_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
