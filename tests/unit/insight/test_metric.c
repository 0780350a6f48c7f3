// SPDX-License-Identifier: Apache-2.0
// The catalogue: names, variants, documentation; rounding; the tests of significance against published and computed values.
#include "../store/store_test.h"

#include "insight/report_private.h"
#include "insight/metric_docs.h"

#include <math.h>

static void every_metric_is_whole(void **state)
{
    (void)state;
    for (const struct metric *m = metrics; m->name; m++) {
        assert_true(m->title[0] && m->doc[0]);
        assert_non_null(m->variants[0].name);
        for (const struct metric *other = metrics; other != m; other++)
            assert_string_not_equal(m->name, other->name);
        for (const struct metric_variant *v = m->variants; v->name; v++) {
            assert_true(v->formula[0]);
            assert_int_equal(v->bottom == 0, v->denominator[0] == 0);
            assert_int_equal(v->top == 0, m->source == METRIC_LATER);
            for (const struct metric_variant *other = m->variants; other != v; other++)
                assert_string_not_equal(v->name, other->name);
            if (m->unit == METRIC_COUNT)
                assert_int_equal(v->bottom, 0);
            if (m->unit == METRIC_SHARE && m->source != METRIC_LATER)
                assert_true(v->bottom != 0);
        }
    }
}

static void names_are_found(void **state)
{
    const struct metric *m = NULL;
    const struct metric_variant *v = NULL;
    struct cu_error err = {.text = ""};
    (void)state;
    assert_int_equal(metric_find(CU_LIT("revenue"), "/x", &m, &v, &err), CU_OK);
    assert_string_equal(v->name, "goods");
    assert_int_equal(metric_find(CU_LIT("average_order_value:matomo"), "/x", &m, &v, &err), CU_OK);
    assert_int_equal(v->top, PART_TOTAL);
    assert_int_equal(metric_find(CU_LIT("revenu"), "/x", &m, &v, &err), CU_INVALID);
    assert_non_null(strstr(err.text, "\"revenue\""));
    assert_string_equal(err.field, "/x");
    assert_int_equal(metric_find(CU_LIT("revenue:"), "/x", &m, &v, &err), CU_INVALID);
    assert_non_null(strstr(err.text, "total_net"));
    assert_int_equal(metric_find(CU_LIT(""), "/x", &m, &v, &err), CU_INVALID);
    assert_int_equal(metric_find(CU_LIT("predicted_value"), "/x", &m, &v, &err), CU_INVALID);
}

// docs/explanation/metrics.md says every formula in the words of the table.
static void the_documentation_says_it(void **state)
{
    (void)state;
    FILE *f = fopen(CUSTOS_METRICS_DOC, "r");
    char *text = calloc(1, 1 << 20);
    assert_non_null(f);
    assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
    (void)fclose(f);
    for (const struct metric *m = metrics; m->name; m++) {
        char line[600];
        (void)snprintf(line, sizeof line, "`%s`", m->name);
        if (!strstr(text, line))
            fail_msg("no word of %s", m->name);
        for (const struct metric_variant *v = m->variants; v->name && m->source != METRIC_LATER; v++) {
            const char *bold = v == m->variants ? "**" : "";
            (void)snprintf(line, sizeof line, "| %s%s%s | %s | %s |", bold, v->name, bold, v->vendor, v->formula);
            if (!strstr(text, line))
                fail_msg("docs/explanation/metrics.md lacks the line: %s", line);
        }
    }
    free(text);
}

static void near(double a, double b, double by)
{
    if (!(fabs(a - b) <= by))
        fail_msg("%.12f, not %.12f", a, b);
}

static void shares(void **state)
{
    (void)state;
    // The Cookie Cats experiment, day 7: 8502 of 44700 stayed with gate 30, 8279 of 45489 with gate 40. p = 0.00155 published.
    struct report_chance c = report_chance_share(8502, 44700, 8279, 45489);
    assert_true(c.known);
    near(c.p, 0.0015542499, 1e-7);
    c = report_chance_share(20034, 44700, 20119, 45489); // day 1: p = 0.0744
    near(c.p, 0.0744096, 1e-6);
    assert_string_equal(c.words, "This can be chance.");
    assert_false(report_chance_share(1, 10, 2, 10).known);
    assert_false(report_chance_share(0, 0, 2, 10).known);
    assert_false(report_chance_share(50, 50, 60, 60).known);
    assert_false(report_chance_share(-1, 100, 30, 100).known);
}

static void means(void **state)
{
    (void)state;
    // Welch's test by its definition; Student's distribution: t = 2.0, df = 58 gives p = 0.0502 (tables: 2.0017 is 0.05)
    struct report_sample a = {.top = 30 * 12, .bottom = 30, .square = 30 * 144 + 29 * 15.0}, b = {.top = 30 * 10, .bottom = 30, .square = 30 * 100 + 29 * 15.0};
    struct report_chance c = report_chance_mean(&a, &b);
    assert_true(c.known);
    near(c.p, 0.050196, 1e-4);
    b = a;
    near(report_chance_mean(&a, &b).p, 1, 1e-12);
    a.bottom = 29;
    assert_false(report_chance_mean(&a, &b).known);
    a = (struct report_sample){.top = 300, .bottom = 30, .square = 3000};
    b = (struct report_sample){.top = 600, .bottom = 30, .square = 12000};
    assert_false(report_chance_mean(&a, &b).known); // nothing varies
}

static void counts(void **state)
{
    (void)state;
    double steady[14], other[14], wild[14];
    int64_t sum = 0, more = 0, wide = 0;
    for (int i = 0; i < 14; i++) {
        steady[i] = 100 + i % 2;
        other[i] = 120 + i % 2;
        wild[i] = i % 2 ? 10 : 232;
        sum += (int64_t)steady[i];
        more += (int64_t)other[i];
        wide += (int64_t)wild[i];
    }
    struct report_sample a = {.top = sum, .series = steady, .count = 14}, b = {.top = more, .series = other, .count = 14},
                         w = {.top = wide, .series = wild, .count = 14};
    double ma = (double)sum / 14, mb = (double)more / 14, pooled = (ma + mb) / 2;
    near(report_chance_count(&a, &b).p, erfc((mb - ma) / sqrt(pooled / 7) / sqrt(2)), 1e-12);
    assert_true(report_chance_count(&a, &b).p < 0.001);
    assert_true(report_chance_count(&a, &w).p > 0.05); // the same difference, but days differ by far more
    a.count = 6;
    assert_false(report_chance_count(&a, &b).known);
    struct report_sample few = {.top = 9, .series = steady, .count = 14};
    b.top = 10;
    assert_false(report_chance_count(&few, &b).known);
    assert_true(report_chance_sum(&w, &(struct report_sample){.series = other, .count = 14}).p > 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_is_whole),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(the_documentation_says_it),
        cmocka_unit_test(shares),
        cmocka_unit_test(means),
        cmocka_unit_test(counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
