// SPDX-License-Identifier: Apache-2.0
// Long histories: more different values than fit at once (they are counted in parts), sequences over thousands of
// products, lists with many combinations; and compiling when memory fails.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "oracle_rows.h"

#define ROWS 12000u
#define NOW INT64_C(1781517600000)
#define SECOND 1000

struct history { // every row has one value in each of the first two columns
    struct scan_rows *rows;
    int64_t *time_ms, *value[2];
    uint32_t *kind, *first;
};

static void history_open(struct history *h, uint32_t count)
{
    h->rows = calloc(1, sizeof *h->rows + 2 * sizeof h->rows->column[0]);
    h->time_ms = calloc(count, sizeof *h->time_ms);
    h->kind = calloc(count, sizeof *h->kind);
    h->first = calloc(count + 1, sizeof *h->first);
    h->value[0] = calloc(count, sizeof *h->value[0]);
    h->value[1] = calloc(count, sizeof *h->value[1]);
    assert_true(h->rows && h->time_ms && h->kind && h->first && h->value[0] && h->value[1]);
    for (uint32_t i = 0; i < count; i++) {
        h->time_ms[i] = NOW - (int64_t)(count - i) * SECOND;
        h->first[i + 1] = i + 1;
    }
    h->rows->count = count;
    h->rows->time_ms = h->time_ms;
    h->rows->kind = h->kind;
    for (int c = 0; c < 2; c++)
        h->rows->column[c] = (struct scan_cells){h->first, h->value[c]};
}

static void history_close(struct history *h)
{
    free(h->rows);
    free(h->time_ms);
    free(h->kind);
    free(h->first);
    free(h->value[0]);
    free(h->value[1]);
}

static struct seg_program *program_of(const struct o_world *w, const char *text, struct cu_arena *a, cu_code expected)
{
    struct cu_error err = {0};
    struct seg_node *n = NULL;
    struct seg_program *p = NULL;
    struct seg_compile o = {
        .catalog = w->catalog, .timeline = w->timeline, .zone = w->zone, .segment = o_segment_number};
    cu_code code = seg_parse_text(cu_str_of(text), w->catalog, a, &n, NULL, &err);
    if (code != CU_OK || (code = seg_check(n, w->catalog, a, NULL, &err)) != CU_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(seg_compile(n, &o, &p, &err), expected);
    return p;
}

static bool holds(const struct seg_program *p, const struct scan_rows *rows, int64_t now)
{
    struct seg_person person = {.person = 1, .rows = rows};
    struct seg_answer a;
    seg_eval(p, &person, now, &a);
    assert_true(a.until_ms > now);
    return a.in;
}

static void test_different_values(void **state)
{
    (void)state;
    struct o_world w;
    struct history h;
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    assert_non_null(a);
    o_world_open(&w, "UTC");
    history_open(&h, ROWS);
    static const uint32_t sizes[] = {1, 2047, 2048, 2049, 5000, ROWS};
    for (size_t i = 0; i < CU_COUNT(sizes); i++) {
        char text[200];
        for (uint32_t row = 0; row < ROWS; row++) {
            h.kind[row] = timeline_kind_find(w.timeline, CU_LIT("Seen"));
            h.value[0][row] = (int64_t)(row % sizes[i]);
        }
        for (int off = -1; off <= 1; off++) {
            static const char *const comparisons[] = {"is", "is at least", "is less than"};
            for (int c = 0; c < 3; c++) {
                (void)snprintf(
                    text, sizeof text, "distinct values of sku of \"Seen\" %s %d", comparisons[c], (int)sizes[i] + off);
                struct seg_program *p = program_of(&w, text, a, CU_OK);
                bool expected = c == 0 ? off == 0 : c == 1 ? off <= 0 : off > 0;
                assert_int_equal(holds(p, h.rows, NOW), expected);
                seg_program_free(p);
            }
        }
    }
    history_close(&h);
    o_world_close(&w);
    cu_arena_free(a);
}

// Seen and bought within ten minutes, the same product: by looking at every pair.
static bool pair_exists(const struct history *h, uint32_t seen, uint32_t bought, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; h->kind[i] == seen && k < count && h->time_ms[k] - h->time_ms[i] <= 600 * SECOND; k++)
            if (h->kind[k] == bought && h->value[0][k] == h->value[0][i])
                return true;
    return false;
}

static void test_many_products(void **state)
{
    (void)state;
    struct o_world w;
    struct history h;
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    assert_non_null(a);
    o_world_open(&w, "UTC");
    const uint32_t count = 6000;
    history_open(&h, count);
    uint32_t seen = timeline_kind_find(w.timeline, CU_LIT("Seen")),
             bought = timeline_kind_find(w.timeline, CU_LIT("Bought"));
    struct seg_program *p = program_of(&w, "\"Seen\" then \"Bought\" within 10 minutes with the same sku", a, CU_OK);
    uint64_t random = 12345;
    int found = 0;
    for (int round = 0; round < 40; round++) {
        for (uint32_t i = 0; i < count; i++) { // thousands of products, hardly one of them twice
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            h.kind[i] = random >> 63 ? seen : bought;
            h.value[0][i] = (int64_t)((random >> 20) % (round % 2 ? 3000000 : 1500000));
        }
        bool expected = pair_exists(&h, seen, bought, count);
        assert_int_equal(holds(p, h.rows, NOW), expected);
        found += expected;
    }
    assert_in_range(found, 3, 37); // both happen
    seg_program_free(p);
    history_close(&h);
    o_world_close(&w);
    cu_arena_free(a);
}

// Two lists of a hundred elements each are more combinations than are looked at: bounded, and no crash.
static void test_many_combinations(void **state)
{
    (void)state;
    struct o_world w;
    struct history h;
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    assert_non_null(a);
    o_world_open(&w, "UTC");
    const uint32_t count = 40, each = 100;
    history_open(&h, count * each);
    uint32_t *first = calloc(count + 1, sizeof *first);
    assert_non_null(first);
    for (uint32_t i = 0; i < count; i++) {
        h.kind[i] = timeline_kind_find(w.timeline, i % 2 ? CU_LIT("Bought") : CU_LIT("Seen"));
        first[i + 1] = (i + 1) * each;
        for (uint32_t k = 0; k < each; k++)
            h.value[0][i * each + k] = h.value[1][i * each + k] = k;
    }
    h.rows->count = count;
    h.rows->column[0].first = h.rows->column[1].first = first;
    struct seg_program *p = program_of(&w, "\"Seen\" then \"Bought\" with the same items.code, items.cost", a, CU_OK);
    assert_true(holds(p, h.rows, NOW));
    seg_program_free(p);
    free(first);
    history_close(&h);
    o_world_close(&w);
    cu_arena_free(a);
}

static void test_too_many_columns(void **state)
{
    (void)state;
    struct o_world w;
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    struct cu_buf b;
    assert_non_null(a);
    o_world_open(&w, "UTC");
    cu_buf_init(&b, 1 << 16);
    for (int i = 0; i <= SCAN_COLUMNS_MAX; i++)
        cu_buf_printf(&b, "%sdid \"Seen\" where sort contains \"word %d\"", i ? " or " : "", i);
    assert_null(program_of(&w, b.ptr, a, CU_INVALID));
    cu_buf_clear(&b);
    o_world_close(&w);
    cu_arena_free(a);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const char text[] =
        "did \"Seen\" where sort is one of (\"a\", \"b\") and source is \"web\" in the last 3 days and land is \"DE\""
        " and (\"Seen\" then \"Bought\" with the same sku without \"Returned\" or in segment \"first\")";
    struct o_world w;
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    struct cu_error err = {0};
    struct seg_node *n = NULL;
    assert_non_null(a);
    o_world_open(&w, "UTC");
    assert_int_equal(seg_parse_text(cu_str_of(text), w.catalog, a, &n, NULL, &err), CU_OK);
    assert_int_equal(seg_check(n, w.catalog, a, NULL, &err), CU_OK);
    struct seg_compile o = {.catalog = w.catalog,
        .timeline = w.timeline,
        .zone = w.zone,
        .segment = o_segment_number,
        .source = o_source_number};
    struct seg_program *p = NULL;
    uint64_t nth = 0;
    cu_code code = CU_MEMORY;
    while (code != CU_OK) {
        assert_true(nth < 5000);
        p = NULL;
        cu_fault_arm(CU_FAULT_ALLOC, ++nth, false);
        code = seg_compile(n, &o, &p, &err);
        cu_fault_disarm();
        assert_true(code == CU_OK ? p != NULL : code == CU_MEMORY && p == NULL);
    }
    assert_true(nth > 5);
    cu_fault_arm(CU_FAULT_ALLOC, 1, true);
    code = seg_program_refresh(p, &err);
    cu_fault_disarm();
    assert_int_equal(code, CU_MEMORY);
    assert_true(seg_program_kind(p, timeline_kind_find(w.timeline, CU_LIT("Seen")))); // as it was
    seg_program_free(p);
    o_world_close(&w);
    cu_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_different_values),
        cmocka_unit_test(test_many_products),
        cmocka_unit_test(test_many_combinations),
        cmocka_unit_test(test_too_many_columns),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
