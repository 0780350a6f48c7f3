// SPDX-License-Identifier: Apache-2.0
// Charts: figures in words; every chart with nothing, one point, negative values, hidden groups and thousands of points is well
// formed, refers to nothing outside, shows no unescaped text and is the same each time; peaks survive thinning; tables hold
// what the picture shows.
#include "insight/drawing.h"
#include "../store/store_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY = 5000 };
static struct drawing_value values[MANY], before[MANY];
static cu_str labels[MANY];
static char label_texts[MANY][16];

static struct drawing_value shown(double v)
{
    return (struct drawing_value){v, DRAWING_SHOWN};
}
static const struct drawing_value hidden = {0, DRAWING_HIDDEN}, none = {0, DRAWING_NONE};

static struct cu_buf svg_of(const struct drawing *d, enum drawing_scheme scheme)
{
    struct cu_buf out;
    cu_buf_init(&out, 4 << 20);
    drawing_svg(d, scheme, &out);
    assert_false(out.failed);
    return out;
}

// ---- figures

static void assert_figure(enum metric_unit unit, struct drawing_value v, const char *currency, const char *wanted)
{
    const struct drawing d = {.currency = cu_str_of(currency), .small_group = 10};
    struct cu_buf out;
    cu_buf_init(&out, 1000);
    drawing_figure(&d, unit, v, &out);
    assert_string_equal(out.ptr, wanted);
    cu_buf_clear(&out);
}

static void test_figures_in_words(void **state)
{
    (void)state;
    assert_figure(METRIC_MONEY, shown(123450), "EUR", "1,234.50 EUR");
    assert_figure(METRIC_MONEY, shown(-5), "EUR", "-0.05 EUR");
    assert_figure(METRIC_MONEY, shown(1234567), "JPY", "1,234,567 JPY");
    assert_figure(METRIC_MONEY, shown(1234567), "KWD", "1,234.567 KWD");
    assert_figure(METRIC_MONEY, shown(155555.5), "EUR", "1,555.56 EUR");
    assert_figure(METRIC_SHARE, shown(0.12345), "EUR", "12.3 %");
    assert_figure(METRIC_SHARE, shown(-0.0001), "EUR", "0.0 %");
    assert_figure(METRIC_COUNT, shown(1000), "EUR", "1,000");
    assert_figure(METRIC_COUNT, shown(0), "EUR", "0");
    assert_figure(METRIC_COUNT, shown(-1000000), "EUR", "-1,000,000");
    assert_figure(METRIC_NUMBER, shown(1.555), "EUR", "1.56");
    assert_figure(METRIC_SECONDS, shown(0), "EUR", "0 s");
    assert_figure(METRIC_SECONDS, shown(2.5), "EUR", "2.5 s");
    assert_figure(METRIC_SECONDS, shown(200), "EUR", "3 min 20 s");
    assert_figure(METRIC_SECONDS, shown(3661), "EUR", "1 h 1 min");
    assert_figure(METRIC_SECONDS, shown(90000), "EUR", "1 d 1 h");
    assert_figure(METRIC_COUNT, hidden, "EUR", "fewer than 10 people");
    assert_figure(METRIC_COUNT, none, "EUR", "–");
    assert_figure(METRIC_COUNT, shown(NAN), "EUR", "–");
    assert_figure(METRIC_MONEY, shown(INFINITY), "EUR", "–");
}

static void assert_label(const char *label, const char *wanted)
{
    const struct drawing d = {.days = true};
    struct cu_buf out;
    cu_buf_init(&out, 1000);
    drawing_label(&d, cu_str_of(label), &out);
    assert_string_equal(out.ptr, wanted);
    cu_buf_clear(&out);
}

static void test_dates_and_axes_in_words(void **state)
{
    (void)state;
    static const struct {
        enum metric_unit unit;
        double v;
        const char *wanted;
    } cases[] = {{METRIC_COUNT, 1200, "1.2k"}, {METRIC_COUNT, 250, "250"}, {METRIC_MONEY, 250000, "2.5k"}, {METRIC_SHARE, 0.25, "25 %"},
        {METRIC_COUNT, -3e6, "-3M"}, {METRIC_COUNT, 0, "0"}, {METRIC_COUNT, 1e15, "1000T"}, {METRIC_SECONDS, 30, "30 s"}};
    const struct drawing d = {.currency = CU_LIT("EUR")};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct cu_buf out;
        cu_buf_init(&out, 1000);
        drawing_short(&d, cases[i].unit, cases[i].v, &out);
        assert_string_equal(out.ptr, cases[i].wanted);
        cu_buf_clear(&out);
    }
    assert_label("2026-11-01", "1 Nov");
    assert_label("2026-02", "Feb 2026");
    assert_label("2026-11-01T13:00", "1 Nov 13:00");
    assert_label("2026-13-01", "2026-13-01");
    assert_label("email", "email");
}

// ---- what every picture must be

static void assert_no(struct cu_buf *svg, const char *word)
{
    if (svg->ptr && strstr(svg->ptr, word))
        print_error("%s in %.400s\n", word, svg->ptr);
    assert_true(!svg->ptr || !strstr(svg->ptr, word));
}

// Every element that begins ends, in order; every attribute is quoted; no "<" stands in a text.
static void assert_well_formed(cu_str s)
{
    char stack[32][16];
    size_t depth = 0, elements = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '<')
            continue;
        size_t end = i + 1, quotes = 0, n = 0;
        for (; end < s.len && (s.ptr[end] != '>' || quotes % 2); end++)
            quotes += s.ptr[end] == '"';
        assert_true(end < s.len);
        bool closes = s.ptr[i + 1] == '/', empty = s.ptr[end - 1] == '/';
        char name[16] = "";
        for (size_t k = i + 1 + closes; k < end && ((s.ptr[k] >= 'a' && s.ptr[k] <= 'z') || s.ptr[k] == '-') && n < 15; k++)
            name[n++] = s.ptr[k];
        assert_true(n > 0);
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(stack[--depth], name);
        } else if (!empty) {
            assert_true(depth < 32);
            (void)snprintf(stack[depth++], sizeof stack[0], "%s", name);
        }
        elements++;
        i = end;
    }
    assert_int_equal(depth, 0);
    assert_true(elements > 0);
}

static void assert_sound(const struct drawing *d)
{
    static const enum drawing_scheme schemes[] = {DRAWING_LIGHT, DRAWING_FILE, DRAWING_PAGE};
    for (size_t i = 0; i < CU_COUNT(schemes); i++) {
        struct cu_buf svg = svg_of(d, schemes[i]), again = svg_of(d, schemes[i]);
        assert_int_equal(svg.len, again.len);
        assert_memory_equal(svg.ptr, again.ptr, svg.len);
        assert_well_formed(cu_buf_view(&svg));
        static const char *const never[] = {"nan", "inf\"", "-inf", "<script", "href", "url(", "@import", "http://www.w3.org/1999", "<b>", " style=", "(null)"};
        for (size_t k = 0; k < CU_COUNT(never); k++)
            assert_no(&svg, never[k]);
        assert_non_null(strstr(svg.ptr, "role=\"img\""));
        assert_non_null(strstr(svg.ptr, "<title id=\"t1-t\">Sales &lt;b&gt; &amp; more</title>"));
        assert_int_equal(strstr(svg.ptr, "<style>") != NULL, schemes[i] == DRAWING_FILE);
        assert_true(svg.len < 400000);
        cu_buf_clear(&svg);
        cu_buf_clear(&again);
    }
    for (int mail = 0; mail < 2; mail++) {
        struct cu_buf table;
        cu_buf_init(&table, 4 << 20);
        drawing_table(d, mail, 60, &table);
        assert_false(table.failed);
        assert_well_formed(cu_buf_view(&table));
        assert_no(&table, "<b>");
        cu_buf_clear(&table);
    }
    struct cu_buf text;
    cu_buf_init(&text, 4 << 20);
    drawing_text(d, 60, &text);
    assert_true(text.len > 0);
    cu_buf_clear(&text);
}

static struct drawing_node nodes[12];
static struct drawing_link links[12];

static struct drawing sample(enum drawing_show show, struct drawing_series *series, size_t series_count, size_t count)
{
    for (size_t i = 0; i < series_count; i++)
        series[i] = (struct drawing_series){.name = CU_LIT("<b>One"), .unit = METRIC_COUNT, .values = values, .value = shown(12), .before = shown(9),
            .change = shown(1.0 / 3), .good = METRIC_UP, .size = shown(40)};
    return (struct drawing){.show = show, .id = "t1", .title = CU_LIT("Sales <b> & more"), .currency = CU_LIT("EUR"), .small_group = 10,
        .labels = labels, .count = count, .days = true, .series = series, .series_count = series_count, .nodes = nodes, .links = links};
}

static void fill(size_t count, double (*value)(size_t at))
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(label_texts[i], sizeof label_texts[i], "20%02zu-%02zu-%02zu", i / 336 % 100, i / 28 % 12 + 1, i % 28 + 1);
        labels[i] = cu_str_of(label_texts[i]);
        values[i] = shown(value(i));
        before[i] = shown(value(i) / 2);
    }
}
static double wave(size_t at)
{
    return 100 + 50 * sin((double)at / 9);
}
static double around_zero(size_t at)
{
    return 100 * cos((double)at / 3);
}
static double below(size_t at)
{
    return -1 - (double)at;
}
static double zero(size_t at)
{
    (void)at;
    return 0;
}
static double huge(size_t at)
{
    return at % 2 ? 9e15 : -9e15;
}
static double tiny(size_t at)
{
    return 1e-9 * (double)at;
}

static void test_every_chart_of_everything(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 30, 301, MANY};
    double (*const shapes[])(size_t) = {wave, around_zero, below, zero, huge, tiny};
    struct drawing_series series[9];
    for (int show = DRAWING_NUMBER; show <= DRAWING_FLOW; show++) {
        for (size_t c = 0; c < CU_COUNT(counts); c++) {
            for (size_t f = 0; f < CU_COUNT(shapes); f++) {
                fill(counts[c], shapes[f]);
                for (size_t n = 0; n <= 9; n = n ? n * 3 : 1) {
                    struct drawing d = sample((enum drawing_show)show, series, n, counts[c]);
                    d.partial = n;
                    d.days = f % 2;
                    d.width = f % 3 == 2 ? 1200 : 0;
                    d.bare = f == 5;
                    if (n == 1)
                        series[0].previous = before;
                    if (counts[c] < MANY || n == 1)
                        assert_sound(&d);
                }
            }
        }
    }
}

static void test_hidden_and_missing_figures(void **state)
{
    (void)state;
    struct drawing_series series[3];
    fill(12, wave);
    for (size_t i = 0; i < 12; i++)
        values[i] = i % 3 == 0 ? hidden : i % 3 == 1 ? none : values[i];
    for (int show = DRAWING_NUMBER; show <= DRAWING_FLOW; show++) {
        struct drawing d = sample((enum drawing_show)show, series, 2, 12);
        series[0].value = hidden;
        series[1].size = hidden;
        assert_sound(&d);
        for (size_t i = 0; i < 12; i++)
            before[i] = hidden;
        series[0].previous = before;
        d.days = false;
        assert_sound(&d);
    }
    struct drawing d = sample(DRAWING_BARS, series, 1, 12);
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    drawing_table(&d, false, 60, &out);
    assert_non_null(strstr(out.ptr, "<td>fewer than 10 people</td>"));
    assert_non_null(strstr(out.ptr, "<td>–</td>"));
    cu_buf_clear(&out);
    fill(4, zero);
    for (size_t i = 0; i < 4; i++)
        values[i] = hidden;
    for (int show = DRAWING_NUMBER; show <= DRAWING_FLOW; show++) {
        d = sample((enum drawing_show)show, series, 1, 4);
        assert_sound(&d);
        struct cu_buf svg = svg_of(&d, DRAWING_PAGE);
        bool chart = show == DRAWING_LINE || show == DRAWING_AREA || show == DRAWING_BARS || show == DRAWING_STACKED;
        assert_int_equal(strstr(svg.ptr, "Each of these figures is about fewer than 10 people.") != NULL, chart);
        cu_buf_clear(&svg);
    }
    values[1] = shown(0); // days on which nothing happened do not make it a chart of nothing
    d = sample(DRAWING_LINE, series, 1, 4);
    struct cu_buf svg = svg_of(&d, DRAWING_PAGE);
    assert_non_null(strstr(svg.ptr, "Each of these figures is about fewer than 10 people."));
    cu_buf_clear(&svg);
}

// ---- what is drawn

static size_t count_of(const struct cu_buf *b, const char *word)
{
    size_t count = 0;
    for (const char *at = b->ptr; (at = strstr(at, word)); at += strlen(word))
        count++;
    return count;
}

static void test_peaks_survive_thinning(void **state)
{
    (void)state;
    struct drawing_series series[1];
    fill(MANY, zero);
    values[3333] = shown(1000);
    values[777] = shown(-1000);
    struct drawing d = sample(DRAWING_LINE, series, 1, MANY);
    struct cu_buf svg = svg_of(&d, DRAWING_LIGHT);
    assert_true(svg.len < 40000);
    // The plot is 14 .. 230 high and the scale -1000 .. 1000: both peaks stand at its edges.
    assert_int_equal(count_of(&svg, " 14.0L"), 1);
    assert_int_equal(count_of(&svg, " 230.0L"), 1);
    cu_buf_clear(&svg);
}

static void test_partial_periods_are_dashed(void **state)
{
    (void)state;
    struct drawing_series series[1];
    fill(10, wave);
    struct drawing d = sample(DRAWING_LINE, series, 1, 10);
    struct cu_buf svg = svg_of(&d, DRAWING_PAGE);
    assert_int_equal(count_of(&svg, "stroke-dasharray"), 0);
    cu_buf_clear(&svg);
    d.partial = 1;
    const struct drawing_note note = {3, CU_LIT("Campaign <b>")};
    svg = svg_of(&d, DRAWING_PAGE);
    assert_int_equal(count_of(&svg, "stroke-dasharray=\"4 4\""), 1);
    assert_non_null(strstr(svg.ptr, "The last is not over yet."));
    cu_buf_clear(&svg);
    d.notes = &note;
    d.note_count = 1;
    svg = svg_of(&d, DRAWING_PAGE);
    assert_non_null(strstr(svg.ptr, "<title>Campaign &lt;b&gt;</title>"));
    cu_buf_clear(&svg);
}

static void test_a_flow(void **state)
{
    (void)state;
    struct drawing_series series[1];
    struct drawing d = sample(DRAWING_FLOW, series, 0, 0);
    for (size_t i = 0; i < 6; i++)
        nodes[i] = (struct drawing_node){i / 2, i % 2 ? CU_LIT("Cart <b>") : CU_LIT("Home"), shown(i % 2 ? 30 : 70)};
    links[0] = (struct drawing_link){0, 2, shown(60)};
    links[1] = (struct drawing_link){0, 3, shown(10)};
    links[2] = (struct drawing_link){1, 3, hidden};
    links[3] = (struct drawing_link){2, 99, shown(5)}; // a place that is not there draws nothing
    d.node_count = 6;
    d.link_count = 4;
    assert_sound(&d);
    struct cu_buf svg = svg_of(&d, DRAWING_LIGHT), table;
    assert_int_equal(count_of(&svg, "<path"), 2);
    assert_non_null(strstr(svg.ptr, "<title>Home: 70</title>"));
    cu_buf_clear(&svg);
    cu_buf_init(&table, 1 << 20);
    drawing_table(&d, false, 60, &table);
    assert_non_null(strstr(table.ptr, "<th scope=\"row\">Home</th><td>Cart &lt;b&gt;</td><td>10</td>"));
    assert_non_null(strstr(table.ptr, "<td>fewer than 10 people</td>"));
    cu_buf_clear(&table);
}

// ---- whole pictures, as they were looked at once

static void assert_golden(const struct cu_buf *got, const char *wanted)
{
    if (strcmp(got->ptr, wanted) != 0)
        print_error("got:\n%s\n", got->ptr);
    assert_string_equal(got->ptr, wanted);
}

static void test_a_number_as_it_is(void **state)
{
    (void)state;
    const struct drawing_series s = {.name = CU_LIT("Revenue"), .unit = METRIC_MONEY, .value = shown(123450), .before = shown(100000), .change = shown(0.2345),
        .good = METRIC_UP};
    const struct drawing d = {.show = DRAWING_NUMBER, .id = "n", .title = CU_LIT("Revenue"), .currency = CU_LIT("EUR"), .series = &s, .series_count = 1};
    struct cu_buf svg = svg_of(&d, DRAWING_PAGE);
    assert_golden(&svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"d-chart\" width=\"320\" height=\"160\" viewBox=\"0 0 320 160\" role=\"img\" "
        "aria-labelledby=\"n-t n-d\" font-family=\"system-ui,sans-serif\">\n<title id=\"n-t\">Revenue</title><desc id=\"n-d\">1 figure.</desc>\n"
        "<text x=\"16.0\" y=\"26.0\" text-anchor=\"start\" class=\"d-soft\" fill=\"#57606a\" font-size=\"12\">Revenue</text>\n"
        "<text x=\"16.0\" y=\"70.0\" text-anchor=\"start\" class=\"d-big\" fill=\"#1b1f24\" font-size=\"34\" font-weight=\"600\">1,234.50 EUR</text>\n"
        "<text x=\"16.0\" y=\"98.0\" text-anchor=\"start\" class=\"d-good\" fill=\"#1a6b2e\" font-size=\"12\">▲ +23.5 %</text>\n"
        "<text x=\"110.0\" y=\"98.0\" text-anchor=\"start\" class=\"d-soft\" fill=\"#57606a\" font-size=\"12\">before: 1,000.00 EUR</text>\n"
        "</svg>\n");
    cu_buf_clear(&svg);
}

static void test_bars_and_their_table_as_they_are(void **state)
{
    (void)state;
    const struct drawing_value v[] = {shown(30), hidden};
    const cu_str names[] = {CU_LIT("email"), CU_LIT("<ads>")};
    const struct drawing_series s = {.name = CU_LIT("Orders"), .unit = METRIC_COUNT, .values = v};
    const struct drawing d = {.show = DRAWING_BARS, .id = "b", .title = CU_LIT("Orders"), .small_group = 5, .labels = names, .count = 2, .series = &s, .series_count = 1};
    struct cu_buf svg = svg_of(&d, DRAWING_PAGE), table, text;
    assert_golden(&svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"d-chart\" width=\"640\" height=\"80\" viewBox=\"0 0 640 80\" role=\"img\" "
        "aria-labelledby=\"b-t b-d\" font-family=\"system-ui,sans-serif\">\n<title id=\"b-t\">Orders</title><desc id=\"b-d\">2 values; lowest 30, highest 30.</desc>\n"
        "<text x=\"180.0\" y=\"29.0\" text-anchor=\"end\" class=\"d-label\" fill=\"#1b1f24\" font-size=\"12\">email</text>\n"
        "<rect x=\"190.0\" y=\"18.0\" width=\"320.0\" height=\"16.0\" class=\"d-f0\" fill=\"#2563a8\" rx=\"2\"/>\n"
        "<text x=\"516.0\" y=\"29.0\" text-anchor=\"start\" class=\"d-soft\" fill=\"#57606a\" font-size=\"12\">30</text>\n"
        "<text x=\"180.0\" y=\"55.0\" text-anchor=\"end\" class=\"d-label\" fill=\"#1b1f24\" font-size=\"12\">&lt;ads&gt;</text>\n"
        "<text x=\"196.0\" y=\"55.0\" text-anchor=\"start\" class=\"d-soft\" fill=\"#57606a\" font-size=\"12\">fewer than 5 people</text>\n"
        "</svg>\n");
    cu_buf_clear(&svg);
    cu_buf_init(&table, 1 << 16);
    drawing_table(&d, false, 60, &table);
    assert_golden(&table, "<table><caption>Orders</caption>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Orders</th></tr></thead>\n<tbody>\n"
                          "<tr><th scope=\"row\">email</th><td>30</td></tr>\n<tr><th scope=\"row\">&lt;ads&gt;</th><td>fewer than 5 people</td></tr>\n"
                          "</tbody></table>\n");
    cu_buf_clear(&table);
    cu_buf_init(&text, 1 << 16);
    drawing_text(&d, 1, &text);
    assert_golden(&text, "email: 30\nand 1 more\n");
    cu_buf_clear(&text);
}

static void test_the_style_has_both_schemes(void **state)
{
    (void)state;
    struct cu_buf css;
    cu_buf_init(&css, 1 << 16);
    drawing_style(&css);
    assert_int_equal(count_of(&css, "prefers-color-scheme:dark"), 1);
    assert_int_equal(count_of(&css, ".d-f7{"), 2);
    assert_no(&css, "url(");
    cu_buf_clear(&css);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_in_words),
        cmocka_unit_test(test_dates_and_axes_in_words),
        cmocka_unit_test(test_every_chart_of_everything),
        cmocka_unit_test(test_hidden_and_missing_figures),
        cmocka_unit_test(test_peaks_survive_thinning),
        cmocka_unit_test(test_partial_periods_are_dashed),
        cmocka_unit_test(test_a_flow),
        cmocka_unit_test(test_a_number_as_it_is),
        cmocka_unit_test(test_bars_and_their_table_as_they_are),
        cmocka_unit_test(test_the_style_has_both_schemes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
