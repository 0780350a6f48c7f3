// SPDX-License-Identifier: Apache-2.0
// The funnel machine against recorded answers of ClickHouse (tests/fixtures/windowfunnel.tsv says of which version;
// tools/windowfunnel_fixture.py makes it), and against published examples.
#include "store/store_test.h"

#include "insight/fixtures_path.h"
#include "insight/machines.h"

enum { ROWS_MAX = 64 };

static size_t rows_of(char *text, struct funnel_row *rows)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *part = strtok_r(text, ",\n", &rest); part; part = strtok_r(NULL, ",\n", &rest)) {
        long long time;
        assert_true(count < ROWS_MAX);
        assert_int_equal(sscanf(part, "%lld:%u", &time, &rows[count].steps), 2);
        rows[count++].time_ms = time;
    }
    return count;
}

static void test_recorded(void **state)
{
    (void)state;
    FILE *f = fopen(CUSTOS_FIXTURES "/windowfunnel.tsv", "r");
    assert_non_null(f);
    char line[1024], events[1024];
    size_t lines = 0, bad = 0;
    while (fgets(line, sizeof line, f)) {
        uint32_t steps, answer;
        unsigned modes;
        long long window;
        if (line[0] == '#')
            continue;
        lines++;
        assert_int_equal(sscanf(line, "%u %lld %u %u %1023s", &steps, &window, &modes, &answer, events), 5);
        struct funnel_row rows[ROWS_MAX];
        size_t count = rows_of(events, rows);
        uint32_t got = funnel_level(rows, count, steps, window, modes);
        if (got != answer && bad++ < 10)
            print_error("got %u for %s", got, line);
    }
    (void)fclose(f);
    assert_int_equal(bad, 0);
    assert_true(lines > 5000);
}

// Mixpanel's own example (documents of 2018): A 1:00, A 1:30, B 1:45, C 2:15 within one hour. Not converted when the
// window begins at the first A; converted when each A begins anew, as here and in ClickHouse.
static void test_published(void **state)
{
    (void)state;
    const int64_t minute = 60000;
    struct funnel_row rows[] = {{60 * minute, 1}, {90 * minute, 1}, {105 * minute, 2}, {135 * minute, 4}};
    assert_int_equal(funnel_level(rows, 4, 3, 60 * minute, 0), 3);
    assert_int_equal(funnel_level(rows, 4, 3, 45 * minute, 0), 3); // inclusive
    assert_int_equal(funnel_level(rows, 4, 3, 45 * minute - 1, 0), 2);
    // A -> B -> D -> C: strict_order stops at D (ClickHouse's documentation)
    struct funnel_row strict[] = {{1, 1}, {2, 2}, {3, 0}, {4, 4}};
    assert_int_equal(funnel_level(strict, 4, 3, 100, FUNNEL_STRICT_ORDER), 2);
    assert_int_equal(funnel_level(strict, 4, 3, 100, 0), 3);
    // A-B-A-C-B-D with strict_deduplication: the second A may, the second B stops it
    struct funnel_row twice[] = {{1, 1}, {2, 2}, {3, 1}, {4, 4}, {5, 2}, {6, 8}};
    assert_int_equal(funnel_level(twice, 6, 4, 100, FUNNEL_STRICT_DEDUPLICATION), 3);
    assert_int_equal(funnel_level(twice, 6, 4, 100, 0), 4);
}

static void test_edges(void **state)
{
    (void)state;
    struct funnel_row rows[] = {{INT64_MIN, 1}, {0, 2}, {INT64_MAX, 2}};
    assert_int_equal(funnel_level(rows, 0, 2, 5, 0), 0);
    assert_int_equal(funnel_level(rows, 3, 2, INT64_MAX, 0), 1); // 2^63 apart: one more than the window
    assert_int_equal(funnel_level(rows + 1, 2, 1, 5, 0), 0);
    assert_int_equal(funnel_level(rows, 3, 1, 5, FUNNEL_STRICT_ORDER), 1);
    // many events of one time, each of every step, each counting once: as many steps as there are events
    struct funnel_row many[FUNNEL_STEPS_MAX + 4];
    for (size_t i = 0; i < CU_COUNT(many); i++)
        many[i] = (struct funnel_row){7, UINT32_MAX};
    for (size_t count = 1; count <= CU_COUNT(many); count++) {
        size_t want = count < FUNNEL_STEPS_MAX ? count : FUNNEL_STEPS_MAX;
        assert_int_equal(funnel_level(many, count, FUNNEL_STEPS_MAX, 5, FUNNEL_STRICT_ONCE), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded), cmocka_unit_test(test_published), cmocka_unit_test(test_edges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
