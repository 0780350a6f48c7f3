// SPDX-License-Identifier: Apache-2.0
// Which properties become columns of the timeline, by the rows of the dictionary.
#include "people/columns.h"
#include "people_test.h"

static const struct timeline_column *find(const struct timeline_column *c, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        if (cu_str_eqz(c[i].path, path))
            return &c[i];
    }
    return NULL;
}

static void test_columns_of_the_defaults(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum timeline_type type;
    } wanted[] = {{"product_id", TIMELINE_TEXT}, {"price", TIMELINE_DECIMAL}, {"total", TIMELINE_DECIMAL},
        {"quantity", TIMELINE_DECIMAL}, {"products.$.sku", TIMELINE_TEXT}, {"products.$.price", TIMELINE_DECIMAL},
        {"campaign.source", TIMELINE_TEXT}, {"$context.campaign.source", TIMELINE_TEXT}, {"$context.active", TIMELINE_BOOLEAN},
        {"trial_start_date", TIMELINE_TIME}, {"sound", TIMELINE_INTEGER}};
    static const char *const sealed[] = {"url", "email", "share_message", "$context.ip", "$context.userAgent", "products", "$context.campaign"};
    static struct timeline_column columns[TIMELINE_COLUMNS_MAX];
    struct dictionary *d = NULL;
    struct cu_error err = {0};
    struct cu_arena *a = cu_arena_new(64 * 1024);
    assert_non_null(a);
    assert_int_equal(dictionary_load(CU_NONE, &d, &err), CU_OK);
    size_t count = columns_of_dictionary(d, a, columns);
    for (size_t i = 0; i < CU_COUNT(wanted); i++) {
        const struct timeline_column *c = find(columns, count, wanted[i].path);
        if (!c || c->type != wanted[i].type)
            fail_msg("%s: %s", wanted[i].path, c ? "another type" : "no column");
    }
    for (size_t i = 0; i < CU_COUNT(sealed); i++) {
        if (find(columns, count, sealed[i]))
            fail_msg("%s has a column", sealed[i]);
    }
    for (size_t i = 0; i < count; i++) { // each once
        for (size_t k = i + 1; k < count; k++)
            assert_false(columns[i].type == columns[k].type && cu_str_eq(columns[i].path, columns[k].path));
    }
    dictionary_free(d);
    cu_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_columns_of_the_defaults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
