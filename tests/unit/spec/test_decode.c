// SPDX-License-Identifier: Apache-2.0
// Bodies and single values against rows of fields: what is accepted, what is refused, and that a
// refusal names the field and never repeats what was given.

#include "spec_test.h"

#include "spec/spec.h"

#include <stdio.h>

static const char *const sorts[] = {"last_seen", "first_seen", "revenue", NULL};
static const struct spec_field line_fields[] = {
    {.name = "sku", .type = SPEC_STRING, .doc = "Article.", .max = 8, .required = true},
    {.name = "quantity", .type = SPEC_INT, .doc = "Pieces.", .min = 1, .max = 99, .fallback = "1"},
    {0},
};
static const struct spec_field address_fields[] = {
    {.name = "city", .type = SPEC_STRING, .doc = "Town.", .max = 10, .required = true},
    {0},
};
static const struct spec_field word_fields[] = {
    {.name = "", .type = SPEC_STRING, .doc = "One word.", .min = 1, .max = 5},
    {0},
};
static const struct spec_field fields[] = {
    {.name = "name", .type = SPEC_STRING, .doc = "A name.", .min = 2, .max = 10},
    {.name = "limit", .type = SPEC_INT, .doc = "How many.", .min = 1, .max = 100, .fallback = "50"},
    {.name = "share", .type = SPEC_NUMBER, .doc = "A share.", .min = 0, .max = 1},
    {.name = "enabled", .type = SPEC_BOOL, .doc = "On or off."},
    {.name = "since", .type = SPEC_TIME, .doc = "A time."},
    {.name = "day", .type = SPEC_DATE, .doc = "A day."},
    {.name = "id", .type = SPEC_UUID, .doc = "An id."},
    {.name = "email", .type = SPEC_EMAIL, .doc = "An address."},
    {.name = "sort", .type = SPEC_ENUM, .doc = "Order.", .options = sorts},
    {.name = "address", .type = SPEC_OBJECT, .doc = "Where.", .max = 40, .fields = address_fields},
    {.name = "free", .type = SPEC_OBJECT, .doc = "Anything.", .max = 20},
    {.name = "lines",
        .type = SPEC_ARRAY,
        .doc = "Lines.",
        .min = 1,
        .max = 3,
        .fields = line_fields},
    {.name = "words", .type = SPEC_ARRAY, .doc = "Words.", .max = 2, .fields = word_fields},
    {.name = "any", .type = SPEC_ANY, .doc = "Anything.", .max = 30},
    {.name = "password",
        .type = SPEC_STRING,
        .doc = "A password.",
        .min = 8,
        .max = 64,
        .secret = true},
    {0},
};
static const struct spec_field required[] = {
    {.name = "event",
        .type = SPEC_STRING,
        .doc = "Its name.",
        .min = 1,
        .max = 20,
        .required = true},
    {.name = "note", .type = SPEC_STRING, .doc = "A note.", .max = 20},
    {0},
};

static void decodes_every_type(void **state)
{
    struct fixture *t = *state;
    struct spec_values v;
    json body = parse(t, "{\"name\":\"Zoë\",\"limit\":7,\"share\":0.25,\"enabled\":true,\"since\":"
                         "\"2026-11-21T10:00:00Z\","
                         "\"day\":\"2026-11-21\",\"id\":\"01936F2C-7b1e-7c4a-9f00-1d2e3f405162\","
                         "\"email\":\"a@example.org\","
                         "\"sort\":\"revenue\",\"address\":{\"city\":\"Ulm\"},\"free\":{\"x\":1},"
                         "\"lines\":[{\"sku\":\"A1\"},"
                         "{\"sku\":\"B\",\"quantity\":2}],\"words\":[\"one\"],\"any\":[1,2]}");
    assert_code(spec_decode_json(fields, body, &v, &t->err), CU_OK, &t->err);
    assert_str(spec_str(&v, "name"), "Zoë");
    assert_int_equal(spec_i64(&v, "limit"), 7);
    assert_true(spec_get(&v, "share")->real > 0.24 && spec_get(&v, "share")->real < 0.26);
    assert_int_equal(spec_i64(&v, "enabled"), 1);
    assert_int_equal(spec_i64(&v, "since"), 1795255200000);
    assert_int_equal(spec_i64(&v, "day"), 1795219200000);
    assert_str(spec_str(&v, "sort"), "revenue");
    assert_int_equal(json_count(spec_get(&v, "lines")->raw), 2);
    assert_true(spec_has(&v, "any"));
    assert_false(spec_has(&v, "password"));
    assert_null(spec_str(&v, "password").ptr);
}

static void absent_values_fall_back(void **state)
{
    struct fixture *t = *state;
    struct spec_values v;
    assert_code(spec_decode_json(fields, parse(t, "{}"), &v, &t->err), CU_OK, &t->err);
    assert_true(spec_has(&v, "limit"));
    assert_int_equal(spec_i64(&v, "limit"), 50);
    assert_false(spec_has(&v, "name"));
    assert_int_equal(spec_i64(&v, "since"), 0);
    assert_code(spec_decode_json(fields, parse(t, "{\"limit\":null,\"name\":null}"), &v, &t->err),
        CU_OK, &t->err);
    assert_int_equal(spec_i64(&v, "limit"), 50);
    assert_false(spec_has(&v, "name"));
    assert_true(
        json_is(spec_get(&v, "name")->raw, JSON_NULL)); // a handler can tell null from absent
    assert_code(spec_decode_json(NULL, parse(t, "{}"), &v, &t->err), CU_OK, &t->err);
}

struct refusal {
    const char *body;
    cu_code code;
    const char *field, *says;
};

static void refuse_all(
    struct fixture *t, const struct spec_field *rows, const struct refusal *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct spec_values v;
        t->err = (struct cu_error){0};
        cu_code code = spec_decode_json(rows, parse(t, list[i].body), &v, &t->err);
        if (code != list[i].code || strcmp(t->err.field, list[i].field) != 0 ||
            !strstr(t->err.text, list[i].says))
            fail_msg("%s\n  gave %s at \"%s\": %s\n  not %s at \"%s\": ...%s...", list[i].body,
                cu_code_rows[code].name, t->err.field, t->err.text, cu_code_rows[list[i].code].name,
                list[i].field, list[i].says);
        assert_int_equal(t->err.code, code);
    }
}

static void refuses_wrong_types_and_limits(void **state)
{
    static const struct refusal list[] = {
        {"[]", CU_INVALID, "", "JSON object"},
        {"\"text\"", CU_INVALID, "", "JSON object"},
        {"null", CU_INVALID, "", "JSON object"},
        {"{\"name\":5}", CU_INVALID, "/name", "JSON string"},
        {"{\"name\":[\"x\"]}", CU_INVALID, "/name", "JSON string"},
        {"{\"name\":\"x\"}", CU_INVALID, "/name", "At least 2 bytes"},
        {"{\"name\":\"12345678901\"}", CU_TOO_LARGE, "/name", "At most 10 bytes"},
        {"{\"limit\":\"7\"}", CU_INVALID, "/limit", "from 1 to 100"},
        {"{\"limit\":0}", CU_INVALID, "/limit", "from 1 to 100"},
        {"{\"limit\":101}", CU_INVALID, "/limit", "from 1 to 100"},
        {"{\"limit\":1.5}", CU_INVALID, "/limit", "whole number"},
        {"{\"limit\":1e300}", CU_INVALID, "/limit", "whole number"},
        {"{\"limit\":true}", CU_INVALID, "/limit", "whole number"},
        {"{\"share\":\"0.5\"}", CU_INVALID, "/share", "number from 0 to 1"},
        {"{\"share\":1.01}", CU_INVALID, "/share", "number from 0 to 1"},
        {"{\"share\":-0.01}", CU_INVALID, "/share", "number from 0 to 1"},
        {"{\"enabled\":1}", CU_INVALID, "/enabled", "true or false"},
        {"{\"enabled\":\"true\"}", CU_INVALID, "/enabled", "true or false"},
        {"{\"since\":1795255200000}", CU_INVALID, "/since", "JSON string"},
        {"{\"since\":\"soon\"}", CU_INVALID, "/since", "2026-11-21T10:00:00Z"},
        {"{\"day\":\"2026-11-31\"}", CU_INVALID, "/day", "2026-11-21"},
        {"{\"day\":\"2026-11-21T00:00:00Z\"}", CU_INVALID, "/day", "2026-11-21"},
        {"{\"id\":\"12\"}", CU_INVALID, "/id", "An id like"},
        {"{\"email\":\"nobody\"}", CU_INVALID, "/email", "name@example.org"},
        {"{\"sort\":\"lastseen\"}", CU_INVALID, "/sort", "last_seen, first_seen, revenue"},
        {"{\"sort\":\"Revenue\"}", CU_INVALID, "/sort", "One of these"},
        {"{\"address\":[]}", CU_INVALID, "/address", "JSON object"},
        {"{\"address\":{}}", CU_MISSING, "/address/city", "city"},
        {"{\"address\":{\"city\":7}}", CU_INVALID, "/address/city", "JSON string"},
        {"{\"address\":{\"city\":\"Ulm\",\"zip\":1}}", CU_UNKNOWN_FIELD, "/address/zip",
            "Known here: city"},
        {"{\"free\":{\"x\":\"0123456789012345678\"}}", CU_TOO_LARGE, "/free", "At most 20 bytes"},
        {"{\"lines\":{}}", CU_INVALID, "/lines", "JSON array"},
        {"{\"lines\":[]}", CU_INVALID, "/lines", "At least 1 element"},
        {"{\"lines\":[{\"sku\":\"a\"},{\"sku\":\"a\"},{\"sku\":\"a\"},{\"sku\":\"a\"}]}",
            CU_TOO_LARGE, "/lines", "At most 3"},
        {"{\"lines\":[{\"sku\":\"a\"},5]}", CU_INVALID, "/lines/1", "JSON object"},
        {"{\"lines\":[{\"sku\":\"a\"},{\"quantity\":1}]}", CU_MISSING, "/lines/1/sku", "required"},
        {"{\"lines\":[{\"sku\":\"a\",\"quantity\":0}]}", CU_INVALID, "/lines/0/quantity",
            "from 1 to 99"},
        {"{\"words\":[\"ok\",5]}", CU_INVALID, "/words/1", "JSON string"},
        {"{\"words\":[\"toolong\"]}", CU_TOO_LARGE, "/words/0", "At most 5"},
        {"{\"any\":\"0123456789012345678901234567890123456789\"}", CU_TOO_LARGE, "/any",
            "At most 30"},
        {"{\"password\":\"short\"}", CU_INVALID, "/password", "At least 8"},
    };
    refuse_all(*state, fields, list, CU_COUNT(list));
}

static void refuses_unknown_and_missing(void **state)
{
    static const struct refusal list[] = {
        {"{}", CU_MISSING, "/event", "Its name."},
        {"{\"event\":null}", CU_MISSING, "/event", "required"},
        {"{\"event\":\"x\",\"evnet\":\"y\"}", CU_UNKNOWN_FIELD, "/evnet",
            "Did you mean \"event\"? Known here: event, note."},
        {"{\"event\":\"x\",\"colour\":\"y\"}", CU_UNKNOWN_FIELD, "/colour",
            "Known here: event, note."},
        {"{\"event\":\"x\",\"\":1}", CU_UNKNOWN_FIELD, "", "Known here"},
        {"{\"event\":\"x\",\"Event\":1}", CU_UNKNOWN_FIELD, "/Event", "Did you mean \"event\"?"},
        {"{\"event\":\"\"}", CU_INVALID, "/event", "At least 1 byte of"},
    };
    struct fixture *t = *state;
    struct spec_values v;
    refuse_all(t, required, list, CU_COUNT(list));
    assert_code(
        spec_decode_json(NULL, parse(t, "{\"a\":1}"), &v, &t->err), CU_UNKNOWN_FIELD, &t->err);
    assert_has(t->err.text, "Nothing is accepted here");
}

// Keys can hold personal data as well as values: neither may come back in an error.
static void never_repeats_what_was_given(void **state)
{
    static const char *const bodies[] = {
        "{\"event\":{\"ann@example.org\":\"+4930123456\"}}",
        "{\"event\":\"x\",\"ann@example.org\":1}",
        "{\"event\":\"x\",\"+4930123456\":1}",
        "{\"event\":\"x\",\"4930123456\":1}",
        "{\"event\":\"Ann Example from Ulm lives here\"}",
        "{\"event\":\"x\",\"Ann Example from Ulm lives here\":1}",
    };
    struct fixture *t = *state;
    for (size_t i = 0; i < CU_COUNT(bodies); i++) {
        struct spec_values v;
        assert_code(
            spec_decode_json(required, parse(t, bodies[i]), &v, &t->err), t->err.code, &t->err);
        assert_int_not_equal(t->err.code, CU_OK);
        for (const char *const *part = (const char *const[]){"ann", "Ann", "4930", NULL}; *part;
             part++) {
            assert_lacks(t->err.text, *part);
            assert_lacks(t->err.field, *part);
        }
    }
}

static void long_names_and_tables_stay_in_bounds(void **state)
{
    struct fixture *t = *state;
    static char names[SPEC_FIELDS_MAX][40];
    static struct spec_field many[SPEC_FIELDS_MAX + 1];
    for (size_t i = 0; i < SPEC_FIELDS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "a_rather_long_name_of_a_field_%02zu", i);
        many[i] = (struct spec_field){.name = names[i], .type = SPEC_STRING, .doc = "x", .max = 9};
    }
    struct spec_values v;
    assert_code(
        spec_decode_json(many, parse(t, "{\"a_rather_long_name_of_a_feild_47\":1}"), &v, &t->err),
        CU_UNKNOWN_FIELD, &t->err);
    assert_has(t->err.text, "Did you mean \"a_rather_long_name_of_a_field_47\"?");
    assert_true(strlen(t->err.text) < sizeof t->err.text);
    assert_code(spec_decode_json(
                    many, parse(t, "{\"a_rather_long_name_of_a_field_47\":\"ok\"}"), &v, &t->err),
        CU_OK, &t->err);
    assert_str(spec_str(&v, "a_rather_long_name_of_a_field_47"), "ok");
}

// --- One value as text

static cu_code text(const char *name, cu_str s, struct spec_value *ret, struct cu_error *err)
{
    const struct spec_field *f = fields;
    while (strcmp(f->name, name) != 0)
        f++;
    return spec_decode_text(f, s, ret, err);
}

static void decodes_text(void **state)
{
    struct fixture *t = *state;
    struct spec_value v;
    assert_code(text("limit", CU_LIT("100"), &v, &t->err), CU_OK, &t->err);
    assert_int_equal(v.number, 100);
    assert_str(v.text, "100");
    assert_code(text("share", CU_LIT("5e-1"), &v, &t->err), CU_OK, &t->err);
    assert_true(v.real > 0.49 && v.real < 0.51);
    assert_code(text("enabled", CU_LIT("no"), &v, &t->err), CU_OK, &t->err);
    assert_int_equal(v.number, 0);
    assert_code(text("enabled", CU_LIT("1"), &v, &t->err), CU_OK, &t->err);
    assert_int_equal(v.number, 1);
    assert_code(text("sort", CU_LIT("revenue"), &v, &t->err), CU_OK, &t->err);
    assert_code(text("since", CU_LIT("2026-11-21"), &v, &t->err), CU_OK, &t->err);
    assert_code(text("any", CU_LIT("whatever"), &v, &t->err), CU_OK, &t->err);
}

static void refuses_text(void **state)
{
    static const struct {
        const char *name;
        cu_str given;
        cu_code code;
    } list[] = {
        {"limit", {"", 0}, CU_INVALID},
        {"limit", {"1x", 2}, CU_INVALID},
        {"limit", {"99999999999999999999", 20}, CU_INVALID},
        {"limit", {"0", 1}, CU_INVALID},
        {"share", {"0x1", 3}, CU_INVALID},
        {"share", {"nan", 3}, CU_INVALID},
        {"share", {"inf", 3}, CU_INVALID},
        {"share", {"1e999", 5}, CU_INVALID},
        {"share", {"0.5 ", 4}, CU_INVALID},
        {"enabled", {"maybe", 5}, CU_INVALID},
        {"name", {"a\0b", 3}, CU_MALFORMED},
        {"name", {"\xff\xfe", 2}, CU_MALFORMED},
        {"name", {"\xc3", 1}, CU_MALFORMED},
        {"name", {"\xed\xa0\x80", 3}, CU_MALFORMED},
        {"name", {"12345678901", 11}, CU_TOO_LARGE},
        {"address", {"{}", 2}, CU_INVALID},
        {"lines", {"[]", 2}, CU_INVALID},
    };
    struct fixture *t = *state;
    for (size_t i = 0; i < CU_COUNT(list); i++) {
        struct spec_value v;
        t->err = (struct cu_error){0};
        assert_code(text(list[i].name, list[i].given, &v, &t->err), list[i].code, &t->err);
        assert_string_equal(t->err.field, list[i].name);
    }
}

static void permissions_have_names(void **state)
{
    (void)state;
    for (int p = 0; p < SPEC_PERMISSION_COUNT; p++)
        assert_true(strlen(spec_permission_name((enum spec_permission)p)) >= 3);
    assert_string_equal(spec_permission_name(SPEC_PEOPLE_READ), "people_read");
    assert_string_equal(spec_permission_name(SPEC_OPERATE), "operate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decodes_every_type),
        TEST(absent_values_fall_back),
        TEST(refuses_wrong_types_and_limits),
        TEST(refuses_unknown_and_missing),
        TEST(never_repeats_what_was_given),
        TEST(long_names_and_tables_stay_in_bounds),
        TEST(decodes_text),
        TEST(refuses_text),
        TEST(permissions_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
