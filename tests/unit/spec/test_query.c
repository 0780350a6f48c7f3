// SPDX-License-Identifier: Apache-2.0
// Queries ("a=1&b=2") by rows of fields, and suggestions for mistyped names.

#include "spec_test.h"

#include "base/fault.h"
#include "spec/spec.h"
#include "spec/suggest.h"

static const struct spec_field fields[] = {
    {.name = "q", .type = SPEC_STRING, .doc = "Search.", .max = 20},
    {.name = "name", .type = SPEC_STRING, .doc = "A name.", .min = 1, .max = 20},
    {.name = "limit", .type = SPEC_INT, .doc = "How many.", .min = 1, .max = 100, .fallback = "50"},
    {.name = "dry_run", .type = SPEC_BOOL, .doc = "Only try."},
    {0},
};
static const struct spec_field required[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .doc = "Which kind.",
        .min = 1,
        .max = 20,
        .required = true},
    {0},
};

static cu_code query(struct fixture *t, const char *text, struct spec_values *v)
{
    t->err = (struct cu_error){0};
    return spec_decode_query(fields, cu_str_of(text), t->arena, v, &t->err);
}

static void decodes_queries(void **state)
{
    struct fixture *t = *state;
    struct spec_values v;
    assert_code(query(t, "", &v), CU_OK, &t->err);
    assert_int_equal(spec_i64(&v, "limit"), 50);
    assert_code(query(t, "q=J%C3%B6rg+M&limit=7&dry_run=true", &v), CU_OK, &t->err);
    assert_str(spec_str(&v, "q"), "Jörg M");
    assert_int_equal(spec_i64(&v, "limit"), 7);
    assert_int_equal(spec_i64(&v, "dry_run"), 1);
    assert_code(query(t, "&&q=a%26b%3Dc&", &v), CU_OK, &t->err);
    assert_str(spec_str(&v, "q"), "a&b=c");
    assert_code(query(t, "q=a=b", &v), CU_OK, &t->err);
    assert_str(spec_str(&v, "q"), "a=b");
    assert_code(query(t, "dry_run", &v), CU_OK, &t->err); // a flag without a value
    assert_int_equal(spec_i64(&v, "dry_run"), 1);
}

static void empty_values_are_absent(void **state)
{
    struct fixture *t = *state;
    struct spec_values v;
    assert_code(query(t, "q=&limit=&name=&dry_run=", &v), CU_OK, &t->err);
    assert_true(spec_has(&v, "q"));
    assert_int_equal(spec_str(&v, "q").len, 0);
    assert_false(spec_has(&v, "name"));
    assert_false(spec_has(&v, "dry_run"));
    assert_int_equal(spec_i64(&v, "limit"), 50);
    assert_code(
        spec_decode_query(required, CU_LIT("kind="), t->arena, &v, &t->err), CU_MISSING, &t->err);
    assert_code(spec_decode_query(required, CU_NONE, t->arena, &v, &t->err), CU_MISSING, &t->err);
    assert_string_equal(t->err.field, "kind");
}

static void refuses_bad_queries(void **state)
{
    static const struct {
        const char *text;
        cu_code code;
        const char *field;
    } list[] = {
        {"limit=0", CU_INVALID, "limit"},
        {"limit=x", CU_INVALID, "limit"},
        {"limit=1&limit=2", CU_INVALID, "limit"},
        {"limti=1", CU_UNKNOWN_FIELD, "limti"},
        {"ann%40example.org=1", CU_UNKNOWN_FIELD, ""},
        {"q=%00", CU_MALFORMED, ""},
        {"q=%zz", CU_MALFORMED, ""},
        {"q=%", CU_MALFORMED, ""},
        {"q=%ff%fe", CU_MALFORMED, ""},
        {"q=123456789012345678901", CU_TOO_LARGE, "q"},
        {"=1", CU_UNKNOWN_FIELD, ""},
    };
    struct fixture *t = *state;
    for (size_t i = 0; i < CU_COUNT(list); i++) {
        struct spec_values v;
        assert_code(query(t, list[i].text, &v), list[i].code, &t->err);
        assert_string_equal(t->err.field, list[i].field);
    }
}

// Every allocation on the way fails once: the answer is "no memory", never a crash or a half value.
static void survives_failing_allocations(void **state)
{
    struct fixture *t = *state;
    bool done = false;
    for (uint64_t n = 1; !done && n < 100; n++) {
        struct spec_values v;
        struct cu_arena *arena = cu_arena_new(1 << 16);
        assert_non_null(arena);
        cu_fault_arm(CU_FAULT_ALLOC, n, true);
        cu_code code =
            spec_decode_query(fields, CU_LIT("q=J%C3%B6rg&name=x&limit=7"), arena, &v, &t->err);
        cu_fault_disarm();
        done = code == CU_OK;
        if (!done)
            assert_code(code, CU_MEMORY, &t->err);
        cu_arena_free(arena);
    }
    assert_true(done);
}

static int distance(const char *a, const char *b)
{
    return spec_distance(cu_str_of(a), cu_str_of(b), 5);
}

static void measures_distance(void **state)
{
    (void)state;
    assert_int_equal(distance("email", "email"), 0);
    assert_int_equal(distance("Email", "eMAIL"), 0);
    assert_int_equal(distance("emial", "email"), 1); // two letters changed places
    assert_int_equal(distance("emai", "email"), 1);
    assert_int_equal(distance("emaill", "email"), 1);
    assert_int_equal(distance("e-mail", "email"), 1);
    assert_int_equal(distance("kitten", "sitting"), 3);
    assert_int_equal(distance("", "abc"), 3);
    assert_int_equal(distance("abc", ""), 3);
    assert_int_equal(distance("abcdefghij", "z"), 6);
}

static cu_str suggest(const char *given)
{
    static const char *const known[] = {
        "type", "min", "max", "options", "category", "retention_days", "doc"};
    struct spec_nearest near = spec_nearest_to(cu_str_of(given));
    for (size_t i = 0; i < CU_COUNT(known); i++)
        spec_nearest_offer(&near, cu_str_of(known[i]));
    return spec_nearest_best(&near);
}

static void suggests_the_nearest(void **state)
{
    (void)state;
    assert_str(suggest("tpye"), "type");
    assert_str(suggest("Category"), "category");
    assert_str(suggest("retention_day"), "retention_days");
    assert_str(suggest("retentiondays"), "retention_days");
    assert_null(suggest("colour").ptr);
    assert_null(suggest("x").ptr);
    assert_null(suggest("").ptr);
    char huge[1000];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_null(suggest(huge).ptr);
}

static void tells_names_from_contents(void **state)
{
    (void)state;
    assert_true(spec_name_is_plain(CU_LIT("anonymousId")));
    assert_true(spec_name_is_plain(CU_LIT("products.$.price")));
    assert_true(spec_name_is_plain(CU_LIT("utm_source2")));
    assert_false(spec_name_is_plain(CU_LIT("")));
    assert_false(spec_name_is_plain(CU_LIT("ann@example.org")));
    assert_false(spec_name_is_plain(CU_LIT("Ann Example")));
    assert_false(spec_name_is_plain(CU_LIT("4930123456")));
    assert_false(spec_name_is_plain(CU_LIT("J\xc3\xb6rg")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decodes_queries),
        TEST(empty_values_are_absent),
        TEST(refuses_bad_queries),
        TEST(survives_failing_allocations),
        TEST(measures_distance),
        TEST(suggests_the_nearest),
        TEST(tells_names_from_contents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
